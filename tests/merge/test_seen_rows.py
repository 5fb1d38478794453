"""Rows that show another task than their hidden key."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from bench_forms import (
    HEAD,
    A,
    B,
    answer,
    aside,
    changed,
    merged,
    plan,
    put,
    saved,
    template,
    told,
    values,
)

from reconcile.core.plan import Plan, Task
from reconcile.core.result import MergeResult
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes

# --- rows: row 9 is task 3, "新开工项目50个。", with E9 "开工10个。"

FOURTH = {
    "B9": 4,
    "D9": "一般公共预算收入280亿元。",
    "E9": "完成70亿元。",
    "F9": "完成第4项全年的一半。",
}
NEW = {"B9": 200, "D9": "举办两次招商大会。", "E9": "选定会场。", "F9": "请来客商。"}


def only(cells: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    return {cell: value for cell, value in cells.items() if cell[0] in columns}


# | what was written over row 9 of 市发改委 |
OTHERS = [
    FOURTH, only(FOURTH, "B", "D"), only(FOURTH, "D", "E", "F"),
    NEW, NEW | {"B9": "新增1"}, NEW | {"C9": "五、民生"}, FOURTH | {"B9": "第4项"},
    only(NEW, "D", "E", "F"), NEW | {"B9": None},
]  # fmt: skip


@pytest.mark.parametrize("cells", OTHERS)
def test_a_row_that_shows_another_task_is_not_merged_at_its_key(cells: dict[str, Any]) -> None:
    result = merged(changed(put(**cells)))
    assert told(result) == [("ROW-040", "D9")], "once for the row, which is not gone"
    assert not [key for key in values(result) if key[0] in (3, 4)]
    assert aside(result)["J9"] == answer(3)["J"] and aside(result)["D9"] == cells["D9"]
    (message,) = (f for f in result.findings if f.code == "ROW-040")
    assert message.values["own"] == "新开工项目50个。" and message.values["task"] == 3


# | written | told |
EDITS = [
    (only(FOURTH, "D"), ["ROW-009"]), (only(FOURTH, "D", "E"), ["ROW-009", "ROW-009"]),
    (only(NEW, "D"), ["ROW-009"]), (only(NEW, "B"), ["ROW-004"]),
    (only(NEW, "E"), ["ROW-009"]), (only(NEW, "B", "D"), ["ROW-004", "ROW-009"]),
    ({"B9": 7, "D9": "新开工项目60个。", "E9": "开工12个。"}, ["ROW-004", "ROW-009", "ROW-009"]),
    ({"B9": None, "D9": None, "E9": "选定会场。"}, ["ROW-009", "ROW-020", "ROW-020"]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "codes"), EDITS)
def test_a_row_that_was_edited_stays_its_task(cells: dict[str, Any], codes: list[str]) -> None:
    result = merged(changed(put(**cells)))
    assert sorted(code for code, _ in told(result)) == codes
    assert values(result)[3, "progress"] == answer(3)["J"]


def two_units() -> Plan:
    """Eight tasks: 1 to 4 of 市发改委, 5 to 8 of 市财政局."""
    goals = [
        "地区生产总值",
        "产业投资",
        "新开工项目",
        "外贸进出口",
        "预算收入",
        "税收占比",
        "政府债券",
        "国有资产",
    ]

    def task(number: int, goal: str) -> Task:
        milestones = {"第一季度": f"{goal}开局良好。", "第二季度": f"{goal}完成过半。"}
        unit = A if number < 5 else B
        return Task(number, ("一、经济",), f"{goal}达到目标。", milestones, (unit,), ())

    return replace(plan(), tasks=tuple(task(n, goal) for n, goal in enumerate(goals, 1)))


def pasted(rows: int) -> MergeResult:
    """The form of 市发改委 with what can be seen of the other unit's in its first rows."""
    its_plan = two_units()
    own = [a for a in assignments(its_plan)[0] if a.unit == A]
    content = form_bytes(template(), its_plan, 2, A, own)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["填报表"]
    for cell, value in HEAD.items():
        sheet[cell] = value
    for row, task in zip(range(7, 11), its_plan.tasks[4:], strict=True):
        if row < 7 + rows:
            sheet[f"B{row}"], sheet[f"D{row}"] = task.number, task.goal
            sheet[f"E{row}"], sheet[f"F{row}"] = task.milestones.values()
        for letter, value in answer(row).items():
            sheet[f"{letter}{row}"] = value
    return merged(saved(book), its_plan=its_plan)


def test_the_whole_table_of_another_unit_is_refused() -> None:
    result = pasted(4)
    assert [code for code, _ in told(result)] == ["FORM-090"]
    (message,) = (f for f in result.findings if f.code == "FORM-090")
    assert str(message.values["other"]) == B and message.values["count"] == 4
    assert not result.records and not result.verdicts[0].accepted
    assert next(u for u in result.statuses if u.unit == A).state == "refused"


def test_some_rows_of_another_unit_are_set_aside_one_by_one() -> None:
    result = pasted(1)
    assert [code for code, _ in told(result)] == ["ROW-040"]
    assert {key[0] for key in values(result)} == {None, 2, 3, 4}
