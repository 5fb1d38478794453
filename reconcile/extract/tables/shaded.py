"""Tables without rules that can be seen: cells found by the edges of shading, and by lines in the paper's colour."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..pdf.graphics import THIN, Edges, Point
from ..pdf.page import Char, Page
from .ruled import Grid, Rule, bounds_of, boxes_between, components, fill, rules, text_lines

# So far (points) beyond an edge something must reach to lie across it.
_ACROSS = 1.0


def shaded_grids(page: Page) -> tuple[list[Grid], list[Char]]:
    """Return the tables of a page whose cells are separated by shading, and the characters outside them.

    The edge of a shaded cell goes on through the rows and columns beside it, up to where a
    shaded cell or a text lies across it.
    """
    lines = (*page.lines, *page.faint, *(line for area in page.shades for line in _sides(area)))
    drawn = replace(page, lines=lines)
    grids = []
    text = text_lines(page.chars)
    for across, down in _joined(components(rules(drawn, 0), rules(drawn, 1))):
        xs, ys = bounds_of(down), bounds_of(across)
        if len(xs) < 3 or len(ys) < 3:
            continue
        # The rows of a striped table may begin or end with one that is not shaded.
        ys = sorted([*ys, *_bare_rows(text, xs, ys)])
        shades = [area for area in page.shades if _meets(area, xs, ys)]
        inside = [c for c in page.chars if xs[0] < c.x0 < xs[-1] and ys[0] < c.y < ys[-1]]
        upright = [
            Rule(x, top, bottom)
            for top, bottom in pairwise(ys)
            for x in xs
            if not _lies_across(x, (top + bottom) / 2, shades)
            and not any(c.x0 < x - _ACROSS and x + _ACROSS < c.x1 and top < c.y < bottom for c in inside)
        ]  # fmt: skip
        level = [
            Rule(y, left, right)
            for left, right in pairwise(xs)
            for y in ys
            if not _lies_under(y, (left + right) / 2, shades)
            and not any(abs(c.y - y) < 0.2 * c.size and left < c.x0 < right for c in inside)
        ]
        boxes = boxes_between(xs, ys, [*across, *level], [*down, *upright])
        grids.append(Grid(page.where, page.number, xs, ys, boxes))
    grids.sort(key=lambda grid: grid.ys[0])
    return grids, fill(grids, page.chars)


def _bare_rows(text: Sequence[Sequence[Char]], xs: list[float], ys: list[float]) -> Iterator[float]:
    """Yield where a row ends that stands bare above or below the shaded ones, no higher than these."""
    highest = max(below - above for above, below in pairwise(ys))
    for edge, way in ((ys[0], -1), (ys[-1], 1)):
        last = None
        for line in text if way > 0 else reversed(text):
            away = way * (line[0].y - edge)
            columns = {bisect(xs, char.x0) for char in line if xs[0] < char.x0 < xs[-1]}
            if 0 < away < highest and (len(columns) > 1 or last is not None):
                last = line
        if last is not None:
            yield last[0].y + way * last[0].size


def _joined(parts: Iterable[tuple[list[Rule], list[Rule]]]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the parts of tables, those as wide as each other as one: rows that are not shaded part them."""
    found: list[tuple[list[Rule], list[Rule]]] = []
    for across, down in parts:
        outer = _outer(down)
        own = next(
            (
                p
                for p in found
                if all(abs(a - b) < THIN for a, b in zip(_outer(p[1]), outer, strict=True))
            ),
            None,
        )
        if own is None:
            found.append((list(across), list(down)))
        else:
            own[0].extend(across)
            own[1].extend(down)
    return found


def _outer(down: Iterable[Rule]) -> tuple[float, float]:
    places = [rule.at for rule in down]
    return min(places), max(places)


def _sides(area: Edges) -> Iterable[tuple[Point, Point]]:
    left, top, right, bottom = area
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return pairwise(corners)


def _meets(area: Edges, xs: list[float], ys: list[float]) -> bool:
    return area[0] < xs[-1] and xs[0] < area[2] and area[1] < ys[-1] and ys[0] < area[3]


def _lies_across(x: float, y: float, shades: Iterable[Edges]) -> bool:
    """Return whether a shaded area lies on both sides of an upright edge."""
    return any(a[0] < x - _ACROSS and x + _ACROSS < a[2] and a[1] < y < a[3] for a in shades)


def _lies_under(y: float, x: float, shades: Iterable[Edges]) -> bool:
    """Return whether a shaded area lies above and below a level edge."""
    return any(a[1] < y - _ACROSS and y + _ACROSS < a[3] and a[0] < x < a[2] for a in shades)
