"""Plan workbook <-> Plan. The 总台账 that a coordinator reviews and edits in Excel.

It is read more often than written: what writes it is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .reader import holds_key, read_columns, read_plan, spoken_in
from .settings_sheet import key_cell
from .sheets import (
    CAPTIONS,
    REVIEW,
    ROLES,
    SETTINGS,
    TASKS,
)

if TYPE_CHECKING:
    from .writer import plan_bytes

__all__ = [
    "CAPTIONS",
    "REVIEW",
    "ROLES",
    "SETTINGS",
    "TASKS",
    "holds_key",
    "key_cell",
    "plan_bytes",
    "read_columns",
    "read_plan",
    "spoken_in",
]


def __getattr__(name: str) -> Any:
    if name == "plan_bytes":
        from .writer import plan_bytes

        return plan_bytes
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
