"""Struck-out text: a thin line runs through the middle of its letters and ends with them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from .graphics import Point
from .page import Char

Line = tuple[Point, Point]
# Between which heights over the base line (in sizes of letters) a line strikes them out.
_LOWEST, _HIGHEST = 0.1, 0.65
# How far (in sizes of letters) it may begin before the first letter, or end after the last one.
_BEYOND = 0.6


def without_struck(
    chars: Iterable[Char], lines: Iterable[Line], crossed: Iterable[Line]
) -> tuple[list[Char], list[Char], list[Line]]:
    """Return the glyphs that are left, those struck out, and the lines that strike out nothing.

    ``crossed`` are lines that do nothing but strike out, wherever they end.
    """
    by_base = sorted(chars, key=lambda char: char.base)
    bases = [char.base for char in by_base]
    tallest = max((char.size for char in by_base), default=0.0)
    gone: set[int] = set()
    rest = []
    every = list(lines)
    for line in every:
        under = _under(line, by_base, bases, tallest)
        if under and _ends_with([by_base[at] for at in under], line) and not _meets(line, every):
            gone.update(under)
        else:
            rest.append(line)
    for line in crossed:
        gone.update(_under(line, by_base, bases, tallest))
    if not gone:
        return by_base, [], rest
    left = [char for at, char in enumerate(by_base) if at not in gone]
    return left, [by_base[at] for at in sorted(gone)], rest


def _under(
    line: Line, by_base: Sequence[Char], bases: Sequence[float], tallest: float
) -> list[int]:
    """Return the places of the glyphs that a level line runs through."""
    (x0, y0), (x1, y1) = line
    if abs(y1 - y0) > 1 or abs(x1 - x0) < 1:
        return []
    left, right, y = min(x0, x1), max(x0, x1), (y0 + y1) / 2
    near = range(bisect_left(bases, y), bisect_right(bases, y + _HIGHEST * tallest))
    return [
        at
        for at in near
        if left <= (by_base[at].x0 + by_base[at].x1) / 2 <= right
        and _LOWEST * by_base[at].size < by_base[at].base - y < _HIGHEST * by_base[at].size
    ]


def _meets(line: Line, lines: Iterable[Line]) -> bool:
    """Return whether an upright line touches the end of a level one: they are rules of a table."""
    ends = sorted(point[0] for point in line)
    y = line[0][1]
    return any(
        abs(a[0] - b[0]) <= 1
        and min(abs(a[0] - end) for end in ends) <= 1
        and min(a[1], b[1]) - 1 <= y <= max(a[1], b[1]) + 1
        and abs(a[1] - b[1]) > 3
        for a, b in lines
    )


def _ends_with(chars: Sequence[Char], line: Line) -> bool:
    """Return whether a line begins with the first of the glyphs and ends with the last, without wide gaps."""
    left, right = sorted(point[0] for point in line)
    beyond = _BEYOND * max(char.size for char in chars)
    start, end = min(char.x0 for char in chars), max(char.x1 for char in chars)
    covered = sum(char.x1 - char.x0 for char in chars)
    return start - left < beyond and right - end < beyond and covered * 2 > right - left
