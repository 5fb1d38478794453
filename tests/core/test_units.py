"""Groups and names in the plan workbook: who gets a form, and what is wrong with those who cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from bench_forms import A, B, C, plan
from worded import worded

from reconcile.core.findings import Finding
from reconcile.core.plan import Plan, Unit
from reconcile.core.units import assign_units, assignments
from reconcile.plan import plan_bytes, read_plan


def with_lead(name: str, *units: Unit) -> Plan:
    """The bench plan with task 1 given to this name, and more units in the register."""
    first, *rest = plan().tasks
    return replace(
        plan(), tasks=(replace(first, lead=(name,)), *rest), units=(*plan().units, *units)
    )


def told(found: Plan) -> list[tuple[str, str]]:
    return [(f.code, f.unit) for f in worded(assignments(found)[1])]


@pytest.mark.parametrize(
    ("name", "units", "expected"),
    [
        ("发改委", (), []),
        ("市发展改革委", (), [("UNIT-005", "市发展改革委")]),
        ("各县区", (Unit("各县区", group=True),), [("UNIT-006", "各县区")]),
        ("市监狱", (Unit("市监狱", gets_form=False),), [("UNIT-007", "市监狱")]),
        (
            "甲组",
            (
                Unit("甲组", group=True, members=("乙组",)),
                Unit("乙组", group=True, members=("甲组",)),
            ),
            [("UNIT-008", "甲组")],
        ),
    ],
)
def test_names_that_lead_to_nobody(
    name: str, units: tuple[Unit, ...], expected: list[tuple[str, str]]
) -> None:
    assert told(with_lead(name, *units)) == expected


def test_a_near_miss_is_suggested_not_taken() -> None:
    [finding] = assignments(with_lead("市发改局"))[1]
    assert finding.code == "UNIT-005" and A in finding.fix


def test_a_group_is_its_members_and_never_gets_a_form() -> None:
    found, findings = assignments(
        with_lead("各委办局", Unit("各委办局", group=True, members=(B, C)))
    )
    assert findings == ()
    assert [(a.unit, a.via) for a in found if a.task.number == 1] == [
        (B, "各委办局"),
        (C, "各委办局"),
    ]


def test_a_group_without_known_members_is_told() -> None:
    from reconcile.core.published_plan import PublishedPlan

    task = replace(plan().tasks[0], lead=("各县区",), support=())
    notice = PublishedPlan("计划", "", "", 2022, ("第一季度", "第二季度"), (task,))
    assert ("UNIT-004", "各县区") in [(f.code, f.unit) for f in assign_units(notice)[2]]


# --- the plan workbook


def reread(tmp_path: Path, **cells: tuple[str, object]) -> tuple[Plan | None, list[Finding]]:
    """Write the bench plan, set cells (name -> (sheet!cell, value)), read it again."""
    path = tmp_path / "总台账.xlsx"
    path.write_bytes(plan_bytes(plan()))
    book = openpyxl.load_workbook(path)
    for where, value in cells.values():
        sheet, _, cell = where.partition("!")
        book[sheet][cell] = value
    book.save(path)
    found, findings = read_plan(path)
    return found, list(findings)


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    found, findings = read_plan(tmp_path / "没有.xlsx")
    assert found is None
    assert [f.code for f in findings] == ["PLAN-500"]


def test_a_decision_that_nobody_knows(tmp_path: Path) -> None:
    row = {
        c: (f"裁定!{c}2", v)
        for c, v in zip("ABCDE", ("CELL-003", A, 1, "完成百分比", "算了"), strict=True)
    }
    found, findings = reread(tmp_path, **row)
    assert found is None
    assert [(f.code, f.place.sheet, str(f.place.cell)) for f in findings] == [
        ("PLAN-511", "裁定", "第2行")
    ]


def test_a_ruling_is_read_as_it_was_written(tmp_path: Path) -> None:
    values = ("CELL-003", A, 1, "完成百分比", "改为", "55%", "王五", "2022-07-09", "电话核实")
    row = {c: (f"裁定!{c}2", v) for c, v in zip("ABCDEFGHI", values, strict=True)}
    found, findings = reread(tmp_path, **row)
    assert found is not None and findings == []
    [ruling] = found.rulings
    assert (ruling.code, ruling.unit, ruling.task, ruling.field) == ("CELL-003", A, 1, "完成百分比")
    assert (ruling.decision, ruling.value, ruling.who) == ("改为", "55%", "王五")


def test_periods_and_years_that_the_notice_does_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconcile.api.extract import extract
    from reconcile.core.published_plan import PublishedPlan

    task = replace(plan().tasks[0], milestones={"开局阶段": "起步"})
    notice = PublishedPlan("计划", "", "", None, ("开局阶段",), (task,))
    monkeypatch.setattr("reconcile.api.extract.read_published_plan", lambda *_, **__: (notice, ()))
    result = extract(tmp_path / "plan.pdf", tmp_path / "out.xlsx")
    codes = [f.code for f in result.findings]
    assert "PLAN-540" in codes and "PLAN-541" in codes
