"""What a person decided: each kind of ruling, on each kind of finding; and rulings that hit nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bench_forms import (
    FILE,
    FILED,
    A,
    aside,
    changed,
    filled,
    fingerprint_of,
    lost,
    merged,
    put,
    told,
    values,
)
from worded import worded

from reconcile.core.findings import Finding
from reconcile.core.plan import Ruling
from reconcile.core.result import MergeResult


def rule(
    code: str, decision: str, value: str = "", field: str = "完成百分比", task: int | None = 1
) -> Ruling:
    return Ruling(code, A, task, field, decision, value, "王五", "2022-07-09", "电话核实")


def waived(result: MergeResult) -> list[tuple[str, str]]:
    return [(f.code, f.place.cell) for f in result.waived]


def dead(result: MergeResult) -> list[Finding]:
    return [f for f in worded(result.findings) if f.code in ("PLAN-520", "PLAN-522")]


@pytest.mark.parametrize(
    ("decision", "value", "accepted", "open_", "settled"),
    [
        ("照收", "", None, [("CELL-003", "I7"), ("PLAN-575", "")], []),
        ("改为", "55%", 0.55, [], [("CELL-003", "I7")]),
        ("改为", "一大半", None, [("CELL-003", "I7"), ("PLAN-521", "")], []),
        ("不收", "", None, [], [("CELL-003", "I7")]),
        ("免提", "", None, [], [("CELL-003", "I7")]),
    ],
)
def test_rulings_on_an_answer_that_was_not_understood(
    decision: str, value: str, accepted: Any, open_: list[Any], settled: list[Any]
) -> None:
    result = merged(changed(put(I7="一大半")), [rule("CELL-003", decision, value)])
    assert sorted(told(result)) == open_
    assert waived(result) == settled
    assert values(result).get((1, "percent")) == accepted
    assert (aside(result) == {"I7": "一大半"}) is (accepted is None)
    [record] = [r for r in result.records if (r.task, r.field) == (1, "percent")] or [None]
    assert record is None or (record.original, record.how) == ("一大半", "normalised")
    assert lost(result) <= {(1, "percent")}


@pytest.mark.parametrize(
    ("decision", "value", "accepted"),
    [("照收", "", 0.5), ("免提", "", 0.5), ("改为", "48%", 0.48), ("不收", "", None)],
)
def test_rulings_on_an_answer_that_was_taken_and_told(
    decision: str, value: str, accepted: float | None
) -> None:
    result = merged(changed(put(I7="约五成")), [rule("CELL-011", decision, value)])
    assert values(result).get((1, "percent")) == accepted
    assert ("CELL-011", "I7") in waived(result)
    assert dead(result) == []
    if accepted is None:
        assert aside(result) == {"I7": "约五成"}


@pytest.mark.parametrize(
    ("decision", "value", "accepted", "left"),
    [
        ("照收", "", 0.8, []),
        ("免提", "", 0.8, []),
        ("改为", "100%", 1.0, []),
        ("改为", "90%", 0.9, [("TASK-003", "I7")]),
        ("不收", "", None, []),
    ],
)
def test_rulings_on_what_a_check_found(
    decision: str, value: str, accepted: float | None, left: list[Any]
) -> None:
    content = changed(put(H7="已完成", I7=0.8))
    result = merged(content, [rule("TASK-003", decision, value)])
    assert values(result).get((1, "percent")) == accepted
    assert (("TASK-003", "I7") in waived(result)) is not bool(left)
    assert dead(result) == []
    assert [t for t in told(result) if t[0] != "CELL-001"] == left
    if accepted is None:
        assert aside(result) == {"I7": "0.8"}


def test_a_ruling_supplies_an_answer_that_did_not_come() -> None:
    ruling = rule("CELL-001", "改为", "已召开推进会。", "进展情况")
    result = merged(changed(put(J7=None)), [ruling])
    assert told(result) == []
    [record] = [r for r in result.records if (r.task, r.field) == (1, "progress")]
    assert (record.value, record.place.sheet, record.place.cell) == ("已召开推进会。", "裁定", "")
    assert waived(result) == [("CELL-001", "J7")]
    assert result.balance.received == len(result.records)


def test_the_key_may_be_copied_from_the_list_of_problems() -> None:
    """The list shows code, unit, task and the caption of the field."""
    result = merged(changed(put(I7="一大半", K8="见附件" * 200)))
    for finding in result.findings:
        if finding.unit == A and finding.task:
            ruling = Ruling(finding.code, finding.unit, finding.task, finding.field, "免提")
            again = merged(changed(put(I7="一大半", K8="见附件" * 200)), [ruling])
            assert finding.code not in {c for c, _ in told(again)}
            assert dead(again) == []


def test_a_ruling_without_a_field_is_on_the_whole_task() -> None:
    content = changed(put(I7="一大半", H8="基本完成"))
    result = merged(content, [rule("CELL-003", "免提", field="")])
    assert told(result) == [("CELL-002", "H8")]


def test_a_file_is_left_out() -> None:
    ignore = Ruling("", "", None, "", "忽略文件", f"{FILE} {fingerprint_of(filled())}")
    result = merged(filled(), [ignore])
    assert [f.code for f in result.findings if f.unit in ("", A)] == ["FORM-022", "UNIT-009"]
    assert not result.records and result.verdicts[0].why == ("FORM-022",)


@pytest.mark.parametrize(
    "ruling",
    [
        rule("CELL-003", "照收", task=2),
        rule("CELL-002", "照收"),
        rule("CELL-003", "照收", field="进展情况"),
        Ruling("CELL-003", "市财政局", 1, "完成百分比", "照收"),
        Ruling("", "", None, "", "忽略文件", "没有这个文件.xlsx 0123456789abcdef"),
        Ruling("TASK-011", A, 1, "", "照收", "0123456789abcdef@第二季度"),
    ],
)
def test_dead_rulings_are_reported(ruling: Ruling) -> None:
    result = merged(changed(put(I7="一大半")), [ruling])
    [finding] = dead(result)
    assert finding.code == "PLAN-520" and str(finding.place.sheet) == "裁定"
    assert ("CELL-003", "I7") in told(result)


def test_a_stray_cannot_be_taken_as_it_stands() -> None:
    ruling = Ruling("ROW-012", A, None, "", "照收")
    result = merged(changed(put(E5="盖章")), [ruling])
    assert ("ROW-012", "E5") in told(result)
    assert [f.code for f in dead(result)] == ["PLAN-520"]


def test_two_rulings_on_one_key() -> None:
    result = merged(
        changed(put(I7="一大半")), [rule("CELL-003", "免提"), rule("CELL-003", "改为", "55%")]
    )
    assert [f.code for f in dead(result)] == ["PLAN-522"]
    assert values(result)[1, "percent"] == 0.55


def test_dates_in_the_head_may_be_ruled() -> None:
    ruling = Ruling("CELL-008", A, None, "填报日期", "改为", "2022-07-02")
    result = merged(changed(put(M4="七月初")), [ruling])
    assert values(result)[None, "filled"] == date(2022, 7, 2) != FILED
    assert told(result) == []
