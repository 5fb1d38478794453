"""The published plan as a stranger's file: read, and drawn for the proof, in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.plan import Task
from ..core.published_plan import PublishedPlan
from ..readers.child_process import FAULT, MEMORY, TIME, Ended, Progress, apart
from ..writers.atomic import Unfit, read_regular
from .columns.context import Choices
from .published import MOST

_WORKBOOK_SECONDS = 12
"""Processor time for what shows no progress; the readers of workbooks have clocks of their own."""


def read_published_plan(
    path: Path,
    *,
    progress: Progress | None = None,
    choices: Choices | None = None,
    cross_check: bool = False,
) -> tuple[PublishedPlan | None, tuple[Finding, ...]]:
    """Return the published plan and the findings, as :func:`reconcile.extract.published.read_published_plan` does.

    What the file costs is limited (PLAN-064, PLAN-065).
    """
    try:
        content = read_regular(path, MOST)
    except FileNotFoundError:
        return None, (Finding("PLAN-001", Place(path.name)),)
    except Unfit as error:
        return None, (Finding("PLAN-067", Place(path.name), values={"reason": error.reason}),)
    except OSError:
        return None, (Finding("PLAN-006", Place(path.name)),)
    pdf = b"%PDF-" in content[:1024]
    try:
        found: tuple[PublishedPlan | None, tuple[Finding, ...]] = apart(
            "reconcile.extract.published:read_published_plan", path, progress=progress, choices=choices,
            cross_check=cross_check, **({} if pdf else {"busy": _WORKBOOK_SECONDS}),
        )  # fmt: skip
    except Ended as ended:
        return None, (_told(ended, path),)
    return found


def proof_bytes(
    path: Path,
    notice: PublishedPlan,
    tasks: Sequence[Task],
    findings: Sequence[Finding],
    progress: Progress | None = None,
) -> bytes | Finding:
    """Return the proof, as :func:`reconcile.reports.pdf_proof.proof_bytes` does, or why there is none."""
    try:
        proof: bytes = apart(
            "reconcile.reports.pdf_proof:proof_bytes",
            path,
            notice,
            tasks,
            findings,
            progress=progress,
        )
    except Ended as ended:
        return Finding("PLAN-068", Place(path.name), values={"reason": _CAUSES[ended.why]})
    return proof


_CAUSES: Mapping[str, Phrase] = {
    TIME: Phrase("用时太长"),
    MEMORY: Phrase("占用内存太多"),
    FAULT: Phrase("程序出错"),
}


def _told(ended: Ended, path: Path) -> Finding:
    code = {TIME: "PLAN-064", MEMORY: "PLAN-065"}.get(ended.why, "PLAN-066")
    return Finding(code, Place(path.name), values={"reason": ended.reason} if ended.reason else {})
