"""Plans of other shapes: heads of unknown words, rows that share a number, marks, prose, columns on further pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from printed import FONT, Row, Style, print_plan
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from reconcile.core.findings import Finding
from reconcile.core.i18n import EN, speaking
from reconcile.core.plan import PrintedColumn, Task
from reconcile.core.published_plan import PublishedPlan
from reconcile.core.units import assign_units
from reconcile.extract.published import read_published_plan

QUIET = ("PLAN-018", "PLAN-025", "PLAN-038", "PLAN-039")


def sheet(path: Path, table: str, *merges: str, title: str = "2031年任务表") -> Path:
    """Save a table of lines with | between cells, under its title; merges count the title as row 1."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append([title])
    for line in table.strip().splitlines():
        page.append([cell.strip() or None for cell in line.strip().strip("|").split("|")])
    for merge in merges:
        page.merge_cells(merge)
    book.save(path)
    return path


def read(path: Path) -> tuple[PublishedPlan, list[str]]:
    notice, findings = read_published_plan(path)
    assert notice is not None, [f.message for f in findings]
    return notice, told(findings)


def told(findings: Sequence[Finding]) -> list[str]:
    for finding in findings:
        assert finding.message and finding.fix
        with speaking(EN):
            assert finding.message and finding.fix
    return [f"{f.place.cell} {f.code}".strip() for f in findings if f.code not in QUIET]


def units(notice: PublishedPlan) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(t.lead, t.support) for t in assign_units(notice)[0]]


# --- the head by its shape, then by its words

UNKNOWN = """
| 序 | 干什么 | 怎么干 | 谁来干 | 何时干完 | 成果 |
| 1 | 建学校 | 新建小学3所，改扩建中学2所，增加学位5000个。 | 市教育局、市住建局 | 2031年6月底 | 交付 |
| 2 | 修公路 | 改造国省干线20公里，新建农村公路35公里。 | 市交通局 | 2031年9月底 | 通车 |
| 3 | 治河道 | 整治河道5条，新建污水管网12公里并投用。 | 市水利局、市教育局 | 2031年底 | 达标 |
"""


def test_a_head_of_unknown_words_is_told_by_its_shape_and_what_stands_below(tmp_path: Path) -> None:
    notice, codes = read(sheet(tmp_path / "a.xlsx", UNKNOWN))
    assert codes == ["PLAN-073"] * 3
    assert [(c.caption, c.role, c.basis) for c in notice.printed] == [
        ("序", "序号", "content"),
        ("干什么", "附加列", "none"),
        ("怎么干", "目标任务", "content"),
        ("谁来干", "牵头单位", "content"),
        ("何时干完", "附加列", "content"),
        ("成果", "附加列", "none"),
    ]
    # Unknown columns are carried whole.
    assert [t.extras["成果"] for t in notice.tasks] == ["交付", "通车", "达标"]


@pytest.mark.parametrize(
    ("head", "roles"),
    [
        ("Ref|Action|Owner|Support|Due|Status", "序号 目标任务 牵头单位 共同责任单位 附加列 附加列"),
        ("Ref.|What we will do|Lead officer|Partners|By when|RAG", "序号 目标任务 牵头单位 共同责任单位 附加列 附加列"),
        ("ID|Recommendation|Responsible party|Q1 (Apr–Jun)|Q2 (Jul–Sep)|Notes", "序号 目标任务 牵头单位 序时进度 序时进度 附加列"),
        ("KPI No|Key Deliverable|Accountable Officer|1st Quarter Target|By end June 2024|FY2024", "序号 目标任务 牵头单位 序时进度 序时进度 序时进度"),
        ("No|Initiative|Lead Ministry|Supporting Ministries|Jan-Mar 2024|Jun 30, 2024", "序号 目标任务 牵头单位 共同责任单位 序时进度 序时进度"),
        ("序号|整改任务|主责单位|协办单位|整改时限|2031年目标", "序号 目标任务 牵头单位 共同责任单位 附加列 序时进度"),
        ("序号|项目名称|责任主体|落实单位|完成期限|年度形象进度", "序号 目标任务 牵头单位 共同责任单位 附加列 序时进度"),
    ],
)  # fmt: skip
def test_words_of_other_offices(tmp_path: Path, head: str, roles: str) -> None:
    rows = "\n".join(f"| {n} | 新建第{n}座桥 | 甲局 | 乙局 | 丙 | 丁 |" for n in (1, 2))
    notice, _ = read(sheet(tmp_path / "a.xlsx", f"{head}\n{rows}"))
    assert [c.role for c in notice.printed] == roles.split()


