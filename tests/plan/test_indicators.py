"""Reading numeric targets: what counts, its span, name, unit, comparator; joined over the periods."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.plan import Amount, Indicator, Task
from reconcile.plan.indicators import read_indicators, read_targets
from reconcile.plan.indicators.vocabulary import convert, split_measure

DATA = Path(__file__).parents[1] / "data"
QUARTERS = ("第二季度", "第三季度", "第四季度")


def read(text: str) -> list[str]:
    """Return the targets of a text, one line each: passage | amount measure | comparator | basis."""
    return [
        f"{t.text} | {t.amount}{t.measure} | {t.comparator} | {t.basis}" for t in read_targets(text)
    ]


def join(table: str) -> tuple[Indicator, ...]:
    """Return the indicators of a task shown as lines "时段 | 正文"; the first line is the goal."""
    rows = [line.split("|") for line in table.strip().splitlines()]
    texts = {caption.strip(): text.strip() for caption, text in rows}
    goal = texts.pop("目标")
    return read_indicators(Task(7, (), goal, texts, (), ()), QUARTERS)


def show(indicator: Indicator) -> str:
    """Return an indicator as one line: name | measure | basis | year | the periods."""
    numbers = [indicator.annual, *(indicator.targets.get(p) for p in QUARTERS)]
    cells = [
        indicator.name,
        indicator.measure,
        indicator.basis,
        *(str(n) if n else "-" for n in numbers),
    ]
    return " | ".join(cells)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("累计完成450亿元。", ["完成450亿元 | 450亿元 | >= | cumulative"]),
        ("同比增长7%。", ["同比增长7% | 7% | >= | growth"]),
        ("同比增长-3%。", ["同比增长-3% | -3% | >= | growth"]),
        (
            "累计完成吞吐量14425万吨，集装箱运量266万标箱。",
            [
                "完成吞吐量14425万吨 | 14425万吨 | >= | cumulative",
                "集装箱运量266万标箱 | 266万标箱 | >= | cumulative",
            ],
        ),
        ("选育耐盐新品系3-4个。", ["选育耐盐新品系3-4个 | 3-4个 | >= | cumulative"]),
        ("融资5000万-1亿元。", ["融资5000万-1亿元 | 0.5-1亿元 | >= | cumulative"]),
        (
            "检查率和抽查率分别达20%和2%以上。",
            ["检查率和抽查率分别达20% | 20% | >= | level", "2%以上 | 2% | >= | level"],
        ),
        (
            "PM2.5浓度低于31微克/立方米。",
            ["PM2.5浓度低于31微克/立方米 | 31微克/立方米 | <= | level"],
        ),
        ("居民消费价格涨幅3%左右。", ["居民消费价格涨幅3%左右 | 3% | ~ | growth"]),
        ("森林覆盖率由27%提高到27.5%。", ["森林覆盖率由27%提高到27.5% | 27.5% | >= | level"]),
        ("设立不少于３亿元的基金。", ["设立不少于３亿元的基金 | 3亿元 | >= | cumulative"]),
        ("新增床位1,200张。", ["新增床位1,200张 | 1200张 | >= | cumulative"]),
        ("签约10亿元以上项目5个。", ["签约10亿元以上项目5个 | 5个 | >= | cumulative"]),
        ("4项工程投产。", ["4项工程投产 | 4项 | >= | cumulative"]),
        (
            "26所中小学开工建设3所、竣工6所。",
            ["开工建设3所 | 3所 | >= | cumulative", "竣工6所 | 6所 | >= | cumulative"],
        ),
        ("新增公\n园1\n2个。", ["新增公\n园1\n2个 | 12个 | >= | cumulative"]),
    ],
)
def test_targets_are_read_with_their_exact_passage(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "推进5G应用，建设连岛5A级景区。",
        "完善12345热线。",
        "举办518购物节。",
        "7号机组完成内壳15层混凝土施工，设备闸门+26.2m到场。",
        "2022年6月底前完成，开展1-3月分析。",
        "开工建设40万吨矿石码头和30万吨级航道。",
        "完成500千伏徐圩变电站扩建。",
        "对16条整改措施逐个推进落实。",
        "将100条政策落实情况计入年度考核。",
        "推进20个重点项目建设。",
        "启动“521工程”、《2022年工作要点》。",
        "完成第二块土地（429亩）摘牌。",
        "702所在连开展相关业务。",
        "启动第2个分片区征收。",
        "",
        "。",
    ],
)
def test_names_dates_sizes_and_things_worked_on_are_no_targets(text: str) -> None:
    assert read(text) == []


def test_objects_linked_by_a_comma_inherit_the_verb() -> None:
    names = [t.name for t in read_targets("推广农作物新品种10个、新技术5项、新模式2个。")]
    assert names == ["推广农作物新品种", "推广新技术", "推广新模式"]


def test_a_heading_and_a_subject_say_whose_the_target_is() -> None:
    (first, second) = read_targets("连淮高速：先导段完成60%软基处理、35%桥梁桩基。")
    assert (first.about, first.name) == ("连淮高速先导段", "软基处理")
    assert (second.about, second.name) == ("连淮高速先导段", "桥梁桩基")


def test_a_growth_rate_takes_the_name_of_the_amount_before_it() -> None:
    names = [t.name for t in read_targets("完成吞吐量100万吨，同比增长6%。")]
    assert names == ["吞吐量", "吞吐量增速"]


@pytest.mark.parametrize(
    ("table", "expected", "doubts"),
    [
        (
            """
            目标 | 产业投资完成1360亿元。
            第二季度 | 累计完成450亿元。
            第三季度 | 累计完成850亿元。
            第四季度 | 累计完成1360亿元。
            """,
            ["产业投资 | 亿元 | cumulative | 1360 | 450 | 850 | 1360"],
            [],
        ),
        (
            """
            目标 | 新增管道天然气用户2.5万户。
            第二季度 | 新增管道天然气用户10700户。
            第三季度 | 新增管道天然气用户6500户。
            第四季度 | 新增管道天然气用户7800户。
            """,
            ["新增管道天然气用户 | 户 | period | 25000 | 10700 | 6500 | 7800"],
            [],
        ),
        (
            """
            目标 | 依法处置违法建设80万平方米。
            第二季度 | 完成违法建设处置37万平方米。
            第三季度 | 完成违法建设处置28万平方米。
            第四季度 | 完成违法建设处置15万平方米。
            """,
            ["处置违法建设 | 万平方米 | period | 80 | 37 | 28 | 15"],
            [],
        ),
        (
            """
            目标 | 扩大油气贸易。
            第二季度 | 实现贸易额1亿元。
            第三季度 | 实现贸易额2亿元。
            第四季度 | 实现贸易额3亿元。
            """,
            ["贸易额 | 亿元 | cumulative | - | 1 | 2 | 3"],
            ["IND-001"],
        ),
        (
            """
            目标 | 建成示范基地4家。
            第二季度 | 做好申报工作。
            第三季度 | 做好申报工作。
            第四季度 | 建成示范基地2家。
            """,
            ["建成示范基地 | 家 | period | 4 | - | - | 2"],
            ["IND-002"],
        ),
        (
            """
            目标 | 新增智能停车泊位3000个。
            第二季度 | 完成1500个智能停车泊位建设。
            第三季度 | 完成1500个智能停车泊位建设。
            第四季度 | 完成3000个智能停车泊位接入系统联调联试。
            """,
            [
                "新增智能停车泊位 | 个 | period | 3000 | 1500 | 1500 | -",
                "智能停车泊位接入系统联调联试 | 个 | cumulative | - | - | - | 3000",
            ],
            ["IND-001"],
        ),
        (
            """
            目标 | 城镇居民收入增长7%。
            第二季度 | 同比增长7%。
            第三季度 |
            第四季度 | 同比增长7%。
            """,
            ["城镇居民收入增速 | % | growth | 7 | 7 | - | 7"],
            [],
        ),
        (
            """
            目标 | 优化外贸。
            第二季度 | 新签约项目20个。
            第三季度 |
            第四季度 | 全年实现交易额不低于2亿元。
            """,
            [
                "新签约项目 | 个 | cumulative | - | 20 | - | -",
                "交易额 | 亿元 | cumulative | 2 | - | - | 2",
            ],
            ["IND-001"],
        ),
    ],
)
def test_targets_join_over_the_periods(table: str, expected: list[str], doubts: list[str]) -> None:
    found = join(table)
    assert [show(i) for i in found] == expected
    assert [d.code for i in found for d in i.doubts] == doubts


def test_a_doubt_names_its_indicator_and_reads_as_a_sentence() -> None:
    (found,) = join("""
        目标 | 建成示范基地4家。
        第四季度 | 建成示范基地2家。
    """)
    assert (found.doubts[0].task, found.doubts[0].field) == (7, "建成示范基地")
    assert "全年目标4家" in found.doubts[0].message


def test_names_of_one_task_are_never_the_same() -> None:
    found = join("""
        目标 | 建设园区。
        第二季度 | 甲园区完成投资3亿元。乙园区完成投资5亿元。
        第三季度 | 乙园区完成投资6亿元。甲园区完成投资4亿元。
    """)
    assert [show(i) for i in found] == [
        "甲园区投资 | 亿元 | cumulative | - | 3 | 4 | -",
        "乙园区投资 | 亿元 | cumulative | - | 5 | 6 | -",
    ]


def test_the_labelled_sample_is_read_as_well_as_promised() -> None:
    # By its file: the checkout is not on the path, so that the installed package is what is tested.
    path = Path(__file__).parents[2] / "bench" / "score_indicators.py"
    spec = importlib.util.spec_from_file_location("score_indicators", path)
    assert spec and spec.loader
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    score = bench.score

    targets, joined = score(DATA)
    assert targets.precision >= 0.97, targets.wrong
    assert targets.recall >= 0.95, targets.missed
    assert joined.recall >= 0.9, joined.missed
    assert joined.precision >= 0.9, joined.wrong


WORDS = """
完成 累计 新增 公园 35 3-4 1,200 7.5 % 万 亿 元 个 家 以上 左右 不少于 增长 率 分别 由 提高到
、 ， 。 ： （ ） “ ” 和 第 级 对 26所
"""
PARTS = st.sampled_from([*WORDS.split(), "\n"])


@given(st.lists(PARTS, max_size=25).map("".join))
def test_any_text_is_read_and_every_passage_is_exact(text: str) -> None:
    for target in read_targets(text):
        assert text[target.start : target.end] == target.text
        assert target.amount.low <= target.amount.high
        assert any(sign.isdigit() for sign in target.text)
        assert not any(sign.isspace() for sign in target.name)


@given(st.text(max_size=40))
def test_no_text_is_a_fault(text: str) -> None:
    read_targets(text)
    read_indicators(Task(1, (), text, {"一": text, "二": text}, (), ()), ("一", "二"))


numbers = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3)


@given(numbers, numbers)
def test_reading_a_printed_amount_gives_it_back(one: object, other: object) -> None:
    amount = Amount(*sorted((one, other)))  # type: ignore[type-var]
    assert Amount.read(str(amount)) == amount


@pytest.mark.parametrize("text", ["", "约三", "1-2-3", "4-3", "NaN", "Infinity", "3-", "-"])
def test_what_is_no_amount_reads_as_none(text: str) -> None:
    assert Amount.read(text) is None


@pytest.mark.parametrize(
    ("measure", "magnitude", "base"),
    [
        ("万人", 10**4, "人"),
        ("亿美元", 10**8, "美元"),
        ("%", 1, "%"),
        ("万千瓦", 10**4, "千瓦"),
        ("百分点", 1, "百分点"),
    ],
)
def test_a_unit_of_measure_splits_into_magnitude_and_base(
    measure: str, magnitude: int, base: str
) -> None:
    assert split_measure(measure) == (magnitude, base)


@given(numbers)
def test_conversion_there_and_back_changes_nothing(number: object) -> None:
    there = convert(number, "亿元", "万元")  # type: ignore[arg-type]
    assert there is not None
    assert convert(there, "万元", "亿元") == number
    assert convert(there, "万元", "人") is None
