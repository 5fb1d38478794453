"""Any spreadsheet file -> cells with addresses. Guards before it parses.

``read_book`` goes by what a file holds, not by its name. The reader of each
kind of file is imported when the first such file turns up: xlsx.py (xlsx,
xlsm, strict), xls.py (xls, et), calamine_process.py (xlsb), ods.py.
"""

from __future__ import annotations

import codecs
import contextlib
import importlib.util
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.plan import Value
from ..core.submission import Cell
from .limits import (
    LIMITS,
    LONGEST_CELL,
    Clock,
    Limits,
    Refused,
    check_extent,
    check_merges,
    check_xml,
    parse_xml,
)
from .workbook import Book, Remark, Sheet
from .zip_archive import Archive

__all__ = ["Book", "Cell", "Limits", "Sheet", "Value", "read_book"]


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Excel 2 to 4 wrote bare BIFF: a BOF record and nothing around it.
_BARE_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
# How other files begin, the finding that says so, and what they are called.
_OTHERS: tuple[tuple[bytes, str, str | Phrase], ...] = (
    (b"%PDF", "FILE-015", ""),
    (b"\x89PNG", "FILE-016", ""),
    (b"\xff\xd8\xff", "FILE-016", ""),
    (b"GIF8", "FILE-016", ""),
    (b"BM", "FILE-016", ""),
    (b"II*\0", "FILE-016", ""),
    (b"MM\0*", "FILE-016", ""),
    (b"\x78\x9f\x3e\x22", "FILE-017", ""),
    (b"{\\rtf", "FILE-014", Phrase("Word 文档（RTF）")),
    (b"Rar!", "FILE-027", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "FILE-027", "7z"),
    (b"\x1f\x8b", "FILE-027", "gzip"),
    (b"BZh", "FILE-027", "bzip2"),
    (b"\xfd7zXZ", "FILE-027", "xz"),
)  # fmt: skip
_OLE_OTHERS = (
    ("WordDocument", "FILE-014", Phrase("Word 文档（或 WPS 文字）")),
    ("PowerPoint Document", "FILE-014", Phrase("演示文稿")),
)
_OUTLOOK = ("__substg1.0_", "__properties_version", "__nameid", "__attach_version")
"""How the streams of a mail are called that Outlook saved."""
_ZIP_OTHERS: tuple[tuple[str, str, str | Phrase], ...] = (
    ("word/document.xml", "FILE-014", Phrase("Word 文档")),
    ("ppt/presentation.xml", "FILE-014", Phrase("演示文稿")),
    ("Index/Document.iwa", "FILE-108", ""),
    ("buildVersionHistory.plist", "FILE-108", ""),
)
_XML_OTHERS = (
    ("urn:schemas-microsoft-com:office:spreadsheet", Phrase("XML 表格 2003")),
    ("urn:oasis:names:tc:opendocument:xmlns:office", Phrase("单个 XML 文件的 ODF 文档（.fods）")),
    ("uof:UOF", Phrase("标文通文档（UOF）")),
)
_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|table|meta|div|style|script)\b", re.I)
_MOST_REMARKS = 20
"""Cells of a sheet that are reported one by one when they are longer than any may be."""
_MAX_SPIN = 200_000  # Office writes 100,000
# Office's password for files that are merely marked read-only: no secret, and no question.
_DEFAULT_PASSWORD = "VelvetSweatshop"


def read_book(
    name: str,
    content: bytes,
    *,
    limits: Limits = LIMITS,
    password: str | None = None,
    clock: Clock | None = None,
) -> tuple[Book | None, tuple[Finding, ...]]:
    """Return the workbook that ``content`` holds, and the findings about the file.

    ``name`` only says in the findings which file is meant. Either the book is
    None and a finding of severity ERROR says why, or the whole file was read
    and the findings are remarks. Never raises: what nobody foresaw is FILE-999.
    ``clock`` is that of the file, where more than this is done with it.
    """
    try:
        book, remarks = _read(name, content, clock or Clock(limits), password)
        return _checked(book, limits), remarks
    except Refused as refused:
        return None, (Finding(refused.code, Place(name), values=refused.values),)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic in calamine derives from BaseException
        return None, (Finding.unforeseen(name, error),)


