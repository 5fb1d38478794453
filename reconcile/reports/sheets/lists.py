"""The lists: 量化指标 and 滞后清单 for leaders; 问题清单, 任务评定 and 明细 for the office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from ...core.findings import Finding, Severity
from ...core.form import Field, Form
from ...core.i18n import ZH, Phrase, joined, sheet_name, spoken, tr
from ...core.lights import Lag, rounded
from ...core.plan import Indicator
from ...core.prefill import BASIS_WORDS, amount_value
from ...core.result import Accepted, MergeResult, Reached, Standing
from ...core.submission import fingerprint
from ...writers.table import A3, Cell, Column, Listing
from ..counts import by_severity, lag_of, shown_value, subject
from ..overview import heading
from ..previous_summary import LAG, RECORDS, STANDINGS
from .task_table import light_cell, state_cell

INDICATORS, BEHIND_LIST, PROBLEMS = ("量化指标", "滞后清单", "问题清单")  # fmt: skip
_SEVERITY: Mapping[Severity, dict[str, object]] = {
    Severity.ERROR: {"bg_color": "#F8CBAD"},
    Severity.WARNING: {"bg_color": "#FFF2CC"},
}
_HOW = {"accepted": "收下", "normalised": "规范化"}


def to_task(number: int | None, at: Mapping[int, str]) -> object:
    """Return a task's number as a link to where the workbook shows how it stands, if it does."""
    link = at.get(number) if number is not None else None
    return number if link is None else Cell(number, link=link)


def write_indicators(listing: Listing, merged: MergeResult, at: Mapping[int, str]) -> None:
    """Write 量化指标: the indicators of the period with target, actual, both lags and light.

    ``at`` is the address of each task's row in the same workbook, here and below.
    """
    columns = [
        Column("序号", 6, True), Column("指标", 30), Column("责任单位", 18), Column("口径", 8 if spoken() == ZH else 13, True),
        Column("计量单位", 10, True), Column("全年目标", 11, True), Column("本期目标", 11, True),
        Column("本期实际", 11, True), Column("上期实际", 11, True),
        Column("较上期", 11, True, "+0.####;-0.####;0"), Column("完成率", 10, True, "0.0%"),
        Column("比序时目标（百分点）", 12, True, "+0.0;-0.0;0.0"),
        Column("比日历进度（百分点）", 12, True, "+0.0;-0.0;0.0"),
        Column("亮灯", 9, True), Column("说明", 40),
    ]  # fmt: skip
    lines = list(_indicator_rows(merged, at))
    unanswered = len(merged.plan.indicators) - len(
        {(row.number, row.name) for row in _wanted(merged)}
    )
    above = [tr("{subject}量化指标完成情况", subject=subject(merged)), heading(merged)]
    if unanswered:
        above.append(tr("本期没有目标、也没有填报的 {count} 项不列。", count=unanswered))
    sheet, count = listing.table(
        INDICATORS, columns, lines, paper=A3, frozen=2, split=True, above=above
    )
    if count:
        share, top = [c.caption for c in columns].index("完成率"), len(above) + 1
        sheet.conditional_format(top, share, top + count - 1, share, listing.bar(1))


def _wanted(merged: MergeResult) -> list[Indicator]:
    """The indicators that have a target for the period, or a number."""
    reached = {(result.indicator.number, result.indicator.name) for result in merged.reached}
    return [
        i for i in merged.plan.indicators
        if merged.caption in i.targets or (i.number, i.name) in reached
    ]  # fmt: skip


