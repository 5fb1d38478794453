"""Nothing that a stranger sends costs much: bombs are refused or read cheaply, and nothing raises."""

from __future__ import annotations

import gc
import io
import random
import re
import resource
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from books import SHEET, STRINGS, form, repacked, swapped, with_drawing, with_rows, zipped
from office import saved_again

from reconcile.core.findings import Severity
from reconcile.readers import Book, Limits, read_book
from reconcile.readers.calamine_process import rescue
from reconcile.readers.limits import Clock, Refused
from reconcile.readers.xls import read_xls
from reconcile.readers.zip_archive import Archive

pytestmark = pytest.mark.slow


def codes(content: bytes, limits: Limits | None = None) -> list[str]:
    book, findings = read_book("x", content, limits=limits or Limits())
    assert (book is None) == any(f.severity is Severity.ERROR for f in findings)
    for finding in findings:
        assert finding.message and finding.fix and finding.place.file == "x"
    return [f.code for f in findings]


def opened(content: bytes) -> Book:
    book, findings = read_book("x", content)
    assert book is not None, findings
    return book


@pytest.mark.parametrize("address", ["N1048576", "XFD1048576", "XFD1"])
@pytest.mark.parametrize("spelling", ["", "<!-- not usual -->"])
def test_a_stray_value_far_out_is_read(address: str, spelling: str) -> None:
    digits = "".join(filter(str.isdigit, address))
    book = opened(with_rows(f'{spelling}<row r="{digits}"><c r="{address}"><v>7</v></c></row>'))
    cells = book.sheets[0].cells
    assert cells[max(cells)].value == 7.0 if digits != "1" else cells[1, 16384].value == 7.0
    assert cells[3, 4].value == 0.5
    assert len(cells) == len(opened(form()).sheets[0].cells) + 1


def test_a_million_formatted_rows_are_read_past() -> None:
    rows = b"".join(
        b'<row r="%d" spans="1:1" ht="15"><c r="A%d" s="1"/></row>' % (r, r)
        for r in range(100, 1048577)
    )
    assert opened(with_rows(rows)).sheets == opened(form()).sheets


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        pytest.param(lambda: _strings(b"<si><t>x</t></si>" * 100_000), "", "", id="strings"),
        pytest.param(lambda: _styles(64_000), "", "", id="styles"),
        pytest.param(lambda: _values(400_000), "FILE-020", "单元格超过 300000", id="values"),
        pytest.param(lambda: _values(21_000), "FILE-020", "填报表", id="rows"),
        pytest.param(lambda: _wide(1_100), "FILE-020", "列超过 1000", id="columns"),
        pytest.param(lambda: _padded(200 << 20), "FILE-011", "128 MB", id="bomb"),
        pytest.param(lambda: _padded(40 << 20), "FILE-011", "128 MB", id="ratio"),
        pytest.param(lambda: _deep(300), "FILE-022", "嵌套", id="deep"),
        pytest.param(lambda: _dtd("utf-8"), "FILE-012", "DTD", id="dtd"),
        pytest.param(lambda: _dtd("utf-16"), "FILE-012", "DTD", id="dtd in utf-16"),
        pytest.param(lambda: _attributes(200_000), "FILE-022", "1 MB", id="attributes"),
        pytest.param(lambda: with_rows("<!-- --><x/>" * 10 + "<y/>" * 2_600_000), "FILE-011", "", id="tags packed"),
        pytest.param(lambda: repacked(form(), added={"../../x": b""}), "FILE-023", "../../x", id="traversal"),
        pytest.param(lambda: _duplicate(), "FILE-023", "重复", id="duplicate"),
        pytest.param(lambda: _overlapping(), "FILE-023", "重叠", id="overlapping"),
        pytest.param(lambda: zipped({f"a{i}": b"" for i in range(5_001)}), "FILE-023", "5001", id="entries"),
        pytest.param(lambda: bytes(33 << 20), "FILE-010", "33.0 MB", id="size"),
        pytest.param(lambda: _flagged(1), "FILE-024", "密码", id="encrypted entry"),
        pytest.param(lambda: _hidden_columns(100_000), "", "", id="hidden columns"),
        pytest.param(lambda: _ods_repeats(), "FILE-020", "单元格超过", id="ods repeats"),
    ],
)  # fmt: skip
def test_bombs(content: Callable[[], bytes], code: str, words: str) -> None:
    bomb = content()
    before = _peak()
    book, findings = read_book("x", bomb)
    assert [f.code for f in findings] == ([code] if code else [])
    assert (book is None) == bool(code)
    assert all(words in f.message for f in findings)
    assert _peak() - before < 512 << 20


