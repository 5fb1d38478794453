"""The command line: one verb = parse arguments, call, report.

Exit status: 0 fine, 1 the tool could not do it, 2 wrong usage, 3 done, but
returns need attention. Heavy packages are imported inside the verbs, so that
``reconcile --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from . import __version__

if TYPE_CHECKING:
    from .findings import Finding
    from .merged import Merged

OK, FAILED, ATTENTION = 0, 1, 3
_SHOWN = 20
"""How many findings a verb prints before it points to the workbook."""

_exists = click.Path(exists=True, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_new = click.Path(path_type=Path)


class _Group(click.Group):
    """Lists the verbs in the order of the work, and takes them as they are written there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", help="显示版本")
def main() -> None:
    """从计划到汇总：提取计划、分发填报表、检查回表、汇总。

    \b
    第一次用：reconcile demo
    平常一轮：extract → 在 Excel 里核对 → generate → 发出、收回 → status → merge
    退出码：0 正常；1 没做成；2 用法不对；3 做完了，但有回表需要处理
    """
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows is GBK: a sign it lacks must not stop the work.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _option(*names: str, **kwargs: Any) -> Callable[[Any], Any]:
    return click.option(*names, **kwargs)


_plan = click.argument("plan", type=_file, metavar="总台账.xlsx")
_inbox = click.argument("inbox", type=_exists, nargs=-1, required=True, metavar="收回…")
_period = _option("--period", metavar="时段", help="时段名称，与总台账一致，如 第二季度")
_template = _option("--template", type=_file, help="自己改过的填报表模板（.xlsx）")
_as_of = _option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="年-月-日",
    help="截至哪一天，默认今天；同样的输入和日期，得出同样的结果",
)
_previous = _option(
    "--previous", type=_file, multiple=True, help="上期的汇总工作簿（可写多次，一期一份）"
)
_password = _option("--password", help="回表的打开密码（需安装 reconcile[crypto]）")


@main.command()
@click.argument("source", type=_file, metavar="计划")
@_option("-o", "--out", type=_new, required=True, help="写到哪里，如 总台账.xlsx")
@_option(
    "--units",
    "last",
    type=_file,
    metavar="总台账.xlsx",
    help="沿用这份旧总台账的单位表、状态词和联系方式等设置",
)
@_option(
    "--amended",
    is_flag=True,
    help="这是 --units 那份计划的修订：沿用它的校验密钥和裁定，已发出的表仍然认可",
)
@_option(
    "--proof",
    type=_new,
    metavar="校对.xlsx",
    help="另做校对表：PDF 每一行的图与提取的文字上下对照（每页约 0.2 秒）",
)
@_option("--force", is_flag=True, help="总台账（校对表）已有时也重写（原来的改动会丢失）")
def extract(
    source: Path, out: Path, last: Path | None, amended: bool, proof: Path | None, force: bool
) -> None:
    """从计划（PDF、Excel 或 Word）提取总台账，供在 Excel 里核对。

    \b
    例：reconcile extract 计划.pdf -o 总台账.xlsx
        reconcile extract 新计划.docx -o 新总台账.xlsx --units 旧总台账.xlsx
    """
    from . import verbs
    from .units import counts

    if amended and not last:
        raise click.UsageError("--amended 要和 --units 一起用，说明修订的是哪一份总台账")
    for path in filter(None, (out, proof)):
        if path.exists() and not force:
            raise click.UsageError(f"{path} 已经有了，里面可能有您改过的内容；要重写请加 --force")
    with _guarded(out), _progress("读取页面") as progress:
        extracted = verbs.extract(
            source, out, progress, last_path=last, amended=amended, proof_path=proof
        )
    plan = extracted.plan
    if plan is None:
        _fail(extracted.findings)
    numbers = [t.number for t in plan.tasks]
    gaps = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    lead, support = counts(plan.tasks)
    cells = [m for t in plan.tasks for m in t.milestones.values()]
    orphans = [t.number for t in plan.tasks if not t.lead]
    doubtful = {f.values["unit"] for f in extracted.findings if f.code == "UNIT-001"}
    groups = sum(u.group for u in plan.units)
    _say(f"已写好 {out}")
    _say(
        f"  任务 {len(numbers)} 项，序号 1 到 {max(numbers)}，"
        + (f"缺 {_numbers(gaps)}" if gaps else "没有缺号")
    )
    _say(
        f"  序时进度 {len(cells)} 格，其中空白 {sum(not c for c in cells)} 格（{'、'.join(p.caption for p in plan.periods)}）"
    )
    _say(f"  没有牵头单位的任务：{_numbers(orphans) if orphans else '无'}")
    _say(
        f"  单位 {len(plan.units)} 个（集合单位 {groups} 个），牵头 {sum(lead.values())} 次、配合 {sum(support.values())} 次；"
        f"名称确定 {len(plan.units) - len(doubtful)} 个，待核 {len(doubtful)} 个"
    )
    _show(extracted.findings, f"{out} 的“待核”表")
    if proof and proof.exists():
        _say(f"校对表写在 {proof}：逐页对照，在“已核”一栏签注。")
    _say("下一步：打开总台账，看“待核”和“单位”两张表，补上集合单位成员、联系方式和截止日期。")


