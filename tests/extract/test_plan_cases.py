"""What extract wrote, generate takes: deadlines, printed numbers, brackets, doubts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from test_columns import codes, extract
from test_plan_shapes import MEASURES, several, sheet

from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.core.plan import Task
from reconcile.core.prefill import labels, names_in
from reconcile.core.unit_names import reviewed_names
from reconcile.core.values.periods import periods_of
from reconcile.extract.published import read_published_plan
from reconcile.plan import read_plan
from reconcile.plan.indicators import read_indicators
from reconcile.plan.writer import written_names

DATA = Path(__file__).parents[1] / "data"


def issued(plan: Path, period: str, out: Path) -> dict[str, list[str]]:
    """Generate the forms of a period; the texts of each task row's section and goal, by unit."""
    result = generate(plan, out, period)
    assert result.period == period, [f.message for f in result.findings]
    found = {}
    for path in sorted(out.glob("*.xlsx")):
        page = openpyxl.load_workbook(path)["填报表"]
        rows = page.iter_rows(min_row=7, max_col=4, values_only=True)
        found[path.name.split("_")[1]] = [f"{row[2] or ''}|{row[3]}" for row in rows if row[3]]
    return found


DEADLINES = """
| 序号 | 工作任务 | 牵头单位 | 配合单位 | 完成时限 |
| 1 | 建成数据平台。 | 市数据局 | 市公安局 | 6月底前 |
| 2 | 改造管网20公里。 | 市住建局 | 县（市、区）人民政府 | 2031年12月31日前 |
"""


