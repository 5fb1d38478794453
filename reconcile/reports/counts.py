"""Words about a merge: counts with shares, a circular's paragraphs, a unit's score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..core.form import Field
from ..core.i18n import joined, tr
from ..core.lights import Light, shares
from ..core.plan import Plan, State
from ..core.result import PENDING, UNANSWERED, Accepted, MergeResult, Standing

UNJUDGED = "未判定"
STATES = (State.DONE, State.AHEAD, State.ON_TIME, State.BEHIND, State.NOT_BEGUN, UNANSWERED)

_TABLE = re.compile(r"(?:序时进度)?(?:安排表|分解表|计划表|一览表|台账)$")


@dataclass(frozen=True, slots=True)
class Count:
    """So many tasks, and their share in percent; the shares of a split add up to 100.0."""

    word: str
    number: int
    share: Decimal

    def __str__(self) -> str:
        """Return it as a circular prints it: 滞后12项（8.6%）."""
        word = tr(self.word)
        word = word[:1].lower() + word[1:]  # in English it stands within a sentence
        return tr("{word}{number}项（{share}%）", word=word, number=self.number, share=self.share)


def subject(merged: MergeResult) -> str:
    """Return what a title is about: 2022年政府工作报告重点任务第二季度."""
    return tr("{title}{period}", title=plain_title(merged.plan), period=merged.caption)


def plain_title(plan: Plan) -> str:
    """Return a plan's title without the word that says it is a table: 序时进度安排表, 台账."""
    return _TABLE.sub("", plan.title)


def state_counts(merged: MergeResult) -> tuple[Count, ...]:
    """Return the tasks by state, the six states always, 待核 and others where they occur."""
    counted = Counter(s.state for s in merged.standings.values())
    others = [s for s in counted if s not in (*STATES, PENDING)]
    return _counts(
        counted, [*STATES[:-1], *([PENDING] if counted[PENDING] else []), UNANSWERED, *others]
    )


@dataclass(frozen=True, slots=True)
class IndicatorCounts:
    """So many indicators have a number for the period, and how they stand against its targets.

    ``reported`` is the sum of ``reached``, ``behind``, ``without_target`` and ``unjudged``. Without a
    target for the period its target is neither reached nor missed; ``overdue`` of those are behind
    an earlier target or the calendar. ``unjudged`` have one, but could not be measured.
    """

    reported: int
    reached: int
    behind: int
    without_target: int
    unjudged: int
    overdue: int = 0

    def __str__(self) -> str:
        """Return them as a sentence of a circular, in which the numbers add up."""
        parts = [
            tr("达到或超过序时进度{count}项", count=self.reached),
            tr("未达序时进度{count}项", count=self.behind),
        ]
        if self.without_target:
            overdue = tr("（其中落后{count}项）", count=self.overdue) if self.overdue else ""
            words = "本期没有目标{count}项{overdue}"
            parts.append(tr(words, count=self.without_target, overdue=overdue))
        if self.unjudged:
            parts.append(tr("未判定{count}项", count=self.unjudged))
        words = "报有实绩的量化指标{count}项，其中{parts}。"
        return tr(words, count=self.reported, parts=joined(parts, "，"))


def indicator_counts(merged: MergeResult) -> IndicatorCounts:
    """Return how the indicators stand; of several units' own numbers on one, the worst counts."""
    lights: dict[tuple[int, str], list[str]] = {
        key: [] for key, seen in merged.actuals.items() if seen
    }
    for reached in merged.reached:
        key = reached.indicator.number, reached.indicator.name
        lights.setdefault(key, []).append(reached.measured.light)
    aimed = {(i.number, i.name) for i in merged.plan.indicators if merged.caption in i.targets}
    counted: Counter[str] = Counter()
    for key, seen in lights.items():
        if key not in aimed:
            counted["without"] += 1
            counted["overdue"] += bool({Light.YELLOW, Light.RED} & set(seen))
        elif {Light.YELLOW, Light.RED} & set(seen):
            counted["behind"] += 1
        else:
            counted["reached" if seen and "" not in seen else "unjudged"] += 1
    return IndicatorCounts(
        len(lights),
        counted["reached"],
        counted["behind"],
        counted["without"],
        counted["unjudged"],
        counted["overdue"],
    )


def light_counts(merged: MergeResult) -> tuple[Count, ...]:
    """Return the tasks by light: 绿灯, 黄灯, 红灯, 未判定."""
    counted = Counter(light_name(s.light) for s in merged.standings.values())
    return _counts(
        counted, [light_name(light) for light in (Light.GREEN, Light.YELLOW, Light.RED, "")]
    )


def light_name(light: str) -> str:
    """Return a light in words: 红灯, or 未判定 where nothing could be judged."""
    return f"{light}灯" if light else UNJUDGED


def lag_of(standing: Standing) -> Decimal:
    """Return a task's lag in percentage points, 0 where none was measured."""
    lag = standing.lag
    return Decimal(0) if lag is None or lag.points is None else lag.points


def by_severity(merged: MergeResult) -> list[Standing]:
    """Return the tasks with a red light, then those with a yellow one; within each the largest lag first.

    Those of which no lag was measured follow, in the plan's order.
    """
    behind = [s for s in merged.standings.values() if s.light in (Light.YELLOW, Light.RED)]
    return sorted(behind, key=lambda s: (s.light != Light.RED, min(lag_of(s), Decimal(0)), s.task))


def shown_value(field: Field | None, value: Accepted) -> Accepted:
    """Return an accepted value of a field as people read it: standard words in the language being spoken."""
    is_word = field is not None and field.rule.kind == "choice" and isinstance(value, str)
    return tr(str(value)) if is_word else value


def counts_text(counts: Sequence[Count]) -> str:
    """Return counts as a sentence part, those of zero left out."""
    return joined(str(c) for c in counts if c.number) or tr("没有任务")


def _counts(counted: Counter[str], words: Sequence[str]) -> tuple[Count, ...]:
    numbers = [counted[word] for word in words]
    return tuple(Count(*count) for count in zip(words, numbers, shares(numbers), strict=True))
