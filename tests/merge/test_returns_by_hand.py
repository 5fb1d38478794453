"""Filled forms changed by hand as clerks change them: what is merged, set aside and told of each.

Simulated; the kinds are those that a person who only reads the file takes wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from bench_forms import FILE, A, B, answer, changed, filled, merged, on_form, put, told, values
from books import opened, repacked, swapped
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from test_seen_numbers import INVESTED, with_number

from reconcile.core.result import MergeResult

CLEAN = 23
"""Cells of the clean form: three above the table, five in each of four rows."""


def seen(result: MergeResult) -> tuple[int, dict[str, int], list[str]]:
    """Records merged, cells set aside by code, and the codes that are told of 市发改委."""
    balance = result.balance
    assert balance.received == balance.accepted + balance.normalised + balance.set_aside
    aside = Counter(s.code for s in result.set_aside)
    return len(result.records), dict(aside), sorted({code for code, _ in told(result)})


def taken(result: MergeResult, field: str) -> dict[int | None, Any]:
    """What was taken in one field, by task."""
    return {r.task: r.value for r in result.named(field)}


def row_of(sheet: Worksheet, row: int) -> list[Any]:
    return [sheet.cell(row, column).value for column in range(1, 14)]


def put_row(sheet: Worksheet, row: int, cells: list[Any], first: int = 1) -> None:
    for column in range(first, 14):
        sheet.cell(row, column).value = cells[column - 1]


def of_other(task: int) -> list[Any]:
    """The row of a task in the filled form of 市财政局."""

    sheet = opened(filled(B))["填报表"]
    return next(r for r in (row_of(sheet, 7), row_of(sheet, 8)) if r[1] == task)


# --- rows of another task, unit, or of no plan, pasted over row 9, which is task 3


def values_only(sheet: Worksheet) -> None:
    """The hidden key is no visible cell, and stays."""
    put_row(sheet, 9, of_other(4), first=2)


def with_key(sheet: Worksheet) -> None:
    put_row(sheet, 9, of_other(4))


def given_only(sheet: Worksheet) -> None:
    for column, value in enumerate(of_other(4)[1:6], 2):
        sheet.cell(9, column).value = value


def own_new_task(sheet: Worksheet) -> None:
    sheet["D9"], sheet["E9"], sheet["F9"] = "举办两次招商大会。", "选定会场。", "请来客商。"


def copied_twice(sheet: Worksheet) -> None:
    put_row(sheet, 11, row_of(sheet, 7))
    put_row(sheet, 12, row_of(sheet, 7))


def sorted_without_keys(sheet: Worksheet) -> None:
    rows = sorted((row_of(sheet, r) for r in range(7, 11)), key=lambda cells: str(cells[3]))
    for row, cells in enumerate(rows, 7):
        put_row(sheet, row, cells, first=2)


def only_goals_sorted(sheet: Worksheet) -> None:
    """Goal and milestones sorted away from number and answers: which answer is whose?"""
    rows = sorted((row_of(sheet, r) for r in range(7, 11)), key=lambda cells: str(cells[3]))
    for row, cells in enumerate(rows, 7):
        for column in (4, 5, 6):
            sheet.cell(row, column).value = cells[column - 1]


def dragged(sheet: Worksheet) -> None:
    for row in range(7, 11):
        sheet.cell(row, 2).value = row + 90


def new_row(sheet: Worksheet) -> None:
    sheet.insert_rows(9)
    sheet["B9"], sheet["D9"], sheet["H9"], sheet["J9"] = (
        200,
        "举办两次招商大会。",
        "达序时",
        "已办一次。",
    )


def same_caption_twice(sheet: Worksheet) -> None:
    sheet.insert_rows(9)
    put_row(sheet, 9, row_of(sheet, 6))


# | what was done | merged | set aside | told |
ROWS: list[tuple[Callable[[Worksheet], None], int, Mapping[str, int], list[str]]] = [
    (values_only, 18, {"ROW-040": 11}, ["ROW-040"]),
    (with_key, 18, {"ROW-017": 11}, ["ROW-017", "TASK-001"]),
    (given_only, 18, {"ROW-040": 11}, ["ROW-040"]),
    (own_new_task, 18, {"ROW-040": 11}, ["ROW-040"]),
    (copied_twice, CLEAN, {"TASK-012": 10}, ["CELL-012", "TASK-012"]),
    (sorted_without_keys, CLEAN, {}, ["ROW-003"]),
    (only_goals_sorted, 3, {"ROW-040": 44}, ["ROW-040"]),
    (dragged, CLEAN, {"ROW-004": 4}, ["ROW-004"]),
    (new_row, CLEAN, {"ROW-007": 4}, ["ROW-007"]),
    (same_caption_twice, CLEAN, {}, []),
]


@pytest.mark.parametrize(("change", "count", "aside", "codes"), ROWS)
def test_rows(
    change: Callable[[Worksheet], None], count: int, aside: Mapping[str, int], codes: list[str]
) -> None:
    assert seen(merged(changed(on_form(change)))) == (count, aside, codes)


# --- cells

CELLS: list[tuple[dict[str, Any], int, dict[str, int], list[str]]] = [
    ({"J8": "同上", "J9": "〃", "J10": "同上。"}, CLEAN, {}, ["CELL-053"]),
    ({"H8": "同上", "I8": "同上", "M8": "同上"}, 20, {"CELL-002": 1, "CELL-003": 1, "CELL-008": 1}, ["CELL-002", "CELL-003", "CELL-008"]),
    ({"J8": None, "J9": "同上"}, 22, {}, ["CELL-001", "CELL-052"]),
    ({"J8": "见附件：D:\\二季度.docx"}, CLEAN, {}, ["CELL-052"]),
    ({"J8": "与第1项相同", "J9": "……", "J10": "？"}, CLEAN, {}, ["CELL-017", "CELL-052"]),
    ({"M7": "9月", "M8": "2022.9", "M9": "9月底", "M10": "三季度末"}, CLEAN, {}, ["CELL-012"]),
    ({"M7": 2022, "M8": 202209, "M9": "待定", "M10": "2202-06-30"}, 19, {"CELL-009": 1, "CELL-051": 1, "CELL-008": 2}, ["CELL-008", "CELL-009", "CELL-051"]),
    ({"I7": "五成", "I8": "50‰", "I9": "过半", "I10": "50%左右"}, 21, {"CELL-003": 2}, ["CELL-003", "CELL-011", "CELL-012"]),
    ({"J4": "1.38E+10"}, CLEAN, {}, ["CELL-054"]),
    ({"K8": '=IF(1,"")'}, CLEAN, {"CELL-031": 1}, ["CELL-031"]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "count", "aside", "codes"), CELLS)
def test_cells(cells: dict[str, Any], count: int, aside: dict[str, int], codes: list[str]) -> None:
    assert seen(merged(changed(put(**cells)))) == (count, aside, codes)


def test_a_month_typed_in_a_program_of_tables_is_its_end() -> None:
    def change(sheet: Worksheet) -> None:
        for row, code in zip(
            range(7, 11), ('yyyy"年"m"月"', "mmm-yy", "yyyy-m", "yyyy-mm-dd"), strict=True
        ):
            sheet.cell(row, 13).value = date(2022, 9, 1)
            sheet.cell(row, 13).number_format = code

    result = merged(changed(on_form(change)))
    assert seen(result) == (CLEAN, {}, ["CELL-012"])
    days = [values(result)[n, "due"].day for n in (1, 2, 3, 5)]
    assert days == [30, 30, 30, 1]


def test_an_answer_in_a_comment_is_set_aside_and_a_remark_is_told() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["J8"].value = None
        sheet["J8"].comment = Comment("已开工3个项目", "simulated")
        sheet["J9"].comment = Comment("数据待核", "simulated")

    result = merged(changed(on_form(change)))
    assert seen(result) == (22, {"CELL-034": 1}, ["CELL-034", "CELL-037"])


# --- numbers: a row of 量化指标 more, of which the last two columns are computed

NUMBERS: list[tuple[Any, str, dict[str, Any], int, dict[str, int], list[str]]] = [
    (7000000, "", {"E5": "万元"}, 24, {"IND-014": 1}, ["CELL-012", "IND-014"]),
    (0.7, "0%", {}, 23, {"CELL-006": 1}, ["CELL-006"]),
    (7000000, '0"万元"', {}, 24, {}, ["CELL-012"]),
    (700000, "#,##0,", {}, 23, {"CELL-050": 1}, ["CELL-050"]),
    (7000000, "", {}, 23, {"IND-031": 1}, ["IND-031"]),
    (700, "", {"C5": "限上企业数", "E5": "家"}, 23, {"IND-030": 6}, ["IND-030"]),
    ("700亿美元", "", {}, 23, {"CELL-006": 1}, ["CELL-006"]),
    ("约700", "", {}, 24, {}, ["CELL-011"]),
]  # fmt: skip


@pytest.mark.parametrize(("actual", "shown", "cells", "count", "aside", "codes"), NUMBERS)
def test_numbers(
    actual: Any,
    shown: str,
    cells: dict[str, Any],
    count: int,
    aside: dict[str, int],
    codes: list[str],
) -> None:
    count_, aside_, codes_ = seen(with_number(INVESTED, actual, shown, **cells))
    codes_ = [code for code in codes_ if code not in ("IND-003", "IND-004")]  # how it stands
    assert (count_, {k: n for k, n in aside_.items() if k != "IND-030"}, codes_) == (
        count, {k: n for k, n in aside.items() if k != "IND-030"}, codes,
    )  # fmt: skip
    assert ("IND-030" in aside_) is ("IND-030" in aside)


# --- the file and its sheets


def without_header(book: Workbook) -> None:
    book["填报表"].delete_rows(6)


def header_cut(book: Workbook) -> None:
    for column in "HIJKLM":
        book["填报表"][f"{column}6"] = None


def header_merged(book: Workbook) -> None:
    sheet = book["填报表"]
    sheet.insert_rows(7)
    for column in "BCDEFGHIJKLM":
        sheet.merge_cells(f"{column}6:{column}7")


def without_keys(book: Workbook) -> None:
    book["填报表"].delete_cols(1)


SHEETS: list[tuple[Callable[[Workbook], None], int, dict[str, int], list[str]]] = [
    (without_header, 0, {"HEAD-001": 51}, ["HEAD-001", "HEAD-011"]),
    (header_merged, CLEAN, {}, []),
    (without_keys, CLEAN, {}, ["ROW-001"]),
]


@pytest.mark.parametrize(("change", "count", "aside", "codes"), SHEETS)
def test_sheets(
    change: Callable[[Workbook], None], count: int, aside: dict[str, int], codes: list[str]
) -> None:
    assert seen(merged(changed(change))) == (count, aside, codes)


def test_the_captions_that_are_asked_cut_away() -> None:
    result = merged(changed(header_cut))
    assert not result.records and {"HEAD-001", "HEAD-011"} == {c for c, _ in told(result)}


def test_a_cell_stored_twice_and_a_typed_escape() -> None:
    sheet = "xl/worksheets/sheet2.xml"
    row = (
        '<row r="8"><c r="J8" t="inlineStr"><is><t>甲_x005F_x000D_乙</t></is></c></row></sheetData>'
    )
    result = merged(repacked(filled(), {sheet: swapped("</sheetData>", row)}))
    assert seen(result) == (CLEAN, {}, ["CELL-060"])
    assert values(result)[2, "progress"] == "甲_x000D_乙"


def test_a_later_return_that_blanks_a_cell_and_a_mended_copy() -> None:
    first = changed(put(H7="基本完成", K8="要素不足", M4=date(2022, 7, 1)))
    later = changed(put(M4=date(2022, 7, 2)))
    result = merged({"一.xlsx": first, "二.xlsx": later})
    count, aside, codes = seen(result)
    # The lines above the table count once for each return.
    assert (count, aside["CELL-041"], aside["TASK-030"]) == (CLEAN + 3, 1, 1)
    assert not taken(result, "problem") and "CELL-002" not in codes


def test_a_row_set_aside_is_mended_by_a_later_return() -> None:
    first = changed(put(D9="举办两次招商大会。", E9="选定会场。", F9="请来客商。"))
    later = changed(put(M4=date(2022, 7, 2)))
    result = merged({"一.xlsx": first, "二.xlsx": later})
    assert "ROW-040" not in {c for c, _ in told(result)}
    assert taken(result, "progress")[3] == answer(3)["J"]


def test_a_draft_of_next_year_decides_nothing() -> None:
    draft = changed(put(J9="草稿", M4=date(2023, 6, 20)))
    result = merged({"草稿.xlsx": draft, FILE: filled()})
    assert 3 not in taken(result, "progress")
    assert {"FORM-060", "TASK-011"} <= {c for c, _ in told(result, of=A)}
