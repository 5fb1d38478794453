"""The marked-up copy is the unit's own file: what is put in, and that all else is as it came."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import (
    FILE,
    answer,
    changed,
    filled,
    merged,
    plan,
    put,
    read,
    saved,
    template,
    told,
)
from books import opened
from little_round import fill, issue, little_plan
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable

from reconcile.api import marked_copies as api_copies
from reconcile.api.merge import write_merge
from reconcile.core.findings import Finding, Place, Severity
from reconcile.core.result import MergeResult
from reconcile.readers import read_book
from reconcile.reports.copies.notes import _joined
from reconcile.reports.marked_copies import Copy, marked_copy
from reconcile.writers.marks import COPY, mark_of, read_mark

pytestmark = pytest.mark.slow  # whole rounds, command by command

SPOILT = {"H7": "基本完成", "I8": "一大半", "J9": None}
MENDED = {"H7": "达序时", "I8": 0.5, "J9": answer(3)["J"]}
MARK = mark_of(COPY, plan(), 2)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None and len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """A file with these parts more, changed, or gone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts_of(content), **parts}.items():
            if part is not None:
                archive.writestr(name, part)
    return out.getvalue()


def replaced(content: bytes, part: str, old: str, new: str) -> bytes:
    text = parts_of(content)[part].decode()
    assert old in text
    return with_parts(content, {part: text.replace(old, new, 1).encode()})


def copied(content: bytes, result: MergeResult | None = None) -> Copy:
    book, _ = read_book(FILE, content)
    assert book is not None
    found = (result or merged(content)).findings
    own = [f for f in found if f.unit == "市发改委" and f.severity is not Severity.NOTE]
    return marked_copy(content, book, read(content), template().form, own, "市发改委", MARK)


def spliced(content: bytes) -> bytes:
    made = copied(content)
    assert made.why == ""
    return made.content


def mend(copy: bytes, sheet: str = "填报表", **cells: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(copy), rich_text=True)
    for address, value in {**MENDED, **cells}.items():
        book[sheet][address] = value
    return saved(book)


def rows_of(sheet: bytes) -> bytes:
    found = re.search(rb"<sheetData>.*</sheetData>", sheet, re.DOTALL)
    assert found
    return found[0]


def rules_of(copy: bytes, sheet: str = "填报表") -> list[str]:
    """The areas that our rules colour."""
    found = openpyxl.load_workbook(io.BytesIO(copy))[sheet].conditional_formatting
    return [
        str(a.sqref) for a in found for r in a.rules if r.formula == ['"reconcile"="reconcile"']
    ]


def notes_of(copy: bytes, sheet: str = "填报表") -> dict[str, str]:
    cells = openpyxl.load_workbook(io.BytesIO(copy))[sheet].iter_rows()
    return {c.coordinate: c.comment.text for row in cells for c in row if c.comment}


def test_every_part_but_those_that_are_marked_is_as_it_came() -> None:
    content = changed(put(**SPOILT))
    came, gone = parts_of(content), parts_of(spliced(content))
    differ = {name for name in came if came[name] != gone[name]}
    assert differ == {
        "[Content_Types].xml", "_rels/.rels", "docProps/custom.xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml",
        "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
    } - ({"_rels/.rels"} if "docProps/custom.xml" in came else set())  # fmt: skip
    before, after = came["xl/worksheets/sheet2.xml"], gone["xl/worksheets/sheet2.xml"]
    assert rows_of(before) == rows_of(after), "no cell is touched"
    for tag in (
        b"sheetProtection",
        b"autoFilter",
        b"pageSetup",
        b"dataValidations",
        b"cols",
        b"mergeCells",
    ):
        found = re.search(rb"<" + tag + rb"[ >].*?/>", before)
        assert found is None or found[0] in after
    without = came["xl/worksheets/sheet1.xml"].replace(b' tabSelected="1"', b"")
    assert gone["xl/worksheets/sheet1.xml"] == without, "two chosen sheets would be edited at once"
    assert copied(content).content == copied(content).content


