"""The words of the trade as immutable records: plan, task, unit, form, return, entry.

Every module speaks in these; none of them knows about files or the terminal.
Identifiers are the English terms of the design's word list; the caption beside
each is what people see in the workbooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .findings import Finding


@dataclass(frozen=True, slots=True)
class Period:
    """时段: one reporting period of the plan, e.g. 第二季度.

    ``months`` is the time elapsed in the plan's year when the period ends, in
    months; halves are allowed (7.5 is mid-August). ``end`` is its last day.
    """

    caption: str
    end: date
    months: float


@dataclass(frozen=True, slots=True)
class Task:
    """任务: one row of the plan.

    ``sections`` are the headings above the task, outermost first. ``milestones``
    maps every period caption of the plan to what is due then ("" where nothing
    is). ``lead`` and ``support`` hold unit names as the plan writes them, groups
    included. ``source`` says where it stood, e.g. 第2页第3行. ``extras`` carries
    further columns of the plan by their caption.
    """

    number: int
    sections: tuple[str, ...]
    goal: str
    milestones: Mapping[str, str]
    lead: tuple[str, ...]
    support: tuple[str, ...]
    source: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """责任单位: one line of the register.

    A group (集合单位, e.g. 各县区) has ``members``, or is marked as one by
    ``group`` while its members are still unknown; it never gets a form itself.
    """

    name: str
    aliases: tuple[str, ...] = ()
    group: bool = False
    members: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    email: str = ""
    gets_form: bool = True


@dataclass(frozen=True, slots=True)
class Ruling:
    """裁定: a person's decision on the finding (code, unit, task, field).

    ``decision`` is one of the words of :data:`DECISIONS`; ``value`` goes with
    "use this value". Cells move, so a ruling never names one.
    """

    code: str
    unit: str
    task: int | None
    field: str
    decision: str
    value: str = ""
    who: str = ""
    when: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """总台账: the master schedule with register, periods, settings and rulings.

    ``key`` is the secret that check codes are made with. ``synonyms`` maps a
    folded word to the standard state it means (完成 -> 已完成). ``settings``
    holds the remaining lines of the 设置 sheet by caption.
    """

    title: str
    document: str
    office: str
    year: int
    periods: tuple[Period, ...]
    tasks: tuple[Task, ...]
    units: tuple[Unit, ...]
    key: str = ""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    rulings: tuple[Ruling, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def task(self, number: int) -> Task | None:
        """Return the task with this number, or None."""
        return next((t for t in self.tasks if t.number == number), None)

    def period(self, caption: str) -> Period | None:
        """Return the period with this caption, or None."""
        return next((p for p in self.periods if p.caption == caption), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a field admits, as Excel's data validation in the template says it.

    ``kind`` is "text", "choice", "percent", "number" or "date". ``low`` and
    ``high`` bound a number (a percent as a fraction: 0.5 is 50 %), a date (as
    a date) or the length of a text. ``choices`` are the words of a list.
    """

    kind: str = "text"
    low: float | date | None = None
    high: float | date | None = None
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One column (or one head cell) of the form, as the template declares it.

    ``id`` is the placeholder's word ("state"); ``caption`` what the clerk sees
    (完成情况). ``asked`` fields are theirs to fill; the others are given.
    """

    id: str
    caption: str
    asked: bool
    rule: Rule = Rule()
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """The plan as it was published, before units are told apart.

    ``tasks`` carry in ``lead`` and ``support`` one string each: the raw cell
    text with its hard line breaks ("灌云县\\n东海县"), or nothing when the
    cell was empty. ``periods`` are the captions of the milestone columns in the order printed.
    ``findings`` name what the reader was not sure of.
    """

    title: str
    document: str
    office: str
    year: int | None
    periods: tuple[str, ...]
    tasks: tuple[Task, ...]
    findings: tuple[Finding, ...] = ()