def test_a_list_of_contacts_after_the_plan_is_no_part_of_it(tmp_path: Path) -> None:
    table = """
    | 序号 | 目标任务 | 第一季度 | 牵头单位 |
    | 1 | 修路 | 开工 | 市交通局 |
    | 序号 | 单位 | 联系人 | 联系电话 |
    | 1 | 市交通局 | 某某 | 12345 |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table))
    assert len(notice.tasks) == 1 and "工作表“Sheet” PLAN-029" in codes


def test_a_second_table_with_other_columns_is_part_of_the_plan(tmp_path: Path) -> None:
    table = """
    | 序号 | 指标名称 | 计量单位 | 2031年目标 | 责任单位 |
    | 1 | 生产总值 | 亿元 | 875 | 市统计局 |
    | 序号 | 项目名称 | 总投资（万元） | 年度形象进度 | 责任单位 |
    | 1 | 第三水厂 | 8000 | 主体完工 | 市水务局 |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table))
    assert [(t.goal, t.lead) for t in notice.tasks] == [
        ("生产总值", ("市统计局",)),
        ("第三水厂", ("市水务局",)),
    ]
    assert notice.periods == ("2031年目标", "年度形象进度")
    assert notice.tasks[1].extras["总投资（万元）"] == "8000"
    assert "PLAN-037" in codes


# --- rows

MEASURES = """
| 序号 | 重点任务 | 具体举措 | 第一季度 | 牵头单位 | 配合单位 |
| 1 | 提升制造业 | 1.技改100个。 | 20个 | 市工信局 | 市财政局 |
|   |            | 2.培育60家。 | 10家 | 市统计局 | 市工信局 |
| 2 | 改善民生 | 1.学位3000个。 | 开工 | 市教育局 | 市住建局 |
|   |          | 2.床位200张。 | 开工 | 市卫健委 | 市住建局 |
"""


def test_measures_with_units_of_their_own_are_tasks_under_their_goal(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", MEASURES, "A3:A4", "B3:B4", "A5:A6", "B5:B6")
    notice, codes = read(path)
    assert [(t.number, t.sections, t.goal, *t.lead, t.extras["原序号"]) for t in notice.tasks] == [
        (1, ("提升制造业",), "1.技改100个。", "市工信局", "1"),
        (2, ("提升制造业",), "2.培育60家。", "市统计局", "1"),
        (3, ("改善民生",), "1.学位3000个。", "市教育局", "2"),
        (4, ("改善民生",), "2.床位200张。", "市卫健委", "2"),
    ]
    assert codes == [
        "PLAN-072", "工作表“Sheet”第3行 PLAN-070", "工作表“Sheet”第5行 PLAN-070",
    ]  # fmt: skip


def test_a_goal_that_is_printed_again_in_every_row_is_a_heading_too(tmp_path: Path) -> None:
    table = """
    | 序号 | 重点任务 | 具体举措 | 第一季度 | 牵头单位 |
    | 1 | 提升制造业 | 技改100个。 | 20个 | 市工信局 |
    | 2 | 提升制造业 | 培育60家。 | 10家 | 市工信局 |
    | 3 | 改善民生 | 学位3000个。 | 开工 | 市教育局 |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table))
    assert [(t.sections, t.goal) for t in notice.tasks] == [
        (("提升制造业",), "技改100个。"), (("提升制造业",), "培育60家。"), (("改善民生",), "学位3000个。"),
    ]  # fmt: skip
    assert codes == ["PLAN-072"]


def test_measures_under_one_unit_stay_one_task(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx", MEASURES, *(f"{c}{r}:{c}{r + 1}" for c in "ABEF" for r in (3, 5))
    )
    notice, codes = read(path)
    assert [(t.goal, *t.lead) for t in notice.tasks] == [
        ("提升制造业", "市工信局"), ("改善民生", "市教育局"),
    ]  # fmt: skip
    assert notice.tasks[0].extras["具体举措"] == "1.技改100个。\n2.培育60家。"
    assert codes == [f"工作表“Sheet”第{row}行 PLAN-092" for row in (3, 5)]


def test_a_row_for_each_milestone_keeps_its_date(tmp_path: Path) -> None:
    table = """
    | Ref | Objective | Milestone | Target date | Lead officer |
    | 1 | Open the library | Publish the brief. | 30 Jun 2024 | Housing |
    |   |                  | Open the doors. | 31 Dec 2024 | Culture |
    | 2 | Mend the bridge | Close the road. | 30 Sep 2024 | Highways |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table, "A3:A4", "B3:B4", title="Plan 2024"))
    assert [(t.goal, t.extras["Milestone"], t.extras["Target date"], *t.lead) for t in notice.tasks] == [
        ("Open the library", "Publish the brief.", "30 Jun 2024", "Housing"),
        ("Open the library", "Open the doors.", "31 Dec 2024", "Culture"),
        ("Mend the bridge", "Close the road.", "30 Sep 2024", "Highways"),
    ]  # fmt: skip
    assert notice.printed_on_forms == ("Milestone", "Target date")
    assert codes == ["工作表“Sheet”第3行 PLAN-070"]


