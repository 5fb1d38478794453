"""rotate-key: a plan workbook with a new key."""

from __future__ import annotations

from pathlib import Path

from .console import fail, guarded, print_text
from .options import WORKBOOK, plan_argument
from .terminal.commands import command, option


@command("rotate-key")
@plan_argument
@option("-o", "--out", type=WORKBOOK, required=True, help="写到哪里，如 新总台账.xlsx")
def rotate_key(plan: Path, out: Path) -> None:
    """另存一份换了校验密钥的总台账，说明哪些已发的表因此作废。

    密钥外泄、太弱，或者用的是样例里的，就要换。原来的总台账不动：用它发出的表，仍用它汇总。

    \b
    例：reconcile rotate-key 总台账.xlsx -o 新总台账.xlsx
    """
    from ..api.rotate_key import rotate_key as api_rotate_key
    from ..core.i18n import joined, tr

    with guarded(out):
        rotated = api_rotate_key(plan, out)
    if not rotated.written:
        fail(rotated.findings)
    print_text(tr("已写好 {out}，校验密钥是新的；{plan} 没有动", out=out, plan=plan))
    if rotated.periods:
        text = "作废的：用旧密钥发出的所有表（{periods}，每期 {units} 个单位），用新总台账汇总时会被拒收"
        print_text(tr(text, periods=joined(rotated.periods), units=rotated.units))
    for period, count in rotated.sent.items():
        print_text(tr("  其中发送记录里有：{period} {count} 个单位", period=period, count=count))
    if rotated.periods:
        print_text(tr("还没有收齐的时段：仍用原来的总台账汇总，或用新的重新生成、重新发出。"))
