"""Findings: faults in what people sent us, each with a stable code, a place and a remedy.

A finding is returned, not raised: an exception is a fault in us.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from .catalogue import CATALOGUE, Severity

__all__ = ["CATALOGUE", "Finding", "Place", "Severity"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a file, a sheet in it, a cell address ("H8") or a page and row in words."""

    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark. ``values`` fill the blanks of its catalogue entry."""

    code: str
    place: Place = Place()
    unit: str = ""
    task: int | None = None
    field: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """The severity that the catalogue gives this code."""
        return CATALOGUE[self.code].severity

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return CATALOGUE[self.code].message.format_map(self.values)

    @property
    def fix(self) -> str:
        """How to mend it, in one sentence."""
        return CATALOGUE[self.code].fix.format_map(self.values)
