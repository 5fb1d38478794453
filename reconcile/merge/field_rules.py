"""Judgement: one field's rule against one cell -> an Outcome. Pure.

The rule comes from the template, never from the return. What a field admits is
worded by :func:`reconcile.core.form.describe` alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from ..core.form import Field, Rule, bounds, describe
from ..core.i18n import ZH, Listed, Phrase, worded
from ..core.text import (
    CELL_LIMIT,
    clean,
    fold,
    has_dirt,
    is_blank,
    is_nothing,
    length,
    percent,
    plain,
    short,
)
from ..core.values.dates import read_date
from ..core.values.numbers import caption_unit, read_number, read_percent
from ..core.values.reading import AMBIGUOUS, APPROXIMATE, EXACT, NORMALISED, Reading
from ..core.values.shown import shown_as
from ..core.values.stand_ins import loses_digits, refers_elsewhere, says_nothing
from ..core.values.synonyms import exceeded

__all__ = ["Outcome", "apply", "describe"]


class Outcome(NamedTuple):
    """What became of one cell.

    ``kind`` is "accepted", "normalised", "set aside" or "blank". ``value`` is
    the typed value that goes on: str for text and choice, a fraction for a
    percentage, float, date; "" where 无 or / was written in an optional field
    of figures; None when set aside and when blank. ``original`` is what they
    wrote, whole. ``code`` is the finding to report, "" for none; ``values``
    fill its message.
    """

    kind: str
    value: str | float | date | None
    original: str
    code: str = ""
    values: Mapping[str, object] = {}


def apply(
    field: Field,
    value: object,
    *,
    format: str = "",
    synonyms: Mapping[str, str] | None = None,
    year: int | None = None,
    epoch1904: bool = False,
    unit: str = "",
    language: str = ZH,
) -> Outcome:
    """Judge one cell value by the rule of its field.

    ``format`` is the cell's number format ("" when unknown), ``synonyms`` maps
    folded words to choices (:func:`reconcile.core.values.synonyms.synonym_map`), ``year`` completes dates,
    ``unit`` is the unit of measure that a number is wanted in; without it the
    one in the caption's brackets counts, as in 累计完成（亿元）. ``language`` is the one in which
    the form lists our own words. A blank is never
    a finding here: whether an answer is missing depends on other cells.
    """
    if is_blank(value):
        return Outcome("blank", None, value if isinstance(value, str) else "")
    case = _Case(field, value, _shown(value, format), year or 0)
    kind = field.rule.kind
    if kind == "choice":
        outcome = _choice(case, synonyms or {}, language)
    elif kind == "percent":
        outcome = _percent(case, read_percent(value, format))
    elif kind == "number":
        unit = unit or caption_unit(field.caption)
        outcome = _number(case, read_number(value, unit, format), unit)
    elif kind == "date":
        day = read_date(value, year=year, epoch1904=epoch1904, number_format=format)
        outcome = _date(case, day, year)
    else:
        outcome = _text(case)
    if (
        outcome.kind == "set aside"
        and kind != "text"
        and not field.rule.required
        and is_nothing(case.shown)
    ):
        return case.end("normalised", "", "CELL-014")
    return outcome


def _shown(value: object, number_format: str) -> str:
    """The value as the clerk saw it."""
    return value if isinstance(value, str) else shown_as(value, number_format) or plain(value)


_YEARS_OFF = 20
"""A date so many years from the plan's is a slip of the keys: 2202, 2099."""
_NO_PERCENT = 10.0
"""From 1000 % on, a number in a percent cell is a plain number of points pasted into it."""


class _Case(NamedTuple):
    """A field with the value before it, and the words that every message needs."""

    field: Field
    value: object
    shown: str
    year: int

    def end(
        self, kind: str, value: str | float | date | None, code: str = "", **more: object
    ) -> Outcome:
        if not code:
            return Outcome(kind, value, self.shown)
        rule = dataclasses.replace(self.field.rule, required=False)  # filled it was
        values = {
            "header": self.field.caption, "value": short(self.shown),
            "rule": describe(rule, self.year),
        }  # fmt: skip
        return Outcome(kind, value, self.shown, code, values | more)

    def set_aside(self, code: str, **more: object) -> Outcome:
        return self.end("set aside", None, code, **more)

    def read(self, reading: Reading[float] | Reading[date], shown: Callable[[], str]) -> Outcome:
        """A value that was understood and is within bounds; ``shown`` tells what it is taken as."""
        value = reading.value
        if reading.how == EXACT:
            same = self.value.__class__ is value.__class__ and self.value == value
            same = same or plain(self.value) == plain(value)
            return self.end("accepted" if same else "normalised", value)
        code = "CELL-011" if reading.how == APPROXIMATE else "CELL-012"
        return self.end("normalised", value, code, read=shown())


