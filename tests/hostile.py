"""Files that a stranger could send to do harm, each made small and at once from a properly filled form.

``CASES`` lists them: name, how to make it, and the findings that it must bring ("" where the file
is simply merged). Those that are ``often`` tried go through ``merge`` in every run of the tests;
``python -m bench.hostile`` puts each of them through ``merge`` alone and prints what it costs.
"""

from __future__ import annotations

import bz2
import email.policy
import functools
import gzip
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from email.message import EmailMessage
from typing import NamedTuple

from books import repacked, swapped, zipped
from hostile_mails import MAILBOXES, MAILS

SHEET, STYLES = "xl/worksheets/sheet2.xml", "xl/styles.xml"
BOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
BOOK_RELS, SHEET_RELS = "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet2.xml.rels"
FIRST = 8
"""The first task row of the form, below a heading."""


class Case(NamedTuple):
    """A hostile file: ``codes`` are the findings about the file as such, in any order."""

    name: str
    make: Callable[[bytes], bytes]
    codes: str = ""
    often: bool = True


CASES: list[Case] = []


def case(
    name: str, codes: str = "", *, often: bool = True
) -> Callable[[Callable[[bytes], bytes]], Callable[[bytes], bytes]]:
    """Put a function that spoils a form on the list."""

    def listed(make: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        CASES.append(Case(name, make, codes, often))
        return make

    return listed


def rows(form: bytes, more: str) -> bytes:
    """Return the form with further rows."""
    return repacked(form, {SHEET: swapped("</sheetData>", more + "</sheetData>")})


def part(form: bytes, name: str) -> bytes:
    """Return one part of a form."""
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        return archive.read(name)


def instead(form: bytes, changed: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return the form with parts changed."""
    return repacked(form, changed)


def answered(form: bytes, column: str, xml: str, row: int = FIRST) -> bytes:
    """Return the form with another cell in a column of a task row; ``xml`` follows r="…"."""

    def change(sheet: bytes) -> bytes:
        cell = re.compile(rb'<c r="%s%d"(?:[^<>]*/>|.*?</c>)' % (column.encode(), row), re.S)
        assert cell.search(sheet)
        new = f'<c r="{column}{row}" {xml}'.encode()
        return cell.sub(lambda _: new, sheet, count=1)

    return repacked(form, {SHEET: change})


def said(form: bytes, column: str, text: str, row: int = FIRST) -> bytes:
    """Return the form with another text in a column of a task row."""
    return answered(form, column, f't="inlineStr"><is><t>{text}</t></is></c>', row)


# --- the sheet


@case("value in XFD1048576.xlsx", "")
def _(form: bytes) -> bytes:
    return rows(form, '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>')


@case("value beyond the sheet.xlsx", "")
def _(form: bytes) -> bytes:
    return rows(form, '<row r="9999999"><c r="ZZZ9999999"><v>7</v></c></row>')


@case("row zero.xlsx", "")
def _(form: bytes) -> bytes:
    return rows(form, '<row r="0"><c r="A0"><v>7</v></c></row>')


@case("a million formatted rows.xlsx", "", often=False)
def _(form: bytes) -> bytes:
    return rows(form, "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(200, 10**6)))


@case("300000 cells beside the table.xlsx", "FILE-020", often=False)
def _(form: bytes) -> bytes:
    line = "".join(f"<c><v>{c}</v></c>" for c in range(100))
    return rows(form, "".join(f'<row r="{r}">{line}</row>' for r in range(200, 3300)))


@case("90000 remarks beside the table.xlsx", "FILE-020", often=False)
def _(form: bytes) -> bytes:
    line = "".join(f'<c t="inlineStr"><is><t>甲{c}</t></is></c>' for c in range(30))
    return rows(form, "".join(f'<row r="{r}">{line}</row>' for r in range(200, 3200)))


@case("15000 more task rows.xlsx", "FILE-020")
def _(form: bytes) -> bytes:
    return rows(form, "".join(
        f'<row r="{r}"><c r="B{r}"><v>{r % 900}</v></c><c r="I{r}" t="inlineStr"><is><t>达序时</t></is></c></row>'
        for r in range(200, 15200)
    ))  # fmt: skip


@case("1900 guessed row keys.xlsx", "FORM-081")
def _(form: bytes) -> bytes:
    return rows(form, "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>{r % 140 + 1:03d}.{r:06d}.0000{r:012d}</t></is></c>'
        f'<c r="I{r}" t="inlineStr"><is><t>达序时</t></is></c></row>'
        for r in range(200, 2100)
    ))  # fmt: skip


@case("1900 guessed row keys of older versions.xlsx", "FORM-081")
def _(form: bytes) -> bytes:
    return rows(form, "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>{r % 140 + 1:03d}.{r:06d}.{r:06d}</t></is></c>'
        f'<c r="I{r}" t="inlineStr"><is><t>达序时</t></is></c></row>'
        for r in range(200, 2100)
    ))  # fmt: skip


@case("16000 captions.xlsx", "FILE-020")
def _(form: bytes) -> bytes:
    return rows(
        form, '<row r="200">' + '<c t="inlineStr"><is><t>完成情况</t></is></c>' * 16_000 + "</row>"
    )


@case("10000 merged areas.xlsx", "FILE-020")
def _(form: bytes) -> bytes:
    areas = "".join(f'<mergeCell ref="I{FIRST}:N{FIRST + i % 200}"/>' for i in range(10_000))
    return repacked(
        form,
        {
            SHEET: lambda s: re.sub(
                rb"<mergeCells.*?</mergeCells>|(?=<dataValidations)",
                f"<mergeCells>{areas}</mergeCells>".encode(),
                s,
                count=1,
            )
        },
    )


@case("900 merged areas.xlsx", "")
def _(form: bytes) -> bytes:
    areas = "".join(f'<mergeCell ref="I{FIRST}:N{FIRST + i % 200}"/>' for i in range(900))
    return repacked(
        form, {SHEET: swapped("</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>")}
    )


@case("10000 merged areas over many rows.xlsx", "FILE-020")
def _(form: bytes) -> bytes:
    more = "".join(f'<row r="{r}"><c r="B{r}"><v>{r}</v></c></row>' for r in range(200, 10_200))
    areas = "".join(f'<mergeCell ref="B{r}:C{r + 190}"/>' for r in range(200, 10_200))
    return repacked(
        rows(form, more),
        {SHEET: swapped("</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>")},
    )


@case("a million merged areas.xlsx", "FILE-020", often=False)
def _(form: bytes) -> bytes:
    areas = "".join(f'<mergeCell ref="A{r}:B{r}"/>' for r in range(1, 10**6))
    return repacked(
        form, {SHEET: swapped("</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>")}
    )


@case("100000 conditional formats.xlsx", "")
def _(form: bytes) -> bytes:
    more = "".join(
        f'<conditionalFormatting sqref="A{r}"><cfRule type="expression" priority="{r}"><formula>1</formula></cfRule></conditionalFormatting>'
        for r in range(1, 100_001)
    )
    return repacked(form, {SHEET: swapped("</sheetData>", "</sheetData>" + more)})


@case("100000 validations.xlsx", "")
def _(form: bytes) -> bytes:
    more = "".join(
        f'<dataValidation type="list" sqref="A{r}"><formula1>"a"</formula1></dataValidation>'
        for r in range(1, 100_001)
    )
    return repacked(
        form,
        {SHEET: swapped("</sheetData>", f"</sheetData><dataValidations>{more}</dataValidations>")},
    )


@case("100000 notes.xlsx", "FILE-020", often=False)
def _(form: bytes) -> bytes:
    notes = "".join(
        f'<comment ref="A{r}" authorId="0"><text><t>a</t></text></comment>'
        for r in range(1, 100_001)
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    rels = (
        f'<Relationships><Relationship Id="r1" Type="{kind}" Target="../c9.xml"/></Relationships>'
    )
    with zipfile.ZipFile(io.BytesIO(form)) as old:
        kept = {n: old.read(n) for n in old.namelist() if n != SHEET_RELS}
    return zipped(
        {
            **kept,
            SHEET_RELS: rels.encode(),
            "xl/c9.xml": f"<comments><commentList>{notes}</commentList></comments>".encode(),
        }
    )


@case("64000 styles.xlsx", "")
def _(form: bytes) -> bytes:
    return repacked(
        form,
        {STYLES: swapped(b"</cellXfs>", b'<xf numFmtId="0" fontId="0"/>' * 64_000 + b"</cellXfs>")},
    )


@case("64000 number formats.xlsx", "")
def _(form: bytes) -> bytes:
    codes = "".join(
        f'<numFmt numFmtId="{n}" formatCode="{"[" * 200}"/>' for n in range(200, 64_200)
    )
    looks = "".join(f'<xf numFmtId="{n}" fontId="0"/>' for n in range(200, 64_200))

    def change(styles: bytes) -> bytes:
        styles = re.sub(rb"<numFmts.*?</numFmts>", b"", styles, flags=re.S)
        styles = styles.replace(b"<fonts", f"<numFmts>{codes}</numFmts><fonts".encode(), 1)
        return styles.replace(b"</cellXfs>", looks.encode() + b"</cellXfs>", 1)

    return repacked(form, {STYLES: change})


@case("a number format of brackets.xlsx", "")
def _(form: bytes) -> bytes:
    signs = "[h" * 150_000 + "&quot;" * 100_000

    def change(styles: bytes) -> bytes:
        styles = re.sub(rb"<numFmts.*?</numFmts>", b"", styles, flags=re.S)
        styles = styles.replace(
            b"<fonts",
            f'<numFmts><numFmt numFmtId="200" formatCode="{signs}"/></numFmts><fonts'.encode(),
            1,
        )
        return styles.replace(b"</cellXfs>", b'<xf numFmtId="200" fontId="0"/></cellXfs>', 1)

    return repacked(form, {STYLES: change})


@case("100000 strings.xlsx", "")
def _(form: bytes) -> bytes:
    return repacked(form, {STRINGS: swapped(b"</sst>", b"<si><t>x</t></si>" * 100_000 + b"</sst>")})


@case("one long string in 100000 cells.xlsx", "FILE-020")
def _(form: bytes) -> bytes:
    long = rows(
        form,
        "".join(
            f'<row r="{r}">' + '<c t="s"><v>0</v></c>' * 10 + "</row>" for r in range(200, 10_200)
        ),
    )
    return repacked(
        long,
        {
            STRINGS: lambda s: re.sub(
                rb"<si>", b"<si><t>" + "，长".encode() * 150_000 + b"</t></si><si>", s, count=1
            )
        },
    )


@case("deep xml.xlsx", "FILE-022")
def _(form: bytes) -> bytes:
    return rows(form, "<a>" * 50_000 + "</a>" * 50_000 + "<c/>")


@case("cells in a processing instruction.xlsx", "")
def _(form: bytes) -> bytes:
    return rows(form, f'<?x <c r="K{FIRST}" t="str"><v>不该看见</v></c>?>')


@case("merged areas in single quotes.xlsx", "")
def _(form: bytes) -> bytes:
    return repacked(
        form, {SHEET: lambda s: s.replace(b'<mergeCell ref="B1:N1"/>', b"<mergeCell ref='B1:N1'/>")}
    )


# --- texts and numbers


@case("a megabyte in an answer.xlsx")
def _(form: bytes) -> bytes:
    return said(form, "K", "完" * 400_000)


def _texts() -> Mapping[str, str]:
    return {
        "long answer": "完" * 300_000,
        "brackets": "(" * 300_000,
        "brackets and letters": "(a" * 150_000,
        "escapes": "_x000D_" * 40_000,
        "half escapes": "_x00" * 80_000,
        "pictures": "✅\u200d" * 50_000,
        "blanks": " \n" * 150_000 + "a",
        "dashes": "-" * 300_000,
        "quotes": "“" * 100_000,
        "right to left": "\u202e\u200f\u2066" * 40_000 + "完成",
        "zero width": "完\u200b" * 50_000,
        "ligatures": "\ufdfa" * 20_000,
        "numerals": "万" * 300_000,
        "digits": "9" * 400_000,
        "percent signs": "50%" * 100_000,
        "dates": "2022-" * 80_000,
        "form number": "ABCD-01-" * 50_000,
        "marks": "【退回】\n" * 40_000,
        "combining": "a" + "\u0301\u0323" * 80_000,
    }


_PLACES = (*((column, FIRST) for column in "ABDIJKN"), ("K", FIRST - 2), ("D", 4))
for _number, (_name, _text) in enumerate(_texts().items()):
    for _place, (_column, _row) in enumerate(_PLACES):
        _codes = (
            ("" if _name == "escapes" else "HEAD-005 ") + "HEAD-010" if _row == FIRST - 2 else ""
        )
        CASES.append(Case(
            f"{_name} in {_column}{_row}.xlsx", functools.partial(said, column=_column, text=_text, row=_row),
            _codes, often=_place % 3 == _number % 3,
        ))  # fmt: skip

_NUMBERS = (
    "1e308", "-0", "1e-320", "1e999", "-1e999", "NaN", "inf", "9" * 400, "0" * 400 + "1", "1_000", "0x1F", "٣",
    "-1", "2958465.99999999", "2958466", "60", "0.9999999999999", "1e5", " 5 ", "5 5", "",
)  # fmt: skip
for _number, _raw in enumerate(_NUMBERS):
    for _place, _column in enumerate("BIJKN"):
        CASES.append(Case(
            f"number {_raw[:20]!r} in {_column}.xlsx",
            functools.partial(answered, column=_column, xml=f"><v>{_raw}</v></c>"),
            often=_place in (2, _number % 5),
        ))  # fmt: skip
for _kind in ("s", "b", "e", "d", "str", "inlineStr", "n", "x", "S"):
    for _raw in ("0", "-1", "99999999999", "x", "", "2022-13-45T99:99:99"):
        CASES.append(Case(
            f"type {_kind} with {_raw!r}.xlsx",
            functools.partial(answered, column="N", xml=f't="{_kind}"><v>{_raw}</v></c>'),
            "FILE-022" if _kind == "s" and _raw not in ("0", "") else "",
            often=_raw not in ("-1", "99999999999"),
        ))  # fmt: skip


# --- texts that are dear to compare, in a zip that packs nothing, so that no limit of packing is met


def unpacked(content: bytes) -> bytes:
    """Return a zip with its parts as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 0) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


def _task_rows(form: bytes, text: str, columns: str, count: int) -> bytes:
    """Return the form with further task rows that hold a text in some columns."""
    cells = "".join(
        f'<c r="{column}#" t="inlineStr"><is><t>{text}</t></is></c>' for column in columns
    )
    more = (
        f'<row r="{r}"><c r="B{r}"><v>{r % 40}</v></c>{cells.replace("#", str(r))}</row>'
        for r in range(200, 200 + count)
    )
    return unpacked(rows(form, "".join(more)))


_PILE = "\u0301\u0323"
_DEAR: Mapping[str, tuple[str, str, int, str]] = {
    "piles in the goals": ("达" + _PILE * 1900, "D", 1900, "FILE-020"),
    "piles as high as may be": (("ก" + "\u0e48" * 30) * 120, "D", 1900, "FILE-020"),
    "ligatures of 18 letters": ("\ufdfa" * 3900, "D", 1900, "FILE-020"),
    "syllables in letters": ("\u1100\u1161\u11a8" * 1300, "D", 1900, "FILE-020"),
    "piles in the answers": ("达" + _PILE * 640, "IJKMN", 1100, ""),
    "piles in the keys": ("达" + _PILE * 1900, "A", 1900, ""),
    "piles beside": ("达" + _PILE * 8000, "B", 230, ""),
}
for _name, (_text, _columns, _count, _code) in _DEAR.items():
    CASES.append(Case(
        f"{_name}.xlsx",
        functools.partial(_task_rows, text=_text, columns=_columns, count=_count), _code,
    ))  # fmt: skip


def _other_sheet(form: bytes, cell: str, wide: int, high: int) -> bytes:
    """Return the form with a mistake in it, and a further sheet of equal cells."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    tab = '<sheet name="x" sheetId="77" r:id="x7"/></sheets>'
    link = f'<Relationship Id="x7" Type="{kind}" Target="worksheets/x7.xml"/></Relationships>'
    sheet = f"<worksheet><sheetData>{f'<row>{cell * wide}</row>' * high}</sheetData></worksheet>"
    changed = {BOOK: swapped("</sheets>", tab), BOOK_RELS: swapped("</Relationships>", link)}
    added = {"xl/worksheets/x7.xml": sheet.encode()}
    return unpacked(repacked(said(form, "I", "不知道"), changed, added))


@case("a mistake beside 290000 numbers.xlsx", "HEAD-004")
def _(form: bytes) -> bytes:
    return _other_sheet(form, "<c><v>7</v></c>", 100, 2900)


@case("a mistake beside 290000 texts.xlsx", "HEAD-004", often=False)
def _(form: bytes) -> bytes:
    return _other_sheet(form, '<c t="inlineStr"><is><t>继续推进</t></is></c>', 100, 2900)


# --- the parts and what binds them


def _billion(name: str, encoding: str = "utf-8") -> Callable[[bytes], bytes]:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))

    def change(xml: bytes) -> bytes:
        text = re.sub(r"^\ufeff?(<\?xml[^>]*\?>)?", "", xml.decode())
        head = (
            f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
        )
        return (head + text).encode(encoding)

    return lambda form: repacked(form, {name: change})


for _part in ("xl/workbook.xml", SHEET, STYLES, STRINGS, BOOK_RELS, "_rels/.rels", "docProps/custom.xml"):  # fmt: skip
    CASES.append(
        Case(f"billion laughs in {_part.replace('/', '.')}.xlsx", _billion(_part), "FILE-012")
    )
CASES.append(Case("billion laughs in utf-16.xlsx", _billion(SHEET, "utf-16"), "FILE-012"))
CASES.append(Case("billion laughs in utf-7.xlsx", _billion(SHEET, "utf-7"), "FILE-022"))


def _encoded(encoding: str, declared: str = "") -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        text = re.sub(r"^(<\?xml[^>]*\?>)?", "", xml.decode())
        head = f'<?xml version="1.0" encoding="{declared or encoding}"?>'
        return (head + text).encode(encoding, "xmlcharrefreplace")

    return lambda form: repacked(form, {SHEET: change})


for _encoding, _code in (
    ("utf-16", ""), ("utf-16-be", ""), ("gb18030", ""), ("utf-8-sig", ""), ("cp037", "FILE-022"), ("utf-32", "FILE-022"),
):  # fmt: skip
    CASES.append(Case(f"sheet in {_encoding}.xlsx", _encoded(_encoding), _code))
for _encoding in ("punycode", "idna", "utf-7", "unicode_escape", "zlib", "rot13", "nonsense"):
    CASES.append(Case(f"sheet says {_encoding}.xlsx", _encoded("utf-8", _encoding), "FILE-022"))


@case("20 MB that say punycode.xlsx", "FILE-022")
def _(form: bytes) -> bytes:
    return repacked(
        form, {SHEET: lambda s: b'<?xml version="1.0" encoding="punycode"?><a>-' + b"99" * 10**6}
    )


def _targets(old: str, new: str, more: str = "") -> Callable[[bytes], bytes]:
    def change(rels: bytes) -> bytes:
        text = re.sub(
            r'Target="/?(?:xl/)?worksheets/sheet2.xml"', f'Target="{new}" {more}', rels.decode()
        )
        return text.encode()

    return lambda form: repacked(form, {BOOK_RELS: change})


for _target, _code in (
    ("../../../../etc/passwd", "FILE-022"), ("file:///etc/passwd", "FILE-022"), ("/etc/passwd", "FILE-022"),
    ("http://127.0.0.1:9/x.xml", "FILE-022"), ("workbook.xml", ""), ("_rels/workbook.xml.rels", ""),
    ("", "FILE-022"), ("x" * 500_000, "FILE-022"), ("%00", "FILE-022"), ("../" * 100_000, "FILE-022"),
):  # fmt: skip
    CASES.append(Case(f"sheet at {_target[:24]!r}.xlsx", _targets("", _target), _code))
CASES.append(
    Case(
        "sheet is external.xlsx",
        _targets("", "file:///etc/passwd", 'TargetMode="External"'),
        "FILE-022",
    )
)


@case("9 targets of 400 kB.xlsx", "")
def _(form: bytes) -> bytes:
    more = "".join(
        f'<Relationship Id="x{i}" Type="x" Target="{i}{"y" * 400_000}"/>' for i in range(9)
    )
    return repacked(form, {BOOK_RELS: swapped("</Relationships>", more + "</Relationships>")})


def _sheets(count: int, *, same: bool) -> Callable[[bytes], bytes]:
    def make(form: bytes) -> bytes:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        tabs = "".join(
            f'<sheet name="s{i}" sheetId="{i + 50}" r:id="x{0 if same else i}"/>'
            for i in range(count)
        )
        rels = "".join(
            f'<Relationship Id="x{i}" Type="{kind}" Target="worksheets/x{i}.xml"/>' for i in range(1 if same else count)
        )  # fmt: skip
        changed = {
            BOOK: swapped("</sheets>", tabs + "</sheets>"),
            BOOK_RELS: swapped("</Relationships>", rels + "</Relationships>"),
        }
        sheet = b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>"
        added = {f"xl/worksheets/x{i}.xml": sheet for i in range(1 if same else count)}
        return repacked(form, changed, added)

    return make


CASES += [
    Case("4500 sheets.xlsx", _sheets(4_500, same=False), "FILE-020"),
    Case("one sheet listed 100000 times.xlsx", _sheets(100_000, same=True), "FILE-020"),
    Case("one sheet listed twice.xlsx", _sheets(2, same=True), "FILE-022"),
]


@case("relationships in a circle.xlsx", "")
def _(form: bytes) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = "".join(
        f'<Relationship Id="c{i}" Type="{kind}/{t}" Target="sheet2.xml"/>'
        for i, t in enumerate(("drawing", "comments", "threadedComments", "worksheet"))
    )
    with zipfile.ZipFile(io.BytesIO(form)) as old:
        kept = {n: old.read(n) for n in old.namelist()}
    return zipped({**kept, SHEET_RELS: f"<Relationships>{more}</Relationships>".encode()})


@case("part names that differ in case.xlsx", "FILE-023")
def _(form: bytes) -> bytes:
    return repacked(form, added={SHEET.upper(): b"<worksheet/>"})


@case("names of sheets with strange signs.xlsx", "")
def _(form: bytes) -> bytes:
    return repacked(
        form,
        {BOOK: lambda b: b.replace("量化指标".encode(), b"_xD800_&#x202e;&quot;'[x]:*?/\\&#10;")},
    )


@case("a sheet name of 500000 signs.xlsx", "")
def _(form: bytes) -> bytes:
    return repacked(form, {BOOK: lambda b: b.replace("量化指标".encode(), b"x" * 500_000)})


@case("days from 1904.xlsx", "")
def _(form: bytes) -> bytes:
    return repacked(
        form, {BOOK: lambda b: re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', b)}
    )


# --- the zip


@case("zip of zeros.xlsx", "FILE-011")
def _(form: bytes) -> bytes:
    return repacked(form, {SHEET: lambda s: s + b" " * (120 << 20)})


@case("lying about sizes.xlsx", "FILE-011")
def _(form: bytes) -> bytes:
    bomb = bytearray(repacked(form, {SHEET: lambda s: s + b" " * (60 << 20)}))
    at = bomb.index(SHEET.encode(), bomb.index(b"PK\x01\x02")) - 46
    bomb[at + 24 : at + 28] = struct.pack("<L", 1000)
    return bytes(bomb)


@case("overlapping entries.xlsx", "FILE-023")
def _(form: bytes) -> bytes:
    out = bytearray(form)
    first = out.index(b"PK\x01\x02")
    second = out.index(b"PK\x01\x02", first + 4)
    out[second + 42 : second + 46] = out[first + 42 : first + 46]
    return bytes(out)


@case("path in a part name.xlsx", "FILE-023")
def _(form: bytes) -> bytes:
    return repacked(form, added={"../../x": b""})


@case("70000 entries.xlsx", "FILE-023", often=False)
def _(form: bytes) -> bytes:
    return repacked(form, added={f"x{i}": b"" for i in range(70_000)})


@case("another method.xlsx", "FILE-024")
def _(form: bytes) -> bytes:
    out = bytearray(form)
    at = out.index(SHEET.encode(), out.index(b"PK\x01\x02")) - 46
    out[at + 10 : at + 12] = struct.pack("<H", 12)
    return bytes(out)


@case("zip in zip in zip in zip.zip", "FILE-042")
def _(form: bytes) -> bytes:
    for level in range(5):
        form = zipped({f"{level}.zip": form})
    return form


@case("zips of 120 MB in one another.zip", "FILE-011")
def _(form: bytes) -> bytes:
    out = b"PK" + bytes(118 << 20)
    for level in range(3):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", 8 if level == 2 else 0) as archive:
            archive.writestr("a.zip" if level else "a.xlsx", out)
        out = inner.getvalue()
    return out


@case("200 bombs in one zip.zip", "FILE-011 " * 67)
def _(form: bytes) -> bytes:
    block = zipped({"x": bytes(30 << 20)})
    return zipped({f"{i}.zip": block for i in range(200)})


def stored(names: Iterable[str]) -> bytes:
    """Return a zip of files of 4 MB, the packed block made once."""
    deflater = zlib.compressobj(9, 8, -15)
    block = deflater.compress(bytes(4 << 20)) + deflater.flush()
    sums = struct.pack("<LLL", zlib.crc32(bytes(4 << 20)), len(block), 4 << 20)
    body, directory, count = bytearray(), bytearray(), 0
    for name in names:
        count += 1
        raw = name.encode()
        directory += b"PK\1\2" + struct.pack("<HHHHL", 20, 20, 0, 8, 0) + sums
        directory += struct.pack("<HHHHHLL", len(raw), 0, 0, 0, 0, 0, len(body)) + raw
        body += b"PK\3\4" + struct.pack("<HHHL", 20, 0, 8, 0) + sums
        body += struct.pack("<HH", len(raw), 0) + raw + block
    end = b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


@case("4000 files of 4 MB.zip", "FILE-011 " * 2 + "FILE-002 " * 63, often=False)
def _(form: bytes) -> bytes:
    return stored(f"{i}.xlsx" for i in range(4000))


@case("long names.zip", "FILE-005 " * 2)
def _(form: bytes) -> bytes:
    return zipped({f"{'甲' * 500}/{'乙' * 500}{i}.xlsx": b"PK\x03\x04" for i in range(2)})


@case("names that are no names.zip", "FILE-044 FILE-044 FILE-044 " + "FILE-005 " * 6)
def _(form: bytes) -> bytes:
    names = (
        "../../x.xlsx",
        "C:\\a.xlsx",
        "/etc/a.xlsx",
        "a\n\x1b[31m.xlsx",
        "CON.xlsx",
        "\u202excod.xlsx",
    )
    return zipped(dict.fromkeys(names, b"PK\x03\x04"))


@case("gzip.xlsx", "FILE-027")
def _(form: bytes) -> bytes:
    return gzip.compress(bytes(50 << 20))


@case("bzip2.xlsx", "FILE-027")
def _(form: bytes) -> bytes:
    return bz2.compress(bytes(50 << 20))


@case("xz.xlsx", "FILE-027")
def _(form: bytes) -> bytes:
    return lzma.compress(bytes(50 << 20))


# --- other kinds


def _ods(table: str, styles: str = "") -> bytes:
    names = "".join(
        f' xmlns:{n}="{n}"' for n in ("office", "table", "text", "style", "draw", "calcext")
    )
    xml = f"<office:document-content{names}>{styles}<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    return zipped({"content.xml": xml.encode()})


_ONE = '<table:table-cell office:value-type="float" office:value="1"'
_ODS: tuple[tuple[str, str, str], ...] = (
    ("repeated cells", f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">{_ONE} table:number-columns-repeated="16384"/></table:table-row></table:table>', "FILE-020"),
    ("repeated blanks", '<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>' * 1000, "FILE-023"),
    ("repeated blanks and one far out", f'<table:table><table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="16383"/>{_ONE}/></table:table-row></table:table>', "HEAD-001"),
    ("huge repeats", f'<table:table><table:table-row table:number-rows-repeated="{"9" * 400}">{_ONE} table:number-columns-repeated="-5"/></table:table-row></table:table>', "HEAD-001"),
    ("tables in tables", "<table:table><table:table-row><table:table-cell>" * 60 + "</table:table-cell></table:table-row></table:table>" * 60, "HEAD-001"),
    ("tables in tables in tables", "<table:table><table:table-row><table:table-cell>" * 9000 + "</table:table-cell></table:table-row></table:table>" * 9000, "FILE-022"),
    ("blanks by number", "<table:table><table:table-row><table:table-cell><text:p>" + '<text:s text:c="32767"/>' * 100_000 + "</text:p></table:table-cell></table:table-row></table:table>", "FILE-020"),
    ("long text repeated", "<table:table><table:table-row table:number-rows-repeated=\"10000\"><table:table-cell table:number-columns-repeated=\"20\"><text:p>" + "长，" * 100_000 + "</text:p></table:table-cell></table:table-row></table:table>", "FILE-020"),
    ("merged areas", "<table:table>" + f'<table:table-row>{_ONE} table:number-rows-spanned="190"/></table:table-row>' * 15_000 + "</table:table>", "FILE-020"),
    ("5000 tables", f"<table:table><table:table-row>{_ONE}/></table:table-row></table:table>" * 5000, "FILE-020"),
    ("rows hidden over and over", '<table:table><table:table-row table:visibility="collapse" table:number-rows-repeated="1048576"><table:table-cell/></table:table-row></table:table>' * 500, "FILE-023"),
    ("ends without beginnings", "<table:table/><table:table><table:table-cell/></table:table><table:table-row/>", "FILE-023"),
    ("cells without rows", f'<table:table>{_ONE} table:number-rows-spanned="3"/><office:annotation/><text:p>a</text:p></table:table>', "HEAD-001"),
)  # fmt: skip
for _name, _table, _code in _ODS:
    CASES.append(
        Case(f"{_name}.ods", functools.partial(lambda _, table: _ods(table), table=_table), _code)
    )


def record(kind: int, body: bytes = b"") -> bytes:
    """Return one record of an xls stream."""
    return struct.pack("<HH", kind, len(body)) + body


def xls(sheet: bytes, extra: bytes = b"") -> bytes:
    """Return bare BIFF8 with one sheet: what stands in it, and what stands before the list of sheets."""
    bof = record(0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 0))
    name = "表".encode("utf-16-le")
    bound = record(0x85, struct.pack("<LBBBB", 0, 0, 0, 1, 1) + name)
    head = bof + extra
    start = len(head) + len(bound) + 4
    bound = record(0x85, struct.pack("<LBBBB", start, 0, 0, 1, 1) + name)
    body = record(0x809, struct.pack("<HHHHLL", 0x600, 16, 0, 0, 0, 0)) + sheet + record(0x0A)
    return ole(head + bound + record(0x0A) + body)


def ole(stream: bytes, name: str = "Workbook", **others: bytes) -> bytes:
    """Return an OLE2 container with these streams."""
    streams = {
        name: stream.ljust(4096, b"\0"),
        **{k: v.ljust(4096, b"\0") for k, v in others.items()},
    }
    fat: list[int] = []
    content = b""
    entries = []
    for title, one in streams.items():
        one = one.ljust(-(-len(one) // 512) * 512, b"\0")
        first, count = len(fat), len(one) // 512
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        content += one
        entries.append((title, 2, first, len(one)))
    directory = len(fat)
    listed = [("Root Entry", 5, 0xFFFFFFFE, 0), *entries]
    raw = b""
    for number, (title, kind, first, size) in enumerate(listed):
        text = title.encode("utf-16-le") + b"\0\0"
        child = 1 if number == 0 else 0xFFFFFFFF
        right = number + 1 if 0 < number < len(listed) - 1 else 0xFFFFFFFF
        raw += text.ljust(64, b"\0") + struct.pack(
            "<HBBLLL", len(text), kind, 1, 0xFFFFFFFF, right, child
        )
        raw += bytes(36) + struct.pack("<LQ", first, size)
    raw = raw.ljust(-(-len(raw) // 512) * 512, b"\0")
    fat += [*range(directory + 1, directory + len(raw) // 512), 0xFFFFFFFE]
    content += raw
    tables = -(-(len(fat) + len(fat) // 127 + 2) // 128)
    first_table = len(fat)
    fat += [0xFFFFFFFD] * tables
    fat += [0xFFFFFFFF] * (tables * 128 - len(fat))
    content += struct.pack(f"<{len(fat)}L", *fat)
    difat = [first_table + i for i in range(tables)]
    extra_start, extra_count = 0xFFFFFFFE, 0
    if len(difat) > 109:
        more, difat = difat[109:], difat[:109]
        extra_start = len(content) // 512
        blocks = [more[i : i + 127] for i in range(0, len(more), 127)]
        extra_count = len(blocks)
        for i, block in enumerate(blocks):
            after = extra_start + i + 1 if i + 1 < extra_count else 0xFFFFFFFE
            content += struct.pack("<128L", *block, *[0xFFFFFFFF] * (127 - len(block)), after)
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    )
    head += bytes(6) + struct.pack(
        "<LLLLLLLLL", 0, tables, directory, 0, 4096, 0xFFFFFFFE, 0, extra_start, extra_count
    )
    return head + struct.pack("<109L", *difat, *[0xFFFFFFFF] * (109 - len(difat))) + content


def _number(row: int, column: int) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, 1.0))


_XLS: tuple[tuple[str, Callable[[], bytes], str], ...] = (
    ("one number", lambda: xls(_number(0, 0)), "HEAD-001"),
    ("number in IV65536", lambda: xls(_number(65535, 255)), "HEAD-001"),
    ("dimensions of the whole sheet", lambda: xls(record(0x200, struct.pack("<LLHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + _number(0, 0)), "HEAD-001"),
    ("14 million formatted blanks", lambda: xls(_number(0, 0) + b"".join(record(0xBE, struct.pack("<HH", r, 0) + b"\x0f\0" * 256 + struct.pack("<H", 255)) for r in range(60_000))), "HEAD-001"),
    ("a record that runs over", lambda: xls(_number(0, 0) + b"\x03\x02\xff\xff"), "FILE-022"),
    ("a million beginnings", lambda: xls(record(0x809) * 990_000), "FILE-020"),
    ("a million records", lambda: xls(record(0x1234) * 1_100_000), "FILE-020"),
    ("strings by the billion", lambda: xls(_number(0, 0), record(0xFC, struct.pack("<LL", 0x7FFFFFFF, 0x7FFFFFFF) + bytes(20))), "FILE-022"),
    ("a string of 65535 signs that is not there", lambda: xls(record(0x204, struct.pack("<HHHHB", 0, 0, 0, 0xFFFF, 1) + b"a")), "FILE-028 HEAD-001"),
    ("merged areas", lambda: xls(_number(0, 0) + b"".join(record(0xE5, struct.pack("<H", 1000) + struct.pack("<HHHH", 0, 65535, 0, 255) * 1000) for _ in range(300))), "FILE-020"),
    ("columns hidden over and over", lambda: xls(_number(0, 255) + record(0x7D, struct.pack("<HHHHHH", 0, 255, 0, 0, 1, 0)) * 200_000), "FILE-020"),
    ("numbers in every place", lambda: xls(b"".join(_number(r, c) for r in range(1500) for c in range(256))), "FILE-020"),
    ("links over the whole sheet", lambda: xls(_number(0, 0) + record(0x1B8, struct.pack("<HHHH", 0, 65535, 0, 255) + b"\xd0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b\x02\0\0\0" + bytes(4)) * 20), "HEAD-001"),
    ("names that double", lambda: xls(_number(0, 0), b"".join(record(0x18, struct.pack("<HBBHHHBBBB", 0, 0, 1, 11, 0, 0, 0, 0, 0, 0) + b"\0a" + struct.pack("<BHH", 0x23, n + 2, 0) + struct.pack("<BHH", 0x23, n + 2, 0) + b"\x10") for n in range(60))), "HEAD-001"),
    ("notes without end", lambda: xls(_number(0, 0) + b"".join(record(0x1C, struct.pack("<HHHHHB", r % 65536, r // 65536, 0, r % 65536, 1, 0) + b"a\0") for r in range(200_000))), "HEAD-001"),
)  # fmt: skip
for _name, _made, _code in _XLS:
    _often = "million" not in _name or "blanks" not in _name
    CASES.append(
        Case(f"{_name}.xls", functools.partial(lambda _, made: made(), made=_made), _code, _often)
    )


@case("sectors in a circle.xls", "FILE-022")
def _(form: bytes) -> bytes:
    out = bytearray(xls(_number(0, 0)))
    (directory,) = struct.unpack_from("<L", out, 48)
    (table,) = struct.unpack_from("<L", out, 76)
    struct.pack_into("<L", out, 512 * (table + 1) + 4 * directory, directory)
    return bytes(out)


def _spin(count: str) -> bytes:
    key = f'<p:encryptedKey xmlns:p="p" {count} saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{"A" * 22}==" encryptedVerifierHashInput="{"A" * 22}==" encryptedVerifierHashValue="{"A" * 86}==" encryptedKeyValue="{"A" * 43}="/>'
    xml = f'<?xml version="1.0"?><encryption xmlns="e"><keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{"A" * 22}=="/><dataIntegrity encryptedHmacKey="A" encryptedHmacValue="A"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">{key}</keyEncryptor></keyEncryptors></encryption>'
    return ole(
        bytes(16), "EncryptedPackage", EncryptionInfo=struct.pack("<HHL", 4, 4, 0x40) + xml.encode()
    )


for _count, _code in (
    ('spinCount="2000000000"', "FILE-023"), ("spinCount='2000000000'", "FILE-023"), ('spinCount = "2000000000"', "FILE-023"),
    ('spinCount="&#50;000000000"', "FILE-023"), ('spinCount="100000"', "FILE-006"), ('spinCount="-1"', "FILE-023"), ("", "FILE-006"),
):  # fmt: skip
    CASES.append(
        Case(
            f"locked with {_count!r}.xlsx",
            functools.partial(lambda _, count: _spin(count), count=_count),
            _code,
        )
    )


# --- mails


def _mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "a@example.org", "<1@example.org>"
    message.set_content("附上")
    for name, content in attachments:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes(policy=email.policy.SMTP)


@case("10000 attachments.eml", "FILE-020")
def _(form: bytes) -> bytes:
    one = b'--x\r\nContent-Type: application/octet-stream; name="a.xlsx"\r\n\r\nx\r\n'
    return (
        b"From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        + one * 10_000
        + b"--x--\r\n"
    )


def _nested(levels: int, lines: int) -> bytes:
    head = b"From: a@b\r\n"
    for level in range(levels):
        head += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return (
        head + b"Content-Type: application/octet-stream; name=a.xlsx\r\n\r\n" + b"eHg=\r\n" * lines
    )


CASES += [
    Case("200 nested multiparts.eml", lambda _: _nested(200, 1000), "FILE-004"),
    Case("5000 nested multiparts.eml", lambda _: _nested(5000, 1000), "FILE-020"),
    Case("nested multiparts and many lines.eml", lambda _: _nested(250, 400_000), "FILE-048"),
    Case("a header of 1 MB.eml", lambda _: b"From: " + b"a@b, " * 200_000 + b"\r\n\r\nx", "FILE-048"),
    Case("a header of brackets.eml", lambda _: b"From: " + b"(" * 100_000 + b"\r\n\r\nx", "FILE-048"),
    Case("a boundary of 1 MB.eml", lambda _: b"From: a@b\r\nContent-Type: multipart/mixed; boundary=\"" + b'";"' * 200_000 + b"\r\n\r\nx", "FILE-048"),
    Case("a header of encoded words.eml", lambda _: b"From: a@b\r\nContent-Type: application/octet-stream; name=\"" + b"=?utf-8?B?5biC?= " * 50_000 + b'"\r\n\r\nx', "FILE-048"),
    Case("many headers.eml", lambda _: b"From: a@b\r\n" + b"X-A: b\r\n" * 300_000 + b"\r\nx", "FILE-048"),
    Case("one mail of 100 MB.eml", lambda _: b"From: a@b\r\nContent-Type: application/octet-stream; name=a.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 1_340_000, "FILE-048", often=False),
    Case("a mailbox of 100 MB.mbox", lambda _: (b"From x Mon\n" + _mail(("a.png", bytes(1 << 20))).replace(b"\r\n", b"\n") + b"\n") * 70, "FILE-045 FILE-046 " * 70, often=False),
    Case("a mailbox of a million mails.mbox", lambda _: b"From x\nA: b\n\n" * 1_000_000, "FILE-020"),
]  # fmt: skip


for _mails, _suffix in ((MAILS, "eml"), (MAILBOXES, "mbox")):
    for _name, (_made, _code) in _mails.items():
        CASES.append(Case(
            f"{_name}.{_suffix}", functools.partial(lambda _, made: made(), made=_made), _code, often=False
        ))  # fmt: skip


def filled(form: bytes) -> bytes:
    """Return an issued form with its task rows filled in properly, spelt as it was issued."""
    answers = {
        "I": 't="inlineStr"><is><t>达序时</t></is></c>', "J": "><v>0.5</v></c>",
        "K": 't="inlineStr"><is><t>第{row}行：推进会开了两次</t></is></c>',
        "M": 't="inlineStr"><is><t>下一步抓紧</t></is></c>', "N": "><v>44926</v></c>",
    }  # fmt: skip

    def change(sheet: bytes) -> bytes:
        cells = re.compile(rb'<c r="([I-N])(\d+)"( s="\d+")?/>')
        keyed = {int(row) for row in re.findall(rb'<c r="A(\d+)"[^>]*><v>', sheet)}

        def fill(match: re.Match[bytes]) -> bytes:
            column, row = match[1].decode(), int(match[2])
            if row not in keyed or row < FIRST or column not in answers:
                return match[0]
            new = answers[column].replace("{row}", str(row))
            gap = "" if new.startswith(">") else " "
            return match[0][:-2] + (gap + new).encode()

        return cells.sub(fill, sheet)

    return repacked(form, {SHEET: change})
