"""A cell's value as its sheet shows it, as far as that matters in a plan."""

from __future__ import annotations

import calendar
import re
from datetime import date

from ..grid import Cell
from ..text import clean, percent, plain

_LITERAL = re.compile(r'"([^"]*)"')
# What a format code for dates is made of: a text as it is, or years, months, days.
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|(y+|m+|d+|e+)|_.|\*.|(.)', re.I | re.S)
_TIME = re.compile(r"[hs]", re.I)
_SUFFIX = re.compile(r'([#,0]*0(?:\.(0+))?)"([^"]*)"')


def shown(cell: Cell) -> str:
    """Return a cell's text as a reader of the sheet sees it."""
    value = cell.value
    literal = _LITERAL.fullmatch(cell.format)
    if literal and not isinstance(value, str) and value is not None:
        return literal[1]
    if isinstance(value, float) and "%" in cell.format:
        return percent(value)
    if isinstance(value, date) and cell.format:
        found = _shown_date(value, cell.format)
        if found:
            return found
    suffix = _SUFFIX.fullmatch(cell.format)
    if isinstance(value, float) and suffix:
        return plain(value) + suffix[3]
    return clean(plain(value))


def _shown_date(value: date, code: str) -> str:
    """Return a date by a format code, "" where the code tells the time, too, or is the usual one."""
    first = code.partition(";")[0]
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", first)
    if _TIME.search(bare) or re.fullmatch(r"y+([-/])m+\1d+", bare, re.I) or not re.search("[ymd]", bare, re.I):
        return ""
    text = ""
    for literal, escaped, token, sign in _TOKEN.findall(first):
        text += literal or escaped or (_part(value, token.lower()) if token else sign)
    return text.strip()


def _part(value: date, token: str) -> str:
    match token[0], len(token):
        case "y" | "e", length:
            return f"{value.year}" if length > 2 or token[0] == "e" else f"{value.year % 100:02}"
        case "m", 3:
            return calendar.month_abbr[value.month]
        case "m", length if length > 3:
            return calendar.month_name[value.month]
        case "m", length:
            return f"{value.month:0{length}}"
        case "d", length if length > 3:
            return calendar.day_name[value.weekday()]
        case "d", 3:
            return calendar.day_abbr[value.weekday()]
        case _, length:
            return f"{value.day:0{length}}"
