"""Which task is each row of a return? Pure.

By key, else by 序号 with the goal text, else by goal text. Each step down is
told; a contradiction is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from .findings import Finding
from .frozen import frozen
from .given import MILESTONE, given_texts
from .identity import RowKey, key_fits, parse_row_key, text_hash
from .language import spoken, tr
from .model import Assignment, Plan, Task, Value
from .return_model import PlainCells, Positions, Raw, Row
from .text import fold, plain, short, task_number


@frozen
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
    if key and (as_printed := _as_printed(plan, period, unit, wanted, row, key)):
        return Matched(as_printed)
    number = task_number(row.number)
    goal = fold(row.goal)
    fits = key is not None and key_fits(plan, period, unit, key)
    by_key = wanted.get(key.task) if key and fits else None
    by_number = wanted.get(number) if number is not None else None
    by_goal = [a for a in wanted.values() if goal and fold(a.task.goal) == goal]

    def told(code: str, **values: object) -> Finding:
        shown = {"number": row.number, "goal": short(row.goal, 30), **values}
        task = found.task.number if found else None
        return Finding(code, row.place, unit, task, values=shown)

    found: Assignment | None = None
    if key and by_key is None and fits:
        return Matched(None, (told("ROW-021", task=key.task),))
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


def _as_printed(
    plan: Plan,
    period: int,
    unit: str,
    wanted: Mapping[int, Assignment],
    row: Row,
    key: RowKey,
) -> Task | None:
    """The task of a row that came back sign by sign as it was printed, as nearly all do; else None."""
    given, found = row.given, wanted.get(key.task)
    if found is None or not isinstance(given, PlainCells):
        return None
    if key.text != text_hash(found.task) or not key_fits(plan, period, unit, key):
        return None
    printed = _printed(plan, period, found.task, found.role, given.at, spoken())
    return found.task if given.at.pick(given.contents) in printed else None


@lru_cache(maxsize=4096)  # the same for every unit that has the task in this role
def _printed(
    plan: Plan, period: int, task: Task, role: str, at: Positions, _: str
) -> tuple[tuple[Value, ...], ...]:
    """What the given cells of a row may hold as they were printed, the number as a text or a number.

    Nothing when the row lacks a text that was printed, its number or its goal.
    """
    texts = given_texts(plan, period, Assignment("", task, role))
    if not ("number" in at and "goal" in at) or any(texts.get(name) for name in at.blank):
        return ()
    cells = {name: texts.get(name) for name in at}
    return tuple(cells.values()), tuple({**cells, "number": float(task.number)}.values())


def _issued_for(plan: Plan, key: RowKey) -> str:
    """The unit and period that a row key was issued for, in words; "" when it is nobody's."""
    for position, period in enumerate(plan.periods, 1):
        for unit in plan.units:
            if key_fits(plan, position, unit.name, key):
                return tr("{unit}（{period}）", unit=unit.name, period=period.caption)
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
    goal = fold(row.goal)
    same_goal = next((t for t in plan.tasks if goal and fold(t.goal) == goal), None)
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
        theirs = plain(raw.value) or raw.struck  # a line through our text is a remark on it
        ours = texts.get(name, "")
        same = theirs == ours or fold(theirs) == fold(ours)
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
            "task": task, "number": short(theirs or _text(raw)) if name == "number" else task,
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
            caption = tr(
                {"number": "序号", "section": "类别", "goal": "目标任务"}.get(name, period_of)
            )
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
    return short(before, 40) or tr("（空）"), short(after, 40) or tr("（空）")
