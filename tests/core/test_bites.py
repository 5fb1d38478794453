"""Small faults of judgement that once went unnoticed: each test here fails when one is planted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from bench_forms import (
    FILE,
    A,
    B,
    aside,
    changed,
    filled,
    fingerprint_of,
    merged,
    on_form,
    plan,
    put,
    saved,
    told,
    values,
)
from books import opened
from little_round import codes, fill, issue, little_plan, number
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from worded import plain_text, worded

from reconcile.core.findings import Finding, Place
from reconcile.core.form import Field, Form, Rule
from reconcile.core.keys import SHORTEST_NUMBER, may_hold_number
from reconcile.core.lights import Basis, Lag, Measured
from reconcile.core.plan import (
    Amendment,
    Amount,
    Assignment,
    Indicator,
    Period,
    Plan,
    PrintedColumn,
    Ruling,
    State,
    Unit,
)
from reconcile.core.published_plan import PublishedPlan
from reconcile.core.result import Entry, MergeResult, Previous
from reconcile.core.text import short
from reconcile.core.units import assign_units, likely_same, proposed_members
from reconcile.core.values.numbers import read_number, read_percent
from reconcile.merge.field_rules import apply
from reconcile.merge.match_rows import _difference
from reconcile.merge.progress import contradiction, measure
from reconcile.merge.rulings import Rulings
from reconcile.merge.scores import score_units
from reconcile.merge.state import _with_above
from reconcile.merge.task_status import judge
from reconcile.reports.circular import draft

# --- figures


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("负百分之五", "-0.05"), ("百分之五", "0.05"), ("百分百", "1"), ("百分之百", "1"), ("一半", "0.5"),
        ("half", "0.5"), ("one half", "0.5"), ("a half", "0.5"), ("a quarter", "0.25"), ("one quarter", "0.25"),
        ("three quarters", "0.75"), ("a third", "0.333333333333333"), ("one third", "0.333333333333333"),
        ("two thirds", "0.666666666666667"), ("六成五", "0.65"), ("三分之二", "0.666666666666667"),
    ],
)  # fmt: skip
def test_spoken_shares(text: str, share: str) -> None:
    read = read_percent(text)
    assert read is not None and f"{read.value:.15g}" == share


@pytest.mark.parametrize(
    ("scale", "power"),
    [("百", 2), ("千", 3), ("万", 4), ("十万", 5), ("百万", 6), ("千万", 7), ("亿", 8), ("十亿", 9),
     ("百亿", 10), ("千亿", 11), ("万亿", 12)],
)  # fmt: skip
def test_every_scale_of_a_number(scale: str, power: int) -> None:
    read = read_number(f"3{scale}元", "元")
    assert read is not None and read.value == 3 * 10.0**power
    asked = read_number("3亿元", f"{scale}元")
    assert asked is not None and asked.value == float(Decimal(3 * 10**8).scaleb(-power))


def test_what_a_number_was_taken_as_is_told_in_its_own_size() -> None:
    field = Field("count", "完成数", True, Rule("number", 0.0, 1e6))
    outcome = apply(field, "8.5万")
    assert (outcome.value, outcome.code, outcome.values["read"]) == (85000, "CELL-012", "85000")


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("项目已开工建设", None),
        ("项目已开工建设，资金已到位", "项目已开工建设，资金已到位"),
        ("好" * 21, None),
    ],
)
def test_the_least_length_of_a_text_counts(text: str, taken: str | None) -> None:
    field = Field("progress", "进展情况", True, Rule("text", 10, 20))
    assert apply(field, text).value == taken


# --- progress

STATES = ("已完成", "超序时", "达序时", "滞后", "未启动")
# | stated below, measured to the right | 3: better than the numbers, 4: worse |
DISAGREE = {
    "已完成": {"超序时": 3, "达序时": 3, "滞后": 3, "未启动": 3},
    "超序时": {"已完成": 4, "滞后": 3, "未启动": 3},
    "达序时": {"已完成": 4, "滞后": 3, "未启动": 3},
    "滞后": {"已完成": 4, "超序时": 4, "达序时": 4, "未启动": 3},
    "未启动": {"已完成": 4, "超序时": 4, "达序时": 4, "滞后": 4},
}


@pytest.mark.parametrize("stated", STATES)
@pytest.mark.parametrize("found", STATES)
def test_every_state_against_every_measured_one(stated: str, found: str) -> None:
    lag = Lag(Basis.TARGET, Decimal(-1))
    measured = Measured(None, lag, Lag(Basis.CALENDAR), lag, found, "绿")
    told_ = contradiction(number(1, "投资", "1", {}), stated, measured, Place(), "甲局")
    wrong = DISAGREE[stated].get(found)
    assert (told_.code if told_ else None) == (f"IND-00{wrong}" if wrong else None)


def lights(own: Indicator, actuals: dict[str, int], caption: str = "第二季度") -> tuple[str, str]:
    periods = little_plan({1: "x：甲局"}).periods
    found = measure(own, periods, caption, {c: Decimal(n) for c, n in actuals.items()})
    return found.state, found.light


def test_what_has_only_a_year_s_target_and_has_not_begun_is_red() -> None:
    assert lights(number(1, "投资", "100", {}), {"第二季度": 0}) == ("未启动", "红")
    waiting = number(1, "投资", "100", {"第二季度": "50"})
    assert lights(waiting, {"第一季度": 0}, "第一季度") == ("未启动", "绿"), "nothing is due yet"


def test_a_period_without_a_target_needs_no_number_to_add_up() -> None:
    own = number(1, "游客", "100", {"第二季度": "40"}, basis="period")
    assert lights(own, {"第二季度": 45})[1] == "绿"
    both = number(1, "游客", "100", {"第一季度": "20", "第二季度": "40"}, basis="period")
    assert lights(both, {"第二季度": 45}) == ("", ""), "what 第一季度 brought is not known"


# --- standing


def judged(state: str, numbers: dict[str, int], before: dict[str, int] | None = None) -> list[Any]:
    """甲局 states this of a task with two amounts of 50 by now, and gives these numbers."""
    own = [number(1, name, "100", {"第二季度": "50"}) for name in ("投资", "收入")]
    its = little_plan({1: "发展：甲局"}, own)
    form = fill(issue(its, "甲局"), {1: {"完成情况": state, "存在问题": "缺钱。"}}, numbers)
    former = {("甲局", 1, f"actual:{n}"): float(v) for n, v in (before or {}).items()}
    result = merged(
        {"a.xlsx": form}, its_plan=its, previous=Previous({"第一季度": former}) if before else None
    )
    return [(f.code, f.field) for f in worded(result.findings) if f.code in ("IND-003", "IND-004", "IND-005")]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "numbers", "expected"),
    [
        ("滞后", {"投资": 60, "收入": 70}, [("IND-004", "投资")]),  # worse than all: told once, of the first
        ("滞后", {"投资": 60, "收入": 40}, []),  # one of them does lag
        ("达序时", {"投资": 60, "收入": 40}, [("IND-003", "收入")]),
        ("超序时", {"投资": 30, "收入": 40}, [("IND-003", "投资"), ("IND-003", "收入")]),
        ("达序时", {"投资": 60, "收入": 50}, []),
    ],
)  # fmt: skip
def test_a_statement_against_all_of_its_numbers(
    state: str, numbers: dict[str, int], expected: list[Any]
) -> None:
    assert judged(state, numbers) == expected


def test_a_running_total_that_fell_is_told_of_one_unit_and_not_of_a_sum() -> None:
    assert judged("达序时", {"投资": 55, "收入": 55}, {"投资": 60}) == [("IND-005", "投资")]
    own = number(1, "投资", "100", {"第二季度": "20"}, summed=True)
    its = little_plan({1: "发展：甲局、乙局"}, [own])
    files = {u: fill(issue(its, u), numbers={"投资": n}) for u, n in (("甲局", 5), ("乙局", 20))}
    former = {(u, 1, "actual:投资"): n for u, n in (("甲局", 10.0), ("乙局", 16.0))}
    result = merged(files, its_plan=its, previous=Previous({"第一季度": former}))
    assert codes(result, "IND") == [] and result.reached[0].before == 26


def test_judge_tells_the_first_of_all_better_numbers_at_the_state() -> None:
    own = [number(1, name, "100", {"第二季度": "50"}) for name in ("投资", "收入")]
    its = little_plan({1: "发展：甲局"}, own)
    from reconcile.core.result import Actual

    actuals = {
        (1, i.name): [Actual("甲局", Decimal(90), "", Place("a.xlsx", "量化指标", "H5"))]
        for i in own
    }
    entry = Entry(Assignment("甲局", its.tasks[0], "lead"), {"state": "未启动"})
    found = judge(its, 2, {("甲局", 1): entry}, actuals, {}, {("甲局", 1): Place("a.xlsx", "填报表", "H7")})  # fmt: skip
    assert [(f.code, f.field, f.place.cell) for f in worded(found.findings)] == [
        ("IND-004", "投资", "H7")
    ]


# --- rulings


def numberless(unit: str) -> bytes:
    """A filled form from which everything that says whose it is was deleted."""

    def strip(book: Any) -> None:
        sheet = book["填报表"]
        for row in range(1, 6):
            for cell in sheet[row]:
                if isinstance(cell.value, str) and ("表单编号" in cell.value or "-" in cell.value):
                    cell.value = None
        for row in range(7, sheet.max_row + 1):
            sheet.cell(row, 1).value = None
        del book["_meta"]
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]

    book = openpyxl.load_workbook(BytesIO(filled(unit)))
    strip(book)
    return saved(book)


def test_a_ruling_on_one_file_without_a_number_adopts_no_other() -> None:
    files = {"a.xlsx": numberless(A), "b.xlsx": numberless(B)}
    assert {v.accepted for v in merged(files).verdicts} == {False}
    one = merged(files, [Ruling("FORM-010", A, None, "", "照收", fingerprint_of(files["a.xlsx"]))])
    assert [(v.file, v.accepted, v.unit) for v in one.verdicts] == [
        ("a.xlsx", True, A), ("b.xlsx", False, ""),
    ]  # fmt: skip
    assert not any(r.place.file == "b.xlsx" for r in one.records)


def test_two_files_of_one_unit_may_both_be_adopted() -> None:
    other = openpyxl.load_workbook(BytesIO(numberless(A)))
    other["填报表"]["J7"] = "另一份的进展情况。"
    files = {"a.xlsx": numberless(A), "夹/b.xlsx": saved(other)}
    rulings = [Ruling("FORM-010", A, None, "", "照收", fingerprint_of(c)) for c in files.values()]
    result = merged(files, rulings)
    assert [(v.accepted, v.unit) for v in result.verdicts] == [(True, A), (True, A)]
    assert codes(result, "PLAN") == []


def test_a_file_in_a_folder_is_left_out_by_its_content() -> None:
    ruling = Ruling("", "", None, "", "忽略文件", fingerprint_of(filled()))
    result = merged({"夹/子/a.xlsx": filled()}, [ruling])
    assert [v.why for v in result.verdicts] == [("FORM-022",)]
    assert codes(result, "PLAN") == []


def test_a_ruling_that_hit_nothing_says_which_it_was() -> None:
    form = Form((), ())
    its = replace(
        plan(),
        rulings=(
            Ruling("CELL-002", "甲局", 3, "完成情况", "照收"), Ruling("TASK-001", "乙局", None, "", "免提", "x"),
            Ruling("CELL-003", "甲局", 3, "", "不收"), Ruling("CELL-003", "甲局", 3, "", "免提"),
        ),
    )  # fmt: skip
    found = worded(Rulings(its, form, 2).dead("计划"))
    assert [(f.code, f.unit, f.task, f.field) for f in found] == [
        ("PLAN-520", "甲局", 3, "完成情况"), ("PLAN-520", "乙局", None, ""),
        ("PLAN-520", "甲局", 3, ""), ("PLAN-522", "甲局", 3, ""),
    ]  # fmt: skip
    assert "CELL-002，第 3 项，完成情况" in found[0].message
    assert "None" not in found[1].message and "x" in found[1].message


def test_a_ruled_value_that_breaks_the_rule_leaves_the_answer_as_it_was() -> None:
    """On a finding of the checks, whose answer was taken."""
    ruling = Ruling("TASK-003", A, 1, "完成百分比", "改为", "一大半")
    result = merged(changed(put(H7="已完成", I7=0.8)), [ruling])
    assert values(result)[1, "percent"] == 0.8
    assert sorted(told(result)) == [("PLAN-521", ""), ("TASK-003", "I7")]
    assert aside(result) == {}


# --- merge


def test_a_required_column_is_missing_unless_every_task_has_it_from_elsewhere() -> None:
    """市发改委's first file lacks 进展情况; the second gives it for one of its tasks only."""

    def without(sheet: Any) -> None:
        sheet.delete_cols(10)

    later = {f"{c}{r}": None for c in "HIJKLM" for r in (8, 9, 10)}
    files = {"a.xlsx": changed(on_form(without)), "b.xlsx": changed(put(**later))}
    found = [
        (f.code, f.place.file) for f in worded(merged(files).findings) if f.code.startswith("HEAD")
    ]
    assert ("HEAD-010", "a.xlsx") in found
    whole = {"a.xlsx": changed(on_form(without)), "b.xlsx": filled()}
    found = [(f.code, f.place.file) for f in merged(whole).findings if f.code.startswith("HEAD")]
    assert ("HEAD-003", "a.xlsx") in found and ("HEAD-010", "a.xlsx") not in found


