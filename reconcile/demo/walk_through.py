"""The whole round on the sample plan, and one county's round below it, with simulated clerks.

Everything here is labelled so. The clerks are in clerks.py.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path

from ..api.answer import answer as api_answer
from ..api.delegate import delegate
from ..api.extract import extract
from ..api.generate import generate
from ..api.inputs import shipped
from ..api.merge import Answer, write_merge
from ..api.outputs import Misused
from ..api.rotate_key import rotate_key
from ..api.status import take
from ..plan import read_plan
from ..reports.circular_docx import missing
from ..reports.status import balance_line, status_text
from ..writers.atomic import write_file
from .simulated_clerks import Shared, assign, fill_all, fill_form, shared_of

__all__ = ["fill_form", "run_demo", "shared_of"]

PERIOD = "第二季度"
PLAN, SENT, BACK = "总台账.xlsx", "发出", "收回"
SUMMARY, COPIES, PAGE = f"汇总_{PERIOD}.xlsx", f"退回_{PERIOD}", f"汇总_{PERIOD}.html"
DETAILS = f"汇总_明细_{PERIOD}.xlsx"
CHAIN, RECEIVED = "三级演练", "收到的填报表.xlsx"
AS_OF = date(2022, 7, 8)
COUNTY = "灌云县"
COUNTY_AS_OF = date(2022, 7, 4)
BUREAUS = tuple(
    f"{COUNTY}{name}（模拟）" for name in ("发改委", "教育局", "水利局", "商务局", "民政局")
)
SPLIT, PARTS = 39, ("（模拟分项）建设空港物流园。", "（模拟分项）建设高铁电商物流园。")


def run_demo(folder: Path, seed: int = 2022) -> Iterator[str]:
    """Run the round in ``folder``; yields lines that say what was made.

    Misused where there is something already, OSError on a full disk.
    """
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise Misused(f"{folder} 已经有内容；换一个文件夹（-o）或先删去它")
    yield f"样例：一份 2022 年的公开计划；回表由程序模拟填写，不是任何单位的真实答复。都放在 {folder}"
    sample = shipped("samples")
    with resources.as_file(sample / "plan.pdf") as pdf:
        extracted = extract(pdf, folder / "刚提取的总台账.xlsx")
    plan = extracted.plan
    if plan is None:
        raise AssertionError("the sample plan is part of the program")
    yield f"1. extract   从计划 PDF 提取 {len(plan.tasks)} 项任务、{len(plan.units)} 个单位 → 刚提取的总台账.xlsx"
    with resources.as_file(sample / "plan.xlsx") as reviewed:  # the key in it is known to everybody
        if not rotate_key(reviewed, folder / PLAN).written:
            raise AssertionError("the sample plan is part of the program")
    yield f"             经人核对过的一份（集合单位成员为示例假定）→ {PLAN}"
    made = generate(folder / PLAN, folder / SENT, PERIOD)
    asked = sum(a.unit in made.files for a in made.assignments)
    yield f"2. generate  {len(made.files)} 个单位的填报表，{asked} 份任务 → {SENT}/"
    forms = [path for unit, path in made.files.items() if unit != COUNTY]
    shared = shared_of(made, plan)
    late, wrong = fill_all(forms, folder / BACK, seed, shared)
    yield (
        f"3. （模拟）  {len(forms) - late} 份回表，{late} 个单位没有报，{wrong} 份带常见毛病 → {BACK}/"
    )
    yield from _rehearse(folder / CHAIN, made.files[COUNTY], folder / BACK, seed, shared)
    yield from _merge(folder)
    yield f"先看：{folder / SUMMARY} 的“总览”；再看 {DETAILS} 的“问题清单”；打开 {SENT}/ 里任何一份，就是单位收到的样子。"


def _merge(folder: Path) -> Iterator[str]:
    taken = take(folder / PLAN, [folder / BACK], period=PERIOD, as_of=AS_OF)
    if taken.merged is None or taken.template is None:
        raise AssertionError("the sample round is part of the program")
    merged, form = taken.merged, taken.template.form
    letter = None if missing() else folder / "通报.docx"
    written = write_merge(
        merged, form, folder / SUMMARY, folder / COPIES, [folder / BACK], circular_path=letter,
        page_path=folder / PAGE, inputs=taken.inputs,
    )  # fmt: skip
    yield f"5. status    {status_text(merged, brief=True)}"
    yield f"6. merge     {balance_line(merged)} → {SUMMARY}（领导看）、{DETAILS}（办公室用）"
    yield f"             退回件 {len(written.copies)} 份 → {COPIES}/；网页（手机、电脑看）→ {PAGE}"
    if letter:
        yield f"             通报初稿 → {letter.name}"
    else:
        yield '             没有写通报.docx：本机没有 python-docx（在程序所在的文件夹里运行 pip install ".[docx]"）'


def _rehearse(folder: Path, form: Path, back: Path, seed: int, above: Shared) -> Iterator[str]:
    """One unit's form goes a level further down, and its answer comes back up into ``back``."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(form, folder / RECEIVED)
    delegated = delegate(folder / RECEIVED, folder / PLAN)
    if delegated.plan is None:
        raise AssertionError("the form was made by this program")
    assign(folder / PLAN, BUREAUS, SPLIT, PARTS)
    made = generate(folder / PLAN, folder / SENT)
    plan, _ = read_plan(folder / PLAN)
    if plan is None:
        raise AssertionError("the rehearsal's plan is made by this program")
    yield (
        f"4. delegate  （模拟）{COUNTY}把收到的表变成自己的总台账：{len(plan.tasks)} 项任务"
        f"（一项拆成两项），分给 {len(made.files)} 个局 → {CHAIN}/"
    )
    (folder / BACK).mkdir(exist_ok=True)
    chance, shared = random.Random(seed), shared_of(made, plan)
    # Of a sum that several counties share, the bureaus together give this county's part.
    shares = {n: count * above.leads.get(n, 1) for n, count in shared.leads.items()}
    shared = shared._replace(leads=shares)
    for path in made.files.values():
        fill_form(path, folder / BACK / path.name, chance, shared=shared)
    taken = take(folder / PLAN, [folder / BACK], as_of=COUNTY_AS_OF)
    if taken.merged is None or taken.template is None:
        raise AssertionError("the rehearsal is part of the program")
    answer = folder / f"答复_{RECEIVED}"
    answered = api_answer(taken.merged, taken.template.form, folder / RECEIVED, answer)
    if answered.content is None:
        raise AssertionError("the form was made by this program")
    write_merge(
        taken.merged, taken.template.form, folder / SUMMARY, folder / COPIES, [folder / BACK],
        answer=Answer(folder / RECEIVED, answer, answered.content), inputs=taken.inputs,
    )  # fmt: skip
    write_file(back / form.name, answered.content)
    yield f"             {balance_line(taken.merged)} → {CHAIN}/{SUMMARY}"
    yield f"             merge --answer：给市里的答复 {answered.count} 格 → {CHAIN}/{answer.name} → {BACK}/"
