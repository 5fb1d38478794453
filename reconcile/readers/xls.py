"""xls and et -> sheets.

The record streams are walked first: that costs little, shows how far the
values reach and whether a password is asked, and turns back what would make
the libraries fill gigabytes. Then xlrd reads an xls with its formats, notes
and struck text; python-calamine is the second choice (calamine_process.py).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import xlrd

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from . import Book, Cell, Sheet, Value
from .beside.xls import BESIDE, MOST, QUERIES, read_beside
from .calamine_process import rescue
from .drawings import DRAWN, gathered, typed
from .limits import Clock, Refused, check_extent
from .number_formats import BUILT_IN, Style, from_serial, rounded, style_of

if TYPE_CHECKING:
    from xlrd.formatting import Font

MAX_RECORDS = 1_000_000
# calamine keeps a range as one dense block of 32 bytes a cell, and python copies it.
MAX_DENSE = 1_000_000
# Cells with a value, by record type (BIFF2 to BIFF8): [MS-XLS] 2.3.
_XLS_VALUES = {0x02, 0x03, 0x04, 0x05, 0x06, 0x203, 0x204, 0x205, 0x206, 0x406, 0x27E, 0xD6, 0xFD}
_XLS_BLANKS = {0x01, 0x201, 0xBE}
# What xlrd spends most on and nobody here looks at: names, whose unions double and double, and
# links, of which it notes every cell. Blanks, too, become cells: of so many, they are taken out.
_UNWANTED = {0x18, 0x218, 0x1B8, 0x800}
_MANY_BLANKS, _MANY_COLUMNS, _COLUMN = 5_000, 10_000, 0x7D
_NOTHING = b"\xff\x0f"  # a record type that means nothing to anybody
_MULRK = 0xBD
_FILEPASS = 0x2F
_FORMULAS = {0x06, 0x206, 0x406}
ERRORS: Mapping[int, str] = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!",
    42: "#N/A", 43: "#GETTING_DATA",
}  # fmt: skip
_BOF = {0x09, 0x209, 0x409, 0x809}
_EOF, _BOUNDSHEET = 0x0A, 0x85


class Extent(NamedTuple):
    """Of one substream: the places of its cells with values, of its formulas; records of what is beside them."""

    valued: set[tuple[int, int]]
    formulas: set[tuple[int, int]]
    drawn: list[tuple[int, int, int]]
    beside: list[tuple[int, int, int]]


def _xls_records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (type, offset of the body, its length) of each record."""
    position, size, count = 0, len(stream), 0
    unpack = struct.Struct("<HH").unpack_from
    while position + 4 <= size:
        kind, length = unpack(stream, position)
        yield kind, position + 4, length
        position += 4 + length
        count += 1
        if count > MAX_RECORDS:
            raise Refused("FILE-020", what=Phrase("内容超过 {n} 条记录", n=MAX_RECORDS))


def asks_password(stream: bytes) -> bool:
    """Return whether a workbook stream is encrypted."""
    for kind, _, _ in _xls_records(stream):
        if kind == _FILEPASS:
            return True
        if kind in (0x85, 0x0A):  # the list of sheets, or the end: too late for one
            return False
    return False


