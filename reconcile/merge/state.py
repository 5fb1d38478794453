"""What is written down while returns are merged, and how one cell becomes a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from ..core.findings import Finding, Place
from ..core.form import Field, Form, asks
from ..core.i18n import Phrase, language_of, sheet_name_in, worded
from ..core.plan import Decision, Plan, Role, Ruling
from ..core.result import Accepted, Record, Records, SetAside
from ..core.submission import Cell, Raw, Row, RowPlace, Submission
from ..core.text import CELL_LIMIT, is_blank, length, plain, short
from ..core.values.shown import unlike
from ..core.values.stand_ins import is_ditto, shows_picture
from .field_rules import Outcome, apply
from .rulings import Rulings
from .versions import Delivery

_NONE: Mapping[str, Place] = {}
UNWANTED = "CELL-065"
"""An answer that the unit was not asked for."""
Above = Callable[[], Mapping[str, str]]
"""What gives the texts that stand above an answer, by field id."""
_MOST_ALIKE = 5
"""So many findings of one kind in one column are told one by one."""
_ALIKE = frozenset(
    (
        "ROW-001", "ROW-002", "ROW-003", "ROW-004", "ROW-005", "ROW-012", "ROW-013", "ROW-014",
        "ROW-015", "ROW-018", "ROW-050", "TASK-012", UNWANTED,
    )
)  # fmt: skip
"""What befalls a whole table at once, by one act of the clerk's, and is mended by one."""


@dataclass(slots=True)
class Source:
    """One row of a return that answers a task: where it stands, and what was made of its cells.

    ``aside`` are the places of its answers that were set aside, by field id; ``issued`` is the
    name of the unit that the form was issued to.
    """

    delivery: Delivery
    at: RowPlace
    records: Records
    aside: Mapping[str, Place] = field(default_factory=dict)
    issued: str = ""

    def has_column(self, name: str) -> bool:
        """Return whether its table has the column of a field ("actual:…" stands under "actual")."""
        return name.partition(":")[0] in self.at.columns


