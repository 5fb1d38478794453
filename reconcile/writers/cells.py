"""What a table is made of: columns, values with a look of their own, rows that fit a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from ..core.i18n import EN, holds_chinese, spoken
from ..core.lights import rounded
from ..core.text import plain
from .row_height import TALLEST, ems, split_text, surely_fits

SIZE = 10.5
"""Of the letters in a table, in points."""
_SLIM = 1.13
"""How much narrower English is than its words by themselves, even in the widest font."""
_SURE = 0.9
_SAMPLE = 500
_CALIBRI = dict(zip(map(chr, range(32, 127)), (
    23, 33, 40, 50, 51, 71, 68, 22, 30, 30, 50, 50, 25, 31, 25, 39, 51, 51, 51, 51, 51, 51, 51, 51,
    51, 51, 27, 27, 50, 50, 50, 46, 89, 58, 54, 53, 62, 49, 46, 63, 62, 25, 32, 52, 42, 85, 65, 66,
    52, 67, 54, 46, 49, 64, 57, 89, 52, 49, 47, 31, 39, 31, 50, 50, 29, 48, 53, 42, 53, 50, 31, 47,
    53, 23, 24, 45, 23, 80, 53, 53, 53, 53, 35, 39, 33, 53, 45, 71, 43, 45, 40, 31, 46, 31, 50,
), strict=True))  # fmt: skip
"""The widths of printable ASCII in Calibri, in hundredths of an em (measured in Carlito)."""


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

    Heights are computed for single Latin words among Chinese, in the widest font that may stand in.
    A whole English text in a table is set in Calibri, or in Carlito, which is as wide: it is given
    that much more room, less a tenth for a font that a template may name instead.
    """
    if spoken() != EN or not text or holds_chinese(text):
        return width
    return width * max(_SLIM, _SURE * _measured(text[:_SAMPLE]))


def fitted_letter(text: str, width: float) -> float:
    """Return the same for the text of a letter, whose English font has no such twin everywhere."""
    return width * _SLIM if spoken() == EN and not holds_chinese(text) else width


@lru_cache(maxsize=10_000)
def _measured(text: str) -> float:
    """How much wider a text is held to be than it is in Calibri."""
    width = sum(_CALIBRI.get(c, 100) for c in text)
    return 100 * ems(text) / width if width else 1.0


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
