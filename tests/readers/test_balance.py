"""Whatever is done to a form: every cell that it did not come with is taken, or set aside at its place."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from bench_forms import FILE, filled, issued, merged, plan, read, saved, template
from books import opened
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.keys import parse_form_number, parse_row_key
from reconcile.core.plan import Ruling
from reconcile.intake.captions import Captions
from reconcile.intake.submission_reader import read_submission
from reconcile.readers import Cell as GridCell
from reconcile.readers import Sheet, read_book

pytestmark = pytest.mark.slow

TEXTS = [
    "已完成", "基本完成", "50%", "约五成", "一大半", "2022-09-30", "尽快", "完成情况", "第2项", "合计",
    "无", "/", "=1+1", "市财政局", "责任单位：市财政局", "填报人", "填报人：王五", "随手一记", "😀", "x" * 1200,
    "产业投资1360亿元。", "完成340亿元。", "牵头", "2", "5",
]  # fmt: skip
WRITTEN = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([0, 1, 0.5, 50, 2, 3, 44742, True]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8),
)
COLUMN, ROW = st.integers(1, 16), st.integers(1, 14)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), ROW, COLUMN, WRITTEN),
        st.tuples(st.just("clear"), ROW, COLUMN),
        st.tuples(st.just("swap rows"), ROW, ROW),
        st.tuples(st.just("swap columns"), COLUMN, COLUMN),
        st.tuples(st.just("copy row"), ROW, ROW),
        st.tuples(st.just("insert row"), ROW),
        st.tuples(st.just("delete row"), ROW),
        st.tuples(st.just("insert column"), COLUMN),
        st.tuples(st.just("delete column"), COLUMN),
        st.tuples(st.just("merge"), ROW, COLUMN, st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("hide row"), ROW),
        st.tuples(st.just("hide column"), COLUMN),
        st.tuples(st.just("new sheet"), WRITTEN),
        st.tuples(st.just("copy sheet")),
        st.tuples(st.just("instructions"), ROW, COLUMN, WRITTEN),
    ),
    max_size=6,
)


def act(book: openpyxl.Workbook, step: tuple[Any, ...]) -> None:
    sheet = book["填报表"]
    what, *rest = step
    match what:
        case "put":
            write(sheet, *rest)
        case "clear":
            write(sheet, *rest, None)
        case "swap rows":
            swap(sheet, [(c, c) for c in range(1, 17)], *rest, by_row=True)
        case "swap columns":
            swap(sheet, [(r, r) for r in range(6, 15)], *rest, by_row=False)
        case "copy row":
            for column in range(1, 17):
                write(sheet, rest[1], column, sheet.cell(rest[0], column).value)
        case "insert row":
            unmerge(sheet)
            sheet.insert_rows(rest[0])
        case "delete row":
            unmerge(sheet)
            sheet.delete_rows(rest[0])
        case "insert column":
            unmerge(sheet)
            sheet.insert_cols(rest[0])
        case "delete column":
            unmerge(sheet)
            sheet.delete_cols(rest[0])
        case "merge":
            row, column, down, right = rest
            unmerge(sheet)
            if down or right:
                sheet.merge_cells(
                    start_row=row,
                    start_column=column,
                    end_row=row + down,
                    end_column=column + right,
                )
        case "hide row":
            sheet.row_dimensions[rest[0]].hidden = True
        case "hide column":
            sheet.column_dimensions[openpyxl.utils.get_column_letter(rest[0])].hidden = True
        case "new sheet":
            write(book.create_sheet("另"), 2, 2, rest[0])
        case "copy sheet":
            book.copy_worksheet(sheet)
        case "instructions":
            write(book["填报说明"], *rest)


def unmerge(sheet: Worksheet) -> None:
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))


def write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column)
    if not isinstance(cell, openpyxl.cell.cell.MergedCell):
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def swap(
    sheet: Worksheet, along: list[tuple[int, int]], one: int, other: int, by_row: bool
) -> None:
    for k, _ in along:
        a, b = ((one, k), (other, k)) if by_row else ((k, one), (k, other))
        first, second = sheet.cell(*a).value, sheet.cell(*b).value
        write(sheet, *a, second)
        write(sheet, *b, first)


def issued_texts() -> set[str]:
    """Every value that the form came with, on any sheet."""
    book = opened(issued())
    return {
        str(c.value).strip()
        for s in book
        for row in s.iter_rows()
        for c in row
        if c.value is not None
    }


def theirs(content: bytes) -> dict[tuple[str, str], str]:
    """Non-blank cells that the form did not come with, counted from the workbook alone."""
    ours = issued_texts()
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        if sheet.title == "_meta":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                text = "" if cell.value is None else str(cell.value).strip()
                shown = any(sign.isprintable() and not sign.isspace() for sign in text)
                # A label of ours typed elsewhere, or a copy of our text, says nothing new.
                known = text in ours or parse_row_key(text) or parse_form_number(text)
                if shown and not known:
                    found[sheet.title, cell.coordinate] = text
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
@example([("copy sheet",), ("swap rows", 1, 6)])
def test_every_cell_of_theirs_is_accounted_for(steps: list[tuple[Any, ...]]) -> None:
    book = opened(filled())
    for step in steps:
        act(book, step)
    content = saved(book)
    result = merged(content)
    taken = {(r.place.sheet, r.place.cell) for r in result.records}
    aside = {(s.place.sheet, s.place.cell) for s in result.set_aside}
    told = {(f.place.sheet, f.place.cell) for f in result.findings}
    # What is told once for a task names its code and task at one of its cells.
    once = {(f.code, f.task) for f in result.findings if f.task is not None}
    told |= {(s.place.sheet, s.place.cell) for s in result.set_aside if (s.code, s.task) in once}
    # The answers of a sheet that lost its header row are told once, at the first of them.
    whole = {(f.code, f.place.sheet) for f in result.findings if f.code in ("HEAD-001", "HEAD-011")}
    told |= {
        (s.place.sheet, s.place.cell) for s in result.set_aside if (s.code, s.place.sheet) in whole
    }
    assert not taken & aside
    assert len(taken) == len(result.records)
    accepted = result.verdicts[0].accepted
    for place in theirs(content):
        if place in taken:
            continue
        if accepted:
            assert place in told, (place, steps)
        assert place in aside or place in told, (place, steps)
    balance = result.balance
    assert balance.received == balance.accepted + balance.normalised + balance.set_aside
    assert balance.accepted + balance.normalised == len(result.records)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, STEPS, st.sampled_from(["照收", "改为", "不收", "免提"]))
def test_two_returns_and_rulings_keep_the_balance(
    first: list[tuple[Any, ...]], second: list[tuple[Any, ...]], decision: str
) -> None:
    files = {}
    for name, steps in (("a.xlsx", first), (FILE, second)):
        book = opened(filled())
        for step in steps:
            act(book, step)
        files[name] = saved(book)
    before = merged(files)
    rulings = [Ruling(f.code, f.unit, f.task, f.field, decision, "50%") for f in before.findings]
    after = merged(files, rulings)
    cells = [(r.place, r.field) for r in after.records if r.place.cell]
    assert len(cells) == len(set(cells))
    supplied = sum(not r.place.cell for r in after.records)
    assert after.balance.received == before.balance.received + supplied


@pytest.mark.parametrize("remark", [None, "（批注）"])
def test_a_number_among_last_periods_answers_is_seen_either_way(remark: str | None) -> None:
    """A comment sends the row the long way."""
    book = opened(filled())
    del book["_meta"]  # nothing tells what was printed there
    sheet = book["填报表"]
    header = {str(c.value): c.column for c in sheet[6]}
    column = max(header.values()) + 1
    sheet.cell(6, column).value = "上期情况"
    sheet.cell(7, column).value = "见 ABCD-01-ABCD-ABCD-ABCD1234"
    if remark:
        sheet.cell(7, header["进展情况"]).comment = Comment(remark, "x")
    found = [number for number, at in read(saved(book)).numbers if at.cell.endswith("7")]
    assert found == ["ABCD-01-ABCD-ABCD-ABCD1234"]


def test_a_cell_in_a_row_that_no_sheet_has_is_told_too() -> None:
    form, _ = read_book(FILE, filled())
    assert form is not None
    odd = Sheet("另", {(0, 1): GridCell(0, 1, "顺手一记"), (1, 1): GridCell(1, 1, "又一记")})
    book = replace(form, sheets=(*form.sheets, odd))
    returned = read_submission(FILE, "", book, Captions.of(template().form, plan()))
    assert [(s.place.cell, s.cell.value) for s in returned.strays] == [
        ("A0", "顺手一记"),
        ("A1", "又一记"),
    ]
