"""Rows of a table as XML, many at once: each value's cell is made once, then copied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice, repeat
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from .cells import SIZE, Cell, Column, fitted
from .language import ZH, sheet_name, spoken
from .layout import height_of, lines
from .rowsheet import RowSheet, opening

_AT_ONCE = 1000
"""Rows that are put together in one go."""
_KNOWN = 5000
"""Values of a column whose cells are remembered; of a column of more, most come once."""

Styled = Callable[[object, Column, Cell | None], Any]
"""Gives the format of a value in a column."""


class RowWriter:
    """Writes the rows of one table, each as high as its texts need, and at least ``least`` points."""

    def __init__(
        self, styled: Styled, sheet: RowSheet, columns: Sequence[Column], least: float
    ) -> None:
        self._sheet, self._begins = sheet, _Openings(least)
        follows = [f'<c r="{xl_col_to_name(i)}' for i in range(1, len(columns))]
        self._known = [
            _Known(styled, sheet, column, after)
            for column, after in zip(columns, [*follows, "</row>"], strict=True)
        ]

    def write(self, row: int, rows: Iterable[Sequence[object]]) -> int:
        """Write rows, the first of them number ``row`` (counted from 0); return how many there were."""
        first, left = row, iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            self._put(row, some)
            row += len(some)
        return row - first

    def _put(self, row: int, rows: Sequence[Sequence[object]]) -> None:
        cells: list[Iterable[str]] = []
        counts: list[Iterable[int]] = []
        least = 0  # lines that each of these rows takes
        for i, (known, values) in enumerate(zip(self._known, zip(*rows, strict=True), strict=True)):
            distinct = known.learn(values)
            if any(value.__class__ is Cell for value in distinct):
                self._link(row, i, values)
            tails, takes = known.tails, known.lines
            found = set(map(takes.__getitem__, distinct))
            least = max(least, min(found))
            if len(found) > 1:
                counts.append(map(takes.__getitem__, values))
            one = len(distinct) == 1
            cells.append(repeat(tails[values[0]]) if one else map(tails.__getitem__, values))
        most = map(max, repeat(least), *counts, repeat(least, len(rows)))
        begins = self._begins
        numbers = map(str, range(row + 1, row + 1 + len(rows)))
        # A row's number stands before it and in each of its cells: it joins what is between.
        made = [
            number.join(('<row r="', begins[count], *tails))
            for number, count, tails in zip(numbers, most, zip(*cells, strict=False), strict=False)
        ]
        self._sheet.put_rows(row, made, len(self._known))

    def _link(self, row: int, column: int, values: Sequence[object]) -> None:
        for at, value in enumerate(values, row):
            if isinstance(value, Cell) and value.link:
                self._sheet.put_link(at, column, place_of(value.link))


class _Openings(dict[int, str]):
    """What stands between a row's number and that of its first cell, by the lines it takes."""

    def __init__(self, least: float) -> None:
        self._least = least

    def __missing__(self, count: int) -> str:
        made = self[count] = opening(height_of(count, SIZE, self._least))
        return made


class _Known:
    """The cells of one column by value: ``tails``, the XML after their addresses, and ``lines``.

    Equal values are one: 1 and 1.0.
    """

    def __init__(self, styled: Styled, sheet: RowSheet, column: Column, after: str) -> None:
        self._styled, self._sheet, self._column, self._after = styled, sheet, column, after
        self._chinese = spoken() == ZH
        self._formats: dict[object, int] = {}
        self.tails: dict[object, str] = {}
        self.lines: dict[object, int] = {}

    def learn(self, values: Iterable[object]) -> Collection[object]:
        """See to it that the cells of these values are known; return each of them once."""
        if len(self.tails) > _KNOWN:
            self.tails.clear()
            self.lines.clear()
        distinct = dict.fromkeys(values)
        for value in distinct:
            if value not in self.tails:
                self._add(value)
        return distinct

    def _add(self, key: object) -> None:
        cell = key if isinstance(key, Cell) else None
        value = cell.value if cell else key
        count = 0
        if value and isinstance(value, str):
            width = self._column.width
            count = lines(value, width if self._chinese else fitted(value, width), SIZE)
        self.lines[key] = count
        self.tails[key] = self._sheet.tail(value, self._format(value, cell)) + self._after

    def _format(self, value: object, cell: Cell | None) -> int:
        """The number of a value's format, remembered by all that it depends on."""
        key: object = value.__class__
        if cell:
            look = (cell.look,) if isinstance(cell.look, str) else tuple(cell.look.items())
            key = key, bool(cell.link), *look
        if key not in self._formats:
            self._formats[key] = self._styled(value, self._column, cell)._get_xf_index()
        return self._formats[key]


def place_of(link: str) -> str:
    """Return an address (汇总表!A5) as a link names it, in the language spoken."""
    name, _, target = link.partition("!")
    return f"'{sheet_name(name)}'!{target}"
