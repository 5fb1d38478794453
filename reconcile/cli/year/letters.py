"""letters: demand action on what is red."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

from ..console import ATTENTION, OK, alarming, fail, guarded, print_text, show
from ..options import FILE, NEW, as_of_option, force_option, plan_argument
from ..terminal.commands import Words, argument, command, option


@command()
@plan_argument
@argument("details", type=FILE, metavar="汇总_明细_….xlsx")
@option(
    "-o",
    "--out",
    type=NEW,
    help="放在哪个文件夹；不写则是总台账旁边、名字带时段的，如 督办单_第二季度",
)
@option(
    "--by",
    "way",
    type=Words("任务", "单位"),
    default="任务",
    help="一项红灯任务一份（默认），或一个牵头单位一份",
)
@as_of_option
@force_option
def letters(
    plan: Path, details: Path, out: Path | None, way: str, as_of: datetime | None, force: bool
) -> None:
    """给每项红灯任务（或每个单位）做一份督办单，Word 文件。

    \b
    哪些任务红灯、依据什么，取自 merge 写出的 汇总_明细，与汇总一致。
    回复期限按“设置”的“督办回复天数”，从 --as-of 那天（默认今天）算起。
    例：reconcile letters 总台账.xlsx 汇总_明细_第二季度.xlsx
    """
    from ...api.year.letters import letters as api_letters
    from ...core.i18n import joined, tr

    day = as_of.date() if as_of else date.today()
    with guarded(out or plan.parent):
        done = api_letters(plan, details, out, way=way, as_of=day, force=force)
    if done.failed:
        fail(done.findings)
    if done.letters:
        words = "{period}：督办单 {count} 份，写在 {out}"
        print_text(tr(words, period=done.period, count=len(done.letters), out=done.out))
    else:
        print_text(tr("{period}没有亮红灯的任务，不用督办", period=done.period))
    if done.removed:
        words = "删去了上次留下、这次不再用的督办单 {count} 份：{names}"
        names = joined(path.name for path in done.removed)
        print_text(tr(words, count=len(done.removed), names=names))
    show(done.findings, str(done.out), notes=True)
    if done.letters:
        print_text(
            tr(
                "下一步：看过以后，reconcile mail {out} --plan {plan} 寄给牵头单位。",
                out=done.out,
                plan=plan,
            )
        )
    sys.exit(ATTENTION if alarming(done.findings) else OK)
