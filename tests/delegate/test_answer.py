"""merge --answer: the answers of the bureaus, joined into the cells of the form that the county received."""

from __future__ import annotations

import io
import re
import zipfile
from copy import copy
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hops import (
    COUNTY,
    EDUCATION,
    RECEIVED,
    TRADE,
    WATER,
    answered,
    assigned,
    city,
    city_merge,
    delegated,
    issued,
    said,
    table,
    told,
)
from office import saved_again
from openpyxl.worksheet.datavalidation import DataValidation

from reconcile.api.delegate import delegate
from reconcile.cli import main
from reconcile.core.findings import Place, Severity
from reconcile.core.units import assignments
from reconcile.delegate import xlsx_patch
from reconcile.delegate.received_form import Answer
from reconcile.delegate.xlsx_patch import write_answers
from reconcile.forms.form_writer import form_bytes
from reconcile.forms.template import read_template
from reconcile.plan import plan_bytes
from reconcile.readers import read_book

pytestmark = pytest.mark.slow  # whole rounds, command by command

USUAL = ((1, 1, EDUCATION, ""), (2, 2, WATER, ""), (3, 3, TRADE, ""))
HEAD = ["D4 FORM-047", "J4 FORM-047"]
"""The delegated plan does not say who answers: two cells are left to the person."""


def chained(folder: Path, *lines: tuple[int, int, str, str]) -> Path:
    assigned(delegated(folder), *(lines or USUAL))
    return folder


def simple(number: int) -> dict[str, Any]:
    return said("达序时", 0.5, f"第{number}项已开工建设过半")


def test_one_bureau_for_each_task(tmp_path: Path) -> None:
    chained(tmp_path)
    result = answered(
        tmp_path, {EDUCATION: {1: simple(1)}, WATER: {2: simple(2)}, TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 7, "入学率": 98.5}},
    )  # fmt: skip
    assert told(result.findings) == HEAD
    assert result.content is not None
    rows = table(result.content)
    assert rows[1]["完成情况"] == "达序时" and rows[1]["完成百分比"] == 0.5
    assert rows[1]["进展情况"] == "甲县教育局：第1项已开工建设过半。"
    assert rows[3]["预计完成时间"].date() == date(2022, 12, 20)
    numbers = table(result.content, "量化指标", 4)
    assert {n: r["本期实际"] for n, r in numbers.items()} == {"新建学校": 7, "入学率": 98.5}
    merged = city_merge(tmp_path, result.content)
    assert [f for f in merged.findings if f.unit == "甲县" and f.severity is Severity.ERROR] == []


def test_the_worst_the_lowest_the_latest_and_every_word(tmp_path: Path) -> None:
    chained(tmp_path, (1, 1, f"{EDUCATION}、{WATER}", TRADE), *USUAL[1:])
    late = date(2022, 12, 31)
    result = answered(
        tmp_path,
        {
            EDUCATION: {1: said("达序时", 0.6, "两所学校已封顶", 预计完成时间=late)},
            WATER: {1: said("滞后", 0.3, "排水未接通", 存在问题="管材未到货。"), 2: simple(2)},
            TRADE: {1: said("已完成", 1.0, "招商完成"), 3: simple(3)},
        },
        {EDUCATION: {"新建学校": 2, "入学率": 98}, WATER: {"新建学校": 3.5, "入学率": 98}},
    )  # fmt: skip
    assert told(result.findings) == HEAD
    assert result.content is not None
    row = table(result.content)[1]
    assert (row["完成情况"], row["完成百分比"], row["预计完成时间"].date()) == ("滞后", 0.3, late)
    assert row["进展情况"].split("\n") == [
        "甲县教育局（达序时，60%）：两所学校已封顶。",
        "甲县水利局（预计完成时间 2022-12-20）：排水未接通。",
        "甲县商务局（配合，已完成，预计完成时间 2022-12-20）：招商完成。",
    ]
    assert row["存在问题"] == "甲县水利局：管材未到货。"
    numbers = table(result.content, "量化指标", 4)
    assert numbers["新建学校"]["本期实际"] == 5.5
    assert numbers["新建学校"]["说明"] == "甲县教育局：2；甲县水利局：3.5"
    assert numbers["入学率"]["本期实际"] == 98


