"""MergeResult -> the office's workbook, 汇总_明细: what the summary rests on, keyed by the task's number.

问题清单, 催报名单, 收件情况, 配合答复, 任务评定, 明细. The next period reads the last two back. Where
the plan asks for evidence, 佐证材料 stands behind them.
"""

from __future__ import annotations

import io
from typing import IO

from ..core.form import Form
from ..core.i18n import joined, sheet_name, tr
from ..core.result import MergeResult
from ..core.submission import fingerprint
from ..writers.marks import DETAILS, mark_of
from ..writers.table import Column, Listing, colour_tabs, workbook_to
from ..writers.theme import TAB_QUIET, TAB_RED, TAB_WAITING, Style
from .previous_summary import RECORDS, STANDINGS
from .sheets.evidence_sheet import PROOFS, evidence_links, write_evidence
from .sheets.lists import PROBLEMS, write_problems, write_records, write_standings
from .sheets.task_table import SUPPORT, support_lines, write_support
from .sheets.unit_sheets import MISSING, write_missing
from .status import balance_line

RECEIVED = "收件情况"


def details_bytes(
    merged: MergeResult, form: Form, style: Style | None = None, *, contacts: bool = False
) -> bytes:
    """Return what :func:`write_details` writes."""
    stream = io.BytesIO()
    write_details(stream, merged, form, style, contacts=contacts)
    return stream.getvalue()


def write_details(
    stream: IO[bytes],
    merged: MergeResult,
    form: Form,
    style: Style | None = None,
    *,
    contacts: bool = False,
) -> None:
    """Write the office's workbook to a stream. The same merge gives the same bytes.

    Clerks' names and telephone numbers stand in it only with ``contacts``.
    """
    title = tr("{title}（{period}）汇总明细", title=merged.plan.title, period=merged.caption)
    mark = mark_of(DETAILS, merged.plan, merged.period)
    plan = merged.plan
    book = workbook_to(stream, title, mark=mark, author=plan.office, day=merged.as_of, large=True)
    listing = Listing(book, style)
    for name in (PROBLEMS, MISSING, RECEIVED, SUPPORT, STANDINGS, RECORDS):
        book.add_worksheet(sheet_name(name))
    at = {n: f"{STANDINGS}!A{row}" for row, n in enumerate(merged.standings, 2)}
    write_problems(listing, merged, form, at, contacts=contacts)
    write_missing(listing, merged, contacts=contacts)
    _received(listing, merged)
    write_support(listing, form, support_lines(merged, form), at)
    proofs = evidence_links(merged)
    write_standings(listing, merged, proofs)
    write_records(listing, merged, form, proofs, contacts=contacts)
    if proofs is not None:
        write_evidence(listing, merged, at)
    tabs = dict.fromkeys((RECEIVED, SUPPORT, STANDINGS, RECORDS, PROOFS), TAB_QUIET)
    colour_tabs(book, {PROBLEMS: TAB_RED, MISSING: TAB_WAITING, **tabs})
    book.close()


def _received(listing: Listing, merged: MergeResult) -> None:
    """Write 收件情况: the balance of all cells, and what became of every file."""
    columns = [
        Column("文件", 56), Column("责任单位", 24), Column("情况", 12, True), Column("编码", 20, True),
        Column("文件摘要", 46),
    ]  # fmt: skip
    rows = (
        [
            v.file, v.unit or joined(v.suspected),
            tr("收下") if v.accepted else tr("别的时段") if v.of_other_period else tr("没有收"),
            joined(v.why), fingerprint(v.sha256, merged.caption),
        ]
        for v in merged.verdicts
    )  # fmt: skip
    listing.table(RECEIVED, columns, rows, above=(tr("收件情况"), balance_line(merged)), split=True)
