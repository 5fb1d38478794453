"""close: freeze a period, with all that its summary was made of, in a folder beside the plan workbook.

Everything is copied into a folder that waits, the outputs are made again from the copies and held
against those that went out, and only then is the folder renamed into its place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from ...archive.folder import (
    HOMES,
    Archive,
    archives_of,
    differences,
    former_of,
    home,
    keep,
    keep_bytes,
    keep_link,
)
from ...archive.manifest import (
    CLOSED,
    EDITED,
    FORM,
    INBOX,
    MADE,
    MANIFEST,
    OTHER,
    PLAN,
    PREVIOUS,
    REPLACED,
    SENT,
    TEMPLATE,
    VERSION,
    Event,
    File,
    Manifest,
    Outputs,
    Proof,
    Returned,
    Setup,
    hashes,
    identity,
    manifest_bytes,
    program,
)
from ...core.findings import Finding, Place, Severity
from ...core.i18n import ZH, joined, language_of, speaking, tr
from ...core.plan import Plan
from ...core.result import MergeResult
from ...intake.inbox import is_lock
from ...plan import read_plan, spoken_in
from ...reports.circular_docx import missing
from ...reports.previous_summary import holds_records
from ...writers.atomic import Unfit, cut_name, whole_folder
from ...writers.marks import (
    CIRCULAR,
    COPY,
    PAGE,
    REPORT,
    SUMMARY,
    Marked,
    mark_of,
    read_made,
    read_mark,
)
from .. import inputs
from ..inputs import period_name, period_number
from ..mail import sent_log_of
from ..merge import usual_copies, usual_summary
from ..outputs import Known, Misused
from .remake import Remade, remade


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``close`` is asked for; what is None or empty is looked for by its usual name.

    ``who`` closes the period, for the manifest; ``now`` is the local time.
    """

    plan: Path
    now: datetime
    period: str | None = None
    inbox: tuple[Path, ...] = ()
    summary: Path | None = None
    returns: Path | None = None
    template: Path | None = None
    previous: tuple[Path, ...] = ()
    form: Path | None = None
    password: str | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Result of :func:`close` and :func:`.closed_period.keep_late`: the archive, or None and why not."""

    archive: Archive | None
    findings: tuple[Finding, ...] = ()
    language: str = ZH
    merged: MergeResult | None = None
    kept: tuple[str, ...] = ()


class _Refused(Exception):
    """The outputs do not follow from what was copied: ``findings`` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


@dataclass(slots=True)
class _Stage:
    """An archive that is being filled: ``folder`` waits, ``files`` lie in it."""

    folder: Path
    files: list[File] = field(default_factory=list)

    def place(self, name: str) -> Path:
        """Return a path in the folder that nothing has yet: the name itself, or in a numbered folder."""
        path, count = self.folder / name, 1
        while path.exists() or path.is_symlink():
            count += 1
            path = self.folder / str(count) / name
        return path

    def take(self, source: Path, role: str, target: Path | None = None) -> str:
        """Copy a file, or all files of a folder; return its path from the folder."""
        target = target or self.place(source.name)
        if source.is_dir():
            self._take_folder(source, role, target, source.resolve())
        else:
            self.files.append(keep(source, target, self.folder, role))
        return target.relative_to(self.folder).as_posix()

    def _take_folder(self, source: Path, role: str, target: Path, root: Path) -> None:
        """Copy a folder of the inbox as it is read: what a link of it leads to outside is refused there."""
        target.mkdir(parents=True)
        for path in sorted(source.iterdir()):
            copy = target / path.name
            linked = path.is_symlink()
            if is_lock(path.name) or (linked and path.is_dir() and _within(path, root)):
                continue  # a linked folder of the inbox is read at its own place
            if linked and not (path.is_file() and _within(path, root)):
                self.files.append(keep_link(path, copy, self.folder, role))
            elif path.is_dir():
                self._take_folder(path, role, copy, root)
            else:
                self.files.append(keep(path, copy, self.folder, role))

    def write(self, content: bytes, name: str, role: str) -> None:
        """Write a file by its path from the folder."""
        self.files.append(keep_bytes(content, self.folder / name, self.folder, role))


def _within(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root)


def close(asked: Asked) -> Closed:
    """Freeze a period in a folder of archives. Nothing else is changed.

    Misused where it is closed already or nothing is there to be closed, OSError where a file
    cannot be read or written.
    """
    opened = open_archives(asked)
    if isinstance(opened, Closed):
        return opened
    with speaking(opened.language):
        return _close(asked, opened)


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan workbook with its archives, and which ``period`` of it (from 1) is meant."""

    plan: Plan
    period: int
    archives: Mapping[str, Archive]

    @property
    def language(self) -> str:
        """The language of the plan's files."""
        return language_of(self.plan.settings)

    @property
    def caption(self) -> str:
        """The period's caption."""
        return self.plan.periods[self.period - 1].caption

    @property
    def archive(self) -> Archive | None:
        """The archive of the period, if it is closed."""
        return self.archives.get(self.caption)


