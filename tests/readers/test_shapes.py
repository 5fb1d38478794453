"""Text boxes and other shapes are no cells, but what is written in them is not lost."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
import xlsxwriter
from books import SHEET, repacked, swapped, with_drawing
from office import saved_again

from reconcile.readers import Book, read_book
from reconcile.readers.drawings import DRAWN, typed


def opened(content: bytes) -> Book:
    book, findings = read_book("表.xlsx", content)
    assert book is not None, [(f.code, f.message) for f in findings]
    return book


BOX = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:colOff>9525</xdr:colOff>"
    "<xdr:row>3</xdr:row><xdr:rowOff>9525</xdr:rowOff></xdr:from>{}"
    "</xdr:twoCellAnchor>"
)
BODY = "<xdr:sp><xdr:txBody>{}</xdr:txBody></xdr:sp>"
SAID = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"


@pytest.mark.parametrize(
    ("drawing", "shapes"),
    [
        (BOX.format(BODY.format(SAID.format("甲") + SAID.format("乙"))), (((4, 3), "甲\n乙"),)),
        (BOX.format(BODY.format("<a:p/>")), ()),
        (BOX.format("<xdr:pic/>"), ()),
        (BODY.format(SAID.format("无处")), ((None, "无处"),)),
        (
            BOX.format(
                "<mc:AlternateContent><mc:Choice>" + BODY.format(SAID.format("一次"))
                + "</mc:Choice><mc:Fallback>" + BODY.format(SAID.format("一次"))
                + "</mc:Fallback></mc:AlternateContent>"
            ),
            (((4, 3), "一次"),),
        ),
        (BODY.format(SAID.format("多")) * 300, (*[(None, "多")] * 99, (None, "\n".join("多" * 201)))),
    ],
)  # fmt: skip
def test_shapes_with_a_text(drawing: str, shapes: tuple[Any, ...]) -> None:
    sheet = opened(with_drawing(plain_book(), SHEET, drawing)).sheets[0]
    assert sheet.shapes == shapes


def plain_book() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write(0, 0, "x")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_shapes_survive_libreoffice(kind: str, soffice: str) -> None:
    box = BOX.format(
        "<xdr:to><xdr:col>5</xdr:col><xdr:row>9</xdr:row></xdr:to>"
        '<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="a"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        "<xdr:spPr/><xdr:txBody><a:bodyPr/>" + SAID.format("情况说明") + "</xdr:txBody></xdr:sp>"
        "<xdr:clientData/>"
    )
    kinds = "application/vnd.openxmlformats-officedocument.drawing+xml"
    listed = f'<Override PartName="/xl/drawings/drawing9.xml" ContentType="{kinds}"/></Types>'
    content = repacked(
        with_drawing(plain_book(), SHEET, box), {"[Content_Types].xml": swapped("</Types>", listed)}
    )
    found = opened(saved_again(content, kind)).sheets[0].shapes
    assert [text for _, text in found] == ["情况说明"]
    # LibreOffice may round the corner into the cell beside it; in an xls it is not looked for.
    assert found[0][0] in {"xls": [None], "xlsx": [(4, 3)], "ods": [(4, 2), (4, 3)]}[kind]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_shapes_of_an_xls_but_no_notes() -> None:
    """An Obj record says what it is, a TxO how long its text is, Continue records hold it."""
    obj, txo, more = 0x5D, 0x1B6, 0x3C
    assert {obj, txo, more} == DRAWN
    size = struct.Struct("<10xHH4x").pack
    stream = b"".join([
        record(obj, struct.pack("<HHHH", 0x15, 0x12, 0x19, 1)),  # a note
        record(txo, size(2, 16)), record(more, b"\1" + "批注".encode("utf-16-le")), record(more, b"\0" * 16),
        record(obj, struct.pack("<HHHH", 0x15, 0x12, 0x06, 2)),  # a text box
        record(txo, size(5, 16)), record(more, b"\1" + "文字".encode("utf-16-le")), record(more, b"\0abc"),
        record(more, b"\0" * 16),
        record(txo, b"short"), record(more, b""), record(obj, b""),
    ])  # fmt: skip
    records, at = [], 0
    while at < len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        records.append((kind, at + 4, length))
        at += 4 + length
    assert list(typed(stream, records)) == ["文字abc"]
