"""verify: is an archive as it was closed."""

from __future__ import annotations

import sys
from pathlib import Path

from ..console import ATTENTION, FAILED, OK, guarded, print_text, show
from ..options import EXISTS, password_option
from ..terminal.commands import argument, command


@command()
@argument("path", type=EXISTS, metavar="归档/时段|总台账.xlsx")
@password_option
def verify(path: Path, password: str | None) -> None:
    """核对归档：每个文件的摘要，和用归档里的文件重做的汇总，是否逐字节相同。

    退出码：0 完好；1 有文件被改、被删或多出来；3 完好，但要看一下提醒。

    \b
    例：reconcile verify 归档/第二季度
        reconcile verify 总台账.xlsx
    """
    from ...api.year.verify import verify as api_verify
    from ...core.i18n import tr

    with guarded(path):
        archives, _ = api_verify(path, password=password)
    for archive in archives:
        if archive.sound:
            words = "“{period}”完好：{files} 个文件的摘要都对，重做的 {remade} 个逐字节相同"
            words = words if not archive.findings else "“{period}”的 {files} 个文件摘要都对"
            print_text(tr(words, period=archive.period, files=archive.files, remade=archive.remade))
        else:
            print_text(tr("“{period}”和归档时不一样", period=archive.period))
        show(archive.findings, str(path), notes=True)
    if not all(archive.sound for archive in archives):
        sys.exit(FAILED)
    sys.exit(ATTENTION if any(archive.findings for archive in archives) else OK)
