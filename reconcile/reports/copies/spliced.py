"""The marked-up copy in the very file that came: marks, notes and the list are put in, all else stays.

Marks are conditional formats of ours over the cells, so that no cell is touched: not its
look, and not the text in it. A later copy takes them away again, whichever program saved
the file in between. Nothing of a stranger's that acts by itself goes back out: a file that
holds macros, links or anything that we do not know is :class:`Unlike`, and is redrawn.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Mapping
from html import escape, unescape
from typing import NamedTuple
from xml.etree import ElementTree

from ...core.findings import Severity
from ...core.i18n import Phrase
from ...intake.captions import their_note
from ...readers import Book, Cell, read_book
from ...readers.limits import LIMITS, Refused, check_xml
from ...readers.zip_archive import Archive
from ...writers.marks import OUTPUT, SEAL
from ...writers.xlsx_splice import (
    BOOK_ORDER,
    OFFICE,
    SHEET_ORDER,
    Parts,
    Unlike,
    appended,
    attribute,
    check_formed,
    escaped,
    inserted,
    prefix_of,
    prefixed,
    quoted,
    sheets_of,
)
from .notes import put_notes
from .rules import Asked, with_rules

COLOURS = {Severity.ERROR: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.NOTE: "#DDEBF7"}
_RULE = '"reconcile"="reconcile"'
"""The condition of our marks: it always holds, and nobody else writes it."""
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MAIN = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.spreadsheetml\.template|ms-excel\.sheet\.macroEnabled|"
    r"ms-excel\.template\.macroEnabled)\.main\+xml"
)
_PLAIN_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_HARMLESS = re.compile(
    r"\[content_types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docprops/[^/]*|docmetadata/[^/]*|customxml/.*"
    r"|xl/(?:workbook|sharedstrings|styles|calcchain|metadata|comments\d*)\.xml"
    r"|xl/(?:worksheets|chartsheets|theme|drawings|media|tables|comments|persons|threadedcomments|printersettings"
    r"|charts|featurepropertybag)/[^/]*"
)
"""Parts that hold nothing that acts by itself."""
_FORMULA = re.compile(r"<(?:\w+:)?(?:f|formula\d?|definedName)(?:\s[^<>]*)?>([^<]*)</")
_ACTS = re.compile(
    r"\b(?:HYPERLINK|WEBSERVICE|FILTERXML|RTD|IMAGE|CALL|REGISTER(?:\.ID)?|EXEC|EVALUATE|SQL\.REQUEST)\s*\("
    r"|\||://|\\\\|\[\d+\]|\.xl\w{1,2}\]",
    re.IGNORECASE,
)
"""Formulas that reach out of the workbook."""
_QUOTED = re.compile(r'"[^"]*"')
_AT_ONCE = 400
"""So many cells are named in one rule: Excel takes no endless lists."""


class Mark(NamedTuple):
    """What is to be shown at a cell: how grave it is, and the lines of a note."""

    severity: Severity
    text: str


def spliced(
    content: bytes,
    book: Book,
    marks: Mapping[str, Mapping[str, Mark]],
    asked: Mapping[str, Asked],
    notice: bytes,
    former: Collection[str],
    mark: str,
    year: int = 0,
) -> tuple[bytes, str | Phrase]:
    """Return (the file with marks, notes and the list in it, ""), or (b"", why it could not be done).

    ``marks`` are given by sheet and address, the cells that are ``asked`` by sheet: those that
    have lost their rules get them back, with examples of the ``year``. ``notice`` is a workbook of one sheet, the list, that goes
    first; sheets of the names ``former``, the lists of earlier copies, go out. ``book`` is what was
    read from ``content``: what is read from the result must be the same.
    """
    try:
        parts = _checked(content)
        _take_out(parts, former)
        sheets = sheets_of(parts)
        colours = _differing(
            parts, {m.severity for sheet_marks in marks.values() for m in sheet_marks.values()}
        )
        for name, part in sheets.items():
            sheet_marks = marks.get(name, {})
            _put_marks(parts, part, sheet_marks, colours)
            put_notes(parts, part, {cell: one.text for cell, one in sheet_marks.items()})
            text = parts.text(part)
            chosen = re.compile(r'(<(?:\w+:)?sheetView\b[^<>]*?)\s+tabSelected="(?:1|true)"')
            text = chosen.sub(r"\1", text)  # two chosen sheets would be edited at once
            parts.put(part, with_rules(text, asked.get(name, {}), year))
        _put_notice(parts, Parts(_members(notice)))
        packed = parts.packed(mark)
    except Unlike as unlike:
        return b"", unlike.reason
    except Refused:
        return b"", Phrase("内容超出限度")
    except (ValueError, KeyError, ElementTree.ParseError):
        return b"", Phrase("写法和常见的程序不同")
    after, _ = read_book("", packed)
    difference = _difference(book, after, former)
    return (b"", difference) if difference else (packed, "")


def _members(content: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    archive = Archive(content, LIMITS)
    return [(member.info, archive.read(member)) for member in archive.members]


def _checked(content: bytes) -> Parts:
    """The parts of a file in which nothing acts by itself."""
    if not content.startswith(b"PK"):
        raise Unlike(Phrase("文件有打开密码"))
    members = _members(content)
    for info, part in members:
        name = info.filename
        if not name.isascii() or "\\" in name or name.startswith("/") or ".." in name:
            raise Unlike(Phrase("压缩包里有不寻常的文件名"))
        if not (_HARMLESS.fullmatch(name.lower()) or name.endswith("/")):
            raise Unlike(Phrase("里面有“{name}”", name=name[:60]))
        if name.lower().endswith((".xml", ".rels", ".vml")) and part:
            text = check_xml(part, name)
            if b"<!" in text and not name.lower().endswith("sharedstrings.xml"):
                raise Unlike(Phrase("写法和常见的程序不同"))
            check_formed(text)
            if b'TargetMode="External"' in text or b"TargetMode='External'" in text:
                raise Unlike(Phrase("里面有链接"))
            if b"purl.oclc.org" in text:
                raise Unlike(Phrase("存成了“Strict Open XML”"))
            if b"<" in text and any(
                _ACTS.search(_QUOTED.sub('""', unescape(found[1])))
                for found in _FORMULA.finditer(text.decode("utf-8", "replace"))
            ):
                raise Unlike(Phrase("里面有引到外面的公式"))
    parts = Parts(members)
    types = parts.text("[Content_Types].xml")
    parts.put("[Content_Types].xml", _MAIN.sub(_PLAIN_MAIN, types))
    return parts


# --- sheets


def _take_out(parts: Parts, names: Collection[str]) -> None:
    """Take sheets out of the workbook, with what belongs to them alone."""
    sheets, book = sheets_of(parts), parts.text(parts.book)
    links = {link.target: link.id for link in parts.links(parts.book)}
    for name in names:
        part = sheets[name]
        for link in parts.links(part):
            if link.kind in ("comments", "vmlDrawing", "drawing", "printerSettings"):
                parts.drop(link.target)
        rels = f"{part.rpartition('/')[0]}/_rels/{part.rpartition('/')[2]}.rels"
        if rels in parts:
            parts.drop(rels)
        parts.drop(part)
        parts.unlead(parts.book, links[part])
    kept = [at for at, name in enumerate(sheets) if name not in names]
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^<>]*/>", book):
        if attribute(tag, "name") in names:
            book = book.replace(tag, "", 1)
    now = {old: new for new, old in enumerate(kept, 1)}  # the list comes first
    parts.put(parts.book, _renumbered(book, now))


def _renumbered(book: str, now: Mapping[int, int]) -> str:
    """Names that belong to a sheet go with it, by its place ``now``; those of sheets that are gone go, too."""

    def one(found: re.Match[str]) -> str:
        local = re.search(r'\blocalSheetId="(\d+)"', found[1])
        if local is None:
            return found[0]
        place = now.get(int(local[1]))
        if place is None:
            return ""
        return found[0].replace(local[0], f'localSheetId="{place}"', 1)

    pattern = r"<(?:\w+:)?definedName(\s[^<>]*)>[^<]*</(?:\w+:)?definedName\s*>"
    book = re.sub(pattern, one, book)
    view = re.compile(r"<(?:\w+:)?workbookView\b[^<>]*>")
    return view.sub(lambda f: re.sub(r'\s+(?:activeTab|firstSheet)="\d*"', "", f[0]), book)


def _put_notice(parts: Parts, notice: Parts) -> None:
    """Put the one sheet of a workbook that XlsxWriter made before the others."""
    [(name, source)] = sheets_of(notice).items()
    texts = [
        "".join(t.text or "" for t in item.iter() if t.tag.endswith("}t"))
        for item in ElementTree.fromstring(notice.text("xl/sharedStrings.xml"))
    ]

    def inline(found: re.Match[str]) -> str:
        text = escape(texts[int(found[2])], quote=False)  # where it needs more, XlsxWriter did it
        shown = f'<is><t xml:space="preserve">{text}</t></is>'
        return f'{found[1]} t="inlineStr">{shown}</c>'

    sheet = re.sub(r'(<c [^<>]*?) t="s"><v>(\d+)</v></c>', inline, notice.text(source))
    first = _put_looks(parts, notice.text("xl/styles.xml"))

    def look(found: re.Match[str]) -> str:
        return f'{found[1]}"{first + int(found[2])}"'

    sheet = re.sub(r'(<(?:c|row) [^<>]*?\bs=)"(\d+)"', look, sheet)
    sheet = re.sub(r'(<col [^<>]*?\bstyle=)"(\d+)"', look, sheet)
    # A cell without a look of its own has the first of the book that it came from.
    sheet = re.sub(r'<c (r="[A-Z]+\d+")(?=[ />])(?![^<>]* s=)', rf'<c \1 s="{first}"', sheet)
    part = parts.free("xl/worksheets/sheet{n}.xml")
    parts.put(part, sheet)
    parts.declare(part, _WORKSHEET)
    link = parts.lead(parts.book, f"{OFFICE}/worksheet", part)
    book = parts.text(parts.book)
    prefix = prefix_of(book)
    taken = [int(n) for n in re.findall(r'\bsheetId="(\d{1,9})"', book)]
    number = max(taken, default=0) + 1
    there = {n.casefold() for n in sheets_of(parts)}
    while name.casefold() in there:
        name = f"{name[:28]}_2"
    item = (
        f'<{prefix}sheet xmlns:r="{OFFICE}" name={quoted(name)} sheetId="{number}" r:id="{link}"/>'
    )
    book = re.sub(rf"<{prefix}sheets\b[^<>]*>", lambda f: f[0] + item, book, count=1)
    titles = re.search(
        r'<definedName name="_xlnm.Print_Titles"[^<>]*>([^<]*)<', notice.text(notice.book)
    )
    if titles:
        area = f"'{escaped(name)}'!{titles[1].rpartition('!')[2]}"
        titles_name = f'<{prefix}definedName name="_xlnm.Print_Titles" localSheetId="0">{area}</{prefix}definedName>'
        begin = re.search(rf"<{prefix}definedNames\b[^<>/]*>", book)
        if begin:
            book = book[: begin.end()] + titles_name + book[begin.end() :]
        else:
            book = re.sub(rf"<{prefix}definedNames\b[^<>]*/>", "", book)
            whole = f"<{prefix}definedNames>{titles_name}</{prefix}definedNames>"
            book = inserted(book, "definedNames", whole, BOOK_ORDER)
    parts.put(parts.book, book)


# --- looks


def _styles(parts: Parts) -> str:
    targets = [link.target for link in parts.links(parts.book) if link.kind == "styles"]
    if not targets or targets[0] not in parts:
        raise Unlike(Phrase("里面没有样式"))
    return targets[0]


def _differing(parts: Parts, severities: Collection[Severity]) -> dict[Severity, int]:
    """The numbers of the fills of our marks among the formats that differ from a cell's own."""
    name = _styles(parts)
    styles, found = parts.text(name), {}
    prefix = prefix_of(styles)
    for severity in Severity:
        if severity in severities:
            colour = f"FF{COLOURS[severity][1:]}"
            fill = f'<{prefix}bgColor rgb="{colour}"/>'
            one = (
                f"<{prefix}dxf><{prefix}fill><{prefix}patternFill>{fill}"
                f"</{prefix}patternFill></{prefix}fill></{prefix}dxf>"
            )
            styles, found[severity] = appended(styles, "dxfs", [one])
    parts.put(name, styles)
    return found


