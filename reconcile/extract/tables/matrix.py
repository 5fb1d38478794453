"""A plan whose units are columns: marks in the rows show who leads and who supports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...core.findings import Finding, Place
from ...core.i18n import Listed
from ...core.text import fold
from ..columns.wording import TICK
from ..drafts import Draft

# Which of two marks leads where no legend explains them: the heavier one.
_WEIGHT = "★◎■▲◆●⊙✓✔√☆□△◇○*＊x×"
_LEADS = frozenset(["牵头", "主", "主办", "lead", "l"])
_SUPPORTS = frozenset(["配合", "协", "协办", "support", "s"])
_LEGEND = re.compile(
    r"[“\"'（(]?([★☆✓✔√●○◎▲△■□◆◇*＊xX×⊙])[”\"'）)]?\s*(?:为|是|表示|代表|指|标注的为|means|denotes|indicates|=|＝|：|:|-|—)*\s*"
    r"(牵头|主办|主要|责任|配合|协办|参与|协助|lead|responsible|support|partner|assist)", re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """Which marks lead and which support; ``sure`` where the plan explains them."""

    leads: frozenset[str]
    sure: bool


def marks_of(drafts: Iterable[Draft], texts: Sequence[str]) -> Marks | None:
    """Return what the marks of a plan mean, from its legend or else their weight; None where it has none."""
    used = {mark for draft in drafts for _, mark in ticks(draft)}
    if not used:
        return None
    is_lead: dict[str, bool] = {}
    for text in texts:
        for mark, word in _LEGEND.findall(text):
            is_lead[fold(mark)] = bool(re.match("牵|主|责|lead|resp", word, re.I))
    is_lead |= dict.fromkeys(used & _LEADS, True) | dict.fromkeys(used & _SUPPORTS, False)
    unknown = used - set(is_lead)
    if not unknown:
        return Marks(frozenset(mark for mark in used if is_lead[mark]), True)
    heaviest = min(unknown, key=lambda mark: (_WEIGHT + mark).index(mark))
    leads = {mark for mark, lead in is_lead.items() if lead}
    return Marks(frozenset(leads or {heaviest}), False)


def ticks(draft: Draft) -> list[tuple[str, str]]:
    """Return the (unit, mark) of a task's columns that hold marks."""
    found = []
    for i, column in enumerate(draft.columns):
        text = fold(draft.joined(i)) if column.kind == TICK else ""
        if text:
            found.append((column.caption.split("·")[-1], text))
    return found


def units_by(draft: Draft, marks: Marks) -> tuple[str, str]:
    """Return the names of those who lead and of those who support a task, as a cell would hold them."""
    sides: Mapping[bool, list[str]] = {True: [], False: []}
    for unit, mark in ticks(draft):
        sides[mark in marks.leads].append(unit)
    return "、".join(sides[True]), "、".join(sides[False])


def marks_finding(marks: Marks, name: str) -> Finding:
    """Return the finding that states how the marks were read."""
    values = {"marks": Listed(sorted(marks.leads))}
    return Finding("PLAN-080" if marks.sure else "PLAN-089", Place(file=name), values=values)
