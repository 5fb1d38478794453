"""xlsx and xlsm -> sheets, read straight from the XML, so that only what stands there is paid for.

Two ways lead to the same cells. Sheets as every program writes them are read
by one regular expression per cell, counted against the tags of the part; where
one tag is written otherwise, the whole sheet goes through expat. Both are
faster than opening the file a second time with a library that shows no
formats, formulas, errors, notes or struck text, and neither ever fills a
range: a lone value in XFD1048576 costs one cell.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

from .findings import Finding, Place
from .formats import BUILT_IN, GENERAL, Style, from_iso, from_serial, number, style_of
from .grid import Book, Cell, Sheet, Value
from .guard import Archive, Clock, Limits, Member, Refused, Tags, check_extent, check_xml, parse_xml

Merge = tuple[int, int, int, int]
Runs = tuple[tuple[str, bool | None], ...]  # text, struck (None: as the cell)
Text = str | Runs
Cells = dict[tuple[int, int], Cell]
T = TypeVar("T")

_BIG = 1 << 20
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="([a-z]{1,9})")?'
    rb"(?:/>|>(?:<f([^<>]*)(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|<v/>)?</c>)"
)
_BLANKS = re.compile(rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?/>)++')
_BARE_ROW = re.compile(rb"<row (?![^<>]*hidden)[^<>]*(?:/>|></row>)")
_STRING = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>'
    r"|((?:<r>(?:<rPr>(?:<[a-zA-Z][^<>]*/>)*</rPr>)?<t[^<>/]*>[^<]*</t></r>)++))"
    r"(?:<phoneticPr[^<>]*/>)?</si>"
)
_RUN = re.compile(r"<r>(?:<rPr>(.*?)</rPr>)?<t[^<>/]*>([^<]*)</t></r>", re.S)
_STRUCK = re.compile(r'<strike(?:/>| val="(?:1|true|on)"/>)')
_HIDDEN_ROW = re.compile(rb"""<row (?=[^<>]*hidden="(?:1|true)")(?:[^<>]*? )?r="([0-9]{1,7})\"""")
_COLUMN = re.compile(rb"<col ([^<>]*)>")
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_ATTRIBUTE = re.compile(r'([A-Za-z0-9:]+)="([^"]*)"')
_SHARED_INDEX = re.compile(r'si="(\d+)"')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")
_STRICT_NO = ("0", "false")


class Relation(NamedTuple):
    """One relationship of a part: ``kind`` is the last word of its type."""

    id: str
    kind: str
    target: str
    external: bool


class Tab(NamedTuple):
    """One sheet as the workbook part lists it."""

    name: str
    relation: str
    hidden: bool


@lru_cache(maxsize=2048)
def column_number(letters: bytes) -> int:
    """Return 1 for b"A", 27 for b"AA"."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def address(text: str) -> tuple[int, int] | None:
    """Return (row, column) of an address such as "$B$3", or None."""
    match = _ADDRESS.match(text)
    return (int(match[2]), column_number(match[1].upper().encode())) if match else None


def area(text: str) -> Merge | None:
    """Return (first row, first column, last row, last column) of "A1:N3", or None."""
    first, _, last = text.partition(":")
    a, b = address(first), address(last or first)
    if a is None or b is None:
        return None
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def unescape(text: str) -> str:
    """Return the text with Office's _xHHHH_ escapes decoded; never a lone surrogate."""
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _plain(raw: str) -> str:
    """Return raw XML text as expat would give it: entities and line ends; ValueError on a bad one."""
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in raw:
        if raw.count("&") != len(_ENTITY.findall(raw)):
            raise ValueError(raw)
        raw = _ENTITY.sub(_entity, raw)
    return raw


def _entity(match: re.Match[str]) -> str:
    word = match[1]
    if word[0] != "#":
        if word not in _NAMED:
            raise ValueError(word)
        return _NAMED[word]
    code = int(word[2:], 16) if word[1] == "x" else int(word[1:])
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF:
        return chr(code)
    raise ValueError(word)


def _remembered(function: Callable[[bytes, Clock], T]) -> Callable[[bytes, Clock], T]:
    """Keep the answers for small parts: the forms of one plan share them byte by byte."""
    small = lru_cache(maxsize=64)(lambda part: function(part, Clock(Limits())))

    def either(part: bytes, clock: Clock) -> T:
        return small(part) if len(part) < 65536 else function(part, clock)

    return either


def _ignore(_: object) -> None:
    return None


