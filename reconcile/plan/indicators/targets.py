"""Plan text -> numeric targets: which numbers are to be reached, of what, by which measure.

The grammar is small: number + unit of measure + governing verb. A number counts
as a target when something says that it is to be reached: a comparator (不少于),
a rate, its place at the end of its phrase (新增用户10700户), or a verb of
achievement over the things counted (建成4个中心). Numbers in names, dates, sizes
of an object (30万吨级航道) and counts of things merely worked on (对16条措施)
are passed over. How targets of several periods become one indicator stands in
:mod:`reconcile.plan.indicators`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...core.i18n import holds_chinese
from . import vocabulary as words
from .english import read_english_targets
from .quantities import Quantity, find_quantities, is_size
from .target import Target

_DIGITS = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_CLAUSE = re.compile(r"(?:[^。；，：！？;:!?,]|(?<=\d),(?=\d{3}))+[。；，：！？;:!?,]?")
_BEFORE = re.compile(
    "(?:" + words.longest_first(w for ws in words.BEFORE.values() for w in ws) + ")$"
)
_ADVERB = re.compile(
    r"(?:(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上半年|年|月)?[初中底末]?前(?=\D)|"
    + words.longest_first(words.ADVERBS)
    + "|、)"
)
_EMPTY = re.compile("(?:" + words.longest_first(words.EMPTY_VERBS) + ")")
_ACHIEVING = re.compile(words.longest_first(words.ACHIEVING))
_COVERB = f"(?:{words.longest_first(words.COVERBS)})(?!接)"  # 对接 is a verb of its own
_WORKING = re.compile(words.longest_first(words.WORKING_ON) + "|" + _COVERB)
_REACHING = re.compile(words.longest_first(words.REACHING))
_ENDING = re.compile(r"(?:累计|分别|全年|力争|基本|年度|其中|的|[由从][\d.]+\D{1,4})$")
_COMPARED_TO = re.compile("同比$|(?:较|比)(?:去年|上年).*$")
_STATE = re.compile(words.longest_first([*words.STATES, *words.ARRIVING]))
_CHANGE = re.compile("(?:" + words.longest_first([*words.GROWING, *words.SHRINKING]) + ")了?$")
_FURTHERING = re.compile(f"(?:{words.longest_first(words.FURTHERING)})(.+?)(?:建设)?[，,]")
_OWNER = re.compile(words.longest_first(words.OWNERS))
_LINK = re.compile(f"[{words.LINKS}]")


def read_targets(text: str) -> tuple[Target, ...]:
    """Return the numeric targets of one goal or milestone text, in the order they stand.

    White space (line wraps) is looked through; spans refer to ``text`` as given.
    Never raises; a text without targets gives ().
    """
    if text.isascii() or not holds_chinese(text):
        return read_english_targets(text)
    kept = [i for i, sign in enumerate(text) if not sign.isspace()]
    squeezed = "".join(text[i] for i in kept).translate(_DIGITS)
    reading = _Reading()
    for match in _CLAUSE.finditer(squeezed):
        reading.read_clause(match[0], match.start())
    return tuple(
        replace(
            t,
            text=text[kept[t.start] : kept[t.end - 1] + 1],
            start=kept[t.start],
            end=kept[t.end - 1] + 1,
        )
        for t in reading.found
    )


@dataclass(slots=True)
class _Reading:
    """What one clause of a text hands on to the next: heading, subject, 全年 and 累计."""

    topic: str = ""
    subject: str = ""
    yearly: bool = False
    running: bool = False
    found: list[Target] = field(default_factory=list)

    def read_clause(self, clause: str, offset: int) -> None:
        """Add the targets of a clause that begins at ``offset``."""
        if clause[-1] in "：:":
            self.topic, self.subject = clause[:-1], ""
            return
        self.yearly = self.yearly or "全年" in clause
        numbers = list(find_quantities(clause))
        self._read_numbers(numbers, clause, offset)
        if not numbers:
            self.subject = _subject(clause) or self.subject
        if clause[-1] in "。；;！？!?":
            self.subject, self.yearly, self.running = "", False, False

    def _read_numbers(self, numbers: Sequence[Quantity], clause: str, offset: int) -> None:
        verb = ""
        waiting: tuple[str, ...] = ()
        for i, number in enumerate(numbers):
            if number.crowded:
                if not is_size(number.measure) and not number.left.endswith(("由", "从")):
                    self.subject = number.right
                continue
            own, core, verb = _parse(number, verb)
            self.subject = own or self.subject
            if not _is_target(number, verb):
                continue
            self.running = "累计" in clause or (self.running and not verb)
            if waiting:
                names, waiting = waiting[:1], waiting[1:]
            else:
                alone = sum(n.linked and not n.left for n in numbers[i + 1 :])
                names, waiting = _names(core, number, alone)
            for name in names:
                target = _target(number, name, self.topic + self.subject, self.found[-1:])
                self.found.append(
                    replace(
                        target,
                        start=target.start + offset,
                        end=target.end + offset,
                        running=self.running,
                        yearly=self.yearly or "年度" in clause,
                    )
                )


def _parse(number: Quantity, inherited: str) -> tuple[str, str, str]:
    """Return (subject, core of the name, governing verb) of a number's phrase.

    中哈物流基地完成集装箱进出场量11万标箱: whose it is, what is to be reached, by
    which verb. A verb that means something stays in the core (新增用户); objects
    linked by 、 inherit it.
    """
    phrase = _trim(number.left)
    right = re.sub("^的|(?:目标)?任务$", "", number.right)
    subject, verb = "", ""
    empty = _EMPTY.search(phrase)
    while empty:
        subject, verb = _trim(phrase[: empty.start()]) or subject, empty[0]
        phrase = _trim(phrase[empty.end() :])
        empty = _EMPTY.search(phrase)
    if starts := _ACHIEVING.match(phrase):
        verb = starts[0]
    elif number.linked and not verb and inherited not in words.INTRANSITIVE:
        verb = inherited
        phrase = phrase if _EMPTY.fullmatch(verb) else verb + phrase
    core = phrase + right
    if core in ("", "目标", "任务", "计划") or _CHANGE.fullmatch(core):
        subject, core = "", subject + core
    if re.match(_COVERB, subject) or len(subject) > 25:
        subject = ""
    return subject, core, verb


def _trim(text: str) -> str:
    """Return the phrase without the adverbs and comparators at its ends."""
    text = _lead(text)
    while match := _BEFORE.search(text) or _ENDING.search(text):
        text = text[: match.start()]
    return text


def _subject(clause: str) -> str:
    """Return what a clause without numbers speaks of: the words before 完成 or the like, if an object follows."""
    if (furthered := _FURTHERING.match(clause)) and len(furthered[1]) <= 25:
        return furthered[1]
    empty = _EMPTY.search(clause)
    if not empty or empty.end() >= len(clause.rstrip("。；，;,")):
        return ""
    subject = _trim(clause[: empty.start()])
    return "" if len(subject) > 15 or _WORKING.search(subject) else subject


def _is_target(number: Quantity, verb: str) -> bool:
    """Return whether the number is to be reached, rather than a size or a count of things worked on."""
    left, right = number.left, number.right
    base = words.split_measure(number.measure)[1]
    if re.search(_COVERB + "$", left):
        return False
    if base in words.SHARES:
        return True
    noun_after = bool(right) and not right.startswith("的")
    if base in words.PHYSICAL or base in words.MONEY:
        if noun_after:
            return "完成" in left and bool(
                re.search("任务|收储|治理|修复|绿化|改造|建设$|施工$", right)
            )
        return number.compared or not right or bool(_ACHIEVING.search(left))
    if number.compared:
        return True
    reached = _ACHIEVING.search(left) or (number.linked and verb)
    worked = _WORKING.search(left)
    if base in words.DURATIONS:
        return False
    if not right:
        return not worked or bool(reached)
    return bool(_REACHING.search(right)) or (bool(reached) and not worked)


def _names(core: str, number: Quantity, alone: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (names of this number, names waiting for the numbers after it that stand alone).

    自查率、自查报告率达30% is two rates by one number; 检查率和抽查率分别达20%和2%
    gives each its own.
    """
    parts = tuple(_LINK.split(core))
    if change := _CHANGE.search(core):
        parts = tuple(p if p.endswith(change[0]) else p + change[0] for p in parts)
    if len(parts) == alone + 1 > 1:
        return parts[:1], parts[1:]
    if number.measure == "%" and len(parts) > 1 and all(p.endswith("率") for p in parts):
        return parts, ()
    return (core,), ()


