"""merge: what came back becomes the summary."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import ATTENTION, OK, alarming, fail, guarded, print_text, show, working
from .options import (
    DOCUMENT,
    FILE,
    JSON_FILE,
    NEW,
    PAGE,
    PDF,
    WORKBOOK,
    Round,
    previous_option,
    round_options,
)
from .terminal.commands import Words, command, option

if TYPE_CHECKING:
    from ..api.merge import Written
    from ..core.result import MergeResult


@command()
@round_options
@option(
    "-o",
    "--out",
    type=WORKBOOK,
    help="汇总工作簿，明细写在旁边的 …_明细.xlsx；不写则放在总台账旁边，名字带时段：汇总_第二季度.xlsx、汇总_明细_第二季度.xlsx",
)
@option("--report", "report_path", type=JSON_FILE, help="另写一份 JSON 报告，供程序使用")
@option("--circular", "circular_path", type=DOCUMENT, help="另写一份通报初稿，如 通报.docx")
@option(
    "--html",
    "page_path",
    type=PAGE,
    help="另写一页网页，给领导在手机、电脑上看，不用联网，如 汇总.html",
)
@option(
    "--pdf",
    "pdf_path",
    type=PDF,
    help="另把汇总打印成一份 PDF，如 汇总.pdf（本机要装有 LibreOffice）",
)
@option(
    "--packs",
    type=Words("按领导", "按单位"),
    multiple=True,
    help="另按“分管领导”一栏给每位领导、或给每个单位各做一份，放在 汇总_按领导 这样的文件夹（可写两次）",
)
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
    help="明细里写上联系人、填报人和电话（办公室自己用）；不写则只在 status -o 的进度表里",
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
    page_path: Path | None,
    pdf_path: Path | None,
    packs: tuple[str, ...],
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
    from ..api.inputs import layouts_of, load_style
    from ..api.merge import Answer, usual_places, write_merge
    from ..core.i18n import language_of, speaking, tr
    from ..writers.atomic import safe_name

    if circular_path:
        from ..reports.circular_docx import missing

        if lacking := missing():
            fail(lacking)
    merged, form, inputs = asked.take(previous, telling=True)
    style, style_findings = load_style(merged.plan, asked.plan)
    if style is None:
        fail(style_findings)
    merged = replace(merged, findings=(*merged.findings, *style_findings))
    out, folder = usual_places(merged, asked.plan.parent, out, returns_out)
    answered = answer = None
    if form_path:
        from ..api.answer import answer as api_answer

        name = safe_name(form_path.stem) + form_path.suffix
        with speaking(language_of(merged.plan.settings)):
            answer_out = answer_out or out.parent / tr("答复_{name}", name=name)
        with guarded(form_path):
            answered = api_answer(
                merged, form, form_path, answer_out, force=force, password=asked.password
            )
        merged = replace(merged, findings=(*merged.findings, *answered.findings))
        answer = Answer(form_path, answer_out, answered.content)
    if pdf_path:
        print_text(tr("PDF 由 LibreOffice 来转，要等一两分钟"), err=True)
    with guarded(out), working(tr("写汇总和退回件")):
        opening = None
        if reopen:
            from ..api.year.closed_period import reopening
            from .year.close import login

            opening = reopening(asked.plan, merged, datetime.now(), login(), why)
        written = write_merge(
            merged, form, out, folder, asked.inbox, report_path=report_path,
            circular_path=circular_path, page_path=page_path, pdf_path=pdf_path, packs=packs, style=style,
            password=asked.password, contacts=contacts, answer=answer, inputs=inputs, force=force,
            reopening=opening, layouts=layouts_of(merged.plan, asked.plan, asked.template),
        )  # fmt: skip
    print_text(tr("{period}汇总已写好：{out}", period=merged.caption, out=out))
    print_text(tr("明细（办公室用）：{out}", out=written.details))
    if circular_path:
        print_text(tr("通报初稿：{out}", out=circular_path))
    if page_path:
        print_text(tr("网页：{out}", out=page_path))
    if pdf_path and not any(f.code == "FORM-037" for f in written.findings):
        print_text(tr("PDF：{out}", out=pdf_path))
    _print_result(merged, written, folder)
    if answer and answered and answered.content:
        text = "给上级的答复：{count} 格，写在 {out}；看过以后交给上级"
        print_text(tr(text, count=answered.count, out=answer.out))
    elif answered:
        print_text(tr("给上级的答复没有写"))
        fail(answered.findings)
    if opened:
        click.launch(str(out))
    sys.exit(ATTENTION if alarming((*merged.findings, *written.findings)) else OK)


def _print_result(merged: MergeResult, written: Written, folder: Path) -> None:
    """Print who has answered, the balance, the findings, and which copies lie in ``folder``."""
    from ..core.i18n import joined, language_of, sheet_name_in, tr
    from ..reports.status import balance_line, status_text

    for place, count in written.packs.items():
        print_text(tr("分开的汇总 {count} 份，在 {folder}", count=count, folder=place))
    print_text(status_text(merged, brief=True))
    print_text(balance_line(merged), bold=True)
    sheet = sheet_name_in("问题清单", language_of(merged.plan.settings))
    show(merged.findings, tr("{out} 的“{sheet}”", out=written.details, sheet=sheet))
    notes = [f for f in written.findings if f.severity.name == "NOTE"]
    show([f for f in written.findings if f not in notes], str(folder))
    for code, message in dict.fromkeys((f.code, f.message) for f in notes):
        files = joined(f.place.file for f in notes if (f.code, f.message) == (code, message))
        print_text(tr("  {code} {message}：{files}", code=code, message=message, files=files))
    if written.copies:
        print_text(tr("退回件 {count} 份，在 {folder}", count=len(written.copies), folder=folder))
