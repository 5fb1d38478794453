"""销号: what is done and accepted so is not asked again, until a later ruling takes it back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import merged, template
from little_round import PERIODS, fill, issue, little_plan

from reconcile.api.generate import generate
from reconcile.core.plan import Period, Plan, Ruling
from reconcile.merge.scores import score_units
from reconcile.merge.year.decisions import signed_off
from reconcile.plan import plan_bytes, read_plan
from reconcile.reports.overview import overview
from reconcile.reports.sheets.task_table import table_columns, task_rows
from reconcile.writers.table import Cell

THREE = (*PERIODS, Period("第三季度", date(2022, 9, 30), 9))
TASKS = {1: "修路：甲局；乙局", 2: "架桥：甲局", 3: "植树：丙局"}


def ruled(*rulings: tuple[int | None, str, str], settings: dict[str, str] | None = None) -> Plan:
    """The plan with rulings: (task, decision, day)."""
    made = tuple(
        Ruling("", "", task, "", decision, who="张主任", when=day, why="现场核查")
        for task, decision, day in rulings
    )
    return replace(little_plan(TASKS, settings=settings or {}), rulings=made)


OFF, ON = "销号", "恢复"


@pytest.mark.parametrize(
    ("rulings", "done"),
    [
        #  task, decision, day                                   | by period
        ([(1, OFF, "2022-07-10")], [[], [], [1]]),  # the period it was reported in stays
        ([(1, OFF, "2022-04-20"), (3, OFF, "2022-04-01")], [[], [1, 3], [1, 3]]),
        ([(1, OFF, "2022-04-20"), (1, ON, "2022-08-01")], [[], [1], []]),
        ([(1, ON, "2022-08-01"), (1, OFF, "2022-04-20")], [[], [1], []]),  # the later day, not row
        ([(1, OFF, "2022-08-01"), (1, ON, "2022-08-01")], [[], [], []]),  # of one day the lower row
        ([(1, OFF, "2022年4月20日")], [[], [1], [1]]),
        ([(1, OFF, "以后"), (None, OFF, "2022-04-20"), (9, OFF, "2022-04-20")], [[], [], []]),
    ],
)
def test_the_ruling_of_the_later_day_decides(
    rulings: list[tuple[int | None, str, str]], done: list[list[int]]
) -> None:
    plan = replace(ruled(*rulings), periods=THREE)
    assert [list(signed_off(plan, n)) for n in (1, 2, 3)] == done


def test_a_task_that_is_signed_off_is_asked_of_nobody_and_stands_as_done() -> None:
    plan = ruled((1, OFF, "2022-04-20"), (3, OFF, "2022-04-20"))
    form = fill(issue(plan, "甲局"), {1: None})
    result = merged(form, its_plan=plan, rulings=plan.rulings)
    assert [f.code for f in result.findings] == []
    assert {s.unit: (s.state, s.asked, s.answered) for s in result.statuses} == {
        "甲局": ("clean", 1, 1)
    }, "乙局 and 丙局 have nothing left to answer"
    assert {n: (s.state, s.light) for n, s in result.standings.items()} == {
        1: ("已完成", "绿"), 2: ("达序时", "绿"), 3: ("已完成", "绿"),
    }  # fmt: skip
    assert {n: (r.who, r.when, r.why) for n, r in result.signed_off.items()} == dict.fromkeys(
        (1, 3), ("张主任", "2022-04-20", "现场核查")
    )
    assert [(s.unit, s.led) for s in score_units(result)] == [("甲局", 1)]
    silent = merged({}, its_plan=plan, rulings=plan.rulings)
    assert [(f.code, f.unit) for f in silent.findings] == [("UNIT-009", "甲局")]


def test_the_summary_says_what_is_signed_off_and_calls_nobody_silent_for_it() -> None:
    plan = ruled((1, OFF, "2022-04-20"), (3, OFF, "2022-04-20"))
    result = merged(fill(issue(plan, "甲局"), {1: None}), its_plan=plan, rulings=plan.rulings)
    assert "已销号的 2 项：第1、3项。" in overview(result).sentences
    captions = [c.caption for c in table_columns(result, template().form)]
    shown = {
        number: dict(zip(captions, row, strict=True))
        for number in (1, 3)
        for row in task_rows(result, template().form, result.plan.tasks[number - 1])
    }
    told = {n: (plain(r["完成情况"]), plain(r["进展情况"])) for n, r in shown.items()}
    assert told == dict.fromkeys((1, 3), ("已完成", "已销号（2022-04-20）"))


def plain(value: object) -> object:
    return value.value if isinstance(value, Cell) else value


def test_who_answers_all_the_same_is_heard_and_what_contradicts_is_told() -> None:
    plan = ruled((1, OFF, "2022-04-20"))
    form = fill(
        issue(plan, "甲局"), {1: {"完成情况": "滞后", "存在问题": "路面又坏了，正在返修。"}}
    )
    result = merged(form, its_plan=plan, rulings=plan.rulings)
    told = [(f.code, f.unit, f.task) for f in result.findings if f.code != "UNIT-009"]
    assert told == [("TASK-048", "甲局", 1)]
    assert (result.standings[1].state, result.standings[1].light) != ("已完成", "绿")
    assert result.balance.set_aside == 0
    back = ruled((1, OFF, "2022-04-20"), (1, ON, "2022-06-01"))
    again = merged({}, its_plan=back, rulings=back.rulings)
    assert sorted(f.unit for f in again.findings if f.code == "UNIT-009") == [
        "丙局",
        "乙局",
        "甲局",
    ]


def rows(path: Path) -> list[Any]:
    """Numbers and headings of a form, from the first task row on."""
    sheet = openpyxl.load_workbook(path)["填报表"]
    return [sheet.cell(r, 2).value or sheet.cell(r, 3).value for r in range(7, sheet.max_row + 1)]


def test_forms_leave_it_out_or_ask_for_it_last(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(plan_bytes(ruled((1, OFF, "2022-04-20"), (3, OFF, "2022-04-20"))))
    made = generate(path, tmp_path / "发出", "第二季度", as_of=date(2022, 6, 1))
    assert list(made.files) == ["甲局"] and rows(made.files["甲局"]) == [2]
    assert {(a.unit, a.task.number) for a in made.spared} == {("甲局", 1), ("乙局", 1), ("丙局", 3)}
    first = generate(path, tmp_path / "一季", "第一季度", as_of=date(2022, 3, 1))
    assert len(first.files) == 3 and first.spared == ()
    plan = ruled((1, OFF, "2022-04-20"), settings={"销号任务": "回头看"})
    path.write_bytes(plan_bytes(plan))
    made = generate(path, tmp_path / "回头看", "第二季度", as_of=date(2022, 6, 1))
    heading = "回头看（已销号，核实成效是否稳固）"
    assert rows(made.files["甲局"]) == ["一、牵头任务", 2, heading, 1]
    assert rows(made.files["乙局"]) == [heading, 1]
    sent = made.files["甲局"].read_bytes()
    result = merged(fill(sent, {1: {"完成情况": "已完成", "完成百分比": 1}}), its_plan=plan, rulings=plan.rulings)  # fmt: skip
    assert [f.code for f in result.findings if f.unit == "甲局"] == []
    assert len(result.entries) == 2


def test_a_ruling_is_kept_by_the_plan_workbook_and_must_be_whole(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    plan = ruled((1, OFF, "2022-04-20"))
    path.write_bytes(plan_bytes(plan))
    read, told = read_plan(path)
    assert read is not None and read.rulings == plan.rulings and told == ()
    book = openpyxl.load_workbook(io.BytesIO(plan_bytes(plan)))
    for row in (
        [None, None, 2, None, "销号", None, "张主任", "昨天", "核查"],
        [None, None, None, None, "恢复"],
    ):
        book["裁定"].append(row)
    book["设置"].append(["销号任务", "都要"])
    book.save(path)
    told = read_plan(path)[1]
    assert [(f.code, str(f.place.cell)) for f in told if f.code == "PLAN-602"] == [
        ("PLAN-602", "第3行"), ("PLAN-602", "第4行"),
    ]  # fmt: skip
    assert [str(f.values["captions"]) for f in told if f.code == "PLAN-602"] == [
        "裁定日期", "序号、裁定人、裁定日期、理由",
    ]  # fmt: skip
    assert "PLAN-598" in [f.code for f in told]
