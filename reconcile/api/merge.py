"""merge and related verbs: summary with its details, report, circular, marked-up copies, lists and tables, written."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.i18n import language_of, speaking, tr
from ..core.plan import LEADER, Plan
from ..core.result import MergeResult
from ..merge.scores import score_units
from ..reports.circular import draft
from ..reports.marked_copies import Layouts
from ..reports.packs import Pack, unassigned
from ..reports.packs import packs as all_packs
from ..reports.previous_summary import details_name
from ..writers.atomic import Batch, stream_to, texts_to, together
from ..writers.marks import (
    CIRCULAR,
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
from .marked_copies import Copies, marked_up
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

_IN_MEMORY = 1 << 22
"""So many bytes of the summary are held; a larger one waits in the system's temporary folder."""
_NAMES = {
    SUMMARY: "这个时段的汇总",
    DETAILS: "这个时段的汇总明细",
    REPORT: "这个时段的报告",
    CIRCULAR: "这个时段的通报初稿",
    PAGE: "这个时段的网页",
    PDF: "这个时段的 PDF",
}
"""What people call each output."""
_EDITED = (CIRCULAR, PDF)
"""Outputs that are replaced only as they were written: people work on in them, or hand them out."""


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

    The details hold clerks' names and telephone numbers only with ``contacts``; the summary never
    does. A PDF that cannot be made is a finding (FORM-037), and holds nothing else up. ``packs`` are the ways
    (按领导, 按单位) in which the summary is made once more, in parts, into a folder beside it.
    A marked-up copy that cannot be made in the file that came is laid out as in the sheets of the
    form's template, which ``layouts`` returns.

    Copies of an earlier run that are no longer called for are removed, as far as nobody
    touched them since; what is left standing is a finding. ``inputs`` are all files that the merge
    was made of beside the inbox (:attr:`Taken.inputs`). ``reopening`` records in the archive of a
    closed period that its summary is made again. Misused, before anything is written, when the
    period is closed otherwise, or when an output would destroy an input, or what is no output of the
    same plan and period; with ``force`` only when it would destroy an input or a key.
    """
    with speaking(language_of(merged.plan.settings)):
        if merged.caption in merged.closed and reopening is None:
            text = "“{period}”已经归档，汇总不再重做；确要重做，加 --reopen（用 --why 写明原因），归档里会记下"
            raise Misused(tr(text, period=merged.caption))
        details = details_place(out)
        others = {REPORT: report_path, CIRCULAR: circular_path, PAGE: page_path, PDF: pdf_path}
        outputs = {SUMMARY: out, DETAILS: details, **{k: p for k, p in others.items() if p}}
        parts = {packs_folder(out, way): _packs(merged, way) for way in packs}
        pack_files = [
            folder / pack.file for folder, in_folder in parts.items() for pack in in_folder
        ]
        written = [*outputs.values(), *pack_files]
        _check_outputs(merged, outputs, written, returns_out, answer, inputs, inbox, force=force)
        left = [
            finding
            for folder, in_folder in parts.items()
            for finding in _check_packs(folder, in_folder, inputs, inbox, force=force)
        ]
        with (
            tempfile.SpooledTemporaryFile(_IN_MEMORY) as summary,
            tempfile.SpooledTemporaryFile(_IN_MEMORY) as details_stream,
            together() as batch,
        ):
            _write_workbooks(
                batch, merged, form, {out: summary, details: details_stream}, style, contacts
            )
            _make(batch, merged, form, report_path, circular_path, page_path, style)
            unprinted = _print(batch, merged, summary, pdf_path)
            for folder, in_folder in parts.items():
                _write_packs(batch, folder, in_folder, form, style, known=[*inputs, *inbox])
            if answer and answer.content:
                batch.write(answer.out, answer.content, private=True)
            read = (*inputs, *inbox, *([answer.source, answer.out] if answer else []))
            copies = Copies(returns_out, merged, form, (*read, *written))
            findings = [*unprinted, *left]
            for file, copy in marked_up(merged, form, inbox, password, layouts):
                if isinstance(copy, Finding):
                    findings.append(copy)
                else:
                    copies.add(batch, file, copy)
            findings += copies.close(batch)
            if reopening:
                batch.write(reopening.path, reopening.content, private=True)
        counts = {folder: len(in_folder) for folder, in_folder in parts.items()}
        return Written(tuple(copies.written), tuple(findings), counts, details)


def _check_outputs(
    merged: MergeResult,
    outputs: Mapping[str, Path],
    written: Sequence[Path],
    returns_out: Path,
    answer: Answer | None,
    inputs: Sequence[Path],
    inbox: Sequence[Path],
    *,
    force: bool,
) -> None:
    """Raise Misused where a path to be ``written``, or the folder of copies, must not be; ``outputs`` are some by kind."""
    answers = [answer.out] if answer and answer.content else []
    check_places([*written, *answers], inputs, inbox)
    # The received form is written by nothing but the answer.
    check_places(written, [answer.source] if answer else [])
    check_folder(returns_out, inbox)
    for kind, path in outputs.items():
        mark = mark_of(kind, merged.plan, merged.period)
        check_former(path, mark, _NAMES[kind], sealed=kind in _EDITED, force=force)


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
    conditions = made_with(merged.as_of, contacts=contacts)
    write_summary(summary, merged, form, draft(merged, scores), scores, style, made=conditions)
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
    pdf = printed(summary.read(), mark, Place(path.name))
    if isinstance(pdf, Finding):
        return (pdf,)
    batch.write(path, pdf)
    return ()


# --- packs: by leader, by unit


def packs_folder(out: Path, way: str) -> Path:
    """Return where packs go: 汇总_第二季度_按领导, beside the summary that they are parts of."""
    return out.with_name(f"{out.stem}_{tr(way)}")


def _packs(merged: MergeResult, way: str) -> tuple[Pack, ...]:
    packs = all_packs(merged, way)
    if not packs:
        text = "“任务”表里没有“{column}”一栏，或者都空着，不能按领导分；请加上这一栏，写明每项任务由谁分管"
        raise Misused(tr(text, column=tr(LEADER)))
    return packs


def _check_packs(
    folder: Path,
    packs: Sequence[Pack],
    inputs: Sequence[Path],
    inbox: Sequence[Path],
    *,
    force: bool,
) -> tuple[Finding, ...]:
    """Raise Misused where a pack must not be written; return findings on other files in the folder."""
    check_folder(folder, inbox)
    check_apart(folder, inputs)
    for pack in packs:
        check_former(
            folder / pack.file, pack.mark, "这个时段的汇总（同一个人或单位的）", force=force
        )
    names = {pack.file for pack in packs}
    standing = (p for p in sorted(folder.glob("*.xlsx")) if p.name not in names)
    others = (p for p in standing if not _is_former(p, packs))
    left = (Finding("FORM-039", Place(f"{folder.name}/{p.name}")) for p in others)
    return (*unassigned(packs), *left)


def _is_former(path: Path, packs: Sequence[Pack]) -> bool:
    """Return whether a file is a pack of an earlier run, of the same plan, period and way, that nobody touched."""
    mark = read_mark(path)
    ours = {pack.mark.rpartition("|")[0] for pack in packs}
    return mark.sealed and not path.is_symlink() and mark.mark.rpartition("|")[0] in ours


def _write_packs(
    batch: Batch,
    folder: Path,
    packs: Sequence[Pack],
    form: Form,
    style: Style | None,
    known: Sequence[Path],
) -> None:
    """Write the packs, and remove those of an earlier run whose leader or unit has none any more."""
    from ..reports.summary import summary_bytes  # as in _make

    for pack in packs:
        scores = score_units(pack.merged)
        content = summary_bytes(pack.merged, form, (), scores, style, mark=pack.mark)
        batch.write(folder / pack.file, content)
    names, read = {pack.file for pack in packs}, Known(known)
    for path in sorted(folder.glob("*.xlsx")):
        if path.name not in names and path not in read and _is_former(path, packs):
            batch.remove(path)


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
