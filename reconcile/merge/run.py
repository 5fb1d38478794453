"""(plan, form, returns, as-of date) -> MergeResult. A pure function: same input, same result.

Every cell that came in ends as a record or set aside, once: the balance is
computed from what was received on one side and from what was made of it on the
other, and a difference would be a fault in us.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..core.findings import Finding, Place
from ..core.form import Form, asks, asks_task
from ..core.i18n import Listed, Phrase, sheet_name_in
from ..core.keys import parse_row_key
from ..core.plan import Assignment, Decision, Plan
from ..core.result import (
    IGNORED,
    OTHER_PERIOD,
    Accepted,
    Actual,
    Balance,
    Entry,
    Evidence,
    MergeResult,
    Previous,
    Record,
    SetAside,
    Verdict,
    owner_of,
)
from ..core.submission import Attachment, Submission
from ..core.units import roles, suspects
from .conflicts import GONE, newest, of_former_units, retire, settle
from .cross_checks import Context, run_checks
from .indicator_rows import Key, asked_units, missing_numbers, settle_indicators, undecided
from .ingest import Intake, take_return
from .match_rows import task_of
from .rulings import Rulings
from .scores import unit_statuses
from .state import MergeState, gathered
from .task_status import changes_since, judge, with_standings
from .versions import Versions
from .year.decisions import (
    looks_back,
    not_done,
    postponed,
    put_off,
    signed_off,
    spared_of,
    with_done,
)
from .year.evidence import asks_for_evidence, indexed, lacking


def merge(
    plan: Plan,
    form: Form,
    returns: Iterable[Submission],
    *,
    period: int,
    as_of: date,
    unread: Iterable[Verdict] = (),
    findings: Iterable[Finding] = (),
    previous: Previous | None = None,
    closed: Mapping[str, Container[str]] | None = None,
    attachments: Iterable[Attachment] = (),
) -> MergeResult:
    """Merge the returns of one period (counted from 1).

    ``unread`` are files that could not be read and ``findings`` what was found
    while reading them; both are looked at after the last return, so that these may
    be read one by one as they are taken. ``previous`` holds last period's answers, if known,
    ``closed`` the SHA-256 of all returns that are kept with each archived period. ``attachments``
    came beside the returns, and are looked at after the last, too.
    """
    ledger = MergeState(plan, form, period, Rulings(plan, form, period))
    every, role_findings = roles(plan)
    ledger.findings += role_findings
    intake = Intake(ledger, _by_unit(every), as_of)
    wanted = [a for a in every if asks_task(plan, a.role)]
    taken = [verdict for returned in returns for verdict in take_return(intake, returned)]
    unopened = [_ignored(v) if ledger.rulings.ignores(v.sha256) else v for v in unread]
    verdicts = [*unopened, *taken]
    ignored = {v.file for v in unopened if IGNORED in v.why}
    before = (
        *(f for f in findings if f.place.file not in ignored),
        *(Finding(IGNORED, Place(file)) for file in sorted(ignored)),
    )
    together = _Together(wanted, previous, before, closed or {}, tuple(attachments))
    try:
        return together.merged(intake, verdicts)
    except Exception as error:
        # A fault of ours. The files that it cannot do without are left out, so that the others count.
        failed = together.culprits(intake, verdicts)
        if not failed:
            raise
        rest = intake.without(failed)
        rest.ledger.findings += [Finding.unforeseen(file, error) for file in failed]
        return together.merged(rest, [_left_out(v) if v.file in failed else v for v in verdicts])


def _left_out(verdict: Verdict) -> Verdict:
    """The verdict on a file that was taken, and then could not be merged for a fault of ours."""
    suspected = (*filter(None, (verdict.unit,)), *verdict.suspected)
    return replace(verdict, accepted=False, unit="", why=("FILE-999",), suspected=suspected)


@dataclass(frozen=True, slots=True)
class _Together:
    """What all returns say together, beside what was taken in: who was asked, and what was known before."""

    wanted: Sequence[Assignment]
    previous: Previous | None
    findings: Sequence[Finding]
    closed: Mapping[str, Container[str]]
    attachments: Sequence[Attachment]

    def culprits(self, intake: Intake, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
        """Return the files that cannot be merged: each by itself, or those of a unit together."""
        files = {d.file for d in intake.deliveries}
        groups: dict[str, set[str]] = {}
        for delivery in intake.deliveries:
            groups.setdefault(delivery.unit, set()).add(delivery.file)
        for sets in ([{file} for file in sorted(files)], groups.values()):
            failed = [one for one in sets if self._fails(intake.without(files - one), verdicts)]
            if failed:
                return tuple(sorted(set().union(*failed)))
        return ()

    def _fails(self, intake: Intake, verdicts: Sequence[Verdict]) -> bool:
        kept = {d.file for d in intake.deliveries}
        try:
            self.merged(intake, [v for v in verdicts if not v.accepted or v.file in kept])
        except Exception:
            return True
        return False

    def merged(self, taken: Intake, verdicts: Sequence[Verdict]) -> MergeResult:
        """Return what the returns come to. What was taken in stays as it is."""
        ledger = taken.ledger.copy()
        plan, form, period, rulings = ledger.plan, ledger.form, ledger.period, ledger.rulings
        as_of, done, later = taken.as_of, signed_off(plan, period), postponed(plan, period)
        wanted = _by_unit(self.wanted)
        ledger.findings = [*self.findings, *ledger.findings]
        entries, actuals, given = _settled(taken, ledger)
        evidence: tuple[Evidence, ...] = ()
        if asks_for_evidence(plan):
            evidence, missing = indexed(plan, self.attachments, verdicts, entries, taken.by_unit)
            proofs = {e.file for e in evidence}
            verdicts = [v for v in verdicts if v.accepted or v.file not in proofs]
            ledger.findings = [f for f in ledger.findings if f.place.file not in proofs]
            ledger.findings += lacking(evidence, missing, entries)
        verdicts = [_suspected(v, plan) for v in verdicts]
        answered = {v.unit for v in verdicts if v.accepted}
        ledger.findings += _heard_of(plan, answered, verdicts)
        ledger.findings += _late(ledger.findings, verdicts, self.closed)
        spared = set() if looks_back(plan) else spared_of(wanted, done, entries)
        by_unit = {
            u: {n: a for n, a in own.items() if (u, n) not in spared} for u, own in wanted.items()
        }
        ledger.findings += not_done(done, entries)
        indicators = asked_units(plan.indicators, by_unit)
        ledger.findings += [finding for _, finding in undecided(plan, indicators)]
        unprinted = _unprinted(taken, by_unit, answered) - spared
        ledger.findings += _to_be_issued(unprinted)
        expected = (
            (u, n, name)
            for (n, name), units in indicators.items()
            for u in units
            if (u, n) not in unprinted
        )
        known = given | {
            (u, n, f.removeprefix("actual:")) for u, n, f in _open(ledger) if n is not None
        }
        expected = (key for key in expected if key[0] in answered)
        without_number = list(missing_numbers(ledger, taken.indicators, expected, known))
        asked = _asked_units(plan, (a for own in by_unit.values() for a in own.values()))
        rows = {key: newest(found).at for key, found in taken.sources.items()}
        heard = {u for v in verdicts if not v.of_other_period for u in (v.unit, *v.suspected)}
        ledger.findings += _perhaps_unissued(taken, by_unit, heard)

        def context() -> Context:
            return Context(
                plan, form, period, as_of, by_unit, entries, rows,
                ledger.records, _open(ledger), answered, heard, tuple(asked), self.previous, unprinted,
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
        places = {
            (u, t): checked.place(u, t, "state") for u, t in entries if checked and t in measured
        }
        pending = _pending(ledger, entries)
        previous = self.previous and with_standings(plan, self.previous, self.wanted, indicators)
        judged = judge(plan, period, entries, actuals, indicators, places, previous, pending)
        ledger.findings += [*without_number, *judged.findings]
        aside = {(s.code, s.place) for s in ledger.set_aside}
        still, waived = rulings.settle(ledger.findings, aside)
        still = [*gathered(still), *rulings.dead(plan.title)]
        records = tuple(record for row in ledger.records for record in row.values())
        how = Counter(record.how for record in records)
        balance = Balance(
            ledger.received, how["accepted"], how["normalised"], len(ledger.set_aside)
        )
        standings = put_off(with_done(judged.standings, done), later)
        return MergeResult(
            plan, period, as_of, tuple(self.wanted), tuple(verdicts), records,
            tuple(ledger.set_aside), tuple(still), (*ledger.waived, *waived),
            tuple(unit_statuses(asked, _asked_of(by_unit, unprinted), entries, verdicts, still, ledger.set_aside)),
            balance, entries, standings, judged.reached, actuals, pending, unprinted | spared,
            tuple(self.closed), changes_since(plan, period, standings, previous), done, later, evidence,
        )  # fmt: skip


def _pending(
    ledger: MergeState, entries: Mapping[tuple[str, int], Entry]
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
        if (
            entry
            and "state" not in entry.values
            and not (ruling and ruling.decision == Decision.REJECT)
        ):
            found.setdefault((s.unit, s.task), s.text)
    return found


def _by_unit(assignments: Iterable[Assignment]) -> dict[str, dict[int, Assignment]]:
    """Assignments by unit and number of the task."""
    found: dict[str, dict[int, Assignment]] = {}
    for a in assignments:
        found.setdefault(a.unit, {})[a.task.number] = a
    return found


def _asked_units(plan: Plan, wanted: Iterable[Assignment]) -> list[str]:
    """Units that get a form, in plan order."""
    silent = {u.name for u in plan.units if not u.gets_form}
    return [u for u in dict.fromkeys(a.unit for a in wanted) if u not in silent]


def _ignored(verdict: Verdict) -> Verdict:
    """The verdict on a file that a person left out: what else is wrong with it matters no more."""
    return replace(verdict, why=(IGNORED,))


# --- what all returns say together


def _settled(
    taken: Intake, ledger: MergeState
) -> tuple[dict[tuple[str, int], Entry], dict[tuple[int, str], list[Actual]], set[Key]]:
    """What units answer on their tasks, their numbers, and who gave one; what is mended is a note."""
    versions = _versions(taken, ledger.form)
    entries = {
        key: Entry(
            taken.by_unit[key[0]][key[1]],
            settle(ledger, key, of_former_units(ledger, key, found), versions),
        )
        for key, found in taken.sources.items()
    }
    actuals, given = settle_indicators(ledger, taken.indicators, versions)
    ledger.findings += _missing_columns(taken, ledger, entries)
    retire(ledger, taken.deliveries, taken.refused, versions)
    return entries, actuals, given


def _versions(taken: Intake, form: Form) -> Versions:
    """What the returns of those units answered that sent several."""
    count = Counter(d.unit for d in taken.deliveries)
    answers = (
        (source.delivery, task, (*source.records, *source.aside))
        for (unit, task), found in taken.sources.items()
        for source in (found if count[unit] > 1 else ())
    )
    return Versions.of(form, answers)


def _open(ledger: MergeState) -> set[tuple[str, int | None, str]]:
    """The cells set aside that wait for an answer: such a cell is not also called missing."""
    return {(s.unit, s.task, s.field) for s in ledger.set_aside if s.code not in GONE}


def _suspected(verdict: Verdict, plan: Plan) -> Verdict:
    """The verdict with the units whose return a file may be that was refused as nobody's."""
    mine = verdict.accepted or verdict.unit or verdict.of_other_period
    if mine or IGNORED in verdict.why:
        return verdict
    named = suspects(plan, verdict.file, verdict.sender)
    return replace(verdict, suspected=tuple(dict.fromkeys((*verdict.suspected, *named))))


