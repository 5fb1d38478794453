"""Columns of a return: moved, renamed, inserted, hidden, taken out, or holding what nobody asked."""

from __future__ import annotations

from typing import Any

import pytest
from bench_forms import Change, aside, changed, lost, merged, on_form, put, told, values
from openpyxl.worksheet.worksheet import Worksheet

CAPTIONS = "ABCDEFGHIJKLM"


def swap(one: str, other: str) -> Change:
    def change(sheet: Worksheet) -> None:
        for row in range(6, 11):
            a, b = sheet[f"{one}{row}"], sheet[f"{other}{row}"]
            a.value, b.value = b.value, a.value
            a.number_format, b.number_format = b.number_format, a.number_format

    return on_form(change)


def drop(*letters: str) -> Change:
    """Take columns out of the table; what stands above it stays, as in Excel."""

    def change(sheet: Worksheet) -> None:
        for row in range(6, 11):
            cells = [c for c in sheet[row] if c.column_letter not in letters]
            kept = [(c.value, c.number_format) for c in cells]
            kept += [(None, "General")] * (13 - len(kept))
            for cell, (value, form) in zip(sheet[row], kept, strict=True):
                cell.value, cell.number_format = value, form

    return on_form(change)


def insert(before: str, caption: str | None = None, **cells: Any) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet.merged_cells.ranges = set()
        sheet.insert_cols(ord(before) - 64)
        sheet[f"{before}6"] = caption
        for address, value in cells.items():
            sheet[address] = value

    return on_form(change)


def hide(letter: str) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet.column_dimensions[letter].hidden = True

    return on_form(change)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (swap("H", "K"), []),
        (swap("D", "J"), []),
        (insert("J"), []),
        (hide("C"), []),
        (hide("J"), [("HEAD-008", "J6")]),
        (put(H6="完成\n情况", I6=" 完成率 ", J6="进展情况（必填）", K6="存在的问题"), []),
        (put(J6="* 进展情况：", B6="编号", D6="任务"), []),
        (put(A6=None), []),
        (drop("C"), []),
        (drop("G"), []),
        (drop("E", "F"), []),
        (drop("A"), [("ROW-001", f"A{r}") for r in (7, 8, 9, 10)]),
        (drop("B"), []),
        (drop("D"), []),
        (drop("A", "B"), [("ROW-002", f"A{r}") for r in (7, 8, 9, 10)]),
        (insert("J", "备注", J7="含在建"), [("HEAD-005", "J6"), ("ROW-013", "J7")]),
        (insert("J", None, J8="含在建"), [("ROW-015", "J8")]),
        (put(N6="联系人", N9="李四"), [("HEAD-005", "N6"), ("ROW-013", "N9")]),
        (put(N6="完成情况", N9="滞后"), [("ROW-014", "N9")]),
        (put(N7="李四"), [("ROW-012", "N7")]),
    ],
)  # fmt: skip
def test_columns_are_found_by_caption(change: Change, expected: list[tuple[str, str]]) -> None:
    result = merged(changed(change))
    assert sorted(told(result)) == sorted(expected)
    assert lost(result) == set()


@pytest.mark.parametrize(
    ("change", "code", "fields", "cells"),
    [
        (drop("H"), "HEAD-010", {"state"}, {}),
        (drop("L"), "HEAD-003", {"next"}, {}),
        (drop("M"), "HEAD-003", {"due"}, {}),
        (put(H6="情况"), "HEAD-010", {"state"}, {"H7": "ROW-013", "H6": "HEAD-005"}),
        (put(H6=None), "HEAD-010", {"state"}, {"H7": "ROW-015"}),
        (put(M6=None), "HEAD-003", {"due"}, {"M7": "ROW-012"}),
        (put(I6="进展情况"), "HEAD-010", {"percent", "progress"}, {"J7": "ROW-014", "I7": None}),
    ],
)
def test_an_asked_column_that_is_gone_or_renamed(
    change: Change, code: str, fields: set[str], cells: dict[str, str | None]
) -> None:
    result = merged(changed(change))
    assert (code, "A6") in told(result)
    assert "CELL-001" not in {c for c, _ in told(result)}, "the column is named once, not each cell"
    for cell, why in cells.items():
        if why:
            assert (why, cell) in told(result)
            assert cell in aside(result)
    assert {f for _, f in lost(result)} == fields


def test_key_and_goal_gone_leaves_nothing_that_could_be_guessed() -> None:
    result = merged(changed(drop("A", "D")))
    assert {c for c, _ in told(result)} == {"ROW-007", "TASK-001"}
    assert {k for k in values(result) if k[0] is not None} == set()
    assert aside(result)["H7"] == "第1项本期已召开推进会，完成一半。"


def test_the_key_column_only_half_there() -> None:
    result = merged(changed(put(A7=None, A9=None)))
    assert told(result) == [("ROW-001", "B7"), ("ROW-001", "B9")]
    assert lost(result) == set()


def test_two_tables_side_by_side() -> None:
    def change(sheet: Worksheet) -> None:
        for row in range(6, 11):
            for column, letter in enumerate("BDHIJ", 15):
                sheet.cell(row, column).value = sheet[f"{letter}{row}"].value

    result = merged(changed(on_form(change)))
    assert {c for c, _ in told(result)} == {"ROW-014"}
    assert len(told(result)) == 20
    assert lost(result) == set()


def test_a_cell_covered_by_a_merge_keeps_what_it_holds() -> None:
    """LibreOffice can keep the contents of the cells that it merges over."""
    from dataclasses import replace

    from bench_forms import FILE, filled, plan, template

    from reconcile.intake.captions import Captions
    from reconcile.intake.submission_reader import read_submission
    from reconcile.readers import read_book

    book, _ = read_book(FILE, filled())
    assert book is not None
    sheets = tuple(
        replace(s, merges=(*s.merges, (7, 8, 7, 9))) if s.name == "填报表" else s
        for s in book.sheets
    )
    captions = Captions.of(template().form, plan())
    returned = read_submission(FILE, "0", replace(book, sheets=sheets), captions)
    row = returned.tables[0].rows[0]
    assert row.swallowed == {"percent": "完成情况"}
    from reconcile.merge.run import merge

    result = merge(
        plan(), template().form, [returned], period=2, as_of=__import__("datetime").date(2022, 7, 8)
    )
    assert told(result) == [("CELL-040", "I7")]
    assert lost(result) == set()
