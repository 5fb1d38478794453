"""What each verb does, without the terminal: paths in, results and findings out.

Verbs that write many files plan everything first, then act.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from .changes import Change
from .circular import draft
from .difference import compare
from .feedback import feedback_bytes
from .feedback import file_name as feedback_name
from .files import write_file
from .findings import Finding, Place, Severity
from .forms import file_name, form_bytes
from .grid import read_book
from .identity import issued_to, parse_form_number
from .inbox import Arrival, collect
from .indicators import read_indicators
from .letter import letter_bytes
from .listing import LOOKS, Looks
from .looks import read_looks
from .merge import merge
from .merged import Merged, Verdict
from .model import Assignment, Form, Indicator, Notice, Plan, Return, Task, Unit
from .notice import read_notice
from .periods import period as period_of
from .plan import RED, lasting_settings, plan_bytes, read_plan
from .report import report, to_json
from .returned import Captions, read_return
from .scores import score_units
from .summary import read_previous, summary_bytes
from .template import Template, read_template
from .text import synonym_map
from .units import assign_units, assignments

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
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
    tasks, units, told = assign_units(notice, last.units if last else ())
    plan, unsure = _plan_of(notice, tasks, units, source.name, last, amended=amended)
    review = (*findings, *told, *unsure)
    proof = None
    if proof_path and any(notice.areas.values()):
        # Imported here: drawing pages needs packages that nothing else does.
        from .proof import proof_bytes

        proof = proof_bytes(source, notice, tasks, review, progress)
    elif proof_path:
        review = (*review, Finding("PLAN-057", Place(source.name)))
    write_file(out, plan_bytes(plan, review))
    if proof_path and proof:
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
    periods, unsure = [], []
    for i, caption in enumerate(notice.periods, 1):
        found, sure = period_of(caption, year, i, len(notice.periods))
        periods.append(found)
        if not sure:
            values = {"period": caption, "end": found.end.isoformat()}
            unsure.append(Finding("PLAN-540", Place(file), values=values))
    if notice.year is None:
        unsure.append(Finding("PLAN-541", Place(file), values={"year": year}))
    plan = Plan(
        title=notice.title,
        document=notice.document,
        office=notice.office or (last.office if last else ""),
        year=year,
        periods=tuple(periods),
        tasks=tasks,
        units=units,
        key=last.key if last and amended else secrets.token_hex(16),
        rulings=last.rulings if last and amended else (),
        synonyms={**synonym_map(), **last.synonyms} if last else synonym_map(),
        indicators=tuple(
            i for t in tasks for i in _indicators(t, notice.periods, last if amended else None)
        ),
        settings={"语言": "zh", RED: "10", **kept},
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
    return (compare(old, new) if old and new else None), findings


def load_template(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read the form template: the one given, else the plan's own, else the built-in one."""
    named = plan.settings.get("填报表模板", "")
    if given is None and named:
        given = plan_path.parent / named
    if given is not None:
        return read_template(given)
    with resources.as_file(resources.files("reconcile.templates") / "form.xlsx") as path:
        return read_template(path)


def load_looks(plan: Plan, plan_path: Path) -> tuple[Looks | None, tuple[Finding, ...]]:
    """Read the summary template that the plan names, beside it; without one no look is changed."""
    named = plan.settings.get("汇总模板", "")
    return read_looks(plan_path.parent / named, LOOKS) if named else ({}, ())


@dataclass(frozen=True, slots=True)
class Generated:
    """Result of :func:`generate`: the files written, by unit, and what was asked of whom."""

    files: dict[str, Path]
    assignments: tuple[Assignment, ...]
    period: str
    findings: tuple[Finding, ...]
    failed: bool = False


def period_number(plan: Plan, caption: str | None) -> tuple[int, tuple[Finding, ...]]:
    """Return the number (from 1) of a period caption, 0 and a finding when there is none such."""
    captions = [p.caption for p in plan.periods]
    caption = caption or plan.settings.get("本期", "")
    if caption in captions:
        return captions.index(caption) + 1, ()
    values = {"period": caption, "choices": "、".join(captions)}
    return 0, (Finding("PLAN-530" if caption else "PLAN-531", values=values),)


