"""XlsxWriter's workbook and worksheet, taught two things: to stream its parts, and to take rows as XML.

XlsxWriter keeps an object for every cell and goes through ten calls to write one. Here a row
becomes text at once and waits in a temporary file, and every part is compressed as it is written:
a summary of 1,000 returns takes 2.3 s and 170 MB less. Strings, formats, widths and everything
else stay XlsxWriter's.

All that we use of XlsxWriter's private names stands in this module; a test names each of them.
"""

from __future__ import annotations

import copy
import io
import re
import tempfile
import weakref
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

from ..core.text import is_formula_like
from .marks import SEAL, seal

USUAL, QUICK = 6, 2
"""Levels of compression: the quick one takes a quarter of the time, for a quarter more bytes."""
_HELD = 1 << 16
"""So many characters of a part are held before they are compressed."""
_AT_ONCE = 100
"""Texts that are written in one go, unless one of them holds what is written in other characters."""
_MARKED = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
"""What a text holds that is written in other characters."""


class RowBook(Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """XlsxWriter's workbook, written to ``stream`` when it is closed."""

    def __init__(self, stream: IO[bytes], options: dict[str, Any], level: int = USUAL) -> None:
        # What XlsxWriter puts together itself is empty: the packager has written everything.
        super().__init__(io.BytesIO(), {**options, "in_memory": True})
        self._stream, self._level = stream, level

    def _get_packager(self) -> Packager:
        return _Packing(self._stream, self._level)


def format_number(style: Format) -> int:
    """Return the number by which cells refer to a format."""
    number: int = style._get_xf_index()
    return number


def quoted(style: Format | None, add_format: Callable[[], Format]) -> Format:
    """Return a format that differs from ``style`` (None is the plain one) in one thing: it keeps texts texts.

    Excel calls it quotePrefix. A text such as =1+1 is none the more a formula in the
    file; but a person who edits its cell and leaves it would make it one.
    """
    twin = add_format()
    vars(twin).update(copy.copy(vars(style)) if style else {})
    twin.quote_prefix = True
    twin.xf_index = twin.dxf_index = twin._format_key = None
    return twin


class _Packing(Packager):  # type: ignore[misc]
    """Writes each part into the archive instead of listing them all for it."""

    def __init__(self, stream: IO[bytes], level: int) -> None:
        super().__init__()
        self._archive = ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=level)
        self._part: Part | None = None

    def _create_package(self) -> list[object]:
        super()._create_package()
        self._close_part()
        for content, name, _ in self.filenames:  # pictures; there are none
            with self._archive.open(name, "w") as member:
                member.write(content.getvalue())
        self._seal()
        self._archive.close()
        return []

    def _write_custom_file(self) -> None:
        """Leave the properties for the end: one of them may be the seal of all other parts."""

    def _seal(self) -> None:
        properties = self.workbook.custom_properties
        for i, (name, *rest) in enumerate(properties):
            if name == SEAL:
                properties[i] = (name, seal(self._archive.infolist()), *rest[1:])
        super()._write_custom_file()
        self._close_part()

    def _filename(self, name: str) -> Part:
        """Where a part is to be written: XlsxWriter ends one before it begins the next."""
        self._close_part()
        self._part = Part(self._archive.open(name, "w"))
        return self._part

    def _close_part(self) -> None:
        if self._part:
            self._part.end()
            self._part = None

    def _write_shared_strings_file(self) -> None:
        strings = _Strings()
        strings.string_table = self.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class Part(io.StringIO):
    """What XlsxWriter takes for a part in memory: it goes on into the archive."""

    def __init__(self, member: IO[bytes]) -> None:
        super().__init__()
        self._member, self._held, self._size = member, list[str](), 0

    def write(self, text: str) -> int:
        """Take a text; return how long it is."""
        self._held.append(text)
        self._size += len(text)
        if self._size > _HELD:
            self._send()
        return len(text)

    def pass_on(self, content: bytes) -> None:
        """Write what is encoded already."""
        self._send()
        self._member.write(content)

    def end(self) -> None:
        """Write what is left, and close the part."""
        self._send()
        self._member.close()

    def _send(self) -> None:
        self._member.write("".join(self._held).encode())
        self._held.clear()
        self._size = 0


class _Strings(SharedStrings):  # type: ignore[misc]
    """The table of texts, in which each is a text: XlsxWriter takes <r>…</r> for markup."""

    def _write_sst_strings(self) -> None:
        texts = self.string_table.string_array
        for first in range(0, len(texts), _AT_ONCE):
            self.fh.write(strings_xml(texts[first : first + _AT_ONCE]))


def strings_xml(texts: list[str]) -> str:
    """Return entries of the table of texts."""
    if _MARKED.search("\n".join(texts)) or texts != [text.strip() for text in texts]:
        return "".join(map(string_xml, texts))
    return f"<si><t>{'</t></si><si><t>'.join(texts)}</t></si>"  # as nearly always


def string_xml(text: str) -> str:
    """Return an entry of the table of texts."""
    safe = escaped(text)
    mark = ' xml:space="preserve"' if safe != safe.strip() else ""
    return f"<si><t{mark}>{safe}</t></si>"


def escaped(text: str) -> str:
    """Return a text as XML holds it, with Office's escapes for what XML cannot hold."""
    if not _MARKED.search(text):
        return text
    text = XMLwriter._escape_control_characters(text)
    # What html.escape does; that comes with the names of two thousand characters, each time a verb begins.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_DAY_ZERO = date(1899, 12, 30).toordinal()


_IN_MEMORY = 1 << 20


"""So many bytes of rows are held; of more, all wait in a file of the system's temporary folder."""


_MOST_LINKS = 65_530


"""That Excel opens a sheet with."""


class RowSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
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
        number = format_number(style)
        self._styles[number] = style
        return number

    def tail(self, value: object, look: int, after: str) -> str:
        """Return what follows a cell's address in XML; a text stays text whatever it begins with.

        ``look`` is the number of its format, ``after`` what stands behind the cell.
        None and "" are blank. Raises TypeError for what is no text, number or date.
        """
        if isinstance(value, str) and value:
            if is_formula_like(value):
                look = format_number(self._quoting(self._styles.get(look)))
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


SEAM = "<rows/>"


class Frame(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet of a prototype: all of it but the rows, which are put in for each workbook."""

    def _write_sheet_data(self) -> None:
        self.fh.write(f"<sheetData>{SEAM}</sheetData>")
