"""A received form -> a plan of its own, to be assigned to the units below. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..core.findings import Finding, Place
from ..core.i18n import Phrase, meant
from ..core.keys import parse_row_key, text_hash
from ..core.plan import Amount, Indicator, Plan, Task
from ..core.prefill import BASIS_WORDS, COMPARATOR_WORDS, MILESTONE
from ..core.submission import Row
from ..core.text import fold, plain, short
from ..merge.state import stray_finding
from ..plan.indicators import read_indicators
from ..plan.sheets import UPPER_LEAD, UPPER_NUMBER, UPPER_ROLE, UPPER_SUPPORT
from .received_form import Received

_KNOWN = frozenset(("number", "section", "goal", "milestone", "role", "lead", "support"))
_EXTRAS = {UPPER_ROLE: "role", UPPER_LEAD: "lead", UPPER_SUPPORT: "support"}
_BASES = {word: code for code, word in BASIS_WORDS.items()}
_BASIS = re.compile(r"(.*?)\s*[（(](.)[）)]", re.DOTALL)
_COMPARATORS = {word: code for code, word in COMPARATOR_WORDS.items()}


def delegated(received: Received, frame: Plan) -> tuple[Plan, tuple[Finding, ...]]:
    """Return ``frame`` with the form's tasks and indicators in it, and what a person must look at.

    ``frame`` brings title, periods, register, key and settings. No task is
    assigned to anybody yet: 牵头单位 is for a person to fill in.
    """
    captions = [p.caption for p in frame.periods]
    findings: list[Finding] = []
    rows: dict[int, Row] = {}
    for number, row in received.tasks:
        if number in rows:
            values = {"number": number, "cell": rows[number].place.cell}
            findings.append(Finding("PLAN-555", row.place, task=number, values=values))
            continue
        rows[number] = row
    tasks = {n: _task(n, row, captions, received.period) for n, row in rows.items()}
    findings += _edited(rows, tasks, all_periods=len(captions) > 1)
    findings += _gone(received, tasks)
    indicators, indicator_findings = _indicators(received, tasks, captions)
    findings += indicator_findings
    findings += [*_other_columns(received), *_jotted(received), *_answered(received)]
    if received.deadline:
        values = {"deadline": received.deadline}
        findings.append(Finding("PLAN-559", Place(received.returned.file), values=values))
    return replace(frame, tasks=tuple(tasks.values()), indicators=indicators), tuple(findings)


def _task(number: int, row: Row, captions: Sequence[str], period: str) -> Task:
    given = {name: plain(raw.cell.value).strip() for name, raw in row.given.items()}
    milestones = {c: given.get(MILESTONE + c, "") for c in captions}
    if not milestones.get(period) and period in milestones:
        milestones[period] = given.get("milestone", "")
    extras = {UPPER_NUMBER: str(number)}
    extras |= {caption: given[name] for caption, name in _EXTRAS.items() if given.get(name)}
    for name, raw in row.given.items():  # given columns of a template of their own
        if name not in _KNOWN and not name.startswith(MILESTONE):
            extras.setdefault(raw.caption, given[name])
    for raw in row.strays:
        if raw.stray == "ROW-013" and plain(raw.cell.value).strip():
            extras.setdefault(raw.caption, plain(raw.cell.value).strip())
    digits = str(row.place.cell).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return Task(
        number=number,
        sections=tuple(s for s in given.get("section", "").split("\n") if s.strip()),
        goal=given.get("goal", ""),
        milestones=milestones,
        lead=(),
        support=(),
        source=Phrase("第{n}行", n=digits),
        extras=extras,
    )


def _edited(
    rows: Mapping[int, Row], tasks: Mapping[int, Task], *, all_periods: bool
) -> Iterator[Finding]:
    """Yield rows whose text is not the one that their key was made for. The hash in it needs no secret."""
    for number, row in rows.items():
        key = parse_row_key(row.key)
        if key and all_periods and (key.task != number or key.text != text_hash(tasks[number])):
            yield Finding("PLAN-556", row.place, task=number, values={"number": number})


def _gone(received: Received, tasks: Mapping[int, Task]) -> Iterator[Finding]:
    """Yield tasks that the form was issued with and that no row is about any more."""
    for text in received.keys:
        key = parse_row_key(text)
        if key and key.task not in tasks:
            place = Place(received.returned.file)
            yield Finding("PLAN-557", place, task=key.task, values={"number": key.task})


def _indicators(
    received: Received, tasks: Mapping[int, Task], captions: Sequence[str]
) -> tuple[tuple[Indicator, ...], list[Finding]]:
    """Return the form's indicators, and findings: targets of periods it does not show are read from the milestones."""
    indicators: list[Indicator] = []
    findings: list[Finding] = []
    for number, row in received.indicators:
        given = {name: plain(raw.cell.value).strip() for name, raw in row.given.items()}
        parted = _BASIS.fullmatch(given.get("basis", ""))
        basis, comparison = parted.groups() if parted else ("", "")
        code, comparator = _BASES.get(meant(basis, _BASES)), _COMPARATORS.get(comparison)
        if code is None or comparator is None or number not in tasks:
            raw = row.given.get("basis")
            values = {"caption": raw.caption if raw else "口径", "value": given.get("basis", "")}
            findings.append(Finding("IND-010", row.where("basis"), task=number, values=values))
            continue
        measure, name = given.get("measure", ""), row.goal
        target = Amount.read(given.get("target", ""))
        read = read_indicators(tasks[number], captions)
        known = next((i.targets for i in read if fold(i.name) == fold(name)), {})
        targets = {c: a for c, a in known.items() if c != received.period}
        doubts: tuple[Finding, ...] = ()
        if targets:
            doubts = (Finding("IND-016", row.place, task=number, values={"name": name}),)
            findings += doubts
        if target:
            targets[received.period] = target
        indicators.append(
            Indicator(
                number, name, measure, code, comparator, Amount.read(given.get("annual", "")),
                {c: targets[c] for c in captions if c in targets}, doubts=doubts,
                summed=None if Indicator.adds_up(code, measure) else False,
            )
        )  # fmt: skip
    return tuple(indicators), findings


def _other_columns(received: Received) -> Iterator[Finding]:
    """Yield columns that the template does not know: carried along where they hold something, else only reported."""
    for raw in received.returned.strays:
        if raw.stray == "HEAD-005" and (raw.caption, raw.place) not in received.blank:
            yield Finding("PLAN-554", raw.place, field=raw.caption, values={"caption": raw.caption})
    for caption, place in received.blank:
        yield Finding("PLAN-553", place, field=caption, values={"caption": caption})


def _jotted(received: Received) -> Iterator[Finding]:
    """Yield what else was written on the form: it stays there."""
    returned = received.returned
    yield from returned.findings
    strays = (*returned.strays, *(raw for t in returned.tables for r in t.rows for raw in r.strays))
    for raw in strays:
        if raw.stray not in ("HEAD-005", "ROW-013"):
            yield stray_finding("", None, raw)


def _answered(received: Received) -> Iterator[Finding]:
    """Yield a finding where answers already stand in the form."""
    returned = received.returned
    cells = [
        *returned.head.values(),
        *(raw for t in returned.tables for r in t.rows for raw in r.answers.values()),
    ]
    if cells:
        values = {"count": len(cells), "text": short(plain(cells[0].cell.value), 30)}
        yield Finding("PLAN-552", cells[0].place, values=values)