def test_rows_beside_one_number_go_on_after_the_page_end(tmp_path: Path) -> None:
    head: Row = ["序号", "主要任务", "工作举措", "责任单位", "完成时限"]
    first: list[Row] = [
        ["1", "建园区", "1.通路。", "市住建局", "6月底"],
        [None, None, "2.通水。", "市水务局", "9月底"],
    ]
    second: list[Row] = [
        ["", "", "3.通电。", "供电公司", "12月底"],
        ["2", "建学校", "1.选址。", "市教育局", "3月底"],
        [None, None, "2.开工。", "市住建局", "6月底"],
    ]
    path = print_plan(
        tmp_path / "a.pdf", [30, 120, 160, 100, 80], [[head, *first], [head, *second]],
        style=Style(paper=landscape(A4)),
    )  # fmt: skip
    notice, _ = read(path)
    assert [(t.sections, t.goal, *t.lead, t.extras["原序号"]) for t in notice.tasks] == [
        (("建园区",), "1.通路。", "市住建局", "1"),
        (("建园区",), "2.通水。", "市水务局", "1"),
        (("建园区",), "3.通电。", "供电公司", "1"),
        (("建学校",), "1.选址。", "市教育局", "2"),
        (("建学校",), "2.开工。", "市住建局", "2"),
    ]


def test_a_whole_row_without_a_number_is_no_rest_of_the_page_before(tmp_path: Path) -> None:
    head: Row = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位"]
    rows = [[n, f"修第{n or 2}条路。", "开工。", "完工。", "市交通局"] for n in ("1", "", "3")]
    path = print_plan(
        tmp_path / "a.pdf", [30, 160, 120, 120, 100], [[head, rows[0]], [head, *rows[1:]]]
    )
    notice, codes = read(path)
    assert [(t.number, t.goal) for t in notice.tasks] == [
        (1, "修第1条路。"),
        (2, "修第2条路。"),
        (3, "修第3条路。"),
    ]
    assert codes == ["第2页第1行 PLAN-011"]


