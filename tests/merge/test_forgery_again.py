"""Who a form speaks for, attacked once more: former names, lines to copy, copies, rulings, guessed numbers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from bench_forms import AS_OF, FILE, HEAD, answer, fingerprint_of, merged, saved, template
from bench_forms import plan as five_tasks
from books import opened
from worded import worded

from reconcile.api.marked_copies import marked_up
from reconcile.core.plan import Plan, Ruling, Task, Unit
from reconcile.core.result import MergeResult
from reconcile.core.secret_key import weakness
from reconcile.core.submission import fingerprint
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes
from reconcile.intake.reader import take_in
from reconcile.merge.run import merge

OLD, NEW = "市招商局", "市投促局"
Workbook = openpyxl.Workbook


def _task(number: int, lead: str) -> Task:
    milestones = {"第一季度": f"{number}成。", "第二季度": f"第{number}项过半。"}
    return Task(number, (), f"第{number}件大事办好。", milestones, (lead,), ())


def _plan(leads: Mapping[int, str], *units: Unit) -> Plan:
    return replace(five_tasks(), tasks=tuple(_task(n, u) for n, u in leads.items()), units=units)


BEFORE = _plan({1: OLD, 2: OLD, 3: NEW, 4: NEW}, Unit(OLD), Unit(NEW))
"""When the forms went out."""
SINCE = _plan(dict.fromkeys((1, 2, 3, 4), NEW), Unit(NEW, (OLD,)))
"""The one unit was merged into the other."""


def _filled(plan: Plan, unit: str, period: int = 2) -> Workbook:
    own = [a for a in assignments(plan)[0] if a.unit == unit]
    book = opened(form_bytes(template(), plan, period, unit, own))
    for address, value in HEAD.items():
        book["填报表"][address] = value
    for row in range(7, 7 + len(own)):
        number = book["填报表"][f"B{row}"].value
        for letter, value in answer(number).items():
            book["填报表"][f"{letter}{row}"] = value
    return book


def _without_number(book: Workbook) -> Workbook:
    """Take the form number out of a form, and all that is hidden but the keys of its rows."""
    for row in book["填报表"].iter_rows():
        for cell in row:
            if "表单编号" in str(cell.value):
                cell.value = None
    del book["_meta"]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    return book


def _as_task(book: Workbook, row: int, number: int) -> None:
    """Make a row, or a new one, ask about another task of the published plan; it has no key then."""
    sheet, task = book["填报表"], SINCE.tasks[number - 1]
    for letter in "CGHIKLM":
        sheet[f"{letter}{row}"] = sheet[f"{letter}8"].value
    sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"D{row}"] = None, number, task.goal
    sheet[f"E{row}"], sheet[f"F{row}"] = task.milestones.values()
    sheet[f"J{row}"] = f"替别人说的第{number}项：一件也没有办。"


def _counted(result: MergeResult) -> dict[int, str]:
    """The progress that counts, by task."""
    return {r.task: str(r.value) for r in result.records if r.field == "progress" and r.task}


def _codes(result: MergeResult) -> set[str]:
    return {f.code for f in worded(result.findings)}


# --- a form under a former name


def test_a_form_under_a_former_name_speaks_for_the_tasks_that_it_was_issued_with_only() -> None:
    theirs = _filled(BEFORE, OLD)
    for row, number in ((9, 3), (10, 4)):
        _as_task(theirs, row, number)
    theirs["填报表"]["M4"] = date(2022, 7, 4)  # after the unit's own form
    files = {"旧.xlsx": saved(theirs), "新.xlsx": saved(_filled(BEFORE, NEW))}
    result = merged(files, its_plan=SINCE)
    assert _counted(result) == {n: answer(n)["J"] for n in (1, 2, 3, 4)}
    assert {(f.code, f.place.cell) for f in result.findings if f.code == "ROW-006"} >= {
        ("ROW-006", "J9"), ("ROW-006", "J10"),
    }  # fmt: skip
    assert "TASK-044" not in _codes(result)


def test_rows_that_lost_their_keys_are_taken_where_the_form_under_a_former_name_remembers_them() -> (
    None
):
    book = _filled(BEFORE, OLD)
    book["填报表"]["A7"] = book["填报表"]["A8"] = None
    result = merged(saved(book), its_plan=SINCE)
    assert set(_counted(result)) == {1, 2}


def test_a_form_under_a_former_name_without_any_key_is_refused() -> None:
    book = _filled(BEFORE, OLD)
    _as_task(book, 7, 3)
    _as_task(book, 8, 4)
    del book["_meta"]
    result = merged(saved(book), its_plan=SINCE)
    assert not _counted(result)
    assert [(v.unit, v.why) for v in result.verdicts] == [(NEW, ("FORM-087",))]


def test_a_renamed_unit_keeps_all_its_tasks() -> None:
    was = _plan(dict.fromkeys((1, 2, 3, 4), OLD), Unit(OLD))
    result = merged(saved(_filled(was, OLD)), its_plan=SINCE)
    assert set(_counted(result)) == {1, 2, 3, 4}
    assert not {f.code for f in result.findings} - {"FORM-070"}


# --- the line to copy to 沿用标识


def _told_to_copy(plan: Plan, caption: str) -> str:
    """The line that is offered for a form of the first quarter when the second one is merged."""
    book = _filled(five_tasks(), "市发改委", 1)
    for row in book["_meta"].iter_rows():
        if row[0].value == "period":
            row[1].value = caption
    found = [f for f in merged(saved(book), its_plan=plan).findings if f.code == "FORM-083"]
    assert len(found) == 1
    return str(found[0].values["entry"])


@pytest.mark.parametrize("caption", ["第一季度", " 第一季度", "第 一季度"])
def test_a_blank_in_what_a_form_says_does_not_make_it_one_of_the_merged_period(
    caption: str,
) -> None:
    corrected = replace(five_tasks(), title="2022年重点任务（修订）")
    line = _told_to_copy(corrected, caption)
    assert line.startswith("第一季度=2022-")
    copied = replace(corrected, settings={**corrected.settings, "沿用标识": line})
    first = saved(_filled(five_tasks(), "市发改委", 1))
    assert not _counted(merged(first, its_plan=copied))


def test_a_form_of_a_renamed_period_is_offered_for_the_one_that_ends_then() -> None:
    first, second = five_tasks().periods
    renamed = replace(five_tasks(), periods=(replace(first, caption="一季度"), second))
    assert _told_to_copy(renamed, "第一季度").startswith("一季度=2022-")


def test_a_form_of_a_deleted_period_is_offered_for_no_other() -> None:
    second = five_tasks().periods[1:]
    line = _told_to_copy_alone(replace(five_tasks(), periods=second))
    assert line.startswith("第一季度=2022-")


def _told_to_copy_alone(plan: Plan) -> str:
    content = saved(_filled(five_tasks(), "市发改委", 1))
    found = [f for f in merged(content, its_plan=plan, period=1).findings if f.code == "FORM-083"]
    return str(found[0].values["entry"])


# --- guesses


def test_a_marked_up_copy_does_not_name_the_unit_of_a_foreign_key(tmp_path: Path) -> None:
    plan = _plan({1: OLD, 2: OLD, 3: NEW, 4: NEW}, Unit(OLD), Unit(NEW))
    guessed = _filled(plan, NEW)["填报表"]["A7"].value
    book = _filled(plan, OLD)
    book["填报表"]["A7"], book["填报表"]["A8"] = guessed, None
    (tmp_path / FILE).write_bytes(saved(book))
    form = template().form
    result = merge(plan, form, take_in([tmp_path], plan, form).returns, period=2, as_of=AS_OF)
    assert [(v.unit, v.why) for v in result.verdicts] == [
        (OLD, ("FORM-017",)), (NEW, ("FORM-017",)),
    ]  # fmt: skip
    ((_, content),) = marked_up(result, form, [tmp_path], None, tuple)
    copy = openpyxl.load_workbook(io.BytesIO(content))
    texts = [str(c.value) for sheet in copy for row in sheet.iter_rows() for c in row if c.value]
    assert not [text for text in (*texts, str(copy.properties.title)) if NEW in text]
    assert [text for text in texts if OLD in text]


def test_more_than_twenty_guessed_form_numbers_end_a_file() -> None:
    def guessed(count: int) -> list[tuple[str, ...]]:
        book = _filled(BEFORE, OLD)
        at = next(
            c for row in book["填报表"].iter_rows() for c in row if "表单编号" in str(c.value)
        )
        number = str(at.value)
        for n in range(count):
            book["填报表"][f"A{20 + n}"] = f"{number[:-4]}{n:04d}"
        return [v.why for v in merged(saved(book), its_plan=BEFORE).verdicts]

    assert guessed(20) == [("FORM-012",)]
    assert guessed(21) == [("FORM-081",)]


def test_a_form_without_its_number_that_is_half_one_units_and_half_anothers_is_nobodys() -> None:
    leads = dict.fromkeys((1, 2, 3), OLD) | dict.fromkeys((4, 5, 6), NEW)
    plan = _plan(leads, Unit(OLD), Unit(NEW))
    book, other = _without_number(_filled(plan, OLD)), _filled(plan, NEW)["填报表"]
    sheet = book["填报表"]
    for row in (10, 11, 12):
        for letter in "ABCDEFGHIJKLM":
            sheet[f"{letter}{row}"] = other[f"{letter}{row - 3}"].value
    result = merged(saved(book), its_plan=plan)
    assert [v.why for v in result.verdicts] == [("FORM-080",)]


# --- rulings, keys


def test_a_ruling_is_offered_with_half_of_the_hash_so_that_no_twin_can_be_made() -> None:
    shown = fingerprint("0123456789abcdef" * 4, "第二季度")
    assert shown == "0123456789abcdef" * 2 + "@第二季度"
    book = _without_number(_filled(BEFORE, OLD))
    book["填报表"]["A7"] = book["填报表"]["A8"] = None
    content = saved(book)
    short = f"{hashlib.sha256(content).hexdigest()[:16]}@第二季度"  # as it was shown before
    for named in (short, fingerprint_of(content)):
        ruling = Ruling("FORM-010", OLD, None, "", "照收", named)
        assert _counted(merged(content, [ruling], its_plan=BEFORE)), named
    twin = Ruling("FORM-010", OLD, None, "", "照收", f"{short[:16]}{'0' * 16}@第二季度")
    assert not _counted(merged(content, [twin], its_plan=BEFORE))


def test_a_key_of_digits_alone_is_no_random_one() -> None:
    assert str(weakness("31415926535897932384626433832795")) == "有规律，容易猜到"
