"""A mail or a mailbox as a file -> the letters in it, their attachments taken out.

The parser of the standard library looks at a mail line by line, which takes a
second for every 40 MB. So the long bodies, which are base64, are cut out before
it and put back into what it makes of the rest.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .grid.guard import Limits, Refused
from .patterns import late
from .text import printable

if TYPE_CHECKING:
    from email.message import EmailMessage

# A mail of one return at its largest, in base64, and the parts it may have; and how often its lines
# may be held against the boundaries of the parts they lie in: each line is, and forwarding puts one
# mail into another.
_MAIL_BYTES, _MOST_PARTS, _LINES_TIMES_PARTS = 64 << 20, 1_000, 8_000_000
# Some headers take the parser hours; of those that are looked at, no honest one is this long.
_LONGEST_HEADER = 4_000
_HEADER = late(
    rb"^(?:Content-[A-Za-z-]+|From|Message-ID|MIME-Version)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*+",
    re.M | re.I,
)
_PART = late(rb"^--[^\s][^\n]*\n(?=[A-Za-z-]{1,60}:|\r?\n)", re.M)
_BOUNDARY = late(rb"boundary\s*(?:\*[0-9*]*)?=", re.I)
_MAIL_HEADER = late(
    rb"(?:Received|Return-Path|Delivered-To|From|To|Date|Subject|Message-ID|X-[A-Za-z-]+"
    rb"|DKIM-Signature|ARC-[A-Za-z-]+|MIME-Version|Content-Type): ?[^\r\n]*\r?\n",
    re.I,
)
_NAME = late(r"""\b(?:file)?name\s*=\s*"?([^";\r\n]+)""", re.I)
_MBOX = late(rb"^From [^\n]*\n(?=[A-Za-z-]+:)", re.M)
# Lines as base64 has them; nothing that parts a mail, or heads a part, looks so.
_LINES = late(rb"^(?:[A-Za-z0-9+/=]{60,1000}+\r?\n)++", re.M)
_SHORTEST = 4096
"""Bytes of such lines that are worth being cut out."""


class Letter(NamedTuple):
    """One mail: its Message-ID, its sender, its attachments with their names, the day it was sent."""

    message_id: str
    sender: str
    attachments: list[tuple[str, bytes]]
    sent: date | None


class Effort:
    """What the letters in one file on disk may still cost: parts, and lines times parts."""

    def __init__(self, limits: Limits) -> None:
        self.parts = limits.entries
        self.lines = _LINES_TIMES_PARTS * 4


class Skeleton:
    """A file of letters without its long bodies: ``text`` has a line of its own in place of each."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._bodies: list[tuple[int, int]] = []
        self._mark = hashlib.sha256(content).hexdigest()  # which no file can hold of itself
        self._marked = re.compile(self._mark + r"-(\d+)")
        self.text = _LINES.sub(self._cut, content)

    def _cut(self, lines: re.Match[bytes]) -> bytes:
        start, end = lines.span()
        if end - start < _SHORTEST:
            return lines[0]
        last = 2 if lines[0].endswith(b"\r\n") else 1  # the end of its last line is not the body's
        self._bodies.append((start, end - last))
        return f"{self._mark}-{len(self._bodies) - 1}".encode() + lines[0][-last:]

    def size(self, text: bytes) -> int:
        """Return how many bytes a piece of the skeleton stands for."""
        found = map(self._span, self._marked.finditer(text.decode("latin-1")))
        return len(text) + sum(end - start for start, end in found)

    def whole(self, text: str) -> str:
        """Return a text of the skeleton with the bodies put back into it."""
        return self._marked.sub(self._body, text) if self._mark in text else text

    def _span(self, mark: re.Match[str]) -> tuple[int, int]:
        return self._bodies[int(mark[1])]

    def _body(self, mark: re.Match[str]) -> str:
        start, end = self._span(mark)
        return self._content[start:end].decode("ascii")


def looks_like_mail(content: bytes) -> bool:
    """Say whether a file begins as a mail or a mailbox does."""
    head = content[:2048].lstrip()
    return bool(_MBOX.match(head) or _MAIL_HEADER.match(head))


