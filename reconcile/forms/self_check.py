"""A form that checks itself while it is filled in: rules that colour cells, and a line that counts what is missing.

Only functions that Excel 2010, WPS and LibreOffice share; SUMPRODUCT makes them
work on whole columns without an array formula. Nothing is kept in helper
cells, so sorted, inserted and deleted rows disturb nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ..core.i18n import tr
from ..core.plan import State
from ..core.values import self_check as words
from .excel_rules import Painter
from .template import TemplateSheet

CHECK = "check"
"""The placeholder of the line."""
_EMPTY = {"bg_color": "#FFE699"}
_CONTRARY = {"bg_color": "#F8CBAD", "font_color": "#C00000"}
_COMPLETE = {"font_color": "#00803C"}


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What a sheet asks: letters of its columns by word, the words required, and the required cells above."""

    template: TemplateSheet
    letters: Mapping[str, str]
    required: tuple[str, ...]
    head: tuple[str, ...]

    def first_line(self, missing: Mapping[int, int]) -> str:
        """Return the line of a form that nobody has filled in, of ``missing`` answers by task number."""
        return str(words.missing_line(missing, len(self.head)))

    def formula(self, first: int, last: int) -> str:
        """Return the line as a formula over rows ``first`` to ``last``."""
        column = {w: f"${c}${first}:${c}${last}" for w, c in self.letters.items()}
        task = f"ISNUMBER({column['number']})"
        gaps = [f'(TRIM({column[word]})="")' for word in self.required]
        if self._asks_problem():
            gaps.append(f'({column["state"]}={_text(State.BEHIND)})*(TRIM({column["problem"]})="")')
        head = "+".join(f'(TRIM({cell})="")' for cell in self.head) or "0"
        missing = f"{task}*({'+'.join(gaps) or '0'})"
        rows = f"SUMPRODUCT(--({missing}>0))"
        count = f"(SUMPRODUCT({missing})+{head})"
        missing_line = _joined(
            words.MISSING,
            count=count,
            head=f'IF({head}>0,{_joined(words.HEAD, count=f"({head})")},"")',
            where=f'IF({rows}>0,{_joined(words.WHERE, **self._named(column, missing, rows))},"")',
        )
        complete = _text(words.COMPLETE)
        if not self._has_share():
            return f"=IFERROR(IF({count}=0,{complete},{missing_line}),{_text(words.BROKEN)})"
        state, share = column["state"], column["percent"]
        contradiction = (
            f"{task}*ISNUMBER({share})*(({state}={_text(State.DONE)})*({share}<1)"
            f"+({state}={_text(State.NOT_BEGUN)})*({share}>0))"
        )
        faults = f"SUMPRODUCT(--({contradiction}>0))"
        contrary = _joined(words.CONTRARY, **self._named(column, contradiction, faults))
        line = (
            f"IF({count}=0,IF({faults}=0,{complete},{contrary}),"
            f'{missing_line}&IF({faults}=0,"",{_text(words.BETWEEN)}&{contrary}))'
        )
        return f"=IFERROR({line},{_text(words.BROKEN)})"

    def lay(self, painter: Painter, sheet: Worksheet, line: str, first: int, last: int) -> None:
        """Lay the colouring rules over rows ``first`` to ``last``, and over the cell ``line``, if any."""
        for area, criteria, look in self._rules(line, first, last):
            options = {"type": "formula", "criteria": criteria, "format": painter.format(look)}
            if sheet.conditional_format(area, options):
                raise ValueError(f"rule of {self.template.name} was not taken: {criteria}")

    def _rules(self, line: str, first: int, last: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for cell in self.head:
            yield cell.replace("$", ""), f'=TRIM({cell})=""', _EMPTY
        cells = {word: f"${letters}{first}" for word, letters in self.letters.items()}
        areas = {w: f"{c}{first}:{c}{last}" for w, c in self.letters.items()}
        if "number" in cells:
            task = f"ISNUMBER({cells['number']})"
            for word in self.required:
                yield areas[word], f'=AND({task},TRIM({cells[word]})="")', _EMPTY
            if self._asks_problem():
                behind = f"{cells['state']}={_text(State.BEHIND)}"
                yield areas["problem"], f'=AND({task},{behind},TRIM({cells["problem"]})="")', _EMPTY
            if self._has_share():
                state, share = cells["state"], cells["percent"]
                contradiction = (
                    f"=AND({task},ISNUMBER({share}),OR(AND({state}={_text(State.DONE)},{share}<1),"
                    f"AND({state}={_text(State.NOT_BEGUN)},{share}>0)))"
                )
                for word in ("state", "percent"):
                    yield areas[word], contradiction, _CONTRARY
        if line:
            yield line, f"={line}={_text(words.COMPLETE)}", _COMPLETE

    def _asks_problem(self) -> bool:
        """Return whether a state that is behind makes the column of problems a required one."""
        return {"state", "problem"} <= self.letters.keys() and "problem" not in self.required

    def _has_share(self) -> bool:
        return {"state", "percent"} <= self.letters.keys()

    @staticmethod
    def _named(column: Mapping[str, str], rows: str, count: str) -> dict[str, str]:
        """Return the numbers of the first tasks for which ``rows`` is not 0, and … where there are more."""
        smallest = [
            f"SUMPRODUCT(SMALL({column['number']}+1E6*({rows}=0),{k}))"
            for k in range(1, words.SHOWN + 1)
        ]
        others = [
            f'IF({count}>{k},{_text(words.COMMA)}&{number},"")'
            for k, number in enumerate(smallest[1:], 1)
        ]
        more = f'IF({count}>{words.SHOWN},"{words.MORE}","")'
        return {"numbers": "&".join([smallest[0], *others]), "more": more}


def self_check(
    template: TemplateSheet, sources: Sequence[int], letters: Mapping[str, str]
) -> tuple[SelfCheck, str]:
    """Return what a sheet checks, and the cell of the line that shows it ("" for none).

    ``sources`` are the template's columns in the order in which they are painted,
    ``letters`` those of the columns of the table by word.
    """
    asked = sorted(at for at, c in template.cells.items() if c.rule and c.rule.required)
    above = {
        (row, source): f"{xl_col_to_name(sources.index(source))}{row}"
        for row, source in template.cells
        if row < template.repeat - 1 and source in sources
    }
    words_of = {at: template.cells[at].placeholder for at in asked}
    required = tuple(word for at, word in words_of.items() if at[0] == template.repeat and word)
    head = tuple(f"${a.rstrip('0123456789')}${at[0]}" for at in asked if (a := above.get(at)))
    line = next((a for at, a in above.items() if template.cells[at].placeholder == CHECK), "")
    return SelfCheck(template, letters, required, head), line


def _text(text: str) -> str:
    """Return a text of ours in a formula, in the language that is spoken."""
    return '"' + tr(text).replace('"', '""') + '"'


def _joined(text: str, **parts: str) -> str:
    """Return a text of ours with formulas in the place of its {words}, as one formula."""
    pieces = re.split(r"\{(\w+)\}", tr(text, **{word: f"{{{word}}}" for word in parts}))
    shown = [
        parts[piece] if i % 2 else '"' + piece.replace('"', '""') + '"'
        for i, piece in enumerate(pieces)
        if i % 2 or piece
    ]
    return "&".join(shown)
