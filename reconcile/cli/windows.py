"""windows: the .bat files that a coordinator on Windows double-clicks."""

from __future__ import annotations

from pathlib import Path

from .console import guarded, print_text
from .options import NEW, force_option
from .terminal.commands import argument, command


@command()
@argument("folder", type=NEW, metavar="文件夹")
@force_option
def windows(folder: Path, force: bool) -> None:
    """写出 Windows 上可双击、可拖放的 .bat 文件，一个命令一个。

    \b
    例：reconcile windows 重点工作
    """
    from ..api.windows import write_bats
    from ..core.i18n import joined, tr

    with guarded(folder):
        names = write_bats(folder, force=force)
    listed = joined(name.removesuffix(".bat") for name in names)
    text = "{count} 个 .bat 文件写在 {folder}：{names}"
    print_text(tr(text, count=len(names), folder=folder, names=listed))
    print_text(tr("把总台账放进同一个文件夹；说明见 docs/windows.md。"))
