"""Words for what changed between two plans."""

from __future__ import annotations

from dataclasses import dataclass

ADDED, DROPPED, RENUMBERED, EDITED = "新增任务", "取消任务", "改号", "修改任务"
UNITS, PERIODS, SETTINGS = "单位", "时段", "设置"
KINDS = (ADDED, DROPPED, RENUMBERED, EDITED, UNITS, PERIODS, SETTINGS)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same in both plans.

    ``kind`` is one of :data:`KINDS`. ``old`` and ``new`` are the task's numbers
    (None where it is not in that plan), ``name`` its goal, or the name of a
    unit, period or setting. ``field`` is the caption of what was edited, "" for
    the whole. ``units`` are those whose forms show it: lead and support, old
    and new, as the plans name them.
    """

    kind: str
    old: int | None
    new: int | None
    name: str
    field: str = ""
    before: str = ""
    after: str = ""
    units: tuple[str, ...] = ()
