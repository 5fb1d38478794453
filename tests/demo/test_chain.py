"""The three-level rehearsal: city -> county -> bureaus -> county -> city, recounted independently.

What the bureaus wrote is counted here with openpyxl from their own files, and looked for in the
city's records.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from hops import (
    EDUCATION,
    TRADE,
    WATER,
    answered,
    assigned,
    city,
    city_merge,
    delegated,
    said,
    told,
)

from reconcile.api.answer import answer as api_answer
from reconcile.api.delegate import delegate
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.core.findings import Severity
from reconcile.core.form import NOT_ASKED
from reconcile.core.plan import Period
from reconcile.core.result import MergeResult, Record
from reconcile.demo import walk_through
from reconcile.plan import plan_bytes

pytestmark = pytest.mark.slow

ASKED = ("完成情况", "完成百分比", "进展情况", "存在问题", "下一步措施", "预计完成时间")
FIELDS = ("state", "percent", "progress", "problem", "next", "due")


class Cell(NamedTuple):
    """One cell that a bureau wrote: on which task of the city's, under which caption."""

    file: str
    number: int
    caption: str
    value: Any


def upper_numbers(plan: Path) -> dict[int, int]:
    """上级序号 by 序号, read from the county's plan workbook as Excel shows it."""
    sheet = openpyxl.load_workbook(plan)["任务"]
    columns = {str(c.value): c.column for c in sheet[1]}
    rows = range(2, sheet.max_row + 1)
    texts = {r: [sheet.cell(r, columns[c]).value for c in ("序号", "上级序号")] for r in rows}
    return {int(own): int(upper) for own, upper in texts.values()}


