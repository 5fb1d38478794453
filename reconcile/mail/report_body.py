"""The sheet 总览 of a summary as the body of a mail: what leaders read without opening anything.

It is read back from the workbook that goes along, row by row, so that both say the same. The HTML
is what every mail program shows, Outlook's (which is Word's) too: tables, styles at the elements,
no picture, no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ..core.i18n import ZH, sheet_name, spoken, tr
from ..readers import Book
from ..reports.sheets.overview_sheet import OVERVIEW
from ..writers.cells import printed
from ..writers.markup import Markup, element, joined_markup
from .message import fill_words, split_at

Rows = Sequence[Sequence[str]]
"""The rows of the sheet as they are seen: one text is a paragraph, several are a row of a table."""
_WORD = "overview"
_FONT = "font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif;"
_BASE = f"{_FONT}font-size:15px;line-height:1.6;color:#1f2328;word-wrap:break-word;overflow-wrap:anywhere;"
_LOOKS = {
    "title": "font-size:20px;font-weight:bold;text-align:center;",
    "about": "font-size:14px;color:#57606a;text-align:center;",
    "heading": "font-weight:bold;padding-top:12px;",
    "red": "font-weight:bold;padding-top:12px;color:#b80000;",
    "body": "",
}
_SHORT = 12
"""The longest text of a cell, in characters, that stands beside others on a phone."""


def read_overview(book: Book) -> Rows:
    """Return the rows of 总览, as far as they are seen; none where the book has no such sheet."""
    for sheet in book.sheets:
        if sheet.name in (OVERVIEW, sheet_name(OVERVIEW)):
            seen = sorted(
                at for at in sheet.cells if at[0] not in sheet.hidden_rows and at[1] not in sheet.hidden_columns
            )  # fmt: skip
            rows = (
                tuple(
                    filter(
                        None,
                        (printed(sheet.cells[at].value, sheet.cells[at].format) for at in places),
                    )
                )
                for _, places in groupby(seen, key=lambda at: at[0])
            )
            return tuple(row for row in rows if row)
    return ()


def overview_text(rows: Rows) -> str:
    """Return the rows as plain text, a line each."""
    return "\n".join(tr("　　").join(row) for row in rows)


def report_html(wording: str, values: Mapping[str, str], rows: Rows, title: str) -> str:
    """Return the body in HTML, the rows where the wording says {overview}; "" where it does not."""
    parts = split_at(wording, _WORD)
    if not rows or len(parts) < 2:
        return ""
    table = element(
        "table", *_lines(rows), role="presentation", width="100%", cellpadding=0, cellspacing=0, border=0,
        style="border-top:2px solid #1f4e79;border-bottom:2px solid #1f4e79;margin:12px 0;",
    )  # fmt: skip
    body: list[object] = [_words(fill_words(parts[0], values))]
    for part in parts[1:]:
        body += [table, _words(fill_words(part, values))]
    cell = element("td", *body, style=f"padding:12px;{_BASE}")
    frame = element(
        "table", element("tr", cell), role="presentation", width="100%", cellpadding=0, cellspacing=0, border=0,
    )  # fmt: skip
    head = (
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
    )
    page = element(
        "html", element("head", *head), element("body", frame, style="margin:0;padding:0;"),
        lang="zh-CN" if spoken() == ZH else "en",
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{page}\n"


def _words(words: str) -> Markup:
    """Words of the wording, their lines kept."""
    return element("p", *_broken(words.strip()), style=f"margin:0;{_BASE}")


def _broken(words: str) -> Iterator[str]:
    """A text, its line ends as elements."""
    first, *more = words.split("\n")
    yield first
    for line in more:
        yield from (element("br"), "\n", line)


def _lines(rows: Rows) -> Iterator[Markup]:
    """The rows, those of a table in one of their own."""
    at = 0
    for width, same_width in groupby(rows, key=len):
        block = list(same_width)
        at += len(block)
        if width > 1:
            yield _row(_table(block))
            continue
        for i, (words,) in enumerate(block, at - len(block)):
            heads = i == at - 1 < len(rows) - 1
            yield _row(joined_markup(_broken(words)), _LOOKS[_look(words, i, heads=heads)])


def _look(words: str, at: int, *, heads: bool) -> str:
    if at < 2:
        return ("title", "about")[at]
    if words.startswith("●"):
        return "red"
    return "heading" if heads and not words.endswith(("。", ".")) else "body"


def _row(content: Markup, look: str = "") -> Markup:
    return element("tr", element("td", content, style=f"padding:4px 0;{_BASE}{look}"))


def _table(rows: Rows) -> Markup:
    """Rows of as many cells each: side by side where all are short, else below one another."""
    narrow = all(len(words) <= _SHORT for row in rows for words in row)
    style = f"padding:4px 10px;border:1px solid #c9ced6;vertical-align:top;{_BASE}font-size:14px;"
    drawn = []
    for row in rows:
        if narrow:
            # Word goes by the attribute, phones by the style.
            nowrap = f"{style}white-space:nowrap;"
            cells = [element("td", words, nowrap=True, style=nowrap) for words in row]
        else:
            first, second, *more = row
            rest = (element("br"), tr("　　").join(more)) if more else ()
            named = element("b", first, tr("　　"), *_broken(second))
            cells = [element("td", named, *rest, style=style)]
        drawn.append(element("tr", *cells))
    return element(
        "table", joined_markup(drawn), cellpadding=0, cellspacing=0, border=0, width=None if narrow else "100%",
        style="border-collapse:collapse;",
    )  # fmt: skip