def letters_in(content: bytes, limits: Limits) -> tuple[Skeleton, list[bytes], bool]:
    """Return a file's skeleton, parted into letters, and whether it is a mailbox.

    Raises Refused FILE-020 for a mailbox of too many letters.
    """
    skeleton = Skeleton(content)
    text = skeleton.text
    if not _MBOX.match(text):
        return skeleton, [text], False
    starts = [m.start() for m in itertools.islice(_MBOX.finditer(text), limits.entries + 1)]
    if len(starts) > limits.entries:
        raise Refused("FILE-020", what=f"邮件超过 {limits.entries} 封")
    ends = [*starts[1:], len(text)]
    letters = [text[a:b].partition(b"\n")[2] for a, b in zip(starts, ends, strict=True)]
    return skeleton, letters, True


def letter_of(skeleton: Skeleton, text: bytes, effort: Effort) -> Letter:
    """Return one letter of a file.

    Raises Refused FILE-020, ValueError, and whatever else the parser of strangers' headers runs into.
    """
    from .mail_part import parsed  # dear to import, and most inboxes hold no mail

    if skeleton.size(text) > _MAIL_BYTES:
        raise ValueError(f"超过 {_MAIL_BYTES >> 20} MB")
    _check_mail(text, effort)
    message = parsed(text, skeleton)
    if not message.keys():
        raise ValueError("没有邮件头")
    found = list(_attachments(message))
    return Letter(_header(message, "Message-ID"), _header(message, "From"), found, _sent(message))


def _check_mail(content: bytes, effort: Effort) -> None:
    """Raise ValueError or Refused (FILE-020) for a mail that the parser would take hours over."""
    parts = len(_PART.findall(content))
    effort.parts -= parts
    if parts > _MOST_PARTS or effort.parts < 0:
        raise Refused("FILE-020", what=f"附件超过 {_MOST_PARTS} 个")
    work = len(_BOUNDARY.findall(content)) * content.count(b"\n")
    effort.lines -= max(work - _LINES_TIMES_PARTS // 100, 0)
    if work > _LINES_TIMES_PARTS or effort.lines < 0:
        raise ValueError("层层嵌套")
    if any(match.end() - match.start() > _LONGEST_HEADER for match in _HEADER.finditer(content)):
        raise ValueError("有一个邮件头太长")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return printable(str(message.get(name, "")).strip())
    except Exception:  # malformed beyond what email repairs
        return ""


def _sent(message: EmailMessage) -> date | None:
    """The day that a mail says it was sent, where its sender was; None where it says none."""
    from email.utils import parsedate_to_datetime  # loaded already by the mail

    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).date()
    except Exception:  # malformed in as many ways as there are mailers
        return None


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of every part that is not the letter itself."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            continue
        name = _file_name(part)
        if not name and part.get_content_maintype() == "text":
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield name or f"附件{number}", payload


def _file_name(part: EmailMessage) -> str:
    """Return the attachment's name: RFC 2231, an encoded word (as QQ mail writes), or raw GBK."""
    import email.utils  # loaded already by the mail that this is part of
    from email.header import decode_header, make_header

    name = ""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            found = part.get_param(parameter, "", header)
        except Exception:  # malformed beyond what email repairs
            continue
        name = email.utils.collapse_rfc2231_value(found) if found else ""
        if name:
            break
    if "\ufffd" in name or any(0xDC80 <= ord(sign) <= 0xDCFF for sign in name):
        name = _raw_name(part) or name
    if "=?" in name:
        with contextlib.suppress(LookupError, ValueError):
            name = str(make_header(decode_header(name)))
    return name.strip()


def _raw_name(part: EmailMessage) -> str:
    """Return the name written as bare bytes in a header, in UTF-8 or GBK, or ""."""
    for header, value in part.raw_items():
        if header.lower() in ("content-disposition", "content-type"):
            raw = str(value).encode("utf-8", "surrogateescape")
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode("gb18030", "replace")
            if match := _NAME.search(text):
                return match[1].strip()
    return ""
