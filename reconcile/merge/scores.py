"""How every unit stands, and how it did by weights that the plan workbook may set. Pure.

A lead unit's score is the average weight of the lights of the tasks it leads, plus the weight 按时
if it answered in time, less the weight 差错 for each error to be corrected; never below zero, and
zero for a unit that has not answered at all. A task whose progress is told in the plan's own words
counts as one without a light. A deadline that cannot be read makes nobody in time. With the default weights
100 is the most. A unit that leads nothing has no score and no rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ..core.findings import Finding, Severity
from ..core.lights import LIGHTS, Light, read_points, rounded
from ..core.plan import Plan, Role
from ..core.result import (
    OTHER_PERIOD,
    Entry,
    MergeResult,
    Score,
    SetAside,
    UnitState,
    UnitStatus,
    Verdict,
)
from ..core.settings import Setting
from ..core.values.deadlines import deadline_day, deadline_text

COPIED, PROGRESS = "TASK-006", "progress"
"""The finding that an answer is the plan's own words, and the field where that is no answer."""
DEFAULTS: Mapping[Setting, Decimal] = {
    Setting.WEIGHT_GREEN: Decimal(90), Setting.WEIGHT_YELLOW: Decimal(60),
    Setting.WEIGHT_RED: Decimal(30), Setting.WEIGHT_UNANSWERED: Decimal(0),
    Setting.WEIGHT_ON_TIME: Decimal(10), Setting.WEIGHT_ERROR: Decimal(1),
}  # fmt: skip
OF_LIGHT: Mapping[str, Setting] = {
    Light.GREEN: Setting.WEIGHT_GREEN, Light.YELLOW: Setting.WEIGHT_YELLOW, Light.RED: Setting.WEIGHT_RED,
    "": Setting.WEIGHT_UNANSWERED,
}  # fmt: skip


def unit_statuses(
    asked: Sequence[str],
    by_unit: Mapping[str, Sequence[int]],
    entries: Mapping[tuple[str, int], Entry],
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    set_aside: Sequence[SetAside],
) -> Iterable[UnitStatus]:
    """Yield how each of the ``asked`` units stands: what came of it, and what is wrong with that.

    ``by_unit`` are the tasks that its form asked about.
    """
    findings_of: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code.startswith("PLAN-"):
            continue  # what is wrong in the plan workbook is no fault of the unit that it names
        findings_of.setdefault(finding.unit, []).append(finding)
    brought: dict[str, list[Verdict]] = {}
    maybe: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.of_other_period:
            continue
        brought.setdefault(verdict.unit, []).append(verdict)
        for unit in verdict.suspected:
            maybe.setdefault(unit, []).append(verdict)
    lost = Counter(s.unit for s in set_aside if s.code != OTHER_PERIOD)
    for unit in asked:
        mine = brought.get(unit, ())
        files = tuple(dict.fromkeys(v.file for v in (mine or maybe.get(unit, ()))))
        taken = [v for v in mine if v.accepted]
        filed = [v.filed for v in taken if v.filed]
        own = findings_of.get(unit, [])
        errors = sum(f.severity is Severity.ERROR for f in own)
        if taken:
            state = UnitState.ERRORS if errors else UnitState.CLEAN
        else:
            state = (
                UnitState.REFUSED if mine else UnitState.SUSPECTED if files else UnitState.MISSING
            )
        yield UnitStatus(
            unit=unit,
            state=state,
            asked=len(by_unit[unit]),
            answered=sum(
                bool(entries[unit, n].values) for n in by_unit[unit] if (unit, n) in entries
            ),
            set_aside=lost[unit],
            errors=errors,
            warnings=sum(f.severity is Severity.WARNING for f in own),
            files=files,
            filed=tuple(sorted(filed, key=lambda f: f.day or date.max)),
        )


def weights(plan: Plan) -> dict[Setting, Decimal]:
    """Return the plan's own weights; the default where it sets none, or no number."""
    own = {name: read_points(plan.settings.get(name, "")) for name in DEFAULTS}
    return {name: d if (set_ := own[name]) is None else set_ for name, d in DEFAULTS.items()}


def score_units(merged: MergeResult) -> tuple[Score, ...]:
    """Return the lead units' scores, the best first; equal ones share a rank (1, 2, 2, 4). Then the others."""
    weighed, last = weights(merged.plan), deadline_day(merged.plan, merged.period)
    unread = last is None and bool(deadline_text(merged.plan, merged.period).strip())
    led: dict[str, list[int]] = {}
    for a in merged.assignments:
        if a.role == Role.LEAD and (a.unit, a.task.number) not in merged.unprinted:
            led.setdefault(a.unit, []).append(a.task.number)
    copied_at = {(f.unit, f.task, f.place) for f in merged.findings if f.code == COPIED}
    copied = {
        (r.unit, r.task) for r in merged.named(PROGRESS) if (r.unit, r.task, r.place) in copied_at
    }
    scored = [
        _score(merged, s, led.get(s.unit, []), copied, last, weighed, unread)
        for s in merged.statuses
    ]
    ranks: dict[Decimal, int] = {}
    for rank, score in enumerate(sorted((s.score for s in scored if s.led), reverse=True), 1):
        ranks.setdefault(score, rank)
    ranked = [replace(s, rank=ranks[s.score]) for s in scored if s.led]
    return (*sorted(ranked, key=lambda s: s.rank), *(s for s in scored if not s.led))


def _score(
    merged: MergeResult, status: UnitStatus, led: list[int], copied: Container[tuple[str, int | None]],
    last: date | None, weighed: Mapping[Setting, Decimal], unread: bool,
) -> Score:  # fmt: skip
    lights = {n: merged.standings[n].light if n in merged.standings else "" for n in led}
    own = [n for n in led if (status.unit, n) in copied]
    returned = status.state in (UnitState.CLEAN, UnitState.ERRORS)
    on_time = False if status.state == UnitState.MISSING else None
    if returned and not unread:
        on_time = _on_time(status, last)
    score = Decimal(0)
    if returned and led:
        score = _average(
            [*(x for n, x in lights.items() if n not in own), *("" for _ in own)], weighed
        )
        score += weighed[Setting.WEIGHT_ON_TIME] if on_time else 0
        score -= weighed[Setting.WEIGHT_ERROR] * status.errors
    count = Counter(lights.values())
    return Score(
        0, status.unit, status.state, len(led), {x: count[x] for x in (*LIGHTS, "")}, len(own),
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


def _average(lights: Sequence[str], weighed: Mapping[Setting, Decimal]) -> Decimal:
    return sum((weighed[OF_LIGHT[x]] for x in lights), Decimal(0)) / len(lights)
