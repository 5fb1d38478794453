"""A plan PDF -> stitched rows and front matter."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from ...core.findings import Finding, Place
from ...core.i18n import Listed, Phrase
from ...core.published_plan import Area
from ...core.text import fold, several, short
from ..columns.context import Choices, Judge
from ..columns.roles import fits_caption, is_caption, knowing
from ..columns.survey import survey
from ..front_matter import Front, Line, read_front
from ..headings import NUMBER, PRINTED_NUMBER, SECTION, is_heading
from ..prose import Paragraph, above_prose, begins_paragraph, is_open, read_prose
from ..tables.print_blocks import side_by_side
from ..tables.ruled import Grid, join_lines, line_text, ruled_grids, segments, text_lines
from ..tables.shaded import shaded_grids
from ..tables.spaced import row_bounds
from ..tables.striped import striped_grids
from ..tables.unruled import edge_text, running_texts, text_grids
from ..task_rows import NO_TASK, Stitcher
from .cross_check import cross_check as compare_readings
from .graphics import CUT, HIDDEN
from .hyphens import mend_hyphens
from .page import STRUCK, WATERMARK, Char, Page
from .pages import Progress, read_pages
from .places import Places, Spot, shown
from .second_reader import SecondReading

# A head is looked for on so many pages, and has so many texts.
_FIRST_PAGES, _LEAST_TEXTS = 3, 3
# So many lines at the top and foot of a page may run on every page.
_EDGE = 2
# Stands for the reading of a plan in paragraphs.
_PROSE = "prose"
# The finding about cells found by their shading.
_SHADED = "PLAN-093"
# Stands for the reading of a table with shaded rows, which the same finding reports.
_STRIPED = "striped"
# The tables of a page, and the glyphs outside them.
Read = tuple[list[Grid], list[Char]]
# The findings about glyphs that are not read.
_ASIDE = {STRUCK: "PLAN-052", HIDDEN: "PLAN-140", CUT: "PLAN-141"}
# A heading above a table stands this close to it (points).
_NEAR = 80.0
# One in larger letters than the page's text may have text below it, too.
_LARGE, _FAR = 1.15, 2000.0


def read_pdf(
    path: Path,
    content: bytes,
    progress: Progress | None,
    choices: Choices,
    *,
    cross_check: bool,
) -> tuple[Stitcher | None, Front | None, tuple[Finding, ...]]:
    """Return the stitched rows of a PDF, its front matter, and findings; None when it is refused.

    The areas of the drafts are as the proof needs them. With ``cross_check`` the
    file is read a second time in another process, and the readings are compared.
    """
    if not cross_check:
        return _read(path, content, progress, None, choices)
    second = SecondReading(content)
    try:
        return _read(path, content, progress, second, choices)
    finally:
        second.close()


def _read(
    path: Path,
    content: bytes,
    progress: Progress | None,
    second: SecondReading | None,
    choices: Choices,
) -> tuple[Stitcher | None, Front | None, tuple[Finding, ...]]:
    def step(done: int, count: int) -> None:
        """Count the pages of both readings."""
        if progress is not None and second is not None:
            progress(done + min(second.done, count), 2 * count)
        elif progress is not None:
            progress(done, count)

    pages, findings = read_pages(path.name, content, progress=step)
    if pages is None:
        return None, None, findings
    if not any(page.chars for page in pages):
        values = {"pages": _ranges(p.number for p in pages)}
        return None, None, (Finding("PLAN-007", Place(file=path.name), values=values),)
    stitcher, front, read = _stitch(path.name, pages, choices)
    stitcher.seen = _ranges(page.number for page in pages if page.chars)
    places = Places(stitcher, [grids for grids, _ in read])
    for page in pages:
        _note_aside(stitcher, page, places)
    unchecked: tuple[Finding, ...] = ()
    if second is not None and stitcher.drafts:
        count = len(pages)
        glyphs, reason = second.pages(count, lambda: step(count, count))
        if glyphs is None:
            unchecked = (Finding("PLAN-151", Place(file=path.name), values={"reason": reason}),)
        else:
            unknown = compare_readings(stitcher, pages, read, glyphs, places)
            unchecked = _unreadable(path.name, unknown)
    for draft in stitcher.drafts:
        draft.areas = [_area(pages[area.page - 1], area) for area in draft.areas]
    page_findings = _page_findings(path.name, pages)
    if b"%%EOF" not in content[-2048:]:
        # pdfium mends such a file as far as it goes, and does not report how far.
        page_findings.append(Finding("PLAN-060", Place(file=path.name)))
    return stitcher, front, (*page_findings, *unchecked)


def _unreadable(name: str, unknown: Mapping[int, int]) -> tuple[Finding, ...]:
    """Return the finding about pages that the second reader has no characters for, if any."""
    if not unknown:
        return ()
    values = {"pages": _ranges(unknown), "count": sum(unknown.values())}
    return (Finding("PLAN-152", Place(file=name), values=values),)


def _area(page: Page, area: Area) -> Area:
    """Return an area counted from the corner of the page."""
    x, y = page.corner
    return Area(
        area.page, page.turned, area.left - x, area.top - y, area.right - x, area.bottom - y
    )


def _stitch(
    name: str, pages: Sequence[Page], choices: Choices
) -> tuple[Stitcher, Front, list[Read]]:
    """Return the stitched rows, the front matter, and what every page was read as.

    Ruled tables first. If they yield no tasks, or several in one, cells are found by
    shaded rows, or columns by the text; if that does not help either, cells by shading, or rows by the
    text too, whichever yields more tasks. Last of all tables whose head shows by
    its shape alone.
    """
    likeliest = _likeliest_line(pages)
    shape = frozenset(map(fold, likeliest[1]))
    best: tuple[Stitcher, Front, list[Read]] | None = None
    shaded: tuple[Stitcher, Front, list[Read]] | None = None
    for code, least, also in (
        ("", 2, ()), (_STRIPED, 2, ()), ("PLAN-042", 2, ()), (_SHADED, 2, ()), ("PLAN-059", 2, ()), (_PROSE, 0, ()), ("", 0, ()),
        ("PLAN-042", 0, shape), ("PLAN-059", 0, shape),
    ):  # fmt: skip
        if code == _PROSE:
            stitcher, front = _prose(name, pages)
            if stitcher.drafts:
                return stitcher, front, [([], list(page.chars)) for page in pages]
            continue
        with knowing(frozenset((*choices, *also))):
            if code == _SHADED:
                read = [shaded_grids(page) for page in pages]
            elif code == _STRIPED:
                read = striped_grids(pages)
            elif code:
                read = text_grids(pages, row_bounds(pages) if code == "PLAN-059" else None)
            else:
                read = [ruled_grids(page) for page in pages]
            broken = mend_hyphens(read)
            judge = Judge(choices, frozenset(also), least)
            found = (*_stitched(name, pages, read, judge), read)
        if code and found[0].layout is not None:
            head = found[0].layouts[0]
            found[0].note(_SHADED if code == _STRIPED else code, head.where)
            if any(column.role == SECTION for column in head.columns):
                # Without rules nothing shows how far down a category reaches.
                found[0].note("PLAN-062", head.where)
        if broken:
            found[0].note("PLAN-147", "", words=several(broken, "、", 200))
        # A table with rules above and below all of its rows is one row to those who go by rules.
        lone = code in ("PLAN-042", _STRIPED) and least and len(found[0].drafts) == 1
        if found[0].drafts and not lone and not _heaped(found[0]):
            if code == _SHADED:
                shaded = found
                continue
            return shaded if shaded and code == "PLAN-059" and _no_more(found, shaded) else found
        if shaded and code == "PLAN-059":
            return shaded
        if best is None or best[0].layout is None:
            best = found
    assert best is not None
    if not best[0].likeliest[1]:
        best[0].likeliest = likeliest
    return best


def _no_more(
    found: tuple[Stitcher, Front, list[Read]], than: tuple[Stitcher, Front, list[Read]]
) -> bool:
    """Return whether a reading yields no more tasks than another."""
    return len(found[0].drafts) <= len(than[0].drafts)


def _likeliest_line(pages: Sequence[Page]) -> tuple[str | Phrase, list[str]]:
    """Return where the line stands that looks most like a head in text without rules, and its texts."""
    best: tuple[tuple[int, int], str | Phrase, list[str]] = ((0, 0), "", [])
    for page in pages[:_FIRST_PAGES]:
        for row, line in enumerate(text_lines(page.chars), 1):
            texts = [line_text(part) for part in segments(line)]
            if len(texts) < _LEAST_TEXTS or not all(map(fits_caption, texts)):
                continue
            if any(
                text[-1] in "。；;，," or PRINTED_NUMBER.fullmatch(fold(text)) for text in texts
            ):
                continue
            rank = (sum(map(is_caption, texts)), len(texts))
            if rank > best[0] and len({*texts}) == len(texts):
                best = rank, Phrase("{where}第{n}行", where=page.where, n=row), texts
    return best[1:]


def _prose(name: str, pages: Sequence[Page]) -> tuple[Stitcher, Front]:
    """Return the tasks of a plan in paragraphs, and the front matter."""
    stitcher = Stitcher(name)
    lines = [text_lines(page.chars) for page in pages]
    running = running_texts(lines)
    paragraphs: list[Paragraph] = []
    for page, own in zip(pages, lines, strict=True):
        kept = [line for at, line in enumerate(own) if not _runs(line, at, len(own), running)]
        paragraphs += _paragraphs(page, kept, paragraphs)
    read_prose(stitcher, paragraphs)
    flat = [_line(line) for own in lines for line in own]
    stitcher.texts = [line.text for line in flat]
    return stitcher, read_front(above_prose(flat), flat)


def _runs(line: Sequence[Char], at: int, count: int, running: Container[str]) -> bool:
    """Return whether a line at a page's edge is a running head or foot, or a page number, and no text of the plan."""
    edge = at < _EDGE or at >= count - _EDGE
    return edge and edge_text(line) in running and not begins_paragraph(line_text(line))


