"""The slow twin of the forms: every sheet painted anew, cell by cell, by XlsxWriter's own calls."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Container, Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reconcile.core.plan import Assignment, Plan
from reconcile.core.result import Answers
from reconcile.forms import form_writer
from reconcile.forms.excel_rules import Painter, validation
from reconcile.forms.self_check import CHECK, self_check
from reconcile.forms.sheet_renderer import (
    HEADING,
    HEADING_HEIGHT,
    Expansion,
    Formula,
    Locked,
    Values,
    fill,
    locked_look,
)
from reconcile.forms.template import Template, TemplateCell, TemplateSheet
from reconcile.writers.row_height import row_height
from reconcile.writers.table import new_workbook, write_value

Columns = Sequence[tuple[int, int, str]]
"""Template column, which part of it, and the word of its placeholder."""


def parts(content: bytes) -> dict[str, str]:
    """The parts of a workbook, each cell with its look itself, not the number of it.

    What only helps a reader to skip empty cells is left out.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {n: archive.read(n).decode() for n in archive.namelist()}
    looks, styles = [""], found["xl/styles.xml"]
    if whole := re.search(r"<cellXfs count=.*?>(.*)</cellXfs>", styles):
        looks = re.findall(r"<xf [^>]*/>|<xf [^>]*>.*?</xf>", whole[1])
        named = {name: _items(styles, name) for name in ("font", "fill", "border")}
        named["numFmt"] = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles))
        looks = [
            re.sub(
                r'(font|fill|border|numFmt)Id="(\d+)"',
                lambda one: f"{one[1]}={named[one[1]].get(one[2], one[2])!r}",
                " ".join(sorted(re.findall(r'<\w+|\w+="[^"]*"', look))),
            )
            for look in looks
        ]
        # Forms may know looks that they do not use, in any order.
        groups = r"<(fonts|fills|borders|numFmts|cellXfs) count=.*?</\1>"
        found["xl/styles.xml"] = re.sub(groups, "", styles, flags=re.DOTALL)
    for name in [n for n in found if n.startswith("xl/worksheets/")]:
        part = re.sub(r' spans="[^"]*"|(?<=") s="0"', "", found[name])
        part = re.sub(r"(<row [^>]*[^/])></row>", r"\1/>", part)
        part = re.sub(r' s="(\d+)"', lambda look: f" s={looks[int(look[1])]!r}", part)
        # Rows that may grow are not XlsxWriter's to write: a test of its own holds which they are.
        part = part.replace(' customHeight="1"', "")
        part = part.replace("<sheetData></sheetData>", "<sheetData/>")
        found[name] = part.replace("<headerFooter><oddFooter></oddFooter></headerFooter>", "")
    return found


def _items(styles: str, name: str) -> dict[str, str]:
    """The fonts, fills or borders of a workbook by their numbers."""
    group = re.search(rf"<{name}s count=[^>]*>(.*?)</{name}s>", styles, re.DOTALL)
    items = re.findall(rf"<{name}[ >].*?</{name}>|<{name}/>", group[1] if group else "", re.DOTALL)
    return {str(number): item for number, item in enumerate(items)}


def form(
    template: Template,
    plan: Plan,
    period: int,
    unit: str,
    own: Sequence[Assignment],
    last: Answers | None = None,
) -> bytes:
    """One fill-in workbook, as ``form_bytes`` makes it."""
    keys = {
        a.task.number: str(
            form_writer.row_key(plan, period, unit, a.task.number, form_writer.text_hash(a.task))
        )
        for a in own
    }
    asked = "|".join([*(f.id for f in template.form.fields), *keys.values()])
    number = form_writer.form_number(plan, period, unit, form_writer.short_hash(asked, 4))
    values = form_writer._values(plan, period, unit, number)
    rows = [
        {
            **form_writer._task_row(plan, period, a, keys[a.task.number]),
            **form_writer._unasked(plan, template.form, a.role),
            "previous": form_writer._before(a, last or {}),
        }
        for a in own
    ]  # fmt: skip
    numbers = form_writer._indicator_rows(plan, period, unit, own, last or {})
    captions: list[Values] = [
        {"period": p.caption, "current": form_writer.tr("（本期）") if i == period else ""}
        for i, p in enumerate(plan.periods, 1)
    ]
    book, stream = new_workbook(
        fill(form_writer.tr("{title}（{period}）填报表"), values), author=plan.office
    )
    painter = Painter(book, plan.year)
    for layout in template.sheets:
        table = next((w for w in ("goal", "indicator") if form_writer._declares(layout, w)), "")
        if table == "indicator" and not numbers:
            continue
        sheet = book.add_worksheet(layout.name)
        fields = form_writer._field_rows(
            template.form, plan, {a.role for a in own}, measured=bool(numbers)
        )
        shown = {"goal": form_writer._grouped(rows, own, ()), "indicator": numbers, "": fields}[
            table
        ]
        expand = {"milestones": Expansion(captions, stressed=period - 1, folded=True)}
        paint(painter, sheet, layout, values, shown, expand, () if last else ("previous", "before"))
        if footer := form_writer._footer(layout, values):
            sheet.set_footer(footer)
        if layout.protected:
            allowed = ("sort", "autofilter", "format_columns", "format_rows")
            sheet.protect("", dict.fromkeys(allowed, True))
    printed = [
        *(str(r["previous"]) for r in rows),
        *(form_writer.plain(r["before"]) for r in numbers),
    ]
    sheet = book.add_worksheet(form_writer.META)
    lines = form_writer._identity(values, template.form, keys, printed if last else [])
    for row, (word, text) in enumerate(lines):
        sheet.write_string(row, 0, word)
        sheet.write_string(row, 1, text)
    for column, choices in enumerate(painter.lists, 3):
        sheet.write_column(0, column, choices)
    sheet.very_hidden()
    for word, text in lines[: len(form_writer.IDENTITY)]:
        book.set_custom_property(f"reconcile.{word}", text[:255], "text")
    book.close()
    return stream.getvalue()


