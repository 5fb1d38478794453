"""A circular's paragraphs -> a Word document, set as GB/T 9704-2012 asks; python-docx is an extra.

Paper A4, margins 37, 35, 28 and 26 mm; title 22 pt 小标宋, text 16 pt 仿宋, headings
黑体 and 楷体, 28 pt from line to line, — 1 — below, outside. All of that stands in styles
(Title, Heading 1, Heading 2, …), so that the outline is Word's own and one change reaches
all paragraphs of a kind. The same paragraphs give the same bytes.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..core.findings import Finding
from ..core.i18n import EN, holds_chinese, spoken
from ..writers.marks import seal
from ..writers.streamed_workbook import escaped
from ..writers.table import EPOCH
from ..writers.theme import (
    LETTER_HEAD,
    LETTER_SUBHEAD,
    LETTER_TEXT,
    LETTER_TITLE,
    Style,
    substitute,
)
from .circular import (
    ADDRESSEE,
    ANNEX,
    ANNEX_TITLE,
    BODY,
    ENCLOSURE,
    HEADING,
    NUMBER,
    ROW,
    SIGNATURE,
    SUBHEADING,
    TITLE,
    Paragraph,
)

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_UNSEALED = "reconcile"
"""Stands where the mark and the seal come in the end."""
_LATIN = "Times New Roman"
"""Of digits and Latin letters among Chinese text."""


@dataclass(frozen=True, slots=True)
class _Set:
    """How one kind of paragraph is set: its look, size and spacings in points, alignment, indent."""

    look: str
    size: float
    align: str = "both"
    line: float = 28
    after: float = 0
    indented: bool = False
    before: float = 0


_CHINESE: Mapping[str, _Set] = {
    TITLE: _Set(LETTER_TITLE, 22, "center", 35, 28),
    NUMBER: _Set(LETTER_TEXT, 16, "center", after=14),
    ADDRESSEE: _Set(LETTER_TEXT, 16, "left"),
    HEADING: _Set(LETTER_HEAD, 16, indented=True),
    SUBHEADING: _Set(LETTER_SUBHEAD, 16, indented=True),
    BODY: _Set(LETTER_TEXT, 16, indented=True),
    ENCLOSURE: _Set(LETTER_TEXT, 16, indented=True, before=28),
    SIGNATURE: _Set(LETTER_TEXT, 16, "right"),
    ANNEX: _Set(LETTER_HEAD, 16, "left"),
    ANNEX_TITLE: _Set(LETTER_TITLE, 22, "center", 35, 14),
    ROW: _Set(LETTER_TEXT, 9, "left", 12),
}
_ENGLISH: Mapping[str, _Set] = {
    TITLE: _Set(LETTER_TITLE, 16, "center", 20, 14),
    NUMBER: _Set(LETTER_TEXT, 12, "center", 16, 14),
    ADDRESSEE: _Set(LETTER_TEXT, 12, "left", 16, 6),
    HEADING: _Set(LETTER_HEAD, 13, "left", 17, 6),
    SUBHEADING: _Set(LETTER_SUBHEAD, 12, "left", 16, 6),
    BODY: _Set(LETTER_TEXT, 12, "left", 16, 6),
    ENCLOSURE: _Set(LETTER_TEXT, 12, "left", 16, 6, before=10),
    SIGNATURE: _Set(LETTER_TEXT, 12, "right", 16),
    ANNEX: _Set(LETTER_HEAD, 12, "left", 16, 6),
    ANNEX_TITLE: _Set(LETTER_TITLE, 14, "center", 18, 10),
    ROW: _Set(LETTER_TEXT, 9, "left", 11),
}
_STYLES: Mapping[str, str] = {
    TITLE: "Title", HEADING: "Heading 1", SUBHEADING: "Heading 2", BODY: "Body Text",
    ADDRESSEE: "Salutation", ENCLOSURE: "Circular Enclosure", SIGNATURE: "Signature",
    ANNEX: "Circular Annex", ANNEX_TITLE: "Circular Annex Title", ROW: "Circular Annex Row",
    NUMBER: "Circular Number",
}  # fmt: skip
"""The style of each kind of paragraph, Word's own where it has one: it shows their names in its language."""
_LEVELS: Mapping[str, int] = {HEADING: 0, SUBHEADING: 1, ANNEX_TITLE: 0}
"""Levels of the outline, 0 the highest."""
_KEPT = (HEADING, SUBHEADING, ENCLOSURE, ANNEX, ANNEX_TITLE)
"""Kinds that never stand alone at the end of a page."""
_COLUMNS = (11.0, 36.0, 21.0, 12.0, 40.0, 38.0)
_COLUMNS_EN = (11.0, 34.0, 27.0, 16.0, 44.0, 28.0)
"""Widths of the annex's columns in mm: number, task, leads, light, how it stands, what is due next."""
# What stands in for a font that the reader does not have: every Windows has 宋体, 黑体, 仿宋, 楷体.
_SUBSTITUTES: Mapping[str, str] = {
    "方正小标宋简体": "方正小标宋_GBK;宋体;SimSun",
    "仿宋": "仿宋_GB2312;FangSong;宋体",
    "仿宋_GB2312": "仿宋;FangSong;宋体",
    "楷体": "楷体_GB2312;KaiTi;宋体",
    "黑体": "SimHei;微软雅黑",
    "宋体": "SimSun",
}


