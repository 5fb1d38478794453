"""Plant small faults in the modules of judgement, one at a time, and print those that no test notices.

    python -m bench.mutate [--seed 1] [--count 100] [--jobs 1] [--map FILE] [--tests FILE …] [MODULE …]

A fault is a comparison flipped or moved by one, a constant changed, ``and`` for ``or``, an operand
dropped, a ``not`` added or removed, a return value changed, an element dropped from a list, or a
statement deleted. It is planted in a temporary copy, never in the checkout. The quick tier of the
tests runs once to learn which lines each test runs (``--map`` keeps that in a file for runs over
the same modules). Then each fault is tried by tests that run its line, the quickest case of each
first, up to ``--budget`` seconds of them, until the first one fails. A run over ``--limit`` seconds
counts as noticed: a hanging suite is. The same seed plants the same faults.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
# By name, wherever in the package they lie.
MODULES = (
    "core.keys", "core.units", "core.unit_names", "core.lights", "core.values.dates",
    "core.values.numbers", "core.values.periods", "core.values.stand_ins", "merge.conflicts",
    "merge.cross_checks", "merge.doubts", "merge.field_rules", "merge.identify",
    "merge.indicator_rows", "merge.ingest", "merge.match_rows", "merge.progress", "merge.rulings",
    "merge.run", "merge.scores", "merge.state", "merge.task_status", "merge.versions",
    "plan.diff", "delegate.unit_answers", "reports.circular",
)  # fmt: skip
_FLIPPED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
Tests = Mapping[str, Mapping[str, Any]]


class Fault(NamedTuple):
    """One fault: its kind, the text before and after, and the bytes of the module that it stands for."""

    kind: str
    line: int
    lines: range  # of the statement, or of its head, that runs it; empty where a module is loaded
    before: str
    after: str
    start: int
    end: int

    def planted(self, source: bytes) -> bytes:
        """Return the module with this fault in it."""
        return source[: self.start] + self.after.encode() + source[self.end :]


class Tried(NamedTuple):
    """What became of one fault: how many tests could run, and whether one of them noticed."""

    path: Path
    fault: Fault
    tests: int
    noticed: bool


# --- the faults of a module


def _variants(node: ast.AST) -> Iterator[tuple[str, ast.AST | str]]:
    """Yield the faults of one node: kind, and what stands in its place."""
    match node:
        case ast.Compare(ops=[op]):
            for other in _FLIPPED[type(op)]:
                changed = copy.deepcopy(node)
                changed.ops = [other()]
                yield "comparison", changed
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "constant", ast.Constant(value + 1)
            if value:
                yield "constant", ast.Constant(value - 1)
        case ast.Constant(value=str(value)) if value:
            yield "constant", ast.Constant(f"XX{value}")
        case ast.BoolOp():
            other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and/or", ast.BoolOp(other_op, node.values)
            for at in range(len(node.values)):
                rest = node.values[:at] + node.values[at + 1 :]
                yield "operand", ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not()):
            yield "not", node.operand
        case ast.UnaryOp(op=ast.USub()):
            yield "constant", node.operand
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield "return", "return None"
        case ast.List(ctx=ast.Load()) | ast.Set() | ast.Tuple(ctx=ast.Load()):
            for at in range(len(node.elts)) if len(node.elts) > 1 else ():
                changed_list = copy.copy(node)
                changed_list.elts = node.elts[:at] + node.elts[at + 1 :]
                yield "element", changed_list
        case ast.Dict():
            for at in range(len(node.keys)) if len(node.keys) > 1 else ():
                yield "element", ast.Dict(node.keys[:at] + node.keys[at + 1 :], node.values[:at] + node.values[at + 1 :])  # fmt: skip
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield "statement", "pass"
        case ast.Assign() | ast.AugAssign() | ast.Continue() | ast.Break():
            yield "statement", "pass"


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            yield node.test
        case ast.comprehension():
            yield from node.ifs


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node that a fault may be planted in."""
    skipped: set[str] = set()
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            skipped = {"decorator_list", "returns", "bases", "keywords"}
        case ast.arg() | ast.AnnAssign():
            skipped = {"annotation"}
        case ast.Subscript(value=ast.Name(id=str(name))) if (
            name[:1].isupper() and not name.isupper()
        ):
            return  # a type, as in Mapping[str, int]
        case ast.JoinedStr() | ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
            return  # the parts of an f-string have no place of their own before Python 3.12
        case ast.Expr(value=ast.Constant(value=str())):
            return
        case ast.Call(func=ast.Name(id="cast" | "TypeVar" | "NewType")):
            return
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield part


