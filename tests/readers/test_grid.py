"""What stands in a spreadsheet is what read_book returns, whoever wrote the file."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter
from books import SHEET, STRINGS, form, repacked, swapped, with_rows, zipped
from hostile import record as xls_record
from hostile import xls
from msoffcrypto.format.ooxml import OOXMLFile
from office import saved_again

from reconcile.core.findings import Severity
from reconcile.readers import Book, Cell, Sheet, read_book, xlsx_parts
from reconcile.readers.limits import LIMITS, Clock, Limits, Refused
from reconcile.readers.number_formats import Style, from_serial, number, style_of
from reconcile.readers.xlsx_texts import strings_of

STYLES, WORKBOOK = "xl/styles.xml", "xl/workbook.xml"


def opened(content: bytes) -> Book:
    book, findings = read_book("表.xlsx", content)
    assert book is not None, [(f.code, f.message) for f in findings]
    return book


def codes(content: bytes, **options: str) -> list[str]:
    """Return the finding codes; the place must name the file and every sentence must be whole."""
    book, findings = read_book("收回/表.xls", content, **options)
    assert (book is None) == any(f.severity is Severity.ERROR for f in findings)
    for finding in findings:
        assert finding.place.file == "收回/表.xls"
        assert finding.message and finding.fix
    return [f.code for f in findings]


def row(*cells: str) -> Sheet:
    """Return the form's first sheet with one more row, 20, of raw cells."""
    return opened(with_rows(f'<row r="20">{"".join(cells)}</row>')).sheets[0]


def table(sheet: Sheet) -> dict[tuple[int, int], tuple[object, ...]]:
    """Return what every program must keep of a sheet."""
    return {
        place: (c.value, c.format if "%" in c.format else "", c.struck, c.note)
        for place, c in sheet.cells.items()
    }


def check_form(book: Book) -> None:
    """Check everything that the form of books.py holds."""
    assert [(s.name, s.hidden) for s in book.sheets] == [
        ("填报表", False), ("填报说明", False), ("_meta", True),
    ]  # fmt: skip
    sheet = book.sheets[0]
    assert table(sheet) == {
        (1, 1): ("重点工作填报表", "", "", ""),
        **{
            (2, column): (caption, "", "", "")
            for column, caption in enumerate(
                ("键", "序号", "完成情况", "完成率", "完成日期", "备注"), 1
            )
        },
        (3, 1): ("k2", "", "", ""),
        (3, 2): (1.0, "", "", ""),
        (3, 3): ("按序时推进", "", "", "批注里的话"),
        (3, 4): (0.5, "0%", "", ""),
        (3, 5): (date(2022, 12, 29), "", "", ""),
        (3, 6): ("无", "", "", ""),
        (4, 1): ("k3", "", "", ""),
        (4, 2): (2.0, "", "", ""),
        (4, 3): ("已完成", "", "", ""),
        (4, 4): (1.0, "0%", "", ""),
        (4, 5): (date(2022, 12, 30), "", "", ""),
        (4, 6): ("=1+1", "", "", ""),
        (5, 1): ("k4", "", "", ""),
        (5, 2): (3.0, "", "", ""),
        (5, 3): ("滞后\n两行", "", "", ""),
        (5, 4): (0.07, "0%", "", ""),
        (5, 5): (date(2022, 12, 31), "", "", ""),
        (5, 6): (" ", "", "", ""),
        (6, 6): (None, "", "作废", ""),
        (7, 6): ("保留", "", "划去", ""),
    }
    assert sheet.merges == ((1, 1, 1, 6),)
    assert sheet.hidden_columns == {1}
    assert sheet.hidden_rows == {5}


def test_form_as_written() -> None:
    book, findings = read_book("a.xlsx", form())
    assert book is not None
    assert findings == ()
    assert book.kind == "xlsx"
    check_form(book)
    assert book.properties == {"表单编号": "ABCD-1234"}
    assert book.sheets[0].cells[3, 5].format == "yyyy-mm-dd"
    assert book.sheets[0].cells[3, 3].format == "@"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_form_through_libreoffice(kind: str, soffice: str) -> None:
    book, findings = read_book("x", saved_again(form(), kind))
    assert book is not None
    assert findings == ()
    assert book.kind == kind
    check_form(book)
    if kind != "xls":
        assert book.properties["表单编号"] == "ABCD-1234"