def _put_looks(parts: Parts, notice_styles: str) -> int:
    """Add the looks of cells that XlsxWriter made to those that there are; returns the number of the first."""
    name = _styles(parts)
    styles, before = parts.text(name), {}
    prefix = prefix_of(styles)
    if "<numFmts" in notice_styles or (prefix and prefix != "x:"):
        raise Unlike(Phrase("写法和常见的程序不同"))
    items = {g: _items(notice_styles, g) for g in ("fonts", "fills", "borders", "cellXfs")}
    for group in ("fonts", "fills", "borders"):
        own = [prefixed(one, prefix) for one in items[group]]
        styles, before[group] = appended(styles, group, own)

    def moved(found: re.Match[str]) -> str:
        return f'{found[1]}Id="{before[found[1] + "s"] + int(found[2])}"'

    looks = [re.sub(r'\b(font|fill|border)Id="(\d+)"', moved, one) for one in items["cellXfs"]]
    styles, first = appended(styles, "cellXfs", [prefixed(one, prefix) for one in looks])
    parts.put(name, styles)
    return first


def _items(styles: str, group: str) -> list[str]:
    """The items of a group as XlsxWriter writes them."""
    found = re.search(rf"<{group} [^<>]*>(.*?)</{group}>", styles, re.DOTALL)
    item = "xf" if group == "cellXfs" else group[:-1]
    return [
        one[0]
        for one in re.finditer(
            rf"<{item}(?:\s[^<>]*)?/>|<{item}(?:\s[^<>]*)?>.*?</{item}>", found[1] if found else ""
        )
    ]


