"""A person's decisions on findings, looked up by (code, unit, task, field). Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.i18n import meant, sheet_name, tr
from ..core.lights import GREEN
from ..core.plan import DONE, Amendment, Assignment, Plan, Ruling
from ..core.result import UNANSWERED, Entry, Standing
from ..core.submission import FileNamed, file_named
from ..core.text import fold
from ..core.values.dates import read_date

ACCEPT, USE, REJECT, WAIVE, IGNORE = "照收", "改为", "不收", "免提", "忽略文件"
AGREE, DECLINE, ADJUSTMENT, POSTPONED = "同意", "不同意", "TASK-051", "推迟"
"""Decisions on a request to change a task, the finding they are on, and what a change of time is called."""
SIGN_OFF, RESUME = "销号", "恢复"
"""A task was reported done and accepted so: it is not asked again; or it is, after all."""
LOOK_BACK = "回头看"
"""What the setting 销号任务 says where forms still ask for such tasks, apart from the others."""
ADOPTING = ("FORM-010", "FORM-080")
"""Files that a ruling may say whose they are."""
CHOOSING = "TASK-011"
SIGNED_OFF = "销号任务"
"""The setting that says whether forms still ask for tasks that are signed off."""

_Key = tuple[str, str, int | None, str]


class Rulings:
    """The plan's rulings; remembers which were used, so that dead ones can be told.

    ``period`` is the one that is merged, from 1: a ruling on a file of another is not
    for this run. One that names a file by its name alone does nothing, and is told.
    """

    def __init__(self, plan: Plan, form: Form, period: int) -> None:
        self._form, self._period = form, plan.periods[period - 1].caption
        captions = {fold(p.caption) for p in plan.periods}
        self._rulings: dict[_Key, Ruling] = {}
        self._files: list[tuple[Ruling, FileNamed]] = []
        self._twice: list[Ruling] = []
        self._nameless: list[Ruling] = []
        for ruling in plan.rulings:
            if ruling.decision in (SIGN_OFF, RESUME, AGREE, DECLINE):
                continue  # they are on tasks: see signed_off, decided
            if _is_on_file(ruling):
                named = file_named(ruling.value)
                if named is None or not _tells_period(ruling, named, captions):
                    self._nameless.append(ruling)
                    continue
                if named.period not in ("", fold(self._period)):
                    continue
                self._files.append((ruling, named))
                if ruling.decision == IGNORE or ruling.code in ADOPTING:
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
        return self._ruled(lambda r: r.decision == IGNORE, sha256) is not None

    def adopts(self, sha256: str) -> str:
        """Return the unit that the file with this content was ruled to speak for, or ""."""
        ruling = self._ruled(lambda r: r.code in ADOPTING and r.decision == ACCEPT, sha256)
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
                ruling.decision in (WAIVE, REJECT)
                or (ruling.decision == ACCEPT and (finding.code, finding.place) not in aside)
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
                Place(file, sheet_name("裁定")),
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


def signed_off(plan: Plan, period: int) -> dict[int, Ruling]:
    """Return the tasks that are signed off (销号) in a period (from 1), each with the ruling that says so.

    A ruling counts from the period that ends on its day or later, so that the period it was
    reported in stays as it was answered. Of several on one task that of the later day wins, of
    one day the lower row. Without task or day that can be read it has no effect (PLAN-602).
    """
    found: dict[int, tuple[date, Ruling]] = {}
    for ruling in plan.rulings:
        day = read_date(ruling.when, year=plan.year or None)
        if ruling.decision not in (SIGN_OFF, RESUME) or ruling.task is None or day is None:
            continue
        before = found.get(ruling.task)
        if day.value <= plan.periods[period - 1].end and not (before and before[0] > day.value):
            found[ruling.task] = day.value, ruling
    order = {task.number: i for i, task in enumerate(plan.tasks)}
    done = {n: r for n, (_, r) in found.items() if r.decision == SIGN_OFF and n in order}
    return {n: done[n] for n in sorted(done, key=order.__getitem__)}


def decided(plan: Plan, period: int) -> tuple[Ruling, ...]:
    """Return the rulings on requests (同意, 不同意) that were made on those of a period (from 1).

    By their day: those of a period are decided from its last third on, until that of the next.
    """
    found = []
    for ruling in plan.rulings:
        if ruling.decision in (AGREE, DECLINE) and ruling.task is not None:
            day = read_date(ruling.when, year=plan.year or None)
            if day is not None and _decided_in(plan, day.value) == period:
                found.append(ruling)
    return tuple(found)


def _decided_in(plan: Plan, day: date) -> int:
    """The period whose requests are decided on a day, 0 for none."""
    found, before = 0, None
    for number, period in enumerate(plan.periods, 1):
        last = before or period.end - timedelta(days=90)
        if day >= period.end - (period.end - last) / 3:
            found = number
        before = period.end
    return found


def postponed(plan: Plan, period: int) -> dict[int, Amendment]:
    """Return the tasks that were put off to a later period than this one (from 1), with the amendment."""
    later = {p.caption for p in plan.periods[period:]}
    return {c.task: c for c in plan.changes if c.column == POSTPONED and c.after in later}


def put_off(
    standings: Mapping[int, Standing], later: Mapping[int, Amendment]
) -> Mapping[int, Standing]:
    """Return the standings, where tasks that were put off have no yellow or red light, and say why."""
    return {
        number: replace(
            s, light="", reasons=(tr("经同意推迟至{period}", period=later[number].after),)
        )
        if number in later and s.light not in ("", GREEN)
        else s
        for number, s in standings.items()
    }


def looks_back(plan: Plan) -> bool:
    """Return whether forms still ask for tasks that are signed off."""
    return meant(plan.settings.get(SIGNED_OFF, "").strip(), (LOOK_BACK,)) == LOOK_BACK


def spared_of(
    by_unit: Mapping[str, Mapping[int, Assignment]],
    done: Container[int],
    entries: Mapping[tuple[str, int], Entry],
) -> set[tuple[str, int]]:
    """Return the (unit, task) that nobody asks for, since the task is signed off; who answers all the same is heard."""
    return {
        (unit, number)
        for unit, own in by_unit.items()
        for number in own
        if number in done and not ((unit, number) in entries and entries[unit, number].values)
    }


def not_done(
    done: Mapping[int, Ruling], entries: Mapping[tuple[str, int], Entry]
) -> Iterator[Finding]:
    """Tell where a task is signed off that a lead unit says is not done."""
    for (unit, number), entry in entries.items():
        state = entry.values.get("state", DONE)
        if number in done and entry.assignment.role == "lead" and state != DONE:
            values = {
                "number": number,
                "unit": unit,
                "state": tr(str(state)),
                "when": done[number].when,
            }
            yield Finding("TASK-048", unit=unit, task=number, values=values)


def with_done(
    standings: Mapping[int, Standing], done: Mapping[int, Ruling]
) -> Mapping[int, Standing]:
    """Return the standings, where tasks that are signed off and that nobody answered on stand as done."""
    return {
        number: replace(s, state=DONE, light=GREEN)
        if number in done and s.state == UNANSWERED
        else s
        for number, s in standings.items()
    }


def _tells_period(ruling: Ruling, named: FileNamed, captions: Container[str]) -> bool:
    """Return whether a ruling tells its period as far as it must: who adopts a file for one adopts it for no other."""
    return named.period in captions or not (named.period or ruling.code in ADOPTING)


def _is_on_file(ruling: Ruling) -> bool:
    """Return whether a ruling decides about a file."""
    return ruling.decision == IGNORE or (
        ruling.decision == ACCEPT and ruling.code in (*ADOPTING, CHOOSING)
    )