@_remembered
def _relations(part: bytes, clock: Clock) -> tuple[Relation, ...]:
    found: list[Relation] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "Relationship":
            kind = a.get("Type", "").rpartition("/")[2]
            external = a.get("TargetMode") == "External"
            found.append(Relation(a.get("Id", ""), kind, a.get("Target", ""), external))

    parse_xml(part, "rels", start, _ignore, _ignore, clock)
    return tuple(found)


@_remembered
def _workbook(part: bytes, clock: Clock) -> tuple[tuple[Tab, ...], bool]:
    """Return the sheets listed and whether the book counts its days from 1904."""
    tabs: list[Tab] = []
    epoch = [False]

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((v for k, v in a.items() if k.endswith(":id")), "")
            tabs.append(Tab(unescape(a.get("name", "")), relation, "idden" in a.get("state", "")))
        elif tag == "workbookPr":
            epoch[0] = a.get("date1904", "0") not in _STRICT_NO

    parse_xml(part, "workbook.xml", start, _ignore, _ignore, clock)
    return tuple(tabs), epoch[0]


@_remembered
def _styles(part: bytes, clock: Clock) -> tuple[Style, ...]:
    """Return what each cell format means, by its index."""
    formats: dict[int, str] = dict(BUILT_IN)
    struck: list[bool] = []
    styles: list[Style] = []
    made: dict[tuple[str, bool], Style] = {}
    inside: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        parent = inside[-1] if inside else ""
        inside.append(tag)
        if tag == "numFmt" and parent == "numFmts":
            formats[_int(a.get("numFmtId"))] = unescape(a.get("formatCode", ""))
        elif tag == "font" and parent == "fonts":
            struck.append(False)
        elif tag == "strike" and parent == "font" and len(inside) > 2 and inside[-3] == "fonts":
            struck[-1] = a.get("val", "1") not in _STRICT_NO
        elif tag == "xf" and parent == "cellXfs":
            code, font = formats.get(_int(a.get("numFmtId")), ""), _int(a.get("fontId"))
            key = code, 0 <= font < len(struck) and struck[font]
            if key not in made:
                made[key] = style_of(*key)
            styles.append(made[key])

    parse_xml(part, "styles.xml", start, lambda _: inside.pop(), _ignore, clock)
    return tuple(styles)


@_remembered
def _properties(part: bytes, clock: Clock) -> Mapping[str, str]:
    found: dict[str, str] = {}
    name: list[str] = [""]
    words: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "property":
            name[0] = a.get("name", "")
            words.clear()

    def end(tag: str) -> None:
        if tag == "property":
            found[name[0]] = unescape("".join(words).strip())

    parse_xml(part, "custom.xml", start, end, words.append, clock)
    return found


def _int(text: str | None, default: int = 0) -> int:
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else default


