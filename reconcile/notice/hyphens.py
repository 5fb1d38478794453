"""A hyphen that a printer put at the end of a line goes, where the document has the word without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .page import Char
from .tables import Box, Grid, line_text, text_lines

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+)-$")
_REST = re.compile(r"[^\W\d_]+")


def mend_hyphens(read: Sequence[tuple[Sequence[Grid], Sequence[Char]]]) -> list[str]:
    """Join the broken words of all cells; return those that nothing in the document tells how to write.

    They keep their hyphen. ``read`` holds the grids of each page and the glyphs outside them.
    """
    boxes = [box for grids, _ in read for grid in grids for box in grid.cells()]
    broken = [box for box in boxes if any(map(_BROKEN.search, box.lines[:-1]))]
    if not broken:
        return []
    texts: list[Sequence[str]] = [box.lines for box in boxes]
    texts += [[line_text(line) for line in text_lines(outside)] for _, outside in read]
    words = {word for lines in texts for word in _whole_words(lines)}
    doubtful: dict[str, None] = {}
    for box in broken:
        _mend(box, words, doubtful)
    return list(doubtful)


def _whole_words(lines: Sequence[str]) -> Iterable[str]:
    """Yield the words of a text, without the two halves of broken ones."""
    cut = False
    for line in lines:
        found = [m[0].casefold() for m in _WORD.finditer(line)]
        begins = _REST.match(line) is not None
        goes_on = _BROKEN.search(line) is not None
        yield from found[cut and begins : len(found) - goes_on]
        cut = goes_on


def _mend(box: Box, words: set[str], doubtful: dict[str, None]) -> None:
    lines = list(box.lines)
    for at in range(len(lines) - 1):
        half, rest = _BROKEN.search(lines[at]), _REST.match(lines[at + 1])
        if half is None or rest is None or not rest[0].islower():
            continue
        compound = f"{half[1]}-{rest[0]}"
        if compound.casefold() in words:
            continue
        if (half[1] + rest[0]).casefold() in words:
            lines[at] = lines[at][:-1] + rest[0]
            # What is left keeps its own line, marks that end the word apart.
            lines[at + 1] = lines[at + 1][rest.end() :]
            ending = re.match(r"\S*", lines[at + 1])
            assert ending is not None
            lines[at] += ending[0]
            lines[at + 1] = lines[at + 1][ending.end() :].lstrip()
        else:
            doubtful[compound] = None
    box.lines = tuple(filter(None, lines))
