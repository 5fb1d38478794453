"""The parts of an xlsx beside its sheets -> names, styles, strings, properties; addresses and text.

Each function takes one XML part that has been checked, and the clock of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from xml.parsers import expat

from ..patterns import late
from . import Value
from .formats import BUILT_IN, GENERAL, Style, style_of
from .guard import LIMITS, Clock, Refused, only_tags, parse_xml

if TYPE_CHECKING:
    from .ooxml_lines import Span

Merge = tuple[int, int, int, int]
Runs = tuple[tuple[str, bool | None], ...]  # text, struck (None: as the cell)
Text = str | Runs
T = TypeVar("T")

_FONT = r"(?:<(?!r[ /P]|t[ /])[a-zA-Z][^<>]*/>)+"
_ONLY_FONT = late(_FONT)
_STRING = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>'
    rf"|((?:<r>(?:<rPr>{_FONT}</rPr>)?<t[^<>/]*>[^<]*</t></r>)++))"
    r"(?:<phoneticPr[^<>]*/>)?</si>"
)
_RUN = late(r"<r>(?:<rPr>(.*?)</rPr>)?<t[^<>/]*>([^<]*)</t></r>", re.S)
_MOST_FONTS = 20
_NEXT_RUN = '</t></r><r><t xml:space="preserve">'
_TAG = late(r"<[^<>]*>")
_STRUCK = late(r"""<strike(?=[\s/])(?![^<>]*\sval\s*=\s*["'](?:0|false)["'])""")
_ESCAPED = re.compile(r"&|_x|\r")
_ESCAPE = late(r"_x([0-9A-Fa-f]{4})_")
_ENTITY = late(r"&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")
NO = ("0", "false")


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


def plain(raw: str) -> str:
    """Return raw XML text as expat would give it: entities and line ends; ValueError on a bad one."""
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in raw:
        if raw.count("&") != len(_ENTITY.findall(raw)):
            raise ValueError(raw)
        raw = _ENTITY.sub(_entity, raw)
    return raw


class Spelled(dict[bytes, str]):
    """Texts by the raw XML that spells them, Office's escapes decoded; ValueError on a bad entity."""

    size = 0
    """Bytes that are remembered, or so."""

    def __missing__(self, raw: bytes) -> str:
        return unescape(plain(raw.decode()))


_known = {"inline": Spelled(), "shared": Spelled()}
_MOST_KNOWN, _ENTRY = 16 << 20, 100


def _remember(kind: str, known: Spelled, raws: Sequence[bytes], texts: Sequence[str]) -> None:
    """Keep what each of these pieces says; begin anew when it is too much for the next file.

    ``known`` is filled in any case and never emptied: another thread may read by it.
    """
    known.update(zip(raws, texts, strict=True))
    known.size += sum(map(len, raws)) + _ENTRY * len(raws)
    if known.size > _MOST_KNOWN:
        _known[kind] = Spelled()


def spelled(raws: Collection[bytes]) -> Spelled:
    """Return what :func:`said_by` tells of these pieces of XML, among others.

    What we printed comes back in each file, so it is remembered.
    """
    known = _known["inline"]
    new = [raw for raw in raws if raw not in known]
    if new:
        _remember("inline", known, new, said_by(new))
    return known


def said_by(raws: Sequence[bytes]) -> list[str]:
    """Return what these pieces of XML say, none of them empty or with a tag; ValueError on a bad entity.

    All at once, by expat: some programs spell every Chinese character &#28857;.
    """
    if not raws:
        return []
    xml = b"<s><t>" + b"</t><t>".join(raws) + b"</t></s>"
    told: list[str] = []
    parser = expat.ParserCreate("utf-8")
    # No text is empty or longer than its XML, so each comes as one piece, its tag after it.
    parser.buffer_text = True
    parser.buffer_size = len(xml)
    parser.CharacterDataHandler = parser.EndElementHandler = told.append
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return [unescape(text) if "_x" in text else text for text in told[:-1:2]]


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
    small = lru_cache(maxsize=64)(lambda part: function(part, Clock(LIMITS)))

    def either(part: bytes, clock: Clock) -> T:
        return small(part) if len(part) < 65536 else function(part, clock)

    return either


def ignore(_: object) -> None:
    """Be a callback for what does not matter."""
    return


@_remembered
def relations_of(part: bytes, clock: Clock) -> tuple[Relation, ...]:
    """Return the relationships of a .rels part, their targets as written."""
    found: list[Relation] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "Relationship":
            kind = a.get("Type", "").rpartition("/")[2]
            external = a.get("TargetMode") == "External"
            found.append(Relation(a.get("Id", ""), kind, a.get("Target", ""), external))

    parse_xml(part, "rels", start, ignore, ignore, clock)
    return tuple(found)


@_remembered
def workbook_of(part: bytes, clock: Clock) -> tuple[tuple[Tab, ...], bool]:
    """Return the sheets listed and whether the book counts its days from 1904."""
    tabs: list[Tab] = []
    epoch = [False]

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((v for k, v in a.items() if k.endswith(":id")), "")
            tabs.append(Tab(unescape(a.get("name", "")), relation, "idden" in a.get("state", "")))
        elif tag == "workbookPr":
            epoch[0] = a.get("date1904", "0") not in NO

    parse_xml(part, "workbook.xml", start, ignore, ignore, clock)
    return tuple(tabs), epoch[0]


class Known(NamedTuple):
    """What cells say, and their styles, by the XML that they begin with, their address cut out."""

    values: dict[bytes, Value]
    styles: dict[bytes, bytes]


class Looks(dict[bytes, Style]):
    """What cell formats mean, by their index as it is written; General where there is none.

    ``numbers``, ``layouts`` and ``cells`` are what ooxml_lines.py remembers of the cells that bear
    them; the last take so many bytes as are ``kept``.
    """

    def __init__(self, styles: Sequence[Style] = ()) -> None:
        self._styles = tuple(styles)
        self.numbers: dict[tuple[bytes, bytes], Value] = {}
        self.layouts: dict[tuple[Sequence[bytes], Sequence[bytes]], list[Span]] = {}
        self.cells = Known({}, {})
        self.kept = 0

    def __missing__(self, index: bytes) -> Style:
        at = whole_number(index.decode("utf-8", "replace"))
        look = self._styles[at] if at < len(self._styles) else GENERAL
        if len(self) <= len(self._styles):
            self[index] = look
        return look


@_remembered
def styles_of(part: bytes, clock: Clock) -> Looks:
    """Return what each cell format means."""
    formats: dict[int, str] = dict(BUILT_IN)
    struck: list[bool] = []
    styles: list[Style] = []
    made: dict[tuple[str, bool], Style] = {}
    inside: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        parent = inside[-1] if inside else ""
        inside.append(tag)
        if tag == "numFmt" and parent == "numFmts":
            formats[whole_number(a.get("numFmtId"))] = unescape(a.get("formatCode", ""))
        elif tag == "font" and parent == "fonts":
            struck.append(False)
        elif tag == "strike" and parent == "font" and len(inside) > 2 and inside[-3] == "fonts":
            struck[-1] = a.get("val", "1") not in NO
        elif tag == "xf" and parent == "cellXfs":
            code, font = (
                formats.get(whole_number(a.get("numFmtId")), ""),
                whole_number(a.get("fontId")),
            )
            key = code, 0 <= font < len(struck) and struck[font]
            if key not in made:
                made[key] = style_of(*key)
            styles.append(made[key])

    parse_xml(part, "styles.xml", start, lambda _: inside.pop(), ignore, clock)
    return Looks(styles)


_LEAF = re.compile(rb">([^<]+)(?=</)")
_MARK, _MARKED, _FEW_PROPERTIES = b"reconcile-text-", re.compile(r"reconcile-text-(\d+);"), 8192


def properties_of(part: bytes, clock: Clock) -> Mapping[str, str]:
    """Return the custom document properties, all as text.

    Those of a plan's forms differ in their texts alone: these are cut out, and what is
    left is the same in file after file.
    """
    odd = len(part) > _FEW_PROPERTIES or not only_tags(part) or _MARK in part or b"_x" in part
    if not odd:
        pieces = _LEAF.split(part)
        with suppress(ValueError, Refused):  # a ">" in an attribute, or no XML: looked at as it is
            texts = said_by(pieces[1::2])
            pieces[1::2] = [b">%s%d;" % (_MARK, i) for i in range(len(texts))]
            found = _properties(b"".join(pieces), clock)
            return {
                name: _MARKED.sub(lambda mark: texts[int(mark[1])], value).strip()
                for name, value in found.items()
            }
    return _properties(part, clock)


@_remembered
def _properties(part: bytes, clock: Clock) -> Mapping[str, str]:
    """The properties, read in whatever spelling."""
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


def whole_number(text: str | None, default: int = 0) -> int:
    """Return the number that a text of up to nine digits spells, else the default."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else default


class RichText:
    """Callbacks for <si>, <is> and <text>: collects the runs, leaves phonetic guides out."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, bool | None]] = []
        self.words: list[str] = []
        self.listening = self.phonetic = self.rich = False
        self.struck: bool | None = None

    def start(self, tag: str, a: dict[str, str]) -> None:
        """Take an opening tag."""
        if tag == "t":
            self.listening = not self.phonetic
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "r":
            self.struck = None
        elif tag == "rPr":
            self.struck, self.rich = False, True
        elif tag == "strike":
            self.struck = a.get("val", "1") not in NO

    def text(self, words: str) -> None:
        """Take a piece of text."""
        if self.listening:
            self.words.append(words)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
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


class Strings:
    """The shared strings: ``texts`` by index, and which of them are partly ``struck``.

    ``pieces`` are their XML, where it was taken apart without looking at the runs of the rich ones.
    """

    def __init__(self, texts: list[str], pieces: Sequence[bytes] = ()) -> None:
        self.texts = texts
        self.struck: set[int] = set()
        self._pieces = pieces
        self._runs: dict[int, Runs] = {}

    def add_runs(self, index: int, runs: Runs) -> str:
        """Keep the runs of a rich string; return its whole text."""
        self._runs[index] = runs
        if any(struck for _, struck in runs):
            self.struck.add(index)
        return "".join(words for words, _ in runs)

    def at(self, index: int) -> Text:
        """Return a string, in its runs when it is rich."""
        if self._pieces and index not in self._runs:
            piece = self._pieces[index]
            self._runs[index] = _runs_of(piece.decode()) if b"<r>" in piece else ()
        return self._runs.get(index) or self.texts[index]


def strings_of(part: bytes, clock: Clock) -> Strings:
    """Return the shared strings."""
    if only_tags(part):
        try:
            usual = _usual_strings(part)
            if usual:
                return usual
        except ValueError:
            pass  # expat says where
    strings = Strings([])
    rich = RichText()

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "si":
            rich.take()  # what stands between two strings is none
        rich.start(tag, a)

    def end(tag: str) -> None:
        if tag == "si":
            text = rich.take()
            if not isinstance(text, str):
                text = strings.add_runs(len(strings.texts), text)
            strings.texts.append(text)
        else:
            rich.end(tag)

    parse_xml(part, "sharedStrings.xml", start, end, rich.text, clock)
    return strings


def _usual_strings(part: bytes) -> Strings | None:
    """The strings as most programs spell them, else None.

    What we printed comes back in each file: what its XML says is remembered.
    """
    start, stop = part.find(b"<si"), part.rfind(b"</si>")
    if not 0 <= start < stop or part.find(b"<si", stop) >= 0:  # their names may have a prefix
        return None
    pieces = part[start:stop].split(b"</si>")
    known: Mapping[bytes, str] = _known["shared"]
    new = [piece for piece in dict.fromkeys(pieces) if piece not in known]
    struck = False
    if new:
        xml = (b"</si>".join(new) + b"</si>").decode()
        texts = _texts_of(xml)
        if not len(texts) == len(new) == xml.count("<si"):
            return None
        struck = "<strike" in xml
        if struck:  # rare, and not remembered: it is looked for among what is new alone
            known = {
                **{p: known[p] for p in pieces if p in known},
                **dict(zip(new, texts, strict=True)),
            }
        else:
            _remember("shared", _known["shared"], new, texts)
    strings = Strings([known[piece] for piece in pieces], pieces)
    if struck:
        for index, piece in enumerate(pieces):
            if b"<strike" in piece:
                strings.add_runs(index, _runs_of(piece.decode()))
    return strings


def _texts_of(xml: str) -> list[str]:
    """The texts of so many <si>; fewer when one of them is spelt otherwise."""
    escaped = "&" in xml or "_x" in xml or "\r" in xml
    texts = []
    for text, rich in _STRING.findall(_without_fonts(xml)):
        if escaped and _ESCAPED.search(text or rich):
            text = "".join(t for t, _ in _runs_of(rich)) if rich else unescape(plain(text))
        elif rich:
            text = _TAG.sub("", rich.replace(_NEXT_RUN, ""))
        texts.append(text)
    return texts


def _without_fonts(xml: str) -> str:
    """The strings without the fonts of their runs, which LibreOffice tells of each word."""
    first, *pieces = xml.split("<r><rPr>")
    kept, fonts = [first], set()
    for piece in pieces:
        font, _, rest = piece.partition("</rPr>")
        kept.append(rest)
        fonts.add(font)
    if len(fonts) > _MOST_FONTS or not all(map(_ONLY_FONT.fullmatch, fonts)):
        return xml
    return "<r>".join(kept)


def _runs_of(xml: str) -> Runs:
    return tuple(
        (unescape(plain(text)), bool(_STRUCK.search(look)) if look else None)
        for look, text in _RUN.findall(xml)
    )
