"""What generate and merge both read first: templates, and which period is meant."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from ..core.findings import Finding, Place
from ..core.form import Form
from ..core.i18n import EN, Listed, Phrase, joined, language_of, sheet_name_in, spoken, tr
from ..core.plan import Plan
from ..core.secret_key import weakness
from ..core.settings import Setting
from ..core.text import fold, short
from ..core.units import register_of, suggest
from ..core.values.deadlines import deadline_day
from ..core.values.periods import meant_period
from ..forms.extra_columns import extra_columns, with_extra_columns
from ..forms.shipped_forms import read_form
from ..forms.template import Template, TemplateSheet, read_template
from ..plan import SETTINGS
from ..writers.atomic import Unfit, beside
from ..writers.theme import Style

TEMPLATES = (Setting.FORM_TEMPLATE, Setting.SUMMARY_TEMPLATE, Setting.MAIL_TEMPLATE)
"""Settings that name a template, by its path from the plan workbook."""


def shipped(folder: str) -> Traversable:
    """Return a folder that comes with the package: "templates" or "samples"."""
    try:
        return resources.files(f"reconcile.{folder}")
    except ModuleNotFoundError:  # a checkout that is not installed: it lies beside the package
        return Path(__file__).parents[2] / folder


def templates_of(plan: Plan, plan_path: Path, *given: Path | None) -> tuple[Path, ...]:
    """Return the templates of a plan: those ``given``, and those that it names itself."""
    named = (plan.settings.get(word, "") for word in TEMPLATES)
    return (*filter(None, given), *(plan_path.parent / name for name in named if name))


def load_template(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read the form template, the one given, else the plan's own, else the built-in one, as the plan widens it."""
    template, findings = _of_template(read_template, plan, plan_path, given)
    return (with_extra_columns(template, plan) if template else None), findings


def load_form(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Form | None, tuple[Finding, ...]]:
    """Return the form alone that the template of :func:`load_template` declares."""
    if not extra_columns(plan):
        return _of_template(read_form, plan, plan_path, given)
    template, findings = load_template(plan, plan_path, given)
    return (template.form if template else None), findings


def layouts_of(
    plan: Plan, plan_path: Path, given: Path | None
) -> Callable[[], Sequence[TemplateSheet]]:
    """Return what reads the sheets of the template of :func:`load_template`, once, when they are wanted."""

    @functools.cache
    def sheets() -> Sequence[TemplateSheet]:
        template, _ = load_template(plan, plan_path, given)
        return template.sheets if template else ()

    return sheets


_Read = TypeVar("_Read")


def _of_template(
    read: Callable[[Path], tuple[_Read | None, tuple[Finding, ...]]],
    plan: Plan,
    plan_path: Path,
    given: Path | None,
) -> tuple[_Read | None, tuple[Finding, ...]]:
    try:
        given = given or named_file(plan, plan_path, Setting.FORM_TEMPLATE)
    except Unfit as unfit:
        return None, (outside(plan, Setting.FORM_TEMPLATE, unfit),)
    if given is not None:
        return read(given)
    name = "form-en.xlsx" if spoken() == EN else "form.xlsx"
    with resources.as_file(shipped("templates") / name) as path:
        return read(path)


def load_style(plan: Plan, plan_path: Path) -> tuple[Style | None, tuple[Finding, ...]]:
    """Read the summary template that the plan names, beside it; without one nothing is changed."""
    from ..forms.summary_template import read_style
    from ..reports.sheets import CAPTIONS

    try:
        named = named_file(plan, plan_path, Setting.SUMMARY_TEMPLATE)
    except Unfit as unfit:
        return None, (outside(plan, Setting.SUMMARY_TEMPLATE, unfit),)
    return read_style(named, CAPTIONS) if named else (Style(), ())


def named_file(plan: Plan, plan_path: Path, setting: Setting) -> Path | None:
    """Return the file that a setting of the plan names, None where it names none. Raises Unfit."""
    named = plan.settings.get(setting, "").strip()
    return beside(plan_path.parent, named) if named else None


def outside(plan: Plan, setting: Setting, unfit: Unfit) -> Finding:
    """Return a finding on a setting that names a file which is not opened."""
    values = {
        "caption": tr(setting),
        "value": short(plan.settings[setting]),
        "reason": unfit.reason,
    }
    return Finding("PLAN-069", values=values)


def period_number(plan: Plan, caption: str | None) -> tuple[int, tuple[Finding, ...]]:
    """Return the number (from 1) of a period, 0 and a finding where none, or not one alone, is meant."""
    captions = [p.caption for p in plan.periods]
    caption = caption or plan.settings.get(Setting.PERIOD, "")
    meant = meant_period(caption, captions)
    if len(meant) == 1:
        return captions.index(meant[0]) + 1, ()
    values = {"period": caption, "choices": Listed(captions)}
    return 0, (Finding("PLAN-530" if caption else "PLAN-531", values=values),)


def period_name(caption: str) -> str:
    """Return a period's caption as names of files and folders have it."""
    return re.sub(r'[\\/:*?"<>|.\s]+', "", caption)


def usual_name(named: str, plan: Plan, period: int) -> str:
    """Return what a verb writes for a period (from 1) where nobody names it: 发出_第二季度.

    ``named`` is such a name with {period} in it.
    """
    return tr(named, period=period_name(plan.periods[period - 1].caption))


def usual_forms(plan: Plan, period: int, folder: Path) -> Path:
    """Return the folder of a period's fill-in workbooks where nobody names another."""
    return folder / usual_name("发出_{period}", plan, period)


_LONG_ENDED = timedelta(days=92)
"""A quarter: by then the next report is due, and nobody waits for this one."""


def usual_day(plan: Plan, period: int, today: date) -> date:
    """Return as of which day a period (from 1) is merged where nobody names one.

    Today; once the period has long ended, its last day or the deadline set for it, whichever is
    later: else every date in old answers would be called overdue.
    """
    last = plan.periods[period - 1].end
    due = deadline_day(plan, period)
    if due is not None and last < due <= last + _LONG_ENDED:
        last = due
    return last if today - last > _LONG_ENDED else today


def named_units(names: Sequence[str], plan: Plan) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the units that a person named, by the names in the register, and findings.

    A name that means no unit stays as it is, with a finding.

    Other names of the register count, and so do width and case; likeness only names near misses.
    """
    register = register_of(plan)
    units, findings = [], []
    for name in names:
        unit = register.get(fold(name))
        units.append(unit.name if unit else name)
        if unit is None:
            findings.append(unknown_unit(name, plan))
    return tuple(dict.fromkeys(units)), tuple(findings)


def unknown_unit(name: str, plan: Plan) -> Finding:
    """Return a finding on a unit that is not in the register or has no task, with near names."""
    known = fold(name) in register_of(plan)
    near = [] if known else [u.name for u in plan.units if fold(name) in fold(u.name)]
    close = joined(near[:5]) or ("" if known else suggest(name, plan.units))
    values = {"unit": name, "near": Phrase("；相近的有：{names}", names=close) if close else ""}
    return Finding("UNIT-010", unit=name, values=values)


def weak_key(plan: Plan, plan_path: Path, code: str) -> tuple[Finding, ...]:
    """Return the finding ``code`` when the plan's key may be guessed: no form is issued with it, and a merge warns."""
    reason = weakness(plan.key)
    place = Place(plan_path.name, sheet_name_in(SETTINGS, language_of(plan.settings)))
    return (Finding(code, place, values={"reason": reason}),) if reason else ()
