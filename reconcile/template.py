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
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import coordinate_to_tuple
from openpyxl.utils.datetime import from_excel

from .findings import Finding, Place
from .model import Field, Form, Rule

PLACEHOLDER = re.compile(r"^\{([^{}\s]+)\}$")
_ALIASES = re.compile(r"(?:也叫|also)[：:](.*)", re.IGNORECASE)
_BORDERS = [
    "thin",
    "medium",
    "dashed",
    "dotted",
    "thick",
    "double",
    "hair",
    "mediumDashed",
    "dashDot",
    "mediumDashDot",
    "dashDotDot",
    "mediumDashDotDot",
    "slantDashDot",
]
# The Office theme's colours, in the order in which a cell refers to them.
_THEME = [
    "FFFFFF",
    "000000",
    "E7E6E6",
    "44546A",
    "4472C4",
    "ED7D31",
    "A5A5A5",
    "FFC000",
    "5B9BD5",
    "70AD47",
]


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
        found = PLACEHOLDER.match(self.text)
        return found[1] if found else ""


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
    rules, findings = _rules(sheet, file)
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
            plain = Rule(kind=_kind_of_format(str(cell.look.get("num_format", ""))))
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


# --- rules


def _rules(
    sheet: Any, file: str
) -> tuple[dict[tuple[int, int], tuple[Rule | None, str, str]], list[Finding]]:
    """Rules with their prompts by cell, from the sheet's data validations."""
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
        return Rule("choice", choices=tuple(_choices(sheet, validation)), required=required)
    if validation.type is None:
        return Rule(_kind_of_format(number_format), required=required)
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


def _kind_of_format(number_format: str) -> str:
    if "%" in number_format:
        return "percent"
    if re.search(r"[yd]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format), re.IGNORECASE):
        return "date" if number_format not in ("General", "@") else "text"
    return "number" if re.search(r"[0#]", number_format) else "text"


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


# --- looks


def look(cell: Any) -> dict[str, Any]:
    """Return XlsxWriter format properties for the look of an openpyxl cell."""
    font, fill, alignment = cell.font, cell.fill, cell.alignment
    properties: dict[str, Any] = {
        "font_name": font.name,
        "font_size": font.sz,
        "bold": font.b,
        "italic": font.i,
        "underline": 1 if font.u else 0,
        "font_color": _colour(font.color),
        "align": None
        if alignment.horizontal in (None, "general")
        else _align(alignment.horizontal),
        "valign": {"center": "vcenter", "distributed": "vdistributed", "justify": "vjustify"}.get(
            alignment.vertical, alignment.vertical
        ),
        "text_wrap": alignment.wrap_text,
        "indent": int(alignment.indent or 0),
        "num_format": None if cell.number_format == "General" else cell.number_format,
    }
    if fill.fill_type == "solid":
        properties["bg_color"] = _colour(fill.fgColor)
    for side in ("left", "right", "top", "bottom"):
        line = getattr(cell.border, side)
        if line is not None and line.style in _BORDERS:
            properties[side] = _BORDERS.index(line.style) + 1
            properties[f"{side}_color"] = _colour(line.color)
    properties = {k: v for k, v in properties.items() if v}
    properties["locked"] = cell.protection.locked is not False
    return properties


def _align(horizontal: str) -> str:
    return {"centerContinuous": "center_across"}.get(horizontal, horizontal)


def _colour(colour: Any) -> str | None:
    """Return "#RRGGBB" for an openpyxl colour, or None for "automatic"."""
    if colour is None:
        return None
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        return "#" + colour.rgb[-6:]
    if colour.type == "theme" and 0 <= colour.theme < len(_THEME):
        tint = colour.tint or 0.0
        parts = (int(_THEME[colour.theme][i : i + 2], 16) for i in (0, 2, 4))
        # A negative tint darkens, a positive one lightens (ECMA-376 18.3.1.15, here on RGB).
        shaded = (p * (1 + tint) if tint < 0 else p + (255 - p) * tint for p in parts)
        return "#" + "".join(f"{round(p):02X}" for p in shaded)
    return None


_RESTYLED = frozenset(
    ["font_name", "font_color", "bg_color", "bold", "italic", "underline"]
    + [side + part for side in ("left", "right", "top", "bottom") for part in ("", "_color")]
)


def read_looks(
    path: Path, names: Container[str]
) -> tuple[Mapping[str, Mapping[str, Any]] | None, tuple[Finding, ...]]:
    """Read a template of looks: the name of a look in column A, beside it a cell that has it.

    The first row is a header. Returns (fonts, fills and borders by name, findings);
    None when the file cannot be read or names a look that is not among ``names``.
    """
    place = Place(path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions that openpyxl drops do no harm here
            sheet = openpyxl.load_workbook(path).worksheets[0]
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        return None, (Finding("FORM-001", place, values={"reason": str(error)}),)
    looks, findings = {}, []
    for row in range(2, sheet.max_row + 1):
        name = str(sheet.cell(row, 1).value or "").strip()
        if name and name not in names:
            at = Place(path.name, sheet.title, f"A{row}")
            findings.append(Finding("FORM-034", at, values={"name": name}))
        elif name:
            found = look(sheet.cell(row, 2)).items()
            # Black is what a cell has that nobody coloured.
            looks[name] = {k: v for k, v in found if k in _RESTYLED and (k, v) != ("font_color", "#000000")}  # fmt: skip
    return (None if findings else looks), tuple(findings)
