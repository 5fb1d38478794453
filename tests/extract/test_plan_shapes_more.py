"""More shapes of plans: cells told by shading, rows beside one number torn by a page end, captions in other writings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from printed import FONT, Row, Style, print_plan
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from test_plan_shapes import read, sheet, units

from reconcile.core.unit_names import split_names
from reconcile.extract.columns.period_captions import is_period
from reconcile.extract.columns.roles import guessed
from reconcile.extract.pdf.page import Char
from reconcile.extract.tables.ruled import line_text, text_lines

# --- no rules that can be seen

GRAY, BLUE, WHITE = (0.94, 0.94, 0.94), (0.1, 0.2, 0.5), (1.0, 1.0, 1.0)
ROADMAP = [
    ["ROADMAP", "FY31 (Q1-Q2)", "FY31 (Q3-Q4)", "FY32 (Q1-Q2)"],
    ["Customer experience", "Pilot a new process", "Enhance the knowledge base", "Publish profiles"],
    ["Cyber leadership", "Release guidance", "Define the core expectations", "Draft a framework"],
    ["Trusted market", "Form initial groups", "Publish the criteria", "Establish a path"],
]  # fmt: skip


def shaded(path: Path, rows: Sequence[Sequence[str]], fills: Sequence[Sequence[object]]) -> Path:
    """Print rows of four cells without any rule, each on the ground that ``fills`` gives it; None is the bare paper."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            x, y, ground = 40 + 130 * c, 700 - 40 * r, fills[r][c]
            if isinstance(ground, tuple):
                canvas.setFillColorRGB(*ground)
                canvas.rect(x, y, 130, 40, stroke=0, fill=1)
            canvas.setFillColorRGB(*(WHITE if ground == BLUE else (0, 0, 0)))
            canvas.setFont(FONT, 9)
            canvas.drawString(x + 4, y + 16, text)
    canvas.save()
    return path


@pytest.mark.parametrize(
    "fills",
    [
        [[GRAY] * 4, *[[BLUE, None, None, None]] * 3],
        [[BLUE] * 4, [None] * 4, [GRAY] * 4, [None] * 4],
        [[BLUE] * 4, [GRAY] * 4, [None] * 4, [GRAY] * 4],
    ],
    ids=["first column", "stripes that begin bare", "stripes"],
)
def test_cells_that_only_shading_tells_apart(
    tmp_path: Path, fills: Sequence[Sequence[object]]
) -> None:
    notice, codes = read(shaded(tmp_path / "a.pdf", ROADMAP, fills))
    assert [[t.goal, *t.milestones.values()] for t in notice.tasks] == ROADMAP[1:]
    assert notice.periods == tuple(ROADMAP[0][1:])
    assert "第1页 PLAN-093" in codes


def test_lines_in_the_colour_of_the_paper_part_cells_where_nothing_else_does(
    tmp_path: Path,
) -> None:
    """Slides are printed so: white rules on white, one row's text close to the next."""
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setStrokeColorRGB(*WHITE)
    for r, row in enumerate(ROADMAP):
        canvas.setFont(FONT, 9)
        for c, text in enumerate(row):
            canvas.rect(40 + 130 * c, 700 - 12 * r, 130, 12)
            canvas.drawString(44 + 130 * c, 703 - 12 * r, text)
    canvas.save()
    notice, codes = read(path)
    assert [[t.goal, *t.milestones.values()] for t in notice.tasks] == ROADMAP[1:]
    assert "第1页 PLAN-093" in codes


# --- shaded rows, and few rules

STRIPES = ["序号", "目标任务", "第三季度", "第四季度", "牵头单位"]
SIDES = [40, 80, 230, 340, 450, 550]
STRIPED: list[tuple[list[str], int]] = [
    (["1", "建设产业园区/并引进企业", "开工", "完成主体/工程", "市发改委"], 30),
    (["2", "修编规划", "", "报批", "市规划局"], 30),
    (["3", "新建学校/两所", "选址", "开工", "市教育局"], 30),
    (["4", "整治河道/三十公里，", "完成", "", "市水务局"], 30),
    # The rest of the fourth, on the next page.
    (["", "并验收", "", "", ""], 15),
    (["5", "植树", "", "万株", "市林业局"], 20),
    (["6", "修路", "通车", "", "市交通局"], 20),
]


