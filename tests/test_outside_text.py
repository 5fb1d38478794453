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
from bench_forms import A, B, changed, plan
from openpyxl.workbook import Workbook as Book
from openpyxl.workbook.defined_name import DefinedName

from reconcile import verbs
from reconcile.plan import plan_bytes

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
    taken = verbs.take(
        folder / "总台账.xlsx", [folder / "收回"], period="第二季度", as_of=date(2022, 7, 8)
    )
    assert taken.merged is not None and taken.template is not None
    written = " ".join(str(r.value) for r in taken.merged.records)
    assert "@SUM(1+1)" in written and "+1-1" in written, "some of it must come through, as text"
    verbs.write_merge(
        taken.merged, taken.template.form, folder / "汇总.xlsx", folder / "退回", [folder / "收回"],
        report_path=folder / "report.json", circular_path=folder / "通报.docx",
    )  # fmt: skip
    from reconcile.export import export

    export(taken.merged, taken.template.form, folder / "明细.csv")
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


def test_the_summary_is_inert(made: Path) -> None:
    assert_inert(made / "汇总.xlsx")
    book = openpyxl.load_workbook(made / "汇总.xlsx")
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
        "总台账.xlsx", "收回", "退回", "汇总.xlsx", "report.json", "通报.docx", "明细.csv"
    }  # fmt: skip


def test_the_key_stands_in_the_plan_workbook_and_nowhere_else(made: Path) -> None:
    sent = verbs.generate(made / "总台账.xlsx", made / "发出", "第二季度")
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
