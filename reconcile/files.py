"""Write beside, then replace: the file of last time stays whole whatever happens to this run."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import IO

_BESIDE = ".~reconcile-"
OUTSIDE = "只能是总台账所在文件夹里的文件"
# Windows takes these for devices in every folder, whatever follows the full stop.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)", re.I
)
_NAME_BYTES = 180
"""Of 255 that a file system takes: what we put before and after a name needs some."""
STALE_SECONDS = 3600
"""A file half-written so long ago belongs to a run that was killed."""


class Unfit(OSError):
    """A path at which no file lies that may be read: ``strerror`` says why."""


MOST_BYTES = 64 << 20
"""Of a plan workbook, a template, a form: twice what is read of any."""


def read_regular(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return what a file holds. OSError when it cannot be read, Unfit for a device, a pipe or too large a file.

    What waits for a writer, or never ends, is not opened.
    """
    _check_regular(path.stat(), most)
    with path.open("rb") as stream:
        _check_regular(os.fstat(stream.fileno()), most)  # it may have been changed meanwhile
        return stream.read(most)


def _check_regular(state: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise Unfit(errno.EISDIR, "这是文件夹")
    if not stat.S_ISREG(state.st_mode):
        raise Unfit(errno.EINVAL, "不是普通文件")
    if state.st_size > most:
        raise Unfit(errno.EFBIG, f"超过 {most >> 20} MB")


def beside(folder: Path, named: str) -> Path:
    """Return the file that a workbook in a folder names, somewhere below that folder.

    Unfit for any other: who wrote the name may be a stranger, and a path can lead to
    another machine, to a device, or to what nobody wants to send.
    """
    parts = named.strip().replace("\\", "/").split("/")
    if any(part in ("", "..") or ":" in part or _DEVICE.match(part) for part in parts):
        raise Unfit(errno.EACCES, OUTSIDE)
    path = folder.joinpath(*parts)
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links; a name no system takes
        inside = False
    if not inside:
        raise Unfit(errno.EACCES, OUTSIDE)
    return path


def write_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, whole or not at all; folders are made as needed.

    OSError when the place cannot be written (on Windows also when the file is
    open in Excel); nothing is left behind then.
    """
    write_beside(path, lambda beside: beside.write_bytes(content))


def write_stream(path: Path, stream: IO[bytes]) -> None:
    """Put all that a stream holds at ``path``; as :func:`write_file` does."""

    def write(beside: Path) -> None:
        stream.seek(0)
        with beside.open("wb") as target:
            shutil.copyfileobj(stream, target)

    write_beside(path, write)


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Put texts at ``path``, one after the other, in UTF-8; as :func:`write_file` does."""

    def write(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(texts)

    write_beside(path, write)


def write_beside(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file beside ``path``, then put it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    handle, temporary = tempfile.mkstemp(prefix=_BESIDE, suffix=path.suffix, dir=path.parent)
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


def cut_name(text: str) -> str:
    """Return a text, or as much of its beginning as a file name can hold on every system."""
    return text.encode(errors="ignore")[:_NAME_BYTES].decode(errors="ignore")


@lru_cache(maxsize=256)  # once for each folder that a run writes to
def _sweep(folder: Path) -> None:
    """Remove what killed runs left half-written; what another run is writing now is young."""
    for left in folder.glob(f"{_BESIDE}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink()
