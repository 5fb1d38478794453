"""delegate: the form that a unit received becomes a plan workbook of its own."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import opened, repacked, swapped
from click.testing import CliRunner
from hops import COUNTY, EDUCATION, WATER, assigned, city, delegated, issued, plan_of, told
from office import saved_again
from openpyxl.comments import Comment

from reconcile.api.delegate import delegate
from reconcile.api.generate import generate
from reconcile.cli import main
from reconcile.core.plan import Task
from reconcile.core.settings import Setting
from reconcile.plan import plan_bytes

pytestmark = pytest.mark.slow  # whole rounds, command by command

Change = Callable[[openpyxl.Workbook], object]


def changed(change: Change, content: bytes | None = None) -> bytes:
    book = opened(content or issued())
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def findings(folder: Path, content: bytes, name: str = "收到的填报表.xlsx") -> list[str]:
    (folder / name).write_bytes(content)
    return told(delegate(folder / name, folder / "总台账.xlsx").findings)


def shown(tasks: tuple[Task, ...]) -> list[str]:
    return [
        " | ".join(
            [str(t.number), t.extras["上级序号"], t.extras["上级角色"], t.goal, *t.milestones.values(),
             "、".join(t.lead) or "—"]
        )
        for t in tasks
    ]  # fmt: skip


def test_the_plan_holds_what_the_form_showed(tmp_path: Path) -> None:
    plan = plan_of(delegated(tmp_path))
    above = city()
    assert (plan.title, plan.document, plan.year) == (above.title, above.document, 2022)
    assert plan.office == COUNTY
    assert plan.key != above.key and len(plan.key) == 32
    assert [(p.caption, p.end) for p in plan.periods] == [
        ("第一季度", date(2022, 3, 31)), ("第二季度", date(2022, 6, 30)),
    ]  # fmt: skip
    assert shown(plan.tasks) == [
        "1 | 1 | 牵头 | 新建学校12所 | 印发实施方案。 | 学校任务过半。 | —",
        "3 | 3 | 牵头 | 建设物流园2个 | 印发实施方案。 | 物流任务过半。 | —",
        "2 | 2 | 配合 | 治理河道80公里 | 印发实施方案。 | 河道任务过半。 | —",
    ]
    assert {t.number: t.sections for t in plan.tasks} == {t.number: t.sections for t in above.tasks}
    assert [(i.number, i.name, i.measure, i.basis, str(i.annual), i.summed) for i in plan.indicators] == [
        (1, "新建学校", "所", "cumulative", "12", None), (1, "入学率", "%", "level", "99", False),
    ]  # fmt: skip
    assert [str(i.targets["第二季度"]) for i in plan.indicators] == ["6", "98"]
    assert plan.units == ()
    settings = plan.settings
    assert settings["本期"] == "第二季度"
    assert settings[Setting.UPPER_DEADLINE] == "2022年7月5日" and settings["截止日期"] == ""
    assert settings["上级联系方式"] == "督查科"
    assert settings[Setting.UPPER_FORM].split("-")[1] == "02"


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and time are of Linux")
def test_a_form_whose_rules_cost_too_much_is_read_without_them(tmp_path: Path) -> None:
    """A note that stands at the whole sheet makes openpyxl ask for 17 billion cells, in the child."""

    def note(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["A1"].comment = Comment("看这里", "某")

    spread = {"xl/comments/comment1.xml": swapped(b'ref="A1"', b'ref="A1:XFD1048576"')}
    content = repacked(changed(note), spread)
    assert findings(tmp_path, content) == ["FORM-008", "PLAN-559"]
    assert len(plan_of(tmp_path / "总台账.xlsx").tasks) == 3


def test_a_person_is_told_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(issued())
    made = delegate(tmp_path / "f.xlsx", tmp_path / "p.xlsx")
    assert told(made.findings) == ["PLAN-559"]
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    captions = [c.value for c in book["任务"][1]]
    assert captions[:5] == ["序号", "上级序号", "目标任务", "牵头单位", "共同责任单位"]
    rules = book["任务"].data_validations.dataValidation
    assert {(str(r.sqref)[0], r.formula1) for r in rules} == {
        ("D", "'单位'!$A$2:$A$301"), ("E", "'单位'!$A$2:$A$301"),
    }  # fmt: skip
    assert not any(r.showErrorMessage for r in rules), "several units may stand in one cell"


def test_tasks_that_nobody_has_are_told_and_get_no_form(tmp_path: Path) -> None:
    path = assigned(delegated(tmp_path), (1, 1, EDUCATION, WATER), (21, 2, WATER, ""))
    made = generate(path, tmp_path / "发出")
    assert list(made.files) == [EDUCATION, WATER]
    assert told(made.findings) == ["第3行 PLAN-508", "第4行 PLAN-508"]


def test_a_split_task_keeps_the_number_above(tmp_path: Path) -> None:
    path = assigned(
        delegated(tmp_path), (1, 1, EDUCATION, ""), (3, 3, WATER, ""), (2, 2, WATER, ""), (31, 3, EDUCATION, "")
    )  # fmt: skip
    assert [(t.number, t.extras["上级序号"]) for t in plan_of(path).tasks] == [
        (1, "1"), (3, "3"), (2, "2"), (31, "3"),
    ]  # fmt: skip
    made = generate(path, tmp_path / "发出")
    assert [(a.unit, a.task.number) for a in made.assignments] == [
        (EDUCATION, 1), (WATER, 3), (WATER, 2), (EDUCATION, 31),
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_form_saved_by_another_program_is_read(tmp_path: Path, soffice: str, suffix: str) -> None:
    plan = plan_of(delegated(tmp_path, saved_again(issued(), suffix), f"收到.{suffix}"))
    (tmp_path / "x").mkdir()
    same = plan_of(delegated(tmp_path / "x"))
    assert (plan.tasks, plan.indicators) == (same.tasks, same.indicators)
    assert plan.settings[Setting.UPPER_FORM] == same.settings[Setting.UPPER_FORM]


def sort_down(book: openpyxl.Workbook) -> None:
    sheet = book["填报表"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=7, max_row=11)]
    for row, values in enumerate(reversed(rows), 7):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value
    sheet.row_dimensions[8].hidden = True
    del book["_meta"]


def test_a_sorted_and_filtered_form_without_its_hidden_sheet_is_read(tmp_path: Path) -> None:
    plan = plan_of(delegated(tmp_path, changed(sort_down)))
    assert [t.number for t in plan.tasks] == [2, 3, 1]
    assert (plan.title, plan.office, plan.settings["本期"]) == (
        "2022年重点任务",
        COUNTY,
        "第二季度",
    )
    assert plan.settings[Setting.UPPER_DEADLINE] == "2022年7月5日"


def put(address: str, value: Any, sheet: str = "填报表") -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][address] = value

    return change


def delete_task(book: openpyxl.Workbook) -> None:
    for cell in book["填报表"][11]:
        cell.value = None


def copy_task(book: openpyxl.Workbook) -> None:
    for cell in book["填报表"][11]:
        book["填报表"].cell(12, cell.column).value = cell.value


@pytest.mark.parametrize(
    ("change", "told_of"),
    [
        (put("H8", "已完成"), "H8 PLAN-552"),
        (put("D11", "治理河道8公里"), "A11 PLAN-556"),
        (delete_task, "PLAN-557"),
        (copy_task, "A12 PLAN-555"),
        (put("N6", "佐证材料"), "N6 PLAN-553"),
        (put("D14", "（注）"), "D14 ROW-012"),
    ],
)
def test_what_is_odd_about_a_form_is_told(tmp_path: Path, change: Change, told_of: str) -> None:
    assert findings(tmp_path, changed(change)) == [told_of, "PLAN-559"]


def test_a_given_column_that_the_template_does_not_know_goes_along(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        for row, text in ((6, "责任科室"), (8, "督查一科"), (9, "督查二科")):
            book["填报表"].cell(row, 14).value = text

    content = changed(change)
    assert findings(tmp_path, content)[0] == "N6 PLAN-554"
    plan = plan_of(tmp_path / "总台账.xlsx")
    assert [t.extras.get("责任科室", "") for t in plan.tasks] == ["督查一科", "督查二科", ""]


def test_an_indicator_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    found = findings(tmp_path, changed(put("D5", "合计", "量化指标")))
    assert "D5 IND-010" in found


def test_targets_of_other_periods_come_from_the_milestones_and_say_so(tmp_path: Path) -> None:
    above = city()
    milestones = {"第一季度": "新建学校3所。", "第二季度": "新建学校6所。"}
    tasks = (
        replace(above.tasks[0], goal="新建学校12所。", milestones=milestones),
        *above.tasks[1:],
    )
    found = findings(tmp_path, issued(plan=replace(above, tasks=tasks)))
    assert found == ["A5 IND-016", "PLAN-559"]
    first = plan_of(tmp_path / "总台账.xlsx").indicators[0]
    assert {c: str(a) for c, a in first.targets.items()} == {"第一季度": "3", "第二季度": "6"}


def plain_sheet() -> bytes:
    return changed(lambda b: [b.remove(s) for s in b.worksheets if s.title != "填报说明"])


def without_number(book: openpyxl.Workbook) -> None:
    for sheet in (book["填报表"], book["量化指标"]):
        for row in sheet.iter_rows(max_row=3):
            for cell in row:
                if str(cell.value).startswith("表单编号"):
                    cell.value = None
    del book["_meta"]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (plain_sheet, "PLAN-550"),
        (lambda: plan_bytes(city()), "PLAN-550"),
        (lambda: changed(without_number), "PLAN-551"),
        (lambda: changed(put("D12", "表单编号：TR6Q-01-HM50-VTJB-PZZ8P06G")), "FORM-015"),
        (lambda: b"%PDF-1.4", "FILE-015"),
    ],
)
def test_what_is_no_form_is_refused(
    tmp_path: Path, content: Callable[[], bytes], code: str
) -> None:
    (tmp_path / "f.xlsx").write_bytes(content())
    made = delegate(tmp_path / "f.xlsx", tmp_path / "p.xlsx")
    assert made.plan is None
    assert [(f.code, f.place.file) for f in made.findings] == [(code, "f.xlsx")]
    assert not (tmp_path / "p.xlsx").exists()
    run = CliRunner().invoke(
        main, ["delegate", str(tmp_path / "f.xlsx"), "-o", str(tmp_path / "p.xlsx")]
    )
    assert run.exit_code == 1 and code in run.output


def test_the_register_of_an_earlier_plan_is_taken_over(tmp_path: Path) -> None:
    path = assigned(delegated(tmp_path), (1, 1, EDUCATION, WATER))
    out = tmp_path / "新总台账.xlsx"
    arguments = [
        "delegate",
        str(tmp_path / "收到的填报表.xlsx"),
        "-o",
        str(out),
        "--units",
        str(path),
    ]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    plan = plan_of(out)
    assert [u.name for u in plan.units] == [EDUCATION, WATER]
    assert plan.key != plan_of(path).key
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2 and "--force" in again.output
