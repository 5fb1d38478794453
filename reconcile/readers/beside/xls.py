"""What a sheet of an xls holds besides its cells, from its records: [MS-XLS] 2.4.

Links, page headers, words in charts, and where pictures and embedded documents lie.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..workbook import Remark
from .xlsx import At, object_remark, page_text, picture_remarks, shown_link

Record = tuple[int, int, int]
"""Type, offset of the body, and length."""
_OBJ, _DRAWING, _LINK, _HEADER, _FOOTER = 0x5D, 0xEC, 0x1B8, 0x14, 0x15
_CHART_TEXT, _SERIES, _WORDS = 0x1025, 0x1003, 0x100D
QUERIES = frozenset((0xDC, 0x1AD, 0x876))
BESIDE = frozenset(
    (_OBJ, _DRAWING, _LINK, _HEADER, _FOOTER, _CHART_TEXT, _SERIES, _WORDS, *QUERIES)
)
"""The records that are looked at here; some tell of queries to data elsewhere."""
MOST = 20_000
"""Records of a sheet that are looked at."""
_ANCHOR, _PICTURE, _PICTURE_FORMULA, _PICTURE_FLAGS, _CONTROL = 0xF010, 8, 9, 8, 0x10
_URL = bytes.fromhex("E0C9EA79F9BACE118C8200AA004BA90B")
_FILE = bytes.fromhex("0303000000000000C000000000000046")
_HAS_MONIKER, _HAS_NAME, _HAS_FRAME, _AS_TEXT = 0x1, 0x10, 0x80, 0x100
_LONGEST, _MOST_LINKED = 4_000, 64
_PROGRAM = re.compile(rb"(?:Word|Excel|PowerPoint|Acro)[A-Za-z.]*")


class Beside(NamedTuple):
    """Words of charts, links by cell, page headers and footers, and remarks."""

    words: tuple[str, ...]
    links: Mapping[tuple[int, int], str]
    pages: tuple[str, ...]
    remarks: tuple[Remark, ...]


def read_beside(
    stream: bytes, records: Sequence[Record], cells: Collection[tuple[int, int]]
) -> Beside:
    """Return what the records of one sheet tell besides its cells."""
    links: dict[tuple[int, int], str] = {}
    pages: dict[str, None] = {}
    for kind, at, length in records:
        body = stream[at : at + min(length, _LONGEST)]
        if kind == _LINK and (target := _target(body)):
            links |= {place: target for place in _places(body) if place in cells}
        elif kind in (_HEADER, _FOOTER) and (text := page_text(_text(body))):
            pages[text] = None
    remarks = tuple(_objects(stream, records))
    pictures = (one.at for one in remarks if one.code == "")
    objects = (one for one in remarks if one.code)
    return Beside(
        tuple(_chart_words(stream, records)), links, tuple(pages),
        (*picture_remarks(pictures), *objects),
    )  # fmt: skip


def _objects(stream: bytes, records: Iterable[Record]) -> Iterator[Remark]:
    """Yield embedded documents, and pictures without a code."""
    corner: At = None
    for kind, at, length in records:
        if kind == _DRAWING:
            corner = _anchor(stream, at, at + length) or corner
        elif kind == _OBJ and length >= 6:
            body = stream[at : at + min(length, _LONGEST)]
            if struct.unpack_from("<H", body, 4)[0] == _PICTURE:
                parts = dict(_parts(body))
                flags = int.from_bytes(parts.get(_PICTURE_FLAGS, b"")[:2], "little")
                formula = parts.get(_PICTURE_FORMULA)
                if formula is None:
                    yield Remark("", corner)
                elif not flags & _CONTROL:
                    program = _PROGRAM.search(formula)
                    yield object_remark(corner, program[0].decode() if program else "")
            corner = None


def _anchor(stream: bytes, at: int, end: int) -> At:
    """The last cell that a drawing record anchors a shape to."""
    found: At = None
    while at + 8 <= end:
        version, kind, length = struct.unpack_from("<HHI", stream, at)
        at += 8
        if kind == _ANCHOR and at + 18 <= len(stream):
            _, column, _, row = struct.unpack_from("<4H", stream, at)
            found = row + 1, column + 1
        if version & 0xF != 0xF:  # no container
            at += length
    return found


def _parts(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the parts of an object's record by their type."""
    at = 0
    while at + 4 <= len(body):
        kind, length = struct.unpack_from("<HH", body, at)
        yield kind, body[at + 4 : at + 4 + length]
        at += 4 + length


def _chart_words(stream: bytes, records: Iterable[Record]) -> Iterator[str]:
    """Yield titles and labels of charts, without the names of the series, which cells hold."""
    titled = False
    for kind, at, length in records:
        if kind in (_CHART_TEXT, _SERIES):
            titled = kind == _CHART_TEXT
        elif kind == _WORDS and titled and length > 4:
            count, wide = stream[at + 2], stream[at + 3] & 1
            raw = stream[at + 4 : min(at + 4 + count * (1 + wide), at + length)]
            yield raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _text(body: bytes) -> str:
    """The text of a page header; of older versions, whose code pages are many, nothing."""
    if len(body) < 4:
        return ""
    (count,) = struct.unpack_from("<H", body)
    wide = body[2] & 1
    if 3 + count * (1 + wide) > len(body):
        return ""
    return body[3 : 3 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _places(body: bytes) -> Iterator[tuple[int, int]]:
    top, bottom, left, right = struct.unpack_from("<4H", body)
    if (bottom - top + 1) * (right - left + 1) <= _MOST_LINKED:
        for row in range(top + 1, bottom + 2):
            yield from ((row, column) for column in range(left + 1, right + 2))


def _target(body: bytes) -> str:
    """Where a link leads to outside the book, "" where it does not: [MS-OSHARED] 2.3.7.1."""
    try:
        (flags,) = struct.unpack_from("<I", body, 28)
        at = 32
        for flag in (_HAS_NAME, _HAS_FRAME):
            if flags & flag:
                (count,) = struct.unpack_from("<I", body, at)
                at += 4 + 2 * count
        if not flags & _HAS_MONIKER:
            return ""
        if flags & _AS_TEXT:
            (count,) = struct.unpack_from("<I", body, at)
            return _shown(body[at + 4 : at + 4 + 2 * count])
        kind, at = body[at : at + 16], at + 16
        if kind == _URL:
            (size,) = struct.unpack_from("<I", body, at)
            return _shown(body[at + 4 : at + 4 + size])
        if kind == _FILE:
            (size,) = struct.unpack_from("<I", body, at + 2)
            short, at = body[at + 6 : at + 6 + size], at + 6 + size + 24
            (wide,) = struct.unpack_from("<I", body, at)
            if wide:
                (size,) = struct.unpack_from("<I", body, at + 4)
                return _shown(body[at + 10 : at + 10 + size])
            return shown_link(short.rstrip(b"\0").decode("gb18030", "replace"))
    except struct.error:  # cut short
        pass
    return ""


def _shown(raw: bytes) -> str:
    return shown_link(raw[: len(raw) & ~1].decode("utf-16-le", "replace").partition("\0")[0])
