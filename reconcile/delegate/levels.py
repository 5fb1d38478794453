"""What passes between two levels: a form as a unit received it, and the answers to write into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.findings import Place
from ..core.form import Rule
from ..core.keys import parse_row_key
from ..core.result import Accepted
from ..core.submission import Return, Row
from ..core.text import task_number


@dataclass(frozen=True, slots=True)
class Received:
    """收到的填报表: a form as the unit it was issued to holds it, without the plan it came from.

    ``number`` is its form number, ``period`` the caption of the period asked
    about, ``periods`` those of all milestone columns. ``keys`` are the row keys
    it was issued with, as far as the file tells. ``rules`` are Excel's own by
    (sheet, cell), which only some kinds of file (``kind``) hold. ``blank`` are
    columns without a caption that we know and without any text: (caption, place).
    """

    returned: Return
    number: str
    unit: str
    period: str
    periods: tuple[str, ...]
    title: str
    document: str = ""
    deadline: str = ""
    contact: str = ""
    keys: tuple[str, ...] = ()
    kind: str = "xlsx"
    rules: Mapping[tuple[str, str], Rule] = field(default_factory=dict)
    blank: tuple[tuple[str, Place], ...] = ()

    @property
    def tasks(self) -> tuple[tuple[int, Row], ...]:
        """The task rows with their numbers, in the order of the form."""
        return self._rows(of_indicators=False)

    @property
    def indicators(self) -> tuple[tuple[int, Row], ...]:
        """The rows of the indicator table with the numbers of their tasks."""
        return self._rows(of_indicators=True)

    def _rows(self, *, of_indicators: bool) -> tuple[tuple[int, Row], ...]:
        tables = (t for t in self.returned.tables if t.of_indicators == of_indicators)
        return tuple((n, row) for t in tables for row in t.rows if (n := _number(row)) is not None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One value to be written into the cell at ``place``; a percent is a fraction."""

    place: Place
    value: Accepted


def _number(row: Row) -> int | None:
    """The number of the task that a row is about: as printed, else as its key says."""
    number = task_number(row.number)
    key = parse_row_key(row.key) if number is None else None
    return key.task if key else number
