"""Mails that Outlook saved (.msg) -> their attachments: [MS-OXMSG].

A property of a mail is a stream that is named after its number and type; an
attachment is a folder of such streams, and may hold a mail with folders of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ..core.i18n import Phrase
from ..readers.limits import Limits, Refused
from ..readers.ole import Stream, ole_tree

_STREAM, _TEXT, _BYTES, _TIME = "__substg1.0_", "001F", "001E", b"\x40\x00"
_DATA, _LONG_NAME, _NAME = "37010102", "3707", "3704"
_SENDER, _SENDER_SMTP, _IDENTITY, _BODY = "0C1F", "5D01", "1035", "1000"
_SENT = b"\x39\x00"
_HEAD, _RECORD = 32, 16
"""Bytes before the properties of a mail that are stored in one stream, and of each of them."""
_LONGEST_TEXT = 64 << 10
Path = tuple[str, ...]


class Message(NamedTuple):
    """One mail, as :class:`reconcile.intake.eml.Letter` has it."""

    message_id: str
    sender: str
    attachments: list[tuple[str, bytes]]
    sent: date | None
    body: str


def mail_in(content: bytes) -> Mail | None:
    """Return the mail that a container is; None for one that only holds mails, or is broken."""
    try:
        streams = ole_tree(content)
    except Refused:
        return None
    return Mail(streams) if any(path[0].startswith(_STREAM) for path in streams) else None


class Mail:
    """The streams of a container by the folder that they lie in."""

    def __init__(self, streams: Mapping[Path, Stream]) -> None:
        self.streams = streams

    def text(self, folder: Path, number: str) -> str:
        """Return a property that is a text, "" without it."""
        for kind in (_TEXT, _BYTES):
            stream = self.streams.get((*folder, _STREAM + number + kind))
            if stream:
                raw = stream.read()[:_LONGEST_TEXT]
                text = raw.decode("utf-16-le" if kind == _TEXT else "gb18030", "replace")
                return text.strip("\0")
        return ""


def message_of(mail: Mail, limits: Limits) -> Message:
    """Return what a mail says, with its attachments, those of mails attached to it included.

    Raises Refused: FILE-011 and FILE-020 (too large, too many attachments), FILE-022 (broken).
    """
    found = [path for path in mail.streams if path[-1] == _STREAM + _DATA and len(path) > 1]
    if len(found) > limits.entries:
        raise Refused("FILE-020", what=Phrase("附件超过 {n} 个", n=limits.entries))
    if sum(mail.streams[path].size for path in found) > limits.unpacked_bytes:
        raise Refused("FILE-011", limit=limits.unpacked_bytes >> 20)
    attachments = []
    for number, path in enumerate(found, 1):
        folder = path[:-1]
        name = mail.text(folder, _LONG_NAME) or mail.text(folder, _NAME)
        attachments.append((name or f"附件{number}", mail.streams[path].read()))
    sender = mail.text((), _SENDER_SMTP) or mail.text((), _SENDER)
    return Message(
        mail.text((), _IDENTITY), sender, attachments, _sent(mail), mail.text((), _BODY)
    )  # fmt: skip


def _sent(mail: Mail) -> date | None:
    """The day that a mail was sent, in world time; None where it does not tell."""
    stream = mail.streams.get(("__properties_version1.0",))
    raw = stream.read() if stream else b""
    for at in range(_HEAD, len(raw) - _RECORD + 1, _RECORD):
        if raw[at : at + 4] == _TIME + _SENT:
            ticks = int.from_bytes(raw[at + 8 : at + 16], "little")
            try:
                return (datetime(1601, 1, 1) + timedelta(microseconds=ticks // 10)).date()
            except OverflowError:
                return None
    return None