def test_a_split_task_is_done_when_every_part_is(tmp_path: Path) -> None:
    chained(tmp_path, *USUAL, (31, 3, WATER, ""))
    answers = {
        EDUCATION: {1: simple(1)},
        WATER: {2: simple(2), 31: said("达序时", 0.5, "二期过半")},
    }
    answers[TRADE] = {3: said("已完成", 1.0, "一期建成")}
    result = answered(tmp_path, answers, {EDUCATION: {"新建学校": 6, "入学率": 98}})
    assert result.content is not None
    row = table(result.content)[3]
    assert (row["完成情况"], row["完成百分比"]) == ("达序时", 0.5)
    assert row["进展情况"].split("\n") == [
        "甲县商务局（分项3，已完成，100%）：一期建成。", "甲县水利局（分项31）：二期过半。",
    ]  # fmt: skip
    answers[WATER][31] = said("已完成", 1.0, "二期建成")
    again = answered(tmp_path, answers, {EDUCATION: {"新建学校": 6, "入学率": 98}})
    assert again.content is not None and table(again.content)[3]["完成情况"] == "已完成"


def test_begun_and_not_begun_is_told(tmp_path: Path) -> None:
    chained(tmp_path, *USUAL[:2], (3, 3, f"{TRADE}、{WATER}", ""))
    result = answered(
        tmp_path,
        {EDUCATION: {1: simple(1)}, WATER: {2: simple(2), 3: said("未启动", 0, "尚未立项", 存在问题="无")},
         TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 6, "入学率": 98}},
    )  # fmt: skip
    assert told(result.findings) == [*HEAD, "H9 TASK-026"]
    assert result.content is not None
    row = table(result.content)[3]
    assert (row["完成情况"], row["完成百分比"], row["存在问题"]) == ("未启动", 0, "无")


def test_who_has_not_answered_is_told_and_nothing_made_up(tmp_path: Path) -> None:
    chained(tmp_path, (1, 1, f"{EDUCATION}、{WATER}", ""), USUAL[1])  # nobody has task 3
    result = answered(
        tmp_path, {EDUCATION: {1: simple(1)}}, {EDUCATION: {"新建学校": 2, "入学率": 98}}
    )
    assert told(result.findings) == [
        *HEAD, "H8 TASK-021", "H9 TASK-020", "H11 TASK-020", "H5 IND-018",
    ]  # fmt: skip
    assert result.findings[2].values["units"] == WATER
    assert result.content is not None
    rows = table(result.content)
    assert [rows[n]["完成情况"] for n in (1, 2, 3)] == ["达序时", None, None]
    numbers = table(result.content, "量化指标", 4)
    assert (numbers["新建学校"]["本期实际"], numbers["新建学校"]["说明"]) == (None, "甲县教育局：2")
    assert numbers["入学率"]["本期实际"] == 98


def test_numbers_that_do_not_add_up_are_asked(tmp_path: Path) -> None:
    chained(tmp_path, (1, 1, f"{EDUCATION}、{WATER}", ""), *USUAL[1:])
    result = answered(
        tmp_path,
        {EDUCATION: {1: simple(1)}, WATER: {1: simple(1), 2: simple(2)}, TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 2, "入学率": 98}, WATER: {"新建学校": 4, "入学率": 96}},
    )  # fmt: skip
    assert told(result.findings) == [*HEAD, "H6 IND-017"]
    assert result.content is not None
    row = table(result.content, "量化指标", 4)["入学率"]
    assert (row["本期实际"], row["说明"]) == (None, "甲县教育局：98；甲县水利局：96")


