"""Where the plan's table says what its columns are: the head, and the rows below it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..text import fold
from .headings import (
    GOAL,
    LONGEST,
    NUMBER,
    PRINTED_NUMBER,
    SECTION,
    Column,
    columns_of,
    is_caption,
    spans_columns,
)  # fmt: skip
from .tables import Box, Grid, join_lines


@dataclass(slots=True)
class Layout:
    """The columns of the plan's table as its head names them, and where they stood.

    ``paths`` are the captions over each column from top to bottom, ``captions``
    all of them folded; ``where`` the page, sheet or table of the head.
    """

    columns: tuple[Column, ...]
    doubts: frozenset[str]
    xs: list[float]
    captions: frozenset[str]
    paths: list[tuple[str, ...]]
    where: str

    def reached(self, box: Box, grid: Grid) -> list[int]:
        """Return the columns whose middle a cell covers, or the one it stands in."""
        shift = grid.xs[0] - self.xs[0]
        start, end = (grid.xs[i] - shift for i in (box.columns[0], box.columns[1] + 1))
        middles = [(a + b) / 2 for a, b in pairwise(self.xs)]
        covered = [i for i, middle in enumerate(middles) if start <= middle < end]
        last = len(middles) - 1
        return covered or [min(max(bisect(self.xs, (start + end) / 2) - 1, 0), last)]

    def fits(self, grid: Grid) -> bool:
        """Say whether a table without a head may go on with these columns."""
        width = self.xs[-1] - self.xs[0]
        same_width = abs(grid.xs[-1] - grid.xs[0] - width) < width / 20
        return same_width or len(grid.xs) == len(self.xs)


def find_layout(
    grid: Grid, start: int = 0, known: frozenset[str] = frozenset()
) -> tuple[Layout | None, int, int]:
    """Return the layout that the next head from row ``start`` on tells, its first row, and the one after it.

    A head is a row of which most cells are captions (``known`` ones or such as
    headings.py knows); it goes on while its cells reach down or spread over
    several columns. Without a head both rows are the grid's end.
    """
    count = len(grid.boxes)
    first = next((row for row in range(start, count) if _is_head(grid, row, known)), count)
    if first == count:
        return None, count, count
    end = first + 1
    # Cells that reach up belong to the head with all that stands beside them.
    first = max(start, min(box.rows[0] for box in grid.row(first)))
    while end < count and (
        any(box.rows[1] >= end for box in grid.row(end - 1))
        or _is_head(grid, end, known, least=1)
        or (end == first + 1 and _spreads(grid, end - 1) and not _numbered(grid, end))
    ):
        end += 1
    if grid.page and end < count:
        _fetch_back(grid, end)
    paths = []
    for column in range(len(grid.xs) - 1):
        boxes = dict.fromkeys(grid.boxes[row][column] for row in range(first, end))
        paths.append(tuple(text for box in boxes for text in _levels(box, known)))
    columns, doubts = columns_of(paths)
    captions = frozenset(fold(text) for path in paths for text in path)
    return Layout(columns, doubts, grid.xs, captions, paths, grid.where), first, end


def _fetch_back(grid: Grid, end: int) -> None:
    """Put the last line of a caption back into its cell, when the head was too low for it."""
    for column in range(len(grid.xs) - 1):
        box, below = grid.boxes[end - 1][column], grid.boxes[end][column]
        if box.lines and below.lines and not is_caption(join_lines(box.lines)):
            whole = (*box.lines, below.lines[0])
            if is_caption(join_lines(whole)):
                box.lines, below.lines = whole, below.lines[1:]


def _is_head(grid: Grid, row: int, known: frozenset[str], least: int = 3) -> bool:
    texts = [_caption(box, known) for box in grid.row(row) if box.lines]
    hits = sum(_heads(text, known) for text in texts)
    return hits >= least and hits * 2 > len(texts)


def _heads(text: str, known: frozenset[str]) -> bool:
    return is_caption(text) or (len(text) <= LONGEST and fold(text) in known)


def _caption(box: Box, known: frozenset[str]) -> str:
    """Return a head cell's text, or the one line of it that is a caption.

    A merged cell's text that a printer put on both pages may lie under the head.
    """
    whole = join_lines(box.lines)
    if _heads(whole, known):
        return whole
    return next(
        (line for line in box.lines if len(line) > 1 and _heads(line, known)),
        whole,
    )


def _levels(box: Box, known: frozenset[str]) -> list[str]:
    """Return the captions in a head cell, from top to bottom: two where no rule divides them."""
    own = [line for line in box.lines if len(line) > 1 and _heads(line, known)]
    whole = _caption(box, known)
    parted = whole in own or (own and len(own) == len(box.lines) and spans_columns(own[0]))
    return own if len(own) > 1 and parted else [whole] * bool(whole)


def _spreads(grid: Grid, row: int) -> bool:
    return any(box.columns[1] > box.columns[0] for box in grid.row(row))


def _numbered(grid: Grid, row: int) -> bool:
    return any(PRINTED_NUMBER.fullmatch(fold(join_lines(box.lines))) for box in grid.row(row))


def records(grid: Grid, start: int, stop: int, layout: Layout) -> Iterator[list[int]]:
    """Yield the rows of each task: those beside one cell of the number column."""
    key = next((i for i, c in enumerate(layout.columns) if c.role == NUMBER), None)
    if key is None:
        key = next((i for i, c in enumerate(layout.columns) if c.role == GOAL), None)
    rows: list[int] = []
    before: Box | None = None
    for row in range(start, stop):
        box = next(
            (b for b in grid.row(row) if key is not None and key in layout.reached(b, grid)), None
        )
        if rows and (box is None or box is not before):
            yield rows
            rows = []
        rows.append(row)
        before = box
    if rows:
        yield rows


def _is_category(box: Box, grid: Grid, layout: Layout) -> bool:
    """Say whether a cell is the category of the rows beside it.

    On paper a lone category may be that of a row on the next page; in a sheet it is a heading.
    """
    reached = layout.reached(box, grid)
    alone = not grid.page and box.rows[0] == box.rows[1]
    return layout.columns[reached[0]].role == SECTION and len(reached) == 1 and not alone


def band_text(boxes: Sequence[Box], grid: Grid, layout: Layout) -> str:
    """Return the text of a heading row: one cell with text, over half the table or in the first column."""
    own = [box for box in boxes if box.lines and not _is_category(box, grid, layout)]
    if len(own) != 1:
        return ""
    reached = layout.reached(own[0], grid)
    text = join_lines(own[0].lines)
    wide = len(reached) * 2 > len(layout.columns)
    role = layout.columns[reached[0]].role
    first = role in (NUMBER, SECTION) and not PRINTED_NUMBER.fullmatch(fold(text))
    return text if wide or (first and len(text) > 1) else ""
