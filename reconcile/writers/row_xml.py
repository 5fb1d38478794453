"""Rows of a table as XML, many at once: each value's cell is made once, then copied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, repeat
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from ..core.i18n import ZH, sheet_name, spoken
from .cells import SIZE, Cell, Column, fitted
from .row_height import height_of, lines, ruler
from .streamed_workbook import RowSheet, opening

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
        while batch := list(islice(left, _AT_ONCE)):
            self._put(row, batch)
            row += len(batch)
        return row - first

    def _put(self, row: int, rows: Sequence[Sequence[object]]) -> None:
        columns = list(zip(self._known, zip(*rows, strict=True), strict=True))
        cells = [known.tails_of(values) for known, values in columns]
        for i, (known, values) in enumerate(columns):
            if known.linked:
                self._link(row, i, values)
        # A column that never takes more lines than another one at least need not be looked at.
        least = max(min(known.heights) for known in self._known)
        most = map(
            max,
            repeat(least, len(rows)),
            *(map(k.lines.__getitem__, values) for k, values in columns if max(k.heights) > least),
            repeat(least),
        )
        begins = map(self._begins.__getitem__, most)
        numbers = map(str, range(row + 1, row + 1 + len(rows)))
        # A row's number stands before it and in each of its cells: it joins what is between.
        made = map(str.join, numbers, zip(repeat('<row r="'), begins, *cells, strict=False))
        self._sheet.put_rows(row, list(made), len(self._known))

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
    """The cells of one column by value.

    Equal values are one: 1 and 1.0. ``lines`` are those that a value takes, ``heights``
    all that were found; ``linked`` says whether there was a link among them.
    """

    def __init__(self, styled: Styled, sheet: RowSheet, column: Column, after: str) -> None:
        self._styled, self._sheet, self._column, self._after = styled, sheet, column, after
        self._chinese = spoken() == ZH
        self._formats: dict[object, int] = {}
        self._tails: dict[object, str] = {}
        self.lines: dict[object, int] = {}
        self.heights: set[int] = set()
        self.linked = False

    def tails_of(self, values: Sequence[object]) -> Sequence[str]:
        """Return what stands in the cells of these values, in XML, after their addresses."""
        if len(self._tails) > _KNOWN:
            self._tails.clear()
            self.lines.clear()
        tails = self._tails
        try:
            return list(map(tails.__getitem__, values))
        except KeyError:  # some come for the first time
            self._learn([value for value in dict.fromkeys(values) if value not in tails])
            return list(map(tails.__getitem__, values))

    def _learn(self, values: Iterable[object]) -> None:
        tail, formats, texts = self._sheet.tail, self._formats, dict[object, str]()
        # Texts are numbered in the order in which they come.
        for one in values:
            value = one.value if isinstance(one, Cell) else one
            # Of a plain value its class decides; nothing is kept for that of Cells.
            look = formats.get(one.__class__) or self._format(value, one)
            self._tails[one] = tail(value, look, self._after)
            if value and isinstance(value, str):
                texts[one] = value
            else:
                self.lines[one] = 0
                self.heights.add(0)
        counts = self._counts(list(texts.values()))
        self.lines.update(zip(texts, counts, strict=True))
        self.heights.update(counts)

    def _counts(self, texts: Sequence[str]) -> Sequence[int]:
        """How many lines each text takes."""
        width = self._column.width
        if self._chinese:
            return ruler(width, SIZE).counts(texts)
        return [lines(text, fitted(text, width), SIZE) for text in texts]

    def _format(self, value: object, one: object) -> int:
        """The number of the format of one value, plain or a Cell, remembered by all that it depends on."""
        key: object = one.__class__
        cell = one if isinstance(one, Cell) else None
        if cell:
            look = (cell.look,) if isinstance(cell.look, str) else tuple(cell.look.items())
            key = value.__class__, bool(cell.link), *look
            self.linked = self.linked or bool(cell.link)
        if key not in self._formats:
            self._formats[key] = self._sheet.look_of(self._styled(value, self._column, cell))
        return self._formats[key]


def place_of(link: str) -> str:
    """Return an address (汇总表!A5) as a link names it, in the language spoken."""
    name, _, target = link.partition("!")
    return f"'{sheet_name(name)}'!{target}"