def test_second_reader_of_xls(soffice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Book:
        raise AssertionError("as xlrd does")

    monkeypatch.setattr("reconcile.readers.xls._by_xlrd", fail)
    content = saved_again(form(), "xls")
    assert codes(content) == ["FILE-028"]
    book, seen = opened(content), opened(form())
    for mine, other in zip(book.sheets, seen.sheets, strict=True):
        assert (mine.name, mine.hidden, mine.merges) == (other.name, other.hidden, other.merges)
    values = {place: cell.value for place, cell in book.sheets[0].cells.items()}
    assert values == {
        **{place: cell.value for place, cell in seen.sheets[0].cells.items()},
        (6, 6): "作废",  # struck text is not told apart here, and the finding says so
        (7, 6): "保留划去",
    }


def test_parts_whose_names_have_a_prefix() -> None:
    # As programs write them that are made with Microsoft's own library for .NET.
    book = opened(repacked(form(), dict.fromkeys((SHEET, STRINGS, STYLES), _prefixed)))
    assert book.sheets == opened(form()).sheets


def test_a_sheet_without_a_part_is_passed_over() -> None:
    """A macro sheet of Excel 5 stays in the list of sheets, and has no part."""
    listed = swapped("</sheets>", '<sheet name="Module1" sheetId="9" r:id=""/></sheets>')
    book = opened(repacked(form(), {WORKBOOK: listed}))
    assert book.sheets == opened(form()).sheets
    lost = swapped("</sheets>", '<sheet name="表" sheetId="9" r:id="rId99"/></sheets>')
    assert codes(repacked(form(), {WORKBOOK: lost})) == ["FILE-013"]


def test_both_ways_through_a_sheet_agree() -> None:
    odd = {
        "a comment": swapped("<sheetData>", "<sheetData><!-- x -->"),
        "a prefix": _prefixed,
        "spaces": lambda part: part.replace(b"</v>", b"</v> ").replace(b"<row", b"\n<row"),
        "utf-16": lambda part: part.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "quotes": lambda part: part.replace(b'"', b"'"),
    }
    assert len(odd) == 5
    for name, change in odd.items():
        book = opened(repacked(form(), {SHEET: change}))
        assert book.sheets == opened(form()).sheets, name


def _prefixed(part: bytes) -> bytes:
    out = part.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
    return out.replace(b"<x:?", b"<?").replace(b" xmlns=", b" xmlns:x=")


def test_no_addresses_no_rows_numbers() -> None:
    part = '<row><c t="s"><v>0</v></c><c/><c><v>7</v></c></row><row><c><v>8</v></c></row>'

    def change(xml: bytes) -> bytes:
        old = xml[xml.index(b"<sheetData>") : xml.index(b"</sheetData>")]
        return xml.replace(old, b"<sheetData>" + part.encode())

    cells = opened(repacked(form(), {SHEET: change})).sheets[0].cells
    assert {p: c.value for p, c in cells.items() if c.value is not None} == {
        (1, 1): "重点工作填报表", (1, 3): 7.0, (2, 1): 8.0,
    }  # fmt: skip


def test_custom_properties_are_told_as_texts() -> None:
    part = """<?xml version="1.0"?><Properties xmlns="p" xmlns:vt="v">
        <property name="a>b" pid="2"><vt:lpwstr>甲&amp;_x0041_</vt:lpwstr></property>
        <property name="c" pid="3"><vt:lpwstr></vt:lpwstr></property>
        <property name="d" pid="4"><vt:i4>7</vt:i4> </property></Properties>"""
    found = xlsx_parts.properties_of(part.encode(), Clock(LIMITS))
    assert found == {"a>b": "甲&A", "c": "", "d": "7"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('<c r="A20"><v>5</v></c>', Cell(20, 1, 5.0)),
        ('<c r="A20"><v>0.07000000000000001</v></c>', Cell(20, 1, 0.07)),
        ('<c r="A20" t="n"><v>-2.5E3</v></c>', Cell(20, 1, -2500.0)),
        ('<c r="A20"><v>NaN</v></c>', Cell(20, 1, "NaN")),
        ('<c r="A20" t="b"><v>1</v></c>', Cell(20, 1, True)),
        ('<c r="A20" t="e"><v>#N/A</v></c>', Cell(20, 1, None, error="#N/A")),
        ('<c r="A20" t="d"><v>2022-06-30</v></c>', Cell(20, 1, date(2022, 6, 30))),
        ('<c r="A20" t="d"><v>2022-06-30T08:30:00</v></c>', Cell(20, 1, datetime(2022, 6, 30, 8, 30))),
        ('<c r="A20" t="inlineStr"><is><t>内联</t></is></c>', Cell(20, 1, "内联")),
        ('<c r="A20" t="str"><f>A1&amp;"x"</f><v>y</v></c>', Cell(20, 1, "y", formula='=A1&"x"')),
        ('<c r="A20"><f>1+1</f><v>2</v></c>', Cell(20, 1, 2.0, formula="=1+1")),
        ('<c r="A20"><f>1+1</f></c>', Cell(20, 1, None, formula="=1+1")),
        ('<c r="A20"><f>1+1</f><v></v></c>', Cell(20, 1, None, formula="=1+1")),
        ('<c r="A20" t="str"><f>""</f><v></v></c>', Cell(20, 1, "", formula='=""')),
        ('<c r="A20" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Cell(20, 1, None, "", "=1/0", "#DIV/0!")),
        (
            '<c r="A20" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>',
            Cell(20, 1, '=DISPIMG("ID_1",1)', formula='=_xlfn.DISPIMG("ID_1",1)'),
        ),
        ('<c r="A20" t="inlineStr"><is><t>a_x000D_\nb_x005F_x000D_</t></is></c>', Cell(20, 1, "a\r\nb_x000D_")),
        ('<c r="A20" t="inlineStr"><is><t>_xD83D__xDE00__xD800_</t></is></c>', Cell(20, 1, "\U0001f600�")),
        (
            '<c r="A20" t="inlineStr"><is><t>字</t><rPh sb="0" eb="1"><t>zi</t></rPh></is></c>',
            Cell(20, 1, "字"),
        ),
        (
            '<c r="A20" t="inlineStr"><is><r><rPr><strike/></rPr><t>80</t></r>'
            "<r><rPr><b/></rPr><t>90</t></r></is></c>",
            Cell(20, 1, "90", struck="80"),
        ),
        ('<c r="A20" t="inlineStr"><is><t></t></is></c>', None),
        ('<c r="A20" s="1"/>', None),
        ('<c r="A20" t="s"><v></v></c>', None),
    ],
)  # fmt: skip
def test_one_cell(raw: str, expected: Cell | None) -> None:
    assert row(raw).cells.get((20, 1)) == expected
    # The same with a comment before it.
    assert row("<!-- -->", raw).cells.get((20, 1)) == expected


def long_sheet(*, swapped_rows: bool = False) -> Mapping[tuple[int, int], Cell]:
    """The cells of a sheet of 4,000 rows: number, text, and a blank with a format in every third row.

    | 1 | 第1行 | |
    | 2 | 第2行 | |
    """
    texts = [
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="inlineStr"><is><t>第{n}行</t></is></c>'
        + (f'<c r="C{n}" s="1"/></row>' if n % 3 == 0 else "</row>")
        for n in range(1, 4001)
    ]
    rows = [text.encode() for text in texts]
    if swapped_rows:  # each piece is in order, the sheet is not
        rows = [*rows[2000:], *rows[:2000]]
    part = b"<worksheet><sheetData>" + b"".join(rows) + b"</sheetData></worksheet>"
    return opened(repacked(form(), {SHEET.replace("1", "2"): lambda _: part})).sheets[1].cells


@pytest.mark.parametrize("swapped_rows", [False, True])
def test_a_long_sheet_is_read_in_pieces_and_loses_nothing(swapped_rows: bool) -> None:
    cells = long_sheet(swapped_rows=swapped_rows)
    told = {place: cell.value for place, cell in cells.items()}
    expected = [((n, 1), float(n)) for n in range(1, 4001)]
    assert told == dict([*expected, *(((n, 2), f"第{n}行") for n in range(1, 4001))])
    assert len(cells) == 8000


def test_no_cell_of_a_long_sheet_counts_twice_where_its_last_row_is_no_plain_one() -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d"><v>7</v></c></row>' % (n, n, n, n)
        for n in range(1, 4001)
    )
    last = b'<row r="4001"><c r="A4001"><f>A1</f><v>1</v></c></row>'
    part = b"<worksheet><sheetData>" + rows + last + b"</sheetData></worksheet>"
    content = repacked(form(), {SHEET.replace("1", "2"): lambda _: part})
    book, findings = read_book("a.xlsx", content, limits=replace(LIMITS, cells=9_000))
    assert book is not None, findings
    cells = book.sheets[1].cells
    assert len(cells) == 8_001 and cells[4001, 1].formula == "=A1"


