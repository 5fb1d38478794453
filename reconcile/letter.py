"""A circular's paragraphs -> a Word document, set as GB/T 9704-2012 asks; python-docx is an extra.

Paper A4, margins 37, 35, 28 and 26 mm; title 22 pt 小标宋, text 16 pt 仿宋, headings
黑体 and 楷体, 28 pt from line to line, — 1 — below, outside. The same paragraphs
give the same bytes.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from .drafts import ADDRESSEE, BODY, HEADING, SIGNATURE, SUBHEADING, TITLE, Paragraph
from .findings import Finding
from .listing import EPOCH

_TEXT = 16 * 20
"""Width of a character of the text, in twips."""
_LATIN = "Times New Roman"
_LOOKS: Mapping[str, tuple[str, float, str]] = {
    TITLE: ("方正小标宋简体", 22, "center"),
    ADDRESSEE: ("仿宋", 16, "left"),
    HEADING: ("黑体", 16, "both"),
    SUBHEADING: ("楷体", 16, "both"),
    BODY: ("仿宋", 16, "both"),
    SIGNATURE: ("仿宋", 16, "right"),
}
_INDENTED = (HEADING, SUBHEADING, BODY)


def missing() -> tuple[Finding, ...]:
    """Return the finding that python-docx is not installed, or nothing."""
    return () if importlib.util.find_spec("docx") else (Finding("FORM-030"),)


def letter_bytes(paragraphs: Sequence[Paragraph]) -> bytes:
    """Return the document. ImportError without python-docx: ask :func:`missing` first."""
    import docx
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    normal = document.styles["Normal"]
    _fonts(normal.element.get_or_add_rPr(), "仿宋")
    normal.font.size = Pt(16)
    for paragraph in paragraphs:
        _add(document, paragraph)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")
    _properties(document, next((p.text for p in paragraphs if p.kind == TITLE), ""))
    stream = io.BytesIO()
    document.save(stream)
    return _timeless(stream.getvalue())


def _add(document: Any, paragraph: Paragraph) -> None:
    from docx.shared import Pt

    font, size, align = _LOOKS[paragraph.kind]
    added = document.add_paragraph()
    run = added.add_run(paragraph.text)
    run.font.size = Pt(size)
    _fonts(run._r.get_or_add_rPr(), font)
    spacing = added.paragraph_format
    spacing.space_before = Pt(0)
    spacing.space_after = Pt(28) if paragraph.kind == TITLE else Pt(0)
    spacing.keep_with_next = paragraph.kind in (HEADING, SUBHEADING)
    spacing.line_spacing = Pt(35 if paragraph.kind == TITLE else 28)
    properties = added._p.get_or_add_pPr()
    # In characters for Word, and in twips for programs that do not count characters.
    indent = {}
    if paragraph.kind in _INDENTED:
        indent = {"firstLineChars": "200", "firstLine": str(2 * _TEXT)}
    elif paragraph.kind == SIGNATURE:
        indent = {"rightChars": "200", "right": str(2 * _TEXT)}
    if indent:
        properties.append(_element("w:ind", indent))
    properties.append(_element("w:jc", {"val": align}))


def _fonts(properties: Any, font: str) -> None:
    """Name the font of Chinese text, and that of digits and Latin letters among it."""
    for old in properties.findall(_tag("w:rFonts")):
        properties.remove(old)
    names = {"ascii": _LATIN, "hAnsi": _LATIN, "cs": _LATIN, "eastAsia": font}
    properties.insert(0, _element("w:rFonts", names))


def _page_number(footer: Any, align: str) -> None:
    """— 1 —, 14 pt 宋体, at the outer side, one character in."""
    from docx.shared import Pt

    paragraph = footer.paragraphs[0]
    side = {"rightChars": "100"} if align == "right" else {"leftChars": "100"}
    properties = paragraph._p.get_or_add_pPr()
    properties.append(_element("w:ind", side))
    properties.append(_element("w:jc", {"val": align}))
    field = _element("w:fldSimple", {"instr": "PAGE"})
    for part in ("— ", field, " —"):
        if part is field:
            paragraph._p.append(field)
            continue
        run = paragraph.add_run(part)
        run.font.size = Pt(14)
        _fonts(run._r.get_or_add_rPr(), "宋体")
    inner = paragraph.add_run("1")
    inner.font.size = Pt(14)
    _fonts(inner._r.get_or_add_rPr(), "宋体")
    field.append(inner._r)


def _properties(document: Any, title: str) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = title, "", "", ""
    core.created = core.modified = EPOCH
    core.revision = 1


def _element(tag: str, attributes: Mapping[str, str]) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(_tag(f"w:{name}"), value)
    return made


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _timeless(content: bytes) -> bytes:
    """The same archive without the time of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            stamped = zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0))
            stamped.external_attr = 0o600 << 16
            new.writestr(stamped, old.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()