def _peak() -> int:
    """Return the most memory that this program ever used, in bytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used << 10


def _strings(more: bytes) -> bytes:
    return repacked(form(), {STRINGS: swapped(b"</sst>", more + b"</sst>")})


def _styles(count: int) -> bytes:
    more = b'<xf numFmtId="0" fontId="0"/>' * count
    return repacked(form(), {"xl/styles.xml": swapped(b"</cellXfs>", more + b"</cellXfs>")})


def _values(count: int) -> bytes:
    return with_rows(
        b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (r, r) for r in range(9, count))
    )


def _wide(count: int) -> bytes:
    return with_rows('<row r="20">' + "<c><v>1</v></c>" * count + "</row>")


def _padded(size: int) -> bytes:
    return repacked(form(), {SHEET: lambda part: part + b" " * size})


def _hidden_columns(count: int) -> bytes:
    far = with_rows('<row r="20"><c r="XFD20"><v>1</v></c></row>')
    more = '<col hidden="1" min="1" max="16384"/>' * count
    return repacked(far, {SHEET: swapped("<cols>", "<cols>" + more)})


def _deep(depth: int) -> bytes:
    return with_rows("<a>" * depth + "</a>" * depth + "<c/>")


def _dtd(encoding: str) -> bytes:
    def change(part: bytes) -> bytes:
        text = part.decode().replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
        return text.replace("UTF-8", encoding).encode(encoding)

    return repacked(form(), {SHEET: change})


def _attributes(count: int) -> bytes:
    return with_rows("<row " + " ".join(f'a{i}="1"' for i in range(count)) + "/>")


def _duplicate() -> bytes:
    out = io.BytesIO(form())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    return out.getvalue()


def _overlapping() -> bytes:
    """Point the second entry of the directory at the first one's content."""
    content = bytearray(form())
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)


def _flagged(flag: int) -> bytes:
    content = bytearray(form())
    at = content.index(b"_rels/.rels", content.index(b"PK\x01\x02")) - 46
    content[at + 8] |= flag
    return bytes(content)


def _ods_repeats() -> bytes:
    xml = (
        '<d xmlns:table="t" xmlns:office="o"><office:spreadsheet><table:table>'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table></office:spreadsheet></d>"
    )
    return zipped({"content.xml": xml.encode()})


def test_too_slow() -> None:
    assert codes(form(), Limits(seconds=-1)) == ["FILE-021"]


def test_wrong_checksum_is_a_broken_file() -> None:
    content = bytearray(form())
    at = content.index(b"xl/workbook.xml", content.index(b"PK\x01\x02")) - 46
    content[at + 16] ^= 1
    assert codes(bytes(content)) == ["FILE-005"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("市住建局.xlsx".encode("gbk"), "市住建局.xlsx"),
        ("市住建局.xlsx".encode(), "市住建局.xlsx"),
        (b"a.xlsx", "a.xlsx"),
    ],
)
def test_names_in_a_zip(raw: bytes, expected: str) -> None:
    plain = zipped({"x" * len(raw): b"1"}).replace(b"x" * len(raw), raw)
    archive = Archive(plain, Limits())
    assert [member.name for member in archive.members] == [expected]
    assert archive.read(archive.members[0]) == b"1"


