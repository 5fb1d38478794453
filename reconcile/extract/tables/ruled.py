"""Characters and lines of a page -> grids of cells, merged cells kept whole.

Where rules are missing they are put in: the last row at a page end that is cut
without one, the outer sides of an open table, and - when a table has no
vertical rules at all - the gaps between the columns of text.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeVar

from ...core.i18n import Phrase
from ..pdf.graphics import THIN
from ..pdf.page import Char, Page

T = TypeVar("T")
# Marks that end what stands before them; some printers let them hang over the end of the line.
_ENDING = frozenset("，。、；：！？）》〉」』】〕”’％,.;:!?)]}%")
# How far (in its size) from the base line of a glyph a small one beside it may stand.
_RAISED = 0.65
SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
# The first character of the blocks for Chinese, its punctuation included.
CJK = "\u2e80"


class Rule(NamedTuple):
    """A straight line: ``at`` is its constant coordinate, from ``start`` to ``end`` the other."""

    at: float
    start: float
    end: float


@dataclass(eq=False, slots=True)
class Box:
    """One cell: ``rows`` and ``columns`` are (first, last) in its grid; ``lines`` its text."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    chars: list[Char] = field(default_factory=list)
    lines: tuple[str, ...] = ()


@dataclass(slots=True)
class Grid:
    """One table on one page, sheet, or in a document. ``boxes[row][column]`` covers that place.

    ``where`` names page, sheet or table in words; ``page`` is the page's
    number, 0 where there are none: then no row is torn, and a line break in a
    cell is meant, not a wrap. ``xs`` and ``ys`` bound columns and rows
    (points; else counted). ``open_top`` and ``open_bottom``: the table
    is cut there without a rule. ``numbers`` are the rows' own numbers; without
    them rows are counted without heads. ``cramped`` counts characters printed
    over others, or on a rule: they may belong to another cell. ``beside`` are tables of
    other pages whose columns this one goes on with.
    """

    where: str | Phrase
    page: int
    xs: list[float]
    ys: list[float]
    boxes: list[list[Box]]
    open_top: bool = False
    open_bottom: bool = False
    numbers: Sequence[int] = ()
    cramped: int = 0
    beside: list[Grid] = field(default_factory=list)

    def cells(self) -> list[Box]:
        """Return the different cells of the whole table."""
        return list({id(box): box for row in self.boxes for box in row}.values())

    def row(self, index: int) -> list[Box]:
        """Return the different cells of a row from left to right."""
        return list(dict.fromkeys(self.boxes[index]))


def counted_grid(where: str | Phrase, boxes: list[list[Box]], numbers: Sequence[int]) -> Grid:
    """Return the grid of a table that has rows and columns, but no measures."""
    width = len(boxes[0]) if boxes else 0
    xs, ys = ([float(at) for at in range(count + 1)] for count in (width, len(boxes)))
    return Grid(where, 0, xs, ys, boxes, numbers=numbers)


def clustered(things: Iterable[T], key: Callable[[T], float], gap: float = THIN) -> list[list[T]]:
    """Return the things, sorted by key, in groups whose neighbours are at most ``gap`` apart."""
    groups: list[list[T]] = []
    for thing in sorted(things, key=key):
        if groups and key(thing) - key(groups[-1][-1]) <= gap:
            groups[-1].append(thing)
        else:
            groups.append([thing])
    return groups


def rules(page: Page, axis: int) -> list[Rule]:
    """Return the rules of a page along one axis (0: across, 1: down), pieces of one joined."""
    flat = [
        Rule((a[1 - axis] + b[1 - axis]) / 2, min(a[axis], b[axis]), max(a[axis], b[axis]))
        for a, b in page.lines
        if abs(a[1 - axis] - b[1 - axis]) <= 1 < abs(a[axis] - b[axis]) + 0.9
    ]
    joined: list[Rule] = []
    for group in clustered(flat, key=lambda rule: rule.at):
        at = sum(rule.at for rule in group) / len(group)
        start = end = -math.inf
        for rule in [*sorted(group, key=lambda r: r.start), Rule(at, math.inf, math.inf)]:
            if rule.start > end + THIN:
                if end - start > 2 * THIN:
                    joined.append(Rule(at, start, end))
                start = rule.start
            end = max(end, rule.end)
    return joined


def text_lines(chars: Iterable[Char]) -> list[list[Char]]:
    """Return the characters as lines from top to bottom, each from left to right.

    Characters belong to one line by their base line, so that a small Latin
    glyph beside a large Chinese one does, and a raised or lowered one to what it
    stands beside. A glyph printed twice over itself (false bold) counts once.
    """
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: char.base):
        if lines and char.base - lines[-1][0].base <= 0.45 * min(char.size, lines[-1][0].size):
            lines[-1].append(char)
        else:
            lines.append([char])
    _join_scripts(lines)
    for line in lines:
        line.sort(key=lambda char: char.x0)
        for left, right in zip(line[-2::-1], line[:0:-1], strict=True):
            if left.text == right.text and left.x1 - right.x0 > (right.x1 - right.x0) / 2:
                line.remove(right)
    return lines


