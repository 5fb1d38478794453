"""The list that a marked-up copy begins with: every point, its cell, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ...core.findings import Finding, Severity
from ...core.form import Form
from ...core.i18n import sheet_name, tr
from ...core.result import FILLED
from ...core.text import plain
from ...intake.captions import NOTICE, NOTICE_COLUMNS, NOTICE_LINES, NOTICE_SEALS, seal
from ...writers.row_height import row_height
from ...writers.table import SIZE, Column, Listing, page
from .spliced import COLOURS


def how_to_mend(form: Form, taken: bool) -> str:
    """Return how to mend the form; a new day distinguishes the mended one from the first."""
    if not taken:  # mostly for its form number, which no mending of this file puts right
        return tr("这份表没有收，请照“怎么改”一栏办；点击单元格地址可以直接跳到那一格。")
    filed = form.field(FILLED)
    if filed is None:
        return tr("请在本文件里改好，存盘后发回；点击单元格地址可以直接跳到那一格。")
    return tr(
        "请在本文件里改好，把“{caption}”改成改好的那一天，存盘后发回；点击单元格地址可以直接跳到那一格。",
        caption=filed.caption,
    )


def write_notice(
    out: Workbook,
    listing: Listing,
    findings: Sequence[Finding],
    unit: str,
    names: Mapping[str, str],
    how: str,
) -> None:
    """Write the list as the first sheet of a workbook, with links to sheets as ``names`` calls them now."""
    sheet = out.add_worksheet(sheet_name(NOTICE))
    shapes = ((14, True), (8, True), (14, False), (54, False), (44, False))
    columns = [
        Column(tr(caption), width, centred)
        for caption, (width, centred) in zip(NOTICE_COLUMNS, shapes, strict=True)
    ]
    points = _points(findings)
    for i, column in enumerate(columns):
        sheet.set_column(i, i, column.width)
    grave = sum(f.severity is Severity.ERROR for f, _ in points)
    lines = [
        tr(NOTICE_LINES[0], unit=unit or tr("回表")),
        tr(NOTICE_LINES[1], count=len(points), grave=grave, how=how),
    ]
    looks = [listing.heading(16, align="center"), listing.format(text_wrap=True)]
    sheet.set_column(NOTICE_SEALS - 1, NOTICE_SEALS - 1, None, None, {"hidden": True})
    for row, (line, look) in enumerate(zip(lines, looks, strict=True)):
        sheet.merge_range(row, 0, row, len(columns) - 1, line, look)
        sheet.write_string(row, NOTICE_SEALS - 1, seal(line))
        sheet.set_row(row, row_height([(line, 134, 11 if row else 16)], 24))
    for i, column in enumerate(columns):
        sheet.write_string(3, i, column.caption, listing.head)
    sheet.write_string(3, NOTICE_SEALS - 1, " ".join(seal(column.caption) for column in columns))
    for row, (finding, cells) in enumerate(points, 4):
        _write_point(sheet, listing, row, columns, finding, cells, names)
    sheet.freeze_panes(4, 0)
    page(sheet)
    sheet.repeat_rows(3)
    sheet.activate()


def _write_point(
    sheet: Worksheet,
    listing: Listing,
    row: int,
    columns: Sequence[Column],
    finding: Finding,
    cells: str,
    names: Mapping[str, str],
) -> None:
    """Write one point as a row, with its seals, and a link where it is about a cell."""
    look = {"bg_color": COLOURS[finding.severity]}
    values = [
        _where(finding, cells, names), finding.task, finding.field, finding.message, finding.fix_unit
    ]  # fmt: skip
    for i, value in enumerate(values):
        listing.write(sheet, row, i, value, columns[i], **(look if i == 0 else {}))
    seals = (seal(plain(value)) for value in values if value)
    sheet.write_string(row, NOTICE_SEALS - 1, " ".join(seals))
    target = names.get(str(finding.place.sheet))
    if target and re.fullmatch(r"[A-Z]+\d+", str(finding.place.cell)):
        quoted = target.replace("'", "''")
        style = listing.format(
            border=1, border_color="#A6A6A6", align="center", font_color="#0563C1", underline=1, **look
        )  # fmt: skip
        sheet.write_url(row, 0, f"internal:'{quoted}'!{finding.place.cell}", style, values[0])
    texts = [(str(v), c.width, SIZE) for v, c in zip(values, columns, strict=True) if v]
    sheet.set_row(row, row_height(texts, 20))


def _where(f: Finding, cells: str, names: Mapping[str, str]) -> str:
    """A cell as it is named to the clerk, with its sheet."""
    sheet = str(f.place.sheet)
    return " ".join(filter(None, (names.get(sheet, sheet), cells)))


def _points(findings: Sequence[Finding]) -> list[tuple[Finding, str]]:
    """Findings with their cells; those that say the same of one row are one point: B11:J11."""
    points: dict[tuple[str, ...], tuple[Finding, list[str]]] = {}
    for f in findings:
        cell = str(f.place.cell)
        found = re.fullmatch(r"([A-Z]{1,3})(\d+)", cell)
        key = (f.code, f.place.file, str(f.place.sheet), found[2] if found else cell, f.message)
        points.setdefault(key, (f, []))[1].append(cell)
    return [
        (f, cells[0] if len(cells) == 1 else f"{cells[0]}:{cells[-1]}")
        for f, cells in points.values()
    ]
