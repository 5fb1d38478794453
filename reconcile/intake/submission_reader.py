"""File -> Submission: find the tables of a form again, whatever a clerk did to its sheets.

Sheets are known by content, columns by caption, rows by what they hold. Nothing
is judged here; every cell that the form did not come with is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ..core.findings import Finding, Place, address
from ..core.i18n import Phrase
from ..core.keys import CLAIMS, META, PRINTED, SHORTEST_NUMBER, may_hold_number, parse_form_number
from ..core.submission import Raw, Submission, Table
from ..core.text import fold, plain
from ..readers import Book, Cell, Sheet
from ..readers.limits import LIMITS, Clock
from .captions import (
    NOTICE_COLUMNS,
    Captions,
    OwnTexts,
    bare,
    is_marked,
    is_notice,
    is_own,
    is_sealed,
    sealed,
)
from .tables import SheetTables, is_filled

_UNIT_LINE = re.compile(r"\s*(?:责任单位|Unit)\s*[：:]\s*(\S.*)", re.DOTALL)
_REACH = 4
"""How many cells to the right of its label a head answer may stand."""
_MANY = 20_000
"""A sheet without a table is not taken apart cell by cell when it holds more cells."""
_MOST_ROWS, _MOST_BESIDE = 2_000, 3_000
"""A file with more task rows, or more cells beside what was asked, is no form: each would be reported."""
_MOST_GIVEN = 1_000_000
"""Signs of the texts that we give; they are held against the plan's, which has a twentieth of it."""
_LONGEST_LINE = 200
"""No line with a form number or a label is longer."""
_SHAPE, _REMARK, _PAGE = "FILE-029", "ROW-016", "FILE-102"
"""What is written beside a cell's value: text boxes, notes on our own texts, page headers."""
_PAGE_WORDS = re.compile(r"第|页|共|page|of|[-/|,.:·()\d]")
"""What a page header may say around the numbers of pages."""

__all__ = ["Captions", "read_submission"]


def read_submission(
    file: str, sha256: str, book: Book, captions: Captions, clock: Clock | None = None
) -> Submission:
    """Find identity, tables, head cells and strays in a workbook that came back.

    Always returns a Submission; one without tables has a finding that says so. Where its sheets
    bear different form numbers it has parts, one for each number. Raises Refused (FILE-021)
    when the time of the file is up.
    """
    clock = clock or Clock(LIMITS)
    lines = _meta(book)
    meta = dict(lines)
    printed = frozenset(text for word, text in lines if word == PRINTED)
    own = captions.own(meta)
    readers = _readers(file, book, captions, own, printed if meta else None, clock)
    hidden = tuple(_hidden_numbers(book, meta))
    whole = _gathered(file, sha256, book, readers, hidden)
    keys = tuple(text for word, text in lines if word == "key")
    whole = replace(whole, claims=_claims(book, meta), keys=keys)
    if len({number for number, _ in whole.numbers}) < 2:
        return whole
    # The hidden sheet tells what one of the forms was filled with, not the others.
    readers = _readers(file, book, captions, captions.any_unit, None, clock)
    parts = tuple(
        _gathered(file, sha256, book, of_number, tuple(n for n in hidden if n == number))
        for number, of_number in _by_number(readers).items()
    )
    return replace(whole, parts=parts) if all(part.tables for part in parts) else whole


def _readers(
    file: str,
    book: Book,
    captions: Captions,
    own: OwnTexts,
    printed: frozenset[str] | None,
    clock: Clock,
) -> list[_SheetReader]:
    sheets = (sheet for sheet in book.sheets if fold(sheet.name) != META)
    return [_SheetReader(file, sheet, captions, own, printed, clock) for sheet in sheets]


def _by_number(readers: Sequence[_SheetReader]) -> Mapping[str, Sequence[_SheetReader]]:
    """The sheets by the form number that they bear; nothing where one sheet bears several.

    A sheet without a number goes with the one before it, as in the forms that went out.
    """
    found: dict[str, list[_SheetReader]] = {}
    waiting: list[_SheetReader] = []
    number = ""
    for reader in readers:
        own = {text for text, _ in reader.numbers}
        if len(own) > 1:
            return {}
        number = own.pop() if own else number
        if number:
            found.setdefault(number, []).extend((*waiting, reader))
            waiting = []
        else:
            waiting.append(reader)
    return found


