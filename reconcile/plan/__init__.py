"""Plan workbook <-> Plan. The 总台账 that a coordinator reviews and edits in Excel."""

from .reading import read_plan, spoken_in
from .sheets import (
    CAPTIONS,
    RED,
    SETTING_NOTES,
    SETTINGS,
    TASKS,
    UPPER_NOTES,
    lasting_settings,
)
from .writing import plan_bytes

__all__ = [
    "CAPTIONS",
    "RED",
    "SETTINGS",
    "SETTING_NOTES",
    "TASKS",
    "UPPER_NOTES",
    "lasting_settings",
    "plan_bytes",
    "read_plan",
    "spoken_in",
]
