"""demo: the whole round on the sample plan."""

from __future__ import annotations

from pathlib import Path

from .console import guarded, say
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
def demo(out: Path, seed: int | None) -> None:
    """用自带的样例走一整轮（回表是模拟的）。

    \b
    例：reconcile demo
    """
    from ..core.i18n import EN, spoken
    from ..demo.walk_through import CHINESE, ENGLISH, run_demo

    with guarded(out):
        for line in run_demo(out, seed, ENGLISH if spoken() == EN else CHINESE):
            say(line)
