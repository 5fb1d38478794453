"""What simulated clerks write, and which captions they look for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..core.i18n import EN, ZH, sheet_name_in


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language; ``captions`` are those of the form by the Chinese ones, where they differ."""

    language: str
    captions: Mapping[str, str]
    filed: date
    phrases: Sequence[str]
    problems: Sequence[str]
    steps: Sequence[str]
    simulated: str
    filler: str
    vague: str
    about_half: str
    changed: str
    note: str
    rough_date: str

    def caption(self, chinese: str) -> str:
        """Return the caption of a column, a label or a sheet of the form."""
        return self.captions.get(chinese, chinese)


CHINESE = Wording(
    ZH, {}, date(2022, 7, 1),
    ("已召开推进会，任务分解到责任科室", "前期手续已办结，现场按节点施工", "已完成摸底，形成阶段性报告",
     "累计完成年度目标的{share}", "已印发实施方案，{share}的子项开工"),
    ("土地指标尚未落实", "资金拨付较慢", "审批环节较多，进度受影响", "原材料价格上涨"),
    ("加强调度，每周通报进度", "对接上级部门，争取尽快批复", "倒排工期，确保年底完成"),
    "（模拟）{told}（第{number}项，{serial}）。", "（模拟）填报员", "基本完成", "约五成", "（单位改动）",
    "（模拟）以上数据均为初步统计。", "2022年11月底",
)  # fmt: skip
ENGLISH = Wording(
    EN,
    {"填报表": "Form", "量化指标": "Indicators", "序号": "No.", "完成情况": "State", "完成百分比": "Per cent done", "进展情况": "Progress", "存在问题": "Problems",
     "下一步措施": "Next steps", "预计完成时间": "Expected completion", "填报人": "Filled in by", "联系电话": "Telephone",
     "填报日期": "Date filed", "本期目标": "Target this period", "全年目标": "Year's target", "口径": "Basis",
     "计量单位": "Unit of measure", "本期实际": "Actual this period", "（不填）": "(not asked)"},
    date(2025, 7, 1),
    ("Kick-off meeting held, work shared out", "Permits granted, building goes on as planned", "Survey finished and reported",
     "{share} of the year's target reached so far", "Programme adopted, {share} of the parts begun"),
    ("Land is not assigned yet", "Funds arrive slowly", "Many approvals are needed", "Materials became dearer"),
    ("Report progress every week", "Ask the level above for a quick approval", "Count back from the end of the year"),
    "(simulated) {told} (task {number}, {serial}).", "(simulated) clerk", "mostly done", "about 50%", " (changed by the unit)",
    "(simulated) All figures are preliminary.", "end of November 2025",
)  # fmt: skip


def wording_of(sheets: Sequence[str]) -> Wording:
    """Return the words for a form or plan workbook with these sheets."""
    return CHINESE if {"Form", sheet_name_in("任务", EN)}.isdisjoint(sheets) else ENGLISH