def test_the_rows_of_a_long_sheet_count_however_alike_they_are() -> None:
    limits = replace(LIMITS, rows=3999)
    part = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 4001))
    content = repacked(
        form(), {SHEET: lambda _: b"<worksheet><sheetData>" + part + b"</sheetData></worksheet>"}
    )
    book, findings = read_book("a.xlsx", content, limits=limits)
    assert book is None
    assert [f.code for f in findings] == ["FILE-020"]
    assert "3999" in str(findings[0].values)


def test_shared_formula_keeps_its_text() -> None:
    cells = row(
        '<c r="A20"><f t="shared" ref="A20:B20" si="0">C1*2</f><v>4</v></c>',
        '<c r="B20"><f t="shared" si="0"/><v>6</v></c>',
    ).cells
    assert cells[20, 1].formula == cells[20, 2].formula == "=C1*2"
    assert cells[20, 2].value == 6.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<si><t>甲</t><phoneticPr fontId='1'/></si>", "甲"),
        ("<si><t/></si>", None),
        ("<si><t>a&#10;b&amp;c</t></si>", "a\nb&c"),
        ("<si><t>甲</t><rPh sb='0' eb='1'><t>jia</t></rPh></si>", "甲"),
        ("<si><r><t>甲</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 乙</t></r></si>", "甲 乙"),
    ],
)
def test_shared_strings(text: str, expected: str | None) -> None:
    for spelt in (text, text.replace("'", '"')):
        content = repacked(
            with_rows('<row r="20"><c r="A20" t="s"><v>999</v></c></row>'),
            {STRINGS: lambda part, s=spelt: part[: part.index(b"<si>")] + s.encode() + b"</sst>"},
        )
        content = repacked(
            content,
            {
                SHEET: lambda xml: xml.replace(
                    xml[xml.index(b"<sheetData>") : xml.index(b"</sheetData>")],
                    b'<sheetData><row r="20"><c r="A20" t="s"><v>0</v></c></row>',
                ),
                "xl/worksheets/sheet2.xml": lambda _: b"<worksheet><sheetData/></worksheet>",
                "xl/worksheets/sheet3.xml": lambda _: b"<worksheet><sheetData/></worksheet>",
            },
        )
        cell = opened(content).sheets[0].cells.get((20, 1))
        assert (cell.value if cell else None) == expected


