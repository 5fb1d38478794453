"""merge and its sisters: summary, report, circular, marked-up copies, lists and tables, written."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from ..core.findings import Finding, Place, Severity
from ..core.form import Form
from ..core.i18n import joined, language_of, speaking, tr
from ..core.plan import Plan
from ..core.result import MergeResult
from ..intake.inbox import collect
from ..intake.reader import read_again
from ..intake.submission_reader import Captions
from ..merge.identify import FOREIGN_KEYS
from ..merge.scores import score_units
from ..reports.circular import draft
from ..reports.marked_copies import feedback_bytes
from ..writers.atomic import Batch, stream_to, texts_to, together
from ..writers.marks import CIRCULAR, COPY, REPORT, SUMMARY, mark_of
from ..writers.theme import Style
from .marked_copies import Copies
from .outputs import (
    Misused,
    check_folder,
    check_former,
    check_key,
    check_places,
    refuse_other,
)

_MOST_PAINTED = 40_000
"""Cells of a marked-up copy: each is painted anew, and a form of 140 tasks has 3,000."""
_IN_MEMORY = 1 << 22
"""So many bytes of the summary are held; a larger one waits in the system's temporary folder."""
_OURS = frozenset(("FORM-025",))
"""Errors that are mended in the plan workbook alone: no reason to send a form back."""


class Written(NamedTuple):
    """Result of :func:`write_merge`: the marked-up copies, and what was found while making them."""

    copies: tuple[Path, ...]
    findings: tuple[Finding, ...]


class Reopening(NamedTuple):
    """The manifest of a closed period as it is to be written where the period is opened again."""

    path: Path
    content: bytes


class Answer(NamedTuple):
    """What :func:`~.chain.answer` made, to be written at ``out``; ``source`` is the form received."""

    source: Path
    out: Path
    content: bytes | None


def usual_summary(plan: Plan, period: int, folder: Path) -> Path:
    """Return where the summary of a period (from 1) goes when nobody names another place."""
    named = period_name(plan.periods[period - 1].caption)
    return folder / tr("汇总_{period}.xlsx", period=named)


def usual_copies(plan: Plan, period: int) -> str:
    """Return the name of the folder of marked-up copies beside such a summary."""
    return tr("退回_{period}", period=period_name(plan.periods[period - 1].caption))


def period_name(caption: str) -> str:
    """Return a period's caption as names of files and folders have it."""
    return re.sub(r'[\\/:*?"<>|.\s]+', "", caption)


def usual_places(
    merged: MergeResult, folder: Path, out: Path | None, returns_out: Path | None
) -> tuple[Path, Path]:
    """Return where summary and marked-up copies go: as asked for, else into ``folder``.

    A summary that nobody named has its period in its name, and so has the folder of copies then:
    next period's run leaves both alone.
    """
    with speaking(language_of(merged.plan.settings)):
        copies = tr("退回") if out else usual_copies(merged.plan, merged.period)
        out = out or usual_summary(merged.plan, merged.period, folder)
        return out, returns_out or out.parent / copies


def write_merge(
    merged: MergeResult,
    form: Form,
    out: Path,
    returns_out: Path,
    inbox: Sequence[Path],
    *,
    report_path: Path | None = None,
    circular_path: Path | None = None,
    style: Style | None = None,
    password: str | None = None,
    contacts: bool = False,
    answer: Answer | None = None,
    inputs: Sequence[Path] = (),
    force: bool = False,
    reopening: Reopening | None = None,
) -> Written:
    """Write summary, report, circular, answer and marked-up copies, all or none of them.

    The summary tells clerks' names and telephone numbers only with ``contacts``.

    Copies of an earlier run that are no longer called for are removed, as far as nobody
    touched them since; what is left standing is told. ``inputs`` are all files that the merge
    was made of beside the inbox (:attr:`Taken.inputs`). ``reopening`` tells the archive of a
    closed period that its summary is made anew. Misused, before anything is
    written, when the period is closed otherwise, or when an output would destroy an input, or what is no output of the same
    plan and period; with ``force`` only when it would destroy an input or a key.
    """
    with speaking(language_of(merged.plan.settings)):
        plan, period = merged.plan, merged.period
        if merged.caption in merged.closed and reopening is None:
            words = "“{period}”已经归档，汇总不再重做；确要重做，加 --reopen（用 --why 写明原因），归档里会记下"
            raise Misused(tr(words, period=merged.caption))
        outputs = [path for path in (out, report_path, circular_path) if path]
        answers = [answer.out] if answer and answer.content else []
        check_places([*outputs, *answers], inputs, inbox)
        # The received form is written by nothing but the answer.
        check_places(outputs, [answer.source] if answer else [])
        check_folder(returns_out, inbox)
        check_former(out, mark_of(SUMMARY, plan, period), "这个时段的汇总", force=force)
        if report_path:
            check_former(report_path, mark_of(REPORT, plan, period), "这个时段的报告", force=force)
        if circular_path:
            mark = mark_of(CIRCULAR, plan, period)
            check_former(circular_path, mark, "这个时段的通报初稿", sealed=True, force=force)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as summary, together() as batch:
            _make(batch, merged, form, out, report_path, circular_path, style, summary, contacts)
            if answer and answer.content:
                batch.write(answer.out, answer.content, private=True)
            read = (*inputs, *inbox, *([answer.source, answer.out] if answer else []))
            copies = Copies(returns_out, merged, form, (*read, *outputs))
            changed: list[Finding] = []
            for file, content in _feedback(merged, form, inbox, password, changed):
                copies.add(batch, file, content)
            told = copies.close(batch)
            if reopening:
                batch.write(reopening.path, reopening.content, private=True)
        return Written(tuple(copies.written), (*changed, *told))


