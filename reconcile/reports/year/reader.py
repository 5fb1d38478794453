"""Summaries of closed periods -> what each holds: standings, answers, scores, findings.

They are read as they were written. Nothing is judged again: a later version of the program, or of
the plan, may judge otherwise, and the figures that went out must stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ...core.findings import Finding, Place
from ...core.form import Form
from ...core.i18n import meant, sheet_name
from ...core.lights import Light
from ...core.plan import Assignment, Plan, Role, Task
from ...core.result import Filed, Score
from ...core.text import fold
from ...core.units import assignments, register_of
from ...core.values.deadlines import deadline_day
from ...merge.indicator_rows import asked_units
from ...merge.year.decisions import signed_off
from ...merge.year.history import Account, Noted
from ...readers import Book, Sheet
from ..previous_summary import STANDINGS, open_summary, previous_in, rows_of
from ..sheets.lists import PROBLEMS
from ..sheets.unit_sheets import IN_TIME, SCORES
from ..status import STATES

_ABOVE = 4
"""So many lines may stand above a table."""
_SCORED = (
    "名次", "责任单位", "得分", "牵头任务", f"●{Light.GREEN}灯", f"●{Light.YELLOW}灯", f"●{Light.RED}灯", "未判定", "照抄", "应答任务",
    "已答任务", "情况", "首报", "按时", "须改正",
)  # fmt: skip
_NOTED = ("编码", "责任单位", "序号")
_OF_TASKS = ("序号", "目标任务", "牵头单位")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!（存疑）| \(doubtful\))")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the account of one period is read: files of its summary, the plan and form of then.

    ``names`` are our captions by those that the summary template of then gave them. ``then`` is
    None for a summary without its plan.
    """

    period: str
    records: Path
    others: tuple[Path, ...]
    then: Plan | None
    form: Form
    names: Mapping[str, str]


def read_account(source: Source, plan: Plan) -> tuple[Account | None, tuple[Finding, ...]]:
    """Return what a period's summary holds, units under the names that they have in ``plan``.

    None and findings where a file cannot be read; findings alone where a sheet is not there
    (HIST-004), or a unit was never scored.
    """
    books: list[Book] = []
    for path in (source.records, *source.others):
        book, findings = open_summary(path)
        if book is None:
            return None, findings
        books.append(book)
    previous, findings = previous_in(source.records, books[0], source.form, [source.period])
    if previous is None:
        return None, findings
    sheets = [sheet for book in books for sheet in book.sheets]
    register = register_of(plan)

    def now(unit: object) -> str:
        known = register.get(fold(str(unit)))
        return known.name if known else str(unit)

    standings = previous.standings.get(source.period, {})
    scores = _scores(sheets, source.names, now)
    noted = tuple(
        Noted(str(code), now(unit), int(number) if isinstance(number, float) else None)
        for code, unit, number in rows_of(sheets, PROBLEMS, _NOTED, source.names, above=_ABOVE)
        if code
    )
    lost = [n for n, rows in ((STANDINGS, standings), (SCORES, scores)) if not rows]
    place = Place(source.records.name)
    findings = tuple(
        Finding("HIST-004", place, values={"period": source.period, "sheet": sheet_name(name)})
        for name in lost
    )
    then = source.then or plan
    leads: dict[int, list[str]] = {}
    by_unit: dict[str, dict[int, Assignment]] = {}
    for a in assignments(then)[0]:
        by_unit.setdefault(a.unit, {})[a.task.number] = a
        if a.role == Role.LEAD:
            leads.setdefault(a.task.number, []).append(now(a.unit))
    captions = [p.caption for p in then.periods]
    number = captions.index(source.period) + 1 if source.period in captions else 0
    done = signed_off(then, number) if number else {}
    # As IND-011 does: without a target of the period nobody is at fault for leaving a number out.
    due = [i for i in then.indicators if source.period in i.targets and i.number not in done]
    asked = asked_units(due, by_unit)
    answers = previous.periods.get(source.period, {})
    return Account(
        source.period,
        source.then.tasks if source.then else tuple(_tasks(books[0].sheets)),
        standings,
        {(now(unit), task, name): value for (unit, task, name), value in answers.items()},
        scores,
        noted,
        leads,
        {key: [now(u) for u in units] for key, units in asked.items()},
        then.indicators,
        deadline_day(then, number) if number else None,
    ), findings


def _tasks(sheets: Sequence[Sheet]) -> Iterator[Task]:
    """The tasks of a summary without its plan."""
    for number, goal, leads in rows_of(sheets, STANDINGS, _OF_TASKS):
        if isinstance(number, float):
            names = tuple(filter(None, re.split(r"、|, ", str(leads or ""))))
            yield Task(int(number), (), str(goal or ""), {}, names, ())


def _scores(
    sheets: Sequence[Sheet], names: Mapping[str, str], now: Callable[[object], str]
) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    states = {word: state for state, word in STATES.items()}
    rows = rows_of(sheets, SCORES, _SCORED, names, above=_ABOVE)
    # Of two units that became one, its own row stands under its name, the other's under the former.
    for row in sorted(rows, key=lambda r: now(r[1]) != r[1]):
        rank, unit, points, led, green, yellow, red, none, copied, asked, answered, state, first, on_time, errors = row  # fmt: skip
        name = now(unit)
        if not unit:
            continue
        if name in scores:
            name = str(unit)
        state_word = meant(str(state), states)
        scores[name] = Score(
            _whole(rank), name, states.get(state_word, ""), _whole(led),
            {light: _whole(n) for light, n in zip((Light.GREEN, Light.YELLOW, Light.RED, ""), (green, yellow, red, none), strict=True)},
            _whole(copied), _whole(asked), _whole(answered), _filed(first), None,
            {word: known for known, word in IN_TIME.items()}.get(meant(str(on_time), IN_TIME.values())),
            _whole(errors), Decimal(f"{points:.15g}") if isinstance(points, float) else Decimal(0),
        )  # fmt: skip
    return scores


def _whole(value: object) -> int:
    return int(value) if isinstance(value, float) else 0


def _filed(value: object) -> Filed | None:
    """The day of a first return: the cell's date, or the first day in a text that is not in doubt."""
    if isinstance(value, date):
        return Filed(value)
    found = _DAY.search(str(value or ""))
    if found is None:
        return None
    try:
        return Filed(date(*map(int, found.groups())))
    except ValueError:
        return None