@dataclass(slots=True)
class MergeState:
    """Everything that is written down while merging.

    ``mended`` are cells whose answer another cell gave instead: where they stand, and where it does.
    """

    plan: Plan
    form: Form
    period: int
    rulings: Rulings
    records: list[Records] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    waived: list[Finding] = field(default_factory=list)
    received: int = 0
    mended: dict[Place, Place] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of the plan, and so of what its forms print and its records keep."""
        return language_of(self.plan.settings)

    def copy(self) -> MergeState:
        """Return a ledger that can be written on without changing this one."""
        return replace(
            self, records=[*self.records], set_aside=[*self.set_aside], findings=[*self.findings],
            waived=[*self.waived], mended=dict(self.mended),
        )  # fmt: skip

    def mark(self) -> tuple[int, int, int, int, int]:
        """Return how far it is written, for :meth:`rewind`."""
        return (
            len(self.records), len(self.set_aside), len(self.findings), len(self.waived),
            self.received,
        )  # fmt: skip

    def rewind(self, mark: tuple[int, int, int, int, int]) -> None:
        """Strike out whatever was written since the mark."""
        records, aside, findings, waived, self.received = mark
        del self.records[records:], self.set_aside[aside:]
        del self.findings[findings:], self.waived[waived:]

    def aside_since(self, mark: int) -> Mapping[str, Place]:
        """Return the answers set aside since there were so many, by field id."""
        if len(self.set_aside) == mark:
            return _NONE
        return {s.field: s.place for s in self.set_aside[mark:] if s.field}

    def answers(
        self,
        returned: Submission,
        unit: str,
        task: int,
        row: Row,
        role: Role,
        above: Above,
    ) -> Records:
        """Turn the answers of a row into records by field id; those it could not are set aside.

        ``role`` is the unit's in this task: what it is not asked for is set aside, too.
        """
        records = {}
        for name, raw in row.answers.items():
            asked = self.form.field(raw.field)
            assert asked is not None, "answers only hold fields of the form"
            wanted = asks(self.plan, role, asked)
            record = self.judge(returned, unit, task, asked, raw, above=above, wanted=wanted)
            if record:
                records[name] = record
        return records

    def aside(self, raw: Raw, finding: Finding) -> None:
        """Set one cell aside with the finding that says why."""
        place = finding.unit, finding.task, raw.field
        seen = seen_of(raw, self.language)
        self.set_aside.append(SetAside(*place, seen, finding.code, raw.place))
        self.findings += [finding, *self._beside(raw, finding)]

    def aside_all(self, raws: Iterable[Raw], finding: Finding) -> None:
        """Set several cells aside with one finding that says why."""
        self.findings.append(finding)
        for raw in raws:
            place = finding.unit, finding.task, raw.field
            self.set_aside.append(SetAside(*place, text_of(raw), finding.code, raw.place))
            self.findings += self._beside(raw, replace(finding, place=raw.place))

    def _beside(self, raw: Raw, finding: Finding) -> Iterator[Finding]:
        """What stands in a cell that was set aside beside the text that is set aside: note, struck text."""
        caption = raw.caption if raw.field else raw.place.cell
        about = finding.place, finding.unit, finding.task, finding.field
        if raw.link:
            shown = {"header": caption, "value": short(text_of(raw)), "link": raw.link}
            yield Finding("CELL-062", *about, shown)
        note, text = raw.cell.note.strip(), text_of(raw)
        if note and note != text.strip():
            yield Finding("CELL-037", *about, {"header": caption, "note": short(note)})
        asked = not raw.field or self.form.field(raw.field)
        if raw.cell.struck and asked and raw.cell.struck != text:
            yield Finding("ROW-016", *about, {"caption": caption, "text": short(raw.cell.struck)})

    def _as_it_stands(
        self, asked: Field, raw: Raw, returned: Submission, measure: str
    ) -> Accepted | None:
        """What a cell is taken as that a person accepts as it stands: beyond the rule's bounds, too.

        A column of figures takes nothing but numbers: None where the cell holds none.
        """
        unbound = replace(asked, rule=replace(asked.rule, low=None, high=None))
        read = apply(
            unbound, text_of(raw) if is_blank(raw.cell.value) else raw.cell.value, format=raw.cell.format,
            synonyms=self.plan.synonyms, year=self.plan.year, epoch1904=returned.epoch1904,
            unit=measure, language=self.language,
        )  # fmt: skip
        if asked.rule.kind in ("percent", "number", "date") and isinstance(
            read.value, float | date
        ):
            return read.value
        return None if asked.rule.kind in ("percent", "number") else text_of(raw)

    def _measure(self, asked: Field, task: int | None) -> str:
        """The unit of measure that a field of an indicator is asked in; "" for any other field."""
        name = asked.id.partition(":")[2]
        own = (i.measure for i in self.plan.indicators if (i.number, i.name) == (task, name))
        return next(own, "") if name else ""

    def ruled(self, asked: Field, ruling: Ruling) -> Accepted | None:
        """Return the value that a ruling gives, or None and a finding when it breaks the rule."""
        ruled = apply(
            asked, ruling.value, synonyms=self.plan.synonyms, year=self.plan.year,
            unit=self._measure(asked, ruling.task), language=self.language,
        )  # fmt: skip
        self.rulings.mark(ruling)
        if ruled.value is not None and ruled.kind in ("accepted", "normalised"):
            return ruled.value
        values = {"header": asked.caption, "value": ruling.value}
        self.findings.append(
            Finding(
                "PLAN-521",
                Place(sheet=sheet_name_in("裁定", self.language)),
                ruling.unit,
                ruling.task,
                asked.caption,
                values,
            )
        )
        return None

    def judge(
        self,
        returned: Submission,
        unit: str,
        task: int | None,
        asked: Field,
        raw: Raw,
        measure: str = "",
        *,
        above: Above | None = None,
        doubt: Callable[[Outcome], Outcome] | None = None,
        wanted: bool = True,
    ) -> Record | None:
        """Turn one cell into a record, or set it aside and return None.

        ``measure`` is the unit of measure that a number is asked in; ``doubt`` may put what was
        read in question. A cell that nobody ``wanted`` to be filled in counts only where a ruling
        says so.
        """
        cell = raw.cell
        record = partial(_record, raw, asked, self.language, unit, task, returned.sha256)
        code, outcome = _unreadable(cell) if wanted else UNWANTED, None
        values: Mapping[str, object] = {}
        if not code:
            outcome = apply(
                asked, cell.value, format=cell.format, synonyms=self.plan.synonyms,
                year=self.plan.year, epoch1904=returned.epoch1904, unit=measure,
                language=self.language,
            )  # fmt: skip
            if above and outcome.code == "CELL-052" and (text := above().get(asked.id)):
                outcome = _with_above(asked, outcome, text, self.language)
            if doubt:
                outcome = doubt(outcome)
            code, values = outcome.code, outcome.values
        readable = outcome is not None and outcome.kind != "set aside"
        marks = _marks(raw) if readable else []
        if outcome and outcome.value is not None and readable and not (code or marks):
            return record(outcome.value, outcome.kind)  # as nearly always

        def finding(code: str, **values: object) -> Finding:
            shown = {"header": asked.caption, "value": short(text_of(raw)), **values}
            return Finding(code, raw.place, unit, task, asked.caption, shown)

        # That the answer stands elsewhere is told with where.
        findings = (
            [finding(code, **values)] if code and not (raw.link and code == "CELL-052") else []
        )
        findings += [
            finding(mark, note=short(cell.note), struck=short(cell.struck), link=raw.link)
            for mark in marks
        ]
        for one in findings:
            ruling = self.rulings.find(one.code, unit, task, asked.id)
            if ruling is None:
                continue
            if ruling.decision == Decision.USE:
                value = self.ruled(asked, ruling)
                if value is not None:
                    self.waived.append(one)
                    return record(value, "normalised")
            elif ruling.decision == Decision.ACCEPT and not readable:
                self.rulings.mark(ruling)
                stands = self._as_it_stands(asked, raw, returned, measure)
                if stands is not None:
                    self.waived.append(one)
                    return record(stands, "normalised")
                values = {"header": asked.caption, "value": short(text_of(raw))}
                place = Place(sheet=sheet_name_in("裁定", self.language))
                self.findings.append(Finding("PLAN-575", place, unit, task, asked.caption, values))
            elif ruling.decision == Decision.REJECT and readable:
                self.aside(raw, one)
                return None
        if not readable:
            self.aside(raw, findings[0])
            return None
        self.findings += findings
        assert outcome is not None and outcome.value is not None, "a blank cell is not handed on"
        changed = (
            outcome.kind == "normalised" or cell.formula or cell.struck or raw.merged or raw.link
        )
        return record(outcome.value, "normalised" if changed else "accepted")


def _record(
    raw: Raw, asked: Field, language: str, unit: str, task: int | None, sha256: str, value: Accepted,
    how: str,
) -> Record:  # fmt: skip
    """What was made of a cell, with what stood there."""
    seen = text_of(raw) if asked.rule.kind == "text" else seen_of(raw, language)
    original = f"{seen} <{raw.link}>" if raw.link else seen
    return Record(unit, task, asked.id, value, original, how, raw.sheet, raw.address, sha256)


def aside_of(record: Record, code: str) -> SetAside:
    """Return what is written of an answer that could be read, but is not taken."""
    return SetAside(record.unit, record.task, record.field, record.original, code, record.place)


def text_of(raw: Raw) -> str:
    """Return what stands in a cell, as text."""
    cell = raw.cell
    return plain(cell.value) or cell.error or cell.formula or cell.struck or cell.note


def seen_of(raw: Raw, language: str) -> str:
    """Return what stands in a cell as text, after what it shows where that says something else.

    ``language`` is the plan's: what is kept of an answer is part of its record.
    """
    shown, stored = unlike(raw.cell.value, raw.cell.format), text_of(raw)
    both = Phrase("{shown}（存为{stored}）", shown=shown, stored=stored)
    return worded(both, language) if shown else stored


def _with_above(asked: Field, outcome: Outcome, above: str, language: str) -> Outcome:
    """What a 同上 is taken as: itself, and behind it the text above, in the plan's language."""
    text = str(outcome.value)
    if not is_ditto(text):
        return outcome
    high = asked.rule.high if isinstance(asked.rule.high, int | float) else CELL_LIMIT
    both = "{text}（上面写的是：{above}）"
    whole = worded(Phrase(both, text=text, above=above), language)
    if length(whole) > min(high, CELL_LIMIT):
        whole = worded(Phrase(both, text=text, above=short(above, 20)), language)
    values = {**outcome.values, "above": short(above)}
    return outcome._replace(kind="normalised", value=whole, code="CELL-053", values=values)


