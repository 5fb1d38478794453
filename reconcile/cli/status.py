"""status: who has answered."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .console import ATTENTION, OK, alarming, guarded, say, show
from .options import NEW, Round, force_option, option, round_options


@click.command()
@round_options
@option("--json", "as_json", is_flag=True, help="输出 JSON，供程序使用")
@option("-o", "--out", type=NEW, help="另存为工作簿，如 进度.xlsx")
@force_option
def status(
    asked: Round,
    as_json: bool,
    out: Path | None,
    force: bool,
) -> None:
    """看谁报了、谁没报、哪里有问题。不写汇总，随时可以运行。

    \b
    例：reconcile status 总台账.xlsx 收回
    """
    from ..core.i18n import sheet_name, tr
    from ..reports.status import status_text

    merged, template, inputs = asked.take()
    if out:
        from ..api.status import write_status

        with guarded(out):
            write_status(merged, out, asked.inbox, inputs=inputs, force=force)
    if as_json:
        from ..core.findings import to_json
        from ..reports.exports import report

        click.echo(to_json(report(merged, template.form)).decode(), nl=False)
    else:
        say(status_text(merged))
        # Who is silent stands in the list above.
        rest = [f for f in merged.findings if f.code != "UNIT-009"]
        show(rest, tr("merge 写出的“{sheet}”", sheet=sheet_name("问题清单")))
    sys.exit(ATTENTION if alarming(merged.findings) else OK)
