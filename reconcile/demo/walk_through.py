"""The whole round on the sample plan, and one county's round below it, with simulated clerks.

Everything here is labelled so. The clerks are in simulated_clerks.py, what they write in wording.py.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import subprocess
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from ..api.answer import answer as api_answer
from ..api.delegate import delegate
from ..api.extract import extract
from ..api.generate import generate
from ..api.inputs import layouts_of, shipped
from ..api.merge import Answer, usual_places, write_merge
from ..api.outputs import Misused
from ..api.rotate_key import rotate_key
from ..api.status import take
from ..core.i18n import EN, ZH, Phrase, sheet_name, speaking, tr
from ..plan import read_plan
from ..reports.circular_docx import missing
from ..reports.status import balance_line, status_text
from ..writers.atomic import write_file
from .simulated_clerks import Shared, assign, fill_all, fill_form, shared_of

__all__ = ["fill_form", "run_demo", "shared_of"]

PLAN, SENT, BACK, CIRCULAR = "总台账.xlsx", "发出", "收回", "通报.docx"
EXTRACTED, CHAIN, RECEIVED = "刚提取的总台账.xlsx", "三级演练", "收到的填报表.xlsx"
"""What stands in the folder; in English where the sample is."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A plan to walk through, and who passes a form on to whom; ``split`` is the task that becomes two."""

    language: str
    pdf: str
    reviewed: str
    year: int
    seed: int
    period: str
    as_of: date
    county: str
    county_as_of: date
    bureaus: tuple[str, ...]
    split: int
    parts: tuple[str, str]
    about: str


CHINESE = Sample(
    ZH, "plan.pdf", "plan.xlsx", 2022, 2022, "第二季度", date(2022, 7, 8), "灌云县", date(2022, 7, 4),
    tuple(f"灌云县{name}（模拟）" for name in ("发改委", "教育局", "水利局", "商务局", "民政局")),
    39, ("（模拟分项）建设空港物流园。", "（模拟分项）建设高铁电商物流园。"), "一份 2022 年的公开计划",
)  # fmt: skip
ENGLISH = Sample(
    EN, "plan-en.pdf", "plan-en.xlsx", 2025, 7, "Q2", date(2025, 7, 8), "North District", date(2025, 7, 4),
    tuple(f"North District {name} Section (simulated)" for name in ("Works", "Health", "Welfare")),
    18, ("(simulated part) Open the day centre.", "(simulated part) Run a bus to it."), "一份虚构的计划",
)  # fmt: skip


def run_demo(folder: Path, seed: int | None = None, sample: Sample = CHINESE) -> Iterator[str]:
    """Run the round in ``folder``; yield lines that say what was made.

    The lines are in the language being spoken, the files in that of the sample.
    Misused where there is something already, OSError on a full disk.
    """
    check_new(folder)
    seed = sample.seed if seed is None else seed
    names = _names(sample)
    text = "样例：{about}；回表由程序模拟填写，不是任何单位的真实答复。都放在 {folder}"
    yield tr(text, about=tr(sample.about), folder=folder)
    samples = shipped("samples")
    with resources.as_file(samples / sample.pdf) as pdf:
        extracted = extract(pdf, folder / names[EXTRACTED])
    plan = extracted.plan
    if plan is None:
        raise AssertionError("the sample plan is part of the program")
    text = "1. extract   从计划 PDF 提取 {tasks} 项任务、{units} 个单位 → {file}"
    yield tr(text, tasks=len(plan.tasks), units=len(plan.units), file=names[EXTRACTED])
    plan_path, back = folder / names[PLAN], folder / names[BACK]
    with resources.as_file(samples / sample.reviewed) as reviewed:  # its key is known to everybody
        if not rotate_key(reviewed, plan_path).written:
            raise AssertionError("the sample plan is part of the program")
    yield tr("             经人核对过的一份（集合单位成员为示例假定）→ {file}", file=names[PLAN])
    generated = generate(plan_path, folder / names[SENT], sample.period)
    asked = sum(a.unit in generated.files for a in generated.assignments)
    text = "2. generate  {units} 个单位的填报表，{count} 份任务 → {folder}/"
    yield tr(text, units=len(generated.files), count=asked, folder=names[SENT])
    forms = [path for unit, path in generated.files.items() if unit != sample.county]
    shared = shared_of(generated, plan)
    late, faulty = fill_all(forms, back, seed, shared)
    text = "3. （模拟）  {sent} 份回表，{late} 个单位没有报，{wrong} 份带常见毛病 → {folder}/"
    yield tr(text, sent=len(forms) - late, late=late, wrong=faulty, folder=names[BACK])
    yield from _rehearse(
        folder / names[CHAIN], generated.files[sample.county], back, seed, shared, sample
    )
    summary, details = yield from _merge(folder, sample)
    with speaking(sample.language):
        sheets = [sheet_name(name) for name in ("总览", "问题清单")]
    text = "先看：{file} 的“{first}”；再看 {details} 的“{second}”；打开 {folder}/ 里任何一份，就是单位收到的样子。"
    yield tr(
        text,
        file=summary,
        first=sheets[0],
        details=details.name,
        second=sheets[1],
        folder=names[SENT],
    )
    yield tr("接着自己试，照抄一行就行：")
    for line in (
        ["status", plan_path, back],
        ["merge", plan_path, back],
        ["mail", "--plan", plan_path, folder / names[SENT], "-o", folder / names[_MAIL]],
    ):
        yield "  " + command_line(["reconcile", *map(str, line)])


