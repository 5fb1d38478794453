"""Texts of an xlsx: XML spelt in any way -> what it says, rich texts in their runs, shared strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from xml.parsers import expat

from ..patterns import late
from .guard import Clock, only_tags, parse_xml

Runs = tuple[tuple[str, bool | None], ...]  # text, struck (None: as the cell)
Text = str | Runs
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
NO = ("0", "false")


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
        self.runs, self.rich, self.phonetic, self.listening = [], False, False, False
        self.words.clear()
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
            self._runs[index] = _runs_in(self._pieces[index])
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
    usual = _known["shared"]  # which another thread may begin anew meanwhile
    known: Mapping[bytes, str] = usual
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
            _remember("shared", usual, new, texts)
    strings = Strings([known[piece] for piece in pieces], pieces)
    if struck:
        for index, piece in enumerate(pieces):
            if b"<strike" in piece:
                strings.add_runs(index, _runs_in(piece))
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


def _runs_in(piece: bytes) -> Runs:
    """The runs of the string in a piece; what stands before it is none of its own."""
    own = piece[piece.rfind(b"<si>") :]
    return _runs_of(own.decode()) if b"<r>" in own else ()


def _runs_of(xml: str) -> Runs:
    return tuple(
        (unescape(plain(text)), bool(_STRUCK.search(look)) if look else None)
        for look, text in _RUN.findall(xml)
    )
