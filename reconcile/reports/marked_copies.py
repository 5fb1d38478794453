"""Findings -> marked-up copy: a unit's own cells at their own addresses, with what to mend.

The copy is painted anew from what was read: same sheets, same addresses, but
texts are texts, so no formula, link or macro of a stranger's file goes back
out, and every format that can be read can be returned as .xlsx. The rules that
pasting wiped out are laid over the asked cells again.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ..core.findings import Finding, Severity
from ..core.form import Field, Form, describe
from ..core.i18n import Phrase, sheet_name, tr
from ..core.keys import META
from ..core.result import FILLED
from ..core.submission import Submission, Table
from ..core.text import plain, printable
from ..forms.excel_rules import Painter, validation
from ..intake.captions import (
    MARK,
    NOTICE,
    NOTICE_COLUMNS,
    NOTICE_LINES,
    NOTICE_SEALS,
    is_marked,
    is_notice,
    seal,
)
from ..readers import Book, Cell, Sheet
from ..writers.atomic import safe_name
from ..writers.marks import OUTPUT, SEAL
from ..writers.row_height import row_height
from ..writers.table import SIZE, Column, Listing, new_workbook, page
from ..writers.theme import HEAD

# A stranger's number format may be one that Excel refuses.
_PLAIN_FORMAT = re.compile(r"[0#,.%yYmMdDhHsS:/年月日 -]+")
_COLOURS = {Severity.ERROR: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.NOTE: "#DDEBF7"}
_GIVEN, _ASKED, _HEAD = "#F2F2F2", "#FFF9E5", "#D9E1F2"
_WIDTHS = {
    "key": 4.0, "number": 6.0, "section": 14.0, "goal": 26.0, "role": 6.0, "percent": 10.0,
    "state": 11.0, "due": 13.0, "progress": 36.0,
}  # fmt: skip


def feedback_bytes(
    book: Book,
    returned: Submission,
    form: Form,
    findings: Sequence[Finding],
    unit: str,
    mark: str = "",
    *,
    taken: bool = True,
) -> bytes:
    """Return the marked-up copy of one returned workbook, with the ``mark`` of this output.

    One that was not ``taken`` is not asked to be mended in place. ``findings`` are those of this unit and file; each is listed on the first
    sheet with a link to its cell, and noted at the cell itself. The list of an
    earlier copy is left out: this one takes its place.
    """
    out, stream = new_workbook(tr("退回：{unit}", unit=unit), mark)
    year = returned.claims.get("year", "")
    listing, painter = Listing(out), Painter(out, int(year) if year.isdecimal() else 0)
    sheets = [s for s in book.sheets if not _is_notice(s)]
    names = dict(_sheet_names(sheets))
    _notice(out, listing, form, findings, unit, names, _how(form, taken))
    meta = None
    for sheet in sheets:
        tables = [t for t in returned.tables if t.place.sheet == sheet.name]
        own = [f for f in findings if f.place.sheet == sheet.name]
        copy = out.add_worksheet(names[sheet.name])
        _Copy(copy, sheet, listing, painter, form, tables, returned).paint(own)
        if sheet.name == META:
            meta = copy
            copy.very_hidden()
        elif sheet.hidden:
            copy.hide()
    if painter.lists:  # choices too long for a rule stand on the hidden sheet
        meta = meta or out.add_worksheet(META)
        meta.very_hidden()
        for column, choices in enumerate(painter.lists, 3):
            meta.write_column(0, column, choices)
    for word, text in book.properties.items():
        if word.startswith("reconcile.") and word not in (OUTPUT, SEAL):
            out.set_custom_property(word, text[:255], "text")
    out.close()
    return stream.getvalue()


def _is_notice(sheet: Sheet) -> bool:
    rows: dict[int, list[object]] = {}
    for (row, _), cell in sheet.cells.items():
        rows.setdefault(row, []).append(cell.value)
    return any(is_notice(texts) for texts in rows.values())


def _at(cell: str | Phrase) -> tuple[int, int]:
    """Row and column of an address, counted from 1."""
    row, column = xl_cell_to_rowcol(str(cell))
    return row + 1, column + 1


def file_name(file: str) -> str:
    """Return the name of the marked-up copy of a returned file: 退回_….xlsx."""
    base = re.sub(r"\.[A-Za-z]{2,4}$", "", file.rsplit("/", 1)[-1])
    safe = safe_name(base, "_").strip(" .")[:100].strip(" .")
    bare = safe.removeprefix(prefix()) or tr("回表")
    return f"{prefix()}{bare}.xlsx"


def prefix() -> str:
    """Return what the names of all marked-up copies begin with."""
    return tr("退回_")


def _sheet_names(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Old and new name of each sheet: what Excel admits, none twice."""
    taken = {sheet_name(NOTICE).casefold(), "history"}
    for position, sheet in enumerate(sheets, 1):
        safe = re.sub(r"[\[\]:*?/\\]", "_", printable(sheet.name))[:31].strip("'")
        first = name = safe or tr("表{number}", number=position)
        for again in itertools.count(position):
            if name.casefold() not in taken:
                break
            name = f"{first[:24]}_{again}"
        taken.add(name.casefold())
        yield sheet.name, name


