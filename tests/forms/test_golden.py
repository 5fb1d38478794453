"""Golden text dumps of workbooks: values, locks, fills, formats, rules and notes, cell by cell.

A change to a template or to what forms look like shows up as a readable diff.
To accept it: RECONCILE_GOLDEN=write pytest tests/test_golden.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl

from reconcile.api.generate import generate

GOLDEN = Path(__file__).parents[1] / "golden"


def dump(path: Path) -> Iterator[str]:
    """One line per cell that holds or asks for something, and the sheet's set-up."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        page = sheet.page_setup
        yield (
            f"== {sheet.title} ({sheet.sheet_state}) freeze={sheet.freeze_panes}"
            f" filter={sheet.auto_filter.ref} protected={bool(sheet.protection.sheet)}"
            f" paper={page.paperSize} {page.orientation} titles={sheet.print_title_rows}"
        )
        for column, dimension in sorted(sheet.column_dimensions.items()):
            yield f"-- {column} width={dimension.width:g}{' hidden' if dimension.hidden else ''}"
        for area in sorted(str(r) for r in sheet.merged_cells.ranges):
            yield f"-- merged {area}"
        for rule in sheet.data_validations.dataValidation:
            yield (
                f"-- rule {rule.sqref} {rule.type} {rule.operator or ''} {rule.formula1}"
                f" {rule.formula2 or ''} {'' if rule.allow_blank else 'required'}: "
                + (rule.prompt or "").replace("\n", "⏎")
            )
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None or not cell.protection.locked:
                    yield " ".join(cell_words(cell))


def cell_words(cell: Any) -> Iterator[str]:
    yield cell.coordinate
    yield "open" if not cell.protection.locked else "locked"
    yield f"{cell.font.name}/{cell.font.sz:g}{'b' if cell.font.b else ''}"
    yield str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type else "-"
    yield cell.number_format
    yield repr(cell.value)
    if cell.comment:
        yield f"note={cell.comment.text!r}"


def check(name: str, path: Path) -> None:
    golden = GOLDEN / name
    found = "\n".join(dump(path)) + "\n"
    if os.environ.get("RECONCILE_GOLDEN") == "write":
        golden.write_text(found, encoding="utf-8", newline="\n")
    assert found == golden.read_text(encoding="utf-8")


def test_the_form_template() -> None:
    check("form_template.txt", Path(str(resources.files("reconcile.templates") / "form.xlsx")))


def test_an_issued_form(sample_plan_path: Path, tmp_path: Path) -> None:
    made = generate(sample_plan_path, tmp_path, "第二季度", only=["市文广旅局"])
    check("form_issued.txt", made.files["市文广旅局"])
