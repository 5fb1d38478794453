"""Rows of a table: which is a header row and what it says, which bears the key of a task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .captions import LONGEST_CAPTION, Captions, Columns, Room, is_notice
from .findings import letters
from .grid import Cell
from .grid.book import Line
from .identity import may_hold_number, parse_row_key
from .model import Value
from .return_model import Heading, Positions
from .text import is_blank, plain

BEFORE = ("previous", "before")
"""Columns that show last period's answers."""
_POINT = re.compile("[.。．｡․﹒…‥︒⒈-⒛]")
_MOST_REMEMBERED, _LONGEST_REMEMBERED, _MOST_SHARES = 5_000, 2_000, 1_000
_ENTRY = 200
"""What remembering the given cells of a row takes beside their signs, in signs."""


class Given(NamedTuple):
    """What the given cells of a row say: number and subject, and whether a form number may be among them."""

    number: str
    subject: str
    numbered: bool


class Share(NamedTuple):
    """Where the parts of a row stand that has its key and nothing outside the table.

    Position of the key among the cells of the row, counted from 0; those of the given cells, of
    last period's answers, and of the asked cells. ``known`` is what given cells say that came
    before, as the row of a task comes back from each of its units, as far as there is ``room``.
    """

    key: int
    given: Positions
    before: Positions
    asked: Positions
    known: dict[tuple[Value, ...], Given]
    room: Room

    def say(self, cells: tuple[Value, ...], subject: str) -> Given | None:
        """Return what these given cells say; None when one looks blank.

        ``subject`` is the id of the column that names what the row is about.
        """
        # A Line holds no True, which equals 1.0 and says something else.
        found = self.known.get(cells)
        if found is None and not any(map(is_blank, cells)):
            texts = dict(zip(self.given, map(plain, cells), strict=True))
            number, named = (texts.get(name, "").strip() for name in ("number", subject))
            found = Given(number, named, any(map(may_hold_number, texts.values())))
            size = sum(map(len, texts.values()))
            if size < _LONGEST_REMEMBERED and self.room.take(size + _ENTRY):
                self.known[cells] = found
        return found


class Header(NamedTuple):
    """A header row with its kind of table; how rows below it are shared out is remembered."""

    heading: Heading
    kind: Columns
    shares: dict[tuple[int, ...], Share | None]
    room: Room

    def share(self, columns: tuple[int, ...]) -> Share | None:
        """Say how a row with cells in these columns is shared out; None when one is not the table's."""
        try:
            return self.shares[columns]  # unless another thread begins anew
        except KeyError:
            found = _share(columns, self.heading, self.room)
        if len(self.shares) >= _MOST_SHARES:
            self.shares.clear()
        self.shares[columns] = found
        return found


def _share(columns: tuple[int, ...], heading: Heading, room: Room) -> Share | None:
    names = [heading.fields.get(column, "") for column in columns]
    if "key" not in names or "" in names:
        return None
    parts: tuple[dict[str, int], ...] = {}, {}, {}
    given, before, asked = parts
    for i, (column, name) in enumerate(zip(columns, names, strict=True)):
        if name != "key":
            part = asked if column in heading.asked else before if name in BEFORE else given
            part[name] = i
    told, former, theirs = (Positions(part, heading.letters) for part in parts)
    return Share(names.index("key"), told, former, theirs, {}, room)


def values_of(cells: Mapping[int, Cell]) -> tuple[tuple[int, ...], tuple[Value, ...]]:
    """Return the columns of a row and the values there, from left to right."""
    if isinstance(cells, Line):
        return cells.columns, cells.contents
    return tuple(cells), tuple(cell.value for cell in cells.values())


def key_column(columns: tuple[int, ...], values: tuple[Value, ...]) -> int:
    """The first column with the key of a task row, 0 when there is none."""
    for column, text in zip(columns, values, strict=True):
        if (
            isinstance(text, str)
            and 16 < len(text) < 40
            and _POINT.search(text)
            and parse_row_key(text)
        ):
            return column
    return 0


def header_of(
    columns: tuple[int, ...], values: tuple[Value, ...], captions: Captions
) -> Header | None:
    """What this row says, if it is a header row."""
    if len(values) < 2:  # a header has an asked column, and one that names the row or is asked, too
        return None
    # The rows that we printed come back in every file.
    if (columns, values) in captions.headers:
        return captions.headers[columns, values]
    texts = {
        column: value
        for column, value in zip(columns, values, strict=True)
        if isinstance(value, str) and len(value) <= LONGEST_CAPTION
    }
    header, kind = _fields_of(texts, captions.tasks), captions.tasks
    other = _fields_of(texts, captions.indicators)
    if len(other) > len(header):
        header, kind = other, captions.indicators
    found = _made_header(header, kind, texts, captions.room) if header else None
    if len(captions.headers) < _MOST_REMEMBERED and len(str(values)) < _LONGEST_REMEMBERED:
        captions.headers[columns, values] = found
    return found


def _made_header(
    header: Mapping[int, str], kind: Columns, texts: Mapping[int, str], room: Room
) -> Header:
    heading = Heading(
        header,
        frozenset(column for column, name in header.items() if name in kind.asked),
        kind.subject,
        {name: letters(column) for column, name in header.items()},
        {name: texts[column] for column, name in header.items()},
    )
    return Header(heading, kind, {}, room)


def _fields_of(texts: Mapping[int, str], kind: Columns) -> dict[int, str]:
    """Field ids by column if these texts are the header row of that kind of table, else {}."""
    found: dict[int, str] = {}
    for column, text in texts.items():
        name = kind.field(text)
        if name and name not in found.values():
            found[column] = name
    if not found or is_notice(texts.values()):
        return {}
    asked = sum(name in kind.asked for name in found.values())
    named = any(name in ("key", "number", kind.subject) for name in found.values())
    return found if asked >= 2 or (asked and named) else {}
