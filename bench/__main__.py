"""All measurements in one table: ratios between commands, measured in the same run.

    python -m bench [--rounds 3] [--long] [--work FOLDER]

Times are processor times of whole processes (start and imports included) unless
the line says otherwise, medians of interleaved rounds. The province of N units
is invented: 8 tasks a unit, 3 sheets a form, filled with openpyxl; the same with their
texts in one table, as Excel keeps them; the same as LibreOffice saves them, where it is
installed. ``--long`` adds memory and time per file at 5,000 returns (some minutes,
mostly to fill them).
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from importlib import resources
from pathlib import Path

from bench import baselines, extract
from bench.stage import AS_OF, PERIOD, resave, set_up, share
from reconcile.api.generate import generate
from reconcile.api.status import take
from reconcile.reports.details import details_bytes

PYTHON = sys.executable
COMPILED = tempfile.TemporaryDirectory()
# As an installed program runs: its modules compiled once, wherever this machine keeps them or not.
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPYCACHEPREFIX": COMPILED.name,
}


def command(arguments: Sequence[str]) -> tuple[float, float]:
    """Run a command; return (processor seconds, wall seconds)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        [PYTHON, "-m", *arguments], stdout=subprocess.DEVNULL, env=ENVIRONMENT
    )
    process.wait()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, wall


def peak(arguments: Sequence[str]) -> int:
    """Run a verb; return the most memory it took, in MB."""
    run = subprocess.run(
        [PYTHON, "-m", "bench.peak", *arguments[1:]], capture_output=True, text=True, check=False
    )
    return int(run.stderr.split()[-2])


def interleaved(rounds: int, *works: Callable[[], float]) -> list[float]:
    """Return the median of each work, all of them taken in turn."""
    seen = [[work() for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*seen, strict=True)]


def line(what: str, ratio: float, gate: str, detail: str) -> None:
    """Print one line of the table."""
    print(f"| {what} | {ratio:.2f} | {gate} | {detail} |", flush=True)


def merge_arguments(folder: Path, *more: str, back: str = "back") -> list[str]:
    """The arguments of a merge of one province."""
    return [
        "reconcile", "merge", str(folder / "plan.xlsx"), str(folder / back),
        "-o", str(folder / "summary.xlsx"), "--as-of", AS_OF.isoformat(), *more,
    ]  # fmt: skip


def merging(folder: Path, units: int, rounds: int) -> None:
    """Merge against raw reading and against the scripts that people write."""
    set_up(folder, units)
    _merging(folder, units, rounds, "back", "")
    wall = {jobs: command(merge_arguments(folder, "--jobs", str(jobs)))[1] for jobs in (1, 2)}
    line(f"wall time of merge --jobs 2 ÷ --jobs 1, {units}", wall[2] / wall[1], "", f"{wall[2]:.2f} s; {wall[1]:.2f} s")  # fmt: skip
    _merging(folder, units, rounds, share(folder).name, ", texts shared as Excel does")
    saved = resave(folder)
    if saved:
        _merging(folder, units, rounds, saved.name, ", saved by LibreOffice")


def _merging(folder: Path, units: int, rounds: int, back: str, saved: str) -> None:
    inbox, out = str(folder / back), str(folder / "script.xlsx")
    works = (
        merge_arguments(folder, back=back),
        ["bench.baselines", "raw", inbox],
        ["bench.baselines", "pandas-openpyxl", inbox, out],
        ["bench.baselines", "pandas-calamine", inbox, out],
    )
    if units < 500:
        for work in works:  # so that every library is compiled
            command(work)
    ours, raw, openpyxl, calamine = interleaved(
        rounds, *(partial(lambda work: command(work)[0], work) for work in works)
    )
    seconds = f"{ours:.2f} s; raw {raw:.2f}, scripts {openpyxl:.2f} and {calamine:.2f}"
    line(f"merge of {units} returns{saved} ÷ raw calamine", ours / raw, "none", seconds)
    gates = ("≥ 3.3", "≥ 1.4") if units < 500 else ("≥ 5", "≥ 1.25")
    line(f"pandas+openpyxl script ÷ merge, {units}{saved}", openpyxl / ours, gates[0], "")
    line(f"pandas+calamine script ÷ merge, {units}{saved}", calamine / ours, gates[1], "")


def writing(folder: Path, rounds: int) -> None:
    """Forms and summary against plain XlsxWriter writing the same cells."""
    sent, plan = folder / "sent", folder / "plan.xlsx"
    forms = [baselines.looks_of(path.read_bytes()) for path in sorted(sent.glob("*.xlsx"))]
    with tempfile.TemporaryDirectory() as other:
        ours, plain = interleaved(
            rounds,
            lambda: extract.seconds(lambda: generate(plan, Path(other), PERIOD)),
            lambda: extract.seconds(lambda: [baselines.write_plainly(*f) for f in forms]),
        )
    line(f"generate {len(forms)} forms ÷ plain XlsxWriter", ours / plain, "≤ 1.0", f"{ours:.2f} s; {plain:.2f} s")  # fmt: skip
    taken = take(plan, [folder / "back"], period=PERIOD, as_of=date(2022, 7, 8))
    if taken.merged is None or taken.form is None:
        raise SystemExit("the stage cannot be merged")
    merged, form = taken.merged, taken.form
    cells = baselines.looks_of(details_bytes(merged, form))
    ours, plain = interleaved(
        rounds,
        lambda: extract.seconds(lambda: details_bytes(merged, form)),
        lambda: extract.seconds(lambda: baselines.write_plainly(*cells)),
    )
    line("details ÷ plain XlsxWriter of the same cells", ours / plain, "≤ 1.0", f"{ours:.2f} s; {plain:.2f} s")  # fmt: skip


def growing(work: Path) -> None:
    """Memory and time per file at 5,000 returns against 100."""
    few, many = work / "100", work / "5000"
    set_up(few, 100)
    set_up(many, 5000)
    (a, _), (b, _) = (command(merge_arguments(f)) for f in (few, many))
    small, large = (peak(merge_arguments(f)) for f in (few, many))
    line("time per file at 5,000 ÷ at 100", (b / 5000) / (a / 100), "none", f"{b:.1f} s; {a:.2f} s")  # fmt: skip
    print(f"| memory at 5,000 over that at 100 | +{large - small:.0f} MB | under 400 MB | {large:.0f} MB; {small:.0f} MB |")  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        work = options.work or Path(kept)
        print("| what | measured | gate | seconds |\n|---|---|---|---|")
        merging(work / "96", 96, options.rounds)
        merging(work / "1000", 1000, options.rounds)
        writing(work / "96", options.rounds)
        with (
            suppress(FileNotFoundError),
            resources.as_file(resources.files("reconcile.samples") / "plan.pdf") as pdf,
        ):
            ours, bare = interleaved(
                options.rounds,
                lambda: extract.seconds(lambda: extract.read_published_plan(pdf)),
                lambda: extract.seconds(lambda: extract.bare(pdf)),
            )
            line("extract ÷ bare pdfplumber extract_tables", ours / bare, "≤ 0.3", f"{ours:.2f} s; {bare:.2f} s")  # fmt: skip
        if options.long:
            growing(work)


if __name__ == "__main__":
    main()
