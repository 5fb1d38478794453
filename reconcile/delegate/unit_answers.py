"""What each unit below answered on a task, and how its words stand in the answer one level up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..core.form import Field
from ..core.i18n import joined, tr
from ..core.plan import Assignment, Role, Task
from ..core.prefill import ROLES
from ..core.result import Accepted, MergeResult
from ..core.text import is_nothing, percent, plain


@dataclass(frozen=True, slots=True)
class Voice:
    """What one unit answered on one part of a task.

    ``part`` names the part of a split task, "" of a whole one.
    """

    unit: str
    part: str
    role: Role
    values: Mapping[str, Accepted]

    @property
    def name(self) -> str:
        """The unit's name in the answer."""
        return named(self.unit, (self.part,))


def asked_about(merged: MergeResult, task: Task) -> Iterator[Assignment]:
    """Yield who was asked about a task, leads first; not those who get no form."""
    issued = {s.unit for s in merged.statuses}
    for a in merged.assignments:
        if a.task.number == task.number and a.unit in issued:
            yield a


def named(unit: str, marks: Iterable[str]) -> str:
    """Return a unit's name with remarks on it in brackets."""
    remarks = joined((mark for mark in marks if mark), "，")
    return tr("{unit}（{told}）", unit=unit, told=remarks) if remarks else unit


def _part(part: Task, parts: Sequence[Task]) -> str:
    return tr("分项{number}", number=part.number) if len(parts) > 1 else ""


def name_of(part: Task, unit: str, parts: Sequence[Task]) -> str:
    """Return a unit's name, with the number of the part where one unit may have several."""
    return named(unit, (_part(part, parts),))


def voice_of(merged: MergeResult, part: Task, a: Assignment, parts: Sequence[Task]) -> Voice | None:
    """Return what a unit answered on a part of a task, None when it answered nothing."""
    entry = merged.entries.get((a.unit, part.number))
    values = {k: v for k, v in entry.values.items() if v != ""} if entry else {}
    return Voice(a.unit, _part(part, parts), a.role, values) if values else None


def joined_words(
    asked: Field, voices: Sequence[Voice], figures: Iterable[Field], taken: Mapping[str, Accepted]
) -> str:
    """Return each unit's words under its name.

    With ``figures`` also those of its figures that are not ``taken`` into cells of their own.
    """
    figures = tuple(figures)
    texts = [(v, str(v.values.get(asked.id, ""))) for v in voices]
    filled = [t for _, t in texts if t]
    if filled and not figures and all(map(is_nothing, filled)):
        return filled[0]  # nobody has anything to report: 无, and no list of names
    lines = []
    for voice, text in texts:
        other = [_shown(f, voice.values[f.id]) for f in figures
                 if f.id in voice.values and voice.values[f.id] != taken.get(f.id)]  # fmt: skip
        if text or other:
            role = tr(ROLES[Role.SUPPORT]) if voice.role == Role.SUPPORT else ""
            name = named(voice.unit, (voice.part, role, *other))
            lines.append(attributed(name, text) if text else name)
    return "\n".join(lines)


def attributed(name: str, text: str) -> str:
    """Return a text with the name of the unit that wrote it before it."""
    return tr("{name}：{text}", name=name, text=text)


def _shown(asked: Field, value: Accepted) -> str:
    """Return a figure in words: 达序时, 50%, 预计完成时间 2022-11-30."""
    if asked.id == "state":
        return tr(str(value))
    if asked.rule.kind == "percent" and isinstance(value, float | int):
        return percent(value)
    return f"{asked.caption} {plain(value)}"
