"""Which task is each row of a return? Pure.

By key, else by 序号 with the goal text, else by goal text. Each step down is
told; a contradiction is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from ..core.findings import Finding
from ..core.i18n import Listed, Phrase, language_of, meant, worded
from ..core.keys import RowKey, key_fits, parse_row_key, text_hash, whose_key
from ..core.plan import Assignment, Plan, Role, Task
from ..core.prefill import MILESTONE, ROLES, given_texts
from ..core.submission import Raw, Row
from ..core.text import fold, plain, short, task_number

NAMES_ANOTHER = "ROW-040"
"""A row whose key is of one task, while all that can be seen of it is of another."""
Printed = Callable[[], Mapping[int, str]]
"""What gives the text hashes of a form's rows by their number, as it was issued."""


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
    plan: Plan,
    period: int,
    unit: str,
    wanted: Mapping[int, Assignment],
    row: Row,
    printed: Printed = dict,
) -> Matched:
    """Return which task a row answers.

    ``wanted`` are the unit's own by number. A row names its task by key, by
    序号 and by goal text; two that agree overrule the third, because who sorts
    the visible columns leaves the hidden key behind. A key or a goal alone
    will do where nothing speaks against it; 序号 alone will not, and no key where
    number, goal and milestones together name another task. ``printed`` gives the
    text hashes of the rows that the form was issued with by their number: in a plan
    amended since, they tell a task that moved or is gone from one that was changed.
    """
    key = parse_row_key(row.key)
    number = task_number(row.number)
    fits = key is not None and key_fits(plan, period, unit, key)
    by_key = wanted.get(key.task) if key and fits else None
    if (
        (key and by_key)
        and (number, row.goal) == (key.task, by_key.task.goal)
        and key.text == text_hash(by_key.task)
    ):
        return _held_against(plan, period, unit, by_key, row)  # all agree, as nearly always
    goal = fold(row.goal)
    by_number = wanted.get(number) if number is not None else None
    by_goal = [a for a in wanted.values() if goal and fold(a.task.goal) == goal]

    if not any(a in by_goal for a in (by_key, by_number) if a is not None):
        issued = _issued_as(key if fits else None, number, printed)
        since = _since_issue(plan, unit, wanted, row, issued, printed()) if issued else None
        if isinstance(since, Finding):
            return Matched(None, (since,))
        if issued and since is not None and since.task.number != issued.task:
            return _moved(plan, period, unit, since, row, issued)

    def finding(code: str, **values: object) -> Finding:
        shown = {"number": row.number, "goal": short(row.goal, 30), **values}
        task = found.task.number if found else None
        return Finding(code, row.place, unit, task, values=shown)

    def of_its_key(code: str, **values: object) -> Finding:
        # The row of the key's task is there, and nobody is told that it is gone.
        return replace(finding(code, **values), task=by_key.task.number if by_key else None)

    found: Assignment | None = None
    if key and by_key is None and not fits and whose_key(plan, key, period):
        return Matched(None, (finding("ROW-017"),))
    if by_number is not None and by_number in by_goal:
        found = by_number
        if by_key is None:
            code = "ROW-018" if key else "ROW-001"
            return _held_against(plan, period, unit, found, row, finding(code))
        if by_key is not found:
            other = finding("ROW-003", task=by_key.task.number)
            return _held_against(plan, period, unit, found, row, other)
    elif by_key is not None:
        # Nothing else agrees with the key; it stands unless number or goal name another task.
        against_number = by_number is not None and by_number is not by_key
        against_goal = bool(by_goal) and by_key not in by_goal
        if (against_number and by_key not in by_goal) or (against_goal and by_number is not by_key):
            return Matched(None, (of_its_key("ROW-019", task=by_key.task.number),))
        assert key is not None
        if names_another(plan, period, by_key, key, row):
            own = short(by_key.task.goal, 30)
            return Matched(None, (of_its_key(NAMES_ANOTHER, task=by_key.task.number, own=own),))
        found = by_key
    elif len(by_goal) == 1 and number is None:
        found = by_goal[0]
        return _held_against(
            plan, period, unit, found, row, finding("ROW-002", task=found.task.number)
        )
    elif len(by_goal) == 1 and not row.key and _shows_milestones(plan, period, by_goal[0], row):
        # Who deletes the column of keys may drag the numbers anew, too.
        found = by_goal[0]
        held = _held_against(plan, period, unit, found, row)
        known = finding("ROW-050", task=found.task.number)
        # That the number is not the task's own is said by it, and not said again.
        edited = tuple((raw, known if f.code == "ROW-004" else f) for raw, f in held.edited)
        first = () if edited != held.edited else (known,)
        return replace(held, findings=(*first, *held.findings), edited=edited)
    if found is None:
        return Matched(None, (_unmatched(plan, unit, number, row, by_number),))
    if key and key.text != text_hash(found.task):
        # The plan was amended after this form went out: old texts are no edits of the clerk's.
        changed = finding("ROW-005", task=found.task.number)
        if _printed_hash(plan, row) == key.text:
            return Matched(found.task, (changed,))
        return _held_against(plan, period, unit, found, row, changed)
    return _held_against(plan, period, unit, found, row)


