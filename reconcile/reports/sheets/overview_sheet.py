"""The sheet 总览: what a leader must know, on exactly one A4 page.

The heights of all rows are added up as they are written; the lists of red tasks
and of silent units take what is left, and say how many more there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ...core.i18n import ZH, joined, sheet_name, spoken, tr
from ...core.lights import GREEN, RED, YELLOW
from ...core.plan import Task
from ...core.result import MergeResult, Standing
from ...core.text import short
from ...writers.row_height import lines, row_height
from ...writers.table import A4, SIZE, Cell, Column, Listing, fitted, page
from ...writers.theme import light_look
from ..counts import Count, indicator_counts, light_counts, light_name, state_counts, subject, told
from .lists import BEHIND_LIST
from .task_table import TABLE, light_word, state_cell
from .unit_sheets import MISSING

OVERVIEW = "总览"
WIDTHS = (11.0, 8.5, 9.0, 2.0, 20.0, 5.0, 15.0, 25.0)
"""Of the columns A to H, in Excel's unit: they fill an A4 page upright at full size."""
_ENGLISH_WIDTHS = (17.0, 7.5, 8.0, 1.0, 8.0, 3.0, 18.0, 33.0)
"""The same in all, but English states are longer."""
PAGE = 756.0
"""Points of height that an A4 page has between our margins."""
_WIDE = sum(WIDTHS)
_BODY = 11.5
_ROW = 18.5
_NUMBERS = len(WIDTHS) + 1
"""First column of the numbers behind the charts, right of what is printed."""
_MOST_GROUPS = 12
# What is not judged is hatched.
_HATCHED = {"pattern": "wide_upward_diagonal", "fg_color": "#A6A6A6", "bg_color": "#FFFFFF"}
_LIGHTS = (GREEN, YELLOW, RED, "")


def write_overview(
    book: Workbook, sheet: Worksheet, listing: Listing, merged: MergeResult, rows: Mapping[int, int]
) -> None:
    """Write the whole sheet; ``rows`` are where 汇总表 has each task, counted from 0."""
    Overview(book, sheet, listing, merged, rows).write()


def balance_line(merged: MergeResult) -> str:
    """Return the balance as people read it."""
    b = merged.balance
    return tr(
        "收到 {received} 格 = 收下 {accepted} 格 + 规范化 {normalised} 格 + 未收 {aside} 格",
        received=b.received, accepted=b.accepted, normalised=b.normalised, aside=b.set_aside,
    )  # fmt: skip


def groups(merged: MergeResult) -> list[tuple[str, tuple[int, ...]]]:
    """Return what the bars stand for: (label, tasks by light: 绿 黄 红 未判定).

    The plan's innermost sections; its outermost where those are too many; its
    lead units where it has no sections. Never more than twelve: the rest is 其他.
    """
    tasks = merged.plan.tasks
    for depth in (-1, 0):
        named = [(t, t.sections[depth] if t.sections else tr("（未分类）")) for t in tasks]
        if 1 < len({name for _, name in named}) <= _MOST_GROUPS:
            break
    else:
        named = [(t, t.lead[0] if t.lead else tr("（无牵头单位）")) for t in tasks]
    count = Counter(name for _, name in named)
    kept = [name for name, _ in count.most_common(_MOST_GROUPS)]
    if len(count) > _MOST_GROUPS:
        kept = kept[:-1]
    found: dict[str, Counter[str]] = {}
    for task, name in named:
        light = merged.standings.get(task.number, Standing(task.number, "", "")).light
        found.setdefault(name if name in kept else tr("其他"), Counter())[light] += 1
    return [(short(name, 24), tuple(c[x] for x in _LIGHTS)) for name, c in found.items()]


