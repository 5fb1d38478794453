"""Write beside, then replace: the files of last time stay whole whatever happens to this run."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from ..core.i18n import Phrase, tr
from ..core.text import printable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BESIDE, _NEW, _LOCK = ".~reconcile-", ".~reconcile-new-", "lock"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
"""What a file name holds on no system, or not on every one."""
OUTSIDE = Phrase("只能是总台账所在文件夹里的文件")
# Windows takes these for devices in every folder, whatever follows the full stop.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)", re.I
)
_NAME_BYTES = 180
"""Of 255 that a file system takes: what we put before and after a name needs some."""
STALE_SECONDS = 3600
"""What is half-written and so old belongs to a run that was killed, wherever locks cannot show it."""
PRIVATE = 0o600
"""Who may read what holds the key, and the forms made with it: nobody but their owner."""
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_ENDS = ("SIGINT", "SIGTERM", "SIGHUP")
WINDOWS = os.name == "nt"


class Unfit(OSError):
    """A path at which no file lies that may be read: ``reason`` says why."""

    def __init__(self, number: int, reason: Phrase) -> None:
        super().__init__(number, str(reason))
        self.reason = reason


def reason_of(error: OSError) -> str | Phrase:
    """Return why a file or a server could not be read or written, as far as we have words for it."""
    if isinstance(error, Unfit):
        return error.reason
    words = _REASONS.get(error.errno or 0)
    return Phrase(words) if words else error.strerror or str(error) or type(error).__name__


_REASONS = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOENT: "文件不在那里", errno.ENOSPC: "磁盘满了",
    getattr(errno, "EDQUOT", errno.ENOSPC): "磁盘满了", errno.EROFS: "磁盘只能读，不能写",
    errno.EISDIR: "那是文件夹，不是文件", errno.ENOTDIR: "上一级不是文件夹", errno.EEXIST: "已经有了",
    errno.ENAMETOOLONG: "名字太长", errno.ENOTEMPTY: "文件夹不是空的", errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多", errno.ENFILE: "打开的文件太多", errno.EBUSY: "别的程序正在用",
    errno.ETXTBSY: "别的程序正在用", errno.ELOOP: "链接绕成了圈", errno.EFBIG: "文件太大",
    errno.EINVAL: "名字里有不能用的字符", errno.ETIMEDOUT: "没有应答", errno.ECONNREFUSED: "对方不接受连接",
    errno.ECONNRESET: "连接断了", errno.EPIPE: "连接断了", errno.ENETUNREACH: "网络不通",
    errno.EHOSTUNREACH: "网络不通",
}  # fmt: skip
"""What systems say in their own language, or only in English."""


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
        raise Unfit(errno.EISDIR, Phrase("这是文件夹"))
    if not stat.S_ISREG(state.st_mode):
        raise Unfit(errno.EINVAL, Phrase("不是普通文件"))
    if state.st_size > most:
        raise Unfit(errno.EFBIG, Phrase("超过 {n} MB", n=most >> 20))


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


class Batch:
    """Files that are written beside their places, and then put there one right after the other.

    See :func:`together`.
    """

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self._folders: dict[Path, Path] = {}
        self._made: dict[Path, Path] = {}
        self._gone: list[Path] = []

    def write(self, path: Path, content: bytes, *, private: bool = False) -> None:
        """Have ``content`` put at ``path``; ``private`` is for its owner only."""
        self.write_with(path, lambda beside: beside.write_bytes(content), private=private)

    def write_with(
        self, path: Path, write: Callable[[Path], object], *, private: bool = False
    ) -> None:
        """Let ``write`` make a file at the path it is given, to be put at ``path`` later."""
        refuse_link(path)
        with _named(path):
            beside = self._folder(path.parent) / f"{len(self._made)}{path.suffix}"
            write(beside)
            with beside.open("rb+") as stream:
                os.fsync(stream.fileno())
            if private:
                beside.chmod(PRIVATE)
        self._made[path] = beside

    def remove(self, path: Path) -> None:
        """Have a file removed once all others are in their places."""
        self._gone.append(path)

    def _folder(self, folder: Path) -> Path:
        """Return where files for a folder wait; what killed runs left there is swept on the way."""
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            sweep(folder)
            self._folders[folder] = self._held.enter_context(_waiting(folder))
        return self._folders[folder]

    def put(self) -> None:
        """Put everything in its place. OSError, with nothing moved, when a place refuses."""
        for path in self._made:
            refuse_link(path)
        for path in (*self._made, *self._gone):
            _refuse_open(path)
        former = {p: b.with_name(f"{b.name}.old") for p, b in self._made.items() if p.exists()}
        for path, kept in former.items():
            # So that it can be put back; and a file that has another name is replaced at once, while
            # to give up its content takes so long that a killed run would often be caught half-way.
            with contextlib.suppress(OSError):
                os.link(path, kept)
        with _undisturbed():
            moved: list[Path] = []
            try:
                for path, beside in self._made.items():
                    with _named(path):
                        beside.replace(path)
                    moved.append(path)
            except OSError:
                for path in moved:
                    _put_back(path, former.get(path))
                raise
            for path in self._gone:
                path.unlink(missing_ok=True)


def _put_back(path: Path, kept: Path | None) -> None:
    """Undo what put a file at ``path``, as far as what was there before was kept."""
    with contextlib.suppress(OSError):
        if kept is None:
            path.unlink()
        elif kept.exists():
            kept.replace(path)


@contextmanager
def together() -> Iterator[Batch]:
    """Gather files to be written, and put them all in their places when the block ends well.

    Folders are made as needed. When the block ends badly nothing was written and nothing is
    left behind. OSError when a place cannot be written, on Windows also when the
    file is open in Excel, or when a place is a link.
    """
    with ExitStack() as held:
        batch = Batch(held)
        yield batch
        batch.put()


def write_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Put ``content`` at ``path``, whole or not at all; as :func:`together` does for many."""
    with together() as batch:
        batch.write(path, content, private=private)


