"""Which cells of a returned sheet are the clerk's to fill in, and their rules, where pasting wiped them out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_cell_to_rowcol

from ...core.findings import address
from ...core.form import Field, Form
from ...core.submission import Submission, Table
from ...forms.excel_rules import Painter, validation
from ...readers.xlsx_parts import area
from ...writers.table import new_workbook
from ...writers.xlsx_splice import SHEET_ORDER, attribute, contents, inserted, prefix_of, prefixed

Asked = Mapping[tuple[int, int], Field]
"""Fields by the row and column, counted from 1, of the cells that ask for them."""


def asked_cells(form: Form, sheet: str, tables: Sequence[Table], returned: Submission) -> Asked:
    """Return the cells of a sheet that the clerk fills in; ``tables`` are those of this sheet."""
    asked: dict[tuple[int, int], Field] = {}
    fields = {f.id: f for f in (*form.indicators, *form.fields) if f.asked}
    for table in tables:
        for row in table.rows:
            number = xl_cell_to_rowcol(str(row.place.cell))[0] + 1
            for name, letters in row.at.columns.items():
                if name in fields:
                    asked[number, xl_cell_to_rowcol(f"{letters}1")[1] + 1] = fields[name]
    heads = {f.id: f for f in form.head}
    for name, raw in returned.head.items():
        if raw.place.sheet == sheet:
            row_, column = xl_cell_to_rowcol(str(raw.place.cell))
            asked[row_ + 1, column + 1] = heads[name]
    return asked


def with_rules(sheet: str, asked: Asked, year: int) -> str:
    """Return a sheet's XML with Excel's rules laid over the asked cells that have none any more.

    Rules whose words do not fit into them would need a list of their own, and are left out.
    """
    covered = [
        found
        for text in re.findall(r'\bsqref="([^"]*)"', contents(sheet, "dataValidations"))
        + re.findall(r"sqref>([^<]*)</", contents(sheet, "extLst"))
        for part in text.split()
        if (found := area(part))
    ]
    bare: dict[Field, list[str]] = {}
    for (row, column), field in sorted(asked.items(), key=lambda one: one[0]):
        if not any(t <= row <= b and le <= column <= r for t, le, b, r in covered):
            bare.setdefault(field, []).append(address(row, column))
    if not bare:
        return sheet
    book, stream = new_workbook("")
    painter, page = Painter(book, year), book.add_worksheet()
    written: list[str] = []
    for field, cells in bare.items():
        rule = validation(painter, field.rule, field.caption, field.prompt)
        if not isinstance(rule.get("source"), str) and rule["validate"] != "any":
            page.data_validation(len(written), 0, len(written), 0, rule)
            written.append(" ".join(cells))
    page.write_string(0, 0, "-")
    book.close()
    prefix = prefix_of(sheet)
    rules = re.findall(
        r"<dataValidation\s.*?(?:</dataValidation>|/>)", _sheet_of(stream.getvalue()), re.DOTALL
    )
    if len(rules) != len(written):
        raise ValueError("a rule was not taken")
    elements = "".join(
        prefixed(re.sub(r'\bsqref="[^"]*"', f'sqref="{cells}"', rule), prefix)
        for rule, cells in zip(rules, written, strict=True)
    )
    if not elements:
        return sheet
    there = re.search(rf"<{prefix}dataValidations\b[^<>]*[^/]>", sheet)
    if not there:
        whole = (
            f'<{prefix}dataValidations count="{len(rules)}">{elements}</{prefix}dataValidations>'
        )
        return inserted(sheet, "dataValidations", whole, SHEET_ORDER, "sheetData")
    count = attribute(there[0], "count")
    more = str(int(count) + len(rules)) if count.isdecimal() else ""
    begun = re.sub(r'\s+count="\d*"', f' count="{more}"' if more else "", there[0])
    return sheet[: there.start()] + begun + elements + sheet[there.end() :]


def _sheet_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()
