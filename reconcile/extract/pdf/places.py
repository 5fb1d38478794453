"""Where on a page something stands: in which task and column."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...core.i18n import Phrase
from ..drafts import Draft
from ..tables.ruled import Grid, join_lines, line_text, text_lines
from ..task_rows import Stitcher
from .page import Char


class Spot(NamedTuple):
    """A place in words: ``where`` the page, ``row`` its row or 0, ``column`` a caption or ""."""

    where: str | Phrase
    row: int
    draft: Draft | None
    column: str


class Places:
    """Finds tasks by where their rows stand on the pages."""

    def __init__(self, stitcher: Stitcher, grids: Sequence[Sequence[Grid]]) -> None:
        self._layouts = stitcher.layouts
        self._grids = {grid.page: tuple(own) for own in grids for grid in own}
        self._drafts: dict[int, list[tuple[float, float, Draft]]] = {}
        for draft in stitcher.drafts:
            for area in draft.areas:
                self._drafts.setdefault(area.page, []).append((area.top, area.bottom, draft))

    def of(self, page: int, where: str | Phrase, x: float, y: float) -> Spot:
        """Return the spot of a point on a page."""
        grid = next(
            (
                grid
                for grid in self._grids.get(page, ())
                if grid.xs[0] <= x < grid.xs[-1] and grid.ys[0] <= y < grid.ys[-1]
            ),
            None,
        )
        drafts = self._drafts.get(page, ())
        draft = next((own for top, bottom, own in drafts if top <= y < bottom), None)
        if grid is None or draft is None:
            return Spot(where, 0, None, "")
        layout = next((own for own in self._layouts if own.columns is draft.columns), None)
        column = ""
        if layout is not None:
            at = bisect(layout.xs, x - grid.xs[0] + layout.xs[0]) - 1
            column = layout.columns[min(max(at, 0), len(layout.columns) - 1)].caption
        return Spot(where, draft.row if draft.where == where else 0, draft, column)


def shown(chars: Iterable[Char]) -> str:
    """Return the text of some glyphs, line by line."""
    return join_lines([line_text(line) for line in text_lines(chars)])
