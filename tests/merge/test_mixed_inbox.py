"""An inbox as it is: returns of other periods, of two units in one file, that cannot be opened, that break us.

The plan and its forms are those of bench_forms: 市发改委, 市财政局 and 市教育局 are asked.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import A, B, C, changed, filled, issued, merged, plan, put, saved, template
from books import zipped
from worded import plain_text

from reconcile.api import marked_copies as api_copies
from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.core.findings import Finding
from reconcile.core.plan import Plan, Ruling
from reconcile.core.result import MergeResult
from reconcile.core.units import suspects, units_named
from reconcile.intake import inbox, reader
from reconcile.intake.inbox import collect
from reconcile.merge import cross_checks, ingest, run, state
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes
from reconcile.readers import read_book
from reconcile.reports.circular import draft
from reconcile.reports.exports import report
from reconcile.reports.status import status_text

AS_OF = date(2022, 7, 8)
DAMAGED = b"PK\x03\x04 and then nothing"
PDF = b"%PDF-1.7 a scan"


class Round:
    """A merge through the verbs: what came of it, the copies that go back, the draft circular."""

    def __init__(
        self, office: Path, files: Mapping[str, bytes], its_plan: Plan | None = None
    ) -> None:
        (office / "总台账.xlsx").write_bytes(plan_bytes(its_plan or plan()))
        box = office / "收回"
        box.mkdir()
        for name, content in files.items():
            (box / name).parent.mkdir(parents=True, exist_ok=True)
            (box / name).write_bytes(content)
        taken = take(office / "总台账.xlsx", [box], period="第二季度", as_of=AS_OF)
        assert taken.merged is not None and taken.form is not None, taken.findings
        self.result = taken.merged
        form = taken.form
        self.written = write_merge(self.result, form, office / "汇总.xlsx", office / "退回", [box])
        self.copies = [path.name for path in self.written.copies]
        self.circular = plain_text(draft(self.result, score_units(self.result)))
        self.summary = openpyxl.load_workbook(self.written.details)
        self.report = report(self.result, form)

    def states(self) -> dict[str, str]:
        return {s.unit: s.state for s in self.result.statuses}

    def told(self, *codes: str) -> list[tuple[str, str, str]]:
        """(code, file, unit) of these codes."""
        return [
            (f.code, f.place.file.removeprefix("收回/"), f.unit)
            for f in self.result.findings
            if f.code in codes
        ]

    def asked_again(self) -> dict[str, str]:
        """催报名单: 情况 by unit."""
        sheet = self.summary["催报名单"]
        return {row[0]: row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)}


def errors(result: MergeResult) -> list[str]:
    return [f.code for f in result.findings if f.severity.name == "ERROR"]


def balanced(result: MergeResult) -> bool:
    b = result.balance
    return b.received == b.accepted + b.normalised + b.set_aside and len(result.records) == (
        b.accepted + b.normalised
    )


# --- 10: returns of another period


def test_returns_of_the_last_period_are_a_note_where_this_one_s_came(tmp_path: Path) -> None:
    quarters = {f"{u}{p}.xlsx": filled(u, p) for u in (A, B, C) for p in (1, 2)}
    found = Round(tmp_path, quarters)
    assert found.states() == {A: "clean", B: "clean", C: "clean"}
    assert found.copies == [] and errors(found.result) == []
    assert found.told("FORM-013") == [("FORM-013", f"{u}1.xlsx", u) for u in sorted((A, B, C))]
    assert {f.severity.name for f in found.result.findings} == {"NOTE"}
    assert "未报送0个" in found.circular and "第一季度" not in found.circular
    assert not any(name in found.circular for name in (A + "未", "无法采用", "差错，"))
    assert found.asked_again() == {} and balanced(found.result)
    assert all(s.files == (f"收回/{s.unit}2.xlsx",) for s in found.result.statuses)


def test_a_unit_that_sent_only_another_period_is_silent_and_its_file_told(tmp_path: Path) -> None:
    found = Round(tmp_path, {"旧.xlsx": filled(B, 1), "a.xlsx": filled(A)})
    assert found.states() == {A: "clean", B: "missing", C: "missing"}
    assert found.told("FORM-064") == [("FORM-064", "旧.xlsx", B)]
    assert found.told("UNIT-009") == [("UNIT-009", "", B), ("UNIT-009", "", C)]
    assert f"{B}、{C}等2个单位未按要求报送" in found.circular
    assert found.result.statuses[1].set_aside == 0 and found.copies == []


def test_another_period_is_told_by_its_rows_where_the_number_is_gone() -> None:
    content = changed(put(**dict.fromkeys(number_cells(filled(A, 1)))), A, 1)
    result = merged({"旧.xlsx": content, "a.xlsx": filled(A)})
    assert errors(result) == []
    assert [f.unit for f in result.findings if f.code == "FORM-013"] == [A]


def number_cells(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["填报表"]
    return [c.coordinate for row in sheet.iter_rows() for c in row if "编号" in str(c.value)]


# --- 12: a refused file has an owner


def beside(content: bytes, other: bytes, name: str) -> bytes:
    """A workbook with the form sheet of another one pasted in under this name."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.create_sheet(name)
    for row in openpyxl.load_workbook(io.BytesIO(other))["填报表"].iter_rows():
        for cell in row:
            if cell.value is not None:
                sheet[cell.coordinate].value = cell.value
    return saved(book)


