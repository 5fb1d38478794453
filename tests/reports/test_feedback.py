"""The marked-up copy: notes at the right cells, nothing of theirs alive, and mended it merges."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import (
    FILE,
    A,
    answer,
    changed,
    clean,
    copy_of,
    lost,
    merged,
    put,
    read,
    saved,
    template,
    told,
    values,
)
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook as Book

from reconcile.core.findings import CATALOGUE, Finding, Place, Severity
from reconcile.intake import captions
from reconcile.readers import read_book
from reconcile.reports import marked_copies
from reconcile.reports.marked_copies import file_name

SPOILT = {
    "H7": "基本完成",
    "I8": "一大半",
    "J9": None,
    "M10": "尽快",
    "E5": "盖章",
    "D8": "改过的目标",
}
MENDED = {"H7": "达序时", "I8": 0.5, "J9": answer(3)["J"], "M10": answer(5)["M"], "E5": None}


def returned(cells: Mapping[str, Any]) -> bytes:
    content = changed(put(**cells))
    return copy_of(content, merged(content))


def marks_of(copy: bytes) -> dict[str, set[str]]:
    """The cells that our rules colour, by colour."""
    sheet = openpyxl.load_workbook(io.BytesIO(copy))["填报表"]
    return {
        rule.dxf.fill.bgColor.rgb: set(str(area.sqref).split())
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.formula == ['"reconcile"="reconcile"']
    }


def mend(copy: bytes, cells: Mapping[str, Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(copy))
    for address, value in cells.items():
        book["填报表"][address] = value
    return saved(book)


def test_mended_it_merges_cleanly() -> None:
    """Our notes are left on the cells, and 退回说明 is left in: neither is taken for theirs."""
    fixed = mend(returned(SPOILT), {**MENDED, "D8": "产业投资1360亿元。"})
    result = merged(fixed)
    assert told(result) == []
    assert values(result) == clean()


def test_sent_back_unmended_it_says_the_same_again() -> None:
    content = changed(put(**SPOILT))
    before = merged(content)
    after = merged(copy_of(content, before))
    assert sorted(told(after)) == sorted(told(before))
    assert values(after) == values(before)


def test_marked_up_twice_stays_readable() -> None:
    once = returned(SPOILT)
    twice = copy_of(once, merged(once))
    assert openpyxl.load_workbook(io.BytesIO(twice)).sheetnames == [
        "退回说明", "填报说明", "填报表", "_meta",
    ]  # fmt: skip
    assert told(merged(mend(twice, {**MENDED, "D8": "产业投资1360亿元。"}))) == []


def test_a_reply_on_the_list_or_in_a_note_is_not_lost() -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned(SPOILT)))
    book["退回说明"]["F6"] = "已改"
    note = book["填报表"]["H7"].comment
    assert note is not None
    book["填报表"]["H7"].comment = Comment(note.text + "\n我们认为就是基本完成", "某科员")
    book["填报表"]["H7"] = "达序时"
    result = merged(saved(book))
    assert ("HEAD-002", "F6") in told(result)
    [finding] = [f for f in result.findings if f.code == "CELL-037"]
    assert "我们认为就是基本完成" in finding.message and "退回" not in finding.message


def test_our_list_is_known_by_its_seals_whatever_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version may word a finding in another way; what a clerk words as we do is theirs."""
    monkeypatch.setattr(captions, "_notice_texts", lambda _: ())
    copy = returned(SPOILT)
    assert told(merged(mend(copy, {**MENDED, "D8": "产业投资1360亿元。"}))) == []
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["退回说明"]
    assert sheet.column_dimensions["AA"].hidden and str(sheet["AA5"].value).isascii()
    line = next(cell for cell in sheet["D"] if "基本完成" in str(cell.value))
    line.value = str(line.value).replace("基本完成", "请领导审阅")
    assert ("HEAD-002", line.coordinate) in told(merged(saved(book)))


def test_a_list_of_earlier_versions_is_known_by_its_words() -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned(SPOILT)))
    book["退回说明"].delete_cols(27)
    for cell in book["退回说明"]["A"][4:]:  # which named no sheet
        cell.value = str(cell.value).split()[-1]
    fixed = mend(saved(book), {**MENDED, "D8": "产业投资1360亿元。"})
    assert told(merged(fixed)) == []


