"""A zip in memory, its structure checked before anything in it is unpacked, and then within limits.

Names of entries come as they were meant, whichever program packed them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, NoReturn

from .limits import Limits, Refused

_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_ENTRY_LAYOUT = struct.Struct("<4s4xHH4xLLLHHH8xL")
_MIB = 1 << 20
# Parts and names of parts that are short are the same in file after file: some are remembered.
_SMALL, _SMALL_INFLATED, _MOST_INFLATED = 4096, 96 << 10, 64
_SHORT_NAME, _MOST_NAMES = 100, 512


class Member(NamedTuple):
    """One entry of a zip: sizes in bytes, ``offset`` of its local header.

    ``part`` is the name as names of parts are compared.
    """

    name: str
    part: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class _Directory(NamedTuple):
    """Where the directory of a zip lies, how many entries it has, what stands before the zip proper."""

    start: int
    end: int
    entries: int
    shift: int


def _directory(content: bytes, limits: Limits) -> _Directory:
    end = content.rfind(_END)
    if end < 0 or end + 22 > len(content):
        raise Refused("FILE-005", reason="文件末尾缺失")
    count, size, offset = struct.unpack_from("<HLL", content, end + 10)
    if size == 0xFFFFFFFF or offset == 0xFFFFFFFF or count == 0xFFFF:
        end = content.rfind(b"PK\x06\x06", 0, end)
        if end < 0 or end + 56 > len(content):
            raise Refused("FILE-005", reason="目录缺失")
        count, size, offset = struct.unpack_from("<QQQ", content, end + 32)
    if count > limits.entries or size > limits.entries * 400:
        raise Refused("FILE-023", reason=f"压缩包里有 {count} 个条目")
    start = end - size
    shift = start - offset
    if start < 0 or shift < 0:
        raise Refused("FILE-005", reason="目录不完整")
    return _Directory(start, end, count, shift)


def _entries(content: bytes, directory: _Directory) -> Iterator[Member]:
    position, end, count, shift = directory
    while position + 46 <= end and count:
        sign, flags, method, crc, packed, size, named, extra, remark, offset = (
            _ENTRY_LAYOUT.unpack_from(content, position)
        )
        if sign != _ENTRY:
            raise Refused("FILE-005", reason="目录已损坏")
        position += 46 + named
        raw = content[position - named : position]
        extras = content[position : position + extra] if extra else b""
        if 0xFFFFFFFF in (size, packed, offset):
            size, packed, offset = _wide(extras, size, packed, offset)
        if named < _SHORT_NAME and raw.isascii():
            name, part = _usual_name(raw)
        else:
            name = _entry_name(raw, flags, extras)
            part = part_name(name)
        yield Member(name, part, flags, method, crc, packed, size, offset + shift)
        position += extra + remark
        count -= 1
    if count:
        raise Refused("FILE-005", reason="目录不完整")


def entries(content: bytes, limits: Limits) -> Iterator[Member]:
    """Yield the entries of a zip one by one, for whoever need not see them all.

    Raises Refused as :class:`Archive` does, but tells nothing of entries that overlap.
    """
    return _entries(content, _directory(content, limits))


class Archive:
    """A zip in memory whose structure has been checked; members are inflated within limits.

    ``members`` are in the order of the directory. Raises Refused: FILE-005
    (broken), FILE-011 (bomb), FILE-023 (a structure no honest program writes),
    FILE-024 (encrypted or an unknown method, on reading the member).
    """

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.content = content
        self.limits = limits
        self.left = limits.unpacked_bytes
        directory = _directory(content, limits)
        self.members = list(_entries(content, directory))
        self._no_overlap(self.members, directory.start)

    def _no_overlap(self, members: list[Member], directory: int) -> None:
        """Overlapping entries multiply one compressed block into terabytes; nobody writes them."""
        floor = 0
        for offset, packed in sorted([(member.offset, member.packed) for member in members]):
            if offset < floor:
                raise Refused("FILE-023", reason="压缩包里的条目互相重叠")
            floor = offset + 30 + packed
        if floor > directory:
            raise Refused("FILE-005", reason="内容不完整")

    def read(self, member: Member) -> bytes:
        """Return the member's content, its checksum verified."""
        content, limits = self.content, self.limits
        if member.flags & 0x41:
            raise Refused("FILE-024", reason=f"“{member.name}”设了密码")
        most = min(self.left, max(4 * _MIB, limits.ratio * member.packed))
        if member.size > most:
            self._bomb()
        head = content[member.offset : member.offset + 30]
        if head[:4] != _LOCAL or len(head) < 30:
            raise Refused("FILE-005", reason=f"找不到“{member.name}”的内容")
        named, extra = struct.unpack_from("<HH", head, 26)
        start = member.offset + 30 + named + extra
        packed = memoryview(content)[start : start + member.packed]
        out = None
        if len(packed) < _SMALL:
            out = _small(member.method, member.crc, bytes(packed))
        if out is None:
            out = self._inflate(member, packed, most)
        if len(out) > most:
            self._bomb()
        self.left -= len(out)
        return out

    def _inflate(self, member: Member, packed: memoryview, most: int) -> bytes:
        if member.method == 0:
            out = bytes(packed)
        elif member.method == 8:
            inflater = zlib.decompressobj(-15)
            try:
                out = inflater.decompress(packed, most + 1)
            except zlib.error as error:
                raise Refused("FILE-005", reason=f"“{member.name}”无法解压") from error
            if len(out) <= most and not inflater.eof:
                raise Refused("FILE-005", reason=f"“{member.name}”不完整")
        else:
            raise Refused("FILE-024", reason=f"“{member.name}”的压缩方法不支持")
        if len(out) > most:
            self._bomb()
        if zlib.crc32(out) != member.crc:
            raise Refused("FILE-005", reason=f"“{member.name}”校验不符")
        return out

    def _bomb(self) -> NoReturn:
        raise Refused("FILE-011", limit=self.limits.unpacked_bytes // _MIB)


@lru_cache(maxsize=_MOST_INFLATED)
def _small(method: int, crc: int, packed: bytes) -> bytes | None:
    """A small part inflated and checked; None for what is to be looked at more closely."""
    if method != 8:
        return None
    inflater = zlib.decompressobj(-15)
    try:
        out = inflater.decompress(packed, _SMALL_INFLATED)
    except zlib.error:
        return None
    return out if inflater.eof and zlib.crc32(out) == crc else None


def part_name(name: str) -> str:
    """Return a part name as it is compared: case and the direction of slashes do not count."""
    return name.replace("\\", "/").lstrip("/").lower()


@lru_cache(maxsize=_MOST_NAMES)
def _usual_name(raw: bytes) -> tuple[str, str]:
    name = raw.decode("ascii")
    return name, part_name(name)


def _wide(extras: bytes, *short: int) -> list[int]:
    """Return size, packed size and offset with the zip64 values put in where they are meant."""
    position = 0
    while position + 4 <= len(extras):
        kind, length = struct.unpack_from("<HH", extras, position)
        if kind == 1:
            block = extras[position + 4 : position + 4 + length]
            wide = [number for (number,) in struct.iter_unpack("<Q", block[: length & ~7])]
            out = [(wide.pop(0) if wide else n) if n == 0xFFFFFFFF else n for n in short]
            return [min(n, 1 << 62) for n in out]
        position += 4 + length
    return list(short)


def _entry_name(raw: bytes, flags: int, extras: bytes) -> str:
    """Return an entry's name: UTF-8 where it says so or reads so, else GBK, else cp437.

    Windows and most Chinese packers write GBK without saying; macOS writes
    UTF-8 without saying; Info-ZIP adds the UTF-8 name in extra field 0x7075.
    """
    if raw.isascii():
        return raw.decode("ascii")
    at = extras.find(b"\x75\x70")
    if not flags & 0x800 and at == 0 and len(extras) > 9:
        length = int.from_bytes(extras[2:4], "little")
        if extras[5:9] == zlib.crc32(raw).to_bytes(4, "little"):
            raw = extras[9 : 4 + length]
    for encoding in ("utf-8", "gb18030", "cp437"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