_ALIKE = 0.6
"""Texts that have so much in common are the same text, edited."""


def names_another(plan: Plan, period: int, own: Assignment, key: RowKey, row: Row) -> bool:
    """Return whether what can be seen of a row names another task than its key does.

    That takes two parts of number, goal and milestones that name the same other task of the
    plan, or goal and milestones that are both new: a number alone names no task. What is blank,
    or merged from above, names nothing.
    """
    number, goal = task_number(row.number), fold(row.goal)
    if not goal or goal == fold(own.task.goal) or _printed_hash(plan, row) == key.text:
        return False
    others = [t for t in _by_goal(plan).get(goal, ()) if t.number != own.task.number]
    shown = _milestones_shown(row)
    if any(t.number == number or _has_milestones(t, shown, own.task) for t in others):
        return True
    if key.text != text_hash(own.task):
        return False  # amended since the form went out: the old texts are gone
    ours = given_texts(plan, period, own)
    kept = any(is_alike(ours.get(name, ""), text) for name, text in shown.items())
    renumbered = bool(row.number) and number != own.task.number
    return (renumbered or bool(shown)) and not kept and not is_alike(own.task.goal, row.goal)


_COMPARED = 200
"""So many characters of two texts are held against each other."""


def task_seen(plan: Plan, row: Row, key: RowKey) -> Task | None:
    """Return the task that number and goal of a row name where they are not what was printed there."""
    number, goal = task_number(row.number), fold(row.goal)
    seen = next((t for t in _by_goal(plan).get(goal, ()) if t.number == number), None)
    return seen if seen and number != key.task and _printed_hash(plan, row) != key.text else None


def is_alike(ours: str, theirs: str) -> bool:
    """Return whether a text is still ours, if edited."""
    one, other = fold(ours), fold(theirs)
    if one == other or (min(len(one), len(other)) > 3 and (one in other or other in one)):
        return True
    pair = SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False)
    return pair.ratio() >= _ALIKE


def _milestones_shown(row: Row) -> dict[str, str]:
    """The milestones that a row shows, by column id."""
    return {
        name: plain(raw.cell.value)
        for name, raw in row.given.items()
        if (name == "milestone" or name.startswith(MILESTONE)) and not raw.merged
        if fold(plain(raw.cell.value))
    }


def _has_milestones(task: Task, shown: Mapping[str, str], but: Task) -> bool:
    """Return whether the milestones that a row shows are a task's, where they differ from another's."""

    def of(one: Task, name: str) -> set[str]:
        texts = one.milestones
        if name == "milestone":
            return {fold(text) for text in texts.values() if text}
        return {fold(texts.get(name.removeprefix(MILESTONE), ""))}

    milestones = [(name, fold(text)) for name, text in shown.items()]
    telling = [(name, text) for name, text in milestones if of(task, name) != of(but, name)]
    return bool(telling) and all(text in of(task, name) for name, text in telling)


def task_of(plan: Plan, key: RowKey, printed: Container[str]) -> Task | None:
    """Return the task that a genuine key means in the plan as it is now; None where it was dropped.

    By its text, else by its number; unless the task of that number now was ``printed`` on the
    same form in another row: then it moved there, and this one is gone.
    """
    own = _by_number(plan).get(key.task)
    if own is None or text_hash(own) != key.text:
        moved = _by_text(plan).get(key.text)
        return moved or (own if own and text_hash(own) not in printed else None)
    return own


def _issued_as(key: RowKey | None, number: int | None, printed: Printed) -> RowKey | None:
    """The key that a row was issued with: its genuine own, or that of its number if the two differ."""
    if number is None or (key and key.task == number):
        return key
    text = printed().get(number)
    return RowKey(number, text, "") if text else key


def _since_issue(
    plan: Plan,
    unit: str,
    wanted: Mapping[int, Assignment],
    row: Row,
    key: RowKey,
    printed: Mapping[int, str],
) -> Assignment | Finding | None:
    """What became of a row's task since the form went out, by the ``key`` it was issued with.

    Its assignment, or a note where it was dropped or given to others. None where the row
    shows the goal of another task than its key: then they are held against each other as ever.
    """
    goal = fold(row.goal)
    same = _by_goal(plan).get(goal, ()) if goal else ()
    now = task_of(plan, key, printed.values())
    if now is None or text_hash(now) != key.text:  # the goal as printed goes before the number
        amended = now if now and now.number in wanted else None
        now = same[0] if len(same) == 1 else amended
    elif same and now not in same:
        return None
    values: dict[str, object] = {"number": key.task, "goal": short(row.goal, 30)}
    if now is None:
        if same:
            return None
        gone = key.task if key.task not in _by_number(plan) else None
        return Finding("TASK-040", row.place, unit, gone, values=values)
    if now.number in wanted:
        return wanted[now.number]
    role = row.given.get("role")
    if role and meant(plain(role.cell.value), ROLES.values()) == ROLES[Role.SUPPORT]:
        return Finding("TASK-032", row.place, unit, now.number, values=values)
    values["units"] = Listed(now.lead) if now.lead else Phrase("（无牵头单位）")
    return Finding("TASK-041", row.place, unit, now.number, values=values)


