"""Form + unit -> fill-in workbook: one for each unit, with only its tasks."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from ..core.form import NOT_ASKED, Form, asks, indicators_of, instruction
from ..core.i18n import EN, joined, spoken, tr
from ..core.keys import META, PRINTED, FormNumber, form_number, row_key, short_hash, text_hash
from ..core.plan import Assignment, Plan, Role
from ..core.prefill import (
    LOOK_BACK,
    ROLE_HEADINGS,
    given_texts,
    indicator_text,
    indicator_texts,
)
from ..core.result import Answers
from ..core.settings import Setting
from ..core.text import fold, percent, plain
from ..core.values.deadlines import printed_deadline
from ..writers.atomic import safe_name
from ..writers.streamed_workbook import Frame
from ..writers.table import new_workbook
from .excel_rules import Painter
from .prototype import Prototype, Rows, Strings, mark, row_xml
from .sheet_renderer import HEADING, Expansion, Formula, Locked, Painting, Values, fill
from .template import Template, TemplateSheet

IDENTITY = ("form", "unit", "period", "document", "title")


def file_name(position: int, width: int, plan: Plan, period: str, unit: str) -> str:
    """Return e.g. 07_市住建局_2022年第二季度填报表.xlsx; it sorts in plan order."""
    # English names have blanks, which a file name is better off without.
    blank = "_" if spoken() == EN else ""
    safe = re.sub(r"\s+", blank, safe_name(unit).replace(".", "").strip())
    return tr(
        "{number}_{unit}_{year}年{period}填报表.xlsx",
        number=f"{position:0{width}d}", unit=safe, year=str(plan.year),
        period=safe_name(period if spoken() != EN else re.sub(r"\s+", blank, period)),
    )  # fmt: skip


def form_bytes(
    template: Template,
    plan: Plan,
    period: int,
    unit: str,
    assignments: Sequence[Assignment],
    last: Answers | None = None,
) -> bytes:
    """Return one fill-in workbook, as :class:`Forms` makes it."""
    return Forms(template, plan, period, last).form(unit, assignments)


class Forms:
    """Makes the fill-in workbooks of a plan's ``period`` (from 1).

    ``last`` are last period's answers, shown beside what is asked now; ``looked_back`` are tasks
    that are signed off, and stand under a heading of their own. What the
    forms have in common is written when the first is asked for, in the language
    then spoken. The same plan and template give the same bytes.
    """

    def __init__(
        self,
        template: Template,
        plan: Plan,
        period: int,
        last: Answers | None = None,
        looked_back: Container[int] = (),
    ) -> None:
        self._template, self._plan, self._period = template, plan, period
        self._looked_back = looked_back
        self._last = last
        self._commons: dict[bool, _Common] = {}

    def form(self, unit: str, assignments: Sequence[Assignment]) -> bytes:
        """Return the fill-in workbook of ``unit``, with its ``assignments``."""
        plan, period, last = self._plan, self._period, self._last or {}
        keys = {
            a.task.number: str(row_key(plan, period, unit, a.task.number, text_hash(a.task)))
            for a in assignments
        }
        asked = "|".join([*(f.id for f in self._template.form.fields), *keys.values()])
        number = form_number(plan, period, unit, short_hash(asked, 4))
        values = _values(plan, period, unit, number)
        rows = [
            {
                **_task_row(plan, period, a, keys[a.task.number]),
                **_unasked(plan, self._template.form, a.role),
                "previous": _before(a, last),
            }
            for a in assignments
        ]
        numbers = _indicator_rows(plan, period, unit, assignments, last)
        common = self._common(values, measured=bool(numbers))
        strings = common.prototype.strings()
        tables: dict[str, Sequence[Values]] = {
            "goal": _grouped(rows, assignments, self._looked_back),
            "indicator": numbers,
            "": _field_rows(
                self._template.form, plan, {a.role for a in assignments}, measured=bool(numbers)
            ),
        }
        sheets = [
            painting.rows(values, tables[table], strings) for painting, table in common.sheets
        ]
        printed = [str(row["previous"]) for row in rows] + [plain(row["before"]) for row in numbers]
        lines = _identity(values, self._template.form, keys, printed if last else [])
        sheets.append(_hidden_rows(lines, common.lists, strings))
        words = {word: str(values[word])[:255] for word in IDENTITY} | {
            f"footer {painting.template.name}": _footer(painting.template, values)
            for painting, _ in common.sheets
        }
        return common.prototype.workbook(sheets, strings, words)

    def _common(self, values: Values, *, measured: bool) -> _Common:
        """What all forms have in common, those that ask for numbers or those that do not."""
        if measured not in self._commons:
            self._commons[measured] = self._write(values, measured=measured)
        return self._commons[measured]

    def _write(self, values: Values, *, measured: bool) -> _Common:
        captions: list[Values] = [
            {"period": p.caption, "current": tr("（本期）") if i == self._period else ""}
            for i, p in enumerate(self._plan.periods, 1)
        ]
        expand = {"milestones": Expansion(captions, stressed=self._period - 1, folded=True)}
        omit = () if self._last else ("previous", "before")
        book, stream = new_workbook(
            fill(tr("{title}（{period}）填报表"), values), author=self._plan.office
        )
        painter = Painter(book, self._plan.year)
        sheets = []
        for layout in self._template.sheets:
            table = next((w for w in ("goal", "indicator") if _declares(layout, w)), "")
            if measured or table != "indicator":
                sheet = book.add_worksheet(layout.name, Frame)
                sheets.append((Painting(painter, sheet, layout, expand, omit), table))
                _finish(sheet, layout)
        sheet = book.add_worksheet(META, Frame)
        # The rows are put in later; these show how far they reach, and that there are texts.
        sheet.write_row(0, 0, ["-"] * (3 + len(painter.lists) if painter.lists else 2))
        sheet.very_hidden()
        for word in IDENTITY:
            book.set_custom_property(f"reconcile.{word}", mark(word), "text")
        book.close()
        repeated = [painting.template.repeat for painting, _ in sheets]
        prototype = Prototype(stream.getvalue(), [*repeated, 0])
        return _Common(sheets, painter.lists, prototype)


@dataclass(frozen=True, slots=True)
class _Common:
    """What forms have in common: sheets, each with the word that marks its table; long lists."""

    sheets: Sequence[tuple[Painting, str]]
    lists: Sequence[tuple[str, ...]]
    prototype: Prototype


def _field_rows(form: Form, plan: Plan, roles: Collection[Role], *, measured: bool) -> list[Values]:
    """The rows of 填报说明: how each field that is asked is filled in."""
    numbers = [f for f in form.indicators if f.asked] if measured else []
    asked = [f for f in form.asked if any(asks(plan, role, f) for role in roles)]
    return [
        {"field.caption": f.caption, "field.rule": str(instruction(f, plan.year))}
        for f in (*form.head, *asked, *numbers)
    ]


def _unasked(plan: Plan, form: Form, role: Role) -> dict[str, object]:
    """What stands in those asked cells of a task row that this role does not fill in."""
    return {f.id: Locked(tr(NOT_ASKED)) for f in form.asked if not asks(plan, role, f)}


def _declares(layout: TemplateSheet, word: str) -> bool:
    """Return whether a sheet's repeated row has this placeholder."""
    return any(c.placeholder == word for (r, _), c in layout.cells.items() if r == layout.repeat)


