"""The sheets 汇总表 and 配合答复: every task in the plan's own order. A3 landscape.

A leader reads 汇总表: each lead's answer whole, and of the supporting units who
has answered what. Only those get a row of their own there that see the task
behind where its leads do not; all of their words stand whole in 配合答复, which
the office has. The section stands in a column, since a heading of its own might be
the last row of a page: no program keeps two rows together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...core.form import Form
from ...core.i18n import joined, spoken, tr
from ...core.plan import Role, State, Task
from ...core.prefill import labelled_goal
from ...core.result import PENDING, UNANSWERED, Accepted, MergeResult, Standing
from ...writers.cells import Cell, Column, Splitter
from ...writers.table import A3, Listing
from ...writers.theme import BAND, light_look
from ..counts import STATES, subject
from ..overview import heading

TABLE, SUPPORT = "汇总表", "配合答复"
_HIGHEST = 260.0
"""Of a row, in points: a higher one would leave much of a page empty before it."""
_BRIEF = 120
_PENDING = {"bg_color": "#FFF2CC"}
_QUIET = {"font_color": "#595959"}
_WIDTHS: Mapping[str, float] = {"progress": 42, "problem": 25, "next": 27}
_KINDS: Mapping[str, float] = {"choice": 9, "percent": 8.5, "number": 12, "date": 11.5, "text": 24}
_FORMATS: Mapping[str, str] = {"percent": "0.##%"}


def light_word(light: str) -> str:
    """Return a light as it prints, in words too: ●红灯; a dash where nothing could be judged."""
    return tr(f"●{light}灯") if light else "—"


def light_cell(light: str) -> Cell:
    """Return a light as a cell."""
    return Cell(light_word(light), light_look(light)) if light else Cell(light_word(light))


def state_cell(state: Accepted) -> object:
    """Return a state as a cell: its word in the language spoken, in its own look."""
    return _state_cell(str(state), spoken()) if state in (*STATES, PENDING) else state


@lru_cache(maxsize=100)
def _state_cell(state: str, language: str) -> Cell:
    return Cell(tr(state), _PENDING if state == PENDING else state)


@dataclass(frozen=True, slots=True)
class Line:
    """One row to be written, and the task it belongs to."""

    task: int
    values: Sequence[object]


def answer_columns(form: Form) -> list[tuple[str, Column]]:
    """Return (field id, column) of what is asked for each task, in the form's order."""
    return [
        (
            f.id,
            Column(
                f.caption,
                _WIDTHS.get(f.id, _KINDS[f.rule.kind]),
                f.rule.kind != "text",
                _FORMATS.get(f.rule.kind, ""),
            ),
        )
        for f in form.asked
    ]


# --- 配合答复


def support_columns(form: Form) -> list[Column]:
    """Return the columns of 配合答复."""
    return [
        Column("序号", 6, True), Column("目标任务", 34), Column("配合单位", 18, True),
        *(c for _, c in answer_columns(form)),
    ]  # fmt: skip


def support_lines(merged: MergeResult, form: Form) -> list[Line]:
    """Return what every supporting unit answered, in the plan's order."""
    splitter, answers = Splitter(support_columns(form), _HIGHEST), answer_columns(form)
    lines = []
    for task in merged.plan.tasks:
        for a in merged.of_task(task.number, Role.SUPPORT):
            values = _answer(merged, a.unit, task, answers)
            if values:
                row = [task.number, task.goal, a.unit, *values]
                lines += [Line(task.number, part) for part in splitter.parts(row)]
    return lines


def first_rows(lines: Sequence[Line], top: int) -> dict[int, int]:
    """Return the row (counted from 0) of each task's first line, ``top`` being that of the first."""
    rows: dict[int, int] = {}
    for i, line in enumerate(lines):
        rows.setdefault(line.task, top + i)
    return rows


def write_support(
    listing: Listing, form: Form, lines: Sequence[Line], at: Mapping[int, str]
) -> None:
    """Write 配合答复: all that supporting units wrote, each answer whole."""
    rows = (
        ["" if line.values[0] == "" else Cell(line.task, link=at[line.task]), *line.values[1:]]
        for line in lines
    )
    listing.table(SUPPORT, support_columns(form), rows, paper=A3, frozen=3)


# --- 汇总表


def table_columns(merged: MergeResult, form: Form) -> list[Column]:
    """Return the columns of 汇总表."""
    answers = [c for _, c in answer_columns(form)]
    sections = [Column("类别", 11)] if _divided(merged) else []
    return [
        Column("序号", 6, True), *sections, Column("目标任务", 26), Column(tr("{period}序时进度", period=merged.caption), 26),
        Column("牵头单位", 12, True), Column("亮灯", 8.5, True), *answers, Column("配合单位", 34),
    ]  # fmt: skip


def table_lines(merged: MergeResult, form: Form) -> list[Line]:
    """Return the rows in the plan's order."""
    splitter = Splitter(table_columns(merged, form), _HIGHEST)
    lines: list[Line] = []
    for task in merged.plan.tasks:
        parts = [part for row in task_rows(merged, form, task) for part in splitter.parts(row)]
        for i, part in enumerate(parts):
            if i:  # a row stands for itself on a new page, too
                part = [Cell(tr("{number}续", number=task.number), _QUIET), *part[1:]]
            lines.append(Line(task.number, part))
    return lines