def generate(
    plan_path: Path,
    out: Path,
    period: str | None = None,
    *,
    template_path: Path | None = None,
    only: Sequence[str] = (),
    previous_paths: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Generated:
    """Write one fill-in workbook per unit that has tasks into the folder ``out``.

    ``only`` narrows it to units of these names; ``previous_paths`` are summaries
    of former periods, whose last answers are shown on the forms. OSError when the folder cannot
    be written.
    """
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Generated({}, (), "", findings, failed=True)
    number, told = period_number(plan, period)
    template, wrong = load_template(plan, plan_path, template_path)
    findings = (*findings, *told, *wrong)
    if not number or template is None:
        return Generated({}, (), "", findings, failed=True)
    last = None
    if previous_paths:
        former = [p.caption for p in plan.periods[: number - 1]]
        previous, told = read_previous(previous_paths, template.form, former)
        if previous is None:
            return Generated({}, (), "", (*findings, *told), failed=True)
        last = previous.last
    wanted, told = assignments(plan)
    by_unit: dict[str, list[Assignment]] = {}
    silent = {u.name for u in plan.units if not u.gets_form}
    for a in wanted:
        if a.unit not in silent:
            by_unit.setdefault(a.unit, []).append(a)
    caption = plan.periods[number - 1].caption
    width = max(len(str(len(by_unit))), 2)
    names = {u: file_name(i, width, plan, caption, u) for i, u in enumerate(by_unit, 1)}
    chosen = [u for u in by_unit if not only or u in only]
    findings = (
        *findings,
        *told,
        *(Finding("UNIT-010", unit=u, values={"unit": u}) for u in only if u not in by_unit),
    )
    contents = {}
    for i, unit in enumerate(chosen, 1):
        contents[out / names[unit]] = form_bytes(template, plan, number, unit, by_unit[unit], last)
        if progress:
            progress(i, len(chosen))
    filled = _filled(contents, Captions.of(template.form, plan))
    if filled:
        return Generated({}, (), "", (*findings, *filled), failed=True)
    for path, content in contents.items():
        write_file(path, content)
    files = {unit: out / names[unit] for unit in chosen}
    return Generated(files, wanted, caption, findings)


def _filled(contents: Mapping[Path, bytes], captions: Captions) -> tuple[Finding, ...]:
    """Say which files that are about to be replaced hold a clerk's answers."""
    found = []
    for path, content in contents.items():
        before = path.read_bytes() if path.is_file() else content
        if before == content:
            continue
        book, _ = read_book(path.name, before)
        returned = read_return(path.name, "", book, captions) if book else None
        if (
            returned is None
            or returned.head
            or any(row.answers for table in returned.tables for row in table.rows)
        ):
            found.append(Finding("FORM-031", Place(path.name)))
    return tuple(found)


# --- intake


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in: returns as read, files that could not be read, and why."""

    returns: tuple[Return, ...]
    unread: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def take_in(inbox: Sequence[Path], plan: Plan, form: Form, password: str | None = None) -> Intake:
    """Read every file of the inbox once; one bad file never stops the batch."""
    captions = Captions.of(form, plan)
    returns: list[Return] = []
    unread: list[Verdict] = []
    findings: list[Finding] = []
    for arrival in collect(inbox):
        findings += arrival.findings
        if arrival.content is None:
            unread.append(_verdict(arrival, arrival.findings))
            continue
        returned, told = read_arrival(arrival, captions, password)
        findings += told
        if returned is None:
            unread.append(_verdict(arrival, told))
        else:
            returns.append(returned)
    return Intake(tuple(returns), tuple(unread), tuple(findings))


def read_arrival(
    arrival: Arrival, captions: Captions, password: str | None
) -> tuple[Return | None, tuple[Finding, ...]]:
    """Read one file; an unforeseen exception becomes FILE-999 and the batch goes on."""
    assert arrival.content is not None, "the caller has looked"
    try:
        book, told = read_book(arrival.name, arrival.content, password=password)
        if book is None:
            return None, told
        return read_return(arrival.name, arrival.sha256, book, captions), told
    except Exception as error:
        values = {"reason": f"{type(error).__name__}: {error}"[:200]}
        return None, (Finding("FILE-999", Place(arrival.name), values=values),)


def _verdict(arrival: Arrival, told: Sequence[Finding]) -> Verdict:
    wrong = [f.code for f in told if f.severity is Severity.ERROR] or [f.code for f in told]
    return Verdict(arrival.name, arrival.sha256, False, "", tuple(wrong))


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of :func:`take`: the merge and the form it was made with, or why not."""

    merged: Merged | None
    template: Template | None
    findings: tuple[Finding, ...] = ()


def take(
    plan_path: Path,
    inbox: Sequence[Path],
    *,
    period: str | None = None,
    as_of: date,
    template_path: Path | None = None,
    password: str | None = None,
    previous_paths: Sequence[Path] = (),
) -> Taken:
    """Read plan and inbox and merge them; what status and merge both stand on."""
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Taken(None, None, findings)
    template, wrong = load_template(plan, plan_path, template_path)
    if template is None:
        return Taken(None, None, (*findings, *wrong))
    intake = take_in(inbox, plan, template.form, password)
    number, told = _merge_period(plan, period, intake.returns)
    if not number:
        return Taken(None, template, (*findings, *told))
    previous = None
    if previous_paths:
        former = [p.caption for p in plan.periods[: number - 1]]
        previous, told = read_previous(previous_paths, template.form, former)
        if previous is None:
            return Taken(None, template, (*findings, *told))
    merged = merge(
        plan, template.form, intake.returns, period=number, as_of=as_of, unread=intake.unread,
        findings=(*findings, *wrong, *intake.findings), previous=previous,
    )  # fmt: skip
    return Taken(merged, template)


def _merge_period(
    plan: Plan, caption: str | None, returns: Sequence[Return]
) -> tuple[int, tuple[Finding, ...]]:
    """The period asked for, else the plan's, else the one that most returns were issued for."""
    if caption or plan.settings.get("本期"):
        return period_number(plan, caption)
    counted = sorted(_periods_of(plan, returns))
    if not counted:
        return (1, ()) if len(plan.periods) == 1 else period_number(plan, None)
    best = max(set(counted), key=counted.count)
    if counted.count(best) * 2 <= len(counted):
        return period_number(plan, None)
    return best, ()


def _periods_of(plan: Plan, returns: Sequence[Return]) -> Iterator[int]:
    for returned in returns:
        texts = [t for t, _ in returned.numbers] or list(returned.hidden_numbers)
        for text in texts[:1]:
            number = parse_form_number(text)
            if number and number.period <= len(plan.periods) and issued_to(plan, number):
                yield number.period


def write_merge(
    merged: Merged,
    form: Form,
    out: Path,
    returns_out: Path,
    inbox: Sequence[Path],
    *,
    report_path: Path | None = None,
    circular_path: Path | None = None,
    looks: Looks | None = None,
    password: str | None = None,
) -> tuple[Path, ...]:
    """Write summary, report, circular and marked-up copies; returns the paths of the copies.

    Copies of an earlier run that are no longer called for are removed: only
    files named 退回_….xlsx in ``returns_out`` are ever touched.
    """
    scores = score_units(merged)
    circular = draft(merged, scores)
    summary = summary_bytes(merged, form, circular, scores, looks)
    letter = None
    if circular_path:
        letter = letter_bytes(circular)
    copies = dict(_feedback(merged, form, inbox, password))
    if report_path:
        write_file(report_path, to_json(report(merged, form)))
    if circular_path and letter:
        write_file(circular_path, letter)
    write_file(out, summary)
    for name, content in copies.items():
        write_file(returns_out / name, content)
    if returns_out.is_dir():
        for old in returns_out.glob("退回_*.xlsx"):
            if old.name not in copies:
                old.unlink()
    return tuple(returns_out / name for name in copies)


def _feedback(
    merged: Merged, form: Form, inbox: Sequence[Path], password: str | None
) -> Iterator[tuple[str, bytes]]:
    """The marked-up copies, each with its file name. Files are read again: none is kept in memory."""
    by_file: dict[str, list[Finding]] = {}
    for finding in merged.findings:
        if finding.place.file and finding.severity is not Severity.NOTE:
            by_file.setdefault(finding.place.file, []).append(finding)
    # A warning alone is no reason to send a form back; it goes along with an error.
    by_file = {
        file: told
        for file, told in by_file.items()
        if any(f.severity is Severity.ERROR for f in told)
    }
    units = {v.file: v.unit for v in merged.verdicts}
    if not by_file:
        return  # nothing to send back: the inbox need not be read again
    captions = Captions.of(form, merged.plan)
    taken: set[str] = set()
    for arrival in collect(inbox):
        if arrival.name not in by_file or arrival.name not in units or arrival.content is None:
            continue
        book, _ = read_book(arrival.name, arrival.content, password=password)
        if book is None:
            continue  # nothing to mark: the 问题清单 says why it could not be read
        returned = read_return(arrival.name, arrival.sha256, book, captions)
        unit = units[arrival.name]
        name = feedback_name(arrival.name)
        while name in taken:
            name = name.replace(".xlsx", "_.xlsx")
        taken.add(name)
        listed = sorted(by_file[arrival.name], key=lambda f: list(Severity).index(f.severity))
        # What concerns the unit but no cell of its file (a task that is missing) belongs on the list too.
        listed += [
            f for f in merged.findings
            if f.unit == unit and unit and not f.place.file and f.severity is not Severity.NOTE
        ]  # fmt: skip
        yield name, feedback_bytes(book, returned, form, listed, unit)
