"""Plan -> plan workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..core.findings import Finding
from ..core.i18n import EN, ZH, sheet_name, spoken, tr
from ..core.plan import Period, Plan, Ruling
from ..core.text import fold
from ..core.unit_names import written_names
from ..core.values.synonyms import ENGLISH_SYNONYMS
from ..locale import english_in
from ..writers.table import A3, Cell, Column, Listing, new_workbook
from . import indicator_sheet
from .sheets import (
    ASSIGNED,
    COLUMNS,
    DECISIONS,
    GROUP,
    PERIODS,
    PRINTED_COLUMNS,
    REVIEW,
    ROLES,
    RULING_COLUMNS,
    RULINGS,
    SETTING_NOTES,
    SETTINGS,
    STATES,
    TASKS,
    TOLD,
    UNIT_COLUMNS,
    UNITS,
    UPPER_FORM,
    UPPER_NOTES,
    UPPER_NUMBER,
    UPPER_ROLE,
)


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
    ends = "截止日期" if spoken() == ZH else english_in("period", "截止日期")
    columns = [Column("时段", 14), Column(ends, 14, True), Column("已过月数", 12, True)]
    listing.table(PERIODS, columns, ([p.caption, p.end, p.months] for p in plan.periods))
    notes = {**SETTING_NOTES, **UPPER_NOTES}
    columns = [Column("名称", 16), Column("值", 52), Column("说明", 52)]
    listing.table(SETTINGS, columns, ([tr(k), v, tr(notes.get(k, ""))] for k, v in _settings(plan)))
    columns = [Column("写法", 24), Column("标准状态", 16)]
    listing.table(STATES, columns, _synonym_rows(plan))
    sheet, _ = listing.table(RULINGS, _ruling_columns(), (_ruling_row(r) for r in plan.rulings))
    listing.choices(sheet, RULING_COLUMNS.index("裁定"), 500, [tr(d) for d in DECISIONS])
    if plan.columns:
        _columns_sheet(listing, plan)
    columns = [
        Column("编码", 11), Column("级别", 7, True), Column("位置", 16), Column("序号", 7, True),
        Column("问题", 60), Column("怎么办", 44), Column("已核", 7, True),
    ]  # fmt: skip
    listing.table(REVIEW, columns, (_review_row(f) for f in findings))
    book.close()
    return stream.getvalue()


def _columns_sheet(listing: Listing, plan: Plan) -> None:
    """Write 栏目: each printed column, what it was taken for, why, and a list to choose another role from."""
    widths = (26, 16, 20, 9, 24, 44, 18)
    columns = [
        Column(caption, width, caption == "把握")
        for caption, width in zip(PRINTED_COLUMNS, widths, strict=True)
    ]
    rows = []
    for one in plan.columns:
        sure, why = TOLD.get(one.told, TOLD["none"])
        cells: list[object] = [
            one.caption, tr(one.role), tr(one.chosen), tr(sure), tr(why), one.sample, str(one.where),
        ]  # fmt: skip
        cells[2] = Cell(cells[2], {"bg_color": "#FFF9E5"})
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


def _task_rows(plan: Plan, extras: Sequence[str]) -> Iterator[list[object]]:
    for t in plan.tasks:
        yield [
            t.number, "\n".join(t.sections), t.goal,
            *(t.milestones.get(p.caption, "") for p in plan.periods),
            written_names(t.lead), written_names(t.support),
            *(t.extras.get(c, "") for c in extras), str(t.source),
        ]  # fmt: skip


def _assigning_table(
    listing: Listing, plan: Plan, columns: Sequence[Column], extras: Sequence[str]
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
    return [f.code, tr(f.severity.value), str(f.place.cell), f.task, f.message, f.fix, ""]
