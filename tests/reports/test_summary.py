"""The summary workbook: its numbers are those of the records, its print-out is whole."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import openpyxl
import pytest
from office import convert
from openpyxl.styles import Font, PatternFill

from reconcile.api.inputs import load_style
from reconcile.core.findings import Finding, Place
from reconcile.core.i18n import EN, speaking
from reconcile.core.lights import Basis, Lag
from reconcile.core.plan import Plan, State
from reconcile.core.result import (
    Actual,
    Balance,
    Entry,
    MergeResult,
    Previous,
    Record,
    Standing,
    UnitStatus,
    Verdict,
)
from reconcile.core.units import assignments
from reconcile.forms.summary_template import read_style
from reconcile.forms.template import Template
from reconcile.merge.scores import score_units
from reconcile.merge.task_status import changes_since, judge
from reconcile.reports.circular import draft
from reconcile.reports.counts import light_counts, state_counts
from reconcile.reports.details import details_bytes
from reconcile.reports.overview import bars, overview
from reconcile.reports.previous_summary import read_previous
from reconcile.reports.sheets import CAPTIONS, lists
from reconcile.reports.sheets.overview_sheet import cut, several
from reconcile.reports.summary import summary_bytes
from reconcile.writers.theme import LOOKS

AS_OF = date(2022, 7, 8)
STATES = (State.ON_TIME, State.ON_TIME, State.DONE, State.BEHIND, State.NOT_BEGUN)
SILENT = "市财政局"


def answered(plan: Plan, seed: int = 7, longest: int = 1500) -> MergeResult:
    """A round on the plan in which all units but one answered, some at length."""
    chance = random.Random(seed)
    wanted, _ = assignments(plan)
    said = [t.goal for t in plan.tasks]
    entries: dict[tuple[str, int], Entry] = {}
    records: list[Record] = []
    for a in wanted:
        if a.unit == SILENT:
            continue
        text = "".join(chance.sample(said, min(len(said), 40)))[
            : chance.choice((20, 60, 60, 60, 60, 150, 150, longest))
        ]
        values: dict[str, Any] = {
            "state": chance.choice(STATES), "percent": chance.randrange(100) / 100,
            "progress": f"=1+1，{text}", "next": text[:40], "due": date(2022, 11, 30),
        }  # fmt: skip
        if values["state"] in (State.BEHIND, State.NOT_BEGUN):
            values["problem"] = text[:90]
        entries[a.unit, a.task.number] = Entry(a, values)
        for name, value in values.items():
            place = Place(f"收回/{a.unit}.xlsx", "填报表", f"{name[0].upper()}{a.task.number}")
            records.append(Record(a.unit, a.task.number, name, value, str(value), "accepted", place, "", "ab"))  # fmt: skip
    leads = {a.task.number: a.unit for a in wanted if a.role == "lead" and a.unit != SILENT}
    actuals = {
        (i.number, i.name): [Actual(leads[i.number], Decimal(chance.randrange(900)), "", Place())]
        for i in plan.indicators
        if i.number in leads
    }
    judged = judge(plan, 1, entries, actuals, {}, {})
    units = list(dict.fromkeys(a.unit for a in wanted))
    for unit in units:
        if unit != SILENT:
            filed = date(2022, 7, 4 if len(unit) % 2 else 6)
            records.append(Record(unit, None, "filled", filed, "", "accepted", Place(), "", "ab"))
    statuses = tuple(
        UnitStatus(u, "missing" if u == SILENT else "clean", n, 0 if u == SILENT else n, 0, 0, 0)
        for u in units
        for n in [sum(a.unit == u for a in wanted)]
    )
    finding = Finding("TASK-004", Place("a.xlsx", "填报表", "L7"), units[0], 1, "存在问题", {"state": State.BEHIND})  # fmt: skip
    return MergeResult(
        plan, 1, AS_OF, wanted, (Verdict("坏.xlsx", "cd", False, "", ("FILE-001",)),), tuple(records),
        (), (finding,), (), statuses, Balance(len(records), len(records), 0, 0), entries,
        judged.standings, judged.reached,
    )  # fmt: skip


def written(merged: MergeResult, template: Template) -> bytes:
    scores = score_units(merged)
    return summary_bytes(merged, template.form, draft(merged, scores), scores)


@pytest.fixture(scope="module")
def merged(sample_plan: Plan) -> MergeResult:
    return answered(sample_plan)


@pytest.fixture(scope="module")
def content(merged: MergeResult, template: Template) -> bytes:
    return written(merged, template)


@pytest.fixture(scope="module")
def book(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def details(merged: MergeResult, template: Template) -> Any:
    return openpyxl.load_workbook(io.BytesIO(details_bytes(merged, template.form)))


def table(sheet: Any, head: int = 1) -> list[dict[str, Any]]:
    captions = [c.value for c in sheet[head]]
    return [
        dict(zip(captions, row, strict=True))
        for row in sheet.iter_rows(min_row=head + 1, values_only=True)
    ]


# --- numbers


def test_the_sheets_stand_in_reading_order(book: Any, details: Any) -> None:
    assert book.sheetnames == ["总览", "汇总表", "滞后清单", "量化指标", "按单位", "通报"]
    assert details.sheetnames == [
        "问题清单", "催报名单", "收件情况", "配合答复", "任务评定", "明细",
    ]  # fmt: skip


def test_every_list_says_what_it_is_and_of_when(book: Any) -> None:
    for name in ("总览", "汇总表", "滞后清单", "量化指标", "按单位"):
        sheet = book[name]
        assert str(sheet["A1"].value).startswith("2022年政府工作报告重点任务第二季度"), name
        assert "时段：第二季度（至 2022年6月30日）　　截至：2022年7月8日" in sheet["A2"].value
    for sheet in book:
        assert sheet.oddFooter.center.text == "&A　第 &P 页" and not sheet.oddFooter.right.text
        assert sheet.page_setup.useFirstPageNumber, "each sheet's pages are counted by themselves"


def test_the_counts_of_the_overview_are_those_of_the_records(
    book: Any, details: Any, merged: MergeResult
) -> None:
    rows = {r[0]: r[1:3] for r in book["总览"].iter_rows(values_only=True) if r[0]}
    leads = {(a.unit, a.task.number) for a in merged.assignments if a.role == "lead"}
    order = (State.NOT_BEGUN, State.BEHIND, State.ON_TIME, State.DONE)
    said: dict[int, list[str]] = {}
    for r in merged.records:
        if r.field == "state" and r.task and (r.unit, r.task) in leads:
            said.setdefault(r.task, []).append(str(r.value))
    worst = Counter(min(s, key=order.index) for s in said.values())
    worst["未报"] = len(merged.plan.tasks) - len(said)
    for state, number in worst.items():
        assert rows[state][0] == number
    assert rows["合计"] == (140, 1)
    assert round(sum(rows[s.word][1] for s in state_counts(merged)), 9) == 1
    assert details["明细"].max_row - 1 == len(merged.records)


@pytest.mark.parametrize("counts", [state_counts, light_counts])
def test_shares_add_up_to_one_hundred(merged: MergeResult, counts: Any) -> None:
    assert sum(c.share for c in counts(merged)) == 100
    assert sum(c.number for c in counts(merged)) == 140


def test_a_plan_without_answers_has_a_summary_too(sample_plan: Plan, template: Template) -> None:
    bare = replace(sample_plan, tasks=(), indicators=(), periods=sample_plan.periods)
    nothing = MergeResult(bare, 1, AS_OF, (), (), (), (), (), (), (), Balance(0, 0, 0, 0))
    sheets = openpyxl.load_workbook(io.BytesIO(written(nothing, template))).sheetnames
    assert "总览" in sheets and "量化指标" not in sheets


def test_the_bars_count_every_task_once_and_never_more_than_twelve(sample_plan: Plan) -> None:
    merged = answered(sample_plan, longest=20)
    assert sum(sum(bar.counts) for bar in bars(merged)) == 140
    assert len(bars(merged)) == 9
    flat = replace(sample_plan, tasks=tuple(replace(t, sections=()) for t in sample_plan.tasks))
    by_lead = bars(replace(merged, plan=flat))
    assert len(by_lead) == 12 and sum(sum(bar.counts) for bar in by_lead) == 140
    assert "其他" in {bar.name for bar in by_lead}


def test_the_table_has_the_plan_s_order_and_each_lead_s_whole_answer(
    book: Any, merged: MergeResult
) -> None:
    rows = table(book["汇总表"], 3)
    numbers = [r["序号"] for r in rows if isinstance(r["序号"], int)]
    assert numbers == list(range(1, 141))
    texts: dict[int, str] = {}
    for row in rows:
        found = re.match(r"\d+", str(row["序号"]))
        if found and row["进展情况"]:
            key = int(found[0])
            texts[key] = texts.get(key, "") + row["进展情况"]
    for (_, number), entry in merged.entries.items():
        if entry.assignment.role == "lead":
            assert str(entry.values["progress"]) in texts[number]
    unanswered = next(r for r in rows if r["牵头单位"] == SILENT)
    assert unanswered["完成情况"] == "未报"


def test_every_word_of_a_supporting_unit_stands_whole_in_the_details(
    details: Any, merged: MergeResult
) -> None:
    sheet = details["配合答复"]
    told = "".join(r["进展情况"] or "" for r in table(sheet))
    support = [e for e in merged.entries.values() if e.assignment.role == "support"]
    assert len(support) > 500
    assert all(str(e.values["progress"]) in told for e in support)


def test_supporting_units_that_disagree_for_the_worse_stand_below_their_lead(
    book: Any, merged: MergeResult
) -> None:
    shown = {
        (r["牵头单位"].split("\n")[0], int(re.match(r"\d+", r["序号"])[0]))  # type: ignore[index]
        for r in table(book["汇总表"], 3)
        if r["牵头单位"] and "（配合）" in r["牵头单位"]
    }
    worse = {
        key
        for key, e in merged.entries.items()
        if e.assignment.role == "support"
        and e.values["state"] in (State.BEHIND, State.NOT_BEGUN)
        and merged.standings[key[1]].state not in (State.BEHIND, State.NOT_BEGUN)
    }
    assert shown == worse
    digest = next(r["配合单位"] for r in table(book["汇总表"], 3) if r["序号"] == 7)
    assert digest.startswith("市科技局、") and "各县区" in digest, "as the plan names them"
    assert "17个单位：" in digest and f"未报1（{SILENT}）" in digest


@pytest.mark.parametrize(
    ("name", "row", "column", "to"),
    [
        ("滞后清单", 5, 2, "汇总表"), ("量化指标", 5, 1, "汇总表"), ("问题清单", 2, 4, "任务评定"),
        ("配合答复", 2, 1, "任务评定"),
    ],
)  # fmt: skip
def test_the_lists_link_to_how_the_task_stands(
    book: Any, details: Any, name: str, row: int, column: int, to: str
) -> None:
    whole = book if name in book.sheetnames else details
    cell = whole[name].cell(row, column)
    target, at = cell.hyperlink.location.replace("'", "").split("!")
    assert target == to
    below = whole[target][at]
    assert cell.value in (below.value, below.offset(0, 1).value)


def test_the_lag_is_a_number_and_the_largest_comes_first(book: Any, merged: MergeResult) -> None:
    rows = table(book["滞后清单"], 4)
    assert {r["亮灯"] for r in rows} == {"●红灯", "●黄灯"}
    for light in ("●红灯", "●黄灯"):
        lags = [r["滞后（百分点）"] for r in rows if r["亮灯"] == light and r["序号"]]
        known = [lag for lag in lags if lag is not None]
        assert known == sorted(known, reverse=True) and lags[: len(known)] == known
    assert [r["亮灯"] for r in rows] == sorted(r["亮灯"] for r in rows)[::-1] or rows
    first = merged.standings[rows[0]["序号"]]
    assert first.lag and rows[0]["滞后（百分点）"] == float(-round(first.lag.points or 0, 1))


def test_links_lead_to_our_own_sheets_only(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [n for n in archive.namelist() if "externalLink" in n]
        for name in archive.namelist():
            if name.startswith("xl/worksheets/_rels"):
                assert b"External" not in archive.read(name)
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name), "text from outside stays text"


def test_who_is_missing_comes_before_who_has_to_correct(
    sample_plan: Plan, template: Template
) -> None:
    merged = answered(sample_plan, longest=20)
    merged = replace(merged, entries={}, records=merged.records[:1])
    statuses = (replace(merged.statuses[0], state="errors", errors=2), *merged.statuses[1:])
    found = details_bytes(replace(merged, statuses=statuses), template.form)
    rows = table(openpyxl.load_workbook(io.BytesIO(found))["催报名单"])
    assert [(r["责任单位"], r["情况"]) for r in rows] == [
        (SILENT, "没有回表"), (merged.statuses[0].unit, "已报，有 2 处须改正"),
    ]  # fmt: skip


def test_what_changed_stands_on_the_overview(merged: MergeResult) -> None:
    """Both languages of the record are drawn by the sheet and by the page."""
    plan, last = (
        merged.plan,
        Previous({"第一季度": {}}, {"第一季度": {1: Standing(1, State.DONE, "绿")}}),
    )
    now = {1: Standing(1, State.BEHIND, "黄", before=last.last_standings[1])}
    changes = changes_since(plan, 2, now, last)
    told = overview(replace(merged, standings=now, changes=changes))
    assert (told.since, [(c.words, c.numbers) for c in told.changes]) == (
        "与第一季度相比", [("新增滞后", "第1项")],
    )  # fmt: skip
    with speaking(EN):
        assert [c.words for c in overview(replace(merged, changes=changes)).changes] == [
            "Newly behind"
        ]
    assert overview(merged).since == ""


def test_the_worst_red_task_comes_first(merged: MergeResult) -> None:
    lags = {1: None, 2: Decimal(-11), 3: Decimal(-40), 4: None}
    standings = {
        n: Standing(n, State.BEHIND, "红", (), Lag(Basis.TARGET, lag) if lag is not None else None)
        for n, lag in lags.items()
    }
    assert [t.number for t in overview(replace(merged, standings=standings)).red] == [3, 2, 1, 4]


# --- print-out


def test_paper_and_header_are_as_asked(book: Any) -> None:
    for name, paper, way, titles in (
        ("总览", 9, "portrait", None), ("汇总表", 8, "landscape", "$1:$3"),
        ("量化指标", 8, "landscape", "$1:$4"),
    ):  # fmt: skip
        sheet = book[name]
        setup = sheet.page_setup
        assert (int(setup.paperSize), setup.orientation or "portrait") == (paper, way), name
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.print_title_rows or None) == titles
    assert book["总览"].page_setup.fitToHeight in (1, None)
    assert book["汇总表"].page_setup.fitToHeight == 0
    assert book["汇总表"].freeze_panes == "D4"
    assert book["汇总表"].auto_filter.ref.startswith("A3:")


def test_no_row_is_higher_than_a_page_can_do_with(book: Any, details: Any) -> None:
    for sheet in (book["汇总表"], details["配合答复"]):
        heights = [d.height for d in sheet.row_dimensions.values() if d.height]
        assert max(heights) <= 265
    for row in book["汇总表"].iter_rows(min_row=4):
        assert row[0].value, "each row names its task, so that it stands for itself on a new page"


def test_the_chart_draws_numbers_that_are_out_of_sight(
    book: Any, content: bytes, merged: MergeResult
) -> None:
    sheet = book["总览"]
    (chart,) = sheet._charts
    assert [numbers(book, s.val.numRef.f) for s in chart.ser] == [
        [bar.counts[i] for bar in bars(merged)] for i in range(4)
    ]
    assert {s.dLbls.numFmt for s in chart.ser} == {"0;;;"}, "zeros are not labelled"
    assert chart.grouping == "stacked" and chart.legend is not None
    area = sheet.print_area.replace("$", "").split("!")[1]
    assert re.match(r"A1:H\d+$", area)
    shown = [d for d in sheet.column_dimensions.values() if not d.hidden]
    assert max(d.max for d in shown) <= 8, "the numbers behind the chart are hidden"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        drawn = archive.read("xl/charts/chart1.xml").decode()
        assert "plotVisOnly" not in drawn, "and drawn all the same"
        words = archive.read("xl/drawings/drawing1.xml").decode()
    first = bars(merged)[0]
    assert f'descr="各类任务的亮灯：{first.name}：绿灯 {first.counts[0]}、' in words


def numbers(book: Any, reference: str) -> list[Any]:
    name, area = reference.replace("$", "").replace("'", "").split("!")
    return [row[0].value for row in book[name][area]]


def test_no_heading_of_the_circular_is_the_last_line_of_its_page(book: Any) -> None:
    sheet = book["通报"]
    ends = [b.id for b in sheet.row_breaks.brk]
    assert len(ends) > 2 and not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.scale in (None, 100)
    headings = re.compile(r"[一二三四五六七]、|（[一二]）")
    for end, start in zip(ends, [0, *ends], strict=False):
        heights = [sheet.row_dimensions[r].height for r in range(start + 1, end + 1)]
        assert sum(heights) <= 750, "a page ends where it is told to"
        assert not headings.match(str(sheet.cell(end, 1).value).strip())


def test_the_same_merge_gives_the_same_bytes(
    content: bytes, merged: MergeResult, template: Template
) -> None:
    assert written(merged, template) == content


@pytest.fixture(scope="module")
def crowded(sample_plan: Plan) -> MergeResult:
    """Every task red, every unit silent, many files refused: more than a page could name."""
    merged = answered(sample_plan, longest=20)
    red = {
        n: replace(s, light="红", reasons=("自报未启动", "产业投资滞后序时目标12.5个百分点"))
        for n, s in merged.standings.items()
    }
    return replace(
        merged,
        standings=red,
        statuses=tuple(replace(s, state="missing") for s in merged.statuses),
        verdicts=tuple(Verdict(f"很长的文件名{i}{'名' * 40}.xlsx", "", False) for i in range(50)),
        records=(), reached=(),
        assignments=(), entries={},
    )  # fmt: skip


def test_the_overview_is_one_page_however_much_there_is_to_tell(
    crowded: MergeResult, template: Template, soffice: str, tmp_path: Path
) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("poppler (pdftotext) is not installed")
    plan = replace(crowded.plan, indicators=(), tasks=crowded.plan.tasks)
    path = tmp_path / "s.xlsx"
    path.write_bytes(summary_bytes(replace(crowded, plan=plan), template.form))
    convert("pdf", path, into=tmp_path)
    pages = subprocess.run(
        ["pdftotext", "-layout", str(path.with_suffix(".pdf")), "-"], capture_output=True, check=True
    ).stdout.decode().split("\f")  # fmt: skip
    assert "推进情况总览" in pages[0] and "按最大余额法" in pages[0]
    assert "推进情况汇总表" in pages[1]
    named = len(re.findall(r"第\d+项", pages[0]))
    told = re.search(r"等 140 项，其余 (\d+) 项", pages[0])
    assert named > 2 and told and named + int(told[1]) == 140
    assert pages[0].count("12.5") == named, "the figure is not cut"


def test_no_text_needs_more_than_its_row_gives(
    book: Any, details: Any, soffice: str, tmp_path: Path
) -> None:
    """Rows are as high as LibreOffice itself would make them, or higher."""
    found: dict[tuple[float, float], dict[str, float]] = {}
    for sheet in (*(s for s in book if s.title != "总览"), details["催报名单"]):
        for row in sheet.iter_rows(max_row=60):
            for cell in row:
                if isinstance(cell.value, str) and cell.alignment.wrap_text:
                    width = span(sheet, cell)
                    height = sheet.row_dimensions[cell.row].height
                    texts = found.setdefault((width, cell.font.sz), {})
                    texts[cell.value] = min(height, texts.get(cell.value, height))
    assert sum(map(len, found.values())) > 400
    path = tmp_path / "flat.fods"
    path.write_text(flat(found), encoding="utf-8")
    convert("ods", path, into=tmp_path)
    needed = optimal(path.with_suffix(".ods"))
    short = [
        (text, width, height, need)
        for ((width, _), texts), heights in zip(found.items(), needed, strict=True)
        for (text, height), need in zip(texts.items(), heights, strict=False)
        if height < need - 0.5
    ]
    assert short == []


def span(sheet: Any, cell: Any) -> float:
    """The width of a cell in Excel's unit, of all its columns when it is merged."""
    last = next((a.max_col for a in sheet.merged_cells.ranges if cell.coordinate in a), cell.column)
    widths = {c: d.width for d in sheet.column_dimensions.values() for c in range(d.min, d.max + 1)}
    # The file says 0.71 more than was asked for: the margin inside the cell.
    return round(sum(widths[c] - 0.7109375 for c in range(cell.column, last + 1)), 2)


