"""A form as its template declares it: fields, their rules, the rules in words; and what is asked of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from .i18n import EN, ZH, Day, Listed, Phrase, holds_chinese, meant, worded
from .plan import Assignment, Indicator, Plan, Role
from .settings import CHOICES, EVERYTHING, INCLUDED, NOTHING, SWITCHES, Setting
from .text import percent, plain


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
    (完成情况), ``aliases`` other captions it is known by. ``asked`` fields are
    theirs to fill; the others are given.
    """

    id: str
    caption: str
    asked: bool
    rule: Rule = Rule()
    prompt: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """填报表 as its template declares it: ``fields`` per task row, ``head`` once per form.

    ``sheets`` are the names of all its sheets; ``texts`` what they print
    outside the task rows, {words} unfilled: whatever else comes back there was
    written by a clerk. ``indicators`` are the columns of the table of indicators, ``footers``
    what stands at the foot of its pages, {words} unfilled.
    """

    fields: tuple[Field, ...]
    head: tuple[Field, ...]
    sheets: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    indicators: tuple[Field, ...] = ()
    footers: tuple[str, ...] = ()
    _named: dict[str, Field] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in (*self.fields, *self.head):
            for name in (one.id, one.caption):
                self._named.setdefault(name, one)

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields of a task row that the clerk fills in."""
        return tuple(f for f in self.fields if f.asked)

    def field(self, name: str) -> Field | None:
        """Return the field with this id or caption, or None.

        A field of one indicator is named "actual:" and the indicator's name, or
        by the caption that it then has: 产业投资：本期实际.
        """
        found = self._named.get(name)
        for field_ in () if found else self.indicators:
            subject = name.removeprefix(f"{field_.id}:")
            for ending in _endings(field_.caption):
                subject = subject.removesuffix(ending)
            if field_.asked and subject != name:
                return self.of_indicator(field_, subject)
        return found

    def caption(self, name: str) -> str:
        """Return the caption of the field with this id, the id itself when there is none."""
        found = self.field(name)
        return found.caption if found else name

    @staticmethod
    def of_indicator(asked: Field, indicator: str) -> Field:
        """Return a field of the indicator table as it is asked of one indicator."""
        chinese, english = _endings(asked.caption)
        ending = chinese if holds_chinese(asked.caption) else english
        return replace(asked, id=f"{asked.id}:{indicator}", caption=indicator + ending)


@lru_cache(maxsize=64)
def _endings(caption: str) -> tuple[str, str]:
    """What stands behind an indicator's name to name one field of it, in Chinese and in English."""
    ending = Phrase("{indicator}：{caption}", indicator="", caption=caption)
    return worded(ending, ZH), worded(ending, EN)


ADJUST, ADJUST_WHY = "adjust", "adjust_why"
"""The fields in which a clerk asks for a change of the task, and says why (申请调整, 理由)."""
EVIDENCE = "evidence"
"""The field in which a clerk names the files that prove an answer (佐证材料)."""
ENDLESS = 1e12
"""A bound so far off only says that a number is wanted: Excel's rule for numbers needs bounds."""


def bounds(rule: Rule) -> Phrase | None:
    """Return what a rule's bounds allow: "0%至100%", "不小于0", "不晚于2022年12月31日", or None."""
    phrases: Mapping[str, tuple[str, str]] = {
        "date": ("不早于{bound}", "不晚于{bound}"),
        "text": ("不少于{bound}字", "不超过{bound}字"),
    }
    low, high = (_shown(rule, bound) for bound in (rule.low, rule.high))
    if low and high:
        return Phrase(
            "{low}至{high}字" if rule.kind == "text" else "{low}至{high}", low=low, high=high
        )
    at_least, at_most = phrases.get(rule.kind, ("不小于{bound}", "不大于{bound}"))
    if low:
        return Phrase(at_least, bound=low)
    return Phrase(at_most, bound=high) if high else None


def _shown(rule: Rule, bound: float | date | None) -> str | Phrase:
    if isinstance(bound, date):
        return Day(bound)
    return percent(bound) if rule.kind == "percent" and bound is not None else plain(bound)