def _read(
    name: str, content: bytes, clock: Clock, password: str | None
) -> tuple[Book, tuple[Finding, ...]]:
    limits = clock.limits
    if not content:
        raise Refused("FILE-001")
    if len(content) > limits.file_bytes:
        raise Refused("FILE-010", size=f"{len(content) / 2**20:.1f}", limit=limits.file_bytes >> 20)
    if content.startswith(_OLE):
        return _read_ole(name, content, clock, password)
    if content.startswith(_BARE_BIFF):
        from .xls import read_xls

        return read_xls(content, content, name, clock)
    if content.startswith(b"PK"):
        return _read_zip(name, content, clock)
    for start, code, what in _OTHERS:
        if content.startswith(start):
            raise Refused(code, what=what)
    if b"%PDF-" in content[:1024]:
        raise Refused("FILE-015")
    if (content[:4] == b"RIFF" and content[8:12] == b"WEBP") or content[4:12] == b"ftypheic":
        raise Refused("FILE-016")
    raise _not_even_binary(content)


def _without_endless(book: Book) -> Book:
    """Return the book with texts cut, and reported, that are longer than any cell may hold.

    They stay one character longer than that, so that every rule sets them aside.
    """
    cut: dict[str, str] = {}
    sheets = []
    for sheet in book.sheets:
        cells, remarks = {}, []
        for at, cell in sheet.cells.items():
            text = cell.value
            if isinstance(text, str) and len(text) > LONGEST_CELL:
                if text not in cut:
                    cut[text] = text[: LONGEST_CELL + 1]
                cells[at] = cell._replace(value=cut[text])
                remarks.append(Remark("CELL-061", at, {"count": LONGEST_CELL}))
        if cells:
            remarks = [*sheet.remarks, *remarks[:_MOST_REMARKS]]
            sheet = replace(sheet, cells={**sheet.cells, **cells}, remarks=tuple(remarks))
        sheets.append(sheet)
    return replace(book, sheets=tuple(sheets)) if cut else book


def _checked(book: Book, limits: Limits) -> Book:
    """Return the book without endless texts.

    Refuses (FILE-020) what was cheap to read and would be dear to look at, whatever kind it is:
    one long text may stand in very many cells, and one sheet be listed very often.
    """
    if len(book.sheets) > limits.sheets:
        raise Refused("FILE-020", what=Phrase("工作表超过 {n} 张", n=limits.sheets))
    if len({sheet.name for sheet in book.sheets}) < len(book.sheets):
        raise Refused("FILE-023", reason=Phrase("两张工作表同名"))
    cells = signs = 0
    lengths = [_lengths(sheet) for sheet in book.sheets]
    if any(max(own, default=0) > LONGEST_CELL for own in lengths):
        book = _without_endless(book)
        lengths = [_lengths(sheet) for sheet in book.sheets]
    for sheet, own in zip(book.sheets, lengths, strict=True):
        cells += len(sheet.cells)
        signs += len(sheet.name) + sum(own)
        check_merges((bottom - top + 1 for top, _, bottom, _ in sheet.merges), limits)
        if len(sheet.cells) > limits.columns:
            check_extent(sheet.cells, sheet.name, limits)
    if cells > limits.cells:
        raise Refused("FILE-020", what=Phrase("有内容的单元格超过 {n} 个", n=limits.cells))
    if signs > limits.signs:
        raise Refused("FILE-020", what=Phrase("文字超过 {n} 字", n=limits.signs))
    return book


def _lengths(sheet: Sheet) -> list[int]:
    """The numbers of characters of the texts in a sheet's cells."""
    lengths = []
    for _, _, value, _, formula, _, struck, note, _ in sheet.cells.values():
        if isinstance(value, str):
            lengths.append(len(value))
        if formula or note or struck:
            lengths.append(len(formula) + len(note) + len(struck))
    return lengths


def _not_even_binary(content: bytes) -> Refused:
    """Return the refusal for what is a text of some kind, or nothing known."""
    head = content[:4096]
    text = ""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head.decode("utf-16", "ignore")
    elif b"\0" not in head:
        for encoding in ("utf-8-sig", "gb18030"):
            with contextlib.suppress(UnicodeDecodeError):
                # Incremental: the head may end within a character.
                text = codecs.getincrementaldecoder(encoding)().decode(head)
                break
    text = text.strip()
    for mark, what in _XML_OTHERS:
        if mark in text:
            return Refused("FILE-025", what=what)
    if _HTML.search(text) or text.startswith("MIME-Version:"):
        return Refused("FILE-003")
    strange = sum(sign < " " and sign not in "\t\r\n\f" for sign in text)
    if text and not strange:
        return Refused("FILE-004")
    return Refused("FILE-002", what=Phrase("无法识别的内容"))


