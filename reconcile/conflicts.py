"""Several rows on one task: joined, or decided by date or ruling, or by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .findings import Finding, Place
from .language import tr
from .ledger import Ledger, Source
from .merged import Accepted, Record, accepted_of
from .model import Ruling
from .rulings import ACCEPT, USE
from .text import fold, short


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
                _lose(ledger, source, name, winner, ruling, kept)
    ledger.records.append(records)
    return accepted_of(records)


def _readings(sources: Sequence[Source], name: str) -> int:
    """How many different values the sources give for a field; blanks in a text do not count."""
    return len({_bare(s.records[name].value) for s in sources if name in s.records})


def _bare(value: Accepted) -> Accepted:
    return fold(value) if isinstance(value, str) else value


def _winner(
    ledger: Ledger, unit: str, number: int, sources: Sequence[Source]
) -> tuple[Source | None, Ruling | None]:
    """The source that a ruling names, else the one with the latest 填报日期."""
    ruling = ledger.rulings.find("TASK-011", unit, number)
    if ruling and ruling.decision == ACCEPT:
        named = next((s for s in sources if _is_named(ledger, s, ruling)), None)
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


def _is_named(ledger: Ledger, source: Source, ruling: Ruling) -> bool:
    record = next(iter(source.records.values()))
    return ledger.rulings.chooses(ruling, record.sha256)


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
        named = next((s for s in holders if _is_named(ledger, s, ruling)), None)
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


def _lose(
    ledger: Ledger,
    source: Source,
    name: str,
    winner: Source | None,
    ruling: Ruling | None,
    kept: Record | None,
) -> None:
    """Set aside a value that did not make it into the entry."""
    record = source.records[name]
    asked = ledger.form.field(name)
    caption = asked.caption if asked else name
    if kept is not None and _bare(kept.value) == _bare(record.value):
        code = "TASK-012"
    elif ruling is not None:
        code = "TASK-014"
    else:
        code = "TASK-010" if winner is not None else "TASK-011"
    values = {
        "number": record.task,
        "value": short(record.original),
        "kept": short(kept.original) if kept else tr("（空）"),
        "file": (winner or source).file,
        "cell": _where(kept.place, record.place) if kept else "",
    }
    finding = Finding(code, record.place, record.unit, record.task, caption, values)
    ledger.aside_record(record, finding)


def _where(kept: Place, lost: Place) -> str:
    """Say where the value stands that was kept: no more of the path than tells it from the lost one."""
    if kept.file != lost.file:
        return f"{kept.file} {kept.cell}"
    same = kept.sheet == lost.sheet
    return kept.cell if same else tr("“{sheet}”表 {cell}", sheet=kept.sheet, cell=kept.cell)
