"""How far an indicator has come: lag in percentage points, state, light. Pure; no files.

Two bases stand side by side, and a lag always names its own:

* 序时目标 (``plan``): against the milestone that the plan itself sets;
* 日历进度 (``calendar``): against the share of the year elapsed, months / 12.

The rules, after what government circulars print (连云港, 珠海, 云浮, 宣城, 金寨;
the cases are reproduced in the tests):

=====================  =====================================  ==================================
basis of indicator     plan                                   calendar
=====================  =====================================  ==================================
level, cumulative      100·(actual - milestone)/annual        100·actual/annual - 100·months/12
period                 the same, with the sums so far         the same, with the sum so far
growth                 actual - the period's target           actual - the year's target
level with <=          100·(limit - actual)/limit, in % units just limit - actual; no share of the year
=====================  =====================================  ==================================

Other ``<=`` targets are budgets: the sign turns (less than the share is good).
A ``~`` target is met within a tenth of itself; outside, the distance to that
band counts, for growth to either side, otherwise only below it. A range is met
from its low end (``>=``), up to its high end (``<=``), or anywhere inside (``~``).
Nothing is divided by a target that is missing, zero or negative: the result says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..core.findings import Finding, Place
from ..core.i18n import Listed, Phrase
from ..core.lights import LIGHTS, Basis, Lag, Light, Measured, elapsed_share, rounded
from ..core.plan import STATES, Amount, Indicator, Period, State

_HUNDRED = Decimal(100)
_BAND = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many points behind a light turns red; what is due and not begun is ``idle``."""

    red: Decimal = Decimal(10)
    idle: str = Light.RED


_USUAL = Thresholds()


def measure(
    indicator: Indicator,
    periods: Sequence[Period],
    caption: str,
    actuals: Mapping[str, Decimal],
    thresholds: Thresholds = _USUAL,
) -> Measured:
    """Return how the indicator stands at the end of the period ``caption``.

    ``actuals`` are what was reached, by period caption, in the indicator's unit of
    measure: running totals or states as the indicator's basis says, or each
    period's own amount on the basis "period". ``periods`` are the plan's, in order.
    Never raises for missing or odd numbers.
    """
    order = [p.caption for p in periods]
    so_far = order[: order.index(caption) + 1] if caption in order else []
    actual, why = _actual(indicator, so_far, actuals)
    if actual is None:
        plan, calendar = Lag(Basis.TARGET, None, why), Lag(Basis.CALENDAR, None, why)
        return Measured(None, plan, calendar, plan, "", "")
    due = _due(indicator, so_far)
    months = periods[len(so_far) - 1].months
    plan = _lag(Basis.TARGET, indicator, actual, due, None)
    calendar = _lag(Basis.CALENDAR, indicator, actual, indicator.annual, months)
    used = calendar if due is None and not indicator.targets else plan
    share = None
    if indicator.basis != "growth" and indicator.annual and indicator.annual.low > 0:
        share = _HUNDRED * actual / indicator.annual.low
    state = _state(indicator, actual, due, used, last=caption == order[-1])
    return Measured(
        share, plan, calendar, used, state, _light(state, due, indicator, used, thresholds)
    )


def _actual(
    indicator: Indicator, so_far: Sequence[str], actuals: Mapping[str, Decimal]
) -> tuple[Decimal | None, str | Phrase]:
    """Return (what was reached so far, why not known)."""
    if not so_far or so_far[-1] not in actuals:
        return None, Phrase("本期没有填报实际数")
    if indicator.basis != "period":
        return actuals[so_far[-1]], ""
    gaps = [c for c in so_far if c not in actuals and c in indicator.targets]
    if gaps:
        return None, Phrase("{periods}没有填报实际数，不能求和", periods=Listed(gaps))
    return sum((actuals[c] for c in so_far if c in actuals), Decimal(0)), ""


def _due(indicator: Indicator, so_far: Sequence[str]) -> Amount | None:
    """Return what the plan asks by now: the sum so far, or the latest milestone that has come due."""
    dated = [indicator.targets[c] for c in so_far if c in indicator.targets]
    if not dated:
        return None
    if indicator.basis == "period":
        return Amount(
            sum((a.low for a in dated), Decimal(0)), sum((a.high for a in dated), Decimal(0))
        )
    return dated[-1]


