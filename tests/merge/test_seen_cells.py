"""Cells that show something else than they store, and texts that are no answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from bench_forms import (
    Change,
    answer,
    aside,
    changed,
    codes_at,
    merged,
    on_form,
    put,
    told,
    values,
)
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.values.shown import date_code, number_code, shown_as, shown_date, shown_number
from reconcile.core.values.stand_ins import is_ditto, loses_digits, refers_elsewhere, says_nothing

# --- texts that are no answer

# | written into a required text | told |
STAND_INS = [
    ("同上", "CELL-053"), ("〃", "CELL-053"), ("同上。", "CELL-053"), ("〃〃", "CELL-053"), ("Ditto", "CELL-053"),
    ("same as above", "CELL-053"), ("与上面相同", "CELL-053"), ("与第8项相同", "CELL-052"), ("见第1项", "CELL-052"),
    ("详见附件", "CELL-052"), ("见附件1", "CELL-052"), ("另附", "CELL-052"), ("See attachment.", "CELL-052"),
    ("见附件：D:\\材料\\二季度.docx", "CELL-052"), ("详见《二季度总结》", "CELL-052"), ("见附件（二季度情况.pdf）", "CELL-052"),
    ("见附件：30个项目已开工。", ""), ("已印发《实施方案》", ""),
    ("See attachment: report.docx", "CELL-052"), ("Please see attached file (report.pdf)", "CELL-052"), ("参考《办法》执行三项工作", ""),
    ("……", "CELL-017"), ("？", "CELL-017"), ("√", "CELL-017"), ("0", "CELL-017"), ("***", "CELL-017"),
    ("同上级部门对接3次。", ""), ("与第8项任务合并推进，已完成设计。", ""), ("附件所列30个项目已开工。", ""), ("第3项", ""),
    ("完成5", ""), ("开工", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), STAND_INS)
def test_texts_that_are_no_answer_are_told(text: str, code: str) -> None:
    result = merged(changed(put(J8=text)))
    assert codes_at(result, "J8") == ([code] if code else [])
    taken = str(values(result)[2, "progress"])
    if code == "CELL-053":
        assert taken.startswith(text) and answer(1)["J"] in taken, "with the text above beside it"
    else:
        assert taken == text


def test_one_ditto_after_the_other_means_the_same_text() -> None:
    result = merged(changed(put(J8="同上", J9="〃", K7=None, K8="同上")))
    assert answer(1)["J"] in str(values(result)[3, "progress"])
    assert codes_at(result, "K8") == ["CELL-052"], "nothing stands above it"


def test_a_ditto_in_the_first_row_has_nothing_above_it() -> None:
    assert codes_at(merged(changed(put(J7="同上"))), "J7") == ["CELL-052"]


def test_behind_for_a_reason_of_signs_only() -> None:
    result = merged(changed(put(H7="滞后", K7="……")))
    assert ("TASK-004", "K7") in told(result)


@pytest.mark.parametrize("text", ["1.38E+10", "5.2e+11", "1E+10"])
def test_digits_that_a_spreadsheet_has_lost(text: str) -> None:
    result = merged(changed(put(J7=text, J4=text)))
    assert told(result) == [("CELL-054", "J4"), ("CELL-054", "J7")]
    assert not any(map(loses_digits, ("1e5", "13800000000", "E+10", "0518-123")))


# --- dates


def formatted(cell: str, value: Any, shown: str) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet[cell] = value
        sheet[cell].number_format = shown

    return on_form(change)


# | stored | format | taken | told | kept as it came |
DUE = [
    (date(2022, 9, 1), 'yyyy"年"m"月";@', date(2022, 9, 30), ["CELL-012"], "2022年9月（存为2022-09-01）"),
    (date(2022, 12, 1), "mmm-yy", date(2022, 12, 31), ["CELL-012"], "Dec-22（存为2022-12-01）"),
    (date(2022, 9, 1), "yyyy-m", date(2022, 9, 30), ["CELL-012"], "2022-9（存为2022-09-01）"),
    (date(2022, 9, 1), '[$-409]mmmm\\ yyyy', date(2022, 9, 30), ["CELL-012"], "September 2022（存为2022-09-01）"),
    (date(2022, 9, 1), 'm"月"', date(2022, 9, 30), ["CELL-012"], "9月（存为2022-09-01）"),
    (date(2022, 9, 1), 'm"月"d"日"', date(2022, 9, 1), [], "9月1日（存为2022-09-01）"),
    (date(2022, 9, 1), "yyyy/m/d", date(2022, 9, 1), [], "2022-09-01"),
    (date(2022, 9, 1), 'yyyy"年"m"月"d"日"', date(2022, 9, 1), [], "2022-09-01"),
    (date(2022, 1, 1), 'yyyy"年"', None, ["CELL-008"], "2022年（存为2022-01-01）"),
    (date(2202, 6, 30), "yyyy-mm-dd", None, ["CELL-051"], "2202-06-30"),
    (date(2099, 6, 30), "yyyy-mm-dd", None, ["CELL-051"], "2099-06-30"),
    ("2099年6月30日", "@", None, ["CELL-051"], "2099年6月30日"),
    (date(2035, 12, 31), "yyyy-mm-dd", date(2035, 12, 31), [], "2035-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "shown", "taken", "codes", "kept"), DUE)
def test_a_date_is_what_its_cell_shows(
    stored: Any, shown: str, taken: date | None, codes: list[str], kept: str
) -> None:
    result = merged(changed(formatted("M7", stored, shown)))
    assert values(result).get((1, "due")) == taken
    assert codes_at(result, "M7") == codes
    came = [r.original for r in result.records if r.place.cell == "M7"]
    assert [*came, *(text for cell, text in aside(result).items() if cell == "M7")] == [kept]


# | stored in a text column | format | taken | told |
TEXTS = [
    (datetime(2022, 6, 1, 9, 30), 'm"月"d"日"', "6月1日", ["CELL-055"]),
    (datetime(2022, 6, 1, 9, 30), "h:mm", "9:30", ["CELL-055"]),
    (datetime(2022, 6, 1, 9, 30), "yyyy-mm-dd hh:mm:ss", "2022-06-01 09:30:00", []),
    (date(2022, 6, 1), "mmm-yy", "Jun-22", ["CELL-055"]), (date(2022, 6, 1), "yyyy-mm-dd", "2022-06-01", []),
    (1234567, "#,##0,", "1234.567", ["CELL-055"]), (1234, '0"万元"', "1234万元", []), (0.5, "0%", "50%", []), (True, "General", "TRUE", []),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "shown", "taken", "codes"), TEXTS)
def test_what_was_shown_is_kept_beside_what_was_stored(
    stored: Any, shown: str, taken: str, codes: list[str]
) -> None:
    result = merged(changed(formatted("J7", stored, shown)))
    assert values(result)[1, "progress"] == taken
    assert codes_at(result, "J7") == codes
    (record,) = (r for r in result.records if r.place.cell == "J7")
    assert record.original != taken or not codes


# | stored | format | taken | told |
SHARES = [
    (0.5, "General", 0.5, ["CELL-012"]), (0.004, "General", 0.004, ["CELL-012"]), (0.5, "0%", 0.5, []),
    (0, "General", 0.0, []), (6.2, '0.0"成"', 0.62, ["CELL-012"]), (50, '0"%"', 0.5, []),
    (0.5, '0.0"元"', None, ["CELL-003"]), (0.5, "0.00_ ", 0.5, ["CELL-012"]),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "shown", "taken", "codes"), SHARES)
def test_a_share_without_a_percent_sign_is_marked(
    stored: float, shown: str, taken: float | None, codes: list[str]
) -> None:
    result = merged(changed(formatted("I7", stored, shown)))
    assert values(result).get((1, "percent")) == taken
    assert codes_at(result, "I7") == codes


# --- the parts by themselves

# | number | format | shown |
NUMBERS = [
    (1234.0, '0"万元"', "1234万元"), (0.7, "0%", "70%"), (12345.0, '0\\.0,"万"', "1.2345万"),
    (20000.0, '[>=10000]0\\.0,"万";0', "2万"), (200.0, '[>=10000]0\\.0,"万";0', ""),
    (5.0, 'G/通用格式"项"', "5项"), (12.0, '[红色]0.00;[蓝色]\\-0.00', ""), (852.9, "[$¥-804]#,##0.00", "¥852.9"),
    (-5.0, '0"吨";-0"吨"', "-5吨"), (0.5, "# ?/?", ""), (3.0, "@", ""), (5.0, "", ""), (1e300, '0"吨"', ""),
    (3.0, '"' * 300, ""), (3.0, "[" * 300, ""),
]  # fmt: skip


@pytest.mark.parametrize(("number", "code", "text"), NUMBERS)
def test_numbers_as_their_format_shows_them(number: float, code: str, text: str) -> None:
    seen = shown_as(number, code)
    assert seen == text or (code[:2] in ('""', "[[") and isinstance(seen, str))


# | format | shown of 2022-06-01 09:05:07 | parts |
MOMENTS = [
    ("yyyy-mm-dd hh:mm", "2022-06-01 09:05", "ymdh"), ("h:mm:ss AM/PM", "9:05:07 AM", "hs"),
    ('上午/下午h"时"mm"分"', "上午9时05分", "h"), ('e"年"m"月"', "2022年6月", "ym"), ("mm:ss", "05:07", "hs"),
    ("dddd", "Wednesday", "w"), ("aaaa", "星期三", "w"), ("m/d;@", "6/1", "md"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "parts"), MOMENTS)
def test_moments_as_their_format_shows_them(code: str, text: str, parts: str) -> None:
    seen = shown_date(datetime(2022, 6, 1, 9, 5, 7), code)
    assert seen is not None and (seen.text, seen.parts) == (text, frozenset(parts))


@pytest.mark.parametrize("code", ["[h]:mm", "General", "0.0", ""])
def test_formats_that_show_no_moment(code: str) -> None:
    assert shown_date(date(2022, 6, 1), code) is None
    assert shown_number(3.0, "yyyy-mm-dd") is None


# | text of an .ods cell | day | shown again |
@pytest.mark.parametrize("text", ["2022年9月", "Sep 22", "9月1日", "2022-9-1", "September 2022"])
def test_the_format_of_a_date_told_by_its_text(text: str) -> None:
    day = date(2022, 9, 1)
    seen = shown_date(day, date_code(text, day))
    assert seen is not None and seen.text == text
    assert date_code("未定", day) == date_code("2023年", day) == ""


@pytest.mark.parametrize("text", ["09:30", "9:30:00", "2022-9-1 9:30", "9月1日 09:30"])
def test_the_format_of_a_time_told_by_its_text(text: str) -> None:
    moment = datetime(2022, 9, 1, 9, 30)
    seen = shown_date(moment, date_code(text, moment))
    assert seen is not None and seen.text == text
    assert date_code("10:30", moment) == ""


def test_the_format_of_a_number_told_by_its_text() -> None:
    assert shown_as(1234.0, number_code("1234万元", 1234.0)) == "1234万元"
    assert number_code("852.90", 852.9) == number_code("12万元", 120000.0) == ""
    assert shown_as(1234567.0, number_code("1,235", 1234567.0)) == "1234.567"
    assert shown_as(1234567.0, number_code("1.2百万", 1234567.0)) == "1.234567百万"
    assert number_code("0", 0.3) == number_code("-5", -5.0) == number_code("1,235", 1235.4) == ""


def test_words_that_stand_for_an_answer() -> None:
    assert is_ditto('"') and is_ditto("同 上") and not is_ditto("") and not is_ditto("同上会商")
    assert refers_elsewhere("同序号5") and not refers_elsewhere("同比增长5%")
    assert not says_nothing("已") and not says_nothing("") and says_nothing("--")