def _join_scripts(lines: list[list[Char]]) -> None:
    """Put small glyphs just above or below larger ones into the line of these; raised figures as such (m²)."""
    for at in range(len(lines) - 1, 0, -1):
        above, below = lines[at - 1], lines[at]
        if not below or below[0].base - above[0].base > _RAISED * max(_em(above[0]), _em(below[0])):
            continue
        for small, large in ((above, below), (below, above)):
            moved: list[Char] = []
            for char in sorted(small, key=lambda char: char.x0):
                near = 0.3 * char.size
                if any(
                    char.size < 0.8 * other.size
                    and min(abs(char.x0 - other.x1), abs(other.x0 - char.x1)) < near
                    and abs(char.base - other.base) < _RAISED * _em(other)
                    for other in large
                ) or (moved and abs(char.x0 - moved[-1].x1) < near):
                    moved.append(char)
            if moved:
                small[:] = [char for char in small if char not in moved]
                large[:] = _with_scripts(large, moved, raised=small is above)
    lines[:] = filter(None, lines)


def _em(char: Char) -> float:
    """Return how large a glyph is; the boxes of some Chinese fonts are twice as high as their characters are wide."""
    return min(char.size, 1.3 * (char.x1 - char.x0)) if char.text >= CJK else char.size


def _with_scripts(line: Iterable[Char], moved: Sequence[Char], *, raised: bool) -> list[Char]:
    """Return a line with glyphs put into it; a reader takes the way up and down for white space."""
    found: list[Char] = []
    places = {(char.x0, char.base) for char in moved}
    for char in sorted([*line, *moved], key=lambda char: char.x0):
        if found and {(c.x0, c.base) for c in (char, found[-1])} & places:
            wide = char.x0 - found[-1].x1 > 0.15 * max(char.size, found[-1].size)
            char = char._replace(spaced=char.spaced and wide)
        found.append(char)
    if not raised:
        return found
    return [
        char._replace(text=char.text.translate(SUPERSCRIPTS))
        if (char.x0, char.base) in places
        else char
        for char in found
    ]


def line_text(line: Sequence[Char]) -> str:
    """Return the text of one line; white space between Chinese characters is layout, and goes."""
    text = ""
    for char in line:
        if char.spaced and text and text[-1] < CJK and char.text < CJK:
            text += " "
        text += char.text
    # On Windows pdfium gives rare characters as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def segments(line: Sequence[Char], gap: float = 1.2) -> list[list[Char]]:
    """Return a line cut where the gap (in sizes of letters) is wider than letter-spacing."""
    parts = [[line[0]]]
    for char in line[1:]:
        if char.x0 - parts[-1][-1].x1 > gap * min(char.size, parts[-1][-1].size):
            parts.append([])
        parts[-1].append(char)
    return parts


def join_lines(lines: Sequence[str]) -> str:
    """Return a wrapped text as one line, a blank only where Latin words were wrapped."""
    chinese = any(character >= CJK for line in lines for character in line)
    text = ""
    for line in filter(None, lines):
        if (text and not chinese and not re.search(r"\w-$", text[-2:])) or (
            text and chinese and all(s.isascii() and s.isalpha() for s in (text[-1], line[0]))
        ):
            text += " "
        text += line
    return text


def ruled_grids(page: Page) -> tuple[list[Grid], list[Char]]:
    """Return the ruled tables of a page from top to bottom, and the characters outside them."""
    grids = []
    for across, down in components(rules(page, 0), rules(page, 1)):
        xs, ys = bounds_of(down), bounds_of(across)
        top, bottom = min(r.start for r in down), max(r.end for r in down)
        open_top = not ys or top < ys[0] - 2 * THIN
        open_bottom = not ys or bottom > ys[-1] + 2 * THIN
        ys = [top] * open_top + ys + [bottom] * open_bottom
        left = min((r.start for r in across), default=xs[0])
        right = max((r.end for r in across), default=xs[-1])
        if left < xs[0] - 2 * THIN:
            xs.insert(0, left)
        if right > xs[-1] + 2 * THIN:
            xs.append(right)
        if len(xs) > 1 and len(ys) > 1:
            boxes = boxes_between(xs, ys, across, down)
            grids.append(Grid(page.where, page.number, xs, ys, boxes, open_top, open_bottom))
    grids.sort(key=lambda grid: grid.ys[0])
    return grids, fill(grids, page.chars)


