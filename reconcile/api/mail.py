"""mail: one message for each unit, written as drafts and as a list."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import ZH, Listed, joined, language_of, speaking, spoken, tr
from ..core.plan import Plan
from ..core.result import UnitState
from ..core.settings import Setting
from ..forms.template import Template
from ..intake.submission_reader import Captions
from ..mail.attachments import Gathered, filled, gather
from ..mail.compose import (
    Round,
    one_each,
    owned_letters,
    owned_packs,
    owner_of,
    to_leaders,
    to_owners,
    to_units,
)
from ..mail.journal import Taken, journal_at
from ..mail.message import ISSUE, KINDS, REMIND, REPORT, Enclosure, Message, Wording
from ..mail.mime import mail_bytes
from ..mail.send_list import SHEET, Line, list_bytes
from ..mail.sent_log import SentLog, Standing
from ..mail.servers import sender_of
from ..mail.template import read_wordings
from ..plan import read_plan, spoken_in
from ..writers.atomic import Unfit, safe_name, together
from .inputs import (
    load_template,
    named_file,
    named_units,
    outside,
    period_number,
    shipped,
    templates_of,
    usual_forms,
    usual_name,
)
from .outputs import Known, Misused, check_apart, check_folder, check_key, check_places
from .status import take

MOST = 8 * 2**20
"""Larger messages are turned away by many servers."""
_DRAFT = re.compile(r"\d+_[^_]+_.*\.eml")


@dataclass(frozen=True, slots=True)
class Mailed:
    """Result of :func:`mail`, or why nothing was made of it (``plan`` None).

    Of the ``messages``, those ``waiting`` can be sent; ``held`` are too large
    or have no address, ``doubtful`` may or may not have gone out in a run that
    was broken off, and the rest went out before. ``asked`` names all that was found by its usual name.
    ``notes`` say what the office should know of a unit before it reminds it.
    """

    plan: Plan | None
    messages: tuple[Message, ...] = ()
    waiting: tuple[Message, ...] = ()
    held: tuple[Message, ...] = ()
    doubtful: tuple[Message, ...] = ()
    period: str = ""
    findings: tuple[Finding, ...] = ()
    language: str = ZH
    asked: Asked | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


def sent_log_of(plan_path: Path, language: str) -> Path:
    """Return where a plan's log of sent mails lies: beside it, whatever folder the drafts go to."""
    return journal_at(plan_path.parent, "发送记录.jsonl", language)


def mail(asked: Asked, held: ExitStack | None = None) -> Mailed:
    """Write drafts and list of what is to go out; nothing is sent.

    OSError when they cannot be written, Misused when they would destroy what is to be mailed.
    No other run may send meanwhile, nor until ``held`` is closed: two at once would
    both find that a message is still to go out, or one that it was broken off.
    """
    with ExitStack() as stack:
        try:
            log = sent_log_of(asked.plan, spoken_in(asked.plan))
            (held or stack).enter_context(SentLog(log).alone())
        except Taken:
            finding = Finding("MAIL-032", Place(log.name))
            return Mailed(None, findings=(finding,), language=spoken_in(asked.plan))
        return _mail(asked)


def _mail(asked: Asked) -> Mailed:
    plan, findings = read_plan(asked.plan)
    if plan is None:
        return Mailed(None, findings=findings)
    language = language_of(plan.settings)
    with speaking(language):
        only, unknown = named_units(asked.only, plan)
        resend, more = named_units(asked.resend, plan)
        asked = replace(asked, only=only, resend=resend)
        unknown += tuple(f for f in more if f.unit not in only)
        asked, more_findings = _at_usual_places(asked, plan)
        if more_findings:
            return Mailed(None, findings=(*findings, *more_findings), language=language)
        # What lies in the folder of drafts is never mailed: it is an earlier run's.
        check_apart(asked.folder, asked.files)
        check_folder(asked.folder, asked.remind)
        template, template_findings = load_template(plan, asked.plan, None)
        wordings, more_findings = load_wordings(plan, asked.plan, asked.wording)
        findings = (*findings, *template_findings, *more_findings)
        if template is None or wordings is None:
            return Mailed(None, findings=findings, language=language)
        period, messages, more_findings = compose(asked, plan, template, wordings)
        findings = (*findings, *more_findings)
        if period is None:
            return Mailed(None, findings=findings, language=language)
        findings += tuple(f for f in unknown if f.unit not in {m.unit for m in messages})
        mailed = _sorted_out(asked, plan, messages)
        findings = (*findings, *mailed.findings)
        notes, more_findings = _notes(asked) if messages and asked.remind else ({}, ())
        findings += tuple(f for f in more_findings if f not in findings)
        mailed = replace(
            mailed, period=period, findings=findings, language=language, asked=asked, notes=notes
        )
        if mailed.plan is not None:
            write_out(asked, mailed)
        return mailed


