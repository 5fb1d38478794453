"""A worksheet that takes whole rows as XML: for tables of tens of thousands of rows.

XlsxWriter keeps an object for every cell and goes through ten calls to write
one. Here a row becomes text at once, at a tenth of the cost; strings, formats,
widths, links and everything else stay XlsxWriter's.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from xlsxwriter.worksheet import Worksheet

_DAY_ZERO = date(1899, 12, 30).toordinal()


class RowSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter does not tell its types
    """XlsxWriter's worksheet, and :meth:`put_row`.

    A row is written by the one or by the other: what ``write`` puts into a row
    that ``put_row`` has written is not seen, links and the like are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, str] = {}
        self.dim_rowmin: int | None
        self.dim_rowmax: int | None

    def tail(self, value: object, style: Any) -> str:
        """Return what follows a cell's address in XML; a text stays text whatever it begins with.

        None and "" are blank. Raises TypeError for what is no text, number or date.
        """
        look = style._get_xf_index()
        if value is None or value == "":
            return f'" s="{look}"/>'
        if isinstance(value, str):
            return f'" s="{look}" t="s"><v>{self._string(value)}</v></c>'
        return f'" s="{look}"><v>{figure(value)}</v></c>'

    def put_row(self, row: int, height: float, cells: str, columns: int) -> None:
        """Write a row (counted from 0), ``height`` in points, of ``columns`` finished cells."""
        points = int(height * 4 / 3 + 0.5) * 0.75  # whole pixels, as set_row does
        self._rows[row] = f'<row r="{row + 1}" ht="{points:.16g}" customHeight="1">{cells}</row>'
        self._check_dimensions(row, columns - 1)
        self._check_dimensions(row, 0)

    def _string(self, text: str) -> int:
        index: int = self.str_table._get_shared_string_index(text[:32767])
        return index

    def _write_rows(self) -> None:
        """Write all rows in order; XlsxWriter calls it when the workbook is closed."""
        first, last = self.dim_rowmin or 0, self.dim_rowmax or 0
        for row in [*sorted(self._rows), last + 1]:
            if first < row:  # rows that were written the usual way
                self.dim_rowmin, self.dim_rowmax = first, row - 1
                super()._write_rows()
            self.fh.write(self._rows.pop(row, ""))
            first = row + 1


def figure(value: object) -> str:
    """Return a number or date as the file holds it; TypeError for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return str(value.toordinal() - _DAY_ZERO)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.16G}"
    raise TypeError(f"a row takes texts, numbers and dates, not {type(value).__name__}")
