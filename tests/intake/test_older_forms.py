"""Forms that an earlier version printed are still out: what it printed is not taken for a clerk's words."""

from __future__ import annotations

from bench_forms import FILE, changed, merged, told
from openpyxl.workbook import Workbook as Book

FORMER = "全年目标完成了多少，如 50%。\n必填。填百分比，0%至100%，例如50%"


def rewritten(book: Book) -> None:
    """Print the line on 完成百分比 as versions up to 0.1.0 did, when it went up to 100 %."""
    [cell] = [
        cell for row in book["填报说明"].iter_rows() for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("全年目标完成了多少")
    ]  # fmt: skip
    assert cell.value != FORMER
    cell.value = FORMER


def test_the_former_words_of_the_guide_are_ours() -> None:
    result = merged({FILE: changed(rewritten)})
    assert told(result) == []
    assert result.set_aside == ()
