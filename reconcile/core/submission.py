"""回表 as it was read: its cells, rows and tables. Nothing in it is believed yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .findings import Finding, Place, address
from .plan import Value
from .text import fold


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came beside forms and is none: its name as an arrival, size in bytes, SHA-256, who mailed it."""

    file: str
    size: int
    sha256: str
    sender: str = ""


class Cell(NamedTuple):
    """One non-blank cell of a sheet.

    ``value`` is what stands there (a formula's cached value: None with a
    ``formula`` means that the file holds none). ``error`` is an error text
    such as "#N/A". ``formula`` is the formula's text, without it being a
    formula any more ("=" alone where the file keeps the text in a form that is
    not read). ``format`` is the number format code, "" when it is General or
    the file does not tell. ``struck`` is the text (or part of it) that is
    struck through; ``value`` then holds only what is left. ``note`` is the
    text of a comment on the cell, which alone makes a cell non-blank. ``shown``
    is the text of a date as the file itself keeps it beside the value (ods).
    """

    row: int
    column: int
    value: Value
    format: str = ""
    formula: str = ""
    error: str = ""
    struck: str = ""
    note: str = ""
    shown: str = ""


class Raw(NamedTuple):
    """One cell that came back with something in it, before anything is made of it.

    A named tuple, as each cell has one: a frozen dataclass takes five times as long to make.
    ``sheet`` is the place of its sheet, ``field`` the id of the asked field whose column it stands in ("" for
    none), ``caption`` the caption it stands under. ``merged`` marks a copy of a
    merged cell's content in a row that the merged cell reaches down to.
    ``stray`` is, for a cell that stands where nothing was asked, the code of
    the finding that says where that is. ``link`` is where the cell leads to, unless its
    text says so itself.
    """

    sheet: Place
    cell: Cell
    field: str
    caption: str
    merged: bool = False
    stray: str = ""
    link: str = ""

    @property
    def address(self) -> str:
        """The address of the cell; "" for what stands in none (column 0)."""
        return address(self.cell.row, self.cell.column) if self.cell.column else ""

    @property
    def place(self) -> Place:
        """Where the cell stands; of what stands in none, where that is."""
        file, sheet, _ = self.sheet
        return Place(file, sheet, self.address) if self.cell.column else self.sheet

    def with_value(self, value: Value) -> Raw:
        """Return the same with another value in the cell."""
        return self._replace(cell=self.cell._replace(value=value))


@dataclass(frozen=True, slots=True)
class Heading:
    """What a header row says: field ids by column, the asked columns, letters and captions by field id.

    ``subject`` is the id of the column that names what a row is about.
    """

    fields: Mapping[int, str]
    asked: frozenset[int]
    subject: str
    letters: Mapping[str, str]
    captions: Mapping[str, str]


class RowPlace(NamedTuple):
    """Where a row of a table stands; ``columns`` are the letters of its columns by field id."""

    place: Place
    columns: Mapping[str, str]

    def where(self, name: str) -> Place:
        """Return the place of a field in this row, or of the row when it has no such column."""
        column = self.columns.get(name)
        if column is None:
            return self.place
        digits = str(self.place.cell).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return Place(self.place.file, self.place.sheet, column + digits)


