"""A published plan (PDF, Excel, Word) -> the plan as published: its front matter and its tasks.

Nothing is taken from constants: columns, periods and headings are those the
table's own head names. What the reader was not sure of comes back as findings.
Each kind of file has a reader (pdf, sheets, word) that turns it into grids of
cells; what follows is the same for all.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import Listed, holds_chinese
from ..core.plan import Task
from ..core.published_plan import PublishedPlan
from ..core.text import short
from .columns.context import Choices
from .columns.roles import CHOSEN, is_caption
from .columns.wording import DUE, FIRST, STEP
from .drafts import task_of
from .front_matter import Front
from .headings import LEAD, MILESTONE
from .pdf.pages import Progress
from .remarks import column_findings, front_findings, number_drafts, printed_columns, task_findings
from .source_file import is_pdf, read_source
from .tables.matrix import marks_finding, marks_of, units_by
from .tables.nesting import take_headings
from .task_rows import Stitcher

# The words by which a plan states that the first unit leads: 列第一位的为牵头单位.
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

    The kind of file is recognised by its content. ``lead`` and ``support`` of a
    task are the raw cell text, one string with its line breaks. Goals and milestones
    of a PDF have none; in Excel and Word line breaks are meant, and kept.
    ``source`` is page and row (第2页第3行; headings count as rows, the head does
    not), or sheet or table and the row's number in it. ``progress`` is called
    with (pages read, pages in all). ``choices`` are roles of columns by folded caption.
    With ``cross_check`` a PDF is read with a second reader too, and cells that the two
    read differently are findings.
    """
    content = read_source(path)
    if isinstance(content, Finding):
        return None, (content,)
    stitcher, front, findings = _read(
        path, content, progress, choices or {}, cross_check=cross_check
    )
    findings = tuple(map(_of_a_plan, findings))
    if stitcher is None or front is None:
        return None, findings
    place = Place(file=path.name)
    if not stitcher.drafts:
        return None, (*findings, *stitcher.findings(), _refusal(stitcher, place))
    tasks, task_notes = _tasks(stitcher, place)
    front, front_notes = _dated(front, stitcher, place)
    findings = (*findings, *task_notes, *front_notes)
    return _published(stitcher, front, tasks, findings), findings


def _tasks(stitcher: Stitcher, place: Place) -> tuple[tuple[Task, ...], list[Finding]]:
    """Return the finished tasks, and the findings about columns and tasks."""
    periods = _periods(stitcher)
    odd = (*take_headings(stitcher, place.file), *number_drafts(stitcher, place.file))
    marks = marks_of(stitcher.drafts, [*stitcher.texts, *stitcher.above])
    tasks = tuple(
        task_of(draft, periods, units_by(draft, marks) if marks else ("", ""))
        for draft in stitcher.drafts
    )
    return tasks, [
        *stitcher.findings(),
        *column_findings(stitcher, place, periods),
        *odd,
        *([marks_finding(marks, place.file)] if marks else []),
        *task_findings(tasks, stitcher, place.file),
    ]


def _periods(stitcher: Stitcher) -> tuple[str, ...]:
    """Return the captions of the periods in all tables, each once."""
    columns = (column for layout in stitcher.layouts for column in layout.columns)
    return tuple(dict.fromkeys(c.caption for c in columns if c.role == MILESTONE))


def _published(
    stitcher: Stitcher, front: Front, tasks: tuple[Task, ...], findings: tuple[Finding, ...]
) -> PublishedPlan:
    """Return the plan as published, with what its columns are and where its tasks stand."""
    layout = stitcher.layouts[0]
    columns = [column for layout in stitcher.layouts for column in layout.columns]
    widths = [right - left for left, right in pairwise(layout.xs)]
    return PublishedPlan(
        *front,
        _periods(stitcher),
        tasks,
        findings,
        areas={draft.number: tuple(draft.areas) for draft in stitcher.drafts if draft.number},
        columns=tuple(
            (column.role, column.caption, width)
            for column, width in zip(layout.columns, widths, strict=True)
        ),
        first_leads=_first_leads(stitcher),
        all_lead=any(c.role == LEAD and c.basis == CHOSEN for c in layout.columns),
        printed=printed_columns(stitcher),
        printed_on_forms=tuple(dict.fromkeys(c.caption for c in columns if c.kind in (DUE, STEP))),
    )


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


def _dated(front: Front, stitcher: Stitcher, place: Place) -> tuple[Front, list[Finding]]:
    """Return the front matter and its findings; without a year it takes the one that most deadlines name."""
    findings = front_findings(front, place)
    if front.year is not None:
        return front, findings
    years = Counter(
        int(year)
        for draft in stitcher.drafts
        for i, column in enumerate(draft.columns)
        if column.kind == DUE
        for year in re.findall(r"(?<!\d)20\d\d(?!\d)", draft.joined(i))
    )
    if not years:
        return front, findings
    year = years.most_common(1)[0][0]
    findings.append(Finding("PLAN-090", place, values={"year": year}))
    return front._replace(year=year), findings


def _first_leads(stitcher: Stitcher) -> bool:
    """Return whether the plan states, or a person chose, that the first of several units leads."""
    columns = [c for layout in stitcher.layouts for c in layout.columns if c.role == LEAD]
    if any(column.basis == CHOSEN for column in columns):
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
    if is_pdf(content):
        from .pdf.reader import read_pdf

        return read_pdf(path, content, progress, choices, cross_check=cross_check)
    if content.startswith(b"{\\rtf") or (content.startswith(_OLE) and _OLD_WORD in content):
        return None, None, (Finding("PLAN-045", Place(file=path.name)),)
    if content.startswith(b"PK") and b"word/document.xml" in content:
        from .word import read_word

        return read_word(path.name, content, choices)
    from .spreadsheet import read_sheets

    return read_sheets(path.name, content, choices)
