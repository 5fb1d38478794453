"""Several of a thing, and the unlike neighbour: small faults of judgement that once went unnoticed."""

from __future__ import annotations

from datetime import date

import pytest
from bench_forms import changed, merged, put, told
from openpyxl.workbook import Workbook as Book

from reconcile.conflicts import EMPTIED
from reconcile.units import split_units

LATER = date(2022, 7, 4)


# --- conflicts


def test_a_later_version_without_a_column_takes_nothing_away() -> None:
    """Only a cell left empty is empty; a column that is gone was not answered."""

    def without(book: Book) -> None:
        sheet = book["填报表"]
        sheet["M4"] = LATER
        sheet.delete_cols(11)

    former = changed(put(K7="缺资金。"))
    result = merged({"a.xlsx": former, "b.xlsx": changed(without)})
    assert [r.value for r in result.records if r.field == "problem"] == ["缺资金。"]
    emptied = merged({"a.xlsx": former, "b.xlsx": changed(put(K7=None, M4=LATER))})
    assert [r.value for r in emptied.records if r.field == "problem"] == []
    assert (EMPTIED, "K7") in told(emptied)


# --- units


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("Parks\nOffice", "Parks Office"), ("市GDP\n办公室", "市GDP办公室"), ("市\nGDP办公室", "市GDP办公室"),
        ("Park\ns Office", "Park s Office"), ("Road\ns", "Roads"), ("Class\nA", "Class A"), ("5\ng", "5 g"),
    ],
)  # fmt: skip
def test_a_wrapped_name_keeps_its_blanks_where_words_are_latin(lines: str, name: str) -> None:
    assert split_units(lines, ())[0] == (name,)
