"""What is known of former periods: the answers that their summaries hold, as they count now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..archive.folder import Former
from ..core.findings import Finding
from ..core.form import Form
from ..core.plan import Plan
from ..core.result import Accepted, Answers, Previous
from ..core.text import fold
from ..core.units import register_of
from ..reports.previous_summary import read_previous


@dataclass(frozen=True, slots=True)
class Earlier:
    """Result of :func:`earlier_answers`: the summaries that were read, and what they hold.

    ``found`` are those of them that were found in archives; ``gap`` is the period just before,
    where it alone is not archived.
    """

    paths: tuple[Path, ...]
    found: tuple[Path, ...] = ()
    gap: str = ""
    previous: Previous | None = None


def earlier_answers(
    plan: Plan, period: int, form: Form, given: Sequence[Path], former: Former | None
) -> tuple[Earlier | None, tuple[Finding, ...]]:
    """Read the summaries of periods before ``period`` (from 1): those ``given``, else those that ``former`` names.

    None and findings where one cannot be read.
    """
    earlier = Earlier(tuple(given))
    if former and not given:
        earlier = Earlier(former.previous, former.previous, former.gap)
    if not earlier.paths:
        return earlier, ()
    captions = [p.caption for p in plan.periods[: period - 1]]
    previous, findings = read_previous(earlier.paths, form, captions)
    if previous is None:
        return None, findings
    return replace(earlier, previous=under_present_names(previous, plan)), ()


def under_present_names(previous: Previous, plan: Plan) -> Previous:
    """Return former answers under the names that their units have now, and the numbers that their tasks have.

    A task is recognised by its goal, where the summary holds it. Of two units that became one, its
    own answer stands before that of the one it took in; their numbers on an indicator add up where
    those of several units do.
    """
    register, names = register_of(plan), {u.name for u in plan.units}
    summed = {(i.number, f"actual:{i.name}") for i in plan.indicators if i.summed}
    numbers = {caption: present_numbers(goals, plan) for caption, goals in previous.goals.items()}
    periods: dict[str, Answers] = {}
    for caption, answers in previous.periods.items():
        present: dict[tuple[str, int, str], Accepted] = {}
        for key in sorted(answers, key=lambda k: k[0] not in names):
            unit, former, field = key
            number = numbers.get(caption, {}).get(former, former)
            if number is None:
                continue
            known = register.get(fold(unit))
            now = (known.name if known else unit, number, field)
            before, value = present.get(now), answers[key]
            if before is None:
                present[now] = value
            elif (
                (number, field) in summed and isinstance(before, float) and isinstance(value, float)
            ):
                present[now] = before + value
        periods[caption] = present
    standings = {
        caption: {
            at: replace(standing, task=at)
            for number, standing in by_task.items()
            if (at := numbers.get(caption, {}).get(number, number)) is not None
        }
        for caption, by_task in previous.standings.items()
    }
    return replace(previous, periods=periods, standings=standings)


def present_numbers(goals: Mapping[int, str], plan: Plan) -> Mapping[int, int | None]:
    """Return the numbers that tasks have now which had another goal's number then.

    ``goals`` are those of then by number. None is the number of a task that is no longer in the
    plan, and whose number is another's now; one whose goal was but reworded keeps its number.
    """
    goals_now = {t.number: fold(t.goal) for t in plan.tasks}
    count = Counter(goals_now.values())
    by_goal = {goal: number for number, goal in goals_now.items() if count[goal] == 1}
    changed: dict[int, int | None] = {}
    for number, goal in goals.items():
        now = by_goal.get(fold(goal), number)
        if goals_now.get(number) != fold(goal) and now != number:
            changed[number] = now
    taken = set(changed.values())
    gone = (
        n for n in goals if n in taken and n not in changed and goals_now.get(n) != fold(goals[n])
    )
    return changed | dict.fromkeys(gone)