def test_zip64_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=True) as entry:
        entry.write(b"1")
    archive2 = Archive(out.getvalue(), Limits())
    assert archive2.read(archive2.members[0]) == b"1"


def test_members_are_inflated_within_what_is_left() -> None:
    archive = Archive(zipped({"a": bytes(1000), "b": bytes(1000)}), Limits(unpacked_bytes=1500))
    assert len(archive.read(archive.members[0])) == 1000
    with pytest.raises(Refused) as refused:
        archive.read(archive.members[1])
    assert refused.value.code == "FILE-011"


_DIRECTORY_FIELDS = {
    "method": (10, "<H"),
    "sum": (16, "<L"),
    "packed": (20, "<L"),
    "size": (24, "<L"),
}


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize(
    ("field", "change", "code"),
    [
        ("", 0, ""),
        ("sum", 1, "FILE-005"),
        ("packed", -3, "FILE-005"),
        ("size", -1, ""),
        ("size", 1, ""),
        ("size", 1 << 30, "FILE-011"),
        ("method", 90, "FILE-024"),
    ],
)
@pytest.mark.parametrize("part", [b"1", b"0123456789" * 100, bytes(1 << 20)], ids=len)
def test_a_member_is_read_whole_or_refused(
    part: bytes, field: str, change: int, code: str, method: int
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr("a", part)
    content = bytearray(out.getvalue())
    if field:
        at, form_of = _DIRECTORY_FIELDS[field]
        at += content.index(b"PK\x01\x02")
        (was,) = struct.unpack_from(form_of, content, at)
        struct.pack_into(form_of, content, at, max(was + change, 0))
    told = ""
    try:
        archive = Archive(bytes(content), Limits(unpacked_bytes=8 << 20))
        assert archive.read(archive.members[0]) == part
        assert archive.left == (8 << 20) - len(part)
    except Refused as refused:
        told = refused.code
    assert told == code


def test_a_member_that_declares_little_is_not_inflated_further() -> None:
    """zipfile inflates whatever is there before it cuts it: we ask for so much, and no more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as packed:
        packed.writestr("a", bytes(256 << 20))
    content = bytearray(out.getvalue())
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, 1000)
    archive = Archive(bytes(content), Limits(ratio=1))
    tracemalloc.start()
    with pytest.raises(Refused) as refused:
        archive.read(archive.members[0])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == "FILE-011" and most < 16 << 20


def test_the_end_of_a_zip_is_the_one_that_was_checked() -> None:
    """A second end record in a comment is the last one, and that one counts: here it is of no zip."""
    other = b"PK\x05\x06" + bytes(4) + struct.pack("<HHLLH", 1, 1, 46, 0, 0)
    content = bytearray(zipped({"a": b"1"}))
    struct.pack_into("<H", content, len(content) - 2, len(other))
    with pytest.raises(Refused) as refused:
        Archive(bytes(content) + other, Limits())
    assert refused.value.code == "FILE-005"


def test_a_long_directory_is_not_read() -> None:
    content = bytearray(zipped({"a": b"1"}))
    struct.pack_into("<L", content, content.rindex(b"PK\x05\x06") + 12, 5_000 * 400 + 1)
    with pytest.raises(Refused) as refused:
        Archive(bytes(content), Limits())
    assert refused.value.code == "FILE-023"


def test_what_stands_around_a_zip_does_no_harm() -> None:
    archive = Archive(b"#!/bin/sh\n" + zipped({"a": b"1"}) + b"\0" * 70_000, Limits())
    assert [(m.name, archive.read(m)) for m in archive.members] == [("a", b"1")]


def test_the_second_reader_of_xls_may_die_alone() -> None:
    """A forged address makes calamine ask for gigabytes and end its process: the child's, not ours."""
    clock = Clock(Limits())
    for content in (b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), _far_xlsb()):
        with pytest.raises(Refused) as refused:
            rescue(content, "xls", clock)
        assert refused.value.code == "FILE-022"


