"""History -> one HTML file with the tasks, the periods and the units; the charts are SVG that stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from ...core.i18n import joined, sheet_name, tr
from ...merge.year.history import History, Line, flags
from ...writers.cells import Cell, printed
from ...writers.markup import Markup, element
from ..web.charts import CLASSES
from ..web.page import document, on_lines
from .tables import figures_text, period_frame, year_frame
from .workbook import (
    PERIODS,
    TASKS,
    YEAR,
    about,
    heading,
    light_and_state,
    mark,
    stood,
    title,
    year_rule,
)

_WIDE, _HIGH, _ROUND = 120, 36, 5
"""The picture of one task, and the radius of a light in it, in pixels."""


def page_bytes(history: History) -> bytes:
    """Return the page in UTF-8; it holds no contacts. The same history gives the same bytes."""
    return document(mark(history), title(history, "走势"), list(_body(history))).encode("utf-8")


def _body(history: History) -> Iterator[Markup]:
    yield element(
        "header", element("h1", title(history, "走势")), element("p", heading(history), class_="about")
    )  # fmt: skip
    sections = (("periods", PERIODS, _periods), ("tasks", TASKS, _tasks), ("year", YEAR, _year))
    links = (element("a", sheet_name(name), href=f"#{place}") for place, name, _ in sections)
    yield element("nav", *links, class_="jumps")
    drawn = (
        element("section", element("h2", sheet_name(name)), *on_lines(draw(history)), id=place)
        for place, name, draw in sections
    )
    notes = (element("p", line, class_="note") for line in about())
    yield element("main", *on_lines([*drawn, *notes]))


def _table(heads: Sequence[object], rows: Sequence[Sequence[object]]) -> Markup:
    captions = element("tr", *(element("th", head, scope="col") for head in heads))
    lines = [element("tr", *(element("td", value) for value in row)) for row in rows]
    table = element(
        "table", element("thead", captions), element("tbody", *on_lines(lines)), class_="year"
    )
    return element("div", table, class_="wide")


def _periods(history: History) -> Iterator[Markup]:
    frame = period_frame(history)
    rows = [
        [str(name), *("" if pd.isna(v) else int(v) for v in row)]
        for name, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    ]
    yield _table([tr("项目"), *frame.columns], rows)


def _tasks(history: History) -> Iterator[Markup]:
    """The tasks: a table, and on a phone a card each, as on the page of a period."""
    captions = [a.caption for a in history.accounts]
    heads = [tr("目标任务"), tr("牵头单位"), tr("走势"), *captions, tr("提示"), tr("变动")]
    widths = [24, 10, 12, *[34 / len(captions)] * len(captions), 8, 12]
    bodies = [
        _card(history, line, heads, [
            element("span", f"{_number(line)} {line.task.goal}", class_="part goal"),
            joined(line.task.lead), trend(history, line),
            *(_stood(history, line, at) for at in range(len(captions))),
            joined(flags(history, line), "；"), joined(line.notes, "；"),
        ])
        for line in history.lines
    ]  # fmt: skip
    yield element(
        "table",
        element("colgroup", *(element("col", width=f"{width:g}%") for width in widths)),
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        *on_lines(bodies),
        class_="tasks",
    )


def _number(line: Line) -> str:
    number = line.task.number
    return tr("第{number}项" if line.present else "原{number}", number=number)


def _card(history: History, line: Line, heads: Sequence[str], values: Sequence[object]) -> Markup:
    first, *rest = values
    cells = [
        element("td", first),
        *(element("td", v, data_label=h) for h, v in zip(heads[1:], rest, strict=True)),
    ]
    standing = line.standing(history.accounts[-1])
    look = f"task {CLASSES[standing.light if standing else '']}"
    return element("tbody", element("tr", *cells), class_=look)


def _stood(history: History, line: Line, at: int) -> Markup:
    account = history.accounts[at]
    cell, standing = stood(line, account), line.standing(account)
    words = cell.value if isinstance(cell, Cell) else cell
    look = f"light {CLASSES[standing.light]}" if standing else "note"
    task = line.tasks.get(account.caption)
    share = account.percent(task.number) if task else None
    figures = figures_text(account, task.number) if task else ""
    more = [text for text in (printed(share, "0%") if share is not None else "", figures) if text]
    return element("div", element("span", words, class_=look), *(element("div", t) for t in more))


def trend(history: History, line: Line) -> Markup:
    """Return the picture of one task: a light for each period, as high as the share that was done."""
    step = _WIDE / max(len(history.accounts), 1)
    dots, points, descriptions = [], [], []
    for at, account in enumerate(history.accounts):
        standing = line.standing(account)
        if standing is None:
            continue
        share = account.percent(line.tasks[account.caption].number)
        room = _HIGH - 2 * _ROUND - 2
        x, y = step * (at + 0.5), _HIGH - _ROUND - 1 - room * min(max(share or 0.0, 0.0), 1.0)
        if share is not None:
            points.append(f"{x:.1f},{y:.1f}")
        dots.append(
            element(
                "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=_ROUND, class_=CLASSES[standing.light]
            )
        )
        shown = light_and_state(standing)
        more = f" {printed(share, '0%')}" if share is not None else ""
        descriptions.append(tr("{name}：{told}", name=account.caption, told=shown + more))
    way = [element("polyline", points=" ".join(points), class_="way")] if len(points) > 1 else []
    return element(
        "svg", element("title", joined(descriptions, "；")), *way, *dots, class_="trend", role="img",
        viewBox=f"0 0 {_WIDE} {_HIGH}",
    )  # fmt: skip


def _year(history: History) -> Iterator[Markup]:
    yield element("p", year_rule(), class_="note")
    captions = [a.caption for a in history.accounts]
    heads = ["名次", "责任单位", "年度得分", *captions, "按时", "迟报", "未报", "答复率", "须改正"]
    rows = [
        [
            row["rank"] or tr("配合"), row["unit"], _points(row["score"]), *(_points(row[c]) for c in captions),
            row["on_time"], row["late"], row["missing"],
            "" if row["rate"] is None else printed(row["rate"], "0%"), row["errors"],
        ]
        for row in year_frame(history).to_dict("records")
    ]  # fmt: skip
    yield _table([tr(h) if h not in captions else h for h in heads], rows)


def _points(value: object) -> str:
    return "" if value is None else printed(float(str(value)), "0.0")
