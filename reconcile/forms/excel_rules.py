"""Looks and rules of template cells, as XlsxWriter takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook

from ..core.form import Rule, describe
from ..core.i18n import tr
from .template import TemplateCell


class Painter:
    """Keeps one XlsxWriter format per look, since a workbook may hold only 64,000.

    ``lists`` collects the choices too long for Excel to keep inside a rule (255
    characters); the caller writes list i to column D + i of its sheet ``_meta``.
    """

    def __init__(self, book: Workbook, year: int = 0) -> None:
        """``year`` is the plan's, for examples in prompts."""
        self._book, self.year = book, year
        self.lists: list[tuple[str, ...]] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._cells: dict[tuple[TemplateCell, bool], Any] = {}

    def format_of(self, cell: TemplateCell, stressed: bool) -> Any:
        """Return the format object of a template's cell; ``stressed`` is bold."""
        found = self._cells.get((cell, stressed))
        if found is None:
            look = {**cell.look, "bold": True} if stressed else cell.look
            found = self._cells[cell, stressed] = self.format(look)
        return found

    def format(self, look: Mapping[str, Any]) -> Any:
        """Return the format object of a look (XlsxWriter's format properties)."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(look))
        return self._formats[key]

    def list_source(self, choices: tuple[str, ...]) -> list[str] | str:
        """Return what a list rule refers to: the words themselves, or their range on _meta."""
        if len(",".join(choices)) <= 255 and not any("," in c for c in choices):
            return list(choices)
        if choices not in self.lists:
            self.lists.append(choices)
        column = xl_col_to_name(3 + self.lists.index(choices))
        return f"='_meta'!${column}$1:${column}${len(choices)}"


def validation(painter: Painter, rule: Rule, title: str, prompt: str) -> dict[str, Any]:
    """Return a rule as XlsxWriter's data validation, worded by the one function that words rules."""
    wording = str(describe(rule, painter.year))
    options: dict[str, Any] = {
        "ignore_blank": not rule.required,
        "input_title": title[:32],
        "input_message": "\n".join(p for p in (prompt, wording) if p)[:255],
        "error_title": tr("填写不符合要求"),
        "error_message": wording[:225],
    }
    if rule.kind == "choice":
        return options | {
            "validate": "list",
            "source": painter.list_source(tuple(map(tr, rule.choices))),
        }
    if rule.low is None and rule.high is None:
        return options | {"validate": "any"}
    kind = {"text": "length", "date": "date"}.get(rule.kind, "decimal")
    options["validate"] = kind
    if rule.low is not None and rule.high is not None:
        return options | {"criteria": "between", "minimum": rule.low, "maximum": rule.high}
    if rule.low is not None:
        return options | {"criteria": ">=", "value": rule.low}
    return options | {"criteria": "<=", "value": rule.high}
