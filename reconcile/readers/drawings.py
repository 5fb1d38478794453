"""What people write beside the cells: text boxes, call-outs and other shapes -> anchor and text.

A shape is ``(row and column of the cell under its upper left corner or None, its text)``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .limits import LIMITS, Clock, parse_xml

if TYPE_CHECKING:
    from .xlsx import Package
    from .xlsx_parts import Relation

Shape = tuple[tuple[int, int] | None, str]

_MOST = 100
"""Shapes of a sheet that are told one by one; the last one holds the texts of all further ones."""
_SMALL = 4096
"""Bytes of a drawing that is remembered."""
_OBJ, _TXO, _CONTINUE = 0x5D, 0x1B6, 0x3C
DRAWN = frozenset((_OBJ, _TXO, _CONTINUE))
"""The records of an xls sheet that :func:`typed` looks at."""
_A_NOTE = 0x19


def gathered(found: Iterable[Shape]) -> tuple[Shape, ...]:
    """Return the shapes that hold a text, at most a hundred of them."""
    shapes = [(at, text.strip()) for at, text in found if text.strip()]
    if len(shapes) > _MOST:
        at = shapes[_MOST - 1][0]
        shapes[_MOST - 1 :] = [(at, "\n".join(text for _, text in shapes[_MOST - 1 :]))]
    return tuple(shapes)


def drawn(book: Package, relations: Sequence[Relation]) -> tuple[Shape, ...]:
    """Return the shapes of an xlsx sheet, from the drawings that it refers to."""
    found: list[Shape] = []
    for relation in relations:
        if relation.kind == "drawing" and not relation.external:
            part = book.small(relation.target)
            if part is not None:
                # LibreOffice draws nothing in every form, in the same words.
                found += (
                    _known_shapes(part, relation.target)
                    if len(part) < _SMALL
                    else _shapes(part, relation.target, book.clock)
                )
    return gathered(found)


def _shapes(part: bytes, name: str, clock: Clock) -> tuple[Shape, ...]:
    reader = _Drawing()
    parse_xml(part, name, reader.start, reader.end, reader.text, clock, prefixes=True)
    return tuple(reader.found)


@lru_cache(maxsize=16)
def _known_shapes(part: bytes, name: str) -> tuple[Shape, ...]:
    return _shapes(part, name, Clock(LIMITS))


class _Drawing:
    """Callbacks for a drawing part; names are told by what follows their prefix."""

    def __init__(self) -> None:
        self.found: list[Shape] = []
        self.words: list[str] = []
        self.corner = {"row": "", "col": ""}
        self.inside: list[str] = []
        self.hidden = 0  # depth within the second telling of one shape

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self.hidden or name == "Fallback":
            self.hidden += 1
            return
        self.inside.append(name)
        if name.endswith("Anchor"):
            self.corner = {"row": "", "col": ""}
        elif name == "txBody":
            self.words = []
        elif name == "br" or (name == "p" and self.words):
            self.words.append("\n")

    def end(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= 1
            return
        name = self.inside.pop()
        if name == "txBody":
            self.found.append((self._corner(), "".join(self.words)))

    def text(self, words: str) -> None:
        if self.hidden or not self.inside:
            return
        if self.inside[-1] == "t":
            self.words.append(words)
        elif self.inside[-1] in self.corner and "from" in self.inside[-2:]:
            self.corner[self.inside[-1]] += words

    def _corner(self) -> tuple[int, int] | None:
        row, column = self.corner["row"].strip(), self.corner["col"].strip()
        if not (row.isdecimal() and column.isdecimal() and len(row) < 8 and len(column) < 6):
            return None
        return int(row) + 1, int(column) + 1


def typed(stream: bytes, records: Iterable[tuple[int, int, int]]) -> Iterator[str]:
    """Yield the texts of the shapes in the records of one xls sheet; notes are no shapes.

    [MS-XLS] 2.4.181 Obj, 2.4.329 TxO: the text stands in the records that continue a TxO.
    """
    kind_of_object, wanted, text = 0, 0, ""
    for kind, at, length in records:
        if kind == _OBJ and length >= 6:
            kind_of_object = struct.unpack_from("<H", stream, at + 4)[0]
        elif kind == _TXO and length >= 12:
            wanted = struct.unpack_from("<H", stream, at + 10)[0]
            wanted = 0 if kind_of_object == _A_NOTE else wanted
            text = ""
        elif kind == _CONTINUE and wanted > 0 and length:
            raw = stream[at + 1 : at + length]
            piece = raw.decode("utf-16-le" if stream[at] & 1 else "latin-1", "replace")[:wanted]
            text, wanted = text + piece, wanted - len(piece)
            if wanted <= 0:
                yield text
