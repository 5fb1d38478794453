"""What mail and fetch share: how a mail server is named, and confirmed by a person."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from .console import fail, show
from .terminal.commands import option

if TYPE_CHECKING:
    from ..mail.servers import Peer
confirm_option = option(
    "--confirm-server",
    default="",
    envvar="RECONCILE_CONFIRM_SERVER",
    metavar="主机",
    help="总台账“设置”表里写的服务器，第一次用时要确认：写上它的主机名；以后不再问",
)


SECURITIES = ("ssl", "starttls")


def confirm_or_stop(peer: Peer, named: str) -> None:
    """Have a person confirm the server that the plan workbook names, or stop."""
    from ..mail.servers import confirmed

    somebody = sys.stdin.isatty() and sys.stderr.isatty()
    answer = confirmed(peer, named, _ask if somebody else None)
    if not answer.good:
        fail(answer.findings)
    show(answer.findings, peer.host)


def _ask(peer: Peer) -> bool:
    from ..core.i18n import tr
    from ..core.text import printable

    question = tr(
        "总台账写的邮件服务器是 {host}，用户 {user}，发件人 {sender}。密码会发给它。是本单位用的服务器吗？",
        host=peer.host, user=peer.user, sender=peer.sender,
    )  # fmt: skip
    return click.confirm(printable(question), default=False, err=True)


def now() -> datetime:
    """Return the moment, with the time zone of this machine."""
    return datetime.now().astimezone()