def _gathered(
    file: str,
    sha256: str,
    book: Book,
    readers: Sequence[_SheetReader],
    hidden_numbers: tuple[str, ...],
) -> Submission:
    """What some sheets of a workbook hold, as one return."""
    head: dict[str, Raw] = {}
    head_at: dict[str, Place] = {}
    strays: list[Raw] = []
    findings: list[Finding] = []
    for reader in sorted(readers, key=lambda r: r.hidden):  # what can be seen goes first
        for name, raw in reader.head.items():
            first = head.setdefault(name, raw)
            if first is not raw:
                same = plain(first.cell.value) == plain(raw.cell.value)
                strays.append(raw._replace(field="", stray="HEAD-006" if same else "HEAD-007"))
        for name, place in reader.head_at.items():
            head_at.setdefault(name, place)
        strays += reader.strays
        findings += reader.findings
    tables = tuple(t for reader in readers for t in reader.tables)
    if too_many := _too_many(tables, strays):
        tables, strays, head = (), [], {}
        findings = [Finding("FILE-020", Place(file), values={"what": too_many})]
    elif not tables:
        findings.insert(0, Finding("HEAD-001", Place(file)))
    named = [r.unit for r in readers if r.unit and r.tables]
    unit, unit_at = (named or [r.unit for r in readers if r.unit] or [("", Place(file))])[0]
    # A name written over ours is judged as the unit's, not as a jotting.
    strays = [
        s.with_value(None)._replace(stray=_REMARK)
        if s.place == unit_at and s.stray != _SHAPE
        else s
        for s in strays
        if s.place != unit_at or s.stray == _SHAPE or s.cell.note or s.cell.struck or s.cell.formula
    ]
    return Submission(
        file=file,
        sha256=sha256,
        numbers=tuple(n for reader in readers for n in reader.numbers),
        hidden_numbers=hidden_numbers,
        unit=unit,
        tables=tables,
        head=head,
        strays=tuple(strays),
        epoch1904=book.epoch1904,
        findings=tuple(findings),
        head_at=head_at,
        unit_at=unit_at,
        marked=any(reader.marked for reader in readers),
    )


def _too_many(tables: Sequence[Table], strays: Sequence[Raw]) -> Phrase | None:
    """Return what there is too much of to be reported one by one; None where there is not."""
    rows = [row for table in tables for row in table.rows]
    if len(rows) > _MOST_ROWS:
        return Phrase("任务行超过 {n} 行", n=_MOST_ROWS)
    given = (raw.cell.value for row in rows for raw in row.given.values())
    if sum(len(value) for value in given if isinstance(value, str)) > _MOST_GIVEN:
        return Phrase("任务行里的文字超过 {n} 字", n=_MOST_GIVEN)
    beside = sum(len(row.strays) for row in rows) + sum(s.stray != "HEAD-002" for s in strays)
    if beside > _MOST_BESIDE or len(strays) > _MANY:
        return Phrase("填报表格子以外的内容超过 {n} 处", n=_MOST_BESIDE)
    return None


def _meta(book: Book) -> list[tuple[str, str]]:
    """The lines of the hidden sheet: what the form was filled with when it was sent out.

    With them the keys of its rows, and the hashes of last period's answers that were printed on it.
    """
    for sheet in book.sheets:
        if fold(sheet.name) == META:
            return list(meta_lines(sheet))
    return []


