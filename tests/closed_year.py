"""A year of a small plan, three of its four periods closed by the commands themselves. All of it is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from little_round import fill, issue, little_plan, number

from reconcile.cli import main
from reconcile.core.plan import Period, Plan, Task, Unit
from reconcile.plan import plan_bytes

Q1, Q2, Q3, Q4 = QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
PERIODS = tuple(
    Period(caption, date(2022, m, d), m, f"2022-{m % 12 + 1:02d}-05" if m < 12 else "2023-01-05")
    for caption, (m, d) in zip(QUARTERS, ((3, 31), (6, 30), (9, 30), (12, 31)), strict=True)
)
GOALS = {
    1: "修建农村公路100公里：甲局",
    2: "产业投资1360亿元：甲局；乙局",
    3: "植树造林1000亩：乙局",
    4: "新建学校12所：丙局",
    5: "举办招商大会3场：乙局",
    6: "改造老旧小区20个并建设口袋公园8个：丙局",
}
AMENDED = {
    **{n: GOALS[n] for n in (1, 2, 4)},
    3: "植树造林1000亩：丙局",
    6: "改造老旧小区20个：丙局",
    7: "建设口袋公园8个：甲局",
    8: "开通公交线路2条：丁局",
}
"""From the third period on: 3 has another lead, 5 is dropped, 6 became 6 and 7, 8 is new."""
BEHIND = {"完成情况": "滞后", "完成百分比": 0.2, "存在问题": "征地受阻，{unit}正在协调。"}
NOT_BEGUN = {"完成情况": "未启动", "完成百分比": 0, "存在问题": "资金未落实，{unit}正在争取。"}

Rows = Mapping[int, Mapping[str, Any] | None]
ANSWERS: Mapping[str, Mapping[str, tuple[Rows, str, float | None]]] = {
    Q1: {
        "甲局": ({1: BEHIND, 2: {"完成百分比": 0.25}}, "2022-04-02", 340),
        "乙局": ({3: NOT_BEGUN}, "2022-04-09", None),
        "丙局": ({}, "2022-04-03", None),
    },
    Q2: {
        "甲局": ({1: {}, 2: {}}, "2022-07-02", 700),
        "乙局": ({3: NOT_BEGUN, 5: BEHIND}, "2022-07-03", None),
    },
    Q3: {
        "甲局": ({1: BEHIND, 2: {"完成百分比": 0.75, "进展情况": "产业投资1360亿元到9成。"}}, "2022-10-03", 1000),
        "丙局": ({3: {"完成百分比": 0.6}, 4: None, 6: BEHIND}, "2022-10-05", None),
        "丁局": ({8: {"完成百分比": 0.9}}, "2022-10-04", None),
    },
}  # fmt: skip
"""What each unit answers: its rows, where they are not proper ones, the day, its number on 产业投资."""


def the_plan(goals: Mapping[int, str] = GOALS, **settings: str) -> Plan:
    """The plan with these tasks."""
    target = number(2, "产业投资", "1360", {Q1: "340", Q2: "680", Q3: "1020", Q4: "1360"})
    units = (
        Unit("甲局", contact="张三", phone="0518-1111111", email="jia@example.cn"),
        *map(Unit, ("乙局", "丙局")),
        *([Unit("丁局")] if 8 in goals else []),
    )
    made = little_plan(goals, [target], units=units, settings={"联系方式": "督查科", **settings})

    def whole(task: Task) -> Task:
        return replace(
            task, milestones={p.caption: f"{task.goal}到{p.months:g}成。" for p in PERIODS}
        )

    return replace(made, periods=PERIODS, tasks=tuple(map(whole, made.tasks)))


def run(*arguments: object, status: int | None = None) -> Result:
    """Run a command; what is not expected of it fails with what it said."""
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert status is None or result.exit_code == status, result.output
    return result


def closed_year(folder: Path, **settings: str) -> Path:
    """Issue, answer, merge and close three periods in this folder; returns the plan workbook."""
    plan_path = folder / "总台账.xlsx"
    for caption, answers in ANSWERS.items():
        period = QUARTERS.index(caption) + 1
        plan = the_plan(AMENDED if period > 2 else GOALS, **settings)
        plan_path.write_bytes(plan_bytes(plan))
        inbox = folder / f"收回{period}"
        inbox.mkdir()
        for unit, (rows, day, figure) in answers.items():
            numbers = None if figure is None else {"产业投资": figure}
            head = {"J4": None, "M4": None, "L4": "0518-1234567", "O4": date.fromisoformat(day)}
            form = fill(issue(plan, unit, period), rows, numbers, **head)
            (inbox / f"{unit}.xlsx").write_bytes(form)
        day = PERIODS[period - 1].end.replace(day=1)
        as_of = date(day.year, day.month % 12 + 1, 10)
        run("merge", plan_path, inbox, "--period", caption, "--as-of", as_of)
        run("close", plan_path, inbox, "--period", caption, "--by", "甲某")
    return plan_path
