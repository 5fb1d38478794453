"""HTML as it is written: every text is escaped here, and nowhere else.

What a function here returns is :class:`Markup`; any other text that goes into an element or an
attribute is somebody's words, and stays text. No address outside the page is ever linked.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from ..core.text import printable

_VOID = frozenset(("br", "col", "input", "link", "meta"))
_ADDRESSES = frozenset(("action", "formaction", "href", "src", "xlink:href"))
_OWN = ("#", "data:,")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(words: object) -> Markup:
    """Return words as HTML: escaped, what cannot be seen shown as "?", line ends as they were."""
    if isinstance(words, Markup):
        return words
    return Markup(html.escape(printable(str(words), breaks=True)))


def joined_markup(parts: Iterable[object]) -> Markup:
    """Return parts one after the other, texts among them escaped."""
    return Markup("".join(map(text, parts)))


def element(name: str, /, *children: object, **attributes: object) -> Markup:
    """Return an element with its children and attributes, each escaped unless it is markup.

    ``class_`` is the attribute class, ``aria_label`` is aria-label. An attribute that is None or
    False is left out, one that is True stands without a value. ValueError for an address that
    leads out of the page: we have none.
    """
    written = [name]
    for key, value in attributes.items():
        key = key.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if key in _ADDRESSES and not str(value).startswith(_OWN):
            raise ValueError(f"{key} leads out of the page: {value}")
        written.append(key if value is True else f'{key}="{text(value)}"')
    head = f"<{' '.join(written)}>"
    return Markup(head if name in _VOID else f"{head}{joined_markup(children)}</{name}>")
