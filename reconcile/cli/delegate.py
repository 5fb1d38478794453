"""delegate: a received form becomes a plan one level down."""

from __future__ import annotations

from pathlib import Path

from ..core.settings import Setting
from .console import fail, guarded, print_json, print_text, show, working
from .options import FILE, WORKBOOK, password_option, template_option
from .terminal.commands import argument, command, json_option, option


@command()
@argument("form", type=FILE, metavar="我收到的填报表.xlsx")
@option("-o", "--out", type=WORKBOOK, required=True, help="写到哪里，如 我的总台账.xlsx")
@option(
    "--units",
    "last",
    type=FILE,
    metavar="旧总台账.xlsx",
    help="沿用这份旧总台账的单位表、状态词和联系方式等设置",
)
@template_option
@password_option
@json_option
@option("--force", is_flag=True, help="总台账已有时也重做，原来的改名留着")
def delegate(
    form: Path,
    out: Path,
    last: Path | None,
    template: Path | None,
    password: str | None,
    force: bool,
) -> None:
    """把本单位收到的填报表变成自己的总台账，再分给下属单位填。

    \b
    例：reconcile delegate 我收到的填报表.xlsx -o 我的总台账.xlsx
    之后：在“单位”表登记下属单位，在“任务”表填牵头单位，然后 generate → 收回 →
        reconcile merge 我的总台账.xlsx 收回 --answer 我收到的填报表.xlsx
    """
    from ..api.delegate import delegate as api_delegate
    from ..core.i18n import language_of, sheet_name_in, tr

    with guarded(out), working(tr("读取填报表")):
        delegated = api_delegate(
            form, out, last_path=last, template_path=template, password=password, force=force
        )
    plan = delegated.plan
    if plan is None:
        fail(delegated.findings)
    print_text(tr("已写好 {out}", out=out))
    print_text(
        tr(
            "  {unit}：任务 {count} 项，量化指标 {indicators} 个，本期 {period}",
            unit=plan.office, count=len(plan.tasks), indicators=len(plan.indicators),
            period=plan.settings[Setting.PERIOD],
        )
    )  # fmt: skip
    show(
        delegated.findings,
        tr("{out} 的“{sheet}”表", out=out, sheet=sheet_name_in("待核", language_of(plan.settings))),
    )
    print_json(
        {
            "done": True, "plan": str(out), "unit": plan.office, "tasks": len(plan.tasks),
            "indicators": len(plan.indicators), "period": plan.settings[Setting.PERIOD],
        },
        delegated.findings, language_of(plan.settings),
    )  # fmt: skip
    print_text(
        tr(
            "下一步：在“单位”表登记下属单位，在“任务”表填牵头单位（一项拆成几项：复制这一行，改序号，保留上级序号），在“设置”表填截止日期；然后 reconcile generate。"
        )
    )
