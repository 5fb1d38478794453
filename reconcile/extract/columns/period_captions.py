"""Captions that read like reporting periods: 第二季度, 1-9月, 上半年, Q3, June, By end June 2024."""

from __future__ import annotations

import re

from ...core.text import fold
from .wording import TRADITIONAL

_N = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:(?:fy|cy)?(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?|fy\d\d(?:[-/]\d\d)?)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PERIOD = re.compile(
    rf"(?:by|bytheendof|byend|byendof|endof|end|until)?(?:{_YEAR}年?)?[,\-/]?(?:截至|截止)?(?:"
    rf"第?[一二三四1-4]季度?|[1-4]季度?|前[二三23]个?季度|[一二三四]至[一二三四]季度"
    rf"|(?:{_N}[-~至到])?{_N}月份?|(?:{_N}月[-~至到])?{_N}月份?|[上下]半年|全年|年[底末中]|半年|第?{_N}(?:阶段|时段|批次|周|旬|期|节点)"
    rf"|{_N}月[上中下]旬|(?:{_N}月)?{_N}日|q[1-4]|[1-4]q|h[12]|(?:1st|2nd|3rd|4th|first|second|third|fourth)(?:quarter|half)"
    rf"|quarter[1-4]|qtr\.?[1-4]|{_MONTH}(?:(?:-|to){_MONTH})?|{_MONTH}{_DAY}|{_DAY}{_MONTH}|(?:phase|stage|week|month|year)[0-9]+"
    rf"|mid-?year|year-?end|endofyear"
    rf")(?:[底末前止内的应]|以前|之前|完成(?!情况)|目标值?|形象进度|序时进度|进度|节点|计划数?|任务|重点|主要|工作|安排|推进|要求|措施|内容|事项"
    rf"|target|milestone|plan|action|goal|deliverable|output)*s?"
    rf"[,\"']?(?:{_YEAR}|(?<=[1-4\"])\d\d)?(?:\([^()]{{1,24}}\))?(?:target|milestone|plan|action|goal)?s?"
)
# A year alone, or what is to be reached in it: 2022年目标, 2022年度建设内容, 2024, FY2024/25.
_WHOLE_YEAR = re.compile(
    rf"(?:19|20)\d\d年?度?(?:工作|建设|进度|阶段|计划|主要|形象)?(?:目标值?|任务|内容|计划数?|进度|安排)"
    rf"|(?:annual|yearend|year-end|fullyear)target|target(?:for|by)?{_YEAR}|(?:19|20)\d\d年度?|{_YEAR}(?:\([^()]{{1,24}}\))?|{_YEAR}target"
)
_BRACKETS = str.maketrans("（）", "()")
# A caption in two languages: 第一季度 Q1, Lead Unit 牵头单位, 任务/Task.
_HAN = r"[\u3400-\u9fff0-9()、~-]*[\u3400-\u9fff][\u3400-\u9fff0-9()、~-]*"
_LATIN = r"[A-Za-z#][A-Za-z0-9 .,:;'&#()\-]*"
_TWO_LANGUAGES = re.compile(rf"({_HAN})[\s/(]*({_LATIN})|({_LATIN}?)[\s/(]*({_HAN})")
_DATE = re.compile(r"(?:by)?(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:前|底前)?")


def two_languages(caption: str) -> tuple[str, ...]:
    """Return the Chinese and the other part of a caption that is printed in two languages, else nothing."""
    found = _TWO_LANGUAGES.fullmatch(" ".join(caption.split()).translate(_BRACKETS))
    parts = tuple(part.strip(" ()") for part in found.groups() if part) if found else ()
    return parts if len(parts) == 2 and all(parts) else ()


def is_period(caption: str) -> bool:
    """Return whether a caption reads like a reporting period."""
    word = fold(caption).translate(TRADITIONAL)
    if _PERIOD.fullmatch(word) or _DATE.fullmatch(word):
        return True
    parts = two_languages(caption)
    return bool(parts) and all(map(is_period, parts))


def is_whole_year(caption: str) -> bool:
    """Return whether a caption names a year, or what is to be reached in it: 2022年目标, FY2024."""
    return bool(_WHOLE_YEAR.fullmatch(fold(caption)))
