"""A form that a unit received -> Received: read without the plan it was issued from.

Tables are found as in a return. What a return is held against (title, periods,
number) is here read off the form itself: from its hidden sheet, else from the
texts that its template prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..core.findings import Finding, Place
from ..core.form import Form, Rule
from ..core.i18n import Listed, Phrase, spoken
from ..core.keys import META, parse_form_number, parse_row_key, unit_code
from ..core.plan import Period, Plan, Unit
from ..core.result import Accepted
from ..core.settings import Setting
from ..core.submission import Row, Submission
from ..core.text import fold, plain, task_number
from ..core.values.periods import end_month
from ..intake.captions import Captions
from ..intake.submission_reader import meta_lines, read_submission
from ..plan import SETTINGS, TASKS
from ..readers import Book, Sheet
from ..readers.child_process import FAULT, MEMORY, TIME, Ended, apart

_KINDS = (
    (frozenset((TASKS, SETTINGS)), Phrase("总台账")),
    (frozenset(("明细",)), Phrase("汇总工作簿")),
)
_BUSY_SECONDS = 5
_CAUSES = {TIME: Phrase("用时太长"), MEMORY: Phrase("占用内存太多"), FAULT: Phrase("内容无法解析")}
_WORD = re.compile(r"\{([^{}]*)\}")


def read_received(
    file: str, sha256: str, content: bytes, book: Book, form: Form, *, with_rules: bool = True
) -> tuple[Received | None, tuple[Finding, ...]]:
    """Read a form by the template that its level uses, and Excel's own rules in it if asked.

    Returns (received, findings); None when a finding states why this is no form
    that could be answered: another kind of workbook, no or several form numbers.
    """
    names = {sheet.name for sheet in book.sheets}
    what = next((kind for needed, kind in _KINDS if needed <= names), "")
    if what:
        return None, (Finding("PLAN-550", Place(file), values={"what": what}),)
    pairs = list(_meta(book))
    details = {**_printed(book, form), **dict(reversed(pairs))}
    captions = _periods(book, form)
    period = details.get("period", "")
    periods = captions or ((period,) if period else ())
    returned = read_submission(file, sha256, book, _captions(form, details, periods))
    if not any(row.number for t in returned.tables for row in t.rows):
        return None, (Finding("PLAN-550", Place(file), values={"what": Phrase("别的表")}),)
    numbers = dict(returned.numbers) or dict.fromkeys(returned.hidden_numbers)
    if len(numbers) != 1:
        values = {"numbers": Listed(numbers)}
        return None, (Finding("FORM-015" if numbers else "PLAN-551", Place(file), values=values),)
    number = parse_form_number(next(iter(numbers)))
    assert number is not None, "submission_reader.py only hands on numbers that parse"
    if not period and 0 < number.period <= len(periods):
        period = periods[number.period - 1]
    units = [u for u in (returned.unit, details.get("unit", "")) if u]
    unit = next((u for u in units if unit_code(u) == number.unit), (units or [""])[0])
    rules, findings = _rules(file, content, book) if with_rules else ({}, ())
    return Received(
        returned, str(number), unit, period, periods, details.get("title", ""),
        details.get("document", ""), details.get("deadline", ""), details.get("contact", ""),
        tuple(text for word, text in pairs if word == "key"), book.kind, rules,
        tuple(_blank(returned)),
    ), findings  # fmt: skip


def _meta(book: Book) -> Iterator[tuple[str, str]]:
    """Yield the lines of the hidden sheet, in order."""
    for sheet in book.sheets:
        if fold(sheet.name) == META:
            yield from meta_lines(sheet)


def _printed(book: Book, form: Form) -> dict[str, str]:
    """Return what the form's own texts have where the template has {title}, {period}, {deadline}, …"""
    found: dict[str, str] = {}
    patterns = [re.compile(p, re.DOTALL) for t in form.texts if (p := _pattern(t))]
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            if not isinstance(cell.value, str) or len(cell.value) > 400:
                continue
            for pattern in patterns:
                match = pattern.fullmatch(cell.value.strip())
                for word, text in match.groupdict().items() if match else ():
                    found.setdefault(word, text.strip())
    return found


def _pattern(text: str) -> str:
    """Return a pattern with a group for each {word} of a text; "" where the text is nothing but words."""
    parts = _WORD.split(text)
    named = [w for w in parts[1::2] if w.isidentifier()]
    if not "".join(parts[::2]).strip() or not named or len(set(parts[1::2])) < len(parts[1::2]):
        return ""
    return "".join(
        re.escape(part) if i % 2 == 0 else f"(?P<{part}>.+?)" if part.isidentifier() else ".*?"
        for i, part in enumerate(parts)
    )