def stray_finding(unit: str, task: int | None, raw: Raw) -> Finding:
    """Return the finding on a cell that stands where nothing was asked."""
    values: Mapping[str, object] = {"text": short(text_of(raw)), "caption": short(raw.caption, 30)}
    field = raw.caption if raw.stray in ("ROW-013", "ROW-014", "HEAD-006", "HEAD-007") else ""
    return Finding(raw.stray, raw.place, unit, task, field, values)


def _unreadable(cell: Cell) -> str:
    """The code of what makes a cell unreadable as such, or ""."""
    shown = cell.formula or cell.value
    if isinstance(shown, str) and shows_picture(shown):
        return "CELL-032"
    if cell.error:
        return "CELL-030"
    if not is_blank(cell.value):
        return ""
    if cell.formula:
        return "CELL-031"
    if cell.struck:
        return "CELL-033"
    return "CELL-034"


def _marks(raw: Raw) -> list[str]:
    """Codes of what is worth telling about a cell that could be read."""
    if not (raw.cell.formula or raw.cell.struck or raw.cell.note or raw.merged or raw.link):
        return []
    found = {
        "CELL-035": raw.cell.formula,
        "CELL-036": raw.cell.struck,
        "CELL-037": raw.cell.note.strip(),
        "CELL-038": raw.merged,
        "CELL-062": raw.link,
    }
    return [code for code, there in found.items() if there]


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, of those alike in one column only the first, which counts the others."""
    kept: list[Finding] = []
    alike: dict[tuple[object, ...], list[int]] = {}
    for finding in findings:
        if finding.code in _ALIKE and finding.task is not None:
            place = finding.place
            column = str(place.cell).rstrip("0123456789")
            key = finding.code, finding.unit, place.file, place.sheet, column
            alike.setdefault(key, []).append(len(kept))
        kept.append(finding)
    dropped: set[int] = set()
    for places in alike.values():
        if len(places) > _MOST_ALIKE:
            first, *others = places
            kept[first] = replace(kept[first], alike=len(others))
            dropped.update(others)
    return [finding for at, finding in enumerate(kept) if at not in dropped]
