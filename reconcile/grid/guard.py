"""Guards that stand before every parser: sizes, zip structure, XML without surprises, time.

What a stranger's file may cost is decided here and nowhere else. The functions
of this module refuse by raising :class:`Refused`, which :func:`grid.read_book`
and the inbox turn into findings; it never leaves those two.
"""

from __future__ import annotations

import re
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from ..frozen import frozen

_MIB = 1 << 20
# Between two "<" lies at most one tag or one text; neither is this long in any real file.
_LONGEST = _MIB
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS = re.compile(
    r"utf-?16(?:-?[bl]e)?|gb(?:k|2312|-?18030)|big5|shift_jis|euc-(?:cn|jp|kr)|iso-8859-\d{1,2}"
    r"|latin-?1|windows-125\d|cp125\d|koi8-r"
)
_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_ENTRY_LAYOUT = struct.Struct("<4s4xHH4xLLLHHH8xL")
# Parts and names of parts that are short are the same in file after file: some are remembered.
_SMALL, _SMALL_INFLATED, _MOST_INFLATED = 4096, 96 << 10, 64
_SHORT_NAME, _MOST_NAMES, _FEW_TAGS = 100, 512, 16384


@frozen
class Limits:
    """What reading one file may cost. Every limit but ``seconds`` is the same on every machine.

    ``rows`` and ``columns`` count those that hold values, not those that are
    merely formatted; ``signs`` counts the signs of all texts, each as often as
    a cell shows it; ``merged`` the rows of all merged areas; ``tags`` counts "<" in all XML parts that are parsed; ``ratio``
    (unpacked by packed size) is asked of parts above 4 MiB only.
    """

    file_bytes: int = 32 * _MIB
    unpacked_bytes: int = 128 * _MIB
    ratio: int = 250
    entries: int = 5_000
    rows: int = 20_000
    columns: int = 1_000
    cells: int = 300_000
    sheets: int = 1_000
    signs: int = 8_000_000
    merged: int = 100_000
    tags: int = 2_500_000
    depth: int = 200
    seconds: float = 10.0


LIMITS = Limits()
TALLEST = 201
"""A merged area of more rows is a frame around a page; what it covers is not looked at."""


class Refused(Exception):
    """A file that is not read: ``code`` and ``values`` of the finding that says why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Clock:
    """The deadline of one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.end = time.monotonic() + limits.seconds

    def left(self) -> float:
        """Return the seconds that are left, at least a tenth of one."""
        return max(self.end - time.monotonic(), 0.1)

    def check(self) -> None:
        """Refuse (FILE-021) when the file has used up its time."""
        if time.monotonic() > self.end:
            raise Refused("FILE-021", seconds=f"{self.limits.seconds:g}")


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


def check_xml(part: bytes, name: str) -> bytes:
    """Return an XML part in UTF-8, free of a document type declaration.

    Raises Refused FILE-012 (DTD), FILE-022 (its encoding cannot be read, or a
    single tag or text of more than a mebibyte).
    """
    declared = _DECLARED.match(part[:200])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif part[:1] == b"\0" or part[1:2] == b"\0":
        encoding = "utf-16-be" if part[:1] == b"\0" else "utf-16-le"
    if encoding not in ("utf-8", "utf8", "us-ascii", "ascii"):
        # Not every codec of Python is one of XML, and some take hours (punycode).
        if not _ENCODINGS.fullmatch(encoding):
            raise Refused("FILE-022", part=name, reason="文字编码无法识别")
        try:
            part = part.decode(encoding).encode("utf-8")
        except (LookupError, ValueError) as error:
            raise Refused("FILE-022", part=name, reason="文字编码无法识别") from error
    # A single sign is found sixty times as fast as two.
    if b"!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
        raise Refused("FILE-012")
    position, size = 0, len(part)
    while size - position > _LONGEST:
        position = part.rfind(b"<", position, position + _LONGEST) + 1
        if not position:
            raise Refused("FILE-022", part=name, reason="有一处文字超过 1 MB")
    return part


def only_tags(part: bytes) -> bool:
    """Say whether an XML part holds tags and text alone: no comment, CDATA or instruction."""
    start = part.find(b"?>") + 2 if part.startswith(b"<?xml ") else 0
    instructed = part.find(b"?", start) >= 0 and part.find(b"<?", start) >= 0
    return not instructed and not (b"!" in part and b"<!" in part)


class Tags:
    """The number of tags that may still be parsed in one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.tags

    def spend(self, part: bytes) -> None:
        """Take the tags of a part off, or refuse (FILE-020)."""
        self.left -= _tags(part) if len(part) < _FEW_TAGS else part.count(b"<")
        if self.left < 0:
            raise Refused("FILE-020", what=f"内容超过 {self.limits.tags} 处标记")


@lru_cache(maxsize=_MOST_INFLATED)
def _tags(part: bytes) -> int:
    """The number of tags of a part as small as those that come again."""
    return part.count(b"<")


def parse_xml(
    part: bytes,
    name: str,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object],
    clock: Clock,
    *,
    prefixes: bool = False,
) -> None:
    """Stream a part that check_xml returned through three callbacks.

    Tags come without the prefix that the root element bears; with
    ``prefixes`` they come as written. Raises Refused FILE-022 (not
    well-formed, or nested beyond the limit), FILE-012, FILE-021.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    depth, limit, prefix = 0, clock.limits.depth, ""

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, prefix
        if not depth and not prefixes and ":" in tag:
            prefix = tag.partition(":")[0] + ":"
        depth += 1
        if depth > limit:
            raise Refused("FILE-022", part=name, reason=f"嵌套超过 {limit} 层")
        start(tag.removeprefix(prefix) if prefix else tag, attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag.removeprefix(prefix) if prefix else tag)

    def doctype(*_: object) -> None:
        raise Refused("FILE-012")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    view = memoryview(part)
    try:
        for at in range(0, len(part), 1 << 18):
            parser.Parse(view[at : at + (1 << 18)], False)
            clock.check()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("FILE-022", part=name, reason=f"第 {error.lineno} 行起无法解析") from error


def check_extent(positions: Iterable[tuple[int, int]], sheet: str, limits: Limits) -> None:
    """Refuse (FILE-020) when more rows or columns hold values than are read."""
    rows, columns = set(), set()
    for row, column in positions:
        rows.add(row)
        columns.add(column)
    if len(rows) > limits.rows:
        raise Refused("FILE-020", what=f"工作表“{sheet}”有内容的行超过 {limits.rows} 行")
    if len(columns) > limits.columns:
        raise Refused("FILE-020", what=f"工作表“{sheet}”有内容的列超过 {limits.columns} 列")


def check_merges(heights: Iterable[int], limits: Limits) -> None:
    """Refuse (FILE-020) when merged areas cover more rows than are looked at one by one."""
    if sum(min(max(height, 1), TALLEST) for height in heights) > limits.merged:
        raise Refused("FILE-020", what=f"合并区域超过 {limits.merged} 行")


def spread(spans: Iterable[tuple[int, int]], last: int) -> frozenset[int]:
    """Return every number of the spans (first, last) up to ``last``, however often they overlap."""
    found: set[int] = set()
    reached = 0
    for low, high in sorted(spans):
        high = min(high, last)
        found.update(range(max(low, reached + 1, 1), high + 1))
        reached = max(reached, high)
    return frozenset(found)
