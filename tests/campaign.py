"""A year in an invented city: eight units, ten tasks, four quarters, and clerks who type.

What clerks do and what comes of it is written and counted here with openpyxl alone, so that the
program is not held against its own reading.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.plan import Period, Plan, Task, Unit
from reconcile.core.values.synonyms import usual_synonyms
from reconcile.plan import plan_bytes

YEAR = 2031
QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
ENDS = (date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31))
FORM, STATE = "填报表", "完成情况"

LEADS: Mapping[int, tuple[str, ...]] = {
    1: ("市发改委",), 2: ("市发改委", "市财政局"), 3: ("市财政局",), 4: ("市财政局",),
    5: ("市教育局",), 6: ("市水利局",), 7: ("市水利局",), 8: ("市商务局",), 9: ("市卫健委",),
    10: ("市民政局",),
}  # fmt: skip
SUPPORTS: Mapping[int, tuple[str, ...]] = {1: ("市教育局",), 5: ("市卫健委",), 8: ("市档案局",)}
UNITS = (
    "市发改委", "市财政局", "市教育局", "市水利局", "市商务局", "市卫健委", "市民政局", "市档案局",
)  # fmt: skip


def first_plan() -> Plan:
    """Return the plan of the year, as reviewed before the first quarter."""
    tasks = tuple(
        Task(
            number=n, sections=("一、发展" if n < 6 else "二、民生",), goal=f"第{n}项重点工作全面完成。",
            milestones={q: f"第{n}项推进到{q}的节点。" for q in QUARTERS}, lead=LEADS[n],
            support=SUPPORTS.get(n, ()),
        )
        for n in LEADS
    )  # fmt: skip
    return Plan(
        title=f"{YEAR}年全市重点工作任务", document=f"测政办〔{YEAR}〕1号", office="测试市政府办公室",
        year=YEAR, tasks=tasks, units=tuple(Unit(name) for name in UNITS),
        periods=tuple(Period(q, e, 3 * (i + 1)) for i, (q, e) in enumerate(zip(QUARTERS, ENDS, strict=True))),
        key="3f9a1c5e7b2d4860a9c8e1f203b57d46", synonyms=usual_synonyms("zh"),
        settings={"截止日期": f"{YEAR}-04-05", "联系方式": "督查科（模拟）"},
    )  # fmt: skip


def write_plan(path: Path) -> None:
    """Write the plan workbook of the year."""
    path.write_bytes(plan_bytes(first_plan()))


# --- the coordinator, in Excel


def edit(path: Path, sheet: str, key: object, changes: Mapping[str, object]) -> None:
    """Change cells of the one row of a plan sheet whose first cell is ``key``; None deletes the row."""
    book = openpyxl.load_workbook(path)
    rows = book[sheet]
    captions = {str(cell.value): cell.column for cell in rows[1]}
    row = next(r for r in range(2, rows.max_row + 1) if str(rows.cell(r, 1).value) == str(key))
    for caption, value in changes.items():
        rows.cell(row, captions[caption]).value = value  # type: ignore[assignment]
    if not changes:
        rows.delete_rows(row)
    book.save(path)


def setting(path: Path, name: str, value: str) -> None:
    """Set one line of the sheet 设置."""
    edit(path, "设置", name, {str(openpyxl.load_workbook(path)["设置"].cell(1, 2).value): value})


def rule(path: Path, decision: str, value: str) -> None:
    """Write a line of the sheet 裁定 that names no finding."""
    book = openpyxl.load_workbook(path)
    sheet = book["裁定"]
    captions = {str(cell.value): cell.column for cell in sheet[1]}
    row = next(r for r in range(2, sheet.max_row + 2) if not sheet.cell(r, captions["裁定"]).value)
    sheet.cell(row, captions["裁定"]).value = decision
    sheet.cell(row, captions["采用值"]).value = value
    book.save(path)


# --- the clerks


@dataclass
class Sheet:
    """A form's task table as a person sees it: caption -> column, number -> row."""

    sheet: Worksheet
    columns: dict[str, int] = field(init=False)
    rows: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        head = next(
            row for row in self.sheet.iter_rows() if any(str(c.value) == "目标任务" for c in row)
        )
        self.columns = {str(c.value): c.column for c in head if c.value}
        numbers = self.columns["序号"]
        self.rows = {
            int(str(self.sheet.cell(r, numbers).value)): r
            for r in range(head[0].row + 1, self.sheet.max_row + 1)
            if str(self.sheet.cell(r, numbers).value or "").isdigit()
        }

    def put(self, task: int, caption: str, value: object) -> None:
        """Type into one cell."""
        self.sheet.cell(self.rows[task], self.columns[caption]).value = value  # type: ignore[assignment]

    def get(self, task: int, caption: str) -> Any:
        """Look at one cell."""
        return self.sheet.cell(self.rows[task], self.columns[caption]).value

    def head(self, label: str, value: object) -> None:
        """Type into the cell to the right of a label above the table."""
        for row in self.sheet.iter_rows(max_row=8):
            for cell in row:
                if str(cell.value) == label:
                    self.sheet.cell(cell.row, cell.column + 1).value = value  # type: ignore[assignment]
                    return
        raise AssertionError(f"no {label} on the form")


