"""Marked-up copies of returns that need correction, and the folder that they are put into.

The folder is ours only as far as we wrote it and nobody touched it since.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..core.findings import Finding, Place, Severity
from ..core.form import Form
from ..core.i18n import joined
from ..core.result import MergeResult
from ..intake.edits import lost, written_in
from ..intake.inbox import Arrival, collect
from ..intake.reader import read_again
from ..intake.submission_reader import Captions, read_submission
from ..merge.identify import FOREIGN_KEYS
from ..readers import read_book
from ..reports.marked_copies import Layouts, file_name, marked_copy, prefix
from ..writers.atomic import Batch, sweep
from ..writers.marks import COPY, mark_of, read_mark
from .outputs import Known

EDITED, OTHER, INPUT = "FILE-060", "FILE-061", "FILE-062"
"""Why a file is left standing."""
_MOST_PAINTED = 40_000
"""Cells of a marked-up copy that is made from scratch; a form of 140 tasks has 3,000."""
_OURS = frozenset(("FORM-025",))
"""Errors that are mended in the plan workbook alone: no reason to send a form back."""


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
        former = sorted(folder.glob(f"{prefix()}*.xlsx")) if folder.is_dir() else []
        self._standing = {path: self._why(path) for path in former}
        self._taken: set[str] = set()
        self.written: list[Path] = []

    def add(self, batch: Batch, file: str, content: bytes) -> None:
        """Have the copy of a returned file written, under a name that no file left standing has."""
        first = file_name(file).removesuffix(".xlsx")
        for number in itertools.count(1):
            path = self._folder / (f"{first}_{number}.xlsx" if number > 1 else f"{first}.xlsx")
            if path.name.casefold() not in self._taken and self._may_go(path, content):
                break
        self._taken.add(path.name.casefold())
        self._standing.pop(path, None)
        self.written.append(path)
        batch.write(path, content, private=True)

    def close(self, batch: Batch) -> tuple[Finding, ...]:
        """Have removed what is no longer called for; return what is left standing, and why."""
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
        mark = read_mark(path)
        if mark.mark != self._ours:
            return OTHER
        return "" if mark.sealed else EDITED

    def _may_go(self, path: Path, content: bytes) -> bool:
        """Return whether a file may be replaced by this content."""
        why = self._standing[path] if path in self._standing else self._why(path)
        if why != EDITED:
            return not why
        before, after = (
            self._answers(path.name, path.read_bytes()),
            self._answers(path.name, content),
        )
        return before is not None and after is not None and not lost(before, after)

    def _answers(self, name: str, content: bytes) -> dict[Place, str] | None:
        book, _ = read_book(name, content)
        return written_in(read_submission(name, "", book, self._captions)) if book else None


def marked_up(
    merged: MergeResult,
    form: Form,
    inbox: Sequence[Path],
    password: str | None,
    layouts: Layouts,
) -> Iterator[tuple[str, bytes | Finding]]:
    """Yield the marked-up copies, each with the name of the file it was made of; findings where there is none.

    Files are read again. What has changed since it was read is not marked: the marks would stand
    in wrong cells.
    """
    by_file = _to_correct(merged)
    if not by_file:
        return  # nothing to send back: the inbox need not be read again
    owners = _owners(merged)
    hashes = {v.file: v.sha256 for v in merged.verdicts}
    copier = _Copier(merged, form, password, layouts)
    for arrival in collect(inbox, only=by_file):
        file = arrival.name
        if file not in by_file or file not in owners or arrival.content is None:
            continue
        if arrival.sha256 != hashes[file]:
            unit = joined(filter(None, owners[file]))
            yield file, Finding("FILE-050", Place(file), unit)
            continue
        listed = sorted(by_file[file], key=lambda f: list(Severity).index(f.severity))
        # What concerns the unit but no cell of its file (a task that is missing) belongs on the list too.
        listed += [
            f for f in merged.findings
            if f.unit and f.unit in owners[file] and not f.place.file
            and f.severity is not Severity.NOTE and not f.code.startswith("PLAN-")
        ]  # fmt: skip
        for copy in copier.copies(arrival, listed, joined(filter(None, owners[file]))):
            yield file, copy


def _to_correct(merged: MergeResult) -> dict[str, list[Finding]]:
    """Return the findings on each file that goes back to its unit.

    A warning alone is no reason to send a form back; it goes along with an error. In what could not
    be read, or not wholly (FILE-020), there is nothing to mark: the 问题清单 says why.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in merged.findings:
        if finding.place.file and finding.severity is not Severity.NOTE:
            by_file.setdefault(finding.place.file, []).append(finding)
    unread = {
        v.file
        for v in merged.verdicts
        if not v.accepted
        and ("FILE-020" in v.why or all(code.startswith("FILE-") for code in v.why))
    }
    return {
        file: findings
        for file, findings in by_file.items()
        if file not in unread
        and any(f.severity is Severity.ERROR and f.code not in _OURS for f in findings)
    }


def _owners(merged: MergeResult) -> dict[str, list[str]]:
    """Return the units that each file is of."""
    owners: dict[str, list[str]] = {}
    for v in merged.verdicts:
        units = owners.setdefault(v.file, [])
        if not (units and FOREIGN_KEYS in v.why):  # the sender does not learn whose another key is
            units.append(v.unit)
    return owners


class _Copier:
    """Makes the marked-up copies of one merge."""

    def __init__(
        self, merged: MergeResult, form: Form, password: str | None, layouts: Layouts
    ) -> None:
        self._form, self._password, self._layouts = form, password, layouts
        self._captions = Captions.of(form, merged.plan)
        self._mark = mark_of(COPY, merged.plan, merged.period)
        self._taken = {v.file for v in merged.verdicts if v.accepted}
        self._large: Counter[str] = Counter()  # cells of sheets that hold no form
        for finding in merged.findings:
            if finding.code == "HEAD-004":
                self._large[finding.place.file] += int(str(finding.values["count"]))

    def copies(
        self, arrival: Arrival, listed: Sequence[Finding], unit: str
    ) -> Iterator[bytes | Finding]:
        """Yield the copy of a file with the ``listed`` findings, or why there is none, or why it looks otherwise."""
        place, cells = Place(arrival.name), self._large[arrival.name]
        book, returned, findings = read_again(arrival, self._captions, self._password)
        if book is None or returned is None:
            why = {"reason": joined(f.code for f in findings)}
            yield Finding("FILE-082", place, unit, values=why)
            return
        try:
            copy = marked_copy(
                arrival.content or b"", book, returned, self._form, listed, unit, self._mark,
                taken=arrival.name in self._taken, paintable=cells <= _MOST_PAINTED,
                layouts=self._layouts,
            )  # fmt: skip
        except Exception as error:  # one copy that cannot be made stops no other
            yield Finding.unforeseen(arrival.name, error, unit)
            return
        if not copy.content:
            values = {"count": cells, "limit": _MOST_PAINTED}
            yield Finding("FILE-083", place, unit, values=values)
            return
        if copy.why:
            yield Finding("FILE-086", place, unit, values={"reason": copy.why})
        yield copy.content
