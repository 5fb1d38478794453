"""generate: one fill-in workbook per unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..archive.folder import former_of
from ..core.findings import Finding, Place
from ..core.i18n import ZH, day_text, joined, language_of, sheet_name, speaking, spoken
from ..core.keys import FormNumber, form_number, issued_to, parse_form_number, plan_code
from ..core.plan import Assignment, Plan, Ruling
from ..core.submission import Submission
from ..core.units import assignments, roles
from ..core.values.deadlines import deadline_day, printed_deadline
from ..forms.form_writer import Forms, file_name
from ..intake.edits import written_in
from ..intake.submission_reader import Captions, read_submission
from ..merge.indicator_rows import asked_units, undecided
from ..merge.year.decisions import looks_back, signed_off
from ..plan import REVIEW, read_plan, spoken_in
from ..plan.indicators.edited import edited_texts
from ..readers import read_book
from ..writers.atomic import together
from .former import earlier_answers
from .inputs import (
    load_template,
    named_units,
    period_number,
    templates_of,
    unknown_unit,
    usual_day,
    usual_forms,
    weak_key,
)
from .outputs import check_folder, check_places

if TYPE_CHECKING:
    from .extract import Progress


@dataclass(frozen=True, slots=True)
class Generated:
    """Result of :func:`generate`: the files written, by unit, and what was asked of whom.

    ``spared`` are assignments that are not asked, since their task is signed off.
    ``removed`` are unfilled forms of the same plan and period that this run did not write again,
    ``former`` the summaries that were found in the archives of former periods, ``gap`` the period
    just before where it alone is not archived, ``out`` the folder.
    """

    files: dict[str, Path]
    assignments: tuple[Assignment, ...]
    period: str
    findings: tuple[Finding, ...]
    failed: bool = False
    language: str = ZH
    removed: tuple[Path, ...] = ()
    spared: tuple[Assignment, ...] = ()
    former: tuple[Path, ...] = ()
    gap: str = ""
    out: Path = Path()


def generate(
    plan_path: Path,
    out: Path | None,
    period: str | None = None,
    *,
    template_path: Path | None = None,
    only: Sequence[str] = (),
    previous_paths: Sequence[Path] = (),
    progress: Progress | None = None,
    as_of: date | None = None,
) -> Generated:
    """Write one fill-in workbook per unit that has tasks into the folder ``out``, 发出_第二季度 beside the plan without it.

    ``only`` narrows it to units of these names; ``previous_paths`` are summaries
    of former periods, whose last answers are shown on the forms. ``as_of`` is the day of issue,
    today unless said otherwise: a deadline that lies before it is a finding. What an earlier run left
    in the folder for these units, this plan and this period is removed where nobody wrote into it.
    OSError when the folder cannot be written, Misused when something else would be lost.
    """
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Generated({}, (), "", findings, True, spoken_in(plan_path))
    language = language_of(plan.settings)
    with speaking(language):
        number, refusal = period_number(plan, period)
        template, template_findings = load_template(plan, plan_path, template_path)
        guessable = weak_key(plan, plan_path, "PLAN-590")
        findings = (*findings, *refusal, *template_findings, *guessable)
        if number:
            day = as_of or usual_day(plan, number, date.today())
            findings = (*findings, *_hurried(plan, number, day))
        if not number or template is None or guessable:
            return _refused(findings)
        former = None
        if not previous_paths:
            former, refusal = former_of(plan_path, plan, number)
            if former is None:
                return _refused((*findings, *refusal))
        earlier, refusal = earlier_answers(plan, number, template.form, previous_paths, former)
        if earlier is None:
            return _refused((*findings, *refusal))
        asked = _asked(plan, number)
        chosen, unit_findings = _chosen(plan, asked, only)
        findings = (
            *findings,
            *asked.findings,
            *_unchecked(plan, plan_path),
            *_without_form(plan, asked.by_unit, asked.silent),
            *unit_findings,
        )
        out = out or usual_forms(plan, number, plan_path.parent)
        last = earlier.previous.last if earlier.previous else None
        names = _file_names(plan, number, asked.by_unit)
        contents, forms = {}, Forms(template, plan, number, last, asked.signed_off)
        for i, unit in enumerate(chosen, 1):
            contents[out / names[unit]] = forms.form(unit, asked.by_unit[unit])
            if progress:
                progress(i, len(chosen))
        templates = templates_of(plan, plan_path, template_path)
        check_folder(out)
        check_places(tuple(contents), (plan_path, *templates, *earlier.paths))
        issue = _Issue(plan, number, Captions.of(template.form, plan))
        if kept := _kept(contents, issue.captions):
            return _refused((*findings, *kept))
        issued = {out / name for name in names.values()}
        others = (p for p in _workbooks(out) if p not in issued)
        stale, left = issue.stale(others, chosen if only else ())
        _write(contents, stale)
        return Generated(
            {unit: out / names[unit] for unit in chosen}, asked.assignments,
            plan.periods[number - 1].caption, (*findings, *left), language=language, removed=stale,
            former=earlier.found, gap=earlier.gap, spared=asked.spared, out=out,
        )  # fmt: skip


def _refused(findings: tuple[Finding, ...]) -> Generated:
    return Generated({}, (), "", findings, failed=True, language=spoken())


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of whom: ``assignments``, and of units that get a form those of each, by unit.

    ``spared`` are not asked, since their tasks are ``signed_off``; ``silent`` units get no form.
    """

    assignments: tuple[Assignment, ...]
    spared: tuple[Assignment, ...]
    by_unit: Mapping[str, Sequence[Assignment]]
    silent: Collection[str]
    signed_off: Mapping[int, Ruling]
    findings: tuple[Finding, ...]


