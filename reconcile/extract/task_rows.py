"""Rows of the plan's grids, page by page or sheet by sheet -> tasks.

Repeated heads are passed over, headings kept as context, rows that a page end
has torn are put together, merged cells filled down. What is done so is noted as a finding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.published_plan import Area
from ..core.text import fold, several
from .columns.context import Judge
from .columns.heads import (
    Layout,
    band_text,
    find_layout,
    likeliest_head,
    records,
    shares_of,
    texts_of_rows,
)
from .drafts import Draft
from .headings import (
    EXTRA,
    GOAL,
    LEAD,
    MILESTONE,
    NUMBER,
    PRINTED_NUMBER,
    SECTION,
    SUPPORT,
    heading_style,
    is_caption,
)
from .tables.categories import Categories
from .tables.ruled import Box, Grid, join_lines
from .torn_tasks import (
    append,
    append_common,
    beside_number,
    goes_on_with_another,
    is_whole,
    share_number,
)

# Lines that belong to the letter, not to the plan.
NO_TASK = re.compile(
    r"抄送|附件|附表|(?:备?注|说明|填表说明|备注说明)[:：]|(?:填表|制表|审核|填报|报送|统计|负责)(?:人|单位|时间|日期)?(?:（[^）]*）)?[:：]"
    r"|联系(?:人|电话|方式)[:：]|单位[:：]|.*印发$|第\d+页|(?:notes?|source|prepared by|approved by|contact|legend|key)\s*[:：]",
    re.I,
)
# How groups of tasks are numbered among tasks that have figures.
_GROUP_NUMBER = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]?")
# What a row begins with that adds up those above.
_TOTAL = re.compile(
    r"(?:合计|小计|总计|共计|累计|sub-?total|grand ?total|total|sum)(?:[:：(（].*)?", re.I
)


class Stitcher:
    """Takes grids and free headings in reading order; holds drafts and findings."""

    def __init__(self, name: str, judge: Judge | None = None) -> None:
        self.judge = judge or Judge()
        self.drafts: list[Draft] = []
        self.layout: Layout | None = None
        self.layouts: list[Layout] = []
        # What stands in the table above its head.
        self.above: list[str] = []
        # What was looked through, in words.
        self.seen: str | Phrase = ""
        # Where the row stands that looked most like a head, and its texts.
        self.likeliest: tuple[str | Phrase, list[str]] = ("", [])
        # What stands outside the table, line by line.
        self.texts: list[str] = []
        self._name = name
        self._notes: list[tuple[str, str | Phrase, Draft | None, dict[str, object]]] = []
        self._bands: list[tuple[int | None, str]] = []
        self._band_last = False
        self._categories = Categories()
        self._where: str | Phrase = ""
        self._row = 0
        self._open = False
        # Whether what stands under the last head belongs to the plan.
        self._reading = True
        self._fronts: set[str] = set()

    def note(
        self,
        code: str,
        where: str | Phrase,
        row: int = 0,
        draft: Draft | None = None,
        **values: object,
    ) -> None:
        """Add a finding at a page (or sheet, table) and, if not 0, a row."""
        cell = Phrase("{where}第{n}行", where=where, n=row) if row else where
        self._notes.append((code, cell, draft, values))

    def adopt(self, earlier: Stitcher) -> None:
        """Take over what was noted before the rows were read."""
        self._notes[:0] = earlier._notes

    def findings(self) -> list[Finding]:
        """Return what was noted; tasks go by the numbers that they have now."""
        findings = []
        for code, cell, draft, values in self._notes:
            number = draft.number if draft else None
            place = Place(file=self._name, cell=cell)
            findings.append(Finding(code, place, task=number, values={"number": number, **values}))
        return findings

    @property
    def bands(self) -> tuple[str, ...]:
        """The headings above what comes next, outermost first."""
        return tuple(text for _, text in self._bands)

    def add(self, draft: Draft) -> None:
        """Take a task that stands in no table."""
        self.drafts.append(draft)
        self._band_last = False

    def begin(self, section: str = "") -> None:
        """Forget the headings above: what follows goes on with nothing but the columns."""
        self._bands = [(None, section)] if section else []
        self._categories = Categories()
        self._band_last = True

    def take(self, grid: Grid) -> None:
        """Read the rows of one grid, if they are part of the plan's table."""
        if grid.where != self._where:
            self._where, self._row = grid.where, 0
        start, fresh = 0, bool(grid.page)
        while start < len(grid.boxes):
            head, stop, end = find_layout(grid, start, self.judge)
            if self.layout is None and head is None:
                self.look(grid)
                if len(grid.xs) > 3 and len(grid.ys) > 2:
                    self.note("PLAN-029", grid.where)
            elif self.layout is None or (start == 0 and head and self._is_front(grid, stop)):
                self._take_front(grid, start, stop)
            elif start < stop and not (self._reading and self.layout.fits(grid)):
                self.note("PLAN-029", grid.where)
            else:
                for rows in records(grid, start, stop, self.layout):
                    fresh = not self._take_rows(grid, rows, fresh) and fresh
            if head is not None:
                self._take_head(head)
            start = end
        if self.layout is not None and grid.cramped:
            self.note("PLAN-058", grid.where, count=grid.cramped)
        if self.drafts and not self._band_last:
            self.drafts[-1].last_on_page = True
        self._open = grid.open_bottom

    def look(self, grid: Grid) -> None:
        """Remember the row that looked most like a head, for a refusal to name it."""
        head = likeliest_head(grid)
        if head is None:
            return
        at, captions = head
        if sum(map(is_caption, captions)) >= sum(map(is_caption, self.likeliest[1])):
            row = grid.numbers[at] if grid.numbers else at + 1
            if len(captions) > len(self.likeliest[1]) or not self.likeliest[1]:
                self.likeliest = Phrase("{where}第{n}行", where=grid.where, n=row), captions

    def _take_head(self, head: Layout) -> None:
        """Go on with the columns of a head, unless it heads something that is no plan."""
        self._reading = not self.layouts or head.is_like(self.layouts[0])
        if self._reading:
            self.layout = head
            self.layouts.append(head)
            self.judge.known |= head.captions

    def _is_front(self, grid: Grid, stop: int) -> bool:
        """Return whether the rows above a table's head are its title and the like, not rows of a plan."""
        assert self.layout is not None
        return not any(
            sum(bool(box.lines) for box in grid.row(row)) > 2 or self._numbered(grid, row)
            for row in range(stop)
        ) and (not grid.page or all(self._repeats(grid, row) for row in range(stop)))

    def _numbered(self, grid: Grid, row: int) -> bool:
        return any(PRINTED_NUMBER.fullmatch(fold(join_lines(b.lines))) for b in grid.row(row))

    def _repeats(self, grid: Grid, row: int) -> bool:
        """Return whether a row repeats what stood above the plan's first head, or is blank."""
        return all(
            fold(join_lines(box.lines)) in self._fronts or NO_TASK.match(join_lines(box.lines))
            for box in grid.row(row)
            if box.lines
        )

    def _take_front(self, grid: Grid, start: int, stop: int) -> None:
        texts = [join_lines(box.lines) for r in range(start, stop) for box in grid.row(r)]
        if self.layout is None:
            self.above += texts
        for text in filter(None, texts):
            if heading_style(text) is not None and self.layout is not None:
                self.heading(text)
            self._fronts.add(fold(text))

    def _take_rows(self, grid: Grid, rows: Sequence[int], fresh: bool) -> bool:
        """Take the rows of one task or heading; return False if they are blank."""
        assert self.layout is not None
        boxes = list(dict.fromkeys(box for row in rows for box in grid.row(row)))
        if not any(box.lines for box in boxes):
            return False
        self._row = grid.numbers[rows[0]] if grid.numbers else self._row + 1
        texts = [join_lines(box.lines) for box in boxes if box.lines]
        band = band_text(boxes, grid, self.layout)
        if band and (fold(band) in self._fronts or fold(band) in self.judge.running):
            return True
        band = band or self._group_text(boxes, grid)
        if self._is_foot(texts, band):
            self.note("PLAN-043", self._where, self._row, text=several(texts))
        elif band:
            self.heading(band)
        else:
            torn = fresh and len(rows) > 1 and self._goes_on(grid, rows[0])
            shares = shares_of(grid, rows, self.layout, torn=torn)
            for share, its_rows in enumerate(shares, 1):
                boxes = list(dict.fromkeys(box for row in its_rows for box in grid.row(row)))
                if share > 1:
                    self._row = grid.numbers[its_rows[0]] if grid.numbers else self._row + 1
                joins = torn and share > 1
                if joins:
                    # What is merged over these rows went to the task before with the first of them.
                    boxes = [box for box in boxes if box.rows[0] >= its_rows[0]]
                count = share * (len(shares) > 1)
                self._record(grid, its_rows, boxes, fresh and share == 1, count, joins=joins)
                if len(its_rows) > 1 and texts_of_rows(grid, its_rows, self.layout) > 1:
                    self.note(
                        "PLAN-092", self._where, self._row, self.drafts[-1], count=len(its_rows)
                    )
        return True

    def _goes_on(self, grid: Grid, row: int) -> bool:
        """Return whether a page's first row may be the rest of a task, or a row beside its number."""
        assert self.layout is not None
        numbers = [box for box in grid.row(row) if self._role(box, grid) == NUMBER]
        before = self.drafts and not self._band_last and self.drafts[-1].where != grid.where
        return bool(before and numbers) and not any(box.lines for box in numbers)

    def _group_text(self, boxes: Sequence[Box], grid: Grid) -> str:
        """Return the text of a row that heads a group: numbered 一 among numbers, without unit or milestone, else ""."""
        assert self.layout is not None
        texts: dict[str, str] = {}
        for box in boxes:
            if box.lines:
                texts.setdefault(self._role(box, grid), join_lines(box.lines))
        number, goal = texts.get(NUMBER, ""), texts.get(GOAL, "")
        if (
            not _GROUP_NUMBER.fullmatch(number)
            or not goal
            or texts.keys() & {LEAD, SUPPORT, MILESTONE}
        ):
            return ""
        others = [t for role, t in texts.items() if role == EXTRA]
        if others:
            self.note("PLAN-043", self._where, self._row, text=several(others))
        comma = "" if number[-1] in "）)、.．" else "、"
        return f"{number}{comma}{goal}"

    @staticmethod
    def _is_foot(texts: Sequence[str], band: str) -> bool:
        """Return whether a row ends a table: a note, a total, or who filled it in."""
        if band:
            return bool(NO_TASK.match(band))
        total = _TOTAL.fullmatch("".join(texts[0].split()))
        return bool(total) or all(map(NO_TASK.match, texts))

    def heading(self, text: str) -> None:
        """Take a section heading: it replaces those as deep and deeper."""
        style = heading_style(text)
        if style is None:
            if self._band_last and self._bands and self._bands[-1][0] is None:
                self.note("PLAN-032", self._where, self._row, text=text)
            else:
                while self._bands and self._bands[-1][0] is None:
                    self._bands.pop()
        else:
            self._bands = [b for b in self._bands if b[0] is not None and b[0] < style]
        self._bands.append((style, text))
        self._band_last = True

    def _record(
        self,
        grid: Grid,
        rows: Sequence[int],
        boxes: Sequence[Box],
        fresh: bool,
        share: int = 0,
        *,
        joins: bool = False,
    ) -> None:
        """Take the rows of one task, or of the rest of one; ``joins``: they stand beside the number before."""
        assert self.layout is not None
        draft = self._draft(grid, rows, boxes, fresh, share)
        last = self.drafts[-1] if self.drafts and not self._band_last else None
        self._band_last = False
        torn = fresh and last is not None and last.where != draft.where
        if last and (
            joins or (torn and goes_on_with_another(draft, last, grouped=self.layout.grouped))
        ):
            share_number(draft, self.drafts)
            self.drafts.append(draft)
        elif last and draft.number is None and self._belongs(draft, last, fresh, grid):
            append(last, draft)
            for other in beside_number(self.drafts)[:-1]:
                append_common(other, last)
        elif last and torn and self._numbers_last(draft, last):
            last.number = draft.number
            append(last, draft)
            self.note("PLAN-010", self._where, self._row, last)
        else:
            self.drafts.append(draft)

    def _draft(
        self, grid: Grid, rows: Sequence[int], boxes: Sequence[Box], fresh: bool, share: int
    ) -> Draft:
        """Return what the cells of some rows hold, as a task of its own."""
        assert self.layout is not None
        row = rows[0]
        lines: dict[int, list[str]] = {}
        for box in boxes:
            for column in self._targets(box, grid):
                lines.setdefault(column, []).extend(box.lines)
            filled = box.rows[0] < row and box.lines and share < 2
            if filled and self._role(box, grid) not in (SECTION, NUMBER):
                self.note("PLAN-040", self._where, self._row)
        labels, joined = self._categories.labels(
            grid, row, self.layout, fresh=fresh, cut=grid.open_top or self._open
        )
        if joined:
            self.note("PLAN-031", self._where, self._row, text=joined)
        draft = Draft(
            None, grid.where, self._row, bool(grid.page), self.layout.columns, self.bands, labels, lines,
        )  # fmt: skip
        for part in (grid, *grid.beside) if grid.page else ():
            top, bottom = part.ys[row], part.ys[rows[-1] + 1]
            draft.areas.append(Area(part.page, 0, part.xs[0], top, part.xs[-1], bottom))
        draft.share = share
        draft.merged = frozenset(
            column
            for box in boxes
            if box.rows[0] < row or box.rows[1] > rows[-1]
            for column in self.layout.reached(box, grid)
        )
        printed = draft.text(NUMBER)
        number = PRINTED_NUMBER.fullmatch(fold(printed))
        draft.number = int(number[1]) if number else None
        if printed and not number:
            draft.printed = printed
        return draft

    def _numbers_last(self, draft: Draft, last: Draft) -> bool:
        """Return whether a page's first row has the number of the task before it, whose own row has none."""
        return (
            last.number is None
            and not last.printed
            and draft.number is not None
            and last.last_on_page
            and not self._unnumbered_plan()
        )

    def _unnumbered_plan(self) -> bool:
        return self.layout is not None and "number" in self.layout.doubts

    def _belongs(self, draft: Draft, last: Draft, fresh: bool, grid: Grid) -> bool:
        """Return whether a row without a number goes on with the task before it; note it if so."""
        assert self.layout is not None
        if draft.printed:
            return False
        torn = fresh and last.where != draft.where
        if self._unnumbered_plan():
            whole = draft.text(GOAL) and (draft.text(LEAD) or "lead" in self.layout.doubts)
            cut = grid.open_top or self._open or not whole
            belongs = torn and cut
        else:
            belongs = (torn and not is_whole(draft, last)) or not draft.text(GOAL)
        if belongs:
            code = "PLAN-010" if torn else "PLAN-012"
            self.note(code, draft.where, draft.row, last)
        return belongs

    def _role(self, box: Box, grid: Grid) -> str:
        assert self.layout is not None
        return self.layout.columns[self.layout.reached(box, grid)[0]].role

    def _targets(self, box: Box, grid: Grid) -> list[int]:
        """Return the columns a cell's text belongs to: every period it spreads over, or one."""
        assert self.layout is not None
        reached = self.layout.reached(box, grid)
        if len(reached) > 1 and box.lines:
            self.note("PLAN-041", self._where, self._row)
            periods = [i for i in reached if self.layout.columns[i].role == MILESTONE]
            return periods or reached[:1]
        return reached[:1]
