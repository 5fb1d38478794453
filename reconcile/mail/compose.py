"""Who gets what by mail: (plan, enclosures, wording) -> messages, and why some are held back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.i18n import Listed, joined, sheet_name, tr
from ..core.keys import plan_code
from ..core.plan import Plan, leader_name
from ..core.settings import Setting
from ..core.submission import Submission
from ..core.text import printable
from ..core.units import assignments
from ..core.values.addresses import read_addresses
from ..core.values.deadlines import printed_deadline
from ..merge.identify import identify
from ..merge.rulings import Rulings
from ..reports.letters import letter_units
from ..reports.packs import BY_UNIT, Owner, pack_owner
from .message import BACK, ISSUE, REMIND, REPORT, Enclosure, Message, Wording, fill_words, one_line
from .report_body import overview_text, report_html

_NAMED = re.compile(r"([^=＝:：@]+)[=＝:：](.*)")
"""A leader's name, and where mail for that leader goes."""
"""The settings that name who gets the summary, and who gets each leader's part of it."""


@dataclass(frozen=True, slots=True)
class Round:
    """What all messages of one run share.

    ``number`` is that of the period (from 1), ``day`` the as-of date as it is printed, ``file``
    the plan workbook's name for findings.
    """

    plan: Plan
    file: str
    number: int
    day: str
    wordings: Mapping[str, Wording]

    @property
    def period(self) -> str:
        """The caption of the period."""
        return self.plan.periods[self.number - 1].caption


def owner_of(plan: Plan, form: Form, returned: Submission) -> tuple[str, int, tuple[Finding, ...]]:
    """Return the unit and the period (from 1) that a form or a marked-up copy was issued for.

    ("", 0, why) when that is not certain; by the form number and the row
    keys, as merge decides, never by the file's name.
    """
    refusals: list[Finding] = []
    for period in range(1, len(plan.periods) + 1):
        identified = identify(plan, period, returned, Rulings(plan, form, period))
        if identified.unit:
            return identified.unit, period, ()
        refusals += identified.findings
    # That it belongs to another period is no reason here, unless the plan has no such period.
    why = next((f for f in refusals if f.code not in ("FORM-013", "FORM-017")), refusals[0])
    values = {"reason": why.message}
    return "", 0, (Finding("MAIL-001", why.place, values=values),)


def one_each(
    owned: Sequence[tuple[str, Enclosure]],
) -> tuple[dict[str, list[Enclosure]], tuple[Finding, ...]]:
    """Gather enclosures by unit.

    A unit has one form in a period: of two that are the same one goes, two that
    differ are both held back. It may get several marked-up copies.
    """
    by_unit: dict[str, list[Enclosure]] = {}
    for unit, enclosure in owned:
        if not any(e.content == enclosure.content for e in by_unit.setdefault(unit, [])):
            by_unit[unit].append(enclosure)
    findings = []
    for unit, enclosures in list(by_unit.items()):
        if len(enclosures) > 1 and enclosures[0].kind == ISSUE:
            values = {"unit": unit, "files": Listed(e.name for e in enclosures)}
            findings.append(Finding("MAIL-011", enclosures[0].place, unit, values=values))
            del by_unit[unit]
    return by_unit, tuple(findings)


def to_units(
    shared: Round, kind: str, enclosed: Mapping[str, Sequence[Enclosure]], units: Iterable[str]
) -> tuple[tuple[Message, ...], tuple[Finding, ...]]:
    """Return one message for each of these units, in the plan's order, and what is wrong."""
    chosen = set(units)
    wanted, _ = assignments(shared.plan)
    findings: list[Finding] = []
    messages = []
    owners: dict[str, list[str]] = {}
    for unit in shared.plan.units:
        if unit.name not in chosen:
            continue
        to, address_findings = _addresses(
            unit.email,
            Place(shared.file, sheet_name("单位"), tr("“{unit}”一行", unit=unit.name)),
            unit.name,
        )
        findings += address_findings
        for address in to:
            owners.setdefault(address.casefold(), []).append(unit.name)
        values = {
            "unit": unit.name,
            "person": unit.contact,
            "tasks": str(sum(a.unit == unit.name for a in wanted)),
        }
        messages.append(_message(shared, kind, unit.name, to, enclosed.get(unit.name, ()), values))
    for address, names in owners.items():
        if len(names) > 1:
            values = {"address": address, "units": joined(names)}
            findings.append(
                Finding("MAIL-005", Place(shared.file, sheet_name("单位")), values=values)
            )
    return tuple(messages), tuple(findings)


def to_leaders(
    shared: Round, enclosures: Sequence[Enclosure]
) -> tuple[tuple[Message, ...], tuple[Finding, ...]]:
    """Return one message for each address of the setting 报送邮箱, so that none sees the others."""
    place = Place(shared.file, sheet_name("设置"), tr(Setting.LEADERS))
    text = shared.plan.settings.get(Setting.LEADERS, "")
    if not text:
        return (), (Finding("MAIL-010", place),)
    to, findings = _addresses(text, place, "")
    values = {"unit": "", "person": "", "tasks": str(len(shared.plan.tasks))}
    messages = [_message(shared, REPORT, address, (address,), enclosures, values) for address in to]
    return tuple(messages), tuple(findings)


