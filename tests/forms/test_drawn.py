"""Templates are read with openpyxl: all of it that we make use of, and nothing that costs too much."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import repacked, swapped
from hypothesis import given, settings
from hypothesis import strategies as st
from office import convert
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from reconcile.core.form import Rule
from reconcile.core.i18n import speaking
from reconcile.core.text import plain
from reconcile.forms.styled_workbook import Drawn, DrawnSheet, read_drawn
from reconcile.forms.summary_template import read_style
from reconcile.forms.template import read_template
from reconcile.forms.template_rules import read_rules
from reconcile.readers.child_process import MEMORY, TIME, Ended, apart
from reconcile.readers.limits import Refused
from reconcile.reports.sheets import CAPTIONS

TEMPLATES = Path(str(resources.files("reconcile.templates")))
_BORDERS = ("thin", "medium", "dashed", "dotted", "thick", "double", "hair")


def seen(look: Mapping[str, Any]) -> dict[str, Any]:
    """A look without what XlsxWriter is told beside what the file says."""
    return {k: v for k, v in look.items() if k not in ("font_family", "font_charset")}


def as_openpyxl_has_it(cell: Any) -> dict[str, Any]:
    font, fill, alignment = cell.font, cell.fill, cell.alignment
    across = alignment.horizontal
    look = {
        "font_name": font.name,
        "font_size": font.sz,
        "bold": font.b,
        "italic": font.i,
        "underline": int(bool(font.u)),
        "font_color": colour(font.color),
        "bg_color": colour(fill.fgColor) if fill.fill_type == "solid" else None,
        "align": None if across == "general" else across,
        "valign": {"center": "vcenter", "justify": "vjustify"}.get(
            alignment.vertical, alignment.vertical
        ),
        "text_wrap": alignment.wrap_text,
        "indent": int(alignment.indent or 0),
        "num_format": None if cell.number_format == "General" else cell.number_format,
    }
    for side in ("left", "right", "top", "bottom"):
        line = getattr(cell.border, side)
        if line is not None and line.style:
            look[side] = _BORDERS.index(line.style) + 1
            look[f"{side}_color"] = colour(line.color)
    return {k: v for k, v in look.items() if v} | {"locked": cell.protection.locked is not False}


def colour(found: Any) -> str | None:
    if found is not None and found.type == "theme":
        return {0: "#FFFFFF", 1: "#000000"}[found.theme]
    return f"#{found.rgb[-6:]}" if found is not None and found.type == "rgb" else None


def agree(content: bytes) -> Drawn:
    """Hold every sheet against openpyxl's; return what we read."""
    drawn = read_drawn(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [s.name for s in drawn.sheets] == [s.title for s in book.worksheets]
    assert drawn.names == {name: d.attr_text for name, d in book.defined_names.items()}
    for ours, theirs in zip(drawn.sheets, book.worksheets, strict=True):
        found = {
            (cell.row, cell.column): (
                plain(cell.value),
                cell.comment.text if cell.comment else "",
                as_openpyxl_has_it(cell),
            )
            for row in theirs.iter_rows()
            for cell in row
            if cell.value is not None or cell.has_style
        }
        assert {at: (c.text, c.note, seen(c.look)) for at, c in ours.cells.items()} == found
        assert set(ours.merges) == {
            (m.min_row, m.min_col, m.max_row, m.max_col) for m in theirs.merged_cells.ranges
        }
    return drawn


@pytest.mark.parametrize(
    "name", ["form.xlsx", "form-en.xlsx", "summary.xlsx", "summary-en.xlsx", "mail.xlsx"]
)
def test_the_templates_that_ship(name: str) -> None:
    assert agree((TEMPLATES / name).read_bytes()).sheets


@pytest.mark.slow
@pytest.mark.parametrize("name", ["form.xlsx", "form-en.xlsx"])
def test_a_template_saved_by_libreoffice_declares_the_same_form(
    soffice: str, tmp_path: Path, name: str
) -> None:
    convert("xlsx", TEMPLATES / name, into=tmp_path)
    agree((tmp_path / name).read_bytes())
    with speaking("en" if "-en" in name else "zh"):
        saved, findings = read_template(tmp_path / name)
        ours, _ = read_template(TEMPLATES / name)
    assert findings == () and saved is not None and ours is not None
    assert saved.form == ours.form


_COLOURS = st.none() | st.sampled_from(["FF112233", "00AABBCC", "FFFF0000"])
_SIDES = st.builds(
    Side, style=st.none() | st.sampled_from(_BORDERS), color=_COLOURS.map(lambda c: c and Color(c))
)
_LOOKS = st.fixed_dictionaries(
    {},
    optional={
        "font": st.builds(
            Font, name=st.sampled_from(["宋体", "Arial"]), sz=st.sampled_from([9, 10.5]),
            b=st.booleans(), i=st.booleans(), u=st.sampled_from([None, "single", "double"]),
            color=_COLOURS,
        ),
        "fill": st.builds(
            PatternFill, fill_type=st.sampled_from([None, "solid", "gray125"]),
            fgColor=st.sampled_from(["FF00FF00", "00000000"]),
        ),
        "border": st.builds(Border, left=_SIDES, right=_SIDES, top=_SIDES, bottom=_SIDES),
        "alignment": st.builds(
            Alignment, horizontal=st.sampled_from([None, "general", "left", "center"]),
            vertical=st.sampled_from([None, "top", "center", "justify"]),
            wrap_text=st.sampled_from([None, True]), indent=st.integers(0, 3),
        ),
        "protection": st.builds(Protection, locked=st.booleans()),
        "number_format": st.sampled_from(["General", "0%", "@", 'yyyy"年"m"月"', "0.00_ "]),
    },
)  # fmt: skip
_TEXTS = st.none() | st.sampled_from(
    ["{goal}", "目标 & <任务>", " 空 格 ", "=A1+1", 7, "第一行\n第二行"]
)
_PLACES = st.tuples(st.integers(1, 6), st.integers(1, 6))


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.dictionaries(_PLACES, st.tuples(_TEXTS, _LOOKS, st.sampled_from(["", "也叫：进度"])), max_size=12),
    st.sets(st.sampled_from(["A1:C1", "A2:B4", "D2:F2", "E4:E6"])),
    st.dictionaries(st.integers(1, 8), st.sampled_from([18, 20.25]), max_size=3),
    st.booleans(),
)  # fmt: skip
def test_any_workbook(
    cells: dict[tuple[int, int], tuple[Any, dict[str, Any], str]],
    merges: set[str],
    heights: dict[int, float],
    titles: bool,
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for at, (value, look, note) in cells.items():
        cell = sheet.cell(*at, value)
        for name, part in look.items():
            setattr(cell, name, part)
        if note and value is not None:
            cell.comment = Comment(note, "某")
    for area in sorted(merges):
        sheet.merge_cells(area)
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height
    if titles:
        sheet.print_title_rows = "1:2"
    out = io.BytesIO()
    book.save(out)
    agree(out.getvalue())


def ruled(*validations: DataValidation, at: str = "B2") -> tuple[Drawn, DrawnSheet]:
    """A workbook whose cell has these rules; choices stand in 选项!A1:A2, which is named 各项."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B2"], sheet["B2"].number_format = "{x}", "0%"
    choices = book.create_sheet("选项")
    choices["A1"], choices["A2"] = "甲", 2
    book.defined_names["各项"] = openpyxl.workbook.defined_name.DefinedName(
        "各项", attr_text="选项!$A$1:$A$2"
    )
    for validation in validations:
        validation.add(at)
        sheet.add_data_validation(validation)
    out = io.BytesIO()
    book.save(out)
    drawn = read_drawn(out.getvalue())
    return drawn, drawn.sheets[0]


@pytest.mark.parametrize(
    ("formula", "choices"),
    [
        ('"甲, 乙,,丙"', ("甲", "乙", "丙")),
        ("选项!$A$1:$A$2", ("甲", "2")),
        ("'选项'!A1", ("甲",)),
        ("选项!$A:$A", ("甲", "2")),
        ("选项!2:2", ("2",)),
        ("各项", ("甲", "2")),
        ("$B$2:$B$3", ("{x}",)),
    ],
)
def test_a_list_stands_in_the_rule_or_in_cells(formula: str, choices: tuple[str, ...]) -> None:
    book, sheet = ruled(DataValidation("list", formula1=formula, allow_blank=True))
    rules, findings = read_rules(book, sheet, "x.xlsx")
    assert findings == [] and rules[2, 2][0] == Rule("choice", choices=choices, required=False)


@pytest.mark.parametrize("formula", ["没有这张表!A1:A2", "#REF!", "INDIRECT(A1)", "无此名称", ""])
def test_a_list_that_is_nowhere_is_told(formula: str) -> None:
    book, sheet = ruled(DataValidation("list", formula1=formula))
    rules, findings = read_rules(book, sheet, "x.xlsx")
    assert [(f.code, f.place.sheet, f.place.cell) for f in findings] == [
        ("FORM-005", "Sheet", "B2")
    ]
    assert rules[2, 2][0] is None


def test_a_rule_over_whole_columns_costs_nothing() -> None:
    rule = DataValidation("decimal", operator="between", formula1="0", formula2="1")
    book, sheet = ruled(rule, at="A1:XFD1048576")
    rules, findings = read_rules(book, sheet, "x.xlsx")
    assert findings == [] and set(rules) == {(2, 2)}
    assert rules[2, 2][0] == Rule("number", 0.0, 1.0, required=True)


def test_built_in_formats_are_those_that_excel_shows_here() -> None:
    """Formats 14 and 31 have no code of their own in the file: 2022/6/30 and 2022年6月30日."""
    content = (TEMPLATES / "form.xlsx").read_bytes()
    styles = repacked(content, {"xl/styles.xml": swapped(b'numFmtId="9"', b'numFmtId="31"')})
    formats = {
        c.look.get("num_format") for s in read_drawn(styles).sheets for c in s.cells.values()
    }
    assert 'yyyy"年"m"月"d"日"' in formats


def test_what_is_merged_without_measure_is_refused() -> None:
    change = swapped(b'ref="B1:M1"', b'ref="A1:XFD1048576"')
    content = repacked((TEMPLATES / "form.xlsx").read_bytes(), {"xl/worksheets/sheet2.xml": change})
    with pytest.raises(Refused) as refused:
        read_drawn(content)
    assert refused.value.code == "FILE-020"


def test_a_cell_far_away_costs_nothing() -> None:
    content = _book({"A1": "{goal}", "XFD1048576": "x"})
    assert set(read_drawn(content).sheets[0].cells) == {(1, 1), (1_048_576, 16_384)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (swapped(b"<worksheet ", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet "), "FILE-012"),
        (swapped(b"</sheetData>", b"<c>" * 300 + b"</c>" * 300 + b"</sheetData>"), "FILE-022"),
        (lambda part: part + b" " * (120 << 20), "FILE-011"),
        (swapped(b"</sheetData>", b"<row/>" * 400_001 + b"</sheetData>"), "FILE-020"),
    ],
    ids=["entities", "nesting", "a bomb", "tags"],
)
def test_limits_stand_before_openpyxl(
    change: Callable[[bytes], bytes], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("openpyxl was asked")

    monkeypatch.setattr(openpyxl, "load_workbook", never)
    content = repacked((TEMPLATES / "form.xlsx").read_bytes(), {"xl/worksheets/sheet2.xml": change})
    with pytest.raises(Refused) as refused:
        read_drawn(content)
    assert refused.value.code == code


def test_openpyxl_is_guarded_by_defusedxml() -> None:
    assert openpyxl.DEFUSEDXML is True


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/styles.xml", swapped(b'numFmtId="9"', b'numFmtId="nine"')),
        ("xl/worksheets/sheet2.xml", swapped(b"<dataValidation ", b'<dataValidation errorStyle="loud" ')),
        ("xl/_rels/workbook.xml.rels", swapped(b"worksheets/sheet2.xml", b"worksheets/none.xml")),
    ],
    ids=["a style", "a rule", "a part that is not there"],
)  # fmt: skip
def test_what_openpyxl_cannot_read_is_told(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    content = repacked((TEMPLATES / "form.xlsx").read_bytes(), {part: change})
    (tmp_path / "form.xlsx").write_bytes(content)
    template, findings = read_template(tmp_path / "form.xlsx")
    assert template is None and [f.code for f in findings] == ["FORM-001"]


def test_what_openpyxl_leaves_out_is_told(tmp_path: Path) -> None:
    """Excel keeps newer conditional formats in an extension; the form goes out without them."""
    extension = b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"/></extLst></worksheet>'
    for name, sheet in (("form.xlsx", "sheet2"), ("summary.xlsx", "sheet1")):
        change = {f"xl/worksheets/{sheet}.xml": swapped(b"</worksheet>", extension)}
        (tmp_path / name).write_bytes(repacked((TEMPLATES / name).read_bytes(), change))
    template, findings = read_template(tmp_path / "form.xlsx")
    style, remarks = read_style(tmp_path / "summary.xlsx", CAPTIONS)
    for read, told in ((template, findings), (style, remarks)):
        assert read is not None and [f.code for f in told] == ["FORM-007"]
        assert "Conditional Formatting extension" in told[0].message


def test_a_template_saved_as_strict_open_xml_is_read(tmp_path: Path) -> None:
    def strict(part: bytes) -> bytes:
        usual = b"http://schemas.openxmlformats.org"
        part = part.replace(
            usual + b"/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        return part.replace(
            usual + b"/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    content = (TEMPLATES / "form.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        changes = {n: strict for n in parts.namelist() if n.endswith((".xml", ".rels"))}
    (tmp_path / "form.xlsx").write_bytes(repacked(content, changes))
    saved, findings = read_template(tmp_path / "form.xlsx")
    usual, _ = read_template(TEMPLATES / "form.xlsx")
    assert findings == () and saved is not None and usual is not None
    assert saved.form == usual.form and saved.sheets == usual.sheets


def _book(cells: Mapping[str, str], note: str = "") -> bytes:
    """An xlsx with these texts, and a note at an address."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for at, text in cells.items():
        sheet[at] = text
    if note:
        sheet["A1"].comment = Comment("看这里", "某")
    out = io.BytesIO()
    book.save(out)
    content = out.getvalue()
    if not note:
        return content
    change = {"xl/comments/comment1.xml": swapped(b'ref="A1"', f'ref="{note}"'.encode())}
    return repacked(content, change)


def test_rules_of_a_received_form_are_read_in_a_process_of_their_own() -> None:
    content = (TEMPLATES / "form.xlsx").read_bytes()
    rules = apart("reconcile.forms.template_rules:rules_in", content, busy=5)
    assert rules["填报表", "H7"].choices == ("已完成", "超序时", "达序时", "滞后", "未启动")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and time are of Linux")
def test_a_received_form_that_would_fill_memory_ends_only_the_child() -> None:
    """openpyxl makes every cell of the area that a note stands at: here 17 billion."""
    content = _book({"A1": "{goal}"}, note="A1:XFD1048576")
    with pytest.raises(Ended) as ended:
        apart("reconcile.forms.template_rules:rules_in", content)
    assert ended.value.why in (MEMORY, TIME)
