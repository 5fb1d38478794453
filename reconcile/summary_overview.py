"""The sheet 总览: what a leader must know, on exactly one A4 page.

The heights of all rows are added up as they are written; the lists of red tasks
and of silent units take what is left, and say how many more there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .drafts import Count, light_counts, light_name, state_counts, subject, told
from .layout import lines, row_height
from .listing import A4, SIZE, Cell, Column, Listing, page
from .merged import Merged, Standing
from .model import Task
from .points import GREEN, RED, YELLOW
from .summary_lists import BEHIND_LIST
from .summary_table import FILLS, TABLE, light_look, light_word
from .summary_units import MISSING
from .text import short

OVERVIEW = "总览"
WIDTHS = (11.0, 8.5, 9.0, 2.0, 20.0, 5.0, 15.0, 25.0)
"""Of the columns A to H, in Excel's unit: they fill an A4 page upright at full size."""
PAGE = 756.0
"""Points of height that an A4 page has between our margins."""
_WIDE = sum(WIDTHS)
_BODY = 11.5
_ROW = 18.5
_NUMBERS = len(WIDTHS) + 1
"""First column of the numbers behind the charts, right of what is printed."""
_MOST_GROUPS = 12
# Told apart in grey, too: red is darkest, then green, then yellow; what is not judged is hatched.
_INKS: Mapping[str, dict[str, object]] = {
    GREEN: {"fill": {"color": "#70AD47"}},
    YELLOW: {"fill": {"color": "#FFE699"}},
    RED: {"fill": {"color": "#C00000"}},
    "": {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#A6A6A6", "bg_color": "#FFFFFF"}},
}  # fmt: skip
_LIGHTS = (GREEN, YELLOW, RED, "")


def write_overview(
    book: Workbook, sheet: Worksheet, listing: Listing, merged: Merged, rows: Mapping[int, int]
) -> None:
    """Write the whole sheet; ``rows`` are where 汇总表 has each task, counted from 0."""
    Overview(book, sheet, listing, merged, rows).write()


def balance_line(merged: Merged) -> str:
    """Return the balance as people read it."""
    b = merged.balance
    return f"收到 {b.received} 格 = 收下 {b.accepted} 格 + 规范化 {b.normalised} 格 + 未收 {b.set_aside} 格"


def groups(merged: Merged) -> list[tuple[str, tuple[int, ...]]]:
    """Return what the bars stand for: (label, tasks by light: 绿 黄 红 未判定).

    The plan's innermost sections; its outermost where those are too many; its
    lead units where it has no sections. Never more than twelve: the rest is 其他.
    """
    tasks = merged.plan.tasks
    for depth in (-1, 0):
        named = [(t, t.sections[depth] if t.sections else "（未分类）") for t in tasks]
        if 1 < len({name for _, name in named}) <= _MOST_GROUPS:
            break
    else:
        named = [(t, t.lead[0] if t.lead else "（无牵头单位）") for t in tasks]
    count = Counter(name for _, name in named)
    kept = [name for name, _ in count.most_common(_MOST_GROUPS)]
    if len(count) > _MOST_GROUPS:
        kept = kept[:-1]
    found: dict[str, Counter[str]] = {}
    for task, name in named:
        light = merged.standings.get(task.number, Standing(task.number, "", "")).light
        found.setdefault(name if name in kept else "其他", Counter())[light] += 1
    return [(short(name, 24), tuple(c[x] for x in _LIGHTS)) for name, c in found.items()]


class Overview:
    """Writes the sheet from top to bottom, and knows how much of the page is left."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, listing: Listing, merged: Merged, rows: Mapping[int, int]
    ) -> None:  # fmt: skip
        self._book, self._sheet, self._listing = book, sheet, listing
        self._merged, self._rows = merged, rows
        self._row = 0
        self._used = 0.0

    def write(self) -> None:
        """Write everything."""
        for column, width in enumerate(WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.set_column(_NUMBERS, _NUMBERS, 44)
        self._heading()
        self._paragraph(self._sentence())
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
        title = f"{subject(merged)}推进情况总览"
        self._span(title, self._listing.title(18), row_height([(title, _WIDE, 18)], 36))
        end = merged.plan.periods[merged.period - 1].end
        office = f"{merged.plan.office}　　" if merged.plan.office else ""
        told_of = f"{office}时段：{merged.caption}（至 {end.isoformat()}）　　截至：{merged.as_of.isoformat()}"
        style = self._listing.format(align="center", font_color="#595959", text_wrap=True)
        self._span(told_of, style, row_height([(told_of, _WIDE, SIZE)], 20))

    def _sentence(self) -> str:
        merged = self._merged
        count = Counter(s.state for s in merged.statuses)
        answered = count["clean"] + count["errors"]
        return (
            f"全部 {len(merged.standings)} 项任务：{told(state_counts(merged))}。"
            f"亮灯：{told(light_counts(merged))}。"
            f"应报 {len(merged.statuses)} 个单位，已报 {answered} 个（其中 {count['errors']} 个有问题需要改正），"
            f"回表没有收的 {count['refused']} 个，未报 {count['missing']} 个。"
        )

    def _states(self) -> None:
        """The table of states, and beside it the doughnut of lights."""
        columns = [Column("", WIDTHS[0], True), Column("", WIDTHS[1], True, "0"), Column("", WIDTHS[2], True, "0.0%")]  # fmt: skip
        top = self._row
        counts = state_counts(self._merged)
        for at, caption in enumerate(("完成情况", "任务数", "占比")):
            self._sheet.write_string(self._row, at, caption, self._listing.head)
        self._next(_ROW)
        for one in counts:
            fill = {"bg_color": FILLS[one.word]} if one.word in FILLS else {}
            self._cells([Cell(one.word, fill), one.number, float(one.share) / 100], columns)
        whole = {"bold": True}
        total = sum(c.number for c in counts)
        part = float(sum(c.share for c in counts)) / 100
        self._cells([Cell(v, whole) for v in ("合计", total, part)], columns)
        self._doughnut(top, self._row)
        self._next(6)

    def _cells(self, values: Sequence[object], columns: Sequence[Column]) -> None:
        for at, (value, column) in enumerate(zip(values, columns, strict=True)):
            self._listing.write(self._sheet, self._row, at, value, column)
        self._next(_ROW)

    def _doughnut(self, top: int, bottom: int) -> None:
        counts = light_counts(self._merged)
        at = self._behind_charts(top, ["亮灯", "任务数", "占比"], list(_doughnut_rows(counts)))
        chart = self._book.add_chart({"type": "doughnut"})
        chart.add_series({
            "name": "亮灯",
            "categories": [OVERVIEW, at, _NUMBERS, at + len(counts) - 1, _NUMBERS],
            "values": [OVERVIEW, at, _NUMBERS + 1, at + len(counts) - 1, _NUMBERS + 1],
            "points": [{**_INKS[light], "border": {"color": "#595959"}} for light in _LIGHTS],
            # A format of its own hides zeros, which would print over their neighbours.
            "data_labels": {"value": True, "num_format": "0;;;", "font": {"size": 10, "bold": True},
                            "custom": _on_dark(len(counts), _LIGHTS.index(RED))},
        })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"position": "right", "font": {"size": 10}})
        chart.set_hole_size(52)
        self._place(chart, top, 4, sum(WIDTHS[4:]), (bottom - top) * _ROW)

    def _bars(self) -> None:
        found = groups(self._merged)
        if not found:
            return
        at = self._behind_charts(
            self._row, ["类别", *map(light_name, _LIGHTS)], [[g, *n] for g, n in found]
        )
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        last = at + len(found) - 1
        for i, light in enumerate(_LIGHTS, 1):
            chart.add_series({
                "name": [OVERVIEW, at - 1, _NUMBERS + i],
                "categories": [OVERVIEW, at, _NUMBERS, last, _NUMBERS],
                "values": [OVERVIEW, at, _NUMBERS + i, last, _NUMBERS + i],
                **_INKS[light],
                "border": {"color": "#595959"},
                "gap": 40,
                "data_labels": {"value": True, "num_format": "0;;;", "font": {"size": 9, **_ink(light)}},
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
        head = f"●红灯任务 {len(red)} 项" + ("" if red else "：无")
        style = self._listing.format(font_name="黑体", font_size=12, font_color="#C00000")
        self._link(BEHIND_LIST, head + ("（全部见“滞后清单”）" if red else ""), style)
        fit = int((room - _ROW) / _ROW)
        shown = red if len(red) <= fit else red[: max(fit - 1, 0)]
        for standing in shown:
            self._red_row(standing, tasks[standing.task])
        if len(shown) < len(red):
            more = f"……等 {len(red)} 项，其余 {len(red) - len(shown)} 项见“滞后清单”"
            self._link(BEHIND_LIST, more, self._listing.format(font_color="#1F4E79", underline=1))

    def _red_row(self, standing: Standing, task: Task) -> None:
        """One line: the task's number with a link, its goal, its leads, the reason; cut to fit."""
        row, listing = self._row, self._listing
        number = Cell(
            f"第{task.number}项", light_look(RED), f"{TABLE}!A{self._rows[task.number] + 1}"
        )
        listing.write(self._sheet, row, 0, number, Column("", WIDTHS[0], True))
        reason = "，".join(standing.reasons)
        for first, last, text in ((1, 5, task.goal), (6, 6, "、".join(task.lead)), (7, 7, reason)):
            shown = one_line(text, sum(WIDTHS[first : last + 1]))
            if first < last:
                self._sheet.merge_range(row, first, row, last, "", listing.boxed())
            self._sheet.write_string(row, first, shown, listing.boxed())
        self._next(_ROW)

    def _closing(self) -> list[str]:
        """The last paragraphs: names of silent units, files not taken, the balance."""
        merged = self._merged
        missing = [s.unit for s in merged.statuses if s.state == "missing"]
        told_of = [_capped(missing, 28)] if missing else []
        refused = [v for v in merged.verdicts if not v.accepted]
        if refused:
            told_of.append(f"没有收的文件（{len(refused)} 个）：{_capped([short(v.file.rpartition('/')[2], 30) for v in refused], 2)}")  # fmt: skip
        told_of.append(balance_line(merged))
        told_of.append("完成情况以牵头单位的答复为准，几家牵头的取最差。逐条出处见“明细”。")  # fmt: skip
        return told_of

    def _missing(self) -> None:
        """The line above the names of silent units, a link to their list."""
        count = sum(s.state == "missing" for s in self._merged.statuses)
        style = self._listing.format(font_name="黑体", font_size=12)
        told_of = f"未报单位 {count} 个（联系方式见“催报名单”）" if count else "未报单位：无"
        self._link(MISSING, told_of, style)

    # --- how things are put

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
        return row_height([(text, _WIDE, _BODY)], 22)

    def _paragraph(self, text: str) -> None:
        style = self._listing.format(text_wrap=True, font_size=_BODY)
        self._span(text, style, self._tall(text))

    def _link(self, to: str, text: str, style: object) -> None:
        self._sheet.merge_range(self._row, 0, self._row, len(WIDTHS) - 1, "", style)
        self._sheet.write_url(self._row, 0, f"internal:'{to}'!A1", style, "-")
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
        yield [f"{word} {count.number}项（{count.share}%）", count.number, float(count.share) / 100]


def _ink(light: str) -> dict[str, object]:
    return {"color": "#FFFFFF", "bold": True} if light == RED else {"color": "#000000"}


def _on_dark(count: int, dark: int) -> list[dict[str, object] | None]:
    """Labels of one series: white on the point that is dark."""
    font = {"color": "#FFFFFF", "bold": True, "size": 10}
    return [{"font": font} if i == dark else None for i in range(count)]


def one_line(text: str, width: float) -> str:
    """Return as much of a text as one line of a cell ``width`` wide holds, with … where it is cut."""
    whole = short(text, 200)
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
        return "、".join(names) or "无"
    return f"{'、'.join(names[:most])}等 {len(names)} 个"
