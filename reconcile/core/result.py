"""What a merge found: records, cells set aside, verdicts on files, and the balance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from .findings import Finding, Place
from .i18n import Listed, Phrase
from .lights import Lag, Measured
from .plan import Amendment, Assignment, Indicator, Plan, Role, Ruling

Accepted = str | float | date

Answers = Mapping[tuple[str, int, str], Accepted]
"""Values by (unit, task, field id)."""


class Record(NamedTuple):
    """明细: one accepted value and where it came from.

    ``task`` is None for a head cell (填报人). ``original`` is the text as it
    stood; ``how`` is "accepted" or "normalised". A percent is a fraction. ``sheet`` is the
    place of its sheet, ``cell`` the address in it: a place for each of 45,000 records would be
    as many objects more that are looked through for garbage again and again.
    """

    unit: str
    task: int | None
    field: str
    value: Accepted
    original: str
    how: str
    sheet: Place
    cell: str
    sha256: str

    @property
    def place(self) -> Place:
        """Where the value stood."""
        file, sheet, _ = self.sheet
        return Place(file, sheet, self.cell) if self.cell else self.sheet


Records = Mapping[str, Record]
"""The records of one row, or of one head, by field id."""


def accepted_of(records: Records) -> Mapping[str, Accepted]:
    """Return the values of these records by field id."""
    return {name: record.value for name, record in records.items()}


def owner_of(records: Records) -> tuple[str, int | None]:
    """Return the unit and the task that these records are of."""
    return next(((r.unit, r.task) for r in records.values()), ("", None))


@dataclass(frozen=True, slots=True)
class SetAside:
    """One cell that was not merged: its text, and the code of the finding that says why."""

    unit: str
    task: int | None
    field: str
    text: str
    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Filed:
    """When a return was filled in as its clerk ``typed`` it, and when it was ``mailed``, where known.

    A typed day that cannot be true is not ``sound``: it decides nothing.
    """

    typed: date | None = None
    mailed: date | None = None
    sound: bool = True

    @property
    def day(self) -> date | None:
        """The day that decides: the typed one where it is sound, else the mail's."""
        return self.typed if self.typed and self.sound else self.mailed


CONTRADICTED = ("IND-003", "IND-004")
"""A state better, or worse, than the numbers say."""
FILLED = "filled"
"""The head field that tells when a form was filled in."""
IGNORED = "FORM-022"
"""The note at a file that a ruling leaves out."""
OTHER_PERIOD = "FORM-013"
"""The note at a return of another period of the plan, which counts for nobody here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one form: merged as whose return, or refused and why (finding codes).

    A file that holds the forms of several units has one for each of them.
    ``message_id`` and ``sender`` are those of the mail that brought it, "" without one.
    ``suspected`` are units whose return a refused file may be, by its name, its sender or
    what is printed on it; ``filed`` is when it was filled in, None where nobody looked, or
    nothing was filled in.
    """

    file: str
    sha256: str
    accepted: bool
    unit: str = ""
    why: tuple[str, ...] = ()
    message_id: str = ""
    sender: str = ""
    suspected: tuple[str, ...] = ()
    filed: Filed | None = None

    @property
    def of_other_period(self) -> bool:
        """Whether this is a proper return of another period."""
        return self.why == (OTHER_PERIOD,)


@dataclass(frozen=True, slots=True)
class Evidence:
    """佐证材料: one file that came beside a form, for one task of one unit; ``size`` in bytes."""

    unit: str
    task: int
    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit's answer on one task: its accepted values by field id."""

    assignment: Assignment
    values: Mapping[str, Accepted]


@dataclass(frozen=True, slots=True)
class Actual:
    """本期实际: the number one unit gave for one indicator, in the indicator's unit of measure."""

    unit: str
    value: Decimal
    remark: str
    place: Place


@dataclass(frozen=True, slots=True)
class Reached:
    """One indicator as measured: from whose numbers, what they come to, lags, state and light.

    ``before`` is last period's number, if known.
    """

    indicator: Indicator
    actuals: tuple[Actual, ...]
    value: Decimal
    measured: Measured
    before: Decimal | None = None

    @property
    def units(self) -> Listed:
        """The one unit that gave the number, or all of them where their numbers were added up."""
        return Listed(a.unit for a in self.actuals)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one task stands.

    ``state`` is the worst of its leads' statements (未报 when none answered),
    ``light`` the worst of that and of its indicators; ``reasons`` say in words
    what made the light yellow or red. ``lag`` is the worst of its indicators' lags, in percentage
    points on its own basis; None where no indicator was measured. ``before`` is how the task stood
    in the latest former period, if known.
    """

    task: int
    state: str
    light: str
    reasons: tuple[str | Phrase, ...] = ()
    lag: Lag | None = None
    before: Standing | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    """What former summaries hold, by period caption, in the plan's order.

    ``periods`` are the answers, ``standings`` how the tasks stood and ``goals`` what they were, by
    task number. A summary of the old shape holds neither: its answers are judged anew.
    """

    periods: Mapping[str, Answers]
    standings: Mapping[str, Mapping[int, Standing]] = field(default_factory=dict)
    goals: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def last(self) -> Answers:
        """The answers of the latest of these periods."""
        return list(self.periods.values())[-1] if self.periods else {}

    @property
    def last_standings(self) -> Mapping[int, Standing]:
        """How the tasks stood in the latest of these periods, as far as that is known."""
        return self.standings.get(list(self.periods)[-1], {}) if self.periods else {}


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the period ``since``: numbers of tasks, in the plan's order.

    ``consecutive`` tells whether that is the period right before this one. A task stands in no
    more than one of the first five groups; ``completed`` counts apart, since a task may be both
    completed and better.
    """

    since: str
    consecutive: bool
    turned_red: tuple[int, ...]
    """由黄转红: yellow then, red now."""
    newly_behind: tuple[int, ...]
    """新增滞后: yellow or red now, and neither then."""
    red_again: tuple[int, ...]
    """连续两期红灯: red then and now."""
    better: tuple[int, ...]
    """转好: red then and yellow or green now, or yellow then and green now."""
    unheard: tuple[int, ...]
    """Yellow or red then, without a light now: it is not known whether they are better."""
    completed: tuple[int, ...]
    """本期完成: completed now, with a green light, and not completed then."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Answer cells received, and what became of them. The books balance, or we are wrong."""

    received: int
    accepted: int
    normalised: int
    set_aside: int

    def __post_init__(self) -> None:
        if self.received != self.accepted + self.normalised + self.set_aside:
            raise AssertionError(f"the books do not balance: {self}")


