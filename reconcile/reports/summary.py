"""MergeResult -> the summary workbook that leaders read: 总览, 汇总表, 滞后清单, 量化指标, 按单位, 通报.

It names no clerk, no address and no file; those stand in the office's workbook (details.py).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import IO

from xlsxwriter.worksheet import Worksheet

from ..core.form import Form
from ..core.i18n import ZH, sheet_name, spoken, tr
from ..core.result import MergeResult, Score
from ..writers.cells import fitted_letter
from ..writers.marks import SUMMARY, mark_of
from ..writers.row_height import row_height, split_text
from ..writers.table import A4, Column, Listing, colour_tabs, page, workbook_to
from ..writers.theme import (
    LETTER_HEAD,
    LETTER_SUBHEAD,
    LETTER_TEXT,
    LETTER_TITLE,
    TAB_FIRST,
    TAB_MAIN,
    TAB_QUIET,
    TAB_RED,
    Style,
)
from .circular import ADDRESSEE, BODY, ENCLOSURE, HEADING, SIGNATURE, SUBHEADING, TITLE, Paragraph
from .overview import overview
from .sheets.lists import BEHIND_LIST, INDICATORS, to_task, write_behind, write_indicators
from .sheets.overview_sheet import OVERVIEW, write_overview
from .sheets.task_table import TABLE, first_rows, table_above, table_lines, write_table
from .sheets.unit_sheets import SCORES, write_scores

CIRCULAR = "通报"


def summary_bytes(
    merged: MergeResult,
    form: Form,
    circular: Sequence[Paragraph] = (),
    scores: Sequence[Score] = (),
    style: Style | None = None,
    *,
    mark: str = "",
) -> bytes:
    """Return what :func:`write_summary` writes."""
    stream = io.BytesIO()
    write_summary(stream, merged, form, circular, scores, style, mark=mark)
    return stream.getvalue()


def write_summary(
    stream: IO[bytes],
    merged: MergeResult,
    form: Form,
    circular: Sequence[Paragraph] = (),
    scores: Sequence[Score] = (),
    style: Style | None = None,
    *,
    mark: str = "",
    made: str = "",
) -> None:
    """Write the leaders' workbook to a stream. The same merge gives the same bytes.

    ``circular`` and ``scores`` are what judgement makes of the merge; a sheet
    without any is left out. ``style`` is what a template changes of looks and captions.
    Its ``mark`` is that of a summary unless another is given; ``made`` is what it says of how it was
    made (:func:`reconcile.writers.marks.made_with`).
    """
    title = tr("{title}（{period}）汇总", title=merged.plan.title, period=merged.caption)
    mark = mark or mark_of(SUMMARY, merged.plan, merged.period)
    book = workbook_to(
        stream, title, mark=mark, made=made, author=merged.plan.office, day=merged.as_of, large=True
    )
    listing = Listing(book, style)
    names = [
        OVERVIEW, TABLE, BEHIND_LIST, *([INDICATORS] if merged.plan.indicators else []),
        *([SCORES] if scores else []), *([CIRCULAR] if circular else []),
    ]  # fmt: skip
    sheets = {name: book.add_worksheet(sheet_name(name)) for name in names}
    lines = table_lines(merged, form)
    rows = first_rows(lines, len(table_above(merged)) + 2)
    at = {number: f"{TABLE}!A{row}" for number, row in rows.items()}
    write_overview(book, sheets[OVERVIEW], listing, overview(merged), at)
    write_table(listing, merged, form, lines)
    write_behind(listing, merged, at)
    if merged.plan.indicators:
        write_indicators(listing, merged, at)
    if scores:
        write_scores(listing, merged, scores)
    if circular:
        _circular(listing, sheets[CIRCULAR], circular, at)
    tabs = dict.fromkeys((TABLE, INDICATORS, SCORES), TAB_MAIN)
    colour_tabs(book, {OVERVIEW: TAB_FIRST, **tabs, BEHIND_LIST: TAB_RED, CIRCULAR: TAB_QUIET})
    book.close()


# --- 通报

_WIDTH = 92.0
_PAGE = 740.0
"""Points of height on an A4 page between our margins, less than there are."""
_LOOKS: Mapping[str, tuple[str, float, str]] = {
    TITLE: (LETTER_TITLE, 22, "center"),
    ADDRESSEE: (LETTER_TEXT, 16, "left"),
    HEADING: (LETTER_HEAD, 16, "left"),
    SUBHEADING: (LETTER_SUBHEAD, 16, "left"),
    BODY: (LETTER_TEXT, 16, "left"),
    ENCLOSURE: (LETTER_TEXT, 16, "left"),
    SIGNATURE: (LETTER_TEXT, 16, "right"),
}
_INDENTED = (HEADING, SUBHEADING, BODY, ENCLOSURE)


def _circular(
    listing: Listing, sheet: Worksheet, paragraphs: Sequence[Paragraph], at: Mapping[int, str]
) -> None:
    """Write 通报: a paragraph a row, ready to be copied; beside it, not printed, the task it is about.

    Pages end where we say, since a heading is not to be the last row of one.
    """
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 1, 10)
    row, left = 0, _PAGE
    breaks: list[int] = []
    together: list[float] = []  # the heights of headings that wait for the row below them
    for p in paragraphs:
        if p.kind not in _LOOKS:
            continue  # the annex: its rows stand on 滞后清单
        look, size, align = _LOOKS[p.kind]
        size = size if spoken() == ZH else 0.75 * size
        shape = {"font_size": size, "align": align, "text_wrap": True}
        style = listing.format(**{**listing.look(look), **shape})
        text = tr("　　") + p.text if p.kind in _INDENTED else p.text
        if p.kind == ENCLOSURE:
            text = tr("{text}（见“{sheet}”一页）", text=text, sheet=sheet_name(BEHIND_LIST))
        for i, part in enumerate(split_text(text, fitted_letter(text, _WIDTH), size)):
            height = row_height(
                [(part, fitted_letter(part, _WIDTH), size)], 48 if p.kind == TITLE else 28
            )
            together.append(height)
            if p.kind not in (HEADING, SUBHEADING):
                if sum(together) > left:
                    breaks.append(row - len(together) + 1)
                    left = _PAGE
                left -= sum(together)
                together = []
            sheet.write_string(row, 0, part, style)
            sheet.set_row(row, height)
            if p.task is not None and i == 0:
                listing.write(sheet, row, 1, to_task(p.task, at), Column("", 10, True))
            row += 1
    page(sheet, A4, landscape=False)
    sheet.set_print_scale(100)  # as wide as it is made: to fit it would take our page ends away
    sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, max(row - 1, 0), 0)
    sheet.hide_gridlines(2)
