"""Workbooks for the tests of the readers: a form as XlsxWriter writes it, and ways to spoil it."""

from __future__ import annotations

import datetime
import functools
import io
import pickle
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.workbook import Workbook

from reconcile.delegate.received_form import Answer
from reconcile.delegate.xlsx_patch import write_answers
from reconcile.plan import key_cell
from reconcile.readers import read_book

SAMPLE_KEY = "7Q2MZK4T9XWB0HJ6RVD3NC8YGP5SEA1F"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def opened(content: bytes) -> Workbook:
    """Return a workbook as openpyxl opens it, to be changed: a copy, as opening takes ten times as long."""
    book: Workbook = pickle.loads(_pickled(content))
    for sheet in book.worksheets:  # what makes new rows and columns is not pickled
        sheet.row_dimensions.default_factory = sheet._add_row
        sheet.column_dimensions.default_factory = sheet._add_column
    return book


@functools.lru_cache(maxsize=100)
def _pickled(content: bytes) -> bytes:
    return pickle.dumps(openpyxl.load_workbook(io.BytesIO(content)))


@functools.cache
def form() -> bytes:
    """Return a form with percents, dates, texts, a note, a hidden column and a hidden sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("填报表")
    guide = book.add_worksheet("填报说明")
    secret = book.add_worksheet("_meta")
    secret.very_hidden()
    text = book.add_format({"num_format": "@", "locked": False})
    percent = book.add_format({"num_format": "0%", "locked": False})
    day = book.add_format({"num_format": "yyyy-mm-dd", "locked": False})
    gone = book.add_format({"font_strikeout": True})
    sheet.merge_range("A1:F1", "重点工作填报表", text)
    for column, caption in enumerate(("键", "序号", "完成情况", "完成率", "完成日期", "备注")):
        sheet.write_string(1, column, caption)
    rows = (("按序时推进", 0.5, "无"), ("已完成", 1, "=1+1"), ("滞后\n两行", 0.07, " "))
    for row, (state, rate, remark) in enumerate(rows, 2):
        sheet.write_string(row, 0, f"k{row}")
        sheet.write_number(row, 1, row - 1)
        sheet.write_string(row, 2, state, text)
        sheet.write_number(row, 3, rate, percent)
        sheet.write_datetime(row, 4, datetime.datetime(2022, 12, 29 + row - 2), day)
        sheet.write_string(row, 5, remark, text)
    sheet.write_string(5, 5, "作废", gone)
    sheet.write_rich_string(6, 5, "保留", gone, "划去", text)
    sheet.write_comment("C3", "批注里的话")
    sheet.set_column(0, 0, 5, None, {"hidden": True})
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.protect("abc")
    guide.write_string(0, 0, "说明")
    secret.write_string(0, 0, "id=7")
    book.set_custom_property("表单编号", "ABCD-1234")
    book.close()
    return out.getvalue()


def repacked(
    content: bytes,
    changed: Mapping[str, Callable[[bytes], bytes]] | None = None,
    added: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the zip with some members changed and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, (changed or {}).get(name, lambda same: same)(part))
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def swapped(old: str | bytes, new: str | bytes) -> Callable[[bytes], bytes]:
    """Return a change that puts ``new`` for the first ``old``, which must be there."""
    before = old.encode() if isinstance(old, str) else old
    after = new.encode() if isinstance(new, str) else new

    def change(part: bytes) -> bytes:
        assert before in part
        return part.replace(before, after, 1)

    return change


def with_rows(rows: str | bytes) -> bytes:
    """Return the form with further rows at the end of its first sheet."""
    raw = rows.encode() if isinstance(rows, str) else rows
    return repacked(form(), {SHEET: swapped(b"</sheetData>", raw + b"</sheetData>")})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_drawing(content: bytes, sheet: str, shapes: str) -> bytes:
    """Return the workbook with a drawing on a sheet that has none; ``shapes`` is what it holds."""
    office = "http://schemas.openxmlformats.org/"
    kinds = f"{office}officeDocument/2006/relationships"
    rels = (
        f'<Relationships xmlns="{office}package/2006/relationships"><Relationship Id="rId9"'
        f' Type="{kinds}/drawing" Target="../drawings/drawing9.xml"/></Relationships>'
    )
    drawing = (
        f'<xdr:wsDr xmlns:xdr="{office}drawingml/2006/spreadsheetDrawing"'
        f' xmlns:a="{office}drawingml/2006/main" xmlns:mc="{office}markup-compatibility/2006">'
        f"{shapes}</xdr:wsDr>"
    )
    told = f'<drawing xmlns:r="{kinds}" r:id="rId9"/></worksheet>'
    folder, _, name = sheet.rpartition("/")
    added = {f"{folder}/_rels/{name}.rels": rels, "xl/drawings/drawing9.xml": drawing}
    return repacked(
        content, {sheet: swapped("</worksheet>", told)}, {k: v.encode() for k, v in added.items()}
    )


def keyed(path: Path, key: str = SAMPLE_KEY) -> bytes:
    """Return a plan workbook with another key, one that forms may be made with."""
    content = path.read_bytes()
    book, _ = read_book(path.name, content)
    cell = key_cell(book) if book else None
    assert cell is not None
    written, reason = write_answers(path.name, content, [Answer(cell, key)])
    assert not reason
    return written
