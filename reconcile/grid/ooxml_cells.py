"""One sheet of an xlsx -> its cells, by two ways that lead to the same.

Sheets as every program writes them are read by one regular expression per
cell, counted against the tags of the part; where one tag is written otherwise,
the whole sheet goes through expat. Neither ever fills a range: a lone value in
XFD1048576 costs one cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..patterns import late
from . import Cell, Sheet, Value
from .book import Lines, extent, joined
from .formats import from_iso, from_serial, number
from .guard import check_extent, check_merges, only_tags, parse_xml, spread
from .ooxml_frame import (
    BIG,
    hidden_columns,
    hidden_rows,
    is_hidden,
    merged_areas,
    pieces,
    span,
    without_bare_rows,
)
from .ooxml_lines import lines_of
from .ooxml_parts import Merge, address, area, column_number, whole_number
from .ooxml_texts import NO, RichText, Spelled, Text, plain, spelled, unescape
from .shapes import Shape

if TYPE_CHECKING:
    from .ooxml import Package

Cells = dict[tuple[int, int], Cell]

_CELL = late(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="(?:n|([a-zA-Z]{1,9}))")?'
    rb" ?(?:/>|>(?:<f([^<>]*)(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|<v ?/>"
    rb'|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_SHARED_INDEX = late(r"""\bsi\s*=\s*["'](\d+)["']""")


class Grid:
    """The cells of one sheet in the making: as whole ``lines`` where they allow it, else one by one."""

    def __init__(self, book: Package, name: str) -> None:
        self.book = book
        self.name = name
        self.cells: Cells = {}
        self.lines: Lines | None = None
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_spans: list[tuple[int, int]] = []
        self.masters: dict[str, str] = {}

    def put(
        self,
        row: int,
        column: int,
        style: bytes,
        kind: str,
        raw: str,
        formula: str | None = None,
        inline: Text | None = None,
    ) -> None:
        """Add one cell unless it is blank; ``raw`` is the text of <v>."""
        look = self.book.looks[style]
        if kind not in ("s", "str", "inlineStr"):
            raw = raw.strip()
        value: Value = None
        error, text = "", inline
        if kind == "s" and raw:
            text = self.book.string(raw)
        elif kind == "str" or (kind == "inlineStr" and inline is None):
            text = unescape(raw)
        elif kind == "e":
            error = raw or "#VALUE!"
        elif kind == "b" and raw:
            value = raw.strip() in ("1", "true")
        elif kind == "d" and raw:
            value = from_iso(raw)
        elif raw and text is None:
            value = number(raw)
            if look.kind and isinstance(value, float):
                value = from_serial(value, look, self.book.epoch1904)
        struck = ""
        if text is not None:
            value, struck = left_and_struck(text, look.struck)
        elif look.struck and value is not None:
            value, struck = None, str(raw)
        if formula is not None:
            formula = "=" + formula
        elif value in (None, "") and not error and not struck:
            return
        self.cells[row, column] = Cell(
            row, column, value, look.format, formula or "", error, struck
        )

    def formula(self, attributes: str, text: str) -> str:
        """Return a formula's text; that of a shared one's first cell where it has none itself."""
        if "shared" in attributes:
            match = _SHARED_INDEX.search(attributes)
            if match:
                return (
                    self.masters.setdefault(match[1], text)
                    if text
                    else (self.masters.get(match[1], ""))
                )
        return text

    def sheet(
        self, hidden: bool, notes: Mapping[tuple[int, int], str], shapes: tuple[Shape, ...]
    ) -> Sheet:
        """Return the finished sheet, its notes put on their cells."""
        cells = self.cells if self.lines is None else self.lines
        if notes:
            cells = dict(cells)
            for place, note in notes.items():
                old = cells.get(place) or Cell(*place, None)
                cells[place] = Cell(
                    *place, old.value, old.format, old.formula, old.error, old.struck, note
                )
        limits = self.book.limits
        if len(cells) > limits.columns:
            check_extent(cells, self.name, limits)
        columns: frozenset[int] = frozenset()
        rows = self.hidden_rows
        if rows or self.hidden_spans:
            lowest, rightmost = extent(cells)
            columns = spread(self.hidden_spans, rightmost)
            rows = {row for row in rows if row <= lowest}
        merges = tuple(self.merges)
        return Sheet(self.name, cells, hidden, merges, frozenset(rows), columns, shapes)

    def fast(self, part: bytes) -> bool:
        """Read a sheet in the usual spelling; False (and nothing kept) when it is spelt otherwise."""
        self._count(part)
        start, stop = part.find(b"<sheetData>"), part.rfind(b"</sheetData>")
        if (
            start < 0
            or stop < start
            or part.find(b"</sheetData>") < stop
            or not only_tags(part)  # what a comment holds is no cell, whatever it looks like
            or not part.rstrip().endswith(b"</worksheet>")
        ):
            return False
        spent = self.book.count
        try:
            understood = self._whole_lines(part, start, stop) or self._one_by_one(part, start, stop)
        except ValueError:
            understood = False
        if not understood or not self._frame(part, start, stop):
            self.cells, self.lines, self.masters, self.merges = {}, None, {}, []
            self.hidden_rows, self.hidden_spans = set(), []
            self.book.count = spent
            return False
        return True

    def _count(self, part: bytes) -> None:
        """Refuse (FILE-020) at a glance what holds far too much."""
        if len(part) < min(self.book.limits.cells, self.book.limits.merged):
            return
        values = part.count(b"<v>") - part.count(b"<v></v>") + part.count(b"<is>")
        if values > self.book.limits.cells + (1 << 12):
            self.book.spend(values)
        if part.count(b"<mergeCell ") > self.book.limits.merged:
            check_merges(itertools.repeat(1, self.book.limits.merged + 1), self.book.limits)

    def _whole_lines(self, part: bytes, start: int, stop: int) -> bool:
        """Read the rows between two offsets as lines; False when they are no plain ones."""
        book = self.book
        if book.epoch1904:
            return False
        found: list[Lines] = []
        spent = book.count
        for first, after in pieces(part, start, stop):
            some = None
            if after - first < BIG:  # a row of more is looked at more closely
                some = lines_of(part, first, after, book.looks, book.strings)
            if some is None:
                break
            book.clock.check()
            book.spend(len(some))
            found.append(some)
        else:
            self.lines = joined(found)
        if self.lines is None:
            book.count = spent  # all are counted again, one by one
        return self.lines is not None

    def _one_by_one(self, part: bytes, start: int, stop: int) -> bool:
        """Read the rows between two offsets cell by cell; False when a tag is spelt otherwise."""
        return part.count(b"<c", start, stop) == self._cells(part, start, stop)

    def _cells(self, part: bytes, start: int, stop: int) -> int:
        """Read the cells between two offsets; return how many tags <c> were understood."""
        book, cells, put, looks = self.book, self.cells, self.put, self.book.looks
        texts, struck = book.strings.texts, book.strings.struck
        limit = book.limits.cells - book.count
        seen, known = 0, len(texts)
        inline = Spelled()
        found: Iterable[tuple[bytes, ...]]
        if stop - start < BIG:
            found = _CELL.findall(part, start, stop)
            inline = spelled({cell[7] for cell in found if cell[7]})
        else:
            found = (match.groups(b"") for match in _CELL.finditer(part, start, stop))
        row, last = 0, b""
        for seen, (letters, digits, s, kind, shared, f, v, raw) in enumerate(found, 1):
            if not seen & 0xFFF:
                book.clock.check()
                if len(cells) > limit:
                    book.spend(len(cells))
            if not (v or raw or f or shared.strip() or kind == b"e"):
                continue
            if digits != last:
                row, last = int(digits), digits
            column, look = column_number(letters), looks[s]
            if f or shared.strip():
                formula = self.formula(shared.decode(), plain(f.decode()))
                text = inline[raw] if raw else None
                put(row, column, s, kind.decode(), plain(v.decode()), formula, text)
                continue
            if raw:
                if look.struck or kind != b"inlineStr" or v:
                    put(row, column, s, kind.decode(), plain(v.decode()), None, inline[raw])
                else:
                    cells[row, column] = Cell(row, column, inline[raw], look.format)
                continue
            if not look.struck:
                if kind == b"s" and v.isdigit():
                    index = int(v)
                    if 0 <= index < known and index not in struck:
                        if text := texts[index]:
                            cells[row, column] = Cell(row, column, text, look.format)
                        continue
                elif not kind and not look.kind and len(v) < 16:
                    value = number(v)
                    if value.__class__ is float:
                        cells[row, column] = Cell(row, column, value, look.format)
                        continue
            put(row, column, s, kind.decode(), plain(v.decode()))
        book.spend(len(cells))
        return seen

    def _frame(self, part: bytes, start: int, stop: int) -> bool:
        """Read hidden rows and columns and merges; False when one of them is spelt otherwise."""
        rows, columns = hidden_rows(part, start, stop), hidden_columns(part, start, stop)
        merges = merged_areas(part, stop)
        if rows is None or columns is None or merges is None:
            return False
        self.hidden_rows.update(rows)
        self.hidden_spans += columns
        self.merges += merges
        self._check_merges()
        return True

    def row(self, a: Mapping[str, str]) -> None:
        """Note a row's attributes."""
        if a.get("hidden", "0") not in NO:
            self.hidden_rows.add(whole_number(a.get("r")))

    def columns(self, a: Mapping[str, str]) -> None:
        """Note the attributes of a span of columns."""
        if is_hidden(a):
            self.hidden_spans.append(span(a))

    def merge(self, reference: str) -> None:
        """Note a merged area."""
        found = area(reference)
        if found:
            self.merges.append(found)
        self._check_merges()

    def _check_merges(self) -> None:
        if len(self.merges) > self.book.limits.merged:
            check_merges((1 for _ in self.merges), self.book.limits)

    def slow(self, part: bytes, name: str) -> None:
        """Read a sheet in any spelling."""
        part = without_bare_rows(part)
        self.book.tags.spend(part)
        reader = _SlowSheet(self)
        parse_xml(part, name, reader.start, reader.end, reader.text, self.book.clock)
        self.book.spend(len(self.cells))


class _SlowSheet:
    """Callbacks for a worksheet part."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.words: list[str] | None = None
        self.rich: RichText | None = None
        self.raw = ""
        self.formula: str | None = None
        self.formula_attributes = ""
        self.inline: Text | None = None
        self.in_cell = self.in_rows = False

    def start(self, tag: str, a: dict[str, str]) -> None:
        if self.rich is not None:
            self.rich.start(tag, a)
        elif tag == "c" and self.in_rows:
            self._cell(a)
        elif tag == "sheetData":
            self.in_rows = True
        elif self.in_cell:
            if tag in ("v", "f"):
                self.words = []
                if tag == "f":
                    self.formula_attributes = " ".join(f'{k}="{v}"' for k, v in a.items())
            elif tag == "is":
                self.rich = RichText()
        elif tag == "row" and self.in_rows:
            self.row = whole_number(a.get("r"), self.row + 1)
            self.column = 0
            self.grid.row({**a, "r": str(self.row)})
        elif tag == "col":
            self.grid.columns(a)
        elif tag == "mergeCell":
            self.grid.merge(a.get("ref", ""))

    def _cell(self, a: dict[str, str]) -> None:
        place = address(a["r"]) if "r" in a else None
        if place:
            self.row, self.column = place
        else:
            self.column += 1
        self.attributes, self.raw, self.formula, self.inline = a, "", None, None
        self.in_cell = True

    def text(self, words: str) -> None:
        if self.rich is not None:
            self.rich.text(words)
        elif self.words is not None:
            self.words.append(words)

    def end(self, tag: str) -> None:
        if self.rich is not None:
            if tag == "is":
                self.inline, self.rich = self.rich.take(), None
            else:
                self.rich.end(tag)
        elif tag == "sheetData":
            self.in_rows = False
        elif tag in ("v", "f") and self.words is not None:
            words, self.words = "".join(self.words), None
            if tag == "v":
                self.raw = words
            else:
                self.formula = self.grid.formula(self.formula_attributes, words)
                if not self.formula and not self.formula_attributes:
                    self.formula = None  # <f/>: LibreOffice and others leave it behind
        elif tag == "c" and self.in_cell:
            self.in_cell = False
            a, grid = self.attributes, self.grid
            kind = a.get("t", "")
            grid.put(
                self.row, self.column, a.get("s", "").encode(), "" if kind == "n" else kind,
                self.raw, self.formula, self.inline,
            )  # fmt: skip
            if len(grid.cells) > grid.book.limits.cells:
                grid.book.spend(len(grid.cells))


def left_and_struck(text: Text, struck: bool) -> tuple[str | None, str]:
    """Return (what is left or None, what is struck) of a text in a cell struck or not."""
    if isinstance(text, str):
        return (None, text) if struck and text else (text, "")
    gone = [bool(struck if run is None else run) for _, run in text]
    left = "".join(words for (words, _), away in zip(text, gone, strict=True) if not away)
    away = "".join(words for (words, _), away in zip(text, gone, strict=True) if away)
    return (left if left.strip() or not away else None), away
