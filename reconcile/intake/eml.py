"""A mail or a mailbox as a file -> the letters in it, their attachments taken out.

The parser of the standard library makes a text of every line and a record of every
header: a mail of 60 MB of nothing costs it gigabytes. So a mail is parted here, by
its boundaries, in place; the library is asked about those few headers alone that
name an attachment and say how it is coded, and only where they are short.
"""

from __future__ import annotations

import binascii
import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ..core.i18n import Phrase
from ..core.text import printable
from ..readers.limits import LIMITS, Clock, Limits, Refused, is_encoding

# A mail of one return at its largest, in base64, and the parts it may have.
_MAIL_BYTES, _MOST_PARTS = 64 << 20, 1_000
# All headers of a mail or a part together; of those that are looked at, no honest one is so long, nor
# has so many parameters (a long Chinese name needs some forty, three bytes a sign, in pieces of a line).
_HEAD_BYTES, _LONGEST_HEADER, _MOST_PARAMETERS = 256 << 10, 4_000, 100
# What the headers that are looked at may come to in all letters of a file, and the bytes that may be
# searched for boundaries: each lies in every part around it, and forwarding puts one mail into another.
_HEADER_BYTES, _SEARCHED_BYTES = 4 << 20, 512 << 20
_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+(?:From [^\n]*\n)?")
_HEAD = re.compile(rb"(?:(?:[!-9;-~]*+:|[ \t])[^\n]*+(?:\n|\Z))*+")
_HEADER = re.compile(
    rb"^(Content-Type|Content-Disposition|Content-Transfer-Encoding|From|Subject|Message-ID|Date)[ \t]*:"
    rb"([^\n]*+(?:\n[ \t][^\n]*+)*+)",
    re.M | re.I,
)
_BLANK = re.compile(rb"\r?\n")
_BOUNDARY_END = re.compile(rb"(--)?[ \t]*+(?:\r?\n|\r?\Z)")
_MAIL_HEADER = re.compile(
    rb"(?:Received|Return-Path|Delivered-To|From|To|Date|Subject|Message-ID|X-[A-Za-z-]+"
    rb"|DKIM-Signature|ARC-[A-Za-z-]+|MIME-Version|Content-Type): ?[^\r\n]*\r?\n",
    re.I,
)
# Apple Mail puts the length of a mail before it, and a property list behind it.
_EMLX = re.compile(rb"[0-9]{1,10}[ \t]*\r?\n")
_IN_BASE64 = re.compile(rb"[A-Za-z0-9+/]{64,}")
_MOST_BODIES, _LONGEST_BODY, _LONGEST_LINE = 20, 64 << 10, 2_000
"""Parts in which a mail's own text is looked for, bytes of it, and of the line with its first header."""
_UNSEEN = re.compile(r"<(style|script|head)\b", re.I)
_BLOCK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.I)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_JUNK = 512
"""Some programs put a header of their own, of so many bytes at most, before that of a mail."""
_MBOX = re.compile(rb"From [^\n]*\n(?=[A-Za-z-]{1,76}:)")
_UUENCODED = ("x-uuencode", "uuencode", "uue", "x-uue")
# How many lines may only look like a boundary, for each that may be one.
_MOST_FALSE = 20
_MOST_LINES = 2_000_000
"""Of a uuencoded attachment, the only code that is read line by line; each holds 45 bytes."""


class Letter(NamedTuple):
    """One mail: its Message-ID, its sender, its attachments with their names, the day it was sent.

    ``body`` is the beginning of its own text. ``cut`` tells that the mail breaks off: its last
    attachment, if any, is not whole then.
    """

    message_id: str
    sender: str
    attachments: list[tuple[str, bytes]]
    sent: date | None
    body: str = ""
    cut: bool = False


class Unclear(ValueError):
    """A mail that is not taken apart: ``reason`` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Span(NamedTuple):
    """Where in a file something stands."""

    start: int
    end: int


class Effort:
    """What the letters in one file on disk may still cost: parts, headers, search, and time."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.parts = limits.entries
        self.headers, self.searched = _HEADER_BYTES, _SEARCHED_BYTES
        self.clock = clock

    def part(self) -> None:
        """Take one part off. Raises Refused FILE-020 when there are none left."""
        self.clock.check()
        self.parts -= 1
        if self.parts < 0:
            raise _too_many_parts()

    def search(self, size: int) -> None:
        """Take bytes off that are searched for a boundary, or raise ValueError."""
        self.searched -= size
        if self.searched < 0:
            raise Unclear(Phrase("层层嵌套"))

    def header(self, size: int) -> None:
        """Take the bytes of a header off that is looked at, or raise ValueError."""
        self.headers -= size
        if size > _LONGEST_HEADER:
            raise Unclear(Phrase("有一个邮件头太长"))
        if self.headers < 0:
            raise Unclear(Phrase("邮件头太多"))


