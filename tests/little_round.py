"""A round in a few lines: a plan of one-line tasks, its forms filled in, and merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bench_forms import HEAD, saved, template
from books import opened
from worded import worded

from reconcile.core.form import NOT_ASKED
from reconcile.core.plan import Amount, Indicator, Period, Plan, Task, Unit
from reconcile.core.result import MergeResult
from reconcile.core.units import assignments
from reconcile.core.values.synonyms import synonym_map
from reconcile.forms.form_writer import form_bytes

PERIODS = (Period("第一季度", date(2022, 3, 31), 3), Period("第二季度", date(2022, 6, 30), 6))
GOOD = {"完成情况": "达序时", "完成百分比": 0.5, "进展情况": "第{n}项已开工，{unit}在抓。"}


def little_plan(
    tasks: Mapping[int, str],
    indicators: Sequence[Indicator] = (),
    *,
    units: Sequence[Unit] = (),
    settings: Mapping[str, str] | None = None,
) -> Plan:
    """A plan of these tasks: "修路：甲局、乙局；丙局" is a goal, its leads and its supporting units."""
    made = []
    for number, text in tasks.items():
        goal, _, names = text.partition("：")
        lead, _, support = names.partition("；")
        sides = [tuple(n for n in side.split("、") if n) for side in (lead, support)]
        milestones = {p.caption: f"{goal}到{p.months}成。" for p in PERIODS}
        made.append(Task(number, (), goal, milestones, *sides))
    named = dict.fromkeys(n for t in made for n in (*t.lead, *t.support))
    return Plan(
        "2022年小计划", "", "某市政府办", 2022, PERIODS, tuple(made),
        tuple(units) or tuple(map(Unit, named)), key="5e0c7d9b1a3f48626f0e9d1c7b5a3842", synonyms=synonym_map(),
        indicators=tuple(indicators), settings=settings or {"截止日期": "2022-07-05"},
    )  # fmt: skip


def number(task: int, name: str, annual: str, targets: Mapping[str, str], **more: Any) -> Indicator:
    """An indicator in 亿元, cumulative unless said otherwise, with targets by period caption."""
    given = {"measure": "亿元", "basis": "cumulative", "comparator": ">=", "summed": False} | more
    read = {caption: amount for caption, text in targets.items() if (amount := Amount.read(text))}
    return Indicator(task, name, annual=Amount.read(annual), targets=read, **given)


def issue(plan: Plan, unit: str, period: int = 2) -> bytes:
    """The form of a unit as it goes out."""
    own = [a for a in assignments(plan)[0] if a.unit == unit]
    return form_bytes(template(), plan, period, unit, own)


def fill(
    form: bytes,
    answers: Mapping[int, Mapping[str, Any] | None] | None = None,
    numbers: Mapping[str, Any] | None = None,
    **head: Any,
) -> bytes:
    """Fill a form: a proper answer in each row, these by caption over it, None for a blank row."""
    book = opened(form)
    sheet = book["填报表"]
    unit = str(sheet["A2"].value or "")
    for address, value in {**HEAD, **head}.items():
        sheet[address] = value
    at = {str(cell.value): cell.column for cell in sheet[6] if cell.value}
    for row in range(7, sheet.max_row + 1):
        if sheet.cell(row, 2).value is None:  # a heading
            continue
        n = int(sheet.cell(row, at["序号"]).value)
        own = (answers or {}).get(n, {})
        for caption, value in ({} if own is None else {**GOOD, **own}).items():
            text = (
                value.replace("{n}", str(n)).replace("{unit}", unit)
                if isinstance(value, str)
                else value
            )
            if caption in (own or ()) or sheet.cell(row, at[caption]).value != NOT_ASKED:
                sheet.cell(row, at[caption]).value = text
    if numbers:
        sheet = book["量化指标"]
        at = {str(cell.value): cell.column for cell in sheet[4] if cell.value}
        for row in range(5, sheet.max_row + 1):
            name = str(sheet.cell(row, at["指标"]).value)
            if name in numbers:
                sheet.cell(row, at["本期实际"]).value = numbers[name]
    return saved(book)


def codes(result: MergeResult, *families: str) -> list[tuple[str, str, int | None, str]]:
    """Code, unit, task and cell of every finding, of these families only where any is named."""
    return [
        (f.code, f.unit, f.task, f.place.cell)
        for f in worded(result.findings)
        if not families or f.code.startswith(families)
    ]
