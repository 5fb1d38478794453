"""Indicators from the plan workbook to the form, back, and into lights; and the period after."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import opened
from worded import worded

from reconcile.api.generate import generate
from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.core.findings import Place
from reconcile.core.plan import Plan
from reconcile.core.result import MergeResult
from reconcile.merge.task_status import thresholds
from reconcile.plan import plan_bytes, read_plan

pytestmark = pytest.mark.slow  # whole rounds, command by command

AS_OF = date(2022, 7, 8)
UNIT = "市商务局"
HEAD, FIRST = 4, 5


@pytest.fixture(scope="module")
def made_once(sample_plan_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "发出"
    return generate(sample_plan_path, out, "第二季度", only=[UNIT]).files[UNIT]


@pytest.fixture
def issued(made_once: Path, tmp_path: Path) -> Path:
    """The form in a folder of its own, to be filled."""
    shutil.copytree(made_once.parent, tmp_path / "发出")
    return tmp_path / "发出" / made_once.name


def columns(sheet: Any, row: int) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[row] if cell.value}


def fill(path: Path, target: Path, numbers: dict[str, Any], state: str = "达序时") -> Path:
    """Fill a form: the same state for every task, these numbers for these indicators."""
    book = opened(path.read_bytes())
    sheet = book["填报表"]
    at = columns(sheet, 6)
    for row in range(7, sheet.max_row + 1):
        if sheet.cell(row, 2).value is None:  # a heading
            continue
        answers = {
            "完成情况": state, "完成百分比": 0.5, "进展情况": f"第{row}行做了一些事情，见台账。",
            "下一步措施": f"抓紧第{row}行的事。", "存在问题": "缺钱。" if state == "滞后" else None,
        }  # fmt: skip
        for caption, value in answers.items():
            sheet.cell(row, at[caption]).value = value
    sheet = book["量化指标"]
    at = columns(sheet, HEAD)
    for row in range(FIRST, sheet.max_row + 1):
        name = str(sheet.cell(row, at["指标"]).value)
        if name in numbers:
            sheet.cell(row, at["本期实际"]).value = numbers[name]
    target.parent.mkdir(exist_ok=True)
    book.save(target)
    return target


def merged(plan: Path, inbox: Path, **options: Any) -> MergeResult:
    taken = take(plan, [inbox], as_of=AS_OF, **{"period": "第二季度", **options})
    assert taken.merged is not None, taken.findings
    return taken.merged


def told(result: MergeResult, family: str = "IND") -> list[tuple[str, int | None, str]]:
    return [
        (f.code, f.task, f.place.cell) for f in worded(result.findings) if f.code.startswith(family)
    ]


NUMBERS = {"社会消费品零售总额增速": 7, "外贸进出口总额": 70, "实际利用外资": 5}


def test_the_form_asks_for_the_unit_s_own_indicators(issued: Path) -> None:
    book = openpyxl.load_workbook(issued)
    sheet = book["量化指标"]
    at = columns(sheet, HEAD)
    assert list(at) == [
        "校验码", "序号", "指标", "口径", "计量单位", "全年目标", "本期目标", "本期实际", "完成率",
        "与本期目标差", "说明",
    ]  # fmt: skip
    rows = {
        sheet.cell(r, at["指标"]).value: [sheet.cell(r, at[c]).value for c in list(at)[3:7]]
        for r in range(FIRST, sheet.max_row + 1)
    }
    assert rows["外贸进出口总额"] == ["累计（≥）", "亿美元", 160, 70]
    assert rows["社会消费品零售总额增速"] == ["增幅（≥）", "%", 7, 7]
    assert "产业投资" not in rows, "only led tasks: 产业投资 is led by 市发改委"
    row = FIRST + list(rows).index("外贸进出口总额")
    rate = sheet.cell(row, at["完成率"]).value
    assert rate == f'=IF(OR(H{row}="",N(F{row})<=0),"",H{row}/F{row})'
    cached = openpyxl.load_workbook(issued, data_only=True)["量化指标"]
    assert cached.cell(row, at["完成率"]).value in (None, "")
    assert sheet.cell(row, at["本期实际"]).protection.locked is False
    assert sheet.cell(row, at["本期目标"]).protection.locked


def test_a_unit_without_indicators_gets_no_such_sheet(
    sample_plan_path: Path, tmp_path: Path
) -> None:
    made = generate(sample_plan_path, tmp_path, "第二季度", only=["市侨联"])
    assert "量化指标" not in openpyxl.load_workbook(made.files["市侨联"]).sheetnames


def test_supporting_units_are_asked_where_the_plan_says_so(
    sample_plan: Plan, tmp_path: Path
) -> None:
    first = next(i for i in sample_plan.indicators if i.name == "产业投资")
    changed = replace(
        sample_plan,
        indicators=tuple(
            replace(i, asked="all") if i == first else i for i in sample_plan.indicators
        ),
    )
    (tmp_path / "p.xlsx").write_bytes(plan_bytes(changed))
    made = generate(tmp_path / "p.xlsx", tmp_path / "发出", "第二季度", only=[UNIT])
    sheet = openpyxl.load_workbook(made.files[UNIT])["量化指标"]
    names = [sheet.cell(r, 3).value for r in range(FIRST, sheet.max_row + 1)]
    assert "产业投资" in names


def test_numbers_are_measured_on_both_bases(issued: Path, sample_plan_path: Path) -> None:
    inbox = fill(issued, issued.parent.parent / "收回" / "a.xlsx", NUMBERS).parent
    result = merged(sample_plan_path, inbox)
    assert told(result) == []
    by_name = {one.indicator.name: one for one in result.reached}
    trade = by_name["外贸进出口总额"].measured
    assert (float(trade.plan.points or 9), trade.plan.basis) == (9, "序时目标")
    assert trade.plan.points == 0
    assert round(float(trade.calendar.points or 0), 2) == -6.25  # 70/160 - 6/12
    assert trade.light == "绿"
    assert result.standings[9].light == "绿"
    record = next(r for r in result.records if r.field == "actual:外贸进出口总额")
    assert (record.unit, record.task, record.value, record.place.sheet) == (UNIT, 9, 70, "量化指标")


def test_a_shortfall_lights_the_task_and_contradicts_the_unit(
    issued: Path, sample_plan_path: Path
) -> None:
    inbox = issued.parent.parent / "收回"
    fill(issued, inbox / "a.xlsx", NUMBERS | {"外贸进出口总额": 50})
    result = merged(sample_plan_path, inbox)
    assert told(result) == [("IND-003", 9, "I9")]
    finding = next(f for f in result.findings if f.code == "IND-003")
    assert "自报达序时" in finding.message and "12.5个百分点" in finding.message
    assert result.standings[9].light == "红"
    assert result.standings[9].state == "达序时", "the unit's own word stands beside the number"
    assert tuple(map(str, result.standings[9].reasons)) == (
        "外贸进出口总额滞后序时目标12.5个百分点",
    )


def test_the_red_threshold_stands_in_the_plan(sample_plan: Plan) -> None:
    assert thresholds(sample_plan).red == 10
    strict = replace(sample_plan, settings={"红灯界限": "5"})
    assert thresholds(strict).red == 5
    assert thresholds(replace(sample_plan, settings={})).red == 10


def test_a_number_left_out_is_asked_for(issued: Path, sample_plan_path: Path) -> None:
    inbox = fill(issued, issued.parent.parent / "收回" / "a.xlsx", {"实际利用外资": 5}).parent
    result = merged(sample_plan_path, inbox)
    assert [(c, t) for c, t, _ in told(result)] == [("IND-011", 8), ("IND-011", 9)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("70亿美元", 70.0),
        ("约70", 70.0),
        ("７０", 70.0),
        ("0.7百亿", 70.0),
        ("见附件", None),
        ("70万吨", None),
    ],
)
def test_numbers_are_read_as_meant_or_set_aside(
    issued: Path, sample_plan_path: Path, written: str, value: float | None
) -> None:
    inbox = issued.parent.parent / "收回"
    fill(issued, inbox / "a.xlsx", NUMBERS | {"外贸进出口总额": written})
    result = merged(sample_plan_path, inbox)
    found = [r.value for r in result.records if r.field == "actual:外贸进出口总额"]
    assert found == ([] if value is None else [value])
    if value is None:
        aside = next(s for s in result.set_aside if s.text == written)
        assert aside.place.sheet == "量化指标"
        assert aside.code.startswith("CELL-")


def test_a_target_that_was_edited_is_restored(issued: Path, sample_plan_path: Path) -> None:
    inbox = issued.parent.parent / "收回"
    path = fill(issued, inbox / "a.xlsx", NUMBERS)
    book = openpyxl.load_workbook(path)
    sheet = book["量化指标"]
    row = next(r for r in range(FIRST, 20) if sheet.cell(r, 3).value == "外贸进出口总额")
    sheet.cell(row, 7).value = 40
    book.save(path)
    result = merged(sample_plan_path, inbox)
    assert told(result) == [("IND-014", 9, f"G{row}")]
    assert "70→40" in next(f.message for f in result.findings if f.code == "IND-014")
    assert result.standings[9].light == "绿", "measured against the plan's 70"


def test_a_row_of_no_indicator_is_set_aside(issued: Path, sample_plan_path: Path) -> None:
    inbox = issued.parent.parent / "收回"
    path = fill(issued, inbox / "a.xlsx", NUMBERS)
    book = openpyxl.load_workbook(path)
    sheet = book["量化指标"]
    row = sheet.max_row + 1
    for column, value in ((2, 9), (3, "自己加的指标"), (8, 12)):
        sheet.cell(row, column).value = value
    book.save(path)
    result = merged(sample_plan_path, inbox)
    assert [(f.code, f.place.cell) for f in result.findings if f.code == "IND-013"] == [
        ("IND-013", f"{letter}{row}") for letter in "BCH"
    ]
    assert {"9", "自己加的指标", "12"} <= {s.text for s in result.set_aside}


def test_several_leads_add_up_or_wait_for_each_other(sample_plan: Plan, tmp_path: Path) -> None:
    """灌云县 and 东海县 lead task 39 together."""
    indicator = next(i for i in sample_plan.indicators if i.number == 39 and i.summed)
    target = indicator.targets["第二季度"].low
    (tmp_path / "p.xlsx").write_bytes(plan_bytes(sample_plan))
    units = ["灌云县", "东海县"]
    made = generate(tmp_path / "p.xlsx", tmp_path / "发出", "第二季度", only=units)
    inbox = tmp_path / "收回"
    fill(made.files["灌云县"], inbox / "a.xlsx", {indicator.name: float(target) / 2})
    alone = merged(tmp_path / "p.xlsx", inbox)
    assert [f.field for f in alone.findings if f.code == "IND-012" and f.task == 39] == [
        i.name for i in sample_plan.indicators
        if i.number == 39 and i.summed and i.name == indicator.name
    ]  # fmt: skip
    fill(made.files["东海县"], inbox / "b.xlsx", {indicator.name: float(target) / 2})
    both = merged(tmp_path / "p.xlsx", inbox)
    one = next(o for o in both.reached if o.indicator.name == indicator.name)
    assert (one.value, str(one.units)) == (target, "灌云县、东海县")
    assert not [f for f in both.findings if f.code == "IND-012" and f.field == indicator.name]


def test_the_next_period_shows_and_compares_the_last(
    issued: Path, sample_plan_path: Path, tmp_path: Path
) -> None:
    inbox = fill(issued, tmp_path / "收回" / "a.xlsx", NUMBERS).parent
    plan, _ = read_plan(sample_plan_path)
    assert plan is not None
    first = merged(sample_plan_path, inbox)
    taken = take(sample_plan_path, [inbox], as_of=AS_OF, period="第二季度")
    assert taken.form is not None
    summary = tmp_path / "汇总Q2.xlsx"
    details = write_merge(first, taken.form, summary, tmp_path / "退回", [inbox]).details
    told = take(sample_plan_path, [inbox], as_of=AS_OF, period="第三季度", previous_paths=[summary])
    assert [(f.code, str(f.values["name"])) for f in told.findings] == [
        ("FORM-095", "汇总Q2_明细.xlsx")
    ], "the leaders' workbook has no records"

    made = generate(
        sample_plan_path, tmp_path / "Q3", "第三季度", only=[UNIT], previous_paths=[details]
    )
    sheet = openpyxl.load_workbook(made.files[UNIT])["填报表"]
    at = columns(sheet, 6)
    assert sheet.cell(8, at["上期情况"]).value == "达序时，50%\n下一步：抓紧第8行的事。"
    numbers = openpyxl.load_workbook(made.files[UNIT])["量化指标"]
    shown = {
        numbers.cell(r, 3).value: numbers.cell(r, columns(numbers, HEAD)["上期实际"]).value
        for r in range(FIRST, numbers.max_row + 1)
    }
    assert shown["外贸进出口总额"] == 70

    back = tmp_path / "收回Q3"
    fill(made.files[UNIT], back / "a.xlsx", {"外贸进出口总额": 60, "实际利用外资": 7.5}, "滞后")
    second = merged(sample_plan_path, back, period="第三季度", previous_paths=[details])
    fallen = [f for f in second.findings if f.code == "IND-005"]
    assert [(f.task, f.field, f.place.sheet) for f in fallen] == [(9, "外贸进出口总额", "量化指标")]
    assert getattr(second.standings[9].before, "state", "") == "达序时"
    assert next(o.before for o in second.reached if o.indicator.name == "实际利用外资") == 5
    before = second.standings[9].before
    assert before == replace(first.standings[9], reasons=before.reasons), "as it was published"
    assert second.changes and second.changes.since == "第二季度"
    assert 9 in (*second.changes.newly_behind, *second.changes.turned_red)
    old = openpyxl.load_workbook(details)
    del old["任务评定"]  # as summaries were when there was one workbook for all
    old.create_sheet("总览")
    old.save(tmp_path / "旧汇总.xlsx")
    again = merged(
        sample_plan_path, back, period="第三季度", previous_paths=[tmp_path / "旧汇总.xlsx"]
    )
    assert again.changes == second.changes, "judged anew from the answers, it comes to the same"
    out = tmp_path / "汇总Q3.xlsx"
    write_merge(second, taken.form, out, tmp_path / "退回Q3", [back])
    lists = openpyxl.load_workbook(out)["量化指标"]
    at = columns(lists, 4)
    row = next(r for r in range(5, 300) if lists.cell(r, at["指标"]).value == "外贸进出口总额")
    shown = [lists.cell(row, at[c]).value for c in ("本期实际", "上期实际", "较上期")]
    assert shown == [60, 70, -10]


def test_a_summary_of_the_same_period_is_not_the_previous_one(
    issued: Path, sample_plan_path: Path, tmp_path: Path
) -> None:
    inbox = fill(issued, tmp_path / "收回" / "a.xlsx", NUMBERS).parent
    result = merged(sample_plan_path, inbox)
    form = take(sample_plan_path, [inbox], as_of=AS_OF, period="第二季度").form
    assert form is not None
    summary = tmp_path / "汇总.xlsx"
    details = write_merge(result, form, summary, tmp_path / "退回", [inbox]).details
    taken = take(
        sample_plan_path, [inbox], as_of=AS_OF, period="第二季度", previous_paths=[details]
    )
    assert taken.merged is None
    assert [(f.code, f.place) for f in taken.findings if f.code == "FORM-029"] == [
        ("FORM-029", Place("汇总_明细.xlsx"))
    ]


@pytest.mark.parametrize(
    ("column", "value"), [(4, "总量"), (5, "大于"), (6, "很多"), (10, "大家"), (11, "也许")]
)
def test_an_indicator_that_cannot_be_read_names_row_and_column(
    sample_plan_path: Path, tmp_path: Path, column: int, value: str
) -> None:
    book = opened(sample_plan_path.read_bytes())
    book["量化指标"].cell(3, column).value = value
    caption = book["量化指标"].cell(1, column).value
    book.save(tmp_path / "p.xlsx")
    plan, findings = read_plan(tmp_path / "p.xlsx")
    assert plan is None
    assert [(f.code, f.place.sheet, str(f.place.cell)) for f in findings] == [
        ("IND-010", "量化指标", "第3行")
    ]
    assert f"“{caption}”填的是“{value}”" in findings[0].message
