"""报送截止: one deadline a period, said alike by forms, mails and scores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from bench_forms import merged
from little_round import PERIODS, fill, issue, little_plan

from reconcile.api.generate import generate
from reconcile.api.mail import Asked, mail
from reconcile.core.i18n import EN, speaking
from reconcile.core.plan import Plan
from reconcile.core.values.deadlines import deadline_day, deadline_text, printed_deadline
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes, read_plan

Q1, Q2 = "第一季度", "第二季度"


def plan_with(first: str = "", second: str = "", setting: str = "") -> Plan:
    """A plan with these deadlines of its two periods, and in 设置."""
    periods = (replace(PERIODS[0], deadline=first), replace(PERIODS[1], deadline=second))
    made = little_plan({1: "修路：甲局"}, settings={"截止日期": setting})
    return replace(made, periods=periods)


def test_each_period_has_its_own_deadline_and_the_setting_serves_the_others() -> None:
    #                | 第一季度  | 第二季度 | 设置 |
    plan = plan_with("2022-04-08", "", "2022-07-05")
    assert [deadline_text(plan, n) for n in (1, 2)] == ["2022-04-08", "2022-07-05"]
    assert [printed_deadline(plan, n) for n in (1, 2)] == ["2022年4月8日", "2022年7月5日"]
    assert [deadline_day(plan, n) for n in (1, 2)] == [date(2022, 4, 8), date(2022, 7, 5)]
    assert deadline_day(plan_with("见通知"), 1) is None


def test_the_plan_workbook_keeps_them_and_reads_the_former_caption(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    plan = plan_with("2022-04-08", "7月8日下班前")
    path.write_bytes(plan_bytes(plan))
    read = read_plan(path)[0]
    assert read is not None and read.periods == plan.periods
    cells = openpyxl.load_workbook(path)["时段"]
    assert [c.value for c in cells[1]] == ["时段", "时段结束", "报送截止", "已过月数"]
    assert cells["C2"].value.date() == date(2022, 4, 8) and cells["C3"].value == "7月8日下班前"
    book = openpyxl.load_workbook(path)
    book["时段"].delete_cols(3)
    book["时段"]["B1"] = "截止日期"
    book.save(path)
    read = read_plan(path)[0]
    assert read is not None and read.periods == PERIODS
    with speaking(EN):
        path.write_bytes(plan_bytes(replace(plan, settings={"语言": "en"})))
    read = read_plan(path)[0]
    assert read is not None and read.periods[0].deadline == "2022-04-08"


def test_a_deadline_that_is_no_day_is_told_at_its_row(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(plan_bytes(plan_with("国庆后")))
    told = read_plan(path)[1]
    assert [(f.code, f.place.sheet, str(f.place.cell)) for f in told] == [
        ("PLAN-577", "时段", "第2行")
    ]


def test_forms_mails_and_scores_go_by_the_deadline_of_the_period(tmp_path: Path) -> None:
    plan = plan_with("2022-04-08", "2022-07-06", "2022-12-31")
    for period, filed, on_time in (
        (1, date(2022, 4, 8), True), (1, date(2022, 4, 9), False),
        (2, date(2022, 7, 6), True), (2, date(2022, 7, 7), False),
    ):  # fmt: skip
        result = merged(fill(issue(plan, "甲局", period), M4=filed), its_plan=plan, period=period)
        assert [f.code for f in result.findings if f.code.startswith("ROW")] == []
        assert score_units(result)[0].on_time is on_time, (period, filed)
    (tmp_path / "p.xlsx").write_bytes(plan_bytes(plan))
    made = generate(tmp_path / "p.xlsx", tmp_path / "发出", Q1, as_of=date(2022, 4, 1))
    assert [f.code for f in made.findings if f.code.startswith("PLAN-59")] == []
    [form] = made.files.values()
    sheet = openpyxl.load_workbook(form)["填报表"]
    texts = " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    assert "2022年4月8日" in texts and "2022年7月6日" not in texts
    asked = Asked((tmp_path / "发出",), tmp_path / "p.xlsx", tmp_path / "邮件", date(2022, 4, 1))
    [message] = mail(asked).messages
    assert "2022年4月8日" in message.body


@pytest.mark.parametrize(
    ("deadline", "setting", "today", "code"),
    [
        ("2022-07-05", "", date(2022, 7, 1), ""),
        ("2022-07-05", "", date(2022, 7, 5), ""),
        ("2022-07-05", "", date(2022, 7, 6), "PLAN-596"),
        ("2022-06-29", "", date(2022, 6, 1), "PLAN-595"),
        ("", "2022-04-08", date(2022, 4, 1), "PLAN-595"),  # left over from the first period
        ("1月10日", "", date(2022, 6, 1), "PLAN-595"),  # of the plan's year
        ("见通知", "", date(2022, 7, 6), ""),
        ("", "", date(2022, 7, 6), ""),
    ],
)
def test_generate_tells_a_deadline_that_nobody_can_have_meant(
    tmp_path: Path, deadline: str, setting: str, today: date, code: str
) -> None:
    (tmp_path / "p.xlsx").write_bytes(plan_bytes(plan_with("", deadline, setting)))
    made = generate(tmp_path / "p.xlsx", tmp_path / "发出", Q2, as_of=today)
    assert [f.code for f in made.findings if f.code in ("PLAN-595", "PLAN-596")] == [code] * bool(
        code
    )
    assert len(made.files) == 1
