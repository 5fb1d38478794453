"""A form checks itself: the line above the table, in its first words and as LibreOffice computes it; colours."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from bench_forms import FILE, A, B, changed, filled, issued, merged, plan, put, template, told
from office import all_saved_again, saved_again
from openpyxl.workbook import Workbook as Book

from reconcile.core.i18n import EN, speaking
from reconcile.core.units import assignments
from reconcile.core.values.self_check import is_formula, is_line, missing_line
from reconcile.forms.form_writer import form_bytes
from reconcile.readers import read_book

COMPLETE = "必填的格子都填好了，可以发回。"
GOOD = {"H": "达序时", "I": 0.5, "J": "做了一半。"}


def line_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)["填报表"]["B5"].value


def with_cells(content: bytes, cells: dict[str, Any]) -> bytes:
    """The form with these cells, its formulas without what they showed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for address, value in cells.items():
        book["填报表"][address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows(*numbers: int, **cells: Any) -> dict[str, Any]:
    return {f"{c}{r}": v for r in numbers for c, v in {**GOOD, **cells}.items()}


HEAD = {"D4": "张三", "M4": date(2022, 7, 1)}
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "blank": (A, {}, "还差14格（其中表头2格）：第1、2、3项…"),
    "two kinds": (B, {}, "还差7格（其中表头2格）：第2、4项"),
    "one": (A, HEAD | rows(7, 9, 10), "还差3格：第2项"),
    "blanks": (A, HEAD | rows(7, 8, 9) | rows(10, J="  "), "还差1格：第5项"),
    "behind": (A, HEAD | rows(7, 8, 9) | rows(10, H="滞后"), "还差1格：第5项"),
    "told": (A, HEAD | rows(7, 8, 9) | rows(10, H="滞后", K="缺钱"), COMPLETE),
    "contrary": (A, HEAD | rows(7, 8) | rows(9, H="已完成", I=0.8) | rows(10, H="未启动", I=0.1),
                 "第3、5项前后不一致"),
    "both": (A, HEAD | rows(7, 8) | rows(9, H="已完成", I=0.8), "还差3格：第5项；第3项前后不一致"),
    "over": (A, HEAD | rows(7, 8, 9) | rows(10, H="已完成", I=1.2), COMPLETE),
    "sorted": (B, HEAD | {"A7": "K", "B7": 4, "B8": None, "C8": "一、牵头任务"} | rows(7),
               "还差2格：第2项"),
    "error": (A, {"J7": "=1/0"}, "有的格子是出错的公式，请改正。"),
}  # fmt: skip


def test_the_line_is_what_libreoffice_computes(soffice: object) -> None:
    forms = {str(i): with_cells(issued(u), c) for i, (u, c, _) in enumerate(CASES.values())}
    made = all_saved_again(forms, "xlsx")
    found = {name: line_of(made[str(i)]) for i, name in enumerate(CASES)}
    assert found == {name: said for name, (_, _, said) in CASES.items()}
    assert [line_of(issued(u)) for u in (A, B)] == [CASES["blank"][2], CASES["two kinds"][2]]
    assert all(is_line(said) for said in found.values())
    again = saved_again(with_cells(made["0"], HEAD | rows(7, 9, 10)), "xlsx")
    assert line_of(again) == CASES["one"][2], "a form that LibreOffice saved goes on checking"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_line_is_never_a_stray_text(soffice: object, kind: str) -> None:
    made = all_saved_again({"a": filled(A), "b": filled(B)}, kind)
    for name, unit in (("a", A), ("b", B)):
        result = merged({f"{name}.{kind}": made[name]})
        assert (told(result, of=unit), result.set_aside) == ([], ())
        book, _ = read_book(f"{name}.{kind}", made[name])
        assert book is not None
        sheet = next(s for s in book.sheets if s.name == "填报表")
        assert sheet.cells[5, 2].value == COMPLETE


@pytest.mark.parametrize("text", ["还差23格（其中表头2格）：第1、2项…", COMPLETE])
def test_the_line_as_a_text_is_ours(text: str) -> None:
    assert told(merged({FILE: changed(put(B5=text))})) == []


@pytest.mark.parametrize("text", ["还差两格没填，不归我管", "还差2格：第1项。请来电", "=1+1"])
def test_other_words_in_its_place_are_told(text: str) -> None:
    assert not is_line(text)
    assert ("ROW-012", "B5") in told(merged({FILE: changed(put(B5=text))}))


def test_an_answer_that_reads_like_the_line_is_an_answer() -> None:
    result = merged({FILE: changed(put(J7=COMPLETE))})
    assert COMPLETE in [r.value for r in result.records]


def test_cells_are_coloured_by_rule() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(issued()))["填报表"]
    found = {
        (str(area.sqref), rule.formula[0])
        for area in sheet.conditional_formatting
        for rule in area.rules
    }
    task = "ISNUMBER($B7)"
    wrong = f'AND({task},ISNUMBER($I7),OR(AND($H7="已完成",$I7<1),AND($H7="未启动",$I7>0)))'
    assert found == {
        ("D4", 'TRIM($D$4)=""'), ("M4", 'TRIM($M$4)=""'),
        *((f"{c}7:{c}10", f'AND({task},TRIM(${c}7)="")') for c in "HIJ"),
        ("K7:K10", f'AND({task},$H7="滞后",TRIM($K7)="")'),
        ("H7:H10", wrong), ("I7:I10", wrong), ("B5", f'B5="{COMPLETE}"'),
    }  # fmt: skip


def test_the_formula_needs_nothing_newer_than_excel_2010() -> None:
    book: Book = openpyxl.load_workbook(io.BytesIO(issued()))
    formula = book["填报表"]["B5"].value
    assert is_formula(formula) and len(formula) < 8192
    assert not [w for w in ("TEXTJOIN", "FILTER", "LET(", "_xlfn") if w in formula]
    assert not is_formula('=SUMPRODUCT(A1:A9)&"还差2格"')


def test_in_english() -> None:
    with speaking(EN):
        line = str(missing_line(dict.fromkeys((1, 2, 3, 4), 3), 2))
    assert line == "14 more to fill in (2 of them at the top): No. 1, 2, 3…"
    assert is_line(line) and is_line(
        "2 more to fill in: No. 7; No. 3, 5: answers contradict each other"
    )


def test_a_template_without_the_line_goes_without() -> None:
    sheets = tuple(
        replace(s, cells={at: c for at, c in s.cells.items() if c.text != "{check}"})
        for s in template().sheets
    )
    own = [a for a in assignments(plan())[0] if a.unit == A]
    content = form_bytes(replace(template(), sheets=sheets), plan(), 2, A, own)
    assert line_of(content) is None
    sheet = openpyxl.load_workbook(io.BytesIO(content))["填报表"]
    assert "H7:H10" in {str(area.sqref) for area in sheet.conditional_formatting}, "colours stay"
