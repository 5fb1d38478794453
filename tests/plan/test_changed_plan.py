"""A plan that changes after its forms went out: no fault of the units that answered on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import aside, merged, values
from little_round import PERIODS, codes, fill, issue, little_plan, number
from worded import plain_text

from reconcile.api.extract import extract
from reconcile.api.former import present_numbers, under_present_names
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.core.findings import CATALOGUE, Severity
from reconcile.core.plan import Plan, Ruling, Unit
from reconcile.core.result import MergeResult, Previous, Standing
from reconcile.merge.scores import score_units
from reconcile.plan import plan_bytes, read_plan
from reconcile.reports.circular import draft

TASKS = {1: "修路：甲局", 2: "架桥：甲局", 3: "植树：甲局；乙局", 4: "办学：乙局"}


def after(
    tasks: Mapping[int, str],
    answers: Mapping[int, Mapping[str, Any] | None] | None = None,
    **more: Any,
) -> MergeResult:
    """甲局's and 乙局's forms of TASKS, merged with the plan of these tasks."""
    issued = little_plan(TASKS)
    own = {
        "甲.xlsx": fill(issue(issued, "甲局"), answers),
        "乙.xlsx": fill(issue(issued, "乙局"), {3: {"进展情况": "乙局配合植树三百亩。"}}),
    }
    return merged(own, its_plan=little_plan(tasks, **more))


def balanced(result: MergeResult) -> bool:
    b = result.balance
    return b.received == b.accepted + b.normalised + b.set_aside


def innocent(result: MergeResult, *units: str) -> bool:
    """Nobody is wrong: no error or warning at a unit, nobody named in the circular, nothing off a score."""
    states = {s.unit: (s.state, s.errors, s.warnings) for s in result.statuses}
    text = plain_text(draft(result, score_units(result)))
    return "须按退回说明改正" not in text and all(states[u] == ("clean", 0, 0) for u in units)


# | the plan now | what is told | the task that the answers on 1, 2, 3 came to |
CHANGES = [
    (  # dropped, the others keep their numbers
        {n: t for n, t in TASKS.items() if n != 2},
        [("TASK-040", "甲局", 2, "A8")],
        {"修路": 1, "植树": 3},
    ),
    (  # dropped, and the others are counted anew
        {1: "修路：甲局", 2: "植树：甲局；乙局", 3: "办学：乙局"},
        [
            ("TASK-040", "甲局", None, "A8"), ("TASK-043", "甲局", 2, "A9"),
            ("TASK-043", "乙局", 2, "A10"), ("TASK-043", "乙局", 3, "A8"),
        ],
        {"修路": 1, "植树": 2},
    ),
    (  # given to another unit
        {**TASKS, 2: "架桥：乙局"},
        [("TASK-041", "甲局", 2, "A8"), ("TASK-042", "乙局", 2, ""), ("UNIT-020", "", None, "")],
        {"修路": 1, "植树": 3},
    ),
    (  # given to another unit, under another number
        {1: "修路：甲局", 3: "植树：甲局；乙局", 4: "办学：乙局", 5: "架桥：乙局"},
        [("TASK-041", "甲局", 5, "A8"), ("TASK-042", "乙局", 5, ""), ("UNIT-020", "", None, "")],
        {"修路": 1, "植树": 3},
    ),
    (  # all numbers changed
        {1: "植树：甲局；乙局", 2: "修路：甲局", 3: "办学：乙局", 4: "架桥：甲局"},
        [
            ("TASK-043", "甲局", 2, "A7"), ("TASK-043", "甲局", 4, "A8"), ("TASK-043", "甲局", 1, "A9"),
            ("TASK-043", "乙局", 1, "A10"), ("TASK-043", "乙局", 3, "A8"),
        ],
        {"修路": 2, "架桥": 4, "植树": 1},
    ),
    (  # lead and support changed places
        {**TASKS, 3: "植树：乙局；甲局"},
        [
            ("TASK-047", "甲局", 3, "G9"), ("TASK-047", "乙局", 3, "G10"),
            ("CELL-065", "甲局", 3, "I9"),  # the percentage of who supports now
        ],
        {"修路": 1, "架桥": 2, "植树": 3},
    ),
    (  # added
        {**TASKS, 5: "治水：甲局"},
        [("TASK-042", "甲局", 5, ""), ("UNIT-020", "", None, "")],
        {"修路": 1, "架桥": 2, "植树": 3},
    ),
    (  # the place of a dropped task is taken by a new one
        {**TASKS, 2: "治水：乙局"},
        [("TASK-040", "甲局", None, "A8"), ("TASK-042", "乙局", 2, ""), ("UNIT-020", "", None, "")],
        {"修路": 1, "植树": 3},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("now", "told", "came_to"), CHANGES)
def test_a_changed_plan_is_one_note_a_row(
    now: dict[int, str], told: list[Any], came_to: dict[str, int]
) -> None:
    wrote = {n: {"进展情况": f"{t[:2]}已完成第一标段。"} for n, t in TASKS.items()}
    result = after(now, wrote)
    assert sorted(codes(result), key=str) == sorted(told, key=str)
    got = {v[:2]: n for (n, name), v in values(result, "甲局").items() if name == "progress"}
    assert got == came_to
    assert balanced(result) and innocent(result, "甲局", "乙局")
    lost = [s for s in result.set_aside if s.unit == "甲局"]
    assert {s.code for s in lost} <= {"TASK-040", "TASK-041", "CELL-065"}
    rows = [s for s in lost if s.code != "CELL-065"]
    assert len(rows) == 3 * (3 - len(came_to)), "every cell of the row is accounted for"


@pytest.mark.parametrize("code", ["TASK-040", "TASK-041", "TASK-042", "TASK-043", "TASK-047", "IND-015", "IND-020", "FORM-070"])  # fmt: skip
def test_such_notes_are_notes(code: str) -> None:
    assert CATALOGUE[code].severity is Severity.NOTE


def test_what_was_never_sent_costs_no_points() -> None:
    """乙局 leads task 2 now, and has never seen it; it leads task 4, and did well."""
    scores = {s.unit: s for s in score_units(after({**TASKS, 2: "架桥：乙局"}))}
    assert (str(scores["乙局"].score), scores["乙局"].led) == ("100.0", 1)
    assert (scores["乙局"].asked, scores["乙局"].answered) == (2, 2)
    assert str(scores["甲局"].score) == "100.0"


@pytest.mark.slow
def test_an_amended_plan_keeps_what_was_reviewed_under_the_new_number(tmp_path: Path) -> None:
    def published(*lines: list[Any]) -> Path:
        book = openpyxl.Workbook()
        book.active.append(["序号", "目标任务", "第一季度", "第二季度", "牵头单位"])
        for line in lines:
            book.active.append(line)
        book.save(tmp_path / "计划.xlsx")
        return tmp_path / "计划.xlsx"

    bridge = ["架设大桥", "开工", "完工", "甲局"]
    money = ["产业投资100亿元", "完成20亿元", "完成50亿元", "甲局、乙局"]
    old, new = tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    extract(published([1, *bridge], [2, *money]), old)
    book = openpyxl.load_workbook(old)
    sheet = book["量化指标"]
    column = next(c.column for c in sheet[1] if c.value == "多家时")
    sheet.cell(2, column).value = "合计"
    book.save(old)
    made = extract(published([1, *money]), new, last_path=old, amended=True)
    assert made.plan is not None and "IND-021" not in {f.code for f in made.findings}
    assert [(i.number, i.name, i.summed) for i in made.plan.indicators] == [(1, "产业投资", True)]


def test_what_is_told_names_the_task_and_who_has_it_now() -> None:
    by_code = {f.code: f.message for f in after({**TASKS, 2: "架桥：乙局"}).findings}
    assert by_code["TASK-041"] == "第2项（架桥）发表之后已改由乙局牵头，不计"
    assert by_code["UNIT-020"].endswith("第2项（乙局）")
    by_code = {f.code: f.message for f in after({1: TASKS[1], 4: TASKS[4]}).findings}
    assert by_code["TASK-040"].endswith("发表之后已取消，不计")


def test_a_wrong_answer_on_a_dropped_task_is_nobody_s_error() -> None:
    wrong = {2: {"完成情况": "差不多了", "完成百分比": "一大半"}}
    result = after({n: t for n, t in TASKS.items() if n != 2}, wrong)
    assert codes(result) == [("TASK-040", "甲局", 2, "A8")]
    assert aside(result)["H8"] == "差不多了" and result.pending == {}
    assert innocent(result, "甲局", "乙局")


def test_a_sorted_form_with_its_keys_left_behind_does_not_answer_another_task() -> None:
    def sort(book: Any) -> None:
        sheet = book["填报表"]
        rows = [[sheet.cell(r, c).value for c in range(2, 14)] for r in (7, 8, 9)]
        for r, row in zip((7, 8, 9), [rows[2], rows[0], rows[1]], strict=True):
            for c, value in enumerate(row, 2):
                sheet.cell(r, c).value = value

    from io import BytesIO

    wrote = {n: {"进展情况": f"{t[:2]}已完成第一标段。"} for n, t in TASKS.items()}
    book = openpyxl.load_workbook(BytesIO(fill(issue(little_plan(TASKS), "甲局"), wrote)))
    sort(book)
    out = BytesIO()
    book.save(out)
    now = little_plan({n: t for n, t in TASKS.items() if n != 2})
    result = merged({"甲.xlsx": out.getvalue()}, its_plan=now)
    got = {v[:2]: n for (n, name), v in values(result, "甲局").items() if name == "progress"}
    assert got == {"修路": 1, "植树": 3}
    assert ("TASK-040", "甲局", 2, "A9") in codes(result)


def test_a_row_that_a_clerk_deleted_is_still_missing() -> None:
    from io import BytesIO

    book = openpyxl.load_workbook(BytesIO(fill(issue(little_plan(TASKS), "甲局"))))
    book["填报表"].delete_rows(8)
    out = BytesIO()
    book.save(out)
    result = merged({"甲.xlsx": out.getvalue()}, its_plan=little_plan({**TASKS, 5: "治水：甲局"}))
    assert codes(result, "TASK") == [("TASK-001", "甲局", 2, ""), ("TASK-042", "甲局", 5, "")]


# --- indicators


def measured(indicators: list[Any]) -> MergeResult:
    tasks = {1: "投资：甲局", 2: "架桥：甲局"}
    issued = little_plan(tasks, [number(1, "投资额", "100", {"第二季度": "50"})])
    form = fill(issue(issued, "甲局"), numbers={"投资额": 45})
    return merged({"甲.xlsx": form}, its_plan=little_plan(tasks, indicators))


def test_targets_amended_after_the_form_went_out_are_no_edits_of_a_clerk_s() -> None:
    result = measured([number(1, "投资额", "80", {"第二季度": "40"})])
    assert codes(result, "IND-0", "ROW") == [("IND-020", "甲局", 1, "A5")]
    assert result.reached[0].value == 45 and result.reached[0].measured.light == "绿"


def test_an_indicator_dropped_after_the_form_went_out_is_one_note() -> None:
    result = measured([])
    assert codes(result) == [("IND-015", "甲局", None, "A5")]
    assert innocent(result, "甲局") and balanced(result)


def test_an_indicator_whose_task_was_renumbered_is_found_by_its_key() -> None:
    issued = little_plan({1: "架桥：甲局", 2: "投资：甲局"}, [number(2, "投资额", "100", {"第二季度": "50"})])  # fmt: skip
    form = fill(issue(issued, "甲局"), numbers={"投资额": 50})
    now = little_plan({1: "投资：甲局"}, [number(1, "投资额", "100", {"第二季度": "50"})])
    result = merged({"甲.xlsx": form}, its_plan=now)
    assert [(r.indicator.number, r.value) for r in result.reached] == [(1, 50)]
    assert codes(result, "IND-0", "ROW") == []


# --- renamed and merged units


OLD = {1: "办赛：市体育局", 2: "修馆：市体育局、市文旅局", 3: "旅游：市文旅局"}
NEW = {n: t.replace("市体育局", "市文体局").replace("市文旅局", "市文体局") for n, t in OLD.items()}


def forms_of(unit: str) -> bytes:
    own = {2: {"进展情况": "两家同修一馆，主体封顶。"}}
    return fill(issue(little_plan(OLD), unit), own)


def test_a_renamed_unit_is_known_by_its_old_name() -> None:
    units = (Unit("市体育事务中心", aliases=("市体育局",)), Unit("市文旅局"))
    for tasks in (OLD, {n: t.replace("市体育局", "市体育事务中心") for n, t in OLD.items()}):
        plan = little_plan(tasks, units=units)
        result = merged({"体育.xlsx": forms_of("市体育局")}, its_plan=plan)
        told = codes(result, "FORM", "ROW", "TASK")
        assert told == [("FORM-070", "市体育事务中心", None, "G2")], "told once"
        assert [n for n, name in values(result, "市体育事务中心") if name == "state"] == [1, 2]
        assert innocent(result, "市体育事务中心")


@pytest.mark.parametrize("tasks", [OLD, NEW])
def test_two_units_that_became_one(tasks: dict[int, str]) -> None:
    units = (Unit("市文体局", aliases=("市体育局", "市文旅局")),)
    files = {"体育.xlsx": forms_of("市体育局"), "文旅.xlsx": forms_of("市文旅局")}
    result = merged(files, its_plan=little_plan(tasks, units=units))
    found = codes(result, "FORM", "ROW", "TASK-0")
    assert [c for c, *_ in found] == ["FORM-070", "FORM-070", "TASK-012"]
    assert [s.state for s in result.standings.values()] == ["达序时"] * 3
    assert innocent(result, "市文体局")


@pytest.mark.parametrize(
    ("later", "taken"), [("市体育局", "体育局修馆。"), ("市文旅局", "文旅局修馆。")]
)
def test_units_that_became_one_are_not_to_blame_for_answering_apart(later: str, taken: str) -> None:
    own = [number(2, "投资额", "100", {"第二季度": "50"}, summed=True)]
    old = little_plan(OLD, own)
    files = {}
    for unit, said, value in (("市体育局", "体育局修馆。", 20), ("市文旅局", "文旅局修馆。", 30)):
        day = date(2022, 7, 2) if unit == later else date(2022, 7, 1)
        form = issue(old, unit)
        files[unit] = fill(form, {2: {"进展情况": said}}, {"投资额": value}, M4=day)
    now = little_plan(OLD, own, units=(Unit("市文体局", aliases=("市体育局", "市文旅局")),))
    result = merged(files, its_plan=now)
    assert [c for c, *_ in codes(result, "TASK")] == ["TASK-044", "TASK-046"]
    assert [r.value for r in result.records if (r.task, r.field) == (2, "progress")] == [taken]
    assert result.reached == (), "20 and 30 may be 50 or 30"
    [status] = result.statuses
    assert (status.state, status.errors) == ("clean", 0) and balanced(result)
    assert CATALOGUE["TASK-044"].severity is CATALOGUE["TASK-046"].severity is Severity.WARNING


def test_a_new_form_of_the_unit_that_was_merged_puts_an_end_to_it() -> None:
    own = [number(2, "投资额", "100", {"第二季度": "50"}, summed=True)]
    old = little_plan(OLD, own)
    now = little_plan(OLD, own, units=(Unit("市文体局", aliases=("市体育局", "市文旅局")),))
    files = {
        unit: fill(issue(old, unit), {2: {"进展情况": f"{unit}修馆。"}}, {"投资额": value})
        for unit, value in (("市体育局", 20), ("市文旅局", 30))
    }
    last = {n: {"进展情况": f"合并后的第{n}项答复。"} for n in OLD}
    files["新"] = fill(issue(now, "市文体局"), last, {"投资额": 50}, M4=date(2022, 7, 4))
    result = merged(files, its_plan=now)
    assert {c for c, *_ in codes(result, "TASK")} == {"TASK-044"}
    got = {r.task: r.value for r in result.records if r.field == "progress"}
    assert got == {n: f"合并后的第{n}项答复。" for n in OLD}
    assert [r.value for r in result.reached] == [50]
    assert balanced(result) and result.statuses[0].state == "clean"


def test_one_of_two_units_that_became_one_has_answered() -> None:
    """The other's task is no row that a clerk deleted."""
    units = (Unit("市文体局", aliases=("市体育局", "市文旅局")),)
    result = merged({"体育.xlsx": forms_of("市体育局")}, its_plan=little_plan(OLD, units=units))
    assert codes(result, "TASK") == [("TASK-042", "市文体局", 3, "")]


