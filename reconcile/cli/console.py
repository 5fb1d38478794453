"""What commands print: findings, refusals, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from ..core.findings import Finding

OK, FAILED, ATTENTION = 0, 1, 3
"""Exit codes; 2, wrong usage, is click's own."""
_SHOWN = 20
"""How many findings a verb prints before it points to the workbook."""


def say(text: str, *, err: bool = False, fg: str = "", bold: bool = False) -> None:
    """Print a line of the report, or several; what of it comes from outside cannot act on a terminal.

    Colours are seen on a terminal only, and never where NO_COLOR or TERM=dumb forbids it.
    """
    from ..core.text import printable

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
    place = " ".join(p for p in (at.file, at.sheet, str(at.cell)) if p)
    told = tr(
        "{severity} {code} {place}：{message}。{fix}。" if place else "{severity} {code} {message}。{fix}。",
        severity=tr(finding.severity.value), code=finding.code, place=place, message=finding.message,
        fix=finding.fix,
    )  # fmt: skip
    return printable(told)  # one line, whatever is quoted in it


def show(findings: Sequence[Finding], where: str, *, notes: bool = False) -> None:
    """Print the gravest findings, with ``notes`` those too, and say where all of them stand."""
    from ..core.i18n import tr

    order = ("ERROR", "WARNING", "NOTE")
    if not findings:
        return
    counted = [sum(f.severity.name == name for f in findings) for name in order]
    told = "问题：错误 {errors}、提醒 {warnings}、说明 {notes}"
    say(tr(told, errors=counted[0], warnings=counted[1], notes=counted[2]))
    grave = sorted(
        (f for f in findings if notes or f.severity.name != "NOTE"),
        key=lambda f: order.index(f.severity.name),
    )
    for finding in grave[:_SHOWN]:
        say("  " + _line(finding))
    if len(findings) > min(len(grave), _SHOWN):
        say(tr("  全部见 {where}", where=where))


def fail(findings: Sequence[Finding]) -> NoReturn:
    """Report findings on stderr and stop: the tool could not do it."""
    from ..core.i18n import tr

    for finding in findings:
        if finding.severity.name == "ERROR":
            say(tr("没有做成：{why}", why=_line(finding)), err=True, fg="red")
    sys.exit(FAILED)


def refuse(told: str) -> NoReturn:
    """Report one sentence on stderr and stop."""
    say(told, err=True, fg="red")
    sys.exit(FAILED)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what the disk refuses, and what must not be written, into one sentence."""
    from ..api.outputs import Misused
    from ..core.i18n import tr
    from ..writers.atomic import reason_of

    try:
        yield
    except Misused as wrong:
        raise click.UsageError(str(wrong)) from None
    except BrokenPipeError:
        raise  # whoever read our output has gone; click ends the run quietly
    except PermissionError as error:
        told = "没有做成：{name} 写不进去；如果它正在 Excel 里打开，请先关闭"
        refuse(tr(told, name=error.filename or path))
    except OSError as error:
        told = "没有做成：{name}：{reason}"
        refuse(tr(told, name=error.filename or path, reason=reason_of(error)))


@contextmanager
def progress(caption: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        yield None
        return
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
        yield step
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)
