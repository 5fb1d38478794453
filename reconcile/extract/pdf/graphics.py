"""What is drawn on a PDF page: its rules, and what of its text the eye does not see.

A text is hidden when it is drawn without ink, in the colour of what lies under
it, or under an area drawn later; it is cut off where a clip path ends. What
stands without ink on a picture, or under one, is the work of a text recogniser.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from ...core.i18n import Phrase
from ...readers.limits import Refused

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
Edges = tuple[float, float, float, float]
Colour = tuple[int, int, int]
# An object of pdfium, which has no types.
Raw = Any

# A filled box thinner than this (points) is meant as a rule.
THIN = 3.0
PAPER: Colour = (255, 255, 255)
# Colours that differ by less in each part look the same.
_ALIKE = 20
# An area that is darker than this in one part is seen to be shaded.
_SHADE = 252
# Alpha below this leaves nothing to see.
_FAINT = 13
# Render modes of text that leave ink; the others do not.
_FILLED, _STROKED = frozenset((0, 2, 4, 6)), frozenset((1, 2, 5, 6))
_EVERYWHERE: Edges = (float("-inf"), float("-inf"), float("inf"), float("inf"))
# At so many places along it a line is looked at.
_PLACES = 10
# So far (points) around a text an area may matter to it, its own size apart.
_ROOM = 20.0
# A picture that takes up more of the page than this may be its scan.
_SCAN = 0.2
# Lines of the paper's colour that are looked at on a page.
_PALE = 3000
# Areas of a page that are looked at, the largest ones.
_MOST = 1000
# Boxes of one path that are compared with each other.
_BOXES = 100
# A form in itself would never end.
_DEEPEST = 12

# What a document may hold: twenty times a yearly plan of 140 tasks.
_CHARACTERS, _OBJECTS, _POINTS = "超过 {n} 字", "超过 {n} 个图形", "超过 {n} 个点"
_MOST_OF = {_CHARACTERS: 300_000, _OBJECTS: 300_000, _POINTS: 500_000}

SEEN, RECOGNISED, HIDDEN, CUT = "", "recognised", "hidden", "cut"


class Look(NamedTuple):
    """How a text object is drawn: as which one on the page, within what, in which ink (None: without)."""

    order: int
    clip: Edges
    ink: Colour | None


class Cover(NamedTuple):
    """An area that hides what was drawn before it; ``colour`` is None for a picture and the like.

    What can be looked through (``clear``) hides nothing, but what lies on it stands on no paper.
    """

    order: int
    area: Edges
    colour: Colour | None
    picture: bool
    clear: bool


class Effort:
    """What the pages of a document may still cost; counted before each is looked at."""

    def __init__(self) -> None:
        self._left = dict(_MOST_OF)

    def characters(self, count: int) -> None:
        """Take off the characters of a page. Raises Refused PLAN-063."""
        self._spend(_CHARACTERS, count)

    def objects(self, count: int) -> None:
        """Take off what is drawn on a page, or in a form of it. Raises Refused PLAN-063."""
        self._spend(_OBJECTS, count)

    def points(self, count: int) -> None:
        """Take off the points of a path. Raises Refused PLAN-063."""
        self._spend(_POINTS, count)

    def _spend(self, what: str, count: int) -> None:
        self._left[what] -= count
        if self._left[what] < 0:
            raise Refused("PLAN-063", what=Phrase(what, n=_MOST_OF[what]))


class Painting:
    """What is drawn on a page; Refused PLAN-063 where it is too much.

    ``lines`` are the straight ones, as (end, end), ``shades`` the level areas in another
    colour than the paper's, and ``faint`` lines that cannot be distinguished from what they lie on.
    """

    def __init__(self, page: Raw, effort: Effort) -> None:
        self.lines: list[tuple[Point, Point]] = []
        self.picture = False
        self._covers: list[Cover] = []
        # The text objects that may not be seen, with the covers that they may stand on or under.
        self._doubtful: dict[int | None, tuple[Look, list[Cover]]] = {}
        texts: list[tuple[Raw, tuple[Matrix, ...], Look]] = []
        drawn: list[tuple[int, tuple[Point, Point], Colour]] = []
        least = _SCAN * raw.FPDF_GetPageWidthF(page) * raw.FPDF_GetPageHeightF(page)
        for order, (item, kind, above, clip) in enumerate(_objects(page, effort)):
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                look = Look(order, _clip(item, above, clip), _ink(item))
                texts.append((item, above, look))
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                effort.points(raw.FPDFPath_CountSegments(item))
                path = _Path(item, above)
                within = _clip(item, above, clip)
                drawn += [(order, line, path.colour) for line in path.lines(within)]
                self._covers += [
                    Cover(order, _common(area, within), colour, False, colour is None)
                    for area, colour in path.areas()
                ]
            else:
                area = _common(_bounds(item, above), _clip(item, above, clip))
                picture = kind == raw.FPDF_PAGEOBJ_IMAGE
                self.picture = self.picture or picture
                # Of small pictures over text, seals and signatures, nothing shows what they let through.
                clear = raw.FPDFPageObj_HasTransparency(item) or _size(area) < least
                self._covers.append(Cover(order, area, None, picture, bool(clear)))
        self._partly = len(self._covers) > _MOST
        if self._partly:
            largest = sorted(self._covers, key=lambda cover: _size(cover.area))[-_MOST:]
            self._covers = sorted(largest, key=lambda cover: cover.order)
        self.shades = [
            cover.area for cover in self._covers if cover.colour and min(cover.colour) < _SHADE
        ]
        self.faint: list[tuple[Point, Point]] = []
        pale = 0
        for order, line, colour in drawn:
            if not _alike(colour, PAPER):
                self.lines.append(line)
                continue
            pale += 1
            shown = pale <= _PALE and self._shows(order, line, colour)
            (self.lines if shown else self.faint).append(line)
        if not self._plain([look for _, _, look in texts]):
            for item, above, look in texts:
                self._doubt(item, above, look)

    @property
    def plain(self) -> bool:
        """Return whether all text is seen."""
        return not self._doubtful

    def _plain(self, looks: Sequence[Look]) -> bool:
        """Return whether all text is seen whatever its place: so it is on most pages."""
        if any(look.clip is not _EVERYWHERE or look.ink is None for look in looks):
            return False
        first = min((look.order for look in looks), default=0)
        if any(cover.order > first for cover in self._covers):
            return False
        grounds = {cover.colour for cover in self._covers if cover.colour} | {PAPER}
        inks = {look.ink for look in looks if look.ink}
        return not any(_alike(ink, ground) for ink in inks for ground in grounds)

    def _doubt(self, text: Raw, above: tuple[Matrix, ...], look: Look) -> None:
        """Keep a text object in mind, unless it is seen as a whole."""
        left, bottom, right, top = bounds = _bounds(text, above)
        # The middle of a glyph may lie beyond what is printed of it.
        room = min(top - bottom, right - left) + _ROOM
        around = (left - room, bottom - room, right + room, top + room)
        near = [cover for cover in self._covers if _meet(cover.area, around)]
        ink = look.ink
        whole = _common(bounds, look.clip) == bounds
        if (
            not whole
            or ink is None
            or any(cover.order > look.order for cover in near)
            or any(_alike(ink, cover.colour or PAPER) for cover in near)
            or _alike(ink, PAPER)
        ):
            self._doubtful[_address(text)] = look, near

    def seen(self, text: Raw, middle: Point) -> str:
        """Return how the letter of a text object that has its middle there is seen."""
        doubt = self._doubtful.get(_address(text)) if text else None
        if doubt is None:
            return SEEN
        look, near = doubt
        if not _within(middle, look.clip):
            return CUT
        here = [cover for cover in near if _within(middle, cover.area)]
        if look.ink is None:
            return RECOGNISED if any(cover.picture for cover in here) else HIDDEN
        over = [cover for cover in here if cover.order > look.order and not cover.clear]
        if over:
            return RECOGNISED if any(cover.picture for cover in over) else HIDDEN
        # Where not all areas are known, white letters may stand on a dark one.
        ground = None if self._partly else _ground(here, look.order)
        return HIDDEN if ground is not None and _alike(look.ink, ground) else SEEN

    def _shows(self, order: int, line: tuple[Point, Point], colour: Colour) -> bool:
        """Return whether a line of the paper's colour can be distinguished from what it lies on, somewhere along it."""
        (x0, y0), (x1, y1) = line
        span = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        near = [cover for cover in self._covers if cover.order < order and _meet(cover.area, span)]
        for at in range(1, _PLACES) if near else ():
            spot = (x0 + (x1 - x0) * at / _PLACES, y0 + (y1 - y0) * at / _PLACES)
            ground = _ground((cover for cover in near if _within(spot, cover.area)), order)
            if ground is None or not _alike(ground, colour):
                return True
        return False


