"""What changed between two plans -> lines for the terminal, a workbook, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from .changes import ADDED, DROPPED, EDITED, KINDS, PERIODS, RENUMBERED, UNITS, Change
from .listing import A3, Column, Listing, new_workbook
from .report import to_json
from .text import short

# So much of an edited text stands beside the change on the terminal (signs).
_AROUND = 12


def changes_text(changes: Sequence[Change]) -> str:
    """Return the changes as lines, "" when there are none. Long texts are cut to what differs."""
    if not changes:
        return ""
    counted = Counter(change.kind for change in changes)
    lines = ["；".join(f"{kind} {counted[kind]} 处" for kind in KINDS if counted[kind])]
    lines += ["  " + _line(change) for change in changes]
    units = _affected(changes)
    if units:
        lines.append(f"任务有变动的单位 {len(units)} 个：{'、'.join(units)}")
    return "\n".join(lines)


def _line(change: Change) -> str:
    if change.kind == ADDED:
        return f"{ADDED} 第{change.new}项 {short(change.name, 40)}"
    if change.kind == DROPPED:
        return f"{DROPPED} 第{change.old}项 {short(change.name, 40)}"
    if change.kind == RENUMBERED:
        return f"{RENUMBERED} 第{change.old}项→第{change.new}项 {short(change.name, 40)}"
    before, after = _cut(change.before, change.after)
    shown = f"{before or '（空）'}→{after or '（空）'}"
    if change.kind == EDITED:
        return f"{EDITED} 第{change.new}项 {change.field}：{shown}"
    if change.kind in (UNITS, PERIODS) and not change.field and not (before and after):
        return f"{change.kind} {change.name}：{before or after}"
    return f"{change.kind} {change.name}{' ' + change.field if change.field else ''}：{shown}"


def _cut(before: str, after: str) -> tuple[str, str]:
    """Return the parts of two texts that differ, with a little of what stands around them."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    start, end = max(start - _AROUND, 0), max(end - _AROUND, 0)

    def part(text: str) -> str:
        cut = text[start : len(text) - end]
        return short(f"{'…' * (start > 0)}{cut}{'…' * (end > 0 and bool(cut))}", 80)

    return part(before), part(after)


def _affected(changes: Sequence[Change]) -> list[str]:
    tasks = (ADDED, DROPPED, RENUMBERED, EDITED)
    return list(dict.fromkeys(u for c in changes if c.kind in tasks for u in c.units))


def changes_bytes(changes: Sequence[Change], old: str, new: str) -> bytes:
    """Return the changes as a workbook; ``old`` and ``new`` name the two plans in its head.

    The same changes give the same bytes.
    """
    book, stream = new_workbook("计划差异")
    listing = Listing(book)
    columns = [
        Column("变动", 11, True), Column("原序号", 8, True), Column("新序号", 8, True),
        Column("目标任务（或名称）", 34), Column("栏目", 14), Column(f"原：{old}", 44),
        Column(f"新：{new}", 44), Column("涉及单位", 30),
    ]  # fmt: skip
    listing.table("差异", columns, _rows(changes), paper=A3)
    listing.table(
        "涉及单位",
        [Column("单位", 26), Column("变动的任务数", 14, True), Column("任务（新序号）", 60)],
        _unit_rows(changes),
    )
    book.close()
    return stream.getvalue()


def _rows(changes: Sequence[Change]) -> Iterator[list[object]]:
    for c in changes:
        yield [
            c.kind, c.old, c.new, c.name, c.field, c.before, c.after, "、".join(c.units),
        ]  # fmt: skip


def _unit_rows(changes: Sequence[Change]) -> Iterator[list[object]]:
    for unit in _affected(changes):
        shown = dict.fromkeys(
            f"{c.new}" if c.new is not None else f"原{c.old}（取消）"
            for c in changes
            if unit in c.units and (c.old is not None or c.new is not None)
        )
        yield [unit, len(shown), "、".join(shown)]


def changes_json(changes: Sequence[Change], old: str, new: str) -> bytes:
    """Return the changes as JSON: the two files, whether they are equal, counts, changes, units."""
    counted = Counter(change.kind for change in changes)
    return to_json(
        {
            "old": old,
            "new": new,
            "equal": not changes,
            "counts": {kind: counted[kind] for kind in KINDS},
            "units": _affected(changes),
            "changes": [asdict(change) for change in changes],
        }
    )
