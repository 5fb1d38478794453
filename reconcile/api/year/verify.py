"""verify: is an archive as it was closed, and does its summary still follow from what lies in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ...archive.folder import Archive, archive_at, archives_in, differences, home
from ...archive.manifest import MADE, Broken, hashes, inside, program
from ...core.findings import Finding, Place, Severity
from ...core.i18n import ZH, joined, speaking, tr
from ...plan import spoken_in
from ..outputs import Misused
from .remake import remade


class Verified(NamedTuple):
    """Result of :func:`verify` for one archive: its period, how many files it holds, and what is wrong."""

    folder: Path
    period: str
    files: int
    remade: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether every byte is as it was closed."""
        return not any(f.severity is Severity.ERROR for f in self.findings)


def verify(path: Path, *, password: str | None = None) -> tuple[tuple[Verified, ...], str]:
    """Verify one archive, or all those beside a plan workbook; returns what was found and the language.

    Misused where there is no archive.
    """
    if path.is_dir():
        archives: list[Archive | Finding] = [archive_at(path)]
        language = _language(archives[0])
    else:
        language = spoken_in(path)
        with speaking(language):
            archives = list(archives_in(home(path)))
            if not archives:
                raise Misused(tr("{path} 旁边没有归档", path=path))
    with speaking(language):
        return tuple(_verified(archive, password) for archive in archives), language


def _language(archive: Archive | Finding) -> str:
    if isinstance(archive, Finding):
        return ZH
    try:
        return spoken_in(inside(archive.folder, archive.manifest["setup"]["plan"]))
    except Broken:
        return ZH


def _verified(archive: Archive | Finding, password: str | None) -> Verified:
    if isinstance(archive, Finding):
        return Verified(Path(), archive.place.file.partition("/")[0], 0, 0, (archive,))
    manifest = archive.manifest
    findings = list(differences(archive))
    count = 0
    if not findings:
        try:
            not_remade = list(remade_differences(archive, password))
            count = sum(f["role"] == MADE for f in manifest["files"])
            findings += not_remade
        except Broken as error:
            values = {"reason": tr("写明的文件不在归档里：{name}", name=error)}
            findings.append(Finding("ARCH-004", Place(archive.folder.name), values=values))
    return Verified(archive.folder, archive.period, len(manifest["files"]), count, tuple(findings))


def remade_differences(archive: Archive, password: str | None) -> Iterator[Finding]:
    """Yield what does not come out again as it lies in an archive (ARCH-005, 006, 012)."""
    manifest = archive.manifest
    if manifest["setup"]["password"] and password is None:
        values = {"reason": tr("收回的表是用打开密码读的")}
        yield Finding("ARCH-012", Place(archive.folder.name), values=values)
        return
    kept = hashes(f for f in manifest["files"] if f["role"] == MADE)
    as_of = date.fromisoformat(manifest["as_of"])
    with remade(
        archive.folder, manifest["setup"], manifest["outputs"], period=archive.period, as_of=as_of,
        password=password,
    ) as again:  # fmt: skip
        if again.merged is None:
            reasons = joined(f.message for f in again.findings if f.severity is Severity.ERROR)
            yield Finding("ARCH-012", Place(archive.folder.name), values={"reason": reasons})
            return
        for name in kept:
            path, ours = again.files.get(name), inside(archive.folder, name)
            if path is not None and path.read_bytes() == ours.read_bytes():
                continue
            place, theirs = Place(f"{archive.folder.name}/{name}"), manifest["program"]
            values = {"theirs": _versions(theirs), "ours": _versions(program())}
            yield Finding("ARCH-005" if theirs == program() else "ARCH-006", place, values=values)


def _versions(named: dict[str, str]) -> str:
    return joined(f"{name} {version}" for name, version in named.items())
