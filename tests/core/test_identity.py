"""Whose form is it? Units, plans and periods that are not what the form was issued for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench_forms import (
    FILE,
    A,
    B,
    Change,
    aside,
    changed,
    clean,
    filled,
    fingerprint_of,
    issued,
    lost,
    merged,
    on_form,
    plan,
    put,
    read,
    told,
    values,
)
from books import opened
from openpyxl.workbook import Workbook as Book

from reconcile.core.keys import form_number, issued_to, parse_form_number, parse_row_key
from reconcile.core.plan import Ruling, Unit
from reconcile.core.result import MergeResult


def number_of(unit: str = A, period: int = 2) -> str:
    return read(issued(unit, period)).numbers[0][0]


def number_cell(book: Book) -> str:
    row = book["填报表"][2]
    return next(c.coordinate for c in row if str(c.value).startswith("表单编号"))


def renumber(text: str | None) -> Change:
    def change(book: Book) -> None:
        book["填报表"][number_cell(book)] = text

    return change


def all_of(*changes: Change) -> Change:
    def change(book: Book) -> None:
        for one in changes:
            one(book)

    return change


def forget_hidden(book: Book) -> None:
    del book["_meta"]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


def take_keys_of(unit: str) -> Change:
    def change(book: Book) -> None:
        keys = [row.key for row in read(issued(unit)).tables[0].rows]
        for row in range(7, 11):
            book["填报表"][f"A{row}"] = keys[row - 7] if row - 7 < len(keys) else None

    return change


def refused(result: MergeResult) -> tuple[str, ...]:
    assert not result.records and not result.verdicts[0].accepted
    assert result.balance.received == result.balance.set_aside > 0
    return result.verdicts[0].why


@pytest.mark.parametrize(
    ("change", "code", "cell"),
    [
        (put(B2="责任单位：市财政局"), "FORM-014", "B2"),
        (put(B2="责任单位： 财政局"), None, ""),
        (renumber(f"表单编号：{number_of(B)}"), "FORM-017", "*"),
        (
            all_of(renumber(f"表单编号：{number_of(B)}"), take_keys_of(B)),
            "FORM-014",
            "B2",
        ),
        (renumber("表单编号：0000-02-0000-0000-00000000"), "FORM-011", "*"),
        (
            renumber(f"表单编号：{number_of()[:-1]}{'0' if number_of()[-1] != '0' else '1'}"),
            "FORM-012",
            "*",
        ),
        (put(E5=f"表单编号：{number_of(B)}"), "FORM-015", ""),
        (take_keys_of(B), "FORM-017", "*"),
    ],
)
def test_a_form_made_over(change: Change, code: str | None, cell: str) -> None:
    result = merged(changed(change))
    if code is None:
        assert {c for c, _ in told(result)} == {"FORM-020"}
        assert lost(result) == set()
        return
    assert code in refused(result)
    found = [(f.code, f.place.cell) for f in result.findings if f.code == code]
    where = number_cell_of(result) if cell == "*" else cell
    assert found == [(code, where)]


def number_cell_of(result: MergeResult) -> str:
    from io import BytesIO

    import openpyxl

    assert result
    return number_cell(openpyxl.load_workbook(BytesIO(issued())))


def test_another_period() -> None:
    result = merged(filled(A, 1))
    assert refused(result) == ("FORM-013",)
    assert "第一季度" in result.findings[0].message and "第二季度" in result.findings[0].message


def test_another_plan_with_the_same_units() -> None:
    other = replace(plan(), key="f" * 32)
    result = merged(filled(), its_plan=other)
    assert refused(result) == ("FORM-011",)


def test_a_unit_that_left_the_register() -> None:
    left = replace(plan(), units=tuple(u for u in plan().units if u.name != "市教育局"))
    left = replace(left, tasks=tuple(replace(t, support=()) for t in left.tasks))
    result = merged(filled("市教育局"), its_plan=left)
    assert refused(result) == ("FORM-025",)
    assert "市教育局" in result.findings[0].message


def test_a_unit_that_is_refused_is_not_also_called_silent() -> None:
    result = merged(changed(renumber(f"表单编号：{number_of(B)}")))
    assert [f.unit for f in result.findings if f.code == "UNIT-009"] == ["市教育局"]
    assert [s.state for s in result.statuses] == ["refused", "refused", "missing"]


def test_the_number_line_gone_row_keys_tell() -> None:
    result = merged(changed(renumber(None)))
    assert told(result) == [("FORM-016", "")]
    assert values(result) == clean()


def test_the_number_mangled_is_set_aside_and_row_keys_tell() -> None:
    result = merged(changed(renumber("表单编号：以后补")))
    assert {c for c, _ in told(result)} == {"FORM-016", "ROW-012"}
    assert aside(result).popitem()[1] == "表单编号：以后补"
    assert lost(result) == set()


def test_number_and_keys_gone_the_hidden_sheet_tells() -> None:
    keys = {f"A{r}": None for r in range(7, 11)}
    result = merged(changed(all_of(renumber(None), put(**keys))))
    assert ("FORM-018", "") in told(result)
    assert {c for c, _ in told(result)} == {"FORM-018", "ROW-001"}
    assert lost(result) == set()


def test_everything_gone_only_a_ruling_can_tell() -> None:
    keys = {f"A{r}": None for r in range(7, 11)}
    content = changed(all_of(renumber(None), put(**keys), forget_hidden))
    assert refused(merged(content)) == ("FORM-010",)
    ruling = Ruling("FORM-010", A, None, "", "照收", f"{FILE} {fingerprint_of(content)}")
    result = merged(content, [ruling])
    assert {c for c, _ in told(result)} == {"FORM-019", "ROW-001"}
    assert lost(result) == set()
    silent = Ruling("FORM-010", "不在册的单位", None, "", "照收", fingerprint_of(content))
    assert "FORM-010" in refused(merged(content, [silent]))


def test_hidden_identity_of_another_form_is_told() -> None:
    def change(book: Book) -> None:
        meta = book["_meta"]
        for row in meta.iter_rows():
            if row[0].value == "form":
                row[1].value = number_of(B)

    result = merged(changed(change))
    assert told(result) == [("FORM-021", number_cell_of(result))]
    assert lost(result) == set()


def test_two_forms_pasted_into_one_file() -> None:
    def change(book: Book) -> None:

        other = opened(filled(B))["填报表"]
        sheet = book.create_sheet("财政局")
        for row in other.iter_rows():
            for cell in row:
                if cell.value is not None:
                    sheet[cell.coordinate].value = cell.value

    result = merged(changed(change))
    assert [(v.accepted, v.unit) for v in result.verdicts] == [(True, A), (True, B)]
    # Pasted without formats: percentages are noted.
    assert [t for t in told(result, of="") if t[0] != "CELL-012"] == [("FORM-066", "")]


def test_one_of_two_numbers_edited_is_told_as_edited() -> None:
    """The indicator sheet repeats the number; who edits one of them did not send two forms."""
    wrong = f"表单编号：{number_of()[:-1]}{'0' if number_of()[-1] != '0' else '1'}"
    result = merged(changed(put(P2=wrong)))
    assert refused(result) == ("FORM-012",)
    assert [f.place.cell for f in result.findings if f.code == "FORM-012"] == ["P2"]


def test_a_mention_of_a_unit_in_an_answer_is_no_identity() -> None:
    cells = {"J7": "责任单位：市财政局", "J8": f"见表单编号：{number_of(B)}"}
    result = merged(changed(put(**cells)))
    assert told(result) == []
    assert lost(result) == {(1, "progress"), (2, "progress")}


@pytest.mark.parametrize("written", ["{}", "{} ", "编号 {}", "{}（必填）"])
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    number = number_of()
    spellings = [
        number.lower(),
        number.replace("-", "－"),
        number.replace("0", "O"),
        number.replace("1", "l"),
    ]
    for spelling in spellings:
        found = parse_form_number(written.format(spelling))
        assert found is not None and str(found) == number
        assert issued_to(plan(), found) == A


def test_numbers_and_keys_are_of_one_unit_and_period_only() -> None:
    numbers = {number_of(u, p) for u in (A, B, "市教育局") for p in (1, 2)}
    assert len(numbers) == 6
    renamed = replace(plan(), units=(Unit("市发展改革委"), *plan().units[1:]))
    found = parse_form_number(number_of())
    assert found is not None and issued_to(renamed, found) is None
    assert form_number(plan(), 2, A, found.version) == found
    assert parse_row_key("7.ABCDEF.ABCDEF") is None
    assert parse_form_number("1234-56-7890") is None


def test_on_form_changes_only_the_form() -> None:
    assert told(merged(changed(on_form(lambda sheet: sheet.title)))) == []