def _runs(source: bytes) -> bool:
    try:
        compile(source, "planted", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def faults(source: bytes) -> list[Fault]:
    """Return every fault that can be planted in a module, in the order of its text; a few may not compile."""
    begins = list(accumulate(map(len, source.splitlines(keepends=True)), initial=0))
    found: list[Fault] = []

    def plant(kind: str, node: Any, other: ast.AST | str, lines: range) -> None:
        text = other if isinstance(other, str) else ast.unparse(other)
        if isinstance(other, ast.expr) and not isinstance(other, ast.Constant):
            text = f"({text})"
        start = begins[node.lineno - 1] + node.col_offset
        end = begins[node.end_lineno - 1] + node.end_col_offset
        before = " ".join(source[start:end].decode().split())
        found.append(Fault(kind, node.lineno, lines, before, text, start, end))

    def visit(node: ast.AST, inside: bool, lines: range) -> None:
        if isinstance(node, ast.stmt) and inside:
            body = getattr(node, "body", None) or getattr(node, "cases", None)
            first = getattr(body[0], "pattern", body[0]).lineno if body else None
            last = max(node.lineno + 1, first) if first else (node.end_lineno or node.lineno) + 1
            lines = range(node.lineno, last)
        for kind, other in _variants(node):
            plant(kind, node, other, lines)
        for test in _conditions(node):
            plant("not", test, ast.UnaryOp(ast.Not(), test), lines)
        for part in _children(node):
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            visit(part, inside or (function and isinstance(part, ast.stmt)), lines)

    visit(ast.parse(source), False, range(0))
    return found


def modules_of(package: Path, names: Iterable[str]) -> list[Path]:
    """Return the files of modules, named as below the package ("core.text") or by path ("merge/run.py")."""
    paths = []
    for name in names:
        parts = (
            name.removesuffix(".py").replace("/", ".").removeprefix(f"{package.name}.").split(".")
        )
        found = package.joinpath(*parts).with_suffix(".py")
        if not found.is_file():
            raise SystemExit(f"{name}: no such module")
        paths.append(found)
    return paths


def drawn(paths: Iterable[Path], seed: int, count: int) -> list[tuple[Path, Fault]]:
    """Return a sample of faults: a module by its size, then a kind, then a place."""
    chance = random.Random(seed)
    left: dict[Path, dict[str, list[Fault]]] = {}
    for path in sorted(paths, key=lambda p: p.stem):
        kinds: dict[str, list[Fault]] = defaultdict(list)
        for fault in faults(path.read_bytes()):
            kinds[fault.kind].append(fault)
        left[path] = kinds
    sizes = {path: sum(map(len, kinds.values())) for path, kinds in left.items()}
    found: list[tuple[Path, Fault]] = []
    while len(found) < count and any(sizes.values()):
        (path,) = chance.choices(list(sizes), list(sizes.values()))
        kind = chance.choice([k for k, some in left[path].items() if some])
        some = left[path][kind]
        fault = some.pop(chance.randrange(len(some)))
        if _runs(fault.planted(path.read_bytes())):
            found.append((path, fault))
        if not any(left[path].values()):
            sizes[path] = 0
    return found


# --- the tests


def _pytest(
    place: Path, arguments: Sequence[str], limit: float | None = None, **told: str
) -> int | None:
    """Run pytest in a copy; return its exit status, None when it took longer than the limit."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(place), str(CHECKOUT))),
        # Whatever is not planted is compiled once for each copy.
        "PYTHONPYCACHEPREFIX": "",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTEST_ADDOPTS": "",
        **told,
    }
    quiet = ["-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "bench.noticing"]
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", *quiet, "--hypothesis-seed=0", *arguments],
        cwd=place, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return run.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        return None


def measured(place: Path, files: Sequence[str], tests: Sequence[str]) -> Tests:
    """Return the seconds and the lines of these files of every test of the quick tier that passes."""
    out = place / "ran.json"
    _pytest(place, ["-m", "not slow", *tests], MUTATE_MAP=str(out), MUTATE_FILES=json.dumps(files))
    if not out.exists():
        raise SystemExit("the tests could not be run")
    found: Tests = json.loads(out.read_text(encoding="utf-8"))
    return found


def chosen(tests: Tests, file: str, lines: range, budget: float) -> list[str]:
    """Return tests that run one of the lines; where there are none, any line of the file.

    The quickest case of each test function first, then the second of each, until the budget is spent.
    """
    fitting = [
        name
        for name, test in tests.items()
        if file in test["lines"] and (not lines or not set(lines).isdisjoint(test["lines"][file]))
    ]
    fitting.sort(key=lambda name: (tests[name]["seconds"], name))
    cases: Counter[str] = Counter()
    rank: dict[str, int] = {}
    for name in fitting:
        function = name.split("[")[0]
        rank[name] = cases[function]
        cases[function] += 1
    spent, taken = 0.0, set()
    for name in sorted(fitting, key=lambda name: (rank[name], tests[name]["seconds"], name)):
        spent += tests[name]["seconds"]
        if taken and spent > budget:
            break
        taken.add(name)
    whole: dict[str, float] = defaultdict(float)
    for name in taken:
        whole[name.split("::")[0]] += tests[name]["seconds"]
    # The tests of a file stay together and in their order; the file that is soonest done comes first.
    order = {name: at for at, name in enumerate(tests)}
    return sorted(taken, key=lambda n: (whole[n.split("::")[0]], n.split("::")[0], order[n]))


def copied(root: Path, place: Path) -> Path:
    """Return a fresh copy of a checkout, without what is not its own."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")
    shutil.copytree(root, place, ignore=left_out)
    if (root / ".ci").is_dir():
        shutil.copytree(root / ".ci", place / ".ci")
    return place