def _indicator_rows(merged: MergeResult, at: Mapping[int, str]) -> Iterator[list[object]]:
    reached: dict[tuple[int, str], list[Reached]] = {}
    for result in merged.reached:
        reached.setdefault((result.indicator.number, result.indicator.name), []).append(result)
    for i in _wanted(merged):
        target = i.targets.get(merged.caption)
        given: list[object] = [
            to_task(i.number, at),
            i.name,
            "",
            tr(BASIS_WORDS[i.basis]),
            i.measure,
            amount_value(i.annual),
            amount_value(target),
        ]
        results = reached.get((i.number, i.name), [])
        for result in results:
            m = result.measured
            share = float(m.share / 100) if m.share is not None else ""
            remarks = joined((a.remark for a in result.actuals if a.remark), "；")
            why = "" if m.used.points is not None else str(m.used.why)
            before = result.before
            yield [
                *given[:2], str(result.units), *given[3:], float(result.value),
                "" if before is None else float(before),
                "" if before is None else float(result.value - before), share, _points(m.plan),
                _points(m.calendar), light_cell(m.light), joined((t for t in (remarks, why) if t), "；"),
            ]  # fmt: skip
        if not results:
            yield [*given, "", "", "", "", "", "", light_cell(""), tr("没有填报本期实际")]


def _points(lag: Lag) -> object:
    return float(rounded(lag.points)) if lag.points is not None else ""


def write_behind(listing: Listing, merged: MergeResult, at: Mapping[int, str]) -> None:
    """Write 滞后清单: tasks with a yellow or red light, the worst first."""
    above = (tr("{subject}滞后任务清单", subject=subject(merged)), heading(merged), behind_order())
    rows = list(behind_rows(merged, at))
    listing.table(
        BEHIND_LIST, behind_columns(merged), rows, paper=A3, frozen=2, split=True, above=above
    )


def behind_order() -> str:
    """Return in words how 滞后清单 is ordered."""
    return tr(
        "先红后黄；同色的按滞后百分点从大到小，没有测算的列在后面。滞后的口径（序时目标或日历进度）见“依据”。"
    )


def behind_columns(merged: MergeResult) -> list[Column]:
    """Return the columns of 滞后清单."""
    later = [p.caption for p in merged.plan.periods[merged.period : merged.period + 1]]
    return [
        Column("亮灯", 9, True), Column("序号", 6, True), Column("目标任务", 40), Column("牵头单位", 18),
        Column("完成情况", 10, True), Column("滞后（百分点）", 11, True, "0.0"), Column("依据", 34),
        Column("上期", 9, True), Column("存在问题", 36), Column("下一步措施", 36),
        *(Column(tr("{period}序时进度", period=caption), 36) for caption in later),
    ]  # fmt: skip


def behind_rows(merged: MergeResult, at: Mapping[int, str]) -> Iterator[list[object]]:
    """Yield a row of 滞后清单 for each task with a yellow or red light, the worst first."""
    later = [p.caption for p in merged.plan.periods[merged.period : merged.period + 1]]
    tasks = {t.number: t for t in merged.plan.tasks}
    for s in by_severity(merged):
        task = tasks[s.task]
        by_field: dict[str, list[str]] = {"problem": [], "next": []}
        for unit, entry in merged.leads_of(s.task):
            for name, texts in by_field.items():
                if entry.values.get(name):
                    texts.append(tr("{unit}：{text}", unit=unit, text=entry.values[name]))
        lag = rounded(-lag_of(s))
        yield [
            light_cell(s.light), to_task(s.task, at), task.goal, joined(task.lead), state_cell(s.state),
            float(lag) if lag > 0 else "", joined(s.reasons, "；"),
            light_cell(s.before.light) if s.before else "",
            "\n".join(by_field["problem"]), "\n".join(by_field["next"]),
            *(task.milestones.get(caption, "") for caption in later),
        ]  # fmt: skip


