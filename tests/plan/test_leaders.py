"""分管领导: out of a published plan, through the plan workbook, into an amended plan and the next year's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from worded import worded

from reconcile.api.extract import extract
from reconcile.core.i18n import EN, speaking
from reconcile.core.plan import LEADER, Plan, Task
from reconcile.plan import plan_bytes, read_plan
from reconcile.plan.diff import compare

pytestmark = pytest.mark.slow  # whole rounds, command by command

HEAD = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "分管领导"]
ROWS = [
    ["1", "修通北路十公里并绿化", "开工", "完工", "市交通局", "领导甲"],
    ["2", "建成两座跨河大桥", "开工", "完工", "市交通局", None],
    ["3", "新办三所公办小学", "选址", "开工", "市教育局", "领导乙、领导 甲"],
    ["4", "治理五条黑臭河道", "清淤", "完工", "市水利局", ""],
]


def published(
    path: Path, caption: str = "分管领导", rows: Sequence[Sequence[str | None]] = ROWS
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2022年重点任务序时进度安排表"])
    sheet.append([*HEAD[:-1], caption])
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells("F3:F4")
    book.save(path)
    return path


def leaders(plan: Plan | None) -> dict[int, tuple[str, ...]]:
    assert plan is not None
    return {t.number: t.leaders for t in plan.tasks if t.leaders}


FOUND = {1: ("领导甲",), 2: ("领导甲",), 3: ("领导乙", "领导甲")}


@pytest.mark.parametrize("caption", ["分管领导", "分管市领导", "包保领导", "市级责任领导"])
def test_a_plan_that_names_leaders_is_read(tmp_path: Path, caption: str) -> None:
    made = extract(published(tmp_path / "计划.xlsx", caption), tmp_path / "总台账.xlsx")
    assert leaders(made.plan) == FOUND
    plan, findings = read_plan(tmp_path / "总台账.xlsx")
    assert leaders(plan) == FOUND and worded(findings) == []
    assert plan is not None and plan.columns[-1].role == LEADER


def test_another_caption_is_chosen(tmp_path: Path) -> None:
    source = published(tmp_path / "计划.xlsx", "督办人")
    assert leaders(extract(source, tmp_path / "一.xlsx").plan) == {}
    chosen = extract(source, tmp_path / "二.xlsx", columns={"督办人": "分管领导"})
    assert leaders(chosen.plan) == FOUND


def test_an_amended_plan_and_the_next_year_s_keep_the_leaders(tmp_path: Path) -> None:
    old = tmp_path / "总台账.xlsx"
    extract(published(tmp_path / "计划.xlsx"), old)
    rows = [[*row[:5], None] for row in ROWS]
    rows[2][1] = "新办三所公办小学、一所中学"
    new = published(tmp_path / "调整.xlsx", "备注", rows)
    for amended, kept in ((True, FOUND), (False, {1: ("领导甲",), 2: ("领导甲",)})):
        made = extract(new, tmp_path / f"{amended}.xlsx", last_path=old, amended=amended)
        assert leaders(made.plan) == kept
        told = [f for f in made.findings if f.code == "PLAN-601"]
        assert [f.values for f in told] == [{"count": len(kept), "total": 4}]


def test_a_change_of_leader_is_a_change_of_the_plan() -> None:
    one = Task(1, (), "修路", {}, ("甲局",), (), extras={LEADER: "领导甲"})
    old = Plan("小计划", "", "", 2022, (), (one,), ())
    new = replace(old, tasks=(replace(one, extras={LEADER: "领导乙"}),))
    assert [(str(c.field), c.before, c.after) for c in compare(old, new)] == [
        ("分管领导", "领导甲", "领导乙")
    ]


def test_an_english_plan_workbook_has_an_english_caption(tmp_path: Path) -> None:
    one = Task(
        1, (), "Build roads", {}, ("Roads Office",), (), extras={LEADER: "A. Leader; B. Leader"}
    )
    plan = Plan("Plan", "", "", 2022, (), (one,), (), "0" * 32, settings={"语言": "en"})
    with speaking(EN):
        (tmp_path / "plan.xlsx").write_bytes(plan_bytes(plan))
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert "Leader in charge" in [c.value for c in book["Tasks"][1]]
    read, _ = read_plan(tmp_path / "plan.xlsx")
    assert leaders(read) == {1: ("A. Leader", "B. Leader")}