def _heard_of(plan: Plan, answered: set[str], verdicts: Sequence[Verdict]) -> Iterable[Finding]:
    """What came of units that have no accepted return and is not known to be one."""
    refused = {v.unit for v in verdicts if not v.accepted and not v.of_other_period}
    letters = {v.file.rpartition("/")[0] for v in verdicts if v.suspected}
    for v in verdicts:
        if v.of_other_period and v.unit not in answered | refused:
            yield Finding("FORM-064", Place(v.file), v.unit, values={"unit": v.unit})
        for unit in v.suspected if v.file not in letters else ():  # told at what lies in it
            if unit not in answered | refused:
                yield Finding("UNIT-012", Place(v.file), unit, values={"unit": unit})


def _late(
    findings: Iterable[Finding],
    verdicts: Iterable[Verdict],
    closed: Mapping[str, Container[str]],
) -> list[Finding]:
    """What answers a period that is archived, and is not kept there yet."""
    contents = {v.file: v.sha256 for v in verdicts}
    found = []
    for f in findings:
        period = str(f.values["theirs"]) if f.code == OTHER_PERIOD else ""
        if period in closed and contents.get(f.place.file, "") not in closed[period]:
            values = {"unit": f.unit, "period": period}
            found.append(Finding("ARCH-007", Place(f.place.file), values=values))
    return found


