"""MergeResult -> the same for some of its tasks: for each leader in charge, or for each unit. Pure.

A pack is a whole summary of fewer tasks, so that one writer serves both; whose it is stands in
its mark, which mail goes by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from ..core.findings import Finding, Place, Severity
from ..core.i18n import tr
from ..core.plan import Plan
from ..core.result import Balance, Changes, MergeResult, UnitState, UnitStatus
from ..writers.atomic import safe_name
from ..writers.marks import PACK, mark_of
from .counts import plain_title
from .overview import task_numbers

BY_LEADER, BY_UNIT = "按领导", "按单位"
"""What packs are made by."""
_CODES: Mapping[str, str] = {BY_LEADER: "leader", BY_UNIT: "unit"}
_LONGEST = 60
"""Characters of a name in a mark: a property of a workbook holds 255."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: whose it is ("" for the tasks of which no leader is named), its file's name, and what it holds."""

    whose: str
    file: str
    merged: MergeResult
    mark: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a pack is, as its mark says: a leader's or a unit's, of which period (from 1)."""

    way: str
    name: str
    period: int


def shares(merged: MergeResult, way: str) -> dict[str, list[int]]:
    """Return the numbers of the tasks of each leader or unit, in the plan's order.

    A task with several leaders is each one's; those without any come last, under "". A unit has
    the tasks that it leads or supports.
    """
    by_owner: dict[str, list[int]] = {}
    if way == BY_UNIT:
        asked = {s.unit for s in merged.statuses}
        for a in merged.assignments:
            tasks = by_owner.setdefault(a.unit, []) if a.unit in asked else []
            if a.task.number not in tasks:
                tasks.append(a.task.number)
        return by_owner
    without = []
    for task in merged.plan.tasks:
        for leader in task.leaders:
            by_owner.setdefault(leader, []).append(task.number)
        if not task.leaders:
            without.append(task.number)
    return {**by_owner, "": without} if without and by_owner else by_owner


def packs(merged: MergeResult, way: str) -> tuple[Pack, ...]:
    """Return the packs made by leader or by unit; none where the plan names no leader."""
    made_packs: list[Pack] = []
    taken: set[str] = set()
    for whose, numbers in shares(merged, way).items():
        title = plain_title(merged.plan)
        if way == BY_UNIT:
            title = tr("{title}（{unit}）", title=title, unit=whose)
        elif whose:
            title = tr("{title}（{leader}分管）", title=title, leader=whose)
        else:
            title = tr("{title}（未指定分管领导）", title=title)
        name = first = " ".join(safe_name(whose or tr("未指定"), "_").split()).strip(". ") or "_"
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{first}_{number}"
        taken.add(name.casefold())
        result = restricted(merged, numbers, title, [whose] if way == BY_UNIT else None)
        mark = pack_mark(merged.plan, merged.period, way, whose)
        made_packs.append(Pack(whose, f"{name}.xlsx", result, mark))
    return tuple(made_packs)


def unassigned(packs: Sequence[Pack]) -> tuple[Finding, ...]:
    """Return a note on the tasks of which no leader is named, where others have one."""
    findings = []
    for pack in packs:
        if not pack.whose:
            numbers = [t.number for t in pack.merged.plan.tasks]
            values = {"count": len(numbers), "numbers": task_numbers(numbers)}
            findings.append(Finding("FORM-038", Place(pack.file), values=values))
    return tuple(findings)


def pack_mark(plan: Plan, period: int, way: str, whose: str) -> str:
    """Return the mark of a pack: plan, period, and whose it is."""
    return f"{mark_of(PACK, plan, period)}|{_CODES[way]}|{whose[:_LONGEST]}"


def pack_owner(mark: str, plan: Plan, names: Iterable[str]) -> Owner | None:
    """Return whose a pack with this mark is, by the full name among ``names``; None for one of another plan."""
    for period in range(1, len(plan.periods) + 1):
        for way, code in _CODES.items():
            before = f"{mark_of(PACK, plan, period)}|{code}|"
            if mark.startswith(before):
                cut = mark.removeprefix(before)
                return Owner(way, next((n for n in names if n[:_LONGEST] == cut), cut), period)
    return None


def restricted(
    merged: MergeResult, numbers: Collection[int], title: str, units: Collection[str] | None = None
) -> MergeResult:
    """Return the result of a merge for these tasks alone, under a title of its own.

    Units are those that have a task among them (or only these ``units``); how each stands is
    kept, its tasks and errors are counted among them. What concerns no task and no
    such unit is left out.
    """
    wanted = set(numbers)
    plan = merged.plan
    assignments = tuple(a for a in merged.assignments if a.task.number in wanted)
    kept_units = {a.unit for a in assignments} if units is None else set(units)

    def belongs(finding: Finding) -> bool:
        return finding.task in wanted if finding.task is not None else finding.unit in kept_units

    records = tuple(
        r
        for r in merged.records
        if (r.task in wanted if r.task is not None else r.unit in kept_units)
    )
    aside = tuple(
        s
        for s in merged.set_aside
        if (s.task in wanted if s.task is not None else s.unit in kept_units)
    )
    findings = tuple(f for f in merged.findings if belongs(f))
    normalised = sum(r.how == "normalised" for r in records)
    accepted = len(records) - normalised
    small = replace(
        merged,
        plan=replace(
            plan, title=title, tasks=tuple(t for t in plan.tasks if t.number in wanted),
            indicators=tuple(i for i in plan.indicators if i.number in wanted),
        ),
        assignments=assignments, records=records, set_aside=aside, findings=findings,
        waived=tuple(f for f in merged.waived if belongs(f)),
        balance=Balance(len(records) + len(aside), accepted, normalised, len(aside)),
        entries=_of(merged.entries, lambda key: key[1] in wanted),
        standings=_of(merged.standings, lambda number: number in wanted),
        reached=tuple(r for r in merged.reached if r.indicator.number in wanted),
        actuals=_of(merged.actuals, lambda key: key[0] in wanted),
        pending=_of(merged.pending, lambda key: key[1] in wanted),
        unprinted=frozenset(key for key in merged.unprinted if key[1] in wanted),
        changes=_changes(merged.changes, wanted),
        signed_off=_of(merged.signed_off, lambda number: number in wanted),
        postponed=_of(merged.postponed, lambda number: number in wanted),
        evidence=tuple(e for e in merged.evidence if e.task in wanted),
    )  # fmt: skip
    statuses = tuple(_status(small, s) for s in merged.statuses if s.unit in kept_units)
    return replace(small, statuses=statuses)


def _of(entries: Mapping[_Key, _Value], wanted: Callable[[_Key], bool]) -> dict[_Key, _Value]:
    return {key: value for key, value in entries.items() if wanted(key)}


def _changes(changes: Changes | None, wanted: Collection[int]) -> Changes | None:
    if changes is None:
        return None
    names = [f.name for f in fields(changes)][2:]
    groups: Iterator[tuple[int, ...]] = (getattr(changes, name) for name in names)
    kept = (tuple(n for n in group if n in wanted) for group in groups)
    return Changes(changes.since, changes.consecutive, *kept)


def _status(small: MergeResult, status: UnitStatus) -> UnitStatus:
    """How a unit stands, counted among fewer tasks; one without an error there has nothing to correct there."""
    unit = status.unit
    asked = {a.task.number for a in small.assignments if a.unit == unit}
    asked -= {number for name, number in small.unprinted if name == unit}
    findings = [f for f in small.findings if f.unit == unit and not f.code.startswith("PLAN-")]
    errors = sum(f.severity is Severity.ERROR for f in findings)
    state = UnitState.CLEAN if status.state == UnitState.ERRORS and not errors else status.state
    answered = (small.entries.get((unit, number)) for number in asked)
    return replace(
        status, state=state, asked=len(asked), answered=sum(bool(e and e.values) for e in answered),
        set_aside=sum(s.unit == unit for s in small.set_aside), errors=errors,
        warnings=sum(f.severity is Severity.WARNING for f in findings),
    )  # fmt: skip
