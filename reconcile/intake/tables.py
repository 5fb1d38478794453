"""One sheet -> its tables: header rows by caption, task rows by what they hold, and the rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ..core.findings import Place, address
from ..core.keys import short_hash
from ..core.plan import Value
from ..core.submission import Raw, Row, Table
from ..core.text import fold, is_blank, plain, short, task_number
from ..core.values.stand_ins import shows_picture
from ..readers import Cell, Sheet
from .captions import (
    LONGEST_CAPTION,
    Captions,
    Columns,
    OwnTexts,
    is_heading,
    is_own,
    is_unasked,
    their_note,
)
from .headers import BEFORE, Header, header_of, key_column

_TALLEST_MERGE = 200
"""A cell merged over more rows is a frame, not an answer to each of them."""
_BELOW_ALL = 1 << 21
_LINK_FORMULA = re.compile(r'=\s*HYPERLINK\s*\(\s*"([^"]{1,500})"', re.I)
_SCHEME = re.compile(r"(?:https?|file|ftp):/*", re.I)
_ADDRESSES = re.compile(r"(?:mailto|tel|callto|javascript):|#", re.I)
"""Links that lead to no document."""


def is_filled(cell: Cell) -> bool:
    """Return whether anything at all stands in a cell, a note included; a formula that says "" shows nothing."""
    if not is_blank(cell.value):
        return True
    shows = cell.formula and (not isinstance(cell.value, str) or shows_picture(cell.formula))
    return bool(shows or cell.error or cell.struck or cell.note.strip())


class SheetTables:
    """The tables of one sheet.

    ``headers`` are field ids by column by header row; ``used`` are cells that belong to
    the form, and so do all cells of the rows of tables, ``table_rows``; ``answers`` are the cells
    in asked columns, ``copies`` those that only repeat a merged cell; ``strays`` what stands in header rows
    beside the captions. ``own`` are the texts that the form came with; ``printed``
    the hashes of last period's answers as the form showed them, None when the
    file does not tell.
    """

    def __init__(
        self,
        file: str,
        sheet: Sheet,
        captions: Captions,
        own: OwnTexts,
        printed: frozenset[str] | None = None,
    ) -> None:
        self.file, self._sheet, self._captions = file, sheet, captions
        self._own, self._printed = own, printed
        self.rows = _rows_of(sheet)
        self._place = Place(file, sheet.name)
        self.used: set[tuple[int, int]] = set()
        self.table_rows: set[int] = set()
        self.answers: set[tuple[int, int]] = set()
        self.copies: set[tuple[int, int]] = set()
        self.strays: list[Raw] = []
        self._merged = self._merges_by_row()
        self._spread_merges()
        self.headers: dict[int, Mapping[int, str]] = {}
        self._found: dict[int, Header] = {}
        self._keys: dict[int, int] = {}
        for row, cells in self.rows.items():
            key = key_column(cells)
            if key:  # a row with the key of a task is no header, whatever was pasted into it
                self._keys[row] = key
                continue
            header = header_of(cells, captions)
            if header:
                self.headers[row], self._found[row] = header.heading.fields, header
        self.tables = tuple(self._tables())

    @property
    def keyed(self) -> Collection[int]:
        """The rows that bear the key of a task."""
        return self._keys.keys()

    def place(self, row: int, column: int) -> Place:
        """Return the place of a cell."""
        return Place(self.file, self._sheet.name, address(row, column))

    def raw(self, row: int, column: int, field: str, caption: str) -> Raw:
        """Return a cell as it came, under the field and caption where it stands."""
        cell, at = self.rows[row][column], (row, column)
        link = self._sheet.links.get(at, "")
        if link or cell.formula:
            link = _worth_showing(link, cell.formula, cell.value)
        return Raw(self._place, cell, field, caption, at in self.copies, "", link)

    def is_used(self, row: int) -> bool:
        """Return whether a table has a part of this row."""
        return row in self.table_rows or any((row, c) in self.used for c in self.rows[row])

    def is_answer(self, row: int, column: int) -> bool:
        """Return whether a cell stands in an asked column of a task row, or only repeats a merged cell."""
        return (row, column) in self.answers or (row, column) in self.copies

    def _merges_by_row(self) -> dict[int, list[tuple[int, int, int]]]:
        """Each merged area as (top, left, right) under every row that it covers."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for top, left, bottom, right in self._sheet.merges:
            if bottom - top <= _TALLEST_MERGE:
                for row in range(top, bottom + 1):
                    found.setdefault(row, []).append((top, left, right))
        return found

    def _spread_merges(self) -> None:
        """Copy what a merged cell holds down its first column: it is meant for those rows too."""
        for top, left, bottom, _ in self._sheet.merges:
            if bottom == top or bottom - top > _TALLEST_MERGE:
                continue
            cell = self.rows.get(top, {}).get(left)
            if cell is None:
                continue
            for row in range(top + 1, bottom + 1):
                # LibreOffice can keep what a merged cell covers: that stays what it is.
                cells = self.rows.get(row, {})
                if left not in cells:
                    self.rows[row] = {**cells, left: cell._replace(row=row, note="")}
                    self.copies.add((row, left))
        if self.copies:
            self.rows = {
                row: dict(sorted(cells.items())) for row, cells in sorted(self.rows.items())
            }

    def _tables(self) -> Iterator[Table]:
        # Captions merged over two rows: the second is no header of its own.
        tops = [row for row in sorted(self.headers) if not self._is_copied_header(row)]
        for i, top in enumerate(tops):
            below = tops[i + 1] if i + 1 < len(tops) else _BELOW_ALL
            yield self._table(top, below, first=not i)

    def _is_copied_header(self, row: int) -> bool:
        return all((row, column) in self.copies for column in self.headers[row])

    def _table(self, top: int, below: int, *, first: bool) -> Table:
        heading, kind = self._found[top]
        self._read_header_row(top)
        rows = []
        for r in self.rows:
            inside = top < r < below and r not in self.headers
            # Who sorts a sheet with its header sends rows up above it.
            if inside or (first and r < top and self._is_task_row(r, heading.fields, kind)):
                rows.append(self._row(r, top))
        hidden = {
            name: self.place(top, column)
            for column, name in heading.fields.items()
            if column in self._sheet.hidden_columns and name in kind.asked
        }
        lacks = tuple(f for f in kind.asked if f not in heading.letters)
        of_indicators = kind is self._captions.indicators
        place = self.place(top, min(heading.fields))
        return Table(place, lacks, tuple(r for r in rows if r), hidden, of_indicators)

    def _read_header_row(self, top: int) -> None:
        """Captions are ours; a new caption, or a note on one, is the clerk's."""
        cells, kind = self.rows[top], self._found[top].kind
        self.table_rows.add(top)
        for column, cell in cells.items():
            if (top, column) in self.copies or not is_filled(cell):
                continue
            if not kind.field(cell.value) and not is_own(cell, self._own):
                raw = self.raw(top, column, "", _caption(cell))
                self.strays.append(raw._replace(stray="HEAD-005"))
            elif cell.note.strip() or cell.struck:
                raw = self.raw(top, column, "", _caption(cell))
                self.strays.append(raw.with_value(None)._replace(stray="ROW-016"))

    def _is_task_row(self, row: int, header: Mapping[int, str], kind: Columns) -> bool:
        if row in self._keys:
            return True
        cells = self.rows[row]
        if len(cells) < 2:
            return False
        texts = {name: cells[c].value for c, name in header.items() if c in cells}
        answered = any(name in kind.asked for name in texts)
        return bool(
            answered and plain(texts.get(kind.subject)) and task_number(plain(texts.get("number")))
        )

    def _row(self, row: int, top: int) -> Row | None:
        heading, kind = self._found[top]
        header, asked = heading.fields, heading.asked
        cells = {
            c: cell
            for c, cell in self.rows[row].items()
            if is_filled(cell) and (c in asked or not is_heading(cell))
        }
        self.table_rows.add(row)
        unasked = {
            c for c, cell in cells.items()
            if c in header and is_unasked(kind.asked.get(header[c]), cell)
        }  # fmt: skip
        cells = {c: cell for c, cell in cells.items() if c not in unasked}
        if not cells or (self.copies and all((row, c) in self.copies for c in cells)):
            return None
        by_field = {header[c]: c for c in cells if c in header}
        key_column = self._keys.get(row, 0)
        number, subject = (
            plain(cells[by_field[f]].value).strip() if f in by_field else ""
            for f in ("number", kind.subject)
        )
        names_task = bool(by_field)
        answered = not asked.isdisjoint(cells)
        if not (key_column or task_number(number) is not None or (subject and answered)):
            # A row that names no task: whatever is not an answer was jotted down there.
            by_field = {f: c for f, c in by_field.items() if c in asked}
            number, subject, names_task = "", "", False
        given, answers = {}, {}
        for f, c in by_field.items():
            if c in asked:
                answers[f] = self.raw(row, c, f, heading.captions[f])
                self.answers.add((row, c))
            elif f != "key" and not self._is_printed(f, cells[c]):
                given[f] = self.raw(row, c, f, heading.captions[f])
        own = {*by_field.values(), key_column}
        if "key" in by_field and by_field["key"] != key_column:
            own.discard(by_field["key"])
        return Row(
            place=self.place(row, min(cells)),
            key=plain(cells[key_column].value) if key_column else "",
            number=number,
            goal=subject,
            given=given,
            answers=answers,
            strays=(
                *self._remark(row, key_column),
                *(
                    self._stray(row, c, top, names_task)
                    for c in cells
                    if c not in own and (row, c) not in self.copies
                ),
            ),
            hidden=row in self._sheet.hidden_rows,
            columns=heading.letters,
            swallowed=dict(self._swallowed(row, top)) if self._merged else {},
            unasked=frozenset(header[c] for c in unasked),
        )

    def _remark(self, row: int, key_column: int) -> Iterator[Raw]:
        """A note on the key of a row, or a line through it: the key is ours, these are not."""
        cell = self.rows[row].get(key_column)
        if cell is not None and (cell.note.strip() or cell.struck):
            raw = self.raw(row, key_column, "", self._captions.key)
            yield raw.with_value(None)._replace(stray="ROW-016")

    def _is_printed(self, name: str, cell: Cell) -> bool:
        """Return whether a cell still shows last period's answer, which the plan does not hold."""
        if name not in BEFORE or cell.note or cell.struck:
            return False
        return self._shows_before(cell.value)

    def _shows_before(self, value: Value) -> bool:
        return self._printed is None or short_hash(fold(plain(value))) in self._printed

    def _stray(self, row: int, column: int, top: int, names_task: bool) -> Raw:
        """A cell of a table row that stands where nothing was asked, and why it does."""
        header = self.headers[top]
        cell = self.rows[top].get(column)
        caption = _caption(cell) if cell else ""
        if not names_task:
            code = "ROW-012"
        elif header.get(column) == "key":
            code = "ROW-010"
        elif caption and self._found[top].kind.field(caption):
            code = "ROW-014"
        elif not is_blank(caption):
            code = "ROW-013"
        else:
            code = "ROW-015" if min(header) < column < max(header) else "ROW-012"
        return self.raw(row, column, "", caption)._replace(stray=code)

    def _swallowed(self, row: int, header_row: int) -> Iterator[tuple[str, str]]:
        header, captions = self.headers[header_row], self.rows[header_row]
        asked = self._found[header_row].kind.asked
        for top, left, right in self._merged.get(row, ()):
            caption = _caption(captions[left]) if left in captions else ""
            for column in range(left, min(right, max(header)) + 1):
                shown = column == left and (row == top or (row, left) in self.copies)
                if header.get(column) in asked and not shown:
                    yield header[column], caption or address(top, left)


def _worth_showing(link: str, formula: str, value: Value) -> str:
    """Return where a cell leads to, unless its text says so itself, as that of a typed address does."""
    if formula and value is None:
        return ""  # the formula itself is reported
    found = _LINK_FORMULA.match(formula) if formula else None
    link = found[1] if found else link
    bare_link = _SCHEME.sub("", link).strip("/")
    telling = bare_link and not _ADDRESSES.match(link) and bare_link not in plain(value)
    return link if telling else ""


def _caption(cell: Cell) -> str:
    """A caption as findings name it: what is longer than any is cut."""
    text = plain(cell.value)
    return text if len(text) <= LONGEST_CAPTION else short(text, LONGEST_CAPTION)


def _rows_of(sheet: Sheet) -> dict[int, Mapping[int, Cell]]:
    """The cells of a sheet by row and column, in order, notes without what we wrote into them."""
    found: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if cell.note:
            cell = cell._replace(note=their_note(cell.note))
        if row not in found:
            found[row] = {}
        found[row][column] = cell
    return dict(found)