def test_a_given_cell_that_only_has_a_note_left_is_told_and_not_set_aside() -> None:
    result = merged(changed(put(D7=None)))
    assert told(result) == [("ROW-020", "D7")] and aside(result) == {}


def test_a_given_cell_that_a_merged_one_swallowed_is_told_and_not_set_aside() -> None:
    result = merged(changed(on_form(lambda sheet: sheet.merge_cells("F7:F8"))))
    assert told(result) == [("ROW-009", "F8")] and aside(result) == {}


# --- identity and owner


def test_the_last_period_of_the_year_has_a_name() -> None:
    result = merged(filled(A, 2), period=1)
    assert [f.message for f in worded(result.findings) if f.code == "FORM-013"] == [
        f"这是“第二季度”的表（{result.findings[0].values['number']}），本次汇总的是“第一季度”，不计入本期"
    ]


def test_a_number_that_stands_alone_is_long_enough() -> None:
    assert len("ABCD-02-EFGH-JKMN-PQRSTVWX") == SHORTEST_NUMBER
    assert may_hold_number("ABCD-02-EFGH-JKMN-PQRSTVWX")


# --- units


def test_members_of_a_group_by_how_their_names_end() -> None:
    names = ["灌云县", "海州区", "高新区", "市经济技术开发区", "各园区", "市财政局", "云台山景区"]
    assert proposed_members("各县区", names) == ("灌云县", "海州区")
    assert proposed_members("各县", names) == ("灌云县",)
    assert proposed_members("各区", names) == ("海州区",)
    assert proposed_members("各功能板块", names) == ("高新区", "市经济技术开发区", "云台山景区")


