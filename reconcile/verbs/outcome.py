"""merge: summary, report, circular and marked-up copies, written."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from ..circular import draft
from ..feedback import feedback_bytes, prefix
from ..feedback import file_name as feedback_name
from ..files import write_file, write_stream, write_texts
from ..findings import Finding, Place, Severity
from ..inbox import collect
from ..language import joined, language_of, speaking
from ..merged import Merged
from ..model import Form
from ..returned import Captions
from ..scores import score_units
from ..style import Style
from ..summary import write_summary
from .intake import read_again

_MOST_PAINTED = 40_000
"""Cells of a marked-up copy: each is painted anew, and a form of 140 tasks has 3,000."""
_IN_MEMORY = 1 << 22
"""So many bytes of the summary are held; a larger one waits in the system's temporary folder."""


class Written(NamedTuple):
    """Result of :func:`write_merge`: the marked-up copies, and what was found while making them."""

    copies: tuple[Path, ...]
    findings: tuple[Finding, ...]


def write_merge(
    merged: Merged,
    form: Form,
    out: Path,
    returns_out: Path,
    inbox: Sequence[Path],
    *,
    report_path: Path | None = None,
    circular_path: Path | None = None,
    style: Style | None = None,
    password: str | None = None,
) -> Written:
    """Write summary, report, circular and marked-up copies.

    Copies of an earlier run that are no longer called for are removed: only
    files named 退回_….xlsx in ``returns_out`` are ever touched.
    """
    with (
        speaking(language_of(merged.plan.settings)),
        tempfile.SpooledTemporaryFile(_IN_MEMORY) as summary,
    ):
        return _written(
            merged, form, out, returns_out, inbox, report_path, circular_path, style, password,
            summary,
        )  # fmt: skip


def _written(
    merged: Merged,
    form: Form,
    out: Path,
    returns_out: Path,
    inbox: Sequence[Path],
    report_path: Path | None,
    circular_path: Path | None,
    style: Style | None,
    password: str | None,
    summary: IO[bytes],
) -> Written:
    """Make everything, then put it in its place; the ``summary`` waits where it takes no memory."""
    scores = score_units(merged)
    circular = draft(merged, scores)
    write_summary(summary, merged, form, circular, scores, style)
    letter = None
    if circular_path:
        from ..letter import letter_bytes  # most runs write neither a circular nor a report

        letter = letter_bytes(circular, style)
    changed: list[Finding] = []
    copies = dict(_feedback(merged, form, inbox, password, changed))
    if report_path:
        from ..report import report_texts  # as above

        write_texts(report_path, report_texts(merged, form))
    if circular_path and letter:
        write_file(circular_path, letter)
    write_stream(out, summary)
    for name, content in copies.items():
        write_file(returns_out / name, content)
    if returns_out.is_dir():
        for old in returns_out.glob(f"{prefix()}*.xlsx"):
            if old.name not in copies:
                old.unlink(missing_ok=True)
    return Written(tuple(returns_out / name for name in copies), tuple(changed))


def _feedback(
    merged: Merged,
    form: Form,
    inbox: Sequence[Path],
    password: str | None,
    changed: list[Finding],
) -> Iterator[tuple[str, bytes]]:
    """The marked-up copies, each with its file name. Files are read again: none is kept in memory.

    What has ``changed`` since it was read is not marked: the marks would stand in wrong cells.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in merged.findings:
        if finding.place.file and finding.severity is not Severity.NOTE:
            by_file.setdefault(finding.place.file, []).append(finding)
    # A warning alone is no reason to send a form back; it goes along with an error.
    # In what could not be read, or not wholly (FILE-020), there is nothing to mark: the 问题清单 says why.
    unread = {
        v.file
        for v in merged.verdicts
        if not v.accepted
        and ("FILE-020" in v.why or all(code.startswith("FILE-") for code in v.why))
    }
    by_file = {
        file: told
        for file, told in by_file.items()
        if file not in unread and any(f.severity is Severity.ERROR for f in told)
    }
    units = {v.file: v.unit for v in merged.verdicts}
    hashes = {v.file: v.sha256 for v in merged.verdicts}
    if not by_file:
        return  # nothing to send back: the inbox need not be read again
    captions = Captions.of(form, merged.plan)
    large: Counter[str] = Counter()  # cells of sheets that hold no form
    for finding in merged.findings:
        if finding.code == "HEAD-004":
            large[finding.place.file] += int(str(finding.values["count"]))
    taken: set[str] = set()
    for arrival in collect(inbox, only=by_file):
        if arrival.name not in by_file or arrival.name not in units or arrival.content is None:
            continue
        if arrival.sha256 != hashes[arrival.name]:
            changed.append(Finding("FILE-050", Place(arrival.name), units[arrival.name]))
            continue
        unit = units[arrival.name]
        if large[arrival.name] > _MOST_PAINTED:
            values = {"count": large[arrival.name], "limit": _MOST_PAINTED}
            changed.append(Finding("FILE-083", Place(arrival.name), unit, values=values))
            continue
        book, returned, told = read_again(arrival, captions, password)
        if book is None or returned is None:
            why = {"reason": joined(f.code for f in told)}
            changed.append(Finding("FILE-082", Place(arrival.name), unit, values=why))
            continue
        first = name = feedback_name(arrival.name)
        for again in itertools.count(2):
            if name not in taken:
                break
            name = f"{first.removesuffix('.xlsx')}_{again}.xlsx"
        taken.add(name)
        listed = sorted(by_file[arrival.name], key=lambda f: list(Severity).index(f.severity))
        # What concerns the unit but no cell of its file (a task that is missing) belongs on the list too.
        listed += [
            f for f in merged.findings
            if f.unit == unit and unit and not f.place.file and f.severity is not Severity.NOTE
        ]  # fmt: skip
        yield name, feedback_bytes(book, returned, form, listed, unit)
