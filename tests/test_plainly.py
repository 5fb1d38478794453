"""What is taken at a glance is what a close look would take."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from bench_forms import template
from hypothesis import given
from hypothesis import strategies as st

from reconcile import text
from reconcile.model import Field, Rule
from reconcile.rules import apply, plainly

TEXT = Field("progress", "进展情况", True, Rule("text", 2, 40, required=True))
CHOICE = Field("state", "完成情况", True, Rule("choice", choices=("已完成", "滞后", " ")))
PERCENT = Field("percent", "完成百分比", True, Rule("percent", 0.0, 1.0, required=True))
DATE = Field("due", "预计完成时间", True, Rule("date", date(2000, 1, 1), date(2030, 12, 31)))
NUMBER = Field("actual", "本期实际（亿元）", True, Rule("number", 0, 1e6))
FIELDS = [TEXT, CHOICE, PERCENT, DATE, NUMBER]

SIGNS = st.sampled_from(
    [*"已完成无没有问题暂。，（）“”‘’—…-_x0D %％５5aA,.;:!?(=\n\r\t　 ㊀😀\u200b\ufeff《》"]
)
WORDS = st.lists(
    st.one_of(SIGNS, st.sampled_from(["没有问题", "_x000D_", "--", "“”", "=DISPIMG(", "不涉及"])),
    max_size=30,
).map("".join)
VALUES = st.one_of(
    WORDS,
    st.floats(),
    st.sampled_from([0.5, 0.1 + 0.2, 1.0, 50.0, True, None, "已完成", "滞后", " ", date(2022, 9, 30),
                     date(1999, 1, 1), datetime(2022, 9, 30, 8), float("nan"), float("inf")]),
)  # fmt: skip
FORMATS = st.sampled_from(["", "0%", "0.00%", '0"%"', "0\\%", "yyyy-mm-dd"])


@given(st.sampled_from(FIELDS), VALUES, FORMATS)
def test_a_value_taken_at_a_glance_is_accepted_as_it_is(
    field: Field, value: object, format: str
) -> None:
    taken = plainly(field)(value, format)
    if taken is not None:
        seen = apply(field, value, format=format)
        assert (seen.kind, seen.value, seen.code) == ("accepted", taken, "")


@pytest.mark.parametrize(
    ("name", "value", "format"),
    [
        ("state", "滞后", "General"),
        ("percent", 0.43, "0%"),
        ("progress", "已完成立项批复，资金到位340万元，其余按计划推进。", ""),
        ("due", date(2022, 12, 1), "yyyy-mm-dd"),
    ],
)
def test_what_nearly_everybody_writes_is_taken_at_a_glance(
    name: str, value: object, format: str
) -> None:
    field = template().form.field(name)
    assert field is not None
    assert plainly(field)(value, format) == value


@given(WORDS)
def test_plain_words_say_something_and_are_kept_as_they_are(words: str) -> None:
    if text.is_plain_words(words):
        assert text.clean(words) == words
        assert not text.is_blank(words)
        assert not text.is_nothing(words)
        assert text.length(words) == len(words)


@given(WORDS)
def test_plain_words_fold_as_all_others_do(words: str) -> None:
    assert text.fold_answer(words) == text._folded_by_rule(words)


USUAL = [sign for sign in map(chr, range(0x10000)) if text._USUAL.fullmatch(sign)]


@given(
    st.lists(st.sampled_from([*"字５.-（）“” \n，", "--", "”“"]) | st.sampled_from(USUAL)).map(
        "".join
    )
)
def test_usual_words_fold_as_all_others_do(words: str) -> None:
    assert text.fold_answer(words) == text._folded_by_rule(words)


def test_every_usual_sign_folds_as_it_does_alone() -> None:
    assert [s for s in USUAL if text.fold_answer(s) != text._folded_by_rule(s)] == []
    assert {s for s, _ in text._USUALLY} <= set(USUAL)


@given(st.text())
def test_length_counts_as_excel_does(words: str) -> None:
    assert text.length(words) == len(words) + sum(sign > "\uffff" for sign in words)


def test_every_sign_that_folds_to_a_dash_may_stand_in_a_form_number() -> None:
    from reconcile.identity import _DASH

    signs = [chr(i) for i in range(0x110000) if not 0xD800 <= i < 0xE000]
    assert [s for s in signs if "-" in text.fold(s) and not _DASH.search(s)] == []
