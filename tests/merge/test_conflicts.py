"""Two returns of one unit: joined, decided by the date written in them, or by nobody."""

from __future__ import annotations

from datetime import date

import pytest
from bench_forms import (
    FILED,
    Change,
    answer,
    changed,
    clean,
    filled,
    fingerprint_of,
    lost,
    merged,
    put,
    told,
    values,
)

from reconcile.core.plan import Ruling
from reconcile.core.result import MergeResult

LATER = date(2022, 7, 4)


def both(
    first: Change | bytes | None, second: Change | bytes | None, *rulings: Ruling
) -> MergeResult:
    """Merge two returns of the unit: a.xlsx and b.xlsx."""
    made = [
        filled() if c is None else c if isinstance(c, bytes) else changed(c)
        for c in (first, second)
    ]
    return merged({"a.xlsx": made[0], "收/b.xlsx": made[1]}, rulings)


def where(result: MergeResult, code: str) -> set[tuple[str, str]]:
    return {(f.place.file, f.place.cell) for f in result.findings if f.code == code}


def test_identical_returns_count_once() -> None:
    result = both(None, None)
    assert {c for c, _ in told(result)} == {"TASK-012"}
    assert {file for file, _ in where(result, "TASK-012")} == {"收/b.xlsx"}
    assert row_values(result) == {k: v for k, v in clean().items() if k[0] is not None}
    assert [v.accepted for v in result.verdicts] == [True, True]


def row_values(result: MergeResult) -> dict[tuple[int | None, str], object]:
    return {(r.task, r.field): r.value for r in result.records if r.task is not None}


@pytest.mark.parametrize("order", [1, -1])
def test_the_later_date_in_the_form_wins_whatever_the_order(order: int) -> None:
    changes = [put(J7="旧的进展情况。"), put(J7="新的进展情况。", M4=LATER)][::order]
    result = both(changes[0], changes[1])
    assert row_values(result)[1, "progress"] == "新的进展情况。"
    old = "a.xlsx" if order == 1 else "收/b.xlsx"
    assert where(result, "TASK-010") == {(old, "J7")}
    [finding] = [f for f in result.findings if f.code == "TASK-010"]
    assert "旧的进展情况。" in finding.message and "新的进展情况。" in finding.message
    assert "TASK-011" not in {c for c, _ in told(result)}


def test_the_later_form_leaves_a_field_empty_on_purpose() -> None:
    result = both(put(K7="资金未到位。", J7="旧。。"), put(J7="新。。", M4=LATER))
    assert (1, "problem") not in row_values(result)
    assert where(result, "TASK-010") == {("a.xlsx", "J7")}, "one finding a task"
    assert where(result, "TASK-030") == {("a.xlsx", "K7")}


@pytest.mark.parametrize("filed", [FILED, None, "不详"])
def test_without_a_later_date_nothing_wins(filed: object) -> None:
    result = both(put(J7="甲说。。", I7=0.4), put(J7="乙说。。", M4=filed))
    [finding] = [f for f in result.findings if f.code == "TASK-011"]
    assert (finding.place.file, finding.place.cell, finding.field) == ("收/b.xlsx", "I7", "")
    assert (
        "完成百分比“0.4”；完成百分比“0.5”；进展情况“甲说。。”；进展情况“乙说。。”"
        in finding.message
    )
    assert [(s.place.file, s.place.cell) for s in result.set_aside if s.code == "TASK-011"] == [
        ("a.xlsx", "I7"), ("收/b.xlsx", "I7"), ("a.xlsx", "J7"), ("收/b.xlsx", "J7"),
    ]  # fmt: skip
    found = row_values(result)
    assert (1, "progress") not in found and (1, "percent") not in found
    assert found[1, "state"] == "达序时", "both agree on it"
    assert found[2, "progress"] == answer(2)["J"], "only task 1 is in dispute"
    missing = [f for f in result.findings if f.code == "CELL-001"]
    assert missing == [], "what is in dispute is not called missing"


def test_two_halves_of_one_form_are_joined() -> None:
    upper = {f"{c}{r}": None for c in "HIJKLM" for r in (9, 10)}
    lower = {f"{c}{r}": None for c in "HIJKLM" for r in (7, 8)}
    result = both(put(**upper), put(**lower))
    assert told(result) == []
    assert row_values(result) == {k: v for k, v in clean().items() if k[0] is not None}


def test_two_columns_of_one_row_are_joined() -> None:
    result = both(put(H7=None, I7=None), put(J7=None, K7="资金未到位。", L7=None, M7=None))
    found = row_values(result)
    assert found[1, "state"] == "达序时" and found[1, "problem"] == "资金未到位。"
    assert found[1, "progress"] == answer(1)["J"]
    assert {c for c, _ in told(result)} <= {"TASK-012"}


def test_differences_in_blanks_are_none() -> None:
    result = both(None, put(J7=f" {answer(1)['J'][:5]} {answer(1)['J'][5:]}\n"))
    assert "TASK-011" not in {c for c, _ in told(result)}


def test_three_returns_the_two_latest_alike() -> None:
    new = put(J7="新的进展情况。", M4=LATER)
    files = {"1.xlsx": filled(), "2.xlsx": changed(new), "3.xlsx": changed(new)}
    result = merged(files)
    assert row_values(result)[1, "progress"] == "新的进展情况。"
    assert where(result, "TASK-010") == {("1.xlsx", "J7")}
    assert {file for file, _ in where(result, "TASK-012")} == {"3.xlsx"}


def test_a_ruling_names_the_file_that_counts() -> None:
    theirs = changed(put(J7="乙说。。"))
    ruling = Ruling("TASK-011", "市发改委", 1, "", "照收", fingerprint_of(theirs))
    result = both(put(J7="甲说。。"), theirs, ruling)
    assert row_values(result)[1, "progress"] == "乙说。。"
    assert where(result, "TASK-014") == {("a.xlsx", "J7")}
    assert {c for c, _ in told(result)} == {"TASK-012", "TASK-014"}


def test_a_ruling_gives_the_value_of_one_field() -> None:
    ruling = Ruling("TASK-011", "市发改委", 1, "进展情况", "改为", "两家核对后的进展。")
    result = both(put(J7="甲说。。"), put(J7="乙说。。"), ruling)
    assert row_values(result)[1, "progress"] == "两家核对后的进展。"
    assert {c for c, _ in told(result)} == {"TASK-012", "TASK-011"}
    assert lost(merged(filled())) == set()


def test_a_ruling_names_the_file_for_one_field() -> None:
    ours = changed(put(J7="甲说。。"))
    ruling = Ruling("TASK-011", "市发改委", 1, "进展情况", "照收", fingerprint_of(ours))
    result = both(ours, put(J7="乙说。。"), ruling)
    assert row_values(result)[1, "progress"] == "甲说。。"


def test_a_withdrawn_return_is_out() -> None:
    theirs = changed(put(J7="乙说。。"))
    ruling = Ruling("", "", None, "", "忽略文件", fingerprint_of(theirs))
    result = both(put(J7="甲说。。"), theirs, ruling)
    assert [c for c, _ in told(result)] == ["FORM-022"]
    assert row_values(result)[1, "progress"] == "甲说。。"
    assert [v.accepted for v in result.verdicts] == [True, False]
    assert values(merged(filled())) == clean()