def fill(grids: Sequence[Grid], chars: Iterable[Char]) -> list[Char]:
    """Put every character into the cell its centre lies in; return those outside all grids.

    By the centre, because glyph boxes may stick out over the rule above.
    """
    outside = []
    for char in _unhung(grids, chars):
        x = (char.x0 + char.x1) / 2
        for grid in grids:
            if grid.xs[0] <= x < grid.xs[-1] and grid.ys[0] <= char.y < grid.ys[-1]:
                row = bisect(grid.ys, char.y) - 1
                box = grid.boxes[row][bisect(grid.xs, x) - 1]
                box.chars.append(char)
                edge = min(char.y - grid.ys[box.rows[0]], grid.ys[box.rows[1] + 1] - char.y)
                grid.cramped += edge < 0.15 * char.size
                break
        else:
            outside.append(char)
    for grid in grids:
        for box in grid.cells():
            lines = text_lines(box.chars)
            grid.cramped += sum(map(_overlaps, lines))
            box.lines = tuple(map(line_text, lines))
    return outside


def _unhung(grids: Sequence[Grid], chars: Iterable[Char]) -> list[Char]:
    """Return the glyphs, marks that hang over the right side of a cell moved back to the text they end."""
    every = sorted(chars, key=lambda char: char.base)
    bounds = sorted({x for grid in grids for x in grid.xs})
    for at, mark in enumerate(every):
        if mark.text not in _ENDING:
            continue
        middle = (mark.x0 + mark.x1) / 2
        place = bisect(bounds, middle)
        if not place or middle - bounds[place - 1] > 1.5 * mark.size:
            continue
        bound = bounds[place - 1]
        near = bisect(every, mark.base - 0.3 * mark.size, key=lambda char: char.base)
        for char in itertools.islice(every, near, None):
            if char.base > mark.base + 0.3 * mark.size:
                break
            # What it ends stands on the other side of the rule, and reaches up to it.
            ended = char is not mark and (char.x0 + char.x1) / 2 < bound
            if ended and abs(char.x1 - mark.x0) < 0.3 * mark.size:
                every[at] = mark._replace(x0=bound - 0.2, x1=bound - 0.1)
                break
    return every


def _overlaps(line: Sequence[Char]) -> int:
    """Count the characters of a line that are printed over the one before."""
    return sum(
        right.x0 - left.x0 < 0.25 * min(left.x1 - left.x0, right.x1 - right.x0)
        for left, right in pairwise(line)
    )


def bounds_of(along: Iterable[Rule]) -> list[float]:
    """Return where rules stand, those close to each other as one."""
    return [_mean(group) for group in clustered([rule.at for rule in along], key=float)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def components(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return (across, down) of the rules that touch each other, table by table.

    Vertical rules that touch nothing make a table together: a row that fills
    the whole page. Horizontal ones that touch nothing are no table (the line
    under a letter head).
    """
    tables: list[tuple[list[Rule], list[Rule]]] = []
    alone: list[Rule] = []
    for rule in down:
        met = [
            r
            for r in across
            if rule.start - THIN <= r.at <= rule.end + THIN
            and r.start - THIN <= rule.at <= r.end + THIN
        ]
        if not met:
            alone.append(rule)
            continue
        same = [table for table in tables if any(r in table[0] for r in met)]
        merged = (met, [rule])
        for table in same:
            merged[0].extend(r for r in table[0] if r not in merged[0])
            merged[1].extend(table[1])
            tables.remove(table)
        tables.append(merged)
    if len(alone) > 2:
        tables.append(([], alone))
    return tables


def boxes_between(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[Rule], down: Sequence[Rule]
) -> list[list[Box]]:
    """Return the cell at every place of a grid; places without a rule between them are one cell."""
    height, width = len(ys) - 1, len(xs) - 1
    parent = {(i, j): (i, j) for i in range(height) for j in range(width)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while parent[place] != place:
            place = parent[place]
        return place

    for i in range(height):
        for j in range(width):
            if j + 1 < width and not _covered(down, xs[j + 1], ys[i], ys[i + 1]):
                parent[root((i, j + 1))] = root((i, j))
            if i + 1 < height and not _covered(across, ys[i + 1], xs[j], xs[j + 1]):
                parent[root((i + 1, j))] = root((i, j))
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in parent:
        members.setdefault(root(place), []).append(place)
    found = {
        place: Box(
            (min(p[0] for p in places), max(p[0] for p in places)),
            (min(p[1] for p in places), max(p[1] for p in places)),
        )
        for place, places in members.items()
    }
    return [[found[root((i, j))] for j in range(width)] for i in range(height)]


def _covered(along: Sequence[Rule], at: float, start: float, end: float) -> bool:
    """Return whether rules at this place cover more than half of a stretch."""
    return (end - start) / 2 < sum(
        max(0.0, min(end, rule.end) - max(start, rule.start))
        for rule in along
        if abs(rule.at - at) <= THIN
    )
