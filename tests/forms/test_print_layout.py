"""How a form is laid out: own tasks first, headings between, rows that grow, letters large enough in print."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pdfplumber
import pytest
from bench_forms import FILE, B, changed, filled, issued, merged, on_form, put, template, told
from office import convert
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.plan import Plan
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes
from reconcile.intake.captions import is_heading
from reconcile.readers import Cell


def sheet_of(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))["填报表"]


def test_own_tasks_first_each_kind_under_a_heading() -> None:
    sheet = sheet_of(issued(B))
    shown = [[c.value for c in row[1:4]] for row in sheet.iter_rows(min_row=7)]
    assert shown == [
        [None, "一、牵头任务", None],
        [4, "一、经济", "一般公共预算收入280亿元。"],
        [None, "二、配合任务", None],
        [2, "一、经济", "产业投资1360亿元。"],
    ]
    assert [sheet[f"A{r}"].value is None for r in (7, 8, 9, 10)] == [True, False, True, False]
    assert all(c.protection.locked for r in (7, 9) for c in sheet[r])
    assert not [
        r for r in sheet.merged_cells.ranges if r.max_row >= 7
    ]  # or nothing could be sorted


def test_a_unit_with_one_role_needs_no_heading() -> None:
    assert [sheet_of(issued())[f"B{r}"].value for r in (7, 8, 9, 10)] == [1, 2, 3, 5]


def test_headings_are_no_answers_and_no_stray_texts() -> None:
    result = merged({FILE: filled(B)})
    assert told(result, of=B) == []
    assert result.set_aside == ()
    assert {r.task for r in result.records if r.task} == {2, 4}


@pytest.mark.parametrize("way", ["sorted", "moved", "alone"])
def test_headings_may_be_sorted_or_moved(way: str) -> None:
    def change(sheet: Worksheet) -> None:
        rows = [
            [(c.value, c.number_format) for c in row]
            for row in sheet.iter_rows(min_row=7, max_row=10)
        ]
        order = {"sorted": [1, 3, 0, 2], "moved": [0, 2, 3, 1], "alone": [1, 0, 3, 2]}[way]
        for at, source in enumerate(order, 7):
            for column, (value, shown) in enumerate(rows[source], 1):
                sheet.cell(at, column).value = value
                sheet.cell(at, column).number_format = shown

    result = merged({FILE: changed(on_form(change), B)})
    assert told(result, of=B) == []
    assert {r.task for r in result.records if r.task} == {2, 4}


def test_what_is_written_beside_a_heading_is_told_and_a_heading_in_an_answer_is_one() -> None:
    beside = merged({FILE: changed(put(J7="请来电"), B)})
    assert ("ROW-008", "J7") in told(beside, of=B)
    answer = merged({FILE: changed(put(J8="一、牵头任务"), B)})
    assert ("一、牵头任务", 4) in [(r.value, r.task) for r in answer.records]
    assert not is_heading(Cell(7, 3, "一、牵头任务", note="请核"))


def test_only_this_periods_milestone_is_open() -> None:
    columns = sheet_of(issued()).column_dimensions
    assert [columns[c].hidden for c in "EF"] == [True, False]
    assert columns["E"].outlineLevel == 1 and columns["F"].width > 25


def test_rows_to_fill_in_grow_and_answers_stand_at_their_top() -> None:
    """openpyxl calls every height fixed; the file itself says whether it is."""
    with zipfile.ZipFile(io.BytesIO(issued())) as archive:
        part = archive.read("xl/worksheets/sheet2.xml").decode()
    heights = {line.split('"', 1)[0]: line.split(">", 1)[0] for line in part.split('<row r="')[1:]}
    assert "customHeight" in heights["6"] and "customHeight" not in heights["7"]
    assert float(heights["7"].split('ht="')[1].split('"')[0]) >= 50
    assert {sheet_of(issued())[f"{c}7"].alignment.vertical for c in "DEJKL"} == {"top"}


def printed(content: bytes, folder: Path) -> list[Any]:
    (folder / "form.xlsx").write_bytes(content)
    convert("pdf", folder / "form.xlsx", into=folder)
    with pdfplumber.open(folder / "form.pdf") as pdf:
        return [(p.width, p.height, p.chars) for p in pdf.pages]


def test_letters_are_large_enough_in_print(
    soffice: object, sample_plan: Plan, tmp_path: Path
) -> None:
    """With last period's answers, which take a column more."""
    unit = "市教育局"
    own = [a for a in assignments(sample_plan)[0] if a.unit == unit]
    last = {(unit, own[0].task.number, "state"): "滞后"}
    pages = printed(form_bytes(template(), sample_plan, 1, unit, own, last), tmp_path)
    assert min(c["size"] for _, _, chars in pages for c in chars) >= 9
    assert {(round(w), round(h)) for w, h, _ in pages} == {(595, 842), (1191, 842)}  # A4, A3