@pytest.mark.parametrize("index", ["9999", "0_1", "+1", "-1", "１"])
def test_missing_shared_string_refuses_the_file(index: str) -> None:
    row = f'<row r="20"><c r="A20" t="s"><v>{index}</v></c></row>'
    assert codes(with_rows(row)) == ["FILE-022"]


@pytest.mark.parametrize(
    ("code", "serial", "expected"),
    [
        ("yyyy-mm-dd", 44742, date(2022, 6, 30)),
        ('yyyy"年"m"月"d"日"', 44742.5, datetime(2022, 6, 30, 12)),
        ("[$-804]yyyy/m/d;@", 1, date(1900, 1, 1)),
        ("m月d日", 60, 60),
        ("yyyy-mm-dd", 61, date(1900, 3, 1)),
        ("yyyy-mm-dd", 0, 0),
        ("yyyy-mm-dd", -3, -3),
        ("yyyy-mm-dd", 3e6, 3e6),
        ("h:mm", 0.5, time(12)),
        ("[h]:mm", 1.5, timedelta(hours=36)),
        ("mm:ss", 0.25, time(6)),
        ("mmm", 44742, date(2022, 6, 30)),
        ("0%", 0.5, None),
        ("#,##0.00_);[Red](#,##0.00)", 5, None),
        ('0"亩"', 5, None),
        ("General", 5, None),
        ("@", 5, None),
        ('"days" 0', 5, None),
    ],
)
def test_serial_numbers(code: str, serial: float, expected: object) -> None:
    style = style_of(code)
    if expected is None:
        assert style.kind == ""
    else:
        assert from_serial(serial, style) == expected


def test_1904() -> None:
    assert from_serial(0, Style("d", kind="date"), epoch1904=True) == date(1904, 1, 1)
    book = opened(repacked(form(), {WORKBOOK: swapped("<workbookPr", '<workbookPr date1904="1"')}))
    assert book.epoch1904
    assert book.sheets[0].cells[3, 5].value == date(2026, 12, 30)


def test_numbers_keep_fifteen_digits() -> None:
    assert number("0.30000000000000004") == 0.3
    assert number(b"1_0") == "1_0"
    assert number("1e999") == "1e999"


def test_strict_ooxml_backslashes_and_odd_styles() -> None:
    strict = {
        name: (
            lambda part: part.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ).replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
        )
        for name in (SHEET, STRINGS, STYLES, WORKBOOK, "_rels/.rels", "xl/_rels/workbook.xml.rels")
    }
    check_form(opened(repacked(form(), strict)))
    odd = repacked(form(), {STYLES: swapped("<fills ", '<fills x="y"><fill/></fills><fills ')})
    check_form(opened(odd))
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name.replace("/", "\\")), old.read(name))
    check_form(opened(out.getvalue()))


def test_threaded_comment_stands_for_the_note() -> None:
    thread = '<ThreadedComments xmlns="t"><threadedComment ref="C3"><text>甲问</text></threadedComment><threadedComment ref="C3"><text>乙答</text></threadedComment></ThreadedComments>'
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    link = '<Relationship Id="t1" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t1.xml"/></Relationships>'
    content = repacked(
        form(),
        {rels: swapped("</Relationships>", link)},
        {"xl/threadedComments/t1.xml": thread.encode()},
    )
    assert opened(content).sheets[0].cells[3, 3].note == "甲问\n乙答"


def test_note_alone_makes_a_cell() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write_comment("B2", "只有批注")
    book.close()
    assert opened(out.getvalue()).sheets[0].cells[2, 2] == Cell(2, 2, None, note="只有批注")


def test_remarks_on_macros_and_links() -> None:
    macro = repacked(form(), added={"xl/vbaProject.bin": b"x"})
    assert codes(macro) == ["FILE-018"]
    link = repacked(form(), added={"xl/externalLinks/externalLink1.xml": b"<x/>"})
    assert codes(link) == ["FILE-019"]


ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODS_HEAD = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" '
    'xmlns:calcext="c" xmlns:draw="d" xmlns:dc="dc"><office:automatic-styles>'
    '<style:style style:name="gone"><style:text-properties style:text-line-through-style="solid"/>'
    "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
    '<table:tracked-changes><table:table-cell office:value-type="string"><text:p>旧</text:p>'
    '</table:table-cell></table:tracked-changes><table:table table:name="表">'
)