class _RichText:
    """Callbacks for <si>, <is> and <text>: collects the runs, leaves phonetic guides out."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, bool | None]] = []
        self.words: list[str] = []
        self.listening = self.phonetic = self.rich = False
        self.struck: bool | None = None

    def start(self, tag: str, a: dict[str, str]) -> None:
        if tag == "t":
            self.listening = not self.phonetic
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "r":
            self.struck = None
        elif tag == "rPr":
            self.struck, self.rich = False, True
        elif tag == "strike":
            self.struck = a.get("val", "1") not in _STRICT_NO

    def text(self, words: str) -> None:
        if self.listening:
            self.words.append(words)

    def end(self, tag: str) -> None:
        if tag == "t" and self.listening:
            self.runs.append((unescape("".join(self.words)), self.struck))
            self.words.clear()
            self.listening = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "r":
            self.struck = None

    def take(self) -> Text:
        """Return what was collected, and begin anew."""
        runs, rich = tuple(self.runs), self.rich
        self.runs, self.rich, self.phonetic = [], False, False
        return runs if rich else "".join(text for text, _ in runs)


class Strings(NamedTuple):
    """The shared strings by index; ``runs`` of the rich ones; ``struck`` has those partly struck."""

    texts: list[str]
    runs: dict[int, Runs]
    struck: set[int]

    def add_runs(self, index: int, runs: Runs) -> str:
        """Keep the runs of a rich string; return its whole text."""
        self.runs[index] = runs
        if any(struck for _, struck in runs):
            self.struck.add(index)
        return "".join(words for words, _ in runs)


def _strings(part: bytes, clock: Clock) -> Strings:
    """Return the shared strings."""
    if b"<!" not in part:
        try:
            whole = part.decode("utf-8")
            found = _STRING.findall(whole)
            if len(found) == whole.count("<si"):
                return _usual_strings(whole, found)
        except ValueError:
            pass  # expat says where
    strings = Strings([], {}, set())
    rich = _RichText()

    def end(tag: str) -> None:
        if tag == "si":
            text = rich.take()
            if not isinstance(text, str):
                text = strings.add_runs(len(strings.texts), text)
            strings.texts.append(text)
        else:
            rich.end(tag)

    parse_xml(part, "sharedStrings.xml", rich.start, end, rich.text, clock)
    return strings


def _usual_strings(whole: str, found: list[tuple[str, str]]) -> Strings:
    texts = [plain for plain, _ in found]
    escaped = "&" in whole or "_x" in whole or "\r" in whole
    if escaped:
        texts = [unescape(_plain(text)) for text in texts]
    strings = Strings(texts, {}, set())
    if "<r>" in whole:
        for index, (_, rich) in enumerate(found):
            if rich:
                runs = tuple(
                    (unescape(_plain(text)), bool(_STRUCK.search(look)) if look else None)
                    for look, text in _RUN.findall(rich)
                )
                texts[index] = strings.add_runs(index, runs)
    return strings


class _Grid:
    """The cells of one sheet in the making."""

    def __init__(self, book: _Package, name: str) -> None:
        self.book = book
        self.name = name
        self.cells: Cells = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_spans: list[tuple[int, int]] = []
        self.masters: dict[str, str] = {}

    def put(
        self,
        row: int,
        column: int,
        style: bytes,
        kind: str,
        raw: str,
        formula: str | None = None,
        inline: Text | None = None,
    ) -> None:
        """Add one cell unless it is blank; ``raw`` is the text of <v>."""
        look = self.book.looks.get(style) or self.book.look(style)
        value: Value = None
        error, text = "", inline
        if kind == "s" and raw:
            text = self.book.string(raw)
        elif kind == "str" or (kind == "inlineStr" and inline is None):
            text = unescape(raw)
        elif kind == "e":
            error = raw or "#VALUE!"
        elif kind == "b" and raw:
            value = raw.strip() in ("1", "true")
        elif kind == "d" and raw:
            value = from_iso(raw)
        elif raw and text is None:
            value = number(raw)
            if look.kind and isinstance(value, float):
                value = from_serial(value, look, self.book.epoch1904)
        struck = ""
        if text is not None:
            value, struck = _left_and_struck(text, look.struck)
        elif look.struck and value is not None:
            value, struck = None, str(raw)
        if formula is not None:
            formula = "=" + formula
        elif value in (None, "") and not error and not struck:
            return
        self.cells[row, column] = Cell(
            row, column, value, look.format, formula or "", error, struck
        )

    def formula(self, attributes: str, text: str) -> str:
        """Return a formula's text; that of a shared one's first cell where it has none itself."""
        if 't="shared"' in attributes:
            match = _SHARED_INDEX.search(attributes)
            if match:
                return (
                    self.masters.setdefault(match[1], text)
                    if text
                    else (self.masters.get(match[1], ""))
                )
        return text

    def sheet(self, hidden: bool, notes: Mapping[tuple[int, int], str]) -> Sheet:
        """Return the finished sheet, its notes put on their cells."""
        cells = self.cells
        for place, note in notes.items():
            old = cells.get(place) or Cell(*place, None)
            cells[place] = Cell(
                *place, old.value, old.format, old.formula, old.error, old.struck, note
            )
        limits = self.book.limits
        if len(cells) > limits.columns:
            check_extent(cells, self.name, limits)
        columns: set[int] = set()
        if self.hidden_spans:
            last = max((column for _, column in cells), default=0)
            for low, high in self.hidden_spans:
                columns.update(range(max(low, 1), min(high, last) + 1))
        rows = self.hidden_rows
        if rows:
            lowest = max((row for row, _ in cells), default=0)
            if max(rows) > lowest:
                rows = {row for row in rows if row <= lowest}
        return Sheet(
            self.name, cells, hidden, tuple(self.merges), frozenset(rows), frozenset(columns)
        )

    def fast(self, part: bytes) -> bool:
        """Read a sheet in the usual spelling; False (and nothing kept) when it is spelt otherwise."""
        start, stop = part.find(b"<sheetData>"), part.rfind(b"</sheetData>")
        if (
            start < 0
            or stop < start
            or b"<!" in part
            or not part.rstrip().endswith(b"</worksheet>")
        ):
            return False
        try:
            seen = self._cells(part, start, stop)
        except ValueError:
            seen = -1
        if seen != part.count(b"<c", start, stop):
            self.cells, self.masters = {}, {}
            return False
        self._frame(part, start, stop)
        return True

    def _cells(self, part: bytes, start: int, stop: int) -> int:
        """Read the cells between two offsets; return how many tags <c> were understood."""
        book, cells, put, looks = self.book, self.cells, self.put, self.book.looks
        (texts, _, struck), limit = book.strings, book.limits.cells - book.count
        seen, known = 0, len(book.strings.texts)
        found: Iterable[tuple[bytes, ...]] = (
            _CELL.findall(part, start, stop)
            if stop - start < _BIG
            else (match.groups(b"") for match in _CELL.finditer(part, start, stop))
        )
        for seen, (letters, digits, s, kind, shared, f, v) in enumerate(found, 1):
            if not seen & 0xFFF:
                book.clock.check()
                if len(cells) > limit:
                    book.spend(len(cells))
            if f or shared:
                formula = self.formula(shared.decode(), _plain(f.decode()))
                put(
                    int(digits),
                    column_number(letters),
                    s,
                    kind.decode(),
                    _plain(v.decode()),
                    formula,
                )
                continue
            if not v:
                if kind == b"e":
                    put(int(digits), column_number(letters), s, "e", "")
                continue
            row, column = int(digits), column_number(letters)
            look = looks.get(s) or book.look(s)
            if not look.struck:
                if kind == b"s":
                    index = int(v)
                    if 0 <= index < known and index not in struck:
                        if text := texts[index]:
                            cells[row, column] = Cell(row, column, text, look.format)
                        continue
                elif not kind and not look.kind and len(v) < 16:
                    value = number(v)
                    if value.__class__ is float:
                        cells[row, column] = Cell(row, column, value, look.format)
                        continue
            put(row, column, s, kind.decode(), _plain(v.decode()))
        book.spend(len(cells))
        return seen

    def _frame(self, part: bytes, start: int, stop: int) -> None:
        """Read hidden rows and columns and merges of a sheet in the usual spelling."""
        if part.find(b"hidden=", start, stop) >= 0:
            found = _HIDDEN_ROW.finditer(part, start, stop)
            self.hidden_rows.update(int(match[1]) for match in found)
        for match in _COLUMN.finditer(part, 0, start):
            self.columns(dict(_ATTRIBUTE.findall(match[1].decode("utf-8", "replace"))))
        for match in _MERGE.finditer(part, stop):
            self.merge(match[1].decode())

    def row(self, a: Mapping[str, str]) -> None:
        """Note a row's attributes."""
        if a.get("hidden", "0") not in _STRICT_NO:
            self.hidden_rows.add(_int(a.get("r")))

    def columns(self, a: Mapping[str, str]) -> None:
        """Note the attributes of a span of columns; one of no width is hidden too."""
        if a.get("hidden", "0") not in _STRICT_NO or a.get("width") == "0":
            self.hidden_spans.append((_int(a.get("min")), min(_int(a.get("max")), 16384)))

    def merge(self, reference: str) -> None:
        """Note a merged area."""
        found = area(reference)
        if found and len(self.merges) < self.book.limits.cells:
            self.merges.append(found)

    def slow(self, part: bytes, name: str) -> None:
        """Read a sheet in any spelling."""
        reader = _SlowSheet(self)
        parse_xml(part, name, reader.start, reader.end, reader.text, self.book.clock)
        self.book.spend(len(self.cells))


