"""xlsx and xlsm -> sheets, read straight from the XML, so that only what stands there is paid for.

This costs less than opening the file a second time with a library that shows
no formats, formulas, errors, notes or struck text. The package and its notes
are here, the cells of a sheet in xlsx_cells.py, everything else that a part
may hold in xlsx_parts.py.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from urllib.parse import unquote

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from . import Book, Cell, Sheet
from .beside.xlsx import PAGES, picture_remarks, xlsx_links, xlsx_objects, xlsx_pages, xlsx_pictures
from .drawings import drawn
from .limits import Clock, Refused, Tags, check_extent, check_xml, elements, spread
from .workbook import extent
from .xlsx_cells import SheetReader
from .xlsx_parts import (
    Relation,
    Styles,
    Tab,
    address,
    properties_of,
    relations_of,
    styles_of,
    workbook_of,
)
from .xlsx_texts import Strings, strings_of, text_of, whole
from .zip_archive import Archive, Member, part_name

_LONGEST_TARGET = 2_000


class Package:
    """One xlsx: its parts by name, and what its sheets have in common."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.archive = archive
        self.clock = clock
        self.limits = clock.limits
        self.tags = Tags(clock.limits)
        self.members: dict[str, Member] = {}
        self.count = 0
        self.epoch1904 = False
        self.styles = Styles()
        self.strings = Strings()
        self.known: dict[str, tuple[Relation, ...]] = {}
        for member in archive.members:
            name = member.part
            if name in self.members or (".." in name and ".." in name.split("/")):
                raise Refused(
                    "FILE-023",
                    reason=Phrase("压缩包里的条目“{name}”重复或名称不合规", name=member.name),
                )
            self.members[name] = member

    def part(self, name: str) -> bytes | None:
        """Return an XML part by its name, checked, or None when there is none."""
        member = self.members.get(name)
        if member is None or not member.size:
            return None
        part = check_xml(self.archive.read(member), name, cut=True)
        self.clock.check()
        return part

    def small(self, name: str) -> bytes | None:
        """Return a part whose every tag will be parsed."""
        part = self.part(name)
        if part is not None:
            self.tags.spend(part)
        return part

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Return the relationships of a part, their targets as part names."""
        if name not in self.known:
            folder, _, last = name.rpartition("/")
            part = self.small(f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels")
            found = relations_of(part, self.clock) if part else ()
            self.known[name] = tuple(
                r if r.external else r._replace(target=_target(folder, r.target)) for r in found
            )
        return self.known[name]

    def main(self) -> tuple[str, bytes]:
        """Return name and content of the part that lists the sheets, or refuse the file."""
        documents = (r.target for r in self.relations("") if r.kind == "officeDocument")
        name = next(documents, "xl/workbook.xml")
        part = self.small(name)
        if part is None:
            raise Refused("FILE-022", part=name, reason=Phrase("工作簿目录缺失"))
        return name, part

    def spend(self, cells: int) -> None:
        """Count the cells of a sheet towards those of the book."""
        self.count += cells
        if self.count > self.limits.cells:
            raise Refused("FILE-020", what=Phrase("有内容的单元格超过 {n} 个", n=self.limits.cells))


def _target(folder: str, target: str) -> str:
    if len(target) > _LONGEST_TARGET:
        return ""
    target = unquote(target).replace("\\", "/").partition("#")[0]
    return part_name(posixpath.normpath(posixpath.join("/" + folder, target)))


def _notes(book: Package, relations: Iterable[Relation]) -> dict[tuple[int, int], str]:
    """Return the notes of a sheet; a thread of comments stands for the note that announces it."""
    notes: dict[tuple[int, int], str] = {}
    threads: dict[tuple[int, int], list[str]] = {}
    for relation in relations:
        if relation.external or not relation.kind.startswith(("comments", "threadedComment")):
            continue
        part = book.small(relation.target)
        tags = ("comment", "threadedComment")
        for element in elements(part, relation.target, book.clock, tags) if part else ():
            at = address(element.get("ref", ""))
            if at is None:
                continue
            body = next((e for e in element if e.tag.rpartition("}")[2] == "text"), None)
            if element.tag.endswith("threadedComment"):
                threads.setdefault(at, []).append("" if body is None else body.text or "")
            elif body is not None and (text := whole(text_of(body))).strip():
                notes[at] = text
    return notes | {place: "\n".join(lines) for place, lines in threads.items()}


def _sheet(book: Package, tab: Tab, relation: Relation) -> Sheet:
    part = book.part(relation.target)
    if part is None:
        raise Refused(
            "FILE-022",
            part=relation.target,
            reason=Phrase("工作表“{name}”的内容缺失", name=tab.name),
        )
    read = SheetReader(book)
    read.read(part, relation.target)
    cells = read.cells
    beside = book.relations(relation.target)
    for place, note in _notes(book, beside).items():
        cells[place] = (cells.get(place) or Cell(*place, None))._replace(note=note)
    if len(cells) > book.limits.columns:
        check_extent(cells, tab.name, book.limits)
    lowest, rightmost = extent(cells)
    shapes, pictures = drawn(book, beside)
    pictures += xlsx_pictures(book, beside)
    remarks = (*read.remarks, *picture_remarks(pictures), *xlsx_objects(read.beside, beside))
    return Sheet(
        tab.name, cells, tab.hidden, tuple(read.merges),
        frozenset(row for row in read.hidden_rows if row <= lowest),
        spread(read.hidden_spans, rightmost), shapes,
        xlsx_links(read.beside, beside, cells), xlsx_pages(read.beside), remarks,
    )  # fmt: skip


def _chart_sheet(book: Package, tab: Tab, relation: Relation) -> Sheet:
    """A sheet that is one chart: without cells, but people write into charts."""
    beside = book.relations(relation.target)
    shapes, pictures = drawn(book, beside)
    part = book.small(relation.target)
    headers = elements(part, relation.target, book.clock, PAGES) if part else ()
    remarks = picture_remarks(pictures)
    return Sheet(
        tab.name, {}, tab.hidden, shapes=shapes, pages=xlsx_pages(headers), remarks=remarks
    )


def package_remarks(book: Package, name: str) -> tuple[Finding, ...]:
    """Return the remarks on macros (FILE-018), links to other files (FILE-019) and data connections (FILE-103)."""
    macros = any(n.endswith("vbaproject.bin") or "/macrosheets/" in n for n in book.members)
    links = any("/externallinks/" in n for n in book.members)
    data = "xl/connections.xml" in book.members
    remarks = (("FILE-018", macros), ("FILE-019", links), ("FILE-103", data))
    return tuple(Finding(code, Place(name)) for code, there in remarks if there)


def read_xlsx(archive: Archive, name: str, clock: Clock) -> tuple[Book, tuple[Finding, ...]]:
    """Return the workbook in a zip that holds one, and remarks on macros and external links.

    Raises Refused: FILE-013 (no sheet), FILE-020 to FILE-023.
    """
    book = Package(archive, clock)
    main, contents = book.main()
    tabs, book.epoch1904 = workbook_of(contents, clock)
    relations = {r.id: r for r in book.relations(main)}
    for relation in relations.values():
        if relation.kind == "styles":
            part = book.small(relation.target)
            book.styles = styles_of(part) if part else Styles()
        elif relation.kind == "sharedStrings":
            part = book.small(relation.target)
            book.strings = strings_of(part, clock) if part else book.strings
    if len(tabs) > clock.limits.sheets:
        raise Refused("FILE-020", what=Phrase("工作表超过 {n} 张", n=clock.limits.sheets))
    # Macro and dialog sheets have nothing to read; those of Excel 5 are listed without a part.
    listed = [(tab, relations.get(tab.relation)) for tab in tabs if tab.relation]
    kinds = {"worksheet": _sheet, "chartsheet": _chart_sheet}
    wanted = [(tab, r) for tab, r in listed if r is not None and r.kind in kinds]
    if len({r.target for _, r in wanted}) < len(wanted):
        raise Refused("FILE-022", part=main, reason=Phrase("两张工作表指向同一处"))
    sheets = tuple(kinds[relation.kind](book, tab, relation) for tab, relation in wanted)
    if not any(r.kind == "worksheet" for _, r in wanted) or any(r is None for _, r in listed):
        raise Refused("FILE-013")
    custom = next((r.target for r in book.relations("") if r.kind == "custom-properties"), "")
    part = book.small(custom or "docprops/custom.xml")
    properties = properties_of(part, clock) if part else {}
    return Book("xlsx", sheets, properties, book.epoch1904), package_remarks(book, name)
