"""Words for what goes out by mail: enclosures, messages, and the wording they are made from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core.findings import Place
from ..core.text import clean

ISSUE, BACK, REMIND, REPORT, DEMAND = "发表", "退回", "催报", "报送", "督办"
KINDS = (ISSUE, BACK, REMIND, REPORT, DEMAND)
WORDS: Mapping[str, str] = {
    "unit": "责任单位",
    "person": "单位表里的联系人",
    "period": "时段",
    "title": "计划名称",
    "document": "文号",
    "year": "年度",
    "office": "发文机关",
    "deadline": "截止日期",
    "contact": "联系方式",
    "tasks": "这个单位有几项任务",
    "files": "附件的名称",
    "findings": "退回件里列的问题，一行一个",
    "overview": "报送的汇总里“总览”一页的内容",
    "today": "截至日期（--as-of，默认今天）",
}
"""The {words} that subject and body may hold, and what each stands for."""

_WORD = re.compile(r"\{\s*([^{}\n]*?)\s*\}")
_BRACES = str.maketrans("｛｝", "{}")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes out: its name without folders, content, and where it lies.

    ``kind`` is :data:`ISSUE`, :data:`BACK`, :data:`DEMAND` or :data:`REPORT`, "" when its
    content does not show it. ``lines`` are the findings that a marked-up copy lists,
    a line each; ``overview`` the rows of a summary's sheet 总览.
    """

    name: str
    content: bytes
    place: Place
    source: str
    kind: str = ""
    lines: tuple[str, ...] = ()
    overview: Sequence[Sequence[str]] = ()

    @property
    def sha256(self) -> str:
        """The hash of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one unit (or to one leader), its words filled in.

    ``to`` are the unit's own addresses and no other's; empty where none is
    known. ``plan`` is the plan's code. ``day`` distinguishes one reminder from the next. ``html`` says
    what ``body`` says for programs that show it, "" where the body is all.
    """

    plan: str
    kind: str
    unit: str
    period: str
    to: tuple[str, ...]
    subject: str
    body: str
    enclosures: tuple[Enclosure, ...] = ()
    day: str = ""
    html: str = ""

    @property
    def about(self) -> str:
        """What the message is, but for its very words and files: plan, unit, period, kind, day."""
        return "|".join((self.plan, self.unit, self.period, self.kind, self.day))

    @property
    def key(self) -> str:
        """The hash of all that the message says, in hex; addresses do not count."""
        files = [f"{e.name}:{e.sha256}" for e in self.enclosures]
        parts = [self.about, self.subject, self.body, *files, *([self.html] if self.html else [])]
        # The lengths go in, so that ("ab", "c") and ("a", "bc") differ.
        return hashlib.sha256("".join(f"{len(p)}:{p}" for p in parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and body of one kind of message, with {words}, as the mail template has them."""

    subject: str
    body: str


def unknown_words(text: str) -> tuple[str, ...]:
    """Return the {words} of a text that nothing stands for, and braces without a partner."""
    text = text.translate(_BRACES)
    unknown = [f"{{{w}}}" for w in _WORD.findall(text) if w not in WORDS]
    left = _WORD.sub("", text)
    return tuple(dict.fromkeys((*unknown, *(brace for brace in "{}" if brace in left))))


def fill_words(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its {words} filled; every one must be among :data:`WORDS`."""
    return _WORD.sub(lambda found: values[found[1]], text.translate(_BRACES))


def split_at(text: str, word: str) -> list[str]:
    """Return the parts of a text between the places where it has this {word}."""
    return re.split(rf"\{{\s*{word}\s*\}}", text.translate(_BRACES))


def one_line(text: str) -> str:
    """Return a text that may stand in a header: no line breaks, no control characters."""
    return " ".join(clean(text).split())
