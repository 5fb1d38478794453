"""History -> the workbook 走势: tasks, periods, units and indicators side by side; the year's account.

Every value of a small chart stands as a number beside it: LibreOffice and older WPS draw none of Excel's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ...core.i18n import joined, sheet_name, tr
from ...core.lights import Light
from ...core.plan import Unit
from ...core.prefill import amount_value
from ...core.result import UNANSWERED, Score, Standing, UnitState
from ...merge.year.history import Account, History, Line, flags, owners, unit_years
from ...writers.marks import HISTORY, mark_of
from ...writers.table import A3, Cell, Column, Listing, new_workbook
from ...writers.theme import light_look
from ..counts import UNJUDGED, plain_title
from ..sheets.task_table import light_word
from ..sheets.unit_sheets import PERSON, PHONE, score_rule
from .tables import figures_text, period_frame, year_frame

TASKS, PERIODS, UNITS, INDICATORS, YEAR, REMIND, ABOUT = (
    "走势", "各期", "单位", "指标走势", "年度考核", "该提醒谁", "说明",
)  # fmt: skip
_QUIET: dict[str, object] = {"font_color": "#595959"}
_PERCENT = "0%"
_WORST = {"bg_color": "#F8CBAD"}
_ROOM = 1.2
"""So much higher than its highest column is a small chart: it must not touch the next row's."""


def mark(history: History) -> str:
    """Return the mark of a plan's history."""
    return mark_of(HISTORY, history.plan, len(history.plan.periods))


def workbook_bytes(history: History, *, contacts: bool = False) -> bytes:
    """Return the history as a workbook; whom to call stands in it only with ``contacts``.

    The same history gives the same bytes.
    """
    heading_text, office = title(history, "走势"), history.plan.office
    book, stream = new_workbook(heading_text, mark(history), author=office)
    listing = Listing(book)
    names = [TASKS, PERIODS, UNITS, *([INDICATORS] if history.accounts[-1].indicators else []), YEAR, REMIND]  # fmt: skip
    for name in (*names, ABOUT):
        book.add_worksheet(sheet_name(name))
    _tasks(listing, history)
    _periods(listing, history)
    _units(listing, history)
    if INDICATORS in names:
        _indicators(listing, history)
    _year(listing, history)
    _remind(listing, history, contacts=contacts)
    _about(listing, history)
    book.close()
    return stream.getvalue()


def title(history: History, what: str) -> str:
    """Return the title of a sheet: 2022年重点任务走势."""
    return tr("{plan}{what}", plan=plain_title(history.plan), what=tr(what))


def heading(history: History) -> str:
    """Return the line below a title: the office, and the periods that are shown."""
    periods = tr("已归档：{periods}", periods=joined(a.caption for a in history.accounts))
    return joined((t for t in (history.plan.office, periods) if t), "　　")


# --- tasks


def _tasks(listing: Listing, history: History) -> None:
    accounts = history.accounts
    columns = [
        Column("序号", 6, True), Column("目标任务", 36), Column("牵头单位", 14),
        *(Column(a.caption, 15, True) for a in accounts),
        *(Column(tr("{period}完成", period=a.caption), 13, True, _PERCENT) for a in accounts),
        Column("进度图", 14, True), Column("实绩", 30), Column("提示", 18), Column("变动", 28),
    ]  # fmt: skip
    above = (title(history, "各项任务走势"), heading(history))
    rows = [_task_row(history, line) for line in history.lines]
    sheet, count = listing.table(TASKS, columns, rows, paper=A3, frozen=2, above=above)
    first = 3 + len(accounts)
    _sparklines(sheet, len(above) + 1, count, first, len(accounts), kind="column", most=1)


def _sparklines(
    sheet: Worksheet, top: int, count: int, first: int, wide: int, *, kind: str, most: float | None = None
) -> None:  # fmt: skip
    """Draw a small chart in the column behind ``wide`` columns of numbers, in every row."""
    begin, end = xl_col_to_name(first), xl_col_to_name(first + wide - 1)
    name = sheet.get_name().replace("'", "''")
    for row in range(top, top + count):
        look: dict[str, object] = {
            "range": f"'{name}'!{begin}{row + 1}:{end}{row + 1}", "type": kind, "min": 0,
            "series_color": "#2F5597", "markers": kind == "line",
        }  # fmt: skip
        if most is not None:
            look["max"] = most * _ROOM
        sheet.add_sparkline(row, first + wide, look)


def _task_row(history: History, line: Line) -> list[object]:
    task = line.task
    figures = [
        (a.caption, text)
        for a in history.accounts
        if (then := line.tasks.get(a.caption)) and (text := figures_text(a, then.number))
    ]
    flagged = flags(history, line)
    return [
        task.number if line.present else Cell(tr("原{number}", number=task.number), _QUIET),
        task.goal, joined(task.lead),
        *(stood(line, a) for a in history.accounts),
        *(_percent(line, a) for a in history.accounts),
        "",
        "\n".join(tr("{name}：{told}", name=caption, told=text) for caption, text in figures),
        Cell(joined(flagged, "；"), _WORST if _alarming(line, history) else {}) if flagged else "",
        joined(line.notes, "；"),
    ]  # fmt: skip


