"""Verbs of a round: generate, status, merge, export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .common import (
    ATTENTION,
    FAILED,
    NEW,
    OK,
    Round,
    alarming,
    fail,
    guarded,
    option,
    period_option,
    plan_argument,
    previous_option,
    progress,
    round_options,
    say,
    show,
    template_option,
)


@click.command()
@plan_argument
@period_option
@option("-o", "--out", type=NEW, required=True, help="放在哪个文件夹，如 发出")
@template_option
@option("--unit", "only", multiple=True, help="只做这个单位的（可写多次）")
@previous_option
def generate(
    plan: Path,
    period: str | None,
    out: Path,
    template: Path | None,
    only: tuple[str, ...],
    previous: tuple[Path, ...],
) -> None:
    """给每个责任单位做一份填报表，只含它自己的任务。

    \b
    例：reconcile generate 总台账.xlsx --period 第二季度 -o 发出
    """
    from .. import verbs

    with guarded(out), progress("填报表") as step:
        made = verbs.generate(
            plan,
            out,
            period,
            template_path=template,
            only=only,
            previous_paths=previous,
            progress=step,
        )
    if made.failed:
        fail(made.findings)
    asked = sum(a.unit in made.files for a in made.assignments)
    say(f"{made.period}：{len(made.files)} 个单位的填报表写在 {out}，共 {asked} 份任务")
    show(made.findings, "总台账")
    say("下一步：把每个文件发给对应的单位；收回的放进一个文件夹，然后 reconcile status。")
    sys.exit(ATTENTION if alarming(made.findings) else OK)


@click.command()
@round_options
@option("--json", "as_json", is_flag=True, help="输出 JSON，供程序使用")
@option("-o", "--out", type=NEW, help="另存为工作簿，如 进度.xlsx")
def status(
    asked: Round,
    as_json: bool,
    out: Path | None,
) -> None:
    """看谁报了、谁没报、哪里有问题。不写汇总，随时可以运行。

    \b
    例：reconcile status 总台账.xlsx 收回
    """
    from ..report import report, to_json
    from ..status import status_bytes, status_text

    merged, form = asked.take()
    if out:
        from ..files import write_file

        with guarded(out):
            write_file(out, status_bytes(merged))
    if as_json:
        click.echo(to_json(report(merged, form)).decode(), nl=False)
    else:
        say(status_text(merged))
    sys.exit(ATTENTION if alarming(merged.findings) else OK)


@click.command()
@round_options
@option("-o", "--out", type=NEW, required=True, help="汇总工作簿，如 汇总.xlsx")
@option("--report", "report_path", type=NEW, help="另写一份 JSON 报告，供程序使用")
@option("--circular", "circular_path", type=NEW, help="另写一份通报初稿，如 通报.docx")
@option("--returns", "returns_out", type=NEW, help="退回件放在哪个文件夹，默认与汇总同一处的 退回")
@previous_option
def merge(
    asked: Round,
    out: Path,
    report_path: Path | None,
    circular_path: Path | None,
    returns_out: Path | None,
    previous: tuple[Path, ...],
) -> None:
    """检查回表并汇总；有错的做好退回件。

    \b
    例：reconcile merge 总台账.xlsx 收回 -o 汇总.xlsx
    """
    from .. import verbs
    from ..letter import missing
    from ..status import status_text
    from ..summary import balance_line

    if circular_path and (lacking := missing()):
        fail(lacking)
    merged, form = asked.take(previous)
    looks, told = verbs.load_looks(merged.plan, asked.plan)
    if looks is None:
        fail(told)
    folder = returns_out or out.parent / "退回"
    with guarded(out):
        returned = verbs.write_merge(
            merged, form, out, folder, asked.inbox, report_path=report_path,
            circular_path=circular_path, looks=looks, password=asked.password,
        )  # fmt: skip
    say(f"{merged.caption}汇总已写好：{out}")
    if circular_path:
        say(f"通报初稿：{circular_path}")
    say(status_text(merged, brief=True))
    say(balance_line(merged))
    show(merged.findings, f"{out} 的“问题清单”")
    if returned:
        say(f"退回件 {len(returned)} 份，在 {folder}")
    sys.exit(ATTENTION if alarming(merged.findings) else OK)


@click.command()
@round_options
@option("--to", "out", type=NEW, required=True, help="写到哪里：.csv、.parquet 或 .sqlite")
def export(
    asked: Round,
    out: Path,
) -> None:
    """把收下的明细导成一张表，给 pandas、数据库或 BI 用。

    \b
    例：reconcile export 总台账.xlsx 收回 --to 明细.csv
    """
    from .. import export as tidy

    if out.suffix not in tidy.KINDS:
        raise click.UsageError(f"{out.name}：文件名要以 {'、'.join(tidy.KINDS)} 结尾")
    merged, form = asked.take()
    try:
        with guarded(out):
            tidy.export(merged, form, out)
    except ImportError:
        click.echo('没有做成：写 .parquet 要先安装 pip install "reconcile[parquet]"', err=True)
        sys.exit(FAILED)
    say(f"{len(merged.records)} 条明细写在 {out}")
    sys.exit(ATTENTION if alarming(merged.findings) else OK)