def test_the_same_number_twice_is_neither_sum_nor_whole_until_somebody_says_so(
    tmp_path: Path,
) -> None:
    path = chained(tmp_path, (1, 1, f"{EDUCATION}、{WATER}", ""), *USUAL[1:]) / "总台账.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["量化指标"]
    column = next(c.column for c in sheet[1] if c.value == "多家时")
    sheet.cell(2, column).value = "待定"
    book.save(path)
    result = answered(
        tmp_path,
        {EDUCATION: {1: simple(1)}, WATER: {1: simple(1), 2: simple(2)}, TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 3, "入学率": 98}, WATER: {"新建学校": 3, "入学率": 98}},
    )  # fmt: skip
    assert told(result.findings) == [*HEAD, "H5 IND-017"]
    assert result.content is not None
    assert table(result.content, "量化指标", 4)["新建学校"]["本期实际"] is None
    assert table(result.content, "量化指标", 4)["入学率"]["本期实际"] == 98


def test_a_text_too_long_is_written_whole_and_told(tmp_path: Path) -> None:
    chained(tmp_path, (1, 1, f"{EDUCATION}、{WATER}", ""), *USUAL[1:])
    long = "工程推进" * 150
    result = answered(
        tmp_path,
        {EDUCATION: {1: said("达序时", 0.5, long)}, WATER: {1: said("达序时", 0.5, long + "二"), 2: simple(2)},
         TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 2, "入学率": 98}, WATER: {"新建学校": 4, "入学率": 98}},
    )  # fmt: skip
    assert told(result.findings)[2:] == ["J8 TASK-022"]
    assert result.findings[2].values["limit"] == "1000"
    assert result.content is not None
    assert table(result.content)[1]["进展情况"].count(long) == 2
    sheet = openpyxl.load_workbook(io.BytesIO(result.content))["填报表"]
    assert sheet.row_dimensions[8].height == 409


def test_a_text_that_no_cell_can_hold_is_told_and_not_written(tmp_path: Path) -> None:
    towns = [f"甲县第{i}镇（模拟）" for i in range(1, 41)]
    chained(tmp_path, (1, 1, "、".join(towns), ""), *USUAL[1:])
    result = answered(
        tmp_path, {town: {1: said("达序时", 0.5, "工程推进" * 220)} for town in towns},
        {town: {"入学率": 98} for town in towns},
    )  # fmt: skip
    [finding] = [f for f in result.findings if f.code == "TASK-028" and f.field == "进展情况"]
    assert (finding.place.sheet, finding.place.cell) == ("填报表", "J8")
    assert finding.values["limit"] == 32767 < finding.values["length"]
    assert result.content is not None, "Excel would call a file with such a cell damaged"
    row = table(result.content)[1]
    assert (row["进展情况"], row["完成情况"]) == (None, "达序时")


def test_a_part_of_no_task_above_is_told(tmp_path: Path) -> None:
    chained(tmp_path, *USUAL, (31, 3, WATER, ""))
    path = tmp_path / "总台账.xlsx"
    book = openpyxl.load_workbook(path)
    book["任务"]["B5"] = 77
    book.save(path)
    answers = {
        EDUCATION: {1: simple(1)},
        WATER: {2: simple(2), 31: simple(31)},
        TRADE: {3: simple(3)},
    }
    result = answered(tmp_path, answers, {EDUCATION: {"新建学校": 6, "入学率": 98}})
    assert told(result.findings) == ["PLAN-558", *HEAD]
    assert (str(result.findings[0].place.sheet), result.findings[0].task) == ("任务", 31)


def prefilled(folder: Path, address: str, value: Any) -> None:
    book = openpyxl.load_workbook(folder / RECEIVED)
    book["填报表"][address] = value
    book.save(folder / RECEIVED)


def all_answered(folder: Path) -> Any:
    return answered(
        folder, {EDUCATION: {1: simple(1)}, WATER: {2: simple(2)}, TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 6, "入学率": 98}},
    )  # fmt: skip


def test_what_a_person_filled_in_stays(tmp_path: Path) -> None:
    chained(tmp_path)
    prefilled(tmp_path, "H11", "滞后")
    prefilled(tmp_path, "D4", "（模拟）张三")
    result = all_answered(tmp_path)
    assert told(result.findings) == ["J4 FORM-047", "H11 FORM-044"]
    assert result.content is not None
    row = table(result.content)[2]
    assert row["完成情况"] == "滞后"
    assert row["进展情况"].startswith("甲县水利局（达序时，50%）："), (
        "what finds no cell is said in words"
    )


