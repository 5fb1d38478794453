"""mail --send, fetch: a server that only the plan workbook names gets no password before a person says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..core.findings import Finding
from ..mail.trusted_servers import Peer, same_host
from .mail import host_and_port


class Confirmed(NamedTuple):
    """Whether the server may be spoken to, and what is to be told."""

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
        values = {"host": peer.host, "reason": error.strerror or str(error)}
        return Confirmed(True, (Finding("MAIL-057", values=values),))
    return Confirmed(True)


def _names(named: str, host: str) -> bool:
    """Whether a person named this host, with or without a port."""
    try:
        return same_host(host_and_port(named)[0]) == same_host(host)
    except ValueError:
        return False
