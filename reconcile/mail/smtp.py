"""Messages -> an SMTP server, one after another, each written down before and after.

The envelope is spoken step by step rather than by ``smtplib.sendmail``: only so
is it known whether a lost connection lost the message, and only the bytes of
:mod:`.mime` go out as they are.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import NamedTuple

from ..core.findings import Finding, Place
from ..core.i18n import joined, tr
from .message import Message
from .mime import mail_bytes
from .sent_log import LATER, REFUSED, SENDING, SENT, SentLog
from .servers import Hiding

SSL, STARTTLS = "ssl", "starttls"
_PATIENCE = 60.0
_MOST_DEFERRED = 3
"""After so many messages in a row that the server puts off, the rest wait for the next run."""
_EHLO = "[127.0.0.1]"
"""What we call ourselves: a machine's own name may hold Chinese characters, and is nobody's business."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and who sends: ``security`` is "ssl" (port 465) or "starttls" (587)."""

    host: str
    port: int
    security: str
    sender: str
    user: str
    password: str = field(repr=False)
    office: str = ""


class Stopped(Exception):
    """The server will take nothing more in this run; ``finding`` says why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.finding = Finding(code, values=values)


class Delivery(NamedTuple):
    """What became of one message: who took it, and the findings."""

    message: Message
    taken: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    deferred: bool = False


Replies = Mapping[str, tuple[int, str]]


def send_all(
    messages: Sequence[Message],
    still: Callable[[Message], Sequence[str]],
    server: Server,
    log: SentLog,
    *,
    pause: float,
    clock: Callable[[], datetime],
) -> Iterator[Delivery]:
    """Send each message to the addresses it ``still`` lacks; yield what became of each.

    They are asked for just before it goes out, so that two runs at once agree.

    Raises Stopped when the server cannot be reached, refuses the password or
    the sender, or puts off one message after another; the messages not yielded
    were not sent. OSError when the log cannot be written: nothing goes out then.
    """
    with _Office(server, log, clock) as office:
        deferred = 0
        for i, message in enumerate(messages):
            if i and pause:
                time.sleep(pause)
            to = tuple(still(message))
            if not to:
                continue
            delivery = office.deliver(replace(message, to=to))
            yield delivery
            deferred = deferred + 1 if delivery.deferred else 0
            if deferred >= _MOST_DEFERRED and i + 1 < len(messages):
                raise Stopped("MAIL-021", times=deferred, count=len(messages) - i - 1)


class _Office:
    """One connection, made again when the server has hung up between two messages."""

    def __init__(self, server: Server, log: SentLog, clock: Callable[[], datetime]) -> None:
        self._server, self._log, self._clock = server, log, clock
        self._hiding = Hiding(server.user, server.password)
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> _Office:
        self._connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        where = f"{server.host}:{server.port}"
        try:
            context = ssl.create_default_context()
            if server.security == SSL:
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, _EHLO, timeout=_PATIENCE, context=context
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, _EHLO, timeout=_PATIENCE)
        except (OSError, smtplib.SMTPException) as error:
            raise Stopped("MAIL-015", server=where, reason=self._hiding.why(error)) from error
        try:
            if server.security == STARTTLS:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            self._log_in(smtp, where)
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise Stopped("MAIL-015", server=where, reason=self._hiding.why(error)) from error
        except Stopped:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _log_in(self, smtp: smtplib.SMTP, where: str) -> None:
        """Log in where the server asks for it; a relay inside an office may not."""
        if not smtp.esmtp_features.get("auth", "").strip():
            return
        if not self._server.password:
            raise Stopped("MAIL-014", server=where, user=self._server.user, protocol="SMTP")
        try:
            smtp.login(self._server.user, self._server.password)
        except (smtplib.SMTPAuthenticationError, UnicodeError) as error:
            values = {"server": where, "user": self._server.user}
            raise Stopped("MAIL-016", **values, reply=self._hiding.why(error)) from error

    def deliver(self, message: Message) -> Delivery:
        """Send one message to its addresses."""
        now = self._clock()
        content = mail_bytes(message, self._server.sender, self._server.office, now)
        try:
            smtp = self._smtp or self._connect()
            replies = self._envelope(smtp, message, len(content))
        except (OSError, smtplib.SMTPServerDisconnected):
            # It hung up since the last message (some do after a few): nothing has gone out yet.
            self._drop()
            try:
                smtp = self._connect()
                replies = self._envelope(smtp, message, len(content))
            except (OSError, smtplib.SMTPServerDisconnected) as error:
                self._drop()
                where = f"{self._server.host}:{self._server.port}"
                raise Stopped("MAIL-015", server=where, reason=self._hiding.why(error)) from error
        taken = tuple(a for a, (code, _) in replies.items() if code in (250, 251))
        if taken:
            self._log.write(SENDING, message, taken, now)
            code, reply = self._hand_over(smtp, content)
            if code == 0:
                finding = _finding("MAIL-019", message, address=joined(taken), when=tr("刚才"))
                return Delivery(message, (), (finding,))
            if code != 250:
                replies = dict.fromkeys(taken, (code, reply)) | {
                    a: r for a, r in replies.items() if a not in taken
                }
                taken = ()
            else:
                self._log.write(SENT, message, taken, self._clock(), reply)
        else:
            _quietly(smtp.rset)
        return self._refusals(message, taken, replies)

    def _envelope(self, smtp: smtplib.SMTP, message: Message, size: int) -> Replies:
        """Name sender and recipients; return the server's reply to each recipient."""
        options = [f"size={size}"] if smtp.has_extn("size") else []
        code, raw = smtp.mail(self._server.sender, options)
        if code == 421:
            raise smtplib.SMTPServerDisconnected("421")
        if code != 250:
            _quietly(smtp.rset)
            if code >= 500 and code != 552:  # 552: this message is too large for it
                raise Stopped(
                    "MAIL-020", sender=self._server.sender, reply=f"{code} {self._hiding.text(raw)}"
                )
            return dict.fromkeys(message.to, (code, self._hiding.text(raw)))
        replies = {}
        for address in message.to:
            code, raw = smtp.rcpt(address)
            if code == 421:
                raise smtplib.SMTPServerDisconnected("421")
            replies[address] = (code, self._hiding.text(raw))
        return replies

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> tuple[int, str]:
        """Send the content; return the server's reply, 0 when it never came."""
        try:
            code, raw = smtp.data(content)
        except smtplib.SMTPDataError as error:  # it did not even ask for the content
            _quietly(smtp.rset)
            return error.smtp_code, self._hiding.why(error)
        except (OSError, smtplib.SMTPServerDisconnected):
            self._drop()
            return 0, ""
        if code == 421:
            self._drop()
        return code, self._hiding.text(raw)

    def _refusals(self, message: Message, taken: tuple[str, ...], replies: Replies) -> Delivery:
        """Log and report who did not take it, for now (4xx) or for good."""
        findings = []
        refused = {a: r for a, r in replies.items() if a not in taken}
        for address, (code, reply) in refused.items():
            later = 400 <= code < 500
            answer = f"{code} {reply}".strip()
            self._log.write(LATER if later else REFUSED, message, [address], self._clock(), answer)
            code_of = "MAIL-018" if later else "MAIL-017"
            findings.append(_finding(code_of, message, address=address, reply=answer))
        deferred = not taken and any(400 <= code < 500 for code, _ in refused.values())
        return Delivery(message, taken, tuple(findings), deferred)


def _finding(code: str, message: Message, **values: object) -> Finding:
    return Finding(code, Place(), message.unit, values={"unit": message.unit, **values})


def _quietly(step: Callable[[], object]) -> None:
    with suppress(OSError, smtplib.SMTPException):  # the next message finds out
        step()
