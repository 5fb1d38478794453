"""What many workbooks have in common, written once by XlsxWriter; each gets its own rows and words.

XlsxWriter takes 4 ms to write a small workbook, most of it for what does not
differ: looks, rules, names, print set-up. What it wrote is kept, and only rows,
strings, marked words and the areas that grow with the rows are put in.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..core.text import is_formula_like
from ..writers.streamed_workbook import SEAM, escaped, figure, string_xml, whole_pixels

_STRINGS = "xl/sharedStrings.xml"
_BOOK = "xl/workbook.xml"
_STYLES = "xl/styles.xml"
# What XlsxWriter writes. It escapes quotes in attributes and < everywhere: no text looks like these.
_MARK = re.compile("(?<=[rR]>)\ue000([^\ue000]+)\ue000(?=</(?:oddFooter|vt:lpwstr)>)")
_DIMENSION = re.compile(r'(<dimension ref="[A-Z]+\d+):([A-Z]+)\d+"')
_AREA = re.compile(
    r'(<(?:autoFilter|(mergeCell)|dataValidation|conditionalFormatting) (?:[^>]* )?(?:sq)?ref=")'
    r'([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?"'
)
_LOOKS = re.compile(r'<cellXfs count="\d+">(.*)</cellXfs>')
_LOOK = re.compile(r"<xf [^>]*/>|<xf [^>]*>.*?</xf>")
_FILTERED = re.compile(r'(name="_xlnm\._FilterDatabase" localSheetId="(\d+)"[^<]*\$)\d+<')


class Strings:
    """The shared strings of one workbook, and its cells, which refer to them.

    ``quoted`` are the looks of cells whose texts begin like formulas, each with its
    number among all looks: they follow upon the ``looks`` that there are.
    """

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self.quoted: dict[int, int] = {}
        self._known: dict[str, int] = {}
        self._uses = 0

    def tail(self, value: object, look: int = 0) -> str:
        """Return what follows a cell's address in XML; a text stays text whatever it begins with.

        ``look`` is the number of its format. None is blank. Raises TypeError for
        what is no text, number or date.
        """
        if isinstance(value, str):
            self._uses += 1
            number = self._known.setdefault(value[:32767], len(self._known))
            if is_formula_like(value):
                look = self.quoted.setdefault(look, self._looks + len(self.quoted))
            return f'" s="{look}" t="s"><v>{number}</v></c>'
        return f'" s="{look}"/>' if value is None else f'" s="{look}"><v>{figure(value)}</v></c>'

    def xml(self) -> str:
        """Return the part of the workbook that holds the strings."""
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            f' count="{self._uses}" uniqueCount="{len(self._known)}">'
            f"{''.join(map(_string, self._known))}</sst>"
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one sheet as XML.

    ``last`` is the number of the last row, ``more`` how many rows the repeated
    row has become beside the one of the prototype.
    """

    xml: str
    last: int
    more: int = 0


def row_xml(number: int, cells: str, height: float = 15, *, grows: bool = False) -> str:
    """Return a row (counted from 1) of finished cells, ``height`` in points.

    One that ``grows`` is made higher or lower by the program in which it is filled in.
    """
    points = whole_pixels(height)
    fixed = "" if grows else ' customHeight="1"'
    high = f' ht="{points:.16g}"{fixed}' if points != 15 else ""  # which all rows have
    return f'<row r="{number}"{high}>{cells}</row>'


def mark(word: str) -> str:
    """Return what stands for a word that differs between the workbooks, in a footer or a property."""
    return f"\ue000{word}\ue000"


class Prototype:
    """A workbook of :class:`Frame` sheets; makes workbooks that differ in rows and marked words."""

    def __init__(self, content: bytes, repeated: Sequence[int]) -> None:
        """Take a workbook as XlsxWriter wrote it, with one string at least.

        ``repeated`` is each sheet's repeated row, counted from 1, or 0.
        """
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        self._repeated = repeated
        self._sheets = [f"xl/worksheets/sheet{i}.xml" for i, _ in enumerate(repeated, 1)]
        mine = {*self._sheets, _STRINGS, _BOOK}
        self._parts = {n: p for n, p in parts.items() if n in mine or _MARK.search(p)}
        self._looks = [found[0] for found in _LOOK.finditer(_looks(parts[_STYLES]))]
        # What is the same in every workbook is packed once; the looks are in nearly every one.
        same = {n: p for n, p in parts.items() if n not in self._parts}
        self._packed = _zipped(b"", same)
        self._styles = same.pop(_STYLES)
        self._bare = _zipped(b"", same)

    def strings(self) -> Strings:
        """Return what takes the texts of a workbook to be made."""
        return Strings(len(self._looks))

    def workbook(self, sheets: Sequence[Rows], strings: Strings, words: Mapping[str, str]) -> bytes:
        """Return the workbook with these rows, in the order of its sheets, and these words for the marks."""
        safe = {word: escaped(text) for word, text in words.items()}
        written = {
            name: _MARK.sub(lambda found: safe.get(found[1], found[0]), part)
            for name, part in self._parts.items()
        }
        ends = [row + rows.more for row, rows in zip(self._repeated, sheets, strict=True)]
        written[_BOOK] = _FILTERED.sub(
            lambda found: f"{found[1]}{ends[int(found[2])]}<", written[_BOOK]
        )
        for name, row, rows in zip(self._sheets, self._repeated, sheets, strict=True):
            head, tail = written[name].split(SEAM)
            head = _DIMENSION.sub(rf'\g<1>:\g<2>{rows.last}"', head)
            written[name] = f"{head}{rows.xml}{_moved(tail, row, rows.more)}"
        written[_STRINGS] = strings.xml()
        if not strings.quoted:
            return _zipped(self._packed, written)
        return _zipped(self._bare, {**written, _STYLES: self._with_quoted(strings.quoted)})

    def _with_quoted(self, looks: Iterable[int]) -> str:
        """Return the looks, and after them these ones once more for texts that must stay texts when edited."""
        more = [self._looks[look].replace("<xf ", '<xf quotePrefix="1" ', 1) for look in looks]
        every = "".join([*self._looks, *more])
        count = len(self._looks) + len(more)
        listed = f'<cellXfs count="{count}">{every}</cellXfs>'
        return _LOOKS.sub(lambda _: listed, self._styles)


def _looks(styles: str) -> str:
    """Return the looks of cells as they stand in the part of the styles."""
    found = _LOOKS.search(styles)
    return found[1] if found else ""


def _zipped(packed: bytes, parts: Mapping[str, str]) -> bytes:
    """Return a zip with these parts added."""
    stream = io.BytesIO(packed)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _moved(tail: str, row: int, more: int) -> str:
    """Return what follows the rows, once row ``row`` has become ``more`` rows more."""

    def area(found: re.Match[str]) -> str:
        begun, merge, left, top, right, bottom = found.groups()
        first, last = int(top), int(bottom or top)
        # What lies over the repeated row grows with it, but cells merged in it stay as they are.
        last += more if last > row or (last == row and not merge) else 0
        first += more if first > row else 0
        ends = dict.fromkeys((f"{left}{first}", f"{right or left}{last}"))
        return f'{begun}{":".join(ends)}"'

    return _AREA.sub(area, tail) if row and more else tail


_string = lru_cache(maxsize=20_000)(string_xml)
