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
from .conflicts import of_former_units, settle
from .findings import Finding, Place, Severity
from .identity import parse_row_key
from .indicator_rows import asked_units, settle_indicators, undecided
from .language import joined, sheet_name, tr
from .ledger import Ledger
from .matching import task_of
from .merged import (
    Accepted,
    AllRecords,
    Balance,
    Entry,
    Merged,
    PlainRecords,
    Previous,
    Record,
    Records,
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
    unopened = [_ignored(v) if rulings.ignores(v.file) else v for v in unread]
    verdicts = [*unopened, *taken]
    ignored = {v.file for v in verdicts if "FORM-022" in v.why}
    ledger.findings = [
        *(f for f in findings if f.place.file not in ignored),
        *(Finding("FORM-022", Place(v.file)) for v in unopened if v.file in ignored),
        *ledger.findings,
    ]
    entries = {
        key: Entry(
            by_unit[key[0]][key[1]], settle(ledger, key, of_former_units(ledger, key, found))
        )
        for key, found in intake.sources.items()
    }
    ledger.findings += _missing_columns(intake, entries)
    indicators = asked_units(plan.indicators, by_unit)
    answered = {v.unit for v in verdicts if v.accepted}
    ledger.findings += [told for _, told in undecided(plan, indicators)]
    unprinted = _unprinted(intake, answered)
    ledger.findings += _to_be_issued(unprinted)
    expected = (
        (u, n, name)
        for (n, name), units in indicators.items()
        for u in units
        if (u, n) not in unprinted
    )
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
            {v.unit for v in verdicts if not v.accepted}, tuple(asked), previous, unprinted,
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
    pending = _pending(ledger, entries)
    judged = judge(plan, period, entries, actuals, indicators, places, previous, pending)
    ledger.findings += [*untold, *judged.findings]
    aside = {(s.code, s.place) for s in ledger.set_aside}
    still, waived = rulings.settle(ledger.findings, aside)
    still += rulings.dead(plan.title)
    records = AllRecords(ledger.records)
    accepted = sum(_count(found, "accepted") for found in ledger.records)
    normalised = sum(_count(found, "normalised") for found in ledger.records)
    balance = Balance(ledger.received, accepted, normalised, len(ledger.set_aside))
    return Merged(
        plan, period, as_of, wanted, tuple(verdicts), records,
        tuple(ledger.set_aside), tuple(still), (*ledger.waived, *waived),
        tuple(_statuses(asked, _asked_of(by_unit, unprinted), entries, verdicts, still, ledger.set_aside)),
        balance, entries, judged.standings, judged.reached, actuals, pending, unprinted,
    )  # fmt: skip


def _pending(
    ledger: Ledger, entries: Mapping[tuple[str, int], Entry]
) -> dict[tuple[str, int], str]:
    """States that were set aside because nobody could tell what they mean, or which of several counts.

    What lost to another answer, or was ruled out by a person, waits for nobody.
    """
    found: dict[tuple[str, int], str] = {}
    for s in ledger.set_aside:
        if s.field != "state" or s.task is None or not s.code.startswith(("CELL-", "TASK-011")):
            continue
        entry = entries.get((s.unit, s.task))
        ruling = ledger.rulings.find(s.code, s.unit, s.task, s.field)
        if entry and "state" not in entry.values and not (ruling and ruling.decision == REJECT):
            found.setdefault((s.unit, s.task), s.text)
    return found


def _asked_units(plan: Plan, wanted: Iterable[Assignment]) -> list[str]:
    """Units that get a form, in plan order."""
    silent = {u.name for u in plan.units if not u.gets_form}
    return [u for u in dict.fromkeys(a.unit for a in wanted) if u not in silent]


def _ignored(verdict: Verdict) -> Verdict:
    """The verdict on a file that a person left out: what else is wrong with it matters no more."""
    return replace(verdict, why=("FORM-022",))


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


def _unprinted(intake: Intake, answered: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Tasks of units that answered which were not on the forms that they answered on.

    The hidden sheet of a form remembers its rows; where it is gone, nobody can tell.
    """
    found: set[tuple[str, int]] = set()
    plan = intake.ledger.plan
    for unit in answered:
        absent = [n for n in intake.by_unit.get(unit, ()) if (unit, n) not in intake.sources]
        forms = intake.issued.get(unit, []) if absent else []
        keys = [k for texts in forms for text in texts if (k := parse_row_key(text))]
        if keys and all(forms):
            hashes = {key.text for key in keys}
            printed = {t.number for key in keys if (t := task_of(plan, key, hashes))}
            found |= {(unit, n) for n in absent if n not in printed}
    return frozenset(found)


def _to_be_issued(unprinted: frozenset[tuple[str, int]]) -> Iterable[Finding]:
    """Tell the coordinator, once, which units need a new form."""
    if unprinted:
        told = joined(
            tr("第{number}项（{unit}）", number=n, unit=u)
            for n, u in sorted((n, u) for u, n in unprinted)
        )
        yield Finding("UNIT-020", values={"count": len(unprinted), "told": told})


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


def _count(records: Records, how: str) -> int:
    """How many of these records were taken in this way."""
    if isinstance(records, PlainRecords):
        return len(records) if how == "accepted" else 0
    return sum(record.how == how for record in records.values())


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


def _asked_of(
    by_unit: Mapping[str, Mapping[int, Assignment]], unprinted: frozenset[tuple[str, int]]
) -> dict[str, list[int]]:
    """The tasks that each unit's form asked about: none can be blamed for what it was not sent."""
    return {u: [n for n in own if (u, n) not in unprinted] for u, own in by_unit.items()}


def _statuses(
    asked: Sequence[str],
    by_unit: Mapping[str, Sequence[int]],
    entries: Mapping[tuple[str, int], Entry],
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    set_aside: Sequence[SetAside],
) -> Iterable[UnitStatus]:
    told: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code.startswith("PLAN-"):
            continue  # what is wrong in the plan workbook is no fault of the unit that it names
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
