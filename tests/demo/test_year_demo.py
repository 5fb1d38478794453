"""demo --year: what history says is what the archives say, in both languages. All answers are simulated."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from reconcile.archive.manifest import read_manifest
from reconcile.cli import main
from reconcile.core.i18n import holds_chinese
from reconcile.plan import read_plan

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Names:
    """What is looked for, in one language."""

    quarters: tuple[str, ...]
    archive: str
    summary: str
    history: str
    plan: str
    tasks: str
    number: str
    light: str
    forms: str
    form: str
    sound: str
    account: tuple[str, str, str]
    """A sheet, its first column, and that of the unit."""
    lead: str


CHINESE = Names(
    ("第一季度", "第二季度", "第三季度", "第四季度"), "归档", "汇总_{}.xlsx", "走势", "总台账.xlsx",
    "汇总表", "序号", "亮灯", "发出_{}", "填报表", "verify：4/4 个归档完好",
    ("年度考核", "名次", "责任单位"), "牵头单位",
)  # fmt: skip
ENGLISH = Names(
    ("Q1", "Q2", "Q3", "Q4"), "archive", "summary_{}.xlsx", "History", "plan.xlsx",
    "Summary table", "No.", "Light", "forms_{}", "Form", "verify: 4 of 4 archives are sound",
    ("Account of the year", "Rank", "Unit"), "Lead unit",
)  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """A year that was run: where, what was printed, and its names."""

    folder: Path
    lines: list[str]
    names: Names


@pytest.fixture(scope="module", params=[("zh", CHINESE), ("en", ENGLISH)], ids=["zh", "en"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    language, names = request.param
    folder = tmp_path_factory.mktemp("year") / "demo"
    result = CliRunner().invoke(main, ["--lang", language, "demo", "--year", "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return Ran(folder, result.output.splitlines(), names)


def _table(path: Path, sheet: str, key: str) -> tuple[list[str], dict[int, list[object]]]:
    """The captions of a sheet, and its rows by their number: 7, or 原7 of a task that was dropped."""
    rows = [list(r) for r in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]
    head = next(i for i, row in enumerate(rows) if row[0] == key)
    found = ((re.fullmatch(r"(?:原|former )?(\d+)", str(row[0])), row) for row in rows[head + 1 :])
    return [str(c) for c in rows[head]], {int(own[1]): row for own, row in found if own}


@pytest.mark.filterwarnings("ignore:Sparkline:UserWarning")
def test_history_shows_each_light_as_the_archived_summary_does(ran: Ran) -> None:
    n = ran.names
    heads, history = _table(ran.folder / f"{n.history}.xlsx", n.history, n.number)
    seen: set[str] = set()
    for caption in n.quarters:
        archived = ran.folder / n.archive / caption / n.summary.format(caption)
        captions, tasks = _table(archived, n.tasks, n.number)
        lights = {number: str(row[captions.index(n.light)]) for number, row in tasks.items()}
        shown = {number: str(row[heads.index(caption)]) for number, row in history.items()}
        assert [(k, x, shown[k]) for k, x in lights.items() if not shown[k].startswith(x)] == []
        assert len(lights) == (12 if caption in n.quarters[:2] else 11), "task 7 is dropped"
        seen |= set(lights.values())
    assert len(seen) == 4, "green, yellow, red, and the one that was put off"
    assert (ran.folder / f"{n.history}.html").stat().st_size > 10_000


@pytest.mark.filterwarnings("ignore:Sparkline:UserWarning")
def test_the_account_of_the_year_counts_the_lights_of_all_quarters(ran: Ran) -> None:
    n = ran.names
    counted: Counter[tuple[str, str]] = Counter()
    for caption, signed_off in zip(n.quarters, ((), (2,), (2,), (1, 2)), strict=True):
        archived = ran.folder / n.archive / caption / n.summary.format(caption)
        captions, tasks = _table(archived, n.tasks, n.number)
        unit, light = captions.index(n.lead), captions.index(n.light)
        counted.update(
            (str(row[unit]), str(row[light])) for k, row in tasks.items() if k not in signed_off
        )
    sheet, first, unit_caption = n.account
    book = openpyxl.load_workbook(ran.folder / f"{n.history}.xlsx")
    rows = list(book[sheet].iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == first)
    at = {str(caption): i for i, caption in enumerate(rows[head])}
    lights = {light for _, light in counted} & set(at)
    units = {str(row[at[unit_caption]]): row for row in rows[head + 1 :] if row[0]}
    assert len(lights) == 3 and {u for u, _ in counted} <= set(units)
    shown = {(u, x): units[u][at[x]] or 0 for u, _ in counted for x in lights}
    assert shown == {key: counted[key] for key in shown}


def test_tasks_that_are_signed_off_or_dropped_are_not_asked(ran: Ran) -> None:
    n = ran.names
    asked = []
    for caption in n.quarters:
        numbers: set[int] = set()
        for path in (ran.folder / n.forms.format(caption)).glob("*.xlsx"):
            sheet = openpyxl.load_workbook(path)[n.form]
            column = next(c.column for c in sheet[6] if c.value == n.number)
            cells = (sheet.cell(row, column).value for row in range(7, sheet.max_row + 1))
            numbers |= {int(cell) for cell in cells if cell is not None}
        asked.append(numbers)
    everything = set(range(1, 13))
    assert asked == [everything, everything - {2}, everything - {2, 7}, everything - {1, 2, 7}]


def test_what_was_decided_stands_in_plan_and_archives(ran: Ran) -> None:
    n = ran.names
    plan, _ = read_plan(ran.folder / n.plan)
    assert plan is not None
    assert [(c.task, c.after) for c in plan.changes] == [(3, n.quarters[3])]
    assert [(r.task, r.decision) for r in plan.rulings] == [(2, "销号"), (3, "同意"), (1, "销号")]
    manifests = [read_manifest(ran.folder / n.archive / caption) for caption in n.quarters]
    assert [[p["task"] for p in m["evidence"]] for m in manifests] == [[2], [], [], []]
    assert [sum(r["accepted"] for r in m["returns"]) for m in manifests] == [8, 8, 8, 8]
    assert list(ran.folder.glob("*/*.docx")), "letters on what is red"


def test_the_archives_are_sound_and_all_is_labelled(ran: Ran) -> None:
    assert any(line.startswith(ran.names.sound) for line in ran.lines)
    assert "模拟" in ran.lines[0] or "simulated" in ran.lines[0]
    if ran.names is ENGLISH:
        assert [line for line in ran.lines if holds_chinese(line)] == []
        assert [p.name for p in ran.folder.rglob("*") if holds_chinese(p.name)] == []
