"""The letters (督办单) that lie beside a plan workbook, and which of them are still open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...core.i18n import language_of, speaking
from ...core.plan import Plan
from ...core.result import MergeResult, Previous
from ...merge.year.open_letters import Issued, Tracked, tracked
from ...reports.letters import issued
from ...writers.marks import read_mark
from ..inputs import usual_name


def open_letters(
    plan_path: Path, merged: MergeResult, previous: Previous | None
) -> tuple[Tracked, ...]:
    """Return how the letters stand in the folders where :func:`.letters.letters` leaves them.

    Those of this plan by the mark in the document, whatever its name and whoever edited it;
    ``previous`` is what the summaries of former periods hold.
    """
    with speaking(language_of(merged.plan.settings)):
        return tracked(_issued(plan_path, merged.plan), merged, previous)


def _issued(plan_path: Path, plan: Plan) -> Iterator[Issued]:
    """The letters, each once: a copy of a document is the same letter."""
    known = set()
    for period in range(1, len(plan.periods) + 1):
        folder = plan_path.parent / usual_name("督办单_{period}", plan, period)
        for path in sorted(folder.glob("*.docx")):
            if path.is_symlink() or not path.is_file():
                continue
            mark = read_mark(path).mark
            letter = issued(mark, plan, f"{folder.name}/{path.name}")
            if letter and mark not in known:
                known.add(mark)
                yield letter
