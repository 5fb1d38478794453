"""A task in the making: what its cells hold, line by line; and the finished task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..core.i18n import Phrase, holds_chinese
from ..core.plan import LEADER as LEADERS
from ..core.plan import Task
from ..core.prefill import PRINTED_NUMBER as PRINTED
from ..core.published_plan import Area
from .columns.wording import TICK
from .headings import EXTRA, GOAL, LEAD, LEADER, MILESTONE, SUPPORT, Column
from .tables.categories import Label
from .tables.ruled import join_lines


@dataclass(slots=True)
class Draft:
    """A task in the making: ``lines`` by column; ``number`` is None where none was printed.

    ``wrapped``: its line breaks are those of the print. ``areas`` are where it
    stands on pages.
    """

    number: int | None
    where: str | Phrase
    row: int
    wrapped: bool
    columns: tuple[Column, ...]
    bands: tuple[str, ...]
    labels: tuple[Label, ...]
    lines: dict[int, list[str]] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    last_on_page: bool = False
    # The number as printed, where the task was given another.
    printed: str = ""
    # Which of the rows beside one number it is, counted from 1; 0 where they are one task.
    share: int = 0
    # Columns whose cell is merged with that of rows above or below.
    merged: frozenset[int] = frozenset()

    @property
    def part(self) -> tuple[str | Phrase, ...]:
        """The headings above the task, and sheet or table where that is no page."""
        labels = tuple(label.shown for label in self.labels if label.shown)
        return (*self.bands, *labels) if self.wrapped else (self.where, *self.bands, *labels)

    @property
    def source(self) -> Phrase:
        """Where the task stands, e.g. 第2页第3行; on a page rows count without the head."""
        return Phrase("{where}第{n}行", where=self.where, n=self.row)

    def joined(self, column: int) -> str:
        """Return the text of a column."""
        lines = self.lines.get(column, [])
        return join_lines(lines) if self.wrapped else "\n".join(filter(None, lines))

    def text(self, role: str) -> str:
        """Return the text of the first column with this role, "" if there is none."""
        return next((self.joined(i) for i, c in enumerate(self.columns) if c.role == role), "")


def task_of(draft: Draft, periods: Sequence[str], ticked: tuple[str, str]) -> Task:
    """Return the finished task; ``draft.number`` must be set.

    ``ticked`` are the names of units that marks in columns of their own assign.
    """
    assert draft.number is not None
    milestones = dict.fromkeys(periods, "")
    extras: dict[str, str] = {}
    units: Mapping[str, list[str]] = {
        role: [names] if names else [] for role, names in zip((LEAD, SUPPORT), ticked, strict=True)
    }
    for i, column in enumerate(draft.columns):
        text = draft.joined(i)
        if column.role == MILESTONE:
            milestones[column.caption] = text
        elif column.role == LEADER:
            extras[LEADERS] = _names(draft, i)
        elif column.role == EXTRA and column.kind != TICK:
            extras[column.caption] = text
        elif column.role in units:
            units[column.role].extend(draft.lines.get(i, []))
    if draft.printed:
        extras[PRINTED] = draft.printed
    labels = tuple(label.shown for label in draft.labels if label.shown)
    return Task(
        number=draft.number,
        sections=draft.bands + labels,
        goal=draft.text(GOAL),
        milestones=milestones,
        lead=("\n".join(units[LEAD]),) if units[LEAD] else (),
        support=("\n".join(units[SUPPORT]),) if units[SUPPORT] else (),
        source=draft.source,
        extras=extras,
    )


def _names(draft: Draft, column: int) -> str:
    """Return the names of leaders in a cell: one a line, unless they are Latin or commas part them."""
    lines = [line.strip() for line in draft.lines.get(column, []) if line.strip()]
    parted = any(comma in line for line in lines for comma in "、，,；;")
    if parted or not all(map(holds_chinese, lines)):
        return draft.joined(column)
    return "\n".join(lines)
