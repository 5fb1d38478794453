"""mail: one message for each unit, written as drafts and as a list."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from ..core.addresses import read_addresses
from ..core.findings import Finding, Place
from ..core.i18n import ZH, language_of, speaking, spoken, tr
from ..core.plan import Plan
from ..mail.journal import Taken
from ..mail.message import Message, Wording
from ..mail.mime import mail_bytes
from ..mail.send_list import SHEET, Line, list_bytes
from ..mail.sent_log import SentLog, Standing
from ..mail.template import read_wordings
from ..plan import read_plan, spoken_in
from ..writers.atomic import Unfit, safe_name, together
from .inputs import WORDING, load_template, named_file, outside, templates_of
from .messages import Asked, compose
from .outputs import Known, check_apart, check_folder, check_key, check_places

SENDER = "发件邮箱"
LOG = "发送记录.jsonl"
"""Lies beside the plan workbook, whatever folder the drafts are written to."""
MOST = 8 * 2**20
"""Larger messages are turned away by many servers."""
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_DRAFT = re.compile(r"\d+_[^_]+_.*\.eml")


@dataclass(frozen=True, slots=True)
class Mailed:
    """Result of :func:`mail`, or why nothing was made of it (``plan`` None).

    Of the ``messages``, those ``waiting`` can be sent; ``held`` are too large
    or have no address, ``doubtful`` may or may not have gone out in a run that
    was broken off, and the rest went out before.
    """

    plan: Plan | None
    messages: tuple[Message, ...] = ()
    waiting: tuple[Message, ...] = ()
    held: tuple[Message, ...] = ()
    doubtful: tuple[Message, ...] = ()
    period: str = ""
    findings: tuple[Finding, ...] = ()
    language: str = ZH


def mail(asked: Asked, held: ExitStack | None = None) -> Mailed:
    """Write drafts and list of what is to go out; nothing is sent.

    OSError when they cannot be written, Misused when they would destroy what is to be mailed.
    No other run may send meanwhile, nor until ``held`` is closed: two in step would
    both find that a message is still to go out, or one that it was broken off.
    """
    with ExitStack() as own:
        try:
            (held or own).enter_context(SentLog(asked.plan.parent / LOG).alone())
        except Taken:
            told = Finding("MAIL-032", Place(LOG))
            return Mailed(None, findings=(told,), language=spoken_in(asked.plan))
        return _mail(asked)


def _mail(asked: Asked) -> Mailed:
    plan, findings = read_plan(asked.plan)
    if plan is None:
        return Mailed(None, findings=findings)
    language = language_of(plan.settings)
    with speaking(language):
        # What lies in the folder of drafts is never mailed: it is an earlier run's.
        check_apart(asked.out, asked.files)
        check_folder(asked.out, asked.remind)
        template, wrong = load_template(plan, asked.plan, None)
        wordings, told = load_wordings(plan, asked.plan, asked.wording)
        findings = (*findings, *wrong, *told)
        if template is None or wordings is None:
            return Mailed(None, findings=findings, language=language)
        period, messages, told = compose(asked, plan, template, wordings)
        findings = (*findings, *told)
        if period is None:
            return Mailed(None, findings=findings, language=language)
        known = {u.name for u in plan.units} | {m.unit for m in messages}
        strange = dict.fromkeys(n for n in (*asked.only, *asked.resend) if n not in known)
        findings += tuple(Finding("UNIT-010", unit=n, values={"unit": n}) for n in strange)
        made = _sorted_out(asked, plan, messages)
        findings = (*findings, *made.findings)
        made = replace(made, period=period, findings=findings, language=language)
        if made.plan is not None:
            write_out(asked, made)
        return made


def load_wordings(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Mapping[str, Wording] | None, tuple[Finding, ...]]:
    """Read the mail template: the one given, else the plan's own, else the built-in one."""
    try:
        given = given or named_file(plan, plan_path, WORDING)
    except Unfit as unfit:
        return None, (outside(plan, WORDING, unfit),)
    if given is not None:
        return read_wordings(given, spoken())
    with resources.as_file(resources.files("reconcile.templates") / "mail.xlsx") as path:
        return read_wordings(path, spoken())


