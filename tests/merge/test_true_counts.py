"""Counts and numbers that are true: over 100 %, indicators by what they were measured against, 待核."""

from __future__ import annotations

import hashlib
import io
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from bench_forms import A, changed, merged, plan, put, template, told, values
from little_round import fill, issue, little_plan, number
from openpyxl import Workbook, load_workbook
from worded import plain_text

from reconcile.api.extract import extract
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.core.findings import CATALOGUE, Severity
from reconcile.core.i18n import EN, speaking
from reconcile.core.plan import Ruling
from reconcile.core.result import MergeResult
from reconcile.core.values.synonyms import exceeded
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes
from reconcile.plan.indicator_sheet import read_row
from reconcile.reports.circular import draft
from reconcile.reports.counts import IndicatorCounts, indicator_counts, state_counts
from reconcile.reports.details import details_bytes
from reconcile.reports.exports import report
from reconcile.reports.summary import write_summary

# --- over 100 % is an achievement


@pytest.mark.parametrize(
    ("written", "accepted", "codes"),
    [
        (1.2, 1.2, []), ("120%", 1.2, []), ("１２０％", 1.2, []), ("百分之一百二十", 1.2, ["CELL-012"]),
        ("120", 1.2, ["CELL-012"]), (120, 1.2, ["CELL-016"]), (1.5, 1.5, []),
        (2.6, 2.6, ["TASK-045"]), ("260%", 2.6, ["TASK-045"]), (5.0, 5.0, ["TASK-045"]),
        ("501%", None, ["CELL-007"]), (7.0, None, ["CELL-007"]), (-0.1, None, ["CELL-007"]),
    ],
)  # fmt: skip
def test_more_than_the_whole_is_taken(written: Any, accepted: Any, codes: list[str]) -> None:
    result = merged(changed(put(H7="已完成", I7=written)))
    assert values(result).get((1, "percent")) == accepted
    assert told(result) == [(code, "I7") for code in codes]
    assert CATALOGUE["TASK-045"].severity is Severity.WARNING


def test_excel_s_own_rule_admits_what_merge_takes(tmp_path: Any) -> None:
    (tmp_path / "f.xlsx").write_bytes(changed(lambda _: None))
    rules = load_workbook(tmp_path / "f.xlsx")["填报表"].data_validations.dataValidation
    [rule] = [r for r in rules if "I7" in r.sqref]
    assert (rule.type, float(rule.formula1), float(rule.formula2)) == ("decimal", 0, 5)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("超额完成", "已完成"), ("已超额完成全年目标", None), ("超额完成年度目标任务。", "已完成"),
        ("提前完成", "已完成"), ("超额完成序时进度", "超序时"), ("基本完成", None),
    ],
)  # fmt: skip
def test_more_than_done_is_done(written: str, state: str | None) -> None:
    result = merged(changed(put(H7=written, I7=1.1)))
    assert values(result).get((1, "state")) == state


def test_a_plan_made_before_these_words_were_known_knows_them() -> None:
    assert exceeded()["targetexceeded"] == "已完成"
    content = changed(put(H7="超额完成", I7=1.1))
    old = replace(plan(), synonyms={"完成": "已完成"})
    assert values(merged(content, its_plan=old))[1, "state"] == "已完成"
    own = replace(plan(), synonyms={"超额完成": "超序时"})
    assert values(merged(content, its_plan=own))[1, "state"] == "超序时", "the plan's word stands"


@pytest.mark.parametrize(
    ("written", "code", "accepted"),
    [("800%", "CELL-007", 8.0), (-0.05, "CELL-007", -0.05), ("一大半", "CELL-003", None), ("1.3", "CELL-004", None)],
)  # fmt: skip
def test_accepting_as_it_stands_puts_a_number_into_a_column_of_numbers(
    written: Any, code: str, accepted: float | None
) -> None:
    ruling = Ruling(code, A, 1, "完成百分比", "照收")
    result = merged(changed(put(I7=written)), [ruling])
    assert values(result).get((1, "percent")) == accepted
    assert sorted(told(result)) == (
        [] if accepted is not None else [(code, "I7"), ("PLAN-575", "")]
    )
    [status] = [s for s in result.statuses if s.unit == A]
    assert status.errors == (accepted is None), "the ruling's own fault is not the unit's"


# --- indicators, by what they were measured against


TASKS = {1: "投资：甲局", 2: "收入：甲局", 3: "外资：甲局", 4: "用电：甲局", 5: "游客：甲局"}
NUMBERS = [
    number(1, "投资", "100", {"第二季度": "50"}),
    number(2, "收入", "100", {"第二季度": "50"}),
    number(3, "外资", "100", {"第一季度": "20"}),  # nothing is due in this period
    number(4, "用电", "100", {}),
    number(5, "游客", "100", {"第一季度": "20", "第二季度": "20"}, basis="period"),
]


