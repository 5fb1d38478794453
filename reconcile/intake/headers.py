"""Rows of a table: which is a header row and what it says, which bears the key of a task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..core.findings import letters
from ..core.keys import parse_row_key
from ..core.submission import Heading
from ..readers import Cell
from .captions import LONGEST_CAPTION, Captions, Columns, is_notice

BEFORE = ("previous", "before")
"""Columns that show last period's answers."""
_POINT = re.compile("[.。．｡․﹒…‥︒⒈-⒛]")


class Header(NamedTuple):
    """A header row with its kind of table."""

    heading: Heading
    kind: Columns


def key_column(cells: Mapping[int, Cell]) -> int:
    """Return the first column with the key of a task row, 0 when there is none."""
    for column, cell in cells.items():
        text = cell.value
        if (
            isinstance(text, str)
            and 16 < len(text) < 40
            and _POINT.search(text)
            and parse_row_key(text)
        ):
            return column
    return 0


def header_of(cells: Mapping[int, Cell], captions: Captions) -> Header | None:
    """Return what this row says, if it is a header row."""
    if len(cells) < 2:  # a header has an asked column, and one that names the row or is asked, too
        return None
    texts = {
        column: cell.value
        for column, cell in cells.items()
        if isinstance(cell.value, str) and len(cell.value) <= LONGEST_CAPTION
    }
    header, kind = _fields_of(texts, captions.tasks), captions.tasks
    other = _fields_of(texts, captions.indicators)
    if len(other) > len(header):
        header, kind = other, captions.indicators
    return _made_header(header, kind, texts) if header else None


def _made_header(header: Mapping[int, str], kind: Columns, texts: Mapping[int, str]) -> Header:
    heading = Heading(
        header,
        frozenset(column for column, name in header.items() if name in kind.asked),
        kind.subject,
        {name: letters(column) for column, name in header.items()},
        {name: texts[column] for column, name in header.items()},
    )
    return Header(heading, kind)


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
