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
from .findings import Finding, Place, Severity
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
from .model import Assignment, Field, Form, Plan, Raw, Return, Row
from .rules import apply
from .rulings import ACCEPT, USE, Rulings
from .text import fold, plain, short
from .units import assignments


@dataclass(slots=True)
class _Source:
    """One row of one return that answers a task, with what was made of its cells."""

    returned: Return
    row: Row
    filed: date | None
    records: dict[str, Record]


@dataclass(slots=True)
class _Ledger:
    """Everything that is written down while merging."""

    plan: Plan
    form: Form
    period: int
    rulings: Rulings
    records: list[Record] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    received: int = 0

    def aside(self, raw: Raw, finding: Finding) -> None:
        """Set one cell aside with the finding that says why."""
        text = _text_of(raw)
        self.set_aside.append(
            SetAside(finding.unit, finding.task, raw.field, text, finding.code, raw.place)
        )
        self.findings.append(finding)


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
    ledger = _Ledger(plan, form, period, rulings, findings=list(findings))
    wanted, told = assignments(plan)
    ledger.findings += told
    by_unit: dict[str, dict[int, Assignment]] = {}
    for a in wanted:
        by_unit.setdefault(a.unit, {})[a.task.number] = a
    verdicts = list(unread)
    sources: dict[tuple[str, int], list[_Source]] = {}
    for returned in returns:
        verdicts.append(_take(ledger, returned, by_unit, sources))
    entries = {
        key: Entry(by_unit[key[0]][key[1]], _settle(ledger, key, found))
        for key, found in sources.items()
    }
    asked = _asked_units(plan, wanted)
    answered = {v.unit for v in verdicts if v.accepted}
    context = Context(
        plan, form, period, as_of, by_unit, entries,
        {key: found[0].row for key, found in sources.items()},
        {(r.unit, r.task, r.field): r for r in ledger.records if r.task is not None},
        {(s.unit, s.task, s.field) for s in ledger.set_aside}, answered, tuple(asked), previous,
    )  # fmt: skip
    ledger.findings += run_checks(context)
    still, waived = rulings.settle(ledger.findings)
    still += rulings.dead(plan.title)
    how = [r.how for r in ledger.records]
    balance = Balance(
        ledger.received, how.count("accepted"), how.count("normalised"), len(ledger.set_aside)
    )
    return Merged(
        plan, period, as_of, wanted, tuple(verdicts), tuple(ledger.records),
        tuple(ledger.set_aside), tuple(still), tuple(waived),
        tuple(_statuses(asked, by_unit, entries, verdicts, still, ledger.set_aside)),
        balance, entries,
    )  # fmt: skip


def _asked_units(plan: Plan, wanted: Iterable[Assignment]) -> list[str]:
    """Units that get a form, in plan order."""
    silent = {u.name for u in plan.units if not u.gets_form}
    return [u for u in dict.fromkeys(a.unit for a in wanted) if u not in silent]


# --- one return


def _take(
    ledger: _Ledger,
    returned: Return,
    by_unit: Mapping[str, Mapping[int, Assignment]],
    sources: dict[tuple[str, int], list[_Source]],
) -> Verdict:
    """Take one return in: refuse it whole, or put its rows to their tasks."""
    cells = list(_cells(returned))
    ledger.received += len(cells)
    if ledger.rulings.ignores(returned.file):
        return _refuse(ledger, returned, cells, "", (Finding("FORM-022", Place(returned.file)),))
    identified = identify(ledger.plan, ledger.period, returned, ledger.rulings)
    if identified.refused or not returned.tables:
        told = (*identified.findings, *returned.findings)
        return _refuse(ledger, returned, cells, identified.unit, told)
    unit = identified.unit
    own = [replace(f, unit=unit) for f in returned.findings]
    ledger.findings += [*identified.findings, *own]
    head = {
        f.id: record
        for f in ledger.form.head
        if f.id in returned.head
        and (record := _judge(ledger, returned, unit, None, f, returned.head[f.id]))
    }
    ledger.records += head.values()
    for asked in ledger.form.head:
        if asked.rule.required and asked.id not in returned.head:
            place = returned.tables[0].place
            values = {"caption": asked.caption}
            ledger.findings.append(
                Finding("FORM-023", place, unit, field=asked.caption, values=values)
            )
    filed = head["filled"].value if "filled" in head else None
    for raw in returned.strays:
        _stray(ledger, unit, None, raw)
    _rows(ledger, returned, unit, by_unit.get(unit, {}), filed, sources)
    return Verdict(returned.file, returned.sha256, True, unit)


