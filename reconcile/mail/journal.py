"""A journal: lines of JSON that are on the disk before the next step is taken."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.i18n import EN, ZH, speaking, tr
from ..core.text import json_printable
from ..writers.atomic import PRIVATE, hold, read_regular, refuse_link

Line = Mapping[str, Any]
_MOST_BYTES = 256 << 20


def journal_at(folder: Path, name: str, language: str, **values: object) -> Path:
    """Return where a journal lies: where there is one under its ``name`` in either language, that.

    Else the name is in ``language``: a plan that changes its language keeps its journals.
    """
    paths = {}
    for each in (ZH, EN):
        with speaking(each):
            paths[each] = folder / tr(name, **values)
    there = [path for path in paths.values() if os.path.lexists(path)]
    return there[0] if there else paths[language]


class Taken(Exception):
    """Another run holds the journal."""


class Journal:
    """Lines appended to one file. A line that a crash cut short was never written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[Line]:
        """Return all lines. ValueError, naming the line, when one cannot be read."""
        try:
            content = read_regular(self.path, _MOST_BYTES)
        except FileNotFoundError:
            return []
        lines: list[Line] = []
        for number, text in enumerate(_whole(content).splitlines(), 1):
            try:
                line = json.loads(text)
            except ValueError:
                line = None
            if not isinstance(line, dict):
                raise ValueError(f"{self.path.name} 第{number}行")
            lines.append(line)
        return lines

    def append(self, **line: object) -> None:
        """Write one line; when this returns it has reached the disk. OSError when it cannot."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = _opened(self.path, getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "r+b") as stream:
            stream.truncate(len(_whole(stream.read())))
            stream.seek(0, os.SEEK_END)
            text = json_printable(json.dumps(line, ensure_ascii=False))
            stream.write(text.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the journal against other runs; the system lets go of it when this one dies.

        Raises Taken when another run holds it. What is locked is an empty file beside it: some
        drives let nobody read or write a locked one. Where there can be none, nothing is held.
        """
        lock = self.path.with_suffix(".lock")
        refuse_link(lock)
        try:
            stream = os.fdopen(_opened(lock), "r+b")
        except OSError:  # what cannot be written beside it cannot be written into it either
            yield
            return
        with stream:
            if hold(stream.fileno()) is False:
                raise Taken
            yield


def _opened(path: Path, flags: int = 0) -> int:
    """Open a file for its owner, to be read and written; it is made as needed. OSError where it is a link."""
    refuse_link(path)
    nowhere_else = getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, os.O_RDWR | os.O_CREAT | nowhere_else | flags, PRIVATE)


def _whole(content: bytes) -> bytes:
    """The content up to the last line end."""
    return content[: content.rfind(b"\n") + 1]
