"""A person's decisions on findings, looked up by (code, unit, task, field). Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.i18n import language_of, sheet_name_in
from ..core.plan import ON_TASKS, Decision, Plan, Ruling
from ..core.submission import FileNamed, file_named
from ..core.text import fold
from .year.decisions import ADJUSTMENT, decided

ADOPTING = ("FORM-010", "FORM-080")
"""Files that a ruling may say whose they are."""
CHOOSING = "TASK-011"

_Key = tuple[str, str, int | None, str]


class Rulings:
    """The plan's rulings; remembers which were used, so that dead ones can be told.

    ``period`` is the one that is merged, from 1: a ruling on a file of another is not
    for this run. One that names a file by its name alone does nothing, and is told.
    """

    def __init__(self, plan: Plan, form: Form, period: int) -> None:
        self._language = language_of(plan.settings)
        self._form, self._period = form, plan.periods[period - 1].caption
        captions = {fold(p.caption) for p in plan.periods}
        self._rulings: dict[_Key, Ruling] = {}
        self._files: list[tuple[Ruling, FileNamed]] = []
        self._twice: list[Ruling] = []
        self._nameless: list[Ruling] = []
        for ruling in plan.rulings:
            if ruling.decision in ON_TASKS:
                continue  # no finding is meant
            if _is_on_file(ruling):
                named = file_named(ruling.value)
                if named is None or not _names_period(ruling, named, captions):
                    self._nameless.append(ruling)
                    continue
                if named.period not in ("", fold(self._period)):
                    continue
                self._files.append((ruling, named))
                if ruling.decision == Decision.IGNORE or ruling.code in ADOPTING:
                    continue
            key = self._key(ruling.code, ruling.unit, ruling.task, ruling.field)
            if ruling.code in ADOPTING:  # to mend or waive it for all files alike is no ruling
                key = (*key[:3], f"{key[3]}/{ruling.value}")
            if key in self._rulings:
                self._twice.append(ruling)
            self._rulings[key] = ruling
        self._used: set[int] = set()
        self._decided = {(fold(r.unit), r.task) for r in decided(plan, period)}

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

    def ignores(self, sha256: str) -> bool:
        """Return whether a person decided that the file with this content does not count."""
        return self._ruled(lambda r: r.decision == Decision.IGNORE, sha256) is not None

    def adopts(self, sha256: str) -> str:
        """Return the unit that the file with this content was ruled to speak for, or ""."""
        ruling = self._ruled(lambda r: r.code in ADOPTING and r.decision == Decision.ACCEPT, sha256)
        return ruling.unit if ruling else ""

    def chooses(self, ruling: Ruling, sha256: str) -> bool:
        """Return whether a ruling (照收) names the file with this content."""
        return self._ruled(lambda r: r is ruling, sha256, mark=False) is not None

    def _ruled(
        self, wanted: Callable[[Ruling], bool], sha256: str, *, mark: bool = True
    ) -> Ruling | None:
        for ruling, named in self._files:
            if wanted(ruling) and named.means(sha256, self._period):
                if mark:
                    self.mark(ruling)
                return ruling
        return None

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
            if finding.code == ADJUSTMENT and (fold(finding.unit), finding.task) in self._decided:
                waived.append(finding)
                continue
            settled = ruling is not None and (
                ruling.decision in (Decision.WAIVE, Decision.REJECT)
                or (
                    ruling.decision == Decision.ACCEPT
                    and (finding.code, finding.place) not in aside
                )
            )
            if ruling is not None and settled:
                self.mark(ruling)
            (waived if settled else still).append(finding)
        return still, waived

    def dead(self, file: str) -> list[Finding]:
        """Return a finding for every ruling that matched nothing in this run, or stands twice."""
        looked_at = {id(r): r for r in (*self._rulings.values(), *(r for r, _ in self._files))}
        unused = [r for r in looked_at.values() if id(r) not in self._used]
        return [
            Finding(
                code,
                Place(file, sheet_name_in("裁定", self._language)),
                r.unit,
                r.task,
                r.field,
                {"code": r.code, "unit": r.unit, "task": r.task or "", "field": r.field or r.value},
            )
            for code, rulings in (
                ("PLAN-520", unused), ("PLAN-522", self._twice), ("PLAN-592", self._nameless)
            )
            for r in rulings
        ]  # fmt: skip


def _names_period(ruling: Ruling, named: FileNamed, captions: Container[str]) -> bool:
    """Return whether a ruling tells its period as far as it must: who adopts a file for one adopts it for no other."""
    return named.period in captions or not (named.period or ruling.code in ADOPTING)


def _is_on_file(ruling: Ruling) -> bool:
    """Return whether a ruling decides about a file."""
    return ruling.decision == Decision.IGNORE or (
        ruling.decision == Decision.ACCEPT and ruling.code in (*ADOPTING, CHOOSING)
    )
