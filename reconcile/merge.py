"""(plan, form, returns, as-of date) -> Merged. A pure function: same input, same result.

Every cell that came in ends as a record or set aside, once: the balance is
computed from what was received on one side and from what was made of it on the
other, and a difference would be a fault in us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from .checks import Context, run_checks
from .conflicts import settle
from .findings import Finding, Place, Severity
from .given import given_texts
from .identity import parse_row_key
from .indicator_rows import Sources, asked_units, settle_indicators, take_indicators
from .ledger import Ledger, Source, stray_finding, text_of
from .matching import identify, match_row
from .merged import (
    Accepted,
    Balance,
    Entry,
    Merged,
    Previous,
    Record,
    SetAside,
    UnitStatus,
    Verdict,
)
from .model import Assignment, Form, Plan, Raw, Return, Row, Table
from .rulings import REJECT, USE, Rulings
from .standing import judge
from .text import fold, plain
from .units import assignments

_MANY = 200
"""So many cells on a sheet that is no form are told one by one, more of them once for the sheet."""


@dataclass(slots=True)
class _Intake:
    """What has been taken in so far: rows by (unit, task), and the tables of each unit."""

    ledger: Ledger
    by_unit: Mapping[str, Mapping[int, Assignment]]
    sources: dict[tuple[str, int], list[Source]] = field(default_factory=dict)
    tables: list[tuple[str, Table, set[int]]] = field(default_factory=list)
    indicators: Sources = field(default_factory=dict)


def merge(
    plan: Plan,
    form: Form,
    returns: Sequence[Return],
    *,
    period: int,
    as_of: date,
    unread: Sequence[Verdict] = (),
    findings: Iterable[Finding] = (),
    previous: Previous | None = None,
) -> Merged:
    """Merge the returns of one period (counted from 1).

    ``unread`` are files that could not be read and ``findings`` what was found
    while reading them. ``previous`` holds last period's answers, if known.
    """
    rulings = Rulings(plan.rulings, form)
    ledger = Ledger(plan, form, period, rulings, findings=list(findings))
    wanted, told = assignments(plan)
    ledger.findings += told
    by_unit: dict[str, dict[int, Assignment]] = {}
    for a in wanted:
        by_unit.setdefault(a.unit, {})[a.task.number] = a
    intake = _Intake(ledger, by_unit)
    verdicts = [*unread, *(_take(intake, returned) for returned in returns)]
    entries = {
        key: Entry(by_unit[key[0]][key[1]], settle(ledger, key, found))
        for key, found in intake.sources.items()
    }
    ledger.findings += _missing_columns(intake, entries)
    actuals, untold = settle_indicators(ledger, intake.indicators)
    asked = _asked_units(plan, wanted)
    rows = {key: found[0].row for key, found in intake.sources.items()}

    def context() -> Context:
        return Context(
            plan, form, period, as_of, by_unit, entries, rows,
            {(r.unit, r.task, r.field): r for r in ledger.records if r.task is not None},
            {(s.unit, s.task, s.field) for s in ledger.set_aside},
            {v.unit for v in verdicts if v.accepted},
            {v.unit for v in verdicts if not v.accepted}, tuple(asked), previous,
        )  # fmt: skip

    found = run_checks(context())
    ruled = _apply_rulings(ledger, found, entries)
    if ruled:
        found = run_checks(context())
        again = {(f.code, f.place) for f in found}
        ledger.waived += [f for f in ruled if (f.code, f.place) not in again]
    ledger.findings += found
    places = {(u, t): context().place(u, t, "state") for u, t in entries}
    judged = judge(
        plan, period, entries, actuals, asked_units(plan.indicators, by_unit), places, previous
    )
    ledger.findings += [*untold, *judged.findings]
    aside = {(s.code, s.place) for s in ledger.set_aside}
    still, waived = rulings.settle(ledger.findings, aside)
    still += rulings.dead(plan.title)
    how = [r.how for r in ledger.records]
    balance = Balance(
        ledger.received, how.count("accepted"), how.count("normalised"), len(ledger.set_aside)
    )
    return Merged(
        plan, period, as_of, wanted, tuple(verdicts), tuple(ledger.records),
        tuple(ledger.set_aside), tuple(still), (*ledger.waived, *waived),
        tuple(_statuses(asked, by_unit, entries, verdicts, still, ledger.set_aside)),
        balance, entries, judged.standings, judged.reached,
    )  # fmt: skip


def _asked_units(plan: Plan, wanted: Iterable[Assignment]) -> list[str]:
    """Units that get a form, in plan order."""
    silent = {u.name for u in plan.units if not u.gets_form}
    return [u for u in dict.fromkeys(a.unit for a in wanted) if u not in silent]


# --- one return


def _take(intake: _Intake, returned: Return) -> Verdict:
    """Take one return in: refuse it whole, or put its rows to their tasks."""
    ledger = intake.ledger
    cells = list(_cells(returned))
    ledger.received += len(cells)
    if ledger.rulings.ignores(returned.file):
        told: tuple[Finding, ...] = (Finding("FORM-022", Place(returned.file)),)
        return _refuse(ledger, returned, cells, "", told)
    identified = identify(ledger.plan, ledger.period, returned, ledger.rulings)
    unit = identified.unit
    own = tuple(replace(f, unit=unit) for f in returned.findings)
    if identified.refused:
        return _refuse(ledger, returned, cells, unit, (*identified.findings, *own))
    if not returned.tables:
        _tell_untabled(intake, returned, unit)
        return _refuse(ledger, returned, cells, unit, (*identified.findings, *own))
    ledger.findings += [*identified.findings, *own]
    _tell_unit_line(ledger, returned, identified.findings)
    head = {
        f.id: record
        for f in ledger.form.head
        if f.id in returned.head
        and (record := ledger.judge(returned, unit, None, f, returned.head[f.id]))
    }
    ledger.records += head.values()
    for asked in ledger.form.head:
        if asked.rule.required and asked.id not in returned.head:
            place = returned.head_at.get(asked.id, returned.tables[0].place)
            values = {"caption": asked.caption}
            ledger.findings.append(
                Finding("FORM-023", place, unit, field=asked.caption, values=values)
            )
    _strays(ledger, unit, None, returned.strays)
    filed = head["filled"].value if "filled" in head else None
    for table in returned.tables:
        _take_table(intake, returned, unit, table, filed if isinstance(filed, date) else None)
    return Verdict(returned.file, returned.sha256, True, unit)


def _take_table(
    intake: _Intake, returned: Return, unit: str, table: Table, filed: date | None
) -> None:
    """Put the rows of one table to their tasks."""
    ledger = intake.ledger
    wanted = intake.by_unit.get(unit, {})
    if table.of_indicators:
        taken = take_indicators(
            ledger, list(wanted.values()), returned, unit, table, filed, intake.indicators
        )
        for task, row in taken:
            _strays(ledger, unit, task, row.strays)
        return
    tasks: set[int] = set()
    for row in table.rows:
        matched = match_row(ledger.plan, ledger.period, unit, wanted, row)
        task = matched.task.number if matched.task else None
        _strays(ledger, unit, task, row.strays)
        if task is None:
            _unmatched_row(ledger, row, matched.findings[0])
            continue
        tasks.add(task)
        ledger.findings += matched.findings
        for raw, finding in matched.edited:
            ledger.received += 1  # a given cell becomes theirs once they write in it
            ledger.aside(raw, finding)
        records = {}
        for name, raw in row.answers.items():
            asked = ledger.form.field(name)
            assert asked is not None, "answers only hold fields of the form"
            record = ledger.judge(returned, unit, task, asked, raw)
            if record:
                records[name] = record
        ledger.findings += _merged_away(ledger.form, unit, task, row)
        if row.hidden and row.answers:
            ledger.findings.append(Finding("ROW-011", row.place, unit, task))
        source = Source(returned, row, filed, records)
        intake.sources.setdefault((unit, task), []).append(source)
    intake.tables.append((unit, table, tasks))
    for name, place in table.hidden.items():
        asked = ledger.form.field(name)
        if asked and any(name in row.answers for row in table.rows):
            values = {"caption": asked.caption}
            ledger.findings.append(
                Finding("HEAD-008", place, unit, field=asked.caption, values=values)
            )


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


def _refuse(
    ledger: Ledger, returned: Return, cells: Sequence[Raw], unit: str, told: Sequence[Finding]
) -> Verdict:
    """Refuse a whole file: its cells are set aside under the first error."""
    ledger.findings += told
    wrong = [f for f in told if f.severity is Severity.ERROR] or list(told)
    code = wrong[0].code
    ledger.set_aside += [
        SetAside(unit, None, raw.field, text_of(raw), code, raw.place) for raw in cells
    ]
    owner = unit or next((f.unit for f in told if f.unit), "")
    return Verdict(returned.file, returned.sha256, False, owner, tuple(f.code for f in wrong))


def _tell_untabled(intake: _Intake, returned: Return, unit: str) -> None:
    """Where the header row is gone, name the cells that hold more than the plan's own texts."""
    plan, period = intake.ledger.plan, intake.ledger.period
    given = {
        fold(text)
        for a in intake.by_unit.get(unit, {}).values()
        for text in given_texts(plan, period, a).values()
    }
    theirs = [
        raw
        for raw in returned.strays
        if raw.note or not (fold(plain(raw.value)) in given or parse_row_key(plain(raw.value)))
    ]
    for raw in theirs[:_MANY]:
        intake.ledger.findings.append(stray_finding(unit, None, replace(raw, stray="HEAD-011")))


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
    """Set aside every cell of a row whose task is not known, each at its place."""
    given = [raw for raw in row.given.values() if not raw.merged]
    ledger.received += len(given)
    if row.key and not (row.answers or given):
        ledger.findings.append(told)
    for raw in (*given, *row.answers.values()):
        ledger.aside(raw, replace(told, place=raw.place, field=raw.caption))