def test_a_plan_with_deadlines_only_is_issued_by_quarters(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    made = extract(sheet(tmp_path / "a.xlsx", DEADLINES), plan)
    assert made.plan is not None and "PLAN-077" in codes(made)
    assert [str(p.end) for p in made.plan.periods] == [
        "2031-03-31",
        "2031-06-30",
        "2031-09-30",
        "2031-12-31",
    ]
    forms = issued(plan, "第二季度", tmp_path / "out")
    assert forms["市数据局"] == ["完成时限：6月底前|建成数据平台。"]
    # 县（市、区）人民政府 is a group, and one name.
    assert set(forms) == {"市数据局", "市公安局", "市住建局"}


def test_a_plan_without_any_time_is_issued_by_quarters(tmp_path: Path) -> None:
    table = "| 序号 | 工作任务 | 牵头单位 | 备注 |\n| 1 | 修路20公里，通车。 | 市交通局 |  |"
    made = extract(sheet(tmp_path / "a.xlsx", table), tmp_path / "plan.xlsx")
    assert "PLAN-088" in codes(made)
    assert set(issued(tmp_path / "plan.xlsx", "第三季度", tmp_path / "out")) == {"市交通局"}


def test_forms_print_the_number_as_the_plan_does(tmp_path: Path) -> None:
    rows = "\n".join(f"| {n} | 新建第{n}座桥 | 开工 | 市交通局 |" for n in ("1-1", "1-2"))
    path = sheet(tmp_path / "a.xlsx", "| 序号 | 目标任务 | 第一季度 | 牵头单位 |\n" + rows)
    extract(path, tmp_path / "plan.xlsx")
    forms = issued(tmp_path / "plan.xlsx", "第一季度", tmp_path / "out")
    assert forms == {"市交通局": ["原序号：1-1|新建第1-1座桥", "原序号：1-2|新建第1-2座桥"]}


def test_rows_that_share_a_number_are_told_apart(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", MEASURES, "A3:A4", "B3:B4", "A5:A6", "B5:B6")
    made = extract(path, tmp_path / "plan.xlsx")
    again, findings = read_plan(tmp_path / "plan.xlsx")
    assert made.plan is not None and again is not None and findings == ()
    assert labels(again) == labels(made.plan) == {1: "1.1", 2: "1.2", 3: "2.1", 4: "2.2"}
    forms = issued(tmp_path / "plan.xlsx", "第一季度", tmp_path / "out")
    assert forms["市统计局"] == ["提升制造业\n原序号：1.2|2.培育60家。"]


def test_an_unchanged_form_comes_back_without_a_word(tmp_path: Path) -> None:
    """What is printed under the section is given text: nobody changed it."""
    extract(sheet(tmp_path / "a.xlsx", DEADLINES), tmp_path / "plan.xlsx")
    issued(tmp_path / "plan.xlsx", "第二季度", tmp_path / "out")
    day = date(2031, 7, 1)
    taken = take(tmp_path / "plan.xlsx", [tmp_path / "out"], period="第二季度", as_of=day)
    assert taken.merged is not None
    assert not [f.code for f in taken.findings if f.code.startswith(("ROW", "FORM", "CELL-02"))]


def test_a_second_column_of_numbers_is_that_of_the_printed_ones(tmp_path: Path) -> None:
    """Plan workbooks of an earlier release have two columns 序号."""
    extract(sheet(tmp_path / "a.xlsx", DEADLINES), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    page = book["任务"]
    last = page.max_column + 1
    for row, text in enumerate(("序号", "1-1", "1-2"), 1):
        page.cell(row, last).value = text
    book.save(tmp_path / "plan.xlsx")
    plan, findings = read_plan(tmp_path / "plan.xlsx")
    assert plan is not None, [f.message for f in findings]
    assert [(t.number, t.extras["原序号"]) for t in plan.tasks] == [(1, "1-1"), (2, "1-2")]


def test_printed_captions_that_are_ours_stand_apart(tmp_path: Path) -> None:
    table = "| 序号 | 目标任务 | 第一季度 | 牵头单位 | 出处 |\n| 1 | 修路 | 开工 | 市交通局 | 报告第3页 |"
    extract(sheet(tmp_path / "a.xlsx", table), tmp_path / "plan.xlsx")
    plan, _ = read_plan(tmp_path / "plan.xlsx")
    assert plan is not None
    assert plan.tasks[0].extras == {"原文·出处": "报告第3页"}
    assert plan.tasks[0].source == "工作表“Sheet”第3行"


def test_doubts_about_numbers_stand_in_the_review(tmp_path: Path) -> None:
    table = """
    | 序号 | 目标任务 | 第一季度 | 第二季度 | 牵头单位 |
    | 1 | 新建公园3个。 | 新建公园1个。 | 新建公园1个。 | 市住建局 |
    """
    made = extract(sheet(tmp_path / "a.xlsx", table), tmp_path / "plan.xlsx")
    assert [(f.code, str(f.place.cell)) for f in made.findings if f.code.startswith("IND")] == [
        ("IND-002", "工作表“Sheet”第3行")
    ]


def test_what_was_not_read_stands_first_in_the_review(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", several())
    book = openpyxl.load_workbook(path)
    book.create_sheet("说明")["A1"] = "编制说明"
    book.save(path)
    made = extract(path, tmp_path / "plan.xlsx")
    assert codes(made)[0] == "PLAN-050" and "PLAN-074" in codes(made)


def test_a_name_is_certain_only_where_it_stands_alone(tmp_path: Path) -> None:
    made = extract(sheet(tmp_path / "a.xlsx", several()), tmp_path / "plan.xlsx")
    assert made.plan is not None and (len(made.plan.units), made.sure) == (4, 0)
    made = extract(sheet(tmp_path / "b.xlsx", DEADLINES), tmp_path / "more.xlsx")
    assert made.plan is not None and (len(made.plan.units), made.sure) == (4, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Keep the vacancy rate below 4.5 % all year.", [("Keep the vacancy rate", "%", "level", "<=", "4.5")]),
        ("Secure £18 million of funding.", [("Secure", "£ million", "cumulative", ">=", "18")]),
        ("Build 240 homes.", [("Build homes", "homes", "cumulative", ">=", "240")]),
        ("Reduce the time to let a home to 24 days", [("Reduce the time to let a home days", "days", "level", "<=", "24")]),
        ("Increase visits by 10%", [("Increase visits", "%", "growth", ">=", "10")]),
        ("Complete phase 2 by 30 June 2024 within the agreed budget of £3 million.", []),
        ("Publish the 2024 plan.", []),
    ],
)  # fmt: skip
def test_figures_of_english_texts(text: str, expected: list[tuple[str, ...]]) -> None:
    found = read_indicators(Task(1, (), text, {}, ("Housing",), ()), ())
    assert [(i.name, i.measure, i.basis, i.comparator, str(i.annual)) for i in found] == expected


@pytest.mark.parametrize(
    "names",
    [
        ("市发改委", "各县（市、区）"),
        ("Finance", "Parks and Leisure"),
        ("Treasury", "Ministry of Housing, Communities and Local Government"),
    ],
)
def test_names_are_read_as_they_were_written(names: tuple[str, ...]) -> None:
    assert reviewed_names(written_names(names)) == names


def test_the_setting_for_what_forms_print_is_a_list() -> None:
    assert names_in("原序号、完成时限; Due date") == ["原序号", "完成时限", "Due date"]


@pytest.mark.parametrize(
    ("captions", "ends"),
    [
        (("Q1 (Apr–Jun)", "Q2 (Jul–Sep)", "Q3 (Oct–Dec)", "Q4 (Jan–Mar)"), "2024-06-30 2024-09-30 2024-12-31 2025-03-31"),
        (("2024-03-31", "2024-06-30"), "2024-03-31 2024-06-30"),
        (("By end June 2024", "By end December 2024"), "2024-06-30 2024-12-31"),
        (("2024年目标", "年度形象进度"), "2024-12-31 2024-12-31"),
    ],
)  # fmt: skip
def test_when_periods_of_other_captions_end(captions: tuple[str, ...], ends: str) -> None:
    periods, findings = periods_of(captions, 2024, "a")
    assert [str(p.end) for p in periods] == ends.split() and findings == ()


# --- a plan as it was written


def test_measures_below_one_goal_are_read_exactly() -> None:
    """Goals, numbers and persons stand in cells merged over the rows of their measures."""
    path = DATA / "measures_merged.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    filled: list[list[str]] = []
    for row in sheet.iter_rows(min_row=3, max_col=7, values_only=True):
        above = filled[-1] if filled else [""] * 7
        filled.append([str(v) if v else old for v, old in zip(row, above, strict=True)])
    notice, _ = read_published_plan(path)
    assert notice is not None and len(notice.tasks) == 38
    assert [
        [t.extras["原序号"], *t.sections, t.goal, *t.lead, t.extras["责任人"], t.extras["完成时限"], t.extras["分管领导"]]
        for t in notice.tasks
    ] == filled  # fmt: skip
