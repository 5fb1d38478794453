"""What generate and merge both read first: templates, and which period is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import EN, joined, sheet_name, spoken, tr
from ..core.plan import Plan
from ..core.result import Accepted, Answers, Previous
from ..core.secret_key import weakness
from ..core.text import fold, short
from ..core.units import register_of
from ..forms.template import Template, read_template
from ..plan import SETTINGS
from ..writers.atomic import Unfit, beside
from ..writers.theme import Style

FORM, LOOK, WORDING = "填报表模板", "汇总模板", "邮件模板"
"""Settings that name a template, by its way from the plan workbook."""


def shipped(folder: str) -> Traversable:
    """Return a folder that comes with the package: "templates" or "samples"."""
    try:
        return resources.files(f"reconcile.{folder}")
    except ModuleNotFoundError:  # a checkout that is not installed: it lies beside the package
        return Path(__file__).parents[2] / folder


def templates_of(plan: Plan, plan_path: Path, *given: Path | None) -> tuple[Path, ...]:
    """Return the templates of a plan: those ``given``, and those that it names itself."""
    named = (plan.settings.get(word, "") for word in (FORM, LOOK, WORDING))
    return (*filter(None, given), *(plan_path.parent / name for name in named if name))


def load_template(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read the form template: the one given, else the plan's own, else the built-in one."""
    try:
        given = given or named_file(plan, plan_path, FORM)
    except Unfit as unfit:
        return None, (outside(plan, FORM, unfit),)
    if given is not None:
        return read_template(given)
    own = "form-en.xlsx" if spoken() == EN else "form.xlsx"
    with resources.as_file(shipped("templates") / own) as path:
        return read_template(path)


def load_style(plan: Plan, plan_path: Path) -> tuple[Style | None, tuple[Finding, ...]]:
    """Read the summary template that the plan names, beside it; without one nothing is changed."""
    from ..forms.summary_template import read_style
    from ..reports.sheets import CAPTIONS

    try:
        named = named_file(plan, plan_path, LOOK)
    except Unfit as unfit:
        return None, (outside(plan, LOOK, unfit),)
    return read_style(named, CAPTIONS) if named else (Style(), ())


def named_file(plan: Plan, plan_path: Path, setting: str) -> Path | None:
    """Return the file that a setting of the plan names, None where it names none. Raises Unfit."""
    named = plan.settings.get(setting, "").strip()
    return beside(plan_path.parent, named) if named else None


def outside(plan: Plan, setting: str, unfit: Unfit) -> Finding:
    """Say that a setting names a file that is not opened."""
    values = {
        "caption": tr(setting),
        "value": short(plan.settings[setting]),
        "reason": unfit.reason,
    }
    return Finding("PLAN-069", values=values)


def period_number(plan: Plan, caption: str | None) -> tuple[int, tuple[Finding, ...]]:
    """Return the number (from 1) of a period caption, 0 and a finding when there is none such."""
    captions = [p.caption for p in plan.periods]
    caption = caption or plan.settings.get("本期", "")
    if caption in captions:
        return captions.index(caption) + 1, ()
    values = {"period": caption, "choices": joined(captions)}
    return 0, (Finding("PLAN-530" if caption else "PLAN-531", values=values),)


def key_told(plan: Plan, plan_path: Path, code: str) -> tuple[Finding, ...]:
    """Return the finding ``code`` when the plan's key may be guessed: it forbids to issue, and warns at merge."""
    reason = weakness(plan.key)
    place = Place(plan_path.name, sheet_name(SETTINGS))
    return (Finding(code, place, values={"reason": reason}),) if reason else ()


def under_present_names(previous: Previous, plan: Plan) -> Previous:
    """Return former answers under the names that their units have now, and the numbers that their tasks have.

    A task is known again by its goal, where the summary tells it. Of two units that became one, its
    own answer stands before that of the one it took in; their numbers on an indicator add up where
    those of several units do.
    """
    register, names = register_of(plan), {u.name for u in plan.units}
    summed = {(i.number, f"actual:{i.name}") for i in plan.indicators if i.summed}
    numbers = {caption: present_numbers(goals, plan) for caption, goals in previous.goals.items()}
    periods: dict[str, Answers] = {}
    for caption, answers in previous.periods.items():
        found: dict[tuple[str, int, str], Accepted] = {}
        for key in sorted(answers, key=lambda k: k[0] not in names):
            unit, former, field = key
            number = numbers.get(caption, {}).get(former, former)
            if number is None:
                continue
            known = register.get(fold(unit))
            now = (known.name if known else unit, number, field)
            before, value = found.get(now), answers[key]
            if before is None:
                found[now] = value
            elif (
                (number, field) in summed and isinstance(before, float) and isinstance(value, float)
            ):
                found[now] = before + value
        periods[caption] = found
    standings = {
        caption: {
            at: replace(standing, task=at)
            for number, standing in found.items()
            if (at := numbers.get(caption, {}).get(number, number)) is not None
        }
        for caption, found in previous.standings.items()
    }
    return replace(previous, periods=periods, standings=standings)


def present_numbers(goals: Mapping[int, str], plan: Plan) -> Mapping[int, int | None]:
    """Return the numbers that tasks have now which had another goal's number then.

    ``goals`` are theirs by number. None is that of a task that is no longer in the plan, and whose
    number is another's now; one whose goal was but reworded keeps its number.
    """
    own = {t.number: fold(t.goal) for t in plan.tasks}
    named = Counter(own.values())
    by_goal = {goal: number for number, goal in own.items() if named[goal] == 1}
    found: dict[int, int | None] = {}
    for number, goal in goals.items():
        now = by_goal.get(fold(goal), number)
        if own.get(number) != fold(goal) and now != number:
            found[number] = now
    taken = set(found.values())
    gone = (n for n in goals if n in taken and n not in found and own.get(n) != fold(goals[n]))
    return found | dict.fromkeys(gone)
