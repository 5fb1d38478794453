"""Merged -> who has answered, as text for the terminal or as a workbook."""

from __future__ import annotations

import unicodedata
from collections import Counter

from .listing import Column, Listing, new_workbook
from .merged import Merged

STATES = {"clean": "已报", "errors": "有错", "refused": "未收", "missing": "未报"}


def status_text(merged: Merged, *, brief: bool = False) -> str:
    """Return a table of all units, or with ``brief`` only its totals line."""
    count = Counter(s.state for s in merged.statuses)
    asked = sum(s.asked for s in merged.statuses)
    answered = sum(s.answered for s in merged.statuses)
    totals = (
        f"应报 {len(merged.statuses)} 个单位：已报 {count['clean']}、有错 {count['errors']}、"
        f"未收 {count['refused']}、未报 {count['missing']}；任务 {answered}/{asked}"
    )
    if brief:
        return totals
    width = max((_width(s.unit) for s in merged.statuses), default=4)
    head = f"{_pad('责任单位', width)}  情况  任务      未收格  错误  提醒"
    lines = [
        f"{_pad(s.unit, width)}  {STATES[s.state]}  {f'{s.answered}/{s.asked}':<8}"
        f"  {s.set_aside:>6}  {s.errors:>4}  {s.warnings:>4}"
        for s in merged.statuses
    ]
    stray = [f"{v.file}：没有收（{'、'.join(v.why)}）" for v in merged.verdicts if not v.accepted]
    return "\n".join(
        [f"{merged.caption}（截至 {merged.as_of.isoformat()}）", head, *lines, *stray, totals]
    )


def status_bytes(merged: Merged) -> bytes:
    """Return the same table as a workbook."""
    book, stream = new_workbook(f"{merged.caption}回表情况")
    columns = [
        Column("责任单位", 28), Column("情况", 9, True), Column("应答任务", 10, True),
        Column("已答任务", 10, True), Column("未收格数", 10, True), Column("错误", 8, True),
        Column("提醒", 8, True), Column("文件", 50),
    ]  # fmt: skip
    rows = (
        [
            s.unit,
            STATES[s.state],
            s.asked,
            s.answered,
            s.set_aside,
            s.errors,
            s.warnings,
            "\n".join(s.files),
        ]
        for s in merged.statuses
    )
    Listing(book).table("回表情况", columns, rows)
    book.close()
    return stream.getvalue()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
