"""Columns that a setting of the plan adds to the form, beside those of its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..core.form import ADJUST, ADJUST_WHY, EVIDENCE, Rule, chosen
from ..core.i18n import tr
from ..core.plan import Plan
from ..core.settings import YES, Setting
from .template import Template, TemplateCell, TemplateSheet, form_of

_PROVING = (
    (EVIDENCE, "佐证材料", "写随表报送的文件名，如：（7）验收报告.pdf；几个文件用分号分开。", 24.0),
)
_ADJUSTING = (
    (ADJUST, "申请调整", "目标或时间要调整的，写明改成什么；不申请的空着。", 28.0),
    (ADJUST_WHY, "理由", "申请调整的依据，如文件、客观情况；不申请的空着。", 28.0),
)


def extra_columns(plan: Plan) -> list[tuple[str, str, str, float]]:
    """Return the columns that the plan's settings ask for: field id, caption, prompt, width."""
    return [
        *(_PROVING if chosen(plan, Setting.EVIDENCE) == YES else ()),
        *(_ADJUSTING if chosen(plan, Setting.ADJUST) == YES else ()),
    ]


def with_extra_columns(template: Template, plan: Plan) -> Template:
    """Return the template with its :func:`extra_columns`, as it is where it has them."""
    wanted = extra_columns(plan)
    known = {f.id for f in template.form.fields}
    columns = [
        (i, tr(caption), tr(prompt), w) for i, caption, prompt, w in wanted if i not in known
    ]
    if not columns:
        return template
    sheets = [
        _widened(s, columns) if any(c.placeholder == "goal" for c in _row(s)) else s
        for s in template.sheets
    ]
    return Template(tuple(sheets), form_of(sheets))


def _row(sheet: TemplateSheet) -> list[TemplateCell]:
    return [cell for (row, _), cell in sheet.cells.items() if row == sheet.repeat]


def _widened(sheet: TemplateSheet, columns: Sequence[tuple[str, str, str, float]]) -> TemplateSheet:
    """A sheet with these columns at its right: they look like its last asked column of texts."""
    texts = [
        column
        for (row, column), cell in sorted(sheet.cells.items())
        if row == sheet.repeat and not cell.look.get("locked", True)
        and cell.rule is not None and cell.rule.kind == "text"
    ]  # fmt: skip
    if not texts:
        return sheet
    like, cells, widths = texts[-1], dict(sheet.cells), dict(sheet.widths)
    for at, (name, caption, prompt, width) in enumerate(columns, sheet.last_column + 1):
        head, own = cells[sheet.repeat - 1, like], cells[sheet.repeat, like]
        rule = replace(own.rule or Rule(), required=False)
        cells[sheet.repeat - 1, at] = replace(head, text=caption, note="")
        cells[sheet.repeat, at] = replace(
            own, text=f"{{{name}}}", rule=rule, title=caption, prompt=prompt
        )
        widths[at] = width
    # The lines above the table reach as far as it does.
    last, wider = sheet.last_column, sheet.last_column + len(columns)
    merges = tuple(
        (top, left, bottom, wider if right == last and bottom < sheet.repeat - 1 else right)
        for top, left, bottom, right in sheet.merges
    )
    return replace(sheet, cells=cells, widths=widths, merges=merges)
