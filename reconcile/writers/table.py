"""Plain tables in one look: header, borders, wrapped text, computed heights, filter, print set-up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import IO, Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ..core.i18n import EN, sheet_name, spoken, tr
from .cells import SIZE, Cell, Column, Splitter, fitted
from .marks import MADE, OUTPUT, SEAL
from .row_height import row_height
from .row_xml import RowWriter, place_of
from .streamed_workbook import QUICK, USUAL, RowBook, RowSheet
from .theme import HEAD, LOOKS, TEXT, TITLE, Looks, Style, substitute

EPOCH = datetime(2000, 1, 1)
"""Stamped into every workbook: one with the time of its making would differ each time."""
A3, A4 = 8, 9
LINK = "#1F4E79"

__all__ = [
    "A3", "A4", "EPOCH", "LINK", "SIZE", "Cell", "Column", "Listing", "colour_tabs", "fitted",
    "new_workbook", "page",
    "workbook_to", "write_value",
]  # fmt: skip


def new_workbook(
    title: str, mark: str = "", *, author: str = "", day: date | None = None
) -> tuple[Workbook, io.BytesIO]:
    """Return an empty workbook, and the stream that holds it once it is closed; see :func:`workbook_to`."""
    stream = io.BytesIO()
    return workbook_to(stream, title, mark=mark, author=author, day=day), stream


def workbook_to(
    stream: IO[bytes],
    title: str,
    *,
    mark: str = "",
    made: str = "",
    author: str = "",
    day: date | None = None,
    large: bool = False,
) -> Workbook:
    """Return an empty workbook that is written to ``stream`` when it is closed.

    With a ``mark`` it says which output it is, and bears a seal; ``made`` says with what it was
    made. ``author`` is the office that issues it, ``day`` the as-of date: its properties say that it
    was made then, never when it really was, so that the same input gives the same bytes. A
    ``large`` one is compressed less thoroughly.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = RowBook(stream, options, QUICK if large else USUAL)
    book.worksheet_class = RowSheet
    created = datetime.combine(day, time()) if day else EPOCH
    book.set_properties({"title": title, "author": author, "created": created})
    if mark:
        book.set_custom_property(OUTPUT, mark, "text")
        book.set_custom_property(SEAL, "", "text")  # put in when all else is written
    if made:
        book.set_custom_property(MADE, made, "text")
    return book


def colour_tabs(book: Workbook, colours: Mapping[str, str]) -> None:
    """Colour the tabs of sheets, by the names that we give them; what is not there is passed over."""
    for name, colour in colours.items():
        sheet = book.get_worksheet_by_name(sheet_name(name))
        if sheet is not None:
            sheet.set_tab_color(colour)


