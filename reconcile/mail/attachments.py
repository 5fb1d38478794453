"""What lies in the folders that are to be mailed: forms, marked-up copies, summaries, web pages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from ..core.findings import Finding, Place
from ..core.i18n import meant, sheet_name, tr
from ..core.submission import Submission
from ..core.text import plain, short
from ..intake.captions import is_notice
from ..intake.inbox import Arrival, collect
from ..intake.submission_reader import Captions, read_submission
from ..readers import Book, Sheet, read_book
from ..reports.previous_summary import RECORDS, STANDINGS
from ..reports.sheets.overview_sheet import OVERVIEW
from ..reports.sheets.task_table import TABLE
from ..reports.sheets.unit_sheets import MISSING, PHONE
from ..writers.marks import LETTER, PACK, mark_in, page_mark
from .message import BACK, DEMAND, ISSUE, REPORT, Enclosure
from .report_body import Rows, read_overview

PAPERS = frozenset((".docx", ".doc", ".pdf", ".ofd", ".wps"))
"""Documents for leaders: nothing in them shows whose they are."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """``forms`` with what was read from them, ``reports`` (summaries and their web pages), ``papers`` (通报.docx, PDF).

    ``packs`` are summaries for one leader or unit each, with the mark that says whose; so are
    ``letters`` (督办单).
    """

    forms: tuple[tuple[Enclosure, Submission], ...]
    reports: tuple[Enclosure, ...]
    packs: tuple[tuple[str, Enclosure], ...]
    letters: tuple[tuple[str, Enclosure], ...]
    papers: tuple[Enclosure, ...]
    findings: tuple[Finding, ...]


def gather(paths: Sequence[Path], captions: Captions, out: Path) -> Gathered:
    """Read every file under the paths, but for those in ``out``; one bad file never stops the batch."""
    forms: list[tuple[Enclosure, Submission]] = []
    reports, papers = [], []
    packs: list[tuple[str, Enclosure]] = []
    letters: list[tuple[str, Enclosure]] = []
    findings: list[Finding] = []
    for arrival in collect(paths):
        if arrival.source.resolve().is_relative_to(out.resolve()):
            continue  # what an earlier run wrote
        findings += arrival.findings
        if arrival.content is None:
            continue
        enclosure = _enclosure(arrival, arrival.content)
        if Path(enclosure.name).suffix.lower() in PAPERS:
            mark = mark_in(io.BytesIO(arrival.content))
            if mark.kind == LETTER:
                letters.append((mark.mark, replace(enclosure, kind=DEMAND)))
            else:
                papers.append(enclosure)
            continue
        if page_mark(arrival.content):
            reports.append(replace(enclosure, kind=REPORT))
            continue
        try:
            content = _content(arrival, captions)
        except Exception as error:  # as merge does: a fault of ours costs one file, not the batch
            findings.append(Finding.unforeseen(enclosure.place.file, error))
            continue
        if isinstance(content, Finding):
            findings.append(content)
        elif content.kind == REPORT and (mark := mark_in(io.BytesIO(arrival.content))).kind == PACK:
            packs.append((mark.mark, replace(enclosure, kind=REPORT)))
        elif content.kind == REPORT:
            reports.append(replace(enclosure, kind=REPORT, overview=content.overview))
            findings += [Finding("MAIL-058", enclosure.place)] if content.lines else []
        elif content.submission is not None:
            filled_in = replace(enclosure, kind=content.kind, lines=content.lines)
            forms.append((filled_in, content.submission))
    return Gathered(
        tuple(forms), tuple(reports), tuple(packs), tuple(letters), tuple(papers), tuple(findings)
    )


def _enclosure(arrival: Arrival, content: bytes) -> Enclosure:
    name = arrival.name.rpartition("/")[2]
    return Enclosure(name, content, Place(arrival.name), str(arrival.source))


class _Content(NamedTuple):
    """What a workbook is, and what it holds.

    ``lines`` are those that a marked-up copy lists, and the telephone numbers of a summary.
    """

    kind: str
    submission: Submission | None
    lines: tuple[str, ...] = ()
    overview: Rows = ()


def _content(arrival: Arrival, captions: Captions) -> _Content | Finding:
    """What a workbook holds, or why it cannot be read."""
    assert arrival.content is not None, "the caller has looked"
    book, findings = read_book(arrival.name, arrival.content)
    if book is None:
        return findings[0]
    names = {sheet.name for sheet in book.sheets}
    if _has(names, OVERVIEW, RECORDS):  # of the old shape, which may list telephone numbers
        return _Content(REPORT, None, tuple(_numbers(book)), read_overview(book))
    if _has(names, OVERVIEW, TABLE):
        return _Content(REPORT, None, (), read_overview(book))
    if _has(names, STANDINGS, RECORDS):
        return Finding("MAIL-065", Place(arrival.name))
    returned = read_submission(arrival.name, arrival.sha256, book, captions)
    lines = _listed(book)
    if lines is not None:
        return _Content(BACK, returned, lines)
    return _Content(ISSUE, returned)


def _has(names: set[str], *wanted: str) -> bool:
    """Return whether a workbook has all these sheets of ours, in either language."""
    return {sheet_name(name) for name in wanted} <= names or set(wanted) <= names


def _numbers(book: Book) -> Iterator[str]:
    """The clerks' telephone numbers that a summary made with --contacts lists."""
    for sheet in book.sheets:
        if sheet.name in (MISSING, sheet_name(MISSING)):
            for column in {c for r, c in sheet.cells if r == 1}:
                if meant(plain(sheet.cells[1, column].value), [PHONE]) == PHONE:
                    yield from (
                        plain(v.value) for (r, c), v in sheet.cells.items() if c == column and r > 1
                    )


def filled(returned: Submission) -> Finding | None:
    """Return a finding where a form holds an answer: it came back, and is not to be sent out."""
    answers = (
        raw for table in returned.tables for row in table.rows for raw in row.answers.values()
    )
    first = next((raw for raw in (*answers, *returned.head.values())), None)
    if first is None:
        return None
    return Finding("MAIL-013", first.place, values={"text": short(plain(first.cell.value))})


def _listed(book: Book) -> tuple[str, ...] | None:
    """The findings that the first sheet of a marked-up copy lists, or None when it is no such copy."""
    for sheet in book.sheets:
        for row in sorted({r for r, _ in sheet.cells}):
            texts = _texts(sheet, row)
            if is_notice(texts):
                last = max(r for r, _ in sheet.cells)
                lines = (_texts(sheet, r) for r in range(row + 1, last + 1))
                return tuple(_line(*line) for line in lines if any(line))
    return None


def _line(cell: str, task: str, _field: str, message: str, fix: str) -> str:
    numbered = tr("第{number}项", number=task) if task else ""
    where = tr("，").join(filter(None, (cell, numbered)))
    text = tr("{message}。{fix}。", message=message, fix=fix)
    return tr("{place}：{told}", place=where, told=text) if where else text


def _texts(sheet: Sheet, row: int) -> list[str]:
    cells = (sheet.cells.get((row, column)) for column in range(1, 6))
    return [plain(cell.value) if cell else "" for cell in cells]
