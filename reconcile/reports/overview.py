"""MergeResult -> what 总览 shows, in one record: the sheet and the page are both drawn from it. Pure.

Whoever draws it may leave out the end of a list for want of room, and says so; numbers and
sentences are taken as they stand here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..core.i18n import day_text, joined, tr
from ..core.lights import Light
from ..core.result import Changes, MergeResult, Standing, UnitState
from ..core.text import short
from .counts import (
    Count,
    by_severity,
    counts_text,
    indicator_counts,
    light_counts,
    state_counts,
    subject,
)

LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED, "")
"""The lights in the order in which they are counted; "" is 未判定."""
_MOST_GROUPS = 12
_MOST_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One group of tasks, and how many of them have each of :data:`LIGHTS`."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change since the last period, in words, and the numbers of the tasks."""

    words: str
    tasks: tuple[int, ...]

    @property
    def numbers(self) -> str:
        """The numbers of the tasks in words, the first of them where there are many."""
        return task_numbers(self.tasks)


@dataclass(frozen=True, slots=True)
class RedTask:
    """One task with a red light: its goal on one line, its leads, and why; ``again`` if last period, too."""

    number: int
    goal: str
    leads: tuple[str, ...]
    reasons: tuple[str, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """总览: all that it shows, in words of the language that was set when it was made.

    ``heading`` names office, period and as-of date. ``since`` is the heading above ``changes``, ""
    where no former summary was given. ``red`` are all red tasks, the worst first; ``missing`` the
    units that have not answered.
    """

    title: str
    heading: str
    sentences: tuple[str, ...]
    states: tuple[Count, ...]
    lights: tuple[Count, ...]
    bars: tuple[Bar, ...]
    since: str
    changes: tuple[Change, ...]
    red: tuple[RedTask, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def overview(merged: MergeResult) -> Overview:
    """Return what 总览 shows of a merge."""
    changes = merged.changes
    return Overview(
        tr("{subject}推进情况总览", subject=subject(merged)),
        heading(merged),
        tuple(_sentences(merged)),
        state_counts(merged),
        light_counts(merged),
        bars(merged),
        tr("与{period}相比", period=changes.since) if changes else "",
        tuple(worded_changes(changes)) if changes else (),
        tuple(_red(merged)),
        tuple(s.unit for s in merged.statuses if s.state == UnitState.MISSING),
        tuple(_notes(merged)),
    )


def heading(merged: MergeResult) -> str:
    """Return the line below the title of every sheet: office, period, and the day that it was made for."""
    end = merged.plan.periods[merged.period - 1].end
    line = tr(
        "时段：{period}（至 {end}）　　截至：{day}",
        period=merged.caption, end=day_text(end), day=day_text(merged.as_of),
    )  # fmt: skip
    return joined((t for t in (merged.plan.office, line) if t), "　　")


def task_numbers(tasks: Sequence[int]) -> str:
    """Return numbers of tasks in words: 第3、9项; the first of them where there are many."""
    named = joined(map(str, tasks[:_MOST_NUMBERS]))
    words = "第{numbers}项" if len(tasks) <= _MOST_NUMBERS else "第{numbers}项等"
    return tr(words, numbers=named)


def bars(merged: MergeResult) -> tuple[Bar, ...]:
    """Return the groups of tasks that the bars stand for.

    The plan's innermost sections; its outermost where those are too many; its
    lead units where it has no sections. Never more than twelve: the rest is 其他.
    """
    tasks = merged.plan.tasks
    for depth in (-1, 0):
        named = [(t, t.sections[depth] if t.sections else tr("（未分类）")) for t in tasks]
        if 1 < len({name for _, name in named}) <= _MOST_GROUPS:
            break
    else:
        named = [(t, t.lead[0] if t.lead else tr("（无牵头单位）")) for t in tasks]
    count = Counter(name for _, name in named)
    kept = [name for name, _ in count.most_common(_MOST_GROUPS)]
    if len(count) > _MOST_GROUPS:
        kept = kept[:-1]
    by_group: dict[str, Counter[str]] = {}
    for task, name in named:
        light = merged.standings.get(task.number, Standing(task.number, "", "")).light
        by_group.setdefault(name if name in kept else tr("其他"), Counter())[light] += 1
    return tuple(Bar(short(name, 24), tuple(c[x] for x in LIGHTS)) for name, c in by_group.items())


def _sentences(merged: MergeResult) -> Iterator[str]:
    yield tr(
        "全部 {tasks} 项任务：{lights}。",
        tasks=len(merged.standings), lights=counts_text(light_counts(merged)),
    )  # fmt: skip
    counts = indicator_counts(merged)
    if counts.reported:
        yield str(counts)
    if merged.contradicted:
        yield tr(
            "自报与测算不一致的 {count} 项：{numbers}，两种说法都列在表中，请核实。",
            count=len(merged.contradicted), numbers=task_numbers(merged.contradicted),
        )  # fmt: skip
    if merged.signed_off:
        yield tr(
            "已销号的 {count} 项：{numbers}。",
            count=len(merged.signed_off), numbers=task_numbers(tuple(merged.signed_off)),
        )  # fmt: skip
    if merged.postponed:
        yield tr(
            "经同意推迟的 {count} 项：{numbers}。",
            count=len(merged.postponed), numbers=task_numbers(tuple(merged.postponed)),
        )  # fmt: skip
    count = Counter(s.state for s in merged.statuses)
    answered = count[UnitState.CLEAN] + count[UnitState.ERRORS]
    yield tr(
        "应报 {units} 个单位，已报 {answered} 个（其中 {errors} 个有问题需要改正），"
        + (
            "疑似已报、待核实的 {suspected} 个，回表没有收的 {refused} 个，未报 {missing} 个。"
            if count[UnitState.SUSPECTED]
            else "回表没有收的 {refused} 个，未报 {missing} 个。"
        ),
        suspected=count[UnitState.SUSPECTED], units=len(merged.statuses), answered=answered,
        errors=count[UnitState.ERRORS], refused=count[UnitState.REFUSED], missing=count[UnitState.MISSING],
    )  # fmt: skip


def worded_changes(changes: Changes) -> Iterator[Change]:
    """Return the changes that there are, the worse ones first."""
    again = "连续两期红灯" if changes.consecutive else "两期都是红灯"
    for words, tasks in (
        ("由黄转红", changes.turned_red), ("新增滞后", changes.newly_behind), (again, changes.red_again),
        ("上期滞后、本期未报", changes.unheard), ("转好", changes.better), ("本期完成", changes.completed),
    ):  # fmt: skip
        if tasks:
            yield Change(tr(words), tasks)


def _red(merged: MergeResult) -> Iterator[RedTask]:
    tasks = {t.number: t for t in merged.plan.tasks}
    again = merged.changes.red_again if merged.changes and merged.changes.consecutive else ()
    for s in by_severity(merged):
        if s.light == Light.RED:
            task, reasons = tasks[s.task], tuple(map(str, s.reasons))
            yield RedTask(s.task, short(task.goal, 200), task.lead, reasons, s.task in again)


def _notes(merged: MergeResult) -> Iterator[str]:
    yield tr(
        "完成情况以牵头单位的答复为准，几家牵头的取最差；亮灯取牵头单位自报与指标测算中较差的。"
        "占比按最大余额法取一位小数，合计为100.0%。"
    )
    if merged.changes:
        yield tr(
            "新增滞后：本期亮黄灯或红灯、上期没有亮黄灯或红灯的；转好：由红转黄、由红转绿或由黄转绿的。"
        )
