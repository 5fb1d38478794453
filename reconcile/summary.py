"""Merged -> summary workbook: 总览, 汇总表, 未报单位, 问题清单, 明细."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from .findings import Finding, Place, Severity
from .grid import read_book
from .layout import TALLEST, row_height, split_text
from .listing import A3, A4, SIZE, Column, Listing, new_workbook, page
from .merged import Accepted, Merged, Previous, Record
from .model import AHEAD, BEHIND, DONE, NOT_BEGUN, ON_TIME, Assignment, Form, Task, Unit

OVERVIEW, TABLE, MISSING, PROBLEMS, RECORDS = "总览", "汇总表", "未报单位", "问题清单", "明细"
UNANSWERED = "未报"
_WORST_FIRST = (NOT_BEGUN, BEHIND, ON_TIME, AHEAD, DONE)
# Dark enough to tell in black and white; the word stands beside the colour anyway.
_COLOURS = {
    DONE: "#E2EFDA",
    AHEAD: "#E2EFDA",
    BEHIND: "#F8CBAD",
    NOT_BEGUN: "#F8CBAD",
    UNANSWERED: "#D9D9D9",
}
_HOW = {"accepted": "收下", "normalised": "规范化"}


def summary_bytes(merged: Merged, form: Form) -> bytes:
    """Return the summary workbook. The same merge gives the same bytes."""
    book, stream = new_workbook(f"{merged.plan.title}（{merged.caption}）汇总")
    listing = Listing(book)
    _overview(book.add_worksheet(OVERVIEW), listing, merged)
    _table(book.add_worksheet(TABLE), listing, merged, form)
    _missing(listing, merged)
    _problems(listing, merged)
    _records(listing, merged, form)
    book.close()
    return stream.getvalue()


def task_states(merged: Merged) -> dict[int, str]:
    """Return each task's state: the worst of its leads' answers, 未报 when none answered."""
    found: dict[int, list[str]] = {t.number: [] for t in merged.plan.tasks}
    for (_, number), entry in merged.entries.items():
        if entry.assignment.role == "lead" and "state" in entry.values:
            found[number].append(str(entry.values["state"]))
    order = {state: i for i, state in enumerate(_WORST_FIRST)}
    return {
        number: min(states, key=lambda s: order.get(s, -1)) if states else UNANSWERED
        for number, states in found.items()
    }


def balance_line(merged: Merged) -> str:
    """Return the balance as people read it."""
    b = merged.balance
    return f"收到 {b.received} 格 = 收下 {b.accepted} 格 + 规范化 {b.normalised} 格 + 未收 {b.set_aside} 格"


# --- 总览


def _overview(sheet: Worksheet, listing: Listing, merged: Merged) -> None:
    for column, width in enumerate((16, 12, 12, 44)):
        sheet.set_column(column, column, width)
    plan = merged.plan
    title = listing.format(font_name="方正小标宋简体", font_size=18, align="center", text_wrap=True)
    heading = f"{plan.title}（{merged.caption}）推进情况总览"
    sheet.merge_range(0, 0, 0, 3, heading, title)
    sheet.set_row(0, row_height([(heading, 84, 18)], 36))
    states = Counter(task_states(merged).values())
    row = _paragraph(
        sheet, listing, 1, f"截至 {merged.as_of.isoformat()}，{_units_sentence(merged)}"
    )
    row = _paragraph(sheet, listing, row, balance_line(merged)) + 1
    for column, caption in enumerate(("完成情况", "任务数", "占比", "任务序号")):
        sheet.write_string(row, column, caption, listing.head)
    sheet.set_row(row, 22)
    columns = [
        Column("", 16, True),
        Column("", 12, True),
        Column("", 12, True, "0.0%"),
        Column("", 44),
    ]
    by_state: dict[str, list[int]] = {}
    for number, state in task_states(merged).items():
        by_state.setdefault(state, []).append(number)
    known = [DONE, AHEAD, ON_TIME, BEHIND, NOT_BEGUN, UNANSWERED]
    for state in [*known, *(s for s in states if s not in known)]:
        row += 1
        numbers = "、".join(map(str, by_state.get(state, [])))
        share = states[state] / max(len(plan.tasks), 1)
        look = {"bg_color": _COLOURS[state]} if state in _COLOURS else {}
        for at, value in enumerate((state, states[state], share)):
            listing.write(sheet, row, at, value, columns[at], **(look if at == 0 else {}))
        listing.write(sheet, row, 3, numbers, columns[3])
        sheet.set_row(row, row_height([(numbers, 44, SIZE)], 20))
    row += 1
    for at, value in enumerate(("合计", len(plan.tasks), 1.0 if plan.tasks else 0.0, "")):
        listing.write(sheet, row, at, value, columns[at], bold=True)
    missing = [s.unit for s in merged.statuses if s.state == "missing"]
    row = _paragraph(
        sheet, listing, row + 2, f"未报单位（{len(missing)} 个）：" + ("、".join(missing) or "无")
    )
    refused = [v for v in merged.verdicts if not v.accepted]
    if refused:
        names = "；".join(f"{v.file}（{'、'.join(v.why)}）" for v in refused)
        row = _paragraph(sheet, listing, row, f"没有收的文件（{len(refused)} 个）：{names}")
    _paragraph(
        sheet,
        listing,
        row,
        "完成情况以牵头单位的答复为准；有几个牵头单位的，取最差的一个。逐条出处见“明细”，需要处理的见“问题清单”。",
    )
    page(sheet, A4, landscape=False)
    sheet.hide_gridlines(2)


def _units_sentence(merged: Merged) -> str:
    count = Counter(s.state for s in merged.statuses)
    total = len(merged.statuses)
    answered = count["clean"] + count["errors"]
    return (
        f"应报 {total} 个单位，已报 {answered} 个（其中 {count['errors']} 个有问题需要改正），"
        f"回表没有收的 {count['refused']} 个，未报 {count['missing']} 个。"
    )


def _paragraph(sheet: Worksheet, listing: Listing, row: int, text: str) -> int:
    style = listing.format(text_wrap=True, font_size=12)
    for part in split_text(text, 84, 12):
        sheet.merge_range(row, 0, row, 3, part, style)
        sheet.set_row(row, row_height([(part, 84, 12)], 22))
        row += 1
    return row


# --- 汇总表

_UNIT = Column("单位", 15, True)


def _table_columns(form: Form) -> list[tuple[str, Column]]:
    """(field id, column) of the answers in the summary table, in the form's order."""
    widths = {"choice": 9.0, "percent": 9.0, "number": 12.0, "date": 12.5, "text": 36.0}
    formats = {"percent": "0.##%", "number": "General"}
    return [
        (
            f.id,
            Column(f.caption, 56.0 if f.id == "progress" else widths[f.rule.kind],
                   f.rule.kind != "text", formats.get(f.rule.kind, "")),
        )
        for f in form.asked
    ]  # fmt: skip