def ods(rows: str) -> bytes:
    content = (
        ODS_HEAD
        + rows
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS.encode(), "content.xml": content.encode()})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('office:value-type="percentage" office:value="0.5"><text:p>50%</text:p>', Cell(1, 1, 0.5, "0%")),
        ('office:value-type="date" office:date-value="2022-06-30"><text:p>x</text:p>', Cell(1, 1, date(2022, 6, 30), "yyyy-mm-dd", shown="x")),
        ('office:value-type="time" office:time-value="PT08H30M00S"><text:p>x</text:p>', Cell(1, 1, time(8, 30), "hh:mm:ss")),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p>', Cell(1, 1, True)),
        ('office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c<text:line-break/>d</text:p>', Cell(1, 1, "a  b\nc\nd")),
        ('office:value-type="string"><text:p><text:span text:style-name="gone">80</text:span>90</text:p>', Cell(1, 1, "90", struck="80")),
        ('table:style-name="gone" office:value-type="float" office:value="5"><text:p>5</text:p>', Cell(1, 1, None, struck="5")),
        ('table:formula="of:=[.B1]*2" office:value-type="float" office:value="4"><text:p>4</text:p>', Cell(1, 1, 4.0, formula="=[.B1]*2")),
        ('table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p>', Cell(1, 1, None, formula="=1/0", error="#DIV/0!")),
        ('office:value-type="string"><office:annotation><dc:creator>张</dc:creator><text:p>注</text:p></office:annotation><text:p>值</text:p>', Cell(1, 1, "值", note="注")),
        ('><office:annotation><text:p>注</text:p></office:annotation>', Cell(1, 1, None, note="注")),
        ('><draw:frame><text:p>图里的字</text:p></draw:frame>', None),
    ],
)  # fmt: skip
def test_one_ods_cell(raw: str, expected: Cell | None) -> None:
    sheet = opened(
        ods(f"<table:table-row><table:table-cell {raw}</table:table-cell></table:table-row>")
    ).sheets[0]
    assert sheet.cells.get((1, 1)) == expected


def test_ods_repeats_and_hides() -> None:
    sheet = opened(
        ods(
            '<table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            '<table:table-row table:number-rows-repeated="2" table:visibility="filter"><table:table-cell/>'
            '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/></table:table-row>'
        )
    ).sheets[0]
    assert sorted(sheet.cells) == [(r, c) for r in (1000001, 1000002) for c in (2, 3)]
    assert sheet.hidden_rows == {1000001, 1000002}
    assert sheet.hidden_columns == {1, 2}


def bare_biff() -> bytes:
    """Return a sheet as Excel 2 wrote it: one number in B3."""
    number = b"\x03\x00\x0f\x00\x02\x00\x01\x00\x00\x00\x00" + b"\x00\x00\x00\x00\x00\x00\x45\x40"
    return b"\x09\x00\x04\x00\x02\x00\x10\x00" + number + b"\x0a\x00\x00\x00"


@pytest.mark.parametrize(
    ("number", "serial", "value"),
    [
        (0, 44742.0, 44742.0),
        (14, 44742.0, date(2022, 6, 30)),
        (27, 44742.0, date(2022, 6, 30)),  # 2022年6月, and so on: Excel writes no text for these
        (31, 44742.0, date(2022, 6, 30)),
        (58, 44742.0, date(2022, 6, 30)),
        (32, 0.5, time(12)),
        (9, 0.5, 0.5),
    ],
)
def test_formats_of_xls_that_excel_writes_no_text_for(
    number: int, serial: float, value: object
) -> None:
    look = xls_record(0xE0, struct.pack("<HH", 0, number) + bytes(16))
    cell = xls_record(0x203, struct.pack("<HHHd", 2, 1, 0, serial))
    book, _ = read_book("a.xls", xls(cell, look))
    assert book is not None
    assert book.sheets[0].cells[3, 2].value == value


def test_bare_biff() -> None:
    book, _ = read_book("old.xls", bare_biff())
    assert book is not None
    assert book.sheets[0].cells[3, 2].value == 42.0


def record(kind: int, body: bytes = b"") -> bytes:
    """Return one record of an xlsb part."""
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    return head + bytes((len(body) & 0x7F | 0x80, len(body) >> 7)) + body


def wide(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def xlsb(*cells: tuple[int, int, int, bytes], row: int = 0) -> bytes:
    """Return an xlsb of one sheet with these cells: (column, type, style, rest of the record)."""
    u32 = struct.Struct("<I").pack
    start = b"".join(
        record(kind, u32(column) + u32(style) + rest) for column, kind, style, rest in cells
    )
    sheet = record(129) + record(148, bytes(16)) + record(145)
    sheet += record(0, u32(row) + bytes(13)) + start
    fonts = record(43, bytes(12)) + record(43, b"\0\0\x08\0" + bytes(8))
    formats = (
        struct.pack("<HHH", 0, 0, 0),
        struct.pack("<HHH", 0, 9, 0),
        struct.pack("<HHH", 0, 0, 1),
    )
    styles = record(278) + fonts + record(617, u32(3)) + b"".join(
        record(47, body + bytes(10)) for body in formats
    ) + record(618) + record(279)  # fmt: skip
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="r{{}}" Type="{rels}/{{}}" Target="{{}}"/>'.format
    links = link(1, "worksheet", "worksheets/sheet1.bin") + link(2, "styles", "styles.bin")
    main = (
        record(131)
        + record(143)
        + record(156, u32(0) + u32(1) + wide("r1") + wide("表"))
        + record(144)
        + record(132)
    )
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": main,
            "xl/_rels/workbook.bin.rels": f"<Relationships>{links}</Relationships>".encode(),
            "xl/worksheets/sheet1.bin": sheet + record(146) + record(130),
            "xl/styles.bin": styles,
        }
    )


