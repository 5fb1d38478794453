"""Mail template workbook -> wording: subject and body for each kind of message and language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.findings import Finding, Place, address
from ..core.i18n import Listed, Phrase, meant
from ..core.text import plain
from ..readers import Book, Sheet, read_book
from ..writers.atomic import read_regular, reason_of
from .message import KINDS, WORDS, Wording, unknown_words

_KIND, _LANGUAGE, _SUBJECT, _BODY = "用途", "语言", "主题", "正文"


def read_wordings(
    path: Path, language: str
) -> tuple[Mapping[str, Wording] | None, tuple[Finding, ...]]:
    """Read the lines of one language: (wording by kind, findings).

    A line without a language serves all. None when a finding says why: the file
    cannot be read (MAIL-009), a kind or a {word} is unknown (MAIL-008, MAIL-007).
    A kind that has no line is not in the result.
    """
    try:
        content = read_regular(path)
    except OSError as error:
        values = {"reason": reason_of(error)}
        return None, (Finding("MAIL-009", Place(path.name), values=values),)
    book, book_findings = read_book(path.name, content)
    if book is None:
        return None, book_findings
    sheet, columns, head = _table(book)
    if sheet is None:
        values = {"reason": Phrase("没有一张表的表头有用途、主题、正文")}
        return None, (Finding("MAIL-009", Place(path.name), values=values),)
    wordings: dict[str, Wording] = {}
    findings: list[Finding] = []
    for row in sorted({r for r, _ in sheet.cells if r > head}):
        texts = {c: _text(sheet, row, at) for c, at in columns.items()}
        kind = meant(texts[_KIND].strip(), KINDS)
        if not kind:
            continue
        findings += _faults(path.name, sheet.name, row, texts, columns)
        if texts.get(_LANGUAGE, "").strip().lower() in ("", language):
            wordings.setdefault(kind, Wording(texts[_SUBJECT], texts[_BODY]))
    return (None if findings else wordings), tuple(findings)


def _text(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cells.get((row, column))
    return plain(cell.value) if cell else ""


def _table(book: Book) -> tuple[Sheet | None, dict[str, int], int]:
    """The sheet with the lines, its columns by caption, and the row of its header."""
    wanted = (_KIND, _LANGUAGE, _SUBJECT, _BODY)
    for sheet in book.sheets:
        rows: dict[int, dict[str, int]] = {}
        for row, column in sorted(sheet.cells):
            text = meant(plain(sheet.cells[row, column].value).strip(), wanted)
            rows.setdefault(row, {})[text] = column
        for row, texts in rows.items():
            if {_KIND, _SUBJECT, _BODY} <= texts.keys():
                return sheet, {c: texts[c] for c in wanted if c in texts}, row
    return None, {}, 0


def _faults(
    file: str, sheet: str, row: int, texts: Mapping[str, str], columns: Mapping[str, int]
) -> list[Finding]:
    def at(caption: str) -> Place:
        return Place(file, sheet, address(row, columns[caption]))

    findings = []
    kind = meant(texts[_KIND].strip(), KINDS)
    if kind not in KINDS:
        values = {"value": kind, "choices": Listed(map(Phrase, KINDS))}
        findings.append(Finding("MAIL-008", at(_KIND), values=values))
    known = Listed(f"{{{word}}}" for word in WORDS)
    for caption in (_SUBJECT, _BODY):
        for word in unknown_words(texts[caption]):
            values = {"word": word, "known": known}
            findings.append(Finding("MAIL-007", at(caption), values=values))
        if not texts[caption].strip():
            findings.append(Finding("MAIL-012", at(caption), values={"caption": caption}))
    return findings
