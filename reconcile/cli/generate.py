"""generate: one fill-in workbook for each unit."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from .console import (
    ATTENTION,
    OK,
    alarming,
    detail,
    fail,
    guarded,
    listed,
    print_json,
    print_text,
    progress,
    show,
)
from .options import (
    NEW,
    as_of_option,
    period_option,
    plan_argument,
    previous_option,
    print_former,
    template_option,
)
from .terminal.commands import command, json_option, option


@command()
@plan_argument
@period_option
@option(
    "-o",
    "--out",
    type=NEW,
    help="放在哪个文件夹；不写则是总台账旁边、名字带时段的，如 发出_第二季度",
)
@template_option
@option("--unit", "only", multiple=True, help="只做这个单位的（可写多次）")
@previous_option
@as_of_option
@json_option
def generate(
    plan: Path,
    period: str | None,
    out: Path | None,
    template: Path | None,
    only: tuple[str, ...],
    previous: tuple[Path, ...],
    as_of: datetime | None,
) -> None:
    """给每个责任单位做一份填报表，只含它自己的任务。

    \b
    例：reconcile generate 总台账.xlsx --period 第二季度
    """
    from ..api.generate import generate as api_generate
    from ..core.i18n import joined, tr

    with guarded(out or plan.parent), progress(tr("生成填报表")) as step:
        generated = api_generate(
            plan,
            out,
            period,
            template_path=template,
            only=only,
            previous_paths=previous,
            progress=step,
            as_of=as_of.date() if as_of else None,
        )
    if generated.failed:
        fail(generated.findings)
    print_former(generated.former, generated.gap)
    detail(tr("总台账"), plan, generated.language)
    detail(tr("填报表模板"), template or tr("总台账里写的，没有写则程序自带的"))
    asked = sum(a.unit in generated.files for a in generated.assignments)
    print_text(
        tr(
            "{period}：{units} 个单位的填报表写在 {out}，共 {count} 份任务",
            period=generated.period, units=len(generated.files), out=generated.out, count=asked,
        )
    )  # fmt: skip
    if generated.spared:
        numbers = dict.fromkeys(a.task.number for a in generated.spared)
        words = "已销号、不再填报的任务 {count} 项：第 {numbers} 项"
        print_text(tr(words, count=len(numbers), numbers=listed(list(numbers))))
    if generated.removed:
        names = joined(path.name for path in generated.removed)
        words = "删去了上次留下、这次不再用的空表 {count} 份：{names}"
        print_text(tr(words, count=len(generated.removed), names=names))
    show(generated.findings, tr("总台账"), notes=True)  # which are kept nowhere
    if generated.files:
        print_text(
            tr(
                "下一步：把每个文件发给对应的单位（reconcile mail 可以代发）；收回的放进一个文件夹，然后 reconcile status。"
            )
        )
    print_json(
        {
            "done": True, "period": generated.period, "tasks": asked,
            "forms": {unit: str(path) for unit, path in generated.files.items()},
            "removed": [str(path) for path in generated.removed],
        },
        generated.findings, generated.language,
    )  # fmt: skip
    sys.exit(ATTENTION if alarming(generated.findings) else OK)