def counted(numbers: dict[str, Any]) -> tuple[MergeResult, IndicatorCounts]:
    its = little_plan(TASKS, NUMBERS, settings={"无本期目标的指标": "照问"})
    result = merged({"a.xlsx": fill(issue(its, "甲局"), numbers=numbers)}, its_plan=its)
    return result, indicator_counts(result)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"投资": 50, "收入": 49, "外资": 0, "用电": 90, "游客": 40}, (5, 1, 1, 2, 1)),
        ({"外资": 10, "用电": 10}, (2, 0, 0, 2, 0)),
        ({"投资": 60, "收入": 70}, (2, 2, 0, 0, 0)),
        ({"游客": 40}, (1, 0, 0, 0, 1)),  # what 第一季度 brought is not known
        ({}, (0, 0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_indicators_count_where_the_period_has_a_target(
    numbers: dict[str, Any], expected: tuple[int, ...]
) -> None:
    result, counts = counted(numbers)
    assert tuple(getattr(counts, f.name) for f in fields(counts)[:5]) == expected
    assert counts.reported == len(numbers) == sum(expected[1:])
    shown = report(result, template().form)["counts"]["indicators"]
    assert tuple(shown.values()) == expected


def test_the_three_numbers_and_what_was_not_judged_are_told() -> None:
    result, _ = counted({"投资": 50, "收入": 49, "外资": 0, "用电": 90, "游客": 40})
    told_ = "报有实绩的量化指标5项，其中达到或超过序时进度1项，未达序时进度1项，本期没有目标2项（其中落后1项），未判定1项。"
    assert told_ in plain_text(draft(result, score_units(result)))
    assert any(told_ in str(cell.value) for row in written(result)["总览"] for cell in row)
    with speaking(EN):
        assert str(indicator_counts(result)).endswith(
            "2 without a target for this period (of these 1 behind), 1 not rated."
        )
    result, _ = counted({"投资": 50})
    assert "未判定" not in str(indicator_counts(result)), "none is not worth a word"


def test_several_units_own_numbers_on_one_indicator_are_one_indicator() -> None:
    its = little_plan(
        {1: "就业率：甲局、乙局"},
        [number(1, "就业率", "80", {"第二季度": "60"}, measure="%", basis="level")],
    )
    files = {
        f"{unit}.xlsx": fill(issue(its, unit), numbers={"就业率": value})
        for unit, value in (("甲局", 60), ("乙局", 70))
    }
    result = merged(files, its_plan=its)
    assert [(str(r.units), r.value) for r in result.reached] == [("甲局", 60), ("乙局", 70)], (
        "no sum of rates"
    )
    assert indicator_counts(result) == IndicatorCounts(1, 1, 0, 0, 0)


# --- 待核: a state that was set aside


def written(result: MergeResult) -> Workbook:
    stream = io.BytesIO()
    write_summary(stream, result, template().form, (), score_units(result))
    return load_workbook(stream)


def table(result: MergeResult) -> list[list[Any]]:
    sheet = written(result)["汇总表"]
    at = [c.value for c in sheet[3]].index("完成情况")
    return [[row[0].value, row[at].value] for row in sheet.iter_rows(min_row=4)]


def test_a_state_that_was_set_aside_is_to_be_reviewed_and_not_silence() -> None:
    its = little_plan({1: "修路：甲局", 2: "架桥：乙局", 3: "植树：丙局", 4: "办学：甲局；乙局"})
    files = {
        "甲.xlsx": fill(issue(its, "甲局"), {1: {"完成情况": "基本完成"}}),
        "乙.xlsx": fill(issue(its, "乙局"), {4: {"完成情况": "差不多"}}),
    }
    result = merged(files, its_plan=its)
    assert {n: s.state for n, s in result.standings.items()} == {
        1: "待核", 2: "达序时", 3: "未报", 4: "达序时",
    }  # fmt: skip
    assert [(c.word, c.number) for c in state_counts(result) if c.number] == [
        ("达序时", 2), ("待核", 1), ("未报", 1),
    ]  # fmt: skip
    assert sum(c.number for c in state_counts(result)) == len(its.tasks)
    assert [1, "基本完成（待核）"] in table(result) and [3, "未报"] in table(result)
    details = load_workbook(io.BytesIO(details_bytes(result, template().form)))
    support = [[c.value for c in row] for row in details["配合答复"].iter_rows()]
    assert "差不多（待核）" in support[1]
    assert report(result, template().form)["counts"]["states"]["待核"] == 1
    assert "待核1项（25.0%）" in plain_text(draft(result, score_units(result)))


def test_a_state_alone_in_its_row_is_still_no_silence() -> None:
    its = little_plan({1: "修路：甲局"})
    only = {"完成情况": "推进中", "完成百分比": None, "进展情况": None}
    result = merged({"甲.xlsx": fill(issue(its, "甲局"), {1: only})}, its_plan=its)
    assert result.standings[1].state == "待核"
    assert table(result) == [[1, "推进中（待核）"]]


@pytest.mark.parametrize(
    ("decision", "value", "state"),
    [("改为", "已完成", "已完成"), ("不收", "", "未报"), ("免提", "", "待核")],
)
def test_a_ruling_decides_what_was_to_be_reviewed(decision: str, value: str, state: str) -> None:
    its = little_plan({1: "修路：甲局"})
    content = fill(issue(its, "甲局"), {1: {"完成情况": "基本完成"}})
    ruling = Ruling("CELL-002", "甲局", 1, "完成情况", decision, value)
    result = merged({"甲.xlsx": content}, [ruling], its_plan=its)
    assert result.standings[1].state == state


def test_what_lost_to_a_later_return_waits_for_nobody() -> None:
    its = little_plan({1: "修路：甲局"})
    files = {
        "1.xlsx": fill(issue(its, "甲局"), {1: {"完成情况": "基本完成"}}),
        "2.xlsx": fill(issue(its, "甲局"), M4=date(2022, 7, 3)),
    }
    result = merged(files, its_plan=its)
    assert (result.standings[1].state, result.pending) == ("达序时", {})


# --- one finding a task; files left out


@pytest.mark.parametrize(
    ("other", "code", "cells"),
    [({}, "TASK-012", 3), ({"完成百分比": 0.6, "进展情况": "另有说法。"}, "TASK-011", 4)],
)
def test_a_form_that_came_twice_is_one_finding_a_task(
    other: dict[str, Any], code: str, cells: int
) -> None:
    its = little_plan({1: "修路：甲局", 2: "架桥：甲局"})
    form = issue(its, "甲局")
    files = {"1.xlsx": fill(form), "2.xlsx": fill(form, {1: other})}
    result = merged(files, its_plan=its)
    found = [f for f in result.findings if f.code in (code, "TASK-012") and f.task]
    assert next((f.task, f.code) for f in found if f.code == code) == (1, code)
    assert len({(f.code, f.task) for f in found}) == len(found) <= 3
    [own] = [f for f in found if (f.code, f.task) == (code, 1)]
    assert own.place.file == "2.xlsx" and own.values["count"] == cells
    balance = result.balance
    assert balance.received == 18 == balance.accepted + balance.normalised + balance.set_aside


@pytest.mark.parametrize("name", ["坏了.xlsx", "甲/坏了.xlsx"])
def test_a_file_that_cannot_be_opened_can_be_left_out(tmp_path: Any, name: str) -> None:
    its = little_plan({1: "修路：甲局"})
    ruled = replace(
        its, rulings=(Ruling("", "", None, "", "忽略文件", hashlib.sha256(b"").hexdigest()[:16]),)
    )
    (tmp_path / "p.xlsx").write_bytes(plan_bytes(ruled))
    path = tmp_path / "收回" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    taken = take(
        tmp_path / "p.xlsx", [tmp_path / "收回"], period="第二季度", as_of=date(2022, 7, 8)
    )
    assert taken.merged is not None
    [verdict] = taken.merged.verdicts
    assert (verdict.accepted, verdict.why) == (False, ("FORM-022",))
    own = [
        (f.code, f.severity)
        for f in taken.merged.findings
        if f.code[:4] in ("FILE", "FORM", "PLAN")
    ]
    assert own == [("FORM-022", Severity.NOTE)]


# --- amounts of several leads


def several(
    summed: bool | None, numbers: dict[str, Any], basis: str = "cumulative", **more: Any
) -> MergeResult:
    """Units that lead one indicator of 50 亿元 by now, with what each of them reports."""
    own = number(1, "投资额", "100", {"第二季度": "50"}, summed=summed, basis=basis, **more)
    its = little_plan({1: "投资：" + "、".join(numbers)}, [own])
    files = {u: fill(issue(its, u), numbers={"投资额": n}) for u, n in numbers.items()}
    return merged(files, its_plan=its)


def said(result: MergeResult, *codes: str) -> list[tuple[str, int | None, str]]:
    return [(f.code, f.task, f.field) for f in result.findings if f.code in codes]


def test_undecided_amounts_are_neither_added_up_nor_rated() -> None:
    result = several(None, {"甲局": 20, "乙局": 30})
    assert said(result, "IND-021", "IND-022", "IND-012") == [("IND-021", 1, "投资额")]
    assert [(str(r.units), r.value, r.measured.light) for r in result.reached] == [
        ("甲局", 20, ""), ("乙局", 30, ""),
    ]  # fmt: skip
    assert result.standings[1].light == "绿", "nobody is behind because nobody has decided"
    assert indicator_counts(result) == IndicatorCounts(1, 0, 0, 0, 1)
    rows = [[c.value for c in row] for row in written(result)["量化指标"].iter_rows(min_row=4)]
    assert [r[2] for r in rows] == ["甲局", "乙局"]
    assert all("没有定，不评定" in str(r) for r in rows)


def test_one_unit_alone_leaves_nothing_undecided() -> None:
    result = several(None, {"甲局": 20})
    assert said(result, "IND-021") == []
    assert result.reached[0].measured.light == "红"


def test_each_by_itself_and_the_sum_where_somebody_said_so() -> None:
    each = several(False, {"甲局": 50, "乙局": 20})
    assert [(str(r.units), r.measured.light) for r in each.reached] == [
        ("甲局", "绿"),
        ("乙局", "红"),
    ]
    total = several(True, {"甲局": 20, "乙局": 30})
    assert [(str(r.units), r.value, r.measured.light) for r in total.reached] == [
        ("甲局、乙局", 50, "绿")
    ]
    assert said(each, "IND-021", "IND-022") == said(total, "IND-021", "IND-022") == []


@pytest.mark.parametrize(
    ("numbers", "doubtful"),
    [
        ({"甲局": 50, "乙局": 50}, True), ({"甲局": 46, "乙局": 54}, True),
        ({"甲局": 40, "乙局": 36}, True), ({"甲局": 40, "乙局": 35}, False),
        ({"甲局": 30, "乙局": 25}, False), ({"甲局": 60, "乙局": 0}, False),
        ({"甲局": 90}, False), ({"甲局": 26, "乙局": 26, "丙局": 26}, True),
    ],
)  # fmt: skip
def test_a_sum_that_looks_like_several_wholes_is_told(
    numbers: dict[str, Any], doubtful: bool
) -> None:
    result = several(True, numbers)
    assert said(result, "IND-022") == ([("IND-022", 1, "投资额")] if doubtful else [])
    assert len(result.reached) == 1, "told, and added up as the plan says"


def test_the_doubt_is_asked_once_when_the_plan_is_read_and_when_forms_are_made(
    tmp_path: Any,
) -> None:
    book = Workbook()
    book.active.append(["序号", "目标任务", "第一季度", "第二季度", "牵头单位"])
    book.active.append([1, "产业投资100亿元", "完成20亿元", "完成50亿元", "甲局、乙局"])
    book.active.append([2, "工业投资80亿元", "完成10亿元", "完成40亿元", "甲局"])
    book.active.append([3, "就业率达到80%", "就业率达到70%", "就业率达到75%", "甲局、乙局"])
    book.save(tmp_path / "计划.xlsx")
    path = tmp_path / "总台账.xlsx"
    made = extract(tmp_path / "计划.xlsx", path)
    assert [(f.code, f.task) for f in made.findings if f.code == "IND-021"] == [("IND-021", 1)]
    sheets = load_workbook(path)
    at = {c.value: i for i, c in enumerate(sheets["量化指标"][1])}
    rows = [[c.value for c in row] for row in sheets["量化指标"].iter_rows(min_row=2)]
    assert [(r[0], r[at["多家时"]], "甲局、乙局" in (r[at["存疑"]] or "")) for r in rows] == [
        (1, "待定", True), (2, "待定", False), (3, "各自", False),
    ]  # fmt: skip
    assert [row[0].value for row in sheets["待核"].iter_rows(min_row=2)].count("IND-021") == 1
    told_ = generate(path, tmp_path / "发出", "第二季度").findings
    assert [(f.code, f.task) for f in told_] == [("IND-021", 1), ("PLAN-600", None)]
    sheets["量化指标"].cell(2, at["多家时"] + 1).value = "各自"
    sheets.save(path)
    assert [f.code for f in generate(path, tmp_path / "发出", "第二季度").findings] == ["PLAN-600"]


@pytest.mark.parametrize(
    ("basis", "measure", "word", "summed"),
    [
        ("累计", "亿元", None, None), ("累计", "亿元", "待定", None), ("当期", "个", "合计", True),
        ("累计", "亿元", "各自", False), ("水平", "%", None, False), ("累计", "%", None, False),
    ],
)  # fmt: skip
def test_what_stands_under_several(basis: str, measure: str, word: Any, summed: Any) -> None:
    row = {
        "序号": "1", "指标": "投资额", "计量单位": measure, "口径": basis, "比较": "≥", "全年目标": "1",
        "多家时": word or "",
    }  # fmt: skip
    read = read_row(lambda c: row.get(c, ""), row, ["第二季度"])
    assert not isinstance(read, str) and read.summed is summed
