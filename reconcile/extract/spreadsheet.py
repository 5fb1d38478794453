"""A plan in a spreadsheet (.xlsx, .xls, .et, .ods) -> stitched rows and front matter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from ..core.findings import Finding, Place
from ..core.i18n import Listed, Phrase, first_of
from ..core.text import clean, percent, plain, several, short
from ..readers import Book, Cell, Sheet, read_book
from ..readers.limits import LIMITS
from ..readers.number_formats import date_text
from .columns.context import Choices, Judge
from .columns.heads import Layout, find_layout
from .columns.survey import survey
from .columns.wording import DUE, TICK
from .front_matter import Front, Line, read_front
from .headings import GOAL, LEAD, MILESTONE, NUMBER
from .tables.ruled import Box, Grid, counted_grid
from .task_rows import Stitcher

# Names that programs give to sheets; other names may be headings.
_NO_NAME = re.compile(r"(sheet|工作表|表)\s*\d*(\s*\(\d+\))?", re.I)

# A plan of 2,000 tasks has 30,000 cells; each is looked at several times.
_LIMITS = replace(LIMITS, cells=100_000)

# Files of other kinds; what the finding about returns advises does not help here.
_STRANGE = frozenset(f"FILE-{number:03}" for number in (1, 2, 4, 14, 15, 16, 17, 27))


def read_sheets(
    name: str, content: bytes, choices: Choices
) -> tuple[Stitcher | None, Front | None, tuple[Finding, ...]]:
    """Return the stitched rows of a workbook, its front matter, and findings.

    Sheets without a plan's head are noted and passed over. Where several sheets
    hold parts of the plan, their names are headings.
    """
    book, findings = read_book(name, content, limits=_LIMITS)
    if book is None:
        strange = any(f.code in _STRANGE for f in findings)
        return None, None, (Finding("PLAN-002", Place(file=name)),) if strange else findings
    grids: list[tuple[Sheet, Grid, int]] = []
    for least in (2, 1, 0):
        stitcher = Stitcher(name, Judge(choices, least=least))
        grids = _plan_grids(stitcher, book)
        if grids:
            break
    stitcher.judge = Judge(choices, least=least)
    names = [Phrase("“{name}”", name=sheet.name) for sheet in book.sheets]
    one = Phrase("工作表“{name}”", name=book.sheets[0].name) if len(names) == 1 else None
    stitcher.seen = one or Phrase("工作表{names}", names=Listed(names))
    survey((grid for _, grid, _ in grids), stitcher.judge)
    lines: list[Line] = []
    above: list[Line] = []
    named = len(grids) > 1 and sum(not _NO_NAME.fullmatch(s.name) for s, *_ in grids) > 1
    for sheet, grid, first in grids:
        heading = clean(sheet.name) if named else ""
        if heading:
            stitcher.note("PLAN-055", grid.where, text=heading)
        stitcher.begin(heading)
        _note_cells(stitcher, sheet, grid)
        titles = [_line(box) for row in range(first) for box in grid.row(row) if box.lines]
        above = above or titles
        lines += titles
        stitcher.take(grid)
    stitcher.texts = [_shown(cell) for sheet in book.sheets for cell in sheet.cells.values()]
    return stitcher, read_front(above, lines), findings


def _plan_grids(stitcher: Stitcher, book: Book) -> list[tuple[Sheet, Grid, int]]:
    """Return the sheets that hold tasks, each with its cells and the row of its head."""
    grids = []
    for sheet in book.sheets:
        if not sheet.cells:
            continue
        where = Phrase("工作表“{name}”", name=sheet.name)
        if sheet.hidden:
            stitcher.note("PLAN-056", where)
            continue
        grid = _grid(sheet, where, {column for _, column in sheet.cells})
        judge = Judge(stitcher.judge.choices, least=stitcher.judge.least)
        survey([grid], judge)
        layout, first = _head(grid, judge)
        if layout is None:
            stitcher.look(grid)
            stitcher.note("PLAN-050", where)
            continue
        named = [at for at, path in enumerate(layout.paths) if path]
        columns = sorted({column for _, column in sheet.cells})
        within = columns[named[0] : named[-1] + 1]
        _note_outside(stitcher, sheet, where, within)
        grids.append((sheet, _grid(sheet, where, within), first))
    return grids


def _head(grid: Grid, judge: Judge) -> tuple[Layout | None, int]:
    """Return the first head of a plan and its row: register and contact lists have heads too."""
    start = 0
    while start < len(grid.boxes):
        layout, first, end = find_layout(grid, start, judge)
        roles = {column.role for column in layout.columns} if layout else set()
        kinds = {column.kind for column in layout.columns} if layout else set()
        answered = LEAD in roles or TICK in kinds
        if GOAL in roles and (answered or (NUMBER in roles and (roles | kinds) & {MILESTONE, DUE})):
            return layout, first
        start = end
    return None, 0


def _grid(sheet: Sheet, where: Phrase, columns: Collection[int]) -> Grid:
    """Return the cells of a sheet as a grid of the given columns, blank rows left out."""
    numbers = sorted({row for row, column in sheet.cells if column in columns})
    ordered = sorted(columns)
    rows_at = {row: at for at, row in enumerate(numbers)}
    columns_at = {column: at for at, column in enumerate(ordered)}
    boxes = [[Box((r, r), (c, c)) for c in range(len(ordered))] for r in range(len(numbers))]
    for top, left, bottom, right in sheet.merges:
        down = range(bisect_left(numbers, top), bisect_right(numbers, bottom))
        along = range(bisect_left(ordered, left), bisect_right(ordered, right))
        if len(down) * len(along) > 1:
            merged = Box((down[0], down[-1]), (along[0], along[-1]))
            for row in down:
                boxes[row][along[0] : along[-1] + 1] = [merged] * len(along)
    for (row, column), cell in sheet.cells.items():
        if column in columns_at:
            box = boxes[rows_at[row]][columns_at[column]]
            lines = tuple(line.strip() for line in _shown(cell).split("\n"))
            # What lies under a merged cell is not seen.
            if any(lines) and not box.lines:
                box.lines = tuple(filter(None, lines))
    return counted_grid(where, boxes, numbers)


def _shown(cell: Cell) -> str:
    """Return a cell's value as the sheet shows it, as far as that matters in a plan."""
    value = cell.value
    if _is_hidden(cell):
        return ""
    if isinstance(value, float) and "%" in cell.format:
        return percent(value)
    if isinstance(value, date):
        # 1月 as a caption may be a date that shows its month only.
        return clean(cell.shown or date_text(value, cell.format) or plain(value))
    suffix = re.fullmatch(r'[#,0]*0"([^"]*)"', cell.format)
    if isinstance(value, float) and suffix:
        return plain(value) + suffix[1]
    return clean(plain(value))