def _ground(here: Iterable[Cover], order: int) -> Colour | None:
    """Return the colour of what was drawn at a place before, or of the paper; None where it is a mixed one."""
    below = [cover for cover in here if cover.order < order]
    if not below:
        return PAPER
    return None if below[-1].clear else below[-1].colour


def _objects(page: Raw, effort: Effort) -> Iterator[tuple[Raw, int, tuple[Matrix, ...], Edges]]:
    """Yield every object on a page as it is drawn: its kind, the matrices above it, what it is clipped to.

    Forms are opened; the innermost matrix comes first.
    """
    yield from _inside(
        page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, (), _EVERYWHERE, effort
    )


def _inside(
    owner: Raw, count: Raw, pick: Raw, above: tuple[Matrix, ...], clip: Edges, effort: Effort
) -> Iterator[tuple[Raw, int, tuple[Matrix, ...], Edges]]:
    number = count(owner)
    effort.objects(number)
    for index in range(number):
        item = pick(owner, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind != raw.FPDF_PAGEOBJ_FORM:
            yield item, kind, above, clip
        elif len(above) < _DEEPEST:
            yield from _inside(
                item,
                raw.FPDFFormObj_CountObjects,
                raw.FPDFFormObj_GetObject,
                (_matrix(item), *above),
                _clip(item, above, clip),
                effort,
            )


def _address(item: Raw) -> int | None:
    return ctypes.cast(item, ctypes.c_void_p).value


def _matrix(item: Raw) -> Matrix:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, m)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _moved(point: Point, matrices: Iterable[Matrix]) -> Point:
    for a, b, c, d, e, f in matrices:
        point = (a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f)
    return point