@main.command()
@_plan
@_period
@_option("-o", "--out", type=_new, required=True, help="放在哪个文件夹，如 发出")
@_template
@_option("--unit", "only", multiple=True, help="只做这个单位的（可写多次）")
@_previous
def generate(
    plan: Path,
    period: str | None,
    out: Path,
    template: Path | None,
    only: tuple[str, ...],
    previous: tuple[Path, ...],
) -> None:
    """给每个责任单位做一份填报表，只含它自己的任务。

    \b
    例：reconcile generate 总台账.xlsx --period 第二季度 -o 发出
    """
    from . import verbs

    with _guarded(out), _progress("填报表") as progress:
        made = verbs.generate(
            plan,
            out,
            period,
            template_path=template,
            only=only,
            previous_paths=previous,
            progress=progress,
        )
    if made.failed:
        _fail(made.findings)
    asked = sum(a.unit in made.files for a in made.assignments)
    _say(f"{made.period}：{len(made.files)} 个单位的填报表写在 {out}，共 {asked} 份任务")
    _show(made.findings, "总台账")
    _say("下一步：把每个文件发给对应的单位；收回的放进一个文件夹，然后 reconcile status。")
    sys.exit(ATTENTION if _alarming(made.findings) else OK)


@main.command()
@_plan
@_inbox
@_period
@_as_of
@_template
@_password
@_option("--json", "as_json", is_flag=True, help="输出 JSON，供程序使用")
@_option("-o", "--out", type=_new, help="另存为工作簿，如 进度.xlsx")
def status(
    plan: Path,
    inbox: tuple[Path, ...],
    period: str | None,
    as_of: datetime | None,
    template: Path | None,
    password: str | None,
    as_json: bool,
    out: Path | None,
) -> None:
    """看谁报了、谁没报、哪里有问题。不写汇总，随时可以运行。

    \b
    例：reconcile status 总台账.xlsx 收回
    """
    from .report import report, to_json
    from .status import status_bytes, status_text

    merged, form = _taken(plan, inbox, period, as_of, template, password)
    if out:
        from .files import write_file

        with _guarded(out):
            write_file(out, status_bytes(merged))
    if as_json:
        click.echo(to_json(report(merged, form)).decode(), nl=False)
    else:
        _say(status_text(merged))
    sys.exit(ATTENTION if _alarming(merged.findings) else OK)


@main.command()
@_plan
@_inbox
@_option("-o", "--out", type=_new, required=True, help="汇总工作簿，如 汇总.xlsx")
@_period
@_as_of
@_template
@_password
@_option("--report", "report_path", type=_new, help="另写一份 JSON 报告，供程序使用")
@_option("--circular", "circular_path", type=_new, help="另写一份通报初稿，如 通报.docx")
@_option(
    "--returns", "returns_out", type=_new, help="退回件放在哪个文件夹，默认与汇总同一处的 退回"
)
@_previous
def merge(
    plan: Path,
    inbox: tuple[Path, ...],
    out: Path,
    period: str | None,
    as_of: datetime | None,
    template: Path | None,
    password: str | None,
    report_path: Path | None,
    circular_path: Path | None,
    returns_out: Path | None,
    previous: tuple[Path, ...],
) -> None:
    """检查回表并汇总；有错的做好退回件。

    \b
    例：reconcile merge 总台账.xlsx 收回 -o 汇总.xlsx
    """
    from . import verbs
    from .letter import missing
    from .status import status_text
    from .summary import balance_line

    if circular_path and (lacking := missing()):
        _fail(lacking)
    merged, form = _taken(plan, inbox, period, as_of, template, password, previous)
    looks, told = verbs.load_looks(merged.plan, plan)
    if looks is None:
        _fail(told)
    folder = returns_out or out.parent / "退回"
    with _guarded(out):
        returned = verbs.write_merge(
            merged, form, out, folder, inbox, report_path=report_path,
            circular_path=circular_path, looks=looks, password=password,
        )  # fmt: skip
    _say(f"{merged.caption}汇总已写好：{out}")
    if circular_path:
        _say(f"通报初稿：{circular_path}")
    _say(status_text(merged, brief=True))
    _say(balance_line(merged))
    _show(merged.findings, f"{out} 的“问题清单”")
    if returned:
        _say(f"退回件 {len(returned)} 份，在 {folder}")
    sys.exit(ATTENTION if _alarming(merged.findings) else OK)


@main.command()
@_plan
@_inbox
@_option("--to", "out", type=_new, required=True, help="写到哪里：.csv、.parquet 或 .sqlite")
@_period
@_as_of
@_template
@_password
def export(
    plan: Path,
    inbox: tuple[Path, ...],
    out: Path,
    period: str | None,
    as_of: datetime | None,
    template: Path | None,
    password: str | None,
) -> None:
    """把收下的明细导成一张表，给 pandas、数据库或 BI 用。

    \b
    例：reconcile export 总台账.xlsx 收回 --to 明细.csv
    """
    from . import export as tidy

    if out.suffix not in tidy.KINDS:
        raise click.UsageError(f"{out.name}：文件名要以 {'、'.join(tidy.KINDS)} 结尾")
    merged, form = _taken(plan, inbox, period, as_of, template, password)
    try:
        with _guarded(out):
            tidy.export(merged, form, out)
    except ImportError:
        click.echo('没有做成：写 .parquet 要先安装 pip install "reconcile[parquet]"', err=True)
        sys.exit(FAILED)
    _say(f"{len(merged.records)} 条明细写在 {out}")
    sys.exit(ATTENTION if _alarming(merged.findings) else OK)


