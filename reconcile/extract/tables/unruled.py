"""Tables without vertical rules: columns from where the text of all pages leaves gaps."""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence

from ..headings import is_caption
from ..pdf.graphics import THIN
from ..pdf.page import Char, Page
from .ruled import Grid, Rule, boxes_between, fill, line_text, rules, segments, text_lines

PAGE_NUMBER = re.compile(
    r"[-—–－_·•.|/~\s]*(第?\d{1,4}页?|page\d+)?([-—–－,，|/\s]*(共|of)?\d+页?)?[-—–－_·•.|/~\s]*",
    re.I,
)
# Narrower than this (points) a gap between columns is not one.
_GAP = 2.0

# May stand beyond the end of a line, in the gap between two columns.
_HANGING = frozenset("，。、；：")

Lines = list[list[Char]]


def edge_text(line: Sequence[Char]) -> str:
    """Return a line as it is compared with those of other pages: page numbers left out."""
    text = line_text(line).replace(" ", "")
    return "" if PAGE_NUMBER.fullmatch(text) else re.sub(r"\d+/?", "", text)


def running_texts(pages: Sequence[Lines]) -> frozenset[str]:
    """Return the texts that stand first or last on most pages: running heads and feet, page numbers."""
    edges = Counter(
        text for lines in pages for text in {edge_text(line) for line in (*lines[:2], *lines[-2:])}
    )
    most = max(len(pages) / 2, 1)
    return frozenset(text for text, count in edges.items() if count > most) | {""}


def text_grids(
    pages: Sequence[Page], bounds: Sequence[list[float]] | None = None
) -> list[tuple[list[Grid], list[Char]]]:
    """Return for every page its table (one or none) and the characters outside it.

    ``bounds`` are the heights between the rows of each page. Without them rows lie between the horizontal rules that run over the whole table; text
    that goes on below the last one makes a row cut by the page end. Columns are
    bounded by the gaps that no text of any page's rows reaches into.
    """
    widest = max((r.end - r.start for page in pages for r in rules(page, 0)), default=0.0)
    found: list[tuple[Page, list[Rule], list[float], bool, bool]] = []
    cut = False
    if bounds is not None:
        found = [(page, [], ys, False, False) for page, ys in zip(pages, bounds, strict=True)]
        pages = ()
    for page in pages:
        across = rules(page, 0)
        ys = sorted(r.at for r in across if r.end - r.start > 0.8 * widest)
        open_top = open_bottom = False
        if len(ys) > 1 or (ys and cut):
            lines = text_lines(page.chars)
            above, below = (
                _edge(lines, ys[0], -1) if cut else None,
                _edge(lines, ys[-1], 1),
            )
            open_top, open_bottom = above is not None, below is not None
            ys = [y for y in (above, *ys, below) if y is not None]
        cut = open_bottom
        found.append((page, across, ys, open_top, open_bottom))
    xs = _columns([(page, ys) for page, _, ys, _, _ in found])
    result = []
    for page, across, ys, open_top, open_bottom in found:
        grids = []
        if len(ys) > 1 and len(xs) > 3:
            grids = [_grid(page, across, ys, xs)]
            grids[0].open_top, grids[0].open_bottom = open_top, open_bottom
        result.append((grids, fill(grids, page.chars)))
    return result


def _edge(lines: Lines, rule: float, way: int) -> float | None:
    """Return how far (y) text of the table goes on beyond its last rule, or None if it does not."""
    edge, end = rule, None
    beyond = sorted(
        (line for line in lines if way * (line[0].y - rule) > 0), key=lambda line: way * line[0].y
    )
    for line in beyond:
        near = way * (line[0].y - edge) < 2.2 * line[0].size
        if not near or PAGE_NUMBER.fullmatch(line_text(line).replace(" ", "")):
            break
        edge = line[0].y
        if len(segments(line)) > 1 or end is not None:
            end = edge + way * line[0].size
    return end


def _rows(page: Page, ys: Sequence[float]) -> list[Lines]:
    """Return the text lines between each two heights."""
    places: list[list[Char]] = [[] for _ in ys[1:]]
    for char in page.chars:
        if ys[0] <= char.y < ys[-1]:
            places[bisect(ys, char.y) - 1].append(char)
    return [text_lines(chars) for chars in places]