def missing() -> tuple[Finding, ...]:
    """Return the finding that python-docx is not installed, or nothing."""
    return () if importlib.util.find_spec("docx") else (Finding("FORM-030"),)


def letter_bytes(
    paragraphs: Sequence[Paragraph], style: Style | None = None, mark: str = ""
) -> bytes:
    """Return the document, in the fonts of ``style``. ImportError without python-docx: ask :func:`missing` first.

    With a ``mark`` it says which output it is, and bears a seal.
    """
    import docx
    from docx.shared import Mm, Pt

    style = style or Style()
    english = spoken() == EN
    sets = _ENGLISH if english else _CHINESE
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    margins = (25, 25, 25, 25) if english else (37, 35, 28, 26)
    section.top_margin, section.bottom_margin = Mm(margins[0]), Mm(margins[1])
    section.left_margin, section.right_margin = Mm(margins[2]), Mm(margins[3])
    section.footer_distance = Mm(12 if english else 25)
    normal = document.styles["Normal"]
    _fonts(normal.element.get_or_add_rPr(), str(style.look(LETTER_TEXT)["font_name"]))
    normal.font.size = Pt(sets[BODY].size)
    _languages(document)
    for kind in dict.fromkeys(p.kind for p in paragraphs):
        _define(document, kind, sets[kind], style)
    signed = [p for p in paragraphs if p.kind == SIGNATURE]
    # No page holds the signature alone.
    before = next((p for p, n in pairwise(paragraphs) if n in signed[:1]), None)
    for paragraph in paragraphs:
        if paragraph.kind != ROW:
            added = document.add_paragraph(style=_STYLES[paragraph.kind])
            _write(added, paragraph.text)
            if paragraph in signed[:-1] or paragraph is before:
                added.paragraph_format.keep_with_next = True
            if paragraph in signed[:1]:  # two lines for the seal
                added.paragraph_format.space_before = Pt(2 * sets[SIGNATURE].line)
    rows = [p.cells for p in paragraphs if p.kind == ROW]
    if rows:
        _table(document, rows, style)
    if english:
        _page_number(section.footer, "center", ("Page ", "PAGE", " of ", "NUMPAGES"), _LATIN, 10)
    else:
        document.settings.odd_and_even_pages_header_footer = True
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            _page_number(footer, side, ("— ", "PAGE", " —"), "宋体", 14)
    _properties(document, next((p.text for p in paragraphs if p.kind == TITLE), ""))
    _font_table(document, {str(style.look(s.look)["font_name"]) for s in sets.values()})
    stream = io.BytesIO()
    document.save(stream)
    return _timeless(stream.getvalue(), mark)


def _table(document: Any, rows: Sequence[Sequence[str]], style: Style) -> None:
    """Write the annex: a table whose first row, of captions, comes again on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    table.autofit = False
    columns = _COLUMNS_EN if spoken() == EN else _COLUMNS
    widths = [Mm(w * sum(columns) / sum(columns[: len(rows[0])])) for w in columns]
    for column, width in zip(table.columns, widths, strict=False):
        column.width = width  # LibreOffice looks here, Word at the cells
    for number, texts in enumerate(rows):
        row = table.add_row()
        marks = ["cantSplit"] if number else ["cantSplit", "tblHeader"]
        for mark in marks:  # a row stays on one page; the first comes again
            row._tr.get_or_add_trPr().append(_element(f"w:{mark}", {}))
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=False)):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.style = _STYLES[ROW]
            run = _write(paragraph, text)
            if not number:
                _fonts(run._r.get_or_add_rPr(), str(style.look(LETTER_HEAD)["font_name"]))
            if not number or at in (0, 3):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write(paragraph: Any, text: str) -> Any:
    """Put a text into a paragraph as one run; its “quotes” and … are set as Chinese ones are."""
    run = paragraph.add_run(text)
    if spoken() != EN:
        run._r.get_or_add_rPr().insert(0, _element("w:rFonts", {"hint": "eastAsia"}))
    return run


def _define(document: Any, kind: str, shape: _Set, looks: Style) -> None:
    """Set the style of one kind of paragraph; of Word's own nothing is left but the name."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    name, styles = _STYLES[kind], document.styles
    known = {s.name for s in styles if s.type == WD_STYLE_TYPE.PARAGRAPH}
    if name not in known:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=not name.startswith("Circular"))
    defined = styles[name]
    for tag in ("w:pPr", "w:rPr", "w:link"):  # the blue of Word's own headings goes, too
        for old in defined.element.findall(_tag(tag)):
            defined.element.remove(old)
    defined.base_style = styles["Normal"]
    defined.next_paragraph_style = styles[_STYLES[BODY]] if _STYLES[BODY] in known else defined
    defined.hidden, defined.quick_style = False, True
    spacing = defined.paragraph_format
    spacing.keep_with_next = kind in _KEPT
    spacing.page_break_before = kind == ANNEX
    spacing.space_before = Pt(shape.before)
    spacing.space_after = Pt(shape.after)
    spacing.line_spacing = Pt(shape.line)
    properties = defined.element.get_or_add_pPr()
    # In characters for Word, and in twips for programs that do not count characters.
    indent, two = {}, str(round(2 * shape.size * 20))
    if shape.indented:
        indent = {"firstLineChars": "200", "firstLine": two}
    elif shape.align == "right" and spoken() != EN:
        indent = {"rightChars": "400", "right": str(2 * int(two))}
    if indent:
        properties.append(_element("w:ind", indent))
    properties.append(_element("w:jc", {"val": shape.align}))
    if kind in _LEVELS:
        properties.append(_element("w:outlineLvl", {"val": str(_LEVELS[kind])}))
    look = looks.look(shape.look)
    font = defined.font
    font.size = Pt(shape.size)
    font.bold, font.italic = bool(look.get("bold")), bool(look.get("italic"))
    if look.get("font_color"):
        font.color.rgb = RGBColor.from_string(str(look["font_color"]).lstrip("#"))
    _fonts(defined.element.get_or_add_rPr(), str(look["font_name"]))