def _target(number: Quantity, name: str, about: str, before: Sequence[Target]) -> Target:
    """Return the target of a number; its span is counted within the clause, its text left open."""
    change = _CHANGE.search(name) if number.measure in words.SHARES else None
    basis = "cumulative"
    if change:
        basis, stem = "growth", _trim(_COMPARED_TO.sub("", name[: change.start()]))
        if not stem and before:
            stem, about = re.sub("(增速|降幅)$", "", before[0].name), before[0].about
        name = stem + _change_noun(change[0])
    elif (
        number.measure in words.SHARES or "/" in number.measure or _STATE.search(name + number.left)
    ):
        basis = "level"
    if about in name or _OWNER.search(name):
        about = ""
    start = number.start - len(number.left if change else _lead(number.left))
    end = number.end + len(number.right)
    return Target(
        "", start, end, name, about, number.amount, number.measure, number.comparator, basis
    )


def _change_noun(change: str) -> str:
    """Return the noun of a change: 同比增长 -> 增速, 下降 -> 降幅, 涨幅 as it is."""
    if change.endswith(("幅", "增速")):
        return change
    return "降幅" if change.removeprefix("同比").removesuffix("了") in words.SHRINKING else "增速"


def _lead(left: str) -> str:
    """Return the words before a number that belong to its target's span: all but adverbs at their beginning."""
    while match := _ADVERB.match(left):
        left = left[match.end() :]
    return left
