"""How the form's template draws what a returned sheet holds: for copies that are redrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...core.prefill import MILESTONE
from ...core.text import fold
from ...forms.template import TemplateCell, TemplateSheet

_NO_LOOK: Mapping[str, Any] = {}


class Drawing:
    """One sheet of a template, as far as it shows how a returned sheet of its kind looks.

    Columns may stand elsewhere than in the template: those of a table are known by their
    fields, what stands above it by its row and its text.
    """

    def __init__(self, layout: TemplateSheet) -> None:
        self.layout = layout
        self._sources = {
            cell.placeholder: column
            for (row, column), cell in layout.cells.items()
            if row == layout.repeat and cell.placeholder
        }

    def width(self, field: str, column: int) -> float:
        """Return the width of a field's column, or where there is no table of a column, 0 where it has none."""
        if self.layout.repeat and self._sources.keys() & {"goal", "indicator"}:
            source = self._source(field)
            return self.layout.widths.get(source, 0.0) if source else 0.0
        return self.layout.widths.get(column, 0.0)

    def caption(self, field: str) -> Mapping[str, Any]:
        """Return the look of a caption."""
        return self._look(self.layout.cells.get((self.layout.repeat - 1, self._source(field))))

    def answer(self, field: str) -> Mapping[str, Any]:
        """Return the look of a field's cells in the rows of the table."""
        return self._look(self.layout.cells.get((self.layout.repeat, self._source(field))))

    def above(self, row: int, text: str) -> Mapping[str, Any]:
        """Return the look of a cell above the table; with the text of a label its own, else the row's."""
        cells = [cell for _, cell in self._row(row)]
        same = (cell for cell in cells if text and fold(cell.text) == fold(text))
        first = (cell for cell in cells if cell.text and not cell.placeholder)
        return self._look(next(same, None) or next(first, None))

    def asked(self, row: int) -> Mapping[str, Any]:
        """Return the look of a cell above the table that asks for something."""
        cells = (cell for _, cell in self._row(row))
        return self._look(next((c for c in cells if not c.look.get("locked", True)), None))

    def elsewhere(self, row: int, column: int) -> Mapping[str, Any]:
        """Return the look of a cell of a sheet that has no table of answers, such as 填报说明."""
        at = min(row, self.layout.repeat) if self.layout.repeat else row
        return self._look(self.layout.cells.get((at, column)))

    def height(self, row: int, *, table: bool) -> float:
        """Return the least height of a row, 0 where the template has none; ``table`` is below the captions."""
        at = self.layout.repeat if table else row
        return (
            self.layout.heights.get(at, 0.0)
            if table or at < (self.layout.repeat or at + 1)
            else 0.0
        )

    def _source(self, field: str) -> int:
        return self._sources.get("milestones" if field.startswith(MILESTONE) else field, 0)

    def _row(self, row: int) -> Iterator[tuple[int, TemplateCell]]:
        return (
            (c, cell) for (r, c), cell in sorted(self.layout.cells.items(), key=_at) if r == row
        )

    @staticmethod
    def _look(cell: TemplateCell | None) -> Mapping[str, Any]:
        return {k: v for k, v in cell.look.items() if k != "num_format"} if cell else _NO_LOOK


def _at(known: tuple[tuple[int, int], TemplateCell]) -> tuple[int, int]:
    return known[0]


def drawing_of(
    layouts: Sequence[TemplateSheet], name: str, subjects: Sequence[str]
) -> Drawing | None:
    """Return what of a template is the model of a sheet: of one with a table by its ``subjects``, else by its name."""
    for layout in layouts:
        words = {c.placeholder for (r, _), c in layout.cells.items() if r == layout.repeat}
        if words.intersection(subjects) or (not subjects and layout.name == name):
            return Drawing(layout)
    return None
