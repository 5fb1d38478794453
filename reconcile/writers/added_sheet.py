"""A plain table put into an xlsx that people work in, as a sheet of its own; all other parts stay as they are."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Sequence
from html import escape
from xml.etree import ElementTree

from xlsxwriter.utility import xl_col_to_name

from .row_height import row_height

_BOOK, _RELATIONS, _TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_STYLES = "xl/styles.xml"
_WRAPPED = (
    '<{p}xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<{p}alignment vertical="top" wrapText="1"/></{p}xf>'
)
_SIZE = 11.0
"""Font size of a workbook's plain cells, in points; where it is smaller, rows are a little high."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def with_sheet(
    content: bytes, name: str, widths: Sequence[float], rows: Iterable[Sequence[object]]
) -> bytes:
    """Return a workbook with a sheet of these rows, the first its captions; one of that name is replaced.

    ``widths`` are in Excel's column unit. ValueError where the workbook is not put together as
    Office programs do it; whoever asks reads the result again.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = set(old.namelist())
        if not {_BOOK, _RELATIONS, _TYPES, _STYLES} <= names:
            raise ValueError(_BOOK)
        changed = {}
        part = _part_of(old, name)
        if not part:
            part = _free(names)
            changed = _announced(old, name, part)
        styles, style = _wrapping(old.read(_STYLES).decode("utf-8"))
        changed |= {_STYLES: styles, part: _sheet(widths, rows, style)}
        for member in old.infolist():
            text = changed.pop(member.filename, None)
            new.writestr(member, old.read(member) if text is None else text, member.compress_type)
        for added, text in changed.items():
            new.writestr(zipfile.ZipInfo(added, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _part_of(archive: zipfile.ZipFile, name: str) -> str:
    """The part that holds the sheet of this name, "" where there is none."""
    book = ElementTree.fromstring(archive.read(_BOOK))
    for element in book.iter(f"{{{_MAIN}}}sheet"):
        if element.get("name") == name:
            wanted = element.get(f"{{{_OFFICE}}}id")
            for relation in ElementTree.fromstring(archive.read(_RELATIONS)):
                if relation.get("Id") == wanted:
                    target = posixpath.join("/xl", relation.get("Target", ""))
                    return posixpath.normpath(target)[1:]
    return ""


def _free(names: set[str]) -> str:
    number = 1
    while f"xl/worksheets/sheet{number}.xml" in names:
        number += 1
    return f"xl/worksheets/sheet{number}.xml"


def _announced(archive: zipfile.ZipFile, name: str, part: str) -> dict[str, str]:
    """The parts that have to name a new sheet, as they are with it."""
    book, relations, types = (archive.read(n).decode("utf-8") for n in (_BOOK, _RELATIONS, _TYPES))
    ids = set(re.findall(r'\bId="([^"]*)"', relations))
    link = next(f"rIdNew{n}" for n in range(1, len(ids) + 2) if f"rIdNew{n}" not in ids)
    number = max(map(int, re.findall(r'\bsheetId="(\d+)"', book)), default=0) + 1
    own = (
        f'<sheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}" name="{escape(name)}"'
        f' sheetId="{number}" r:id="{link}"/>'
    )
    relation = f'<Relationship Id="{link}" Type="{_OFFICE}/worksheet" Target="/{part}"/>'
    override = f'<Override PartName="/{part}" ContentType="{_KIND}"/>'
    return {
        _BOOK: _before(book, "sheets", own),
        _RELATIONS: _before(relations, "Relationships", relation),
        _TYPES: _before(types, "Types", override),
    }


def _before(text: str, tag: str, added: str) -> str:
    """Put something in before the end of an element."""
    ends = list(re.finditer(rf"</(?:\w+:)?{tag}\s*>", text))
    if len(ends) != 1:
        raise ValueError(tag)
    return text[: ends[0].start()] + added + text[ends[0].start() :]


def _wrapping(styles: str) -> tuple[str, int]:
    """The styles with one of plain cells that wrap their text, and its number. ValueError without a list of them."""
    found = re.search(r"<((?:\w+:)?)cellXfs\b[^>]*>(.*?)</\1cellXfs\s*>", styles, re.DOTALL)
    if not found:
        raise ValueError("cellXfs")
    prefix, inside = found[1], found[2]
    wrapped = _WRAPPED.replace("{p}", prefix)
    formats = re.findall(
        rf"<{prefix}xf\b[^>]*/>|<{prefix}xf\b.*?</{prefix}xf\s*>", inside, re.DOTALL
    )
    if wrapped in formats:
        return styles, formats.index(wrapped)
    element = f'<{prefix}cellXfs count="{len(formats) + 1}">{inside}{wrapped}</{prefix}cellXfs>'
    return styles[: found.start()] + element + styles[found.end() :], len(formats)


def _sheet(widths: Sequence[float], rows: Iterable[Sequence[object]], style: int) -> str:
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width + 0.71:g}" customWidth="1"/>'
        for i, width in enumerate(widths, 1)
    )
    lines = "".join(_row(r, row, widths, style) for r, row in enumerate(rows, 1))
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{lines}</sheetData></worksheet>"
    )


def _row(number: int, row: Sequence[object], widths: Sequence[float], style: int) -> str:
    """One row, as high as its texts need."""
    high = row_height([(str(v), w, _SIZE) for v, w in zip(row, widths, strict=True)])
    cells = "".join(_cell(number, column, value, style) for column, value in enumerate(row))
    return f'<row r="{number}" ht="{high:g}" customHeight="1">{cells}</row>'


def _cell(row: int, column: int, value: object, style: int) -> str:
    at = f'{xl_col_to_name(column)}{row}" s="{style}'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    # What looks like one of Office's escapes is kept from being one.
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", str(value))
    shown = escape(text, quote=False)
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