def proper(unit: str, task: int, quarter: str, state: str = "达序时") -> dict[str, object]:
    """Return an answer that has nothing wrong with it."""
    behind = state in ("滞后", "未启动")
    return {
        STATE: state,
        "完成百分比": {"已完成": 1, "滞后": 0.2, "未启动": 0, "超序时": 0.8}.get(state, 0.5),
        "进展情况": f"（模拟）{unit}第{task}项{quarter}已按计划推进。",
        "存在问题": f"（模拟）{unit}第{task}项缺少资金。" if behind else None,
        "下一步措施": f"（模拟）{unit}第{task}项{quarter}后加快推进。",
        "预计完成时间": date(YEAR, 12, 20),
    }


Typed = Mapping[tuple[int, str], object]
"""What a clerk typed other than a proper answer: (task, caption) -> value."""


def answer(
    form: Path,
    to: Path,
    filed: date,
    typed: Typed | None = None,
    *,
    states: Mapping[int, str] | None = None,
    only: Iterable[int] | None = None,
) -> None:
    """Fill a form as its unit's clerk would and save it; ``only`` some of its tasks."""
    book = openpyxl.load_workbook(form)
    sheet = Sheet(book[FORM])
    unit, quarter = form.stem.split("_")[1], next(q for q in QUARTERS if q in form.stem)
    for task in sheet.rows if only is None else only:
        for caption, value in proper(
            unit, task, quarter, (states or {}).get(task, "达序时")
        ).items():
            if sheet.get(task, caption) != "（不填）":
                sheet.put(task, caption, value)
    for (task, caption), value in (typed or {}).items():
        sheet.put(task, caption, value)
    for label, value in (
        ("填报人", "（模拟）填报员"),
        ("联系电话", "0000-0000000"),
        ("填报日期", filed),
    ):
        sheet.head(label, value)
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)


def mend(copy: Path, to: Path, typed: Typed, filed: date | None = None) -> None:
    """Mend a returned form, or the marked-up copy of one; a new date only if ``filed`` is given."""
    book = openpyxl.load_workbook(copy)
    sheet = Sheet(book[FORM])
    for (task, caption), value in typed.items():
        sheet.put(task, caption, value)
    if filed:
        sheet.head("填报日期", filed)
    book.save(to)


def both_in_one(first: Path, second: Path, to: Path) -> None:
    """Copy the form sheet of a second unit into the first one's workbook, as Excel's Move or Copy does."""
    book, other = openpyxl.load_workbook(first), openpyxl.load_workbook(second)
    copied = book.create_sheet(f"{FORM} (2)")
    for row in other[FORM].iter_rows():
        for cell in row:
            copied.cell(cell.row, cell.column).value = cell.value
    to.parent.mkdir(parents=True, exist_ok=True)
    book.save(to)


# --- the independent count


def stated(path: Path, tasks: Iterable[int] | None = None) -> dict[int, str]:
    """Return the state that a file shows for each of its tasks."""
    sheet = Sheet(openpyxl.load_workbook(path)[FORM])
    wanted = sheet.rows if tasks is None else tasks
    return {task: str(sheet.get(task, STATE)) for task in wanted if sheet.get(task, STATE)}


_WORST_FIRST = ("滞后", "未启动", "达序时", "超序时", "已完成")


def worst(words: Sequence[str]) -> str:
    """Return the worst of what the leads of a task said; 未报 where none did."""
    return min(words, key=_WORST_FIRST.index) if words else "未报"


def recount(
    said: Mapping[str, Mapping[int, str]], leads: Mapping[int, Sequence[str]]
) -> dict[int, str]:
    """Return the state of every task from what each unit's files show."""
    return {
        task: worst([said[u][task] for u in units if task in said.get(u, {})])
        for task, units in leads.items()
    }


def circular_lines(path: Path) -> list[str]:
    """Return the paragraphs of the draft circular."""
    import docx

    return [p.text for p in docx.Document(io.BytesIO(path.read_bytes())).paragraphs]


def named(lines: Iterable[str], *words: str) -> set[str]:
    """Return the units named in sentences of the circular that hold one of these words."""
    found = [line for line in lines if any(word in line for word in words)]
    return {unit for unit in (*UNITS, "市商贸局") for line in found if unit in line}
