"""Plan -> plan workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from xlsxwriter.worksheet import Worksheet

from ..core.findings import Finding, letters
from ..core.i18n import EN, joined, sheet_name, spoken, tr
from ..core.plan import Period, Plan, Ruling
from ..core.settings import NOTES, UPPER_NOTES, Setting
from ..core.text import fold
from ..core.unit_names import reviewed_names
from ..core.values.synonyms import ENGLISH_SYNONYMS
from ..writers.table import A3, Cell, Column, Listing, colour_tabs, new_workbook
from ..writers.theme import TAB_MAIN, TAB_QUIET, TAB_WAITING
from . import indicator_sheet
from .guide import FILL_IN, Layout, write_guide
from .sheets import (
    ASSIGNED,
    CERTAINTY,
    CHANGE_COLUMNS,
    CHANGE_WIDTHS,
    CHANGES,
    COLUMNS,
    DECISIONS,
    GROUP,
    GUIDE,
    PERIOD_COLUMNS,
    PERIODS,
    PRINTED_COLUMNS,
    REVIEW,
    REVIEW_COLUMNS,
    ROLES,
    RULING_COLUMNS,
    RULINGS,
    SETTINGS,
    STATES,
    TASKS,
    TICK,
    UNIT_COLUMNS,
    UNITS,
    UPPER_NUMBER,
    UPPER_ROLE,
    change_row,
)


class _Book(Listing):
    """A plan workbook in the making: it remembers where its tables stand, for the guide to count in."""

    @property
    def layouts(self) -> dict[str, Layout]:
        """Where the tables stand that were written so far, by name."""
        return {name: Layout(*layout) for name, layout in self.written.items()}

    def waiting(self, sheet: Worksheet, at: int, count: int, formula: str) -> None:
        """Have the cells of a column yellow for as long as a formula for its first row is true."""
        look = self.format(bg_color=FILL_IN)
        rule = {"type": "formula", "criteria": formula, "format": look}
        sheet.conditional_format(1, at, count + 200, at, rule)


def plan_bytes(plan: Plan, findings: Sequence[Finding] = ()) -> bytes:
    """Return the plan workbook; ``findings`` fill its 待核 sheet.

    The same plan gives the same bytes.
    """
    book, stream = new_workbook(plan.title, author=plan.office)
    listing = _Book(book)
    # What a person works through stands in front; a table finds its sheet by name.
    guide = book.add_worksheet(sheet_name(GUIDE))
    for name in (REVIEW, *([COLUMNS] if plan.columns else []), TASKS):
        book.add_worksheet(sheet_name(name))
    extras = tuple(dict.fromkeys(c for t in plan.tasks for c in t.extras))
    columns = _task_columns(plan.periods, extras)
    if Setting.UPPER_FORM in plan.settings:
        _assigning_table(listing, plan, columns, extras)
    else:
        listing.table(TASKS, columns, _task_rows(plan, extras), paper=A3)
    _units_sheet(listing, plan)
    captions = [p.caption for p in plan.periods]
    listing.table(
        indicator_sheet.SHEET,
        indicator_sheet.columns(captions),
        indicator_sheet.rows(plan.indicators, captions),
        frozen=2,
    )
    columns = [Column(c, 14, c != "时段") for c in PERIOD_COLUMNS]
    periods, _ = listing.table(PERIODS, columns, map(_period_row, plan.periods))
    notes = {**NOTES, **UPPER_NOTES}
    columns = [Column("名称", 16), Column("值", 52), Column("说明", 52)]
    settings = _settings(plan)
    listing.table(SETTINGS, columns, ([tr(k), v, tr(notes.get(k, ""))] for k, v in settings))
    for_all = [name for name, _ in settings].index(Setting.DEADLINE) + 2
    at = PERIOD_COLUMNS.index("报送截止")
    unnamed = f'AND($A2<>"",${letters(at + 1)}2="",\'{sheet_name(SETTINGS)}\'!$B${for_all}="")'
    listing.waiting(periods, at, 0, f"={unnamed}")
    columns = [Column("写法", 24), Column("标准状态", 16)]
    listing.table(STATES, columns, _synonym_rows(plan))
    sheet, _ = listing.table(RULINGS, _ruling_columns(), (_ruling_row(r) for r in plan.rulings))
    listing.choices(sheet, RULING_COLUMNS.index("裁定"), 500, [tr(d) for d in DECISIONS])
    if plan.changes:
        columns = [Column(c, w) for c, w in zip(CHANGE_COLUMNS, CHANGE_WIDTHS, strict=True)]
        listing.table(CHANGES, columns, map(change_row, plan.changes))
    if plan.columns:
        _columns_sheet(listing, plan)
    columns = [
        Column(caption, width, caption in ("级别", "序号", TICK))
        for caption, width in zip(REVIEW_COLUMNS, (11, 7, 16, 7, 60, 44, 7), strict=True)
    ]
    sheet, count = listing.table(REVIEW, columns, (_review_row(f) for f in findings))
    tick = REVIEW_COLUMNS.index(TICK)
    listing.choices(sheet, tick, count, [tr("是")])
    listing.waiting(sheet, tick, count, f'=AND($A2<>"",${letters(tick + 1)}2="")')
    write_guide(listing, guide, plan, findings, listing.layouts)
    waiting = dict.fromkeys((GUIDE, REVIEW, COLUMNS), TAB_WAITING)
    main = dict.fromkeys((TASKS, UNITS, indicator_sheet.SHEET), TAB_MAIN)
    rest = dict.fromkeys((PERIODS, SETTINGS, STATES, RULINGS, CHANGES), TAB_QUIET)
    colour_tabs(book, {**waiting, **main, **rest})
    guide.activate()
    book.close()
    return stream.getvalue()


def _units_sheet(listing: _Book, plan: Plan) -> None:
    """Write 单位; what a person must fill in, of groups and of those who get a form, is yellow while empty."""
    sheet, count = listing.table(UNITS, _unit_columns(), _unit_rows(plan))
    listing.choices(sheet, UNIT_COLUMNS.index("类型"), count, [tr("单位"), tr(GROUP)])
    listing.choices(sheet, UNIT_COLUMNS.index("是否发表"), count, [tr("是"), tr("否")])
    at = {caption: letters(i + 1) for i, caption in enumerate(UNIT_COLUMNS)}
    for caption, asked, word in (
        ("集合单位成员", "类型", GROUP), ("联系人", "是否发表", "是"), ("联系电话", "是否发表", "是"),
        ("电子邮箱", "是否发表", "是"),
    ):  # fmt: skip
        formula = f'=AND(${at[asked]}2="{tr(word)}",${at[caption]}2="")'
        listing.waiting(sheet, UNIT_COLUMNS.index(caption), count, formula)


def _columns_sheet(listing: _Book, plan: Plan) -> None:
    """Write 栏目: each printed column, what it was taken for, why, and a list to choose another role from."""
    widths = (26, 16, 20, 9, 24, 44, 18)
    columns = [
        Column(caption, width, caption == "把握")
        for caption, width in zip(PRINTED_COLUMNS, widths, strict=True)
    ]
    rows = []
    for one in plan.columns:
        sure, why = CERTAINTY.get(one.basis, CERTAINTY["none"])
        cells: list[object] = [
            one.caption, tr(one.role), tr(one.chosen), tr(sure), tr(why), one.sample, str(one.where),
        ]  # fmt: skip
        cells[2] = Cell(cells[2], {"bg_color": FILL_IN})
        rows.append(cells)
    sheet, count = listing.table(COLUMNS, columns, rows)
    listing.choices(sheet, PRINTED_COLUMNS.index("改作"), count, [tr(role) for role in ROLES])


def _synonym_rows(plan: Plan) -> Iterator[list[object]]:
    """Words and what they mean; the usual English ones as people write them, not folded."""
    usual = {fold(w): w for words in ENGLISH_SYNONYMS.values() for w in words}
    spelled = usual if spoken() == EN else {}
    for word, state in plan.synonyms.items():
        yield [spelled.get(word, word), tr(state)]


def _task_columns(periods: Sequence[Period], extras: Sequence[str]) -> list[Column]:
    return [
        Column("序号", 6, True), Column("类别", 18), Column("目标任务", 34),
        *(Column(p.caption, 34) for p in periods),
        Column("牵头单位", 16), Column("共同责任单位", 26),
        *(Column(c, 16) for c in extras), Column("出处", 13, True),
    ]  # fmt: skip


def written_names(names: Sequence[str]) -> str:
    """Return names as one text from which :func:`reviewed_names` reads them again."""
    text = joined(names)
    return text if reviewed_names(text) == tuple(names) else "; ".join(names)


def _task_rows(plan: Plan, extras: Sequence[str]) -> Iterator[list[object]]:
    for t in plan.tasks:
        yield [
            t.number, "\n".join(t.sections), t.goal,
            *(t.milestones.get(p.caption, "") for p in plan.periods),
            written_names(t.lead), written_names(t.support),
            *(t.extras.get(c, "") for c in extras), str(t.source),
        ]  # fmt: skip


def _assigning_table(
    listing: _Book, plan: Plan, columns: Sequence[Column], extras: Sequence[str]
) -> None:
    """Write 任务 for a person to assign: what to fill in stands beside the goal, with the register's names.

    The list only offers names, since a task may have several units.
    """
    wanted = [
        c
        for c in ("序号", UPPER_NUMBER, "目标任务", *ASSIGNED)
        if c in {c.caption for c in columns}
    ]
    rank = {caption: i for i, caption in enumerate(wanted)}
    order = sorted(range(len(columns)), key=lambda i: rank.get(columns[i].caption, len(rank)))
    shown = [
        replace(columns[i], width=9, centred=True)
        if columns[i].caption in (UPPER_NUMBER, UPPER_ROLE) else columns[i]
        for i in order
    ]  # fmt: skip
    first = [i for i, c in enumerate(shown) if c.caption in ASSIGNED]
    rows = []
    for row in _task_rows(plan, extras):
        cells = [row[i] for i in order]
        for i in first:
            cells[i] = Cell(cells[i], {"bg_color": FILL_IN})
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


def _unit_columns() -> list[Column]:
    widths = (24, 10, 9, 9, 18, 40, 12, 16, 26, 9, 18, 24)
    centred = {"类型", "牵头任务数", "配合任务数", "是否发表"}
    return [Column(c, w, c in centred) for c, w in zip(UNIT_COLUMNS, widths, strict=True)]


def _unit_rows(plan: Plan) -> Iterator[list[object]]:
    for u in plan.units:
        yield [
            u.name, tr(GROUP if u.group else "单位"),
            sum(u.name in t.lead for t in plan.tasks), sum(u.name in t.support for t in plan.tasks),
            written_names(u.aliases), written_names(u.members), u.contact, u.phone, u.email,
            tr("否" if u.group or not u.gets_form else "是"), "", u.remark,
        ]  # fmt: skip


def _settings(plan: Plan) -> list[tuple[str, object]]:
    own: dict[str, object] = {
        Setting.TITLE: plan.title, Setting.DOCUMENT: plan.document, Setting.YEAR: plan.year,
        Setting.OFFICE: plan.office,
    }  # fmt: skip
    rest: dict[str, object] = {k: plan.settings.get(k, "") for k in NOTES if k not in own}
    rest |= {**plan.settings, Setting.KEY: plan.key}
    return [*own.items(), *rest.items()]


def _period_row(p: Period) -> list[object]:
    """The row of a period; a deadline that is written as a day stands there as one."""
    day: str | date = p.deadline
    with suppress(ValueError):
        day = date.fromisoformat(p.deadline)
    return [p.caption, p.end, day, p.months]


def _ruling_columns() -> list[Column]:
    return [
        Column(c, w)
        for c, w in zip(RULING_COLUMNS, (11, 18, 7, 14, 10, 30, 10, 12, 36), strict=True)
    ]


def _ruling_row(r: Ruling) -> list[object]:
    return [r.code, r.unit, r.task, r.field, tr(r.decision), r.value, r.who, r.when, r.why]


def _review_row(f: Finding) -> list[object]:
    return [f.code, tr(f.severity.value), str(f.place.cell), f.task, f.message, f.fix, ""]
