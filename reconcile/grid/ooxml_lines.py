"""Cells of an xlsx that hold values and nothing beside them, taken as whole lines.

Nearly every sheet that comes back is made of nothing else, and laid out as many
others are. Each step here goes over all its cells at once; a sheet with anything
more in it is left to ooxml_cells.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from . import Value
from .book import Line, Lines
from .formats import from_serial, number
from .ooxml_parts import Looks, Strings, address, plain, spelled

# Address and style; a number, the index of a shared string, or a string of its own.
_VALUE = rb" ?(?:/>|>(?:<v>([^<]*)</v>|<v ?/>)?</c>)"
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]{1,6})")?(?:(?: t="n")?'
    + _VALUE
    + rb'| t="s"'
    + _VALUE
    + rb'| t="inlineStr" ?(?:/>|>(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>))'
)
_MOST_NUMBERS, _MOST_LAYOUTS, _MOST_CELLS = 20_000, 64, 2_000
_LONGEST_NUMBER = 30  # in signs, of those that are remembered; a file may hold one of a million


class Span(NamedTuple):
    """The cells of one row among those of a sheet: from ``start`` to before ``stop``."""

    row: int
    start: int
    stop: int
    columns: tuple[int, ...]
    formats: tuple[str, ...]


class NotPlain(Exception):
    """The sheet is to be looked at more closely."""


def lines_of(
    part: bytes, start: int, stop: int, looks: Looks, strings: Strings
) -> tuple[Lines, int] | None:
    """Return the cells between two offsets and how many tags <c> were understood.

    None when a cell is no plain one: by what it holds, by its font, or out of order.
    Raises ValueError for a bad entity.
    """
    found = _CELL.findall(part, start, stop)
    if not found:
        return Lines({}, 0, 0), 0
    places, styles, _, _, raws = zip(*found, strict=True)
    inline, shared, numbers = spelled(set(raws)), strings.by_index(), looks.numbers
    try:
        contents = tuple([
            inline[raw] if raw
            else shared[index] if index
            else "" if not figure
            else numbers[style, figure] if (style, figure) in numbers
            else _number(looks, style, figure)
            for _, style, figure, index, raw in found
        ])  # fmt: skip
        spans = looks.layouts.get((places, styles)) or _spans(looks, places, styles)
    except (KeyError, NotPlain):
        return None
    lines: dict[int, Line] = {}
    count = len(found)
    for row, first, last, columns, formats in spans:
        values = contents[first:last]
        if "" in values:
            kept = [i for i, value in enumerate(values) if value != ""]
            count -= len(values) - len(kept)
            if not kept:
                continue
            columns = tuple([columns[i] for i in kept])
            formats = tuple([formats[i] for i in kept])
            values = tuple([values[i] for i in kept])
        lines[row] = Line(row, columns, values, formats)
    signs = sum([len(value) for value in contents if isinstance(value, str)])
    return Lines(lines, count, signs), len(found)


def _number(looks: Looks, style: bytes, raw: bytes) -> Value:
    """What a raw number means, in a book that counts its days from 1900."""
    look = looks[style]
    value = number(plain(raw.decode()).strip())
    if look.kind and isinstance(value, float):
        value = from_serial(value, look)
    if len(looks.numbers) < _MOST_NUMBERS and len(raw) < _LONGEST_NUMBER:
        looks.numbers[style, raw] = value
    return value


def _spans(looks: Looks, places: Sequence[bytes], styles: Sequence[bytes]) -> list[Span]:
    """How a sheet is laid out; NotPlain when cells are out of order or a font is struck."""
    if any(looks[style].struck for style in set(styles)):
        raise NotPlain
    found = [address(place.decode()) or (0, 0) for place in places]
    if any(a >= b for a, b in pairwise(found)):
        raise NotPlain
    spans = []
    start = 0
    for stop in range(1, len(found) + 1):
        row = found[start][0]
        if stop == len(found) or found[stop][0] != row:
            columns = tuple(column for _, column in found[start:stop])
            formats = tuple(looks[style].format for style in styles[start:stop])
            spans.append(Span(row, start, stop, columns, formats))
            start = stop
    if len(looks.layouts) < _MOST_LAYOUTS and len(found) < _MOST_CELLS:
        looks.layouts[places, styles] = spans
    return spans