def _values(plan: Plan, period: int, unit: str, number: FormNumber) -> dict[str, object]:
    caption = plan.periods[period - 1].caption
    return {
        "title": plan.title,
        "document": plan.document,
        "office": plan.office,
        "year": plan.year,
        "period": caption,
        "end": plan.periods[period - 1].end.isoformat(),
        "unit": unit,
        "form": str(number),
        "deadline": printed_deadline(plan, period) or tr("见通知"),
        "contact": plan.settings.get(Setting.CONTACT, "") or plan.office,
    }


def _task_row(plan: Plan, period: int, assignment: Assignment, key: str) -> dict[str, object]:
    task = assignment.task
    return {
        **given_texts(plan, period, assignment),
        "key": key,
        "number": task.number,
        "milestones": tuple(task.milestones.get(p.caption, "") for p in plan.periods),
    }


def _grouped(
    rows: Sequence[Values], assignments: Sequence[Assignment], looked_back: Container[int]
) -> list[Mapping[str, object]]:
    """Return task rows with those that the unit leads first, each kind under a heading where there are both."""
    roles = [LOOK_BACK if a.task.number in looked_back else a.role for a in assignments]
    kinds = [
        (kind, [row for row, role in zip(rows, roles, strict=True) if role == kind])
        for kind in ROLE_HEADINGS
    ]
    kinds = [(role, own) for role, own in kinds if own]
    if len(kinds) < 2 and LOOK_BACK not in roles:
        return list(rows)
    return [row for role, own in kinds for row in ({HEADING: tr(ROLE_HEADINGS[role])}, *own)]


