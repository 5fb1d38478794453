"""What a coordinator may restyle in the summary template: looks, captions, the circular's fonts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from reconcile.api.inputs import load_style
from reconcile.core.i18n import speaking
from reconcile.core.plan import Plan, State
from reconcile.core.result import Entry, MergeResult, Record
from reconcile.forms.summary_template import read_style
from reconcile.forms.template import Template
from reconcile.merge.run import merge
from reconcile.merge.scores import score_units
from reconcile.reports.circular import draft
from reconcile.reports.circular_docx import letter_bytes
from reconcile.reports.details import details_bytes
from reconcile.reports.previous_summary import read_previous
from reconcile.reports.sheets import CAPTIONS
from reconcile.reports.summary import summary_bytes
from reconcile.writers.table import Listing, new_workbook
from reconcile.writers.theme import LOOKS, Style

PERIODS = ("第二季度", "第三季度")


def changed(
    path: Path, looks: Mapping[str, Font | PatternFill], captions: Mapping[str, str]
) -> Path:
    """The template that ships, with some cells of its two sheets changed."""
    book = openpyxl.load_workbook(str(resources.files("reconcile.templates") / "summary.xlsx"))
    for row in book["样式"].iter_rows(min_row=2):
        look = looks.get(str(row[0].value))
        if isinstance(look, Font):
            row[1].font = look
        elif look is not None:
            row[1].fill = look
    for row in book["栏目"].iter_rows(min_row=2):
        row[1].value = captions.get(str(row[0].value))
    book.save(path)
    return path


def named(path: Path, plan: Plan) -> tuple[Style | None, list[str]]:
    """The style that a plan gets when it names this template; codes and cells of findings."""
    own = replace(plan, settings={**plan.settings, "汇总模板": path.name})
    style, findings = load_style(own, path.parent / "总台账.xlsx")
    return style, [f"{f.code} {f.place.sheet} {f.place.cell}" for f in findings]


@pytest.fixture(scope="module")
def merged(sample_plan: Plan, template: Template) -> MergeResult:
    """A few tasks of the sample plan, one answered as behind and one as done (simulated)."""
    plan = replace(sample_plan, tasks=sample_plan.tasks[:12], indicators=())
    found = merge(plan, template.form, (), period=1, as_of=date(2022, 7, 8))
    states = {1: State.DONE, 2: State.BEHIND, 3: State.NOT_BEGUN}
    standings = {
        n: replace(
            s, state=states.get(n, s.state), light={1: "绿", 2: "黄", 3: "红"}.get(n, s.light)
        )
        for n, s in found.standings.items()
    }
    first = next(a for a in found.assignments if a.task.number == 2)
    entries = {
        (first.unit, 2): Entry(
            first, {"state": State.BEHIND, "percent": 0.3, "progress": "（模拟）"}
        )
    }
    records = (
        Record(
            first.unit,
            2,
            name,
            value,
            str(value),
            "accepted",
            found.findings[0].place,
            "",
            "0" * 64,
        )
        for name, value in entries[first.unit, 2].values.items()
    )
    return replace(
        found,
        standings=standings,
        entries=entries,
        records=tuple(records),
    )


def written(merged: MergeResult, template: Template, style: Style) -> bytes:
    scores = score_units(merged)
    return summary_bytes(merged, template.form, draft(merged, scores), scores, style)


def test_captions_lights_states_and_circular_follow_the_template(
    merged: MergeResult, template: Template, tmp_path: Path
) -> None:
    path = changed(
        tmp_path / "样式.xlsx",
        {
            "红灯": Font(name="宋体", color="FFAA00AA", b=True),
            "图中红灯": PatternFill("solid", fgColor="FF112233"),
            "滞后": PatternFill("solid", fgColor="FF445566"),
            "通报正文": Font(name="华文仿宋", size=16),
            "正文": Font(name="等线", size=10.5),
        },
        {"牵头单位": "责任主体", "●红灯": "红牌"},
    )
    style, told = named(path, merged.plan)
    assert told == [] and style is not None
    content = written(merged, template, style)
    book = openpyxl.load_workbook(io.BytesIO(content))
    table = book["汇总表"]
    assert [table.cell(3, c).value for c in (3, 5, 6)] == ["目标任务", "责任主体", "亮灯"]
    assert "红牌" in [c.value for c in book["按单位"][4]]
    behind = book["滞后清单"]
    assert (behind["A5"].value, behind["A5"].font.color.rgb, behind["A5"].font.name) == (
        "●红灯", "FFAA00AA", "等线"
    )  # fmt: skip
    state = next(c for row in table.iter_rows() for c in row if c.value == State.BEHIND)
    assert state.fill.fgColor.rgb == "FF445566"
    chart = zipfile.ZipFile(io.BytesIO(content)).read("xl/charts/chart1.xml").decode()
    assert '<a:srgbClr val="112233"/>' in chart
    assert {c.font.name for c in book["通报"]["A"] if str(c.value).startswith("各责任单位")} == {
        "华文仿宋"
    }
    letter = docx.Document(io.BytesIO(letter_bytes(draft(merged, ()), style)))
    address = next(p for p in letter.paragraphs if p.text == "各责任单位：")
    assert 'w:eastAsia="华文仿宋"' in address.style.element.xml


def test_renamed_captions_do_not_touch_what_is_read_back(
    merged: MergeResult, template: Template, tmp_path: Path
) -> None:
    own = {"责任单位": "单位名称", "序号": "编号", "栏目": "字段"}
    style, told = named(changed(tmp_path / "样式.xlsx", {}, own), merged.plan)
    assert told == [] and style is not None and style.captions == own
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(details_bytes(merged, template.form, style))
    book = openpyxl.load_workbook(path)
    assert [c.value for c in book["问题清单"][1]][2:5] == ["单位名称", "编号", "字段"]
    assert [c.value for c in book["明细"][1]][:4] == ["时段", "责任单位", "序号", "栏目"]
    previous, findings = read_previous([path], template.form, PERIODS[:1])
    assert findings == () and previous is not None
    unit = merged.records[0].unit
    assert previous.last[unit, 2, "state"] == State.BEHIND


@pytest.mark.parametrize(
    ("sheet", "name", "told"),
    [
        ("样式", "红色", "FORM-034 样式 A22"),
        ("栏目", "进展情况", f"FORM-036 栏目 A{len(CAPTIONS) + 2}"),  # the form's own
        ("栏目", "采用值", f"FORM-036 栏目 A{len(CAPTIONS) + 2}"),  # of 明细
    ],
)
def test_an_unknown_look_or_caption_is_told(
    sample_plan: Plan, tmp_path: Path, sheet: str, name: str, told: str
) -> None:
    path = changed(tmp_path / "样式.xlsx", {}, {})
    book = openpyxl.load_workbook(path)
    book[sheet].append([name, "某某"])
    book.save(path)
    assert named(path, sample_plan) == (None, [told])


def test_the_captions_that_may_be_renamed_are_those_of_the_summary(
    merged: MergeResult, template: Template, sample_plan: Plan
) -> None:
    """Every caption of every sheet but those read back, the form's own and those that name a period."""
    whole = replace(merged, plan=replace(merged.plan, indicators=sample_plan.indicators[:1]))
    books = [
        openpyxl.load_workbook(io.BytesIO(content))
        for content in (written(whole, template, Style()), details_bytes(whole, template.form))
    ]
    found: set[str] = set()
    for sheet in (sheet for book in books for sheet in book.worksheets):
        row = next((r for r in (3, 4) if sheet.cell(r, 3).value and not sheet.cell(1, 3).value), 1)
        if sheet.title not in ("明细", "任务评定", "总览", "通报"):
            found |= {str(c.value) for c in sheet[row] if c.value}
    found |= {"任务数", "占比", "完成情况", "亮灯"}  # 总览
    found |= {"联系人", "联系电话"}  # 催报名单, with --contacts
    form = {f.caption for f in template.form.asked} - {"完成情况", "存在问题", "下一步措施"}
    dated = {f"{p}序时进度" for p in PERIODS}
    assert found - form - dated == set(CAPTIONS)