def test_it_says_what_it_is_and_that_nobody_touched_it(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(spliced(changed(put(**SPOILT))))
    found = read_mark(tmp_path / "a.xlsx")
    assert (found.mark, found.sealed) == (MARK, True)
    (tmp_path / "a.xlsx").write_bytes(mend((tmp_path / "a.xlsx").read_bytes()))
    found = read_mark(tmp_path / "a.xlsx")
    assert (found.mark, found.sealed) == (MARK, False)


def test_a_second_copy_takes_the_marks_of_the_first_away() -> None:
    first = spliced(changed(put(**SPOILT)))
    assert rules_of(first) == ["H7 I8 J9"]
    second = spliced(mend(first, I8="一大半"))
    assert rules_of(second) == ["I8"] and list(notes_of(second)) == ["I8"]
    assert notes_of(second)["I8"].count("【退回】") == 1
    assert openpyxl.load_workbook(io.BytesIO(second)).sheetnames == [
        "退回说明", "填报说明", "填报表", "_meta",
    ]  # fmt: skip
    assert told(merged(mend(second))) == []
    third = spliced(second)
    assert rules_of(third) == ["I8"] and list(notes_of(third)) == ["I8"]


def test_the_form_s_own_colours_come_after_ours() -> None:
    def order(content: bytes) -> list[tuple[int, str]]:
        sheet = parts_of(content)["xl/worksheets/sheet2.xml"].decode()
        rules = re.findall(r'priority="(\d+)"[^>]*>\s*<formula>([^<]*)<', sheet)
        return sorted((int(n), f) for n, f in rules)

    content = changed(put(**SPOILT))
    before, after = order(content), order(spliced(content))
    assert [f for _, f in after][1:] == [f for _, f in before]
    assert len({n for n, _ in after}) == len(after)


def test_notes_of_the_clerk_stay_where_they_are() -> None:
    def change(book: Book) -> None:
        put(**SPOILT)(book)
        book["填报表"]["J8"].comment = Comment("此数待核", "某科员")
        book["填报说明"]["C8"].comment = Comment("听领导的", "某科员")
        book["填报表"]["H7"].comment = Comment("我们认为就是基本完成", "某科员")

    content = changed(change)
    copy = spliced(content)
    notes = notes_of(copy)
    assert notes["J8"].endswith("\n此数待核")
    assert notes_of(copy, "填报说明")["C8"].endswith("听领导的")
    assert notes["H7"].startswith("【退回】") and notes["H7"].endswith("我们认为就是基本完成")
    again = notes_of(spliced(mend(copy, I8="一大半")))
    assert set(again) == {"H7", "J8", "I8"}, "the clerk's own notes are there after the marks went"
    assert all(again[cell].count("【退回】") == 1 for cell in again)


def test_a_sheet_that_was_renamed_and_others_beside_it() -> None:
    def change(book: Book) -> None:
        put(**SPOILT)(book)
        book["填报表"].title = "我局 & 'Q2'"
        extra = book.create_sheet("附表", 0)
        extra["A1"] = CellRichText("共", TextBlock(InlineFont(b=True), "三处"))
        extra.append(["名称", "数"])
        extra.append(["甲", 1])
        extra.add_table(ExcelTable(displayName="tab", ref="A2:B3"))
        extra.row_dimensions[3].hidden = True
        extra.merge_cells("D1:E2")
        extra.print_title_rows = "2:2"

    content = changed(change)
    copy = spliced(content)
    book = openpyxl.load_workbook(io.BytesIO(copy), rich_text=True)
    assert book.sheetnames == ["退回说明", "附表", "填报说明", "我局 & 'Q2'", "_meta"]
    links = {c.value: c.hyperlink.location for c in book["退回说明"]["A"] if c.hyperlink}
    assert links["我局 & 'Q2' H7"] == "'我局 & ''Q2'''!H7" and links["附表 A1"] == "'附表'!A1"
    assert isinstance(book["附表"]["A1"].value, CellRichText) and "tab" in book["附表"].tables
    assert book["附表"].row_dimensions[3].hidden and book["附表"].print_title_rows == "$2:$2"
    assert book["退回说明"].print_title_rows == "$4:$4"
    assert book["我局 & 'Q2'"].print_title_rows == "$6:$6"
    assert book["我局 & 'Q2'"].auto_filter.ref == "B6:M10"
    mended = merged(mend(copy, "我局 & 'Q2'"))
    assert {code for code, _ in told(mended)} == {"HEAD-002"}, "the sheet 附表 alone"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda c: with_parts(c, {"xl/vbaProject.bin": b"MZ"}), "vbaProject.bin"),
        (lambda c: with_parts(c, {"_xmlsignatures/sig1.xml": b"<a/>"}), "_xmlsignatures"),
        (lambda c: with_parts(c, {"xl/styles.xml": None}), ""),
        (lambda c: replaced(c, "xl/worksheets/sheet2.xml", "<f>IFERROR(", '<f>HYPERLINK("x")+IFERROR('), "引到外面"),
        (lambda c: replaced(c, "xl/worksheets/_rels/sheet9.xml.rels", "", ""), None),
    ],
)  # fmt: skip
def test_what_must_not_go_out_again_is_made_anew_and_said(
    spoil: Callable[[bytes], bytes], why: str | None
) -> None:
    if why is None:
        link = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x/hyperlink" Target="http://evil.example/a" TargetMode="External"/></Relationships>'
        content = with_parts(changed(put(**SPOILT)), {"xl/worksheets/_rels/sheet9.xml.rels": link})
        why = "链接"
    else:
        content = spoil(changed(put(**SPOILT)))
    made = copied(content)
    assert made.why and why in str(made.why)
    parts = parts_of(made.content)
    assert not {"xl/vbaProject.bin", "_xmlsignatures/sig1.xml"} & parts.keys()
    assert b"External" not in b"".join(p for n, p in parts.items() if n.endswith(".rels"))
    assert told(merged(mend(made.content))) == []