class Overview:
    """Writes the sheet from top to bottom, and knows how much of the page is left."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, listing: Listing, merged: MergeResult, rows: Mapping[int, int]
    ) -> None:  # fmt: skip
        self._book, self._sheet, self._listing = book, sheet, listing
        self._merged, self._rows = merged, rows
        self._widths = WIDTHS if spoken() == ZH else _ENGLISH_WIDTHS
        self._row = 0
        self._used = 0.0

    def write(self) -> None:
        """Write everything."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, width)
        self._sheet.set_column(_NUMBERS, _NUMBERS, 44)
        self._heading()
        self._paragraph(self._sentence())
        counts = indicator_counts(self._merged)
        if counts.reported:
            self._paragraph(str(counts))
        self._states()
        self._bars()
        rest = self._closing()
        self._red(PAGE - self._used - _ROW - sum(self._tall(text) for text in rest))
        self._missing()
        for text in rest:
            self._paragraph(text)
        page(self._sheet, A4, landscape=False)
        self._sheet.fit_to_pages(1, 1)
        self._sheet.print_area(0, 0, self._row - 1, len(WIDTHS) - 1)
        self._sheet.hide_gridlines(2)

    # --- the parts

    def _heading(self) -> None:
        merged = self._merged
        title = tr("{subject}推进情况总览", subject=subject(merged))
        self._span(title, self._listing.title(18), row_height([(title, _WIDE, 18)], 36))
        end = merged.plan.periods[merged.period - 1].end
        told_of = tr(
            "时段：{period}（至 {end}）　　截至：{day}",
            period=merged.caption, end=end.isoformat(), day=merged.as_of.isoformat(),
        )  # fmt: skip
        told_of = joined((t for t in (merged.plan.office, told_of) if t), "　　")
        style = self._listing.format(align="center", font_color="#595959", text_wrap=True)
        self._span(told_of, style, row_height([(told_of, _WIDE, SIZE)], 20))

    def _sentence(self) -> str:
        merged = self._merged
        count = Counter(s.state for s in merged.statuses)
        answered = count["clean"] + count["errors"]
        return tr(
            "全部 {tasks} 项任务：{states}。亮灯：{lights}。"
            "应报 {units} 个单位，已报 {answered} 个（其中 {errors} 个有问题需要改正），"
            + (
                "疑似已报、待核实的 {suspected} 个，回表没有收的 {refused} 个，未报 {missing} 个。"
                if count["suspected"]
                else "回表没有收的 {refused} 个，未报 {missing} 个。"
            ),
            suspected=count["suspected"],
            tasks=len(merged.standings), states=told(state_counts(merged)),
            lights=told(light_counts(merged)), units=len(merged.statuses), answered=answered,
            errors=count["errors"], refused=count["refused"], missing=count["missing"],
        )  # fmt: skip

    def _states(self) -> None:
        """The table of states, and beside it the doughnut of lights."""
        formats = ("", "0", "0.0%")
        columns = [Column("", self._widths[i], True, shown) for i, shown in enumerate(formats)]
        top = self._row
        counts = state_counts(self._merged)
        for at, caption in enumerate(("完成情况", "任务数", "占比")):
            self._sheet.write_string(
                self._row, at, self._listing.caption(caption), self._listing.head
            )
        self._next(_ROW)
        for one in counts:
            self._cells([state_cell(one.word), one.number, float(one.share) / 100], columns)
        whole = {"bold": True}
        total = sum(c.number for c in counts)
        part = float(sum(c.share for c in counts)) / 100
        self._cells([Cell(v, whole) for v in (tr("合计"), total, part)], columns)
        self._doughnut(top, self._row)
        self._next(6)

    def _cells(self, values: Sequence[object], columns: Sequence[Column]) -> None:
        for at, (value, column) in enumerate(zip(values, columns, strict=True)):
            self._listing.write(self._sheet, self._row, at, value, column)
        self._next(_ROW)

    def _doughnut(self, top: int, bottom: int) -> None:
        counts = light_counts(self._merged)
        at = self._behind_charts(
            top,
            [*map(self._listing.caption, ("亮灯", "任务数", "占比"))],
            list(_doughnut_rows(counts)),
        )
        chart, name = self._book.add_chart({"type": "doughnut"}), sheet_name(OVERVIEW)
        chart.add_series({
            "name": tr("亮灯"),
            "categories": [name, at, _NUMBERS, at + len(counts) - 1, _NUMBERS],
            "values": [name, at, _NUMBERS + 1, at + len(counts) - 1, _NUMBERS + 1],
            "points": [{**self._ink(light), "border": {"color": "#595959"}} for light in _LIGHTS],
            # A format of its own hides zeros, which would print over their neighbours.
            "data_labels": {"value": True, "num_format": "0;;;", "font": {"size": 10, "bold": True},
                            "custom": _on_dark(len(counts), _LIGHTS.index(RED))},
        })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"position": "right", "font": {"size": 10}})
        chart.set_hole_size(52)
        self._place(chart, top, 4, sum(self._widths[4:]), (bottom - top) * _ROW)

    def _bars(self) -> None:
        found = groups(self._merged)
        if not found:
            return
        at = self._behind_charts(
            self._row,
            [tr(word) for word in ("类别", *map(light_name, _LIGHTS))],
            [[g, *n] for g, n in found],
        )
        chart, name = (
            self._book.add_chart({"type": "bar", "subtype": "stacked"}),
            sheet_name(OVERVIEW),
        )
        last = at + len(found) - 1
        for i, light in enumerate(_LIGHTS, 1):
            chart.add_series({
                "name": [name, at - 1, _NUMBERS + i],
                "categories": [name, at, _NUMBERS, last, _NUMBERS],
                "values": [name, at, _NUMBERS + i, last, _NUMBERS + i],
                **self._ink(light),
                "border": {"color": "#595959"},
                "gap": 40,
                "data_labels": {"value": True, "num_format": "0;;;", "font": {"size": 9, **_letters(light)}},
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"position": "bottom", "font": {"size": 9}})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "major_tick_mark": "none"})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        height = 40 + 16.0 * len(found)
        self._place(chart, self._row, 0, _WIDE, height)
        self._next(height)

    def _red(self, room: float) -> None:
        """The red tasks by name, as many as there is room for."""
        red = sorted(
            (s for s in self._merged.standings.values() if s.light == RED), key=lambda s: s.task
        )
        tasks = {t.number: t for t in self._merged.plan.tasks}
        head = "●红灯任务 {count} 项（全部见“{sheet}”）" if red else "●红灯任务 0 项：无"
        colour = self._listing.look(light_look(RED)).get("font_color", "#000000")
        style = self._listing.heading(12, font_color=colour)
        self._link(BEHIND_LIST, tr(head, count=len(red), sheet=sheet_name(BEHIND_LIST)), style)
        fit = int((room - _ROW) / _ROW)
        shown = red if len(red) <= fit else red[: max(fit - 1, 0)]
        for standing in shown:
            self._red_row(standing, tasks[standing.task])
        if len(shown) < len(red):
            more = tr(
                "……等 {count} 项，其余 {rest} 项见“{sheet}”",
                count=len(red), rest=len(red) - len(shown), sheet=sheet_name(BEHIND_LIST),
            )  # fmt: skip
            self._link(BEHIND_LIST, more, self._listing.format(font_color="#1F4E79", underline=1))

    def _red_row(self, standing: Standing, task: Task) -> None:
        """One line: the task's number with a link, its goal, its leads, the reason; cut to fit."""
        row, listing = self._row, self._listing
        number = Cell(
            tr("第{number}项", number=task.number),
            light_look(RED),
            f"{TABLE}!A{self._rows[task.number] + 1}",
        )
        listing.write(self._sheet, row, 0, number, Column("", self._widths[0], True))
        reason = joined(standing.reasons, "，")
        for first, last, text in ((1, 5, task.goal), (6, 6, joined(task.lead)), (7, 7, reason)):
            shown = one_line(text, sum(self._widths[first : last + 1]))
            if first < last:
                self._sheet.merge_range(row, first, row, last, "", listing.boxed())
            self._sheet.write_string(row, first, shown, listing.boxed())
        self._next(_ROW)

    def _closing(self) -> list[str]:
        """The last paragraphs: names of silent units, files not taken, the balance."""
        merged = self._merged
        missing = [s.unit for s in merged.statuses if s.state == "missing"]
        told_of = [_capped(missing, 28)] if missing else []
        refused = list(
            dict.fromkeys(v.file for v in merged.verdicts if not (v.accepted or v.of_other_period))
        )
        if refused:
            names = _capped([short(file.rpartition("/")[2], 30) for file in refused], 2)
            told_of.append(
                tr("没有收的文件（{count} 个）：{names}", count=len(refused), names=names)
            )
        told_of.append(balance_line(merged))
        told_of.append(tr("完成情况以牵头单位的答复为准，几家牵头的取最差。逐条出处见“明细”。"))
        return told_of

    def _missing(self) -> None:
        """The line above the names of silent units, a link to their list."""
        count = sum(s.state == "missing" for s in self._merged.statuses)
        told_of = "未报单位 {count} 个（名单见“{sheet}”）" if count else "未报单位：无"
        told_of = tr(told_of, count=count, sheet=sheet_name(MISSING))
        self._link(MISSING, told_of, self._listing.heading(12))

    # --- how things are put

    def _ink(self, light: str) -> dict[str, object]:
        """How a light is drawn in a chart."""
        fill = self._listing.look(light_look(light, chart=True)).get("bg_color", "#FFFFFF")
        return {"fill": {"color": fill}} if light else {"pattern": _HATCHED}

    def _next(self, height: float) -> None:
        self._sheet.set_row(self._row, height)
        self._used += height
        self._row += 1

    def _span(self, text: str, style: object, height: float) -> None:
        self._sheet.merge_range(self._row, 0, self._row, len(WIDTHS) - 1, "", style)
        self._sheet.write_string(self._row, 0, text, style)
        self._next(height)

    @staticmethod
    def _tall(text: str) -> float:
        return row_height([(text, fitted(text, _WIDE), _BODY)], 22)

    def _paragraph(self, text: str) -> None:
        style = self._listing.format(text_wrap=True, font_size=_BODY)
        self._span(text, style, self._tall(text))

    def _link(self, to: str, text: str, style: object) -> None:
        self._sheet.merge_range(self._row, 0, self._row, len(WIDTHS) - 1, "", style)
        self._sheet.write_url(self._row, 0, f"internal:'{sheet_name(to)}'!A1", style, "-")
        self._sheet.write_string(self._row, 0, text, style)
        self._next(_ROW)

    def _behind_charts(
        self, row: int, captions: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> int:
        """Write the numbers that a chart draws; returns the row of the first."""
        quiet = self._listing.format(font_color="#7F7F7F")
        for i, line in enumerate([captions, *rows]):
            for j, value in enumerate(line):
                if isinstance(value, (int, float)):
                    self._sheet.write_number(row + i, _NUMBERS + j, value, quiet)
                else:
                    self._sheet.write_string(row + i, _NUMBERS + j, str(value), quiet)
        return row + 1

    def _place(self, chart: object, row: int, column: int, width: float, height: float) -> None:
        """Put a chart over cells; sizes in column units and points."""
        chart.set_size({"width": width * 7 + 5 * 4, "height": height / 0.75})  # type: ignore[attr-defined]
        chart.set_chartarea({"border": {"none": True}})  # type: ignore[attr-defined]
        self._sheet.insert_chart(row, column, chart, {"object_position": 2})


def _doughnut_rows(counts: Sequence[Count]) -> Iterator[list[object]]:
    for light, count in zip(_LIGHTS, counts, strict=True):
        word = light_word(light) if light else count.word
        shown = tr(
            "{word} {number}项（{share}%）", word=tr(word), number=count.number, share=count.share
        )
        yield [shown, count.number, float(count.share) / 100]


def _letters(light: str) -> dict[str, object]:
    return {"color": "#FFFFFF", "bold": True} if light == RED else {"color": "#000000"}


def _on_dark(count: int, dark: int) -> list[dict[str, object] | None]:
    """Labels of one series: white on the point that is dark."""
    font = {"color": "#FFFFFF", "bold": True, "size": 10}
    return [{"font": font} if i == dark else None for i in range(count)]


def one_line(text: str, width: float) -> str:
    """Return as much of a text as one line of a cell ``width`` wide holds, with … where it is cut."""
    whole = short(text, 200)
    width = fitted(whole, width)
    if lines(whole, width, SIZE) == 1:
        return whole
    low, high = 1, len(whole)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(whole[:middle] + "…", width, SIZE) == 1:
            low = middle
        else:
            high = middle - 1
    return whole[:low] + "…"


def _capped(names: Sequence[str], most: int) -> str:
    if len(names) <= most:
        return joined(names) or tr("无")
    return tr("{names}等 {count} 个", names=joined(names[:most]), count=len(names))
