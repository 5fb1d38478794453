"""A plan in a Word document (.docx) -> stitched rows and front matter.

python-docx opens it (extra "docx"). Texts are gathered from the elements: its
own ``text`` leaves out what was inserted with tracked changes.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.text import clean, short
from ..readers.limits import LIMITS, Refused, Tags, check_xml
from ..readers.zip_archive import Archive
from .columns.context import Choices, Judge
from .columns.survey import survey
from .front_matter import Front, Line, read_front
from .headings import is_heading
from .prose import Paragraph, above_prose, read_prose
from .tables.ruled import Box, Grid, counted_grid
from .task_rows import NO_TASK, Stitcher
from .word_runs import Runs, W, inherited

# What stands before the lines of a list that has no numbers.
LIST_MARK = "• "
_DIGITS = "零一二三四五六七八九十"
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(pt|in|cm|mm|pc|pi|)")
_HALF_POINTS = {"": 1, "pt": 2, "in": 144, "cm": 144 / 2.54, "mm": 14.4 / 2.54, "pc": 24, "pi": 24}
_USUAL_SIZE = 21.0
_MOST_COLUMNS, _MOST_LEVELS = 63, 9
"""Of a table and of a list, in Word."""
_LIMITS = replace(LIMITS, tags=300_000)
"""Word writes some 300 tags a task; each costs several times what one of a workbook does."""


def read_word(
    name: str, content: bytes, choices: Choices
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
        earlier = Stitcher(name)
        blocks = reader.blocks(earlier)
        if reader.revised():
            earlier.note("PLAN-048", "")
        if reader.counters.used:
            earlier.note("PLAN-049", "")
        stitcher = _stitched(name, reader, blocks, choices)
        stitcher.adopt(earlier)
    except Refused as refused:
        return None, None, (Finding(refused.code, place, values=refused.values),)
    except Exception as error:  # its own classes, KeyError, ValueError, lxml's errors
        values = {"reason": short(f"{type(error).__name__}: {error}", 80)}
        return None, None, (Finding("PLAN-047", place, values=values),)
    stitcher.texts = [line.text for line in reader.lines]
    stitcher.seen = Phrase("文档里")
    return stitcher, read_front(reader.above, reader.lines), ()


def _stitched(
    name: str, reader: _Reader, blocks: Sequence[Grid | list[Line]], choices: Choices
) -> Stitcher:
    """Return the stitched rows of tables, else of paragraphs, else of tables whose head shows by its shape alone."""
    tables = [block for block in blocks if isinstance(block, Grid)]
    for least in (2, 0):
        stitcher = Stitcher(name, Judge(choices, least=least))
        survey(tables, stitcher.judge)
        reader.read(stitcher, blocks)
        if stitcher.drafts:
            break
        paragraphs = Stitcher(name)
        if read_prose(paragraphs, reader.paragraphs(blocks)):
            reader.above = above_prose(reader.lines)
            return paragraphs
    return stitcher


class _Reader:
    """Walks through the body of a document, paragraph by paragraph and table by table."""

    def __init__(self, document: Any) -> None:
        # Not by python-docx, which stumbles over styles of no known kind.
        styles = document.styles.element.iter(f"{W}style")
        self._styles = {str(style.get(f"{W}styleId")): style for style in styles}
        self.counters = _Counters(document, self._styles)
        self.above: list[Line] = []
        self.lines: list[Line] = []
        self._runs = Runs(self._styles)
        self._body = document.element.body

    def revised(self) -> bool:
        """Return whether tracked changes were met."""
        return self._runs.revised

    def blocks(self, stitcher: Stitcher) -> list[Grid | list[Line]]:
        """Return tables, and the lines of the paragraphs between them, in their order."""
        blocks: list[Grid | list[Line]] = []
        tables = 0
        for block in _blocks(self._body):
            if block.tag == f"{W}tbl":
                tables += 1
                blocks.append(self._grid(block, Phrase("第{n}个表格", n=tables), stitcher))
                continue
            text = self._text(block)
            self._note_runs(stitcher, "", 0)
            if text:
                blocks.append([Line(line, self._size(block)) for line in text.split("\n")])
        return blocks

    def read(self, stitcher: Stitcher, blocks: Sequence[Grid | list[Line]]) -> None:
        """Give all tables and the headings between them to the stitcher; note other text."""
        other: list[str] = []
        self.lines = []
        for block in blocks:
            if isinstance(block, Grid):
                known = stitcher.layout is not None
                stitcher.take(block)
                if not known and stitcher.layout is not None:
                    self.above = self.lines[:]
                continue
            self.lines += block
            text = "\n".join(line.text for line in block)
            if is_heading(text):
                stitcher.heading(text)
            elif stitcher.layout is not None:
                other.append(text)
        if any(other) and not any(map(NO_TASK.match, other)):
            stitcher.note("PLAN-043", "", text=short("".join(other)))

    @staticmethod
    def paragraphs(blocks: Sequence[Grid | list[Line]]) -> list[Paragraph]:
        """Return the paragraphs that stand in no table."""
        outside = (block for block in blocks if not isinstance(block, Grid))
        return [
            Paragraph("\n".join(line.text for line in block), "正文", row)
            for row, block in enumerate(outside, 1)
        ]

    def _size(self, paragraph: Any) -> float:
        """Return the largest size of a paragraph's letters, in half points."""
        sizes = [_half_points(size) for size in paragraph.iter(f"{W}sz")]
        if not sizes and paragraph.style in self._styles:
            sizes = [_half_points(s) for s in self._styles[paragraph.style].iter(f"{W}sz")]
        return max(sizes, default=0.0) or _USUAL_SIZE

    def _text(self, paragraph: Any, *, marked: bool = False) -> str:
        """Return what a paragraph shows, its automatic number included, and the mark of a list if that is wanted."""
        number = self.counters.number(paragraph)
        text = self._runs.text(paragraph)
        if number == LIST_MARK and not (marked and text.strip()):
            number = ""
        return clean(number + text)

    def _note_runs(self, stitcher: Stitcher, where: str | Phrase, row: int) -> None:
        """Note what was met in paragraphs since this was last done."""
        for code, text in self._runs.notes:
            stitcher.note(code, where, row, text=short(text))
        self._runs.notes.clear()

    def _grid(self, table: Any, where: Phrase, stitcher: Stitcher) -> Grid:
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
                    for paragraph in ([block] if block.tag == f"{W}p" else block.iter(f"{W}p"))
                    for line in self._text(paragraph, marked=True).split("\n")
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
            self._note_runs(stitcher, where, r + 1)
        width = max(map(len, rows), default=0)
        if width * len(rows) > LIMITS.cells:
            raise Refused("PLAN-063", what=Phrase("超过 {n} 格", n=LIMITS.cells))
        for r, boxes in enumerate(rows):
            boxes += [Box((r, r), (c, c)) for c in range(len(boxes), width)]
        return counted_grid(where, rows, range(1, len(rows) + 1))