@pytest.mark.parametrize("name", ["summary.xlsx", "summary-en.xlsx"])
def test_both_templates_that_ship_change_nothing(name: str) -> None:
    language = "en" if name.endswith("-en.xlsx") else "zh"
    with speaking(language):
        path = Path(str(resources.files("reconcile.templates") / name))
        style, findings = read_style(path, CAPTIONS)
        assert findings == () and style is not None and style.captions == {}
        assert {n: dict(x) for n, x in style.looks.items()} == {
            n: dict(Style().look(n)) for n in LOOKS
        }


def test_missing_fonts_have_a_sensible_stand_in(merged: MergeResult) -> None:
    """A workbook names family and character set, a document the names of other fonts."""
    book, stream = new_workbook("字体")
    listing = Listing(book)
    book.add_worksheet().write_string(0, 0, "标题", listing.title(20))
    book.get_worksheet_by_name("Sheet1").write_string(1, 0, "表头", listing.head)
    book.close()
    styles = zipfile.ZipFile(stream).read("xl/styles.xml").decode()
    fonts = dict(
        re.findall(r'<name val="([^"]+)"/>(<family val="\d"/><charset val="\d+"/>)', styles)
    )
    assert fonts["方正小标宋简体"] == '<family val="1"/><charset val="134"/>'  # a serif
    assert fonts["黑体"] == '<family val="2"/><charset val="134"/>'
    table = (
        zipfile.ZipFile(io.BytesIO(letter_bytes(draft(merged, ()))))
        .read("word/fontTable.xml")
        .decode()
    )
    assert (
        '<w:font w:name="方正小标宋简体"><w:altName w:val="方正小标宋_GBK;宋体;SimSun"/>' in table
    )


def test_many_tasks_behind_stand_in_an_annex(merged: MergeResult) -> None:
    """The worst are told in the text, all of them in the annex; none is lost."""
    lights = {n: "红" if n < 4 else "黄" for n in merged.standings}
    behind = replace(
        merged,
        standings={
            n: replace(s, light=lights[n], state=State.BEHIND, reasons=("自报滞后",))
            for n, s in merged.standings.items()
        },
    )
    paragraphs = draft(behind, ())
    rows = [p for p in paragraphs if p.kind == "row"]
    assert rows[0].cells == ("序号", "目标任务", "牵头单位", "亮灯", "情况", "第三季度序时进度")
    assert [p.task for p in rows[1:]] == list(range(1, 13))
    texts = [p.text for p in paragraphs]
    assert "附件：滞后任务清单" in texts
    assert sum("）：自报滞后" in t for t in texts) == 8, "the red ones, and five yellow ones"
    assert any(t.startswith("其余4项的牵头单位为") and t.endswith("详见附件。") for t in texts)
    letter = docx.Document(io.BytesIO(letter_bytes(paragraphs)))
    assert [r.cells[0].text for r in letter.tables[0].rows] == ["序号", *map(str, range(1, 13))]
    few = replace(merged, standings={n: s for n, s in behind.standings.items() if n < 5})
    assert not any(p.kind == "row" for p in draft(few, ()))