def meta_lines(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield the words of a hidden sheet with what they stand for, in order."""
    cells = sheet.cells
    for row, column in sorted(cells):
        if column == 1 and (row, 2) in cells:
            yield plain(cells[row, 1].value), plain(cells[row, 2].value)


def _hidden_numbers(book: Book, meta: Mapping[str, str]) -> Iterator[str]:
    kept = [v for k, v in sorted(book.properties.items()) if k.startswith("reconcile.")]
    texts = (text for text in (*kept, *meta.values()) if len(text) >= SHORTEST_NUMBER)
    found = map(parse_form_number, texts)
    yield from dict.fromkeys(str(n) for n in found if n)


def _claims(book: Book, meta: Mapping[str, str]) -> dict[str, str]:
    """What the form says it was issued for, on its hidden sheet or, as far as they tell, in its properties."""
    claims = {
        word: meta.get(word) or book.properties.get(f"reconcile.{word}", "") for word in CLAIMS
    }
    return {word: text[:_LONGEST_CLAIM] for word, text in claims.items() if text}


_LONGEST_CLAIM = 1_000


class _SheetReader:
    """One sheet taken apart: tables, head answers, number and unit lines, and what else stands there."""

    def __init__(
        self,
        file: str,
        sheet: Sheet,
        captions: Captions,
        own: OwnTexts,
        printed: frozenset[str] | None,
        clock: Clock,
    ) -> None:
        clock.check()
        self._sheet, self._captions, self._own, self._clock = sheet, captions, own, clock
        self.hidden = sheet.hidden
        self.marked = False
        self._grid = SheetTables(file, sheet, captions, own, printed)
        self.tables = self._grid.tables
        self.head: dict[str, Raw] = {}
        self.head_at: dict[str, Place] = {}
        self.numbers: list[tuple[str, Place]] = []
        self.unit: tuple[str, Place] | None = None
        self.findings: list[Finding] = []
        if self._grid.headers or self._grid.keyed:
            self._read_head()
        self._read_identity()
        self.strays = self._strays()
        self._note_unread(file)
        if self.hidden and self._grid.headers:
            values = {"sheet": sheet.name}
            self.findings.append(Finding("HEAD-009", Place(file, sheet.name), values=values))

    def _above(self) -> Iterator[tuple[int, Mapping[int, Cell]]]:
        """Rows above the first header, but for task rows that were sorted up there.

        Where the header is gone, those above the first row with the key of a task.
        """
        first = min(self._grid.headers or self._grid.keyed, default=1 << 21)
        for row, cells in self._grid.rows.items():
            if row < first and not self._grid.is_used(row):
                yield row, cells

    def _read_head(self) -> None:
        """The asked cells above the first table, found by their labels."""
        labels = self._captions.head
        for row, cells in self._above():
            for column, cell in cells.items():
                text = cell.value
                if not isinstance(text, str) or len(text) > _LONGEST_LINE:
                    continue
                name = labels.get(bare(text), "")
                if name:
                    if not (cell.note or cell.struck):
                        self._grid.used.add((row, column))
                    self._read_beside(name, row, column, cells)
                    continue
                label, colon, rest = text.replace("：", ":").partition(":")
                name = labels.get(bare(label), "") if colon else ""
                if name and rest.strip() and name not in self.head:
                    self._grid.used.add((row, column))
                    raw = self._grid.raw(row, column, name, label.strip())
                    self.head[name] = raw.with_value(rest.strip())
                    self.head_at.setdefault(name, raw.place)

    def _read_beside(self, name: str, row: int, column: int, cells: Mapping[int, Cell]) -> None:
        """The first filled cell right of a label, unless another label comes first."""
        self.head_at.setdefault(name, self._grid.place(row, column + 1))
        if name in self.head:
            return
        for right in range(column + 1, column + 1 + _REACH):
            cell = cells.get(right)
            if cell is None or not is_filled(cell) or (row, right) in self._grid.copies:
                continue
            text = plain(cell.value)
            if bare(text.replace("：", ":").partition(":")[0]) not in self._captions.head:
                self._grid.used.add((row, right))
                caption = plain(cells[column].value).strip("：: ")
                self.head[name] = self._grid.raw(row, right, name, caption)
                self.head_at[name] = self.head[name].place
            return

    def _read_identity(self) -> None:
        """The lines 表单编号 and 责任单位, wherever they stand outside the answers."""
        rows = self._grid.rows
        above = {row for row, _ in self._above()} if self._grid.headers else set(rows)
        for row, cells in rows.items():
            self._clock.check()
            shortest = 0 if row in above else SHORTEST_NUMBER
            for column, cell in cells.items():
                text = cell.value
                if not isinstance(text, str) or not shortest <= len(text) <= _LONGEST_LINE:
                    continue
                if text in self._own.seen:
                    continue
                number = may_hold_number(text)
                unit = _UNIT_LINE.match(text) if not shortest and self.unit is None else None
                if not (number or unit) or self._grid.is_answer(row, column):
                    continue
                if number and (found := parse_form_number(text)):
                    self.numbers.append((str(found), self._grid.place(row, column)))
                if unit:
                    self.unit = unit[1].strip(), self._grid.place(row, column)

    def _bears_marks(self) -> bool:
        """Return whether a note on a cell still says what a marked-up copy of ours put there."""
        cells = self._sheet.cells
        return any(is_marked(cell.note) for cell in cells.values() if cell.note)

    def _shapes(self) -> Iterator[Raw]:
        """What was written into text boxes and the like, as strays where they are anchored."""
        for at, text in self._sheet.shapes:
            place = Place(self._grid.file, self._sheet.name, address(*at) if at else "")
            yield Raw(place, Cell(0, 0, text), "", self._sheet.name, stray=_SHAPE)

    def _pages(self) -> Iterator[Raw]:
        """What was written into page headers and footers, without what the form came with."""
        for text in self._sheet.pages:
            theirs = [line for line in text.split("\n") if not self._is_ours(line)]
            if theirs:
                place = Place(self._grid.file, self._sheet.name)
                text = "\n".join(theirs)
                yield Raw(place, Cell(0, 0, text), "", self._sheet.name, stray=_PAGE)

    def _is_ours(self, line: str) -> bool:
        """Return whether a line of a page header is the form's own, or says nothing but which page it is."""
        numbered = may_hold_number(line) and parse_form_number(line)
        return bool(
            self._own.has(line) or numbered or not _PAGE_WORDS.sub("", fold(line))
        )  # fmt: skip

    def _note_unread(self, file: str) -> None:
        """What the reader of the file has to tell of this sheet."""
        for code, at, values in self._sheet.remarks:
            place = Place(file, self._sheet.name, address(*at) if at else "")
            self.findings.append(Finding(code, place, values=values))

    def _strays(self) -> list[Raw]:
        """Cells outside the tables that the form did not come with, shapes and page headers."""
        shapes = [*self._shapes(), *self._pages()]
        if not self._grid.headers and len(self._sheet.cells) > _MANY:
            values = {"sheet": self._sheet.name, "count": len(self._sheet.cells)}
            self.findings.append(
                Finding("HEAD-004", Place(self._grid.file, self._sheet.name), values=values)
            )
            return shapes
        code = "ROW-012" if self._grid.headers else "HEAD-002"
        notice = any(
            len(cells) >= len(NOTICE_COLUMNS) and is_notice(cell.value for cell in cells.values())
            for cells in self._grid.rows.values()
        )
        self.marked = notice or self._bears_marks()
        seals = sealed(self._sheet.cells) if notice else frozenset()
        is_our_message = partial(is_sealed, seals=seals) if seals else self._captions.is_our_message
        found = [*shapes, *self._grid.strays]
        known = self._grid.used | self._grid.copies
        for row, cells in self._grid.rows.items():
            self._clock.check()
            for column, cell in () if row in self._grid.table_rows else cells.items():
                if (row, column) in known:
                    continue
                if is_own(cell, self._own) or not is_filled(cell):
                    continue
                if notice and not cell.note and is_our_message(plain(cell.value)):
                    continue
                raw = self._grid.raw(row, column, "", self._sheet.name)._replace(stray=code)
                if is_own(cell._replace(note="", struck=""), self._own):  # a note on a text of ours
                    raw = raw.with_value(None)._replace(caption=plain(cell.value), stray=_REMARK)
                found.append(raw)
        return found
