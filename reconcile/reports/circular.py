"""MergeResult -> the sentences of a draft circular (通报), in the house style of real ones. Pure.

Counts with shares that add up to 100.0 (金寨 2025); units that have not answered
are named (灌云 2019, 丹凤 2023).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..core.i18n import joined, tr
from ..core.lights import RED, YELLOW
from ..core.plan import AHEAD, DONE
from ..core.result import MergeResult, Score, Standing
from ..core.text import clean
from .circular_wording import (
    day_words,
    indicator_words,
    named,
    numerals,
    one_line,
    points_of,
    status_words,
    task_of,
    task_words,
)
from .counts import indicator_counts, light_counts, state_counts, subject, told

_FEW = 8
"""So many tasks that are behind are told in the text alone; more of them get an annex."""
_MOST = {RED: 10, YELLOW: 5}
"""So many tasks of each light are told one by one where there is an annex."""

__all__ = ["draft", "indicator_words", "plain_text"]


def draft(merged: MergeResult, scores: Sequence[Score]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the draft, in order; no text of it holds a line break.

    Where many tasks are behind, the worst are told in the text, and all of them
    stand in an annex: rows of a table, the first its captions.
    """
    plan = merged.plan
    annexed = len(_behind_tasks(merged)) > _FEW
    parts: list[tuple[str, list[Paragraph]]] = [
        ("总体情况", list(_overall(merged))),
        ("进展较快的指标", list(_ahead(merged))),
        ("进度滞后的任务", list(_behind(merged, annexed))),
        ("报送情况", list(_answers(merged, scores))),
        ("下一步工作要求", list(_next(merged, annexed))),
    ]
    paragraphs = [
        Paragraph(TITLE, tr("关于{subject}推进情况的通报", subject=subject(merged))),
        Paragraph(ADDRESSEE, tr("各责任单位：")),
        Paragraph(BODY, _opening(merged)),
    ]
    written = [part for part in parts if part[1]]
    for numeral, (heading, body) in zip(numerals("一二三四五六七八九十"), written, strict=False):
        words = tr("{numeral}、{heading}", numeral=numeral, heading=tr(heading))
        paragraphs += [Paragraph(HEADING, words), *body]
    if annexed:
        paragraphs.append(Paragraph(ENCLOSURE, tr("附件：滞后任务清单")))
    if plan.office:
        paragraphs.append(Paragraph(SIGNATURE, plan.office))
    paragraphs.append(Paragraph(SIGNATURE, day_words(merged.as_of)))
    paragraphs += _annex(merged) if annexed else []
    return tuple(replace(p, text=one_line(p.text)) for p in paragraphs)


def _opening(merged: MergeResult) -> str:
    plan = merged.plan
    number = tr("（{document}）", document=plan.document) if plan.document else ""
    end = plan.periods[merged.period - 1].end
    return tr(
        "根据《{title}》{number}，对截至{period}末（{day}）的推进情况进行了汇总，现将有关情况通报如下：",
        title=plan.title, number=number, period=merged.caption, day=day_words(end),
    )  # fmt: skip


def _overall(merged: MergeResult) -> Iterator[Paragraph]:
    total = len(merged.standings)
    states, lights = told(state_counts(merged)), told(light_counts(merged))
    yield Paragraph(BODY, tr("全部{count}项任务中，{states}。", count=total, states=states))
    yield Paragraph(BODY, tr("按红黄绿灯评定，{lights}。", lights=lights))
    counts = indicator_counts(merged)
    if counts.reported:
        yield Paragraph(BODY, str(counts))


def _ahead(merged: MergeResult) -> Iterator[Paragraph]:
    ahead = [r for r in merged.reached if r.measured.state in (AHEAD, DONE) and points_of(r) > 0]
    ahead.sort(key=lambda r: (-points_of(r), r.indicator.number))
    for n, one in enumerate(ahead, 1):
        words = indicator_words(one, merged.caption)
        yield Paragraph(BODY, tr("{n}.{text}。", n=n, text=words), one.indicator.number)


def _behind_tasks(merged: MergeResult) -> list[Standing]:
    """The tasks with a red light, then those with a yellow one, each in the plan's order."""
    return [s for light in (RED, YELLOW) for s in merged.standings.values() if s.light == light]


def _behind(merged: MergeResult, annexed: bool) -> Iterator[Paragraph]:
    """Red before yellow; within each light the indicators, worst first, then tasks by their word.

    With an annex only the worst red ones and indicators are told one by one.
    """
    written = 0
    for light in (RED, YELLOW):
        tasks = {s.task: s for s in merged.standings.values() if s.light == light}
        if not tasks:
            continue
        numeral = numerals("一二")[written]
        written += 1
        words = tr(
            f"（{{numeral}}）{light}灯任务（{{count}}项）", numeral=numeral, count=len(tasks)
        )
        yield Paragraph(SUBHEADING, words)
        found = list(_of_light(merged, light))
        if annexed:
            numbered = {r.indicator.number for r in merged.reached}
            found = [f for f in found if light == RED or f[1] in numbered][: _MOST[light]]
        for n, (text, task) in enumerate(found, 1):
            yield Paragraph(BODY, tr("{n}.{text}。", n=n, text=text), task)
        rest = [n for n in tasks if n not in {task for _, task in found}]
        if rest:
            words = (
                "其余{count}项的牵头单位为{units}，详见附件。"
                if found
                else "牵头单位为{units}，详见附件。"
            )
            yield Paragraph(BODY, tr(words, count=len(rest), units=_leads(merged, rest)))


def _leads(merged: MergeResult, numbers: Iterable[int]) -> str:
    """The lead units of some tasks, each with how many of them it leads."""
    count = Counter(unit for n in numbers for unit in task_of(merged, n).lead)
    return joined(
        tr("{unit}（{count}项）", unit=unit, count=n) if n > 1 else unit
        for unit, n in count.items()
    )


