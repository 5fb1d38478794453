"""A workbook whose parts are compressed as they are written: none of them is ever whole in memory."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.workbook import Workbook
from xlsxwriter.xmlwriter import XMLwriter

from .marks import SEAL, seal

USUAL, QUICK = 6, 2
"""Levels of compression: the quick one takes a quarter of the time, for a quarter more bytes."""
_HELD = 1 << 16
"""So many signs of a part are held before they are compressed."""
_AT_ONCE = 100
"""Texts that are written in one go, unless one of them holds what is written in other signs."""
_MARKED = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
"""What a text holds that is written in other signs."""


class RowBook(Workbook):  # type: ignore[misc]  # XlsxWriter does not tell its types
    """XlsxWriter's workbook, written to ``stream`` when it is closed."""

    def __init__(self, stream: IO[bytes], options: dict[str, Any], level: int = USUAL) -> None:
        # What XlsxWriter puts together itself is empty: the packager has written everything.
        super().__init__(io.BytesIO(), {**options, "in_memory": True})
        self._stream, self._level = stream, level

    def _get_packager(self) -> Packager:
        return _Packing(self._stream, self._level)


def quoted(style: Format | None, add_format: Callable[[], Format]) -> Format:
    """Return a format that differs from ``style`` (None is the plain one) in one thing: it keeps texts texts.

    Excel calls it quotePrefix. A text such as =1+1 is none the more a formula in the
    file; but a person who edits its cell and leaves it would make it one.
    """
    twin = add_format()
    vars(twin).update(copy.copy(vars(style)) if style else {})
    twin.quote_prefix = True
    twin.xf_index = twin.dxf_index = twin._format_key = None
    return twin


class _Packing(Packager):  # type: ignore[misc]
    """Writes each part into the archive instead of listing them all for it."""

    def __init__(self, stream: IO[bytes], level: int) -> None:
        super().__init__()
        self._archive = ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=level)
        self._part: Part | None = None

    def _create_package(self) -> list[object]:
        super()._create_package()
        self._close_part()
        for content, name, _ in self.filenames:  # pictures; there are none
            with self._archive.open(name, "w") as member:
                member.write(content.getvalue())
        self._seal()
        self._archive.close()
        return []

    def _write_custom_file(self) -> None:
        """Leave the properties for the end: one of them may be the seal of all other parts."""

    def _seal(self) -> None:
        properties = self.workbook.custom_properties
        for i, (name, *rest) in enumerate(properties):
            if name == SEAL:
                properties[i] = (name, seal(self._archive.infolist()), *rest[1:])
        super()._write_custom_file()
        self._close_part()

    def _filename(self, name: str) -> Part:
        """Where a part is to be written: XlsxWriter ends one before it begins the next."""
        self._close_part()
        self._part = Part(self._archive.open(name, "w"))
        return self._part

    def _close_part(self) -> None:
        if self._part:
            self._part.end()
            self._part = None

    def _write_shared_strings_file(self) -> None:
        strings = _Strings()
        strings.string_table = self.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class Part(io.StringIO):
    """What XlsxWriter takes for a part in memory: it goes on into the archive."""

    def __init__(self, member: IO[bytes]) -> None:
        super().__init__()
        self._member, self._held, self._size = member, list[str](), 0

    def write(self, text: str) -> int:
        """Take a text; return how long it is."""
        self._held.append(text)
        self._size += len(text)
        if self._size > _HELD:
            self._send()
        return len(text)

    def pass_on(self, content: bytes) -> None:
        """Write what is encoded already."""
        self._send()
        self._member.write(content)

    def end(self) -> None:
        """Write what is left, and close the part."""
        self._send()
        self._member.close()

    def _send(self) -> None:
        self._member.write("".join(self._held).encode())
        self._held.clear()
        self._size = 0


class _Strings(SharedStrings):  # type: ignore[misc]
    """The table of texts, in which each is a text: XlsxWriter takes <r>…</r> for markup."""

    def _write_sst_strings(self) -> None:
        texts = self.string_table.string_array
        for first in range(0, len(texts), _AT_ONCE):
            self.fh.write(strings_xml(texts[first : first + _AT_ONCE]))


def strings_xml(texts: list[str]) -> str:
    """Return entries of the table of texts."""
    if _MARKED.search("\n".join(texts)) or texts != [text.strip() for text in texts]:
        return "".join(map(string_xml, texts))
    return f"<si><t>{'</t></si><si><t>'.join(texts)}</t></si>"  # as nearly always


def string_xml(text: str) -> str:
    """Return an entry of the table of texts."""
    safe = escaped(text)
    mark = ' xml:space="preserve"' if safe != safe.strip() else ""
    return f"<si><t{mark}>{safe}</t></si>"


def escaped(text: str) -> str:
    """Return a text as XML holds it, with Office's escapes for what XML cannot hold."""
    if not _MARKED.search(text):
        return text
    text = XMLwriter._escape_control_characters(text)
    # What html.escape does; that comes with the names of two thousand signs, each time a verb begins.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
