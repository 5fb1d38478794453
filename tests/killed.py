"""Runs of the command that are killed at each of their steps on the disk; ``python killed.py`` makes them.

A step is what creates, writes, renames or removes something below a folder. The process that
makes them runs the command whole at first, which loads all of it, and forks for each further run.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

STEPS = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

Left = dict[str, str | None]
"""The hash of each file, None for one that is not there."""


def killed_at_each_step(folder: Path, names: list[str], arguments: list[str]) -> list[Left]:
    """Return what a command left of these files, killed before each of its steps; last, when not killed.

    Each run begins with these files as they were at first, and without what the one before it
    left half-written. All of that lies there again for one more run, made whole at the end.
    """
    ended = subprocess.run(
        [sys.executable, __file__, str(folder), json.dumps(names), *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=600,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    left: list[Left] = json.loads(ended.stdout)
    return left


def _dies_before(step: int, folder: str) -> None:
    """Have this process killed when it is about to take a step for the ``step``-th time."""
    steps = itertools.count(1)

    def watch(event: str, values: tuple[object, ...]) -> None:
        opened = event == "open" and isinstance(values[2], int) and values[2] & WRITES
        # Whoever removes a tree names what is in it as seen from the folder it has open.
        inside = any(isinstance(v, str) and v.startswith(folder) for v in values) or (
            event in ("os.remove", "os.rmdir") and values[-1] != -1
        )
        if inside and (opened or event in STEPS) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _ended(step: int, folder: str, run: Callable[[], None]) -> bool:
    """Run in a process of its own; return whether it came to its end."""
    child = os.fork()
    if not child:
        _dies_before(step, folder)
        try:
            run()
        finally:
            os._exit(0)
    return not os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _main(folder: str, listed: str, *arguments: str) -> None:
    from reconcile.cli import main

    paths = {name: Path(folder, name) for name in json.loads(listed)}

    def contents() -> dict[str, bytes | None]:
        return {name: p.read_bytes() if p.exists() else None for name, p in paths.items()}

    def run() -> None:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            main(list(arguments), prog_name="reconcile")

    former = contents()
    run()
    left: list[Left] = []
    half_written: list[tuple[Path, Path]] = []
    whole = False
    with tempfile.TemporaryDirectory() as aside:
        while not whole:
            for name, content in former.items():
                if content is None:
                    paths[name].unlink(missing_ok=True)
                else:
                    paths[name].write_bytes(content)
            whole = _ended(len(left) + 1, folder, run)
            left.append({
                name: content if content is None else hashlib.sha256(content).hexdigest()
                for name, content in contents().items()
            })  # fmt: skip
            for path in list(Path(folder).rglob(".~*")):
                half_written.append((Path(shutil.move(path, aside)), path))
        for path, former_place in half_written:
            shutil.move(path, former_place)
        run()
    print(json.dumps(left))


if __name__ == "__main__":
    _main(*sys.argv[1:])