def test_a_name_that_nobody_has_is_still_refused() -> None:
    result = merged({"体育.xlsx": forms_of("市体育局")}, its_plan=little_plan(NEW))
    assert [c for c, *_ in codes(result, "FORM")] == ["FORM-025"]
    [finding] = [f for f in result.findings if f.code == "FORM-025"]
    assert "并入" in finding.fix and "简称" in finding.fix


def register(tmp_path: Path, *rows: Mapping[str, str]) -> tuple[Plan | None, list[tuple[str, str]]]:
    """The plan of OLD with these cells of its register, by row: (plan, code and cell)."""
    path = tmp_path / "p.xlsx"
    plan = little_plan({**OLD, 4: "各县区建步道：各县区"}, units=(
        Unit("市体育局"), Unit("市文旅局"), Unit("市文体局"), Unit("各县区", group=True, members=("市文旅局",)),
    ))  # fmt: skip
    plan = replace(plan, rulings=(Ruling("CELL-002", "市体育局", 1, "完成情况", "免提"),))
    path.write_bytes(plan_bytes(plan))
    book = openpyxl.load_workbook(path)
    sheet = book["单位"]
    at = {c.value: c.column for c in sheet[1]}
    for r, row in enumerate(rows, 2):
        for caption, value in row.items():
            sheet.cell(r, at[caption]).value = value
    book.save(path)
    read, findings = read_plan(path)
    return read, [(f.code, str(f.place.cell)) for f in findings]


