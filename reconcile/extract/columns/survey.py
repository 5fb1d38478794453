"""All tables of a document at once, before their rows are read: what stands under each head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...core.text import fold
from ..tables.ruled import Grid, join_lines
from .context import Judge, Paths
from .evidence import Cell
from .heads import find_head
from .roles import guessed
from .wording import DUE, GOAL, LEAD, MEASURE, NUMBER, PERSON, STEP


def survey(grids: Iterable[Grid], judge: Judge) -> None:
    """Record with the judge which cells stand under which head; a table without one continues the one before it."""
    paths: Paths | None = None
    rows = 0
    grids = list(grids)
    judge.running = _running(grids)
    for grid in grids:
        at = 0
        while at < len(grid.boxes):
            head = find_head(grid, at, judge)
            stop = head[1] if head else len(grid.boxes)
            if paths is not None and len(paths) == len(grid.xs) - 1:
                _fill_down(grid, at, stop, paths)
                judge.seen(paths, _cells(grid, at, stop, rows))
            rows += stop - at
            if head is None:
                break
            paths, _, at = head
            judge.known |= frozenset(fold(text) for path in paths for text in path)


def _running(grids: Sequence[Grid]) -> frozenset[str]:
    """Return the texts that stand alone in the last row of several pages' tables."""
    last = Counter(
        fold(join_lines(boxes[0].lines))
        for grid in grids
        if grid.page and len(grid.boxes) > 2
        for boxes in [[box for box in grid.row(len(grid.boxes) - 1) if box.lines]]
        if len(boxes) == 1 and boxes[0].columns[1] > boxes[0].columns[0]
    )
    return frozenset(text for text, count in last.items() if count > 1)


def _fill_down(grid: Grid, start: int, stop: int, paths: Paths) -> None:
    """Make blank cells under a goal one with it, where the rows beside them have texts, and units or dates, of their own."""
    guesses = [guessed(tuple(path)) for path in paths]
    goals = [i for i, g in enumerate(guesses) if g.role == GOAL]
    tasks = goals[1:] + [i for i, g in enumerate(guesses) if g.kind in (MEASURE, STEP)]
    deciding = [i for i, g in enumerate(guesses) if g.role == LEAD or g.kind in (DUE, PERSON)]
    key = [i for i, g in enumerate(guesses) if g.role == NUMBER] + goals[:1]
    if not (goals and tasks and deciding):
        return
    for row in range(start + 1, stop):
        boxes = grid.boxes[row]
        blank = all(not boxes[i].lines and boxes[i].rows == (row, row) for i in key)
        filled = all(any(boxes[i].lines for i in columns) for columns in (tasks, deciding))
        for column in key if blank and filled else ():
            above = grid.boxes[row - 1][column]
            above.rows = (above.rows[0], row)
            boxes[column] = above


def _cells(grid: Grid, start: int, stop: int, counted: int) -> list[list[Cell]]:
    """Return the cells of some rows column by column; one over several columns belongs to the first."""
    found: list[list[Cell]] = [[] for _ in grid.xs[1:]]
    for row in range(start, stop):
        boxes = grid.row(row)
        if sum(bool(box.lines) for box in boxes) < 2:
            continue  # a heading
        for box in boxes:
            if max(box.rows[0], start) == row:
                last = counted + min(box.rows[1], stop - 1) - start
                cell = Cell(counted + row - start, last, join_lines(box.lines))
                found[box.columns[0]].append(cell)
    return found
