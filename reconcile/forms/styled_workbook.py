"""A workbook as its author drew it: texts with their looks, sizes, merged areas, rules, page set-up.

Templates are read this way, and the rules of a form that was received. Returns
are not: their looks do not matter, and there are many of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core.findings import Finding
from ..core.text import plain
from ..readers.limits import LIMITS, Clock, Refused
from ..readers.number_formats import from_serial, number, style_of
from ..readers.xlsx import Package
from ..readers.xlsx_parts import Merge, address, area, whole_number, workbook_of
from ..readers.xlsx_texts import strings_of, unescape
from ..readers.zip_archive import Archive
from ..writers.atomic import Unfit
from .cell_styles import CellLook, looks_of
from .xml_tree import Node, tree

_SPANS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})|\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_TITLE_ROWS = re.compile(r"!\$?[0-9]+:\$?[0-9]+")


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One cell that has a text or a look. Constants are worded as everywhere, formulas as written."""

    text: str
    look: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """One worksheet: its cells by (row, column), both counted from 1; merged areas, heights in points.

    ``root`` is the sheet's XML without its rows. ``titles`` says that the print
    repeats rows on every page, ``dropped`` that it has rules which Excel keeps
    in an extension, and which are not read. ``plainest`` is the look of cells without one.
    """

    name: str
    cells: Mapping[tuple[int, int], DrawnCell]
    merges: tuple[Merge, ...]
    heights: Mapping[int, float]
    root: Node
    titles: bool
    dropped: bool
    plainest: Mapping[str, Any]

    def cell(self, row: int, column: int) -> DrawnCell:
        """Return a cell; one without text or look has the workbook's plainest look."""
        return self.cells.get((row, column)) or DrawnCell("", self.plainest)

    def within(self, reference: str) -> Iterator[tuple[int, int]]:
        """Return where the cells of an area ("B2", "B2:C9", "B:B", "2:9") stand, row by row.

        Raises ValueError for what is no area.
        """
        top, left, bottom, right = area_of(reference)
        return (
            at for at in sorted(self.cells) if top <= at[0] <= bottom and left <= at[1] <= right
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A workbook: its worksheets in order; ``names`` are its defined names, what they refer to."""

    sheets: tuple[DrawnSheet, ...]
    names: Mapping[str, str]
    epoch1904: bool = False

    def sheet(self, name: str) -> DrawnSheet | None:
        """Return the sheet of this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def area_of(reference: str) -> Merge:
    """Return (first row, first column, last row, last column); whole columns and rows are areas too."""
    spans = _SPANS.fullmatch(reference)
    if spans:
        first, last, top, bottom = spans.groups()
        reference = f"{first}1:{last}1048576" if first else f"A{top}:XFD{bottom}"
    found = area(reference)
    if found is None:
        raise ValueError(reference)
    return found


_LIMITS = replace(LIMITS, tags=400_000)
"""A template is looked at cell by cell, with its look; ours have 2,000 tags."""


def read_drawn(content: bytes) -> Drawn:
    """Read an xlsx. Raises Refused or ValueError when it cannot be read."""
    clock = Clock(_LIMITS)
    book = Package(Archive(content, clock.limits), clock)
    main, part = book.main()
    tabs, book.epoch1904 = workbook_of(part, clock)
    looks: tuple[CellLook, ...] = ()
    relations = {r.id: r for r in book.relations(main)}
    for relation in relations.values():
        beside = (
            book.small(relation.target) if relation.kind in ("styles", "sharedStrings") else None
        )
        if beside is not None and relation.kind == "styles":
            looks = looks_of(tree(beside, relation.target, clock))
        elif beside is not None:
            book.strings = strings_of(beside, clock)
    names, titled = _names(tree(part, main, clock))
    sheets = tuple(
        _sheet(book, tab.name, relations[tab.relation].target, looks, index in titled)
        for index, tab in enumerate(tabs)
        if tab.relation in relations and relations[tab.relation].kind == "worksheet"
    )
    if not sheets:
        raise Refused("FILE-013")
    return Drawn(sheets, names, book.epoch1904)


def why_not(error: OSError | ValueError | Refused) -> str:
    """Return in words why a workbook could not be read."""
    if isinstance(error, Refused):
        return Finding(error.code, values=error.values).message
    return str(error.strerror if isinstance(error, Unfit) else error)


def _names(workbook: Node) -> tuple[dict[str, str], set[int]]:
    """The names that hold in the whole book, and the sheets (from 0) that repeat rows in print."""
    names, titled = {}, set()
    for name in workbook.child("definedNames").all("definedName"):
        sheet = name.get("localSheetId")
        if not sheet:
            names[name.get("name")] = name.text
        elif name.get("name") == "_xlnm.Print_Titles" and _TITLE_ROWS.search(name.text):
            titled.add(whole_number(sheet))
    return names, titled


def _sheet(
    book: Package, name: str, target: str, looks: tuple[CellLook, ...], titles: bool
) -> DrawnSheet:
    part = book.small(target)
    if part is None:
        raise Refused("FILE-022", part=target, reason=f"工作表“{name}”的内容缺失")
    notes = dict(_notes(book, target))
    cells: dict[tuple[int, int], DrawnCell] = {}
    heights: dict[int, float] = {}
    reached = 0

    def take(row: Node) -> None:
        nonlocal reached
        reached = whole_number(row.get("r"), reached + 1)
        if height := float(row.get("ht", "0")):
            heights[reached] = height
        column = 0
        for cell in row.all("c"):
            at = address(cell.get("r")) or (reached, column + 1)
            column = at[1]
            index = whole_number(cell.get("s"))
            look, bare = looks[index] if index < len(looks) else CellLook({"locked": True}, True)
            text = _text(book, cell, str(look.get("num_format", "")))
            if text or not bare:
                cells[at] = DrawnCell(text, look, notes.get(at, ""))

    root = tree(part, target, book.clock, {"row": take})
    merges = [area_of(m.get("ref")) for m in root.child("mergeCells").all("mergeCell")]
    plainest = looks[0].look if looks else {"locked": True}
    if (
        sum((below - top + 1) * (right - left + 1) for top, left, below, right in merges)
        > LIMITS.cells
    ):
        raise Refused("FILE-020", what=f"合并区域超过 {LIMITS.cells} 格")
    for merge in merges:
        _merge(cells, merge, plainest)
    dropped = b"x14:dataValidation " in part
    return DrawnSheet(name, cells, tuple(sorted(merges)), heights, root, titles, dropped, plainest)


def _text(book: Package, cell: Node, code: str) -> str:
    formula, value, kind = cell.child("f"), cell.child("v").text, cell.get("t", "n")
    if formula:
        return f"={formula.text}"
    if kind == "inlineStr":
        return cell.child("is").rich
    if kind == "s" and value:
        text = book.string(value)
        return text if isinstance(text, str) else "".join(words for words, _ in text)
    if kind == "b":
        return plain(value.strip() not in ("0", "false", ""))
    if kind == "n" and value:
        found, style = number(value), style_of(code)
        if style.kind and isinstance(found, float):
            found = from_serial(found, style, book.epoch1904)
        return plain(found)
    return unescape(value)


def _notes(book: Package, target: str) -> Iterator[tuple[tuple[int, int], str]]:
    for relation in book.relations(target):
        part = book.small(relation.target) if relation.kind == "comments" else None
        if part is None or relation.external:
            continue
        root = tree(part, relation.target, book.clock)
        for comment in root.child("commentList").all("comment"):
            if at := address(comment.get("ref")):
                yield at, comment.child("text").rich


def _merge(
    cells: dict[tuple[int, int], DrawnCell], merge: Merge, plainest: Mapping[str, Any]
) -> None:
    """Make one cell of a merged area: the first has its text and, with the last, its frame.

    What it covers has nothing but its part of that frame, and is locked as the first is.
    """
    top, left, bottom, right = merge
    start = cells.get((top, left), DrawnCell("", plainest))
    last = cells.get((bottom, right), start).look
    look = {
        **{k: v for k, v in last.items() if k.startswith(("right", "bottom"))},
        **start.look,
    }
    if (top, left) in cells or look != plainest:
        cells[top, left] = DrawnCell(start.text, look, start.note)
    bare = {k: v for k, v in plainest.items() if k.startswith("font")} | {"locked": look["locked"]}
    edges = {"left": (1, left), "right": (1, right), "top": (0, top), "bottom": (0, bottom)}
    covered = itertools.product(range(top, bottom + 1), range(left, right + 1))
    for at in itertools.islice(covered, 1, None):
        sides = [side for side, (axis, edge) in edges.items() if at[axis] == edge and side in look]
        frame = {k: v for k, v in look.items() if k.startswith(tuple(sides))} if sides else {}
        cells.pop(at, None)
        if frame or not look["locked"]:
            cells[at] = DrawnCell("", bare | frame)
