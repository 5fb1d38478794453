"""merge and its sisters: summary with its details, report, circular, marked-up copies, lists and tables, written."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from ..core.findings import Finding, Place, Severity
from ..core.form import Form
from ..core.i18n import joined, language_of, speaking, tr
from ..core.plan import LEADER, Plan
from ..core.result import MergeResult
from ..intake.inbox import collect
from ..intake.reader import read_again
from ..intake.submission_reader import Captions
from ..merge.identify import FOREIGN_KEYS
from ..merge.scores import score_units
from ..reports.circular import draft
from ..reports.marked_copies import Layouts, marked_copy
from ..reports.packs import Pack, unassigned
from ..reports.packs import packs as all_packs
from ..reports.previous_summary import details_name
from ..writers.atomic import Batch, stream_to, texts_to, together
from ..writers.marks import (
    CIRCULAR,
    COPY,
    DETAILS,
    PAGE,
    PDF,
    REPORT,
    SUMMARY,
    made_with,
    mark_of,
    read_mark,
)
from ..writers.theme import Style
from .inputs import usual_name
from .marked_copies import Copies
from .outputs import (
    Known,
    Misused,
    check_apart,
    check_folder,
    check_former,
    check_key,
    check_places,
    refuse_other,
)

_MOST_PAINTED = 40_000
"""Cells of a marked-up copy that is painted anew; a form of 140 tasks has 3,000."""
_IN_MEMORY = 1 << 22
"""So many bytes of the summary are held; a larger one waits in the system's temporary folder."""
_OURS = frozenset(("FORM-025",))
"""Errors that are mended in the plan workbook alone: no reason to send a form back."""


class Written(NamedTuple):
    """Result of :func:`write_merge`: the marked-up copies, findings, the office's workbook.

    ``packs`` are folders of parts of the summary, with the number of parts in each.
    """

    copies: tuple[Path, ...]
    findings: tuple[Finding, ...]
    packs: Mapping[Path, int]
    details: Path


class Reopening(NamedTuple):
    """The manifest of a closed period as it is to be written where the period is opened again."""

    path: Path
    content: bytes


class Answer(NamedTuple):
    """What :func:`reconcile.api.answer.answer` made, to be written at ``out``; ``source`` is the form received."""

    source: Path
    out: Path
    content: bytes | None


def usual_summary(plan: Plan, period: int, folder: Path) -> Path:
    """Return where the summary of a period (from 1) goes when nobody names another place."""
    return folder / usual_name("汇总_{period}.xlsx", plan, period)


def usual_copies(plan: Plan, period: int) -> str:
    """Return the name of the folder of marked-up copies beside such a summary."""
    return usual_name("退回_{period}", plan, period)


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


def details_place(out: Path) -> Path:
    """Return where the office's workbook goes that is written with a summary: beside it.

    汇总_第二季度.xlsx has 汇总_明细_第二季度.xlsx, X.xlsx has X_明细.xlsx.
    """
    return out.with_name(details_name(out.stem) + out.suffix)


