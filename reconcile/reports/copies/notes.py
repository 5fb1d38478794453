"""Notes on the cells of an xlsx: ours put beside those that are there, and ours of an earlier copy taken away.

A note is a text in one part and a box in another, which says in VML to which cell it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from html import unescape
from typing import NamedTuple

from xlsxwriter.utility import xl_cell_to_rowcol

from ...core.findings import address
from ...intake.captions import is_marked, their_note
from ...writers.xlsx_splice import (
    OFFICE,
    SHEET_ORDER,
    Parts,
    attribute,
    escaped,
    inserted,
    prefix_of,
)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE = "_x0000_t202"
"""The kind of shape that a note's box is."""
_WIDE, _HIGH = 260.0, 130.0
"""The size of a note's box, in pixels."""
_COMMENT = re.compile(r"<((?:\w+:)?)comment\s[^<>]*?(?:/>|>.*?</\1comment\s*>)", re.DOTALL)
_THEIRS = re.compile(r"(<((?:\w+:)?)text\s*>)(.*?)(</\2text\s*>)", re.DOTALL)
"""What a note says, as programs write it."""
_TEXT = re.compile(r"<((?:\w+:)?)t(?:\s[^<>]*)?>([^<]*)</\1t\s*>")
_SHAPE = re.compile(r"<((?:\w+:)?)shape\s[^<>]*?(?:/>|>.*?</\1shape\s*>)", re.DOTALL)
_AT = re.compile(r"<(?:\w+:)?(Row|Column)>\s*(\d+)\s*</")


class _Notes(NamedTuple):
    """The two parts of a sheet's notes."""

    texts: str
    boxes: str


def put_notes(parts: Parts, sheet: str, notes: Mapping[str, str]) -> None:
    """Lay our notes on cells of a sheet, given by address; those of an earlier copy are taken away.

    A clerk's own note on the same cell stays below ours. A cell on which people talk in a
    thread gets none: programs that know threads write its note again.
    """
    links = parts.links(sheet)
    texts = next((link.target for link in links if link.kind == "comments"), "")
    threads = "".join(parts.text(x.target) for x in links if x.kind == "threadedComment")
    threaded = set(re.findall(r'<threadedComment\b[^<>]*\bref="([A-Z]+\d+)"', threads))
    wanted = {cell: text for cell, text in notes.items() if cell not in threaded}
    if not texts and not wanted:
        return
    at = _parts_of(parts, sheet, texts)
    comments, boxes = parts.text(at.texts), parts.text(at.boxes)
    comments, gone, noted = _without_ours(comments)
    boxes = _without_boxes(boxes, gone - wanted.keys())
    old = gone & wanted.keys()
    comments = _joined(comments, {cell: wanted[cell] for cell in wanted.keys() & noted})
    comments = _with_comments(
        comments, {cell: wanted[cell] for cell in wanted if cell not in noted}
    )
    there = {_address(box[0]) for box in _SHAPE.finditer(boxes)} | old
    new = [cell for cell in wanted if cell not in there]
    places = dict(_places(parts.text(sheet), new))
    parts.put(at.texts, comments)
    parts.put(at.boxes, _with_boxes(boxes, places))


def _parts_of(parts: Parts, sheet: str, texts: str) -> _Notes:
    """The parts of a sheet's notes, made where there are none."""
    if not texts:
        texts = parts.free("xl/comments{n}.xml")
        empty = (
            f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
        )
        parts.put(texts, empty)
        parts.declare(
            texts, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
        )
        parts.lead(sheet, f"{OFFICE}/comments", texts)
    drawn = re.search(r"<(?:\w+:)?legacyDrawing\b[^<>]*>", parts.text(sheet))
    if drawn:
        named = re.search(r'\s\w+:id="([^"]*)"', drawn[0])
        boxes = next(
            (x.target for x in parts.links(sheet) if named and x.id == unescape(named[1])), ""
        )
        return _Notes(texts, boxes)
    boxes = parts.free("xl/drawings/vmlDrawing{n}.vml")
    parts.put(
        boxes,
        f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
        f'<v:shapetype id="{_TYPE}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>',
    )
    parts.declare(boxes, "application/vnd.openxmlformats-officedocument.vmlDrawing")
    link = parts.lead(sheet, f"{OFFICE}/vmlDrawing", boxes)
    text = parts.text(sheet)
    element = f'<{prefix_of(text)}legacyDrawing xmlns:r="{OFFICE}" r:id="{link}"/>'
    parts.put(sheet, inserted(text, "legacyDrawing", element, SHEET_ORDER, "sheetData"))
    return _Notes(texts, boxes)


def _without_ours(comments: str) -> tuple[str, set[str], set[str]]:
    """The texts without ours; the cells that have no note any more, and those that still have one."""
    gone, kept = set(), set()

    def one(found: re.Match[str]) -> str:
        cell, prefix = attribute(found[0], "ref"), found[1]
        text = "".join(unescape(t[2]) for t in _TEXT.finditer(found[0]))
        if not is_marked(text):
            kept.add(cell)
            return found[0]
        their_text = their_note(text)
        if not their_text:
            gone.add(cell)
            return ""
        kept.add(cell)
        return _with_words(found[0], prefix, their_text)

    return _COMMENT.sub(one, comments), gone, kept


