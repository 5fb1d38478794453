"""More small faults of judgement that once went unnoticed: each test here fails when one is planted again."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from bench_forms import A, B, C, answer, changed, merged, plan, put, saved, told, values
from books import opened
from little_round import codes, fill, issue, little_plan, number

from reconcile.core.findings import Finding, Place
from reconcile.core.form import Field, Form, Rule
from reconcile.core.keys import parse_row_key
from reconcile.core.plan import Assignment, Role, Ruling, Unit
from reconcile.core.published_plan import PublishedPlan
from reconcile.core.result import Entry, MergeResult, Verdict
from reconcile.core.submission import RowPlace
from reconcile.core.units import assign_units, proposed_members
from reconcile.core.values.dates import read_date
from reconcile.core.values.numbers import read_number, read_percent
from reconcile.core.values.periods import meant_period
from reconcile.delegate.unit_answers import Voice, asked_about, joined_words, voice_of
from reconcile.merge import cross_checks
from reconcile.merge.cross_checks import CHECKS, Context, adjustments
from reconcile.merge.field_rules import apply
from reconcile.merge.identify import OTHER_PERIOD
from reconcile.merge.ingest import Intake
from reconcile.merge.rulings import Rulings
from reconcile.merge.run import IGNORED, _late, _suspected
from reconcile.merge.scores import score_units
from reconcile.merge.state import _ALIKE, MergeState
from reconcile.plan.diff import pair_tasks

# --- rows


def test_a_goal_rewritten_beside_a_blank_number_stays_the_task_of_its_key() -> None:
    """What is blank names nothing, and a goal alone no other task."""
    result = merged(changed(put(B9=None, D9="举办沿河龙舟赛两场。", E9=None, F9=None)))
    assert values(result)[3, "progress"] == answer(3)["J"]
    assert "ROW-040" not in {code for code, _ in told(result)}
    other = merged(changed(put(B9=77, D9="举办沿河龙舟赛两场。", E9=None, F9=None)))
    assert told(other) == [("ROW-040", "D9")]


@pytest.mark.parametrize(
    ("shown", "code"), [("配合", "TASK-047"), ("Supporting", "ROW-009"), ("待定", "ROW-009")]
)
def test_only_a_role_there_is_may_be_one_that_was_given_meanwhile(shown: str, code: str) -> None:
    assert told(merged(changed(put(G7=shown)))) == [(code, "G7")]


def test_rows_sorted_without_their_keys_are_told_once() -> None:
    its = little_plan({n: f"建第{'一二三四五六七八'[n - 1]}座桥：甲局" for n in range(1, 9)})
    book = opened(fill(issue(its, "甲局")))
    sheet = book["填报表"]
    keys = [sheet.cell(row, 1).value for row in range(7, 15)]
    for row, key in zip(range(7, 15), keys[1:] + keys[:1], strict=True):
        sheet.cell(row, 1).value = key
    found = codes(merged(saved(book), its_plan=its))
    assert [(code, cell) for code, _, _, cell in found] == [("ROW-003", "A7")]


def test_a_key_read_aloud_is_known_again() -> None:
    """Letters that are misread, in small ones and full width."""
    key = parse_row_key("007.0A1B1C.0123456789ABCDEF")
    assert key is not None and (key.task, key.text, key.check) == (7, "0A1B1C", "0123456789ABCDEF")
    assert parse_row_key("oo7.oaIblc.Ol23456789abcdef") == key
    assert parse_row_key("００７．0A1B1C．0123456789ABCDEF") == key
    assert parse_row_key("第007.0A1B1C.0123456789ABCDEF") is None


# --- answers


@pytest.mark.parametrize("text", ["其他：", " 其他:", "√其他："])
def test_a_choice_with_a_sign_at_its_end_is_itself(text: str) -> None:
    asked = Field("way", "方式", True, Rule("choice", choices=("其他：", "无")))
    assert apply(asked, text).value == "其他："


def test_who_did_not_answer_has_no_point_of_the_light_that_another_earned() -> None:
    its = little_plan({1: "修路：甲局、乙局", 2: "架桥：乙局"})
    result = merged(fill(issue(its, "甲局")), its_plan=its)
    assert result.standings[1].light == "绿"
    scores = {s.unit: s for s in score_units(result)}
    assert scores["甲局"].score > 0
    assert (scores["乙局"].score, scores["乙局"].lights["绿"]) == (0, 1)


def test_a_task_is_asked_of_those_who_have_it_and_a_form() -> None:
    result = merged(changed(put()))
    (second,) = (t for t in plan().tasks if t.number == 2)
    assert [(a.unit, a.task.number) for a in asked_about(result, second)] == [(A, 2), (B, 2)]


# --- plans and units


def test_of_two_tasks_like_one_new_one_only_the_first_goes_on() -> None:
    old = little_plan({1: "修建城北跨河大桥一座：甲局", 2: "修建城南跨河大桥一座：甲局"}).tasks
    new = little_plan({7: "修建城东跨河大桥一座：甲局"}).tasks
    assert [(a.number, b.number) for a, b in pair_tasks(old, new)] == [(1, 7)]


def test_a_unit_that_only_leads_or_only_supports_is_not_idle() -> None:
    tasks = little_plan({1: "修路：甲局；乙局"}).tasks
    notice = PublishedPlan("计划", "", "", 2022, ("第二季度",), tasks)
    register = (Unit("甲局"), Unit("乙局"), Unit("丙局"))
    found = [f for f in assign_units(notice, register)[2] if f.code == "UNIT-011"]
    assert [str(f.values["units"]) for f in found] == ["丙局"]


def test_nobody_is_proposed_for_a_group_that_names_no_kind_of_place() -> None:
    assert proposed_members("各有关部门", ["东海县", "市交通局"]) == ()


def test_what_a_unit_answered_on_a_part_of_a_task() -> None:
    result = merged(changed(put(K7="资金未到位。")))
    first, fourth = (t for t in plan().tasks if t.number in (1, 4))
    (asked,) = asked_about(result, first)
    voice = voice_of(result, first, asked, (first,))
    assert voice is not None and (voice.unit, voice.part, voice.role) == (A, "", "lead")
    assert voice.values["problem"] == "资金未到位。" and "" not in voice.values.values()
    (asked,) = asked_about(result, fourth)
    assert voice_of(result, fourth, asked, (fourth,)) is None, "市财政局 sent nothing"


QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
# | text | quarter |
ONE_QUARTER = {
    "二季度": 2, "q2": 2, "2Q": 2, "quarter 2": 2, "3rd quarter": 3, "Second Quarter 2022": 2, "2022年二季度": 2,
    "第一季度（1—3月）": 1, "第一季度（1-3月）": 1, "第一季度1至3月": 1, "第一季度（1.1—3.31）": 1,
    "Q1 (1–31 March)": 1, "1—3月（第一季度）": 1, "April to June (Q2)": 2, "Q1–2022": 1, "2022-Q2": 2,
    "Q2, 2022": 2, "第一季度—2022年": 1, "三、第二季度": 2, "截至二季度": 2, "到第三季度末": 3,
    "二季度工作目标及进展": 2, "第二季度（4-6月）目标、任务": 2,
}  # fmt: skip
NO_QUARTER = (
    "1-3季度", "1—2季度", "2022年1-2季度", "前三季度", "一二季度", "三、四季度", "第一、二季度", "第一、第二季度",
    "一季度及二季度", "1季-3季度", "第一季度-6月", "第二季度至12月", "1Q-3Q", "1Q~3Q", "Q1-Q2", "Q1/Q2", "Q1, Q2",
    "Q1 & Q2", "Q1 to Q3", "Q1-June", "1st-3rd quarter", "2nd-4th quarter", "first and second quarter",
    "quarter 1-quarter 3", "上半年", "Q5",
)  # fmt: skip


@pytest.mark.parametrize(("text", "quarter"), ONE_QUARTER.items())
def test_one_quarter_however_it_is_written(text: str, quarter: int) -> None:
    assert list(meant_period(text, QUARTERS)) == [QUARTERS[quarter - 1]]


@pytest.mark.parametrize("text", NO_QUARTER)
def test_several_quarters_are_no_quarter(text: str) -> None:
    assert list(meant_period(text, QUARTERS)) == []


def test_a_ruling_on_a_whole_row_gives_no_value_to_its_fields() -> None:
    files = {"1.xlsx": changed(put(J7="甲说法。")), "2.xlsx": changed(put(J7="乙说法。"))}
    whole = Ruling("TASK-011", A, 1, "", "改为", "核对后的说法。")

    def taken(result: MergeResult) -> list[object]:
        return [r.value for r in result.records if (r.task, r.field) == (1, "progress")]

    result = merged(files, [whole])
    assert taken(result) == []
    assert "PLAN-520" in {f.code for f in result.findings}, "it did nothing"
    result = merged(files, [replace(whole, field="进展情况")])
    assert taken(result) == ["核对后的说法。"]


def test_a_task_given_away_is_told_though_its_goal_was_edited() -> None:
    given = [replace(t, lead=(B,), support=()) if t.number == 2 else t for t in plan().tasks]
    its = replace(plan(), tasks=tuple(given))
    found = told(merged(changed(put(D8="产业投资1360亿元以上，力争更多。")), its_plan=its))
    assert ("TASK-041", "A8") in found


def test_what_befalls_a_whole_table_at_once() -> None:
    assert {
        "ROW-001", "ROW-002", "ROW-003", "ROW-004", "ROW-005", "ROW-012", "ROW-013", "ROW-014",
        "ROW-015", "ROW-018", "ROW-050", "TASK-012", "CELL-065",
    } == _ALIKE  # fmt: skip


def test_files_without_a_number_are_waived_one_by_one() -> None:
    """Two rulings on two files are no ruling that stands twice."""
    files = [f"回表{n}.xlsx {str(n) * 32}@第二季度" for n in (1, 2)]
    waived = [Ruling("FORM-010", A, None, "", "免提", file) for file in files]
    found = Rulings(replace(plan(), rulings=tuple(waived)), Form((), ()), 2).dead("计划")
    assert [f.code for f in found] == ["PLAN-520", "PLAN-520"]
    found = Rulings(replace(plan(), rulings=(*waived, waived[0])), Form((), ()), 2).dead("计划")
    assert "PLAN-522" in [f.code for f in found]


def test_a_merged_cell_of_an_indicator_names_no_other() -> None:
    """Its content is that of the row above; a cell of its own would."""
    its = little_plan(
        {1: "修路：甲局", 2: "架桥：甲局"},
        [number(1, "里程", "90", {"第二季度": "40"}, measure="公里"), number(2, "座数", "9", {"第二季度": "4"}, measure="座")],
    )  # fmt: skip
    form = fill(issue(its, "甲局"), numbers={"里程": 41, "座数": 5})

    def told_of(measure: str, *, joined: bool) -> set[str]:
        book = opened(form)
        sheet = book["量化指标"]
        at = {str(cell.value): cell.column for cell in sheet[4] if cell.value}
        sheet.cell(6, at["指标"]).value = "里程"
        sheet.cell(6, at["计量单位"]).value = measure
        if joined:
            sheet.merge_cells(
                start_row=5, end_row=6, start_column=at["计量单位"], end_column=at["计量单位"]
            )
        return {code for code, *_ in codes(merged(saved(book), its_plan=its), "IND")}

    assert told_of("公里", joined=False) == {"IND-030"}
    assert told_of("公里", joined=True) == {"IND-014"}


@pytest.mark.parametrize(
    ("text", "month"), [("Q2", 6), ("q3底", 9), ("二季度末", 6), ("上半年", 6), ("年底", 12)]
)
def test_a_part_of_the_year_ends_on_its_last_day(text: str, month: int) -> None:
    read = read_date(text, year=2022)
    assert read is not None and (read.value.year, read.value.month) == (2022, month)
    assert read.value.day == (31 if month == 12 else 30)


def test_a_request_names_who_asks_what_and_why() -> None:
    """Without a reason it is one all the same, and its unit is told; 无 is none."""
    task = plan().tasks[0]
    asked = Form(tuple(Field(name, name, True) for name in ("adjust", "adjust_why")), ())
    given = {
        A: {"adjust": "推迟到第三季度", "adjust_why": "汛期"}, B: {"adjust": "推迟", "adjust_why": ""},
        C: {"adjust": "无"}, "丁局": {"adjust": "推" * 100, "adjust_why": "汛" * 100},
    }  # fmt: skip
    entries = {(u, 1): Entry(Assignment(u, task, Role.LEAD), v) for u, v in given.items()}
    rows = dict.fromkeys(entries, RowPlace(Place("f", "填报表", "A7"), {}))
    context = Context(
        plan(), asked, 2, date(2022, 7, 8), {}, entries, rows, (), set(), set(), set(), ()
    )
    found = [
        (f.code, f.unit, *(str(f.values.get(k, "")) for k in ("asker", "text", "why")))
        for f in adjustments(context)
    ]
    assert found == [
        ("TASK-051", A, A, "推迟到第三季度", "汛期"), ("TASK-051", B, B, "推迟", "（没有写）"),
        ("TASK-050", B, "", "", ""),
        ("TASK-051", "丁局", "丁局", f"{'推' * 79}…", f"{'汛' * 79}…"),
    ]  # fmt: skip


def test_what_stood_in_a_cell_is_kept_as_it_was_seen() -> None:
    """A number with what it shows, where that says something else; a text as it is."""

    def shown(book: Any) -> None:
        sheet = book["填报表"]
        sheet["M7"].number_format = 'm"月"d"日"'
        sheet["J7"] = "12月20日完工"

    records = {r.field: r for r in merged(changed(shown)).records if r.task == 1}
    assert records["progress"].original == "12月20日完工"
    assert records["due"].original == "12月20日（存为2022-12-20）"


def test_where_a_name_stands_first_is_told_with_its_side() -> None:
    tasks = little_plan({1: "修路：各县区；市直有关单位", 2: "架桥：东海县；灌云县"}).tasks
    notice = PublishedPlan("计划", "", "", 2022, ("第二季度",), tasks)
    found = assign_units(notice)[2]
    seen = [(f.code, f.unit, f.field, str(f.values["role"])) for f in found if "role" in f.values]
    assert seen == [
        ("UNIT-003", "各县区", "lead", "牵头单位"),
        ("UNIT-004", "市直有关单位", "support", "共同责任单位"),
    ]


def test_a_few_rows_of_others_among_many_refuse_no_form() -> None:
    """Three of ten; six of ten would."""
    its = little_plan(
        {
            n: f"建{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳'[n - 1]}桥：{'甲局' if n < 11 else '乙局'}"
            for n in range(1, 17)
        }
    )
    form = fill(issue(its, "甲局"))

    def found(pasted: int) -> set[str]:
        book = opened(form)
        sheet = book["填报表"]
        for row, task in zip(range(7, 7 + pasted), its.tasks[10:], strict=False):
            sheet[f"B{row}"], sheet[f"D{row}"] = task.number, task.goal
            sheet[f"E{row}"], sheet[f"F{row}"] = task.milestones.values()
        return {code for code, *_ in codes(merged(saved(book), its_plan=its), "FORM")}

    assert (found(3), found(5), found(6)) == (set(), set(), {"FORM-090"})


def test_a_day_out_of_bounds_is_told_with_the_bounds() -> None:
    asked = Field("due", "预计完成时间", True, Rule("date", date(2022, 1, 1), date(2022, 12, 31)))
    outcome = apply(asked, "2023-05-06")
    assert (outcome.code, str(outcome.values["bounds"])) == (
        "CELL-009",
        "2022年1月1日至2022年12月31日",
    )
    assert apply(asked, "2022-12-31").value == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["无"], "无"), (["无", "暂无"], "无"), (["", "无"], "无"), (["无", "缺钱。"], "甲0局：无\n甲1局（配合）：缺钱。"),
        (["", "缺钱。"], "甲1局（配合）：缺钱。"), (["", ""], ""),
    ],
)  # fmt: skip
def test_words_of_several_units_are_joined(texts: list[str], joined: str) -> None:
    voices = [
        Voice(f"甲{n}局", "", Role.SUPPORT if n else Role.LEAD, {"problem": text})
        for n, text in enumerate(texts)
    ]
    assert joined_words(Field("problem", "存在问题", True), voices, (), {}) == joined


def test_a_late_return_of_an_archived_period_is_named_once_it_is_new() -> None:
    closed = {"第一季度": {"kept"}}
    verdicts = [
        Verdict(f, sha, False, A, ("FORM-013",))
        for f, sha in (("1.xlsx", "new"), ("2.xlsx", "kept"))
    ]
    values = {"theirs": "第一季度", "period": "第二季度", "number": "1"}
    findings = [Finding(OTHER_PERIOD, Place(v.file), A, values=values) for v in verdicts]
    findings.append(Finding("FORM-064", Place("3.xlsx"), A, values={"unit": A}))
    found = [(f.code, f.place.file, f.unit, f.values) for f in _late(findings, verdicts, closed)]
    assert found == [("ARCH-007", "1.xlsx", "", {"unit": A, "period": "第一季度"})]


def test_what_is_left_when_a_file_is_taken_out_again() -> None:
    lacking = [
        (A, Place(file, "填报表", "A6"), ("progress",), {1}) for file in ("1.xlsx", "2.xlsx")
    ]
    ledger = MergeState(plan(), Form((), ()), 2, Rulings(plan(), Form((), ()), 2))
    taken = Intake(ledger, {}, date(2022, 7, 8), lacking=lacking)
    assert taken.without({"1.xlsx"}).lacking == lacking[1:] and taken.lacking == lacking


def test_two_of_three_rows_of_others_are_set_aside_one_by_one() -> None:
    """Fewer than three may be slips."""
    its = little_plan(
        {n: f"建{'甲乙丙丁戊己'[n - 1]}桥：{'甲局' if n < 4 else '乙局'}" for n in range(1, 7)}
    )
    book = opened(fill(issue(its, "甲局")))
    sheet = book["填报表"]
    for row, task in zip((7, 8), its.tasks[3:], strict=False):
        sheet[f"B{row}"], sheet[f"D{row}"] = task.number, task.goal
        sheet[f"E{row}"], sheet[f"F{row}"] = task.milestones.values()
    found = codes(merged(saved(book), its_plan=its), "FORM", "ROW")
    assert [(code, cell) for code, _, _, cell in found] == [("ROW-040", "D7"), ("ROW-040", "D8")]


@pytest.mark.parametrize("value", [True, False, None, date(2022, 6, 30)])
def test_what_is_no_number_is_none(value: object) -> None:
    """A tick in a cell is no 1."""
    assert read_number(value, "个") is None and read_number(value) is None
    assert read_percent(value) is None


def test_every_check_is_run() -> None:
    checks = {
        name for name, one in vars(cross_checks).items()
        if inspect.isfunction(one) and not name.startswith("_") and "c" in inspect.signature(one).parameters
    }  # fmt: skip
    assert {check.__name__ for check in CHECKS} == checks
    assert len(CHECKS) == len(checks) == 11


def test_only_a_file_that_is_nobody_s_is_held_against_names() -> None:
    name = f"{B}.xlsx"
    for verdict, suspected in (
        (Verdict(name, "x", True, A, ()), ()), (Verdict(name, "x", False, A, ("FORM-081",)), ()),
        (Verdict(name, "x", False, "", ("FILE-001",)), (B,)), (Verdict(name, "x", False, "", (IGNORED,)), ()),
    ):  # fmt: skip
        assert _suspected(verdict, plan()).suspected == suspected


@pytest.mark.parametrize(
    ("target", "each", "doubtful"), [("10", 10, True), ("10", 5, False), ("0", 0, False)]
)
def test_parts_that_are_each_the_whole_are_asked_about(
    target: str, each: int, doubtful: bool
) -> None:
    """But where nothing at all is to happen, nothing from each is right."""
    most = {"measure": "起", "comparator": "<=", "summed": True}
    its = little_plan(
        {1: "防汛：甲局、乙局"}, [number(1, "事故", target, {"第二季度": target}, **most)]
    )
    files = {f"{u}.xlsx": fill(issue(its, u), numbers={"事故": each}) for u in ("甲局", "乙局")}
    found = {code for code, *_ in codes(merged(files, its_plan=its), "IND")}
    assert ("IND-022" in found) is doubtful, found
