"""mail --send: what is waiting goes out through the mail server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..core.findings import Finding, Place
from ..core.i18n import speaking, tr
from ..core.plan import Plan
from ..core.settings import Setting
from ..mail.message import Message
from ..mail.sent_log import SentLog
from ..mail.servers import credentials, has_controls, host_and_port, sender_of
from ..mail.smtp import SSL, STARTTLS, Server, Stopped, send_all
from .extract import Progress
from .mail import Asked, Mailed, pending, sent_log_of, write_out

_SSL_PORT = 465


@dataclass(frozen=True, slots=True)
class Sending:
    """Result of :func:`send`: how many messages went out, how many had to wait, and what is wrong.

    ``mailed`` is what was to go out, with those now in doubt; ``stopped`` is
    whether the server took no more.
    """

    mailed: Mailed
    sent: int
    left: int
    stopped: bool = False
    findings: tuple[Finding, ...] = ()


def server_of(
    plan: Plan, host: str, security: str, sender: str
) -> tuple[Server | None, tuple[Finding, ...]]:
    """Return the mail server, from the options and else from the plan's settings; None when one lacks.

    ``host`` may carry a port (smtp.example.cn:587); 465, and any port not
    named, means SSL, every other one STARTTLS.
    """
    address, findings = sender_of(plan, sender)
    named = host or plan.settings.get(Setting.SMTP_SERVER, "")
    name, number = "", 0
    try:
        name, number = host_and_port(named)
        if not name:
            lacking = Finding(
                "MAIL-030", values={"caption": tr(Setting.SMTP_SERVER), "option": "--host"}
            )
            findings = (*findings, lacking)
    except ValueError:
        findings = (
            *findings,
            Finding("MAIL-024", Place(cell=tr(Setting.SMTP_SERVER)), values={"value": named}),
        )
    if not address and not findings:
        findings = (
            Finding("MAIL-030", values={"caption": tr(Setting.SENDER), "option": "--sender"}),
        )
    if findings:
        return None, findings
    number = number or _SSL_PORT
    way = security or (SSL if number == _SSL_PORT else STARTTLS)
    user, password = credentials("smtp", address, name)
    if findings := unfit(user, password):
        return None, findings
    return Server(name, number, way, address, user, password, plan.office), ()


def unfit(user: str, password: str) -> tuple[Finding, ...]:
    """Return what keeps a user's name and password from being sent to a server."""
    named = {"用户名": user, "密码": password}
    unsendable = (caption for caption, text in named.items() if has_controls(text))
    return tuple(Finding("MAIL-056", values={"what": caption}) for caption in unsendable)


def send(
    asked: Asked,
    mailed: Mailed,
    server: Server,
    *,
    pause: float,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> Sending:
    """Send what is waiting, and write the list again. OSError when the log cannot be written.

    The caller holds the log since before it was looked what is waiting (:func:`reconcile.api.mail.mail`).
    """
    plan = mailed.plan
    assert plan is not None, "the caller has looked"
    log = SentLog(sent_log_of(asked.plan, mailed.language))

    def still(message: Message) -> Sequence[str]:
        return pending(asked, log.standing(message), message)

    sent = 0
    findings: list[Finding] = []
    lost: list[Message] = []
    stopped = False
    with speaking(mailed.language):
        try:
            deliveries = send_all(mailed.waiting, still, server, log, pause=pause, clock=clock)
            for i, delivery in enumerate(deliveries, 1):
                sent += bool(delivery.taken)
                findings += delivery.findings
                if any(f.code == "MAIL-019" for f in delivery.findings):
                    lost += [m for m in mailed.waiting if m.key == delivery.message.key]
                if progress:
                    progress(i, len(mailed.waiting))
        except Stopped as why:
            stopped = True
            findings.append(why.finding)
        finally:
            # What went out is on the list, even when the run is broken off here.
            mailed = replace(mailed, doubtful=(*mailed.doubtful, *lost))
            write_out(asked, mailed)
    standings = ((m, log.standing(m)) for m in mailed.waiting)
    left = sum(not s.doubtful and bool(s.pending(m)) for m, s in standings)
    return Sending(mailed, sent, left, stopped, tuple(findings))
