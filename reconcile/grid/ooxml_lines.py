"""Cells of an xlsx that hold values and nothing beside them, taken as whole lines.

Nearly every sheet that comes back is made of nothing else, and most of its cells
are as we printed them: byte for byte the same in file after file, and laid out
as many others are. So a sheet is cut at the addresses of its cells, and what
follows an address is remembered by its bytes. Each step goes over all cells at
once; a sheet with anything more in it is left to ooxml_cells.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain, compress, pairwise, repeat
from typing import NamedTuple

from . import Value
from .book import Line, Lines
from .formats import from_serial, number
from .ooxml_parts import Known, Looks, column_number
from .ooxml_texts import Strings, plain, said_by

_ADDRESS = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Style; a number, the index of a shared string, or a string of its own. The address is cut out.
_CUT = b'<c r=""'
_VALUE = rb" ?(?:/>|>(?:<v>([^<]*)</v>|<v ?/>)?</c>)"
_CELL = re.compile(
    _CUT
    + rb'(?: s="([0-9]{1,6})")?(?:(?: t="n")?'
    + _VALUE
    + rb'| t="s"'
    + _VALUE
    + rb'| t="inlineStr" ?(?:/>|>(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>))'
)
_MOST_NUMBERS, _MOST_LAYOUTS, _MOST_CELLS = 20_000, 64, 2_000
_LONGEST_NUMBER = 30  # in signs, of those that are remembered; a file may hold one of a million
_LONGEST_CELL = 2_000  # likewise, in bytes
_MOST_KEPT, _ENTRY = 4 << 20, 250
"""Bytes, or so, that the cells take that are remembered, and what each takes beside its XML."""


class Span(NamedTuple):
    """The cells of one row among those of a sheet: from ``start`` to before ``stop``."""

    row: int
    start: int
    stop: int
    columns: tuple[int, ...]
    formats: tuple[str, ...]


class NotPlain(Exception):
    """The sheet is to be looked at more closely."""


def lines_of(part: bytes, start: int, stop: int, looks: Looks, strings: Strings) -> Lines | None:
    """Return the cells between two offsets, where every tag <c> was understood.

    None when a cell is no plain one: by what it holds, by its font, or out of order.
    Raises ValueError for a bad entity.
    """
    before, *cut = _ADDRESS.split(part[start:stop])
    if b"<c" in before:
        return None
    if not cut:
        return Lines({}, 0, 0)
    places, bodies = tuple(cut[::2]), cut[1::2]
    known = looks.cells
    try:
        new = {body for body in bodies if body not in known.values}
        if new:
            known = _kept(_learned(new, looks), known, looks, bodies)
        contents = tuple(map(known.values.__getitem__, bodies))
        styles = tuple(map(known.styles.__getitem__, bodies))
        if int in set(map(type, contents)):
            contents = _with_strings(contents, strings)
        spans = looks.layouts.get((places, styles)) or _spans(looks, places, styles)
    except (NotPlain, IndexError):  # no such shared string
        return None
    lines: dict[int, Line] = {}
    count = len(contents)
    for row, first, last, columns, formats in spans:
        values = contents[first:last]
        if "" in values:
            filled = [value != "" for value in values]
            columns = tuple(compress(columns, filled))
            count -= len(values) - len(columns)
            if not columns:
                continue
            formats = tuple(compress(formats, filled))
            values = tuple(compress(values, filled))
        lines[row] = Line(row, columns, values, formats)
    signs = sum([len(value) for value in contents if value.__class__ is str])
    return Lines(lines, count, signs)


def _learned(bodies: Collection[bytes], looks: Looks) -> Known:
    """What the cells say that these begin with, and their styles.

    A shared string is its index, as an int, which no number is: each file has other strings.
    NotPlain where there is more than one cell, or it is spelt otherwise.
    """
    xml = _CUT + _CUT.join(bodies)
    found = _CELL.findall(xml)
    if not len(found) == len(bodies) == xml.count(b"<c"):
        raise NotPlain
    # Nothing else remembers these: what comes again does so with the cell that it stands in.
    texts, numbers = iter(said_by([raw for _, _, _, raw in found if raw])), looks.numbers
    told: list[Value] = [
        next(texts) if raw
        else _index(index) if index
        else "" if not figure
        else numbers[style, figure] if (style, figure) in numbers
        else _number(looks, style, figure)
        for style, figure, index, raw in found
    ]  # fmt: skip
    values = dict(zip(bodies, told, strict=True))
    return Known(values, {body: cell[0] for body, cell in zip(bodies, found, strict=True)})


def _kept(new: Known, known: Known, looks: Looks, bodies: Collection[bytes]) -> Known:
    """Remember what is new for the next sheet, unless it is long; return what all these bodies say."""
    short = new
    if max(map(len, new.values)) > _LONGEST_CELL:
        some = [body for body in new.values if len(body) <= _LONGEST_CELL]
        short = Known({b: new.values[b] for b in some}, {b: new.styles[b] for b in some})
    # Another thread may read by these: it looks for values first, and they are never emptied.
    known.styles.update(short.styles)
    known.values.update(short.values)
    looks.kept += sum(map(len, short.values)) + _ENTRY * len(short.values)
    if looks.kept > _MOST_KEPT:
        looks.cells, looks.kept = Known({}, {}), 0
    if short is new:
        return known
    old = set(bodies) - new.values.keys()
    return Known(
        {**{body: known.values[body] for body in old}, **new.values},
        {**{body: known.styles[body] for body in old}, **new.styles},
    )


def _index(raw: bytes) -> int:
    if not raw.isdigit() or len(raw) > 9:
        raise NotPlain
    return int(raw)


def _with_strings(contents: Sequence[Value], strings: Strings) -> tuple[Value, ...]:
    """Contents with the shared strings put in; NotPlain where one is struck, IndexError for none."""
    texts, struck = strings.texts, strings.struck
    if struck and not struck.isdisjoint([v for v in contents if v.__class__ is int]):
        raise NotPlain
    return tuple([texts[v] if v.__class__ is int else v for v in contents])


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
    told = b" ".join(places)  # letters, then digits: _ADDRESS has seen to that
    letters = tuple(told.translate(None, _DIGITS).split(b" "))
    numbers = told.translate(None, _LETTERS).split(b" ")
    counts = Counter(numbers)
    if numbers != list(chain.from_iterable(map(repeat, counts, counts.values()))):
        raise NotPlain
    rows = [int(row) for row in counts]
    if any(a >= b for a, b in pairwise(rows)):
        raise NotPlain
    spans = []
    start = 0
    alike: dict[object, tuple[tuple[int, ...], tuple[str, ...]]] = {}
    for row, count in zip(rows, counts.values(), strict=True):
        stop = start + count
        key = letters[start:stop], styles[start:stop]
        if key not in alike:
            columns = tuple(map(column_number, letters[start:stop]))
            if any(a >= b for a, b in pairwise(columns)):
                raise NotPlain
            alike[key] = columns, tuple([looks[style].format for style in styles[start:stop]])
        spans.append(Span(row, start, stop, *alike[key]))
        start = stop
    if len(looks.layouts) >= _MOST_LAYOUTS:
        looks.layouts.clear()  # one long sheet may bring so many
    if len(places) < _MOST_CELLS:
        looks.layouts[places, styles] = spans
    return spans
