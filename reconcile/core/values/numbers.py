"""Percentages and numbers with a unit of measure, as people write them -> Reading or None."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ..text import plain, words
from .reading import (
    AMBIGUOUS,
    AMOUNT,
    APPROXIMATE,
    EXACT,
    NORMALISED,
    NUMBER,
    NUMERAL,
    Reading,
    amount,
    hedged,
    numeral,
    tight,
    worse,
)
from .shown import ShownNumber, shown_number

_PERCENT = re.compile(rf"([-+]?{NUMBER})(?:(多|余)?(?:%|percent|pct))")
_OF_HUNDRED = re.compile(rf"(负?)百分之({NUMERAL}|{NUMBER})")
_TENTHS = re.compile(r"([一二两三四五六七八九十]|10|[1-9](?:\.[0-9])?)成(半|[一二三四五六七八九])?")
_PARTS = re.compile(rf"({NUMERAL}|[0-9]+)分之({NUMERAL}|[0-9]+)")
_SPOKEN = {
    "百分百": Decimal(1), "百分之百": Decimal(1), "一半": Decimal("0.5"), "half": Decimal("0.5"),
    "onehalf": Decimal("0.5"), "ahalf": Decimal("0.5"), "aquarter": Decimal("0.25"),
    "onequarter": Decimal("0.25"), "threequarters": Decimal("0.75"), "athird": 1 / Decimal(3),
    "onethird": 1 / Decimal(3), "twothirds": 2 / Decimal(3),
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def read_percent(value: object, number_format: str = "") -> Reading[float] | None:
    """Read a percentage as a fraction: 50%, ５０％, 0.5, 百分之五十, 五成半, 三分之二 … or None.

    A number under a percent format is what Excel shows (1 is 100 %), and so is one whose
    format adds a word (6.2成). Otherwise a number below 1 is a fraction (normalised, for the
    cell shows no percentage) and from 2 on it is percent points; from 1
    to below 2 it is ambiguous: ``value`` takes it as percent points, ``other``
    as a fraction. Bounds are held in merge/field_rules.py.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return _percent_words(value)
    if not math.isfinite(value):
        return None
    seen = shown_number(value, number_format)
    if seen and seen.words not in ("", "%"):
        return _percent_words(_as_typed(seen))
    number = Decimal(f"{float(value):.15g}")
    if percent_scaled(number_format):
        return Reading(float(number))
    if "%" in number_format:  # shown behind the number, which counts percent points
        return Reading(_fraction(number))
    return _bare_percent(number)


def percent_scaled(number_format: str) -> bool:
    """Return whether Excel shows a number under this format times 100, with a percent sign."""
    return "%" in _LITERAL.sub("", number_format)


def _fraction(number: Decimal) -> float:
    return float(f"{float(number / 100):.15g}")


def _as_typed(seen: ShownNumber) -> str:
    """What a cell shows, as somebody would have typed it."""
    return (
        f"{seen.before}{plain(float(seen.number)) if seen.number is not None else ''}{seen.after}"
    )


def _bare_percent(number: Decimal) -> Reading[float]:
    if abs(number) < 1:
        return Reading(float(number), NORMALISED if number else EXACT)
    if abs(number) < 2:
        return Reading(_fraction(number), AMBIGUOUS, other=float(number))
    return Reading(_fraction(number), NORMALISED)


def _percent_words(text: str) -> Reading[float] | None:
    rest, how = hedged(tight(text))
    found = _PERCENT.fullmatch(rest)
    if found:
        return _reading(
            Decimal(found[1].replace(",", "")) / 100,
            worse(how, APPROXIMATE if found[2] else EXACT),
        )
    if rest in _SPOKEN:
        return _reading(_SPOKEN[rest], worse(how, NORMALISED))
    number = _share(rest)
    if number is not None:
        return _reading(number, worse(how, NORMALISED))
    bare = amount(rest) if re.fullmatch(AMOUNT, rest) else None
    if bare is None or _float(bare) is None:
        return None
    read = _bare_percent(bare)
    if read.how == AMBIGUOUS:
        return read
    return Reading(read.value, worse(how, NORMALISED if bare else EXACT))


