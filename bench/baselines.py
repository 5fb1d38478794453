"""What people do without the program; each is timed against it.

python -m bench.baselines raw|pandas-openpyxl|pandas-calamine FOLDER [OUT]
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

SHEET, HEADER_ROW = "填报表", 5


def raw(folder: Path) -> None:
    """Read every cell of every sheet with calamine, and do nothing with it."""
    from python_calamine import CalamineWorkbook

    for path in sorted(folder.glob("*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def script(folder: Path, out: Path, engine: str) -> None:
    """The fifteen lines of pandas that people write: glob, read, concat, write. Nothing is checked."""
    import pandas as pd

    frames = []
    for path in sorted(folder.glob("*.xlsx")):
        frame = pd.read_excel(path, sheet_name=SHEET, header=HEADER_ROW, engine=engine)  # type: ignore[call-overload]
        frame["file"] = path.name
        frames.append(frame)
    pd.concat(frames).to_excel(out, index=False)


class Look(NamedTuple):
    """One sheet as plain XlsxWriter calls: cells with the number of their format, heights, widths, merges."""

    name: str
    cells: Sequence[tuple[int, int, Any, int]]
    heights: Sequence[tuple[int, float]]
    widths: Sequence[tuple[int, float]]
    merges: Sequence[tuple[int, int, int, int]]


def looks_of(content: bytes) -> tuple[list[Look], list[dict[str, Any]]]:
    """Return a workbook's sheets and formats as XlsxWriter will be told them."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    formats: dict[tuple[object, ...], int] = {}
    sheets = []
    for sheet in book.worksheets:
        cells = []
        for line in sheet.iter_rows():
            for cell in line:
                if not cell.has_style and cell.value is None:
                    continue
                font, fill, border = cell.font, cell.fill, cell.border
                key = (
                    font.name, font.sz, bool(font.b), fill.fgColor.rgb if fill.fill_type else None,
                    bool(border.left.style), cell.number_format, bool(cell.alignment.wrap_text),
                    cell.protection.locked,
                )  # fmt: skip
                number = formats.setdefault(key, len(formats))
                cells.append((cell.row - 1, cell.column - 1, cell.value, number))
        heights = [(i - 1, d.height) for i, d in sheet.row_dimensions.items() if d.height]
        widths = [
            (openpyxl.utils.column_index_from_string(k) - 1, d.width)
            for k, d in sheet.column_dimensions.items()
        ]
        merges = [
            (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1)
            for m in sheet.merged_cells.ranges
        ]
        sheets.append(Look(sheet.title, cells, heights, widths, merges))
    names = (
        "font_name",
        "font_size",
        "bold",
        "bg_color",
        "border",
        "num_format",
        "text_wrap",
        "locked",
    )
    styles = []
    for key in formats:
        style = {
            k: v for k, v in zip(names, key, strict=True) if v not in (None, False) or k == "locked"
        }
        if "bg_color" in style:
            style["bg_color"] = "#" + str(style["bg_color"])[-6:]
        styles.append(style)
    return sheets, styles


def write_plainly(sheets: Sequence[Look], styles: Sequence[dict[str, Any]]) -> bytes:
    """Write the same cells with plain XlsxWriter, in memory."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    formats = [book.add_format(style) for style in styles]
    for look in sheets:
        sheet = book.add_worksheet(look.name)
        for column, width in look.widths:
            sheet.set_column(column, column, width)
        for row, height in look.heights:
            sheet.set_row(row, height)
        for merge in look.merges:
            sheet.merge_range(*merge, "")
        for row, column, value, number in look.cells:
            if isinstance(value, str):
                sheet.write_string(row, column, value, formats[number])
            else:
                sheet.write(row, column, value, formats[number])
    book.close()
    return stream.getvalue()


COMMANDS: dict[str, Callable[..., None]] = {
    "raw": raw,
    "pandas-openpyxl": lambda folder, out: script(folder, out, "openpyxl"),
    "pandas-calamine": lambda folder, out: script(folder, out, "calamine"),
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*map(Path, sys.argv[2:]))
