"""A plan workbook's sheets as tables: rows by caption, and findings by sheet and row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core.findings import Finding, Place
from ..core.i18n import EN, FORMER_NAMES, ZH, Phrase, first_of, meant, sheet_name_in, worded
from ..core.prefill import PRINTED_NUMBER
from ..core.text import fold, plain
from ..locale import english_sheet
from ..readers import Book, Sheet
from ..readers.workbook import values_by_row
from .sheets import CAPTIONS


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table sheet: its texts and values by caption, and its number."""

    number: int
    values: Mapping[str, object]

    def text(self, caption: str) -> str:
        """Return the text under a caption, "" where there is none."""
        value = self.values.get(caption)
        return "" if value is None else plain(value).strip()


class Tables:
    """Reads one plan workbook and gathers its findings."""

    def __init__(self, file: str, book: Book) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._sheets = {fold(s.name): s for s in book.sheets}

        chinese = any(fold(name) in self._sheets for name in CAPTIONS)
        english = any(fold(english_sheet(name)) in self._sheets for name in CAPTIONS)
        self._language = EN if english and not chinese else ZH

    def _named(self, sheet: str) -> str:
        """The name of a sheet that is not there, in the language of those that are."""
        return sheet_name_in(sheet, self._language)

    def add_finding(self, code: str, sheet: str = "", row: int = 0, /, **values: object) -> None:
        """Note a finding at a row of a sheet; row 0 means the whole sheet."""
        cell = Phrase("第{n}行", n=row) if row else ""
        found = self.sheet(sheet, needed=False) if sheet else None
        shown = found.name if found else self._named(sheet) if sheet else ""
        self.findings.append(Finding(code, Place(self.file, shown, cell), values=values))

    def sheet(self, name: str, needed: bool = True) -> Sheet | None:
        """Return a sheet by the name that we give it; None, and a finding where ``needed``, if it is not there."""
        names = (
            name,
            english_sheet(name),
            *(text for text, word in FORMER_NAMES.items() if word == name),
        )
        found = next((self._sheets[fold(n)] for n in names if fold(n) in self._sheets), None)
        if found is None and needed:
            there = first_of([s.name for s in self._sheets.values()])
            self.add_finding("PLAN-501", name, sheet=self._named(name), there=there)
        return found

    def rows(self, name: str, needed: Sequence[str], optional: bool = False) -> list[TableRow]:
        """The rows below the first row of a sheet that have anything in them."""
        sheet = self.sheet(name, not optional)
        if sheet is None:
            return []
        rows = values_by_row(sheet.cells)
        top, cells = next(rows, (0, ()))
        captions = _distinct({c: meant(plain(v).strip(), CAPTIONS[name]) for c, v in cells})
        missing = [c for c in needed if c not in captions.values()]
        for caption in missing:
            lacking = worded(Phrase(caption), self._language)
            self.add_finding("PLAN-502", name, top, sheet=sheet.name, caption=lacking)
        if missing:
            return []
        found = []
        for row, cells in rows:
            values = {captions[c]: v for c, v in cells if c in captions and plain(v).strip()}
            if values:
                found.append(TableRow(row, values))
        return found

    def captions(self, name: str) -> list[str]:
        """The captions of a sheet's first row, left to right."""
        sheet = self.sheet(name)
        if sheet is None:
            return []
        _, cells = next(values_by_row(sheet.cells), (0, ()))
        named = {c: meant(plain(value).strip(), CAPTIONS[name]) for c, value in cells}
        return list(_distinct(named).values())


def _distinct(captions: Mapping[int, str]) -> dict[int, str]:
    """Return captions by column, none twice: the first is ours, and a second 序号 is the number as printed."""
    found: dict[int, str] = {}
    for column, caption in captions.items():
        if caption in found.values():
            again = PRINTED_NUMBER if caption == "序号" else ""
            caption = again if again not in found.values() else f"{caption}（{column}）"
        found[column] = caption or f"（{column}）"
    return found
