"""What changed since the last period: each group in a table, former standings told or judged anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from little_round import PERIODS, little_plan, number

from reconcile.core.lights import Basis, Lag
from reconcile.core.plan import State
from reconcile.core.result import UNANSWERED, Changes, Previous, Standing
from reconcile.core.units import assignments
from reconcile.merge.task_status import changes_since, with_standings

FIRST, SECOND = (p.caption for p in PERIODS)
GROUPS = ("turned_red", "newly_behind", "red_again", "better", "unheard", "completed")
# then, now, the groups that the task belongs to; "-" is no light
TABLE = """
    黄 红 turned_red
    绿 红 newly_behind
    绿 黄 newly_behind
    - 红 newly_behind
    红 红 red_again
    红 黄 better
    红 绿 better
    黄 绿 better
    黄 黄
    绿 绿
    - 绿
    绿 -
    红 - unheard
    黄 - unheard
    红 绿完成 better completed
    绿 绿完成 completed
    绿完成 绿完成
    绿 红完成 newly_behind
"""


def stands(task: int, told: str) -> Standing:
    state = State.DONE if "完成" in told else State.BEHIND if told[0] in "黄红" else State.ON_TIME
    return Standing(task, UNANSWERED if told == "-" else state, "" if told == "-" else told[0])


def changed(then: str, now: str) -> Changes:
    before = {7: stands(7, then)}
    previous = Previous({FIRST: {}}, {FIRST: before})
    standing = replace(stands(7, now), before=before[7])
    found = changes_since(little_plan({7: "修路：甲局"}), 2, {7: standing}, previous)
    assert found is not None
    return found


@pytest.mark.parametrize("row", [line.split() for line in TABLE.split("\n") if line.strip()])
def test_a_task_belongs_to_the_groups_of_its_lights(row: list[str]) -> None:
    then, now, *groups = row
    found = changed(then, now)
    assert [g for g in GROUPS if getattr(found, g) == (7,)] == groups
    assert (found.since, found.consecutive) == (FIRST, True)


def test_a_task_that_the_last_summary_did_not_have_is_newly_behind() -> None:
    previous = Previous({FIRST: {}}, {FIRST: {}})
    found = changes_since(little_plan({7: "修路：甲局"}), 2, {7: stands(7, "红")}, previous)
    assert found is not None and found.newly_behind == (7,)


def test_nothing_is_told_without_a_former_summary() -> None:
    assert changes_since(little_plan({7: "修路：甲局"}), 2, {7: stands(7, "红")}, None) is None


def test_standings_that_a_summary_does_not_tell_are_judged_from_its_answers() -> None:
    plan = little_plan(
        {1: "修路：甲局；乙局", 2: "招商：乙局"},
        [number(2, "投资", "100", {FIRST: "25", SECOND: "50"})],
    )
    answers = {
        ("甲局", 1, "state"): State.BEHIND, ("乙局", 1, "state"): State.ON_TIME,
        ("乙局", 2, "state"): State.ON_TIME, ("乙局", 2, "actual:投资"): 5.0,
    }  # fmt: skip
    wanted, _ = assignments(plan)
    asked = {(2, "投资"): ["乙局"]}
    found = with_standings(plan, Previous({FIRST: answers}), wanted, asked).last_standings
    assert [(s.state, s.light) for s in found.values()] == [
        (State.BEHIND, "黄"),
        (State.ON_TIME, "红"),
    ]
    assert found[2].lag == Lag(Basis.TARGET, Decimal(-20))
    told = {
        FIRST: {
            1: Standing(1, State.DONE, "绿"),
            2: Standing(2, State.BEHIND, "黄", lag=Lag(Basis.CALENDAR, Decimal(-3))),
        }
    }
    published = with_standings(plan, Previous({FIRST: answers}, told), wanted, asked)
    assert published.standings == told, "what was published counts, not what is judged now"
