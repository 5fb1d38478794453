"""Targets of one task's goal and periods -> indicators: which numbers belong together, on which basis.

Two targets are one indicator when their units of measure agree, their kinds agree
(a growth rate never joins an amount) and their names share most of their characters,
whatever their order: 处置违法建设 is 违法建设处置. The basis is then read off the
numbers: periods that add up to the year are "period", a row that rises to the
year's target is "cumulative"; where neither holds, a doubt says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from ...core.findings import Finding
from ...core.plan import Amount, Indicator, Task
from . import vocabulary as words
from .target import Target
from .targets import read_targets

__all__ = ["GOAL", "Target", "read_indicators", "read_targets"]

GOAL = ""
"""The key of the goal among the period captions."""

_DROPPED = re.compile(
    "的|了|等|项目|工程|任务|目标|[、和及“”]|" + words.longest_first(words.ACHIEVING)
)
_STAGE = re.compile(words.longest_first(words.STAGES))
_PLACE = re.compile("^..(?:社区|小区|街道|镇|乡|县)")
_ALIKE = Decimal("0.5")
_SMALL = frozenset(
    ["a", "an", "the", "of", "to", "in", "and", "or", "for", "by", "at", "on", "with"]
)


@dataclass(slots=True)
class _Row:
    """Targets that are one indicator, by period caption; the goal's under :data:`GOAL`."""

    members: dict[str, Target] = field(default_factory=dict)


def read_indicators(task: Task, periods: Sequence[str]) -> tuple[Indicator, ...]:
    """Return the task's indicators, joined over its goal and the periods in the order given.

    Those of the goal come first, then in the order they appear. Values are in the
    unit of measure that the periods use (2.5万户 becomes 25000户 beside 10700户).
    Never raises; what is unsure stands in ``doubts`` as findings IND-001 to IND-003.
    """
    rows: list[_Row] = []
    texts = {GOAL: task.goal, **{p: task.milestones.get(p, "") for p in periods}}
    for caption, text in texts.items():
        _place(caption, read_targets(text), rows)
    rows = [part for row in rows for part in _split(row, periods)]
    indicators: list[Indicator] = []
    for row in rows:
        indicators.append(_indicator(task, row, periods, {i.name for i in indicators}))
    return tuple(indicators)


def _place(caption: str, targets: Sequence[Target], rows: list[_Row]) -> None:
    """Put each target of one text into the row it is most like, or into a new one."""
    ranked = sorted(
        (
            (score, -i, -j)
            for i, target in enumerate(targets)
            for j, row in enumerate(rows)
            if (score := _likeness(target, row, targets, rows)) >= _ALIKE
        ),
        reverse=True,
    )
    placed: set[int] = set()
    for _, i, j in ranked:
        if -i not in placed and caption not in rows[-j].members:
            placed.add(-i)
            rows[-j].members[caption] = targets[-i]
    rows.extend(_Row({caption: target}) for i, target in enumerate(targets) if i not in placed)


def _likeness(
    target: Target, row: _Row, targets: Sequence[Target], rows: Sequence[_Row]
) -> Decimal:
    """Return how much a target is like a row, from 0 (never one indicator) to a little above 1."""
    score = max(_alike(target, member) for member in row.members.values())
    goal = row.members.get(GOAL)
    if not score or (
        goal and goal.basis == "cumulative" and _value(target, goal.measure) > goal.amount.high
    ):
        return Decimal(0)  # no period asks for more than the year does
    fitting = [r for r in rows if any(_comparable(target, m) for m in r.members.values())]
    rivals = [t for t in targets if any(_comparable(t, m) for m in row.members.values())]
    if len(fitting) == len(rivals) == 1:
        score += Decimal("0.3") if goal else Decimal("0.2")
    if goal and goal.amount == target.amount and goal.measure == target.measure:
        score += Decimal("0.1")
    return score


def _comparable(one: Target, other: Target) -> bool:
    """Return whether the units of measure and the kinds agree."""
    bases = {words.split_measure(t.measure)[1] for t in (one, other)}
    return len(bases) == 1 and (one.basis == "growth") == (other.basis == "growth")


def _alike(one: Target, other: Target) -> Decimal:
    """Return how alike two targets are by their names: mostly what, partly whose."""
    if not _comparable(one, other):
        return Decimal(0)
    if not one.name.removesuffix("增速") or not other.name.removesuffix("增速"):
        return Decimal("0.6")
    if set(_STAGE.findall(one.name)) != set(_STAGE.findall(other.name)) or _differ(
        one.name, other.name
    ):
        return Decimal(0)
    score = _overlap(one.name, other.name)
    if bool(one.about) != bool(other.about):
        return max(score, _overlap(one.about + one.name, other.about + other.name))
    if one.about not in other.about and other.about not in one.about:
        score *= Decimal("0.4")
    return score


def _differ(one: str, other: str) -> bool:
    """Return whether two names cannot mean the same: other rates, other places."""
    rates = one.endswith("率") and other.endswith("率") and one[-3:] != other[-3:]
    places = [_PLACE.match(name) for name in (one, other)]
    return rates or bool(places[0] and places[1] and places[0][0] != places[1][0])


