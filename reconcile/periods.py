"""Captions of periods -> when they end. 第二季度, 上半年, 1-9月, Q3, 十月 …"""

from __future__ import annotations

import calendar
import re
from datetime import date

from .model import Period

_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_WORDS = {"上半年": 6, "下半年": 12, "全年": 12, "年底": 12, "年度": 12, "前三季度": 9}


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMERALS.get(text, 0)


def end_month(caption: str) -> int | None:
    """Return the month (1-12) in which the period so captioned ends, or None if unclear."""
    for word, month in _WORDS.items():
        if word in caption:
            return month
    quarter = re.search(r"第?([一二三四1-4])\s*季度|Q\s*([1-4])|quarter\s*([1-4])", caption, re.I)
    if quarter:
        return 3 * _number(next(g for g in quarter.groups() if g))
    months = re.findall(r"(十[一二]|[一二三四五六七八九十]|\d{1,2})\s*月", caption)
    if months and 1 <= _number(months[-1]) <= 12:
        return _number(months[-1])
    for number, (long, short) in enumerate(
        zip(calendar.month_name[1:], calendar.month_abbr[1:], strict=True), 1
    ):
        if re.search(rf"\b({long}|{short})\b", caption, re.I):
            return number
    return None


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
