"""The plan's PDF beside what was read from it: a workbook to be signed off page by page.

Each task has two rows: the picture of its row in the PDF, and below, column
under column, the text that stands in the plan workbook.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pdfplumber
from xlsxwriter.utility import xl_rowcol_to_cell

from ..core.findings import Finding
from ..core.i18n import joined, sheet_name, tr
from ..core.plan import Task
from ..core.published_plan import Area, PublishedPlan
from ..writers.row_height import row_height
from ..writers.table import A3, SIZE, Column, Listing, new_workbook, page

# Dots per inch: small print is legible, and a page takes some 200 KB.
RESOLUTION = 110
# Characters of Excel's unit that all columns of the PDF's table share.
_WIDTH = 150.0
# Excel allows no row higher than this (points).
_HIGHEST = 400.0
# Pixels of a column n characters wide, and of a point, as Excel draws them.
_PIXELS, _PADDING, _POINT = 7, 5, 96 / 72
_LEAST = 6.0

Progress = Callable[[int, int], None]


def proof_bytes(
    path: Path,
    notice: PublishedPlan,
    tasks: Sequence[Task],
    findings: Sequence[Finding],
    progress: Progress | None = None,
) -> bytes:
    """Return the proof of a plan that was read from the PDF ``path``.

    ``tasks`` are those of the notice as they went into the plan workbook,
    ``findings`` what is doubtful about them. ``progress`` is called with (tasks done, tasks in all). Drawing takes about
    a fifth of a second for each page.
    """
    book, stream = new_workbook(tr("{title}校对", title=notice.title))
    listing = Listing(book)
    overview = book.add_worksheet(sheet_name("分页"))
    sheet = book.add_worksheet(sheet_name("校对"))
    columns = _columns(notice)
    doubts = {
        number: "\n".join(f.message for f in findings if f.task == number)
        for number in (task.number for task in tasks)
    }
    _head(listing, sheet, columns)
    checked = len(columns) - 2
    first: dict[int, tuple[int, int]] = {}
    with pdfplumber.open(path) as pdf:
        pictures = _Pictures(pdf)
        for place, task in enumerate(tasks):
            areas = notice.areas.get(task.number, ())
            row = 1 + 2 * place
            number = areas[0].page if areas else 0
            first[number] = (first.get(number, (row, 0))[0], row + 1)
            _picture_row(listing, sheet, row, columns, pictures, areas)
            _text_row(listing, sheet, row + 1, columns, notice, task, number, doubts[task.number])
            if progress is not None:
                progress(place + 1, len(tasks))
    last = 2 * len(tasks)
    rule = {"validate": "list", "source": [tr("对"), tr("已改")]}
    sheet.data_validation(1, checked, last, checked, rule)
    sheet.freeze_panes(1, 2)
    page(sheet, A3)
    sheet.repeat_rows(0)
    _overview(listing, overview, first, checked)
    book.close()
    return stream.getvalue()


def _columns(notice: PublishedPlan) -> list[Column]:
    """Return the sheet's columns: those of the PDF in its order and proportions, and ours."""
    total = sum(width for _, _, width in notice.columns)
    own = [
        Column(caption, max(round(_WIDTH * width / total, 1), _LEAST), role == "number")
        for role, caption, width in notice.columns
    ]
    ours = [Column(tr("疑点"), 30), Column(tr("已核"), 8, True), Column(tr("备注"), 20)]
    return [Column(tr("页"), 5, True), Column(tr("编号"), 6, True), *own, *ours]


def _head(listing: Listing, sheet: Any, columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, listing.caption(column.caption), listing.head)
    sheet.set_row(0, 24)


