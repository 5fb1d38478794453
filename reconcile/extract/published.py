"""A published plan (PDF, Excel, Word) -> the plan as published: its front matter and its tasks.

Nothing is taken from constants: columns, periods and headings are those the
table's own head names. What the reader was not sure of comes back as findings.
Each kind of file has a reader (pdf, sheets, word) that turns it into grids of
cells; from there on all is one.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import Listed, holds_chinese
from ..core.published_plan import PublishedPlan
from ..core.text import short
from ..writers.atomic import read_regular
from .columns.context import Choices
from .columns.roles import CHOSEN, is_caption
from .columns.wording import DUE, FIRST, STEP
from .drafts import task_of
from .front_matter import Front
from .headings import LEAD, MILESTONE
from .pdf.pages import Progress
from .remarks import column_findings, front_findings, number_drafts, printed_columns, task_findings
from .tables.matrix import finding, marks_of, units_by
from .tables.nesting import take_headings
from .task_rows import Stitcher

MOST = 128 << 20
"""Bytes of a published plan; scans are as large, and then hold no text."""

# By which words a plan says so: 列第一位的为牵头单位.
_FIRST_LEADS = re.compile(
    r"[列排](?:在)?(?:第一位?|首位|最前|第1位?)(?:的)?(?:责任)?(?:单位|部门)?.{0,4}牵头"
    r"|(?:首位|第一个?|首个)(?:责任)?(?:单位|部门).{0,4}牵头"
    r"|first[- ](?:named|listed|mentioned).{0,40}\blead", re.I,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the names of an OLE file's streams are written: old Word, and WPS.
_OLD_WORD = "WordDocument".encode("utf-16-le")


def read_published_plan(
    path: Path,
    *,
    progress: Progress | None = None,
    choices: Choices | None = None,
    cross_check: bool = False,
) -> tuple[PublishedPlan | None, tuple[Finding, ...]]:
    """Return the published plan and the findings, or (None, findings) when there is none to read.

    The kind of file is told by its content. ``lead`` and ``support`` of a task
    are the raw cell text, one string with its line breaks. Goals and milestones
    of a PDF have none; in Excel and Word line breaks are meant, and kept.
    ``source`` is page and row (第2页第3行; headings count as rows, the head does
    not), or sheet or table and the row's number in it. ``progress`` is called
    with (pages read, pages in all). ``choices`` are roles of columns by folded caption.
    second reader too, and cells that the two read differently are told.
    """
    place = Place(file=path.name)
    try:
        content = read_regular(path, MOST)
    except FileNotFoundError:
        return None, (Finding("PLAN-001", place),)
    except OSError:
        return None, (Finding("PLAN-006", place),)
    stitcher, front, told = _read(path, content, progress, choices or {}, cross_check=cross_check)
    told = tuple(map(_of_a_plan, told))
    if stitcher is None or front is None:
        return None, told
    if not stitcher.drafts:
        return None, (*told, *stitcher.findings(), _refusal(stitcher, place))
    periods = tuple(
        dict.fromkeys(
            c.caption for layout in stitcher.layouts for c in layout.columns if c.role == MILESTONE
        )
    )
    odd = (*take_headings(stitcher, path.name), *number_drafts(stitcher, path.name))
    marks = marks_of(stitcher.drafts, [*stitcher.texts, *stitcher.above])
    tasks = tuple(
        task_of(draft, periods, units_by(draft, marks) if marks else ("", ""))
        for draft in stitcher.drafts
    )
    told = (
        *told,
        *stitcher.findings(),
        *column_findings(stitcher, place, periods),
        *odd,
        *([finding(marks, path.name)] if marks else []),
        *task_findings(tasks, stitcher, path.name),
        *front_findings(front, place),
    )
    if front.year is None:
        front, dated = _dated(front, stitcher, place)
        told = (*told, *dated)
    layout = stitcher.layouts[0]
    widths = [right - left for left, right in pairwise(layout.xs)]
    notice = PublishedPlan(
        *front,
        periods,
        tasks,
        told,
        areas={draft.number: tuple(draft.areas) for draft in stitcher.drafts if draft.number},
        columns=tuple(
            (column.role, column.caption, width)
            for column, width in zip(layout.columns, widths, strict=True)
        ),
        first_leads=_first_leads(stitcher),
        all_lead=any(c.role == LEAD and c.told == CHOSEN for c in layout.columns),
        printed=printed_columns(stitcher),
        told_on_forms=tuple(
            dict.fromkeys(
                c.caption
                for layout in stitcher.layouts
                for c in layout.columns
                if c.kind in (DUE, STEP)
            )
        ),
    )
    return notice, told


def _refusal(stitcher: Stitcher, place: Place) -> Finding:
    """Return why there are no tasks: no head was found (and which row looked like one), or none below it."""
    where, captions = stitcher.likeliest
    texts = [*captions, *stitcher.texts]
    values: dict[str, object] = {
        "seen": stitcher.seen, "english": any(texts) and not any(map(holds_chinese, texts)),
    }  # fmt: skip
    if stitcher.layout is not None:
        return Finding("PLAN-009", place, values=values)
    if not captions:
        return Finding("PLAN-008", place, values=values)
    known = [text for text in captions if is_caption(text)]
    values |= {
        "captions": Listed(map(short, captions)),
        "known": Listed(known),
        "unknown": Listed(short(text) for text in captions if text not in known),
        "example": short(next((t for t in captions if t not in known), captions[0])),
    }
    return Finding("PLAN-081", Place(place.file, cell=where), values=values)


def _dated(front: Front, stitcher: Stitcher, place: Place) -> tuple[Front, tuple[Finding, ...]]:
    """Take the year that most deadlines name, where title and letter name none, and tell so."""
    years = Counter(
        int(year)
        for draft in stitcher.drafts
        for i, column in enumerate(draft.columns)
        if column.kind == DUE
        for year in re.findall(r"(?<!\d)20\d\d(?!\d)", draft.joined(i))
    )
    if not years:
        return front, ()
    year = years.most_common(1)[0][0]
    return front._replace(year=year), (Finding("PLAN-090", place, values={"year": year}),)


def _first_leads(stitcher: Stitcher) -> bool:
    """Return whether the plan, or a person, says that the first of several units leads."""
    columns = [c for layout in stitcher.layouts for c in layout.columns if c.role == LEAD]
    if any(column.told == CHOSEN for column in columns):
        return any(column.kind == FIRST for column in columns)
    return any(map(_FIRST_LEADS.search, stitcher.texts))


def _of_a_plan(finding: Finding) -> Finding:
    """Return a finding of the guards in words that are not about forms."""
    if finding.code != "FILE-020":
        return finding
    return Finding("PLAN-063", finding.place, values=finding.values)


def _read(
    path: Path, content: bytes, progress: Progress | None, choices: Choices, *, cross_check: bool
) -> tuple[Stitcher | None, Front | None, tuple[Finding, ...]]:
    """Read a file with the reader of its kind."""
    # PDF readers look for the mark in the first kilobyte: mail programs put lines before it.
    if b"%PDF-" in content[:1024]:
        from .pdf.reader import read_pdf

        return read_pdf(path, content, progress, choices, cross_check=cross_check)
    if content.startswith(b"{\\rtf") or (content.startswith(_OLE) and _OLD_WORD in content):
        return None, None, (Finding("PLAN-045", Place(file=path.name)),)
    if content.startswith(b"PK") and b"word/document.xml" in content:
        from .word import read_word

        return read_word(path.name, content, choices)
    from .spreadsheet import read_sheets

    return read_sheets(path.name, content, choices)
