"""The program as a library: what ``import reconcile`` offers.

The same work as the commands, for scripts and notebooks: paths may be strings, dates ISO
strings, and results come as pandas tables on request. What cannot be done raises
:class:`Refused` (an input is at fault) or :class:`Misused` (an output would destroy something);
both hold the finding that says why. Everything else that was found is in ``findings``.

Heavy packages are imported when a function is called, not before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .results import (
    Comparison,
    Judged,
    PathLike,
    PlanFile,
    Progress,
    Refused,
    Returned,
    Round,
    Sent,
    as_path,
)

if TYPE_CHECKING:
    from ..core.findings import Finding
    from ..core.plan import Plan

__all__ = [
    "Comparison", "PlanFile", "Progress", "Refused", "Returned", "Round", "Sent", "delegate", "diff", "export", "extract", "generate", "merge", "read_form", "read_plan", "status",
]  # fmt: skip


def extract(
    source: PathLike,
    out: PathLike | None = None,
    *,
    last: PathLike | None = None,
    amended: bool = False,
    proof: PathLike | None = None,
    columns: Mapping[str, str] | None = None,
    columns_from: PathLike | None = None,
    cross_check: bool = True,
    force: bool = False,
) -> PlanFile:
    """Read a published plan (PDF, Word, Excel); write the plan workbook ``out`` where one is named.

    ``last`` is an earlier plan workbook whose register and settings are taken over; with
    ``amended`` the new plan is an amendment of that one. ``proof`` is a workbook to check the
    reading by. ``columns`` says what columns are, by caption ({"Deliverable": "Task"}),
    ``columns_from`` is a workbook whose sheet 栏目 says so. Raises :class:`Refused` when the plan
    cannot be read, :class:`Misused` and OSError when a file must not or cannot be written.
    """
    from ..api.extract import extract as run

    extracted = run(
        Path(source), as_path(out), last_path=as_path(last), amended=amended, proof_path=as_path(proof),
        columns_path=as_path(columns_from), columns=columns, cross_check=cross_check, force=force,
    )  # fmt: skip
    return _plan_file(extracted.plan, extracted.findings, extracted.language)


def read_plan(path: PathLike) -> PlanFile:
    """Read a plan workbook (总台账). Raises :class:`Refused` when it is none."""
    from ..plan import read_plan as run
    from ..plan import spoken_in

    plan, findings = run(Path(path))
    return _plan_file(plan, findings, spoken_in(Path(path)) if plan is None else "")


def read_form(
    path: PathLike, *, template: PathLike | None = None, password: str | None = None
) -> Returned:
    """Read one form as a unit holds it, filled in or not; nothing is judged.

    ``template`` is the template that it was extracted with, if not the built-in one. Raises
    :class:`Refused` when it is no form.
    """
    from ..api.read_form import read_form as run

    opened = run(Path(path), template_path=as_path(template), password=password)
    if opened.received is None or opened.form is None:
        raise Refused(opened.findings, opened.language)
    return Returned(opened.findings, opened.language, opened.received, opened.form)


def generate(
    plan: PathLike,
    out: PathLike,
    period: str | None = None,
    *,
    template: PathLike | None = None,
    only: Sequence[str] = (),
    previous: Sequence[PathLike] = (),
) -> Sent:
    """Write one form for each unit into the folder ``out``; ``only`` for the units of these names.

    ``period`` is a caption of the plan, or the plan's setting 本期. ``previous`` are summaries of
    former periods, whose answers the forms show. Raises :class:`Refused`, :class:`Misused`, OSError.
    """
    from ..api.generate import generate as run

    generated = run(
        Path(plan), Path(out), period, template_path=as_path(template), only=tuple(only),
        previous_paths=_paths(previous),
    )  # fmt: skip
    if generated.failed:
        raise Refused(generated.findings, generated.language)
    return Sent(
        generated.findings,
        generated.language,
        generated.files,
        generated.period,
        generated.assignments,
        generated.removed,
    )


def merge(
    plan: PathLike,
    inbox: PathLike | Sequence[PathLike],
    *,
    period: str | None = None,
    as_of: date | str | None = None,
    template: PathLike | None = None,
    password: str | None = None,
    previous: Sequence[PathLike] = (),
) -> Round:
    """Read and judge what came back; :meth:`Round.write` writes the summary.

    ``inbox`` is a folder or file, or several. ``as_of`` is the day that lateness is measured at (a
    date or "2022-06-30"); without it today, or for a period that ended long ago its last day or
    deadline, as in the command. Raises :class:`Refused` when plan, template, period or former
    summaries cannot be used; a return that cannot be used is a finding.
    """
    return _judged(
        Round, plan, inbox, period=period, as_of=as_of, template=template, password=password,
        previous=previous,
    )  # fmt: skip


def status(
    plan: PathLike,
    inbox: PathLike | Sequence[PathLike],
    *,
    period: str | None = None,
    as_of: date | str | None = None,
    template: PathLike | None = None,
    password: str | None = None,
) -> Progress:
    """Read and judge what came back so far, as :func:`merge` does; :meth:`Progress.write` writes who answered."""
    return _judged(
        Progress, plan, inbox, period=period, as_of=as_of, template=template, password=password
    )


def export(
    plan: PathLike,
    inbox: PathLike | Sequence[PathLike],
    to: PathLike,
    *,
    period: str | None = None,
    as_of: date | str | None = None,
    template: PathLike | None = None,
    password: str | None = None,
    force: bool = False,
) -> Path:
    """Merge, and write the accepted values as a tidy table (.csv, .parquet, .sqlite); return its path.

    ValueError for any other ending; else raises as :func:`merge`, and :class:`Misused`.
    """
    from ..api.merge import write_table
    from ..reports.exports import KINDS

    if Path(to).suffix not in KINDS:
        raise ValueError(f"{to}: must end in one of {', '.join(KINDS)}")
    judged = merge(plan, inbox, period=period, as_of=as_of, template=template, password=password)
    write_table(
        judged.merged, judged.form, Path(to), judged.inbox, inputs=judged.inputs, force=force
    )
    return Path(to)


def diff(old: PathLike, new: PathLike) -> Comparison:
    """Compare two plan workbooks. Raises :class:`Refused` when one cannot be read."""
    from ..api.diff import diff as run
    from ..plan import spoken_in

    changes, findings = run(Path(old), Path(new))
    language = spoken_in(Path(new))
    if changes is None:
        raise Refused(findings, language)
    return Comparison(findings, language, changes, Path(old), Path(new))


def delegate(
    form: PathLike,
    out: PathLike,
    *,
    last: PathLike | None = None,
    template: PathLike | None = None,
    password: str | None = None,
    force: bool = False,
) -> PlanFile:
    """Make a plan workbook ``out`` of a form that was received, for the level below.

    ``last`` is an earlier plan workbook of one's own. Raises as :func:`extract`.
    """
    from ..api.delegate import delegate as run

    delegated = run(
        Path(form), Path(out), last_path=as_path(last), template_path=as_path(template),
        password=password, force=force,
    )  # fmt: skip
    return _plan_file(delegated.plan, delegated.findings, delegated.language)


def _plan_file(plan: Plan | None, findings: tuple[Finding, ...], language: str) -> PlanFile:
    from ..core.i18n import language_of

    if plan is None:
        raise Refused(findings, language)
    return PlanFile(findings, language_of(plan.settings), plan)


_Judged = TypeVar("_Judged", bound=Judged)


def _judged(
    kind: type[_Judged],
    plan: PathLike,
    inbox: PathLike | Sequence[PathLike],
    *,
    period: str | None,
    as_of: date | str | None,
    template: PathLike | None,
    password: str | None,
    previous: Sequence[PathLike] = (),
) -> _Judged:
    """Read and judge what came back, as a result of this ``kind``."""
    from ..api.status import take

    folders = _paths([inbox] if isinstance(inbox, (str, os.PathLike)) else inbox)
    taken = take(
        Path(plan), folders, period=period, template_path=as_path(template), password=password,
        as_of=date.fromisoformat(as_of) if isinstance(as_of, str) else as_of,
        previous_paths=_paths(previous),
    )  # fmt: skip
    if taken.merged is None or taken.form is None:
        raise Refused(taken.findings, taken.language)
    return kind(
        taken.merged.findings, taken.language, taken.merged, taken.form, Path(plan), folders,
        taken.inputs, as_path(template), password, taken.previous,
    )  # fmt: skip


def _paths(values: Sequence[PathLike]) -> tuple[Path, ...]:
    return tuple(map(Path, values))
