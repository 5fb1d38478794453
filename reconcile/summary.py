"""Merged -> summary workbook: 总览, 汇总表, 量化指标, 按单位, 滞后清单, 催报名单, 通报, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from .drafts import ADDRESSEE, BODY, HEADING, SIGNATURE, SUBHEADING, TITLE, Paragraph, Score
from .layout import row_height, split_text
from .listing import A3, A4, Column, Listing, Looks, new_workbook, page
from .merged import Merged
from .model import Form
from .summary_lists import (
    BEHIND_LIST,
    INDICATORS,
    PROBLEMS,
    RECORDS,
    read_previous,
    to_task,
    write_behind,
    write_indicators,
    write_problems,
    write_records,
)
from .summary_overview import OVERVIEW, balance_line, write_overview
from .summary_table import (
    SUPPORT,
    TABLE,
    Line,
    first_rows,
    support_columns,
    support_lines,
    table_lines,
    write_table,
)
from .summary_units import MISSING, SCORES, write_missing, write_scores

CIRCULAR = "通报"

__all__ = ["balance_line", "read_previous", "summary_bytes"]


def summary_bytes(
    merged: Merged,
    form: Form,
    circular: Sequence[Paragraph] = (),
    scores: Sequence[Score] = (),
    looks: Looks | None = None,
) -> bytes:
    """Return the summary workbook. The same merge gives the same bytes.

    ``circular`` and ``scores`` are what judgement makes of the merge; a sheet
    without any is left out. ``looks`` are a template's, in place of the built-in ones.
    """
    book, stream = new_workbook(f"{merged.plan.title}（{merged.caption}）汇总")
    listing = Listing(book, looks)
    names = [
        OVERVIEW, TABLE, *([INDICATORS] if merged.plan.indicators else []),
        *([SCORES] if scores else []), BEHIND_LIST, MISSING, *([CIRCULAR] if circular else []),
        PROBLEMS, SUPPORT, RECORDS,
    ]  # fmt: skip
    sheets = {name: book.add_worksheet(name) for name in names}
    support = support_lines(merged, form)
    lines = table_lines(merged, form, first_rows(support, 1))
    at = first_rows(lines, 2)
    write_overview(book, sheets[OVERVIEW], listing, merged, at)
    write_table(sheets[TABLE], listing, merged, form, lines)
    if merged.plan.indicators:
        write_indicators(listing, merged, at)
    if scores:
        write_scores(listing, scores)
    write_behind(listing, merged, at)
    write_missing(listing, merged)
    if circular:
        _circular(listing, book.get_worksheet_by_name(CIRCULAR), circular, at)
    write_problems(listing, merged, at)
    _support(listing, form, support, at)
    write_records(listing, merged, form)
    book.close()
    return stream.getvalue()


def _support(listing: Listing, form: Form, lines: Sequence[Line], at: Mapping[int, int]) -> None:
    """Write 配合答复: all that supporting units wrote, each answer whole."""
    rows = []
    for line in lines:
        number, *rest = line.values
        rows.append([to_task(line.task, at) if number != "" else "", *rest])
    listing.table(SUPPORT, support_columns(form), rows, paper=A3, frozen=3)


# --- 通报

_WIDTH = 92.0
_LOOKS: Mapping[str, tuple[str, float, str]] = {
    TITLE: ("方正小标宋简体", 22, "center"),
    ADDRESSEE: ("仿宋", 16, "left"),
    HEADING: ("黑体", 16, "left"),
    SUBHEADING: ("楷体", 16, "left"),
    BODY: ("仿宋", 16, "left"),
    SIGNATURE: ("仿宋", 16, "right"),
}
_INDENTED = (HEADING, SUBHEADING, BODY)


def _circular(
    listing: Listing, sheet: Worksheet, paragraphs: Sequence[Paragraph], at: Mapping[int, int]
) -> None:
    """Write 通报: a paragraph a row, ready to be copied; beside it, not printed, the task it speaks of."""
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 1, 10)
    row = 0
    for p in paragraphs:
        font, size, align = _LOOKS[p.kind]
        style = listing.format(font_name=font, font_size=size, align=align, text_wrap=True)
        text = f"　　{p.text}" if p.kind in _INDENTED else p.text
        for i, part in enumerate(split_text(text, _WIDTH, size)):
            sheet.write_string(row, 0, part, style)
            sheet.set_row(row, row_height([(part, _WIDTH, size)], 48 if p.kind == TITLE else 28))
            if p.task is not None and i == 0:
                listing.write(sheet, row, 1, to_task(p.task, at), Column("", 10, True))
            row += 1
    page(sheet, A4, landscape=False)
    sheet.print_area(0, 0, max(row - 1, 0), 0)
    sheet.hide_gridlines(2)