def _rows(
    ledger: _Ledger,
    returned: Return,
    unit: str,
    wanted: Mapping[int, Assignment],
    filed: Accepted | None,
    sources: dict[tuple[str, int], list[_Source]],
) -> None:
    tasks = {number: a.task for number, a in wanted.items()}
    for table in returned.tables:
        for name in table.lacks:
            asked = ledger.form.field(name)
            caption = asked.caption if asked else name
            ledger.findings.append(
                Finding("HEAD-003", table.place, unit, field=caption, values={"caption": caption})
            )
        for row in table.rows:
            task, told = match_row(ledger.plan, ledger.period, unit, tasks, row)
            for raw in row.strays:
                _stray(ledger, unit, task.number if task else None, raw)
            if task is None:
                _unmatched_row(ledger, row, told[0])
                continue
            ledger.findings += told
            records = {}
            for name, raw in row.answers.items():
                asked = ledger.form.field(name)
                assert asked is not None, "answers only hold fields of the form"
                record = _judge(ledger, returned, unit, task.number, asked, raw)
                if record:
                    records[name] = record
            if row.hidden and row.answers:
                ledger.findings.append(Finding("ROW-011", row.place, unit, task.number))
            day = filed if isinstance(filed, date) else None
            sources.setdefault((unit, task.number), []).append(_Source(returned, row, day, records))


def _cells(returned: Return) -> Iterable[Raw]:
    yield from returned.head.values()
    yield from returned.strays
    for table in returned.tables:
        for row in table.rows:
            yield from row.answers.values()
            yield from row.strays


def _refuse(
    ledger: _Ledger, returned: Return, cells: Sequence[Raw], unit: str, told: Sequence[Finding]
) -> Verdict:
    """Refuse a whole file: its cells are set aside under the first error."""
    ledger.findings += told
    wrong = [f for f in told if f.severity is Severity.ERROR] or list(told)
    code = wrong[0].code
    ledger.set_aside += [
        SetAside(unit, None, raw.field, _text_of(raw), code, raw.place) for raw in cells
    ]
    owner = unit or next((f.unit for f in told if f.unit), "")
    return Verdict(returned.file, returned.sha256, False, owner, tuple(f.code for f in wrong))


def _stray(ledger: _Ledger, unit: str, task: int | None, raw: Raw) -> None:
    """Set aside a cell that stands where nothing was asked."""
    values = {"text": short(_text_of(raw)), "caption": raw.caption}
    code = "ROW-013" if raw.caption else "ROW-012"
    ledger.aside(raw, Finding(code, raw.place, unit, task, raw.caption, values))


def _unmatched_row(ledger: _Ledger, row: Row, told: Finding) -> None:
    """Set aside every answer of a row whose task is not known, each at its cell."""
    if not row.answers:
        ledger.findings.append(told)
    for raw in row.answers.values():
        values = {**told.values, "text": short(_text_of(raw))}
        finding = replace(told, place=raw.place, field=raw.caption, values=values)
        ledger.aside(raw, finding)


def _text_of(raw: Raw) -> str:
    return plain(raw.value) or raw.error or raw.formula or raw.struck or raw.note


# --- one cell


def _judge(
    ledger: _Ledger, returned: Return, unit: str, task: int | None, asked: Field, raw: Raw
) -> Record | None:
    """Turn one cell into a record, or set it aside and return None."""

    def finding(code: str, **values: object) -> Finding:
        shown = {"header": asked.caption, "value": short(_text_of(raw)), **values}
        return Finding(code, raw.place, unit, task, asked.caption, shown)

    def record(value: Accepted, how: str) -> Record:
        return Record(unit, task, asked.id, value, _text_of(raw), how, raw.place, returned.sha256)

    code = _unreadable(raw)
    outcome = None
    if not code:
        outcome = apply(
            asked, raw.value, format=raw.format, synonyms=ledger.plan.synonyms,
            year=ledger.plan.year, epoch1904=returned.epoch1904,
        )  # fmt: skip
        code = outcome.code if outcome.kind == "set aside" else ""
    if code:
        ruling = ledger.rulings.on(code, unit, task, asked.id)
        if ruling and ruling.decision == ACCEPT:
            return record(_text_of(raw), "normalised")
        if ruling and ruling.decision == USE:
            ruled = apply(asked, ruling.value, synonyms=ledger.plan.synonyms, year=ledger.plan.year)
            if ruled.value is not None and ruled.kind in ("accepted", "normalised"):
                return record(ruled.value, "normalised")
            place = Place(sheet="裁定")
            values = {"header": asked.caption, "value": ruling.value}
            told = Finding("PLAN-521", place, unit, task, asked.caption, values)
            ledger.findings.append(told)
        ledger.aside(raw, finding(code, **(outcome.values if outcome else {})))
        return None
    assert outcome is not None and outcome.value is not None
    marks = _marks(raw)
    if outcome.code:
        ledger.findings.append(finding(outcome.code, **outcome.values))
    ledger.findings += [
        finding(mark, note=short(raw.note), struck=short(raw.struck)) for mark in marks
    ]
    changed = outcome.kind == "normalised" or raw.formula or raw.struck or raw.merged
    return record(outcome.value, "normalised" if changed else "accepted")


