"""Counts and numbers that are true: over 100 %, indicators by what they were measured against, 待核."""

from __future__ import annotations

from typing import Any

import pytest
from bench_forms import A, changed, merged, put, told, values
from openpyxl import load_workbook

from reconcile.findings import CATALOGUE, Severity
from reconcile.grid import read_book
from reconcile.model import Plan, Ruling
from reconcile.plan import plan_bytes, read_plan
from reconcile.synonyms import exceeded

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
    book, _ = read_book("f.xlsx", (tmp_path / "f.xlsx").read_bytes())
    assert book is not None


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


def test_a_plan_made_before_these_words_were_known_knows_them(
    sample_plan: Plan, tmp_path: Any
) -> None:
    from dataclasses import replace

    assert exceeded()["targetexceeded"] == "已完成"
    path = tmp_path / "p.xlsx"
    path.write_bytes(plan_bytes(replace(sample_plan, synonyms={"完成": "已完成"})))
    read, _ = read_plan(path)
    assert read is not None
    assert read.synonyms == exceeded() | {"完成": "已完成"}
    path.write_bytes(plan_bytes(replace(sample_plan, synonyms={"超额完成": "超序时"})))
    read, _ = read_plan(path)
    assert read is not None and read.synonyms["超额完成"] == "超序时", "the plan's own word stands"


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
