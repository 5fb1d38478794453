"""extract and diff: the plan as published, and as amended."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import (
    EN,
    ZH,
    Listed,
    Phrase,
    holds_chinese,
    joined,
    language_of,
    meant,
    speaking,
    spoken,
    tr,
)
from ..core.keys import honoured_by
from ..core.plan import LEADER, Amendment, Assignment, Indicator, Plan, Task, Unit
from ..core.prefill import PRINTED_NUMBER
from ..core.published_plan import PublishedPlan
from ..core.secret_key import new_key
from ..core.settings import Setting, lasting
from ..core.text import fold
from ..core.units import assign_units, assignments, sure_names
from ..core.values.periods import periods_of
from ..core.values.synonyms import usual_synonyms
from ..extract.columns.choices import choices_in, choices_of, role_named
from ..extract.sandbox import proof_bytes, read_published_plan
from ..merge.indicator_rows import asked_units, undecided
from ..plan import (
    CAPTIONS,
    ROLES,
    TASKS,
    plan_bytes,
    read_columns,
    read_plan,
)
from ..plan.diff import pair_tasks
from ..plan.indicators import read_indicators
from ..writers.atomic import Batch, together
from .outputs import check_key, check_new, check_places, set_aside

Progress = Callable[[int, int], None]
# A number to be reached, as English texts write it: 240 homes, £18 million, below 4.5 %.
_ENGLISH_FIGURE = re.compile(
    r"(?:[£$€] ?\d[\d,.]*(?: ?(?:million|billion|bn|m|k))?|\b\d[\d,.]* ?(?:%|per ?cent|[a-z]{3,}))",
    re.I,
)
# Findings about pages, sheets and tables that were not read.
_UNREAD = frozenset(("PLAN-020", "PLAN-029", "PLAN-030", "PLAN-050", "PLAN-056", "PLAN-060"))
# What a plan without periods is reported in.
_QUARTERS = {
    ZH: ("第一季度", "第二季度", "第三季度", "第四季度"),
    EN: ("Q1", "Q2", "Q3", "Q4"),
}


@dataclass(frozen=True, slots=True)
class Extracted:
    """Result of :func:`extract`; ``plan`` is None when the findings say why not.

    ``language`` is the published plan's, also where it was refused. ``sure`` is the number of
    units whose names are certain.
    """

    plan: Plan | None
    findings: tuple[Finding, ...]
    language: str = ZH
    sure: int = 0


def extract(
    source: Path,
    out: Path | None,
    progress: Progress | None = None,
    *,
    last_path: Path | None = None,
    amended: bool = False,
    proof_path: Path | None = None,
    columns_path: Path | None = None,
    columns: Mapping[str, str] | None = None,
    cross_check: bool = True,
    force: bool = False,
) -> Extracted:
    """Read a published plan and write the plan workbook ``out``, or none where that is None.

    ``last_path`` is an earlier plan workbook, whose register, words for states
    and lasting settings are taken over; if the new plan is that one ``amended``,
    its key, rulings and all settings too. ``proof_path`` is the proof to write
    beside. ``columns_path`` is a workbook whose sheet 栏目 says what columns are, ``columns``
    says so by caption (the name of a role: 目标任务, Task); both go before what the
    earlier plan workbook remembers. Without ``cross_check`` a PDF is read by one reader only. With
    ``force`` files that are there already are kept under another name (PLAN-570). OSError when a
    file cannot be written, Misused when it must not be. Nothing is written when the plan, or the
    earlier one, could not be read.
    """
    outputs = [path for path in (out, proof_path) if path]
    check_places(outputs, [path for path in (source, last_path, columns_path) if path])
    if proof_path:
        check_key(proof_path)
    check_new(outputs, force=force)
    last, findings = read_plan(last_path) if last_path else (None, ())
    if last_path and last is None:
        return Extracted(None, findings)
    chosen, more_findings = _choices(last, columns_path, columns or {})
    findings = (*findings, *more_findings)
    if chosen is None:
        return Extracted(None, findings)
    notice, more_findings = read_published_plan(
        source, progress=progress, choices=chosen, cross_check=cross_check
    )
    findings = (*findings, *more_findings)
    if notice is None:
        english = any(f.values.get("english") for f in more_findings)
        return Extracted(None, findings, EN if english else ZH)
    findings = (*findings, *_unused(notice, source, columns_path, columns or {}))
    language = language_of(last.settings) if last else EN if _is_english(notice) else ZH
    with speaking(language):
        return _extracted(source, out, notice, findings, last, amended, proof_path, progress)


def _choices(
    last: Plan | None, columns_path: Path | None, columns: Mapping[str, str]
) -> tuple[Mapping[str, str] | None, tuple[Finding, ...]]:
    """Return the roles that a person chose by folded caption, the latest word first; None where one is wrong."""
    chosen: dict[str, str] = {}
    if last:
        chosen |= choices_in(last.settings.get(Setting.CAPTION_WORDS, ""))
        chosen |= choices_of(last.columns)
    findings: list[Finding] = []
    if columns_path:
        columns_sheet, more_findings = read_columns(columns_path)
        findings += more_findings
        if more_findings:
            return None, tuple(findings)
        chosen |= choices_of(columns_sheet)
    for caption, name in columns.items():
        role = role_named(name)
        if role is None:
            values = {"value": name, "choices": Listed(map(Phrase, ROLES))}
            return None, (*findings, Finding("PLAN-085", values=values))
        chosen[fold(caption)] = role
    return chosen, tuple(findings)


def _unused(
    notice: PublishedPlan, source: Path, columns_path: Path | None, columns: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Return findings on choices about captions that the plan does not have."""
    named = list(columns)
    if columns_path:
        named += [column.caption for column in read_columns(columns_path)[0] if column.chosen]
    printed = {
        fold(part)
        for column in notice.printed
        for part in (column.caption, column.caption.split("·")[-1])
    }
    shown = Listed(column.caption for column in notice.printed)
    return tuple(
        Finding("PLAN-082", Place(source.name), values={"caption": name, "captions": shown})
        for name in dict.fromkeys(named)
        if fold(name) not in printed
    )


