"""Dates as people write them -> Reading or None."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date, datetime, timedelta

from ..text import clean, words
from .reading import (
    DIGITS,
    EXACT,
    LONGEST,
    NORMALISED,
    WIDE,
    Reading,
    hedged,
    numeral,
    tight,
    worse,
)
from .shown import shown_date

_MONTHS = words(
    "january february march april may june july august september october november december"
)
_CLOCK = re.compile(r"[ t]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]m)?z?$")
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_PLANNED = re.compile("^(?:预计|预期|计划|拟|力争|争取|确保|将|已|于|在)+(?=.)")
_BEFORE = re.compile(r"(?<=.)(?:之?前)?(?:完成|完工|竣工)?$")
_ENGLISH = (
    (re.compile(r"([a-z]{3,9})\.? ?([0-9]{1,2})(?:st|nd|rd|th)?(?:,? ?([0-9]{4}))?"), (3, 1, 2)),
    (
        re.compile(
            r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]?(?:of )?([a-z]{3,9})\.?(?:,?[ -]?([0-9]{4}))?"
        ),
        (3, 2, 1),
    ),
)
_WEEKDAY_NAME = re.compile("^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]? ")
_BY = re.compile("^(?:by|until|before|on|expected|planned|expected by|planned for) (?:the )?")
_ENGLISH_END = re.compile(
    r"(?P<end>end(?:[ -]of)? (?:the )?|year[ -](?=end))?"
    r"(?:(?P<whole>year|end|(?=[0-9]{4}$))|(?P<q>q[1-4]|[1-4]q|(?:first|second|third|fourth|1st|2nd|3rd|4th)"
    r" quarter|first half|h1)|(?P<month>[a-z]{3,9})\.?)(?: of)?,? ?(?P<y>[0-9]{4})?"
)
_QUARTERS = {
    word: 3 * number
    for number, spoken in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th"), 1)
    for word in (f"q{number}", f"{number}q", *(f"{name} quarter" for name in spoken.split()))
} | {"first half": 6, "h1": 6}
"""The last month of a part of the year."""
_FULL = re.compile(
    r"((?:19|20|21)?[0-9]{2})(?:年|([./-]))([0-9]{1,2})(?(2)\2|月)([0-9]{1,2})[日号]?"
)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2((?:19|20|21)[0-9]{2})")
_MONTH = re.compile(r"((?:19|20|21)[0-9]{2})(?:年|[./-])([0-9]{1,2})(月份?)?(底|末)?")
_NO_YEAR = re.compile(r"([0-9]{1,2})(?:[./]|月)([0-9]{1,2})[日号]?")
_MONTH_ONLY = re.compile(r"([0-9]{1,2})月份?(底|末)?")
_PART = re.compile(
    r"(?:((?:19|20|21)[0-9]{2})年?)?(?:第?([1-4])季度|q([1-4])|(上半年)|(年|全年|年度))(底|末)?"
)


def read_date(
    value: object,
    *,
    year: int | None = None,
    epoch1904: bool = False,
    number_format: str = "",
) -> Reading[date] | None:
    """Read a date: date cells, serial numbers, 2022年6月30日, 2022.6.30, 20220630, 6月底 … or None.

    ``year`` completes dates that name none. A month, quarter or 年底 means its
    last day (normalised), also where a date cell shows no more than the month: Excel stores
    a typed 2022年9月 as the first of it. What can be read two ways (3/4/2022, the number 6.3)
    and days that do not exist are None.
    """
    if isinstance(value, date):
        return _day_shown(value, number_format)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return _serial(float(value), epoch1904)
    line = " ".join(clean(value).translate(WIDE).lower().split())
    if not line or len(line) > LONGEST:
        return None
    line = _CLOCK.sub("", line)
    english = _english(line, year)
    if english:
        return english
    rest, how = hedged(tight(line))
    bare_day = _WEEKDAY.sub("", rest)
    bare = _PLANNED.sub("", bare_day)
    if bare_day != bare:
        how = worse(how, NORMALISED)
    open_end = _BEFORE.sub("", bare)
    read = _written(_arabic(open_end), year, "前" in bare[len(open_end) :])
    if read is None and re.fullmatch("[0-9]{5}(?:[.]0+)?", rest):
        read = _serial(float(rest), epoch1904)
    if read is None:
        return None
    return Reading(
        read.value, worse(worse(how, read.how), EXACT if open_end == bare else NORMALISED)
    )


def _day_shown(value: date, number_format: str) -> Reading[date] | None:
    """Read a date cell by the parts of the date that it shows."""
    seen = shown_date(value, number_format)
    parts = seen.parts if seen else frozenset("ymd")
    if "d" in parts or parts <= frozenset("hsw"):
        return Reading(value.date() if isinstance(value, datetime) else value)
    return _last_day(value.year, value.month) if "m" in parts else None


def _serial(number: float, epoch1904: bool) -> Reading[date] | None:
    """Excel's day count from 1990 to 2099; also 20220630 as a number."""
    start = date(1904, 1, 1) if epoch1904 else date(1899, 12, 30)
    if not math.isfinite(number):
        return None
    if 19900101 <= number <= 20991231 and number == int(number):
        found = _day(int(number) // 10000, int(number) // 100 % 100, int(number) % 100)
        return found and Reading(found.value, NORMALISED)
    if not 25_000 < number < 80_000:
        return None
    found_day = start + timedelta(days=int(number))
    return Reading(found_day, NORMALISED) if 1990 <= found_day.year <= 2099 else None


def _day(year: int, month: int, day: int, how: str = EXACT) -> Reading[date] | None:
    try:
        return Reading(date(year, month, day), how)
    except ValueError:
        return None


def _last_day(year: int, month: int) -> Reading[date] | None:
    if not 1 <= month <= 12:
        return None
    return _day(year, month, calendar.monthrange(year, month)[1], NORMALISED)


def _english(line: str, year: int | None) -> Reading[date] | None:
    """Read an English date: June 30, 2022; by 30 June; end of June 2022; end of Q2; year-end."""
    bare = _WEEKDAY_NAME.sub("", line)
    bare = _BY.sub("", bare)
    how = EXACT if bare == line else NORMALISED
    for pattern, (y, name, d) in _ENGLISH:
        found = pattern.fullmatch(bare)
        month = _month(found[name]) if found else 0
        if found and month and (found[y] or year):
            stated = how if found[y] else NORMALISED
            return _day(int(found[y] or year or 0), month, int(found[d]), stated)
    found = _ENGLISH_END.fullmatch(bare)
    if not found:
        return None
    stated, chosen = found["y"], int(found["y"] or year or 0)
    if not chosen:
        return None
    if found["month"]:
        # "by June" may mean its first day: only who says end of June, or June 2022, is understood.
        sure = found["end"] or (stated and bare == line)
        month = _month(found["month"])
        return _last_day(chosen, month) if month and sure else None
    if not found["end"] and (not found["q"] or bare != line):
        return None
    return _last_day(chosen, _QUARTERS[found["q"]] if found["q"] else 12)


def _month(name: str) -> int:
    """The number of a month by three of its letters or more, 0 if it is none."""
    return next((i for i, m in enumerate(_MONTHS, 1) if len(name) > 2 and m.startswith(name)), 0)


def _arabic(text: str) -> str:
    """Write the Chinese numerals of a date in digits: 二〇二二年六月三十日 is 2022年6月30日."""
    text = re.sub(
        "[零〇○一二三四五六七八九]{4}(?=年)", lambda found: found[0].translate(DIGITS), text
    )
    return re.sub(
        "[一二三四五六七八九十]{1,3}(?=月|日|号|季度)",
        lambda found: str(numeral(found[0]) or found[0]),
        text,
    )


def _written(text: str, year: int | None, before: bool) -> Reading[date] | None:
    """Read a date in digits. ``before``: they wrote 前, which a bare month cannot take."""
    if re.fullmatch("(?:19|20|21)[0-9]{6}", text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    if found := _FULL.fullmatch(text):
        if len(found[1]) == 4:
            return _day(int(found[1]), int(found[3]), int(found[4]))
        return _short_year(2000 + int(found[1]), int(found[3]), int(found[4]), year)
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[3]), int(found[4]))
    if found := _MONTH.fullmatch(text):
        return None if before and not found[4] else _last_day(int(found[1]), int(found[2]))
    if found := _PART.fullmatch(text):
        return _end_of_part(found, year, before)
    if year is None:
        return None
    if found := _NO_YEAR.fullmatch(text):
        return _day(year, int(found[1]), int(found[2]), NORMALISED)
    if found := _MONTH_ONLY.fullmatch(text):
        return None if before and not found[2] else _last_day(year, int(found[1]))
    return None


def _short_year(written: int, month: int, day: int, year: int | None) -> Reading[date] | None:
    """22.6.30: only where the two digits are a year near the plan's."""
    near = range(year - 5, year + 6) if year else range(2015, 2036)
    return _day(written, month, day, NORMALISED) if written in near else None


def _year_last(first: int, second: int, year: int) -> Reading[date] | None:
    """30/6/2022 and 6/30/2022 are the same day; 3/4/2022 could be two."""
    if first > 12 or first == second:
        return _day(year, second, first)
    return _day(year, first, second) if second > 12 else None


def _end_of_part(found: re.Match[str], year: int | None, before: bool) -> Reading[date] | None:
    """The last day of a quarter, of 上半年, or of the year (年底, never a bare 年)."""
    stated, quarter, english, half, whole, end = found.groups()
    chosen = int(stated) if stated else year
    if chosen is None or (before and not end) or (whole and not end):
        return None
    return _last_day(chosen, 6 if half else 12 if whole else int(quarter or english) * 3)
