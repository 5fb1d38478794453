"""The styles of openpyxl's cells -> their looks, as XlsxWriter understands them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..readers.number_formats import BUILT_IN
from ..writers.theme import substitute

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.styles.colors import Color
    from openpyxl.worksheet.worksheet import Worksheet

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
_ALIGN = {"general": None, "centerContinuous": "center_across"}
_VALIGN = {"center": "vcenter", "distributed": "vdistributed", "justify": "vjustify"}


class Looks:
    """The looks of one workbook's cells: few styles, each looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, Mapping[str, Any]] = {}

    def of(self, cell: Cell | MergedCell) -> Mapping[str, Any]:
        """Return XlsxWriter's format properties for a cell, ``locked`` always among them."""
        style = cell.style_id
        if style not in self._known:
            self._known[style] = _look(cell)
        return self._known[style]

    def plainest(self, sheet: Worksheet) -> Mapping[str, Any]:
        """Return the look of a cell that nobody gave one."""
        from openpyxl.cell import Cell

        return self.of(Cell(sheet, 1, 1))


def _look(cell: Cell | MergedCell) -> Mapping[str, Any]:
    font, alignment = cell.font, cell.alignment
    # openpyxl does not know the formats for which Excel writes no text in China.
    code = BUILT_IN.get(cell._style.numFmtId) or cell.number_format  # type: ignore[union-attr]
    properties = {
        "font_name": font.name,
        "font_size": font.sz,
        "bold": font.b,
        "italic": font.i,
        "underline": 1 if font.u not in (None, "none") else 0,
        "font_color": _colour(font.color),
        "align": _ALIGN.get(alignment.horizontal, alignment.horizontal),
        "valign": _VALIGN.get(alignment.vertical, alignment.vertical),
        "text_wrap": alignment.wrap_text,
        "indent": int(alignment.indent or 0),
        "num_format": None if code == "General" else code,
        "bg_color": _colour(cell.fill.fgColor) if cell.fill.fill_type == "solid" else None,
    }
    for side in ("left", "right", "top", "bottom"):
        line = getattr(cell.border, side)
        if line is not None and line.style in _BORDERS:
            properties[side] = _BORDERS.index(line.style) + 1
            properties[f"{side}_color"] = _colour(line.color)
    look = {k: v for k, v in properties.items() if v} | substitute(font.name or "")
    return look | {"locked": cell.protection.locked is not False}


def _colour(colour: Color | None) -> str | None:
    """Return "#RRGGBB", or None for "automatic"."""
    if colour is None:
        return None
    if colour.type == "rgb":
        written = str(colour.rgb)[-6:]
        int(written, 16)
        return f"#{written}"
    if colour.type == "theme" and 0 <= colour.theme < len(_THEME):
        tint = colour.tint or 0.0
        parts = (int(_THEME[colour.theme][i : i + 2], 16) for i in (0, 2, 4))
        # A negative tint darkens, a positive one lightens (ECMA-376 18.3.1.15, here on RGB).
        shaded = (p * (1 + tint) if tint < 0 else p + (255 - p) * tint for p in parts)
        return "#" + "".join(f"{round(p):02X}" for p in shaded)
    return None
