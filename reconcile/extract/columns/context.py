"""What is known beforehand when a plan's heads are read: choices, captions seen, and what stands below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .evidence import Cell, Profile
from .roles import Column, columns_of

Paths = Sequence[tuple[str, ...]]
Choices = Mapping[str, str]
"""Roles by folded caption, as a person chose them."""


@dataclass(slots=True)
class Judge:
    """Decides what columns are by their captions and by what all tables of the plan hold under them.

    ``choices`` are roles by folded caption, a person's. ``known`` are captions, folded, that
    count as such beside those of the words. ``least`` is how many known captions a head that
    is recognised by its shape needs.
    """

    choices: Choices = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    least: int = 2
    # Texts, folded, that stand alone in the rows of several tables: running feet inside the frame.
    running: frozenset[str] = frozenset()
    _cells: dict[tuple[tuple[str, ...], ...], list[list[Cell]]] = field(default_factory=dict)
    _decided: dict[tuple[tuple[str, ...], ...], tuple[tuple[Column, ...], frozenset[str]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.known |= frozenset(self.choices)

    def seen(self, paths: Paths, rows: Sequence[Sequence[Cell]]) -> None:
        """Take note of the cells (column by column) that stand under a head."""
        own = self._cells.setdefault(tuple(paths), [[] for _ in paths])
        for cells, more in zip(own, rows, strict=True):
            cells.extend(more)

    def columns(self, paths: Paths) -> tuple[tuple[Column, ...], frozenset[str]]:
        """Return what the columns under these captions are, and what is doubtful; the same each time."""
        key = tuple(paths)
        if key not in self._decided:
            profiles = [Profile(cells) for cells in self._cells.get(key, [[] for _ in key])]
            self._decided[key] = columns_of(paths, profiles, self.choices)
        return self._decided[key]

    def spans(self, paths: Paths, column: int) -> bool:
        """Return whether a column under these captions has cells that are merged over several rows."""
        cells = self._cells.get(tuple(paths), ())
        return any(True for own in cells[column : column + 1] for _ in Profile(own).spans())
