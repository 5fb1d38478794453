"""MergeResult -> one HTML file with overview, 滞后清单 and 汇总表: nothing to install, nothing fetched.

It is written with the functions of :mod:`~...writers.markup`, not by a template engine: the tables
are drawn from the very rows that the summary workbook is written from, so that there is little
for a template to say, and no further library is needed. The policy in its head lets run and load
nothing but the style and the script that stand in it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources

from ...core.form import Form
from ...core.i18n import ZH, joined, sheet_name, spoken, tr
from ...core.lights import Light
from ...core.plan import Role, State, Task
from ...core.result import UNANSWERED, MergeResult
from ...writers.cells import Cell, Column, printed
from ...writers.marks import OUTPUT, PAGE, mark_of
from ...writers.markup import Markup, element, joined_markup, text
from ...writers.theme import Style, light_look
from ..counts import Count
from ..overview import LIGHTS, overview
from ..sheets.lists import BEHIND_LIST, behind_columns, behind_order, behind_rows
from ..sheets.overview_sheet import OVERVIEW
from ..sheets.task_table import (
    TABLE,
    answer_columns,
    light_word,
    state_cell,
    table_columns,
    task_rows,
)
from .charts import CLASSES, bars, doughnut, hatching

_LOOKS: Mapping[str, str] = {
    **{light_look(light): f"light {CLASSES[light]}" for light in (Light.GREEN, Light.YELLOW, Light.RED)},
    **dict.fromkeys((State.DONE, State.AHEAD), "state done"), **dict.fromkeys((State.BEHIND, State.NOT_BEGUN), "state behind"),
    State.ON_TIME: "state", UNANSWERED: "state unanswered",
}  # fmt: skip
"""What the looks of the workbook's cells are called in the style sheet."""
_WORST = (Light.RED, Light.YELLOW, Light.GREEN, "")
_MOST_RED = 20


def page_bytes(merged: MergeResult, form: Form, style: Style | None = None) -> bytes:
    """Return the page in UTF-8. The same merge gives the same bytes.

    Of ``style`` it takes the captions. It holds what leaders read and nothing of the office's: no
    addresses, telephone numbers, names of clerks or of files.
    """
    return _Page(merged, form, style or Style()).html().encode("utf-8")


