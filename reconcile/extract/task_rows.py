"""Rows of the plan's grids, page by page or sheet by sheet -> tasks.

Repeated heads are passed over, headings kept as context, rows that a page end
has torn are put together, merged cells filled down. What is done so is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..core.findings import Finding, Place
from ..core.i18n import Phrase, holds_chinese
from ..core.plan import LEADER as LEADERS
from ..core.plan import Task
from ..core.prefill import PRINTED_NUMBER as PRINTED
from ..core.published_plan import Area
from ..core.text import fold, several
from .columns.context import Judge
from .columns.heads import (
    Layout,
    band_text,
    deciding_columns,
    find_layout,
    likeliest_head,
    records,
    shares_of,
    telling_columns,
    texts_of_rows,
)
from .columns.wording import DUE, MEASURE, STEP, TICK
from .headings import (
    EXTRA,
    GOAL,
    LEAD,
    LEADER,
    MILESTONE,
    NUMBER,
    PRINTED_NUMBER,
    SECTION,
    SUPPORT,
    Column,
    heading_style,
    is_caption,
)
from .tables.categories import Categories, Label
from .tables.ruled import Box, Grid, join_lines

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


@dataclass(slots=True)
class Draft:
    """A task in the making: ``lines`` by column; ``number`` is None where none was printed.

    ``wrapped``: its line breaks are those of the print. ``areas`` are where it
    stands on pages.
    """

    number: int | None
    where: str | Phrase
    row: int
    wrapped: bool
    columns: tuple[Column, ...]
    bands: tuple[str, ...]
    labels: tuple[Label, ...]
    lines: dict[int, list[str]] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    last_on_page: bool = False
    # The number as printed, where the task was given another.
    printed: str = ""
    # Which of the rows beside one number it is, counted from 1; 0 where they are one task.
    share: int = 0
    # Columns whose cell is merged with that of rows above or below.
    merged: frozenset[int] = frozenset()

    @property
    def part(self) -> tuple[str | Phrase, ...]:
        """The headings above the task, and sheet or table where that is no page."""
        labels = tuple(label.shown for label in self.labels if label.shown)
        return (*self.bands, *labels) if self.wrapped else (self.where, *self.bands, *labels)

    @property
    def source(self) -> Phrase:
        """Where the task stands, e.g. 第2页第3行; on a page rows count without the head."""
        return Phrase("{where}第{n}行", where=self.where, n=self.row)

    def joined(self, column: int) -> str:
        """Return the text of a column."""
        lines = self.lines.get(column, [])
        return join_lines(lines) if self.wrapped else "\n".join(filter(None, lines))

    def text(self, role: str) -> str:
        """Return the text of the first column with this role, "" if there is none."""
        return next((self.joined(i) for i, c in enumerate(self.columns) if c.role == role), "")


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
        self._told: list[tuple[str, str | Phrase, Draft | None, dict[str, object]]] = []
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
        self._told.append((code, cell, draft, values))

    def adopt(self, teller: Stitcher) -> None:
        """Take over what was noted before the rows were read."""
        self._told[:0] = teller._told

    def findings(self) -> list[Finding]:
        """Return what was noted; tasks go by the numbers that they have now."""
        found = []
        for code, cell, draft, values in self._told:
            number = draft.number if draft else None
            place = Place(file=self._name, cell=cell)
            found.append(Finding(code, place, task=number, values={"number": number, **values}))
        return found

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
            found, stop, end = find_layout(grid, start, self.judge)
            if self.layout is None and found is None:
                self.look(grid)
                if len(grid.xs) > 3 and len(grid.ys) > 2:
                    self.note("PLAN-029", grid.where)
            elif self.layout is None or (start == 0 and found and self._is_front(grid, stop)):
                self._take_front(grid, start, stop)
            elif start < stop and not (self._reading and self.layout.fits(grid)):
                self.note("PLAN-029", grid.where)
            else:
                for rows in records(grid, start, stop, self.layout):
                    fresh = not self._take_rows(grid, rows, fresh) and fresh
            if found is not None:
                self._take_head(found)
            start = end
        if self.layout is not None and grid.cramped:
            self.note("PLAN-058", grid.where, count=grid.cramped)
        if self.drafts and not self._band_last:
            self.drafts[-1].last_on_page = True
        self._open = grid.open_bottom

    def look(self, grid: Grid) -> None:
        """Remember the row that looked most like a head, for a refusal to name it."""
        found = likeliest_head(grid)
        if found and sum(map(is_caption, found[1])) >= sum(map(is_caption, self.likeliest[1])):
            row = grid.numbers[found[0]] if grid.numbers else found[0] + 1
            if len(found[1]) > len(self.likeliest[1]) or not self.likeliest[1]:
                self.likeliest = Phrase("{where}第{n}行", where=grid.where, n=row), found[1]

    def _take_head(self, found: Layout) -> None:
        """Go on with the columns of a head, unless it heads something that is no plan."""
        self._reading = not self.layouts or found.is_like(self.layouts[0])
        if self._reading:
            self.layout = found
            self.layouts.append(found)
            self.judge.known |= found.captions

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
        """Return whether a row says what stood above the plan's first head, or says nothing."""
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
            for share, own in enumerate(shares, 1):
                own_boxes = list(dict.fromkeys(box for row in own for box in grid.row(row)))
                if share > 1:
                    self._row = grid.numbers[own[0]] if grid.numbers else self._row + 1
                joins = torn and share > 1
                if (
                    joins
                ):  # what is merged over these rows went to the task before with the first of them
                    own_boxes = [box for box in own_boxes if box.rows[0] >= own[0]]
                count = share * (len(shares) > 1)
                self._record(grid, own, own_boxes, fresh and share == 1, count, joins=joins)
                if len(own) > 1 and texts_of_rows(grid, own, self.layout) > 1:
                    self.note("PLAN-092", self._where, self._row, self.drafts[-1], count=len(own))
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
        sign = "" if number[-1] in "）)、.．" else "、"
        return f"{number}{sign}{goal}"

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
        assert self.layout is not None
        row = rows[0]
        columns = self.layout.columns
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
            None, grid.where, self._row, bool(grid.page), columns, self.bands, labels, lines
        )
        for part in (grid, *grid.beside) if grid.page else ():
            top, bottom = part.ys[row], part.ys[rows[-1] + 1]
            draft.areas.append(Area(part.page, 0, part.xs[0], top, part.xs[-1], bottom))
        draft.share = share
        draft.merged = frozenset(
            column
            for box in boxes
            if box.rows[0] < row or box.rows[1] > rows[-1]
            for column in self._reached(box, grid)
        )
        printed = draft.text(NUMBER)
        number = PRINTED_NUMBER.fullmatch(fold(printed))
        draft.number = int(number[1]) if number else None
        if printed and not number:
            draft.printed = printed
        last = self.drafts[-1] if self.drafts and not self._band_last else None
        self._band_last = False
        grouped = self.layout.grouped
        if last and (
            joins
            or (
                fresh
                and last.where != draft.where
                and _goes_on_with_another(draft, last, grouped=grouped)
            )
        ):
            _share(draft, self.drafts)
            self.drafts.append(draft)
        elif (
            draft.number is None and last and self._belongs(draft, last, fresh, grid, bool(printed))
        ):
            _append(last, draft)
            for other in _group(self.drafts)[:-1]:
                _append_common(other, last)
        elif (
            fresh
            and last
            and last.number is None
            and not last.printed
            and draft.number is not None
            and last.last_on_page
            and last.where != draft.where
            and not self._unnumbered_plan()
        ):
            last.number = draft.number
            _append(last, draft)
            self.note("PLAN-010", self._where, self._row, last)
        else:
            self.drafts.append(draft)

    def _unnumbered_plan(self) -> bool:
        return self.layout is not None and "number" in self.layout.doubts

    def _belongs(self, draft: Draft, last: Draft, fresh: bool, grid: Grid, printed: bool) -> bool:
        """Return whether a row without a number goes on with the task before it; tell so."""
        assert self.layout is not None
        if printed:
            return False
        torn = fresh and last.where != draft.where
        if self._unnumbered_plan():
            whole = draft.text(GOAL) and (draft.text(LEAD) or "lead" in self.layout.doubts)
            cut = grid.open_top or self._open or not whole
            belongs = torn and cut
        else:
            belongs = (torn and not _is_whole(draft, last)) or not draft.text(GOAL)
        if belongs:
            code = "PLAN-010" if torn else "PLAN-012"
            self.note(code, draft.where, draft.row, last)
        return belongs

    def _reached(self, box: Box, grid: Grid) -> list[int]:
        assert self.layout is not None
        return self.layout.reached(box, grid)

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


