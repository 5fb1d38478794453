"""What the verbs share: arguments and options, and how they report."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..core.findings import Finding
    from ..core.form import Form
    from ..core.result import Merged
OK, FAILED, ATTENTION = 0, 1, 3
_SHOWN = 20
"""How many findings a verb prints before it points to the workbook."""

EXISTS = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(path_type=Path)


def option(*names: str, **kwargs: Any) -> Callable[[Any], Any]:
    """click.option, without its untyped surface."""
    return click.option(*names, **kwargs)


plan_argument = click.argument("plan", type=FILE, metavar="总台账.xlsx")
inbox_argument = click.argument("inbox", type=EXISTS, nargs=-1, required=True, metavar="收回…")
period_option = option("--period", metavar="时段", help="时段名称，与总台账一致，如 第二季度")
template_option = option("--template", type=FILE, help="自己改过的填报表模板（.xlsx）")
as_of_option = option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="年-月-日",
    help="截至哪一天，默认今天；同样的输入和日期，得出同样的结果",
)
previous_option = option(
    "--previous", type=FILE, multiple=True, help="上期的汇总工作簿（可写多次，一期一份）"
)
password_option = option(
    "--password", help='回表的打开密码（要先在程序所在的文件夹里 pip install ".[crypto]"）'
)

force_option = option(
    "--force", is_flag=True, help="要写的文件已有、又不是这个命令写的，也覆盖（总台账除外）"
)

jobs_option = option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="用几个进程读回表；几百份以上才合算",
)


@contextmanager
def _workers(jobs: int) -> Iterator[Executor | None]:
    """Where files are read: in this process, or in ``jobs`` others."""
    if jobs == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as executor:
        yield executor


@dataclass(frozen=True, slots=True)
class Round:
    """What a verb that merges is asked about: plan, inbox, and how to read them."""

    plan: Path
    inbox: tuple[Path, ...]
    period: str | None
    as_of: date
    template: Path | None
    password: str | None
    jobs: int = 1

    def take(self, previous: Sequence[Path] = ()) -> tuple[Merged, Form, tuple[Path, ...]]:
        """Merge plan and inbox, or report why not and stop; with the files that it was made of."""
        from ..api.intake import take as api_take

        with guarded(self.plan), _workers(self.jobs) as executor:
            taken = api_take(
                self.plan, self.inbox, period=self.period, as_of=self.as_of,
                template_path=self.template, password=self.password, previous_paths=previous,
                executor=executor,
            )  # fmt: skip
        speak(taken.language)
        if taken.merged is None or taken.template is None:
            fail(taken.findings)
        return taken.merged, taken.template.form, taken.inputs


def round_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the arguments and options of a :class:`Round`, which it gets as its first argument."""

    @functools.wraps(verb)
    def parsed(
        plan: Path,
        inbox: tuple[Path, ...],
        period: str | None,
        as_of: datetime | None,
        template: Path | None,
        password: str | None,
        jobs: int,
        **rest: Any,
    ) -> None:
        day = as_of.date() if as_of else date.today()
        verb(Round(plan, inbox, period, day, template, password, jobs), **rest)

    for add in (
        jobs_option, password_option, template_option, as_of_option, period_option, inbox_argument, plan_argument
    ):  # fmt: skip
        parsed = add(parsed)
    return parsed


def speak(language: str) -> None:
    """Speak a plan's language until the command is done."""
    from ..core.i18n import speaking

    click.get_current_context().with_resource(speaking(language))


def say(text: str, *, err: bool = False) -> None:
    """Print a line of the report, or several; what of it comes from outside cannot act on a terminal."""
    from ..core.text import printable

    click.echo(printable(text, breaks=True), err=err)


def listed(numbers: Sequence[int]) -> str:
    """Return numbers as they stand in a sentence."""
    from ..core.i18n import joined

    return joined(map(str, numbers))


def alarming(findings: Sequence[Finding]) -> bool:
    """Tell whether any finding needs a person's attention."""
    return any(f.severity.name in ("ERROR", "WARNING") for f in findings)


def _line(finding: Finding) -> str:
    from ..core.i18n import said, tr
    from ..core.text import printable

    at = finding.place
    place = " ".join(p for p in (at.file, at.sheet, said(at.cell)) if p)
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
            say(tr("没有做成：{why}", why=_line(finding)), err=True)
    sys.exit(FAILED)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn what the disk refuses, and what must not be written, into one sentence."""
    from ..api.outputs import Misused

    try:
        yield
    except Misused as wrong:
        raise click.UsageError(str(wrong)) from None
    except BrokenPipeError:
        raise  # whoever read our output has gone; click ends the run quietly
    except PermissionError as error:
        name = error.filename or path
        say(f"没有做成：{name} 写不进去；如果它正在 Excel 里打开，请先关闭", err=True)
        sys.exit(FAILED)
    except OSError as error:
        say(f"没有做成：{error.filename or path}：{error.strerror or error}", err=True)
        sys.exit(FAILED)


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