def _moved(plan: Plan, period: int, unit: str, found: Assignment, row: Row, key: RowKey) -> Matched:
    """A row whose task has another number now than it was printed with."""
    findings = [
        Finding(
            "TASK-043", row.place, unit, found.task.number,
            values={"number": key.task, "now": found.task.number},
        )
    ]  # fmt: skip
    given = dict(row.given)
    if "number" in given:  # it stands as it was printed
        given["number"] = given["number"].with_value(str(found.task.number))
    if key.text != text_hash(found.task):
        values = {"task": found.task.number}
        findings.append(Finding("ROW-005", row.place, unit, found.task.number, values=values))
    return _held_against(plan, period, unit, found, row._replace(given=given), *findings)


@lru_cache(maxsize=8)
def _by_text(plan: Plan) -> Mapping[str, Task]:
    """The tasks by the hash of their text, but for texts that several have."""
    count = Counter(map(text_hash, plan.tasks))
    return {code: t for t in plan.tasks if count[code := text_hash(t)] == 1}


@lru_cache(maxsize=8)
def _by_number(plan: Plan) -> Mapping[int, Task]:
    return {t.number: t for t in plan.tasks}


@lru_cache(maxsize=8)
def _by_goal(plan: Plan) -> Mapping[str, Sequence[Task]]:
    found: dict[str, list[Task]] = {}
    for task in plan.tasks:
        found.setdefault(fold(task.goal), []).append(task)
    return found


def _printed_hash(plan: Plan, row: Row) -> str:
    """The text hash of a row as it came back; compare :func:`reconcile.core.keys.text_hash`."""
    milestones = {
        p.caption: plain(raw.cell.value) if (raw := row.given.get(MILESTONE + p.caption)) else ""
        for p in plan.periods
    }
    return text_hash(Task(0, (), row.goal, milestones, (), ()))


def _unmatched(
    plan: Plan, unit: str, number: int | None, row: Row, by_number: Assignment | None
) -> Finding:
    """Return why a row could not be matched."""
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
    notes = list(findings)
    edited = []
    for name, raw in row.given.items():
        theirs = (
            plain(raw.cell.value) or raw.cell.struck
        )  # a line through our text is a remark on it
        ours = texts.get(name, "")
        same = theirs == ours or (
            task_number(theirs) == task if name == "number" else fold(theirs) == fold(ours)
        )
        caption = name.removeprefix(MILESTONE) if name.startswith(MILESTONE) else raw.caption
        if same:
            if raw.cell.note.strip() or raw.cell.struck:
                text = short(raw.cell.note or raw.cell.struck)
                note = Finding(
                    "ROW-016", raw.place, unit, task, caption, {"caption": caption, "text": text}
                )
                edited.append((raw.with_value(None), note))
            continue
        if name == "role" and meant(theirs, ROLES.values()) in ROLES.values():
            # No key tells the role: that the plan gave it to others meanwhile is likelier than an edit.
            now = {"number": task, "role": texts[name], "printed": theirs}
            notes.append(Finding("TASK-047", raw.place, unit, task, caption, now))
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
            notes.append(finding)
        else:
            edited.append((raw, finding))
    for name, text in texts.items():
        if text and name in row.columns and name not in row.given:
            period_of = name.removeprefix(MILESTONE)
            ours = {"number": "序号", "section": "类别", "goal": "目标任务"}.get(name, period_of)
            caption = worded(Phrase(ours), language_of(plan.settings))
            blank = {"number": task, "caption": caption}
            notes.append(Finding("ROW-020", row.where(name), unit, task, caption, blank))
    return Matched(found.task, tuple(notes), tuple(edited))


def _shows_milestones(plan: Plan, period: int, found: Assignment, row: Row) -> bool:
    """Return whether a row shows all milestones of a task as they were printed."""
    ours = {
        name: text
        for name, text in given_texts(plan, period, found).items()
        if name.startswith(MILESTONE) and text
    }
    shown = {name: plain(raw.cell.value) for name, raw in row.given.items() if name in ours}
    return all(fold(shown.get(name, "")) == fold(ours[name]) for name in ours)


def _text(raw: Raw) -> str:
    return plain(raw.cell.value) or raw.cell.error or raw.cell.formula or raw.cell.note.strip()


def _difference(ours: str, theirs: str) -> tuple[str | Phrase, str | Phrase]:
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
    return short(before, 40) or Phrase("（空）"), short(after, 40) or Phrase("（空）")
