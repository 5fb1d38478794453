"""What comes from outside stays text: nothing of it is alive in anything that we write."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from bench_forms import A, B, changed, plan, template
from office import convert
from openpyxl.workbook import Workbook as Book
from openpyxl.workbook.defined_name import DefinedName

from reconcile.api.generate import generate
from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.core.plan import Plan
from reconcile.core.text import is_formula_like
from reconcile.core.units import assignments
from reconcile.core.values.self_check import is_formula
from reconcile.forms.form_writer import form_bytes
from reconcile.plan import plan_bytes
from reconcile.reports.exports import inert
from reconcile.writers.table import Cell, Column, Listing, new_workbook

LIVE = (
    '=HYPERLINK("http://evil.example","点我")', "@SUM(1+1)", "=cmd|'/C calc'!A0", "-2+3", "+1-1",
    "＝1+1", "\t=1+1", "http://evil.example/x", "file:///etc/passwd", "\\\\evil.example\\share",
    "{INCLUDETEXT http://evil.example}", "<script>alert(1)</script>", "=IMPORTXML(1)",
)  # fmt: skip


def spoil(book: Book) -> None:
    """Live content wherever a clerk can put something, each text behind words that pass the checks."""
    sheet = book["填报表"]
    for row, letter, text in zip((7, 8, 9, 10) * 3, "JJJJLLLLKKKK", LIVE, strict=False):
        sheet[f"{letter}{row}"] = text
        sheet[f"{letter}{row}"].data_type = "s"
    sheet["H7"] = "滞后"
    sheet["K7"].data_type = "s"
    sheet["J9"] = LIVE[0]  # a real formula
    sheet["J10"].hyperlink = "http://evil.example/link"
    sheet["B3"] = '=HYPERLINK("http://evil.example")'
    sheet["P20"] = '=WEBSERVICE("http://evil.example")'
    sheet["P21"] = LIVE[2]
    sheet["P21"].data_type = "s"
    book.defined_names["evil"] = DefinedName("evil", attr_text="'http://evil.example/[x]y'!A1")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that a merge writes, of one return that is live all over."""
    folder = tmp_path_factory.mktemp("live")
    tasks = tuple(replace(t, milestones=dict(t.milestones)) for t in plan().tasks)
    (folder / "总台账.xlsx").write_bytes(plan_bytes(replace(plan(), tasks=tasks)))
    (folder / "收回").mkdir()
    (folder / "收回" / "=cmd|'calc'!A0.xlsx").write_bytes(changed(spoil, A))
    (folder / "收回" / f"{B}.xlsx").write_bytes(changed(spoil, B))
    taken = take(
        folder / "总台账.xlsx", [folder / "收回"], period="第二季度", as_of=date(2022, 7, 8)
    )
    assert taken.merged is not None and taken.form is not None
    written = " ".join(str(r.value) for r in taken.merged.records)
    assert "@SUM(1+1)" in written and "+1-1" in written, "some of it must come through, as text"
    write_merge(
        taken.merged, taken.form, folder / "汇总.xlsx", folder / "退回", [folder / "收回"],
        report_path=folder / "report.json", circular_path=folder / "通报.docx",
    )  # fmt: skip
    from reconcile.reports.exports import export

    export(taken.merged, taken.form, folder / "明细.csv")
    return folder


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def assert_inert(path: Path) -> None:
    found = parts(path)
    for name, xml in found.items():
        assert 'TargetMode="External"' not in xml, name
        assert not re.search(r"(?i)externallink|ddelink|oleobject|vbaproject", name + xml), name
        if name.startswith("xl/worksheets/sheet"):
            assert not re.search(r"<f[ >/]", xml), name
            assert not re.search(r"<hyperlink [^>]*r:id", xml), name
        if name == "xl/workbook.xml":
            assert "evil" not in xml


