"""A plan that changes: the next year's register, what differs, and forms of the older issue."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from reconcile.api.extract import extract
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.cli import main
from reconcile.core.plan import Period, Plan, Ruling, Task, Unit
from reconcile.extract.published import read_published_plan
from reconcile.forms.template import Template
from reconcile.plan import plan_bytes, read_plan
from reconcile.plan.diff import Change, compare
from reconcile.plan.diff_report import changes_bytes, changes_text
from reconcile.reports.pdf_proof import proof_bytes

pytestmark = pytest.mark.slow  # whole rounds, command by command

SAMPLE = Path(str(resources.files("reconcile.samples") / "plan.pdf"))


def task(number: int, goal: str, q2: str = "开工", q3: str = "完工", **more: Any) -> Task:
    given: dict[str, Any] = {"lead": ("甲局",), "support": ("乙局",), "sections": ("一、经济",)}
    return Task(
        number=number, goal=goal, milestones={"第二季度": q2, "第三季度": q3}, **(given | more)
    )


PLAN = Plan(
    title="2031年计划",
    document="",
    office="某市政府办",
    year=2031,
    periods=(Period("第二季度", date(2031, 6, 30), 6), Period("第三季度", date(2031, 9, 30), 9)),
    tasks=(task(1, "修建东环路"), task(2, "城区植树造林"), task(3, "改造老旧小区")),
    units=(Unit("甲局", contact="张三", phone="1"), Unit("乙局", aliases=("乙",))),
    key="9c41e7d0b85f2a3669d1c07e4fb3a852",
    settings={"联系方式": "李四", "截止日期": "2031-07-05", "语言": "zh"},
)


def tasks(*own: Task) -> Plan:
    return replace(PLAN, tasks=own)


def lines(old: Plan, new: Plan) -> list[str]:
    return [line.strip() for line in changes_text(compare(old, new)).splitlines()[1:]]


# diff


def test_the_same_plan_has_no_changes() -> None:
    spaced = tasks(task(1, "修建 东环路"), *PLAN.tasks[1:])
    assert compare(PLAN, PLAN) == compare(PLAN, spaced) == ()
    assert changes_text(()) == ""


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (PLAN.tasks[:2], ["取消任务 第3项 改造老旧小区"]),
        ((*PLAN.tasks, task(4, "新建学校")), ["新增任务 第4项 新建学校"]),
        (
            (task(1, "新建学校"), *(replace(t, number=t.number + 1) for t in PLAN.tasks)),
            [
                "新增任务 第1项 新建学校",
                "改号 第1项→第2项 修建东环路",
                "改号 第2项→第3项 城区植树造林",
                "改号 第3项→第4项 改造老旧小区",
            ],
        ),
        (
            (task(1, "修建东环路", q3="通车"), *PLAN.tasks[1:]),
            ["修改任务 第1项 第三季度：完工→通车"],
        ),
        (
            (task(1, "修建东环路及桥"), task(2, "完全另一件"), PLAN.tasks[2]),
            [
                "修改任务 第1项 目标任务：修建东环路→修建东环路及桥",
                "修改任务 第2项 目标任务：城区植树造林→完全另一件",
            ],
        ),
        (
            (task(1, "修建东环路", lead=("乙局",), support=("甲局",)), *PLAN.tasks[1:]),
            ["修改任务 第1项 牵头单位：甲局→乙局", "修改任务 第1项 共同责任单位：乙局→甲局"],
        ),
        (
            (replace(PLAN.tasks[0], sections=("二、民生",)), *PLAN.tasks[1:]),
            ["修改任务 第1项 类别：一、经济→二、民生"],
        ),
        (
            (replace(PLAN.tasks[0], extras={"备注": "续建"}), *PLAN.tasks[1:]),
            ["修改任务 第1项 备注：（空）→续建"],
        ),
    ],
)
def test_changes_of_tasks(new: tuple[Task, ...], expected: list[str]) -> None:
    told = lines(PLAN, tasks(*new))
    assert told.pop().startswith("任务有变动的单位 2 个：")
    assert told == expected


def test_changes_of_units_periods_and_settings() -> None:
    new = replace(
        PLAN,
        year=2032,
        units=(
            replace(PLAN.units[0], contact="王五"),
            Unit("乙委", aliases=("乙局", "乙")),
            Unit("丙局"),
        ),
        periods=(PLAN.periods[0], replace(PLAN.periods[1], caption="三季度")),
        tasks=tuple(
            replace(t, milestones={"第二季度": "开工", "三季度": "完工"}) for t in PLAN.tasks
        ),
        settings=PLAN.settings | {"语言": ""},
        key="x" * 32,
    )
    assert lines(PLAN, new) == [
        "单位 甲局 联系人：张三→王五",
        "单位 乙委 名称：乙局→乙委",
        "单位 乙委 简称：乙→乙局、乙",
        "单位 丙局：新增",
        "时段 三季度 名称：第三季度→三季度",
        "设置 年度：2031→2032",
        "设置 语言：zh→（空）",
        "设置 校验密钥：（不显示）→已改变，按旧总台账发出的表将不被认可",
    ]
    assert not any(PLAN.key in line for line in lines(PLAN, new))


def test_long_texts_are_cut_to_what_differs_on_the_terminal_only() -> None:
    long = "前" * 50 + "{}" + "后" * 50
    new = tasks(task(1, "修建东环路", q2=long.format(20)), *PLAN.tasks[1:])
    old = tasks(task(1, "修建东环路", q2=long.format(10)), *PLAN.tasks[1:])
    # The nought is the same in both.
    shown = ("…" + "前" * 12 + number + "0" + "后" * 11 + "…" for number in "12")
    assert lines(old, new)[0] == "修改任务 第1项 第二季度：" + "→".join(shown)
    book = openpyxl.load_workbook(io.BytesIO(changes_bytes(compare(old, new), "a", "b")))
    row = [cell.value for cell in book["差异"][2]]
    assert row[4:7] == ["第二季度", long.format(10), long.format(20)]
    assert [cell.value for cell in book["涉及单位"][2]] == ["甲局", 1, "1"]


def written(tmp_path: Path, name: str, plan: Plan) -> str:
    (tmp_path / name).write_bytes(plan_bytes(plan))
    return str(tmp_path / name)


def test_diff_on_the_command_line(tmp_path: Path) -> None:
    old = written(tmp_path, "a.xlsx", PLAN)
    new = written(tmp_path, "b.xlsx", tasks(task(1, "修建东环路", q3="通车"), *PLAN.tasks[1:]))
    run = CliRunner().invoke(main, ["diff", old, old])
    assert (run.exit_code, run.output) == (0, "两份总台账没有变动\n")
    run = CliRunner().invoke(main, ["diff", old, new, "--json", "-o", str(tmp_path / "c.xlsx")])
    assert run.exit_code == 3
    told = json.loads(run.output)
    assert (told["equal"], told["counts"]["修改任务"], told["units"]) == (
        False,
        1,
        ["甲局", "乙局"],
    )
    (change,) = told["changes"]
    assert Change(**change | {"units": tuple(change["units"])}) == Change(
        "修改任务", 1, 1, "修建东环路", "第三季度", "完工", "通车", ("甲局", "乙局")
    )
    assert (tmp_path / "c.xlsx").read_bytes()[:2] == b"PK"
    (tmp_path / "d.xlsx").write_bytes(b"no plan")
    run = CliRunner().invoke(main, ["diff", old, str(tmp_path / "d.xlsx")])
    assert run.exit_code == 1
    assert "没有做成" in run.output


# extract --units, --proof


def test_the_register_is_taken_over(tmp_path: Path) -> None:
    """| 旧单位表 | -> names, contacts and groups stay; what is new or idle is told."""
    first = extract(SAMPLE, tmp_path / "a.xlsx", cross_check=False).plan
    assert first is not None
    units = [
        replace(u, contact="张三") for u in first.units if u.name not in ("市税务局", "市工信局")
    ]
    units += [Unit("工业和信息化局", aliases=("市工信局",)), Unit("已撤销的局")]
    last = replace(
        first, units=tuple(units), settings={**first.settings, "联系方式": "李四", "截止日期": "1"},
        synonyms={**first.synonyms, "搞定": "已完成"},
        rulings=(Ruling("CELL-002", "", 1, "", "免提"),),
    )  # fmt: skip
    (tmp_path / "b.xlsx").write_bytes(plan_bytes(last))
    last_path = tmp_path / "b.xlsx"
    result = extract(SAMPLE, tmp_path / "c.xlsx", last_path=last_path, cross_check=False)
    plan, findings = read_plan(tmp_path / "c.xlsx")
    assert plan is not None, findings
    by_name = {u.name: u for u in plan.units}
    assert by_name["市发改委"].contact == "张三"
    assert "市工信局" not in by_name
    assert by_name["市税务局"].contact == ""
    told = {f.code: f for f in result.findings if f.code in ("UNIT-002", "UNIT-011")}
    assert (told["UNIT-002"].unit, told["UNIT-002"].task) == ("市税务局", 2)
    assert str(told["UNIT-002"].place.cell) == "第2页第3行"
    assert told["UNIT-002"].field == "support"
    assert str(told["UNIT-011"].values["units"]) == "已撤销的局"
    assert "UNIT-003" not in {f.code for f in result.findings}
    assert (plan.settings["联系方式"], plan.settings["截止日期"]) == ("李四", "")
    assert plan.synonyms["搞定"] == "已完成"
    assert plan.rulings == ()
    assert plan.key != last.key
    extract(SAMPLE, tmp_path / "d.xlsx", last_path=last_path, amended=True, cross_check=False)
    plan, _ = read_plan(tmp_path / "d.xlsx")
    assert plan is not None
    assert (plan.key, plan.settings["截止日期"], len(plan.rulings)) == (last.key, "1", 1)


def test_extract_refuses_what_it_cannot_use(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"no plan")
    run = ["extract", str(SAMPLE), "-o", str(tmp_path / "c.xlsx")]
    result = CliRunner().invoke(main, [*run, "--units", str(tmp_path / "b.xlsx")])
    assert result.exit_code == 1
    assert not (tmp_path / "c.xlsx").exists()
    assert CliRunner().invoke(main, [*run, "--amended"]).exit_code == 2
    result = CliRunner().invoke(main, [*run, "--proof", str(tmp_path / "b.xlsx")])
    assert result.exit_code == 2, "a proof that somebody may have signed is not overwritten"


def test_the_proof_shows_each_row_beside_its_text(tmp_path: Path) -> None:
    notice, findings = read_published_plan(SAMPLE)
    assert notice is not None
    some = notice.tasks[:9] + notice.tasks[64:65]
    content = proof_bytes(SAMPLE, notice, some, findings)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["校对"]
    captions = [cell.value for cell in sheet[1]]
    assert captions[:4] == ["页", "编号", "序号", "目标任务"]
    assert captions[-3:] == ["疑点", "已核", "备注"]
    for place, shown in enumerate(some):
        row = [cell.value for cell in sheet[3 + 2 * place]]
        assert row[1] == shown.number
        assert row[3] == shown.goal
    assert "括号不成对" in sheet.cell(3 + 2 * 9, len(captions) - 2).value
    images = sheet._images
    assert [image.anchor._from.row for image in images] == [1 + 2 * n for n in range(10)]
    # A row of one line is lower than one of seven.
    assert images[0].height * 2 < images[6].height
    page = notice.areas[65][0].page
    counted = [[cell.value for cell in row] for row in book["分页"]["A2:C3"]]
    assert counted == [
        ["第2页", 9, "=COUNTA(校对!K2:K19)"],
        [f"第{page}页", 1, "=COUNTA(校对!K20:K21)"],
    ]
    assert captions.index("已核") == "ABCDEFGHIJK".index("K")


def test_a_sheet_has_no_pictures_to_prove(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["序号", "目标任务", "Q1", "牵头单位", "配合单位"])
    book.active.append([1, "修路", "开工", "甲局", ""])
    book.save(tmp_path / "a.xlsx")
    result = extract(tmp_path / "a.xlsx", tmp_path / "b.xlsx", proof_path=tmp_path / "c.xlsx")
    assert "PLAN-057" in {f.code for f in result.findings}
    assert not (tmp_path / "c.xlsx").exists()


# merge with forms of the older issue


Amend = Callable[[tuple[Task, ...]], tuple[Task, ...]]


@pytest.fixture
def answered(tmp_path: Path, template: Template) -> Callable[[Amend], tuple[list[str], list[str]]]:
    """Issue forms, fill 甲局's, amend the plan, merge: (task and state accepted, place and code)."""

    def run(amend: Amend) -> tuple[list[str], list[str]]:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(plan_bytes(PLAN))
        made = generate(path, tmp_path / "out", "第二季度")
        assert not made.failed, made.findings
        form = made.files["甲局"]
        book = openpyxl.load_workbook(form)
        sheet = book["填报表"]
        (head,) = [row for row in sheet.iter_rows() if any(c.value == "目标任务" for c in row)]
        columns = {str(c.value).split("\n")[0].rstrip("*（必填）"): c.column for c in head}
        for row in range(head[0].row + 1, head[0].row + 4):
            sheet.cell(row, columns["完成情况"]).value = "达序时"
            sheet.cell(row, columns["进展情况"]).value = f"已完成第{row}批前期手续并开工建设"
        book.save(tmp_path / "甲局.xlsx")
        path.write_bytes(plan_bytes(tasks(*amend(PLAN.tasks))))
        taken = take(path, [tmp_path / "甲局.xlsx"], period="第二季度", as_of=date(2031, 7, 1))
        assert taken.merged is not None, taken.findings
        accepted = [
            f"{r.task} {r.value}"
            for r in taken.merged.records
            if r.unit == "甲局" and r.field == "state"
        ]
        told = [
            f"{f.code} {f.task or f.place.cell}"
            for f in taken.merged.findings
            if (f.code.startswith(("ROW", "FORM")) and f.code != "FORM-023")
            or f.code in ("TASK-001", "TASK-040", "TASK-041", "TASK-042", "TASK-043")
        ]
        return accepted, told

    return run


