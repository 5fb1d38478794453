"""Tables without rules between rows: rows found by their numbers and the blanks between them."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ...core.text import fold
from ..headings import PRINTED_NUMBER, is_caption, is_heading
from ..pdf.page import Char, Page
from .ruled import clustered, line_text, segments, text_lines
from .unruled import edge_text, running_texts

# A printed number of another kind than 1, 2, 3; a plan has so many at least.
_LABEL = re.compile(
    r"\(?[0-9一二三四五六七八九十]{1,3}\)?(?:[-.·][0-9]{1,3}){1,3}|\([一二三四五六七八九十]{1,3}\)[0-9]{1,3}|[a-z]{1,3}[-.]?[0-9]{1,3}(?:[-.][0-9]{1,3})?"
)
_LEAST_LABELS = 2
# From where to where (heights) there is no text.
Blank = tuple[float, float]


class _Mark(NamedTuple):
    """A printed number and where it stands."""

    number: int
    page: int
    x: float
    y: float


class _Sheet(NamedTuple):
    """What a page shows: its lines, the heights of numbers and headings, blanks, its head.

    ``top`` is where the head begins, or the first line.
    """

    lines: list[list[Char]]
    heights: list[float]
    blanks: list[Blank]
    head: float | None
    top: float


def row_bounds(pages: Sequence[Page]) -> list[list[float]]:
    """Return for every page the heights that bound its rows, the head's included; [] for none.

    Every row has one number or is a heading. Between two of them the widest
    blank that runs over the whole table is the bound.
    """
    lines = _table_lines(pages)
    marks = _numbers(lines)
    sheets = [_sheet(own, [m.y for m in marks if m.page == n]) for n, own in enumerate(lines, 1)]
    chosen = {blank for sheet in sheets for blank in _between(sheet)}
    if not chosen:
        return [[] for _ in pages]
    usual = statistics.median(end - start for start, end in chosen)
    others = [
        end - start
        for sheet in sheets
        for start, end in sheet.blanks
        if sheet.heights and sheet.heights[0] < start < sheet.heights[-1]
        if (start, end) not in chosen
    ]
    within = statistics.median(others) if others else 0.0
    # Without wider blanks between rows only the numbers show where one begins: at its top.
    least = within + (usual - within) / 4 if usual > 1.3 * within else math.inf
    found, height = [], None
    for sheet in sheets:
        if height is None and sheet.heights and sheet.head is not None:
            below = [b for b in sheet.blanks if sheet.head < b[0] and b[1] < sheet.heights[0]]
            bottom = _widest(below)
            height = (bottom[0] + bottom[1]) / 2 - sheet.head if bottom else None
        found.append(_bounds(sheet, height or 0.0, least))
    return found


def _sheet(lines: list[list[Char]], numbers: Sequence[float]) -> _Sheet:
    headings = [
        line[0].y for line in lines if is_heading(line_text(line)) and len(segments(line)) == 1
    ]
    at = next((at for at, line in enumerate(lines) if _is_head(line)), None)
    head = None if at is None else lines[at][0].y
    while at and _heads_on(lines[at - 1], lines[at]):
        at -= 1
    top = min(line[0].y - line[0].size / 2 for line in lines[at or 0 :]) if lines else 0.0
    heights = sorted({*numbers, *headings})
    if head is not None and heights and head > heights[0]:
        # What stands over the head is no row.
        heights = [y for y in heights if y > head]
    return _Sheet(lines, heights, _blanks(lines), head, top)


def _heads_on(line: Sequence[Char], below: Sequence[Char]) -> bool:
    """Return whether a line above one of the head belongs to it."""
    parts = [line_text(part) for part in segments(line)]
    near = below[0].y - line[0].y < 3 * line[0].size
    return near and (_named(line) > 0 or all(len(part) < 3 for part in parts))


def _table_lines(pages: Sequence[Page]) -> list[list[list[Char]]]:
    """Return the lines of every page without page numbers, and what is printed on every page's edge."""
    lines = [text_lines(page.chars) for page in pages]
    running = running_texts(lines)
    for own in lines:
        while own and edge_text(own[-1]) in running:
            own.pop()
        while own and edge_text(own[0]) in running and not _named(own[0]):
            own.pop(0)
    return lines


