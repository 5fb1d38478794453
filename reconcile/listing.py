"""Plain tables in one look: header, borders, wrapped text, computed heights, filter, print set-up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .language import EN, holds_chinese, sheet_name, spoken, tr
from .layout import TALLEST, height_of, lines, row_height, split_text
from .rowsheet import RowSheet
from .style import BAND, HEAD, LOOKS, TEXT, TITLE, Looks, Style, substitute

EPOCH = datetime(2000, 1, 1)
"""Stamped into every workbook: one that told the time of its making would differ each time."""
A3, A4 = 8, 9
SIZE = 10.5
LINK = "#1F4E79"
_SLIM = 1.13


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: caption, width in Excel's unit, and how its values are shown."""

    caption: str
    width: float
    centred: bool = False
    format: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a look of its own (a name of :data:`LOOKS`, or XlsxWriter's properties), or a link.

    ``link`` is an address within the workbook (汇总表!A5), made by us and never by a return.
    """

    value: object
    look: Mapping[str, object] | str = field(default_factory=dict)
    link: str = ""


def new_workbook(title: str, *, large: bool = False) -> tuple[Workbook, io.BytesIO]:
    """Return an empty workbook, and the stream that holds it once it is closed.

    The XML of a ``large`` one waits in temporary files: in memory it would take
    four bytes a character.
    """
    stream = io.BytesIO()
    options = {
        "in_memory": not large,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = Workbook(stream, options)
    book.worksheet_class = RowSheet
    book.set_properties({"title": title, "created": EPOCH})
    return book, stream


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
        """``style`` changes looks and captions."""
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

    @property
    def band(self) -> Any:
        """The format of a section's band."""
        return self.boxed(**self._looks[BAND], font_size=11)

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
    ) -> tuple[Worksheet, int]:
        """Write a sheet that is one table. Returns (sheet, number of rows below the header).

        The sheet is made, unless the workbook already has an empty one of that name. With ``split`` a text that needs more than a row may be high goes on in
        further rows; without it each row is one row, for sheets that are read back.
        So are captions that are not to be ``renamed``.
        """
        name = sheet_name(name)
        sheet = self._book.get_worksheet_by_name(name) or self._book.add_worksheet(name)
        caption = self.caption if renamed else tr
        columns = [_roomy(replace(column, caption=caption(column.caption))) for column in columns]
        if split:
            rows = (part for row in rows for part in split_row(row, columns))
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width)
            sheet.write_string(0, i, column.caption, self.head)
        heads = ((c.caption, fitted(c.caption, c.width), SIZE) for c in columns)
        sheet.set_row(0, row_height(heads, 22))
        count, writer = 0, RowWriter(self, sheet, columns)
        for count, row in enumerate(rows, 1):
            writer.write(count, row, 18)
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        page(sheet, paper)
        sheet.repeat_rows(0)
        return sheet, count

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
            name, _, target = cell.link.partition("!")
            # The link alone: what the cell holds is written beside it by its type.
            style = self.styled(cell.value, column, cell)
            sheet.write_url(row, at, f"internal:'{sheet_name(name)}'!{target}", style, "-")

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


class RowWriter:
    """Writes the rows of one table, each as high as its texts need."""

    def __init__(self, listing: Listing, sheet: Worksheet, columns: Sequence[Column]) -> None:
        self._listing, self._sheet, self._columns = listing, sheet, columns
        # What follows a cell's address and how many lines it takes, by column and value: most
        # values of a long table come again and again.
        self._known: list[dict[object, tuple[str, int]]] = [{} for _ in columns]
        self._starts = [f'<c r="{xl_col_to_name(i)}' for i in range(len(columns))]

    def write(self, row: int, values: Sequence[object], least: float) -> None:
        """Write a row (counted from 0), at least ``least`` points high."""
        number, most, parts = str(row + 1), 0, []
        for i, (known, start, value) in enumerate(
            zip(self._known, self._starts, values, strict=True)
        ):
            if isinstance(value, Cell) and value.link:
                self._listing.link(self._sheet, row, i, value, self._columns[i])
            key = value if value.__class__ is str else (value.__class__, _key(value))
            found = known.get(key)
            if found is None:
                found = known[key] = self._cell(value, self._columns[i])
            tail, lines_ = found
            if lines_ > most:
                most = lines_
            parts.append(f"{start}{number}{tail}")
        self._sheet.put_row(row, height_of(most, SIZE, least), "".join(parts), len(parts))

    def _cell(self, value: object, column: Column) -> tuple[str, int]:
        cell = value if isinstance(value, Cell) else None
        if cell:
            value = cell.value
        text = value if isinstance(value, str) else ""
        count = lines(text, fitted(text, column.width), SIZE) if text else 0
        return self._sheet.tail(value, self._listing.styled(value, column, cell)), count


def _key(value: object) -> object:
    """What tells a value's cell from others of its type."""
    if isinstance(value, Cell):
        look = (value.look,) if isinstance(value.look, str) else value.look.items()
        return value.value.__class__, value.value, bool(value.link), *look
    return value


def fitted(text: str, width: float) -> float:
    """Return the width of a column as a text is to be measured in it.

    Heights are computed for single Latin words among Chinese; a whole English
    text, with its blanks, takes less even in the widest font that may stand in.
    """
    return width * _SLIM if spoken() == EN and not holds_chinese(text) else width


def _roomy(column: Column) -> Column:
    """The column, wide enough in English for the longest word of its caption."""
    if spoken() != EN:
        return column
    longest = max((len(word) for word in column.caption.split()), default=0)
    return replace(column, width=max(column.width, 1.2 * longest + 1.5))


def split_row(
    row: Sequence[object], columns: Sequence[Column], height: float = TALLEST
) -> Iterator[list[object]]:
    """Yield the row, its long texts going on in further rows of at most ``height`` points."""
    parts: list[list[object]] = []
    for value, column in zip(row, columns, strict=True):
        text = value.value if isinstance(value, Cell) else value
        if not isinstance(text, str):
            parts.append([value])
            continue
        texts = split_text(text, fitted(text, column.width), SIZE, height)
        parts.append([replace(value, value=t) if isinstance(value, Cell) else t for t in texts])
    for i in range(max(map(len, parts))):
        yield [p[i] if i < len(p) else "" for p in parts]


def page(sheet: Worksheet, paper: int = A4, landscape: bool = True) -> None:
    """Set up printing: paper, one page wide, page numbers."""
    sheet.set_paper(paper)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.center_horizontally()
    sheet.set_footer(tr("&C— &P —&R第 &P 页 共 &N 页"))
