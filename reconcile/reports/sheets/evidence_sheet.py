"""The sheet 佐证材料, and the links that lead to it from other sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ...core.i18n import tr
from ...core.result import MergeResult
from ...merge.year.evidence import asks_for_evidence
from ...writers.table import Cell, Column, Listing
from .lists import to_task

PROOFS = "佐证材料"
_TOP = 4
"""The row, from 1, of the first file: below the title, what is to be known, and the captions."""


def write_evidence(listing: Listing, merged: MergeResult, at: Mapping[int, str]) -> None:
    """Write 佐证材料: every file of evidence by task and unit, with its size in bytes and its SHA-256.

    ``at`` is the address of each task's row in the same workbook.
    """
    columns = [
        Column("序号", 7, True), Column("责任单位", 24), Column("文件", 36), Column("位置", 50),
        Column("字节", 14, True), Column("SHA-256", 44),
    ]  # fmt: skip
    rows = (
        [to_task(e.task, at), e.unit, e.file.rpartition("/")[2], e.file, e.size, e.sha256]
        for e in merged.evidence
    )
    text = "共 {count} 个文件，没有打开过。“位置”从收回的文件夹写起；归档以后，归档里也在同一位置。"
    above = (tr(PROOFS), tr(text, count=len(merged.evidence)))
    listing.table(PROOFS, columns, rows, above=above)


def evidence_links(merged: MergeResult) -> Mapping[tuple[int, str], Cell] | None:
    """Return how many files prove each (task, unit), linked to the first of them; None where the plan asks for none.

    Those of a whole task, of all its units, are under the unit "".
    """
    if not asks_for_evidence(merged.plan):
        return None
    count: Counter[tuple[int, str]] = Counter()
    first: dict[tuple[int, str], str] = {}
    for row, e in enumerate(merged.evidence, _TOP):
        for key in ((e.task, ""), (e.task, e.unit)):
            count[key] += 1
            first.setdefault(key, f"{PROOFS}!A{row}")
    return {key: Cell(count[key], link=link) for key, link in first.items()}