def _paragraphs(
    page: Page, lines: Sequence[list[Char]], before: list[Paragraph]
) -> list[Paragraph]:
    """Return a page's lines put together to paragraphs; the first may go on with the one before, which is taken off."""
    paragraphs: list[Paragraph] = []
    right = max((line[-1].x1 for line in lines), default=0.0)
    left = min((line[0].x0 for line in lines), default=0.0)
    ended = not before or before[-1].text[-1:] in "。！？）)；;：:"
    for row, line in enumerate(lines, 1):
        text, size = line_text(line), line[0].size
        area = Area(page.number, 0, left, line[0].y - 0.6 * size, right, line[0].y + 0.6 * size)
        last_text = (paragraphs or before)[-1].text if paragraphs or before else ""
        begun = (ended and line[0].x0 > left + size) or begins_paragraph(text)
        if begun and not is_open(last_text):
            paragraphs.append(Paragraph(text, page.where, row, area))
        elif paragraphs or before:
            last = paragraphs.pop() if paragraphs else before.pop()
            same = last.area and last.area.page == area.page
            grown = last.area._replace(bottom=area.bottom) if last.area and same else last.area
            paragraphs.append(last._replace(text=join_lines([last.text, text]), area=grown))
        else:
            paragraphs.append(Paragraph(text, page.where, row, area))
        ended = text[-1:] in "。！？）)；;：:" or line[-1].x1 < right - 3 * size
    return paragraphs


