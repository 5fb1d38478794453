"""Form + unit -> fill-in workbook: one for each unit, with only its tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .files import cut_name
from .given import given_texts, indicator_text, indicator_texts, indicators_of
from .identity import META, PRINTED, FormNumber, form_number, row_key, short_hash, text_hash
from .language import EN, joined, spoken, tr
from .listing import new_workbook
from .merged import Answers
from .model import Assignment, Form, Plan
from .paint import Expansion, Formula, Painted, Painter, Values, fill, paint
from .template import Template, TemplateSheet
from .text import fold, instruction, percent, plain

IDENTITY = ("form", "unit", "period", "document", "title")


def file_name(position: int, width: int, plan: Plan, period: str, unit: str) -> str:
    """Return e.g. 07_市住建局_2022年第二季度填报表.xlsx; it sorts in plan order."""
    # English names have blanks, which a file name is better off without.
    blank = "_" if spoken() == EN else ""
    safe = re.sub(r"\s+", blank, re.sub(r'[\\/:*?"<>|.]+', "", unit).strip())
    return tr(
        "{number}_{unit}_{year}年{period}填报表.xlsx",
        number=f"{position:0{width}d}", unit=cut_name(safe), year=str(plan.year),
        period=period if spoken() != EN else re.sub(r"\s+", blank, period),
    )  # fmt: skip


def form_bytes(
    template: Template,
    plan: Plan,
    period: int,
    unit: str,
    assignments: Sequence[Assignment],
    last: Answers | None = None,
) -> bytes:
    """Return the fill-in workbook of ``unit`` for the plan's ``period`` (from 1).

    ``last`` are last period's answers, shown beside what is asked now.
    The same plan and template give the same bytes.
    """
    keys = {
        a.task.number: str(row_key(plan, period, unit, a.task.number, text_hash(a.task)))
        for a in assignments
    }
    version = short_hash("|".join([*(f.id for f in template.form.fields), *keys.values()]), 4)
    number = form_number(plan, period, unit, version)
    values = _values(plan, period, unit, number)
    captions: list[Values] = [
        {"period": p.caption, "current": tr("（本期）") if i == period else ""}
        for i, p in enumerate(plan.periods, 1)
    ]
    expand = {"milestones": Expansion(captions, stressed=period - 1)}
    rows = [
        {**_task_row(plan, period, a, keys[a.task.number]), "previous": _before(a, last or {})}
        for a in assignments
    ]
    numbers = _indicator_rows(plan, period, unit, assignments, last or {})
    asked = [f for f in template.form.indicators if f.asked] if numbers else []
    field_rows = [
        {"field.caption": f.caption, "field.rule": instruction(f)}
        for f in (*template.form.head, *template.form.asked, *asked)
    ]
    omit = () if last else ("previous", "before")
    book, stream = new_workbook(fill(tr("{title}（{period}）填报表"), values))
    painter = Painter(book)
    for layout in template.sheets:
        of_tasks, of_indicators = _declares(layout, "goal"), _declares(layout, "indicator")
        if of_indicators and not numbers:
            continue
        sheet = book.add_worksheet(layout.name)
        shown = rows if of_tasks else numbers if of_indicators else field_rows
        painted = paint(painter, sheet, layout, values, shown, expand, omit)
        _finish(sheet, layout, values, painted)
        if of_tasks:
            sheet.activate()
            sheet.set_first_sheet()
    printed = [str(row["previous"]) for row in rows] + [plain(row["before"]) for row in numbers]
    _identity(book, values, template.form, keys, printed if last else [], painter.lists)
    book.close()
    return stream.getvalue()


def _declares(layout: TemplateSheet, word: str) -> bool:
    """Say whether a sheet's repeated row has this placeholder."""
    return any(c.placeholder == word for (r, _), c in layout.cells.items() if r == layout.repeat)