def _half_points(size: Any) -> float:
    """Return a size in half points, as it stands or with a unit of measure (20pt); 0 for neither."""
    found = _SIZE.fullmatch(size.get(f"{W}val") or "")
    return float(found[1]) * _HALF_POINTS[found[2]] if found else 0.0


def _within(element: Any, tag: str) -> Iterator[Any]:
    """Yield the children of a kind, those inside content controls and insertions too."""
    for child in element:
        if child.tag == f"{W}{tag}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _within(child, tag)


def _blocks(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in their order."""
    for child in element:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
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
            a.get(f"{W}abstractNumId"): {lv.get(f"{W}ilvl"): lv for lv in a.iter(f"{W}lvl")}
            for a in numbering.iter(f"{W}abstractNum")
        }
        for num in numbering.iter(f"{W}num"):
            named = num.find(f"{W}abstractNumId")
            if named is not None:
                levels = abstract.get(named.get(f"{W}val"), {})
                self._levels[num.get(f"{W}numId")] = levels

    def number(self, paragraph: Any) -> str:
        """Return the number shown before a paragraph, "" where there is none; counts on."""
        position = self._numbering(paragraph)
        if position is None:
            return ""
        numbered, level = position
        levels = self._levels.get(numbered, {})
        definition = levels.get(str(level))
        if definition is None or level >= _MOST_LEVELS:
            return ""
        counts = self._counts.setdefault(numbered, [])
        while len(counts) <= level:
            counts.append(self._value(levels.get(str(len(counts))), "start", 1) - 1)
        counts[level] += 1
        del counts[level + 1 :]
        text = definition.find(f"{W}lvlText")
        shown = text.get(f"{W}val") if text is not None else ""
        kind = definition.find(f"{W}numFmt")
        if kind is not None and kind.get(f"{W}val") == "bullet":
            return LIST_MARK
        if not shown:
            return ""
        for at, count in enumerate(counts):
            shape = levels[str(at)].find(f"{W}numFmt") if str(at) in levels else None
            word = _figure(count, shape.get(f"{W}val") if shape is not None else "decimal")
            shown = shown.replace(f"%{at + 1}", word)
        self.used = True
        return str(shown)

    def _numbering(self, paragraph: Any) -> tuple[str, int] | None:
        """Return (list, level) of a paragraph, its own or its style's."""
        numbering = paragraph.find(f"{W}pPr/{W}numPr")
        if numbering is None:
            path = f"{W}pPr/{W}numPr"
            numbering = inherited(self._styles, paragraph.style, path, self._style_numbers)
        if numbering is None:
            return None
        identity = numbering.find(f"{W}numId")
        numbered = identity.get(f"{W}val") if identity is not None else "0"
        return (numbered, self._value(numbering, "ilvl", 0)) if numbered != "0" else None

    @staticmethod
    def _value(element: Any, tag: str, default: int) -> int:
        found = element.find(f"{W}{tag}") if element is not None else None
        text = found.get(f"{W}val") if found is not None else ""
        return int(text) if text and text.isdigit() else default


def _figure(count: int, kind: str) -> str:
    """Return a counter in the figures of its kind: 12, 十二."""
    if not kind.startswith(("chinese", "japanese", "ideograph")) or not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + "十" * (tens > 0) + _DIGITS[ones] * (ones > 0)
