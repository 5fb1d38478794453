"""Verbs of a round: generate, status, merge, export."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from .common import (
    ATTENTION,
    FILE,
    NEW,
    OK,
    Round,
    alarming,
    fail,
    force_option,
    guarded,
    option,
    period_option,
    plan_argument,
    previous_option,
    progress,
    round_options,
    say,
    show,
    speak,
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
    from ..language import joined, tr

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
    speak(made.language)
    if made.failed:
        fail(made.findings)
    asked = sum(a.unit in made.files for a in made.assignments)
    say(
        tr(
            "{period}：{units} 个单位的填报表写在 {out}，共 {count} 份任务",
            period=made.period, units=len(made.files), out=out, count=asked,
        )
    )  # fmt: skip
    if made.removed:
        names = joined(path.name for path in made.removed)
        told = "删去了上次留下、这次不再用的空表 {count} 份：{names}"
        say(tr(told, count=len(made.removed), names=names))
    show(made.findings, tr("总台账"), notes=True)  # which are kept nowhere
    if made.files:
        say(
            tr(
                "下一步：把每个文件发给对应的单位（reconcile mail 可以代发）；收回的放进一个文件夹，然后 reconcile status。"
            )
        )
    sys.exit(ATTENTION if alarming(made.findings) else OK)


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
    from ..language import sheet_name, tr
    from ..status import status_text

    merged, form, inputs = asked.take()
    if out:
        from .. import verbs

        with guarded(out):
            verbs.write_status(merged, out, asked.inbox, inputs=inputs, force=force)
    if as_json:
        from ..report import report, to_json

        click.echo(to_json(report(merged, form)).decode(), nl=False)
    else:
        say(status_text(merged))
        # Who is silent stands in the list above.
        rest = [f for f in merged.findings if f.code != "UNIT-009"]
        show(rest, tr("merge 写出的“{sheet}”", sheet=sheet_name("问题清单")))
    sys.exit(ATTENTION if alarming(merged.findings) else OK)


@click.command()
@round_options
@option(
    "-o",
    "--out",
    type=NEW,
    help="汇总工作簿；不写则放在总台账旁边，名字带时段，如 汇总_第二季度.xlsx",
)
@option("--report", "report_path", type=NEW, help="另写一份 JSON 报告，供程序使用")
@option("--circular", "circular_path", type=NEW, help="另写一份通报初稿，如 通报.docx")
@option(
    "--returns",
    "returns_out",
    type=NEW,
    help="退回件放在哪个文件夹；不写则与汇总同一处的 退回（没有 -o 时名字也带时段，如 退回_第二季度）",
)
@option(
    "--answer",
    "form_path",
    type=FILE,
    help="上级发来的填报表：把汇总的答复写进它的一份副本，交给上级",
)
@option(
    "--answer-out",
    type=NEW,
    help="答复表写到哪里，默认与汇总同一处的 答复_….xlsx；写收到的表自己也行",
)
@option("--open", "opened", is_flag=True, help="做好以后打开汇总")
@option(
    "--contacts",
    is_flag=True,
    help="汇总里写上联系人、填报人和电话（办公室自己用，不报领导）；不写则只在 status -o 的进度表里",
)
@option(
    "--force",
    is_flag=True,
    help="要写的文件已有也重写：别的时段或计划的汇总、改过的通报、答复不同的答复表（总台账除外）",
)
@previous_option
def merge(
    asked: Round,
    out: Path | None,
    report_path: Path | None,
    circular_path: Path | None,
    returns_out: Path | None,
    form_path: Path | None,
    answer_out: Path | None,
    force: bool,
    opened: bool,
    contacts: bool,
    previous: tuple[Path, ...],
) -> None:
    """检查回表并汇总；有错的做好退回件。

    \b
    例：reconcile merge 总台账.xlsx 收回
        reconcile merge 我的总台账.xlsx 收回 --answer 我收到的填报表.xlsx
    """
    from .. import verbs
    from ..files import safe_name
    from ..language import joined, sheet_name, tr
    from ..status import status_text
    from ..summary import balance_line

    if circular_path:
        from ..letter import missing

        if lacking := missing():
            fail(lacking)
    merged, form, inputs = asked.take(previous)
    style, told = verbs.load_style(merged.plan, asked.plan)
    if style is None:
        fail(told)
    merged = replace(merged, findings=(*merged.findings, *told))
    out, folder = verbs.usual_places(merged, asked.plan.parent, out, returns_out)
    answered = answer = None
    if form_path:
        name = safe_name(form_path.stem) + form_path.suffix
        answer_out = answer_out or out.parent / tr("答复_{name}", name=name)
        with guarded(form_path):
            answered = verbs.answer(
                merged, form, form_path, answer_out, force=force, password=asked.password
            )
        merged = replace(merged, findings=(*merged.findings, *answered.findings))
        answer = verbs.Answer(form_path, answer_out, answered.content)
    with guarded(out):
        written = verbs.write_merge(
            merged, form, out, folder, asked.inbox, report_path=report_path,
            circular_path=circular_path, style=style, password=asked.password, contacts=contacts,
            answer=answer, inputs=inputs, force=force,
        )  # fmt: skip
    say(tr("{period}汇总已写好：{out}", period=merged.caption, out=out))
    if circular_path:
        say(tr("通报初稿：{out}", out=circular_path))
    say(status_text(merged, brief=True))
    say(balance_line(merged))
    show(merged.findings, tr("{out} 的“{sheet}”", out=out, sheet=sheet_name("问题清单")))
    left = [f for f in written.findings if f.severity.name == "NOTE"]
    show([f for f in written.findings if f not in left], str(folder))
    for code in dict.fromkeys(f.code for f in left):
        same = [f for f in left if f.code == code]
        files = joined(f.place.file for f in same)
        say(tr("  {code} {message}：{files}", code=code, message=same[0].message, files=files))
    if written.copies:
        say(tr("退回件 {count} 份，在 {folder}", count=len(written.copies), folder=folder))
    if answer and answered and answered.content:
        words = "给上级的答复：{count} 格，写在 {out}；看过以后交给上级"
        say(tr(words, count=answered.count, out=answer.out))
    elif answered:
        say(tr("给上级的答复没有写"))
        fail(answered.findings)
    if opened:
        click.launch(str(out))
    sys.exit(ATTENTION if alarming((*merged.findings, *written.findings)) else OK)


@click.command()
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
    from .. import export as tidy
    from .. import verbs
    from ..findings import Finding, Place
    from ..language import tr

    if out.suffix not in tidy.KINDS:
        raise click.UsageError(f"{out.name}：文件名要以 {'、'.join(tidy.KINDS)} 结尾")
    merged, form, inputs = asked.take()
    try:
        with guarded(out):
            verbs.write_table(merged, form, out, asked.inbox, inputs=inputs, force=force)
    except ImportError:
        fail([Finding("FILE-090", Place(out.name))])
    say(tr("{count} 条明细写在 {out}", count=len(merged.records), out=out))
    sys.exit(ATTENTION if alarming(merged.findings) else OK)
