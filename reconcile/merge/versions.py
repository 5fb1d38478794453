"""Which of a unit's returns came after which, and which takes the place of which. Pure.

A return comes after another by the day it was filled in (a day that cannot be true decides
nothing; then the mail's does), on the same day by the day of its mail, else where it alone
is a marked-up copy of ours: that is made from what came before.

A later return is a *version* of an earlier one when it answers every task that the earlier one
answers and every required column that it uses, and the earlier one was no mere part itself: it
fills at least half of the required cells of its rows. A version rules: a cell left empty in it
is empty. Any other later return is a *part* (two sub-departments that each fill some rows or
columns): its cells come first, and what it leaves empty is taken from the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..core.findings import Place
from ..core.form import Form
from ..core.result import Filed


@dataclass(slots=True, eq=False)
class Delivery:
    """One form that came back for a unit: in which file, of when, and whether it is a marked-up copy.

    ``head`` says where the answers above its table stand, by field id, ``lacking`` where one
    is missing or was set aside.
    """

    file: str
    unit: str
    filed: Filed
    marked: bool = False
    head: Mapping[str, Place] = field(default_factory=dict)
    lacking: Mapping[str, Place] = field(default_factory=dict)


Answered = Mapping[int, frozenset[str]]
"""The fields in which something was written, understood or not, by task."""


def later(one: Delivery, other: Delivery) -> bool:
    """Return whether one return surely came after the other."""
    if one is other:
        return False
    for mine, theirs in (
        (one.filed.day, other.filed.day),
        (one.filed.mailed, other.filed.mailed),
    ):
        if mine and theirs and mine != theirs:
            return mine > theirs
    return one.marked and not other.marked


@dataclass(frozen=True, slots=True)
class Versions:
    """What each return of a unit with several answered, to be asked which takes the place of which.

    ``core`` are the required fields of a task; all that are asked where none is required.
    """

    core: frozenset[str]
    answered: Mapping[Delivery, Answered]

    @classmethod
    def of(cls, form: Form, answers: Iterable[tuple[Delivery, int, Iterable[str]]]) -> Versions:
        """Gather what was answered, given as (return, task, fields)."""
        asked = form.asked
        core = [f.id for f in asked if f.rule.required] or [f.id for f in asked]
        found: dict[Delivery, dict[int, frozenset[str]]] = {}
        for delivery, task, fields in answers:
            own = found.setdefault(delivery, {})
            own[task] = own.get(task, frozenset()) | frozenset(fields)
        return cls(frozenset(core), found)

    def covers(self, one: Delivery, other: Delivery) -> bool:
        """Return whether one return came after the other and answers whatever that answers."""
        if not later(one, other):
            return False
        mine, theirs = (self._rows(d) for d in (one, other))
        needed = frozenset().union(*theirs.values()) & self.core
        used = frozenset().union(*(mine.get(task, frozenset()) for task in theirs))
        return all(mine.get(task) for task in theirs) and needed <= used

    def replaces(self, one: Delivery, other: Delivery) -> bool:
        """Return whether one return is a later version of the other, so that its empty cells are empty."""
        theirs = self._rows(other).values()
        filled = sum(len(fields & self.core) for fields in theirs)
        is_part = not filled or 2 * filled < len(self.core) * len(theirs)
        return not is_part and self.covers(one, other)

    def overlap(self, one: Delivery, other: Delivery) -> bool:
        """Return whether both answer some task."""
        return bool(self._rows(one).keys() & self._rows(other).keys())

    def _rows(self, delivery: Delivery) -> Answered:
        found = self.answered.get(delivery, {})
        return {task: fields for task, fields in found.items() if fields}