def sender_of(plan: Plan, given: str) -> tuple[str, tuple[Finding, ...]]:
    """Return the address that mails come from: the one given, else the plan's; "" where there is none."""
    text = given or plan.settings.get(SENDER, "")
    found = read_addresses(text)
    if text and len(found.good) != 1:
        return "", (Finding("MAIL-024", Place(cell=tr(SENDER)), values={"value": text}),)
    return (found.good[0] if found.good else ""), ()


def host_and_port(named: str) -> tuple[str, int]:
    """Return (host, port) of smtp.example.cn:587; port 0 where none is named. ValueError for neither."""
    host, _, port = unicodedata.normalize("NFKC", named).strip().partition(":")
    if host and not _HOST.fullmatch(host):
        raise ValueError(host)
    if not port:
        return host, 0
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(port)
    return host, int(port)


# --- what can go out, and what is written


def _sorted_out(asked: Asked, plan: Plan, messages: Sequence[Message]) -> Mailed:
    log = SentLog(asked.plan.parent / LOG)
    waiting, held, doubtful = [], [], []
    findings: list[Finding] = []
    for message in messages:
        values: dict[str, object] = {"unit": message.unit}
        try:
            standing = log.standing(message)
        except ValueError as error:
            told = Finding("MAIL-027", Place(str(error)))
            return Mailed(None, findings=(told,))
        size = len(mail_bytes(message))
        if size > MOST:
            values |= {"size": f"{size / 2**20:.1f}", "limit": MOST >> 20}
            findings.append(Finding("MAIL-028", unit=message.unit, values=values))
        if size > MOST or not message.to:
            held.append(message)
        elif standing.doubtful and message.unit not in asked.resend:
            doubtful.append(message)
            findings.append(
                _told("MAIL-019", message, when=standing.when, address="、".join(message.to))
            )
        elif pending(asked, standing, message):
            waiting.append(message)
            if standing.before:
                findings.append(_told("MAIL-029", message, when=standing.before))
    return Mailed(
        plan,
        tuple(messages),
        tuple(waiting),
        tuple(held),
        tuple(doubtful),
        findings=tuple(findings),
    )


def _told(code: str, message: Message, **values: object) -> Finding:
    return Finding(code, unit=message.unit, values={"unit": message.unit, **values})


def pending(asked: Asked, standing: Standing, message: Message) -> tuple[str, ...]:
    """Return the addresses that a message is still to go to."""
    if message.unit in asked.resend:
        return message.to
    return () if standing.doubtful else standing.pending(message)


def write_out(asked: Asked, made: Mailed) -> None:
    """Write drafts and list; drafts of an earlier run that are no longer called for are removed."""
    assert made.plan is not None, "the caller has looked"
    sender, _ = sender_of(made.plan, asked.sender)
    width = max(len(str(len(made.messages))), 2)
    drafts = {
        asked.out / f"{i:0{width}d}_{tr(m.kind)}_{_safe(m.unit)}.eml": m
        for i, m in enumerate(made.messages, 1)
    }
    log = SentLog(asked.plan.parent / LOG)
    lines = [
        Line(
            m,
            path.name,
            [_seen_from(asked.out, e.source) for e in m.enclosures],
            _state(made, log, m),
        )
        for path, m in drafts.items()
    ]
    contents = {p: mail_bytes(m, sender, made.plan.office) for p, m in drafts.items()}
    contents[asked.out / f"{tr(SHEET)}.xlsx"] = list_bytes(lines)
    templates = templates_of(made.plan, asked.plan, asked.wording)
    inputs = (asked.plan, *templates, *asked.files, *asked.remind)
    check_places(tuple(contents), inputs)
    check_key(asked.out / f"{tr(SHEET)}.xlsx")
    known = Known(inputs)
    with together() as batch:
        for path, content in contents.items():
            batch.write(path, content, private=True)
        for old in asked.out.glob("*.eml"):
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


def _state(made: Mailed, log: SentLog, message: Message) -> str:
    if message in made.doubtful:
        return tr("上次中断，不知道发出去没有")
    if message in made.held:
        return tr("没有发：没有邮箱") if not message.to else tr("没有发：邮件太大")
    standing = log.standing(message)
    lacking = standing.pending(message)
    if not lacking:
        return tr("已发 {when}", when=standing.when.replace("T", " ")[:16])
    return (
        tr("待发") if not standing.taken else tr("待发：{addresses}", addresses="、".join(lacking))
    )