def test_the_list_names_every_point_with_a_link_to_its_cell() -> None:
    copy = returned(SPOILT)
    sheet = openpyxl.load_workbook(io.BytesIO(copy))["退回说明"]
    links = {c.value: c.hyperlink.location for c in sheet["A"] if c.hyperlink}
    cells = ("H7", "I8", "J9", "M10", "E5", "D8")
    assert links == {f"填报表 {cell}": f"'填报表'!{cell}" for cell in cells}
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=5)]
    told_ = {row[0]: (row[1], row[2], row[3]) for row in rows}
    first = told_["填报表 H7"]
    assert first[:2] == (1, "完成情况") and "基本完成" in first[2]
    assert all(row[4] for row in rows)
    form = openpyxl.load_workbook(io.BytesIO(copy))["填报表"]
    assert {c.coordinate for row in form.iter_rows() for c in row if c.comment} == set(cells)
    assert marks_of(copy) == {
        "FFF8CBAD": {"H7", "I8", "J9", "M10"}, "FFFFE699": {"E5", "D8"},
    }  # fmt: skip
    assert form["H7"].fill.fgColor.rgb == form["H8"].fill.fgColor.rgb, (
        "no look of theirs is changed"
    )


def test_points_on_one_row_are_one_line() -> None:
    row = {"B11": 4, "D11": "一般公共预算收入280亿元。", "H11": "滞后", "I11": 0.2, "J11": "慢"}
    sheet = openpyxl.load_workbook(io.BytesIO(returned(row)))["退回说明"]
    lines = [r for r in sheet.iter_rows(min_row=5, values_only=True) if r[0]]
    assert [line[0] for line in lines] == ["填报表 B11:J11"]


def test_nothing_of_theirs_is_alive() -> None:
    def change(book: Book) -> None:
        sheet = book["填报表"]
        sheet["J7"] = '=HYPERLINK("http://evil.example","点我")'
        sheet["J8"].hyperlink = "http://evil.example/b"
        sheet["J9"] = "=cmd|'/C calc'!A0"
        sheet["K7"] = "http://evil.example/c"
        sheet["K8"] = "@SUM(1)"
        sheet["H7"] = "基本完成"
        book.defined_names["evil"] = openpyxl.workbook.defined_name.DefinedName(
            "evil", attr_text="'http://evil.example/[x]y'!A1"
        )

    content = changed(change)
    copy = copy_of(content, merged(content))
    parts = {
        n: zipfile.ZipFile(io.BytesIO(copy)).read(n)
        for n in zipfile.ZipFile(io.BytesIO(copy)).namelist()
    }
    sheets = b"".join(v for n, v in parts.items() if n.startswith("xl/worksheets/sheet"))
    assert b"<f>" not in sheets and b"<f " not in sheets
    assert not any("external" in n.lower() or "vba" in n.lower() for n in parts)
    rels = b"".join(v for n, v in parts.items() if n.endswith(".rels"))
    assert b'TargetMode="External"' not in rels and b"evil" not in rels
    assert b"evil" not in parts["xl/workbook.xml"]
    form = openpyxl.load_workbook(io.BytesIO(copy))["填报表"]
    assert {form[a].data_type for a in ("K7", "K8")} == {"s"}
    assert form["K8"].value == "@SUM(1)"


def test_the_rules_wiped_out_are_laid_over_the_answers_again() -> None:
    def change(book: Book) -> None:
        book["填报表"].data_validations.dataValidation.clear()
        book["填报表"]["H7"] = "基本完成"

    content = changed(change)
    form = openpyxl.load_workbook(io.BytesIO(copy_of(content, merged(content))))["填报表"]
    kinds = {
        cell: v.type
        for v in form.data_validations.dataValidation
        for area in str(v.sqref).split()
        for row in form[area if ":" in area else f"{area}:{area}"]
        for cell in (c.coordinate for c in row)
    }
    assert kinds["H7"] == kinds["H10"] == "list" and kinds["M4"] == "date"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, True), (float(10**300), None), ("=1+1", "=1+1"), ("x" * 32767, "x" * 32767)],
)
def test_any_value_can_go_back(value: Any, shown: Any) -> None:
    def change(book: Book) -> None:
        book["填报表"]["E5"] = value
        if isinstance(value, str):
            book["填报表"]["E5"].data_type = "s"
        book["填报表"]["H7"] = "基本完成"

    content = changed(change)
    form = openpyxl.load_workbook(io.BytesIO(copy_of(content, merged(content))))["填报表"]
    assert form["E5"].value == (shown if shown is not None else value)