def write_merge(
    merged: MergeResult,
    form: Form,
    out: Path,
    returns_out: Path,
    inbox: Sequence[Path],
    *,
    report_path: Path | None = None,
    circular_path: Path | None = None,
    page_path: Path | None = None,
    pdf_path: Path | None = None,
    packs: Sequence[str] = (),
    style: Style | None = None,
    password: str | None = None,
    contacts: bool = False,
    answer: Answer | None = None,
    inputs: Sequence[Path] = (),
    force: bool = False,
    reopening: Reopening | None = None,
    layouts: Layouts = tuple,
) -> Written:
    """Write summary, details, report, circular, web page, PDF, answer and marked-up copies, all or none of them.

    The details tell clerks' names and telephone numbers only with ``contacts``; the summary never
    does. A PDF that cannot be made is told (FORM-037), and holds nothing else up. ``packs`` are the ways (按领导,
    按单位) in which the summary is made once more, in parts, into a folder beside it.
    Marked-up copies that cannot be the file that came look as ``layouts`` say, which gives the
    sheets of the form's template when it is called.

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
        details = details_place(out)
        outputs = [
            path for path in (out, details, report_path, circular_path, page_path, pdf_path) if path
        ]
        parts = {packs_folder(out, way): _packs(merged, way) for way in packs}
        outputs += [folder / pack.file for folder, made in parts.items() for pack in made]
        answers = [answer.out] if answer and answer.content else []
        check_places([*outputs, *answers], inputs, inbox)
        # The received form is written by nothing but the answer.
        check_places(outputs, [answer.source] if answer else [])
        check_folder(returns_out, inbox)
        check_former(out, mark_of(SUMMARY, plan, period), "这个时段的汇总", force=force)
        check_former(details, mark_of(DETAILS, plan, period), "这个时段的汇总明细", force=force)
        if report_path:
            check_former(report_path, mark_of(REPORT, plan, period), "这个时段的报告", force=force)
        if circular_path:
            mark = mark_of(CIRCULAR, plan, period)
            check_former(circular_path, mark, "这个时段的通报初稿", sealed=True, force=force)
        if page_path:
            check_former(page_path, mark_of(PAGE, plan, period), "这个时段的网页", force=force)
        if pdf_path:
            mark = mark_of(PDF, plan, period)
            check_former(pdf_path, mark, "这个时段的 PDF", sealed=True, force=force)
        left = [
            finding
            for folder, made in parts.items()
            for finding in _check_packs(folder, made, inputs, inbox, force=force)
        ]
        with (
            tempfile.SpooledTemporaryFile(_IN_MEMORY) as first,
            tempfile.SpooledTemporaryFile(_IN_MEMORY) as second,
            together() as batch,
        ):
            _write_workbooks(batch, merged, form, {out: first, details: second}, style, contacts)
            _make(batch, merged, form, report_path, circular_path, page_path, style)
            unprinted = _print(batch, merged, first, pdf_path)
            for folder, made in parts.items():
                _write_packs(batch, folder, made, form, style, known=[*inputs, *inbox])
            if answer and answer.content:
                batch.write(answer.out, answer.content, private=True)
            read = (*inputs, *inbox, *([answer.source, answer.out] if answer else []))
            copies = Copies(returns_out, merged, form, (*read, *outputs))
            changed: list[Finding] = []
            for file, content in _feedback(merged, form, inbox, password, layouts, changed):
                copies.add(batch, file, content)
            told = copies.close(batch)
            if reopening:
                batch.write(reopening.path, reopening.content, private=True)
        told = (*unprinted, *left, *changed, *told)
        counts = {folder: len(made) for folder, made in parts.items()}
        return Written(tuple(copies.written), told, counts, details)


def _write_workbooks(
    batch: Batch,
    merged: MergeResult,
    form: Form,
    streams: Mapping[Path, IO[bytes]],
    style: Style | None,
    contacts: bool,
) -> None:
    """Make the summary and the details; they wait, in that order, where they take no memory."""
    from ..reports.details import write_details  # these alone need their writer
    from ..reports.summary import write_summary

    scores = score_units(merged)
    (out, summary), (beside, details) = streams.items()
    made = made_with(merged.as_of, contacts=contacts)
    write_summary(summary, merged, form, draft(merged, scores), scores, style, made=made)
    write_details(details, merged, form, style, contacts=contacts)
    batch.write_with(out, stream_to(summary))
    batch.write_with(beside, stream_to(details))


def _make(
    batch: Batch,
    merged: MergeResult,
    form: Form,
    report_path: Path | None,
    circular_path: Path | None,
    page_path: Path | None,
    style: Style | None,
) -> None:
    """Make what else is written once for all units, where it is asked for."""
    if report_path:
        from ..reports.exports import report_texts

        batch.write_with(report_path, texts_to(report_texts(merged, form)))
    if circular_path:
        from ..reports.circular_docx import letter_bytes  # as above

        mark = mark_of(CIRCULAR, merged.plan, merged.period)
        circular = draft(merged, score_units(merged))
        batch.write(circular_path, letter_bytes(circular, style, mark))
    if page_path:
        from ..reports.web.page import page_bytes  # as above

        batch.write(page_path, page_bytes(merged, form, style))


def _print(
    batch: Batch, merged: MergeResult, summary: IO[bytes], path: Path | None
) -> tuple[Finding, ...]:
    """Have the summary printed to a PDF, where one is asked for; return why there is none."""
    if path is None:
        return ()
    from ..reports.printed_pdf import printed

    summary.seek(0)
    mark = mark_of(PDF, merged.plan, merged.period)
    made = printed(summary.read(), mark, Place(path.name))
    if isinstance(made, Finding):
        return (made,)
    batch.write(path, made)
    return ()


# --- packs: by leader, by unit


def packs_folder(out: Path, way: str) -> Path:
    """Return where packs go: 汇总_第二季度_按领导, beside the summary that they are parts of."""
    return out.with_name(f"{out.stem}_{tr(way)}")


def _packs(merged: MergeResult, way: str) -> tuple[Pack, ...]:
    made = all_packs(merged, way)
    if not made:
        told = "“任务”表里没有“{column}”一栏，或者都空着，不能按领导分；请加上这一栏，写明每项任务由谁分管"
        raise Misused(tr(told, column=tr(LEADER)))
    return made


def _check_packs(
    folder: Path,
    made: Sequence[Pack],
    inputs: Sequence[Path],
    inbox: Sequence[Path],
    *,
    force: bool,
) -> tuple[Finding, ...]:
    """Raise Misused where a pack must not be written; return what else of it is to be told."""
    check_folder(folder, inbox)
    check_apart(folder, inputs)
    for pack in made:
        check_former(
            folder / pack.file, pack.mark, "这个时段的汇总（同一个人或单位的）", force=force
        )
    own = {pack.file for pack in made}
    standing = (p for p in sorted(folder.glob("*.xlsx")) if p.name not in own)
    others = (p for p in standing if not _is_former(p, made))
    told = (Finding("FORM-039", Place(f"{folder.name}/{p.name}")) for p in others)
    return (*unassigned(made), *told)


def _is_former(path: Path, made: Sequence[Pack]) -> bool:
    """Return whether a file is a pack of an earlier run, of the same plan, period and way, that nobody touched."""
    found = read_mark(path)
    ours = {pack.mark.rpartition("|")[0] for pack in made}
    return found.sealed and not path.is_symlink() and found.mark.rpartition("|")[0] in ours


def _write_packs(
    batch: Batch,
    folder: Path,
    made: Sequence[Pack],
    form: Form,
    style: Style | None,
    known: Sequence[Path],
) -> None:
    """Have the packs written, and those of an earlier run removed whose leader or unit has none any more."""
    from ..reports.summary import summary_bytes  # as in _make

    for pack in made:
        scores = score_units(pack.merged)
        content = summary_bytes(pack.merged, form, (), scores, style, mark=pack.mark)
        batch.write(folder / pack.file, content)
    own, read = {pack.file for pack in made}, Known(known)
    for path in sorted(folder.glob("*.xlsx")):
        if path.name not in own and path not in read and _is_former(path, made):
            batch.remove(path)


def _feedback(
    merged: MergeResult,
    form: Form,
    inbox: Sequence[Path],
    password: str | None,
    layouts: Layouts,
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
            made = marked_copy(
                arrival.content, book, returned, form, listed, unit, mark,
                taken=arrival.name in taken, paintable=large[arrival.name] <= _MOST_PAINTED, layouts=layouts,
            )  # fmt: skip
        except Exception as error:  # one copy that cannot be made stops no other
            changed.append(Finding.unforeseen(arrival.name, error, unit))
            continue
        if not made.content:
            values = {"count": large[arrival.name], "limit": _MOST_PAINTED}
            changed.append(Finding("FILE-083", Place(arrival.name), unit, values=values))
            continue
        if made.why:
            told_of = {"reason": made.why}
            changed.append(Finding("FILE-086", Place(arrival.name), unit, values=told_of))
        yield arrival.name, made.content


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