def _lag(
    basis: str, indicator: Indicator, actual: Decimal, target: Amount | None, months: float | None
) -> Lag:
    """Return the lag against a milestone (``months`` None) or against the year's target."""
    if target is None:
        return Lag(
            basis,
            None,
            Phrase("到本期还没有序时目标" if months is None else "没有全年目标，不折算"),
        )
    if indicator.basis == "growth" or (indicator.comparator == "<=" and indicator.basis == "level"):
        away = _away(indicator, actual, target)
        if indicator.basis == "growth" or indicator.measure in ("%", "‰"):
            return Lag(basis, away)
        if target.high <= 0:
            return Lag(basis, None, Phrase("目标为零或负数，不折算百分比"))
        return Lag(basis, _HUNDRED * away / target.high)
    if indicator.annual is None:
        return Lag(basis, None, Phrase("没有全年目标，不折算"))
    year = indicator.annual.high if indicator.comparator == "<=" else indicator.annual.low
    if year <= 0:
        return Lag(basis, None, Phrase("全年目标为零或负数，不折算"))
    part = Decimal(1) if months is None else elapsed_share(months) / _HUNDRED
    asked = Amount(target.low * part, target.high * part)
    return Lag(basis, _HUNDRED * _away(indicator, actual, asked) / year)


def _away(indicator: Indicator, actual: Decimal, target: Amount) -> Decimal:
    """Return how far the actual number is on the good side of its target, in its own unit; negative is bad."""
    if indicator.comparator == "<=":
        return target.high - actual
    if indicator.comparator == ">=":
        return actual - target.low
    low = target.low - abs(target.low) * _BAND
    high = target.high + abs(target.high) * _BAND
    if low <= actual <= high:
        return Decimal(0)
    above = high - actual if indicator.basis == "growth" else actual - high
    return actual - low if actual < low else above


def _state(
    indicator: Indicator, actual: Decimal, due: Amount | None, used: Lag, *, last: bool
) -> str:
    """Return the state that the numbers say, or "" where they say nothing."""
    upward = indicator.comparator != "<=" and indicator.basis != "growth"
    annual = indicator.annual
    if annual and (last or (upward and annual.low > 0)) and _away(indicator, actual, annual) >= 0:
        return State.DONE
    if upward and actual == 0 and any(a.low > 0 for a in (due, annual) if a):
        return State.NOT_BEGUN
    if due is None and indicator.targets:
        return State.ON_TIME
    points = used.points
    if points is None:
        if due is None:
            return ""
        points = _away(indicator, actual, due)
    points = rounded(points) if used.points is not None else points
    return State.AHEAD if points > 0 else State.BEHIND if points < 0 else State.ON_TIME


def _light(
    state: str, due: Amount | None, indicator: Indicator, used: Lag, thresholds: Thresholds
) -> str:
    """Return the light of a state; points are judged as they print, to one digit."""
    if state == State.NOT_BEGUN:
        waiting = due is None and bool(indicator.targets)
        return Light.GREEN if waiting else thresholds.idle
    if state != State.BEHIND:
        return Light.GREEN if state else ""
    far = used.points is not None and -rounded(used.points) >= thresholds.red
    return Light.RED if far else Light.YELLOW


def light_of(state: str, thresholds: Thresholds = _USUAL) -> str:
    """Return the light of a state that a unit states itself; "" for a word that is no state."""
    lights: Mapping[str, str] = {State.BEHIND: Light.YELLOW, State.NOT_BEGUN: thresholds.idle}
    return lights.get(state, Light.GREEN) if state in STATES else ""


def worst(lights: Iterable[str]) -> str:
    """Return the worst of the lights, "" where there is none: a task's, of its indicators and its lead's word."""
    known = [light for light in lights if light in LIGHTS]
    return max(known, key=LIGHTS.index) if known else ""


def contradiction(
    indicator: Indicator, stated: str, measured: Measured, place: Place, unit: str
) -> Finding | None:
    """Return the finding that a unit's statement and the numbers disagree, or None.

    IND-003 when the unit says better than the numbers, IND-004 when worse. Ahead
    and on time agree with each other: only falling short or done are told apart.
    """
    coarse: Mapping[str, int] = {
        State.DONE: 0, State.AHEAD: 1, State.ON_TIME: 1, State.BEHIND: 2, State.NOT_BEGUN: 3,
    }  # fmt: skip
    if (
        stated not in coarse
        or measured.state not in coarse
        or coarse[stated] == coarse[measured.state]
    ):
        return None
    better = coarse[stated] < coarse[measured.state]
    # Put into words where it is shown, in the language spoken there.
    numbers = measured.used if measured.used.points is not None else Phrase(measured.state)
    values = {"stated": Phrase(stated), "name": indicator.name, "measured": numbers}
    code = "IND-003" if better else "IND-004"
    return Finding(code, place, unit, indicator.number, indicator.name, values)


def fall(
    indicator: Indicator, before: Decimal, now: Decimal, place: Place, unit: str
) -> Finding | None:
    """Return finding IND-005 where a running total is less than last period's, else None."""
    if indicator.basis != "cumulative" or now >= before:
        return None
    values = {"name": indicator.name, "now": now, "before": before, "measure": indicator.measure}
    return Finding("IND-005", place, unit, indicator.number, indicator.name, values)
