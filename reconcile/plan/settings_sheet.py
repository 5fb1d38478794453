"""The sheet 设置 of a plan workbook: its lines, what is wrong in them, and where the key stands."""

from __future__ import annotations

from ..core.findings import Place, address
from ..core.i18n import Listed, Phrase, language_named, meant
from ..core.lights import read_points
from ..core.plan import Plan
from ..core.settings import CHOICES, NOTES, POINTS, SWITCHES, UPPER_NOTES, Setting
from ..core.text import plain
from ..core.values.dates import read_date
from ..core.values.periods import meant_period
from ..readers import Book
from ..readers.workbook import values_by_row
from .sheet_rows import Tables
from .sheets import CAPTIONS, SETTINGS

Lines = list[tuple[int, str, str]]
"""The lines of 设置: row, name as we give it, text."""


def setting_lines(reader: Tables) -> Lines:
    """Return the lines of the sheet, none where there is no such sheet (a finding then says so)."""
    names = tuple(Setting)
    rows = reader.rows(SETTINGS, ("名称", "值"))
    return [(r.number, meant(r.text("名称"), names), r.text("值")) for r in rows]


def settings_of(reader: Tables) -> dict[str, str]:
    """Return the settings by the names that we give them, whichever language they are written in."""
    return {name: text for _, name, text in setting_lines(reader)}


def check_settings(reader: Tables, lines: Lines, plan: Plan) -> None:
    """Add a finding for every setting that has no effect as it is written, and so would silently be another."""
    seen: set[str] = set()
    for row, name, text in lines:
        if name in seen:
            reader.add_finding("PLAN-586", SETTINGS, row, name=Phrase(name))
        seen.add(name)
        if not text:
            continue
        if name not in NOTES and name not in UPPER_NOTES:
            reader.add_finding("PLAN-585", SETTINGS, row, name=name)
        elif name == Setting.LANGUAGE and language_named(text) is None:
            reader.add_finding("PLAN-512", SETTINGS, row, value=text)
        elif name in POINTS and read_points(text) is None:
            reader.add_finding("PLAN-576", SETTINGS, row, name=Phrase(name), value=text)
        elif name in CHOICES and meant(text, CHOICES[name]) not in CHOICES[name]:
            choices = Listed(map(Phrase, CHOICES[name]))
            reader.add_finding(
                "PLAN-597", SETTINGS, row, name=Phrase(name), value=text, choices=choices,
                usual=Phrase(CHOICES[name][0]),
            )  # fmt: skip
        elif name == Setting.DEADLINE and read_date(text, year=plan.year or None) is None:
            reader.add_finding("PLAN-577", SETTINGS, row, value=text)
        elif name in SWITCHES and meant(text, SWITCHES[name]) not in SWITCHES[name]:
            choices = Listed(map(Phrase, SWITCHES[name]))
            reader.add_finding(
                "PLAN-598", SETTINGS, row, name=Phrase(name), value=text, choices=choices
            )
        elif (
            name == Setting.PERIOD
            and len(meant_period(text, [p.caption for p in plan.periods])) != 1
        ):
            choices = Listed(p.caption for p in plan.periods)
            reader.add_finding("PLAN-578", SETTINGS, row, value=text, choices=choices)


def key_cell(book: Book) -> Place | None:
    """Return where the key stands in a plan workbook, None when it has no line for it."""
    sheet = Tables("", book).sheet(SETTINGS, needed=False)
    rows = [(row, dict(cells)) for row, cells in values_by_row(sheet.cells)] if sheet else []
    if sheet is None or not rows:
        return None
    captions = {meant(plain(v).strip(), CAPTIONS[SETTINGS]): c for c, v in rows[0][1].items()}
    name, value = captions.get("名称"), captions.get("值")
    if name is None or value is None:
        return None
    for row, cells in rows[1:]:
        if meant(plain(cells.get(name)).strip(), Setting) == Setting.KEY:
            return Place("", sheet.name, address(row, value))
    return None
