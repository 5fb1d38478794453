"""The second reader of old xls files: python-calamine, in a process of its own.

calamine reads files that xlrd gives up on, but it keeps a sheet as one dense
block: a forged address makes it ask for gigabytes, and then it ends the whole
process, which nothing can catch. Here only the child ends.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta

from . import Book, Cell, Sheet, Value
from .child_process import environment
from .limits import Clock, Refused
from .number_formats import rounded

_MEMORY = 768 << 20


def rescue(content: bytes, kind: str, clock: Clock) -> Book:
    """Return values, merges and hidden sheets of a file of the kind "xls".

    Raises Refused: FILE-013 (no sheet), FILE-021 (time), FILE-022 (not readable).
    """
    command = [sys.executable, "-P", "-m", "reconcile.readers.calamine_process"]
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=clock.left(), check=False,
            env=environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused("FILE-021", seconds=f"{clock.limits.seconds:g}") from error
    except OSError as error:
        raise Refused("FILE-022", part=kind, reason="无法解析") from error
    if child.returncode:
        raise Refused("FILE-022", part=kind, reason="无法解析")
    sheets = tuple(_sheet(*listed) for listed in json.loads(child.stdout))
    if not sheets:
        raise Refused("FILE-013")
    return Book(kind, sheets)


def _sheet(
    name: str, hidden: bool, merges: list[list[int]], cells: list[tuple[int, int, str, object]]
) -> Sheet:
    found = {(r, c): Cell(r, c, _value(kind, raw)) for r, c, kind, raw in cells}
    areas = tuple((a + 1, b + 1, c + 1, d + 1) for a, b, c, d in merges)
    return Sheet(name, found, hidden, areas)


def _value(kind: str, raw: object) -> Value:
    match kind, raw:
        case "float" | "int", int() | float():
            return rounded(float(raw)) if float(raw) - float(raw) == 0 else str(raw)
        case "bool", bool():
            return raw
        case "date", str():
            return date.fromisoformat(raw)
        case "datetime", str():
            return datetime.fromisoformat(raw)
        case "time", str():
            return time.fromisoformat(raw)
        case "timedelta", int() | float():
            return timedelta(seconds=raw)
    return str(raw)


def _told(value: Value) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date | time) else value


def main() -> None:
    """Read a workbook from stdin, write its sheets to stdout as JSON; any failure ends the process."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from python_calamine import CalamineWorkbook

    source = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for listed in source.sheets_metadata:
        if str(listed.typ).rpartition(".")[2] != "WorkSheet":
            continue
        grid = source.get_sheet_by_name(listed.name)
        cells = [
            (r, c, type(value).__name__, _told(value))
            for r, row in enumerate(grid.to_python(skip_empty_area=False), 1)
            for c, value in enumerate(row, 1)
            if value != ""
        ]
        merges = [[*first, *last] for first, last in grid.merged_cell_ranges or ()]
        hidden = str(listed.visible).rpartition(".")[2] != "Visible"
        sheets.append((listed.name, hidden, merges, cells))
    sys.stdout.write(json.dumps(sheets))


if __name__ == "__main__":
    main()