# --- marks


def _put_marks(
    parts: Parts, part: str, marks: Mapping[str, Mark], colours: Mapping[Severity, int]
) -> None:
    """Colour the marked cells, in the place of what an earlier copy coloured."""
    text = _without_marks(parts.text(part))
    prefix = prefix_of(text)
    by_severity: dict[Severity, list[str]] = {}
    for cell, mark in marks.items():
        by_severity.setdefault(mark.severity, []).append(cell)
    areas = [
        (severity, " ".join(cells[at : at + _AT_ONCE]))
        for severity in Severity
        for cells in (by_severity.get(severity, []),)
        for at in range(0, len(cells), _AT_ONCE)
    ]
    if areas:
        # The rules that there are keep their order, below ours.
        text = re.sub(
            r'(<(?:\w+:)?cfRule\b[^<>]*?\bpriority=")(\d{1,8})"',
            lambda f: f'{f[1]}{int(f[2]) + len(areas)}"', text,
        )  # fmt: skip
    rules = ""
    for priority, (severity, area) in enumerate(areas, 1):
        rule = (
            f'<{prefix}cfRule type="expression" dxfId="{colours[severity]}" priority="{priority}">'
            f"<{prefix}formula>{_RULE}</{prefix}formula></{prefix}cfRule>"
        )
        rules += (
            f'<{prefix}conditionalFormatting sqref="{area}">{rule}</{prefix}conditionalFormatting>'
        )
    if rules:
        text = inserted(text, "phoneticPr", rules, SHEET_ORDER, "sheetData")
    parts.put(part, text)