class UnitState(StrEnum):
    """What came from a unit."""

    CLEAN = "clean"
    ERRORS = "errors"
    REFUSED = "refused"
    """Its return came and was not taken."""
    SUSPECTED = "suspected"
    """A file came that cannot be taken and may be its return."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """How one unit stands; tasks answered of asked.

    ``filed`` are the dates of its accepted returns, the first first, those without a date last.
    """

    unit: str
    state: UnitState
    asked: int
    answered: int
    set_aside: int
    errors: int
    warnings: int
    files: tuple[str, ...] = ()
    filed: tuple[Filed, ...] = ()

    @property
    def first(self) -> Filed | None:
        """The dates of its first accepted return."""
        return self.filed[0] if self.filed else None

    @property
    def last(self) -> Filed | None:
        """The dates of the return that corrected the first, None where there was none."""
        dated = [f for f in self.filed if f.day]
        return dated[-1] if dated and dated[-1].day != dated[0].day else None


@dataclass(frozen=True)
class MergeResult:
    """汇总: all that the summary, the report and the feedback are written from.

    ``waived`` are findings that a ruling has settled; they are listed, not counted.
    ``actuals`` are this period's numbers by (task, indicator name). ``pending`` are states as
    they were written, by (unit, task), that were set aside without another in their place.
    ``unprinted`` are (unit, task) that were not on the form that the unit answered on.
    ``changes`` are those since the last period, None where no former summary was given.
    ``closed`` are the captions of periods that are archived. ``signed_off`` are the tasks that are
    not asked any more, each with the ruling (销号) that says so, ``postponed`` those that were
    put off to a later period with consent, each with the amendment. ``evidence`` are the files
    that prove answers, where the plan asks for them.
    """

    plan: Plan
    period: int
    as_of: date
    assignments: tuple[Assignment, ...]
    verdicts: tuple[Verdict, ...]
    records: tuple[Record, ...]
    set_aside: tuple[SetAside, ...]
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    statuses: tuple[UnitStatus, ...]
    balance: Balance
    entries: Mapping[tuple[str, int], Entry] = field(default_factory=dict)
    standings: Mapping[int, Standing] = field(default_factory=dict)
    reached: tuple[Reached, ...] = ()
    actuals: Mapping[tuple[int, str], Sequence[Actual]] = field(default_factory=dict)
    pending: Mapping[tuple[str, int], str] = field(default_factory=dict)
    unprinted: frozenset[tuple[str, int]] = frozenset()
    closed: tuple[str, ...] = ()
    changes: Changes | None = None
    signed_off: Mapping[int, Ruling] = field(default_factory=dict)
    postponed: Mapping[int, Amendment] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    @property
    def caption(self) -> str:
        """The caption of the period that was merged."""
        return self.plan.periods[self.period - 1].caption

    @property
    def contradicted(self) -> tuple[int, ...]:
        """自报与测算不一致: tasks of which a unit states another state than its numbers come to."""
        return tuple(sorted({f.task for f in self.findings if f.code in CONTRADICTED and f.task}))

    def named(self, field: str) -> Iterator[Record]:
        """Yield the records of this field."""
        return (record for record in self.records if record.field == field)

    def of_task(self, number: int, role: Role) -> Sequence[Assignment]:
        """Return the assignments of one task in this role, in the plan's order."""
        return self._by_task.get((number, role), ())

    @cached_property
    def _by_task(self) -> Mapping[tuple[int, Role], Sequence[Assignment]]:
        found: dict[tuple[int, Role], list[Assignment]] = {}
        for a in self.assignments:
            found.setdefault((a.task.number, a.role), []).append(a)
        return found

    def leads_of(self, number: int) -> Sequence[tuple[str, Entry]]:
        """Return what each lead unit of a task answered: (unit, entry), of those that did."""
        found = (
            (a.unit, self.entries.get((a.unit, number))) for a in self.of_task(number, Role.LEAD)
        )
        return [(unit, entry) for unit, entry in found if entry]


UNANSWERED = "未报"


PENDING = "待核"


"""A lead's state that came in and was set aside: a person has to look."""


@dataclass(frozen=True, slots=True)
class Score:
    """按单位: how one unit did. ``lights`` counts the tasks it leads by light, "" where unjudged.

    ``copied`` of them are answered in the plan's own words. ``first`` are the dates of its first
    accepted return, ``last`` those of the one that corrected it, if any; ``on_time`` whether the
    first lies within the deadline, None when it cannot be told. ``rank`` counts from 1 among the
    units that lead; equals share one. A unit that leads nothing has rank and score 0.
    """

    rank: int
    unit: str
    state: str
    led: int
    lights: dict[str, int]
    copied: int
    asked: int
    answered: int
    first: Filed | None
    last: Filed | None
    on_time: bool | None
    errors: int
    score: Decimal
