"""A whole year on an invented plan: four periods, each issued, answered, corrected and closed.

Everything here is simulated and labelled so. In between a request is agreed to, two tasks are
signed off, one is dropped, one is proved by a file, and letters go out on what is red.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl

from ..api.generate import generate
from ..api.inputs import layouts_of
from ..api.merge import details_place, usual_places, write_merge
from ..api.status import take
from ..api.year.amend import amend
from ..api.year.close import Asked, close
from ..api.year.history import history, write_history
from ..api.year.letters import letters
from ..api.year.verify import verify
from ..core.i18n import joined, sheet_name, tr
from ..core.plan import Decision, Period, Plan, Role, Ruling
from ..core.result import MergeResult, UnitState
from ..merge.year.decisions import ADJUSTMENT, POSTPONED
from ..plan import plan_bytes, read_plan
from ..reports.circular_docx import missing
from ..reports.status import balance_line
from ..reports.year.tables import history_text
from ..writers.atomic import write_file
from .invented_plan import DUE, invented_plan
from .simulated_clerks import fill_all, fill_form, shared_of
from .walk_through import BACK, PLAN, check_new, command_line
from .wording import wording_of

__all__ = ["run_year"]

SEED = 7
"""With it some are late, and some forms have mistakes."""
_STORY: Mapping[int, tuple[str, str, str, str]] = {
    1: ("达序时", "达序时", "已完成", ""),
    2: ("已完成", "", "", ""),
    3: ("达序时", "滞后", "滞后", "已完成"),
    4: ("滞后", "滞后", "达序时", "达序时"),
    5: ("超序时", "达序时", "达序时", "达序时"),
    6: ("达序时", "滞后", "滞后", "达序时"),
    7: ("未启动", "未启动", "", ""),
    8: ("达序时", "滞后", "滞后", "滞后"),
    9: ("达序时", "达序时", "达序时", "已完成"),
    10: ("超序时", "超序时", "达序时", "已完成"),
    11: ("达序时", "滞后", "达序时", "已完成"),
    12: ("达序时", "达序时", "达序时", "已完成"),
}
"""What is reported on each task, quarter by quarter."""
_PROVED, _ASKS, _DROPPED = 2, 3, 7
_ANSWERED, _CLOSED = DUE + 3, DUE + 4
"""Days after a period's end: the last answer is in, it is closed."""
_DROPS, _LETTERS = 1, 2
"""The quarters (from 0) after which a task is dropped, and in which letters go out."""
_SIGNED_OFF: Mapping[int, int] = {0: 2, 2: 1}
"""The task that is accepted as done after a quarter (from 0)."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The coordinator's folder, with what one does in it through the program's own verbs."""

    folder: Path
    seed: int

    @property
    def plan_path(self) -> Path:
        return self.folder / tr(PLAN)

    def plan(self) -> Plan:
        plan, _ = read_plan(self.plan_path)
        if plan is None:
            raise AssertionError("the plan is made by this program")
        return plan

    def back(self, period: Period) -> Path:
        """Return where the forms of a period come back to."""
        return self.folder / f"{tr(BACK)}_{period.caption}"

    def merge(self, period: Period, days: int) -> MergeResult:
        """Merge what is back so many days after the period's end."""
        back = self.back(period)
        as_of = period.end + timedelta(days=days)
        taken = take(self.plan_path, [back], period=period.caption, as_of=as_of)
        if taken.merged is None or taken.form is None:
            raise AssertionError("the simulated year is part of the program")
        merged = taken.merged
        summary, copies = usual_places(merged, self.folder, None, None)
        write_merge(
            merged, taken.form, summary, copies, [back], inputs=taken.inputs,
            layouts=layouts_of(merged.plan, self.plan_path, None),
        )  # fmt: skip
        return merged

    def rule(self, *rulings: Ruling) -> None:
        """Write rulings below those of the plan workbook, as a person does in Excel."""
        book = openpyxl.load_workbook(self.plan_path)
        for r in rulings:
            book[sheet_name("裁定")].append(
                [r.code, r.unit, r.task, tr(r.field), tr(r.decision), r.value, r.who, r.when, r.why]
            )
        book.save(self.plan_path)

    def drop(self, task: int) -> None:
        """Take a task out of the plan workbook, as a person does in Excel."""
        book = openpyxl.load_workbook(self.plan_path)
        sheet = book[sheet_name("任务")]
        column = next(c.column for c in sheet[1] if c.value == tr("序号"))
        row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, column).value == task)
        sheet.delete_rows(row)
        book.save(self.plan_path)