def _at_usual_places(asked: Asked, plan: Plan) -> tuple[Asked, tuple[Finding, ...]]:
    """What is asked, with the forms and the folder of drafts of the period where none were named.

    Misused where there are no such forms. Findings where the period is not known.
    """
    if asked.out and (asked.files or asked.remind):
        return asked, ()
    number, findings = period_number(plan, asked.period)
    files, beside = asked.files, asked.plan.parent
    if not number and (asked.period or not files):
        return asked, findings
    if not number:  # the files may show it
        return replace(asked, out=beside / tr("催报" if asked.remind else "邮件")), ()
    if not files:
        forms = usual_forms(plan, number, beside)
        if forms.is_dir():
            files = (forms,)
        elif not asked.remind:
            text = "没有找到填报表的文件夹 {folder}；先运行 reconcile generate，要寄别的，写明文件夹或文件"
            raise Misused(tr(text, folder=forms))
    name = usual_name("催报_{period}" if asked.remind else "邮件_{period}", plan, number)
    return replace(asked, files=files, out=asked.out or beside / name), ()


def load_wordings(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Mapping[str, Wording] | None, tuple[Finding, ...]]:
    """Read the mail template: the one given, else the plan's own, else the built-in one."""
    try:
        given = given or named_file(plan, plan_path, Setting.MAIL_TEMPLATE)
    except Unfit as unfit:
        return None, (outside(plan, Setting.MAIL_TEMPLATE, unfit),)
    if given is not None:
        return read_wordings(given, spoken())
    with resources.as_file(shipped("templates") / "mail.xlsx") as path:
        return read_wordings(path, spoken())


# --- what can go out, and what is written


def _sorted_out(asked: Asked, plan: Plan, messages: Sequence[Message]) -> Mailed:
    log = SentLog(sent_log_of(asked.plan, spoken()))
    waiting, held, doubtful = [], [], []
    findings: list[Finding] = []
    for message in messages:
        values: dict[str, object] = {"unit": message.unit}
        try:
            standing = log.standing(message)
        except ValueError as error:
            finding = Finding("MAIL-027", Place(str(error)))
            return Mailed(None, findings=(finding,))
        size = len(mail_bytes(message))
        if size > MOST:
            values |= {"size": f"{size / 2**20:.1f}", "limit": MOST >> 20}
            findings.append(Finding("MAIL-028", unit=message.unit, values=values))
        if size > MOST or not message.to:
            held.append(message)
        elif standing.doubtful and message.unit not in asked.resend:
            doubtful.append(message)
            findings.append(
                _finding("MAIL-019", message, when=standing.when, address=joined(message.to))
            )
        elif pending(asked, standing, message):
            waiting.append(message)
            if standing.before:
                findings.append(_finding("MAIL-029", message, when=standing.before))
    return Mailed(
        plan,
        tuple(messages),
        tuple(waiting),
        tuple(held),
        tuple(doubtful),
        findings=tuple(findings),
    )


def _finding(code: str, message: Message, **values: object) -> Finding:
    return Finding(code, unit=message.unit, values={"unit": message.unit, **values})


def pending(asked: Asked, standing: Standing, message: Message) -> tuple[str, ...]:
    """Return the addresses that a message is still to go to."""
    if message.unit in asked.resend:
        return message.to
    return () if standing.doubtful else standing.pending(message)


