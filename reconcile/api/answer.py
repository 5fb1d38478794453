"""merge --answer: merged answers become the answer to the form that the plan was made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.i18n import language_of, speaking
from ..core.keys import parse_form_number
from ..core.result import MergeResult
from ..core.settings import Setting
from ..delegate.answer import join_answers
from ..delegate.received_form import Received, read_received
from ..delegate.xlsx_patch import write_answers
from ..intake.edits import lost, written_in
from ..readers import read_book
from .outputs import check_key
from .read_form import read_by


@dataclass(frozen=True, slots=True)
class Answered:
    """Result of :func:`answer`: the form with its answers in it, or None and why not."""

    content: bytes | None
    count: int
    findings: tuple[Finding, ...]


def answer(
    merged: MergeResult, form: Form, source: Path, out: Path, *, force: bool = False,
    password: str | None = None,
) -> Answered:  # fmt: skip
    """Put the merged answers into the received form ``source``; nothing is written yet.

    What stands at ``out`` is only to be replaced where nothing that was written there would
    change or go, unless ``force``. Misused where a plan workbook stands there.
    """
    with speaking(language_of(merged.plan.settings)):
        if Setting.UPPER_FORM not in merged.plan.settings:
            return Answered(None, 0, (Finding("FORM-042", Place(source.name)),))
        received, read_findings, content = read_by(source, form, password)
        if received is None:
            return Answered(None, 0, read_findings)
        other_form = _other_form(merged, received)
        if other_form:
            return Answered(None, 0, (*read_findings, other_form))
        answers, doubts = join_answers(merged, form, received)
        findings = (*read_findings, *doubts)
        written, reason = write_answers(source.name, content, answers)
        if reason:
            values = {"reason": reason}
            return Answered(
                None, 0, (*findings, Finding("FORM-046", Place(source.name), values=values))
            )
        check_key(out)
        if out.exists() and not force:
            gone = lost(
                _answers_in(out.name, out.read_bytes(), form), _answers_in(out.name, written, form)
            )
            if gone:
                where = {"count": len(gone), "cell": gone[0].cell}
                kept = Finding("FORM-045", gone[0]._replace(file=out.name), values=where)
                return Answered(None, 0, (*findings, kept))
        return Answered(written, len(answers), findings)


def _other_form(merged: MergeResult, received: Received) -> Finding | None:
    """Return why a form is not the one that this plan, at this period, answers."""
    place = Place(received.returned.file)
    if received.kind != "xlsx":
        return Finding("FORM-040", place, values={"kind": received.kind})
    ours = merged.plan.settings[Setting.UPPER_FORM]
    known, claimed = parse_form_number(ours), parse_form_number(received.number)
    if not known or not claimed or (known.plan, known.unit) != (claimed.plan, claimed.unit):
        return Finding("FORM-041", place, values={"number": received.number, "ours": ours})
    if received.period != merged.caption:
        values = {"theirs": received.period, "period": merged.caption}
        return Finding("FORM-043", place, values=values)
    return None


def _answers_in(name: str, content: bytes, form: Form) -> dict[Place, str]:
    """What was written into a form, by where it stands; a file that is no form counts as one answer."""
    book, _ = read_book(name, content)
    if book is None:
        return {Place(name): "?"}
    received, _ = read_received(name, "", content, book, form, with_rules=False)
    return written_in(received.returned) if received else {Place(name): "?"}
