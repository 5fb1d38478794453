"""Lag, states, lights: the printed circulars, each rule in a small table, and the laws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.findings import Place
from reconcile.core.i18n import speaking
from reconcile.core.lights import Lag, Measured, elapsed_share, print_points, shares
from reconcile.core.plan import Amount, Indicator, Period
from reconcile.merge.progress import Thresholds, contradiction, fall, light_of, measure, worst
from reconcile.plan.indicators.vocabulary import convert

LAGS = Path(__file__).parents[1] / "data" / "published_lags.json"
QUARTERS = (
    Period("第二季度", date(2022, 6, 30), 6),
    Period("第三季度", date(2022, 9, 30), 9),
    Period("第四季度", date(2022, 12, 31), 12),
)


def amount(text: str) -> Amount | None:
    return None if text == "-" else Amount.read(text)


def indicator(row: str) -> Indicator:
    """Return the indicator of a line: basis comparator measure year Q2 Q3 Q4, "-" for none."""
    basis, sign, unit, year, *quarters = row.split()
    targets = {
        p.caption: a for p, text in zip(QUARTERS, quarters, strict=True) if (a := amount(text))
    }
    return Indicator(7, "产业投资", unit, basis, sign, amount(year), targets)


def stand(row: str, caption: str, *actuals: str) -> Measured:
    """Return how an indicator stands; the actual numbers are those of the periods up to ``caption``."""
    told = {p.caption: Decimal(a) for p, a in zip(QUARTERS, actuals, strict=False) if a != "-"}
    return measure(indicator(row), QUARTERS, caption, told)


def lags(measured: Measured) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        str(lag.why) if lag.points is None else print_points(lag.points)
        for lag in (measured.plan, measured.calendar)
    )


def published() -> list[Mapping[str, Any]]:
    cases: list[Mapping[str, Any]] = json.loads(LAGS.read_text(encoding="utf-8"))["cases"]
    return cases


@pytest.mark.parametrize("case", [c for c in published() if c["printed_lag"] is not None], ids=str)
def test_published_lags_are_reproduced(case: Mapping[str, Any]) -> None:
    basis = {"level": "cumulative"}.get(case["basis"], case["basis"])
    period = Period(case["period"], date(2020, 12, 31), case["months"])
    year = Amount.read(str(case["annual"]))
    it = Indicator(1, case["indicator"], case["unit"], basis, ">=", year, {})
    found = measure(it, (period,), period.caption, {period.caption: Decimal(str(case["actual"]))})
    printed = Decimal(str(case["printed_lag"]))
    digits = -printed.as_tuple().exponent  # type: ignore[operator]
    assert found.calendar.points is not None
    if "subtracts rounded figures" in case.get("note", ""):
        assert found.share is not None
        rounded = Decimal(print_points(found.share)) - Decimal(
            print_points(elapsed_share(case["months"]))
        )
        assert rounded == printed
        assert abs(found.calendar.points - printed) < Decimal("0.1")
    else:
        assert Decimal(print_points(found.calendar.points, digits)) == printed
    if case["printed_share"] is not None:
        share = Decimal(str(case["printed_share"]))
        assert found.share is not None
        assert Decimal(print_points(found.share, -share.as_tuple().exponent)) == share  # type: ignore[operator]


def test_published_rule_and_split_are_reproduced() -> None:
    cases = published()
    (rule,) = [c for c in cases if c["basis"] == "rule"]
    assert print_points(elapsed_share(rule["months"])) == str(rule["printed_share"])
    (split,) = [c for c in cases if c["basis"] == "shares"]
    # By largest remainder; 金寨 rounded half up and took what was over from the largest.
    printed = [Decimal(str(s)) for s in split["printed_share"]]
    assert [a - b for a, b in zip(shares(split["actual"]), printed, strict=True)] == [
        Decimal(d) for d in ("0.0", "0.0", "0.0", "-0.1", "0.1")
    ]


CUMULATIVE = "cumulative >= 亿元 1360 450 850 1360"


@pytest.mark.parametrize(
    ("row", "caption", "actuals", "plan", "calendar", "state", "light"),
    [
        # against the plan's own milestone, and against the calendar
        (CUMULATIVE, "第三季度", "450 850", "0.0", "-12.5", "达序时", "绿"),
        (CUMULATIVE, "第三季度", "450 852.9", "0.2", "-12.3", "超序时", "绿"),
        (CUMULATIVE, "第三季度", "450 800", "-3.7", "-16.2", "滞后", "黄"),
        (CUMULATIVE, "第三季度", "450 714", "-10.0", "-22.5", "滞后", "红"),
        (CUMULATIVE, "第三季度", "450 715", "-9.9", "-22.4", "滞后", "黄"),
        (CUMULATIVE, "第三季度", "450 1360", "37.5", "25.0", "已完成", "绿"),
        (CUMULATIVE, "第二季度", "0", "-33.1", "-50.0", "未启动", "红"),
        # a period without a milestone of its own stands on the last one that came due
        ("cumulative >= 亿元 100 40 - 100", "第三季度", "40 60", "20.0", "-15.0", "超序时", "绿"),
        # nothing due yet
        (
            "cumulative >= 家 20 - - 20",
            "第二季度",
            "0",
            "到本期还没有序时目标",
            "-50.0",
            "未启动",
            "绿",
        ),
        (
            "cumulative >= 家 20 - - 20",
            "第二季度",
            "5",
            "到本期还没有序时目标",
            "-25.0",
            "达序时",
            "绿",
        ),
        # only the year is set: the calendar decides
        (
            "cumulative >= 家 20 - - -",
            "第二季度",
            "5",
            "到本期还没有序时目标",
            "-25.0",
            "滞后",
            "红",
        ),
        # each period alone: sums so far
        ("period >= 户 1000 400 300 300", "第三季度", "400 250", "-5.0", "-10.0", "滞后", "黄"),
        ("period >= 户 1000 400 300 300", "第四季度", "400 300 300", "0.0", "0.0", "已完成", "绿"),
        # growth: actual - target, also below zero
        ("growth >= % 8 8 8 8", "第二季度", "-1.8", "-9.8", "-9.8", "滞后", "黄"),
        ("growth >= % -2 -3 -2 -2", "第二季度", "-2.5", "0.5", "-0.5", "超序时", "绿"),
        ("growth >= % 0 0 0 0", "第二季度", "0.2", "0.2", "0.2", "超序时", "绿"),
        ("growth >= % - 7 - -", "第二季度", "6.1", "-0.9", "没有全年目标，不折算", "滞后", "黄"),
        # a limit is kept or broken, whatever the share of the year
        ("level <= 微克/立方米 31 - - 31", "第四季度", "- - 34.1", "-10.0", "-10.0", "滞后", "红"),
        ("level <= % 4 4 4 4", "第二季度", "3.5", "0.5", "0.5", "超序时", "绿"),
        (
            "level <= 起 0 0 0 0",
            "第二季度",
            "1",
            "目标为零或负数，不折算百分比",
            "目标为零或负数，不折算百分比",
            "滞后",
            "黄",
        ),
        # a budget over the year: the sign turns
        ("cumulative <= 起 10 5 8 10", "第二季度", "7", "-20.0", "-20.0", "滞后", "红"),
        # about: met within a tenth, growth to either side
        ("growth ~ % 3 3 3 3", "第二季度", "3.2", "0.0", "0.0", "达序时", "绿"),
        ("growth ~ % 3 3 3 3", "第二季度", "5", "-1.7", "-1.7", "滞后", "黄"),
        ("level ~ % 100 30 50 100", "第二季度", "28", "0.0", "-17.0", "达序时", "绿"),
        ("level ~ % 100 30 50 100", "第二季度", "50", "17.0", "0.0", "超序时", "绿"),
        # a range counts from its low end
        ("cumulative >= 个 10 3-4 6-7 10", "第二季度", "3", "0.0", "-20.0", "达序时", "绿"),
        # said, not divided
        (
            "cumulative >= 亿元 - 4 6 8",
            "第二季度",
            "3",
            "没有全年目标，不折算",
            "没有全年目标，不折算",
            "滞后",
            "黄",
        ),
        (
            "cumulative >= 亿元 - 4 6 8",
            "第二季度",
            "4",
            "没有全年目标，不折算",
            "没有全年目标，不折算",
            "达序时",
            "绿",
        ),
        (
            "cumulative >= 亿元 0 - - -",
            "第二季度",
            "3",
            "到本期还没有序时目标",
            "全年目标为零或负数，不折算",
            "",
            "",
        ),
        (
            "cumulative >= 亿元 -5 - - -",
            "第二季度",
            "-3",
            "到本期还没有序时目标",
            "全年目标为零或负数，不折算",
            "",
            "",
        ),
        (CUMULATIVE, "第三季度", "450", "本期没有填报实际数", "本期没有填报实际数", "", ""),
        (
            "period >= 户 1000 400 300 300",
            "第三季度",
            "- 300",
            "第二季度没有填报实际数，不能求和",
            "第二季度没有填报实际数，不能求和",
            "",
            "",
        ),
        (CUMULATIVE, "第五季度", "450", "本期没有填报实际数", "本期没有填报实际数", "", ""),
    ],
)
def test_lag_state_and_light(
    row: str, caption: str, actuals: str, plan: str, calendar: str, state: str, light: str
) -> None:
    found = stand(row, caption, *actuals.split())
    assert (*lags(found), found.state, found.light) == (plan, calendar, state, light)


def test_half_months_count() -> None:
    assert elapsed_share(7.5) == Decimal("62.5")


def test_thresholds_are_the_plans() -> None:
    it, told = indicator(CUMULATIVE), {"第三季度": Decimal(800)}
    assert measure(it, QUARTERS, "第三季度", told, Thresholds(red=Decimal(3))).light == "红"
    idle = {"第三季度": Decimal(0)}
    assert measure(it, QUARTERS, "第三季度", idle, Thresholds(idle="黄")).light == "黄"


@pytest.mark.parametrize(
    ("number", "digits", "printed"),
    [
        ("-11.8222", 1, "-11.8"),
        ("0.25", 1, "0.3"),
        ("-0.25", 1, "-0.3"),
        ("-0.04", 1, "0.0"),
        ("4.858", 2, "4.86"),
        ("12.5", 0, "13"),
    ],
)
def test_points_print_rounded_half_up(number: str, digits: int, printed: str) -> None:
    assert print_points(Decimal(number), digits) == printed


def test_a_lag_reads_as_in_a_circular() -> None:
    assert str(Lag("序时目标", Decimal("-11.82"))) == "滞后序时目标11.8个百分点"
    assert str(Lag("日历进度", Decimal("4.86"))) == "超日历进度4.9个百分点"
    assert str(Lag("序时目标", Decimal("0.04"))) == "与序时目标持平"
    assert str(Lag("序时目标", None, "没有全年目标，不折算")) == "没有全年目标，不折算"


def test_a_task_is_as_bad_as_its_worst_light() -> None:
    assert worst(["绿", "", "黄", light_of("达序时")]) == "黄"
    assert worst(["绿", light_of("未启动")]) == "红"
    assert worst(["", light_of("基本完成")]) == ""


def test_numbers_never_overrule_a_statement_in_silence() -> None:
    it = indicator(CUMULATIVE)
    place = Place("甲.xlsx", "量化指标", "F5")
    behind = stand(CUMULATIVE, "第三季度", "450", "682.72")
    found = contradiction(it, "达序时", behind, place, "市发改委")
    assert found is not None
    assert (found.code, found.place.cell, found.unit, found.task) == (
        "IND-003",
        "F5",
        "市发改委",
        7,
    )
    assert found.message == "自报达序时，“产业投资”测算滞后序时目标12.3个百分点"
    with speaking("en"):  # another terminal's language than the plan's
        assert found.message == (
            "Reported as “On schedule”, but “产业投资” is 12.3 percentage points behind the milestone"
        )
    ahead = stand(CUMULATIVE, "第三季度", "450", "900")
    modest = contradiction(it, "滞后", ahead, place, "市发改委")
    assert modest is not None
    assert modest.code == "IND-004"
    assert contradiction(it, "达序时", ahead, place, "市发改委") is None
    assert contradiction(it, "", ahead, place, "市发改委") is None


def test_a_running_total_that_falls_is_found() -> None:
    it = indicator(CUMULATIVE)
    found = fall(it, Decimal(450), Decimal(430), Place("甲.xlsx", "量化指标", "F5"), "市发改委")
    assert found is not None
    assert (found.code, found.place.cell) == ("IND-005", "F5")
    assert fall(it, Decimal(450), Decimal(450), Place(), "市发改委") is None
    assert fall(replace(it, basis="level"), Decimal(450), Decimal(430), Place(), "市发改委") is None


def test_equal_shares_add_up() -> None:
    assert [str(s) for s in shares([1, 1, 1])] == ["33.4", "33.3", "33.3"]
    assert [str(s) for s in shares([0, 0])] == ["0.0", "0.0"]
    assert shares([]) == ()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_shares_always_add_up_to_a_hundred(counts: list[int]) -> None:
    found = shares(counts)
    assert sum(found) == (100 if sum(counts) else 0)
    assert all(share >= 0 for share in found)


positive = st.decimals("0.001", 10**6, places=3)
any_number = st.decimals(-(10**6), 10**6, places=3)
rows = st.sampled_from(
    [
        CUMULATIVE,
        "period >= 户 1000 400 300 300",
        "growth >= % 8 7 8 8",
        "level >= % 80 40 60 80",
        "cumulative ~ 亿元 100 40 60 100",
        "cumulative >= 个 10 3-4 6-7 10",
    ]
)


@given(rows, any_number, any_number)
def test_lag_is_monotone_in_the_actual_value(row: str, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    less, more = stand(row, "第二季度", str(low)), stand(row, "第二季度", str(high))
    for before, after in ((less.plan, more.plan), (less.calendar, more.calendar)):
        assert before.points is not None
        assert after.points is not None
        assert before.points <= after.points


@given(positive, positive, positive)
def test_unit_conversion_does_not_change_the_lag(
    actual: Decimal, due: Decimal, year: Decimal
) -> None:
    def in_unit(unit: str) -> Measured:
        numbers = [convert(n, "亿元", unit) for n in (actual, due, year)]
        reached, asked, whole = (n for n in numbers if n is not None)
        targets = {"第二季度": Amount(asked, asked)}
        it = Indicator(1, "投资", unit, "cumulative", ">=", Amount(whole, whole), targets)
        return measure(it, QUARTERS, "第二季度", {"第二季度": reached})

    assert in_unit("亿元") == in_unit("万元")


@given(any_number, st.integers(0, 3))
def test_a_printed_number_of_points_reads_back(number: Decimal, digits: int) -> None:
    printed = print_points(number, digits)
    assert print_points(Decimal(printed), digits) == printed
    assert abs(Decimal(printed) - number) <= Decimal("0.5").scaleb(-digits)
