"""The runs of a Word paragraph -> the text that is seen, and what is not read or not as it stands.

A run is struck out, hidden or white by its own properties, or else by those of
its character style, or of the paragraph's style.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .tables.ruled import SUPERSCRIPTS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
STRUCK, HIDDEN, EQUATION, UNKNOWN = "PLAN-052", "PLAN-140", "PLAN-146", "PLAN-148"
"""The findings about a text."""
# "rt" is how a character is pronounced, printed over it.
_GONE = frozenset(
    f"{W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "rt")
)
_BLANK = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_REVISED = frozenset(f"{W}{tag}" for tag in ("del", "ins", "moveFrom", "moveTo"))
_STYLE = f"{W}pPr/{W}pStyle"
_OFF = frozenset(("0", "false", "off"))
_TICK = "√"
_UNKNOWN_CHARACTER = "\ufffd"
# Characters of the fonts that number their pictures as they like.
_SYMBOLS = {
    "wingdings": {
        0x6C: "●", 0x6E: "■", 0x6F: "□", 0x75: "◆", 0x76: "❖", 0xA1: "○", 0xA7: "▪", 0xA8: "□",
        0xAB: "★", 0xB6: "☆", 0xD8: "➢", 0xE0: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x97: "●", 0xA3: "□"},
    "symbol": {
        0x44: "Δ", 0x53: "Σ", 0x61: "α", 0x62: "β", 0x6D: "μ", 0xA3: "≤", 0xA5: "∞", 0xAE: "→",
        0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
    },
}  # fmt: skip


class Runs:
    """Gathers the text of paragraphs. ``notes`` are findings (code, text) since it was last emptied."""

    def __init__(self, styles: Mapping[str, Any]) -> None:
        self.notes: list[tuple[str, str]] = []
        self.revised = False
        self._styles = styles
        self._known: dict[str, dict[str, Any]] = {}
        self._last: tuple[Any, Any] = (None, None)

    def text(self, paragraph: Any) -> str:
        """Return the text of a paragraph as it is seen."""
        if any(map(_is_placeholder, paragraph.iterancestors(f"{W}sdt"))):
            return ""
        parts: list[str] = []
        away: dict[str, list[str]] = {}
        for code, text in self._parts(paragraph, paragraph, ""):
            if code in (STRUCK, HIDDEN):
                away.setdefault(code, []).append(text)
                continue
            parts.append(text)
            if code:
                self.notes.append((code, text))
        self.notes += [
            (code, "".join(texts)) for code, texts in away.items() if "".join(texts).strip()
        ]
        return "".join(parts)

    def _parts(self, element: Any, paragraph: Any, code: str) -> Iterator[tuple[str, str]]:
        """Yield the texts of an element with the code of the finding about each, "" for none."""
        for child in element:
            tag = child.tag
            self.revised = self.revised or tag in _REVISED
            if tag in _GONE or not isinstance(tag, str) or tag.endswith("}Fallback"):
                continue  # a fallback is an older form of what stands beside it
            if tag == f"{W}t":
                text = child.text or ""
                yield code, text.translate(SUPERSCRIPTS) if _is_raised(element) else text
            elif tag in _BLANK:
                yield code, _BLANK[tag]
            elif tag == f"{W}sym":
                character = _symbol(child)
                yield code or UNKNOWN * (character == _UNKNOWN_CHARACTER), character
            elif tag == f"{W}fldChar":
                yield code, _old_field(child)
            elif tag == f"{M}oMath":
                yield EQUATION, _equation(child)
            elif tag == f"{W}r":
                yield from self._parts(child, paragraph, code or self._unseen(child, paragraph))
            elif tag == f"{W}p":
                # In a text box.
                yield from self._parts(child, child, code)
            elif tag != f"{W}sdt" or not _is_placeholder(child):
                yield from self._parts(child, paragraph, code)

    def _unseen(self, run: Any, paragraph: Any) -> str:
        """Return the code of the finding about a run that is struck out or not seen, "" where it is seen."""
        if any(self._is_on(run, paragraph, tag) for tag in ("strike", "dstrike")):
            return STRUCK
        if self._is_on(run, paragraph, "vanish"):
            return HIDDEN
        colour = self._property(run, paragraph, "color")
        if colour is None or not _is_white(colour.get(f"{W}val")):
            return ""
        return "" if self._shaded(run, paragraph) else HIDDEN

    def _is_on(self, run: Any, paragraph: Any, tag: str) -> bool:
        found = self._property(run, paragraph, tag)
        return found is not None and found.get(f"{W}val") not in _OFF

    def _property(self, run: Any, paragraph: Any, tag: str) -> Any:
        """Return the nearest property of a kind: the run's, its style's, or the paragraph's style's."""
        properties = run.find(f"{W}rPr")
        found = properties.find(f"{W}{tag}") if properties is not None else None
        if found is None and properties is not None:
            found = self._of_style(properties.find(f"{W}rStyle"), tag)
        return found if found is not None else self._of_style(self._style_of(paragraph), tag)

    def _style_of(self, paragraph: Any) -> Any:
        """Return the style of a paragraph. Where there is none, all its runs are looked through for it, once."""
        if self._last[0] is not paragraph:
            self._last = paragraph, paragraph.find(_STYLE)
        return self._last[1]

    def _of_style(self, named: Any, tag: str) -> Any:
        """Return the property of a style that is named, or of the nearest one that it is based on."""
        style = str(named.get(f"{W}val")) if named is not None else ""
        known = self._known.setdefault(tag, {})
        return inherited(self._styles, style, f"{W}rPr/{W}{tag}", known)

    def _shaded(self, run: Any, paragraph: Any) -> bool:
        """Return whether a run stands on a colour: its own, its paragraph's, its cell's or its table's."""
        if run.find(f"{W}rPr/{W}highlight") is not None:
            return True
        marks = [self._property(run, paragraph, "shd"), paragraph.find(f"{W}pPr/{W}shd")]
        for around in paragraph.iterancestors(f"{W}tc", f"{W}tbl", f"{W}txbxContent"):
            if around.tag == f"{W}txbxContent":
                return True  # What a text box is filled with stands elsewhere.
            marks.append(around.find(f"{around.tag}Pr/{W}shd"))
            style = around.find(f"{W}tblPr/{W}tblStyle")
            known = self._styles.get(style.get(f"{W}val")) if style is not None else None
            if known is not None:
                marks += known.iter(f"{W}shd")
        fills = (mark.get(f"{W}fill") or "auto" for mark in marks if mark is not None)
        return any(fill != "auto" and not _is_white(fill) for fill in fills)


