"""diff: what changed between two plan workbooks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .console import ATTENTION, OK, fail, guarded, print_text, working
from .options import FILE, WORKBOOK, force_option
from .terminal.commands import JSON, argument, command, json_option, option, wanted


@command()
@argument("old", type=FILE, metavar="旧总台账.xlsx")
@argument("new", type=FILE, metavar="新总台账.xlsx")
@option("-o", "--out", type=WORKBOOK, help="另存为工作簿，如 差异.xlsx")
@json_option
@force_option
def diff(old: Path, new: Path, out: Path | None, force: bool) -> None:
    """比较两份总台账：增减的任务、改了的目标和进度、单位和时段的变动。

    退出码：0 没有变动；3 有变动；1 读不了。

    \b
    例：reconcile diff 总台账.xlsx 新总台账.xlsx -o 差异.xlsx
    """
    from ..api.diff import diff as api_diff
    from ..api.diff import write_changes
    from ..core.i18n import speaking, tr
    from ..plan import diff_report, spoken_in

    with guarded(old), working(tr("比较两份总台账")):
        changes, findings = api_diff(old, new)
    if changes is None:
        fail(findings)
    if out:
        with guarded(out):
            write_changes(changes, old, new, out, force=force)
    if wanted(JSON):
        with speaking(spoken_in(new)):  # as the workbook
            click.echo(diff_report.changes_json(changes, old.name, new.name).decode(), nl=False)
    else:
        print_text(diff_report.changes_text(changes) or tr("两份总台账没有变动"))
        if out:
            print_text(tr("全文对照写在 {out}", out=out))
    sys.exit(ATTENTION if changes else OK)
