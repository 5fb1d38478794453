"""Summaries of former periods -> what was accepted then, and how the tasks stood.

They stand in the office's workbook, 汇总_明细; in a summary of the old shape, which was one workbook
for all, the records do, without the standings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.form import Field, Form
from ..core.i18n import Listed, Phrase, meant, tr
from ..core.lights import LIGHTS, Basis, Lag
from ..core.plan import STATES
from ..core.result import PENDING, UNANSWERED, Accepted, Answers, Previous, Standing
from ..locale import english_sheet
from ..readers import Book, Sheet, read_book
from ..readers.limits import LIMITS
from ..readers.workbook import values_by_row
from ..writers.atomic import read_regular
from ..writers.marks import read_mark

RECORDS, STANDINGS = "明细", "任务评定"
"""The sheets of records and of standings, read back from summaries of ours."""
_OVERVIEW = "总览"
LAG = "比进度（百分点）"
STANDING_CAPTIONS = ("序号", "时段", "完成情况", "亮灯", LAG, "口径", "依据", "目标任务")
"""What :func:`read_previous` reads of a task's standing."""


def holds_records(path: Path) -> bool:
    """Return whether a workbook has the sheet that :func:`read_previous` reads."""
    return read_mark(path).has(RECORDS)


def details_name(stem: str) -> str:
    """Return the name, without its ending, of the office's workbook that goes with a summary's."""
    usual = tr("汇总_")
    return (
        tr("汇总_明细_") + stem.removeprefix(usual)
        if stem.startswith(usual)
        else tr("{stem}_明细", stem=stem)
    )


def read_previous(
    paths: Sequence[Path], form: Form, periods: Sequence[str]
) -> tuple[Previous | None, tuple[Finding, ...]]:
    """Read former periods' values and standings from the 明细 and 任务评定 sheets of summaries that we wrote.

    ``periods`` are the plan's captions before the current one, in order. Returns
    (values, findings); None when a file cannot be read, is no summary of ours
    or is of no former period of this plan.
    """
    periods_read: dict[str, Answers] = {}
    standings: dict[str, Mapping[int, Standing]] = {}
    goals: dict[str, Mapping[int, str]] = {}
    for path in paths:
        book, findings = open_summary(path)
        if book is None:
            return None, findings
        summary, findings = previous_in(path, book, form, periods)
        if summary is None:
            return None, findings
        for caption, answers in summary.periods.items():
            periods_read[caption] = {**periods_read.get(caption, {}), **answers}
        for caption, stood in summary.standings.items():
            standings[caption] = {**standings.get(caption, {}), **stood}
            goals[caption] = {**goals.get(caption, {}), **summary.goals[caption]}
    return Previous(
        {p: periods_read[p] for p in periods if p in periods_read}, standings, goals
    ), ()


def open_summary(path: Path) -> tuple[Book | None, tuple[Finding, ...]]:
    """Return a summary of ours as a book, which may be larger than a return; None and findings where it cannot be read."""
    return read_book(path.name, read_regular(path, _OF_A_SUMMARY.file_bytes), limits=_OF_A_SUMMARY)


def previous_in(
    path: Path, book: Book, form: Form, periods: Sequence[str]
) -> tuple[Previous | None, tuple[Finding, ...]]:
    """Return the values and standings of one summary, opened from ``path``; as :func:`read_previous` does."""
    found: dict[str, dict[tuple[str, int, str], Accepted]] = {}
    standings: dict[str, dict[int, Standing]] = {}
    goals: dict[str, dict[int, str]] = {}
    rows = list(rows_of(book.sheets, RECORDS, _READ_BACK))
    if not rows:
        return None, (_no_records(path, book),)
    for period, unit, number, caption, value in rows:
        field = _field_of(form, str(caption))
        if period not in periods:
            values = {
                "period": period,
                "periods": Listed(periods) if periods else Phrase("（没有）"),
            }
            return None, (Finding("FORM-029", Place(path.name), values=values),)
        if field and isinstance(number, float) and isinstance(value, (str, float, date)):
            if isinstance(value, str):  # a standard word, in whatever language it was written
                value = meant(value, field.rule.choices)
            found.setdefault(str(period), {})[str(unit), int(number), field.id] = value
    for row in rows_of(book.sheets, STANDINGS, STANDING_CAPTIONS):
        if isinstance(row[0], float) and row[1] in found:
            standings.setdefault(str(row[1]), {})[int(row[0])] = _standing(row)
            goals.setdefault(str(row[1]), {})[int(row[0])] = str(row[-1] or "")
    return Previous({p: found[p] for p in periods if p in found}, standings, goals), ()


