"""A marked-up copy redrawn from what was read: same sheets, same addresses, but texts are texts.

No formula, link or macro of a stranger's file goes back out, and every format that can be
read can be returned as .xlsx. The rules that pasting wiped out are laid over the asked
cells again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from ...core.findings import Finding, Severity
from ...core.form import Form, describe
from ...core.i18n import Phrase, tr
from ...core.submission import Submission, Table
from ...core.text import plain
from ...forms.excel_rules import Painter, validation
from ...forms.template import TemplateSheet
from ...intake.captions import MARK, is_marked
from ...readers import Cell, Sheet
from ...writers.row_height import row_height
from ...writers.table import A4, SIZE, Listing, page
from ...writers.theme import HEAD
from .looks import drawing_of
from .rules import asked_cells
from .spliced import COLOURS

# A stranger's number format may be one that Excel refuses.
_PLAIN_FORMAT = re.compile(r"[0#,.%yYmMdDhHsS:/年月日 -]+")
_GIVEN, _ASKED, _HEAD = "#F2F2F2", "#FFF9E5", "#D9E1F2"
_WIDTHS = {
    "key": 4.0, "number": 6.0, "section": 14.0, "goal": 26.0, "role": 6.0, "percent": 10.0,
    "state": 11.0, "due": 13.0, "progress": 36.0,
}  # fmt: skip
_LONGEST_NOTE = 2_000


def note_of(marks: Sequence[Finding]) -> str:
    """Return what is noted at a cell: what is wrong with it, and how to mend it."""
    lines = (
        tr("{mark}{message}。{fix}。", mark=tr(MARK), message=f.message, fix=f.fix_unit)
        for f in marks
    )
    return "\n".join(lines)[:_LONGEST_NOTE]


def by_cell(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of a sheet that stand at a cell, by its address."""
    marks: dict[str, list[Finding]] = {}
    for f in findings:
        if re.fullmatch(r"[A-Z]{1,3}[1-9]\d*", str(f.place.cell)):
            marks.setdefault(str(f.place.cell), []).append(f)
    return marks


def gravest(marks: Sequence[Finding]) -> Severity:
    """Return how grave the gravest of some findings is."""
    return min((f.severity for f in marks), key=list(Severity).index)


def _at(cell: str | Phrase) -> tuple[int, int]:
    """Row and column of an address, counted from 1."""
    row, column = xl_cell_to_rowcol(str(cell))
    return row + 1, column + 1


