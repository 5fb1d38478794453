"""What people write beside the cells: text boxes, call-outs and other shapes -> anchor and text.

A shape is ``(row and column of the cell under its upper left corner or None, its text)``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .limits import Clock, parse_xml

if TYPE_CHECKING:
    from .xlsx import Package
    from .xlsx_parts import Relation

Anchor = tuple[int, int] | None
Shape = tuple[Anchor, str]
_WORDED = ("chart", "chartEx", "diagramData")
"""Kinds of parts that a drawing shows, and that people write into."""

_MOST = 100
"""Shapes of a sheet that are reported one by one; the last one holds the texts of all further ones."""
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


class Drawing(NamedTuple):
    """What one drawing holds: its shapes, where its pictures lie, its charts and the like by relation."""

    shapes: tuple[Shape, ...]
    pictures: tuple[Anchor, ...]
    parts: tuple[tuple[Anchor, str], ...]


def drawn(book: Package, relations: Sequence[Relation]) -> tuple[tuple[Shape, ...], list[Anchor]]:
    """Return the shapes of an xlsx sheet with the words of its charts, and where its pictures lie."""
    found: list[Shape] = []
    pictures: list[Anchor] = []
    for relation in relations:
        if relation.kind == "drawing" and not relation.external:
            part = book.small(relation.target)
            if part is not None:
                drawing = _drawing(part, relation.target, book.clock)
                found += drawing.shapes
                pictures += drawing.pictures
                found += _words_of_parts(book, relation.target, drawing.parts)
    return gathered(found), pictures


def _drawing(part: bytes, name: str, clock: Clock) -> Drawing:
    reader = _Drawing()
    parse_xml(part, name, reader.start, reader.end, reader.text, clock, prefixes=True)
    return Drawing(tuple(reader.found), tuple(reader.pictures), tuple(reader.parts))


def _words_of_parts(
    book: Package, drawing: str, parts: Iterable[tuple[Anchor, str]]
) -> Iterator[Shape]:
    """Yield what people wrote into charts and diagrams: titles, labels, boxes."""
    read: set[str] = set()
    for at, identity in parts:
        for relation in book.relations(drawing):
            known = relation.target in read or relation.external
            if relation.id != identity or known or relation.kind not in _WORDED:
                continue
            read.add(relation.target)
            yield at, _words(book, relation.target)
            for inner in book.relations(relation.target):
                if inner.kind == "chartUserShapes" and not inner.external:
                    yield at, _words(book, inner.target)


def _words(book: Package, name: str) -> str:
    """The texts of a part, one paragraph a line."""
    words: list[str] = []
    inside: list[str] = []

    def start(tag: str, _: dict[str, str]) -> None:
        inside.append(tag.rpartition(":")[2])
        if inside[-1] == "p" and words:
            words.append("\n")

    def text(piece: str) -> None:
        if inside and inside[-1] == "t":
            words.append(piece)

    part = book.small(name)
    if part is not None:
        parse_xml(part, name, start, lambda _: inside.pop(), text, book.clock, prefixes=True)
    lines = (line.strip() for line in "".join(words).split("\n"))
    return "\n".join(line for line in lines if line)


class _Drawing:
    """Callbacks for a drawing part; names are known by what follows their prefix."""

    def __init__(self) -> None:
        self.found: list[Shape] = []
        self.pictures: list[Anchor] = []
        self.parts: list[tuple[Anchor, str]] = []
        self.words: list[str] = []
        self.corner = {"row": "", "col": ""}
        self.inside: list[str] = []
        self.hidden = 0  # depth within the second telling of one shape

    def start(self, tag: str, attributes: dict[str, str]) -> None:
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
        elif name in ("pic", "contentPart"):
            self.pictures.append(self._corner())
        elif name in ("chart", "relIds"):
            wanted = "id" if name == "chart" else "dm"
            named = (v for k, v in attributes.items() if k.rpartition(":")[2] == wanted)
            self.parts.append((self._corner(), next(named, "")))

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

    def _corner(self) -> Anchor:
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