def open_archives(asked: Asked) -> Opened | Closed:
    """Read the plan workbook and its archives; where that cannot be done, return why."""
    plan, findings = read_plan(asked.plan)
    if plan is None:
        return Closed(None, findings, spoken_in(asked.plan))
    language = language_of(plan.settings)
    with speaking(language):
        period, findings = period_number(plan, asked.period)
        archives, broken = archives_of(asked.plan, plan)
    if not period or broken:
        return Closed(None, (*findings, *broken), language)
    return Opened(plan, period, archives)


def _close(asked: Asked, opened: Opened) -> Closed:
    plan, caption, before = opened.plan, opened.caption, opened.archive
    if before and not before.reopened:
        text = "“{period}”已经归档在 {folder}；确要重做，先运行 reconcile merge --reopen，再 close"
        raise Misused(tr(text, period=caption, folder=before.folder))
    former, findings = former_of(asked.plan, plan, opened.period)
    if former is None:
        return Closed(None, findings, opened.language)
    closed = {c: list(known) for c, known in former.closed.items() if c != caption}
    previous = asked.previous or former.previous
    inbox = asked.inbox or (_usual_inbox(asked.plan),)
    outputs = _outputs(asked, plan, opened.period, inbox)
    folder = home(asked.plan) or asked.plan.parent / tr(HOMES[0])
    target = _free(folder, cut_name(period_name(caption)))
    try:
        with whole_folder(target) as folder:
            stage = _Stage(folder)
            filled = _filled(stage, asked, plan, outputs, inbox, previous, closed, before)
    except _Refused as refused:
        return Closed(None, refused.findings, opened.language)
    archive = Archive(target, filled.manifest)
    return Closed(archive, filled.findings, opened.language, filled.merged)


def _free(folder: Path, name: str) -> Path:
    """A place for an archive that no other has."""
    path, count = folder / name, 1
    while path.exists() or path.is_symlink():
        count += 1
        path = folder / f"{name}_{count}"
    return path


# --- filling the folder


@dataclass(frozen=True, slots=True)
class _Filled:
    manifest: Manifest
    merged: MergeResult
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _LastOutputs:
    """The outputs of a ``period`` (from 1) as they lie there: the main ``summary``, the others, with their marks."""

    period: int
    summary: Path
    as_of: date
    contacts: bool
    others: Mapping[Path, Marked]

    def first(self, kind: str) -> Path | None:
        """Return the first output of this kind."""
        return next((p for p, mark in self.others.items() if mark.kind == kind), None)


