"""The sheet 栏目: what columns were taken for, how a person says otherwise, and what remembers it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from test_plan_shapes import MEASURES, UNKNOWN, sheet

from reconcile.api.extract import Extracted
from reconcile.api.extract import extract as api_extract
from reconcile.cli import main
from reconcile.extract.columns.choices import choices_in, role_named
from reconcile.plan import read_columns, read_plan

pytestmark = pytest.mark.slow

FIRST = "责任单位（第一个牵头）"


def choose(plan: Path, **chosen: str) -> Path:
    """Write choices into the sheet 栏目 of a plan workbook, by printed caption."""
    book = openpyxl.load_workbook(plan)
    page = book["栏目"] if "栏目" in book.sheetnames else book["Columns"]
    captions = [cell.value for cell in page[1]]
    at = 1 + next(i for i, c in enumerate(captions) if c in ("改作", "Change to"))
    for row in range(2, page.max_row + 1):
        name = str(page.cell(row, 1).value)
        if name in chosen:
            page.cell(row, at).value = chosen.pop(name)
    assert not chosen
    book.save(plan)
    return plan


def extract(source: Path, out: Path, **options: object) -> Extracted:
    made = api_extract(source, out, **options)  # type: ignore[arg-type]
    for finding in made.findings:
        assert finding.message and finding.fix
    return made


def codes(made: Extracted) -> list[str]:
    return [f.code for f in made.findings]


def test_each_printed_column_stands_there_with_role_and_reason(tmp_path: Path) -> None:
    extract(sheet(tmp_path / "a.xlsx", UNKNOWN), tmp_path / "plan.xlsx")
    page = openpyxl.load_workbook(tmp_path / "plan.xlsx")["栏目"]
    rows = [tuple(cell.value for cell in row) for row in page.iter_rows()]
    assert rows[0] == ("原文栏目", "当作", "改作", "把握", "依据", "例", "位置")
    assert rows[3] == (
        "怎么干", "目标任务", None, "请核对", "按格子里的内容",
        "新建小学3所，改扩建中学2所，增加学位5000个。", "工作表“Sheet”",
    )  # fmt: skip
    [rule] = page.data_validations.dataValidation
    assert FIRST in rule.formula1 and "C2" in rule.sqref


def test_a_plan_is_read_again_with_what_a_person_chose(tmp_path: Path) -> None:
    source, plan = sheet(tmp_path / "a.xlsx", UNKNOWN), tmp_path / "plan.xlsx"
    extract(source, plan)
    choose(plan, 干什么="目标任务", 怎么干="附加列", 谁来干=FIRST)
    made = extract(source, tmp_path / "again.xlsx", columns_path=plan)
    assert made.plan is not None
    first = made.plan.tasks[0]
    assert (first.goal, first.lead, first.support) == ("建学校", ("市教育局",), ("市住建局",))
    # What was chosen stands in the new plan, for the next one.
    kept = {c.caption: c.chosen for c in made.plan.columns if c.chosen}
    assert kept == {"干什么": "目标任务", "怎么干": "附加列", "谁来干": FIRST}
    assert "PLAN-087" in codes(made) and "PLAN-074" not in codes(made)


def test_next_years_plan_takes_the_choices_over(tmp_path: Path) -> None:
    source, last = sheet(tmp_path / "a.xlsx", UNKNOWN), tmp_path / "last.xlsx"
    extract(source, last)
    choose(last, 干什么="目标任务", 怎么干="附加列")
    made = extract(source, tmp_path / "plan.xlsx", last_path=last)
    assert made.plan is not None and made.plan.tasks[0].goal == "建学校"
    again = extract(source, tmp_path / "more.xlsx", last_path=tmp_path / "plan.xlsx")
    assert again.plan is not None and again.plan.tasks[0].goal == "建学校"


def test_a_column_of_leads_that_a_person_confirmed_is_not_asked_about_again(tmp_path: Path) -> None:
    source, plan = sheet(tmp_path / "a.xlsx", UNKNOWN), tmp_path / "plan.xlsx"
    assert "PLAN-074" in codes(extract(source, plan))
    choose(plan, 谁来干="牵头单位")
    assert "PLAN-074" not in codes(extract(source, tmp_path / "again.xlsx", columns_path=plan))


def test_a_merged_goal_can_be_made_the_task_again(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", MEASURES, "A3:A4", "B3:B4", "A5:A6", "B5:B6")
    made = extract(source, tmp_path / "plan.xlsx", columns={"重点任务": "Task"})
    assert made.plan is not None
    assert [t.goal for t in made.plan.tasks] == ["提升制造业"] * 2 + ["改善民生"] * 2
    assert made.plan.tasks[1].extras["具体举措"] == "2.培育60家。"


def test_captions_that_settings_add_are_known(tmp_path: Path) -> None:
    table = "| 序号 | 攻坚任务书 | 收官 | 总协调 |\n| 1 | 修路 | 完工 | 市交通局 |"
    source, last = sheet(tmp_path / "a.xlsx", table), tmp_path / "last.xlsx"
    extract(sheet(tmp_path / "b.xlsx", UNKNOWN), last)
    book = openpyxl.load_workbook(last)
    for row in book["设置"].iter_rows():
        if row[0].value == "表头用语":
            row[1].value = "牵头单位=总协调、统筹人；目标任务=攻坚任务书；序时进度=收官"
    book.save(last)
    made = extract(source, tmp_path / "plan.xlsx", last_path=last)
    assert made.plan is not None
    task = made.plan.tasks[0]
    assert (task.goal, task.lead, dict(task.milestones)) == (
        "修路",
        ("市交通局",),
        {"收官": "完工"},
    )


def test_an_english_plan_has_its_sheet_in_english(tmp_path: Path) -> None:
    table = "| No. | Action | Who | Due |\n| 1 | Mend 3 bridges | Highways | June |"
    source = sheet(tmp_path / "a.xlsx", table, title="Plan 2024")
    plan = tmp_path / "plan.xlsx"
    made = extract(source, plan)
    assert made.language == "en" and "PLAN-091" in codes(made)
    choose(plan, Who="Supporting units")
    found, findings = read_columns(plan)
    assert findings == ()
    assert [(c.caption, c.role, c.chosen) for c in found] == [
        ("No.", "序号", ""), ("Action", "目标任务", ""), ("Who", "牵头单位", "共同责任单位"),
        ("Due", "附加列", ""),
    ]  # fmt: skip


# --- what can be wrong with it


def test_a_choice_about_a_caption_that_the_plan_does_not_have_is_told(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", UNKNOWN)
    made = extract(source, tmp_path / "plan.xlsx", columns={"干啥": "目标任务"})
    [finding] = [f for f in made.findings if f.code == "PLAN-082"]
    assert "干什么" in finding.message


def test_a_workbook_without_the_sheet_is_refused(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", UNKNOWN)
    made = extract(source, tmp_path / "plan.xlsx", columns_path=source)
    assert made.plan is None and codes(made) == ["PLAN-083"]
    assert not (tmp_path / "plan.xlsx").exists()


def test_a_role_that_nobody_knows_is_refused_with_its_place(tmp_path: Path) -> None:
    source, plan = sheet(tmp_path / "a.xlsx", UNKNOWN), tmp_path / "plan.xlsx"
    extract(source, plan)
    choose(plan, 谁来干="干活的")
    made = extract(source, tmp_path / "more.xlsx", columns_path=plan)
    assert made.plan is None
    assert [(f.code, f.place.sheet, str(f.place.cell)) for f in made.findings] == [
        ("PLAN-084", "栏目", "第5行")
    ]
    # The other verbs go on without it.
    found, findings = read_plan(plan)
    assert found is not None and [f.code for f in findings] == ["PLAN-084"]


def test_a_role_on_the_command_line_that_nobody_knows(tmp_path: Path) -> None:
    made = extract(
        sheet(tmp_path / "a.xlsx", UNKNOWN), tmp_path / "b.xlsx", columns={"干什么": "活"}
    )
    assert made.plan is None and codes(made) == ["PLAN-085"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_columns_are_told_on_the_command_line(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", UNKNOWN)
    result = run(
        "extract",
        source,
        "-o",
        tmp_path / "b.xlsx",
        "--column",
        "干什么=任务",
        "--column",
        "谁来干=lead",
    )
    assert result.exit_code == 0, result.output
    plan, _ = read_plan(tmp_path / "b.xlsx")
    assert plan is not None and plan.tasks[0].goal == "建学校"
    wrong = run("extract", source, "-o", tmp_path / "c.xlsx", "--column", "干什么")
    assert wrong.exit_code == 2 and "原文=当作" in wrong.output


def test_a_refusal_speaks_the_language_of_the_terminal(tmp_path: Path) -> None:
    source = sheet(tmp_path / "a.xlsx", "| Lead | Colour |\n| Mill | red |", title="Notes")
    for language, words in (
        ("en", "looks most like a head is: Lead"), ("zh", "最像表头的一行是：Lead"),
    ):  # fmt: skip
        result = run("extract", source, "-o", tmp_path / "b.xlsx", "--lang", language)
        assert result.exit_code == 1
        assert words in result.output and "--column" in result.output


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("目标任务", "goal"), ("Task", "goal"), ("任务", "goal"), ("牵头", "lead"), ("Lead unit", "lead"),
        ("第一个牵头", "first"), ("时段", "milestone"), ("附加列", "extra"), ("胡说", None),
    ],
)  # fmt: skip
def test_roles_have_names_in_both_languages(text: str, role: str | None) -> None:
    assert role_named(text) == role


def test_the_setting_for_captions_is_read_as_a_person_writes_it() -> None:
    text = "牵头单位=落实人、总协调；目标任务 = Deliverable\n胡说=甲"
    assert choices_in(text) == {"落实人": "lead", "总协调": "lead", "deliverable": "goal"}