SPACES = "".join(
    f' xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"'
    for k, v in {
        "office": "office", "style": "style", "text": "text", "table": "table",
        "fo": "xsl-fo-compatible",
    }.items()
)  # fmt: skip


def flat(found: dict[tuple[float, float], dict[str, float]]) -> str:
    """A table per width and size whose rows LibreOffice fits when it opens them."""
    styles, tables = [], []
    for i, ((width, size), texts) in enumerate(found.items()):
        styles.append(
            f'<style:style style:name="co{i}" style:family="table-column"><style:table-column-properties'
            f' style:column-width="{int(width * 7 + 5.5) / 96:.4f}in"/></style:style>'
            f'<style:style style:name="ce{i}" style:family="table-cell"><style:table-cell-properties'
            f' fo:wrap-option="wrap"/><style:text-properties fo:font-size="{size}pt"'
            f' style:font-size-asian="{size}pt"/></style:style>'
        )
        rows = "".join(
            f'<table:table-row table:style-name="ro"><table:table-cell table:style-name="ce{i}"'
            ' office:value-type="string">'
            + "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
            + "</table:table-cell></table:table-row>"
            for text in texts
        )
        tables.append(
            f'<table:table table:name="s{i}"><table:table-column table:style-name="co{i}"/>{rows}</table:table>'
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document{SPACES} office:version="1.2"'
        ' office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>'
        '<style:style style:name="ro" style:family="table-row"><style:table-row-properties'
        ' style:use-optimal-row-height="true"/></style:style>'
        + "".join(styles)
        + "</office:automatic-styles><office:body><office:spreadsheet>"
        + "".join(tables)
        + "</office:spreadsheet></office:body></office:document>"
    )