class SheetCopy:
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
        layouts: Sequence[TemplateSheet] = (),
    ) -> None:
        """``layouts`` are the sheets of the form's template, which say how a form looks."""
        subjects = ["indicator" if t.of_indicators else "goal" for t in tables]
        self._drawing = drawing_of(layouts, sheet.name, subjects)
        self._fields: dict[int, str] = {}
        self._out, self._sheet, self._listing, self._painter = out, sheet, listing, painter
        self._asked = asked_cells(form, sheet.name, tables, returned)
        self._widths: dict[int, float] = {}
        self._given: set[tuple[int, int]] = set()
        self._headers = {_at(t.place.cell)[0] for t in tables}
        for table in tables:
            for row in table.rows:
                number = _at(row.place.cell)[0]
                for name, letters in row.columns.items():
                    column = _at(f"{letters}1")[1]
                    drawn = self._drawing.width(name, column) if self._drawing else 0.0
                    self._widths[column] = drawn or _WIDTHS.get(name, 22.0)
                    self._fields[column] = name
                    if (number, column) not in self._asked:
                        self._given.add((number, column))
        self._table_rows = self._headers | {r for r, _ in (*self._asked, *self._given)}
        self._merged: dict[tuple[int, int], float] = {}

    def paint(self, findings: Sequence[Finding]) -> None:
        """Write cells, looks, rules, heights and the notes that say what to mend."""
        marks = {_at(cell): cell_findings for cell, cell_findings in by_cell(findings).items()}
        self._set_columns()
        self._merge()
        rows: dict[int, list[tuple[str, float, float]]] = {}
        for row, column in sorted({*self._sheet.cells, *self._asked, *marks}):
            cell = self._sheet.cells.get((row, column))
            text = self._write(row, column, cell, marks.get((row, column), []))
            shown = column not in self._sheet.hidden_columns
            if shown and self._wraps(row, column, text):
                size = self._drawn(row, column, text).get("font_size", SIZE)
                rows.setdefault(row, []).append((text, self._width(row, column), float(size)))
        for row, texts in rows.items():
            table = bool(self._headers) and row > min(self._headers)
            least = self._drawing.height(row, table=table) if self._drawing else 0.0
            self._out.set_row(row - 1, row_height(texts, max(least, 20)))
        for (row, column), field in self._asked.items():
            rule = validation(self._painter, field.rule, field.caption, field.prompt)
            if self._out.data_validation(row - 1, column - 1, row - 1, column - 1, rule):
                raise ValueError(f"rule not taken: {describe(field.rule)}")
        if self._headers:
            self._out.freeze_panes(min(self._headers), 0)
        self._set_page()

    def _set_page(self) -> None:
        """Print as the form does; a sheet without a table on one page."""
        drawn = self._drawing.layout if self._drawing else None
        page(
            self._out, drawn.page["paper"] if drawn else A4,
            landscape=bool(drawn is None or drawn.page["landscape"]),
        )  # fmt: skip
        if not self._headers:
            self._out.fit_to_pages(1, 1)
        elif drawn is not None:
            self._out.repeat_rows(min(self._headers) - 1)

    def _drawn(self, row: int, column: int, text: str) -> dict[str, Any]:
        """The look that the form's template gives to a cell."""
        if self._drawing is None:
            return {}
        if not self._headers:
            return dict(self._drawing.elsewhere(row, column))
        field = self._fields.get(column, "")
        if row in self._headers:
            return dict(self._drawing.caption(field))
        if (row, column) in self._given or (
            (row, column) in self._asked and row > min(self._headers)
        ):
            return dict(self._drawing.answer(field))
        if (row, column) in self._asked:
            return dict(self._drawing.asked(row))
        return dict(self._drawing.above(row, text)) if row < min(self._headers) else {}

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
            drawn = self._drawing.width("", column) if self._drawing else 0.0
            if column not in self._widths and drawn:
                self._widths[column] = drawn
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
                style = self._listing.format(**self._drawn(top, left, ""))
                self._out.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", style)

    def _wraps(self, row: int, column: int, text: str) -> bool:
        in_table = row in self._table_rows and column in self._widths
        return in_table or not self._headers or (row, column) in self._merged or "\n" in text

    def _width(self, row: int, column: int) -> float:
        return self._merged.get((row, column)) or self._widths.get(column, 8.43)

    def _write(self, row: int, column: int, cell: Cell | None, marks: Sequence[Finding]) -> str:
        field = self._asked.get((row, column))
        value = (
            (cell.value if cell.value is not None else cell.error or cell.struck) if cell else None
        )
        look = self._drawn(row, column, plain(value))
        if look:
            pass
        elif row in self._headers:
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
            look |= {"bg_color": COLOURS[gravest(marks)], "border": 1}
        words = [note_of(marks)] if marks else []
        words += [cell.note] if cell and cell.note.strip() and not is_marked(cell.note) else []
        if words:
            shape = {"x_scale": 2, "y_scale": 1.5}
            self._out.write_comment(row - 1, column - 1, "\n".join(words)[:_LONGEST_NOTE], shape)
        kinds = {"percent": "0.##%", "date": "yyyy-mm-dd", "text": "@", "choice": "@"}
        if field is not None:
            look["num_format"] = kinds.get(field.rule.kind, "General")
        if self._wraps(row, column, plain(value)):
            look["text_wrap"] = True
        if (
            field is not None
            and field.rule.kind in ("choice", "percent", "date")
            and "align" not in look
        ):
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
