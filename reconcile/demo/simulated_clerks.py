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
from types import MappingProxyType
from typing import Any, NamedTuple

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from ..api.generate import Generated
from ..core.form import NOT_ASKED
from ..core.i18n import day_text, sheet_name, speaking, tr
from ..core.plan import Amount, Plan, Role
from .wording import Wording, wording_of

_STATES = ("达序时",) * 6 + ("超序时", "已完成", "滞后", "未启动")


class Shared(NamedTuple):
    """What clerks who share a task know of it: how many units lead it, and whether it has numbers.

    ``states`` are the states that a story wants, by task; the others follow from the task's number.
    ``elapsed`` is the share of the year that is over, ``filed`` the day of filling in, None for the
    sample's own.
    """

    leads: Mapping[int, int]
    numbered: Collection[int]
    states: Mapping[int, str] = MappingProxyType({})
    elapsed: float = 0.5
    filed: date | None = None

    def agreed(self, number: int) -> str:
        """Return the state that all units report on a task; where it has numbers, one that they bear out."""
        state = self.states.get(number) or random.Random(number).choice(_STATES)
        return "达序时" if number in self.numbered and state in ("已完成", "未启动") else state


def shared_of(generated: Generated, plan: Plan) -> Shared:
    """Return what the clerks of an issued plan share."""
    leads = Counter(a.task.number for a in generated.assignments if a.role == Role.LEAD)
    return Shared(leads, {i.number for i in plan.indicators if generated.period in i.targets})


def fill_all(forms: Sequence[Path], back: Path, seed: int, shared: Shared) -> tuple[int, int]:
    """Fill the forms as simulated clerks would. Returns (how many are late, how many have faults)."""
    back.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    late = faulty = 0
    for path in forms:
        kind = chance.random()
        if kind < 0.1:
            late += 1
            continue
        fault = chance.choice(FAULTS) if kind < 0.35 else None
        faulty += fault is not None
        fill_form(path, back / path.name, chance, fault, shared=shared)
    return late, faulty


def fill_form(
    source: Path,
    target: Path,
    chance: random.Random,
    fault: Fault | None = None,
    *,
    vary: bool = True,
    shared: Shared,
) -> None:
    """Fill one form properly, then let ``fault`` spoil rows first to last of it.

    With ``vary`` some units see a shared task another way than the rest.
    Of a sum that several units lead, each gives its part.
    """
    book = openpyxl.load_workbook(source)
    words = wording_of(book.sheetnames)
    sheet = book[words.caption("填报表")]
    captions = {str(sheet.cell(6, c).value): c for c in range(1, sheet.max_column + 1)}
    first, last = 7, sheet.max_row
    numbered = {
        r: sheet.cell(r, captions[words.caption("序号")]).value for r in range(first, last + 1)
    }
    headings = [row for row, number in numbered.items() if number is None]
    numbers = words.caption("量化指标")
    done = _fill_indicators(book[numbers], shared, words) if numbers in book.sheetnames else {}
    for row in range(first, last + 1):
        if row in headings:
            continue
        number = int(str(numbered[row]))
        state = done.get(number) or shared.agreed(number)
        if number not in done and vary and chance.random() < 0.03:
            state = "达序时"
        for caption, value in _answers(chance, number, state, words, shared).items():
            cell = sheet.cell(row, captions[words.caption(caption)])
            if cell.value != words.caption(NOT_ASKED):
                cell.value = value
    _fill_head(sheet, words, shared.filed or words.filed)
    if fault:
        fault(words, sheet, max(headings, default=first - 1) + 1, last)
    book.save(target)


