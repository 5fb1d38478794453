"""Numbers of indicators that can be read and are hard to believe beside their target. Pure."""

from __future__ import annotations

from decimal import Decimal

from ..core.i18n import Phrase
from ..core.plan import Amount, Indicator
from ..core.text import plain, short
from ..core.values.numbers import is_percent, scale_of
from .field_rules import Outcome

_FAR_OVER = 10
"""A number so many times its target is asked about."""
_NEAR = (Decimal("0.2"), Decimal(5))
"""A number taken in another unit of measure must come so near to the target for that to be proposed."""
_CLOSE = (Decimal("0.5"), Decimal(2))
"""The same for a rate that may have been multiplied by 100 or not."""
_POINTS = 20
"""A rate of growth is not far over its target by fewer points: 6 % for 0.5 % happens."""
_LEAST_INDEX, _TIMES = Decimal(90), 3
"""An index is at least so high, and so many times the growth that was wanted."""
_WITHIN = Decimal(15)
"""So many points, or the growth that was wanted, an index may be off 100 + target."""
_SMALLER = {0: "", 3: "千", 4: "万", 6: "百万", 8: "亿"}
_IN_ENGLISH = {0: "", 3: "thousand ", 6: "million "}


def doubted(indicator: Indicator, period: str, outcome: Outcome) -> Outcome:
    """Return what became of an actual number, in question where it cannot be what it says.

    One that would do in another unit of measure, as a fraction or as an index is set aside
    with that proposal (IND-031); one that is only very high is taken and told (IND-032).
    """
    value, target = outcome.value, _target(indicator, period)
    if outcome.kind == "set aside" or not isinstance(value, float) or not target:
        return outcome
    number = Decimal(f"{value:.15g}")
    values: dict[str, object] = {
        "name": indicator.name, "value": short(outcome.original), "target": plain(float(target)),
        "measure": indicator.measure,
    }  # fmt: skip
    guess = _guessed(indicator, number, target)
    if guess:
        wording, read = guess
        values |= {"guess": wording, "read": plain(float(read))}
        return Outcome("set aside", None, outcome.original, "IND-031", values)
    far = number >= target * _FAR_OVER and target > 0
    if far and not (_is_rate(indicator) and number - target < _POINTS):
        values["times"] = plain(float(round(number / target)))
        return outcome._replace(code="IND-032", values=values)
    return outcome


def _target(indicator: Indicator, period: str) -> Decimal | None:
    amount: Amount | None = indicator.targets.get(period) or indicator.annual
    return amount.high if amount else None


def _is_rate(indicator: Indicator) -> bool:
    return is_percent(indicator.measure) or indicator.measure == "‰"


def _guessed(
    indicator: Indicator, number: Decimal, target: Decimal
) -> tuple[Phrase, Decimal] | None:
    """What a number that cannot be meant looks like, and what it comes to then."""
    if target <= 0:
        return None
    if _is_rate(indicator):
        index = number - 100
        high = number >= max(_LEAST_INDEX, target * _TIMES)
        if indicator.basis == "growth" and high and abs(index - target) <= max(target, _WITHIN):
            return Phrase("指数（上年为100）"), index
        times = 100 if is_percent(indicator.measure) else 1000
        if 0 < abs(number) < 1 <= target and _is_near(number * times, target, _CLOSE):
            return Phrase("没有乘以{times}的小数", times=times), number * times
        if (
            number >= target * _FAR_OVER
            and number >= 100
            and _is_near(number / 100, target, _CLOSE)
        ):
            return Phrase("多乘了100"), number / 100
        return None
    if number < target * _FAR_OVER:
        return None
    own, base = scale_of(indicator.measure)
    scales = _IN_ENGLISH if base.isascii() else _SMALLER
    for power in sorted(scales, reverse=True):
        read = number.scaleb(power - own)
        if power < own and base and _is_near(read, target):
            return Phrase("以“{measure}”为单位", measure=scales[power] + base), read
    return None


def _is_near(number: Decimal, target: Decimal, within: tuple[Decimal, Decimal] = _NEAR) -> bool:
    low, high = within
    return target * low <= number <= target * high
