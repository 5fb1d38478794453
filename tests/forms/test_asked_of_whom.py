"""What a form asks of whom, as 设置 says, and that what comes back is held against the same."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import merged, saved
from little_round import codes, fill, issue, little_plan, number

from reconcile.api.generate import generate
from reconcile.core.form import NOT_ASKED
from reconcile.core.plan import Plan, Ruling
from reconcile.core.result import MergeResult
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes, read_plan
from reconcile.plan.diff import compare

TASKS = {1: "修路：甲局；乙局", 2: "架桥：乙局；丙局", 3: "植树：甲局"}
NUMBERS = [
    number(1, "里程", "100", {"第二季度": "50"}),
    number(2, "桥长", "100", {"第一季度": "20"}),  # nothing is due in this period
    number(2, "投资", "100", {"第二季度": "50"}, asked="all", summed=True),
]


def its(support: str = "", untargeted: str = "") -> Plan:
    settings = {"截止日期": "2022-07-05", "配合单位填报": support, "无本期目标的指标": untargeted}
    return little_plan(TASKS, NUMBERS, settings=settings)


def asked(form: bytes) -> dict[int, str]:
    """By task: what stands in 完成百分比, "open" where it is the clerk's to fill in."""
    sheet = openpyxl.load_workbook(io.BytesIO(form))["填报表"]
    cells = {sheet.cell(r, 2).value: sheet.cell(r, 9) for r in range(7, sheet.max_row + 1)}
    return {
        int(str(n)): str(c.value) if c.protection.locked else "open"
        for n, c in cells.items()
        if n is not None
    }


def indicators(form: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(form))
    if "量化指标" not in book.sheetnames:
        return []
    sheet = book["量化指标"]
    return [str(sheet.cell(r, 3).value) for r in range(5, sheet.max_row + 1)]


def first_line(form: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(form), data_only=True)["填报表"]["B5"].value


def back(plan: Plan, issued: Plan | None = None, **answers: Any) -> MergeResult:
    """All three units answer on the forms of the plan ``issued``."""
    old = issued or plan
    forms = {
        f"{unit}.xlsx": fill(issue(old, unit), answers.get(unit), {"里程": 50, "投资": 25})
        for unit in ("甲局", "乙局", "丙局")
        if any(unit in goal for goal in TASKS.values())
    }
    return merged(forms, its_plan=plan)


@pytest.mark.parametrize(
    ("support", "cells", "numbers", "line"),
    [
        ("", {2: "open", 1: NOT_ASKED}, ["投资"], "还差7格（其中表头2格）：第1、2项"),
        ("全部", {2: "open", 1: "open"}, ["投资"], "还差8格（其中表头2格）：第1、2项"),
        ("不填", {2: "open"}, ["投资"], "还差5格（其中表头2格）：第2项"),
    ],
)
def test_a_unit_that_leads_and_supports(
    support: str, cells: dict[int, str], numbers: list[str], line: str
) -> None:
    form = issue(its(support), "乙局")
    assert (asked(form), indicators(form), first_line(form)) == (cells, numbers, line)


def test_what_a_form_says_of_itself_leaves_out_what_it_does_not_ask() -> None:
    def told(unit: str, support: str = "") -> list[str]:
        sheet = openpyxl.load_workbook(io.BytesIO(issue(its(support), unit)))["填报说明"]
        return [str(c.value) for c in sheet["A"]]

    assert "完成百分比" in told("乙局") and "完成百分比" not in told("丙局")
    assert "完成百分比" in told("丙局", "全部")


@pytest.mark.parametrize(("setting", "names"), [("", ["投资"]), ("照问", ["桥长", "投资"])])
def test_a_number_without_a_target_is_asked_where_the_plan_says_so(
    setting: str, names: list[str]
) -> None:
    assert indicators(issue(its(untargeted=setting), "乙局")) == names
    answered = back(its(untargeted=setting))
    assert codes(answered, "IND") == [], "what was not asked is not called missing"


