"""Settings and words of the plan workbook that cannot be read: each is told, none is silently another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import merged
from little_round import codes, fill, issue, little_plan, number
from worded import plain_text, worded

from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.core.findings import CATALOGUE, Finding, Severity
from reconcile.core.i18n import EN, speaking
from reconcile.core.lights import read_points
from reconcile.core.plan import Plan, Ruling
from reconcile.core.values.deadlines import deadline_day
from reconcile.merge.scores import DEFAULTS, score_units, weights
from reconcile.merge.task_status import thresholds
from reconcile.plan import plan_bytes, read_plan
from reconcile.reports.circular import draft


def workbook(path: Path, language: str = "zh", **changes: Any) -> Path:
    """A plan workbook with one indicator and one ruling; ``changes`` are done to the sheets of these names."""
    plan = little_plan(
        {1: "投资：甲局、乙局", 2: "修路：各县区"}, [number(1, "投资额", "100", {"第二季度": "50"})]
    )
    plan = replace(
        plan,
        rulings=(Ruling("CELL-002", "甲局", 1, "完成情况", "免提"),),
        settings={"语言": language, "截止日期": "2022-07-05", "本期": "第二季度", "红灯界限": "10"},
    )
    with speaking(language):
        path.write_bytes(plan_bytes(plan))
    book = openpyxl.load_workbook(path)
    for name, change in changes.items():
        change(book[name])
    book.save(path)
    return path


def setting(name: str, value: Any) -> Any:
    """Write a setting where it stands, else in a new row."""

    def change(sheet: Any) -> None:
        rows = {sheet.cell(r, 1).value: r for r in range(2, sheet.max_row + 1)}
        row = rows.get(name, sheet.max_row + 1)
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = name, value

    return change


def cell(row: int, caption: str, value: Any) -> Any:
    """Write into the column of a caption."""

    def change(sheet: Any) -> None:
        column = next(c.column for c in sheet[1] if c.value == caption)
        sheet.cell(row, column).value = value

    return change


def row(*values: Any) -> Any:
    return lambda sheet: sheet.append(values)


def read(path: Path) -> tuple[Plan | None, tuple[Finding, ...]]:
    plan, findings = read_plan(path)
    worded(findings)
    return plan, findings


def test_a_proper_workbook_has_nothing_to_tell(tmp_path: Path) -> None:
    for language in ("zh", EN):
        assert read(workbook(tmp_path / "p.xlsx", language))[1] == ()


# | sheet | what is written there | code |
UNREADABLE = [
    ("设置", setting("截止日期", "国庆后"), "PLAN-577"),
    ("设置", setting("截止日期", "7月32日"), "PLAN-577"),
    ("设置", setting("红灯界限", "十"), "PLAN-576"),
    ("设置", setting("红灯界限", "-5"), "PLAN-576"),
    ("设置", setting("红灯界限", "NaN"), "PLAN-576"),
    ("设置", setting("权重：红灯", "三十分左右"), "PLAN-576"),
    ("设置", setting("权重：差错", "不扣"), "PLAN-576"),
    ("设置", setting("本期", "三季度"), "PLAN-578"),
    ("设置", setting("语言", "法语"), "PLAN-512"),
    ("设置", setting("红灯界线", "15"), "PLAN-585"),
    ("设置", row("红灯界限", "20"), "PLAN-586"),
    ("单位", cell(2, "类型", "群组"), "PLAN-579"),
    ("单位", cell(2, "是否发表", "要"), "PLAN-580"),
    ("单位", cell(2, "是否发表", "不发"), "PLAN-580"),
    ("单位", cell(2, "并入", "没有的局"), "PLAN-587"),
    ("状态词", row("搞定", "全好了"), "PLAN-581"),
    ("状态词", row("完成", "滞后"), "PLAN-582"),
    ("量化指标", cell(2, "序号", 999), "IND-023"),
    ("量化指标", row(1, "投资额", "亿元", "累计", "≥", 100), "IND-024"),
    ("量化指标", cell(1, "第二季度", "二季度"), "PLAN-589"),
    ("量化指标", cell(2, "口径", "总量"), "IND-010"),
    ("量化指标", cell(2, "比较", "大于"), "IND-010"),
    ("量化指标", cell(2, "全年目标", "若干"), "IND-010"),
    ("量化指标", cell(2, "填报单位", "全部"), "IND-010"),
    ("量化指标", cell(2, "多家时", "平均"), "IND-010"),
    ("时段", cell(3, "已过月数", "六"), "PLAN-503"),
    ("时段", cell(3, "已过月数", -1), "PLAN-503"),
    ("时段", cell(3, "时段结束", "夏天"), "PLAN-503"),
    ("时段", cell(3, "时段", "第一季度"), "PLAN-584"),
    ("裁定", cell(2, "裁定", "算了"), "PLAN-511"),
    ("裁定", cell(2, "序号", "头一项"), "PLAN-588"),
    ("任务", cell(2, "序号", "一"), "PLAN-504"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("sheet", "change", "code"), UNREADABLE)
def test_what_cannot_be_read_is_told_where_it_stands(
    tmp_path: Path, sheet: str, change: Any, code: str
) -> None:
    plan, findings = read(workbook(tmp_path / "p.xlsx", **{sheet: change}))
    own = [f for f in findings if f.code == code]
    assert [(f.place.file, f.place.sheet) for f in own] == [("p.xlsx", sheet)], findings
    assert str(own[0].place.cell).startswith("第") or code == "PLAN-589"
    assert (plan is None) == any(f.severity is Severity.ERROR for f in findings)
    # Another sheet's rows may hang on this one's; nothing else may be wrong.
    hanging = {"时段": {"PLAN-578"}, "任务": {"IND-023"}}.get(sheet, set())
    assert {f.code for f in findings} == {code} | (hanging & {f.code for f in findings})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sheet", "change"),
    [
        ("设置", setting("截止日期", "")), ("设置", setting("截止日期", "7月10日前")),
        ("设置", setting("红灯界限", "15个百分点")), ("设置", setting("红灯界限", "")),
        ("设置", setting("权重：绿灯", 95)), ("设置", setting("权重：差错", "0.5分")),
        ("设置", setting("本期", "")), ("单位", cell(2, "类型", None)), ("单位", cell(2, "是否发表", None)),
        ("单位", cell(2, "是否发表", "Yes")), ("单位", cell(2, "类型", "Unit")), ("状态词", row("搞定", "已完成")),
        ("状态词", row("完成", "已完成")), ("裁定", cell(2, "序号", "第1项")), ("裁定", cell(2, "序号", None)),
        ("量化指标", cell(2, "填报单位", None)), ("量化指标", row(1, "投资率", "%", "水平", "≥", 100)),
    ],
)  # fmt: skip
def test_what_can_be_read_is_not(tmp_path: Path, sheet: str, change: Any) -> None:
    assert read(workbook(tmp_path / "p.xlsx", **{sheet: change}))[1] == ()


def test_a_form_of_one_s_own_may_have_other_states(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        setting("填报表模板", "自己的.xlsx")(sheet)

    path = workbook(tmp_path / "p.xlsx", 设置=change, 状态词=row("搞定", "全好了"))
    plan, findings = read(path)
    assert plan is not None and findings == ()
    assert plan.synonyms["搞定"] == "全好了"


def test_what_cannot_be_read_stands_in_the_summary_and_before_the_forms(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", 设置=setting("截止日期", "国庆后"))
    assert "PLAN-577" in {f.code for f in generate(path, tmp_path / "发出").findings}
    (tmp_path / "收回").mkdir()
    taken = take(path, [tmp_path / "收回"], as_of=date(2022, 7, 8))
    assert taken.merged is not None
    assert "PLAN-577" in {f.code for f in taken.merged.findings}


@pytest.mark.parametrize(
    ("said", "filed", "on_time", "points"),
    [
        ("2022-07-05", date(2022, 7, 5), True, "100.0"),
        ("2022-07-05", date(2022, 7, 6), False, "90.0"),
        ("7月5日", date(2022, 7, 5), True, "100.0"),  # the plan's year goes without saying
        ("7月5日", date(2022, 7, 6), False, "90.0"),
        ("国庆后", date(2022, 7, 1), None, "90.0"),
        ("国庆后", date(2022, 12, 1), None, "90.0"),
        ("", date(2022, 12, 1), True, "100.0"),  # no deadline: nobody can be late
    ],
)
def test_nobody_is_in_time_by_default(
    said: str, filed: date, on_time: bool | None, points: str
) -> None:
    plan = little_plan({1: "修路：甲局", 2: "架桥：乙局"}, settings={"截止日期": said})
    result = merged({"a.xlsx": fill(issue(plan, "甲局"), M4=filed)}, its_plan=plan)
    scores = {s.unit: s for s in score_units(result)}
    assert (scores["甲局"].on_time, str(scores["甲局"].score)) == (on_time, points)
    assert scores["乙局"].on_time is False, "silent is not in time"
    text = plain_text(draft(result, tuple(scores.values())))
    assert ("甲局逾期报送" in text) is (on_time is False)
    assert (deadline_day(plan, 2) is None) == (said in ("国庆后", ""))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("10", "10"), (" 7.5 ", "7.5"), ("１０", "10"), ("10个百分点", "10"), ("10分", "10"), ("10%", "10"),
        ("10 percentage points", "10"), ("0", "0"), ("", None), ("十", None), ("-1", None), ("1e3", None),
        ("NaN", None), ("Infinity", None), ("10左右", None), ("10-15", None),
    ],
)  # fmt: skip
def test_points_of_a_setting(text: str, points: str | None) -> None:
    found = None if points is None else Decimal(points)
    assert read_points(text) == found
    plan = little_plan({1: "修路：甲局"}, settings={"红灯界限": text, "权重：红灯": text})
    assert thresholds(plan).red == (Decimal(10) if found is None else found)
    assert weights(plan)["权重：红灯"] == (DEFAULTS["权重：红灯"] if found is None else found)


@pytest.mark.parametrize("code", sorted({code for _, _, code in UNREADABLE} | {"IND-021"}))
def test_a_setting_never_stops_the_round_where_a_default_will_do(code: str) -> None:
    gentle = {"PLAN-512", "PLAN-576", "PLAN-577", "PLAN-578", "PLAN-579", "PLAN-580", "PLAN-581",
              "PLAN-582", "PLAN-585", "PLAN-586", "PLAN-588", "PLAN-589", "IND-021", "IND-023", "IND-024"}  # fmt: skip
    assert (CATALOGUE[code].severity is Severity.WARNING) == (code in gentle)


def test_the_indicator_of_no_task_is_asked_of_nobody(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", 量化指标=cell(2, "序号", 999))
    plan, _ = read(path)
    assert plan is not None and plan.indicators == ()
    assert codes(merged({}, its_plan=plan), "IND") == []