def write_beside(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file beside ``path``, then put it there in one step."""
    with together() as batch:
        batch.write_with(path, write)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder to be filled; it is put at ``path``, where nothing may be, when the block ends well.

    It waits beside its place and is renamed in one step: a killed run leaves no half of it, and
    the next one sweeps what waited. OSError when it cannot be put there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    try:
        with _waiting(path.parent) as waiting:
            made = waiting / "0"
            made.mkdir()
            yield made
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
            with _undisturbed(), _named(path):
                made.rename(path)
    finally:
        with contextlib.suppress(OSError):
            path.parent.rmdir()  # where nothing lies in it


def stream_to(stream: IO[bytes]) -> Callable[[Path], None]:
    """Return what writes all that a stream holds to a path."""

    def write(path: Path) -> None:
        stream.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(stream, target)

    return write


def texts_to(texts: Iterable[str]) -> Callable[[Path], None]:
    """Return what writes texts to a path, one after the other, in UTF-8."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(texts)

    return write


def refuse_link(path: Path) -> None:
    """Raise OSError where a file to be written is a link: what it leads to may be anybody's."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, tr("这是一个链接，不往它指向的地方写"), str(path))


def cut_name(text: str) -> str:
    """Return a text, or as much of its beginning as a file name can hold on every system."""
    return text.encode(errors="ignore")[:_NAME_BYTES].decode(errors="ignore")


def safe_name(text: str, instead: str = "") -> str:
    """Return a text from outside as a part of a file name: seen as it is, no path, not too long."""
    return cut_name(_FORBIDDEN.sub(instead, printable(text)))


def hold(handle: int) -> bool | None:
    """Lock an open file until it is closed.

    Returns whether it is ours now; None on a drive that knows no locks. The system
    lets go of it when the run dies, however it dies.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _HELD else None
    return True


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let an OSError name the file that was to be written, not where it waits."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


# --- where files wait


@contextmanager
def _waiting(folder: Path) -> Iterator[Path]:
    """A folder in ``folder`` in which files wait, held against the sweeping of other runs."""
    waiting = Path(tempfile.mkdtemp(prefix=f"{_NEW}{os.getpid()}-", dir=folder))
    try:
        with (waiting / _LOCK).open("wb") as lock:
            # On Windows a file that is open is lock enough, and what it lies in cannot be renamed.
            if not WINDOWS:
                hold(lock.fileno())
                # Held before it bears a name whose holder may be asked for.
                waiting = waiting.rename(folder / waiting.name.replace(_NEW, _BESIDE, 1))
            yield waiting
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what killed runs left half-written; what another run is writing now is held by it."""
    for left in folder.glob(f"{_BESIDE}*"):
        with contextlib.suppress(OSError):
            if left.is_symlink() or not _is_left(left):
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:  # what versions before this one left
                left.unlink()


def _is_left(left: Path) -> bool:
    """Return whether the run that made this is dead. OSError where it lives, on Windows."""
    lock = left / _LOCK
    if WINDOWS and lock.exists():
        lock.unlink()
        return True
    if not WINDOWS and left.is_dir() and not left.name.startswith(_NEW):
        if not lock.exists():
            return True  # it died while it tidied up
        with lock.open("rb+") as stream:
            ours = hold(stream.fileno())
            if ours is not None:
                return ours
    maker = left.name.removeprefix(_NEW).partition("-")[0]
    if not WINDOWS and left.name.startswith(_NEW) and maker.isdigit():
        try:
            os.kill(int(maker), 0)  # asks only whether it lives
        except ProcessLookupError:
            return True
        except OSError:  # it lives, and is not ours
            pass
    return time.time() - left.stat().st_mtime > STALE_SECONDS


def _refuse_open(path: Path) -> None:
    """Raise OSError where Excel holds the file: Windows would let us find out only half-way."""
    if WINDOWS and path.exists():
        with path.open("rb+"):
            pass


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let signals that end a run wait until the block is done, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    ends = {getattr(signal, name) for name in _ENDS}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