def _numbers(lines: Sequence[Sequence[list[Char]]]) -> list[_Mark]:
    """Return the numbers of the tasks: those in the column where most of them count on by one."""
    found = []
    for place, own in enumerate(lines, 1):
        for line in own:
            for part in segments(line, 0.3):
                number = PRINTED_NUMBER.fullmatch(fold(line_text(part)))
                if number:
                    x = (part[0].x0 + part[-1].x1) / 2
                    found.append(_Mark(int(number[1]), place, x, part[0].y))
    columns = [
        sorted(column, key=lambda mark: (mark.page, mark.y))
        for column in clustered(found, key=lambda mark: mark.x, gap=6)
    ]
    numbered = max(columns, key=_steps, default=[])
    return numbered if _steps(numbered) else _labels(lines) or numbered


def _labels(lines: Sequence[Sequence[list[Char]]]) -> list[_Mark]:
    """Return the numbers of other kinds (1-1, 1.1, （一）1, A1) that stand first in their lines, counted."""
    found = [
        (place, part[0].x0, part[0].y, line_text(part))
        for place, own in enumerate(lines, 1)
        for line in own
        for part in segments(line, 0.3)[:1]
        if _LABEL.fullmatch(fold(line_text(part)))
    ]
    columns = clustered(found, key=lambda label: label[1], gap=6)
    first = max(columns, key=len, default=[])
    different = len({label[3] for label in first}) == len(first)
    if len(first) < _LEAST_LABELS or not different:
        return []
    ordered = sorted(first, key=lambda label: (label[0], label[2]))
    return [_Mark(n, page, x, y) for n, (page, x, y, _) in enumerate(ordered, 1)]


def _steps(marks: Sequence[_Mark]) -> int:
    return sum(after.number == before.number + 1 for before, after in pairwise(marks))


def _named(line: Sequence[Char]) -> int:
    """Return how many captions stand in a line."""
    return sum(is_caption(line_text(part)) for part in segments(line))


def _is_head(line: Sequence[Char]) -> bool:
    return _named(line) > 2 and _named(line) * 2 > len(segments(line))


def _blanks(lines: Sequence[Sequence[Char]]) -> list[Blank]:
    """Return the (start, end) of heights that no line reaches into, between the lines."""
    spans = sorted((line[0].y - line[0].size / 2, line[0].y + line[0].size / 2) for line in lines)
    found, end = [], spans[0][1] if spans else 0.0
    for top, bottom in spans:
        if top > end:
            found.append((end, top))
        end = max(end, bottom)
    return found


def _widest(blanks: Sequence[Blank]) -> Blank | None:
    """Return the widest blank; of blanks of the same width the last, as rows begin at their top."""
    return max(blanks, key=lambda b: (round(b[1] - b[0], 1), b[0]), default=None)


def _between(sheet: _Sheet, *, tight: bool = False) -> list[Blank]:
    """Return the widest blank between each two heights; a place between them where there is none.

    ``tight``: the last blank, as no width shows which one it is.
    """
    found = []
    for above, below in pairwise(sheet.heights):
        own = [b for b in sheet.blanks if above < b[0] and b[1] < below]
        middle = (above + below) / 2
        chosen = own[-1] if tight and own else _widest(own)
        found.append(chosen or (middle, middle))
    return found


def _bounds(sheet: _Sheet, height: float, least: float) -> list[float]:
    """Return the bounds of a page's rows from its head, or first line, to its last line.

    ``height`` is that of the head below its captions, the same on every page.
    """
    if not sheet.heights and sheet.head is None:
        return []
    last = max(line[0].y + line[0].size / 2 for line in sheet.lines)
    wide = [b for b in sheet.blanks if b[1] - b[0] >= least]
    bounds, start = [], sheet.top
    if sheet.head is not None:
        start = sheet.head + height
        bounds = [start]
    if not sheet.heights:
        # The rest of a row, and maybe what stands under the table.
        inner = [b for b in wide if b[0] > start]
        return [sheet.top - 1, start, *((a + b) / 2 for a, b in inner), last + 1]
    torn = [b for b in sheet.blanks if start < b[0] and b[1] < sheet.heights[0]]
    tight = least == math.inf
    inner = torn[-1:] if tight else [b for b in torn if b in wide]
    inner += _between(sheet, tight=tight)
    inner += [b for b in wide if b[0] > sheet.heights[-1]]
    return [sheet.top - 1, *bounds, *((start + end) / 2 for start, end in inner), last + 1]
