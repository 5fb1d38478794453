"""One number to be reached, as one text says it."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.plan import Amount


@dataclass(frozen=True, slots=True)
class Target:
    """One number to be reached, as one text says it.

    ``text`` is ``source[start:end]``. ``name`` tells what is to be reached, without
    the number; ``about`` whose it is (a heading or subject before it), "" when the
    text does not say. ``basis`` is what this text alone suggests; ``running`` says
    that it names a running total (累计), ``yearly`` that it speaks of the year (全年).
    """

    text: str
    start: int
    end: int
    name: str
    about: str
    amount: Amount
    measure: str
    comparator: str
    basis: str
    running: bool = False
    yearly: bool = False
