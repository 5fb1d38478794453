"""What happens to a period after it was closed: late returns are kept in its archive, or it is opened again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ...archive.folder import Archive, archives_of, differences
from ...archive.manifest import (
    LATE,
    MANIFEST,
    REOPENED,
    Event,
    File,
    Returned,
    hashes,
    manifest_bytes,
)
from ...core.i18n import language_of, speaking, tr
from ...core.result import MergeResult
from ...intake.inbox import collect
from ...writers.atomic import together
from ..merge import Reopening
from ..outputs import Misused
from .close import Asked, Closed, open_archives


def keep_late(asked: Asked, files: Sequence[Path]) -> Closed:
    """Keep returns that came after their period was closed, in its archive; they change nothing else.

    Misused where the period is not closed, OSError where a file cannot be read or written.
    """
    opened = open_archives(asked)
    if isinstance(opened, Closed):
        return opened
    with speaking(opened.language):
        archive = opened.archive
        if archive is None:
            text = "“{period}”还没有归档，迟到的表照常放进收回"
            raise Misused(tr(text, period=opened.caption))
        if changed := tuple(differences(archive)):
            return Closed(None, changed, opened.language)
        kept = tuple(file["path"] for file in _add_late(archive, asked, files))
        return Closed(archive, (), opened.language, kept=kept)


def _add_late(archive: Archive, asked: Asked, files: Sequence[Path]) -> list[File]:
    """Copy late returns into an archive and its manifest; return those that it did not have yet."""
    manifest = archive.manifest
    known = set(hashes(manifest["files"]).values())
    added: list[File] = []
    with together() as batch:
        for source in files:
            content = source.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            if sha256 in known:
                continue
            known.add(sha256)
            name = _late_name(archive, source.name, added)
            batch.write(archive.folder / name, content, private=True)
            added.append(File(path=name, role=LATE, size=len(content), sha256=sha256))
            manifest["returns"] += [
                Returned(file=a.name, sha256=a.sha256, unit="", accepted=False)
                for a in collect([source])
            ]
        if added:
            when = asked.now.isoformat(timespec="seconds")
            event = Event(what=LATE, when=when, who=asked.who, files=hashes(added))
            manifest["events"].append(event)
            manifest["files"] += added
            batch.write(archive.folder / MANIFEST, manifest_bytes(manifest), private=True)
    return added


def _late_name(archive: Archive, name: str, added: Sequence[File]) -> str:
    """Where a late return goes: under its own name, in a numbered folder where there is one such."""
    taken = {f["path"].casefold() for f in (*archive.manifest["files"], *added)}
    path, count = f"{tr('迟到')}/{name}", 1
    while path.casefold() in taken:
        count += 1
        path = f"{tr('迟到')}/{count}/{name}"
    return path


def reopening(plan_path: Path, merged: MergeResult, now: datetime, who: str, why: str) -> Reopening:
    """Return the manifest of the merged period, with the event that it is opened again.

    Misused where the period is not closed, or its archive cannot be read.
    """
    with speaking(language_of(merged.plan.settings)):
        archives, broken = archives_of(plan_path, merged.plan)
        archive = archives.get(merged.caption)
        if archive is None or broken:
            text = "“{period}”没有归档，不用 --reopen"
            raise Misused(tr(text, period=merged.caption))
        manifest = archive.manifest
        event = Event(
            what=REOPENED, when=now.isoformat(timespec="seconds"), who=who, why=why,
            as_of=merged.as_of.isoformat(),
        )  # fmt: skip
        manifest["events"].append(event)
        return Reopening(archive.folder / MANIFEST, manifest_bytes(manifest))
