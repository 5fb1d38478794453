"""xlsb -> sheets: the records are walked for places, formats and errors, calamine gives the values.

Notes and struck runs are not read; a remark says so. Record types: [MS-XLSB] 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .biff import ERRORS, MAX_DENSE, MAX_RECORDS, by_calamine, dense
from .findings import Finding, Place
from .formats import BUILT_IN, GENERAL, Style, style_of
from .grid import Book, Cell, Sheet
from .guard import Archive, Clock, Refused, check_extent
from .ooxml import Package

_ROW, _COLUMN, _FONT, _FORMAT, _XF = 0, 60, 43, 44, 47
_CELL_FORMATS, _CELL_FORMATS_END, _SHEET = 617, 618, 156
_FIRST_VALUE, _LAST_VALUE, _FIRST_FORMULA = 2, 11, 8
_ERROR_KINDS = (3, 11)


@dataclass
class _Walk:
    """What the records of one sheet say: style and error of each cell with a value."""

    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_spans: list[tuple[int, int]] = field(default_factory=list)


def _records(part: bytes, clock: Clock) -> Iterator[tuple[int, bytes]]:
    """Yield (type, body) of each record of an xlsb part: [MS-XLSB] 2.1.4."""
    position, size, count = 0, len(part), 0
    while position + 2 <= size:
        kind = part[position]
        position += 1
        if kind & 0x80:
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
    return int.from_bytes(body[at : at + width], "little")


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """Return a string that stands at an offset, and the offset behind it."""
    end = at + 4 + 2 * _number(body, at)
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _walk(part: bytes, clock: Clock) -> _Walk:
    found = _Walk()
    row = 0
    for kind, body in _records(part, clock):
        if kind == _ROW and len(body) >= 12:
            row = _number(body, 0) + 1
            if body[11] & 0x10:
                found.hidden_rows.add(row)
        elif kind == _COLUMN and len(body) >= 18 and body[16] & 1:
            found.hidden_spans.append((_number(body, 0) + 1, _number(body, 4) + 1))
        elif _FIRST_VALUE <= kind <= _LAST_VALUE and len(body) >= 8:
            place = row, _number(body, 0) + 1
            found.styles[place] = _number(body, 4, 3)
            if kind >= _FIRST_FORMULA:
                found.formulas.add(place)
            if kind in _ERROR_KINDS and len(body) > 8:
                found.errors[place] = ERRORS.get(body[8], "#VALUE!")
    if len(found.styles) > clock.limits.cells:
        raise Refused("FILE-020", what=f"有内容的单元格超过 {clock.limits.cells} 个")
    return found


def _styles(part: bytes, clock: Clock) -> list[Style]:
    """Return what each cell format means."""
    formats, struck, styles = dict(BUILT_IN), [], []
    inside = False
    for kind, body in _records(part, clock):
        if kind == _FORMAT:
            formats[_number(body, 0, 2)] = _wide(body, 2)[0]
        elif kind == _FONT:
            struck.append(bool(_number(body, 2, 2) & 8))
        elif kind in (_CELL_FORMATS, _CELL_FORMATS_END):
            inside = kind == _CELL_FORMATS
        elif kind == _XF and inside:
            font = _number(body, 4, 2)
            away = font < len(struck) and struck[font]
            styles.append(style_of(formats.get(_number(body, 2, 2), ""), away))
    return styles


def _dressed(sheet: Sheet, walk: _Walk, styles: list[Style]) -> Sheet:
    """Return calamine's sheet with formats, errors, formulas and struck cells put on."""
    cells = dict(sheet.cells)
    for place, index in walk.styles.items():
        style = styles[index] if index < len(styles) else GENERAL
        old = cells.get(place) or Cell(*place, None)
        old.format = style.format
        old.error = walk.errors.get(place, "")
        old.formula = "=" if place in walk.formulas else ""
        if old.error:
            old.value = None
        elif style.struck and old.value is not None:
            old.value, old.struck = None, str(old.value)
        if old.value is not None or old.error or old.formula or old.struck:
            cells[place] = old
    lowest = max((row for row, _ in cells), default=0)
    last = max((column for _, column in cells), default=0)
    columns = {c for low, high in walk.hidden_spans for c in range(low, min(high, last) + 1)}
    rows = frozenset(row for row in walk.hidden_rows if row <= lowest)
    return Sheet(sheet.name, cells, sheet.hidden, sheet.merges, rows, frozenset(columns))


def read_xlsb(
    archive: Archive, content: bytes, name: str, clock: Clock
) -> tuple[Book, tuple[Finding, ...]]:
    """Return an xlsb workbook, and the remark that its notes are not read.

    Raises Refused: FILE-013, FILE-020 to FILE-023.
    """
    package = Package(archive, clock)
    targets = {r.id: r for r in package.relations("xl/workbook.bin")}

    def part(which: str) -> bytes:
        member = package.members.get(which)
        if member is None:
            raise Refused("FILE-022", part=which, reason="内容缺失")
        return archive.read(member)

    walks: dict[str, _Walk] = {}
    total = 0
    for kind, body in _records(part("xl/workbook.bin"), clock):
        if kind == _SHEET:
            relation, end = _wide(body, 8)
            target = targets.get(relation)
            if target is None or target.kind != "worksheet":
                continue
            title = _wide(body, end)[0]
            walks[title] = _walk(part(target.target), clock)
            check_extent(walks[title].styles, title, clock.limits)
            total += dense(walks[title].styles)
    if total > MAX_DENSE:
        raise Refused("FILE-020", what="有内容的单元格相距太远")
    for relation_ in targets.values():
        if relation_.kind == "sharedStrings":
            sum(1 for _ in _records(part(relation_.target), clock))
    found = next((r.target for r in targets.values() if r.kind == "styles"), "")
    styles = _styles(part(found), clock) if found else []
    book = by_calamine(content, "xlsb")
    if {sheet.name for sheet in book.sheets} - set(walks):
        raise Refused("FILE-022", part="workbook.bin", reason="工作表对不上")
    sheets = tuple(_dressed(sheet, walks[sheet.name], styles) for sheet in book.sheets)
    findings = [Finding("FILE-028", Place(name))]
    if any(member.endswith("vbaproject.bin") for member in package.members):
        findings.append(Finding("FILE-018", Place(name)))
    if any("/externallinks/" in member for member in package.members):
        findings.append(Finding("FILE-019", Place(name)))
    return Book("xlsb", sheets), tuple(findings)