def _table(sheet: Worksheet, listing: Listing, merged: Merged, form: Form) -> None:
    answers = _table_columns(form)
    given = [
        Column("序号", 5.5, True),
        Column("目标任务", 30),
        Column(f"{merged.caption}序时进度", 30),
        _UNIT,
    ]
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
    row = 2
    above: tuple[str, ...] = ()
    band = listing.format(
        font_name="黑体", border=1, border_color="#A6A6A6", bg_color="#F2F2F2", font_size=11
    )
    for task in merged.plan.tasks:
        for depth, section in enumerate(task.sections):
            if task.sections[: depth + 1] != above[: depth + 1]:
                sheet.merge_range(row, 0, row, len(columns) - 1, section, band)
                sheet.set_row(row, 22)
                row += 1
        above = task.sections
        rows = list(_task_rows(merged, task, by_task.get(task.number, []), answers))
        row = _task_block(sheet, listing, row, merged, task, rows, columns)
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(0, 1)
    page(sheet, A3)


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
        texts = split_text("未报的配合单位：" + "、".join(silent), 56, SIZE)
        at = next((i for i, (_, c) in enumerate(answers) if c.width == 56), 0)
        for text in texts:
            yield "", [text if i == at else "" for i in range(len(answers))]


def _task_block(
    sheet: Worksheet,
    listing: Listing,
    top: int,
    merged: Merged,
    task: Task,
    rows: Sequence[tuple[str, list[Any]]],
    columns: Sequence[Column],
) -> int:
    """Write one task with its answers; number, goal and milestone span its rows."""
    rows = rows or [("", ["" for _ in columns[4:]])]
    given: list[object] = [task.number, task.goal, task.milestones.get(merged.caption, "")]
    need = row_height((str(v), c.width, SIZE) for v, c in zip(given, columns, strict=False))
    heights = []
    for label, values in rows:
        shown = [
            (v, c.width, SIZE)
            for v, c in zip(values, columns[4:], strict=True)
            if isinstance(v, str)
        ]
        heights.append(row_height([*shown, (label, _UNIT.width, SIZE)], 32))
    heights[-1] = min(max(heights[-1], need - sum(heights[:-1])), TALLEST)
    for i, ((label, values), height) in enumerate(zip(rows, heights, strict=True)):
        at = top + i
        sheet.set_row(at, height)
        listing.write(sheet, at, 3, label, _UNIT)
        for j, value in enumerate(values, 4):
            look = {"bg_color": _COLOURS[value]} if j == 4 and value in _COLOURS else {}
            listing.write(sheet, at, j, value, columns[j], **look)
        for j, value in enumerate(given):
            listing.write(sheet, at, j, value if i == 0 else "", columns[j])
    if len(rows) > 1:
        for j, value in enumerate(given):
            # At the top, so that it shows on the first page when the block runs over two.
            look = {"align": "center"} if columns[j].centred else {}
            style = listing.format(
                border=1, border_color="#A6A6A6", text_wrap=True, valign="top", **look
            )
            sheet.merge_range(top, j, top + len(rows) - 1, j, "", style)
            if isinstance(value, int):
                sheet.write_number(top, j, value, style)
            else:
                sheet.write_string(top, j, str(value), style)
    return top + len(rows)


