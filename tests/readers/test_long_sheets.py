"""A long sheet of an xlsx, which is read in pieces, says what a short one does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
from books import form, zipped

from reconcile.readers import Sheet, read_book, xlsx_cells

ROWS = (
    '<row><c t="inlineStr"><is><t>&#31532;&amp;一</t></is></c><c><v>1</v></c></row>',
    '<row hidden="1"><c><v>2</v></c><c t="str"><f t="shared" ref="B2:B3" si="0">A2&amp;"x"</f>'
    "<v>2x</v></c></row>",
    '\n<row r="4"><c r="B4" t="str"><f t="shared" si="0"/><v>3x</v></c></row>',
    "<row/>\n",
    '<row><c t="e"/><c t="inlineStr"><is><r><rPr><strike/></rPr><t>旧</t></r><r><t>新</t></r></is>'
    "</c></row>",
)
TOLD = {
    (1, 1): ("第&一", "", "", ""),
    (1, 2): (1.0, "", "", ""),
    (2, 1): (2.0, "", "", ""),
    (2, 2): ("2x", '=A2&"x"', "", ""),
    (4, 2): ("3x", '=A2&"x"', "", ""),
    (6, 1): (None, "", "#VALUE!", ""),
    (6, 2): ("新", "", "", "旧"),
}


def written(rows: Sequence[str], root: str = "<worksheet xmlns='{0}'>") -> bytes:
    """Return a workbook whose first sheet holds these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        root.replace("'", '"').format(space)
        + '<cols><col min="3" max="3" hidden="1"/><col min="1" max="1" hidden="1"/></cols>'
        + f"<sheetData>{''.join(rows)}</sheetData>"
        + '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
    )
    with zipfile.ZipFile(io.BytesIO(form())) as old:
        files = {name: old.read(name) for name in old.namelist()}
    return zipped(files | {"xl/worksheets/sheet1.xml": sheet.encode()})


def first(content: bytes) -> Sheet:
    """Return the first sheet, which is to be read without a remark."""
    book, findings = read_book("a.xlsx", content)
    assert book is not None, findings
    assert findings == ()
    return book.sheets[0]


@pytest.fixture
def cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every sheet for a long one, and read it row by row."""
    monkeypatch.setattr(xlsx_cells, "_LONG", 10)
    monkeypatch.setattr(xlsx_cells, "_PIECE", 10)


ROOTS = (
    "<worksheet xmlns='{0}'>",
    "\n<worksheet\n xmlns='{0}' xmlns:r='urn:r' >",
    "<worksheet xmlns='{0}'><!-- </row> -->",
)


@pytest.mark.parametrize("root", ROOTS)
def test_pieces_say_what_the_whole_does(root: str, cut_small: None) -> None:
    sheet = first(written(ROWS, root))
    cells = {at: c for at, c in sheet.cells.items() if not c.note}  # the form has one on C3
    assert {at: (c.value, c.formula, c.error, c.struck) for at, c in cells.items()} == TOLD
    assert sheet.merges == ((1, 1, 1, 2),)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1, 3})


@pytest.mark.parametrize("broken", ["<row><c></row>", "<row>&no;</row>", "</row><row>", "<row"])
def test_a_long_sheet_that_is_not_well_formed_is_refused(broken: str, cut_small: None) -> None:
    book, findings = read_book("a.xlsx", written((*ROWS[:3], broken, *ROWS[3:])))
    assert book is None
    assert [f.code for f in findings] == ["FILE-022"]
    assert str(findings[0].values["reason"]) == "第 2 行起无法解析"  # the row before has a line end


def test_pieces_of_a_sheet_are_short() -> None:
    part = b"<worksheet><sheetData>" + b"<row><c/></row>" * 200_000 + b"</sheetData></worksheet>"
    pieces = list(xlsx_cells._pieces(part))
    assert len(pieces) > 4
    assert max(map(len, pieces)) < len(part) // 4
    assert sum(piece.count(b"<row>") for piece in pieces) == 200_000