def _xls_extents(stream: bytes, clock: Clock) -> tuple[Extent, ...]:
    """Return the extents of the worksheets in the order of the list of sheets.

    A bare sheet (BIFF4 and older) has no such list: there is one extent then.
    """
    by_start: dict[int, Extent] = {}
    listed: list[int] = []
    inside: list[Extent] = []  # charts nest in sheets
    limits, total = clock.limits, 0
    for number, (kind, at, length) in enumerate(_xls_records(stream)):
        if not number & 0xFFFF:
            clock.check()
        if kind in _BOF:
            if len(by_start) > 4 * limits.sheets:  # charts nest in sheets
                raise Refused("FILE-020", what=Phrase("工作表超过 {n} 张", n=limits.sheets))
            inside.append(Extent(set(), set(), [], []))
            by_start[at - 4] = inside[-1]
        elif kind == _EOF and len(inside) > 1:
            inside.pop()
        elif kind == _EOF:
            inside.clear()
        elif kind == _BOUNDSHEET and length >= 6 and stream[at + 5 : at + 6] == b"\0":
            listed.append(int.from_bytes(stream[at : at + 4], "little"))
        elif inside and (kind in DRAWN or kind in BESIDE):
            if kind in DRAWN:
                inside[-1].drawn.append((kind, at, length))
            if kind in BESIDE and len(inside[0].beside) < MOST:  # a chart's belong to its sheet
                inside[0].beside.append((kind, at, length))
        elif inside and (kind in _XLS_VALUES or kind == _MULRK) and at + 4 <= len(stream):
            row, column = struct.unpack_from("<HH", stream, at)
            width = max((length - 6) // 6, 1) if kind == _MULRK else 1
            inside[-1].valued.update((row + 1, column + 1 + c) for c in range(width))
            if kind in _FORMULAS:
                inside[-1].formulas.add((row + 1, column + 1))
            total += width
            if total > limits.cells:
                raise Refused("FILE-020", what=Phrase("有内容的单元格超过 {n} 个", n=limits.cells))
    if len(set(listed)) < len(listed):
        raise Refused("FILE-022", part="Workbook", reason=Phrase("两张工作表指向同一处"))
    if not listed:
        return tuple(by_start.values())
    return tuple(by_start.get(start, Extent(set(), set(), [], [])) for start in listed)


def read_xls(
    content: bytes, stream: bytes, name: str, clock: Clock
) -> tuple[Book, tuple[Finding, ...]]:
    """Return the workbook of an xls file whose workbook stream is ``stream``.

    Raises Refused: FILE-013, FILE-020 to FILE-022.
    """
    extents = _xls_extents(stream, clock)
    for extent in extents:
        check_extent(extent.valued, "", clock.limits)
    try:
        book = _by_xlrd(_without_unwanted(stream), extents, clock)
    except (MemoryError, Refused):
        raise
    except Exception:  # xlrd asserts and indexes its way through broken or unusual files
        book = None
    if book is not None and book.sheets:
        queries = any(kind in QUERIES for extent in extents for kind, _, _ in extent.beside)
        return book, (Finding("FILE-103", Place(name)),) if queries else ()
    if not content.startswith(b"\xd0\xcf"):
        raise Refused("FILE-022", part="BIFF", reason=Phrase("内容无法解析"))
    if sum(dense(extent.valued) for extent in extents) > MAX_DENSE:
        raise Refused("FILE-022", part="Workbook", reason=Phrase("内容无法解析"))
    return rescue(content, "xls", clock), (Finding("FILE-028", Place(name)),)


def _without_unwanted(stream: bytes) -> bytes:
    """Return the stream with the records made meaningless that cost much and tell nothing."""
    unwanted: list[int] = []
    blanks: list[int] = []
    columns = 0
    for kind, at, _ in _xls_records(stream):
        if kind in _UNWANTED:
            unwanted.append(at - 4)
        elif kind in _XLS_BLANKS:
            blanks.append(at - 4)
        columns += kind == _COLUMN
    if columns > _MANY_COLUMNS:
        raise Refused("FILE-020", what=Phrase("列的格式超过 {n} 处", n=_MANY_COLUMNS))
    if len(blanks) > _MANY_BLANKS:
        unwanted += blanks
    if not unwanted:
        return stream
    out = bytearray(stream)
    for at in unwanted:
        out[at : at + 2] = _NOTHING
    return bytes(out)


def dense(places: Collection[tuple[int, int]]) -> int:
    """Return the number of cells in the smallest rectangle from the first to the last place."""
    if not places:
        return 0
    rows, columns = [p[0] for p in places], [p[1] for p in places]
    return max(rows) * max(columns)


def _by_xlrd(stream: bytes, extents: tuple[Extent, ...], clock: Clock) -> Book:
    with open(os.devnull, "w") as silence:  # noqa: PTH123
        source = xlrd.open_workbook(
            file_contents=stream,  # xlrd takes bare BIFF as well, and never opens the container
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=silence,
            ignore_workbook_corruption=True,
        )
    styles = [
        style_of(
            # Formats that Excel writes no text for in China: xlrd knows of them, not what they are.
            getattr(source.format_map.get(xf.format_key), "format_str", None)
            or BUILT_IN.get(xf.format_key, ""),
            xf.font_index < len(source.font_list)
            and bool(source.font_list[xf.font_index].struck_out),
        )
        for xf in source.xf_list
    ]
    sheets = []
    for index, extent in zip(range(source.nsheets), extents, strict=True):
        clock.check()
        sheet = _xlrd_sheet(source, source.sheet_by_index(index), styles, extent.formulas)
        beside = read_beside(stream, extent.beside, sheet.cells)
        words = (*typed(stream, extent.drawn), *beside.words)
        sheets.append(
            replace(
                sheet, shapes=gathered((None, text) for text in words), links=beside.links,
                pages=beside.pages, remarks=beside.remarks,
            )
        )  # fmt: skip
        source.unload_sheet(index)
    return Book("xls", tuple(sheets), {}, bool(source.datemode))


def _xlrd_sheet(
    source: xlrd.Book, sheet: xlrd.sheet.Sheet, styles: list[Style], formulas: set[tuple[int, int]]
) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    epoch1904 = bool(source.datemode)
    for r in range(sheet.nrows):
        for c in range(sheet.row_len(r)):
            kind = sheet.cell_type(r, c)
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            index = sheet.cell_xf_index(r, c)
            style = styles[index] if 0 <= index < len(styles) else Style()
            raw = sheet.cell_value(r, c)
            value, error = _xlrd_value(kind, raw, style, epoch1904)
            struck = ""
            if isinstance(value, str):
                runs = sheet.rich_text_runlist_map.get((r, c)) or ()
                value, struck = _split_runs(value, runs, source.font_list, style.struck)
            elif style.struck and value is not None:
                value, struck = None, f"{raw:.15g}" if isinstance(raw, float) else str(raw)
            formula = "=" if (r + 1, c + 1) in formulas else ""
            if value in (None, "") and not (error or struck or formula):
                continue
            cells[r + 1, c + 1] = Cell(r + 1, c + 1, value, style.format, formula, error, struck)
    for (r, c), note in sheet.cell_note_map.items():
        if note.text and note.text.strip():
            old = cells.get((r + 1, c + 1)) or Cell(r + 1, c + 1, None)
            cells[r + 1, c + 1] = old._replace(note=note.text)
    lowest = max((row for row, _ in cells), default=0)
    last = max((column for _, column in cells), default=0)
    return Sheet(
        sheet.name,
        cells,
        sheet.visibility != 0,
        tuple((a + 1, c + 1, b, d) for a, b, c, d in sheet.merged_cells),
        frozenset(r + 1 for r, row in sheet.rowinfo_map.items() if row.hidden and r < lowest),
        frozenset(c + 1 for c, col in sheet.colinfo_map.items() if col.hidden and c < last),
    )


def _xlrd_value(kind: int, raw: float, style: Style, epoch1904: bool) -> tuple[Value, str]:
    """Return (value, error text) of what xlrd found in a cell."""
    if kind == xlrd.XL_CELL_ERROR:
        return None, ERRORS.get(int(raw), "#VALUE!")
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(raw), ""
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        if raw - raw != 0:  # inf or nan
            return str(raw), ""
        return from_serial(raw, style, epoch1904) if style.kind else rounded(raw), ""
    return str(raw).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), ""


def _split_runs(
    text: str, runs: Sequence[tuple[int, int]], fonts: Sequence[Font], struck: bool
) -> tuple[str | None, str]:
    """Return (what is left or None, what is struck); a run is (offset, font) and ends at the next."""
    starts = [(0, struck)] + [
        (at, bool(fonts[font].struck_out)) for at, font in runs if font < len(fonts)
    ]
    left = gone = ""
    for (at, away), (end, _) in zip(starts, [*starts[1:], (len(text), False)], strict=True):
        if away:
            gone += text[at:end]
        else:
            left += text[at:end]
    return (left if left.strip() or not gone else None), gone