def _asked(plan: Plan, period: int) -> _Asked:
    everything, findings = assignments(plan)
    done, back = signed_off(plan, period), looks_back(plan)
    spared = tuple(a for a in everything if a.task.number in done and not back)
    wanted = tuple(a for a in everything if a not in spared)
    silent = {u.name for u in plan.units if not u.gets_form}
    by_unit: dict[str, list[Assignment]] = {}
    for a in wanted:
        if a.unit not in silent:
            by_unit.setdefault(a.unit, []).append(a)
    units = asked_units(
        plan.indicators,
        {unit: {a.task.number: a for a in tasks} for unit, tasks in by_unit.items()},
    )
    doubts = (doubt for _, doubt in undecided(plan, units))
    findings = (*findings, *edited_texts(plan), *doubts)
    return _Asked(wanted, spared, by_unit, silent, done, findings)


def _chosen(
    plan: Plan, asked: _Asked, only: Sequence[str]
) -> tuple[Sequence[str], tuple[Finding, ...]]:
    """Return the units whose forms are made, and findings on names in ``only`` that mean none of them."""
    units, unknown = named_units(only, plan)
    registered = {u.name for u in plan.units}
    idle = (unknown_unit(u, plan) for u in units if u in registered and u not in asked.by_unit)
    chosen = [u for u in asked.by_unit if not only or u in units]
    return chosen, (*unknown, *idle)


def _write(contents: Mapping[Path, bytes], stale: Iterable[Path]) -> None:
    with together() as batch:
        for path, content in contents.items():
            batch.write(path, content, private=True)
        for path in stale:
            batch.remove(path)


def _file_names(plan: Plan, period: int, units: Collection[str]) -> dict[str, str]:
    """Return the name of each unit's form, numbered in the order of all units that get one."""
    caption, width = plan.periods[period - 1].caption, max(len(str(len(units))), 2)
    return {unit: file_name(i, width, plan, caption, unit) for i, unit in enumerate(units, 1)}


