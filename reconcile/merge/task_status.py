"""How every task stands: state and light, from what units say and what their numbers say; what changed. Pure.

Numbers never overrule a unit's own statement in silence: where they disagree
there is a finding, and both are shown.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..core.findings import Finding, Place
from ..core.i18n import Listed, Phrase, Quantity
from ..core.lights import Basis, Lag, Light, Measured, read_points
from ..core.plan import Amount, Assignment, Indicator, Plan, Role, State
from ..core.result import (
    PENDING,
    UNANSWERED,
    Actual,
    Answers,
    Changes,
    Entry,
    Previous,
    Reached,
    Standing,
)
from ..core.settings import Setting
from .progress import Thresholds, contradiction, fall, light_of, measure, worst

_NEAR, _FAR = Decimal("0.1"), Decimal("1.5")
"""Parts each so near the target, or a sum so far beyond it, are hardly parts."""
_WORST_FIRST = (State.NOT_BEGUN, State.BEHIND, State.ON_TIME, State.AHEAD, State.DONE)


@dataclass(frozen=True, slots=True)
class Judged:
    """Result of :func:`judge`: standings by task number, indicators as measured, findings."""

    standings: Mapping[int, Standing]
    reached: tuple[Reached, ...]
    findings: tuple[Finding, ...]


def thresholds(plan: Plan) -> Thresholds:
    """Return the plan's own thresholds for lights; the defaults where it sets none that can be read."""
    red = read_points(plan.settings.get(Setting.RED, ""))
    return Thresholds() if red is None else Thresholds(red=red)


def judge(
    plan: Plan,
    period: int,
    entries: Mapping[tuple[str, int], Entry],
    actuals: Mapping[tuple[int, str], Sequence[Actual]],
    asked: Mapping[tuple[int, str], Sequence[str]],
    places: Mapping[tuple[str, int], Place],
    previous: Previous | None = None,
    pending: Container[tuple[str, int]] = (),
) -> Judged:
    """Judge every task of the plan at its ``period`` (counted from 1).

    ``actuals`` are this period's numbers, ``asked`` the units asked for one, by
    (task, indicator name). ``places`` say where each unit stated its state.
    ``previous`` gives former periods' numbers under "actual:" and the name, and how tasks stood
    then. ``pending`` are the (unit, task) whose state was set aside.
    """
    limits = thresholds(plan)
    reached: list[Reached] = []
    findings: list[Finding] = []
    for indicator in plan.indicators:
        key = (indicator.number, indicator.name)
        for part in _parts(indicator, actuals.get(key, ()), asked.get(key, ())):
            if isinstance(part, Finding):
                findings.append(part)
                continue
            one = _measured(plan, period, indicator, part, limits, previous)
            if indicator.summed is None and len(asked.get(key, ())) > 1:
                one = replace(one, measured=_unjudged(one.measured))
            reached.append(one)
            findings += _doubtful_sum(one, plan.periods[period - 1].caption)
    findings += _contradictions(reached, entries, places)
    standings = {s.task: s for s in _standings(plan, entries, reached, limits, previous, pending)}
    return Judged(standings, tuple(reached), tuple(findings))


def _parts(
    indicator: Indicator, actuals: Sequence[Actual], asked: Sequence[str]
) -> Iterator[Sequence[Actual] | Finding]:
    """The numbers to measure: each unit's own, or all of them where they add up."""
    if not actuals:
        return
    if not indicator.summed or len(asked) < 2:
        yield from ([a] for a in actuals)
        return
    silent = [u for u in asked if u not in {a.unit for a in actuals}]
    if silent:
        values = {"name": indicator.name, "units": Listed(silent)}
        yield Finding("IND-012", task=indicator.number, field=indicator.name, values=values)
        return
    yield actuals


def _unjudged(measured: Measured) -> Measured:
    """A unit's own number where nobody has said whether it is a part or the whole: shown, not judged."""
    why = Phrase("几家各报一部分还是都报全数没有定，不评定")
    return replace(measured, used=Lag(Basis.TARGET, None, why), state="", light="")


