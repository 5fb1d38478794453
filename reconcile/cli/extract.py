"""extract: a published plan becomes a plan workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import detail, fail, guarded, listed, print_json, print_text, progress, show
from .options import FILE, WORKBOOK
from .terminal.commands import argument, command, json_option, option

if TYPE_CHECKING:
    from ..core.plan import Plan


@command()
@argument("source", type=FILE, metavar="计划")
@option("-o", "--out", type=WORKBOOK, required=True, help="写到哪里，如 总台账.xlsx")
@option(
    "--units",
    "last",
    type=FILE,
    metavar="总台账.xlsx",
    help="沿用这份旧总台账的单位表、状态词和联系方式等设置",
)
@option(
    "--amended",
    is_flag=True,
    help="这是 --units 那份计划的修订：沿用它的校验密钥和裁定，已发出的表仍然认可",
)
@option(
    "--proof",
    type=WORKBOOK,
    metavar="校对.xlsx",
    help="另做校对表：PDF 每一行的图与提取的文字上下对照（每页约 0.2 秒）",
)
@option(
    "--no-cross-check",
    is_flag=True,
    help="不用第二种方法复读PDF：快一些，但读错的字不会自动发现",
)
@option(
    "--columns",
    "columns_path",
    type=FILE,
    metavar="总台账.xlsx",
    help="照这份工作簿“栏目”表里“改作”一栏选的，重新认定各列",
)
@option(
    "--column",
    "columns",
    multiple=True,
    metavar="原文=当作",
    help='说明某一列是什么，如 "Deliverable=目标任务"（可写多次）',
)
@json_option
@option("--force", is_flag=True, help="总台账（校对表）已有时也重做，原来的改名留着")
def extract(
    source: Path,
    out: Path,
    last: Path | None,
    amended: bool,
    proof: Path | None,
    no_cross_check: bool,
    columns_path: Path | None,
    columns: tuple[str, ...],
    force: bool,
) -> None:
    """从计划（PDF、Excel 或 Word）提取总台账，供在 Excel 里核对。

    \b
    例：reconcile extract 计划.pdf -o 总台账.xlsx
        reconcile extract 新计划.docx -o 新总台账.xlsx --units 旧总台账.xlsx
        reconcile extract 计划.pdf -o 总台账.xlsx --columns 总台账.xlsx --force
    """
    from ..api.extract import extract as api_extract
    from ..core.i18n import language_of, sheet_name_in, tr

    if amended and not last:
        raise click.UsageError(tr("--amended 要和 --units 一起用，说明修订的是哪一份总台账"))
    chosen = _chosen(columns)
    with guarded(out), progress(tr("读取页面")) as step:
        extracted = api_extract(
            source, out, step, last_path=last, amended=amended, proof_path=proof,
            columns_path=columns_path, columns=chosen, cross_check=not no_cross_check, force=force,
        )  # fmt: skip
    plan = extracted.plan
    if plan is None:
        fail(extracted.findings)
    numbers = [t.number for t in plan.tasks]
    gaps = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    orphans = [t.number for t in plan.tasks if not t.lead]
    groups = sum(u.group for u in plan.units)
    detail(tr("计划"), source, tr("{count} 项任务", count=len(plan.tasks)))
    detail(tr("上期的总台账"), *filter(None, (last, columns_path)))
    print_text(tr("已写好 {out}", out=out))
    _print_counts(plan, extracted.sure, gaps, orphans, groups)
    language = language_of(plan.settings)
    show(
        extracted.findings,
        tr("{out} 的“{sheet}”表", out=out, sheet=sheet_name_in("待核", language)),
    )
    if proof and proof.exists():
        print_text(tr("校对表写在 {proof}：逐页对照，在“已核”一栏签注。", proof=proof))
    print_json(
        {
            "done": True, "plan": str(out), "proof": str(proof) if proof and proof.exists() else None,
            "tasks": len(plan.tasks), "missing": gaps, "units": len(plan.units), "groups": groups,
            "certain": extracted.sure, "periods": [p.caption for p in plan.periods],
            "without_lead": orphans,
        },
        extracted.findings, language,
    )  # fmt: skip
    print_text(
        tr("下一步：在 Excel 里打开总台账，照第一张表“说明”从上到下做完；黄色的格子等您填。")
    )


def _chosen(columns: Sequence[str]) -> dict[str, str]:
    """Return what columns are, by caption, as the options --column say."""
    from ..core.i18n import tr

    chosen = {}
    for text in columns:
        caption, equals, role = text.rpartition("=")
        if not equals or not caption.strip() or not role.strip():
            raise click.UsageError(
                tr("--column 要写成 原文=当作，如 Deliverable=目标任务；“{text}”不是", text=text)
            )
        chosen[caption.strip()] = role.strip()
    return chosen


def _print_counts(
    plan: Plan, sure: int, gaps: Sequence[int], orphans: Sequence[int], groups: int
) -> None:
    """Print how many tasks, milestones and units were read."""
    from ..core.i18n import joined, tr
    from ..core.units import counts

    lead, support = counts(plan.tasks)
    cells = [m for t in plan.tasks for m in t.milestones.values()]
    text = (
        "  任务 {count} 项，序号 1 到 {last}，缺 {gaps}"
        if gaps
        else "  任务 {count} 项，序号 1 到 {last}，没有缺号"
    )
    highest = max(t.number for t in plan.tasks)
    print_text(tr(text, count=len(plan.tasks), last=highest, gaps=listed(gaps)))
    print_text(
        tr(
            "  序时进度 {count} 格，其中空白 {blank} 格（{periods}）",
            count=len(cells), blank=sum(not c for c in cells),
            periods=joined(p.caption for p in plan.periods),
        )
    )  # fmt: skip
    print_text(
        tr("  没有牵头单位的任务：{numbers}", numbers=listed(orphans) if orphans else tr("无"))
    )
    print_text(
        tr(
            "  单位 {units} 个（集合单位 {groups} 个），牵头 {led} 次、配合 {supported} 次；"
            "名称确定 {sure} 个，待核 {doubtful} 个",
            units=len(plan.units), groups=groups, led=sum(lead.values()),
            supported=sum(support.values()), sure=sure, doubtful=len(plan.units) - sure,
        )
    )  # fmt: skip