def write_out(asked: Asked, mailed: Mailed) -> None:
    """Write drafts and list; drafts of an earlier run that are no longer called for are removed."""
    assert mailed.plan is not None, "the caller has looked"
    sender, _ = sender_of(mailed.plan, asked.sender)
    width = max(len(str(len(mailed.messages))), 2)
    drafts = {
        asked.folder / f"{i:0{width}d}_{tr(m.kind)}_{_safe(m.unit)}.eml": m
        for i, m in enumerate(mailed.messages, 1)
    }
    log = SentLog(sent_log_of(asked.plan, spoken()))
    lines = [
        Line(
            m,
            path.name,
            [_seen_from(asked.folder, e.source) for e in m.enclosures],
            _state(mailed, log, m),
            mailed.notes.get(m.unit, ""),
        )
        for path, m in drafts.items()
    ]
    contents = {p: mail_bytes(m, sender, mailed.plan.office) for p, m in drafts.items()}
    contents[asked.folder / f"{tr(SHEET)}.xlsx"] = list_bytes(lines)
    templates = templates_of(mailed.plan, asked.plan, asked.wording)
    inputs = (asked.plan, *templates, *asked.files, *asked.remind)
    check_places(tuple(contents), inputs)
    check_key(asked.folder / f"{tr(SHEET)}.xlsx")
    known = Known(inputs)
    with together() as batch:
        for path, content in contents.items():
            batch.write(path, content, private=True)
        for old in asked.folder.glob("*.eml"):
            if old not in drafts and _DRAFT.fullmatch(old.name) and old not in known:
                with old.open("rb") as stream:
                    ours = stream.read(11) == b"X-Unsent: 1"
                if ours:
                    batch.remove(old)


def _safe(unit: str) -> str:
    return "".join(safe_name(unit).split())[:60]


def _seen_from(folder: Path, source: str) -> str:
    try:
        return os.path.relpath(source, folder)
    except ValueError:  # on another drive
        return source


def _state(mailed: Mailed, log: SentLog, message: Message) -> str:
    if message in mailed.doubtful:
        return tr("上次中断，不知道发出去没有")
    if message in mailed.held:
        return tr("没有发：没有邮箱") if not message.to else tr("没有发：邮件太大")
    standing = log.standing(message)
    lacking = standing.pending(message)
    if not lacking:
        return tr("已发 {when}", when=standing.when.replace("T", " ")[:16])
    return tr("待发") if not standing.taken else tr("待发：{addresses}", addresses=joined(lacking))


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``mail`` is asked for. ``kind`` narrows it to one; ``remind`` is the inbox of a reminder.

    Without ``files`` the period's forms go out, and without ``out`` the drafts go beside the plan.
    ``only`` narrows it to units, ``resend`` names units whose messages go out
    again whatever the log says. ``sender`` and ``wording`` stand before the plan's settings.
    """

    files: tuple[Path, ...]
    plan: Path
    out: Path | None
    as_of: date
    kind: str = ""
    remind: tuple[Path, ...] = ()
    period: str | None = None
    sender: str = ""
    wording: Path | None = None
    only: tuple[str, ...] = ()
    resend: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder of drafts, once it is known."""
        assert self.out is not None, "the caller has looked"
        return self.out


def compose(
    asked: Asked, plan: Plan, template: Template, wordings: Mapping[str, Wording]
) -> tuple[str | None, tuple[Message, ...], tuple[Finding, ...]]:
    """Return the period's caption, the messages and what is wrong; None when nothing can be made.

    Where no file is for anybody there is no period either, nor a message.
    """
    gathered = gather(asked.files, Captions.of(template.form, plan), asked.folder)
    findings = list(gathered.findings)
    owned: list[tuple[str, int, Enclosure]] = []
    for enclosure, returned in gathered.forms:
        unit, period, more_findings = owner_of(plan, template.form, returned)
        findings += more_findings
        finding = filled(returned) if unit and enclosure.kind == ISSUE else None
        if finding is not None:
            findings.append(finding)
        elif unit and (not asked.only or unit in asked.only):
            owned.append((unit, period, enclosure))
    packs, more_findings = owned_packs(plan, gathered.packs)
    findings += more_findings
    letters, more_findings = owned_letters(plan, gathered.letters)
    findings += more_findings
    owned += [letter for letter in letters if not asked.only or letter[0] in asked.only]
    if not (owned or packs or asked.remind or gathered.reports or gathered.papers):
        return "", (), tuple(findings)
    periods = [*(p for _, p, _ in owned), *(owner.period for owner, _ in packs)]
    number, more_findings = _period(plan, asked.period, periods)
    findings += more_findings
    if not number:
        return None, (), tuple(findings)
    caption = plan.periods[number - 1].caption
    day = f"{asked.as_of.year}年{asked.as_of.month}月{asked.as_of.day}日"
    shared = Round(
        plan, asked.plan.name, number, day if spoken() == ZH else asked.as_of.isoformat(), wordings
    )
    ours = [(unit, e) for unit, period, e in owned if period == number]
    if not asked.period or not ours:
        findings += _left_out(plan, number, owned)
    parts = [(owner, e) for owner, e in packs if owner.period == number]
    findings += [Finding("MAIL-060", e.place) for owner, e in packs if owner.period != number]
    messages: list[Message] = []
    for kind in [REMIND] if asked.remind else _kinds(asked, ours, [*gathered.reports, *parts]):
        if kind not in wordings:
            values = {"kind": kind, "language": spoken()}
            findings.append(
                Finding("MAIL-031", Place(cell=tr(Setting.MAIL_TEMPLATE)), values=values)
            )
            return None, (), tuple(findings)
        of_kind, more_findings = _of_kind(asked, shared, kind, ours, gathered)
        messages += of_kind
        findings += more_findings
        if kind == REPORT:
            of_kind, more_findings = to_owners(shared, parts)
            messages += (m for m in of_kind if not asked.only or m.unit in asked.only)
            findings += more_findings
    if gathered.papers and not any(m.kind == REPORT for m in messages) and not asked.remind:
        findings += [Finding("MAIL-022", paper.place) for paper in gathered.papers]
    return caption, tuple(messages), tuple(findings)