def _doubtful_sum(one: Reached, caption: str) -> Iterator[Finding]:
    """Tell where numbers that were added up look as if each unit had reported the whole."""
    indicator, numbers = one.indicator, [a.value for a in one.actuals]
    target = indicator.targets.get(caption) or indicator.annual
    if len(numbers) < 2 or target is None or target.low <= 0:
        return
    near = all(abs(n - target.low) <= target.low * _NEAR for n in numbers)
    if near or one.value > target.high * _FAR:
        parts = Listed(
            Phrase(
                "{unit}{quantity}",
                unit=a.unit,
                quantity=Quantity(Amount(a.value, a.value), indicator.measure),
            )
            for a in one.actuals
        )
        values = {
            "name": indicator.name, "told": parts, "measure": indicator.measure,
            "total": str(Amount(one.value, one.value)), "target": str(target),
        }  # fmt: skip
        yield Finding("IND-022", task=indicator.number, field=indicator.name, values=values)


def _measured(
    plan: Plan,
    period: int,
    indicator: Indicator,
    actuals: Sequence[Actual],
    limits: Thresholds,
    previous: Previous | None,
) -> Reached:
    captions = [p.caption for p in plan.periods]
    value = sum((a.value for a in actuals), Decimal(0))
    known = {
        caption: number
        for caption, answers in (previous.periods if previous else {}).items()
        if (number := _before(indicator, actuals, answers)) is not None
    }
    before = list(known.values())[-1] if known else None
    known[captions[period - 1]] = value
    measured = measure(indicator, plan.periods, captions[period - 1], known, limits)
    return Reached(indicator, tuple(actuals), value, measured, before)


def _before(indicator: Indicator, actuals: Sequence[Actual], answers: Answers) -> Decimal | None:
    """What the same units gave in a former period, if all of them gave a number."""
    found = []
    for a in actuals:
        value = answers.get((a.unit, indicator.number, f"actual:{indicator.name}"))
        if not isinstance(value, (int, float)):
            return None
        found.append(Decimal(f"{value:.15g}"))
    return sum(found, Decimal(0))


def _contradictions(
    reached: Sequence[Reached],
    entries: Mapping[tuple[str, int], Entry],
    places: Mapping[tuple[str, int], Place],
) -> Iterator[Finding]:
    """What is worth telling: statements against the numbers, running totals that fell.

    A unit that says better than any of its numbers is told of each; one that
    says worse only where all of its numbers are better.
    """
    by_answer: dict[tuple[str, int], list[Reached]] = {}
    for one in reached:
        for a in one.actuals:
            by_answer.setdefault((a.unit, one.indicator.number), []).append(one)
        if one.before is not None and len(one.actuals) == 1:
            fallen = fall(
                one.indicator, one.before, one.value, one.actuals[0].place, one.actuals[0].unit
            )
            if fallen:
                yield fallen
    for (unit, number), own in by_answer.items():
        entry = entries.get((unit, number))
        state = str(entry.values.get("state", "")) if entry else ""
        at = places.get((unit, number), own[0].actuals[0].place)
        disagreeing = [contradiction(o.indicator, state, o.measured, at, unit) for o in own]
        better = [t for t in disagreeing if t and t.code == "IND-003"]
        yield from better
        if disagreeing[0] and not better and all(disagreeing):
            yield disagreeing[0]


def _standings(
    plan: Plan,
    entries: Mapping[tuple[str, int], Entry],
    reached: Iterable[Reached],
    limits: Thresholds,
    previous: Previous | None,
    pending: Container[tuple[str, int]],
) -> Iterator[Standing]:
    stated: dict[int, list[str]] = {}
    asked: set[int] = set()
    before = previous.last_standings if previous else {}
    for (unit, number), entry in entries.items():
        if entry.assignment.role != Role.LEAD:
            continue
        if "state" in entry.values:
            stated.setdefault(number, []).append(str(entry.values["state"]))
        elif (unit, number) in pending:
            asked.add(number)
    by_task: dict[int, list[Reached]] = {}
    for one in reached:
        by_task.setdefault(one.indicator.number, []).append(one)
    for task in plan.tasks:
        unknown = PENDING if task.number in asked else UNANSWERED
        state = worst_state(stated.get(task.number, [])) or unknown
        lights = [light_of(state, limits)]
        reasons = []
        if lights[0] not in ("", Light.GREEN):
            reasons.append(Phrase("自报{state}", state=Phrase(state)))
        lag: Lag | None = None
        for one in sorted(by_task.get(task.number, []), key=_worst_first):
            lights.append(one.measured.light)
            used = one.measured.used
            if used.points is not None:
                lag = lag or used
            if one.measured.light not in ("", Light.GREEN):
                behind = used if used.points is not None else Phrase(one.measured.state)
                reasons.append(Phrase("{name}{told}", name=one.indicator.name, told=behind))
        former = before.get(task.number)
        yield Standing(task.number, state, worst(lights), tuple(reasons), lag, former)


