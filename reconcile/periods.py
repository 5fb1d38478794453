"""Captions of periods -> when they end. 第二季度, 上半年, 1-9月, Q3, 十月 …"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Sequence
from datetime import date, timedelta

from .findings import Finding, Place
from .model import Period
from .patterns import late

_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_HALVES = late(r"\b(?:H\s?([12])|(first|second|1st|2nd)[ -]half|half[ -]year ?([12]))\b", re.I)
_MONTHS = {"sept": 9} | {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_WORDS = {"上半年": 6, "下半年": 12, "全年": 12, "年底": 12, "年度": 12, "前三季度": 9}


def _number(text: str) -> int:
    word = text.lower()
    return int(text) if text.isdigit() else _NUMERALS.get(text) or _ORDINALS.get(word, 0)


def end_month(caption: str) -> int | None:
    """Return the month (1-12) in which the period so captioned ends, or None if unclear."""
    for word, month in _WORDS.items():
        if word in caption:
            return month
    quarter = re.search(
        r"第?([一二三四1-4])\s*季度|Q\s*([1-4])|\b([1-4])Q\b|quarter\s*([1-4])"
        r"|\b(first|second|third|fourth|[1-4](?=st|nd|rd|th))\w* quarter",
        caption, re.I,
    )  # fmt: skip
    if quarter:
        return 3 * _number(next(g for g in quarter.groups() if g))
    half = _HALVES.search(caption)
    if half:
        return 6 if next(g for g in half.groups() if g)[0].lower() in "1f" else 12
    months = re.findall(r"(十[一二]|[一二三四五六七八九十]|\d{1,2})\s*月", caption)
    if months and 1 <= _number(months[-1]) <= 12:
        return _number(months[-1])
    named = re.findall(rf"\b({'|'.join(_MONTHS)})\b", caption, re.I)
    return _MONTHS[named[-1].lower()] if named else None


def period(caption: str, year: int, position: int, count: int) -> tuple[Period, bool]:
    """Return (period, sure) for a caption.

    When the caption does not say when it ends, ``count`` periods are spread
    evenly over the year and ``sure`` is False: a person must look.
    """
    month = end_month(caption)
    sure = month is not None
    if month is None:
        month = max(round(12 * position / count), 1)
    last = calendar.monthrange(year, month)[1]
    return Period(caption, date(year, month, last), float(month)), sure


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
    return tuple(found), tuple(unsure)
