"""export: the records as a tidy table."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .console import ATTENTION, OK, alarming, fail, guarded, print_text, working
from .options import NEW, Round, force_option, round_options
from .terminal.commands import command, option


@command()
@round_options
@option("--to", "out", type=NEW, required=True, help="写到哪里：.csv、.parquet 或 .sqlite")
@force_option
def export(
    asked: Round,
    out: Path,
    force: bool,
) -> None:
    """把收下的明细导成一张表，给 pandas、数据库或 BI 用。

    \b
    例：reconcile export 总台账.xlsx 收回 --to 明细.csv
    """
    from ..api.merge import write_table
    from ..core.findings import Finding, Place
    from ..core.i18n import joined, tr
    from ..reports import exports as tidy

    if out.suffix not in tidy.KINDS:
        raise click.UsageError(
            tr("{name}：文件名要以 {endings} 结尾", name=out.name, endings=joined(tidy.KINDS))
        )
    merged, form, inputs = asked.take()
    try:
        with guarded(out), working(tr("写明细表")):
            write_table(merged, form, out, asked.inbox, inputs=inputs, force=force)
    except ImportError:
        fail([Finding("FILE-090", Place(out.name))])
    print_text(tr("{count} 条明细写在 {out}", count=len(merged.records), out=out))
    sys.exit(ATTENTION if alarming(merged.findings) else OK)
