"""Texts of an xlsx: rich texts in their runs, shared strings, Office's escapes."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ..core.i18n import Phrase
from .limits import Clock, Refused, elements

Runs = tuple[tuple[str, bool | None], ...]  # text, struck (None: as the cell)
Text = str | Runs
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
NO = ("0", "false")


def unescape(text: str) -> str:
    """Return the text with Office's _xHHHH_ escapes decoded; never a lone surrogate."""
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def text_of(element: Element) -> Text:
    """Return the text of an <si>, <is> or <text>: in its runs when it is rich, phonetic guides left out."""
    if len(element) == 1 and (only := element[0]).tag.endswith("}t"):  # as nearly always
        return unescape(only.text or "")
    runs: list[tuple[str, bool | None]] = []
    rich = False
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            runs.append((unescape(child.text or ""), None))
        elif name == "r":
            struck: bool | None = None
            for part in child:
                word = part.tag.rpartition("}")[2]
                if word == "rPr":
                    rich, struck = True, is_struck(part)
                elif word == "t":
                    runs.append((unescape(part.text or ""), struck))
    return tuple(runs) if rich else "".join(words for words, _ in runs)


def whole(text: Text) -> str:
    """Return a text without its runs being told apart."""
    return text if isinstance(text, str) else "".join(words for words, _ in text)


def left_and_struck(text: Text, struck: bool) -> tuple[str | None, str]:
    """Return (what is left or None, what is struck) of a text in a cell struck or not."""
    if isinstance(text, str):
        return (None, text) if struck and text else (text, "")
    gone = [bool(struck if run is None else run) for _, run in text]
    left = "".join(words for (words, _), away in zip(text, gone, strict=True) if not away)
    away = "".join(words for (words, _), away in zip(text, gone, strict=True) if away)
    return (left if left.strip() or not away else None), away


class Strings(dict[str, Text]):
    """The shared strings by their number as cells write it. Raises Refused (FILE-022) where there is none."""

    def __missing__(self, number: str) -> Text:
        found = self.get(str(whole_number(number.strip(), -1)))
        if found is None:
            reason = Phrase("有单元格的文字找不到")
            raise Refused("FILE-022", part="sharedStrings.xml", reason=reason)
        return found


def strings_of(part: bytes, clock: Clock) -> Strings:
    """Return the shared strings."""
    found = elements(part, "sharedStrings.xml", clock, ("si",))
    return Strings((str(number), text_of(element)) for number, element in enumerate(found))


def whole_number(text: str | None, default: int = 0) -> int:
    """Return the number that a text of up to nine digits spells, else the default."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else default


def is_struck(properties: Element) -> bool:
    """Return whether a font, or the properties of a run, strike the text through."""
    found = [e for e in properties if e.tag.rpartition("}")[2] == "strike"]
    return bool(found) and found[-1].get("val", "1") not in NO