@pytest.mark.parametrize(
    "labels", [("1-1", "1-2", "2-1"), ("1.1", "1.2", "2.1"), ("（一）1", "（一）2", "（二）1"), ("A1", "A2", "B1")]
)  # fmt: skip
def test_numbers_of_other_kinds_are_kept_as_printed(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    rows = "\n".join(f"| {label} | 新建第{label}座桥 | 开工 | 市交通局 |" for label in labels)
    path = sheet(tmp_path / "a.xlsx", "| 序号 | 目标任务 | 第一季度 | 牵头单位 |\n" + rows)
    notice, codes = read(path)
    assert [(t.number, t.extras["原序号"]) for t in notice.tasks] == list(enumerate(labels, 1))
    assert codes == ["PLAN-071"]


def test_totals_feet_and_groups_are_no_tasks(tmp_path: Path) -> None:
    table = """
    | 序号 | 项目名称 | 总投资 | 形象进度目标 | 责任单位 |
    |  | 合计 | 12000 |  |  |
    | 一 | 交通类 | 7000 |  |  |
    | 1 | 滨江大道 | 7000 | 完工 | 市交通局 |
    | 二 | 水利类 | 5000 |  |  |
    | 2 | 防洪堤 | 5000 | 开工 | 市水利局 |
    | 填表人：某某 |  | 审核人：某某 |  | 联系电话：1 |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table))
    assert [(t.sections, t.goal) for t in notice.tasks] == [
        (("一、交通类",), "滨江大道"), (("二、水利类",), "防洪堤"),
    ]  # fmt: skip
    assert codes == [f"工作表“Sheet”第{row}行 PLAN-043" for row in (3, 4, 6, 8)]


def test_title_and_foot_inside_the_frame_come_back_on_every_page(tmp_path: Path) -> None:
    head: Row = ["序号", "目标任务", "第一季度", "牵头单位", "配合单位"]
    title: Row = ["2031年任务表", "<", "<", "<", "<"]
    unit: Row = ["制表单位：某办", "<", "<", "单位：亿元", "<"]
    foot: Row = ["内部资料　注意保存", "<", "<", "<", "<"]
    band: Row = ["一、经济", "<", "<", "<", "<"]
    pages = [
        [title, unit, head, band, ["1", "修路", "开工", "市交通局", ""], foot],
        [title, unit, head, ["2", "修桥", "开工", "市交通局", ""], foot],
    ]
    notice, codes = read(print_plan(tmp_path / "a.pdf", [40, 160, 160, 100, 100], pages))
    assert [(t.number, t.sections) for t in notice.tasks] == [
        (1, ("一、经济",)),
        (2, ("一、经济",)),
    ]
    assert codes == []


def test_columns_on_further_pages_are_put_beside_the_others(tmp_path: Path) -> None:
    rows = [
        [str(n), f"新建第{n}座桥", "开工", f"完成{n}成", "市交通局", "市财政局"] for n in (1, 2, 3)
    ]
    head = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "配合单位"]
    left = [[row[i] for i in (0, 1, 2)] for row in (head, *rows)]
    right = [[row[i] for i in (3, 4, 5)] for row in (head, *rows)]
    path = print_plan(tmp_path / "a.pdf", [120, 120, 120], [left, right])
    notice, codes = read(path)
    assert [[t.goal, *t.milestones.values(), *t.lead, *t.support] for t in notice.tasks] == [
        row[1:] for row in rows
    ]
    assert codes == ["PLAN-079"]


@pytest.mark.parametrize(
    ("note", "code"), [("注：★为牵头单位，●为配合单位", "PLAN-080"), ("某年某月", "PLAN-089")]
)
def test_units_that_are_columns_with_marks(tmp_path: Path, note: str, code: str) -> None:
    table = f"""
    | {note} |
    | 序号 | 工作任务 | 市发改委 | 市财政局 | 市住建局 |
    | 1 | 推进第一批重点项目建设，确保全部开工。 | ★ | ● |  |
    | 2 | 推进第二批重点项目建设，确保全部开工。 |  | ● | ★ |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table))
    assert units(notice) == [(("市发改委",), ("市财政局",)), (("市住建局",), ("市财政局",))]
    assert code in codes


