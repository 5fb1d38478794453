"""Several rows on one task: joined, or decided by what came later or by a ruling, or by nobody.

What came later, and which return takes the place of which, says :mod:`reconcile.merge.versions`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from ..core.findings import CATALOGUE, Finding, Place, Quoted, Severity
from ..core.i18n import Listed, Phrase
from ..core.plan import Decision, Ruling
from ..core.result import Accepted, Record, accepted_of
from ..core.text import fold, short
from .state import MergeState, Source, aside_of
from .versions import Delivery, Versions, later

EMPTIED = "TASK-030"
"""Set aside since a later version leaves the cell empty: it is as good as never answered."""
MENDED, OUTDATED = "CELL-041", "FORM-062"
"""Notes in the place of what was wrong with a cell, or with a return, that is mended by now."""
GONE = frozenset((EMPTIED, MENDED, OUTDATED))
DECIDED = frozenset((EMPTIED, "TASK-010", "TASK-011", "TASK-044", "TASK-046"))
"""What is told here of several rows on one task, notes left out."""


class Lost(NamedTuple):
    """A value that is set aside: why, what is taken in its place, and the file that decides."""

    code: str
    record: Record
    kept: Record | None
    file: str


def of_former_units(
    ledger: MergeState, key: tuple[str, int], sources: Sequence[Source], *, keep: bool = True
) -> Sequence[Source]:
    """Return the rows that count where units that answered apart are one by now.

    Answers that contradict each other are no fault of theirs: the one filed last counts, the
    unit's own before that of one it took in, and a person is told. Unless they ``keep`` one, only
    an answer that the unit itself filed after all others counts.
    """
    by_name: dict[str, list[Source]] = {}
    for source in sources:
        if source.records:
            by_name.setdefault(source.issued, []).append(source)
    if len(by_name) < 2:  # as nearly always
        return sources
    own = [s for several in by_name.values() for s in several]
    if all(_readings(own, name) == 1 for s in own for name in s.records):
        return sources
    last = {
        n: max(s.delivery.filed.day or date.min for s in several) for n, several in by_name.items()
    }
    chosen = max(by_name, key=lambda n: (last[n], n == key[0]))
    anew = chosen == key[0] and list(last.values()).count(last[chosen]) == 1
    kept = by_name[chosen] if keep or anew else []
    lost = [
        Lost(
            "TASK-044" if kept else "TASK-046", record,
            next((k.records[name] for k in kept if name in k.records), None),
            kept[0].delivery.file if kept else source.delivery.file,
        )
        for source in own if source not in kept
        for name, record in source.records.items()
    ]  # fmt: skip
    _report(ledger, lost)
    return kept


def settle(
    ledger: MergeState, key: tuple[str, int], sources: Sequence[Source], versions: Versions
) -> Mapping[str, Accepted]:
    """Return the values that count for one task of one unit; the others are set aside.

    Rows that do not contradict each other are joined. Where they do, the row
    that a ruling names wins, else for each field the row that came last; where
    that cannot be told, nothing wins but what all of them agree on. What a later
    version leaves empty is empty.
    """
    if len(sources) == 1:  # as nearly always
        ledger.records.append(sources[0].records)
        return accepted_of(sources[0].records)
    return _Settling(ledger, key, sources, versions).values()


def retire(
    ledger: MergeState,
    taken: Sequence[Delivery],
    refused: Sequence[Delivery],
    versions: Versions,
) -> None:
    """Turn what was found wrong with a cell or a return that is mended by now into a note.

    A cell is mended where another one gave its answer; a return where a later one answers
    whatever it answers; a refused one where another was taken that it did not surely come after.
    """
    by_unit: dict[str, list[Delivery]] = {}
    for delivery in taken:
        by_unit.setdefault(delivery.unit, []).append(delivery)
    outdated: dict[tuple[str, str], str] = {}
    for delivery in taken:
        others = by_unit[delivery.unit] if len(by_unit[delivery.unit]) > 1 else ()
        for other in others:
            if versions.covers(other, delivery):
                outdated[delivery.file, delivery.unit] = other.file
        for name, place in delivery.lacking.items():
            given = (o.head[name] for o in others if name in o.head and not later(delivery, o))
            if by := next(given, None):
                ledger.mended[place] = by
    for delivery in refused:
        for other in by_unit.get(delivery.unit, ()):
            if not later(delivery, other):
                outdated[delivery.file, delivery.unit] = outdated[delivery.file, ""] = other.file
    if not (outdated or ledger.mended):
        return
    ledger.findings = [_retired(f, ledger, outdated) for f in ledger.findings]
    ledger.set_aside = [
        replace(s, code=_code(s.code, s.place, s.unit, ledger, outdated)) for s in ledger.set_aside
    ]


def _code(
    code: str,
    place: Place,
    unit: str,
    ledger: MergeState,
    outdated: Mapping[tuple[str, str], str],
) -> str:
    """The code that tells of a cell or a file now: MENDED, OUTDATED, or what told of it before."""
    if code in DECIDED or CATALOGUE[code].severity is Severity.NOTE:
        return code
    if place in ledger.mended:
        return MENDED
    return OUTDATED if (place.file, unit) in outdated else code


def _retired(
    finding: Finding, ledger: MergeState, outdated: Mapping[tuple[str, str], str]
) -> Finding:
    code = _code(finding.code, finding.place, finding.unit, ledger, outdated)
    if code == finding.code:
        return finding
    ruling = ledger.rulings.find(finding.code, finding.unit, finding.task, finding.field)
    if ruling is not None:
        ledger.rulings.mark(ruling)  # it was about this, and is not dead
    if code == MENDED:
        newer = _where(ledger.mended[finding.place], finding.place)
    else:
        newer = _distinct_name(outdated[finding.place.file, finding.unit], finding.place.file)
    values = {"told": Quoted(finding), "file": newer}
    return replace(finding, code=code, values=values)


def newest(sources: Sequence[Source]) -> Source:
    """Return the first of some rows that none of the others surely came after."""
    return _latest(sources)[0] if len(sources) > 1 else sources[0]


def _latest(sources: Sequence[Source]) -> Sequence[Source]:
    """The rows that none of the others surely came after."""
    deliveries = {s.delivery for s in sources}
    outdated = {d for d in deliveries if any(later(other, d) for other in deliveries)}
    return [s for s in sources if s.delivery not in outdated] or sources


class _Settling:
    """The rows of one unit on one task, while it is decided which of their values count."""

    def __init__(
        self,
        ledger: MergeState,
        key: tuple[str, int],
        sources: Sequence[Source],
        versions: Versions,
    ) -> None:
        self._ledger, self._versions = ledger, versions
        self._unit, self._number = key
        self._every = sources
        self._brought: dict[Delivery, list[Source]] = {}
        for source in sources:
            self._brought.setdefault(source.delivery, []).append(source)
        self._rows = [s for s in sources if s.records]
        self._names = list(dict.fromkeys(n for s in self._rows for n in s.records))
        self._lost: list[Lost] = []

    def values(self) -> Mapping[str, Accepted]:
        """Decide, write it into the ledger, and return the values that count."""
        holders = {n: [s for s in self._rows if n in s.records] for n in self._names}
        gone = {n: self._overruled(n) for n in self._names}
        live = {n: [s for s in found if s.delivery not in gone[n]] for n, found in holders.items()}
        disputed = {n for n in self._names if _readings(live[n], n) > 1}
        ruling, named = self._ruling() if disputed else (None, None)
        chosen = {n: self._chosen(n, live[n], named) for n in self._names}
        if named is None and any(live[n] and chosen[n] is None for n in self._names):
            # Nobody knows which row counts: only what all the latest agree on does.
            latest = _latest(self._rows)
            for n in self._names:
                if any(n not in s.records for s in latest):
                    chosen[n] = None
        records: dict[str, Record] = {}
        for n in self._names:
            source = chosen[n]
            kept = source.records[n] if source else self._ruled(n, live[n], disputed)
            if kept is not None:
                records[n] = kept
                self._mend(n, kept, source)
            for holder in holders[n]:
                if holder is source or (kept and kept.place == holder.records[n].place):
                    continue
                if named is None and holder.delivery in gone[n]:
                    self._report_emptied(n, holder, gone[n][holder.delivery])
                else:
                    self._lose(n, holder, kept, named or source, ruling)
        _report(self._ledger, self._lost)
        self._report_joined(chosen)
        self._ledger.records.append(records)
        return accepted_of(records)

    def _overruled(self, name: str) -> Mapping[Delivery, Source]:
        """The returns whose value a later one takes away without giving another, and by which row.

        None where a ruling takes the former value all the same.
        """
        found: dict[Delivery, Source] = {}
        for one, other in itertools.permutations(self._brought, 2):
            rows = self._brought[other]
            if not later(other, one) or any(name in row.records for row in rows):
                continue
            wrong = next((row for row in rows if name in row.aside), None)
            empty = next((row for row in rows if row.has_column(name)), None)
            if wrong or (empty and self._versions.replaces(other, one)):
                found[one] = wrong or empty or rows[0]
        if any(name in row.records for one in found for row in self._brought[one]):
            ruling = self._ledger.rulings.find(EMPTIED, self._unit, self._number, name)
            if ruling is not None and ruling.decision == Decision.ACCEPT:
                self._ledger.rulings.mark(ruling)
                return {}
        return found

    def _ruling(self) -> tuple[Ruling | None, Source | None]:
        """The ruling that names the row that counts, and that row."""
        ruling = self._ledger.rulings.find("TASK-011", self._unit, self._number)
        if ruling and ruling.decision == Decision.ACCEPT:
            named = next((s for s in self._rows if _is_named(self._ledger, s, ruling)), None)
            if named is not None:
                self._ledger.rulings.mark(ruling)
                return ruling, named
        return None, None

    def _chosen(self, name: str, live: Sequence[Source], named: Source | None) -> Source | None:
        """The row whose value counts, or None where there is none or nobody can tell."""
        if named is not None:
            return named if name in named.records else None
        latest = _latest(live)
        return latest[0] if latest and _readings(latest, name) == 1 else None

    def _ruled(self, name: str, holders: Sequence[Source], disputed: set[str]) -> Record | None:
        """The value that a ruling gives for a disputed field, standing at its first cell."""
        asked = self._ledger.form.field(name)
        ruling = self._ledger.rulings.find("TASK-011", self._unit, self._number, name, exact=True)
        if asked is None or name not in disputed or ruling is None:
            return None
        first = holders[0].records[name]
        if ruling.decision == Decision.ACCEPT:
            named = next((s for s in holders if _is_named(self._ledger, s, ruling)), None)
            if named is not None:
                self._ledger.rulings.mark(ruling)
            return named.records[name] if named else None
        if ruling.decision != Decision.USE:
            return None
        value = self._ledger.ruled(asked, ruling)
        if value is None:
            return None
        return Record(
            first.unit, first.task, name, value, first.original, "normalised", first.sheet,
            first.cell, first.sha256,
        )  # fmt: skip

    def _mend(self, name: str, kept: Record, source: Source | None) -> None:
        """What was wrong with a cell for which this one stands is no longer."""
        for other in self._every:
            place = other.aside.get(name)
            if name in other.records:
                place = other.records[name].place
            if place and place != kept.place:
                self._ledger.mended[place] = kept.place

    def _report_emptied(self, name: str, source: Source, by: Source) -> None:
        """Set aside a value that a later version takes away."""
        record = source.records[name]
        caption = self._caption(name)
        if name in by.aside:
            shown = by.aside[name]
            reason = Phrase("填的没有收")
        else:
            column = by.at.where(name.partition(":")[0])
            shown, reason = column, Phrase("为空")
        values = {
            "number": self._number, "header": caption, "value": short(record.original),
            "file": _distinct_name(source.delivery.file, by.delivery.file),
            "later": _distinct_name(by.delivery.file, source.delivery.file),
            "cell": record.place.cell, "told": reason, "at": shown.cell,
        }  # fmt: skip
        finding = Finding(EMPTIED, record.place, self._unit, self._number, caption, values)
        self._ledger.findings.append(finding)
        self._ledger.set_aside.append(aside_of(record, EMPTIED))

    def _lose(
        self,
        name: str,
        source: Source,
        kept: Record | None,
        winner: Source | None,
        ruling: Ruling | None,
    ) -> None:
        """Note a value that did not make it into the entry, and the code that says why."""
        record = source.records[name]
        if kept is not None and _alike(kept, record):
            code = "TASK-012"
        elif ruling is not None:
            code = "TASK-014"
        else:
            code = "TASK-010" if winner is not None else "TASK-011"
        self._lost.append(Lost(code, record, kept, (winner or source).delivery.file))

    def _report_joined(self, chosen: Mapping[str, Source | None]) -> None:
        """Tell of what is taken from an earlier return since a later one, which is a part, lacks it."""
        for one, other in itertools.permutations(self._brought, 2):
            if not later(other, one) or not self._versions.overlap(other, one):
                continue
            taken = [
                source.records[n]
                for n, source in chosen.items()
                if source and source.delivery is one
                and any(row.has_column(n) for row in self._brought[other])
                and not any(n in row.records for row in self._brought[other])
            ]  # fmt: skip
            if taken:
                captions = Listed(self._caption(record.field) for record in taken)
                values = {
                    "number": self._number, "captions": captions,
                    "file": _distinct_name(one.file, other.file),
                    "later": _distinct_name(other.file, one.file),
                }  # fmt: skip
                place = taken[0].place
                finding = Finding("TASK-031", place, self._unit, self._number, values=values)
                self._ledger.findings.append(finding)

    def _caption(self, name: str) -> str:
        return self._ledger.form.caption(name)


def _readings(sources: Sequence[Source], name: str) -> int:
    """How many different values the sources give for a field; blanks in a text do not count."""
    return len({_bare(s.records[name].value) for s in sources if name in s.records})


def _alike(one: Record, other: Record) -> bool:
    return _bare(one.value) == _bare(other.value)


def _bare(value: Accepted) -> Accepted:
    return fold(value) if isinstance(value, str) else value


def _is_named(ledger: MergeState, source: Source, ruling: Ruling) -> bool:
    record = next(iter(source.records.values()))
    return ledger.rulings.chooses(ruling, record.sha256)


def _distinct_name(file: str, other: str) -> str:
    """A file's name, with as much of its path as tells it from another."""
    name = file.rpartition("/")[2]
    return file if name == other.rpartition("/")[2] else name


