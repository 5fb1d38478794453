"""The plan workbook's first sheet, 说明: what a person does next, in order, and how much of it is left.

How much is left is counted by formulas, which follow while a person works; the values they have when
the workbook is made are counted here by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from ..core.findings import Finding, Severity, letters
from ..core.i18n import sheet_name, tr
from ..core.plan import Plan
from ..core.settings import Setting
from ..core.values.deadlines import deadline_text
from ..writers.row_height import row_height
from ..writers.table import Column, Listing, fitted, page
from . import indicator_sheet
from .sheets import (
    CERTAINTY,
    COLUMNS,
    GROUP,
    PERIODS,
    REVIEW,
    SETTINGS,
    TASKS,
    TICK,
    UNITS,
)

FILL_IN = "#FFF2CC"
"""The yellow of cells that wait for a person."""
_DONE = "#E2EFDA"
NOTE = Severity.NOTE.value
_MORE = 300
"""So many rows below a table's last are counted, too: people add units and tasks."""
_STEP = (
    Column("步骤", 7, True),
    Column("做什么", 74),
    Column("在哪里", 14, True),
    Column("还剩", 9, True),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table stands: its captions from left to right, and how many rows it has."""

    captions: tuple[str, ...]
    rows: int

    def column(self, sheet: str, caption: str) -> str:
        """Return a column as formulas name it: '单位'!$F$2:$F$397."""
        at = letters(self.captions.index(caption) + 1)
        return f"'{sheet_name(sheet)}'!${at}$2:${at}${self.rows + 1 + _MORE}"


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to do: where, the formula that counts what is left, and what it counts now."""

    text: str
    sheet: str
    formula: str = ""
    left: int = 0


def write_guide(
    listing: Listing,
    sheet: Worksheet,
    plan: Plan,
    findings: Sequence[Finding],
    tables: dict[str, Layout],
) -> None:
    """Write the sheet; ``tables`` are the layouts of the sheets that are counted, by their names."""
    widths = [column.width for column in _STEP]
    for at, column in enumerate(_STEP):
        sheet.set_column(at, at, column.width)
    title = plan.title or tr("总台账")
    sheet.set_row(0, row_height([(title, sum(widths), 16)], 34))
    sheet.merge_range(0, 0, 0, len(_STEP) - 1, title, listing.title(16))
    intro = tr(
        "这是总台账：发表、收表、汇总都以它为准。请从上到下做完下面几步；黄色的格子等您填。"
        "做到“还剩”全是 0，就可以发表（reconcile generate）。"
    )
    text = listing.format(text_wrap=True, valign="top")
    sheet.set_row(1, row_height([(intro, sum(widths), 11)], 22))
    sheet.merge_range(1, 0, 1, len(_STEP) - 1, intro, text)
    for at, column in enumerate(_STEP):
        sheet.write_string(2, at, listing.caption(column.caption), listing.head)
    sheet.set_row(2, 22)
    row = 3
    for number, step in enumerate(_steps(plan, findings, tables), 1):
        sheet.set_row(row, row_height([(step.text, fitted(step.text, widths[1]), 11)], 20))
        listing.write(sheet, row, 0, number, _STEP[0])
        listing.write(sheet, row, 1, step.text, _STEP[1])
        sheet.write_url(
            row, 2, f"internal:'{sheet_name(step.sheet)}'!A1",
            listing.boxed(align="center", font_color="#1F4E79", underline=1), sheet_name(step.sheet),
        )  # fmt: skip
        counted = listing.boxed(align="center", bold=True)
        if step.formula:
            sheet.write_formula(row, 3, step.formula, counted, step.left)
        else:
            sheet.write_string(row, 3, "—", counted)
        row += 1
    for rule, colour in ((">", FILL_IN), ("=", _DONE)):
        look = listing.format(bg_color=colour)
        sheet.conditional_format(
            3, 3, row - 1, 3, {"type": "cell", "criteria": rule, "value": 0, "format": look}
        )
    sheet.set_column(len(_STEP), len(_STEP), 3)
    sheet.hide_gridlines(2)
    page(sheet, landscape=True)


def _steps(plan: Plan, findings: Sequence[Finding], tables: dict[str, Layout]) -> Iterator[_Step]:
    def column(sheet: str, caption: str) -> str:
        return tables[sheet].column(sheet, caption)

    def both(sheet: str, named: str, empty: str, word: str = "") -> str:
        """Count the rows that have ``named`` (or ``word`` in it) and not ``empty``."""
        given = column(sheet, named)
        condition = f'({given}="{tr(word)}")' if word else f'({given}<>"")'
        return f'=SUMPRODUCT({condition}*({column(sheet, empty)}=""))'

    if findings:
        yield _Step(
            tr("逐条看“待核”：对照原文，该改的在有关的表里改；看过一条，就在“已核”一栏选“是”。级别是“说明”的，看不看都行。"),
            REVIEW,
            f'=SUMPRODUCT(({column(REVIEW, "编码")}<>"")*({column(REVIEW, "级别")}<>"{tr(NOTE)}")'
            f'*({column(REVIEW, TICK)}=""))',
            sum(f.severity is not Severity.NOTE for f in findings),
        )  # fmt: skip
    if plan.columns:
        unsure = sum(
            CERTAINTY.get(c.basis, CERTAINTY["none"])[0] == "请核对" and not c.chosen
            for c in plan.columns
        )
        yield _Step(
            tr(
                "看“栏目”：计划里每一栏当作什么。认错的，在“改作”一栏选，再用 --columns 重新提取；"
                "认对了的，也选一下，就不再算。"
            ),
            COLUMNS, both(COLUMNS, "把握", "改作", "请核对"), unsure,
        )  # fmt: skip
    yield _Step(
        tr("补上没有牵头单位的任务；计划本来就没有写的，可以空着。"),
        TASKS, both(TASKS, "目标任务", "牵头单位"), sum(not t.lead for t in plan.tasks),
    )  # fmt: skip
    yield _Step(
        tr("填集合单位（如“各县区”）有哪些成员：没有成员的，它的任务发不出去。"),
        UNITS, both(UNITS, "类型", "集合单位成员", GROUP),
        sum(u.group and not u.members for u in plan.units),
    )  # fmt: skip
    if plan.indicators:
        doubts = column(indicator_sheet.SHEET, "存疑")
        yield _Step(
            tr("看“量化指标”：机器从目标里读出的数。对的，删去“存疑”一栏的话；不对的，改正。"),
            indicator_sheet.SHEET, f'=SUMPRODUCT(--({doubts}<>""))',
            sum(bool(i.doubts) for i in plan.indicators),
        )  # fmt: skip
    names, values = column(SETTINGS, "名称"), column(SETTINGS, "值")
    ends, deadlines = column(PERIODS, "时段"), column(PERIODS, "报送截止")
    yield _Step(
        tr(
            "填报送截止：各单位交表的最后一天，印在填报表上。各时段不同的，填在“时段”；都一样的，填“设置”里的截止日期。"
        ),
        PERIODS,
        f'=IF(SUMPRODUCT(({names}="{tr(Setting.DEADLINE)}")*({values}<>""))>0,0,'
        f'SUMPRODUCT(({ends}<>"")*({deadlines}="")))',
        sum(not deadline_text(plan, number) for number in range(1, len(plan.periods) + 1)),
    )
    if Setting.UPPER_FORM not in plan.settings:
        yield _Step(
            tr("要用 reconcile mail 发信的，填各单位的电子邮箱；自己分发的不必填。"),
            UNITS, both(UNITS, "是否发表", "电子邮箱", "是"),
            sum(u.gets_form and not u.group and not u.email for u in plan.units),
        )  # fmt: skip
