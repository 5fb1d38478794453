"""What a return holds besides its cells: told with its place, and never by an honest form."""

from __future__ import annotations

import functools
import io
import struct

import openpyxl
import pytest
from bench_forms import FILE, A, changed, clean, filled, issued, merged, put, saved, told, values
from books import opened, repacked, swapped, with_drawing
from office import all_saved_again

from reconcile.core.findings import Place
from reconcile.readers import Book, read_book
from reconcile.readers.beside.xls import read_beside
from reconcile.readers.beside.xlsx import page_text

SHEET, KINDS = "xl/worksheets/sheet2.xml", "http://schemas.openxmlformats.org/officeDocument/2006/"
_FROM = "<xdr:from><xdr:col>{}</xdr:col><xdr:row>{}</xdr:row></xdr:from>"
_PICTURE = "<xdr:pic><xdr:nvPicPr/></xdr:pic>"


def anchored(column: int, row: int, what: str) -> str:
    return f"<xdr:twoCellAnchor>{_FROM.format(column, row)}{what}</xdr:twoCellAnchor>"


def related(content: bytes, told: str, **targets: str) -> bytes:
    """The workbook with relations of its form sheet, and what that sheet says of them at its end."""
    rows = "".join(
        f'<Relationship Id="{kind}1" Type="{KINDS}relationships/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if ":" in target else "/>")
        for kind, target in targets.items()
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{rows}</Relationships>"
    )
    end = f"{told}</worksheet>"
    return repacked(
        content,
        {SHEET: swapped("</worksheet>", end)},
        {"xl/worksheets/_rels/sheet2.xml.rels": rels.encode()},
    )


def cells_of(content: bytes, kind: str = "xlsx") -> Book:
    book, findings = read_book(f"a.{kind}", content)
    assert book is not None, findings
    return book


@pytest.mark.parametrize(
    ("shapes", "findings"),
    [
        (anchored(10, 7, _PICTURE), [("FILE-100", "K8")]),
        (anchored(10, 7, f"<xdr:grpSp>{_PICTURE * 2}</xdr:grpSp>"), [("FILE-100", "K8")]),
        (anchored(10, 7, "<xdr14:contentPart xmlns:xdr14='u:i'/>"), [("FILE-100", "K8")]),
        (f"<xdr:absoluteAnchor>{_PICTURE}</xdr:absoluteAnchor>", [("FILE-100", "")]),
        (anchored(1, 1, _PICTURE) + anchored(2, 2, _PICTURE), [("FILE-100", "B2"), ("FILE-100", "C3")]),
        ("".join(anchored(1, row, _PICTURE) for row in range(40)), [("FILE-100", f"B{n}") for n in range(1, 21)]),
        (anchored(1, 1, "<xdr:cxnSp/>"), []),
    ],
)  # fmt: skip
def test_pictures_are_told_where_they_lie(shapes: str, findings: list[tuple[str, str]]) -> None:
    result = merged(with_drawing(filled(), SHEET, shapes))
    assert sorted(told(result)) == sorted(findings)
    assert values(result) == clean(), "the answers count all the same"


def test_a_picture_on_a_sheet_of_its_own_is_told() -> None:
    book = opened(filled())
    book.create_sheet("扫描件")
    part = f"xl/worksheets/sheet{len(book.sheetnames)}.xml"
    content = with_drawing(saved(book), part, anchored(0, 0, _PICTURE))
    (finding,) = [f for f in merged(content).findings if f.code == "FILE-100"]
    assert finding.place == Place(FILE, "扫描件", "A1")


