"""Forms made from a prototype are the workbooks that XlsxWriter's own calls would have written."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import plain_forms
import pytest
from bench_forms import A
from bench_forms import plan as small_plan
from english_plan import reviewed
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.core.form import Rule
from reconcile.core.i18n import EN, speaking
from reconcile.core.plan import Plan
from reconcile.core.result import Answers
from reconcile.core.units import assignments
from reconcile.forms.excel_rules import Painter
from reconcile.forms.form_writer import Forms, form_bytes
from reconcile.forms.prototype import Prototype, Rows, mark, row_xml
from reconcile.forms.sheet_renderer import Expansion, Formula, Painting
from reconcile.forms.template import Template, TemplateCell, TemplateSheet, read_template
from reconcile.plan import read_plan
from reconcile.writers.streamed_workbook import Frame
from reconcile.writers.table import new_workbook

pytestmark = pytest.mark.slow

ODD = ("=1+1", "<r>&</r>", " 前后 ", "\x01_x0041_\x0b", 'a"b<>&', "一\n二", "长" * 400, "\ue000unit\ue000", "\ufffe", "")  # fmt: skip


def last_of(plan: Plan, unit: str) -> Answers:
    """Some answers of the period before: states, shares, steps and numbers."""
    own = [a for a in assignments(plan)[0] if a.unit == unit]
    found: dict[tuple[str, int, str], Any] = {}
    for a in own[::2]:
        found |= {(unit, a.task.number, w): v for w, v in (("state", "滞后"), ("percent", 0.5), ("next", "抓紧"))}  # fmt: skip
    for i in plan.indicators[::2]:
        found[unit, i.number, f"actual:{i.name}"] = 12.5
    return found


@pytest.mark.parametrize("before", [False, True])
def test_each_form_is_what_xlsxwriter_writes(
    sample_plan: Plan, template: Template, before: bool
) -> None:
    units = list(dict.fromkeys(a.unit for a in assignments(sample_plan)[0]))[::6]
    last = {k: v for u in units for k, v in last_of(sample_plan, u).items()} if before else None
    made = Forms(template, sample_plan, 3, last)
    sheets = set()
    for unit in units:
        own = [a for a in assignments(sample_plan)[0] if a.unit == unit]
        content = made.form(unit, own)
        found = plain_forms.parts(content)
        assert found == plain_forms.parts(
            plain_forms.form(template, sample_plan, 3, unit, own, last)
        )
        assert content == form_bytes(template, sample_plan, 3, unit, own, last), (
            "whatever came first"
        )
        sheets.add(len([n for n in found if n.startswith("xl/worksheets/")]))
    assert sheets == {3, 4}, "with indicators and without"


def test_english_forms_too(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "templates" / "form-en.xlsx"
    with speaking(EN):
        plan, _ = read_plan(reviewed(tmp_path))
        template, _ = read_template(path)
        assert plan is not None and template is not None
        for unit in {a.unit for a in assignments(plan)[0]}:
            own = [a for a in assignments(plan)[0] if a.unit == unit]
            found = plain_forms.parts(form_bytes(template, plan, 2, unit, own))
            assert found == plain_forms.parts(plain_forms.form(template, plan, 2, unit, own))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(ODD) | st.text(max_size=20), min_size=8, max_size=8))
def test_odd_texts_stay_what_they_are(texts: list[str]) -> None:
    template, _ = read_template(Path(__file__).parents[2] / "templates" / "form.xlsx")
    assert template is not None
    plan = small_plan()
    unit, odd = f"{A}{texts[0][:40]}", iter(texts[1:])
    tasks = [replace(t, goal=next(odd), sections=(next(odd),)) for t in plan.tasks[:3]]
    own = [replace(a, task=t) for a, t in zip(assignments(plan)[0], tasks, strict=False)]
    plan = replace(plan, title=texts[7], settings={"截止日期": texts[0], "联系方式": texts[1]})
    content = form_bytes(template, plan, 2, unit, own)
    expected = plain_forms.parts(plain_forms.form(template, plan, 2, unit, own))
    if not any(t.startswith("<r>") and t.endswith("</r>") for t in texts):  # markup to XlsxWriter
        assert plain_forms.parts(content) == expected
    sheet = openpyxl.load_workbook(io.BytesIO(content))["填报表"]
    rows = [row for row in range(7, sheet.max_row + 1) if sheet.cell(row, 2).value]
    assert [sheet.cell(row, 4).data_type for row in rows] == ["s" if t.goal else "n" for t in tasks]


# --- templates of all shapes

LOOKS = (
    {"locked": True}, {"locked": False, "text_wrap": True, "font_size": 12.0},
    {"locked": True, "text_wrap": True, "bg_color": "#FFEE00"},
    {"locked": False, "num_format": "0.00%", "bold": True}, {"locked": True, "border": 1},
)  # fmt: skip
RULES = (
    None, Rule("choice", required=True, choices=("甲", "乙,丙")), Rule("percent", low=0, high=1),
    Rule("choice", choices=tuple(f"很长的选项{i:03d}" for i in range(60))), Rule("date", low=date(2022, 1, 1)),
)  # fmt: skip
WORDS = ("one", "many", "gone", "sum", "blank")
ROWS = (
    {"one": "甲", "many": ("一", 2.5, ""), "gone": "不见", "sum": Formula('=IF({one}="<",1,{many})')},
    {"one": "很长的一段话，" * 30, "many": ("", "=1+1", date(2022, 6, 30)), "sum": -0.5},
    {"one": 7, "many": ("一\n二\n三", "<b>", "&"), "gone": 3, "sum": ""},
)  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn) -> TemplateSheet:
    """A sheet of up to 7 rows and 5 columns; some have a repeated row, merges, rules below the table."""
    repeat = draw(st.sampled_from([0, 2, 3, 5]))
    last = draw(st.integers(max(repeat, 1), 7))
    cells = {}
    for row in range(1, last + 1):
        for column in range(1, 6):
            look, rule = draw(st.sampled_from(LOOKS)), draw(st.sampled_from(RULES))
            text = draw(
                st.sampled_from(["", "字", "{unit}：{period}", "{many}", "很长的说明" * 12])
            )
            if row == repeat:
                text = "{" + WORDS[column - 1] + "}"
            asked = rule if not look["locked"] and column != 3 else None
            if row == repeat or draw(st.booleans()):
                cells[row, column] = TemplateCell(text, look, asked, "标题", "提示")
    filled = {r for r, _ in cells} - {repeat}
    merges: list[tuple[int, int, int, int]] = []
    for row in sorted(filled):
        below = row + (row + 1 in filled and draw(st.booleans()))
        left, right = sorted(draw(st.tuples(st.integers(1, 5), st.integers(1, 5))))
        if (row > max((m[2] for m in merges), default=0)) and (left < right or below > row):
            merges.append((row, left, below, right))
    numbers = st.dictionaries(st.integers(1, 7), st.sampled_from([15.0, 18.0, 33.3]))
    page = {
        "paper": 9, "landscape": draw(st.booleans()), "margins": (0.4, 0.5, 0.6, 0.7),
        "titles": draw(st.booleans()), "centred": draw(st.booleans()), "gridlines": draw(st.booleans()),
        "footer": ("", "", ""),
    }  # fmt: skip
    return TemplateSheet(
        "表 'A' $1", cells, tuple(merges), draw(numbers),
        draw(st.frozensets(st.integers(2, 5))), draw(numbers), repeat,
        draw(st.sampled_from([(0, 0), (1, 1), (2, 3)])), repeat > 0 and draw(st.booleans()), False, page,
    )  # fmt: skip


@settings(deadline=None, max_examples=80)
@given(sheets(), st.integers(1, 3), st.booleans())
def test_sheets_of_all_shapes(layout: TemplateSheet, count: int, all_columns: bool) -> None:
    expand = {"many": Expansion([{"period": p} for p in ("春", "夏", "秋")], stressed=1)}
    omit = () if all_columns else ("gone",)
    values = {"unit": "某<局>", "period": "全年", "many": "不展开"}
    made = []
    for framed in (True, False):
        book, stream = new_workbook("测试")
        painter, sheet = Painter(book), book.add_worksheet(layout.name, Frame if framed else None)
        sheet.set_footer(mark("word") if framed else "&L字")
        if framed:
            painting = Painting(painter, sheet, layout, expand, omit)
        else:
            plain_forms.paint(painter, sheet, layout, values, ROWS[:count], expand, omit)
        # XlsxWriter leaves out the part of the texts where there are none.
        book.add_worksheet("乙", Frame if framed else None).write_string(0, 0, "有字")
        book.close()
        content = stream.getvalue()
        if framed:
            prototype = Prototype(content, [layout.repeat, 0])
            strings = prototype.strings()
            rows = [painting.rows(values, ROWS[:count], strings)]
            rows.append(Rows(row_xml(1, f'<c r="A1{strings.tail("有字")}'), 1))
            content = prototype.workbook(rows, strings, {"word": "&L字"})
        made.append(plain_forms.parts(content))
    assert made[0] == made[1]


def test_the_same_prototype_makes_the_same_bytes_whatever_it_made_before(
    sample_plan: Plan, template: Template
) -> None:
    made = Forms(template, sample_plan, 2)
    by_unit = {
        u: [a for a in assignments(sample_plan)[0] if a.unit == u]
        for u in ("市商务局", "市文广旅局")
    }
    first = {u: made.form(u, own) for u, own in by_unit.items()}
    assert {u: made.form(u, own) for u, own in reversed(by_unit.items())} == first


def test_a_footer_too_long_for_excel_is_cut(sample_plan: Plan, template: Template) -> None:
    unit = "很长的单位名称" * 60
    own = [replace(a, unit=unit) for a in assignments(sample_plan)[0][:2]]
    book = openpyxl.load_workbook(io.BytesIO(form_bytes(template, sample_plan, 2, unit, own)))
    assert str(book["填报表"].oddFooter.left.text) == unit[:253]


def test_lists_too_long_for_a_rule_stand_on_the_hidden_sheet(
    sample_plan: Plan, template: Template
) -> None:
    rule = Rule("choice", choices=tuple(f"很长的选项{i:03d}" for i in range(60)))

    def asked(cell: TemplateCell) -> TemplateCell:
        return replace(cell, rule=rule) if cell.placeholder in ("state", "remark") else cell

    sheets = [replace(s, cells={k: asked(c) for k, c in s.cells.items()}) for s in template.sheets]
    listed = replace(template, sheets=tuple(sheets))
    own = [a for a in assignments(sample_plan)[0] if a.unit == "市商务局"]
    content = form_bytes(listed, sample_plan, 2, "市商务局", own)
    expected = plain_forms.form(listed, sample_plan, 2, "市商务局", own)
    book, plain = (openpyxl.load_workbook(io.BytesIO(c)) for c in (content, expected))
    hidden = [[list(row) for row in b["_meta"].iter_rows(values_only=True)] for b in (book, plain)]
    assert hidden[0] == hidden[1]
    assert [row[3] for row in hidden[0]][:60] == list(rule.choices)
    found, wanted = plain_forms.parts(content), plain_forms.parts(expected)
    # Its strings are met row by row here, list after identity there.
    told = {n for n in wanted if found[n] != wanted[n]}
    assert told == {"xl/sharedStrings.xml", "xl/worksheets/sheet4.xml"}
