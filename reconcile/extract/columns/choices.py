"""What a person chose columns to be: roles by caption, from the command line, a sheet 栏目, or 设置."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...core.plan import PrintedColumn
from ...core.text import fold
from ...locale import english
from .context import Choices
from .wording import (
    EXTRA,
    FIRST,
    GOAL,
    LEAD,
    LEADER,
    MILESTONE,
    NUMBER,
    ROLE_NAMES,
    SECTION,
    SUPPORT,
)

_ALSO = {
    NUMBER: "编号 no number ref",
    SECTION: "分类 section category",
    GOAL: "任务 目标 task goal action",
    MILESTONE: "时段 进度 milestone milestones period",
    LEAD: "牵头 责任单位 lead leadunit owner",
    SUPPORT: "配合 配合单位 support supportingunit supporting",
    FIRST: "第一个牵头 首位牵头 first firstleads",
    LEADER: "领导 leader leaders portfolioholder",
    EXTRA: "附加 其他 备注 extra other note",
}
_NAMED = {
    fold(name): role
    for role, shown in ROLE_NAMES.items()
    for name in (shown, english(shown), *_ALSO[role].split())
}


def role_named(text: str) -> str | None:
    """Return the role that a person names in either language (目标任务, Task, 任务), or None."""
    return _NAMED.get(fold(text))


def choices_of(columns: Iterable[PrintedColumn]) -> Choices:
    """Return the roles that a person chose on a sheet 栏目, by folded caption."""
    chosen = ((column.caption, role_named(column.chosen)) for column in columns if column.chosen)
    return {fold(caption): role for caption, role in chosen if role}


def choices_in(text: str) -> Choices:
    """Return the captions that the setting 表头用语 adds: 牵头单位=落实人、总协调；目标任务=Deliverable."""
    found = {}
    for part in re.split("[;；\n]", text):
        name, _, captions = part.partition("=")
        role = role_named(name)
        for caption in re.split("[、,，]", captions) if role else ():
            if caption.strip() and role:
                found[fold(caption)] = role
    return found