def _make(
    batch: Batch,
    merged: MergeResult,
    form: Form,
    out: Path,
    report_path: Path | None,
    circular_path: Path | None,
    style: Style | None,
    summary: IO[bytes],
    contacts: bool,
) -> None:
    """Make what is written once for all units; the ``summary`` waits where it takes no memory."""
    from ..reports.summary import write_summary  # the one thing here that needs its writer

    scores = score_units(merged)
    circular = draft(merged, scores)
    write_summary(summary, merged, form, circular, scores, style, contacts=contacts)
    batch.write_with(out, stream_to(summary))
    if report_path:
        from ..reports.exports import report_texts

        batch.write_with(report_path, texts_to(report_texts(merged, form)))
    if circular_path:
        from ..reports.circular_docx import letter_bytes  # as above

        mark = mark_of(CIRCULAR, merged.plan, merged.period)
        batch.write(circular_path, letter_bytes(circular, style, mark))


def _feedback(
    merged: MergeResult,
    form: Form,
    inbox: Sequence[Path],
    password: str | None,
    changed: list[Finding],
) -> Iterator[tuple[str, bytes]]:
    """The marked-up copies, each with the name of the file it was made of. Files are read again.

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
        if file not in unread
        and any(f.severity is Severity.ERROR and f.code not in _OURS for f in told)
    }
    owners: dict[str, list[str]] = {}
    for v in merged.verdicts:
        own = owners.setdefault(v.file, [])
        if not (own and FOREIGN_KEYS in v.why):  # whose another key is, its sender is not told
            own.append(v.unit)
    units = {file: joined(filter(None, own)) for file, own in owners.items()}
    taken = {v.file for v in merged.verdicts if v.accepted}
    hashes = {v.file: v.sha256 for v in merged.verdicts}
    if not by_file:
        return  # nothing to send back: the inbox need not be read again
    captions = Captions.of(form, merged.plan)
    mark = mark_of(COPY, merged.plan, merged.period)
    large: Counter[str] = Counter()  # cells of sheets that hold no form
    for finding in merged.findings:
        if finding.code == "HEAD-004":
            large[finding.place.file] += int(str(finding.values["count"]))
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
        listed = sorted(by_file[arrival.name], key=lambda f: list(Severity).index(f.severity))
        # What concerns the unit but no cell of its file (a task that is missing) belongs on the list too.
        listed += [
            f for f in merged.findings
            if f.unit and f.unit in owners[arrival.name] and not f.place.file
            and f.severity is not Severity.NOTE and not f.code.startswith("PLAN-")
        ]  # fmt: skip
        try:
            content = feedback_bytes(
                book, returned, form, listed, unit, mark, taken=arrival.name in taken
            )
        except Exception as error:  # one copy that cannot be made stops no other
            changed.append(Finding.unforeseen(arrival.name, error, unit))
            continue
        yield arrival.name, content


def write_table(
    merged: MergeResult,
    form: Form,
    out: Path,
    inbox: Sequence[Path],
    *,
    inputs: Sequence[Path] = (),
    force: bool = False,
) -> None:
    """Write the records as a tidy table, of the kind that the ending of ``out`` says.

    ImportError when .parquet is asked for without pyarrow; Misused and ``inputs`` as in
    :func:`write_merge`.
    """
    from ..reports.exports import export, is_table  # needs pandas, which nothing else does

    with speaking(language_of(merged.plan.settings)):
        check_places([out], inputs, inbox)
        if out.exists() and not is_table(out):
            check_key(out)
            refuse_other(out, "明细表", force=force)
        export(merged, form, out)
