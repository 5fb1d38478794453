"""A test bench for intake: a small plan, its forms filled as another program would, one mutation, merge.

The forms have columns A 校验码 (hidden), B 序号, C 类别, D 目标任务, E F milestones,
G 角色, H 完成情况, I 完成百分比, J 进展情况, K 存在问题, L 下一步措施, M 预计完成时间;
captions in row 6, tasks from row 7, one row for each task of the unit.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from books import opened
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet
from worded import worded

from reconcile.core.findings import Severity
from reconcile.core.form import NOT_ASKED
from reconcile.core.plan import Period, Plan, Ruling, Task, Unit
from reconcile.core.result import MergeResult, Previous
from reconcile.core.submission import Submission
from reconcile.core.units import assignments
from reconcile.core.values.synonyms import synonym_map
from reconcile.forms.form_writer import form_bytes
from reconcile.forms.template import Template, read_template
from reconcile.intake.captions import Captions
from reconcile.intake.submission_reader import read_submission
from reconcile.merge.run import merge
from reconcile.readers import read_book
from reconcile.reports.marked_copies import marked_copy

AS_OF = date(2022, 7, 8)
FILED = date(2022, 7, 1)
A, B, C = "市发改委", "市财政局", "市教育局"
FILE = "回表.xlsx"
HEAD = {"D4": "张三", "J4": "0518-1234567", "M4": FILED}
COLUMNS = "HIJKLM"
KEPT_STATE = "达序时"

Change = Callable[[Book], object]
Findings = list[tuple[str, str]]


@functools.cache
def plan() -> Plan:
    """Five tasks, three units, two periods. 市发改委 has 1, 2, 3 and 5; 市财政局 2, 4; 市教育局 5."""

    def task(number: int, goal: str, first: str, lead: str, *support: str) -> Task:
        milestones = {"第一季度": first, "第二季度": f"完成第{number}项全年的一半。"}
        return Task(number, ("一、经济",), goal, milestones, (lead,), support)

    return Plan(
        title="2022年重点任务", document="测政办〔2022〕1号", office="测试市政府办公室", year=2022,
        periods=(Period("第一季度", date(2022, 3, 31), 3), Period("第二季度", date(2022, 6, 30), 6)),
        tasks=(
            task(1, "地区生产总值增长7%。", "增长6%。", A),
            task(2, "产业投资1360亿元。", "完成340亿元。", A, B),
            task(3, "新开工项目50个。", "开工10个。", A),
            task(4, "一般公共预算收入280亿元。", "完成70亿元。", B),
            task(5, "新建学校12所。", "完成选址。", A, C),
        ),
        units=(Unit(A, ("发改委",)), Unit(B), Unit(C)),
        key="9c41e7d0b85f2a3669d1c07e4fb3a852",
        synonyms=synonym_map(),
        settings={"截止日期": "2022-07-05", "联系方式": "督查科"},
    )  # fmt: skip


@functools.cache
def template() -> Template:
    """The template that ships with the program."""
    path = Path(str(resources.files("reconcile.templates") / "form.xlsx"))
    read, findings = read_template(path)
    assert read is not None, findings
    return read


@functools.cache
def issued(unit: str = A, period: int = 2) -> bytes:
    """The form of a unit as it goes out."""
    own = [a for a in assignments(plan())[0] if a.unit == unit]
    return form_bytes(template(), plan(), period, unit, own)


def answer(number: int) -> dict[str, Any]:
    """A proper answer by column letter."""
    return {
        "H": KEPT_STATE,
        "I": 0.5,
        "J": f"第{number}项本期已召开推进会，完成一半。",
        "K": None,
        "L": f"第{number}项下一步加快进度。",
        "M": date(2022, 12, 20),
    }


@functools.cache
def filled(unit: str = A, period: int = 2) -> bytes:
    """The form of a unit, filled in properly with openpyxl."""
    book = opened(issued(unit, period))
    sheet = book["填报表"]
    for address, value in HEAD.items():
        sheet[address] = value
    for row in range(7, sheet.max_row + 1):
        if sheet.cell(row, 2).value is None:  # a heading
            continue
        for letter, value in answer(sheet[f"B{row}"].value).items():
            own = (
                f"{unit}{value}"
                if isinstance(value, str) and letter in "JL" and unit != A
                else value
            )
            if sheet[f"{letter}{row}"].value != NOT_ASKED:
                sheet[f"{letter}{row}"] = own
    return saved(book)


def saved(book: Book) -> bytes:
    """A workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(change: Change, unit: str = A, period: int = 2) -> bytes:
    """The filled form of a unit after one change of a clerk's. The change may return a new book."""
    book = opened(filled(unit, period))
    other = change(book)
    return saved(other if isinstance(other, Book) else book)