def _with_words(comment: str, prefix: str, text: str) -> str:
    """A note of other words, or of some where it has none."""
    start = comment.partition(">")[0].removesuffix("/")
    return f"{start}>{_text_of(prefix, text)}</{prefix}comment>"


def _text_of(prefix: str, text: str) -> str:
    shown = f'<{prefix}t xml:space="preserve">{escaped(text)}</{prefix}t>'
    return f"<{prefix}text><{prefix}r>{shown}</{prefix}r></{prefix}text>"


def _joined(comments: str, notes: Mapping[str, str]) -> str:
    """The texts with ours before what somebody else wrote on the same cells; of two notes on one, in the first."""
    left = dict(notes)

    def one(found: re.Match[str]) -> str:
        text = left.pop(attribute(found[0], "ref"), None)
        if text is None:
            return found[0]
        both, joined = _THEIRS.subn(partial(_before, text), found[0], count=1)
        return both if joined else _with_words(found[0], found[1], text)

    return _COMMENT.sub(one, comments) if left else comments


def _before(text: str, found: re.Match[str]) -> str:
    start, prefix, others, end = found.groups()
    if not re.search(rf"<{prefix}r[\s>]", others):
        others = f"<{prefix}r>{others}</{prefix}r>"
    shown = f'<{prefix}t xml:space="preserve">{escaped(text)}\n</{prefix}t>'
    return f"{start}<{prefix}r>{shown}</{prefix}r>{others}{end}"


def _with_comments(comments: str, notes: Mapping[str, str]) -> str:
    """The texts with one more for each of these cells, from the top left to the bottom right."""
    if not notes:
        return comments
    prefix = prefix_of(comments)
    comments = re.sub(rf"<{prefix}(authors|commentList)\s*/>",
                      rf"<{prefix}\1></{prefix}\1>", comments)  # fmt: skip
    if not re.search(rf"<{prefix}author[\s/>]", comments):
        end = f"</{prefix}authors"
        comments = comments.replace(end, f"<{prefix}author></{prefix}author>{end}", 1)
    new = "".join(
        f'<{prefix}comment ref="{cell}" authorId="0">{_text_of(prefix, notes[cell])}</{prefix}comment>'
        for cell in sorted(notes, key=xl_cell_to_rowcol)
    )
    end = f"</{prefix}commentList"
    return comments.replace(end, new + end, 1)


def _address(box: str) -> str:
    """The cell that a box belongs to, "" for none."""
    at = {word: int(number) for word, number in _AT.findall(box)}
    if "ObjectType" not in box or len(at) < 2:
        return ""
    return address(at["Row"] + 1, at["Column"] + 1)


def _without_boxes(boxes: str, cells: set[str]) -> str:
    if not cells:
        return boxes
    return _SHAPE.sub(lambda box: "" if _address(box[0]) in cells else box[0], boxes)


def _with_boxes(boxes: str, places: Mapping[str, str]) -> str:
    """The boxes with one more for each of these cells, given with its anchor."""
    taken = [int(n) for n in re.findall(r'id="_x0000_s(\d{1,9})"', boxes)]
    shapes = []
    for number, (cell, anchor) in enumerate(places.items(), max(taken, default=1024) + 1):
        row, column = xl_cell_to_rowcol(cell)
        shapes.append(
            f'<v:shape {_SPACES} id="_x0000_s{number}" type="#{_TYPE}" style="position:absolute;'
            f'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
            '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
            '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
            '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
            f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
        )
    end = boxes.rindex("</")
    return boxes[:end] + "".join(shapes) + boxes[end:]


def _places(sheet: str, cells: list[str]) -> Iterator[tuple[str, str]]:
    """Where the boxes of some cells stand: beside them, as large as a few lines need."""
    widths: dict[int, float] = {}
    for tag in re.findall(r"<(?:\w+:)?col\s[^<>]*>", sheet):
        first, last = (attribute(tag, n) for n in ("min", "max"))
        if first.isdigit() and last.isdigit():
            hidden = attribute(tag, "hidden") in ("1", "true")
            wide = 0.0 if hidden else float(attribute(tag, "width") or 9) * 7
            widths |= dict.fromkeys(range(int(first) - 1, min(int(last), 300)), wide)
    heights: dict[int, float] = {}
    for tag in re.findall(r"<(?:\w+:)?row\s[^<>]*>", sheet):
        number, high = attribute(tag, "r"), attribute(tag, "ht")
        if number.isdigit() and re.fullmatch(r"[\d.]+", high):
            heights[int(number) - 1] = float(high) * 4 / 3
    for cell in cells:
        row, column = xl_cell_to_rowcol(cell)
        right, across = _walk(widths, 64.0, column + 1, 15 + _WIDE)
        bottom, down = _walk(heights, 20.0, row, 2 + _HIGH)
        yield cell, f"{column + 1}, 15, {row}, 2, {right}, {across}, {bottom}, {down}"


def _walk(sizes: Mapping[int, float], usual: float, start: int, way: float) -> tuple[int, int]:
    """The row or column that is so many pixels from the beginning of ``start``, and how far into it."""
    at = start
    while way > sizes.get(at, usual) and at < start + 50:
        way -= sizes.get(at, usual)
        at += 1
    return at, int(way)