def _missing_columns(
    intake: Intake, ledger: MergeState, entries: Mapping[tuple[str, int], Entry]
) -> Iterable[Finding]:
    """Asked columns that a table lacks; an error where they are required and nobody else has them."""
    for unit, place, lacks, tasks in intake.lacking:
        for name in lacks if tasks else ():
            asked = ledger.form.field(name)
            if asked is None:
                continue
            filling = [n for n in tasks if asks(ledger.plan, intake.by_unit[unit][n].role, asked)]
            if not filling:
                continue
            supplied = all(name in entries[unit, n].values for n in filling)
            code = "HEAD-010" if asked.rule.required and not supplied else "HEAD-003"
            values = {"caption": asked.caption}
            yield Finding(code, place, unit, field=asked.caption, values=values)


def _unprinted(
    intake: Intake, by_unit: Mapping[str, Mapping[int, Assignment]], answered: Iterable[str]
) -> frozenset[tuple[str, int]]:
    """Tasks of units that answered which were not on the forms that they answered on.

    The hidden sheet of a form remembers its rows; where it is gone, nobody can tell.
    """
    found: set[tuple[str, int]] = set()
    plan = intake.ledger.plan
    for unit in answered:
        absent = [n for n in by_unit.get(unit, ()) if (unit, n) not in intake.sources]
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
        tasks = Listed(
            Phrase("第{number}项（{unit}）", number=n, unit=u)
            for n, u in sorted((n, u) for u, n in unprinted)
        )
        yield Finding("UNIT-020", values={"count": len(unprinted), "told": tasks})


