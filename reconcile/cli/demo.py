"""demo: the whole round on the sample plan."""

from __future__ import annotations

from pathlib import Path

from .console import guarded, print_text
from .options import NEW
from .terminal.commands import command, option


@command()
@option(
    "-o",
    "--out",
    type=NEW,
    default=Path("reconcile-demo"),
    show_default=True,
    help="放在哪个文件夹",
)
@option("--seed", type=int, help="模拟填报的随机种子")
@option("--year", is_flag=True, help="改用一份虚构的小计划走完一年：四个时段，逐个归档，最后看走势")
def demo(out: Path, seed: int | None, year: bool) -> None:
    """用自带的样例走一整轮（回表是模拟的）。

    \b
    例：reconcile demo
        reconcile demo --year -o 一年
    """
    from ..core.i18n import EN, spoken
    from ..demo.walk_through import CHINESE, ENGLISH, run_demo
    from ..demo.year import run_year

    with guarded(out):
        english = spoken() == EN
        lines = (
            run_year(out, seed) if year else run_demo(out, seed, ENGLISH if english else CHINESE)
        )
        for line in lines:
            print_text(line)
