"""The summary template: what a coordinator may restyle and rename in the summary."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import joined, meant, tr
from ..readers.limits import Refused
from ..writers.atomic import read_regular
from ..writers.theme import (
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
)
from .styled_workbook import DrawnSheet, left_out, read_drawn, why_not

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
_FORMER = ("填报日期", "出处")
"""Captions that older templates list and the summary no longer has: they rename nothing."""


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
        book = read_drawn(read_regular(path))
    except (OSError, ValueError, Refused) as error:
        return None, (Finding("FORM-001", place, values={"reason": why_not(error)}),)
    sheets = {meant(s.name, (LOOKS_SHEET, CAPTIONS_SHEET)): s for s in book.sheets}
    first = sheets.get(LOOKS_SHEET, book.sheets[0])
    looks, shown = {}, {}
    findings = []
    for row, name in _names(first, LOOKS):
        if name not in LOOKS:
            at = Place(path.name, first.name, f"A{row}")
            values = {"name": name, "choices": joined(map(tr, LOOKS))}
            findings.append(Finding("FORM-034", at, values=values))
        else:
            look = first.cell(row, 2).look.items()
            # Black is what a cell has that nobody coloured.
            looks[name] = {k: v for k, v in look if k in _OWN.get(name, _TYPE | {"bg_color"}) and (k, v) != ("font_color", "#000000")}  # fmt: skip
    second = sheets.get(CAPTIONS_SHEET, first)
    for row, name in _names(second, (*captions, *_FORMER)) if second is not first else ():
        caption = second.cell(row, 2).text.strip()
        if name in _FORMER:
            continue
        if name not in captions:
            at = Place(path.name, second.name, f"A{row}")
            findings.append(Finding("FORM-036", at, values={"name": name}))
        elif caption:
            shown[name] = caption
    notes = left_out(book, place)
    return (None if findings else Style(looks, shown)), (*findings, *notes)


def _names(sheet: DrawnSheet, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the names in column A below the header, with their rows: ours, whichever language they are in."""
    for row, column in sorted(sheet.cells):
        name = sheet.cells[row, column].text.strip()
        if column == 1 and row > 1 and name:
            yield row, meant(name, known)
