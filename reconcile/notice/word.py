"""A plan in a Word document (.docx) -> stitched rows and front matter.

python-docx opens it (extra "docx"). Texts are gathered from the elements: its
own ``text`` leaves out what was inserted with tracked changes.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..findings import Finding, Place
from ..grid.archive import Archive
from ..grid.guard import LIMITS, Refused, Tags, check_xml
from ..text import clean, short
from .front import Front, Line, read_front
from .headings import is_heading
from .stitch import NO_TASK, Stitcher
from .tables import Box, Grid, counted_grid

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = frozenset(f"{_W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "instrText"))
_BLANK = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_DIGITS = "零一二三四五六七八九十"
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(pt|in|cm|mm|pc|pi|)")
_HALF_POINTS = {"": 1, "pt": 2, "in": 144, "cm": 144 / 2.54, "mm": 14.4 / 2.54, "pc": 24, "pi": 24}
_USUAL_SIZE = 21.0
_MOST_COLUMNS, _MOST_LEVELS = 63, 9
"""Of a table and of a list, in Word."""
_LIMITS = replace(LIMITS, tags=400_000)
"""Word writes some 300 tags a task; each costs several times what one of a workbook does."""


def read_word(
    name: str, content: bytes
) -> tuple[Stitcher | None, Front | None, tuple[Finding, ...]]:
    """Return the stitched rows of a document's tables, its front matter, and findings."""
    place = Place(file=name)
    if importlib.util.find_spec("docx") is None:
        return None, None, (Finding("PLAN-046", place),)
    import docx

    try:
        # Inflated within limits first: python-docx has none.
        archive, tags = Archive(content, LIMITS), Tags(_LIMITS)
        for member in archive.members:
            part = archive.read(member)
            if member.part.endswith((".xml", ".rels")):
                tags.spend(check_xml(part, member.name))
        reader = _Reader(docx.Document(io.BytesIO(content)))
        stitcher = Stitcher(name)
        stitcher.seen = "文档里"
        reader.read(stitcher)
    except Refused as refused:
        return None, None, (Finding(refused.code, place, values=refused.values),)
    except Exception as error:  # its own classes, KeyError, ValueError, lxml's errors
        values = {"reason": short(f"{type(error).__name__}: {error}", 80)}
        return None, None, (Finding("PLAN-047", place, values=values),)
    if reader.revised:
        stitcher.note("PLAN-048", "")
    if reader.counters.used:
        stitcher.note("PLAN-049", "")
    return stitcher, read_front(reader.above, reader.lines), ()


class _Reader:
    """Walks through the body of a document, paragraph by paragraph and table by table."""

    def __init__(self, document: Any) -> None:
        # Not by python-docx, which stumbles over styles of no known kind.
        styles = document.styles.element.iter(f"{_W}style")
        self._styles = {str(style.get(f"{_W}styleId")): style for style in styles}
        self.counters = _Counters(document, self._styles)
        self.above: list[Line] = []
        self.lines: list[Line] = []
        self.revised = False
        self._body = document.element.body

    def read(self, stitcher: Stitcher) -> None:
        """Give all tables and the headings between them to the stitcher; tell of other text."""
        other: list[str] = []
        tables = 0
        for block in _blocks(self._body):
            if block.tag == f"{_W}tbl":
                tables += 1
                grid = self._grid(block, f"第{tables}个表格")
                known = stitcher.layout is not None
                stitcher.take(grid)
                if not known and stitcher.layout is not None:
                    self.above = self.lines[:]
                continue
            text = self._text(block)
            if not text:
                continue
            self.lines += [Line(line, self._size(block)) for line in text.split("\n")]
            if is_heading(text):
                stitcher.heading(text)
            elif stitcher.layout is not None:
                other.append(text)
        if any(other) and not any(map(NO_TASK.match, other)):
            stitcher.note("PLAN-043", "", text=short("".join(other)))

    def _size(self, paragraph: Any) -> float:
        """Return the largest size of a paragraph's letters, in half points."""
        own = [_half_points(size) for size in paragraph.iter(f"{_W}sz")]
        if not own and paragraph.style in self._styles:
            own = [_half_points(s) for s in self._styles[paragraph.style].iter(f"{_W}sz")]
        return max(own, default=0.0) or _USUAL_SIZE

    def _text(self, paragraph: Any) -> str:
        """Return what a paragraph shows, its automatic number included."""
        parts = [self.counters.number(paragraph)]
        parts += self._parts(paragraph)
        return clean("".join(parts))

    def _parts(self, element: Any) -> Iterator[str]:
        for child in element:
            if child.tag in (f"{_W}del", f"{_W}ins", f"{_W}moveFrom", f"{_W}moveTo"):
                self.revised = True
            if child.tag in _GONE or not isinstance(child.tag, str):
                continue
            if child.tag.endswith("}Fallback"):
                continue  # an older form of what stands beside it
            if child.tag == f"{_W}t":
                yield child.text or ""
            elif child.tag in _BLANK:
                yield _BLANK[child.tag]
            else:
                yield from self._parts(child)

    def _grid(self, table: Any, where: str) -> Grid:
        """Return a table as a grid; cells merged across and down are one cell."""
        rows: list[list[Box]] = []
        # Content controls may stand around rows and around cells.
        for r, row in enumerate(_within(table, "tr")):
            boxes: list[Box] = []
            boxes += [Box((r, r), (c, c)) for c in range(min(row.grid_before, _MOST_COLUMNS))]
            for cell in _within(row, "tc"):
                first, span = len(boxes), min(cell.grid_span, _MOST_COLUMNS)
                lines = tuple(
                    line.strip()
                    for block in _blocks(cell)
                    for paragraph in ([block] if block.tag == f"{_W}p" else block.iter(f"{_W}p"))
                    for line in self._text(paragraph).split("\n")
                    if line.strip()
                )
                if cell.vMerge == "continue" and r and first < len(rows[-1]):
                    box = rows[-1][first]
                    box.rows = (box.rows[0], r)
                    box.lines += lines
                else:
                    box = Box((r, r), (first, first + span - 1), lines=lines)
                boxes += [box] * span
            rows.append(boxes)
        width = max(map(len, rows), default=0)
        if width * len(rows) > LIMITS.cells:
            raise Refused("PLAN-063", what=f"超过 {LIMITS.cells} 格")
        for r, boxes in enumerate(rows):
            boxes += [Box((r, r), (c, c)) for c in range(len(boxes), width)]
        return counted_grid(where, rows, range(1, len(rows) + 1))