def document(
    mark: str, title: str, parts: Sequence[Markup], *, script: bool = False
) -> Markup:  # fmt: skip
    """Return a whole page of ours: what stands in its body, the style, and the ``script`` where it is wanted."""
    style, ours = _beside("page.css"), _beside("page.js")
    allowed = f"'{_digest(ours)}'" if script else "'none'"
    policy = "; ".join((
        "default-src 'none'", f"style-src '{_digest(style)}'", f"script-src {allowed}",
        "img-src data:", "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip
    head = [
        element("meta", name=OUTPUT, content=mark),
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        # Without one a browser asks the server for it.
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", style),
    ]
    body = element("body", *on_lines([*parts, *([element("script", ours)] if script else [])]))
    language = "zh-CN" if spoken() == ZH else "en"
    # The mark is read where it stands: right below these two lines.
    return joined_markup((
        Markup(f'<!doctype html>\n<html lang="{language}">\n'),
        *(part for line in head for part in (line, "\n")), body, Markup("\n</html>\n"),
    ))  # fmt: skip


class _Page:
    def __init__(self, merged: MergeResult, form: Form, style: Style) -> None:
        self._merged, self._form, self._style = merged, form, style
        self._shown = overview(merged)
        self._rows = {
            t.number: [_Row(table_columns(merged, form), row) for row in task_rows(merged, form, t)]
            for t in merged.plan.tasks
        }  # fmt: skip

    def html(self) -> Markup:
        mark = mark_of(PAGE, self._merged.plan, self._merged.period)
        return document(
            mark, self._shown.title, [*self._heading(), element("main", *on_lines(self._main()))], script=True
        )  # fmt: skip

    def _heading(self) -> Iterator[Markup]:
        shown = self._shown
        yield element(
            "header", element("h1", shown.title), element("p", shown.heading, class_="about")
        )
        places = (("overview", OVERVIEW), ("behind", BEHIND_LIST), ("tasks", TABLE))
        links = (element("a", sheet_name(name), href=f"#{place}") for place, name in places)
        yield element("nav", *links, class_="jumps")

    def _main(self) -> Iterator[Markup]:
        yield element("section", *on_lines(self._overview()), id="overview")
        yield self._tools()
        yield element("section", *on_lines(self._behind()), id="behind")
        yield element("section", *on_lines(self._tasks()), id="tasks")

    # --- 总览

    def _overview(self) -> Iterator[Markup]:
        shown = self._shown
        yield hatching()
        yield from (element("p", sentence) for sentence in shown.sentences)
        if shown.since:
            yield from self._changes()
        yield from self._red()
        key = element("ul", *map(_key, LIGHTS, shown.lights), class_="key")
        lights = element("div", doughnut(shown.lights), key, class_="lights")
        chart = (element("h3", tr("各类任务亮灯情况")), bars(shown.bars)) if shown.bars else ()
        yield element(
            "div", element("div", lights, self._states()), element("div", *chart), class_="sight"
        )
        yield element("h3", tr("未报单位 {count} 个", count=len(shown.missing)))
        yield element("p", joined(shown.missing) or tr("无"))
        yield from (element("p", note, class_="note") for note in shown.notes)

    def _changes(self) -> Iterator[Markup]:
        """What changed since the last period, one line a kind."""
        shown = self._shown
        heading = shown.since if shown.changes else tr("{since}：没有变化", since=shown.since)
        yield element("h3", heading)
        lines = (
            element(
                "li",
                tr("{words}{count}项：{numbers}", words=change.words, count=len(change.tasks), numbers=change.numbers),
            )
            for change in shown.changes
        )  # fmt: skip
        yield element("ul", *lines, class_="changes")

    def _states(self) -> Markup:
        counts = self._shown.states
        captions = (
            element("th", self._caption(c), scope="col") for c in ("完成情况", "任务数", "占比")
        )
        rows = [
            element("tr", *(element("td", _value(v)) for v in (state_cell(c.word), c.number, f"{c.share}%")))
            for c in counts
        ]  # fmt: skip
        whole = (tr("合计"), sum(c.number for c in counts), f"{sum(c.share for c in counts)}%")
        rows.append(element("tr", *(element("td", v) for v in whole), class_="total-row"))
        return element(
            "table", element("thead", element("tr", *captions)), element("tbody", *on_lines(rows)), class_="brief"
        )  # fmt: skip

    def _red(self) -> Iterator[Markup]:
        """The red tasks, the worst first, each with a link to its row; the first of them where there are many."""
        red = self._shown.red
        yield element("h3", tr("红灯任务 {count} 项", count=len(red)))
        again = tr("（连续两期红灯）")
        lines = (
            element(
                "li", element("a", _numbered(task.number), href=f"#t{task.number}"), " ",
                element("span", light_word(Light.RED), class_="light red"), " ", element("b", task.goal),
                tr("（{text}）", text=joined(task.leads)), joined(task.reasons, "，"), again if task.again else "",
            )
            for task in red[:_MOST_RED]
        )  # fmt: skip
        if red:
            yield element("ol", *on_lines(lines), class_="reds")
        if (rest := len(red) - _MOST_RED) > 0:
            more = tr(
                "……等 {count} 项，其余 {rest} 项见“{sheet}”",
                count=len(red), rest=rest, sheet=sheet_name(BEHIND_LIST),
            )  # fmt: skip
            yield element("p", element("a", more, href="#behind"))

    # --- search, filter, sort

    def _tools(self) -> Markup:
        """What the script works with; hidden where none runs."""
        counts = self._shown.lights
        shown = [(light, light_word(light) if light else tr(c.word), c.number) for light, c in zip(LIGHTS, counts, strict=True)]  # fmt: skip
        shown.sort(key=lambda one: _WORST.index(one[0]))
        total = sum(c.number for c in counts)
        buttons = [
            element("button", f"{word} {number}", type="button", data_light=name, aria_pressed=pressed)
            for name, word, number, pressed in (
                ("", tr("全部"), total, "true"), *((CLASSES[x], word, n, "false") for x, word, n in shown),
            )
        ]  # fmt: skip
        units = dict.fromkeys(a.unit for a in self._merged.assignments)
        words = tr("按单位或文字查找")
        orders = (("plan", tr("计划的顺序")), ("rank", tr("红灯在前")), ("unit", tr("按牵头单位")))
        return element(
            "div",
            element(
                "input", type="search", list="units", placeholder=words, aria_label=words, autocomplete="off"
            ),
            element("datalist", *(element("option", value=unit) for unit in units), id="units"),
            element("div", *buttons, class_="choice", role="group", aria_label=tr("亮灯")),
            element(
                "label", tr("排序"),
                element("select", *(element("option", word, value=key) for key, word in orders)),
            ),
            element(
                "span", class_="count", aria_live="polite", data_text=tr("显示 {shown} 项，共 {all} 项", shown="{shown}", all="{all}")
            ),
            class_="tools", role="search", hidden=True,
        )  # fmt: skip

    # --- 滞后清单

    def _behind(self) -> Iterator[Markup]:
        merged = self._merged
        columns = behind_columns(merged)
        rows = [_Row(columns, values) for values in behind_rows(merged, {})]
        red, yellow = (
            sum(s.light == light for s in merged.standings.values())
            for light in (Light.RED, Light.YELLOW)
        )
        yield element("h2", sheet_name(BEHIND_LIST))
        yield element("p", tr("红灯 {red} 项，黄灯 {yellow} 项。", red=red, yellow=yellow))
        if not rows:
            return
        yield element("p", behind_order(), class_="note")
        given = ("亮灯", "序号", "目标任务", "牵头单位")
        short = [
            (c.caption, c.caption != "完成情况")
            for c in columns
            if c.centred and c.caption not in given
        ]
        texts = [c for c in columns if not c.centred and c.caption not in given]
        heads = [self._caption(c) for c in ("目标任务", "牵头单位")] + [
            self._caption(c.caption) for c in texts
        ]
        bodies = []
        for row in rows:
            number = int(str(row.words("序号")))
            linked = element("a", _numbered(number), href=f"#t{number}")
            about = [
                element("span", linked, row.shown("亮灯"), class_="head"),
                element("span", row.shown("目标任务"), class_="part goal"),
            ]
            state = [
                element("span", row.shown("牵头单位"), class_="unit"),
                *self._labelled(row, short),
            ]
            cells = [
                element("td", *about),
                element("td", *state, data_label=heads[1]),
                *(element("td", row.shown(c.caption), data_label=self._caption(c.caption)) for c in texts),
            ]  # fmt: skip
            bodies.append(_body(self._merged, number, element("tr", *cells)))
        yield _table(heads, (26, 14, *(60 / len(texts) for _ in texts)), bodies)
        yield _nothing()

    # --- 汇总表

    def _tasks(self) -> Iterator[Markup]:
        merged = self._merged
        yield element("h2", sheet_name(TABLE))
        texts = [c for _, c in answer_columns(self._form) if not c.centred]
        heads = ["目标任务", "牵头单位", *(c.caption for c in texts), "配合单位"]
        bodies: list[Markup] = []
        above: tuple[str, ...] = ()
        for task in merged.plan.tasks:
            for depth, section in enumerate(task.sections):
                if task.sections[: depth + 1] != above[: depth + 1]:
                    band = element("th", section, colspan=len(heads), scope="rowgroup")
                    bodies.append(
                        element("tbody", element("tr", band), class_="band", data_depth=depth)
                    )
            above = task.sections
            bodies.append(self._task(task, texts))
        widths = (23, 13, *(50 / max(len(texts), 1) for _ in texts), 14)
        yield _table([self._caption(h) for h in heads], widths, bodies, counted=True)
        yield _nothing()

    def _task(self, task: Task, texts: Sequence[Column]) -> Markup:
        rows = self._rows[task.number]
        merged, first = self._merged, rows[0]
        short = [
            (c.caption, name != "state") for name, c in answer_columns(self._form) if c.centred
        ]
        milestone = tr("{period}序时进度", period=merged.caption)
        due = first.shown(milestone)
        about = [
            element("span", _numbered(task.number), first.shown("亮灯"), class_="head"),
            element("span", first.shown("目标任务"), class_="part goal"),
            *([element("span", element("span", tr("{name}：{text}", name=milestone, text=""), class_="what"), due, class_="part")] if due else []),
        ]  # fmt: skip
        span = len(rows) if len(rows) > 1 else None
        written = []
        for row in rows:
            lead = [
                element("span", row.shown("牵头单位"), class_="unit"),
                *self._labelled(row, short),
            ]
            cells = [
                *([element("td", *about, rowspan=span)] if row is first else []),
                element("td", *lead, data_label=self._caption("牵头单位")),
                *(element("td", row.shown(c.caption), data_label=self._caption(c.caption)) for c in texts),
                *([element("td", row.shown("配合单位"), rowspan=span, data_label=self._caption("配合单位"))] if row is first else []),
            ]  # fmt: skip
            written.append(element("tr", *cells))
        return _body(merged, task.number, *on_lines(written), id=f"t{task.number}")

    def _labelled(self, row: _Row, captions: Sequence[tuple[str, bool]]) -> Iterator[Markup]:
        """Short values below one another, with their captions where these are wanted."""
        for caption, wanted in captions:
            if shown := row.shown(caption):
                name = tr("{name}：{text}", name=self._caption(caption), text="")
                label = [element("span", name, class_="what")] if wanted else []
                yield element("span", *label, shown, class_="part")

    def _caption(self, caption: str) -> str:
        return self._style.captions.get(caption) or tr(caption)


class _Row:
    """A row of the workbook, its values by caption."""

    def __init__(self, columns: Sequence[Column], values: Sequence[object]) -> None:
        self._values = {c.caption: (v, c) for c, v in zip(columns, values, strict=True)}

    def words(self, caption: str) -> object:
        value, _ = self._values[caption]
        return value.value if isinstance(value, Cell) else value

    def shown(self, caption: str) -> Markup:
        value, column = self._values[caption]
        return _value(value, column.format)


def _body(merged: MergeResult, number: int, *rows: Markup, id: str | None = None) -> Markup:
    """A task: what the script hides, shows and moves as one."""
    standing = merged.standings.get(number)
    light = standing.light if standing else ""
    leads = merged.of_task(number, Role.LEAD)
    return element(
        "tbody", *rows, id=id, class_=f"task {CLASSES[light]}", data_light=CLASSES[light], data_number=number,
        data_rank=_WORST.index(light), data_unit=leads[0].unit if leads else "",
    )  # fmt: skip


def _table(
    heads: Sequence[str], widths: Sequence[float], bodies: Sequence[Markup], *, counted: bool = False
) -> Markup:  # fmt: skip
    return element(
        "table",
        element("colgroup", *(element("col", width=f"{width:g}%") for width in widths)),
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        *on_lines(bodies),
        class_="tasks",
        data_counted=counted,
    )


def _nothing() -> Markup:
    return element("p", tr("没有符合条件的任务。"), class_="nothing", hidden=True)


def _key(light: str, count: Count) -> Markup:
    """A line of the legend: the piece's look, its light in words, its number and share."""
    box = element(
        "svg", element("rect", class_=CLASSES[light], width=16, height=16), aria_hidden="true"
    )
    word = tr(
        "{word} {number}项（{share}%）",
        word=light_word(light) if light else tr(count.word), number=count.number, share=count.share,
    )  # fmt: skip
    return element("li", box, element("span", word))


def _numbered(number: int) -> str:
    return tr("第{number}项", number=number)


def _value(value: object, shown_as: str = "") -> Markup:
    """A value as the workbook shows it, with its look's class where that says something."""
    look = ""
    if isinstance(value, Cell):
        # Of looks without a name there is one: what came in and was set aside.
        look = _LOOKS.get(value.look, "") if isinstance(value.look, str) else "state pending" if value.look else ""  # fmt: skip
        value = value.value
    words = printed(value, shown_as)
    if not isinstance(value, str):
        look = look or "figure"
    return element("span", words, class_=look) if look and words else text(words)


def on_lines(parts: Iterable[Markup]) -> Iterator[Markup]:
    """Parts on lines of their own: the file stays readable, and a difference small."""
    for part in parts:
        yield Markup("\n")
        yield part


def _beside(name: str) -> Markup:
    """A file of this package as it stands: style or script, which are ours and hold no "</"."""
    return Markup(resources.files(__package__).joinpath(name).read_text("utf-8"))


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