def _choice(case: _Case, synonyms: Mapping[str, str], language: str) -> Outcome:
    words = {worded(Phrase(choice), language): choice for choice in case.field.rule.choices}
    if case.value in words:
        return case.end("accepted", words[case.shown])
    choices = {fold(choice): choice for choice in case.field.rule.choices}
    choices |= {fold(word): choice for word, choice in words.items()}
    word = fold(case.shown)
    bare = word.strip('.,;:!"')
    for text in (word, bare):  # a choice may end in a sign itself: 其他：
        found = text if text in choices else text.strip("√✓✔☑✅")  # the word says which was ticked
        if found and found in choices:
            return case.end("normalised", choices[found])
    known = (synonyms, _exceeded())
    state = next((m[w] for m in known for w in (word, bare) if m.get(w)), None)
    if state is not None and fold(state) in choices:
        return case.end("normalised", choices[fold(state)], "CELL-012", read=Phrase(state))
    return case.set_aside("CELL-002", choices=Listed(words))


_exceeded = lru_cache(maxsize=1)(exceeded)


def _percent(case: _Case, reading: Reading[float] | None) -> Outcome:
    rule = case.field.rule
    if reading is None:
        return case.set_aside("CELL-003")
    if reading.how == AMBIGUOUS:
        meanings = (reading.value, reading.other)
        possible = [m for m in meanings if m is not None and _within(m, rule)]
        if len(possible) == 2:
            small, large = map(percent, possible)
            return case.set_aside("CELL-004", small=small, large=large)
        reading = Reading((possible or [reading.value])[0], NORMALISED)
    points = reading.value / 100
    if reading.value >= _NO_PERCENT and not _within(reading.value, rule) and _within(points, rule):
        # A plain 50 pasted into a cell that shows percents: 5000 % cannot be meant.
        return case.end("normalised", points, "CELL-016", read=percent(points))
    return _bounded(case, reading, lambda: percent(reading.value))


def _number(case: _Case, reading: Reading[float] | None, unit: str) -> Outcome:
    if reading is None:
        return case.set_aside("CELL-006" if unit else "CELL-005", unit=unit)
    if reading.how == AMBIGUOUS:
        shown, stored = plain(reading.value) + unit, plain(reading.other) + unit
        return case.set_aside("CELL-050", shown=shown, stored=stored)
    return _bounded(case, reading, lambda: plain(reading.value) + (unit or reading.unit))


def _bounded(case: _Case, reading: Reading[float], shown: Callable[[], str]) -> Outcome:
    rule = case.field.rule
    if not _within(reading.value, rule):
        return case.set_aside("CELL-007", read=shown(), bounds=bounds(rule) or "")
    return case.read(reading, shown)


def _date(case: _Case, reading: Reading[date] | None, year: int | None) -> Outcome:
    if reading is None:
        return case.set_aside("CELL-008")
    if not _within(reading.value, case.field.rule):
        shown = plain(reading.value)
        return case.set_aside("CELL-009", read=shown, bounds=bounds(case.field.rule) or "")
    if year and abs(reading.value.year - year) > _YEARS_OFF:
        return case.set_aside("CELL-051", year=year)
    return case.read(reading, lambda: plain(reading.value))


def _text(case: _Case) -> Outcome:
    rule = case.field.rule
    text = clean(case.shown)
    high = rule.high if isinstance(rule.high, int | float) else CELL_LIMIT
    low = rule.low if isinstance(rule.low, int | float) else 0
    size = length(text)
    if size > min(high, CELL_LIMIT):
        return case.set_aside("CELL-010", length=size, limit=plain(min(high, CELL_LIMIT)))
    if size < low:
        return case.set_aside("CELL-015", length=size, limit=plain(low))
    kind = "accepted" if text == case.value else "normalised"
    if refers_elsewhere(text):
        return case.end(kind, text, "CELL-052")
    if rule.required and (is_nothing(text) or says_nothing(text)):
        return case.end(kind, text, "CELL-017")
    if loses_digits(text):
        return case.end(kind, text, "CELL-054")
    if kind == "accepted":
        return case.end(kind, text)
    if isinstance(case.value, str):
        return case.end(kind, text, "CELL-013" if has_dirt(case.value) else "")
    stored = plain(case.value)
    scaled = isinstance(case.value, int | float) and "%" not in text and stored not in text
    if (isinstance(case.value, date | time) or scaled) and text != stored:
        return case.end(kind, text, "CELL-055", stored=stored)
    return case.end(kind, text)


def _within(value: float | date, rule: Rule) -> bool:
    """Return whether a value keeps the rule's bounds; a bound of another kind does not bind."""
    low, high = (b.date() if isinstance(b, datetime) else b for b in (rule.low, rule.high))
    if isinstance(value, date):
        return not (
            (isinstance(low, date) and value < low) or (isinstance(high, date) and value > high)
        )
    return not (
        (isinstance(low, int | float) and value < low)
        or (isinstance(high, int | float) and value > high)
    )
