"""Two levels for the tests: a city's plan, the form a county received, and what its bureaus answer.

The county 甲县 leads tasks 1 and 3 and supports 2; task 1 has two indicators, one of them an amount.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench_forms import template
from books import opened
from worded import worded

from reconcile.api.answer import Answered, answer
from reconcile.api.delegate import delegate
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.core.form import NOT_ASKED, Form
from reconcile.core.plan import Amount, Indicator, Period, Plan, Task, Unit
from reconcile.core.result import MergeResult
from reconcile.core.settings import Setting
from reconcile.core.units import assignments
from reconcile.core.values.synonyms import synonym_map
from reconcile.forms.form_writer import form_bytes
from reconcile.plan import plan_bytes, read_plan

COUNTY, OTHER = "甲县", "乙县"
EDUCATION, WATER, TRADE = "甲县教育局", "甲县水利局", "甲县商务局"
COUNTY_DAY, CITY_DAY = date(2022, 7, 4), date(2022, 7, 8)
RECEIVED = "收到的填报表.xlsx"


def city() -> Plan:
    """The plan one level up."""

    def task(number: int, goal: str, lead: str, *support: str) -> Task:
        milestones = {"第一季度": "印发实施方案。", "第二季度": f"{goal[2:4]}任务过半。"}
        return Task(number, ("一、民生", "（一）教育"), goal, milestones, (lead,), support)

    def exactly(number: int) -> Amount:
        return Amount(Decimal(number), Decimal(number))

    return Plan(
        title="2022年重点任务", document="测政办〔2022〕1号", office="测试市政府办公室", year=2022,
        periods=(Period("第一季度", date(2022, 3, 31), 3), Period("第二季度", date(2022, 6, 30), 6)),
        tasks=(
            task(1, "新建学校12所", COUNTY), task(2, "治理河道80公里", OTHER, COUNTY),
            task(3, "建设物流园2个", COUNTY, OTHER),
        ),
        units=(Unit(COUNTY), Unit(OTHER)),
        key="9c41e7d0b85f2a3669d1c07e4fb3a852",
        synonyms=synonym_map(),
        indicators=(
            Indicator(1, "新建学校", "所", "cumulative", ">=", exactly(12), {"第二季度": exactly(6)}),
            Indicator(1, "入学率", "%", "level", ">=", exactly(99), {"第二季度": exactly(98)}),
        ),
        settings={"截止日期": "2022年7月5日", "联系方式": "督查科"},
    )  # fmt: skip


@functools.cache
def issued(unit: str = COUNTY, plan: Plan | None = None, period: int = 2) -> bytes:
    """The form of a unit as it goes out, for the second quarter unless said otherwise."""
    plan = plan or city()
    own = [a for a in assignments(plan)[0] if a.unit == unit]
    return form_bytes(template(), plan, period, unit, own)


def delegated(folder: Path, content: bytes | None = None, name: str = RECEIVED) -> Path:
    """Save a form as received and make a plan workbook of it; returns the latter's path."""
    for path, made in _made_of(content or issued(), name).items():
        (folder / path).write_bytes(made)
    return folder / "总台账.xlsx"


