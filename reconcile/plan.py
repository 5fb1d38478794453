"""Plan workbook <-> Plan. The 总台账 that a coordinator reviews and edits in Excel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import indicator_sheet
from .dates import read_date
from .findings import Finding, Place, Severity
from .grid import Book, Sheet, read_book
from .listing import A3, Column, Listing, new_workbook
from .model import Indicator, Period, Plan, Ruling, Task, Unit
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
    "汇总模板": "自己改过字体、颜色的汇总模板；空着则用自带的",
    RED: "落后多少个百分点亮红灯（以下亮黄灯），默认 10",
    "权重：绿灯": "“按单位”打分：牵头的任务亮绿灯得几分，默认 90",
    "权重：黄灯": "亮黄灯得几分，默认 60",
    "权重：红灯": "亮红灯得几分，默认 30",
    "权重：未报": "没有报得几分，默认 0",
    "权重：按时": "截止日期前报来加几分，默认 10",
    "权重：差错": "每处须改正的错误扣几分，默认 1",
    "校验密钥": "表单编号的校验码由它算出，请勿外传、勿改动",
}
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
    listing.table(TASKS, columns, _task_rows(plan, extras), paper=A3)
    sheet, count = listing.table(UNITS, _unit_columns(), _unit_rows(plan))
    listing.choices(sheet, UNIT_COLUMNS.index("类型"), count, ["单位", GROUP])
    listing.choices(sheet, UNIT_COLUMNS.index("是否发表"), count, ["是", "否"])
    captions = [p.caption for p in plan.periods]
    listing.table(
        indicator_sheet.SHEET,
        indicator_sheet.columns(captions),
        indicator_sheet.rows(plan.indicators, captions),
        frozen=2,
    )
    columns = [Column("时段", 14), Column("截止日期", 14, True), Column("已过月数", 12, True)]
    listing.table(PERIODS, columns, ([p.caption, p.end, p.months] for p in plan.periods))
    columns = [Column("名称", 16), Column("值", 52), Column("说明", 52)]
    listing.table(SETTINGS, columns, ([k, v, SETTING_NOTES.get(k, "")] for k, v in _settings(plan)))
    columns = [Column("写法", 24), Column("标准状态", 16)]
    listing.table(STATES, columns, (list(pair) for pair in plan.synonyms.items()))
    sheet, _ = listing.table(RULINGS, _ruling_columns(), (_ruling_row(r) for r in plan.rulings))
    listing.choices(sheet, RULING_COLUMNS.index("裁定"), 500, list(DECISIONS))
    columns = [
        Column("编码", 11), Column("级别", 7, True), Column("位置", 16), Column("序号", 7, True),
        Column("问题", 60), Column("怎么办", 44), Column("已核", 7, True),
    ]  # fmt: skip
    listing.table(REVIEW, columns, (_review_row(f) for f in findings))
    book.close()
    return stream.getvalue()


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
            "、".join(t.lead), "、".join(t.support),
            *(t.extras.get(c, "") for c in extras), t.source,
        ]  # fmt: skip


def _unit_columns() -> list[Column]:
    widths = (24, 10, 9, 9, 18, 40, 12, 16, 26, 9, 24)
    centred = {"类型", "牵头任务数", "配合任务数", "是否发表"}
    return [Column(c, w, c in centred) for c, w in zip(UNIT_COLUMNS, widths, strict=True)]


def _unit_rows(plan: Plan) -> Iterator[list[object]]:
    for u in plan.units:
        yield [
            u.name, GROUP if u.group else "单位",
            sum(u.name in t.lead for t in plan.tasks), sum(u.name in t.support for t in plan.tasks),
            "、".join(u.aliases), "、".join(u.members), u.contact, u.phone, u.email,
            "否" if u.group or not u.gets_form else "是", u.remark,
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
    return [r.code, r.unit, r.task, r.field, r.decision, r.value, r.who, r.when, r.why]


def _review_row(f: Finding) -> list[object]:
    return [f.code, f.severity.value, f.place.cell, f.task, f.message, f.fix, ""]


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
        self.findings.append(Finding(code, Place(self.file, sheet, cell), values=values))

    def sheet(self, name: str, needed: bool = True) -> Sheet | None:
        found = self._sheets.get(fold(name))
        if found is None and needed:
            self.told("PLAN-501", name, sheet=name)
        return found

    def rows(self, name: str, needed: Sequence[str], optional: bool = False) -> list[_Row]:
        """The rows below the first row of a sheet that have anything in them."""
        sheet = self.sheet(name, not optional)
        if sheet is None:
            return []
        top = min((r for r, _ in sheet.cells), default=0)
        captions = {
            c: plain(cell.value).strip() for (r, c), cell in sheet.cells.items() if r == top
        }
        missing = [c for c in needed if c not in captions.values()]
        for caption in missing:
            self.told("PLAN-502", name, top, sheet=name, caption=caption)
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
        return [plain(c.value).strip() for (r, _), c in sorted(sheet.cells.items()) if r == top]


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
    plan = _plan(reader)
    wrong = any(f.severity is Severity.ERROR for f in reader.findings)
    return None if wrong else plan, tuple(reader.findings)


def _plan(reader: _Reader) -> Plan:
    settings = {r.text("名称"): r.text("值") for r in reader.rows(SETTINGS, ("名称", "值"))}
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
        synonyms={
            fold(r.text("写法")): r.text("标准状态")
            for r in reader.rows(STATES, ("写法", "标准状态"), optional=True)
            if r.text("写法")
        },
        rulings=_rulings(reader),
        indicators=_indicators(reader, periods),
        settings={k: v for k, v in settings.items() if k not in own},
    )


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
            group=row.text("类型") == GROUP or bool(members),
            members=members,
            contact=row.text("联系人"),
            phone=row.text("联系电话"),
            email=row.text("电子邮箱"),
            gets_form=row.text("是否发表") != "否",
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
                "IND-010", indicator_sheet.SHEET, row.number, caption=read, value=row.text(read)
            )
        else:
            found.append(read)
    return tuple(found)


def _rulings(reader: _Reader) -> tuple[Ruling, ...]:
    rulings = []
    for row in reader.rows(RULINGS, RULING_COLUMNS[:6], optional=True):
        decision = row.text("裁定")
        if decision not in DECISIONS:
            reader.told(
                "PLAN-511", RULINGS, row.number, value=decision, choices="、".join(DECISIONS)
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
