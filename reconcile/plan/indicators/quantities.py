"""Numbers with a unit of measure in a clause of plan text, each with the words about it.

Looks only at the form: what is a quantity, what is part of a name, a date or a
size, which words belong to which number. Whether a quantity is a target is
decided in :mod:`.targets`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ...core.plan import Amount
from . import vocabulary as words

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MAGNITUDE = words.longest_first(w for w in words.MAGNITUDES if w)
_MEASURE = words.longest_first(
    [*words.SHARES, *words.MONEY, *words.COUNTING, *words.PHYSICAL, *words.DURATIONS]
)
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9.+第/])(?:(?P<sign>(?<=[长幅速降升达为])[-－])|(?<![-－]))(?P<low>{_NUMBER})"
    rf"(?:(?P<scale>{_MAGNITUDE})?(?:{_MEASURE})?[-－–—~～至到](?P<high>{_NUMBER}))?"
    rf"(?P<measure>(?:{_MAGNITUDE})?[余多]?(?:{_MEASURE})|[万亿])"
)
_NUMERALS = {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SPELT = re.compile(
    rf"(?<=[成立增建设])(?P<low>[{''.join(_NUMERALS)}])(?P<measure>[条家个项所座])(?![\d大方])"
)
_MASKED = re.compile(r"“[^”]*”|《[^》]*》|‘[^’]*’|\"[^\"]*\"")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_BEFORE = re.compile(
    "(?:" + words.longest_first(w for ws in words.BEFORE.values() for w in ws) + ")$"
)
_AFTER = re.compile(words.longest_first(w for ws in words.AFTER.values() for w in ws))
_STAGE = re.compile(words.longest_first([*words.EMPTY_VERBS, *words.REACHING, *words.STAGES]))
_LINK = re.compile(f"[{words.LINKS}]")
_ACHIEVING = re.compile(words.longest_first(words.ACHIEVING))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a measure: where it stands and what stands about it in its phrase."""

    start: int
    end: int
    amount: Amount
    measure: str
    left: str
    right: str
    comparator: str
    compared: bool
    crowded: bool
    linked: bool


def find_quantities(clause: str) -> Iterator[Quantity]:
    """Yield the numbers with a measure in a clause, each with its share of the words about it."""
    bare = _MASKED.sub(lambda m: "〇" * len(m[0]), clause)
    inside = [m.span() for m in _BRACKETS.finditer(bare)]
    matches = sorted([*_AMOUNT.finditer(bare), *_SPELT.finditer(bare)], key=lambda m: m.start())
    matches = [m for m in matches if not _is_name(bare, m)]
    left, linked = 0, False
    for i, match in enumerate(matches):
        stop = matches[i + 1].start() if i + 1 < len(matches) else len(clause)
        end = match.end()
        if after := _AFTER.match(bare, end):
            end = after.end()
        rest = clause[end:stop].rstrip("。；，;,！？!?")
        link = _LINK.search(bare, end, stop)
        crowded = i + 1 < len(matches) and link is None
        right = rest[: link.start() - end] if link and i + 1 < len(matches) else rest
        before = clause[left : match.start()]
        if crowded and not is_size(match["measure"]):
            head = _STAGE.search(right, 1)
            right = right[: head.start()] if head else right
        if not any(a < match.start() < b for a, b in inside) or _ACHIEVING.search(
            before.split("（")[-1]
        ):
            comparator, compared = _comparator(before, after[0] if after else "")
            measure = re.sub("[余多]", "", match["measure"])
            yield Quantity(
                match.start(),
                end,
                _amount(match),
                measure,
                before,
                right,
                comparator,
                compared,
                crowded,
                linked,
            )
        linked = link is not None
        if link and i + 1 < len(matches):
            left = link.end()
        elif not is_size(match["measure"]) and not before.endswith(("由", "从")):
            left = end + len(right)


def _is_name(clause: str, match: re.Match[str]) -> bool:
    """Return whether the number belongs to a name, a size or a date."""
    tail = clause[match.end() : match.end() + 2]
    bare_magnitude = (
        match["measure"] in "万亿"
        and re.match(r"\w", tail)
        and not _AFTER.match(clause, match.end())
    )
    return tail.startswith(words.NAME_TAIL) or bool(bare_magnitude)


def _amount(match: re.Match[str]) -> Amount:
    """Return the amount; a range whose ends are scaled apart (5000万-1亿元) counts in the unit of its high end."""
    if match["low"] in _NUMERALS:
        return Amount(Decimal(_NUMERALS[match["low"]]), Decimal(_NUMERALS[match["low"]]))
    groups = match.groupdict()
    low = Decimal(match["low"].replace(",", "")) * (-1 if groups["sign"] else 1)
    high = Decimal(groups["high"].replace(",", "")) if groups["high"] else low
    if scale := groups["scale"]:
        low *= words.MAGNITUDES[scale] / words.split_measure(match["measure"])[0]
    return Amount(min(low, high), max(low, high))


def is_size(measure: str) -> bool:
    """Return whether the unit of measure may tell the size of the noun after it."""
    base = words.split_measure(measure)[1]
    return base in words.PHYSICAL or base in words.MONEY


def _comparator(before: str, after: str) -> tuple[str, bool]:
    """Return (comparator, whether the text says so)."""
    for sign in ("~", "<=", ">="):
        if after in words.AFTER[sign]:
            return sign, True
    ahead = _BEFORE.search(before)
    for sign in ("~", "<=", ">="):
        if ahead and ahead[0] in words.BEFORE[sign]:
            return sign, True
    return ">=", False