def _alarming(line: Line, history: History) -> bool:
    standing = line.standing(history.accounts[-1])
    return standing is not None and standing.light == Light.RED


def stood(line: Line, account: Account) -> object:
    """Return how a task stood in a period as a cell: its light, and its state in words."""
    standing = line.standing(account)
    if standing is None:
        return Cell(tr("不在计划中"), _QUIET)
    text = light_and_state(standing)
    return Cell(text, light_look(standing.light) if standing.light else _QUIET)


def light_and_state(standing: Standing) -> str:
    """Return how a task stood in words: ●红灯 未启动."""
    light = light_word(standing.light)
    if not standing.state:
        return light
    return tr("{light} {state}", light=light, state=tr(standing.state))


def _percent(line: Line, account: Account) -> object:
    task = line.tasks.get(account.caption)
    share = account.percent(task.number) if task else None
    return "" if share is None else share


# --- periods, units


def _periods(listing: Listing, history: History) -> None:
    frame = period_frame(history)
    columns = [
        Column("项目", 26),
        *(Column(c, 16, True) for c in frame.columns),
    ]
    rows = [
        [str(name), *("" if pd.isna(v) else int(v) for v in row)]
        for name, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    ]
    above = (title(history, "各期对比"), heading(history))
    listing.table(PERIODS, columns, rows, above=above)


_SENT: Mapping[str, str] = {
    UnitState.MISSING: "未报",
    UnitState.REFUSED: "没有收",
    UnitState.SUSPECTED: "待核实",
}


def _units(listing: Listing, history: History) -> None:
    accounts = history.accounts
    columns = [
        Column("责任单位", 22), Column("应答任务", 8, True), Column("已答任务", 8, True),
        Column("答复率", 9, True, _PERCENT), Column("须改正", 8, True),
        *(Column(tr("{period}报送", period=a.caption), 15, True) for a in accounts),
        *(Column(tr("{period}牵头亮灯", period=a.caption), 18, True) for a in accounts),
        *(Column(tr("{period}红灯", period=a.caption), 13, True) for a in accounts),
        Column("红灯图", 12, True),
    ]  # fmt: skip
    rows = []
    for year in unit_years(history):
        scores = [a.scores.get(year.unit) for a in accounts]
        rows.append([
            year.unit, year.asked, year.answered, year.answered / year.asked if year.asked else "",
            year.errors, *(_sent(s) for s in scores), *(_lights(s) for s in scores),
            *(s.lights[Light.RED] if s and s.led else "" for s in scores), "",
        ])  # fmt: skip
    above = (title(history, "各单位走势"), heading(history))
    sheet, count = listing.table(UNITS, columns, rows, paper=A3, above=above)
    red = max((s.lights[Light.RED] for a in accounts for s in a.scores.values()), default=0)
    first = 5 + 2 * len(accounts)
    _sparklines(
        sheet, len(above) + 1, count, first, len(accounts), kind="column", most=max(red, 1)
    )  # fmt: skip


def _sent(score: Score | None) -> object:
    """In words whether a unit answered in a period, and in time: 按时 3/3."""
    if score is None:
        return ""
    if score.state in _SENT:
        return Cell(tr(_SENT[score.state]), UNANSWERED if score.state == UnitState.MISSING else {})
    word = {True: "按时", False: "迟报", None: "已报"}[score.on_time]
    return f"{tr(word)} {score.answered}/{score.asked}"


def _lights(score: Score | None) -> str:
    if score is None or not score.led:
        return ""
    words = ((Light.GREEN, "绿"), (Light.YELLOW, "黄"), (Light.RED, "红"), ("", UNJUDGED))
    counts = (f"{tr(word)}{score.lights[x]}" for x, word in words if score.lights[x])
    return joined(counts, " ")


def _indicators(listing: Listing, history: History) -> None:
    accounts = history.accounts
    columns = [
        Column("序号", 6, True), Column("指标", 30), Column("责任单位", 18), Column("计量单位", 10, True),
        Column("全年目标", 11, True), *(Column(a.caption, 12, True) for a in accounts), Column("走势图", 16, True),
    ]  # fmt: skip
    above = (title(history, "量化指标走势"), heading(history))
    rows = list(_indicator_rows(history))
    sheet, count = listing.table(INDICATORS, columns, rows, paper=A3, frozen=2, above=above)
    _sparklines(sheet, len(above) + 1, count, 5, len(accounts), kind="line")


def _indicator_rows(history: History) -> Iterator[list[object]]:
    """A row for each indicator and unit that gave a figure; one without a unit where none did."""
    last = history.accounts[-1]
    for line in history.lines:
        now = line.tasks.get(last.caption)
        for i in last.indicators:
            if now is None or i.number != now.number:
                continue
            given: dict[str, dict[str, Decimal]] = {}
            for account in history.accounts:
                then = line.tasks.get(account.caption)
                for unit, value in account.figures(then.number, i.name) if then else ():
                    given.setdefault(unit, {})[account.caption] = value
            for unit, values in given.items() or [("", {})]:
                yield [
                    now.number, i.name, unit or Cell(tr("没有填过"), _QUIET), i.measure, amount_value(i.annual),
                    *(float(values[a.caption]) if a.caption in values else "" for a in history.accounts), "",
                ]  # fmt: skip