def test_the_rule_of_the_form_above_counts(tmp_path: Path) -> None:
    def change(content: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for rule in book["填报表"].data_validations.dataValidation:
            if rule.type == "list":
                rule.formula1 = '"已完成,推进中,滞后"'
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    assigned(delegated(tmp_path, change(issued())), *USUAL)
    result = all_answered(tmp_path)
    assert told(result.findings) == [*HEAD, "H8 TASK-024", "H9 TASK-024", "H11 TASK-024"]
    assert result.findings[2].values["value"] == "达序时"
    assert "推进中" in result.findings[2].message
    assert result.content is not None and table(result.content)[1]["完成情况"] is None


def test_a_column_that_only_this_level_asks_is_told(tmp_path: Path) -> None:
    def without(column: str, content: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        book["填报表"][f"{column}6"] = "领导批示"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    assigned(delegated(tmp_path, without("L", issued())), *USUAL)
    result = all_answered(tmp_path)
    assert told(result.findings)[-1] == "TASK-025"
    assert result.findings[-1].values == {"number": None, "header": "下一步措施", "count": 3}
    assert result.content is not None and table(result.content)[1]["领导批示"] is None


def test_a_required_answer_that_nobody_gave_is_told(tmp_path: Path) -> None:
    chained(tmp_path)
    answers = {
        EDUCATION: {1: simple(1)},
        WATER: {2: simple(2) | {"完成百分比": None}},  # which the form does not ask of the county
        TRADE: {3: simple(3) | {"完成百分比": None}},
    }
    result = answered(tmp_path, answers, {EDUCATION: {"新建学校": 6, "入学率": 98}})
    assert told(result.findings) == [*HEAD, "I9 TASK-027"]


def test_an_indicator_that_was_renamed_is_told(tmp_path: Path) -> None:
    chained(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "总台账.xlsx")
    book["量化指标"]["B2"] = "新建中小学"
    book.save(tmp_path / "总台账.xlsx")
    answers = {EDUCATION: {1: simple(1)}, WATER: {2: simple(2)}, TRADE: {3: simple(3)}}
    result = answered(tmp_path, answers, {EDUCATION: {"新建中小学": 6, "入学率": 98}})
    assert told(result.findings) == [*HEAD, "IND-019"]
    assert result.findings[-1].values["name"] == "新建中小学"


def test_an_extra_choice_on_which_bureaus_differ_is_asked(
    tmp_path: Path, sample_template: Path
) -> None:
    (tmp_path / RECEIVED).write_bytes(custom_form(sample_template))
    made = delegate(tmp_path / RECEIVED, tmp_path / "总台账.xlsx", template_path=sample_template)
    assert made.plan is not None and made.plan.settings["填报表模板"] == sample_template.name
    assigned(tmp_path / "总台账.xlsx", *USUAL[:2], (3, 3, f"{TRADE}、{WATER}", ""))
    result = answered(
        tmp_path,
        {EDUCATION: {1: simple(1)}, WATER: {2: simple(2), 3: simple(3) | {"是否纳入督查": "否"}},
         TRADE: {3: simple(3) | {"是否纳入督查": "是"}}},
        {EDUCATION: {"新建学校": 6, "入学率": 98}},
    )  # fmt: skip
    assert told(result.findings) == [*HEAD, "N9 TASK-023"]
    assert result.content is not None
    assert (
        table(result.content)[3]["进展情况"]
        .split("\n")[0]
        .startswith("甲县商务局（是否纳入督查 是）：")
    )


@pytest.fixture
def sample_template(tmp_path: Path) -> Path:
    """The built-in template with one more question."""
    book = openpyxl.load_workbook(str(resources.files("reconcile.templates") / "form.xlsx"))
    sheet = book["填报表"]
    for row, text in ((6, "是否纳入督查"), (7, "{watched}")):
        sheet.cell(row, 14)._style = copy(sheet.cell(row, 8)._style)
        sheet.cell(row, 14).value = text
    rule = DataValidation("list", formula1='"是,否"', allow_blank=True)
    rule.add("N7")
    sheet.add_data_validation(rule)
    book.save(tmp_path / "模板.xlsx")
    return tmp_path / "模板.xlsx"


def custom_form(path: Path) -> bytes:
    template, _ = read_template(path)
    assert template is not None
    own = [a for a in assignments(city())[0] if a.unit == COUNTY]
    return form_bytes(template, city(), 2, COUNTY, own)


# --- the file


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_the_answer_sheets_change(tmp_path: Path) -> None:
    chained(tmp_path)
    result = all_answered(tmp_path)
    assert result.content is not None
    before, after = parts((tmp_path / RECEIVED).read_bytes()), parts(result.content)
    assert list(before) == list(after)
    assert [n for n in before if before[n] != after[n]] == [
        "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml",
    ]  # fmt: skip
    first, second = (
        openpyxl.load_workbook(io.BytesIO(c))
        for c in ((tmp_path / RECEIVED).read_bytes(), result.content)
    )
    for one, other in zip(first.worksheets, second.worksheets, strict=True):
        assert one.protection.sheet == other.protection.sheet
        assert str(one.data_validations.dataValidation) == str(
            other.data_validations.dataValidation
        )
        for row in one.iter_rows():
            for cell in row:
                twin = other[cell.coordinate]
                assert cell._style == twin._style
                if cell.protection.locked:
                    assert cell.value == twin.value, cell.coordinate


@pytest.mark.parametrize("how", ["libreoffice", "openpyxl"])
def test_a_form_saved_again_by_another_program_can_be_answered(
    tmp_path: Path, soffice: str, how: str
) -> None:
    if how == "libreoffice":
        again = saved_again(issued(), "xlsx")
    else:
        openpyxl.load_workbook(io.BytesIO(issued())).save(tmp_path / "f.xlsx")
        again = (tmp_path / "f.xlsx").read_bytes()
    assigned(delegated(tmp_path, again), *USUAL)
    result = all_answered(tmp_path)
    assert told(result.findings) == HEAD
    assert result.content is not None
    merged = city_merge(tmp_path, result.content)
    assert [
        f.code for f in merged.findings if f.unit == "甲县" and f.severity is Severity.ERROR
    ] == []
    assert sum(r.unit == "甲县" for r in merged.records) == 3 * 5 - 1 + 2 + 1, "all but one share"


def test_texts_are_texts_and_nothing_is_lost_in_them(tmp_path: Path) -> None:
    text = '=1+1 <b>&amp; "x" _x000D_ 第一行\n第二行 😀'
    answer = Answer(Place("f", "填报表", "J7"), text)
    content, reason = write_answers("f.xlsx", issued(), [answer])
    assert reason == ""
    book, _ = read_book("f.xlsx", content)
    assert book is not None
    cell = book.sheets[1].cells[7, 10]
    assert (book.sheets[1].name, cell.value, cell.formula) == ("填报表", text, "")


def test_a_sign_that_xml_forbids_is_a_refusal(tmp_path: Path) -> None:
    answer = Answer(Place("f", "填报表", "J7"), "读得出，\x0bExcel 却打不开")
    content, reason = write_answers("f.xlsx", issued(), [answer])
    assert content == b"" and "not well-formed" in str(reason)


def test_a_form_that_opens_with_a_password_says_so() -> None:
    content, reason = write_answers("f.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), [])
    assert content == b"" and "去掉密码" in str(reason)


def test_a_cell_that_is_not_there_is_a_refusal_not_a_guess(tmp_path: Path) -> None:
    content, reason = write_answers("f.xlsx", issued(), [Answer(Place("f", "填报表", "J99"), "x")])
    assert content == b"" and "99" in str(reason)


# --- the verb


def run(folder: Path, *more: str) -> Any:
    arguments = [
        "merge", str(folder / "总台账.xlsx"), str(folder / "收回"), "-o", str(folder / "汇总.xlsx"),
        "--as-of", "2022-07-04", "--answer", str(folder / RECEIVED), *more,
    ]  # fmt: skip
    return CliRunner().invoke(main, arguments)


def test_merge_writes_the_answer_and_lists_its_findings(tmp_path: Path) -> None:
    chained(tmp_path)
    all_answered(tmp_path)
    before = (tmp_path / RECEIVED).read_bytes()
    result = run(tmp_path)
    assert result.exit_code == 3, result.output
    out = tmp_path / f"答复_{RECEIVED}"
    assert "给上级的答复：17 格" in result.output
    assert (tmp_path / RECEIVED).read_bytes() == before
    listed = openpyxl.load_workbook(tmp_path / "汇总_明细.xlsx")["问题清单"]
    assert "FORM-047" in [c.value for row in listed.iter_rows() for c in row]
    assert run(tmp_path).exit_code == 3, "the same answers may be written again"
    edited = openpyxl.load_workbook(out)
    edited["填报表"]["D4"] = "（模拟）李四"
    edited.save(out)
    refused = run(tmp_path)
    assert refused.exit_code == 1 and "FORM-045" in refused.output and "D4" in refused.output
    assert openpyxl.load_workbook(out)["填报表"]["D4"].value == "（模拟）李四"
    assert run(tmp_path, "--force").exit_code == 3
    assert openpyxl.load_workbook(out)["填报表"]["D4"].value is None
    assert run(tmp_path, "--answer-out", str(tmp_path / RECEIVED)).exit_code == 3
    assert table((tmp_path / RECEIVED).read_bytes())[1]["完成情况"] == "达序时"


def test_another_form_is_refused(tmp_path: Path, soffice: str) -> None:
    chained(tmp_path)
    all_answered(tmp_path)
    good = (tmp_path / RECEIVED).read_bytes()
    (tmp_path / RECEIVED).write_bytes(issued("乙县"))
    assert "FORM-041" in run(tmp_path).output
    (tmp_path / RECEIVED).write_bytes(issued(period=1))
    assert "FORM-043" in run(tmp_path).output
    (tmp_path / RECEIVED).write_bytes(good)
    (tmp_path / RECEIVED).write_bytes(saved_again(good, "xls"))
    assert "FORM-040" in run(tmp_path).output
    (tmp_path / RECEIVED).write_bytes(good)
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(replace(city(), settings={})))
    for name in ("汇总.xlsx", "汇总_明细.xlsx"):
        (tmp_path / name).unlink()  # another plan's
    failed = run(tmp_path, "--period", "第二季度")
    assert failed.exit_code == 1 and "FORM-042" in failed.output


def test_a_file_that_cannot_be_spliced_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chained(tmp_path)
    all_answered(tmp_path)
    monkeypatch.setattr(xlsx_patch, "_spliced", lambda content, *_: content)
    failed = run(tmp_path)
    assert failed.exit_code == 1 and "FORM-046" in failed.output
    assert not (tmp_path / f"答复_{RECEIVED}").exists()


def test_the_same_plan_answers_the_next_period_s_form(tmp_path: Path) -> None:
    assigned(delegated(tmp_path, issued(period=1)), *USUAL)
    (tmp_path / "下期.xlsx").write_bytes(issued())
    result = answered(
        tmp_path,
        {EDUCATION: {1: simple(1)}, WATER: {2: simple(2)}, TRADE: {3: simple(3)}},
        {EDUCATION: {"新建学校": 6, "入学率": 98}},
        name="下期.xlsx",
    )
    assert told(result.findings) == HEAD
    assert result.content is not None
    merged = city_merge(tmp_path, result.content)
    assert [v.why for v in merged.verdicts] == [()]


def test_a_sheet_whose_tags_have_a_prefix_can_be_answered() -> None:
    before = parts(issued())
    name = "xl/worksheets/sheet2.xml"
    text = re.sub(r"<(/?)([a-z])", r"<\1x:\2", before[name].decode())
    text = text.replace('xmlns="', 'xmlns:x="', 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in before.items():
            archive.writestr(part, text if part == name else content)
    answers = [Answer(Place("f", "填报表", "J7"), "完成"), Answer(Place("f", "填报表", "I7"), 0.5)]
    content, reason = write_answers("f.xlsx", out.getvalue(), answers)
    assert reason == ""
    assert b"<x:t xml:space" in parts(content)[name]
