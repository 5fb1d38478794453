"""Rows and sheets of a return, whatever a clerk did to them."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from bench_forms import (
    A,
    B,
    Change,
    answer,
    aside,
    changed,
    clean,
    filled,
    issued,
    lost,
    merged,
    on_form,
    plan,
    put,
    told,
    values,
)
from books import with_drawing
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.keys import row_key, text_hash


def row_of(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def but_for_shares(findings: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without the notes on 0.5 in cells whose percent format a row pasted as values has lost."""
    return [(code, cell) for code, cell in findings if (code, cell[:1]) != ("CELL-012", "I")]


def write_row(sheet: Worksheet, row: int, content: list[Any], first: int = 1) -> None:
    for column, value in enumerate(content, first):
        sheet.cell(row, column).value = value


def insert(at: int, **texts: str) -> Change:
    """Insert a row above row ``at``, with these texts in it."""

    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(at)
        for letter, text in texts.items():
            sheet[f"{letter}{at}"] = text

    return on_form(change)


def reorder(order: list[int], columns: slice) -> Change:
    """Sort the task rows 7.. in this order, in some of the columns only."""

    def change(sheet: Worksheet) -> None:
        rows = [row_of(sheet, 7 + i) for i in order]
        for row, content in enumerate(rows, 7):
            for column in range(*columns.indices(13)):
                sheet.cell(row, column + 1).value = content[column]

    return on_form(change)


def hide(book: Book) -> None:
    book["填报表"].row_dimensions[8].hidden = True


def filtered(book: Book) -> None:
    sheet = book["填报表"]
    sheet.auto_filter.ref = "B6:M10"
    sheet.auto_filter.add_filter_column(0, ["1"])
    for row in (8, 9, 10):
        sheet.row_dimensions[row].hidden = True


def repeat_header(sheet: Worksheet) -> None:
    sheet.insert_rows(9)
    write_row(sheet, 9, row_of(sheet, 6))


def moved(sheet: Worksheet) -> None:
    sheet.move_range(f"A1:M{sheet.max_row}", rows=5, cols=3)
    sheet.merged_cells.ranges = set()


def header_sorted_down(sheet: Worksheet) -> None:
    rows = [row_of(sheet, r) for r in (7, 8, 6, 9, 10)]
    for row, content in enumerate(rows, 6):
        write_row(sheet, row, content)


def copy_sheet(book: Book) -> None:
    book.copy_worksheet(book["填报表"]).title = "副本"


def paste_values(first_column: int = 1, first_row: int = 1) -> Change:
    """Values only, in a fresh workbook; from this column and row of the form on."""

    def change(book: Book) -> Book:
        fresh = openpyxl.Workbook()
        sheet = fresh.active
        assert sheet is not None
        for row in book["填报表"].iter_rows(min_row=first_row, min_col=first_column):
            sheet.append([cell.value for cell in row])
        return fresh

    return change


def rename_sheets(book: Book) -> None:
    for sheet in book.worksheets[:2]:
        sheet.title = f"我的{sheet.title}"


def drop_instructions(book: Book) -> None:
    del book["填报说明"]


def vertical_merge_of_section(book: Book) -> None:
    book["填报表"].merge_cells("C7:C10")


