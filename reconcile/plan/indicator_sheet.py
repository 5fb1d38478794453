"""The plan workbook's sheet 量化指标: one row per task and indicator, to be reviewed by a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ..core.i18n import ZH, joined, meant, spoken, tr
from ..core.plan import Amount, Indicator
from ..core.prefill import BASIS_WORDS, COMPARATOR_WORDS, amount_value

if TYPE_CHECKING:
    from ..writers.table import Column

SHEET = "量化指标"
BASES: Mapping[str, str] = {word: basis for basis, word in BASIS_WORDS.items()}
COMPARATORS: Mapping[str, str] = {word: code for code, word in COMPARATOR_WORDS.items()}
ASKED: Mapping[str, str] = {"牵头": "lead", "牵头和配合": "all"}
SUMMED: Mapping[str, bool | None] = {"合计": True, "各自": False, "待定": None}
FIXED = ("序号", "指标", "计量单位", "口径", "比较", "全年目标")
CAPTIONS = (*FIXED, "填报单位", "多家时", "存疑")


def columns(periods: Sequence[str]) -> list[Column]:
    """Return the columns of the sheet for a plan with these period captions."""
    from ..writers.table import Column  # plans are read more often than written

    return [
        Column("序号", 6, True), Column("指标", 34), Column("计量单位", 10, True),
        Column("口径", 8 if spoken() == ZH else 13, True), Column("比较", 6, True), Column("全年目标", 12, True),
        *(Column(p, 12, True) for p in periods),
        Column("填报单位", 12, True), Column("多家时", 8, True), Column("存疑", 48),
    ]  # fmt: skip


def rows(indicators: Sequence[Indicator], periods: Sequence[str]) -> Iterator[list[object]]:
    """Yield one row per indicator; a range stands as text (3-4), any other number as a number."""
    summed = {adds_up: tr(word) for word, adds_up in SUMMED.items()}
    words = {
        code: tr(word) for word, code in (*BASES.items(), *COMPARATORS.items(), *ASKED.items())
    }
    for i in indicators:
        yield [
            i.number, i.name, i.measure, words[i.basis], words[i.comparator], amount_value(i.annual),
            *(amount_value(i.targets.get(p)) for p in periods),
            words[i.asked], summed[i.summed],
            joined((d.message for d in i.doubts), "；"),
        ]  # fmt: skip


def read_row(
    text: Callable[[str], str], values: Mapping[str, object], periods: Sequence[str]
) -> Indicator | str:
    """Return the indicator of one row, or the caption of the column that cannot be read.

    ``text`` gives the text under a caption, ``values`` the cells as they are.
    """
    number = text("序号")
    if not number.isdigit():
        return "序号"
    if not text("指标"):
        return "指标"
    basis, comparator = meant(text("口径"), BASES), meant(text("比较"), COMPARATORS)
    for caption, word, words in (("口径", basis, BASES), ("比较", comparator, COMPARATORS)):
        if word not in words:
            return caption
    asked = meant(text("填报单位"), ASKED) or "牵头"
    if asked not in ASKED:
        return "填报单位"
    usual = "待定" if Indicator.adds_up(BASES[basis], text("计量单位")) else "各自"
    summed = meant(text("多家时"), SUMMED) or usual
    if summed not in SUMMED:
        return "多家时"
    amounts: dict[str, Amount] = {}
    for caption in ("全年目标", *periods):
        amount = _amount(values.get(caption), text(caption))
        if text(caption) and amount is None:
            return caption
        if amount is not None:
            amounts[caption] = amount
    return Indicator(
        number=int(number),
        name=text("指标"),
        measure=text("计量单位"),
        basis=BASES[basis],
        comparator=COMPARATORS[comparator],
        annual=amounts.pop("全年目标", None),
        targets=amounts,
        asked=ASKED[asked],
        summed=SUMMED[summed],
    )


def _amount(value: object, text: str) -> Amount | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        exact = Decimal(f"{value:.15g}")
        return Amount(exact, exact)
    return Amount.read(text)
