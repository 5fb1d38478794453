"""Which 督办单 are still open: those that no return has answered since. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ...core.keys import short_hash
from ...core.plan import Task
from ...core.result import MergeResult, Previous
from ...core.text import fold
from ...core.units import register_of

REPLIED, WAITING, OVERDUE, NEEDLESS = "已回复", "待回复", "逾期", "不用再回"
"""How a letter stands. None need be answered where all its tasks were signed off, dropped or given to others."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter as its document tells: of which ``period`` (from 1), to whom, about what, of which day, due when.

    ``tasks`` are numbers of then, each with the :func:`goal_hash` of then.
    """

    file: str
    period: int
    units: tuple[str, ...]
    tasks: tuple[tuple[int, str], ...]
    day: date
    due: date


@dataclass(frozen=True, slots=True)
class Reply:
    """What answered a letter on one task: a unit's return of a period; ``day`` None, ``file`` "" where not known.

    One of the letter's own period of which no day is known is not ``certain``: it may be the one that the
    letter is about, and answers nothing until a person has looked.
    """

    unit: str
    task: int
    period: str
    day: date | None = None
    file: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Tracked:
    """A letter and what became of it; ``tasks`` are present numbers, ``waiting`` are the units still to answer."""

    letter: Issued
    period: str
    tasks: tuple[int, ...]
    replies: tuple[Reply, ...]
    waiting: tuple[str, ...]
    state: str

    @property
    def open(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self.waiting)


def goal_hash(task: Task) -> str:
    """Return a short hash by which a letter's task is known again under another number."""
    return short_hash(fold(task.goal))


def tracked(
    letters: Iterable[Issued], merged: MergeResult, previous: Previous | None
) -> tuple[Tracked, ...]:
    """Return how each letter stands, by the day its answer is due; letters of later periods are left out.

    A letter is answered once each unit it went to has answered each of its tasks that is still that
    unit's: in an accepted return of a later period (those in between are ``previous``), or in one of
    the same period that was filled in or mailed after the letter's day.
    """
    found = [_tracked(one, merged, previous) for one in letters if one.period <= merged.period]
    order = (OVERDUE, WAITING, REPLIED, NEEDLESS)
    return tuple(
        sorted(found, key=lambda t: (order.index(t.state), t.letter.due, t.tasks, t.letter.file))
    )


def _tracked(letter: Issued, merged: MergeResult, previous: Previous | None) -> Tracked:
    plan, register = merged.plan, register_of(merged.plan)
    known = (register.get(fold(name)) for name in letter.units)
    units = tuple(
        dict.fromkeys(u.name if u else n for u, n in zip(known, letter.units, strict=True))
    )
    hashes = [goal_hash(t) for t in plan.tasks]
    by_goal = {h: t.number for h, t in zip(hashes, plan.tasks, strict=True) if hashes.count(h) == 1}
    tasks = tuple(dict.fromkeys(by_goal.get(h, n) for n, h in letter.tasks))
    own = {(a.unit, a.task.number) for a in merged.assignments}
    owed = [(u, n) for n in tasks if n not in merged.signed_off for u in units if (u, n) in own]
    replies = _replies(letter, merged, previous)
    given = [replies[u, n] for n in tasks for u in units if (u, n) in replies]
    answered = {key for key, reply in replies.items() if reply.certain}
    waiting = tuple(dict.fromkeys(u for u, n in owed if (u, n) not in answered))
    if waiting:
        state = OVERDUE if letter.due < merged.as_of else WAITING
    else:
        state = REPLIED if given else NEEDLESS
    caption = plan.periods[letter.period - 1].caption
    return Tracked(letter, caption, tasks, tuple(given), waiting, state)


def _replies(
    letter: Issued, merged: MergeResult, previous: Previous | None
) -> Mapping[tuple[str, int], Reply]:
    """The first return since the letter, by unit and task."""
    found: dict[tuple[str, int], Reply] = {}
    between = [p.caption for p in merged.plan.periods[letter.period : merged.period - 1]]
    for caption in between:
        for unit, number, _ in previous.periods.get(caption, ()) if previous else ():
            found.setdefault((unit, number), Reply(unit, number, caption))
    for reply in _present(letter, merged):
        before = found.get((reply.unit, reply.task))
        if before is None or reply.certain > before.certain:
            found[reply.unit, reply.task] = reply
    return found


def _present(letter: Issued, merged: MergeResult) -> Iterator[Reply]:
    filed = {(v.file, v.unit): v.filed for v in merged.verdicts if v.accepted}
    later = merged.period > letter.period
    for record in merged.records:
        file = record.place.file
        if record.task is None or (file, record.unit) not in filed:
            continue  # what stands above the table, and what a ruling supplied
        when = filed[file, record.unit]
        days = [d for d in (when.day, when.mailed) if d] if when else []
        if later or not days or max(days) > letter.day:
            day, certain = max(days, default=None), later or bool(days)
            yield Reply(record.unit, record.task, merged.caption, day, file, certain)