def _filled(
    stage: _Stage,
    asked: Asked,
    plan: Plan,
    last: _LastOutputs,
    inbox: Sequence[Path],
    previous: Sequence[Path],
    closed: dict[str, list[str]],
    before: Archive | None,
) -> _Filled:
    """Fill the folder; raise _Refused where what lies there does not follow from what was copied."""
    setup = _take_inputs(stage, asked, plan, inbox, previous, closed, contacts=last.contacts)
    copies = next((p.parent.name for p, m in last.others.items() if m.kind == COPY), None)
    report, circular, page = map(last.first, (REPORT, CIRCULAR, PAGE))
    if missing():  # what writes Word documents: the circular is kept as it is
        circular = None
    outputs = Outputs(
        summary=last.summary.name, records="", copies=copies or usual_copies(plan, last.period),
        report=report.name if report else "", circular=circular.name if circular else "",
        page=page.name if page else "",
    )  # fmt: skip
    caption = plan.periods[last.period - 1].caption
    with remade(
        stage.folder, setup, outputs, period=caption, as_of=last.as_of, password=asked.password
    ) as again:
        if again.merged is None:
            raise _Refused(again.findings)
        findings = tuple(_take_outputs(stage, last, again))
        outputs["records"] = next(
            (name for name, path in again.files.items() if "/" not in name and holds_records(path)), ""
        )  # fmt: skip
    merged = again.merged
    log = sent_log_of(asked.plan, language_of(merged.plan.settings))
    if log.is_file():
        stage.take(log, SENT)
    events = _events(asked, last.as_of, before)
    edition = before.manifest["edition"] + 1 if before else 1
    manifest = _manifest(merged, plan, setup, outputs, events, stage.files, edition)
    (stage.folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    findings = (*findings, *differences(Archive(stage.folder, manifest)))
    if any(f.severity is Severity.ERROR for f in findings):
        raise _Refused(findings)
    return _Filled(manifest, merged, findings)


def _events(asked: Asked, as_of: date, before: Archive | None) -> list[Event]:
    """What happened to the period so far, for the manifest: it is closed now, perhaps once more."""
    events = list(before.manifest["events"]) if before else []
    when = asked.now.isoformat(timespec="seconds")
    if before:
        events.append(
            Event(
                what=REPLACED, when=when, who=asked.who, folder=before.folder.name,
                files=hashes(before.manifest["files"]),
            )
        )  # fmt: skip
    return [*events, Event(what=CLOSED, when=when, who=asked.who, as_of=as_of.isoformat())]


def _manifest(
    merged: MergeResult,
    plan: Plan,
    setup: Setup,
    outputs: Outputs,
    events: list[Event],
    files: list[File],
    edition: int,
) -> Manifest:
    balance = merged.balance
    return Manifest(
        manifest=VERSION, program=program(), plan=identity(plan), period=merged.caption,
        edition=edition, as_of=merged.as_of.isoformat(),
        balance={
            "received": balance.received, "accepted": balance.accepted,
            "normalised": balance.normalised, "set aside": balance.set_aside,
        },
        setup=setup, outputs=outputs, events=events,
        returns=[
            Returned(file=v.file, sha256=v.sha256, unit=v.unit, accepted=v.accepted)
            for v in merged.verdicts
        ],
        evidence=[
            Proof(unit=e.unit, task=e.task, file=e.file, size=e.size, sha256=e.sha256)
            for e in merged.evidence
        ],
        files=files,
    )  # fmt: skip


def _usual_inbox(plan_path: Path) -> Path:
    inbox = plan_path.parent / tr("收回")
    if not inbox.is_dir():
        text = "没有找到收回的文件夹 {inbox}；在别处的，在命令里写明"
        raise Misused(tr(text, inbox=inbox))
    return inbox


def _outputs(asked: Asked, plan: Plan, number: int, inbox: Sequence[Path]) -> _LastOutputs:
    """Our outputs of the period, known by their marks. Misused where there is no one summary.

    Marked-up copies that came back lie in the ``inbox``, and are none.
    """
    summary = asked.summary or usual_summary(plan, number, asked.plan.parent)
    folders = dict.fromkeys((asked.plan.parent, summary.parent))
    inside = [p for f in folders for p in sorted(f.iterdir()) if f.is_dir()]
    back = Known(inbox)
    copies = [asked.returns] if asked.returns else [p for p in inside if p.is_dir()]
    copies = [p for p in copies if p not in back]
    outputs: dict[Path, Marked] = {}
    for path in (*inside, *(p for folder in copies for p in sorted(folder.iterdir()))):
        if path.is_symlink() or not path.is_file():
            continue
        mark = read_mark(path)
        if mark.mark and mark.mark == mark_of(mark.kind, plan, number):
            outputs[path] = mark
    mains = {
        path: made_with
        for path, mark in outputs.items()
        if mark.kind == SUMMARY and (made_with := read_made(mark.made))
    }
    if summary not in mains and (asked.summary or len(mains) != 1):
        if len(mains) > 1:
            text = "“{period}”的汇总有几份：{files}；请用 --summary 写明是哪一份"
            names = joined(p.name for p in mains)
            raise Misused(tr(text, period=plan.periods[number - 1].caption, files=names))
        text = "没有找到“{period}”的汇总 {file}；先运行 reconcile merge，在别处的用 --summary 写明"
        raise Misused(tr(text, period=plan.periods[number - 1].caption, file=summary))
    summary = summary if summary in mains else next(iter(mains))
    as_of, contacts = mains[summary]
    return _LastOutputs(number, summary, as_of, contacts, outputs)


def _take_inputs(
    stage: _Stage, asked: Asked, plan: Plan, inbox: Sequence[Path], previous: Sequence[Path],
    closed: dict[str, list[str]], *, contacts: bool,
) -> Setup:  # fmt: skip
    """Copy all that the summary was made of; names and paths that a merge reports stay as they are."""
    plan_copy = stage.take(asked.plan, PLAN)
    for setting in inputs.TEMPLATES:
        with contextlib.suppress(Unfit):  # what merge does not read is not needed
            path = inputs.named_file(plan, asked.plan, setting)
            target = stage.folder / path.relative_to(asked.plan.parent) if path else None
            if path and target and path.is_file() and not target.exists():
                stage.take(path, TEMPLATE, target)
    template = ""
    if asked.template:
        template = stage.take(asked.template, TEMPLATE, stage.place(asked.template.name))
    return Setup(
        plan=plan_copy,
        inbox=[stage.take(path, INBOX) for path in inbox],
        template=template,
        previous=[
            stage.take(p, PREVIOUS, stage.place(f"{tr('上期')}/{p.name}")) for p in previous
        ],
        form=stage.take(asked.form, FORM) if asked.form else "",
        contacts=contacts,
        password=asked.password is not None,
        closed=closed,
    )  # fmt: skip


def _take_outputs(stage: _Stage, last: _LastOutputs, again: Remade) -> Iterator[Finding]:
    """Keep the outputs as made again, and beside them what somebody edited.

    Yields a finding for each output that does not come out as it lay there.
    """
    left = dict(last.others)
    for name, path in again.files.items():
        content = path.read_bytes()
        stage.write(content, name, MADE)
        folder, _, file = name.rpartition("/")
        source = next(
            (p for p in left if p.name == file and (not folder or p.parent.name == folder)), None
        )
        if source is None:
            continue
        mark = left.pop(source)
        if source.read_bytes() == content:
            continue
        if mark.sealed:
            yield Finding("ARCH-008", Place(name))
            continue
        edited = f"{name.removesuffix(source.suffix)}_{tr('改过')}{source.suffix}"
        stage.take(source, EDITED, stage.folder / edited)
        yield Finding("ARCH-009", Place(name), values={"kept": edited})
    for source in left:
        stage.take(source, OTHER)
