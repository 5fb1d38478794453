"""What the eye sees in a Word document or a sheet is what is read of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("docx", reason='python-docx reads Word (pip install ".[docx]")')

import docx
import openpyxl
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.shared import RGBColor

from reconcile.core.findings import Finding
from reconcile.extract.published import read_published_plan
from reconcile.readers.number_formats import date_text

DATA = Path(__file__).parents[1] / "data"
HEAD = ["序号", "目标任务", "第一季度", "第二季度", "牵头单位", "共同责任单位"]
ROW = ["1", "工业投资完成120亿元。", "完成25亿元。", "累计", "市工信局", "市统计局"]
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
Fill = Callable[[Any, Any], None]


def document(path: Path, fill: Fill, *, shade: str = "", style: str = "") -> Path:
    """Write a plan in which ``fill`` adds to the last milestone: it gets document and paragraph."""
    made = docx.Document()
    table = made.add_table(rows=0, cols=len(HEAD))
    if style:
        table.style = style
    for texts in (HEAD, ROW):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    cell = table.rows[1].cells[3]
    if shade:
        cell._tc.get_or_add_tcPr().append(
            parse_xml(f'<w:shd {NAMES} w:val="clear" w:color="auto" w:fill="{shade}"/>')
        )
    fill(made, cell.paragraphs[0])
    made.save(str(path))
    return path


def inserted(xml: str) -> Fill:
    """Put an element, written out, at the end of the paragraph."""
    start, _, rest = xml.partition(">")
    closed = start.endswith("/")
    whole = f"{start.removesuffix('/')} {NAMES}{'/' * closed}>{rest}"
    return lambda _, paragraph: paragraph._p.append(parse_xml(whole))


def read(path: Path) -> tuple[str, list[tuple[str, str, object]]]:
    """The last milestone, and code, place and text of the findings on texts."""
    notice, findings = read_published_plan(path)
    assert notice is not None, [f.message for f in findings]
    return notice.tasks[0].milestones["第二季度"], told(findings)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, object]]:
    return [
        (f.code, str(f.place.cell), f.values["text"])
        for f in findings
        if f.code == "PLAN-052" or f.code.startswith("PLAN-14")
    ]


def struck(_: Any, paragraph: Any) -> None:
    paragraph.add_run("60亿元").font.strike = True
    paragraph.add_run("58亿元。")


def double_struck(_: Any, paragraph: Any) -> None:
    paragraph.add_run("60").font.double_strike = True
    paragraph.add_run("亿元").font.double_strike = True
    paragraph.add_run("58亿元。")


def struck_by_style(made: Any, paragraph: Any) -> None:
    base = made.styles.add_style("Gone", WD_STYLE_TYPE.CHARACTER)
    base.font.strike = True
    derived = made.styles.add_style("Gone2", WD_STYLE_TYPE.CHARACTER)
    derived.base_style = base
    paragraph.add_run("60亿元").style = derived
    paragraph.add_run("58亿元。")


def struck_paragraph(made: Any, paragraph: Any) -> None:
    style = made.styles.add_style("Gone", WD_STYLE_TYPE.PARAGRAPH)
    style.font.strike = True
    paragraph.style = style
    for run in paragraph.runs:
        run.font.strike = False
    paragraph.add_run("60亿元")
    paragraph.add_run("58亿元。").font.strike = False


@pytest.mark.parametrize("how", [struck, double_struck, struck_by_style, struck_paragraph])
def test_struck_text_is_left_out_and_told(tmp_path: Path, how: Fill) -> None:
    assert read(document(tmp_path / "a.docx", how)) == (
        "累计58亿元。",
        [("PLAN-052", "第1个表格第2行", "60亿元")],
    )


def hidden(_: Any, paragraph: Any) -> None:
    paragraph.add_run("58亿元。")
    paragraph.add_run("内部55亿").font.hidden = True


def white(_: Any, paragraph: Any) -> None:
    paragraph.add_run("58亿元。")
    paragraph.add_run("内部55亿").font.color.rgb = RGBColor(0xFF, 0xFF, 0xFE)


@pytest.mark.parametrize("how", [hidden, white])
def test_hidden_and_white_text_is_left_out_and_told(tmp_path: Path, how: Fill) -> None:
    assert read(document(tmp_path / "a.docx", how)) == (
        "累计58亿元。",
        [("PLAN-140", "第1个表格第2行", "内部55亿")],
    )


@pytest.mark.parametrize(
    "around", [{"shade": "1F3864"}, {"style": "Colorful Grid Accent 1"}], ids=["cell", "table"]
)
def test_white_text_on_a_colour_is_read(tmp_path: Path, around: dict[str, str]) -> None:
    path = document(tmp_path / "a.docx", white, **around)
    assert read(path) == ("累计58亿元。内部55亿", [])


def test_struck_text_outside_the_table_is_told(tmp_path: Path) -> None:
    def how(made: Any, paragraph: Any) -> None:
        made.add_paragraph().add_run("作废的说明").font.strike = True

    assert read(document(tmp_path / "a.docx", how)) == ("累计", [("PLAN-052", "", "作废的说明")])


@pytest.mark.parametrize(
    ("equation", "line"),
    [
        ("<m:r><m:t>≥62</m:t></m:r>", "≥62"),
        ("<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f>", "1/3"),
        ("<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f>", "(a+b)/3"),
        ("<m:sSup><m:e><m:r><m:t>km</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "km^2"),
        ("<m:sSub><m:e><m:r><m:t>CO</m:t></m:r></m:e><m:sub><m:r><m:t>2</m:t></m:r></m:sub></m:sSub>", "CO_2"),
        ("<m:rad><m:radPr/><m:deg/><m:e><m:r><m:t>2x</m:t></m:r></m:e></m:rad>", "√2x"),
        ('<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:r><m:t>5</m:t></m:r></m:e></m:d>', "[5]"),
    ],
)  # fmt: skip
def test_an_equation_is_read_in_one_line_and_told(tmp_path: Path, equation: str, line: str) -> None:
    path = document(tmp_path / "a.docx", inserted(f"<m:oMath>{equation}</m:oMath>"))
    assert read(path) == (f"累计{line}", [("PLAN-146", "第1个表格第2行", line)])


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', "≥"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Arial" w:char="2265"/></w:r>', "≥"),
        ('<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>8</w:t></w:r>', "⁸"),
        ("<w:r><w:noBreakHyphen/><w:t>5</w:t></w:r>", "-5"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>gōng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>工</w:t></w:r></w:rubyBase></w:ruby></w:r>", "工"),
        ('<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>58</w:t></w:r></w:sdtContent></w:sdt>', "58"),
        ('<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击输入</w:t></w:r></w:sdtContent></w:sdt>', ""),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>', "√"),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r>', ""),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙"/></w:ddList></w:ffData></w:fldChar></w:r>', "乙"),
    ],
)  # fmt: skip
def test_symbols_and_fields_are_read_as_shown(tmp_path: Path, xml: str, text: str) -> None:
    assert read(document(tmp_path / "a.docx", inserted(xml))) == (f"累计{text}", [])


def test_a_symbol_without_a_known_sign_is_told(tmp_path: Path) -> None:
    how = inserted('<w:r><w:sym w:font="Webdings" w:char="F04E"/></w:r>')
    assert read(document(tmp_path / "a.docx", how)) == (
        "累计\ufffd",
        [("PLAN-148", "第1个表格第2行", "\ufffd")],
    )


@pytest.mark.parametrize(
    ("name", "milestone", "code"),
    [
        ("equation.docx", "累计完成≥62亿元。", "PLAN-146"),
        ("struck.docx", "累计完成58亿元。", "PLAN-052"),
    ],
)
def test_documents_as_they_were_written(name: str, milestone: str, code: str) -> None:
    found, findings = read(DATA / name)
    assert found == milestone
    assert [f[:2] for f in findings] == [(code, "第1个表格第2行")]


# Dates of sheets


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"', "2022年12月"),
        ("yyyy年m月d日", "2022年12月5日"),
        ('[$-804]m"月"d"日";@', "12月5日"),
        ("yyyy\\.mm", "2022.12"),
        ("mmm-yy", "Dec-22"),
        ("d mmmm yyyy", "5 December 2022"),
        ("ddd d/m", "Mon 5/12"),
        # Whole dates in figures are written in one way, whatever the order.
        ("m/d/yyyy", ""),
        ('yyyy"年"m"月"d"日" h:mm', ""),
    ],
)
def test_a_date_is_shown_as_its_format_says(code: str, shown: str) -> None:
    assert date_text(date(2022, 12, 5), code) == shown


def deadline(path: Path) -> str:
    notice, findings = read_published_plan(path)
    assert notice is not None, [f.message for f in findings]
    return notice.tasks[0].extras["完成时限"]


def test_dates_of_an_excel_sheet_keep_their_shown_form(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([*HEAD, "完成时限"])
    sheet.append([*ROW, date(2022, 12, 30)])
    sheet["G2"].number_format = "mmm yyyy"
    book.save(tmp_path / "a.xlsx")
    assert deadline(tmp_path / "a.xlsx") == "Dec 2022"


@pytest.mark.parametrize("value", ["内部55亿", 55])
def test_what_a_number_format_hides_is_left_out_and_told(tmp_path: Path, value: object) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEAD)
    sheet.append([*ROW[:3], value, *ROW[4:]])
    sheet["D2"].number_format = ";;;"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx") == ("", [("PLAN-140", "工作表“Sheet”第2行", str(value))])


def test_dates_of_an_ods_sheet_keep_their_shown_form(tmp_path: Path) -> None:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ROW
    )
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in (*HEAD, "完成时限")
    )
    content = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="计划">'
        f"<table:table-row>{head}</table:table-row><table:table-row>{cells}"
        '<table:table-cell office:value-type="date" office:date-value="2022-12-30">'
        "<text:p>2022年12月</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    assert deadline(tmp_path / "a.ods") == "2022年12月"
