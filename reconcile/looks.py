"""The looks of template cells, as XlsxWriter understands them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from .findings import Finding, Place

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
