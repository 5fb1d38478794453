"""Whose return is this, and which task is each of its rows? Pure.

Decided by the visible form number and the row keys, which survive even a
copied sheet; the hidden sheet and the document properties only confirm. Each
step down (no number, no keys, no 序号) is told; a contradiction is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .findings import Finding, Place, Severity
from .identity import (
    FormNumber,
    issued_to,
    key_fits,
    parse_form_number,
    parse_row_key,
    plan_code,
    text_hash,
)
from .model import Plan, Return, Row, Task
from .rulings import Rulings
from .text import fold, short, task_number
from .units import register_index


@dataclass(frozen=True, slots=True)
class Identified:
    """Result of :func:`identify`: the unit, or "" when the file is refused; findings say why."""

    unit: str
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether the file may not be merged."""
        return not self.unit


def identify(plan: Plan, period: int, returned: Return, rulings: Rulings) -> Identified:
    """Say which unit a return speaks for, or refuse it."""
    numbers = dict(returned.numbers)
    where = Place(returned.file)
    if len(numbers) > 1:
        return _refused("FORM-015", where, numbers="、".join(numbers))
    if not numbers:
        return _without_number(plan, period, returned, rulings)
    text, where = next(iter(numbers.items()))
    number = parse_form_number(text)
    assert number is not None, "returned.py only hands on numbers that parse"
    told = _judge_number(plan, period, number, where)
    if told:
        return Identified("", (told,))
    unit = issued_to(plan, number) or ""
    return _confirmed(plan, period, returned, unit, text, where)


def _refused(code: str, place: Place, unit: str = "", /, **values: object) -> Identified:
    return Identified("", (Finding(code, place, unit, values=values),))


def _judge_number(plan: Plan, period: int, number: FormNumber, where: Place) -> Finding | None:
    """Return why a form number is not good for this merge, or None."""
    values: dict[str, object] = {"number": str(number)}
    if number.plan != plan_code(plan):
        return Finding("FORM-011", where, values=values)
    unit = issued_to(plan, number)
    if unit is None:
        return Finding("FORM-012", where, values=values)
    if number.period != period:
        captions = [p.caption for p in plan.periods]
        theirs = captions[number.period - 1] if number.period <= len(captions) else "?"
        values |= {"theirs": theirs, "period": captions[period - 1]}
        return Finding("FORM-013", where, unit, values=values)
    return None


def _without_number(plan: Plan, period: int, returned: Return, rulings: Rulings) -> Identified:
    """Decide by row keys, then by the hidden number, then by a ruling; else refuse."""
    where = Place(returned.file)
    keys = [k for row in _rows(returned) if (k := parse_row_key(row.key))]
    owners = [
        u.name for u in plan.units if keys and all(key_fits(plan, period, u.name, k) for k in keys)
    ]
    if len(owners) == 1:
        told = Finding("FORM-016", where, owners[0], values={"unit": owners[0]})
        return Identified(owners[0], (told,))
    if keys:
        return _refused("FORM-017", where)
    for text in returned.hidden_numbers:
        number = parse_form_number(text)
        if number is None:
            continue
        wrong = _judge_number(plan, period, number, where)
        unit = issued_to(plan, number)
        if wrong or unit is None:
            return Identified("", (wrong,) if wrong else ())
        return Identified(unit, (Finding("FORM-018", where, unit, values={"unit": unit}),))
    adopted = rulings.adopts("FORM-010", returned.file)
    owner = register_index(plan.units).get(fold(adopted)) if adopted else None
    if owner is not None:
        told = Finding("FORM-019", where, owner.name, values={"unit": owner.name})
        return Identified(owner.name, (told,))
    return _refused("FORM-010", where)


def _confirmed(
    plan: Plan, period: int, returned: Return, unit: str, number: str, where: Place
) -> Identified:
    """Hold a good form number against row keys, printed unit and hidden numbers."""
    findings = []
    keys = [k for row in _rows(returned) if (k := parse_row_key(row.key))]
    if keys and not any(key_fits(plan, period, unit, k) for k in keys):
        return _refused("FORM-017", where, unit)
    shown = register_index(plan.units).get(fold(returned.unit)) if returned.unit else None
    if shown is not None and shown.name != unit:
        return _refused("FORM-014", where, unit, unit=unit, shown=returned.unit)
    if returned.unit and shown is None:
        values = {"unit": unit, "shown": short(returned.unit)}
        findings.append(Finding("FORM-020", where, unit, values=values))
    others = [h for h in returned.hidden_numbers if h != number]
    if others:
        values = {"number": number, "hidden": "、".join(others)}
        findings.append(Finding("FORM-021", where, unit, values=values))
    return Identified(unit, tuple(findings))


