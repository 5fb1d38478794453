"""One return -> records and cells set aside, written into the ledger."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar

from ..core.findings import Finding, Place, Severity
from ..core.form import Form, asks_task
from ..core.i18n import Listed
from ..core.keys import bears_key, key_fits, parse_row_key
from ..core.plan import Assignment
from ..core.prefill import given_texts
from ..core.result import FILLED, IGNORED, OTHER_PERIOD, Filed, Record, Records, SetAside, Verdict
from ..core.submission import Raw, Row, Submission, Table
from ..core.text import fold, plain, short
from ..core.units import named_after_others, register_of
from ..core.values.periods import begin_of
from ..core.values.stand_ins import is_ditto
from .field_rules import apply
from .identify import (
    Identified,
    identify,
    owners_of_parts,
    parted_by_rows,
    tasks_shown,
)
from .indicator_rows import Sources, take_indicators
from .match_rows import NAMES_ANOTHER, Matched, match_row
from .state import MergeState, Source, stray_finding, text_of
from .versions import Delivery

_MANY = 200
"""So many cells on a sheet that is no form are told one by one, more of them once for the sheet."""


@dataclass(slots=True)
class Intake:
    """What has been taken in so far: rows by (unit, task), and what tables lack.

    ``by_unit`` are the tasks that a unit has a part in, asked about them or not.

    ``lacking`` are (unit, place of the header, asked fields without a column, tasks of the rows),
    ``issued`` the keys of the rows that the returned forms of a unit were issued with.
    ``deliveries`` are the returns that were taken, ``refused`` those that were not and whose
    unit is known; ``cells`` counts what each file brought.
    """

    ledger: MergeState
    by_unit: Mapping[str, Mapping[int, Assignment]]
    as_of: date
    sources: dict[tuple[str, int], list[Source]] = field(default_factory=dict)
    lacking: list[tuple[str, Place, tuple[str, ...], set[int]]] = field(default_factory=list)
    issued: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    indicators: Sources = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    refused: list[Delivery] = field(default_factory=list)
    cells: Counter[str] = field(default_factory=Counter)

    def without(self, files: Container[str]) -> Intake:
        """Return what was taken in but for these files, of which nothing remains."""
        own = self.ledger
        ledger = own.copy()
        ledger.records = [r for r in own.records if _file_of(r) not in files]
        ledger.set_aside = [s for s in own.set_aside if s.place.file not in files]
        ledger.findings = [f for f in own.findings if f.place.file not in files]
        ledger.waived = [f for f in own.waived if f.place.file not in files]
        ledger.received -= sum(n for file, n in self.cells.items() if file in files)
        return Intake(
            ledger, self.by_unit, self.as_of,
            _kept(self.sources, files),
            [one for one in self.lacking if one[1].file not in files],
            dict(self.issued),
            _kept(self.indicators, files),
            [d for d in self.deliveries if d.file not in files],
            [d for d in self.refused if d.file not in files],
            Counter({file: n for file, n in self.cells.items() if file not in files}),
        )  # fmt: skip


_Key = TypeVar("_Key")


def _kept(sources: Mapping[_Key, list[Source]], files: Container[str]) -> dict[_Key, list[Source]]:
    kept = ((k, [s for s in found if s.delivery.file not in files]) for k, found in sources.items())
    return {key: found for key, found in kept if found}


def _file_of(records: Records) -> str:
    """The file that some records came from, "" for what a ruling supplied."""
    return next((record.place.file for record in records.values()), "")


def take_return(intake: Intake, returned: Submission) -> tuple[Verdict, ...]:
    """Take one file in: refuse it whole, or put its rows to their tasks.

    A file of several forms has a verdict for each. It is taken whole or not at all: where
    something goes wrong that nobody foresaw, nothing of it remains but that (FILE-999).
    """
    ledger, mark = intake.ledger, intake.ledger.mark()
    reached = len(intake.lacking), len(intake.deliveries), len(intake.refused)
    try:
        verdicts = _take(intake, returned)
    except Exception as error:
        ledger.rewind(mark)
        undone = set(intake.deliveries[reached[1] :])
        for sources in (*intake.sources.values(), *intake.indicators.values()):
            sources[:] = [s for s in sources if s.delivery not in undone]
        intake.sources = {k: found for k, found in intake.sources.items() if found}
        intake.indicators = {k: found for k, found in intake.indicators.items() if found}
        lists: tuple[list[Any], ...] = intake.lacking, intake.deliveries, intake.refused
        for written, length in zip(lists, reached, strict=True):
            del written[length:]
        return (_failed(ledger, returned, error),)
    intake.cells[returned.file] += ledger.received - mark[-1]
    return verdicts


def _failed(ledger: MergeState, returned: Submission, error: Exception) -> Verdict:
    """The verdict on a file that the program failed over: a fault of ours, not of its unit."""
    ledger.findings.append(Finding.unforeseen(returned.file, error))
    unit = ""
    with contextlib.suppress(Exception):
        unit = identify(ledger.plan, ledger.period, returned, ledger.rulings).unit
    verdict = _verdict(returned, "", ("FILE-999",))
    return replace(verdict, suspected=(unit,) if unit else ())


def _verdict(
    returned: Submission, unit: str, why: tuple[str, ...] = (), filed: Filed | None = None
) -> Verdict:
    return Verdict(
        returned.file, returned.sha256, not why, unit, why, returned.message_id, returned.sender,
        filed=filed,
    )  # fmt: skip


def _take(intake: Intake, returned: Submission) -> tuple[Verdict, ...]:
    """Take one file in, form by form where it holds several that can be told apart."""
    ledger = intake.ledger
    if ledger.rulings.ignores(returned.sha256):
        ledger.received += _count(returned)
        return _refuse(intake, returned, (), (Finding(IGNORED, Place(returned.file)),))
    owners = owners_of_parts(ledger.plan, ledger.period, returned)
    parts = returned.parts if owners else parted_by_rows(ledger.plan, ledger.period, returned)
    taken = [verdict for part in parts for verdict in _take_form(intake, part)]
    if len(parts) > 1:
        units = Listed(dict.fromkeys(v.unit for v in taken if v.unit))
        values = {"count": len(parts), "units": units}
        ledger.findings.append(Finding("FORM-066", Place(returned.file), values=values))
    return tuple(taken)


def _take_form(intake: Intake, returned: Submission) -> tuple[Verdict, ...]:
    """Take one form in: refuse it whole, or put its rows to their tasks."""
    ledger = intake.ledger
    ledger.received += _count(returned)
    identified = identify(ledger.plan, ledger.period, returned, ledger.rulings)
    unit = identified.unit
    own = tuple(replace(f, unit=unit) for f in returned.findings)
    if identified.refused:
        other_period = identified.findings[0].code == OTHER_PERIOD
        findings = (*identified.findings, *(() if other_period else own))
        return _refuse(intake, returned, identified.owners, findings)
    ours, theirs = _headless(intake, unit, returned.strays)
    if not returned.tables:
        findings = (*identified.findings, *own, *(one for one, _ in _captionless(unit, theirs)))
        return _refuse(intake, returned, (unit,), findings)
    ledger.findings += [*identified.findings, *own]
    if named := named_after_others(ledger.plan, returned.file, unit):
        values = {"named": Listed(named), "unit": unit}
        ledger.findings.append(Finding("FORM-065", Place(returned.file), unit, values=values))
    _report_unit_line(ledger, returned, identified.findings)
    head = {
        f.id: record
        for f in ledger.form.head
        if f.id in returned.head
        and (record := ledger.judge(returned, unit, None, f, returned.head[f.id]))
    }
    ledger.records.append(head)
    lacking = {name: raw.place for name, raw in returned.head.items() if name not in head}
    for asked in ledger.form.head:
        if asked.rule.required and asked.id not in returned.head:
            place = returned.head_at.get(asked.id, returned.tables[0].place)
            lacking[asked.id] = place
            values = {"caption": asked.caption}
            ledger.findings.append(
                Finding("FORM-023", place, unit, field=asked.caption, values=values)
            )
    for sheet in dict.fromkeys(raw.place.sheet for raw in (*ours, *theirs)):
        ledger.findings.append(Finding("HEAD-001", Place(returned.file, sheet), unit))
    # With the task of its row, so that nobody is told that the row is gone.
    ledger.set_aside += [
        SetAside(unit, key.task if key else None, "", text_of(raw), "HEAD-001", raw.place)
        for raw in ours
        for key in (parse_row_key(plain(raw.cell.value)),)
    ]
    lost = {raw.place for raw in (*ours, *theirs)}
    rest = [raw for raw in returned.strays if raw.place not in lost]
    for finding, raws in _captionless(unit, theirs):
        ledger.aside_all(raws, finding)
    _strays(ledger, unit, None, rest)
    intake.issued.setdefault(unit, []).append(returned.keys)
    filed = _filed(intake, returned, unit, head.get(FILLED))
    answers = any(row.answers for table in returned.tables for row in table.rows)
    places = {name: record.place for name, record in head.items()}
    delivery = Delivery(returned.file, unit, filed, returned.marked, places, lacking)
    intake.deliveries.append(delivery)
    for table in returned.tables:
        _take_table(intake, returned, identified, table, delivery)
    return (_verdict(returned, unit, filed=filed if answers else None),)


def _filed(intake: Intake, returned: Submission, unit: str, record: Record | None) -> Filed:
    """When a return was filled in; a day that cannot be true is told, and decides nothing."""
    typed = record.value if record else None
    if record is None or not isinstance(typed, date):
        return Filed(None, returned.mailed)
    ledger = intake.ledger
    begin = begin_of(ledger.plan.periods, ledger.period)
    code = "FORM-060" if typed > intake.as_of else "FORM-061" if typed < begin else ""
    if code:
        asked = ledger.form.field(FILLED)
        values = {
            "header": asked.caption if asked else FILLED, "filed": typed.isoformat(),
            "as_of": intake.as_of.isoformat(), "begin": begin.isoformat(),
        }  # fmt: skip
        ledger.findings.append(
            Finding(code, record.place, unit, field=str(values["header"]), values=values)
        )
    return Filed(typed, returned.mailed, sound=not code)


def _take_table(
    intake: Intake, returned: Submission, identified: Identified, table: Table, delivery: Delivery
) -> None:
    """Put the rows of one table to their tasks; only those with a key of their own where the form has no more."""
    ledger, unit = intake.ledger, identified.unit
    wanted = intake.by_unit.get(unit, {})
    if identified.issued != unit:  # under a former name: for what was asked then, not for all since
        shown = tasks_shown(ledger.plan, ledger.period, identified.issued, returned)
        wanted = {number: a for number, a in wanted.items() if number in shown}
    if table.of_indicators:
        taken = take_indicators(
            ledger, list(wanted.values()), returned, identified, table, delivery, intake.indicators
        )
        for task, row in taken:
            _strays(ledger, unit, task, row.strays)
        return
    tasks: set[int] = set()
    printed = cache(lambda: _printed(ledger, unit, returned))  # asked of rows that were changed
    above = _Above(table.rows)
    for at, row in enumerate(table.rows):
        matched = match_row(ledger.plan, ledger.period, unit, wanted, row, printed)
        if identified.by_keys and matched.task:
            number = matched.task.number
            if not bears_key(ledger.plan, ledger.period, unit, number, row.key):
                unwanted = Finding("ROW-030", row.place, unit, values={"number": number})
                matched = Matched(None, (unwanted,))
        task = matched.task.number if matched.task else None
        if row.strays:
            _strays(ledger, unit, task, row.strays)
        if task is None:
            _unmatched_row(ledger, row, matched.findings[0])
            continue
        ledger.findings += matched.findings
        for raw, finding in matched.edited:
            ledger.received += 1  # a given cell becomes theirs once they write in it
            ledger.aside(raw, finding)
        role = wanted[task].role
        if not asks_task(ledger.plan, role):
            if row.answers:
                unwanted = Finding("TASK-049", row.place, unit, task, values={"number": task})
                ledger.aside_all(row.answers.values(), unwanted)
            continue
        mark = len(ledger.set_aside)
        records = ledger.answers(returned, unit, task, row, role, partial(above.row, at))
        aside = ledger.aside_since(mark)
        if row.swallowed:
            ledger.findings += _merged_away(ledger.form, unit, task, row)
        if row.hidden and row.answers:
            ledger.findings.append(Finding("ROW-011", row.place, unit, task))
        tasks.add(task)
        source = Source(delivery, row.at, records, aside, identified.issued)
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


class _Above:
    """What stands above the rows of a table, looked up where one says 同上."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = iter(rows)
        self._reached = 0
        self._texts: dict[str, str] = {}

    def row(self, at: int) -> Mapping[str, str]:
        """Return what a 同上 in this row means, by field id; rows are to be asked for from above."""
        for row in itertools.islice(self._rows, at - self._reached):
            self._texts = _below(self._texts, row)
        self._reached = at
        return self._texts


