"""File -> Return: find the tables of a form again, whatever a clerk did to its sheets.

Sheets are told by content, columns by caption, rows by what they hold. Nothing
is judged here; every cell that the form did not come with is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from xlsxwriter.utility import xl_col_to_name

from .findings import Finding, Place
from .grid import Book, Cell, Sheet
from .identity import parse_form_number, parse_row_key
from .model import Field, Form, Raw, Return, Row, Table
from .text import fold, is_blank, plain, task_number

_META = "_meta"
_REMARK = re.compile(r"\([^()]*\)|[*:]")
_LONGEST_CAPTION = 40
_REACH = 4
"""How many cells to the right of its label a head answer may stand."""

_fold = lru_cache(maxsize=4096)(fold)


@dataclass(frozen=True, slots=True)
class Captions:
    """Which caption means which field; folded, aliases included."""

    fields: Mapping[str, str]
    head: Mapping[str, str]
    asked: Mapping[str, Field]
    texts: tuple[re.Pattern[str], ...]
    sheets: frozenset[str]

    @classmethod
    def of(cls, form: Form, periods: Sequence[str]) -> Captions:
        """Gather the captions of a form for a plan with these period captions."""
        fields: dict[str, str] = {}
        for field in form.fields:
            if field.id == "milestones":
                bare = field.caption.replace("{current}", "")
                fields |= {_bare(bare.replace("{period}", p)): f"milestone:{p}" for p in periods}
                continue
            fields |= {_bare(name): field.id for name in (*field.aliases, field.caption)}
        return cls(
            fields,
            {_bare(field.caption): field.id for field in form.head},
            {field.id: field for field in form.asked},
            tuple(_pattern(text) for text in form.texts),
            frozenset(_fold(name) for name in form.sheets),
        )

    def field(self, value: object) -> str:
        """Return the field id that a caption stands for, or ""."""
        if not isinstance(value, str) or len(value) > _LONGEST_CAPTION:
            return ""
        return self.fields.get(_fold(value)) or self.fields.get(_bare(value), "")


def _bare(caption: str) -> str:
    """A caption folded, without bracketed remarks, stars and colons."""
    folded = _fold(caption)
    return _REMARK.sub("", folded) or folded


def _pattern(text: str) -> re.Pattern[str]:
    """What a text of the template looks like once its {words} are filled."""
    parts = re.split(r"\{[^{}]*\}", text)
    return re.compile(".*".join(re.escape(fold(p)) for p in parts), re.DOTALL)


def read_return(file: str, sha256: str, book: Book, captions: Captions) -> Return:
    """Find identity, tables, head cells and strays in a workbook that came back.

    Always returns a Return; one without tables has a finding that says so.
    """
    tables: list[Table] = []
    head: dict[str, Raw] = {}
    strays: list[Raw] = []
    findings: list[Finding] = []
    for sheet in book.sheets:
        if _fold(sheet.name) == _META:
            continue
        reader = _SheetReader(file, sheet, captions)
        if not reader.headers:
            findings += reader.unread()
            continue
        tables += reader.tables()
        for name, raw in reader.head().items():
            if head.setdefault(name, raw) is not raw:
                strays.append(replace(raw, field=""))
        strays += reader.strays()
    if not tables:
        findings.append(Finding("HEAD-001", Place(file)))
    return Return(
        file=file,
        sha256=sha256,
        numbers=tuple(_numbers(file, book)),
        hidden_numbers=tuple(_hidden_numbers(book)),
        unit=_unit_shown(book),
        tables=tuple(tables),
        head=head,
        strays=tuple(strays),
        epoch1904=book.epoch1904,
        findings=tuple(findings),
    )


def _numbers(file: str, book: Book) -> Iterator[tuple[str, Place]]:
    for sheet in book.sheets:
        if _fold(sheet.name) == _META:
            continue
        for (row, column), cell in sorted(sheet.cells.items()):
            if isinstance(cell.value, str) and "-" in fold_short(cell.value):
                number = parse_form_number(cell.value)
                if number:
                    yield str(number), Place(file, sheet.name, address(row, column))


def fold_short(text: str) -> str:
    """Return a text folded, or "" when it is too long to be a line with a form number."""
    return _fold(text) if len(text) <= 120 else ""


def _hidden_numbers(book: Book) -> Iterator[str]:
    kept = [v for k, v in sorted(book.properties.items()) if k.startswith("reconcile.")]
    for sheet in book.sheets:
        if _fold(sheet.name) == _META:
            kept += [plain(c.value) for c in sheet.cells.values()]
    yield from dict.fromkeys(str(n) for t in kept if (n := parse_form_number(t)))


def _unit_shown(book: Book) -> str:
    """The unit named in a line 责任单位：… of the form."""
    for sheet in book.sheets:
        for _, cell in sorted(sheet.cells.items()):
            if isinstance(cell.value, str):
                found = re.match(r"\s*(?:责任单位|Unit)\s*[：:]\s*(\S.*)", cell.value)
                if found:
                    return found[1].strip()
    return ""


def address(row: int, column: int) -> str:
    """Return a cell's address, e.g. (7, 3) -> "C7"."""
    return f"{xl_col_to_name(column - 1)}{row}"