def _read_zip(name: str, content: bytes, clock: Clock) -> tuple[Book, tuple[Finding, ...]]:
    archive = Archive(content, clock.limits)
    names = {member.part for member in archive.members}
    if "content.xml" in names:
        from .ods import read_ods

        return read_ods(archive, name, clock)
    if "xl/workbook.bin" in names:
        from .calamine_process import read_xlsb

        return read_xlsb(archive, name, clock)
    for mark, code, what in _ZIP_OTHERS:
        if mark.lower() in names:
            raise Refused(code, what=what)
    if "[content_types].xml" in names or "xl/workbook.xml" in names:
        from .xlsx import read_xlsx

        return read_xlsx(archive, name, clock)
    raise Refused("FILE-002", what=Phrase("压缩包"))


def _read_ole(
    name: str, content: bytes, clock: Clock, password: str | None
) -> tuple[Book, tuple[Finding, ...]]:
    from .ole import ole_streams

    streams = ole_streams(content)
    if "EncryptedPackage" in streams:
        _check_spin(streams, clock)
        return _read_zip(name, _decrypt(content, password, "FILE-006"), clock)
    workbook = _workbook_stream(streams)
    if workbook is None:
        for mark, code, what in _OLE_OTHERS:
            if mark in streams:
                raise Refused(code, what=what)
        if any(name.startswith(_OUTLOOK) for name in streams):
            raise Refused("FILE-107")
        raise Refused("FILE-002", what=Phrase("其他 Office 文件"))
    from .xls import asks_password, read_xls

    if asks_password(workbook):
        content = _decrypt(content, password, "FILE-009")
        workbook = _workbook_stream(ole_streams(content)) or b""
        if asks_password(workbook):
            raise Refused("FILE-009")
    book, findings = read_xls(content, workbook, name, clock)
    if any(n.startswith("_VBA_PROJECT") for n in streams):
        findings += (Finding("FILE-018", Place(name)),)
    return book, findings


def _workbook_stream(streams: Mapping[str, Callable[[], bytes]]) -> bytes | None:
    """Return the stream with the sheets, or None. Files saved for Excel 5 and 97 at once hold two."""
    folded = {name.lower(): read for name, read in streams.items()}
    found = folded.get("workbook") or folded.get("book")
    return found() if found else None


def _check_spin(streams: Mapping[str, Callable[[], bytes]], clock: Clock) -> None:
    """Refuse a file that asks for days of hashing before its password can be tried.

    [MS-OFFCRYPTO] 2.3.4.10: after eight bytes of version and flags stands XML,
    in which a count may be spelt in many ways.
    """
    head = streams["EncryptionInfo"]() if "EncryptionInfo" in streams else b""
    counts: list[str] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        counts.extend(text for key, text in attributes.items() if "spinCount" in key)

    if head[:4] == b"\x04\0\x04\0":
        xml = check_xml(head[8:].rstrip(b"\0"), "EncryptionInfo")
        parse_xml(xml, "EncryptionInfo", start, lambda _: None, lambda _: None, clock)
    if any(len(c) > 7 or not c.isdecimal() or int(c) > _MAX_SPIN for c in counts):
        raise Refused("FILE-023", reason=Phrase("密码的运算次数不正常"))


def _decrypt(content: bytes, password: str | None, code: str) -> bytes:
    """Return the file without its password; ``code`` is the refusal when none was given.

    Raises Refused: ``code``, FILE-007 (wrong password), FILE-008 (the extra is missing).
    """
    if importlib.util.find_spec("msoffcrypto") is None:
        raise Refused(code if password is None else "FILE-008")
    import msoffcrypto

    for attempt in (_DEFAULT_PASSWORD, password):
        if attempt is None:
            continue
        out = io.BytesIO()
        try:
            locked = msoffcrypto.OfficeFile(io.BytesIO(content))
            locked.load_key(password=attempt)
            locked.decrypt(out)
        except Exception:  # its own classes, struct.error, ValueError of a broken header
            continue
        return out.getvalue()
    raise Refused(code if password is None else "FILE-007")