def test_two_units_in_one_workbook_are_read_each_by_its_number(tmp_path: Path) -> None:
    found = Round(tmp_path, {"合并上报.xlsx": beside(filled(A), filled(B), B)})
    assert found.states() == {A: "clean", B: "clean", C: "missing"}
    assert found.told("FORM-066") == [("FORM-066", "合并上报.xlsx", "")]
    assert errors(found.result) == [] and balanced(found.result)
    alone = merged({"a.xlsx": filled(A), "b.xlsx": filled(B)})
    assert {(r.unit, r.task, r.field): r.value for r in found.result.records} == {
        (r.unit, r.task, r.field): r.value for r in alone.records
    }
    assert [f["unit"] for f in found.report["files"]] == [A, B]


def test_a_mistake_in_one_of_two_forms_is_its_unit_s(tmp_path: Path) -> None:
    content = beside(filled(A), changed(put(H8="基本完成"), B), B)
    found = Round(tmp_path, {"合并上报.xlsx": content})
    assert found.states() == {A: "clean", B: "errors", C: "missing"}
    assert found.told("CELL-002") == [("CELL-002", "合并上报.xlsx", B)]
    assert found.copies == ["退回_合并上报.xlsx"]


@pytest.mark.parametrize("numbered", [True, False])
def test_a_second_sheet_without_a_number_is_told_by_its_rows(numbered: bool) -> None:
    book = openpyxl.load_workbook(io.BytesIO(beside(filled(A), filled(B), B)))
    for name in (B,) if numbered else (B, "填报表"):
        for row in book[name].iter_rows():
            for cell in row:
                if "编号" in str(cell.value):
                    cell.value = None
    result = merged({"合并.xlsx": saved(book)})
    assert [s.state for s in result.statuses] == ["clean", "clean", "missing"]
    assert errors(result) == [] and balanced(result)
    alone = merged({"a.xlsx": filled(A), "b.xlsx": filled(B)})
    tasks = {(r.unit, r.task, r.field): r.value for r in alone.records if r.task}
    assert {(r.unit, r.task, r.field): r.value for r in result.records if r.task} == tasks


def test_this_period_and_the_last_in_one_workbook(tmp_path: Path) -> None:
    found = Round(tmp_path, {"a.xlsx": beside(filled(A), filled(A, 1), "一季度")})
    assert found.states()[A] == "clean" and errors(found.result) == []
    assert found.told("FORM-013") == [("FORM-013", "a.xlsx", A)]


def test_several_forms_that_cannot_be_told_apart_are_all_their_units() -> None:
    """Two numbers on one sheet, or one that was edited: set aside, and nobody is called silent."""
    number = number_of(B)
    one_sheet = merged({"合并.xlsx": changed(put(E5=f"表单编号：{number}"))})
    assert errors(one_sheet) == ["FORM-015"]
    assert [s.state for s in one_sheet.statuses] == ["refused", "refused", "missing"]
    edited = openpyxl.load_workbook(io.BytesIO(beside(filled(A), filled(B), B)))
    for row in edited[B].iter_rows():
        for cell in row:
            if number in str(cell.value):
                cell.value = str(cell.value)[:-1] + ("0" if number[-1] != "0" else "1")
    result = merged({"合并.xlsx": saved(edited)})
    assert errors(result) == ["FORM-012"]
    assert [s.state for s in result.statuses] == ["refused", "suspected", "missing"]
    assert not any(f.code == "UNIT-009" and f.unit in (A, B) for f in result.findings)


