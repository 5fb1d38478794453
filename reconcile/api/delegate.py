"""delegate, and the answer that merge writes: one level down, one level up."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import speaking, spoken
from ..core.plan import Plan
from ..core.secret_key import new_key
from ..core.settings import UPPER_HEAD, Setting, lasting
from ..core.values.periods import periods_of
from ..core.values.synonyms import usual_synonyms
from ..delegate.delegated_plan import delegated
from ..delegate.received_form import Received
from ..plan import plan_bytes, read_plan
from ..writers.atomic import read_regular, together, write_file
from .extract import Extracted, replace_plan
from .outputs import check_new, check_places
from .read_form import read_form


def delegate(
    source: Path,
    out: Path,
    *,
    last_path: Path | None = None,
    template_path: Path | None = None,
    password: str | None = None,
    force: bool = False,
) -> Extracted:
    """Make a plan workbook ``out`` of a form that was received.

    ``last_path`` is an earlier plan workbook whose register, words for states and
    lasting settings are taken over; ``template_path`` the template that the
    form was made with, if it is not the built-in one. Nothing is written when one of
    them could not be read. With ``force`` a plan workbook that is there already is kept under
    another name (PLAN-570). OSError when a file cannot be written, Misused when it must not be.
    """
    check_places([out], [path for path in (source, last_path, template_path) if path])
    check_new([out], force=force)
    last, findings = read_plan(last_path) if last_path else (None, ())
    if last_path and last is None:
        return Extracted(None, findings)
    opened = read_form(source, template_path=template_path, password=password)
    if opened.received is None:
        return Extracted(None, opened.findings)
    with speaking(opened.language):
        return _delegated(opened.received, opened.findings, out, last, template_path)


def _delegated(
    received: Received,
    findings: tuple[Finding, ...],
    out: Path,
    last: Plan | None,
    template_path: Path | None,
) -> Extracted:
    """Make a plan of a received form, and write its workbook."""
    frame, unsure = _frame(received, last)
    if template_path:
        named, copied = _beside(template_path, out)
        unsure = (*unsure, *copied)
        frame = replace(frame, settings={**frame.settings, Setting.FORM_TEMPLATE: named})
    plan, doubts = delegated(received, frame)
    review = (*findings, *unsure, *doubts)
    with together() as batch:
        kept = replace_plan(batch, out, plan_bytes(plan, review))
    return Extracted(plan, (*kept, *review))


def _beside(path: Path, out: Path) -> tuple[str, tuple[Finding, ...]]:
    """Return how the plan workbook names a template: by its way from there, which moves along with both.

    One that lies elsewhere is copied beside the plan workbook, which may name no other.
    """
    folder, path = out.resolve().parent, path.resolve()
    if path.is_relative_to(folder):
        return path.relative_to(folder).as_posix(), ()
    content = read_regular(path)
    for number in itertools.count(1):
        copy = folder / (path.name if number == 1 else f"{path.stem}_{number}{path.suffix}")
        if copy == out.resolve() or (copy.exists() and not _holds(copy, content)):
            continue
        if not copy.exists():
            write_file(copy, content)
        finding = Finding("FILE-081", Place(out.name), values={"name": copy.name})
        return copy.name, (finding,)
    raise AssertionError("some name is free")


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _frame(received: Received, last: Plan | None) -> tuple[Plan, tuple[Finding, ...]]:
    """A plan without tasks yet: whose it is, when its periods end, whom it knows."""
    file = received.returned.file
    year_text = re.search(r"20\d\d", received.document) or re.search(r"20\d\d", received.title)
    year = int(year_text[0]) if year_text else date.today().year
    periods, unsure = periods_of(received.periods, year, file)
    if not year_text:
        unsure = (*unsure, Finding("PLAN-541", Place(file), values={"year": year}))
    kept = lasting(last.settings) if last else {}
    settings: dict[str, str] = {
        Setting.RED: "10", **dict.fromkeys(UPPER_HEAD, ""), **kept,
        Setting.LANGUAGE: spoken(), Setting.PERIOD: received.period,
        Setting.UPPER_FORM: received.number, Setting.UPPER_DEADLINE: received.deadline,
        Setting.UPPER_CONTACT: received.contact,
    }  # fmt: skip
    plan = Plan(
        title=received.title, document=received.document, office=received.unit, year=year,
        periods=periods, tasks=(), units=last.units if last else (), key=new_key(),
        synonyms={**usual_synonyms(spoken()), **(last.synonyms if last else {})},
        settings=settings,
    )  # fmt: skip
    return plan, unsure