def run_year(folder: Path, seed: int | None = None) -> Iterator[str]:
    """Run the year in ``folder``, in the language being spoken; yield lines that say what was made.

    Misused where there is something already, OSError on a full disk.
    """
    check_new(folder)
    year = _Year(folder, SEED if seed is None else seed)
    plan = invented_plan()
    folder.mkdir(parents=True, exist_ok=True)
    write_file(year.plan_path, plan_bytes(plan))
    text = "一份虚构的小计划（{tasks} 项任务、{units} 个单位）走完四个时段；回表和裁定都是模拟的。都放在 {folder}"
    yield tr(text, tasks=len(plan.tasks), units=len(plan.units), folder=folder)
    for at, period in enumerate(plan.periods):
        yield from _quarter(year, at, period)
    yield from _account(year)


def _quarter(year: _Year, at: int, period: Period) -> Iterator[str]:
    """One period: issued, answered, corrected, decided on and closed."""
    generated = generate(year.plan_path, None, period.caption, as_of=period.end.replace(day=1))
    back = year.back(period)
    shared = shared_of(generated, year.plan())._replace(
        states={n: states[at] for n, states in _STORY.items() if states[at]},
        elapsed=round(0.95 * period.months / 12, 2),
        filed=period.end + timedelta(days=3),
    )
    chance = random.Random(year.seed)
    task, act = _PARTS.get(at, (None, None))
    leads = {a.unit for a in generated.assignments if a.role == Role.LEAD and a.task.number == task}
    others = [path for unit, path in generated.files.items() if unit not in leads]
    late, faulty = fill_all(others, back, year.seed + at, shared)
    for unit in sorted(leads):
        form = back / generated.files[unit].name
        fill_form(generated.files[unit], form, chance, vary=False, shared=shared)
        if act:
            act(form)
    # Who is late, or was sent the form back, answers now.
    shared = shared._replace(filed=period.end + timedelta(days=_ANSWERED))
    for status in year.merge(period, DUE).statuses:
        if status.state != UnitState.CLEAN:
            path = generated.files[status.unit]
            fill_form(path, back / path.name, chance, vary=False, shared=shared)
    merged = year.merge(period, _ANSWERED)
    text = "{period}：发出 {sent} 份，迟报 {late} 份，有毛病 {wrong} 份；补报、订正以后：{balance}"
    yield tr(
        text, period=period.caption, sent=len(generated.files), late=late, wrong=faulty,
        balance=balance_line(merged),
    )  # fmt: skip
    decided = list(_decided(year, at, period, merged))
    now = datetime.combine(period.end + timedelta(days=_CLOSED), time(17))
    done = close(Asked(year.plan_path, now, period.caption, (back,), who=_who()))
    if done.archive is None:
        raise AssertionError("the simulated year is part of the program")
    place = done.archive.folder.relative_to(year.folder)
    text = "归档 {count} 个文件 → {folder}/"
    decided.append(tr(text, count=len(done.archive.manifest["files"]), folder=place))
    decided += _afterwards(year, at, period)
    yield "    " + joined(decided, "；")


def _prove(form: Path) -> None:
    """Put a form into a folder of its unit's own, with a file that proves a task beside it."""
    folder = form.with_suffix("")
    folder.mkdir()
    form.rename(folder / form.name)
    name = tr("（{number}）（模拟）目录.pdf", number=_PROVED)
    (folder / name).write_bytes(b"%PDF-1.7 simulated")


