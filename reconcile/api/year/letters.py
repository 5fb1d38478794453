"""letters: 督办单, one Word letter for each red task or for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ...core.findings import Finding, Place
from ...core.form import Form
from ...core.i18n import ZH, language_of, speaking
from ...core.plan import Plan
from ...plan import read_plan, spoken_in
from ...reports.circular_docx import letter_bytes, missing
from ...reports.letters import BY_TASK, Letter, Stood, letter_mark
from ...reports.letters import letters as all_letters
from ...reports.previous_summary import read_previous
from ...writers.atomic import together
from ...writers.marks import DETAILS, LETTER, mark_of, read_mark
from ..former import under_present_names
from ..inputs import load_form, load_style, templates_of, usual_name
from ..outputs import (
    Known,
    check_folder,
    check_former,
    check_key,
    check_places,
    refuse_other,
)


@dataclass(frozen=True, slots=True)
class Written:
    """Result of :func:`letters`: the letters by their paths, or why there are none (``failed``).

    ``removed`` are letters of an earlier run for this period that nobody changed.
    """

    letters: dict[Path, Letter]
    findings: tuple[Finding, ...] = ()
    out: Path = Path()
    period: str = ""
    removed: tuple[Path, ...] = ()
    language: str = ZH
    failed: bool = False


def letters(
    plan_path: Path,
    details: Path,
    out: Path | None = None,
    *,
    way: str = BY_TASK,
    as_of: date,
    force: bool = False,
) -> Written:
    """Write a letter for each task with a red light in the office's workbook of a summary.

    Without ``out`` they go into 督办单_第二季度 beside the plan workbook; ``way`` is BY_TASK or
    BY_UNIT of :mod:`reconcile.reports.letters`. Misused where something else would be lost, OSError
    where a file cannot be read or written.
    """
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Written({}, findings, language=spoken_in(plan_path), failed=True)
    language = language_of(plan.settings)
    with speaking(language):
        form, more_findings = load_form(plan, plan_path, None)
        style, style_findings = load_style(plan, plan_path)
        findings = (*findings, *more_findings, *style_findings, *missing())
        refused = Written({}, findings, language=language, failed=True)
        if form is None or style is None or any(f.code == "FORM-030" for f in findings):
            return refused
        stood, more_findings = _stood(plan, form, details)
        findings = (*findings, *more_findings)
        if stood is None:
            return Written({}, findings, language=language, failed=True)
        out = out or plan_path.parent / usual_name("督办单_{period}", plan, stood.period)
        written = {out / letter.file: letter for letter in all_letters(stood, way, as_of)}
        inputs = (plan_path, details, *templates_of(plan, plan_path))
        check_folder(out)
        check_places(tuple(written), inputs)
        before = letter_mark(plan, stood.period, [""])
        for path in written:
            if path.exists() and not read_mark(path).mark.startswith(before):
                check_key(path)
                refuse_other(path, "这个时段的督办单", force=force)
            check_former(path, LETTER, "督办单", sealed=True, force=force)
        stale, more_findings = _stale(stood, out, written, inputs)
        with together() as batch:
            for path, letter in written.items():
                content = letter_bytes(letter.paragraphs, style, mark=letter.mark)
                batch.write(path, content, private=True)
            for path in stale:
                batch.remove(path)
        findings = (*findings, *_unled(stood), *more_findings)
        return Written(written, findings, out, stood.caption, stale, language)


def _stood(plan: Plan, form: Form, details: Path) -> tuple[Stood | None, tuple[Finding, ...]]:
    """What the office's workbook holds; None where it is none of this plan."""
    captions = [p.caption for p in plan.periods]
    mark = read_mark(details).mark
    numbers = range(1, len(captions) + 1)
    period = next((n for n in numbers if mark == mark_of(DETAILS, plan, n)), 0)
    if not period:
        return None, (Finding("LETT-001", Place(details.name)),)
    previous, findings = read_previous([details], form, captions)
    if previous is None:
        return None, findings
    return Stood(plan, form, period, under_present_names(previous, plan)), ()


def _unled(stood: Stood) -> tuple[Finding, ...]:
    """Return findings on red tasks that nobody leads."""
    return tuple(
        Finding("LETT-002", task=t.number, values={"number": t.number})
        for t in stood.red
        if not t.lead
    )


def _stale(
    stood: Stood, out: Path, written: dict[Path, Letter], inputs: Sequence[Path]
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Letters of this period that are no longer called for; findings on those that somebody changed, which stay."""
    before, known = letter_mark(stood.plan, stood.period, [""]), Known(inputs)
    gone, changed = [], []
    for path in sorted(out.glob("*.docx")):
        if path in written or path in known or path.is_symlink() or not path.is_file():
            continue
        mark = read_mark(path)
        if mark.mark.startswith(before) and mark.sealed:
            gone.append(path)
        elif mark.mark.startswith(before):
            changed.append(Finding("LETT-003", Place(path.name)))
    return tuple(gone), tuple(changed)
