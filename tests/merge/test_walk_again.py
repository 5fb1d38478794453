"""What a coordinator met who walked through the rules once more, from the command line."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import merged, read
from click.testing import CliRunner, Result
from little_round import codes, fill, issue, little_plan
from worded import plain_text

from reconcile.cli import main
from reconcile.core.findings import CATALOGUE
from reconcile.core.i18n import EN, ZH, speaking
from reconcile.core.plan import Plan, Ruling, Unit
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes
from reconcile.reports.circular import draft

TASKS = {1: "修路：甲局", 2: "架桥：甲局；乙局"}
ROUND = ("--period", "第二季度", "--as-of", "2022-07-10")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def office(folder: Path, plan: Plan, **returns: bytes) -> Path:
    """A folder with a plan workbook and what came back."""
    (folder / "收回").mkdir()
    (folder / "总台账.xlsx").write_bytes(plan_bytes(plan))
    for name, content in returns.items():
        (folder / "收回" / f"{name}.xlsx").write_bytes(content)
    return folder


def notice(copy: Path) -> str:
    """All texts of the sheet that a marked-up copy begins with."""
    rows = openpyxl.load_workbook(copy).worksheets[0].iter_rows(values_only=True)
    return "\n".join(str(value) for row in rows for value in row if value)


def test_the_proof_never_takes_the_place_of_a_plan_workbook(
    tmp_path: Path, sample_pdf: Path
) -> None:
    key = tmp_path / "总台账.xlsx"
    key.write_bytes(plan_bytes(little_plan(TASKS)))
    before = key.read_bytes()
    for force in ((), ("--force",)):
        told = run("extract", sample_pdf, "-o", tmp_path / "新.xlsx", "--proof", key, *force)
        assert told.exit_code == 2 and "校验密钥" in told.output
    assert key.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["总台账.xlsx"]


@pytest.mark.parametrize(
    "command",
    [
        "generate {o}/总台账.xlsx --period 第二季度 -o {o}/收到.xlsx",
        "mail {o}/发出 --plan {o}/总台账.xlsx -o {o}/收到.xlsx",
        "merge {o}/总台账.xlsx {o}/收回 --period 第二季度 --returns {o}/收到.xlsx",
    ],
)
def test_a_file_where_a_folder_is_to_be_is_wrong_usage(tmp_path: Path, command: str) -> None:
    plan = little_plan(TASKS)
    folder = office(tmp_path, plan, 甲=fill(issue(plan, "甲局"), {1: {"完成情况": "基本完成"}}))
    (folder / "发出").mkdir()
    (folder / "收到.xlsx").write_bytes(issue(plan, "甲局"))
    told = run(*command.format(o=folder).split())
    assert told.exit_code == 2 and "收到.xlsx 是文件，不是文件夹" in told.output
    assert (folder / "收到.xlsx").read_bytes() == issue(plan, "甲局")


# | the rows of the first return, its day | the second's day | first day, in time |
FIRST: list[tuple[dict[int, Any], int, int | None, int | None, bool | None]] = [
    ({1: None, 2: None}, 1, 8, 8, False),  # an empty form in time, the answers late
    ({1: None, 2: None}, 1, 4, 4, True),
    ({1: None, 2: None}, 1, None, None, None),  # nothing else came
    ({2: None}, 1, 8, 1, True),  # a part of it is an answer
    ({1: {"完成情况": "基本完成"}}, 1, 8, 1, True),  # and so is a wrong one
]


@pytest.mark.parametrize(("rows", "day", "again", "first", "in_time"), FIRST)
def test_an_empty_form_is_no_first_return(
    rows: dict[int, Any], day: int, again: int | None, first: int | None, in_time: bool | None
) -> None:
    plan = little_plan(TASKS, settings={"截止日期": "2022-07-05"})
    head = {"D4": "张某"}
    sent = {"一.xlsx": fill(issue(plan, "甲局"), rows, **head, M4=datetime(2022, 7, day))}
    if again:
        sent["二.xlsx"] = fill(issue(plan, "甲局"), **head, M4=datetime(2022, 7, again))
    result = merged(sent, its_plan=plan)
    status = next(s for s in result.statuses if s.unit == "甲局")
    assert (status.first.typed if status.first else None) == (
        date(2022, 7, first) if first else None
    )
    assert next(s for s in score_units(result) if s.unit == "甲局").on_time is in_time


def test_a_supporting_unit_is_told_that_it_supports_no_more() -> None:
    # The lead was 甲局 all along: that the task "was given to 甲局 since" would not be true.
    issued, now = little_plan(TASKS), little_plan(TASKS | {2: "架桥：甲局", 3: "植树：乙局"})
    result = merged({"乙.xlsx": fill(issue(issued, "乙局"))}, its_plan=now)
    assert codes(result, "TASK-03", "TASK-041", "CELL", "ROW") == [("TASK-032", "乙局", 2, "A7")]
    status = next(s for s in result.statuses if s.unit == "乙局")
    assert (status.state, status.errors, status.warnings) == ("clean", 0, 0)
    [told] = [f for f in result.findings if f.code == "TASK-032"]
    with speaking(ZH):
        assert told.message == "第2项（架桥）发表之后不再由本单位配合，不计"
    with speaking(EN):
        assert "no longer supported by this unit" in told.message


# | the plan now | who may have no form |
MOVED = [
    ({1: "修路：甲局", 2: "架桥：丙局；乙局"}, [("TASK-033", "丙局", None, "")]),
    ({1: "修路：甲局；丙局", 2: "架桥：丙局；乙局"}, []),  # task 1 may have been on its form
    (
        {1: "修路：甲局", 2: "架桥：甲局；乙局", 3: "植树：丙局"},
        [],
    ),  # nobody's before: added, or silent
]


@pytest.mark.parametrize(("tasks", "told"), MOVED)
def test_a_silent_unit_that_may_have_no_form_is_doubted(
    tasks: dict[int, str], told: list[tuple[str, str, None, str]]
) -> None:
    issued, now = little_plan(TASKS), little_plan(tasks)
    own = {"甲.xlsx": fill(issue(issued, "甲局")), "乙.xlsx": fill(issue(issued, "乙局"))}
    round_of = merged(own, its_plan=now)
    assert codes(round_of, "TASK-033") == told
    said = plain_text(draft(round_of, score_units(round_of)))
    blamed, doubted = "丙局未按要求报送。", "丙局的任务是发表以后改派的，是否收到填报表待核实。"
    assert (blamed in said, doubted in said) == (not told, bool(told))
    if told:  # a form that came settles it
        again = own | {"丙.xlsx": fill(issue(now, "丙局"))}
        assert codes(merged(again, its_plan=now), "TASK-033") == []


def test_a_form_of_a_unit_that_only_the_register_lacks_is_not_sent_back(tmp_path: Path) -> None:
    issued = little_plan(TASKS)
    now = little_plan({1: "修路：丙局", 2: "架桥：丙局；乙局"})
    folder = office(tmp_path, now, 甲=fill(issue(issued, "甲局")))
    told = run("merge", folder / "总台账.xlsx", folder / "收回", *ROUND)
    assert told.exit_code == 3 and "FORM-025" in told.output and "“单位”表" in told.output
    assert not (folder / "退回_第二季度").exists(), "the unit has nothing to mend"
    renamed = little_plan(
        {1: "修路：丙局", 2: "架桥：丙局；乙局"}, units=(Unit("丙局", ("甲局",)), Unit("乙局"))
    )
    (folder / "总台账.xlsx").write_bytes(plan_bytes(renamed))
    told = run("merge", folder / "总台账.xlsx", folder / "收回", *ROUND)
    assert "FORM-025" not in told.output and "已报 1" in told.output


def test_who_sent_another_form_is_not_asked_to_mend_it(tmp_path: Path) -> None:
    plan = little_plan(TASKS)
    number, at = read(issue(plan, "甲局"), its_plan=plan).numbers[0]
    wrong = "表单编号：" + number[:-1] + ("A" if number[-1] != "A" else "B")
    folder = office(
        tmp_path,
        plan,
        错=fill(issue(plan, "甲局"), **{at.cell: wrong}),
        乙=fill(issue(plan, "乙局"), {2: {"完成情况": "基本完成"}}),
    )
    run("merge", folder / "总台账.xlsx", folder / "收回", *ROUND)
    refused, mended = (notice(folder / "退回_第二季度" / f"退回_{n}.xlsx") for n in ("错", "乙"))
    assert "这份表没有收" in refused and "请在本文件里改好" not in refused
    assert "请在本文件里改好" in mended and "没有收" not in mended


# | the answer | the code that says so |
UNSURE = [("1.2", "CELL-004"), ("很多", "CELL-003")]


@pytest.mark.parametrize(("answer", "code"), UNSURE)
def test_a_ruling_that_cannot_be_followed_says_why_truly(answer: str, code: str) -> None:
    plan = little_plan(TASKS)
    sent = {"甲.xlsx": fill(issue(plan, "甲局"), {1: {"完成百分比": answer}})}
    result = merged(sent, [Ruling(code, "甲局", 1, "完成百分比", "照收")], its_plan=plan)
    [told] = [f for f in result.findings if f.code == "PLAN-575"]
    assert "不是数字" not in told.message and answer in told.message, "1.2 is a number"


@pytest.mark.parametrize("value", ["-5", "十"])
def test_a_number_below_zero_is_called_no_such_number(tmp_path: Path, value: str) -> None:
    plan = little_plan(TASKS, settings={"截止日期": "2022-07-05", "红灯界限": value})
    folder = office(tmp_path, plan)
    told = run("status", folder / "总台账.xlsx", folder / "收回", *ROUND)
    assert re.search(
        f"PLAN-576 总台账.xlsx 设置 第[0-9]+行：“红灯界限”填的是“{value}”", told.output
    )
    assert "不是数字" not in told.output and "零以上" in told.output


def test_what_stands_nowhere_else_is_printed(tmp_path: Path) -> None:
    plan = little_plan(TASKS, units=(Unit("甲局"), Unit("乙局", gets_form=False)))
    folder = office(tmp_path, plan)
    told = run(
        "generate",
        folder / "总台账.xlsx",
        "--period",
        "第二季度",
        "-o",
        folder / "发出",
        "--as-of",
        "2022-07-01",
    )
    assert told.exit_code == 0 and "UNIT-007 “乙局”" in told.output and "全部见" not in told.output


@pytest.mark.parametrize("caption", ["多家时", "填报单位"])
def test_the_remedy_for_an_indicator_names_every_column(caption: str) -> None:
    assert caption in CATALOGUE["IND-010"].fix["zh"]


def test_status_says_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    plan = little_plan(TASKS, settings={"截止日期": "国庆后"})
    returns = {"甲": fill(issue(plan, "甲局"), {1: {"完成情况": "基本完成"}}), "某": b"%PDF-1.4"}
    folder = office(tmp_path, plan, **returns)
    told = run("status", folder / "总台账.xlsx", folder / "收回", *ROUND).output
    assert "错误 CELL-002 收回/甲.xlsx 填报表 H7：“完成情况”填的是“基本完成”" in told
    assert "错误 FILE-015 收回/某.xlsx" in told and "请发送可以编辑的填报表原件" in told
    assert "提醒 PLAN-577 总台账.xlsx" in told and "UNIT-009" not in told
