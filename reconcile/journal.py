"""A journal: lines of JSON that are on the disk before the next step is taken."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Line = Mapping[str, Any]
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
_FAR = 1 << 30
"""Where Windows locks a byte: nobody may read one that is locked, and no journal is as long."""


class Taken(Exception):
    """Another run holds the journal."""


class Journal:
    """Lines appended to one file. A line that a crash cut short was never written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[Line]:
        """Return all lines. ValueError, naming the line, when one cannot be read."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        found: list[Line] = []
        for number, text in enumerate(_whole(content).splitlines(), 1):
            try:
                line = json.loads(text)
            except ValueError:
                line = None
            if not isinstance(line, dict):
                raise ValueError(f"{self.path.name} 第{number}行")
            found.append(line)
        return found

    def append(self, **line: object) -> None:
        """Write one line; when this returns it has reached the disk. OSError when it cannot."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(handle, "r+b") as stream:
            stream.truncate(len(_whole(stream.read())))
            stream.seek(0, os.SEEK_END)
            stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the journal against other runs; the system lets go of it when this one dies.

        Raises Taken when another run holds it. On a drive that knows no locks it is not held.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as stream:
            _lock(stream.fileno())
            yield


def _lock(handle: int) -> None:
    """Lock an open file until it is closed."""
    try:
        if sys.platform == "win32":
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            raise Taken from error
        if error.errno not in _NO_LOCKS:
            raise


def _whole(content: bytes) -> bytes:
    """The content up to the last line end."""
    return content[: content.rfind(b"\n") + 1]
