"""The published plan as a stranger's file: read, and drawn for the proof, in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.plan import Task
from ..core.published_plan import PublishedPlan
from ..readers.child_process import FAULT, MEMORY, TIME, Ended, Progress, apart
from .columns.context import Choices
from .source_file import is_pdf, read_source

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
    content = read_source(path, unfit=True)
    if isinstance(content, Finding):
        return None, (content,)
    limits = {} if is_pdf(content) else {"busy": _WORKBOOK_SECONDS}
    try:
        outcome: tuple[PublishedPlan | None, tuple[Finding, ...]] = apart(
            "reconcile.extract.published:read_published_plan", path, progress=progress, choices=choices,
            cross_check=cross_check, **limits,
        )  # fmt: skip
    except Ended as ended:
        return None, (_not_read(ended, path),)
    return outcome


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


def _not_read(ended: Ended, path: Path) -> Finding:
    """Return the finding that states why the child process did not read a plan."""
    code = {TIME: "PLAN-064", MEMORY: "PLAN-065"}.get(ended.why, "PLAN-066")
    return Finding(code, Place(path.name), values={"reason": ended.reason} if ended.reason else {})
