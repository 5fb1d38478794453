"""A workbook as its author drew it, read by openpyxl: texts with their looks, merged areas, rules, page set-up.

Templates are read this way, and the rules of a form that was received (in a
process of its own: see template_rules.py). Returns are not: their looks do not
matter, and there are many of them.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.text import plain, short
from ..readers.limits import LIMITS, Clock, Refused, Tags, check_xml, elements
from ..readers.xlsx import Package
from ..readers.xlsx_parts import Merge, area
from ..readers.xlsx_texts import unescape
from ..readers.zip_archive import Archive
from ..writers.atomic import Unfit
from .cell_styles import Looks

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_LIMITS = replace(LIMITS, tags=400_000)
"""openpyxl makes an object of every tag; our templates have 2,000."""
# Excel's namespaces by those of Strict Open XML, of which openpyxl sees no sheet.
_OFFICE = b"http://schemas.openxmlformats.org"
_STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": _OFFICE + b"/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/main": _OFFICE + b"/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/": _OFFICE + b"/officeDocument/2006/",
}


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One cell that has a text or a look. Constants are worded as everywhere, formulas as written."""

    text: str
    look: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """One worksheet: its cells by (row, column), both counted from 1; the rest as openpyxl has it.

    ``plainest`` is the look of cells without one.
    """

    name: str
    cells: Mapping[tuple[int, int], DrawnCell]
    merges: tuple[Merge, ...]
    sheet: Worksheet
    plainest: Mapping[str, Any]

    def cell(self, row: int, column: int) -> DrawnCell:
        """Return a cell; one without text or look has the workbook's plainest look."""
        return self.cells.get((row, column)) or DrawnCell("", self.plainest)

    def within(self, reference: str) -> Iterator[tuple[int, int]]:
        """Return where the cells of an area ("B2", "B2:C9", "B:B", "2:9") stand, row by row.

        Raises ValueError for what is no area.
        """
        from openpyxl.utils import range_boundaries

        left, top, right, bottom = range_boundaries(reference)
        return (
            (row, column)
            for row, column in sorted(self.cells)
            if (top or 1) <= row <= (bottom or row) and (left or 1) <= column <= (right or column)
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A workbook: its worksheets in order; ``names`` are its defined names, what they refer to.

    ``dropped``: it has rules which Excel keeps in an extension, and which are not read;
    ``warnings`` are openpyxl's messages about other things that it left out.
    """

    sheets: tuple[DrawnSheet, ...]
    names: Mapping[str, str]
    epoch1904: bool
    dropped: bool
    warnings: tuple[str, ...]

    def sheet(self, name: str) -> DrawnSheet | None:
        """Return the sheet of this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def read_drawn(content: bytes) -> Drawn:
    """Read an xlsx. Raises Refused or ValueError when it cannot be read."""
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    checked, dropped = _checked(content)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            book = openpyxl.load_workbook(checked, keep_links=False)
            sheets = tuple(_sheets(book))
        except MemoryError:
            raise
        except (
            Exception
        ) as error:  # its own classes, KeyError, TypeError of what it does not expect
            raise ValueError(short(f"{type(error).__name__}: {error}", 80)) from error
    if not sheets:
        raise Refused("FILE-013")
    names = {name: defined.attr_text or "" for name, defined in book.defined_names.items()}
    messages = dict.fromkeys(short(str(warning.message), 80) for warning in caught)
    return Drawn(sheets, names, book.epoch == CALENDAR_MAC_1904, dropped, tuple(messages))


def left_out(book: Drawn, place: Place) -> Iterator[Finding]:
    """Return what openpyxl left out of a template as findings (FORM-007)."""
    return (Finding("FORM-007", place, values={"what": what}) for what in book.warnings)


def why_not(error: OSError | ValueError | Refused) -> str | Phrase:
    """Return in words why a workbook could not be read."""
    if isinstance(error, Refused):
        return Finding(error.code, values=error.values).message
    return error.reason if isinstance(error, Unfit) else str(error)


def _checked(content: bytes) -> tuple[io.BytesIO, bool]:
    """Return an xlsx of the same parts, all of them within limits; and whether it has rules in an extension."""
    clock = Clock(_LIMITS)
    archive, tags = Archive(content, _LIMITS), Tags(_LIMITS)
    package = Package(archive, clock)
    main, _ = package.main()
    for relation in package.relations(main):  # openpyxl leaves out a sheet whose part is missing
        if relation.kind == "worksheet" and relation.target not in package.members:
            raise Refused("FILE-022", part=relation.target, reason=Phrase("内容缺失"))
    merged, dropped = 0, False
    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as packed:
        for member in package.members.values():
            part = archive.read(member)
            if part and member.part.endswith((".xml", ".rels")):
                part = check_xml(part, member.name)
                tags.spend(part)
                for strict, usual in _STRICT.items():
                    part = part.replace(strict, usual)
                for one in elements(part, member.name, clock, ("mergeCell",)):
                    top, left, bottom, right = area(one.get("ref", "")) or (1, 1, 1, 1)
                    merged += (bottom - top + 1) * (right - left + 1)
                dropped = dropped or b"x14:dataValidation " in part
            packed.writestr(member.name.replace("\\", "/").lstrip("/"), part)
    if merged > _LIMITS.cells:
        raise Refused("FILE-020", what=Phrase("合并区域超过 {n} 格", n=_LIMITS.cells))
    return checked, dropped


def _sheets(book: Workbook) -> Iterator[DrawnSheet]:
    looks = Looks()
    for sheet in book.worksheets:
        # The public ways through a sheet make every cell of its rectangle.
        cells = {
            at: DrawnCell(_text(cell), looks.of(cell), _note(cell))
            for at, cell in sheet._cells.items()
            if cell.value is not None or cell.has_style
        }
        merges = sorted(
            (m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges
        )
        yield DrawnSheet(sheet.title, cells, tuple(merges), sheet, looks.plainest(sheet))


def _text(cell: Cell | MergedCell) -> str:
    value = cell.value
    if value is not None and not isinstance(value, str) and cell.data_type == "f":
        value = f"={getattr(value, 'text', None) or ''}".replace("==", "=", 1)  # of an array
    return unescape(value) if isinstance(value, str) else plain(value)


def _note(cell: Cell | MergedCell) -> str:
    return unescape(cell.comment.text or "") if cell.comment else ""