def _is_english(notice: PublishedPlan) -> bool:
    """Return whether a published plan holds no Chinese at all."""
    texts = (
        text
        for task in notice.tasks
        for text in (
            *task.sections,
            task.goal,
            *task.milestones.values(),
            *task.lead,
            *task.support,
        )
    )
    return not any(map(holds_chinese, (notice.title, notice.office, *notice.periods, *texts)))


def _extracted(
    source: Path,
    out: Path | None,
    notice: PublishedPlan,
    findings: tuple[Finding, ...],
    last: Plan | None,
    amended: bool,
    proof_path: Path | None,
    progress: Progress | None,
) -> Extracted:
    """Make a plan of what was published, and write its workbook and its proof."""
    tasks, units, unit_findings = assign_units(notice, last.units if last else ())
    named, kept = _captions_apart(notice, tasks)
    kept, known = _leaders_kept(kept, last, source.name, amended=amended)
    plan, unsure = _plan_of(named, kept, units, source.name, last, amended=amended)
    review = (*findings, *unit_findings, *known, *unsure, *_number_doubts(plan, source.name))
    # What was not read stands first: nobody looks for what is not there.
    review = tuple(sorted(review, key=lambda finding: finding.code not in _UNREAD))
    proof: bytes | Finding | None = None
    if proof_path and any(notice.areas.values()):
        proof = proof_bytes(source, notice, tasks, review, progress)
        if isinstance(proof, Finding):
            review = (*review, proof)
    elif proof_path:
        review = (*review, Finding("PLAN-057", Place(source.name)))
    with together() as batch:
        former = replace_plan(batch, out, plan_bytes(plan, review)) if out else ()
        if proof_path and isinstance(proof, bytes):
            set_aside(batch, proof_path)
            batch.write(proof_path, proof)
    sure = sure_names(tasks, units, last.units if last else (), review)
    return Extracted(plan, (*former, *review), spoken(), len(sure))


