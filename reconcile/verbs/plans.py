"""extract and diff: the plan as published, and as amended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..changes import Change
from ..difference import compare
from ..files import Batch, together, write_file
from ..findings import Finding, Place
from ..frozen import frozen
from ..identity import HONOURED, honoured_by
from ..indicator_rows import asked_units, undecided
from ..indicators import read_indicators
from ..keys import new_key
from ..language import EN, ZH, holds_chinese, language_of, speaking, spoken
from ..marks import CHANGES
from ..model import Assignment, Indicator, Notice, Plan, Task, Unit
from ..notice import read_notice
from ..outputs import check_former, check_new, check_places, set_aside
from ..periods import periods_of
from ..plan import RED, lasting_settings, plan_bytes, read_plan, spoken_in
from ..synonyms import usual_synonyms
from ..units import assign_units, assignments

Progress = Callable[[int, int], None]


@frozen
class Extracted:
    """Result of :func:`extract`; ``plan`` is None when the findings say why not."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def extract(
    source: Path,
    out: Path,
    progress: Progress | None = None,
    *,
    last_path: Path | None = None,
    amended: bool = False,
    proof_path: Path | None = None,
    cross_check: bool = True,
    force: bool = False,
) -> Extracted:
    """Read a published plan and write the plan workbook ``out``.

    ``last_path`` is an earlier plan workbook, whose register, words for states
    and lasting settings are taken over; if the new plan is that one ``amended``,
    its key, rulings and all settings too. ``proof_path`` is the proof to write
    beside. Without ``cross_check`` a PDF is read by one reader only. With ``force`` files that are
    there already are kept under another name (PLAN-570). OSError when a file cannot be written,
    Misused when it must not be. Nothing is written when the plan, or the earlier one, could not be read.
    """
    outputs = [path for path in (out, proof_path) if path]
    check_places(outputs, [path for path in (source, last_path) if path])
    check_new(outputs, force=force)
    last, findings = read_plan(last_path) if last_path else (None, ())
    if last_path and last is None:
        return Extracted(None, findings)
    notice, told = read_notice(source, progress=progress, cross_check=cross_check)
    findings = (*findings, *told)
    if notice is None:
        return Extracted(None, findings)
    own = language_of(last.settings) if last else EN if _is_english(notice) else ZH
    with speaking(own):
        return _extracted(source, out, notice, findings, last, amended, proof_path, progress)


def _is_english(notice: Notice) -> bool:
    """Say whether a published plan holds no Chinese at all."""
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
    out: Path,
    notice: Notice,
    findings: tuple[Finding, ...],
    last: Plan | None,
    amended: bool,
    proof_path: Path | None,
    progress: Progress | None,
) -> Extracted:
    """Make a plan of what was published, and write its workbook and its proof."""
    tasks, units, told = assign_units(notice, last.units if last else ())
    plan, unsure = _plan_of(notice, tasks, units, source.name, last, amended=amended)
    review = (*findings, *told, *unsure)
    proof = None
    if proof_path and any(notice.areas.values()):
        # Imported here: drawing pages needs packages that nothing else does.
        from ..proof import proof_bytes

        proof = proof_bytes(source, notice, tasks, review, progress)
    elif proof_path:
        review = (*review, Finding("PLAN-057", Place(source.name)))
    with together() as batch:
        kept = replace_plan(batch, out, plan_bytes(plan, review))
        if proof_path and proof:
            set_aside(batch, proof_path)
            batch.write(proof_path, proof)
    return Extracted(plan, (*kept, *review))


def replace_plan(batch: Batch, out: Path, content: bytes) -> tuple[Finding, ...]:
    """Have a plan workbook written; one that is there already is kept, and that is told."""
    kept = set_aside(batch, out)
    batch.write(out, content, private=True)
    return (Finding("PLAN-570", Place(out.name), values={"kept": kept.name}),) if kept else ()


def _plan_of(
    notice: Notice,
    tasks: tuple[Task, ...],
    units: tuple[Unit, ...],
    file: str,
    last: Plan | None,
    *,
    amended: bool,
) -> tuple[Plan, list[Finding]]:
    """Put a plan together from what was published and what an earlier plan workbook knows."""
    kept = dict(last.settings if amended else lasting_settings(last)) if last else {}
    # An amendment is of the year that it amends, whether it says so or not.
    guessed = last.year if last and amended else date.today().year
    year = notice.year or guessed
    periods, told = periods_of(notice.periods, year, file)
    unsure = list(told)
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
        synonyms={**usual_synonyms(), **(last.synonyms if last else {})},
        indicators=tuple(
            i for t in tasks for i in _indicators(t, notice.periods, last if amended else None)
        ),
        settings={"语言": spoken(), RED: "10", **kept},
    )
    if last and amended:  # what went out under its former name still counts
        plan = replace(plan, settings={**plan.settings, HONOURED: honoured_by(plan, last)})
    return _with_doubts(plan, unsure)


def _with_doubts(plan: Plan, unsure: list[Finding]) -> tuple[Plan, list[Finding]]:
    """The plan with a doubt at each amount of several units, and the doubts among what is to be reviewed."""
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
    return replace(plan, indicators=indicators), [*unsure, *doubts.values()]


def _indicators(task: Task, periods: Sequence[str], reviewed: Plan | None) -> tuple[Indicator, ...]:
    """The indicators of a task: as reviewed where an amended plan left its words alone, whatever its number."""
    same = [t for t in reviewed.tasks if _words(t) == _words(task)] if reviewed else []
    before = next((t for t in same if t.number == task.number), same[0] if len(same) == 1 else None)
    if reviewed and before:
        own = (i for i in reviewed.indicators if i.number == before.number)
        return tuple(replace(i, number=task.number) for i in own)
    return read_indicators(task, periods)


def _words(task: Task) -> tuple[str, Mapping[str, str]]:
    return task.goal, task.milestones


def diff(old_path: Path, new_path: Path) -> tuple[tuple[Change, ...] | None, tuple[Finding, ...]]:
    """Return what changed between two plan workbooks; None and findings when one cannot be read."""
    old, findings = read_plan(old_path)
    new, told = read_plan(new_path)
    findings = (*findings, *told)
    if old is None or new is None:
        return None, findings
    with speaking(language_of(new.settings)):
        return compare(old, new), findings


def write_changes(
    changes: Sequence[Change], old_path: Path, new_path: Path, out: Path, *, force: bool = False
) -> None:
    """Write what :func:`diff` found as a workbook. OSError when it cannot be written, Misused when it must not be."""
    from ..amendment import changes_bytes  # most runs print it only

    with speaking(spoken_in(new_path)):
        check_places([out], [old_path, new_path])
        check_former(out, CHANGES, "计划的差异表", force=force)
        write_file(out, changes_bytes(changes, old_path.name, new_path.name))