class _SlowSheet:
    """Callbacks for a worksheet part."""

    def __init__(self, grid: _Grid) -> None:
        self.grid = grid
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.words: list[str] | None = None
        self.rich: _RichText | None = None
        self.raw = ""
        self.formula: str | None = None
        self.formula_attributes = ""
        self.inline: Text | None = None
        self.in_cell = False

    def start(self, tag: str, a: dict[str, str]) -> None:
        if self.rich is not None:
            self.rich.start(tag, a)
        elif tag == "c":
            self._cell(a)
        elif self.in_cell:
            if tag in ("v", "f"):
                self.words = []
                if tag == "f":
                    self.formula_attributes = " ".join(f'{k}="{v}"' for k, v in a.items())
            elif tag == "is":
                self.rich = _RichText()
        elif tag == "row":
            self.row = _int(a.get("r"), self.row + 1)
            self.column = 0
            self.grid.row({**a, "r": str(self.row)})
        elif tag == "col":
            self.grid.columns(a)
        elif tag == "mergeCell":
            self.grid.merge(a.get("ref", ""))

    def _cell(self, a: dict[str, str]) -> None:
        place = address(a["r"]) if "r" in a else None
        if place:
            self.row, self.column = place
        else:
            self.column += 1
        self.attributes, self.raw, self.formula, self.inline = a, "", None, None
        self.in_cell = True

    def text(self, words: str) -> None:
        if self.rich is not None:
            self.rich.text(words)
        elif self.words is not None:
            self.words.append(words)

    def end(self, tag: str) -> None:
        if self.rich is not None:
            if tag == "is":
                self.inline, self.rich = self.rich.take(), None
            else:
                self.rich.end(tag)
        elif tag in ("v", "f") and self.words is not None:
            words, self.words = "".join(self.words), None
            if tag == "v":
                self.raw = words
            else:
                self.formula = self.grid.formula(self.formula_attributes, words)
                if not self.formula and not self.formula_attributes:
                    self.formula = None  # <f/>: LibreOffice and others leave it behind
        elif tag == "c" and self.in_cell:
            self.in_cell = False
            a, grid = self.attributes, self.grid
            kind = a.get("t", "")
            raw = self.raw if kind in ("s", "str", "inlineStr") else self.raw.strip()
            grid.put(
                self.row, self.column, a.get("s", "").encode(), "" if kind == "n" else kind,
                raw, self.formula, self.inline,
            )  # fmt: skip
            if len(grid.cells) > grid.book.limits.cells:
                grid.book.spend(len(grid.cells))


