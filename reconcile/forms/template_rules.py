"""Excel's data validation -> the rules of fields: the one place where a rule is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..core.findings import Finding, Place, address
from ..core.form import Rule
from ..core.i18n import meant
from ..core.plan import STATES
from ..readers.number_formats import from_serial, style_of
from ..readers.xlsx_parts import Merge
from .styled_workbook import Drawn, DrawnSheet, area_of
from .xml_tree import Node

_DAY = style_of("yyyy-mm-dd")
_Read = tuple[Rule | None, str, str]


def read_rules(
    book: Drawn, sheet: DrawnSheet, file: str
) -> tuple[dict[tuple[int, int], _Read], list[Finding]]:
    """Read the data validations of a sheet.

    Returns (rule, title and text of its prompt, by cell that has a text or a
    look), findings. The rule is None where a finding (FORM-005) says that it
    cannot be applied to a return.
    """
    areas: list[tuple[Merge, _Read]] = []
    findings = []
    for validation in sheet.root.child("dataValidations").all("dataValidation"):
        for reference in validation.get("sqref").split():
            area = area_of(reference)
            try:
                look = sheet.cells[area[:2]].look if area[:2] in sheet.cells else {}
                rule = _rule(book, sheet, validation, str(look.get("num_format", "General")))
            except ValueError:
                findings.append(Finding("FORM-005", Place(file, sheet.name, address(*area[:2]))))
                rule = None
            areas.append((area, (rule, validation.get("promptTitle"), validation.get("prompt"))))
    rules = {
        at: read
        for at in sheet.cells
        for (top, left, bottom, right), read in areas
        if top <= at[0] <= bottom and left <= at[1] <= right
    }
    return rules, findings


def _rule(book: Drawn, sheet: DrawnSheet, validation: Node, number_format: str) -> Rule:
    """Translate one data validation. ValueError for what cannot be applied to a return."""
    required = not validation.on("allowBlank")
    told = validation.get("type", "none")
    if told == "list":
        choices = tuple(meant(choice, STATES) for choice in _choices(book, sheet, validation))
        return Rule("choice", choices=choices, required=required)
    if told == "none":
        return Rule(kind_of_format(number_format), required=required)
    kinds = {"decimal": "number", "date": "date", "textLength": "text"}
    kind = kinds.get(told)
    if kind is None:
        raise ValueError(told)
    if kind == "number" and "%" in number_format:
        kind = "percent"
    low = high = _bound(validation.child("formula1").text, kind, book.epoch1904)
    match validation.get("operator", "between"):
        case "between":
            high = _bound(validation.child("formula2").text, kind, book.epoch1904)
        case "equal":
            pass
        case "greaterThanOrEqual":
            high = None
        case "lessThanOrEqual":
            low = None
        case other:
            raise ValueError(other)
    return Rule(kind, low, high, required=required)


def _bound(formula: str, kind: str, epoch1904: bool) -> float | date | None:
    if not formula:
        return None
    number = float(formula)
    if kind != "date":
        return number
    day = from_serial(number, _DAY, epoch1904)
    if not isinstance(day, date):
        raise ValueError(formula)
    return date(day.year, day.month, day.day)


def _choices(book: Drawn, sheet: DrawnSheet, validation: Node) -> Iterator[str]:
    formula = validation.child("formula1").text
    if formula.startswith('"'):
        yield from (c.strip() for c in formula.strip('"').split(",") if c.strip())
        return
    reference = formula.lstrip("=").replace("$", "")
    name, _, area = book.names.get(reference, reference).replace("$", "").rpartition("!")
    source = book.sheet(name.strip("'")) if name else sheet
    if source is None:
        raise ValueError(formula)
    yield from (text for at in source.within(area) if (text := source.cells[at].text))


def kind_of_format(number_format: str) -> str:
    """Return the kind of rule that a number format alone suggests: "percent", "date", …"""
    if "%" in number_format:
        return "percent"
    if re.search(r"[yd]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format), re.IGNORECASE):
        return "date" if number_format not in ("General", "@") else "text"
    return "number" if re.search(r"[0#]", number_format) else "text"