def test_a_template_or_a_macro_workbook_without_macros_becomes_a_workbook() -> None:
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    for other in (plain.replace("sheet.main", "template.main"),
                  "application/vnd.ms-excel.sheet.macroEnabled.main+xml"):  # fmt: skip
        content = replaced(changed(put(**SPOILT)), "[Content_Types].xml", plain, other)
        assert plain.encode() in parts_of(spliced(content))["[Content_Types].xml"]


def test_a_file_whose_elements_have_prefixes() -> None:
    parts = parts_of(changed(put(**SPOILT)))
    for name in (
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    ):
        text = parts[name].decode()
        text = re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=", 1)
        parts[name] = text.encode()
    content = with_parts(changed(put(**SPOILT)), parts)
    copy = spliced(content)
    assert rules_of(copy) == ["H7 I8 J9"] and len(notes_of(copy)) == 3
    assert told(merged(mend(copy))) == []


def test_the_coordinator_is_told_and_a_large_file_goes_back_as_it_came(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(api_copies, "_MOST_PAINTED", 300)

    def change(book: Book) -> None:
        put(**SPOILT)(book)
        extra = book.create_sheet("明细")
        for row in range(1, 41):
            extra.append([f"{row}-{column}" for column in range(10)])

    (tmp_path / "in").mkdir()
    (tmp_path / "in/大.xlsx").write_bytes(changed(change))
    (tmp_path / "in/宏.xlsx").write_bytes(
        with_parts(changed(put(**SPOILT), "市财政局"), {"xl/vbaProject.bin": b"MZ"})
    )
    files = {f"in/{p.name}": p.read_bytes() for p in (tmp_path / "in").iterdir()}
    result = merged(files)
    written = write_merge(
        result, template().form, tmp_path / "汇总.xlsx", tmp_path / "退回", [tmp_path / "in"]
    )
    assert [p.name for p in written.copies] == ["退回_大.xlsx", "退回_宏.xlsx"]
    assert [(f.code, f.place.file) for f in written.findings] == [("FILE-086", "in/宏.xlsx")]
    assert "明细" in openpyxl.load_workbook(written.copies[0], read_only=True).sheetnames


def office(content: bytes, folder: Path, kind: str = "xlsx") -> bytes:
    (folder / "f.xlsx").write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/lo", "--headless", "--convert-to", kind,
         "--outdir", str(folder / "out"), str(folder / "f.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / f"out/f.{kind}").read_bytes()


def test_a_copy_saved_by_another_program(tmp_path: Path) -> None:
    """Its list and its marks are known again, and a copy of it takes them away."""
    copy = spliced(changed(put(**SPOILT)))
    back = office(copy, tmp_path)
    assert told(merged(mend(back))) == []
    half = mend(back, I8="一大半")
    second = copied(half)
    assert second.why == ""
    assert rules_of(second.content) == ["I8"] and list(notes_of(second.content)) == ["I8"]
    again = office(second.content, tmp_path)
    assert openpyxl.load_workbook(io.BytesIO(again)).sheetnames[0] == "退回说明"
    assert told(merged(mend(again))) == []


def test_a_copy_of_another_format_looks_as_the_form_does(tmp_path: Path) -> None:
    """Made anew from .xls: the template's widths and fills, and 填报说明 on one page."""
    old = office(changed(put(**SPOILT)), tmp_path, "xls")
    book, _ = read_book("f.xls", old)
    assert book is not None
    result = merged({"f.xls": old})
    own = [f for f in result.findings if f.unit == "市发改委" and f.severity is Severity.ERROR]
    made = marked_copy(
        old,
        book,
        read(old, "f.xls"),
        template().form,
        own,
        "市发改委",
        MARK,
        layouts=lambda: template().sheets,
    )
    assert made.why == "", "nobody need be told"
    copy = openpyxl.load_workbook(io.BytesIO(made.content))
    came = opened(filled())
    for name, cells in {
        "填报表": ("B1", "B6", "D7", "G7", "H6", "J7", "D4"),
        "填报说明": ("A2", "B2", "A8"),
    }.items():
        for cell in cells:
            ours, theirs = copy[name][cell], came[name][cell]
            assert ours.fill.fgColor.rgb == theirs.fill.fgColor.rgb, (name, cell)
            assert ours.border.left.style == theirs.border.left.style, (name, cell)
        widths = [
            {c: round(d.width) for c, d in b[name].column_dimensions.items()} for b in (copy, came)
        ]
        assert widths[0]["B"] == widths[1]["B"]
        assert copy[name].page_setup.paperSize == came[name].page_setup.paperSize
        assert copy[name].page_setup.orientation == came[name].page_setup.orientation
    assert copy["填报说明"].page_setup.fitToHeight in (None, 1)
    assert copy["填报表"]["H7"].fill.fgColor.rgb == "FFF8CBAD"
    assert told(merged(mend(made.content))) == []


def test_a_part_in_another_encoding_is_not_spliced() -> None:
    old = parts_of(changed(put(**SPOILT)))["xl/styles.xml"]
    text = '<?xml version="1.0" encoding="gb18030"?>' + old.decode()
    made = copied(with_parts(changed(put(**SPOILT)), {"xl/styles.xml": text.encode("gb18030")}))
    assert "styles.xml" in str(made.why) and told(merged(mend(made.content))) == []


def test_a_bar_or_a_link_in_a_list_of_words_is_no_way_out() -> None:
    def change(book: Book) -> None:
        put(**SPOILT)(book)
        rule = DataValidation(type="list", formula1='"甲|乙,http://a"')
        rule.add("E5")
        book["填报表"].add_data_validation(rule)

    assert spliced(changed(change))


def test_very_many_marks_are_several_rules() -> None:
    tasks = {n: f"第{n}件事：甲局" for n in range(1, 3)}
    content = fill(issue(little_plan(tasks), "甲局"))
    book, _ = read_book(FILE, content)
    assert book is not None
    places = [Place(FILE, "填报表", f"{c}{r}") for r in range(20, 131) for c in "HIJK"]
    found = [Finding("ROW-012", place, "甲局", values={"text": "x"}) for place in places]
    returned = read(content, FILE, little_plan(tasks))
    made = marked_copy(content, book, returned, template().form, found, "甲局", MARK)
    assert made.why == ""
    areas = [area.split() for area in rules_of(made.content)]
    assert list(map(len, areas)) == [400, 44]


@pytest.mark.parametrize(
    ("part", "inside"),
    [
        ("xl/worksheets/sheet2.xml", "<x:dataValidations >" * 20_000),
        ("xl/styles.xml", "<!-- " + "<dxfs >" * 20_000 + " -->"),
        ("xl/drawings/vmlDrawing1.vml", "<v:shape " * 50_000),
    ],
)
def test_what_never_ends_is_not_searched(part: str, inside: str) -> None:
    content = changed(put(**SPOILT))
    text = parts_of(content).get(part, b"<xml></xml>").decode()
    at = text.rindex("</")
    spoilt = with_parts(content, {part: (text[:at] + inside + text[at:]).encode()})
    book, returned = read_book(FILE, content)[0], read(content)
    assert book is not None
    finding = Finding("CELL-001", Place(FILE, "填报表", "J9"), "市发改委", values={"header": "x"})
    made = marked_copy(spoilt, book, returned, template().form, [finding], "市发改委", MARK)
    assert "写法" in str(made.why) and rules_of(made.content) == []


# | comments as another program left them | with ours on A1 |
OURS = '<text><r><t xml:space="preserve">我们的</t></r></text>'
BESIDE_OURS = {
    '<comment ref="A1"><text><t>甲</t></text></comment>':
        '<comment ref="A1"><text><r><t xml:space="preserve">我们的\n</t></r><r><t>甲</t></r></text></comment>',
    '<comment ref="A1"><text/></comment><comment ref="A1"><text><t>甲</t></text></comment>':
        f'<comment ref="A1">{OURS}</comment><comment ref="A1"><text><t>甲</t></text></comment>',
    '<comment ref="A1" authorId="0"/><comment ref="B2"><text><t>乙</t></text></comment>':
        f'<comment ref="A1" authorId="0">{OURS}</comment><comment ref="B2"><text><t>乙</t></text></comment>',
    '<comment ref="B2"><text><t>A1</t></text></comment>': '<comment ref="B2"><text><t>A1</t></text></comment>',
}  # fmt: skip


@pytest.mark.parametrize(("there", "joined"), BESIDE_OURS.items())
def test_a_note_is_joined_to_the_first_of_its_own_cell(there: str, joined: str) -> None:
    """And to no other's, whatever is missing there."""
    assert _joined(there, {"A1": "我们的"}) == joined
