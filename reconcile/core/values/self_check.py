"""The line on a form that tells a clerk what is still to be filled in: its words, and how to know it again.

A formula puts the words together in the clerk's program. What comes back is
known by them, whether as a formula or as the text that it showed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ...locale import english
from ..i18n import Listed, Phrase

MISSING = "还差{count}格{head}{where}"
HEAD = "（其中表头{count}格）"
WHERE = "：第{numbers}项{more}"
CONTRARY = "第{numbers}项{more}前后不一致"
COMPLETE = "必填的格子都填好了，可以发回。"
BROKEN = "有的格子是出错的公式，请改正。"
BETWEEN, COMMA, MORE = "；", "、", "…"
SHOWN = 3
"""So many tasks are named by their numbers."""


def missing_line(missing: Mapping[int, int], head: int) -> Phrase:
    """Return the line of a form on which nothing is filled in.

    ``missing`` are the answers that its tasks need by number, ``head`` how many it needs above.
    """
    count = sum(missing.values()) + head
    if not count:
        return Phrase(COMPLETE)
    numbers = sorted(number for number, needed in missing.items() if needed)
    named = numbers[:SHOWN]
    more = MORE if len(numbers) > SHOWN else ""
    return Phrase(
        MISSING,
        count=count,
        head=Phrase(HEAD, count=head) if head else "",
        where=Phrase(WHERE, numbers=Listed(named, COMMA), more=more) if named else "",
    )


def is_line(text: str) -> bool:
    """Return whether a text is that line, in one of our languages."""
    return len(text) < 200 and bool(_pattern().fullmatch(text.strip()))


def is_formula(formula: str) -> bool:
    """Return whether a formula is the one that makes that line, whichever program wrote it down."""
    return "SUMPRODUCT" in formula and any(
        all(
            part in formula
            for part in (translated(MISSING).split("{")[0], translated(COMPLETE))
            if part
        )
        for translated in (str, english)
    )


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    looks = []
    for translated in (str, english):
        comma = re.escape(translated(COMMA).strip())
        gaps = {"count": r"\d+", "numbers": rf"\d+(?:{comma}\s*\d+)*", "more": f"{MORE}?"}
        gaps["head"] = f"(?:{_look(translated(HEAD), gaps)})?"
        gaps["where"] = f"(?:{_look(translated(WHERE), gaps)})?"
        missing, contrary = _look(translated(MISSING), gaps), _look(translated(CONTRARY), gaps)
        between = re.escape(translated(BETWEEN).strip())
        looks += [rf"{missing}(?:{between}\s*{contrary})?", contrary]
        looks += [re.escape(translated(COMPLETE)), re.escape(translated(BROKEN))]
    return re.compile("|".join(looks))


def _look(text: str, gaps: dict[str, str]) -> str:
    parts = re.split(r"\{(\w+)\}", text)
    return "".join(gaps[part] if i % 2 else re.escape(part) for i, part in enumerate(parts))
