"""Percentage points and lights as records: lag, share, rounding. What progress.py finds, in words.

Full precision inside; numbers are rounded half up only where they are printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from .i18n import Phrase


class Light(StrEnum):
    """红黄绿灯: how a task stands, from best to worst."""

    GREEN = "绿"
    YELLOW = "黄"
    RED = "红"


LIGHTS = tuple(Light)


class Basis(StrEnum):
    """What a lag is measured against: the plan's own target for the period, or the share of the year gone by."""

    TARGET = "序时目标"
    CALENDAR = "日历进度"


_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Lag:
    """Percentage points against one basis, negative when behind; None with the reason in ``why``."""

    basis: str
    points: Decimal | None = None
    why: str | Phrase = ""

    def __str__(self) -> str:
        """Return the lag as a circular prints it: 滞后11.8个百分点, 与目标持平, or why there is none."""
        if self.points is None:
            return str(self.why)
        size = print_points(abs(self.points))
        if Decimal(size) == 0:
            return str(Phrase("与{basis}持平", basis=Phrase(self.basis)))
        words = "超{basis}{size}个百分点" if self.points > 0 else "滞后{basis}{size}个百分点"
        return str(Phrase(words, basis=Phrase(self.basis), size=size))


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator at one period: its share of the year in percent, both lags, state and light.

    ``used`` is the lag that state and light rest on. ``state`` and ``light`` are ""
    where nothing could be judged.
    """

    share: Decimal | None
    plan: Lag
    calendar: Lag
    used: Lag
    state: str
    light: str


def print_points(number: Decimal, digits: int = 1) -> str:
    """Return a number rounded half up (away from zero) to so many digits; never "-0.0"."""
    shown = rounded(number, digits)
    return format(abs(shown) if shown == 0 else shown, "f")


def rounded(number: Decimal, digits: int = 1) -> Decimal:
    """Return a number rounded half up (away from zero) to so many digits."""
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def elapsed_share(months: float | Decimal) -> Decimal:
    """Return the share of the year gone after so many months, in percent; halves are allowed."""
    return _HUNDRED * Decimal(str(months)) / 12


def shares(counts: Sequence[int], digits: int = 1) -> tuple[Decimal, ...]:
    """Return each count's share in percent, rounded so that they add up to exactly 100.

    Largest remainder: each is rounded down, and what is missing goes, a digit each, to those that
    lost most by it; of equals to the larger, then to the first. All zero when there is nothing to share.
    """
    total, whole = sum(counts), 100 * 10**digits
    if total <= 0:
        return tuple(rounded(Decimal(0), digits) for _ in counts)
    parts = [whole * count // total for count in counts]
    lost = sorted(range(len(counts)), key=lambda i: (-(whole * counts[i] % total), -counts[i]))
    for i in lost[: whole - sum(parts)]:
        parts[i] += 1
    return tuple(Decimal(part).scaleb(-digits) for part in parts)


_POINTS = re.compile(r"(\d+(?:\.\d+)?)(?:分|点|个?百分点|%|points?|percentagepoints?)?")


def read_points(text: str) -> Decimal | None:
    """Return the points that a setting gives (10, 7.5, 10个百分点), or None where it gives no such number."""
    found = _POINTS.fullmatch("".join(unicodedata.normalize("NFKC", text).lower().split()))
    return Decimal(found[1]) if found else None
