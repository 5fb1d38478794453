"""Plan workbook <-> Plan. The 总台账 that a coordinator reviews and edits in Excel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import indicator_sheet
from .chain import UPPER_CONTACT, UPPER_DEADLINE, UPPER_FORM, UPPER_NUMBER, UPPER_ROLE
from .dates import read_date
from .english import SHEETS
from .findings import Finding, Place, Severity
from .grid import Book, Sheet, read_book
from .language import (
    EN,
    ZH,
    joined,
    language_named,
    language_of,
    meant,
    said,
    sheet_name,
    speaking,
    spoken,
    tr,
)
from .listing import A3, Cell, Column, Listing, new_workbook
from .model import STATES as STANDARD
from .model import Indicator, Period, Plan, Ruling, Task, Unit
from .synonyms import ENGLISH_SYNONYMS, usual_synonyms
from .text import fold, plain

TASKS, UNITS, PERIODS, SETTINGS, STATES, RULINGS, REVIEW = (
    "任务", "单位", "时段", "设置", "状态词", "裁定", "待核",
)  # fmt: skip
_FIXED = ("序号", "类别", "目标任务", "牵头单位", "共同责任单位", "出处")
UNIT_COLUMNS = (
    "责任单位", "类型", "牵头任务数", "配合任务数", "简称", "集合单位成员", "联系人", "联系电话",
    "电子邮箱", "是否发表", "备注",
)  # fmt: skip
RULING_COLUMNS = (
    "编码", "责任单位", "序号", "栏目", "裁定", "采用值", "裁定人", "裁定日期", "理由",
)  # fmt: skip
RED = "红灯界限"
SETTING_NOTES: Mapping[str, str] = {
    "计划名称": "印在每份表的标题上",
    "文号": "",
    "年度": "四位数字",
    "发文机关": "",
    "截止日期": "各单位交表的最后一天，印在填报表上",
    "本期": "正在填报的时段；空着则按命令或回表判断",
    "联系方式": "填报表上“交给谁”一栏",
    "语言": "zh 或 en",
    "填报表模板": "自己改过的模板文件；空着则用自带的",
    "汇总模板": "自己改过样式、栏目的汇总模板；空着则用自带的",
    "邮件模板": "自己改过主题、正文的邮件模板；空着则用自带的",
    "发件邮箱": "mail 从哪个邮箱发信；密码不写在这里",
    "发件服务器": "如 smtp.example.cn:465（SSL）或 :587（STARTTLS）",
    "报送邮箱": "汇总报给谁；几个地址用分号分开，各发一封",
    "收件服务器": "fetch 从哪里取信，如 imap.example.cn",
    RED: "落后多少个百分点亮红灯（以下亮黄灯），默认 10",
    "权重：绿灯": "“按单位”打分：牵头的任务亮绿灯得几分，默认 90",
    "权重：黄灯": "亮黄灯得几分，默认 60",
    "权重：红灯": "亮红灯得几分，默认 30",
    "权重：未报": "没有报得几分，默认 0",
    "权重：按时": "截止日期前报来加几分，默认 10",
    "权重：差错": "每处须改正的错误扣几分，默认 1",
    "校验密钥": "表单编号的校验码由它算出，请勿外传、勿改动",
}
UPPER_NOTES: Mapping[str, str] = {
    UPPER_FORM: "这份总台账来自哪一份填报表，请勿改动",
    UPPER_DEADLINE: "上级要求交表的最后一天",
    UPPER_CONTACT: "答复交给谁",
    "填报人": "写进给上级的答复表",
    "联系电话": "写进给上级的答复表",
}
"""Settings of a plan that was made from a received form."""
_CAPTIONS: Mapping[str, Sequence[str]] = {
    TASKS: (*_FIXED, UPPER_NUMBER),
    UNITS: UNIT_COLUMNS,
    indicator_sheet.SHEET: indicator_sheet.CAPTIONS,
    PERIODS: ("时段", "截止日期", "已过月数"),
    SETTINGS: ("名称", "值", "说明"),
    STATES: ("写法", "标准状态"),
    RULINGS: RULING_COLUMNS,
}
"""Our captions by sheet; any of them may be written in English."""
# Settings of one year's plan, or of one round: they are not taken over into the next plan.
PASSING = frozenset(("截止日期", "本期"))
GROUP = "集合单位"


# --- writing


def plan_bytes(plan: Plan, findings: Sequence[Finding] = ()) -> bytes:
    """Return the plan workbook; ``findings`` fill its 待核 sheet.

    The same plan gives the same bytes.
    """
    book, stream = new_workbook(plan.title)
    listing = Listing(book)
    extras = tuple(dict.fromkeys(c for t in plan.tasks for c in t.extras))
    columns = _task_columns(plan.periods, extras)
    if UPPER_FORM in plan.settings:
        _assigning_table(listing, plan, columns, extras)
    else:
        listing.table(TASKS, columns, _task_rows(plan, extras), paper=A3)
    sheet, count = listing.table(UNITS, _unit_columns(), _unit_rows(plan))
    listing.choices(sheet, UNIT_COLUMNS.index("类型"), count, [tr("单位"), tr(GROUP)])
    listing.choices(sheet, UNIT_COLUMNS.index("是否发表"), count, [tr("是"), tr("否")])
    captions = [p.caption for p in plan.periods]
    listing.table(
        indicator_sheet.SHEET,
        indicator_sheet.columns(captions),
        indicator_sheet.rows(plan.indicators, captions),
        frozen=2,
    )
    columns = [Column("时段", 14), Column("截止日期", 14, True), Column("已过月数", 12, True)]
    listing.table(PERIODS, columns, ([p.caption, p.end, p.months] for p in plan.periods))
    notes = {**SETTING_NOTES, **UPPER_NOTES}
    columns = [Column("名称", 16), Column("值", 52), Column("说明", 52)]
    listing.table(SETTINGS, columns, ([tr(k), v, tr(notes.get(k, ""))] for k, v in _settings(plan)))
    columns = [Column("写法", 24), Column("标准状态", 16)]
    listing.table(STATES, columns, _synonym_rows(plan))
    sheet, _ = listing.table(RULINGS, _ruling_columns(), (_ruling_row(r) for r in plan.rulings))
    listing.choices(sheet, RULING_COLUMNS.index("裁定"), 500, [tr(d) for d in DECISIONS])
    columns = [
        Column("编码", 11), Column("级别", 7, True), Column("位置", 16), Column("序号", 7, True),
        Column("问题", 60), Column("怎么办", 44), Column("已核", 7, True),
    ]  # fmt: skip
    listing.table(REVIEW, columns, (_review_row(f) for f in findings))
    book.close()
    return stream.getvalue()


def _synonym_rows(plan: Plan) -> Iterator[list[object]]:
    """Words and what they mean; the usual English ones as people write them, not folded."""
    usual = {fold(w): w for words in ENGLISH_SYNONYMS.values() for w in words}
    spelled = usual if spoken() == EN else {}
    for word, state in plan.synonyms.items():
        yield [spelled.get(word, word), tr(state)]


DECISIONS: Mapping[str, str] = {
    "照收": "答复按原文收下",
    "改为": "用“采用值”一栏的值",
    "不收": "答复不收",
    "免提": "这个问题不再提示",
    "忽略文件": "“采用值”一栏写的那个文件不收",
}


def _task_columns(periods: Sequence[Period], extras: Sequence[str]) -> list[Column]:
    return [
        Column("序号", 6, True), Column("类别", 18), Column("目标任务", 34),
        *(Column(p.caption, 34) for p in periods),
        Column("牵头单位", 16), Column("共同责任单位", 26),
        *(Column(c, 16) for c in extras), Column("出处", 13, True),
    ]  # fmt: skip


def _task_rows(plan: Plan, extras: Sequence[str]) -> Iterator[list[object]]:
    for t in plan.tasks:
        yield [
            t.number, "\n".join(t.sections), t.goal,
            *(t.milestones.get(p.caption, "") for p in plan.periods),
            joined(t.lead), joined(t.support),
            *(t.extras.get(c, "") for c in extras), said(t.source),
        ]  # fmt: skip


def _assigning_table(
    listing: Listing, plan: Plan, columns: Sequence[Column], extras: Sequence[str]
) -> None:
    """Write 任务 for a person to assign: what to fill in stands beside the goal, with the register's names.

    The list only offers names, since a task may have several units.
    """
    wanted = [
        c for c in ("序号", UPPER_NUMBER, "目标任务", *_ASSIGNED) if c in {c.caption for c in columns}
    ]
    rank = {caption: i for i, caption in enumerate(wanted)}
    order = sorted(range(len(columns)), key=lambda i: rank.get(columns[i].caption, len(rank)))
    shown = [
        replace(columns[i], width=9, centred=True)
        if columns[i].caption in (UPPER_NUMBER, UPPER_ROLE) else columns[i]
        for i in order
    ]  # fmt: skip
    first = [i for i, c in enumerate(shown) if c.caption in _ASSIGNED]
    rows = []
    for row in _task_rows(plan, extras):
        cells = [row[i] for i in order]
        for i in first:
            cells[i] = Cell(cells[i], {"bg_color": "#FFF9E5"})
        rows.append(cells)
    sheet, count = listing.table(TASKS, shown, rows, paper=A3, frozen=3)
    rule = {
        "validate": "list", "source": f"='{sheet_name(UNITS)}'!$A$2:$A$301", "show_error": False,
        "input_title": tr("指派"),
        "input_message": tr("从“单位”表里的名称选；几个单位用、连起来写"),
    }  # fmt: skip
    for i in first:
        if sheet.data_validation(1, i, count + 200, i, rule):
            raise ValueError("list rule not taken")


_ASSIGNED = ("牵头单位", "共同责任单位")


def _unit_columns() -> list[Column]:
    widths = (24, 10, 9, 9, 18, 40, 12, 16, 26, 9, 24)
    centred = {"类型", "牵头任务数", "配合任务数", "是否发表"}
    return [Column(c, w, c in centred) for c, w in zip(UNIT_COLUMNS, widths, strict=True)]


def _unit_rows(plan: Plan) -> Iterator[list[object]]:
    for u in plan.units:
        yield [
            u.name, tr(GROUP if u.group else "单位"),
            sum(u.name in t.lead for t in plan.tasks), sum(u.name in t.support for t in plan.tasks),
            joined(u.aliases), joined(u.members), u.contact, u.phone, u.email,
            tr("否" if u.group or not u.gets_form else "是"), u.remark,
        ]  # fmt: skip


def _settings(plan: Plan) -> list[tuple[str, object]]:
    own: dict[str, object] = {
        "计划名称": plan.title, "文号": plan.document, "年度": plan.year, "发文机关": plan.office,
    }  # fmt: skip
    rest = {k: plan.settings.get(k, "") for k in SETTING_NOTES if k not in own}
    return [*own.items(), *({**rest, **plan.settings, "校验密钥": plan.key}).items()]


def _ruling_columns() -> list[Column]:
    return [
        Column(c, w)
        for c, w in zip(RULING_COLUMNS, (11, 18, 7, 14, 10, 30, 10, 12, 36), strict=True)
    ]


def _ruling_row(r: Ruling) -> list[object]:
    return [r.code, r.unit, r.task, r.field, tr(r.decision), r.value, r.who, r.when, r.why]


def _review_row(f: Finding) -> list[object]:
    return [f.code, f.severity.word, said(f.place.cell), f.task, f.message, f.fix, ""]


# --- reading


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table sheet: its texts and values by caption, and its number."""

    number: int
    values: Mapping[str, object]

    def text(self, caption: str) -> str:
        value = self.values.get(caption)
        return "" if value is None else plain(value).strip()


