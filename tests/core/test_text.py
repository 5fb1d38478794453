"""Words: folding, cleaning, showing; and what people write for figures and dates."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.form import Rule, describe
from reconcile.core.text import (
    _BLANKS,
    clean,
    fold,
    is_blank,
    is_nothing,
    length,
    percent,
    plain,
    short,
)
from reconcile.core.values.dates import read_date
from reconcile.core.values.numbers import caption_unit, read_number, read_percent
from reconcile.core.values.reading import numeral
from reconcile.core.values.synonyms import DEFAULT_SYNONYMS, synonym_map

# Text that looks like the real thing finds more than text at random.
SIGNS = "0123456789０５％%.,-+/年月日号底末前约成半分之百千万亿零一二两十点 \u3000\u200b\ufe0f\u200d✅_x00D\r\n（）e季度"
written = st.text(st.sampled_from(SIGNS), max_size=12) | st.text(max_size=40)


# --- folding and cleaning


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("序 号", "序号"),
        ("完成\n情况", "完成情况"),
        ("完成情况（%）", "完成情况(％)"),
        ("ＧＤＰ", "gdp"),
        ("市\u200b住建\ufeff局\u00a0", "市住建局"),
        ("市\u00ad住建局\ufe0f", "市住建局"),
        ("〔2022〕18号", "［2022］18号"),
        ("“十四五”", '"十四五"'),
        ("甲、乙", "甲,乙"),
        ("甲——乙", "甲-乙"),
        ("−5", "-5"),
        ("完成。", "完成."),
        ("㎡", "m²"),
    ],
)
def test_fold_makes_equal_what_is_meant_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("市民政局", "市财政局"), ("30-40", "3040"), ("1.5", "15")]
)
def test_fold_keeps_apart_what_differs(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(written)
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(written)
def test_fold_does_not_see_what_clean_removes(text: str) -> None:
    assert fold(clean(text)) == fold(text)


@given(written)
def test_clean_twice_is_clean_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("　已开工 \n", "已开工"),
        ("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
        ("第一行_x000D_\n第二行", "第一行_x000D_\n第二行"),
        ("第一行\x0b第二行", "第一行\n第二行"),
        ("进\x07度\u200b\ufeff", "进度"),
        ("半\ud800截", "半截"),
        ("完成８５％，良好。", "完成８５％，良好。"),
        ("👨\u200d👩\u200d👧 ✔️ 1\ufe0f\u20e3", "👨\u200d👩\u200d👧 ✔️ 1\ufe0f\u20e3"),
        ("=1+1", "=1+1"),
        ("_x0041_", "_x0041_"),
        ("_x00_x0001_0D_", "_x00_x0001_0D_"),
    ],
)
def test_clean(text: str, kept: str) -> None:
    assert clean(text) == kept


@pytest.mark.parametrize("value", [None, "", " ", "\u3000\n", "\u200b\ufeff", "\u3164"])
def test_blank(value: object) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", [0.0, False, "0", "/", "无", "✅", "_x000D_"])
def test_not_blank(value: object) -> None:
    assert not is_blank(value)


@pytest.mark.parametrize(
    "text",
    [
        "无",
        "没有",
        "暂无",
        "/",
        "－",
        "-",
        "—",
        "——",
        "N/A",
        "n/a",
        "None",
        "无。",
        "（无）",
        "\\",
        "不涉及",
    ],
)
def test_nothing(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["", " ", "0", "无锡", "无法开工", "√"])
def test_not_nothing(text: str) -> None:
    assert not is_nothing(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (48.0, "48"),
        (-0.0, "0"),
        (0.07000000000000001, "0.07"),
        (1e-5, "0.00001"),
        (1.36e12, "1360000000000"),
        (1e30, "1e+30"),
        (True, "TRUE"),
        (None, ""),
        (date(2022, 6, 30), "2022-06-30"),
        (datetime(2022, 6, 30), "2022-06-30"),
        (datetime(2022, 6, 30, 8, 5), "2022-06-30 08:05:00"),
        (time(8, 30), "08:30:00"),
        ("００1", "００1"),
    ],
)
def test_plain(value: object, shown: str) -> None:
    assert plain(value) == shown


def test_percent_length_and_short() -> None:
    assert [percent(x) for x in (0.5, 0.07, 1.0, 0.285)] == ["50%", "7%", "100%", "28.5%"]
    assert length("甲✅😀") == 4  # Excel's LEN counts an emoji beyond the first plane twice
    assert short("甲\n  乙" + "丙" * 100, 5) == "甲 乙丙…"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Rule("choice", choices=("已完成", "滞后"), required=True), "必填。只能填：已完成、滞后"),
        (Rule("percent", 0.0, 1.0), "填百分比，0%至100%，例如50%"),
        (Rule("number", low=0.0), "填一个数字，不小于0"),
        (Rule("date", high=date(2022, 12, 31)), "填日期，不晚于2022年12月31日，例如2022年7月8日"),
        (Rule("text", high=500.0), "填文字，不超过500字"),
        (Rule(), "填文字"),
    ],
)
def test_a_rule_in_words(rule: Rule, told: str) -> None:
    assert str(describe(rule)) == told


def test_a_rule_with_many_choices_still_fits_a_prompt() -> None:
    told = describe(Rule("choice", choices=tuple(f"第{i}个选项" for i in range(99)), required=True))
    assert str(told) == "必填。只能从下拉框的99个选项中选择"


def test_synonyms_decide_and_never_clash() -> None:
    meant = synonym_map()
    assert meant[fold("100％")] == "已完成" and meant[fold("慢于序时 进度")] == "滞后"
    assert len(meant) == sum(len({fold(w) for w in words}) for words in DEFAULT_SYNONYMS.values())
    assert not {fold(w) for w in ("推进中", "进行中", "基本完成", "正在推进")} & meant.keys()


# --- Chinese numerals


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("三百二十", 320),
        ("两千三", 2300),
        ("两千零三", 2003),
        ("三万五", 35_000),
        ("十", 10),
        ("一百一", 110),
        ("一点三六万亿", 1.36e12),
        ("负五", -5),
        ("壹仟贰佰", 1200),
        ("一万零五", 10_005),
    ],
)
def test_numeral(said: str, number: float) -> None:
    assert float(numeral(said) or 0) == number


@pytest.mark.parametrize(
    "said", ["", "三二〇", "百", "一百零", "十五十六", "亿", "万三", "负负五", "点五", "一亿" * 30]
)
def test_what_is_no_numeral(said: str) -> None:
    assert numeral(said) is None


def in_words(number: int) -> str:
    """A whole number below 10^12 as taught at school."""
    groups: list[str] = []
    rest, gap = number, False
    for size, place in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, rest = divmod(rest, size)
        if not group:
            gap = bool(groups)
            continue
        groups.append(
            ("零" if groups and (gap or group < 1000) else "") + below_10000(group) + place
        )
        gap = False
    return "".join(groups) or "零"


def below_10000(number: int) -> str:
    said, gap = "", False
    for size, place in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            said += ("零" if gap else "") + "零一二三四五六七八九"[digit] + place
            gap = False
        else:
            gap = bool(said)
    return said.removeprefix("一") if said.startswith("一十") else said


def test_the_generator_itself() -> None:
    assert in_words(1_0203_0045) == "一亿零二百零三万零四十五"
    assert [in_words(n) for n in (0, 10, 15, 110, 3005, 20_000)] == [
        "零",
        "十",
        "十五",
        "一百一十",
        "三千零五",
        "二万",
    ]


@given(st.integers(0, 10**12 - 1) | st.integers(0, 99_999))
def test_numerals_come_back(number: int) -> None:
    assert numeral(in_words(number)) == number


# --- percentages


@pytest.mark.parametrize(
    ("said", "fraction", "how"),
    [
        ("50%", 0.5, "exact"),
        ("５０％", 0.5, "exact"),
        (" 50 % ", 0.5, "exact"),
        ("1%", 0.01, "exact"),
        ("0.5%", 0.005, "exact"),
        ("-5%", -0.05, "exact"),
        ("120%。", 1.2, "exact"),
        ("50 percent", 0.5, "exact"),
        ("0", 0.0, "exact"),
        ("0.5", 0.5, "normalised"),
        ("50", 0.5, "normalised"),
        ("五十", 0.5, "normalised"),
        ("百分之五十", 0.5, "normalised"),
        ("百分之五点五", 0.055, "normalised"),
        ("百分之百", 1.0, "normalised"),
        ("五成", 0.5, "normalised"),
        ("5成", 0.5, "normalised"),
        ("五成半", 0.55, "normalised"),
        ("六成五", 0.65, "normalised"),
        ("一半", 0.5, "normalised"),
        ("三分之二", 0.666666666666667, "normalised"),
        ("已完成50%", 0.5, "normalised"),
        ("约五成", 0.5, "approximate"),
        ("50%左右", 0.5, "approximate"),
        ("近50%", 0.5, "approximate"),
        ("超过50%", 0.5, "approximate"),
        ("50%以上", 0.5, "approximate"),
        ("五成多", 0.5, "approximate"),
        ("50多%", 0.5, "approximate"),
    ],
)
def test_percent_in_words(said: str, fraction: float, how: str) -> None:
    read = read_percent(said)
    assert read and (read.value, read.how) == (fraction, how)


@pytest.mark.parametrize(
    "said",
    [
        "3-5%",
        "40%~50%",
        "30\n40",
        "3 0%",
        "50%（其中一期40%）",
        "过半",
        "全部完成",
        "已完成",
        "不足50%",
        "50%以下",
        "2/3",
        "10²",
        "——50%",
        "(50%)",
        "50%%",
        "十五六",
        "未完成50%",
        "预计50%",
        "零分之一",
        "9" * 400,
        "1e99%%",
    ],
)
def test_percent_not_understood(said: str) -> None:
    assert read_percent(said) is None


@pytest.mark.parametrize(
    ("number", "number_format", "fraction", "how"),
    [
        (1.0, "0%", 1.0, "exact"),
        (50.0, "0%", 50.0, "exact"),  # Excel shows 5000%
        (0.5, "", 0.5, "normalised"),  # one sees 0.5
        (0.07000000000000001, "0.00%", 0.07, "exact"),
        (50.0, "General", 0.5, "normalised"),
        (50.0, '0"%"', 0.5, "exact"),
        (1.0, "0\\%", 0.01, "exact"),
        (0.0, "General", 0.0, "exact"),
        (1.0, "General", 0.01, "ambiguous"),
        (1.5, "", 0.015, "ambiguous"),
        (-5.0, "", -0.05, "normalised"),
    ],
)
def test_percent_from_a_number(
    number: float, number_format: str, fraction: float, how: str
) -> None:
    read = read_percent(number, number_format)
    assert read and (read.value, read.how) == (fraction, how)


def test_one_could_be_either() -> None:
    for one in ("1", "１", 1.0):
        read = read_percent(one)
        assert read and (read.how, read.value, read.other) == ("ambiguous", 0.01, 1.0)


@given(st.integers(-10_000, 1_000_000))
def test_percent_comes_back(points: int) -> None:
    fraction = points / 10_000
    read = read_percent(percent(fraction))
    assert read and read.how == "exact" and percent(read.value) == percent(fraction)


# --- numbers


@pytest.mark.parametrize(
    ("said", "unit", "number", "how"),
    [
        ("852.9亿元", "亿元", 852.9, "exact"),
        ("852.9 亿元", "万元", 8_529_000.0, "normalised"),
        ("852.9亿元", "", 852.9, "normalised"),
        ("8.5万", "", 85_000.0, "normalised"),
        ("8.5万", "万元", 8.5, "normalised"),
        ("8.5万", "元", 85_000.0, "normalised"),
        ("8500元", "万元", 0.85, "normalised"),
        ("1.36万亿", "亿元", 13_600.0, "normalised"),
        ("1,234.5", "", 1234.5, "exact"),
        ("1 234 567", "", 1_234_567.0, "exact"),
        ("１２３", "个", 123.0, "exact"),
        ("三百二十", "", 320.0, "normalised"),
        ("两千三百", "万元", 2300.0, "normalised"),
        ("三百千瓦", "千瓦", 300.0, "normalised"),
        ("三万五千人", "万人", 3.5, "normalised"),
        ("-1.8", "%", -1.8, "exact"),
        ("7.5%", "%", 7.5, "exact"),
        ("增长4%", "%", 4.0, "normalised"),
        ("同比增长4.5", "%", 4.5, "normalised"),
        ("下降4%", "%", -4.0, "normalised"),
        ("增长约4%", "%", 4.0, "approximate"),
        ("5公里", "千米", 5.0, "exact"),
        ("1.36E+12", "", 1.36e12, "exact"),
        ("约300", "", 300.0, "approximate"),
        ("300多人", "人", 300.0, "approximate"),
        ("300余万元", "亿元", 0.03, "approximate"),
        ("累计完成852.9亿元", "亿元", 852.9, "normalised"),
    ],
)
def test_number(said: str, unit: str, number: float, how: str) -> None:
    read = read_number(said, unit)
    assert read and (read.value, read.how) == (number, how)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("5吨", "元"),
        ("（1.8）", ""),
        ("3千", "万元"),
        ("12 34", ""),
        ("30\n40", ""),
        ("1,23", ""),
        ("10²", ""),
        ("300已完成", ""),
        ("3-4", ""),
        ("7.5%", ""),
        ("5个", "家"),
        ("1.2.3", ""),
        ("不足300", ""),
        ("无", ""),
    ],
)
def test_number_not_understood(said: str, unit: str) -> None:
    assert read_number(said, unit) is None


def test_number_from_a_number() -> None:
    shown = read_number(0.075, "%", "0.0%")
    assert shown and shown.value == 7.5
    assert read_number(True) is None and read_number(date(2022, 3, 2)) is None


@pytest.mark.parametrize(
    ("caption", "unit"),
    [("累计完成（亿元）", "亿元"), ("增速(%)", "%"), ("完成值（必填）", ""), ("完成值", "")],
)
def test_unit_of_a_caption(caption: str, unit: str) -> None:
    assert caption_unit(caption) == unit


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_number_comes_back(number: object) -> None:
    read = read_number(f"{number:,}亿元", "亿元")
    assert read and read.value == float(f"{number}") and read.how == "exact"


# --- dates


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("2022年6月30日", "exact"),
        ("2022 年 6 月 30 日", "exact"),
        ("2022.6.30", "exact"),
        ("2022-06-30", "exact"),
        ("2022/6/30", "exact"),
        ("２０２２．６．３０", "exact"),
        ("20220630", "exact"),
        ("2022-06-30 00:00:00", "exact"),
        ("2022年6月30日（星期四）", "exact"),
        ("二〇二二年六月三十日", "exact"),
        ("二○二二年六月三十号", "exact"),
        ("30/6/2022", "exact"),
        ("6/30/2022", "exact"),
        ("June 30, 2022", "exact"),
        ("30 Jun 2022", "exact"),
        ("2022年6月", "normalised"),
        ("2022年6月底", "normalised"),
        ("2022年6月末前", "normalised"),
        ("2022年6月30日前完成", "normalised"),
        ("预计2022年6月底", "normalised"),
        ("2022.6", "normalised"),
        ("6/30", "normalised"),
        ("6.30", "normalised"),
        ("6月30日", "normalised"),
        ("六月底", "normalised"),
        ("6月", "normalised"),
        ("22.6.30", "normalised"),
        ("2022年二季度末", "normalised"),
        ("第二季度", "normalised"),
        ("上半年", "normalised"),
        ("44742", "normalised"),
        ("约6月底", "approximate"),
        (44742.0, "normalised"),
        (44742.75, "normalised"),
        (20220630.0, "normalised"),
        (date(2022, 6, 30), "exact"),
        (datetime(2022, 6, 30, 8), "exact"),
    ],
)
def test_date(said: object, how: str) -> None:
    read = read_date(said, year=2022)
    assert read and (read.value, read.how) == (date(2022, 6, 30), how)


def test_other_dates() -> None:
    for said, day in (("年底", date(2022, 12, 31)), ("2024年2月", date(2024, 2, 29))):
        read = read_date(said, year=2022)
        assert read and read.value == day
    read = read_date(44742.0 - 1462, epoch1904=True)
    assert read and read.value == date(2022, 6, 30)


@pytest.mark.parametrize(
    "said",
    [
        "2022年6月31日",
        "2022-02-29",
        "2022年13月",
        "3/4/2022",
        "30/6/22",
        "6-7",
        "一二月",
        "2022年",
        "2022",
        "6月前",
        "6月30日至7月2日",
        "2022 6 30",
        "2022-6/30",
        "年",
        "年前",
        "月底",
        "已完成",
        "待定",
        6.3,
        6.0,
        2022.6,
        2022.0,
        float("nan"),
        float("inf"),
        True,
        time(8),
        None,
    ],
)
def test_date_not_understood(said: object) -> None:
    assert read_date(said, year=2022) is None


@pytest.mark.parametrize("said", ["6月30日", "6/30", "6.30", "年底", "二季度"])
def test_without_a_year_nothing_is_completed(said: str) -> None:
    assert read_date(said) is None


@given(
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.sampled_from(
        [
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}.{0.month}.{0.day}",
            "{0:%Y-%m-%d}",
            "{0:%Y%m%d}",
        ]
    ),
)
def test_a_date_comes_back(day: date, form: str) -> None:
    read = read_date(form.format(day))
    assert read and read.value == day


# --- no reader ever fails

anything = (
    written
    | st.floats()
    | st.booleans()
    | st.none()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)


@pytest.mark.slow
@given(
    anything,
    st.sampled_from(["", "General", "0%", '0"%"', "@"]),
    st.sampled_from(["", "元", "亿元", "%", "万"]),
)
def test_no_reader_raises(value: object, number_format: str, unit: str) -> None:
    for read in (
        read_percent(value, number_format),
        read_number(value, unit, number_format),
        read_date(value, year=2022),
        read_date(value, epoch1904=True),
    ):
        assert read is None or read.how in ("exact", "normalised", "approximate", "ambiguous")
    plain(value)


@pytest.mark.parametrize("sign", list("9,一亿 t年（-"))
def test_long_nonsense_is_no_figure(sign: str) -> None:
    text = sign * 32_767
    assert (read_percent(text), read_number(text), read_date(text), numeral(text)) == (None,) * 4


def test_what_is_stripped_is_all_that_python_holds_for_a_blank_and_the_empty_sign_of_braille() -> (
    None
):
    blanks = {chr(i) for i in range(sys.maxunicode + 1) if chr(i).isspace()}
    assert sorted(_BLANKS) == sorted(blanks | {"\u2800"})


def test_chinese_characters_fold_to_themselves() -> None:
    signs = "".join(map(chr, range(ord("一"), ord("龥") + 1)))
    assert fold(signs) == signs
    assert unicodedata.normalize("NFKC", signs).casefold() == signs
