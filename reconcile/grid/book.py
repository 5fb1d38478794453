"""What a spreadsheet file holds: cells, in sheets, in a book."""

from __future__ import annotations

import itertools
from collections.abc import Collection, ItemsView, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from operator import itemgetter

from ..frozen import frozen
from ..model import Value


@frozen
class Cell:
    """One non-blank cell.

    ``value`` is what stands there (a formula's cached value: None with a
    ``formula`` means that the file holds none). ``error`` is an error text
    such as "#N/A". ``formula`` is the formula's text, without it being a
    formula any more ("=" alone where the file keeps the text in a form that is
    not read). ``format`` is the number format code, "" when it is General or
    the file does not tell. ``struck`` is the text (or part of it) that is
    struck through; ``value`` then holds only what is left. ``note`` is the
    text of a comment on the cell, which alone makes a cell non-blank. ``shown``
    is the text of a date as the file itself keeps it beside the value (ods).
    """

    row: int
    column: int
    value: Value
    format: str = ""
    formula: str = ""
    error: str = ""
    struck: str = ""
    note: str = ""
    shown: str = field(default="", compare=False)


class Line(Mapping[int, Cell]):
    """The cells of one row by column, when they hold texts, numbers and dates, and nothing beside them.

    Columns, ``contents`` and number formats from left to right. Nearly all rows of
    nearly all files are so, and most are read without a Cell being made.
    """

    __slots__ = ("_made", "columns", "contents", "formats", "row")

    def __init__(
        self,
        row: int,
        columns: tuple[int, ...],
        contents: tuple[Value, ...],
        formats: tuple[str, ...],
    ) -> None:
        self.row, self.columns, self.contents, self.formats = row, columns, contents, formats
        self._made: dict[int, Cell] | None = None

    def _cells(self) -> dict[int, Cell]:
        if self._made is None:
            told = zip(self.columns, self.contents, self.formats, strict=True)
            self._made = {c: Cell(self.row, c, value, shown) for c, value, shown in told}
        return self._made

    def __getitem__(self, column: int) -> Cell:
        if self._made is not None:
            return self._made[column]
        if column not in self.columns:
            raise KeyError(column)
        at = self.columns.index(column)
        return Cell(self.row, column, self.contents[at], self.formats[at])

    def __iter__(self) -> Iterator[int]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def items(self) -> ItemsView[int, Cell]:
        """Return columns and cells, as any mapping does, but faster."""
        return self._cells().items()


class Lines(Mapping[tuple[int, int], Cell]):
    """The cells of a sheet by (row, column), all of whose rows are a :class:`Line`; from top to bottom.

    ``count`` cells, with texts of so many ``signs``, each counted as often as it stands there.
    """

    __slots__ = ("_count", "_made", "by_row", "signs")

    def __init__(self, by_row: Mapping[int, Line], count: int, signs: int) -> None:
        self.by_row, self._count, self.signs = by_row, count, signs
        self._made: dict[tuple[int, int], Cell] | None = None

    def _cells(self) -> dict[tuple[int, int], Cell]:
        if self._made is None:
            self._made = {
                (row, column): cell
                for row, line in self.by_row.items()
                for column, cell in line._cells().items()
            }
        return self._made

    def __getitem__(self, at: tuple[int, int]) -> Cell:
        return self._cells()[at]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row, line in self.by_row.items() for column in line.columns)

    def items(self) -> ItemsView[tuple[int, int], Cell]:
        """Return places and cells, as any mapping does, but faster."""
        return self._cells().items()

    def __len__(self) -> int:
        return self._count


def joined(pieces: Sequence[Lines]) -> Lines | None:
    """Return the cells of one sheet that was read in pieces; None where their rows are not in order."""
    if len(pieces) == 1:
        return pieces[0]
    rows = [row for piece in pieces for row in piece.by_row]
    if any(a >= b for a, b in itertools.pairwise(rows)):
        return None
    by_row = {row: line for piece in pieces for row, line in piece.by_row.items()}
    return Lines(by_row, sum(map(len, pieces)), sum(piece.signs for piece in pieces))


def extent(cells: Collection[tuple[int, int]]) -> tuple[int, int]:
    """Return the lowest row and the rightmost column that hold something; 0 and 0 for none."""
    if isinstance(cells, Lines):
        lines = cells.by_row
        return max(lines, default=0), max([line.columns[-1] for line in lines.values()], default=0)
    return max((row for row, _ in cells), default=0), max((c for _, c in cells), default=0)


def rows_and_columns(cells: Iterable[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """Return the numbers of all rows and of all columns that hold something."""
    if isinstance(cells, Lines):
        alike = {line.columns for line in cells.by_row.values()}
        return set(cells.by_row), set().union(*alike)
    rows, columns = set(), set()
    for row, column in cells:
        rows.add(row)
        columns.add(column)
    return rows, columns


def values_by_row(
    cells: Mapping[tuple[int, int], Cell],
) -> Iterator[tuple[int, Iterable[tuple[int, Value]]]]:
    """Yield the rows that hold something: their number, their values with their columns from left to right."""
    if isinstance(cells, Lines):
        for row, line in cells.by_row.items():
            yield row, zip(line.columns, line.contents, strict=True)
        return
    for row, places in itertools.groupby(sorted(cells), key=itemgetter(0)):
        yield row, [(column, cells[row, column].value) for _, column in places]


@frozen
class Sheet:
    """One worksheet: its non-blank cells by (row, column), both counted from 1.

    ``merges`` are (first row, first column, last row, last column). Hidden
    rows and columns are told as far as there are cells. ``shapes`` are text
    boxes and the like: (row and column of the cell under the upper left corner
    or None, text).
    """

    name: str
    cells: Mapping[tuple[int, int], Cell]
    hidden: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    shapes: tuple[tuple[tuple[int, int] | None, str], ...] = ()


@frozen
class Book:
    """A workbook as read. ``kind`` is "xlsx", "xls", "xlsb" or "ods"."""

    kind: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    epoch1904: bool = False