def _float(number: Decimal) -> float | None:
    """The float of at most 15 digits that a spreadsheet would hold; None where there is none."""
    found = float(f"{float(number):.15g}")
    return found if math.isfinite(found) else None


def _reading(number: Decimal, how: str, unit: str = "") -> Reading[float] | None:
    found = _float(number)
    return None if found is None else Reading(found, how, unit)


def _share(text: str) -> Decimal | None:
    """Read 百分之五十, 六成五, 三分之二 as a fraction."""
    found = _OF_HUNDRED.fullmatch(text)
    if found:
        number = amount(found[2])
        return None if number is None else number / (-100 if found[1] else 100)
    found = _TENTHS.fullmatch(text)
    if found:
        if found[2] and ("." in found[1] or found[1] in ("十", "10")):
            return None
        whole = numeral(found[1]) if found[1] in "一二两三四五六七八九十" else Decimal(found[1])
        half = Decimal(5) if found[2] == "半" else numeral(found[2]) if found[2] else Decimal(0)
        return None if whole is None or half is None else whole / 10 + half / 100
    found = _PARTS.fullmatch(text)
    if found:
        whole, part = amount(found[1]), amount(found[2])
        return None if not whole or part is None else part / whole
    return None


# --- numbers with a unit of measure

_SCALES = {
    "百": 2, "千": 3, "万": 4, "亿": 8, "十万": 5, "十亿": 9, "thousand": 3, "million": 6, "billion": 9,
}  # fmt: skip
"""Powers of ten before a unit of measure. Several may stand there, 百万 or 万亿; 十 does not by itself."""
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_SAME = {
    "公里": "千米",
    "公斤": "千克",
    "㎡": "平方米",
    "m²": "平方米",
    "平米": "平方米",
    "人民币": "元",
}
# Where the field states no unit of measure, only these may stand behind a number.
MEASURES = frozenset(
    words(
        """
        元 人 人次 户 家 个 项 件 条 座 处 所 套 台 辆 吨 亩 公顷 次 场 批 宗 名 天
        米 千米 平方米 平方千米 立方米 瓦 瓦时
        """
    )
)


_DOWN = ("下降", "减少", "降低")
_MOVED = re.compile(rf"((?:同比|较?比?上年同期|累计)*)(增长|增加|上升|提高|{'|'.join(_DOWN)})(.+)")