def _period(
    plan: Plan, caption: str | None, periods: Sequence[int]
) -> tuple[int, tuple[Finding, ...]]:
    """The period asked for, else the plan's own, else the one of the forms."""
    numbers = sorted(set(periods))
    if caption or not numbers or plan.settings.get(Setting.PERIOD):
        return period_number(plan, caption)
    if len(numbers) > 1:
        captions = Listed(plan.periods[p - 1].caption for p in numbers)
        return 0, (Finding("MAIL-023", values={"periods": captions}),)
    return numbers[0], ()


def _left_out(
    plan: Plan, number: int, owned: Sequence[tuple[str, int, Enclosure]]
) -> Iterator[Finding]:
    """Yield one finding on forms of other periods."""
    others = {(period, e.source) for _, period, e in owned if period != number}
    if others:
        captions = (plan.periods[p - 1].caption for p in sorted({p for p, _ in others}))
        values: dict[str, object] = {
            "period": plan.periods[number - 1].caption, "count": len(others),
            "periods": Listed(captions),
        }  # fmt: skip
        yield Finding("MAIL-066", values=values)


def _kinds(
    asked: Asked, ours: Sequence[tuple[str, Enclosure]], reports: Sequence[object]
) -> Sequence[str]:
    """The kinds of message that the files call for, or the one asked for."""
    if asked.kind:
        return [asked.kind]
    kinds = {enclosure.kind for _, enclosure in ours} | ({REPORT} if reports else set())
    return [kind for kind in KINDS if kind in kinds]


def _of_kind(
    asked: Asked,
    shared: Round,
    kind: str,
    ours: Sequence[tuple[str, Enclosure]],
    gathered: Gathered,
) -> tuple[tuple[Message, ...], tuple[Finding, ...]]:
    if kind == REPORT:
        enclosures = (*gathered.reports, *gathered.papers)
        messages, more_findings = to_leaders(shared, enclosures) if enclosures else ((), ())
        return tuple(m for m in messages if not asked.only or m.unit in asked.only), more_findings
    enclosed, findings = one_each(
        [p for p in ours if p[1].kind == (ISSUE if kind == REMIND else kind)]
    )
    units: Sequence[str] = tuple(enclosed)
    if kind == REMIND:
        units, more_findings = _silent(asked, shared)
        findings = (*(f for f in findings if f.unit in units), *more_findings)
        if asked.files:
            findings += tuple(
                Finding("MAIL-026", unit=u, values={"unit": u}) for u in units if u not in enclosed
            )
    messages, more_findings = to_units(shared, kind, enclosed, units)
    return messages, (*findings, *more_findings)


def _notes(asked: Asked) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    """Why each unit should be reminded, by the history of closed periods; findings where that cannot be read."""
    from ..merge.year.history import owners
    from .year.history import history  # only a reminder looks back

    result = history(asked.plan)
    if result.history is None:
        return {}, tuple(f for f in result.findings if f.code != "HIST-001")
    return {o.year.unit: joined(o.reasons, "；") for o in owners(result.history)}, ()


def _silent(asked: Asked, shared: Round) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The units from which nothing has come, as in ``status``."""
    taken = take(asked.plan, asked.remind, period=shared.period, as_of=asked.as_of)
    if taken.merged is None:
        return (), taken.findings
    strange = [v.file for v in taken.merged.verdicts if not v.accepted and not v.unit]
    findings = tuple(Finding("MAIL-025", Place(file)) for file in strange)
    missing = (s.unit for s in taken.merged.statuses if s.state == UnitState.MISSING)
    return tuple(u for u in missing if not asked.only or u in asked.only), findings