def test_the_year_is_that_of_the_deadlines_where_the_title_has_none(tmp_path: Path) -> None:
    table = """
    | No. | Action | Owner | Due date |
    | 1 | Open the library | Culture | 30 Jun 2024 |
    | 2 | Mend the bridge | Highways | 31 Dec 2024 |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table, title="Action Plan"))
    assert notice.year == 2024 and codes == ["PLAN-090"]


# --- who leads within a cell


@pytest.mark.parametrize(
    ("cell", "lead", "support"),
    [
        ("牵头单位：市教育局；配合单位：经开区", "市教育局", "经开区"),
        ("牵头单位：市教育局", "市教育局", ""),
        ("市数据局牵头，市公安局、市财政局配合", "市数据局", "市公安局 市财政局"),
        ("市发改委（牵头）、市财政局", "市发改委", "市财政局"),
        ("★市发改委、市财政局", "市发改委", "市财政局"),
        ("市财政局、市发改委（牵头）、市住建局", "市发改委", "市财政局 市住建局"),
        ("市发改委、市财政局按职责分工负责", "市发改委 市财政局", ""),
    ],
)
def test_leads_and_supporters_in_one_cell(
    tmp_path: Path, cell: str, lead: str, support: str
) -> None:
    path = sheet(tmp_path / "a.xlsx", f"|序号|工作任务|第一季度|责任单位|\n|1|修路|开工|{cell}|")
    notice, _ = read(path)
    tasks, _, findings = assign_units(notice)
    assert (tasks[0].lead, tasks[0].support) == (tuple(lead.split()), tuple(support.split()))
    assert [f.code for f in findings] == ["PLAN-075"]


def several(words: str = "") -> str:
    return f"""
    | {words} |
    | 序号 | 工作任务 | 第一季度 | 责任单位 |
    | 1 | 修路 | 开工 | 市交通局、市财政局 |
    | 2 | 修桥 | 开工 | 市住建局、市水利局 |
    """


def test_whether_the_first_of_several_units_leads_is_asked_once(tmp_path: Path) -> None:
    notice, _ = read(sheet(tmp_path / "a.xlsx", several()))
    tasks, _, findings = assign_units(notice)
    assert [t.lead for t in tasks] == [("市交通局", "市财政局"), ("市住建局", "市水利局")]
    assert told(findings) == ["PLAN-074"] and "“责任单位”" in findings[0].message


def test_the_first_unit_leads_where_the_plan_says_so(tmp_path: Path) -> None:
    notice, _ = read(sheet(tmp_path / "a.xlsx", several("责任单位中列第一位的为牵头单位")))
    tasks, _, findings = assign_units(notice)
    assert [(t.lead, t.support) for t in tasks] == [
        (("市交通局",), ("市财政局",)), (("市住建局",), ("市水利局",)),
    ]  # fmt: skip
    assert told(findings) == ["PLAN-087"]


def of_names(*cells: str) -> PublishedPlan:
    tasks = tuple(Task(n, (), f"第{n}件", {}, (cell,), ()) for n, cell in enumerate(cells, 1))
    return PublishedPlan(
        "计划", "", "", 2031, (), tasks, printed=(PrintedColumn("配合", "共同责任单位"),)
    )


def test_spellings_that_may_be_one_unit_are_asked_not_matched() -> None:
    names = ("市住建局", "市住房和城乡建设局", "市财政局", "市民政局", "东岭县", "东岭县人民政府")
    _, register, findings = assign_units(of_names(*names))
    assert [u.name for u in register] == list(names)
    assert [(f.code, str(f.values["names"])) for f in findings] == [
        ("PLAN-076", "市住房和城乡建设局、市住建局"),
        ("PLAN-076", "东岭县人民政府、东岭县"),
    ]


@pytest.mark.parametrize(
    ("cell", "expected", "codes"),
    [
        ("市发改委 市财政局", ("市发改委", "市财政局"), ["PLAN-086"]),
        ("市发改委和市财政局", ("市发改委", "市财政局"), ["PLAN-086"]),
        ("市发改委/市财政局", ("市发改委", "市财政局"), ["PLAN-086"]),
        ("市住房和城乡建设局", ("市住房和城乡建设局",), []),
        ("各县（市、区）", ("各县（市、区）",), ["UNIT-004"]),
        ("高新区管委会（综保区管委会、空港区管委会）", ("高新区管委会（综保区管委会、空港区管委会）",), []),
        ("Finance; Ministry of Housing, Communities and Local Government", ("Finance", "Ministry of Housing, Communities and Local Government"), []),
        ("Finance, Parks and Leisure", ("Finance", "Parks and Leisure"), []),
        ("Finance / Housing", ("Finance", "Housing"), ["PLAN-086"]),
        ("all departments", ("all departments",), ["UNIT-004"]),
        ("Relevant agencies", ("Relevant agencies",), ["UNIT-004"]),
    ],
)  # fmt: skip
def test_names_are_split_by_one_splitter(
    cell: str, expected: tuple[str, ...], codes: list[str]
) -> None:
    tasks, _, findings = assign_units(of_names(cell))
    assert tasks[0].lead == expected
    assert told(findings) == codes


# --- prose


def prose(path: Path, *paragraphs: str) -> Path:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def test_paragraphs_that_end_in_a_bracket_of_units_are_tasks(tmp_path: Path) -> None:
    path = prose(
        tmp_path / "a.docx",
        "2031年重点任务分工方案",
        "一、经济",
        "1.修路20公里。（牵头单位：市交通局；配合单位：市财政局、各县（市、区）；完成时限：12月底）",
        "2.修桥2座。（市住建局牵头，市水利局配合，10月底前完成）",
        "二、民生",
        "（一）办学。新增学位1000个。（责任单位：市教育局、市住建局）",
    )
    notice, codes = read(path)
    assert [(t.sections, t.goal, t.extras.get("完成时限")) for t in notice.tasks] == [
        (("一、经济",), "修路20公里。", "12月底"),
        (("一、经济",), "修桥2座。", "10月底前"),
        (("二、民生",), "办学。新增学位1000个。", ""),
    ]
    assert units(notice) == [
        (("市交通局",), ("市财政局", "各县（市、区）")),
        (("市住建局",), ("市水利局",)),
        (("市教育局", "市住建局"), ()),
    ]
    assert notice.title == "2031年重点任务分工方案" and "PLAN-078" in codes


def test_paragraphs_whose_last_sentence_names_the_units_are_tasks(tmp_path: Path) -> None:
    path = prose(
        tmp_path / "a.docx",
        "2031年若干措施",
        "一、服务",
        "（一）一网通办。压减材料20%以上；完善机制。市发改委牵头，市财政局、市住建局等按职责分工负责。",
        "（二）跨省通办。推动事项通办。（市财政局、市教育局按职责分工负责；2031年底前完成）",
    )
    notice, _ = read(path)
    assert [(t.goal, t.extras.get("完成时限")) for t in notice.tasks] == [
        ("一网通办。压减材料20%以上；完善机制。", ""),
        ("跨省通办。推动事项通办。", "2031年底前"),
    ]
    assert units(notice) == [
        (("市发改委",), ("市财政局", "市住建局")),
        (("市财政局", "市教育局"), ()),
    ]


def test_a_plan_in_paragraphs_over_pages_loses_no_line_at_their_edges(tmp_path: Path) -> None:
    """Each page ends in a deadline that looks like that of the other: no running foot."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for page in (0, 2):
        canvas.setFont(FONT, 12)
        lines = [
            line
            for n in (page + 1, page + 2)
            for line in (
                f"{n}.推进第{n}项重点工作，确保群众满意度稳步提高。",
                "牵头单位：市发改委",
                f"完成时限：2031年{n}月底前",
            )
        ]
        for at, line in enumerate(lines):
            canvas.drawString(80, 760 - 24 * at, line)
        canvas.drawCentredString(297, 30, f"— {page // 2 + 1} —")
        canvas.showPage()
    canvas.save()
    notice, _ = read(tmp_path / "a.pdf")
    assert [t.extras["完成时限"] for t in notice.tasks] == [
        f"2031年{n}月底前" for n in (1, 2, 3, 4)
    ]


