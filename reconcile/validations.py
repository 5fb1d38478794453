"""Excel's data validation -> the rules of fields: the one place where a rule is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from openpyxl.utils.datetime import from_excel

from .findings import Finding, Place
from .language import meant
from .model import STATES, Rule


def read_rules(
    sheet: Any, file: str
) -> tuple[dict[tuple[int, int], tuple[Rule | None, str, str]], list[Finding]]:
    """Read the data validations of an openpyxl sheet.

    Returns (rule, title and text of its prompt, by cell), findings. The rule is
    None where a finding (FORM-005) says that it cannot be applied to a return.
    """
    rules: dict[tuple[int, int], tuple[Rule | None, str, str]] = {}
    findings = []
    for validation in sheet.data_validations.dataValidation:
        for area in validation.sqref.ranges:
            at = (area.min_row, area.min_col)
            try:
                rule = _rule(sheet, validation, sheet.cell(*at).number_format)
            except ValueError:
                place = Place(file, sheet.title, sheet.cell(*at).coordinate)
                findings.append(Finding("FORM-005", place))
                rule = None
            title, prompt = validation.promptTitle or "", validation.prompt or ""
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    rules[row, column] = (rule, title, prompt)
    return rules, findings


def _rule(sheet: Any, validation: Any, number_format: str) -> Rule:
    """Translate one data validation. ValueError for what cannot be applied to a return."""
    required = not validation.allow_blank
    if validation.type == "list":
        choices = tuple(meant(choice, STATES) for choice in _choices(sheet, validation))
        return Rule("choice", choices=choices, required=required)
    if validation.type is None:
        return Rule(kind_of_format(number_format), required=required)
    kinds = {"decimal": "number", "date": "date", "textLength": "text"}
    kind = kinds.get(validation.type)
    if kind is None:
        raise ValueError(validation.type)
    if kind == "number" and "%" in number_format:
        kind = "percent"
    first, second = _bound(validation.formula1, kind), _bound(validation.formula2, kind)
    match validation.operator or "between":
        case "between":
            low, high = first, second
        case "equal":
            low = high = first
        case "greaterThanOrEqual":
            low, high = first, None
        case "lessThanOrEqual":
            low, high = None, first
        case other:
            raise ValueError(other)
    return Rule(kind, low, high, required=required)


def _bound(formula: str | None, kind: str) -> float | date | None:
    if formula in (None, ""):
        return None
    number = float(formula)
    if kind != "date":
        return number
    day = from_excel(number)
    if not isinstance(day, date):
        raise ValueError(formula)
    return date(day.year, day.month, day.day)


def _choices(sheet: Any, validation: Any) -> Iterator[str]:
    formula = validation.formula1 or ""
    if formula.startswith('"'):
        yield from (c.strip() for c in formula.strip('"').split(",") if c.strip())
        return
    reference = formula.lstrip("=").replace("$", "")
    named = sheet.parent.defined_names.get(reference)
    if named is not None:
        reference = named.attr_text.replace("$", "")
    name, _, area = reference.rpartition("!")
    source = sheet.parent[name.strip("'")] if name else sheet
    for row in source[area] if ":" in area else ((source[area],),):
        yield from (str(cell.value) for cell in row if cell.value is not None)


def kind_of_format(number_format: str) -> str:
    """Return the kind of rule that a number format alone suggests: "percent", "date", …"""
    if "%" in number_format:
        return "percent"
    if re.search(r"[yd]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format), re.IGNORECASE):
        return "date" if number_format not in ("General", "@") else "text"
    return "number" if re.search(r"[0#]", number_format) else "text"
