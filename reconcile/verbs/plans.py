"""extract and diff: the plan as published, and as amended."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from ..changes import Change
from ..difference import compare
from ..files import write_file
from ..findings import Finding, Place
from ..frozen import frozen
from ..indicators import read_indicators
from ..language import EN, ZH, holds_chinese, language_of, speaking, spoken
from ..model import Indicator, Notice, Plan, Task, Unit
from ..periods import periods_of
from ..plan import RED, lasting_settings, plan_bytes, read_plan
from ..synonyms import usual_synonyms
from ..units import assign_units
from .published import proof_bytes, read_notice

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
) -> Extracted:
    """Read a published plan and write the plan workbook ``out``.

    ``last_path`` is an earlier plan workbook, whose register, words for states
    and lasting settings are taken over; if the new plan is that one ``amended``,
    its key, rulings and all settings too. ``proof_path`` is the proof to write
    beside. OSError when a file cannot be written. Nothing is written when the
    plan, or the earlier one, could not be read.
    """
    last, findings = read_plan(last_path) if last_path else (None, ())
    if last_path and last is None:
        return Extracted(None, findings)
    notice, told = read_notice(source, progress=progress)
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
    proof: bytes | Finding | None = None
    if proof_path and any(notice.areas.values()):
        proof = proof_bytes(source, notice, tasks, review, progress)
        if isinstance(proof, Finding):
            review = (*review, proof)
    elif proof_path:
        review = (*review, Finding("PLAN-057", Place(source.name)))
    write_file(out, plan_bytes(plan, review))
    if proof_path and isinstance(proof, bytes):
        write_file(proof_path, proof)
    return Extracted(plan, review)


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
    year = notice.year or date.today().year
    periods, told = periods_of(notice.periods, year, file)
    unsure = list(told)
    if notice.year is None:
        unsure.append(Finding("PLAN-541", Place(file), values={"year": year}))
    plan = Plan(
        title=notice.title,
        document=notice.document,
        office=notice.office or (last.office if last else ""),
        year=year,
        periods=periods,
        tasks=tasks,
        units=units,
        key=last.key if last and amended else secrets.token_hex(16),
        rulings=last.rulings if last and amended else (),
        synonyms={**usual_synonyms(), **(last.synonyms if last else {})},
        indicators=tuple(
            i for t in tasks for i in _indicators(t, notice.periods, last if amended else None)
        ),
        settings={"语言": spoken(), RED: "10", **kept},
    )
    return plan, unsure


def _indicators(task: Task, periods: Sequence[str], reviewed: Plan | None) -> tuple[Indicator, ...]:
    """The indicators of a task: as reviewed where an amended plan left its words alone."""
    before = reviewed.task(task.number) if reviewed else None
    if reviewed and before and (before.goal, before.milestones) == (task.goal, task.milestones):
        return tuple(i for i in reviewed.indicators if i.number == task.number)
    return read_indicators(task, periods)


def diff(old_path: Path, new_path: Path) -> tuple[tuple[Change, ...] | None, tuple[Finding, ...]]:
    """Return what changed between two plan workbooks; None and findings when one cannot be read."""
    old, findings = read_plan(old_path)
    new, told = read_plan(new_path)
    findings = (*findings, *told)
    if old is None or new is None:
        return None, findings
    with speaking(language_of(new.settings)):
        return compare(old, new), findings
