"""Row heights: nothing may be cut off, measured against LibreOffice's own optimal height."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import convert

from reconcile.core.plan import Plan
from reconcile.writers import row_height as heights
from reconcile.writers.row_height import (
    LINE,
    PADDING,
    TALLEST,
    Ruler,
    lines,
    room,
    row_height,
    split_text,
    stepped,
    surely_fits,
)


@pytest.mark.parametrize(
    ("text", "columns", "count"),
    [
        ("", 20, 1),
        ("一二三四五六七八九", 20, 1),  # (145 - 8) * 0.75 / 10.5 = 9.8 ems
        ("一二三四五六七八九十", 20, 2),
        ("一\n二\n三", 20, 3),
        ("一二三四五六七八九。", 20, 2),  # a full stop never starts a line: 九 comes along
        ("增长12345678.9%", 11, 3),  # a number is not broken where it can stand on its own line
    ],
)
def test_lines_are_counted_by_the_rules_of_chinese_typesetting(
    text: str, columns: float, count: int
) -> None:
    assert lines(text, columns, 10.5) == count


def test_a_row_takes_its_tallest_cell_and_excel_s_limit() -> None:
    assert row_height([("一", 20, 10.5), ("一\n二", 20, 10.5)]) == 2 * 10.5 * LINE + PADDING
    assert row_height([("一\n" * 99, 20, 10.5)]) == TALLEST
    assert row_height([], least=18) == 18


@given(st.text(alphabet="一二三，。；\nAb1 ", max_size=3000), st.floats(12, 60))
def test_split_parts_fit_and_lose_nothing(text: str, columns: float) -> None:
    parts = split_text(text, columns, 10.5)
    assert all(row_height([(p, columns, 10.5)]) < TALLEST for p in parts if p)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


SIGNS = (
    "一二三，。；：、（）《》【】“”‘’％%…—·×√●,.;:!?)(+±/-@&Wm ABzé01259\u3000\uff21Я\u2e80√😀\n"
)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from(SIGNS), st.integers(1, 30)), max_size=80),
    st.one_of(st.sampled_from((6, 8.5, 9, 18, 25, 26, 34, 40, 42, 46)), st.floats(1, 60)),
    st.sampled_from((10.5, 11.5, 12, 16)),
)
def test_lines_counted_from_line_to_line_are_those_counted_piece_by_piece(
    runs: list[tuple[str, int]], columns: float, points: float
) -> None:
    text = "".join(sign * count for sign, count in runs)
    count = stepped(text, room(columns, points))
    assert lines(text, columns, points) == (count + 1 if count >= 6 else count)


@pytest.mark.slow
@given(st.lists(st.text(alphabet=SIGNS, max_size=90)), st.integers(1, 60), st.integers(90, 200))
def test_texts_measured_together_take_the_lines_that_each_takes_alone(
    texts: list[str], columns: int, at_once: int
) -> None:
    alone = [lines(text, columns, 10.5) for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heights, "_AT_ONCE", at_once)
        assert Ruler(columns, 10.5).counts(texts) == alone


def test_of_a_text_no_more_is_measured_than_fills_a_row() -> None:
    long = "一" * (heights._AT_ONCE + 1)
    assert Ruler(60, 10.5).counts(["一", long, long[1:]])[1:] == [lines(long, 60, 10.5)] * 2


@given(st.text(alphabet=SIGNS), st.floats(6, 60), st.floats(60, TALLEST))
def test_a_text_that_surely_fits_is_not_split(text: str, columns: float, height: float) -> None:
    short, further = surely_fits(columns, 10.5, height)
    while len(text) + further * text.count("\n") > short:
        text = text[:-1]
    assert split_text(text, columns, 10.5, height) == [text]


WIDTHS = (14, 21, 34)


@pytest.mark.parametrize("points", [10.5, 11])
def test_no_text_of_the_plan_needs_more_than_its_row_gives(
    points: float, sample_plan: Plan, soffice: str, tmp_path: Path
) -> None:
    texts = [t.goal for t in sample_plan.tasks]
    texts += [m for t in sample_plan.tasks for m in t.milestones.values() if m]
    for width in WIDTHS:
        (tmp_path / f"w{width}.fods").write_text(flat_sheet(texts, width, points), encoding="utf-8")
    convert("ods", *sorted(tmp_path.glob("*.fods")), into=tmp_path)
    for width in WIDTHS:
        needed = optimal_heights(tmp_path / f"w{width}.ods", len(texts))
        assert max(needed) > 5 * min(needed), "LibreOffice did fit the rows"
        short = [
            (text, row_height([(text, width, points)]), height)
            for text, height in zip(texts, needed, strict=True)
            if row_height([(text, width, points)]) < min(height, TALLEST) - 0.5
        ]
        assert short == []


FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<style:style style:name="co" style:family="table-column">
<style:table-column-properties style:column-width="{width:.4f}in"/></style:style>
<style:style style:name="ro" style:family="table-row">
<style:table-row-properties style:use-optimal-row-height="true"/></style:style>
<style:style style:name="ce" style:family="table-cell">
<style:table-cell-properties fo:wrap-option="wrap"/>
<style:text-properties fo:font-size="{points}pt" style:font-size-asian="{points}pt"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="s">
<table:table-column table:style-name="co"/>{rows}</table:table></office:spreadsheet></office:body>
</office:document>"""
ROW = (
    '<table:table-row table:style-name="ro"><table:table-cell table:style-name="ce"'
    ' office:value-type="string"><text:p>{}</text:p></table:table-cell></table:table-row>'
)


def flat_sheet(texts: list[str], columns: float, points: float) -> str:
    """A sheet whose rows LibreOffice fits when it opens it, as it does for no .xlsx."""
    width = int(columns * 7 + 5.5) / 96
    return FLAT.format(
        width=width, points=points, rows="".join(ROW.format(escape(t)) for t in texts)
    )


def optimal_heights(path: Path, count: int) -> list[float]:
    """The heights that LibreOffice gave the first rows of an .ods sheet, in points."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    space = {k: f"{{urn:oasis:names:tc:opendocument:xmlns:{k}:1.0}}" for k in ("style", "table")}
    heights = {}
    for style in root.iter(space["style"] + "style"):
        for properties in style.iter(space["style"] + "table-row-properties"):
            found = properties.get(space["style"] + "row-height", "")
            number, unit = re.fullmatch(r"([\d.]+)(\w+)", found).groups()  # type: ignore[union-attr]
            points = {"in": 72, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1}[unit]
            heights[style.get(space["style"] + "name")] = float(number) * points
    rows: list[float] = []
    for row in root.iter(space["table"] + "table-row"):
        repeated = int(row.get(space["table"] + "number-rows-repeated", "1"))
        rows += [heights[row.get(space["table"] + "style-name")]] * min(repeated, count)
    return rows[:count]