def _report(ledger: MergeState, lost: Sequence[Lost]) -> None:
    """Set values aside, and tell of those that were lost for one reason once, at the last file's first cell."""
    for code, several in groupby(sorted(lost, key=lambda one: one.code), lambda one: one.code):
        own = list(several)
        first = next(one for one in own if one.record.place.file == own[-1].record.place.file)
        captions = [ledger.form.caption(one.record.field) for one in own]
        losses = [
            _loss_in_words(caption, one)
            for caption, one in zip(captions, own, strict=True)
            if not (one.kept and _alike(one.kept, one.record))
        ]
        values = {
            "number": first.record.task,
            "told": Listed(dict.fromkeys(losses), "；"),
            "count": len(own),
            "file": first.file,
            "cell": _where(first.kept.place, first.record.place) if first.kept else "",
        }
        record = first.record
        # One column is named, for a ruling on it; a ruling on several names none.
        column = captions[0] if len(set(captions)) == 1 else ""
        ledger.findings.append(
            Finding(code, record.place, record.unit, record.task, column, values)
        )
        ledger.set_aside += [aside_of(one.record, code) for one in own]


def _loss_in_words(caption: str, lost: Lost) -> Phrase:
    """What one column held and what stands there now: 完成百分比“40%”（收下“50%”）."""
    value = short(lost.record.original, 40)
    if lost.code in ("TASK-011", "TASK-046"):
        return Phrase("{caption}“{value}”", caption=caption, value=value)
    kept = short(lost.kept.original, 40) if lost.kept else Phrase("（空）")
    return Phrase("{caption}“{value}”（收下“{kept}”）", caption=caption, value=value, kept=kept)


def _where(kept: Place, lost: Place) -> str | Phrase:
    """Say where the value stands that was kept: no more of the path than tells it from the lost one."""
    if kept.file != lost.file:
        return f"{_distinct_name(kept.file, lost.file)} {kept.cell}"
    same = kept.sheet == lost.sheet
    return kept.cell if same else Phrase("“{sheet}”表 {cell}", sheet=kept.sheet, cell=kept.cell)
