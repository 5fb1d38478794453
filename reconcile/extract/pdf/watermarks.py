"""Level watermarks: large glyphs that other text, or the rules of the table, run across."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence

from ..tables.ruled import line_text, text_lines
from .page import WATERMARK, Aside, Char, Page

# How much larger than most of the page's text.
_LARGE = 2.0


def without_watermarks(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages with their watermarks put aside.

    What is one on one page is one on all: it may lie on a blank there.
    """
    found = [_large(page) for page in pages]
    marks = {
        line_text(line)
        for page, lines in zip(pages, found, strict=True)
        for line in lines
        if _crossed(page, line)
    }
    if not marks:
        return tuple(pages)
    return tuple(
        _without(page, [line for line in lines if line_text(line) in marks])
        for page, lines in zip(pages, found, strict=True)
    )


def _large(page: Page) -> list[list[Char]]:
    """Return the lines of the page's large glyphs."""
    if not page.chars:
        return []
    least = _LARGE * statistics.median(char.size for char in page.chars)
    return text_lines(char for char in page.chars if char.size >= least)


def _crossed(page: Page, line: Sequence[Char]) -> bool:
    """Return whether smaller glyphs or rules run across a line of large glyphs."""
    for large in line:
        x0, x1 = large.x0, large.x1
        # Of the height, only the middle half: the box of a glyph is taller than what is printed.
        y0, y1 = large.y - large.size / 4, large.y + large.size / 4
        if any(
            char.size < large.size / 1.5 and x0 < (char.x0 + char.x1) / 2 < x1 and y0 < char.y < y1
            for char in page.chars
        ):
            return True
        if any(
            min(a[0], b[0]) < x1
            and max(a[0], b[0]) > x0
            and min(a[1], b[1]) < y1
            and max(a[1], b[1]) > y0
            for a, b in page.lines
        ):
            return True
    return False


def _without(page: Page, lines: Sequence[Sequence[Char]]) -> Page:
    marked = {char for line in lines for char in line}
    if not marked:
        return page
    return dataclasses.replace(
        page,
        chars=tuple(char for char in page.chars if char not in marked),
        aside=(*page.aside, *(Aside(WATERMARK, char) for char in marked)),
    )
