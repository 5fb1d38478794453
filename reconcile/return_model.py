"""回表 as it was read: its cells, rows and tables. Nothing in it is believed yet.

Most rows hold nothing but plain values; they are kept as such, and what is asked of
them cell by cell is made when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from operator import itemgetter
from sys import intern

from .findings import Finding, Place
from .frozen import frozen
from .model import Value


@frozen
class Raw:
    """One cell that came back with something in it, before anything is made of it.

    ``field`` is the id of the asked field whose column it stands in ("" for
    none), ``caption`` the caption it stands under. ``merged`` marks a copy of a
    merged cell's content in a row that the merged cell reaches down to.
    ``stray`` is, for a cell that stands where nothing was asked, the code of
    the finding that says where that is.
    """

    place: Place
    field: str
    caption: str
    value: Value
    format: str = ""
    formula: str = ""
    error: str = ""
    struck: str = ""
    note: str = ""
    merged: bool = False
    stray: str = ""


@frozen
class Heading:
    """What a header row says: field ids by column, the asked columns, letters and captions by field id.

    ``subject`` is the id of the column that names what a row is about.
    """

    fields: Mapping[int, str]
    asked: frozenset[int]
    subject: str
    letters: Mapping[str, str]
    captions: Mapping[str, str]


@frozen
class Frame:
    """Where a table stands: its file and sheet, and what its header row says."""

    file: str
    sheet: str
    heading: Heading

    def place(self, row: int, name: str) -> Place:
        """Return the place of a cell of the table."""
        # The same addresses come back in every file.
        return Place(self.file, self.sheet, intern(f"{self.heading.letters[name]}{row}"))


class Positions(dict[str, int]):
    """Where the cells of some fields stand among those of a row, by field id, counted from 0.

    ``blank`` are the fields of the table that have no cell in the row. Nobody changes one once it
    is made: it is hashed by what it holds, for what is kept for all rows laid out alike.
    """

    __slots__ = ("_hash", "_pick", "blank")

    def __init__(self, at: Mapping[str, int], fields: Iterable[str]) -> None:
        super().__init__(at)
        self.blank = tuple(name for name in fields if name not in at)
        self._hash = hash((tuple(at.items()), self.blank))
        self._pick = itemgetter(*at.values()) if len(at) > 1 else None

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Positions):
            return NotImplemented
        return self.blank == other.blank and tuple(self.items()) == tuple(other.items())

    def __ne__(self, other: object) -> bool:
        return not self == other  # a dict has its own

    def __reduce__(self) -> tuple[type[Positions], tuple[dict[str, int], tuple[str, ...]]]:
        return Positions, (dict(self), self.blank)  # another process hashes otherwise

    def pick(self, contents: Sequence[Value]) -> tuple[Value, ...]:
        """Return what stands there in a row, in the order of the fields."""
        if self._pick is None:
            return tuple(contents[i] for i in self.values())
        picked: tuple[Value, ...] = self._pick(contents)
        return picked


class PlainCells(Mapping[str, Raw]):
    """Cells of a row by field id that hold a value and nothing beside it.

    ``at`` says where they stand among the ``contents`` and number ``formats`` of the whole row.
    A Raw is made when somebody asks for one: nearly all are as they were printed, or answers
    nobody could object to.
    """

    __slots__ = ("at", "contents", "formats", "frame", "row")

    def __init__(
        self,
        at: Positions,
        contents: Sequence[Value],
        formats: Sequence[str],
        frame: Frame,
        row: int,
    ) -> None:
        self.at, self.contents, self.formats = at, contents, formats
        self.frame, self.row = frame, row

    def __getitem__(self, name: str) -> Raw:
        i, caption = self.at[name], self.frame.heading.captions[name]
        place = self.frame.place(self.row, name)
        return Raw(place, name, caption, self.contents[i], self.formats[i])

    def __contains__(self, name: object) -> bool:
        return name in self.at

    def __iter__(self) -> Iterator[str]:
        return iter(self.at)

    def __len__(self) -> int:
        return len(self.at)


@frozen
class RowPlace:
    """Where a row of a table stands; ``columns`` are the letters of its columns by field id."""

    place: Place
    columns: Mapping[str, str]

    def where(self, name: str) -> Place:
        """Return the place of a field in this row, or of the row when it has no such column."""
        column = self.columns.get(name)
        if column is None:
            return self.place
        digits = self.place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return Place(self.place.file, self.place.sheet, column + digits)


@frozen
class Row:
    """One row of a table that came back.

    ``key``, ``number`` and ``goal`` are its three ways of naming a task, as
    texts; ``given`` the cells in all given columns but the key's, by field id
    ("milestone:第一季度" for a milestone). ``answers`` are the asked cells by
    field id; ``strays`` its other cells; ``columns`` the table's column letters
    by field id; ``swallowed`` the asked fields whose cell is merged into the
    cell of the column with the caption beside them.
    """

    place: Place
    key: str
    number: str
    goal: str
    given: Mapping[str, Raw]
    answers: Mapping[str, Raw]
    strays: tuple[Raw, ...] = ()
    hidden: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    swallowed: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> RowPlace:
        """Where the row and its fields stand."""
        return RowPlace(self.place, self.columns)

    def where(self, name: str) -> Place:
        """Return the place of a field in this row, or of the row when it has no such column."""
        return self.at.where(name)


@frozen
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


@frozen
class Return:
    """回表: a form that came back, as read; nothing in it is believed yet.

    ``numbers`` are the form numbers printed on its sheets, ``hidden_numbers``
    those of the _meta sheet and the document properties. ``head`` are the asked
    cells above the table by field id, ``head_at`` where they stand or should
    stand, ``strays`` cells outside the tables that the form did not come with.
    ``unit`` is the unit's name as printed on it, at ``unit_at``. ``keys`` are the row keys
    that it was issued with, as its hidden sheet remembers them. ``message_id``,
    ``sender`` and ``mailed`` are those of the mail that brought it, "" and None without one.
    ``claims`` are what its hidden sheet says that it was issued for, see
    :data:`reconcile.identity.CLAIMS`. ``marked`` tells a marked-up copy of ours. A file whose
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
    parts: tuple[Return, ...] = ()