def table_above(merged: MergeResult) -> tuple[str, ...]:
    """Return the lines above the table."""
    return tr("{subject}推进情况汇总表", subject=subject(merged)), heading(merged)


def write_table(listing: Listing, merged: MergeResult, form: Form, lines: Sequence[Line]) -> None:
    """Write 汇总表."""
    columns, rows = table_columns(merged, form), (line.values for line in lines)
    frozen = 3 if _divided(merged) else 2
    listing.table(TABLE, columns, rows, paper=A3, frozen=frozen, above=table_above(merged))


def _divided(merged: MergeResult) -> bool:
    """Return whether the plan has sections, so that there is a column for them."""
    return any(task.sections for task in merged.plan.tasks)


def task_rows(merged: MergeResult, form: Form, task: Task) -> Iterator[list[object]]:
    """Yield the rows of a task in the columns of :func:`table_columns`: a row per lead.

    Then one per supporting unit that sees the task behind where no lead does.
    """
    rows = _task_rows(merged, form, task)
    yield from rows if _divided(merged) else ([number, *rest] for number, _, *rest in rows)


def _silent(merged: MergeResult, task: Task, answers: Sequence[tuple[str, Column]]) -> list[object]:
    """What stands in the place of an answer that nobody gave; of a task that is signed off nobody asked for one."""
    ruling = merged.signed_off.get(task.number)
    names = [name for name, _ in answers]
    state = "state" if "state" in names else names[0]
    values: dict[str, object] = {state: state_cell(State.DONE if ruling else UNANSWERED)}
    if ruling:
        values["progress"] = tr("已销号（{when}）", when=ruling.when)
    return [values.get(name, "") for name in names]


def _task_rows(merged: MergeResult, form: Form, task: Task) -> Iterator[list[object]]:
    """A row per lead; then one per supporting unit that sees the task behind where no lead does.

    The second value of each is the section.
    """
    answers = answer_columns(form)
    standing = merged.standings.get(task.number, Standing(task.number, "", ""))
    given: list[object] = [
        task.number,
        Cell(task.sections[-1], BAND) if task.sections else "",
        labelled_goal(merged.plan, task),
        task.milestones.get(merged.caption, ""),
    ]
    light: object = light_cell(standing.light)
    support = _support_text(merged, task)
    leads = merged.of_task(task.number, Role.LEAD)
    for a in leads:
        values = _answer(merged, a.unit, task, answers) or _silent(merged, task, answers)
        yield [*given, a.unit, light, *values, support]
        given, light, support = ["", "", "", ""], "", ""
    if not leads:
        yield [*given, joined(task.lead), light, *("" for _ in answers), support]
    if standing.state in (State.BEHIND, State.NOT_BEGUN):
        return
    for a in merged.of_task(task.number, Role.SUPPORT):
        entry = merged.entries.get((a.unit, task.number))
        if entry and entry.values.get("state") in (State.BEHIND, State.NOT_BEGUN):
            brief = {k: _brief(v) if isinstance(v, str) else v for k, v in entry.values.items()}
            yield [
                task.number,
                "",
                "",
                "",
                tr("{unit}\n（配合）", unit=a.unit),
                "",
                *_values(brief, answers),
                "",
            ]


def _brief(text: str) -> str:
    """A supporting unit's words as a leader's table has room for them; the office has them whole."""
    return (
        text if len(text) <= _BRIEF else tr("{text}……（全文见明细册）", text=text[:_BRIEF].rstrip())
    )


def _answer(
    merged: MergeResult, unit: str, task: Task, answers: Sequence[tuple[str, Column]]
) -> list[object]:
    """A unit's answer on a task, a state that was set aside as it was written; empty without any."""
    entry, written = (
        merged.entries.get((unit, task.number)),
        merged.pending.get((unit, task.number)),
    )
    if written is None:
        return _values(entry.values, answers) if entry and entry.values else []
    values = _values(entry.values if entry else {}, answers)
    for i, (name, _) in enumerate(answers):
        if name == "state":
            values[i] = Cell(tr("{text}（待核）", text=written), _PENDING)
    return values


def _values(values: Mapping[str, Accepted], answers: Sequence[tuple[str, Column]]) -> list[object]:
    return [
        state_cell(values.get(name, "")) if name == "state" else values.get(name, "")
        for name, _ in answers
    ]


def _support_text(merged: MergeResult, task: Task) -> str:
    """The supporting units as the plan names them, and how they have answered: names only of those to look at."""
    wanted = merged.of_task(task.number, Role.SUPPORT)
    if not wanted:
        return ""
    by_state: dict[str, list[str]] = {}
    for a in wanted:
        entry = merged.entries.get((a.unit, task.number))
        given = entry.values if entry else {}
        usual = PENDING if (a.unit, task.number) in merged.pending else tr("未填情况")
        state = str(given.get("state", usual)) if given or usual == PENDING else UNANSWERED
        by_state.setdefault(state, []).append(a.unit)
    order = [*STATES[:-1], *(s for s in by_state if s not in STATES), UNANSWERED]
    counts = [
        tr("{state}{count}（{units}）", state=tr(state), count=len(units), units=joined(units))
        if state in (State.BEHIND, State.NOT_BEGUN, UNANSWERED)
        else tr("{state}{count}", state=tr(state), count=len(units))
        for state in order
        if (units := by_state.get(state))
    ]
    names, states = joined(task.support), joined(counts)
    return tr("{names}\n{count}个单位：{states}", names=names, count=len(wanted), states=states)
