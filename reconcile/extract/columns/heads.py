"""The head of the plan's table, which names its columns, and the rows below it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...core.i18n import Phrase
from ...core.text import fold
from ..headings import GOAL, LEAD, MILESTONE, NUMBER, PRINTED_NUMBER, SECTION, SUPPORT
from ..tables.ruled import Box, Grid, join_lines
from .context import Judge
from .evidence import is_mark
from .period_captions import is_period
from .roles import CONTENT, NONE, WORD, Column, fits_caption, guessed, is_caption, spans_columns
from .wording import DUE, MEASURE, PERSON, STEP

# A head of unknown words has so many captions, so many rows above it, and is tried by so many below.
_LEAST_CAPTIONS, _MOST_ABOVE, _MOST_BELOW = 3, 8, 12
# So many characters are no text of their own.
_WRAPPED = 2


@dataclass(slots=True)
class Layout:
    """The columns of the plan's table as its head names them, and where they stood.

    ``paths`` are the captions over each column from top to bottom, ``captions``
    all of them folded; ``where`` the page, sheet or table of the head. ``grouped``:
    numbers are merged over several rows.
    """

    columns: tuple[Column, ...]
    doubts: frozenset[str]
    xs: list[float]
    captions: frozenset[str]
    paths: list[tuple[str, ...]]
    where: str | Phrase
    grouped: bool = False

    def reached(self, box: Box, grid: Grid) -> list[int]:
        """Return the columns whose middle a cell covers, or the one it stands in."""
        shift = grid.xs[0] - self.xs[0]
        start, end = (grid.xs[i] - shift for i in (box.columns[0], box.columns[1] + 1))
        middles = [(a + b) / 2 for a, b in pairwise(self.xs)]
        covered = [i for i, middle in enumerate(middles) if start <= middle < end]
        last = len(middles) - 1
        return covered or [min(max(bisect(self.xs, (start + end) / 2) - 1, 0), last)]

    def fits(self, grid: Grid) -> bool:
        """Return whether a table without a head may go on with these columns."""
        width = self.xs[-1] - self.xs[0]
        same_width = abs(grid.xs[-1] - grid.xs[0] - width) < width / 20
        return same_width or len(grid.xs) == len(self.xs)

    def is_like(self, first: Layout) -> bool:
        """Return whether these columns, too, can be those of a plan whose first table had others.

        A list of contacts has numbers, units and remarks; what it has not is tasks.
        """
        if self.paths == first.paths or len(self.captions & first.captions) * 2 > len(
            self.captions
        ):
            return True
        surely = {c.role for c in self.columns if c.basis != CONTENT}
        return GOAL in surely or (MILESTONE in surely and bool(surely & {LEAD, SUPPORT, NUMBER}))


def find_layout(grid: Grid, start: int, judge: Judge) -> tuple[Layout | None, int, int]:
    """Return the layout of the next head from row ``start`` on, its first row, and the one after it.

    Without a head both rows are the grid's end.
    """
    head = find_head(grid, start, judge)
    if head is None:
        return None, len(grid.boxes), len(grid.boxes)
    paths, first, end = head
    columns, doubts = judge.columns(paths)
    captions = frozenset(fold(text) for path in paths for text in path)
    number = next((i for i, c in enumerate(columns) if c.role == NUMBER), None)
    grouped = number is not None and judge.spans(paths, number)
    return Layout(columns, doubts, grid.xs, captions, paths, grid.where, grouped), first, end


def find_head(
    grid: Grid, start: int, judge: Judge
) -> tuple[list[tuple[str, ...]], int, int] | None:
    """Return the captions over each column that the next head has, its first row, and the one after it.

    A head is a row of which most cells are captions (known ones or such as the words
    list), or one that has the shape of a head over the first rows of a table. It goes on
    while its cells reach down or spread over several columns.
    """
    count, known = len(grid.boxes), judge.known
    first = next((row for row in range(start, count) if _is_head(grid, row, known)), count)
    shaped = _shaped(grid, start, first, judge)
    first = first if shaped is None else shaped
    if first == count:
        return None
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
    return paths, first, end


def _shaped(grid: Grid, start: int, stop: int, judge: Judge) -> int | None:
    """Return the row that has the shape of a head: short texts over the first number, or over long texts.

    At least ``judge.least`` of its texts must be captions. Rows above are titles: they have
    fewer texts.
    """
    last = min(stop, start + _MOST_ABOVE)
    for row in range(start, last):
        if row + 1 >= len(grid.boxes) or _numbered(grid, row):
            return None
        if _may_head(grid, row, judge):
            return row
        if start and row > start:
            return None  # within a table only its next row can be a new head
    return None


def _may_head(grid: Grid, row: int, judge: Judge) -> bool:
    filled = [box for box in grid.row(row) if box.lines]
    texts = [join_lines(box.lines) for box in filled]
    if len(texts) < _LEAST_CAPTIONS or len({*map(fold, texts)}) < len(texts):
        return False
    if not all(fits_caption(text) and text[-1] not in "。；;" for text in texts):
        return False
    if sum(_heads(text, judge.known) for text in texts) < judge.least:
        return False
    below = range(row + 1, min(row + 1 + _MOST_BELOW, len(grid.boxes)))
    used = {i for r in below for i, box in enumerate(grid.boxes[r]) if box.lines}
    own = {i for box in filled for i in range(box.columns[0], box.columns[1] + 1)}
    if len(used & own) < 0.7 * len(used) or len(used) < _LEAST_CAPTIONS:
        return False
    first = next((r for r in below if not _spreads(grid, r)), below[0])
    longest = max((len(join_lines(b.lines)) for r in below for b in grid.row(r)), default=0)
    return _numbered(grid, first) or longest > 2 * max(map(len, texts))


def likeliest_head(grid: Grid) -> tuple[int, list[str]] | None:
    """Return the row of a table that looks most like a head, and its texts; None where no row does."""
    best: tuple[tuple[int, int], int, list[str]] | None = None
    for row in range(min(len(grid.boxes), _MOST_ABOVE)):
        texts = [join_lines(box.lines) for box in grid.row(row) if box.lines]
        if len(texts) < 2 or not all(map(fits_caption, texts)):
            continue
        rank = (sum(map(is_caption, texts)), len(texts))
        if best is None or rank > best[0]:
            best = rank, row, texts
    return best and best[1:]


def _fetch_back(grid: Grid, end: int) -> None:
    """Put the last line of a caption back into its cell, when the head was too low for it."""
    for column in range(len(grid.xs) - 1):
        box, below = grid.boxes[end - 1][column], grid.boxes[end][column]
        if box.lines and below.lines and not is_caption(join_lines(box.lines)):
            if is_period(below.lines[0]):
                continue  # a date below a caption that is not known
            whole = (*box.lines, below.lines[0])
            if guessed((join_lines(whole),)).basis == WORD or is_period(join_lines(whole)):
                box.lines, below.lines = whole, below.lines[1:]


def _is_head(grid: Grid, row: int, known: frozenset[str], least: int = 3) -> bool:
    texts = [_caption(box, known) for box in grid.row(row) if box.lines]
    hits = sum(_heads(text, known) for text in texts)
    marks = list(filter(is_mark, texts))
    if marks and (len(set(marks)) < len(marks) or _numbered(grid, row)):
        return False  # 牵头, 配合 in the cells of a matrix
    return hits >= least and hits * 2 > len(texts)


def _heads(text: str, known: frozenset[str]) -> bool:
    return is_caption(text) or (fits_caption(text) and fold(text) in known)


def _caption(box: Box, known: frozenset[str]) -> str:
    """Return a head cell's text, or the one line of it that is a caption.

    A merged cell's text that a printer put on both pages may lie under the head.
    """
    whole = join_lines(box.lines)
    if _heads(whole, known) or (fits_caption(whole) and guessed((whole,)).basis != NONE):
        return whole
    found = next((line for line in box.lines if _is_line_caption(line, known)), whole)
    # A narrow column wraps the last characters of a caption: 年度目标/值.
    begins = bool(box.lines) and found == box.lines[0] and fits_caption(whole)
    return whole if begins and len(whole) - len(found) <= _WRAPPED else found


def _is_line_caption(line: str, known: frozenset[str]) -> bool:
    """Return whether one line of several is a caption; a word of an English text may happen to be one."""
    return len(line) > 1 and (fold(line) in known if line.isascii() else _heads(line, known))


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


def deciding_columns(columns: Sequence[Column]) -> list[int]:
    """Return the columns that name who answers for a row, and by when."""
    return [i for i, c in enumerate(columns) if c.role == LEAD or c.kind in (PERSON, DUE)]


def task_columns(columns: Sequence[Column]) -> list[int]:
    """Return the columns that describe what is to be done."""
    return [
        i for i, c in enumerate(columns) if c.role in (GOAL, MILESTONE) or c.kind in (MEASURE, STEP)
    ]


def shares_of(
    grid: Grid, rows: Sequence[int], layout: Layout, *, torn: bool = False
) -> list[list[int]]:
    """Part the rows beside one number where each has a text of its own, and a unit, person or date.

    Rows that share these are one task, whatever else stands in them. ``torn``: the first
    of them may be the rest of a row on the page before.
    """
    if len(rows) < 2:
        return [list(rows)]
    deciding, tasks = deciding_columns(layout.columns), task_columns(layout.columns)
    shares = [[rows[0]]]
    for row in rows[1:]:
        above = shares[-1][-1]
        rest = torn and above == rows[0]
        if all(
            any(_begins(grid, row, above, i, layout, rest=rest) for i in columns)
            for columns in (deciding, tasks)
        ):
            shares.append([row])
        else:
            shares[-1].append(row)
    return shares


def texts_of_rows(grid: Grid, rows: Sequence[int], layout: Layout) -> int:
    """Return the most cells with text that a column of tasks, units or dates has in these rows."""
    columns = (*deciding_columns(layout.columns), *task_columns(layout.columns))
    cells = [
        {id(b) for r in rows for b in grid.row(r) if b.lines and column in layout.reached(b, grid)}
        for column in columns
    ]
    return max(map(len, cells), default=0)


def _begins(
    grid: Grid, row: int, above: int, column: int, layout: Layout, *, rest: bool = False
) -> bool:
    """Return whether a column has a cell of its own with text in a row, and in the row above unless that is a rest."""
    here, before = (
        next((b for b in grid.row(r) if column in layout.reached(b, grid)), None)
        for r in (row, above)
    )
    return bool(here and before and here is not before and here.lines and (before.lines or rest))


def _is_category(box: Box, grid: Grid, layout: Layout) -> bool:
    """Return whether a cell is the category of the rows beside it.

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
