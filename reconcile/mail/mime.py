"""Message -> the bytes of a mail: a draft to be opened and sent by hand, or as it is sent.

Names of attachments are written twice, as an encoded word in ``name`` (QQ mail
reads only that) and by RFC 2231 in ``filename*``. Their headers are folded by
hand: the email package would split them again (cpython#85725).
"""

from __future__ import annotations

import email.policy
from base64 import b64encode
from datetime import datetime
from email.encoders import encode_base64
from email.headerregistry import Address
from email.message import EmailMessage
from email.message import Message as Part
from email.utils import format_datetime
from urllib.parse import quote

from .message import Enclosure, Message, one_line

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {
    ".xlsx": SHEET,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
}
_POLICY = email.policy.SMTP.clone(refold_source="none")


def mail_bytes(
    message: Message, sender: str = "", office: str = "", sent: datetime | None = None
) -> bytes:
    """Return the mail, lines ending in CRLF.

    Without ``sent`` it is a draft (X-Unsent: 1, no date), and the same message
    gives the same bytes. ``sender`` is an address, ``office`` the name beside
    it. A message without addresses has no To line.
    """
    mail = EmailMessage(policy=_POLICY)
    if sent is None:
        mail["X-Unsent"] = "1"
    if sender:
        mail["From"] = _address(office, sender)
    if message.to:
        # One name for several desks of one unit would read as three of the same.
        mail["To"] = [_address(message.unit if not i else "", a) for i, a in enumerate(message.to)]
    mail["Subject"] = one_line(message.subject)
    if sent is not None:
        mail["Date"] = format_datetime(sent)
    mail["Message-ID"] = f"<{message_id(message, sender)}>"
    mail.set_content(message.body, charset="utf-8", cte="base64")
    if message.html:
        mail.make_alternative(boundary=f"=_{message.key[32:]}")
        mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
    if message.enclosures:
        mail.make_mixed(boundary=f"=_{message.key[:32]}")
        for enclosure in message.enclosures:
            # Not an EmailMessage: that one would fold its headers again. Attaching only appends it.
            mail.attach(_part(enclosure))  # type: ignore[arg-type]
    return mail.as_bytes()


def message_id(message: Message, sender: str = "") -> str:
    """Return the id of a message, made from its content: whoever gets it twice is shown it once."""
    domain = sender.rpartition("@")[2] or "reconcile.invalid"
    return f"{message.key[:32]}@{domain}"


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    shown = one_line(name)
    return Address("" if shown == address else shown, user, domain)


def _part(enclosure: Enclosure) -> Part:
    """One attachment, its headers as bytes that nothing folds again."""
    name = one_line(enclosure.name)
    kind = _TYPES.get("." + name.rpartition(".")[2].lower(), "application/octet-stream")
    part = Part(policy=email.policy.compat32)
    part["Content-Type"] = f'{kind};\n\tname="{_encoded_word(name)}"'
    part["Content-Disposition"] = f"attachment;\n\t{_extended(name)}"
    part.set_payload(enclosure.content)
    encode_base64(part)
    return part


def _extended(name: str) -> str:
    """The name by RFC 2231, in pieces only where a line would be longer than SMTP takes (998)."""
    characters = [quote(character, safe="") for character in name]
    if sum(map(len, characters)) <= 900:
        return f"filename*=utf-8''{''.join(characters)}"
    pieces = ["".join(characters[i : i + 70]) for i in range(0, len(characters), 70)]
    pieces[0] = f"utf-8''{pieces[0]}"
    return ";\n\t".join(f"filename*{i}*={piece}" for i, piece in enumerate(pieces))


def _encoded_word(name: str) -> str:
    """The name as encoded words of at most 75 characters (RFC 2047), cut between characters."""
    words, piece = [], b""
    for character in name:
        if len(piece) + len(character.encode()) > 45:
            words.append(piece)
            piece = b""
        piece += character.encode()
    return "\n\t ".join(f"=?utf-8?b?{b64encode(w).decode()}?=" for w in (*words, piece))
