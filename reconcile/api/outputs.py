"""No output is ever an input: where a verb may write, and what it may replace there.

Every verb asks here, before anything is written, with all that it reads and all that it is about
to write. Links, hard links and names that differ only in case are seen through. What is
wrong is wrong usage, said in one sentence.
"""

from __future__ import annotations

import itertools
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..archive.manifest import is_archived
from ..core.findings import Finding
from ..core.i18n import Phrase, tr
from ..plan import holds_key
from ..writers.atomic import Batch
from ..writers.marks import read_mark


class Misused(ValueError):
    """Wrong usage: something would be written where it must not be. The text is for people.

    ``finding`` is the same as a finding (FILE-120), for who has no terminal to print on.
    """

    @property
    def finding(self) -> Finding:
        """The reason as a finding."""
        return Finding("FILE-120", values={"reason": self.args[0]})


def check_places(
    outputs: Sequence[Path], inputs: Iterable[Path] = (), inbox: Iterable[Path] = ()
) -> None:
    """Raise Misused where an output is an input, lies in the inbox or an archive, is a link, or comes twice.

    ``inbox`` are files and folders as they are named on the command line. Nothing that stands
    there is opened.
    """
    folders = [path for path in inbox if path.is_dir()]
    taken: dict[object, Path] = {}
    for path in itertools.chain(inputs, (p for p in inbox if not p.is_dir())):
        taken.update(dict.fromkeys(_names(path), path))
    written: dict[object, Path] = {}
    for path in outputs:
        if path.is_symlink():
            raise Misused(Phrase("{out} 是一个链接，不往它指向的地方写；请写明文件本身", out=path))
        if path.exists() and not path.is_file():
            raise Misused(Phrase("{out} 不是文件，不能写；请写明文件名", out=path))
        _refuse_archived(path)
        for name in _names(path):
            if name in taken:
                raise Misused(
                    Phrase("{out} 是这次要读的文件，不能写在它上面；请换一个文件名", out=path)
                )
            if name in written:
                text = "{out} 和 {other} 是同一个文件，不能都写；请各用一个文件名"
                raise Misused(Phrase(text, out=path, other=written[name]))
        written.update(dict.fromkeys(_names(path), path))
        for folder in folders:
            if _is_inside(path, folder):
                text = "{out} 在收回的文件夹 {folder} 里，写进去会被当作回表；请换一个地方"
                raise Misused(Phrase(text, out=path, folder=folder))


def check_folder(folder: Path, inbox: Iterable[Path] = ()) -> None:
    """Raise Misused where a folder to be written to is a file, or one of the inbox, or lies in one."""
    if folder.exists() and not folder.is_dir():
        raise Misused(Phrase("{out} 是文件，不是文件夹；请写明文件夹", out=folder))
    _refuse_archived(folder / "*")
    for other in inbox:
        if other.is_dir() and (_spelled(folder) == _spelled(other) or _is_inside(folder, other)):
            text = "{out} 是收回的文件夹，或在它里面，写进去会被当作回表；请换一个文件夹"
            raise Misused(Phrase(text, out=folder))


def check_apart(folder: Path, inputs: Iterable[Path]) -> None:
    """Raise Misused where an input is the folder to be written to, or lies in it."""
    for other in inputs:
        if _spelled(folder) == _spelled(other) or _is_inside(other, folder):
            text = "{other} 在要写的文件夹 {out} 里；请换一个文件夹"
            raise Misused(Phrase(text, other=other, out=folder))


def check_former(
    path: Path, mark: str, what: str, *, sealed: bool = False, force: bool = False
) -> None:
    """Raise Misused where the file at ``path`` is not an earlier output of ours with this ``mark``.

    A mark of one word is met by any output of that kind; with ``sealed`` it must be as we wrote it,
    too. ``what`` names the output to people. With ``force`` any file may be replaced but
    one that holds a key.
    """
    if not path.exists():
        return
    former = read_mark(path)
    if former.settings:
        check_key(path)
    if mark not in (former.mark, former.kind):
        check_key(path)
        refuse_other(path, what, force=force)
    elif sealed and not former.sealed and not force:
        text = "{out} 写好以后有人改过，没有覆盖；请换一个文件名，不要原来的就加 --force"
        raise Misused(Phrase(text, out=path))


def refuse_other(path: Path, what: str, *, force: bool = False) -> None:
    """Raise Misused, unless ``force``: what stands at ``path`` is no earlier output of this kind."""
    if not force:
        text = "{out} 已经有了，但不是{what}，没有覆盖；请换一个文件名，不要原来的就加 --force"
        raise Misused(Phrase(text, out=path, what=Phrase(what)))


def check_new(paths: Iterable[Path], *, force: bool = False) -> None:
    """Raise Misused, unless ``force``, where there is a file already: a person may have worked in it."""
    for path in paths:
        if path.exists() and not force:
            text = "{out} 已经有了，里面可能有您改过的内容；要重做请加 --force，原来的会改名留着"
            raise Misused(Phrase(text, out=path))


def check_key(path: Path) -> None:
    """Raise Misused where a file holds a 校验密钥: it may be the only copy."""
    if path.is_file() and holds_key(path):
        raise Misused(
            Phrase("{out} 是一份总台账，里面有校验密钥，不能覆盖；请换一个文件名", out=path)
        )


def _refuse_archived(path: Path) -> None:
    """Raise Misused where a path lies in an archive, in which nothing is changed."""
    if is_archived(path):
        raise Misused(Phrase("{out} 在归档里，不能写；请换一个地方", out=path.parent))


class Known:
    """Files, recognised under any of their names: :func:`check_places` where nothing may be raised."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._names = {name for path in paths for name in _names(path)}

    def __contains__(self, path: Path) -> bool:
        return not self._names.isdisjoint(_names(path))


def set_aside(batch: Batch, path: Path) -> Path | None:
    """Have what stands at ``path`` kept under another name beside it; None where nothing does."""
    if not path.exists():
        return None
    for number in itertools.count(1):
        name = tr("{stem}_旧{number}", stem=path.stem, number=str(number)) + path.suffix
        kept = path.with_name(name)
        if not os.path.lexists(kept):
            break
    batch.write(kept, path.read_bytes(), private=True)
    return kept


def _names(path: Path) -> Iterator[object]:
    """What a file is recognised by: its real name, however it is spelled, and itself where it exists."""
    yield _spelled(path)
    try:
        state = path.stat()
    except OSError:
        return
    if stat.S_ISREG(state.st_mode) and state.st_ino:
        yield state.st_dev, state.st_ino


def _spelled(path: Path) -> str:
    """The real path of a file as a system without cases sees it; macOS spells names its own way."""
    return unicodedata.normalize("NFC", os.path.realpath(path)).casefold()


def _is_inside(path: Path, folder: Path) -> bool:
    if _spelled(path).startswith(_spelled(folder).rstrip(os.sep) + os.sep):
        return True
    if not path.is_file() or path.stat().st_nlink < 2:
        return False
    state = path.stat()
    inside = (Path(at, name) for at, _, names in os.walk(folder) for name in names)
    return any(os.path.samestat(state, other.stat()) for other in inside if other.is_file())