def optimal(path: Path) -> list[list[float]]:
    """The heights that LibreOffice gave the rows of each table, in points."""
    space = {k: f"{{urn:oasis:names:tc:opendocument:xmlns:{k}:1.0}}" for k in ("style", "table")}
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    heights = {}
    for style in root.iter(space["style"] + "style"):
        for properties in style.iter(space["style"] + "table-row-properties"):
            found = re.fullmatch(
                r"([\d.]+)(\w+)", properties.get(space["style"] + "row-height", "")
            )
            assert found
            points = {"in": 72, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1}[found[2]]
            heights[style.get(space["style"] + "name")] = float(found[1]) * points
    tables = []
    for sheet in root.iter(space["table"] + "table"):
        rows: list[float] = []
        for row in sheet.iter(space["table"] + "table-row"):
            repeated = int(row.get(space["table"] + "number-rows-repeated", "1"))
            rows += [heights[row.get(space["table"] + "style-name")]] * min(repeated, 2000)
        tables.append(rows)
    return tables


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("短句。", 1, "短句。"), ("一二三四五六七八九十" * 3, 1, "一二三四五六七八…"),
        ("一二三四五六七八九十" * 3, 2, "一二三四五六七八九十一二三四五六七…"),
    ],
)  # fmt: skip
def test_a_text_is_cut_to_its_lines_with_a_mark(text: str, most: int, shown: str) -> None:
    assert cut(text, 20, most) == shown