def write_plan(
    plan: Plan, findings: Sequence[Finding], out: Path, *, force: bool = False
) -> tuple[Finding, ...]:
    """Write the workbook of a plan, with findings to look over; return what was kept under another name.

    Misused where a file is there already, unless ``force``; OSError when it cannot be written.
    """
    check_new([out], force=force)
    with speaking(language_of(plan.settings)), together() as batch:
        return replace_plan(batch, out, plan_bytes(plan, findings))


def replace_plan(batch: Batch, out: Path, content: bytes) -> tuple[Finding, ...]:
    """Have a plan workbook written; one that is there already is kept, with a finding."""
    kept = set_aside(batch, out)
    batch.write(out, content, private=True)
    return (Finding("PLAN-570", Place(out.name), values={"kept": kept.name}),) if kept else ()


def _captions_apart(
    notice: PublishedPlan, tasks: Sequence[Task]
) -> tuple[PublishedPlan, tuple[Task, ...]]:
    """Return a plan and its tasks without periods or further columns that have a caption of ours, or each other's."""
    captions = {*CAPTIONS[TASKS]} - {PRINTED_NUMBER, LEADER}

    def apart(caption: str, taken: Collection[str] = ()) -> str:
        ours = meant(caption, captions) in captions or caption in taken
        return f"{tr('原文')}·{caption}" if ours else caption

    kept = tuple(
        replace(
            task,
            milestones={apart(caption): text for caption, text in task.milestones.items()},
            extras={apart(c, notice.periods): text for c, text in task.extras.items()},
        )
        for task in tasks
    )
    return replace(notice, periods=tuple(map(apart, notice.periods))), kept


def _leaders_kept(
    tasks: tuple[Task, ...], last: Plan | None, file: str, *, amended: bool
) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """Return the tasks with the leaders that an earlier plan workbook names, where the published plan names none.

    A task of another year is the same where its goal is, word for word; a finding counts them.
    """
    if last is None or any(t.leaders for t in tasks) or not any(t.leaders for t in last.tasks):
        return tasks, ()
    pairs = pair_tasks(last.tasks, tasks)
    known = {
        new.number: old.extras[LEADER]
        for old, new in pairs
        if old.leaders and (amended or fold(old.goal) == fold(new.goal))
    }
    kept = tuple(replace(t, extras={**t.extras, LEADER: known.get(t.number, "")}) for t in tasks)
    values = {"count": len(known), "total": len(tasks)}
    return kept, (Finding("PLAN-601", Place(file), values=values),)


def _changes_kept(last: Plan, tasks: Sequence[Task]) -> tuple[Amendment, ...]:
    """Return the trace of agreed changes (变更记录) under the tasks' present numbers; those of a dropped task go with it."""
    numbers = {old.number: new.number for old, new in pair_tasks(last.tasks, tasks)}
    return tuple(replace(c, task=numbers[c.task]) for c in last.changes if c.task in numbers)


