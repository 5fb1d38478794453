"""Standings of a summary -> 督办单: what each letter says, one for each red task or for each unit. Pure.

The standings are read back from the office's workbook, so that a letter and the summary never differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..core.form import ADJUST, ADJUST_WHY, EVIDENCE, Field, Form
from ..core.i18n import day_text, joined, quantity, tr
from ..core.lights import Light, print_points
from ..core.plan import Plan, Task
from ..core.result import Accepted, Previous, Standing
from ..core.settings import Setting
from ..core.values.deadlines import reply_day
from ..merge.year.open_letters import Issued, goal_hash
from ..writers.atomic import safe_name
from ..writers.marks import LETTER, mark_of
from .circular import ADDRESSEE, BODY, HEADING, NUMBER, SIGNATURE, SUBHEADING, TITLE, Paragraph
from .circular_wording import numerals, one_line
from .counts import shown_value

BY_TASK, BY_UNIT = "任务", "单位"
"""What letters are made by."""
_OTHER = frozenset((ADJUST, ADJUST_WHY, EVIDENCE))
"""Fields that say nothing about how a task stands."""
_TRACE = re.compile(r"#(\d{4}-\d\d-\d\d) (\d{4}-\d\d-\d\d)((?: \d{1,6}:[0-9A-Z]+)+)")
"""What ends the mark of a letter: its day, the day its answer is due, its tasks."""


@dataclass(frozen=True, slots=True)
class Letter:
    """督办单: one letter, to whom it goes and the numbers of the tasks that it is about."""

    units: tuple[str, ...]
    tasks: tuple[int, ...]
    file: str
    mark: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Stood:
    """What a summary holds of a ``period`` (from 1), under the plan's present names and numbers."""

    plan: Plan
    form: Form
    period: int
    previous: Previous

    @property
    def caption(self) -> str:
        """The period's caption."""
        return self.plan.periods[self.period - 1].caption

    def standing(self, task: int) -> Standing | None:
        """Return how a task stood, None where the summary does not hold it."""
        return self.previous.standings.get(self.caption, {}).get(task)

    @property
    def red(self) -> tuple[Task, ...]:
        """The tasks with a red light, in the plan's order."""
        return tuple(
            t for t in self.plan.tasks if (s := self.standing(t.number)) and s.light == Light.RED
        )


def letters(stood: Stood, way: str, as_of: date) -> tuple[Letter, ...]:
    """Return the letters about the red tasks that somebody leads, dated ``as_of``."""
    led = [t for t in stood.red if t.lead]
    if way == BY_TASK:
        width = len(str(max((t.number for t in led), default=0)))
        return tuple(
            _letter(stood, t.lead, [t], f"{t.number:0{width}d}", str(t.number), as_of) for t in led
        )
    units = [u.name for u in stood.plan.units if any(u.name in t.lead for t in led)]
    width = max(len(str(len(units))), 2)
    return tuple(
        _letter(stood, (u,), [t for t in led if u in t.lead], f"{i:0{width}d}", str(i), as_of)
        for i, u in enumerate(units, 1)
    )


def letter_mark(plan: Plan, period: int, parts: Iterable[str]) -> str:
    """Return the mark of a letter: plan, period, to whom it goes, and what it is tracked by."""
    return "|".join((mark_of(LETTER, plan, period), *parts))


def letter_units(mark: str, plan: Plan) -> tuple[int, tuple[str, ...]]:
    """Return the period (from 1) of a letter with this mark, and to which units it goes; 0 for another plan's."""
    first, *units = mark.split("|")
    for period in range(1, len(plan.periods) + 1):
        if first == mark_of(LETTER, plan, period):
            names = {u.name for u in plan.units}
            return period, tuple(u for u in units if u in names)
    return 0, ()


def issued(mark: str, plan: Plan, file: str) -> Issued | None:
    """Return what a letter's mark holds for tracking it; None for any other mark, and for another plan's."""
    period, _ = letter_units(mark, plan)
    *units, trace = mark.split("|")[1:] or [""]
    found = _TRACE.fullmatch(trace)
    if not period or not found:
        return None
    try:
        day, due = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:  # no such day: somebody changed the mark
        return None
    tasks = (piece.partition(":") for piece in found[3].split())
    numbered = tuple((int(number), goal) for number, _, goal in tasks)
    return Issued(file, period, tuple(units), numbered, day, due)


def _trace(plan: Plan, tasks: Sequence[Task], as_of: date) -> str:
    hashes = " ".join(f"{t.number}:{goal_hash(t)}" for t in tasks)
    return f"#{as_of.isoformat()} {reply_day(plan, as_of).isoformat()} {hashes}"


def _letter(
    stood: Stood, units: Sequence[str], tasks: Sequence[Task], ordinal: str, number: str, as_of: date
) -> Letter:  # fmt: skip
    plan = stood.plan
    named = " ".join(safe_name(joined(units), "_").split()).strip(". ")[:60]
    return Letter(
        tuple(units),
        tuple(t.number for t in tasks),
        tr("督办单_{number}_{units}.docx", number=ordinal, units=named),
        letter_mark(plan, stood.period, (*units, _trace(plan, tasks, as_of))),
        tuple(
            replace(p, text=one_line(p.text))
            for p in _paragraphs(stood, units, tasks, number, as_of)
        ),
    )


