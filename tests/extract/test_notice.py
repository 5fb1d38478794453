"""A plan PDF, read cell by cell: the real one in two renderings, and invented ones of other shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("reportlab", reason="reportlab prints the invented plans (pip install .[test])")

import pypdfium2
from office import convert
from printed import FONT, Row, Style, print_plan, print_table
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from worded import worded

from reconcile.core.findings import Finding, Severity
from reconcile.core.plan import Task
from reconcile.core.published_plan import PublishedPlan
from reconcile.extract.headings import is_period
from reconcile.extract.pdf import pages
from reconcile.extract.published import read_published_plan

pytestmark = pytest.mark.slow  # the real plan, read page by page

DATA = Path(__file__).parents[1] / "data"
SAMPLE = Path(__file__).parents[2] / "samples" / "plan.pdf"

HEAD = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "共同责任单位"]
WIDTHS = [30, 160, 160, 160, 80, 120]
ROWS = [
    [
        "1",
        "新建公园3个，面积不少于20公顷，年底前全部开放。",
        "完成选址。",
        "开工建设，完成投资2亿元。",
        "市住建局",
        "市财政局、\n各县区",
    ],
    ["2", "一般公共预算收入增长5.5%。", "同比增长5%。", "", "市财政局", ""],
    ["3", "改造老旧小区40个。", "完成10个。", "完成25个。", "市住建局", "各县区"],
]


def read(path: Path) -> tuple[PublishedPlan, list[Finding]]:
    notice, findings = read_published_plan(path)
    assert notice is not None, [f.message for f in findings]
    assert notice.findings == findings
    return notice, list(findings)


def told(findings: Sequence[Finding]) -> list[str]:
    """Code and place of the findings, without those on the missing front matter."""
    front = ("PLAN-038", "PLAN-039")
    return [f"{f.place.cell} {f.code}".strip() for f in worded(findings) if f.code not in front]


def table(notice: PublishedPlan) -> list[list[str]]:
    """The tasks as rows: number, goal, milestones, lead, support."""
    return [
        [str(t.number), t.goal, *t.milestones.values(), "".join(t.lead), "".join(t.support)]
        for t in notice.tasks
    ]


def plain(rows: Sequence[Row]) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in rows]


def flat(notice: PublishedPlan) -> list[list[str]]:
    """The same with the wraps of the units' cells taken out."""
    return [[cell.replace("\n", "") for cell in row] for row in table(notice)]


def unwrapped(rows: Sequence[Row]) -> list[list[str]]:
    return [[(cell or "").replace("\n", "") for cell in row] for row in rows]


# The real plan


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def names(text: str) -> str:
    return re.sub(r"[\s、，；]", "", text)


@pytest.mark.parametrize("name", ["plan.pdf", "word.pdf"])
def test_the_real_plan_is_read_exactly(name: str, truth: dict[str, Any]) -> None:
    notice, findings = read(SAMPLE if name == "plan.pdf" else DATA / name)
    assert (notice.title.replace(" ", ""), notice.document, notice.office, notice.year) == (
        truth["title"],
        truth["document"],
        truth["office"],
        truth["year"],
    )
    assert list(notice.periods) == truth["periods"]
    assert [t.number for t in notice.tasks] == [t["number"] for t in truth["tasks"]]
    for task, true in zip(notice.tasks, truth["tasks"], strict=True):
        stray = "）" if task.number == 65 else ""
        assert task.sections == tuple(filter(None, (true["section"], true["subsection"])))
        assert squeezed(task.goal) == true["goal"]
        assert {p: squeezed(m) for p, m in task.milestones.items()} == true["milestones"]
        assert names("".join(task.lead)) == names("".join(true["lead"]))
        assert names("".join(task.support)) == names("".join(true["support"])) + stray
        assert len(task.lead) == 1 and len(task.support) == bool(true["support"])
        assert not task.extras
        if name != "word.pdf":
            assert str(task.source).startswith(f"第{true['source'][2:]}页第")
    torn = [f for f in findings if f.code == "PLAN-010"]
    assert len(torn) == (26 if name == "word.pdf" else 0)
    (stray_bracket,) = [f for f in findings if f not in torn]
    assert (stray_bracket.code, stray_bracket.task, stray_bracket.field) == (
        "PLAN-036",
        65,
        "support",
    )


def test_hard_line_breaks_of_units_are_kept() -> None:
    notice, _ = read(SAMPLE)
    lead = {t.number: t.lead for t in notice.tasks}
    assert lead[39] == ("灌云县\n东海县",)
    assert lead[40] == ("市自贸区\n管委会",)
    assert [m for t in notice.tasks for m in t.milestones.values() if "\n" in m] == []


