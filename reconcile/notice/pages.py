"""PDF pages -> characters and lines, turned so that the text runs from left to right.

pdfium reads them: for the same characters it needs a tenth of the time of a
parser in Python. Coordinates are points, x to the right and y *down*, along
and across the direction of most of the page's text, whatever /Rotate says.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ..findings import Finding, Place
from ..frozen import frozen
from ..grid.guard import Refused

# Twenty times what a yearly plan of 140 tasks has (36 pages; a few lines cost a page no more).
_MOST_PAGES, _MOST_CHARS, _MOST_OBJECTS, _MOST_POINTS = 500, 300_000, 300_000, 500_000

Progress = Callable[[int, int], None]
Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
# An object of pdfium, which has no types.
Raw = Any

# The ``quarter`` of text that runs neither along nor across the page.
SKEW = 4
# A filled box thinner than this (points) is meant as a rule.
THIN = 3.0
# What NFKC leaves alone of CJK Radicals Supplement; some PDF printers write these for the real signs.
RADICALS = dict(
    zip(
        "⻓⺠⻰⻣⻋⻝⻔⻛⻅⻘⻨⻆⻥⻢⻚⻉⻩⻬⻮⻜⻦⻤⻙⻄⻁⻳⻲",
        "长民龙骨车食门风见青麦角鱼马页贝黄齐齿飞鸟鬼韦西虎龟龟",
        strict=True,
    )
)


class Char(NamedTuple):
    """One visible character: ``x0`` to ``x1``; ``y`` is its centre, ``base`` its base line.

    ``spaced`` says that white space stood before it in the same line.
    """

    text: str
    x0: float
    x1: float
    y: float
    base: float
    size: float
    spaced: bool


@frozen
class Page:
    """One page. ``lines`` are the straight lines drawn on it, as (end, end).

    ``astray`` counts characters in other directions than most, which are not in
    ``chars``; ``unreadable`` those without a known sign; ``mended`` radicals
    replaced by the sign they stand for. ``picture``: there is an image on the page.
    ``corner`` is the upper left one as coordinates go; ``turned`` by how many
    quarters a picture of the page must be turned back for its text to be level.
    """

    number: int
    chars: tuple[Char, ...]
    lines: tuple[tuple[Point, Point], ...]
    astray: int = 0
    unreadable: int = 0
    mended: int = 0
    picture: bool = False
    corner: Point = (0.0, 0.0)
    turned: int = 0

    @property
    def where(self) -> str:
        """The page's number in words."""
        return f"第{self.number}页"


class _Effort:
    """What the pages of a document may still cost; counted before each is looked at."""

    def __init__(self) -> None:
        self._left = {"字": _MOST_CHARS, "个图形": _MOST_OBJECTS, "个点": _MOST_POINTS}

    def spend(self, what: str, count: int = 1) -> None:
        """Take off what a page holds. Raises Refused PLAN-063."""
        self.expect(what, count)
        self._left[what] -= count

    def expect(self, what: str, count: int) -> None:
        """Raise Refused PLAN-063 when there is not so much left."""
        if self._left[what] < count:
            most = {"字": _MOST_CHARS, "个图形": _MOST_OBJECTS, "个点": _MOST_POINTS}[what]
            raise Refused("PLAN-063", what=f"超过 {most} {what}")


def read_pages(
    name: str, content: bytes, *, progress: Progress | None = None
) -> tuple[tuple[Page, ...] | None, tuple[Finding, ...]]:
    """Return the pages of a PDF, or None and the one finding that says why not.

    A PDF with an owner password only (no printing, no copying) opens without
    one. ``progress`` is called with (pages read, pages in all).
    """
    document, refusal = _open(content)
    if document is None:
        return None, (Finding(refusal, Place(file=name)),)
    pages: list[Page] = []
    effort = _Effort()
    try:
        if len(document) > _MOST_PAGES:
            raise Refused("PLAN-063", what=f"超过 {_MOST_PAGES} 页")
        for index in range(len(document)):
            try:
                pages.append(_read_page(document, index, effort))
            except pdfium.PdfiumError:
                place = Place(file=name, cell=f"第{index + 1}页")
                return None, (Finding("PLAN-004", place, values={"page": index + 1}),)
            if progress is not None:
                progress(index + 1, len(document))
    except Refused as refused:
        return None, (Finding(refused.code, Place(file=name), values=refused.values),)
    finally:
        document.close()
    return tuple(pages), ()


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


