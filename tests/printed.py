"""Prints invented plans as PDFs, so that tests know every cell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

Cell = str | None
# A row of a table: "text", "" for an empty cell, None for one merged with the cell above,
# "<" for one merged with the cell to the left.
Row = Sequence[Cell]


@dataclass
class Style:
    """How a plan is printed. ``rules``: "all", "across" (none between columns), "frame" or "blank".

    ``cut`` leaves out the rule at page ends but the last. ``turn`` is the angle
    of the print on the paper, ``rotate`` the page's own /Rotate. ``raised``
    moves every text up against its cell (points).
    """

    rules: str = "all"
    cut: bool = False
    turn: int = 0
    rotate: int = 0
    size: float = 9
    paper: tuple[float, float] = landscape(A4)
    raised: float = 0
    numbered: bool = True


def print_plan(
    path: Path,
    widths: Sequence[float],
    pages: Sequence[Sequence[Row]],
    *,
    before: Sequence[str] = (),
    title: str = "",
    style: Style | None = None,
    encrypt: object = None,
) -> Path:
    """Print one table over several pages. ``before`` are the lines of a first page of their own."""
    style = style or Style()
    canvas = Canvas(str(path), pagesize=style.paper, encrypt=encrypt, invariant=1)
    if before:
        _text(canvas, before, style)
    for number, rows in enumerate(pages):
        canvas.saveState()
        width, height = style.paper
        if style.turn or style.rotate:
            # reportlab swaps the sides of a page that it is told to rotate.
            swapped = (style.turn + style.rotate) % 180
            canvas.setPageSize((height, width) if swapped else (width, height))
            canvas.setPageRotation(style.rotate)
            x, y = {0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[style.turn]
            canvas.translate(x, y)
            canvas.rotate(style.turn)
        top = height - 70
        if title and not number:
            canvas.setFont(FONT, style.size * 2)
            canvas.drawCentredString(width / 2, top + 15, title)
        print_table(canvas, widths, rows, top, style, last=number == len(pages) - 1)
        if style.numbered:
            canvas.setFont(FONT, style.size)
            canvas.drawCentredString(width / 2, 20, f"— {number + 1} —")
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return path


def _text(canvas: Canvas, lines: Sequence[str], style: Style) -> None:
    for place, line in enumerate(lines):
        canvas.setFont(FONT, style.size * 1.5)
        canvas.drawString(60, style.paper[1] - 60 - 25 * place, line)
    canvas.showPage()


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines of at most this width; Latin words stay whole."""
    lines: list[str] = []
    for part in text.split("\n"):
        lines.append("")
        for word in part.split(" ") if part.isascii() else part:
            blank = " " if part.isascii() and lines[-1] else ""
            if pdfmetrics.stringWidth(lines[-1] + blank + word, FONT, size) > width and lines[-1]:
                lines.append(word)
            else:
                lines[-1] += blank + word
    return lines if text else []


def print_table(
    canvas: Canvas,
    widths: Sequence[float],
    rows: Sequence[Row],
    top: float,
    style: Style,
    *,
    last: bool,
) -> None:
    pitch, pad = style.size * 1.2, 3
    xs = [40 + sum(widths[:i]) for i in range(len(widths) + 1)]
    heights = []
    for r, row in enumerate(rows):
        # A cell that reaches down shares its height; only the others count.
        own = [
            len(wrapped(text, xs[_end(row, c)] - xs[c] - 2 * pad, style.size))
            for c, text in enumerate(row)
            if text and text != "<" and not (r + 1 < len(rows) and rows[r + 1][c] is None)
        ]
        heights.append(max(own, default=1) * pitch + 2 * pad)
    ys = [top - sum(heights[:i]) for i in range(len(rows) + 1)]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in (None, "<"):
                continue
            right, bottom = _end(row, c), r + 1
            while bottom < len(rows) and rows[bottom][c] is None:
                bottom += 1
            if style.rules == "all":
                canvas.line(xs[c], ys[r], xs[c], ys[bottom])
                canvas.line(xs[right], ys[r], xs[right], ys[bottom])
            if style.rules != "blank":
                canvas.line(xs[c], ys[r], xs[right], ys[r])
            if style.rules != "blank" and (bottom < len(rows) or last or not style.cut):
                canvas.line(xs[c], ys[bottom], xs[right], ys[bottom])
            lines = wrapped(text or "", xs[right] - xs[c] - 2 * pad, style.size)
            canvas.setFont(FONT, style.size)
            first = (ys[r] + ys[bottom] + len(lines) * pitch) / 2 - style.size * 0.95 + style.raised
            for place, line in enumerate(lines):
                canvas.drawString(xs[c] + pad, first - place * pitch, line)
    if style.rules == "frame":
        canvas.line(xs[0], ys[0], xs[0], ys[-1])
        canvas.line(xs[-1], ys[0], xs[-1], ys[-1])


def _end(row: Row, column: int) -> int:
    """Return the column after a cell, with those merged into it."""
    end = column + 1
    while end < len(row) and row[end] == "<":
        end += 1
    return end
