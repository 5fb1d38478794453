"""What clerks write into answer cells, and what is made of it: record, finding, or both."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bench_forms import aside, changed, lost, merged, on_form, put, told, values
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook import Workbook as Book

from reconcile.core.plan import State

# | field   | written            | accepted | code |
PERCENTS = [
    ("50%", 0.5, None), ("５０％", 0.5, None), (0.5, 0.5, None), ("百分之五十", 0.5, None),
    ("五成", 0.5, "CELL-012"), ("约五成", 0.5, "CELL-011"), ("50", 0.5, "CELL-012"),
    (50, 0.5, "CELL-016"), ("一半左右", 0.5, "CELL-011"), ("150%", 1.5, None), ("510%", None, "CELL-007"),
    ("基本完成", None, "CELL-003"), (-0.1, None, "CELL-007"), ("50%。", 0.5, None),
]  # fmt: skip
STATES = [
    ("完成", State.DONE), ("已经完成", State.DONE), ("√", State.DONE), ("100%", State.DONE), ("超序时进度", State.AHEAD),
    ("按序时推进", State.ON_TIME), ("正常推进", State.ON_TIME), ("落后", State.BEHIND), ("未达序时进度", State.BEHIND),
    ("尚未启动", State.NOT_BEGUN), (" 已完成 ", State.DONE), ("基本完成", None), ("推进中", None), (1, None),
]  # fmt: skip
DATES = [
    (date(2022, 12, 30), date(2022, 12, 30), None), ("2022年12月30日", date(2022, 12, 30), None),
    ("2022.12.30", date(2022, 12, 30), None), ("12/30", date(2022, 12, 30), "CELL-012"),
    (44925, date(2022, 12, 30), None), ("2022-12-30", date(2022, 12, 30), None),
    ("2022年2月30日", None, "CELL-008"), ("年底前", date(2022, 12, 31), "CELL-012"), ("尽快", None, "CELL-008"), ("无", "", "CELL-014"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "accepted", "code"), PERCENTS)
def test_percent(written: Any, accepted: float | None, code: str | None) -> None:
    check("I7", "percent", written, accepted, code)


@pytest.mark.parametrize(("written", "accepted"), STATES)
def test_state(written: Any, accepted: str | None) -> None:
    result = merged(
        changed(put(H7=written, I7=1 if accepted == State.DONE else 0, K7="说明原因，资金未到位。"))
    )
    assert values(result).get((1, "state")) == accepted
    codes = {c for c, cell in told(result) if cell == "H7"}
    assert codes <= {"CELL-012", "CELL-002"}
    assert ("CELL-002" in codes) is (accepted is None)
    assert ("H7" in aside(result)) is (accepted is None)


@pytest.mark.parametrize(("written", "accepted", "code"), DATES)
def test_date(written: Any, accepted: date | str | None, code: str | None) -> None:
    check("M7", "due", written, accepted, code)


def check(cell: str, field: str, written: Any, accepted: Any, code: str | None) -> None:
    result = merged(changed(put(**{cell: written})))
    found = values(result).get((1, field))
    assert found == accepted and type(found) is type(accepted)
    codes = [c for c, at in told(result) if at == cell]
    if code:
        assert code in codes
    elif accepted is not None:
        assert set(codes) <= {"CELL-012"}, "a plain spelling raises at most a note"
    assert (cell in aside(result)) is (accepted is None)
    assert lost(result) <= {(1, field)}


INJECTIONS = [
    "@SUM(1+1)", "+1", "-2+3", "-", "=", "cmd|' /C calc'!A0", "\t=1+1", "'=1", "DDE(\"x\")",
    "http://evil.example/a", "file://c/", "../../etc/passwd", "{title}", "{0}", "%s%n", "<b>x</b>",
    "&amp;<![CDATA[x]]>", "_x0041_", "A" * 1000, "😀👨‍👩‍👧完成", "第一行\n第二行\r\n第三行",
    "全角　空格", "NULL", "N/A", "TRUE", "1e5", "001", "《办法》“引号”", "#REF!说明",
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_text_is_a_text(text: str) -> None:
    def change(book: Book) -> None:
        cell = book["填报表"]["J7"]
        cell.value = text
        cell.data_type = "s"

    result = merged(changed(change))
    found = values(result).get((1, "progress"))
    told_at = [c for c, at in told(result) if at == "J7"]
    if text in ("-", "="):
        assert found == text
    elif text == "_x0041_":
        assert found in ("A", "_x0041_")
    else:
        assert str(found).split() == text.strip().lstrip("\t").split() or told_at
    assert lost(result) <= {(1, "progress")}


@pytest.mark.parametrize("text", ["无", "/", "—", "暂无。", "."])
def test_nothing_is_no_answer_where_one_is_required(text: str) -> None:
    result = merged(changed(put(J7=text, K8=text)))
    assert told(result) == [("CELL-017", "J7")], "存在问题 may say that there is none"
    assert values(result)[1, "progress"] == values(result)[2, "problem"] == text


def test_behind_with_nothing_for_a_reason() -> None:
    result = merged(changed(put(H7=State.BEHIND, K7="无")))
    assert told(result) == [("TASK-004", "K7")]


@pytest.mark.parametrize("size", [1000, 1001, 5000, 32767])
def test_long_texts(size: int) -> None:
    result = merged(changed(put(J7="长" * size)))
    if size <= 1000:
        assert told(result) == []
    else:
        assert told(result) == [("CELL-010", "J7")]
        assert len(aside(result)["J7"]) == size, "whole, not cut"


def test_control_characters_go_and_are_told() -> None:
    """Excel writes a control character as _x0007_."""
    signs = "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in "第1项本期")
    result = merged(with_xml(signs, f"{signs}_x0007_"))
    assert told(result) == [("CELL-013", "J7")]
    assert values(result)[1, "progress"] == "第1项本期已召开推进会，完成一半。"


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("=1/2", "CELL-031"),
        ('=HYPERLINK("http://evil.example","x")', "CELL-031"),
        ('=DISPIMG("ID_1",1)', "CELL-032"),
        ('=_xlfn.DISPIMG("ID_1",1)', "CELL-032"),
    ],
)
def test_formulas_without_a_result(formula: str, code: str) -> None:
    """openpyxl writes no cached values."""
    result = merged(changed(put(I7=formula)))
    assert told(result) == [(code, "I7")]
    assert "I7" in aside(result)
    assert lost(result) == {(1, "percent")}


def with_xml(old: str, new: str) -> bytes:
    """The filled form with a cell's XML changed."""
    import re

    from bench_forms import filled
    from books import repacked

    def change(part: bytes) -> bytes:
        made, count = re.subn(old.encode(), new.encode(), part)
        assert count == 1, count
        return made

    return repacked(filled(), {"xl/worksheets/sheet2.xml": change})