ALL = ["1 达序时", "2 达序时", "3 达序时"]


def test_forms_of_the_same_issue_fit(
    answered: Callable[[Amend], tuple[list[str], list[str]]],
) -> None:
    assert answered(lambda own: own) == (ALL, [])


def test_a_milestone_edited_after_issue_is_told(
    answered: Callable[[Amend], tuple[list[str], list[str]]],
) -> None:
    accepted, told = answered(lambda own: (task(1, own[0].goal, q2="通车"), *own[1:]))
    assert accepted == ALL
    assert told == ["ROW-005 1"]


def test_a_task_dropped_after_issue_is_set_aside(
    answered: Callable[[Amend], tuple[list[str], list[str]]],
) -> None:
    accepted, told = answered(lambda own: own[:2])
    assert accepted == ALL[:2]
    assert told == ["TASK-040 3"], "one note for the row"


def test_a_task_that_another_unit_now_has_is_set_aside(
    answered: Callable[[Amend], tuple[list[str], list[str]]],
) -> None:
    accepted, told = answered(lambda own: (*own[:2], replace(own[2], lead=("乙局",), support=())))
    assert accepted == ALL[:2]
    assert told == ["TASK-041 3"]


def test_a_task_added_after_issue_is_asked_for(
    answered: Callable[[Amend], tuple[list[str], list[str]]],
) -> None:
    accepted, told = answered(lambda own: (*own, task(4, "新建学校")))
    assert accepted == ALL
    assert told == ["TASK-042 4"], "the form that went out does not have it"


def test_tasks_renumbered_after_issue_are_found_by_their_goal(
    answered: Callable[[Amend], tuple[list[str], list[str]]],
) -> None:
    accepted, _ = answered(
        lambda own: (
            replace(own[2], number=1),
            replace(own[0], number=2),
            replace(own[1], number=3),
        )
    )
    assert sorted(accepted) == ALL