def inherited(styles: Mapping[str, Any], style: str, path: str, known: dict[str, Any]) -> Any:
    """Return what stands at a path in a style, or in the nearest one that it is based on; None for nothing.

    ``known`` is what was found so before: it is asked for every paragraph and run, and chains may be long.
    """
    found, passed = None, dict[str, None]()
    while found is None and style in styles and style not in passed:
        if style in known:
            found = known[style]
            break
        passed[style] = None
        found = styles[style].find(path)
        based = styles[style].find(f"{W}basedOn")
        style = str(based.get(f"{W}val")) if based is not None else ""
    known.update(dict.fromkeys(passed, found))
    return found


def _is_raised(run: Any) -> bool:
    """Return whether a run is printed above the line: 10⁸ is not 108."""
    raised = run.find(f"{W}rPr/{W}vertAlign")
    return raised is not None and raised.get(f"{W}val") == "superscript"


def _is_placeholder(control: Any) -> bool:
    """Return whether a content control shows nothing but what is to be filled in."""
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _is_white(colour: str | None) -> bool:
    """Return whether a colour (FFFFFF) cannot be distinguished from paper."""
    try:
        parts = bytes.fromhex(colour or "")
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= 0xF0


def _symbol(element: Any) -> str:
    """Return the character of a w:sym, which is given by font and number."""
    number = element.get(f"{W}char") or ""
    font = (element.get(f"{W}font") or "").casefold()
    code = int(number, 16) if number.isalnum() and _is_hex(number) else 0
    if font in _SYMBOLS:
        return _SYMBOLS[font].get(code & 0xFF, _UNKNOWN_CHARACTER)
    return chr(code) if 32 < code < 0xD800 or 0xF900 <= code < 0xFFFE else _UNKNOWN_CHARACTER


def _is_hex(number: str) -> bool:
    return len(number) <= 6 and all(character in "0123456789abcdefABCDEF" for character in number)


def _old_field(element: Any) -> str:
    """Return what a legacy form field shows beside its runs: a tick, or the entry that is chosen."""
    box = element.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        marks = [box.find(f"{W}{tag}") for tag in ("checked", "default")]
        mark = next((own for own in marks if own is not None), None)
        return _TICK if mark is not None and mark.get(f"{W}val") not in _OFF else ""
    listed = element.find(f"{W}ffData/{W}ddList")
    if listed is None:
        return ""
    entries = [entry.get(f"{W}val") or "" for entry in listed.iter(f"{W}listEntry")]
    marks = [listed.find(f"{W}{tag}") for tag in ("result", "default")]
    chosen = next((own.get(f"{W}val") for own in marks if own is not None), "0") or ""
    at = int(chosen) if chosen.isdecimal() and len(chosen) < 6 else 0
    return entries[at] if at < len(entries) else ""


def _equation(element: Any, depth: int = 0) -> str:
    """Return an equation in one line: fractions with a stroke, powers with a caret."""
    if depth > 40:
        return ""

    def part(name: str) -> str:
        found = element.find(f"{M}{name}")
        return "" if found is None else _equation(found, depth + 1)

    def grouped(name: str) -> str:
        text = part(name)
        return text if len(text) < 2 or text.isalnum() else f"({text})"

    tag = element.tag
    if tag == f"{M}t":
        return element.text or ""
    if tag == f"{M}f":
        return f"{grouped('num')}/{grouped('den')}"
    if tag in (f"{M}sSup", f"{M}sSub", f"{M}sSubSup"):
        below, above = grouped("sub"), grouped("sup")
        return part("e") + (f"_{below}" if below else "") + (f"^{above}" if above else "")
    if tag == f"{M}rad":
        return f"{part('deg')}√{grouped('e')}"
    if tag == f"{M}d":
        brackets = [element.find(f"{M}dPr/{M}{end}Chr") for end in ("beg", "end")]
        around = [
            usual if bracket is None else bracket.get(f"{M}val") or ""
            for bracket, usual in zip(brackets, "()", strict=True)
        ]
        return "".join((around[0], "".join(map(_inner(depth), element)), around[1]))
    if tag == f"{M}nary":
        operator = element.find(f"{M}naryPr/{M}chr")
        shown = "∫" if operator is None else operator.get(f"{M}val") or ""
        return f"{shown}{part('sub')}{part('sup')}{part('e')}"
    return "".join(map(_inner(depth), element))


def _inner(depth: int) -> Any:
    """Return what turns a part of an equation into text, its properties into none."""

    def text(element: Any) -> str:
        tag = element.tag
        if not isinstance(tag, str) or tag.endswith("Pr") or tag in _GONE:
            return ""
        return (element.text or "") if tag == f"{W}t" else _equation(element, depth + 1)

    return text
