"""The same plan from a spreadsheet and from a Word document."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import convert
from openpyxl.comments import Comment
from worded import worded

from reconcile.core.findings import Finding
from reconcile.core.published_plan import PublishedPlan
from reconcile.core.units import assign_units
from reconcile.extract.published import read_published_plan

HEAD: list[list[object]] = [
    ["序号", "目标任务", "序时进度", None, "责任单位", None, "备注"],
    [None, None, "上半年", "下半年", "牵头\n单位", "配合单位", None],
]
HEAD_MERGES = ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2")
ROWS: list[list[object]] = [
    [1, "修路\n含东路", "开工", "完工", "市交通局", "市财政局", "续建"],
    [2, "种树", "选址", "", "市林业局", "", None],
    [3, "看病", "开工", "完工", "市卫健委", "市财政局、市医保局", None],
]
TABLE = [
    ["1", "修路\n含东路", "开工", "完工", "市交通局", "市财政局", "续建"],
    ["2", "种树", "选址", "", "市林业局", "", ""],
    ["3", "看病", "开工", "完工", "市卫健委", "市财政局、市医保局", ""],
]


def save(
    tmp_path: Path,
    *sheets: tuple[str, Sequence[Sequence[object]], Sequence[str]],
    name: str = "a.xlsx",
) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows, merges in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for merge in merges:
            sheet.merge_cells(merge)
    book.save(tmp_path / name)
    return tmp_path / name


def read(path: Path) -> tuple[PublishedPlan, list[str]]:
    """The notice, and place and code of the findings but those on front matter."""
    notice, findings = read_published_plan(path)
    assert notice is not None, [f.message for f in findings]
    return notice, told(findings)


def told(findings: Sequence[Finding]) -> list[str]:
    front = ("PLAN-025", "PLAN-038", "PLAN-039")
    return [f"{f.place.cell} {f.code}".strip() for f in worded(findings) if f.code not in front]


def table(notice: PublishedPlan) -> list[list[str]]:
    return [
        [str(t.number), t.goal, *t.milestones.values(), "".join(t.lead), "".join(t.support),
         *t.extras.values()]
        for t in notice.tasks
    ]  # fmt: skip


def test_a_sheet_with_a_two_level_head(tmp_path: Path) -> None:
    rows = [["附件1"], ["某市2031年工作计划"], *HEAD, *ROWS]
    merges = ["A2:G2", "A3:A4", "B3:B4", "C3:D3", "E3:F3", "G3:G4"]
    notice, findings = read(save(tmp_path, ("Sheet1", rows, merges)))
    assert table(notice) == TABLE
    assert (notice.title, notice.year) == ("某市2031年工作计划", 2031)
    assert notice.periods == ("上半年", "下半年")
    assert [str(t.source) for t in notice.tasks] == [f"工作表“Sheet1”第{n}行" for n in (5, 6, 7)]
    assert findings == []
    assert not any(notice.areas.values())


def test_headings_merged_categories_and_remarks_below(tmp_path: Path) -> None:
    head = ["类别", "序号", "目标任务", "Q1", "牵头单位", "配合单位"]
    rows = [
        head,
        ["一、经济"],
        ["产业", 1, "修路", "开工", "市交通局", ""],
        [None, 2, "种树", "开工", "市林业局", ""],
        ["二、民生"],
        ["卫生", "3、", "看病", "开工", "市卫健委", ""],
        [],
        ["注：略"],
    ]
    notice, findings = read(save(tmp_path, ("Sheet1", rows, ["A2:F2", "A3:A4", "A5:F5", "A8:F8"])))
    assert [(t.number, t.sections) for t in notice.tasks] == [
        (1, ("一、经济", "产业")),
        (2, ("一、经济", "产业")),
        (3, ("二、民生", "卫生")),
    ]
    assert findings == ["工作表“Sheet1”第8行 PLAN-043"]


def test_sheets_of_one_plan_whose_numbers_begin_anew(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        ("工业", [*HEAD, *ROWS[:2]], HEAD_MERGES),
        ("农业", [*HEAD, [1, *ROWS[2][1:]]], HEAD_MERGES),
        ("通讯录", [["单位", "联系人", "电话"], ["市交通局", "张三", "1"]], ()),
    )
    notice, findings = read(path)
    assert [(t.number, t.sections, t.extras["原序号"]) for t in notice.tasks] == [
        (1, ("工业",), "1"),
        (2, ("工业",), "2"),
        (3, ("农业",), "1"),
    ]
    assert findings == [
        "工作表“通讯录” PLAN-050",
        "工作表“工业” PLAN-055",
        "工作表“农业” PLAN-055",
        "PLAN-044",
    ]


def test_what_cells_hold_beside_their_text_is_told(tmp_path: Path) -> None:
    path = save(tmp_path, ("Sheet1", [*HEAD, *ROWS], HEAD_MERGES))
    book = openpyxl.load_workbook(path)
    sheet = book["Sheet1"]
    sheet["C3"] = 0.5
    sheet["C3"].number_format = "0%"
    sheet["C4"] = "=1+1"
    sheet["B4"].comment = Comment("批", "某人")
    sheet["B5"].font = openpyxl.styles.Font(strike=True)
    sheet["J4"] = "旁注"
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("草稿").append(["x"])
    book["草稿"].sheet_state = "hidden"
    book.save(path)
    notice, findings = read(path)
    assert notice.tasks[0].milestones["上半年"] == "50%"
    assert findings == [
        "工作表“Sheet1” PLAN-043",
        "工作表“草稿” PLAN-056",
        "工作表“Sheet1” PLAN-051",
        "工作表“Sheet1”第4行 PLAN-054",
        "工作表“Sheet1”第4行 PLAN-053",
        "工作表“Sheet1”第5行 PLAN-052",
        "工作表“Sheet1”第4行 PLAN-035",
        "工作表“Sheet1”第5行 PLAN-033",
    ]


def test_months_as_dates_in_the_head(tmp_path: Path) -> None:
    head = ["序号", "目标任务", date(2031, 1, 1), date(2031, 2, 1), "牵头单位", "配合单位"]
    path = save(tmp_path, ("Sheet1", [head, [1, "修路", "开工", "完工", "市交通局", ""]], ()))
    book = openpyxl.load_workbook(path)
    for cell in book["Sheet1"][1][2:4]:
        cell.number_format = 'm"月"'
    book.save(path)
    notice, findings = read(path)
    assert notice.periods == ("1月", "2月")
    assert findings == []


def test_a_sheet_without_a_plan(tmp_path: Path) -> None:
    path = save(tmp_path, ("通讯录", [["单位", "联系人"], ["市交通局", "张三"]], ()))
    notice, findings = read_published_plan(path)
    assert notice is None
    assert told(findings) == ["工作表“通讯录” PLAN-050", "工作表“通讯录”第1行 PLAN-081"]
    assert findings[-1].message.startswith("工作表“通讯录”没有找到任务表")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("市交通局\n市住建局", ("市交通局", "市住建局")),
        ("市自然资源\n和规划局", ("市自然资源和规划局",)),
    ],
)
def test_line_breaks_of_a_sheet_part_units_that_end_like_units(
    tmp_path: Path, cell: str, names: tuple[str, ...]
) -> None:
    row = [1, "修路", "开工", "完工", cell, "", None]
    notice, _ = read(save(tmp_path, ("Sheet1", [*HEAD, row], HEAD_MERGES)))
    tasks, _, findings = assign_units(notice)
    assert tasks[0].lead == names
    assert {f.code for f in findings} == {"UNIT-001"}


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_kinds_of_spreadsheets(tmp_path: Path, soffice: str, kind: str) -> None:
    path = save(tmp_path, ("Sheet1", [*HEAD, *ROWS], HEAD_MERGES))
    [again] = convert(kind, path, into=tmp_path)
    # The name does not count.
    notice, findings = read(again.rename(tmp_path / "a.pdf"))
    assert table(notice) == TABLE
    assert findings == []


# Word


def document(*blocks: str | Sequence[Sequence[str | None]]) -> Any:
    """A document of paragraphs and tables; None is merged with the cell above, "<" to the left."""
    made = pytest.importorskip("docx", reason="python-docx writes the documents").Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        drawn = made.add_table(rows=len(block), cols=len(block[0]))
        cells = [list(row.cells) for row in drawn.rows]
        places = [(r, c, text) for r, row in enumerate(block) for c, text in enumerate(row)]
        for r, c, text in places:
            if text and text != "<":
                cells[r][c].text = text
        for r, c, text in places:
            if text is None:
                drawn.cell(r - 1, c).merge(drawn.cell(r, c))
            elif text == "<":
                drawn.cell(r, c - 1).merge(drawn.cell(r, c))
    return made


def saved(tmp_path: Path, made: Any) -> Path:
    made.save(tmp_path / "a.docx")
    return tmp_path / "a.docx"


WORD_HEAD: list[list[str | None]] = [
    ["类别", "序号", "目标任务", "序时进度", "<", "责任单位", "<"],
    [None, None, None, "上半年", "下半年", "牵头\n单位", "配合单位"],
]


def word_row(number: str, category: str | None = "") -> list[str | None]:
    return [category, number, f"任务{number}", "开工", "完工", "市交通局\n市住建局", "市财政局"]


def test_a_word_document(tmp_path: Path) -> None:
    band: list[str | None] = ["一、经济", *["<"] * 6]
    made = document(
        "某政办发〔2031〕5号",
        "2031年工作安排",
        [*WORD_HEAD, band, word_row("1", "产业"), word_row("2", None)],
        "二、其他",
        [word_row("3", "文化")],
        "注：略",
    )
    made.paragraphs[1].runs[0].font.size = made.styles["Title"].font.size
    notice, findings = read(saved(tmp_path, made))
    assert (notice.title, notice.document) == ("2031年工作安排", "某政办发〔2031〕5号")
    assert notice.periods == ("上半年", "下半年")
    assert [(t.number, t.sections, str(t.source)) for t in notice.tasks] == [
        (1, ("一、经济", "产业"), "第1个表格第4行"),
        (2, ("一、经济", "产业"), "第1个表格第5行"),
        (3, ("二、其他", "文化"), "第2个表格第1行"),
    ]
    assert {t.lead for t in notice.tasks} == {("市交通局\n市住建局",)}
    assert {tuple(t.milestones.values()) for t in notice.tasks} == {("开工", "完工")}
    assert findings == []


def test_automatic_numbers_and_tracked_changes(tmp_path: Path) -> None:
    rows = [word_row("", "产业"), word_row("", "文化")]
    made = document([*WORD_HEAD, *rows])
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    cells = made.tables[0].columns[1].cells[2:]
    for cell in cells:
        cell.paragraphs[0].style = made.styles["List Number"]
    names = nsdecls("w")
    paragraph = made.tables[0].cell(3, 2).paragraphs[0]._p
    paragraph.append(
        parse_xml(f'<w:ins {names} w:id="1" w:author="a"><w:r><w:t>新增</w:t></w:r></w:ins>')
    )
    paragraph.append(
        parse_xml(
            f'<w:del {names} w:id="2" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>'
        )
    )
    notice, findings = read(saved(tmp_path, made))
    assert [(t.number, t.goal) for t in notice.tasks] == [(1, "任务"), (2, "任务新增")]
    assert findings == ["PLAN-048", "PLAN-049"]


def test_a_document_that_python_docx_stumbles_over(tmp_path: Path) -> None:
    band: list[str | None] = ["一、经济", *["<"] * 6]
    made = document("2031年工作安排", "说明", [*WORD_HEAD, band, word_row("1", "产业")])
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    size = parse_xml(f'<w:rPr {nsdecls("w")}><w:sz w:val="22pt"/></w:rPr>')  # ISO 29500 strict
    made.paragraphs[0].runs[0]._r.insert(0, size)
    made.styles.element.append(parse_xml(f'<w:style {nsdecls("w")} w:styleId="odd"/>'))
    span = made.tables[0].rows[2]._tr.tc_lst[0].find(qn("w:tcPr")).find(qn("w:gridSpan"))
    span.set(qn("w:val"), "1000000000")
    notice, findings = read(saved(tmp_path, made))
    assert notice.title == "2031年工作安排"
    assert [(t.number, t.sections) for t in notice.tasks] == [(1, ("一、经济", "产业"))]
    assert findings == []


def test_a_document_without_a_plan(tmp_path: Path) -> None:
    notice, findings = read_published_plan(saved(tmp_path, document("一句话")))
    assert notice is None
    assert told(findings) == ["PLAN-008"]


def test_a_broken_document(tmp_path: Path) -> None:
    whole = io.BytesIO()
    document("一句话").save(whole)
    (tmp_path / "a.docx").write_bytes(whole.getvalue()[:-200])
    assert told(read_published_plan(tmp_path / "a.docx")[1]) == ["FILE-005"]
    import zipfile

    with zipfile.ZipFile(tmp_path / "b.docx", "w") as made:
        made.writestr("word/document.xml", "<a/>")
    assert told(read_published_plan(tmp_path / "b.docx")[1]) == ["PLAN-047"]


def test_old_word_is_told_what_to_do(tmp_path: Path) -> None:
    mark = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    (tmp_path / "a.doc").write_bytes(mark)
    notice, (finding,) = read_published_plan(tmp_path / "a.doc")
    assert notice is None
    assert finding.code == "PLAN-045"
    assert "另存为 .docx" in finding.fix


def test_without_the_extra_word_is_told_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, document("一句话"))
    for name in [n for n in sys.modules if n.split(".")[0] == "docx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    notice, (finding,) = read_published_plan(path)
    assert notice is None
    assert finding.code == "PLAN-046"
    assert 'pip install ".[docx]"' in finding.fix


def test_the_real_plan_as_sheet_and_document(tmp_path: Path, truth: dict[str, Any]) -> None:
    periods = truth["periods"]
    rows: list[list[str]] = [["序号", "目标任务", *periods, "牵头单位", "共同责任单位"]]
    above: tuple[str, str] = ("", "")
    for task in truth["tasks"]:
        headings = (task["section"], task["subsection"] or "")
        rows += [[h] for h, old in zip(headings, above, strict=True) if h and h != old]
        above = headings
        rows.append(
            [str(task["number"]), task["goal"], *(task["milestones"][p] for p in periods),
             "、".join(task["lead"]), "、".join(task["support"])]
        )  # fmt: skip
    sheet = save(tmp_path, ("Sheet1", rows, ()))
    word = saved(tmp_path, document([row + [""] * (7 - len(row)) for row in rows]))
    for path in (sheet, word):
        notice, findings = read(path)
        assert findings == []
        for task, true in zip(notice.tasks, truth["tasks"], strict=True):
            assert task.sections == tuple(filter(None, (true["section"], true["subsection"])))
            assert [str(task.number), task.goal, *task.milestones.values()] == [
                str(true["number"]), true["goal"], *(true["milestones"][p] for p in periods),
            ]  # fmt: skip
            assert "".join(task.lead) == "、".join(true["lead"])
            assert "".join(task.support) == "、".join(true["support"])
