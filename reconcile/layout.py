"""How many lines a text takes in a cell, and how high its row must be.

No program fits the height of wrapped rows for us (LibreOffice not at all
without an opened window, Excel never for merged cells), so we write it. The
recipe was measured against LibreOffice's own optimal height on 8,928 cells of
Chinese text: none came out too low.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LINE = 1.45
"""Height of a line in font sizes: Noto Serif CJK needs 1.43, 宋体 and 仿宋 about 1.3."""
PADDING = 6.0
"""Points above and below the text of a cell."""
TALLEST = 409.0
"""The tallest row that Excel admits, in points."""

# One unbreakable piece: a run of letters or digits with inner signs and a
# final per cent, or any other single character.
_PIECES = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|[.,:/\-](?=[A-Za-z0-9]))*[%％]?|.", re.DOTALL)
# Quotation marks cling to both sides (UAX 14, LB19), and so does + (5G+工业).
_NEVER_FIRST = frozenset("，。；：、！？）》】“”‘’％%…,.;:!?)+±")
_NEVER_LAST = frozenset("（《【“”‘’(+±")


# Widths in ems. Latin signs by the widest font that stands in where 宋体 is missing (DejaVu Sans).
_WIDE = frozenset("“”‘’…—·×√●%@MWmw&")
_LATIN, _CAPITAL = 0.64, 0.76


_LONGEST = 20_000
"""Signs of a text that are measured: so many fill the tallest row that Excel admits."""


@lru_cache(maxsize=50_000)  # most pieces are single signs, and come again and again
def _width(piece: str) -> float:
    return sum(
        1.0 if c > "\u2e7f" or c in _WIDE else _CAPITAL if c.isupper() else _LATIN for c in piece
    )


def _glued(line: str) -> list[str]:
    """Pieces of one paragraph, with signs that may not start or end a line glued on."""
    pieces: list[str] = []
    for piece in _PIECES.findall(line):
        last = pieces[-1] if pieces else ""
        if last and (piece[0] in _NEVER_FIRST or last[-1] in _NEVER_LAST):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


@lru_cache(maxsize=1000)
def room(columns: float, points: float) -> float:
    """Width of a cell between its paddings, in ems."""
    return max((int(columns * 7 + 5.5) - 8) * 0.75 / points, 1.0)


def lines(text: str, columns: float, points: float) -> int:
    """Return how many lines ``text`` takes in a cell ``columns`` wide (Excel's unit)."""
    if len(text) <= room(columns, points) and "\n" not in text:
        return 1  # no sign is wider than an em
    return _lines(text[:_LONGEST], columns, points)


@lru_cache(maxsize=50_000)  # a text is measured to be split, and again for its row's height
def _lines(text: str, columns: float, points: float) -> int:
    wide = room(columns, points)
    count = 0
    for paragraph in text.split("\n"):
        count += 1
        used = 0.0
        for piece in _glued(paragraph):
            width = _width(piece)
            if used and used + width > wide:
                count += 1
                used = 0.0
            while width > wide:
                count += 1
                width -= wide
            used += width
    return count + 1 if count >= 6 else count


def row_height(cells: Iterable[tuple[str, float, float]], least: float = 0.0) -> float:
    """Return the height in points that a row needs for its tallest cell.

    ``cells`` are (text, column width, font size in points); the result lies
    between ``least`` and 409, the most Excel admits.
    """
    return max((height_of(lines(t, w, p), p, least) for t, w, p in cells if t), default=least)


def height_of(count: int, points: float, least: float = 0.0) -> float:
    """Return the height in points of ``count`` lines, between ``least`` and the most Excel admits."""
    need = count * points * LINE + PADDING if count else 0.0
    return min(max(need, least), TALLEST)


def split_text(text: str, columns: float, points: float, height: float = TALLEST) -> list[str]:
    """Split a text into parts that each fit a row of at most ``height`` points.

    Parts end where a line may end, paragraphs before sentences before anything
    else; joined again they are the text, line breaks at the seams aside.
    """
    limit = max(int((height - PADDING) / (points * LINE)) - 1, 1)
    parts: list[str] = []
    rest = text
    most = int(limit * room(columns, points) / _LATIN) + 1  # of the narrowest signs
    while len(rest) > most or lines(rest, columns, points) > limit:
        low, high = 1, min(len(rest), most)
        while low < high:  # the longest head that fits
            middle = (low + high + 1) // 2
            if lines(rest[:middle], columns, points) <= limit:
                low = middle
            else:
                high = middle - 1
        seam = max(rest.rfind(sign, low // 2, low) for sign in "\n。；")
        cut = seam + 1 if seam > 0 else low
        parts.append(rest[:cut].rstrip("\n"))
        rest = rest[cut:]
    return [*parts, rest]
