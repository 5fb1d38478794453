"""What workbooks say of themselves: title, author, the day they are as of; the colours of their tabs."""

from __future__ import annotations

import io
from datetime import datetime, time

import openpyxl
import pytest
from bench_forms import AS_OF, merged, template
from little_round import fill, issue, little_plan

from reconcile.core.plan import Plan
from reconcile.plan import plan_bytes
from reconcile.reports.details import details_bytes
from reconcile.reports.status import status_bytes
from reconcile.reports.summary import summary_bytes


@pytest.fixture(scope="module")
def plan() -> Plan:
    return little_plan({1: "修路：甲局", 2: "植树：乙局"})


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["summary", "details", "status"])
def test_a_report_names_its_office_and_is_dated_as_of_its_day(plan: Plan, kind: str) -> None:
    result, form = merged(fill(issue(plan, "甲局")), its_plan=plan), template().form
    made = {
        "summary": lambda: summary_bytes(result, form),
        "details": lambda: details_bytes(result, form),
        "status": lambda: status_bytes(result),
    }[kind]()
    day = datetime.combine(AS_OF, time())
    told = opened(made).properties
    assert told.creator == "某市政府办"
    assert (told.created, told.modified) == (day, day)
    assert "第二季度" in str(told.title)


def test_forms_and_plan_workbooks_name_the_office_too(plan: Plan) -> None:
    for content, title in (
        (issue(plan, "甲局"), "2022年小计划（第二季度）填报表"), (plan_bytes(plan), "2022年小计划"),
    ):  # fmt: skip
        told = opened(content).properties
        assert (told.creator, told.title) == ("某市政府办", title)


def test_tabs_tell_what_to_look_at_first(plan: Plan) -> None:
    result = merged(fill(issue(plan, "甲局")), its_plan=plan)
    summary = opened(summary_bytes(result, template().form))
    colours = {s.title: s.sheet_properties.tabColor.rgb[-6:] for s in summary}
    assert colours == {"总览": "1F4E79", "汇总表": "9DC3E6", "滞后清单": "C00000"}
    book = opened(plan_bytes(plan))
    assert {s.title for s in book if s.sheet_properties.tabColor.rgb.endswith("FFC000")} == {
        "说明", "待核",
    }  # fmt: skip