class _Reader:
    """Reads one plan workbook and gathers its findings."""

    def __init__(self, file: str, book: Book) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._sheets = {fold(s.name): s for s in book.sheets}

    def told(self, code: str, sheet: str = "", row: int = 0, /, **values: object) -> None:
        cell = f"第{row}行" if row else ""
        found = self.sheet(sheet, needed=False) if sheet else None
        shown = found.name if found else sheet_name(sheet) if sheet else ""
        self.findings.append(Finding(code, Place(self.file, shown, cell), values=values))

    def sheet(self, name: str, needed: bool = True) -> Sheet | None:
        found = self._sheets.get(fold(name)) or self._sheets.get(fold(SHEETS[name]))
        if found is None and needed:
            self.told("PLAN-501", name, sheet=sheet_name(name))
        return found

    def rows(self, name: str, needed: Sequence[str], optional: bool = False) -> list[_Row]:
        """The rows below the first row of a sheet that have anything in them."""
        sheet = self.sheet(name, not optional)
        if sheet is None:
            return []
        top = min((r for r, _ in sheet.cells), default=0)
        captions = {
            c: meant(plain(cell.value).strip(), _CAPTIONS[name])
            for (r, c), cell in sheet.cells.items()
            if r == top
        }
        missing = [c for c in needed if c not in captions.values()]
        for caption in missing:
            self.told("PLAN-502", name, top, sheet=sheet_name(name), caption=tr(caption))
        if missing:
            return []
        rows: dict[int, dict[str, object]] = {}
        for (r, c), cell in sorted(sheet.cells.items()):
            if r > top and c in captions and plain(cell.value).strip():
                rows.setdefault(r, {})[captions[c]] = cell.value
        return [_Row(r, values) for r, values in rows.items()]

    def captions(self, name: str) -> list[str]:
        """The captions of a sheet's first row, left to right."""
        sheet = self.sheet(name)
        if sheet is None:
            return []
        top = min((r for r, _ in sheet.cells), default=0)
        return [
            meant(plain(c.value).strip(), _CAPTIONS[name])
            for (r, _), c in sorted(sheet.cells.items())
            if r == top
        ]