def _around(points: Sequence[Point]) -> Edges:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _meet(a: Edges, b: Edges) -> bool:
    return a[0] <= b[2] and a[2] >= b[0] and a[1] <= b[3] and a[3] >= b[1]


def _sides(box: Edges) -> tuple[tuple[float, float], tuple[float, float]]:
    left, bottom, right, top = (round(edge, 1) for edge in box)
    return (left, right), (bottom, top)


def _common(a: Edges, b: Edges) -> Edges:
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def _within(point: Point, area: Edges) -> bool:
    return area[0] <= point[0] <= area[2] and area[1] <= point[1] <= area[3]


def _size(area: Edges) -> float:
    return max(area[2] - area[0], 0.0) * max(area[3] - area[1], 0.0)


def _cut(line: tuple[Point, Point], area: Edges) -> list[tuple[Point, Point]]:
    """Return what is left of a line that runs along or across the page, nothing if none is."""
    left, bottom, right, top = area[0] - 1, area[1] - 1, area[2] + 1, area[3] + 1
    (x0, y0), (x1, y1) = line
    if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < bottom or min(y0, y1) > top:
        return []
    start, end = ((min(max(x, left), right), min(max(y, bottom), top)) for x, y in line)
    return [(start, end)]


def _alike(a: Colour, b: Colour) -> bool:
    return abs(a[0] - b[0]) < _ALIKE and abs(a[1] - b[1]) < _ALIKE and abs(a[2] - b[2]) < _ALIKE


def _clip(item: Raw, above: Sequence[Matrix], clip: Edges) -> Edges:
    """Return the box around what an object is clipped to, within that of the form it stands in."""
    path = raw.FPDFPageObj_GetClipPath(item)
    for place in range(raw.FPDFClipPath_CountPaths(path) if path else 0):
        points = []
        x, y = ctypes.c_float(), ctypes.c_float()
        for at in range(raw.FPDFClipPath_CountPathSegments(path, place)):
            segment = raw.FPDFClipPath_GetPathSegment(path, place, at)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(_moved((x.value, y.value), above))
        if points:
            clip = _common(clip, _around(points))
    return clip


_EDGES = tuple(ctypes.c_float() for _ in range(4))


def _bounds(item: Raw, above: Sequence[Matrix]) -> Edges:
    raw.FPDFPageObj_GetBounds(item, *_EDGES)
    left, bottom, right, top = [edge.value for edge in _EDGES]
    if not above:
        return left, bottom, right, top
    corners = ((left, bottom), (left, top), (right, bottom), (right, top))
    return _around([_moved(corner, above) for corner in corners])


_PARTS = tuple(ctypes.c_uint() for _ in range(4))


def _colour(item: Raw, get: Raw) -> tuple[Colour, int]:
    """Return a colour of an object and its alpha; black where it has another paint than a colour."""
    red, green, blue, alpha = _PARTS
    if not get(item, red, green, blue, alpha):
        return (0, 0, 0), 255
    return (red.value, green.value, blue.value), alpha.value


def _ink(text: Raw) -> Colour | None:
    """Return the colour of a text object's letters; None when it leaves no trace."""
    mode = raw.FPDFTextObj_GetTextRenderMode(text)
    colour, alpha = PAPER, 0
    if mode in _FILLED:
        colour, alpha = _colour(text, raw.FPDFPageObj_GetFillColor)
    if mode in _STROKED and (alpha < _FAINT or _alike(colour, PAPER)):
        colour, alpha = _colour(text, raw.FPDFPageObj_GetStrokeColor)
    return None if alpha < _FAINT else colour


