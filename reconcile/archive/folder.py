"""The folder of an archive: copied whole, hashed, held against its manifest, found again."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.plan import Plan
from ..writers.atomic import PRIVATE, Unfit, reason_of
from .manifest import (
    MANIFEST,
    REOPENED,
    Broken,
    File,
    Manifest,
    hashes,
    inside,
    is_of,
    known_returns,
    last_event,
    read_manifest,
)

HOMES = ("归档", "archive")
"""What the folder of archives beside a plan workbook is called, in either language."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """One closed period: its folder and manifest."""

    folder: Path
    manifest: Manifest

    @property
    def period(self) -> str:
        """The caption of the period."""
        return self.manifest["period"]

    @property
    def reopened(self) -> bool:
        """Whether the period was opened again after it was closed."""
        return last_event(self.manifest) == REOPENED


@dataclass(frozen=True, slots=True)
class Former:
    """What a merge has to know of closed periods.

    ``previous`` are summaries of former periods, in order, ``closed`` the SHA-256 of the returns of
    every closed one by its caption. One that was opened again is not closed. ``gap`` is the period
    just before, where earlier ones are archived and it is not: nothing can be compared with it.
    """

    previous: tuple[Path, ...] = ()
    closed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gap: str = ""


def home(plan_path: Path) -> Path | None:
    """Return the folder of archives beside a plan workbook, None where there is none yet."""
    folders = (plan_path.parent / name for name in HOMES)
    return next((p for p in folders if p.is_dir()), None)


def archives_of(plan_path: Path, plan: Plan) -> tuple[dict[str, Archive], tuple[Finding, ...]]:
    """Return the archives of a plan by period, the latest edition of each; findings where one cannot be read.

    What lies there without a manifest is somebody's own.
    """
    archives: dict[str, Archive] = {}
    findings = []
    for archive in archives_in(home(plan_path)):
        if isinstance(archive, Finding):
            findings.append(archive)
        elif is_of(archive.manifest, plan):
            before = archives.get(archive.period)
            if before is None or before.manifest["edition"] < archive.manifest["edition"]:
                archives[archive.period] = archive
    order = [p.caption for p in plan.periods]
    captions = sorted((c for c in archives if c in order), key=order.index)
    return {caption: archives[caption] for caption in captions}, tuple(findings)


def archives_in(folder: Path | None) -> Iterator[Archive | Finding]:
    """Yield every archive in a folder, by name, or what is wrong with its manifest."""
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        if not path.name.startswith(".") and os.path.lexists(path / MANIFEST):
            yield archive_at(path)


def archive_at(folder: Path) -> Archive | Finding:
    """Return the archive in a folder, or what is wrong with its manifest (ARCH-004)."""
    place = Place(f"{folder.name}/{MANIFEST}")
    try:
        return Archive(folder, read_manifest(folder))
    except Broken:
        return Finding("ARCH-004", place, values={"reason": Phrase("内容和写下时不一样")})
    except OSError as error:
        return Finding("ARCH-004", place, values={"reason": reason_of(error)})


def former_of(
    plan_path: Path, plan: Plan, period: int
) -> tuple[Former | None, tuple[Finding, ...]]:
    """Return what a merge of a ``period`` (from 1) has to know of closed ones.

    None and findings where an archive, or a summary in it, is not as it was written.
    """
    archives, findings = archives_of(plan_path, plan)
    if findings:
        return None, findings
    closed = {c: known_returns(a.manifest) for c, a in archives.items() if not a.reopened}
    earlier = [p.caption for p in plan.periods[: period - 1]]
    if any(c in archives for c in earlier) and earlier[-1] not in archives:
        return Former((), closed, earlier[-1]), ()
    paths = []
    for caption, archive in archives.items():
        if caption not in earlier:
            continue
        name = archive.manifest["outputs"]["records"]
        if not unchanged(archive, name):
            return None, (Finding("ARCH-010", Place(f"{archive.folder.name}/{name}")),)
        paths.append(inside(archive.folder, name))
    return Former(tuple(paths), closed), ()


def unchanged(archive: Archive, name: str) -> bool:
    """Return whether a file of an archive is as its manifest lists it. Broken where its name leads out of the folder."""
    path = inside(archive.folder, name)
    entry = next((f for f in archive.manifest["files"] if f["path"] == name), None)
    return entry is not None and path.is_file() and _hashed(path)[1] == entry["sha256"]


def keep(source: Path, target: Path, folder: Path, role: str) -> File:
    """Copy a file into an archive, and return its entry in the manifest.

    OSError where it cannot be read or is no regular file. Its owner alone may read the copy.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    named = target.relative_to(folder).as_posix()
    if not stat.S_ISREG(source.stat().st_mode):
        raise _unfit(errno.EINVAL, Phrase("不是普通文件"), source)
    shutil.copyfile(source, target)
    shutil.copystat(source, target)
    target.chmod(PRIVATE)
    with target.open("rb+") as stream:
        os.fsync(stream.fileno())
    size, sha256 = _hashed(target)
    if (size, sha256) != _hashed(source):
        raise _unfit(errno.EIO, Phrase("抄进归档的内容和原来的不一样"), source)
    return File(path=named, role=role, size=size, sha256=sha256)


def _unfit(number: int, reason: Phrase, path: Path) -> Unfit:
    unfit = Unfit(number, reason)
    unfit.filename = str(path)
    return unfit


def keep_link(source: Path, target: Path, folder: Path, role: str) -> File:
    """Make the same link in an archive, and return its entry in the manifest: what it leads to is not opened."""
    target.parent.mkdir(parents=True, exist_ok=True)
    link = str(source.readlink())
    target.symlink_to(link)
    named = target.relative_to(folder).as_posix()
    return File(path=named, role=role, size=0, sha256=_text_hash(link), link=link)


def keep_bytes(content: bytes, target: Path, folder: Path, role: str) -> File:
    """Write a file into an archive, and return its entry in the manifest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        stream.write(content)
        os.fsync(stream.fileno())
    target.chmod(PRIVATE)
    named = target.relative_to(folder).as_posix()
    return File(
        path=named, role=role, size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )


def _hashed(path: Path) -> tuple[int, str]:
    """Return size in bytes and SHA-256 of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _text_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def differences(archive: Archive) -> Iterator[Finding]:
    """Yield what in an archive is not as its manifest lists it: changed, missing or added files (ARCH-001 to 003)."""
    expected = hashes(archive.manifest["files"])
    links = {f["path"] for f in archive.manifest["files"] if "link" in f}
    present: set[str] = set()
    for at, folders, names in os.walk(archive.folder):
        folders.sort()
        linked = [n for n in folders if (Path(at) / n).is_symlink()]
        for name in sorted((*names, *linked)):
            path = Path(at) / name
            named = path.relative_to(archive.folder).as_posix()
            if named == MANIFEST:
                continue
            present.add(named)
            place = Place(f"{archive.folder.name}/{named}")
            if named not in expected:
                yield Finding("ARCH-003", place)
            elif path.is_symlink() != (named in links) or _now(path) != expected[named]:
                yield Finding("ARCH-001", place)
    for named in expected:
        if named not in present:
            yield Finding("ARCH-002", Place(f"{archive.folder.name}/{named}"))


def _now(path: Path) -> str:
    """Return the SHA-256 that a file or link has now, "" where it cannot be read."""
    try:
        if path.is_symlink():
            return _text_hash(str(path.readlink()))
        return _hashed(path)[1] if path.is_file() else ""
    except OSError:
        return ""
