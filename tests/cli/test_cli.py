"""The command line as a coordinator meets it: bad input, exit status, one sentence each."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from books import opened
from click.testing import CliRunner, Result

from reconcile.cli import main

pytestmark = pytest.mark.slow


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def said(result: Result) -> str:
    """What was printed; a traceback would be an exception other than SystemExit."""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


# --- extract


def test_extract_prints_control_totals(sample_pdf: Path, tmp_path: Path) -> None:
    result = run("extract", sample_pdf, "-o", tmp_path / "总台账.xlsx")
    assert result.exit_code == 0
    out = said(result)
    assert "任务 140 项，序号 1 到 140，没有缺号" in out
    assert "序时进度 420 格，其中空白 2 格" in out
    assert "没有牵头单位的任务：无" in out
    assert "单位 96 个（集合单位 10 个）" in out


def test_extract_never_overwrites_a_reviewed_plan(sample_pdf: Path, tmp_path: Path) -> None:
    out = tmp_path / "总台账.xlsx"
    out.write_bytes(b"reviewed")
    result = run("extract", sample_pdf, "-o", out)
    assert result.exit_code == 2
    assert "--force" in said(result)
    assert out.read_bytes() == b"reviewed"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.pdf", b""),
        ("不是.pdf", b"hello"),
        ("坏.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
    ],
)
def test_extract_refuses_what_is_no_plan(name: str, content: bytes, tmp_path: Path) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    result = run("extract", source, "-o", tmp_path / "out.xlsx")
    assert result.exit_code == 1
    assert said(result).count("没有做成") == 1
    assert not (tmp_path / "out.xlsx").exists()


def test_extract_asks_for_a_file_that_is_there(tmp_path: Path) -> None:
    result = run("extract", tmp_path / "没有.pdf", "-o", tmp_path / "out.xlsx")
    assert result.exit_code == 2


# --- the plan workbook


def edited(plan: Path, target: Path, sheet: str, cell: str, value: object) -> Path:
    """A copy of the plan with one cell changed; a line of 设置 is named by its caption."""
    book = openpyxl.load_workbook(plan)
    if sheet == "设置":
        cell = next(f"B{row[0].row}" for row in book[sheet].iter_rows() if row[0].value == cell)
    book[sheet][cell] = value
    book.save(target)
    return target


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("任务", "A1", "编号", "PLAN-502"),
        ("时段", "D3", "九个月", "PLAN-503"),
        ("任务", "A5", "四", "PLAN-504"),
        ("任务", "A5", 3, "PLAN-505"),
        ("设置", "年度", "二零二二", "PLAN-506"),
        ("设置", "校验密钥", "abc", "PLAN-507"),
        ("单位", "E3", "市发改委", "PLAN-510"),
    ],
)
def test_generate_says_what_is_wrong_with_the_plan(
    sample_plan_path: Path, tmp_path: Path, sheet: str, cell: str, value: object, code: str
) -> None:
    plan = edited(sample_plan_path, tmp_path / "p.xlsx", sheet, cell, value)
    result = run("generate", plan, "--period", "第二季度", "-o", tmp_path / "发出")
    assert result.exit_code == 1
    assert f"错误 {code} p.xlsx {sheet}" in said(result)
    assert not (tmp_path / "发出").exists()


def test_a_missing_sheet_is_named(sample_plan_path: Path, tmp_path: Path) -> None:
    book = opened(sample_plan_path.read_bytes())
    del book["单位"]
    book.save(tmp_path / "p.xlsx")
    result = run("generate", tmp_path / "p.xlsx", "--period", "第二季度", "-o", tmp_path / "发出")
    assert result.exit_code == 1
    assert "PLAN-501" in said(result) and "“单位”" in said(result)


def test_a_plan_without_tasks_is_refused(sample_plan_path: Path, tmp_path: Path) -> None:
    book = opened(sample_plan_path.read_bytes())
    book["任务"].delete_rows(2, 200)
    book.save(tmp_path / "p.xlsx")
    result = run("generate", tmp_path / "p.xlsx", "--period", "第二季度", "-o", tmp_path / "发出")
    assert result.exit_code == 1
    assert "PLAN-509" in said(result)


def test_a_plan_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(b"no workbook")
    result = run("generate", tmp_path / "p.xlsx", "--period", "第二季度", "-o", tmp_path / "发出")
    assert result.exit_code == 1
    assert "没有做成" in said(result)


def test_a_task_without_lead_is_told(sample_plan_path: Path, tmp_path: Path) -> None:
    plan = edited(sample_plan_path, tmp_path / "p.xlsx", "任务", "G2", None)
    result = run("generate", plan, "--period", "第二季度", "-o", tmp_path / "发出")
    assert result.exit_code == 3
    assert "PLAN-508 p.xlsx 任务 第2行" in said(result)


# --- periods


def test_an_unknown_period_lists_the_known_ones(sample_plan_path: Path, tmp_path: Path) -> None:
    result = run("generate", sample_plan_path, "--period", "一季度", "-o", tmp_path / "发出")
    assert result.exit_code == 1
    assert "PLAN-530" in said(result) and "第二季度、第三季度、第四季度" in said(result)


def test_generate_without_a_period_asks_for_one(sample_plan_path: Path, tmp_path: Path) -> None:
    result = run("generate", sample_plan_path, "-o", tmp_path / "发出")
    assert result.exit_code == 1
    assert "PLAN-531" in said(result)


def test_the_plan_may_name_the_current_period(sample_plan_path: Path, tmp_path: Path) -> None:
    plan = edited(sample_plan_path, tmp_path / "p.xlsx", "设置", "本期", "第三季度")
    result = run("generate", plan, "-o", tmp_path / "发出", "--unit", "市财政局")
    assert (
        result.exit_code == 3 and "PLAN-595" in result.output
    )  # the deadline is the second quarter's
    assert [p.name for p in (tmp_path / "发出").iterdir()] == [
        "02_市财政局_2022年第三季度填报表.xlsx"
    ]


def test_generate_for_a_unit_without_tasks_says_so(sample_plan_path: Path, tmp_path: Path) -> None:
    result = run(
        "generate",
        sample_plan_path,
        "--period",
        "第二季度",
        "-o",
        tmp_path / "发出",
        "--unit",
        "市气象局",
    )
    assert result.exit_code == 3
    assert "UNIT-010 “市气象局”" in said(result)


def test_generate_never_replaces_a_filled_form(sample_plan_path: Path, tmp_path: Path) -> None:
    arguments = (
        "generate", sample_plan_path, "--period", "第二季度", "-o", tmp_path, "--unit", "市侨联",
    )  # fmt: skip
    assert run(*arguments).exit_code == 0
    assert run(*arguments).exit_code == 0, "an empty form may be made again"
    path = next(tmp_path.iterdir())
    book = openpyxl.load_workbook(path)
    book["填报表"]["I7"] = "达序时"
    book.save(path)
    before = path.read_bytes()
    result = run(*arguments)
    assert result.exit_code == 1
    assert f"FORM-031 {path.name}" in said(result)
    assert path.read_bytes() == before


# --- merge and status


@pytest.fixture
def inbox(sample_plan_path: Path, tmp_path: Path) -> Path:
    """One form of 市侨联, which leads no task, filled but for one answer."""
    return inbox_of("市侨联", sample_plan_path, tmp_path)


def inbox_of(unit: str, sample_plan_path: Path, tmp_path: Path) -> Path:
    """One form of a unit, filled but for one answer."""
    result = run(
        "generate",
        sample_plan_path,
        "--period",
        "第二季度",
        "-o",
        tmp_path / "发出",
        "--unit",
        unit,
    )
    assert result.exit_code == 0, result.output
    path = next((tmp_path / "发出").iterdir())
    book = openpyxl.load_workbook(path)
    sheet = book["填报表"]
    for row in range(7, sheet.max_row + 1):
        if sheet.cell(row, 2).value is None:  # a heading
            continue
        sheet.cell(row, 9).value = "达序时"
        if sheet.cell(row, 10).value != "（不填）":
            sheet.cell(row, 10).value = 0.5
        told = sheet.cell(row, 11)
        told.value, told.data_type = f"=已完成第{row}步", "s"
    sheet.cell(7, 9).value = "基本完成"
    (tmp_path / "收回").mkdir()
    book.save(tmp_path / "收回" / path.name)
    return tmp_path / "收回"


def test_merge_needs_an_inbox(sample_plan_path: Path, tmp_path: Path) -> None:
    result = run("merge", sample_plan_path, tmp_path / "没有", "-o", tmp_path / "汇总.xlsx")
    assert result.exit_code == 2
    assert not (tmp_path / "汇总.xlsx").exists()


def test_an_empty_inbox_needs_a_period(sample_plan_path: Path, tmp_path: Path) -> None:
    (tmp_path / "收回").mkdir()
    without = run("merge", sample_plan_path, tmp_path / "收回", "-o", tmp_path / "汇总.xlsx")
    assert without.exit_code == 1 and "PLAN-531" in said(without)
    with_period = run(
        "merge",
        sample_plan_path,
        tmp_path / "收回",
        "-o",
        tmp_path / "汇总.xlsx",
        "--period",
        "第二季度",
    )
    assert with_period.exit_code == 3
    assert "未报 86" in said(with_period)


def test_status_as_text_json_and_workbook(
    sample_plan_path: Path, inbox: Path, tmp_path: Path
) -> None:
    text = run("status", sample_plan_path, inbox, "-o", tmp_path / "进度.xlsx")
    assert text.exit_code == 3
    line = next(line for line in said(text).splitlines() if line.startswith("市侨联"))
    assert line.split() == ["市侨联", "有错", "2/2", "1", "1", "2"]
    content = json.loads(run("status", sample_plan_path, inbox, "--json").stdout)
    unit = next(u for u in content["units"] if u["unit"] == "市侨联")
    assert (unit["state"], unit["answered"], unit["set_aside"]) == ("errors", 2, 1)
    sheet = openpyxl.load_workbook(tmp_path / "进度.xlsx").active
    assert sheet is not None
    assert [c.value for c in sheet[1]][:3] == ["责任单位", "情况", "应答任务"]
    assert sheet.max_row == 87


def test_merge_prints_place_fault_and_remedy(
    sample_plan_path: Path, inbox: Path, tmp_path: Path
) -> None:
    result = run("merge", sample_plan_path, inbox, "-o", tmp_path / "汇总.xlsx")
    assert result.exit_code == 3
    name = next(inbox.iterdir()).name
    assert f"错误 CELL-002 收回/{name} 填报表 I7：“完成情况”填的是“基本完成”" in said(result)
    assert "从下拉框中选择" in said(result)


def test_a_summary_that_cannot_be_replaced_is_left_alone(
    sample_plan_path: Path, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "汇总.xlsx"
    assert run("merge", sample_plan_path, inbox, "-o", out, "--as-of", "2022-07-01").exit_code == 3
    former = out.read_bytes()

    def held_by_excel(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", held_by_excel)
    result = run("merge", sample_plan_path, inbox, "-o", out)
    assert result.exit_code == 1
    assert "请先关闭" in said(result)
    assert out.read_bytes() == former
    assert not list(tmp_path.glob(".~*"))


def test_previous_must_be_a_summary(sample_plan_path: Path, inbox: Path, tmp_path: Path) -> None:
    result = run(
        "merge",
        sample_plan_path,
        inbox,
        "-o",
        tmp_path / "汇总.xlsx",
        "--previous",
        sample_plan_path,
    )
    assert result.exit_code == 1
    assert "FORM-024" in said(result)


# --- export


def test_export_to_csv_leaves_nothing_live(
    sample_plan_path: Path, inbox: Path, tmp_path: Path
) -> None:
    result = run("export", sample_plan_path, inbox, "--to", tmp_path / "明细.csv")
    assert result.exit_code == 3
    lines = (tmp_path / "明细.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"period","unit","task","role","field","value"')
    told = [line for line in lines if ',"进展情况",' in line]
    assert len(told) == 2
    assert all(",\"'=已完成第" in line for line in told)


def test_export_to_sqlite_keeps_types(sample_plan_path: Path, tmp_path: Path) -> None:
    inbox = inbox_of("市文广旅局", sample_plan_path, tmp_path)
    run("export", sample_plan_path, inbox, "--to", tmp_path / "明细.sqlite")
    with closing(sqlite3.connect(tmp_path / "明细.sqlite")) as connection:
        rows = connection.execute(
            "select number from records where field = '完成百分比'"
        ).fetchall()
    assert rows == [(0.5,)] * 3, "the tasks that it leads"


def test_export_knows_its_endings(sample_plan_path: Path, inbox: Path, tmp_path: Path) -> None:
    result = run("export", sample_plan_path, inbox, "--to", tmp_path / "明细.doc")
    assert result.exit_code == 2


# --- the program itself


def test_python_m_reconcile_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reconcile", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().startswith("reconcile")