_MAIL = "邮件"


def check_new(folder: Path) -> None:
    """Raise Misused where there is something already."""
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        text = "{folder} 已经有内容；换一个文件夹（-o）或先删去它"
        raise Misused(Phrase(text, folder=folder))


def _names(sample: Sample) -> dict[str, str]:
    """What files and folders are called in the sample's language."""
    with speaking(sample.language):
        named = (PLAN, SENT, BACK, CIRCULAR, EXTRACTED, CHAIN, RECEIVED, _MAIL)
        return {name: tr(name) for name in named}


def command_line(words: Sequence[str]) -> str:
    """Return a command as a shell of this system takes it."""
    if os.name == "nt":
        return subprocess.list2cmdline(words)
    # shlex takes every Chinese character for a special one.
    return " ".join(w if re.fullmatch(r"[\w./-]+", w) else shlex.quote(w) for w in words)


def _merge(folder: Path, sample: Sample) -> Generator[str, None, tuple[Path, Path]]:
    names = _names(sample)
    plan_path, back = folder / names[PLAN], folder / names[BACK]
    taken = take(plan_path, [back], period=sample.period, as_of=sample.as_of)
    if taken.merged is None or taken.form is None:
        raise AssertionError("the sample round is part of the program")
    merged, form = taken.merged, taken.form
    letter = None if missing() else folder / names[CIRCULAR]
    summary, copies = usual_places(merged, folder, None, None)
    written = write_merge(
        merged, form, summary, copies, [back], circular_path=letter, inputs=taken.inputs,
        page_path=summary.with_suffix(".html"),
        layouts=layouts_of(merged.plan, plan_path, None),
    )  # fmt: skip
    yield f"5. status    {status_text(merged, brief=True)}"
    text = "6. merge     {balance} → {summary}（领导看）、{details}（办公室用）"
    details = written.details
    yield tr(text, balance=balance_line(merged), summary=summary.name, details=details.name)
    text = "             退回件 {count} 份 → {folder}/；网页（手机、电脑看）→ {page}"
    page = summary.with_suffix(".html").name
    yield tr(text, count=len(written.copies), folder=copies.name, page=page)
    if letter:
        yield tr("             通报初稿 → {file}", file=letter.name)
    else:
        yield tr(
            '             没有写通报.docx：本机没有 python-docx（在程序所在的文件夹里运行 pip install ".[docx]"）'
        )
    return summary, details


def _rehearse(
    folder: Path, form: Path, back: Path, seed: int, above: Shared, sample: Sample
) -> Iterator[str]:
    """One unit's form goes a level further down, and its answer comes back up into ``back``."""
    names = _names(sample)
    plan_path, inbox, received = (
        folder / names[PLAN],
        folder / names[BACK],
        folder / names[RECEIVED],
    )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(form, received)
    delegated = delegate(received, plan_path)
    if delegated.plan is None:
        raise AssertionError("the form was made by this program")
    assign(plan_path, sample.bureaus, sample.split, sample.parts, date(sample.year, 7, 1))
    generated = generate(plan_path, folder / names[SENT])
    plan, _ = read_plan(plan_path)
    if plan is None:
        raise AssertionError("the rehearsal's plan is made by this program")
    text = (
        "4. delegate  （模拟）{county}把收到的表变成自己的总台账：{tasks} 项任务"
        "（一项拆成两项），分给 {bureaus} 个局 → {folder}/"
    )
    yield tr(
        text,
        county=sample.county,
        tasks=len(plan.tasks),
        bureaus=len(generated.files),
        folder=folder.name,
    )
    inbox.mkdir(exist_ok=True)
    chance, shared = random.Random(seed), shared_of(generated, plan)
    # Of a sum that several counties share, the bureaus together give this county's part.
    shares = {n: count * above.leads.get(n, 1) for n, count in shared.leads.items()}
    shared = shared._replace(leads=shares)
    for path in generated.files.values():
        fill_form(path, inbox / path.name, chance, shared=shared)
    taken = take(plan_path, [inbox], as_of=sample.county_as_of)
    if taken.merged is None or taken.form is None:
        raise AssertionError("the rehearsal is part of the program")
    with speaking(sample.language):
        answer = folder / tr("答复_{name}", name=received.name)
    answered = api_answer(taken.merged, taken.form, received, answer)
    if answered.content is None:
        raise AssertionError("the form was made by this program")
    summary, copies = usual_places(taken.merged, folder, None, None)
    write_merge(
        taken.merged, taken.form, summary, copies, [inbox],
        answer=Answer(received, answer, answered.content), inputs=taken.inputs,
        layouts=layouts_of(taken.merged.plan, plan_path, None),
    )  # fmt: skip
    write_file(back / form.name, answered.content)
    yield f"             {balance_line(taken.merged)} → {folder.name}/{summary.name}"
    text = "             merge --answer：给上级的答复 {count} 格 → {folder}/{file} → {inbox}/"
    yield tr(text, count=answered.count, folder=folder.name, file=answer.name, inbox=back.name)
