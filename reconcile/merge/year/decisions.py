"""A person's decisions on tasks: signed off (销号), put off (推迟), requests agreed to or declined. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from ...core.findings import Finding
from ...core.form import chosen
from ...core.i18n import Phrase
from ...core.lights import Light
from ...core.plan import Amendment, Assignment, Decision, Plan, Role, Ruling, State
from ...core.result import UNANSWERED, Entry, Standing
from ...core.settings import LOOK_BACK, Setting
from ...core.values.dates import read_date

ADJUSTMENT, POSTPONED = "TASK-051", "推迟"
"""The finding that a change of a task is asked for, and what a change of its time is called."""


def signed_off(plan: Plan, period: int) -> dict[int, Ruling]:
    """Return the tasks that are signed off (销号) in a period (from 1), each with the ruling that says so.

    A ruling counts from the period that ends on its day or later, so that the period it was
    reported in stays as it was answered. Of several on one task that of the later day wins, of
    one day the lower row. Without task or day that can be read it has no effect (PLAN-602).
    """
    found: dict[int, tuple[date, Ruling]] = {}
    for ruling in plan.rulings:
        day = read_date(ruling.when, year=plan.year or None)
        if (
            ruling.decision not in (Decision.SIGN_OFF, Decision.RESUME)
            or ruling.task is None
            or day is None
        ):
            continue
        before = found.get(ruling.task)
        if day.value <= plan.periods[period - 1].end and not (before and before[0] > day.value):
            found[ruling.task] = day.value, ruling
    order = {task.number: i for i, task in enumerate(plan.tasks)}
    done = {n: r for n, (_, r) in found.items() if r.decision == Decision.SIGN_OFF and n in order}
    return {n: done[n] for n in sorted(done, key=order.__getitem__)}


def decided(plan: Plan, period: int) -> tuple[Ruling, ...]:
    """Return the rulings on requests (同意, 不同意) that were made on those of a period (from 1).

    By their day: those of a period are decided from its last third on, until that of the next.
    """
    found = []
    for ruling in plan.rulings:
        if ruling.decision in (Decision.AGREE, Decision.DECLINE) and ruling.task is not None:
            day = read_date(ruling.when, year=plan.year or None)
            if day is not None and _decided_in(plan, day.value) == period:
                found.append(ruling)
    return tuple(found)


def _decided_in(plan: Plan, day: date) -> int:
    """The period whose requests are decided on a day, 0 for none."""
    found, before = 0, None
    for number, period in enumerate(plan.periods, 1):
        last = before or period.end - timedelta(days=90)
        if day >= period.end - (period.end - last) / 3:
            found = number
        before = period.end
    return found


def postponed(plan: Plan, period: int) -> dict[int, Amendment]:
    """Return the tasks that were put off to a later period than this one (from 1), with the amendment."""
    later = {p.caption for p in plan.periods[period:]}
    return {c.task: c for c in plan.changes if c.column == POSTPONED and c.after in later}


def put_off(
    standings: Mapping[int, Standing], later: Mapping[int, Amendment]
) -> Mapping[int, Standing]:
    """Return the standings, where tasks that were put off have no yellow or red light, and say why."""
    return {
        number: replace(
            s, light="", reasons=(Phrase("经同意推迟至{period}", period=later[number].after),)
        )
        if number in later and s.light not in ("", Light.GREEN)
        else s
        for number, s in standings.items()
    }


def looks_back(plan: Plan) -> bool:
    """Return whether forms still ask for tasks that are signed off."""
    return chosen(plan, Setting.SIGNED_OFF) == LOOK_BACK


def spared_of(
    by_unit: Mapping[str, Mapping[int, Assignment]],
    done: Container[int],
    entries: Mapping[tuple[str, int], Entry],
) -> set[tuple[str, int]]:
    """Return the (unit, task) that nobody asks for, since the task is signed off; who answers all the same is heard."""
    return {
        (unit, number)
        for unit, own in by_unit.items()
        for number in own
        if number in done and not ((unit, number) in entries and entries[unit, number].values)
    }


def not_done(
    done: Mapping[int, Ruling], entries: Mapping[tuple[str, int], Entry]
) -> Iterator[Finding]:
    """Tell where a task is signed off that a lead unit says is not done."""
    for (unit, number), entry in entries.items():
        state = entry.values.get("state", State.DONE)
        if number in done and entry.assignment.role == Role.LEAD and state != State.DONE:
            values = {
                "number": number,
                "unit": unit,
                "state": Phrase(str(state)),
                "when": done[number].when,
            }
            yield Finding("TASK-048", unit=unit, task=number, values=values)


def with_done(
    standings: Mapping[int, Standing], done: Mapping[int, Ruling]
) -> Mapping[int, Standing]:
    """Return the standings, where tasks that are signed off and that nobody answered on stand as done."""
    return {
        number: replace(s, state=State.DONE, light=Light.GREEN)
        if number in done and s.state == UNANSWERED
        else s
        for number, s in standings.items()
    }