def _plan_of(
    notice: PublishedPlan,
    tasks: tuple[Task, ...],
    units: tuple[Unit, ...],
    file: str,
    last: Plan | None,
    *,
    amended: bool,
) -> tuple[Plan, list[Finding]]:
    """Put a plan together from what was published and what an earlier plan workbook knows."""
    kept = dict(last.settings if amended else lasting(last.settings)) if last else {}
    # An amendment is of the year that it amends, whether it says so or not.
    guessed = last.year if last and amended else date.today().year
    year = notice.year or guessed
    captions, more_findings = _periods(notice, file)
    unsure = list(more_findings)
    periods, more_findings = periods_of(captions, year, file)
    unsure += more_findings
    if last and amended and year != last.year:
        values = {"before": last.year, "year": year}
        unsure.append(Finding("PLAN-594", Place(file), values=values))
    if notice.year is None and not (last and amended):
        unsure.append(Finding("PLAN-541", Place(file), values={"year": year}))
    plan = Plan(
        title=notice.title,
        document=notice.document,
        office=notice.office or (last.office if last else ""),
        year=year,
        periods=periods,
        tasks=tasks,
        units=units,
        key=last.key if last and amended else new_key(),
        rulings=last.rulings if last and amended else (),
        changes=_changes_kept(last, tasks) if last and amended else (),
        synonyms={**usual_synonyms(spoken()), **(last.synonyms if last else {})},
        indicators=tuple(
            i for t in tasks for i in _indicators(t, notice.periods, last if amended else None)
        ),
        settings={
            Setting.LANGUAGE: spoken(),
            Setting.RED: "10",
            Setting.PRINTED_TOO: _printed_too(notice, tasks),
            **kept,
        },
        columns=notice.printed,
    )
    if last and amended:  # what went out under its former name still counts
        plan = replace(plan, settings={**plan.settings, Setting.HONOURED: honoured_by(plan, last)})
    return _with_doubts(plan), unsure


def _with_doubts(plan: Plan) -> Plan:
    """The plan with a doubt at each amount of several units."""
    by_unit: dict[str, dict[int, Assignment]] = {}
    for a in assignments(plan)[0]:
        by_unit.setdefault(a.unit, {})[a.task.number] = a
    doubts = {
        (i.number, i.name): doubt
        for i, doubt in undecided(plan, asked_units(plan.indicators, by_unit))
    }
    indicators = tuple(
        replace(i, doubts=(*i.doubts, doubts[i.number, i.name]))
        if (i.number, i.name) in doubts
        else i
        for i in plan.indicators
    )
    return replace(plan, indicators=indicators)


def _number_doubts(plan: Plan, file: str) -> Iterator[Finding]:
    """Yield what is doubtful about the indicators; figures of English texts are counted, read or not."""
    places = {task.number: Place(file, cell=task.source) for task in plan.tasks}
    for indicator in plan.indicators:
        for doubt in indicator.doubts:
            yield replace(doubt, place=places.get(indicator.number, Place(file)))
    figures = [
        figure[0]
        for task in plan.tasks
        for text in (task.goal, *task.milestones.values())
        if not holds_chinese(text) and (figure := _ENGLISH_FIGURE.search(text))
    ]
    if figures:
        values = {"text": figures[0], "count": len(figures), "read": len(plan.indicators)}
        yield Finding("PLAN-091", Place(file), values=values)


def _periods(notice: PublishedPlan, file: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the plan's periods; where it has none, quarters to report in, and a finding."""
    if notice.periods:
        return notice.periods, ()
    quarters = _QUARTERS[spoken()]
    dues = [c for c in notice.printed_on_forms if any(t.extras.get(c) for t in notice.tasks)]
    code = "PLAN-077" if dues else "PLAN-088"
    values = {"captions": Listed(dues), "periods": Listed(quarters)}
    return quarters, (Finding(code, Place(file), values=values),)


def _printed_too(notice: PublishedPlan, tasks: Sequence[Task]) -> str:
    """Return the further columns that forms should print: numbers as printed, deadlines, steps."""
    relabelled = any(PRINTED_NUMBER in task.extras for task in tasks)
    return joined((*[tr(PRINTED_NUMBER)] * relabelled, *notice.printed_on_forms))


def _indicators(task: Task, periods: Sequence[str], reviewed: Plan | None) -> tuple[Indicator, ...]:
    """The indicators of a task: as reviewed where an amended plan left its words alone, whatever its number."""
    same = [t for t in reviewed.tasks if _words(t) == _words(task)] if reviewed else []
    before = next((t for t in same if t.number == task.number), same[0] if len(same) == 1 else None)
    if reviewed and before:
        reviewed_ones = (i for i in reviewed.indicators if i.number == before.number)
        return tuple(replace(i, number=task.number) for i in reviewed_ones)
    return read_indicators(task, periods)


def _words(task: Task) -> tuple[str, Mapping[str, str]]:
    return task.goal, task.milestones