def _read_page(document: Raw, index: int, effort: _Effort) -> Page:
    page = document[index]
    textpage = None
    try:
        lines, picture = _lines(page, effort)
        textpage = page.get_textpage()
        effort.spend("字", textpage.count_chars())
        left, bottom, right, top = visible = page.get_cropbox()
        glyphs, unreadable, mended = _glyphs(textpage, visible)
        ways = Counter(glyph.quarter for glyph in glyphs)
        quarter = max(range(4), key=lambda way: ways[way])
        corners = [_turn(point, quarter) for point in ((left, bottom), (right, top))]
        return Page(
            number=index + 1,
            chars=tuple(_turned(glyph, quarter) for glyph in glyphs if glyph.quarter == quarter),
            lines=tuple((_turn(a, quarter), _turn(b, quarter)) for a, b in lines),
            astray=len(glyphs) - ways[quarter],
            unreadable=unreadable,
            mended=mended,
            picture=picture,
            corner=(min(p[0] for p in corners), min(p[1] for p in corners)),
            turned=(quarter + page.get_rotation() // 90) % 4,
        )
    finally:
        if textpage is not None:
            textpage.close()
        page.close()


class _Glyph(NamedTuple):
    """One character in the page's own coordinates, y up; ``quarter`` turns clockwise."""

    text: str
    box: tuple[float, float, float, float]
    base: Point
    quarter: int
    spaced: bool


def _glyphs(
    textpage: Raw, visible: tuple[float, float, float, float]
) -> tuple[list[_Glyph], int, int]:
    """Return the visible characters, and how many were unreadable and mended."""
    glyphs: list[_Glyph] = []
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    unreadable = mended = 0
    spaced = False
    x0, y0, x1, y1 = visible
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if (code <= 32 and code != 2) or code in (0xA0, 0x3000, 0x200B, 0xFEFF):
            spaced = True
            unreadable += code == 0
            continue
        raw.FPDFText_GetLooseCharBox(textpage, index, box)
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        edges = (box.left, box.bottom, box.right, box.top)
        if not (x0 <= (box.left + box.right) / 2 <= x1 and y0 <= (box.bottom + box.top) / 2 <= y1):
            continue
        text, was_radical = _sign(code)
        mended += was_radical
        unreadable += code == 0xFFFD or 0xE000 <= code <= 0xF8FF
        quarters = raw.FPDFText_GetCharAngle(textpage, index) / (math.pi / 2)
        quarter = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else SKEW
        glyphs.append(_Glyph(text, edges, (x.value, y.value), quarter, spaced))
        spaced = False
    return glyphs, unreadable, mended


def _sign(code: int) -> tuple[str, bool]:
    """Return the character of a code point, and whether it stood as a radical (⽤ for 用).

    Only radicals are folded: the full-width signs of Chinese text are meant.
    """
    # pdfium writes these two for a hyphen at the end of a line.
    if code in (2, 0xFFFE):
        return "-", False
    text = chr(code)
    if 0x2E80 <= code <= 0x2FDF:
        plain = RADICALS.get(text) or unicodedata.normalize("NFKC", text)
        return plain, plain != text
    return text, False


def _turn(point: Point, quarter: int) -> Point:
    """Return the point with x along the text and y down its lines; text turns clockwise."""
    x, y = point
    return ((x, -y), (-y, -x), (-x, y), (y, x))[quarter]


def _turned(glyph: _Glyph, quarter: int) -> Char:
    left, bottom, right, top = glyph.box
    (x0, y0), (x1, y1) = _turn((left, bottom), quarter), _turn((right, top), quarter)
    base = _turn(glyph.base, quarter)[1]
    return Char(
        glyph.text, min(x0, x1), max(x0, x1), (y0 + y1) / 2, base, abs(y1 - y0), glyph.spaced
    )


def _lines(page: Raw, effort: _Effort) -> tuple[list[tuple[Point, Point]], bool]:
    """Return the straight lines drawn on the page as (end, end), and whether it has an image."""
    found: list[tuple[Point, Point]] = []
    picture = False
    pick = raw.FPDFPage_GetObject
    effort.expect("个图形", raw.FPDFPage_CountObjects(page.raw))
    for item, kind, matrix in _objects(page.raw, raw.FPDFPage_CountObjects, pick, ()):
        effort.spend("个图形")
        picture = picture or kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind == raw.FPDF_PAGEOBJ_PATH:
            effort.spend("个点", raw.FPDFPath_CountSegments(item))
            found += _path_lines(item, matrix)
    return found, picture


def _objects(
    owner: Raw, count: Raw, pick: Raw, above: tuple[Matrix, ...]
) -> Iterator[tuple[Raw, int, tuple[Matrix, ...]]]:
    """Yield every object on a page and its kind, forms opened, with the matrices above it.

    The innermost matrix comes first.
    """
    for index in range(count(owner)):
        item = pick(owner, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind != raw.FPDF_PAGEOBJ_FORM:
            yield item, kind, above
        # A form in itself would never end.
        elif len(above) < 12:
            yield from _objects(
                item,
                raw.FPDFFormObj_CountObjects,
                raw.FPDFFormObj_GetObject,
                (_matrix(item), *above),
            )


def _matrix(item: Raw) -> Matrix:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, m)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _path_lines(path: Raw, above: tuple[Matrix, ...]) -> list[tuple[Point, Point]]:
    """Return the lines of one path: the edges of what is stroked, the middle of thin fills.

    A filled area that is not thin is shading, not a rule.
    """
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if not (fill.value or stroke.value):
        return []
    matrices = (_matrix(path), *above)
    found = []
    for points in _outlines(path, matrices):
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
        if height <= THIN and height <= width:
            found.append(((min(xs), y), (max(xs), y)))
        elif width <= THIN:
            found.append(((x, min(ys)), (x, max(ys))))
        elif stroke.value:
            found += list(itertools.pairwise(points))
    return found


def _outlines(path: Raw, matrices: Iterable[Matrix]) -> list[list[Point]]:
    """Return the sub-paths as points on the page; a curve counts as its end points."""
    outlines: list[list[Point]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (x.value, y.value)
        for a, b, c, d, e, f in matrices:
            point = (a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([])
        outlines[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    return outlines
