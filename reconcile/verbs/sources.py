"""What generate and merge both read first: templates, and which period is meant."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ..files import Unfit, beside
from ..findings import Finding
from ..language import EN, joined, spoken, tr
from ..model import Plan
from ..style import Style
from ..template import Template, read_template
from ..text import short

TEMPLATE, SUMMARY_TEMPLATE = "填报表模板", "汇总模板"


def load_template(
    plan: Plan, plan_path: Path, given: Path | None
) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read the form template: the one given, else the plan's own, else the built-in one."""
    try:
        given = given or named_file(plan, plan_path, TEMPLATE)
    except Unfit as unfit:
        return None, (outside(plan, TEMPLATE, unfit),)
    if given is not None:
        return read_template(given)
    own = "form-en.xlsx" if spoken() == EN else "form.xlsx"
    with resources.as_file(resources.files("reconcile.templates") / own) as path:
        return read_template(path)


def load_style(plan: Plan, plan_path: Path) -> tuple[Style | None, tuple[Finding, ...]]:
    """Read the summary template that the plan names, beside it; without one nothing is changed."""
    from ..looks import read_style  # only where a summary is written: it brings its writer along
    from ..summary import CAPTIONS

    try:
        named = named_file(plan, plan_path, SUMMARY_TEMPLATE)
    except Unfit as unfit:
        return None, (outside(plan, SUMMARY_TEMPLATE, unfit),)
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
        "reason": unfit.strerror,
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
