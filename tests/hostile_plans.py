"""Published plans (PDF, Word) that cost a reader minutes or gigabytes; each is made in a moment."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

_MIB = 1 << 20


def pdf(objects: Iterable[bytes], tail: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    at = []
    for number, one in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in at)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(at) + 1,
        tail,
        start,
    )
    return bytes(out)


def stream(content: bytes, more: bytes = b"", *, times: int = 1) -> bytes:
    """Return a stream, deflated so many times."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    names = b"/Filter[" + b"/FlateDecode" * times + b"]" if times else b""
    return b"<</Length %d%s%s>>stream\n" % (len(content), names, more) + content + b"\nendstream"


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
FONT = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def page(contents: bytes = b"4 0 R", box: bytes = b"0 0 595 842", more: bytes = b"") -> bytes:
    """Return a page object."""
    return b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Resources%s/Contents %s%s>>" % (
        box,
        FONT,
        contents,
        more,
    )


def one_page(
    content: bytes, *, box: bytes = b"0 0 595 842", times: int = 1, more: bytes = b""
) -> bytes:
    """Return a PDF of one page."""
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf([CATALOGUE, tree, page(box=box, more=more), stream(content, times=times)])


def text(count: int, letters: bytes = b"a") -> bytes:
    """Return page content that shows some letters so many times."""
    return b"BT /F1 8 Tf 9 9 Td " + b"(%s) Tj " % letters * count + b"ET"


def _repeated(count: int) -> bytes:
    kids = b"3 0 R " * count
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
    return pdf([CATALOGUE, tree, page(), stream(text(50, b"hello"))])


def _deep(levels: int) -> bytes:
    tree = [
        b"<</Type/Pages/Kids[%d 0 R]/Count 1%s>>"
        % (n + 1, b"/Parent %d 0 R" % (n - 1) if n > 2 else b"")
        for n in range(2, levels + 2)
    ]
    return pdf([CATALOGUE, *tree, page(contents=b"null")])


def _wide(levels: int, kids: int) -> bytes:
    """A tree whose every level names the next so often."""
    tree = [
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b"%d 0 R " % (n + 1) * kids, kids ** (levels + 2 - n))
        for n in range(2, levels + 2)
    ]
    return pdf([CATALOGUE, *tree, page(contents=b"null")])


