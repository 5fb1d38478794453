"""status: the inbox read and merged, and who has answered; merge goes on from here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..archive.folder import Former, former_of
from ..core.findings import Finding
from ..core.form import Form
from ..core.i18n import ZH, language_of, speaking
from ..core.keys import FormNumber, claimed_code, parse_form_number, whose_number, whose_under
from ..core.plan import Plan
from ..core.result import MergeResult, Previous
from ..core.settings import Setting
from ..core.submission import Submission
from ..intake.reader import take_in
from ..merge.run import merge
from ..merge.year.open_letters import Tracked
from ..plan import read_plan, spoken_in
from .former import earlier_answers
from .inputs import (
    load_form,
    period_number,
    templates_of,
    usual_day,
    usual_name,
    weak_key,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor
from ..writers.atomic import write_file
from ..writers.marks import STATUS
from .outputs import check_former, check_places


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of :func:`take`: the merge and the form it was made with, or why not; in which language.

    ``inputs`` are the files it was made of, but for those of the inbox: nothing may be written there.
    ``former`` are those of them that were found in the archives of former periods, ``gap`` is the
    period just before, where it alone is not archived. ``previous`` is what the summaries of former periods hold.
    """

    merged: MergeResult | None
    form: Form | None
    findings: tuple[Finding, ...] = ()
    language: str = ZH
    inputs: tuple[Path, ...] = ()
    former: tuple[Path, ...] = ()
    gap: str = ""
    previous: Previous | None = None


def take(
    plan_path: Path,
    inbox: Sequence[Path],
    *,
    period: str | None = None,
    as_of: date | None = None,
    template_path: Path | None = None,
    password: str | None = None,
    previous_paths: Sequence[Path] = (),
    executor: Executor | None = None,
    former: Former | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Taken:
    """Read plan and inbox and merge them; what status and merge both stand on.

    Without ``as_of`` it is the day that :func:`.inputs.usual_day` returns. ``executor`` is where the
    files are read, in this process without one; ``progress`` is called with how many of how many
    files were read. What is to be known of closed periods is read beside the plan workbook, unless
    ``former`` is given; ``previous_paths`` take the place of the summaries that lie there.
    """
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Taken(None, None, findings, spoken_in(plan_path))
    language = language_of(plan.settings)
    templates = templates_of(plan, plan_path, template_path)
    taken = Taken(None, None, (), language, (plan_path, *templates, *previous_paths))
    with speaking(language):
        form, form_findings = load_form(plan, plan_path, template_path)
    if form is None:
        return replace(taken, findings=(*findings, *form_findings))
    findings = (*findings, *weak_key(plan, plan_path, "PLAN-591"))
    intake = take_in(inbox, plan, form, password, executor)
    if progress:
        intake.returns = _counted(intake.returns, inbox, progress)
    if period or plan.settings.get(Setting.PERIOD):
        number, refusal = period_number(plan, period)
    else:
        intake.returns = list(intake.returns)
        number, refusal = _merge_period(plan, intake.returns)
    if not number:
        return replace(taken, form=form, findings=(*findings, *refusal))
    if former is None:
        former, refusal = former_of(plan_path, plan, number)
        if former is None:
            return replace(taken, form=form, findings=(*findings, *refusal))
    with speaking(language):  # a finding may name the workbook that goes with a summary
        earlier, refusal = earlier_answers(plan, number, form, previous_paths, former)
    if earlier is None:
        return replace(taken, form=form, findings=(*findings, *refusal))
    merged = merge(
        plan, form, intake.returns, period=number,
        as_of=as_of or usual_day(plan, number, date.today()), unread=intake.unread,
        findings=itertools.chain(findings, form_findings, intake.findings),
        previous=earlier.previous, closed=former.closed, attachments=intake.attachments,
    )  # fmt: skip
    return replace(
        taken, merged=merged, form=form, inputs=(*taken.inputs, *earlier.found),
        former=earlier.found, gap=earlier.gap, previous=earlier.previous,
    )  # fmt: skip


def _counted(
    returns: Iterable[Submission], inbox: Sequence[Path], progress: Callable[[int, int], None]
) -> Iterator[Submission]:
    """Report each file as it is read; an archive may hold more than the one that it is counted as."""
    inside = (path.rglob("*") if path.is_dir() else [path] for path in inbox)
    total = sum(path.is_file() for paths in inside for path in paths)
    for done, returned in enumerate(returns, 1):
        yield returned
        progress(done, max(done, total))


def _merge_period(plan: Plan, returns: Iterable[Submission]) -> tuple[int, tuple[Finding, ...]]:
    """The period that most returns were issued for."""
    counted = sorted(_periods_of(plan, returns))
    if not counted:
        return (1, ()) if len(plan.periods) == 1 else period_number(plan, None)
    best = max(set(counted), key=counted.count)
    if counted.count(best) * 2 <= len(counted):
        return period_number(plan, None)
    return best, ()


def _periods_of(plan: Plan, returns: Iterable[Submission]) -> Iterator[int]:
    for returned in returns:
        texts = [t for t, _ in returned.numbers] or list(returned.hidden_numbers)
        for text in texts[:1]:
            number = parse_form_number(text)
            if number and (period := _period_of(plan, number, returned)):
                yield period


def _period_of(plan: Plan, number: FormNumber, returned: Submission) -> int:
    """The period that a form was issued for, from 1; 0 where that is not certain.

    Of one that was issued before title or period were changed, too: that this must be mended
    is a finding of the merge, for which a period is needed.
    """
    issue = whose_number(plan, number)
    if issue:
        return issue.period
    captions = [p.caption for p in plan.periods]
    claimed = returned.claims.get("period", "")
    genuine = claimed in captions and whose_under(plan, number, claimed_code(returned.claims))
    return captions.index(claimed) + 1 if genuine else 0


def usual_status(merged: MergeResult, folder: Path) -> Path:
    """Return where the workbook of who has answered goes when nobody names another place."""
    with speaking(language_of(merged.plan.settings)):
        return folder / usual_name("进度_{period}.xlsx", merged.plan, merged.period)


def write_status(
    merged: MergeResult,
    out: Path,
    inbox: Sequence[Path],
    *,
    inputs: Sequence[Path] = (),
    letters: Sequence[Tracked] = (),
    force: bool = False,
) -> None:
    """Write who has answered, and how the ``letters`` stand, as a workbook; Misused and ``inputs`` as in :func:`write_merge`."""
    from ..reports.status import status_bytes

    with speaking(language_of(merged.plan.settings)):
        check_places([out], inputs, inbox)
        check_former(out, STATUS, "进度表", force=force)
        write_file(out, status_bytes(merged, letters))
