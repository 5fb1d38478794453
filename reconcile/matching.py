"""Whose return is this, and which task is each of its rows? Pure.

Decided by the visible form number and the row keys, which survive even a
copied sheet; the hidden sheet and the document properties only confirm. Each
step down (no number, no keys, no 序号) is told; a contradiction is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .findings import Finding, Place
from .given import MILESTONE, given_texts
from .identity import (
    FormNumber,
    RowKey,
    form_number,
    issued_to,
    key_fits,
    parse_form_number,
    parse_row_key,
    plan_code,
    text_hash,
)
from .model import Assignment, Plan, Raw, Return, Row, Task
from .rulings import Rulings
from .text import fold, plain, short, task_number
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
    told = _judge_number(plan, period, number, where, returned.unit)
    if told:
        return Identified("", (told,))
    unit = issued_to(plan, number) or ""
    return _confirmed(plan, period, returned, unit, text, where)


def _refused(code: str, place: Place, unit: str = "", /, **values: object) -> Identified:
    return Identified("", (Finding(code, place, unit, values=values),))


def _judge_number(
    plan: Plan, period: int, number: FormNumber, where: Place, shown: str = ""
) -> Finding | None:
    """Return why a form number is not good for this merge, or None.

    ``shown`` is the unit's name as printed: a number that is genuine for it was
    issued to a unit that is no longer in the register.
    """
    values: dict[str, object] = {"number": str(number)}
    if number.plan != plan_code(plan):
        return Finding("FORM-011", where, values=values)
    unit = issued_to(plan, number)
    if unit is None:
        genuine = form_number(plan, number.period, shown, number.version)
        code = "FORM-025" if shown and genuine == number else "FORM-012"
        return Finding(code, where, values=values | {"unit": short(shown)})
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
    fitting = Counter(u.name for k in keys for u in plan.units if key_fits(plan, period, u.name, k))
    for unit, count in fitting.most_common(1):
        # A row or two of another unit's are set aside later; half a form of them is no form.
        if count * 2 > fitting.total():
            told = Finding("FORM-016", where, unit, values={"unit": unit})
            return _confirmed(plan, period, returned, unit, "", where, told)
    if keys:
        return _refused("FORM-017", where)
    for text in returned.hidden_numbers:
        number = parse_form_number(text)
        if number is None:
            continue
        wrong = _judge_number(plan, period, number, where, returned.unit)
        if wrong:
            return Identified("", (wrong,))
        owner = issued_to(plan, number) or ""
        told = Finding("FORM-018", where, owner, values={"unit": owner})
        return _confirmed(plan, period, returned, owner, str(number), where, told)
    adopted = rulings.adopts("FORM-010", returned.file)
    known = register_index(plan.units).get(fold(adopted)) if adopted else None
    if known is not None:
        told = Finding("FORM-019", where, known.name, values={"unit": known.name})
        return Identified(known.name, (told,))
    return _refused("FORM-010", where)


def _confirmed(
    plan: Plan,
    period: int,
    returned: Return,
    unit: str,
    number: str,
    where: Place,
    *told: Finding,
) -> Identified:
    """Hold a good form number against row keys, printed unit and hidden numbers."""
    findings = list(told)
    keys = [k for row in _rows(returned) if (k := parse_row_key(row.key))]
    if keys and not any(key_fits(plan, period, unit, k) for k in keys):
        return _refused("FORM-017", where, unit)
    shown = register_index(plan.units).get(fold(returned.unit)) if returned.unit else None
    if shown is not None and shown.name != unit:
        return _refused("FORM-014", returned.unit_at, unit, unit=unit, shown=returned.unit)
    if returned.unit and shown is None:
        values = {"unit": unit, "shown": short(returned.unit)}
        findings.append(Finding("FORM-020", returned.unit_at, unit, values=values))
    others = [h for h in returned.hidden_numbers if number and h != number]
    if others:
        values = {"number": number, "hidden": "、".join(others)}
        findings.append(Finding("FORM-021", where, unit, values=values))
    return Identified(unit, tuple(findings))


def _rows(returned: Return) -> list[Row]:
    return [row for table in returned.tables for row in table.rows]


# --- rows


@dataclass(frozen=True, slots=True)
class Matched:
    """Result of :func:`match_row`: the task, or None, and why; the given cells that were changed.

    ``edited`` pairs a given cell with the finding that says so; the plan's own
    text stands. With no task there is exactly one finding.
    """

    task: Task | None
    findings: tuple[Finding, ...] = ()
    edited: tuple[tuple[Raw, Finding], ...] = ()


def match_row(
    plan: Plan, period: int, unit: str, wanted: Mapping[int, Assignment], row: Row
) -> Matched:
    """Say which task a row answers.

    ``wanted`` are the unit's own by number. A row names its task by key, by
    序号 and by goal text; two that agree overrule the third, because who sorts
    the visible columns leaves the hidden key behind. A key or a goal alone
    will do where nothing speaks against it; 序号 alone will not.
    """
    key = parse_row_key(row.key)
    number = task_number(row.number)
    goal = fold(row.goal)
    by_key = wanted.get(key.task) if key and key_fits(plan, period, unit, key) else None
    by_number = wanted.get(number) if number is not None else None
    by_goal = [a for a in wanted.values() if goal and fold(a.task.goal) == goal]

    def told(code: str, **values: object) -> Finding:
        shown = {"number": row.number, "goal": short(row.goal, 30), **values}
        task = found.task.number if found else None
        return Finding(code, row.place, unit, task, values=shown)

    found: Assignment | None = None
    if key and by_key is None:
        owner = _issued_for(plan, key)
        if owner:
            return Matched(None, (told("ROW-017", owner=owner),))
    if by_number is not None and by_number in by_goal:
        found = by_number
        if by_key is None:
            code = "ROW-018" if key else "ROW-001"
            return _held_against(plan, period, unit, found, row, told(code))
        if by_key is not found:
            other = told("ROW-003", task=by_key.task.number)
            return _held_against(plan, period, unit, found, row, other)
    elif by_key is not None:
        # Nothing else agrees with the key; it stands unless number or goal name another task.
        against_number = by_number is not None and by_number is not by_key
        against_goal = bool(by_goal) and by_key not in by_goal
        if (against_number and by_key not in by_goal) or (against_goal and by_number is not by_key):
            return Matched(None, (told("ROW-019", task=by_key.task.number),))
        found = by_key
    elif len(by_goal) == 1 and number is None:
        found = by_goal[0]
        return _held_against(
            plan, period, unit, found, row, told("ROW-002", task=found.task.number)
        )
    if found is None:
        return Matched(None, (_unmatched(plan, unit, number, row, by_number),))
    if key and key.text != text_hash(found.task):
        # The plan was amended after this form went out: old texts are no edits of the clerk's.
        changed = told("ROW-005", task=found.task.number)
        if _printed_hash(plan, row) == key.text:
            return Matched(found.task, (changed,))
        return _held_against(plan, period, unit, found, row, changed)
    return _held_against(plan, period, unit, found, row)


def _issued_for(plan: Plan, key: RowKey) -> str:
    """The unit and period that a row key was issued for, in words; "" when it is nobody's."""
    for position, period in enumerate(plan.periods, 1):
        for unit in plan.units:
            if key_fits(plan, position, unit.name, key):
                return f"{unit.name}（{period.caption}）"
    return ""