# --- what all returns say together


def _missing_columns(
    intake: _Intake, entries: Mapping[tuple[str, int], Entry]
) -> Iterable[Finding]:
    """Asked columns that a table lacks; an error where they are required and nobody else has them."""
    ledger = intake.ledger
    for unit, table, tasks in intake.tables:
        for name in table.lacks if tasks else ():
            asked = ledger.form.field(name)
            if asked is None:
                continue
            supplied = all(name in entries[unit, n].values for n in tasks)
            code = "HEAD-010" if asked.rule.required and not supplied else "HEAD-003"
            values = {"caption": asked.caption}
            yield Finding(code, table.place, unit, field=asked.caption, values=values)


def _apply_rulings(
    ledger: Ledger, found: Sequence[Finding], entries: dict[tuple[str, int], Entry]
) -> list[Finding]:
    """Let rulings on what the checks found change the answers; return the findings so settled."""
    settled = []
    for finding in found:
        ruling = ledger.rulings.find(finding.code, finding.unit, finding.task, finding.field)
        asked = ledger.form.field(finding.field) if finding.field else None
        if ruling is None or asked is None or finding.task is None:
            continue
        key = (finding.unit, finding.task)
        values = dict(entries[key].values)
        at = next(
            (
                i
                for i, r in enumerate(ledger.records)
                if (r.unit, r.task, r.field) == (*key, asked.id)
            ),
            None,
        )
        if ruling.decision == USE:
            value = ledger.ruled(asked, ruling)
            if value is None:
                continue
            _put(ledger, at, finding, asked.id, ruling.value, value)
            values[asked.id] = value
        elif ruling.decision == REJECT and at is not None:
            ledger.rulings.mark(ruling)
            record = ledger.records.pop(at)
            ledger.set_aside.append(
                SetAside(*key, asked.id, record.original, finding.code, record.place)
            )
            del values[asked.id]
        else:
            continue
        entries[key] = replace(entries[key], values=values)
        settled.append(finding)
    return settled