class _Pictures:
    """Cuts rows out of pages; a page is drawn once, when the first of its rows is asked for."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._number = 0
        self._drawn: Any = None

    def cut(self, area: Area) -> Any:
        """Return the picture of an area, grey, with level text."""
        if area.page != self._number:
            drawn = self._pdf.pages[area.page - 1].to_image(resolution=RESOLUTION, antialias=True)
            # PIL turns against the clock.
            self._drawn = drawn.original.convert("L").rotate(90 * area.turned, expand=True)
            self._pdf.pages[area.page - 1].close()
            self._number = area.page
        scale, edge = RESOLUTION / 72, 2
        left, top = (max(round(at * scale) - edge, 0) for at in (area.left, area.top))
        right, bottom = (round(at * scale) + edge for at in (area.right, area.bottom))
        return self._drawn.crop(
            (left, top, min(right, self._drawn.width), min(bottom, self._drawn.height))
        )


def _picture_row(
    listing: Listing,
    sheet: Any,
    row: int,
    columns: Sequence[Column],
    pictures: _Pictures,
    areas: Sequence[Area],
) -> None:
    """Put the pictures of a task, one above the other, over the columns they belong to."""
    images = [pictures.cut(area) for area in areas]
    width = sum(round(c.width * _PIXELS) + _PADDING for c in columns[2:-3])
    scale = width / max((image.width for image in images), default=width)
    height = sum(image.height for image in images) * scale / _POINT
    scale *= min(1.0, _HIGHEST / height) if height else 1.0
    sheet.set_row(row, max(min(height, _HIGHEST) + 2, 15))
    plain = listing.format(border=0)
    for at in range(len(columns)):
        sheet.write_blank(row, at, None, plain)
    top = 0.0
    for image in images:
        stream = io.BytesIO()
        # Sixteen greys are enough to read by, at a third of the size.
        image.quantize(16).save(stream, "PNG", optimize=True)
        options = {
            "image_data": stream,
            "x_scale": scale,
            "y_scale": scale,
            "y_offset": round(top) + 1,
            "object_position": 1,
            "decorative": True,
        }
        sheet.insert_image(row, 2, "row.png", options)
        top += image.height * scale


def _text_row(
    listing: Listing,
    sheet: Any,
    row: int,
    columns: Sequence[Column],
    notice: PublishedPlan,
    task: Task,
    number: int,
    doubt: str,
) -> None:
    """Write what was read, each text under its place in the picture."""
    texts: list[object] = [number or None, task.number]
    texts += [_text(task, role, caption) for role, caption, _ in notice.columns]
    texts += [doubt, None, None]
    for at, (column, value) in enumerate(zip(columns, texts, strict=True)):
        look = {"bg_color": "#FFF2CC"} if at >= len(columns) - 2 else {}
        if at == len(columns) - 3 and doubt:
            look = {"font_color": "#C00000"}
        listing.write(sheet, row, at, value, column, **look)
    shown = ((v, c.width, SIZE) for c, v in zip(columns, texts, strict=True) if isinstance(v, str))
    sheet.set_row(row, min(row_height(shown, 18), _HIGHEST))


def _text(task: Task, role: str, caption: str) -> str:
    units = {"lead": task.lead, "support": task.support}
    texts: Mapping[str, str] = {
        "number": task.extras.get(caption) or task.extras.get("原序号") or str(task.number),
        "section": task.sections[-1] if task.sections else "",
        "goal": task.goal,
        "milestone": task.milestones.get(caption, ""),
    }
    return joined(units[role]) if role in units else texts.get(role, task.extras.get(caption, ""))


def _overview(
    listing: Listing, sheet: Any, first: Mapping[int, tuple[int, int]], checked: int
) -> None:
    """Write the pages, each with its tasks counted and those that are checked, live."""
    columns = [
        Column("页", 10, True), Column("任务数", 10, True), Column("已核", 10, True),
        Column("还差", 10, True), Column("核对人", 16), Column("日期", 14, True),
    ]  # fmt: skip
    _head(listing, sheet, columns)
    for row, (number, (start, end)) in enumerate(sorted(first.items()), 1):
        count = (end - start + 1) // 2
        marks = f"{sheet_name('校对')}!{xl_rowcol_to_cell(start, checked)}:{xl_rowcol_to_cell(end, checked)}"
        for at, column in enumerate(columns):
            listing.write(sheet, row, at, None, column)
        link = listing.format(border=1, align="center", font_color="#0563C1", underline=1)
        shown = tr("第{n}页", n=number) if number else tr("不明")
        sheet.write_url(row, 0, f"internal:'{sheet_name('校对')}'!A{start + 1}", link, shown)
        listing.write(sheet, row, 1, count, columns[1])
        style = listing.format(border=1, align="center")
        sheet.write_formula(row, 2, f"=COUNTA({marks})", style, 0)
        sheet.write_formula(row, 3, f"=B{row + 1}-C{row + 1}", style, count)
    sheet.freeze_panes(1, 0)
    page(sheet, landscape=False)
