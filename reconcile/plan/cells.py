"""Where in a plan workbook a value of a task or of an indicator stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..core.findings import Place, address
from ..core.i18n import meant
from ..core.text import fold, plain, task_number
from ..readers import Book
from ..readers.workbook import values_by_row
from . import indicator_sheet
from .sheet_rows import Tables
from .sheets import CAPTIONS, TASKS


def task_cell(book: Book, number: int, caption: str) -> Place | None:
    """Return the cell of a task under a caption, None where there is none."""
    return _cell(book, TASKS, caption, lambda row: task_number(row.get("序号", "")) == number)


def indicator_cell(book: Book, number: int, name: str, caption: str) -> Place | None:
    """Return the cell of one indicator of a task under a caption, None where there is none."""

    def is_it(row: Mapping[str, str]) -> bool:
        return task_number(row.get("序号", "")) == number and fold(row.get("指标", "")) == fold(
            name
        )

    return _cell(book, indicator_sheet.SHEET, caption, is_it)


def _cell(
    book: Book, name: str, caption: str, wanted: Callable[[Mapping[str, str]], bool]
) -> Place | None:
    """The cell under a caption in the row that is wanted, given as texts by caption."""
    sheet = Tables("", book).sheet(name, needed=False)
    rows = [(row, dict(cells)) for row, cells in values_by_row(sheet.cells)] if sheet else []
    if sheet is None or not rows:
        return None
    columns: dict[str, int] = {}
    for column, value in rows[0][1].items():
        columns.setdefault(meant(plain(value).strip(), CAPTIONS[name]), column)
    for row, cells in rows[1:]:
        texts = {own: plain(cells.get(column)).strip() for own, column in columns.items()}
        if caption in columns and wanted(texts):
            return Place("", sheet.name, address(row, columns[caption]))
    return None
