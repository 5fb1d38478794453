"""Excel's data validation -> the rules of fields: the one place where a rule is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from ..core.findings import Finding, Place, address
from ..core.form import Rule
from ..core.i18n import meant
from ..core.plan import STATES
from ..readers.child_process import Progress
from ..readers.number_formats import from_serial, style_of
from ..readers.xlsx_parts import Merge
from .styled_workbook import Drawn, DrawnSheet, read_drawn

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation

_DAY = style_of("yyyy-mm-dd")
_Read = tuple[Rule | None, str, str]


def rules_in(content: bytes, progress: Progress | None = None) -> dict[tuple[str, str], Rule]:
    """Return the rules of a stranger's xlsx by (sheet, cell). Raises Refused or ValueError.

    To be called in a process of its own (readers.child_process): openpyxl makes billions of
    cells of the address of one note.
    """
    book = read_drawn(content)
    return {
        (sheet.name, address(*at)): rule
        for sheet in book.sheets
        for at, (rule, _, _) in read_rules(book, sheet, "")[0].items()
        if rule is not None
    }


def read_rules(
    book: Drawn, sheet: DrawnSheet, file: str
) -> tuple[dict[tuple[int, int], _Read], list[Finding]]:
    """Read the data validations of a sheet.

    Returns (rule, title and text of its prompt, by cell that has a text or a
    look), findings. The rule is None where a finding (FORM-005) reports that it
    cannot be applied to a return.
    """
    areas: list[tuple[Merge, _Read]] = []
    findings = []
    for validation in sheet.sheet.data_validations.dataValidation:
        for part in validation.sqref.sorted():
            area = (part.min_row, part.min_col, part.max_row, part.max_col)
            look = sheet.cell(*area[:2]).look
            try:
                rule = _rule(book, sheet, validation, str(look.get("num_format", "General")))
            except ValueError:
                findings.append(Finding("FORM-005", Place(file, sheet.name, address(*area[:2]))))
                rule = None
            areas.append((area, (rule, validation.promptTitle or "", validation.prompt or "")))
    rules = {
        at: read
        for at in sheet.cells
        for (top, left, bottom, right), read in areas
        if top <= at[0] <= bottom and left <= at[1] <= right
    }
    return rules, findings


def _rule(book: Drawn, sheet: DrawnSheet, validation: DataValidation, number_format: str) -> Rule:
    """Translate one data validation. ValueError for what cannot be applied to a return."""
    required = not validation.allow_blank
    if validation.type == "list":
        formula = validation.formula1 or ""
        choices = tuple(meant(choice, STATES) for choice in _choices(book, sheet, formula))
        return Rule("choice", choices=choices, required=required)
    if validation.type is None:
        return Rule(kind_of_format(number_format), required=required)
    kinds = {"decimal": "number", "date": "date", "textLength": "text"}
    kind = kinds.get(validation.type)
    if kind is None:
        raise ValueError(validation.type)
    if kind == "number" and "%" in number_format:
        kind = "percent"
    low = high = _bound(validation.formula1, kind, book.epoch1904)
    match validation.operator or "between":
        case "between":
            high = _bound(validation.formula2, kind, book.epoch1904)
        case "equal":
            pass
        case "greaterThanOrEqual":
            high = None
        case "lessThanOrEqual":
            low = None
        case other:
            raise ValueError(other)
    return Rule(kind, low, high, required=required)


def _bound(formula: str | None, kind: str, epoch1904: bool) -> float | date | None:
    if not formula:
        return None
    number = float(formula)
    if kind != "date":
        return number
    day = from_serial(number, _DAY, epoch1904)
    if not isinstance(day, date):
        raise ValueError(formula)
    return date(day.year, day.month, day.day)


def _choices(book: Drawn, sheet: DrawnSheet, formula: str) -> Iterator[str]:
    if formula.startswith('"'):
        yield from (c.strip() for c in formula.strip('"').split(",") if c.strip())
        return
    reference = formula.lstrip("=").replace("$", "")
    name, _, area = book.names.get(reference, reference).replace("$", "").rpartition("!")
    source = book.sheet(name.strip("'")) if name else sheet
    if source is None or not area:
        raise ValueError(formula)
    yield from (text for at in source.within(area) if (text := source.cells[at].text))


def kind_of_format(number_format: str) -> str:
    """Return the kind of rule that a number format alone suggests: "percent", "date", …"""
    if "%" in number_format:
        return "percent"
    if re.search(r"[yd]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format), re.IGNORECASE):
        return "date" if number_format not in ("General", "@") else "text"
    return "number" if re.search(r"[0#]", number_format) else "text"
