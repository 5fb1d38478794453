"""The mail servers that a person has confirmed on this machine: whom a password may go to.

A plan workbook names the server, and may come from a stranger. So what it names is
shown to a person once. What was confirmed stands in a file of the user's own; an entry
of the keyring that names the host (reconcile-smtp@smtp.example.cn) says the same.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from .credentials import kept
from .journal import Journal


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