def _heaped(stitcher: Stitcher) -> bool:
    """Return whether numbers stand one below the other in a cell: rows were not separated."""
    return any(
        column.role == NUMBER
        and sum(bool(PRINTED_NUMBER.fullmatch(fold(t))) for t in draft.lines.get(at, ())) > 1
        for draft in stitcher.drafts
        for at, column in enumerate(draft.columns)
    )


def _stitched(
    name: str, pages: Sequence[Page], read: Sequence[Read], judge: Judge
) -> tuple[Stitcher, Front]:
    """Return the stitched rows of grids, and the front matter from the characters outside."""
    tables, joined = side_by_side([grids for grids, _ in read])
    survey((grid for grids in tables for grid in grids), judge)
    stitcher = Stitcher(name, judge)
    if joined:
        stitcher.note("PLAN-079", "", pages=_ranges({grid.page for grid in joined}))
    first = None
    free = [text_lines(outside) for _, outside in read]
    running = running_texts(free)
    for page, grids, lines in zip(pages, tables, free, strict=True):
        before = stitcher.layout
        _take_page(stitcher, page.where, grids, lines, running)
        if before is None and stitcher.layout is not None:
            first = (page.number, grids[0].ys[0])
    above = []
    if first:
        above = [_line(line) for line in free[first[0] - 1] if line[0].y < first[1]]
    flat = [_line(line) for lines in free for line in lines]
    stitcher.texts = [line.text for line in flat]
    return stitcher, read_front(above, flat, join_lines(stitcher.above))


