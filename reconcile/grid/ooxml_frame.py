"""What a sheet of an xlsx holds around its cells: hidden rows and columns, merged areas, blanks.

All of it as every program writes it, found by plain searches; None where one
tag is spelt otherwise, and the sheet is to be read by ooxml_cells.py's slow way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ..patterns import late
from .ooxml_parts import Merge, area, whole_number
from .ooxml_texts import NO

Spans = tuple[tuple[int, int], ...]

BIG = 1 << 20
"""A sheet of so many bytes is looked at more closely before each of its tags is read."""
_PIECE = 1 << 16
"""So many bytes of rows, or some more, are read at a time: what they are cut into stays near at hand."""
_BLANKS = late(rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?/>)++')
_BARE_ROW = late(rb"<row (?![^<>]*hidden)[^<>]*(?:/>|></row>)")
_HIDDEN_ROW = late(rb"""<row (?=[^<>]*hidden="(?:1|true)")(?:[^<>]*? )?r="([0-9]{1,7})\"""")
_SHOWN_ROW = late(rb"""<row [^<>]*?hidden="(?:0|false)\"""")
_COLUMN = re.compile(rb"<col ([^<>]*)>")
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_ATTRIBUTE = re.compile(r'([A-Za-z0-9:]+)="([^"]*)"')
# The columns of a form, and its merged areas, are few, and the same in file after file.
_FEW_COLUMNS, _FEW_MERGES, _MOST_REMEMBERED = 8192, 100, 64


def without_blanks(part: bytes) -> bytes:
    """Return a sheet without its blank cells, where it is made of little else; as it is else."""
    if len(part) < BIG:
        return part
    start, stop = _rows(part)
    values = part.count(b"<v>", start, stop) + part.count(b"<is>", start, stop)
    values -= part.count(b"<v></v>", start, stop)
    if values > part.count(b"<c ", start, stop) // 2 or not _addressed(part, b"<c"):
        return part
    return _BLANKS.sub(b"", part)


def without_bare_rows(part: bytes) -> bytes:
    """Return a long sheet without the rows that hold nothing and are not hidden."""
    if len(part) < BIG or not _addressed(part, b"<row"):
        return part
    return _BARE_ROW.sub(b"", part)


def _rows(part: bytes) -> tuple[int, int]:
    """Where the rows of a sheet begin and end."""
    return part.find(b"<sheetData"), part.rfind(b"</sheetData>")


def _addressed(part: bytes, tag: bytes) -> bool:
    """Say whether all these tags have an address: where one has none, those before it count."""
    start, stop = _rows(part)
    found = part.count(tag, start, stop)
    return b"<!" not in part and found == part.count(tag + b" r=", start, stop)


def pieces(part: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield offsets that part the rows between two of them into pieces of about the same size."""
    while stop - start > 2 * _PIECE:
        end = part.find(b"</row>", start + _PIECE, stop)
        if end < 0:
            break
        yield start, end + 6
        start = end + 6
    yield start, stop


def hidden_rows(part: bytes, start: int, stop: int) -> list[int] | None:
    """Return the numbers of the hidden rows between two offsets."""
    told = part.count(b"hidden", start, stop)
    if told:  # LibreOffice says of every row that it is not hidden
        told -= len(_SHOWN_ROW.findall(part, start, stop))
    found = [int(digits) for digits in _HIDDEN_ROW.findall(part, start, stop)] if told else []
    return found if len(found) == told else None


def hidden_columns(part: bytes, start: int, stop: int) -> Spans | None:
    """Return the spans of hidden columns of a sheet whose rows stand between two offsets."""
    if part.find(b"<cols", stop) >= 0:
        return None
    first = part.find(b"<col", 0, start)
    if first < 0:
        return ()
    columns = part[first:start]
    return _known_spans(columns) if len(columns) < _FEW_COLUMNS else _spans(columns)


def merged_areas(part: bytes, stop: int) -> tuple[Merge, ...] | None:
    """Return the merged areas of a sheet, told after its rows."""
    if part.find(b"<mergeCell", stop) < 0:
        return ()
    found = tuple(_MERGE.findall(part, stop))
    if len(found) != part.count(b"<mergeCell", stop) - part.count(b"<mergeCells", stop):
        return None
    return _known_areas(found) if len(found) < _FEW_MERGES else _areas(found)


def is_hidden(a: Mapping[str, str]) -> bool:
    """Say whether a span of columns is hidden, by its attributes; one of no width is, too."""
    return a.get("hidden", "0") not in NO or a.get("width") == "0"


def span(a: Mapping[str, str]) -> tuple[int, int]:
    """Return the first and the last column that these attributes are of."""
    return whole_number(a.get("min")), min(whole_number(a.get("max")), 16384)


def _spans(part: bytes) -> Spans | None:
    """The hidden ones of a sheet's columns; None when one of them is spelt otherwise."""
    columns = _COLUMN.findall(part)
    if len(columns) != part.count(b"<col") - part.count(b"<cols") or b"'" in b"".join(columns):
        return None
    found = [dict(_ATTRIBUTE.findall(c.decode("utf-8", "replace"))) for c in columns]
    if sum(map(len, found)) != sum(column.count(b"=") for column in columns):
        return None
    return tuple(span(a) for a in found if is_hidden(a))


def _areas(references: Iterable[bytes]) -> tuple[Merge, ...]:
    return tuple(filter(None, (area(reference.decode()) for reference in references)))


_known_spans = lru_cache(maxsize=_MOST_REMEMBERED)(_spans)
_known_areas = lru_cache(maxsize=_MOST_REMEMBERED)(_areas)
