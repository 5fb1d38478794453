"""close: freeze a period."""

from __future__ import annotations

import getpass
import sys
from datetime import datetime
from pathlib import Path

from ..console import ATTENTION, OK, alarming, fail, guarded, print_text, show
from ..options import (
    EXISTS,
    FILE,
    password_option,
    period_option,
    plan_argument,
    previous_option,
    template_option,
)
from ..terminal.commands import Place, argument, command, option


def login() -> str:
    """Return the name under which the person works on this machine, "" where it is not known."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


@command()
@plan_argument
@argument("inbox", type=EXISTS, nargs=-1, metavar="[收回…]")
@period_option
@option("--summary", type=FILE, help="这个时段的汇总在别处、或有几份时，写明是哪一份")
@option(
    "--returns",
    type=Place(exists=True, file_okay=False, path_type=Path),
    help="退回件在别处时，写明是哪个文件夹",
)
@option("--answer", "form", type=FILE, help="merge 时用了 --answer 的：收到的那份填报表")
@option(
    "--late",
    type=FILE,
    multiple=True,
    help="归档以后才到的表：留存在归档的“迟到”里，别的都不变（可写多次）",
)
@option("--by", "who", default="", metavar="姓名", help="谁归档的，记在归档里；不写则用登录名")
@template_option
@password_option
@previous_option
def close(
    plan: Path,
    inbox: tuple[Path, ...],
    period: str | None,
    summary: Path | None,
    returns: Path | None,
    form: Path | None,
    late: tuple[Path, ...],
    who: str,
    template: Path | None,
    password: str | None,
    previous: tuple[Path, ...],
) -> None:
    """把一个时段归档：收回、总台账、汇总、退回件、发送记录，连同清单。

    \b
    放在总台账旁边的 归档/时段/；以后的时段自动用它作上期，迟到的表不再改动它。
    例：reconcile close 总台账.xlsx --period 第二季度
        reconcile close 总台账.xlsx --period 第二季度 --late 迟到的表.xlsx
    """
    from ...api.year.close import Asked
    from ...api.year.close import close as api_close
    from ...api.year.closed_period import keep_late
    from ...core.i18n import joined, tr
    from ...reports.status import balance_line

    asked = Asked(
        plan, datetime.now(), period, inbox, summary, returns, template, previous, form, password,
        who or login(),
    )  # fmt: skip
    with guarded(plan):
        done = keep_late(asked, late) if late else api_close(asked)
    if done.archive is None:
        fail(done.findings)
    folder = done.archive.folder
    if late:
        names = joined(done.kept)
        words = "迟到的表留存在 {folder}：{names}" if done.kept else "这些表归档里已经有了"
        print_text(tr(words, folder=folder, names=names))
        sys.exit(OK)
    words = "“{period}”已归档：{count} 个文件，写在 {folder}"
    print_text(
        tr(
            words,
            period=done.archive.period,
            count=len(done.archive.manifest["files"]),
            folder=folder,
        )
    )
    if done.merged:
        print_text(balance_line(done.merged))
    show(done.findings, str(folder), notes=True)
    print_text(tr("汇总已用归档里的文件重做一遍，逐字节相同。现在可以清空“收回”，开始下一个时段。"))
    sys.exit(ATTENTION if alarming(done.findings) else OK)