def widened(book: Book) -> None:
    sheet = book["填报表"]
    sheet.column_dimensions["J"].width = 90
    sheet["J7"].font = Font(color="FF0000")
    sheet.unprotect = False


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda book: None, []),
        (insert(8), []),
        (reorder([3, 1, 0, 2], slice(0, 13)), []),
        (hide, [("ROW-011", "A8")]),
        (filtered, [("ROW-011", "A8"), ("ROW-011", "A9"), ("ROW-011", "A10")]),
        (on_form(repeat_header), []),
        (on_form(moved), []),
        (on_form(header_sorted_down), []),
        (rename_sheets, []),
        (drop_instructions, []),
        (widened, []),
        (vertical_merge_of_section, []),
        (
            reorder([3, 1, 0, 2], slice(1, 13)),
            [("ROW-003", "A7"), ("ROW-003", "A9"), ("ROW-003", "A10")],
        ),
        (insert(8, D="以下为牵头任务"), [("ROW-012", "D8")]),
        (insert(9, J="市里已协调"), [("ROW-008", "J9")]),
        (insert(11, B="合计", I="50%"), [("ROW-012", "B11"), ("ROW-008", "I11")]),
        (insert(13, D="注：数据为初步统计"), [("ROW-012", "D13")]),
        (put(J40="第40行的字"), [("ROW-008", "J40")]),
        (put(P8="见附件", XFD1048576="x"), [("ROW-012", "P8"), ("ROW-012", "XFD1048576")]),
        (put(E5="盖章"), [("ROW-012", "E5")]),
        (put(A8=None), [("ROW-001", "B8")]),
        (put(A8="坏了"), [("ROW-010", "A8"), ("ROW-001", "A8")]),
        (put(A8="002.ZZZZZZ.ZZZZZZ"), [("ROW-018", "A8")]),
        (put(A8=None, B8=None), [("ROW-020", "B8"), ("ROW-002", "C8")]),
        (put(B8=99), [("ROW-004", "B8")]),
        (put(B8="第２项"), []),
        (put(B8=3), [("ROW-004", "B8")]),
        (put(D8="产业投资1260亿元。"), [("ROW-009", "D8")]),
        (put(E8="完成350亿元。"), [("ROW-009", "E8")]),
        (put(C8="二、社会"), [("ROW-009", "C8")]),
        (put(G8="配合"), [("TASK-047", "G8")]),
        (put(F8=None), [("ROW-020", "F8")]),
        (put(D8="产业投资\n1360亿元. "), []),
    ],
)  # fmt: skip
def test_rows_are_found_again_and_every_answer_counts(
    change: Change, expected: list[tuple[str, str]]
) -> None:
    result = merged(changed(change))
    assert sorted(but_for_shares(told(result))) == sorted(expected)
    assert lost(result) == set()


def test_an_edited_milestone_is_told_in_the_words_of_the_plan() -> None:
    result = merged(changed(put(E8="完成350亿元。")))
    [finding] = [f for f in result.findings if f.code == "ROW-009"]
    assert finding.message == "第2项第一季度被改动：340→350，已按计划还原"
    assert aside(result) == {"E8": "完成350亿元。"}


def test_a_deleted_row_is_missed() -> None:
    result = merged(changed(on_form(lambda s: s.delete_rows(9))))
    assert told(result) == [("TASK-001", "")]
    assert lost(result, 3) == set()
    assert {k for k in values(result) if k[0] == 3} == set()


def test_a_row_left_empty_is_told_once() -> None:
    result = merged(changed(put(**{f"{c}9": None for c in "HIJKLM"})))
    assert told(result) == [("TASK-002", "A9")]
    assert lost(result, 3) == set()


@pytest.mark.parametrize("same", [True, False])
def test_a_row_copied_with_its_key(same: bool) -> None:
    def change(sheet: Worksheet) -> None:
        write_row(sheet, 11, row_of(sheet, 8))
        if not same:
            sheet["I11"] = 0.6

    result = merged(changed(on_form(change)))
    if same:
        assert but_for_shares(told(result)) == [("TASK-012", "H11")]
        assert lost(result) == set()
    else:
        assert [t for t in told(result) if t[0] == "TASK-011"] == [("TASK-011", "I8")]
        assert lost(result) == {(2, "percent")}, "what both rows say still counts"
        assert aside(result)["I8"] == "0.5" and aside(result)["I11"] == "0.6"


def test_only_the_answers_sorted_cannot_be_told_but_nothing_is_lost() -> None:
    result = merged(changed(reorder([1, 0, 2, 3], slice(7, 13))))
    assert told(result) == []
    assert values(result)[1, "progress"] == answer(2)["J"]


@pytest.mark.parametrize("with_key", [True, False])
def test_a_row_of_another_unit_is_set_aside_cell_by_cell(with_key: bool) -> None:
    key = str(row_key(plan(), 2, B, 4, text_hash(plan().tasks[3]))) if with_key else None

    def change(sheet: Worksheet) -> None:
        content = [key, 4, "一、经济", plan().tasks[3].goal, None, None, "牵头", "滞后", 0.2, "慢"]
        write_row(sheet, 11, content)

    result = merged(changed(on_form(change)))
    code = "ROW-017" if with_key else "ROW-006"
    assert sorted(told(result)) == sorted((code, f"{c}11") for c in "BCDGHIJ")
    assert aside(result)["I11"] == "0.2"
    assert lost(result) == set()


