"""history: the closed periods side by side."""

from __future__ import annotations

import sys
from pathlib import Path

from ..console import ATTENTION, OK, alarming, fail, guarded, print_json, print_text, show, working
from ..options import force_option, plan_argument, previous_option
from ..terminal.commands import JSON, NewFile, command, json_option, option, wanted


@command()
@plan_argument
@option(
    "-o", "--out", type=NewFile(".xlsx", ".html"), help="写成工作簿或网页，如 走势.xlsx、走势.html"
)
@previous_option
@option("--contacts", is_flag=True, help="“该提醒谁”表里列出联系人、电话和邮箱（供办公室使用）")
@json_option
@force_option
def history(
    plan: Path, out: Path | None, previous: tuple[Path, ...], contacts: bool, force: bool
) -> None:
    """各时段的走势：每项任务、每个单位逐期的情况，年度考核，该提醒谁。

    读归档里各期的汇总，不重算；没有归档的时段用 --previous 写明。

    \b
    例：reconcile history 总台账.xlsx -o 走势.xlsx
        reconcile history 总台账.xlsx -o 走势.html
    """
    from ...api.year.history import history as api_history
    from ...api.year.history import write_history
    from ...core.i18n import speaking, tr
    from ...reports.year.tables import as_json, history_text

    with guarded(plan), working(tr("读取各期的汇总")):
        result = api_history(plan, previous)
    if result.history is None:
        fail(result.findings)
    if out:
        with guarded(out):
            write_history(result, out, contacts=contacts, force=force)
    if wanted(JSON):
        with speaking(result.language):  # as the workbook
            print_json({"done": True, **as_json(result.history)}, result.findings, result.language)
    else:
        print_text(history_text(result.history))
        if out:
            print_text(tr("走势写在 {out}", out=out))
        show(result.findings, str(out or plan), notes=True)
    sys.exit(ATTENTION if alarming(result.findings) else OK)