def on_form(change: Callable[[Worksheet], object]) -> Change:
    """A change of the form sheet only."""
    return lambda book: change(book["填报表"]) and None


def put(**cells: Any) -> Change:
    """Write these values into cells of the form sheet."""

    def change(book: Book) -> None:
        for address, value in cells.items():
            book["填报表"][address] = value

    return change


def read(content: bytes, name: str = FILE, its_plan: Plan | None = None) -> Submission:
    """Read one returned file."""
    book, findings = read_book(name, content)
    assert book is not None, findings
    captions = Captions.of(template().form, its_plan or plan())
    return read_submission(name, hashlib.sha256(content).hexdigest(), book, captions)


def merged(
    files: Mapping[str, bytes] | bytes,
    rulings: Sequence[Ruling] = (),
    previous: Previous | None = None,
    its_plan: Plan | None = None,
    period: int = 2,
) -> MergeResult:
    """Merge returned files."""
    if isinstance(files, bytes):
        files = {FILE: files}
    with_rulings = replace(its_plan or plan(), rulings=tuple(rulings))
    returns = [read(content, name, with_rulings) for name, content in files.items()]
    return merge(
        with_rulings, template().form, returns, period=period, as_of=AS_OF, previous=previous
    )


def fingerprint_of(content: bytes, period: str = "第二季度") -> str:
    """What a ruling names a file by, as 问题清单 shows it."""
    return f"{hashlib.sha256(content).hexdigest()[:32]}@{period}"


def told(result: MergeResult, *, of: str = A) -> Findings:
    """Code and cell of what is told of a unit, but for units that did not answer."""
    return [
        (f.code, f.place.cell)
        for f in worded(result.findings)
        if f.code != "UNIT-009" and (f.unit in ("", of) or not of)
    ]


def codes_at(result: MergeResult, cell: str) -> list[str]:
    """The codes of what is told of 市发改委 at a cell."""
    return [code for code, at in told(result) if at == cell]


def values(result: MergeResult, unit: str = A) -> dict[tuple[int | None, str], Any]:
    """What was accepted, by (task, field id)."""
    found = {(r.task, r.field): r.value for r in result.records if r.unit == unit}
    assert len(found) == sum(r.unit == unit for r in result.records), "a field counts once"
    return found


def aside(result: MergeResult) -> dict[str, str]:
    """What was set aside: text by cell."""
    return {s.place.cell: s.text for s in result.set_aside}


@functools.cache
def clean(unit: str = A) -> Mapping[tuple[int | None, str], Any]:
    """What a clean form comes to."""
    return MappingProxyType(values(merged(filled(unit)), unit))


def lost(result: MergeResult, *tasks: int) -> set[tuple[int | None, str]]:
    """Fields whose value is not the clean form's, but for those of these tasks."""
    now = values(result)
    return {k for k, v in clean().items() if now.get(k) != v and k[0] not in tasks}


def copy_of(content: bytes, result: MergeResult, unit: str = A) -> bytes:
    """The marked-up copy of a returned file."""
    book, _ = read_book(FILE, content)
    assert book is not None
    own = [f for f in result.findings if f.unit == unit and f.severity is not Severity.NOTE]
    return marked_copy(content, book, read(content), template().form, own, unit).content
