"""What people wrote into a form: how we tell a file that nobody touched since we wrote it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from ..core.findings import Place
from ..core.submission import Submission
from ..core.text import plain
from .captions import their_note


def written_in(returned: Submission) -> dict[Place, str]:
    """Return all that somebody wrote into a form, by where it stands: answers, jottings, notes."""
    rows = [row for table in returned.tables for row in table.rows]
    cells = itertools.chain(
        returned.head.values(),
        returned.strays,
        *(row.answers.values() for row in rows),
        *(row.strays for row in rows),
    )
    found: dict[Place, str] = {}
    for raw in cells:
        texts = (plain(raw.cell.value), raw.cell.error, raw.cell.struck, their_note(raw.cell.note))
        if text := "\n".join(filter(None, texts)):
            found[raw.place] = found.get(raw.place, "") + text
    return found


def lost(before: Mapping[Place, str], after: Mapping[Place, str]) -> list[Place]:
    """Return where something was written that would be gone, or another."""
    return [place for place, text in before.items() if after.get(place) != text]
