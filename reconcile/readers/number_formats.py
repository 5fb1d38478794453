"""Number formats -> what a stored number means: a date, a time, a duration or just a number."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ..core.values.shown import shown_date
from . import Value

# ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 as Excel shows them in zh-CN.
_YMD = 'yyyy"年"m"月"d"日"'
BUILT_IN: Mapping[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: _YMD,
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'h"时"mm"分"',
    56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.I)
_LONGEST_CODE = 400
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
_DAY = re.compile(r"[yd]|aaa", re.I)
_TIME = re.compile(r"[hs]", re.I)


@dataclass(frozen=True, slots=True)
class Style:
    """A cell format: number format code, whether its font is struck, and its ``kind``.

    ``kind`` is "" (a number stays one), "date", "time" or "elapsed".
    """

    format: str = ""
    struck: bool = False
    kind: str = ""


GENERAL = Style()


def style_of(code: str, struck: bool = False) -> Style:
    """Return the style for a number format code ("" and General are the same)."""
    if code == "General" or not code:
        return Style("", struck)
    # Excel takes 255 characters; longer than that, unclosed brackets would take hours, and it is kept.
    code = code[:_LONGEST_CODE]
    first = _LITERAL.sub("", code.partition(";")[0])
    if _ELAPSED.search(first):
        return Style(code, struck, "elapsed")
    if _DAY.search(first):
        return Style(code, struck, "date")
    if _TIME.search(first):
        return Style(code, struck, "time")
    month = "m" in first.lower() and not any(sign in first for sign in "0#?@")
    return Style(code, struck, "date" if month else "")


def date_text(day: date, code: str) -> str:
    """Return a date as its format shows it, "" where that is a whole date in figures, or has more than dates."""
    seen = shown_date(day, code)
    if seen is None or seen.parts & frozenset("hs"):
        return ""
    whole = seen.parts >= frozenset("ymd")
    return (
        "" if whole and seen.text.isascii() and not re.search("[A-Za-z]", seen.text) else seen.text
    )


def number(raw: str | bytes) -> Value:
    """Return the number (15 significant digits) that a text spells, else the text itself."""
    try:
        found = float(raw)
    except ValueError:
        found = float("nan")
    if found - found != 0 or (b"_" in raw if isinstance(raw, bytes) else "_" in raw):
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return found if len(raw) < 16 else rounded(found)


def rounded(value: float) -> float | str:
    """Return the value with 15 significant digits: 0.07000000000000001 is 0.07.

    The last few numbers that a computer can hold have none, and no spreadsheet can show them:
    they are texts.
    """
    shown = f"{value:.15g}"
    found = float(shown)
    return found if math.isfinite(found) else shown


def from_serial(value: float, style: Style, epoch1904: bool = False) -> Value:
    """Return the date, datetime, time or timedelta that a serial number means.

    A number that is no date in that calendar (negative, 29 February 1900,
    after 9999) stays a number.
    """
    if not 0 <= value < 2958466:
        return value
    ticks = timedelta(milliseconds=round(value % 1 * 86_400_000))
    if style.kind == "elapsed":
        return timedelta(days=int(value)) + ticks
    if value < 1 and style.kind == "time":
        return (datetime(2000, 1, 1) + ticks).time()
    if value < 1 and not epoch1904:
        return value
    if epoch1904:
        first = datetime(1904, 1, 1)
    elif 60 <= value < 61:
        return value  # a day that Lotus 1-2-3 invented
    else:
        first = datetime(1899, 12, 31) if value < 60 else datetime(1899, 12, 30)
    try:
        moment = first + timedelta(days=int(value)) + ticks
    except OverflowError:
        return value
    return moment.date() if not ticks else moment


def from_iso(text: str) -> Value:
    """Return the date, datetime or time written in ISO 8601, else the text."""
    text = text.strip()
    for kind in (date, datetime, time):
        try:
            found: date | datetime | time = kind.fromisoformat(text)
        except ValueError:
            continue
        if isinstance(found, datetime):
            found = found.replace(tzinfo=None)
            if found.time() == time() and len(text) <= 19:
                return found.date()
        elif isinstance(found, time):
            found = found.replace(tzinfo=None)
        return found
    return text