# --- circular


def late(count: int) -> MergeResult:
    its = little_plan({n: f"任务{n}：甲局" for n in range(1, count + 1)})
    form = issue(its, "甲局", period=1)
    bad = {n: {"完成情况": "滞后", "存在问题": "缺人。"} for n in range(1, count + 1)}
    return merged({"a.xlsx": fill(form, bad)}, its_plan=its, period=1)


@pytest.mark.parametrize(("count", "annexed"), [(8, False), (9, True)])
def test_what_is_due_next_stands_in_the_text_or_in_the_annex_never_in_both(
    count: int, annexed: bool
) -> None:
    result = late(count)
    text = plain_text(draft(result, score_units(result)))
    assert ("附件：滞后任务清单" in text) is annexed
    assert text.count("任务3到6成。") + text.count("任务3到6成\n") == 1


def test_indicators_that_are_ahead_are_named_the_farthest_first() -> None:
    own = [number(n, f"指标{n}", "100", {"第二季度": "50"}) for n in (1, 2, 3)]
    its = little_plan({n: f"任务{n}：甲局" for n in (1, 2, 3)}, own)
    numbers = {"指标1": 55, "指标2": 70, "指标3": 60}
    result = merged({"a.xlsx": fill(issue(its, "甲局"), numbers=numbers)}, its_plan=its)
    lines = plain_text(draft(result, score_units(result))).splitlines()
    named = [line[2:5] for line in lines if line[:2] in ("1.", "2.", "3.") and "超序时进度" in line]
    assert named == ["指标2", "指标3", "指标1"]


