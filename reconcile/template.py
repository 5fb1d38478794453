"""Template workbook -> Form and layout.

The template is the schema. A cell that holds nothing but ``{word}`` is a
placeholder; a row that holds nothing but placeholders stands for many rows.
Locked means given, unlocked means asked; Excel's data validation is the rule,
"ignore blank" switched off makes it a required one, and a note on a caption
(也叫：完成率、进度) lists other captions for the same column.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from .findings import Finding, Place
from .looks import look
from .model import Field, Form, Rule
from .validations import kind_of_format, read_rules

PLACEHOLDER = re.compile(r"^\{([^{}\s]+)\}$")
_ALIASES = re.compile(r"(?:也叫|also)[：:](.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TemplateCell:
    """One cell of a template: its text and its look, as XlsxWriter's format properties."""

    text: str
    look: Mapping[str, Any]
    rule: Rule | None = None
    title: str = ""
    prompt: str = ""
    note: str = ""

    @property
    def placeholder(self) -> str:
        """The word of a lone placeholder, or ""."""
        found = PLACEHOLDER.match(self.text) if self.text.startswith("{") else None
        return found[1] if found else ""

    # It holds a mapping: a cell stands for itself where something is kept for it.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """One sheet of a template. Rows and columns count from 1.

    ``widths`` are in Excel's column unit, ``heights`` in points. ``repeat`` is
    the row that stands for many, 0 when there is none.
    """

    name: str
    cells: Mapping[tuple[int, int], TemplateCell]
    merges: tuple[tuple[int, int, int, int], ...]
    widths: Mapping[int, float]
    hidden: frozenset[int]
    heights: Mapping[int, float]
    repeat: int
    freeze: tuple[int, int]
    filtered: bool
    protected: bool
    page: Mapping[str, Any] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        """The last row that holds a cell."""
        return max((r for r, _ in self.cells), default=0)

    @property
    def last_column(self) -> int:
        """The last column that holds a cell."""
        return max((c for _, c in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Template:
    """A template workbook as read: its sheets, and the form they declare."""

    sheets: tuple[TemplateSheet, ...]
    form: Form


def read_template(path: Path) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read a template workbook.

    Returns (template, findings); the template is None when one of the findings
    (family FORM) says why it cannot be used.
    """
    place = Place(path.name)
    try:
        if _lists_elsewhere(path):
            return None, (Finding("FORM-002", place),)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions that openpyxl drops do no harm here
            book = openpyxl.load_workbook(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        return None, (Finding("FORM-001", place, values={"reason": str(error)}),)
    sheets, findings = [], []
    for sheet in book.worksheets:
        read, wrong = _read_sheet(sheet, path.name)
        sheets.append(read)
        findings += wrong
    form = replace(_form(sheets), sheets=tuple(s.name for s in sheets))
    ids = [f.id for f in (*form.fields, *form.head)]
    if "number" not in ids or "goal" not in ids or not form.asked:
        findings.append(Finding("FORM-003", place))
    findings += [
        Finding("FORM-004", place, field=i, values={"field": i})
        for i in dict.fromkeys(ids)
        if ids.count(i) > 1
    ]
    findings += [f for sheet in sheets for f in _questions_unasked(sheet, place)]
    if any(f.severity.name == "ERROR" for f in findings):
        return None, tuple(findings)
    return Template(tuple(sheets), form), tuple(findings)


def _lists_elsewhere(path: Path) -> bool:
    """Say whether Excel stored a rule in the extension that openpyxl drops."""
    with zipfile.ZipFile(path) as archive:
        return any(
            b"x14:dataValidation " in archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/sheet")
        )


def _read_sheet(sheet: Any, file: str) -> tuple[TemplateSheet, list[Finding]]:
    rules, findings = read_rules(sheet, file)
    cells = {}
    for row in sheet.iter_rows():
        for cell in row:
            text = "" if cell.value is None else str(cell.value)
            if text or cell.has_style:
                at = (cell.row, cell.column)
                rule, title, prompt = rules.get(at, (None, "", ""))
                note = cell.comment.text if cell.comment else ""
                cells[at] = TemplateCell(text, look(cell), rule, title, prompt, note)
    for (row, column), cell in list(cells.items()):
        if cell.placeholder and cell.rule is None and not cell.look.get("locked", True):
            plain = Rule(kind=kind_of_format(str(cell.look.get("num_format", ""))))
            cells[row, column] = replace(cell, rule=plain)
    widths = {
        i: dimension.width
        for dimension in sheet.column_dimensions.values()
        for i in range(dimension.min, dimension.max + 1)
        if dimension.customWidth or dimension.hidden
    }
    frozen = coordinate_to_tuple(sheet.freeze_panes or "A1")
    return TemplateSheet(
        name=sheet.title,
        cells=cells,
        merges=tuple(
            (m.min_row, m.min_col, m.max_row, m.max_col)
            for m in sorted(sheet.merged_cells.ranges, key=lambda m: (m.min_row, m.min_col))
        ),
        widths=widths,
        hidden=frozenset(
            i for d in sheet.column_dimensions.values() if d.hidden for i in range(d.min, d.max + 1)
        ),
        heights={i: d.height for i, d in sheet.row_dimensions.items() if d.height},
        repeat=_repeat_row(cells),
        freeze=(frozen[0] - 1, frozen[1] - 1),
        filtered=bool(sheet.auto_filter.ref),
        protected=bool(sheet.protection.sheet),
        page=_page(sheet),
    ), findings


def _questions_unasked(sheet: TemplateSheet, place: Place) -> Iterator[Finding]:
    """Columns of a table that clerks can write in, but that no placeholder asks for."""
    for (row, column), caption in sheet.cells.items():
        below = sheet.cells.get((row + 1, column))
        if sheet.repeat != row + 1 or not caption.text or below is None:
            continue
        if not below.text and not below.look.get("locked", True):
            cell = f"{get_column_letter(column)}{sheet.repeat}"
            values = {"caption": caption.text}
            yield Finding("FORM-006", Place(place.file, sheet.name, cell), values=values)


def _repeat_row(cells: Mapping[tuple[int, int], TemplateCell]) -> int:
    """The first row whose every filled cell is a lone placeholder, two at least."""
    rows: dict[int, list[TemplateCell]] = {}
    for (row, _), cell in cells.items():
        if cell.text:
            rows.setdefault(row, []).append(cell)
    return next(
        (
            r
            for r, filled in sorted(rows.items())
            if len(filled) > 1 and all(c.placeholder for c in filled)
        ),
        0,
    )


def _page(sheet: Any) -> dict[str, Any]:
    setup, margins = sheet.page_setup, sheet.page_margins
    footer = sheet.oddFooter
    return {
        "paper": int(setup.paperSize or 9),
        "landscape": setup.orientation == "landscape",
        "margins": (margins.left, margins.right, margins.top, margins.bottom),
        "footer": tuple(part.text or "" for part in (footer.left, footer.center, footer.right)),
        "titles": bool(sheet.print_title_rows),
        "centred": bool(sheet.print_options.horizontalCentered),
        "gridlines": sheet.sheet_view.showGridLines is not False,
    }


# --- the form


def _form(sheets: list[TemplateSheet]) -> Form:
    """The fields that the sheets with a {goal} and an {indicator} column declare."""
    for sheet in sheets:
        fields = _columns(sheet)
        if "goal" not in {f.id for f in fields}:
            continue
        head = [
            _field(cell, _label(sheet, row, column))
            for (row, column), cell in sorted(sheet.cells.items())
            if row < sheet.repeat - 1 and cell.placeholder and not cell.look.get("locked", True)
        ]
        texts = tuple(
            dict.fromkeys(
                cell.text
                for any_sheet in sheets
                for (row, _), cell in any_sheet.cells.items()
                if row != any_sheet.repeat and cell.text and cell.look.get("locked", True)
            )
        )
        tables = (_columns(any_sheet) for any_sheet in sheets)
        indicators = next((t for t in tables if "indicator" in {f.id for f in t}), ())
        return Form(fields, tuple(head), texts=texts, indicators=indicators)
    return Form((), ())


def _columns(sheet: TemplateSheet) -> tuple[Field, ...]:
    """The fields of a sheet's repeated row."""
    return tuple(
        _field(cell, sheet.cells.get((sheet.repeat - 1, column)))
        for (row, column), cell in sorted(sheet.cells.items())
        if row == sheet.repeat and cell.text
    )


def _field(cell: TemplateCell, caption: TemplateCell | None) -> Field:
    note = _ALIASES.search(caption.note) if caption else None
    aliases = re.split(r"[、，,；;\n]", note[1]) if note else []
    return Field(
        id=cell.placeholder,
        caption=(caption.text if caption else "").rstrip("：: ") or cell.placeholder,
        asked=not cell.look.get("locked", True),
        rule=cell.rule or Rule(),
        prompt=cell.prompt,
        aliases=tuple(a.strip() for a in aliases if a.strip()),
    )


def _label(sheet: TemplateSheet, row: int, column: int) -> TemplateCell | None:
    """The nearest text to the left of a head cell."""
    left = (sheet.cells.get((row, c)) for c in range(column - 1, 0, -1))
    return next((cell for cell in left if cell and cell.text), None)
