"""Words that a printer broke at the end of a line, with a hyphen or (in narrow columns) without.

They are joined where the document has the whole word elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..tables.ruled import Box, Grid, line_text, text_lines
from .page import Char

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:-[A-Za-zÀ-ɏ]+)*")
_BROKEN = re.compile(r"([A-Za-zÀ-ɏ]+)(-?)$")
# Shorter words are whole more often than not.
_LEAST = 4
_REST = re.compile(r"[A-Za-zÀ-ɏ]+")


def mend_hyphens(read: Sequence[tuple[Sequence[Grid], Sequence[Char]]]) -> list[str]:
    """Join the broken words of all cells; return those whose spelling nothing in the document shows.

    They keep their hyphen. ``read`` holds the grids of each page and the glyphs outside them.
    """
    boxes = [box for grids, _ in read for grid in grids for box in grid.cells()]
    broken = [box for box in boxes if any(map(_BROKEN.search, box.lines[:-1]))]
    if not broken:
        return []
    texts: list[Sequence[str]] = [box.lines for box in boxes]
    texts += [[line_text(line) for line in text_lines(outside)] for _, outside in read]
    words = {word for lines in texts for word in _whole_words(lines)}
    inner = {word for lines in texts for word in _inner_words(lines)}
    doubtful: dict[str, None] = {}
    for box in broken:
        _mend(box, words, inner, doubtful)
    return list(doubtful)


def _inner_words(lines: Sequence[str]) -> Iterable[str]:
    """Yield the words of a text that no end of a line may have cut."""
    last = len(lines) - 1
    for at, line in enumerate(lines):
        found = [m[0].casefold() for m in _WORD.finditer(line)]
        yield from found[at > 0 : len(found) - (at < last)]


def _whole_words(lines: Sequence[str]) -> Iterable[str]:
    """Yield the words of a text, without the two halves of broken ones."""
    cut = False
    for line in lines:
        found = [m[0].casefold() for m in _WORD.finditer(line)]
        begins = _REST.match(line) is not None
        goes_on = line.endswith("-")
        yield from found[cut and begins : len(found) - goes_on]
        cut = goes_on


def _mend(box: Box, words: set[str], inner: set[str], doubtful: dict[str, None]) -> None:
    lines = list(box.lines)
    for at in range(len(lines) - 1):
        half, rest = _BROKEN.search(lines[at]), _REST.match(lines[at + 1])
        if half is None or rest is None or not rest[0].islower():
            continue
        start, end = half[1].casefold(), rest[0].casefold()
        if not half[2]:
            # A line may end with any word; this one stands nowhere else, but the two as one do.
            if len(start) >= _LEAST and start + end in words and start not in inner:
                _join(lines, at, lines[at])
        elif f"{start}-{end}" not in words:
            if start + end in words:
                _join(lines, at, lines[at][:-1])
            else:
                doubtful[f"{half[1]}-{rest[0]}"] = None
    box.lines = tuple(filter(None, lines))


def _join(lines: list[str], at: int, line: str) -> None:
    """Put the rest of a word, and what stands without a blank after it, at the end of its line."""
    rest, _, after = lines[at + 1].partition(" ")
    lines[at], lines[at + 1] = line + rest, after