def _fill_indicators(sheet: Worksheet, shared: Shared, words: Wording) -> dict[int, str]:
    """Fill the numbers so that they bear out a state; return that state by task."""
    columns = {str(sheet.cell(4, c).value): c for c in range(1, sheet.max_column + 1)}

    def text(row: int, caption: str) -> str:
        value = sheet.cell(row, columns[words.caption(caption)]).value
        return "" if value is None else str(value)

    def basis(row: int) -> str:
        basis_text = text(row, "口径")
        return next(
            (b for b in _BASES if basis_text.startswith(_in_language(b, words))), ""
        ) + "≤" * ("≤" in basis_text)

    rows = range(5, sheet.max_row + 1)
    states: dict[int, str] = {}
    for row in rows:
        number = int(text(row, "序号"))
        target, annual = (Amount.read(text(row, c)) for c in ("本期目标", "全年目标"))
        growth = basis(row).startswith("增幅")
        whole = bool(target and annual and not growth and target.low >= annual.low)
        if target and (states.get(number, "已完成") == "已完成"):
            states[number] = "已完成" if whole else shared.agreed(number)
    for row in rows:
        number = int(text(row, "序号"))
        target, annual = (Amount.read(text(row, c)) for c in ("本期目标", "全年目标"))
        if target is None:
            continue
        summed = basis(row)[:2] in ("累计", "当期") and text(row, "计量单位") != "%"
        value = _number(states[number], target.low, annual, basis(row))
        parts = shared.leads.get(number, 1) if summed else 1
        sheet.cell(row, columns[words.caption("本期实际")]).value = float(value / parts)
    return states


_BASES = ("增幅", "累计", "当期", "水平")


def _in_language(text: str, words: Wording) -> str:
    with speaking(words.language):
        return tr(text)


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


def _fill_head(sheet: Worksheet, words: Wording, filed: date) -> None:
    """填报人, 联系电话, 填报日期: the cell right of each label."""
    answers: dict[str, Any] = {
        words.caption("填报人"): words.filler,
        words.caption("联系电话"): "0000-0000000",
        words.caption("填报日期"): filed,
    }
    for row in range(1, 6):
        for column in range(1, sheet.max_column):
            label = str(sheet.cell(row, column).value)
            if label in answers:
                sheet.cell(row, column + 1).value = answers[label]


def _answers(
    chance: random.Random, number: int, state: str, words: Wording, shared: Shared
) -> dict[str, Any]:
    """One simulated answer that agrees with itself."""
    elapsed, filed = shared.elapsed, shared.filed or words.filed
    shares = {
        "已完成": 1.0,
        "未启动": 0.0,
        "超序时": min(elapsed + 0.2, 0.99),
        "滞后": elapsed * 0.6,
    }
    share = round(shares.get(state, elapsed), 2)
    serial = f"{chance.randrange(10**6):06d}"
    phrase = chance.choice(words.phrases).format(share=f"{share:.0%}")
    behind = state in ("滞后", "未启动")

    def simulated(phrase: str) -> str:
        return words.simulated.format(told=phrase, number=number, serial=serial)

    problem = chance.choice(words.problems) if behind else ""
    return {
        "完成情况": _in_language(state, words),
        "完成百分比": share,
        "进展情况": simulated(phrase),
        "存在问题": simulated(problem) if behind else None,
        "下一步措施": simulated(chance.choice(words.steps)),
        "预计完成时间": _expected(chance.randrange(60), state, filed, words),
    }


def _expected(days: int, state: str, filed: date, words: Wording) -> date:
    """A day before the year's end, or where that is over and the task is not done, one to come."""
    before = date(words.filed.year, 12, 31) - timedelta(days=days)
    return filed + timedelta(days=60) if state != "已完成" and before <= filed else before


# --- who assigns


