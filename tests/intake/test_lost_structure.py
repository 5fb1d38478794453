"""Captions merged down, a header row or the keys gone, cells stored twice, texts without end."""

from __future__ import annotations

import openpyxl
import pytest
from bench_forms import A, changed, clean, filled, merged, on_form, put, told, values
from books import repacked, swapped
from openpyxl.worksheet.worksheet import Worksheet

from reconcile.readers import read_book
from reconcile.readers.limits import check_xml

SHEET = "xl/worksheets/sheet2.xml"


def with_cell(at: str, cell: str, content: bytes | None = None) -> bytes:
    """A filled form, with other XML for one of its cells."""

    def change(part: bytes) -> bytes:
        start = part.index(f'<c r="{at}"'.encode())
        return part[:start] + cell.encode() + part[part.index(b"</c>", start) + 4 :]

    return repacked(content or filled(), {SHEET: change})


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("skipped", ["", "A", "AM", "H"])
def test_captions_merged_down_over_inserted_rows_are_one_header(rows: int, skipped: str) -> None:
    """
    | 序号 | 目标任务 | 完成情况 |   merged down
    |      |          |          |
    | 2    | …        | 达序时   |
    """

    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(7, rows)
        for letter in "ABCDEFGHIJKLM":
            if letter not in skipped:
                sheet.merge_cells(f"{letter}6:{letter}{6 + rows}")

    result = merged(changed(on_form(change)))
    assert told(result) == []
    assert values(result) == clean()


def test_without_its_header_row_a_form_still_says_who_filled_it_in() -> None:
    """Beside the sheet stands a whole one, so that the file is taken."""

    def change(book: openpyxl.Workbook) -> None:
        other = book.copy_worksheet(book["填报表"])
        other.title = "另一张"
        for _ in range(1, 6):
            other.delete_rows(1)
        book["填报表"].delete_rows(6)
        for _ in range(8, other.max_row + 1):
            other.delete_rows(3)

    result = merged(changed(change))
    codes = {f.code for f in result.findings if f.unit == A}
    assert "HEAD-001" in codes and not codes & {"FORM-023", "TASK-001"}
    assert ("HEAD-001", "填报表") in {(f.code, f.place.sheet) for f in result.findings}
    assert values(result)[None, "filler"] == "张三"


def redragged(sheet: Worksheet) -> None:
    """The column of keys deleted, the numbers dragged anew."""
    sheet.delete_cols(1)
    for number, row in enumerate(range(7, sheet.max_row + 1), 1):
        if sheet.cell(row, 1).value is not None:
            sheet.cell(row, 1).value = number


def test_without_keys_and_numbers_goal_and_milestones_tell_the_task() -> None:
    result = merged(changed(on_form(redragged)))
    codes = {code for code, _ in told(result)}
    assert "ROW-050" in codes and codes <= {"ROW-050", "ROW-001"}
    assert values(result) == clean()


@pytest.mark.parametrize("column", [3, 4])
def test_a_row_whose_goal_or_milestone_was_changed_too_is_no_task(column: int) -> None:
    def change(sheet: Worksheet) -> None:
        redragged(sheet)
        sheet.cell(8, 1).value, sheet.cell(8, column).value = 77, "另一件事"

    result = merged(changed(on_form(change)))
    codes = {code for code, at in told(result) if at[1:] == "8"}
    assert codes & {"ROW-006", "ROW-007", "ROW-019"}, "set aside, and not guessed"


@pytest.mark.parametrize(
    ("second", "findings"), [("另一句", [("CELL-060", "J8")]), ("", []), (None, [])]
)
def test_a_cell_that_is_stored_twice_is_told(
    second: str | None, findings: list[tuple[str, str]]
) -> None:
    own = "第2项本期已召开推进会，完成一半。"
    text = "<c r='J8' t='inlineStr'><is><t>{}</t></is></c>"
    twice = text.format(own) + text.format(own if second is None else second)
    result = merged(with_cell("J8", twice))
    assert told(result) == findings
    expected = second if second else own
    assert values(result)[2, "progress"] == expected