def test_source_is_page_and_row_headings_counted(tmp_path: Path) -> None:
    notice, _ = read(SAMPLE)
    assert [str(t.source) for t in notice.tasks[:2]] == ["第2页第2行", "第2页第3行"]
    assert str(notice.tasks[9].source) == "第3页第1行"


def test_progress_counts_pages() -> None:
    seen: list[tuple[int, int]] = []
    read_published_plan(SAMPLE, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(n, 36) for n in range(1, 37)]


# Other shapes


def test_a_plain_plan_raises_nothing(tmp_path: Path) -> None:
    letter = [
        "连政办发〔2031〕7号",
        "各县区：现将计划印发给你们。",
        "某市人民政府办公室",
        "2031年1月5日",
    ]
    path = print_plan(
        tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]], before=letter, title="2031年重点任务安排表"
    )
    notice, findings = read(path)
    assert findings == []
    assert flat(notice) == unwrapped(ROWS)
    assert notice.tasks[0].support == ("市财政局、\n各县区",)
    assert notice.tasks[1].support == ()
    assert (notice.title, notice.document) == ("2031年重点任务安排表", "连政办发〔2031〕7号")
    assert (notice.office, notice.year) == ("某市人民政府办公室", 2031)


MONTHS = [f"{n}月" for n in range(1, 13)]


@pytest.mark.parametrize(
    ("periods", "paper"),
    [
        (["第一季度", "第二季度", "第三季度", "第四季度"], landscape(A4)),
        (["上半年", "下半年"], A4),
        (MONTHS, landscape(A3)),
        (["1-3月", "1-6月", "1-9月", "1-12月"], landscape(A4)),
        (["6月底前", "年底前"], A4),
    ],
)
def test_periods_come_from_the_head(
    tmp_path: Path, periods: list[str], paper: tuple[float, float]
) -> None:
    head = ["序号", "重点任务", *periods, "责任单位", "配合单位"]
    rows = [
        [str(n), f"第{n}件事", *(f"{p}做{n}成" for p in periods), "市发改委", "市财政局"]
        for n in (1, 2, 3)
    ]
    widths = [30, 80, *[60] * len(periods), 60, 60]
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", widths, [[head, *rows]], style=Style(paper=paper))
    )
    assert notice.periods == tuple(periods)
    assert table(notice) == rows
    assert told(findings) == []


def test_columns_in_another_order_and_extra_columns(tmp_path: Path) -> None:
    head = ["牵头单位", "配合单位", "序号", "分管领导", "目标任务", "完成时限", "Q1", "Q2", "备注"]
    rows = [["市水利局", "市财政局", "1", "张三", "修渠", "12月", "开工", "完工", "续建"]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", [60] * 9, [[head, *rows]]))
    assert table(notice) == [["1", "修渠", "开工", "完工", "市水利局", "市财政局"]]
    assert notice.tasks[0].extras == {"分管领导": "张三", "完成时限": "12月", "备注": "续建"}
    assert told(findings) == ["PLAN-025"]


def test_milestones_without_a_period_stand_under_their_common_head(tmp_path: Path) -> None:
    head = [
        ["序号", "目标任务", "序时进度", "<", "责任单位", "<"],
        [None, None, "启动", "收官", "牵头", "配合"],
    ]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[*head, *ROWS]]))
    assert notice.periods == ("启动", "收官")
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == []


def test_columns_that_are_nothing_else_are_taken_for_milestones_and_told(tmp_path: Path) -> None:
    head = ["序号", "目标任务", "启动", "收官", "牵头单位", "共同责任单位"]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[head, *ROWS]]))
    assert notice.periods == ("启动", "收官")
    assert told(findings) == ["PLAN-021"]


def test_a_two_level_head_with_empty_cells_below_comes_back_on_every_page(tmp_path: Path) -> None:
    head = [
        ["序号", "目标任务", "序时进度", "<", "责任单位", "<"],
        ["", "", "第一季度", "第二季度", "牵头单位", "共同责任单位"],
    ]
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[*head, ROWS[0]], [*head, ROWS[1]], [ROWS[2]]])
    )
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == []


def test_headings_nest_by_their_numbering(tmp_path: Path) -> None:
    def band(text: str) -> Row:
        return [text, "<", "<", "<", "<", "<"]

    pages = [
        [HEAD, band("一、经济"), ROWS[0], band("二、民生"), band("（一）住房")],
        [HEAD, ROWS[1], band("（二）道路"), ROWS[2]],
    ]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, pages))
    assert [t.sections for t in notice.tasks] == [
        ("一、经济",),
        ("二、民生", "（一）住房"),
        ("二、民生", "（二）道路"),
    ]
    assert told(findings) == []


