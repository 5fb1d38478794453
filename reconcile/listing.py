"""Plain tables in one look: header, borders, wrapped text, computed heights, filter, print set-up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .layout import TALLEST, row_height, split_text

EPOCH = datetime(2000, 1, 1)
"""Stamped into every workbook: one that told the time of its making would differ each time."""
A3, A4 = 8, 9
SIZE = 10.5
LINK = "#1F4E79"
Looks = Mapping[str, Mapping[str, object]]
"""XlsxWriter's properties of fonts, fills and borders, by the name of a look."""
TITLE, HEAD, BAND, TEXT = "标题", "表头", "类别", "正文"
LOOKS: Looks = {
    TITLE: {"font_name": "方正小标宋简体"},
    HEAD: {"font_name": "黑体", "bg_color": "#D9E1F2"},
    BAND: {"font_name": "黑体", "bg_color": "#F2F2F2"},
    TEXT: {
        "font_name": "宋体",
        **dict.fromkeys(("left", "right", "top", "bottom"), 1),
        **dict.fromkeys(("left_color", "right_color", "top_color", "bottom_color"), "#A6A6A6"),
    },
}
"""The looks that a summary template may change; sizes stay, since heights are computed from them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: caption, width in Excel's unit, and how its values are shown."""

    caption: str
    width: float
    centred: bool = False
    format: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a look of its own (XlsxWriter's properties), its own format, or a link.

    ``link`` is an address within the workbook (汇总表!A5), made by us and never by a return.
    """

    value: object
    look: Mapping[str, object] = field(default_factory=dict)
    link: str = ""


def new_workbook(title: str) -> tuple[Workbook, io.BytesIO]:
    """Return an empty workbook in memory, and the stream that holds it once it is closed."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = Workbook(stream, options)
    book.set_properties({"title": title, "created": EPOCH})
    return book, stream


class Listing:
    """Writes tables to one workbook."""

    def __init__(self, book: Workbook, looks: Looks | None = None) -> None:
        """``looks`` stand in for those of :data:`LOOKS` of the same names."""
        self._book = book
        self._looks: Looks = {**LOOKS, **(looks or {})}
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **look: object) -> Any:
        """Return the format object for XlsxWriter properties on top of the common look."""
        common = self._looks[TEXT]
        fonts = {k: common[k] for k in ("font_name", "font_color") if k in common}
        base = {"font_size": SIZE, "valign": "vcenter", **fonts}
        key = tuple(sorted((base | look).items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(key))
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
    ) -> tuple[Worksheet, int]:
        """Write a sheet that is one table. Returns (sheet, number of rows below the header).

        The sheet is made, unless the workbook already has an empty one of that name. With ``split`` a text that needs more than a row may be high goes on in
        further rows; without it each row is one row, for sheets that are read back.
        """
        sheet = self._book.get_worksheet_by_name(name) or self._book.add_worksheet(name)
        if split:
            rows = (part for row in rows for part in split_row(row, columns))
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width)
            sheet.write_string(0, i, column.caption, self.head)
        sheet.set_row(0, row_height(((c.caption, c.width, SIZE) for c in columns), 22))
        count = 0
        for count, row in enumerate(rows, 1):
            for i, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.write(sheet, count, i, value, column)
            sheet.set_row(count, self.height(row, columns, 18))
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        page(sheet, paper)
        sheet.repeat_rows(0)
        return sheet, count

    def write(
        self, sheet: Worksheet, row: int, at: int, value: object, column: Column, **look: object
    ) -> None:
        """Write one value by its type; a text stays text whatever it begins with."""
        if column.centred:
            look["align"] = "center"
        if isinstance(value, Cell):
            look |= value.look
            if value.link:
                look |= {"font_color": LINK, "underline": 1} if "font_color" not in look else {}
                name, _, cell = value.link.partition("!")
                # The link alone: what the cell holds is written over it by its type.
                sheet.write_url(row, at, f"internal:'{name}'!{cell}", self.boxed(**look), "-")
            value = value.value
        if value is None or value == "":
            sheet.write_blank(row, at, None, self.boxed(**look))
        elif isinstance(value, date):
            style = self.boxed(**{"align": "center", "num_format": "yyyy-mm-dd", **look})
            sheet.write_datetime(row, at, value, style)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            shown = column.format or "General"
            sheet.write_number(row, at, value, self.boxed(**{"num_format": shown, **look}))
        else:
            sheet.write_string(row, at, str(value)[:32767], self.boxed(**look))

    @staticmethod
    def bar(most: float) -> dict[str, object]:
        """Return a data bar from 0 to ``most``, plain enough for every program."""
        return {
            "type": "data_bar", "min_type": "num", "min_value": 0, "max_type": "num",
            "max_value": most, "bar_color": "#9DC3E6",
        }  # fmt: skip

    @staticmethod
    def height(row: Sequence[object], columns: Sequence[Column], least: float) -> float:
        """Return the height in points that a row of values needs, ``least`` at least."""
        plain = ((v.value if isinstance(v, Cell) else v) for v in row)
        pairs = zip(columns, plain, strict=True)
        return row_height(((v, c.width, SIZE) for c, v in pairs if isinstance(v, str)), least)

    @staticmethod
    def choices(sheet: Worksheet, column: int, rows: int, words: list[str]) -> None:
        """Lay a drop-down list over the first ``rows`` rows of a column of a table."""
        rule = {"validate": "list", "source": words}
        if sheet.data_validation(1, column, max(rows, 1), column, rule):
            raise ValueError(f"list rule not taken: {words}")


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
        texts = split_text(text, column.width, SIZE, height)
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
    sheet.set_footer("&C— &P —&R第 &P 页 共 &N 页")