def _without_marks(text: str) -> str:
    """A sheet without the rules that an earlier copy put in."""
    if "reconcile" not in text:
        return text
    rule = re.compile(r"<((?:\w+:)?)cfRule\b[^<>]*>.*?</\1cfRule\s*>", re.DOTALL)
    area = re.compile(
        r"<((?:\w+:)?)conditionalFormatting\b[^<>]*>(.*?)</\1conditionalFormatting\s*>", re.DOTALL
    )

    def is_ours(rule_text: str) -> bool:
        formula = re.search(r"formula\s*>([^<]*)<", rule_text)
        return bool(formula) and re.sub(r"\s", "", unescape(formula[1] if formula else "")) == _RULE

    def kept(rules: re.Match[str]) -> str:
        rest = rule.sub(lambda one: "" if is_ours(one[0]) else one[0], rules[2])
        return rules[0].replace(rules[2], rest) if rest.strip() else ""

    return area.sub(kept, text)


# --- what came out


def _difference(before: Book, after: Book | None, former: Collection[str]) -> str | Phrase:
    """Return where the two differ though they should not, "" where all that came is there as it was."""
    if after is None:
        return Phrase("做好以后读不出来")
    ours = (OUTPUT, SEAL)
    properties = [{k: v for k, v in b.properties.items() if k not in ours} for b in (before, after)]
    kept = [sheet for sheet in before.sheets if sheet.name not in former]
    now = after.sheets[1:]
    if properties[0] != properties[1] or [s.name for s in kept] != [s.name for s in now]:
        return Phrase("做好以后和原来的不同")
    for old, new in zip(kept, now, strict=True):
        cells = [
            {at: b for at, c in s.cells.items() if (b := _bare(c)) != _NOTHING} for s in (old, new)
        ]
        if cells[0] != cells[1] or old.merges != new.merges:
            return Phrase("做好以后和原来的不同")
    return ""


_NOTHING = (None, "", "", "", "")


def _bare(cell: Cell) -> tuple[object, ...]:
    return cell.value, cell.formula, cell.error, cell.struck, their_note(cell.note)
