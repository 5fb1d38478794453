"""Several rows on one task: joined, or decided by date or ruling, or by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from .findings import Finding, Place
from .language import joined, tr
from .ledger import Ledger, Source, aside_of
from .merged import Accepted, Record, accepted_of
from .model import Ruling
from .rulings import ACCEPT, USE
from .text import fold, short


class Lost(NamedTuple):
    """A value that is set aside: why, what is taken in its place, and the file that decides."""

    code: str
    record: Record
    kept: Record | None
    file: str


def of_former_units(
    ledger: Ledger, key: tuple[str, int], sources: Sequence[Source], *, keep: bool = True
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
    last = {n: max(s.filed or date.min for s in several) for n, several in by_name.items()}
    chosen = max(by_name, key=lambda n: (last[n], n == key[0]))
    anew = chosen == key[0] and list(last.values()).count(last[chosen]) == 1
    kept = by_name[chosen] if keep or anew else []
    lost = [
        Lost(
            "TASK-044" if kept else "TASK-046", record,
            next((k.records[name] for k in kept if name in k.records), None),
            kept[0].file if kept else source.file,
        )
        for source in own if source not in kept
        for name, record in source.records.items()
    ]  # fmt: skip
    _tell(ledger, lost)
    return kept


def settle(
    ledger: Ledger, key: tuple[str, int], sources: Sequence[Source]
) -> Mapping[str, Accepted]:
    """Return the values that count for one task of one unit; the others are set aside.

    Rows that do not contradict each other are joined. Where they do, the row
    that a ruling names wins, else the one with the latest 填报日期; without
    either, nothing wins but what all of them agree on.
    """
    unit, number = key
    sources = [s for s in sources if s.records]
    if len(sources) == 1:  # as nearly always
        ledger.records.append(sources[0].records)
        return accepted_of(sources[0].records)
    names = list(dict.fromkeys(n for s in sources for n in s.records))
    disputed = {n for n in names if _readings(sources, n) > 1}
    winner, ruling = _winner(ledger, unit, number, sources) if disputed else (None, None)
    records: dict[str, Record] = {}
    lost: list[Lost] = []
    for name in names:
        holders = [s for s in sources if name in s.records]
        chosen: Source | None = holders[0]
        if disputed and winner is not None:
            chosen = winner if name in winner.records else None
        elif disputed and (name in disputed or len(holders) < len(sources)):
            chosen = None
        kept = chosen.records[name] if chosen else _ruled(ledger, name, holders, disputed)
        if kept is not None:
            records[name] = kept
        for source in holders:
            if source is not chosen and not (kept and kept.place == source.records[name].place):
                lost.append(_lost(source, name, winner, ruling, kept))
    _tell(ledger, lost)
    ledger.records.append(records)
    return accepted_of(records)


def _readings(sources: Sequence[Source], name: str) -> int:
    """How many different values the sources give for a field; blanks in a text do not count."""
    return len({_bare(s.records[name].value) for s in sources if name in s.records})


def _alike(one: Record, other: Record) -> bool:
    return _bare(one.value) == _bare(other.value)


def _bare(value: Accepted) -> Accepted:
    return fold(value) if isinstance(value, str) else value


def _winner(
    ledger: Ledger, unit: str, number: int, sources: Sequence[Source]
) -> tuple[Source | None, Ruling | None]:
    """The source that a ruling names, else the one with the latest 填报日期."""
    ruling = ledger.rulings.find("TASK-011", unit, number)
    if ruling and ruling.decision == ACCEPT:
        named = next((s for s in sources if _is_named(s, ruling)), None)
        if named is not None:
            ledger.rulings.mark(ruling)
            return named, ruling
    days = [s.filed for s in sources if s.filed is not None]
    if len(days) < len(sources):
        return None, None
    latest = [s for s in sources if s.filed == max(days)]
    names = {n for s in latest for n in s.records}
    agree = all(_readings(latest, n) == 1 for n in names)
    alike = all(s.records.keys() == latest[0].records.keys() for s in latest)
    return (latest[0] if agree and alike else None), None


def _is_named(source: Source, ruling: Ruling) -> bool:
    file = source.file
    return fold(ruling.value) in {fold(file), fold(file.rsplit("/", 1)[-1])}


def _ruled(
    ledger: Ledger, name: str, holders: Sequence[Source], disputed: set[str]
) -> Record | None:
    """The value that a ruling gives for a disputed field, standing at its first cell."""
    first = holders[0].records[name]
    asked = ledger.form.field(name)
    ruling = ledger.rulings.find("TASK-011", first.unit, first.task, name, exact=True)
    if asked is None or name not in disputed or ruling is None:
        return None
    if ruling.decision == ACCEPT:
        named = next((s for s in holders if _is_named(s, ruling)), None)
        if named is not None:
            ledger.rulings.mark(ruling)
        return named.records[name] if named else None
    if ruling.decision != USE:
        return None
    value = ledger.ruled(asked, ruling)
    if value is None:
        return None
    return Record(
        first.unit, first.task, name, value, first.original, "normalised", first.place,
        first.sha256,
    )  # fmt: skip


def _lost(
    source: Source, name: str, winner: Source | None, ruling: Ruling | None, kept: Record | None
) -> Lost:
    """A value that did not make it into the entry, and the code that says why."""
    record = source.records[name]
    if kept is not None and _alike(kept, record):
        code = "TASK-012"
    elif ruling is not None:
        code = "TASK-014"
    else:
        code = "TASK-010" if winner is not None else "TASK-011"
    return Lost(code, record, kept, (winner or source).file)


def _tell(ledger: Ledger, lost: Sequence[Lost]) -> None:
    """Set values aside, and tell of those that were lost for one reason once, at the last file's first cell."""
    for code, several in groupby(sorted(lost, key=lambda one: one.code), lambda one: one.code):
        own = list(several)
        first = next(one for one in own if one.record.place.file == own[-1].record.place.file)
        captions = [ledger.form.caption(one.record.field) for one in own]
        said = [
            _told(caption, one)
            for caption, one in zip(captions, own, strict=True)
            if not (one.kept and _alike(one.kept, one.record))
        ]
        values = {
            "number": first.record.task,
            "told": joined(dict.fromkeys(said), "；"),
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


def _told(caption: str, lost: Lost) -> str:
    """What one column held and what stands there now: 完成百分比“40%”（收下“50%”）."""
    value = short(lost.record.original, 40)
    if lost.code in ("TASK-011", "TASK-046"):
        return tr("{caption}“{value}”", caption=caption, value=value)
    kept = short(lost.kept.original, 40) if lost.kept else tr("（空）")
    return tr("{caption}“{value}”（收下“{kept}”）", caption=caption, value=value, kept=kept)


def _where(kept: Place, lost: Place) -> str:
    """Say where the value stands that was kept: no more of the path than tells it from the lost one."""
    if kept.file != lost.file:
        return f"{kept.file} {kept.cell}"
    same = kept.sheet == lost.sheet
    return kept.cell if same else tr("“{sheet}”表 {cell}", sheet=kept.sheet, cell=kept.cell)