def _perhaps_unissued(
    intake: Intake, by_unit: Mapping[str, Mapping[int, Assignment]], heard: Container[str]
) -> Iterable[Finding]:
    """Tell of silent units that were given all their tasks after forms went out.

    Whether a new form went to them nobody can see, and without one they are at no fault.
    """
    moved = {f.task for f in intake.ledger.findings if f.code == "TASK-041"}
    for unit, wanted in by_unit.items():
        if wanted and unit not in heard and moved.issuperset(wanted):
            values = {"unit": unit, "numbers": Listed(sorted(wanted))}
            yield Finding("TASK-033", unit=unit, values=values)


def _apply_rulings(
    ledger: MergeState, found: Sequence[Finding], entries: dict[tuple[str, int], Entry]
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
        if ruling.decision == Decision.USE:
            value = ledger.ruled(asked, ruling)
            if value is None:
                continue
            _put(ledger, at, finding, asked.id, ruling.value, value)
            values[asked.id] = value
        elif ruling.decision == Decision.REJECT and at is not None:
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
    ledger: MergeState, at: int | None, finding: Finding, name: str, written: str, value: Accepted
) -> None:
    """Put a ruled value in the place of an answer, or where none came in."""
    if at is not None:
        records = ledger.records[at]
        ruled = records[name]._replace(value=value, how="normalised")
        ledger.records[at] = {**records, name: ruled}
        return
    # The person who ruled supplied this answer: it came in with the ruling.
    ledger.received += 1
    place = Place(sheet=sheet_name_in("裁定", ledger.language))
    ruled = Record(finding.unit, finding.task, name, value, written, "normalised", place, "", "")
    ledger.records.append({name: ruled})


# --- units


def _asked_of(
    by_unit: Mapping[str, Mapping[int, Assignment]], unprinted: frozenset[tuple[str, int]]
) -> dict[str, list[int]]:
    """The tasks that each unit's form asked about: none can be blamed for what it was not sent."""
    return {u: [n for n in own if (u, n) not in unprinted] for u, own in by_unit.items()}
