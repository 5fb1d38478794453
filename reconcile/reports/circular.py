"""MergeResult -> the sentences of a draft circular (通报), in the house style of real ones. Pure.

Counts with shares that add up to 100.0 (金寨 2025); units that have not answered
are named (灌云 2019, 丹凤 2023).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..core.i18n import day_text, joined, tr
from ..core.lights import Light
from ..core.plan import State
from ..core.result import MergeResult, Score, UnitState
from ..core.text import clean
from .circular_wording import (
    basis_words,
    capital,
    indicator_words,
    named,
    numerals,
    one_line,
    points_of,
    status_words,
    task_of,
    task_words,
    within,
)
from .counts import by_severity, counts_text, indicator_counts, light_counts, state_counts, subject
from .overview import worded_changes

_FEW = 8
"""So many tasks that are behind stand in the text alone; more of them get an annex."""
_MOST = {Light.RED: 10, Light.YELLOW: 5}
"""So many tasks of each light are named one by one where there is an annex."""
_MOST_AHEAD = 8
"""So many indicators that are ahead are named."""
_LONGEST = 120
"""So many characters of a reason stand in the text where the annex has it whole."""

__all__ = ["draft", "indicator_words"]


def draft(merged: MergeResult, scores: Sequence[Score]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the draft, in order; no text of it holds a line break.

    Where many tasks are behind, the worst stand in the text, and all of them
    stand in an annex: rows of a table, the first its captions.
    """
    plan = merged.plan
    annexed = len(by_severity(merged)) > _FEW
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
    paragraphs.append(Paragraph(SIGNATURE, day_text(merged.as_of)))
    paragraphs += _annex(merged) if annexed else []
    return tuple(replace(p, text=one_line(p.text)) for p in paragraphs)


def _opening(merged: MergeResult) -> str:
    plan = merged.plan
    number = tr("（{document}）", document=plan.document) if plan.document else ""
    end = plan.periods[merged.period - 1].end
    return tr(
        "根据《{title}》{number}，对截至{day}（{period}）的推进情况进行了汇总，现将有关情况通报如下：",
        title=plan.title, number=number, period=merged.caption, day=day_text(end),
    )  # fmt: skip


def _overall(merged: MergeResult) -> Iterator[Paragraph]:
    total = len(merged.standings)
    states, lights = counts_text(state_counts(merged)), counts_text(light_counts(merged))
    words = "全部{count}项任务中，按牵头单位自报，{states}。"
    yield Paragraph(BODY, tr(words, count=total, states=states))
    yield Paragraph(BODY, tr("按红黄绿灯评定，{lights}。", lights=lights))
    counts = indicator_counts(merged)
    if counts.reported:
        yield Paragraph(BODY, str(counts))
    yield from _comparison(merged)
    yield Paragraph(BODY, basis_words(merged))


def _comparison(merged: MergeResult) -> Iterator[Paragraph]:
    """What changed since the last period, where that is known."""
    changes = merged.changes
    if changes is None:
        return
    lights = (s.before.light for s in merged.standings.values() if s.before)
    before, now = (
        sum(light in (Light.RED, Light.YELLOW) for light in lights),
        len(by_severity(merged)),
    )
    changed = [
        tr("{words}{count}项（{numbers}）", words=within(c.words), count=len(c.tasks), numbers=c.numbers)
        for c in worded_changes(changes)
    ]  # fmt: skip
    words = (
        "与{since}相比，滞后任务由{before}项变为{now}项"
        if before != now
        else "与{since}相比，滞后任务仍为{now}项"
    )
    first = tr(words, since=changes.since, before=before, now=now)
    parts = joined(changed) or tr("各项任务的亮灯没有变化")
    yield Paragraph(BODY, tr("{first}：{parts}。", first=first, parts=parts))


