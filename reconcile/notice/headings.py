"""Captions of the plan's table -> what each column is. Words only, no geometry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ..frozen import frozen
from ..text import fold

NUMBER, SECTION, GOAL, MILESTONE = "number", "section", "goal", "milestone"
LEAD, SUPPORT, EXTRA = "lead", "support", "extra"

# Best first: with both 工作任务 and 年度目标 in a plan, the first is the goal.
_WORDS = {
    NUMBER: "序号 编号 项目序号 任务序号 任务编号 no no. # 号 s/n number serialno. itemno.",
    SECTION: "类别 分类 领域 板块 类型 大类 小类 方面 工作类别 任务类别 任务分类 项目类别 工作领域 重点领域"
    " 一级指标 二级指标 category section area field theme",
    GOAL: "目标任务 任务目标 重点任务 工作任务 主要任务 年度任务 任务名称 任务内容 具体任务 任务 重点工作 工作内容"
    " 主要内容 工作事项 具体事项 事项 重点项目 项目名称 工作目标 年度目标 年度目标任务 主要目标 全年目标 目标"
    " 内容 task tasks keytask annualtask goal annualgoal goals objective target action",
    LEAD: "牵头单位 牵头责任单位 牵头部门 牵头 主办单位 主办部门 主要责任单位 第一责任单位 责任单位 责任部门"
    " 承办单位 leadunit leadunits lead leaddepartment leadagency responsibleunit leadingunit owner",
    SUPPORT: "共同责任单位 配合单位 配合部门 配合 协办单位 协办部门 协助单位 协同单位 参与单位 参加单位 责任单位"
    " 责任部门 supportingunits supportingunit supportunits supportunit supporting support supportingdepartments"
    " cooperatingunits partners",
    EXTRA: "分管领导 分管市领导 牵头领导 责任领导 市领导 挂钩领导 责任人 联系人 联系电话 电话 完成时限 完成时间"
    " 时限 备注 说明 资金来源 总投资 依据 remarks remark notes note deadline responsiblelead contact",
}
_RANKS = {
    role: {word: rank for rank, word in enumerate(words.split())} for role, words in _WORDS.items()
}
# A task's number as printed: 12, 12., (12), 12、
PRINTED_NUMBER = re.compile(r"\(?([0-9]{1,5})[.)、,]?")
# How headings are numbered, outermost first.
_STYLES = [
    re.compile(pattern)
    for pattern in (
        r"第?[一二三四五六七八九十0-9]+(部分|篇|章|编)|part",
        r"[一二三四五六七八九十]+[、,.:]|[ivx]+\.",
        r"\([一二三四五六七八九十]+\)",
        r"[0-9]+[.、,](?![0-9])",
        r"\([0-9]+\)",
    )
]
# No caption is longer (characters); most texts of a plan are.
LONGEST = 30
_PARENTS = frozenset(
    [
        "序时进度",
        "进度安排",
        "时序进度",
        "序时进度安排",
        "时间进度",
        "时间节点",
        "进度计划",
        "节点进度",
        "进度目标",
        "阶段目标",
        "季度目标",
        "月度目标",
        "工作进度",
        "推进计划",
        "序时目标",
        "milestones",
        "milestone",
        "schedule",
        "progress",
        "plannedprogress",
        "timeline",
    ]
)
_UNIT_PARENTS = frozenset(
    ["责任单位", "责任分工", "责任部门", "单位", "units", "unit", "responsibility"]
)
_N = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_PERIOD = re.compile(
    rf"(?:(?:19|20)\d\d年?)?(?:截至|截止)?(?:"
    rf"第?[一二三四1-4]季度?|[1-4]季度?|前[二三23]个?季度|[一二三四]至[一二三四]季度"
    rf"|(?:{_N}[-~至到])?{_N}月份?|[上下]半年|全年|年[底末中]|半年|第?{_N}(?:阶段|时段|批次|周|旬|期|节点)"
    rf"|{_N}月[上中下]旬|(?:{_N}月)?{_N}日|q[1-4]|[1-4]q|h[12]|(?:1st|2nd|3rd|4th|first|second|third|fourth)(?:quarter|half)"
    rf"|quarter[1-4]|{_MONTH}(?:-{_MONTH})?|(?:phase|stage|week|month)[0-9]+"
    rf")(?:[底末前止内]|以前|之前|目标|进度|节点|计划|任务)*(?:(?:19|20)\d\d)?"
)


@frozen
class Column:
    """What a column is: one of the roles of this module, and its caption as printed."""

    role: str
    caption: str


def is_period(caption: str) -> bool:
    """Say whether a caption reads like a reporting period: 第二季度, 1-9月, 上半年, Q3, June."""
    return bool(_PERIOD.fullmatch(fold(caption)))


# The same units come back in row after row.
@lru_cache(maxsize=4096)
def is_caption(text: str) -> bool:
    """Say whether a cell's text is one that heads a column or a group of columns."""
    if len(text) > LONGEST:
        return False
    word = fold(text)
    return bool(
        word in _PARENTS
        or word in _UNIT_PARENTS
        or any(word in ranks for ranks in _RANKS.values())
        or _PERIOD.fullmatch(word)
        or _by_part(word)
    )