def paint(
    painter: Painter,
    sheet: Worksheet,
    template: TemplateSheet,
    values: Values,
    rows: Sequence[Values],
    expand: Mapping[str, Expansion],
    omit: Container[str],
) -> None:
    """Write a template sheet with these values and rows."""
    columns = []
    for source in range(1, template.last_column + 1):
        cell = template.cells.get((template.repeat, source))
        word = cell.placeholder if cell else ""
        if not word or word not in omit:
            parts = len(expand[word].captions) if word in expand else 1
            columns += [(source, part, word) for part in range(parts)]
    for number, (source, _, _) in enumerate(columns):
        hidden = {"hidden": True} if source in template.hidden else {}
        if is_folded(columns, number, expand):
            hidden = {"hidden": True, "level": 1}
        elif not hidden and number and is_folded(columns, number - 1, expand):
            hidden = {"collapsed": True}
        sheet.set_column(number, number, template.widths.get(source, 8.43), None, hidden)
    heading_style(painter, template, columns)
    letters = {c[2]: xl_col_to_name(i) for i, c in enumerate(columns) if c[2]}
    check, line = self_check(template, [c[0] for c in columns], letters)
    shift = max(len(rows), 1) - 1 if template.repeat else 0
    if template.repeat and "number" in letters:
        missing = {
            n: sum(not isinstance(row.get(word), Locked) for word in check.required)
            for row in rows
            if isinstance(n := row.get("number"), int)
        }
        formula = check.formula(template.repeat, template.repeat + shift)
        values = {**values, CHECK: Formula(formula, check.first_line(missing))}
    merge(painter, sheet, template, columns, shift)
    for row in range(1, template.last_row + 1):
        for copy, own in enumerate(rows if row == template.repeat else (values,)):
            at = row + copy + (shift if template.repeat and row > template.repeat else 0)
            if HEADING in own and row == template.repeat:
                write_heading(painter, sheet, template, columns, at, str(own[HEADING]))
                continue
            paint_row(painter, sheet, template, columns, row, at, {**values, **own}, expand)
    lay_rules(painter, sheet, template, columns, shift)
    check.lay(painter, sheet, line, template.repeat, template.repeat + shift)
    if template.filtered and template.repeat:
        visible = [i for i, c in enumerate(columns) if c[0] not in template.hidden]
        sheet.autofilter(template.repeat - 2, visible[0], template.repeat + shift - 1, visible[-1])
    frozen = sum(c[0] <= template.freeze[1] for c in columns)
    if any(template.freeze):
        sheet.freeze_panes(template.freeze[0], frozen if template.freeze[1] else 0)
    set_page(sheet, template)


def paint_row(
    painter: Painter,
    sheet: Worksheet,
    template: TemplateSheet,
    columns: Columns,
    row: int,
    at: int,
    values: Values,
    expand: Mapping[str, Expansion],
) -> None:
    tall = []
    merged = {(r, c) for r, c, _, _ in template.merges}
    for number, (source, part, word) in enumerate(columns):
        cell = template.cells.get((row, source))
        if cell is None or (part and ((row, source) in merged or row < template.repeat - 1)):
            continue
        expansion = expand.get(word)
        stressed = bool(expansion and part == expansion.stressed and row >= template.repeat - 1)
        value = value_of(
            cell, {**values, **expansion.captions[part]} if expansion else values, part
        )
        style = painter.format_of(cell, stressed)
        if isinstance(value, Locked):
            write_value(
                sheet, at - 1, number, value.text, painter.format(locked_look(template, cell))
            )
        elif isinstance(value, Formula):
            cells = {c[2]: f"{xl_col_to_name(i)}{at}" for i, c in enumerate(columns) if c[2]}
            sheet.write_formula(at - 1, number, fill(value.text, cells), style, value.shown)
        else:
            write_value(sheet, at - 1, number, value, style)
            folded = row >= template.repeat - 1 and is_folded(columns, number, expand)
            wraps = cell.look.get("text_wrap") and source not in template.hidden and not folded
            if value != "" and wraps:
                size = float(cell.look.get("font_size", 11))
                tall.append((str(value), span(template, columns, row, source, expand), size))
    if row == template.repeat or row not in template.heights:
        sheet.set_row(at - 1, row_height(tall, max(template.heights.get(row, 0.0), 18.0)))
    else:
        sheet.set_row(at - 1, template.heights[row])


