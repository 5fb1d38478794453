"""OLE2 containers (old xls, encrypted xlsx, doc, msg) -> their streams: [MS-CFB].

Written here because the readers of others follow a chain of sectors that bites
its own tail for ever. A container that passes is safe to hand on.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import partial

from .limits import Refused

_LAST_SECTOR = 0xFFFFFFFA
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def _broken() -> Refused:
    return Refused("FILE-022", part="OLE2", reason="文件结构已损坏")


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) & ~3])


def _no_circles(table: Sequence[int]) -> None:
    """Refuse a sector table in which some chain never ends."""
    seen = bytearray(len(table))
    for start in range(len(table)):
        path = []
        sector = start
        while sector < len(table) and not seen[sector]:
            seen[sector] = 1
            path.append(sector)
            sector = table[sector]
        if sector < len(table) and seen[sector] == 1:
            raise _broken()
        for sector in path:
            seen[sector] = 2


class _Container:
    """The tables of one container."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512:
            raise _broken()
        self.content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        (directory,) = struct.unpack_from("<I", content, 48)
        self.cutoff, mini, _, extra, _ = struct.unpack_from("<5I", content, 56)
        if shift not in (9, 12) or mini_shift != 6:
            raise _broken()
        self.size = 1 << shift
        self.fat = self._allocation(extra)
        _no_circles(self.fat)
        self.mini_fat = _numbers(self._chain(mini, self.fat))
        _no_circles(self.mini_fat)
        entries = self._chain(directory, self.fat)
        self.entries = [entries[at : at + 128] for at in range(0, len(entries) - 127, 128)]
        if not self.entries or self.entries[0][66] != _ROOT:
            raise _broken()
        (start,) = struct.unpack_from("<I", self.entries[0], 116)
        self.mini = self._chain(start, self.fat)

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.size : (number + 2) * self.size]

    def _allocation(self, extra: int) -> tuple[int, ...]:
        """Return the sector table; its own sectors are listed in the header, then in a chain."""
        listed = [n for n in _numbers(self.content[76:512]) if n < _LAST_SECTOR]
        seen: set[int] = set()
        while extra < _LAST_SECTOR:
            block = _numbers(self._sector(extra))
            if extra in seen or not block:
                raise _broken()
            seen.add(extra)
            listed += [n for n in block[:-1] if n < _LAST_SECTOR]
            extra = block[-1]
        if len(set(listed)) < len(listed) or len(listed) * self.size > len(self.content):
            raise _broken()
        return _numbers(b"".join(map(self._sector, listed)))

    def _chain(self, sector: int, table: Sequence[int], mini: bytes | None = None) -> bytes:
        pieces = []
        while sector < len(table):
            if mini is None:
                pieces.append(self._sector(sector))
            else:
                pieces.append(mini[sector * 64 : sector * 64 + 64])
            sector = table[sector]
        return b"".join(pieces)

    def read(self, entry: bytes) -> bytes:
        """Return the content of a stream (of a folder: nothing); refuse when part of it is missing."""
        if entry[66] != _STREAM:
            return b""
        start, length = struct.unpack_from("<II", entry, 116)
        if length < self.cutoff:
            found = self._chain(start, self.mini_fat, self.mini)
        else:
            found = self._chain(start, self.fat)
        if len(found) < length:
            raise _broken()
        return found[:length]

    def top(self) -> list[tuple[str, bytes]]:
        """Return (name, entry) of what stands at the top: an embedded workbook is not the workbook."""
        found = []
        waiting = list(struct.unpack_from("<I", self.entries[0], 76))
        seen: set[int] = set()
        while waiting:
            at = waiting.pop()
            if at >= len(self.entries) or at in seen:
                continue
            seen.add(at)
            entry = self.entries[at]
            length = min(max(int.from_bytes(entry[64:66], "little") - 2, 0), 62)
            if entry[66] in (_STORAGE, _STREAM):
                found.append((entry[:length].decode("utf-16-le", "replace"), entry))
            waiting += struct.unpack_from("<II", entry, 68)
        return found


def ole_streams(content: bytes) -> dict[str, Callable[[], bytes]]:
    """Return what stands at the top of an OLE2 container by name, each ready to be read.

    Folders are listed too (they read as nothing). Raises Refused FILE-022 when
    the structure is broken, now or on reading.
    """
    container = _Container(content)
    return {name: partial(container.read, entry) for name, entry in container.top()}
