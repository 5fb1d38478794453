"""Rows that only number and name a group of those below, 1.1 over 1.1.1 -> headings of these."""

from __future__ import annotations

from ...core.findings import Finding, Place
from ..drafts import Draft
from ..headings import GOAL, NUMBER
from ..task_rows import Stitcher

_DOTS = (".", "-", "．")


def take_headings(stitcher: Stitcher, name: str) -> tuple[Finding, ...]:
    """Make headings of drafts that only name what those numbered below them belong to; return the finding."""
    above: list[tuple[str, str]] = []
    kept: list[Draft] = []
    example = ""
    drafts = stitcher.drafts
    for draft, following in zip(drafts, [*drafts[1:], None], strict=True):
        label = _label(draft)
        above = [(number, text) for number, text in above if _is_below(label, number)]
        if following is not None and _is_below(_label(following), label) and _only_names(draft):
            above.append((label, f"{label} {draft.text(GOAL)}"))
            example = example or above[-1][1]
            continue
        draft.bands = (*draft.bands, *(text for _, text in above))
        kept.append(draft)
    count = len(drafts) - len(kept)
    drafts[:] = kept
    values = {"count": count, "text": example}
    return (Finding("PLAN-094", Place(file=name), values=values),) if count else ()


def _label(draft: Draft) -> str:
    return (draft.printed or str(draft.number or "")).strip(" .、．")


def _is_below(label: str, number: str) -> bool:
    return bool(number) and label.startswith(tuple(number + dot for dot in _DOTS))


def _only_names(draft: Draft) -> bool:
    """Return whether a row has a number and a text, and nothing beside them."""
    used = [c.role for i, c in enumerate(draft.columns) if draft.joined(i)]
    return sorted(used) == sorted((NUMBER, GOAL))
