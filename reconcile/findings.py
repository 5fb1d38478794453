"""Findings: faults in what people sent us, each with a stable code, a place and a remedy.

One catalogue for the whole program. Codes are never renumbered and never
reused; the words may be improved. A finding is returned, not raised: an
exception is a fault in us.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Severity(enum.Enum):
    """ERROR: set aside. WARNING: merged and marked. NOTE: told."""

    ERROR = "错误"
    WARNING = "提醒"
    NOTE = "说明"


class Entry(NamedTuple):
    """One line of the catalogue; message and fix are format strings."""

    severity: Severity
    message: str
    fix: str


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

CATALOGUE: Mapping[str, Entry] = {
    # FILE: a file as such, before anything in it is understood
    "FILE-001": Entry(ERROR, "文件是空的（0 字节）", "请重新发送原文件"),
    # PLAN: the published plan (001-499) and the plan workbook (500-999)
    # FORM: whose form it is, which plan, which period
    # HEAD: sheets and header rows of a return
    # ROW: rows of a return
    # CELL: one answer cell
    # UNIT: names of units
    # TASK: answers of one task against each other, the plan, the last period
    # IND: indicators
    # MAIL: mail
}


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
    values: Mapping[str, object] = field(default_factory=dict)

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