def read_number(value: object, unit: str = "", number_format: str = "") -> Reading[float] | None:
    """Read a number into the field's unit of measure, e.g. "亿元": 852.9亿元, 8.5万, 两千三百, 约300.

    A bare number is taken in that unit. With 万 or 亿, or with the unit's own
    base (元), it is converted. ``Reading.unit`` is what was stated. None where
    the stated unit is another one (吨 for 元). Without ``unit`` the number stays
    in the one stated: 1.2亿元 gives 1.2, "亿元"; 8.5万 is 85,000.
    A number shown as 7.5% is 7.5 where the unit is "%"; there 同比增长4% is 4 and
    下降4% is -4. What a number format adds is read as if it had been typed: 1234 shown as
    1234万元. A number shown in thousands, without a word on it, is ambiguous.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        if not math.isfinite(value):
            return None
        return _number_shown(value, unit, number_format)
    bare, how = hedged(tight(value))
    own = _SAME.get(unit.strip(), "".join(unit.split()).lower())
    moved = _MOVED.fullmatch(bare) if own == "%" else None
    if moved:
        size = read_number(moved[3], unit)
        if size is None or size.value < 0:
            return None
        sign = -1 if moved[2] in _DOWN else 1
        return replace(size, value=sign * size.value, how=worse(worse(how, size.how), NORMALISED))
    if own and bare.endswith(own) and re.fullmatch(AMOUNT, bare.removesuffix(own)):
        number = amount(bare.removesuffix(own))
        if number is not None:
            return _reading(number, worse(how, _how_written(bare)), unit)
    for number, scaled, rest in _splits(bare):
        about = EXACT if rest == rest.lstrip("多余") else APPROXIMATE
        read = _converted(number, scaled, rest.lstrip("多余"), own)
        if read is not None:
            return _reading(
                read[0], worse(worse(how, read[1]), worse(about, _how_written(bare))), read[2]
            )
    return None


_MONEY = {"元": "¥￥", "美元": "$", "欧元": "€"}
"""The sign of a currency that a format may put before an amount in it."""


def is_percent(unit: str) -> bool:
    """Return whether a unit of measure is percent."""
    return "".join(unit.split()).lower() in ("%", "％", "percent", "pct")


def _number_shown(value: float, unit: str, number_format: str) -> Reading[float] | None:
    """Read a number by what its cell shows."""
    seen = shown_number(value, number_format)
    words = seen.words if seen else ""
    if seen and not words and seen.number is None and value:
        return None  # the format hides it
    if seen and words:
        base = scale_of(unit)[1]
        money = next((signs for name, signs in _MONEY.items() if base == name), "¥￥$€")
        fitting = words.strip(money) == "" and (not unit or base in _MONEY)
        points = words == "%" and is_percent(unit)
        if not (fitting or points):
            return read_number(_as_typed(seen), unit)
        if points and seen.number is not None:
            return _reading(seen.number, EXACT)
    read = _reading(Decimal(f"{float(value):.15g}"), EXACT)
    if read and seen and seen.scaled and seen.number is not None:
        return Reading(float(seen.number), AMBIGUOUS, other=read.value)
    return read


def _how_written(text: str) -> str:
    return EXACT if re.match("[-+]?[0-9]", text) else NORMALISED


def _splits(text: str) -> Iterator[tuple[Decimal, bool, str]]:
    """Yield every way to part a number from what follows: (number, it holds 万 or 亿, rest)."""
    digital = re.match(rf"[-+]?{NUMBER}", text)
    if digital:
        yield Decimal(digital[0].replace(",", "")), False, text[digital.end() :]
        return
    spoken = re.match(rf"负?{NUMERAL}", text)
    for end in range(spoken.end() if spoken else 0, 0, -1):  # 三百千瓦 is 三百 and 千瓦
        number = numeral(text[:end])
        if number is not None:
            yield number, bool(re.search("[万亿萬億]", text[:end])), text[end:]


def _split_unit(unit: str) -> tuple[int, str]:
    """Part a unit of measure into the power of ten of its 百千万亿 and its base: 亿元 is 8, 元."""
    unit, power = _SAME.get(unit, unit), 0
    while found := re.match(_SCALE, unit):
        power += _SCALES[found[0]]
        unit = unit[found.end() :]
        unit = _SAME.get(unit, unit)
    return power, unit


def scale_of(unit: str) -> tuple[int, str]:
    """Return the power of ten of a unit of measure and its base: 亿元 is 8 and 元."""
    return _split_unit("".join(unit.split()))


def _converted(
    number: Decimal, scaled: bool, stated: str, own: str
) -> tuple[Decimal, str, str] | None:
    """Convert a number in its stated unit into the field's own: (number, how, unit stated) or None."""
    power, base = _split_unit(stated)
    own_power, own_base = _split_unit(own)
    value = number.scaleb(power)
    if not own and base:
        return (number, NORMALISED, stated) if base in MEASURES else None
    if not own:
        return value, NORMALISED if power or scaled else EXACT, ""
    if not base and not power and not scaled:
        return value, EXACT, ""
    if base and base != own_base:
        return None
    if not base and not scaled and power < 4 <= own_power:  # 3千 in a field of 万元: of which?
        return None
    how = EXACT if (power, base) == (own_power, own_base) else NORMALISED
    return value.scaleb(-own_power), how, stated


def caption_unit(caption: str) -> str:
    """Return the unit of measure in a caption's last brackets: 累计完成（亿元） is 亿元; else ""."""
    found = re.search(r"[（(]\s*(?:单位[：:])?([^（）()]+?)\s*[)）]\s*$", caption)
    known = found and (found[1] in ("%", "％") or _split_unit(found[1])[1] in MEASURES)
    return found[1] if found and known else ""
