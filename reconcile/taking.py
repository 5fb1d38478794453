"""One return -> records and cells set aside, written into the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from .findings import Finding, Place, Severity
from .given import given_texts
from .identity import key_fits, parse_row_key
from .indicator_rows import Sources, take_indicators
from .ledger import Ledger, Source, stray_finding, text_of
from .matching import match_row
from .merged import SetAside, Verdict
from .model import Assignment, Form
from .owner import Identified, identify
from .return_model import Raw, Return, Row, Table
from .text import fold, plain

_MANY = 200
"""So many cells on a sheet that is no form are told one by one, more of them once for the sheet."""


@dataclass(slots=True)
class Intake:
    """What has been taken in so far: rows by (unit, task), and what tables lack.

    ``lacking`` are (unit, place of the header, asked fields without a column, tasks of the rows),
    ``issued`` the keys of the rows that the returned forms of a unit were issued with.
    """

    ledger: Ledger
    by_unit: Mapping[str, Mapping[int, Assignment]]
    sources: dict[tuple[str, int], list[Source]] = field(default_factory=dict)
    lacking: list[tuple[str, Place, tuple[str, ...], set[int]]] = field(default_factory=list)
    issued: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    indicators: Sources = field(default_factory=dict)


def take_return(intake: Intake, returned: Return) -> Verdict:
    """Take one return in: refuse it whole, or put its rows to their tasks."""
    ledger = intake.ledger
    ledger.received += _count(returned)
    if ledger.rulings.ignores(returned.file):
        told: tuple[Finding, ...] = (Finding("FORM-022", Place(returned.file)),)
        return _refuse(ledger, returned, "", told)
    identified = identify(ledger.plan, ledger.period, returned, ledger.rulings)
    unit = identified.unit
    own = tuple(replace(f, unit=unit) for f in returned.findings)
    if identified.refused:
        return _refuse(ledger, returned, unit, (*identified.findings, *own))
    ours, theirs = _headless(intake, unit, returned.strays)
    if not returned.tables:
        told = (*identified.findings, *own, *(stray_finding(unit, None, raw) for raw in theirs))
        return _refuse(ledger, returned, unit, told)
    ledger.findings += [*identified.findings, *own]
    _tell_unit_line(ledger, returned, identified.findings)
    head = {
        f.id: record
        for f in ledger.form.head
        if f.id in returned.head
        and (record := ledger.judge(returned, unit, None, f, returned.head[f.id]))
    }
    ledger.records.append(head)
    for asked in ledger.form.head:
        if asked.rule.required and asked.id not in returned.head:
            place = returned.head_at.get(asked.id, returned.tables[0].place)
            values = {"caption": asked.caption}
            ledger.findings.append(
                Finding("FORM-023", place, unit, field=asked.caption, values=values)
            )
    if ours or theirs:
        ledger.findings.append(Finding("HEAD-001", Place(returned.file), unit))
    ledger.set_aside += [
        SetAside(unit, None, "", text_of(raw), "HEAD-001", raw.place) for raw in ours
    ]
    lost = {raw.place for raw in (*ours, *theirs)}
    rest = [raw for raw in returned.strays if raw.place not in lost]
    _strays(ledger, unit, None, [*theirs, *rest])
    intake.issued.setdefault(unit, []).append(returned.keys)
    filed = head["filled"].value if "filled" in head else None
    for table in returned.tables:
        day = filed if isinstance(filed, date) else None
        _take_table(intake, returned, identified, table, day)
    return Verdict(
        returned.file, returned.sha256, True, unit, (), returned.message_id, returned.sender
    )


def _take_table(
    intake: Intake, returned: Return, identified: Identified, table: Table, filed: date | None
) -> None:
    """Put the rows of one table to their tasks."""
    ledger, unit, issued = intake.ledger, identified.unit, identified.issued
    wanted = intake.by_unit.get(unit, {})
    if table.of_indicators:
        taken = take_indicators(
            ledger, list(wanted.values()), returned, identified, table, filed, intake.indicators
        )
        for task, row in taken:
            _strays(ledger, unit, task, row.strays)
        return
    tasks: set[int] = set()
    printed = cache(lambda: _printed(ledger, unit, returned))  # asked of rows that were changed
    for row in table.rows:
        matched = match_row(ledger.plan, ledger.period, unit, wanted, row, printed)
        task = matched.task.number if matched.task else None
        if row.strays:
            _strays(ledger, unit, task, row.strays)
        if task is None:
            _unmatched_row(ledger, row, matched.findings[0])
            continue
        tasks.add(task)
        ledger.findings += matched.findings
        for raw, finding in matched.edited:
            ledger.received += 1  # a given cell becomes theirs once they write in it
            ledger.aside(raw, finding)
        records = ledger.answers(returned, unit, task, row)
        if row.swallowed:
            ledger.findings += _merged_away(ledger.form, unit, task, row)
        if row.hidden and row.answers:
            ledger.findings.append(Finding("ROW-011", row.place, unit, task))
        source = Source(returned.file, row.at, filed, records, issued)
        intake.sources.setdefault((unit, task), []).append(source)
    if table.lacks:
        intake.lacking.append((unit, table.place, table.lacks, tasks))
    for name, place in table.hidden.items():
        asked = ledger.form.field(name)
        if asked and any(name in row.answers for row in table.rows):
            values = {"caption": asked.caption}
            ledger.findings.append(
                Finding("HEAD-008", place, unit, field=asked.caption, values=values)
            )


def _printed(ledger: Ledger, unit: str, returned: Return) -> dict[int, str]:
    """The text hashes of the rows that a form was issued with, by number, as its genuine keys tell.

    The hidden sheet remembers them; without it, those that its rows still show.
    """
    rows = (row.key for table in returned.tables if not table.of_indicators for row in table.rows)
    keys = (k for text in (*rows, *returned.keys) if (k := parse_row_key(text)))
    return {k.task: k.text for k in keys if key_fits(ledger.plan, ledger.period, unit, k)}


def _merged_away(form: Form, unit: str, task: int, row: Row) -> Iterable[Finding]:
    """Asked cells that a merged cell swallowed."""
    for name, other in row.swallowed.items():
        asked = form.field(name)
        caption = asked.caption if asked else name
        raw = row.answers.get(name)
        values = {"header": caption, "other": other, "value": text_of(raw) if raw else ""}
        code = "CELL-040" if raw else "CELL-039"
        yield Finding(code, row.where(name), unit, task, caption, values)


def _cells(returned: Return) -> Iterable[Raw]:
    yield from returned.head.values()
    yield from returned.strays
    for table in returned.tables:
        for row in table.rows:
            yield from row.answers.values()
            yield from row.strays


def _count(returned: Return) -> int:
    """How many cells :func:`_cells` has."""
    rows = [row for table in returned.tables for row in table.rows]
    answers = sum(len(row.answers) + len(row.strays) for row in rows)
    return len(returned.head) + len(returned.strays) + answers


def _refuse(ledger: Ledger, returned: Return, unit: str, told: Sequence[Finding]) -> Verdict:
    """Refuse a whole file: its cells are set aside under the first error."""
    ledger.findings += told
    wrong = [f for f in told if f.severity is Severity.ERROR] or list(told)
    code = wrong[0].code
    ledger.set_aside += [
        SetAside(unit, None, raw.field, text_of(raw), code, raw.place) for raw in _cells(returned)
    ]
    owner = unit or next((f.unit for f in told if f.unit), "")
    why = tuple(f.code for f in wrong)
    return Verdict(
        returned.file, returned.sha256, False, owner, why, returned.message_id, returned.sender
    )


def _headless(intake: Intake, unit: str, raws: Sequence[Raw]) -> tuple[list[Raw], list[Raw]]:
    """Cells of sheets whose header row is gone: (what we printed there, what they wrote).

    Row keys show that a sheet was a form; without captions nobody can say
    which column is which.
    """
    sheets = {
        r.place.sheet for r in raws if r.stray == "HEAD-002" and parse_row_key(plain(r.value))
    }
    if not sheets:
        return [], []
    plan, period = intake.ledger.plan, intake.ledger.period
    given = {
        fold(text)
        for a in intake.by_unit.get(unit, {}).values()
        for text in given_texts(plan, period, a).values()
    }
    ours: list[Raw] = []
    theirs: list[Raw] = []
    for raw in raws:
        if raw.place.sheet in sheets and raw.stray == "HEAD-002":
            text = plain(raw.value)
            printed = not raw.note and (fold(text) in given or parse_row_key(text))
            (ours if printed else theirs).append(replace(raw, stray="HEAD-011"))
    return ours, theirs


def _tell_unit_line(ledger: Ledger, returned: Return, told: Sequence[Finding]) -> None:
    """A unit's name that was written over is a cell of theirs."""
    for finding in told:
        if finding.code == "FORM-020":
            ledger.received += 1
            ledger.set_aside.append(
                SetAside(finding.unit, None, "", returned.unit, finding.code, returned.unit_at)
            )