def _rows(returned: Return) -> list[Row]:
    return [row for table in returned.tables for row in table.rows]


# --- rows


def match_row(
    plan: Plan, period: int, unit: str, tasks: Mapping[int, Task], row: Row
) -> tuple[Task | None, tuple[Finding, ...]]:
    """Return the task that a row answers, or None; findings say how sure that is.

    ``tasks`` are the unit's own by number. By key, else by 序号 with the goal
    text, else by the goal text. Number and goal together overrule a key: who
    sorts the visible columns leaves the hidden one behind.
    """
    key = parse_row_key(row.key)
    by_key = tasks.get(key.task) if key and key_fits(plan, period, unit, key) else None
    number = task_number(row.number)
    by_number = tasks.get(number) if number is not None else None
    goal = fold(row.goal)
    by_goal = [t for t in tasks.values() if goal and fold(t.goal) == goal]

    def told(code: str, **values: object) -> Finding:
        shown = {"number": row.number, "goal": short(row.goal, 30), **values}
        return Finding(code, row.place, unit, found.number if found else None, values=shown)

    found: Task | None = None
    if by_key is not None:
        found = by_key
        if by_number is not None and by_number is not by_key and by_number in by_goal:
            found = by_number
            return found, (told("ROW-003", task=by_key.number),)
        findings = []
        if row.number and number != by_key.number:
            findings.append(told("ROW-004", task=by_key.number))
        if key and key.text != text_hash(by_key):
            # The plan was amended after this form went out: the clerk edited nothing.
            return found, (*findings, told("ROW-005", task=by_key.number))
        return found, (*findings, *_given_changes(plan, unit, by_key, row))
    if by_number is not None and by_number in by_goal:
        found = by_number
        return found, (told("ROW-001"), *_given_changes(plan, unit, found, row))
    if len(by_goal) == 1 and by_number is None and not _others_task(plan, number):
        found = by_goal[0]
        return found, (told("ROW-002", task=found.number), *_given_changes(plan, unit, found, row))
    return None, (_unmatched(plan, unit, number, row, by_number),)


def _others_task(plan: Plan, number: int | None) -> bool:
    return number is not None and plan.task(number) is not None


def _unmatched(
    plan: Plan, unit: str, number: int | None, row: Row, by_number: Task | None
) -> Finding:
    """Say why a row could not be matched."""
    values: dict[str, object] = {"number": row.number, "goal": short(row.goal, 30)}
    other = plan.task(number) if number is not None else None
    same_goal = next((t for t in plan.tasks if row.goal and fold(t.goal) == fold(row.goal)), None)
    if by_number is None and (other or same_goal):
        foreign = other or same_goal
        assert foreign is not None
        return Finding("ROW-006", row.place, unit, values=values | {"number": foreign.number})
    if row.number or row.goal or row.key:
        return Finding("ROW-007", row.place, unit, values=values)
    return Finding("ROW-008", row.place, unit)


def _given_changes(plan: Plan, unit: str, task: Task, row: Row) -> list[Finding]:
    """Findings for given texts that came back changed; the plan's own text stands."""
    findings = []
    pairs = [("goal", "目标任务", task.goal, row.goal)]
    pairs += [
        (f"milestone:{c}", c, text, row.given.get(c, "")) for c, text in task.milestones.items()
    ]
    for field, caption, ours, theirs in pairs:
        if theirs and fold(theirs) != fold(ours):
            before, after = _difference(ours, theirs)
            values = {"number": task.number, "caption": caption, "before": before, "after": after}
            findings.append(Finding("ROW-009", row.where(field), unit, task.number, values=values))
    return findings


def _difference(ours: str, theirs: str) -> tuple[str, str]:
    """The differing middle of two texts, whole numbers kept whole: ("850", "800")."""
    start = 0
    while start < min(len(ours), len(theirs)) and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(theirs)) - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    while start and (ours[start - 1].isdigit() or ours[start - 1] == "."):
        start -= 1
    while end and (ours[len(ours) - end].isdigit() or ours[len(ours) - end] == "."):
        end -= 1
    before, after = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    return short(before, 40) or "（空）", short(after, 40) or "（空）"


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of severity ERROR."""
    return [f for f in findings if f.severity is Severity.ERROR]