def _of_light(merged: MergeResult, light: str) -> Iterator[tuple[str, int]]:
    tasks = {s.task: s for s in merged.standings.values() if s.light == light}
    found = [
        r
        for r in merged.reached
        if r.indicator.number in tasks and r.measured.light in (YELLOW, RED)
    ]
    found.sort(key=lambda r: (points_of(r), r.indicator.number))
    for one in found:
        yield indicator_words(one, merged.caption), one.indicator.number
    measured = {r.indicator.number for r in found}
    for standing in tasks.values():
        if standing.task not in measured:
            yield task_words(merged, standing), standing.task


def _answers(merged: MergeResult, scores: Sequence[Score]) -> Iterator[Paragraph]:
    total = len(merged.statuses)
    unissued = {f.unit for f in merged.findings if f.code == "TASK-033"}
    silent = [s.unit for s in merged.statuses if s.state == "missing"]
    missing = [unit for unit in silent if unit not in unissued]
    without = [unit for unit in silent if unit in unissued]
    refused = [s.unit for s in merged.statuses if s.state == "refused"]
    suspected = [s.unit for s in merged.statuses if s.state == "suspected"]
    too_late = {s.unit for s in scores if s.on_time is False and s.state != "missing"}
    late = [s.unit for s in merged.statuses if s.unit in too_late]
    wrong = [s.unit for s in merged.statuses if s.errors and s.state == "errors"]
    answered = total - len(silent) - len(refused) - len(suspected)
    yield Paragraph(
        BODY,
        tr(
            "应报送单位{total}个，已报送{answered}个，未报送{missing}个。",
            total=total, answered=answered, missing=len(missing),
        ),
    )  # fmt: skip
    for units, words in (
        (missing, "未按要求报送"),
        (without, "的任务是发表以后改派的，是否收到填报表待核实"), (refused, "报送的表格无法采用，须重新报送"),
        (suspected, "疑似已报送，文件无法打开或无法确认，待核实"), (late, "逾期报送"),
        (wrong, "报送内容有差错，须按退回说明改正"),
    ):  # fmt: skip
        if units:
            sentence = "{units}等{count}个单位" + words if len(units) > 1 else "{units}" + words
            yield Paragraph(BODY, tr(sentence + "。", units=joined(units), count=len(units)))


def _next(merged: MergeResult, annexed: bool) -> Iterator[Paragraph]:
    missing = any(s.state in ("missing", "refused") for s in merged.statuses)
    if missing:
        yield Paragraph(
            BODY, tr("尚未报送的单位要尽快补报；报送内容有差错的单位要按退回说明改正后重报。")
        )
    periods = merged.plan.periods
    behind = [s.task for s in merged.standings.values() if s.light in (RED, YELLOW)]
    if merged.period >= len(periods):
        if behind:
            yield Paragraph(
                BODY, tr("本期为年度最后一个时段，滞后任务的牵头单位要说明原因、明确完成时限。")
            )
        return
    due = periods[merged.period].caption
    dated = sum(bool(t.milestones.get(due)) for t in merged.plan.tasks)
    yield Paragraph(
        BODY,
        tr(
            "{due}有序时进度的任务共{count}项。各牵头单位要对照序时进度抓好落实，滞后任务要倒排工期、迎头赶上"
            + ("，其{due}序时进度见附件。" if annexed else "，其{due}序时进度为：" if behind else "。"),
            due=due, count=dated,
        ),
    )  # fmt: skip
    if annexed:
        return
    n = 0
    for number in behind:
        task = task_of(merged, number)
        milestone = task.milestones.get(due, "")
        if milestone:
            n += 1
            asked = tr("{task}：{text}", task=named(task), text=clean(milestone).rstrip("。；.;"))
            yield Paragraph(BODY, tr("{n}.{text}。", n=n, text=asked), number)


def _annex(merged: MergeResult) -> Iterator[Paragraph]:
    """附件: every task that is behind, how it stands, and what is due next."""
    plan = merged.plan
    later = [p.caption for p in plan.periods[merged.period : merged.period + 1]]
    yield Paragraph(ANNEX, tr("附件"))
    yield Paragraph(ANNEX_TITLE, tr("滞后任务清单"))
    captions = [tr(c) for c in ("序号", "目标任务", "牵头单位", "亮灯", "情况")]
    captions += [tr("{period}序时进度", period=caption) for caption in later]
    yield Paragraph(ROW, "", None, tuple(captions))
    for standing in _behind_tasks(merged):
        task = task_of(merged, standing.task)
        cells = [
            str(task.number), one_line(task.goal), joined(task.lead), tr(f"{standing.light}灯"),
            one_line(status_words(merged, standing, merged.caption)),
            *(one_line(task.milestones.get(caption, "")) for caption in later),
        ]  # fmt: skip
        yield Paragraph(ROW, "", task.number, tuple(cells))


def plain_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return the draft as plain text, a paragraph a line."""
    return "\n".join(p.text or " | ".join(p.cells) for p in paragraphs) + "\n"


# Kinds of paragraphs, in the order in which a circular has them.
TITLE, ADDRESSEE, HEADING, SUBHEADING, BODY, ENCLOSURE, SIGNATURE, ANNEX, ANNEX_TITLE, ROW = (
    "title", "addressee", "heading", "subheading", "body", "enclosure", "signature", "annex",
    "annex title", "row",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """通报: one paragraph of the draft; ``task`` is the number of the task it speaks of, if one.

    A row of the annex has ``cells`` in place of a text.
    """

    kind: str
    text: str
    task: int | None = None
    cells: tuple[str, ...] = ()
