"""PDF pages -> characters and lines, turned so that the text runs from left to right.

pdfium reads them: for the same characters it needs a tenth of the time of a
parser in Python. Coordinates are points, x to the right and y *down*, along
and across the direction of most of the page's text, whatever /Rotate is.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ...core.findings import Finding, Place
from ...core.i18n import Phrase
from ...readers.limits import Refused
from .annotations import open_forms, read_extras
from .graphics import HIDDEN, RECOGNISED, SEEN, Edges, Effort, Painting, Point, Raw
from .page import ASTRAY, STRUCK, Aside, Char, Page
from .strikeouts import without_struck
from .watermarks import without_watermarks

_MOST_PAGES = 500
"""Ten times what a yearly plan of 140 tasks has."""

Progress = Callable[[int, int], None]

# The ``quarter`` of text that runs neither along nor across the page.
SKEW = 4
# A glyph that is smaller both ways (points) is not seen.
_TINY = 1.0
_FIRST_RADICAL, _LAST_RADICAL = "\u2e80", "\u2fdf"
# Some PDF printers write radicals for the real characters. These NFKC leaves alone, or (the last two)
# takes for the characters of another region.
RADICALS = dict(
    zip(
        "⻓⺠⻰⻣⻋⻝⻔⻛⻅⻘⻨⻆⻥⻢⻚⻉⻩⻬⻮⻜⻦⻤⻙⻄⻁⻳⻲⻧⻪⻑⻗⼾⾭",
        "长民龙骨车食门风见青麦角鱼马页贝黄齐齿飞鸟鬼韦西虎龟龟卤黾長雨户青",
        strict=True,
    )
)


# Marks before the lines of a list, which Word takes from fonts whose characters have no code of their own.
_LIST_MARKS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓"}


def read_pages(
    name: str, content: bytes, *, progress: Progress | None = None
) -> tuple[tuple[Page, ...] | None, tuple[Finding, ...]]:
    """Return the pages of a PDF, or None and the one finding that gives the reason.

    A PDF with an owner password only (no printing, no copying) opens without
    one. ``progress`` is called with (pages read, pages in all).
    """
    document, refusal = _open(content)
    if document is None:
        return None, (Finding(refusal, Place(file=name)),)
    pages: list[Page] = []
    effort = Effort()
    try:
        if len(document) > _MOST_PAGES:
            raise Refused("PLAN-063", what=Phrase("超过 {n} 页", n=_MOST_PAGES))
        open_forms(document)
        for index in range(len(document)):
            try:
                pages.append(_read_page(document, index, effort))
            except pdfium.PdfiumError:
                place = Place(file=name, cell=Phrase("第{n}页", n=index + 1))
                return None, (Finding("PLAN-004", place, values={"page": index + 1}),)
            if progress is not None:
                progress(index + 1, len(document))
    except Refused as refused:
        return None, (Finding(refused.code, Place(file=name), values=refused.values),)
    finally:
        document.close()
    return without_watermarks(pages), ()


def _open(content: bytes) -> tuple[Raw, str]:
    """Return (document, "") or (None, code of the finding)."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        password = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return None, "PLAN-005" if password or "password" in str(error).lower() else "PLAN-003"
    if not len(document):
        document.close()
        return None, "PLAN-003"
    return document, ""


