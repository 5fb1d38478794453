"""Rows written as XML hold what XlsxWriter's own calls would have put there."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from reconcile.listing import Cell, Column, Listing, RowWriter, new_workbook

COLUMNS = [Column("甲", 12), Column("乙", 12, True, "0.0%"), Column("丙", 12), Column("丁", 9)]
ROWS: list[list[object]] = [
    ["=1+1", 0.5, date(2022, 6, 30), 7],
    ["<b>&\"'", 1, None, ""],
    ["a\nb", -0.25, "_x000D_", Cell("看", {"bold": True}, "表!A1")],
    ["\x01控制符", 1e-7, " 前后有空格 ", Cell(3, {"font_color": "#FF0000"})],
]


def both() -> tuple[Any, Any]:
    """The same rows, cell by cell and whole."""
    made = []
    for whole in (False, True):
        book, stream = new_workbook("测试")
        sheet, listing = book.add_worksheet("表"), Listing(book)
        sheet.write_string(0, 0, "上面的行")
        writer = RowWriter(listing, sheet, COLUMNS)
        for at, row in enumerate(ROWS, 2):
            if whole:
                writer.write(at, row, 20)
                continue
            for column, value in enumerate(row):
                listing.write(sheet, at, column, value, COLUMNS[column])
        sheet.write_string(8, 0, "下面的行")
        book.close()
        made.append(openpyxl.load_workbook(io.BytesIO(stream.getvalue()))["表"])
    return made[0], made[1]


def test_whole_rows_are_the_same_cells() -> None:
    cells, rows = both()
    assert rows.dimensions == cells.dimensions == "A1:D9"
    for one, other in zip(cells.iter_rows(), rows.iter_rows(), strict=True):
        for a, b in zip(one, other, strict=True):
            assert (b.value, b.data_type, b.number_format) == (
                a.value,
                a.data_type,
                a.number_format,
            )
            for look in ("font", "alignment", "border", "fill"):
                assert repr(getattr(b, look)) == repr(getattr(a, look)), (b.coordinate, look)
            link = a.hyperlink and a.hyperlink.location
            assert (b.hyperlink and b.hyperlink.location) == link
    assert rows["A3"].value == "=1+1" and rows["A3"].data_type == "s"
    assert rows["D5"].hyperlink.location == "'表'!A1"


def test_a_row_is_as_high_as_its_texts_need() -> None:
    _, rows = both()
    heights = [rows.row_dimensions[r].height for r in (3, 5)]
    assert heights[0] < 24 < heights[1], "the third row has a text of two lines"


@pytest.mark.parametrize("value", [datetime(2022, 6, 30, 8), True, object()])
def test_what_is_no_text_number_or_day_is_a_fault_of_ours(value: object) -> None:
    book, _ = new_workbook("测试")
    sheet = book.add_worksheet("表")
    writer = RowWriter(Listing(book), sheet, COLUMNS)
    with pytest.raises(TypeError):
        writer.write(0, [value, "", "", ""], 20)
