"""Findings: faults in what people sent us, each with a stable code, a place and a remedy.

A finding is returned, not raised: an exception is a fault in us.
"""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ..locale import findings
from .i18n import Phrase, entry_worded, spoken, worded
from .text import json_printable

__all__ = [
    "CATALOGUE", "Finding", "Place", "Quoted", "Rendered", "Severity", "address", "as_fields", "letters", "render",
    "sentences",
]  # fmt: skip


class Severity(enum.Enum):
    """ERROR: set aside. WARNING: merged and marked. NOTE: mentioned."""

    ERROR = "错误"
    WARNING = "提醒"
    NOTE = "说明"


class Entry(NamedTuple):
    """One entry of the catalogue; message and fixes are format strings by language ("zh", "en").

    ``fix_unit`` is what a unit is to do where the coordinator has something else to do.
    """

    severity: Severity
    message: Mapping[str, str]
    fix: Mapping[str, str]
    fix_unit: Mapping[str, str]


def catalogue(entries: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Entry]:
    """Return the catalogue that these entries of ``findings.toml`` make."""
    return {
        code: Entry(
            Severity[entry["severity"].upper()],
            entry["message"],
            entry["fix"],
            entry.get("fix_unit", entry["fix"]),
        )
        for code, entry in entries.items()
    }


CATALOGUE = catalogue(findings())


def sentences(families: Collection[str], language: str) -> Iterator[str]:
    """Yield messages and fixes of these families in a language, {words} unfilled."""
    for code, entry in CATALOGUE.items():
        if code.split("-")[0] in families:
            yield from (text[language] for text in (entry.message, entry.fix, entry.fix_unit))


_MORE = "（下面这样的还有 {count} 处）"


def without_count(message: str, language: str) -> str:
    """Return a message in a language without the count of others that it stands for."""
    one, mark, _ = message.rpartition(worded(Phrase(_MORE), language).partition("{count}")[0])
    return one if mark else message


class Place(NamedTuple):
    """Where: a file, a sheet in it, a cell address ("H8") or a page and row in words.

    The sheet is a phrase where nobody looked what that file calls it.
    """

    file: str = ""
    sheet: str | Phrase = ""
    cell: str | Phrase = ""


NOWHERE = Place()


def address(row: int, column: int) -> str:
    """Return a cell's address, e.g. (7, 3) -> "C7"."""
    return f"{letters(column)}{row}"


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """Return a column's letters, e.g. 28 -> "AB"."""
    before, last = divmod(column - 1, 26)
    return (letters(before) if before else "") + chr(65 + last)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark. ``values`` fill the blanks of its catalogue entry.

    It stands for ``alike`` others that say the same further down.
    """

    code: str
    place: Place = NOWHERE
    unit: str = ""
    task: int | None = None
    field: str = ""
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    alike: int = 0

    @property
    def severity(self) -> Severity:
        """The severity that the catalogue gives this code."""
        return CATALOGUE[self.code].severity

    @property
    def message(self) -> str:
        """What is wrong, in one sentence, in the language being spoken."""
        return _words(self, "message", spoken())

    @property
    def fix(self) -> str:
        """How to mend it, in one sentence, in the language being spoken."""
        return _words(self, "fix", spoken())

    @property
    def fix_unit(self) -> str:
        """What the unit that it concerns is to do, in one sentence, in the language being spoken."""
        return _words(self, "fix_unit", spoken())

    @classmethod
    def unforeseen(cls, file: str, error: BaseException, unit: str = "") -> Finding:
        """Return the finding on a file over which the program failed in a way nobody foresaw."""
        values = {"reason": f"{type(error).__name__}: {error}"[:200]}
        return cls("FILE-999", Place(file), unit, values=values)


class Quoted(Phrase):
    """What a finding says, as a value of another."""

    __slots__ = ()

    def __init__(self, finding: Finding) -> None:
        super().__init__("", finding=finding)

    def __str__(self) -> str:
        [(_, finding)] = self.values
        assert isinstance(finding, Finding)
        return finding.message


class Rendered(NamedTuple):
    """A finding in words: what is wrong, how to mend it, and what the unit that it concerns is to do."""

    message: str
    fix: str
    fix_unit: str


def render(finding: Finding, language: str) -> Rendered:
    """Return a finding in words of a language ("zh" or "en"); the one place that puts it so."""
    return Rendered(
        _words(finding, "message", language),
        _words(finding, "fix", language),
        _words(finding, "fix_unit", language),
    )


def _words(finding: Finding, part: str, language: str) -> str:
    """One of the three texts: each is asked for alone far more often than all."""
    words = entry_worded(getattr(CATALOGUE[finding.code], part), finding.values, language)
    if part == "message" and finding.alike:
        words += worded(Phrase(_MORE, count=finding.alike), language)
    return words


def as_fields(f: Finding) -> dict[str, object]:
    """Return one finding for programs: code, severity, place, subject, message and fix."""
    words = render(f, spoken())
    return {
        "code": f.code, "severity": f.severity.name.lower(), "file": f.place.file,
        "sheet": str(f.place.sheet), "cell": str(f.place.cell), "unit": f.unit, "task": f.task,
        "field": f.field, "message": words.message, "fix": words.fix,
    }  # fmt: skip


_ENCODER = json.JSONEncoder(ensure_ascii=False, indent=1)


def to_json(content: object) -> bytes:
    """Return readable UTF-8 JSON, in which nothing acts on a terminal."""
    return (json_printable(_ENCODER.encode(content)) + "\n").encode()