def _no_records(path: Path, book: Book) -> Finding:
    """Return a finding on a workbook without records; for the leaders' one, which one has them."""
    names = {sheet.name for sheet in book.sheets}
    held = any(_is_named(sheet, RECORDS) for sheet in book.sheets)
    if not held and names & {_OVERVIEW, english_sheet(_OVERVIEW)}:
        name = details_name(path.stem) + path.suffix
        return Finding("FORM-095", Place(path.name), values={"name": name})
    return Finding("FORM-024", Place(path.name))


# A summary of ours has as many answers as a province, a return as many as a unit.
_OF_A_SUMMARY = replace(
    LIMITS, file_bytes=128 << 20, unpacked_bytes=1 << 29, rows=1 << 19, cells=8_000_000,
    signs=200_000_000, tags=40_000_000, seconds=120,
)  # fmt: skip


def _is_named(sheet: Sheet, wanted: str) -> bool:
    """Return whether a sheet has this name, or is one of those on which it goes on (明细 2)."""
    name, _, number = sheet.name.rpartition(" ")
    names = (wanted, english_sheet(wanted))
    return sheet.name in names or (name in names and number.isdecimal())


def _standing(row: Sequence[object]) -> Standing:
    """How a task stood, of a row of 任务评定."""
    number, _, state, light, points, basis, reasons, _ = row
    lag = None
    if isinstance(points, float):
        lag = Lag(meant(str(basis), (Basis.TARGET, Basis.CALENDAR)), Decimal(f"{points:.15g}"))
    named = {f"●{light}灯": light for light in LIGHTS}
    return Standing(
        int(str(number).partition(".")[0]),
        meant(str(state), (*STATES, UNANSWERED, PENDING)),
        named.get(meant(str(light), named), ""),
        tuple(filter(None, (str(reasons or ""),))),
        lag,
    )


def _field_of(form: Form, caption: str) -> Field | None:
    """The field of a caption, also of one that the form lists as another name of it."""
    field = form.field(caption)
    if field is None:
        others = (*form.fields, *form.head)
        field = next((f for f in others if caption in f.aliases), None)
    for asked in form.indicators if field is None else ():
        for name in asked.aliases:
            for ending in (f"：{name}", f": {name}"):
                if asked.asked and caption.endswith(ending):
                    return form.of_indicator(asked, caption.removesuffix(ending))
    return field


_READ_BACK = ("时段", "责任单位", "序号", "栏目", "采用值")


def rows_of(
    sheets: Sequence[Sheet], name: str, wanted: Sequence[str], names: Mapping[str, str] | None = None,
    *, above: int = 0,
) -> Iterator[list[object]]:  # fmt: skip
    """Yield the rows of the sheets of this name, only the ``wanted`` columns; none of a sheet that lacks one.

    ``names`` are our captions by those that a template gave them. As many as ``above`` lines may
    stand above the captions.
    """
    known = names or {}
    for sheet in sheets:
        columns: list[int] = []
        left = above
        for _, row in values_by_row(sheet.cells) if _is_named(sheet, name) else ():
            values = dict(row)
            if columns:
                yield [values.get(column) for column in columns]
                continue
            captions = {
                meant(known.get(str(value), str(value)), wanted): column
                for column, value in values.items()
            }
            if set(wanted) <= set(captions):
                columns = [captions[caption] for caption in wanted]
            elif not left:
                break
            left -= 1
