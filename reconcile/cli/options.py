"""What the commands share: arguments and options, and the round they open."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..api.status import Taken
    from ..core.form import Form
    from ..core.result import MergeResult
from .console import detail, fail, guarded, print_text, progress
from .terminal.commands import JSON, Day, NewFile, Place, argument, option, wanted

EXISTS = Place(exists=True, path_type=Path)
FILE = Place(exists=True, dir_okay=False, path_type=Path)
NEW = Place(path_type=Path)
WORKBOOK = NewFile(".xlsx")
JSON_FILE = NewFile(".json")
DOCUMENT = NewFile(".docx")
PAGE, PDF = NewFile(".html", ".htm"), NewFile(".pdf")


plan_argument = argument("plan", type=FILE, metavar="总台账.xlsx")
inbox_argument = argument("inbox", type=EXISTS, nargs=-1, required=True, metavar="收回…")
period_option = option("--period", metavar="时段", help="时段名称，与总台账一致，如 第二季度")
template_option = option("--template", type=FILE, help="自己改过的填报表模板（.xlsx）")
as_of_option = option(
    "--as-of",
    type=Day(),
    metavar="年-月-日",
    help="截至哪一天；默认今天，时段早已结束（超过三个月）的，默认其最后一天或截止日期",
)
previous_option = option(
    "--previous", type=FILE, multiple=True, help="上期的“汇总_明细_….xlsx”（可写多次，一期一份）"
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


def print_former(summaries: Sequence[Path], gap: str) -> None:
    """Print which summaries of former periods were found in the archives, or that the last one was not."""
    from ..core.i18n import joined, tr

    if summaries:
        names = joined(f"{path.parent.name}/{path.name}" for path in summaries)
        print_text(tr("上期的汇总取自归档：{names}", names=names))
    if gap:
        text = "“{period}”还没有归档，没有和上期比；要比的，先 close，或用 --previous 写明它的汇总"
        print_text(tr(text, period=gap))


@dataclass(frozen=True, slots=True)
class Round:
    """What a verb that merges is asked about: plan, inbox, and how to read them."""

    plan: Path
    inbox: tuple[Path, ...]
    period: str | None
    as_of: date | None
    template: Path | None
    password: str | None
    jobs: int = 1

    def take(
        self, previous: Sequence[Path] = (), *, telling: bool = False
    ) -> tuple[MergeResult, Form, tuple[Path, ...]]:
        """Merge as :meth:`taken` does; return the merge, its form, and the files that it was made of."""
        merged, form, taken = self.taken(previous, telling=telling)
        return merged, form, taken.inputs

    def taken(
        self, previous: Sequence[Path] = (), *, telling: bool = False
    ) -> tuple[MergeResult, Form, Taken]:
        """Merge plan and inbox, or report why not and stop.

        With ``telling`` it is printed which summaries of former periods were found.
        """
        from ..api.status import take as api_take
        from ..core.i18n import tr

        with (
            guarded(self.plan),
            _workers(self.jobs) as executor,
            progress(tr("读取回表")) as step,
        ):
            taken = api_take(
                self.plan, self.inbox, period=self.period, as_of=self.as_of,
                template_path=self.template, password=self.password, previous_paths=previous,
                executor=executor, progress=step,
            )  # fmt: skip
        if taken.merged is None or taken.form is None:
            fail(taken.findings)
        detail(tr("总台账"), self.plan, taken.language)
        detail(tr("填报表模板"), *(taken.inputs[1 : -len(previous) or None] or [tr("程序自带的")]))
        detail(tr("上期的汇总"), *previous)
        files = len({v.file for v in taken.merged.verdicts})
        detail(tr("收到的回表"), tr("{count} 个文件", count=files), *self.inbox)
        detail(tr("时段"), taken.merged.caption, tr("截至 {day}", day=taken.merged.as_of))
        usual = self.as_of or date.today()
        if taken.merged.as_of != usual and not wanted(JSON):  # in which it stands
            text = "{period}早已结束，截至日期按 {day} 算；要按别的日子，写 --as-of"
            print_text(tr(text, period=taken.merged.caption, day=taken.merged.as_of), err=True)
        if telling:
            print_former(taken.former, taken.gap)
        return taken.merged, taken.form, taken


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
        day = as_of.date() if as_of else None
        verb(Round(plan, inbox, period, day, template, password, jobs), **rest)

    for add in (
        jobs_option, password_option, template_option, as_of_option, period_option, inbox_argument, plan_argument
    ):  # fmt: skip
        parsed = add(parsed)
    return parsed