@functools.cache
def _made_of(content: bytes, name: str) -> dict[str, bytes]:
    """A received form and what is made of it, by file name; a process reads the form, so once for all."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / name).write_bytes(content)
        made = delegate(folder / name, folder / "总台账.xlsx")
        assert made.plan is not None, [(f.code, f.place) for f in made.findings]
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def assigned(path: Path, *lines: tuple[int, int, str, str]) -> Path:
    """Assign as a person does in Excel: (序号, 上级序号, 牵头单位, 共同责任单位).

    A 序号 that the plan does not have yet is a copy of the row of its 上级序号. Amounts add up.
    """
    book = opened(path.read_bytes())
    tasks, units = book["任务"], book["单位"]
    columns = {str(c.value): c.column for c in tasks[1]}
    rows = {tasks.cell(r, columns["序号"]).value: r for r in range(2, tasks.max_row + 1)}
    names = dict.fromkeys(n for line in lines for text in line[2:] for n in text.split("、") if n)
    for row, name in enumerate(names, 2):
        units.cell(row, 1).value = name
    for number, upper, lead, support in lines:
        if number not in rows:
            rows[number] = tasks.max_row + 1
            for column in columns.values():
                source = tasks.cell(rows[upper], column)
                tasks.cell(rows[number], column).value = source.value
        values = {"序号": number, "上级序号": upper, "牵头单位": lead, "共同责任单位": support}
        for caption, value in values.items():
            tasks.cell(rows[number], columns[caption]).value = value or None
    numbers = book["量化指标"]
    column = next(c.column for c in numbers[1] if c.value == "多家时")
    for row in range(2, numbers.max_row + 1):
        if numbers.cell(row, column).value == "待定":
            numbers.cell(row, column).value = "合计"
    book.save(path)
    return path


def filled(
    path: Path, answers: Mapping[int, Mapping[str, Any]], numbers: Mapping[str, Any]
) -> None:
    """Fill a form in place: answers by 序号 and caption, numbers by indicator."""
    book = opened(path.read_bytes())
    sheet = book["填报表"]
    for label, value in (
        ("D4", "（模拟）填报员"),
        ("J4", "0000-0000000"),
        ("M4", date(2022, 7, 1)),
    ):
        sheet[label] = value
    columns = {str(c.value): c.column for c in sheet[6]}
    for row in range(7, sheet.max_row + 1):
        for caption, value in answers.get(sheet.cell(row, 2).value, {}).items():
            if sheet.cell(row, columns[caption]).value != NOT_ASKED:
                sheet.cell(row, columns[caption]).value = value
    if "量化指标" in book.sheetnames:
        table = book["量化指标"]
        columns = {str(c.value): c.column for c in table[4]}
        for row in range(5, table.max_row + 1):
            value = numbers.get(str(table.cell(row, columns["指标"]).value))
            if value is not None:
                table.cell(row, columns["本期实际"]).value = value
    book.save(path)


def said(state: str, share: float, text: str, **more: Any) -> dict[str, Any]:
    """One proper answer by caption."""
    return {
        "完成情况": state, "完成百分比": share, "进展情况": f"{text}。", "下一步措施": f"继续{text}。",
        "预计完成时间": date(2022, 12, 20), **more,
    }  # fmt: skip


def merged(folder: Path, inbox: str = "收回", day: date = COUNTY_DAY) -> tuple[MergeResult, Form]:
    """Merge the plan workbook and the returns of a folder."""
    taken = take(folder / "总台账.xlsx", [folder / inbox], period="第二季度", as_of=day)
    assert taken.merged is not None and taken.form is not None, taken.findings
    return taken.merged, taken.form


def answered(
    folder: Path,
    answers: Mapping[str, Mapping[int, Mapping[str, Any]]],
    numbers: Mapping[str, Mapping[str, Any]] | None = None,
    name: str = RECEIVED,
) -> Answered:
    """Send forms to the bureaus, have them filled (by unit), merge, and join the answer."""
    shutil.rmtree(folder / "收回", ignore_errors=True)
    made = generate(folder / "总台账.xlsx", folder / "收回", "第二季度")
    for unit, path in made.files.items():
        if unit in answers:
            filled(path, answers[unit], (numbers or {}).get(unit, {}))
        else:
            path.unlink()
    result, form = merged(folder)
    balance = result.balance
    assert balance.received == balance.accepted + balance.normalised + balance.set_aside
    return answer(result, form, folder / name, folder / f"答复_{name}")


def city_merge(folder: Path, content: bytes) -> MergeResult:
    """Merge the county's answer one level up."""
    (folder / "市").mkdir(exist_ok=True)
    (folder / "市/总台账.xlsx").write_bytes(plan_bytes(city()))
    (folder / "市/收回").mkdir(exist_ok=True)
    (folder / "市/收回/甲县.xlsx").write_bytes(content)
    return merged(folder / "市", day=CITY_DAY)[0]


def table(content: bytes, sheet: str = "填报表", top: int = 6) -> dict[object, dict[str, Any]]:
    """A table of a form as other programs see it: values by caption, by 序号 or indicator."""
    shown = opened(content)[sheet]
    captions = [str(c.value) for c in shown[top]]
    rows = {}
    for row in shown.iter_rows(min_row=top + 1, values_only=True):
        values = dict(zip(captions, row, strict=True))
        rows[values["序号"] if sheet == "填报表" else values["指标"]] = values
    return rows


def told(findings: Sequence[Any]) -> list[str]:
    """Findings as "J7 TASK-020", or the code alone where no cell is meant."""
    return [f"{f.place.cell} {f.code}".strip() for f in worded(findings)]


def plan_of(path: Path) -> Plan:
    """Read a plan workbook that is in order."""
    plan, findings = read_plan(path)
    assert plan is not None, findings
    assert Setting.UPPER_FORM in plan.settings
    return plan