def _before(assignment: Assignment, last: Answers) -> str:
    """Return what the unit answered last period: state, share and next steps, in a few lines."""
    unit, number = assignment.unit, assignment.task.number
    state, share = last.get((unit, number, "state")), last.get((unit, number, "percent"))
    steps = last.get((unit, number, "next"))
    parts = [tr(str(state))] if state else []
    if isinstance(share, float):
        parts.append(percent(share))
    return "\n".join(
        part
        for part in (joined(parts, "，"), tr("下一步：{steps}", steps=steps) if steps else "")
        if part
    )


def _indicator_rows(
    plan: Plan, period: int, unit: str, assignments: Sequence[Assignment], last: Answers
) -> list[dict[str, object]]:
    """Return the rows of the indicator table: targets given, live formulas for how far it has come."""
    rows = []
    for _, indicator in indicators_of(plan, assignments, period):
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


def _finish(sheet: Frame, layout: TemplateSheet) -> None:
    if any(layout.page["footer"]):
        sheet.set_footer(mark(f"footer {layout.name}"))
    if layout.protected:
        # Locked must not mean stuck: a clerk sorts, filters and widens what is hers to read.
        allowed = ("sort", "autofilter", "format_columns", "format_rows")
        sheet.protect("", dict.fromkeys(allowed, True))


def _footer(layout: TemplateSheet, values: Values) -> str:
    """Return a sheet's footer in Excel's code, without pictures, as long as Excel admits."""
    parts = zip("LCR", (fill(part, values) for part in layout.page["footer"]), strict=True)
    text = "".join(f"&{side}{text}" for side, text in parts if text)
    text = re.sub(r"&G|&\[Picture\]", "", text)
    return text.encode("utf-16-le")[: 2 * 255].decode("utf-16-le", "ignore")


def _identity(
    values: Values, form: Form, keys: Mapping[int, str], printed: Sequence[str]
) -> list[tuple[str, str]]:
    """Return what a form records about itself on a very-hidden sheet, line by line, all as text.

    Of last period's answers, ``printed`` on the form, a hash is kept: they do
    not stand in the plan workbook, and an edit could not be noticed otherwise.
    """
    return [
        *((word, str(values[word])) for word in (*IDENTITY, "year", "end", "deadline", "contact")),
        *(("field", f.id) for f in form.fields),
        *(("key", k) for k in keys.values()),
        *((PRINTED, h) for h in dict.fromkeys(short_hash(fold(t)) for t in printed if t)),
    ]


def _hidden_rows(
    lines: Sequence[tuple[str, str]], lists: Sequence[tuple[str, ...]], strings: Strings
) -> Rows:
    """Return the rows of the very-hidden sheet: identity in two columns, long lists from column D on."""
    rows_xml = []
    columns = [[word for word, _ in lines], [text for _, text in lines], [], *lists]
    last = max(map(len, columns))
    letters = [xl_col_to_name(i) for i in range(len(columns))]
    for row in range(last):
        cells = (
            f'<c r="{letter}{row + 1}{strings.tail(column[row])}'
            for letter, column in zip(letters, columns, strict=True)
            if row < len(column)
        )
        rows_xml.append(row_xml(row + 1, "".join(cells)))
    return Rows("".join(rows_xml), last)