def assign(
    plan: Path, bureaus: Sequence[str], split: int, parts: Sequence[str], deadline: date
) -> None:
    """Assign a delegated plan as a person would in Excel: register, leads, a task split in two.

    Every third task has a second bureau to help, every fifth a second one to lead. The
    task ``split`` goes on under its number, and under 901 with the goals ``parts``.
    """
    book = openpyxl.load_workbook(plan)
    words = wording_of(book.sheetnames)
    with speaking(words.language):
        units, tasks, settings = (book[sheet_name(name)] for name in ("单位", "任务", "设置"))
        number_, goal_, lead, support = map(tr, ("序号", "目标任务", "牵头单位", "共同责任单位"))
        unit, separator = tr("单位"), tr("、")
        wanted = {
            tr("截止日期"): day_text(deadline), tr("填报人"): words.filler, tr("联系电话"): "0000-0000000",
        }  # fmt: skip
    for row, name in enumerate(bureaus, 2):
        for column, value in enumerate((name, unit), 1):
            units.cell(row, column).value = value
    columns = {str(tasks.cell(1, c).value): c for c in range(1, tasks.max_column + 1)}
    last = tasks.max_row
    for row in range(2, last + 1):
        units_of_task = [bureaus[(row + step) % len(bureaus)] for step in range(2)]
        tasks.cell(row, columns[lead]).value = separator.join(
            units_of_task[: 2 if row % 5 == 0 else 1]
        )
        if row % 3 == 0 and row % 5:
            tasks.cell(row, columns[support]).value = units_of_task[1]
    at = next(r for r in range(2, last + 1) if tasks.cell(r, columns[number_]).value == split)
    for column in range(1, tasks.max_column + 1):
        tasks.cell(last + 1, column).value = tasks.cell(at, column).value
    for row, number, goal, name in zip((at, last + 1), (split, 901), parts, bureaus, strict=False):
        tasks.cell(row, columns[number_]).value = number
        tasks.cell(row, columns[goal_]).value = goal
        tasks.cell(row, columns[lead]).value = name
        tasks.cell(row, columns[support]).value = None
    for row in range(2, settings.max_row + 1):
        if settings.cell(row, 1).value in wanted:
            settings.cell(row, 2).value = wanted[str(settings.cell(row, 1).value)]
    book.save(plan)


# --- the commonest mistakes

Fault = Callable[[Wording, Worksheet, int, int], None]


def _cell(words: Wording, sheet: Worksheet, row: int, caption: str) -> Any:
    """The cell of a row under a caption of the form, named in Chinese."""
    wanted = words.caption(caption)
    column = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(6, c).value == wanted)
    return sheet.cell(row, column)


def _vague_state(words: Wording, sheet: Worksheet, first: int, _last: int) -> None:
    _cell(words, sheet, first, "完成情况").value = words.vague


def _percent_in_words(words: Wording, sheet: Worksheet, first: int, last: int) -> None:
    cells = [_cell(words, sheet, row, "完成百分比") for row in range(first, last + 1)]
    asked = (cell for cell in cells if cell.value != words.caption(NOT_ASKED))
    next(asked, cells[0]).value = words.about_half


def _left_out(words: Wording, sheet: Worksheet, _first: int, last: int) -> None:
    _cell(words, sheet, last, "进展情况").value = None


def _behind_without_reason(words: Wording, sheet: Worksheet, first: int, _last: int) -> None:
    _cell(words, sheet, first, "完成情况").value = _in_language("滞后", words)
    share = _cell(words, sheet, first, "完成百分比")
    share.value = share.value if share.value == words.caption(NOT_ASKED) else 0.2
    _cell(words, sheet, first, "存在问题").value = None


def _edited_milestone(words: Wording, sheet: Worksheet, first: int, _last: int) -> None:
    cell = sheet.cell(first, 5)
    cell.value = f"{cell.value or ''}{words.changed}"


def _note_below(words: Wording, sheet: Worksheet, _first: int, last: int) -> None:
    sheet.cell(last + 3, 4).value = words.note


def _text_date(words: Wording, sheet: Worksheet, first: int, _last: int) -> None:
    _cell(words, sheet, first, "预计完成时间").value = words.rough_date


def _wrong_order(_words: Wording, sheet: Worksheet, first: int, _last: int) -> None:
    sheet.cell(first, 2).value = 999


FAULTS: Sequence[Fault] = (
    _vague_state, _percent_in_words, _left_out, _behind_without_reason, _edited_milestone,
    _note_below, _text_date, _wrong_order,
)  # fmt: skip
