"""Merged answers of the units below -> one answer for the form that the plan was made from. Pure.

What is written for one task of the form, from all tasks that carry its number as
上级序号 and from all units that answered them:

- 完成情况: the worst that a lead reports. A split task is done when every part is.
- 完成百分比: the lowest of the leads. It goes with the worst state; a mean would let
  one part hide another, and could contradict the state (未启动, 25 %).
- dates: the latest of the leads.
- texts: each unit's own words under its name, in the plan's order, leads first. Where a
  unit's state, percentage, date or role is not what is written, 进展情况 states it beside its
  name: nothing that a unit wrote is lost on the way up.
- numbers of indicators: added up where 多家时 is 合计 and nobody's is lacking; else taken
  where all agree; else left for a person to decide. 说明 lists each unit's.

A cell that a person filled in already is never changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ..core.findings import Finding, Place
from ..core.form import Field, Form
from ..core.i18n import joined, meant, sheet_name, tr
from ..core.plan import Indicator, Role, State, Task
from ..core.result import Accepted, MergeResult
from ..core.settings import UPPER_HEAD
from ..core.submission import Raw, Row
from ..core.text import CELL_LIMIT, fold, length, percent, plain, short
from ..merge.field_rules import apply
from ..merge.indicator_rows import asked_units
from ..merge.task_status import worst_state
from ..plan.sheets import UPPER_NUMBER, upper_number
from .received_form import Answer, Received
from .unit_answers import Voice, asked_about, attributed, joined_words, name_of, voice_of


@dataclass(slots=True)
class _Answers:
    """What is to be written, and the findings about it."""

    merged: MergeResult
    form: Form
    received: Received
    answers: list[Answer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def report(
        self, code: str, place: Place, task: int | None, header: str, /, **values: object
    ) -> None:
        """Add a finding at a cell of the form."""
        shown = {"number": task, "header": header, **values}
        self.findings.append(Finding(code, place, "", task, header, shown))

    def put(
        self, asked: Field, place: Place, task: int | None, value: Accepted, there: Raw | None,
        measure: str = "",
    ) -> bool:  # fmt: skip
        """Put a value into a cell, if the cell is free and the rule one level up admits it.

        Return whether the cell will hold the value.
        """
        shown = (
            percent(value)
            if asked.rule.kind == "percent" and isinstance(value, float)
            else plain(value)
        )
        if there is not None and plain(there.cell.value).strip():
            same = _same(there.cell.value, value)
            if not same:
                present = short(plain(there.cell.value))
                self.report(
                    "FORM-044", place, task, asked.caption, theirs=present, ours=short(shown)
                )
            return same
        rule = self.received.rules.get((str(place.sheet), str(place.cell)), asked.rule)
        outcome = apply(
            replace(asked, rule=rule), value, format="0%" if rule.kind == "percent" else "",
            synonyms=self.merged.plan.synonyms, year=self.merged.plan.year, unit=measure,
        )  # fmt: skip
        if isinstance(value, str) and length(value) > CELL_LIMIT:
            # No cell holds so much: Excel would call the whole file damaged.
            self.report(
                "TASK-028", place, task, asked.caption, length=length(value), limit=CELL_LIMIT
            )
            return False
        if outcome.code == "CELL-010":  # too long: a person shortens it, we never cut
            size = {name: outcome.values[name] for name in ("length", "limit")}
            self.report("TASK-022", place, task, asked.caption, **size)
        elif outcome.kind == "set aside":
            rule_text = str(outcome.values.get("rule") or outcome.values.get("choices", ""))
            self.report("TASK-024", place, task, asked.caption, value=short(shown), rule=rule_text)
            return False
        elif rule.kind == "choice":
            value = tr(str(outcome.value))  # as the form lists it
        self.answers.append(Answer(place, value))
        return True


def join_answers(
    merged: MergeResult, form: Form, received: Received
) -> tuple[tuple[Answer, ...], tuple[Finding, ...]]:
    """Return the cells to write into the received form, and what a person should look at."""
    out = _Answers(merged, form, received)
    parts: dict[int, list[Task]] = {}
    numbers = {n for n, _ in received.tasks}
    for task in merged.plan.tasks:
        upper = upper_number(task)
        if upper in numbers and upper is not None:
            parts.setdefault(upper, []).append(task)
        else:
            values = {"upper": task.extras.get(UPPER_NUMBER, "") or task.number}
            out.report(
                "PLAN-558", Place(sheet=sheet_name("任务")), task.number, UPPER_NUMBER, **values
            )
    _head(out)
    seen: set[int] = set()
    for number, row in received.tasks:
        if number not in seen:
            seen.add(number)
            _task(out, number, row, parts.get(number, []))
    known: set[tuple[int, str]] = set()
    for number, row in received.indicators:
        known |= _indicator(out, number, row, parts.get(number, []))
    _unasked(out, known)
    return tuple(out.answers), tuple(out.findings)


# --- head


def _head(out: _Answers) -> None:
    """填报日期 is the as-of date; who answers stands in 设置, or is left to the person."""
    returned = out.received.returned
    for asked in out.form.head:
        there = returned.head.get(asked.id)
        place = returned.head_at.get(asked.id)
        if place is None:
            continue
        written = out.merged.plan.settings.get(meant(asked.caption, UPPER_HEAD), "")
        value: Accepted = out.merged.as_of if asked.rule.kind == "date" else written
        if there is not None and not value:
            continue
        if value:
            out.put(asked, place, None, value, there)
        else:
            out.report("FORM-047", place, None, asked.caption, caption=asked.caption)


# --- tasks


def _task(out: _Answers, number: int, row: Row, parts: Sequence[Task]) -> None:
    """Answer one row of the form from the parts that its task was split into."""
    wanted = [(part, a) for part in parts for a in asked_about(out.merged, part)]
    voices = [v for part, a in wanted if (v := voice_of(out.merged, part, a, parts))]
    leads = [v for v in voices if v.role == Role.LEAD]
    if not leads and "state" not in row.answers:
        out.report("TASK-020", row.where("state"), number, out.form.caption("state"))
    heard = {v.name for v in voices}
    silent = [n for part, a in wanted if (n := name_of(part, a.unit, parts)) not in heard]
    if voices and silent:
        out.report("TASK-021", row.where("state"), number, "", units=joined(silent))
    asked = [f for f in out.form.asked if f.id in row.columns]
    taken = {}
    wanted_here = [f for f in asked if f.id not in row.unasked]
    for one, value in _taken(out, number, row, wanted_here, leads):
        if out.put(one, row.where(one.id), number, value, row.answers.get(one.id)):
            taken[one.id] = value
        # What finds no cell of its own is put into words.
    words = [f for f in asked if f.rule.kind == "text"]
    carrier = next((f for f in words if f.id == "progress"), words[0] if words else None)
    figures = [f for f in asked if f.rule.kind != "text"]
    for one in words:
        text = joined_words(one, voices, figures if one is carrier else (), taken)
        if text:
            taken[one.id] = text
            out.put(one, row.where(one.id), number, text, row.answers.get(one.id))
    for one in wanted_here:
        heard_of = any(one.id in v.values for v in leads)
        if leads and one.rule.required and not heard_of and one.id not in row.answers:
            out.report("TASK-027", row.where(one.id), number, one.caption)


def _taken(
    out: _Answers, number: int, row: Row, asked: Iterable[Field], leads: Sequence[Voice]
) -> Iterator[tuple[Field, Accepted]]:
    """What is to be written in the cells that are no texts."""
    for one in asked:
        stated = {v.name: v.values[one.id] for v in leads if one.id in v.values}
        values = list(stated.values())
        if not values or one.rule.kind == "text":
            continue
        numbers = [v for v in values if isinstance(v, int | float)]
        days = [v for v in values if isinstance(v, date)]
        if one.id == "state":
            worst = worst_state([str(v) for v in values])
            idle = [name for name, v in stated.items() if v == State.NOT_BEGUN]
            if idle and len(idle) < len(stated):
                out.report("TASK-026", row.where(one.id), number, one.caption, units=joined(idle))
            yield one, worst
        elif one.rule.kind == "percent" and numbers:
            yield one, min(numbers)
        elif one.rule.kind == "date" and days:
            yield one, max(days)
        elif len(set(values)) == 1:
            yield one, values[0]
        else:
            listed = joined(attributed(name, plain(v)) for name, v in stated.items())
            out.report("TASK-023", row.where(one.id), number, one.caption, told=listed)


# --- indicators


def _indicator(out: _Answers, number: int, row: Row, parts: Sequence[Task]) -> set[tuple[int, str]]:
    """Answer one row of the form's indicator table; returns the plan's indicators it is about."""
    by_number = {t.number: t for t in parts}
    indicators = [i for i in out.merged.plan.indicators
           if i.number in by_number and fold(i.name) == fold(row.goal)]  # fmt: skip
    given, remarks = _numbers(out.merged, indicators, by_number)
    wanted = [
        name for i in indicators for name in _asked_for(out.merged, i, by_number[i.number], parts)
    ]
    fields = {f.id: f for f in out.form.indicators if f.asked}
    actual = fields.get("actual")
    silent = [name for name in wanted if name not in given]
    summed = bool(indicators) and all(i.summed for i in indicators)
    undecided = len(wanted) > 1 and any(i.summed is None for i in indicators)
    total: Decimal | None = None
    listed = joined((attributed(name, plain(float(v))) for name, v in given.items()), "；")
    place = row.where("actual")
    if summed and silent and given:
        out.report("IND-018", place, number, row.goal, name=row.goal, units=joined(silent))
    elif summed and given:
        total = sum(given.values(), Decimal(0))
    elif len(set(given.values())) == 1 and not undecided:
        total = next(iter(given.values()))
    elif given:
        out.report("IND-017", place, number, row.goal, name=row.goal, told=listed)
    measure = indicators[0].measure if indicators else ""
    if actual is not None and total is not None:
        shown = Form.of_indicator(actual, row.goal)
        out.put(shown, place, number, float(total), row.answers.get("actual"), measure)
    lines = [listed] if len(given) > 1 or (given and total is None) else []
    lines += [attributed(name, text) for name, text in remarks.items()]
    if "remark" in fields and lines:
        shown = Form.of_indicator(fields["remark"], row.goal)
        there = row.answers.get("remark")
        out.put(shown, row.where("remark"), number, "\n".join(lines), there)
    return {(i.number, i.name) for i in indicators}


def _numbers(
    merged: MergeResult, own: Sequence[Indicator], parts: Mapping[int, Task]
) -> tuple[dict[str, Decimal], dict[str, str]]:
    """The units' numbers and remarks on these indicators, by their names in the answer."""
    names = {(i.number, i.name) for i in own}
    given: dict[str, Decimal] = {}
    remarks: dict[str, str] = {}
    for record in merged.records:
        kind, _, name = record.field.partition(":")
        if record.task is None or (record.task, name) not in names or record.value == "":
            continue
        unit = name_of(parts[record.task], record.unit, tuple(parts.values()))
        if kind == "actual" and isinstance(record.value, int | float):
            given[unit] = Decimal(f"{record.value:.15g}")
        elif kind == "remark":
            remarks[unit] = str(record.value)
    return given, remarks