def _take_page(
    stitcher: Stitcher,
    where: str | Phrase,
    grids: Sequence[Grid],
    lines: Sequence[list[Char]],
    running: Container[str],
) -> None:
    """Give a page's grids and the headings between them to the stitcher; note other text."""
    top = float("-inf")
    begun = stitcher.layout is not None
    usual = median([line[0].size for line in lines]) if lines else 0.0
    left = dict(enumerate(line_text(line) for line in lines))
    for grid in grids:
        for place, line in enumerate(lines):
            large = line[0].size > _LARGE * usual
            near = max(top, grid.ys[0] - (_FAR if large else _NEAR)) < line[0].y < grid.ys[0]
            if near and is_heading(left[place]):
                stitcher.heading(left[place])
                left[place] = ""
        stitcher.take(grid)
        top = grid.ys[-1]
    if stitcher.layout is None:
        return
    other = [
        left[place]
        for place, line in enumerate(lines)
        if (begun or line[0].y > grids[0].ys[0]) and edge_text(line) not in running
    ]
    end = next((at for at, text in enumerate(other) if NO_TASK.match(text)), len(other))
    if any(other[:end]):
        stitcher.note("PLAN-043", where, text=short("".join(other[:end])))


def _line(chars: Sequence[Char]) -> Line:
    sizes = sorted(char.size for char in chars)
    return Line(line_text(chars), sizes[len(sizes) // 2])


def _note_aside(stitcher: Stitcher, page: Page, places: Places) -> None:
    """Note what stands on a page and was not read, and what was read and is not printed there."""
    groups: dict[tuple[str, int], tuple[Spot, list[Char]]] = {}
    marked = [(_ASIDE[kind], char) for kind, char in page.aside if kind in _ASIDE]
    for code, char in (*marked, *(("PLAN-144", char) for char in page.typed)):
        spot = places.of(page.number, page.where, (char.x0 + char.x1) / 2, char.y)
        if code == _ASIDE[CUT] and spot.draft is None:
            continue  # Office programs print a whole text on each page and clip it to the page's own rows.
        groups.setdefault((code, id(spot.draft)), (spot, []))[1].append(char)
    for (code, _), (spot, chars) in groups.items():
        stitcher.note(code, spot.where, spot.row, spot.draft, text=short(shown(chars)))
    for note in page.notes:
        stitcher.note("PLAN-145", page.where, text=short(note))


def _ranges(numbers: Iterable[int]) -> Phrase:
    """Return page numbers in words: 第1-3、7页."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = (f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)
    return Phrase("第{n}页", n=Listed(shown))


def _page_findings(name: str, pages: Sequence[Page]) -> list[Finding]:
    findings = []
    empty = [page for page in pages if not page.chars]
    for code, picture in (("PLAN-020", True), ("PLAN-030", False)):
        numbers = [page.number for page in empty if page.picture is picture]
        if numbers:
            values: dict[str, object] = {"pages": _ranges(numbers)}
            findings.append(Finding(code, Place(file=name), values=values))
    for code, attribute in (
        ("PLAN-026", "astray"),
        ("PLAN-027", "unreadable"),
        ("PLAN-028", "mended"),
    ):
        for page in pages:
            count = getattr(page, attribute)
            if count:
                place = Place(file=name, cell=page.where)
                findings.append(Finding(code, place, values={"count": count}))
    for code, numbers in (
        ("PLAN-142", [p.number for p in pages if any(k == WATERMARK for k, _ in p.aside)]),
        ("PLAN-143", [page.number for page in pages if page.recognised]),
    ):
        if numbers:
            values = {"pages": _ranges(numbers), "text": short(_watermark(pages))}
            findings.append(Finding(code, Place(file=name), values=values))
    return findings


def _watermark(pages: Sequence[Page]) -> str:
    """Return the text of the watermark."""
    texts = (shown(c for k, c in page.aside if k == WATERMARK) for page in pages)
    return next(filter(None, texts), "")
