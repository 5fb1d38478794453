"""Rows written as XML hold what XlsxWriter's own calls would have put there."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from reconcile.cells import Splitter
from reconcile.listing import Cell, Column, Listing, new_workbook, workbook_to
from reconcile.rowwriter import RowWriter

COLUMNS = [Column("甲", 12), Column("乙", 12, True, "0.0%"), Column("丙", 12), Column("丁", 9)]
ROWS: list[list[object]] = [
    ["=1+1", 0.5, date(2022, 6, 30), 7],
    ["<b>&\"'", 1, None, ""],
    ["a\nb", -0.25, "_x000D_", Cell("看", {"bold": True}, "表!A1")],
    ["　\uffff全角空格开头", 1e15, "一行\n", "\tA_x0041_"],
    ["\x01控制符", 1e-7, " 前后有空格 ", Cell(3, {"font_color": "#FF0000"})],
]


def both() -> tuple[Any, Any]:
    """The same rows, cell by cell and whole."""
    made = []
    for whole in (False, True):
        stream = io.BytesIO()
        book = workbook_to(stream, "测试", large=whole)
        sheet, listing = book.add_worksheet("表"), Listing(book)
        sheet.write_string(0, 0, "上面的行")
        if whole:
            assert RowWriter(listing.styled, sheet, COLUMNS, 20).write(2, ROWS) == len(ROWS)
        for at, row in enumerate(ROWS if not whole else [], 2):
            for column, value in enumerate(row):
                listing.write(sheet, at, column, value, COLUMNS[column])
        sheet.write_string(9, 0, "下面的行")
        book.close()
        made.append(openpyxl.load_workbook(io.BytesIO(stream.getvalue()))["表"])
    return made[0], made[1]


def test_whole_rows_are_the_same_cells() -> None:
    cells, rows = both()
    assert rows.dimensions == cells.dimensions == "A1:D10"
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
    assert rows["A6"].value == cells["A6"].value and cells["A6"].value.startswith("　")
    assert rows["D5"].hyperlink.location == "'表'!A1"


def test_a_row_is_as_high_as_its_texts_need() -> None:
    _, rows = both()
    heights = [rows.row_dimensions[r].height for r in (3, 5)]
    assert heights[0] < 24 < heights[1], "the third row has a text of two lines"


@pytest.mark.parametrize("value", [datetime(2022, 6, 30, 8), True, object()])
def test_what_is_no_text_number_or_day_is_a_fault_of_ours(value: object) -> None:
    book, _ = new_workbook("测试")
    sheet = book.add_worksheet("表")
    writer = RowWriter(Listing(book).styled, sheet, COLUMNS, 20)
    with pytest.raises(TypeError):
        writer.write(0, [[value, "", "", ""]])


def test_what_looks_like_markup_is_a_text() -> None:
    texts = ["<r>一</r>", "<r>&</r>", "<r><t>二</t></r>"]
    book, stream = new_workbook("测试")
    sheet = book.add_worksheet("表")
    for row, text in enumerate(texts):
        sheet.write_string(row, 0, text)
    book.close()
    read = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))["表"]
    assert [cell.value for (cell,) in read.iter_rows()] == texts


def test_rows_beyond_what_is_held_in_memory_are_the_same() -> None:
    rows = [[f"第{i}行 " + "长" * 200, i] for i in range(9000)]
    stream = io.BytesIO()
    book = workbook_to(stream, "测试", large=True)
    sheet, count = Listing(book).table("表", COLUMNS[:2], iter(rows))
    assert count == len(rows) and sheet._waiting is not None
    assert sheet._waiting._rolled, "the rows wait in a file"
    book.close()
    read = openpyxl.load_workbook(io.BytesIO(stream.getvalue()), read_only=True)["表"]
    assert [list(row) for row in read.iter_rows(min_row=2, values_only=True)] == rows


def test_rows_come_from_top_to_bottom() -> None:
    book, _ = new_workbook("测试")
    writer = RowWriter(Listing(book).styled, book.add_worksheet("表"), COLUMNS[:1], 20)
    assert writer.write(5, [["一"], ["二"]]) == 2
    with pytest.raises(ValueError, match="row 6"):
        writer.write(6, [["三"]])


def test_a_long_text_goes_on_below_and_a_short_row_stays_the_same() -> None:
    splitter = Splitter(COLUMNS, 60)
    assert list(splitter.parts(ROWS[0])) == list(Splitter(COLUMNS).parts(ROWS[0])) == [ROWS[0]]
    long = "一二三四五。" * 20
    parts = splitter.parts([1, Cell(long, "表头"), "短", None])
    texts = [part[1] for part in parts]
    assert len(parts) > 2 and all(isinstance(t, Cell) and t.look == "表头" for t in texts)
    assert "".join(str(t.value) for t in texts if isinstance(t, Cell)) == long
    assert [part[0] for part in parts] == [1, *[""] * (len(parts) - 1)]
