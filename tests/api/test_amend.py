"""调整申请: a clerk asks, the office decides, what was agreed to goes into the plan with a trace."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from little_round import GOOD, PERIODS, codes, little_plan, number

from reconcile.api.diff import diff
from reconcile.api.generate import generate
from reconcile.api.status import Taken, take
from reconcile.cli import main
from reconcile.core.plan import Period, Plan, Ruling
from reconcile.core.result import MergeResult
from reconcile.merge.year.decisions import decided
from reconcile.plan import plan_bytes, read_plan
from reconcile.reports.status import status_bytes

pytestmark = pytest.mark.slow  # whole rounds, command by command

Q2, Q3 = "第二季度", "第三季度"
THREE = (*PERIODS, Period(Q3, date(2022, 9, 30), 9))
ASKS = {
    "完成情况": "滞后",
    "存在问题": "征地受阻，正在协调。",
    "申请调整": "推迟到第三季度",
    "理由": "市里通知缓建。",
}


def the_plan(*rulings: Ruling, asking: bool = True) -> Plan:
    made = little_plan(
        {1: "修路：甲局", 2: "产业投资1360亿元：甲局", 3: "植树：乙局"},
        [number(2, "产业投资", "1360", {Q2: "680", Q3: "1020"})],
        settings={"调整申请": "是" if asking else ""},
    )
    tasks = tuple(
        replace(t, milestones={p.caption: f"{t.goal}到{p.months:g}成。" for p in THREE})
        for t in made.tasks
    )
    return replace(made, periods=THREE, tasks=tasks, rulings=rulings)


def ruling(task: int, column: str, value: str, **more: Any) -> Ruling:
    told = {"who": "张主任", "when": "2022-07-12", "why": "市政府第8次常务会"} | more
    return Ruling("TASK-051", "甲局", task, column, "同意", value, **told)


def issued(folder: Path, plan: Plan, unit: str = "甲局", period: str = Q2) -> Path:
    (folder / "总台账.xlsx").write_bytes(plan_bytes(plan))
    made = generate(folder / "总台账.xlsx", folder / "发出", period, as_of=date(2022, 6, 1))
    return made.files[unit]


def answered(form: Path, inbox: Path, rows: dict[int, dict[str, Any]]) -> None:
    """Fill a form by its captions: a proper answer in each row, these over it."""
    book = openpyxl.load_workbook(form)
    sheet = book["填报表"]
    at = {str(c.value): c.column for c in sheet[6] if c.value}
    heads = {str(c.value): c for row in sheet.iter_rows(max_row=4) for c in row if c.value}
    for caption, value in (
        ("填报人", "张三"),
        ("联系电话", "0518-1234567"),
        ("填报日期", date(2022, 7, 1)),
    ):
        cell = heads[caption]
        sheet.cell(cell.row, cell.column + 1).value = value
    for row in range(7, sheet.max_row + 1):
        n = sheet.cell(row, at["序号"]).value
        for caption, value in {**GOOD, **rows.get(int(n), {})}.items():
            text = value.replace("{n}", str(n)).replace("{unit}", "甲局") if isinstance(value, str) else value  # fmt: skip
            sheet.cell(row, at[caption]).value = text
    if "量化指标" in book.sheetnames:
        table = book["量化指标"]
        columns = {str(c.value): c.column for c in table[4] if c.value}
        table.cell(5, columns["本期实际"]).value = 700
    inbox.mkdir(exist_ok=True)
    book.save(inbox / form.name)


def merged(folder: Path, period: str = Q2) -> MergeResult:
    taken: Taken = take(
        folder / "总台账.xlsx", [folder / "收回"], period=period, as_of=date(2022, 7, 8)
    )
    assert taken.merged is not None, taken.findings
    return taken.merged


def rewritten(folder: Path, plan: Plan) -> None:
    (folder / "总台账.xlsx").write_bytes(plan_bytes(plan))


def amend(folder: Path, status: int = 0) -> Result:
    result = CliRunner().invoke(
        main, ["amend", str(folder / "总台账.xlsx"), "--as-of", "2022-07-13"]
    )
    assert result.exit_code == status, result.output
    return result


def plan_at(folder: Path) -> Plan:
    plan, _ = read_plan(folder / "总台账.xlsx")
    assert plan is not None
    return plan


def test_forms_ask_only_where_the_setting_says_so(tmp_path: Path) -> None:
    for asking in (True, False):
        folder = tmp_path / str(asking)
        folder.mkdir()
        sheet = openpyxl.load_workbook(issued(folder, the_plan(asking=asking)))["填报表"]
        captions = [c.value for c in sheet[6] if c.value]
        assert (captions[-2:] == ["申请调整", "理由"]) is asking
        last = sheet.cell(7, len(sheet[6]))
        assert not last.protection.locked
        assert not asking or last.number_format == "@"


def test_a_request_is_listed_until_it_is_decided(tmp_path: Path) -> None:
    form = issued(tmp_path, the_plan())
    answered(form, tmp_path / "收回", {1: ASKS, 2: {"申请调整": "目标改为1200亿元"}})
    result = merged(tmp_path)
    assert codes(result, "TASK-051", "TASK-050") == [
        ("TASK-051", "甲局", 1, "O7"), ("TASK-051", "甲局", 2, "O8"), ("TASK-050", "甲局", 2, "P8"),
    ]  # fmt: skip
    assert [f.code for f in result.findings if f.code.startswith(("HEAD", "ROW"))] == []
    rewritten(
        tmp_path, the_plan(ruling(1, "推迟", Q3), replace(ruling(2, "", ""), decision="不同意"))
    )
    after = merged(tmp_path)
    assert codes(after, "TASK-051") == []
    assert [(f.code, f.task) for f in after.waived] == [("TASK-051", 1), ("TASK-051", 2)]
    assert codes(after, "PLAN") == []
    sheet = openpyxl.load_workbook(io.BytesIO(status_bytes(after)))["调整申请"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        [1, "甲局", "推迟到第三季度", "市里通知缓建。", "同意", "推迟", Q3, "张主任", "2022-07-12", "市政府第8次常务会"],
        [2, "甲局", "目标改为1200亿元", None, "不同意", None, None, "张主任", "2022-07-12", "市政府第8次常务会"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "period"),
    [("2022-03-01", 1), ("2022-05-20", 1), ("2022-06-05", 2), ("2022-08-20", 2), ("2022-09-05", 3),
     ("2022-12-31", 3), ("2021-12-01", 0), ("以后", 0)],
)  # fmt: skip
def test_a_decision_is_on_the_requests_of_one_period(day: str, period: int) -> None:
    plan = the_plan(ruling(1, "推迟", Q3, when=day))
    assert [n for n in (1, 2, 3) if decided(plan, n)] == ([period] if period else [])


def test_agreed_changes_go_into_the_plan_and_leave_a_trace(tmp_path: Path) -> None:
    agreed = (
        ruling(2, "目标任务", "产业投资1200亿元"), ruling(2, "产业投资：全年目标", "1200"),
        ruling(2, Q3, "完成900亿元。"), ruling(1, "推迟", Q3), ruling(1, "工期", "两年"),
        ruling(9, "目标任务", "无"), replace(ruling(3, "目标任务", "不植树"), decision="不同意"),
    )  # fmt: skip
    rewritten(tmp_path, the_plan(*agreed))
    book = openpyxl.load_workbook(tmp_path / "总台账.xlsx")
    book["任务"]["A2"].fill = openpyxl.styles.PatternFill("solid", "FFFF00")
    book.create_sheet("我的笔记")["A1"] = "别丢"
    book.save(tmp_path / "总台账.xlsx")
    before = (tmp_path / "总台账.xlsx").read_bytes()
    told = amend(tmp_path, status=3).output
    assert "改了 4 处" in told and told.count("PLAN-599") == 2
    plan = plan_at(tmp_path)
    task, indicator = plan.tasks[1], plan.indicators[0]
    assert (task.goal, task.milestones[Q3]) == ("产业投资1200亿元", "完成900亿元。")
    assert str(indicator.annual) == "1200" and plan.tasks[2].goal == "植树"
    assert [(c.task, c.column, c.before, c.after, c.unit, c.when, c.entered) for c in plan.changes] == [
        (2, "目标任务", "产业投资1360亿元", "产业投资1200亿元", "甲局", "2022-07-12", "2022-07-13"),
        (2, "产业投资：全年目标", "1360", "1200", "甲局", "2022-07-12", "2022-07-13"),
        (2, Q3, "产业投资1360亿元到9成。", "完成900亿元。", "甲局", "2022-07-12", "2022-07-13"),
        (1, "推迟", "", Q3, "甲局", "2022-07-12", "2022-07-13"),
    ]  # fmt: skip
    kept = tmp_path / "总台账_旧1.xlsx"
    assert kept.read_bytes() == before
    book = openpyxl.load_workbook(tmp_path / "总台账.xlsx")
    assert (
        book["我的笔记"]["A1"].value == "别丢" and book["任务"]["A2"].fill.fgColor.rgb == "00FFFF00"
    )
    trace = book["变更记录"]
    assert trace["D2"].alignment.wrap_text and trace["D2"].value == "产业投资1360亿元"
    changes, _ = diff(kept, tmp_path / "总台账.xlsx")
    assert changes is not None
    assert [
        (c.kind, c.new, str(c.field), c.before, c.after) for c in changes if c.kind == "量化指标"
    ] == [("量化指标", 2, "全年目标", "1360", "1200")]
    assert [(c.kind, str(c.field)) for c in changes if c.kind != "量化指标"] == [
        ("修改任务", "目标任务"), ("修改任务", Q3),
    ]  # fmt: skip
    once = (tmp_path / "总台账.xlsx").read_bytes()
    assert "没有要改的" in amend(tmp_path, status=3).output
    assert (tmp_path / "总台账.xlsx").read_bytes() == once
    rewritten(tmp_path, replace(plan, rulings=(*plan.rulings, ruling(3, "目标任务", "植树造林"))))
    amend(tmp_path, status=3)
    assert len(plan_at(tmp_path).changes) == 5, "the sheet that is there is written on"


def test_a_task_that_was_put_off_leaves_the_list_of_lags_with_a_mark(tmp_path: Path) -> None:
    form = issued(tmp_path, the_plan())
    answered(form, tmp_path / "收回", {1: ASKS})
    assert merged(tmp_path).standings[1].light == "黄"
    rewritten(tmp_path, the_plan(ruling(1, "推迟", Q3)))
    assert merged(tmp_path).standings[1].light == "黄", "agreed to, and not yet in the plan"
    amend(tmp_path)
    result = merged(tmp_path)
    standing = result.standings[1]
    assert (standing.state, standing.light, tuple(map(str, standing.reasons))) == (
        "滞后",
        "",
        ("经同意推迟至第三季度",),
    )
    assert list(result.postponed) == [1]


def test_a_text_that_was_edited_without_its_number_is_told(tmp_path: Path) -> None:
    plan = the_plan()
    made = generate(_saved(tmp_path, plan), tmp_path / "发出", Q2, as_of=date(2022, 6, 1))
    assert "PLAN-604" not in [f.code for f in made.findings]
    tasks = (
        plan.tasks[0],
        replace(plan.tasks[1], goal="产业投资1400亿元", milestones={}),
        plan.tasks[2],
    )
    made = generate(
        _saved(tmp_path, replace(plan, tasks=tasks)), tmp_path / "再发", Q2, as_of=date(2022, 6, 1)
    )
    [told] = [f for f in made.findings if f.code == "PLAN-604"]
    assert (told.task, told.values["text"], told.values["sheet"]) == (2, "1400", "1360")


def _saved(folder: Path, plan: Plan) -> Path:
    rewritten(folder, plan)
    return folder / "总台账.xlsx"


def test_a_workbook_that_cannot_be_changed_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewritten(tmp_path, the_plan(ruling(1, "目标任务", "修好路")))
    before = (tmp_path / "总台账.xlsx").read_bytes()
    monkeypatch.setattr("reconcile.api.year.amend.with_sheet", lambda content, *_: content)
    result = amend(tmp_path, status=1)
    assert "PLAN-603" in result.output
    assert (tmp_path / "总台账.xlsx").read_bytes() == before and len(list(tmp_path.iterdir())) == 1
