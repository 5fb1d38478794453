"""More small faults of judgement that once went unnoticed: each test here fails when one is planted again."""

from __future__ import annotations

import pytest
from bench_forms import A, B, answer, changed, merged, plan, put, saved, told, values
from books import opened
from little_round import codes, fill, issue, little_plan

from reconcile.core.form import Field, Rule
from reconcile.core.keys import parse_row_key
from reconcile.core.plan import Unit
from reconcile.core.published_plan import PublishedPlan
from reconcile.core.units import assign_units, proposed_members
from reconcile.delegate.unit_answers import asked_about
from reconcile.merge.field_rules import apply
from reconcile.merge.scores import score_units
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
