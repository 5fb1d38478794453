"""What passes between two levels: a form as a unit received it, and the answers to write into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from .findings import Place
from .frozen import frozen
from .identity import parse_row_key
from .merged import Accepted
from .model import Rule, Task
from .return_model import Return, Row
from .text import task_number

UPPER_FORM, UPPER_DEADLINE, UPPER_CONTACT = "上级表单编号", "上级截止日期", "上级联系方式"
UPPER_HEAD = ("填报人", "联系电话")
"""Settings of a plan that was made from a received form; the last are printed on its answer."""
UPPER_NUMBER, UPPER_ROLE, UPPER_LEAD, UPPER_SUPPORT = (
    "上级序号", "上级角色", "上级牵头单位", "上级配合单位",
)  # fmt: skip
"""Further columns of such a plan's tasks."""


@frozen
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


@frozen
class Answer:
    """One value to be written into the cell at ``place``; a percent is a fraction."""

    place: Place
    value: Accepted


def _number(row: Row) -> int | None:
    """The number of the task that a row is about: as printed, else as its key says."""
    number = task_number(row.number)
    key = parse_row_key(row.key) if number is None else None
    return key.task if key else number


def upper_number(task: Task) -> int | None:
    """Return the number that a task, or the task it is a part of, has one level up.

    The task's own number where the plan does not tell; None where what it tells is no number.
    """
    told = task.extras.get(UPPER_NUMBER, "")
    return task_number(told) if told else task.number