def _hurried(plan: Plan, period: int, today: date) -> tuple[Finding, ...]:
    """Return a finding on a deadline that nobody can have meant: before the period's end, or gone by."""
    last, end = deadline_day(plan, period), plan.periods[period - 1].end
    if last is None:
        return ()
    values: dict[str, object] = {
        "deadline": printed_deadline(plan, period), "period": plan.periods[period - 1].caption,
        "end": day_text(end), "today": day_text(today),
    }  # fmt: skip
    code = "PLAN-595" if last < end else "PLAN-596" if last < today else ""
    return (Finding(code, values=values),) if code else ()


def _unchecked(plan: Plan, plan_path: Path) -> tuple[Finding, ...]:
    """Return a finding where a person has not gone through 待核 yet."""
    if not plan.unchecked:
        return ()
    sheet = sheet_name(REVIEW)
    values = {"count": plan.unchecked, "sheet": sheet}
    return (Finding("PLAN-600", Place(plan_path.name, sheet), values=values),)


def _without_form(
    plan: Plan, by_unit: Collection[str], silent: Collection[str]
) -> Iterator[Finding]:
    """Yield a finding on units that get no form because the plan workbook asks supporting units nothing."""
    units = dict.fromkeys(a.unit for a in roles(plan)[0] if a.unit not in by_unit)
    named = joined(u for u in units if u not in silent)
    if named:
        yield Finding("UNIT-014", values={"units": named})


def _workbooks(folder: Path) -> Iterator[Path]:
    """The workbooks in a folder, but for what Office puts there while one is open."""
    paths = sorted(folder.glob("*.xlsx"))
    return (p for p in paths if p.is_file() and not p.is_symlink() and p.name[0] not in "~.")


def _read(path: Path, content: bytes, captions: Captions) -> Submission | None:
    """Return a file as a form; None where it is none of ours, filled in or not."""
    book, _ = read_book(path.name, content)
    returned = read_submission(path.name, "", book, captions) if book else None
    return returned if returned and returned.tables and returned.numbers else None


def _kept(contents: Mapping[Path, bytes], captions: Captions) -> tuple[Finding, ...]:
    """Return which files stand where forms are to be written and hold something that would be lost."""
    findings = []
    for path, content in contents.items():
        before = path.read_bytes() if path.is_file() else content
        if before == content:
            continue
        returned = _read(path, before, captions)
        if returned is None:
            findings.append(Finding("FORM-051", Place(path.name)))
        elif written_in(returned):
            findings.append(Finding("FORM-031", Place(path.name)))
    return tuple(findings)


def _number(returned: Submission) -> FormNumber | None:
    """The one form number of a file; None where there are several."""
    numbers = {text for text, _ in returned.numbers}
    return parse_form_number(numbers.pop()) if len(numbers) == 1 else None


@dataclass(frozen=True, slots=True)
class _Issue:
    """What is issued: the forms of a plan for a ``period`` (from 1)."""

    plan: Plan
    period: int
    captions: Captions

    def stale(
        self, paths: Iterable[Path], units: Collection[str]
    ) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
        """Return the forms of this issue that nobody wrote into; and findings on what is left.

        With ``units`` only theirs are looked for.
        """
        untouched, findings, foreign = [], [], []
        for path in paths:
            returned = _read(path, path.read_bytes(), self.captions)
            number = _number(returned) if returned else None
            if returned is None or number is None:
                continue
            unit = self._owner(returned, number)
            if number.plan != plan_code(self.plan):
                foreign.append(path.name)
            elif not unit or (units and unit not in units):
                continue
            elif written_in(returned):
                findings.append(Finding("FORM-050", Place(path.name), unit, values={"unit": unit}))
            else:
                untouched.append(path)
        if foreign:
            values = {"count": len(foreign), "files": joined(foreign)}
            findings.append(Finding("FORM-052", values=values))
        return tuple(untouched), tuple(findings)

    def _owner(self, returned: Submission, number: FormNumber) -> str:
        """Return the unit whose form of this issue it is, in the register or not; "" for none of it."""
        if number.period != self.period:
            return ""
        shown = returned.unit
        genuine = form_number(self.plan, self.period, shown, number.version)
        return issued_to(self.plan, number) or (shown if shown and genuine == number else "")