@pytest.mark.parametrize("name", ["汇总.xlsx", "汇总_明细.xlsx"])
def test_the_summary_is_inert(made: Path, name: str) -> None:
    assert_inert(made / name)
    book = openpyxl.load_workbook(made / name)
    texts = {c.value for sheet in book for row in sheet.iter_rows() for c in row}
    assert "@SUM(1+1)" in texts
    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row} <= set("snd")
    links = [c.hyperlink for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert links and all(link.target is None and link.location for link in links)


def test_the_marked_up_copies_are_inert(made: Path) -> None:
    copies = list((made / "退回").glob("*.xlsx"))
    assert len(copies) == 2
    for path in copies:
        assert_inert(path)


def test_the_letter_has_no_field_but_its_page_number(made: Path) -> None:
    pytest.importorskip("docx")
    found = parts(made / "通报.docx")
    for name, xml in found.items():
        assert 'TargetMode="External"' not in xml, name
        assert "evil.example" not in xml or name == "word/document.xml", name
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", "".join(found.values()))
    assert {f.split()[0] for f in fields} <= {"PAGE"}
    assert "w:hyperlink" not in found["word/document.xml"]


def test_no_cell_of_the_csv_begins_like_a_formula(made: Path) -> None:
    text = (made / "明细.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    values = [v for row in rows for k, v in row.items() if k not in ("number", "task")]
    assert "'@SUM(1+1)" in values and "'＝1+1" in values
    assert not [v for v in values if v[:1] in "=+-@\t\r\n＝＋－＠" and v]


def test_no_file_was_written_anywhere_else(made: Path) -> None:
    names = {p.relative_to(made).parts[0] for p in made.rglob("*")} - {"发出"}
    assert names == {
        "总台账.xlsx", "收回", "退回", "汇总.xlsx", "汇总_明细.xlsx", "report.json", "通报.docx", "明细.csv"
    }  # fmt: skip


def test_the_key_stands_in_the_plan_workbook_and_nowhere_else(made: Path) -> None:
    sent = generate(made / "总台账.xlsx", made / "发出", "第二季度")
    assert len(sent.files) == 3
    key = plan().key.encode()
    holders = set()
    for path in filter(Path.is_file, made.rglob("*")):
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(name) for name in archive.namelist()]
        if any(key in content for content in contents):
            holders.add(path.name)
    assert holders == {"总台账.xlsx"}


# --- what a program may take for a formula

OPENING = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "﹢1+1", "﹣1+1", "﹦1+1",
    "﹫SUM(1)", "⁼1+1", "₊1+1",
)  # fmt: skip
BEFORE = ("", " ", "\t", "\r", "\n", "\ufeff", "\u200b", "　", "\xa0", "\u2028")
INSIDE = (";", ",", "\t", "\r\n", "\n", "|", "; ", ";\ufeff", '";"', ";'", " ", "：", "，", "~")


@pytest.mark.parametrize("text", OPENING)
def test_csv_neutralises_a_formula_wherever_a_cell_may_begin(text: str) -> None:
    assert inert(text) == f"'{text}"
    for before in BEFORE:
        shown = inert(f"{before}{text}")
        assert isinstance(shown, str) and shown.endswith(f"'{text}"), ascii(before)
    for between in INSIDE:
        shown = inert(f"进展{between}{text}")
        assert isinstance(shown, str) and shown.endswith(f"'{text}"), ascii(between)


@pytest.mark.parametrize(
    "text",
    ["同比 -5%，环比 +2.1 个百分点", "A+B", "（-5.2）", "1-2月", "x = y", "a@example.invalid",
     "http://a.invalid/?b=1", "第一行\n第二行", "0518-1234567", "　全角空格"],
)  # fmt: skip
def test_csv_leaves_what_is_no_formula(text: str) -> None:
    assert inert(text) == text


def formulas_and_texts(opened: Path) -> tuple[list[str], list[str]]:
    """All formulas that LibreOffice made of a CSV file, and the texts of its cells."""
    xml = opened.read_text("utf-8")
    return (
        re.findall(r'table:formula="([^"]*)"', xml),
        re.findall(r"<text:p>([^<]*)</text:p>", xml),
    )


# Separators (codes of the signs), sign around texts, UTF-8, from line 1, …, formulas are calculated.
WAYS = {
    name: f"{codes},{around},76,1,,0,false,true,false,false,false,0,true"
    for name, codes, around in (
        ("comma", "44", "34"), ("semicolon", "59", "34"), ("tab", "9", "34"), ("blank", "32", "34"),
        ("bar", "124", "34"), ("all at once", "44/59/9/32/124", "34"), ("no quotes", "44/59", "0"),
    )
}  # fmt: skip


def lively() -> str:
    """A text with a formula behind everything that may part cells."""
    formula = '=HYPERLINK("http://evil.example";1)'
    parts = [f"{between}{formula}" for between in INSIDE]
    return "".join([formula, *parts, *(f"{before}{formula}" for before in BEFORE)])


