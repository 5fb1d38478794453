"""Plan workbook -> Plan, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from sys import intern

from ..core.findings import Finding, Place, Severity
from ..core.i18n import (
    EN,
    ZH,
    Listed,
    Phrase,
    language_of,
    meant,
)
from ..core.keys import honoured
from ..core.plan import (
    ON_TASKS,
    Amendment,
    Indicator,
    Period,
    Plan,
    PrintedColumn,
    Ruling,
    Task,
    Unit,
)
from ..core.plan import STATES as STANDARD
from ..core.settings import NO, YES, Setting
from ..core.text import fold, short, task_number
from ..core.unit_names import reviewed_names
from ..core.values.dates import read_date
from ..core.values.synonyms import usual_synonyms
from ..readers import read_book
from ..writers import marks
from ..writers.atomic import read_regular, reason_of
from ..writers.marks import read_mark
from . import indicator_sheet
from .settings_sheet import check_settings, setting_lines, settings_of
from .sheet_rows import TableRow, Tables
from .sheets import (
    CERTAINTY,
    CHANGE_COLUMNS,
    CHANGES,
    COLUMNS,
    DECISIONS,
    FIXED,
    FORMER_END,
    GROUP,
    KINDS,
    PERIODS,
    REVIEW,
    ROLES,
    RULING_COLUMNS,
    RULINGS,
    SETTINGS,
    STATES,
    TASKS,
    TICK,
    UNITS,
)


def read_plan(path: Path) -> tuple[Plan | None, tuple[Finding, ...]]:
    """Read a plan workbook.

    Returns (plan, findings). The plan is None when a finding of severity ERROR
    (missing sheet or column, number twice, no key, …) says why.
    """
    try:
        content = read_regular(path)
    except OSError as error:
        values = {"reason": reason_of(error)}
        return None, (Finding("PLAN-500", Place(str(path)), values=values),)
    kind = _other_kind(path, content)
    if kind:
        return None, (Finding("PLAN-605", Place(path.name), values={"kind": Phrase(kind)}),)
    book, findings = read_book(path.name, content)
    if book is None:
        return None, findings
    reader = Tables(path.name, book)
    if any(reader.sheet(name, needed=False) for name in _FORM_SHEETS) and not any(
        reader.sheet(name, needed=False) for name in (TASKS, SETTINGS)
    ):
        return None, (Finding("PLAN-605", Place(path.name), values={"kind": Phrase("填报表")}),)
    lines = setting_lines(reader)
    settings = {name: text for _, name, text in lines}
    plan = _plan(reader, settings)
    check_settings(reader, lines, plan)
    wrong = any(f.severity is Severity.ERROR for f in reader.findings)
    return None if wrong else plan, tuple(reader.findings)


_FORM_SHEETS = ("填报表", "Form")
_KINDS_OF_OUTPUT = {
    marks.SUMMARY: "汇总", marks.DETAILS: "汇总明细", marks.PACK: "分开的汇总", marks.STATUS: "进度表",
    marks.CHANGES: "差异表", marks.REPORT: "报告", marks.CIRCULAR: "通报初稿", marks.COPY: "退回件",
    marks.PAGE: "汇总网页", marks.PDF: "汇总 PDF", marks.LETTER: "督办单",
}  # fmt: skip


def _other_kind(path: Path, content: bytes) -> str:
    """What a file is that is taken for a plan workbook; "" for one that may be one."""
    if content.startswith(b"%PDF"):
        return "PDF文件"
    marked = read_mark(path)
    return "" if marked.settings else _KINDS_OF_OUTPUT.get(marked.kind, "")


def spoken_in(path: Path) -> str:
    """Return the language that a plan workbook asks for, even one that :func:`read_plan` refuses."""
    try:
        book, _ = read_book(path.name, read_regular(path))
    except OSError:
        return ZH
    return language_of(settings_of(Tables(path.name, book))) if book else ZH


def holds_key(path: Path) -> bool:
    """Return whether a workbook, of whatever kind, holds a 校验密钥. OSError when it cannot be read."""
    book, _ = read_book(path.name, path.read_bytes())
    return bool(book and settings_of(Tables(path.name, book)).get(Setting.KEY))


def _one_of(
    reader: Tables, row: TableRow, caption: str, words: Sequence[str], code: str, sheet: str
) -> str:
    """The one of these words that stands under a caption, the first where none does; a finding where it is another."""
    text = row.text(caption)
    word = meant(text, words)
    if text and word not in words:
        reader.add_finding(code, sheet, row.number, value=text, choices=Listed(map(Phrase, words)))
    return word if word in words else words[0]


def _plan(reader: Tables, settings: Mapping[str, str]) -> Plan:
    year = settings.get(Setting.YEAR, "")
    if not re.fullmatch(r"\d{4}", year) and reader.sheet(SETTINGS, False):
        reader.add_finding("PLAN-506", SETTINGS, value=year)
    if len(settings.get(Setting.KEY, "")) < 16 and reader.sheet(SETTINGS, False):
        reader.add_finding("PLAN-507", SETTINGS)
    number = int(year) if year.isdigit() else 0
    periods = _periods(reader, number)
    tasks, units = _tasks(reader, periods), _units(reader)
    own = (Setting.TITLE, Setting.DOCUMENT, Setting.YEAR, Setting.OFFICE, Setting.KEY)
    plan = Plan(
        title=settings.get(Setting.TITLE, ""),
        document=settings.get(Setting.DOCUMENT, ""),
        office=settings.get(Setting.OFFICE, ""),
        year=number,
        periods=periods,
        tasks=tasks,
        units=units,
        key=settings.get(Setting.KEY, ""),
        synonyms=_synonyms(reader, settings),
        rulings=_rulings(reader, units, number),
        indicators=_indicators(reader, periods, tasks),
        settings={k: v for k, v in settings.items() if k not in own},
        columns=_columns(reader),
        unchecked=_unchecked(reader),
        changes=_changes(reader),
    )
    for written, period, _ in honoured(plan):
        if not period:
            reader.add_finding("PLAN-593", SETTINGS, value=short(written))
    return plan


def read_columns(path: Path) -> tuple[tuple[PrintedColumn, ...], tuple[Finding, ...]]:
    """Return the lines of the sheet 栏目 of a workbook, and findings where it has none or a role is not known."""
    try:
        book, findings = read_book(path.name, path.read_bytes())
    except OSError as error:
        values = {"reason": reason_of(error)}
        return (), (Finding("PLAN-500", Place(str(path)), values=values),)
    if book is None:
        return (), findings
    reader = Tables(path.name, book)
    found = _columns(reader)
    if not found and not reader.findings:
        reader.add_finding("PLAN-083")
    return found, tuple(reader.findings)


def _columns(reader: Tables) -> tuple[PrintedColumn, ...]:
    """The columns of the published plan, and what a person would have them taken for."""
    found = []
    for row in reader.rows(COLUMNS, ("原文栏目", "改作"), optional=True):
        chosen = meant(row.text("改作"), ROLES)
        if chosen and chosen not in ROLES:
            choices = Listed(Phrase(role) for role in ROLES)
            reader.add_finding("PLAN-084", COLUMNS, row.number, value=chosen, choices=choices)
            chosen = ""
        reason = next(
            (k for k, (_, why) in CERTAINTY.items() if meant(row.text("依据"), (why,)) == why), ""
        )
        role = meant(row.text("当作"), ROLES)
        found.append(
            PrintedColumn(
                row.text("原文栏目"), role, reason, row.text("例"), row.text("位置"), chosen
            )
        )
    return tuple(found)


def _unchecked(reader: Tables) -> int:
    """The number of doubts on 待核 without a tick; a note calls for nobody. 0 where there is no such sheet."""
    note = Severity.NOTE.value
    rows = reader.rows(REVIEW, (), optional=True)
    return sum(
        bool(row.text("编码")) and not row.text(TICK) and meant(row.text("级别"), (note,)) != note
        for row in rows
    )


def _synonyms(reader: Tables, settings: Mapping[str, str]) -> dict[str, str]:
    """The words for states that the plan gives; a plan that was switched to English knows the usual ones.

    A form of one's own may list other states than ours.
    """
    own_form = bool(settings.get("填报表模板"))
    found: dict[str, str] = {}
    for row in reader.rows(STATES, ("写法", "标准状态"), optional=True):
        word, state = fold(row.text("写法")), meant(row.text("标准状态"), STANDARD)
        if not word:
            continue
        if state not in STANDARD and not own_form:
            choices = Listed(map(Phrase, STANDARD))
            reader.add_finding("PLAN-581", STATES, row.number, value=state, choices=choices)
        if found.get(word, state) != state:
            values = {
                "word": row.text("写法"),
                "state": Phrase(state),
                "other": Phrase(found[word]),
            }
            reader.add_finding("PLAN-582", STATES, row.number, **values)
        found[word] = state
    return (usual_synonyms(EN) if language_of(settings) == EN else {}) | found


def _periods(reader: Tables, year: int) -> tuple[Period, ...]:
    periods: list[Period] = []
    named = reader.captions(PERIODS) if reader.sheet(PERIODS, False) else []
    last = FORMER_END if FORMER_END in named and "时段结束" not in named else "时段结束"
    for row in reader.rows(PERIODS, ("时段", last, "已过月数")):
        end = read_date(row.values.get(last), year=year or None)
        months = row.values.get("已过月数")
        is_number = isinstance(months, int | float) and not isinstance(months, bool)
        counted = float(str(months)) if is_number else -1.0
        if end is None or counted < 0 or not row.text("时段"):
            reader.add_finding("PLAN-503", PERIODS, row.number)
            continue
        if row.text("时段") in {p.caption for p in periods}:
            reader.add_finding("PLAN-584", PERIODS, row.number, period=row.text("时段"))
            continue
        deadline = row.text("报送截止")
        if deadline and read_date(deadline, year=year or None) is None:
            reader.add_finding("PLAN-577", PERIODS, row.number, value=deadline)
        periods.append(Period(row.text("时段"), end.value, counted, deadline))
    return tuple(periods)


def _tasks(reader: Tables, periods: Sequence[Period]) -> tuple[Task, ...]:
    needed = ("序号", "目标任务", "牵头单位", *(p.caption for p in periods))
    known = {*FIXED, *(p.caption for p in periods)}
    extras = [c for c in reader.captions(TASKS) if c not in known]
    tasks: dict[int, Task] = {}
    for row in reader.rows(TASKS, needed):
        text = row.text("序号")
        if not text.isdigit():
            reader.add_finding("PLAN-504", TASKS, row.number, value=text)
            continue
        if int(text) in tasks:
            reader.add_finding("PLAN-505", TASKS, row.number, number=text)
            continue
        if not row.text("牵头单位"):
            reader.add_finding("PLAN-508", TASKS, row.number, number=text)
        tasks[int(text)] = Task(
            number=int(text),
            sections=tuple(s for s in row.text("类别").split("\n") if s),
            goal=row.text("目标任务"),
            milestones={p.caption: row.text(p.caption) for p in periods},
            lead=_names(row.text("牵头单位")),
            support=_names(row.text("共同责任单位")),
            source=row.text("出处"),
            extras={c: row.text(c) for c in extras},
        )
    if not tasks and not reader.findings:
        reader.add_finding("PLAN-509", TASKS)
    return tuple(tasks.values())


def _names(text: str) -> tuple[str, ...]:
    """Names in a reviewed cell."""
    return tuple(map(intern, reviewed_names(text)))  # a unit has very many tasks


def _units(reader: Tables) -> tuple[Unit, ...]:
    """The register; a unit that was merged into another one is among the other names of that."""
    units: dict[str, Unit] = {}
    merged: list[tuple[TableRow, Unit, str]] = []
    for row in reader.rows(UNITS, ("责任单位", "集合单位成员")):
        unit = _unit(reader, row)
        if not unit.name:
            reader.add_finding("PLAN-583", UNITS, row.number)
            continue
        for known in (unit.name, *unit.aliases):
            if fold(known) in units:
                reader.add_finding("PLAN-510", UNITS, row.number, unit=known)
        units.update({fold(n): unit for n in (unit.name, *unit.aliases)})
        if into := row.text("并入"):
            merged.append((row, unit, into))
    gone = {unit.name: into for _, unit, into in merged}
    found = {u.name: u for u in units.values() if u.name not in gone}
    for row, unit, into in merged:
        into = _last_name(units, gone, into)
        if into not in found or found[into].group or unit.group:
            reader.add_finding("PLAN-587", UNITS, row.number, unit=unit.name, into=row.text("并入"))
            continue
        names = (*found[into].aliases, unit.name, *unit.aliases)
        found[into] = replace(found[into], aliases=tuple(dict.fromkeys(names)))
    return tuple(found.values())


def _last_name(units: Mapping[str, Unit], gone: Mapping[str, str], into: str) -> str:
    """The unit that ``into`` means after all mergers, "" where they lead nowhere or in a circle."""
    for _ in range(len(gone) + 1):
        unit = units.get(fold(into))
        if unit is None:
            return ""
        if unit.name not in gone:
            return unit.name
        into = gone[unit.name]
    return ""


def _unit(reader: Tables, row: TableRow) -> Unit:
    members = _names(row.text("集合单位成员"))
    return Unit(
        name=row.text("责任单位"),
        aliases=_names(row.text("简称")),
        group=_one_of(reader, row, "类型", KINDS, "PLAN-579", UNITS) == GROUP or bool(members),
        members=members,
        contact=row.text("联系人"),
        phone=row.text("联系电话"),
        email=row.text("电子邮箱"),
        gets_form=_one_of(reader, row, "是否发表", (YES, NO), "PLAN-580", UNITS) == YES,
        remark=row.text("备注"),
    )


def _indicators(
    reader: Tables, periods: Sequence[Period], tasks: Sequence[Task]
) -> tuple[Indicator, ...]:
    captions, sheet = [p.caption for p in periods], indicator_sheet.SHEET
    numbers = {t.number for t in tasks}
    found: dict[tuple[int, str], Indicator] = {}
    rows = reader.rows(sheet, indicator_sheet.FIXED, optional=True)
    for caption in captions if rows else ():
        if caption not in reader.captions(sheet):
            reader.add_finding("PLAN-589", sheet, caption=caption)
    for row in rows:
        read = indicator_sheet.read_row(row.text, row.values, captions)
        if isinstance(read, str):
            reader.add_finding(
                "IND-010", sheet, row.number, caption=Phrase(read), value=row.text(read)
            )
        elif read.number not in numbers:
            reader.add_finding("IND-023", sheet, row.number, name=read.name, number=read.number)
        elif (key := (read.number, fold(read.name))) in found:
            reader.add_finding("IND-024", sheet, row.number, name=read.name, number=read.number)
        else:
            found[key] = read
    return tuple(found.values())


def _changes(reader: Tables) -> tuple[Amendment, ...]:
    """What was amended, line by line; a line without a task is somebody's note."""
    found = []
    for row in reader.rows(CHANGES, CHANGE_COLUMNS[1:5], optional=True):
        number = task_number(row.text("序号"))
        if number is not None:
            entered, _, column, before, after, unit, who, when, why = map(row.text, CHANGE_COLUMNS)
            found.append(Amendment(number, column, before, after, unit, who, when, why, entered))
    return tuple(found)


