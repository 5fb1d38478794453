"""xlsb -> sheets, record by record; notes are not read, and a remark says so.

Record types: [MS-XLSB] 2.3. No library stands between: calamine ended the
whole process on a forged cell that a walk beforehand did not see.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..core.findings import Finding, Place
from . import Book, Cell, Sheet, Value
from .limits import Clock, Refused, check_extent, check_merges, spread
from .number_formats import BUILT_IN, GENERAL, Style, from_serial, rounded, style_of
from .xls import ERRORS, MAX_RECORDS
from .xlsx import Package
from .xlsx_texts import Text, left_and_struck
from .zip_archive import Archive

_ROW, _COLUMN, _FONT, _FORMAT, _XF, _STRING, _MERGE = 0, 60, 43, 44, 47, 19, 176
_CELL_FORMATS, _CELL_FORMATS_END, _SHEET, _BOOK = 617, 618, 156, 153
_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _RICH = 2, 3, 4, 5, 6, 7, 62
# A formula's record begins like that of its value.
_FORMULAS = {8: _TEXT, 9: _REAL, 10: _BOOL, 11: _ERROR}
_CELLS = {_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _RICH, *_FORMULAS}


def _records(part: bytes, clock: Clock) -> Iterator[tuple[int, bytes]]:
    """Yield (type, body) of each record of an xlsb part: [MS-XLSB] 2.1.4."""
    position, size, count = 0, len(part), 0
    while position + 2 <= size:
        kind = part[position]
        position += 1
        if kind & 0x80 and position < size:
            kind = kind & 0x7F | (part[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while position < size and shift < 28:
            byte = part[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + length > size:
            raise Refused("FILE-022", part="xlsb", reason="内容不完整")
        yield kind, part[position : position + length]
        position += length
        count += 1
        if count > MAX_RECORDS:
            raise Refused("FILE-020", what=f"内容超过 {MAX_RECORDS} 条记录")
        if not count & 0xFFFF:
            clock.check()


def _number(body: bytes, at: int, width: int = 4) -> int:
    if at + width > len(body):
        raise Refused("FILE-022", part="xlsb", reason="内容不完整")
    return int.from_bytes(body[at : at + width], "little")


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """Return a string that stands at an offset, and the offset behind it."""
    end = at + 4 + 2 * _number(body, at)
    if end > len(body):
        raise Refused("FILE-022", part="xlsb", reason="内容不完整")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _rich(body: bytes, at: int, struck: list[bool]) -> Text:
    """Return the RichStr at an offset; ``struck`` tells which fonts are struck through."""
    text, end = _wide(body, at + 1)
    if not body[at] & 1:
        return text
    count = min(_number(body, end), (len(body) - end - 4) // 4)
    starts = [struct.unpack_from("<HH", body, end + 4 + 4 * n) for n in range(count)]
    bounds = [*(at for at, _ in starts), len(text)]
    runs: list[tuple[str, bool | None]] = [(text[: bounds[0]], None)]
    for number, (first, font) in enumerate(starts):
        runs.append((text[first : bounds[number + 1]], font < len(struck) and struck[font]))
    return tuple(runs)


def _rk(raw: int) -> float:
    """Return the number that four bytes stand for: [MS-XLSB] 2.5.123."""
    if raw & 2:
        value = float((raw >> 2) - (1 << 30 if raw & 0x80000000 else 0))
    else:
        (value,) = struct.unpack("<d", bytes(4) + (raw & 0xFFFFFFFC).to_bytes(4, "little"))
    return value / 100 if raw & 1 else value


class _Book:
    """What the sheets of one xlsb have in common."""

    def __init__(self, package: Package, clock: Clock) -> None:
        self.package = package
        self.clock = clock
        self.struck: list[bool] = []  # fonts
        self.styles: list[Style] = []
        self.strings: list[Text] = []
        self.epoch1904 = False

    def records(self, part: str) -> Iterator[tuple[int, bytes]]:
        """Yield the records of a part, which must be there."""
        member = self.package.members.get(part)
        if member is None:
            raise Refused("FILE-022", part=part, reason="内容缺失")
        return _records(self.package.archive.read(member), self.clock)

    def read_styles(self, part: str) -> None:
        """Take fonts and cell formats."""
        formats = dict(BUILT_IN)
        inside = False
        for kind, body in self.records(part):
            if kind == _FORMAT:
                formats[_number(body, 0, 2)] = _wide(body, 2)[0]
            elif kind == _FONT:
                self.struck.append(bool(_number(body, 2, 2) & 8))
            elif kind in (_CELL_FORMATS, _CELL_FORMATS_END):
                inside = kind == _CELL_FORMATS
            elif kind == _XF and inside:
                font = _number(body, 4, 2)
                away = font < len(self.struck) and self.struck[font]
                self.styles.append(style_of(formats.get(_number(body, 2, 2), ""), away))

    def cell(self, row: int, kind: int, body: bytes) -> Cell:
        """Return the cell that a record holds, blank or not."""
        column, index = _number(body, 0) + 1, _number(body, 4, 3)
        look = self.styles[index] if index < len(self.styles) else GENERAL
        formula = "=" if kind in _FORMULAS else ""
        kind = _FORMULAS.get(kind, kind)
        value: Value = None
        error = struck = ""
        text: Text | None = None
        if kind == _ERROR:
            error = ERRORS.get(_number(body, 8, 1), "#VALUE!")
        elif kind == _BOOL:
            value = bool(_number(body, 8, 1))
        elif kind == _TEXT:
            text = _wide(body, 8)[0]
        elif kind == _RICH:
            text = _rich(body, 8, self.struck)
        elif kind == _SHARED:
            at = _number(body, 8)
            if at >= len(self.strings):
                raise Refused("FILE-022", part="sharedStrings.bin", reason="有单元格的文字找不到")
            text = self.strings[at]
        else:
            value = self.quantity(kind, body, look)
        if text is not None:
            value, struck = left_and_struck(text, look.struck)
        elif look.struck and value is not None:
            value, struck = None, f"{value:.15g}" if isinstance(value, float) else str(value)
        return Cell(row, column, value, look.format, formula, error, struck)

    def quantity(self, kind: int, body: bytes, look: Style) -> Value:
        """Return the number or the date of a cell."""
        if kind == _RK:
            number = _rk(_number(body, 8))
        else:
            (number,) = struct.unpack("<d", _number(body, 8, 8).to_bytes(8, "little"))
        if number - number != 0:
            return str(number)
        return from_serial(number, look, self.epoch1904) if look.kind else rounded(number)

    def sheet(self, name: str, hidden: bool, part: str) -> Sheet:
        """Return one worksheet."""
        cells: dict[tuple[int, int], Cell] = {}
        merges: list[tuple[int, int, int, int]] = []
        rows: set[int] = set()
        spans: list[tuple[int, int]] = []
        row = 0
        for kind, body in self.records(part):
            if kind == _ROW:
                row = _number(body, 0) + 1
                if _number(body, 11, 1) & 0x10:
                    rows.add(row)
            elif kind in _CELLS:
                cell = self.cell(row, kind, body)
                if cell.value not in (None, "") or cell.error or cell.formula or cell.struck:
                    cells[row, cell.column] = cell
                    self.package.spend(1)
            elif kind == _COLUMN and _number(body, 16, 2) & 1:
                spans.append((_number(body, 0) + 1, _number(body, 4) + 1))
            elif kind == _MERGE:
                top, bottom, left, right = (_number(body, 4 * n) + 1 for n in range(4))
                merges.append((top, left, bottom, right))
                if len(merges) > self.clock.limits.merged:
                    check_merges((1 for _ in merges), self.clock.limits)
        check_extent(cells, name, self.clock.limits)
        lowest = max((place[0] for place in cells), default=0)
        last = min(max((place[1] for place in cells), default=0), 1 << 14)
        columns = spread(spans, last)
        shown = frozenset(r for r in rows if r <= lowest)
        return Sheet(name, cells, hidden, tuple(merges), shown, columns)


def read_xlsb(archive: Archive, name: str, clock: Clock) -> tuple[Book, tuple[Finding, ...]]:
    """Return an xlsb workbook, and the remark that its notes are not read.

    Raises Refused: FILE-013, FILE-020 to FILE-023.
    """
    package = Package(archive, clock)
    book = _Book(package, clock)
    targets = {r.id: r for r in package.relations("xl/workbook.bin")}
    for relation in targets.values():
        if relation.kind == "styles":
            book.read_styles(relation.target)
    for relation in targets.values():
        if relation.kind == "sharedStrings":
            book.strings = [
                _rich(body, 0, book.struck) for kind, body in book.records(relation.target)
                if kind == _STRING and body
            ]  # fmt: skip
    sheets: list[Sheet] = []
    for kind, body in book.records("xl/workbook.bin"):
        if kind == _BOOK:
            book.epoch1904 = bool(_number(body, 0, 1) & 1)
        elif kind == _SHEET:
            key, end = _wide(body, 8)
            target = targets.get(key)
            if target is None:
                raise Refused("FILE-022", part="workbook.bin", reason="有工作表的内容缺失")
            if target.kind == "worksheet":
                if len(sheets) >= clock.limits.sheets:
                    raise Refused("FILE-020", what=f"工作表超过 {clock.limits.sheets} 张")
                title = _wide(body, end)[0]
                sheets.append(book.sheet(title, bool(_number(body, 0)), target.target))
    if not sheets:
        raise Refused("FILE-013")
    findings = [Finding("FILE-028", Place(name))]
    if any(member.endswith("vbaproject.bin") for member in package.members):
        findings.append(Finding("FILE-018", Place(name)))
    if any("/externallinks/" in member for member in package.members):
        findings.append(Finding("FILE-019", Place(name)))
    return Book("xlsb", tuple(sheets), epoch1904=book.epoch1904), tuple(findings)