def write_standings(
    listing: Listing, merged: MergeResult, proofs: Mapping[tuple[int, str], Cell] | None = None
) -> None:
    """Write 任务评定: how every task stands, to be read back when the next period asks what changed.

    With ``proofs``, as :func:`evidence_links` returns them, a last column counts the evidence.
    """
    columns = [
        Column("时段", 11, True), Column("序号", 6, True), Column("目标任务", 44), Column("牵头单位", 20),
        Column("完成情况", 10, True), Column("亮灯", 9, True), Column(LAG, 12, True, "+0.0;-0.0;0.0"),
        Column("口径", 10, True), Column("依据", 44),
    ]  # fmt: skip
    if proofs is not None:
        columns.append(PROOF)
    tasks = {t.number: t for t in merged.plan.tasks}
    rows = (
        [
            merged.caption, s.task, tasks[s.task].goal, joined(tasks[s.task].lead), state_cell(s.state),
            light_cell(s.light), *_lag(s), joined(s.reasons, "；"),
            *(() if proofs is None else (proofs.get((s.task, ""), ""),)),
        ]
        for s in merged.standings.values()
    )  # fmt: skip
    listing.table(STANDINGS, columns, rows, renamed=False)


def _lag(s: Standing) -> tuple[object, object]:
    """A task's lag as a number, and its basis."""
    if s.lag is None or s.lag.points is None:
        return "", ""
    return float(s.lag.points), tr(s.lag.basis)


def personal(form: Form) -> frozenset[str]:
    """Return the fields, by id, that say who filled a form in and how to reach them: its head, but for dates."""
    return frozenset(f.id for f in form.head if f.rule.kind != "date")


def write_problems(
    listing: Listing, merged: MergeResult, form: Form, at: Mapping[int, str], *, contacts: bool
) -> None:
    """Write 问题清单: every finding, errors first, with the key and the 文件摘要 that a ruling needs.

    Without ``contacts`` it quotes nothing from cells that name a clerk.
    """
    columns = [
        Column("级别", 7, True), Column("编码", 10), Column("责任单位", 16), Column("序号", 6, True),
        Column("栏目", 13), Column("文件", 30), Column("工作表", 10), Column("单元格", 9, True),
        Column("问题", 46), Column("怎么改", 36), Column("文件摘要", 18),
    ]  # fmt: skip
    order = list(Severity)
    findings = sorted(merged.findings, key=lambda f: order.index(f.severity))
    if not contacts:
        findings = list(_without_names(findings, merged, form))
    files = {v.file: fingerprint(v.sha256, merged.caption) for v in merged.verdicts}
    rows = (_problem_row(f, at, files.get(f.place.file, "")) for f in findings)
    listing.table(PROBLEMS, columns, rows, frozen=0, split=True)


_ABOUT_US = frozenset(("header", "caption", "rule", "unit", "file", "files"))
"""Values of a finding that are none of a cell's."""


def _without_names(
    findings: Sequence[Finding], merged: MergeResult, form: Form
) -> Iterator[Finding]:
    """The findings, those about cells that name a clerk without what stands there."""
    hidden = personal(form)
    captions = {form.caption(name) for name in hidden}
    places = {s.place for s in merged.set_aside if s.task is None and s.field in hidden}
    places |= {r.place for r in merged.records if r.task is None and r.field in hidden}
    for f in findings:
        if f.field in captions or f.place in places:
            values = {
                name: tr(NOT_LISTED) if isinstance(v, str | Phrase) and name not in _ABOUT_US else v
                for name, v in f.values.items()
            }
            f = replace(f, values=values)
        yield f


def _problem_row(f: Finding, at: Mapping[int, str], file: str) -> list[object]:
    return [
        Cell(tr(f.severity.value), _SEVERITY.get(f.severity, {})), f.code, f.unit, to_task(f.task, at), f.field, f.place.file,
        str(f.place.sheet), str(f.place.cell), f.message, f.fix, file,
    ]  # fmt: skip