def number_of(unit: str) -> str:
    from bench_forms import read

    return read(issued(unit)).numbers[0][0]


def letter(sender: str, name: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "回表"
    message["Date"] = "Fri, 1 Jul 2022 09:00:00 +0800"
    message.set_content("见附件")
    message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("02_市财政局_2022年第二季度填报表.xlsx", DAMAGED), ("市财政局.pdf", PDF),
        ("市财政局填报表（加密）.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("市财政局/填报表.xlsx", DAMAGED), ("财政 回表.xlsx", b""),
        ("批.zip", zipped({"市财政局.xlsx": DAMAGED})), ("ＣＺＪ_回表.doc", b"{\\rtf1"),
        ("信.eml", letter("某人 <CZ@example.org>", "填报表.xlsx", DAMAGED)),
        ("信.eml", letter("cz@example.org", "盖章扫描件.pdf", PDF)),
        ("信.eml", letter("某人 <x@example.net>", "市财政局填报表.xlsx", DAMAGED)),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_opened_may_be_a_unit_s(
    tmp_path: Path, name: str, content: bytes
) -> None:
    units = tuple(
        replace(u, aliases=("财政", "CZJ"), email="cz@example.org") if u.name == B else u
        for u in plan().units
    )
    found = Round(tmp_path, {name: content, "a.xlsx": filled(A)}, replace(plan(), units=units))
    assert found.states() == {A: "clean", B: "suspected", C: "missing"}
    [told] = found.told("UNIT-012")
    assert told[2] == B and told[1].startswith(name)
    assert found.told("UNIT-009") == [("UNIT-009", "", C)]
    assert "疑似已报，文件没有收" in found.asked_again()[B]
    assert f"{B}疑似已报送，文件无法打开或无法确认，待核实" in found.circular
    assert "应报送单位3个，其中已报送1个、未报送1个" in found.circular
    assert f"{C}未按要求报送" in found.circular
    text = status_text(found.result)
    assert "疑似已报 1、未报 1" in text
    assert {u["unit"]: u["state"] for u in found.report["units"]}[B] == "suspected"


def test_one_that_came_otherwise_is_not_suspected_any_more(tmp_path: Path) -> None:
    found = Round(tmp_path, {"市财政局.xlsx": DAMAGED, "b.xlsx": filled(B)})
    assert found.states()[B] == "clean" and found.told("UNIT-012") == []


def test_a_form_of_another_plan_or_without_a_number_may_be_the_unit_s() -> None:
    other = replace(plan(), key="f" * 32)
    result = merged({"回表.xlsx": filled(B)}, its_plan=other)
    assert [(v.why, v.suspected) for v in result.verdicts] == [(("FORM-011",), (B,))]
    assert [s.state for s in result.statuses] == ["missing", "suspected", "missing"]


def test_a_borrowed_form_is_of_both() -> None:
    result = merged({"回表.xlsx": changed(put(B2="责任单位：市教育局"))})
    assert [s.state for s in result.statuses] == ["refused", "missing", "suspected"]


def test_what_a_ruling_leaves_out_is_nobody_s() -> None:
    digest = hashlib.sha256(filled(B)).hexdigest()
    ignore = Ruling("", "", None, "", "忽略文件", digest[:16])
    result = merged({"市财政局.xlsx": filled(B)}, [ignore])
    assert [s.state for s in result.statuses] == ["missing"] * 3


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("07_市教育局_2022年第二季度填报表.xlsx", (C,)), ("教育填报.xlsx", (C,)),
        ("市教育局市财政局合报.xlsx", (C, B)), ("某市市教育局.et", (C,)),
        ("海州.xlsx", ("海州区",)), ("2海州3.xlsx", ("海州区",)), ("海州湾景区.xlsx", ()),
        ("海州区教育局.xlsx", ("海州区教育局",)), ("Water_Board_form.xlsx", ("Water Board",)),
        ("waterboards.xlsx", ()), ("各县区.xlsx", ()), ("", ()),
    ],
)  # fmt: skip
def test_the_units_that_a_file_is_named_after(name: str, units: tuple[str, ...]) -> None:
    more = [
        replace(plan().units[2], aliases=("教育填报",)), replace(plan().units[1], name="海州区", aliases=("海州",)),
        replace(plan().units[1], name="海州区教育局"), replace(plan().units[1], name="Water Board"),
        replace(plan().units[1], name="各县区", group=True),
    ]  # fmt: skip
    known = replace(plan(), units=(*plan().units[:2], *more))
    assert units_named(known, name) == units
    assert suspects(known, f"收回/{name}", "") == units


