"""A template sheet -> what stands around its rows, written once, and its rows for every workbook."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from ..writers.row_height import row_height
from ..writers.streamed_workbook import Frame, format_number
from .excel_rules import Painter, validation
from .prototype import Rows, Strings, row_xml
from .self_check import CHECK, self_check
from .template import TemplateCell, TemplateSheet

_WORD = re.compile(r"\{([^{}\s]+)\}")
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours for one cell; {word} in it is the cell of that placeholder in the same row.

    ``shown`` is its text as long as nobody has filled anything in.
    """

    text: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Locked:
    """A text in the place of an answer that is not asked for in this row: grey and locked."""

    text: str


HEADING = "heading"
"""The word of a row that is no task's: a line of its own above the rows that follow."""
HEADING_HEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Expansion:
    """A template column that becomes several: one set of values for each, and which to stress.

    With ``folded`` the others are an outline group that is closed: a person can open it.
    """

    captions: Sequence[Values]
    stressed: int = -1
    folded: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    """One column as painted: the template column it comes from, and which part of it."""

    source: int
    part: int
    word: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class _Slot:
    """One cell of a row as painted: where it stands, the number of its look, what fills it.

    ``locked`` is the number of the look that an asked cell has where nothing is asked;
    ``width``, in Excel's column unit, is 0 where its text makes no row higher.
    """

    begun: str
    look: int
    locked: int = 0
    text: str = ""
    word: str = ""
    part: int = 0
    own: Values = field(default_factory=dict)
    width: float = 0.0
    points: float = 0.0

    def value(self, values: Values) -> object:
        """Return what it shows, given the values of its row."""
        if not self.word:
            return fill(self.text, {**values, **self.own} if self.own else values)
        value = self.own[self.word] if self.word in self.own else values.get(self.word, "")
        return value[self.part] if isinstance(value, (list, tuple)) else value


def fill(text: str, values: Values) -> str:
    """Return ``text`` with every {word} replaced; a word without a value becomes ""."""
    return _WORD.sub(lambda m: str(values.get(m[1], "")), text) if "{" in text else text


