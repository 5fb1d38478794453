"""The sheet 总览: what a leader must know, on exactly one A4 page.

The list of red tasks takes what all else leaves of the page's height, and says how many more
there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ...core.i18n import ZH, joined, sheet_name, spoken, tr
from ...core.lights import Light
from ...core.text import short
from ...writers.row_height import lines, row_height
from ...writers.table import A4, SIZE, Cell, Column, Listing, fitted, page
from ...writers.theme import light_look
from ..counts import light_name
from ..overview import LIGHTS, Overview, RedTask
from .lists import BEHIND_LIST
from .task_table import state_cell
from .unit_sheets import SCORES

OVERVIEW = "总览"
WIDTHS = (11.0, 8.5, 9.0, 2.0, 16.0, 4.0, 13.0, 32.0)
"""Of the columns A to H, in Excel's unit: they fill an A4 page upright at full size."""
_ENGLISH_WIDTHS = (17.0, 7.5, 8.0, 1.0, 8.0, 3.0, 18.0, 33.0)
"""The same in all, but English states are longer."""
PAGE = 756.0
"""Points of height that an A4 page has between our margins."""
_PADDING = 5 / 7
"""What each column has beside its width, in the same unit; merged cells have it all."""
_WIDE = sum(WIDTHS) + _PADDING * (len(WIDTHS) - 1)
_HALVES = ((0, 4), (5, 7))
"""First and last column of the left and the right half."""
_BODY, _SMALL = 11.0, 9.0
_ROW = 18.5
_NUMBERS = len(WIDTHS) + 1
"""First column of the numbers behind the charts, right of what is printed, and hidden."""
_GAP = 6.0
_NAME = 20
"""Characters of a group's name beside its bar."""
_MOST_LINES = 3
# What is not judged is hatched.
_HATCHED = {"pattern": "wide_upward_diagonal", "fg_color": "#A6A6A6", "bg_color": "#FFFFFF"}


def write_overview(
    book: Workbook, sheet: Worksheet, listing: Listing, overview: Overview, at: Mapping[int, str]
) -> None:
    """Write the whole sheet; ``at`` is the address of each task's row in 汇总表."""
    _Page(book, sheet, listing, overview, at).write()


