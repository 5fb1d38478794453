"""A journal: lines of JSON that are on the disk before the next step is taken."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]


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


def _whole(content: bytes) -> bytes:
    """The content up to the last line end."""
    return content[: content.rfind(b"\n") + 1]