def write_records(
    listing: Listing,
    merged: MergeResult,
    form: Form,
    proofs: Mapping[tuple[int, str], Cell] | None = None,
    *,
    contacts: bool,
) -> None:
    """Write 明细: every accepted value with its original and where it came from.

    What is longer than a sheet may be goes on in 明细 2, and so on. Without
    ``contacts`` a value that names a clerk has its row, and is not shown. With ``proofs`` the first
    row of a unit's answer on a task counts its evidence.
    """
    columns = [
        Column("时段", 11, True), Column("责任单位", 18), Column("序号", 6, True), Column("栏目", 13),
        Column("采用值", 46),
        Column("原文", 40), Column("处理", 8, True), Column("文件", 30), Column("工作表", 10),
        Column("单元格", 9, True), Column("sha256", 20),
    ]  # fmt: skip
    # The letter that brought it, by its id alone: addresses have no place in what others read.
    letters = {v.file: v.message_id for v in merged.verdicts if v.message_id}
    if letters:
        columns.append(Column("邮件编号", 30))
    asked = {name: form.field(name) for name in dict.fromkeys(r.field for r in merged.records)}
    hidden = frozenset() if contacts else personal(form)
    rows: Iterator[Sequence[object]] = _record_rows(merged, asked, hidden)
    if letters:
        file = [column.caption for column in columns].index("文件")
        rows = ((*row, letters.get(str(row[file]), "")) for row in rows)
    if proofs is not None:
        columns.append(PROOF)
        rows = _with_proofs(rows, merged, proofs)
    # One row each, to be read back: a long text does not fit the highest row that there is.
    whole = tr("&L供查对；打印不全的长文字，屏幕上有全文")
    for first in range(0, max(len(merged.records), 1), _MOST_ROWS):
        name = f"{sheet_name(RECORDS)} {first // _MOST_ROWS + 1}" if first else RECORDS
        sheet, _ = listing.table(name, columns, islice(rows, _MOST_ROWS), renamed=False)
        sheet.set_footer(whole + tr("&C&A　第 &P 页"))


NOT_LISTED = "（未列出）"
"""Stands for who filled a form in, without ``contacts``."""
_MOST_ROWS = 1_000_000
"""Excel's sheets have 1,048,576."""
PROOF = Column("佐证", 8, True)
_PERCENT = {"num_format": "0.##%"}
_SHOWN = frozenset(("choice", "percent"))
"""Kinds of fields whose values are not written as they are stored."""


def _record_rows(
    merged: MergeResult, asked: Mapping[str, Field | None], hidden: frozenset[str]
) -> Iterator[Sequence[object]]:
    """The rows of 明细, without the values of ``hidden`` fields; what many have in common is made once."""
    period, hows = merged.caption, {how: tr(word) for how, word in _HOW.items()}
    captions = {name: f.caption if f else name for name, f in asked.items()}
    shown: dict[str, Mapping[Accepted, object]] = {
        name: _Shown(f) for name, f in asked.items() if f and f.rule.kind in _SHOWN
    }
    unlisted = tr(NOT_LISTED)
    shown |= {name: defaultdict(lambda: unlisted) for name in hidden}
    for r in merged.records:
        name = r.field
        value = shown[name][r.value] if name in shown else r.value
        yield (
            period, r.unit, r.task, captions[name], value,
            r.original if r.how == "normalised" and name not in hidden else "", hows[r.how],
            r.place.file, r.place.sheet, r.place.cell, r.sha256[:16],
        )  # fmt: skip


def _with_proofs(
    rows: Iterable[Sequence[object]], merged: MergeResult, proofs: Mapping[tuple[int, str], Cell]
) -> Iterator[Sequence[object]]:
    """The rows of 明细 with the count of evidence behind the first of each unit and task."""
    left = dict(proofs)
    for row, r in zip(rows, merged.records, strict=True):
        yield (*row, "" if r.task is None else left.pop((r.task, r.unit), ""))


class _Shown(dict[Accepted, object]):
    """What the values of a field that are not written as they are stored look like."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, accepted: Accepted) -> object:
        value: object = shown_value(self._field, accepted)
        if self._field.rule.kind == "percent" and not isinstance(value, str):
            value = Cell(value, _PERCENT)
        self[accepted] = value
        return value