def _far_xlsb() -> bytes:
    """Return an xlsb with a value in a column that does not exist."""
    from test_grid import xlsb

    return xlsb((40_000_000, 5, 0, bytes(8)))


def test_dense_sheets_are_not_handed_over() -> None:
    # A dense range of a value in IV65536 would be 16 million cells: it is not handed over.
    far = struct.pack("<HHHHH", 0x203, 14, 65535, 255, 0) + struct.pack("<d", 1.0)
    stream = struct.pack("<HHHH", 0x809, 4, 0x600, 0x10) + far + struct.pack("<HH", 0x0A, 0)
    with pytest.raises(Refused) as refused:
        read_xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", stream, "x", Clock(Limits()))
    assert refused.value.code == "FILE-022"


_BITS = (
    b"<", b">", b'"', b"&", b"<!--", b"-->", b"<![CDATA[", b"\xff", b"\0", b"99999999999", b"-1",
    b"1e999", b"&#xD800;", b"_xD800_", b"ZZZ9999999", b' t="s"', b' t="e"', b"<f/>", b"<c/>", b"",
)  # fmt: skip


def _spoilt(chance: random.Random, part: bytes) -> bytes:
    """Return the part with a few bytes flipped, cut, doubled or put in."""
    out = bytearray(part)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(4):
            case 0:
                out[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                out[at:at] = chance.choice(_BITS)
            case 2:
                del out[at : at + chance.choice((1, 4, 40, 400))]
            case 3:
                out[at:at] = out[at : at + chance.choice((4, 40, 400))]
    return bytes(out)


def _sound(content: bytes) -> None:
    book, findings = read_book("x", content)
    assert (book is None) == any(f.severity is Severity.ERROR for f in findings)
    assert "FILE-999" not in [f.code for f in findings], [f.message for f in findings]
    for sheet in book.sheets if book else ():
        for cell in sheet.cells.values():
            f"{cell.value}{cell.note}{cell.formula}".encode()


@pytest.mark.parametrize("seed", range(4))
def test_fuzzed_parts(seed: int) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(form())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(150):
        name = chance.choice(sorted(parts))
        _sound(zipped({**parts, name: _spoilt(chance, parts[name])}))


@pytest.mark.parametrize("seed", range(2))
def test_fuzzed_zips(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        _sound(_spoilt(chance, form()))


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_fuzzed_xls_and_ods(kind: str, soffice: str) -> None:
    content = saved_again(form(), kind)
    chance = random.Random(7)
    for _ in range(200):
        out = bytearray(content)
        for _ in range(chance.choice((1, 2, 8))):
            out[chance.randrange(len(out))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
        _sound(bytes(out))


@pytest.mark.parametrize("kind", ["numbers", "targets", "drawings"])
@pytest.mark.parametrize("size", [900_000, 780_000])
def test_what_files_hold_is_not_kept(kind: str, size: int) -> None:
    def book(number: int) -> bytes:
        long = f"{number}" + "0" * size
        if kind == "drawings":
            return with_drawing(form(), "xl/worksheets/sheet2.xml", f"<x>{long}</x>")
        if kind == "numbers":
            row = f'<sheetData><row r="2"><c r="D2"><v>{long}</v></c></row></sheetData>'.encode()
            rows = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
            return repacked(form(), {SHEET: lambda part: rows.sub(row, part)})
        relation = f'<Relationship Id="x" Type="a/b" Target="{long}"/></Relationships>'.encode()
        relations = "xl/_rels/workbook.xml.rels"
        return repacked(form(), {relations: swapped(b"</Relationships>", relation)})

    read_book("x", book(1))
    gc.collect()
    tracemalloc.start()
    for number in range(2, 22):
        read_book("x", book(number))
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 2 << 20
