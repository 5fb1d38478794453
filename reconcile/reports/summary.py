"""MergeResult -> summary workbook: 总览, 汇总表, 量化指标, 按单位, 滞后清单, 催报名单, 通报, and what they rest on."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import IO

from xlsxwriter.worksheet import Worksheet

from ..core.form import Form
from ..core.i18n import ZH, sheet_name, spoken, tr
from ..core.result import MergeResult, Score
from ..writers.marks import SUMMARY, made_with, mark_of
from ..writers.row_height import row_height, split_text
from ..writers.table import A3, A4, Column, Listing, fitted, page, workbook_to
from ..writers.theme import LETTER_HEAD, LETTER_SUBHEAD, LETTER_TEXT, LETTER_TITLE, Style
from .circular import ADDRESSEE, BODY, ENCLOSURE, HEADING, SIGNATURE, SUBHEADING, TITLE, Paragraph
from .overview import overview
from .previous_summary import RECORDS, STANDINGS
from .sheets.lists import (
    BEHIND_LIST,
    INDICATORS,
    PROBLEMS,
    to_task,
    write_behind,
    write_indicators,
    write_problems,
    write_records,
    write_standings,
)
from .sheets.overview_sheet import OVERVIEW, write_overview
from .sheets.task_table import (
    SUPPORT,
    TABLE,
    Line,
    first_rows,
    support_columns,
    support_lines,
    table_lines,
    write_table,
)
from .sheets.unit_sheets import MISSING, SCORES, write_missing, write_scores

CIRCULAR = "通报"
CAPTIONS = (
    "序号", "目标任务", "牵头单位", "配合单位", "亮灯", "指标", "责任单位", "口径", "计量单位", "全年目标",
    "本期目标", "本期实际", "上期实际", "较上期", "完成率", "比序时目标（百分点）", "比日历进度（百分点）",
    "说明", "出处", "完成情况", "任务数", "占比", "上期", "依据", "存在问题", "下一步措施", "级别", "编码",
    "栏目", "文件", "工作表", "单元格", "问题", "怎么改", "名次", "得分", "牵头任务", "●绿灯", "●黄灯",
    "●红灯", "未判定", "应答任务", "已答任务", "情况", "首报", "改报", "按时", "须改正", "其中牵头", "联系人",
    "联系电话", "文件摘要",
)  # fmt: skip
"""The captions that a summary template may rename, on all sheets but 明细 and 任务评定, which are read back."""


def summary_bytes(
    merged: MergeResult,
    form: Form,
    circular: Sequence[Paragraph] = (),
    scores: Sequence[Score] = (),
    style: Style | None = None,
    *,
    contacts: bool = False,
    mark: str = "",
) -> bytes:
    """Return what :func:`write_summary` writes."""
    stream = io.BytesIO()
    write_summary(stream, merged, form, circular, scores, style, contacts=contacts, mark=mark)
    return stream.getvalue()


def write_summary(
    stream: IO[bytes],
    merged: MergeResult,
    form: Form,
    circular: Sequence[Paragraph] = (),
    scores: Sequence[Score] = (),
    style: Style | None = None,
    *,
    contacts: bool = False,
    mark: str = "",
) -> None:
    """Write the summary workbook to a stream. The same merge gives the same bytes.

    ``circular`` and ``scores`` are what judgement makes of the merge; a sheet
    without any is left out. ``style`` is what a template changes of looks and captions.
    Its ``mark`` is that of a summary unless another is given.
    Clerks' names and telephone numbers stand in it only with ``contacts``: leaders read it.
    """
    title = tr("{title}（{period}）汇总", title=merged.plan.title, period=merged.caption)
    mark = mark or mark_of(SUMMARY, merged.plan, merged.period)
    made = made_with(merged.as_of, contacts=contacts)
    book = workbook_to(stream, title, mark=mark, made=made, large=True)
    listing = Listing(book, style)
    names = [
        OVERVIEW, TABLE, *([INDICATORS] if merged.plan.indicators else []),
        *([SCORES] if scores else []), BEHIND_LIST, MISSING, *([CIRCULAR] if circular else []),
        PROBLEMS, SUPPORT, STANDINGS, RECORDS,
    ]  # fmt: skip
    sheets = {name: book.add_worksheet(sheet_name(name)) for name in names}
    support = support_lines(merged, form)
    lines = table_lines(merged, form, first_rows(support, 1))
    at = first_rows(lines, 2)
    write_overview(book, sheets[OVERVIEW], listing, overview(merged), at)
    write_table(sheets[TABLE], listing, merged, form, lines)
    if merged.plan.indicators:
        write_indicators(listing, merged, at)
    if scores:
        write_scores(listing, scores)
    write_behind(listing, merged, at)
    write_missing(listing, merged, contacts=contacts)
    if circular:
        _circular(listing, sheets[CIRCULAR], circular, at)
    write_problems(listing, merged, form, at, contacts=contacts)
    _support(listing, form, support, at)
    write_standings(listing, merged)
    write_records(listing, merged, form, contacts=contacts)
    book.close()


def _support(listing: Listing, form: Form, lines: Sequence[Line], at: Mapping[int, int]) -> None:
    """Write 配合答复: all that supporting units wrote, each answer whole."""
    tasks = {number: to_task(number, at) for number in {line.task for line in lines}}
    rows = (["" if line.values[0] == "" else tasks[line.task], *line.values[1:]] for line in lines)
    listing.table(SUPPORT, support_columns(form), rows, paper=A3, frozen=3)


# --- 通报

_WIDTH = 92.0
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
    listing: Listing, sheet: Worksheet, paragraphs: Sequence[Paragraph], at: Mapping[int, int]
) -> None:
    """Write 通报: a paragraph a row, ready to be copied; beside it, not printed, the task it speaks of."""
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 1, 10)
    row = 0
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
        for i, part in enumerate(split_text(text, fitted(text, _WIDTH), size)):
            sheet.write_string(row, 0, part, style)
            sheet.set_row(
                row, row_height([(part, fitted(part, _WIDTH), size)], 48 if p.kind == TITLE else 28)
            )
            if p.task is not None and i == 0:
                listing.write(sheet, row, 1, to_task(p.task, at), Column("", 10, True))
            row += 1
    page(sheet, A4, landscape=False)
    sheet.print_area(0, 0, max(row - 1, 0), 0)
    sheet.hide_gridlines(2)
