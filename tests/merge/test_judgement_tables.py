"""The tables that judgement reads by, over all of their entries, against literals written out here."""

from __future__ import annotations

from datetime import date

import pytest

from reconcile.core.form import Field, Rule
from reconcile.core.unit_names import is_group, looks_like_unit, may_be_short, shared, split_names
from reconcile.core.units import split_units
from reconcile.core.values.dates import read_date
from reconcile.core.values.numbers import MEASURES, caption_unit, read_number
from reconcile.core.values.periods import begin_of, end_month, period, periods_of
from reconcile.merge.field_rules import apply


def listed(text: str) -> list[str]:
    return text.split()


# --- dates

MONTHS = {
    "January": "01-31", "February": "02-28", "March": "03-31", "April": "04-30", "May": "05-31", "June": "06-30",
    "July": "07-31", "August": "08-31", "September": "09-30", "October": "10-31", "November": "11-30", "December": "12-31",
}  # fmt: skip


@pytest.mark.parametrize("name", MONTHS)
def test_every_english_month(name: str) -> None:
    last = date.fromisoformat(f"2022-{MONTHS[name]}")
    for text in (f"end of {name}", f"end {name[:3]}", f"{name} 2022", f"End of {name}, 2022"):
        read = read_date(text, year=2022)
        assert read is not None and (read.value, read.how) == (last, "normalised"), text
    for text in (f"{name} 9, 2022", f"9 {name} 2022", f"9th of {name[:3]}. 2022", f"9-{name[:3]}-2022"):  # fmt: skip
        read = read_date(text)
        assert read is not None and (read.value, read.how) == (last.replace(day=9), "exact"), text
    assert read_date(f"end of {name[:2]}", year=2022) is None
    if name != "May":
        assert read_date(f"by {name}", year=2022) is None, "its first day, or its last?"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("end of Q1", "03-31"), ("end of Q2", "06-30"), ("end of Q3", "09-30"), ("end of Q4", "12-31"),
        ("end 1Q", "03-31"), ("end 2Q", "06-30"), ("end 3Q", "09-30"), ("end 4Q", "12-31"),
        ("end of the first quarter", "03-31"), ("end of the second quarter", "06-30"),
        ("end of third quarter", "09-30"), ("end of fourth quarter", "12-31"),
        ("end of 1st quarter", "03-31"), ("end of 2nd quarter", "06-30"), ("end of 3rd quarter", "09-30"),
        ("end of 4th quarter", "12-31"), ("end of the first half", "06-30"), ("end of H1", "06-30"),
        ("Q2 2022", "06-30"), ("first half of 2022", "06-30"), ("year-end", "12-31"), ("end of the year", "12-31"),
        ("end of year", "12-31"), ("by the end of 2022", "12-31"), ("end 2022", "12-31"),
        ("一季度", "03-31"), ("第二季度", "06-30"), ("3季度末", "09-30"), ("四季度底", "12-31"), ("Q3", "09-30"),
        ("上半年", "06-30"), ("年底", "12-31"), ("全年底", "12-31"), ("年度末", "12-31"), ("2022年底", "12-31"),
        ("2022年上半年", "06-30"), ("2022年第三季度", "09-30"), ("6月", "06-30"), ("6月份", "06-30"), ("6月底前", "06-30"),
        ("二月末", "02-28"), ("十一月", "11-30"), ("2022年12月", "12-31"), ("2022.6", "06-30"), ("2022/6", "06-30"),
        ("预计6月底完成", "06-30"), ("力争年底前竣工", "12-31"), ("计划6月底完工", "06-30"), ("拟于6月底", "06-30"),
        ("确保6月底前完成", "06-30"), ("争取6月底", "06-30"), ("将于6月底", "06-30"), ("预期6月底", "06-30"),
    ],
)  # fmt: skip
def test_parts_of_the_year_end_on_their_last_day(text: str, day: str) -> None:
    read = read_date(text, year=2022)
    assert read is not None
    assert (read.value, read.how) == (date.fromisoformat(f"2022-{day}"), "normalised")


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2022年6月9日", "exact"), ("2022年6月9号", "exact"), ("2022-6-9", "exact"), ("2022/06/09", "exact"),
        ("2022.6.9", "exact"), ("20220609", "exact"), ("二〇二二年六月九日", "exact"), ("2022-06-09 08:30", "exact"),
        ("2022-06-09T08:30:00Z", "exact"), ("6/9/2022", None), ("9/6/2022", None), ("22.6.9", "normalised"),
        ("6月9日", "normalised"), ("六月九号", "normalised"), ("6.9", "normalised"), ("6/9", "normalised"),
        ("2022年6月9日（星期四）", "exact"), ("2022年6月9日周四", "exact"), ("2022年6月9日前", "normalised"),
        ("2022年6月9日前完成", "normalised"), ("Thursday, 9 June 2022", "normalised"), ("by 9 June 2022", "normalised"),
        ("9 June", "normalised"), ("June 9", "normalised"), ("44721", "normalised"), ("44721.0", "normalised"),
        ("约2022年6月9日", "approximate"), ("2027.6.9", None), ("27.6.9", None), ("17.6.9", None),
    ],
)  # fmt: skip
def test_one_day_in_many_ways(text: str, how: str | None) -> None:
    read = read_date(text, year=2022)
    if how is None:
        assert read is None or read.value != date(2022, 6, 9)
    else:
        assert read is not None and (read.value, read.how) == (date(2022, 6, 9), how)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13/6/2022", "2022-06-13"), ("6/13/2022", "2022-06-13"), ("12/12/2022", "2022-12-12"), ("12/6/2022", None),
        ("6/12/2022", None), ("31-12-2022", "2022-12-31"), ("17.6.30", "2017-06-30"), ("16.6.30", None),
        ("27.6.30", "2027-06-30"), ("28.6.30", None),
    ],
)  # fmt: skip
def test_days_that_could_be_two_are_asked(text: str, day: str | None) -> None:
    read = read_date(text, year=2022)
    assert (read.value.isoformat() if read else None) == day


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (44721, "2022-06-09"), (44721.75, "2022-06-09"), (20220609, "2022-06-09"), (20221309, None),
        (19900101, "1990-01-01"), (19891231, None), (20991231, "2099-12-31"), (20220609.5, None),
        (32874, "1990-01-01"), (32873, None), (73050, "2099-12-31"), (73051, None), (25000, None), (80000, None),
    ],
)  # fmt: skip
def test_numbers_of_days(number: float, day: str | None) -> None:
    read = read_date(number)
    assert (read.value.isoformat() if read else None) == day
    assert read is None or read.how == "normalised"


