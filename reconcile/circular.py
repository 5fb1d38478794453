"""Merged -> the sentences of a draft circular (通报), in the house style of real ones. Pure.

The wordings are those that city governments print: 滞后序时进度 against the plan's
own milestone, 落后时间进度 against the calendar, 低于目标 for growth (连云港 2019
and 2021, 珠海 2016); counts with shares that add up to 100.0 (金寨 2025);
units that have not answered are named (灌云 2019, 丹凤 2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from .drafts import (
    ADDRESSEE,
    BODY,
    HEADING,
    SIGNATURE,
    SUBHEADING,
    TITLE,
    Paragraph,
    Score,
    light_counts,
    state_counts,
    subject,
    told,
)
from .merged import Merged, Reached, Standing
from .model import AHEAD, DONE, Task
from .points import GREEN, PLAN, RED, YELLOW, print_points
from .text import clean, is_nothing

_NUMERALS = "一二三四五六七八九十"


def draft(merged: Merged, scores: Sequence[Score]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the draft, in order; no text of it holds a line break."""
    plan = merged.plan
    parts: list[tuple[str, list[Paragraph]]] = [
        ("总体情况", list(_overall(merged))),
        ("进展较快的指标", list(_ahead(merged))),
        ("进度滞后的任务", list(_behind(merged))),
        ("报送情况", list(_answers(merged, scores))),
        ("下一步工作要求", list(_next(merged))),
    ]
    paragraphs = [
        Paragraph(TITLE, f"关于{subject(merged)}推进情况的通报"),
        Paragraph(ADDRESSEE, "各责任单位："),
        Paragraph(BODY, _opening(merged)),
    ]
    written = [part for part in parts if part[1]]
    for numeral, (heading, body) in zip(_NUMERALS, written, strict=False):
        paragraphs += [Paragraph(HEADING, f"{numeral}、{heading}"), *body]
    if plan.office:
        paragraphs.append(Paragraph(SIGNATURE, plan.office))
    paragraphs.append(Paragraph(SIGNATURE, _chinese(merged.as_of)))
    return tuple(Paragraph(p.kind, _line(p.text), p.task) for p in paragraphs)


def _opening(merged: Merged) -> str:
    plan = merged.plan
    number = f"（{plan.document}）" if plan.document else ""
    end = plan.periods[merged.period - 1].end
    return (
        f"根据《{plan.title}》{number}，对截至{merged.caption}末（{_chinese(end)}）的推进情况"
        f"进行了汇总，现将有关情况通报如下："
    )


def _overall(merged: Merged) -> Iterator[Paragraph]:
    total = len(merged.standings)
    yield Paragraph(BODY, f"全部{total}项任务中，{told(state_counts(merged))}。")
    yield Paragraph(BODY, f"按红黄绿灯评定，{told(light_counts(merged))}。")
    if merged.reached:
        good = sum(r.measured.light == GREEN for r in merged.reached)
        behind = sum(r.measured.light in (YELLOW, RED) for r in merged.reached)
        count = len(merged.reached)
        yield Paragraph(
            BODY,
            f"报有实绩的量化指标{count}项，达到或超过序时进度{good}项，未达序时进度{behind}项。",
        )


def _ahead(merged: Merged) -> Iterator[Paragraph]:
    ahead = [r for r in merged.reached if r.measured.state in (AHEAD, DONE) and _points(r) > 0]
    ahead.sort(key=lambda r: (-_points(r), r.indicator.number))
    for n, one in enumerate(ahead, 1):
        yield Paragraph(BODY, f"{n}.{indicator_words(one, merged.caption)}。", one.indicator.number)


def _behind(merged: Merged) -> Iterator[Paragraph]:
    """Red before yellow; within each light the indicators, worst first, then tasks by their word."""
    written = 0
    for light in (RED, YELLOW):
        found = list(_of_light(merged, light))
        if not found:
            continue
        tasks = sum(s.light == light for s in merged.standings.values())
        numeral = _NUMERALS[written]
        written += 1
        yield Paragraph(SUBHEADING, f"（{numeral}）{light}灯任务（{tasks}项）")
        for n, (text, task) in enumerate(found, 1):
            yield Paragraph(BODY, f"{n}.{text}。", task)


def _of_light(merged: Merged, light: str) -> Iterator[tuple[str, int]]:
    tasks = {s.task: s for s in merged.standings.values() if s.light == light}
    found = [
        r
        for r in merged.reached
        if r.indicator.number in tasks and r.measured.light in (YELLOW, RED)
    ]
    found.sort(key=lambda r: (_points(r), r.indicator.number))
    for one in found:
        yield indicator_words(one, merged.caption), one.indicator.number
    measured = {r.indicator.number for r in found}
    for standing in tasks.values():
        if standing.task not in measured:
            yield _task_words(merged, standing), standing.task


def indicator_words(one: Reached, period: str) -> str:
    """Return how an indicator stands at the period of this caption.

    产业投资（第7项）：完成852.9亿元，滞后序时进度11.8个百分点.
    """
    i = one.indicator
    against = _lag(one)
    if one.measured.used.points is None and period in i.targets:
        against = f"序时目标为{i.targets[period]}{i.measure}"
    return f"{i.name}（第{i.number}项）：{_done(one)}，{against}"