def test_a_finding_on_one_column_names_it_by_its_caption() -> None:
    files = {"a.xlsx": changed(put(J7="甲说的进展。")), FILE: changed(put(J7="乙说的进展。"))}
    [finding] = [f for f in worded(merged(files).findings) if f.code == "TASK-011"]
    assert finding.field == "进展情况"


def test_a_deadline_without_a_year_is_of_the_plan_s_year() -> None:
    its = replace(plan(), settings={"截止日期": "6月30日"})
    result = merged(filled(), its_plan=its)
    assert {s.unit: s.on_time for s in score_units(result)}[A] is False
    assert date(2022, 7, 1) > date(2022, 6, 30)


# --- of faults planted with another seed


def test_growth_has_no_share_of_the_year() -> None:
    """A growth of 8 % is no part of the year's 10 %: neither is there one without a target of the year."""
    quarter = Period("第一季度", date(2022, 3, 31), 3)
    for annual in (Amount.read("10"), None):
        growth = Indicator(1, "增加值", "%", "growth", ">=", annual, {})
        assert (
            measure(growth, (quarter,), quarter.caption, {quarter.caption: Decimal(8)}).share
            is None
        )


def test_a_limit_is_kept_when_the_year_is_over_not_before() -> None:
    quarters = Period("上半年", date(2022, 6, 30), 6), Period("下半年", date(2022, 12, 31), 12)
    losses = Indicator(1, "能耗降低", "%", "level", "<=", Amount.read("10"), {})
    reached = {q.caption: Decimal(9) for q in quarters}
    states = [measure(losses, quarters, q.caption, reached).state for q in quarters]
    assert states[0] != State.DONE and states[1] == State.DONE