def _languages(document: Any) -> None:
    """Mark Chinese characters as Chinese: spelling, line breaks and fonts follow it."""
    english = spoken() == EN
    language = {"val": "en-GB" if english else "en-US", "eastAsia": "zh-CN", "bidi": "ar-SA"}
    for old in document.styles.element.iter(_tag("w:lang")):
        for name, value in language.items():
            old.set(_tag(f"w:{name}"), value)
    for old in document.settings.element.iter(_tag("w:themeFontLang")):
        old.set(_tag("w:eastAsia"), "zh-CN")
    document.core_properties.language = "en-GB" if english else "zh-CN"


def _fonts(properties: Any, font: str) -> None:
    """Name the font of Chinese text, and that of digits and Latin letters among it."""
    for old in properties.findall(_tag("w:rFonts")):
        properties.remove(old)
    latin = _LATIN if holds_chinese(font) else font
    names = {"ascii": latin, "hAnsi": latin, "cs": latin, "eastAsia": font}
    properties.insert(0, _element("w:rFonts", names))


def _font_table(document: Any, fonts: Iterable[str]) -> None:
    """Write in the document's font table what is to stand in for a font that is missing."""
    from xml.sax.saxutils import quoteattr  # brings urllib, which a summary does without

    entries = []
    for font in sorted(fonts):
        kind = substitute(font)
        other = f'<w:altName w:val="{_SUBSTITUTES[font]}"/>' if font in _SUBSTITUTES else ""
        charset = "86" if kind else "00"
        family = "swiss" if kind.get("font_family") == 2 else "roman"
        entries.append(
            f"<w:font w:name={quoteattr(font)}>{other}"
            f'<w:charset w:val="{charset}"/><w:family w:val="{family}"/></w:font>'
        )
    part = next(
        p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml"
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts xmlns:w="{_WORD}">{"".join(entries)}</w:fonts>'
    ).encode()


def _page_number(footer: Any, align: str, parts: Sequence[str], font: str, size: float) -> None:
    """Write the page number: — 1 — at the outer side, one character in; "Page 1 of 3" in English."""
    from docx.shared import Pt

    paragraph = footer.paragraphs[0]
    properties = paragraph._p.get_or_add_pPr()
    if align != "center":
        properties.append(_element("w:ind", {f"{align}Chars": "100"}))
    properties.append(_element("w:jc", {"val": align}))
    for part in parts:
        field = _element("w:fldSimple", {"instr": part}) if part.isupper() else None
        run = paragraph.add_run("1" if field is not None else part)
        run.font.size = Pt(size)
        _fonts(run._r.get_or_add_rPr(), font)
        if field is not None:
            paragraph._p.append(field)
            field.append(run._r)


def _properties(document: Any, title: str) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = title, "", "", ""
    core.created = core.modified = EPOCH
    core.revision = 1
    core.identifier = _UNSEALED


def _element(tag: str, attributes: Mapping[str, str]) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(_tag(f"w:{name}"), value)
    return element


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _timeless(content: bytes, mark: str) -> bytes:
    """The same archive without the time of its making, marked and sealed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        sealed = f"{mark} {seal(old.infolist())}" if mark else ""
        for entry in old.infolist():
            stamped = zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0))
            stamped.external_attr = 0o600 << 16
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = part.replace(_UNSEALED.encode(), escaped(sealed).encode())
            new.writestr(stamped, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