def _asked_for(
    merged: MergeResult, indicator: Indicator, part: Task, parts: Sequence[Task]
) -> list[str]:
    by_unit = {a.unit: {part.number: a} for a in asked_about(merged, part)}
    units = asked_units((indicator,), by_unit)
    return [name_of(part, u, parts) for u in units.get((indicator.number, indicator.name), [])]


# --- what has no place one level up


def _unasked(out: _Answers, indicators: Collection[tuple[int, str]]) -> None:
    """Fields and indicators that only the forms of this level ask."""
    named = Counter(
        (r.task, r.field.partition(":")[2])
        for r in out.merged.records if r.task is not None and ":" in r.field
    )  # fmt: skip
    for (number, name), count in named.items():
        if (number, name) not in indicators:
            place = Place(out.received.returned.file)
            out.report("IND-019", place, number, name, name=name, count=count)
    known = {name for _, row in out.received.tasks for name in row.columns}
    for asked in out.form.asked:
        count = sum(asked.id in e.values for e in out.merged.entries.values())
        if asked.id not in known and count:
            place = Place(out.received.returned.file)
            out.report("TASK-025", place, None, asked.caption, count=count)


def _same(there: object, value: Accepted) -> bool:
    if isinstance(there, int | float) and isinstance(value, int | float):
        return abs(there - value) < 1e-9
    return fold(plain(there)) == fold(plain(value))