@pytest.mark.parametrize(
    ("ours", "theirs", "before", "after"),
    [
        ("建成一所学校", "建成一所学院", "校", "院"), ("完成850亿元", "完成800亿元", "850", "800"),
        ("完成1.5亿元", "完成2.5亿元", "1.5", "2.5"), ("建成", "建成投用", "（空）", "投用"), ("甲", "乙", "甲", "乙"),
    ],
)  # fmt: skip
def test_the_differing_middle_of_two_texts(ours: str, theirs: str, before: str, after: str) -> None:
    assert tuple(map(str, _difference(ours, theirs))) == (before, after)


def test_what_stands_beside_a_cell_that_is_set_aside_names_its_unit_and_task() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["H8"].value = "不知道"
        sheet["H8"].comment = Comment("数据待核", "simulated")

    found = {f.code: (f.unit, f.task) for f in merged(changed(on_form(change))).findings}
    assert found["CELL-037"] == found["CELL-002"] and found["CELL-037"][0] == A


@pytest.mark.parametrize(
    ("basis", "comparator", "measured_in", "points"),
    [
        ("level", ">=", "%", "-12.5"),  # 50 for 60 of the year's 80
        ("level", "<=", "%", "10"),  # ten points under the limit
        ("level", "<=", "公里", "16.666667"),  # a sixth of the limit of 60
        ("cumulative", "<=", "亿元", "12.5"), ("cumulative", ">=", "亿元", "-12.5"),
    ],
)  # fmt: skip
def test_what_a_lag_is_a_part_of(
    basis: str, comparator: str, measured_in: str, points: str
) -> None:
    quarter = Period("第一季度", date(2022, 3, 31), 3)
    due = Amount(Decimal(60), Decimal(60))
    it = Indicator(
        1, "数", measured_in, basis, comparator, Amount.read("80"), {quarter.caption: due}
    )
    stood = measure(it, (quarter,), quarter.caption, {quarter.caption: Decimal(50)})
    assert stood.plan.points is not None and round(stood.plan.points, 6) == Decimal(points)


