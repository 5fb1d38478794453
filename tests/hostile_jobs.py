"""Work for a process of its own that comes to no good end; each takes a number and shows no progress."""

from __future__ import annotations

import os
import time


def sleep(seconds: float, *, progress: object = None) -> None:
    """Do nothing for a long time."""
    time.sleep(seconds)


def spin(_: float, *, progress: object = None) -> None:
    """Be busy for ever."""
    while True:
        pass


def hoard(_: float, *, progress: object = None) -> None:
    """Ask for more memory than there may be."""
    held = [bytes(1 << 24) for _ in range(1000)]
    assert held


def crash(_: float, *, progress: object = None) -> None:
    """End as a library written in C ends."""
    os.abort()


def fail(_: float, *, progress: object = None) -> None:
    """Raise what nobody foresaw."""
    raise ValueError("unforeseen")
