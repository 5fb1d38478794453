"""How tasks and the headings above them are numbered. Words only, no geometry."""

from __future__ import annotations

import re

from ..core.text import fold
from .columns.period_captions import is_period
from .columns.roles import LONGEST, Column, is_caption, spans_columns
from .columns.wording import EXTRA, GOAL, LEAD, LEADER, MILESTONE, NUMBER, SECTION, SUPPORT

__all__ = [
    "EXTRA", "GOAL", "LEAD", "LEADER", "LONGEST", "MILESTONE", "NUMBER", "PRINTED_NUMBER", "SECTION", "SUPPORT",
    "Column", "heading_style", "is_caption", "is_heading", "is_period", "spans_columns",
]  # fmt: skip

# A task's number as printed: 12, 12., (12), 12、
PRINTED_NUMBER = re.compile(r"\(?([0-9]{1,5})[.)、,]?")
# How headings are numbered, outermost first.
_STYLES = [
    re.compile(pattern)
    for pattern in (
        r"第?[一二三四五六七八九十0-9]+(部分|篇|章|编)|part",
        r"[一二三四五六七八九十]+[、,.:]|[ivx]+\.|(?:priority|theme|goal|pillar|objective|action|workstream)[0-9]{1,2}[:.-]",
        r"\([一二三四五六七八九十]+\)",
        r"[0-9]+[.、,](?![0-9])",
        r"\([0-9]+\)",
    )
]


def heading_style(text: str) -> int | None:
    """Return how deep a heading's numbering puts it (一、 is 1, （一） is 2), or None."""
    folded = fold(text)
    return next((i for i, style in enumerate(_STYLES) if style.match(folded)), None)


def is_heading(text: str) -> bool:
    """Return whether a line outside a table heads the tasks below it."""
    return (
        heading_style(text) is not None
        and len(text) <= (80 if text.isascii() else 40)
        and text[-1] not in "。，；."
    )
