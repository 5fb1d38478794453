"""发送清单.xlsx: one line a message, for mailing by hand or by an office system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..core.i18n import tr
from ..writers.table import A3, Column, Listing, new_workbook, page
from .message import Message

SHEET = "发送清单"


class Line(NamedTuple):
    """A message, where its draft and its enclosures lie as seen from the list, and how it stands.

    ``note`` is for the office alone, and in no message.
    """

    message: Message
    draft: str
    enclosures: Sequence[str]
    standing: str
    note: str = ""


def list_bytes(lines: Sequence[Line]) -> bytes:
    """Return the workbook. The same messages, standing the same, give the same bytes."""
    book, stream = new_workbook(tr(SHEET))
    columns = [
        Column("序号", 6, True), Column("责任单位", 20), Column("用途", 7, True),
        Column("电子邮箱", 26), Column("主题", 30), Column("正文", 62),
        Column("附件", 36), Column("草稿", 28), Column("发送情况", 20),
    ]  # fmt: skip
    noted = any(line.note for line in lines)
    if noted:
        columns.append(Column("说明", 40))
    rows = (
        [
            i, line.message.unit, tr(line.message.kind), "\n".join(line.message.to),
            line.message.subject, line.message.body.strip(), "\n".join(line.enclosures),
            line.draft, line.standing, *([line.note] if noted else ()),
        ]
        for i, line in enumerate(lines, 1)
    )  # fmt: skip
    sheet, _ = Listing(book).table(SHEET, columns, rows, paper=A3, frozen=2)
    page(sheet, A3)
    sheet.repeat_rows(0)
    book.close()
    return stream.getvalue()
