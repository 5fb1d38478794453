"""Rows written as XML hold what XlsxWriter's own calls would have put there."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.writers import row_xml
from reconcile.writers.cells import SIZE, Splitter
from reconcile.writers.row_height import row_height
from reconcile.writers.row_xml import RowWriter
from reconcile.writers.streamed_workbook import string_xml, strings_xml, whole_pixels
from reconcile.writers.table import Cell, Column, Listing, new_workbook, workbook_to

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


TEXTS = st.text(alphabet="一二三，。Ab1 \n", max_size=40)
VALUES = st.one_of(
    st.sampled_from(["", None, 1, 1.0, 2.5, date(2022, 6, 30), "一", Cell("一"), Cell(1, "表头", "表!A2")]),
    TEXTS,
    TEXTS.map(lambda text: Cell(text, {"bold": True}, "表!A1")),
)  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.tuples(VALUES, VALUES, VALUES)), st.sampled_from((1, 3, 1000)))
def test_rows_put_together_are_as_high_and_linked_as_each_alone(
    rows: list[tuple[object, ...]], at_once: int
) -> None:
    book, _ = new_workbook("测试")
    sheet, columns, put = book.add_worksheet("表"), COLUMNS[:3], list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_xml, "_AT_ONCE", at_once)
        patch.setattr(row_xml, "_KNOWN", 4)
        patch.setattr(sheet, "put_rows", lambda _, some, __: put.extend(some))
        RowWriter(Listing(book).styled, sheet, columns, 20).write(2, rows)
    cells = [[v if isinstance(v, Cell) else Cell(v) for v in row] for row in rows]
    texts = [[(c.value, 12, SIZE) for c in row if isinstance(c.value, str)] for row in cells]
    heights = [whole_pixels(row_height(of_row, 20)) for of_row in texts]
    assert [float(re.findall(r'ht="([^"]+)"', row)[0]) for row in put] == heights
    assert [re.findall(r'r="([A-Z]?\d+)"', row) for row in put] == [
        [f"{letter}{at}" for letter in ("", "A", "B", "C")] for at in range(3, len(rows) + 3)
    ]
    linked = [
        f"{'ABC'[i]}{at}" for at, row in enumerate(cells, 3) for i, c in enumerate(row) if c.link
    ]
    assert sorted(re.findall(r'ref="([A-Z]\d+)"', "".join(sheet._links))) == sorted(linked)


@given(st.tuples(VALUES, VALUES, VALUES, VALUES), st.sampled_from((30, 60, 90, 150)))
def test_a_row_is_split_as_if_each_of_its_texts_were_measured(
    row: tuple[object, ...], height: float
) -> None:
    splitter, measuring = Splitter(COLUMNS, height), Splitter(COLUMNS, height)
    measuring._short = [(-1, 0.0)] * len(COLUMNS)
    parts, measured = splitter.parts(row), measuring.parts(row)
    assert [list(part) for part in parts] == [list(part) for part in measured]


@given(st.lists(st.text(alphabet="一二a <>&_x0Dd41\n\t\x01\uffff　"), min_size=1))
def test_texts_written_together_are_written_as_each_alone(texts: list[str]) -> None:
    assert strings_xml(texts) == "".join(map(string_xml, texts))


def test_nearly_all_texts_are_written_together() -> None:
    assert strings_xml(["一二三\n四", "a b"]) == "<si><t>一二三\n四</t></si><si><t>a b</t></si>"
    assert (
        strings_xml(["一 ", "<"]) == '<si><t xml:space="preserve">一 </t></si><si><t>&lt;</t></si>'
    )


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


@pytest.mark.slow
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