def striped(path: Path, *, listed: bool) -> Path:
    """Print a plan in one of two styles of Word: every second row shaded, or (``listed``) the head, in a frame with level rules."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    y = 700

    def row(texts: Sequence[str], height: int, ground: tuple[float, ...] | None) -> None:
        for x, end, text in zip(SIDES, SIDES[1:], texts, strict=False):
            if ground:
                canvas.setFillColorRGB(*ground)
                canvas.rect(x, y - height, end - x, height, stroke=0, fill=1)
            canvas.setFillColorRGB(*(WHITE if ground == BLUE else (0, 0, 0)))
            canvas.setFont(FONT, 9)
            for at, line in enumerate(text.split("/")):
                canvas.drawString(x + 4, y - 11 - 13 * at, line)
        if listed:
            canvas.rect(SIDES[0], y - height, SIDES[-1] - SIDES[0], height)

    row(STRIPES, 16, BLUE if listed else None)
    if not listed:
        canvas.line(SIDES[0], y, SIDES[-1], y)
        canvas.line(SIDES[0], y - 16, SIDES[-1], y - 16)
    y -= 16
    for number, (texts, height) in enumerate(STRIPED):
        if not texts[0]:
            canvas.showPage()
            y = 780
        shade = (number < 4) == (number % 2 == 0)
        row(texts, height, GRAY if shade and not listed and texts[0] else None)
        y -= height
    if not listed:
        canvas.line(SIDES[0], y, SIDES[-1], y)
    canvas.save()
    return path


@pytest.mark.parametrize("listed", [False, True], ids=["light shading", "light list"])
def test_rows_are_told_by_stripes_over_a_page_end(tmp_path: Path, *, listed: bool) -> None:
    notice, codes = read(striped(tmp_path / "a.pdf", listed=listed))
    assert [[t.goal, *t.milestones.values(), *t.lead] for t in notice.tasks] == [
        ["建设产业园区并引进企业", "开工", "完成主体工程", "市发改委"],
        ["修编规划", "", "报批", "市规划局"],
        ["新建学校两所", "选址", "开工", "市教育局"],
        ["整治河道三十公里，并验收", "完成", "", "市水务局"],
        ["植树", "", "万株", "市林业局"],
        ["修路", "通车", "", "市交通局"],
    ]
    assert "第1页 PLAN-093" in codes


def test_striped_tables_of_two_widths_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    numbers = iter(range(1, 11))
    for top, sides in ((800, SIDES), (550, [60, 90, 230, 320, 430, 530])):
        for r in range(6):
            y = top - 30 * r
            row = [str(next(numbers)), "建设", "开工", "完工", "市水务局"] if r else STRIPES
            for x, end, text in zip(sides, sides[1:], row, strict=False):
                if r % 2:
                    canvas.setFillColorRGB(*GRAY)
                    canvas.rect(x, y - 30, end - x, 30, stroke=0, fill=1)
                canvas.setFillColorRGB(0, 0, 0)
                canvas.setFont(FONT, 9)
                canvas.drawString(x + 4, y - 11, text)
    canvas.save()
    notice, _ = read(path)
    assert [t.number for t in notice.tasks] == [*range(1, 11)]


# --- rows beside one number, over a page end

HEAD: Row = ["序号", "主要任务", "工作举措", "责任单位", "完成时限"]
WIDTHS = [30, 120, 160, 100, 80]


def test_the_rest_of_a_row_before_a_further_row_beside_the_same_number(tmp_path: Path) -> None:
    first: list[Row] = [["1", "建园区", "1.通路，", "市住建局", "6月底"]]
    second: list[Row] = [
        ["", "", "建桥。", "", ""],
        [None, None, "2.通水。", "市水务局", "9月底"],
        [None, None, "3.通电。", "供电公司", "12月底"],
        ["2", "建学校", "1.选址。", "市教育局", "3月底"],
        [None, None, "2.开工。", "市住建局", "6月底"],
    ]
    path = print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *first], [HEAD, *second]])
    notice, codes = read(path)
    assert [(t.goal, *t.lead, t.extras["完成时限"], t.extras["原序号"]) for t in notice.tasks] == [
        ("1.通路，建桥。", "市住建局", "6月底", "1"),
        ("2.通水。", "市水务局", "9月底", "1"),
        ("3.通电。", "供电公司", "12月底", "1"),
        ("1.选址。", "市教育局", "3月底", "2"),
        ("2.开工。", "市住建局", "6月底", "2"),
    ]
    assert {t.sections for t in notice.tasks} == {("建园区",), ("建学校",)}
    assert "第2页第1行 PLAN-010" in codes


def test_the_rest_of_a_merged_text_goes_to_all_rows_beside_it(tmp_path: Path) -> None:
    head: Row = ["序号", "重点工作", "阶段目标", "完成时间", "责任单位"]
    first: list[Row] = [
        ["1", "建园区，新增就业2000", "开工。", "2031年3月底", "市住建局"],
        [None, None, "完工。", "2031年6月底", None],
        ["2", "建学校，新增学位500", "开工。", "2031年3月底", "市教育局"],
        [None, None, "完工。", "2031年9月底", None],
    ]
    second: list[Row] = [
        ["", "个。", "", "", ""],
        ["3", "修公路20公里。", "开工。", "2031年3月底", "市交通局"],
        [None, None, "完工。", "2031年9月底", None],
    ]
    path = print_plan(tmp_path / "a.pdf", WIDTHS, [[head, *first], [head, *second]])
    notice, _ = read(path)
    assert [t.goal for t in notice.tasks] == [
        *["建园区，新增就业2000"] * 2,
        *["建学校，新增学位500个。"] * 2,
        *["修公路20公里。"] * 2,
    ]


def test_a_row_with_a_date_of_its_own_is_none_that_a_page_end_tore(tmp_path: Path) -> None:
    head: Row = ["序号", "重点工作", "阶段目标", "完成时间", "责任单位"]
    first: list[Row] = [
        ["1", "建园区", "方案编制", "2031年3月底", "市住建局"],
        [None, None, "开工建设", "2031年6月底", None],
    ]
    second: list[Row] = [
        ["", "", "主体完工", "2031年9月底", ""],
        ["2", "修公路", "开工建设", "2031年3月底", "市交通局"],
        [None, None, "全线通车", "2031年9月底", None],
    ]
    path = print_plan(tmp_path / "a.pdf", WIDTHS, [[head, *first], [head, *second]])
    notice, _ = read(path)
    assert [(t.goal, t.extras["阶段目标"], t.extras["完成时间"]) for t in notice.tasks] == [
        ("建园区", "方案编制", "2031年3月底"),
        ("建园区", "开工建设", "2031年6月底"),
        ("建园区", "主体完工", "2031年9月底"),
        ("修公路", "开工建设", "2031年3月底"),
        ("修公路", "全线通车", "2031年9月底"),
    ]


# --- rows that are headings by their numbers


def test_rows_that_only_name_a_group_of_those_numbered_below_are_headings(tmp_path: Path) -> None:
    table = """
    | 编号 | 工作内容 | 牵头部门 | 完成时间 |
    | 1 | 数字政府 |  |  |
    | 1.1 | 数据归集 |  |  |
    | 1.1.1 | 建成目录系统 | 市数据局 | 6月底 |
    | 1.1.2 | 归集数据20亿条 | 市数据局 | 9月底 |
    | 1.2 | 一网通办 | 市政务办 | 全年 |
    | 1.2.1 | 上线事项300项 | 市政务办 | 6月底 |
    | 2 | 智慧城市 |  |  |
    | 2.1 | 建成停车平台 | 市城管局 | 12月底 |
    """
    notice, codes = read(sheet(tmp_path / "a.xlsx", table))
    assert [(t.sections, t.goal, t.extras["原序号"]) for t in notice.tasks] == [
        (("1 数字政府", "1.1 数据归集"), "建成目录系统", "1.1.1"),
        (("1 数字政府", "1.1 数据归集"), "归集数据20亿条", "1.1.2"),
        (("1 数字政府",), "一网通办", "1.2"),
        (("1 数字政府",), "上线事项300项", "1.2.1"),
        (("2 智慧城市",), "建成停车平台", "2.1"),
    ]
    assert "PLAN-094" in codes


# --- captions


@pytest.mark.parametrize(
    ("caption", "role"),
    [
        ("序号 No.", "number"), ("任务 Task", "goal"), ("Lead Unit 牵头单位", "lead"),
        ("配合单位/Supporting Units", "support"), ("责任单位（Responsible）", "lead"),
        ("第一季度 Q1", "milestone"), ("Q1 第一季度", "milestone"), ("備註 Remarks", "extra"),
        ("項次", "number"), ("工作項目", "goal"), ("主辦機關", "lead"), ("協辦機關", "support"),
        ("第一季度目標", "milestone"), ("问题表现", "goal"), ("GDP增速", ""),
    ],
)  # fmt: skip
def test_captions_in_two_languages_or_traditional_writing(caption: str, role: str) -> None:
    assert guessed((caption,)).role == role


def test_a_period_in_two_languages_is_one_in_both() -> None:
    assert is_period("第二季度 Q2") and not is_period("第二季度 Lead Unit")


def test_a_caption_in_several_lines_is_taken_whole(tmp_path: Path) -> None:
    head: Row = ["序号", "项目名称", "2031年计划投资（万元）", "2031年形象进度", "责任单位"]
    rows: list[Row] = [[n, f"第{n}座桥", "500", "开工", "市交通局"] for n in ("1", "2", "3")]
    notice, _ = read(print_plan(tmp_path / "a.pdf", [40, 160, 55, 90, 100], [[head, *rows]]))
    assert [t.extras["2031年计划投资（万元）"] for t in notice.tasks] == ["500"] * 3


def test_what_a_task_consists_of_is_not_its_name(tmp_path: Path) -> None:
    table = """
    | 领域 | 改革事项 | 主要内容 | 责任处室 | 办结时限 |
    | 审批 | 一件事 | 整合办事环节，压减材料三成以上。 | 审批处 | 6月底 |
    | 审批 | 一张网 | 统一办事入口，接入事项三百项。 | 信息处 | 9月底 |
    """
    notice, _ = read(sheet(tmp_path / "a.xlsx", table))
    assert [(t.goal, t.extras["主要内容"]) for t in notice.tasks] == [
        ("一件事", "整合办事环节，压减材料三成以上。"),
        ("一张网", "统一办事入口，接入事项三百项。"),
    ]


def test_goals_that_happen_to_be_alike_are_no_category(tmp_path: Path) -> None:
    """A category that is printed again in every row has its rows one below the other."""
    goals = ["推进不力", "未完工", "推进不力", "未验收", "未完工", "推进不力"]
    rows = "\n".join(
        f"| {n} | {goal} | 落实第{n}项措施 | 市水利局 | {n}月底 |"
        for n, goal in enumerate(goals, 1)
    )
    path = sheet(
        tmp_path / "a.xlsx", "| 序号 | 存在问题 | 整改措施 | 责任单位 | 整改时限 |\n" + rows
    )
    notice, codes = read(path)
    assert [t.goal for t in notice.tasks] == goals
    assert "PLAN-072" not in codes


def test_the_last_sign_of_a_caption_in_a_line_of_its_own_belongs_to_it(tmp_path: Path) -> None:
    head: Row = ["序号", "任务", "责任单位", "年度目标值", "第一季度"]
    rows: list[Row] = []
    for n, unit in enumerate(("市交通局", "市水利局", "市教育局", "市住建局"), 1):
        first = n % 2 == 1
        rows.append(
            [
                str(n) if first else None,
                f"招商第{n}批" if first else None,
                unit,
                f"{n}0个",
                f"{n}个",
            ]
        )
    notice, _ = read(print_plan(tmp_path / "a.pdf", [40, 160, 100, 44, 90], [[head, *rows]]))
    assert [(t.goal, t.extras["年度目标值"]) for t in notice.tasks] == [
        ("招商第1批", "10个"), ("招商第1批", "20个"), ("招商第3批", "30个"), ("招商第3批", "40个"),
    ]  # fmt: skip


def test_a_date_below_an_unknown_caption_is_not_its_last_line(tmp_path: Path) -> None:
    head: Row = ["No.", "Action", "Lead", "Ends", "Due"]
    rows: list[Row] = [[n, f"Build {n}", "Housing", "Dec 2031", "June 2031"] for n in ("1", "2")]
    notice, _ = read(print_plan(tmp_path / "a.pdf", [40, 160, 100, 60, 90], [[head, *rows]]))
    assert [t.extras.get("Ends") for t in notice.tasks] == ["Dec 2031"] * 2


def test_captions_that_stand_close_in_a_table_without_rules_between_columns(tmp_path: Path) -> None:
    head: Row = ["序号 No.", "任务 Task", "牵头单位 Lead", "第一季度 Q1"]
    rows: list[Row] = [[n, f"新建第{n}座桥梁并通车", "市交通局", "开工"] for n in ("1", "2", "3")]
    path = print_plan(
        tmp_path / "a.pdf", [42, 160, 100, 100], [[head, *rows]], style=Style(rules="across")
    )
    notice, _ = read(path)
    assert [(t.number, t.goal, *t.lead) for t in notice.tasks] == [
        (n, f"新建第{n}座桥梁并通车", "市交通局") for n in (1, 2, 3)
    ]


def test_words_in_the_cells_of_a_matrix_are_no_second_head(tmp_path: Path) -> None:
    table = """
    | 序号 | 工作任务 | 市水务局 | 市教体局 | 市残联 | 高新区 | 完成时限 |
    | 1 | 修路 | 牵头 | 配合 |  | 配合 | 6月底 |
    | 2 | 修桥 |  | 牵头 | 配合 |  | 全年 |
    | 3 | 办学 | 配合 |  | 牵头 | 配合 | 9月底 |
    """
    notice, _ = read(sheet(tmp_path / "a.xlsx", table))
    assert units(notice) == [
        (("市水务局",), ("市教体局", "高新区")),
        (("市教体局",), ("市残联",)),
        (("市残联",), ("市水务局", "高新区")),
    ]


# --- glyphs


def test_a_second_line_in_small_latin_letters_is_no_index_of_the_chinese_above() -> None:
    """The boxes of some Chinese fonts are twice as high as their signs are wide."""
    above = [
        Char(sign, 10 + 10 * at, 20 + 10 * at, 100, 104, 19.5, not at)
        for at, sign in enumerate("牵头单位")
    ]
    below = [
        Char(sign, 10 + 5 * at, 15 + 5 * at, 114, 116, 7, not at) for at, sign in enumerate("Unit")
    ]
    assert [line_text(line) for line in text_lines([*above, *below])] == ["牵头单位", "Unit"]


def test_the_marks_of_lists_in_word_are_kept(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    table = document.add_table(0, 4)
    for texts in (["No.", "Action", "Lead", "Due"], ["1", "Build", "Housing", "June 2031"],
                  ["2", "Repair", "Parks", "July 2031"]):  # fmt: skip
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    table.rows[1].cells[1].add_paragraph("homes", style="List Bullet")
    table.rows[2].cells[2].paragraphs[0].style = document.styles["List Bullet"]
    document.save(str(tmp_path / "a.docx"))
    notice, _ = read(tmp_path / "a.docx")
    assert notice.tasks[0].goal == "Build\n• homes"
    assert units(notice)[1] == (("Parks",), ())


# --- units


def test_a_unit_that_leads_and_supports_is_told(tmp_path: Path) -> None:
    from reconcile.core.units import assign_units

    table = """
    | 序号 | 任务 | 牵头单位 | 配合单位 |
    | 1 | 修路 | 市交通局 | 市财政局、市交通局 |
    | 2 | 修桥 | 市交通局 | 市财政局 |
    """
    notice, _ = read(sheet(tmp_path / "a.xlsx", table))
    tasks, _, findings = assign_units(notice)
    assert [(t.lead, t.support) for t in tasks] == [(("市交通局",), ("市财政局",))] * 2
    told = [(f.code, f.task, f.values["unit"]) for f in findings if f.code == "PLAN-095"]
    assert told == [("PLAN-095", 1, "市交通局")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Assistant Director, Digital", ["Assistant Director, Digital"]),
        ("Director, Place, Head of Housing", ["Director, Place", "Head of Housing"]),
        ("Director, Manager", ["Director", "Manager"]),
        ("• Finance\n• Parks", ["Finance", "Parks"]),
    ],
)
def test_titles_that_go_on_after_a_comma(text: str, names: list[str]) -> None:
    assert split_names(text) == names


def test_names_in_lines_of_a_cell_that_end_as_other_offices_do(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx",
        "| 序号 | 任务 | 牵头单位 | 配合单位 |\n| 1 | 修路 | 市交通局 | 甲 |\n| 2 | 修桥 | 市交通局 | 乙 |",
    )
    import openpyxl

    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    page["D3"], page["D4"] = "市供销社\n市残联\n高新区管委会", "市自贸区\n管委会"
    book.save(path)
    notice, _ = read(path)
    assert [support for _, support in units(notice)] == [
        ("市供销社", "市残联", "高新区管委会"),
        ("市自贸区管委会",),
    ]


# --- plans in prose


@pytest.mark.parametrize(
    "assigned",
    [
        ["（主办单位：{0}；会办单位：{1}；时间要求：{2}）"],
        ["〔{0}牵头，{1}配合，{2}完成〕"],
        ["责任主体：{0}", "协同部门：{1}", "办结时间：{2}"],
        ["承办单位：{0}", "参与部门：{1}", "截止日期：{2}"],
        ["牵头单位：{0}；配合单位：{1}；完成时限：{2}"],
    ],
)
def test_other_words_and_brackets_that_assign_a_task(tmp_path: Path, assigned: list[str]) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for n, unit in enumerate(("市交通局", "市水利局", "市教育局"), 1):
        lines = [line.format(unit, "市财政局", "2031年6月底前") for line in assigned]
        text = f"{n}.落实第{n}项任务。"
        whole = [text + lines[0]] if len(lines) == 1 else [text, *lines]
        for line in whole:
            document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    notice, _ = read(tmp_path / "a.docx")
    assert [(t.goal, t.extras["完成时限"]) for t in notice.tasks] == [
        (f"落实第{n}项任务。", "2031年6月底前") for n in (1, 2, 3)
    ]
    assert units(notice) == [
        ((unit,), ("市财政局",)) for unit in ("市交通局", "市水利局", "市教育局")
    ]


def test_a_bracket_goes_on_in_a_line_that_begins_with_a_label(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4, invariant=1)
    canvas.setFont(FONT, 12)
    lines = [
        line
        for n in (1, 2, 3)
        for line in (
            f"{n}.推进第{n}项重点工作，确保群众满意。（牵头单位：市水利局；",
            "配合单位：市财政局；完成时限：2031年6月底前）",
        )
    ]
    for at, line in enumerate(lines):
        canvas.drawString(80, 760 - 24 * at, line)
    canvas.save()
    notice, _ = read(tmp_path / "a.pdf")
    assert [t.goal for t in notice.tasks] == [
        f"推进第{n}项重点工作，确保群众满意。" for n in (1, 2, 3)
    ]
    assert units(notice) == [(("市水利局",), ("市财政局",))] * 3