def test_xlsb() -> None:
    """Formats, struck text and error values are lost, and a note says so.

    | A (0%) | B  | C    | D (struck) | E    | F      |
    | 0.5    | 甲 | #N/A | 0.5        | TRUE | =0.5   |
    """
    half = struct.pack("<d", 0.5)
    content = xlsb(
        (0, 5, 1, half), (1, 6, 0, wide("甲")), (2, 3, 0, b"\x2a"), (3, 5, 2, half),
        (4, 4, 0, b"\x01"), (5, 9, 0, half + bytes(6)), (6, 1, 0, b""),
    )  # fmt: skip
    assert codes(content) == ["FILE-028"]
    book = opened(content)
    assert book.kind == "xlsb"
    assert book.sheets[0].name == "表"
    assert {place: cell.value for place, cell in book.sheets[0].cells.items()} == {
        (1, 1): 0.5, (1, 2): "甲", (1, 4): 0.5, (1, 5): True, (1, 6): 0.5,
    }  # fmt: skip


def test_what_an_xlsb_holds_beside_its_sheets_is_told() -> None:
    content = repacked(
        xlsb((0, 6, 0, wide("甲"))), added={"xl/vbaProject.bin": b"", "xl/externalLinks/e.bin": b""}
    )
    assert codes(content) == ["FILE-028", "FILE-018", "FILE-019"]


def test_xlsb_that_would_fill_memory_is_refused() -> None:
    """calamine asks for all cells between the first and the last: its process ends, ours does not."""
    half = struct.pack("<d", 0.5)
    assert codes(xlsb((0, 5, 0, half), (16383, 5, 0, half), row=1_048_575)) == ["FILE-022"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(cells=2), "FILE-020"),
        (Limits(signs=3), "FILE-020"),
        (Limits(unpacked_bytes=300), "FILE-011"),
        (Limits(seconds=0), "FILE-021"),
    ],
    ids=["cells", "signs", "bytes", "seconds"],
)
def test_limits_hold_for_an_xlsb(limits: Limits, code: str) -> None:
    content = xlsb(*((column, 6, 0, wide("甲乙")) for column in range(3)))
    book, findings = read_book("x.xlsb", content, limits=limits)
    assert book is None and [f.code for f in findings] == [code]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(b"\x00\x00\xe0\x3f", 0.5), (b"\x01\x00\xe0\x3f", 0.005), (b"\x0a\0\0\0", 2.0), (b"\xfe\xff\xff\xff", -1.0)],
)  # fmt: skip
def test_xlsb_short_numbers(raw: bytes, expected: float) -> None:
    assert opened(xlsb((0, 2, 0, raw))).sheets[0].cells[1, 1].value == expected


@pytest.mark.parametrize(
    ("kind", "rest"),
    [(7, b"\x05\0\0\0"), (6, b"\xff\xff\0\0a"), (6, b"\xff\xff\xff\xffa")],
    ids=[
        "a text that is not there",
        "a text of 65535 characters",
        "a text of 4 billion characters",
    ],
)
def test_xlsb_broken(kind: int, rest: bytes) -> None:
    assert codes(xlsb((0, kind, 0, rest))) == ["FILE-022"]


HTML = "<html><meta charset='gb2312'><table><tr><td>序号</td></tr></table></html>"
MARKED = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    "<Styles><Style/></Styles><Worksheet><Table/></Worksheet></Workbook>"
)
FLAT = (
    '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
    "<table:table/></office:document>"
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE-001"),
        (bytes(range(256)), "FILE-002"),
        (zipped({"readme.txt": b"x"}), "FILE-002"),
        (HTML.encode("gbk"), "FILE-003"),
        (HTML.encode("utf-16"), "FILE-003"),
        ("序号,完成情况\n1,已完成\n".encode("gbk"), "FILE-004"),
        (("\ufeff序号\t完成\n" * 2000).encode(), "FILE-004"),
        (form()[:-200], "FILE-005"),
        (form()[:5000], "FILE-005"),
        (b"PK\x03\x04", "FILE-005"),
        (repacked(form(), {WORKBOOK: lambda _: b'<workbook xmlns="x"><sheets/></workbook>'}), "FILE-013"),
        (zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "FILE-014"),
        (b"{\\rtf1 x}", "FILE-014"),
        (b"%PDF-1.7\n", "FILE-015"),
        (b"\x89PNG\r\n\x1a\n", "FILE-016"),
        (b"\xff\xd8\xff\xe0", "FILE-016"),
        (b"\x78\x9f\x3e\x22" + bytes(50), "FILE-017"),
        (repacked(form(), {SHEET: lambda part: part[:-40]}), "FILE-022"),
        (repacked(form(), {SHEET: swapped("</row>", "")}), "FILE-022"),
        (zipped({"[Content_Types].xml": b"<x/>"}), "FILE-022"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "FILE-022"),
        (MARKED.encode(), "FILE-025"),
        (FLAT.encode(), "FILE-025"),
        (b"<uof:UOF/>", "FILE-025"),
        (b"Rar!\x1a\x07", "FILE-027"),
        (b"7z\xbc\xaf\x27\x1c", "FILE-027"),
        (zipped({"content.xml": b"<office:document-content/>"}), "FILE-014"),
        (zipped({"content.xml": b"<office:spreadsheet/>", "META-INF/manifest.xml": b"<m><encryption-data/></m>"}), "FILE-009"),
    ],
)  # fmt: skip
def test_what_is_not_read(content: bytes, code: str | None) -> None:
    assert codes(content) == ([code] if code else [])


