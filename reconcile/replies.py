"""Why a mail server did not do what it was asked: its reply, or what broke on the way, in words."""

from __future__ import annotations

import smtplib
import ssl

from .language import tr
from .text import short


def server_text(raw: object) -> str:
    """Return a server's reply as text; Chinese servers answer in UTF-8 or GBK."""
    if not isinstance(raw, bytes):
        return short(str(raw), 200)
    try:
        return short(raw.decode(), 200)
    except UnicodeDecodeError:
        return short(raw.decode("gb18030", "replace"), 200)


def why(error: Exception) -> str:
    """Return what an exception of smtplib, imaplib, ssl or the network means to a person."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {server_text(error.smtp_error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return tr("证书不被信任：{why}", why=error.verify_message)
    if isinstance(error, UnicodeError):
        return tr("密码里有汉字等字符")
    if isinstance(error, TimeoutError):
        return tr("没有应答")
    if isinstance(error, OSError):
        return short(error.strerror or str(error), 200) or type(error).__name__
    return server_text(error.args[0] if error.args else "") or type(error).__name__
