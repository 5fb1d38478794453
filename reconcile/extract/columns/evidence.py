"""What the cells of a column hold, as evidence of what the column is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from statistics import median
from typing import NamedTuple

from ...core.text import fold
from ...core.unit_names import looks_like_unit, split_names

_NUMBER = re.compile(
    r"\(?[0-9]{1,5}[.)、,]?|\(?[一二三四五六七八九十]{1,3}\)?|[a-z]{0,4}[-.]?[0-9]{1,4}(?:[-.][0-9]{1,3}){0,3}"
)
_DATE = re.compile(
    r".{0,12}(?:(?:19|20)[0-9]{2}[-/.年][0-9]{1,2}|[0-9]{1,2}月(?:[0-9]{1,2}日|底)?|[上下]半年|全年|年底"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[.,]?(?:[0-9]{1,2},?)?(?:19|20)[0-9]{2}"
    r"|[0-9]{1,2}(?:st|nd|rd|th)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|q[1-4]|[一二三四]季度"
    r"|第[一二三四]季度|(?:19|20)[0-9]{2}年?).{0,20}|持续推进|长期(?:坚持)?|常态化|立行立改|即知即改|ongoing|annual(?:ly)?"
    r"|quarterly|monthly|continuous|tbc|tbd"
)
_MARKS = frozenset("★☆✓✔√●○◎▲△■□◆◇*＊xX×⊙")
_MARK_WORDS = frozenset(["牵头", "配合", "主", "协", "主办", "协办", "lead", "support", "l", "s"])
_MEASURES = frozenset(
    [
        "%",
        "‰",
        "百分点",
        "个百分点",
        "元",
        "万元",
        "亿元",
        "万美元",
        "亿美元",
        "美元",
        "个",
        "家",
        "项",
        "人",
        "万人",
        "人次",
        "万人次",
        "户",
        "万户",
        "件",
        "套",
        "台",
        "辆",
        "艘",
        "所",
        "处",
        "座",
        "位",
        "公里",
        "千米",
        "米",
        "亩",
        "万亩",
        "公顷",
        "平方米",
        "万平方米",
        "平方公里",
        "立方米",
        "吨",
        "万吨",
        "亿吨",
        "千瓦时",
        "亿千瓦时",
        "万千瓦",
        "兆瓦",
        "天",
        "年",
        "月",
        "小时",
        "分",
        "标箱",
        "万标箱",
        "微克/立方米",
        "no.",
        "number",
        "km",
        "m",
        "ha",
        "£",
        "$",
        "£m",
        "$m",
        "percent",
        "tonnes",
        "days",
    ]
)


_GRADES = frozenset(
    [
        "high",
        "medium",
        "low",
        "critical",
        "moderate",
        "h",
        "m",
        "l",
        "1",
        "2",
        "3",
        "4",
        "5",
        "高",
        "中",
        "低",
        "重要",
        "一般",
        "紧急",
    ]
)


class Cell(NamedTuple):
    """One cell of a column: the rows that it reaches over, counted on through all pages, and its text."""

    first: int
    last: int
    text: str


class Profile:
    """The cells of one column below its head, those merged over several rows once."""

    def __init__(self, cells: Sequence[Cell] = ()) -> None:
        self.cells = cells

    @cached_property
    def texts(self) -> list[str]:
        """The texts that are not blank."""
        return [cell.text for cell in self.cells if cell.text]

    def _share(self, pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.fullmatch(fold(t))) for t in self.texts) / max(len(self.texts), 1)

    @property
    def numbers(self) -> bool:
        """Whether nearly every cell holds a number as rows are numbered, and none twice."""
        different = len(set(self.texts)) == len(self.texts)
        return bool(self.texts) and self._share(_NUMBER) > 0.9 and different

    @property
    def dates(self) -> bool:
        """Whether most cells hold a date or a word for one."""
        return bool(self.texts) and self._share(_DATE) > 0.6

    @property
    def measures(self) -> bool:
        """Whether most cells hold a unit of measure: 亿元, %, 个."""
        found = sum(fold(text) in _MEASURES for text in self.texts)
        return bool(self.texts) and found * 10 > len(self.texts) * 7

    @property
    def grades(self) -> bool:
        """Whether every cell grades how urgent or large something is: high, medium, low, 1, 2, 3."""
        return bool(self.texts) and all(fold(text) in _GRADES for text in self.texts)

    @property
    def marks(self) -> bool:
        """Whether every cell that holds anything holds a mark: ★, ●, √, 牵头."""
        return bool(self.texts) and all(map(is_mark, self.texts))

    @property
    def units(self) -> bool:
        """Whether most cells hold names that end as those of offices do, or names that come again and again."""
        names = [name for text in self.texts for name in split_names(text)]
        if not names:
            return False
        like = sum(map(looks_like_unit, names)) / len(names)
        short = all(len(name) <= 40 and name[-1] not in "。." for name in names)
        again = 2 < len(set(names)) <= 0.75 * len(names)
        capital = sum(name[0].isupper() for name in names) > 0.9 * len(names)
        return like > 0.6 or (short and again and capital and not self.dates and not self.numbers)

    @property
    def length(self) -> float:
        """The usual length of its texts; a Chinese character counts twice."""
        return (
            median(sum(1 + (s > "\u2e7f") for s in text) for text in self.texts)
            if self.texts
            else 0
        )

    @property
    def repeats(self) -> bool:
        """Whether the same text stands in several cells."""
        return len(set(self.texts)) < 0.7 * len(self.texts)

    @property
    def grouped(self) -> bool:
        """Whether the same text stands in several cells, and all those with one text stand one below the other."""
        runs = sum(1 for _ in groupby(self.texts))
        return self.repeats and runs == len(set(self.texts))

    def over(self, other: Profile) -> bool:
        """Return whether a cell of this column reaches over several cells of the other, which hold texts."""
        return any(
            sum(bool(c.text) and cell.first <= c.first and c.last <= cell.last for c in other.cells)
            > 1
            for cell in self.cells
            if cell.last > cell.first and cell.text
        )

    def spans(self) -> Iterator[Cell]:
        """Yield the cells that are merged over several rows."""
        return (cell for cell in self.cells if cell.last > cell.first)


def is_mark(text: str) -> bool:
    """Return whether a text is a mark for one who leads or supports: ★, ●, √, 牵头."""
    return (len(text) == 1 and text in _MARKS) or fold(text) in _MARK_WORDS