def _how(form: Form, taken: bool) -> str:
    """How to mend the form; a new day tells the mended one from the first."""
    if not taken:  # mostly for its form number, which no mending of this file puts right
        return tr("这份表没有收，请照“怎么改”一栏办；点击单元格地址可以直接跳到那一格。")
    filed = form.field(FILLED)
    if filed is None:
        return tr("请在本文件里改好，存盘后发回；点击单元格地址可以直接跳到那一格。")
    return tr(
        "请在本文件里改好，把“{caption}”改成改好的那一天，存盘后发回；点击单元格地址可以直接跳到那一格。",
        caption=filed.caption,
    )


def _notice(
    out: Workbook,
    listing: Listing,
    form: Form,
    findings: Sequence[Finding],
    unit: str,
    names: Mapping[str, str],
    how: str,
) -> None:
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
        tr(
            NOTICE_LINES[1],
            count=len(points),
            grave=grave,
            how=how,
        ),
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
    for row, (f, cells) in enumerate(points, 4):
        look = {"bg_color": _COLOURS[f.severity]}
        target = names.get(f.place.sheet)
        values = [cells, f.task, f.field, f.message, f.fix]
        for i, value in enumerate(values):
            listing.write(sheet, row, i, value, columns[i], **(look if i == 0 else {}))
        seals = (seal(plain(value)) for value in values if value)
        sheet.write_string(row, NOTICE_SEALS - 1, " ".join(seals))
        if target and re.fullmatch(r"[A-Z]+\d+", str(f.place.cell)):
            quoted = target.replace("'", "''")
            style = listing.format(
                border=1,
                border_color="#A6A6A6",
                align="center",
                font_color="#0563C1",
                underline=1,
                **look,
            )
            sheet.write_url(row, 0, f"internal:'{quoted}'!{f.place.cell}", style, cells)
        texts = [(str(v), c.width, SIZE) for v, c in zip(values, columns, strict=True) if v]
        sheet.set_row(row, row_height(texts, 20))
    sheet.freeze_panes(4, 0)
    page(sheet)
    sheet.repeat_rows(3)
    sheet.activate()


def _points(findings: Sequence[Finding]) -> list[tuple[Finding, str]]:
    """Findings with their cells; those that say the same of one row are one point: B11:J11."""
    points: dict[tuple[str, ...], tuple[Finding, list[str]]] = {}
    for f in findings:
        cell = str(f.place.cell)
        found = re.fullmatch(r"([A-Z]{1,3})(\d+)", cell)
        key = (f.code, f.place.file, f.place.sheet, found[2] if found else cell, f.message)
        points.setdefault(key, (f, []))[1].append(cell)
    return [
        (f, cells[0] if len(cells) == 1 else f"{cells[0]}:{cells[-1]}")
        for f, cells in points.values()
    ]


