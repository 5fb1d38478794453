"""Why a mail server did not do what it was asked: its reply, or what broke on the way, in words."""

from __future__ import annotations

import re
import smtplib
import ssl
from base64 import b64encode

from ..core.i18n import tr
from ..core.text import short


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
        if isinstance(error, OSError):
            return self.text(error.strerror or str(error)) or type(error).__name__
        return self.text(error.args[0] if error.args else "") or type(error).__name__


def has_controls(text: str) -> bool:
    """Return whether a user name or password holds what no server takes, and what would end the line it stands in."""
    return any(sign < " " or "\x7f" <= sign <= "\x9f" or sign in "\u2028\u2029" for sign in text)
