"""What hostile files cost: seconds, memory and what was said, each file in a process of its own.

    python -m bench.hostile [WORD ...] [--worst 40]

Forms and mails go through ``merge``, plans through ``extract``, one by one; the files are those that
the tests are made of (tests/hostile.py, hostile_mails.py, hostile_plans.py). Given words, only the
files whose names hold one of them. Seconds are processor time, memory is the most that any process
of the run held; the goal is 2 s and 512 MB for each. Ends with 1 where one is missed, or where a
run ended otherwise than with its report.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

SECONDS, MEGABYTES = 2.0, 512
_LONGEST = 120.0
Make = Callable[[], bytes]


class Attack(NamedTuple):
    """A hostile file and the command that it is for."""

    name: str
    make: Make
    verb: str


class Cost(NamedTuple):
    """What one file cost, and what was said of it."""

    attack: Attack
    size: int
    seconds: float
    megabytes: int
    said: str

    @property
    def missed(self) -> bool:
        """Whether it cost more than a file may."""
        return self.seconds > SECONDS or self.megabytes > MEGABYTES or not self.said


def attacks() -> Iterator[Attack]:
    """Yield every hostile file that the tests know."""
    from hostile import CASES
    from hostile_plans import DOCX, PDFS
    from test_hostile import PLAN, form_of

    form = form_of(PLAN)
    for one in CASES:
        yield Attack(one.name, lambda make=one.make: make(form), "merge")  # type: ignore[misc]
    for plans, kind in ((PDFS, "pdf"), (DOCX, "docx")):
        for name, (make, _) in plans.items():
            yield Attack(f"{name}.{kind}", make, "extract")


def _arguments(attack: Attack, path: Path) -> list[str]:
    from test_hostile import PERIOD, PLAN

    if attack.verb == "extract":
        return ["extract", str(path), "-o", str(path.parent / "out.xlsx")]
    out = str(path.parent / "out.xlsx")
    return ["merge", PLAN, str(path), "-o", out, "--period", PERIOD, "--as-of", "2022-07-08"]


def _run(arguments: list[str], answer: Connection) -> None:
    from reconcile.cli import main

    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
        else:
            code = 0
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in used)
    codes = Counter(re.findall(r"\b[A-Z]{3,4}-\d{3}\b", out.getvalue()))
    told = (" ".join(codes) or "-") if code in (0, 1, 3) else ""
    answer.send((seconds, max(_peak(), used[1].ru_maxrss) >> 10, told))


def _peak() -> int:
    """Return the most kilobytes that this process held, without what it was forked from."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def cost(attack: Attack) -> Cost:
    """Run a command on one hostile file."""
    fresh = multiprocessing.get_context("spawn")  # a fork would begin with our memory
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{attack.name.rpartition('.')[2]}"
        path.write_bytes(attack.make())
        size = path.stat().st_size
        here, there = fresh.Pipe(duplex=False)
        process = fresh.Process(target=_run, args=(_arguments(attack, path), there))
        process.start()
        there.close()
        try:
            if not here.poll(_LONGEST):
                return Cost(attack, size, _LONGEST, 0, "")
            return Cost(attack, size, *here.recv())
        except EOFError:
            return Cost(attack, size, 0.0, 0, "")
        finally:
            process.kill()
            process.join()


def main() -> None:
    """Print the table, the dearest files first."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile")
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--worst", type=int, default=40)
    options = parser.parse_args()
    wanted = [
        attack
        for attack in attacks()
        if not options.words or any(word in attack.name for word in options.words)
    ]
    costs = sorted(map(cost, wanted), key=lambda c: (c.missed, c.seconds), reverse=True)
    print("| file | KB | seconds | MB | said |\n|---|---|---|---|---|")
    for one in costs[: options.worst]:
        mark = " **missed**" if one.missed else ""
        name = one.attack.name
        print(f"| {name} | {one.size >> 10} | {one.seconds:.2f}{mark} | {one.megabytes} | {one.said or 'no report'} |")  # fmt: skip
    missed = sum(one.missed for one in costs)
    if costs:
        most = max(one.seconds for one in costs), max(one.megabytes for one in costs)
        print(
            f"| all {len(costs)} | | at most {most[0]:.2f} | at most {most[1]} | {missed} missed |"
        )
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
