"""What the readers of figures and dates share: Reading, characters, hedges, Chinese numerals.

Every reader returns a Reading, or None: not understood. None is never a guess;
the caller sets the answer aside with its text. A reader never raises, whatever
cell value it is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from ..text import clean

EXACT, NORMALISED, APPROXIMATE, AMBIGUOUS = "exact", "normalised", "approximate", "ambiguous"


T = TypeVar("T", float, date)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a reader made of a cell value.

    ``how`` is "exact" (the value says this and nothing else), "normalised"
    (completed or converted by a fixed rule: 五成, 2022年6月, 8.5万),
    "approximate" (they wrote 约, 左右, 以上), or "ambiguous": ``value`` and
    ``other`` are both possible and the caller must ask. ``unit`` is the unit of
    measure that was stated.
    """

    value: T
    how: str = EXACT
    unit: str = ""
    other: T | None = None


# --- characters and digits

# No number and no date is longer; what is longer is prose, and costs time.
LONGEST = 60
# Only the width is folded: NFKC would read 10² as 102.
WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2212: 0x2D,
    0xFE6A: 0x25,
}
_GAP = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_GROUPED = re.compile(r"(?<![0-9.])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])")
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?"
NUMERAL = r"[零〇○一二两三四五六七八九十百千万亿点壹贰叁肆伍陆柒捌玖拾佰仟萬億]+"
AMOUNT = rf"(?:[-+]?{NUMBER}|负?{NUMERAL})"

_SAID = re.compile(
    "^(?:(?:累计|已|共|完成了|完成|达到了|达到|达|实现|为|completed|reached|achieved)(?=.))+"
)
# Blanks are gone before these are looked for: more than 50 % is morethan50%.
_ABOUT = re.compile(
    "^(?:大约|约为|约|大概|大致|将近|接近|近|差不多|略超|略高于|超过|超|逾|突破|不低于|不少于|至少|~"
    "|about|around|approximately|approx\\.?|roughly|nearly|almost|justover|over|morethan|atleast)(?=.)"
)
_ABOUT_AFTER = re.compile(r"(?<=.)(?:左右|上下|以上|出头|多一点|多|余|强|\+|orso|orthereabouts)$")


def tight(text: str) -> str:
    """One line without blanks, half-width, lower case; "" where a blank parts two numbers."""
    if len(text) > LONGEST:
        return ""
    text = clean(text).translate(WIDE).lower().rstrip("。;，, ")
    text = _GROUPED.sub(lambda found: found[0].replace(" ", ""), text)
    return "" if _GAP.search(text) else "".join(text.split())


def hedged(text: str) -> tuple[str, str]:
    """Take 约, 左右, 已完成 and the like off a text: (what is left, how it was said)."""
    bare = _SAID.sub("", text)
    how = EXACT if bare == text else NORMALISED
    sure = _ABOUT_AFTER.sub("", _ABOUT.sub("", bare))
    return (sure, how) if sure == bare else (sure, APPROXIMATE)


def worse(first: str, second: str) -> str:
    """The less certain of two ways in which a value was said."""
    return max(first, second, key=(EXACT, NORMALISED, APPROXIMATE).index)


# --- Chinese numerals

DIGITS = str.maketrans("零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖", "0001223456789123456789")
_FORMAL = str.maketrans("拾佰仟萬億", "十百千万亿")
_SECTION = re.compile("(?:([1-9])千(?:0(?=.))?)?(?:([1-9])百(?:0(?=.))?)?(?:([1-9]?)(十))?([1-9])?")


def numeral(text: str) -> Decimal | None:
    """Return the number that Chinese words say, or None: 三百二十, 两千三, 一点三六万亿, 负五.

    Colloquial endings count as spoken (两千三 is 2300, 三万五 is 35,000).
    Digits without places (三二〇) are no number.
    """
    if len(text) > LONGEST:
        return None
    words = text.translate(DIGITS).translate(_FORMAL)
    if words.startswith("负"):
        positive = numeral(text[1:]) if not words.startswith("负负") else None
        return None if positive is None else -positive
    decimal = re.fullmatch("([^点]+)点([0-9]+)(万亿|万|亿)?", words)
    if decimal:
        whole = _whole(decimal[1])
        size = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}[decimal[3] or ""]
        return None if whole is None else (whole + Decimal("0." + decimal[2])) * size
    whole = _whole(words)
    return None if whole is None else Decimal(whole)


def _whole(words: str) -> int | None:
    """Read whole numbers; the digits are ASCII already, the places Chinese."""
    if words == "0":
        return 0
    for place, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = words.partition(place)
        if found:
            times = _whole(head)
            if not times or times >= 10**8:
                return None
            if re.fullmatch("[1-9]", tail):  # 三万五: the digit counts the place below
                return times * size + int(tail) * size // 10
            rest = _whole(tail.removeprefix("0")) if tail else 0
            return None if rest is None or (tail and not 0 < rest < size) else times * size + rest
    return _section(words)


def _section(words: str) -> int | None:
    """Read a number below 10,000."""
    found = _SECTION.fullmatch(words)
    if not found or not words:
        return None
    thousands, hundreds, tens, ten, last = found.groups()
    ones = int(last or 0)
    if last and not ten and words[-2:-1] in ("百", "千"):  # 两千三
        ones *= 100 if words[-2] == "千" else 10
    return (
        int(thousands or 0) * 1000
        + int(hundreds or 0) * 100
        + (int(tens or 1) * 10 if ten else 0)
        + ones
    )


def amount(text: str) -> Decimal | None:
    """Read a number in digits (1,234.5) or in Chinese words."""
    if re.fullmatch(rf"[-+]?{NUMBER}", text):
        return Decimal(text.replace(",", ""))
    return numeral(text)