def _forms(levels: int, each: int) -> bytes:
    """Forms that draw the next form so often."""
    objects = [CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append(
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>"
    )
    objects.append(stream(b"/X Do " * each))
    for n in range(levels):
        last = n + 1 == levels
        inner = FONT if last else b"<</XObject<</X %d 0 R>>>>" % (n + 6)
        content = text(10, b"abc") + b" 0 0 m 9 9 l S" if last else b"/X Do " * each
        objects.append(
            stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources" + inner)
        )
    return pdf(objects)


def _object_stream(count: int) -> bytes:
    """A compressed object stream of very many objects, and the cross-reference stream for it."""
    numbers = b" ".join(b"%d %d" % (n + 10, 2 * n) for n in range(count))
    body = numbers + b" " + b"0 " * count
    out = bytearray(b"%PDF-1.7\n")
    at = {}
    for number, one in (
        (1, CATALOGUE), (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"), (3, page(contents=b"10 0 R")),
        (4, stream(body, b"/Type/ObjStm/N %d/First %d" % (count, len(numbers) + 1))),
    ):  # fmt: skip
        at[number] = len(out)
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    start = len(out)
    rows = b"\0\0\0\0\0\0\0" + b"".join(
        b"\1" + at[n].to_bytes(4, "big") + b"\0\0" for n in (1, 2, 3, 4)
    )
    rows += b"\1" + start.to_bytes(4, "big") + b"\0\0" + bytes(7) * 4
    rows += b"".join(
        b"\2" + (4).to_bytes(4, "big") + (n & 0xFFFF).to_bytes(2, "big") for n in range(count)
    )
    head = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % (count + 10)
    out += b"5 0 obj\n" + stream(rows, head) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _image(width: int, height: int, content: bytes) -> bytes:
    image = (
        b"/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8/Width %d/Height %d"
        % (width, height)
    )
    resources = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>"
    return pdf([
        CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", resources,
        stream(b"595 0 0 842 0 0 cm /I Do " * 50), stream(content, image),
    ])  # fmt: skip


STOPPED = "PLAN-064 or PLAN-065"
"""Ended for its time or its memory, whichever this machine finds first."""

PDFS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "3 KB that hold 1 GB": (lambda: one_page(b" " * (1024 * _MIB), times=2), STOPPED),
    "100 MB of blanks": (lambda: one_page(b" " * (100 * _MIB)), "PLAN-007"),
    "millions of letters": (lambda: one_page(text(3_000_000)), STOPPED),
    "long words": (lambda: one_page(text(3000, b"a" * 1000)), STOPPED),
    "a page 100000 times": (lambda: _repeated(100_000), "PLAN-063"),
    "a page 3000 times": (lambda: _repeated(3000), "PLAN-063"),
    "a tree 20000 deep": (lambda: _deep(20_000), "PLAN-004"),
    "a tree 900 deep": (lambda: _deep(900), "PLAN-007"),
    "a tree of a billion pages": (lambda: _wide(9, 10), "PLAN-003"),
    "a count of billions": (lambda: pdf([CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", page(), stream(text(5))]), "PLAN-008"),
    "a count below zero": (lambda: pdf([CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count -5>>", page(), stream(text(5))]), "PLAN-008"),
    "a tree in a circle": (lambda: pdf([CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 100000>>", page(), stream(text(5))]), "PLAN-063"),
    "a page of kilometres": (lambda: one_page(text(50), box=b"-1e9 -1e9 1e9 1e9"), "PLAN-007"),
    "a page of 20 metres": (lambda: one_page(text(50), box=b"0 0 60000 60000"), "PLAN-008"),
    "a page scaled up": (lambda: one_page(text(50), box=b"0 0 14000 14000", more=b"/UserUnit 75000"), "PLAN-008"),
    "forms in forms": (lambda: _forms(8, 8), STOPPED),
    "forms 11 deep": (lambda: _forms(11, 4), STOPPED),
    "a million lines": (lambda: one_page(b"0 0 m 9 9 l S\n" * 1_000_000), "PLAN-063"),
    "a path of millions": (lambda: one_page(b"0 0 m " + b"9 9 l 0 9 l " * 2_000_000 + b"S"), "PLAN-063"),
    "a million saved states": (lambda: one_page(b"q " * 3_000_000), STOPPED),
    "clips in clips": (lambda: one_page(b"0 0 m 9 9 l 9 0 l W n " * 300_000), "PLAN-007"),
    "an object stream": (lambda: _object_stream(60_000), "PLAN-007"),
    "an image of 90000 x 90000": (lambda: _image(90_000, 90_000, b""), "PLAN-007"),
    "an image of 600 MB": (lambda: _image(14_000, 14_000, bytes(600 * _MIB)), "PLAN-007"),
    "an array of millions": (lambda: pdf([CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page(), stream(text(5)), b"[" + b"0 " * 4_000_000 + b"]"]), "PLAN-008"),
    "brackets": (lambda: pdf([b"<</Type/Catalog/Pages 2 0 R/X" + b"[" * 500_000 + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page(), stream(text(5))]), "PLAN-008"),
    "no cross-references": (lambda: b"%PDF-1.7\n" + b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" * 500_000, "PLAN-003"),
    "cross-references in a circle": (lambda: one_page(text(5)).replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 9"), "PLAN-008"),
}  # fmt: skip


W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>
</Types>"""
_KIND = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def _rels(*targets: tuple[bytes, bytes]) -> bytes:
    lines = b"".join(
        b'<Relationship Id="r%d" Type="%s%s" Target="%s"/>' % (n, _KIND, kind, target)
        for n, (kind, target) in enumerate(targets)
    )
    space = b"http://schemas.openxmlformats.org/package/2006/relationships"
    return b'<Relationships xmlns="%s">%s</Relationships>' % (space, lines)


def stored(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of parts as they are, so that no limit of what may be unpacked is met."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 0) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(
    body: bytes, head: bytes = b"", *, styles: bytes = b"", numbering: bytes = b"", **added: bytes
) -> bytes:
    """Return a Word document with this body."""
    return stored({
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _rels((b"officeDocument", b"word/document.xml")),
        "word/_rels/document.xml.rels": _rels((b"styles", b"styles.xml"), (b"numbering", b"numbering.xml")),
        "word/styles.xml": b"<w:styles %s>%s</w:styles>" % (W, styles),
        "word/numbering.xml": b"<w:numbering %s>%s</w:numbering>" % (W, numbering),
        "word/document.xml": head + b"<w:document %s><w:body>%s</w:body></w:document>" % (W, body),
        **added,
    })  # fmt: skip


_CELL = b"<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"


def _laughs() -> bytes:
    more = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return docx(
        b"<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", b'<!DOCTYPE x [<!ENTITY l0 "ha">%s]>' % more
    )


def _numbered(levels: int, paragraphs: int) -> bytes:
    """Paragraphs numbered by a chain of styles."""
    style = b'<w:style w:styleId="s%d"><w:basedOn w:val="s%d"/></w:style>'
    own = (
        b'<w:style w:styleId="s%d"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        % levels
    )
    styles = b"".join(style % (n, n + 1) for n in range(levels)) + own
    numbering = (
        b'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        b'</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    one = b'<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    return docx(one * paragraphs, styles=styles, numbering=numbering)


DOCX: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "100 MB of blanks in a document": (lambda: docx(b" " * (100 * _MIB)), "FILE-022"),
    "a bomb of 4 GB": (lambda: docx(b"<w:p/>", **{"word/media/a.bin": bytes(600 * _MIB)}), "PLAN-067"),
    "forty parts of 3 MB": (lambda: docx(b"<w:p/>", **{f"word/m{n}.xml": b"<a>" + b" " * (3 * _MIB) + b"</a>" for n in range(40)}), "FILE-022"),
    "3 million empty paragraphs": (lambda: docx(b"<w:p/>" * 3_000_000), "PLAN-063"),
    "300000 paragraphs": (lambda: docx(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 300_000), "PLAN-063"),
    "a paragraph of 500000 runs": (lambda: docx(b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 500_000 + b"</w:p>"), "PLAN-063"),
    "a paragraph of 4 MB": (lambda: docx(b"<w:p><w:r><w:t>" + b"a" * (4 * _MIB) + b"</w:t></w:r></w:p>"), "FILE-022"),
    "tables 200 deep": (lambda: docx(b"<w:tbl><w:tr><w:tc>" * 60 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 60), "PLAN-008"),
    "tables 10000 deep": (lambda: docx(b"<w:tbl><w:tr><w:tc>" * 10_000 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 10_000), "PLAN-047"),
    "tables in tables with text": (lambda: docx(b"<w:tbl><w:tr>" + _CELL * 20 + b"<w:tc><w:tbl><w:tr>" * 40 + _CELL * 2000 + b"</w:tr></w:tbl></w:tc>" * 40 + b"</w:tr></w:tbl>"), "PLAN-008"),
    "a table of 100000 rows": (lambda: docx(b"<w:tbl>" + (b"<w:tr>" + _CELL * 3 + b"</w:tr>") * 100_000 + b"</w:tbl>"), "PLAN-063"),
    "a row of 300000 cells": (lambda: docx(b"<w:tbl><w:tr>" + _CELL * 300_000 + b"</w:tr></w:tbl>"), "PLAN-063"),
    "one wide row and many short": (lambda: docx(b"<w:tbl><w:tr>" + _CELL * 5000 + b"</w:tr>" + (b"<w:tr>" + _CELL + b"</w:tr>") * 20_000 + b"</w:tbl>"), "PLAN-063"),
    "cells merged down 50000 rows": (lambda: docx(b"<w:tbl>" + b'<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>' * 50_000 + b"</w:tbl>"), "PLAN-063"),
    "cells that span a billion": (lambda: docx(b"<w:tbl>" + b'<w:tr><w:trPr><w:gridBefore w:val="999999999"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr>' * 100 + b"</w:tbl>"), "PLAN-008 PLAN-029"),
    "50000 tables": (lambda: docx((b"<w:tbl><w:tr>" + _CELL * 2 + b"</w:tr></w:tbl>") * 50_000), "PLAN-063"),
    "runs in runs 190 deep": (lambda: docx(b"<w:p>" + (b"<w:r>" * 180 + b"<w:t>a</w:t>" + b"</w:r>" * 180) * 3000 + b"</w:p>"), "PLAN-063"),
    "60000 paragraphs": (lambda: docx(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 60_000), "PLAN-063"),
    "a paragraph of 90000 runs": (lambda: docx(b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 90_000 + b"</w:p>"), "PLAN-063"),
    "a table of 16000 rows": (lambda: docx(b"<w:tbl>" + (b"<w:tr>" + _CELL * 3 + b"</w:tr>") * 16_000 + b"</w:tbl>"), "PLAN-063"),
    "a table with a head of 16000 rows": (lambda: docx(b"<w:tbl>" + (b"<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("序号", "目标任务", "牵头单位")).encode() + b"</w:tr>") * 14_000 + b"</w:tbl>"), "PLAN-063"),
    "cells merged down 30000 rows": (lambda: docx(b"<w:tbl>" + b'<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>' * 30_000 + b"</w:tbl>"), "PLAN-063"),
    "8000 tables": (lambda: docx((b"<w:tbl><w:tr>" + _CELL * 2 + b"</w:tr></w:tbl>") * 8_000), "PLAN-081"),
    "60000 headings": (lambda: docx("".join(f"<w:p><w:r><w:t>一、第{n}类</w:t></w:r></w:p>" for n in range(60_000)).encode()), "PLAN-063"),
    "a billion laughs": (_laughs, "FILE-012"),
    "a definition from elsewhere": (lambda: docx(b"<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "FILE-012"),
    "styles in a chain of 3000": (lambda: _numbered(3000, 2000), "PLAN-008 PLAN-049"),
    "styles in a chain of 20000": (lambda: _numbered(20_000, 10_000), "PLAN-008 PLAN-049"),
    "200000 attributes": (lambda: docx(b"<w:p " + b" ".join(b'a%d="x"' % n for n in range(200_000)) + b"/>"), "FILE-022"),
    "a document of one tag": (lambda: docx(b"<w:p><w:r><w:t>" + b"<a/>" * 2_000_000 + b"</w:t></w:r></w:p>"), "PLAN-063"),
}  # fmt: skip