class _Copy:
    """One sheet painted again from its cells."""

    def __init__(
        self,
        out: Worksheet,
        sheet: Sheet,
        listing: Listing,
        painter: Painter,
        form: Form,
        tables: Sequence[Table],
        returned: Submission,
    ) -> None:
        self._out, self._sheet, self._listing, self._painter = out, sheet, listing, painter
        self._asked: dict[tuple[int, int], Field] = {}
        self._widths: dict[int, float] = {}
        self._given: set[tuple[int, int]] = set()
        self._headers = {_at(t.place.cell)[0] for t in tables}
        fields = {f.id: f for f in (*form.indicators, *form.fields)}
        for table in tables:
            for row in table.rows:
                number = _at(row.place.cell)[0]
                for name, letters in row.columns.items():
                    column = _at(f"{letters}1")[1]
                    self._widths[column] = _WIDTHS.get(name, 22.0)
                    field = fields.get(name)
                    if field is not None and field.asked:
                        self._asked[number, column] = field
                    else:
                        self._given.add((number, column))
        self._table_rows = self._headers | {r for r, _ in (*self._asked, *self._given)}
        self._merged: dict[tuple[int, int], float] = {}
        heads = {f.id: f for f in form.head}
        for name, raw in returned.head.items():
            if raw.place.sheet == sheet.name:
                self._asked[_at(raw.place.cell)] = heads[name]

    def paint(self, findings: Sequence[Finding]) -> None:
        """Write cells, looks, rules, heights and the notes that say what to mend."""
        marks: dict[tuple[int, int], list[Finding]] = {}
        for f in findings:
            if re.fullmatch(r"[A-Z]{1,3}\d+", str(f.place.cell)):
                marks.setdefault(_at(f.place.cell), []).append(f)
        self._set_columns()
        self._merge()
        rows: dict[int, list[tuple[str, float, float]]] = {}
        for row, column in sorted({*self._sheet.cells, *self._asked, *marks}):
            cell = self._sheet.cells.get((row, column))
            text = self._write(row, column, cell, marks.get((row, column), []))
            shown = column not in self._sheet.hidden_columns
            if shown and self._wraps(row, column, text):
                rows.setdefault(row, []).append((text, self._width(row, column), SIZE))
        for row, texts in rows.items():
            self._out.set_row(row - 1, row_height(texts, 20))
        for (row, column), field in self._asked.items():
            rule = validation(self._painter, field.rule, field.caption, field.prompt)
            if self._out.data_validation(row - 1, column - 1, row - 1, column - 1, rule):
                raise ValueError(f"rule not taken: {describe(field.rule)}")
        if self._headers:
            self._out.freeze_panes(min(self._headers), 0)
        page(self._out)

    def _set_columns(self) -> None:
        """Columns of a table by their field; those of other sheets by their longest line."""
        longest: dict[int, int] = {}
        spread = {(top, left) for top, left, _, right in self._sheet.merges if right > left}
        for (row, column), cell in self._sheet.cells.items():
            if (row, column) in spread:
                continue
            line = max((len(part) for part in plain(cell.value).split("\n")), default=0)
            longest[column] = max(longest.get(column, 0), line)
        for column in {*longest, *(c for _, c in self._asked)}:
            if column not in self._widths:
                wide = min(max(longest.get(column, 0) * 2.0, 10.0), 16.0 if self._headers else 80.0)
                self._widths[column] = wide
            options = {"hidden": True} if column in self._sheet.hidden_columns else {}
            self._out.set_column(column - 1, column - 1, self._widths[column], None, options)

    def _merge(self) -> None:
        """Keep merged cells outside the tables: title and head lines need their width."""
        for top, left, bottom, right in self._sheet.merges:
            if bottom - top > 20 or right - left > 100:
                continue
            area = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
            others = {at for at in area if at != (top, left) and at in self._sheet.cells}
            in_table = any(r in self._table_rows for r in range(top, bottom + 1))
            if len(area) > 1 and not (others or in_table or area & self._merged.keys()):
                self._merged |= {
                    at: sum(self._widths.get(c, 8.43) for c in range(left, right + 1))
                    for at in area
                }
                self._out.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")

    def _wraps(self, row: int, column: int, text: str) -> bool:
        in_table = row in self._table_rows and column in self._widths
        return in_table or not self._headers or (row, column) in self._merged or "\n" in text

    def _width(self, row: int, column: int) -> float:
        return self._merged.get((row, column)) or self._widths.get(column, 8.43)

    def _write(self, row: int, column: int, cell: Cell | None, marks: Sequence[Finding]) -> str:
        look: dict[str, Any] = {}
        field = self._asked.get((row, column))
        if row in self._headers:
            look |= {
                "bg_color": _HEAD,
                "border": 1,
                "font_name": self._listing.look(HEAD)["font_name"],
                "align": "center",
                "text_wrap": True,
            }
        elif field is not None or (row, column) in self._given:
            look |= {"bg_color": _ASKED if field else _GIVEN, "border": 1}
        if marks:
            gravest = min(marks, key=lambda f: list(Severity).index(f.severity))
            look |= {"bg_color": _COLOURS[gravest.severity], "border": 1}
        words = [
            tr("{mark}{message}。{fix}。", mark=tr(MARK), message=f.message, fix=f.fix)
            for f in marks
        ]
        words += [cell.note] if cell and cell.note.strip() and not is_marked(cell.note) else []
        if words:
            shape = {"x_scale": 2, "y_scale": 1.5}
            self._out.write_comment(row - 1, column - 1, "\n".join(words)[:2000], shape)
        kinds = {"percent": "0.##%", "date": "yyyy-mm-dd", "text": "@", "choice": "@"}
        if field is not None:
            look["num_format"] = kinds.get(field.rule.kind, "General")
        value = (
            (cell.value if cell.value is not None else cell.error or cell.struck) if cell else None
        )
        if self._wraps(row, column, plain(value)):
            look["text_wrap"] = True
        if field is not None and field.rule.kind in ("choice", "percent", "date"):
            look["align"] = "center"
        if cell is not None and cell.struck and value == cell.struck:
            look["font_strikeout"] = True
        at = (row - 1, column - 1)
        if value is None or value == "":
            self._out.write_blank(*at, None, self._listing.format(**look))
        elif isinstance(value, date) and value.year >= 1900:
            self._out.write_datetime(
                *at, value, self._listing.format(**{**look, "num_format": "yyyy-mm-dd"})
            )
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if cell is not None and not field and _PLAIN_FORMAT.fullmatch(cell.format):
                look["num_format"] = cell.format
            self._out.write_number(*at, value, self._listing.format(**look))
        else:
            self._out.write_string(*at, plain(value), self._listing.format(**look))
        return plain(value)
