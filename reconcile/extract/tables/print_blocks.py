"""Columns that a spreadsheet's own print put on further pages -> one table again, row beside row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...core.text import fold
from ..columns.roles import guessed, is_caption
from ..columns.wording import GOAL, NUMBER
from .ruled import Box, Grid, join_lines

# Rows beside each other lie as high on their pages (points).
_APART = 2.0
_Signature = tuple[tuple[int, ...], tuple[str, ...]]


def side_by_side(pages: Sequence[list[Grid]]) -> tuple[list[list[Grid]], list[Grid]]:
    """Return the tables of every page, further columns put beside those they belong to, and these further ones.

    Tables that have numbers or tasks are the first columns; others with as many rows on as
    many pages, as high there, are the rest. Columns that are printed again are left out. The
    tables given stay as they are.
    """
    families = _families([grid for grids in pages for grid in grids])
    first = next((own for key, own in families.items() if _leads(key[1])), None)
    if first is None:
        return list(pages), []
    further: dict[int, list[Grid]] = {}
    for own in families.values():
        if own is not first and len(own) == len(first) and all(map(_beside, first, own)):
            for grid, more in zip(first, own, strict=True):
                further.setdefault(id(grid), []).append(more)
    joined = [more for grids in further.values() for more in grids]
    gone = set(map(id, joined))
    return [
        [_widened(grid, further.get(id(grid), ())) for grid in grids if id(grid) not in gone]
        for grids in pages
    ], joined


def _families(grids: Sequence[Grid]) -> dict[_Signature, list[Grid]]:
    """Return the tables by their columns: widths and captions; one without a head has those before it."""
    found: dict[_Signature, list[Grid]] = {}
    last: dict[tuple[int, ...], tuple[str, ...]] = {}
    for grid in grids:
        widths = tuple(round(x - grid.xs[0]) for x in grid.xs)
        texts = tuple(join_lines(box.lines) for box in grid.row(0))
        if all(text and is_caption(text) for text in texts):
            last[widths] = texts
        found.setdefault((widths, last.get(widths, texts)), []).append(grid)
    return found


def _leads(captions: Sequence[str]) -> bool:
    """Return whether captions are of the columns that distinguish the rows."""
    return {guessed((text,)).role for text in captions if text} >= {NUMBER, GOAL}


def _beside(one: Grid, other: Grid) -> bool:
    """Return whether the rows of two tables on different pages are as many and as high."""
    return (
        one.page != other.page
        and len(one.ys) == len(other.ys) > 2
        and all(abs(a - b) < _APART for a, b in zip(one.ys, other.ys, strict=True))
        and not _same_tasks(one, other)
    )


def _same_tasks(one: Grid, other: Grid) -> bool:
    return _texts(one) == _texts(other)


def _texts(grid: Grid) -> list[list[str]]:
    return [[fold(join_lines(box.lines)) for box in boxes] for boxes in grid.boxes]


def _widened(grid: Grid, others: Sequence[Grid]) -> Grid:
    """Return a table with the columns of others to its right, but those that it has already."""
    if not others:
        return grid
    wide = replace(grid, xs=[*grid.xs], boxes=[[*row] for row in grid.boxes], beside=[*others])
    for more in others:
        _add_columns(wide, more)
    return wide


def _add_columns(grid: Grid, more: Grid) -> None:
    own, others = (list(zip(*_texts(g), strict=True)) for g in (grid, more))
    kept = [i for i, column in enumerate(others) if column not in own]
    width = len(grid.xs) - 1
    place = {column: width + at for at, column in enumerate(kept)}
    moved: dict[int, Box] = {}
    for row, boxes in enumerate(more.boxes):
        for column in kept:
            box = boxes[column]
            if id(box) not in moved:
                reached = [
                    place[c] for c in range(box.columns[0], box.columns[1] + 1) if c in place
                ]
                moved[id(box)] = Box(box.rows, (reached[0], reached[-1]), box.chars, box.lines)
            grid.boxes[row].append(moved[id(box)])
    for column in kept:
        grid.xs.append(grid.xs[-1] + more.xs[column + 1] - more.xs[column])
    grid.cramped += more.cramped
