"""How a circular words one indicator or one task, in the house style of real ones. Pure.

滞后序时进度 is against the plan's own milestone, 落后时间进度 against the calendar,
低于目标 for growth (连云港 2019 and 2021, 珠海 2016).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..core.i18n import ZH, joined, quantity, spoken, tr
from ..core.lights import Basis, Light, print_points
from ..core.plan import Role, Task
from ..core.result import PENDING, UNANSWERED, MergeResult, Reached, Standing
from ..core.text import clean, is_nothing
from ..merge.task_status import thresholds


def indicator_words(reached: Reached, period: str) -> str:
    """Return how an indicator stands at the period of this caption, with its task and who reported it.

    产业投资（第7项，市发改委）：完成852.9亿元，滞后序时进度11.8个百分点.
    """
    i = reached.indicator
    words = "{name}（第{number}项，{unit}）：{stands}"
    return tr(
        words, name=i.name, number=i.number, unit=reached.units, stands=_stands(reached, period)
    )


def _stands(reached: Reached, period: str) -> str:
    i = reached.indicator
    against = _lag(reached)
    if reached.measured.used.points is None and period in i.targets:
        against = tr("序时目标为{quantity}", quantity=quantity(i.targets[period], i.measure))
    return tr("{done}，{against}", done=_done(reached), against=against)


def _done(reached: Reached) -> str:
    i = reached.indicator
    value = format(reached.value.normalize() + 0, "f")
    if i.basis == "growth":
        size = quantity(value.lstrip("-"), i.measure)
        return tr("下降{quantity}" if reached.value < 0 else "增长{quantity}", quantity=size)
    shown = quantity(value, i.measure)
    if i.basis == "level":
        return tr("达到{quantity}", quantity=shown)
    share = reached.measured.share
    part = tr("（占全年目标的{share}%）", share=print_points(share)) if share is not None else ""
    words = "本期完成{quantity}{part}" if i.basis == "period" else "完成{quantity}{part}"
    return tr(words, quantity=shown, part=part)


def _lag(reached: Reached) -> str:
    i, used = reached.indicator, reached.measured.used
    if used.points is None:
        return str(used.why)
    size = tr("{points}个百分点", points=print_points(abs(used.points)))
    level = Decimal(print_points(used.points))
    against_plan = used.basis == Basis.TARGET
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


def status_words(merged: MergeResult, standing: Standing, longest: int | None = None) -> str:
    """Return how a task that is behind stands: its leads' word, indicators that are behind, and why.

    A reason longer than ``longest`` characters is cut, visibly.
    """
    parts = []
    if standing.state not in (UNANSWERED, PENDING):
        parts.append(tr("自报{state}", state=tr(standing.state)))
    leads = {a.unit for a in merged.of_task(standing.task, Role.LEAD)}
    for reached in merged.reached:
        if reached.indicator.number == standing.task and reached.measured.light in (
            Light.YELLOW,
            Light.RED,
        ):
            all_of_them = {a.unit for a in reached.actuals} == leads
            by = "" if all_of_them else tr("（{unit}）", unit=reached.units)
            stands = _stands(reached, merged.caption)
            parts.append(
                tr("{name}{by}{stands}", name=reached.indicator.name, by=by, stands=stands)
            )
    parts += _since(merged, standing.task)
    parts += filter(None, [_reasons(merged, standing.task, longest)])
    return joined(parts, "；")


def task_words(merged: MergeResult, standing: Standing, longest: int | None = None) -> str:
    """Return a task that is behind: goal, number, leads, and :func:`status_words`."""
    text = status_words(merged, standing, longest)
    return tr("{task}：{text}", task=named(task_of(merged, standing.task)), text=text)


def _since(merged: MergeResult, number: int) -> Iterator[str]:
    """How a task that is behind stood last period, where that is known."""
    changes = merged.changes
    if changes is None:
        return
    again = "连续两期红灯" if changes.consecutive else "两期都是红灯"
    for words, tasks in (
        ("由黄转红", changes.turned_red), ("新增滞后", changes.newly_behind), (again, changes.red_again),
    ):  # fmt: skip
        if number in tasks:
            yield within(tr(words))


def _reasons(merged: MergeResult, number: int, longest: int | None) -> str:
    """What the leads say holds them up, each with its unit where there are several.

    That they gave no reason is written only where the form asks for one, and none was set aside.
    """
    units_by_text: dict[str, list[str]] = {}
    for unit, entry in merged.leads_of(number):
        text = clean(str(entry.values.get("problem", "")))
        if text and not is_nothing(text):
            units_by_text.setdefault(_cut(text.rstrip("。；.;"), longest), []).append(unit)
    several = len(merged.of_task(number, Role.LEAD)) > 1
    problems = [
        tr("{problem}（{unit}）", problem=text, unit=joined(units)) if several else text
        for text, units in units_by_text.items()
    ]
    if problems:
        return tr("存在问题：{problems}", problems=joined(problems, "；"))
    asked = any("problem" in e.values for e in merged.entries.values())
    aside = any(s.task == number and s.field == "problem" for s in merged.set_aside)
    return tr("未说明原因") if asked and not aside and merged.leads_of(number) else ""


def basis_words(merged: MergeResult) -> str:
    """Return what "behind" is measured by in this circular, and what the lights mean."""
    red = print_points(thresholds(merged.plan).red).removesuffix(".0")
    if not merged.reached:
        return tr(
            "本通报所称滞后，以牵头单位自报为准：自报滞后的亮黄灯，自报未启动的亮红灯，没有报送的不作评定。"
        )
    return tr(
        "本通报所称滞后，量化指标以计划规定的序时目标衡量，没有分期目标的以全年目标按时间进度折算，"
        "其他任务以牵头单位自报为准。落后{red}个百分点以上或者未启动的亮红灯，其他滞后的亮黄灯；"
        "自报与测算不一致的，从严评定；没有报送的不作评定。",
        red=red,
    )


def named(task: Task) -> str:
    """Return a task as a circular names it: goal, number, leads."""
    return tr(
        "{goal}（第{number}项，{leads}）",
        goal=short_goal(task.goal), number=task.number, leads=joined(task.lead),
    )  # fmt: skip


def task_of(merged: MergeResult, number: int) -> Task:
    """Return the task of this number."""
    return next(t for t in merged.plan.tasks if t.number == number)


def points_of(reached: Reached) -> Decimal:
    """Return the points that an indicator is ahead or behind; 0 where none could be measured."""
    return reached.measured.used.points if reached.measured.used.points is not None else Decimal(0)


def short_goal(goal: str) -> str:
    """Return a goal as a heading: to its first full stop, cut with … where it is still too long."""
    longest = 40 if spoken() == ZH else 80  # Latin letters are half as wide
    line = one_line(goal)
    return _cut(re.split(r"[。；]|[.;](?:\s|$)", line)[0] or line, longest)


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


def one_line(text: str) -> str:
    """Return one line of clean text; blanks between Chinese characters come from broken lines and go."""
    if spoken() != ZH:
        return " ".join(clean(text).split())
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|\s*\n\s*", "", clean(text))


def within(words: str) -> str:
    """Return words as they stand within a sentence; that makes a difference in English only."""
    return words[:1].lower() + words[1:]


def capital(words: str) -> str:
    """Return words as they begin a sentence; that, too, makes a difference in English only."""
    return words[:1].upper() + words[1:]


def numerals(chinese: str) -> Sequence[str]:
    """Return numerals of headings: 一二三 in Chinese, 1 2 3 or a b c in English."""
    if spoken() == ZH:
        return chinese
    return "ab" if len(chinese) == 2 else [str(n) for n in range(1, len(chinese) + 1)]