def _left_and_struck(text: Text, struck: bool) -> tuple[str | None, str]:
    """Return (what is left or None, what is struck) of a text in a cell struck or not."""
    if isinstance(text, str):
        return (None, text) if struck and text else (text, "")
    gone = [bool(struck if run is None else run) for _, run in text]
    left = "".join(words for (words, _), away in zip(text, gone, strict=True) if not away)
    away = "".join(words for (words, _), away in zip(text, gone, strict=True) if away)
    return (left if left.strip() or not away else None), away


class _Package:
    """One xlsx: its parts by name, and what its sheets have in common."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.archive = archive
        self.clock = clock
        self.limits = clock.limits
        self.tags = Tags(clock.limits)
        self.members: dict[str, Member] = {}
        self.count = 0
        self.epoch1904 = False
        self.styles: tuple[Style, ...] = ()
        self.looks: dict[bytes, Style] = {}
        self.strings = Strings([], {}, set())
        self.known: dict[str, tuple[Relation, ...]] = {}
        for member in archive.members:
            name = part_name(member.name)
            if name in self.members or ".." in name.split("/"):
                raise Refused("FILE-023", reason=f"压缩包里的条目“{member.name}”重复或名称不合规")
            self.members[name] = member

    def part(self, name: str) -> bytes | None:
        """Return an XML part by its name, checked, or None when there is none."""
        member = self.members.get(name)
        if member is None or not member.size:
            return None
        part = check_xml(self.archive.read(member), name)
        self.clock.check()
        return part

    def small(self, name: str) -> bytes | None:
        """Return a part whose every tag will be parsed."""
        part = self.part(name)
        if part is not None:
            self.tags.spend(part)
        return part

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Return the relationships of a part, their targets as part names."""
        if name not in self.known:
            folder, _, last = name.rpartition("/")
            part = self.small(f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels")
            self.known[name] = tuple(
                r if r.external else r._replace(target=_resolve(folder, r.target))
                for r in (_relations(part, self.clock) if part else ())
            )
        return self.known[name]

    def look(self, index: bytes) -> Style:
        """Return the meaning of a cell format; General where the file has no such format."""
        at = _int(index.decode("utf-8", "replace"))
        self.looks[index] = look = self.styles[at] if at < len(self.styles) else GENERAL
        return look

    def string(self, raw: str) -> Text:
        """Return a shared string, or refuse the file when there is no such string."""
        raw = raw.strip()
        at = _int(raw, -1)
        if not 0 <= at < len(self.strings.texts):
            raise Refused("FILE-022", part="sharedStrings.xml", reason="有单元格的文字找不到")
        return self.strings.runs.get(at) or self.strings.texts[at]

    def spend(self, cells: int) -> None:
        """Count the cells of a sheet towards those of the book."""
        self.count += cells
        if self.count > self.limits.cells:
            raise Refused("FILE-020", what=f"有内容的单元格超过 {self.limits.cells} 个")


def part_name(name: str) -> str:
    """Return a part name as it is compared: case and the direction of slashes do not count."""
    return name.replace("\\", "/").lstrip("/").lower()


@lru_cache(maxsize=512)
def _resolve(folder: str, target: str) -> str:
    target = unquote(target).replace("\\", "/").partition("#")[0]
    return part_name(posixpath.normpath(posixpath.join("/" + folder, target)))


def _notes(book: _Package, relations: Iterable[Relation]) -> dict[tuple[int, int], str]:
    """Return the notes of a sheet; a thread of comments stands for the note that announces it."""
    notes: dict[tuple[int, int], str] = {}
    threads: dict[tuple[int, int], list[str]] = {}
    where: list[tuple[int, int] | None] = [None]
    rich = _RichText()
    words: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag in ("comment", "threadedComment"):
            where[0] = address(a.get("ref", ""))
        words.clear()
        rich.start(tag, a)

    def end(tag: str) -> None:
        rich.end(tag)
        if tag == "comment":
            text = rich.take()
            text = text if isinstance(text, str) else "".join(t for t, _ in text)
            if where[0] and text.strip():
                notes[where[0]] = text
        elif tag == "text" and words and where[0]:
            threads.setdefault(where[0], []).append("".join(words))

    def text(piece: str) -> None:
        rich.text(piece)
        words.append(piece)

    for relation in relations:
        threaded = relation.kind.startswith("threadedComment")
        if (relation.kind == "comments" or threaded) and not relation.external:
            part = book.small(relation.target)
            if part is not None:
                before = dict(threads)
                parse_xml(part, relation.target, start, end, text, book.clock)
                if not threaded:
                    threads = before
    return notes | {place: "\n".join(lines) for place, lines in threads.items()}


def _sheet(book: _Package, tab: Tab, relation: Relation) -> Sheet:
    part = book.part(relation.target)
    if part is None:
        raise Refused("FILE-022", part=relation.target, reason=f"工作表“{tab.name}”的内容缺失")
    if len(part) > _BIG and b"<!" not in part:
        # A million formatted blanks are told apart here, at a tenth of the cost.
        part = _BLANKS.sub(b"", part)
    grid = _Grid(book, tab.name)
    if not grid.fast(part):
        if len(part) > _BIG and b"<!" not in part:
            part = _BARE_ROW.sub(b"", part)
        book.tags.spend(part)
        grid.slow(part, relation.target)
    return grid.sheet(tab.hidden, _notes(book, book.relations(relation.target)))


def read_xlsx(archive: Archive, name: str, clock: Clock) -> tuple[Book, tuple[Finding, ...]]:
    """Return the workbook in a zip that holds one, and remarks on macros and external links.

    Raises Refused: FILE-013 (no sheet), FILE-020 to FILE-023.
    """
    book = _Package(archive, clock)
    main = next(
        (r.target for r in book.relations("") if r.kind == "officeDocument"), "xl/workbook.xml"
    )
    part = book.small(main)
    if part is None:
        raise Refused("FILE-022", part=main, reason="工作簿目录缺失")
    tabs, book.epoch1904 = _workbook(part, clock)
    relations = {r.id: r for r in book.relations(main)}
    for relation in relations.values():
        if relation.kind == "styles":
            part = book.small(relation.target)
            book.styles = _styles(part, clock) if part else ()
        elif relation.kind == "sharedStrings":
            part = book.small(relation.target)
            book.strings = _strings(part, clock) if part else book.strings
    # Chart sheets and the like have no cells.
    listed = [(tab, relations.get(tab.relation)) for tab in tabs]
    sheets = tuple(
        _sheet(book, tab, relation)
        for tab, relation in listed
        if relation is not None and relation.kind == "worksheet"
    )
    if not sheets or any(relation is None for _, relation in listed):
        raise Refused("FILE-013")
    custom = next((r.target for r in book.relations("") if r.kind == "custom-properties"), "")
    part = book.small(custom or "docprops/custom.xml")
    properties = _properties(part, clock) if part else {}
    findings = []
    if any(n.endswith("vbaproject.bin") or "/macrosheets/" in n for n in book.members):
        findings.append(Finding("FILE-018", Place(name)))
    if any("/externallinks/" in n for n in book.members):
        findings.append(Finding("FILE-019", Place(name)))
    return Book("xlsx", sheets, properties, book.epoch1904), tuple(findings)