def _printed_hash(plan: Plan, row: Row) -> str:
    """The text hash of a row as it came back; compare :func:`reconcile.identity.text_hash`."""
    milestones = {
        p.caption: plain(raw.value) if (raw := row.given.get(MILESTONE + p.caption)) else ""
        for p in plan.periods
    }
    return text_hash(Task(0, (), row.goal, milestones, (), ()))


def _unmatched(
    plan: Plan, unit: str, number: int | None, row: Row, by_number: Assignment | None
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


def _held_against(
    plan: Plan, period: int, unit: str, found: Assignment, row: Row, *findings: Finding
) -> Matched:
    """Hold the given cells of a row against what was printed there."""
    texts = given_texts(plan, period, found)
    task = found.task.number
    told = list(findings)
    edited = []
    for name, raw in row.given.items():
        theirs = plain(raw.value)
        same = fold(theirs) == fold(texts.get(name, ""))
        if name == "number":
            same = task_number(theirs) == task
        caption = name.removeprefix(MILESTONE) if name.startswith(MILESTONE) else raw.caption
        if same:
            if raw.note.strip() or raw.struck:
                text = short(raw.note or raw.struck)
                note = Finding(
                    "ROW-016", raw.place, unit, task, caption, {"caption": caption, "text": text}
                )
                edited.append((replace(raw, value=None), note))
            continue
        code = "ROW-004" if name == "number" else "ROW-009"
        if raw.merged and name == "section":
            continue  # headings are merged for looks
        before, after = _difference(texts.get(name, ""), theirs)
        values: dict[str, object] = {
            "task": task, "number": plain(theirs) if name == "number" else task,
            "caption": caption, "before": before, "after": after,
        }  # fmt: skip
        finding = Finding(code, raw.place, unit, task, caption, values)
        if raw.merged or not _text(raw):
            told.append(finding)
        else:
            edited.append((raw, finding))
    for name, text in texts.items():
        if text and name in row.columns and name not in row.given:
            period_of = name.removeprefix(MILESTONE)
            caption = {"number": "序号", "section": "类别", "goal": "目标任务"}.get(name, period_of)
            blank = {"number": task, "caption": caption}
            told.append(Finding("ROW-020", row.where(name), unit, task, caption, blank))
    return Matched(found.task, tuple(told), tuple(edited))


def _text(raw: Raw) -> str:
    return plain(raw.value) or raw.error or raw.formula or raw.note.strip()


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
