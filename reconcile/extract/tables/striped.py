"""Tables with shaded rows and few rules: columns and rows found by the sides of the shaded cells."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import pairwise

from ..headings import is_caption
from ..pdf.graphics import THIN, Edges
from ..pdf.page import Char, Page
from .ruled import (
    Box,
    Grid,
    Rule,
    bounds_of,
    boxes_between,
    clustered,
    fill,
    join_lines,
    line_text,
    rules,
    segments,
    text_lines,
)
from .unruled import PAGE_NUMBER, edge_text, running_texts

# So many cells side by side make a shaded row.
_LEAST_CELLS = 3
# Lines of one text stand no farther apart (in sizes of letters), nor glyphs of one word.
_NEXT, _CLOSE = 2.2, 0.5
# Texts of two cells stand farther apart than this.
_APART = 1.9
# A bound of columns stands so far (points) within a text that crosses it.
_ACROSS = 3.0

Lines = list[list[Char]]


def striped_grids(pages: Sequence[Page]) -> list[tuple[list[Grid], list[Char]]]:
    """Return for every page its table (one or none) and the characters outside it.

    Between two shaded rows, and between one and a rule, stands one row. Where no rule
    ends the table, one more row may stand at the foot of the page, and at the head of the next.
    """
    shades = [_cells(page.shades) for page in pages]
    xs = _columns(pages, shades)
    lines = [text_lines(page.chars) for page in pages]
    running = running_texts(lines)
    result = []
    is_open = False
    for page, cells, own in zip(pages, shades, lines, strict=True):
        grids = []
        if xs:
            cells = [c for c in cells if _stands(c[0], xs) and _stands(c[2], xs)]
            across = [r for r in rules(page, 0) if _stands(r.start, xs) and _stands(r.end, xs)]
            edges = [*across, *_level(cells)]
            ys = _framed(bounds_of(edges), rules(page, 1), xs)
            body = [line for line in own if not _is_edge(line, running)]
            ys, is_open = _opened(ys, across, body, xs, torn=is_open)
            if len(ys) > 1:
                grids = [_grid(page, xs, ys, edges, cells)]
        result.append((grids, fill(grids, page.chars)))
    if any(_hides_columns(box) for grids, _ in result for grid in grids for box in grid.cells()):
        return [([], list(page.chars)) for page in pages]
    return result


def _hides_columns(box: Box) -> bool:
    """Return whether several captions stand side by side in a cell: the shading does not show all columns."""
    parts = [segments(line) for line in text_lines(box.chars)]
    return any(len(own) > 1 and all(is_caption(line_text(p)) for p in own) for own in parts)


def _is_edge(line: Sequence[Char], running: Container[str]) -> bool:
    number = PAGE_NUMBER.fullmatch(line_text(line).replace(" ", ""))
    return number is not None or edge_text(line) in running


def _cells(shades: Iterable[Edges]) -> list[Edges]:
    """Return the shaded areas that do not lie within another."""
    found: list[Edges] = []
    for area in sorted(set(shades), key=lambda a: (a[0] - a[2]) * (a[3] - a[1])):
        left, top, right, bottom = area
        if right - left > THIN and bottom - top > THIN and not any(
            a[0] - 1 <= left and a[1] - 1 <= top and right <= a[2] + 1 and bottom <= a[3] + 1
            for a in found
        ):  # fmt: skip
            found.append(area)
    return found


def _columns(pages: Sequence[Page], shades: Sequence[Sequence[Edges]]) -> list[float]:
    """Return the sides of the cells in the shaded rows of all pages that are as wide as the widest one.

    Upright rules that some rows have show sides that a merged cell hides. None where
    there are shaded rows of several tables.
    """
    rows: list[list[Edges]] = []
    for cells in shades:
        for group in clustered(cells, key=lambda cell: cell[1]):
            row = sorted(group)
            beside = all(abs(a[2] - b[0]) < THIN for a, b in pairwise(row))
            if len(row) >= _LEAST_CELLS and beside:
                rows.append(row)
    if not rows:
        return []
    widest = max(rows, key=lambda row: row[-1][2] - row[0][0])
    left, right = widest[0][0], widest[-1][2]
    same = [r for r in rows if abs(r[0][0] - left) < THIN and abs(r[-1][2] - right) < THIN]
    sides = {side for row in same for cell in row for side in (cell[0], cell[2])}
    sides |= {
        rule.at
        for page, cells in zip(pages, shades, strict=True)
        if cells
        for rule in rules(page, 1)
        if left < rule.at < right
    }
    xs = [sum(group) / len(group) for group in clustered(sides, key=float)]
    # Other sides are those of another table, which has columns of its own.
    alone = all(_stands(row[0][0], xs) and _stands(row[-1][2], xs) for row in rows)
    return xs if alone else []


def _level(cells: Iterable[Edges]) -> list[Rule]:
    """Return the upper and lower edges of shaded cells."""
    return [Rule(y, left, right) for left, top, right, bottom in cells for y in (top, bottom)]


def _stands(side: float, xs: Sequence[float]) -> bool:
    """Return whether a side is one of the columns."""
    return any(abs(side - x) < THIN for x in xs)


def _framed(ys: list[float], down: Iterable[Rule], xs: Sequence[float]) -> list[float]:
    """Return the heights with those at which the rules at the outer sides of the table end."""
    outer = [r for r in down if min(abs(r.at - xs[0]), abs(r.at - xs[-1])) < THIN]
    if not outer or not ys:
        return ys
    top, bottom = min(r.start for r in outer), max(r.end for r in outer)
    return [top] * (top < ys[0] - THIN) + ys + [bottom] * (bottom > ys[-1] + THIN)


def _opened(
    ys: list[float], across: Sequence[Rule], lines: Lines, xs: Sequence[float], *, torn: bool
) -> tuple[list[float], bool]:
    """Return the heights with those of rows that no shading or rule ends, and whether the table goes on below.

    ``torn``: it came from the page before.
    """
    width = xs[-1] - xs[0]

    def ruled(y: float) -> bool:
        return any(abs(r.at - y) <= THIN and r.end - r.start > 0.8 * width for r in across)

    within = [line for line in lines if xs[0] - THIN < line[0].x0 < xs[-1]]
    if not ys:
        if not torn or not within:
            return [], False
        return [_edge(within[0], -1), _edge(within[-1], 1)], True
    first, last = ys[0], ys[-1]
    # What a rule stands over is a head, unless nothing else is there: the rule at the end.
    if torn and (not ruled(first) or len(ys) == 1):
        ys = [*_beyond(within, first, -1), *ys]
    if len(ys) > 1 and (not ruled(last) or (len(ys) == 2 and ruled(first) and first != last)):
        return [*ys, *_beyond(within, last, 1)], True
    return ys, False


def _edge(line: Sequence[Char], way: int) -> float:
    return line[0].y + way * line[0].size


def _beyond(lines: Lines, bound: float, way: int) -> list[float]:
    """Return how far text goes on without a break beyond the last bound, if it does."""
    end = None
    at = bound
    for line in sorted(lines, key=lambda line: way * line[0].y):
        if way * (line[0].y - bound) <= 0:
            continue
        if way * (line[0].y - at) > _NEXT * line[0].size and end is not None:
            break
        at, end = line[0].y, _edge(line, way)
    return [] if end is None else [end]


def _grid(
    page: Page, xs: list[float], ys: list[float], edges: Sequence[Rule], cells: Sequence[Edges]
) -> Grid:
    """Return the table of a page; cells are one where a shaded cell or a text lies across their bound."""
    level = [*edges, *(Rule(y, xs[0], xs[-1]) for y in (ys[0], ys[-1]))]
    level += _unseen(page, xs, ys, level)
    upright = [Rule(x, ys[0], ys[-1]) for x in (xs[0], xs[-1])]
    for top, bottom in pairwise(ys):
        row = text_lines(char for char in page.chars if top < char.y < bottom)
        parts = [part for line in row for part in segments(line, _CLOSE)]
        middle = (top + bottom) / 2
        upright += [
            Rule(x, top, bottom)
            for x in xs[1:-1]
            if not any(c[0] < x - THIN and x + THIN < c[2] and c[1] < middle < c[3] for c in cells)
            and not any(p[0].x0 < x - _ACROSS and x + _ACROSS < p[-1].x1 for p in parts)
        ]
    boxes = boxes_between(xs, ys, level, upright)
    return Grid(page.where, page.number, list(xs), ys, boxes)


def _unseen(
    page: Page, xs: Sequence[float], ys: Sequence[float], level: Sequence[Rule]
) -> list[Rule]:
    """Return the bounds that show no edge, as both cells are alike: below a caption of the head, and between texts far apart."""
    found = []
    inside = [c for c in page.chars if xs[0] < c.x0 < xs[-1] and ys[0] < c.y < ys[-1]]
    heads = {top for top, end in pairwise(ys) if _names(c for c in inside if top < c.y < end)}
    for left, right in pairwise(xs):
        middle = (left + right) / 2
        lines = text_lines(c for c in inside if left < (c.x0 + c.x1) / 2 < right)
        start = ys[0]
        for y, end in pairwise(ys[1:]):
            if any(abs(r.at - y) <= THIN and r.start < middle < r.end for r in level):
                start = y
                continue
            above = [line for line in lines if start < line[0].y < y]
            below = [line for line in lines if y < line[0].y < end]
            apart = above and below and below[0][0].y - above[-1][0].y > _APART * below[0][0].size
            if apart or (
                above and y not in heads and is_caption(join_lines([*map(line_text, above)]))
            ):
                found.append(Rule(y, left, right))
                start = y
    return found


def _names(chars: Iterable[Char]) -> bool:
    """Return whether there is a caption among the texts of a row."""
    return any(is_caption(line_text(part)) for line in text_lines(chars) for part in segments(line))