def write_value(sheet: Worksheet, row: int, column: int, value: object, style: Any) -> None:
    """Write by type; never through write(), which turns texts into formulas and links."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value)[:32767], style)


class Listing:
    """Writes tables to one workbook, in the language that is being spoken when it is made.

    Names of sheets and captions are given in Chinese, and translated here.
    """

    def __init__(self, book: Workbook, style: Style | None = None) -> None:
        """``style`` changes looks and captions.

        ``written`` are the tables so far by their Chinese names: the captions from left to right,
        and the number of rows below the header.
        """
        self.written: dict[str, tuple[tuple[str, ...], int]] = {}
        self._book = book
        self._style = style or Style()
        self._looks: Looks = {name: self._style.look(name) for name in LOOKS}
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def look(self, name: str) -> Mapping[str, object]:
        """Return the properties of a look."""
        return self._looks[name]

    def caption(self, caption: str) -> str:
        """Return a caption as it is shown: renamed by the template, or in the language spoken."""
        return self._style.captions.get(caption) or tr(caption)

    def format(self, **look: object) -> Any:
        """Return the format object for XlsxWriter properties on top of the common look."""
        common = self._looks[TEXT]
        fonts = {k: common[k] for k in ("font_name", "font_color") if k in common}
        base = {"font_size": SIZE, "valign": "vcenter", **fonts}
        key = tuple(sorted((base | look).items()))
        if key not in self._formats:
            shown = {**substitute(str((base | look)["font_name"])), **base, **look}
            self._formats[key] = self._book.add_format(shown)
        return self._formats[key]

    def boxed(self, **look: object) -> Any:
        """Return the format object of a bordered, wrapping cell."""
        return self.format(**{**self._looks[TEXT], "text_wrap": True, **look})

    @property
    def head(self) -> Any:
        """The format of a header cell."""
        return self.boxed(**self._looks[HEAD], align="center")

    def heading(self, size: float, **look: object) -> Any:
        """Return the format of a line that heads something outside a table."""
        font = {k: v for k, v in self._looks[HEAD].items() if k in ("font_name", "bold")}
        return self.format(**font, font_size=size, **look)

    def title(self, size: float) -> Any:
        """Return the format of a sheet's title."""
        return self.format(**self._looks[TITLE], font_size=size, align="center", text_wrap=True)

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[object]],
        *,
        paper: int = A4,
        frozen: int = 1,
        split: bool = False,
        renamed: bool = True,
        above: Sequence[str] = (),
    ) -> tuple[Worksheet, int]:
        """Write a sheet that is one table. Returns (sheet, number of rows below the header).

        The sheet is made, unless the workbook already has an empty one of that name. ``above`` are
        lines above the header, a row each: a title, and what is to be known of the table; they are
        printed on every page. With ``split`` a text that needs more than a row may be high goes on in
        further rows; without it each row is one row, for sheets that are read back.
        So are captions that are not to be ``renamed``.
        """
        title, captions = sheet_name(name), tuple(column.caption for column in columns)
        sheet = self._book.get_worksheet_by_name(title) or self._book.add_worksheet(title)
        caption = self.caption if renamed else tr
        columns = [_roomy(replace(column, caption=caption(column.caption))) for column in columns]
        if split:
            splitter = Splitter(columns)
            rows = (part for row in rows for part in splitter.parts(row))
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width)
        self.head_rows(sheet, columns, above)
        top = len(above) + 1
        count = RowWriter(self.styled, sheet, columns, 18).write(top, rows)
        sheet.freeze_panes(top, frozen)
        sheet.autofilter(top - 1, 0, max(top + count - 1, top), len(columns) - 1)
        page(sheet, paper)
        sheet.repeat_rows(0, top - 1)
        self.written[name] = captions, count
        return sheet, count

    def head_rows(self, sheet: Worksheet, columns: Sequence[Column], above: Sequence[str]) -> None:
        """Write the lines above a table, the first as its title, and the header below them."""
        last, wide = len(columns) - 1, sum(column.width for column in columns)
        for row, text in enumerate(above):
            size, least = (18.0, 36.0) if row == 0 else (SIZE, 20.0)
            quiet = self.format(align="center", font_color="#595959", text_wrap=True)
            look = quiet if row else self.title(size)
            if last:
                sheet.merge_range(row, 0, row, last, "", look)
            sheet.write_string(row, 0, text, look)
            sheet.set_row(row, row_height([(text, fitted(text, wide), size)], least))
        for i, column in enumerate(columns):
            sheet.write_string(len(above), i, column.caption, self.head)
        heads = ((c.caption, fitted(c.caption, c.width), SIZE) for c in columns)
        sheet.set_row(len(above), row_height(heads, 22))

    def styled(
        self, value: object, column: Column, cell: Cell | None = None, **look: object
    ) -> Any:
        """Return the format of a value in a column, with a look of its own."""
        return self.boxed(**self._look(value, column, cell), **look)

    def _look(self, value: object, column: Column, cell: Cell | None) -> dict[str, object]:
        look: dict[str, object] = {"align": "center"} if column.centred else {}
        if cell:
            look |= self._looks[cell.look] if isinstance(cell.look, str) else cell.look
            if cell.link and "font_color" not in look:
                look |= {"font_color": LINK, "underline": 1}
        if isinstance(value, date):
            return {"align": "center", "num_format": "yyyy-mm-dd", **look}
        if isinstance(value, (int, float)):
            return {"num_format": column.format or "General", **look}
        return look

    def link(self, sheet: Worksheet, row: int, at: int, cell: Cell, column: Column) -> None:
        """Lay a cell's link over its place, if it has one."""
        if cell.link:
            # The link alone: what the cell holds is written beside it by its type.
            style = self.styled(cell.value, column, cell)
            sheet.write_url(row, at, f"internal:{place_of(cell.link)}", style, "-")

    def write(
        self, sheet: Worksheet, row: int, at: int, value: object, column: Column, **look: object
    ) -> None:
        """Write one value by its type; a text stays text whatever it begins with."""
        cell = value if isinstance(value, Cell) else Cell(value)
        value = cell.value
        self.link(sheet, row, at, cell, column)
        style = self.styled(value, column, cell, **look)
        write_value(sheet, row, at, value, style)

    @staticmethod
    def bar(most: float) -> dict[str, object]:
        """Return a data bar from 0 to ``most``, plain enough for every program."""
        return {
            "type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num",
            "max_value": most, "bar_color": "#9DC3E6",
        }  # fmt: skip

    @staticmethod
    def choices(sheet: Worksheet, column: int, rows: int, words: list[str]) -> None:
        """Lay a drop-down list over the first ``rows`` rows of a column of a table."""
        rule = {"validate": "list", "source": words}
        if sheet.data_validation(1, column, max(rows, 1), column, rule):
            raise ValueError(f"list rule not taken: {words}")


def _roomy(column: Column) -> Column:
    """The column, wide enough in English for the longest word of its caption."""
    if spoken() != EN:
        return column
    longest = max((len(word) for word in column.caption.split()), default=0)
    return replace(column, width=max(column.width, 1.2 * longest + 1.5))


def page(sheet: Worksheet, paper: int = A4, landscape: bool = True) -> None:
    """Set up printing: paper, one page wide; below each page the sheet's name and a number of its own.

    Not how many there are: in every program that is the number of pages of all that is printed.
    """
    sheet.set_paper(paper)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.center_horizontally()
    sheet.set_start_page(1)
    sheet.set_footer(tr("&C&A　第 &P 页"))
