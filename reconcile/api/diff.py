"""diff: what changed between two plan workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..core.findings import Finding
from ..core.i18n import speaking
from ..plan import read_plan, spoken_in
from ..plan.diff import Change, compare
from ..writers.atomic import write_file
from ..writers.marks import CHANGES
from .outputs import check_former, check_places


def diff(old_path: Path, new_path: Path) -> tuple[tuple[Change, ...] | None, tuple[Finding, ...]]:
    """Return what changed between two plan workbooks; None and findings when one cannot be read."""
    old, findings = read_plan(old_path)
    new, new_findings = read_plan(new_path)
    findings = (*findings, *new_findings)
    if old is None or new is None:
        return None, findings
    return compare(old, new), findings


def write_changes(
    changes: Sequence[Change], old_path: Path, new_path: Path, out: Path, *, force: bool = False
) -> None:
    """Write what :func:`diff` found as a workbook. OSError when it cannot be written, Misused when it must not be."""
    from ..plan.diff_report import changes_bytes  # most runs print it only

    with speaking(spoken_in(new_path)):
        check_places([out], [old_path, new_path])
        check_former(out, CHANGES, "计划的差异表", force=force)
        write_file(out, changes_bytes(changes, old_path.name, new_path.name))