# --- periods


@pytest.mark.parametrize(
    ("caption", "month"),
    [
        ("上半年", 6), ("下半年", 12), ("全年", 12), ("年底目标", 12), ("年度目标", 12), ("形象进度", 12), ("前三季度", 9),
        ("第一季度", 3), ("二季度", 6), ("第3季度", 9), ("4 季度", 12), ("Q1", 3), ("Q 2", 6), ("3Q", 9), ("Quarter 4", 12),
        ("first quarter", 3), ("second quarter", 6), ("third quarter", 9), ("fourth quarter", 12), ("1st quarter", 3),
        ("2nd quarter", 6), ("3rd quarter", 9), ("4th quarter", 12), ("H1", 6), ("H2", 12), ("first half", 6),
        ("second half", 12), ("1st-half", 6), ("2nd half", 12), ("half-year 1", 6), ("half year 2", 12),
        ("2022年", 12), ("2022年度目标", 12), ("2022年工作目标", 12), ("2022年第一季度", 3), ("2022年上半年", 6),
        ("2022年一月", 1), ("2023年三季度目标", 9), ("2022年度", 12), ("FY2022", 12), ("2022 target", 12), ("2022/23", 12),
        ("1-9月", 9), ("一月", 1), ("二月", 2), ("三月", 3), ("四月", 4), ("五月", 5), ("六月", 6), ("七月", 7), ("八月", 8),
        ("九月", 9), ("十月", 10), ("十一月", 11), ("十二月", 12), ("12月", 12), ("13月", None), ("0月", None),
        ("January", 1), ("Feb", 2), ("Mar", 3), ("April", 4), ("May", 5), ("Jun", 6), ("July", 7), ("Aug", 8), ("Sept", 9),
        ("Sep", 9), ("October", 10), ("Nov", 11), ("Dec", 12), ("by June", 6), ("Mar to May", 5), ("Q1 (Apr–Jun)", 6),
        ("Q4 (Jan-Mar)", 3), ("第一阶段", None), ("备注", None), ("5季度", None), ("Q5", None),
    ],
)  # fmt: skip
def test_when_a_period_ends(caption: str, month: int | None) -> None:
    assert end_month(caption) == month


