"""Text outside the plan's table -> its title, document number, office and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .tables.ruled import join_lines

_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{1,16}[〔\[(（【［]\d{4}[〕\])）】］]第?\d+号")
_DATE = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# What stands above a table as large as its title, and is none.
_NO_TITLE = re.compile(
    rf"(?:备?注|说明|note)[:：].*|附(?:件|表)?\s*[0-9一二三四五六七八九十]*[:：]?|[（(]?(?:{_DATE.pattern}|(?:19|20)\d\d年\d{{1,2}}月)[）)]?"
    r"|.*(?:单位|部门|日期|时间|编号)[:：].*|[-—–\s\d]*"
)


class Line(NamedTuple):
    """A line of text; ``size`` is any measure of how large it stands there."""

    text: str
    size: float = 0.0


class Front(NamedTuple):
    """Front matter; "" or None where it was not found."""

    title: str
    document: str
    office: str
    year: int | None


def read_front(before: Sequence[Line], lines: Sequence[Line], inside: str = "") -> Front:
    """Read the front matter: the title from the lines before the table, the rest from all lines.

    ``inside`` is what stands in the table over its head: a title, where it has no other.
    """
    solid = [squeezed(line.text) for line in lines]
    title = _title(before) or inside or _title(lines)
    document = next((m[0] for t in solid if (m := _DOCUMENT.fullmatch(t))), "")
    if not document:
        document = next((m[0] for t in solid if (m := _DOCUMENT.search(t))), "")
    office = ""
    for above, text in zip(["", *solid], solid, strict=False):
        issued = re.fullmatch(rf"(.+?){_DATE.pattern}印发", text)
        if _DATE.fullmatch(text) and above and len(above) <= 30 and above[-1] not in "。，；：":
            office = above
            break
        office = office or (issued[1] if issued else "")
    years = [_YEAR.search(text) for text in (title, document, *solid)]
    year = next((int(found[1]) for found in years if found), None)
    return Front(title, document, office, year)


def _title(lines: Sequence[Line]) -> str:
    """Return the largest text, over several lines where it is wrapped."""
    own = [
        line
        for line in lines
        if len(squeezed(line.text)) > 3
        and not _NO_TITLE.fullmatch(line.text.strip())
        and not _DOCUMENT.fullmatch(squeezed(line.text))
    ]
    largest = max((line.size for line in own), default=0.0)
    return join_lines([line.text for line in own if line.size >= 0.9 * largest])


def squeezed(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())
