"""The sheets 按单位 (scoreboard) and 催报名单 (who is to be asked again)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ...core.i18n import joined, tr
from ...core.lights import Light
from ...core.plan import Plan, Role, Unit
from ...core.result import UNANSWERED, MergeResult, Score, UnitState, UnitStatus
from ...core.settings import Setting
from ...merge.scores import weights
from ...writers.table import A4, Cell, Column, Listing
from ..counts import UNJUDGED, subject
from ..overview import heading
from ..status import STATES, filed_on

SCORES, MISSING = "按单位", "催报名单"
PERSON, PHONE = "联系人", "联系电话"
_QUIET = {"font_color": "#595959"}
IN_TIME = {True: "是", False: "否", None: "不明"}


def write_scores(listing: Listing, merged: MergeResult, scores: Sequence[Score]) -> None:
    """Write 按单位: lights of the tasks led, answers, errors and score of every unit.

    Lead units are ranked among themselves, by a rule that stands above the table; below them are
    those that only support, without a rank.
    """
    columns = [
        Column("名次", 7, True), Column("责任单位", 26), Column("得分", 8, True, "0.0"),
        Column("牵头任务", 7, True), *(Column(f"●{x}灯", 8, True) for x in (Light.GREEN, Light.YELLOW, Light.RED)),
        Column(UNJUDGED, 8, True), Column("照抄", 7, True), Column("应答任务", 7, True), Column("已答任务", 7, True),
        Column("情况", 9, True), Column("首报", 18, True), Column("改报", 18, True),
        Column("按时", 7, True), Column("须改正", 8, True),
    ]  # fmt: skip
    rows = [
        [
            *_ranked(s), s.asked, s.answered, tr(STATES[s.state]), filed_on(s.first), filed_on(s.last),
            tr(IN_TIME[s.on_time]), s.errors,
        ]
        for s in scores
    ]  # fmt: skip
    above = (
        tr("{subject}各单位完成情况", subject=subject(merged)), heading(merged), score_rule(merged.plan),
    )  # fmt: skip
    sheet, count = listing.table(SCORES, columns, rows, frozen=2, above=above)
    if count:
        top = len(above) + 1
        sheet.conditional_format(top, 2, top + count - 1, 2, listing.bar(100))


def _ranked(s: Score) -> list[object]:
    """The columns that rank a unit by the tasks that it leads; of one that leads none, its name alone."""
    if not s.led:
        return [Cell(tr("配合"), _QUIET), s.unit, *[""] * 7]
    lights = (s.lights[x] for x in (Light.GREEN, Light.YELLOW, Light.RED, ""))
    return [s.rank, s.unit, float(s.score), s.led, *lights, s.copied or ""]


def score_rule(plan: Plan) -> str:
    """Return in words how the score comes about, with the plan's own weights."""
    w = {name: f"{points.normalize():f}" for name, points in weights(plan).items()}
    return tr(
        "牵头单位按得分排名，得分相同的名次相同。得分＝牵头任务的平均分（绿灯{green}、黄灯{yellow}、红灯{red}、"
        "未判定{none}，进展情况照抄计划原文的按未判定计）＋按时首报{on_time}－须改正每处{error}，最低0分。"
        "只配合、不牵头的单位列在后面，不排名。",
        green=w[Setting.WEIGHT_GREEN], yellow=w[Setting.WEIGHT_YELLOW], red=w[Setting.WEIGHT_RED],
        none=w[Setting.WEIGHT_UNANSWERED], on_time=w[Setting.WEIGHT_ON_TIME],
        error=w[Setting.WEIGHT_ERROR],
    )  # fmt: skip


def write_missing(listing: Listing, merged: MergeResult, *, contacts: bool) -> None:
    """Write 催报名单: who has not answered, whose return could not be taken, who has to correct.

    With ``contacts`` whom to call, which is the office's business and no leader's.
    """
    units: Mapping[str, Unit] = {u.name: u for u in merged.plan.units}
    columns = [
        Column("责任单位", 26), Column("任务数", 9, True), Column("其中牵头", 9, True),
        *((Column(PERSON, 12), Column(PHONE, 18)) if contacts else ()), Column("情况", 36),
    ]  # fmt: skip
    order = (UnitState.MISSING, UnitState.SUSPECTED, UnitState.REFUSED, UnitState.ERRORS)
    led = Counter(a.unit for a in merged.assignments if a.role == Role.LEAD)
    rows = []
    for s in sorted(
        (s for s in merged.statuses if s.state in order), key=lambda s: order.index(s.state)
    ):
        unit = units.get(s.unit, Unit(s.unit))
        fill: str | dict[str, object] = UNANSWERED if s.state == UnitState.MISSING else {}
        rows.append([
            Cell(s.unit, fill), s.asked, led[s.unit],
            *((unit.contact, unit.phone) if contacts else ()), _reason(s),
        ])  # fmt: skip
    listing.table(MISSING, columns, rows, paper=A4, split=True)


def _reason(s: UnitStatus) -> str:
    if s.state == UnitState.MISSING:
        return tr("没有回表")
    if s.state == UnitState.SUSPECTED:
        return tr("疑似已报，文件没有收，请核对：{files}", files=joined(s.files))
    if s.state == UnitState.REFUSED:
        return tr("回表没有收：{files}", files=joined(s.files))
    return tr("已报，有 {count} 处须改正", count=s.errors)
