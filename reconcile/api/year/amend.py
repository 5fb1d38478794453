"""amend: changes that were agreed to (裁定: 同意) put into the plan workbook, with a dated trace."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ...core.findings import Finding, Place
from ...core.i18n import ZH, Phrase, joined, language_of, meant, sheet_name, speaking, tr
from ...core.plan import Amendment, Amount, Decision, Plan, Ruling
from ...core.text import fold
from ...delegate.received_form import Answer
from ...delegate.xlsx_patch import write_answers
from ...merge.year.decisions import POSTPONED
from ...plan import read_plan, spoken_in
from ...plan.cells import indicator_cell, task_cell
from ...plan.sheets import CHANGE_COLUMNS, CHANGE_WIDTHS, CHANGES, change_row
from ...readers import Book, read_book
from ...writers.added_sheet import with_sheet
from ...writers.atomic import read_regular, together
from ..outputs import check_places, set_aside

GOAL, ANNUAL = "目标任务", "全年目标"


@dataclass(frozen=True, slots=True)
class Amended:
    """Result of :func:`amend`: what was changed, where the former workbook is kept, and what could not be done."""

    changes: tuple[Amendment, ...]
    findings: tuple[Finding, ...] = ()
    kept: Path | None = None
    language: str = ZH
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One amendment with the cell that it changes; a postponement changes none."""

    amendment: Amendment
    place: Place | None
    value: str | float


def amend(plan_path: Path, *, as_of: date) -> Amended:
    """Put every change that was agreed to and is not yet in the plan workbook into it.

    Cells are changed where they stand and everything else stays as it is; the former workbook is
    kept under another name. OSError when it cannot be written.
    """
    plan, findings = read_plan(plan_path)
    if plan is None:
        return Amended((), findings, language=spoken_in(plan_path), failed=True)
    language = language_of(plan.settings)
    with speaking(language):
        check_places([plan_path])
        content = read_regular(plan_path)
        book, _ = read_book(plan_path.name, content)
        if book is None:  # it was read a moment ago
            return Amended((), findings, language=language, failed=True)
        steps, findings = _steps(plan, book, as_of)
        if not steps:
            return Amended((), findings, language=language)
        changes = tuple(step.amendment for step in steps)
        written, reason = _written(plan_path.name, content, book, plan, steps)
        if reason:
            values = {"reason": reason}
            finding = Finding("PLAN-603", Place(plan_path.name), values=values)
            return Amended((), (*findings, finding), language=language, failed=True)
        with together() as batch:
            kept = set_aside(batch, plan_path)
            batch.write(plan_path, written, private=True)
        return Amended(changes, findings, kept, language)


def _steps(plan: Plan, book: Book, as_of: date) -> tuple[list[_Step], tuple[Finding, ...]]:
    """What is to be changed, in the order of the rulings, and rulings that cannot be followed."""
    steps: list[_Step] = []
    findings = []
    done = {(c.task, c.column, c.after, c.when) for c in plan.changes}
    for ruling in plan.rulings:
        if ruling.decision != Decision.AGREE or not (ruling.value or ruling.field):
            continue
        step = _step(plan, book, ruling, as_of)
        if isinstance(step, Finding):
            findings.append(step)
            continue
        change = step.amendment
        key = (change.task, change.column, change.after, change.when)
        if key not in done:
            done.add(key)
            steps.append(step)
    return steps, tuple(findings)


def _step(plan: Plan, book: Book, ruling: Ruling, as_of: date) -> _Step | Finding:
    def refused(reason: str | Phrase) -> Finding:
        values = {"task": ruling.task or "", "column": ruling.field, "reason": reason}
        place = Place(sheet=sheet_name("裁定"))
        return Finding("PLAN-599", place, ruling.unit, ruling.task, ruling.field, values)

    task = plan.task(ruling.task) if ruling.task is not None else None
    if task is None:
        return refused(tr("没有这一项任务"))
    if not (ruling.when and ruling.who and ruling.why):
        return refused(tr("没有写明裁定人、日期或依据"))
    captions = [p.caption for p in plan.periods]
    column = meant(ruling.field, (GOAL, POSTPONED))
    place: Place | None = None
    value: str | float = ruling.value
    if not ruling.value:
        return refused(tr("采用值是空的"))
    if column == POSTPONED:
        before = ""
        if ruling.value not in captions:
            return refused(
                tr("“推迟”的采用值要写推迟到哪个时段：{periods}", periods=joined(captions))
            )
    elif column == GOAL or column in captions or column in task.extras:
        before = {GOAL: task.goal, **task.extras, **task.milestones}[column]
        place = task_cell(book, task.number, column)
    else:
        name, _, caption = column.replace(":", "：").rpartition("：")
        caption = meant(caption, (ANNUAL,))
        named = (
            i for i in plan.indicators if i.number == task.number and fold(i.name) == fold(name)
        )
        indicator = next(named, None)
        if indicator is None or caption not in (ANNUAL, *captions):
            known = joined((GOAL, *captions, POSTPONED, tr("指标名：全年目标")))
            return refused(tr("没有这一栏；可以写：{columns}", columns=known))
        amount = Amount.read(ruling.value)
        if amount is None:
            return refused(tr("采用值不是数"))
        former = indicator.annual if caption == ANNUAL else indicator.targets.get(caption)
        before = str(former or "")
        value = float(amount.low) if amount.low == amount.high else str(amount)
        place = indicator_cell(book, task.number, indicator.name, caption)
        column = f"{indicator.name}：{caption}"
    if place is None and column != POSTPONED:
        return refused(tr("总台账里没有这一格"))
    change = Amendment(
        task.number, column, before, ruling.value, ruling.unit, ruling.who, ruling.when, ruling.why,
        as_of.isoformat(),
    )  # fmt: skip
    return _Step(change, place, value)


def _written(
    name: str, content: bytes, book: Book, plan: Plan, steps: Sequence[_Step]
) -> tuple[bytes, str | Phrase]:
    """The workbook with the changes and the sheet that lists them, or why it could not be made."""
    if book.kind != "xlsx":
        return b"", Phrase("不是 .xlsx 文件")
    answers = [Answer(s.place, s.value) for s in steps if s.place]
    if answers:
        content, reason = write_answers(name, content, answers)
        if reason:
            return b"", reason
    changes = (*plan.changes, *(s.amendment for s in steps))
    rows: list[Sequence[object]] = [list(map(tr, CHANGE_COLUMNS)), *map(change_row, changes)]
    there = {s.name for s in book.sheets}
    sheet = CHANGES if CHANGES in there else sheet_name(CHANGES)
    try:
        written = with_sheet(content, sheet, CHANGE_WIDTHS, rows)
    except (ValueError, KeyError) as error:
        return b"", str(error)
    difference = _not_as_meant(name, written, plan, changes)
    return (b"", difference) if difference else (written, "")


def _not_as_meant(
    name: str, written: bytes, plan: Plan, changes: tuple[Amendment, ...]
) -> str | Phrase:
    """Read the workbook again: nothing but what was agreed to may be another."""
    with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
        path = Path(folder) / name
        path.write_bytes(written)
        after, _ = read_plan(path)
    if after is None or after.changes != changes:
        return Phrase("写好以后读出来不一样")
    same = replace(after, tasks=plan.tasks, indicators=plan.indicators, changes=plan.changes)
    return "" if same == plan else Phrase("写好以后读出来不一样")