def _is_hidden(cell: Cell) -> bool:
    """Return whether the number format shows nothing (";;;")."""
    parts = cell.format.split(";")
    if isinstance(cell.value, str):
        return len(parts) == 4 and not parts[3]
    return len(parts) > 1 and not any(parts[:3])


def _line(box: Box) -> Line:
    """Return a text above the table; the more columns it spans, the more it is a title."""
    return Line("".join(box.lines), box.columns[1] - box.columns[0])


def _note_outside(stitcher: Stitcher, sheet: Sheet, where: Phrase, within: Sequence[int]) -> None:
    texts = [
        _shown(cell)
        for (_, column), cell in sorted(sheet.cells.items())
        if not within[0] <= column <= within[-1]
    ]
    if any(texts):
        stitcher.note("PLAN-043", where, text=several(texts))


def _note_cells(stitcher: Stitcher, sheet: Sheet, grid: Grid) -> None:
    """Note what the cells hold beside the text that is read."""
    rows = sorted(sheet.hidden_rows.intersection(grid.numbers))
    hidden = [Phrase("第{n}行", n=first_of(rows))] if rows else []
    if sheet.hidden_columns:
        hidden.append(Phrase("{n}列", n=len(sheet.hidden_columns)))
    if hidden:
        stitcher.note("PLAN-051", grid.where, what=Listed(hidden, "和"))
    for (row, _), cell in sorted(sheet.cells.items()):
        if cell.struck:
            stitcher.note("PLAN-052", grid.where, row, text=short(cell.struck))
        if _is_hidden(cell) and cell.value is not None:
            stitcher.note("PLAN-140", grid.where, row, text=short(plain(cell.value)))
        if cell.error or (cell.formula and cell.value is None):
            text = cell.error or f"={cell.formula.removeprefix('=')}"
            stitcher.note("PLAN-053", grid.where, row, text=short(text))
        if cell.note:
            stitcher.note("PLAN-054", grid.where, row, text=short(cell.note))