def test_the_text_above_is_cut_where_both_are_too_long_and_not_before() -> None:
    above = "已建成十公里，其余按计划推进，年底前完工通车"
    whole = f"同上（上面写的是：{above}）"
    for high, kept in (
        (len(whole), whole),
        (len(whole) - 1, f"同上（上面写的是：{short(above, 20)}）"),
    ):
        asked = Field("progress", "进展情况", True, Rule("text", high=high))
        outcome = _with_above(asked, apply(asked, "同上"), above, "zh")
        assert outcome.value == kept
        assert outcome.values["header"] == "进展情况", "what was told of it before is told still"


# --- whose rows, whose task


def test_only_the_request_that_was_decided_is_settled_by_the_decision() -> None:
    """Not another request, and nothing else about the unit's task."""
    agreed = Ruling("TASK-051", A, 1, "", "同意", "", "李主任", "2022-07-02", "经研究")
    rulings = Rulings(replace(plan(), rulings=(agreed,)), Form((), ()), 2)

    def request(unit: str, task: int) -> Finding:
        values = {"number": task, "asker": unit, "text": "推迟", "why": "汛期"}
        return Finding("TASK-051", unit=unit, task=task, values=values)

    own, another = request(A, 1), request(B, 2)
    same_task = Finding("CELL-001", unit=A, task=1, values={"header": "进展情况"})
    assert rulings.settle([own, another, same_task], set()) == ([another, same_task], [own])


def pasted_over(owners: Sequence[str]) -> Finding:
    """甲局's form with the tasks 4 to 6 of others in its rows, each of this owner: the finding on it."""
    its = little_plan(
        {
            1: "修路：甲局", 2: "架桥：甲局", 3: "种树：甲局",
            4: "治河：" + owners[0],
            5: f"{'建'}{'一' * 35}校：{owners[1]}", 6: "清淤：" + owners[2], 7: "开渠：丁局",
        }
    )  # fmt: skip
    book = opened(fill(issue(its, "甲局")))
    sheet = book["填报表"]
    shown = (its.tasks[4], its.tasks[3], its.tasks[5])
    for row, task in zip(range(7, 10), shown, strict=True):
        sheet[f"B{row}"], sheet[f"D{row}"] = task.number, task.goal
        sheet[f"E{row}"], sheet[f"F{row}"] = task.milestones.values()
    (found,) = (f for f in merged(saved(book), its_plan=its).findings if f.code == "FORM-090")
    return found


def test_a_pasted_table_is_said_to_be_of_who_has_all_of_its_tasks() -> None:
    found = pasted_over(["乙局、丙局", "乙局", "丙局、乙局"])
    assert str(found.values["other"]) == "乙局"
    assert found.values["goal"] == f"建{'一' * 28}…", "30 characters, the last of them a mark"
    assert str(pasted_over(["乙局", "乙局", "丙局"]).values["other"]) == "别的单位"


