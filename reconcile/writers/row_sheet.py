"""A worksheet that takes whole rows as XML: for tables of tens of thousands of rows.

XlsxWriter keeps an object for every cell and goes through ten calls to write
one. Here a row becomes text at once, at a tenth of the cost, and waits in a
temporary file; strings, formats, widths and everything else stay XlsxWriter's.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import IO

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from ..core.text import is_formula_like
from .row_workbook import Part, quoted

_DAY_ZERO = date(1899, 12, 30).toordinal()
_IN_MEMORY = 1 << 20
"""So many bytes of rows are held; of more, all wait in a file of the system's temporary folder."""
_MOST_LINKS = 65_530
"""That Excel opens a sheet with."""


class RowSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter does not tell its types
    """XlsxWriter's worksheet, and :meth:`put_rows` and :meth:`put_link`.

    A row is written by the one or by the other: what ``write`` puts into a row
    that ``put_rows`` has written is not seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: IO[bytes] | None = None
        self._runs: list[tuple[int, int, int]] = []  # first row, the row after the last, bytes
        self._links: list[str] = []
        self._styles: dict[int, Format] = {}
        self._quoted: dict[Format | None, Format] = {}
        self.dim_rowmin: int | None
        self.dim_rowmax: int | None

    def look_of(self, style: Format) -> int:
        """Return the number of a format, for :meth:`tail`."""
        number: int = style._get_xf_index()
        self._styles[number] = style
        return number

    def tail(self, value: object, look: int, after: str) -> str:
        """Return what follows a cell's address in XML; a text stays text whatever it begins with.

        ``look`` is the number of its format, ``after`` what stands behind the cell.
        None and "" are blank. Raises TypeError for what is no text, number or date.
        """
        if isinstance(value, str) and value:
            if is_formula_like(value):
                look = self._quoting(self._styles.get(look))._get_xf_index()
            number = self.str_table._get_shared_string_index(value[:32767])
            return f'" s="{look}" t="s"><v>{number}</v></c>{after}'
        if value is None or value == "":
            return f'" s="{look}"/>{after}'
        return f'" s="{look}"><v>{figure(value)}</v></c>{after}'

    def _quoting(self, style: Format | None) -> Format:
        """The format for a text that begins like a formula."""
        if style not in self._quoted:
            self._quoted[style] = quoted(style, self.workbook_add_format)
        return self._quoted[style]

    def _write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> int:
        """Write a text; every way of XlsxWriter's to write one comes through here."""
        if is_formula_like(string):
            cell_format = self._quoting(cell_format)
        written: int = super()._write_string(row, col, string, cell_format)
        return written

    def put_rows(self, row: int, rows: Sequence[str], columns: int) -> None:
        """Write finished rows of ``columns`` cells, the first of them number ``row`` (counted from 0).

        They come from top to bottom. Raises ValueError for a row above one that was put.
        """
        if self._runs and row < self._runs[-1][1]:
            raise ValueError(f"row {row} comes after row {self._runs[-1][1] - 1}")
        if self._waiting is None:
            # Without a name in any folder, or gone with whoever holds it open.
            self._waiting = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
            weakref.finalize(self, self._waiting.close)
        content = "".join(rows).encode()
        self._waiting.write(content)
        after = row + len(rows)
        self._runs.append((row, after, len(content)))
        self._check_dimensions(row, 0)
        self._check_dimensions(after - 1, columns - 1)

    def put_link(self, row: int, column: int, target: str) -> None:
        """Lay a link over a cell, to a place in this workbook ('汇总表'!A5).

        What Excel does not open a sheet with is left out.
        """
        if len(self._links) < _MOST_LINKS:
            cell = xl_rowcol_to_cell(row, column)
            place = self._escape_attributes(target)
            self._links.append(f'<hyperlink ref="{cell}" location="{place}" display="-"/>')

    def _write_rows(self) -> None:
        """Write all rows in order; XlsxWriter calls it when the workbook is closed."""
        first, last = self.dim_rowmin or 0, self.dim_rowmax or 0
        if self._waiting:
            self._waiting.seek(0)
        for row, after, size in [*self._runs, (last + 1, 0, 0)]:
            if first < row:  # rows that were written the usual way
                self.dim_rowmin, self.dim_rowmax = first, row - 1
                super()._write_rows()
            if self._waiting:
                content = self._waiting.read(size)
                if isinstance(self.fh, Part):
                    self.fh.pass_on(content)
                else:
                    self.fh.write(content.decode())
            first = after
        self.dim_rowmax = last
        if self._waiting:
            self._waiting.close()

    def _write_hyperlinks(self) -> None:
        """Write all links: a sheet has those of ``put_link`` or XlsxWriter's, never both."""
        if self._links and self.hyperlinks:
            raise ValueError(f"links of two kinds on {self.name}")
        if not self._links:
            super()._write_hyperlinks()
            return
        self.fh.write(f"<hyperlinks>{''.join(self._links)}</hyperlinks>")


@lru_cache(maxsize=1000)
def opening(height: float) -> str:
    """Return what follows a row's number in XML, up to its first cell's number; points."""
    return f'" ht="{whole_pixels(height):.16g}" customHeight="1"><c r="A'


def whole_pixels(points: float) -> float:
    """Return a height in points rounded to whole pixels, as XlsxWriter's set_row does."""
    return int(points * 4 / 3 + 0.5) * 0.75


def figure(value: object) -> str:
    """Return a number or date as the file holds it; TypeError for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return str(value.toordinal() - _DAY_ZERO)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.16G}"
    raise TypeError(f"a row takes texts, numbers and dates, not {type(value).__name__}")
