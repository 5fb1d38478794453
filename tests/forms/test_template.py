"""A template that cannot be used says why, and where."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from books import repacked, swapped
from openpyxl.styles import Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.core.form import Rule, describe
from reconcile.forms.template import Template, read_template

BUILT_IN = Path(str(resources.files("reconcile.templates") / "form.xlsx"))


def edited(tmp_path: Path, change: Callable[[Worksheet], object]) -> Path:
    book = openpyxl.load_workbook(BUILT_IN)
    change(book["填报表"])
    book.save(tmp_path / "form.xlsx")
    return tmp_path / "form.xlsx"


def refused(path: Path) -> list[tuple[str, str]]:
    template, findings = read_template(path)
    assert template is None
    assert all(
        f.message and f.fix and "{" not in f.message.replace("{number}", "").replace("{goal}", "")
        for f in findings
    )
    return [(f.code, f.place.cell) for f in findings]


def test_the_built_in_template_declares_the_form(template: Template) -> None:
    form = template.form
    assert [f.id for f in form.asked] == ["state", "percent", "progress", "problem", "next", "due"]
    assert [f.id for f in form.head] == ["filler", "phone", "filled"]
    state, percent, due = (form.field(n) for n in ("state", "percent", "due"))
    assert state and percent and due
    assert state.rule.choices == ("已完成", "超序时", "达序时", "滞后", "未启动")
    assert (percent.rule.kind, percent.rule.low, percent.rule.high) == ("percent", 0, 5)
    assert due.rule.kind == "date" and not due.rule.required
    assert "状态" in state.aliases


def test_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(b"no workbook")
    assert refused(tmp_path / "form.xlsx") == [("FORM-001", "")]
    assert refused(tmp_path / "missing.xlsx") == [("FORM-001", "")]


def test_choices_that_openpyxl_would_drop(tmp_path: Path) -> None:
    """Excel keeps a list on another sheet in an extension that openpyxl does not read."""
    extension = b'<extLst><ext xmlns:x14="http://x"><x14:dataValidations count="1"><x14:dataValidation type="list"/></x14:dataValidations></ext></extLst></worksheet>'
    raw = repacked(
        BUILT_IN.read_bytes(), {"xl/worksheets/sheet2.xml": swapped(b"</worksheet>", extension)}
    )
    (tmp_path / "form.xlsx").write_bytes(raw)
    assert refused(tmp_path / "form.xlsx") == [("FORM-002", "")]


def test_no_task_row(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["D7"] = "写死的目标"

    assert ("FORM-003", "") in refused(edited(tmp_path, change))


def test_nothing_is_asked(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                cell.protection = Protection(locked=True)

    assert ("FORM-003", "") in refused(edited(tmp_path, change))


def test_a_word_twice(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["K7"] = "{progress}"

    path = edited(tmp_path, change)
    assert refused(path) == [("FORM-004", "")]
    assert "progress" in read_template(path)[1][0].message


@pytest.mark.parametrize(
    ("kind", "operator"), [("custom", None), ("decimal", "notBetween"), ("time", "between")]
)
def test_a_rule_that_cannot_be_applied_to_a_return(
    tmp_path: Path, kind: str, operator: str | None
) -> None:
    def change(sheet: Worksheet) -> None:
        rule = DataValidation(type=kind, operator=operator, formula1="1", formula2="2")
        rule.add("K7")
        kept = [v for v in sheet.data_validations.dataValidation if "K7" not in str(v.sqref)]
        sheet.data_validations.dataValidation = [*kept, rule]

    assert refused(edited(tmp_path, change)) == [("FORM-005", "K7")]


def test_a_new_column_that_nothing_asks_for_is_told(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for row in (6, 7):
            sheet.cell(row, 14)._style = sheet.cell(row, 13)._style
        sheet["N6"] = "到位资金（万元）"

    template, findings = read_template(edited(tmp_path, change))
    assert template is not None
    assert [(f.code, f.place.sheet, f.place.cell) for f in findings] == [
        ("FORM-006", "填报表", "N7")
    ]
    assert "到位资金（万元）" in findings[0].message


def test_a_new_question_is_a_new_column(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for row in (6, 7):
            sheet.cell(row, 14)._style = sheet.cell(row, 13)._style
        sheet["N6"], sheet["N7"] = "到位资金（万元）", "{money}"
        sheet["N7"].number_format = "0.00"

    template, findings = read_template(edited(tmp_path, change))
    assert template is not None and findings == ()
    money = template.form.field("money")
    assert money is not None and money.asked and money.caption == "到位资金（万元）"
    assert money.rule == Rule("number") and describe(money.rule)
    assert io.BytesIO(BUILT_IN.read_bytes()).read(2) == b"PK"
