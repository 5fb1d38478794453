"""The command line: all verbs under one command.

Exit status: 0 fine, 1 the tool could not do it, 2 wrong usage, 3 done, but
returns need attention. Heavy packages are imported inside the verbs, so that
``reconcile --help`` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from .. import __version__
from .delegate import delegate
from .demo import demo
from .diff import diff
from .export import export
from .extract import extract
from .fetch import fetch
from .generate import generate
from .mail import mail
from .merge import merge
from .rotate_key import rotate_key
from .status import status
from .terminal.commands import Group, Option
from .windows import windows
from .year.amend import amend
from .year.close import close
from .year.history import history
from .year.letters import letters
from .year.verify import verify


@contextmanager
def _ended_properly() -> Iterator[None]:
    """Let a run that is asked to end (kill, a closed window) tidy up first, as Ctrl-C does."""
    owner = os.getpid()

    def end(number: int, _: object) -> None:
        if os.getpid() != owner:  # a worker; its reader asks for nothing to be tidied up
            os._exit(128 + number)
        sys.exit(128 + number)

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    alone = threading.current_thread() is threading.main_thread()  # no other may set handlers
    former = {s: signal.getsignal(s) for s in ends if alone}
    usual = [s for s, handler in former.items() if handler is signal.SIG_DFL]
    for name in usual:
        signal.signal(name, end)
    try:
        yield
    finally:
        for name in usual:
            signal.signal(name, signal.SIG_DFL)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, "-V", "--version", message="%(prog)s %(version)s", help="显示版本", cls=Option
)
@click.pass_context
def main(context: click.Context) -> None:
    """从计划到汇总：提取计划、分发填报表、检查回表、汇总。

    \b
    第一次用：reconcile demo
    平常一轮：extract → 在 Excel 里核对 → generate → 发出、收回 → status → merge → close
    退出码：0 正常；1 没做成；2 用法不对；3 做完了，但有回表需要处理
    """
    context.with_resource(_ended_properly())


for command in (
    extract, generate, mail, fetch, status, merge, close, verify, history, letters, export, amend, diff, rotate_key, delegate, windows, demo,
):  # fmt: skip
    main.add_command(command)


if __name__ == "__main__":
    main()
