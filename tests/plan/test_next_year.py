"""A new year's plan is not begun from nothing: what the last plan workbook knows and is still true goes over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl

from reconcile.api.extract import extract
from reconcile.core.plan import LEADER, Amendment, Period, Plan, PrintedColumn, Ruling, Task, Unit
from reconcile.plan import plan_bytes, read_plan

UNITS = (
    Unit("市交通局", aliases=("交通局",), contact="张三", phone="0518-1111111", email="a@example.cn", remark="新楼"),
    Unit("各县区", group=True, members=("东县", "西区"), gets_form=False),
    Unit("东县"),
    Unit("西区", contact="李四", phone="2"),
)  # fmt: skip
LASTING = {
    "权重：绿灯": "80", "红灯界限": "5", "联系方式": "督查科", "发件邮箱": "b@example.cn", "分管领导邮箱": "领导甲=c@example.cn",
    "调整申请": "是", "佐证材料": "是", "销号任务": "回头看",
}  # fmt: skip
PASSING = {"本期": "第二季度", "截止日期": "2022-07-05"}
ROWS = [
    ["1", "修通北路十公里", "开工", "完工", "交通局", "甲科"],
    ["2", "治理五条黑臭河道", "清淤", "完工", "各县区", "乙科"],
]


def last_year() -> Plan:
    periods = (Period("第一季度", date(2022, 3, 31), 3), Period("第二季度", date(2022, 6, 30), 6))
    texts = {p.caption: "开工" for p in periods}
    return Plan(
        "2022年重点任务", "测政办〔2022〕1号", "测试市政府办公室", 2022, periods,
        (
            Task(7, (), "修通北路十公里", texts, ("市交通局",), (), extras={LEADER: "领导甲"}),
            Task(8, (), "新建广场", texts, ("市交通局",), (), extras={LEADER: "领导乙"}),
        ),
        UNITS, key="9c41e7d0b85f2a3669d1c07e4fb3a852", synonyms={"搞定了": "已完成"}, settings=LASTING | PASSING,
        rulings=(Ruling("", "", 7, "", "销号", who="甲", when="2022-05-01", why="现场"),),
        changes=(
            Amendment(7, "推迟", "第一季度", "第二季度", "市交通局", "甲", "2022-05-01", "会议"),
            Amendment(8, "目标任务", "建广场", "新建广场", "市交通局", "甲", "2022-05-01", "会议"),
        ),
        columns=(PrintedColumn("责任科室", "附加列", chosen="共同责任单位"),),
    )  # fmt: skip


def published(path: Path, year: int) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"{year}年重点任务序时进度安排表"])
    sheet.append(["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "责任科室"])
    for row in ROWS:
        sheet.append(row)
    book.save(path)
    return path


def after(folder: Path, year: int, *, amended: bool = False) -> tuple[Plan, Plan]:
    """Last year's plan, and the one extracted with it, both as read from their workbooks."""
    old, new = folder / "旧总台账.xlsx", folder / "总台账.xlsx"
    old.write_bytes(plan_bytes(last_year()))
    extract(published(folder / "计划.xlsx", year), new, last_path=old, amended=amended)
    before, now = read_plan(old)[0], read_plan(new)[0]
    assert before is not None and now is not None
    return before, now


def test_register_contacts_words_columns_leaders_and_settings_go_over(tmp_path: Path) -> None:
    before, now = after(tmp_path, 2023)
    assert now.units[: len(UNITS)] == before.units == UNITS
    assert [t.lead for t in now.tasks] == [("交通局",), ("各县区",)]
    assert now.synonyms.items() >= {("搞定了", "已完成")}
    assert [(t.number, t.leaders) for t in now.tasks if t.leaders] == [(1, ("领导甲",))]
    assert [t.support for t in now.tasks] == [("甲科",), ("乙科",)], "the chosen role of a column"
    assert {k: v for k, v in now.settings.items() if k in LASTING} == LASTING


def test_what_belongs_to_the_old_year_stays_there(tmp_path: Path) -> None:
    before, now = after(tmp_path, 2023)
    assert now.year == 2023 and now.key != before.key
    assert (now.rulings, now.changes) == ((), ())
    assert not any(now.settings.get(name) for name in PASSING)


def test_an_amended_plan_keeps_the_trace_of_changes_under_its_new_numbers(tmp_path: Path) -> None:
    """新建广场 was dropped, and its change went with it."""
    before, now = after(tmp_path, 2022, amended=True)
    assert now.key == before.key
    assert now.changes == (replace(before.changes[0], task=1),)