def _below(above: Mapping[str, str], row: Row) -> dict[str, str]:
    """What a 同上 in the next row means, by field id; one after another means the same."""
    texts = ((name, text_of(raw)) for name, raw in row.answers.items())
    below = ((name, above.get(name, "") if is_ditto(text) else text) for name, text in texts)
    return {name: text for name, text in below if text}


def _printed(ledger: MergeState, unit: str, returned: Submission) -> dict[int, str]:
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


def _cells(returned: Submission) -> Iterable[Raw]:
    yield from returned.head.values()
    yield from returned.strays
    for table in returned.tables:
        for row in table.rows:
            yield from row.answers.values()
            yield from row.strays


def _count(returned: Submission) -> int:
    """How many cells :func:`_cells` has."""
    rows = [row for table in returned.tables for row in table.rows]
    answers = sum(len(row.answers) + len(row.strays) for row in rows)
    return len(returned.head) + len(returned.strays) + answers


def _refuse(
    intake: Intake, returned: Submission, owners: Sequence[str], findings: Sequence[Finding]
) -> tuple[Verdict, ...]:
    """Refuse a whole form: its cells are set aside under the first error.

    It has a verdict for each of its ``owners``, or one of nobody's.
    """
    ledger = intake.ledger
    ledger.findings += findings
    wrong = [f for f in findings if f.severity is Severity.ERROR] or list(findings)
    code = wrong[0].code
    only = owners[0] if len(owners) == 1 else ""
    ledger.set_aside += [
        SetAside(only, None, raw.field, text_of(raw), code, raw.place) for raw in _cells(returned)
    ]
    filed = Filed(_typed(ledger, returned), returned.mailed)
    intake.refused += [Delivery(returned.file, u, filed, returned.marked) for u in owners]
    verdict = _verdict(returned, "", tuple(f.code for f in wrong), filed)
    if code not in (OTHER_PERIOD, IGNORED):
        names = (fold(one.unit) for one in (returned, *returned.parts) if one.unit)
        shown = (register_of(ledger.plan).get(name) for name in names)
        printed = dict.fromkeys(u.name for u in shown if u and u.name not in owners)
        verdict = replace(verdict, suspected=tuple(printed))
    return tuple(replace(verdict, unit=unit) for unit in owners) or (verdict,)


