"""An IMAP mailbox -> its letters. The server's mailbox is opened read-only: nothing there is changed."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ..core.findings import Finding, Place
from ..core.i18n import tr
from .servers import Hiding

SSL, STARTTLS = "ssl", "starttls"
MOST = 40 << 20
"""Larger letters are left; hardly a server takes them in anyway."""
# Seconds without a byte from the server, for a whole answer, and for a whole run.
_PATIENCE, _ANSWER_SECONDS, _RUN_SECONDS = 60.0, 300.0, 3600.0
# What an answer may come to beside a letter: the numbers of all letters of a large mailbox are in it.
_ANSWER_BYTES, _MOST_LINES = 4 << 20, 50_000
_HIGHEST_UID = 2**32 - 1
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
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


class Unclear(Unfetched):
    """The server's answer on one letter makes no sense; others may be asked for."""

    def __init__(self, uid: int) -> None:
        super().__init__("MAIL-050")
        self.finding = Finding("MAIL-050", Place(cell=f"UID {uid}"))


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a letter before it is fetched. ``received`` is as the server's clock had it."""

    uid: int
    size: int
    received: datetime | None


class _Exceeded(Exception):
    """The server says more, or takes longer, than it may."""


class _Connection(imaplib.IMAP4):
    """A connection whose every answer has an end: so many bytes, so many lines, so long.

    The library itself reads whatever a server says, for as long as it drips.
    """

    def __init__(self, account: Account, context: ssl.SSLContext) -> None:
        self._context = context if account.security == SSL else None
        self._over = time.monotonic() + _RUN_SECONDS
        self._cut = False
        self._allow(0)
        with self._in_time():
            super().__init__(account.host, account.port, timeout=_PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        """Connect; called by the library."""
        plain: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        self._handle = plain.dup()  # hangs up even in the middle of a handshake
        if self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            self._handle.close()
            raise

    def shutdown(self) -> None:
        """Close the connection; called by the library."""
        self._handle.close()
        super().shutdown()

    def answered(self, ask: Any, *words: Any, letter: int = 0) -> Any:
        """Return what a method of the library returns, within the limits; ``letter`` bytes may come with it."""
        self._allow(letter)
        with self._in_time():
            return ask(*words)

    def read(self, size: int) -> bytes:
        """Read so many bytes; called by the library for what a server announces."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line; called by the library."""
        line = super().readline()
        self._lines -= 1
        self._spend(len(line))
        return line

    def _allow(self, letter: int) -> None:
        self._bytes, self._lines = _ANSWER_BYTES + letter, _MOST_LINES

    def _spend(self, size: int) -> None:
        self._bytes -= size
        if self._bytes < 0 or self._lines < 0:
            raise _Exceeded(tr("回答太长"))

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Cut the connection when an answer takes too long: a server may send a byte a minute."""
        seconds = min(_ANSWER_SECONDS, self._over - time.monotonic())
        if seconds <= 0:
            raise _Exceeded(tr("超过 {minutes} 分钟", minutes=round(_RUN_SECONDS / 60)))
        watch = threading.Timer(seconds, self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        except Exception as error:
            if self._cut:
                raise _Exceeded(tr("回答太慢")) from error
            raise
        finally:
            watch.cancel()

    def _hang_up(self) -> None:
        self._cut = True
        with suppress(OSError, AttributeError):  # not connected yet: that has a limit of its own
            self._handle.shutdown(socket.SHUT_RDWR)


class Mailbox:
    """One mailbox, opened read-only. ``validity`` shows whether its UIDs still mean the same letters."""

    def __init__(self, imap: _Connection, validity: str, hiding: Hiding) -> None:
        self._imap, self.validity, self._hiding = imap, validity, hiding

    def uids(self, *, unread: bool, since: date | None = None) -> tuple[int, ...]:
        """Return the UIDs of the letters, or of the unread ones, in the order they came in."""
        wanted = ["UNSEEN" if unread else "ALL"]
        if since:
            wanted += ["SINCE", f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"]
        found = b" ".join(_flat(self._asked("SEARCH", *wanted))).split()
        numbers = {int(uid) if re.fullmatch(rb"[0-9]{1,10}", uid) else 0 for uid in found}
        if not all(0 < number <= _HIGHEST_UID for number in numbers):
            raise Unfetched("MAIL-042", reason=_unclear())
        return tuple(sorted(numbers))

    def envelope(self, uid: int) -> Envelope | None:
        """Return size and date of a letter, None when it has gone. Raises Unclear, Unfetched."""
        lines = self._asked("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
        answer = next((line for line in _answers(lines) if _is_of(uid, line)), b"")
        size = re.search(rb"RFC822\.SIZE ([0-9]{1,12})(?![0-9])", answer)
        when = re.search(rb'INTERNALDATE "([-+: 0-9A-Za-z]{20,30})"', answer)
        received = None
        if when:
            with suppress(ValueError, OverflowError):
                received = parsedate_to_datetime(when[1].decode("ascii"))
        if lines and not size:
            raise Unclear(uid)
        return Envelope(uid, int(size[1]), received) if size else None

    def letter(self, uid: int) -> bytes | None:
        """Return a whole letter as it came, None when it has gone. It does not become read by this.

        Raises Unclear, Unfetched.
        """
        lines = self._asked("FETCH", str(uid), "(BODY.PEEK[])", letter=MOST)
        for at, part in enumerate(lines):
            if isinstance(part, tuple) and b"BODY[]" in part[0].upper():
                after = lines[at + 1] if at + 1 < len(lines) else b""
                answer = part[0] + (after if isinstance(after, bytes) else b"")
                if _is_of(uid, answer):
                    return bytes(part[1])
        if lines:
            raise Unclear(uid)
        return None

    def _asked(
        self, command: str, *words: str, letter: int = 0
    ) -> Sequence[bytes | tuple[bytes, bytes]]:
        with _failing("MAIL-042", self._hiding):
            state, lines = self._imap.answered(self._imap.uid, command, *words, letter=letter)
        if state != "OK":
            raise Unfetched("MAIL-042", reason=_reason(self._hiding, lines))
        return [line for line in lines if line]


@contextmanager
def opened(account: Account) -> Iterator[Mailbox]:
    """Open a mailbox, and log out at the end. Raises Unfetched when that cannot be done."""
    where = f"{account.host}:{account.port}"
    context = ssl.create_default_context()
    with _failing("MAIL-015", account.hiding, server=where):
        imap = _Connection(account, context)
    try:
        yield _entered(imap, account, context, where)
    finally:
        with suppress(Exception):  # whatever a server says to a farewell
            imap.answered(imap.logout)
        with suppress(OSError):
            imap.shutdown()


def _entered(imap: _Connection, account: Account, context: ssl.SSLContext, where: str) -> Mailbox:
    hiding = account.hiding
    with _failing("MAIL-015", hiding, server=where):
        if account.security == STARTTLS:
            imap.answered(imap.starttls, context)
    if not account.password:
        raise Unfetched("MAIL-014", server=where, user=account.user, protocol="IMAP")
    with _failing("MAIL-015", hiding, server=where):
        try:
            imap.answered(imap.login, _word(account.user), account.password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
            values = {"server": where, "user": account.user, "reply": hiding.why(error)}
            raise Unfetched("MAIL-016", **values) from error
    with _failing("MAIL-042", hiding):
        if "ID" in imap.capabilities:
            # NetEase (163, 126) opens no mailbox for a client without a name
            imap.answered(imap.xatom, "ID", '("name" "reconcile")')
        name = f'"{_modified_utf7(account.mailbox)}"'
        state, lines = imap.answered(imap.select, name, True)
        if state != "OK":
            raise Unfetched("MAIL-043", mailbox=account.mailbox, reason=_reason(hiding, lines))
        _, validity = imap.response("UIDVALIDITY")
        validity_text = (validity[0] or b"").decode("ascii", "replace") if validity else ""
        return Mailbox(imap, validity_text, hiding)


@contextmanager
def _failing(code: str, hiding: Hiding, **values: object) -> Iterator[None]:
    """Make a finding of whatever goes wrong: the library fails in many ways over odd answers."""
    try:
        yield
    except Unfetched:
        raise
    except _Exceeded as error:
        raise Unfetched("MAIL-051", reason=str(error)) from error
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unfetched(code, **values, reason=hiding.why(error)) from error
    except Exception as error:
        raise Unfetched(code, **values, reason=_unclear()) from error


def _unclear() -> str:
    return tr("服务器的回答看不懂")


def _answers(lines: Sequence[bytes | tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Yield the lines of an answer, what is announced by its length left in."""
    for line in lines:
        yield b" ".join(line) if isinstance(line, tuple) else line


def _is_of(uid: int, line: bytes) -> bool:
    """Return whether a line is about a letter: servers report on others, too, when something changed."""
    named = re.search(rb"(?<![A-Za-z])UID ([0-9]{1,10})(?![0-9])", line)
    return named is not None and int(named[1]) == uid


def _flat(lines: Sequence[bytes | tuple[bytes, bytes]]) -> Iterator[bytes]:
    for line in lines:
        yield from line if isinstance(line, tuple) else (line,)


def _reason(hiding: Hiding, lines: Sequence[bytes | tuple[bytes, bytes] | None]) -> str:
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