def locked(password: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(form())).encrypt(password, out)
    return out.getvalue()


@pytest.mark.slow
def test_password(monkeypatch: pytest.MonkeyPatch) -> None:
    content = locked("秘密123")
    assert codes(content) == ["FILE-006"]
    assert codes(content, password="x") == ["FILE-007"]
    book, findings = read_book("a.xlsx", content, password="秘密123")
    assert book is not None
    assert findings == ()
    check_form(book)
    book, _ = read_book("a.xlsx", locked("VelvetSweatshop"))  # merely marked read-only
    assert book is not None
    monkeypatch.setattr("reconcile.readers.importlib.util.find_spec", lambda _: None)
    assert codes(content) == ["FILE-006"]
    assert codes(content, password="秘密123") == ["FILE-008"]


def test_old_password() -> None:
    start = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)
    from reconcile.readers.xls import asks_password

    assert asks_password(start + b"\x2f\x00\x06\x00" + bytes(6))
    assert not asks_password(start + b"\x0a\x00\x00\x00")


def test_unforeseen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def fail(*_: object) -> Callable[[], None]:
        raise Panic("at the disco")

    monkeypatch.setattr("reconcile.readers._read", fail)
    assert codes(form()) == ["FILE-999"]
    assert "at the disco" in read_book("x", form())[1][0].message


_F1 = '<row r="20"><c r="A20" {}</c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        '<?x <c r="A20"><v>5</v></c>?>',
        _F1.format('t="inlineStr"><f>1+1</f><is><t>甲</t></is>'),
        _F1.format('t="str"><f>1+1</f><v> 甲 </v>'),
        _F1.format("><f>1+1</f><v>  </v>"),
        _F1.format("><v>\n</v>"),
        _F1.format('t="n"><v> 5 </v>'),
        _F1.format("><f /><v>5</v>"),
        _F1.format("><f ></f><v>5</v>"),
        _F1.format("><f /></c><c r=\"B20\"><f t='shared' si='0' ref='B20:C20'>C1</f><v>1</v></c><c r=\"C20\"><f t='shared' si = '0'/><v>2</v>"),
        _F1.format('t="e"><v> </v>'),
        _F1.format('t="inlineStr"><is><t>&#28857;&#28857;&#28857;&#28857;&#28857;&#28857;&#28857;&#28857;&#28857;</t></is>'),
        "<row r='20' hidden='1'><c r=\"A20\"><v>5</v></c></row>",
        '<row r="20" hidden="0"><c r="A20"><v>5</v></c></row>',
        '<row r="20"><c r="A20"><v>5</v></c></row></sheetData><c r="B20"><v>6</v></c><sheetData>',
        '<row r="20"><c r="A20"><v>5</v></c><c r=""><v>6</v></c></row>',
        '<row r="20"><c r="A20"/><c r=""/><c r="D20"><v>6</v></c></row>',
        '<row r="20"><c r="a20"><v>5</v></c><c r="$B$20"><v>6</v></c><c><v>7</v></c></row>',
        '<row r="20"><c r="A20"><v>5</v></c><x/><v>6</v><c r="C20"><v>7</v></c>8</row>',
        '<row r="20"><c r="C20"><v>5</v></c><c r="A20"><v>6</v></c></row>',
        '<row r="20"><c r="A20"><v>5</v></c><c r="A20"><v>6</v></c></row>',
        '<row r="20"><c r="A20"><v>5</v></c><row r="21"/><c r="B20"><v>6</v></c></row>',
        '<row r="20"><c r="A20" t="s"><v>01</v></c><c r="B20" t="s"><v> 1 </v></c></row>',
        '<row r="20" hidden="false"><c r="A20"><v>5</v></c></row><row r="21" hidden="true"/>',
        '<row r="20" hidden="false"><c r="A20" t="inlineStr"><is><t> hidden="false"</t></is></c></row>',
    ],
)  # fmt: skip
def test_both_ways_of_reading_a_sheet_tell_the_same(rows: str) -> None:
    other = repacked(with_rows(rows), {SHEET: swapped("</worksheet>", "<!-- --></worksheet>")})
    slowly = opened(other).sheets
    assert opened(with_rows(rows)).sheets == slowly
    assert opened(with_rows(rows)).sheets == slowly  # by what is remembered of it


def test_what_is_said_of_rows_outside_their_tags_is_looked_at_closely() -> None:
    stray = '<row r="20" hidden="false"><c r="A20"><v>5</v></c> hidden="false"</raw>'
    sheet = "xl/worksheets/sheet2.xml"  # no row of it is hidden
    spoilt = repacked(form(), {sheet: swapped("</sheetData>", stray + "</sheetData>")})
    assert codes(spoilt) == ["FILE-022"]


@pytest.mark.parametrize("first", ["<c/>", "<c ><v>5</v></c>", '<c r=""><v>5</v></c>'])
def test_a_cell_without_an_address_before_all_others(first: str) -> None:
    spoilt = repacked(form(), {SHEET: swapped("<sheetData>", f"<sheetData><row>{first}</row>")})
    other = repacked(spoilt, {SHEET: swapped("</worksheet>", "<!-- --></worksheet>")})
    assert opened(spoilt).sheets == opened(other).sheets


