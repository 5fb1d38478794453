"""Work on a stranger's file in a process of its own, which can be ended.

Libraries written in C keep no limits, and nothing stops them: a PDF of 3 KB made one
ask for gigabytes. What runs here may take so much memory and so much time without
showing progress; then its process ends, and ours goes on. Memory and processor time
are limited where the system knows how (Linux), time by the clock everywhere.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Progress = Callable[[int, int], None]
MEGABYTES = 512
# Processor time without a sign of progress; and how many times that by the clock, which has to do for
# a slow machine at work on other things.
_BUSY_SECONDS, _SLOWEST = 2, 15
_STEP, _DONE, _FAILED = "step", "done", "failed"
TIME, MEMORY, FAULT = "time", "memory", "fault"
_PLACE = Path(__file__).resolve().parents[2]


class Ended(Exception):
    """The work was not done: ``why`` is TIME, MEMORY or FAULT, ``reason`` says more of a fault."""

    def __init__(self, why: str, reason: str = "") -> None:
        super().__init__(why)
        self.why, self.reason = why, reason


def apart(
    work: str,
    *arguments: object,
    progress: Progress | None = None,
    busy: int = _BUSY_SECONDS,
    **options: object,
) -> Any:
    """Return what a function returns, called in a process of its own.

    ``work`` is its module and name ("reconcile.extract.published:read_published_plan"); it takes ``progress``.
    ``busy`` is the processor time it may take before it shows the first one. Raises Ended.
    """
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "reconcile.readers.child_process"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment(),
    )  # fmt: skip
    watch = _Watch(child, busy * _SLOWEST)
    watch.start()
    try:
        assert child.stdin and child.stdout
        # It may have ended already; what comes out of it says why.
        with contextlib.suppress(OSError), child.stdin:
            pickle.dump((busy, work, arguments, options), child.stdin)
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            while True:
                kind, *message = pickle.load(child.stdout)
                watch.touch()
                if kind == _DONE:
                    return message[0]
                if kind == _FAILED:
                    raise Ended(*message)
                if progress:
                    progress(*message)
        child.wait()
        raise Ended(TIME if watch.cut or _was_busy(child.returncode) else MEMORY)
    finally:
        watch.stop()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def environment() -> Mapping[str, str]:
    """Return the environment in which a child finds us as we are here, installed or not.

    With -P it never looks into the folder that it is started in.
    """
    paths = filter(None, (str(_PLACE), os.environ.get("PYTHONPATH", "")))
    # numpy, which openpyxl loads, reserves memory for each processor that it may use.
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}


def _was_busy(code: int) -> bool:
    """Return whether a process was ended for its processor time."""
    if sys.platform == "win32":
        return False
    import signal

    return code in (-signal.SIGXCPU, 128 + signal.SIGXCPU)


class _Watch(threading.Thread):
    """Ends a process that shows no progress for too long."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        super().__init__(daemon=True)
        self._child, self._seconds, self._stopped = child, seconds, threading.Event()
        self.cut = False
        self.touch()

    def touch(self) -> None:
        """Begin to wait anew."""
        self._end = time.monotonic() + self._seconds

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()

    def run(self) -> None:
        """Wait; called by the thread."""
        while not self._stopped.wait(max(self._end - time.monotonic(), 0.01)):
            if time.monotonic() >= self._end:
                self.cut = True
                self._child.kill()
                return


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows; some limits of macOS
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: int) -> None:
    """Let this process take so much processor time from now on."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, most))


def main() -> None:
    """Do the work that stands on stdin, and send progress and result on stdout."""
    busy, work, arguments, options = pickle.load(sys.stdin.buffer)
    _limit_memory()
    _limit_time(busy)
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints

    def send(*message: object) -> None:
        pickle.dump(message, out)
        out.flush()

    def progress(done: int, total: int) -> None:
        _limit_time(_BUSY_SECONDS + total // 20)
        send(_STEP, done, total)

    module, _, name = work.partition(":")
    try:
        result = getattr(importlib.import_module(module), name)(
            *arguments, progress=progress, **options
        )
        send(_DONE, result)
    except MemoryError:
        send(_FAILED, MEMORY)
    except Exception as error:  # a fault of ours, or of a library: reported as what it is
        send(_FAILED, FAULT, f"{type(error).__name__}: {error}"[:200])


if __name__ == "__main__":
    main()