def _captions(row: Lines) -> list[list[Char]]:
    """Return the captions of a head row as they stand, or nothing if it is none."""
    parts = [own for line in row for part in segments(line) for own in _apart(part)]
    named = [part for part in parts if is_caption(line_text(part))]
    return parts if len(named) > 2 and len(named) * 2 > len(parts) else []


def _apart(part: list[Char]) -> list[list[Char]]:
    """Return what is no caption as several, where it is some that stand close to each other."""
    if not is_caption(line_text(part)):
        for at in range(1, len(part)):
            left, right = part[:at], part[at:]
            wide = right[0].x0 - left[-1].x1 > 0.1 * right[0].size
            if wide and is_caption(line_text(left)) and is_caption(line_text(right)):
                return [left, *_apart(right)]
    return [part]


def _single(row: Lines) -> bool:
    return len(row) == 1 and len(segments(row[0])) == 1


def _columns(tables: Sequence[tuple[Page, Sequence[float]]]) -> list[float]:
    """Return the bounds of the columns: the middles of the gaps, and both outer sides."""
    spans: list[tuple[float, float]] = []
    hard: list[tuple[float, float]] = []
    starts: list[float] = []
    head: list[list[Char]] = []
    for page, ys in tables:
        for row in _rows(page, ys) if len(ys) > 1 else []:
            captions = _captions(row)
            head = head or captions
            if not captions and not _single(row):
                chars = [char for line in row for char in line]
                spans += [(char.x0, char.x1) for char in chars]
                starts += [part[0].x0 for line in row for part in segments(line)]
                hard += [(char.x0, char.x1) for char in chars if char.text not in _HANGING]
    columns: list[list[float]] = []
    for start, end in sorted(spans):
        if columns and start - columns[-1][1] < _GAP:
            columns[-1][1] = max(columns[-1][1], end)
        else:
            columns.append([start, end])
    columns = _named(_parted(columns, _lowest(head), hard, starts), _lowest(head))
    if not columns:
        return []
    inner = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns)]
    return [columns[0][0] - THIN, *inner, columns[-1][1] + THIN]


def _parted(
    columns: Sequence[list[float]],
    captions: Sequence[tuple[float, float]],
    spans: Sequence[tuple[float, float]],
    starts: Sequence[float],
) -> list[list[float]]:
    """Part the stretches of text under several captions at the widest gap between each two."""
    found: list[list[float]] = []
    for start, end in columns:
        middles = sorted(m for a, b in captions if start < (m := (a + b) / 2) < end)
        for left, right in itertools.pairwise(middles):
            cut = _gap_between(start, left, right, spans) or _edge_between(
                left, right, spans, starts
            )
            if cut is not None:
                found.append([start, cut[0]])
                start = cut[1]
        found.append([start, end])
    return found


def _gap_between(
    start: float, left: float, right: float, spans: Sequence[tuple[float, float]]
) -> tuple[float, float] | None:
    """Return the widest gap between two places that no character reaches into, or None.

    The column before may end left of the first place; where all of it stands right of
    that (figures set right), what is left of it is no gap. ``start`` is where it begins.
    """
    before = [x1 for x0, x1 in spans if start <= x0 < left]
    edge = max(before, default=None)
    gaps = []
    for x0, x1 in sorted(span for span in spans if left <= span[0] < right):
        if edge is not None and x0 > edge:
            gaps.append((x0 - edge, edge, x0))
        edge = x1 if edge is None else max(edge, x1)
    return max(gaps)[1:] if gaps else None


def _edge_between(
    left: float, right: float, spans: Sequence[tuple[float, float]], begun: Sequence[float]
) -> tuple[float, float] | None:
    """Return the place at which most lines of a column begin, where hardly a character stands across it.

    Punctuation that hangs out of the column before may close the gap.
    """
    starts = sorted(x for x in begun if left < x < right)
    if not starts:
        return None
    # A recogniser's lines do not begin at the very same place.
    beginning = {x: bisect(starts, x + _GAP + 0.5) - bisect(starts, x - 0.01) for x in starts}
    at, count = max(beginning.items(), key=lambda item: (item[1], -item[0]))
    across = sum(x0 < at - _GAP - 0.5 and at + 1 < x1 for x0, x1 in spans)
    return (at, at) if count > 2 and across * 5 < count else None


