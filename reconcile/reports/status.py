"""MergeResult -> who has answered, as text for the terminal or as a workbook."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ..core.form import ADJUST, ADJUST_WHY
from ..core.i18n import joined, tr
from ..core.result import Filed, MergeResult, UnitState
from ..core.text import fold, plain, printable
from ..merge.year.decisions import decided
from ..merge.year.open_letters import OVERDUE, Tracked
from ..writers.marks import STATUS, mark_of

STATES: Mapping[str, str] = {
    UnitState.CLEAN: "已报",
    UnitState.ERRORS: "有错",
    UnitState.REFUSED: "未收",
    UnitState.SUSPECTED: "疑似已报",
    UnitState.MISSING: "未报",
}


def balance_line(merged: MergeResult) -> str:
    """Return the balance as people read it."""
    b = merged.balance
    return tr(
        "收到 {received} 格 = 收下 {accepted} 格 + 规范化 {normalised} 格 + 未收 {aside} 格",
        received=b.received, accepted=b.accepted, normalised=b.normalised, aside=b.set_aside,
    )  # fmt: skip


def status_text(merged: MergeResult, *, brief: bool = False) -> str:
    """Return a table of all units, or with ``brief`` only its totals line."""
    count = Counter(s.state for s in merged.statuses)
    asked = sum(s.asked for s in merged.statuses)
    answered = sum(s.answered for s in merged.statuses)
    totals = tr(
        "应报 {asked} 个单位：已报 {clean}、有错 {errors}、未收 {refused}、疑似已报 {suspected}、未报 {missing}；任务 {done}/{tasks}"
        if count[UnitState.SUSPECTED]
        else "应报 {asked} 个单位：已报 {clean}、有错 {errors}、未收 {refused}、未报 {missing}；任务 {done}/{tasks}",
        asked=len(merged.statuses), done=answered, tasks=asked,
        **{state.value: count[state] for state in UnitState},
    )  # fmt: skip
    if brief:
        return totals
    heads = [
        tr(word) for word in ("责任单位", "情况", "任务", "未收格", "错误", "提醒", "首报", "改报")
    ]
    rows = [
        [
            printable(s.unit), tr(STATES[s.state]), f"{s.answered}/{s.asked}",
            str(s.set_aside), str(s.errors), str(s.warnings), plain(filed_on(s.first)), plain(filed_on(s.last)),
        ]
        for s in merged.statuses
    ]  # fmt: skip
    widths = [
        max(least, *(_width(row[i]) for row in (heads, *rows)))
        for i, least in enumerate((4, 4, 8, 6, 4, 4, 4, 4))
    ]
    lines = []
    for row in (heads, *rows):
        left = [_pad(text, width) for text, width in zip(row[:3], widths[:3], strict=True)]
        right = [
            " " * (width - _width(text)) + text
            for text, width in zip(row[3:6], widths[3:6], strict=True)
        ]
        dates = [_pad(text, width) for text, width in zip(row[6:], widths[6:], strict=True)]
        lines.append("  ".join((*left, *right, *dates)).rstrip())
    stray = [
        tr("{file}：别的时段的表，不计入本期", file=v.file)
        if v.of_other_period
        else tr("{file}：没有收（{why}）", file=v.file, why=joined(v.why))
        for v in merged.verdicts
        if not v.accepted
    ]
    first = tr("{period}（截至 {day}）", period=merged.caption, day=merged.as_of.isoformat())
    return "\n".join(map(printable, [first, *lines, *stray, totals]))


def letters_text(letters: Sequence[Tracked]) -> str:
    """Return how many letters are open, and a line for each of those."""
    waiting = [letter for letter in letters if letter.open]
    lines = [
        tr(
            "督办单 {count} 份：未回复 {open}，其中逾期 {overdue}",
            count=len(letters), open=len(waiting), overdue=sum(letter.state == OVERDUE for letter in waiting),
        )
    ]  # fmt: skip
    lines += [
        tr(
            "{state}：{period}第{numbers}项，{units}，{day}前回复",
            state=tr(letter.state), period=letter.period, numbers=joined(map(str, letter.tasks)),
            units=joined(letter.waiting), day=letter.letter.due.isoformat(),
        )
        for letter in waiting
    ]  # fmt: skip
    return "\n".join(map(printable, lines))


def letters_fields(letters: Sequence[Tracked]) -> list[dict[str, object]]:
    """Return how the letters stand as plain lists and dictionaries, ready for JSON."""
    return [
        {
            "file": letter.letter.file,
            "period": letter.period,
            "tasks": list(letter.tasks),
            "units": list(letter.letter.units),
            "as_of": letter.letter.day.isoformat(),
            "due": letter.letter.due.isoformat(),
            "state": tr(letter.state),
            "open": letter.open,
            "overdue": letter.state == OVERDUE,
            "waiting": list(letter.waiting),
            "replies": [
                {
                    "unit": r.unit, "task": r.task, "period": r.period, "file": r.file,
                    "day": r.day.isoformat() if r.day else None, "certain": r.certain,
                }
                for r in letter.replies
            ],
        }
        for letter in letters
    ]  # fmt: skip


def filed_on(filed: Filed | None) -> date | str:
    """Return the day that a return was filled in; a text where it has more to say than the day.

    The day of its mail stands beside the typed one, and a typed day that cannot be true is marked.
    """
    if filed is None:
        return ""
    if filed.typed and filed.sound and not filed.mailed:
        return filed.typed
    typed, mailed = plain(filed.typed), plain(filed.mailed)
    parts = (
        tr("{day}（存疑）", day=typed) if typed and not filed.sound else typed,
        tr("{day}来信", day=mailed) if mailed else "",
    )
    return joined((part for part in parts if part), "；")


def status_bytes(merged: MergeResult, letters: Sequence[Tracked] = ()) -> bytes:
    """Return the same table as a workbook, whom to call, and how the ``letters`` stand: for the office's own use."""
    # The text needs no writer of workbooks.
    from ..writers.table import Column, Listing, new_workbook
    from .sheets.evidence_sheet import write_evidence
    from .sheets.unit_sheets import write_missing

    title = tr("{period}回表情况", period=merged.caption)
    mark = mark_of(STATUS, merged.plan, merged.period)
    book, stream = new_workbook(title, mark, author=merged.plan.office, day=merged.as_of)
    columns = [
        Column("责任单位", 28), Column("情况", 9, True), Column("应答任务", 10, True),
        Column("已答任务", 10, True), Column("未收格数", 10, True), Column("错误", 8, True),
        Column("提醒", 8, True), Column("首报", 18, True), Column("改报", 18, True),
        Column("文件", 50),
    ]  # fmt: skip
    rows = (
        [
            s.unit,
            tr(STATES[s.state]),
            s.asked,
            s.answered,
            s.set_aside,
            s.errors,
            s.warnings,
            filed_on(s.first),
            filed_on(s.last),
            "\n".join(s.files),
        ]
        for s in merged.statuses
    )
    listing = Listing(book)
    listing.table("回表情况", columns, rows)
    write_missing(listing, merged, contacts=True)
    if requests := list(_requests(merged)):
        columns = [
            Column("序号", 7, True), Column("责任单位", 24), Column("申请调整", 44), Column("理由", 44),
            Column("裁定", 10, True), Column("栏目", 16), Column("采用值", 30), Column("裁定人", 10, True),
            Column("裁定日期", 12, True), Column("依据", 36),
        ]  # fmt: skip
        listing.table("调整申请", columns, requests)
    if merged.evidence:
        write_evidence(listing, merged, {})
    if letters:
        columns = [
            Column("时段", 12, True), Column("序号", 9, True), Column("发给", 28),
            Column("发出日期", 12, True), Column("回复期限", 12, True), Column("情况", 10, True),
            Column("未回复单位", 28), Column("回复", 44), Column("文件", 44),
        ]  # fmt: skip
        rows = (
            [
                letter.period, _numbers(letter.tasks), joined(letter.letter.units), letter.letter.day,
                letter.letter.due, tr(letter.state), joined(letter.waiting), _replied(letter), letter.letter.file,
            ]
            for letter in letters
        )  # fmt: skip
        listing.table("督办", columns, rows)
    book.close()
    return stream.getvalue()


