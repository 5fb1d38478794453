"""Tasks over a page end, and rows that stand beside one number: what belongs together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .columns.heads import deciding_columns, task_columns
from .columns.wording import DUE, MEASURE, STEP
from .drafts import Draft
from .headings import GOAL, LEAD, MILESTONE, NUMBER, SECTION


def is_whole(draft: Draft, last: Draft) -> bool:
    """Return whether a page's first row, which has no number, is a task of its own, and not the rest of the last one.

    Every column that the last row has filled is filled in this one too, and no text of the last one was left open.
    """
    needed = [i for i, c in enumerate(last.columns) if c.role in (GOAL, LEAD, MILESTONE)]
    filled = [i for i in needed if last.lines.get(i)]
    goal_or_milestone = [i for i in filled if last.columns[i].role != LEAD]
    return (
        len(filled) > 2
        and all(draft.lines.get(i) for i in filled)
        and all(last.joined(i)[-1:] in "。；;.!！" for i in goal_or_milestone)
        and not any(last.joined(i)[-1:] in "、，,(（" for i in filled)
    )


def goes_on_with_another(draft: Draft, last: Draft, *, grouped: bool) -> bool:
    """Return whether a page begins with a further row beside the number of the one before.

    Such a row has a text of its own and a unit, person or date, as the last one had; a
    torn row goes on with a text that did not end. ``grouped``: numbers of this plan are
    merged over rows.
    """
    roles = [(c.role, c.kind, c.caption) for c in draft.columns]
    if roles != [(c.role, c.kind, c.caption) for c in last.columns] or draft.printed:
        return False
    if not grouped or (draft.number is not None and (last.number is not None or last.printed)):
        return False
    texts = [i for i, c in enumerate(draft.columns) if c.kind in (MEASURE, STEP)]
    texts = texts or task_columns(draft.columns)
    ended = [last.joined(i)[-1:] in "。；;.!！" for i in texts if draft.lines.get(i)]
    deciding = deciding_columns(draft.columns)
    dated = any(
        c.kind == DUE and _shape(draft.joined(i)) == _shape(last.joined(i)) != ""
        for i, c in enumerate(draft.columns)
    )
    return (
        any(draft.lines.get(i) and last.lines.get(i) for i in deciding)
        and bool(ended)
        and (all(ended) or dated)
    )


def _shape(date: str) -> str:
    """Return how a date is written, "" for a text without digits: two halves of one are not written alike."""
    return re.sub(r"\d+", "0", date) if re.search(r"\d", date) else ""


def beside_number(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the last task with those before it that stand beside the same number."""
    group = [drafts[-1]]
    while group[0].share > 1 and len(group) < len(drafts):
        group.insert(0, drafts[-1 - len(group)])
    return group


def append_common(draft: Draft, last: Draft) -> None:
    """Give a task what the last one beside its number has in cells that are merged over both."""
    for column in last.merged & draft.merged:
        draft.lines[column] = list(last.lines.get(column, []))


def share_number(draft: Draft, drafts: Sequence[Draft]) -> None:
    """Make a page's first row one more of those beside the number of the rows before, and share their texts."""
    group = beside_number(drafts)
    last = group[-1]
    last.share = last.share or 1
    draft.share = last.share + 1
    number = last.number if draft.number is None else draft.number
    for member in (*group, draft):
        member.number, member.printed = number, last.printed
    kinds = [i for i, c in enumerate(draft.columns) if c.kind in (MEASURE, STEP)]
    common = {
        i for i, c in enumerate(draft.columns) if c.role == SECTION or (c.role == GOAL and kinds)
    }
    for column in common | last.merged | draft.merged:
        whole = [*last.lines.get(column, []), *draft.lines.get(column, [])]
        for member in (*group, draft):
            member.lines[column] = list(whole)


def append(draft: Draft, more: Draft) -> None:
    """Add the cells of a further row to a task; number and category stay its own."""
    draft.areas += more.areas
    for column, lines in more.lines.items():
        if column < len(draft.columns) and draft.columns[column].role not in (NUMBER, SECTION):
            draft.lines.setdefault(column, []).extend(lines)
