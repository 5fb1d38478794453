"""How every unit did, by weights that the plan workbook may set. Pure.

A unit's score is the average weight of the lights of the tasks it leads (of its
own answers where it leads none), plus the weight 按时 if it answered in time,
less the weight 差错 for each error to be corrected; never below zero, and zero
for a unit that has not answered at all. A deadline that cannot be read makes nobody in time. With the default weights 100 is the most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ..core.lights import GREEN, LIGHTS, RED, YELLOW, read_points, rounded
from ..core.plan import Plan
from ..core.result import UNANSWERED, MergeResult, Score, UnitStatus
from ..core.values.deadlines import deadline_day, deadline_text

ON_TIME, ERROR = "按时", "差错"
DEFAULTS: Mapping[str, Decimal] = {
    "绿灯": Decimal(90), "黄灯": Decimal(60), "红灯": Decimal(30), UNANSWERED: Decimal(0),
    ON_TIME: Decimal(10), ERROR: Decimal(1),
}  # fmt: skip
"""The weights by the word after 权重： in the plan workbook's settings."""


def weights(plan: Plan) -> dict[str, Decimal]:
    """Return the plan's own weights; the default where it sets none, or no number."""
    own = {word: read_points(plan.settings.get(f"权重：{word}", "")) for word in DEFAULTS}
    return {word: d if (set_ := own[word]) is None else set_ for word, d in DEFAULTS.items()}


def score_units(merged: MergeResult) -> tuple[Score, ...]:
    """Return every unit's score, the best first; equal scores share a rank (1, 2, 2, 4)."""
    weighed, last = weights(merged.plan), deadline_day(merged.plan, merged.period)
    unread = last is None and bool(deadline_text(merged.plan, merged.period).strip())
    led: dict[str, list[int]] = {}
    for a in merged.assignments:
        if a.role == "lead" and (a.unit, a.task.number) not in merged.unprinted:
            led.setdefault(a.unit, []).append(a.task.number)
    scored = [
        _score(merged, s, led.get(s.unit, []), last, weighed, unread) for s in merged.statuses
    ]
    ranks: dict[Decimal, int] = {}
    for rank, score in enumerate(sorted((s.score for s in scored), reverse=True), 1):
        ranks.setdefault(score, rank)
    ranked = [replace(s, rank=ranks[s.score]) for s in scored]
    return tuple(sorted(ranked, key=lambda s: s.rank))


def _score(
    merged: MergeResult, status: UnitStatus, led: list[int], last: date | None,
    weighed: Mapping[str, Decimal], unread: bool,
) -> Score:  # fmt: skip
    lights = Counter(merged.standings[n].light if n in merged.standings else "" for n in led)
    returned = status.state in ("clean", "errors")
    on_time = False if status.state == "missing" else None
    if returned and not unread:
        on_time = _on_time(status, last)
    score = Decimal(0)
    if returned:
        score = _average(status, lights, weighed) - weighed[ERROR] * status.errors
        score += weighed[ON_TIME] if on_time else 0
    return Score(
        0, status.unit, status.state, len(led), {x: lights[x] for x in (*LIGHTS, "")},
        status.asked, status.answered, status.first, status.last, on_time, status.errors,
        rounded(max(score, Decimal(0))),
    )  # fmt: skip


def _on_time(status: UnitStatus, last: date | None) -> bool | None:
    """The first accepted return tells: a correction is not late, and one without a date tells nothing.

    Whoever answers where no deadline was set is in time.
    """
    if last is None:
        return True
    days = [filed.day for filed in status.filed]
    if any(day and day <= last for day in days):
        return True
    return None if not days or None in days else False


def _average(
    status: UnitStatus, lights: Mapping[str, int], weighed: Mapping[str, Decimal]
) -> Decimal:
    word = {GREEN: "绿灯", YELLOW: "黄灯", RED: "红灯", "": UNANSWERED}
    led = sum(lights.values())
    if led:
        return sum((weighed[word[x]] * n for x, n in lights.items()), Decimal(0)) / led
    if not status.asked:
        return Decimal(0)
    silent = status.asked - status.answered
    points = weighed["绿灯"] * status.answered + weighed[UNANSWERED] * silent
    return points / status.asked