def _ask(form: Path) -> None:
    """Ask, on a form that is filled in, for a task to be put off."""
    book = openpyxl.load_workbook(form)
    words = wording_of(book.sheetnames)
    sheet = book[words.caption("填报表")]
    columns = {str(c.value): c.column for c in sheet[6] if c.value}
    row = next(
        r for r in range(7, sheet.max_row + 1)
        if sheet.cell(r, columns[words.caption("序号")]).value == _ASKS
    )  # fmt: skip
    sheet.cell(row, columns[tr("申请调整")]).value = tr("（模拟）申请推迟到年底")
    sheet.cell(row, columns[tr("理由")]).value = tr("（模拟）苗木短缺")
    book.save(form)


_PARTS: Mapping[int, tuple[int, Callable[[Path], None]]] = {0: (_PROVED, _prove), 1: (_ASKS, _ask)}
"""What the lead unit of a task does beside answering, by quarter (from 0)."""


def _who() -> str:
    return tr("（模拟）督查专员")


def _decided(year: _Year, at: int, period: Period, merged: MergeResult) -> Iterator[str]:
    """Decide on what a period brought before it is closed; yield what was decided."""
    if merged.evidence:
        yield tr("第 {number} 项附有佐证", number=merged.evidence[0].task)
    if _PARTS.get(at, (0,))[0] == _ASKS:
        last = merged.plan.periods[-1].caption
        unit = next(
            a.unit for a in merged.assignments if a.task.number == _ASKS and a.role == Role.LEAD
        )
        when = period.end + timedelta(days=_ANSWERED)
        year.rule(_ruling(_ASKS, Decision.AGREE, when, ADJUSTMENT, unit, POSTPONED, last))
        amended = amend(year.plan_path, as_of=when)
        if len(amended.changes) != 1:
            raise AssertionError("the simulated year is part of the program")
        year.merge(period, _ANSWERED)
        yield tr("第 {number} 项同意推迟到{period}（amend 改进总台账）", number=_ASKS, period=last)
    if at == _LETTERS and missing():
        yield tr("没有写督办单：本机没有 python-docx")
    elif at == _LETTERS:
        summary = usual_places(merged, year.folder, None, None)[0]
        sent = letters(
            year.plan_path, details_place(summary), as_of=period.end + timedelta(days=_CLOSED)
        )
        if sent.failed:
            raise AssertionError("the simulated year is part of the program")
        words = "红灯任务督办单 {count} 份 → {folder}/"
        yield tr(words, count=len(sent.letters), folder=sent.out.name)


def _afterwards(year: _Year, at: int, period: Period) -> Iterator[str]:
    """Decide on tasks once a period is closed; yield what was decided."""
    if at in _SIGNED_OFF:
        task = _SIGNED_OFF[at]
        year.rule(_ruling(task, Decision.SIGN_OFF, period.end + timedelta(days=20)))
        yield tr("第 {number} 项销号", number=task)
    if at == _DROPS:
        year.drop(_DROPPED)
        yield tr("第 {number} 项从总台账里撤下", number=_DROPPED)


def _ruling(
    task: int, decision: str, when: date, code: str = "", unit: str = "", column: str = "", value: str = ""
) -> Ruling:  # fmt: skip
    why = tr("（模拟）现场核查")
    return Ruling(code, unit, task, column, decision, value, _who(), when.isoformat(), why)


def _account(year: _Year) -> Iterator[str]:
    """The year as a whole: history, and whether the archives are sound."""
    result = history(year.plan_path)
    if result.history is None:
        raise AssertionError("the simulated year is part of the program")
    book, page = (year.folder / (tr("走势") + ending) for ending in (".xlsx", ".html"))
    write_history(result, book)
    write_history(result, page)
    yield history_text(result.history)
    archives, _ = verify(year.plan_path)
    sound = sum(one.sound for one in archives)
    words = "verify：{sound}/{count} 个归档完好，重做的汇总逐字节相同"
    yield tr(words, sound=sound, count=len(archives))
    words = "先看：{book}（各项任务逐期的灯、年度考核）和 {page}；再看 {archive}/ 里任何一个时段。"
    archive = archives[0].folder.parent.name
    yield tr(words, book=book.name, page=page.name, archive=archive)
    yield tr("接着自己试，照抄一行就行：")
    for line in (["verify", year.plan_path], ["history", year.plan_path]):
        yield "  " + command_line(["reconcile", *map(str, line)])
