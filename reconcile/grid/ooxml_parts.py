"""The parts of an xlsx beside its sheets and texts -> names, styles, properties; addresses.

Each function takes one XML part that has been checked, and the clock of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from . import Value
from .formats import BUILT_IN, GENERAL, Style, style_of
from .guard import LIMITS, Clock, Refused, only_tags, parse_xml
from .ooxml_texts import NO, said_by, unescape

if TYPE_CHECKING:
    from .ooxml_lines import Span

Merge = tuple[int, int, int, int]
T = TypeVar("T")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")


class Relation(NamedTuple):
    """One relationship of a part: ``kind`` is the last word of its type."""

    id: str
    kind: str
    target: str
    external: bool


class Tab(NamedTuple):
    """One sheet as the workbook part lists it."""

    name: str
    relation: str
    hidden: bool


@lru_cache(maxsize=2048)
def column_number(letters: bytes) -> int:
    """Return 1 for b"A", 27 for b"AA"."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def address(text: str) -> tuple[int, int] | None:
    """Return (row, column) of an address such as "$B$3", or None."""
    match = _ADDRESS.match(text)
    return (int(match[2]), column_number(match[1].upper().encode())) if match else None


def area(text: str) -> Merge | None:
    """Return (first row, first column, last row, last column) of "A1:N3", or None."""
    first, _, last = text.partition(":")
    a, b = address(first), address(last or first)
    if a is None or b is None:
        return None
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _remembered(function: Callable[[bytes, Clock], T]) -> Callable[[bytes, Clock], T]:
    """Keep the answers for small parts: the forms of one plan share them byte by byte.

    A few for each program that saves them: with styles goes what cells say, megabytes if need be.
    """
    small = lru_cache(maxsize=16)(lambda part: function(part, Clock(LIMITS)))

    def either(part: bytes, clock: Clock) -> T:
        return small(part) if len(part) < 65536 else function(part, clock)

    return either


def ignore(_: object) -> None:
    """Be a callback for what does not matter."""
    return


@_remembered
def relations_of(part: bytes, clock: Clock) -> tuple[Relation, ...]:
    """Return the relationships of a .rels part, their targets as written."""
    found: list[Relation] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "Relationship":
            kind = a.get("Type", "").rpartition("/")[2]
            external = a.get("TargetMode") == "External"
            found.append(Relation(a.get("Id", ""), kind, a.get("Target", ""), external))

    parse_xml(part, "rels", start, ignore, ignore, clock)
    return tuple(found)


@_remembered
def workbook_of(part: bytes, clock: Clock) -> tuple[tuple[Tab, ...], bool]:
    """Return the sheets listed and whether the book counts its days from 1904."""
    tabs: list[Tab] = []
    epoch = [False]

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((v for k, v in a.items() if k.endswith(":id")), "")
            tabs.append(Tab(unescape(a.get("name", "")), relation, "idden" in a.get("state", "")))
        elif tag == "workbookPr":
            epoch[0] = a.get("date1904", "0") not in NO

    parse_xml(part, "workbook.xml", start, ignore, ignore, clock)
    return tuple(tabs), epoch[0]


class Known(NamedTuple):
    """What cells say, and their styles, by the XML that they begin with, their address cut out."""

    values: dict[bytes, Value]
    styles: dict[bytes, bytes]


class Looks(dict[bytes, Style]):
    """What cell formats mean, by their index as it is written; General where there is none.

    ``numbers``, ``layouts`` and ``cells`` are what ooxml_lines.py remembers of the cells that bear
    them; the last take so many bytes as are ``kept``.
    """

    def __init__(self, styles: Sequence[Style] = ()) -> None:
        self._styles = tuple(styles)
        self.numbers: dict[tuple[bytes, bytes], Value] = {}
        self.layouts: dict[tuple[Sequence[bytes], Sequence[bytes]], list[Span]] = {}
        self.cells = Known({}, {})
        self.kept = 0

    def __missing__(self, index: bytes) -> Style:
        at = whole_number(index.decode("utf-8", "replace"))
        look = self._styles[at] if at < len(self._styles) else GENERAL
        if len(self) <= len(self._styles):
            self[index] = look
        return look


@_remembered
def styles_of(part: bytes, clock: Clock) -> Looks:
    """Return what each cell format means."""
    formats: dict[int, str] = dict(BUILT_IN)
    struck: list[bool] = []
    styles: list[Style] = []
    made: dict[tuple[str, bool], Style] = {}
    inside: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        parent = inside[-1] if inside else ""
        inside.append(tag)
        if tag == "numFmt" and parent == "numFmts":
            formats[whole_number(a.get("numFmtId"))] = unescape(a.get("formatCode", ""))
        elif tag == "font" and parent == "fonts":
            struck.append(False)
        elif tag == "strike" and parent == "font" and len(inside) > 2 and inside[-3] == "fonts":
            struck[-1] = a.get("val", "1") not in NO
        elif tag == "xf" and parent == "cellXfs":
            code, font = (
                formats.get(whole_number(a.get("numFmtId")), ""),
                whole_number(a.get("fontId")),
            )
            key = code, 0 <= font < len(struck) and struck[font]
            if key not in made:
                made[key] = style_of(*key)
            styles.append(made[key])

    parse_xml(part, "styles.xml", start, lambda _: inside.pop(), ignore, clock)
    return Looks(styles)


_LEAF = re.compile(rb">([^<]+)(?=</)")
_MARK, _MARKED, _FEW_PROPERTIES = b"reconcile-text-", re.compile(r"reconcile-text-(\d+);"), 8192


def properties_of(part: bytes, clock: Clock) -> Mapping[str, str]:
    """Return the custom document properties, all as text.

    Those of a plan's forms differ in their texts alone: these are cut out, and what is
    left is the same in file after file.
    """
    odd = len(part) > _FEW_PROPERTIES or not only_tags(part) or _MARK in part or b"_x" in part
    if not odd:
        pieces = _LEAF.split(part)
        odd = any(b"&" in piece for piece in pieces[::2])  # it might spell our mark
    if not odd:
        with suppress(ValueError, Refused):  # a ">" in an attribute, or no XML: looked at as it is
            texts = said_by(pieces[1::2])
            pieces[1::2] = [b">%s%d;" % (_MARK, i) for i in range(len(texts))]
            found = _properties(b"".join(pieces), clock)
            return {
                name: _MARKED.sub(lambda mark: texts[int(mark[1])], value).strip()
                for name, value in found.items()
            }
    return _properties(part, clock)


@_remembered
def _properties(part: bytes, clock: Clock) -> Mapping[str, str]:
    """The properties, read in whatever spelling."""
    found: dict[str, str] = {}
    name: list[str] = [""]
    words: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "property":
            name[0] = a.get("name", "")
            words.clear()

    def end(tag: str) -> None:
        if tag == "property":
            found[name[0]] = unescape("".join(words).strip())

    parse_xml(part, "custom.xml", start, end, words.append, clock)
    return found


def whole_number(text: str | None, default: int = 0) -> int:
    """Return the number that a text of up to nine digits spells, else the default."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else default
