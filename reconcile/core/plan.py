"""The words of the trade as immutable records: plan, task, unit, ruling, form, notice.

Every module speaks in these; none of them knows about files or the terminal.
Identifiers are the English terms of the design's word list; the caption beside
each is what people see in the workbooks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property

from .findings import Finding
from .i18n import Phrase
from .unit_names import reviewed_names

Value = str | float | bool | date | datetime | time | timedelta | None
"""What a cell of a spreadsheet may hold."""

LEADER = "分管领导"
"""The further column of a plan that names who of the leaders is in charge of a task: several, with 、 between."""


class State(StrEnum):
    """完成情况: the standard states of a task. A form's own list may differ; these are the ones checks know."""

    DONE = "已完成"
    AHEAD = "超序时"
    ON_TIME = "达序时"
    BEHIND = "滞后"
    NOT_BEGUN = "未启动"


STATES = tuple(State)


class Role(StrEnum):
    """What a unit is in a task."""

    LEAD = "lead"
    SUPPORT = "support"


class Decision(StrEnum):
    """裁定: what a person may decide, as the sheet 裁定 of a Chinese plan workbook says it."""

    ACCEPT = "照收"
    USE = "改为"
    REJECT = "不收"
    WAIVE = "免提"
    IGNORE = "忽略文件"
    SIGN_OFF = "销号"
    RESUME = "恢复"
    AGREE = "同意"
    DECLINE = "不同意"


ON_TASKS = (Decision.SIGN_OFF, Decision.RESUME, Decision.AGREE, Decision.DECLINE)
"""Decisions on a task, which need its number, a day, a person and a reason."""


@dataclass(frozen=True, slots=True)
class Period:
    """时段: one reporting period of the plan, e.g. 第二季度.

    ``months`` is the time elapsed in the plan's year when the period ends, in
    months; halves are allowed (7.5 is mid-August). ``end`` is its last day, ``deadline``
    (报送截止) that for answers, as it is written; see :mod:`~.values.deadlines`.
    """

    caption: str
    end: date
    months: float
    deadline: str = ""


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
    source: str | Phrase = ""
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def leaders(self) -> tuple[str, ...]:
        """分管领导: the leaders in charge of it, each once; blanks within a Chinese name do not count."""
        named = reviewed_names(self.extras.get(LEADER, ""))
        return tuple(dict.fromkeys(map(leader_name, named)))

    def __hash__(self) -> int:
        """Hash what tells tasks apart: mappings cannot be hashed."""
        return hash((self.number, self.goal))


def leader_name(text: str) -> str:
    """Return a leader's name as it is compared: without the blanks that spread a Chinese name out."""
    return " ".join(text.split()) if text.isascii() else "".join(text.split())


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a target: one value (``low`` == ``high``) or a range, in the unit of measure beside it."""

    low: Decimal
    high: Decimal

    @staticmethod
    def read(text: str) -> Amount | None:
        """Return the amount that a printed number ("450", "1,360", "3-4", "-1--0.5") means, or None."""
        spaced = text.strip().replace(",", "").replace("，", "")
        cut = next((i for i, sign in enumerate(spaced) if i and sign in "-－–—~～至"), None)
        try:
            if cut is None:
                low = high = Decimal(spaced)
            else:
                low, high = Decimal(spaced[:cut]), Decimal(spaced[cut + 1 :])
        except InvalidOperation:
            return None
        return Amount(low, high) if low.is_finite() and high.is_finite() and low <= high else None

    def __str__(self) -> str:
        """Return the amount as people write it: 450, 7.5, 3-4."""
        low, high = (format(n.normalize() + 0, "f") for n in (self.low, self.high))
        return low if low == high else f"{low}-{high}"


@dataclass(frozen=True, slots=True)
class Indicator:
    """量化指标: a number to be reached, over the year and its periods.

    ``basis`` is "growth" (同比增长 x%), "cumulative" (a running total), "period"
    (that period alone; they add up to the year) or "level" (a rate or state at
    that time). ``comparator`` is ">=", "<=" or "~" (about). ``annual`` is the
    year's target, in ``measure`` (计量单位) like those in ``targets`` by period
    caption; a period without a target is left out. ``texts`` are the passages
    it was read from, by period caption, "" for the goal. ``doubts`` (存疑) name
    what the machine was unsure of; empty once a person has reviewed it.
    ``asked`` says whose forms ask for it: "lead" units only, or "all". ``summed``
    says whether the numbers of several units add up (each reports a part) or each is
    held against the target by itself (each reports the whole); None: nobody has decided.
    """

    number: int
    name: str
    measure: str
    basis: str
    comparator: str
    annual: Amount | None
    targets: Mapping[str, Amount]
    texts: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Finding, ...] = ()
    asked: str = "lead"
    summed: bool | None = False

    @staticmethod
    def adds_up(basis: str, measure: str) -> bool:
        """Return whether the numbers of several units may be parts of one: amounts are, rates and growth never."""
        return basis in ("cumulative", "period") and measure not in ("%", "‰")


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
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One task of one unit. ``role`` is "lead" or "support"; ``via`` the group that brought it."""

    unit: str
    task: Task
    role: Role
    via: str = ""


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
class Amendment:
    """变更记录: what was changed in a task by a ruling (同意), and on what basis.

    ``column`` is a caption of the plan workbook, with an indicator's name before it where it is one
    of its numbers, or 推迟; days are as they are written, ``entered`` the one it was put into the plan.
    """

    task: int
    column: str
    before: str
    after: str
    unit: str = ""
    who: str = ""
    when: str = ""
    why: str = ""
    entered: str = ""


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """栏目: a column as the published plan prints it, what it was taken for, and why.

    ``role`` and ``chosen`` are words of ours (牵头单位, 附加列 …); ``chosen`` is what a person
    would have it taken for, "" for nothing else. ``basis`` is what that goes by (see extract.columns.roles),
    ``sample`` the first text under it, ``where`` its table.
    """

    caption: str
    role: str
    basis: str = ""
    sample: str = ""
    where: str | Phrase = ""
    chosen: str = ""


@dataclass(frozen=True, eq=False)
class Plan:
    """总台账: the master schedule with register, periods, settings and rulings.

    ``key`` is the secret that check codes are made with. ``synonyms`` maps a
    folded word to the standard state it means (完成 -> 已完成). ``settings``
    holds the remaining lines of the 设置 sheet by caption. ``columns`` are those of the
    published plan, as ``extract`` took them, ``changes`` what was amended since. ``unchecked`` is
    the number of lines of 待核 that nobody has ticked, notes left out.
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
    indicators: tuple[Indicator, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[PrintedColumn, ...] = ()
    unchecked: int = 0
    changes: tuple[Amendment, ...] = ()

    @cached_property
    def digest(self) -> bytes:
        """A SHA-256 hash of all that the plan holds but ``unchecked``: plans that share it are equal.

        What follows from a plan is asked for very often; comparing two equal ones field by field each
        time took a third of the demo (17.7 s of processor time before, 12.1 s since).
        """
        held = (getattr(self, f.name) for f in fields(self) if f.name != "unchecked")
        return hashlib.sha256(repr(tuple(held)).encode("utf-8", "surrogatepass")).digest()

    def __eq__(self, other: object) -> bool:
        """Return whether both are plans that hold the same."""
        return self is other or (isinstance(other, Plan) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def task(self, number: int) -> Task | None:
        """Return the task with this number, or None."""
        return next((t for t in self.tasks if t.number == number), None)

    def period(self, caption: str) -> Period | None:
        """Return the period with this caption, or None."""
        return next((p for p in self.periods if p.caption == caption), None)
