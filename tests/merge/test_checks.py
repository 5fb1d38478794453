"""Checks across cells: each says what contradicts what, at the cell that must change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bench_forms import (
    AS_OF,
    A,
    B,
    C,
    answer,
    changed,
    filled,
    lost,
    merged,
    plan,
    put,
    template,
    told,
    values,
)

from reconcile.core.findings import CATALOGUE, Place, Severity
from reconcile.core.result import Previous, Record
from reconcile.core.submission import Row
from reconcile.merge.cross_checks import Context

GOAL = plan().tasks[2].goal
MILESTONE = plan().tasks[2].milestones["第二季度"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"H9": None}, [("CELL-001", "H9")]),
        ({"I9": None}, [("CELL-001", "I9")]),
        ({"J9": " "}, [("CELL-001", "J9")]),
        ({"L9": None, "M9": None}, []),
        ({"H9": "已完成", "I9": 0.8}, [("TASK-003", "I9")]),
        ({"H9": "已完成", "I9": 1}, []),
        ({"H9": "未启动", "I9": 0.1}, [("TASK-003", "I9")]),
        ({"H9": "未启动", "I9": 0}, []),
        ({"H9": "滞后"}, [("TASK-004", "K9")]),
        ({"H9": "滞后", "K9": "资金未到位。"}, []),
        ({"H9": "滞后", "K9": "字" * 600}, [("CELL-010", "K9")]),
        ({"M9": date(2022, 7, 7)}, [("TASK-005", "M9")]),
        ({"M9": AS_OF}, []),
        ({"M9": date(2022, 6, 1), "H9": "已完成", "I9": 1}, []),
        ({"J9": MILESTONE}, [("TASK-006", "J9")]),
        ({"J9": f" {MILESTONE[:-1]} "}, []),
        ({"L9": GOAL}, [("TASK-006", "L9")]),
        ({"H9": None, "I9": "一大半"}, [("CELL-001", "H9"), ("CELL-003", "I9")]),
    ],
)  # fmt: skip
def test_within_one_form(cells: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    result = merged(changed(put(**cells)))
    assert sorted(told(result)) == expected
    assert lost(result, 3) == set(), "the other tasks are merged"


def test_warnings_are_merged_and_errors_named() -> None:
    assert CATALOGUE["TASK-003"].severity is Severity.WARNING
    result = merged(changed(put(H9="已完成", I9=0.8)))
    assert values(result)[3, "percent"] == 0.8


def test_an_answer_copied_from_another_unit() -> None:
    ours = changed(put(J8="已完成投资420亿元，重大项目开工率八成。"))
    theirs = changed(put(J10="已完成投资420亿元，重大项目开工率八成。 "), B)
    result = merged({"a.xlsx": ours, "b.xlsx": theirs})
    assert [(f.code, f.place.cell, f.unit) for f in result.findings if f.code == "TASK-007"] == [
        ("TASK-007", "J10", B)
    ]


@pytest.mark.parametrize(
    ("lead", "support", "told_"),
    [
        ("滞后", "已完成", True),
        ("已完成", "未启动", True),
        ("达序时", "已完成", False),
        ("滞后", "未启动", False),
    ],
)
def test_lead_and_support_contradict_each_other(lead: str, support: str, told_: bool) -> None:
    share = {"已完成": 1, "未启动": 0}
    ours = changed(put(H8=lead, I8=share.get(lead, 0.2), K8="资金未到位。"))
    theirs = changed(put(H10=support, I10=share.get(support, 0.2), K10="缺人。"), B)
    result = merged({"a.xlsx": ours, "b.xlsx": theirs})
    found = [(f.place.file, f.place.cell, f.unit) for f in result.findings if f.code == "TASK-008"]
    assert found == ([("b.xlsx", "H10", B)] if told_ else [])


def test_a_finding_stands_at_the_first_record_of_its_field_or_where_its_row_has_it() -> None:
    keys = [(A, 1, "state"), (B, 2, "state"), (A, 2, "state"), (A, 1, "state"), (A, 1, "percent")]
    records = [
        Record(
            unit, task, name, "滞后", "滞后", "accepted", Place("a.xlsx", "表", f"H{at}"), "", ""
        )
        for at, (unit, task, name) in enumerate(keys)
    ]
    rows_of = [{r.field: r} for r in records]
    row = Row(Place("b.xlsx", "表", "A9"), "", "", "", {}, {}, columns={"problem": "K"})
    rows = {(unit, task): row for unit in (A, B, C) for task in (1, 2)}
    context = Context(
        plan(), template().form, 2, AS_OF, {}, {}, rows, rows_of, set(), set(), set(), ()
    )
    for unit, task in rows:
        for name in ("state", "percent", "problem"):
            own = (r.place for r in records if (r.unit, r.task, r.field) == (unit, task, name))
            assert context.place(unit, task, name) == next(own, row.where(name))


def test_against_last_period() -> None:
    previous = {
        (A, 1, "percent"): 0.6, (A, 2, "percent"): 0.5, (A, 3, "progress"): answer(3)["J"],
        (A, 5, "progress"): "别的话，不一样。", (A, 1, "state"): "达序时",
    }  # fmt: skip
    result = merged(filled(), previous=Previous({"第一季度": previous}))
    assert told(result) == [("TASK-009", "I7"), ("TASK-013", "J9")]
    assert "60%" in next(f.message for f in result.findings if f.code == "TASK-009")
    assert lost(result) == set()


def test_units_that_did_not_answer() -> None:
    result = merged(filled())
    silent = [(f.unit, f.values["count"]) for f in result.findings if f.code == "UNIT-009"]
    assert silent == [(B, 2), ("市教育局", 1)]


def test_every_message_and_fix_is_a_whole_sentence() -> None:
    cells = {
        "H7": "基本完成",
        "I7": "一大半",
        "M7": "尽快",
        "J8": "字" * 1001,
        "E5": "盖章",
        "E8": "改",
    }
    result = merged(changed(put(**cells)))
    assert len(result.findings) >= 6
    for finding in result.findings:
        assert "{" not in finding.message + finding.fix
