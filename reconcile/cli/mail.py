"""mail: one message for each unit, as drafts or sent."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import (
    ATTENTION,
    FAILED,
    OK,
    alarming,
    fail,
    guarded,
    print_json,
    print_text,
    progress,
    show,
    working,
)
from .options import EXISTS, FILE, NEW, as_of_option, period_option

if TYPE_CHECKING:
    from ..api.mail import Asked, Mailed
from .servers import SECURITIES, confirm_option, confirm_or_stop, now
from .terminal.commands import Words, argument, command, json_option, option

_KINDS = Words("发表", "退回", "催报", "报送", "督办")


@command()
@argument("files", type=EXISTS, nargs=-1, metavar="[发出…]")
@option(
    "--plan",
    type=FILE,
    required=True,
    metavar="总台账.xlsx",
    help="总台账：单位的邮箱、设置都在里面",
)
@option(
    "-o",
    "--out",
    type=NEW,
    help="草稿和发送清单放在哪个文件夹；不写则是总台账旁边、名字带时段的，如 邮件_第二季度",
)
@option("--kind", type=_KINDS, help="只做这一种；不写则按文件判断")
@option(
    "--remind",
    type=EXISTS,
    multiple=True,
    metavar="收回",
    help="催报：只给这个文件夹里还没有回表的单位",
)
@period_option
@as_of_option
@option("--unit", "only", multiple=True, help="只做这个单位的（可写多次）")
@option("--wording", type=FILE, help="自己改过的邮件模板（.xlsx）")
@option("--open", "opened", is_flag=True, help="做好以后打开草稿的文件夹")
@option("--send", is_flag=True, help="真的发送；不写则只写草稿和清单，说明会发什么")
@option(
    "--host",
    default="",
    metavar="主机:端口",
    help="发件服务器，默认用“设置”表里的；465 用 SSL，其他用 STARTTLS",
)
@option(
    "--security", type=click.Choice(SECURITIES), help="端口不合惯例时，写明用 SSL 还是 STARTTLS"
)
@option("--sender", default="", metavar="邮箱", help="发件邮箱，默认用“设置”表里的")
@json_option
@confirm_option
@option(
    "--pause", type=click.FloatRange(0, 600), default=3.0, show_default=True, help="两封之间停几秒"
)
@option(
    "--resend", multiple=True, metavar="单位", help="这个单位的再发一次，不管发过没有（可写多次）"
)
def mail(
    files: tuple[Path, ...],
    plan: Path,
    out: Path | None,
    kind: str | None,
    remind: tuple[Path, ...],
    period: str | None,
    as_of: datetime | None,
    only: tuple[str, ...],
    wording: Path | None,
    opened: bool,
    send: bool,
    host: str,
    security: str | None,
    sender: str,
    confirm_server: str,
    pause: float,
    resend: tuple[str, ...],
) -> None:
    """给每个单位做一封邮件：发表、退回、催报、报送汇总。

    \b
    写出草稿（.eml，双击打开就能发）和发送清单；加 --send 才发送。
    密码只取自环境变量 RECONCILE_SMTP_PASSWORD 或系统钥匙串；
    用户名取自 RECONCILE_SMTP_USER，默认即发件邮箱。
    发过的记在总台账旁边的“发送记录.jsonl”，再运行不会重发。

    \b
    例：reconcile mail 发出_第二季度 --plan 总台账.xlsx
        reconcile mail --plan 总台账.xlsx --remind 收回 --send
    """
    from ..api.mail import Asked as api_Asked
    from ..api.mail import mail as api_mail
    from ..core.i18n import tr

    if remind and kind not in (None, "催报"):
        raise click.UsageError(tr("--remind 只做催报，不能与 --kind 同用"))
    if kind == "催报" and not remind:
        raise click.UsageError(tr("催报要用 --remind 写明收回的文件夹"))
    day = as_of.date() if as_of else date.today()
    asked = api_Asked(
        files, plan, out, day, kind or "", remind, period, sender, wording, only, resend
    )
    held = click.get_current_context().with_resource(ExitStack())
    with guarded(out or plan.parent), working(tr("准备邮件")):
        mailed = api_mail(asked, held)
    if mailed.plan is None or mailed.asked is None:
        fail(mailed.findings)
    asked = mailed.asked
    _print_counts(mailed, asked)
    if send:
        sys.exit(_send(asked, mailed, host, security or "", confirm_server, pause))
    show(mailed.findings, str(asked.out))
    print_json(_counted(mailed, asked), mailed.findings, mailed.language)
    if mailed.messages:
        print_text(_next(mailed))
        if opened:
            click.launch(str(asked.out))
    sys.exit(ATTENTION if alarming(mailed.findings) else OK)


def _counted(mailed: Mailed, asked: Asked) -> dict[str, object]:
    """What was made, for programs."""
    return {
        "done": True, "period": mailed.period, "folder": str(asked.out), "mails": len(mailed.messages),
        "waiting": [m.unit for m in mailed.waiting], "held": [m.unit for m in mailed.held],
        "doubtful": [m.unit for m in mailed.doubtful],
    }  # fmt: skip


def _print_counts(mailed: Mailed, asked: Asked) -> None:
    from ..core.i18n import tr

    done = len(mailed.messages) - len(mailed.waiting) - len(mailed.held) - len(mailed.doubtful)
    if not mailed.messages:
        print_text(tr("没有可做的邮件。"))
        return
    count = len(mailed.messages)
    head = "{period}：{count} 封邮件的草稿和发送清单写在 {out}"
    print_text(tr(head, period=mailed.period, count=count, out=asked.out))
    print_text(
        tr(
            "  可发 {waiting}，已发过 {done}，发不了 {held}，拿不准发过没有 {doubtful}",
            waiting=len(mailed.waiting),
            done=done,
            held=len(mailed.held),
            doubtful=len(mailed.doubtful),
        )
    )


def _next(mailed: Mailed) -> str:
    from ..core.i18n import tr

    if not mailed.waiting:
        return tr("没有要发的。")
    return tr("没有发送。核对草稿后，双击逐封发，或加 --send 一次发完。")


def _send(
    asked: Asked, mailed: Mailed, host: str, security: str, confirm: str, pause: float
) -> int:
    """Send what waits; returns the exit status."""
    from ..api.send import send as api_send
    from ..api.send import server_of
    from ..core.i18n import tr
    from ..mail.servers import Peer

    assert mailed.plan is not None, "the caller has looked"
    server, lacking = server_of(mailed.plan, host, security, asked.sender)
    if server is None:
        fail(lacking)
    if not host:
        confirm_or_stop(Peer("smtp", server.host, server.user, server.sender), confirm)
    with guarded(asked.plan.parent), progress(tr("发送")) as step:
        done = api_send(asked, mailed, server, pause=pause, clock=now, progress=step)
    findings = (*mailed.findings, *done.findings)
    show(findings, str(asked.out))
    text = "发出 {sent} 封，还有 {left} 封没有发，拿不准发过没有 {doubtful} 封"
    counts = {**_counted(done.mailed, asked), "sent": done.sent, "left": done.left}
    print_json(counts, findings, mailed.language)
    print_text(tr(text, sent=done.sent, left=done.left, doubtful=len(done.mailed.doubtful)))
    if done.stopped and not done.sent:
        return FAILED
    return ATTENTION if alarming(findings) or done.left else OK
