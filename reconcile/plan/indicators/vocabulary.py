"""The words by which a number in Chinese plan text is known: measures, verbs, comparators.

Only tables; the grammar that uses them is in :mod:`.quantities` and :mod:`.targets`. A word
missing here costs a target that a person then adds; a word too many makes one
that a person deletes. Add words by kind, not for one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MAGNITUDES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6}
MAGNITUDES |= {"千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "万亿": 10**12}

SHARES = _words("% ‰ 个百分点 百分点")

MONEY = _words("元 人民币 美元 欧元 日元 港元 英镑")

# Words that count things: each may stand before what it counts (5个公园).
COUNTING = _words("""
人次 批次 场次 家次 户次 车次 班次 架次 例次 件次
个 家 条 项 人 名 户 支 件 所 处 座 位 起 例 栋 幢 套 台 辆 艘 列 班 场 次 种 类 款
本 册 部 篇 份 批 宗 笔 只 头 株 棵 门 间 张 枚 部 床 席 组 队 团 幅 面 节 标箱 箱
""")

# Quantities: before a noun they tell its size (30万吨级航道), after it how much is to be reached.
PHYSICAL = _words("""
吨标准煤 标准煤 吨 公斤 千克 平方公里 平方千米 平方米 平米 立方米 立方 方 公顷 亩 公里 千米 海里 米
千瓦时 度 兆瓦 千瓦 微克/立方米 毫克/立方米 毫克/升 微克/升 分贝 标方
""")

# Only with a comparator are these a target (不超过5个工作日); else they say how long a thing takes.
DURATIONS = _words("天 小时 分钟 个工作日 个月")

# What follows a number that is no quantity: part of a name, a size, an ordinal, a date.
NAME_TAIL = (
    "级",
    "号",
    "版",
    "年",
    "月",
    "日",
    "时",
    "届",
    "层",
    "期",
    "千伏",
    "国道",
    "热线",
    "周年",
    "岁",
    "%的",
)

# The year's goals are reached by these; each leaves a thing that can be counted.
ACHIEVING = _words("""
完成 实现 达到 新增 净增 新建 新改建 新改扩建 改扩建 扩建 新辟 新设 新签约 新开工 新招聘 新认定 新培育 新引进
建成 建立 建设 组建 设立 成立 创建 创成 打造 形成 推出 出台 发布 推广 对接 培育 引进 引育 引建 招引 选育 育成
获得 获 取得 申请 申报 选定 认定 评定 评选 命名 验收 解决 化解 办理 办结 受理 侦办 破获 抓获 查处 处置 整治
改造 改善 修复 治理 提升改造 拆除 关停 淘汰 清理 开工 投产 投用 竣工 完工 封顶 通车 上线 上市 挂牌 试运行 运营
签约 落地 入驻 开行 开通 开展 召开 举办 惠及 组织 承办 培训 招聘 招录 发放 发行 归集 扩面 争取 实施 提供 支持 带动 转化
绿化 造林 栽植 种植 收储 供应 出让 开发 投放 购置 更换 安装 铺设 疏浚 编制 安置 救助 覆盖 突破 生产 销售 确定
""")

# These end in a result of their own; the noun after the next 、 is not their object (开工5所、竣工6所).
INTRANSITIVE = _words("开工 投产 投用 竣工 完工 封顶 通车 上线 上市 挂牌 试运行 落地 入驻")

# Under these the things counted are only worked on; nothing is reached.
WORKING_ON = _words("""
推进 系统推进 持续推进 协调 梳理 跟踪 加强 强化 指导 督促 调度 疏通 聚焦 围绕 关注 落实 监测 组织推进 谋划
制定 研究 优化 完善 深化 推动落实 管控 巩固 服务 动态管理 开展申报 摸排 排查
""")

# What follows the things counted and says that they get somewhere (4项工程投产).
REACHING = _words("""
开工 投产 投用 竣工 完工 封顶 通车 上线 上市 挂牌 试运行 通过 建成 完成 运营 入驻 落地 签约 达标 销号 获批 验收 投入使用
""")

# Stages of a thing: numbers about two stages are two indicators, though of the same things.
STAGES = _words("""
前期 招标 选址 设计 申请 申报 报批 辅导 试运行 开工 选定 收储 签约 基础施工 主体施工 主体完工 主体封顶 主体建设 竣工 投用
""")

# The object of these is acted upon, not counted as a result (对16条整改措施逐个推进).
COVERBS = ("对", "将", "把", "与", "向", "同", "对照", "针对", "按照", "根据", "围绕", "从")

# Verbs without meaning of their own: they do not belong to the name of an indicator.
EMPTY_VERBS = _words("""
累计实现 累计完成 累计达到 全部完成 基本完成 总体完成 完成 实现 达到 累计 进行 共计 总计 合计 推动
""")

# Adverbs of scope and time before an indicator.
ADVERBS = _words("""
累计 全市 全年 年度 市区 力争 争取 确保 至少 基本 共 再 预计 年内 全部 其中 当年 本季度 当季 并 同时 全面 约
重点 大力 深入 持续 滚动 依法 有序 加快 积极 通过 在
""")

# Comparators before and after the number, longest first.
BEFORE = {
    ">=": _words(
        "不低于 不少于 不小于 至少 达到 超过 突破 达 超 高于 大于 提高到 提升至 提升到 提高至 增加到 增至 升至"
    ),
    "<=": _words(
        "低于 不超过 不高于 不大于 不多于 小于 少于 控制在 降至 下降到 降低到 压缩至 压缩到 压减至 减至"
    ),
    "~": _words("约 大约 约为 接近 保持在 稳定在 维持在"),
}
AFTER = {
    ">=": _words("以上 及以上 或以上"),
    "<=": _words("以内 以下 之内 及以下"),
    "~": _words("左右 上下 前后"),
}

GROWING = _words("同比增长 增长 增幅 涨幅 增速 增加 上升 上涨 同比提高 提高 提升 增")
SHRINKING = _words("同比下降 下降 降低 降幅 减少 压减 减")

# States at a moment, though they are amounts: they neither add up nor run on.
STATES = _words("余额 浓度 保有量 存量 总数 覆盖 占比 比重")

# A name with one of these says itself whose it is.
OWNERS = _words(
    "港 基地 物流园 产业园 公司 处理厂 高速 航道 研究院 社区 小区 专用线 项目 三期 二期"
)

# What a later clause speaks of, when an earlier one says that it is furthered (推进X，完成绿化160亩).
FURTHERING = _words("跟踪推进 持续推进 推进 加快推进 加快")

# After these a number is a state to be had by then, even an amount (用水量降至45立方米).
ARRIVING = _words(
    "降至 下降到 降低到 压缩至 压缩到 压减至 减至 控制在 稳定在 保持在 维持在 提高到 提升至 提升到 提高至"
)

LINKS = "、和及与或"


def split_measure(measure: str) -> tuple[Decimal, str]:
    """Return (magnitude, base unit) of a unit of measure: "万人" -> (10000, "人"), "%" -> (1, "%")."""
    if measure in (*SHARES, *PHYSICAL):
        return Decimal(1), measure  # 千瓦 and 百分点 only look as if they had one
    for word in sorted(MAGNITUDES, key=len, reverse=True):
        if word and measure.startswith(word):
            return Decimal(MAGNITUDES[word]), measure[len(word) :]
    return Decimal(1), measure


def convert(value: Decimal, measure: str, wanted: str) -> Decimal | None:
    """Return ``value`` in the unit ``wanted`` ("万元" -> "亿元"), or None where the units do not agree."""
    have, base = split_measure(measure)
    want, other = split_measure(wanted)
    return value * have / want if base == other else None


def longest_first(words: Iterable[str]) -> str:
    """Return the words as one regular-expression alternation, the longest first."""
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))
