"""What an ods holds besides its cells: properties, charts, page headers and footers."""

from __future__ import annotations

from ..limits import Clock, parse_xml

_TITLES = ("chart:title", "chart:subtitle", "chart:footer")
_PAGE_PARTS = ("style:header", "style:footer")


def ods_properties(part: bytes, clock: Clock) -> dict[str, str]:
    """Return the user-defined properties of meta.xml."""
    found: dict[str, str] = {}
    name: list[str] = []
    words: list[str] = []

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "meta:user-defined":
            name[:] = [a.get("meta:name", "")]
            words.clear()

    def end(tag: str) -> None:
        if tag == "meta:user-defined" and name:
            found[name.pop()] = "".join(words).strip()

    parse_xml(part, "meta.xml", start, end, words.append, clock, prefixes=True)
    return found


def chart_words(part: bytes, clock: Clock) -> str:
    """Return the titles of a chart, without the numbers and names that cells hold."""
    words: list[str] = []
    titles = 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal titles
        if tag in _TITLES:
            titles += 1
        elif tag == "text:p" and titles:
            words.append("\n")

    def end(tag: str) -> None:
        nonlocal titles
        titles -= tag in _TITLES

    def text(piece: str) -> None:
        if titles:
            words.append(piece)

    parse_xml(part, "chart", start, end, text, clock, prefixes=True)
    return "".join(words).strip()


def ods_pages(part: bytes, clock: Clock) -> dict[str, list[str]]:
    """Return the texts of page headers and footers by page style, without the fields in them."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    inside: list[str] = []
    name = ""

    def start(tag: str, a: dict[str, str]) -> None:
        nonlocal name
        if tag == "style:master-page":
            name = a.get("style:name", "")
        if inside or (tag.startswith(_PAGE_PARTS) and a.get("style:display") != "false" and name):
            inside.append(tag)
            if tag in ("text:p", "style:region-center", "style:region-right"):
                words.append("\n")

    def end(_: str) -> None:
        if not inside:
            return
        inside.pop()
        if not inside:
            lines = (line.strip() for line in "".join(words).split("\n"))
            text = "\n".join(line for line in lines if line)
            if text:
                found.setdefault(name, []).append(text)
            words.clear()

    def text(piece: str) -> None:
        if inside and inside[-1] in ("text:p", "text:span", "text:a"):
            words.append(piece)

    parse_xml(part, "styles.xml", start, end, text, clock, prefixes=True)
    return found
