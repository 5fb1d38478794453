"""User and password for a mail server: from the environment or the system's keyring, never a file."""

from __future__ import annotations

import os


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
