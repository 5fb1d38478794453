"""fetch: mails with forms in them, out of a mailbox."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from .console import (
    ATTENTION,
    FAILED,
    OK,
    alarming,
    detail,
    fail,
    guarded,
    print_json,
    print_text,
    progress,
    show,
)
from .options import FILE, NEW
from .servers import SECURITIES, confirm_option, confirm_or_stop, now
from .terminal.commands import Day, argument, command, json_option, option


@command()
@argument("folder", type=NEW, metavar="收回")
@option(
    "--imap",
    "host",
    default="",
    metavar="主机[:端口]",
    help="收件服务器；默认用 --plan “设置”表里的“收件服务器”",
)
@option("--plan", type=FILE, metavar="总台账.xlsx", help="从这份总台账的“设置”表取收件服务器和邮箱")
@option("--user", default="", metavar="邮箱", help="登录的用户；默认取自环境变量或“发件邮箱”")
@option(
    "--mailbox", default="INBOX", show_default=True, metavar="文件夹", help="邮箱里的哪个文件夹"
)
@option(
    "--security",
    type=click.Choice(SECURITIES),
    help="端口不合惯例时，写明用 SSL（993）还是 STARTTLS（143）",
)
@confirm_option
@json_option
@option("--all", "everything", is_flag=True, help="已读的也取；不写则只取未读的")
@option("--since", type=Day(), metavar="年-月-日", help="只看这一天以后收到的")
def fetch(
    folder: Path,
    host: str,
    plan: Path | None,
    user: str,
    mailbox: str,
    security: str | None,
    confirm_server: str,
    everything: bool,
    since: datetime | None,
) -> None:
    """从邮箱里取回带表格的信，放进收回的文件夹，供 status 和 merge 读取。

    \b
    整封信存成 .eml，发件人和邮件编号都留着。
    邮箱以只读方式打开：不删信，也不改已读未读。
    取过的记在“收回_取信记录.jsonl”，再运行不会重取。
    密码只取自环境变量 RECONCILE_IMAP_PASSWORD 或系统钥匙串；
    用户名取自 RECONCILE_IMAP_USER。

    \b
    例：reconcile fetch 收回 --imap imap.example.cn --user zhb@example.cn
    """
    from ..api.fetch import account_of
    from ..api.fetch import fetch as api_fetch
    from ..core.i18n import tr
    from ..mail.servers import Peer

    if folder.is_file():
        raise click.UsageError(tr("{folder} 是文件；写明放信的文件夹", folder=folder))
    account, language, lacking = account_of(plan, host, user, mailbox, security or "")
    if account is None:
        fail(lacking)
    if not host:
        confirm_or_stop(Peer("imap", account.host, account.user, account.user), confirm_server)
    day = since.date() if since else None
    with guarded(folder), progress(tr("取信")) as step:
        done = api_fetch(
            folder,
            account,
            everything=everything,
            since=day,
            clock=now,
            progress=step,
            language=language,
        )
    if done.broken and not done.files:
        fail(done.findings)
    print_text(
        tr(
            "取回 {count} 封带表格的信，放在 {folder}；没有表格的 {without} 封，以前取过的 {known} 封",
            count=len(done.files),
            folder=folder,
            without=done.without,
            known=done.known,
        )
    )
    for finding in done.findings:
        if finding.severity.name == "NOTE":
            print_text(f"  {finding.message}{tr('。')}")
    show(done.findings, str(folder))
    detail(tr("收件服务器"), account.host, account.user, mailbox)
    print_json(
        {
            "done": not done.broken, "files": [str(path) for path in done.files],
            "without_form": done.without, "fetched_before": done.known,
        },
        done.findings, language,
    )  # fmt: skip
    if done.files:
        print_text(tr("下一步：reconcile status 或 merge 会直接读这个文件夹里的信。"))
    sys.exit(FAILED if done.broken else ATTENTION if alarming(done.findings) else OK)
