"""status: who has answered."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .console import ATTENTION, OK, alarming, guarded, print_text, show
from .options import WORKBOOK, Round, force_option, round_options
from .terminal.commands import JSON, command, json_option, option, wanted


@command()
@round_options
@json_option
@option("-o", "--out", type=WORKBOOK, help="另存为工作簿，如 进度.xlsx")
@option(
    "--open",
    "opened",
    is_flag=True,
    help="做好工作簿以后打开；没有写 -o 的，写在总台账旁边，名字带时段：进度_第二季度.xlsx",
)
@force_option
def status(
    asked: Round,
    out: Path | None,
    opened: bool,
    force: bool,
) -> None:
    """看谁报了、谁没报、哪里有问题。不写汇总，随时可以运行。

    \b
    例：reconcile status 总台账.xlsx 收回
    """
    from ..api.year.open_letters import open_letters
    from ..core.i18n import language_of, sheet_name_in, speaking, tr
    from ..reports.status import letters_fields, letters_text, status_text

    merged, form, taken = asked.taken()
    with guarded(asked.plan):
        letters = open_letters(asked.plan, merged, taken.previous)
    if out or opened:
        from ..api.status import usual_status, write_status

        out = out or usual_status(merged, asked.plan.parent)
        with guarded(out):
            write_status(
                merged, out, asked.inbox, inputs=taken.inputs, letters=letters, force=force
            )
    if wanted(JSON):
        from ..core.findings import to_json
        from ..reports.exports import report

        with speaking(language_of(merged.plan.settings)):  # as in the report
            content = {**report(merged, form), "letters": letters_fields(letters)}
            click.echo(to_json(content).decode(), nl=False)
    else:
        print_text(status_text(merged))
        if letters:
            print_text(letters_text(letters))
        # Who is silent stands in the list above.
        rest = [f for f in merged.findings if f.code != "UNIT-009"]
        show(
            rest,
            tr(
                "merge 写出的“{sheet}”",
                sheet=sheet_name_in("问题清单", language_of(merged.plan.settings)),
            ),
        )
    if opened:
        click.launch(str(out))
    sys.exit(ATTENTION if alarming(merged.findings) else OK)