def _worst_first(one: Reached) -> Decimal:
    """The lag that puts the worst of several indicators first, those without any last."""
    points = one.measured.used.points
    return Decimal("Infinity") if points is None else points


def worst_state(states: Sequence[str]) -> str:
    """The worst of some states, "" where there is none; a word that is no state counts as worst."""
    order: Mapping[str, int] = {state: i for i, state in enumerate(_WORST_FIRST)}
    return min(states, key=lambda s: order.get(s, -1), default="")


# --- former periods, and what changed since


def with_standings(
    plan: Plan,
    previous: Previous,
    wanted: Iterable[Assignment],
    asked: Mapping[tuple[int, str], Sequence[str]],
) -> Previous:
    """Return former periods with how the tasks stood in each.

    Where a summary does not tell, as those of the old shape do not, its answers are judged anew,
    by the rules and the plan of now. ``asked`` as in :func:`judge`.
    """
    by_key = {(a.unit, a.task.number): a for a in wanted}
    captions = [p.caption for p in plan.periods]
    standings: dict[str, Mapping[int, Standing]] = {}
    for caption, answers in previous.periods.items():
        known = previous.standings.get(caption)
        if known is None and caption in captions:
            entries, actuals = _as_answered(plan, answers, by_key)
            earlier = Previous({c: previous.periods[c] for c in standings})
            at = captions.index(caption) + 1
            known = judge(plan, at, entries, actuals, asked, {}, earlier).standings
        standings[caption] = known or {}
    return Previous(previous.periods, standings)


def _as_answered(
    plan: Plan, answers: Answers, by_key: Mapping[tuple[str, int], Assignment]
) -> tuple[dict[tuple[str, int], Entry], dict[tuple[int, str], list[Actual]]]:
    """A former period's states and numbers, as :func:`judge` takes them."""
    entries: dict[tuple[str, int], Entry] = {}
    actuals: dict[tuple[int, str], list[Actual]] = {}
    named = {(i.number, i.name) for i in plan.indicators}
    for (unit, number, field), value in answers.items():
        name = field.removeprefix("actual:")
        if field == "state" and (a := by_key.get((unit, number))):
            entries[unit, number] = Entry(a, {field: value})
        elif field != name and (number, name) in named and isinstance(value, (int, float)):
            one = Actual(unit, Decimal(f"{value:.15g}"), "", Place())
            actuals.setdefault((number, name), []).append(one)
    return entries, actuals


def changes_since(
    plan: Plan, period: int, standings: Mapping[int, Standing], previous: Previous | None
) -> Changes | None:
    """Return what changed since the latest former period, None where none is known."""
    if not previous or not previous.periods:
        return None
    since = list(previous.periods)[-1]
    found: dict[str, list[int]] = {}
    for now in standings.values():
        before = now.before or Standing(now.task, UNANSWERED, "")
        group = turn_of(before.light, now.light)
        if group:
            found.setdefault(group, []).append(now.task)
        if now.state == State.DONE and now.light == Light.GREEN and before.state != State.DONE:
            found.setdefault("completed", []).append(now.task)
    consecutive = period > 1 and plan.periods[period - 2].caption == since
    names = ("turned_red", "newly_behind", "red_again", "better", "unheard", "completed")
    return Changes(since, consecutive, *(tuple(found.get(name, ())) for name in names))


TURNS: Mapping[str, str] = {
    "turned_red": "由黄转红", "newly_behind": "新增滞后", "red_again": "连续两期红灯",
    "unheard": "上期滞后、本期未报", "better": "转好",
}  # fmt: skip
"""What may change for a task from one period to the next, worst first, in words; see :class:`Changes`."""


def turn_of(before: str, now: str) -> str:
    """Return the one of :data:`TURNS` that a task belongs to by its lights, "" for none."""
    behind = (Light.YELLOW, Light.RED)
    if now in behind and before not in behind:
        return "newly_behind"
    if before in behind and not now:
        return "unheard"
    if (before, now) == (Light.YELLOW, Light.RED):
        return "turned_red"
    if (before, now) == (Light.RED, Light.RED):
        return "red_again"
    return "better" if before in behind and before != now else ""