def test_a_shared_task_copied_from_another_unit_s_form_is_not_ours() -> None:
    """市财政局 supports task 2, which 市发改委 leads: goal and number fit, the key tells."""
    key = str(row_key(plan(), 2, B, 2, text_hash(plan().tasks[1])))
    result = merged(changed(put(A8=key, J8="市财政局已拨付资金。")))
    assert ("ROW-017", "J8") in told(result)
    assert ("TASK-001", "") in told(result)
    assert lost(result, 2) == set()


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"A8": None, "D8": "改写过的目标"}, "ROW-007"),
        ({"A8": None, "D8": None}, "ROW-007"),
        ({"B8": 3, "D8": None}, "ROW-019"),
        ({"B8": None, "D8": "新开工项目50个。"}, "ROW-019"),
    ],
)
def test_a_row_that_contradicts_itself_is_asked_about(cells: dict[str, Any], code: str) -> None:
    result = merged(changed(put(**cells)))
    for letter in "HIJLM":
        assert (code, f"{letter}8") in told(result)
    gone = ("TASK-001", "") in told(result)
    assert gone is (code == "ROW-007"), "a row that bears the key of a task is not gone"
    assert lost(result, 2) == set()


def test_the_header_row_deleted_is_no_form_and_every_answer_is_named() -> None:
    result = merged(changed(on_form(lambda s: s.delete_rows(6))))
    assert result.verdicts[0].accepted is False
    assert result.verdicts[0].unit == A
    assert ("HEAD-001", "") in told(result)
    (asked,) = (f for f in result.findings if f.code == "HEAD-011")
    answers = {f"{c}{r}" for c in "HIJLM" for r in (6, 7, 8, 9)}
    assert asked.place.cell == "H6", "the plan's own texts are not asked about"
    assert asked.values["count"] == len(answers)
    assert answers <= set(aside(result))


def test_a_sheet_without_header_beside_a_whole_one() -> None:
    def change(book: Book) -> None:
        copy_sheet(book)
        book["副本"].delete_rows(6)

    result = merged(changed(change))
    assert ("HEAD-001", "") in told(result)
    assert [f.place.cell for f in result.findings if f.code == "HEAD-011"] == ["H6"]
    cells = {s.place.cell for s in result.set_aside if s.code == "HEAD-011"}
    assert {"H6", "J9", "M9"} <= cells and not {"B6", "D6", "A9"} & cells
    assert {"B6", "D6", "A9"} <= {s.place.cell for s in result.set_aside if s.code == "HEAD-001"}
    assert lost(result) == set()


@pytest.mark.parametrize("same", [True, False])
def test_the_table_copied_to_a_second_sheet(same: bool) -> None:
    def change(book: Book) -> None:
        copy_sheet(book)
        if not same:
            book["副本"]["J7"] = "副本里改过的进展。"

    result = merged(changed(change))
    assert {c for c, _ in told(result)} == (
        {"TASK-012", "HEAD-006"} if same else {"TASK-012", "HEAD-006", "TASK-011"}
    )
    assert lost(result) == (set() if same else {(1, "progress")})


def test_a_head_answer_that_differs_on_the_second_sheet() -> None:
    def change(book: Book) -> None:
        copy_sheet(book)
        book["副本"]["D4"] = "李四"

    result = merged(changed(change))
    [finding] = [f for f in result.findings if f.code == "HEAD-007"]
    assert (finding.place.sheet, finding.place.cell) == ("副本", "D4")
    assert values(result)[None, "filler"] == "张三"
    assert lost(result) == set()


def test_two_parts_of_the_table_on_one_sheet() -> None:
    """The last two tasks cut out and put under a second header further down."""

    def change(sheet: Worksheet) -> None:
        header, *rows = (row_of(sheet, r) for r in (6, 9, 10))
        sheet.delete_rows(9, 2)
        for row, content in enumerate((header, *rows), 15):
            write_row(sheet, row, content)

    result = merged(changed(on_form(change)))
    assert but_for_shares(told(result)) == []
    assert lost(result) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (paste_values(), None),
        (paste_values(first_column=2), "ROW-001"),
        (paste_values(first_row=6), "FORM-016"),
    ],
)
def test_a_pasted_copy_in_a_fresh_workbook(change: Change, code: str | None) -> None:
    result = merged(changed(change))
    codes = {c for c, _ in told(result)} - {"CELL-012"}  # 0.5, without its percent format
    head = {"FORM-023"} if code == "FORM-016" else set()
    assert codes == ({code} if code else set()) | head
    assert {k for k in lost(result) if k[0] is not None} == set()


