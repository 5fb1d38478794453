"""Any spreadsheet file -> cells with addresses. Guards before it parses.

Interface first; see the classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Value = str | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One non-blank cell.

    ``value`` is what stands there (a formula's cached value). ``error`` is an
    error text such as "#N/A". ``formula`` is the formula's text, without it
    being a formula any more. ``format`` is the number format code, "" when the
    file does not tell. ``struck`` is the text (or part of it) that is struck
    through; ``value`` then holds only what is left. ``note`` is the text of a
    comment on the cell.
    """

    row: int
    column: int
    value: Value
    format: str = ""
    formula: str = ""
    error: str = ""
    struck: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its non-blank cells by (row, column), both counted from 1.

    ``merges`` are (first row, first column, last row, last column).
    """

    name: str
    cells: Mapping[tuple[int, int], Cell]
    hidden: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as read. ``kind`` is "xlsx", "xls", "xlsb" or "ods"."""

    kind: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    epoch1904: bool = False