def written(inbox: Path, upper: dict[int, int]) -> Iterator[Cell]:
    """Every answer cell of the bureaus' task rows and indicator rows."""
    for path in sorted(inbox.glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        for name, top, asked in (("填报表", 6, ASKED), ("量化指标", 4, ("本期实际", "说明"))):
            if name not in book.sheetnames:
                continue
            sheet = book[name]
            columns = {str(c.value): c.column for c in sheet[top]}
            for row in range(top + 1, sheet.max_row + 1):
                number = sheet.cell(row, columns["序号"]).value
                for caption in asked:
                    value = sheet.cell(row, columns[caption]).value
                    if value not in (None, NOT_ASKED):
                        yield Cell(path.name, upper[int(number)], caption, value)


def is_found(cell: Cell, records: dict[tuple[int, str], Record]) -> bool:
    """Say whether a cell stands in the county's records at the city: as its value, or in its words."""
    number, value = cell.number, cell.value
    own = {f: r.value for (n, f), r in records.items() if n == number}
    told = str(own.get("progress", ""))
    remarks = " ".join(str(v) for f, v in own.items() if f.startswith("remark"))
    if cell.caption == "本期实际":
        return value in own.values() or f"：{value:g}" in remarks
    if cell.caption == "说明":
        return value in remarks
    field = FIELDS[ASKED.index(cell.caption)]
    if isinstance(value, str) and field != "state":
        return value in str(own.get(field, ""))
    day = value.date() if isinstance(value, datetime) else value
    shown = f"{value:.0%}" if isinstance(value, float | int) else str(day)
    return own.get(field) == day or shown in told


def of_county(merged: MergeResult, unit: str) -> dict[tuple[int, str], Record]:
    return {(r.task, r.field): r for r in merged.records if r.unit == unit and r.task is not None}


def balanced(merged: MergeResult) -> bool:
    b = merged.balance
    return (
        b.received
        == b.accepted + b.normalised + b.set_aside
        == len(merged.records) + len(merged.set_aside)
    )


@pytest.fixture(scope="module")
def rehearsal(demo_folder: tuple[Path, str]) -> Path:
    folder, printed = demo_folder
    assert "merge --answer" in printed
    return folder


@pytest.fixture(scope="module")
def above(rehearsal: Path) -> MergeResult:
    taken = take(
        rehearsal / walk_through.PLAN,
        [rehearsal / walk_through.BACK],
        period=walk_through.CHINESE.period,
        as_of=walk_through.CHINESE.as_of,
    )
    assert taken.merged is not None
    return taken.merged


@pytest.fixture(scope="module")
def below(rehearsal: Path) -> MergeResult:
    folder = rehearsal / walk_through.CHAIN
    taken = take(
        folder / walk_through.PLAN,
        [folder / walk_through.BACK],
        as_of=walk_through.CHINESE.county_as_of,
    )
    assert taken.merged is not None
    return taken.merged


def test_every_cell_a_bureau_wrote_is_in_the_records_of_the_city(
    rehearsal: Path, above: MergeResult
) -> None:
    folder = rehearsal / walk_through.CHAIN
    cells = list(written(folder / walk_through.BACK, upper_numbers(folder / walk_through.PLAN)))
    assert len({c.file for c in cells}) == 5 and len(cells) > 300
    records = of_county(above, walk_through.CHINESE.county)
    assert [c for c in cells if not is_found(c, records)] == []


def test_the_recount_would_notice_a_lost_cell(rehearsal: Path, above: MergeResult) -> None:
    folder = rehearsal / walk_through.CHAIN
    cells = list(written(folder / walk_through.BACK, upper_numbers(folder / walk_through.PLAN)))
    records = {k: r for k, r in of_county(above, walk_through.CHINESE.county).items() if k[0] != 39}
    assert {c.number for c in cells if not is_found(c, records)} == {39}


def test_both_books_balance_and_nothing_is_set_aside_on_the_way_up(
    rehearsal: Path, above: MergeResult, below: MergeResult
) -> None:
    assert balanced(above) and balanced(below)
    folder = rehearsal / walk_through.CHAIN
    count = len(
        list(written(folder / walk_through.BACK, upper_numbers(folder / walk_through.PLAN)))
    )
    assert below.balance.received == count + 3 * 5, "and three head cells for each of five bureaus"
    assert below.set_aside == ()
    own = [f for f in above.findings if f.unit == walk_through.CHINESE.county]
    assert [(f.code, f.place) for f in own if f.severity is Severity.ERROR] == []
    assert [s for s in above.set_aside if s.unit == walk_through.CHINESE.county] == []
    status = next(s for s in above.statuses if s.unit == walk_through.CHINESE.county)
    assert (status.state, status.answered, status.asked) == ("clean", 55, 55)


def test_the_identity_of_the_form_is_untouched(rehearsal: Path) -> None:
    folder = rehearsal / walk_through.CHAIN

    def parts(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            return {n: archive.read(n) for n in archive.namelist()}

    before, after = (
        parts(folder / walk_through.RECEIVED),
        parts(folder / f"答复_{walk_through.RECEIVED}"),
    )
    changed = [n for n in before if before[n] != after.get(n)]
    assert changed == ["xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"]
    assert list(before) == list(after)


def test_a_bureau_s_form_sent_straight_to_the_city_is_refused(
    rehearsal: Path, tmp_path: Path
) -> None:
    form = next((rehearsal / walk_through.CHAIN / walk_through.BACK).glob("*.xlsx"))
    (tmp_path / form.name).write_bytes(form.read_bytes())
    taken = take(
        rehearsal / walk_through.PLAN,
        [tmp_path],
        period=walk_through.CHINESE.period,
        as_of=walk_through.CHINESE.as_of,
    )
    assert taken.merged is not None
    assert [(v.accepted, v.why) for v in taken.merged.verdicts] == [(False, ("FORM-011",))]
    assert balanced(taken.merged)


def test_everything_simulated_says_so(rehearsal: Path) -> None:
    folder = rehearsal / walk_through.CHAIN
    texts = [
        c
        for c in written(folder / walk_through.BACK, upper_numbers(folder / walk_through.PLAN))
        if c.caption == "进展情况"
    ]
    assert texts and all("模拟" in c.value for c in texts)
    assert all("模拟" in p.name for p in (folder / walk_through.BACK).iterdir())


def test_a_small_chain_with_splits_and_several_leads(tmp_path: Path) -> None:
    assigned(
        delegated(tmp_path), (1, 1, f"{EDUCATION}、{WATER}", TRADE), (2, 2, WATER, EDUCATION),
        (3, 3, TRADE, ""), (31, 3, WATER, EDUCATION),
    )  # fmt: skip
    later = date(2022, 11, 30)
    result = answered(
        tmp_path,
        {
            EDUCATION: {1: said("达序时", 0.55, "两校封顶"), 2: said("已完成", 1.0, "校园段完成"),
                        31: said("超序时", 0.8, "培训完成大半")},
            WATER: {1: said("滞后", 0.25, "排水未通", 存在问题="管材未到。"), 2: said("达序时", 0.5, "清淤过半"),
                    31: said("达序时", 0.5, "水电到位", 预计完成时间=later)},
            TRADE: {1: said("达序时", 0.5, "设备已招标"), 3: said("已完成", 1.0, "一期开园", 存在问题="无")},
        },
        {EDUCATION: {"新建学校": 2, "入学率": 98}, WATER: {"新建学校": 3.5, "入学率": 98}},
    )  # fmt: skip
    assert told(result.findings) == ["D4 FORM-047", "J4 FORM-047"]
    assert result.content is not None
    merged = city_merge(tmp_path, result.content)
    assert balanced(merged)
    assert [
        f.code for f in merged.findings if f.unit == "甲县" and f.severity is Severity.ERROR
    ] == []
    cells = list(written(tmp_path / "收回", upper_numbers(tmp_path / "总台账.xlsx")))
    assert len(cells) == 8 * 5 - 3 + 2 + 4
    records = of_county(merged, "甲县")
    assert [c for c in cells if not is_found(c, records)] == []
    assert records[1, "actual:新建学校"].value == 5.5
    assert [
        i.name for i in city().indicators if f"actual:{i.name}" not in {f for _, f in records}
    ] == []


def test_the_chain_speaks_english_where_the_form_does(tmp_path: Path) -> None:
    above = replace(
        city(),
        settings={**city().settings, "语言": "en"},
        periods=(Period("Q1", date(2022, 3, 31), 3), Period("Q2", date(2022, 6, 30), 6)),
        tasks=tuple(replace(t, milestones={"Q1": "plan", "Q2": "half done"}) for t in city().tasks),
        indicators=(),
    )
    (tmp_path / "plan.xlsx").write_bytes(plan_bytes(above))
    form = generate(tmp_path / "plan.xlsx", tmp_path / "out", "Q2").files["甲县"]
    made = delegate(form, tmp_path / "own.xlsx")
    assert made.plan is not None and told(made.findings) == ["PLAN-559"]
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    assert book["Tasks"]["B1"].value == "No. one level up"
    for row, name in enumerate((EDUCATION, WATER), 2):
        book["Units"].cell(row, 1).value = name
    for row in (2, 3, 4):
        book["Tasks"].cell(row, 4).value = f"{EDUCATION}, {WATER}" if row == 2 else WATER
    book.save(tmp_path / "own.xlsx")
    sent = generate(tmp_path / "own.xlsx", tmp_path / "back", "Q2")
    for unit, path in sent.files.items():
        book = openpyxl.load_workbook(path)
        sheet = next(s for s in book.worksheets if s["H6"].value)
        for row in range(7, sheet.max_row + 1):
            if sheet.cell(row, 2).value is None:  # a heading
                continue
            answer = ("On schedule", 0.5, f"{unit} has begun", None, "go on", date(2022, 12, 1))
            for column, value in enumerate(answer, 8):
                sheet.cell(row, column).value = value
        book.save(path)
    taken = take(tmp_path / "own.xlsx", [tmp_path / "back"], as_of=date(2022, 7, 4))
    assert taken.merged is not None and taken.form is not None
    result = api_answer(taken.merged, taken.form, form, tmp_path / "answer.xlsx")
    assert result.content is not None
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.xlsx").write_bytes(result.content)
    merged = take(
        tmp_path / "plan.xlsx", [tmp_path / "in"], period="Q2", as_of=date(2022, 7, 8)
    ).merged
    assert merged is not None and balanced(merged)
    records = of_county(merged, "甲县")
    assert records[1, "state"].original == "On schedule"
    assert str(records[1, "progress"].value).split("\n") == [
        f"{EDUCATION}: {EDUCATION} has begun", f"{WATER}: {WATER} has begun",
    ]  # fmt: skip
    own = [f for f in merged.findings if f.unit == "甲县" and f.severity is Severity.ERROR]
    assert own == []
