"""Checks across cells: answers against each other, the plan, and the last period.

CHECKS is a list of plain functions, each from one Context to findings. New
rules begin as warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..core.findings import Finding, Place
from ..core.form import ADJUST, ADJUST_WHY, Field, Form, asks
from ..core.i18n import Phrase
from ..core.plan import Assignment, Plan, Role, State
from ..core.result import Entry, Previous, Records, owner_of
from ..core.submission import RowPlace
from ..core.text import fold, fold_answer, is_nothing, percent, short
from ..core.values.stand_ins import says_nothing

_SAME_TEXT = 8
"""Texts of fewer folded characters are alike by chance (按计划推进)."""
_SAME_UNITS = 16
"""Two units may both write a stock phrase of fewer characters (加强调度，每周通报进度)."""
_FAR_OVER = 1.5
"""Shares of the year's target beyond this are taken, and asked about."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may look at.

    ``rows`` and ``records`` give places; ``aside`` are the cells set aside, so that
    an answer that was not understood is not also called missing. ``unprinted`` are
    the (unit, task) that did not stand on the form that the unit answered on.
    """

    plan: Plan
    form: Form
    period: int
    as_of: date
    wanted: Mapping[str, Mapping[int, Assignment]]
    entries: Mapping[tuple[str, int], Entry]
    rows: Mapping[tuple[str, int], RowPlace]
    records: Sequence[Records]
    aside: set[tuple[str, int | None, str]]
    answered: set[str]
    refused: set[str]
    asked_units: Sequence[str]
    previous: Previous | None = None
    unprinted: Container[tuple[str, int]] = ()
    _records: dict[tuple[str, int | None], list[Records]] = field(default_factory=dict)

    def place(self, unit: str, task: int, name: str) -> Place:
        """Return where a field of a task stands, or should stand."""
        if not self._records:  # most have nothing to be found
            for records in self.records:
                self._records.setdefault(owner_of(records), []).append(records)
        found = (r[name].place for r in self._records.get((unit, task), ()) if name in r)
        return next(found, None) or self.rows[unit, task].where(name)

    def finding(self, code: str, unit: str, task: int, name: str, **values: object) -> Finding:
        """Return a finding at a field of a task."""
        asked = self.form.field(name)
        caption = asked.caption if asked else name
        shown = {"header": caption, "number": task, **values}
        return Finding(code, self.place(unit, task, name), unit, task, caption, shown)


def run_checks(context: Context) -> list[Finding]:
    """Return the findings of all checks."""
    return [finding for check in CHECKS for finding in check(context)]


def missing_units(c: Context) -> Iterator[Finding]:
    """Units that got a form and did not return one; of one that was refused, its own finding tells."""
    for unit in c.asked_units:
        if unit not in c.answered and unit not in c.refused:
            yield Finding(
                "UNIT-009", unit=unit, values={"unit": unit, "count": len(c.wanted[unit])}
            )


def missing_tasks(c: Context) -> Iterator[Finding]:
    """Tasks of a returned form that have no row, or a row without any answer."""
    touched = _touched(c)
    for unit in c.asked_units:
        if unit not in c.answered:
            continue
        for number in c.wanted[unit]:
            row = c.rows.get((unit, number))
            if row is None and (unit, number) in touched:
                continue  # it is there and was set aside, which is told
            if row is None:
                code = "TASK-042" if (unit, number) in c.unprinted else "TASK-001"
                yield Finding(code, unit=unit, task=number, values=_named(c, unit, number))
            elif not c.entries[unit, number].values and (unit, number) not in touched:
                values = _named(c, unit, number)
                yield Finding("TASK-002", row.place, unit, number, values=values)


def _named(c: Context, unit: str, number: int) -> dict[str, object]:
    return {"number": number, "goal": short(c.wanted[unit][number].task.goal, 30)}


def _touched(c: Context) -> set[tuple[str, int | None]]:
    """The rows that have a cell set aside."""
    return {(unit, number) for unit, number, _ in c.aside}


def missing_answers(c: Context) -> Iterator[Finding]:
    """Required fields left empty in a row that was otherwise answered."""
    required, touched = [f for f in c.form.asked if f.rule.required], _touched(c)
    for (unit, number), entry in c.entries.items():
        if not entry.values and (unit, number) not in touched:
            continue  # said once for the whole row
        for asked in required:
            if not asks(c.plan, entry.assignment.role, asked):
                continue
            known = asked.id in entry.values or (unit, number, asked.id) in c.aside
            if not known and asked.id in c.rows[unit, number].columns:  # else HEAD-010 tells
                yield c.finding("CELL-001", unit, number, asked.id)


def done_in_part(c: Context) -> Iterator[Finding]:
    """已完成 with less than 100 %, or 未启动 with more than 0."""
    for (unit, number), entry in c.entries.items():
        share = entry.values.get("percent")
        if not isinstance(share, float):
            continue
        state = entry.values.get("state")
        if (state == State.DONE and share < 1) or (state == State.NOT_BEGUN and share > 0):
            values = {"state": Phrase(str(state)), "percent": percent(share)}
            yield c.finding("TASK-003", unit, number, "percent", **values)


def far_over(c: Context) -> Iterator[Finding]:
    """More than the whole is an achievement; far more is worth a look, for it is easily a slip.

    What is beyond the rule was taken by a ruling, and has been looked at.
    """
    asked = c.form.field("percent")
    most = asked.rule.high if asked and isinstance(asked.rule.high, int | float) else _FAR_OVER
    for (unit, number), entry in c.entries.items():
        share = entry.values.get("percent")
        if isinstance(share, float) and _FAR_OVER < share <= most:
            yield c.finding("TASK-045", unit, number, "percent", percent=percent(share))


def behind_without_problem(c: Context) -> Iterator[Finding]:
    """滞后 without a word on why."""
    for (unit, number), entry in c.entries.items():
        if entry.values.get("state") != State.BEHIND:
            continue
        problem = str(entry.values.get("problem", ""))
        stated = problem and not (is_nothing(problem) or says_nothing(problem))
        answered = stated or (unit, number, "problem") in c.aside
        if not answered and c.form.field("problem"):
            yield c.finding("TASK-004", unit, number, "problem")


def due_in_the_past(c: Context) -> Iterator[Finding]:
    """An expected date before the as-of date for a task that is not done."""
    for (unit, number), entry in c.entries.items():
        due = entry.values.get("due")
        if isinstance(due, date) and due < c.as_of and entry.values.get("state") != State.DONE:
            values = {"due": due.isoformat(), "as_of": c.as_of.isoformat()}
            yield c.finding("TASK-005", unit, number, "due", **values)


def copied(c: Context) -> Iterator[Finding]:
    """An answer that is the milestone or the goal, or another unit's answer on the task, word for word."""
    by_task: dict[int, list[tuple[int, str, Entry]]] = {}
    for at, ((unit, number), entry) in enumerate(c.entries.items()):
        by_task.setdefault(number, []).append((at, unit, entry))
    # Task by task: the folded texts of all answers would take more memory than the answers.
    found = [one for number, answers in by_task.items() for one in _copied(c, number, answers)]
    found.sort(key=lambda one: one[:2])
    yield from (finding for _, _, finding in found)


