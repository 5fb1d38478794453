"""Captions of periods -> when they end. 第二季度, 上半年, 1-9月, Q3, 十月 …"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from ..findings import Finding, Place
from ..plan import Period
from ..text import fold

_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_HALVES = re.compile(
    r"\b(?:H\s?([12])|(first|second|1st|2nd)[ -]half|half[ -]year ?([12]))\b", re.I
)
_MONTHS = {"sept": 9} | {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_NAMED = re.compile(rf"\b({'|'.join(_MONTHS)})\b", re.I)
# Months beside the name of a period: Q1 (Apr–Jun), 1st quarter (July to September).
_BESIDE = re.compile(r"[（(]([^（）()]*)[）)]")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
# A year further away than this from the plan's is no year of its periods.
_NEAR = 10
_DAY = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_WHOLE_YEAR = re.compile(
    r"(?:(?:19|20)\d\d年?度?|年度)[\u3400-\u9fff]*|(?:FY ?|CY ?)?(?:19|20)\d\d(?:[-/]\d{2,4})?(?: target)?",
    re.I,
)
_WORDS = {
    "上半年": 6,
    "下半年": 12,
    "全年": 12,
    "年底": 12,
    "年度": 12,
    "形象进度": 12,
    "前三季度": 9,
}


def _number(text: str) -> int:
    word = text.lower()
    return int(text) if text.isdigit() else _NUMERALS.get(text) or _ORDINALS.get(word, 0)


def end_month(caption: str) -> int | None:
    """Return the month (1-12) in which the period so captioned ends, or None if unclear."""
    beside = _BESIDE.search(caption)
    named = _NAMED.findall(beside[1]) if beside else []
    if named:
        return _MONTHS[named[-1].lower()]
    for word, month in _WORDS.items():
        if word in caption:
            return month
    quarter = _QUARTER.search(caption)
    if quarter:
        return 3 * _number(next(g for g in quarter.groups() if g))
    half = _HALVES.search(caption)
    if half:
        return 6 if next(g for g in half.groups() if g)[0].lower() in "1f" else 12
    months = re.findall(r"(十[一二]|[一二三四五六七八九十]|\d{1,2})\s*月", caption)
    if months and 1 <= _number(months[-1]) <= 12:
        return _number(months[-1])
    # Last, since any words may follow the year: 2022年第一季度 is no whole year.
    if _WHOLE_YEAR.fullmatch(caption.strip()):
        return 12
    named = _NAMED.findall(caption)
    return _MONTHS[named[-1].lower()] if named else None


_QUARTER = re.compile(
    r"第?([一二三四1-4])\s*季度|Q\s*([1-4])|\b([1-4])Q\b|quarter\s*([1-4])"
    r"|\b(first|second|third|fourth|[1-4](?=st|nd|rd|th))\w* quarter",
    re.I,
)
_ONE_QUARTER = (
    r"(?:第?[一二三四1-4]|Q\s*[1-4]|[1-4]Q|quarter\s*[1-4]|first|second|third|fourth|[1-4](?:st|nd|rd|th))"
    r"(?:\s*季度?|\s*quarter)?"
)
_SEVERAL = re.compile(
    rf"前|[一二三四]{{2,}}季|(?<!\d){_ONE_QUARTER}\s*(?:[-–—~至到、,/&和及与]|\bto\b|\band\b)\s*"
    rf"(?:{_ONE_QUARTER}|\d{{1,2}}月|上?半年|{'|'.join(_MONTHS)})(?!\d)",
    re.I,
)
"""Some quarters, or a quarter and what follows, which are none: 前三季度, 1-3季度, 第一、二季度, Q1 to Q3."""
_ASIDE = re.compile(
    rf"{_BESIDE.pattern}|\d{{1,2}}(?:\.\d+)?\s*[-–—~至到]\s*\d{{1,2}}(?:\.\d+|\s*月)|{_YEAR.pattern}年?"
    r"|^[一二三四五六七八九十]+、(?=第)"
)
"""What may stand beside one quarter and joins nothing: brackets, its months, the year, the number of a heading."""
_ONE_MONTH = re.compile(r"(?:20\d\d年)?(?:十[一二]|[一二三四五六七八九十]|\d{1,2})月份?")
_ONE_NAMED = re.compile(rf"(?:{'|'.join(_MONTHS)})\.?(?: ?20\d\d)?", re.I)


def meant_period(text: str, captions: Sequence[str]) -> Sequence[str]:
    """Return the captions that a person may mean: 第二季度 by "q2" or 二季度, "June" by "6月".

    The same text but for width, case and blanks comes first; else quarter stands for quarter, half
    year for half year and month for month. Nothing is told by likeness.
    """
    same = [c for c in captions if fold(c) == fold(text)]
    if same or not (kind := _kind(text)):
        return same
    years = set(_YEAR.findall(text))
    return [
        c for c in captions
        if _kind(c) == kind and (not years or not _YEAR.findall(c) or years & set(_YEAR.findall(c)))
    ]  # fmt: skip


def _kind(caption: str) -> tuple[str, int] | None:
    """Whether a caption is one quarter, half year or month, and in which month that ends."""
    text = unicodedata.normalize("NFKC", caption).strip()
    if _QUARTER.search(text) and not _SEVERAL.search(_ASIDE.sub("", text)):
        kind = "quarter"
    elif "半年" in text or _HALVES.search(text):
        kind = "half"
    elif _ONE_MONTH.fullmatch(text) or _ONE_NAMED.fullmatch(text):
        kind = "month"
    else:
        return None
    month = end_month(text)
    return (kind, month) if month else None


def period(caption: str, year: int, position: int, count: int) -> tuple[Period, bool]:
    """Return (period, sure) for a caption.

    When the caption does not say when it ends, ``count`` periods are spread
    evenly over the year and ``sure`` is False: a person must look.
    """
    day = _DAY.search(caption)
    if (
        day
        and 1 <= int(day[2]) <= 12
        and 1 <= int(day[3]) <= calendar.monthrange(int(day[1]), int(day[2]))[1]
    ):
        end = date(int(day[1]), int(day[2]), int(day[3]))
        return Period(
            caption, end, 12.0 * (end.year - year) + end.month - (end.day < 20) * 0.5
        ), True
    month = end_month(caption)
    sure = month is not None
    if month is None:
        month = max(round(12 * position / count), 1)
    named = _YEAR.search(caption)
    own = int(named[0]) if named and abs(int(named[0]) - year) < _NEAR else year
    last = calendar.monthrange(own, month)[1]
    return Period(caption, date(own, month, last), float(month + 12 * (own - year))), sure


def begin_of(periods: Sequence[Period], number: int) -> date:
    """Return the first day of a period (from 1): the day after the one before it, else so many months back."""
    own = periods[number - 1]
    before = [p.end for p in periods if p.end < own.end]
    if before:
        return max(before) + timedelta(days=1)
    month = own.end.year * 12 + own.end.month - math.ceil(own.months)
    return date(month // 12, month % 12 + 1, 1)


def periods_of(
    captions: Sequence[str], year: int, file: str
) -> tuple[tuple[Period, ...], tuple[Finding, ...]]:
    """Return the periods with these captions; a finding for each whose end is not sure."""
    found, unsure = [], []
    for i, caption in enumerate(captions, 1):
        one, sure = period(caption, year, i, len(captions))
        found.append(one)
        if not sure:
            values = {"period": caption, "end": one.end.isoformat()}
            unsure.append(Finding("PLAN-540", Place(file), values=values))
    return _over_new_year(found), tuple(unsure)


def _over_new_year(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the periods of a year that does not begin in January: Q1 (Apr–Jun) to Q4 (Jan–Mar) end in two years."""
    turn = next(
        (i for i in range(1, len(periods)) if periods[i].end.month < periods[i - 1].end.month), 0
    )
    steps = {(b.end.month - a.end.month) % 12 for a, b in pairwise(periods)}
    if not turn or len({p.end.year for p in periods}) > 1 or len(steps) > 1:
        return tuple(periods)
    [length] = steps
    found = []
    for i, one in enumerate(periods):
        year = one.end.year + (i >= turn)
        last = calendar.monthrange(year, one.end.month)[1]
        found.append(Period(one.caption, date(year, one.end.month, last), float(length * (i + 1))))
    return tuple(found)
