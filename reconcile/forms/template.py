"""Template workbook -> Form and layout.

The template is the schema. A cell that holds nothing but ``{word}`` is a
placeholder; a row that holds nothing but placeholders stands for many rows.
Locked means given, unlocked means asked; Excel's data validation is the rule,
"ignore blank" switched off makes it a required one, and a note on a caption
(也叫：完成率、进度) lists other captions for the same column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.findings import Finding, Place, address
from ..core.form import Field, Form, Rule
from ..readers.beside.xlsx import page_text
from ..readers.limits import Refused
from ..writers.atomic import read_regular
from .styled_workbook import Drawn, DrawnSheet, left_out, read_drawn, why_not
from .template_rules import kind_of_format, read_rules

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

PLACEHOLDER = re.compile(r"^\{([^{}\s]+)\}$")
_LAST_COLUMN = 16_384
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

    def __hash__(self) -> int:
        """Hash the words alone: a look is a mapping."""
        return hash((self.text, self.title, self.prompt, self.note))


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
    (family FORM) states why it cannot be used.
    """
    place = Place(path.name)
    try:
        book = read_drawn(read_regular(path))
        if book.dropped:
            return None, (Finding("FORM-002", place),)
        read = [_read_sheet(book, sheet, path.name) for sheet in book.sheets]
    except (OSError, ValueError, Refused) as error:
        return None, (Finding("FORM-001", place, values={"reason": why_not(error)}),)
    sheets = [sheet for sheet, _ in read]
    findings = [*left_out(book, place), *(finding for _, wrong in read for finding in wrong)]
    form = form_of(sheets)
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


def _read_sheet(book: Drawn, sheet: DrawnSheet, file: str) -> tuple[TemplateSheet, list[Finding]]:
    from openpyxl.utils.cell import coordinate_to_tuple

    rules, findings = read_rules(book, sheet, file)
    cells = {}
    for at in sorted(sheet.cells):
        drawn = sheet.cells[at]
        rule, title, prompt = rules.get(at, (None, "", ""))
        cells[at] = TemplateCell(drawn.text, drawn.look, rule, title, prompt, drawn.note)
    for at, cell in cells.items():
        if cell.placeholder and cell.rule is None and not cell.look["locked"]:
            plain = Rule(kind=kind_of_format(str(cell.look.get("num_format", ""))))
            cells[at] = replace(cell, rule=plain)
    widths: dict[int, float] = {}
    hidden: set[int] = set()
    for columns in sheet.sheet.column_dimensions.values():
        span = range(columns.min or 1, min(columns.max or 1, _LAST_COLUMN) + 1)
        widths |= dict.fromkeys(span, columns.width) if columns.width or columns.hidden else {}
        hidden |= set(span) if columns.hidden else set()
    top, left = coordinate_to_tuple(sheet.sheet.freeze_panes or "A1")
    heights = sheet.sheet.row_dimensions.items()
    return TemplateSheet(
        name=sheet.name,
        cells=cells,
        merges=sheet.merges,
        widths=widths,
        hidden=frozenset(hidden),
        heights={row: dimension.height for row, dimension in heights if dimension.height},
        repeat=_repeat_row(cells),
        freeze=(top - 1, left - 1),
        filtered=bool(sheet.sheet.auto_filter.ref),
        protected=bool(sheet.sheet.protection.sheet),
        page=_page(sheet.sheet),
    ), findings


def _questions_unasked(sheet: TemplateSheet, place: Place) -> Iterator[Finding]:
    """Columns of a table that clerks can write in, but that no placeholder asks for."""
    for (row, column), caption in sheet.cells.items():
        below = sheet.cells.get((row + 1, column))
        if sheet.repeat != row + 1 or not caption.text or below is None:
            continue
        if not below.text and not below.look.get("locked", True):
            at = Place(place.file, sheet.name, address(sheet.repeat, column))
            yield Finding("FORM-006", at, values={"caption": caption.text})


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


def _page(sheet: Worksheet) -> dict[str, Any]:
    setup, margins, footer = sheet.page_setup, sheet.page_margins, sheet.oddFooter
    parts = (footer.left, footer.center, footer.right) if footer else (None, None, None)
    return {
        "paper": int(setup.paperSize or 9),
        "landscape": setup.orientation == "landscape",
        "margins": (margins.left, margins.right, margins.top, margins.bottom),
        "footer": tuple((part and part.text) or "" for part in parts),
        "titles": bool(sheet.print_title_rows),
        "centred": bool(sheet.print_options.horizontalCentered),
        "gridlines": sheet.sheet_view.showGridLines is not False,
    }


# --- the form


def form_of(sheets: Sequence[TemplateSheet]) -> Form:
    """Return the form that the sheets of a template declare."""
    return replace(_form(sheets), sheets=tuple(s.name for s in sheets))


def _form(sheets: Sequence[TemplateSheet]) -> Form:
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
        feet = (page_text(part) for sheet in sheets for part in sheet.page["footer"])
        footers = tuple(dict.fromkeys(filter(None, feet)))
        return Form(fields, tuple(head), texts=texts, indicators=indicators, footers=footers)
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