@pytest.mark.parametrize(
    "spelt", ['hidden = "1" min="2" max="3"', "min='2' max='3' hidden='1'", 'width ="0" min="2" max="3"']
)  # fmt: skip
@pytest.mark.parametrize("before", ["<sheetData>", "</worksheet>"])
def test_hidden_columns_in_any_spelling(spelt: str, before: str) -> None:
    columns = f"<cols><col {spelt}/></cols>{before}"
    found = opened(repacked(form(), {SHEET: swapped(before, columns)})).sheets[0]
    assert {2, 3} <= found.hidden_columns


@pytest.mark.parametrize("quote", ["'", '"'])
def test_merged_areas_in_either_quotes(quote: str) -> None:
    area = f"<mergeCell ref={quote}A8:B9{quote}/></mergeCells>"
    book = opened(repacked(form(), {SHEET: swapped("</mergeCells>", area)}))
    assert (8, 1, 9, 2) in book.sheets[0].merges


@pytest.mark.parametrize("between", ["<?x <si><t>乙</t></si>?>", "<x><t>乙</t></x>", "<!-- -->"])
def test_what_stands_between_two_strings_is_none(between: str) -> None:
    spoilt = repacked(form(), {STRINGS: swapped("<si>", between + "<si>")})
    assert opened(spoilt).sheets == opened(form()).sheets


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoiler", ['<c r="A20" cm="1"><v>0</v></c>', "<c r=\"A20\" t='n'><v>0</v></c>"]
)
def test_cells_read_twice_are_counted_once(spoiler: str) -> None:
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{letter}{row}"><v>1</v></c>' for letter in "BCDEFGHIJKLMNOPQ") + "</row>"
        for row in range(21, 10_021)
    )  # fmt: skip
    assert len(opened(with_rows(f'<row r="20">{spoiler}</row>{rows}')).sheets[0].cells) > 160_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows",
    [
        '<row ht="15"></row><row><c t="inlineStr"><is><t>甲</t></is></c></row>',
        '<row r="40" s="1"/><row><c><v>5</v></c></row>',
        '<row r="40"><c r="A40" s="1"/><c><v>5</v></c></row>',
    ],
)
def test_what_has_no_address_follows_what_is_before_it(rows: str) -> None:
    long = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{"字" * 900}</t></is></c></row>'
        for row in range(50, 500)
    )
    cells = opened(with_rows(rows + long)).sheets[0].cells
    assert [at for at in cells if at in opened(with_rows(rows)).sheets[0].cells] == list(
        opened(with_rows(rows)).sheets[0].cells
    )


_RUNS = (
    '<si><r><rPr><sz val="11"/><rFont val="宋体"/></rPr><t xml:space="preserve">资金</t></r>'
    "<r><rPr><strike/></rPr><t>3</t></r><r><t>&lt;万&gt;_x0041_</t></r></si>"
)
_TOLD = ("资金", False), ("3", True), ("<万>A", None)


@pytest.mark.parametrize(
    ("strings", "expected"),
    [
        ("<si><t>甲</t></si><si><t>乙</t></si><si><t>甲</t></si>", ["甲", "乙", "甲"]),
        ("<si><t>乙</t></si><si/><si ><t>甲</t></si>", ["乙", "", "甲"]),
        ("<si></si><si><t/></si>\n<si><t>甲</t></si>\n", ["", "", "甲"]),
        (f"{_RUNS}<si><t>甲</t></si>{_RUNS}", [_TOLD, "甲", _TOLD]),
        *(
            (_RUNS.replace("<strike/>", spelt), [(_TOLD[0], ("3", struck), _TOLD[2])])
            for spelt, struck in (
                ("<b/>", False), ("<strike />", True), ("<strike val='1'/>", True),
                ('<strike val="on" />', True), ('<strike val="0"/>', False),
                ("<strike val='false' />", False), ('<strike x="1" val = "0"/>', False),
                ("<striker/>", False),
            )
        ),
        ("<si><r><t>甲</t></r><r><t>乙</t></r></si>", ["甲乙"]),
        ("<si><r><rPr></rPr><t>甲</t></r></si>", [(("甲", False),)]),
        ("<si><t>甲&amp;_x000D_</t></si>", ["甲&\r"]),
        ("<si><t>甲</t><rPh sb='0' eb='1'><t>jia</t></rPh></si>", ["甲"]),
        ("<si><t>甲&bad;</t></si>", "FILE-022"),
        ("<si><t>甲</si>", "FILE-022"),
    ],
)  # fmt: skip
def test_shared_strings_in_their_runs(strings: str, expected: object) -> None:
    def read(part: str) -> object:
        try:
            return list(strings_of(part.encode(), Clock(LIMITS)).values())
        except Refused as refused:
            return refused.code

    for space in ("", ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'):
        assert read(f"<?xml version='1.0'?><sst{space}>{strings}</sst>") == expected


def test_two_sheets_of_one_name_or_one_part_are_refused() -> None:
    assert codes(repacked(form(), {WORKBOOK: swapped("填报说明", "填报表")})) == ["FILE-023"]
    rels = "xl/_rels/workbook.xml.rels"
    assert codes(repacked(form(), {rels: swapped("worksheets/sheet2", "worksheets/sheet1")})) == [
        "FILE-022"
    ]
