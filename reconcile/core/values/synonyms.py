"""Which words mean which standard state, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

from ..i18n import EN
from ..text import fold, words

# More than done is done. A plan workbook made before these were known understands them, too.
_EXCEEDED = words(
    """
    超额完成 已超额完成 超额 超额完成任务 超额完成目标 超额完成目标任务 超额完成全年任务 超额完成全年目标
    超额完成全年目标任务 超额完成年度任务 超额完成年度目标 超额完成年度目标任务 提前完成 已提前完成 提前完成任务
    提前超额完成 已提前超额完成
    """
)
_ENGLISH_EXCEEDED = (
    "Exceeded", "Target exceeded", "Exceeded target", "Exceeded the target", "Exceeds target",
    "Over-achieved", "Overachieved", "Over-fulfilled", "Overfulfilled", "Surpassed", "Target surpassed",
    "More than completed", "Completed early", "Completed ahead of time",
)  # fmt: skip


# Words that decide. 推进中, 进行中, 基本完成 do not: whoever writes them is asked.
DEFAULT_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "已完成": words(
        """
        完成 完成了 已经完成 均已完成 全部完成 已全部完成 全面完成 圆满完成 完成任务 任务完成 己完成 完毕 已完毕
        办结 已办结 完结 已完结 √ ✓ ✔ ☑ ✅ 100% 百分之百 TRUE done completed
        """
    )
    + _EXCEEDED,
    "超序时": words(
        """
        超序时进度 超时序进度 超时序 快于序时 快于序时进度 快于时间进度 高于时间进度 超均衡进度 超进度
        超前 超前推进 超额完成序时 超额完成序时进度 超前完成序时进度 超序时推进 领先序时 领先序时进度 ahead
        """
    ),
    "达序时": words(
        """
        达到序时 达到序时进度 达序时进度 达进度 按序时推进 按序时进度 按序时进度推进 序时推进 有序时推进 正常推进 符合序时进度
        与时间同步 与序时同步 与序时进度同步 按计划推进 按期推进 按进度推进 ontrack ontime
        """
    ),
    "滞后": words(
        """
        滞后序时 滞后序时进度 滞后于序时进度 落后 落后序时 落后序时进度 落后时间进度 未达序时 未达到序时 未达序时进度
        未达到序时进度 欠进度 欠序时进度 欠目标进度 慢于序时 慢于序时进度 慢于时间进度 进度滞后 推进滞后 behind
        """
    ),
    "未启动": words(
        """
        没有启动 尚未启动 还未启动 暂未启动 未开始 尚未开始 还未开始 没有开始 未开工 尚未开工 未开展 尚未开展
        未实施 尚未实施 notstarted
        """
    ),
}


# The standard states as an English form lists them, and what else English clerks write for them.
# In progress, ongoing, mostly done do not decide: whoever writes them is asked.
ENGLISH_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "已完成": (
        "Completed", "Complete", "Done", "Finished", "Fully completed", "All done", "Achieved", "Closed",
        *_ENGLISH_EXCEEDED,
    ),
    "超序时": ("Ahead of schedule", "Ahead", "Ahead of plan", "Ahead of time", "Early"),
    "达序时": (
        "On schedule", "On track", "On time", "On plan", "On target", "As planned", "As scheduled",
        "According to plan", "In line with the plan",
    ),
    "滞后": (
        "Behind schedule", "Behind", "Behind plan", "Delayed", "Late", "Lagging", "Off track",
        "Overdue", "Slipped",
    ),
    "未启动": (
        "Not started", "Not begun", "Not yet started", "Not yet begun", "Unstarted", "Not commenced",
        "Has not started", "Yet to start",
    ),
}  # fmt: skip


def synonym_map(synonyms: Mapping[str, tuple[str, ...]] = DEFAULT_SYNONYMS) -> dict[str, str]:
    """Return folded word -> standard state, as ``Plan.synonyms`` holds it."""
    return {fold(word): state for state, meant in synonyms.items() for word in meant}


def exceeded() -> dict[str, str]:
    """Return the folded words, in both languages, for more than done, which no plan need list."""
    return {fold(word): "已完成" for word in (*_EXCEEDED, *_ENGLISH_EXCEEDED)}


def usual_synonyms(language: str) -> dict[str, str]:
    """Return the words for states that a new plan in a language starts with."""
    return synonym_map(ENGLISH_SYNONYMS if language == EN else DEFAULT_SYNONYMS)
