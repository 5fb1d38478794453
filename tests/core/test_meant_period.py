"""Which period a person means by what was typed."""

from __future__ import annotations

import pytest

from reconcile.core.values.periods import meant_period

QUARTERS = ["第一季度", "第二季度", "第三季度", "第四季度"]
ENGLISH = ["Q1", "Q2", "Q3", "Q4"]
MONTHS = ["1月", "2月", "6月", "12月"]
MIXED = ["第二季度", "上半年", "1-6月", "6月"]
YEARS = ["2022年第二季度", "2023年第二季度"]


@pytest.mark.parametrize(
    ("text", "captions", "meant"),
    [
        ("第二季度", QUARTERS, ["第二季度"]),
        (" 第 二 季度 ", QUARTERS, ["第二季度"]),
        ("q2", QUARTERS, ["第二季度"]),
        ("Ｑ２", QUARTERS, ["第二季度"]),
        ("二季度", QUARTERS, ["第二季度"]),
        ("第2季度", QUARTERS, ["第二季度"]),
        ("second quarter", QUARTERS, ["第二季度"]),
        ("第二季度", ENGLISH, ["Q2"]),
        ("q3", ENGLISH, ["Q3"]),
        ("上半年", QUARTERS, []),
        ("前二季度", QUARTERS, []),
        ("2", QUARTERS, []),
        ("季度", QUARTERS, []),
        ("", QUARTERS, []),
        ("june", MONTHS, ["6月"]),
        ("六月份", MONTHS, ["6月"]),
        ("Q2", MIXED, ["第二季度"]),
        ("first half", MIXED, ["上半年"]),
        ("六月", MIXED, ["6月"]),
        ("1-6月", MIXED, ["1-6月"]),
        ("Q2", YEARS, YEARS),
        ("2023年二季度", YEARS, ["2023年第二季度"]),
    ],
)
def test_a_period_is_known_by_what_it_is(text: str, captions: list[str], meant: list[str]) -> None:
    assert list(meant_period(text, captions)) == meant