@pytest.mark.parametrize(
    ("caption", "end", "months", "sure"),
    [
        ("第二季度", "2022-06-30", 6.0, True),
        ("2023年一季度", "2023-03-31", 15.0, True),
        ("2021年四季度", "2021-12-31", 0.0, True),
        ("2031年3月", "2031-03-31", 111.0, True),
        ("2032年3月", "2022-03-31", 3.0, True),  # ten years off: no year of its periods
        ("截至2022-05-20", "2022-05-20", 5.0, True),
        ("截至2022-05-19", "2022-05-19", 4.5, True),
        ("2023年1月31日", "2023-01-31", 13.0, True),
        ("2022年2月30日", "2022-02-28", 2.0, True),
        ("第一阶段", "2022-06-30", 6.0, False),
    ],
)
def test_a_period_s_last_day_and_months(caption: str, end: str, months: float, sure: bool) -> None:
    found, certain = period(caption, 2022, 2, 4)
    assert (found.end.isoformat(), found.months, certain) == (end, months, sure)


def test_the_first_day_of_a_period() -> None:
    quarters, _ = periods_of(("第一季度", "第二季度", "第四季度"), 2022, "a")
    assert [begin_of(quarters, n).isoformat() for n in (1, 2, 3)] == [
        "2022-01-01", "2022-04-01", "2022-07-01",
    ]  # fmt: skip
    [half], _ = periods_of(("截至2022-05-19",), 2022, "a")
    assert begin_of((half,), 1) == date(2022, 1, 1)
    [late], _ = periods_of(("2023年2月",), 2022, "a")
    assert begin_of((late,), 1) == date(2022, 1, 1)


@pytest.mark.parametrize(
    ("captions", "ends", "months"),
    [
        # | the year of a budget that begins in April, July or October |
        (("Q1 (Apr–Jun)", "Q2 (Jul–Sep)", "Q3 (Oct–Dec)", "Q4 (Jan–Mar)"), "22-06-30 22-09-30 22-12-31 23-03-31", "3 6 9 12"),
        (("七至九月", "十至十二月", "一至三月", "四至六月"), "22-09-30 22-12-31 23-03-31 23-06-30", "3 6 9 12"),
        (("9月", "3月"), "22-09-30 23-03-31", "6 12"),
        # | uneven steps, or years that the captions say: as they stand |
        (("6月", "9月", "3月"), "22-06-30 22-09-30 22-03-31", "6 9 3"),
        (("2022年9月", "2023年3月"), "22-09-30 23-03-31", "9 15"),
        (("第一季度", "第二季度"), "22-03-31 22-06-30", "3 6"),
    ],
)  # fmt: skip
def test_years_that_do_not_begin_in_january(
    captions: tuple[str, ...], ends: str, months: str
) -> None:
    found, told = periods_of(captions, 2022, "a")
    assert [p.end.isoformat()[2:] for p in found] == ends.split()
    assert [p.months for p in found] == [float(m) for m in months.split()]
    assert [p.caption for p in found] == list(captions) and told == ()


# --- figures


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3公里", "千米", 3.0), ("3公斤", "千克", 3.0), ("3㎡", "平方米", 3.0), ("3m²", "平方米", 3.0), ("3平米", "平方米", 3.0),
        ("3人民币", "元", 3.0), ("3亿元", "万元", 30000.0), ("3千万元", "亿元", 0.3), ("3吨", "元", None), ("3万", "", 30000.0),
        ("3亿", "亿元", 3.0), ("3百", "万元", None), ("3千", "万元", None), ("3万", "万元", 3.0), ("3千", "元", 3000.0),
        ("增长4%", "%", 4.0), ("同比增加4%", "%", 4.0), ("上升4%", "%", 4.0), ("累计提高4%", "%", 4.0),
        ("下降4%", "%", -4.0), ("同比减少4%", "%", -4.0), ("比上年同期降低4%", "%", -4.0), ("下降-4%", "%", None),
        ("增长4%", "亿元", None), ("三百千瓦", "千瓦", 300.0), ("负三元", "元", -3.0), ("-3元", "元", -3.0),
    ],
)  # fmt: skip
def test_numbers_in_the_field_s_unit(text: str, unit: str, value: float | None) -> None:
    read = read_number(text, unit)
    assert (read.value if read else None) == value


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("300亿元", "exact"), ("300", "exact"), ("三百亿元", "normalised"), ("300余亿元", "approximate"),
        ("300多亿元", "approximate"), ("约300亿元", "approximate"), ("3000000万元", "normalised"),
    ],
)  # fmt: skip
def test_how_surely_a_number_is_read(text: str, how: str) -> None:
    read = read_number(text, "亿元")
    assert read is not None and (read.value, read.how) == (300.0, how)