def _half_points(size: Any) -> float:
    """Return a size in half points, as it stands or with a unit of measure (20pt); 0 for neither."""
    found = _SIZE.fullmatch(size.get(f"{_W}val") or "")
    return float(found[1]) * _HALF_POINTS[found[2]] if found else 0.0


def _within(element: Any, tag: str) -> Iterator[Any]:
    """Yield the children of a kind, those inside content controls and insertions too."""
    for child in element:
        if child.tag == f"{_W}{tag}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _within(child, tag)


def _blocks(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in their order."""
    for child in element:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child)


class _Counters:
    """Automatic numbers: what Word shows before a paragraph and no text holds."""

    def __init__(self, document: Any, styles: Mapping[str, Any]) -> None:
        self.used = False
        self._styles = styles
        self._style_numbers: dict[str, Any] = {}
        self._levels: dict[str, dict[str, Any]] = {}
        self._counts: dict[str, list[int]] = {}
        numbering = next(
            (r.target_part.element for r in document.part.rels.values()
             if r.reltype.endswith("/numbering")),
            None,
        )  # fmt: skip
        if numbering is None:
            return
        abstract = {
            a.get(f"{_W}abstractNumId"): {lv.get(f"{_W}ilvl"): lv for lv in a.iter(f"{_W}lvl")}
            for a in numbering.iter(f"{_W}abstractNum")
        }
        for num in numbering.iter(f"{_W}num"):
            named = num.find(f"{_W}abstractNumId")
            if named is not None:
                levels = abstract.get(named.get(f"{_W}val"), {})
                self._levels[num.get(f"{_W}numId")] = levels

    def number(self, paragraph: Any) -> str:
        """Return the number shown before a paragraph, "" where there is none; counts on."""
        found = self._numbering(paragraph)
        if found is None:
            return ""
        numbered, level = found
        levels = self._levels.get(numbered, {})
        definition = levels.get(str(level))
        if definition is None or level >= _MOST_LEVELS:
            return ""
        counts = self._counts.setdefault(numbered, [])
        while len(counts) <= level:
            counts.append(self._value(levels.get(str(len(counts))), "start", 1) - 1)
        counts[level] += 1
        del counts[level + 1 :]
        text = definition.find(f"{_W}lvlText")
        shown = text.get(f"{_W}val") if text is not None else ""
        kind = definition.find(f"{_W}numFmt")
        if not shown or (kind is not None and kind.get(f"{_W}val") == "bullet"):
            return ""
        for at, count in enumerate(counts):
            shape = levels[str(at)].find(f"{_W}numFmt") if str(at) in levels else None
            word = _figure(count, shape.get(f"{_W}val") if shape is not None else "decimal")
            shown = shown.replace(f"%{at + 1}", word)
        self.used = True
        return str(shown)

    def _numbering(self, paragraph: Any) -> tuple[str, int] | None:
        """Return (list, level) of a paragraph, its own or its style's."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is None and paragraph.style not in self._style_numbers:
            self._style_numbers[paragraph.style] = self._of_style(paragraph.style)
        own = own if own is not None else self._style_numbers[paragraph.style]
        if own is None:
            return None
        identity = own.find(f"{_W}numId")
        numbered = identity.get(f"{_W}val") if identity is not None else "0"
        return (numbered, self._value(own, "ilvl", 0)) if numbered != "0" else None

    def _of_style(self, style: str) -> Any:
        """Return the numbering that a style has, its own or that of one it is based on."""
        own, seen = None, set[str]()
        while own is None and style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            own = element.find(f"{_W}pPr/{_W}numPr")
            based = element.find(f"{_W}basedOn")
            style = str(based.get(f"{_W}val")) if based is not None else ""
        return own

    @staticmethod
    def _value(element: Any, tag: str, default: int) -> int:
        found = element.find(f"{_W}{tag}") if element is not None else None
        text = found.get(f"{_W}val") if found is not None else ""
        return int(text) if text and text.isdigit() else default


def _figure(count: int, kind: str) -> str:
    """Return a counter in the figures of its kind: 12, 十二."""
    if not kind.startswith(("chinese", "japanese", "ideograph")) or not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + "十" * (tens > 0) + _DIGITS[ones] * (ones > 0)
