"""Reading the plan's pages: ours against bare pdfplumber, processor time, in one run.

    python -m bench.extract [PLAN.pdf] [ROUNDS]

Prints seconds and their ratio, the median of interleaved rounds. The second reading, which
``extract`` does beside, is pdfplumber's own parser and not part of the measure.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber

from reconcile.extract.published import read_published_plan


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that ``work`` takes, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def bare(path: Path) -> list[object]:
    """All tables of all pages by pdfplumber's defaults."""
    with pdfplumber.open(path) as pdf:
        return [page.extract_tables() for page in pdf.pages]


def main(path: Path, rounds: int) -> None:
    """Print the medians and the ratio."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(seconds(lambda: read_published_plan(path)))
        theirs.append(seconds(lambda: bare(path)))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"{path.name}: read_published_plan {statistics.median(ours):.2f} s,", end=" ")
    print(f"extract_tables {statistics.median(theirs):.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0] if given else "samples/plan.pdf"), int(given[1]) if given[1:] else 5)