@main.command()
@click.argument("old", type=_file, metavar="旧总台账.xlsx")
@click.argument("new", type=_file, metavar="新总台账.xlsx")
@_option("-o", "--out", type=_new, help="另存为工作簿，如 差异.xlsx")
@_option("--json", "as_json", is_flag=True, help="输出 JSON，供程序使用")
def diff(old: Path, new: Path, out: Path | None, as_json: bool) -> None:
    """比较两份总台账：增减的任务、改了的目标和进度、单位和时段的变动。

    退出码：0 没有变动；3 有变动；1 读不了。

    \b
    例：reconcile diff 总台账.xlsx 新总台账.xlsx -o 差异.xlsx
    """
    from . import amendment, verbs
    from .files import write_file

    with _guarded(old):
        changes, findings = verbs.diff(old, new)
    if changes is None:
        _fail(findings)
    if out:
        with _guarded(out):
            write_file(out, amendment.changes_bytes(changes, old.name, new.name))
    if as_json:
        click.echo(amendment.changes_json(changes, old.name, new.name).decode(), nl=False)
    else:
        _say(amendment.changes_text(changes) or "两份总台账没有变动")
        if out:
            _say(f"全文对照写在 {out}")
    sys.exit(ATTENTION if changes else OK)


@main.command()
@_option(
    "-o",
    "--out",
    type=_new,
    default=Path("reconcile-demo"),
    show_default=True,
    help="放在哪个文件夹",
)
@_option("--seed", default=2022, show_default=True, help="模拟填报的随机种子")
def demo(out: Path, seed: int) -> None:
    """用自带的样例走一整轮（回表是模拟的）。

    \b
    例：reconcile demo
    """
    from .demo import run_demo

    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise click.UsageError(f"{out} 已经有内容；换一个文件夹（-o）或先删去它")
    with _guarded(out):
        for line in run_demo(out, seed):
            _say(line)


# --- reporting


def _taken(
    plan: Path,
    inbox: Sequence[Path],
    period: str | None,
    as_of: datetime | None,
    template: Path | None,
    password: str | None,
    previous: tuple[Path, ...] = (),
) -> tuple[Merged, Any]:
    """Merge plan and inbox, or report why not and stop."""
    from . import verbs

    day = as_of.date() if as_of else date.today()
    with _guarded(plan):
        taken = verbs.take(
            plan, inbox, period=period, as_of=day, template_path=template, password=password,
            previous_paths=previous,
        )  # fmt: skip
    if taken.merged is None or taken.template is None:
        _fail(taken.findings)
    return taken.merged, taken.template.form


def _say(text: str) -> None:
    click.echo(text)


def _numbers(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers))


def _alarming(findings: Sequence[Finding]) -> bool:
    return any(f.severity.name in ("ERROR", "WARNING") for f in findings)


def _line(finding: Finding) -> str:
    place = " ".join(p for p in (finding.place.file, finding.place.sheet, finding.place.cell) if p)
    where = f"{place}：" if place else ""
    return f"{finding.severity.value} {finding.code} {where}{finding.message}。{finding.fix}。"


def _show(findings: Sequence[Finding], where: str) -> None:
    """Print the gravest findings, and say where all of them stand."""
    order = ("ERROR", "WARNING", "NOTE")
    if not findings:
        return
    counted = [sum(f.severity.name == name for f in findings) for name in order]
    _say(f"问题：错误 {counted[0]}、提醒 {counted[1]}、说明 {counted[2]}")
    grave = sorted(
        (f for f in findings if f.severity.name != "NOTE"),
        key=lambda f: order.index(f.severity.name),
    )
    for finding in grave[:_SHOWN]:
        _say("  " + _line(finding))
    if len(findings) > min(len(grave), _SHOWN):
        _say(f"  全部见 {where}")


def _fail(findings: Sequence[Finding]) -> NoReturn:
    """Report findings on stderr and stop: the tool could not do it."""
    for finding in findings:
        if finding.severity.name == "ERROR":
            click.echo("没有做成：" + _line(finding), err=True)
    sys.exit(FAILED)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read our output has gone; click ends the run quietly
    except PermissionError as error:
        name = error.filename or path
        click.echo(f"没有做成：{name} 写不进去；如果它正在 Excel 里打开，请先关闭", err=True)
        sys.exit(FAILED)
    except OSError as error:
        click.echo(f"没有做成：{error.filename or path}：{error.strerror or error}", err=True)
        sys.exit(FAILED)


@contextmanager
def _progress(caption: str) -> Iterator[Callable[[int, int], None] | None]:
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


if __name__ == "__main__":
    main()