def test_every_measure_may_stand_behind_a_number() -> None:
    measures = listed(
        "元 人 人次 户 家 个 项 件 条 座 处 所 套 台 辆 吨 亩 公顷 次 场 批 宗 名 天 "
        "米 千米 平方米 平方千米 立方米 瓦 瓦时"
    )
    assert sorted(measures) == sorted(MEASURES)
    for measure in measures:
        assert caption_unit(f"累计完成（{measure}）") == measure
        read = read_number(f"12{measure}")
        assert read is not None and (read.value, read.unit) == (12.0, measure)
    assert read_number("12岁") is None and caption_unit("年龄（岁）") == ""
    for caption, unit in (("完成率（%）", "%"), ("完成率(％)", "％"), ("投资（单位：亿元）", "亿元"), ("投资（亿元）额", ""), ("（亿元）投资（累计）", "")):  # fmt: skip
        assert caption_unit(caption) == unit


# --- rules

PERCENT = Field("percent", "完成百分比", True, Rule("percent", 0.0, 5.0))
NUMBER = Field("count", "完成数（个）", True, Rule("number", 0.0, 100.0))
DATE = Field("date", "预计完成时间", True, Rule("date", date(2022, 1, 1), date(2022, 12, 31)))
TEXT = Field("text", "进展情况", True, Rule("text", 2, 5))
WANTED = Field("text", "进展情况", True, Rule("text", 0, 9, required=True))
CHOICE = Field("state", "完成情况", True, Rule("choice", choices=("已完成", "滞后")))


@pytest.mark.parametrize(
    ("field", "value", "kind", "taken", "code"),
    [
        (PERCENT, 0.5, "normalised", 0.5, "CELL-012"), (PERCENT, "50%", "normalised", 0.5, ""),
        (PERCENT, "五成", "normalised", 0.5, "CELL-012"), (PERCENT, "约五成", "normalised", 0.5, "CELL-011"),
        (PERCENT, "大半", "set aside", None, "CELL-003"), (PERCENT, "1.5", "set aside", None, "CELL-004"),
        (PERCENT, "600%", "set aside", None, "CELL-007"), (PERCENT, "-1%", "set aside", None, "CELL-007"),
        (PERCENT, "500%", "normalised", 5.0, ""), (PERCENT, "0%", "normalised", 0.0, ""),
        (PERCENT, "无", "normalised", "", "CELL-014"), (PERCENT, " ", "blank", None, ""),
        (NUMBER, 8, "accepted", 8.0, ""), (NUMBER, 100, "accepted", 100.0, ""), (NUMBER, 101, "set aside", None, "CELL-007"),
        (NUMBER, 0, "accepted", 0.0, ""), (NUMBER, -1, "set aside", None, "CELL-007"),
        (NUMBER, "八个", "normalised", 8.0, "CELL-012"), (NUMBER, "8吨", "set aside", None, "CELL-006"),
        (DATE, date(2022, 1, 1), "accepted", date(2022, 1, 1), ""), (DATE, "2022.12.31", "normalised", date(2022, 12, 31), ""),
        (DATE, "2023.1.1", "set aside", None, "CELL-009"), (DATE, "2021.12.31", "set aside", None, "CELL-009"),
        (DATE, "尽快", "set aside", None, "CELL-008"), (DATE, "年底", "normalised", date(2022, 12, 31), "CELL-012"),
        (TEXT, "好", "set aside", None, "CELL-015"), (TEXT, "好的", "accepted", "好的", ""), (TEXT, "好好好好好", "accepted", "好好好好好", ""),
        (TEXT, "好好好好好好", "set aside", None, "CELL-010"), (TEXT, " 好的", "normalised", "好的", ""),
        (TEXT, "好\u200b的", "normalised", "好的", "CELL-013"), (WANTED, "无", "accepted", "无", "CELL-017"),
        (WANTED, " 无", "normalised", "无", "CELL-017"),
        (CHOICE, "滞后", "accepted", "滞后", ""), (CHOICE, "滞 后", "normalised", "滞后", ""), (CHOICE, "滞后。", "normalised", "滞后", ""),
        (CHOICE, "√滞后", "normalised", "滞后", ""), (CHOICE, "☑滞后", "normalised", "滞后", ""), (CHOICE, "差不多", "set aside", None, "CELL-002"),
    ],
)  # fmt: skip
def test_one_cell_by_its_rule(
    field: Field, value: object, kind: str, taken: object, code: str
) -> None:
    found = apply(field, value, year=2022)
    assert (found.kind, found.value, found.code) == (kind, taken, code)


