"""A published plan (PDF, Excel, Word) -> the plan as published: its front matter and its tasks.

Nothing is taken from constants: columns, periods and headings are those the
table's own head names. What the reader was not sure of comes back as findings.
Each kind of file has a reader (pdf, sheets, word) that turns it into grids of
cells; from there on all is one.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from ..files import read_regular
from ..findings import Finding, Place
from ..model import Notice
from .front import Front
from .headings import MILESTONE
from .pages import Progress
from .remarks import column_findings, front_findings, number_drafts, task_findings
from .stitch import Stitcher, task_of

__all__ = ["MOST", "Progress", "read_notice"]

MOST = 128 << 20
"""Bytes of a published plan; scans are as large, and then hold no text."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the names of an OLE file's streams are written: old Word, and WPS.
_OLD_WORD = "WordDocument".encode("utf-16-le")


def read_notice(
    path: Path, *, progress: Progress | None = None
) -> tuple[Notice | None, tuple[Finding, ...]]:
    """Return the published plan and the findings, or (None, findings) when there is none to read.

    The kind of file is told by its content. ``lead`` and ``support`` of a task
    are the raw cell text, one string with its line breaks. Goals and milestones
    of a PDF have none; in Excel and Word line breaks are meant, and kept.
    ``source`` is page and row (第2页第3行; headings count as rows, the head does
    not), or sheet or table and the row's number in it. ``progress`` is called
    with (pages read, pages in all).
    """
    place = Place(file=path.name)
    try:
        content = read_regular(path, MOST)
    except FileNotFoundError:
        return None, (Finding("PLAN-001", place),)
    except OSError:
        return None, (Finding("PLAN-006", place),)
    stitcher, front, told = _read(path, content, progress)
    told = tuple(map(_of_a_plan, told))
    if stitcher is None or front is None:
        return None, told
    if not stitcher.drafts:
        code = "PLAN-008" if stitcher.layout is None else "PLAN-009"
        empty = Finding(code, place, values={"seen": stitcher.seen})
        return None, (*told, *stitcher.findings(), empty)
    periods = tuple(
        dict.fromkeys(
            c.caption for layout in stitcher.layouts for c in layout.columns if c.role == MILESTONE
        )
    )
    odd = number_drafts(stitcher, path.name)
    tasks = tuple(task_of(draft, periods) for draft in stitcher.drafts)
    told = (
        *told,
        *stitcher.findings(),
        *column_findings(stitcher, place, periods),
        *odd,
        *task_findings(tasks, stitcher, path.name),
        *front_findings(front, place),
    )
    layout = stitcher.layouts[0]
    widths = [right - left for left, right in pairwise(layout.xs)]
    notice = Notice(
        *front,
        periods,
        tasks,
        told,
        areas={draft.number: tuple(draft.areas) for draft in stitcher.drafts if draft.number},
        columns=tuple(
            (column.role, column.caption, width)
            for column, width in zip(layout.columns, widths, strict=True)
        ),
    )
    return notice, told


def _of_a_plan(finding: Finding) -> Finding:
    """Return a finding of the guards in words that are not about forms."""
    if finding.code != "FILE-020":
        return finding
    return Finding("PLAN-063", finding.place, values=finding.values)


def _read(
    path: Path, content: bytes, progress: Progress | None
) -> tuple[Stitcher | None, Front | None, tuple[Finding, ...]]:
    """Read a file with the reader of its kind."""
    # PDF readers look for the mark in the first kilobyte: mail programs put lines before it.
    if b"%PDF-" in content[:1024]:
        from .pdf import read_pdf

        return read_pdf(path, content, progress)
    if content.startswith(b"{\\rtf") or (content.startswith(_OLE) and _OLD_WORD in content):
        return None, None, (Finding("PLAN-045", Place(file=path.name)),)
    if content.startswith(b"PK") and b"word/document.xml" in content:
        from .word import read_word

        return read_word(path.name, content)
    from .sheets import read_sheets

    return read_sheets(path.name, content)
