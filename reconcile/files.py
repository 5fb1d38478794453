"""Write beside, then replace: the file of last time stays whole whatever happens to this run."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, whole or not at all; folders are made as needed.

    OSError when the place cannot be written (on Windows also when the file is
    open in Excel); nothing is left behind then.
    """
    write_beside(path, lambda beside: beside.write_bytes(content))


def write_beside(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file beside ``path``, then put it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".~", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        write(Path(temporary))
        with Path(temporary).open("rb+") as stream:
            os.fsync(stream.fileno())
        # mkstemp makes files for their owner only; a summary is to be read by others.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
