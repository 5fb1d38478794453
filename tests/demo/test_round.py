"""The main job from end to end, on the real plan."""

from __future__ import annotations

import re
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from transcripts import transcript

from reconcile.api.extract import extract
from reconcile.api.generate import Generated, generate
from reconcile.api.status import take
from reconcile.cli import main
from reconcile.core.plan import Plan
from reconcile.core.units import assignments
from reconcile.demo import walk_through
from reconcile.plan import read_plan
from reconcile.readers import read_book

pytestmark = pytest.mark.slow

AS_OF = date(2022, 7, 8)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def extracted(sample_pdf: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    out = tmp_path_factory.mktemp("extract") / "总台账.xlsx"
    result = extract(sample_pdf, out)
    assert result.plan is not None
    return result.plan, out


def test_extract_agrees_with_the_truth_cell_by_cell(
    extracted: tuple[Plan, Path], truth: dict[str, Any]
) -> None:
    plan, _ = extracted
    assert (plan.title, plan.document, plan.office, plan.year) == (
        truth["title"], truth["document"], truth["office"], truth["year"],
    )  # fmt: skip
    assert [p.caption for p in plan.periods] == truth["periods"]
    assert len(plan.tasks) == 140
    for task, true in zip(plan.tasks, truth["tasks"], strict=True):
        sections = [s for s in (true["section"], true["subsection"]) if s]
        found = {
            "number": task.number,
            "sections": [bare(s) for s in task.sections],
            "goal": bare(task.goal),
            "milestones": {k: bare(v) for k, v in task.milestones.items()},
            "lead": list(task.lead),
            "support": list(task.support),
        }
        wanted = {"number": true["number"], "sections": [bare(s) for s in sections]}
        wanted |= {k: true[k] for k in ("goal", "milestones", "lead", "support")}
        assert found == wanted


def test_the_plan_workbook_reads_back_as_the_plan(extracted: tuple[Plan, Path]) -> None:
    plan, path = extracted
    again, findings = read_plan(path)
    assert again is not None
    assert findings == ()
    assert again.tasks == tuple(replace(t, source=str(t.source)) for t in plan.tasks)
    assert again.periods == plan.periods
    assert again.units == tuple(
        # A group never gets a form: the workbook says so.
        u if not u.group else type(u)(u.name, group=True, members=u.members, gets_form=False)
        for u in plan.units
    )
    assert again.key == plan.key
    assert again.synonyms == plan.synonyms


def test_the_plan_workbook_has_the_sheets_a_coordinator_needs(
    extracted: tuple[Plan, Path],
) -> None:
    book = openpyxl.load_workbook(extracted[1])
    assert book.sheetnames == [
        "说明", "待核", "栏目", "任务", "单位", "量化指标", "时段", "设置", "状态词", "裁定",
    ]  # fmt: skip
    assert [c.value for c in book["任务"][1]] == [
        "序号", "类别", "目标任务", "第二季度", "第三季度", "第四季度", "牵头单位", "共同责任单位", "出处",
    ]  # fmt: skip
    assert book["任务"].max_row == 141
    assert book["裁定"].max_row == 1
    review = [[c.value for c in row] for row in book["待核"].iter_rows(min_row=2)]
    proposed = [row for row in review if row[0] == "UNIT-003"]
    assert len(proposed) == 3, "members of 各县区, 功能板块 and 各区 are to be confirmed"
    assert all(row[2] for row in review), "a doubt says page and row"


@pytest.fixture(scope="module")
def issued(sample_plan_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    out = tmp_path_factory.mktemp("round") / "发出"
    made = generate(sample_plan_path, out, "第二季度")
    assert not made.failed
    return made


def test_the_forms_hold_every_task_of_every_unit_once(issued: Generated, sample_plan: Plan) -> None:
    wanted, findings = assignments(sample_plan)
    assert findings == ()
    expected = {
        (a.unit, a.task.number): {"lead": "牵头", "support": "配合"}[a.role] for a in wanted
    }
    found: Counter[tuple[str, int, str]] = Counter()
    for unit, path in issued.files.items():
        sheet = openpyxl.load_workbook(path)["填报表"]
        captions = {cell.value: i for i, cell in enumerate(sheet[6])}
        assert sheet["B2"].value == f"责任单位：{unit}"
        for row in sheet.iter_rows(min_row=7, values_only=True):
            if row[captions["序号"]] is not None:  # a heading
                found[unit, row[captions["序号"]], row[captions["角色"]]] += 1
    assert found == Counter((unit, task, role) for (unit, task), role in expected.items())


def test_a_form_shows_only_its_unit_and_marks_the_asked_milestone(
    issued: Generated, sample_plan: Plan
) -> None:
    sheet = openpyxl.load_workbook(issued.files["市财政局"])["填报表"]
    captions = [c.value for c in sheet[6]]
    assert captions == [
        "校验码", "序号", "类别", "目标任务", "第二季度序时进度（本期）", "第三季度序时进度",
        "第四季度序时进度", "角色", "完成情况", "完成百分比", "进展情况", "存在问题", "下一步措施",
        "预计完成时间",
    ]  # fmt: skip
    assert sheet["C7"].value == "一、牵头任务", "the unit leads some of its tasks"
    locked = {caption: sheet.cell(8, i).protection.locked for i, caption in enumerate(captions, 1)}
    assert [c for c, is_locked in locked.items() if not is_locked] == captions[8:]
    assert sheet.protection.sheet
    assert not sheet.protection.sort and not sheet.protection.autoFilter, "False means allowed here"
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "E7"
    assert sheet.print_title_rows == "$6:$6"
    rules = {str(v.sqref).split(":")[0]: v for v in sheet.data_validations.dataValidation}
    assert rules["I7"].type == "list"
    assert rules["I7"].formula1 == '"已完成,超序时,达序时,滞后,未启动"'
    assert rules["J7"].type == "decimal" and float(rules["J7"].formula2) == 5
    assert "必填" in rules["K7"].prompt


def test_file_names_sort_in_plan_order(issued: Generated) -> None:
    names = [p.name for p in issued.files.values()]
    assert names == sorted(names)
    assert names[0] == "01_市发改委_2022年第二季度填报表.xlsx"


def test_the_same_plan_gives_the_same_bytes(
    issued: Generated, sample_plan_path: Path, tmp_path: Path
) -> None:
    again = generate(sample_plan_path, tmp_path, "第二季度", only=["市财政局"])
    assert again.files["市财政局"].read_bytes() == issued.files["市财政局"].read_bytes()


def test_a_clean_fill_of_all_forms_raises_nothing_and_balances(
    issued: Generated, sample_plan_path: Path, sample_plan: Plan, tmp_path: Path
) -> None:
    import random

    back = tmp_path / "收回"
    back.mkdir()
    shared = walk_through.shared_of(issued, sample_plan)
    for path in issued.files.values():
        walk_through.fill_form(
            path, back / path.name, random.Random(path.name), vary=False, shared=shared
        )
    taken = take(sample_plan_path, [back], as_of=AS_OF)
    assert taken.merged is not None
    merged = taken.merged
    assert [(f.code, f.place, f.message) for f in merged.findings] == []
    assert merged.caption == "第二季度"
    assert merged.balance.received == merged.balance.accepted > 0
    assert merged.balance.set_aside == merged.balance.normalised == 0
    assert {s.state for s in merged.statuses} == {"clean"}
    assert sum(s.answered for s in merged.statuses) == len(merged.assignments)
    asked = len(issued.files)
    assert sum(r.field == "state" for r in merged.records) == len(merged.assignments)
    assert sum(r.field == "filler" for r in merged.records) == asked


def test_demo_leaves_one_folder_and_says_where_to_look(demo_folder: tuple[Path, str]) -> None:
    folder, printed = demo_folder
    assert {p.name for p in folder.iterdir()} == {
        "刚提取的总台账.xlsx", "总台账.xlsx", "发出", "收回", "退回_第二季度", "汇总_第二季度.xlsx", "汇总_明细_第二季度.xlsx", "汇总_第二季度.html", "三级演练", "通报.docx",
    }  # fmt: skip
    assert "先看" in printed
    assert "模拟" in printed


def test_the_chinese_readme_shows_what_is_printed(demo_folder: tuple[Path, str]) -> None:
    assert transcript("README.zh.md") <= set(demo_folder[1].splitlines())


def test_the_summary_of_the_demo_agrees_with_its_records(demo_folder: tuple[Path, str]) -> None:
    book = openpyxl.load_workbook(demo_folder[0] / "汇总_第二季度.xlsx")
    assert book.sheetnames == ["总览", "汇总表", "滞后清单", "量化指标", "按单位", "通报"]
    details = openpyxl.load_workbook(demo_folder[0] / "汇总_明细_第二季度.xlsx")
    assert details.sheetnames == [
        "问题清单", "催报名单", "收件情况", "配合答复", "任务评定", "明细",
    ]  # fmt: skip
    line = str(details["收件情况"]["A2"].value)
    received, accepted, normalised, aside = map(int, re.findall(r"\d+", line))
    assert received == accepted + normalised + aside
    assert details["明细"].max_row - 1 == accepted + normalised
    rows = {row[0]: row[1] for row in book["总览"].iter_rows(values_only=True) if row[0]}
    states = ("已完成", "超序时", "达序时", "滞后", "未启动", "待核", "未报")
    assert sum(rows.get(s, 0) for s in states) == rows["合计"] == 140
    sheet = book["汇总表"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    numbers = [r[0] for r in sheet.iter_rows(min_row=4, values_only=True) if isinstance(r[0], int)]
    assert numbers == list(range(1, 141)), "the plan's own order"


def test_the_leaders_print_no_more_than_forty_pages(demo_folder: tuple[Path, str]) -> None:
    book = openpyxl.load_workbook(demo_folder[0] / "汇总_第二季度.xlsx")
    assert sum(pages_of(sheet) for sheet in book) <= 40, {s.title: pages_of(s) for s in book}


def pages_of(sheet: Worksheet) -> int:
    """So many pages a sheet takes, by the heights of its rows; LibreOffice takes no more."""
    setup, margins = sheet.page_setup, sheet.page_margins
    if sheet.title == "总览":
        return 1
    paper = (1190.6, 841.9) if int(setup.paperSize) == 8 else (841.9, 595.3)
    across, down = paper if setup.orientation == "landscape" else paper[::-1]
    _, _, last, bottom = range_boundaries(
        sheet.print_area.split("!")[1] if sheet.print_area else sheet.dimensions
    )
    letters = (get_column_letter(c) for c in range(1, last + 1))
    wide = sum(5.25 * sheet.column_dimensions[letter].width for letter in letters)
    scale = min(1.0, (across - 72 * (margins.left + margins.right)) / wide)
    room = (down - 72 * (margins.top + margins.bottom)) / scale
    heights = [sheet.row_dimensions[r].height or 15.0 for r in range(1, bottom + 1)]
    titles = sheet.print_title_rows
    again = sum(heights[: int(titles.split("$")[-1])]) if titles else 0.0
    count, left = 1, room
    for height in heights:
        if height > left:
            count, left = count + 1, room - again
        left -= height
    return count


def test_merge_again_gives_the_same_bytes_and_status_3(
    demo_folder: tuple[Path, str], tmp_path: Path
) -> None:
    folder, _ = demo_folder
    arguments = [
        "merge", str(folder / "总台账.xlsx"), str(folder / "收回"), "-o", str(tmp_path / "again.xlsx"),
        "--as-of", "2022-07-08", "--report", str(tmp_path / "report.json"),
    ]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 3, result.output
    for again, first in (("again", "汇总"), ("again_明细", "汇总_明细")):
        written = (folder / f"{first}_第二季度.xlsx").read_bytes()
        assert (tmp_path / f"{again}.xlsx").read_bytes() == written
    assert re.search(r"收到 \d+ 格 = 收下 \d+ 格 \+ 规范化 \d+ 格 \+ 未收 \d+ 格", result.output)


def test_a_unit_with_faults_gets_its_file_back(demo_folder: tuple[Path, str]) -> None:
    copies = sorted((demo_folder[0] / "退回_第二季度").iterdir())
    assert copies
    content = copies[0].read_bytes()
    book, findings = read_book(copies[0].name, content)
    assert book is not None and findings == ()
    assert [s.name for s in book.sheets][:1] == ["退回说明"]
    assert zipfile.is_zipfile(copies[0])


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits differ")
def test_nothing_half_written_where_the_folder_is_missing(
    sample_plan_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    arguments = [
        "generate",
        str(sample_plan_path),
        "--period",
        "第二季度",
        "-o",
        str(tmp_path / "file" / "发出"),
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "没有做成" in result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]