def spans_columns(text: str) -> bool:
    """Say whether a caption is one that stands over several columns: 序时进度, 责任单位."""
    return fold(text) in _PARENTS | _UNIT_PARENTS


def columns_of(paths: Sequence[tuple[str, ...]]) -> tuple[tuple[Column, ...], frozenset[str]]:
    """Return the role of every column from its captions, top to bottom, and what is doubtful.

    Milestones are the columns that read like periods or stand under 序时进度
    or its like. Doubts: "guessed" (no such column; what has no other role was
    taken), "none" (nor that), "lead", "support", "number" (there is no such
    column), "goals" (more than one column reads like the goal).
    """
    leaves = [path[-1] if path else "" for path in paths]
    roles = [_role(path) for path in paths]
    doubts: set[str] = set()
    for role in (NUMBER, GOAL, LEAD, SUPPORT):
        _keep_best(role, roles, leaves, doubts)
    if NUMBER not in roles:
        doubts.add("number")
    if LEAD not in roles:
        doubts.add("lead")
    if SUPPORT not in roles:
        doubts.add("support")
    if MILESTONE not in roles:
        unknown = [i for i, role in enumerate(roles) if not role]
        doubts.add("guessed" if unknown else "none")
        for i in unknown:
            roles[i] = MILESTONE
    captions = _told_apart(paths)
    return tuple(
        Column(role or EXTRA, caption) for role, caption in zip(roles, captions, strict=True)
    ), frozenset(doubts)


def _role(path: tuple[str, ...]) -> str:
    if not path or not any(path):
        return ""
    leaf = fold(path[-1])
    above = {fold(caption) for caption in path[:-1]}
    for role in (NUMBER, SECTION, EXTRA):
        if leaf in _RANKS[role]:
            return role
    if leaf in _RANKS[GOAL] and not above & _PARENTS:
        return GOAL
    if (
        _PERIOD.fullmatch(leaf)
        or above & _PARENTS
        or any(map(_PERIOD.fullmatch, above))
        or leaf in _PARENTS
    ):
        return MILESTONE
    for role in (LEAD, SUPPORT):
        if leaf in _RANKS[role]:
            return role
    return _by_part(leaf)


def _by_part(word: str) -> str:
    """Tell a role from a part of a caption: 牵头（主要）责任单位, 配合单位（部门）."""
    units = any(part in word for part in ("单位", "部门", "unit", "department", "agency"))
    if units:
        if any(part in word for part in ("牵头", "主办", "lead")):
            return LEAD
        if any(part in word for part in ("配合", "共同", "协办", "参与", "协助", "support")):
            return SUPPORT
    return ""


def _keep_best(role: str, roles: list[str], leaves: Sequence[str], doubts: set[str]) -> None:
    """Leave a role to one column only: the one whose caption stands first in the word list."""
    found = [i for i, r in enumerate(roles) if r == role]
    found.sort(key=lambda i: _RANKS[role].get(fold(leaves[i]), 99))
    if role == GOAL and len(found) > 1:
        doubts.add("goals")
    for i in found[1:]:
        # 责任单位 beside 牵头单位 are those who share the work.
        may_support = role == LEAD and fold(leaves[i]) in _RANKS[SUPPORT]
        roles[i] = SUPPORT if may_support else EXTRA


def _told_apart(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """Return a caption for every column, none twice: the lowest, with those above where needed."""
    captions: list[str] = []
    leaves = [path[-1] if path else "" for path in paths]
    for position, (path, leaf) in enumerate(zip(paths, leaves, strict=True), 1):
        caption = leaf or f"第{position}列"
        if leaves.count(leaf) > 1 and len(path) > 1:
            caption = "·".join(dict.fromkeys(path))
        while caption in captions:
            caption += f"（第{position}列）"
        captions.append(caption)
    return captions


def heading_style(text: str) -> int | None:
    """Return how deep a heading's numbering puts it (一、 is 1, （一） is 2), or None."""
    folded = fold(text)
    return next((i for i, style in enumerate(_STYLES) if style.match(folded)), None)


def is_heading(text: str) -> bool:
    """Say whether a line outside a table heads the tasks below it."""
    return heading_style(text) is not None and len(text) <= 40 and text[-1] not in "。，；."
