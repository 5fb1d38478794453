"""amend: put agreed changes into the plan workbook."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

from ..console import ATTENTION, OK, fail, guarded, print_text, show
from ..options import as_of_option, plan_argument
from ..terminal.commands import command


@command()
@plan_argument
@as_of_option
def amend(plan: Path, as_of: datetime | None) -> None:
    """把“裁定”表里同意的调整改进总台账，并记在“变更记录”表。

    \b
    原来的总台账改名留着；只改同意的那几格，别的都不动。
    例：reconcile amend 总台账.xlsx
    """
    from ...api.year.amend import amend as api_amend
    from ...core.i18n import tr
    from ...core.text import short

    with guarded(plan):
        done = api_amend(plan, as_of=as_of.date() if as_of else date.today())
    if done.failed:
        fail(done.findings)
    for change in done.changes:
        words = "第 {number} 项 {column}：{before}→{after}（{who} {when}，{why}）"
        print_text(
            tr(
                words, number=change.task, column=tr(change.column),
                before=short(change.before, 40) or tr("（空）"), after=short(change.after, 40),
                who=change.who, when=change.when, why=short(change.why, 40),
            )
        )  # fmt: skip
    if done.changes:
        words = "改了 {count} 处，记在“变更记录”；原来的总台账留着：{kept}"
        print_text(tr(words, count=len(done.changes), kept=done.kept.name if done.kept else ""))
    else:
        print_text(tr("没有要改的：同意的调整都已经在总台账里"))
    show(done.findings, str(plan), notes=True)
    sys.exit(ATTENTION if done.findings else OK)