def test_a_task_that_is_gone_is_not_taken_for_one_of_two_with_its_goal() -> None:
    before = little_plan({1: "修路：甲局", 2: "架桥：甲局"})
    gone = little_plan({2: "架桥：甲局", 3: "种树：甲局"})
    now = replace(
        gone,
        tasks=(*gone.tasks, *(replace(gone.tasks[0], number=n, goal="修路") for n in (4, 5))),
    )
    form = fill(issue(before, "甲局"))
    assert ("TASK-040", "甲局", 1) in [c[:3] for c in codes(merged(form, its_plan=gone), "TASK-04")]
    found = codes(merged(form, its_plan=now), "ROW-006", "TASK-04")
    assert {(code, cell) for code, _, _, cell in found} >= {("ROW-006", "B7")}
    assert "TASK-040" not in {code for code, *_ in found}


def test_a_ruled_number_is_read_in_the_unit_of_measure_of_its_own_task() -> None:
    its = little_plan(
        {1: "修路：甲局", 2: "架桥：甲局"},
        [
            number(1, "投资", "9000", {"第二季度": "4000"}, measure="万元"),
            number(2, "投资", "9", {"第二季度": "4"}, measure="亿元"),
        ],
    )
    ruling = Ruling("CELL-006", "甲局", 2, "", "改为", "5000万元")
    form = fill(issue(its, "甲局"), numbers={"投资": "大半"})
    result = merged(form, [ruling], its_plan=its)
    taken = [(r.task, r.value) for r in result.records if r.field == "actual:投资"]
    assert taken == [(2, 0.5)], "in 亿元"


def test_the_same_as_above_in_the_head_of_a_form_is_told() -> None:
    result = merged(changed(put(D4="同上")))
    assert told(result) == [("CELL-052", "D4")]


def test_one_column_of_units_that_all_stand_alone_asks_nothing() -> None:
    tasks = little_plan({1: "修路：甲局", 2: "架桥：乙局"}).tasks
    columns = (PrintedColumn("责任单位", "牵头单位"),)
    notice = PublishedPlan("计划", "", "", 2022, ("第二季度",), tasks, printed=columns)
    assert assign_units(notice)[2] == ()
    several = (replace(tasks[0], lead=("甲局、丙局",)), tasks[1])
    (found,) = assign_units(replace(notice, tasks=several))[2]
    assert (found.code, found.values) == ("PLAN-074", {"caption": "责任单位", "count": 1})


def test_names_that_the_register_knows_as_two_units_or_as_one() -> None:
    tasks = little_plan({1: "修路：市住建局", 2: "架桥：市住房和城乡建设局"}).tasks

    def asked(*register: Unit) -> list[tuple[str, str]]:
        return [(f.code, str(f.values["names"])) for f in likely_same(tasks, register)]

    both = "市住房和城乡建设局、市住建局"
    assert asked() == [("PLAN-076", both)]
    assert asked(Unit("市住房和城乡建设局", ("市住建局",))) == []
    assert asked(Unit("市住房和城乡建设局"), Unit("市住建局")) == [("PLAN-076", both)]
    assert asked(Unit("市住房和城乡建设局")) == [("PLAN-076", both)], "the other name may be new"


def test_plans_are_equal_when_all_that_they_hold_is() -> None:
    """But for the doubts that nobody has ticked yet: what follows from a plan does not follow from them."""
    its = plan()
    assert its == replace(its) and hash(its) == hash(replace(its))
    assert its == replace(its, unchecked=3)
    others = {
        "title": "别的计划", "document": "x", "office": "y", "year": 2023, "periods": its.periods[:1],
        "tasks": its.tasks[1:], "units": its.units[1:], "key": "k", "synonyms": {}, "settings": {},
        "rulings": (Ruling("CELL-001", A, 1, "", "照收"),), "changes": (Amendment(1, "目标任务", "a", "b"),),
        "indicators": (number(1, "投资", "9", {}),), "columns": (PrintedColumn("责任单位", "牵头单位"),),
    }  # fmt: skip
    assert others.keys() | {"unchecked"} == {f.name for f in fields(Plan)}
    for name, value in others.items():
        assert replace(its, **{name: value}) != its, name
    assert its != its.title