def read_plan(path: Path) -> tuple[Plan | None, tuple[Finding, ...]]:
    """Read a plan workbook.

    Returns (plan, findings). The plan is None when a finding of severity ERROR
    (missing sheet or column, number twice, no key, …) says why.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        values = {"reason": error.strerror or str(error)}
        return None, (Finding("PLAN-500", Place(str(path)), values=values),)
    book, findings = read_book(path.name, content)
    if book is None:
        return None, findings
    reader = _Reader(path.name, book)
    settings = _settings_read(reader)
    with speaking(language_of(settings)):
        plan = _plan(reader, settings)
    wrong = any(f.severity is Severity.ERROR for f in reader.findings)
    return None if wrong else plan, tuple(reader.findings)


def spoken_in(path: Path) -> str:
    """Return the language that a plan workbook asks for, even one that :func:`read_plan` refuses."""
    try:
        book, _ = read_book(path.name, path.read_bytes())
    except OSError:
        return ZH
    return language_of(_settings_read(_Reader(path.name, book))) if book else ZH


def _settings_read(reader: _Reader) -> dict[str, str]:
    """The lines of 设置 by the names that we give them, whichever language they are written in."""
    rows = reader.rows(SETTINGS, ("名称", "值"))
    names = (*SETTING_NOTES, *UPPER_NOTES)
    settings = {meant(r.text("名称"), names): r.text("值") for r in rows}
    language = settings.get("语言", "")
    if language_named(language) is None:
        row = next(r.number for r in rows if meant(r.text("名称"), names) == "语言")
        reader.told("PLAN-512", SETTINGS, row, value=language)
    return settings


def _plan(reader: _Reader, settings: Mapping[str, str]) -> Plan:
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


def _synonyms(reader: _Reader) -> dict[str, str]:
    """The words for states that the plan gives; a plan that was switched to English knows the usual ones."""
    return (usual_synonyms() if spoken() == EN else {}) | {
        fold(r.text("写法")): meant(r.text("标准状态"), STANDARD)
        for r in reader.rows(STATES, ("写法", "标准状态"), optional=True)
        if r.text("写法")
    }


def lasting_settings(plan: Plan) -> dict[str, str]:
    """Return the settings that stay true for the next plan: whom to answer, language, template."""
    return {name: text for name, text in plan.settings.items() if text and name not in PASSING}


def _periods(reader: _Reader, year: int) -> tuple[Period, ...]:
    periods = []
    for row in reader.rows(PERIODS, ("时段", "截止日期", "已过月数")):
        end = read_date(row.values.get("截止日期"), year=year or None)
        months = row.values.get("已过月数")
        if end is None or not isinstance(months, (int, float)) or not row.text("时段"):
            reader.told("PLAN-503", PERIODS, row.number)
            continue
        periods.append(Period(row.text("时段"), end.value, float(months)))
    return tuple(periods)


def _tasks(reader: _Reader, periods: Sequence[Period]) -> tuple[Task, ...]:
    needed = ("序号", "目标任务", "牵头单位", *(p.caption for p in periods))
    known = {*_FIXED, *(p.caption for p in periods)}
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
    return tuple(dict.fromkeys(n.strip() for n in re.split(r"[、，,；;\n]", text) if n.strip()))


def _units(reader: _Reader) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    for row in reader.rows(UNITS, ("责任单位", "集合单位成员")):
        name = row.text("责任单位")
        members = _names(row.text("集合单位成员"))
        for known in (name, *_names(row.text("简称"))):
            if fold(known) in units:
                reader.told("PLAN-510", UNITS, row.number, unit=known)
        unit = Unit(
            name=name,
            aliases=_names(row.text("简称")),
            group=meant(row.text("类型"), (GROUP,)) == GROUP or bool(members),
            members=members,
            contact=row.text("联系人"),
            phone=row.text("联系电话"),
            email=row.text("电子邮箱"),
            gets_form=meant(row.text("是否发表"), ("否",)) != "否",
            remark=row.text("备注"),
        )
        units.update({fold(n): unit for n in (name, *unit.aliases)})
    return tuple(dict.fromkeys(units.values()))


def _indicators(reader: _Reader, periods: Sequence[Period]) -> tuple[Indicator, ...]:
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


def _rulings(reader: _Reader) -> tuple[Ruling, ...]:
    rulings = []
    for row in reader.rows(RULINGS, RULING_COLUMNS[:6], optional=True):
        decision = meant(row.text("裁定"), DECISIONS)
        if decision not in DECISIONS:
            reader.told(
                "PLAN-511", RULINGS, row.number, value=decision, choices=joined(tr(d) for d in DECISIONS)
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