def owned_packs(
    plan: Plan, packs: Sequence[tuple[str, Enclosure]]
) -> tuple[list[tuple[Owner, Enclosure]], tuple[Finding, ...]]:
    """Return whose each part of a summary is, by its mark; a finding on one that is nobody's here."""
    names = [*(u.name for u in plan.units), *(n for t in plan.tasks for n in t.leaders)]
    owned, findings = [], []
    for mark, enclosure in packs:
        owner = pack_owner(mark, plan, names)
        if owner is None:
            findings.append(Finding("MAIL-060", enclosure.place))
        elif not owner.name:
            findings.append(Finding("MAIL-062", enclosure.place))
        else:
            owned.append((owner, enclosure))
    return owned, tuple(findings)


def owned_letters(
    plan: Plan, letters: Sequence[tuple[str, Enclosure]]
) -> tuple[list[tuple[str, int, Enclosure]], tuple[Finding, ...]]:
    """Return the units that each letter goes to, with its period (from 1); a finding on one that is nobody's here."""
    owned, findings = [], []
    for mark, enclosure in letters:
        period, units = letter_units(mark, plan)
        owned += [(unit, period, enclosure) for unit in units]
        if not units:
            findings.append(Finding("MAIL-067", enclosure.place))
    return owned, tuple(findings)


def to_owners(
    shared: Round, owned: Sequence[tuple[Owner, Enclosure]]
) -> tuple[tuple[Message, ...], tuple[Finding, ...]]:
    """Return one message for each leader or unit with the parts of the summary that are theirs, and no other's."""
    units: dict[str, list[Enclosure]] = {}
    leaders: dict[str, list[Enclosure]] = {}
    for owner, enclosure in owned:
        enclosed = (units if owner.way == BY_UNIT else leaders).setdefault(owner.name, [])
        if not any(e.content == enclosure.content for e in enclosed):
            enclosed.append(enclosure)
    messages, findings = to_units(shared, REPORT, units, units)
    place = Place(shared.file, sheet_name("设置"), tr(Setting.EACH_LEADER))
    addresses, misfits = leader_addresses(shared.plan.settings.get(Setting.EACH_LEADER, ""))
    findings += tuple(Finding("MAIL-061", place, values={"value": piece}) for piece in misfits)
    for leader, enclosures in leaders.items():
        text = addresses.get(leader, "")
        to, address_findings = _addresses(text, place, leader) if text else ((), ())
        if not text:
            findings += (Finding("MAIL-063", place, leader, values={"leader": leader}),)
        findings += tuple(address_findings)
        tasks = sum(leader in t.leaders for t in shared.plan.tasks)
        values = {"unit": leader, "person": leader, "tasks": str(tasks)}
        messages += (_message(shared, REPORT, leader, to, enclosures, values),)
    return messages, findings


def leader_addresses(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the addresses of each leader in 领导甲=a@b.cn；领导乙=c@d.cn, and the pieces that are none.

    A further address of the same leader may follow after a semicolon.
    """
    by_leader: dict[str, list[str]] = {}
    misfits: list[str] = []
    leader = ""
    for piece in map(str.strip, re.split(r"[;；\n]", text)):
        named = _NAMED.fullmatch(piece)
        leader = leader_name(named[1]) if named else leader
        address = named[2].strip() if named else piece
        if leader and address and (named or "@" in address):
            by_leader.setdefault(leader, []).append(address)
        elif piece:
            misfits.append(piece)
    return {leader: ";".join(given) for leader, given in by_leader.items()}, tuple(misfits)


def _addresses(text: str, place: Place, unit: str) -> tuple[tuple[str, ...], list[Finding]]:
    read = read_addresses(text)
    findings = [
        Finding("MAIL-003", place, unit, values={"value": piece, "unit": unit or Setting.LEADERS})
        for piece in read.wrong
    ]
    findings += [
        Finding("MAIL-004", place, unit, values={"value": piece, "unit": unit or Setting.LEADERS})
        for piece in read.foreign
    ]
    if read.widened and read.good:
        values = {"value": text, "read": Listed(read.good)}
        findings.append(Finding("MAIL-006", place, unit, values=values))
    if not read.good and not findings:
        findings.append(Finding("MAIL-002", place, unit, values={"unit": unit}))
    return read.good, findings


def _message(
    shared: Round,
    kind: str,
    unit: str,
    to: tuple[str, ...],
    enclosures: Sequence[Enclosure],
    own_values: Mapping[str, str],
) -> Message:
    plan = shared.plan
    lines = [line for e in enclosures if e.kind == BACK for line in e.lines]
    overview = [row for e in enclosures for row in e.overview]
    values = {
        **own_values,
        "period": shared.period,
        "title": plan.title,
        "document": plan.document,
        "year": str(plan.year),
        "office": plan.office,
        "deadline": printed_deadline(plan, shared.number) or tr("见通知"),
        "contact": plan.settings.get(Setting.CONTACT, "") or plan.office,
        "files": joined(e.name for e in enclosures),
        "findings": "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1)),
        "overview": overview_text(overview),
        "today": shared.day,
    }
    wording = shared.wordings[kind]
    subject = one_line(fill_words(wording.subject, values))
    return Message(
        plan=plan_code(plan),
        kind=kind,
        unit=unit,
        period=shared.period,
        to=to,
        subject=subject,
        body=printable(fill_words(wording.body, values).strip(), breaks=True) + "\n",
        enclosures=tuple(enclosures),
        day=shared.day if kind == REMIND else "",
        html=report_html(wording.body, values, overview, subject),
    )
