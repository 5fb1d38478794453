"""An invented plan of four quarters, small enough for a whole year: no such city, office or figure exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..core.i18n import EN, quantity, spoken, tr
from ..core.plan import Amount, Indicator, Period, Plan, Task, Unit
from ..core.secret_key import new_key
from ..core.settings import YES, Setting
from ..core.values.synonyms import synonym_map
from .wording import CHINESE, ENGLISH

DUE = 8
"""Days after a period's end by which answers are due."""
Pair = tuple[str, str]
"""A text in Chinese and in English."""

_TITLE = (
    "海湾市（虚构）{year}年重点工作计划",
    "Harbour City (invented): priority work plan {year}",
)
_OFFICE = ("海湾市政府办公室（虚构）", "Harbour City Office (invented)")
_QUARTERS: Sequence[Pair] = (
    ("第一季度", "Q1"), ("第二季度", "Q2"), ("第三季度", "Q3"), ("第四季度", "Q4"),
)  # fmt: skip
_UNITS: Sequence[Pair] = (
    ("工信局", "Industry Bureau"), ("交通局", "Transport Bureau"), ("水务局", "Water Bureau"),
    ("教育局", "Education Bureau"), ("民政局", "Welfare Bureau"), ("环保局", "Environment Bureau"),
    ("商务局", "Commerce Bureau"), ("林业局", "Forestry Bureau"),
)  # fmt: skip
_BUILD: Sequence[Pair] = (
    ("前期手续办结", "Permits granted"), ("开工建设", "Building begun"),
    ("主体完工", "Shell finished"), ("建成投用", "In use"),
)  # fmt: skip
_RUN: Sequence[Pair] = (
    ("方案印发", "Programme adopted"), ("启动实施", "Work begun"),
    ("完成过半", "More than half done"), ("全面完成", "All done"),
)  # fmt: skip


class _Number(NamedTuple):
    name: Pair
    measure: Pair
    annual: int


_TASKS: Sequence[tuple[Pair, Sequence[Pair] | _Number, int, int | None]] = (
    (("建成市民服务中心", "Build the citizens' service centre"), _BUILD, 4, None),
    (("修订政务公开目录", "Revise the list of published services"), _RUN, 6, None),
    (("建设城北山地公园", "Lay out the northern hill park"), _BUILD, 7, 5),
    (("完成工业投资", "Invest in industrial projects"), _Number(("工业投资", "Industrial investment"), ("亿元", "million yuan"), 120), 0, 6),
    (("新建农村公路", "Build rural roads"), _Number(("农村公路", "Rural roads"), ("公里", "km"), 80), 1, None),
    (("新增植树造林", "Plant forest"), _Number(("造林面积", "Forest planted"), ("公顷", "hectares"), 400), 7, 2),
    (("迁建旧货市场", "Move the second-hand market"), _BUILD, 6, 1),
    (("建成第二水厂", "Build the second waterworks"), _BUILD, 2, 5),
    (("新建两所小学", "Build two primary schools"), _BUILD, 3, None),
    (("建立社区养老服务网", "Set up care for the elderly in all quarters"), _RUN, 4, 3),
    (("整治五条入海河道", "Clean up five rivers"), _RUN, 5, 2),
    (("开通两条公交新线", "Open two new bus lines"), _RUN, 1, None),
)  # fmt: skip
"""Goal, what is due by quarter or the number to be reached, which unit leads it and which supports it."""


def invented_plan() -> Plan:
    """Return the plan in the language being spoken, under a new key."""
    english = spoken() == EN

    def in_language(pair: Pair) -> str:
        return pair[english]

    year = (ENGLISH if english else CHINESE).filed.year
    ends = (date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31))
    periods = tuple(
        Period(in_language(caption), end, 3.0 * i, (end + timedelta(days=DUE)).isoformat())
        for i, (caption, end) in enumerate(zip(_QUARTERS, ends, strict=True), 1)
    )
    tasks, indicators = [], []
    for number, (goal, due, lead, support) in enumerate(_TASKS, 1):
        text = in_language(goal)
        if isinstance(due, _Number):
            shares = [Decimal(due.annual * i // 4) for i in range(1, 5)]
            measure, whole = in_language(due.measure), Amount(shares[-1], shares[-1])
            text += f"{': ' if english else ''}{quantity(due.annual, measure)}"
            captions = [p.caption for p in periods]
            milestones = {c: quantity(n, measure) for c, n in zip(captions, shares, strict=True)}
            targets = {c: Amount(n, n) for c, n in zip(captions, shares, strict=True)}
            indicators.append(
                Indicator(
                    number, in_language(due.name), measure, "cumulative", ">=", whole, targets
                )
            )
        else:
            milestones = {
                p.caption: in_language(step) for p, step in zip(periods, due, strict=True)
            }
        supporting = () if support is None else (in_language(_UNITS[support]),)
        stop = "." if english else "。"
        milestones = {caption: step + stop for caption, step in milestones.items()}
        tasks.append(
            Task(number, (), text + stop, milestones, (in_language(_UNITS[lead]),), supporting)
        )
    settings: dict[str, str] = {Setting.LANGUAGE: "English"} if english else {}
    return Plan(
        in_language(_TITLE).format(year=year), "", in_language(_OFFICE), year, periods, tuple(tasks),
        tuple(Unit(in_language(name)) for name in _UNITS), new_key(), synonym_map(),
        indicators=tuple(indicators),
        settings={**settings, Setting.ADJUST: tr(YES), Setting.EVIDENCE: tr(YES)},
    )  # fmt: skip
