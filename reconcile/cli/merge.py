"""merge: what came back becomes the summary."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from .console import ATTENTION, OK, alarming, fail, guarded, say, show
from .options import FILE, NEW, Round, option, previous_option, round_options


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
@option(
    "--reopen",
    is_flag=True,
    help="这个时段已经归档，仍要重做汇总：归档里会记下何时、谁、为什么；做完再 close",
)
@option("--why", default="", metavar="原因", help="为什么重做，与 --reopen 同用")
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
    reopen: bool,
    why: str,
    previous: tuple[Path, ...],
) -> None:
    """检查回表并汇总；有错的做好退回件。

    \b
    例：reconcile merge 总台账.xlsx 收回
        reconcile merge 我的总台账.xlsx 收回 --answer 我收到的填报表.xlsx
    """
    from ..api.inputs import load_style
    from ..api.merge import Answer, usual_places, write_merge
    from ..core.i18n import joined, sheet_name, tr
    from ..reports.status import status_text
    from ..reports.summary import balance_line
    from ..writers.atomic import safe_name

    if circular_path:
        from ..reports.circular_docx import missing

        if lacking := missing():
            fail(lacking)
    merged, form, inputs = asked.take(previous, telling=True)
    style, told = load_style(merged.plan, asked.plan)
    if style is None:
        fail(told)
    merged = replace(merged, findings=(*merged.findings, *told))
    out, folder = usual_places(merged, asked.plan.parent, out, returns_out)
    answered = answer = None
    if form_path:
        from ..api.answer import answer as api_answer

        name = safe_name(form_path.stem) + form_path.suffix
        answer_out = answer_out or out.parent / tr("答复_{name}", name=name)
        with guarded(form_path):
            answered = api_answer(
                merged, form, form_path, answer_out, force=force, password=asked.password
            )
        merged = replace(merged, findings=(*merged.findings, *answered.findings))
        answer = Answer(form_path, answer_out, answered.content)
    with guarded(out):
        opening = None
        if reopen:
            from ..api.year.close import reopening
            from .year.close import login

            opening = reopening(asked.plan, merged, datetime.now(), login(), why)
        written = write_merge(
            merged, form, out, folder, asked.inbox, report_path=report_path,
            circular_path=circular_path, style=style, password=asked.password, contacts=contacts,
            answer=answer, inputs=inputs, force=force, reopening=opening,
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