def _rulings(reader: Tables, units: Sequence[Unit], year: int) -> tuple[Ruling, ...]:
    rulings = []
    known = {fold(n): u.name for u in units for n in (u.name, *u.aliases)}
    for row in reader.rows(RULINGS, RULING_COLUMNS[:6], optional=True):
        decision = meant(row.text("裁定"), DECISIONS)
        if decision not in DECISIONS:
            reader.add_finding(
                "PLAN-511",
                RULINGS,
                row.number,
                value=decision,
                choices=Listed(Phrase(d) for d in DECISIONS),
            )
            continue
        number = row.text("序号")
        task = task_number(number)
        if number and task is None:
            reader.add_finding("PLAN-588", RULINGS, row.number, value=number)
        if decision in ON_TASKS:
            lacking = [c for c in ("序号", "裁定人", "裁定日期", "理由") if not row.text(c)]
            if row.text("裁定日期") and not read_date(row.text("裁定日期"), year=year or None):
                lacking.append("裁定日期")
            if lacking:
                values = {"decision": Phrase(decision), "captions": Listed(map(Phrase, lacking))}
                reader.add_finding("PLAN-602", RULINGS, row.number, **values)
        rulings.append(
            Ruling(
                code=row.text("编码").upper(),
                unit=known.get(fold(row.text("责任单位")), row.text("责任单位")),
                task=task,
                field=row.text("栏目"),
                decision=decision,
                value=row.text("采用值"),
                who=row.text("裁定人"),
                when=row.text("裁定日期"),
                why=row.text("理由"),
            )
        )
    return tuple(rulings)