CATEGORY_HEAD = ["类别", *HEAD]
CATEGORY_WIDTHS = [50, *WIDTHS]


@pytest.mark.parametrize(
    ("second", "codes"), [("经济发展", []), ("", []), (None, [])], ids=["twice", "blank", "gone"]
)
def test_a_merged_category_is_filled_down_over_the_page_end(
    tmp_path: Path, second: str | None, codes: list[str]
) -> None:
    pages = [
        [CATEGORY_HEAD, ["经济发展", *ROWS[0]], [None, *ROWS[1]]],
        [CATEGORY_HEAD, [second or "", *ROWS[2]], ["民生", "4", *ROWS[2][1:]]],
    ]
    notice, findings = read(print_plan(tmp_path / "a.pdf", CATEGORY_WIDTHS, pages))
    assert [t.sections for t in notice.tasks] == [("经济发展",)] * 3 + [("民生",)]
    assert told(findings) == codes


def test_a_category_whose_text_comes_only_on_the_next_page(tmp_path: Path) -> None:
    pages = [
        [CATEGORY_HEAD, ["", *ROWS[0]], [None, *ROWS[1]]],
        [CATEGORY_HEAD, ["经济发展", *ROWS[2]]],
    ]
    notice, findings = read(print_plan(tmp_path / "a.pdf", CATEGORY_WIDTHS, pages))
    assert [t.sections for t in notice.tasks] == [("经济发展",)] * 3
    assert told(findings) == ["第2页第1行 PLAN-031"]