def test_sheet_names_that_clash_and_copies_without_the_hidden_sheet() -> None:
    def change(book: Book) -> None:
        book["填报表"]["H7"] = "基本完成"
        for i in range(3):
            book.create_sheet(
                "很长很长的工作表名称很长很长的工作表名称很长很长" + "的" * 4 + str(i)
            )["A1"] = "注"
        del book["_meta"]

    content = changed(change)
    copy = copy_of(content, merged(content))
    names = openpyxl.load_workbook(io.BytesIO(copy)).sheetnames
    assert len(names) == len({n.casefold() for n in names}) == 6
    assert lost(merged(mend(copy, {"H7": "达序时"}))) == set()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("收回/批次.zip/07_市住建局.xlsx", "退回_07_市住建局.xlsx"), ("a.xls", "退回_a.xlsx"),
        ("退回_a.xlsx", "退回_a.xlsx"), ("../..\\c:x?.et", "退回__c_x_.xlsx"), (".xlsx", "退回_回表.xlsx"),
    ],
)  # fmt: skip
def test_names(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_a_copy_reads_as_a_workbook() -> None:
    book, findings = read_book(FILE, returned(SPOILT))
    assert book is not None and findings == ()
    formulas = [at for s in book.sheets for at, c in s.cells.items() if c.formula]
    assert formulas == [(5, 2)], "the line that counts what is missing goes on counting"
    assert re.match(r"市发改委：填报表退回说明", str(book.sheets[0].cells[1, 1].value))


def test_their_notes_and_strokes_go_back_with_the_file() -> None:
    def change(book: Book) -> None:
        sheet = book["填报表"]
        sheet["H7"] = "基本完成"
        sheet["J8"].comment = Comment("此数待核", "某科员")
        sheet["J9"].font = openpyxl.styles.Font(strike=True)

    content = changed(change)
    before = merged(content)
    after = merged(copy_of(content, before))
    assert sorted(told(after)) == sorted(told(before))
    assert ("CELL-037", "J8") in told(after) and ("CELL-033", "J9") in told(after)


OURS = frozenset(("FORM-025", "TASK-033", "IND-012", "IND-021", "IND-022"))
"""These reach no copy: they are mended in the plan workbook, or concern no unit's file."""
_OFFICE = re.compile("裁定|总台账|“设置”|“单位”表|generate|merge|--[a-z]|催报|问题清单")


def test_remedies_on_a_copy_are_the_clerk_s_to_carry_out() -> None:
    home = Path(marked_copies.__file__).parents[1]
    sources = "".join(
        path.read_text(encoding="utf-8")
        for package in ("merge", "intake", "readers")
        for path in (home / package).rglob("*.py")
    )
    wrong = {
        code: entry.fix_unit["zh"]
        for code, entry in CATALOGUE.items()
        if code in sources
        and entry.severity is not Severity.NOTE
        and code[:4] in ("FORM", "HEAD", "ROW-", "CELL", "TASK", "IND-")
        and code not in OURS
        and _OFFICE.search(entry.fix_unit["zh"])
    }
    assert wrong == {}


def test_the_list_tells_the_clerk_and_the_summary_the_office() -> None:
    finding = Finding(
        "FORM-020", Place(FILE, "填报表", "B2"), A, values={"shown": "发改局", "unit": A}
    )
    assert "我们" in finding.fix_unit and "“单位”表" in finding.fix
    content = changed(put(H7="基本完成"))
    book, _ = read_book(FILE, content)
    assert book is not None
    made = marked_copies.marked_copy(content, book, read(content), template().form, [finding], A)
    sheet = openpyxl.load_workbook(io.BytesIO(made.content))["退回说明"]
    assert (sheet["A5"].value, sheet["E5"].value) == ("填报表 B2", finding.fix_unit)