I7 = r'<c r="I7"( s="\d+")?[^>]*><v>0.5</v></c>'


def test_a_formula_with_a_result_counts_and_is_told() -> None:
    result = merged(with_xml(I7, r'<c r="I7"\1><f>1/2</f><v>0.5</v></c>'))
    assert told(result) == [("CELL-035", "I7")]
    [record] = [r for r in result.records if (r.task, r.field) == (1, "percent")]
    assert (record.value, record.how) == (0.5, "normalised")


def test_an_error_cell_is_set_aside() -> None:
    result = merged(with_xml(I7, r'<c r="I7"\1 t="e"><v>#N/A</v></c>'))
    assert told(result) == [("CELL-030", "I7")]
    assert aside(result) == {"I7": "#N/A"}


def test_a_picture_in_a_cell_with_its_cached_text() -> None:
    new = r'<c r="I7"\1 t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    assert told(merged(with_xml(I7, new))) == [("CELL-032", "I7")]


def test_struck_text_is_no_answer() -> None:
    def change(book: Book) -> None:
        book["填报表"]["J7"].font = Font(strike=True)
        struck = InlineFont(strike=True)
        book["填报表"]["J8"] = CellRichText("已开工", TextBlock(struck, "两个"), "三个项目")

    result = merged(changed(change))
    assert told(result) == [("CELL-033", "J7"), ("CELL-036", "J8")]
    assert aside(result) == {"J7": "第1项本期已召开推进会，完成一半。"}
    assert values(result)[2, "progress"] == "已开工三个项目"


def test_notes_are_told_on_blank_and_on_filled_cells() -> None:
    def change(book: Book) -> None:
        book["填报表"]["K7"].comment = Comment("资金未到位", "某科员")
        book["填报表"]["J8"].comment = Comment("此数待核", "某科员")
        book["填报表"]["E5"].comment = Comment("空格上的批注", "某科员")

    result = merged(changed(change))
    assert sorted(told(result)) == [("CELL-034", "K7"), ("CELL-037", "J8"), ("ROW-012", "E5")]
    assert aside(result) == {"K7": "资金未到位", "E5": "空格上的批注"}
    assert lost(result) == set()


def test_the_head_is_judged_too() -> None:
    result = merged(changed(put(D4=None, J4=None, M4="七月初")))
    assert sorted(told(result)) == [("CELL-008", "M4"), ("FORM-023", "D4")]


def test_a_head_answer_typed_behind_its_label() -> None:
    result = merged(changed(put(C4="填报人：李四", D4=None)))
    assert told(result) == []
    assert values(result)[None, "filler"] == "李四"


def test_a_blank_of_blanks_is_no_answer() -> None:
    result = merged(changed(put(K7="  　\n", P9=" ")))
    assert told(result) == []
    assert lost(result) == set()


def test_numbers_where_texts_are_asked() -> None:
    result = merged(changed(on_form(lambda s: s.__setitem__("J7", 0.85))))
    assert values(result)[1, "progress"] == "0.85"
    assert lost(result) == {(1, "progress")}


def test_the_1904_epoch() -> None:
    def change(book: Book) -> None:
        from openpyxl.utils.datetime import MAC_EPOCH

        book.epoch = MAC_EPOCH

    result = merged(changed(change))
    assert told(result) == []
    assert values(result)[1, "due"] == date(2022, 12, 20)
