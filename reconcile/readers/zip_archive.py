"""A zip in memory: zipfile reads its directory, which is checked; then it is unpacked within limits.

Names of entries come as they were meant, whichever program packed them.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from ..core.i18n import Phrase
from .limits import Limits, Refused

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_MIB = 1 << 20
# What zipfile raises on a broken directory.
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error)


class Member(NamedTuple):
    """One entry of a zip; ``part`` is the name as names of parts are compared, ``size`` in bytes."""

    name: str
    part: str
    size: int
    info: zipfile.ZipInfo


class Archive:
    """A zip in memory whose structure has been checked; members are inflated within limits.

    ``members`` are in the order of the directory. Raises Refused: FILE-005
    (broken), FILE-011 (bomb), FILE-023 (a structure no honest program writes),
    FILE-024 (encrypted or an unknown method, on reading the member).
    """

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.unpacked_bytes
        self._content = _checked(content, limits)
        try:
            # Raw bytes of names: zipfile would take them all for one encoding.
            read = zipfile.ZipFile(io.BytesIO(self._content), metadata_encoding="latin-1")
        except _BROKEN as error:
            raise Refused("FILE-005", reason=Phrase("目录已损坏")) from error
        listed = read.infolist()
        if len(listed) > limits.entries:
            raise Refused("FILE-023", reason=Phrase("压缩包里有 {n} 个条目", n=len(listed)))
        _check_overlap(listed, read.start_dir)
        named = [(_entry_name(info), info) for info in listed]
        self.members = [Member(n, part_name(n), info.file_size, info) for n, info in named]

    def read(self, member: Member) -> bytes:
        """Return the member's content, its checksum verified.

        zipfile would inflate whatever is there, whatever size is declared.
        """
        info = member.info
        most = min(self.left, max(4 * _MIB, self.limits.ratio * info.compress_size))
        if info.flag_bits & 0x41:
            raise Refused("FILE-024", reason=Phrase("“{name}”设了密码", name=member.name))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("FILE-024", reason=Phrase("“{name}”的压缩方法不支持", name=member.name))
        if member.size > most:
            self._bomb()
        out = self._packed(info)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                out = inflater.decompress(out, most + 1)
            except zlib.error as error:
                raise Refused(
                    "FILE-005", reason=Phrase("“{name}”无法解压", name=member.name)
                ) from error
        if len(out) > most:
            self._bomb()
        if zlib.crc32(out) != info.CRC:
            raise Refused("FILE-005", reason=Phrase("“{name}”校验不符", name=member.name))
        self.left -= len(out)
        return out

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        start = info.header_offset + 30
        head = self._content[start - 30 : start]
        if head[:4] != b"PK\x03\x04" or len(head) < 30:
            raise Refused("FILE-005", reason=Phrase("内容不完整"))
        start += sum(struct.unpack_from("<HH", head, 26))
        return self._content[start : start + info.compress_size]

    def _bomb(self) -> NoReturn:
        raise Refused("FILE-011", limit=self.limits.unpacked_bytes // _MIB)


def _checked(content: bytes, limits: Limits) -> bytes:
    """Return a zip up to its end record, which zipfile is bound to find there; refuse a long directory."""
    end = content.rfind(_END)
    if end < 0 or end + 22 > len(content):
        raise Refused("FILE-005", reason=Phrase("文件末尾缺失"))
    count, size = struct.unpack_from("<HL", content, end + 10)
    if (
        end >= 76
        and content[end - 20 : end - 16] == _LOCATOR64
        and content[end - 76 : end - 72] == _END64
    ):
        count, size = struct.unpack_from("<QQ", content, end - 76 + 32)
    if count > limits.entries or size > limits.entries * 400:
        raise Refused("FILE-023", reason=Phrase("压缩包里有 {n} 个条目", n=count))
    return content[: end + 22]


def _check_overlap(listed: Iterable[zipfile.ZipInfo], directory: int) -> None:
    """Refuse overlapping entries: they multiply one block into terabytes, and nobody writes them.

    zipfile itself looks for them since Python 3.11.9, when it reads.
    """
    floor = 0
    for offset, packed in sorted((info.header_offset, info.compress_size) for info in listed):
        if offset < floor:
            raise Refused("FILE-023", reason=Phrase("压缩包里的条目互相重叠"))
        floor = offset + 30 + packed
    if floor > directory:
        raise Refused("FILE-005", reason=Phrase("内容不完整"))


def part_name(name: str) -> str:
    """Return a part name as it is compared: case and the direction of slashes do not count."""
    return name.replace("\\", "/").lstrip("/").lower()


def _entry_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name: UTF-8 where it says so or reads so, else GBK, else cp437.

    Windows and most Chinese packers write GBK without saying; macOS writes
    UTF-8 without saying; Info-ZIP adds the UTF-8 name in extra field 0x7075.
    """
    if info.flag_bits & 0x800 or info.orig_filename.isascii():
        return info.orig_filename
    raw = info.orig_filename.encode("latin-1")
    extra = info.extra
    if extra[:2] == b"\x75\x70" and extra[5:9] == zlib.crc32(raw).to_bytes(4, "little"):
        raw = extra[9 : 4 + int.from_bytes(extra[2:4], "little")]
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")
