"""ods -> sheets, streamed from content.xml; repeated blanks are never written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.values.shown import date_code, number_code
from . import Book, Cell, Sheet, Value
from .beside.ods import chart_words, ods_pages, ods_properties
from .beside.xlsx import At, object_remark, picture_remarks, shown_link
from .drawings import Shape, gathered
from .limits import Clock, Refused, Tags, check_extent, check_merges, check_xml, parse_xml, spread
from .number_formats import from_iso, number
from .zip_archive import Archive

_DURATION = re.compile(
    r"-?P(?:(\d{1,6})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?$"
)
# The number formats that the kinds of values stand for: the file's own styles are not spelt out.
_FORMATS = {"percentage": "0%", "date": "yyyy-mm-dd", "time": "hh:mm:ss"}
# What a cell may hold besides its text: drawings with text of their own, and the like.
_FOREIGN = (
    "draw:",
    "form:",
    "table:shapes",
    "table:tracked-changes",
    "table:detective",
    "text:ruby-text",
)
# What is written in a drawing and not shown.
_UNSEEN = ("svg:desc", "svg:title", "office:binary-data")
_MOST_OBJECTS = 100
_MAX_ROW, _MAX_COLUMN = 1 << 20, 1 << 14
_SPACES = re.compile(r"[ \t\r\n]+")


def _count(text: str | None, most: int) -> int:
    """Return a repetition of at least 1 and at most ``most``."""
    return (
        min(max(int(text), 1), most)
        if text and text.isascii() and text.isdigit() and len(text) < 10
        else 1
    )


def _format(kind: str, value: Value, shown: str) -> str:
    """Return the number format by which a value shows as the text that is kept beside it."""
    if isinstance(value, date):
        timed = " hh:mm:ss" if isinstance(value, datetime) else ""
        return date_code(shown, value) or _FORMATS["date"] + timed
    if kind in ("float", "currency") and isinstance(value, float):
        return number_code(shown, value)
    return _FORMATS.get(kind, "")


class _Content:
    """Callbacks for content.xml."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sheets: list[Sheet] = []  # ``pages`` names their page style as yet
        self.embedded: list[list[tuple[At, str]]] = []  # objects of each sheet: where, which
        self.struck: set[str] = set()  # names of styles
        self.unlisted: set[str] = set()  # styles of hidden sheets
        self.style = ""
        self.skipping = 0
        self.drawn: list[str] = []  # what is written in the shape that is being skipped
        self.muted = 0  # depth at which a description begins, which nobody sees
        self.frame: dict[str, str] = {}  # what the innermost frame shows: a picture, an object
        self.masters: dict[str, str] = {}  # page styles by styles of tables
        self.total = self.blanks = 0
        self.table = 0  # depth: a table within a cell is foreign too
        self.cell: dict[str, str] | None = None
        self.annotation: list[str] | None = None
        self.listening = False
        self.reset("", False)

    def reset(self, name: str, hidden: bool) -> None:
        self.name, self.hidden = name, hidden
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_spans: list[tuple[int, int]] = []
        self.row = self.column = self.columns = 0
        self.rows = 1  # how often the current row is repeated
        self.pending: list[tuple[int, int, Cell]] = []  # first column, repetition
        self.shapes: list[Shape] = []
        self.pictures: list[At] = []
        self.objects: list[tuple[At, str]] = []
        self.links: dict[tuple[int, int], str] = {}
        self.row_links: list[tuple[int, int, str]] = []  # first column, repetition
        self.link = ""

    def start(self, tag: str, a: dict[str, str]) -> None:
        if self.skipping or tag.startswith(_FOREIGN) or (tag == "table:table" and self.table):
            self.skipping += 1
            self._drawn(tag, a)
            if self.drawn and tag in ("text:p", "draw:frame", "draw:custom-shape"):
                self.drawn.append("\n")
            elif not self.drawn and tag.startswith(("draw:", "table:shapes")):
                self.drawn = [""]
            return
        if tag in _STARTS:
            _STARTS[tag](self, a)
        elif self.cell is not None and tag.startswith("text:"):
            self._text(tag, a)

    def end(self, tag: str) -> None:
        if self.skipping:
            if self.skipping == self.muted:
                self.muted = 0
            if tag == "draw:frame":
                self._end_frame()
            self.skipping -= 1
            if not self.skipping and self.drawn:
                self.shapes.append((self._at(), "".join(self.drawn)))
                self.drawn = []
        elif tag in _ENDS:
            _ENDS[tag](self)
        elif tag in ("text:p", "text:h"):
            self.listening = False
        elif tag == "text:span" and self.cell is not None and self.spans:
            self.spans.pop()

    def text(self, words: str) -> None:
        if self.skipping and self.drawn:
            if not self.muted:
                self.drawn.append(words.strip())
        elif self.listening and not self.skipping:
            self._add(_SPACES.sub(" ", words))

    def _at(self) -> At:
        return (self.row, self.column + 1) if self.cell is not None else None

    def _drawn(self, tag: str, a: dict[str, str]) -> None:
        """Take note of what a frame shows, and of what is written in it but not shown."""
        if tag == "draw:frame":
            self.frame = {}
        elif tag == "draw:image":
            self.frame["picture"] = "yes"
        elif tag in ("draw:object", "draw:object-ole", "draw:plugin"):
            self.frame["object"] = a.get("xlink:href", "") or "?"
        elif tag in _UNSEEN and not self.muted:
            self.muted = self.skipping

    def _end_frame(self) -> None:
        if "object" in self.frame:  # the picture stands for it
            self.objects.append((self._at(), self.frame["object"]))
        elif "picture" in self.frame:
            self.pictures.append(self._at())
        self.frame = {}

    def _add(self, words: str) -> None:
        if self.annotation is not None:
            self.annotation.append(words)
        else:
            self.pieces.append((words, self.spans[-1] if self.spans else self.cell_struck))

    def _text(self, tag: str, a: dict[str, str]) -> None:
        if tag in ("text:p", "text:h"):
            self.listening = True
            if self.pieces if self.annotation is None else self.annotation:
                self._add("\n")
        elif tag == "text:span":
            around = self.spans[-1] if self.spans else self.cell_struck
            self.spans.append(around or a.get("text:style-name", "") in self.struck)
        elif tag == "text:s":
            blanks = _count(a.get("text:c"), 32767)
            self.blanks += blanks
            if self.blanks > self.clock.limits.signs:
                limit = self.clock.limits.signs
                raise Refused("FILE-020", what=Phrase("文字超过 {n} 字", n=limit))
            self._add(" " * blanks)
        elif tag == "text:a":
            self.link = self.link or a.get("xlink:href", "")
        elif tag == "text:tab":
            self._add("\t")
        elif tag == "text:line-break":
            self._add("\n")

    # styles
    def _style(self, a: dict[str, str]) -> None:
        self.style = a.get("style:name", "")
        if "style:master-page-name" in a:
            self.masters[self.style] = a["style:master-page-name"]
        if a.get("style:parent-style-name") in self.struck:
            self.struck.add(self.style)

    def _text_properties(self, a: dict[str, str]) -> None:
        line = a.get("style:text-line-through-style") or a.get("style:text-line-through-type")
        if line:
            (self.struck.discard if line == "none" else self.struck.add)(self.style)

    def _table_properties(self, a: dict[str, str]) -> None:
        if a.get("table:display") == "false":
            self.unlisted.add(self.style)

    # structure
    def _table(self, a: dict[str, str]) -> None:
        self.table += 1
        if len(self.sheets) >= self.clock.limits.sheets:
            raise Refused("FILE-020", what=Phrase("工作表超过 {n} 张", n=self.clock.limits.sheets))
        style = a.get("table:style-name", "")
        self.reset(a.get("table:name", ""), style in self.unlisted)
        self.master = self.masters.get(style, "")

    def _end_table(self) -> None:
        self.table -= 1
        cells, limits = self.cells, self.clock.limits
        check_extent(cells, self.name, limits)
        last = max((column for _, column in cells), default=0)
        lowest = max((row for row, _ in cells), default=0)
        columns = spread(self.hidden_spans, last)
        rows = spread(self.hidden_rows, lowest)
        found, shapes = tuple(self.merges), gathered(self.shapes)
        remarks = picture_remarks(self.pictures)
        self.sheets.append(
            Sheet(
                self.name, cells, self.hidden, found, rows, columns, shapes, self.links,
                (self.master,) if self.master else (), remarks,
            )
        )  # fmt: skip
        self.embedded.append(self.objects)

    def _column(self, a: dict[str, str]) -> None:
        times = _count(a.get("table:number-columns-repeated"), _MAX_COLUMN)
        if a.get("table:visibility", "visible") != "visible":
            self.hidden_spans.append((self.columns + 1, self.columns + times))
        self.columns = min(self.columns + times, _MAX_COLUMN)

    def _row(self, a: dict[str, str]) -> None:
        self.rows = _count(a.get("table:number-rows-repeated"), _MAX_ROW)
        self.row += 1
        self.column = 0
        self.pending = []
        self.row_links = []
        if a.get("table:visibility", "visible") != "visible":
            self.hidden_rows.append((self.row, self.row + self.rows - 1))

    def _end_row(self) -> None:
        added = sum(times for _, times, _ in self.pending) * self.rows
        self.total += added
        if self.total > self.clock.limits.cells:
            limit = self.clock.limits.cells
            raise Refused("FILE-020", what=Phrase("有内容的单元格超过 {n} 个", n=limit))
        if self.pending and self.row + self.rows - 1 > _MAX_ROW:
            raise Refused("FILE-022", part="content.xml", reason=Phrase("行号超出范围"))
        for row in range(self.row, self.row + (self.rows if self.pending else 0)):
            for first, times, cell in self.pending:
                for column in range(first, first + times):
                    self.cells[row, column] = Cell(
                        row, column, cell.value, cell.format, cell.formula, cell.error,
                        cell.struck, cell.note, cell.shown,
                    )  # fmt: skip
            for first, times, link in self.row_links:
                self.links |= {(row, column): link for column in range(first, first + times)}
        self.row += self.rows - 1

    def _cell(self, a: dict[str, str]) -> None:
        self.cell = a
        self.pieces: list[tuple[str, bool]] = []
        self.spans: list[bool] = []
        self.cell_struck = a.get("table:style-name", "") in self.struck
        self.note = self.link = ""

    def _end_cell(self) -> None:
        a, self.cell = self.cell or {}, None
        times = _count(a.get("table:number-columns-repeated"), _MAX_COLUMN)
        first = self.column + 1
        self.column += times
        down = _count(a.get("table:number-rows-spanned"), _MAX_ROW)
        right = _count(a.get("table:number-columns-spanned"), _MAX_COLUMN)
        if down > 1 or right > 1:
            self.merges.append((self.row, first, self.row + down - 1, first + right - 1))
            if len(self.merges) > self.clock.limits.merged:
                check_merges((1 for _ in self.merges), self.clock.limits)
        cell = self._made(a)
        if cell.value not in (None, "") or cell.error or cell.struck or cell.note or cell.formula:
            self.pending.append((first, times, cell))
            if self.link and not self.link.startswith("#"):
                self.row_links.append((first, times, shown_link(self.link)))

    def _made(self, a: dict[str, str]) -> Cell:
        kind = a.get("office:value-type") or a.get("calcext:value-type", "")
        left = "".join(words for words, away in self.pieces if not away)
        gone = "".join(words for words, away in self.pieces if away)
        formula = a.get("table:formula", "")
        value: Value = None
        error = ""
        if a.get("calcext:value-type") == "error" or (
            formula and left.startswith(("#", "Err:")) and kind in ("", "string", "float")
        ):
            error = left or "#VALUE!"
        elif kind in ("float", "percentage", "currency"):
            value = number(a.get("office:value", left))
        elif kind == "boolean":
            value = a.get("office:boolean-value") == "true"
        elif kind == "date":
            value = from_iso(a.get("office:date-value", left))
        elif kind == "time":
            value = _moment(_duration(a.get("office:time-value", "")), left.strip())
        elif kind or self.pieces:
            value = left if self.pieces else a.get("office:string-value", "")
        if gone and not left.strip():
            value = None
        if formula:
            formula = "=" + formula.partition(":")[2].removeprefix("=")
        shown = left.strip() if kind == "date" and value is not None else ""
        return Cell(
            0, 0, value, _format(kind, value, left.strip()), formula, error, gone, self.note, shown
        )

    def _annotation(self, _: dict[str, str]) -> None:
        if self.cell is not None:
            self.annotation = []

    def _end_annotation(self) -> None:
        if self.annotation is not None:
            note = "".join(self.annotation)
            self.note = note if note.strip() else ""
            self.annotation = None