# --- names

LEAD_WORDS = listed(
    "牵头责任单位 牵头单位 牵头部门 牵头科室 牵头处室 主办单位 主办部门 主责单位 主责部门 主要责任单位 责任单位 责任部门 责任主体 责任科室 "
    "主管单位 主管部门 承办单位 承办部门 落实单位 落实部门 实施单位 实施主体 承担单位 牵头 主办 主责 Lead Responsible Owner"
)
SUPPORT_WORDS = listed(
    "共同责任单位 配合责任单位 其他责任单位 配合单位 配合部门 配合科室 协办单位 协办部门 协同单位 协同部门 协作单位 协作部门 协助单位 协助部门 "
    "参与单位 参与部门 参加单位 会办单位 支持单位 共同责任 配合 协办 协同 协助 参与 会办 Support Supporting Partners With"
)


@pytest.mark.parametrize("word", [*LEAD_WORDS, "Lead agency", "Responsible department"])
def test_every_word_for_who_leads(word: str) -> None:
    found = shared(f"{word}：甲局；配合：乙局")
    assert (found.lead, found.support) == ("甲局", "乙局")


@pytest.mark.parametrize("word", [*SUPPORT_WORDS, "Supported by", "Supporting units"])
def test_every_word_for_who_supports(word: str) -> None:
    found = shared(f"牵头单位：甲局；{word}：乙局、丙局")
    assert (found.lead, found.support, found.mark) == ("甲局", "乙局、丙局", "牵头单位：")


@pytest.mark.parametrize(
    ("text", "lead", "support"),
    [
        ("甲局牵头，乙局、丙局配合", "甲局", "乙局、丙局"), ("由甲局牵头负责，乙局协办。", "甲局", "乙局"),
        ("甲局主办；乙局参与实施", "甲局", "乙局"), ("甲局牵头落实", "甲局", ""), ("甲局、乙局牵头，丙局等按职责分工负责", "甲局、乙局", "丙局"),
        ("甲局、乙局按各自职责分工负责", "甲局、乙局", ""), ("甲局、乙局分别负责落实", "甲局、乙局", ""),
        ("甲局（牵头）、乙局", "甲局", "乙局"), ("甲局、乙局（主办）", "乙局", "甲局"), ("甲局（配合）、乙局", "乙局", "甲局"),
        ("甲局（协办）、乙局（牵头单位）、丙局", "乙局", "甲局、丙局"), ("★甲局、乙局", "甲局", "乙局"), ("甲局、乙局▲", "乙局", "甲局"),
        ("*Parks; Roads", "Parks", "Roads"), ("Parks (lead); Roads (support)", "Parks", "Roads"),
        ("牵头单位：甲局 责任单位：乙局", "甲局", "乙局"), ("责任单位：甲局 配合单位：无", "甲局", ""), ("甲局；配合单位：乙局", "甲局", "乙局"),
        ("甲局（配合）、乙局（协办）", "甲局、乙局", ""), ("甲局、乙局", "甲局、乙局", ""),
    ],
)  # fmt: skip
def test_who_leads_in_one_cell(text: str, lead: str, support: str) -> None:
    found = shared(text)
    assert (found.lead, found.support) == (lead, support)


