"""Guards that stand before every parser: sizes, XML without surprises, time; zips are in zip_archive.py.

What a stranger's file may cost is decided here and nowhere else. The functions
of this module refuse by raising :class:`Refused`, which :func:`reconcile.readers.read_book`
and the inbox turn into findings; it never leaves those two.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from xml.etree.ElementTree import XML, Element, ParseError, XMLPullParser
from xml.parsers import expat

from ..core.i18n import Phrase
from .workbook import rows_and_columns

_MIB = 1 << 20
# Between two "<" lies at most one tag or one text; neither is this long in any real file.
_LONGEST = _MIB
# What is kept of a longer text, and what shows that it was longer than any cell.
LONGEST_CELL = 32_767
_KEPT, _FILLER = 1 << 16, "…".encode() * (LONGEST_CELL + 1)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*\?>")
_ENCODINGS = re.compile(
    r"utf-?16(?:-?[bl]e)?|gb(?:k|2312|-?18030)|big5|shift_jis|euc-(?:cn|jp|kr)|iso-8859-\d{1,2}"
    r"|latin-?1|windows-125\d|cp125\d|koi8-r"
)
_USUAL_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost. Every limit but ``seconds`` is the same on every machine.

    ``rows`` and ``columns`` count those that hold values, not those that are
    merely formatted; ``signs`` counts the characters of all texts, each as often as
    a cell shows it; ``merged`` the rows of all merged areas; ``tags`` counts "<" in all XML parts that are parsed; ``ratio``
    (unpacked by packed size) is asked of parts above 4 MiB only.
    """

    file_bytes: int = 32 * _MIB
    unpacked_bytes: int = 128 * _MIB
    ratio: int = 250
    entries: int = 5_000
    rows: int = 20_000
    columns: int = 1_000
    cells: int = 300_000
    sheets: int = 1_000
    signs: int = 8_000_000
    merged: int = 100_000
    tags: int = 2_500_000
    depth: int = 200
    seconds: float = 10.0


LIMITS = Limits()
TALLEST = 201
"""A merged area of more rows is a frame around a page; what it covers is not looked at."""


class Refused(Exception):
    """A file that is not read: ``code`` and ``values`` of the finding that says why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Clock:
    """The deadline of one file: ``code`` is the finding when the time is up.

    ``seconds`` are those that are left of the limit, where it ran before.
    """

    def __init__(
        self, limits: Limits, code: str = "FILE-021", *, seconds: float | None = None
    ) -> None:
        self.limits, self.code = limits, code
        self.end = time.monotonic() + (limits.seconds if seconds is None else seconds)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let the time that others take in between not count."""
        since = time.monotonic()
        yield
        self.end += time.monotonic() - since

    def left(self) -> float:
        """Return the seconds that are left, at least a tenth of one."""
        return max(self.end - time.monotonic(), 0.1)

    def check(self) -> None:
        """Refuse when the file has used up its time."""
        if time.monotonic() > self.end:
            raise Refused(self.code, seconds=f"{self.limits.seconds:g}")


def is_encoding(name: str) -> bool:
    """Return whether a name is that of an encoding of texts: some codecs of Python take hours (punycode)."""
    return name.lower() in _USUAL_ENCODINGS or bool(_ENCODINGS.fullmatch(name.lower()))


def check_xml(part: bytes, name: str, *, cut: bool = False) -> bytes:
    """Return an XML part in UTF-8, without its declaration, free of a document type declaration.

    With ``cut`` a text of more than a mebibyte is cut to what is still far longer than a
    cell may hold. Raises Refused FILE-012 (DTD), FILE-022 (its encoding cannot be read, a
    single tag of more than a mebibyte, or such a text that is not to be cut).
    """
    declared = _DECLARED.match(part[:200])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif part[:1] == b"\0" or part[1:2] == b"\0":
        encoding = "utf-16-be" if part[:1] == b"\0" else "utf-16-le"
    if encoding not in _USUAL_ENCODINGS:
        if not is_encoding(encoding):
            raise Refused("FILE-022", part=name, reason=Phrase("文字编码无法识别"))
        try:
            part = part.decode(encoding).encode("utf-8")
        except (LookupError, ValueError) as error:
            raise Refused("FILE-022", part=name, reason=Phrase("文字编码无法识别")) from error
    part = _DECLARATION.sub(b"", part, count=1) if _DECLARATION.match(part[:200]) else part
    # A single sign is found sixty times as fast as two.
    if b"!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
        raise Refused("FILE-012")
    pieces: list[bytes] = []
    copied = position = 0
    size = len(part)
    while size - position > _LONGEST:
        found = part.rfind(b"<", position, position + _LONGEST) + 1
        if not found:
            end, next_tag = _cut_at(part, position), part.find(b"<", position)
            if not cut or not end or next_tag < 0:
                raise Refused("FILE-022", part=name, reason=Phrase("有一处文字超过 1 MB"))
            pieces += (part[copied:end], _FILLER)
            copied = found = next_tag
        position = found
    return b"".join((*pieces, part[copied:])) if pieces else part


def _cut_at(part: bytes, position: int) -> int:
    """Return where the text is cut that follows the tag before a position; 0 where it is no text."""
    end = part.find(b">", position, position + _KEPT) + 1
    if not end or part[position - 1 : position + 1] in (b"<!", b"<?"):
        return 0
    end += _KEPT
    entity = part.rfind(b"&", end - _KEPT, end)
    if entity >= 0 and b";" not in part[entity:end]:
        end = entity
    while part[end] & 0xC0 == 0x80:  # within a character
        end -= 1
    return end


