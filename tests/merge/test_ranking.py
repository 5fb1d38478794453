"""按单位: who is ranked among whom, and what copied words are worth."""

from __future__ import annotations

from io import BytesIO

import openpyxl
from bench_forms import merged, template
from little_round import fill, issue, little_plan

from reconcile.merge.scores import score_units
from reconcile.reports.summary import summary_bytes

ITS = little_plan(
    {1: "修通城北到城南的快速路：甲局；丁局", 2: "架桥：乙局；丁局", 3: "植树：丙局；丁局"}
)
ON_TIME = {"M4": "2022-07-04"}
RESULT = merged(
    {
        "甲.xlsx": fill(
            issue(ITS, "甲局"), {1: {"进展情况": "修通城北到城南的快速路到6成。"}}, **ON_TIME
        ),
        "乙.xlsx": fill(issue(ITS, "乙局"), **ON_TIME),
        "丁.xlsx": fill(issue(ITS, "丁局"), **ON_TIME),
    },
    its_plan=ITS,
)


def test_who_copied_the_plan_is_behind_who_wrote_an_answer() -> None:
    assert [(f.unit, f.task) for f in RESULT.findings if f.code == "TASK-006"] == [("甲局", 1)]
    ranked = [(s.unit, s.rank, str(s.score), s.copied) for s in score_units(RESULT) if s.led]
    assert ranked == [("乙局", 1, "100.0", 0), ("甲局", 2, "10.0", 1), ("丙局", 3, "0.0", 0)]


def test_who_only_supports_is_not_ranked_and_comes_last() -> None:
    last = score_units(RESULT)[-1]
    assert (last.unit, last.rank, last.led, last.answered) == ("丁局", 0, 0, 3)


def test_the_sheet_prints_the_rule() -> None:
    content = summary_bytes(RESULT, template().form, (), score_units(RESULT))
    sheet = openpyxl.load_workbook(BytesIO(content))["按单位"]
    assert (
        "绿灯90、黄灯60、红灯30、未判定0，进展情况照抄计划原文的按未判定计）＋按时首报10"
        in sheet["A3"].value
    )
    rows = [[c.value for c in row[:4]] for row in sheet.iter_rows(min_row=5)]
    assert rows == [
        [1, "乙局", 100, 1], [2, "甲局", 10, 1], [3, "丙局", 0, 1], ["配合", "丁局", None, None],
    ]  # fmt: skip
