"""The styles of a workbook -> the looks of its cells, as XlsxWriter understands them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..readers.number_formats import BUILT_IN
from ..readers.xlsx_parts import whole_number
from ..readers.xlsx_texts import unescape
from ..writers.theme import substitute
from .xml_tree import Node

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
_VALIGN = {"center": "vcenter", "distributed": "vdistributed", "justify": "vjustify"}
# What a cell format may say beside alignment and protection.
_PARTS = ("numFmtId", "fontId", "fillId", "borderId", "xfId", "quotePrefix", "pivotButton")


class CellLook(NamedTuple):
    """XlsxWriter's format properties of a cell; ``bare`` says that nobody gave it a look."""

    look: Mapping[str, Any]
    bare: bool


def looks_of(styles: Node) -> tuple[CellLook, ...]:
    """Return the look of each cell format, by its index, from the root of a styles part.

    Raises ValueError for a size or a colour that is none.
    """
    fonts, fills, borders = (
        list(styles.child(name).all(name[:-1])) for name in ("fonts", "fills", "borders")
    )
    formats = dict(BUILT_IN) | {
        whole_number(n.get("numFmtId")): unescape(n.get("formatCode"))
        for n in styles.child("numFmts").all("numFmt")
    }
    nothing = Node("", {})

    def kept(of: list[Node], xf: Node, name: str) -> Node:
        index = whole_number(xf.get(name))
        return of[index] if index < len(of) else nothing

    looks = []
    for xf in styles.child("cellXfs").all("xf"):
        alignment, protection = xf.child("alignment"), xf.child("protection")
        code = formats.get(whole_number(xf.get("numFmtId")), "")
        properties = {
            **_font(kept(fonts, xf, "fontId")),
            **_alignment(alignment),
            "num_format": "" if code == "General" else code,
            **_fill(kept(fills, xf, "fillId")),
            **_border(kept(borders, xf, "borderId")),
        }
        look = {k: v for k, v in properties.items() if v}
        look |= substitute(str(look.get("font_name", "")))
        look["locked"] = protection.on("locked", "1")
        bare = look["locked"] and not any(
            [
                *(xf.get(part, "0") not in ("0", "false") for part in _PARTS),
                *(value != "0" for value in alignment.attributes.values()),
                protection.on("hidden"),
            ]
        )
        looks.append(CellLook(look, bare))
    return tuple(looks)


def _font(font: Node) -> dict[str, Any]:
    size, underline = font.child("sz").get("val"), font.child("u")
    return {
        "font_name": font.child("name").get("val"),
        "font_size": float(size) if size else None,
        **{word: font.child(word[0]).on("val", "1") for word in ("bold", "italic") if font.child(word[0])},
        "underline": 1 if underline and underline.get("val") != "none" else 0,
        "font_color": _colour(font.child("color")),
    }  # fmt: skip


def _alignment(alignment: Node) -> dict[str, Any]:
    across, down = alignment.get("horizontal"), alignment.get("vertical")
    return {
        "align": {"general": "", "centerContinuous": "center_across"}.get(across, across),
        "valign": _VALIGN.get(down, down),
        "text_wrap": alignment.on("wrapText"),
        "indent": int(float(alignment.get("indent", "0"))),
    }


def _fill(fill: Node) -> dict[str, Any]:
    pattern = fill.child("patternFill")
    if pattern.get("patternType") != "solid":
        return {}
    # A solid fill of no colour is black.
    return {"bg_color": _colour(pattern.child("fgColor") or Node("fgColor", {}))}


def _border(border: Node) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for side in ("left", "right", "top", "bottom"):
        line = border.child(side)
        if line.get("style") in _BORDERS:
            properties[side] = _BORDERS.index(line.get("style")) + 1
            properties[f"{side}_color"] = _colour(line.child("color"))
    return properties


def _colour(colour: Node) -> str | None:
    """Return "#RRGGBB", or None for "automatic"."""
    if not colour or "indexed" in colour.attributes:
        return None
    if "theme" in colour.attributes:
        theme = whole_number(colour.get("theme"), len(_THEME))
        if theme >= len(_THEME):
            return None
        tint = float(colour.get("tint", "0"))
        parts = (int(_THEME[theme][i : i + 2], 16) for i in (0, 2, 4))
        # A negative tint darkens, a positive one lightens (ECMA-376 18.3.1.15, here on RGB).
        shaded = (p * (1 + tint) if tint < 0 else p + (255 - p) * tint for p in parts)
        return "#" + "".join(f"{round(p):02X}" for p in shaded)
    if "auto" in colour.attributes:
        return None
    written = colour.get("rgb", "000000")[-6:]
    int(written, 16)
    return f"#{written}"