# --- the year's account


def _year(listing: Listing, history: History) -> None:
    frame = year_frame(history)
    columns = [
        Column("名次", 7, True), Column("责任单位", 24), Column("年度得分", 9, True, "0.0"),
        *(Column(tr("{period}得分", period=a.caption), 13, True, "0.0") for a in history.accounts),
        Column("应报期数", 8, True), Column("已报期数", 8, True), Column("按时", 7, True), Column("迟报", 7, True),
        Column("未报", 7, True), Column("应答任务", 8, True), Column("已答任务", 8, True),
        Column("答复率", 9, True, _PERCENT), Column("须改正", 8, True), *(Column(f"●{x}灯", 8, True) for x in (Light.GREEN, Light.YELLOW, Light.RED)),
        Column(UNJUDGED, 8, True),
    ]  # fmt: skip
    rows = []
    for values in frame.itertuples(index=False):
        shown = ["" if v is None else float(v) if isinstance(v, Decimal) else v for v in values]
        if not shown[0]:
            shown[0] = Cell(tr("配合"), _QUIET)
        rows.append(shown)
    above = (title(history, "年度考核"), heading(history), year_rule(), score_rule(history.plan))
    sheet, count = listing.table(YEAR, columns, rows, paper=A3, frozen=2, above=above)
    if count:
        top = len(above) + 1
        sheet.conditional_format(top, 2, top + count - 1, 2, listing.bar(100))


def year_rule() -> str:
    """Return in words how the year's score comes about."""
    return tr(
        "年度得分＝牵头过任务的各期得分的平均（不是相加），取一位小数；牵头任务而没有回表的那一期按0分计入。"
        "各期得分就是当期“按单位”表上公布的，不重算。得分相同的名次相同；只配合、不牵头的单位不排名，列在后面。"
        "按时、迟报只算有填报日期或来信日期的。"
    )


def _remind(listing: Listing, history: History, *, contacts: bool) -> None:
    units: Mapping[str, Unit] = {u.name: u for u in history.plan.units}
    columns = [
        Column("责任单位", 22), Column("提醒什么", 44),
        *((Column(PERSON, 10), Column(PHONE, 16), Column("电子邮箱", 24)) if contacts else ()),
        Column("答复率", 9, True, _PERCENT), Column("首报比截止（天）", 11, True, "+0.0;-0.0;0.0"), Column("须改正", 8, True),
        Column("照抄计划", 8, True), Column("照抄上期", 8, True), Column("从没填过的指标", 9, True), Column("连续两期没答的任务", 11, True),
    ]  # fmt: skip
    rows = []
    reminders = owners(history)
    for owner in sorted(reminders, key=lambda o: not o.reasons):
        unit, year = units.get(owner.year.unit, Unit(owner.year.unit)), owner.year
        rows.append([
            unit.name, joined(owner.reasons, "；") or Cell(tr("不用提醒"), _QUIET),
            *((unit.contact, unit.phone, unit.email) if contacts else ()),
            year.answered / year.asked if year.asked else "",
            sum(year.days) / len(year.days) if year.days else "", year.errors, owner.from_plan, owner.from_before,
            len(owner.never), len(owner.silent),
        ])  # fmt: skip
    above = (
        title(history, "答复情况和提醒名单"), heading(history),
        tr("供办公室使用。前面是该提醒的；首报比截止的天数，负数是提前。只算读得出日期的各期。"),
    )  # fmt: skip
    listing.table(REMIND, columns, rows, paper=A3, above=above)


def _about(listing: Listing, history: History) -> None:
    lines = about()
    listing.table(
        ABOUT, [Column("说明", 120)], [[line] for line in lines], above=(title(history, "走势说明"),)
    )  # fmt: skip


def about() -> Sequence[str]:
    """Return how to read a history, a sentence each."""
    return (
        tr(
            "各期的完成情况、亮灯、得分都取自当期的汇总（归档里的“任务评定”“按单位”“明细”“问题清单”），不重算，与当期总览和通报一致。"
        ),
        tr(
            "完成百分比取牵头单位填报的，几家牵头的取最低；没有填的空着。小图在 Excel 里看得到，数都在旁边。"
        ),
        tr(
            "提示：新增滞后、由黄转红、转好等与总览“与上期相比”的说法相同，只说最近一期；反复＝转好以后又变差；上一时段没有归档的不比。"
        ),
        tr(
            "任务按序号和目标文字前后对应：改号、改目标、换牵头单位、取消、新增的写在“变动”；拆分是按文字推断的，请核对。"
        ),
        tr(
            "连续两期没答：牵头的任务连续两期没有任何一家牵头单位的答复，本单位也没有来过没有收下的表。"
        ),
        tr("照抄计划、照抄上期：按任务和时段计数，取自当期“问题清单”（TASK-006、TASK-013）。"),
    )
