"""How a circular words one indicator or one task, in the house style of real ones. Pure.

滞后序时进度 is against the plan's own milestone, 落后时间进度 against the calendar,
低于目标 for growth (连云港 2019 and 2021, 珠海 2016).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ..core.i18n import ZH, joined, quantity, spoken, tr
from ..core.lights import PLAN, RED, YELLOW, print_points
from ..core.plan import Task
from ..core.result import MergeResult, Reached, Standing
from ..core.text import clean, is_nothing


def indicator_words(one: Reached, period: str, *, numbered: bool = True) -> str:
    """Return how an indicator stands at the period of this caption; without the task's number if not ``numbered``.

    产业投资（第7项）：完成852.9亿元，滞后序时进度11.8个百分点.
    """
    i = one.indicator
    against = _lag(one)
    if one.measured.used.points is None and period in i.targets:
        against = tr("序时目标为{quantity}", quantity=quantity(i.targets[period], i.measure))
    words = "{name}（第{number}项）：{done}，{against}" if numbered else "{name}{done}，{against}"
    return tr(
        words,
        name=i.name, number=i.number, done=_done(one), against=against,
    )  # fmt: skip


def _done(one: Reached) -> str:
    i = one.indicator
    value = format(one.value.normalize() + 0, "f")
    if i.basis == "growth":
        size = quantity(value.lstrip("-"), i.measure)
        return tr("下降{quantity}" if one.value < 0 else "增长{quantity}", quantity=size)
    shown = quantity(value, i.measure)
    if i.basis == "level":
        return tr("达到{quantity}", quantity=shown)
    share = one.measured.share
    part = tr("（占全年目标的{share}%）", share=print_points(share)) if share is not None else ""
    words = "本期完成{quantity}{part}" if i.basis == "period" else "完成{quantity}{part}"
    return tr(words, quantity=shown, part=part)


def _lag(one: Reached) -> str:
    i, used = one.indicator, one.measured.used
    if used.points is None:
        return used.why
    size = tr("{points}个百分点", points=print_points(abs(used.points)))
    level = Decimal(print_points(used.points))
    against_plan = used.basis == PLAN
    if i.comparator == "<=" or i.comparator == "~":
        goal = tr("控制目标" if i.comparator == "<=" else "目标")
        return tr("符合{goal}" if level >= 0 else "偏离{goal}{size}", goal=goal, size=size)
    if i.basis == "growth":
        words = (
            "与{goal}持平"
            if level == 0
            else "高于{goal}{size}"
            if level > 0
            else "低于{goal}{size}"
        )
        return tr(words, goal=tr("目标" if against_plan else "全年目标"), size=size)
    if level == 0:
        return tr("与序时进度持平" if against_plan else "与时间进度同步")
    if against_plan:
        return tr("超序时进度{size}" if level > 0 else "滞后序时进度{size}", size=size)
    return tr("超过时间进度{size}" if level > 0 else "落后时间进度{size}", size=size)


def status_words(merged: MergeResult, standing: Standing, period: str) -> str:
    """Return in one cell how a task that is behind stands: its indicators, or its leads' word; problems."""
    own = (r for r in merged.reached if r.indicator.number == standing.task)
    lagging = [r for r in own if r.measured.light in (YELLOW, RED)]
    told = [indicator_words(r, period, numbered=False) for r in lagging]
    reason = joined(told or standing.reasons, "；") or tr(standing.state)
    return reason + _problems(merged, standing)


def task_words(merged: MergeResult, standing: Standing) -> str:
    """Return a task that is behind by its leads' own word: goal, leads, state, and what holds it up."""
    reason = joined(standing.reasons, "，") or tr(standing.state)
    text = reason + _problems(merged, standing)
    return tr("{task}：{text}", task=named(task_of(merged, standing.task)), text=text)


def _problems(merged: MergeResult, standing: Standing) -> str:
    problems = [
        clean(str(e.values["problem"]))
        for _, e in merged.leads_of(standing.task)
        if e.values.get("problem")
    ]
    problems = [p.rstrip("。；.;") for p in problems if not is_nothing(p)]
    return tr("；存在问题：{problems}", problems=joined(problems, "；")) if problems else ""


def named(task: Task) -> str:
    """Return a task as a circular names it: goal, number, leads."""
    return tr(
        "{goal}（第{number}项，{leads}）",
        goal=short_goal(task.goal), number=task.number, leads=joined(task.lead),
    )  # fmt: skip


def task_of(merged: MergeResult, number: int) -> Task:
    """Return the task of this number."""
    return next(t for t in merged.plan.tasks if t.number == number)


def points_of(one: Reached) -> Decimal:
    """Return the points that an indicator is ahead or behind; 0 where none could be told."""
    return one.measured.used.points if one.measured.used.points is not None else Decimal(0)


def short_goal(goal: str, longest: int = 40) -> str:
    """Return a goal as a heading: to its first full stop, cut with … where it is still too long."""
    longest *= 1 if spoken() == ZH else 2  # Latin letters are half as wide
    line = one_line(goal)
    line = re.split(r"[。；]|[.;](?:\s|$)", line)[0] or line
    return line if len(line) <= longest else line[: longest - 1] + "…"


def one_line(text: str) -> str:
    """Return one line of clean text; blanks between Chinese characters come from broken lines and go."""
    if spoken() != ZH:
        return " ".join(clean(text).split())
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|\s*\n\s*", "", clean(text))


def day_words(day: date) -> str:
    """Return a date as a letter writes it."""
    if spoken() == ZH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def numerals(chinese: str) -> Sequence[str]:
    """Return numerals of headings: 一二三 in Chinese, 1 2 3 or a b c in English."""
    if spoken() == ZH:
        return chinese
    return "ab" if len(chinese) == 2 else [str(n) for n in range(1, len(chinese) + 1)]