_STARTS: Mapping[str, Callable[[_Content, dict[str, str]], None]] = {
    "style:style": _Content._style,
    "style:text-properties": _Content._text_properties,
    "style:table-properties": _Content._table_properties,
    "table:table": _Content._table,
    "table:table-column": _Content._column,
    "table:table-row": _Content._row,
    "table:table-cell": _Content._cell,
    "table:covered-table-cell": _Content._cell,
    "office:annotation": _Content._annotation,
}
_ENDS: Mapping[str, Callable[[_Content], None]] = {
    "table:table": _Content._end_table,
    "table:table-row": _Content._end_row,
    "table:table-cell": _Content._end_cell,
    "table:covered-table-cell": _Content._end_cell,
    "office:annotation": _Content._end_annotation,
}


def _duration(text: str) -> Value:
    """Return a length of time (PT12H30M00S): a time of day below 24 hours, else a timedelta."""
    match = _DURATION.match(text)
    if not match:
        return text or None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    try:
        found = timedelta(days=days, hours=hours, minutes=minutes, seconds=round(seconds, 3))
    except OverflowError:
        return text
    if text.startswith("-") or found >= timedelta(days=1):
        return -found if text.startswith("-") else found
    return (datetime.min + found).time()


def _moment(found: Value, shown: str) -> Value:
    """Return the day and time that a cell keeps as the time since 1899 where it shows the time of day alone."""
    if isinstance(found, timedelta) and timedelta(days=1) <= found < timedelta(days=2_900_000):
        moment = datetime(1899, 12, 30) + found
        return moment if date_code(shown, moment).startswith("h") else found
    return found