class _Page:
    """Writes the sheet from top to bottom, and knows how much of the page is left."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, listing: Listing, overview: Overview, at: Mapping[int, str]
    ) -> None:  # fmt: skip
        self._book, self._sheet, self._listing = book, sheet, listing
        self._overview, self._at = overview, at
        self._widths = WIDTHS if spoken() == ZH else _ENGLISH_WIDTHS
        self._row = 0
        self._used = 0.0
        self._height = _ROW  # of a row of the table of states

    def write(self) -> None:
        """Write everything."""
        overview = self._overview
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, width)
        self._sheet.set_column(_NUMBERS, _NUMBERS + len(LIGHTS), 12, None, {"hidden": True})
        self._span(
            overview.title, self._listing.title(18), row_height([(overview.title, _WIDE, 18)], 36)
        )
        style = self._listing.format(align="center", font_color="#595959", text_wrap=True)
        self._span(overview.heading, style, row_height([(overview.heading, _WIDE, SIZE)], 20))
        self._paragraph("\n".join(overview.sentences))
        self._changes()
        missing = joined(overview.missing) or tr("无")
        below = (
            self._chart_height() + _GAP + _ROW + self._tall(missing)
            + sum(self._tall(note, _SMALL) for note in overview.notes)
        )  # fmt: skip
        self._red(PAGE - self._used - below - _GAP)
        self._next(_GAP)
        self._states()
        self._missing(missing)
        for note in overview.notes:
            self._paragraph(note, _SMALL)
        page(self._sheet, A4, landscape=False)
        self._sheet.fit_to_pages(1, 1)
        self._sheet.print_area(0, 0, self._row - 1, len(WIDTHS) - 1)
        self._sheet.hide_gridlines(2)

    # --- the parts

    def _changes(self) -> None:
        """What changed since the last period, two kinds a line."""
        overview = self._overview
        if not overview.since:
            return
        heading = (
            overview.since if overview.changes else tr("{since}：没有变化", since=overview.since)
        )
        self._span(heading, self._listing.heading(12), _ROW)
        texts = [
            tr("{words}{count}项：{numbers}", words=c.words, count=len(c.tasks), numbers=c.numbers)
            for c in overview.changes
        ]
        for at in range(0, len(texts), 2):
            heights = []
            for (first, last), text in zip(_HALVES, [*texts, ""][at : at + 2], strict=True):
                self._merge(self._row, first, last, text, self._listing.boxed())
                heights.append((text, fitted(text, self._width(first, last)), SIZE))
            self._next(row_height(heights, _ROW))
        self._next(_GAP)

    def _missing(self, names: str) -> None:
        count = tr(
            "未报单位 {count} 个（各单位情况见“{sheet}”）",
            count=len(self._overview.missing), sheet=sheet_name(SCORES),
        )  # fmt: skip
        self._link(SCORES, count, self._listing.heading(12))
        self._paragraph(names)

    def _chart_height(self) -> float:
        return max(_ROW * (len(self._overview.states) + 2), 40 + 15.5 * len(self._overview.bars))

    def _states(self) -> None:
        """The table of states, and beside it the bars."""
        formats = ("", "0", "0.0%")
        columns = [Column("", self._widths[i], True, shown) for i, shown in enumerate(formats)]
        top, counts, height = self._row, self._overview.states, self._chart_height()
        self._height = height / (len(counts) + 2)
        for at, caption in enumerate(("完成情况", "任务数", "占比")):
            self._sheet.write_string(top, at, self._listing.caption(caption), self._listing.head)
        self._next(self._height)
        for count in counts:
            self._cells([state_cell(count.word), count.number, float(count.share) / 100], columns)
        whole = {"bold": True}
        total = sum(c.number for c in counts)
        part = float(sum(c.share for c in counts)) / 100
        self._cells([Cell(v, whole) for v in (tr("合计"), total, part)], columns)
        self._bars(top, height)
        self._next(_GAP)

    def _cells(self, values: Sequence[object], columns: Sequence[Column]) -> None:
        for at, (value, column) in enumerate(zip(values, columns, strict=True)):
            self._listing.write(self._sheet, self._row, at, value, column)
        self._next(self._height)

    def _bars(self, top: int, height: float) -> None:
        """The bars by group: every task once, by its light."""
        bars = self._overview.bars
        if not bars:
            return
        words = [tr(light_name(light)) for light in LIGHTS]
        names = [short(re.split(r"[，；;]|, ", bar.name)[0], _NAME) for bar in bars]
        numbers = [[name, *bar.counts] for name, bar in zip(names, bars, strict=True)]
        at = self._behind_charts(top, [tr("类别"), *words], numbers)
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        name, last = sheet_name(OVERVIEW), at + len(bars) - 1
        for i, light in enumerate(LIGHTS, 1):
            chart.add_series({
                "name": [name, at - 1, _NUMBERS + i],
                "categories": [name, at, _NUMBERS, last, _NUMBERS],
                "values": [name, at, _NUMBERS + i, last, _NUMBERS + i],
                **self._ink(light),
                "border": {"color": "#595959"},
                "gap": 40,
                # A format of its own hides zeros, which would print over their neighbours.
                "data_labels": {"value": True, "num_format": "0;;;", "font": {"size": 9, **_letters(light)}},
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"position": "bottom", "font": {"size": 9}})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "major_tick_mark": "none"})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        groups = (
            tr("{name}：{told}", name=bar.name, told=joined(f"{w} {n}" for w, n in zip(words, bar.counts, strict=True) if n))
            for bar in bars
        )  # fmt: skip
        described = tr("各类任务的亮灯：{told}", told=joined(groups, "；"))
        self._place(chart, top, 3, sum(self._widths[3:]), height, described)

    def _red(self, room: float) -> None:
        """The red tasks by name, the worst first, as many as there is room for."""
        red = self._overview.red
        head = "●红灯任务 {count} 项（从重到轻，全部见“{sheet}”）" if red else "●红灯任务 0 项：无"
        colour = self._listing.look(light_look(Light.RED)).get("font_color", "#000000")
        style = self._listing.heading(12, font_color=colour)
        self._link(BEHIND_LIST, tr(head, count=len(red), sheet=sheet_name(BEHIND_LIST)), style)
        rows = [self._red_cells(task) for task in red]
        shown, left = 0, room - _ROW
        for i, (_, height) in enumerate(rows):
            left -= height
            if left < (_ROW if i + 1 < len(rows) else 0):
                break
            shown += 1
        for task, (cells, height) in zip(red[:shown], rows, strict=False):
            self._red_row(task, cells, height)
        if shown < len(red):
            more = tr(
                "……等 {count} 项，其余 {rest} 项见“{sheet}”",
                count=len(red), rest=len(red) - shown, sheet=sheet_name(BEHIND_LIST),
            )  # fmt: skip
            self._link(BEHIND_LIST, more, self._listing.format(font_color="#1F4E79", underline=1))

    def _red_cells(self, task: RedTask) -> tuple[list[tuple[int, int, str]], float]:
        """What stands in which columns of a red task's row, and how high the row is."""
        again = tr("（连续两期红灯）") if task.again else ""
        reasons = several(task.reasons, self._width(7, 7), _MOST_LINES, "，", "等{count}处", again)
        leads = several(task.leads, self._width(5, 6), 2, "、", "等{count}家")
        cells = [
            (1, 4, cut(task.goal, self._width(1, 4), 2)),
            (5, 6, leads),
            (7, 7, reasons + again),
        ]
        heights = ((text, fitted(text, self._width(a, b)), SIZE) for a, b, text in cells)
        return cells, row_height(heights, _ROW)

    def _width(self, first: int, last: int) -> float:
        """The width of merged columns, as a text in them is to be measured."""
        return sum(self._widths[first : last + 1]) + _PADDING * (last - first)

    def _red_row(self, task: RedTask, cells: Sequence[tuple[int, int, str]], height: float) -> None:
        row, listing = self._row, self._listing
        words = tr("第{number}项", number=task.number)
        number = Cell(words, light_look(Light.RED), self._at[task.number])
        listing.write(self._sheet, row, 0, number, Column("", self._widths[0], True))
        for first, last, text in cells:
            self._merge(row, first, last, text, listing.boxed())
        self._next(height)

    # --- how things are put

    def _ink(self, light: str) -> dict[str, object]:
        """How a light is drawn in a chart."""
        fill = self._listing.look(light_look(light, chart=True)).get("bg_color", "#FFFFFF")
        return {"fill": {"color": fill}} if light else {"pattern": _HATCHED}

    def _next(self, height: float) -> None:
        self._sheet.set_row(self._row, height)
        self._used += height
        self._row += 1

    def _merge(self, row: int, first: int, last: int, text: str, style: object) -> None:
        if first < last:
            self._sheet.merge_range(row, first, row, last, "", style)
        self._sheet.write_string(row, first, text, style)

    def _span(self, text: str, style: object, height: float) -> None:
        self._merge(self._row, 0, len(WIDTHS) - 1, text, style)
        self._next(height)

    @staticmethod
    def _tall(text: str, size: float = _BODY) -> float:
        return row_height([(text, fitted(text, _WIDE), size)], 1.8 * size)

    def _paragraph(self, text: str, size: float = _BODY) -> None:
        colour = {"font_color": "#595959"} if size == _SMALL else {}
        style = self._listing.format(text_wrap=True, font_size=size, **colour)
        self._span(text, style, self._tall(text, size))

    def _link(self, to: str, text: str, style: object) -> None:
        self._sheet.merge_range(self._row, 0, self._row, len(WIDTHS) - 1, "", style)
        self._sheet.write_url(self._row, 0, f"internal:'{sheet_name(to)}'!A1", style, "-")
        self._sheet.write_string(self._row, 0, text, style)
        self._next(_ROW)

    def _behind_charts(
        self, row: int, captions: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> int:
        """Write the numbers that a chart draws; return the row of the first."""
        quiet = self._listing.format(font_color="#7F7F7F")
        for i, line in enumerate([captions, *rows]):
            for j, value in enumerate(line):
                if isinstance(value, (int, float)):
                    self._sheet.write_number(row + i, _NUMBERS + j, value, quiet)
                else:
                    self._sheet.write_string(row + i, _NUMBERS + j, str(value), quiet)
        return row + 1

    def _place(
        self, chart: object, row: int, column: int, width: float, height: float, described: str
    ) -> None:
        """Put a chart over cells; sizes in column units and points. What it shows stands in words, too."""
        chart.show_hidden_data()  # type: ignore[attr-defined]
        chart.set_size({"width": width * 7 + 5 * 4, "height": height / 0.75})  # type: ignore[attr-defined]
        chart.set_chartarea({"border": {"none": True}})  # type: ignore[attr-defined]
        options = {"object_position": 2, "description": described}
        self._sheet.insert_chart(row, column, chart, options)


def _letters(light: str) -> dict[str, object]:
    return {"color": "#FFFFFF", "bold": True} if light == Light.RED else {"color": "#000000"}


def cut(text: str, width: float, most: int) -> str:
    """Return as much of a text as so many lines of a cell ``width`` wide hold, with … where it is cut."""
    width = fitted(text, width)
    if lines(text, width, SIZE) <= most:
        return text
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(text[:middle] + "…", width, SIZE) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low] + "…"


def several(
    parts: Sequence[str], width: float, most: int, separator: str, rest: str, after: str = ""
) -> str:
    """Return whole parts with a separator between them, as many as so many lines hold, and how many there are.

    No part is cut unless the first alone is too long. ``after`` is what will follow on the last line.
    """
    for kept in range(len(parts), 0, -1):
        text = joined(parts[:kept], separator)
        text += tr(rest, count=len(parts)) if kept < len(parts) else ""
        if lines(text + after, fitted(text, width), SIZE) <= most:
            return text
    return cut(parts[0], width, most) if parts else ""
