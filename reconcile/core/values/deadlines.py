"""报送截止: the last day on which answers of a period are in time. The one place that knows it. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ..i18n import Day, language_of, worded
from ..lights import read_points
from ..plan import Plan
from ..settings import Setting
from .dates import read_date

_USUAL_DAYS, _MOST_DAYS = 5, 366
_ISO_DAY = re.compile(r"\b(\d{4})-(\d\d?)-(\d\d?)\b")


def deadline_text(plan: Plan, period: int) -> str:
    """Return the deadline of a period (from 1) as the plan workbook writes it, "" where there is none."""
    return plan.periods[period - 1].deadline or plan.settings.get(Setting.DEADLINE, "")


def printed_deadline(plan: Plan, period: int) -> str:
    """Return a period's deadline as forms and mails print it: 2022-07-08 is 2022年7月8日; all else stays."""
    language = language_of(plan.settings)

    def as_printed(found: re.Match[str]) -> str:
        try:
            return worded(Day(date(*map(int, found.groups()))), language)
        except ValueError:  # no such day
            return found[0]

    return _ISO_DAY.sub(as_printed, deadline_text(plan, period))


def deadline_day(plan: Plan, period: int) -> date | None:
    """Return the last day for answers of a period, None where none is named or it cannot be read."""
    found = read_date(deadline_text(plan, period), year=plan.year or None)
    return found.value if found else None


def reply_day(plan: Plan, start: date) -> date:
    """Return the day by which a letter of this day is to be answered.

    So many working days later as the setting says: from Monday to Friday, public holidays not known.
    """
    read = read_points(plan.settings.get(Setting.REPLY_DAYS, ""))
    left = _USUAL_DAYS if read is None else min(int(read), _MOST_DAYS)
    day = start
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
