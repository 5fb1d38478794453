"""The looks of template cells, as XlsxWriter understands them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import openpyxl

from .findings import Finding, Place
from .language import joined, meant, tr
from .style import (
    BAND,
    HEAD,
    LETTER_HEAD,
    LETTER_SUBHEAD,
    LETTER_TEXT,
    LETTER_TITLE,
    LOOKS,
    TEXT,
    TITLE,
    Style,
    substitute,
)

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
    properties = {k: v for k, v in properties.items() if v} | substitute(font.name or "")
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


_TYPE = frozenset(["font_color", "bold", "italic", "underline"])
_LETTER = _TYPE | {"font_name"}
_RESTYLED = _LETTER | {"bg_color"} | {
    side + part for side in ("left", "right", "top", "bottom") for part in ("", "_color")
}  # fmt: skip
# Of lights and states only the colours: their font and borders are those of the text around them.
_OWN = {TITLE: _RESTYLED, HEAD: _RESTYLED, BAND: _RESTYLED, TEXT: _RESTYLED} | dict.fromkeys(
    (LETTER_TITLE, LETTER_TEXT, LETTER_HEAD, LETTER_SUBHEAD), _LETTER
)
LOOKS_SHEET, CAPTIONS_SHEET = "样式", "栏目"


def read_style(
    path: Path, captions: Collection[str] = ()
) -> tuple[Style | None, tuple[Finding, ...]]:
    """Read a summary template: looks on its sheet 样式, other captions on its sheet 栏目.

    A look's name stands in column A, beside it a cell that has it; a caption's
    own name in column A, beside it how it is to be shown. First rows are headers,
    names may be English. Returns (style, findings); None when the file cannot be
    read, or names a look, or a caption not among ``captions``, that does not exist.
    """
    place = Place(path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions that openpyxl drops do no harm here
            book = openpyxl.load_workbook(path)
        sheets = {meant(s.title, (LOOKS_SHEET, CAPTIONS_SHEET)): s for s in book.worksheets}
        first: Any = sheets.get(LOOKS_SHEET, book.worksheets[0])
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        return None, (Finding("FORM-001", place, values={"reason": str(error)}),)
    looks, shown = {}, {}
    findings = []
    for row, name in _names(first, LOOKS):
        if name not in LOOKS:
            at = Place(path.name, first.title, f"A{row}")
            values = {"name": name, "choices": joined(map(tr, LOOKS))}
            findings.append(Finding("FORM-034", at, values=values))
        else:
            found = look(first.cell(row, 2)).items()
            # Black is what a cell has that nobody coloured.
            looks[name] = {k: v for k, v in found if k in _OWN.get(name, _TYPE | {"bg_color"}) and (k, v) != ("font_color", "#000000")}  # fmt: skip
    second = sheets.get(CAPTIONS_SHEET, first)
    for row, name in _names(second, captions) if second is not first else ():
        told = str(second.cell(row, 2).value or "").strip()
        if name not in captions:
            at = Place(path.name, second.title, f"A{row}")
            findings.append(Finding("FORM-036", at, values={"name": name}))
        elif told:
            shown[name] = told
    return (None if findings else Style(looks, shown)), tuple(findings)


def _names(sheet: Any, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """The names in column A below the header, with their rows: ours, whichever language they are in."""
    for row in range(2, sheet.max_row + 1):
        name = str(sheet.cell(row, 1).value or "").strip()
        if name:
            yield row, meant(name, known)