def _unreadable(raw: Raw) -> str:
    """The code of what makes a cell unreadable as such, or ""."""
    if "DISPIMG" in raw.formula.upper() or "DISPIMG" in plain(raw.value).upper():
        return "CELL-032"
    if raw.error:
        return "CELL-030"
    if fold(plain(raw.value)):
        return ""
    if raw.formula:
        return "CELL-031"
    if raw.struck:
        return "CELL-033"
    return "CELL-034"


def _marks(raw: Raw) -> list[str]:
    """Codes of what is worth telling about a cell that could be read."""
    found = {
        "CELL-035": raw.formula,
        "CELL-036": raw.struck,
        "CELL-037": raw.note.strip(),
        "CELL-038": raw.merged,
    }
    return [code for code, there in found.items() if there]


# --- several rows on one task


def _settle(
    ledger: _Ledger, key: tuple[str, int], sources: Sequence[_Source]
) -> dict[str, Accepted]:
    """Join what several rows say on one task, or let the later date win, or nobody."""
    unit, number = key
    sources = [s for s in sources if s.records]
    names = list(dict.fromkeys(n for s in sources for n in s.records))
    disputed = {
        n for n in names if len({s.records[n].value for s in sources if n in s.records}) > 1
    }
    winner = _winner(ledger, unit, number, sources) if disputed else None
    values: dict[str, Accepted] = {}
    for name in names:
        holders = [s for s in sources if name in s.records]
        chosen: _Source | None = holders[0]
        if disputed and winner is not None:
            chosen = winner if name in winner.records else None
        elif disputed and (name in disputed or len(holders) < len(sources)):
            chosen = None
        if chosen is not None:
            ledger.records.append(chosen.records[name])
            values[name] = chosen.records[name].value
        for source in holders:
            if source is not chosen:
                _lose(ledger, source.records[name], source, winner, chosen)
    return values


def _winner(ledger: _Ledger, unit: str, number: int, sources: Sequence[_Source]) -> _Source | None:
    """The source that a ruling names, else the one with the single latest 填报日期."""
    ruling = ledger.rulings.on("TASK-011", unit, number)
    if ruling and ruling.decision == ACCEPT:
        for source in sources:
            names = (source.returned.file, source.returned.file.rsplit("/", 1)[-1])
            if fold(ruling.value) in {fold(n) for n in names}:
                return source
    filed = [s.filed for s in sources]
    days = [d for d in filed if d is not None]
    if len(days) < len(filed) or days.count(max(days)) > 1:
        return None
    return sources[days.index(max(days))]


def _lose(
    ledger: _Ledger,
    record: Record,
    source: _Source,
    winner: _Source | None,
    chosen: _Source | None,
) -> None:
    """Set aside a value that did not make it into the entry."""
    kept = chosen.records[record.field] if chosen else None
    asked = ledger.form.field(record.field)
    if kept is not None and kept.value == record.value:
        code = "TASK-012"
    else:
        code = "TASK-010" if winner is not None else "TASK-011"
    values = {
        "number": record.task,
        "value": short(record.original),
        "kept": short(kept.original) if kept else "（空）",
        "file": (winner or source).returned.file,
        "cell": f"{kept.place.file} {kept.place.cell}" if kept else "",
    }
    caption = asked.caption if asked else record.field
    finding = Finding(code, record.place, record.unit, record.task, caption, values)
    ledger.set_aside.append(
        SetAside(record.unit, record.task, record.field, record.original, code, record.place)
    )
    ledger.findings.append(finding)


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
