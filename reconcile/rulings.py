"""A person's decisions on findings, looked up by (code, unit, task, field). Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence

from .findings import Finding, Place
from .language import sheet_name
from .model import Form, Ruling
from .text import fold

ACCEPT, USE, REJECT, WAIVE, IGNORE = "照收", "改为", "不收", "免提", "忽略文件"

_Key = tuple[str, str, int | None, str]


class Rulings:
    """The plan's rulings; remembers which were used, so that dead ones can be told."""

    def __init__(self, rulings: Sequence[Ruling], form: Form) -> None:
        self._form = form
        self._rulings: dict[_Key, Ruling] = {}
        self._twice: list[Ruling] = []
        for ruling in rulings:
            if ruling.decision == IGNORE:
                continue
            key = self._key(ruling.code, ruling.unit, ruling.task, ruling.field)
            # FORM-010 is ruled on file by file, which stand in the value.
            if ruling.code == "FORM-010":
                key = (*key[:3], f"{key[3]}/{fold(ruling.value)}")
            if key in self._rulings:
                self._twice.append(ruling)
            self._rulings[key] = ruling
        self._ignored = {fold(r.value): r for r in rulings if r.decision == IGNORE}
        self._used: set[int] = set()

    def _key(self, code: str, unit: str, task: int | None, field: str) -> _Key:
        known = self._form.field(field) if field else None
        return (code.upper(), fold(unit), task, known.id if known else fold(field))

    def find(
        self,
        code: str,
        unit: str = "",
        task: int | None = None,
        field: str = "",
        *,
        exact: bool = False,
    ) -> Ruling | None:
        """Return the ruling on a finding, or None; one without a field is on all fields.

        It counts as used only once it is marked.
        """
        ruling = self._rulings.get(self._key(code, unit, task, field))
        if ruling is None and field and not exact:
            ruling = self._rulings.get(self._key(code, unit, task, ""))
        return ruling

    def mark(self, ruling: Ruling) -> None:
        """Remember that a ruling decided something."""
        self._used.add(id(ruling))

    def ignores(self, file: str) -> bool:
        """Say whether a person decided that this file does not count."""
        for name in (file, file.rsplit("/", 1)[-1]) if self._ignored else ():
            ruling = self._ignored.get(fold(name))
            if ruling is not None:
                self.mark(ruling)
                return True
        return False

    def adopts(self, code: str, file: str) -> str:
        """Return the unit that a file was ruled to speak for (照收, with the file as value), or ""."""
        names = {fold(file), fold(file.rsplit("/", 1)[-1])}
        for ruling in self._rulings.values():
            if ruling.code == code and ruling.decision == ACCEPT and fold(ruling.value) in names:
                self.mark(ruling)
                return ruling.unit
        return ""

    def settle(
        self, findings: Sequence[Finding], aside: Container[tuple[str, Place]]
    ) -> tuple[list[Finding], list[Finding]]:
        """Split findings into (open, waived by a ruling).

        ``aside`` are code and place of all cells set aside: 照收 does not settle
        those, for they were not taken after all.
        """
        still: list[Finding] = []
        waived: list[Finding] = []
        for finding in findings:
            ruling = self.find(finding.code, finding.unit, finding.task, finding.field)
            settled = ruling is not None and (
                ruling.decision in (WAIVE, REJECT)
                or (ruling.decision == ACCEPT and (finding.code, finding.place) not in aside)
            )
            if ruling is not None and settled:
                self.mark(ruling)
            (waived if settled else still).append(finding)
        return still, waived

    def dead(self, file: str) -> list[Finding]:
        """Return a finding for every ruling that matched nothing in this run, or stands twice."""
        unused = [
            r for r in (*self._rulings.values(), *self._ignored.values()) if id(r) not in self._used
        ]
        return [
            Finding(
                code,
                Place(file, sheet_name("裁定")),
                r.unit,
                r.task,
                r.field,
                {"code": r.code, "unit": r.unit, "task": r.task or "", "field": r.field or r.value},
            )
            for code, rulings in (("PLAN-520", unused), ("PLAN-522", self._twice))
            for r in rulings
        ]