def test_a_file_named_after_another_unit_is_told(tmp_path: Path) -> None:
    found = Round(tmp_path, {"市财政局_填报表.xlsx": filled(A), "发改委.xlsx": filled(B)})
    assert found.told("FORM-065") == [
        ("FORM-065", "发改委.xlsx", B), ("FORM-065", "市财政局_填报表.xlsx", A),
    ]  # fmt: skip
    assert found.states() == {A: "clean", B: "clean", C: "missing"}


@pytest.mark.parametrize("name", ["市发改委.xlsx", "填报表.xlsx", "市财政局转市发改委.xlsx"])
def test_a_file_that_names_its_unit_or_none_is_not(name: str) -> None:
    assert not any(f.code == "FORM-065" for f in merged({name: filled(A)}).findings)


# --- 18: one file never stops the batch, wherever it fails


def three() -> dict[str, bytes]:
    return {"a.xlsx": filled(A), "坏.xlsx": changed(put(H8="基本完成"), B), "c.xlsx": filled(C)}


def breaks_on(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, when: Any) -> None:
    """Let a function of ours raise for what ``when`` says."""
    usual = getattr(module, name)

    def broken(*args: Any, **kwargs: Any) -> Any:
        if when(*args):
            raise ZeroDivisionError("nobody foresaw this")
        return usual(*args, **kwargs)

    monkeypatch.setattr(module, name, broken)


def of_b(sources: Sequence[Any]) -> bool:
    return any(s.delivery.file.endswith("坏.xlsx") for s in sources)


