"""走势: the closed periods of a plan side by side, task by task and unit by unit. Pure.

Every state, light and score is the one that was told when its period was summed up; nothing is
judged a second time. What is found here is only what lies between periods.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ...core.i18n import Listed, Phrase
from ...core.lights import LIGHTS, Light, rounded
from ...core.plan import Indicator, Plan, Task
from ...core.result import UNANSWERED, Accepted, Answers, Score, Standing, UnitState
from ...core.text import fold, short
from ..task_status import TURNS, turn_of
from .decisions import POSTPONED, signed_off

BACK_AND_FORTH = "反复"
"""The flag of a task that got better and worse again."""
COPIED = (FROM_PLAN, FROM_BEFORE) = ("TASK-006", "TASK-013")
"""The findings that an answer is the plan's own words, or that of the last period."""
_CAME_OF = 0.6
"""From here (0 to 1, difflib's ratio) two goals are likely parts of one."""
_SENT = (UnitState.CLEAN, UnitState.ERRORS)
"""States of a unit whose return was taken in."""

Pairing = Callable[[Sequence[Task], Sequence[Task]], Sequence[tuple[Task, Task]]]
"""Finds the tasks of two plans that are one and the same."""


class Noted(NamedTuple):
    """One finding of a former period, as 问题清单 lists it."""

    code: str
    unit: str
    task: int | None


@dataclass(frozen=True)
class Account:
    """What the summary of one period told.

    ``tasks`` are those of the plan of then, ``leads`` their lead units, ``asked`` the units that
    had to give a figure that has a target, by (task, indicator name). ``scores`` are by unit, ``due`` is the
    deadline. Units bear the names that they have now. What a summary did not tell is empty.
    """

    caption: str
    tasks: tuple[Task, ...]
    standings: Mapping[int, Standing]
    answers: Answers = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    noted: tuple[Noted, ...] = ()
    leads: Mapping[int, Sequence[str]] = field(default_factory=dict)
    asked: Mapping[tuple[int, str], Sequence[str]] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    due: date | None = None

    def __getitem__(self, number: int) -> Standing:
        """Return how a task of then stood; state and light are "" where the summary does not tell."""
        return self.standings.get(number) or Standing(number, "", "")

    def percent(self, number: int) -> float | None:
        """Return the lowest share done (0 to 1) that a lead of the task gave, None where none did."""
        given = (self.answers.get((unit, number, "percent")) for unit in self.leads.get(number, ()))
        return min((g for g in given if isinstance(g, (int, float))), default=None)

    def figures(self, number: int, name: str) -> Sequence[tuple[str, Decimal]]:
        """Return the numbers that units gave for an indicator of the task: (unit, number)."""
        return [
            (unit, Decimal(f"{value:.15g}"))
            for unit, given in self._by_task.get(number, {}).items()
            if isinstance(value := given.get(f"actual:{name}"), (int, float))
        ]

    def heard(self, unit: str, number: int) -> bool:
        """Return whether anything that the unit answered on the task was taken in."""
        return unit in self._by_task.get(number, {})

    @cached_property
    def _by_task(self) -> Mapping[int, Mapping[str, Mapping[str, Accepted]]]:
        """The answers by task, unit and field."""
        found: dict[int, dict[str, dict[str, Accepted]]] = {}
        for (unit, number, name), value in self.answers.items():
            found.setdefault(number, {}).setdefault(unit, {})[name] = value
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One task through the year: what it was in each plan, by period ("" is the present plan)."""

    tasks: Mapping[str, Task]
    notes: tuple[Phrase, ...] = ()

    @property
    def task(self) -> Task:
        """The task as it is now, or as it was last."""
        return list(self.tasks.values())[-1]

    @property
    def present(self) -> bool:
        """Whether it is in the present plan."""
        return "" in self.tasks

    def standing(self, account: Account) -> Standing | None:
        """Return how it stood in a period, None where it was not in the plan of then."""
        task = self.tasks.get(account.caption)
        return account[task.number] if task else None


@dataclass(frozen=True, slots=True)
class History:
    """The closed periods in order, and every task that there was, in the present plan's order."""

    plan: Plan
    accounts: tuple[Account, ...]
    lines: tuple[Line, ...]

    @property
    def pairs(self) -> Sequence[tuple[Account, Account]]:
        """Each period with the one right before it in the plan; over a gap nothing is compared, as in 总览."""
        order = [p.caption for p in self.plan.periods]
        return [
            (before, now)
            for before, now in pairwise(self.accounts)
            if order.index(now.caption) - order.index(before.caption) == 1
        ]

    @property
    def units(self) -> tuple[str, ...]:
        """All units that answered or should have, in the order of the register."""
        found = dict.fromkeys(u.name for u in self.plan.units)
        scored = {unit for account in self.accounts for unit in account.scores}
        return (*(u for u in found if u in scored), *sorted(scored - found.keys()))


