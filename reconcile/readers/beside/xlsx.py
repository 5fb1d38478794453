"""What a sheet of a workbook holds besides its cells: links, embedded documents, page headers, pictures.

Of what nobody here can read, place and kind are reported, so that a person looks at it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ...core.i18n import Phrase
from ..workbook import Remark
from ..xlsx_parts import area
from ..xlsx_texts import unescape, whole_number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ..xlsx import Package
    from ..xlsx_parts import Relation

At = tuple[int, int] | None
PICTURE, OBJECT = "FILE-100", "FILE-101"
_MOST = 20
"""Pictures of a sheet that are reported one by one; the last one counts all further ones."""
_MOST_LINKED, _LONGEST_LINK, _LONGEST_PAGE = 64, 500, 1_000
_OBJECTS: tuple[tuple[str, str | Phrase], ...] = (
    ("word", Phrase("Word 文档")),
    ("excel", Phrase("Excel 表格")),
    ("powerpoint", Phrase("演示文稿")),
    ("acro", "PDF"),
)
PAGES = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_ENDINGS: Mapping[str, str | Phrase] = {
    "docx": Phrase("Word 文档"), "doc": Phrase("Word 文档"), "xlsx": Phrase("Excel 表格"), "xls": Phrase("Excel 表格"),
    "pptx": Phrase("演示文稿"), "ppt": Phrase("演示文稿"), "pdf": "PDF",
}  # fmt: skip
# Codes of Excel in a page header: fonts, sizes, colours, fields; two of them stand for the sign itself.
_CODES = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[-+]\d{3})|\d{1,3}|[A-Za-z]|&)')


def picture_remarks(places: Iterable[At]) -> tuple[Remark, ...]:
    """Return the remarks on pictures, once for each cell that they lie over."""
    counted = list(Counter(places).items())
    if len(counted) > _MOST:
        rest = sum(count for _, count in counted[_MOST - 1 :])
        counted[_MOST - 1 :] = [(counted[_MOST - 1][0], rest)]
    return tuple(Remark(PICTURE, at, {"count": count}) for at, count in counted)


def object_remark(at: At, program: str, name: str = "") -> Remark:
    """Return the remark on an embedded document, by the program that made it or its file name."""
    low = program.lower()
    kind: str | Phrase = next((what for mark, what in _OBJECTS if low.startswith(mark)), "")
    kind = kind or _ENDINGS.get(name.rpartition(".")[2].lower(), Phrase("别的文件"))
    return Remark(OBJECT, at, {"what": kind})


def page_text(coded: str) -> str:
    """Return the text of a page header or footer, a line for each of its parts, without its codes."""

    def meant(code: re.Match[str]) -> str:
        return "&" if code[0] == "&&" else "\n" if code[0][1] in "LCRlcr" else ""

    return _CODES.sub(meant, coded[:_LONGEST_PAGE]).strip()


def xlsx_pages(elements: Iterable[Element]) -> tuple[str, ...]:
    """Return the texts of the page headers and footers of an xlsx sheet."""
    coded = (unescape(e.text or "") for e in elements if e.tag.endswith(("Header", "Footer")))
    return tuple(dict.fromkeys(filter(None, map(page_text, coded))))


def xlsx_links(
    elements: Iterable[Element], relations: Sequence[Relation], cells: Collection[tuple[int, int]]
) -> Mapping[tuple[int, int], str]:
    """Return where cells of an xlsx sheet lead to outside the book."""
    targets = {r.id: r.target for r in relations if r.kind == "hyperlink" and r.external}
    found: dict[tuple[int, int], str] = {}
    for element in elements if targets else ():
        target = targets.get(_relation_id(element), "")
        reach = area(element.get("ref", "")) if target and _is(element, "hyperlink") else None
        if reach is None:
            continue
        top, left, bottom, right = reach
        if (bottom - top + 1) * (right - left + 1) <= _MOST_LINKED:
            places = ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            found |= {at: shown_link(target) for at in places if at in cells}
    return found


def shown_link(target: str) -> str:
    """Return the target of a link as it is shown: short, its codes decoded."""
    return unquote(target)[:_LONGEST_LINK]


def xlsx_objects(elements: Iterable[Element], relations: Iterable[Relation]) -> Iterator[Remark]:
    """Yield the remarks on the documents that are embedded in an xlsx sheet."""
    listed: dict[str, tuple[At, str]] = {}
    for element in elements:
        if _is(element, "oleObject"):
            at, program = listed.get(_relation_id(element), (None, ""))
            listed[_relation_id(element)] = (
                at or _corner(element),
                program or element.get("progId", ""),
            )
    for relation in relations:
        if relation.kind in ("oleObject", "package"):
            at, program = listed.get(relation.id, (None, ""))
            yield object_remark(at, program, relation.target)


def xlsx_pictures(book: Package, relations: Sequence[Relation]) -> Iterator[At]:
    """Yield None for each picture of an xlsx sheet that lies over no cell: behind it, or in a page header."""
    kinds = {relation.kind for relation in relations}
    for relation in relations:
        if relation.kind == "image":
            yield None
        # Those of objects and controls stand for what is reported, or for nothing.
        elif relation.kind == "vmlDrawing" and not kinds & {"oleObject", "package", "control"}:
            inner = book.relations(relation.target)
            yield from (None for one in inner if one.kind == "image")


def _relation_id(element: Element) -> str:
    return next((v for k, v in element.items() if k.endswith("}id")), "")


def _is(element: Element, name: str) -> bool:
    return element.tag.endswith("}" + name) or element.tag == name


def _corner(element: Element) -> At:
    """The cell under the upper left corner of an object, where the file tells."""
    start = next((one for one in element.iter() if one.tag.endswith("}from")), None)
    numbers = {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in start or ()}
    row, column = whole_number(numbers.get("row"), -1), whole_number(numbers.get("col"), -1)
    return (row + 1, column + 1) if row >= 0 and column >= 0 else None