@pytest.fixture(scope="module")
def lively_csv(made: Path) -> tuple[Path, Path]:
    """The details as a CSV file with live content in each text, and the same text as it is."""
    from reconcile.reports.exports import export

    ours, bare = made / "活的明细.csv", made / "原样.csv"
    taken = take(made / "总台账.xlsx", [made / "收回"], period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged is not None and taken.form is not None
    records = tuple(
        r._replace(value=lively(), original=lively()) if isinstance(r.value, str) else r
        for r in taken.merged.records
    )
    export(replace(taken.merged, records=records), taken.form, ours)
    bare.write_text(f"a\n{lively()}\n", "utf-8")
    return ours, bare


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_libreoffice_finds_no_formula_in_the_csv_whatever_parts_it(
    lively_csv: tuple[Path, Path], tmp_path: Path, soffice: str, way: str
) -> None:
    ours, bare = map(
        formulas_and_texts, convert("fods", *lively_csv, into=tmp_path, reading=f"CSV:{way}")
    )
    assert ours[0] == []
    assert sum("HYPERLINK" in text for text in ours[1]) > len(INSIDE)
    assert bare[0], "the same text unchanged is alive"


def test_every_cell_of_the_csv_is_quoted(made: Path) -> None:
    text = (made / "明细.csv").read_bytes().decode("utf-8-sig")
    assert text.startswith('"period","unit","task"')
    assert not re.search(r'(?m)(?:^|",)[^"\r\n]', text)


# --- what becomes a formula when a person edits its cell

LIKE = "=HYPERLINK(1)"


def quoting(content: bytes) -> dict[str, bool]:
    """By text, whether the cells that hold it are marked as texts; only texts that begin like formulas."""
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                text = cell.value
                if sheet.title == "说明" and str(text).startswith(
                    ("=SUMPRODUCT(", "=IF(SUMPRODUCT(")
                ):
                    continue  # the plan workbook's own counts
                if isinstance(text, str) and is_formula_like(text) and not is_formula(text):
                    assert cell.data_type == "s"
                    # What is formatted as text stays a text as well.
                    marked = bool(cell.quotePrefix) or cell.number_format == "@"
                    found[text] = found.get(text, True) and marked
    return found


def lively_plan() -> Plan:
    """A plan with a text that begins like a formula in every place that takes one."""
    tasks = tuple(
        replace(t, goal=f"{LIKE}{t.goal}", sections=("+1-1",), milestones={
            p: f"－{m}" for p, m in t.milestones.items()
        }) for t in plan().tasks
    )  # fmt: skip
    settings = {**plan().settings, "联系方式": "@科", "截止日期": "2022-07-05"}
    return replace(plan(), title="-标题", office="=机关", tasks=tasks, settings=settings)


def test_forms_and_plan_workbooks_mark_such_texts() -> None:
    found = quoting(plan_bytes(lively_plan()))
    assert len(found) > 10 and all(found.values()), found
    own = [a for a in assignments(lively_plan())[0] if a.unit == A]
    found = quoting(form_bytes(template(), lively_plan(), 2, A, own))
    assert {f"{LIKE}{t.goal}" for t in plan().tasks if A in (*t.lead, *t.support)} <= set(found)
    assert {"-标题", "@科"} <= set(found) and all(found.values()), found


def test_summary_and_marked_up_copies_mark_such_texts(made: Path) -> None:
    for path in (made / "汇总.xlsx", made / "汇总_明细.xlsx", *(made / "退回").glob("*.xlsx")):
        found = quoting(path.read_bytes())
        assert len(found) > 2 and all(found.values()), (path.name, found)


def test_every_listing_marks_such_texts_row_by_row_and_cell_by_cell() -> None:
    book, stream = new_workbook("测试")
    rows = [[text, Cell(text, {"bold": True}), "平常", 1.5] for text in OPENING]
    columns = [Column("=甲", 9), Column("乙", 9), Column("丙", 9), Column("丁", 9)]
    Listing(book).table("表", columns, rows)
    Listing(book).write(book.add_worksheet("另"), 0, 0, LIKE, columns[0])
    book.get_worksheet_by_name("另").write_string(1, 0, " -x")
    book.close()
    found = quoting(stream.getvalue())
    assert set(found) == {*OPENING, "=甲", LIKE, " -x"} and all(found.values()), found
    sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))["表"]
    assert [cell.quotePrefix for cell in sheet[2]] == [True, True, False, False]
    assert sheet["B2"].font.b and not sheet["A2"].font.b


def test_looks_are_not_doubled_for_texts_that_need_none() -> None:
    own = [a for a in assignments(plan())[0] if a.unit == A]
    with zipfile.ZipFile(io.BytesIO(form_bytes(template(), plan(), 2, A, own))) as archive:
        assert b"quotePrefix" not in archive.read("xl/styles.xml")