def _ahead(merged: MergeResult) -> Iterator[Paragraph]:
    ahead = [
        r
        for r in merged.reached
        if r.measured.state in (State.AHEAD, State.DONE) and points_of(r) > 0
    ]
    if not ahead:
        return
    ahead.sort(key=lambda r: (-points_of(r), r.indicator.number))
    shown = ahead[:_MOST_AHEAD]
    words = "快于序时进度或高于目标的量化指标{count}项，" + (
        "分别是：" if len(shown) == len(ahead) else "其中幅度较大的{shown}项是："
    )
    yield Paragraph(BODY, tr(words, count=len(ahead), shown=len(shown)))
    for n, reached in enumerate(shown, 1):
        words = indicator_words(reached, merged.caption)
        yield Paragraph(BODY, tr("{n}.{text}。", n=n, text=words), reached.indicator.number)


def _behind(merged: MergeResult, annexed: bool) -> Iterator[Paragraph]:
    """Red before yellow: a line for each task, so that lines and rest add up to the heading's number."""
    written = 0
    for light in (Light.RED, Light.YELLOW):
        tasks = [s for s in by_severity(merged) if s.light == light]
        if not tasks:
            continue
        numeral = numerals("一二")[written]
        written += 1
        words = tr(
            f"（{{numeral}}）{light}灯任务（{{count}}项）", numeral=numeral, count=len(tasks)
        )
        yield Paragraph(SUBHEADING, words)
        shown = tasks[: _MOST[light]] if annexed else tasks
        for n, standing in enumerate(shown, 1):
            text = task_words(merged, standing, _LONGEST if annexed else None)
            yield Paragraph(BODY, tr("{n}.{text}。", n=n, text=text), standing.task)
        if rest := tasks[len(shown) :]:
            words = "其余{count}项的牵头单位为{units}，详见附件。"
            units = _leads(merged, (s.task for s in rest))
            yield Paragraph(BODY, tr(words, count=len(rest), units=units))


def _leads(merged: MergeResult, numbers: Iterable[int]) -> str:
    """The lead units of some tasks, each with how many of them it leads."""
    count = Counter(unit for n in numbers for unit in task_of(merged, n).lead)
    return joined(
        tr("{unit}（{count}项）", unit=unit, count=n) if n > 1 else unit
        for unit, n in count.items()
    )


def _answers(merged: MergeResult, scores: Sequence[Score]) -> Iterator[Paragraph]:
    """How many units reported, in parts that add up; then who they are that did not, or not well."""
    unissued = {f.unit for f in merged.findings if f.code == "TASK-033"}
    silent = [s.unit for s in merged.statuses if s.state == UnitState.MISSING]
    missing = [unit for unit in silent if unit not in unissued]
    without = [unit for unit in silent if unit in unissued]
    refused = [s.unit for s in merged.statuses if s.state == UnitState.REFUSED]
    suspected = [s.unit for s in merged.statuses if s.state == UnitState.SUSPECTED]
    too_late = {s.unit for s in scores if s.on_time is False and s.state != UnitState.MISSING}
    late = [s.unit for s in merged.statuses if s.unit in too_late]
    with_errors = [s.unit for s in merged.statuses if s.errors and s.state == UnitState.ERRORS]
    total = len(merged.statuses)
    answered = total - len(silent) - len(refused) - len(suspected)
    parts = [tr("已报送{count}个", count=answered), tr("未报送{count}个", count=len(missing))]
    parts += [
        tr(words, count=len(units))
        for units, words in (
            (refused, "报送的填报表未采用{count}个"), (suspected, "疑似已报送、待核实{count}个"),
            (without, "任务改派、待核实{count}个"),
        )
        if units
    ]  # fmt: skip
    words = "截至{day}，应报送单位{total}个，其中{parts}。"
    day = day_text(merged.as_of)
    yield Paragraph(BODY, tr(words, day=day, total=total, parts=joined(parts)))
    for units, words in (
        (missing, "未按要求报送"),
        (without, "的任务是发表以后改派的，是否收到填报表待核实"),
        (refused, "报送的填报表未采用，须重新报送"),
        (suspected, "疑似已报送，文件无法打开或无法确认，待核实"), (late, "逾期报送"),
        (with_errors, "报送内容有差错，须按退回说明改正"),
    ):  # fmt: skip
        if units:
            sentence = "{units}等{count}个单位" + words if len(units) > 1 else "{units}" + words
            yield Paragraph(BODY, tr(sentence + "。", units=joined(units), count=len(units)))


