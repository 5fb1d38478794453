"""A plan PDF -> the plan as published: its front matter and its tasks.

Nothing is taken from constants: columns, periods and headings are those the
table's own head names. What the reader was not sure of comes back as findings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..findings import Finding, Place
from ..model import Notice, Task
from ..text import fold, short
from .headings import EXTRA, GOAL, LEAD, MILESTONE, SUPPORT
from .pages import Char, Page, Progress, read_pages
from .stitch import NO_TASK, Stitcher, heading_style, task_of
from .tables import Grid, join_lines, line_text, ruled_grids, text_lines
from .unruled import PAGE_NUMBER, text_grids

_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{1,16}[〔\[(（【［]\d{4}[〕\])）】］]第?\d+号")
_DATE = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# A heading above a table stands this close to it (points).
_NEAR = 80.0


def read_notice(
    path: Path, *, progress: Progress | None = None
) -> tuple[Notice | None, tuple[Finding, ...]]:
    """Return the plan of a PDF and the findings, or (None, findings) when there is none to read.

    ``lead`` and ``support`` of a task are the raw cell text, one string with
    its line breaks; goals and milestones have none. ``source`` is page and row
    (第2页第3行; headings count as rows, the head does not). ``progress`` is
    called with (pages read, pages in all).
    """
    pages, findings = read_pages(path, progress=progress)
    if pages is None:
        return None, findings
    place = Place(file=path.name)
    if not any(page.chars for page in pages):
        return None, (
            Finding("PLAN-007", place, values={"pages": _ranges(p.number for p in pages)}),
        )
    stitcher, front = _stitch(path.name, pages)
    told = (*_page_findings(path.name, pages), *stitcher.findings)
    if stitcher.layout is None or not stitcher.drafts:
        code = "PLAN-008" if stitcher.layout is None else "PLAN-009"
        shown = _ranges(p.number for p in pages if p.chars)
        return None, (*told, Finding(code, place, values={"pages": shown}))
    periods = tuple(
        dict.fromkeys(
            c.caption for layout in stitcher.layouts for c in layout.columns if c.role == MILESTONE
        )
    )
    told = (*told, *_column_findings(stitcher, place, periods))
    told = (*told, *_number_drafts(stitcher, path.name))
    tasks = tuple(task_of(draft, periods) for draft in stitcher.drafts)
    told = (*told, *_task_findings(tasks, stitcher, path.name))
    title, document, office, year = front
    told = (*told, *_front_findings(front, place))
    return Notice(title, document, office, year, periods, tasks, told), told


Front = tuple[str, str, str, int | None]


def _stitch(name: str, pages: Sequence[Page]) -> tuple[Stitcher, Front]:
    """Return the stitched rows and (title, document number, office, year).

    Ruled tables first; if none of them has a head, columns are told by the text.
    """
    for unruled in (False, True):
        read = text_grids(pages) if unruled else [ruled_grids(page) for page in pages]
        stitcher = Stitcher(name)
        free: list[list[list[Char]]] = []
        first = None
        for page, (grids, outside) in zip(pages, read, strict=True):
            lines = text_lines(outside)
            free.append(lines)
            before = stitcher.layout
            _take_page(stitcher, page.number, grids, lines)
            if before is None and stitcher.layout is not None:
                first = (page.number, grids[0].ys[0])
        if stitcher.layout is not None:
            if unruled:
                stitcher.note("PLAN-042", first[0] if first else 1)
            break
    return stitcher, _front(free, first, join_lines(stitcher.above))


def _take_page(
    stitcher: Stitcher, number: int, grids: Sequence[Grid], lines: Sequence[list[Char]]
) -> None:
    """Give a page's grids and the headings between them to the stitcher; tell of other text."""
    top = float("-inf")
    begun = stitcher.layout is not None
    left = dict(enumerate(line_text(line) for line in lines))
    for grid in grids:
        for place, line in enumerate(lines):
            near = max(top, grid.ys[0] - _NEAR) < line[0].y < grid.ys[0]
            if near and _is_heading(left[place]):
                stitcher.heading(left[place])
                left[place] = ""
        stitcher.take(grid)
        top = grid.ys[-1]
    if stitcher.layout is None:
        return
    other = [
        left[place]
        for place, line in enumerate(lines)
        if (begun or line[0].y > grids[0].ys[0])
        and not PAGE_NUMBER.fullmatch(_squeezed(left[place]))
    ]
    if any(other) and not any(map(NO_TASK.match, other)):
        stitcher.note("PLAN-043", number, text=short("".join(other)))