def read_ods(archive: Archive, name: str, clock: Clock) -> tuple[Book, tuple[Finding, ...]]:
    """Return the workbook of an OpenDocument spreadsheet.

    Raises Refused: FILE-009 (encrypted), FILE-013, FILE-014 (another kind of
    document), FILE-020 to FILE-023.
    """
    members = {member.name: member for member in archive.members}
    if len(members) < len(archive.members):
        raise Refused("FILE-023", reason=Phrase("压缩包里有重复的条目"))
    tags = Tags(clock.limits)

    def part(which: str) -> bytes | None:
        if which not in members:
            return None
        xml = check_xml(archive.read(members[which]), which, cut=True)
        tags.spend(xml)
        return xml

    if b"encryption-data" in (part("META-INF/manifest.xml") or b""):
        raise Refused("FILE-009")
    xml = part("content.xml")
    if xml is None or b"office:spreadsheet" not in xml:
        raise Refused("FILE-014", what=Phrase("文字文档（OpenDocument）"))
    content = _Content(clock)
    parse_xml(xml, "content.xml", content.start, content.end, content.text, clock, prefixes=True)
    if not content.sheets:
        raise Refused("FILE-013")
    styles = part("styles.xml") if any(sheet.pages for sheet in content.sheets) else None
    pages = ods_pages(styles, clock) if styles else {}
    sheets = []
    for sheet, objects in zip(content.sheets, content.embedded, strict=True):
        words, remarks = [], []
        for at, where in objects[:_MOST_OBJECTS]:
            chart = part(where.removeprefix("./") + "/content.xml")
            if chart is not None and b"<office:chart" in chart:
                words.append((at, chart_words(chart, clock)))
            else:
                remarks.append(object_remark(at, "", where))
        texts = [text for name in sheet.pages for text in pages.get(name, ())]
        sheets.append(
            replace(
                sheet, shapes=(*sheet.shapes, *gathered(words)), pages=tuple(texts),
                remarks=(*sheet.remarks, *remarks),
            )
        )  # fmt: skip
    meta = part("meta.xml")
    properties = ods_properties(meta, clock) if meta else {}
    findings: tuple[Finding, ...] = ()
    if any(member.startswith("Basic/") for member in members):
        findings += (Finding("FILE-018", Place(name)),)
    if b'xlink:href="file:' in xml or b"<table:table-source" in xml:
        findings += (Finding("FILE-019", Place(name)),)
    if b"<table:database-source" in xml:
        findings += (Finding("FILE-103", Place(name)),)
    return Book("ods", tuple(sheets), properties), findings