def _overlap(one: str, other: str) -> Decimal:
    """Return the share of characters that two names have in common, less where their last words differ."""
    if one.isascii() and other.isascii():
        return _common_words(one, other)
    first, second = (_DROPPED.sub("", name) for name in (one, other))
    if not first or not second:
        return Decimal("0.6")
    common = sum((Counter(first) & Counter(second)).values())
    score = Decimal(common) / min(len(first), len(second)) / 2 + Decimal(common) / (
        len(first) + len(second)
    )
    contained = common == min(len(first), len(second))
    return score if contained or first[-1] == second[-1] else score * Decimal("0.6")


def _common_words(one: str, other: str) -> Decimal:
    """Return the share of words that two English names have in common."""
    first, second = (set(re.findall(r"[a-z]+", name.lower())) - _SMALL for name in (one, other))
    if not first or not second:
        return Decimal("0.6")
    return Decimal(len(first & second)) / min(len(first), len(second))


def _split(row: _Row, periods: Sequence[str]) -> list[_Row]:
    """Return the row, or two where its last number is another stage of the same things.

    1500 + 1500 built is the goal of 3000; that the 3000 are then connected is
    another indicator.
    """
    goal = row.members.get(GOAL)
    dated = [p for p in periods if p in row.members]
    if goal is None or len(dated) < 3:
        return [row]
    *earlier, last = dated
    total = sum(_value(row.members[p], goal.measure) for p in earlier)
    if total == goal.amount.low == _value(row.members[last], goal.measure):
        return [
            _Row({p: row.members[p] for p in (GOAL, *earlier)}),
            _Row({last: row.members[last]}),
        ]
    return [row]


def _value(target: Target, measure: str) -> Decimal:
    value = words.convert(target.amount.low, target.measure, measure)
    return target.amount.low if value is None else value


def _indicator(task: Task, row: _Row, periods: Sequence[str], taken: set[str]) -> Indicator:
    """Return the indicator of a row, under a name no other indicator of the task has."""
    dated = [row.members[p] for p in periods if p in row.members]
    goal = row.members.get(GOAL)
    measure = _measure(dated, goal)
    targets = {p: _amount(row.members[p], measure) for p in periods if p in row.members}
    annual = _amount(goal, measure) if goal else None
    if goal is None and dated[-1].yearly and dated[-1] is row.members.get(periods[-1]):
        annual = targets[periods[-1]]
    name = _name(row, [t for t in (goal, *dated) if t], task.goal, taken)
    basis, codes = _basis(dated or [row.members[GOAL]], list(targets.values()), annual)
    doubts = tuple(
        Finding(
            code,
            task=task.number,
            field=name,
            values={"name": name, "annual": annual, "measure": measure},
        )
        for code in codes
    )
    comparator = next((t.comparator for t in (goal, *dated) if t), ">=")
    texts = {caption: target.text for caption, target in row.members.items()}
    # Whether each of several leads reports a part or the whole, a person has to say.
    summed = None if Indicator.adds_up(basis, measure) else False
    return Indicator(
        task.number, name, measure, basis, comparator, annual, targets, texts, doubts, summed=summed
    )


def _name(row: _Row, targets: Sequence[Target], goal: str, taken: set[str]) -> str:
    """Return the row's name: the goal's words, or with whose it is where only periods name it."""
    named = next((t for t in targets if t.name.removesuffix("增速")), targets[0])
    name = named.name if GOAL in row.members else named.about + named.name
    name = name or goal.rstrip("。") or named.text.rstrip("。") or "指标"
    if name in taken:
        name = named.about + name
    return name if name not in taken else f"{name}（{len(taken) + 1}）"


def _measure(dated: Sequence[Target], goal: Target | None) -> str:
    """Return the unit of measure most periods use, the earliest on a tie; the goal's without periods."""
    counts = Counter(target.measure for target in dated)
    return counts.most_common(1)[0][0] if counts else goal.measure if goal else ""


def _amount(target: Target, measure: str) -> Amount:
    """Return the target's amount in another magnitude of its unit of measure."""
    low = words.convert(target.amount.low, target.measure, measure)
    high = words.convert(target.amount.high, target.measure, measure)
    return target.amount if low is None or high is None else Amount(low, high)


def _basis(
    targets: Sequence[Target], amounts: Sequence[Amount], annual: Amount | None
) -> tuple[str, tuple[str, ...]]:
    """Return (basis, codes of doubts) of what a row's targets tell, their amounts by period, and the year.

    IND-001: period or cumulative cannot be told. IND-002: the periods neither
    reach nor add up to the year.
    """
    stated = next((t.basis for t in targets if t.basis in ("growth", "level")), None)
    if stated:
        return stated, ()
    lows = [a.low for a in amounts]
    rising = all(a <= b for a, b in pairwise(lows))
    running = any(t.running for t in targets)
    if annual is None or not lows:
        if running or not lows:
            return "cumulative", ()
        rising = rising and (len(lows) == 1 or lows[0] < lows[-1])
        return ("cumulative" if rising else "period"), ("IND-001",) if rising else ()
    reached, total = lows[-1] == annual.low, sum(lows) == annual.low
    if running or (rising and reached):
        return "cumulative", () if reached else ("IND-002",)
    if total:
        return "period", ()
    return ("cumulative" if rising and len(lows) > 1 else "period"), ("IND-002",)