def _squeezed(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def _is_heading(text: str) -> bool:
    return heading_style(text) is not None and len(text) <= 40 and text[-1] not in "。，；."


def _front(
    free: Sequence[Sequence[list[Char]]], first: tuple[int, float] | None, above: str
) -> Front:
    """Read title, document number, office and year from the text outside the table.

    ``above`` is what stands in the table over its head: a title, where it has no other.
    """
    texts = [[line_text(line) for line in lines] for lines in free]
    flat = [text for page in texts for text in page]
    solid = [_squeezed(text) for text in flat]
    title = _title(free[first[0] - 1], first[1]) if first else ""
    title = title or above or _title(free[0], float("inf"))
    document = next((m[0] for t in solid if (m := _DOCUMENT.fullmatch(t))), "")
    if not document:
        document = next((m[0] for t in solid if (m := _DOCUMENT.search(t))), "")
    office = ""
    for before, text in zip(["", *solid], solid, strict=False):
        issued = re.fullmatch(rf"(.+?){_DATE.pattern}印发", text)
        if _DATE.fullmatch(text) and before and len(before) <= 30 and before[-1] not in "。，；：":
            office = before
            break
        office = office or (issued[1] if issued else "")
    years = [_YEAR.search(text) for text in (title, document, *solid)]
    year = next((int(found[1]) for found in years if found), None)
    return title, document, office, year


def _title(lines: Sequence[list[Char]], above: float) -> str:
    """Return the largest text above a height, over several lines where it is wrapped."""
    own = [line for line in lines if line[0].y < above and len(line) > 3]
    sizes = [_size(line) for line in own]
    if not own:
        return ""
    largest = max(sizes)
    return join_lines(
        [line_text(line) for line, size in zip(own, sizes, strict=True) if size > 0.9 * largest]
    )


def _size(line: Sequence[Char]) -> float:
    sizes = sorted(char.size for char in line)
    return sizes[len(sizes) // 2]


def _ranges(numbers: Iterable[int]) -> str:
    """Return page numbers in words: 第1-3、7页."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "第" + "、".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs) + "页"


def _page_findings(name: str, pages: Sequence[Page]) -> list[Finding]:
    found = []
    empty = [page for page in pages if not page.chars]
    for code, picture in (("PLAN-020", True), ("PLAN-030", False)):
        numbers = [page.number for page in empty if page.picture is picture]
        if numbers:
            values: dict[str, object] = {"pages": _ranges(numbers)}
            found.append(Finding(code, Place(file=name), values=values))
    for code, attribute in (
        ("PLAN-026", "astray"),
        ("PLAN-027", "unreadable"),
        ("PLAN-028", "mended"),
    ):
        for page in pages:
            count = getattr(page, attribute)
            if count:
                place = Place(file=name, cell=f"第{page.number}页")
                found.append(Finding(code, place, values={"count": count}))
    return found


def _column_findings(stitcher: Stitcher, place: Place, periods: Sequence[str]) -> list[Finding]:
    """Tell what the head left open: no such column, or a guess."""
    layout = stitcher.layouts[0]
    codes = {
        "guessed": "PLAN-021",
        "none": "PLAN-022",
        "lead": "PLAN-017",
        "support": "PLAN-018",
        "number": "PLAN-019",
        "goals": "PLAN-023",
    }
    roles = {column.role: column.caption for column in layout.columns}
    values = {"periods": "、".join(periods), "goal": roles.get(GOAL, "")}
    found = [Finding(codes[doubt], place, values=values) for doubt in sorted(layout.doubts)]
    if GOAL not in roles:
        found.append(Finding("PLAN-024", place))
    extras = [c.caption for c in layout.columns if c.role == EXTRA]
    if extras:
        found.append(Finding("PLAN-025", place, values={"captions": "、".join(extras)}))
    heads = {
        tuple(c.caption for c in head.columns if c.role == MILESTONE) for head in stitcher.layouts
    }
    if len(heads) > 1:
        found.append(Finding("PLAN-037", place, values=values))
    return found


def _number_drafts(stitcher: Stitcher, name: str) -> list[Finding]:
    """Give every draft a number, the next free one where none was printed; tell what is odd."""
    drafts = stitcher.drafts
    printed = Counter(draft.number for draft in drafts if draft.number is not None)
    numbered = "number" not in stitcher.layouts[0].doubts
    found, taken, before = [], set(printed), 0
    for draft in drafts:
        place = Place(file=name, cell=draft.source)
        values = {"number": draft.number, "before": before}
        if draft.number is None:
            draft.number = before + 1
            while draft.number in taken:
                draft.number += 1
            taken.add(draft.number)
            if numbered:
                values = {"number": draft.number}
                found.append(Finding("PLAN-011", place, task=draft.number, values=values))
            # Our own number says nothing about the order of those printed.
            continue
        if draft.number == before:
            found.append(Finding("PLAN-014", place, task=draft.number, values=values))
        elif draft.number < before:
            code = "PLAN-014" if printed[draft.number] > 1 else "PLAN-015"
            found.append(Finding(code, place, task=draft.number, values=values))
        before = draft.number
    gaps = sorted(set(range(1, max(taken, default=0) + 1)) - taken)
    if gaps:
        shown = "、".join(map(str, gaps[:20])) + ("……" if len(gaps) > 20 else "")
        found.append(Finding("PLAN-016", Place(file=name), values={"numbers": shown}))
    return found


def _task_findings(tasks: Sequence[Task], stitcher: Stitcher, name: str) -> list[Finding]:
    found = []
    has_lead = "lead" not in stitcher.layouts[0].doubts
    for task in tasks:
        place = Place(file=name, cell=task.source)
        values: dict[str, object] = {"number": task.number}
        if not task.goal:
            found.append(Finding("PLAN-033", place, task=task.number, field=GOAL, values=values))
        if has_lead and not task.lead:
            found.append(Finding("PLAN-034", place, task=task.number, field=LEAD, values=values))
        if task.milestones and not any(task.milestones.values()):
            found.append(
                Finding("PLAN-035", place, task=task.number, field=MILESTONE, values=values)
            )
        for role, texts in ((LEAD, task.lead), (SUPPORT, task.support)):
            if any(_unbalanced(text) for text in texts):
                values = {"number": task.number, "text": texts[0].replace("\n", "")}
                found.append(
                    Finding("PLAN-036", place, task=task.number, field=role, values=values)
                )
    return found


def _unbalanced(text: str) -> bool:
    depth = 0
    for sign in fold(text):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return True
    return depth != 0


def _front_findings(front: Front, place: Place) -> list[Finding]:
    title, document, office, year = front
    missing = [
        word
        for word, value in (("标题", title), ("文号", document), ("发文单位", office))
        if not value
    ]
    found = []
    if missing:
        found.append(Finding("PLAN-038", place, values={"missing": "、".join(missing)}))
    if year is None:
        found.append(Finding("PLAN-039", place))
    return found
