"""Plan workbook -> Plan, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from sys import intern

from .. import indicator_sheet
from ..dates import read_date
from ..files import read_regular
from ..findings import Finding, Place, Severity
from ..grid import read_book
from ..language import (
    EN,
    ZH,
    joined,
    language_named,
    language_of,
    meant,
    speaking,
    spoken,
    tr,
)
from ..model import STATES as STANDARD
from ..model import Indicator, Period, Plan, Ruling, Task, Unit
from ..synonyms import usual_synonyms
from ..text import fold
from .sheets import (
    DECISIONS,
    FIXED,
    GROUP,
    PERIODS,
    RULING_COLUMNS,
    RULINGS,
    SETTING_NOTES,
    SETTINGS,
    STATES,
    TASKS,
    UNITS,
    UPPER_NOTES,
)
from .tables import Tables

_BETWEEN = re.compile(r"[、，,；;\n]")


def read_plan(path: Path) -> tuple[Plan | None, tuple[Finding, ...]]:
    """Read a plan workbook.

    Returns (plan, findings). The plan is None when a finding of severity ERROR
    (missing sheet or column, number twice, no key, …) says why.
    """
    try:
        content = read_regular(path)
    except OSError as error:
        values = {"reason": error.strerror or str(error)}
        return None, (Finding("PLAN-500", Place(str(path)), values=values),)
    book, findings = read_book(path.name, content)
    if book is None:
        return None, findings
    reader = Tables(path.name, book)
    settings = _settings_read(reader)
    with speaking(language_of(settings)):
        plan = _plan(reader, settings)
    wrong = any(f.severity is Severity.ERROR for f in reader.findings)
    return None if wrong else plan, tuple(reader.findings)


def spoken_in(path: Path) -> str:
    """Return the language that a plan workbook asks for, even one that :func:`read_plan` refuses."""
    try:
        book, _ = read_book(path.name, read_regular(path))
    except OSError:
        return ZH
    return language_of(_settings_read(Tables(path.name, book))) if book else ZH


def _settings_read(reader: Tables) -> dict[str, str]:
    """The lines of 设置 by the names that we give them, whichever language they are written in."""
    rows = reader.rows(SETTINGS, ("名称", "值"))
    names = (*SETTING_NOTES, *UPPER_NOTES)
    settings = {meant(r.text("名称"), names): r.text("值") for r in rows}
    language = settings.get("语言", "")
    if language_named(language) is None:
        row = next(r.number for r in rows if meant(r.text("名称"), names) == "语言")
        reader.told("PLAN-512", SETTINGS, row, value=language)
    return settings


def _plan(reader: Tables, settings: Mapping[str, str]) -> Plan:
    year = settings.get("年度", "")
    if not re.fullmatch(r"\d{4}", year) and reader.sheet(SETTINGS, False):
        reader.told("PLAN-506", SETTINGS, value=year)
    if len(settings.get("校验密钥", "")) < 16 and reader.sheet(SETTINGS, False):
        reader.told("PLAN-507", SETTINGS)
    number = int(year) if year.isdigit() else 0
    periods = _periods(reader, number)
    own = ("计划名称", "文号", "年度", "发文机关", "校验密钥")
    return Plan(
        title=settings.get("计划名称", ""),
        document=settings.get("文号", ""),
        office=settings.get("发文机关", ""),
        year=number,
        periods=periods,
        tasks=_tasks(reader, periods),
        units=_units(reader),
        key=settings.get("校验密钥", ""),
        synonyms=_synonyms(reader),
        rulings=_rulings(reader),
        indicators=_indicators(reader, periods),
        settings={k: v for k, v in settings.items() if k not in own},
    )


def _synonyms(reader: Tables) -> dict[str, str]:
    """The words for states that the plan gives; a plan that was switched to English knows the usual ones."""
    return (usual_synonyms() if spoken() == EN else {}) | {
        fold(r.text("写法")): meant(r.text("标准状态"), STANDARD)
        for r in reader.rows(STATES, ("写法", "标准状态"), optional=True)
        if r.text("写法")
    }


def _periods(reader: Tables, year: int) -> tuple[Period, ...]:
    periods = []
    for row in reader.rows(PERIODS, ("时段", "截止日期", "已过月数")):
        end = read_date(row.values.get("截止日期"), year=year or None)
        months = row.values.get("已过月数")
        if end is None or not isinstance(months, (int, float)) or not row.text("时段"):
            reader.told("PLAN-503", PERIODS, row.number)
            continue
        periods.append(Period(row.text("时段"), end.value, float(months)))
    return tuple(periods)


def _tasks(reader: Tables, periods: Sequence[Period]) -> tuple[Task, ...]:
    needed = ("序号", "目标任务", "牵头单位", *(p.caption for p in periods))
    known = {*FIXED, *(p.caption for p in periods)}
    extras = [c for c in reader.captions(TASKS) if c not in known]
    tasks: dict[int, Task] = {}
    for row in reader.rows(TASKS, needed):
        text = row.text("序号")
        if not text.isdigit():
            reader.told("PLAN-504", TASKS, row.number, value=text)
            continue
        if int(text) in tasks:
            reader.told("PLAN-505", TASKS, row.number, number=text)
            continue
        if not row.text("牵头单位"):
            reader.told("PLAN-508", TASKS, row.number, number=text)
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
        reader.told("PLAN-509", TASKS)
    return tuple(tasks.values())


def _names(text: str) -> tuple[str, ...]:
    """Names in a reviewed cell: here every separator and line break counts."""
    found = filter(None, map(str.strip, _BETWEEN.split(text))) if text else ()
    return tuple(dict.fromkeys(map(intern, found)))  # a unit has very many tasks


def _units(reader: Tables) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    for row in reader.rows(UNITS, ("责任单位", "集合单位成员")):
        name = row.text("责任单位")
        members = _names(row.text("集合单位成员"))
        aliases = _names(row.text("简称"))
        for known in (name, *aliases):
            if fold(known) in units:
                reader.told("PLAN-510", UNITS, row.number, unit=known)
        unit = Unit(
            name=name,
            aliases=aliases,
            group=meant(row.text("类型"), (GROUP,)) == GROUP or bool(members),
            members=members,
            contact=row.text("联系人"),
            phone=row.text("联系电话"),
            email=row.text("电子邮箱"),
            gets_form=meant(row.text("是否发表"), ("否",)) != "否",
            remark=row.text("备注"),
        )
        units.update({fold(n): unit for n in (name, *aliases)})
    return tuple(dict.fromkeys(units.values()))


def _indicators(reader: Tables, periods: Sequence[Period]) -> tuple[Indicator, ...]:
    captions = [p.caption for p in periods]
    found = []
    for row in reader.rows(indicator_sheet.SHEET, indicator_sheet.FIXED, optional=True):
        read = indicator_sheet.read_row(row.text, row.values, captions)
        if isinstance(read, str):
            reader.told(
                "IND-010", indicator_sheet.SHEET, row.number, caption=tr(read), value=row.text(read)
            )
        else:
            found.append(read)
    return tuple(found)


def _rulings(reader: Tables) -> tuple[Ruling, ...]:
    rulings = []
    for row in reader.rows(RULINGS, RULING_COLUMNS[:6], optional=True):
        decision = meant(row.text("裁定"), DECISIONS)
        if decision not in DECISIONS:
            reader.told(
                "PLAN-511",
                RULINGS,
                row.number,
                value=decision,
                choices=joined(tr(d) for d in DECISIONS),
            )
            continue
        number = row.text("序号")
        rulings.append(
            Ruling(
                code=row.text("编码").upper(),
                unit=row.text("责任单位"),
                task=int(number) if number.isdigit() else None,
                field=row.text("栏目"),
                decision=decision,
                value=row.text("采用值"),
                who=row.text("裁定人"),
                when=row.text("裁定日期"),
                why=row.text("理由"),
            )
        )
    return tuple(rulings)
