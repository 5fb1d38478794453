"""What goes to whom: the files asked to be mailed, read and put into messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import ZH, spoken, tr
from ..core.plan import Plan
from ..forms.template import Template
from ..intake.submission_reader import Captions
from ..mail.attachments import Gathered, filled, gather
from ..mail.compose import Round, one_each, owner_of, to_leaders, to_units
from ..mail.message import ISSUE, KINDS, REMIND, REPORT, Enclosure, Message, Wording
from .inputs import period_number
from .intake import take


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``mail`` is asked for. ``kind`` narrows it to one; ``remind`` is the inbox of a reminder.

    ``only`` narrows it to units, ``resend`` names units whose messages go out
    again whatever the log says. ``sender`` and ``wording`` stand before the plan's settings.
    """

    files: tuple[Path, ...]
    plan: Path
    out: Path
    as_of: date
    kind: str = ""
    remind: tuple[Path, ...] = ()
    period: str | None = None
    sender: str = ""
    wording: Path | None = None
    only: tuple[str, ...] = ()
    resend: tuple[str, ...] = ()


def compose(
    asked: Asked, plan: Plan, template: Template, wordings: Mapping[str, Wording]
) -> tuple[str | None, tuple[Message, ...], tuple[Finding, ...]]:
    """Return the period's caption, the messages and what is wrong; None when nothing can be made.

    Where no file is for anybody there is no period either, nor a message.
    """
    gathered = gather(asked.files, Captions.of(template.form, plan), asked.out)
    findings = list(gathered.findings)
    owned: list[tuple[str, int, Enclosure]] = []
    for enclosure, returned in gathered.forms:
        unit, period, told = owner_of(plan, template.form, returned)
        findings += told
        wrong = filled(returned) if unit and enclosure.kind == ISSUE else None
        if wrong is not None:
            findings.append(wrong)
        elif unit and (not asked.only or unit in asked.only):
            owned.append((unit, period, enclosure))
    if not (owned or asked.remind or gathered.reports or gathered.papers):
        return "", (), tuple(findings)
    number, told = _period(plan, asked.period, [p for _, p, _ in owned])
    findings += told
    if not number:
        return None, (), tuple(findings)
    caption = plan.periods[number - 1].caption
    day = f"{asked.as_of.year}年{asked.as_of.month}月{asked.as_of.day}日"
    shared = Round(
        plan, asked.plan.name, caption, day if spoken() == ZH else asked.as_of.isoformat(), wordings
    )
    ours = [(unit, e) for unit, period, e in owned if period == number]
    messages: list[Message] = []
    for kind in [REMIND] if asked.remind else _kinds(asked, ours, gathered):
        if kind not in wordings:
            values = {"kind": kind, "language": spoken()}
            findings.append(Finding("MAIL-031", Place(cell=tr("邮件模板")), values=values))
            return None, (), tuple(findings)
        made, told = _of_kind(asked, shared, kind, ours, gathered)
        messages += made
        findings += told
    if gathered.papers and not any(m.kind == REPORT for m in messages) and not asked.remind:
        findings += [Finding("MAIL-022", paper.place) for paper in gathered.papers]
    return caption, tuple(messages), tuple(findings)


def _period(
    plan: Plan, caption: str | None, periods: Sequence[int]
) -> tuple[int, tuple[Finding, ...]]:
    """The period asked for, else the one of the forms, else the plan's own."""
    found = sorted(set(periods))
    if caption or not found:
        return period_number(plan, caption)
    if len(found) > 1:
        captions = "、".join(plan.periods[p - 1].caption for p in found)
        return 0, (Finding("MAIL-023", values={"periods": captions}),)
    return found[0], ()


def _kinds(
    asked: Asked, ours: Sequence[tuple[str, Enclosure]], gathered: Gathered
) -> Sequence[str]:
    """The kinds of message that the files call for, or the one asked for."""
    if asked.kind:
        return [asked.kind]
    found = {enclosure.kind for _, enclosure in ours} | ({REPORT} if gathered.reports else set())
    return [kind for kind in KINDS if kind in found]


def _of_kind(
    asked: Asked,
    shared: Round,
    kind: str,
    ours: Sequence[tuple[str, Enclosure]],
    gathered: Gathered,
) -> tuple[tuple[Message, ...], tuple[Finding, ...]]:
    if kind == REPORT:
        enclosures = (*gathered.reports, *gathered.papers)
        messages, told = to_leaders(shared, enclosures) if enclosures else ((), ())
        return tuple(m for m in messages if not asked.only or m.unit in asked.only), told
    enclosed, findings = one_each(
        [p for p in ours if p[1].kind == (ISSUE if kind == REMIND else kind)]
    )
    units: Sequence[str] = tuple(enclosed)
    if kind == REMIND:
        units, told = _silent(asked, shared)
        findings = (*(f for f in findings if f.unit in units), *told)
        if asked.files:
            findings += tuple(
                Finding("MAIL-026", unit=u, values={"unit": u}) for u in units if u not in enclosed
            )
    messages, told = to_units(shared, kind, enclosed, units)
    return messages, (*findings, *told)


def _silent(asked: Asked, shared: Round) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The units from which nothing has come, as ``status`` tells it."""
    taken = take(asked.plan, asked.remind, period=shared.period, as_of=asked.as_of)
    if taken.merged is None:
        return (), taken.findings
    strange = [v.file for v in taken.merged.verdicts if not v.accepted and not v.unit]
    told = tuple(Finding("MAIL-025", Place(file)) for file in strange)
    missing = (s.unit for s in taken.merged.statuses if s.state == "missing")
    return tuple(u for u in missing if not asked.only or u in asked.only), told
