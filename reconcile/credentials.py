"""User and password for a mail server: from the environment or the system's keyring, never a file."""

from __future__ import annotations

import os


def credentials(protocol: str, user: str) -> tuple[str, str]:
    """Return (user, password) for "smtp" or "imap"; the password is "" where none is kept.

    RECONCILE_SMTP_USER and RECONCILE_SMTP_PASSWORD (or …_IMAP_…) come first; then
    the keyring's entry reconcile-smtp of that user, when keyring is installed.
    ``user`` is whom to ask for when the environment does not say.
    """
    name = f"RECONCILE_{protocol.upper()}"
    user = os.environ.get(f"{name}_USER", "") or user
    password = os.environ.get(f"{name}_PASSWORD", "")
    return user, password or _kept(f"reconcile-{protocol}", user)


def _kept(service: str, user: str) -> str:
    try:
        import keyring
    except ImportError:
        return ""
    try:
        return keyring.get_password(service, user) or ""
    except keyring.errors.KeyringError:  # no keyring on this machine, or it stays locked
        return ""