def _values(plan: Plan, period: int, unit: str, number: FormNumber) -> dict[str, object]:
    caption = plan.periods[period - 1].caption
    return {
        "title": plan.title,
        "document": plan.document,
        "office": plan.office,
        "year": plan.year,
        "period": caption,
        "unit": unit,
        "form": str(number),
        "deadline": plan.settings.get("截止日期", "") or tr("见通知"),
        "contact": plan.settings.get("联系方式", "") or plan.office,
    }


def _task_row(plan: Plan, period: int, assignment: Assignment, key: str) -> dict[str, object]:
    task = assignment.task
    return {
        **given_texts(plan, period, assignment),
        "key": key,
        "number": task.number,
        "milestones": tuple(task.milestones.get(p.caption, "") for p in plan.periods),
    }


def _before(assignment: Assignment, last: Answers) -> str:
    """What the unit answered last period: state, share and next steps, in a few lines."""
    unit, number = assignment.unit, assignment.task.number
    state, share = last.get((unit, number, "state")), last.get((unit, number, "percent"))
    steps = last.get((unit, number, "next"))
    told = [tr(str(state))] if state else []
    if isinstance(share, float):
        told.append(percent(share))
    return "\n".join(
        part
        for part in (joined(told, "，"), tr("下一步：{steps}", steps=steps) if steps else "")
        if part
    )


def _indicator_rows(
    plan: Plan, period: int, unit: str, assignments: Sequence[Assignment], last: Answers
) -> list[dict[str, object]]:
    """The rows of the indicator table: targets given, live formulas for how far it has come."""
    rows = []
    for _, indicator in indicators_of(plan, assignments):
        text = short_hash(indicator_text(indicator))
        whole = "target" if indicator.basis == "period" else "annual"
        rate = f'=IF(OR({{actual}}="",N({{{whole}}})<=0),"",{{actual}}/{{{whole}}})'
        gap = '=IF(OR({actual}="",NOT(ISNUMBER({target}))),"",{actual}-{target})'
        rows.append(
            {
                **indicator_texts(plan, period, indicator),
                "before": last.get((unit, indicator.number, f"actual:{indicator.name}"), ""),
                "key": str(row_key(plan, period, unit, indicator.number, text)),
                "rate": "" if indicator.basis == "growth" else Formula(rate),
                "gap": Formula(gap),
            }
        )
    return rows


def _finish(sheet: Worksheet, layout: TemplateSheet, values: Values, painted: Painted) -> None:
    left, centre, right = (fill(part, values) for part in layout.page["footer"])
    footer = "".join(
        f"&{side}{text}" for side, text in zip("LCR", (left, centre, right), strict=True) if text
    )
    if footer:
        sheet.set_footer(footer)
    if layout.protected:
        # Locked must not mean stuck: a clerk sorts, filters and widens what is hers to read.
        allowed = ("sort", "autofilter", "format_columns", "format_rows")
        sheet.protect("", dict.fromkeys(allowed, True))


def _identity(
    book: Workbook,
    values: Values,
    form: Form,
    keys: Mapping[int, str],
    printed: Sequence[str],
    lists: Sequence[tuple[str, ...]],
) -> None:
    """Write the identity to a very-hidden sheet and the document properties, all as text.

    Of last period's answers, ``printed`` on the form, a hash is kept: they do
    not stand in the plan workbook, and an edit could not be told otherwise.
    """
    lines = [(word, str(values[word])) for word in IDENTITY]
    issued = [(word, str(values[word])) for word in ("deadline", "contact")]
    sheet = book.add_worksheet(META)
    written = [
        *lines,
        *issued,
        *(("field", f.id) for f in form.fields),
        *(("key", k) for k in keys.values()),
        *((PRINTED, h) for h in dict.fromkeys(short_hash(fold(t)) for t in printed if t)),
    ]
    for row, (word, text) in enumerate(written):
        sheet.write_string(row, 0, word)
        sheet.write_string(row, 1, text)
    for column, choices in enumerate(lists, 3):
        sheet.write_column(0, column, choices)
    sheet.very_hidden()
    for word, text in lines:
        book.set_custom_property(f"reconcile.{word}", text[:255], "text")
