"""Two readings of a PDF, compared cell by cell: where they differ, a person is asked."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ..tables.ruled import Box, Grid, clustered, fill
from ..task_rows import Stitcher
from .page import Char, Page
from .pages import plain_character, turn
from .places import Places, shown
from .second_reader import Glyph

# As far apart (points) the two readers may put one base line.
_NEAR = 0.8
# Lines outside the tables that are reported of one page.
_LINES = 5
# Glyphs of one line that are compared.
_LONGEST = 2000
# Of texts that differ, so many characters are shown around the first difference.
_BEFORE, _SHOWN = 12, 40
# Characters that are written in more ways than one: soft hyphens, hyphens that do not break, dots.
_SAME = str.maketrans({"\u00ad": "-", "\u2010": "-", "\u2011": "-", "\u2219": "·", "\u22c5": "·"})
# What a reader gives for a glyph whose character it does not know.
_NAMELESS = ("(cid:", "\ufffd")
_UNKNOWN = "\ufffd"


class Comparison(NamedTuple):
    """The glyphs of a page as the second reader has them; ``unknown`` counts those whose character it does not know."""

    chars: list[Char]
    unknown: int


def cross_check(
    stitcher: Stitcher,
    pages: Sequence[Page],
    read: Sequence[tuple[Sequence[Grid], Sequence[Char]]],
    second: Sequence[Sequence[Glyph]],
    places: Places,
) -> dict[int, int]:
    """Note cells that the second reader reads otherwise; return by page how much it cannot read.

    ``read`` holds the grids of each page and the glyphs outside them, which are
    compared line by line.
    """
    unknown: dict[int, int] = {}
    for page, (own, outside), glyphs in zip(pages, read, second, strict=True):
        compared = _compared(page, glyphs)
        if compared.unknown:
            unknown[page.number] = compared.unknown
        others = [_blank(grid) for grid in own]
        beyond = fill(others, compared.chars)
        cells = (zip(a.cells(), b.cells(), strict=True) for a, b in zip(own, others, strict=True))
        pairs = [(box.chars, again.chars) for table in cells for box, again in table]
        lines = [
            line for line in _lines(outside, beyond) if _characters(line[0]) != _characters(line[1])
        ]
        for ours, theirs in (*pairs, *lines[:_LINES]):
            _compare(stitcher, page, ours, theirs, places)
    return unknown


def _lines(ours: Sequence[Char], theirs: Sequence[Char]) -> Iterator[tuple[list[Char], list[Char]]]:
    """Yield the glyphs of both readers that stand on one base line."""
    both = [(char, True) for char in ours] + [(char, False) for char in theirs]
    for line in clustered(both, key=lambda part: part[0].base, gap=_NEAR):
        yield [char for char, own in line if own], [char for char, own in line if not own]


def _compare(
    stitcher: Stitcher, page: Page, ours: Sequence[Char], theirs: Sequence[Char], places: Places
) -> None:
    """Note one cell, if its two readings differ."""
    if _characters(ours) == _characters(theirs):
        return
    a, b = shown(ours), shown(theirs)
    if _plain(a) == _plain(b):
        return
    char = (*ours, *theirs)[0]
    spot = places.of(page.number, page.where, (char.x0 + char.x1) / 2, char.y)
    code = "PLAN-150" if spot.column else "PLAN-153"
    ours_shown, theirs_shown = _around(a, b)
    stitcher.note(
        code, spot.where, spot.row, spot.draft,
        column=spot.column, ours=ours_shown, theirs=theirs_shown,
    )  # fmt: skip


def _around(a: str, b: str) -> tuple[str, str]:
    """Return both texts, or what stands around the first difference of long ones."""
    if max(len(a), len(b)) <= _BEFORE + _SHOWN:
        return a, b
    pairs = enumerate(zip(a, b, strict=False))
    at = next((i for i, (x, y) in pairs if x != y), min(len(a), len(b)))
    start = max(at - _BEFORE, 0)
    return _cut(a, start), _cut(b, start)


def _cut(text: str, start: int) -> str:
    end = start + _BEFORE + _SHOWN
    return "…" * (start > 0) + text[start:end] + "…" * (end < len(text))


def _blank(grid: Grid) -> Grid:
    """Return a grid with the same cells, and nothing in them."""
    blank = {id(box): Box(box.rows, box.columns) for row in grid.boxes for box in row}
    boxes = [[blank[id(box)] for box in row] for row in grid.boxes]
    return Grid(grid.where, grid.page, grid.xs, grid.ys, boxes)


def _plain(text: str) -> str:
    """Return a text without what two readers may write differently and mean the same."""
    characters = (plain_character(character) for character in text.translate(_SAME))
    return "".join(unicodedata.normalize("NFKC", "".join(characters)).split())


def _characters(chars: Iterable[Char]) -> Counter[str]:
    return Counter(_plain("".join(char.text for char in chars)))


def _compared(page: Page, glyphs: Iterable[Glyph]) -> Comparison:
    """Return a page's glyphs as the second reader has them.

    The readers agree on base lines, not on where along them a glyph stands (one
    of them forgets some letter-spacing), so that lines are compared character
    by character. A glyph that both have stands where the first one put it, and falls
    into the same cell; others keep their distance to it. What the first one put
    aside is left out; what was typed onto the page, which the second one does
    not know, is kept.
    """
    typed = set(page.typed)
    found = [char for char in page.chars if char in typed]
    ours = [(char, True) for char in page.chars if char not in typed]
    ours += [(char, False) for _, char in page.aside]
    theirs = [(glyph, *turn((glyph.x, glyph.y), page.quarter)) for glyph in glyphs]
    entries = [_Entry(char.base, char.x0, char, kept) for char, kept in ours]
    entries += [_Entry(base, x, glyph, True) for glyph, x, base in theirs]
    unknown = 0
    for line in clustered(entries, key=lambda entry: entry.base, gap=_NEAR):
        line.sort(key=lambda entry: entry.x)
        chars, lost = _aligned(line)
        found += chars
        unknown += lost
    return Comparison(found, unknown)


class _Entry(NamedTuple):
    """A glyph of one reader or the other; ``kept``: it is text of the page."""

    base: float
    x: float
    glyph: Char | Glyph
    kept: bool


def _aligned(line: Sequence[_Entry]) -> tuple[list[Char], int]:
    """Return the second reader's glyphs of one line, and how many of them are unknown characters."""
    ours: list[tuple[Char, bool]] = []
    theirs: list[tuple[Glyph, float]] = []
    for entry in line:
        # False bold counts once.
        if isinstance(entry.glyph, Glyph):
            again = theirs and theirs[-1][0].text == entry.glyph.text
            if not (again and entry.x - theirs[-1][1] < entry.glyph.width / 2):
                theirs.append((entry.glyph, entry.x))
        elif not any(
            char.text == entry.glyph.text and 2 * (entry.x - char.x0) < char.x1 - char.x0
            for char, _ in ours[-1:]
        ):
            ours.append((entry.glyph, entry.kept))
    if max(len(ours), len(theirs)) > _LONGEST:
        return [char for char, kept in ours if kept], len(theirs)
    before = [
        (character, at)
        for at, (char, _) in enumerate(ours)
        for character in _plain(char.text) or " "
    ]
    after = [
        (character, at)
        for at, (glyph, _) in enumerate(theirs)
        for character in _second_characters(glyph)
    ]
    matcher = SequenceMatcher(None, [s for s, _ in before], [s for s, _ in after], autojunk=False)
    found: list[Char] = []
    unknown = 0
    shift = 0.0
    last: Char | None = ours[0][0] if ours else None
    done: set[int] = set()
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        nameless = sum(character == _UNKNOWN for character, _ in after[b0:b1])
        unknown += nameless
        if nameless:
            # What the second reader cannot name is no other reading.
            meant = dict.fromkeys(at for _, at in before[a0:a1])
            found += [char for char, kept in (ours[at] for at in meant) if kept]
            done.update(at for _, at in after[b0:b1])
            continue
        for place in range(b0, b1):
            at = after[place][1]
            if at in done:
                continue
            done.add(at)
            glyph, x = theirs[at]
            if kind != "equal":
                found.append(_placed(glyph, x + shift, last, line[0].base))
                continue
            own = before[a0 + place - b0][1]
            last, kept = ours[own]
            shift = last.x0 - x
            # Where one reader has a ligature and the other its letters, these stand one by one.
            later = place > b0 and before[a0 + place - b0 - 1][1] == own
            left = last.x1 - 0.1 if later else last.x0
            if kept:
                found.append(last._replace(text=_usual(glyph.text), x0=left))
    return found, unknown


def _usual(text: str) -> str:
    return "".join(map(plain_character, text))


def _second_characters(glyph: Glyph) -> str:
    return _UNKNOWN if glyph.text.startswith(_NAMELESS) else _plain(glyph.text) or " "


def _placed(glyph: Glyph, x: float, beside: Char | None, base: float) -> Char:
    """Return a glyph that only the second reader has, as high as what stands beside it."""
    text = _usual(glyph.text)
    if beside is None:
        return Char(text, x, x + glyph.width, base - glyph.width / 3, base, glyph.width, False)
    return beside._replace(text=text, x0=x, x1=x + glyph.width, spaced=False)