def _is_whole(draft: Draft, last: Draft) -> bool:
    """Return whether a page's first row, which has no number, is a task of its own, and not the rest of the last one.

    All that the last row says it says, too, and nothing of the last one was left open.
    """
    needed = [i for i, c in enumerate(last.columns) if c.role in (GOAL, LEAD, MILESTONE)]
    filled = [i for i in needed if last.lines.get(i)]
    goal_or_milestone = [i for i in filled if last.columns[i].role != LEAD]
    return (
        len(filled) > 2
        and all(draft.lines.get(i) for i in filled)
        and all(last.joined(i)[-1:] in "。；;.!！" for i in goal_or_milestone)
        and not any(last.joined(i)[-1:] in "、，,(（" for i in filled)
    )


def _goes_on_with_another(draft: Draft, last: Draft, *, grouped: bool) -> bool:
    """Return whether a page begins with a further row beside the number of the one before.

    Such a row has a text of its own and a unit, person or date, as the last one had; a
    torn row goes on with a text that did not end. ``grouped``: numbers of this plan are
    merged over rows.
    """
    roles = [(c.role, c.kind, c.caption) for c in draft.columns]
    if roles != [(c.role, c.kind, c.caption) for c in last.columns] or draft.printed:
        return False
    if not grouped or (draft.number is not None and (last.number is not None or last.printed)):
        return False
    own = [i for i, c in enumerate(draft.columns) if c.kind in (MEASURE, STEP)]
    own = own or telling_columns(draft.columns)
    ended = [last.joined(i)[-1:] in "。；;.!！" for i in own if draft.lines.get(i)]
    deciding = deciding_columns(draft.columns)
    dated = any(
        c.kind == DUE and _shape(draft.joined(i)) == _shape(last.joined(i)) != ""
        for i, c in enumerate(draft.columns)
    )
    return (
        any(draft.lines.get(i) and last.lines.get(i) for i in deciding)
        and bool(ended)
        and (all(ended) or dated)
    )