def test_a_merged_text_that_sticks_out_of_both_pages_is_no_caption(tmp_path: Path) -> None:
    """Printers put the whole text on both pages: below the table, and under the next head."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    first = [CATEGORY_HEAD, ["经济", *ROWS[0]], [None, *ROWS[1]]]
    print_table(canvas, CATEGORY_WIDTHS, first, 500, Style(size=8), last=True)
    canvas.showPage()
    print_table(
        canvas, CATEGORY_WIDTHS, [CATEGORY_HEAD, ["", *ROWS[2]]], 500, Style(size=8), last=True
    )
    canvas.setFont(FONT, 8)
    canvas.drawString(43, 501, "发展")
    canvas.drawString(43, 496.5, "经济")
    canvas.save()
    notice, findings = read(tmp_path / "a.pdf")
    assert [t.sections for t in notice.tasks] == [("经济",)] * 3
    assert flat(notice) == unwrapped(ROWS)
    # What lies outside the table is told, not taken.
    assert told(findings) == ["第2页 PLAN-058", "第2页 PLAN-043"]


@pytest.mark.parametrize("rules", ["across", "frame"])
def test_without_rules_between_columns_the_text_tells_them(tmp_path: Path, rules: str) -> None:
    head = [
        ["序号", "目标任务", "序时进度", "<", "责任单位", "<"],
        [None, None, "第一季度", "第二季度", "牵头单位", "共同责任单位"],
    ]
    band = ["一、综合指标（按考核口径分解）", "<", "<", "<", "<", "<"]
    pages = [[*head, band, ROWS[0], ROWS[1]], [*head, ROWS[2]]]
    notice, findings = read(
        print_plan(
            tmp_path / "a.pdf", WIDTHS, pages, style=Style(rules=rules), title="2031年安排表"
        )
    )
    assert notice.periods == ("第一季度", "第二季度")
    assert flat(notice) == unwrapped(ROWS)
    assert {t.sections for t in notice.tasks} == {("一、综合指标（按考核口径分解）",)}
    assert notice.title == "2031年安排表"
    assert told(findings) == ["第1页 PLAN-042"]


def test_a_column_without_any_text_and_without_rules(tmp_path: Path) -> None:
    rows = [[*row[:5], ""] for row in ROWS]
    notice, _ = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]], style=Style(rules="across"))
    )
    assert table(notice) == plain(rows)


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("rotated", [True, False], ids=["rotated", "sideways"])
def test_turned_pages_are_read_along_their_text(tmp_path: Path, turn: int, rotated: bool) -> None:
    style = Style(turn=turn, rotate=turn if rotated else 0)
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS[:2]], [HEAD, ROWS[2]]], style=style)
    )
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == []


def test_an_owner_password_is_no_hindrance(tmp_path: Path) -> None:
    lock = StandardEncryption("", ownerPassword="secret", canPrint=0, canCopy=0)
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]], encrypt=lock))
    assert len(notice.tasks) == 3
    assert told(findings) == []


def test_an_english_plan(tmp_path: Path) -> None:
    head = ["No.", "Task", "Q1", "Q2", "Q3", "Q4", "Lead unit", "Supporting units"]
    rows = [
        [
            "1",
            "Build three new parks with at least 20 hectares of long-term green land",
            "Choose the sites",
            "Start work",
            "Half of the work done",
            "Open all parks",
            "Housing Bureau",
            "Finance Bureau, all districts",
        ],
        ["2", "Raise revenue by 5.5%", "5%", "5%", "5%", "5.5%", "Finance Bureau", ""],
    ]
    path = print_plan(
        tmp_path / "a.pdf",
        [30, 120, 80, 80, 80, 80, 80, 90],
        [[head, *rows]],
        title="Work Plan for 2031",
    )
    notice, findings = read(path)
    assert notice.periods == ("Q1", "Q2", "Q3", "Q4")
    assert [[c.replace("\n", " ") for c in row] for row in table(notice)] == rows
    assert (notice.title, notice.year) == ("Work Plan for 2031", 2031)
    assert told(findings) == []


TORN = [
    ["3", "改造老旧小区40个，同步", "完成10个。", "完成25个，其中", "市住建局", "各县区、市"],
    ["", "改造管网。", "", "管网5公里。", "", "城管局"],
]
WHOLE = [
    "3",
    "改造老旧小区40个，同步改造管网。",
    "完成10个。",
    "完成25个，其中管网5公里。",
    "市住建局",
    "各县区、市城管局",
]


@pytest.mark.parametrize("head", [[], [HEAD]], ids=["no head", "head again"])
@pytest.mark.parametrize("cut", [True, False], ids=["no rule", "rule"])
@pytest.mark.parametrize("rules", ["all", "across"])
def test_a_row_torn_by_the_page_end(tmp_path: Path, head: list[Row], cut: bool, rules: str) -> None:
    pages = [[HEAD, *ROWS[:2], TORN[0]], [*head, TORN[1], ["4", *ROWS[1][1:]]]]
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, pages, style=Style(cut=cut, rules=rules))
    )
    assert flat(notice) == [*unwrapped(ROWS[:2]), WHOLE, ["4", *unwrapped(ROWS)[1][1:]]]
    assert notice.tasks[2].support == ("各县区、市\n城管局",)
    assert [f for f in told(findings) if "042" not in f] == ["第2页第1行 PLAN-010"]


def test_a_row_torn_before_its_number(tmp_path: Path) -> None:
    first, second = ["", *TORN[0][1:]], ["3", *TORN[1][1:]]
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS[:2], first], [HEAD, second]])
    )
    assert flat(notice)[2] == WHOLE
    assert str(notice.tasks[2].source) == "第1页第3行"
    assert told(findings) == ["第2页第1行 PLAN-010"]


def test_a_row_torn_by_the_page_end_without_any_rules(tmp_path: Path) -> None:
    # The head comes back on every page, and what is left of a row before the next number.
    rest = ["", "就近入学。", "", "", "", "市人社局"]
    pages = [
        [HEAD, ROWS[0], ROWS[1]],
        [HEAD, rest, ROWS[2], ["一、民生", *["<"] * 5], row("4")],
    ]
    style = Style(rules="blank")
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, pages, style=style))
    assert [t.number for t in notice.tasks] == [1, 2, 3, 4]
    assert notice.tasks[1].goal == ROWS[1][1] + "就近入学。"
    assert "".join(notice.tasks[1].support) == "市人社局"
    assert [flat(notice)[n] for n in (0, 2)] == [unwrapped(ROWS)[n] for n in (0, 2)]
    assert [t.sections for t in notice.tasks] == [(), (), (), ("一、民生",)]
    assert told(findings) == ["第2页第1行 PLAN-010", "第1页 PLAN-059"]


def test_a_row_torn_onto_a_last_page_without_rules(tmp_path: Path) -> None:
    pages = [[HEAD, *ROWS], [HEAD, ["", "完。", "", "", "", ""]]]
    style = Style(rules="blank", size=8)
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, pages, style=style))
    assert notice.tasks[2].goal == "改造老旧小区40个。完。"
    assert told(findings) == ["第2页第1行 PLAN-010", "第1页 PLAN-059"]


def test_a_caption_that_a_low_head_row_pushes_into_the_first_task(tmp_path: Path) -> None:
    head = [*HEAD[:5], "共同责任"]
    first = [*ROWS[0][:5], "单位\n市财政局"]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[head, first, row("2")]]))
    assert [t.support for t in notice.tasks] == [("市财政局",), ()]
    assert told(findings) == []


def test_numbers_that_begin_anew_in_each_section(tmp_path: Path) -> None:
    def band(text: str) -> Row:
        return [text, *["<"] * 5]

    pages = [[HEAD, band("一、经济"), row("1"), row("2"), band("二、民生"), row("1"), row("2")]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, pages))
    assert [(t.number, t.sections, t.extras["原序号"]) for t in notice.tasks] == [
        (1, ("一、经济",), "1"),
        (2, ("一、经济",), "2"),
        (3, ("二、民生",), "1"),
        (4, ("二、民生",), "2"),
    ]
    assert told(findings) == ["PLAN-044"]


def test_categories_without_rules_are_doubtful(tmp_path: Path) -> None:
    pages = [[CATEGORY_HEAD, ["民生", *ROWS[0]], ["民生", *ROWS[1]], ["经济", *ROWS[2]]]]
    style = Style(rules="across")
    notice, findings = read(print_plan(tmp_path / "a.pdf", CATEGORY_WIDTHS, pages, style=style))
    assert [t.sections for t in notice.tasks] == [("民生",), ("民生",), ("经济",)]
    assert told(findings) == ["第1页 PLAN-042", "第1页 PLAN-062"]


def test_a_task_without_a_category(tmp_path: Path) -> None:
    pages = [[CATEGORY_HEAD, ["", *ROWS[0]], ["民生", *ROWS[1]]]]
    _, findings = read(print_plan(tmp_path / "a.pdf", CATEGORY_WIDTHS, pages))
    assert told(findings) == ["第1页第1行 PLAN-061"]


def test_text_printed_over_text_is_told(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    print_table(canvas, WIDTHS, [HEAD, *ROWS], 500, Style(), last=True)
    # What did not fit into a row that is too low.
    over = [HEAD, [ROWS[0][0], ROWS[0][1][::-1], *ROWS[0][2:]], *ROWS[1:]]
    print_table(canvas, WIDTHS, over, 500, Style(), last=True)
    canvas.save()
    _, findings = read(tmp_path / "a.pdf")
    assert "第1页 PLAN-058" in told(findings)


def test_a_table_before_the_first_head_is_told(tmp_path: Path) -> None:
    path = print_plan(tmp_path / "a.pdf", WIDTHS, [ROWS[:2], [HEAD, ROWS[2]]])
    _, findings = read(path)
    assert told(findings) == ["第1页 PLAN-029", "PLAN-016"]


def test_a_pdf_without_its_end_is_told(tmp_path: Path) -> None:
    whole = print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]])
    content = whole.read_bytes()
    whole.write_bytes(content[: content.rindex(b"%%EOF")])
    _, findings = read(whole)
    assert told(findings) == ["PLAN-060"]


def test_running_feet_are_no_text_beside_the_table(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    for number, own in enumerate(([HEAD, *ROWS[:2]], [HEAD, ROWS[2]]), 1):
        print_table(canvas, WIDTHS, own, 500, Style(), last=True)
        canvas.setFont(FONT, 9)
        canvas.drawString(40, 20, f"某市政府办公室印制 {number}/2")
        canvas.showPage()
    canvas.save()
    notice, findings = read(tmp_path / "a.pdf")
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == []


def test_glyphs_that_stick_out_over_the_rule_belong_below_it(tmp_path: Path) -> None:
    notice, _ = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]], style=Style(raised=5.5))
    )
    assert flat(notice) == unwrapped(ROWS)


def test_radicals_are_mended_and_full_width_signs_kept(tmp_path: Path) -> None:
    row = ["1", "⽤⼯⻓效，⺠⽣（⻛险）：⻝品２０％", "⽅案", "", "市⽔利局", ""]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, row]]))
    assert table(notice) == [
        ["1", "用工长效，民生（风险）：食品２０％", "方案", "", "市水利局", ""]
    ]
    assert told(findings) == ["第1页 PLAN-028"]


def test_a_heading_between_tables_is_a_section(tmp_path: Path) -> None:
    pages = [[HEAD, *ROWS[:2]], [HEAD, ROWS[2]]]
    notice, _ = read(print_plan(tmp_path / "a.pdf", WIDTHS, pages, title="一、重点工作"))
    assert notice.tasks[0].sections == ("一、重点工作",)


# What is doubtful is told


def row(number: str, **cells: str) -> Row:
    given = {"goal": "修路", "q1": "开工", "q2": "完工", "lead": "市交通局", "support": ""} | cells
    return [number, *given.values()]


@pytest.mark.parametrize(
    ("rows", "expected", "numbers"),
    [
        ([row("1"), row(""), row("2")], ["第1页第2行 PLAN-011"], [1, 3, 2]),
        ([row("1"), row("", goal="", q1="另开工"), row("2")], ["第1页第2行 PLAN-012"], [1, 2]),
        (
            [row("1"), row("二之1"), row("2")],
            ["第1页第2行 PLAN-013"],
            [1, 3, 2],
        ),
        ([row("1"), row("1")], ["第1页第2行 PLAN-014"], [1, 2]),
        ([row("1"), row("2"), row("1"), row("3")], ["第1页第3行 PLAN-014"], [1, 2, 4, 3]),
        ([row("2"), row("1")], ["第1页第2行 PLAN-015"], [2, 1]),
        ([row("1"), row("4")], ["PLAN-016"], [1, 4]),
        ([row("1"), row("2022")], ["PLAN-016"], [1, 2022]),
        ([row("1", lead="")], ["第1页第1行 PLAN-034"], [1]),
        ([row("1", goal="")], ["第1页第1行 PLAN-033"], [1]),
        ([row("1", q1="", q2="")], ["第1页第1行 PLAN-035"], [1]),
        ([row("1", support="市水利局）")], ["第1页第1行 PLAN-036"], [1]),
        ([row("１．"), row("(2)"), row("3、")], [], [1, 2, 3]),
    ],
)
def test_doubtful_rows(
    tmp_path: Path, rows: list[Row], expected: list[str], numbers: list[int]
) -> None:
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]]))
    assert told(findings) == expected
    assert [t.number for t in notice.tasks] == numbers


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            ["序号", "目标任务", "Q1", "Q2", "分管领导", "备注"],
            ["PLAN-017", "PLAN-018", "PLAN-025"],
        ),
        (["序号", "目标任务", "Q1", "Q2", "牵头单位", "备注"], ["PLAN-018", "PLAN-025"]),
        (["备注", "目标任务", "Q1", "Q2", "牵头单位", "配合单位"], ["PLAN-019", "PLAN-025"]),
        (["序号", "目标任务", "备注", "说明", "牵头单位", "配合单位"], ["PLAN-022", "PLAN-025"]),
        (["序号", "工作任务", "年度目标", "Q2", "牵头单位", "配合单位"], ["PLAN-023", "PLAN-025"]),
        (["序号", "备注", "Q1", "Q2", "牵头单位", "配合单位"], ["PLAN-024", "PLAN-025"]),
    ],
)
def test_doubtful_heads(tmp_path: Path, head: list[str], expected: list[str]) -> None:
    rows = [["1", "甲", "乙", "丙", "丁", "戊"], ["2", "甲", "乙", "丙", "丁", "戊"]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[head, *rows]]))
    codes = {f.code for f in findings} - {"PLAN-033", "PLAN-035", "PLAN-038", "PLAN-039"}
    assert sorted(codes) == expected
    assert len(notice.tasks) == 2
    # Nothing of a row is lost, whatever its column is taken for.
    for task in notice.tasks:
        kept = {
            task.goal,
            *task.milestones.values(),
            *task.lead,
            *task.support,
            *task.extras.values(),
        }
        assert {"甲", "乙", "丙", "丁", "戊"} <= kept | {str(task.number)}


def test_front_matter_that_is_missing_is_told(tmp_path: Path) -> None:
    _, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]]))
    assert [f.code for f in findings] == ["PLAN-038", "PLAN-039"]
    assert "文号" in findings[0].message


def test_a_foreign_table_after_the_plan_is_told_not_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    print_table(canvas, WIDTHS, [HEAD, *ROWS], 500, Style(), last=True)
    canvas.showPage()
    print_table(
        canvas,
        [90, 90, 90],
        [["姓名", "电话", "邮箱"], ["张三", "1", "a"]],
        500,
        Style(),
        last=True,
    )
    canvas.save()
    notice, findings = read(tmp_path / "a.pdf")
    assert len(notice.tasks) == 3
    assert told(findings) == ["第2页 PLAN-029"]


def test_a_watermark_is_told_not_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    print_table(canvas, WIDTHS, [HEAD, *ROWS], 500, Style(), last=True)
    canvas.rotate(45)
    canvas.setFont(FONT, 40)
    canvas.drawString(300, 0, "内部资料")
    canvas.save()
    notice, findings = read(tmp_path / "a.pdf")
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == ["第1页 PLAN-026"]


# Merged cells and odd rows


def test_a_goal_merged_over_two_tasks_is_given_to_both(tmp_path: Path) -> None:
    rows = [ROWS[0], ["2", None, "做乙", "做完", "市水利局", ""]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]]))
    assert [t.goal for t in notice.tasks] == [ROWS[0][1]] * 2
    assert told(findings) == ["第1页第2行 PLAN-040"]


def test_the_rows_beside_one_number_and_one_unit_are_one_task(tmp_path: Path) -> None:
    rows = [ROWS[0], [None, None, "另：完成招标。", None, None, None], ["2", *ROWS[1][1:]]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]]))
    assert len(notice.tasks) == 2
    assert notice.tasks[0].milestones["第一季度"] == "完成选址。另：完成招标。"
    assert notice.tasks[0].lead == ("市住建局",)
    assert told(findings) == ["第1页第1行 PLAN-092"]


def test_a_text_over_two_periods_counts_for_both(tmp_path: Path) -> None:
    rows = [["1", "修路", "全年推进", "<", "市交通局", ""]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]]))
    assert list(notice.tasks[0].milestones.values()) == ["全年推进", "全年推进"]
    assert told(findings) == ["第1页第1行 PLAN-041"]


def test_rows_above_a_second_head_on_a_page_are_not_lost(tmp_path: Path) -> None:
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, ROWS[0], ROWS[1], HEAD, ROWS[2]]])
    )
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == []


def test_a_title_inside_the_table(tmp_path: Path) -> None:
    title = ["2031年任务表", "<", "<", "<", "<", "<"]
    notice, _ = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[title, HEAD, *ROWS]]))
    assert (notice.title, notice.year) == ("2031年任务表", 2031)
    assert flat(notice) == unwrapped(ROWS)


def test_heads_with_different_periods_are_joined_and_told(tmp_path: Path) -> None:
    other = [*HEAD[:2], "第三季度", "第四季度", *HEAD[4:]]
    notice, findings = read(
        print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS[:2]], [other, ROWS[2]]])
    )
    assert notice.periods == ("第一季度", "第二季度", "第三季度", "第四季度")
    assert list(notice.tasks[2].milestones.values()) == ["", "", "完成10个。", "完成25个。"]
    assert told(findings) == ["PLAN-037"]


def test_headings_without_numbers(tmp_path: Path) -> None:
    def band(text: str) -> Row:
        return [text, "<", "<", "<", "<", "<"]

    rows = [band("经济"), band("工业"), ROWS[0], band("农业"), ROWS[1]]
    notice, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]]))
    assert notice.tasks[0].sections == ("经济", "工业")
    assert told(findings) == ["第1页第2行 PLAN-032"]


def test_text_beside_the_table_is_told(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    print_table(canvas, WIDTHS, [HEAD, *ROWS], 500, Style(), last=True)
    canvas.setFont(FONT, 9)
    canvas.drawString(60, 200, "另有三项任务见下月通知。")
    canvas.save()
    _, findings = read(tmp_path / "a.pdf")
    assert told(findings) == ["第1页 PLAN-043"]
    assert "另有三项任务" in findings[0].message


def test_a_scanned_page_among_others_is_told(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    print_table(canvas, WIDTHS, [HEAD, *ROWS], 500, Style(), last=True)
    canvas.showPage()
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20))), 50, 50, 300, 300)
    canvas.save()
    _, findings = read(tmp_path / "a.pdf")
    assert [f.message for f in findings if f.code == "PLAN-020"] == [
        "第2页是图片，没有文字，没有读入"
    ]


def test_an_empty_page_is_told(tmp_path: Path) -> None:
    pages = [[HEAD, *ROWS], []]
    path = print_plan(tmp_path / "a.pdf", WIDTHS, pages, style=Style(numbered=False))
    _, findings = read(path)
    assert [f.message for f in findings if f.code == "PLAN-030"] == [
        "第2页什么也没有读到（空白页，或文件损坏）"
    ]


def test_signs_that_mean_nothing_are_told(tmp_path: Path) -> None:
    rows = [["1", "修\ue000路", "开工", "完工", "市交通局", ""]]
    _, findings = read(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *rows]]))
    assert told(findings) == ["第1页 PLAN-027"]


def test_a_broken_page_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(document: object, index: int, effort: object) -> object:
        raise pypdfium2.PdfiumError("Failed to load page.")

    monkeypatch.setattr(pages, "_read_page", broken)
    assert refused(SAMPLE) == "PLAN-004 PDF第1页已损坏，读不出来"


def test_one_page_on_its_side_among_others(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    print_table(canvas, WIDTHS, [HEAD, ROWS[0]], 500, Style(), last=True)
    canvas.showPage()
    canvas.setPageSize(A4)
    canvas.translate(A4[0], 0)
    canvas.rotate(90)
    print_table(canvas, WIDTHS, [ROWS[1], ROWS[2]], 500, Style(), last=True)
    canvas.save()
    notice, findings = read(tmp_path / "a.pdf")
    assert flat(notice) == unwrapped(ROWS)
    assert told(findings) == []


# Bad input


def refused(path: Path) -> str:
    notice, findings = read_published_plan(path)
    assert notice is None
    assert findings[-1].severity is Severity.ERROR
    assert findings[-1].place.file == path.name
    return f"{findings[-1].code} {findings[-1].message}"


def test_no_such_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.pdf").startswith("PLAN-001")


def test_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path).startswith("PLAN-006")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "PLAN-002"),
        (b"a, b", "PLAN-002"),
        (b"\x89PNG", "PLAN-002"),
        (b"PK\x03\x04", "FILE-005"),
        (b"<html>", "FILE-003"),
        (b"{\\rtf1", "PLAN-045"),
    ],
)
def test_no_plan_at_all(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert refused(tmp_path / "a.pdf").startswith(code)


def test_a_broken_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00rubbish" * 100)
    assert refused(tmp_path / "a.pdf").startswith("PLAN-003")


def test_half_a_pdf_is_never_a_traceback(tmp_path: Path) -> None:
    whole = SAMPLE.read_bytes()
    (tmp_path / "a.pdf").write_bytes(whole[: len(whole) // 2])
    notice, findings = read_published_plan(tmp_path / "a.pdf")
    assert notice is None and findings


def test_a_pdf_that_asks_for_a_password(tmp_path: Path) -> None:
    lock = StandardEncryption("open me", ownerPassword="secret")
    path = print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD, *ROWS]], encrypt=lock)
    assert refused(path).startswith("PLAN-005")


def test_a_scan_names_its_pages(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for _ in range(3):
        canvas.rect(50, 50, 200, 200)
        canvas.showPage()
    canvas.save()
    assert refused(tmp_path / "a.pdf") == "PLAN-007 第1-3页都没有文字，可能是扫描件"


def test_a_letter_without_a_table(tmp_path: Path) -> None:
    path = print_plan(tmp_path / "a.pdf", [100], [[["只有一句话"]]], before=["某市人民政府办公室"])
    assert refused(path).startswith("PLAN-008 第1-2页")


def test_a_head_without_tasks(tmp_path: Path) -> None:
    assert refused(print_plan(tmp_path / "a.pdf", WIDTHS, [[HEAD]])).startswith("PLAN-009")


# Words


@pytest.mark.parametrize(
    "caption",
    [
        "第二季度",
        "二季度",
        "1季度末",
        "十二月",
        "1-9月",
        "上半年",
        "全年",
        "6月底前",
        "Q1",
        "2022年6月底",
        "January",
        "Jan-Mar",
        "前三季度",
    ],
)
def test_captions_of_periods(caption: str) -> None:
    assert is_period(caption)


@pytest.mark.parametrize(
    "caption", ["备注", "完成时限", "目标", "责任单位", "1", "3月完成情况说明"]
)
def test_captions_of_no_period(caption: str) -> None:
    assert not is_period(caption)


# Other programs


def test_a_sheet_printed_by_libreoffice(tmp_path: Path, soffice: str) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from openpyxl.styles import Alignment, Border, Side

    book = openpyxl.Workbook()
    sheet = book.active
    head = ["类别", *HEAD]
    sheet.append(head)
    for n in range(1, 71):
        name = {1: "产业发展", 61: "民生福祉"}.get(n)
        sheet.append(
            [
                name,
                n,
                f"第{n}项任务，推进项目建设。",
                f"完成{n}%",
                "全部完成",
                "市发改委",
                "市财政局、市税务局",
            ]
        )
    sheet.merge_cells("A2:A61")
    sheet.merge_cells("A62:A71")
    for line in sheet.iter_rows():
        for cell in line:
            cell.border = Border(*[Side(style="thin")] * 4)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for column, width in zip("ABCDEFG", (8, 6, 16, 12, 12, 12, 12), strict=True):
        sheet.column_dimensions[column].width = width
    for line in range(1, 72):
        sheet.row_dimensions[line].height = 32
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    book.save(tmp_path / "a.xlsx")
    convert("pdf", tmp_path / "a.xlsx", into=tmp_path)
    notice, _ = read(tmp_path / "a.pdf")
    assert [t.number for t in notice.tasks] == list(range(1, 71))
    assert [t.sections for t in notice.tasks] == [("产业发展",)] * 60 + [("民生福祉",)] * 10
    assert [t.goal for t in notice.tasks] == [f"第{n}项任务，推进项目建设。" for n in range(1, 71)]
    assert {squeezed("".join(t.support)) for t in notice.tasks} == {"市财政局、市税务局"}


def test_tasks_are_tasks() -> None:
    notice, _ = read(SAMPLE)
    assert all(isinstance(task, Task) for task in notice.tasks)