@pytest.mark.parametrize(
    ("element", "target", "place", "what"),
    [
        ('<oleObjects><oleObject progId="Word.Document.12" xmlns:r="{r}" r:id="{id}"/></oleObjects>', "../embeddings/a.docx", "", "Word 文档"),
        (
            '<oleObjects><oleObject progId="Package" xmlns:r="{r}" r:id="{id}"><objectPr><anchor><from>'
            "<col>10</col><row>8</row></from></anchor></objectPr></oleObject></oleObjects>",
            "../embeddings/oleObject1.bin", "K9", "别的文件",
        ),
        ("", "../embeddings/b.pdf", "", "PDF"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["package", "oleObject"])
def test_embedded_documents_are_told(
    element: str, target: str, place: str, what: str, kind: str
) -> None:
    says = element.format(r=KINDS + "relationships", id=f"{kind}1")
    result = merged(related(filled(), says, **{kind: target}))
    (finding,) = [f for f in result.findings if f.code.startswith("FILE")]
    assert (finding.code, finding.place.cell, str(finding.values["what"])) == (
        "FILE-101",
        place,
        what,
    )


@pytest.mark.parametrize(
    ("target", "text", "is_told"),
    [
        ("file:///D:/%E6%9D%90%E6%96%99.docx", "见附件", True),
        ("https://pan.example.cn/s/1", "详见链接", True),
        ("https://pan.example.cn/s/1", "见 pan.example.cn/s/1", False),
        ("mailto:a@example.cn", "联系人", False),
    ],
)
def test_where_a_cell_leads_to_is_kept(target: str, text: str, is_told: bool) -> None:
    link = f'<hyperlinks><hyperlink ref="J8" xmlns:r="{KINDS}relationships" r:id="hyperlink1"/></hyperlinks>'
    result = merged(related(changed(put(J8=text)), link, hyperlink=target))
    (record,) = [r for r in result.records if r.place.cell == "J8"]
    shown = target.replace("%E6%9D%90%E6%96%99", "材料")
    assert record.original == (f"{text} <{shown}>" if is_told else text)
    assert record.value == text
    assert [f.values["link"] for f in result.findings if f.code == "CELL-062"] == [shown] * is_told


def test_where_a_formula_leads_to_is_told() -> None:
    formula = '<c r="J8" t="str"><f>HYPERLINK("D:\\二季度.docx","见附件")</f><v>见附件</v></c>'
    content = repacked(
        filled(), {SHEET: lambda part: _cell_replaced(part, b"J8", formula.encode())}
    )
    assert ("CELL-062", "J8") in told(merged(content))


@pytest.mark.parametrize("header", ["&C补充：第8项已完成60%", '&L&"宋体,常规"&12另有情况说明&R&P'])
def test_what_is_written_into_a_page_header_is_told(header: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["填报表"].oddHeader.center.text = header[2:]

    (finding,) = [f for f in merged(changed(change)).findings if f.code.startswith("FILE")]
    assert (finding.code, finding.place.sheet) == ("FILE-102", "填报表")


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ("&L甲&C乙&R丙", "甲\n乙\n丙"),
        ('&C&"宋体,加粗"&14&K01+000标题&B', "标题"),
        ("第 &P 页 共 &N 页", "第  页 共  页"),
        ("A&&B", "A&B"),
        ("&G", ""),
    ],
)
def test_the_codes_of_a_page_header_are_no_text(coded: str, text: str) -> None:
    assert page_text(coded) == text


@pytest.mark.parametrize(
    "header", ["第 &P 页 共 &N 页", "Page &P of &N", "- &P -", "&A", "&F &D", "", "{own}"]
)
def test_page_numbers_and_our_own_footer_are_not_told(header: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["填报表"]
        sheet.oddHeader.center.text = header.replace("{own}", sheet.oddFooter.left.text or "")

    assert told(merged(changed(change))) == []


def test_what_charts_say_is_told() -> None:
    chart = (
        '<xdr:graphicFrame><a:graphic><a:graphicData><c:chart xmlns:c="u:c" xmlns:r="u:r" r:id="rId1"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame>"
    )
    content = with_drawing(filled(), SHEET, anchored(9, 7, chart))
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{KINDS}relationships/chart" Target="../charts/chart1.xml"/></Relationships>'
    )
    part = (
        '<c:chartSpace xmlns:c="u:c" xmlns:a="u:a"><c:title><a:p><a:r><a:t>第8项</a:t></a:r></a:p><a:p><a:r>'
        "<a:t>已完成六成</a:t></a:r></a:p></c:title><c:v>1</c:v></c:chartSpace>"
    )
    added = {"xl/drawings/_rels/drawing9.xml.rels": rels, "xl/charts/chart1.xml": part}
    content = repacked(content, added={name: text.encode() for name, text in added.items()})
    (finding,) = [f for f in merged(content).findings if f.code.startswith("FILE")]
    assert (finding.code, finding.place.cell) == ("FILE-029", "J8")
    assert finding.values["text"] == "第8项 已完成六成"


def test_what_a_sheet_of_one_chart_says_is_told() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.create_chartsheet("图表")
        chart = BarChart()
        chart.title = "已完成六成"
        chart.add_data(Reference(book["填报表"], min_col=9, min_row=7, max_row=9))
        sheet.add_chart(chart)
        sheet.HeaderFooter.oddHeader.center.text = "另有补充"

    from openpyxl.chart import BarChart, Reference

    result = merged(changed(change))
    found = [(f.code, f.place.sheet, f.values["text"]) for f in result.findings if f.unit == A]
    assert found == [("FILE-029", "图表", "已完成六成"), ("FILE-102", "图表", "另有补充")]
    assert values(result) == clean()


def test_a_data_connection_is_a_note() -> None:
    content = repacked(filled(), added={"xl/connections.xml": b"<connections/>"})
    _, findings = read_book("a.xlsx", content)
    assert [f.code for f in findings] == ["FILE-103"]


@pytest.mark.parametrize(
    "held",
    [
        "<v>#VALUE!</v>",
        '<f>_xlfn.IMAGE("https://example.cn/a.png")</f><v>#VALUE!</v>',
    ],
)
def test_a_picture_in_a_cell_is_told_as_one(held: str) -> None:
    content = changed(put(K8="X"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    style = book["填报表"]["K8"].style_id
    cell = f'<c r="K8" s="{style}" t="e" vm="1">{held}</c>'
    content = repacked(
        content,
        {SHEET: lambda part: _cell_replaced(part, b"K8", cell.encode())},
        {"xl/richData/richValueRel.xml": b"<x/>"},
    )
    assert told(merged(content)) == [("CELL-032", "K8")]


def _cell_replaced(part: bytes, at: bytes, cell: bytes) -> bytes:
    start = part.index(b'<c r="' + at + b'"')
    return part[:start] + cell + part[part.index(b"</c>", start) + 4 :]


# --- the same, as other programs write it

PROGRAMS = ["xls", "ods", "xlsx"]


def with_all() -> bytes:
    """A return with a picture, a link, a header and a chart."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.drawing.image import Image
    from PIL import Image as Picture

    def change(book: openpyxl.Workbook) -> None:
        drawn = io.BytesIO()
        Picture.new("RGB", (40, 40)).save(drawn, "PNG")
        sheet = book["填报表"]
        sheet.add_image(Image(drawn), "K8")
        sheet["J9"].value, sheet["J9"].hyperlink = "见附件", "https://example.cn/a%20b"
        sheet.oddHeader.center.text = "另有补充"
        other = book.create_sheet("图")
        chart = BarChart()
        chart.title = "已完成六成"
        chart.add_data(Reference(sheet, min_col=9, min_row=7, max_row=9))
        other.add_chart(chart, "B2")

    return changed(change)


@functools.cache
def as_saved(kind: str) -> dict[str, bytes]:
    """What LibreOffice makes of both returns."""
    return all_saved_again({"all": with_all(), "honest": filled()}, kind)


@pytest.mark.parametrize("kind", PROGRAMS)
def test_libreoffice_keeps_what_is_told(kind: str, soffice: str) -> None:
    book = cells_of(as_saved(kind)["all"], kind)
    form, other = (next(s for s in book.sheets if s.name == name) for name in ("填报表", "图"))
    assert [(t.code, t.at) for t in form.remarks] == [("FILE-100", (8, 11))]
    assert form.links[9, 10] == "https://example.cn/a b"
    assert "另有补充" in form.pages
    assert [text for _, text in other.shapes] == ["已完成六成"]


@pytest.mark.parametrize("kind", PROGRAMS)
def test_an_honest_form_has_nothing_to_tell(kind: str, soffice: str) -> None:
    result = merged({f"回表.{kind}": as_saved(kind)["honest"]})
    assert told(result) == []


def test_a_form_as_it_went_out_has_nothing_beside_its_cells() -> None:
    for sheet in cells_of(issued()).sheets:
        assert (sheet.remarks, dict(sheet.links), sheet.shapes) == ((), {}, ())


@pytest.mark.parametrize(
    ("moniker", "target"),
    [
        (bytes.fromhex("E0C9EA79F9BACE118C8200AA004BA90B") + struct.pack("<I", 20) + "http://x/a\0".encode("utf-16-le")[:20], "http://x/a"),
        (bytes.fromhex("0303000000000000C000000000000046") + struct.pack("<HI", 0, 6) + b"a.doc\0" + bytes(24) + struct.pack("<I", 0), "a.doc"),
    ],
)  # fmt: skip
def test_links_of_an_old_xls(moniker: bytes, target: str) -> None:
    body = struct.pack("<4H", 7, 7, 10, 10) + bytes(16) + struct.pack("<II", 2, 1) + moniker
    found = read_beside(body, [(0x1B8, 0, len(body))], {(8, 11)})
    assert found.links == {(8, 11): target}
    for cut in range(len(body)):
        read_beside(body[:cut], [(0x1B8, 0, cut)], {(8, 11)} if cut > 7 else set())


@pytest.mark.parametrize("kind", [0x5D, 0xEC, 0x14, 0x100D, 0x1B8])
def test_records_that_break_off_tell_nothing(kind: int) -> None:
    for length in range(40):
        body = bytes(length)
        read_beside(body, [(0x1025, 0, 0), (kind, 0, length)], set())