def _typed(ledger: MergeState, returned: Submission) -> date | None:
    """The day that a form which is not taken says it was filled in, if it can be read."""
    asked, raw = ledger.form.field(FILLED), returned.head.get(FILLED)
    if asked is None or raw is None:
        return None
    read = apply(asked, raw.cell.value, format=raw.cell.format, year=ledger.plan.year).value
    return read if isinstance(read, date) else None


def _headless(intake: Intake, unit: str, raws: Sequence[Raw]) -> tuple[list[Raw], list[Raw]]:
    """Cells of sheets whose header row is gone: (what we printed there, what they wrote).

    Row keys show that a sheet was a form; without captions nobody can say
    which column is which.
    """
    sheets = {
        r.place.sheet for r in raws if r.stray == "HEAD-002" and parse_row_key(plain(r.cell.value))
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
            text = plain(raw.cell.value)
            printed = not raw.cell.note and (fold(text) in given or parse_row_key(text))
            (ours if printed else theirs).append(raw._replace(stray="HEAD-011"))
    return ours, theirs


def _captionless(unit: str, raws: Sequence[Raw]) -> Iterator[tuple[Finding, list[Raw]]]:
    """What is told of the answers on each sheet whose header row is gone, with these answers."""
    sheets: dict[str, list[Raw]] = {}
    for raw in raws:
        sheets.setdefault(str(raw.place.sheet), []).append(raw)
    for found in sheets.values():
        first = found[0]
        values = {"text": short(text_of(first)), "count": len(found)}
        yield Finding(first.stray, first.place, unit, values=values), found


def _report_unit_line(
    ledger: MergeState, returned: Submission, findings: Sequence[Finding]
) -> None:
    """A unit's name that was written over is a cell of theirs."""
    for finding in findings:
        if finding.code == "FORM-020":
            ledger.received += 1
            ledger.set_aside.append(
                SetAside(finding.unit, None, "", returned.unit, finding.code, returned.unit_at)
            )


def _strays(ledger: MergeState, unit: str, task: int | None, raws: Sequence[Raw]) -> None:
    """Set aside cells that stand where nothing was asked."""
    sheets: dict[str, list[Raw]] = {}
    for raw in raws:
        sheets.setdefault(str(raw.place.sheet) if raw.stray == "HEAD-002" else "", []).append(raw)
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


def _unmatched_row(ledger: MergeState, row: Row, finding: Finding) -> None:
    """Set aside every cell of a row whose task is not known, each at its place.

    What the plan gave to nobody or to others after the form went out is told once for the row,
    and so is a row that shows another task than its key.
    """
    if finding.severity is Severity.NOTE:
        ledger.aside_all(row.answers.values(), finding)
        return
    given = [raw for raw in row.given.values() if not raw.merged]
    ledger.received += len(given)
    if finding.code == NAMES_ANOTHER:
        goal = row.given.get("goal")
        ledger.aside_all(
            (*given, *row.answers.values()), replace(finding, place=goal.place) if goal else finding
        )
        return
    if row.key and not (row.answers or given):
        ledger.findings.append(finding)
    for raw in (*given, *row.answers.values()):
        ledger.aside(raw, replace(finding, place=raw.place, field=raw.caption))
