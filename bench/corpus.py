"""Put a folder of strangers' spreadsheets through merge, one by one, and tell what became of them.

    python -m bench.corpus FOLDER [--compare]

Each file is merged in a process of its own. Prints how many there are by the first finding, the
slowest and the largest in memory. ``--compare`` reads each with calamine and openpyxl as well, and
prints the cells that differ in value. Ends with 1 when a file raised, killed its process or took
more than ten seconds. The test files of Apache POI, Gnumeric and LibreOffice come with the
sources that Debian keeps of them (apt-get source --download-only libapache-poi-java …).
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from bench.stage import AS_OF, PERIOD, province
from reconcile.api.status import take
from reconcile.plan import plan_bytes
from reconcile.readers import read_book
from reconcile.writers.atomic import write_file

_LONGEST = 10.0
Values = dict[str, dict[tuple[int, int], object]]


class Outcome(NamedTuple):
    """What became of one file: finding codes, what went wrong, seconds, megabytes, differences."""

    name: str
    codes: tuple[str, ...]
    wrong: str
    seconds: float
    megabytes: int
    different: tuple[str, ...] = ()


def _work(plan: Path, path: Path, compare: bool, answer: Connection) -> None:
    codes: tuple[str, ...] = ()
    wrong, start = "", time.process_time()
    try:
        taken = take(plan, [path], period=PERIOD, as_of=AS_OF)
        found = taken.merged.findings if taken.merged else taken.findings
        codes = tuple(f.code for f in found if f.place.file.endswith(path.name))
        wrong = "FILE-999" if "FILE-999" in codes else "" if codes else "nothing was said of it"
    except BaseException:
        wrong = traceback.format_exc()
    seconds = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    answer.send(Outcome(path.name, codes, wrong, seconds, megabytes))
    if compare:  # may end the process: calamine fills the range that cells lie in
        answer.send(tuple(_differences(path)))


def _outcome(plan: Path, path: Path, compare: bool) -> Outcome:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_work, args=(plan, path, compare, there))
    process.start()
    there.close()
    outcome = Outcome(path.name, (), "its process died", 0.0, 0)
    try:
        if not here.poll(60):
            return Outcome(path.name, (), "a hang", 60.0, 0)
        outcome = here.recv()
        return outcome._replace(different=here.recv()) if compare and here.poll(60) else outcome
    except EOFError:
        return outcome
    finally:
        process.kill()
        process.join()


# --- what others read


def _differences(path: Path) -> Iterator[str]:
    """Cells whose value another reader has otherwise; a reader that fails has nothing to say."""
    book, _ = read_book(path.name, path.read_bytes())
    if book is None:
        return
    ours: Values = {
        sheet.name: {
            at: "#" if c.error or c.struck else _alike(c.value)
            for at, c in sheet.cells.items() if c.error or c.struck or c.value is not None
        }
        for sheet in book.sheets
    }  # fmt: skip
    readers: Mapping[str, Callable[[Path], Values]] = {
        "calamine": _calamine,
        **({"openpyxl": _openpyxl} if path.suffix.lower() in (".xlsx", ".xlsm") else {}),
    }
    for name, read in readers.items():
        try:
            theirs = read(path)
        except BaseException:  # a panic of calamine's derives from BaseException
            continue
        for sheet in ours.keys() & theirs.keys():
            mine, other = ours[sheet], theirs[sheet]
            for at in sorted(mine.keys() | other.keys()):
                pair = mine.get(at), other.get(at)
                if not (_same(*pair) or any(str(v).startswith("#") for v in pair)):
                    yield f"{name} {sheet} {at}: {pair[0]!r} / {pair[1]!r}"


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9)
    return one == other


def _alike(value: object) -> object:
    """A value as it is compared: moments to the second, texts without ends."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, clock_time | timedelta):
        return "#"  # a duration in one reader is a time in another
    return (str(value).replace("\r\n", "\n").strip() or None) if value is not None else None


def _calamine(path: Path) -> Values:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    names = [told.name for told in book.sheets_metadata if "Work" in str(told.typ)]
    rows: dict[str, list[list[Any]]] = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names
    }
    return {
        name: {(r, c): _alike(v) for r, line in enumerate(lines, 1) for c, v in enumerate(line, 1) if v != ""}
        for name, lines in rows.items()
    }  # fmt: skip


def _openpyxl(path: Path) -> Values:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            (c.row, c.column): _alike(c.value)
            for line in sheet.iter_rows() for c in line if c.value not in (None, "")
        }
        for sheet in book.worksheets
    }  # fmt: skip


def main() -> int:
    """Print what became of the files; return 1 when one of them did harm."""
    parser = argparse.ArgumentParser(prog="python -m bench.corpus")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    paths = sorted(path for path in options.folder.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as kept:
        plan = Path(kept) / "plan.xlsx"
        write_file(plan, plan_bytes(province(8)))
        outcomes = [_outcome(plan, path, options.compare) for path in paths]
    bad = [o for o in outcomes if o.wrong or o.seconds > _LONGEST]
    print(f"{len(outcomes)} files, {len(bad)} of them did harm; by their first finding:")
    first = Counter(o.codes[0] for o in outcomes if o.codes)
    print(", ".join(f"{code} {count}" for code, count in first.most_common()))
    slow = sorted(outcomes, key=lambda o: -o.seconds)[:5]
    print("slowest:", ", ".join(f"{o.name} {o.seconds:.1f} s" for o in slow))
    large = sorted(outcomes, key=lambda o: -o.megabytes)[:5]
    print("most memory:", ", ".join(f"{o.name} {o.megabytes} MB" for o in large))
    for o in bad:
        print(f"{o.name}: {o.wrong or f'{o.seconds:.1f} s'}")
    for o in outcomes:
        for told in o.different[:5]:
            print(f"{o.name}: {told}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
