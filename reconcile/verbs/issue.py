"""generate: one fill-in workbook per unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import write_file
from ..findings import Finding, Place
from ..forms import Forms, file_name
from ..frozen import frozen
from ..grid import read_book
from ..indicator_rows import asked_units, undecided
from ..language import ZH, language_of, speaking
from ..model import Assignment, Plan
from ..plan import read_plan, spoken_in
from ..returned import Captions, read_return
from ..summary import read_previous
from ..units import assignments
from .sources import load_template, period_number, under_present_names

if TYPE_CHECKING:
    from .plans import Progress


@frozen
class Generated:
    """Result of :func:`generate`: the files written, by unit, and what was asked of whom."""

    files: dict[str, Path]
    assignments: tuple[Assignment, ...]
    period: str
    findings: tuple[Finding, ...]
    failed: bool = False
    language: str = ZH


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
        return Generated({}, (), "", findings, True, spoken_in(plan_path))
    language = language_of(plan.settings)
    with speaking(language):
        made = _generated(
            plan, findings, plan_path, out, period, template_path, only, previous_paths, progress
        )
    return replace(made, language=language)


def _generated(
    plan: Plan,
    findings: tuple[Finding, ...],
    plan_path: Path,
    out: Path,
    period: str | None,
    template_path: Path | None,
    only: Sequence[str],
    previous_paths: Sequence[Path],
    progress: Progress | None,
) -> Generated:
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
        last = under_present_names(previous, plan).last
    wanted, told = assignments(plan)
    by_unit: dict[str, list[Assignment]] = {}
    silent = {u.name for u in plan.units if not u.gets_form}
    for a in wanted:
        if a.unit not in silent:
            by_unit.setdefault(a.unit, []).append(a)
    asked = asked_units(
        plan.indicators, {u: {a.task.number: a for a in own} for u, own in by_unit.items()}
    )
    caption = plan.periods[number - 1].caption
    width = max(len(str(len(by_unit))), 2)
    names = {u: file_name(i, width, plan, caption, u) for i, u in enumerate(by_unit, 1)}
    chosen = [u for u in by_unit if not only or u in only]
    findings = (
        *findings,
        *told,
        *(doubt for _, doubt in undecided(plan, asked)),
        *(Finding("UNIT-010", unit=u, values={"unit": u}) for u in only if u not in by_unit),
    )
    contents, forms = {}, Forms(template, plan, number, last)
    for i, unit in enumerate(chosen, 1):
        contents[out / names[unit]] = forms.form(unit, by_unit[unit])
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
