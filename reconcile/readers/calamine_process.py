"""The reader of xlsb, and the second one of old xls files: python-calamine, in a process of its own.

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
import zipfile
from datetime import date, datetime, time, timedelta

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.plan import Value
from . import Book, Cell, Sheet
from .child_process import environment
from .limits import Clock, Refused
from .number_formats import rounded
from .xlsx import Package, package_remarks
from .zip_archive import Archive

_MEMORY = 768 << 20
_TOO_MANY_CELLS, _TOO_MUCH_TEXT = 3, 4


def read_xlsb(archive: Archive, name: str, clock: Clock) -> tuple[Book, tuple[Finding, ...]]:
    """Return an xlsb workbook, and remarks on what was not read of it.

    Raises Refused: FILE-005, FILE-011, FILE-013, FILE-020 to FILE-024.
    """
    package = Package(archive, clock)
    checked = io.BytesIO()
    # calamine is to see the parts that were checked, and no others that it finds by its own rules.
    with zipfile.ZipFile(checked, "w") as packed:
        for member in archive.members:
            packed.writestr(member.name, archive.read(member))
            clock.check()
    remarks = (Finding("FILE-028", Place(name)), *package_remarks(package, name))
    return rescue(checked.getvalue(), "xlsb", clock), remarks


def rescue(content: bytes, kind: str, clock: Clock) -> Book:
    """Return values, merges and hidden sheets of a file of the kind "xls" or "xlsb".

    Raises Refused: FILE-013 (no sheet), FILE-020 (too much in it), FILE-021 (time),
    FILE-022 (not readable).
    """
    limits = clock.limits
    command = [
        sys.executable, "-P", "-m", "reconcile.readers.calamine_process", str(limits.cells), str(limits.signs)
    ]  # fmt: skip
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=clock.left(), check=False,
            env=environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused("FILE-021", seconds=f"{clock.limits.seconds:g}") from error
    except OSError as error:
        raise Refused("FILE-022", part=kind, reason=Phrase("无法解析")) from error
    if child.returncode == _TOO_MANY_CELLS:
        raise Refused("FILE-020", what=Phrase("有内容的单元格超过 {n} 个", n=limits.cells))
    if child.returncode == _TOO_MUCH_TEXT:
        raise Refused("FILE-020", what=Phrase("文字超过 {n} 字", n=limits.signs))
    if child.returncode:
        raise Refused("FILE-022", part=kind, reason=Phrase("无法解析"))
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


def _plain(value: Value) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date | time) else value


def main() -> None:
    """Read a workbook from stdin, write its sheets to stdout as JSON; any failure ends the process.

    Its arguments are the most cells with values, and the most characters of texts.
    """
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    from python_calamine import CalamineWorkbook

    cells_left, signs_left = map(int, sys.argv[1:])
    source = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for listed in source.sheets_metadata:
        if str(listed.typ).rpartition(".")[2] != "WorkSheet":
            continue
        grid = source.get_sheet_by_name(listed.name)
        cells = [
            (r, c, type(value).__name__, _plain(value))
            for r, row in enumerate(grid.to_python(skip_empty_area=False), 1)
            for c, value in enumerate(row, 1)
            if value != ""
        ]
        cells_left -= len(cells)
        signs_left -= sum(len(value) for _, _, _, value in cells if isinstance(value, str))
        if min(cells_left, signs_left) < 0:
            sys.exit(_TOO_MANY_CELLS if cells_left < 0 else _TOO_MUCH_TEXT)
        merges = [[*first, *last] for first, last in grid.merged_cell_ranges or ()]
        hidden = str(listed.visible).rpartition(".")[2] != "Visible"
        sheets.append((listed.name, hidden, merges, cells))
    sys.stdout.write(json.dumps(sheets))


if __name__ == "__main__":
    main()