def describe(rule: Rule, year: int = 0) -> Phrase:
    """Return the rule as one short sentence of at most 225 characters.

    Prompts, instructions and findings all take their words from here, so that
    they never contradict each other. ``year`` is the plan's, for an example.
    """
    low, high = (
        None if isinstance(bound, int | float) and abs(bound) >= ENDLESS else bound
        for bound in (rule.low, rule.high)
    )
    limits = bounds(replace(rule, low=low, high=high))
    limited = Listed((Phrase("，"), limits), "") if limits else ""
    sentence: Phrase
    match rule.kind:
        case "choice":
            sentence = _Choices(rule.choices)
        case "percent":
            sentence = Phrase("填百分比{limited}，例如50%", limited=limited)
        case "number":
            sentence = Phrase("填一个数字{limited}", limited=limited)
        case "date":
            sentence = Phrase(
                "填日期{limited}，例如{example}", limited=limited, example=_example(rule, year)
            )
        case _:
            sentence = Phrase("填文字{limited}", limited=limited)
    return Listed((Phrase("必填。"), sentence), "") if rule.required else sentence


class _Choices(Phrase):
    """The words of a list; how many they are where they are too long for a prompt."""

    __slots__ = ()

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__("只能填：", choices=Listed(map(Phrase, choices)))

    def __str__(self) -> str:
        [(_, choices)] = self.values
        assert isinstance(choices, Listed)
        listed = str(Listed((Phrase(self.text), choices), ""))
        if len(listed) <= _LONGEST_LIST:
            return listed
        return str(Phrase("只能从下拉框的{count}个选项中选择", count=len(choices.values)))


_LONGEST_LIST = 200


def instruction(field: Field, year: int = 0) -> Phrase:
    """Return how a field is to be filled in: its prompt and its rule, as the form prints them."""
    return Listed(filter(None, (field.prompt, describe(field.rule, year))), "\n")


def _example(rule: Rule, year: int) -> Phrase:
    """A date that the rule itself allows, of the plan's own year where it can be."""
    usual = date(year if 1900 <= year <= 9999 else 2022, 7, 8)
    low, high = (b if isinstance(b, date) else usual for b in (rule.low, rule.high))
    return Day(usual if low <= usual <= high else high if isinstance(rule.high, date) else low)


# --- what is asked of whom, as the plan workbook says
# Forms are painted by it, and what comes back is held against it: what nobody was asked for is
# never called missing, and what came all the same is no figure.

NOT_ASKED = "（不填）"
"""What a form prints in a cell of a task row that its unit is not asked to fill in."""
_FIGURES = ("percent", "number")


def is_figure(field: Field) -> bool:
    """Return whether a field is a figure of the goal, which its leads alone can give."""
    return field.rule.kind in _FIGURES


def asks_task(plan: Plan, role: Role) -> bool:
    """Return whether units in this role are asked about a task at all."""
    return role == Role.LEAD or chosen(plan, Setting.SUPPORT) != NOTHING


def asks(plan: Plan, role: Role, field: Field) -> bool:
    """Return whether units in this role are asked for this field of a task row."""
    if role == Role.LEAD:
        return True
    return asks_task(plan, role) and (
        chosen(plan, Setting.SUPPORT) == EVERYTHING or not is_figure(field)
    )


def asks_number(role: Role, indicator: Indicator) -> bool:
    """Return whether an indicator is one that units in this role give a number for."""
    return role == Role.LEAD or indicator.asked == "all"


def indicators_of(
    plan: Plan, assignments: Iterable[Assignment], period: int = 0
) -> tuple[tuple[Assignment, Indicator], ...]:
    """Return the indicators that the assignments of a unit ask for, in plan order.

    With a ``period`` (from 1) only those that are asked for then: without a target of that
    period only where the setting says so.
    """
    caption = plan.periods[period - 1].caption if period else ""
    every = not period or chosen(plan, Setting.UNTARGETED) == INCLUDED
    by_task = {a.task.number: a for a in assignments}
    return tuple(
        (a, i)
        for i in plan.indicators
        if (a := by_task.get(i.number))
        and asks_number(a.role, i)
        and (every or caption in i.targets)
    )


def chosen(plan: Plan, setting: str) -> str:
    """Return which of its few words a setting says; the first of its ``CHOICES``, or "", for any other text."""
    words = CHOICES.get(setting) or ("", *SWITCHES[setting])
    text = meant(plan.settings.get(setting, "").strip(), words)
    return text if text in words else words[0]
