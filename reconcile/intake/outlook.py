"""Mails that Outlook saved (.msg) -> their attachments: [MS-OXMSG].

A property of a mail is a stream that is named after its number and type; an
attachment is a folder of such streams, and may hold a mail with folders of its own.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import olefile

from ..core.i18n import Phrase
from ..readers.limits import Limits, Refused
from ..readers.ole import ole_streams

_STREAM, _TEXT, _BYTES, _TIME = "__substg1.0_", "001F", "001E", b"\x40\x00"
_DATA, _LONG_NAME, _NAME = "37010102", "3707", "3704"
_SENDER, _SENDER_SMTP, _IDENTITY, _BODY = "0C1F", "5D01", "1035", "1000"
_SENT = b"\x39\x00"
_HEAD, _RECORD = 32, 16
"""Bytes before the properties of a mail that are stored in one stream, and of each of them."""
_LONGEST_TEXT = 64 << 10


class Message(NamedTuple):
    """One mail, as :class:`reconcile.intake.eml.Letter` has it."""

    message_id: str
    sender: str
    attachments: list[tuple[str, bytes]]
    sent: date | None
    body: str


def is_message(content: bytes) -> bool:
    """Say whether a container is a mail, and does not only hold one."""
    try:
        return any(name.startswith(_STREAM) for name in ole_streams(content))
    except Refused:
        return False


def message_in(content: bytes, limits: Limits) -> Message:
    """Return the mail in a container, attachments of mails attached to it included.

    Raises Refused: FILE-020 (too many attachments), FILE-022 (a broken container).
    """
    ole_streams(content)  # turns back what olefile would follow for ever
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            return _message(_Mail(container), limits)
    except (OSError, ValueError, IndexError, RecursionError) as error:
        raise Refused("FILE-022", part="OLE2", reason=Phrase("文件结构已损坏")) from error


class _Mail:
    """The streams of a container by the folder that they lie in."""

    def __init__(self, container: olefile.OleFileIO) -> None:
        self._container = container
        self.paths: list[list[str]] = container.listdir()
        self._known = {tuple(path) for path in self.paths}

    def size(self, path: Sequence[str]) -> int:
        return int(self._container.get_size(list(path)))

    def read(self, path: Sequence[str]) -> bytes:
        with self._container.openstream(list(path)) as stream:
            return bytes(stream.read())

    def text(self, folder: Sequence[str], number: str) -> str:
        """Return a property that is a text, "" without it."""
        for kind in (_TEXT, _BYTES):
            path = (*folder, _STREAM + number + kind)
            if path in self._known:
                raw = self.read(path)[:_LONGEST_TEXT]
                text = raw.decode("utf-16-le" if kind == _TEXT else "gb18030", "replace")
                return text.strip("\0")
        return ""


def _message(mail: _Mail, limits: Limits) -> Message:
    found = [path for path in mail.paths if path[-1] == _STREAM + _DATA and len(path) > 1]
    if len(found) > limits.entries:
        raise Refused("FILE-020", what=Phrase("附件超过 {n} 个", n=limits.entries))
    if sum(map(mail.size, found)) > limits.unpacked_bytes:
        raise Refused("FILE-011", limit=limits.unpacked_bytes >> 20)
    attachments = []
    for number, path in enumerate(found, 1):
        folder = path[:-1]
        name = mail.text(folder, _LONG_NAME) or mail.text(folder, _NAME)
        attachments.append((name or f"附件{number}", mail.read(path)))
    sender = mail.text((), _SENDER_SMTP) or mail.text((), _SENDER)
    return Message(
        mail.text((), _IDENTITY), sender, attachments, _sent(mail), mail.text((), _BODY)
    )  # fmt: skip


def _sent(mail: _Mail) -> date | None:
    """The day that a mail was sent, in world time; None where it does not tell."""
    path = ("__properties_version1.0",)
    raw = mail.read(path) if list(path) in mail.paths else b""
    for at in range(_HEAD, len(raw) - _RECORD + 1, _RECORD):
        if raw[at : at + 4] == _TIME + _SENT:
            ticks = int.from_bytes(raw[at + 8 : at + 16], "little")
            try:
                return (datetime(1601, 1, 1) + timedelta(microseconds=ticks // 10)).date()
            except OverflowError:
                return None
    return None