def _lowest(head: Sequence[list[Char]]) -> list[tuple[float, float]]:
    """Return the x-ranges of the captions that have no other below them."""
    ranges = [(part[0].x0, part[-1].x1, part[0].base) for part in head]
    return [
        (x0, x1)
        for x0, x1, base in ranges
        if not any(base < b - THIN and a0 < x1 and x0 < a1 for a0, a1, b in ranges)
    ]


def _one_each(columns: Sequence[Sequence[float]], captions: Sequence[tuple[float, float]]) -> bool:
    """Return whether a stretch of text that stands below no caption is that of the only caption left (figures set right)."""

    def meet(one: Sequence[float], other: Sequence[float]) -> bool:
        return one[0] < other[1] and other[0] < one[1]

    if len(columns) != len(captions):
        return False
    apart = [p for p in zip(columns, captions, strict=True) if not meet(*p)]
    return bool(apart) and not any(
        meet(column, other) or meet(own, caption)
        for column, caption in apart
        for own, other in zip(columns, captions, strict=True)
    )


def _each_widened(
    columns: Sequence[list[float]], captions: Sequence[tuple[float, float]]
) -> list[list[float]]:
    """Widen each stretch of text to its caption, as far as its neighbours' text leaves room."""
    lefts = [-math.inf, *(column[1] for column in columns[:-1])]
    rights = [*(column[0] for column in columns[1:]), math.inf]
    return [
        [min(column[0], max(caption[0], left)), max(column[1], min(caption[1], right))]
        for column, caption, left, right in zip(columns, captions, lefts, rights, strict=True)
    ]


def _named(
    columns: list[list[float]], captions: Sequence[tuple[float, float]]
) -> list[list[float]]:
    """Join the stretches of text under one caption; a caption over no text is a column too."""
    if _one_each(sorted(columns), sorted(captions)):
        return _each_widened(sorted(columns), sorted(captions))
    joined: dict[tuple[float, float], list[float]] = {}
    for column in columns:
        middle = (column[0] + column[1]) / 2

        def near(
            caption: tuple[float, float], column: list[float] = column, middle: float = middle
        ) -> tuple[float, float]:
            overlap = min(caption[1], column[1]) - max(caption[0], column[0])
            return (-max(overlap, 0.0), abs((caption[0] + caption[1]) / 2 - middle))

        if not captions:
            continue
        own = joined.setdefault(min(captions, key=near), column[:])
        own[0], own[1] = min(own[0], column[0]), max(own[1], column[1])
    for caption in captions:
        covered = [c for c in joined.values() if c[0] < caption[1] and caption[0] < c[1]]
        if caption in joined or not covered:
            own = joined.setdefault(caption, list(caption))
            others = [c for c in joined.values() if c is not own]
            # A caption wider than its text widens the column, as far as there is room.
            if not any(c[0] < caption[1] and caption[0] < c[1] for c in others):
                own[0], own[1] = min(own[0], caption[0]), max(own[1], caption[1])
    return sorted(joined.values())


def _grid(page: Page, across: Sequence[Rule], ys: Sequence[float], xs: Sequence[float]) -> Grid:
    """Return the table of a page with vertical rules put in, but not through headings."""
    down = [Rule(x, ys[0], ys[-1]) for x in (xs[0], xs[-1])]
    partial: list[Rule] = []
    for top, bottom, row in zip(ys, ys[1:], _rows(page, ys), strict=False):
        inside = [r for r in across if top + THIN < r.at < bottom - THIN] if _captions(row) else []
        partial += inside
        if not _single(row) or not _crosses(row[0], xs):
            for x in xs[1:-1]:
                # What stands over a partial rule spreads over the columns under it.
                over = [r.at for r in inside if r.start < x - THIN and x + THIN < r.end]
                down.append(Rule(x, max(over, default=top), bottom))
    full = [Rule(y, xs[0], xs[-1]) for y in ys]
    heights = sorted([*ys, *{round(r.at, 1) for r in partial}])
    boxes = boxes_between(xs, heights, [*full, *partial], down)
    return Grid(page.where, page.number, list(xs), heights, boxes)


def _crosses(line: Sequence[Char], xs: Sequence[float]) -> bool:
    """Return whether a line runs over a bound between columns, or is alone in the first one."""
    start, end = line[0].x0, line[-1].x1
    return any(start < x - 1 and x + 1 < end for x in xs[1:-1])
