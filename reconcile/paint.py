"""Paint a template sheet with values: the one way any workbook of ours gets its looks."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .language import tr
from .layout import row_height
from .listing import write_value
from .model import Rule
from .template import TemplateCell, TemplateSheet
from .text import describe

_WORD = re.compile(r"\{([^{}\s]+)\}")
Values = Mapping[str, object]


class Painter:
    """Keeps one XlsxWriter format per look, since a workbook may hold only 64,000.

    ``lists`` collects the choices too long for Excel to keep inside a rule (255
    characters); the caller writes list i to column D + i of its sheet ``_meta``.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.lists: list[tuple[str, ...]] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._cells: dict[tuple[TemplateCell, bool], Any] = {}

    def format_of(self, cell: TemplateCell, stressed: bool) -> Any:
        """Return the format object of a template's cell; ``stressed`` is bold."""
        found = self._cells.get((cell, stressed))
        if found is None:
            look = {**cell.look, "bold": True} if stressed else cell.look
            found = self._cells[cell, stressed] = self.format(look)
        return found

    def format(self, look: Mapping[str, Any]) -> Any:
        """Return the format object of a look (XlsxWriter's format properties)."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(look))
        return self._formats[key]

    def list_source(self, choices: tuple[str, ...]) -> list[str] | str:
        """Return what a list rule refers to: the words themselves, or their range on _meta."""
        if len(",".join(choices)) <= 255 and not any("," in c for c in choices):
            return list(choices)
        if choices not in self.lists:
            self.lists.append(choices)
        column = xl_col_to_name(3 + self.lists.index(choices))
        return f"='_meta'!${column}$1:${column}${len(choices)}"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours for one cell; {word} in it is the cell of that placeholder in the same row.

    ``value`` is its cached result: a program that does not calculate shows it.
    """

    text: str
    value: str | float = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A template column that becomes several: one set of values for each, and which to stress."""

    captions: Sequence[Values]
    stressed: int = -1


@dataclass(frozen=True, slots=True)
class Column:
    """One column as painted: the template column it comes from, and which part of it."""

    source: int
    part: int
    word: str


@dataclass(frozen=True, slots=True)
class Painted:
    """Where things came to stand, counted from 1."""

    columns: tuple[Column, ...]
    first_row: int
    last_row: int


def fill(text: str, values: Values) -> str:
    """Return ``text`` with every {word} replaced; a word without a value becomes ""."""
    return _WORD.sub(lambda m: str(values.get(m[1], "")), text) if "{" in text else text


def paint(
    painter: Painter,
    sheet: Worksheet,
    template: TemplateSheet,
    values: Values,
    rows: Sequence[Values] = (),
    expand: Mapping[str, Expansion] | None = None,
    omit: Container[str] = (),
) -> Painted:
    """Write ``template`` to ``sheet``: looks, texts, rules, page set-up.

    ``values`` fill the placeholders outside the repeated row, one of ``rows``
    each copy of it. A value that is a list fills an expanded column, part by
    part; columns of the words in ``omit`` are left out. Numbers and dates are written as such, all else as text: nothing that
    comes from outside can become a formula.
    """
    expand = expand or {}
    columns = _columns(template, expand, omit)
    _page(sheet, template)
    for number, column in enumerate(columns):
        sheet.set_column(
            number, number, template.widths.get(column.source, 8.43), None,
            {"hidden": True} if column.source in template.hidden else {},
        )  # fmt: skip
    shift = max(len(rows), 1) - 1 if template.repeat else 0
    _merges(painter, sheet, template, columns, values, shift)
    for row in range(1, template.last_row + 1):
        copies: Sequence[Values] = rows if row == template.repeat else (values,)
        for copy, own in enumerate(copies):
            at = row + copy + (shift if template.repeat and row > template.repeat else 0)
            _row(painter, sheet, template, columns, row, at, {**values, **own}, expand)
    first = template.repeat
    painted = Painted(columns, first, first + len(rows) - 1)
    _rules(painter, sheet, template, painted)
    if template.filtered and first:
        visible = [i for i, c in enumerate(columns) if c.source not in template.hidden]
        sheet.autofilter(first - 2, visible[0], painted.last_row - 1, visible[-1])
    frozen_columns = sum(c.source <= template.freeze[1] for c in columns)
    if any(template.freeze):
        sheet.freeze_panes(template.freeze[0], frozen_columns if template.freeze[1] else 0)
    if template.page["titles"] and first:
        sheet.repeat_rows(first - 2)
    return painted


def _columns(
    template: TemplateSheet, expand: Mapping[str, Expansion], omit: Container[str]
) -> tuple[Column, ...]:
    columns = []
    for source in range(1, template.last_column + 1):
        cell = template.cells.get((template.repeat, source))
        word = cell.placeholder if cell else ""
        if word and word in omit:
            continue
        parts = len(expand[word].captions) if word in expand else 1
        columns += [Column(source, part, word) for part in range(parts)]
    return tuple(columns)


def _row(
    painter: Painter,
    sheet: Worksheet,
    template: TemplateSheet,
    columns: Sequence[Column],
    row: int,
    at: int,
    values: Values,
    expand: Mapping[str, Expansion],
) -> None:
    """Write one row of the template at row ``at`` of the sheet, with its height."""
    tall = []
    merged = {(r, c) for r, c, _, _ in template.merges}
    widths: dict[int, float] = {}
    for number, column in enumerate(columns):
        cell = template.cells.get((row, column.source))
        if cell is None or (column.part and (row, column.source) in merged):
            continue
        if column.part and row < template.repeat - 1:
            continue  # above the table only the first part of an expanded column is used
        expansion = expand.get(column.word)
        stressed = bool(
            expansion and column.part == expansion.stressed and row >= template.repeat - 1
        )
        own = {**values, **expansion.captions[column.part]} if expansion else values
        value = _value(cell, own, column.part)
        if isinstance(value, Formula):
            value = Formula(fill(value.text, _cells(columns, at)), value.value)
        style = painter.format_of(cell, stressed)
        if isinstance(value, Formula):
            sheet.write_formula(at - 1, number, value.text, style, value.value)
        else:
            write_value(sheet, at - 1, number, value, style)
        if value != "" and cell.look.get("text_wrap") and column.source not in template.hidden:
            if column.source not in widths:
                widths[column.source] = _span(template, columns, row, column.source)
            size = float(cell.look.get("font_size", 11))
            tall.append((_shown(value), widths[column.source], size))
    if row == template.repeat or row not in template.heights:
        least = template.heights.get(row, 0.0)
        sheet.set_row(at - 1, row_height(tall, max(least, 18.0)))
    else:
        sheet.set_row(at - 1, template.heights[row])


def _cells(columns: Sequence[Column], row: int) -> Values:
    """Addresses of one row's cells by placeholder."""
    return {c.word: f"{xl_col_to_name(i)}{row}" for i, c in enumerate(columns) if c.word}


