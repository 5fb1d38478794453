"""What befalls every row of a table is told once, and one fault by one finding."""

from __future__ import annotations

import io

import openpyxl
import pytest
from bench_forms import A, changed, merged, on_form, plan, template, told
from little_round import fill, issue, little_plan
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.findings import Finding, Place
from reconcile.core.i18n import speaking
from reconcile.core.result import MergeResult
from reconcile.intake.captions import Captions
from reconcile.merge.state import gathered

TEN = little_plan({n: f"第{n}条路完工：甲局" for n in range(1, 11)})


def ten_rows(change: object) -> MergeResult:
    """The form of ten tasks after one change of its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(fill(issue(TEN, "甲局"))))
    assert callable(change)
    change(book["填报表"])
    out = io.BytesIO()
    book.save(out)
    return merged(out.getvalue(), its_plan=TEN)


def remarks(sheet: Worksheet) -> None:
    sheet["N6"] = "备注"
    for row in range(7, 17):
        sheet.cell(row, 14).value = f"备注{row}"


def no_caption(sheet: Worksheet) -> None:
    sheet["J6"] = None


def no_keys(sheet: Worksheet) -> None:
    sheet.delete_cols(1)


def redragged(sheet: Worksheet) -> None:
    sheet.delete_cols(1)
    for row in range(7, 17):
        sheet.cell(row, 1).value = row + 50


# | what was done to all ten rows | told once, of how many more |
ACTS = [(remarks, "ROW-013", 9), (no_caption, "ROW-015", 9), (no_keys, "ROW-001", 9), (redragged, "ROW-050", 9)]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "more"), ACTS)
def test_what_befalls_every_row_is_told_once(change: object, code: str, more: int) -> None:
    result = ten_rows(change)
    (one,) = (f for f in result.findings if f.code == code)
    assert one.alike == more and one.message.endswith("（下面这样的还有 9 处）")
    with speaking("en"):
        assert one.message.endswith("(9 more like this below)")
    assert not {"ROW-004"} & {f.code for f in result.findings}
    balance = result.balance
    assert balance.received == balance.accepted + balance.normalised + balance.set_aside
    if code in ("ROW-013", "ROW-015"):
        assert sum(s.code == code for s in result.set_aside) == 10, "each cell is accounted for"


def test_few_alike_and_other_columns_are_told_one_by_one() -> None:
    def at(code: str, cell: str, task: int | None = 1) -> Finding:
        return Finding(code, Place("a", "s", cell), A, task, values={"text": "", "caption": ""})

    five = [at("ROW-013", f"N{n}") for n in range(5)]
    assert gathered(five) == five
    more = [*five, at("ROW-013", "N9"), at("ROW-013", "O9"), at("ROW-012", "N9", None)]
    assert [(f.place.cell, f.alike) for f in gathered(more)] == [("N0", 5), ("O9", 0), ("N9", 0)]


def test_the_notice_of_a_copy_that_comes_back_is_known_with_its_count() -> None:
    (one,) = (f for f in ten_rows(remarks).findings if f.code == "ROW-013")
    captions = Captions.of(template().form, plan())
    assert captions.is_our_message(one.message) and captions.is_our_message(one.fix)
    assert not captions.is_our_message("完成六成（下面这样的还有 9 处）")


def test_a_link_behind_see_attachment_is_told_once() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["J8"].value, sheet["J8"].hyperlink = "见附件", "file:///D:/a.docx"
        sheet["J9"].value = "见附件"

    result = merged(changed(on_form(change)))
    assert told(result) == [("CELL-062", "J8"), ("CELL-052", "J9")]