def _done(one: Reached) -> str:
    i = one.indicator
    value = format(one.value.normalize() + 0, "f")
    if i.basis == "growth":
        size = value.lstrip("-")
        return f"下降{size}{i.measure}" if one.value < 0 else f"增长{size}{i.measure}"
    if i.basis == "level":
        return f"达到{value}{i.measure}"
    share = one.measured.share
    part = f"（占全年目标的{print_points(share)}%）" if share is not None else ""
    return f"{'本期' if i.basis == 'period' else ''}完成{value}{i.measure}{part}"


def _lag(one: Reached) -> str:
    i, used = one.indicator, one.measured.used
    if used.points is None:
        return used.why
    size = f"{print_points(abs(used.points))}个百分点"
    level = Decimal(print_points(used.points))
    against_plan = used.basis == PLAN
    if i.comparator == "<=" or i.comparator == "~":
        goal = "控制目标" if i.comparator == "<=" else "目标"
        return f"符合{goal}" if level >= 0 else f"偏离{goal}{size}"
    if i.basis == "growth":
        goal = "目标" if against_plan else "全年目标"
        return f"与{goal}持平" if level == 0 else f"{'高' if level > 0 else '低'}于{goal}{size}"
    if level == 0:
        return "与序时进度持平" if against_plan else "与时间进度同步"
    if against_plan:
        return f"{'超' if level > 0 else '滞后'}序时进度{size}"
    return f"{'超过' if level > 0 else '落后'}时间进度{size}"


def _task_words(merged: Merged, standing: Standing) -> str:
    """A task that is behind by its leads' own word: goal, leads, state, and what holds it up."""
    task = _task(merged, standing.task)
    problems = [
        clean(str(e.values["problem"]))
        for (_, number), e in merged.entries.items()
        if number == standing.task and e.assignment.role == "lead" and e.values.get("problem")
    ]
    problems = [p.rstrip("。；") for p in problems if not is_nothing(p)]
    why = f"；存在问题：{'；'.join(problems)}" if problems else ""
    leads = "、".join(task.lead)
    reason = "，".join(standing.reasons) or standing.state
    return f"{_short(task.goal)}（第{task.number}项，{leads}）：{reason}{why}"


def _answers(merged: Merged, scores: Sequence[Score]) -> Iterator[Paragraph]:
    total = len(merged.statuses)
    missing = [s.unit for s in merged.statuses if s.state == "missing"]
    refused = [s.unit for s in merged.statuses if s.state == "refused"]
    too_late = {s.unit for s in scores if s.on_time is False and s.state != "missing"}
    late = [s.unit for s in merged.statuses if s.unit in too_late]
    wrong = [s.unit for s in merged.statuses if s.errors and s.state == "errors"]
    answered = total - len(missing) - len(refused)
    yield Paragraph(BODY, f"应报送单位{total}个，已报送{answered}个，未报送{len(missing)}个。")
    for units, words in (
        (missing, "未按要求报送"), (refused, "报送的表格无法采用，须重新报送"), (late, "逾期报送"),
        (wrong, "报送内容有差错，须按退回说明改正"),
    ):  # fmt: skip
        if units:
            many = f"等{len(units)}个单位" if len(units) > 1 else ""
            yield Paragraph(BODY, f"{'、'.join(units)}{many}{words}。")


def _next(merged: Merged) -> Iterator[Paragraph]:
    missing = any(s.state in ("missing", "refused") for s in merged.statuses)
    if missing:
        yield Paragraph(
            BODY, "尚未报送的单位要尽快补报；报送内容有差错的单位要按退回说明改正后重报。"
        )
    periods = merged.plan.periods
    behind = [s.task for s in merged.standings.values() if s.light in (RED, YELLOW)]
    if merged.period >= len(periods):
        if behind:
            yield Paragraph(
                BODY, "本期为年度最后一个时段，滞后任务的牵头单位要说明原因、明确完成时限。"
            )
        return
    due = periods[merged.period].caption
    dated = sum(bool(t.milestones.get(due)) for t in merged.plan.tasks)
    yield Paragraph(
        BODY,
        f"{due}有序时进度的任务共{dated}项。各牵头单位要对照序时进度抓好落实，滞后任务要倒排工期、迎头赶上"
        + ("，其" + due + "序时进度为：" if behind else "。"),
    )
    n = 0
    for number in behind:
        task = _task(merged, number)
        milestone = task.milestones.get(due, "")
        if milestone:
            n += 1
            leads = "、".join(task.lead)
            asked = clean(milestone).rstrip("。；")
            yield Paragraph(
                BODY, f"{n}.{_short(task.goal)}（第{number}项，{leads}）：{asked}。", number
            )


def _task(merged: Merged, number: int) -> Task:
    return next(t for t in merged.plan.tasks if t.number == number)


def _points(one: Reached) -> Decimal:
    return one.measured.used.points if one.measured.used.points is not None else Decimal(0)


def _short(goal: str, longest: int = 40) -> str:
    """A goal as a heading: to its first full stop, cut with … where it is still too long."""
    line = _line(goal)
    line = re.split(r"[。；]", line)[0] or line
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _line(text: str) -> str:
    """One line of clean text; blanks between Chinese characters come from broken lines and go."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|\s*\n\s*", "", clean(text))


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def plain_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return the draft as plain text, a paragraph a line."""
    return "\n".join(p.text for p in paragraphs) + "\n"