def _captions(form: Form, details: Mapping[str, str], periods: tuple[str, ...]) -> Captions:
    """Return the captions that the plan which the form came from would have, as far as the form shows them."""
    day = date(2000, 12, 31)  # when periods end is not asked here
    year = details.get("year", "")
    plan = Plan(
        details.get("title", ""), details.get("document", ""), "", int(year) if year.isdecimal() else 0,
        tuple(Period(p, day, 12) for p in periods), (), (Unit(details.get("unit", "")),),
        settings={
            Setting.LANGUAGE: spoken(), Setting.DEADLINE: details.get("deadline", ""), Setting.CONTACT: details.get("contact", ""),
        },
    )  # fmt: skip
    return Captions.of(form, plan)


def _periods(book: Book, form: Form) -> tuple[str, ...]:
    """Return the captions of the periods that have a milestone column, in the order of the year."""
    asked, number, goal = (form.field(name) for name in ("milestones", "number", "goal"))
    if asked is None or number is None or goal is None:
        return ()
    before, _, after = asked.caption.replace("{current}", "").partition("{period}")
    for sheet in book.sheets:
        for captions in _headers(sheet, {fold(number.caption), fold(goal.caption)}):
            found = [
                text[len(before) : len(text) - len(after)]
                for text in (re.sub(r"\s*[（(][^（）()]*[）)]$", "", c.strip()) for c in captions)
                if text.startswith(before)
                and text.endswith(after)
                and len(text) > len(before + after)
            ]
            if found:
                months = {p: end_month(p) for p in found}
                if None not in months.values():
                    found.sort(key=lambda p: months[p] or 0)
                return tuple(dict.fromkeys(found))
    return ()


def _headers(sheet: Sheet, needed: set[str]) -> Iterator[list[str]]:
    """Yield the rows of a sheet that hold all these captions, as texts from left to right."""
    rows: dict[int, list[str]] = {}
    for (row, _), cell in sorted(sheet.cells.items()):
        rows.setdefault(row, []).append(plain(cell.value))
    yield from (texts for texts in rows.values() if needed <= {fold(t) for t in texts})


def _rules(
    file: str, content: bytes, book: Book
) -> tuple[dict[tuple[str, str], Rule], tuple[Finding, ...]]:
    """Return Excel's own rules by (sheet, cell). None of a file that is no xlsx: the template's count then."""
    if book.kind != "xlsx":
        return {}, ()
    try:
        return apart("reconcile.forms.template_rules:rules_in", content, busy=_BUSY_SECONDS), ()
    except Ended as ended:
        values = {"reason": _CAUSES[ended.why]}
        return {}, (Finding("FORM-008", Place(file), values=values),)


def _blank(returned: Submission) -> Iterator[tuple[str, Place]]:
    """Yield columns that someone added with a caption and no text below it: they look as if asked."""
    filled = {
        (raw.place.sheet, raw.caption)
        for t in returned.tables for row in t.rows for raw in row.strays
    }  # fmt: skip
    for raw in returned.strays:
        if raw.stray == "HEAD-005" and (raw.place.sheet, raw.caption) not in filled:
            yield raw.caption, raw.place


@dataclass(frozen=True, slots=True)
class Received:
    """收到的填报表: a form as the unit it was issued to holds it, without the plan it came from.

    ``number`` is its form number, ``period`` the caption of the period asked
    about, ``periods`` those of all milestone columns. ``keys`` are the row keys
    it was issued with, as far as the file shows them. ``rules`` are Excel's own by
    (sheet, cell), which only some kinds of file (``kind``) hold. ``blank`` are
    columns without a caption that we know and without any text: (caption, place).
    """

    returned: Submission
    number: str
    unit: str
    period: str
    periods: tuple[str, ...]
    title: str
    document: str = ""
    deadline: str = ""
    contact: str = ""
    keys: tuple[str, ...] = ()
    kind: str = "xlsx"
    rules: Mapping[tuple[str, str], Rule] = field(default_factory=dict)
    blank: tuple[tuple[str, Place], ...] = ()

    @property
    def tasks(self) -> tuple[tuple[int, Row], ...]:
        """The task rows with their numbers, in the order of the form."""
        return self._rows(of_indicators=False)

    @property
    def indicators(self) -> tuple[tuple[int, Row], ...]:
        """The rows of the indicator table with the numbers of their tasks."""
        return self._rows(of_indicators=True)

    def _rows(self, *, of_indicators: bool) -> tuple[tuple[int, Row], ...]:
        tables = (t for t in self.returned.tables if t.of_indicators == of_indicators)
        return tuple((n, row) for t in tables for row in t.rows if (n := _number(row)) is not None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One value to be written into the cell at ``place``; a percent is a fraction."""

    place: Place
    value: Accepted


def _number(row: Row) -> int | None:
    """Return the number of the task that a row is about: as printed, else from its key."""
    number = task_number(row.number)
    key = parse_row_key(row.key) if number is None else None
    return key.task if key else number