def _strays(ledger: Ledger, unit: str, task: int | None, raws: Sequence[Raw]) -> None:
    """Set aside cells that stand where nothing was asked."""
    sheets: dict[str, list[Raw]] = {}
    for raw in raws:
        sheets.setdefault(raw.place.sheet if raw.stray == "HEAD-002" else "", []).append(raw)
    for sheet, found in sheets.items():
        if sheet and len(found) > _MANY:
            place = Place(found[0].place.file, sheet)
            values = {"sheet": sheet, "count": len(found)}
            ledger.findings.append(Finding("HEAD-004", place, unit, values=values))
            ledger.set_aside += [
                SetAside(unit, None, "", text_of(raw), "HEAD-004", raw.place) for raw in found
            ]
            continue
        for raw in found:
            ledger.aside(raw, stray_finding(unit, task, raw))


def _unmatched_row(ledger: Ledger, row: Row, told: Finding) -> None:
    """Set aside every cell of a row whose task is not known, each at its place.

    What the plan gave to nobody or to others after the form went out is told once for the row.
    """
    if told.severity is Severity.NOTE:
        ledger.aside_all(row.answers.values(), told)
        return
    given = [raw for raw in row.given.values() if not raw.merged]
    ledger.received += len(given)
    if row.key and not (row.answers or given):
        ledger.findings.append(told)
    for raw in (*given, *row.answers.values()):
        ledger.aside(raw, replace(told, place=raw.place, field=raw.caption))