def _next(merged: MergeResult, annexed: bool) -> Iterator[Paragraph]:
    states = {s.state for s in merged.statuses}
    asked = [
        tr(words)
        for state, words in (
            (UnitState.MISSING, "尚未报送的单位要尽快补报"), (UnitState.REFUSED, "填报表未采用的单位要重新报送"),
            (UnitState.ERRORS, "报送内容有差错的单位要按退回说明改正后重报"),
        )
        if state in states
    ]  # fmt: skip
    if asked:
        words = joined(asked, "；")
        yield Paragraph(BODY, tr("{asked}。", asked=capital(words)))
    periods = merged.plan.periods
    behind = [s.task for s in by_severity(merged)]
    if merged.period >= len(periods):
        if behind:
            words = "本期为年度最后一个时段，滞后任务的牵头单位要说明原因、明确完成时限。"
            yield Paragraph(BODY, tr(words))
        return
    due = periods[merged.period].caption
    dated = sum(bool(t.milestones.get(due)) for t in merged.plan.tasks)
    late = [t for number in behind if (t := task_of(merged, number)).milestones.get(due)]
    if not dated:
        return
    words = "{due}有序时进度的任务共{count}项，各牵头单位要对照序时进度抓好落实。"
    if late and annexed:
        words = (
            "{due}有序时进度的任务共{count}项，各牵头单位要对照序时进度抓好落实；"
            "其中本期滞后的{late}项要倒排工期、迎头赶上，其{due}序时进度见附件。"
        )
    elif late:
        words = (
            "{due}有序时进度的任务共{count}项，各牵头单位要对照序时进度抓好落实；"
            "其中本期滞后的{late}项要倒排工期、迎头赶上，其{due}序时进度为："
        )
    yield Paragraph(BODY, tr(words, due=due, count=dated, late=len(late)))
    for n, task in enumerate(late if not annexed else (), 1):
        milestone = clean(task.milestones[due]).rstrip("。；.;")
        text = tr("{task}：{text}", task=named(task), text=milestone)
        yield Paragraph(BODY, tr("{n}.{text}。", n=n, text=text), task.number)


def _annex(merged: MergeResult) -> Iterator[Paragraph]:
    """附件: every task that is behind, how it stands, and what is due next."""
    plan = merged.plan
    later = [p.caption for p in plan.periods[merged.period : merged.period + 1]]
    yield Paragraph(ANNEX, tr("附件{number}", number=""))  # there is one only
    yield Paragraph(ANNEX_TITLE, tr("滞后任务清单"))
    captions = [tr(c) for c in ("序号", "目标任务", "牵头单位", "亮灯", "情况")]
    captions += [tr("{period}序时进度", period=caption) for caption in later]
    yield Paragraph(ROW, "", None, tuple(captions))
    for standing in by_severity(merged):
        task = task_of(merged, standing.task)
        cells = [
            str(task.number), one_line(task.goal), joined(task.lead), tr(f"{standing.light}灯"),
            capital(one_line(status_words(merged, standing))),
            *(one_line(task.milestones.get(caption, "")) for caption in later),
        ]  # fmt: skip
        yield Paragraph(ROW, "", task.number, tuple(cells))


# Kinds of paragraphs, in the order in which a circular has them; a letter has a number, too.
TITLE, NUMBER, ADDRESSEE, HEADING, SUBHEADING, BODY, ENCLOSURE, SIGNATURE, ANNEX, ANNEX_TITLE, ROW = (
    "title", "number", "addressee", "heading", "subheading", "body", "enclosure", "signature", "annex",
    "annex title", "row",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """通报: one paragraph of the draft; ``task`` is the number of the task it is about, if one.

    A row of the annex has ``cells`` in place of a text.
    """

    kind: str
    text: str
    task: int | None = None
    cells: tuple[str, ...] = ()