class Painting:
    """A template sheet as painted: what stands around the rows once, the rows for every workbook."""

    def __init__(
        self,
        painter: Painter,
        sheet: Frame,
        template: TemplateSheet,
        expand: Mapping[str, Expansion],
        omit: Container[str] = (),
    ) -> None:
        """Lay looks, rules and page set-up of ``template`` over ``sheet``, for one repeated row.

        Columns of the words in ``omit`` are left out.
        """
        self.template = template
        columns = _columns(template, expand, omit)
        _lay_out(sheet, template, columns)
        self._heading = [
            _Slot(f'<c r="{xl_col_to_name(i)}', format_number(painter.format(look)), word=word)
            for i, look, word in _heading(template, columns)
        ]
        formats = _merge(painter, sheet, template, columns)
        slots: dict[tuple[int, int], _Slot] = {}
        for at, cell in _cells(template, columns):
            column = columns[at[1]]
            expansion = expand.get(column.word) or Expansion(({},))
            stressed = column.part == expansion.stressed and at[0] >= template.repeat - 1
            formats[at] = painter.format_of(cell, stressed)
            slots[at] = _Slot(
                "", 0, 0, cell.text, cell.placeholder, column.part, expansion.captions[column.part],
                _span(template, columns, at[0], column.source)
                if cell.look.get("text_wrap") and column.source not in template.hidden
                and not (column.folded and at[0] >= template.repeat - 1) else 0.0,
                float(cell.look.get("font_size", 11)),
            )  # fmt: skip
        self._rows: dict[int, list[_Slot]] = {}
        for row in range(1, template.last_row + 1):
            self._rows[row] = []
            for number in range(len(columns)):
                style = formats.get((row, number))
                if style:
                    sheet.write_blank(row - 1, number, None, style)
                    begun, look = f'<c r="{xl_col_to_name(number)}', format_number(style)
                    slot = slots.get((row, number), _Slot("", 0))
                    self._rows[row].append(replace(slot, begun=begun, look=look))
            if row == template.repeat:
                self._rows[row] = [self._lockable(painter, slot) for slot in self._rows[row]]
            sheet.set_row(row - 1)  # XlsxWriter is to know how far the sheet reaches
        self._letters = {c.word: xl_col_to_name(i) for i, c in enumerate(columns) if c.word}
        _rules(painter, sheet, template, columns)
        self._check, line = self_check(template, [c.source for c in columns], self._letters)
        self._check.lay(painter, sheet, line, template.repeat, template.repeat)

    def _lockable(self, painter: Painter, slot: _Slot) -> _Slot:
        """A cell of the repeated row with the look that it has where nothing is asked."""
        cells = (c for (row, _), c in self.template.cells.items() if row == self.template.repeat)
        cell = next((c for c in cells if slot.word and c.placeholder == slot.word), None)
        if cell is None or cell.look.get("locked", True):
            return slot
        return replace(slot, locked=format_number(painter.format(locked_look(self.template, cell))))

    def rows(self, values: Values, rows: Sequence[Values], strings: Strings) -> Rows:
        """Return the sheet's rows.

        ``values`` fill the placeholders outside the repeated row, one of ``rows``
        each copy of it. A value that is a list fills an expanded column, part by
        part. Numbers and dates are written as such, all else as text: nothing
        that comes from outside can become a formula.
        """
        rows_xml, repeat = [], self.template.repeat
        more = max(len(rows), 1) - 1 if repeat else 0
        values = {**values, CHECK: self._line(rows, repeat + more)} if repeat else values
        for row in self._rows:
            down = more if row > repeat else 0
            copies = rows if row == repeat else ({},)
            for at, own in enumerate(copies, row + down):
                if HEADING in own and row == repeat:
                    rows_xml.append(self._heading_row(at, own, strings))
                    continue
                rows_xml.append(self._row(row, at, {**values, **own}, strings))
        return Rows("".join(rows_xml), self.template.last_row + more, more)

    def _line(self, rows: Sequence[Values], last: int) -> object:
        missing = {
            n: sum(not isinstance(row.get(word), Locked) for word in self._check.required)
            for row in rows
            if isinstance(n := row.get("number"), int)
        }
        if "number" not in self._letters:
            return ""
        formula = self._check.formula(self.template.repeat, last)
        return Formula(formula, self._check.first_line(missing))

    def _heading_row(self, at: int, values: Values, strings: Strings) -> str:
        cells = (
            f"{slot.begun}{at}{strings.tail(slot.value(values) or None, slot.look)}"
            for slot in self._heading
        )
        return row_xml(at, "".join(cells), HEADING_HEIGHT)

    def _row(self, row: int, at: int, values: Values, strings: Strings) -> str:
        """Return one row of the template as row ``at`` of the sheet, with its height."""
        cells, tall = [], []
        for slot in self._rows[row]:
            value = slot.value(values)
            if isinstance(value, Formula):
                places = {word: f"{letters}{at}" for word, letters in self._letters.items()}
                text = escape(fill(value.text, places), quote=False)
                shown = escape(value.shown, quote=False)
                kind = ' t="str"' if shown else ""
                begun = f'{slot.begun}{at}" s="{slot.look}"{kind}'
                cells.append(f"{begun}><f>{text[1:]}</f><v>{shown}</v></c>")
                continue
            if isinstance(value, Locked):
                cells.append(f"{slot.begun}{at}{strings.tail(value.text, slot.locked)}")
                continue
            value = None if value == "" else value
            cells.append(f"{slot.begun}{at}{strings.tail(value, slot.look)}")
            if slot.width and value is not None:
                tall.append((str(value), slot.width, slot.points))
        heights = self.template.heights
        if row == self.template.repeat or row not in heights:
            height = row_height(tall, max(heights.get(row, 0.0), 18.0))
        else:
            height = heights[row]
        # Rows that are typed in grow with what is typed, as long as nobody fixed their height.
        return row_xml(at, "".join(cells), height, grows=row == self.template.repeat)


def locked_look(template: TemplateSheet, cell: TemplateCell) -> Mapping[str, Any]:
    """Return the look of an asked cell in a row that does not ask for it: the fill of the given ones."""
    given = (c.look.get("bg_color") for (row, _), c in sorted(template.cells.items(), key=_place)
             if row == template.repeat and c.look.get("locked", True))  # fmt: skip
    fill_ = next(filter(None, given), "#F2F2F2")
    return {**cell.look, "bg_color": fill_, "locked": True, "num_format": "@", "align": "center"}


def _place(known: tuple[tuple[int, int], TemplateCell]) -> tuple[int, int]:
    return known[0]


def _columns(
    template: TemplateSheet, expand: Mapping[str, Expansion], omit: Container[str]
) -> tuple[_Column, ...]:
    columns = []
    for source in range(1, template.last_column + 1):
        cell = template.cells.get((template.repeat, source))
        word = cell.placeholder if cell else ""
        if word and word in omit:
            continue
        grown = expand.get(word) or Expansion(({},))
        columns += [
            _Column(source, part, word, grown.folded and part != grown.stressed)
            for part in range(len(grown.captions))
        ]
    return tuple(columns)


