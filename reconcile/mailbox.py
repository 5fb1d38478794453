"""An IMAP mailbox -> its letters. The server's mailbox is opened read-only: nothing there is changed."""

from __future__ import annotations

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from .findings import Finding
from .frozen import frozen
from .replies import Hiding

SSL, STARTTLS = "ssl", "starttls"
_PATIENCE = 60.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@frozen
class Account:
    """Where to fetch from, and as whom: ``security`` is "ssl" (port 993) or "starttls" (143)."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    mailbox: str = "INBOX"

    @property
    def name(self) -> str:
        """What the log calls this mailbox."""
        return f"{self.user}@{self.host}/{self.mailbox}"

    @property
    def hiding(self) -> Hiding:
        """What takes the password out of the server's replies."""
        return Hiding(self.user, self.password)


class Unfetched(Exception):
    """The server cannot be asked; ``finding`` says why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.finding = Finding(code, values=values)


@frozen
class Envelope:
    """What is known of a letter before it is fetched. ``received`` is as the server's clock had it."""

    uid: int
    size: int
    received: datetime | None


class Mailbox:
    """One mailbox, opened read-only. ``validity`` tells whether its UIDs still mean the same letters."""

    def __init__(self, imap: imaplib.IMAP4, validity: str, hiding: Hiding) -> None:
        self._imap, self.validity, self._hiding = imap, validity, hiding

    def uids(self, *, unread: bool, since: date | None = None) -> tuple[int, ...]:
        """Return the UIDs of the letters, or of the unread ones, in the order they came in."""
        wanted = ["UNSEEN" if unread else "ALL"]
        if since:
            wanted += ["SINCE", f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"]
        found = b" ".join(_flat(self._asked("SEARCH", *wanted)))
        return tuple(sorted(map(int, found.split())))

    def envelope(self, uid: int) -> Envelope | None:
        """Return size and date of a letter, None when it has gone."""
        line = b"".join(_flat(self._asked("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")))
        size = re.search(rb"RFC822\.SIZE (\d+)", line)
        when = re.search(rb'INTERNALDATE "([^"]+)"', line)
        received = None
        if when:
            with suppress(ValueError):
                received = parsedate_to_datetime(when[1].decode("ascii", "replace"))
        return Envelope(uid, int(size[1]), received) if size else None

    def letter(self, uid: int) -> bytes | None:
        """Return a whole letter as it came, None when it has gone. It does not become read by this."""
        for part in self._asked("FETCH", str(uid), "(BODY.PEEK[])"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def _asked(self, command: str, *words: str) -> Sequence[bytes | tuple[bytes, bytes]]:
        try:
            state, lines = self._imap.uid(command, *words)
        except (imaplib.IMAP4.error, OSError) as error:
            raise Unfetched("MAIL-042", reason=self._hiding.why(error)) from error
        if state != "OK":
            raise Unfetched("MAIL-042", reason=_told(self._hiding, lines))
        return [line for line in lines if line]


@contextmanager
def opened(account: Account) -> Iterator[Mailbox]:
    """Open a mailbox, and log out at the end. Raises Unfetched when that cannot be done."""
    where, why = f"{account.host}:{account.port}", account.hiding.why
    context = ssl.create_default_context()
    try:
        if account.security == SSL:
            imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                account.host, account.port, ssl_context=context, timeout=_PATIENCE
            )
        else:
            imap = imaplib.IMAP4(account.host, account.port, timeout=_PATIENCE)
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unfetched("MAIL-015", server=where, reason=why(error)) from error
    try:
        yield _entered(imap, account, context, where)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            imap.logout()


def _entered(imap: imaplib.IMAP4, account: Account, context: ssl.SSLContext, where: str) -> Mailbox:
    hiding = account.hiding
    why = hiding.why
    try:
        if account.security == STARTTLS:
            imap.starttls(context)
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unfetched("MAIL-015", server=where, reason=why(error)) from error
    if not account.password:
        raise Unfetched("MAIL-014", server=where, user=account.user, protocol="IMAP")
    try:
        imap.login(_word(account.user), account.password)
    except imaplib.IMAP4.abort as error:
        raise Unfetched("MAIL-015", server=where, reason=why(error)) from error
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        values = {"server": where, "user": account.user, "reply": why(error)}
        raise Unfetched("MAIL-016", **values) from error
    try:
        if (
            "ID" in imap.capabilities
        ):  # NetEase (163, 126) opens no mailbox to whom has not said who it is
            imap.xatom("ID", '("name" "reconcile")')
        state, lines = imap.select(f'"{_modified_utf7(account.mailbox)}"', readonly=True)
        if state != "OK":
            raise Unfetched("MAIL-043", mailbox=account.mailbox, reason=_told(hiding, lines))
        _, validity = imap.response("UIDVALIDITY")
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unfetched("MAIL-042", reason=why(error)) from error
    return Mailbox(imap, (validity[0] or b"").decode() if validity else "", hiding)


def _flat(lines: Sequence[bytes | tuple[bytes, bytes]]) -> Iterator[bytes]:
    for line in lines:
        yield from line if isinstance(line, tuple) else (line,)


def _told(hiding: Hiding, lines: Sequence[bytes | tuple[bytes, bytes] | None]) -> str:
    """What the lines of a server's answer say."""
    return hiding.text(b" ".join(_flat([line for line in lines if line])))


def _word(text: str) -> str:
    """A user's name as IMAP reads it; imaplib sends it as it is, and a blank would part it in two."""
    if re.fullmatch(r"[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|}~]+", text):
        return text
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def _modified_utf7(name: str) -> str:
    """The name of a mailbox as IMAP writes it (RFC 3501, 5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        coded = b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
        return f"&{coded}-"

    safe = re.sub(r"[^\x20-\x7e]+", shifted, name.replace("&", "&-"))
    return safe.replace("\\", "\\\\").replace('"', '\\"')
