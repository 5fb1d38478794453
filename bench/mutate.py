"""Plant small faults in the modules of judgement, one at a time, and print those that no test notices.

    python -m bench.mutate [--seed 1] [--count 100] [--jobs 1] [--map FILE] [--tests FILE …] [MODULE …]

A fault is a comparison flipped or moved by one, a constant changed, ``and`` for ``or``, an operand
dropped, a ``not`` added or removed, a return value changed, an element dropped from a list, or a
statement deleted. It is planted in a temporary copy, never in the checkout. The quick tier of the
tests runs once to learn which functions each test calls (``--map`` keeps that in a file, and uses it
when it is there); then each fault is tried by the quickest tests that call its function, up to
``--budget`` seconds of them, until the first one fails. A run over ``--limit`` seconds counts as
noticed: a hanging suite is. The same seed plants the same faults.
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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
# By name, wherever in the package they lie.
MODULES = (
    "checks", "circular", "conflicts", "dates", "difference", "figures", "identity", "indicator_rows",
    "ledger", "matching", "merge", "names", "owner", "periods", "points", "progress", "rules", "rulings",
    "scores", "standing", "taking", "units", "versions", "voices",
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
    """One fault: its kind, where it is planted, the text before and after, and its whole module with it."""

    kind: str
    line: int
    function: str  # the outermost one around it, "" in none
    before: str
    after: str
    source: bytes


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


def _planted(lines: Sequence[bytes], node: Any, text: str) -> bytes:
    first, last = node.lineno - 1, node.end_lineno - 1
    return b"".join(
        (
            *lines[:first],
            lines[first][: node.col_offset],
            text.encode(),
            lines[last][node.end_col_offset :],
            *lines[last + 1 :],
        )
    )


def faults(source: bytes) -> list[Fault]:
    """Return every fault that can be planted in a module, in the order of its text."""
    lines = source.splitlines(keepends=True)
    found: list[Fault] = []

    def plant(kind: str, node: Any, other: ast.AST | str, function: str) -> None:
        text = other if isinstance(other, str) else ast.unparse(other)
        if isinstance(other, ast.expr) and not isinstance(other, ast.Constant):
            text = f"({text})"
        changed = _planted(lines, node, text)
        try:
            compile(changed, "planted", "exec")
        except (SyntaxError, ValueError):
            return
        found.append(Fault(kind, node.lineno, function, ast.unparse(node), text, changed))

    def visit(node: ast.AST, classes: str, function: str) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                function = function or f"{classes}{name}"
            case ast.Lambda():
                function = function or f"{classes}<lambda>"
            case ast.ClassDef(name=name):
                classes += f"{name}."
        for kind, other in _variants(node):
            plant(kind, node, other, function)
        for test in _conditions(node):
            plant("not", test, ast.UnaryOp(ast.Not(), test), function)
        for part in _children(node):
            visit(part, classes, function)

    visit(ast.parse(source), "", "")
    return found


def modules_of(package: Path, names: Iterable[str]) -> list[Path]:
    """Return the files of modules that are given by path or by name, wherever in the package they lie."""
    paths = []
    for name in names:
        stem = Path(name).stem
        found = sorted(p for p in package.rglob(f"{stem}.py") if "english" not in p.parts)
        if exact := [p for p in found if p.as_posix().endswith(f"/{name.removesuffix('.py')}.py")]:
            found = exact if "/" in name else found
        if len(found) != 1:
            raise SystemExit(f"{name}: {len(found)} modules of this name, give one path")
        paths += found
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
        found.append((path, some.pop(chance.randrange(len(some)))))
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


def measured(place: Path, package: str, tests: Sequence[str]) -> Tests:
    """Return the seconds and the called functions of every test of the quick tier that passes."""
    out = place / "calls.json"
    _pytest(place, ["-m", "not slow", *tests], MUTATE_MAP=str(out), MUTATE_HOME=str(place / package))  # fmt: skip
    if not out.exists():
        raise SystemExit("the tests could not be run")
    found: Tests = json.loads(out.read_text(encoding="utf-8"))
    return found


def chosen(tests: Tests, file: str, function: str, budget: float) -> list[str]:
    """Return the quickest tests that call a function of a file; for a module's own lines, any function of it."""
    fitting = [
        test
        for test, noted in tests.items()
        if any(f == file and function in ("", name) for f, name in noted["calls"])
    ]
    spent, taken = 0.0, set()
    for name in sorted(fitting, key=lambda name: (tests[name]["seconds"], name)):
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
        here.write_bytes(fault.source)
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
    sample = drawn(modules_of(root / package, modules), seed, count)
    with tempfile.TemporaryDirectory() as folder:
        places: SimpleQueue[Path] = SimpleQueue()
        for at in range(jobs):
            places.put(copied(root, Path(folder) / str(at) / root.name))
        if known and known.exists():
            calls: Tests = json.loads(known.read_text(encoding="utf-8"))
        else:
            place = places.get()
            calls = measured(place, package, tests)
            places.put(place)
            if known:
                known.write_text(json.dumps(calls), encoding="utf-8")
        with ThreadPoolExecutor(jobs) as workers:
            waiting = []
            for at, (path, fault) in enumerate(sample):
                file = str(path.relative_to(root / package))
                names = chosen(calls, file, fault.function, budget)
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