def test_a_unit_is_merged_into_another_in_the_register(tmp_path: Path) -> None:
    plan, told = register(tmp_path, {"并入": "市文旅局", "简称": "体育局"}, {"并入": "市文体局"})
    assert plan is not None and told == []
    assert [(u.name, u.aliases) for u in plan.units] == [
        ("市文体局", ("市体育局", "体育局", "市文旅局")), ("各县区", ()),
    ]  # fmt: skip
    assert plan.rulings[0].unit == "市文体局", "rulings on the old name hold"
    made = generate(tmp_path / "p.xlsx", tmp_path / "发出", "第二季度")
    assert list(made.files) == ["市文体局"]
    inbox = tmp_path / "收回"
    inbox.mkdir()
    (inbox / "体育.xlsx").write_bytes(forms_of("市体育局"))
    taken = take(tmp_path / "p.xlsx", [inbox], period="第二季度", as_of=date(2022, 7, 8))
    assert taken.merged is not None
    assert codes(taken.merged, "FORM") == [("FORM-070", "市文体局", None, "G2")]


@pytest.mark.parametrize(
    "rows",
    [
        [{"并入": "市文化局"}], [{"并入": "市体育局"}], [{"并入": "市文旅局"}, {"并入": "市体育局"}],
        [{"并入": "各县区"}],
    ],
)  # fmt: skip
def test_a_unit_merged_into_nobody_is_told(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    plan, told = register(tmp_path, *rows)
    assert plan is None and told == [("PLAN-587", f"第{r}行") for r in range(2, 2 + len(rows))]


def test_a_row_of_the_register_without_a_name_is_told(tmp_path: Path) -> None:
    plan, told = register(tmp_path, {"责任单位": "", "联系人": "某某"})
    assert plan is not None and told == [("PLAN-583", "第2行")]


def test_former_tasks_are_known_again_by_their_goals() -> None:
    """1 stays, 2 is new, 2 became 3, 3 was dropped, 4 was reworded."""
    plan = little_plan({1: "修路：甲局", 2: "治水：乙局", 3: "架桥：丙局", 4: "植树造林：丁局"})
    goals = {1: "修路", 2: "架桥", 3: "办学", 4: "植树"}
    assert present_numbers(goals, plan) == {2: 3, 3: None}
    caption = PERIODS[0].caption
    answers = {
        ("丙局", 2, "state"): "滞后",
        ("丁局", 3, "state"): "滞后",
        ("丁局", 4, "state"): "达序时",
    }
    stood = {n: Standing(n, "滞后", "黄", (goal,)) for n, goal in goals.items()}
    found = under_present_names(
        Previous({caption: answers}, {caption: stood}, {caption: goals}), plan
    )
    assert found.last == {("丙局", 3, "state"): "滞后", ("丁局", 4, "state"): "达序时"}
    now = {n: (s.task, s.reasons) for n, s in found.last_standings.items()}
    assert now == {1: (1, ("修路",)), 3: (3, ("架桥",)), 4: (4, ("植树",))}


def test_former_answers_are_found_under_the_present_name() -> None:
    own = [number(2, "投资额", "100", {"第二季度": "50"}, summed=True)]
    plan = little_plan(OLD, own, units=(Unit("市文体局", aliases=("市体育局", "市文旅局")),))
    field = "actual:投资额"
    former = {
        ("市体育局", 1, "state"): "滞后", ("市体育局", 2, field): 10.0, ("市文旅局", 2, field): 5.0,
        ("市文体局", 3, "state"): "达序时", ("市文旅局", 3, "state"): "滞后", ("丙局", 1, "state"): "滞后",
    }  # fmt: skip
    assert under_present_names(Previous({PERIODS[0].caption: former}), plan).last == {
        ("市文体局", 1, "state"): "滞后", ("市文体局", 2, field): 15.0, ("市文体局", 3, "state"): "达序时",
        ("丙局", 1, "state"): "滞后",
    }  # fmt: skip
