"""How summary, circular and lists look: fonts, fills and borders by name, and captions by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.i18n import EN, holds_chinese, spoken
from ..core.plan import State
from ..core.result import UNANSWERED

Looks = Mapping[str, Mapping[str, object]]
"""XlsxWriter's properties of fonts, fills and borders, by the name of a look."""
TITLE, HEAD, BAND, TEXT = "标题", "表头", "类别", "正文"
LETTER_TITLE, LETTER_TEXT, LETTER_HEAD, LETTER_SUBHEAD = (
    "通报标题", "通报正文", "通报一级标题", "通报二级标题",
)  # fmt: skip
LOOKS: Looks = {
    TITLE: {"font_name": "方正小标宋简体"},
    HEAD: {"font_name": "黑体", "bg_color": "#D9E1F2"},
    BAND: {"font_name": "黑体", "bg_color": "#F2F2F2"},
    TEXT: {
        "font_name": "宋体",
        **dict.fromkeys(("left", "right", "top", "bottom"), 1),
        **dict.fromkeys(("left_color", "right_color", "top_color", "bottom_color"), "#A6A6A6"),
    },
    # The light's word in a table. Dark enough for black and white; it has its name anyway.
    "绿灯": {"font_color": "#00803C", "bold": True},
    "黄灯": {"font_color": "#9C6500", "bold": True},
    "红灯": {"font_color": "#C00000", "bold": True},
    # The pieces of the charts, distinct in grey, too: red is darkest, then green, then yellow.
    "图中绿灯": {"bg_color": "#70AD47"},
    "图中黄灯": {"bg_color": "#FFE699"},
    "图中红灯": {"bg_color": "#C00000"},
    State.DONE: {"bg_color": "#E2EFDA"},
    State.AHEAD: {"bg_color": "#E2EFDA"},
    State.ON_TIME: {},
    State.BEHIND: {"bg_color": "#F8CBAD"},
    State.NOT_BEGUN: {"bg_color": "#F8CBAD"},
    UNANSWERED: {"bg_color": "#D9D9D9"},
    LETTER_TITLE: {"font_name": "方正小标宋简体"},
    LETTER_TEXT: {"font_name": "仿宋"},
    LETTER_HEAD: {"font_name": "黑体"},
    LETTER_SUBHEAD: {"font_name": "楷体"},
}
"""The looks that a summary template may change; sizes stay, since heights are computed from them."""
_ENGLISH: Looks = {
    TITLE: {"font_name": "Calibri", "bold": True},
    HEAD: {"font_name": "Calibri", "bold": True},
    BAND: {"font_name": "Calibri", "bold": True},
    TEXT: {"font_name": "Calibri"},
    LETTER_TITLE: {"font_name": "Times New Roman", "bold": True},
    LETTER_TEXT: {"font_name": "Times New Roman"},
    LETTER_HEAD: {"font_name": "Times New Roman", "bold": True},
    LETTER_SUBHEAD: {"font_name": "Times New Roman", "bold": True, "italic": True},
}


@dataclass(frozen=True, slots=True)
class Style:
    """What a summary template changes: looks by name, and captions by the name that we give them."""

    looks: Looks = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)

    def look(self, name: str) -> Mapping[str, object]:
        """Return a look: the template's, else the built-in one of the language being spoken."""
        if name in self.looks:
            return self.looks[name]
        return {**LOOKS[name], **_ENGLISH.get(name, {})} if spoken() == EN else LOOKS[name]


def light_look(light: str, *, chart: bool = False) -> str:
    """Return the name of a light's look, in tables or in a chart."""
    return f"{'图中' if chart else ''}{light}灯" if light else TEXT


def substitute(font: str) -> dict[str, object]:
    """Return what shows a program which font to take where a Chinese one is missing.

    A workbook holds no list of fonts to fall back on, but family and character
    set: 方正小标宋 becomes another serif (宋体), 黑体 another sans.
    """
    if not holds_chinese(font):
        return {}
    return {"font_family": 1 if any(c in font for c in "宋楷隶") else 2, "font_charset": 134}


TAB_FIRST, TAB_MAIN, TAB_RED, TAB_QUIET, TAB_WAITING = (
    "#1F4E79", "#9DC3E6", "#C00000", "#BFBFBF", "#FFC000",
)  # fmt: skip
"""Colours of tabs: what to look at first, what it rests on, what is behind, the rest; what waits for a person."""
