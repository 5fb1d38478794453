"""rotate-key: a copy of the plan workbook with a new key, and what becomes void by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..core.findings import Finding, Place, Severity
from ..core.i18n import ZH, Phrase, language_of, speaking
from ..core.keys import plan_code
from ..core.secret_key import new_key
from ..core.units import assignments
from ..delegate.received_form import Answer
from ..delegate.xlsx_patch import write_answers
from ..mail.sent_log import SentLog
from ..plan import key_cell, read_plan, spoken_in
from ..readers import read_book
from ..writers.atomic import write_file
from .mail import sent_log_of
from .outputs import Misused, check_places


@dataclass(frozen=True, slots=True)
class Rotated:
    """Result of :func:`rotate_key`: whether the copy was written, and what the old key was good for.

    ``periods`` are the captions of the plan's periods and ``units`` the number of
    units that get a form in each; ``sent`` how many of them went out by mail, by period, as far as the
    log of mails records.
    """

    written: bool
    findings: tuple[Finding, ...]
    periods: tuple[str, ...] = ()
    units: int = 0
    sent: Mapping[str, int] = field(default_factory=dict)
    language: str = ZH


def rotate_key(plan_path: Path, out: Path) -> Rotated:
    """Write a copy of a plan workbook with a new key to ``out``; all else in it stays as it is.

    The workbook itself is people's, and is never written; Misused where ``out`` is there already.
    OSError when a file cannot be read or written.
    """
    check_places([out], [plan_path])
    if out.exists():
        raise Misused(Phrase("{out} 已经有了，不能覆盖；请另写一个文件名", out=out))
    language = spoken_in(plan_path)
    plan, findings = read_plan(plan_path)
    if plan is not None:
        language = language_of(plan.settings)
    with speaking(language):
        grave = {f.code for f in findings if f.severity is Severity.ERROR}
        if plan is None and grave != {"PLAN-507"}:  # that it has none is mended here
            return Rotated(False, findings, language=language)
        content = plan_path.read_bytes()
        book, _ = read_book(plan_path.name, content)
        cell = key_cell(book) if book else None
        written = b""
        reason: str | Phrase = Phrase("没有“校验密钥”一行")
        if book and book.kind != "xlsx":
            reason = Phrase("不是 .xlsx 文件")
        elif cell is not None:
            written, reason = write_answers(plan_path.name, content, [Answer(cell, new_key())])
        if reason:
            finding = Finding("FORM-086", Place(plan_path.name), values={"reason": reason})
            return Rotated(False, (finding,), language=language)
        write_file(out, written, private=True)
        rotated = Rotated(True, (), language=language)
        if plan is None:
            return rotated
        sent = SentLog(sent_log_of(plan_path, language)).issued(plan_code(plan))
        silent = {u.name for u in plan.units if not u.gets_form}
        return replace(
            rotated,
            periods=tuple(p.caption for p in plan.periods),
            units=len({a.unit for a in assignments(plan)[0]} - silent),
            sent={period: len(units) for period, units in sent.items()},
        )
