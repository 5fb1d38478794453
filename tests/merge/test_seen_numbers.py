"""Numbers of indicators: their row, unit of measure, number format and size."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bench_forms import (
    HEAD,
    A,
    answer,
    aside,
    codes_at,
    merged,
    plan,
    saved,
    template,
    told,
)
from books import opened

from reconcile.core.plan import Amount, Indicator, Ruling
from reconcile.core.result import MergeResult
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes

# --- indicators: row 5 of 量化指标; B 序号, C 指标, D 口径, E 计量单位, F 全年, G 本期目标, H 本期实际


def amount(number: str) -> Amount:
    return Amount(Decimal(number), Decimal(number))


def indicator(name: str, measure: str, basis: str, target: str) -> Indicator:
    return Indicator(
        2, name, measure, basis, ">=", amount(target), {"第二季度": amount(target)}
    )  # fmt: skip


INVESTED = indicator("产业投资", "亿元", "cumulative", "680")
GROWTH = indicator("产业投资增速", "%", "growth", "7")
OPENED = indicator("新开工项目", "个", "cumulative", "2")
IN_THOUSAND = indicator("万人死亡率", "‰", "cumulative", "5")


def with_number(
    one: Indicator,
    actual: Any,
    shown: str = "",
    rulings: tuple[Ruling, ...] = (),
    others: tuple[Indicator, ...] = (),
    **cells: Any,
) -> MergeResult:
    """市发改委 reports ``actual``, in a cell of the format ``shown``, with other cells of the row changed."""
    its_plan = replace(plan(), indicators=(one, *others))
    own = [a for a in assignments(plan())[0] if a.unit == A]
    book = opened(form_bytes(template(), its_plan, 2, A, own))
    sheet = book["填报表"]
    for cell, value in HEAD.items():
        sheet[cell] = value
    for row in range(7, 11):
        for letter, value in answer(sheet[f"B{row}"].value).items():
            sheet[f"{letter}{row}"] = value
    sheet = book["量化指标"]
    for cell, value in {"H5": actual, **cells}.items():
        sheet[cell] = value
    if shown:
        sheet["H5"].number_format = shown
    for row in range(6, 6 + len(others)):
        sheet[f"H{row}"] = 1
    return merged(saved(book), rulings, its_plan=its_plan)


def actual_of(result: MergeResult) -> Any:
    found = [r.value for r in result.records if r.field.startswith("actual:")]
    return found[0] if found else None


# | name | measure | number | of the plan as well | told |
REUSED = [
    ({"C5": "限上企业数", "E5": "家"}, (), "IND-030"),
    ({"C5": "一般公共预算收入", "B5": 4}, (), "IND-030"),
    ({"C5": "一般公共预算收入", "F5": 280}, (), "IND-030"),
    ({"C5": "产业用地", "E5": "亩", "B5": 3}, (), "IND-030"),
    ({"C5": "限上企业数"}, (), ""),
    ({"C5": "产业投资额", "E5": "万元"}, (), ""),
    ({"E5": "万元"}, (), ""),
    ({"B5": 9}, (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "others", "code"), REUSED)
def test_a_row_that_shows_another_indicator_is_set_aside(
    cells: dict[str, Any], others: tuple[Indicator, ...], code: str
) -> None:
    result = with_number(INVESTED, 700, others=others, **cells)
    if code:
        assert codes_at(result, "C5") == [code] and actual_of(result) is None
        assert aside(result)["H5"] == "700"
        assert "IND-011" not in {c for c, _ in told(result)}, "the number is there"
    else:
        assert "IND-030" not in {c for c, _ in told(result)}
        assert actual_of(result) == (0.07 if cells.get("E5") == "万元" else 700)


# | unit of measure | number | taken | told at the number |
STATED = [
    ("万元", 7000000, 700, ["CELL-012"]), ("万元", "7000000", 700, ["CELL-012"]),
    ("元", 70000000000, 700, ["CELL-012"]), ("亿 元", 700, 700, []), ("吨", 700, None, ["CELL-006"]),
    ("万元", "700亿元", 700, []), ("million yuan", 70000, None, ["CELL-006"]), (None, 700, 700, []),
]  # fmt: skip


def test_units_of_measure_in_english() -> None:
    trade = indicator("Foreign trade", "billion USD", "cumulative", "7")
    assert actual_of(with_number(trade, 7100, E5="million USD")) == 7.1
    assert actual_of(with_number(trade, 7.1, '0.0" billion USD"')) == 7.1
    (asked,) = (f for f in with_number(trade, 7100).findings if f.code == "IND-031")
    assert (asked.values["read"], str(asked.values["guess"])) == ("7.1", "以“million USD”为单位")
    growth = indicator("Growth of trade", "percent", "growth", "7")
    assert actual_of(with_number(growth, 0.072, "0.0%")) == 7.2
    assert codes_at(with_number(growth, 107), "H5") == ["IND-031"]


@pytest.mark.parametrize(("measure", "number", "taken", "codes"), STATED)
def test_a_changed_unit_of_measure_converts_or_asks(
    measure: str, number: Any, taken: float | None, codes: list[str]
) -> None:
    result = with_number(INVESTED, number, E5=measure)
    assert actual_of(result) == taken
    assert codes_at(result, "H5") == codes


# | indicator | stored | format | taken | told |
FORMATS = [
    (INVESTED, 0.7, "0%", None, ["CELL-006"]), (INVESTED, 7000000, '0"万元"', 700, ["CELL-012"]),
    (INVESTED, 700, '0.0"亿元"', 700, []), (INVESTED, 700, "¥#,##0.00", 700, []),
    (INVESTED, 700, '_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ', 700, []),
    (INVESTED, 700, '[$$-409]#,##0.00', None, ["CELL-006"]), (INVESTED, 700, '#,##0.0_);(#,##0.0)', 700, []),
    (INVESTED, 700000, "#,##0,", None, ["CELL-050"]), (INVESTED, 700, '0"吨"', None, ["CELL-006"]),
    (INVESTED, 700, ";;;", None, ["CELL-006"]), (INVESTED, 700, '"约"0"亿元"', 700, ["CELL-011"]),
    (INVESTED, 70000000000, '0\\.0,"万元"', 700, ["CELL-012"]),
    (GROWTH, 0.072, "0.0%", 7.2, []), (GROWTH, 7.2, '0.0"%"', 7.2, []),
    (GROWTH, 6.2, '0.0"成"', None, ["CELL-006"]), (GROWTH, 7.2, "0.00_ ", 7.2, []),
    (OPENED, 3, 'General"个"', 3, []), (OPENED, 3, '0"个";;', 3, []), (OPENED, 3, "0.00E+00", 3, []),
]  # fmt: skip


@pytest.mark.parametrize(("one", "stored", "shown", "taken", "codes"), FORMATS)
def test_what_a_number_format_shows_decides(
    one: Indicator, stored: float, shown: str, taken: float | None, codes: list[str]
) -> None:
    result = with_number(one, stored, shown)
    assert actual_of(result) == taken
    assert codes_at(result, "H5") == codes


# | indicator | number | told | proposed |
UNLIKELY = [
    (INVESTED, 7000000, "IND-031", "万元"), (INVESTED, 70000000000, "IND-031", "元"),
    (INVESTED, "70000亿元", "IND-031", "百万元"), (INVESTED, 6800, "IND-032", ""), (INVESTED, 6790, "", ""),
    (GROWTH, 106.2, "IND-031", "指数"), (GROWTH, 0.072, "IND-031", "小数"), (GROWTH, 720, "IND-031", "100"),
    (IN_THOUSAND, 0.0051, "IND-031", "1000"), (IN_THOUSAND, 5.1, "", ""), (IN_THOUSAND, 0.51, "", ""),
    (GROWTH, 0.2, "", ""), (GROWTH, 62, "", ""), (GROWTH, -3, "", ""), (GROWTH, 30, "", ""),
    (OPENED, 12, "", ""), (OPENED, 20, "IND-032", ""), (OPENED, 20000, "IND-032", ""), (OPENED, 0, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("one", "number", "code", "guess"), UNLIKELY)
def test_a_number_far_from_its_target_is_asked_about(
    one: Indicator, number: Any, code: str, guess: str
) -> None:
    result = with_number(one, number)
    assert codes_at(result, "H5") == ([code] if code else [])
    assert (actual_of(result) is None) is (code == "IND-031")
    if guess:
        (asked,) = (f for f in result.findings if f.code == "IND-031")
        assert guess in str(asked.values["guess"])


def test_a_person_says_that_a_number_is_right() -> None:
    ruling = Ruling("IND-031", A, 2, "产业投资：本期实际", "照收", "")
    result = with_number(INVESTED, 7000000, rulings=(ruling,))
    assert actual_of(result) == 7000000 and codes_at(result, "H5") == []