def _cells(
    template: TemplateSheet, columns: Sequence[_Column]
) -> Iterator[tuple[tuple[int, int], TemplateCell]]:
    """The cells to paint, by template row and number of the column, counted from 0."""
    merged = {(r, c) for r, c, _, _ in template.merges}
    for (row, source), cell in template.cells.items():
        for number, column in enumerate(columns):
            # Above the table, and where cells are merged, an expanded column has its first part only.
            whole = row < template.repeat - 1 or (row, source) in merged
            if column.source == source and not (column.part and whole):
                yield (row, number), cell


def _span(template: TemplateSheet, columns: Sequence[_Column], row: int, source: int) -> float:
    """Width of a cell, that of all its columns when it is merged."""
    last = next(
        (c2 for r1, c1, r2, c2 in template.merges if r1 <= row <= r2 and c1 == source), source
    )
    if last == source:
        return template.widths.get(source, 8.43)
    spanned = (c for c in columns if source <= c.source <= last and not c.folded)
    return sum(template.widths.get(c.source, 8.43) for c in spanned)


def _heading(
    template: TemplateSheet, columns: Sequence[_Column]
) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """The cells of a heading row: number of the column, look, and the word of the one with the text.

    It looks like a caption of a given column. Its text stands beside the numbers, which stay
    numbers, and runs on over the blank cells to the right.
    """
    captions = ((number, c, template.cells.get((template.repeat - 1, c.source)))
                for number, c in enumerate(columns))  # fmt: skip
    seen = [(n, c, cell) for n, c, cell in captions if cell and c.source not in template.hidden]
    if not seen:
        return
    plainest = seen[0][2].look
    look = {k: v for k, v in plainest.items() if k not in ("text_wrap", "left", "right")}
    look |= {"align": "left", "valign": "vcenter", "locked": True}
    bearer = next((n for n, c, _ in seen if c.word != "number"), seen[0][0])
    for number, _, _ in seen:
        yield number, look, HEADING if number == bearer else ""


def _merge(
    painter: Painter, sheet: Frame, template: TemplateSheet, columns: Sequence[_Column]
) -> dict[tuple[int, int], Any]:
    """Merge cells; return the formats of all of them by row and number of the column."""
    formats: dict[tuple[int, int], Any] = {}
    for r1, c1, r2, c2 in template.merges:
        wanted = [i for i, c in enumerate(columns) if c1 <= c.source <= c2]
        cell = template.cells.get((r1, c1))
        style = painter.format(cell.look if cell else {})
        if len(wanted) > 1 or (wanted and r2 > r1):
            sheet.merge_range(r1 - 1, wanted[0], r2 - 1, wanted[-1], "", style)
            formats |= {(r, i): style for r in range(r1, r2 + 1) for i in wanted}
    return formats


def _rules(
    painter: Painter, sheet: Frame, template: TemplateSheet, columns: Sequence[_Column]
) -> None:
    """Lay every asked cell's rule over it as Excel's data validation."""
    for (row, source), cell in sorted(template.cells.items(), key=lambda known: known[0]):
        if cell.rule is None or cell.look.get("locked", True):
            continue
        number = next(i for i, c in enumerate(columns) if c.source == source)
        options = validation(painter, cell.rule, cell.title, cell.prompt)
        if sheet.data_validation(row - 1, number, row - 1, number, options):
            raise ValueError(f"rule of {template.name}!R{row}C{source} was not taken")


def _lay_out(sheet: Frame, template: TemplateSheet, columns: Sequence[_Column]) -> None:
    """Set up columns, filter, panes and printing."""
    for number, column in enumerate(columns):
        options: dict[str, Any] = {}
        if column.source in template.hidden:
            options["hidden"] = True
        elif column.folded:
            options |= {"hidden": True, "level": 1}
        elif number and columns[number - 1].folded:
            options["collapsed"] = True  # here stands the button that opens the group
        sheet.set_column(
            number, number, template.widths.get(column.source, 8.43), None, options
        )  # fmt: skip
    if template.filtered and template.repeat:
        visible = [i for i, c in enumerate(columns) if c.source not in template.hidden]
        sheet.autofilter(template.repeat - 2, visible[0], template.repeat - 1, visible[-1])
    frozen = sum(c.source <= template.freeze[1] for c in columns)
    if any(template.freeze):
        sheet.freeze_panes(template.freeze[0], frozen if template.freeze[1] else 0)
    if template.page["titles"] and template.repeat:
        sheet.repeat_rows(template.repeat - 2)
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