def _put(
    ledger: Ledger, at: int | None, finding: Finding, name: str, written: str, value: Accepted
) -> None:
    """Put a ruled value in the place of an answer, or where none came in."""
    if at is not None:
        ledger.records[at] = replace(ledger.records[at], value=value, how="normalised")
        return
    # The person who ruled supplied this answer: it came in with the ruling.
    ledger.received += 1
    place = Place(sheet="裁定")
    ledger.records.append(
        Record(finding.unit, finding.task, name, value, written, "normalised", place, "")
    )


# --- units


def _statuses(
    asked: Sequence[str],
    by_unit: Mapping[str, Mapping[int, Assignment]],
    entries: Mapping[tuple[str, int], Entry],
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    set_aside: Sequence[SetAside],
) -> Iterable[UnitStatus]:
    for unit in asked:
        files = tuple(v.file for v in verdicts if v.unit == unit)
        taken = any(v.accepted for v in verdicts if v.unit == unit)
        own = [f for f in findings if f.unit == unit]
        errors = sum(f.severity is Severity.ERROR for f in own)
        state = (
            "missing" if not files else "refused" if not taken else "errors" if errors else "clean"
        )
        yield UnitStatus(
            unit=unit,
            state=state,
            asked=len(by_unit[unit]),
            answered=sum(
                bool(entries[unit, n].values) for n in by_unit[unit] if (unit, n) in entries
            ),
            set_aside=sum(s.unit == unit for s in set_aside),
            errors=errors,
            warnings=sum(f.severity is Severity.WARNING for f in own),
            files=files,
        )
