"""One sheet of an xlsx -> its cells; no range is ever filled.

A lone value in XFD1048576 costs one cell, a million formatted blanks cost none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from ..core.text import plain, short
from . import Cell, Value
from .beside.xlsx import PAGES
from .limits import check_merges, elements
from .number_formats import from_iso, from_serial, number
from .workbook import Remark
from .xlsx_parts import Merge, address, area
from .xlsx_texts import NO, Text, left_and_struck, text_of, unescape, whole_number

if TYPE_CHECKING:
    from .xlsx import Package


_ROOT = re.compile(rb'\s*<([A-Za-z]+)(?:\s+[A-Za-z0-9:]+="[^"<>]*")*+\s*>')
# What is looked at in a sheet.
_TAGS = ("row", "col", "mergeCell", "hyperlink", "oleObject", *PAGES)
# A picture in a cell is an error to Excel before 365; WPS writes a formula, which is reported.
_PICTURES, _PICTURE = "xl/richdata/richvaluerel.xml", "=DISPIMG()"
_MOST_REMARKS, _MOST_BESIDE = 100, 10_000
_LONG, _PIECE = 1 << 20, 1 << 19
_TEXTS = ("inlineStr", "str")
_BLANK_CELLS = re.compile(rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?/>)++')
_BARE_ROW = re.compile(rb"<row (?![^<>]*hidden)[^<>]*(?:/>|></row>)")


def without_blanks(part: bytes) -> bytes:
    """Return a long sheet without blank cells and rows that hold nothing and are not hidden.

    A million formatted blanks, as whole columns given a border leave behind, take a tenth of the
    time so. Where one has no address, all count, and nothing is taken out.
    """
    if len(part) < _LONG or b"<!" in part:
        return part
    for tag, pattern in ((b"<c", _BLANK_CELLS), (b"<row", _BARE_ROW)):
        rows = part.find(b"<sheetData"), part.rfind(b"</sheetData>")
        if part.count(tag, *rows) == part.count(tag + b" r=", *rows):
            part = pattern.sub(b"", part)
    return part


def _pieces(part: bytes) -> Iterator[bytes]:
    """Yield a long sheet as several with some of its rows each, and one with all else.

    Parsed at once they take two thirds of the time that a stream takes, in the same memory.
    """
    root = _ROOT.match(part)
    start, stop = part.find(b"<sheetData>") + 11, part.rfind(b"</sheetData>")
    usual = root and 11 <= start <= stop and part.find(b"</sheetData>") == stop
    if len(part) <= _LONG or not root or not usual or b"<!" in part or b"<?" in part:
        yield part
        return
    at, lines = start, part.count(b"\n", root.end(), start)  # for a message that names one
    while at < stop:
        end = part.rfind(b"</row>", at, min(at + _PIECE, stop)) + 6
        end = end if end > at else stop
        yield root[0] + b"\n" * lines + part[at:end] + b"</" + root[1] + b">"
        lines += part.count(b"\n", at, end)
        at = end
    yield part[:start] + part[stop:]


class SheetReader:
    """The cells of one sheet, its merged areas, hidden rows and spans of hidden columns."""

    def __init__(self, book: Package) -> None:
        self._book, self._styles, self._strings = book, book.styles, book.strings
        self._masters: dict[str, str] = {}
        # Tags in the namespace of the sheet, once there is a row.
        self._tag = self._c = self._v = self._is = self._f = ""
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_spans: list[tuple[int, int]] = []
        self.remarks: list[Remark] = []
        self.beside: list[Element] = []
        """What a sheet says besides its cells: hyperlinks, embedded objects, page headers."""

    def read(self, part: bytes, name: str) -> None:
        """Read a worksheet part. Raises Refused when it is not well-formed, or holds too much."""
        row = 0
        for piece in _pieces(without_blanks(part)):
            for element in elements(piece, name, self._book.clock, _TAGS):
                if element.tag == self._tag:
                    row = self._row(element, row + 1)
                    continue
                space, closing, kind = element.tag.rpartition("}")
                if kind == "row":
                    own = (space + closing + tag for tag in ("row", "c", "v", "is", "f"))
                    self._tag, self._c, self._v, self._is, self._f = own
                    row = self._row(element, row + 1)
                elif kind == "mergeCell":
                    self._merge(element)
                elif kind != "col":
                    if len(self.beside) < _MOST_BESIDE:
                        self.beside.append(element)
                elif element.get("hidden", "0") not in NO or element.get("width") == "0":
                    last = min(whole_number(element.get("max")), 16384)
                    self.hidden_spans.append((whole_number(element.get("min")), last))
        self._book.spend(len(self.cells))

    def _merge(self, element: Element) -> None:
        merged = area(element.get("ref", ""))
        if merged:
            self.merges.append(merged)
            if len(self.merges) > self._book.limits.merged:
                check_merges((1 for _ in self.merges), self._book.limits)

    def _row(self, element: Element, row: int) -> int:
        """Read one row, which is number ``row`` unless it says otherwise; return its number."""
        row = whole_number(element.get("r"), row)
        if element.get("hidden", "0") not in NO:
            self.hidden_rows.add(row)
        column, tag = 0, self._c
        for cell in element:
            if cell.tag != tag:
                continue
            written = cell.get("r")
            row, column = at = (written and address(written)) or (row, column + 1)
            if len(cell) or cell.get("t") == "e":
                self._cell(cell, at)
        if len(self.cells) > self._book.limits.cells:
            self._book.spend(len(self.cells))
        return row

    def _cell(self, cell: Element, at: tuple[int, int]) -> None:
        """Keep one cell unless it is blank."""
        raw = formula = error = struck = ""  # raw is what <v> holds, text what <is> does
        text: Text | None = None
        value: Value = None
        stored = False
        for part in cell:
            tag = part.tag
            if tag == self._v:
                raw, stored = part.text or "", True
            elif tag == self._is:
                text = text_of(part)
            elif tag == self._f:
                formula = self._formula(part)
        kind, style = cell.get("t", "n"), self._styles[cell.get("s", "0")]
        if kind == "s":
            text = self._strings[raw] if raw else None
        elif kind in _TEXTS:
            text = unescape(raw) if text is None or kind == "str" else text
            if formula and not stored:
                text = None  # never calculated, which is not the same as ""
        elif kind == "n":
            if text is None and raw:
                value = number(raw.strip())
                if style.kind and value.__class__ is float:
                    value = from_serial(value, style, self._book.epoch1904)
        elif kind == "e":
            error, text = raw.strip() or "#VALUE!", None
            if cell.get("vm") and not formula and _PICTURES in self._book.members:
                formula = _PICTURE
        elif raw:
            value = self._other(kind, raw.strip())
        if text.__class__ is str and not style.struck:
            value = text
        elif text is not None:
            value, struck = left_and_struck(text, style.struck)
        elif style.struck and value is not None:
            value, struck = None, raw.strip()
        if value or formula or error or struck or value in (0, False):
            made = Cell(*at, value, style.format, formula, error, struck)
            first = self.cells.setdefault(at, made)
            if first is not made:
                self._note_twice(first, made)
                self.cells[at] = made

    def _note_twice(self, first: Cell, second: Cell) -> None:
        """Remark on a cell that stands in the file twice; the second counts, as in most programs."""
        if first != second and len(self.remarks) < _MOST_REMARKS:
            shown = {"first": short(plain(first.value)), "second": short(plain(second.value))}
            self.remarks.append(Remark("CELL-060", (first.row, first.column), shown))

    @staticmethod
    def _other(kind: str, raw: str) -> Value:
        """Return what <v> says in a cell of a rarer type."""
        if kind == "b":
            return raw in ("1", "true")
        return from_iso(raw) if kind == "d" else number(raw)

    def _formula(self, element: Element) -> str:
        """Return a formula's text behind "="; that of a shared one's first cell where it has none itself.

        <f/>, which LibreOffice and others leave behind, is none.
        """
        text, index = element.text or "", element.get("si", "")
        if element.get("t") == "shared" and index.isdecimal():
            first = self._masters.setdefault(index, text) if text else ""
            text = first or self._masters.get(index, "")
        return "=" + text if text or element.attrib else ""
