"""Category cells merged over many rows -> the heading of every row, over page ends too."""

from __future__ import annotations

from dataclasses import dataclass

from ..columns.heads import Layout
from ..headings import SECTION
from .ruled import Box, Grid, join_lines


@dataclass(eq=False, slots=True)
class Label:
    """The text of a merged category cell; it may become known only on the next page.

    ``before`` is the label above, which goes on if no text ever comes.
    """

    text: str = ""
    before: Label | None = None

    @property
    def shown(self) -> str:
        """The text to use."""
        return self.text or (self.before.shown if self.before else "")


class Categories:
    """Remembers the category cells above, column by column."""

    def __init__(self) -> None:
        self._labels: dict[int, Label] = {}
        # Columns whose last cell had its text at the page end, cut off there.
        self._low: dict[int, bool] = {}
        self._merged = False

    def labels(
        self, grid: Grid, row: int, layout: Layout, *, fresh: bool, cut: bool
    ) -> tuple[tuple[Label, ...], str]:
        """Return the labels of a row, outermost first, and a text put together over a page end or "".

        ``fresh``: the row is the first on its page. ``cut``: the page end has no rule.
        """
        labels: list[Label] = []
        changed, joined = False, ""
        for column, heading in enumerate(layout.columns):
            if heading.role != SECTION:
                continue
            box = next(b for b in grid.row(row) if column in layout.reached(b, grid))
            before = self._labels.get(column)
            goes_on = box.rows[0] < row and not fresh
            top, low = _leaning(box, grid)
            if before is not None and goes_on:
                label = before
            elif before is None or (not box.lines and changed and not fresh):
                label = Label(join_lines(box.lines))
            elif fresh:
                known = before.text
                torn = cut or (top and self._low.get(column, False))
                label = _over_page(before, join_lines(box.lines), torn=torn)
                if before.text != known:
                    joined = before.text
            else:
                label = self._next(before, box, grid, layout, column)
            changed = changed or label is not before
            self._labels[column], self._low[column] = label, low
            labels.append(label)
        return tuple(labels), joined

    def _next(self, before: Label, box: Box, grid: Grid, layout: Layout, column: int) -> Label:
        """Return the label of a cell that begins within a page.

        Where categories are merged cells, an empty one at the page end has its
        text on the next page; in other plans blanks mean "as above".
        """
        text = join_lines(box.lines)
        self._merged = self._merged or any(
            cell.rows[1] > cell.rows[0] and layout.reached(cell, grid)[0] == column
            for row in grid.boxes[2:]
            for cell in row
        )
        if not text and self._merged and box.rows[1] == len(grid.boxes) - 1:
            return Label(before=before)
        return before if text in ("", before.shown) else Label(text)


def _over_page(before: Label, text: str, *, torn: bool) -> Label:
    """Return the label of a page's first cell: the one before goes on, gets its text, or ends."""
    if text in ("", before.shown):
        return before
    if before.text and not torn:
        return Label(text)
    before.text = join_lines([before.text, text])
    return before


def _leaning(box: Box, grid: Grid) -> tuple[bool, bool]:
    """Return whether a cell's text begins at its very top, and whether it ends at its very bottom.

    Text in the middle of a cell that a page end divides does so on both sides.
    """
    if not box.chars:
        return False, False
    size = max(char.size for char in box.chars)
    above = min(char.y for char in box.chars) - grid.ys[box.rows[0]]
    below = grid.ys[box.rows[1] + 1] - max(char.y for char in box.chars)
    return above < 1.3 * size < below - size, below < 1.3 * size < above - size
