"""What a spreadsheet file holds: cells, in sheets, in a book."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from ..core.plan import Value
from ..core.submission import Cell


class Remark(NamedTuple):
    """What a reader reports of a sheet: the code of a finding, the cell or None, its values."""

    code: str
    at: tuple[int, int] | None
    values: Mapping[str, object] = {}


def extent(cells: Collection[tuple[int, int]]) -> tuple[int, int]:
    """Return the lowest row and the rightmost column that hold something; 0 and 0 for none."""
    return max(map(itemgetter(0), cells), default=0), max(map(itemgetter(1), cells), default=0)


def rows_and_columns(cells: Iterable[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """Return the numbers of all rows and of all columns that hold something."""
    rows, columns = set(), set()
    for row, column in cells:
        rows.add(row)
        columns.add(column)
    return rows, columns


def values_by_row(
    cells: Mapping[tuple[int, int], Cell],
) -> Iterator[tuple[int, Iterable[tuple[int, Value]]]]:
    """Yield the rows that hold something: their number, their values with their columns from left to right."""
    for row, places in itertools.groupby(sorted(cells), key=itemgetter(0)):
        yield row, [(column, cells[row, column].value) for _, column in places]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its non-blank cells by (row, column), both counted from 1.

    ``merges`` are (first row, first column, last row, last column). Hidden
    rows and columns are known as far as there are cells. ``shapes`` are text
    boxes and the like: (row and column of the cell under the upper left corner
    or None, text). ``links`` are where cells lead to outside the book, ``pages``
    the texts of page headers and footers. ``remarks`` are on what could not be read.
    """

    name: str
    cells: Mapping[tuple[int, int], Cell]
    hidden: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    shapes: tuple[tuple[tuple[int, int] | None, str], ...] = ()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read. ``kind`` is "xlsx", "xls", "xlsb" or "ods"."""

    kind: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    epoch1904: bool = False
