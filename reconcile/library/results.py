"""What the functions of the library return: results with pandas tables, made when they are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ..core.findings import Finding
    from ..core.form import Form
    from ..core.plan import Assignment, Plan
    from ..core.result import MergeResult, Previous
    from ..delegate.received_form import Received
    from ..plan.diff import Change

PathLike = str | os.PathLike[str]


class Refused(Exception):
    """An input could not be used. ``finding`` says why and how to mend it, ``findings`` all that was found."""

    def __init__(self, findings: Iterable[Finding], language: str) -> None:
        from ..core.findings import Severity
        from ..core.i18n import speaking

        self.findings = tuple(findings)
        grave = [f for f in self.findings if f.severity is Severity.ERROR]
        self.finding = (grave or list(self.findings))[0]
        with speaking(language):
            where = " ".join(str(p) for p in _subject(self.finding) if p)
            super().__init__(f"{where}: {self.finding.message}. {self.finding.fix}")


def _subject(finding: Finding) -> tuple[object, ...]:
    """Return code, file, sheet and cell of a finding, as they stand in front of its message."""
    return finding.code, finding.place.file, finding.place.sheet, finding.place.cell


@dataclass(frozen=True)
class _Result:
    """What all results have: what was found, and the language of its texts ("zh" or "en")."""

    found: tuple[Finding, ...]
    language: str

    @property
    def findings(self) -> pd.DataFrame:
        """One row a finding: code, severity, file, sheet, cell, unit, task, field, message, fix."""
        columns = (
            "code", "severity", "file", "sheet", "cell", "unit", "task", "field", "message", "fix",
        )  # fmt: skip
        return _frame(self._findings(), columns)

    def _findings(self) -> list[dict[str, Any]]:
        from ..core.findings import as_fields
        from ..core.i18n import speaking

        with speaking(self.language):
            return [as_fields(finding) for finding in self.found]


@dataclass(frozen=True)
class PlanFile(_Result):
    """A plan: extracted, made of a received form, or read from a plan workbook.

    ``plan`` is the plan itself, :class:`reconcile.core.plan.Plan`.
    """

    plan: Plan

    @property
    def tasks(self) -> pd.DataFrame:
        """One row a task: task, sections, goal, lead, support, source, and a column for each period."""
        periods = [period.caption for period in self.plan.periods]
        rows = [
            {
                "task": t.number, "sections": list(t.sections), "goal": t.goal, "lead": list(t.lead),
                "support": list(t.support), "source": str(t.source),
                **{caption: t.milestones.get(caption, "") for caption in periods},
            }
            for t in self.plan.tasks
        ]  # fmt: skip
        return _frame(rows, ("task", "sections", "goal", "lead", "support", "source", *periods))

    @property
    def units(self) -> pd.DataFrame:
        """One row a unit of the register: unit, aliases, group, members."""
        rows = [
            {
                "unit": u.name, "aliases": list(u.aliases), "group": u.group or bool(u.members),
                "members": list(u.members),
            }
            for u in self.plan.units
        ]  # fmt: skip
        return _frame(rows, ("unit", "aliases", "group", "members"))

    def report(self) -> dict[str, Any]:
        """Return title, year, periods, tasks, units and findings as plain lists and dictionaries."""
        return {
            "title": self.plan.title, "document": self.plan.document, "year": self.plan.year,
            "periods": [period.caption for period in self.plan.periods],
            "tasks": self.tasks.to_dict("records"), "units": self.units.to_dict("records"),
            "findings": self._findings(),
        }  # fmt: skip

    def write(self, path: PathLike, *, force: bool = False) -> Path:
        """Write the plan workbook that people review in Excel. Misused where a file is there already.

        With ``force`` the file that is there is kept under another name.
        """
        from ..api.extract import write_plan

        write_plan(self.plan, self.found, Path(path), force=force)
        return Path(path)


@dataclass(frozen=True)
class Sent(_Result):
    """What :func:`generate` wrote: ``files`` are the forms by unit, ``period`` is the period's caption."""

    files: dict[str, Path]
    period: str
    assignments: tuple[Assignment, ...]
    removed: tuple[Path, ...] = ()

    @property
    def tasks(self) -> pd.DataFrame:
        """One row a task that a unit answers: unit, task, role, goal."""
        rows = [
            {"unit": a.unit, "task": a.task.number, "role": a.role, "goal": a.task.goal}
            for a in self.assignments
            if a.unit in self.files
        ]
        return _frame(rows, ("unit", "task", "role", "goal"))

    @property
    def units(self) -> pd.DataFrame:
        """One row a form: unit, file, tasks (how many)."""
        rows = [
            {"unit": unit, "file": str(path), "tasks": sum(a.unit == unit for a in self.assignments)}
            for unit, path in self.files.items()
        ]  # fmt: skip
        return _frame(rows, ("unit", "file", "tasks"))

    def report(self) -> dict[str, Any]:
        """Return period, units and findings as plain lists and dictionaries."""
        units = self.units.to_dict("records")
        return {"period": self.period, "units": units, "findings": self._findings()}