def _shape(date: str) -> str:
    """Return how a date is written, "" for a text without figures: two halves of one are not written alike."""
    return re.sub(r"\d+", "0", date) if re.search(r"\d", date) else ""


def _group(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the last task with those before it that stand beside the same number."""
    group = [drafts[-1]]
    while group[0].share > 1 and len(group) < len(drafts):
        group.insert(0, drafts[-1 - len(group)])
    return group


def _append_common(draft: Draft, last: Draft) -> None:
    """Give a task what the last one beside its number has in cells that are merged over both."""
    for column in last.merged & draft.merged:
        draft.lines[column] = list(last.lines.get(column, []))


def _share(draft: Draft, drafts: Sequence[Draft]) -> None:
    """Make a page's first row one more of those beside the number of the rows before, and share their texts."""
    group = _group(drafts)
    last = group[-1]
    last.share = last.share or 1
    draft.share = last.share + 1
    number = last.number if draft.number is None else draft.number
    for one in (*group, draft):
        one.number, one.printed = number, last.printed
    kinds = [i for i, c in enumerate(draft.columns) if c.kind in (MEASURE, STEP)]
    common = {
        i for i, c in enumerate(draft.columns) if c.role == SECTION or (c.role == GOAL and kinds)
    }
    for column in common | last.merged | draft.merged:
        whole = [*last.lines.get(column, []), *draft.lines.get(column, [])]
        for one in (*group, draft):
            one.lines[column] = list(whole)


def _append(draft: Draft, more: Draft) -> None:
    draft.areas += more.areas
    for column, lines in more.lines.items():
        if column < len(draft.columns) and draft.columns[column].role not in (NUMBER, SECTION):
            draft.lines.setdefault(column, []).extend(lines)


def _names(draft: Draft, column: int) -> str:
    """The names of leaders in a cell: a name a line, but for a Latin one and where signs part them."""
    lines = [line.strip() for line in draft.lines.get(column, []) if line.strip()]
    parted = any(sign in line for line in lines for sign in "、，,；;")
    if parted or not all(map(holds_chinese, lines)):
        return draft.joined(column)
    return "\n".join(lines)


def task_of(draft: Draft, periods: Sequence[str], ticked: tuple[str, str] = ("", "")) -> Task:
    """Return the finished task; ``draft.number`` must be set.

    ``ticked`` are the names of units that marks in columns of their own assign.
    """
    assert draft.number is not None
    milestones = dict.fromkeys(periods, "")
    extras: dict[str, str] = {}
    units: Mapping[str, list[str]] = {
        role: [n] if n else [] for role, n in zip((LEAD, SUPPORT), ticked, strict=True)
    }
    for i, column in enumerate(draft.columns):
        text = draft.joined(i)
        if column.role == MILESTONE:
            milestones[column.caption] = text
        elif column.role == LEADER:
            extras[LEADERS] = _names(draft, i)
        elif column.role == EXTRA and column.kind != TICK:
            extras[column.caption] = text
        elif column.role in units:
            units[column.role].extend(draft.lines.get(i, []))
    if draft.printed:
        extras[PRINTED] = draft.printed
    labels = tuple(label.shown for label in draft.labels if label.shown)
    return Task(
        number=draft.number,
        sections=draft.bands + labels,
        goal=draft.text(GOAL),
        milestones=milestones,
        lead=("\n".join(units[LEAD]),) if units[LEAD] else (),
        support=("\n".join(units[SUPPORT]),) if units[SUPPORT] else (),
        source=draft.source,
        extras=extras,
    )
