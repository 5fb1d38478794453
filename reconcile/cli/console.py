"""What commands print: findings, refusals, progress."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from .terminal.commands import JSON, QUIET, VERBOSE, wanted

if TYPE_CHECKING:
    from ..core.findings import Finding

OK, FAILED, ATTENTION = 0, 1, 3
"""Exit codes; 2, wrong usage, is click's own."""
_SHOWN = 20
"""How many findings a verb prints before it points to the workbook."""


def print_text(text: str, *, err: bool = False, fg: str = "", bold: bool = False) -> None:
    """Print a line of the report, or several; what of it comes from outside cannot act on a terminal.

    Nothing but what goes to stderr with --quiet, and with --json, which is for programs.
    Colours are seen on a terminal only, and never where NO_COLOR or TERM=dumb forbids it.
    """
    from ..core.text import printable

    if not err and (wanted(QUIET) or wanted(JSON)):
        return
    text = printable(text, breaks=True)
    click.echo(click.style(text, fg=fg or None, bold=bold or None) if fg or bold else text, err=err)


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as they stand in a sentence."""
    from ..core.i18n import joined

    return joined(map(str, numbers))


def alarming(findings: Sequence[Finding]) -> bool:
    """Return whether any finding needs a person's attention."""
    return any(f.severity.name in ("ERROR", "WARNING") for f in findings)


def _line(finding: Finding) -> str:
    from ..core.i18n import tr
    from ..core.text import printable

    at = finding.place
    place = " ".join(p for p in (at.file, str(at.sheet), str(at.cell)) if p)
    line = tr(
        "{severity} {code} {place}：{message}。{fix}。" if place else "{severity} {code} {message}。{fix}。",
        severity=tr(finding.severity.value), code=finding.code, place=place, message=finding.message,
        fix=finding.fix,
    )  # fmt: skip
    return printable(line)  # one line, whatever is quoted in it


def show(findings: Sequence[Finding], where: str, *, notes: bool = False) -> None:
    """Print the gravest findings, with ``notes`` those too, and where all of them stand."""
    from ..core.i18n import tr

    order = ("ERROR", "WARNING", "NOTE")
    if not findings:
        return
    counted = [sum(f.severity.name == name for f in findings) for name in order]
    words = "问题：错误 {errors}、提醒 {warnings}、说明 {notes}"
    print_text(tr(words, errors=counted[0], warnings=counted[1], notes=counted[2]), bold=True)
    grave = sorted(
        (f for f in findings if notes or f.severity.name != "NOTE"),
        key=lambda f: order.index(f.severity.name),
    )
    for finding in grave[:_SHOWN]:
        print_text("  " + _line(finding), fg="red" if finding.severity.name == "ERROR" else "")
    if len(findings) > min(len(grave), _SHOWN):
        print_text(tr("  全部见 {where}", where=where))


def fail(findings: Sequence[Finding]) -> NoReturn:
    """Report findings on stderr and stop: the tool could not do it."""
    from ..core.i18n import spoken, tr

    print_json({"done": False}, findings, spoken())
    for finding in findings:
        if finding.severity.name == "ERROR":
            print_text(tr("没有做成：{why}", why=_line(finding)), err=True, fg="red")
    sys.exit(FAILED)


def refuse(why: str) -> NoReturn:
    """Report one sentence on stderr and stop."""
    print_text(why, err=True, fg="red")
    sys.exit(FAILED)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what the disk refuses, and what must not be written, into one sentence."""
    from ..api.outputs import Misused
    from ..core.i18n import tr
    from ..writers.atomic import reason_of

    try:
        yield
    except Misused as misused:
        raise click.UsageError(str(misused)) from None
    except BrokenPipeError:
        raise  # whoever read our output has gone; click ends the run quietly
    except PermissionError as error:
        words = "没有做成：{name} 写不进去；如果它正在 Excel 里打开，请先关闭"
        refuse(tr(words, name=error.filename or path))
    except OSError as error:
        words = "没有做成：{name}：{reason}"
        refuse(tr(words, name=error.filename or path, reason=reason_of(error)))


@contextmanager
def progress(caption: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar on a terminal, nothing in a pipe; with --verbose print the seconds at the end."""
    began = time.monotonic()
    bar: Any = None

    def step(done: int, total: int) -> None:
        nonlocal bar
        if bar is not None and bar.length != total:
            bar.__exit__(None, None, None)
            bar = None
        if bar is None:
            bar = click.progressbar(length=total, label=caption, file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    try:
        yield step if _lively() else None
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)
        _timed(caption, began)


@contextmanager
def working(caption: str) -> Iterator[None]:
    """Show on a terminal what takes longer than a second, of work whose steps cannot be counted."""
    began = time.monotonic()
    lively = _lively()
    waiting = threading.Timer(_PATIENCE, lambda: click.echo(f"{caption} …", nl=False, err=True))
    waiting.daemon = True
    if lively:
        waiting.start()
    try:
        yield
    finally:
        waiting.cancel()
        if lively and time.monotonic() - began > _PATIENCE:
            waiting.join()
            click.echo("\r\x1b[K", nl=False, err=True)
        _timed(caption, began)


_PATIENCE = 1.0
"""Seconds."""


def _lively() -> bool:
    """Whether somebody watches a terminal that can move its cursor, and did not ask for quiet."""
    return _watched() and os.environ.get("TERM") != "dumb" and not wanted(QUIET)


def _watched() -> bool:
    return sys.stderr.isatty()


def _timed(caption: str, began: float) -> None:
    from ..core.i18n import tr

    detail(caption, tr("{seconds} 秒", seconds=f"{time.monotonic() - began:.1f}"))


def detail(what: str, *details: object) -> None:
    """With --verbose say on stderr what was read, from where, or how long it took."""
    if wanted(VERBOSE) and details:
        from ..core.i18n import joined, tr

        print_text(tr("{what}：{where}", what=what, where=joined(map(str, details))), err=True)


def print_json(content: Mapping[str, object], findings: Sequence[Finding], language: str) -> None:
    """Print what was done as JSON where --json asks for it, its texts in the plan's ``language``."""
    if not wanted(JSON):
        return
    from ..core.findings import as_fields, to_json
    from ..core.i18n import speaking

    with speaking(language):
        all_ = {**content, "findings": [as_fields(f) for f in findings]}
        click.echo(to_json(all_).decode(), nl=False)
