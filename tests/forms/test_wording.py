"""What a form says to the clerk: plain numbers, dates as people write them, the plan's own year."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from bench_forms import FILE, A, changed, merged, plan, template, told
from openpyxl.workbook import Workbook as Book

from reconcile.core.form import Rule, describe
from reconcile.core.i18n import EN, speaking
from reconcile.core.plan import Indicator
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes
from reconcile.intake.captions import FORMER


def words(year: int, deadline: str) -> tuple[Book, str]:
    """A form of a plan of some year, and everything that a clerk reads in it."""
    own = replace(
        plan(),
        year=year,
        settings={**plan().settings, "截止日期": deadline},
        indicators=(Indicator(2, "产业投资", "亿元", "cumulative", ">=", None, {}),),
    )
    asked = [a for a in assignments(own)[0] if a.unit == A]
    book = openpyxl.load_workbook(io.BytesIO(form_bytes(template(), own, 2, A, asked)))
    sheets = [s for s in book.worksheets if s.title != "_meta"]
    told = [str(c.value) for s in sheets for row in s.iter_rows() for c in row if c.value]
    rules = [r for s in sheets for r in s.data_validations.dataValidation]
    return book, "\n".join([*told, *(f"{r.prompt}\n{r.error}" for r in rules)])


def test_words_for_clerks() -> None:
    book, text = words(2027, "2027-07-05")
    assert "1000000000000" not in text and "可以排序" not in text
    assert "例如2027年7月8日" in text and "截止日期：2027年7月5日" in text
    assert "2022年7月8日" not in text and "2022-06-30" not in text
    assert (book.sheetnames[0], book.active.title) == ("填报说明", "填报说明")
    assert book.views[0].firstSheet in (None, 0)  # else its tab is scrolled out of sight
    assert book["填报表"]["M7"].number_format == 'yyyy"年"m"月"d"日"'


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("2022-07-05 17:00", "2022年7月5日 17:00"),
        ("2022-02-30", "2022-02-30"),
        ("7月5日", "7月5日"),
    ],
)
def test_a_deadline_that_is_no_plain_day_loses_nothing(setting: str, shown: str) -> None:
    assert f"截止日期：{shown}" in words(2022, setting)[1]


def test_an_endless_bound_is_not_told() -> None:
    assert str(describe(Rule("number", -1e12, 1e12))) == "填一个数字"
    assert str(describe(Rule("number", 0.0, 1e12))) == "填一个数字，不小于0"
    with speaking(EN):
        assert str(describe(Rule("date"), 2027)) == "A date, e.g. 8 July 2027"


def test_what_earlier_versions_printed_is_ours() -> None:
    def older(book: Book) -> None:
        sheet = book["填报说明"]
        lines = [t for t in FORMER if "填" in t]
        assert len(lines) > 3
        for row, line in enumerate(lines, sheet.max_row + 1):
            sheet.cell(row, 2).value = line
        book["填报表"]["K2"], sheet["B4"] = "截止日期：2022-07-05", "2022-07-05"
        for word, text in book["_meta"].iter_rows(max_col=2):
            if word.value == "deadline":
                text.value = "2022-07-05"

    result = merged({FILE: changed(older)})
    assert told(result) == []
    assert result.set_aside == ()