def history_of(plan: Plan, accounts: Sequence[Account], pair: Pairing) -> History:
    """Return the history of a plan; ``pair`` finds the same tasks in two of its editions."""
    return History(plan, tuple(accounts), tuple(_lines(plan, accounts, pair)))


# --- tasks that go on


@dataclass(slots=True)
class _Growing:
    tasks: dict[str, Task]
    notes: list[Phrase]

    @property
    def last(self) -> Task:
        return list(self.tasks.values())[-1]


def _lines(plan: Plan, accounts: Sequence[Account], pair: Pairing) -> Iterator[Line]:
    """Follow every task from plan to plan; those that are gone stand at the end."""
    going: list[_Growing] = []
    gone: list[_Growing] = []
    editions = [(a.caption, a.tasks) for a in accounts] + [("", plan.tasks)]
    for edition, (caption, tasks) in enumerate(editions):
        when = caption or Phrase("现在的总台账")
        former = [g.last for g in going]
        before = {id(g.last): g for g in going}
        pairs = pair(former, tasks)
        kept = {id(new): before[id(old)] for old, new in pairs}
        lost = [g for g in going if not any(g is k for k in kept.values())]
        now = []
        for task in tasks:
            one = kept.get(id(task))
            if one is None:
                one = _Growing({caption: task}, [])
                if edition:
                    one.notes.append(_came(task, former, when))
            else:
                one.notes += _edited(one.last, task, when)
                one.tasks[caption] = task
            now.append(one)
        for one in lost:
            one.notes.append(Phrase("{when}起取消", when=when))
        gone, going = [*gone, *lost], now
    for one in going:
        yield Line(one.tasks, (*one.notes, *_decided(plan, one.last.number)))
    for one in gone:
        yield Line(one.tasks, tuple(one.notes))


def _decided(plan: Plan, number: int) -> Iterator[Phrase]:
    """What was decided on a task of the present plan: agreed changes, and that it is signed off."""
    for change in plan.changes:
        if change.task == number and change.column == POSTPONED:
            yield Phrase("{when}同意推迟到{after}", when=change.when, after=short(change.after, 40))
        elif change.task == number:
            words = "{when}同意调整：{column}改为{after}"
            yield Phrase(
                words, when=change.when, column=Phrase(change.column), after=short(change.after, 40)
            )
    if ruling := signed_off(plan, len(plan.periods)).get(number):
        yield Phrase("{when}销号", when=ruling.when)


def _came(task: Task, former: Sequence[Task], when: str | Phrase) -> Phrase:
    """Say that a task is new, and of which former one it is likely a part."""
    best = max(former, key=lambda t: _likeness(t.goal, task.goal), default=None)
    if best is None or _likeness(best.goal, task.goal) < _CAME_OF:
        return Phrase("{when}起新增", when=when)
    words = "{when}起新增，可能由原第{number}项拆分，请核对"
    return Phrase(words, when=when, number=best.number)


def _likeness(whole: str, part: str) -> float:
    whole, part = fold(whole), fold(part)
    if part and part.rstrip("。") in whole:
        return 1.0
    return difflib.SequenceMatcher(None, whole, part, autojunk=False).ratio()


def _edited(old: Task, new: Task, when: str | Phrase) -> Iterator[Phrase]:
    if old.number != new.number:
        yield Phrase("{when}起改号，原第{number}项", when=when, number=old.number)
    if fold(old.goal) != fold(new.goal):
        yield Phrase("{when}起目标有修改", when=when)
    if {fold(n) for n in old.lead} != {fold(n) for n in new.lead}:
        yield Phrase(
            "{when}起牵头单位由{before}改为{after}",
            when=when, before=_or_nobody(old.lead), after=_or_nobody(new.lead),
        )  # fmt: skip