def tried(
    places: SimpleQueue[Path], root: Path, at: int, path: Path, fault: Fault, names: list[str], limit: float
) -> Tried:  # fmt: skip
    """Plant one fault in a copy that is free, run these tests, and take it out again."""
    place = places.get()
    try:
        here = place / path.relative_to(root)
        whole = here.read_bytes()
        here.write_bytes(fault.planted(whole))
        # Python knows a compiled module by time and size: no two faults may share a time.
        os.utime(here, (1_000_000_000 + at, 1_000_000_000 + at))
        listed = place / "chosen.json"
        listed.write_text(json.dumps(names), encoding="utf-8")
        files = list(dict.fromkeys(name.split("::")[0] for name in names))
        ended = _pytest(place, ["-x", *files], limit, MUTATE_CHOSEN=str(listed)) if names else 0
        here.write_bytes(whole)
        os.utime(here, (999_999_999, 999_999_999))
        return Tried(path, fault, len(names), ended not in (0, 5))
    finally:
        places.put(place)


def run(
    root: Path, package: str, modules: Sequence[str], *, seed: int = 1, count: int = 100, jobs: int = 1,
    tests: Sequence[str] = (), budget: float = 30, limit: float = 150, known: Path | None = None,
) -> Iterator[Tried]:  # fmt: skip
    """Yield what became of each fault of a sample, in the order in which they were drawn."""
    paths = modules_of(root / package, modules)
    sample = drawn(paths, seed, count)
    with tempfile.TemporaryDirectory() as folder:
        places: SimpleQueue[Path] = SimpleQueue()
        for at in range(jobs):
            places.put(copied(root, Path(folder) / str(at) / root.name))
        if known and known.exists():
            ran: Tests = json.loads(known.read_text(encoding="utf-8"))
        else:
            place = places.get()
            ran = measured(place, [str(path.relative_to(root)) for path in paths], tests)
            places.put(place)
            if known:
                known.write_text(json.dumps(ran), encoding="utf-8")
        with ThreadPoolExecutor(jobs) as workers:
            waiting = []
            for at, (path, fault) in enumerate(sample):
                names = chosen(ran, str(path.relative_to(root)), fault.lines, budget)
                waiting.append(workers.submit(tried, places, root, at, path, fault, names, limit))
            for one in waiting:
                yield one.result()


# --- what is printed


def _line(root: Path, one: Tried) -> str:
    fault = one.fault
    before, after = (t if len(t) <= 120 else f"{t[:119]}…" for t in (fault.before, fault.after))
    before, after = (t.replace("\n", "⏎") for t in (before, after))
    place = f"{one.path.relative_to(root)}:{fault.line}"
    return f"{place}  {fault.kind}: {before}  ->  {after}  ({one.tests} tests)"


def main() -> int:
    """Print the survivors as they come, then a table by module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="path or name; default: judgement")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1, help="faults tried side by side")
    parser.add_argument("--budget", type=float, default=30, help="seconds of tests for one fault")
    parser.add_argument("--limit", type=float, default=150, help="seconds until a run is stopped")
    parser.add_argument("--map", type=Path, help="file that keeps which test calls what")
    parser.add_argument("--tests", nargs="+", default=[], help="only these test files")
    asked = parser.parse_args()
    found: dict[Path, list[Tried]] = defaultdict(list)
    for one in run(
        CHECKOUT, "reconcile", asked.modules or MODULES, seed=asked.seed, count=asked.count,
        jobs=asked.jobs, tests=asked.tests, budget=asked.budget, limit=asked.limit, known=asked.map,
    ):  # fmt: skip
        found[one.path].append(one)
        if not one.noticed:
            print(_line(CHECKOUT, one), flush=True)
    print(f"\n{'module':40}planted  noticed")
    for path, some in sorted(found.items()):
        print(f"{path.relative_to(CHECKOUT)!s:40}{len(some):7}{sum(t.noticed for t in some):9}")
    everything = [t for some in found.values() for t in some]
    noticed = sum(t.noticed for t in everything)
    print(f"{'in all':40}{len(everything):7}{noticed:9}  {100 * noticed / max(1, len(everything)):.1f} %")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
