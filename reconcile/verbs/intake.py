"""What status and merge both stand on: the inbox, read and merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..findings import Finding, Place, Severity
from ..grid import read_book
from ..identity import issued_to, parse_form_number
from ..inbox import Arrival, collect
from ..merge import merge
from ..merged import Merged, Verdict
from ..model import Form, Plan, Return
from ..plan import read_plan
from ..returned import Captions, read_return
from ..summary import read_previous
from ..template import Template
from .sources import load_template, period_number


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in: returns as read, files that could not be read, and why."""

    returns: tuple[Return, ...]
    unread: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def take_in(inbox: Sequence[Path], plan: Plan, form: Form, password: str | None = None) -> Intake:
    """Read every file of the inbox once; one bad file never stops the batch."""
    captions = Captions.of(form, plan)
    returns: list[Return] = []
    unread: list[Verdict] = []
    findings: list[Finding] = []
    for arrival in collect(inbox):
        findings += arrival.findings
        if arrival.content is None:
            unread.append(_verdict(arrival, arrival.findings))
            continue
        returned, told = read_arrival(arrival, captions, password)
        findings += told
        if returned is None:
            unread.append(_verdict(arrival, told))
        else:
            returns.append(returned)
    return Intake(tuple(returns), tuple(unread), tuple(findings))


def read_arrival(
    arrival: Arrival, captions: Captions, password: str | None
) -> tuple[Return | None, tuple[Finding, ...]]:
    """Read one file; an unforeseen exception becomes FILE-999 and the batch goes on."""
    assert arrival.content is not None, "the caller has looked"
    try:
        book, told = read_book(arrival.name, arrival.content, password=password)
        if book is None:
            return None, told
        return read_return(arrival.name, arrival.sha256, book, captions), told
    except Exception as error:
        values = {"reason": f"{type(error).__name__}: {error}"[:200]}
        return None, (Finding("FILE-999", Place(arrival.name), values=values),)


def _verdict(arrival: Arrival, told: Sequence[Finding]) -> Verdict:
    wrong = [f.code for f in told if f.severity is Severity.ERROR] or [f.code for f in told]
    return Verdict(arrival.name, arrival.sha256, False, "", tuple(wrong))


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of :func:`take`: the merge and the form it was made with, or why not."""

    merged: Merged | None
    template: Template | None
    findings: tuple[Finding, ...] = ()


def take(
    plan_path: Path,
    inbox: Sequence[Path],
    *,
    period: str | None = None,
    as_of: date,
    template_path: Path | None = None,
    password: str | None = None,
    previous_paths: Sequence[Path] = (),
) -> Taken:
    """Read plan and inbox and merge them; what status and merge both stand on."""
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Taken(None, None, findings)
    template, wrong = load_template(plan, plan_path, template_path)
    if template is None:
        return Taken(None, None, (*findings, *wrong))
    intake = take_in(inbox, plan, template.form, password)
    number, told = _merge_period(plan, period, intake.returns)
    if not number:
        return Taken(None, template, (*findings, *told))
    previous = None
    if previous_paths:
        former = [p.caption for p in plan.periods[: number - 1]]
        previous, told = read_previous(previous_paths, template.form, former)
        if previous is None:
            return Taken(None, template, (*findings, *told))
    merged = merge(
        plan, template.form, intake.returns, period=number, as_of=as_of, unread=intake.unread,
        findings=(*findings, *wrong, *intake.findings), previous=previous,
    )  # fmt: skip
    return Taken(merged, template)


def _merge_period(
    plan: Plan, caption: str | None, returns: Sequence[Return]
) -> tuple[int, tuple[Finding, ...]]:
    """The period asked for, else the plan's, else the one that most returns were issued for."""
    if caption or plan.settings.get("本期"):
        return period_number(plan, caption)
    counted = sorted(_periods_of(plan, returns))
    if not counted:
        return (1, ()) if len(plan.periods) == 1 else period_number(plan, None)
    best = max(set(counted), key=counted.count)
    if counted.count(best) * 2 <= len(counted):
        return period_number(plan, None)
    return best, ()


def _periods_of(plan: Plan, returns: Sequence[Return]) -> Iterator[int]:
    for returned in returns:
        texts = [t for t, _ in returned.numbers] or list(returned.hidden_numbers)
        for text in texts[:1]:
            number = parse_form_number(text)
            if number and number.period <= len(plan.periods) and issued_to(plan, number):
                yield number.period
