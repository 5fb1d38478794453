"""What changed between two plans -> lines for the terminal, a workbook, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..core.findings import to_json
from ..core.i18n import joined, tr
from ..core.text import printable, short
from ..writers.marks import CHANGES
from ..writers.table import A3, Column, Listing, new_workbook
from .diff import ADDED, DROPPED, EDITED, INDICATORS, KINDS, PERIODS, RENUMBERED, UNITS, Change

# So much of an edited text stands beside the change on the terminal (characters).
_AROUND = 12


def changes_text(changes: Sequence[Change]) -> str:
    """Return the changes as lines, "" when there are none. Long texts are cut to what differs."""
    if not changes:
        return ""
    counted = Counter(change.kind for change in changes)
    found = [tr("{kind} {count} 处", kind=tr(k), count=counted[k]) for k in KINDS if counted[k]]
    lines = [joined(found, "；")]
    lines += ["  " + _line(change) for change in changes]
    units = _affected(changes)
    if units:
        words = "任务有变动的单位 {count} 个：{units}"
        lines.append(tr(words, count=len(units), units=joined(units)))
    return "\n".join(map(printable, lines))


def _line(change: Change) -> str:
    kind, name = tr(change.kind), short(str(change.name), 40)
    old, new = (tr("第{number}项", number=n) for n in (change.old, change.new))
    if change.kind in (ADDED, DROPPED):
        return f"{kind} {new if change.kind == ADDED else old} {name}"
    if change.kind == RENUMBERED:
        return f"{kind} {old}→{new} {name}"
    before, after = _cut(str(change.before), str(change.after))
    shown = f"{before or tr('（空）')}→{after or tr('（空）')}"
    if change.kind == EDITED:
        return tr("{kind} {what}：{told}", kind=kind, what=f"{new} {change.field}", told=shown)
    if change.kind == INDICATORS:
        what = tr("第{number}项", number=change.old if change.new is None else change.new)
        what = f"{what} {change.name} {change.field}".rstrip()
        return tr(
            "{kind} {what}：{told}",
            kind=kind,
            what=what,
            told=shown if change.field else before or after,
        )
    if change.kind in (UNITS, PERIODS) and not change.field and not (before and after):
        return tr("{kind} {what}：{told}", kind=kind, what=change.name, told=before or after)
    what = f"{change.name} {change.field}" if change.field else str(change.name)
    return tr("{kind} {what}：{told}", kind=kind, what=what, told=shown)


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
    book, stream = new_workbook(tr("计划差异"), CHANGES)
    listing = Listing(book)
    columns = [
        Column("变动", 11, True), Column("原序号", 8, True), Column("新序号", 8, True),
        Column("目标任务（或名称）", 34), Column("栏目", 14), Column(tr("原：{file}", file=old), 44),
        Column(tr("新：{file}", file=new), 44), Column("涉及单位", 30),
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
            tr(c.kind), c.old, c.new, str(c.name), str(c.field), str(c.before), str(c.after),
            joined(c.units),
        ]  # fmt: skip


def _unit_rows(changes: Sequence[Change]) -> Iterator[list[object]]:
    for unit in _affected(changes):
        shown = dict.fromkeys(
            f"{c.new}" if c.new is not None else tr("原{number}（取消）", number=c.old)
            for c in changes
            if unit in c.units and (c.old is not None or c.new is not None)
        )
        yield [unit, len(shown), joined(shown)]


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
            "changes": [change.in_words() for change in changes],
        }
    )