def test_a_pasted_copy_without_key_and_number_is_nobody_s() -> None:
    result = merged(changed(paste_values(first_row=6, first_column=2)))
    assert told(result)[0] == ("FORM-010", "")
    assert not result.records
    assert aside(result)["I2"] == "第1项本期已召开推进会，完成一半。"


def test_a_sheet_with_notes_is_named_cell_by_cell() -> None:
    def change(book: Book) -> None:
        book.create_sheet("情况说明")["B3"] = "另有两个项目未列入。"

    result = merged(changed(change))
    assert told(result) == [("HEAD-002", "B3")]
    assert aside(result) == {"B3": "另有两个项目未列入。"}
    assert lost(result) == set()


def test_a_sheet_with_very_many_notes_is_told_once() -> None:
    def change(book: Book) -> None:
        sheet = book.create_sheet("流水")
        for row in range(1, 302):
            sheet.cell(row, 1).value = row

    result = merged(changed(change))
    assert told(result) == [("HEAD-004", "")]
    assert len(result.set_aside) == 301
    assert lost(result) == set()


def test_a_hidden_sheet_with_a_table_is_told() -> None:
    def change(book: Book) -> None:
        book.create_sheet("空白")
        book.active = 0
        book["填报表"].sheet_state = "hidden"

    result = merged(changed(change))
    assert told(result) == [("HEAD-009", "")]
    assert lost(result) == set()


def test_what_is_written_on_the_instructions_is_not_lost() -> None:
    def change(book: Book) -> None:
        book["填报说明"]["B4"] = "我们下周再交。"
        book["填报说明"]["D2"] = "收到"

    result = merged(changed(change))
    assert sorted(told(result)) == [("HEAD-002", "B4"), ("HEAD-002", "D2")]


def test_what_is_added_to_our_own_lines_is_not_lost() -> None:
    form = issued(A)
    assert form != filled(A)

    def change(sheet: Worksheet) -> None:
        sheet["B2"] = f"{sheet['B2'].value}（规划科代填）"
        for cell in sheet[2]:
            if str(cell.value).startswith("表单编号"):
                cell.value = f"{cell.value} 本表数据为初步数"

    result = merged(changed(on_form(change)))
    assert ("FORM-020", "B2") in told(result)
    assert [s.text for s in result.set_aside if "初步数" in s.text]
    assert lost(result) == set()


def test_merged_answers_down_count_for_each_row() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("J7:J8")

    result = merged(changed(on_form(change)))
    assert told(result) == [("CELL-038", "J8")]
    assert values(result)[2, "progress"] == answer(1)["J"]
    assert lost(result) == {(2, "progress")}


def test_merged_answers_across_leave_the_second_empty() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("H7:I7")

    result = merged(changed(on_form(change)))
    assert sorted(told(result)) == [("CELL-001", "I7"), ("CELL-039", "I7")]
    assert lost(result) == {(1, "percent")}


def test_notes_and_strokes_on_given_cells_are_told() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["E8"].comment = Comment("这个数偏高", "某科员")
        sheet["D9"].font = Font(strike=True)
        sheet["J6"].comment = Comment("填到哪里？", "某科员")

    result = merged(changed(on_form(change)))
    assert sorted(told(result)) == [("ROW-016", "D9"), ("ROW-016", "E8"), ("ROW-016", "J6")]
    assert lost(result) == set()