def test_two_rows_with_one_number_are_told_at_their_cells() -> None:
    row = '<row r="8"><c r="J8" t="inlineStr"><is><t>另一句</t></is></c></row></sheetData>'
    result = merged(repacked(filled(), {SHEET: swapped("</sheetData>", row)}))
    assert told(result) == [("CELL-060", "J8")]


@pytest.mark.parametrize(
    "text", ["长" * 1_000_000, "长" * 40_000, "&#x957f;" * 300_000, "a&amp;" * 400_000]
)
def test_one_endless_cell_is_set_aside_and_no_more(text: str) -> None:
    content = with_cell("J8", f'<c r="J8" t="inlineStr"><is><t>{text}</t></is></c>')
    result = merged(content)
    assert sorted(told(result)) == [("CELL-010", "J8"), ("CELL-061", "J8")]
    assert len(values(result)) == len(clean()) - 1


def test_an_endless_text_is_cut_in_ods_too() -> None:
    from books import zipped

    xml = (
        '<office:document-content xmlns:office="u:o" xmlns:table="u:t" xmlns:text="u:x"><office:body>'
        '<office:spreadsheet><table:table table:name="表"><table:table-row><table:table-cell '
        f'office:value-type="string"><text:p>{"长" * 600_000}</text:p></table:table-cell></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    book, findings = read_book("a.ods", zipped({"content.xml": xml.encode()}))
    assert book is not None and findings == ()
    assert len(str(book.sheets[0].cells[1, 1].value)) == 32_768
    assert [t.code for t in book.sheets[0].remarks] == ["CELL-061"]


@pytest.mark.parametrize("start", ["<a b='", "<!--", "<![CDATA[", "<?x "])
def test_only_a_text_is_cut(start: str) -> None:
    from reconcile.readers.limits import Refused

    part = f"<r>{start}{'长' * 600_000}".encode() + b"<r/>"
    with pytest.raises(Refused, match="FILE-022"):
        check_xml(part, "x", cut=True)


def test_a_text_is_cut_between_signs() -> None:
    for text in ("长" * 400_000, "&amp;" * 400_000, "a长" * 400_000, "😀" * 400_000):
        for before in ("", "a", "ab", "abc"):
            part = check_xml(f"<r><t>{before}{text}</t></r>".encode(), "x", cut=True)
            assert len(part) < 300_000
            assert part.decode("utf-8").endswith("…</t></r>")


@pytest.mark.parametrize(
    ("cell", "column", "findings"),
    [
        ('<c r="K8" t="str"><f>IF(B2="","",B2)</f><v></v></c>', "problem", []),
        ('<c r="K8" t="str"><f>IF(B2="","",B2)</f><v/></c>', "problem", []),
        ('<c r="K8"><f>IF(B2="","",B2)</f></c>', "problem", [("CELL-031", "K8")]),
    ],
)
def test_a_formula_that_says_nothing_is_blank(
    cell: str, column: str, findings: list[tuple[str, str]]
) -> None:
    result = merged(with_cell("K8", cell, changed(put(K8="x"))))
    assert told(result) == findings
    assert (2, column) not in values(result)


def test_a_formula_that_says_nothing_leaves_a_required_cell_empty() -> None:
    result = merged(with_cell("J8", '<c r="J8" t="str"><f>""</f><v></v></c>'))
    assert told(result) == [("CELL-001", "J8")]


@pytest.mark.parametrize(
    ("stored", "taken"),
    [
        ("甲_x005F_x000D_乙", "甲_x000D_乙"),
        ("甲_x000D_乙", "甲\n乙"),
        ("甲_x005F_x005F_x000D_乙", "甲_x005F\n乙"),
        ("_x4E2D__x6587_", "中文"),
    ],
)
def test_escapes_are_decoded_once(stored: str, taken: str) -> None:
    result = merged(with_cell("J8", f'<c r="J8" t="inlineStr"><is><t>{stored}</t></is></c>'))
    assert values(result)[2, "progress"] == taken
