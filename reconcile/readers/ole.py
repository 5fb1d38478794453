"""OLE2 containers (old xls, encrypted xlsx, doc, msg) -> their streams, by olefile: [MS-CFB].

olefile believes some of the counts in a file; those are held against its size
first, and nobody else opens one.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import olefile

from ..core.i18n import Phrase
from .limits import Refused

# olefile looks for each stream in a list of all; Office writes some dozen entries, a few hundred at most.
_MOST_DIRECTORY = 4_000 * 128


def _broken() -> Refused:
    return Refused("FILE-022", part="OLE2", reason=Phrase("文件结构已损坏"))


def _check_counts(content: bytes) -> None:
    """Refuse a header that counts more sectors of tables than the file has: olefile would follow a loop."""
    if len(content) < 512:
        raise _broken()
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    counts = [
        struct.unpack_from("<I", content, at)[0] for at in (44, 64, 72)
    ]  # FAT, mini FAT, DIFAT
    if shift not in (9, 12) or mini_shift != 6 or max(counts) << shift > len(content):
        raise _broken()


def _length(sector: int, table: Sequence[int]) -> int:
    """Return the number of sectors in a chain; refuse one that comes back to itself."""
    seen: set[int] = set()
    while sector < len(table):
        if sector in seen:
            raise _broken()
        seen.add(sector)
        sector = table[sector]
    return len(seen)


class _Container(olefile.OleFileIO):  # type: ignore[misc]  # it has no types
    """A container whose directory is looked at before it is read."""

    def loaddirectory(self, sect: int) -> None:
        """Read the directory unless it is circular or longer than any that Office writes."""
        if _length(sect, self.fat) * self.sectorsize > _MOST_DIRECTORY:
            raise _broken()
        super().loaddirectory(sect)


class Stream(NamedTuple):
    """A stream of a container: its bytes are counted, and read when they are asked for."""

    size: int
    read: Callable[[], bytes]


def _read(container: _Container, path: tuple[str, ...], entry: olefile.OleDirectoryEntry) -> bytes:
    """Return the content of a stream; refuse when part of it is missing."""
    if not entry.size:
        return b""
    try:
        stream: bytes = container.openstream(list(path)).read()
        _length(entry.isectStart, container.minifat if entry.is_minifat else container.fat)
    except (OSError, ValueError, IndexError) as error:
        raise _broken() from error
    if len(stream) < entry.size:
        raise _broken()
    return stream


def ole_tree(content: bytes) -> dict[tuple[str, ...], Stream]:
    """Return the streams of an OLE2 container by the folders that they lie in and their name.

    Raises Refused FILE-022 when the structure is broken, now or on reading.
    """
    _check_counts(content)
    try:
        container = _Container(io.BytesIO(content))
    except (OSError, ValueError, IndexError, struct.error, RecursionError) as error:
        raise _broken() from error
    if any(entry and entry.size > len(content) for entry in container.direntries):
        raise _broken()
    found: dict[tuple[str, ...], Stream] = {}
    seen: set[int] = set()
    waiting: list[tuple[tuple[str, ...], olefile.OleDirectoryEntry]]
    waiting = [((entry.name,), entry) for entry in reversed(container.root.kids)]
    while waiting:
        path, entry = waiting.pop()
        if entry.sid in seen:  # a folder that lies in itself
            continue
        seen.add(entry.sid)
        if entry.entry_type == olefile.STGTY_STREAM:
            found[path] = Stream(entry.size, partial(_read, container, path, entry))
        waiting += (((*path, kid.name), kid) for kid in reversed(entry.kids))
    return found


def ole_streams(content: bytes) -> dict[str, Callable[[], bytes]]:
    """Return what stands at the top of an OLE2 container by name, each ready to be read.

    Folders are listed too (they read as nothing). Raises Refused as :func:`ole_tree`.
    """
    found: dict[str, Callable[[], bytes]] = {}
    for path, stream in ole_tree(content).items():
        if len(path) == 1:
            found[path[0]] = stream.read
        else:
            found.setdefault(path[0], bytes)
    return found