def test_of_several_reasons_whole_ones_are_left_out() -> None:
    reasons = ["产业投资滞后序时目标12.5个百分点", "外贸滞后序时目标3.1个百分点", "自报滞后"]
    assert several(reasons, 32, 2, "，", "等{count}处") == "产业投资滞后序时目标12.5个百分点等3处"
    assert several(reasons, 60, 2, "，", "等{count}处") == "，".join(reasons)


# --- looks


def test_the_template_that_ships_changes_nothing(
    content: bytes, merged: MergeResult, template: Template
) -> None:
    path = Path(str(resources.files("reconcile.templates") / "summary.xlsx"))
    style, findings = read_style(path, CAPTIONS)
    assert findings == () and style is not None
    assert style.captions == {}
    assert {n: dict(x) for n, x in style.looks.items()} == {n: dict(x) for n, x in LOOKS.items()}


@pytest.mark.slow
def test_fonts_and_colours_come_from_the_plan_s_own_template(
    sample_plan: Plan, template: Template, tmp_path: Path
) -> None:
    restyled(tmp_path / "样式.xlsx", "表头", "楷体", "00FF00")
    plan = replace(sample_plan, settings={**sample_plan.settings, "汇总模板": "样式.xlsx"})
    style, findings = load_style(plan, tmp_path / "总台账.xlsx")
    assert findings == ()
    merged = replace(answered(plan, longest=20), entries={}, records=())
    book = openpyxl.load_workbook(io.BytesIO(summary_bytes(merged, template.form, style=style)))
    head, text = book["汇总表"]["A3"], book["汇总表"]["C4"]
    assert (head.font.name, head.fill.fgColor.rgb, head.font.sz) == ("楷体", "FF00FF00", 10.5)
    assert (text.font.name, text.border.left.style) == ("宋体", "thin")