@pytest.mark.parametrize("support", ["", "全部", "不填"])
def test_forms_as_asked_come_back_clean(support: str) -> None:
    plan = its(support)
    result = back(plan) if support != "不填" else merged(
        {f"{u}.xlsx": fill(issue(plan, u), None, {"里程": 50, "投资": 50}) for u in ("甲局", "乙局")},
        its_plan=plan,
    )  # fmt: skip
    assert codes(result) == [("IND-012", "", 2, "")] * (support == "不填") or not codes(result)
    assert {s.unit: (s.state, s.asked, s.answered) for s in result.statuses} == (
        {"甲局": ("clean", 2, 2), "乙局": ("clean", 1, 1)}
        if support == "不填"
        else {"甲局": ("clean", 2, 2), "乙局": ("clean", 2, 2), "丙局": ("clean", 1, 1)}
    )
    assert all(score.score == 100 for score in score_units(result) if score.led)
    shares = {(r.unit, r.task) for r in result.named("percent")}
    assert (("乙局", 1) in shares) == (support == "全部")


def test_what_came_on_an_old_form_all_the_same_is_told_and_kept_out() -> None:
    result = back(its(), its("全部"), 乙局={1: {"完成百分比": "一大半", "完成情况": "已完成"}})
    assert codes(result) == [("CELL-065", "乙局", 1, "I10"), ("CELL-065", "丙局", 2, "I7")]
    kept = {(s.unit, s.task): s.text for s in result.set_aside}
    assert kept == {("丙局", 2): "0.5", ("乙局", 1): "一大半"}
    assert {s.state for s in result.statuses} == {"clean"}, "nobody is at fault"
    assert result.entries["乙局", 1].values["state"] == "已完成"


def test_rows_that_are_not_asked_for_any_more_are_told_once_each() -> None:
    result = back(its("不填"), its(), 丙局={2: {"完成情况": "谁知道"}})
    assert codes(result, "CELL", "TASK") == [
        ("TASK-049", "乙局", 1, "A10"), ("TASK-049", "丙局", 2, "A7"), ("TASK-049", "丙局", 2, "A5"),
    ]  # fmt: skip
    assert "谁知道" in [s.text for s in result.set_aside]
    assert [s.unit for s in result.statuses] == ["甲局", "乙局"]
    assert ("丙局", 2) not in result.entries


def test_a_column_pasted_over_what_is_not_asked() -> None:
    """And one that was deleted: neither is a fault of who only supports."""
    plan = its()
    pasted = openpyxl.load_workbook(io.BytesIO(fill(issue(plan, "丙局"), {2: {"完成百分比": 0.5}})))
    assert codes(merged(saved(pasted), its_plan=plan), "CELL") == [("CELL-065", "丙局", 2, "I7")]
    pasted["填报表"].delete_cols(9)
    assert codes(merged(saved(pasted), its_plan=plan), "CELL", "HEAD") == []


def test_a_ruling_may_count_it_all_the_same() -> None:
    plan = its()
    form = fill(issue(plan, "丙局"), {2: {"完成百分比": 0.5}})
    ruling = Ruling("CELL-065", "丙局", 2, "完成百分比", "照收")
    result = merged(form, [ruling], its_plan=replace(plan, rulings=(ruling,)))
    assert [(r.unit, r.value) for r in result.named("percent")] == [("丙局", 0.5)]


def test_a_task_that_the_unit_leads_now_is_not_missing_what_its_form_did_not_ask() -> None:
    now = little_plan({**TASKS, 1: "修路：乙局；甲局"}, settings={"截止日期": "2022-07-05"})
    old = little_plan(TASKS, settings={"截止日期": "2022-07-05"})
    result = merged(fill(issue(old, "乙局")), its_plan=now)
    assert [c for c, u, _, _ in codes(result) if u == "乙局"] == ["TASK-047"]


def test_generate_says_who_gets_none_and_a_word_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(plan_bytes(its("不填")))
    made = generate(tmp_path / "plan.xlsx", tmp_path / "out", "第二季度")
    assert list(made.files) == ["甲局", "乙局"]
    assert [(f.code, f.values) for f in made.findings] == [("UNIT-014", {"units": "丙局"})]
    (tmp_path / "odd.xlsx").write_bytes(plan_bytes(its("随便")))
    plan, findings = read_plan(tmp_path / "odd.xlsx")
    assert plan is not None
    assert [(f.code, f.message) for f in findings] == [
        ("PLAN-597", "设置“配合单位填报”填的是“随便”，看不懂，按“只填进展”办")
    ]


def test_who_is_asked_otherwise_is_a_change_of_the_plan() -> None:
    [change] = compare(its(), its("全部"))
    assert (str(change.name), str(change.before), str(change.after)) == (
        "配合单位填报",
        "只填进展",
        "全部",
    )
    assert change.units == ("乙局", "丙局")
    assert compare(its(), its("只填进展")) == (), "an empty line says the same"
