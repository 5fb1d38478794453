"""One field rule against one cell: what is accepted, normalised, set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.core.findings import CATALOGUE, Finding, Severity
from reconcile.core.form import Field, Rule, describe
from reconcile.core.text import fold, is_blank
from reconcile.core.values.synonyms import DEFAULT_SYNONYMS, synonym_map
from reconcile.merge.field_rules import Outcome, apply

SYNONYMS = synonym_map()
STATE = Field(
    "state", "完成情况", True, Rule("choice", choices=tuple(DEFAULT_SYNONYMS), required=True)
)
RATE = Field("rate", "完成比例", True, Rule("percent", 0.0, 1.0, required=True))
AMOUNT = Field("amount", "累计完成（亿元）", True, Rule("number", 0.0))
COUNT = Field("count", "完成数", True, Rule("number", 0.0, 1000.0))
DUE = Field("due", "预计完成时间", True, Rule("date", date(2022, 1, 1), date(2023, 12, 31)))
TEXT = Field("progress", "进展情况", True, Rule("text", 2.0, 20.0, required=True))
FREE = Field("problem", "存在问题", True, Rule())


def judge(field: Field, value: object, format: str = "") -> tuple[str, object, str]:
    outcome = apply(field, value, format=format, synonyms=SYNONYMS, year=2022)
    return outcome.kind, outcome.value, outcome.code


def told(outcome: Outcome) -> tuple[str, str]:
    """The message and the fix as the clerk reads them."""
    finding = Finding(outcome.code, values=outcome.values)
    return finding.message, finding.fix


@pytest.mark.parametrize(
    ("field", "value", "format", "taken"),
    [
        (STATE, "已完成", "@", "已完成"),
        (STATE, "未启动", "", "未启动"),
        (RATE, 0.5, "0%", 0.5),
        (RATE, 1.0, "0%", 1.0),
        (RATE, 0.0, "0%", 0.0),
        (AMOUNT, 852.9, "General", 852.9),
        (AMOUNT, "852.9", "@", 852.9),
        (DUE, date(2022, 12, 31), "yyyy-mm-dd", date(2022, 12, 31)),
        (DUE, datetime(2022, 12, 31), "yyyy-mm-dd", date(2022, 12, 31)),
        (TEXT, "已开工3个，😀\n其余待批", "@", "已开工3个，😀\n其余待批"),
        (TEXT, "=1+1", "@", "=1+1"),
        (FREE, "-5 度", "@", "-5 度"),
        (FREE, "+86", "@", "+86"),
        (FREE, "@甲", "@", "@甲"),
        (FREE, "无", "@", "无"),
    ],
)
def test_a_proper_answer_raises_nothing(
    field: Field, value: object, format: str, taken: object
) -> None:
    assert judge(field, value, format) == ("accepted", taken, "")


@pytest.mark.parametrize("value", [None, "", " ", "\u3000\u200b\n"])
def test_blank(value: str | None) -> None:
    for field in (STATE, RATE, AMOUNT, DUE, TEXT):
        assert judge(field, value) == ("blank", None, "")


@pytest.mark.parametrize(
    ("value", "format", "kind", "taken", "code"),
    [
        (" 已完成\n", "", "normalised", "已完成", ""),
        ("已完成。", "", "normalised", "已完成", ""),
        ("√已完成", "", "normalised", "已完成", ""),
        ("完成", "", "normalised", "已完成", "CELL-012"),
        ("√", "", "normalised", "已完成", "CELL-012"),
        ("✔️", "", "normalised", "已完成", "CELL-012"),
        ("１００％", "", "normalised", "已完成", "CELL-012"),
        (1.0, "0%", "normalised", "已完成", "CELL-012"),
        (True, "", "normalised", "已完成", "CELL-012"),
        ("慢于序时进度", "", "normalised", "滞后", "CELL-012"),
        ("基本完成", "", "set aside", None, "CELL-002"),
        ("推进中", "", "set aside", None, "CELL-002"),
        ("已完成、滞后", "", "set aside", None, "CELL-002"),
        ("×已完成", "", "set aside", None, "CELL-002"),
        ("/", "", "set aside", None, "CELL-002"),
        (False, "", "set aside", None, "CELL-002"),
        (1.0, "General", "set aside", None, "CELL-002"),
        (date(2022, 6, 30), "", "set aside", None, "CELL-002"),
    ],
)
def test_choice(value: object, format: str, kind: str, taken: object, code: str) -> None:
    assert judge(STATE, value, format) == (kind, taken, code)


def test_every_default_synonym_means_its_state() -> None:
    for state, words in DEFAULT_SYNONYMS.items():
        for word in words:
            assert judge(STATE, word) == ("normalised", state, "CELL-012")


def test_a_synonym_counts_only_towards_a_choice_of_the_field() -> None:
    other = Field("ok", "是否整改", True, Rule("choice", choices=("是", "否")))
    assert judge(other, "完成") == ("set aside", None, "CELL-002")
    assert apply(other, "对", synonyms={fold("对"): "是"}).value == "是"
    assert apply(STATE, "完成").code == "CELL-002"  # an empty list in the plan means none


@pytest.mark.parametrize(
    ("value", "format", "kind", "taken", "code"),
    [
        ("50%", "", "normalised", 0.5, ""),
        (50.0, "General", "normalised", 0.5, "CELL-012"),
        ("五成", "", "normalised", 0.5, "CELL-012"),
        ("约五成", "", "normalised", 0.5, "CELL-011"),
        (1.0, "General", "set aside", None, "CELL-004"),
        ("1", "@", "set aside", None, "CELL-004"),
        ("1%", "@", "normalised", 0.01, ""),
        (1.5, "General", "normalised", 0.015, "CELL-012"),  # 150 % is beyond this field
        (50.0, "0%", "normalised", 0.5, "CELL-016"),
        (100.0, "0%", "normalised", 1.0, "CELL-016"),
        (5.0, "0%", "set aside", None, "CELL-007"),
        ("120%", "", "set aside", None, "CELL-007"),
        (-5.0, "", "set aside", None, "CELL-007"),
        ("40-50%", "", "set aside", None, "CELL-003"),
        ("基本完成", "", "set aside", None, "CELL-003"),
        ("/", "", "set aside", None, "CELL-003"),
        (date(2022, 2, 3), "", "set aside", None, "CELL-003"),
        (True, "", "set aside", None, "CELL-003"),
    ],
)
def test_percent(value: object, format: str, kind: str, taken: object, code: str) -> None:
    assert judge(RATE, value, format) == (kind, taken, code)


def test_where_more_than_all_is_allowed_one_and_a_half_is_asked() -> None:
    over = Field("rate", "完成比例", True, Rule("percent", 0.0, 2.0))
    assert judge(over, 1.5)[2] == "CELL-004"
    assert judge(over, 1.5, "0%") == ("accepted", 1.5, "")


@pytest.mark.parametrize(
    ("field", "value", "kind", "taken", "code"),
    [
        (AMOUNT, "852.9亿元", "normalised", 852.9, ""),
        (AMOUNT, "8529000万元", "normalised", 852.9, "CELL-012"),
        (AMOUNT, "约850亿元", "normalised", 850.0, "CELL-011"),
        (AMOUNT, "850万吨", "set aside", None, "CELL-006"),
        (AMOUNT, -3.0, "set aside", None, "CELL-007"),
        (COUNT, "1,234.5", "set aside", None, "CELL-007"),
        (COUNT, "三百二十", "normalised", 320.0, "CELL-012"),
        (COUNT, "见附件", "set aside", None, "CELL-005"),
        (COUNT, date(2022, 3, 4), "set aside", None, "CELL-005"),
        (COUNT, "—", "normalised", "", "CELL-014"),
    ],
)
def test_number(field: Field, value: object, kind: str, taken: object, code: str) -> None:
    assert judge(field, value) == (kind, taken, code)


def test_a_given_unit_goes_before_the_captions() -> None:
    assert apply(AMOUNT, "5万吨", unit="吨").value == 50_000.0


@pytest.mark.parametrize(
    ("value", "kind", "taken", "code"),
    [
        ("2022.6.30", "normalised", date(2022, 6, 30), ""),
        ("2022-06-30", "accepted", date(2022, 6, 30), ""),
        ("6/30", "normalised", date(2022, 6, 30), "CELL-012"),
        ("2022年6月", "normalised", date(2022, 6, 30), "CELL-012"),
        (44742.0, "normalised", date(2022, 6, 30), "CELL-012"),
        ("6月底左右", "normalised", date(2022, 6, 30), "CELL-011"),
        ("2022年6月31日", "set aside", None, "CELL-008"),
        ("3/4/2022", "set aside", None, "CELL-008"),
        (6.3, "set aside", None, "CELL-008"),
        (time(8), "set aside", None, "CELL-008"),
        ("2024-01-01", "set aside", None, "CELL-009"),
        (date(1922, 6, 30), "set aside", None, "CELL-009"),
        ("/", "normalised", "", "CELL-014"),
    ],
)
def test_date(value: object, kind: str, taken: object, code: str) -> None:
    assert judge(DUE, value) == (kind, taken, code)


def test_date_of_the_1904_epoch() -> None:
    assert apply(DUE, 43280.0, epoch1904=True).value == date(2022, 6, 30)


@pytest.mark.parametrize(
    ("value", "format", "kind", "taken", "code"),
    [
        (" 已开工 ", "", "normalised", "已开工", ""),
        ("已\r\n开工", "", "normalised", "已\n开工", ""),
        ("已\x07开工", "", "normalised", "已开工", "CELL-013"),
        ("已开_x000D_工", "", "accepted", "已开_x000D_工", ""),
        (48.0, "", "normalised", "48", ""),
        (0.5, "0%", "normalised", "50%", ""),
        (date(2022, 6, 30), "", "normalised", "2022-06-30", ""),
        ("长" * 20, "", "accepted", "长" * 20, ""),
        ("长" * 21, "", "set aside", None, "CELL-010"),
        ("😀" * 11, "", "set aside", None, "CELL-010"),
        ("短", "", "set aside", None, "CELL-015"),
    ],
)
def test_text(value: object, format: str, kind: str, taken: object, code: str) -> None:
    assert judge(TEXT, value, format) == (kind, taken, code)


def test_without_a_limit_excels_own_counts() -> None:
    assert judge(FREE, "长" * 32_767)[0] == "accepted"
    assert judge(FREE, "长" * 32_768)[2] == "CELL-010"


def test_the_original_stays_whole() -> None:
    outcome = apply(TEXT, "  长\r\n" + "长" * 30_000)
    assert outcome.kind == "set aside" and outcome.original == "  长\r\n" + "长" * 30_000
    assert apply(RATE, 0.5, format="0%").original == "50%"
    assert apply(AMOUNT, 48.0).original == "48"


@pytest.mark.parametrize(
    ("field", "value", "format", "message", "fix"),
    [
        (
            STATE,
            "基本完成",
            "",
            "“完成情况”填的是“基本完成”，只能填：已完成、超序时、达序时、滞后、未启动",
            "请从下拉框中选择",
        ),
        (
            RATE,
            "过半",
            "",
            "“完成比例”填的是“过半”，看不出是百分之几",
            "请改填：填百分比，0%至100%，例如50%",
        ),
        (RATE, 1.0, "", "“完成比例”填的是“1”，分不清是1%还是100%", "请写上百分号，填1%或100%"),
        (
            RATE,
            5.0,
            "0%",
            "“完成比例”填的是“500%”（即500%），应为0%至100%",
            "请核对后改填：填百分比，0%至100%，例如50%",
        ),
        (
            AMOUNT,
            "850万吨",
            "",
            "“累计完成（亿元）”填的是“850万吨”，不能换算成以“亿元”为单位的数字",
            "请按“亿元”填一个数字，不写其他文字",
        ),
        (
            RATE,
            "约五成",
            "",
            "“完成比例”填的是“约五成”，是约数，按50%计入",
            "有准确数的，请改填准确数",
        ),
        (TEXT, "长" * 21, "", "“进展情况”有21字，最多20字，没有并入汇总", "请压缩到20字以内"),
    ],
)
def test_messages(field: Field, value: object, format: str, message: str, fix: str) -> None:
    assert told(apply(field, value, format=format)) == (message, fix)


def test_required_missing_has_its_words() -> None:
    finding = Finding("CELL-001", values={"header": "完成情况"})
    assert (finding.message, finding.fix) == ("“完成情况”必填，现在是空的", "请补填这一格")


values = (
    st.text(max_size=30)
    | st.sampled_from(
        ["约五成", "1", "/", "50%", "2022年6月", "8.5万", "完成", "\u200b", "3-5%", "=A1"]
    )
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
    st.sampled_from([STATE, RATE, AMOUNT, COUNT, DUE, TEXT, FREE]),
    values,
    st.sampled_from(["", "0%", '0"%"']),
)
def test_nothing_gets_lost(field: Field, value: object, format: str) -> None:
    outcome = apply(field, value, format=format, synonyms=SYNONYMS, year=2022)
    assert (outcome.kind == "blank") == is_blank(value)
    assert outcome.original or is_blank(value)
    if outcome.kind == "accepted":
        assert outcome.value is not None and not outcome.code
    if outcome.code:
        severity = CATALOGUE[outcome.code].severity
        assert (severity is Severity.ERROR) == (outcome.kind == "set aside")
        message, fix = told(outcome)
        assert field.caption in message and fix
    assert (outcome.value is None) == (outcome.kind in ("set aside", "blank"))
    assert outcome.code or outcome.kind != "set aside"


@given(st.sampled_from([STATE, RATE, AMOUNT, COUNT, DUE, TEXT]), values)
def test_what_is_taken_keeps_the_rule_when_judged_again(field: Field, value: object) -> None:
    first = apply(field, value, synonyms=SYNONYMS, year=2022)
    if first.value not in (None, ""):
        again = apply(field, first.value, format="0%" if field is RATE else "", synonyms=SYNONYMS)
        assert (again.kind, again.value) == ("accepted", first.value)


def test_the_prompt_and_the_finding_say_the_same() -> None:
    assert str(describe(replace(RATE.rule, required=False))) in told(apply(RATE, "过半"))[1]
