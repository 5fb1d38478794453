"""Simulated clerks: they work as other programs would, and everything they write is labelled.

They open the issued forms with openpyxl, type into the yellow cells and save. Which
unit does what follows from the seed alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from ..api.generate import Generated
from ..core.form import NOT_ASKED
from ..core.i18n import tr
from ..core.plan import Amount, Plan

FILED = date(2022, 7, 1)
_STATES = ("达序时",) * 6 + ("超序时", "已完成", "滞后", "未启动")
_PHRASES = (
    "已召开推进会，任务分解到责任科室", "前期手续已办结，现场按节点施工", "已完成摸底，形成阶段性报告",
    "累计完成年度目标的{share}", "已印发实施方案，{share}的子项开工",
)  # fmt: skip
_PROBLEMS = ("土地指标尚未落实", "资金拨付较慢", "审批环节较多，进度受影响", "原材料价格上涨")
_STEPS = ("加强调度，每周通报进度", "对接上级部门，争取尽快批复", "倒排工期，确保年底完成")


class Shared(NamedTuple):
    """What clerks who share a task know of it: how many units lead it, and whether it has numbers."""

    leads: Mapping[int, int]
    numbered: Collection[int]


def shared_of(made: Generated, plan: Plan) -> Shared:
    """Return what the clerks of an issued plan share."""
    leads = Counter(a.task.number for a in made.assignments if a.role == "lead")
    return Shared(leads, {i.number for i in plan.indicators if made.period in i.targets})


def fill_all(forms: Sequence[Path], back: Path, seed: int, shared: Shared) -> tuple[int, int]:
    """Fill the forms as simulated clerks would. Returns (how many are late, how many have faults)."""
    back.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    late = wrong = 0
    for path in forms:
        kind = chance.random()
        if kind < 0.1:
            late += 1
            continue
        fault = chance.choice(FAULTS) if kind < 0.35 else None
        wrong += fault is not None
        fill_form(path, back / path.name, chance, fault, shared=shared)
    return late, wrong


def fill_form(
    source: Path,
    target: Path,
    chance: random.Random,
    fault: Callable[[Worksheet, int, int], None] | None = None,
    *,
    vary: bool = True,
    shared: Shared,
) -> None:
    """Fill one form properly, then let ``fault`` spoil rows first to last of it.

    With ``vary`` some units see a shared task another way than the rest.
    Of a sum that several units lead, each gives its part.
    """
    book = openpyxl.load_workbook(source)
    sheet = book["填报表"]
    captions = {str(sheet.cell(6, c).value): c for c in range(1, sheet.max_column + 1)}
    first, last = 7, sheet.max_row
    numbered = {r: sheet.cell(r, captions["序号"]).value for r in range(first, last + 1)}
    headings = [row for row, number in numbered.items() if number is None]
    done = _fill_indicators(book, shared) if "量化指标" in book.sheetnames else {}
    for row in range(first, last + 1):
        if row in headings:
            continue
        number = int(str(numbered[row]))
        state = done.get(number) or _agreed(number, number in shared.numbered)
        if number not in done and vary and chance.random() < 0.03:
            state = "达序时"
        for caption, value in _answers(chance, number, state).items():
            if sheet.cell(row, captions[caption]).value != tr(NOT_ASKED):
                sheet.cell(row, captions[caption]).value = value
    _fill_head(sheet)
    if fault:
        fault(sheet, max(headings, default=first - 1) + 1, last)
    book.save(target)


def _agreed(number: int, numbered: bool) -> str:
    """The state that all units report on a task; where it has numbers, one that they bear out."""
    state = random.Random(number).choice(_STATES)
    return "达序时" if numbered and state in ("已完成", "未启动") else state


def _fill_indicators(book: openpyxl.Workbook, shared: Shared) -> dict[int, str]:
    """Fill the numbers so that they bear out a state; returns that state by task."""
    sheet = book["量化指标"]
    columns = {str(sheet.cell(4, c).value): c for c in range(1, sheet.max_column + 1)}

    def text(row: int, caption: str) -> str:
        value = sheet.cell(row, columns[caption]).value
        return "" if value is None else str(value)

    rows = range(5, sheet.max_row + 1)
    states: dict[int, str] = {}
    for row in rows:
        number = int(text(row, "序号"))
        target, annual = (Amount.read(text(row, c)) for c in ("本期目标", "全年目标"))
        growth = text(row, "口径").startswith("增幅")
        whole = bool(target and annual and not growth and target.low >= annual.low)
        if target and (states.get(number, "已完成") == "已完成"):
            states[number] = "已完成" if whole else _agreed(number, numbered=True)
    for row in rows:
        number = int(text(row, "序号"))
        target, annual = (Amount.read(text(row, c)) for c in ("本期目标", "全年目标"))
        if target is None:
            continue
        summed = text(row, "口径")[:2] in ("累计", "当期") and text(row, "计量单位") != "%"
        value = _number(states[number], target.low, annual, text(row, "口径"))
        parts = shared.leads.get(number, 1) if summed else 1
        sheet.cell(row, columns["本期实际"]).value = float(value / parts)
    return states


def _number(state: str, target: Decimal, annual: Amount | None, basis: str) -> Decimal:
    """A number that stands to its target as the state says."""
    if basis.startswith("增幅"):
        return target + {"超序时": Decimal("0.5"), "滞后": Decimal(-1)}.get(state, Decimal(0))
    upper = "≤" in basis
    if state == "滞后":
        return target * (Decimal("1.2") if upper else Decimal("0.8"))
    if state == "超序时" and not upper and annual and annual.low > target:
        return target + (annual.low - target) / 4
    return target


def _fill_head(sheet: Worksheet) -> None:
    """填报人, 联系电话, 填报日期: the cell right of each label."""
    answers: dict[str, Any] = {
        "填报人": "（模拟）填报员",
        "联系电话": "0000-0000000",
        "填报日期": FILED,
    }
    for row in range(1, 6):
        for column in range(1, sheet.max_column):
            label = str(sheet.cell(row, column).value)
            if label in answers:
                sheet.cell(row, column + 1).value = answers[label]


def _answers(chance: random.Random, number: int, state: str) -> dict[str, Any]:
    """One simulated answer that agrees with itself."""
    share = {"已完成": 1.0, "未启动": 0.0, "超序时": 0.7, "滞后": 0.3}.get(state, 0.5)
    serial = f"{chance.randrange(10**6):06d}"
    told = chance.choice(_PHRASES).format(share=f"{share:.0%}")
    behind = state in ("滞后", "未启动")
    return {
        "完成情况": state,
        "完成百分比": share,
        "进展情况": f"（模拟）{told}（第{number}项，{serial}）。",
        "存在问题": f"（模拟）{chance.choice(_PROBLEMS)}（{serial}）。" if behind else None,
        "下一步措施": f"（模拟）{chance.choice(_STEPS)}（{serial}）。",
        "预计完成时间": date(2022, 12, 31) - timedelta(days=chance.randrange(60)),
    }


# --- who assigns


def assign(plan: Path, bureaus: Sequence[str], split: int, parts: Sequence[str]) -> None:
    """Assign a delegated plan as a person would in Excel: register, leads, a task split in two.

    Every third task has a second bureau to help, every fifth a second one to lead. The
    task ``split`` goes on under its number, and under 901 with the goals ``parts``.
    """
    book = openpyxl.load_workbook(plan)
    units, tasks = book["单位"], book["任务"]
    for row, name in enumerate(bureaus, 2):
        for column, value in enumerate((name, "单位"), 1):
            units.cell(row, column).value = value
    columns = {str(tasks.cell(1, c).value): c for c in range(1, tasks.max_column + 1)}
    last = tasks.max_row
    for row in range(2, last + 1):
        own = [bureaus[(row + step) % len(bureaus)] for step in range(2)]
        tasks.cell(row, columns["牵头单位"]).value = "、".join(own[: 2 if row % 5 == 0 else 1])
        if row % 3 == 0 and row % 5:
            tasks.cell(row, columns["共同责任单位"]).value = own[1]
    at = next(r for r in range(2, last + 1) if tasks.cell(r, columns["序号"]).value == split)
    for column in range(1, tasks.max_column + 1):
        tasks.cell(last + 1, column).value = tasks.cell(at, column).value
    for row, number, goal, name in zip((at, last + 1), (split, 901), parts, bureaus, strict=False):
        tasks.cell(row, columns["序号"]).value = number
        tasks.cell(row, columns["目标任务"]).value = goal
        tasks.cell(row, columns["牵头单位"]).value = name
        tasks.cell(row, columns["共同责任单位"]).value = None
    settings = book["设置"]
    for row in range(2, settings.max_row + 1):
        wanted = {
            "截止日期": "2022年7月1日",
            "填报人": "（模拟）县填报员",
            "联系电话": "0000-0000000",
        }
        if settings.cell(row, 1).value in wanted:
            settings.cell(row, 2).value = wanted[str(settings.cell(row, 1).value)]
    book.save(plan)


# --- the commonest mistakes


def _column(sheet: Worksheet, caption: str) -> int:
    return next(c for c in range(1, sheet.max_column + 1) if sheet.cell(6, c).value == caption)


def _vague_state(sheet: Worksheet, first: int, _last: int) -> None:
    sheet.cell(first, _column(sheet, "完成情况")).value = "基本完成"


def _percent_in_words(sheet: Worksheet, first: int, last: int) -> None:
    column = _column(sheet, "完成百分比")
    asked = (r for r in range(first, last + 1) if sheet.cell(r, column).value != tr(NOT_ASKED))
    sheet.cell(next(asked, first), column).value = "约五成"


def _left_out(sheet: Worksheet, _first: int, last: int) -> None:
    sheet.cell(last, _column(sheet, "进展情况")).value = None


def _behind_without_reason(sheet: Worksheet, first: int, _last: int) -> None:
    sheet.cell(first, _column(sheet, "完成情况")).value = "滞后"
    share = sheet.cell(first, _column(sheet, "完成百分比"))
    share.value = share.value if share.value == tr(NOT_ASKED) else 0.2
    sheet.cell(first, _column(sheet, "存在问题")).value = None


def _edited_milestone(sheet: Worksheet, first: int, _last: int) -> None:
    cell = sheet.cell(first, 5)
    cell.value = f"{cell.value or ''}（单位改动）"


def _note_below(sheet: Worksheet, _first: int, last: int) -> None:
    sheet.cell(last + 3, 4).value = "（模拟）以上数据均为初步统计。"


def _text_date(sheet: Worksheet, first: int, _last: int) -> None:
    sheet.cell(first, _column(sheet, "预计完成时间")).value = "2022年11月底"


def _wrong_order(sheet: Worksheet, first: int, _last: int) -> None:
    sheet.cell(first, 2).value = 999


FAULTS: Sequence[Callable[[Worksheet, int, int], None]] = (
    _vague_state, _percent_in_words, _left_out, _behind_without_reason, _edited_milestone,
    _note_below, _text_date, _wrong_order,
)  # fmt: skip
