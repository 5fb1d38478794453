"""Cells that the form prints beyond the plan's own texts: last period's answers, indicators, sums."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from bench_forms import HEAD, A, B, answer, aside, merged, plan, saved, template, told

from reconcile.core.plan import Amount, Indicator, Plan
from reconcile.core.result import MergeResult
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes

LAST = {
    (A, 2, "state"): "达序时", (A, 2, "percent"): 0.25, (A, 2, "next"): "加快开工。",
    (A, 2, "actual:产业投资"): 340.0,
}  # fmt: skip


def amount(number: int) -> Amount:
    return Amount(Decimal(number), Decimal(number))


def with_indicator() -> Plan:
    targets = {"第一季度": amount(340), "第二季度": amount(680)}
    one = Indicator(2, "产业投资", "亿元", "cumulative", ">=", amount(1360), targets)
    return replace(plan(), indicators=(one,))


def returned(
    cells: dict[str, Any],
    *,
    last: dict[Any, Any] | None = None,
    change: Callable[[Any], None] = lambda book: None,
    amended: Callable[[Plan], Plan] = lambda its_plan: its_plan,
) -> MergeResult:
    """Issue, fill and return the form; ``cells`` are 量化指标!J5 or an address on 填报表."""
    own = [a for a in assignments(plan())[0] if a.unit == A]
    content = form_bytes(template(), with_indicator(), 2, A, own, last or {})
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["填报表"]
    captions = {str(c.value): c.column for c in sheet[6]}
    order = ("完成情况", "完成百分比", "进展情况", "存在问题", "下一步措施", "预计完成时间")
    for row in range(7, 11):
        for caption, value in zip(order, answer(sheet[f"B{row}"].value).values(), strict=True):
            sheet.cell(row, captions[caption]).value = value
    labels = {str(c.value): c for row in sheet.iter_rows(max_row=5) for c in row}
    for label, value in zip(("填报人", "联系电话", "填报日期"), HEAD.values(), strict=True):
        sheet.cell(4, labels[label].column + 1).value = value
    book["量化指标"]["I5" if last else "H5"] = 700
    for where, value in cells.items():
        name, _, cell = where.rpartition("!")
        book[name or "填报表"][cell] = value
    change(book)
    return merged(saved(book), its_plan=amended(with_indicator()))


@pytest.mark.parametrize("last", [None, LAST])
def test_a_clean_form_with_indicators_raises_nothing(last: dict[Any, Any] | None) -> None:
    result = returned({}, last=last)
    assert told(result) == []
    assert [r.value for r in result.records if r.field.startswith("actual")] == [700.0]
    assert result.balance.received == result.balance.accepted


@pytest.mark.parametrize(
    ("where", "value", "code"),
    [
        ("H8", "滞后，10%", "ROW-009"),
        ("H7", "上期也做了", "ROW-009"),
        ("量化指标!H5", 350, "IND-014"),
        ("量化指标!F5", 1300, "IND-014"),
        ("量化指标!J5", 0.9, "IND-014"),
        ("量化指标!K5", "已超额", "IND-014"),
        ("量化指标!N5", "另附表", "ROW-012"),
        ("量化指标!C9", "另有一项指标", "ROW-012"),
    ],
)
def test_what_is_written_over_printed_cells_is_set_aside(where: str, value: Any, code: str) -> None:
    result = returned({where: value}, last=LAST)
    cell = where.rpartition("!")[2]
    assert told(result) == [(code, cell)]
    assert aside(result) == {cell: str(value)}


def without_sheet(book: Any) -> None:
    del book["量化指标"]


def given_away(its_plan: Plan) -> Plan:
    tasks = (replace(t, lead=(B,), support=()) if t.number == 2 else t for t in its_plan.tasks)
    return replace(its_plan, tasks=tuple(tasks))


def test_indicators_on_a_sheet_that_is_gone_are_missed() -> None:
    result = returned({}, change=without_sheet)
    assert told(result) == [("IND-011", "")]
    assert [f.task for f in result.findings if f.code == "IND-011"] == [2]


def test_an_indicator_given_away_after_the_form_went_out() -> None:
    result = returned({}, amended=given_away)
    assert told(result) == [("TASK-041", "A8"), ("IND-015", "A5")]
    assert aside(result)["H5"] == "700"


def test_values_pasted_over_our_sums_are_no_edit() -> None:
    pasted = {"量化指标!J5": 700 / 1360, "量化指标!K5": 20}
    assert told(returned(pasted, last=LAST)) == []
