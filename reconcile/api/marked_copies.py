"""The folder of marked-up copies: ours only as far as we wrote it and nobody touched it since."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.result import MergeResult
from ..intake.edits import lost, written_in
from ..intake.submission_reader import Captions, read_submission
from ..readers import read_book
from ..reports.marked_copies import file_name, prefix
from ..writers.atomic import Batch, sweep
from ..writers.marks import COPY, mark_of, read_mark
from .outputs import Known

EDITED, OTHER, INPUT = "FILE-060", "FILE-061", "FILE-062"
"""Why a file is left standing."""


class Copies:
    """Puts the copies of this run into their folder, and removes those of earlier runs.

    A file goes only when its own mark and seal say that it is a copy of this plan and period as
    we wrote it. One that was saved since may still be replaced, where nothing that
    stands in it would be lost. ``others`` are what this run reads, and what else it writes:
    they are none of its copies. ``written`` are the paths of those.
    """

    def __init__(
        self, folder: Path, merged: MergeResult, form: Form, others: Sequence[Path]
    ) -> None:
        self._folder, self._captions = folder, Captions.of(form, merged.plan)
        self._ours = mark_of(COPY, merged.plan, merged.period)
        self._others = Known(others)
        if folder.is_dir():
            sweep(folder)  # though this run may have nothing to write there
        found = sorted(folder.glob(f"{prefix()}*.xlsx")) if folder.is_dir() else []
        self._standing = {path: self._why(path) for path in found}
        self._taken: set[str] = set()
        self.written: list[Path] = []

    def add(self, batch: Batch, file: str, content: bytes) -> None:
        """Have the copy of a returned file written, under a name that no file left standing has."""
        first = file_name(file).removesuffix(".xlsx")
        for again in itertools.count(1):
            path = self._folder / (f"{first}_{again}.xlsx" if again > 1 else f"{first}.xlsx")
            if path.name.casefold() not in self._taken and self._may_go(path, content):
                break
        self._taken.add(path.name.casefold())
        self._standing.pop(path, None)
        self.written.append(path)
        batch.write(path, content, private=True)

    def close(self, batch: Batch) -> tuple[Finding, ...]:
        """Have removed what is no longer called for; returns what is left standing, and why."""
        for path, why in self._standing.items():
            if not why:
                batch.remove(path)
        left = ((path, why) for path, why in self._standing.items() if why)
        return tuple(Finding(why, Place(f"{path.parent.name}/{path.name}")) for path, why in left)

    def _why(self, path: Path) -> str:
        """The code that says why a file must be left standing, "" where it may go."""
        if path in self._others:
            return INPUT
        if not os.path.lexists(path):
            return ""
        if path.is_symlink() or not path.is_file():
            return OTHER
        found = read_mark(path)
        if found.mark != self._ours:
            return OTHER
        return "" if found.sealed else EDITED

    def _may_go(self, path: Path, content: bytes) -> bool:
        """Return whether a file may be replaced by this content."""
        why = self._standing[path] if path in self._standing else self._why(path)
        if why != EDITED:
            return not why
        before, after = self._said(path.name, path.read_bytes()), self._said(path.name, content)
        return before is not None and after is not None and not lost(before, after)

    def _said(self, name: str, content: bytes) -> dict[Place, str] | None:
        book, _ = read_book(name, content)
        return written_in(read_submission(name, "", book, self._captions)) if book else None