class _Path:
    """A path: its sub-paths as points on the page, and what it is painted with."""

    def __init__(self, item: Raw, above: tuple[Matrix, ...]) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        self._stroked = bool(stroke.value)
        self.fill: Colour | None = None
        self.colour: Colour = PAPER
        if stroke.value:
            self.colour, alpha = _colour(item, raw.FPDFPageObj_GetStrokeColor)
            self.colour = PAPER if alpha < _FAINT else self.colour
        if fill.value:
            self.fill, alpha = _colour(item, raw.FPDFPageObj_GetFillColor)
            if alpha < _FAINT:
                self.fill = None
            elif not stroke.value or _alike(self.colour, PAPER):
                self.colour = self.fill
        self._outlines: list[tuple[list[Point], frozenset[int]]] = []
        self._thin = False
        # Nearly all paths of nearly all tables are thin boxes: their bounds are enough.
        if self.fill is not None and not stroke.value and raw.FPDFPath_CountSegments(item) <= 5:
            left, bottom, right, top = _bounds(item, above)
            self._thin = min(right - left, top - bottom) <= THIN
            if self._thin:
                self._outlines = [([(left, bottom), (right, top)], frozenset())]
        if not self._outlines and (self.fill is not None or stroke.value):
            self._outlines = _outlines(item, (_matrix(item), *above))
        self._clear = self.fill is not None and bool(raw.FPDFPageObj_HasTransparency(item))

    def lines(self, within: Edges) -> list[tuple[Point, Point]]:
        """Return the straight lines: the edges of what is stroked, the middle of thin fills.

        A filled area that is not thin is shading, not a rule; what is bent or
        slanted for the most part is a drawing or a seal.
        """
        found = []
        for points, bent in self._outlines:
            if len(points) > 2 and _slanted(points, bent):
                continue
            left, bottom, right, top = _around(points)
            width, height = right - left, top - bottom
            x, y = (left + right) / 2, (bottom + top) / 2
            if height <= THIN and height <= width:
                found.append(((left, y), (right, y)))
            elif width <= THIN:
                found.append(((x, bottom), (x, top)))
            elif self._stroked:
                found += [
                    line for at, line in enumerate(itertools.pairwise(points), 1) if at not in bent
                ]
        return (
            found
            if within is _EVERYWHERE
            else [cut for line in found for cut in _cut(line, within)]
        )

    def areas(self) -> list[tuple[Edges, Colour | None]]:
        """Return the areas that are filled: level boxes with their colour, the boxes around others with None.

        A frame fills nothing but its edge; what can be looked through has no colour of its own.
        """
        if self.fill is None or self._thin:
            return []
        if len(self._outlines) > _BOXES:
            # A drawing.
            return [(_around([point for points, _ in self._outlines for point in points]), None)]
        found: list[tuple[Edges, Colour | None]] = []
        for points, bent in self._outlines:
            box = _around(points)
            if min(box[2] - box[0], box[3] - box[1]) > THIN:
                corners = {(round(x, 1), round(y, 1)) for x, y in points}
                level = not bent and corners == set(itertools.product(*_sides(box)))
                found.append((box, self.fill if level and not self._clear else None))
        framed = any(_common(a, b) in (a, b) for (a, _), (b, _) in itertools.combinations(found, 2))
        return [] if framed and all(colour for _, colour in found) else found


def _slanted(points: Sequence[Point], bent: frozenset[int]) -> bool:
    """Return whether less than half of an outline runs along or across the page."""
    level = total = 0.0
    for at, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(points), 1):
        wide, high = abs(x1 - x0), abs(y1 - y0)
        length = wide + high
        total += length
        if at not in bent and min(wide, high) <= max(0.02 * length, 0.5 * (length > 2 * THIN)):
            level += length
    return level < total / 2


def _outlines(path: Raw, matrices: tuple[Matrix, ...]) -> list[tuple[list[Point], frozenset[int]]]:
    """Return the sub-paths as points on the page, with the places of points that a curve leads to."""
    outlines: list[tuple[list[Point], set[int]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    curve = 0
    for index in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append(([], set()))
            curve = 0
        points, bent = outlines[-1]
        # A curve comes as three points, two of which only pull it.
        curve = (curve + 1) % 3 if kind == raw.FPDF_SEGMENT_BEZIERTO else 0
        if kind == raw.FPDF_SEGMENT_BEZIERTO and curve:
            continue
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            bent.add(len(points))
        points.append(_moved((x.value, y.value), matrices))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    return [(points, frozenset(bent)) for points, bent in outlines]
