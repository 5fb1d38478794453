"""How a person names a file by its content: the beginning of its SHA-256, and the period it is ruled on for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .text import fold

_FINGERPRINT = re.compile(r"(?<![0-9A-Za-z])([0-9A-Fa-f]{16,64})(?:[@＠]([^@＠]*))?$")
"""It stands at the end, where no name that ends like a file's can be taken for it."""
_SHOWN = 32
"""Whoever can try some billions of contents finds two files of his own that begin with the same 16 signs."""


@dataclass(frozen=True, slots=True)
class FileNamed:
    """What a ruling says of a file: how its SHA-256 begins, and a period, folded, "" for any."""

    sha256: str
    period: str

    def means(self, sha256: str, period: str) -> bool:
        """Say whether this is the file with that content, in that period (a caption)."""
        return sha256.startswith(self.sha256) and self.period in ("", fold(period))


def file_named(value: str) -> FileNamed | None:
    """Return the file that 采用值 names by its content, or None.

    A file's name may stand before: 回表.xlsx 1a2b3c4d5e6f7a8b@第二季度. It is for
    people; whoever sends files chooses their names.
    """
    found = _FINGERPRINT.search(value.strip())
    return FileNamed(found[1].lower(), fold(found[2] or "")) if found else None


def fingerprint(sha256: str, period: str) -> str:
    """Return what a ruling names a file by, ready to copy: 1a2b3c…@第二季度."""
    return f"{sha256[:_SHOWN]}@{period}" if sha256 else ""
