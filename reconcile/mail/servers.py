"""Mail servers: who logs in where, whom a password may go to, and what a server says when it refuses."""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
import sys
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..core.findings import Finding, Place
from ..core.i18n import tr
from ..core.plan import Plan
from ..core.settings import Setting
from ..core.text import short
from ..core.values.addresses import read_addresses
from ..writers.atomic import reason_of
from .journal import Journal


def credentials(protocol: str, user: str, host: str) -> tuple[str, str]:
    """Return (user, password) for "smtp" or "imap"; the password is "" where none is kept.

    RECONCILE_SMTP_USER and RECONCILE_SMTP_PASSWORD (or …_IMAP_…) come first; then, when
    keyring is installed, its entry of that user for this ``host``, or for any.
    ``user`` is whom to ask for when the environment does not say.
    """
    name = f"RECONCILE_{protocol.upper()}"
    user = os.environ.get(f"{name}_USER", "") or user
    password = os.environ.get(f"{name}_PASSWORD", "")
    return user, password or kept(protocol, user, host) or kept(protocol, user)


def kept(protocol: str, user: str, host: str = "") -> str:
    """Return the password that the keyring keeps for a user, "" where there is none.

    Its entry is reconcile-smtp@smtp.example.cn for one ``host``, reconcile-smtp for any.
    """
    try:
        import keyring
    except ImportError:
        return ""
    service = f"reconcile-{protocol}"
    try:
        return keyring.get_password(f"{service}@{host}" if host else service, user) or ""
    except keyring.errors.KeyringError:  # no keyring on this machine, or it stays locked
        return ""


class Hiding:
    """Takes a password out of what a server says, in the forms in which it was given to the server."""

    def __init__(self, user: str, password: str) -> None:
        quoted = password.replace("\\", r"\\").replace('"', r"\"")  # as IMAP writes it
        coded = (password, f"\0{user}\0{password}", f"{user}\0{user}\0{password}")
        forms = [
            password,
            quoted,
            *(b64encode(c.encode(errors="surrogatepass")).decode().rstrip("=") for c in coded),
        ]
        # A reply may come in several lines.
        shown = (r"\s*".join(map(re.escape, form)) for form in sorted(forms, key=len, reverse=True))
        self._pattern = re.compile("|".join(shown), re.IGNORECASE) if password else None

    def text(self, raw: object) -> str:
        """Return a server's reply as one line, without the password; Chinese servers answer in UTF-8 or GBK."""
        if isinstance(raw, bytes):
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text = raw.decode("gb18030", "replace")
        else:
            text = str(raw)
        if self._pattern:
            text = self._pattern.sub(tr("（密码）"), text)
        return short(text, 200)

    def why(self, error: Exception) -> str:
        """Return what an exception of smtplib, imaplib, ssl or the network means to a person."""
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{error.smtp_code} {self.text(error.smtp_error)}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return tr("证书不被信任：{why}", why=error.verify_message)
        if isinstance(error, UnicodeError):
            return tr("密码里有汉字等字符")
        if isinstance(error, TimeoutError):
            return tr("没有应答")
        if isinstance(error, socket.gaierror):
            return tr("找不到这台服务器")
        if isinstance(error, OSError):
            return self.text(str(reason_of(error)))
        return self.text(error.args[0] if error.args else "") or type(error).__name__


def has_controls(text: str) -> bool:
    """Return whether a user name or password holds what no server takes, and what would end the line it stands in."""
    return any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" for c in text)


_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


def sender_of(plan: Plan, given: str) -> tuple[str, tuple[Finding, ...]]:
    """Return the address that mails come from: the one given, else the plan's; "" where there is none."""
    text = given or plan.settings.get(Setting.SENDER, "")
    read = read_addresses(text)
    if text and len(read.good) != 1:
        return "", (Finding("MAIL-024", Place(cell=tr(Setting.SENDER)), values={"value": text}),)
    return (read.good[0] if read.good else ""), ()


def host_and_port(named: str) -> tuple[str, int]:
    """Return (host, port) of smtp.example.cn:587; port 0 where none is named. ValueError for neither."""
    host, _, port = unicodedata.normalize("NFKC", named).strip().partition(":")
    if host and not _HOST.fullmatch(host):
        raise ValueError(host)
    if not port:
        return host, 0
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(port)
    return host, int(port)


@dataclass(frozen=True, slots=True)
class Peer:
    """A server and who logs in there: ``protocol`` is "smtp" or "imap"; ``sender`` is whom mails come from."""

    protocol: str
    host: str
    user: str
    sender: str = ""

    @property
    def _line(self) -> dict[str, str]:
        return {
            "protocol": self.protocol, "host": same_host(self.host),
            "user": self.user.casefold(), "sender": self.sender.casefold(),
        }  # fmt: skip

    def is_trusted(self) -> bool:
        """Return whether a person has confirmed just this on this machine."""
        try:
            lines = Journal(_file()).lines()
        except (OSError, ValueError):  # what cannot be read confirms nothing
            lines = []
        return self._line in lines or bool(kept(self.protocol, self.user, same_host(self.host)))

    def trust(self) -> None:
        """Remember that a person has confirmed it. OSError when that cannot be written."""
        Journal(_file()).append(**self._line)


def same_host(host: str) -> str:
    """Return a host's name in the one form in which names are compared."""
    return host.rstrip(".").casefold()


def _file() -> Path:
    """Where a user's own settings lie on this system."""
    if sys.platform == "win32":
        home = os.environ.get("APPDATA") or str(Path.home())
    else:
        home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "reconcile" / "servers.jsonl"


class Confirmed(NamedTuple):
    """Whether the server may be used, and findings on that."""

    good: bool
    findings: tuple[Finding, ...] = ()


def confirmed(peer: Peer, named: str, ask: Callable[[Peer], bool] | None) -> Confirmed:
    """Return whether a person has confirmed ``peer``, before or now; what is confirmed now is remembered.

    ``named`` is the server that a person confirms by naming it, "" where none is named; else
    ``ask`` asks a person, None where nobody is there to be asked.
    """
    if peer.is_trusted():
        return Confirmed(True)
    if not (_names(named, peer.host) if named else ask is not None and ask(peer)):
        values = {"host": peer.host, "user": peer.user, "sender": peer.sender}
        return Confirmed(False, (Finding("MAIL-055", values=values),))
    try:
        peer.trust()
    except OSError as error:
        why = {"host": peer.host, "reason": reason_of(error)}
        return Confirmed(True, (Finding("MAIL-057", values=why),))
    return Confirmed(True)


def _names(named: str, host: str) -> bool:
    """Whether a person named this host, with or without a port."""
    try:
        return same_host(host_and_port(named)[0]) == same_host(host)
    except ValueError:
        return False