STAGES: Mapping[str, tuple[Any, str, Any]] = {
    "opened": (reader, "read_submission", lambda file, *_: file.endswith("坏.xlsx")),
    "identified": (ingest, "identify", lambda _, __, r, ___: r.file.endswith("坏.xlsx")),
    "matched": (ingest, "match_row", lambda _, __, unit, *___: unit == B),
    "a cell judged": (state, "apply", lambda _, value, **__: value == "基本完成"),
    "half the rows taken": (
        ingest, "match_row", lambda _, __, unit, ___, row, ____: unit == B and row.place.cell == "A10",
    ),
    "settled": (run, "settle", lambda _, __, sources, ___: of_b(sources)),
    "columns": (run, "_missing_columns", lambda _, __, entries: (B, 4) in entries),
    "checked": (
        cross_checks, "percent", lambda share: share == 0.25,
    ),
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_file_that_we_fail_over_is_told_and_the_others_count(
    stage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module, name, when = STAGES[stage]
    files = three()
    if stage == "checked":  # 已完成 with 25 % is told, in words that then fail
        files["坏.xlsx"] = changed(put(H8="已完成", I8=0.25), B)
    breaks_on(monkeypatch, module, name, when)
    found = Round(tmp_path, files)
    result = found.result
    assert found.told("FILE-999") == [("FILE-999", "坏.xlsx", "")]
    assert {r.place.file for r in result.records} == {"收回/a.xlsx", "收回/c.xlsx"}
    assert not any(s.place.file.endswith("坏.xlsx") for s in result.set_aside)
    assert {f.code for f in result.findings if f.place.file.endswith("坏.xlsx")} <= {
        "FILE-999", "UNIT-012",
    }  # fmt: skip
    assert found.states()[A] == found.states()[C] == "clean"
    assert errors(result) == ["FILE-999"] and balanced(result)
    assert [v.why for v in result.verdicts if not v.accepted] == [("FILE-999",)]
    if stage not in ("opened", "identified"):
        assert found.states()[B] == "suspected", "the fault is ours: it is not called silent"


def test_files_that_fail_only_together_are_left_out_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    breaks_on(monkeypatch, run, "settle", lambda _, key, sources, __: len(sources) > 1)
    result = merged({"b1.xlsx": filled(B), "b2.xlsx": filled(B), "a.xlsx": filled(A)})
    assert [f.place.file for f in result.findings if f.code == "FILE-999"] == ["b1.xlsx", "b2.xlsx"]
    assert result.statuses[0].state == "clean" and balanced(result)


def test_a_fault_that_no_file_explains_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks_on(monkeypatch, run, "judge", lambda *_: True)
    with pytest.raises(ZeroDivisionError):
        merged({})


def test_a_copy_that_cannot_be_made_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    breaks_on(
        monkeypatch, api_copies, "marked_copy", lambda _, __, r, *___: r.file.endswith("坏.xlsx")
    )
    files = {**three(), "a.xlsx": changed(put(H7="基本完成"))}
    found = Round(tmp_path, files)
    assert found.copies == ["退回_a.xlsx"]
    told = [(f.code, f.place.file, f.unit) for f in found.written.findings]
    assert told == [("FILE-999", "收回/坏.xlsx", B)]
    assert (tmp_path / "汇总.xlsx").exists()


def test_an_archive_that_we_fail_over_does_not_end_the_inbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual = inbox._zip

    def broken(name: str, *args: Any) -> Iterator[Any]:
        yield from usual(name, *args)
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(inbox, "_zip", broken)
    (tmp_path / "1.zip").write_bytes(zipped({"a.xlsx": filled(A)}))
    (tmp_path / "2.xlsx").write_bytes(filled(B))
    found = [(a.name.rpartition("/")[2], [f.code for f in a.findings]) for a in collect([tmp_path])]
    assert found == [("a.xlsx", []), ("1.zip", ["FILE-999"]), ("2.xlsx", [])]


LARGEST = "1.7976931348623157E+308"


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell", ["H7", "I7", "J7", "M7", "M4", "J4", "N7", "E5", "B7", "D8", "N20"]
)
@pytest.mark.parametrize("number", [LARGEST, f"-{LARGEST}", "1.79769313486231E+308", "5E-324"])
def test_the_largest_number_in_any_cell(tmp_path: Path, cell: str, number: str) -> None:
    files = {"a.xlsx": with_number(cell, number), "b.xlsx": filled(B)}
    found = Round(tmp_path, files)
    assert found.told("FILE-999") == [] and found.states()[B] == "clean"
    assert balanced(found.result)
    assert [f.code for f in found.written.findings] == []
    for path in found.written.copies:
        book, told = read_book(path.name, path.read_bytes())
        assert book is not None and not any(f.code.startswith("FILE-0") for f in told)


def with_number(cell: str, number: str) -> bytes:
    """The form of 市发改委 with this number in a cell, spelled as it is."""
    from books import repacked

    mark = 987654321
    content = changed(put(**{cell: mark, "H9": "基本完成"}))
    sheets = {
        f"xl/worksheets/sheet{n}.xml": lambda part: part.replace(
            str(mark).encode(), number.encode()
        )
        for n in (1, 2, 3)
    }
    return repacked(content, sheets)


def test_the_largest_number_is_a_text() -> None:
    book, _ = read_book("a.xlsx", with_number("I7", LARGEST))
    assert book is not None
    sheet = next(s for s in book.sheets if s.name == "填报表")
    assert sheet.cells[7, 9].value == "1.79769313486232e+308"
    result = merged({"a.xlsx": with_number("I7", LARGEST)})
    assert ("CELL-003", "I7") in [(f.code, f.place.cell) for f in result.findings]


def test_a_finding_on_what_nobody_foresaw_is_made_in_one_place() -> None:
    told = Finding.unforeseen("收回/a.xlsx", ValueError("x" * 500))
    assert told.code == "FILE-999" and len(str(told.values["reason"])) == 200
    assert template().form.field("filled") is not None
