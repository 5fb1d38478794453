"""Findings -> marked-up copy: a unit's own file with what to mend, or the same redrawn.

An .xlsx goes back as it came, with marks, notes and the list put in (copies/spliced.py). What
is no .xlsx, or holds what must not go out again, is redrawn (copies/redrawn.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..core.findings import Finding
from ..core.form import Form
from ..core.i18n import Phrase, sheet_name, tr
from ..core.keys import META
from ..core.submission import Submission
from ..core.text import printable
from ..forms.excel_rules import Painter
from ..forms.template import TemplateSheet
from ..intake.captions import NOTICE, is_notice
from ..readers import Book, Sheet
from ..writers.atomic import safe_name
from ..writers.marks import OUTPUT, SEAL
from ..writers.table import Listing, new_workbook
from .copies.notice import how_to_mend, write_notice
from .copies.redrawn import SheetCopy, by_cell, gravest, note_of
from .copies.rules import asked_cells
from .copies.spliced import Mark, spliced

Layouts = Callable[[], Sequence[TemplateSheet]]
"""Gives the sheets of the form's template; to read them takes as long as to read a hundred returns."""


class Copy(NamedTuple):
    """A marked-up copy, and why an .xlsx was redrawn, "" where it is the file that came."""

    content: bytes
    why: str | Phrase = ""


def marked_copy(
    content: bytes,
    book: Book,
    returned: Submission,
    form: Form,
    findings: Sequence[Finding],
    unit: str,
    mark: str = "",
    *,
    taken: bool = True,
    paintable: bool = True,
    layouts: Layouts = tuple,
) -> Copy:
    """Return the marked-up copy of one returned workbook, with the ``mark`` of this output.

    One that was not ``taken`` is not asked to be mended in place. ``findings`` are those of this
    unit and file; each is listed on the first sheet with a link to its cell, and noted at the cell
    itself. The list of an earlier copy is left out: this one takes its place. One that is too large
    to be ``paintable`` and cannot go back as it came has no copy: b"". One that is redrawn looks
    as the ``layouts`` of the form's template say.
    """
    former = [s.name for s in book.sheets if _is_notice(s)]
    sheets = [s for s in book.sheets if s.name not in former]
    how = how_to_mend(form, taken)
    why: str | Phrase = ""
    if book.kind == "xlsx":
        out, stream = new_workbook(tr("退回：{unit}", unit=unit))
        names = {s.name: s.name for s in sheets}
        write_notice(out, Listing(out), findings, unit, names, how)
        out.close()
        marks = {
            s.name: {
                cell: Mark(gravest(cell_findings), note_of(cell_findings))
                for cell, cell_findings in by_cell(
                    [f for f in findings if f.place.sheet == s.name]
                ).items()
            }
            for s in sheets
        }
        asked = {
            s.name: asked_cells(
                form, s.name, [t for t in returned.tables if t.place.sheet == s.name], returned
            )
            for s in sheets
        }
        listed, year = stream.getvalue(), _year(returned)
        packed, why = spliced(content, book, marks, asked, listed, former, mark, year)
        if packed:
            return Copy(packed)
    if not paintable:
        return Copy(b"", why)
    return Copy(_redrawn(book, sheets, returned, form, findings, unit, mark, how, layouts()), why)


def _redrawn(
    book: Book,
    sheets: Sequence[Sheet],
    returned: Submission,
    form: Form,
    findings: Sequence[Finding],
    unit: str,
    mark: str,
    how: str,
    layouts: Sequence[TemplateSheet],
) -> bytes:
    out, stream = new_workbook(tr("退回：{unit}", unit=unit), mark)
    listing, painter = Listing(out), Painter(out, _year(returned))
    names = dict(_sheet_names(sheets))
    write_notice(out, listing, findings, unit, names, how)
    meta = None
    for sheet in sheets:
        tables = [t for t in returned.tables if t.place.sheet == sheet.name]
        sheet_findings = [f for f in findings if f.place.sheet == sheet.name]
        copy = out.add_worksheet(names[sheet.name])
        SheetCopy(copy, sheet, listing, painter, form, tables, returned, layouts).paint(
            sheet_findings
        )
        if sheet.name == META:
            meta = copy
            copy.very_hidden()
        elif sheet.hidden:
            copy.hide()
    if painter.lists:  # choices too long for a rule stand on the hidden sheet
        meta = meta or out.add_worksheet(META)
        meta.very_hidden()
        for column, choices in enumerate(painter.lists, 3):
            meta.write_column(0, column, choices)
    for word, text in book.properties.items():
        if word.startswith("reconcile.") and word not in (OUTPUT, SEAL):
            out.set_custom_property(word, text[:255], "text")
    out.close()
    return stream.getvalue()


def _year(returned: Submission) -> int:
    year = returned.claims.get("year", "")
    return int(year) if year.isdecimal() else 0


def _is_notice(sheet: Sheet) -> bool:
    rows: dict[int, list[object]] = {}
    for (row, _), cell in sheet.cells.items():
        rows.setdefault(row, []).append(cell.value)
    return any(is_notice(texts) for texts in rows.values())


def file_name(file: str) -> str:
    """Return the name of the marked-up copy of a returned file: 退回_….xlsx."""
    base = re.sub(r"\.[A-Za-z]{2,4}$", "", file.rsplit("/", 1)[-1])
    safe = safe_name(base, "_").strip(" .")[:100].strip(" .")
    bare = safe.removeprefix(prefix()) or tr("回表")
    return f"{prefix()}{bare}.xlsx"


def prefix() -> str:
    """Return what the names of all marked-up copies begin with."""
    return tr("退回_")


def _sheet_names(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Old and new name of each sheet: what Excel admits, none twice."""
    taken = {sheet_name(NOTICE).casefold(), "history"}
    for position, sheet in enumerate(sheets, 1):
        safe = re.sub(r"[\[\]:*?/\\]", "_", printable(sheet.name))[:31].strip("'")
        first = name = safe or tr("表{number}", number=position)
        for again in itertools.count(position):
            if name.casefold() not in taken:
                break
            name = f"{first[:24]}_{again}"
        taken.add(name.casefold())
        yield sheet.name, name