class _SheetReader:
    """One sheet, its header rows and what stands under and around them."""

    def __init__(self, file: str, sheet: Sheet, captions: Captions) -> None:
        self._file, self._sheet, self._captions = file, sheet, captions
        self._rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            self._rows.setdefault(row, {})[column] = cell
        self._spread_merges()
        self.headers = {r: m for r, cells in self._rows.items() if (m := self._header(cells))}
        self._used: set[tuple[int, int]] = set()

    def _spread_merges(self) -> None:
        """Copy what a merged cell holds down its first column: it is meant for those rows too."""
        self._copies: set[tuple[int, int]] = set()
        for top, left, bottom, _ in self._sheet.merges:
            cell = self._rows.get(top, {}).get(left)
            if cell is None or bottom - top > 200:
                continue
            for row in range(top + 1, bottom + 1):
                self._rows.setdefault(row, {})[left] = replace(cell, row=row)
                self._copies.add((row, left))
        self._rows = dict(sorted(self._rows.items()))

    def _header(self, cells: Mapping[int, Cell]) -> dict[int, str]:
        """Field ids by column if this row is a header row, else {}."""
        found: dict[int, str] = {}
        for column, cell in sorted(cells.items()):
            name = self._captions.field(cell.value)
            if name and name not in found.values():
                found[column] = name
        asked = sum(name in self._captions.asked for name in found.values())
        named = any(name in ("key", "number", "goal") for name in found.values())
        return found if asked >= 2 or (asked and named) else {}

    def _place(self, row: int, column: int) -> Place:
        return Place(self._file, self._sheet.name, address(row, column))

    def _raw(self, row: int, column: int, field: str, caption: str) -> Raw:
        cell = self._rows[row][column]
        return Raw(
            self._place(row, column), field, caption, cell.value, cell.format, cell.formula,
            cell.error, cell.struck, cell.note, (row, column) in self._copies,
        )  # fmt: skip

    def unread(self) -> list[Finding]:
        """Say what stands on a sheet without a table, unless it is one of ours."""
        count = len(self._sheet.cells)
        if not count or _fold(self._sheet.name) in self._captions.sheets:
            return []
        place = Place(self._file, self._sheet.name)
        return [Finding("HEAD-002", place, values={"sheet": self._sheet.name, "count": count})]

    def tables(self) -> list[Table]:
        tops = sorted(self.headers)
        return [
            self._table(top, below)
            for top, below in zip(tops, [*tops[1:], 1 << 21], strict=True)
        ]  # fmt: skip

    def _table(self, top: int, below: int) -> Table:
        header = self.headers[top]
        letters = {name: xl_col_to_name(column - 1) for column, name in header.items()}
        lacks = tuple(f for f in self._captions.asked if f not in header.values())
        # A caption merged over two rows is not a task row.
        rows = [
            self._row(r, header, top, letters)
            for r in self._rows
            if top < r < below and not self._is_header_copy(r)
        ]
        return Table(self._place(top, min(header)), lacks, tuple(r for r in rows if r))

    def _is_header_copy(self, row: int) -> bool:
        return all((row, c) in self._copies for c in self._rows[row]) and any(
            self._captions.field(cell.value) for cell in self._rows[row].values()
        )

    def _row(
        self, row: int, header: Mapping[int, str], top: int, letters: Mapping[str, str]
    ) -> Row | None:
        cells = {c: cell for c, cell in self._rows[row].items() if _filled(cell)}
        self._used |= {(row, c) for c in cells}
        if not cells:
            return None
        by_field = {header[c]: c for c in cells if c in header}
        key_column = next((c for c, cell in cells.items() if _is_key(cell)), None)
        texts = {f: plain(cells[c].value).strip() for f, c in by_field.items()}
        answered = any(f in self._captions.asked for f in by_field)
        numbered = task_number(texts.get("number", "")) is not None
        if not (key_column or numbered or (texts.get("goal") and answered)):
            # A row that names no task: whatever is not an answer was jotted down there.
            by_field = {f: c for f, c in by_field.items() if f in self._captions.asked}
            header = {c: f for f, c in by_field.items()}
            texts = {}
        given = {
            f.removeprefix("milestone:"): t
            for f, t in texts.items()
            if f not in self._captions.asked and f not in ("key", "number", "goal")
        }
        own = [c for c in cells if c in header or c == key_column]
        captions = self._rows[top]
        return Row(
            place=self._place(row, min(cells)),
            key=plain(cells[key_column].value) if key_column else "",
            number=texts.get("number", ""),
            goal=texts.get("goal", ""),
            given=given,
            answers={
                f: self._raw(row, c, f, plain(captions[c].value))
                for f, c in by_field.items()
                if f in self._captions.asked
            },
            strays=tuple(
                self._raw(row, c, "", plain(captions[c].value) if c in captions else "")
                for c in cells
                if c not in own
            ),
            hidden=row in self._sheet.hidden_rows,
            columns=letters,
        )

    def head(self) -> dict[str, Raw]:
        """The asked cells above the first table, found by their labels."""
        found: dict[str, Raw] = {}
        labels = self._captions.head
        for row in (r for r in self._rows if r < min(self.headers)):
            for column, cell in self._rows[row].items():
                if not isinstance(cell.value, str) or len(cell.value) > 200:
                    continue
                name = labels.get(_bare(cell.value), "")
                if name:
                    self._used.add((row, column))
                    at = self._answer_beside(row, column)
                    if at and name not in found:
                        self._used.add((row, at))
                        found[name] = self._raw(row, at, name, plain(cell.value).strip("：: "))
                    continue
                label, colon, rest = cell.value.replace("：", ":").partition(":")
                name = labels.get(_bare(label), "")
                if colon and name and rest.strip() and name not in found:
                    self._used.add((row, column))
                    raw = self._raw(row, column, name, label.strip())
                    found[name] = replace(raw, value=rest.strip())
        return found

    def _answer_beside(self, row: int, column: int) -> int:
        """The column of the first filled cell right of a label, 0 if a label comes first."""
        for right in range(column + 1, column + 1 + _REACH):
            cell = self._rows[row].get(right)
            if cell is not None and _filled(cell):
                is_label = isinstance(cell.value, str) and _bare(cell.value) in self._captions.head
                return 0 if is_label else right
        return 0

    def strays(self) -> list[Raw]:
        """Cells above the first table that the form did not come with."""
        found = []
        for row, cells in self._rows.items():
            if row in self.headers:
                continue
            for column, cell in cells.items():
                if (row, column) in self._used or (row, column) in self._copies:
                    continue
                if _filled(cell) and not self._is_ours(cell):
                    found.append(self._raw(row, column, "", ""))
        return found

    def _is_ours(self, cell: Cell) -> bool:
        if not isinstance(cell.value, str) or cell.note or cell.formula:
            return False
        folded = _fold(cell.value)
        return any(p.fullmatch(folded) for p in self._captions.texts)


def _filled(cell: Cell) -> bool:
    return bool(
        not is_blank(cell.value) or cell.formula or cell.error or cell.struck or cell.note.strip()
    )


def _is_key(cell: Cell) -> bool:
    return isinstance(cell.value, str) and len(cell.value) < 40 and bool(parse_row_key(cell.value))
