"""Write answers into the cells of an xlsx, and leave every other byte of its parts as it is.

The cells are spliced into the XML of their sheets (see :mod:`reconcile.writers.xlsx_splice`):
identity, styles, rules, protection and hidden sheets of the form stay untouched, whichever
program saved it last. The result is read again and held against the original before anybody
gets it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from xml.etree import ElementTree

from xlsxwriter.utility import xl_cell_to_rowcol

from ..core.findings import address
from ..core.i18n import Phrase
from ..core.result import Accepted
from ..core.text import plain
from ..readers import Book, Cell, read_book
from ..writers.row_height import row_height
from ..writers.xlsx_splice import Parts, Unlike, attribute, escaped, sheets_of
from .received_form import Answer

_ROW = re.compile(r"<((?:\w+:)?)row\b[^>]*?(?:/>|>.*?</\1row>)", re.DOTALL)
_CELL = re.compile(r"<((?:\w+:)?)c\b[^>]*?(?:/>|>.*?</\1c>)", re.DOTALL)
_CACHED = re.compile(r"<(?:\w+:)?v>[^<]*</(?:\w+:)?v>|<(?:\w+:)?v/>")
_COLUMN = re.compile(r"<(?:\w+:)?col\b[^>]*>")
_DEFAULT_WIDTH = 8.43
_SIZE = 11.0
"""Font size of a form's answer cells, in points."""


def write_answers(
    name: str, content: bytes, answers: Sequence[Answer]
) -> tuple[bytes, str | Phrase]:
    """Return (the workbook with the answers in it, ""), or (b"", why it could not be done)."""
    before, _ = read_book(name, content)
    if before is None:
        return b"", Phrase("文件读不出来；有打开密码的，要先去掉密码")
    try:
        written = _spliced(content, answers, before.epoch1904)
    except Unlike as unlike:
        return b"", unlike.reason
    except (ValueError, KeyError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        return b"", str(error) or type(error).__name__
    after, _ = read_book(name, written)
    difference = _difference(before, after, answers)
    return (b"", difference) if difference else (written, "")


def _spliced(content: bytes, answers: Sequence[Answer], epoch1904: bool) -> bytes:
    by_sheet: dict[str, dict[str, Accepted]] = {}
    for answer in answers:
        by_sheet.setdefault(str(answer.place.sheet), {})[str(answer.place.cell)] = answer.value
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = Parts((member, old.read(member)) for member in old.infolist())
    sheets = sheets_of(parts)
    for sheet, values in by_sheet.items():
        parts.put(sheets[sheet], _sheet(parts.text(sheets[sheet]), values, epoch1904))
    return parts.packed()


def _sheet(text: str, values: Mapping[str, Accepted], epoch1904: bool) -> str:
    rows: dict[int, dict[str, Accepted]] = {}
    for cell, value in values.items():
        rows.setdefault(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), {})[cell] = value
    widths = _widths(text)

    def row(match: re.Match[str]) -> str:
        number = attribute(match[0], "r")
        wanted = rows.pop(int(number), None) if number.isdigit() else None
        return _row(match[0], wanted, widths, epoch1904) if wanted else match[0]

    text = _ROW.sub(row, text)
    if rows:
        raise Unlike(Phrase("没有第 {n} 行", n=min(rows)))
    return text


def _row(
    text: str,
    values: dict[str, Accepted],
    widths: Mapping[int, float],
    epoch1904: bool,
) -> str:
    """Return one row with its answers, its formulas to be calculated again, and as high as they need."""
    head, close, body = text.partition(">")
    if head.endswith("/"):
        raise Unlike(Phrase("有一行是空的"))
    left = dict(values)

    def cell(match: re.Match[str]) -> str:
        at = attribute(match[0], "r")
        if at in left:
            return _cell(match[1], at, attribute(match[0], "s"), left.pop(at), epoch1904)
        start, formula, rest = match[0].partition(f"<{match[1]}f")
        if not formula:
            return match[0]
        return re.sub(r' t="\w+"', "", start) + formula + _CACHED.sub("", rest)

    body = _CELL.sub(cell, body)
    if left:
        raise Unlike(Phrase("没有 {cell} 这一格", cell=min(left)))
    texts = [
        (v, widths.get(xl_cell_to_rowcol(a)[1] + 1, _DEFAULT_WIDTH), _SIZE)
        for a, v in values.items()
        if isinstance(v, str)
    ]
    high = row_height(texts)
    if high > float(attribute(head, "ht") or 0):
        head = (
            re.sub(r' (?:ht|customHeight)="[^"]*"', "", head) + f' ht="{high:g}" customHeight="1"'
        )
    return head + close + body


def _cell(prefix: str, at: str, style: str, value: Accepted, epoch1904: bool) -> str:
    start = f'<{prefix}c r="{at}"' + (f' s="{style}"' if style else "")
    if isinstance(value, date):
        value = float((value - (date(1904, 1, 1) if epoch1904 else date(1899, 12, 30))).days)
    if isinstance(value, int | float):
        return f"{start}><{prefix}v>{value!r}</{prefix}v></{prefix}c>"
    return (
        f'{start} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">{escaped(value)}'
        f"</{prefix}t></{prefix}is></{prefix}c>"
    )


def _widths(text: str) -> dict[int, float]:
    """Return column widths in Excel's unit, by column counted from 1."""
    widths: dict[int, float] = {}
    for tag in _COLUMN.findall(text):
        first, last, width = (attribute(tag, n) for n in ("min", "max", "width"))
        if width and first.isdigit() and last.isdigit():
            # The file counts the padding of 5 pixels in; Excel's own figure does not.
            widths |= dict.fromkeys(range(int(first), min(int(last), 200) + 1), float(width) - 0.71)
    return widths


def _difference(before: Book, after: Book | None, answers: Sequence[Answer]) -> str | Phrase:
    """Return where the two differ though they should not, "" where all is as wanted."""
    if after is None or before.properties != after.properties:
        return Phrase("文件或其属性变了")
    written = {(str(a.place.sheet), str(a.place.cell)): a.value for a in answers}
    if [s.name for s in before.sheets] != [s.name for s in after.sheets]:
        return Phrase("工作表变了")
    for old, new in zip(before.sheets, after.sheets, strict=True):
        wanted = {cell: value for (sheet, cell), value in written.items() if sheet == old.name}
        present = {address(*at): cell for at, cell in new.cells.items()}
        kept = {address(*at): cell for at, cell in old.cells.items()}
        for cell in {*present, *kept, *wanted}:
            one, other = kept.get(cell), present.get(cell)
            if cell in wanted:
                same = other is not None and plain(other.value) == plain(wanted[cell])
            else:
                same = one is not None and other is not None and _bare(one) == _bare(other)
            if not same:
                return f"{old.name} {cell}"
    return ""


def _bare(cell: Cell) -> tuple[object, ...]:
    """Return a cell's content; of a formula not its result, which is calculated again."""
    return (None if cell.formula else cell.value, cell.formula, cell.note, cell.struck)
