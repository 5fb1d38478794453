"""Mails as Outlook saves them, for tests: a container of folders and streams, [MS-CFB] and [MS-OXMSG]."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Tree = Mapping[str, "bytes | Tree"]
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def container(tree: Tree) -> bytes:
    """Return the container that holds these folders and streams."""
    entries: list[list[object]] = [["Root Entry", 5, _FREE, _FREE, b""]]  # name, type, next, child

    def add(inside: int, folder: Tree) -> None:
        before = 0
        for name, content in folder.items():
            entries.append([name, 2 if isinstance(content, bytes) else 1, _FREE, _FREE, content])
            at = len(entries) - 1
            entries[before or inside][2 if before else 3] = at
            before = at
            if not isinstance(content, bytes):
                add(at, content)

    add(0, tree)
    sectors: list[bytes] = []
    fat: list[int] = []

    def chain(content: bytes) -> int:
        """Put a stream into sectors of its own, and return the first."""
        first = len(sectors)
        for at in range(0, len(content), _SECTOR):
            sectors.append(content[at : at + _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(len(sectors))
        if len(sectors) == first:
            return _END
        fat[-1] = _END
        return first

    small, small_fat, starts = b"", [], {}
    for number, (_, kind, _, _, content) in enumerate(entries):
        if kind != 2 or not isinstance(content, bytes):
            continue
        if len(content) >= _CUTOFF:
            starts[number] = chain(content)
        elif content:
            starts[number] = len(small_fat)
            pieces = -(-len(content) // _SMALL)
            small_fat += [*range(len(small_fat) + 1, len(small_fat) + pieces), _END]
            small += content.ljust(pieces * _SMALL, b"\0")
    root = chain(small)
    small_table = chain(struct.pack(f"<{len(small_fat)}I", *small_fat).ljust(_SECTOR, b"\xff"))
    listed = b""
    for number, (name, kind, following, child, content) in enumerate(entries):
        size = len(small) if not number else len(content) if isinstance(content, bytes) else 0
        start = root if not number else starts.get(number, _END)
        raw = f"{name}\0".encode("utf-16-le")
        listed += raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xIQQIQ", len(raw), kind, 1, _FREE, following, child, 0, 0, 0, start, size
        )
    directory = chain(listed.ljust(-(-len(listed) // _SECTOR) * _SECTOR, b"\0"))
    table = len(sectors)
    count = -(-(len(fat) + 1) // 127)
    fat += [_FAT] * count
    fat += [_FREE] * (count * 128 - len(fat))
    sectors += [struct.pack("<128I", *fat[at : at + 128]) for at in range(0, len(fat), 128)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<5H6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, _CUTOFF, small_table,
        len(small_fat) // 128 + 1, _END, 0, table,
    )  # fmt: skip
    more = struct.pack(f"<{count - 1}I", *range(table + 1, table + count)) if count > 1 else b""
    return (head + more).ljust(_SECTOR, b"\xff") + b"".join(sectors)


def outlook_mail(
    *attachments: tuple[str, bytes | Tree], body: str = "见附件", **texts: str
) -> bytes:
    """Return a mail with these attachments; ``texts`` are further properties by their number."""
    return container(mail_tree(*attachments, body=body, **texts))


def mail_tree(*attachments: tuple[str, bytes | Tree], body: str, **texts: str) -> Tree:
    """Return the folders and streams of a mail; an attachment may be those of another one."""
    sent = struct.pack("<IIQ", 0x00390040, 6, 133010208000000000)  # 2022-06-30 in world time
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(32) + sent}
    for number, text in {"1000": body, **texts}.items():
        tree[f"__substg1.0_{number}001F"] = text.encode("utf-16-le")
    for number, (name, content) in enumerate(attachments):
        kind = "37010102" if isinstance(content, bytes) else "3701000D"
        tree[f"__attach_version1.0_#{number:08X}"] = {
            f"__substg1.0_{kind}": content,
            "__substg1.0_3707001F": name.encode("utf-16-le"),
        }
    return tree
