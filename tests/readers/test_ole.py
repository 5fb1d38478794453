"""OLE2 containers, read by olefile: what a stranger may write into one costs nothing and is refused."""

from __future__ import annotations

import struct
import time

import pytest
from hostile import _number, ole, xls
from outlook_mails import container

from reconcile.readers.limits import Refused
from reconcile.readers.ole import ole_streams, ole_tree

_SIZE, _START = 120, 116  # of a directory entry of 128 bytes
_LEFT, _RIGHT, _CHILD = 68, 72, 76


def spoilt(content: bytes, *changes: tuple[int, int]) -> bytes:
    """The container with these four-byte numbers put in at these places."""
    out = bytearray(content)
    for at, number in changes:
        struct.pack_into("<L", out, at, number)
    return bytes(out)


def directory(content: bytes, entry: int = 0) -> int:
    """Where an entry of the directory lies."""
    (sector,) = struct.unpack_from("<L", content, 48)
    return 512 * (int(sector) + 1) + 128 * entry


def table(content: bytes, sector: int) -> int:
    """Where the number of the sector after this one lies."""
    (first,) = struct.unpack_from("<L", content, 76)
    return 512 * (int(first) + 1) + 4 * sector


def test_streams_are_read_by_their_names() -> None:
    content = ole(b"a" * 5000, "Workbook", 其他=b"b" * 4096)
    streams = ole_streams(content)
    assert set(streams) == {"Workbook", "其他"}
    assert streams["Workbook"]()[:5000] == b"a" * 5000 and streams["其他"]() == b"b" * 4096


BOOK = xls(_number(0, 0))
_DIRECTORY = directory(BOOK)
_BIG = ole(b"a" * (8 << 20))
"""Large enough for its sector table to be listed in a chain of its own."""
_LIST = (
    512 * (struct.unpack_from("<L", _BIG, 68)[0] + 1) + 508
)  # where the list after the first one is named


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("nothing after the header", BOOK[:512]),
        ("half a header", BOOK[:300]),
        ("cut in the middle", BOOK[: len(BOOK) // 2]),
        ("a stream in a circle", spoilt(BOOK, (table(BOOK, 3), 0))),
        ("every chain a circle", spoilt(BOOK, *((table(BOOK, n), n) for n in range(20)))),
        ("the directory in a circle", spoilt(BOOK, (table(BOOK, (_DIRECTORY >> 9) - 1), (_DIRECTORY >> 9) - 1))),
        ("a stream in a circle, as long as the disk", spoilt(BOOK, (table(BOOK, 3), 0), (_DIRECTORY + 128 + _SIZE, 0x70000000))),
        ("a stream that begins nowhere", spoilt(BOOK, (_DIRECTORY + 128 + _START, 0x7FFFFFF0))),
        ("tables of 4 billion sectors", spoilt(BOOK, (44, 0xFFFFFFFF))),
        ("small tables of 4 billion sectors", spoilt(BOOK, (64, 0xFFFFFFFF), (60, 0))),
        ("4 billion lists of tables, the first after itself", spoilt(_BIG, (44, 0xFFFFFFFF), (72, 33818640), (_LIST, (_LIST >> 9) - 1))),
        ("sectors of 2 ** 65535 bytes", spoilt(BOOK, (30, 0xFFFFFFFF))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_broken_is_refused_at_once(what: str, content: bytes) -> None:
    since = time.process_time()
    with pytest.raises(Refused) as refused:
        for read in ole_streams(content).values():
            read()
    assert refused.value.code == "FILE-022"
    assert time.process_time() - since < 2


@pytest.mark.parametrize(
    "changes",
    [
        ((_DIRECTORY + 128 + _LEFT, 1), (_DIRECTORY + 128 + _RIGHT, 1)),
        ((_DIRECTORY + 128 + _CHILD, 0),),
        ((_DIRECTORY + 128 + _RIGHT, 0x7FFFFFF0),),
    ],
    ids=["an entry beside itself", "the root below an entry", "an entry that is not there"],
)
def test_a_directory_in_a_circle_is_read_once(changes: tuple[tuple[int, int], ...]) -> None:
    assert "Workbook" in ole_streams(spoilt(BOOK, *changes))


def test_more_entries_than_office_writes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """olefile looks for each entry's stream in a list of all: 260,000 took it many minutes."""
    many = ole(b"", **{f"s{n}": b"" for n in range(6)})
    assert len(ole_streams(many)) == 7
    monkeypatch.setattr("reconcile.readers.ole._MOST_DIRECTORY", 1024 - 1)
    with pytest.raises(Refused) as refused:
        ole_streams(many)
    assert refused.value.code == "FILE-022"


def test_a_large_container_is_read() -> None:
    assert len(ole_streams(_BIG)["Workbook"]()) == 8 << 20


def test_folders_are_walked_once_even_where_one_lies_in_itself() -> None:
    content = container({"甲": {"乙": b"1", "丙": {"丁": b"2"}}, "戊": b"3"})
    assert [(path, one.size, one.read()) for path, one in sorted(ole_tree(content).items())] == [
        (("戊",), 1, b"3"), (("甲", "丙", "丁"), 1, b"2"), (("甲", "乙"), 1, b"1"),
    ]  # fmt: skip
    assert {name: read() for name, read in ole_streams(content).items()} == {"甲": b"", "戊": b"3"}
    again = spoilt(content, (directory(content, 3) + _CHILD, 1))
    assert ("戊",) in ole_tree(again) and ("甲", "乙") in ole_tree(again)
