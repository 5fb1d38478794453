"""The sheet 汇总表: every task in the plan's own order, its leads' answers first. A3 landscape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from .layout import TALLEST, row_height, split_text
from .listing import A3, SIZE, Column, Listing, page
from .merged import Accepted, Merged, Standing
from .model import AHEAD, BEHIND, DONE, NOT_BEGUN, Assignment, Form, Task
from .points import GREEN, RED, YELLOW

UNANSWERED = "未报"
# Dark enough to tell in black and white; the word stands beside the colour anyway.
FILLS = {
    DONE: "#E2EFDA", AHEAD: "#E2EFDA", BEHIND: "#F8CBAD", NOT_BEGUN: "#F8CBAD", UNANSWERED: "#D9D9D9",
}  # fmt: skip
LIGHT_COLOURS = {GREEN: "#00803C", YELLOW: "#9C6500", RED: "#C00000"}
_UNIT = Column("单位", 15, True)
_LIGHT = Column("亮灯", 9, True)
_WIDE = 56.0


def light_word(light: str) -> str:
    """Return a light as it prints, in words too: ●红灯; a dash where nothing could be judged."""
    return f"●{light}灯" if light else "—"


def light_look(light: str) -> dict[str, object]:
    """Return the look of a light's cell."""
    return {"font_color": LIGHT_COLOURS[light], "bold": True} if light else {}


def write_table(sheet: Worksheet, listing: Listing, merged: Merged, form: Form) -> None:
    """Write the whole sheet: title, header, section bands, one block of rows per task."""
    answers = _answer_columns(form)
    given = [
        Column("序号", 5.5, True), Column("目标任务", 30), Column(f"{merged.caption}序时进度", 30),
        _LIGHT, _UNIT,
    ]  # fmt: skip
    columns = [*given, *(c for _, c in answers)]
    for i, column in enumerate(columns):
        sheet.set_column(i, i, column.width)
        sheet.write_string(1, i, column.caption, listing.head)
    heading = f"{merged.plan.title}（{merged.caption}）推进情况汇总表"
    title = listing.format(font_name="方正小标宋简体", font_size=20, align="center")
    sheet.merge_range(0, 0, 0, len(columns) - 1, heading, title)
    sheet.set_row(0, 40)
    sheet.set_row(1, 30)
    by_task: dict[int, list[Assignment]] = {}
    for a in merged.assignments:
        by_task.setdefault(a.task.number, []).append(a)
    band = listing.format(
        font_name="黑体", border=1, border_color="#A6A6A6", bg_color="#F2F2F2", font_size=11
    )
    row = 2
    above: tuple[str, ...] = ()
    for task in merged.plan.tasks:
        for depth, section in enumerate(task.sections):
            if task.sections[: depth + 1] != above[: depth + 1]:
                sheet.merge_range(row, 0, row, len(columns) - 1, section, band)
                sheet.set_row(row, 22)
                row += 1
        above = task.sections
        rows = list(_task_rows(merged, task, by_task.get(task.number, []), answers))
        row = _Block(sheet, listing, columns, len(given)).write(row, merged, task, rows)
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(0, 1)
    page(sheet, A3)


def _answer_columns(form: Form) -> list[tuple[str, Column]]:
    """(field id, column) of the answers, in the form's order."""
    widths = {"choice": 9.0, "percent": 9.0, "number": 12.0, "date": 12.5, "text": 36.0}
    formats = {"percent": "0.##%", "number": "General"}
    return [
        (
            f.id,
            Column(
                f.caption,
                _WIDE if f.id == "progress" else widths[f.rule.kind],
                f.rule.kind != "text",
                formats.get(f.rule.kind, ""),
            ),
        )
        for f in form.asked
    ]