class Row(NamedTuple):
    """One row of a table that came back.

    ``key``, ``number`` and ``goal`` are its three ways of naming a task, as
    texts; ``given`` the cells in all given columns but the key's, by field id
    ("milestone:第一季度" for a milestone). ``answers`` are the asked cells by
    field id; ``strays`` its other cells; ``columns`` the table's column letters
    by field id; ``swallowed`` the asked fields whose cell is merged into the
    cell of the column with the caption beside them; ``unasked`` those that the
    form did not ask for in this row.
    """

    place: Place
    key: str
    number: str
    goal: str
    given: Mapping[str, Raw]
    answers: Mapping[str, Raw]
    strays: tuple[Raw, ...] = ()
    hidden: bool = False
    columns: Mapping[str, str] = {}
    swallowed: Mapping[str, str] = {}
    unasked: frozenset[str] = frozenset()

    @property
    def at(self) -> RowPlace:
        """Where the row and its fields stand, but for those that it was not asked for."""
        columns = self.columns
        if self.unasked:
            columns = {name: c for name, c in columns.items() if name not in self.unasked}
        return RowPlace(self.place, columns)

    def where(self, name: str) -> Place:
        """Return the place of a field in this row, or of the row when it has no such column."""
        return self.at.where(name)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that came back: the place of its header, asked fields it lacks, its rows.

    ``hidden`` are the asked fields whose column is hidden, with the place of the caption.
    A table ``of_indicators`` names in each row's ``goal`` the indicator.
    """

    place: Place
    lacks: tuple[str, ...]
    rows: tuple[Row, ...]
    hidden: Mapping[str, Place] = field(default_factory=dict)
    of_indicators: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """回表: a form that came back, as read; nothing in it is believed yet.

    ``numbers`` are the form numbers printed on its sheets, ``hidden_numbers``
    those of the _meta sheet and the document properties. ``head`` are the asked
    cells above the table by field id, ``head_at`` where they stand or should
    stand, ``strays`` cells outside the tables that the form did not come with.
    ``unit`` is the unit's name as printed on it, at ``unit_at``. ``keys`` are the row keys
    that it was issued with, as its hidden sheet remembers them. ``message_id``,
    ``sender`` and ``mailed`` are those of the mail that brought it, "" and None without one.
    ``claims`` are what its hidden sheet says that it was issued for, see
    :data:`reconcile.core.keys.CLAIMS`. ``marked`` tells a marked-up copy of ours. A file whose
    sheets bear different form numbers has ``parts``: for each number what its sheets hold, in
    the order of the sheets.
    """

    file: str
    sha256: str
    numbers: tuple[tuple[str, Place], ...]
    hidden_numbers: tuple[str, ...]
    unit: str
    tables: tuple[Table, ...]
    head: Mapping[str, Raw]
    strays: tuple[Raw, ...] = ()
    epoch1904: bool = False
    findings: tuple[Finding, ...] = ()
    head_at: Mapping[str, Place] = field(default_factory=dict)
    unit_at: Place = field(default_factory=Place)
    keys: tuple[str, ...] = ()
    message_id: str = ""
    sender: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    mailed: date | None = None
    marked: bool = False
    parts: tuple[Submission, ...] = ()


_FINGERPRINT = re.compile(r"(?<![0-9A-Za-z])([0-9A-Fa-f]{16,64})(?:[@＠]([^@＠]*))?$")


"""It stands at the end, where no name that ends like a file's can be taken for it."""


_SHOWN = 32


"""Whoever can try some billions of contents finds two files of his own that begin with the same 16 characters."""


@dataclass(frozen=True, slots=True)
class FileNamed:
    """What a ruling says of a file: how its SHA-256 begins, and a period, folded, "" for any."""

    sha256: str
    period: str

    def means(self, sha256: str, period: str) -> bool:
        """Return whether this is the file with that content, in that period (a caption)."""
        return sha256.startswith(self.sha256) and self.period in ("", fold(period))


def file_named(value: str) -> FileNamed | None:
    """Return the file that 采用值 names by its content, or None.

    A file's name may stand before: 回表.xlsx 1a2b3c4d5e6f7a8b@第二季度. It is for
    people; whoever sends files chooses their names.
    """
    found = _FINGERPRINT.search(value.strip())
    return FileNamed(found[1].lower(), fold(found[2] or "")) if found else None


def fingerprint(sha256: str, period: str) -> str:
    """Return what a ruling names a file by, ready to copy: 1a2b3c…@第二季度."""
    return f"{sha256[:_SHOWN]}@{period}" if sha256 else ""
