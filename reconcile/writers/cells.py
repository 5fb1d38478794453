"""What a table is made of: columns, values with a look of their own, rows that fit a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..core.i18n import EN, holds_chinese, spoken
from ..core.lights import rounded
from ..core.text import plain
from .row_height import TALLEST, split_text, surely_fits

SIZE = 10.5
"""Of the letters in a table, in points."""
_SLIM = 1.13


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: caption, width in Excel's unit, and how its values are shown."""

    caption: str
    width: float
    centred: bool = False
    format: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a look of its own (a name of :data:`LOOKS`, or XlsxWriter's properties), or a link.

    ``link`` is an address within the workbook (汇总表!A5), made by us and never by a return.
    """

    value: object
    look: Mapping[str, object] | str = field(default_factory=dict)
    link: str = ""

    def __hash__(self) -> int:
        """Hash the value alone: a look may be a mapping."""
        return hash(self.value)


_CODE = re.compile(r"([+-]?)0(?:\.(0*)(#*))?(%?)")


def printed(value: object, code: str) -> str:
    """Return a value as a cell shows it under one of our own number formats, rounded half up.

    A point without a digit behind it, which Excel leaves standing (50.%), is not printed.
    """
    sections = code.split(";")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return plain(value)
    at = 0 if value > 0 or len(sections) == 1 else 1 if value < 0 else len(sections) - 1
    found = _CODE.fullmatch(sections[at])
    if found is None:
        return plain(value)
    sign, always, wanted, percent = (part or "" for part in found.groups())
    exact = Decimal(str(value)).scaleb(2 if percent else 0)
    number = format(rounded(abs(exact) if at or sign else exact, len(always + wanted)), "f")
    for _ in wanted:
        number = number.removesuffix("0")
    return f"{sign}{number.removesuffix('.')}{percent}"


def fitted(text: str, width: float) -> float:
    """Return the width of a column as a text is to be measured in it.

    Heights are computed for single Latin words among Chinese; a whole English
    text, with its blanks, takes less even in the widest font that may stand in.
    """
    return width * _SLIM if spoken() == EN and not holds_chinese(text) else width


class Splitter:
    """Lets the long texts of a row go on in further rows of at most ``height`` points."""

    def __init__(self, columns: Sequence[Column], height: float = TALLEST) -> None:
        self._columns, self._height = columns, height
        self._short = [surely_fits(column.width, SIZE, height) for column in columns]

    def parts(self, row: Sequence[object]) -> Sequence[Sequence[object]]:
        """Return the rows that a row becomes: the one itself where nothing is long."""
        for value, (short, further) in zip(row, self._short, strict=True):
            text = value.value if value.__class__ is Cell else value
            if text.__class__ is str and (
                len(text) > short or ("\n" in text and _reaches(text, further) > short)
            ):
                return self._split(row)
        return (row,)

    def _split(self, row: Sequence[object]) -> list[list[object]]:
        parts: list[list[object]] = []
        for value, column, (short, further) in zip(row, self._columns, self._short, strict=True):
            text = value.value if isinstance(value, Cell) else value
            if not isinstance(text, str) or _reaches(text, further) <= short:
                parts.append([value])
                continue
            texts = split_text(text, fitted(text, column.width), SIZE, self._height)
            parts.append([replace(value, value=t) if isinstance(value, Cell) else t for t in texts])
        longest = max(map(len, parts))
        return [[p[i] if i < len(p) else "" for p in parts] for i in range(longest)]


def _reaches(text: str, further: float) -> float:
    """How long a text is where each further paragraph counts for so many characters."""
    return len(text) + further * text.count("\n")