def restyled(path: Path, name: str, font: str, colour: str) -> None:
    """A template that has one look."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["样式", "样例"])
    sheet.append([name, "样例"])
    sheet["B2"].font = Font(name=font, size=20)
    sheet["B2"].fill = PatternFill("solid", fgColor=colour)
    book.save(path)


@pytest.mark.parametrize(
    ("name", "code", "cell"), [("没有的样式", "FORM-034", "A2"), ("", "FORM-001", "")]
)
def test_a_template_that_cannot_be_used_is_told(
    sample_plan: Plan, tmp_path: Path, name: str, code: str, cell: str
) -> None:
    if name:
        restyled(tmp_path / "样式.xlsx", name, "楷体", "00FF00")
    plan = replace(sample_plan, settings={"汇总模板": "样式.xlsx"})
    style, findings = load_style(plan, tmp_path / "总台账.xlsx")
    assert style is None
    assert [(f.code, f.place.cell) for f in findings] == [(code, cell)]


@pytest.mark.slow
def test_more_answers_than_a_sheet_holds_go_on_in_another_and_are_read_back(
    merged: MergeResult, template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "一张.xlsx", tmp_path / "几张.xlsx"]
    paths[0].write_bytes(details_bytes(merged, template.form))
    monkeypatch.setattr(lists, "_MOST_ROWS", 100)
    paths[1].write_bytes(details_bytes(merged, template.form))
    names = openpyxl.load_workbook(paths[1]).sheetnames
    count = -(-len(merged.records) // 100)
    assert count > 2
    assert names[-count:] == ["明细", *(f"明细 {n}" for n in range(2, count + 1))]
    one, several = (read_previous([path], template.form, [merged.caption])[0] for path in paths)
    assert one == several
    assert one is not None
    assert len(one.last) == len({(r.unit, r.task, r.field) for r in merged.records if r.task})


@pytest.mark.slow
def test_a_summary_of_a_whole_province_is_read_back(
    merged: MergeResult, template: Template, tmp_path: Path
) -> None:
    path = tmp_path / "全省.xlsx"
    path.write_bytes(
        details_bytes(
            replace(merged, records=merged.records * (30_000 // len(merged.records))),
            template.form,
        )
    )
    previous, findings = read_previous([path], template.form, [merged.caption])
    assert findings == ()
    assert previous is not None and previous.last
