"""Several of a thing, and the unlike neighbour: small faults of judgement that once went unnoticed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from bench_forms import A, B, changed, filled, merged, put, saved, told
from little_round import fill, issue, little_plan, number
from openpyxl.workbook import Workbook as Book

from reconcile.core.findings import Finding
from reconcile.core.form import Form
from reconcile.core.keys import (
    claimed_code,
    honoured_by,
    issue_code,
    plan_code,
    text_hash,
    unit_code,
)
from reconcile.core.plan import Period, Ruling, Unit
from reconcile.core.units import split_units, sure_names
from reconcile.merge.conflicts import EMPTIED
from reconcile.merge.rulings import Rulings
from reconcile.merge.scores import score_units
from reconcile.merge.task_status import worst_state
from reconcile.plan.diff import PERIODS, SETTINGS, UNITS, Change, compare, pair_tasks

LATER = date(2022, 7, 4)


# --- conflicts


def test_a_later_version_without_a_column_takes_nothing_away() -> None:
    """Only a cell left empty is empty; a column that is gone was not answered."""

    def without(book: Book) -> None:
        sheet = book["填报表"]
        sheet["M4"] = LATER
        sheet.delete_cols(11)

    former = changed(put(K7="缺资金。"))
    result = merged({"a.xlsx": former, "b.xlsx": changed(without)})
    assert [r.value for r in result.records if r.field == "problem"] == ["缺资金。"]
    emptied = merged({"a.xlsx": former, "b.xlsx": changed(put(K7=None, M4=LATER))})
    assert [r.value for r in emptied.records if r.field == "problem"] == []
    assert (EMPTIED, "K7") in told(emptied)


# --- units


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("Parks\nOffice", "Parks Office"), ("市GDP\n办公室", "市GDP办公室"), ("市\nGDP办公室", "市GDP办公室"),
        ("Park\ns Office", "Park s Office"), ("Road\ns", "Roads"), ("Class\nA", "Class A"), ("5\ng", "5 g"),
    ],
)  # fmt: skip
def test_a_wrapped_name_keeps_its_blanks_where_words_are_latin(lines: str, name: str) -> None:
    assert split_units(lines, ())[0] == (name,)


# --- what changed between two plans: every field of the register, of a period and of the plan

OLD = replace(
    little_plan({1: "修路：甲局", 2: "架桥：乙局；丙局"}, units=(Unit("甲局"), Unit("乙局"), Unit("丙局"))),
    document="市政办〔2022〕1号",
)  # fmt: skip


def in_words(changes: Iterable[Change]) -> list[Change]:
    """The changes as they are shown, phrases put into words."""
    return [Change(**change.in_words()) for change in changes]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field", "before", "after"),
    [
        ({"aliases": ("甲", "老甲局")}, "简称", "", "甲、老甲局"), ({"group": True}, "类型", "单位", "集合单位"),
        ({"members": ("乙局", "丙局")}, "集合单位成员", "", "乙局、丙局"), ({"contact": "张三"}, "联系人", "", "张三"),
        ({"phone": "0518-1"}, "联系电话", "", "0518-1"), ({"email": "a@example.cn"}, "电子邮箱", "", "a@example.cn"),
        ({"gets_form": False}, "是否发表", "是", "否"), ({"remark": "新设"}, "备注", "", "新设"),
    ],
)  # fmt: skip
def test_every_field_of_a_unit(change: dict[str, Any], field: str, before: str, after: str) -> None:
    new = replace(OLD, units=(replace(OLD.units[0], **change), *OLD.units[1:]))
    assert in_words(compare(OLD, new)) == [
        Change(UNITS, None, None, "甲局", field, before, after, ("甲局",)),
    ]
    assert in_words(compare(new, OLD)) == [
        Change(UNITS, None, None, "甲局", field, after, before, ("甲局",)),
    ]


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        ([("第一季度", (3, 31), 3), ("第二季度", (6, 29), 6)], [("第二季度", "时段结束", "2022-06-30", "2022-06-29")]),
        ([("第一季度", (3, 31), 3), ("第二季度", (6, 30), 5.5)], [("第二季度", "已过月数", "6", "5.5")]),
        ([("第一季度", (3, 31), 3)], [("第二季度", "", "取消", "")]),
        ([("第一季度", (3, 31), 3), ("第二季度", (6, 30), 6), ("全年", (12, 31), 12)], [("全年", "", "", "新增")]),
        ([("第二季度", (6, 30), 6), ("第一季度", (3, 31), 3)], [("次序", "", "第一季度、第二季度", "第二季度、第一季度")]),
        ([("一季度", (3, 31), 3), ("上半年", (6, 30), 6)], [("一季度", "名称", "第一季度", "一季度"), ("上半年", "名称", "第二季度", "上半年")]),
    ],
)  # fmt: skip
def test_every_change_of_periods(periods: list[Any], told: list[tuple[str, str, str, str]]) -> None:
    made = tuple(Period(c, date(2022, *day), float(months)) for c, day, months in periods)
    found = [c for c in in_words(compare(OLD, replace(OLD, periods=made))) if c.kind == PERIODS]
    assert [(c.name, c.field, c.before, c.after) for c in found] == told
    assert {(c.old, c.new, c.units) for c in found} == {(None, None, ())}


@pytest.mark.parametrize(
    ("change", "name", "before", "after"),
    [
        ({"title": "2022年大计划"}, "计划名称", "2022年小计划", "2022年大计划"),
        ({"document": "市政办〔2022〕2号"}, "文号", "市政办〔2022〕1号", "市政办〔2022〕2号"),
        ({"office": "某区政府办"}, "发文机关", "某市政府办", "某区政府办"), ({"year": 2023}, "年度", "2022", "2023"),
        ({"settings": {"截止日期": "2022-07-06"}}, "截止日期", "2022-07-05", "2022-07-06"),
        ({"settings": {}}, "截止日期", "2022-07-05", ""),
    ],
)  # fmt: skip
def test_every_setting(change: dict[str, Any], name: str, before: str, after: str) -> None:
    assert in_words(compare(OLD, replace(OLD, **change))) == [
        Change(SETTINGS, None, None, name, "", before, after),
    ]


def test_tasks_are_paired_by_number_and_goal_then_goal_then_likeness_then_number() -> None:
    old = little_plan(
        {1: "修路：甲局", 2: "架桥：乙局", 3: "修路：丙局", 4: "新建十所小学和幼儿园：甲局"}
    ).tasks
    new = little_plan({3: "修路：丙局", 4: "修路：甲局", 2: "种树：乙局", 5: "新建十二所小学和幼儿园：甲局", 6: "养鱼：甲局"}).tasks  # fmt: skip
    assert [(a.number, b.number) for a, b in pair_tasks(old, new)] == [
        (3, 3),
        (1, 4),
        (2, 2),
        (4, 5),
    ]
    found = in_words(compare(replace(OLD, tasks=old), replace(OLD, tasks=new)))
    assert [(c.kind, c.old, c.new, c.field) for c in found] == [
        ("新增任务", None, 6, ""), ("改号", 1, 4, "序号"), ("改号", 4, 5, "序号"), ("修改任务", 2, 2, "目标任务"),
        ("修改任务", 2, 2, "第一季度"), ("修改任务", 2, 2, "第二季度"), ("修改任务", 4, 5, "目标任务"),
        ("修改任务", 4, 5, "第一季度"), ("修改任务", 4, 5, "第二季度"),
    ]  # fmt: skip


# --- scores


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        # | 绿灯 黄灯 红灯 未报 按时 差错: the average of four lights, plus in time, less errors |
        ({}, {"甲局": 55, "乙局": 100, "丙局": 0}),
        ({"权重：绿灯": "80"}, {"甲局": 52.5, "乙局": 90, "丙局": 0}),
        ({"权重：黄灯": "50"}, {"甲局": 52.5, "乙局": 100, "丙局": 0}),
        ({"权重：红灯": "10"}, {"甲局": 50, "乙局": 100, "丙局": 0}),
        ({"权重：未报": "20"}, {"甲局": 60, "乙局": 100, "丙局": 0}),
        ({"权重：按时": "5"}, {"甲局": 50, "乙局": 95, "丙局": 0}),
        ({"权重：绿灯": "八十"}, {"甲局": 55, "乙局": 100, "丙局": 0}),
    ],
)
def test_every_weight_of_the_scoreboard(
    settings: dict[str, str], expected: dict[str, float]
) -> None:
    """甲局 leads one green, one yellow, one red task and one that it does not answer; 丙局 is silent."""
    own = [number(n, f"额{n}", "100", {"第二季度": "50"}) for n in (1, 2, 3)]
    its = little_plan(
        {1: "一：甲局", 2: "二：甲局", 3: "三：甲局", 4: "四：甲局", 5: "五：乙局", 6: "六：丙局"}, own,
        settings={"截止日期": "2022-07-05", **settings},
    )  # fmt: skip
    late = {"完成情况": "滞后", "存在问题": "缺人。"}
    files = {
        "a.xlsx": fill(issue(its, "甲局"), {2: late, 3: late, 4: None}, {"额1": 50, "额2": 45, "额3": 20}),
        "b.xlsx": fill(issue(its, "乙局")),
    }  # fmt: skip
    found = score_units(merged(files, its_plan=its))
    errors = {s.unit: s.errors for s in found}
    assert {s.unit: float(s.score + errors[s.unit]) for s in found} == expected
    assert [(s.rank, s.unit) for s in found] == [(1, "乙局"), (2, "甲局"), (3, "丙局")]
    assert {s.unit: s.on_time for s in found} == {"甲局": True, "乙局": True, "丙局": False}
    assert [s.lights for s in found if s.unit == "甲局"] == [{"绿": 1, "黄": 1, "红": 1, "": 1}]


@pytest.mark.parametrize(
    ("deadline", "filed", "on_time"),
    [
        ("2022-07-01", date(2022, 7, 1), True), ("2022-06-30", date(2022, 7, 1), False), ("", date(2022, 7, 1), True),
        ("国庆后", date(2022, 7, 1), None), ("2022-07-05", None, None), ("6月底", date(2022, 7, 1), False),
    ],
)  # fmt: skip
def test_who_is_in_time(deadline: str, filed: date | None, on_time: bool | None) -> None:
    its = little_plan({1: "一：甲局"}, settings={"截止日期": deadline})
    [score] = score_units(merged(fill(issue(its, "甲局"), M4=filed), its_plan=its))
    assert score.on_time is on_time


# --- whose names are certain


def test_a_name_is_certain_where_it_stands_alone_or_in_the_register_and_nobody_asked() -> None:
    tasks = little_plan({1: "一：甲局、乙局", 2: "二：丙局", 3: "三：丁、戊局；己局"}).tasks
    units = [Unit(n) for n in ("甲局", "乙局", "丙局", "丁", "戊局", "己局")]
    register = [Unit("甲局"), Unit("丁局", ("丁",)), Unit("戊局")]
    asked = [
        Finding("UNIT-001", values={"unit": "戊局"}),
        Finding("PLAN-076", values={"names": "己局、庚局"}),
    ]
    assert sure_names(tasks, units, register, ()) == {"甲局", "丙局", "丁", "戊局", "己局"}
    assert sure_names(tasks, units, register, asked) == {"甲局", "丙局", "丁"}
    parted = [Finding("PLAN-086", values={"unit": "丙局丁", "parts": "丙局、丁"})]
    assert sure_names(tasks, units, register, parted) == {"甲局", "戊局", "己局"}


# --- identity


def test_what_a_form_says_of_itself_is_a_code_only_where_it_says_enough() -> None:
    whole = {"title": "2022年小计划", "document": "", "year": "2022", "period": "第二季度", "end": "2022-06-30"}  # fmt: skip
    period = OLD.periods[1]
    assert claimed_code(whole) == issue_code(replace(OLD, document=""), period)
    for word in ("year", "period", "end"):
        assert claimed_code({k: v for k, v in whole.items() if k != word}) == ""
        assert claimed_code({word: whole[word]}) == ""
    assert claimed_code({k: v for k, v in whole.items() if k != "document"}) == claimed_code(whole)
    assert claimed_code({k: v for k, v in whole.items() if k != "title"}) not in ("", claimed_code(whole))  # fmt: skip


# --- rows that belong to nobody


@pytest.mark.parametrize(
    ("answers", "cells"),
    [
        # | what stands in H to M of a row without number, goal and milestones but with a key | where it is told |
        ({"H8": "滞后", "I8": 0.4}, ["H8", "I8"]),
        ({"J8": "写错行了。"}, ["J8"]),
        ({}, ["A8"]),
    ],
)
def test_an_unknown_row_is_told_once_for_each_answer(
    answers: dict[str, Any], cells: list[str]
) -> None:
    row = {f"{letter}8": None for letter in "BCDEFGHIJKLM"} | answers
    result = merged(changed(put(A8="002.ZZZZZZ.ZZZZZZ", **row)))
    found = [(code, cell) for code, cell in told(result) if code == "ROW-007"]
    assert found == [("ROW-007", cell) for cell in cells]
    assert [s.place.cell for s in result.set_aside] == [c for c in cells if c != "A8"]


# --- periods that are captioned anew


def test_a_period_of_another_caption_is_the_one_that_ends_on_its_day_and_is_taken_once() -> None:
    two = (OLD.periods[0], replace(OLD.periods[1], caption="上半年"), replace(OLD.periods[1], caption="中期"))  # fmt: skip
    found = [c for c in in_words(compare(OLD, replace(OLD, periods=two))) if c.kind == PERIODS]
    assert [(c.name, c.field, c.before, c.after) for c in found] == [
        ("上半年", "名称", "第二季度", "上半年"), ("中期", "", "", "新增"),
    ]  # fmt: skip


# --- states


def test_of_any_two_states_the_worse_one_counts() -> None:
    worst_first = ["随便写的", "未启动", "滞后", "达序时", "超序时", "已完成"]
    for at, worse in enumerate(worst_first):
        assert worst_state([worse]) == worse
        for better in worst_first[at + 1 :]:
            assert worst_state([better, worse]) == worst_state([worse, better]) == worse
    assert worst_state([]) == ""


# --- whose a file without a number may be, by its rows


def tables(*sheets: tuple[str, str, str]) -> bytes:
    """A workbook of several forms: (sheet, unit, what is done with its number: kept or gone)."""
    book = openpyxl.load_workbook(BytesIO(filled(sheets[0][1])))
    book["填报表"].title = sheets[0][0]
    for name, unit, _ in sheets[1:]:
        theirs = openpyxl.load_workbook(BytesIO(filled(unit)))["填报表"]
        sheet = book.create_sheet(name)
        for row in theirs.iter_rows():
            for cell in row:
                sheet.cell(cell.row, cell.column, cell.value)
    for name, _, printed in sheets:
        for row in book[name].iter_rows(max_row=5) if printed == "gone" else ():
            for cell in row:
                if isinstance(cell.value, str) and "表单编号" in cell.value:
                    cell.value = None
    if all(printed == "gone" for _, _, printed in sheets):
        del book["_meta"]
        for prop in list(book.custom_doc_props.names):
            del book.custom_doc_props[prop]
    return saved(book)


def test_a_sheet_that_bears_a_number_is_its_unit_s_and_one_without_is_whose_rows_it_has() -> None:
    result = merged({"a.xlsx": tables(("甲", A, "kept"), ("乙", B, "gone"))})
    assert [(v.unit, v.accepted) for v in result.verdicts] == [(A, True), (B, True)]
    assert {r.unit for r in result.records if r.place.sheet == "甲"} == {A}
    assert {r.unit for r in result.records if r.place.sheet == "乙"} == {B}


def test_an_amended_plan_of_another_year_honours_no_forms() -> None:
    assert honoured_by(replace(OLD, year=2023, title="2023年小计划"), OLD) == ""
    assert honoured_by(OLD, OLD) == "第一季度=2022-01；第二季度=2022-02", "forms of older versions"
    former = [issue_code(OLD, period) for period in OLD.periods]
    told = honoured_by(replace(OLD, title="2022年小计划（改）"), OLD)
    assert all(f"{p.caption}={code}" in told for p, code in zip(OLD.periods, former, strict=True))


def test_codes_that_forms_already_out_bear_never_change() -> None:
    assert (plan_code(OLD), unit_code("甲局"), text_hash(OLD.tasks[0])) == (
        "C3C7",
        "TZQY",
        "DDNCPG",
    )
    assert [issue_code(OLD, p) for p in OLD.periods] == ["2022-7K6P074VYZBJ", "2022-S0DNA25JREGS"]


# --- rulings


@pytest.mark.parametrize(
    ("period", "codes"),
    [
        ("", ["PLAN-520"]),
        ("@第二季度", ["PLAN-520"]),
        ("@第一季度", []),
        ("@第九季度", ["PLAN-592"]),
    ],
)
def test_a_ruling_on_a_file_of_a_period_that_the_plan_does_not_have(
    period: str, codes: list[str]
) -> None:
    its = replace(OLD, rulings=(Ruling("", "", None, "", "忽略文件", "0" * 32 + period),))
    assert [f.code for f in Rulings(its, Form((), ()), 2).dead("计划")] == codes
