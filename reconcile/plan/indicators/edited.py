"""Texts that were edited while the numbers on 量化指标 were not."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Place
from ...core.i18n import Phrase, language_of, sheet_name_in
from ...core.plan import Amount, Indicator, Plan
from ...core.text import fold
from . import read_indicators

_SHEET = "量化指标"


def edited_texts(plan: Plan) -> Iterator[Finding]:
    """Yield a finding (PLAN-604) where a task's text names another target than its indicator has.

    Only where the indicator's own number stands nowhere in the text: a person may know better
    what a text means than the machine, but not what does not stand in it.
    """
    captions = [p.caption for p in plan.periods]
    own: dict[int, list[Indicator]] = {}
    for indicator in plan.indicators:
        own.setdefault(indicator.number, []).append(indicator)
    for task in plan.tasks:
        if task.number not in own:
            continue
        texts = fold("\n".join((task.goal, *task.milestones.values()))).replace(",", "")
        known = {(fold(i.name), i.measure): i for i in own[task.number]}
        for read in read_indicators(task, captions):
            ours = known.get((fold(read.name), read.measure))
            if ours is None:
                continue
            pairs: list[tuple[str | Phrase, Amount | None, Amount | None]] = [
                (Phrase("全年目标"), read.annual, ours.annual)
            ]
            pairs += [(c, read.targets.get(c), ours.targets.get(c)) for c in captions]
            for caption, now, sheet in pairs:
                if now is None or sheet is None or now == sheet or str(sheet) in texts:
                    continue
                values = {
                    "number": task.number, "name": ours.name, "caption": caption, "text": str(now),
                    "sheet": str(sheet),
                }  # fmt: skip
                place = Place(sheet=sheet_name_in(_SHEET, language_of(plan.settings)))
                yield Finding("PLAN-604", place, task=task.number, field=ours.name, values=values)