def looks_like_mail(content: bytes) -> bool:
    """Return whether a file begins as a mail or a mailbox does."""
    head = content[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    counted = _EMLX.match(head)
    start = counted.end() if counted else 0
    return bool(_MBOX.match(head) or _MAIL_HEADER.match(head, start))


def with_line_ends(content: bytes) -> bytes:
    """Return a mail with the line ends that mails have, where it has those of old Macs only."""
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def letters_in(content: bytes, limits: Limits) -> tuple[list[Span], bool]:
    """Return where in a file each letter stands, and whether the file is a mailbox.

    Raises Refused FILE-020 for a mailbox of too many letters.
    """
    first = _MBOX.match(content)
    if not first:
        counted = _EMLX.match(content)
        if counted:
            end = counted.end() + int(counted[0])
            # Who changes the line ends of a file leaves the count behind.
            whole = content[end : end + _LONGEST_JUNK].lstrip().startswith(b"<?xml")
            return [Span(counted.end(), end if whole else len(content))], False
        return [Span(0, len(content))], False
    starts = [first]
    for tried, at in enumerate(_finds(content, b"\nFrom ", Span(0, len(content)))):
        if match := _MBOX.match(content, at + 1):
            starts.append(match)
        if len(starts) > limits.entries or tried > limits.entries * _MOST_FALSE:
            raise Refused("FILE-020", what=Phrase("邮件超过 {n} 封", n=limits.entries))
    ends = [*(match.start() for match in starts[1:]), len(content)]
    return [Span(m.end(), end) for m, end in zip(starts, ends, strict=True)], True


def letter_of(content: bytes, letter: Span, effort: Effort) -> Letter:
    """Return one letter of a file.

    Raises Refused (FILE-020, and when the time is up), ValueError, and whatever else
    the parser of strangers' headers runs into.
    """
    if letter.end - letter.start > _MAIL_BYTES:
        raise Unclear(Phrase("超过 {n} MB", n=_MAIL_BYTES >> 20))
    letter = _begun(content, letter)
    parts = list(_parts(content, letter, effort))
    if parts[0].body.start == letter.start:
        raise Unclear(Phrase("没有邮件头"))
    own = parts[0].headers
    attachments = []
    cut = False
    for number, part in enumerate(parts):
        name = "" if part.holds_others else _file_name(part)
        cut |= part.cut or (part.kind.startswith("multipart/") and not part.holds_others)
        if name or not (part.holds_others or part.kind.startswith(("text/", "multipart/"))):
            attachments.append((name or f"附件{number}", _decoded(content, part)))
            effort.clock.check()
    sender = printable(_words(own.get("from", "")))
    identity = printable(_words(own.get("message-id", "")))
    sent = _sent(own.get("date", ""))
    return Letter(identity, sender, attachments, sent, _body(content, parts), cut)


def sender_and_subject(content: bytes) -> tuple[str, str]:
    """Return who wrote a letter, and about what, as far as that can be read."""
    try:
        letter = _begun(content, Span(0, len(content)))
        headers = _part(content, letter, "", Effort(LIMITS, Clock(LIMITS))).headers
    except ValueError:
        return "?", "?"
    return printable(_words(headers.get("from", ""))), printable(_words(headers.get("subject", "")))


def _begun(content: bytes, letter: Span) -> Span:
    """Where a letter begins, without blank lines and what a mailbox puts before it."""
    lead = _LEAD.match(content, *letter)
    start = lead.end() if lead else letter.start
    head = _HEAD.match(content, start, min(start + _LONGEST_LINE, letter.end))
    if not head or head.end() == start:
        own = _MAIL_HEADER.search(content, start, min(start + _LONGEST_JUNK, letter.end))
        start = own.start() if own else start
    return Span(start, letter.end)


class _Part(NamedTuple):
    """A mail or a part of one: its headers by name, its content type, where its body stands.

    One that is ``cut`` ends with the file and not at a boundary.
    """

    headers: Mapping[str, str]
    kind: str
    body: Span
    holds_others: bool = False
    cut: bool = False


def _parts(content: bytes, letter: Span, effort: Effort) -> Iterator[_Part]:
    """Yield a letter and all the parts in it, outer ones first, in the order they stand."""
    waiting = [(letter, "text/plain", False)]
    count = 0
    while waiting:
        span, usual, cut = waiting.pop()
        count += 1
        if count > _MOST_PARTS:
            raise _too_many_parts()
        effort.part()
        part = _part(content, span, usual, effort)._replace(cut=cut)
        closed = True
        if part.kind == "message/delivery-status":
            inner: list[Span] | None = []  # blocks of headers about a letter
        elif part.kind.startswith("message/"):
            inner, closed = [part.body], not cut
        else:
            inner, closed = _between_boundaries(content, part, effort)
        if inner is None:
            yield part
            continue
        yield part._replace(holds_others=True)
        usual = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        last = len(inner) - 1
        waiting += ((inner[at], usual, not closed and at == last) for at in range(last, -1, -1))


def _part(content: bytes, span: Span, usual: str, effort: Effort) -> _Part:
    """Return what stands in a place, its headers read; ValueError where they are too long."""
    limit = min(span.end, span.start + 2 * _HEAD_BYTES)
    found = _HEAD.match(content, span.start, limit)
    end = found.end() if found else span.start
    if end - span.start > _HEAD_BYTES:
        raise Unclear(Phrase("邮件头超过 {n} KB", n=_HEAD_BYTES >> 10))
    headers: dict[str, str] = {}
    for match in _HEADER.finditer(content, span.start, end):
        effort.header(match.end() - match.start())
        headers.setdefault(match[1].decode("ascii").lower(), _text(match[2]))
    kind = headers.get("content-type", usual).partition(";")[0].strip().lower()
    blank = _BLANK.match(content, end, span.end)
    body = Span(blank.end() if blank else end, span.end)
    return _Part(headers, kind if kind.count("/") == 1 else "text/plain", body)


def _text(value: bytes) -> str:
    """A header on one line; what is not ASCII is UTF-8, or GBK as older programs here write it."""
    line = _BLANK.sub(b"", value).strip()
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def _between_boundaries(
    content: bytes, part: _Part, effort: Effort
) -> tuple[list[Span] | None, bool]:
    """Where the parts of a multipart stand, and whether the last one is closed.

    None for what is none, or has no boundary in it.
    """
    if not part.kind.startswith("multipart/"):
        return None, True
    boundary = _parameter(part, "content-type", "boundary").rstrip()
    start, end = part.body
    if not boundary or start == 0:
        return None, True
    effort.search(end - start)
    mark = b"\n--" + boundary.encode("utf-8", "surrogateescape")
    found: list[Span] = []
    began = 0
    for tried, at in enumerate(_finds(content, mark, Span(start - 1, end))):
        line = _BOUNDARY_END.match(content, at + len(mark), end)
        if len(found) > _MOST_PARTS or tried > _MOST_PARTS * _MOST_FALSE:
            raise _too_many_parts()
        if not line:
            continue
        if began and at >= began:
            found.append(_without_line_end(content, began, at + 1))
        elif began:  # right below another one, and no part between them
            began = line.end()
            continue
        if line[1]:
            return found or None, True
        began = line.end()
    if began:
        found.append(_without_line_end(content, began, end))
    return found or None, False


def _without_line_end(content: bytes, start: int, end: int) -> Span:
    """Where a part stands: the line end before a boundary belongs to the boundary."""
    if end > start and content[end - 1 : end] == b"\n":
        end -= 1
        end -= end > start and content[end - 1 : end] == b"\r"
    return Span(start, end)


def _finds(content: bytes, mark: bytes, within: Span) -> Iterator[int]:
    """Yield where a mark begins; marks that overlap count as one."""
    at = content.find(mark, *within)
    while at >= 0:
        yield at
        at = content.find(mark, at + len(mark) - 1, within.end)


def _too_many_parts() -> Refused:
    return Refused("FILE-020", what=Phrase("附件超过 {n} 个", n=_MOST_PARTS))


def _parameter(part: _Part, header: str, name: str) -> str:
    """Return a parameter of a header, put together where RFC 2231 cut it in pieces; "" without it."""
    from email.message import Message  # dear to import, and most inboxes hold no mail
    from email.utils import collapse_rfc2231_value

    value = part.headers.get(header, "")
    if name not in value.lower():
        return ""
    if value.count(";") > _MOST_PARAMETERS:
        raise Unclear(Phrase("有一个邮件头的参数太多"))
    message = Message()
    message[header] = value
    found = message.get_param(name, "", header)
    if isinstance(found, str):
        return found.strip('"')  # a cut header leaves the first of a pair
    charset, language, text = found
    if charset is None:
        return text
    return collapse_rfc2231_value((charset if is_encoding(charset) else "utf-8", language, text))


def _sent(text: str) -> date | None:
    """The day that a mail says it was sent, where its sender was; None where it says none."""
    from email.utils import parsedate_to_datetime  # loaded already by the mail

    try:
        return parsedate_to_datetime(text).date()
    except Exception:  # malformed in as many ways as there are mailers
        return None


def _file_name(part: _Part) -> str:
    """Return the attachment's name: RFC 2231, an encoded word (as QQ mail writes), or bare bytes."""
    name = _parameter(part, "content-disposition", "filename")
    return _words(name or _parameter(part, "content-type", "name"))


def _words(text: str) -> str:
    """Return a header's text, its encoded words decoded; as they stand when they cannot be."""
    if "=?" in text:
        from email.errors import HeaderParseError
        from email.header import decode_header, make_header

        with contextlib.suppress(LookupError, ValueError, HeaderParseError):
            pieces = decode_header(text)
            if all(charset is None or is_encoding(charset) for _, charset in pieces):
                text = str(make_header(pieces))
    # Some codes make characters that are none.
    return text.strip().encode("utf-8", "replace").decode("utf-8")


def _body(content: bytes, parts: Sequence[_Part]) -> str:
    """The beginning of what a mail says itself: of its first plain text, else of its first page of HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts[:_MOST_BODIES]:
            if part.kind.startswith("message/"):
                break  # what was forwarded is another's
            if part.kind == kind and not part.holds_others and not _file_name(part):
                start, end = part.body
                some = part._replace(body=Span(start, min(end, start + _LONGEST_BODY)))
                charset = _parameter(part, "content-type", "charset")
                text = _as_text(_decoded(content, some), charset)
                if text.strip():
                    return _without_tags(text) if kind == "text/html" else text
    return ""


def _as_text(raw: bytes, charset: str) -> str:
    """A body as text; GBK where it is not what it says it is."""
    for name in (charset if is_encoding(charset) else "utf-8", "utf-8"):
        with contextlib.suppress(LookupError, ValueError):
            return raw.decode(name)
    return raw.decode("gb18030", "replace")


def _without_tags(page: str) -> str:
    """The text of a page of HTML, a line for each block."""
    from html import unescape

    page, low = page.replace("\n", " "), page.lower()
    seen, at = [], 0
    for found in _UNSEEN.finditer(page):
        if found.start() >= at:
            seen.append(page[at : found.start()])
            at = low.find(f"</{found[1].lower()}", found.end())
            if at < 0:
                break
    seen.append(page[at:] if at >= 0 else "")
    return unescape(_TAG.sub("", _BLOCK.sub("\n", "".join(seen))))


def _decoded(content: bytes, part: _Part) -> bytes:
    """Return the content of a part; undecoded where its code is unknown or broken."""
    body = memoryview(content)[part.body.start : part.body.end]
    code = part.headers.get("content-transfer-encoding", "").strip().lower()
    if code == "base64":
        for padding in (b"", b"=="):
            with contextlib.suppress(binascii.Error):
                return binascii.a2b_base64(bytes(body) + padding if padding else body)
        whole = bytes(body).translate(None, b"\r\n")
        if part.cut and _IN_BASE64.fullmatch(whole):  # it breaks off within four characters
            return binascii.a2b_base64(whole[: len(whole) // 4 * 4])
        return whole
    if code == "quoted-printable":
        return binascii.a2b_qp(body)
    if code in _UUENCODED:
        with contextlib.suppress(binascii.Error):
            return b"".join(_uudecoded(io.BytesIO(body)))
    return bytes(body)


def _uudecoded(lines: io.BytesIO) -> Iterator[bytes]:
    """Yield the lines between "begin" and "end", decoded."""
    begun = False
    for number, line in enumerate(lines):
        if number > _MOST_LINES:
            raise Unclear(Phrase("附件的行太多"))
        if begun and line.strip() == b"end":
            return
        if begun:
            # Some programs count a line longer than it is.
            yield binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1])
        begun = begun or line.startswith(b"begin ")