@pytest.mark.parametrize(
    ("cells", "at", "codes"),
    [
        ({}, "B1", ["ROW-016"]),  # our title
        ({}, "C4", ["ROW-016"]),  # our label
        ({}, "B2", ["ROW-016"]),
        ({"B2": "责任单位：发改委（规划科）"}, "B2", ["FORM-020", "ROW-016"]),
        ({}, "A8", ["ROW-016"]),  # the hidden key
        ({}, "B8", ["ROW-016"]),
        ({"E8": "完成1亿元。"}, "E8", ["CELL-037", "ROW-009"]),
        ({"H8": "基本完成"}, "H8", ["CELL-002", "CELL-037"]),
        ({"P8": "待核"}, "P8", ["CELL-037", "ROW-012"]),
        ({"D15": "自己加的任务", "J15": "做完了"}, "J15", ["CELL-037", "ROW-007"]),
        ({}, "Z40", ["ROW-012"]),
    ],
)
def test_a_note_is_told_whatever_it_stands_on(
    cells: dict[str, Any], at: str, codes: list[str]
) -> None:
    def change(sheet: Worksheet) -> None:
        for address, value in cells.items():
            sheet[address] = value
        sheet[at].comment = Comment("请领导审阅", "某科员")

    result = merged(changed(on_form(change)))
    assert sorted(c for c, cell in told(result) if cell == at) == codes
    said = [f.message for f in result.findings if f.place.cell == at]
    assert any("请领导审阅" in message for message in said)
    assert lost(result, 2) == set()


def test_what_stands_in_a_text_box_is_told() -> None:
    box = (
        "<xdr:twoCellAnchor><xdr:from><xdr:col>9</xdr:col><xdr:row>7</xdr:row></xdr:from>"
        "<xdr:sp><xdr:txBody><a:p><a:r><a:t>情况说明</a:t></a:r><a:r><a:t>附后</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp></xdr:twoCellAnchor>"
    )
    result = merged(with_drawing(filled(), "xl/worksheets/sheet2.xml", box))
    assert told(result) == [("FILE-029", "J8")]
    assert aside(result) == {"J8": "情况说明附后"}
    assert values(result) == clean(), "the answer under the box counts"


def test_the_plan_amended_after_the_form_went_out_is_no_edit_of_theirs() -> None:
    tasks = list(plan().tasks)
    tasks[1] = replace(tasks[1], goal="产业投资1400亿元。")
    amended = replace(plan(), tasks=tuple(tasks), settings={"截止日期": "2022-07-10"})
    result = merged(filled(), its_plan=amended)
    assert told(result) == [("ROW-005", "A8")]
    assert values(result) == clean()
    edited = merged(changed(put(E8="完成1亿元。")), its_plan=amended)
    assert ("ROW-005", "A8") in told(edited) and ("ROW-009", "E8") in told(edited)


def test_a_task_given_to_another_unit_after_the_form_went_out() -> None:
    tasks = [replace(t, lead=(B,), support=()) if t.number == 2 else t for t in plan().tasks]
    result = merged(filled(), its_plan=replace(plan(), tasks=tuple(tasks)))
    assert told(result) == [("TASK-041", "A8")], "one note for the row"
    assert aside(result)["J8"] == answer(2)["J"]
    assert lost(result, 2) == set()


def test_a_number_made_a_formula_is_no_number() -> None:
    result = merged(changed(put(B8="=ROW()-6")))
    assert told(result) == [("ROW-004", "B8")]
    assert aside(result) == {"B8": "=ROW()-6"}
    assert lost(result) == set()


def test_cells_pushed_left_or_down_are_set_aside() -> None:
    """Who deletes a cell and lets the others move up leaves every answer under a wrong caption."""

    def left(sheet: Worksheet) -> None:
        write_row(sheet, 8, [*row_of(sheet, 8)[1:], None])

    result = merged(changed(on_form(left)))
    assert {"G8", "H8", "I8", "K8", "L8"} <= {
        cell for code, cell in told(result) if code == "ROW-007"
    }
    assert lost(result, 2) == set()

    def down(sheet: Worksheet) -> None:
        texts = [sheet[f"J{row}"].value for row in (8, 9, 10)]
        for row, text in zip((8, 9, 10, 11), (None, *texts), strict=True):
            sheet[f"J{row}"] = text

    result = merged(changed(on_form(down)))
    assert told(result) == [("ROW-008", "J11"), ("CELL-001", "J8")]


def test_a_clean_form_of_every_unit_raises_nothing() -> None:
    files = {f"{unit}.xlsx": filled(unit) for unit in (A, B, "市教育局")}
    result = merged(copy.copy(files))
    assert result.findings == ()
    assert result.balance.received == result.balance.accepted == len(result.records)
    assert {s.state for s in result.statuses} == {"clean"}
