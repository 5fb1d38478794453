"""One page of a PDF as read: its glyphs and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...core.i18n import Phrase
from .graphics import Edges, Point

# Why a glyph is no text of its page; see painted for two more reasons.
ASTRAY, STRUCK, WATERMARK = "astray", "struck", "watermark"


class Char(NamedTuple):
    """One visible glyph: ``x0`` to ``x1``; ``y`` is its centre, ``base`` its base line.

    ``text`` is one character, or those of a ligature. ``spaced``: white
    space stood before it in the same line.
    """

    text: str
    x0: float
    x1: float
    y: float
    base: float
    size: float
    spaced: bool


class Aside(NamedTuple):
    """A glyph that is no text of the page, and why: ASTRAY, STRUCK, WATERMARK, HIDDEN or CUT."""

    kind: str
    char: Char


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``lines`` are the straight lines drawn on it, as (end, end), ``faint`` those that cannot be seen.

    ``shades`` are shaded areas as (left, top, right, bottom).
    ``aside`` are the glyphs that are not in ``chars``: astray ones run in other
    directions than most. ``unreadable`` counts glyphs without a known character;
    ``mended`` radicals replaced by the character they stand for; ``recognised`` those
    that stand without ink on a picture. ``typed`` are the glyphs, in ``chars``
    too, that were filled in or noted on the page and have no print of their
    own; ``notes`` the texts of notes. ``picture``: there is an image on the page.
    ``corner`` is the upper left one as coordinates go; ``turned`` by how many
    quarters a picture of the page must be turned back for its text to be level,
    ``quarter`` how its text runs on unturned paper.
    """

    number: int
    chars: tuple[Char, ...]
    lines: tuple[tuple[Point, Point], ...]
    aside: tuple[Aside, ...] = ()
    unreadable: int = 0
    mended: int = 0
    recognised: int = 0
    typed: tuple[Char, ...] = ()
    notes: tuple[str, ...] = ()
    picture: bool = False
    corner: Point = (0.0, 0.0)
    turned: int = 0
    quarter: int = 0
    faint: tuple[tuple[Point, Point], ...] = ()
    shades: tuple[Edges, ...] = ()

    @property
    def where(self) -> Phrase:
        """The page's number in words."""
        return Phrase("第{n}页", n=self.number)

    @property
    def astray(self) -> int:
        """How many glyphs run in other directions than most."""
        return sum(kind == ASTRAY for kind, _ in self.aside)