@pytest.mark.parametrize("mark", "★☆▲△*＊●◎")
def test_every_mark_of_who_leads(mark: str) -> None:
    assert shared(f"甲局、{mark}乙局") == shared(f"甲局、乙局{mark}")
    assert (shared(f"甲局、{mark}乙局").lead, shared(f"甲局、{mark}乙局").mark) == ("乙局", mark)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("各县区", True), ("各县（市、区）", True), ("县（市、区）人民政府", True), ("县市区", True), ("所有部门", True),
        ("全体成员", True), ("有关部门", True), ("相关单位", True), ("其他部门", True), ("领导小组成员单位", True), ("市有关部门", True),
        ("市有关单位", True), ("市相关部门", True), ("市相关单位", True), ("功能板块", True), ("市属监管企业", True), ("街道办事处和镇", True),
        ("All departments", True), ("each district", True), ("Every office", True), ("relevant bodies", True), ("Agencies concerned", True),
        ("councils concerned", True), ("市财政局", False), ("海州区", False), ("Small parks", False), ("Council", False),
    ],
)  # fmt: skip
def test_what_is_a_group(name: str, group: bool) -> None:
    assert is_group(name) is group


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        (f"某{end}", True)
        for end in listed("局 厅 委 办 部 院 行 中心 公司 集团 社 联 科协 队 馆 站 署 县 市 区 政府 大学 学校 海关 商会")
    ]
    + [(f"City {word}", True) for word in listed("Department Office Agency Ministry Council Board Authority Services Bureau Commission Committee Team Directorate Unit Division Secretariat Police University Hospital")]
    + [("管委会", False), ("委员会", False), ("管理委员会", False), ("张三", False), ("年底前", False), ("Parks", False)],
)  # fmt: skip
def test_what_looks_like_a_unit(name: str, unit: bool) -> None:
    assert looks_like_unit(name) is unit


@pytest.mark.parametrize(
    ("short", "full", "same"),
    [
        ("市住建局", "市住房和城乡建设局", True), ("市住建局", "市住房与城乡建设局", True), ("市建局", "市住房和城乡建设局", False),
        ("海州区", "海州区人民政府", True), ("海州区", "海州区政府", True), ("开发区", "开发区管理委员会", True), ("市发改局", "市发展和改革委", False),
        ("市住建局", "县住房和城乡建设局", False), ("市住建局", "市住建局", False), ("Dept of Parks", "Department of Parks", True),
        ("The Ministry of Roads", "Min. for Road", True), ("Parks", "Roads", False), ("市建住局", "市住房和城乡建设局", False),
        ("市发展改革委", "市发展和改革委员会", True), ("Parks & Roads", "Parks and Road", True),
    ],
)  # fmt: skip
def test_what_may_be_short_for_what(short: str, full: str, same: bool) -> None:
    assert may_be_short(short, full) is same


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲局、乙局，丙局；丁局,戊局;己局", "甲局|乙局|丙局|丁局|戊局|己局"), ("各县（市、区）、甲局", "各县（市、区）|甲局"),
        ("甲局）、乙局", "甲局）|乙局"), ("•甲局•乙局", "甲局|乙局"), ("Parks, Roads", "Parks|Roads"), ("Parks; Roads, Bridges", "Parks|Roads, Bridges"),
        ("Parks, and Roads", "Parks|Roads"), ("Ministry of Housing, Communities and Local Government", "Ministry of Housing, Communities and Local Government"),
        ("Assistant Director, Digital", "Assistant Director, Digital"), ("Director, Head of Roads", "Director|Head of Roads"),
        ("、甲局、、", "甲局"), ("", ""),
    ],
)  # fmt: skip
def test_names_in_a_cell(text: str, names: str) -> None:
    assert split_names(text) == [n for n in names.split("|") if n]


@pytest.mark.parametrize(
    ("text", "known", "meant", "names", "doubtful"),
    [
        ("灌云县\n东海县", "灌云县 东海县", False, "灌云县 东海县", ""),
        ("市自贸区\n管委会", "", False, "市自贸区管委会", "市自贸区管委会"),
        ("市自贸区\n管委会", "市自贸区管委会", False, "市自贸区管委会", ""),
        ("市自贸区\n管委会\n东海县", "市自贸区管委会 东海县", False, "市自贸区管委会 东海县", ""),
        ("甲局\n乙局", "", True, "甲局 乙局", "甲局 乙局"),
        ("甲局\n乙局", "甲局乙局", True, "甲局乙局", ""),
        ("甲局\n乙局", "", False, "甲局乙局", "甲局乙局"),
        ("甲局\n张三", "", True, "甲局张三", "甲局张三"),
        ("甲局）", "", False, "甲局", "甲局"),
        ("甲局（南", "", False, "甲局", "甲局"),
        ("甲局、甲局", "", False, "甲局", ""),
        ("Park\ns", "", False, "Parks", "Parks"),
    ],
)
def test_units_of_a_cell(text: str, known: str, meant: bool, names: str, doubtful: str) -> None:
    found = split_units(text, set(known.split()), meant=meant)
    assert found == (tuple(names.split()), tuple(doubtful.split()))
