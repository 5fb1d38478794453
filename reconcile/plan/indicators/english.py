"""English plan text -> numeric targets: 240 homes, £18 million, below 4.5 %, reduced to 24 days.

A number counts where a verb of achievement or a comparator stands before it in its clause.
Years, dates and numbers of things (Phase 2, Q3) have no unit of measure, and are passed over.
What is read so is for a person to look over; :mod:`reconcile.plan.indicators` joins it over the periods.
"""

from __future__ import annotations

import re

from ...core.plan import Amount
from .target import Target

_MAGNITUDES = {
    "million": "million", "m": "million", "mn": "million", "billion": "billion", "bn": "billion",
    "thousand": "thousand", "k": "thousand",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<money>[£$€])?\s?(?<![\w.,/-])(?P<low>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?:-|–|to)\s?(?P<high>\d[\d,]*(?:\.\d+)?))?"
    r"(?:\s?(?P<scale>million\b|billion\b|bn\b|mn\b|thousand\b|m\b|k\b))?(?:\s?(?P<share>%|per ?cent\b|percentage points?\b))?"
    r"(?:\s+(?P<noun>(?!of\b|in\b|by\b|and\b|to\b|at\b|on\b|for\b|from\b|per\b|or\b|with\b|until\b|through)"
    r"[a-z][a-z-]+(?:\s+(?!of\b|in\b|by\b|and\b|to\b|at\b|on\b|for\b|from\b|per\b|or\b|with\b|until\b|through|a\b|the\b)[a-z][a-z-]+){0,2}))?",
    re.I,
)  # fmt: skip
_CLAUSE = re.compile(r"(?:[^.;!?,]|[.,](?=\d))+")
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*$|\b(?:q|phase|stage|year|no\.?|week|section)\s*$",
    re.I,
)
_AFTER_DATE = re.compile(r"^\s*(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)", re.I)
_AT_MOST = re.compile(
    r"\b(?:below|under|less than|fewer than|no more than|not more than|at most|up to|within|not exceed(?:ing)?|maximum(?: of)?"
    r"|(?:reduc\w+|cut|lower\w*|shorten\w*|decreas\w+|limit\w*|bring\w*)\b.{0,60}\bto)\s*$", re.I,
)  # fmt: skip
_AT_LEAST = re.compile(
    r"\b(?:above|over|more than|at least|no (?:fewer|less) than|minimum(?: of)?|exceed(?:ing)?)\s*$",
    re.I,
)
_ABOUT = re.compile(r"\b(?:about|around|approximately|some)\s*$", re.I)
_GROWTH = re.compile(
    r"\b(increas\w+|grow\w*|rais\w+|improv\w+|up|boost\w*|reduc\w+|cut|decreas\w+|lower\w*|fall\w*|down)\b.{0,60}\bby\s*$",
    re.I,
)
_SHRINKS = re.compile(r"^(?:reduc|cut|decreas|lower|fall|down)", re.I)
_ACHIEVING = re.compile(
    r"\b(?:build|complet|open|creat|deliver|plant|install|train|recruit|hold|issue|achiev|reach|maintain|keep|secur|rais|invest"
    r"|attract|sav|support|provid|launch|publish|retrofit|resurfac|repair|replac|hir|enrol|connect|award|start|approv|sign|add"
    r"|increas|reduc|cut|convert|restor|upgrad|inspect|visit|house|deploy|approve|record|hand|host|run|organis|organiz|establish)\w*\b",
    re.I,
)  # fmt: skip
_STATES = re.compile(
    r"\b(?:rate|share|satisfaction|proportion|percentage|level|average|time|days|hours)\b", re.I
)
_BUDGET = re.compile(r"\b(?:budget|cost|contract|worth|valued)\b[^.;]{0,20}$", re.I)
_UNCOUNTED = frozenset(
    ["staff", "people", "children", "women", "men", "km", "kg", "ha", "tonnes", "cattle", "housing"]
)
_LONGEST_NAME = 60


def read_english_targets(text: str) -> tuple[Target, ...]:
    """Return the numeric targets of an English text, in the order they stand; never raises."""
    found: list[Target] = []
    for clause in _CLAUSE.finditer(text):
        end = 0
        for number in _NUMBER.finditer(clause[0]):
            target = _target(clause[0], number, clause.start(), end)
            if target is not None:
                found.append(target)
                end = number.end()
    return tuple(found)


def _target(clause: str, number: re.Match[str], offset: int, done: int) -> Target | None:
    """Return the target of a number, whose words begin after ``done``; None where it is none."""
    before, after = clause[: number.start()], clause[number.end("low") :]
    measure = _measure(number)
    if not measure or _MONTH.search(before) or _AFTER_DATE.match(after) or _BUDGET.search(before):
        return None
    bounded = _AT_MOST.search(before) or _AT_LEAST.search(before) or _ABOUT.search(before)
    growth = _GROWTH.search(before) if measure == "%" else None
    alone = not before.strip() and not clause[number.end() :].strip()
    if not (bounded or growth or alone or _ACHIEVING.search(before)):
        return None
    amount = Amount.read(number["low"] + (f"-{number['high']}" if number["high"] else ""))
    if amount is None:
        return None
    shrinks = bool(growth and _SHRINKS.match(growth[1]))
    if shrinks:
        amount = Amount(-amount.high, -amount.low)
    most = shrinks or _AT_MOST.search(before)
    comparator = "<=" if most else "~" if _ABOUT.search(before) else ">="
    level = measure == "%" or bool(_STATES.search(before) or _STATES.search(measure))
    basis = "growth" if growth else "level" if level else "cumulative"
    start = offset + number.start()
    return Target(
        clause.strip(), start, offset + number.end(), _name(before[done:], measure), "", amount, measure,
        comparator, basis, yearly="year" in clause.lower(),
    )  # fmt: skip


def _measure(number: re.Match[str]) -> str:
    """Return the unit of measure: %, £ million, homes; "" where there is none."""
    if number["share"]:
        return (
            "%" if number["share"] == "%" or "point" not in number["share"] else "percentage points"
        )
    scale = _MAGNITUDES.get((number["scale"] or "").lower(), "")
    if number["money"]:
        return f"{number['money']} {scale}".strip()
    noun = (number["noun"] or "").split()
    # The thing counted ends the phrase: 12 public buildings, 6 supplier briefings.
    named = next((w for w in noun[::-1] if w.endswith("s") or w in _UNCOUNTED), "")
    return f"{scale} {named}".strip() if named else ""


def _name(before: str, measure: str) -> str:
    """Return what is to be reached: the words before the number without comparators, and what is counted."""
    for pattern in (_AT_MOST, _AT_LEAST, _ABOUT):
        found = pattern.search(before)
        if found and not re.match("reduc|cut|lower|shorten|decreas|limit|bring", found[0], re.I):
            before = before[: found.start()]
    before = re.sub(r"^\s*(?:,|and|&)\s*(?:and\s)?", "", before, flags=re.I)
    words = re.sub(r"\b(?:to|by|of|a|the|at)\s*$", "", before.strip(" ,;:•-"), flags=re.I).strip()
    counted = "" if measure == "%" or not measure[0].isalpha() else f" {measure}"
    return f"{words}{counted}".strip()[-_LONGEST_NAME:]