@dataclass(frozen=True)
class Returned(_Result):
    """A form as a unit holds it; ``form`` is what was read, with ``form.unit`` and ``form.period``."""

    form: Received
    template: Form

    @property
    def tasks(self) -> pd.DataFrame:
        """One row a task of the form: task, goal, cell."""
        rows = [
            {"task": number, "goal": row.goal, "cell": str(row.place.cell)}
            for number, row in self.form.tasks
        ]
        return _frame(rows, ("task", "goal", "cell"))

    @property
    def records(self) -> pd.DataFrame:
        """One row an answer as it was typed, not judged: task, field, value, sheet, cell."""
        rows = [
            {
                "task": number, "field": self.template.caption(name), "value": cell.cell.value,
                "sheet": cell.place.sheet, "cell": str(cell.place.cell),
            }
            for number, row in (*self.form.tasks, *self.form.indicators)
            for name, cell in row.answers.items()
        ]  # fmt: skip
        return _frame(rows, ("task", "field", "value", "sheet", "cell"))

    def report(self) -> dict[str, Any]:
        """Return unit, period, answers and findings as plain lists and dictionaries."""
        return {
            "unit": self.form.unit, "period": self.form.period, "number": self.form.number,
            "records": self.records.to_dict("records"), "findings": self._findings(),
        }  # fmt: skip


@dataclass(frozen=True)
class Judged(_Result):
    """The returns of a period, read, judged and merged. Nothing is written before ``write``.

    ``merged`` is everything, :class:`reconcile.core.result.MergeResult`.
    """

    merged: MergeResult
    form: Form
    plan: Path
    inbox: tuple[Path, ...]
    inputs: tuple[Path, ...] = ()
    template: Path | None = None
    password: str | None = field(default=None, repr=False)
    previous: Previous | None = field(default=None, repr=False)

    @property
    def period(self) -> str:
        """The caption of the period."""
        return self.merged.caption

    @property
    def records(self) -> pd.DataFrame:
        """One row an accepted value, as :func:`export` writes it."""
        from ..core.i18n import speaking
        from ..reports.exports import table

        with speaking(self.language):
            return table(self.merged, self.form)

    @property
    def units(self) -> pd.DataFrame:
        """One row a unit: unit, state, asked, answered, set_aside, errors, warnings, files."""
        columns = (
            "unit", "state", "asked", "answered", "set_aside", "errors", "warnings", "files",
        )  # fmt: skip
        return _frame(self.report()["units"], columns)

    @property
    def tasks(self) -> pd.DataFrame:
        """One row a task: task, state, light, reasons."""
        return _frame(self.report()["tasks"], ("task", "state", "light", "reasons"))

    def report(self) -> dict[str, Any]:
        """Return the whole merge as plain lists and dictionaries: the JSON of ``merge --report``."""
        from ..core.i18n import speaking
        from ..reports.exports import report

        with speaking(self.language):
            return report(self.merged, self.form)


class Round(Judged):
    """What :func:`merge` made of the returns of a period; :meth:`write` writes summary and copies."""

    def write(
        self,
        path: PathLike | None = None,
        *,
        returns: PathLike | None = None,
        report: PathLike | None = None,
        circular: PathLike | None = None,
        contacts: bool = False,
        force: bool = False,
    ) -> Path:
        """Write the summary, and marked-up copies of returns that need correction; return where it is.

        Without ``path`` the summary lies beside the plan workbook, with the period in its name.
        ``returns`` is the folder of the copies; ``report`` and ``circular`` are further files. Names
        and telephone numbers of clerks stand in the summary only with ``contacts``. OSError and
        :class:`Misused` as the command.
        """
        from ..api.inputs import layouts_of, load_style
        from ..api.merge import usual_places, write_merge
        from ..core.i18n import speaking

        with speaking(self.language):
            style, findings = load_style(self.merged.plan, self.plan)
        if style is None:
            raise Refused(findings, self.language)
        out, copies = usual_places(self.merged, self.plan.parent, as_path(path), as_path(returns))
        write_merge(
            self.merged, self.form, out, copies, self.inbox, report_path=as_path(report),
            circular_path=as_path(circular), style=style, password=self.password, contacts=contacts,
            inputs=self.inputs, force=force,
            layouts=layouts_of(self.merged.plan, self.plan, self.template),
        )  # fmt: skip
        return out


class Progress(Judged):
    """What :func:`status` saw: who has answered so far; :meth:`write` writes the list of units."""

    def write(self, path: PathLike, *, force: bool = False) -> Path:
        """Write who has answered as a workbook. OSError and :class:`Misused` as the command."""
        from ..api.status import write_status
        from ..api.year.open_letters import open_letters

        letters = open_letters(self.plan, self.merged, self.previous)
        write_status(
            self.merged, Path(path), self.inbox, inputs=self.inputs, letters=letters, force=force
        )
        return Path(path)


@dataclass(frozen=True)
class Comparison(_Result):
    """What changed between two plan workbooks."""

    changes_found: tuple[Change, ...]
    old: Path
    new: Path

    @property
    def changes(self) -> pd.DataFrame:
        """One row a change: kind, old, new (task numbers), name, field, before, after, units."""
        columns = ("kind", "old", "new", "name", "field", "before", "after", "units")
        from ..core.i18n import speaking

        with speaking(self.language):
            rows = [change.in_words() for change in self.changes_found]
        return _frame(rows, columns)

    def report(self) -> dict[str, Any]:
        """Return the changes and findings as plain lists and dictionaries."""
        return {"changes": self.changes.to_dict("records"), "findings": self._findings()}

    def write(self, path: PathLike, *, force: bool = False) -> Path:
        """Write the changes as a workbook."""
        from ..api.diff import write_changes

        write_changes(self.changes_found, self.old, self.new, Path(path), force=force)
        return Path(path)


def as_path(value: PathLike | None) -> Path | None:
    """Return a path, if there is one."""
    return None if value is None else Path(value)


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table that has these columns even when there is no row."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns))