def test_paragraphs_followed_by_lines_of_units_are_tasks(tmp_path: Path) -> None:
    path = prose(
        tmp_path / "a.docx",
        "Climate Action Plan 2024",
        "Priority 1: Buildings",
        "Action 1: Retrofit 10 public buildings.",
        "Lead: Facilities Department",
        "Partners: Finance Office, Energy Agency",
        "Target date: June 2024",
        "Action 2: Plant 500 trees.",
        "Lead: Parks",
    )
    notice, _ = read(path)
    assert [(t.sections, t.goal, t.extras.get("Due")) for t in notice.tasks] == [
        (("Priority 1: Buildings",), "Retrofit 10 public buildings.", "June 2024"),
        (("Priority 1: Buildings",), "Plant 500 trees.", ""),
    ]
    assert units(notice)[0] == (("Facilities Department",), ("Finance Office", "Energy Agency"))


# --- a refusal


def test_a_refusal_names_the_row_that_looked_most_like_a_head(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "| Lead | Colour |\n| Mill | red |", title="Notes")
    notice, findings = read_published_plan(path)
    assert notice is None
    last = findings[-1]
    assert (last.code, str(last.place.cell), last.values["english"]) == (
        "PLAN-081",
        "工作表“Sheet”第2行",
        True,
    )
    assert (str(last.values["known"]), str(last.values["unknown"])) == ("Lead", "Colour")
