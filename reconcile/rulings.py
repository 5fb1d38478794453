"""A person's decisions on findings, looked up by (code, unit, task, field). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .findings import Finding, Place
from .model import Form, Ruling
from .text import fold

ACCEPT, USE, REJECT, WAIVE, IGNORE = "照收", "改为", "不收", "免提", "忽略文件"


class Rulings:
    """The plan's rulings; remembers which were used, so that dead ones can be told."""

    def __init__(self, rulings: Sequence[Ruling], form: Form) -> None:
        self._form = form
        self._rulings = {
            self._key(r.code, r.unit, r.task, r.field): r for r in rulings if r.decision != IGNORE
        }
        self._ignored = {fold(r.value): r for r in rulings if r.decision == IGNORE}
        self._used: set[int] = set()

    def _key(
        self, code: str, unit: str, task: int | None, field: str
    ) -> tuple[str, str, int | None, str]:
        known = self._form.field(field) if field else None
        return (code.upper(), fold(unit), task, known.id if known else fold(field))

    def on(
        self, code: str, unit: str = "", task: int | None = None, field: str = ""
    ) -> Ruling | None:
        """Return the ruling on a finding, or None; it then counts as used."""
        ruling = self._rulings.get(self._key(code, unit, task, field))
        if ruling is not None:
            self._used.add(id(ruling))
        return ruling

    def ignores(self, file: str) -> bool:
        """Say whether a person decided that this file does not count."""
        for name in (file, file.rsplit("/", 1)[-1]):
            ruling = self._ignored.get(fold(name))
            if ruling is not None:
                self._used.add(id(ruling))
                return True
        return False

    def adopts(self, code: str, file: str) -> str:
        """Return the unit that a file was ruled to speak for (照收, with the file as value), or ""."""
        names = {fold(file), fold(file.rsplit("/", 1)[-1])}
        for ruling in self._rulings.values():
            if ruling.code == code and ruling.decision == ACCEPT and fold(ruling.value) in names:
                self._used.add(id(ruling))
                return ruling.unit
        return ""

    def settle(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Split findings into (open, waived by a ruling)."""
        still: list[Finding] = []
        waived: list[Finding] = []
        for finding in findings:
            ruling = self.on(finding.code, finding.unit, finding.task, finding.field)
            settled = ruling is not None and ruling.decision in (WAIVE, REJECT)
            (waived if settled else still).append(finding)
        return still, waived

    def dead(self, file: str) -> list[Finding]:
        """Return a finding for every ruling that matched nothing in this run."""
        return [
            Finding(
                "PLAN-520",
                Place(file, "裁定"),
                r.unit,
                r.task,
                r.field,
                {"code": r.code, "unit": r.unit, "task": r.task or "", "field": r.field},
            )
            for r in (*self._rulings.values(), *self._ignored.values())
            if id(r) not in self._used
        ]
