"""What was put on a PDF page after it was made: filled-in fields, typed texts, notes, strike-outs."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from .graphics import Edges, Point, Raw

# An annotation that its flags keep off the page (hidden, no view).
_OFF = 2 | 32
_TICK = "√"
_MOST = 5000
"""Annotations of a page that are looked at."""


class Extras(NamedTuple):
    """``texts`` with the box each stands in, ``notes`` that open on a click, ``crossed``: strike-out lines."""

    texts: tuple[tuple[str, Edges], ...] = ()
    notes: tuple[str, ...] = ()
    crossed: tuple[tuple[Point, Point], ...] = ()


def open_forms(document: Raw) -> None:
    """Make ready to read the fields of a document, before its first page is opened."""
    with contextlib.suppress(pdfium.PdfiumError):
        document.init_forms()


def read_extras(page: Raw, forms: Raw) -> Extras:
    """Return what was added to a page."""
    texts: list[tuple[str, Edges]] = []
    notes: list[str] = []
    crossed: list[tuple[Point, Point]] = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        item = raw.FPDFPage_GetAnnot(page, index)
        if not item:
            continue
        kind = raw.FPDFAnnot_GetSubtype(item)
        if raw.FPDFAnnot_GetFlags(item) & _OFF:
            pass
        elif kind == raw.FPDF_ANNOT_WIDGET:
            texts.append((_field(item, forms), _edges(item)))
        elif kind == raw.FPDF_ANNOT_FREETEXT:
            texts.append((_contents(item), _edges(item)))
        elif kind not in (raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_LINK):
            notes.append(_contents(item))
        if kind == raw.FPDF_ANNOT_STRIKEOUT:
            crossed += _middles(item)
        raw.FPDFPage_CloseAnnot(item)
    shown = tuple((text, edges) for text, edges in texts if text.strip())
    return Extras(shown, tuple(note for note in notes if note.strip()), tuple(crossed))


def _text(get: Callable[[Raw, int], int]) -> str:
    """Return a text of pdfium's, which it gives in two steps: the length, then the characters."""
    length = get(None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    get(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return (
        buffer.raw[: length - 2]
        .decode("utf-16-le", "replace")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )


def _contents(item: Raw) -> str:
    return _text(lambda room, size: raw.FPDFAnnot_GetStringValue(item, b"Contents", room, size))


def _field(item: Raw, forms: Raw) -> str:
    """Return what a field shows: its text, or a tick where it is ticked."""
    if forms is None:
        return ""
    kind = raw.FPDFAnnot_GetFormFieldType(forms, item)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return _TICK if raw.FPDFAnnot_IsChecked(forms, item) else ""
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return ""
    return _text(lambda room, size: raw.FPDFAnnot_GetFormFieldValue(forms, item, room, size))


def _edges(item: Raw) -> Edges:
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(item, box)
    return (
        min(box.left, box.right),
        min(box.bottom, box.top),
        max(box.left, box.right),
        max(box.bottom, box.top),
    )


def _middles(item: Raw) -> Iterator[tuple[Point, Point]]:
    """Yield the lines that a strike-out draws: through the middle of every stretch it marks."""
    quad = raw.FS_QUADPOINTSF()
    for index in range(raw.FPDFAnnot_CountAttachmentPoints(item)):
        if raw.FPDFAnnot_GetAttachmentPoints(item, index, quad):
            left, right = (quad.x1 + quad.x3) / 2, (quad.x2 + quad.x4) / 2
            yield (left, (quad.y1 + quad.y3) / 2), (right, (quad.y2 + quad.y4) / 2)