def _or_nobody(units: Sequence[str]) -> Phrase:
    return Listed(units) if units else Phrase("（空）")


# --- what lies between periods


def turn(line: Line, before: Account, now: Account) -> str:
    """Return what changed for a task from one period to the next, a key of TURNS, as 总览 says it; "" for nothing."""
    then, here = line.standing(before), line.standing(now)
    if here is None:
        return ""
    return turn_of(then.light if then else "", here.light)


def flags(history: History, line: Line) -> tuple[Phrase, ...]:
    """Return the flags of a task: what changed with the last period, and 反复."""
    found = [
        Phrase(TURNS[named])
        for before, now in history.pairs
        if now is history.accounts[-1] and (named := turn(line, before, now))
    ]
    if back_and_forth([s.light for a in history.accounts if (s := line.standing(a))]):
        found.append(Phrase(BACK_AND_FORTH))
    return tuple(found)


def back_and_forth(lights: Sequence[str]) -> bool:
    """Return whether a task became better and worse again afterwards; periods without a light are passed over."""
    places = [LIGHTS.index(light) for light in lights if light]
    better = False
    for before, now in pairwise(places):
        if better and now > before:
            return True
        better = better or now < before
    return False


# --- units over the year


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit over the year. Counts add up the periods in which it was asked.

    ``scores`` are those of the periods in which it led tasks, ``score`` their average; ``rank`` is 0 for
    a unit that only supports. ``days`` are those from the deadline to the first return, negative
    before it, of the periods where the day is known.
    """

    unit: str
    rank: int
    score: Decimal
    scores: Mapping[str, Decimal]
    periods: int
    returned: int
    on_time: int
    late: int
    missing: int
    asked: int
    answered: int
    errors: int
    lights: Mapping[str, int]
    days: tuple[int, ...]


def unit_years(history: History) -> tuple[UnitYear, ...]:
    """Return the year of every unit: those that led tasks by score, equal ones with one rank; then the others.

    The year's score is the average of the period scores (:mod:`..scores`), not their sum: a unit that leads
    from the second half on is not behind for that. A period in which it led and did not answer
    counts with its zero.
    """
    found = [_unit_year(history, unit) for unit in history.units]
    led = [one for one in found if one.scores]
    ranks: dict[Decimal, int] = {}
    for rank, score in enumerate(sorted((one.score for one in led), reverse=True), 1):
        ranks.setdefault(score, rank)
    ranked = [replace(one, rank=ranks[one.score]) for one in led]
    return (*sorted(ranked, key=lambda one: one.rank), *(o for o in found if not o.scores))


def _unit_year(history: History, unit: str) -> UnitYear:
    scored = [(a, a.scores[unit]) for a in history.accounts if unit in a.scores]
    scores = {a.caption: s.score for a, s in scored if s.led}
    lights: Counter[str] = Counter()
    for _, s in scored:
        lights.update(s.lights)
    days = [
        (s.first.day - a.due).days
        for a, s in scored
        if a.due and s.first and s.first.day is not None
    ]
    mean = rounded(sum(scores.values(), Decimal(0)) / len(scores)) if scores else Decimal(0)
    sent = [s for _, s in scored if s.state in _SENT]
    return UnitYear(
        unit, 0, mean, scores, len(scored), len(sent),
        sum(s.on_time is True for s in sent), sum(s.on_time is False for s in sent),
        sum(s.state == UnitState.MISSING for _, s in scored), sum(s.asked for _, s in scored),
        sum(s.answered for _, s in scored), sum(s.errors for _, s in scored),
        {light: lights[light] for light in (*LIGHTS, "")}, tuple(days),
    )  # fmt: skip


# --- who never answers


@dataclass(frozen=True, slots=True)
class Owner:
    """How a unit looks after what it answers for.

    ``from_plan`` and ``from_before`` count answers copied from the plan and from the last period; ``never`` names
    indicators of which it never gave the figure, ``silent`` the tasks it leads that were not answered in two
    periods running. ``reasons`` say why it should be reminded; without one nobody need be.
    """

    year: UnitYear
    from_plan: int
    from_before: int
    never: tuple[tuple[int, str], ...]
    silent: tuple[int, ...]
    reasons: tuple[Phrase, ...]


def owners(history: History) -> tuple[Owner, ...]:
    """Return every unit as an owner, in the order of :func:`unit_years`."""
    return tuple(_owner(history, year) for year in unit_years(history))


def _owner(history: History, year: UnitYear) -> Owner:
    unit = year.unit
    copied = {code: [_copied(a, unit, code) for a in history.accounts] for code in COPIED}
    never, silent = tuple(_never(history, unit)), tuple(_silent(history, unit))
    latest = sum(counts[-1] for counts in copied.values())
    reasons = tuple(_reasons(history, unit, latest, never, silent))
    plan, before = (sum(copied[code]) for code in COPIED)
    return Owner(year, plan, before, never, silent, reasons)


def _copied(account: Account, unit: str, code: str) -> int:
    """How many tasks of a period the unit answered with a copy."""
    return len({n.task for n in account.noted if (n.code, n.unit) == (code, unit)})


def _never(history: History, unit: str) -> Iterator[tuple[int, str]]:
    """Indicators whose figure the unit was asked for, and never gave in any period.

    A period in which a file of the unit came, and was not taken, is passed over.
    """
    for line in history.lines:
        asked: dict[str, bool] = {}
        for account in history.accounts:
            task = line.tasks.get(account.caption)
            for indicator in account.indicators:
                if task is None or indicator.number != task.number:
                    continue
                known = _is_known(account, unit)
                if known and unit in account.asked.get((task.number, indicator.name), ()):
                    asked.setdefault(indicator.name, False)
                if any(unit == who for who, _ in account.figures(task.number, indicator.name)):
                    asked[indicator.name] = True
        yield from ((line.task.number, name) for name, given in asked.items() if not given)


def _silent(history: History, unit: str) -> Iterator[int]:
    """Tasks that the unit leads, of which no lead told anything in two periods running.

    A period in which a file of the unit came, and was not taken, is no silence.
    """
    for line in history.lines:
        for before, now in history.pairs:
            if all(_unheard(line, account, unit) for account in (before, now)):
                yield line.task.number
                break


def _unheard(line: Line, account: Account, unit: str) -> bool:
    task = line.tasks.get(account.caption)
    if task is None or not _is_known(account, unit):
        return False
    if unit not in account.leads.get(task.number, ()) or account.heard(unit, task.number):
        return False
    return account[task.number].state == UNANSWERED


def _is_known(account: Account, unit: str) -> bool:
    """Whether it is certain what a unit answered in a period: no file of it was left out."""
    score = account.scores.get(unit)
    return score is not None and score.state in (*_SENT, UnitState.MISSING)


def _reasons(
    history: History,
    unit: str,
    copied: int,
    never: Collection[tuple[int, str]],
    silent: Sequence[int],
) -> Iterator[Phrase]:
    last = history.accounts[-1]
    score = last.scores.get(unit)
    if score and score.state == UnitState.MISSING:
        yield Phrase("{period}没有回表", period=last.caption)
    elif score and score.state in (UnitState.REFUSED, UnitState.SUSPECTED):
        yield Phrase("{period}来过表、没有收，请先核对", period=last.caption)
    elif score and score.errors:
        yield Phrase("{period}有 {count} 处须改正", period=last.caption, count=score.errors)
    if silent:
        yield Phrase("牵头的第{numbers}项连续两期没有答复", numbers=Listed(silent))
    if never:
        names = Listed(Phrase("第{number}项{name}", number=n, name=name) for n, name in never)
        yield Phrase("从没有填过实绩：{names}", names=names)
    if copied:
        yield Phrase("{period}照抄计划或上期的答复 {count} 项", period=last.caption, count=copied)


def light_totals(account: Account) -> tuple[int, ...]:
    """Return how many tasks of a period had each light: green, yellow, red, none; as 总览 counts them."""
    count = Counter(s.light for s in account.standings.values())
    return tuple(count[light] for light in (Light.GREEN, Light.YELLOW, Light.RED, ""))