def _numbers(tasks: Sequence[int]) -> int | str:
    return tasks[0] if len(tasks) == 1 else joined(map(str, tasks))


def _replied(letter: Tracked) -> str:
    """Return which returns answered a letter, a line for each."""
    lines = (
        tr("{unit}：{period}回表（{day}）", unit=r.unit, period=r.period, day=r.day.isoformat())
        if r.day
        else tr("{unit}：{period}回表", unit=r.unit, period=r.period)
        if r.certain
        else tr("{unit}：{period}回表（日期不明，请核对）", unit=r.unit, period=r.period)
        for r in letter.replies
    )
    return "\n".join(dict.fromkeys(lines))


def _requests(merged: MergeResult) -> Iterator[list[object]]:
    """The rows of 调整申请: what units ask to be changed, and what was decided on it, a row a decision."""
    rulings = decided(merged.plan, merged.period)
    for record in merged.named(ADJUST):
        unit, number = record.unit, record.task
        entry = merged.entries.get((unit, number)) if number is not None else None
        why = entry.values.get(ADJUST_WHY, "") if entry else ""
        decided_here = [r for r in rulings if (fold(r.unit), r.task) == (fold(unit), number)]
        for ruling in decided_here or (None,):
            decision = (
                [tr(ruling.decision), ruling.field, ruling.value, ruling.who, ruling.when, ruling.why]
                if ruling else [""] * 6
            )  # fmt: skip
            yield [number, unit, str(record.value), str(why), *decision]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