def _value(cell: TemplateCell, values: Values, part: int) -> object:
    if not cell.placeholder:
        return fill(cell.text, values)
    value = values.get(cell.placeholder, "")
    return value[part] if isinstance(value, (list, tuple)) else value


def _shown(value: object) -> str:
    return str(value.value if isinstance(value, Formula) else value)


def _span(template: TemplateSheet, columns: Sequence[Column], row: int, source: int) -> float:
    """Width of a cell, that of all its columns when it is merged."""
    last = next(
        (c2 for r1, c1, r2, c2 in template.merges if r1 <= row <= r2 and c1 == source), source
    )
    if last == source:
        return template.widths.get(source, 8.43)
    return sum(template.widths.get(c.source, 8.43) for c in columns if source <= c.source <= last)


def _merges(
    painter: Painter,
    sheet: Worksheet,
    template: TemplateSheet,
    columns: Sequence[Column],
    values: Values,
    shift: int,
) -> None:
    for r1, c1, r2, c2 in template.merges:
        wanted = [i for i, c in enumerate(columns) if c1 <= c.source <= c2]
        down = shift if template.repeat and r1 > template.repeat else 0
        cell = template.cells.get((r1, c1))
        style = painter.format(cell.look if cell else {})
        if len(wanted) > 1 or r2 > r1:
            sheet.merge_range(r1 - 1 + down, wanted[0], r2 - 1 + down, wanted[-1], "", style)


def _rules(painter: Painter, sheet: Worksheet, template: TemplateSheet, painted: Painted) -> None:
    """Lay every asked cell's rule over it as Excel's data validation."""
    for (row, source), cell in sorted(template.cells.items()):
        if cell.rule is None or cell.look.get("locked", True):
            continue
        first, last = (
            (painted.first_row, painted.last_row) if row == template.repeat else (row, row)
        )
        number = next(i for i, c in enumerate(painted.columns) if c.source == source)
        options = validation(painter, cell.rule, cell.title, cell.prompt)
        if first <= last and sheet.data_validation(first - 1, number, last - 1, number, options):
            raise ValueError(f"rule of {template.name}!R{row}C{source} was not taken")


def validation(painter: Painter, rule: Rule, title: str, prompt: str) -> dict[str, Any]:
    """Return a rule as XlsxWriter's data validation, worded by the one function that words rules."""
    told = describe(rule)
    options: dict[str, Any] = {
        "ignore_blank": not rule.required,
        "input_title": title[:32],
        "input_message": "\n".join(p for p in (prompt, told) if p)[:255],
        "error_title": tr("填写不符合要求"),
        "error_message": told[:225],
    }
    if rule.kind == "choice":
        return options | {
            "validate": "list",
            "source": painter.list_source(tuple(map(tr, rule.choices))),
        }
    if rule.low is None and rule.high is None:
        return options | {"validate": "any"}
    kind = {"text": "length", "date": "date"}.get(rule.kind, "decimal")
    options["validate"] = kind
    if rule.low is not None and rule.high is not None:
        return options | {"criteria": "between", "minimum": rule.low, "maximum": rule.high}
    if rule.low is not None:
        return options | {"criteria": ">=", "value": rule.low}
    return options | {"criteria": "<=", "value": rule.high}


def _page(sheet: Worksheet, template: TemplateSheet) -> None:
    page = template.page
    sheet.set_paper(page["paper"])
    if page["landscape"]:
        sheet.set_landscape()
    left, right, top, bottom = page["margins"]
    sheet.set_margins(left, right, top, bottom)
    sheet.fit_to_pages(1, 0)
    if page["centred"]:
        sheet.center_horizontally()
    if not page["gridlines"]:
        sheet.hide_gridlines(2)
