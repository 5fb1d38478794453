"""A year in four periods: closed one by one, with late returns, an adjustment, two tasks signed off, evidence.

All answers are simulated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from little_round import GOOD, little_plan, number

from reconcile.archive.manifest import read_manifest
from reconcile.cli import main
from reconcile.core.plan import Period, Ruling
from reconcile.plan import plan_bytes, read_plan

QUARTERS = (
    Period("第一季度", date(2022, 3, 31), 3, "2022-04-08"),
    Period("第二季度", date(2022, 6, 30), 6, "2022-07-08"),
    Period("第三季度", date(2022, 9, 30), 9, "2022-10-08"),
    Period("第四季度", date(2022, 12, 31), 12, "2023-01-08"),
)
DAYS = (date(2022, 4, 6), date(2022, 7, 6), date(2022, 10, 6), date(2023, 1, 6))
DONE = {"完成情况": "已完成", "完成百分比": 1}
Rows = Mapping[int, Mapping[str, Any]]


class Office:
    """A coordinator's folder, worked in through the command lines alone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.plan = folder, folder / "总台账.xlsx"
        made = little_plan(
            {1: "修路：甲局；乙局", 2: "架桥：甲局", 3: "植树：乙局", 4: "产业投资1360亿元：丙局"},
            [
                number(
                    4,
                    "产业投资",
                    "1360",
                    {q.caption: str(340 * i) for i, q in enumerate(QUARTERS, 1)},
                )
            ],
            settings={"调整申请": "是", "佐证材料": "是"},
        )
        tasks = tuple(
            replace(t, milestones={q.caption: f"{t.goal}到{q.months:g}成。" for q in QUARTERS})
            for t in made.tasks
        )
        self.plan.write_bytes(plan_bytes(replace(made, periods=QUARTERS, tasks=tasks)))

    def run(self, *arguments: object, status: int | None = None) -> str:
        result: Result = CliRunner().invoke(main, [str(a) for a in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert result.exit_code == status if status is not None else result.exit_code in (0, 3), result.output  # fmt: skip
        return result.output

    def issue(self, at: int) -> dict[str, Path]:
        out = self.folder / f"发出_{QUARTERS[at].caption}"
        day = DAYS[at].replace(day=1).isoformat()
        self.run("generate", self.plan, "--period", QUARTERS[at].caption, "-o", out, "--as-of", day)
        return {path.name.split("_")[1]: path for path in sorted(out.glob("*.xlsx"))}

    def answer(self, form: Path, at: int, rows: Rows, actual: float | None = None) -> Path:
        """Fill a form by its captions into a folder of its unit's own."""
        book = openpyxl.load_workbook(form)
        sheet = book["填报表"]
        heads = {str(c.value): c for row in sheet.iter_rows(max_row=4) for c in row if c.value}
        for caption, value in (
            ("填报人", "张三"),
            ("联系电话", "0518-1234567"),
            ("填报日期", DAYS[at]),
        ):
            sheet.cell(heads[caption].row, heads[caption].column + 1).value = value
        columns = {str(c.value): c.column for c in sheet[6] if c.value}
        for row in range(7, sheet.max_row + 1):
            own = sheet.cell(row, columns["序号"]).value
            if own is None:
                continue
            share = {"完成百分比": 0.25 * (at + 1) - 0.01 * own}
            said = {
                "进展情况": f"第{own}项{QUARTERS[at].caption}开了{at + 2}次会，{form.name[3:5]}在抓。"
            }
            for caption, value in {**GOOD, **share, **said, **rows.get(int(own), {})}.items():
                sheet.cell(row, columns[caption]).value = value
        if actual is not None:
            table = book["量化指标"]
            columns = {str(c.value): c.column for c in table[4] if c.value}
            table.cell(5, columns["本期实际"]).value = actual
        out = self.folder / "收回" / form.name.split("_")[1] / form.name
        out.parent.mkdir(parents=True, exist_ok=True)
        book.save(out)
        return out

    def merge(self, at: int, *more: object, status: int | None = None) -> str:
        return self.run(
            "merge", self.plan, self.folder / "收回", "--period", QUARTERS[at].caption,
            "--as-of", DAYS[at].isoformat(), *more, status=status,
        )  # fmt: skip

    def close(self, at: int, *more: object) -> str:
        return self.run("close", self.plan, "--period", QUARTERS[at].caption, *more)

    def rule(self, *rulings: Ruling) -> None:
        book = openpyxl.load_workbook(self.plan)
        for r in rulings:
            book["裁定"].append(
                [r.code, r.unit, r.task, r.field, r.decision, r.value, r.who, r.when, r.why]
            )
        book.save(self.plan)


def ruling(task: int, decision: str, when: str, **more: Any) -> Ruling:
    told = {"code": "", "unit": "", "field": "", "who": "张主任", "why": "现场核查"} | more
    return Ruling(task=task, decision=decision, when=when, **told)


def captions(folder: Path) -> Sequence[str]:
    return sorted(p.name for p in (folder / "归档").iterdir())


@pytest.mark.slow
def test_a_year_is_closed_period_by_period_and_stays_as_it_was(tmp_path: Path) -> None:
    office = Office(tmp_path)
    # First quarter: all answer; 架桥 is done, with evidence; 丙局 sends a correction after the close.
    forms = office.issue(0)
    office.answer(forms["甲局"], 0, {2: DONE})
    (tmp_path / "收回" / "甲局" / "（2）竣工.pdf").write_bytes(b"%PDF-1.7 simulated")
    office.answer(forms["乙局"], 0, {})
    third = office.answer(forms["丙局"], 0, {}, 350)
    office.merge(0)
    office.close(0)
    office.rule(ruling(2, "销号", "2022-04-20"))
    # Second quarter: 架桥 is not asked; 植树 asks to be put off, which is agreed to.
    forms = office.issue(1)
    office.answer(forms["甲局"], 1, {})
    asks = {
        "完成情况": "滞后",
        "存在问题": "苗木短缺，已改期。",
        "申请调整": "推迟到第四季度",
        "理由": "苗木短缺",
    }
    office.answer(forms["乙局"], 1, {3: asks})
    office.answer(forms["丙局"], 1, {}, 700)
    late = third.with_name("更正.xlsx")
    office.answer(tmp_path / "发出_第一季度" / third.name, 0, {}, 360).rename(late)
    told = office.merge(1)
    assert "上期的汇总取自归档：第一季度/汇总_明细_第一季度.xlsx" in told
    assert "ARCH-007 收回/丙局/更正.xlsx" in told and "TASK-051" in told
    office.run("close", office.plan, "--period", "第一季度", "--late", late)
    office.rule(
        ruling(
            3, "同意", "2022-07-07", code="TASK-051", unit="乙局", field="推迟", value="第四季度"
        )
    )
    assert "改了 1 处" in office.run("amend", office.plan, "--as-of", "2022-07-07")
    assert "FILE-015" not in told, "what proved a task that is signed off is no return"
    told = office.merge(1)
    assert "ARCH-007" not in told and "TASK-051" not in told
    assert "已归档" in office.close(1)
    # Third quarter: 修路 is done and signed off; 植树 is behind still, and without a light.
    forms = office.issue(2)
    office.answer(forms["甲局"], 2, {1: {**DONE, "佐证材料": "交工验收.pdf"}})
    (tmp_path / "收回" / "甲局" / "交工验收.pdf").write_bytes(b"%PDF-1.7 simulated")
    office.answer(forms["乙局"], 2, {3: {"完成情况": "滞后", "存在问题": "苗木未到，等十月供货。"}})
    office.answer(forms["丙局"], 2, {}, 1010)
    office.merge(2)
    office.close(2)
    office.rule(ruling(1, "销号", "2022-10-20"))
    # Fourth quarter: 甲局 has nothing left to answer.
    forms = office.issue(3)
    assert sorted(forms) == ["丙局", "乙局"]
    office.answer(forms["乙局"], 3, {3: DONE})
    office.answer(forms["丙局"], 3, {}, 1400)
    told = office.merge(3)
    assert "应报 2 个单位：已报 2、有错 0、未收 0、未报 0；任务 2/2" in told
    office.close(3)
    assert captions(tmp_path) == sorted(q.caption for q in QUARTERS)
    assert "已经归档" in office.merge(1, status=2)
    told = office.run("verify", office.plan, status=0)
    assert told.count("完好") == 4
    _as_recounted(tmp_path)
    changed = tmp_path / "归档" / "第二季度" / "收回" / "乙局"
    path = next(changed.glob("*第二季度*.xlsx"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    told = office.run("verify", office.plan, status=1)
    assert f"ARCH-001 第二季度/收回/乙局/{path.name}" in told and told.count("完好") == 3


def _as_recounted(folder: Path) -> None:
    """What the archives say, counted by hand."""
    manifests = {c: read_manifest(folder / "归档" / c) for c in captions(folder)}
    first, second, third, fourth = (manifests[q.caption] for q in QUARTERS)
    assert [m["as_of"] for m in (first, second, third, fourth)] == [d.isoformat() for d in DAYS]
    accepted = {q: {r["unit"] for r in m["returns"] if r["accepted"]} for q, m in manifests.items()}
    assert accepted == {
        "第一季度": {"甲局", "乙局", "丙局"}, "第二季度": {"甲局", "乙局", "丙局"},
        "第三季度": {"甲局", "乙局", "丙局"}, "第四季度": {"乙局", "丙局"},
    }  # fmt: skip
    assert [e["what"] for e in first["events"]] == ["closed", "late"]
    assert [(p["unit"], p["task"]) for p in first["evidence"]] == [("甲局", 2)]
    assert ("甲局", 1) in [(p["unit"], p["task"]) for p in third["evidence"]]
    assert [len(m["setup"]["previous"]) for m in (first, second, third, fourth)] == [0, 1, 2, 3]
    plan, _ = read_plan(folder / "归档" / "第四季度" / "总台账.xlsx")
    assert plan is not None
    assert [(c.task, c.column, c.after) for c in plan.changes] == [(3, "推迟", "第四季度")]
    assert [(r.task, r.decision) for r in plan.rulings] == [(2, "销号"), (3, "同意"), (1, "销号")]