def _task_rows(
    merged: Merged, task: Task, wanted: Sequence[Assignment], answers: Sequence[tuple[str, Column]]
) -> Iterator[tuple[str, list[Accepted | str]]]:
    """One row per answering unit, the leads first; a long text goes on in further rows."""
    silent = []
    for a in sorted(wanted, key=lambda a: a.role != "lead"):
        entry = merged.entries.get((a.unit, task.number))
        role = "牵头" if a.role == "lead" else "配合"
        if entry is None or not entry.values:
            if a.role == "lead":
                yield f"{a.unit}\n（{role}）", [UNANSWERED, *("" for _ in answers[1:])]
            else:
                silent.append(a.unit)
            continue
        parts = [
            split_text(value, column.width, SIZE) if isinstance(value, str) else [value]
            for (name, column) in answers
            for value in [entry.values.get(name, "")]
        ]
        for i in range(max(map(len, parts))):
            label = f"{a.unit}\n（{role}）" if i == 0 else f"{a.unit}\n（续）"
            yield label, [p[i] if i < len(p) else "" for p in parts]
    if silent:
        at = next((i for i, (_, c) in enumerate(answers) if c.width == _WIDE), 0)
        for text in split_text("未报的配合单位：" + "、".join(silent), _WIDE, SIZE):
            yield "", [text if i == at else "" for i in range(len(answers))]


class _Block:
    """The rows of one task: number, goal, milestone and light span them all."""

    def __init__(
        self, sheet: Worksheet, listing: Listing, columns: Sequence[Column], given: int
    ) -> None:
        self._sheet, self._listing = sheet, listing
        self._spanning, self._answers = columns[: given - 1], columns[given:]
        self._unit_at = given - 1

    def write(
        self, top: int, merged: Merged, task: Task, rows: Sequence[tuple[str, list[Any]]]
    ) -> int:
        """Write the block at row ``top``; returns the row below it."""
        rows = rows or [("", ["" for _ in self._answers])]
        standing = merged.standings.get(task.number, Standing(task.number, "", ""))
        given = [
            task.number, task.goal, task.milestones.get(merged.caption, ""), light_word(standing.light),
        ]  # fmt: skip
        for i, (height, (label, values)) in enumerate(
            zip(self._heights(given, rows), rows, strict=True)
        ):
            at = top + i
            self._sheet.set_row(at, height)
            self._listing.write(self._sheet, at, self._unit_at, label, _UNIT)
            for j, (column, value) in enumerate(zip(self._answers, values, strict=True)):
                look = {"bg_color": FILLS[value]} if j == 0 and value in FILLS else {}
                self._listing.write(self._sheet, at, self._unit_at + 1 + j, value, column, **look)
        self._span(top, top + len(rows) - 1, given, light_look(standing.light))
        return top + len(rows)

    def _heights(
        self, given: Sequence[object], rows: Sequence[tuple[str, list[Any]]]
    ) -> list[float]:
        heights = []
        for label, values in rows:
            texts = [
                (v, c.width, SIZE) for v, c in zip(values, self._answers, strict=True) if isinstance(v, str)
            ]  # fmt: skip
            heights.append(row_height([*texts, (label, _UNIT.width, SIZE)], 32))
        need = row_height(
            (str(v), c.width, SIZE) for v, c in zip(given, self._spanning, strict=True)
        )
        heights[-1] = min(max(heights[-1], need - sum(heights[:-1])), TALLEST)
        return heights

    def _span(
        self, top: int, bottom: int, given: Sequence[object], light: dict[str, object]
    ) -> None:
        for j, (value, column) in enumerate(zip(given, self._spanning, strict=True)):
            # At the top, so that it shows on the first page when the block runs over two.
            look: dict[str, object] = {"valign": "top"} if bottom > top else {}
            look |= light if column is _LIGHT else {}
            if bottom > top:
                style = self._listing.boxed(
                    **look, **({"align": "center"} if column.centred else {})
                )
                self._sheet.merge_range(top, j, bottom, j, "", style)
            self._listing.write(self._sheet, top, j, value, column, **look)