class Tags:
    """The number of tags that may still be parsed in one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        # A tag takes three bytes: these hold a thirtieth of the tags at most, which is taken off here.
        self.uncounted = limits.tags // 10
        self.left = limits.tags - self.uncounted // 3

    def spend(self, part: bytes) -> None:
        """Take the tags of a part off, or refuse (FILE-020)."""
        if len(part) <= self.uncounted:
            self.uncounted -= len(part)
            return
        self.left -= part.count(b"<")
        if self.left < 0:
            raise Refused("FILE-020", what=Phrase("内容超过 {n} 处标记", n=self.limits.tags))


_PIECE, _AT_ONCE = 1 << 16, 1 << 20


def elements(part: bytes, name: str, clock: Clock, tags: Collection[str]) -> Iterator[Element]:
    """Yield the elements with one of these names, all that they hold in them, in document order.

    Names of the namespace of the root element; one inside another of them comes with that one
    only. ``part`` is one that check_xml returned. Raises Refused FILE-022 (not well-formed, or
    nested beyond the limit), FILE-021.
    """
    try:
        if len(part) <= _AT_ONCE:  # in a third of the time that events take
            root = XML(part)
            clock.check()
            yield from _within(root, _spaced(root, tags), clock.limits.depth, name)
        else:
            yield from _streamed(part, name, clock, tags)
    except ParseError as error:
        line = error.position[0]
        raise Refused(
            "FILE-022", part=name, reason=Phrase("第 {n} 行起无法解析", n=line)
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that expat does not know
        raise Refused("FILE-022", part=name, reason=Phrase("文字编码无法识别")) from error


def _spaced(root: Element, tags: Collection[str]) -> frozenset[str]:
    space, closing, _ = root.tag.rpartition("}")
    return frozenset(space + closing + tag for tag in tags)


def _within(element: Element, wanted: frozenset[str], depth: int, name: str) -> Iterator[Element]:
    if not depth:
        raise Refused("FILE-022", part=name, reason=Phrase("嵌套超过 {n} 层", n=LIMITS.depth))
    for child in element:
        if child.tag in wanted:
            yield child
        elif len(child):
            yield from _within(child, wanted, depth - 1, name)


def _streamed(part: bytes, name: str, clock: Clock, tags: Collection[str]) -> Iterator[Element]:
    """Yield the elements of a long part; what was yielded or passed by is forgotten at once."""
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    limit = clock.limits.depth
    above: list[Element] = []
    wanted: frozenset[str] = frozenset()
    inside = 0  # the depth of the wanted element that is being read
    for at in range(0, len(part) + 1, _PIECE):
        parser.feed(part[at : at + _PIECE])
        clock.check()
        if at + _PIECE > len(part):
            parser.close()
        for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            if event == "start":
                wanted = wanted or _spaced(element, tags)
                above.append(element)
                if not inside and element.tag in wanted:
                    inside = len(above)
                if len(above) > limit:
                    raise Refused("FILE-022", part=name, reason=Phrase("嵌套超过 {n} 层", n=limit))
                continue
            if len(above) == inside:
                yield element
                inside = 0
            above.pop()
            if not inside and above:
                del above[-1][:]


def parse_xml(
    part: bytes,
    name: str,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object],
    clock: Clock,
    *,
    prefixes: bool = False,
) -> None:
    """Stream a part that check_xml returned through three callbacks.

    Tags come without the prefix that the root element bears; with
    ``prefixes`` they come as written. Raises Refused FILE-022 (not
    well-formed, or nested beyond the limit), FILE-012, FILE-021.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    depth, limit, prefix = 0, clock.limits.depth, ""

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, prefix
        if not depth and not prefixes and ":" in tag:
            prefix = tag.partition(":")[0] + ":"
        depth += 1
        if depth > limit:
            raise Refused("FILE-022", part=name, reason=Phrase("嵌套超过 {n} 层", n=limit))
        start(tag.removeprefix(prefix) if prefix else tag, attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag.removeprefix(prefix) if prefix else tag)

    def doctype(*_: object) -> None:
        raise Refused("FILE-012")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    view = memoryview(part)
    try:
        for at in range(0, len(part), 1 << 18):
            parser.Parse(view[at : at + (1 << 18)], False)
            clock.check()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused(
            "FILE-022", part=name, reason=Phrase("第 {n} 行起无法解析", n=error.lineno)
        ) from error


def check_extent(positions: Iterable[tuple[int, int]], sheet: str, limits: Limits) -> None:
    """Refuse (FILE-020) when more rows or columns hold values than are read."""
    rows, columns = rows_and_columns(positions)
    if len(rows) > limits.rows:
        raise Refused(
            "FILE-020",
            what=Phrase("工作表“{name}”有内容的行超过 {n} 行", name=sheet, n=limits.rows),
        )
    if len(columns) > limits.columns:
        raise Refused(
            "FILE-020",
            what=Phrase("工作表“{name}”有内容的列超过 {n} 列", name=sheet, n=limits.columns),
        )


def check_merges(heights: Iterable[int], limits: Limits) -> None:
    """Refuse (FILE-020) when merged areas cover more rows than are looked at one by one."""
    if sum(min(max(height, 1), TALLEST) for height in heights) > limits.merged:
        raise Refused("FILE-020", what=Phrase("合并区域超过 {n} 行", n=limits.merged))


def spread(spans: Iterable[tuple[int, int]], last: int) -> frozenset[int]:
    """Return every number of the spans (first, last) up to ``last``, however often they overlap."""
    found: set[int] = set()
    reached = 0
    for low, high in sorted(spans):
        high = min(high, last)
        found.update(range(max(low, reached + 1, 1), high + 1))
        reached = max(reached, high)
    return frozenset(found)