# --- 未报单位, 问题清单, 明细


def _missing(listing: Listing, merged: Merged) -> None:
    units: Mapping[str, Unit] = {u.name: u for u in merged.plan.units}
    columns = [
        Column("责任单位", 26), Column("任务数", 9, True), Column("其中牵头", 9, True),
        Column("联系人", 12), Column("联系电话", 18), Column("情况", 40),
    ]  # fmt: skip
    rows = []
    for s in merged.statuses:
        if s.state not in ("missing", "refused"):
            continue
        led = sum(a.unit == s.unit and a.role == "lead" for a in merged.assignments)
        told = "没有回表" if s.state == "missing" else "回表没有收：" + "、".join(s.files)
        unit = units[s.unit]
        rows.append([s.unit, s.asked, led, unit.contact, unit.phone, told])
    listing.table(MISSING, columns, rows)


def _problems(listing: Listing, merged: Merged) -> None:
    columns = [
        Column("级别", 7, True), Column("编码", 10), Column("责任单位", 16), Column("序号", 6, True),
        Column("栏目", 13), Column("文件", 30), Column("工作表", 10), Column("单元格", 9, True),
        Column("问题", 46), Column("怎么改", 36),
    ]  # fmt: skip
    order = list(Severity)
    findings = sorted(merged.findings, key=lambda f: order.index(f.severity))
    listing.table(PROBLEMS, columns, (_problem_row(f) for f in findings), frozen=0)


def _problem_row(f: Finding) -> list[object]:
    return [
        f.severity.value, f.code, f.unit, f.task, f.field, f.place.file, f.place.sheet,
        f.place.cell, f.message, f.fix,
    ]  # fmt: skip


def _records(listing: Listing, merged: Merged, form: Form) -> None:
    columns = [
        Column("责任单位", 18), Column("序号", 6, True), Column("栏目", 13), Column("采用值", 46),
        Column("原文", 40), Column("处理", 8, True), Column("文件", 30), Column("工作表", 10),
        Column("单元格", 9, True), Column("sha256", 20),
    ]  # fmt: skip
    captions = {f.id: f for f in (*form.fields, *form.head)}
    sheet, _ = listing.table(
        RECORDS, columns, (_record_row(r, captions[r.field].caption) for r in merged.records)
    )
    percent = Column("", 46, False, "0.##%")
    for i, record in enumerate(merged.records, 1):
        if captions[record.field].rule.kind == "percent" and not isinstance(record.value, str):
            listing.write(sheet, i, 3, record.value, percent)


def _record_row(r: Record, caption: str) -> list[object]:
    return [
        r.unit, r.task, caption, r.value, r.original if r.how == "normalised" else "",
        _HOW[r.how], r.place.file, r.place.sheet, r.place.cell, r.sha256[:16],
    ]  # fmt: skip


def read_previous(path: Path, form: Form) -> tuple[Previous | None, tuple[Finding, ...]]:
    """Read last period's values from the 明细 sheet of a summary that we wrote.

    Returns (values by (unit, task, field id), findings); None when the file
    cannot be read or is no summary of ours.
    """
    book, findings = read_book(path.name, path.read_bytes())
    if book is None:
        return None, findings
    sheet = next((s for s in book.sheets if s.name == RECORDS), None)
    captions = {c.value: at for (row, at), c in sheet.cells.items() if row == 1} if sheet else {}
    if sheet is None or not {"责任单位", "序号", "栏目", "采用值"} <= set(captions):
        return None, (Finding("FORM-024", Place(path.name)),)
    values: dict[tuple[str, int, str], Accepted] = {}
    for row in sorted({r for r, _ in sheet.cells if r > 1}):
        unit, number, caption, value = (
            cell.value if (cell := sheet.cells.get((row, captions[name]))) else None
            for name in ("责任单位", "序号", "栏目", "采用值")
        )
        field = form.field(str(caption))
        if (
            field is not None
            and isinstance(number, (int, float))
            and isinstance(value, (str, float, date))
        ):
            values[str(unit), int(number), field.id] = value
    return values, findings
