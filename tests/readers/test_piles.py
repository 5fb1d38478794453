"""Signs piled on one another: cut once, where a text is cleaned, and told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hostile import said
from post_servers import issue, small_plan

from reconcile.api.status import take
from reconcile.core.form import Field, Rule
from reconcile.core.text import clean, fold, has_dirt, is_blank
from reconcile.merge.field_rules import apply

PILE = "\u0301\u0323"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("达" + PILE * 15, "达" + PILE * 15),  # as high as any script needs
        ("达" + PILE * 16, "达" + PILE * 15),
        ("达" + PILE * 500_000 + "完成", "达" + PILE * 15 + "完成"),
        ("ก" + "\u0e48" * 31 + "ข" + "\u0e48" * 40, "ก" + "\u0e48" * 30 + "ข" + "\u0e48" * 30),
        ("か" + "\u3099" * 40 + "\uff9e" * 40, "か" + "\u3099" * 30),
        ("สวัสดีครับ ยินดีต้อนรับสู่ประเทศไทยของเรา", "สวัสดีครับ ยินดีต้อนรับสู่ประเทศไทยของเรา"),
        ("Ещё один обычный текст без единого знака над другим", "Ещё один обычный текст без единого знака над другим"),
        ("\u1100\u1161\u11a8" * 20, "\u1100\u1161\u11a8" * 20),
    ],
)  # fmt: skip
def test_piles_are_cut_where_a_text_is_cleaned(text: str, kept: str) -> None:
    assert clean(text) == kept == clean(kept)
    assert fold(text) == fold(kept)
    assert has_dirt(text) == (text != kept)


@pytest.mark.parametrize("text", ["ก" * 50, "_x000D_" * 50, " " * 50, "\u200b" * 90 + "甲", "甲"])
def test_whether_a_long_text_is_blank_is_seen_at_its_beginning(text: str) -> None:
    assert is_blank(text) == (not fold(text))


def test_a_cut_answer_is_told_and_its_original_kept() -> None:
    field = Field("progress", "进展情况", True, Rule("text"))
    outcome = apply(field, "达" + PILE * 100)
    assert (outcome.kind, outcome.value) == ("normalised", "达" + PILE * 15)
    assert outcome.original == "达" + PILE * 100
    assert outcome.code == "CELL-013"


def test_a_cut_answer_stands_in_the_records_as_it_came(tmp_path: Path) -> None:
    path = issue(tmp_path, small_plan(1))
    (form,) = (tmp_path / "发出").glob("*.xlsx")
    form.write_bytes(said(form.read_bytes(), "K", "开了会" + PILE * 40, row=7))
    taken = take(path, [form], period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged is not None
    (record,) = [r for r in taken.merged.records if "开了会" in str(r.value)]
    assert record.value == "开了会" + PILE * 15 and record.original == "开了会" + PILE * 40
    told = [(f.code, f.place.cell) for f in taken.merged.findings if f.code == "CELL-013"]
    assert told == [("CELL-013", "K7")]