def value_of(cell: TemplateCell, values: Values, part: int) -> Any:
    if not cell.placeholder:
        return fill(cell.text, values)
    value = values.get(cell.placeholder, "")
    return value[part] if isinstance(value, (list, tuple)) else value


def is_folded(columns: Columns, number: int, expand: Mapping[str, Expansion]) -> bool:
    """Say whether a column is one of those that a closed group holds."""
    _, part, word = columns[number]
    return word in expand and expand[word].folded and part != expand[word].stressed


def heading_style(
    painter: Painter, template: TemplateSheet, columns: Columns
) -> tuple[Any, list[int]]:
    """The look of heading rows, and the columns that have it."""
    captions = {
        i: template.cells.get((template.repeat - 1, c[0]))
        for i, c in enumerate(columns)
        if c[0] not in template.hidden
    }
    seen = {i: cell for i, cell in captions.items() if cell}
    if not seen:
        return None, []
    gone = ("text_wrap", "left", "right")
    look = {k: v for k, v in next(iter(seen.values())).look.items() if k not in gone}
    style = painter.format({**look, "align": "left", "valign": "vcenter", "locked": True})
    style._get_xf_index()
    return style, list(seen)


def write_heading(
    painter: Painter,
    sheet: Worksheet,
    template: TemplateSheet,
    columns: Columns,
    at: int,
    text: str,
) -> None:
    """A heading row: looks of captions, the text beside the numbers."""
    style, seen = heading_style(painter, template, columns)
    bearer = next(i for i in seen if columns[i][2] != "number")
    for i in seen:
        write_value(sheet, at - 1, i, text if i == bearer else "", style)
    sheet.set_row(at - 1, HEADING_HEIGHT)


def span(
    template: TemplateSheet,
    columns: Columns,
    row: int,
    source: int,
    expand: Mapping[str, Expansion],
) -> float:
    ends = (c2 for r1, c1, r2, c2 in template.merges if r1 <= row <= r2 and c1 == source)
    last = next(ends, source)
    if last == source:
        return template.widths.get(source, 8.43)
    return sum(
        template.widths.get(c[0], 8.43)
        for i, c in enumerate(columns)
        if source <= c[0] <= last and not is_folded(columns, i, expand)
    )


def merge(
    painter: Painter, sheet: Worksheet, template: TemplateSheet, columns: Columns, shift: int
) -> None:
    for r1, c1, r2, c2 in template.merges:
        wanted = [i for i, c in enumerate(columns) if c1 <= c[0] <= c2]
        down = shift if template.repeat and r1 > template.repeat else 0
        cell = template.cells.get((r1, c1))
        style = painter.format(cell.look if cell else {})
        if len(wanted) > 1 or (wanted and r2 > r1):
            sheet.merge_range(r1 - 1 + down, wanted[0], r2 - 1 + down, wanted[-1], "", style)


def lay_rules(
    painter: Painter, sheet: Worksheet, template: TemplateSheet, columns: Columns, shift: int
) -> None:
    for (row, source), cell in sorted(template.cells.items(), key=lambda known: known[0]):
        if cell.rule is not None and not cell.look.get("locked", True):
            first = row + (shift if template.repeat and row > template.repeat else 0)
            last = first + (shift if row == template.repeat else 0)
            number = next(i for i, c in enumerate(columns) if c[0] == source)
            rule = validation(painter, cell.rule, cell.title, cell.prompt)
            assert not sheet.data_validation(first - 1, number, last - 1, number, rule)


def set_page(sheet: Worksheet, template: TemplateSheet) -> None:
    page = template.page
    if page["titles"] and template.repeat:
        sheet.repeat_rows(template.repeat - 2)
    sheet.set_paper(page["paper"])
    if page["landscape"]:
        sheet.set_landscape()
    sheet.set_margins(*page["margins"])
    sheet.fit_to_pages(1, 0)
    if page["centred"]:
        sheet.center_horizontally()
    if not page["gridlines"]:
        sheet.hide_gridlines(2)
