"""Summaries of former periods -> what was accepted then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.form import Field, Form
from ..core.i18n import joined, meant, tr
from ..core.result import Accepted, Previous
from ..locale import english_sheet
from ..readers import Sheet, read_book
from ..readers.limits import LIMITS
from ..readers.workbook import values_by_row
from ..writers.atomic import read_regular
from ..writers.marks import read_mark

RECORDS = "明细"
"""The sheet of records, read back from summaries of ours."""


def holds_records(path: Path) -> bool:
    """Return whether a workbook has the sheet that :func:`read_previous` reads."""
    return read_mark(path).has(RECORDS)


def read_previous(
    paths: Sequence[Path], form: Form, periods: Sequence[str]
) -> tuple[Previous | None, tuple[Finding, ...]]:
    """Read former periods' values from the 明细 sheets of summaries that we wrote.

    ``periods`` are the plan's captions before the current one, in order. Returns
    (values, findings); None when a file cannot be read, is no summary of ours
    or is of no former period of this plan.
    """
    found: dict[str, dict[tuple[str, int, str], Accepted]] = {}
    for path in paths:
        content = read_regular(path, _OF_A_SUMMARY.file_bytes)
        book, findings = read_book(path.name, content, limits=_OF_A_SUMMARY)
        if book is None:
            return None, findings
        rows = [row for s in book.sheets if _holds_records(s) for row in _record_values(s)]
        if not rows:
            return None, (Finding("FORM-024", Place(path.name)),)
        for period, unit, number, caption, value in rows:
            field = _field_of(form, str(caption))
            if period not in periods:
                values = {"period": period, "periods": joined(periods) or tr("（没有）")}
                return None, (Finding("FORM-029", Place(path.name), values=values),)
            if field and isinstance(number, float) and isinstance(value, (str, float, date)):
                if isinstance(value, str):  # a standard word, in whatever language it was written
                    value = meant(value, field.rule.choices)
                found.setdefault(str(period), {})[str(unit), int(number), field.id] = value
    return Previous({p: found[p] for p in periods if p in found}), ()


# A summary of ours has as many answers as a province, a return as many as a unit.
_OF_A_SUMMARY = replace(
    LIMITS, file_bytes=128 << 20, unpacked_bytes=1 << 29, rows=1 << 19, cells=8_000_000,
    signs=200_000_000, tags=40_000_000, seconds=120,
)  # fmt: skip


def _holds_records(sheet: Sheet) -> bool:
    name, _, number = sheet.name.partition(" ")
    return name in (RECORDS, english_sheet(RECORDS)) and (not number or number.isdecimal())


def _field_of(form: Form, caption: str) -> Field | None:
    """The field of a caption, also of one that the form lists as another name of it."""
    found = form.field(caption)
    if found is None:
        others = (*form.fields, *form.head)
        found = next((f for f in others if caption in f.aliases), None)
    for asked in form.indicators if found is None else ():
        for name in asked.aliases:
            for ending in (f"：{name}", f": {name}"):
                if asked.asked and caption.endswith(ending):
                    return form.of_indicator(asked, caption.removesuffix(ending))
    return found


_READ_BACK = ("时段", "责任单位", "序号", "栏目", "采用值")


def _record_values(sheet: Sheet) -> Iterator[list[object]]:
    """The rows of a 明细 sheet, only the columns that are read back."""
    columns: list[int] = []
    for _, told in values_by_row(sheet.cells):
        values = dict(told)
        if columns:
            yield [values.get(column) for column in columns]
            continue
        captions = {meant(str(value), _READ_BACK): column for column, value in values.items()}
        if not set(_READ_BACK) <= set(captions):
            return
        columns = [captions[name] for name in _READ_BACK]
