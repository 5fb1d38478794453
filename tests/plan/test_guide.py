"""The plan workbook's first sheet: what is left to do, counted live; ticks that generate minds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from little_round import little_plan, number
from office import convert

from reconcile.api.generate import generate
from reconcile.core.findings import Finding, Place
from reconcile.core.plan import Plan, PrintedColumn, Unit
from reconcile.plan import plan_bytes, read_plan

DOUBTS = (
    Finding("PLAN-541", Place("计划.pdf"), values={"year": 2022}),
    Finding("PLAN-018", Place("计划.pdf")),
    Finding("PLAN-541", Place("计划.pdf"), values={"year": 2023}),
)
"""Two warnings and, between them, a note."""


def plan() -> Plan:
    units = (
        Unit("甲局", email="jia@example.cn"), Unit("乙局"), Unit("各县区", group=True),
        Unit("各园区", group=True, members=("甲局", "乙局")),
    )  # fmt: skip
    doubtful = number(1, "投资", "100", {}, doubts=DOUBTS[:1])
    columns = (
        PrintedColumn("Deliverable", "目标任务", "content"),
        PrintedColumn("Owner", "牵头单位", "content", chosen="牵头单位"),
    )
    made = little_plan(
        {1: "修路：甲局；各县区", 2: "植树", 3: "架桥：乙局"}, [doubtful], units=units
    )
    return replace(made, columns=columns, settings={})


def left(path: Path) -> list[tuple[str, object]]:
    """What the guide says: (sheet, how much is left), from the values that a workbook holds."""
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    rows = sheet.iter_rows(min_row=4, values_only=True)
    return [(str(row[2]), row[3]) for row in rows if row[0]]


NOW = [
    ("待核", 2), ("栏目", 1), ("任务", 1), ("单位", 1), ("量化指标", 1), ("时段", 2), ("单位", 1),
]  # fmt: skip


def test_the_first_sheet_says_what_is_left_and_where(tmp_path: Path) -> None:
    path = tmp_path / "总台账.xlsx"
    path.write_bytes(plan_bytes(plan(), DOUBTS))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:4] == ["说明", "待核", "栏目", "任务"]
    assert left(path) == NOW
    links = [row[2].hyperlink.location for row in book["说明"].iter_rows(min_row=4) if row[0].value]
    assert links == [f"'{sheet}'!A1" for sheet, _ in NOW]


def typed(path: Path, cells: Mapping[tuple[str, str], object]) -> None:
    """Have a person write into a plan workbook; keys are (sheet, cell)."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.save(path)


@pytest.mark.usefixtures("soffice")
def test_the_counts_follow_what_a_person_fills_in(tmp_path: Path) -> None:
    """LibreOffice counts as we do: before, and after each step was done for one line."""
    before, after = tmp_path / "前.xlsx", tmp_path / "后.xlsx"
    for path in (before, after):
        path.write_bytes(plan_bytes(plan(), DOUBTS))
    book = openpyxl.load_workbook(after)
    deadline = next(c.row for c in book["设置"]["A"] if c.value == "截止日期")
    at = {
        (name, str(c.value)): c.column_letter
        for name in ("任务", "单位", "量化指标", "待核", "栏目")
        for c in book[name][1]
    }
    done = {
        ("待核", f"{at['待核', '已核']}2"): "是",
        ("栏目", f"{at['栏目', '改作']}2"): "附加列",
        ("任务", f"{at['任务', '牵头单位']}3"): "甲局",
        ("单位", f"{at['单位', '集合单位成员']}4"): "甲局、乙局",
        ("量化指标", f"{at['量化指标', '存疑']}2"): None,
        ("设置", f"B{deadline}"): "2022-07-05",
        ("单位", f"{at['单位', '电子邮箱']}3"): "yi@example.cn",
    }
    typed(after, done)
    first, then = map(left, convert("xlsx", before, after, into=tmp_path / "出"))
    assert first == NOW
    assert then == [("待核", 1), *((sheet, 0) for sheet, _ in NOW[1:])]


@pytest.mark.parametrize(
    ("ticks", "count"),
    [({}, 2), ({"G2": "是"}, 1), ({"G2": "√", "G4": "已看"}, 0), ({"G3": "是"}, 2)],
)
def test_generate_counts_doubts_that_nobody_ticked(
    tmp_path: Path, ticks: Mapping[str, str], count: int
) -> None:
    """待核 has rows 2 (a warning), 3 (a note) and 4 (a warning)."""
    path = tmp_path / "总台账.xlsx"
    path.write_bytes(plan_bytes(replace(plan(), columns=()), DOUBTS))
    typed(path, {("待核", cell): text for cell, text in ticks.items()})
    read, _ = read_plan(path)
    assert read and read.unchecked == count
    made = generate(path, tmp_path / "发出", "第一季度")
    told = [f.values for f in made.findings if f.code == "PLAN-600"]
    assert told == ([{"count": count, "sheet": "待核"}] if count else [])
    assert set(made.files) == {"甲局", "乙局"}


def test_a_plan_without_the_sheet_has_no_doubts(tmp_path: Path) -> None:
    path = tmp_path / "总台账.xlsx"
    path.write_bytes(plan_bytes(plan(), DOUBTS))
    book = openpyxl.load_workbook(path)
    del book["待核"]
    del book["说明"]
    book.save(path)
    read, findings = read_plan(path)
    assert read and read.unchecked == 0
    assert [f.code for f in findings] == ["PLAN-508"]  # task 2 has no lead