def _paragraphs(
    stood: Stood, units: Sequence[str], tasks: Sequence[Task], number: str, as_of: date
) -> Iterator[Paragraph]:
    plan = stood.plan
    words = "督办〔{year}〕{period}第{number}号"
    values = {"year": plan.year, "period": stood.caption, "number": number}
    yield Paragraph(TITLE, tr("督办单"))
    yield Paragraph(NUMBER, tr(words, **values))
    yield Paragraph(ADDRESSEE, tr("{units}：", units=joined(units)))
    document = tr("（{document}）", document=plan.document) if plan.document else ""
    words = "根据《{title}》{number}和{period}汇总，你单位牵头的{count}项任务亮红灯，现予督办："
    values = {
        "title": plan.title, "number": document, "period": stood.caption, "count": len(tasks),
    }  # fmt: skip
    yield Paragraph(BODY, tr(words, **values))
    first, second = numerals("一二三")[:2]
    head = "{numeral}、{heading}"
    yield Paragraph(HEADING, tr(head, numeral=first, heading=tr("督办事项")))
    for task in tasks:
        if len(tasks) > 1:
            yield Paragraph(SUBHEADING, tr("第{number}项任务", number=task.number))
        yield from _of_task(stood, units, task)
    yield Paragraph(HEADING, tr(head, numeral=second, heading=tr("督办要求")))
    words = "请查明滞后原因，制定赶上进度的措施，明确责任人和完成时限，于{day}前书面回复{office}{contact}。"
    office, contact = plan.office or tr("我们"), plan.settings.get(Setting.CONTACT, "")
    values = {
        "day": day_text(reply_day(plan, as_of)), "office": office,
        "contact": tr("（联系方式：{contact}）", contact=contact) if contact else "",
    }  # fmt: skip
    yield Paragraph(BODY, tr(words, **values))
    if plan.office:
        yield Paragraph(SIGNATURE, plan.office)
    yield Paragraph(SIGNATURE, day_text(as_of))


def _of_task(stood: Stood, units: Sequence[str], task: Task) -> Iterator[Paragraph]:
    """What a letter says of one task: goal, what is due, what was reported, how far it is behind."""
    plan, standing = stood.plan, stood.standing(task.number)
    end = plan.periods[stood.period - 1].end
    due = task.milestones.get(stood.caption, "").rstrip("。.") or tr("计划没有分期目标")
    lines = [
        ("目标任务（第{number}项）：{text}。", task.goal.rstrip("。.")),
        ("截至{day}应达到：{text}。", due),
        *(("{unit}报送：{text}。", _reported(stood, unit, task.number)) for unit in units),
        ("滞后情况和依据：{text}。", _behind(standing)),
    ]
    if others := [u for u in task.lead if u not in units]:
        lines.append(("共同牵头：{text}。", joined(others)))
    names = iter(units)
    for words, text in lines:
        values = {"number": task.number, "day": day_text(end), "text": text}
        if "{unit}" in words:
            values["unit"] = next(names)
        yield Paragraph(BODY, tr(words, **values), task.number)


def _behind(standing: Standing | None) -> str:
    if standing is None:
        return ""
    reasons = [str(reason).rstrip("。.") for reason in standing.reasons]
    lag = str(standing.lag) if standing.lag else ""
    if standing.lag and standing.lag.points is not None:
        size = print_points(abs(standing.lag.points))
        if not any(size in reason for reason in reasons):
            reasons.append(lag)
    return joined(reasons, "；") or tr("自报{state}", state=tr(standing.state))


def _reported(stood: Stood, unit: str, task: int) -> str:
    """What a unit reported on a task, every field with its caption."""
    answers: Mapping[tuple[str, int, str], Accepted] = stood.previous.periods.get(stood.caption, {})
    parts = []
    for field in stood.form.fields:
        value = answers.get((unit, task, field.id))
        if field.asked and field.id not in _OTHER and value not in (None, ""):
            words = "{caption}：{text}"
            parts.append(tr(words, caption=field.caption, text=_value_text(field, value)))
    for indicator in (i for i in stood.plan.indicators if i.number == task):
        value = answers.get((unit, task, f"actual:{indicator.name}"))
        if isinstance(value, float):
            size = quantity(f"{value:.12g}", indicator.measure)
            parts.append(tr("{name}实际{size}", name=indicator.name, size=size))
    return joined(parts, "；") or tr("没有报送")


def _value_text(field: Field, value: Accepted) -> str:
    """A value in a sentence."""
    shown = shown_value(field, value)
    if isinstance(shown, date):
        return day_text(shown)
    if isinstance(shown, float):
        return f"{100 * shown:.12g}%" if field.rule.kind == "percent" else f"{shown:.12g}"
    return shown.rstrip("。.；;")