def _read_page(document: Raw, index: int, effort: Effort) -> Page:
    page = document[index]
    textpage = None
    try:
        painting = Painting(page.raw, effort)  # first: what is too much for it, the text is too
        textpage = page.get_textpage()
        effort.characters(textpage.count_chars())
        left, bottom, right, top = visible = page.get_cropbox()
        glyphs, nameless = _glyphs(textpage, visible, painting)
        extras = read_extras(page, document.formenv)
        shown = [glyph for glyph in glyphs if glyph.seen in (SEEN, RECOGNISED)]
        ways = Counter(glyph.quarter for glyph in shown)
        quarter = max(range(4), key=lambda way: ways[way])
        corners = [turn(point, quarter) for point in ((left, bottom), (right, top))]
        lines = [(turn(a, quarter), turn(b, quarter)) for a, b in painting.lines]
        crossed = [(turn(a, quarter), turn(b, quarter)) for a, b in extras.crossed]
        typed = [char for text, box in extras.texts for char in _typed(text, box, quarter)]
        level = [_turned(glyph, quarter) for glyph in shown if glyph.quarter == quarter]
        chars, struck, lines = without_struck([*level, *typed], lines, crossed)
        others = [
            Aside(
                glyph.seen if glyph.seen not in (SEEN, RECOGNISED) else ASTRAY,
                _turned(glyph, quarter),
            )
            for glyph in glyphs
            if glyph.seen not in (SEEN, RECOGNISED) or glyph.quarter != quarter
        ]
        return Page(
            number=index + 1,
            chars=tuple(chars),
            lines=tuple(lines),
            aside=(*(Aside(STRUCK, char) for char in struck), *others),
            unreadable=nameless + sum(glyph.unreadable for glyph in shown),
            mended=sum(glyph.mended for glyph in shown),
            recognised=sum(glyph.seen == RECOGNISED for glyph in shown),
            typed=tuple(typed),
            notes=extras.notes,
            picture=painting.picture,
            corner=(min(p[0] for p in corners), min(p[1] for p in corners)),
            turned=(quarter + page.get_rotation() // 90) % 4,
            quarter=quarter,
            faint=tuple((turn(a, quarter), turn(b, quarter)) for a, b in painting.faint),
            shades=tuple(_turned_area(area, quarter) for area in painting.shades),
        )
    finally:
        if textpage is not None:
            textpage.close()
        page.close()


class _Glyph(NamedTuple):
    """One glyph in the page's own coordinates, y up; ``quarter`` turns clockwise.

    ``seen`` is how, as :mod:`.graphics` defines it.
    """

    text: str
    box: Edges
    base: Point
    quarter: int
    spaced: bool
    seen: str
    unreadable: bool
    mended: bool


def _glyphs(textpage: Raw, visible: Edges, painting: Painting) -> tuple[list[_Glyph], int]:
    """Return the glyphs on the visible part of the page, and how many have no character at all."""
    glyphs: list[_Glyph] = []
    nameless = 0
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    spaced = False
    seen = SEEN
    x0, y0, x1, y1 = visible
    last, last_base, last_edges = -2, (0.0, 0.0), visible
    plain = painting.plain
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if (code <= 32 and code != 2) or code in (0xA0, 0x3000, 0x200B, 0xFEFF):
            spaced = True
            nameless += code == 0
            continue
        raw.FPDFText_GetLooseCharBox(textpage, index, box)
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        edges = (box.left, box.bottom, box.right, box.top)
        middle = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
        if not (x0 <= middle[0] <= x1 and y0 <= middle[1] <= y1):
            continue
        text, was_radical = _character(code)
        base = (x.value, y.value)
        joined = base == last_base and edges == last_edges and index == last + 1
        last, last_base, last_edges = index, base, edges
        if joined:
            # The letters of one ligature share its box.
            glyphs[-1] = glyphs[-1]._replace(text=glyphs[-1].text + text)
            continue
        if not plain:
            seen = painting.seen(raw.FPDFText_GetTextObject(textpage, index), middle)
        tiny = box.right - box.left < _TINY and box.top - box.bottom < _TINY
        quarters = raw.FPDFText_GetCharAngle(textpage, index) / (math.pi / 2)
        quarter = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else SKEW
        unreadable = text == "\ufffd" or "\ue000" <= text <= "\uf8ff"
        glyphs.append(
            _Glyph(
                text,
                edges,
                base,
                quarter,
                spaced,
                HIDDEN if tiny else seen,
                unreadable,
                was_radical,
            )
        )
        spaced = False
    return glyphs, nameless


def _character(code: int) -> tuple[str, bool]:
    """Return the character of a code point, and whether it stood as a radical (⽤ for 用).

    Only radicals are folded: the full-width characters of Chinese text are meant.
    """
    # pdfium writes these two for a hyphen at the end of a line; some fonts have only a soft one.
    if code in (2, 0xAD, 0xFFFE):
        return "-", False
    text = chr(code)
    if _FIRST_RADICAL <= text <= _LAST_RADICAL:
        plain = plain_character(text)
        return plain, plain != text
    return plain_character(text), False


def plain_character(character: str) -> str:
    """Return a character, the usual one for a radical or the mark of a list."""
    if _FIRST_RADICAL <= character <= _LAST_RADICAL:
        return RADICALS.get(character) or unicodedata.normalize("NFKC", character)
    return _LIST_MARKS.get(character, character)


def turn(point: Point, quarter: int) -> Point:
    """Return the point with x along the text and y down its lines; text turns clockwise."""
    x, y = point
    return ((x, -y), (-y, -x), (-x, y), (y, x))[quarter]


def _turned(glyph: _Glyph, quarter: int) -> Char:
    if not quarter:
        # Nearly all pages: half of the time of the way below.
        left, bottom, right, top = glyph.box
        y, base = -(bottom + top) / 2, -glyph.base[1]
        return Char(glyph.text, left, right, y, base, top - bottom, glyph.spaced)
    x0, x1, y0, y1 = _turned_box(glyph.box, quarter)
    base = turn(glyph.base, quarter)[1]
    return Char(glyph.text, x0, x1, (y0 + y1) / 2, base, y1 - y0, glyph.spaced)


def _turned_area(area: Edges, quarter: int) -> Edges:
    left, right, top, bottom = _turned_box(area, quarter)
    return left, top, right, bottom


def _turned_box(box: Edges, quarter: int) -> Edges:
    """Return a box as (from, to) along the text and (from, to) down its lines."""
    left, bottom, right, top = box
    (x0, y0), (x1, y1) = turn((left, bottom), quarter), turn((right, top), quarter)
    return min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)


def _typed(text: str, box: Edges, quarter: int) -> list[Char]:
    """Return the glyphs of a text that a program lays out when it shows the page, spread over its box."""
    x0, x1, y0, y1 = _turned_box(box, quarter)
    lines = text.splitlines()
    height = (y1 - y0) / max(len(lines), 1)
    found = []
    for row, line in enumerate(lines):
        size = min(height, (x1 - x0) / max(len(line), 1))
        base = y0 + (row + 0.5) * height + size * 0.35
        spaced = True
        for place, character in enumerate(line):
            left = x0 + place * size
            if not character.isspace():
                y = y0 + (row + 0.5) * height
                found.append(Char(character, left, left + size, y, base, size, spaced))
            spaced = character.isspace()
    return found
