"""The file of a published plan: its bytes, or the finding that states why they cannot be read."""

from __future__ import annotations

from pathlib import Path

from ..core.findings import Finding, Place
from ..writers.atomic import Unfit, read_regular

_MOST = 128 << 20
"""Bytes of a published plan; scans are as large, and then hold no text."""
_MARK_WITHIN = 1024
"""PDF readers look for the mark in the first kilobyte: mail programs put lines before it."""


def read_source(path: Path, *, unfit: bool = False) -> bytes | Finding:
    """Return what the file of a plan holds, or why it is not read (PLAN-001, PLAN-006).

    With ``unfit`` a folder, a device or too large a file has a finding of its own, with the reason (PLAN-067).
    """
    place = Place(file=path.name)
    try:
        return read_regular(path, _MOST)
    except FileNotFoundError:
        return Finding("PLAN-001", place)
    except OSError as error:
        if unfit and isinstance(error, Unfit):
            return Finding("PLAN-067", place, values={"reason": error.reason})
        return Finding("PLAN-006", place)


def is_pdf(content: bytes) -> bool:
    """Return whether a file is a PDF by its content."""
    return b"%PDF-" in content[:_MARK_WITHIN]