def _copied(
    c: Context, number: int, answers: Sequence[tuple[int, str, Entry]]
) -> Iterator[tuple[bool, int, Finding]]:
    """The answers on one task, given as (position, unit, answer), that were copied.

    With each whether it was copied from another unit, and its position.
    """
    task = answers[0][2].assignment.task
    texts = (Phrase("目标任务"), task.goal), *task.milestones.items()
    given = {fold(text): caption for caption, text in texts if text}
    for asked in _texts(c.form):
        first: dict[str, str] = {}
        for at, unit, entry in answers:
            text = fold_answer(str(entry.values.get(asked.id, "")))
            if text in given and len(text) >= _SAME_TEXT:
                source = given[text]
                yield False, at, c.finding("TASK-006", unit, number, asked.id, source=source)
            if len(text) < _SAME_UNITS:
                continue
            other = first.setdefault(text, unit)
            if other != unit:
                yield True, at, c.finding("TASK-007", unit, number, asked.id, other=other)


def contradicting_units(c: Context) -> Iterator[Finding]:
    """A supporting unit whose state contradicts the lead's: done against behind or not begun."""
    leads: dict[int, list[tuple[str, str]]] = {}
    for (unit, number), entry in c.entries.items():
        if entry.assignment.role == Role.LEAD and "state" in entry.values:
            leads.setdefault(number, []).append((unit, str(entry.values["state"])))
    for (unit, number), entry in c.entries.items():
        if entry.assignment.role != Role.SUPPORT:
            continue
        state = str(entry.values.get("state", ""))
        for lead, theirs in leads.get(number, []):
            if lead != unit and _contradict(state, theirs):
                values = {"state": Phrase(state), "lead": lead, "theirs": Phrase(theirs)}
                yield c.finding("TASK-008", unit, number, "state", **values)


def _contradict(one: str, other: str) -> bool:
    pair = {one, other}
    return State.DONE in pair and bool(pair & {State.BEHIND, State.NOT_BEGUN})


def against_last_period(c: Context) -> Iterator[Finding]:
    """A percentage below last period's, or last period's text word for word."""
    if not c.previous:
        return
    last = c.previous.last
    for (unit, number), entry in c.entries.items():
        share, before = entry.values.get("percent"), last.get((unit, number, "percent"))
        if isinstance(share, float) and isinstance(before, float) and share < before:
            values = {"percent": percent(share), "before": percent(before)}
            yield c.finding("TASK-009", unit, number, "percent", **values)
        for asked in _texts(c.form):
            text = fold(str(entry.values.get(asked.id, "")))
            former = fold(str(last.get((unit, number, asked.id), "")))
            if len(text) >= _SAME_TEXT and text == former:
                yield c.finding("TASK-013", unit, number, asked.id)


def adjustments(c: Context) -> Iterator[Finding]:
    """Requests to change a task: the office decides; one without a reason is told to its unit."""
    for (unit, number), entry in c.entries.items():
        wish, why = (str(entry.values.get(name, "")) for name in (ADJUST, ADJUST_WHY))
        if wish and not (is_nothing(wish) or says_nothing(wish)):
            values = {
                "asker": unit,
                "text": short(wish, 80),
                "why": short(why, 80) or Phrase("（没有写）"),
            }
            yield c.finding("TASK-051", unit, number, ADJUST, **values)
            if not why and (unit, number, ADJUST_WHY) not in c.aside:
                yield c.finding("TASK-050", unit, number, ADJUST_WHY)


def _texts(form: Form) -> list[Field]:
    return [f for f in form.asked if f.rule.kind == "text"]


CHECKS: Sequence[Callable[[Context], Iterator[Finding]]] = (
    missing_units,
    missing_tasks,
    missing_answers,
    done_in_part,
    far_over,
    behind_without_problem,
    due_in_the_past,
    copied,
    contradicting_units,
    against_last_period,
    adjustments,
)
