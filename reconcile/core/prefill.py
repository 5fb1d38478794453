"""What a form prints in the given columns of a task row. Pure; said once.

The form is painted from these texts, and what comes back is held against them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from .i18n import Listed, Phrase, language_of, meant, worded
from .plan import Amount, Assignment, Indicator, Plan, Role, Task
from .settings import Setting

ROLES: Mapping[str, str] = {Role.LEAD: "牵头", Role.SUPPORT: "配合"}
LOOK_BACK = "look back"
ROLE_HEADINGS: Mapping[str, str] = {
    Role.LEAD: "一、牵头任务", Role.SUPPORT: "二、配合任务", LOOK_BACK: "回头看（已销号，核实成效是否稳固）",
}  # fmt: skip
"""What stands above a unit's tasks of each role, in this order, where it has both; signed-off tasks stand last."""
BASIS_WORDS: Mapping[str, str] = {
    "growth": "增幅",
    "cumulative": "累计",
    "period": "当期",
    "level": "水平",
}
COMPARATOR_WORDS: Mapping[str, str] = {">=": "≥", "<=": "≤", "~": "≈"}
PRINTED_NUMBER = "原序号"
"""The further column that keeps a task's number as printed, where it was given another."""
MILESTONE = "milestone:"
"""Begins the column id of a milestone; the period's caption follows."""


def given_texts(plan: Plan, period: int, assignment: Assignment) -> Mapping[str, str]:
    """Return the texts of one task row by column id, in the plan's language, for a period counted from 1."""
    return _given_texts(plan, period, assignment.task, assignment.role)


@lru_cache(maxsize=4096)
def _given_texts(plan: Plan, period: int, task: Task, role: Role) -> Mapping[str, str]:
    """The same for every unit that has the task in this role."""
    language = language_of(plan.settings)
    current = plan.periods[period - 1].caption
    return {
        **task.extras,
        "number": str(task.number),
        "section": "\n".join((*task.sections, *_printed_too(plan, task))),
        "goal": task.goal,
        **{f"{MILESTONE}{p.caption}": task.milestones.get(p.caption, "") for p in plan.periods},
        "milestone": task.milestones.get(current, ""),
        "role": worded(Phrase(ROLES[role]), language),
        "lead": worded(Listed(task.lead), language),
        "support": worded(Listed(task.support), language),
    }


@lru_cache(maxsize=8)
def labels(plan: Plan) -> Mapping[int, str]:
    """Return the printed numbers of tasks that have others now, by task number: 1-1, 1.1, or 2.1 of those that share 2."""
    printed = {t.number: t.extras.get(PRINTED_NUMBER, "") for t in plan.tasks}
    times = Counter(filter(None, printed.values()))
    count, found = Counter[str](), {}
    for number, label in printed.items():
        count[label] += 1
        shared = (times[label] > 1 and printed.get(number - 1) == label) or printed.get(
            number + 1
        ) == label
        if label and label != str(number):
            found[number] = f"{label}.{count[label]}" if shared else label
        elif label and shared:
            found[number] = f"{label}.{count[label]}"
    return found


def labelled_goal(plan: Plan, task: Task) -> str:
    """Return a task's goal, after the number as printed where the task has another."""
    label = labels(plan).get(task.number)
    return f"{label}　{task.goal}" if label else task.goal


def _printed_too(plan: Plan, task: Task) -> Iterator[str]:
    """Yield what forms print of a task's further columns, as the setting 表上另印 names them."""
    language = language_of(plan.settings)
    for caption in names_in(plan.settings.get(Setting.PRINTED_TOO, "")):
        numbered = meant(caption, (PRINTED_NUMBER,)) == PRINTED_NUMBER
        text = labels(plan).get(task.number, "") if numbered else task.extras.get(caption, "")
        if text:
            yield worded(Phrase("{unit}：{text}", unit=Phrase(caption), text=text), language)


def names_in(setting: str) -> list[str]:
    """Return the captions that a setting lists."""
    return [name.strip() for name in re.split("[、，,；;\n]", setting) if name.strip()]


def indicator_text(indicator: Indicator) -> str:
    """Return what the row key of an indicator is hashed over: name, measure, targets, basis."""
    targets = (f"{caption}={amount}" for caption, amount in indicator.targets.items())
    return "\n".join(
        [indicator.name, indicator.measure, indicator.basis, indicator.comparator,
         str(indicator.annual or ""), *targets]
    )  # fmt: skip


def indicator_texts(plan: Plan, period: int, indicator: Indicator) -> dict[str, object]:
    """Return what one row of the indicator table prints by column id, numbers as numbers, in the plan's language."""
    target = indicator.targets.get(plan.periods[period - 1].caption)
    basis = Phrase(
        "{basis}（{comparator}）",
        basis=Phrase(BASIS_WORDS[indicator.basis]),
        comparator=COMPARATOR_WORDS[indicator.comparator],
    )
    return {
        "number": indicator.number,
        "indicator": indicator.name,
        "basis": worded(basis, language_of(plan.settings)),
        "measure": indicator.measure,
        "annual": amount_value(indicator.annual),
        "target": amount_value(target),
    }


def amount_value(amount: Amount | None) -> object:
    """Return an amount as a cell holds it: a number, a text for a range (3-4), "" for none."""
    if amount is None:
        return ""
    return float(amount.low) if amount.low == amount.high else str(amount)
