"""(plan, form, returns, as-of date) -> Merged. A pure function: same input, same result.

Every cell that came in ends as a record or set aside, once: the balance is
computed from what was received on one side and from what was made of it on the
other, and a difference would be a fault in us.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from .checks import Context, run_checks
from .conflicts import settle
from .findings import Finding, Place, Severity
from .indicator_rows import asked_units, settle_indicators
from .language import sheet_name
from .ledger import Ledger
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
    owner_of,
)
from .model import Assignment, Form, Plan
from .return_model import Return
from .rulings import REJECT, USE, Rulings
from .standing import judge
from .taking import Intake, take_return
from .units import assignments


def merge(
    plan: Plan,
    form: Form,
    returns: Iterable[Return],
    *,
    period: int,
    as_of: date,
    unread: Iterable[Verdict] = (),
    findings: Iterable[Finding] = (),
    previous: Previous | None = None,
) -> Merged:
    """Merge the returns of one period (counted from 1).

    ``unread`` are files that could not be read and ``findings`` what was found
    while reading them; both are looked at after the last return, so that these may
    be read one by one as they are taken. ``previous`` holds last period's answers, if known.
    """
    rulings = Rulings(plan.rulings, form)
    ledger = Ledger(plan, form, period, rulings)
    wanted, told = assignments(plan)
    ledger.findings += told
    by_unit: dict[str, dict[int, Assignment]] = {}
    for a in wanted:
        by_unit.setdefault(a.unit, {})[a.task.number] = a
    intake = Intake(ledger, by_unit)
    taken = [take_return(intake, returned) for returned in returns]
    verdicts = [*unread, *taken]
    ledger.findings = [*findings, *ledger.findings]
    entries = {
        key: Entry(by_unit[key[0]][key[1]], settle(ledger, key, found))
        for key, found in intake.sources.items()
    }
    ledger.findings += _missing_columns(intake, entries)
    indicators = asked_units(plan.indicators, by_unit)
    answered = {v.unit for v in verdicts if v.accepted}
    expected = ((u, n, name) for (n, name), units in indicators.items() for u in units)
    actuals, untold = settle_indicators(
        ledger, intake.indicators, (key for key in expected if key[0] in answered)
    )
    asked = _asked_units(plan, wanted)
    rows = {key: found[0].at for key, found in intake.sources.items()}

    def context() -> Context:
        return Context(
            plan, form, period, as_of, by_unit, entries, rows,
            ledger.records,
            {(s.unit, s.task, s.field) for s in ledger.set_aside},
            answered,
            {v.unit for v in verdicts if not v.accepted}, tuple(asked), previous,
        )  # fmt: skip

    found = run_checks(context())
    ruled = _apply_rulings(ledger, found, entries)
    if ruled:
        found = run_checks(context())
        again = {(f.code, f.place) for f in found}
        ledger.waived += [f for f in ruled if (f.code, f.place) not in again]
    ledger.findings += found
    measured = {i.number for i in plan.indicators}
    checked = context() if measured else None
    places = {(u, t): checked.place(u, t, "state") for u, t in entries if checked and t in measured}
    judged = judge(plan, period, entries, actuals, indicators, places, previous)
    ledger.findings += [*untold, *judged.findings]
    aside = {(s.code, s.place) for s in ledger.set_aside}
    still, waived = rulings.settle(ledger.findings, aside)
    still += rulings.dead(plan.title)
    records = tuple(record for row in ledger.records for record in row.values())
    how = Counter(record.how for record in records)
    balance = Balance(ledger.received, how["accepted"], how["normalised"], len(ledger.set_aside))
    return Merged(
        plan, period, as_of, wanted, tuple(verdicts), records,
        tuple(ledger.set_aside), tuple(still), (*ledger.waived, *waived),
        tuple(_statuses(asked, by_unit, entries, verdicts, still, ledger.set_aside)),
        balance, entries, judged.standings, judged.reached,
    )  # fmt: skip


def _asked_units(plan: Plan, wanted: Iterable[Assignment]) -> list[str]:
    """Units that get a form, in plan order."""
    silent = {u.name for u in plan.units if not u.gets_form}
    return [u for u in dict.fromkeys(a.unit for a in wanted) if u not in silent]


# --- what all returns say together


def _missing_columns(intake: Intake, entries: Mapping[tuple[str, int], Entry]) -> Iterable[Finding]:
    """Asked columns that a table lacks; an error where they are required and nobody else has them."""
    ledger = intake.ledger
    for unit, place, lacks, tasks in intake.lacking:
        for name in lacks if tasks else ():
            asked = ledger.form.field(name)
            if asked is None:
                continue
            supplied = all(name in entries[unit, n].values for n in tasks)
            code = "HEAD-010" if asked.rule.required and not supplied else "HEAD-003"
            values = {"caption": asked.caption}
            yield Finding(code, place, unit, field=asked.caption, values=values)


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
                for i, records in enumerate(ledger.records)
                if owner_of(records) == key and asked.id in records
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
            others = dict(ledger.records[at])
            record = others.pop(asked.id)
            ledger.records[at] = others
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
        records = ledger.records[at]
        ruled = replace(records[name], value=value, how="normalised")
        ledger.records[at] = {**records, name: ruled}
        return
    # The person who ruled supplied this answer: it came in with the ruling.
    ledger.received += 1
    place = Place(sheet=sheet_name("裁定"))
    ruled = Record(finding.unit, finding.task, name, value, written, "normalised", place, "")
    ledger.records.append({name: ruled})


# --- units


def _statuses(
    asked: Sequence[str],
    by_unit: Mapping[str, Mapping[int, Assignment]],
    entries: Mapping[tuple[str, int], Entry],
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    set_aside: Sequence[SetAside],
) -> Iterable[UnitStatus]:
    told: dict[str, list[Finding]] = {}
    for finding in findings:
        told.setdefault(finding.unit, []).append(finding)
    brought: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        brought.setdefault(verdict.unit, []).append(verdict)
    lost = Counter(s.unit for s in set_aside)
    for unit in asked:
        files = tuple(v.file for v in brought.get(unit, ()))
        taken = any(v.accepted for v in brought.get(unit, ()))
        own = told.get(unit, [])
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
            set_aside=lost[unit],
            errors=errors,
            warnings=sum(f.severity is Severity.WARNING for f in own),
            files=files,
        )
