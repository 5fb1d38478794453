"""Which caption means which field, and which texts the form itself brought along."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ..core.findings import sentences, without_count
from ..core.form import NOT_ASKED, Field, Form, instruction, is_figure
from ..core.i18n import FORMER_NAMES, Listed, Phrase, language_of, worded
from ..core.keys import short_hash
from ..core.plan import Plan
from ..core.prefill import MILESTONE, ROLE_HEADINGS
from ..core.settings import Setting
from ..core.text import fold, length, plain
from ..core.values.deadlines import deadline_text, printed_deadline
from ..core.values.self_check import is_formula, is_line
from ..locale import english
from ..readers import Cell

NOTICE = "退回说明"
"""The sheet that a marked-up copy begins with."""
NOTICE_COLUMNS = ("单元格", "任务", "栏目", "问题", "怎么改")
NOTICE_SEALS = 27
"""The column of that sheet, hidden, in which each row has the seals of its texts, as :func:`seal` makes them."""
MARK = "【退回】"
"""Begins every line that we write into a note on a cell; in English, too, it is known by its brackets."""
_MARKS = (MARK, english(MARK))
_CAPTIONS_BEFORE = {word: text for text, word in FORMER_NAMES.items()}
_HEADERS = (
    frozenset(NOTICE_COLUMNS), frozenset(english(c) for c in NOTICE_COLUMNS),
    frozenset(_CAPTIONS_BEFORE.get(c, english(c)) for c in NOTICE_COLUMNS),
)  # fmt: skip

_REMARK = re.compile(r"\([^()]*\)|[*:]")
LONGEST_CAPTION = 60
_LONGEST_TEXT = 2_000
_REMEMBERED, _MOST_SEEN, _MOST_ISSUED = 50_000, 2_000, 64
_MANY_WAYS = 64
"""A text of ours that can be filled in more ways is matched by a pattern, not spelled out."""
# In folded text, so in small letters; its check code is looked at elsewhere.
_FORM_NUMBER = r"[0-9a-z]{4}-\d\d-(?:[0-9a-z]{4}-){2}(?:[0-9a-z]{8}|(?:[0-9a-z]{4}-){2}[0-9a-z]{4})"
_RETURN_FAMILIES = ("FORM", "HEAD", "ROW", "CELL", "TASK", "UNIT")
_SEALS = re.compile(r"[0-9A-Z]{8}(?: [0-9A-Z]{8})*")
_NOTICE_WORD = re.compile(
    r"[A-Za-z]{1,3}\d+(?::[A-Za-z]{1,3}\d+)?|\d+|" + "|".join(c for h in _HEADERS for c in h)
)
FORMER = (
    "全年目标完成了多少，如 50%。必填。填百分比，0%至100%，例如50%",
    "How much of the year's target is done. Required. A percentage, 0% to 100%, e.g. 50%",
    "“填报表”中浅黄色的格子请填写；灰色的格子是计划原文，已锁定，改了也不作数。可以排序、筛选、调整行高列宽。",
    "The pale yellow cells of the sheet “Form”. Grey cells are the plan's own text: they are locked, and changes to them"
    " do not count. You may sort, filter, and change heights and widths.",
    "请在浅黄色格子中填写；灰色部分是计划原文，请勿改动。填写说明见“填报说明”表。",
    "Please fill in the pale yellow cells; grey cells are the plan's own text and must not be changed. See the sheet"
    " “How to fill in”.",
    "只填数字，计量单位见同一行。\n填一个数字，-1000000000000至1000000000000",
    "A number only; its unit of measure stands in the same row.\nA number, -1000000000000 to 1000000000000",
    "填日期，如 2022-06-30。\n填日期，不早于2000-01-01，例如2022-06-30",
    "填日期，如 2022-06-30。同一单位交来两份时，以填报日期较晚的为准。\n必填。填日期，不早于2000-01-01，例如2022-06-30",
)
"""What built-in templates of earlier versions printed, on forms that may still be out."""
NOT_ASKED_SAID = (NOT_ASKED, english(NOT_ASKED))
NOTICE_LINES = (
    "{unit}：填报表退回说明",
    "共 {count} 处，其中 {grave} 处必须改（红色），其余请核对（黄色）。{how}",
)


_HEADINGS = frozenset(fold(w) for h in ROLE_HEADINGS.values() for w in (h, english(h)))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of table: field ids by folded caption, and the asked ones.

    ``subject`` is the id of the column that names what a row is about.
    """

    fields: Mapping[str, str]
    asked: Mapping[str, Field]
    subject: str
    seen: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def field(self, value: object) -> str:
        """Return the field id that a caption stands for, or ""."""
        if not isinstance(value, str) or len(value) > LONGEST_CAPTION:
            return ""
        name = self.seen.get(value)
        if name is None:
            name = self.fields.get(fold(value)) or self.fields.get(bare(value), "")
            if len(self.seen) < _REMEMBERED:
                self.seen[value] = name
        return name


def is_unasked(field: Field | None, cell: Cell) -> bool:
    """Return whether a cell holds what a form prints where it does not ask for this field."""
    plain_ = not (cell.note or cell.struck or cell.formula or cell.error)
    return plain_ and field is not None and is_figure(field) and cell.value in NOT_ASKED_SAID


class OwnTexts(NamedTuple):
    """The form's own texts, folded: those that can be spelled out, and what the others look like.

    ``fixed`` are alike in every form; ``seen`` are texts as they came that fold to one of them.
    """

    fixed: frozenset[str]
    seen: set[str]
    spelled: frozenset[str]
    pattern: re.Pattern[str]

    def has(self, text: str) -> bool:
        """Return whether a text, however it was spaced and spelled, is one of them."""
        if text in self.seen:
            return True
        if 2 * len(text) > _LONGEST_TEXT and length(text) > _LONGEST_TEXT:
            return False
        folded = fold(text)
        if folded in self.fixed:
            if len(self.seen) < _MOST_SEEN:
                self.seen.add(text)
            return True
        return folded in self.spelled or bool(self.pattern.fullmatch(folded))

    def filled_otherwise(self, *texts: Filled) -> OwnTexts:
        """Return the same with these in the place of what was filled in."""
        spelled = frozenset().union(*(filled.spelled for filled in texts))
        looks = (look for filled in texts for look in filled.looks)
        return OwnTexts(self.fixed, self.seen, spelled, _compiled("|".join(looks)))


@dataclass(frozen=True, slots=True)
class Captions:
    """Made once for a plan and its form; see :meth:`of`.

    ``language`` is the plan's. ``fixed`` are the form's own texts without {words}, folded; ``open`` those
    with some, parted into (text, word, text, …). ``issued`` are the open texts without a
    unit's name, by what forms were filled with.
    """

    tasks: Columns
    indicators: Columns
    head: Mapping[str, str]
    language: str
    fixed: frozenset[str]
    open: tuple[tuple[str, ...], ...]
    known: Mapping[str, tuple[str, ...]]
    any_unit: OwnTexts
    issued: dict[tuple[tuple[str, str], ...], Filled] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, form: Form, plan: Plan) -> Captions:
        """Gather captions, aliases and the form's own texts; all folded."""
        language = language_of(plan.settings)
        periods = tuple(p.caption for p in plan.periods)
        unnamed = worded(Phrase("见通知"), language)
        known = {
            "title": (plan.title,), "document": (plan.document,), "office": (plan.office,),
            "year": (str(plan.year),), "period": periods, "current": ("", worded(Phrase("（本期）"), language)),
            "unit": tuple(u.name for u in plan.units),
            "deadline": tuple(dict.fromkeys(
                text
                for n in range(1, len(periods) + 1)
                for text in (deadline_text(plan, n), printed_deadline(plan, n), unnamed)
            )),
            "contact": (plan.settings.get(Setting.CONTACT, ""), plan.office),
        }  # fmt: skip
        asked = (*form.head, *form.asked, *(f for f in form.indicators if f.asked))
        prompts = (worded(instruction(f, plan.year), language) for f in asked)
        former = (worded(line, language) for f in asked if (line := _formerly(f)))
        own = (*(f.caption for f in asked), *prompts, *former)
        texts = (
            *form.texts,
            *form.footers,
            *FORMER,
            *NOT_ASKED_SAID,
            *(t.replace("{", "").replace("}", "") for t in own),
        )
        parted = [_parted(t) for t in dict.fromkeys(texts)]
        fixed = frozenset(parts[0] for parts in parted if len(parts) == 1)
        gaps = tuple(parts for parts in parted if len(parts) > 1)
        return cls(
            _columns(form.fields, periods, "goal"),
            _columns(form.indicators, periods, "indicator"),
            {bare(field.caption): field.id for field in form.head},
            language,
            fixed,
            gaps,
            known,
            OwnTexts(fixed, set(), frozenset(), _compiled("")).filled_otherwise(
                _filled(gaps, known)
            ),
        )

    @property
    def key(self) -> str:
        """What a finding calls the hidden column of keys."""
        return worded(Phrase("校验码"), self.language)

    def is_our_message(self, text: str) -> bool:
        """Return whether a text on the sheet 退回说明 is like one that earlier versions wrote there, without seals."""
        short = fold(without_count(text, self.language))
        return bool(
            _NOTICE_WORD.fullmatch(text)
            or short in self.tasks.fields
            or short in self.indicators.fields
            or short in self.head
            or text in self.known["period"]
            or any(_fits(short, pieces) for pieces in _notice_texts(self.language))
        )

    def own(self, issued: Mapping[str, str]) -> OwnTexts:
        """Return what the form's own texts look like, ``issued`` being its values when sent out.

        Without them (a copied sheet) any unit's name passes, and today's deadline.
        """
        filled_in = {word: text for word, text in issued.items() if word in self.known}
        if not filled_in:
            return self.any_unit
        known = {**self.known, **{word: (text,) for word, text in filled_in.items()}}
        filled_in.pop("unit", None)
        alike = tuple(sorted(filled_in.items()))  # in all forms of a round
        common = self.issued.get(alike)
        if common is None:
            common = _filled((p for p in self.open if "unit" not in p[1::2]), known)
            if len(self.issued) < _MOST_ISSUED and len(str(alike)) < _LONGEST_TEXT:
                self.issued[alike] = common
        own = _filled((p for p in self.open if "unit" in p[1::2]), known)
        return self.any_unit.filled_otherwise(common, own)


def _formerly(asked: Field) -> Phrase | None:
    """How earlier versions worded what a date may be; None for what is no date."""
    rule = asked.rule
    if rule.kind != "date":
        return None
    shown = {side: plain(b) for side, b in (("low", rule.low), ("high", rule.high)) if b}
    sides = {"low": "不早于{bound}", "high": "不晚于{bound}"}
    limits = [Phrase("，"), *(Phrase(sides[side], bound=bound) for side, bound in shown.items())]
    if len(shown) == 2:
        limits[1:] = [Phrase("{low}至{high}", **shown)]
    example = "2022-06-30"
    if not shown.get("low", "") <= example <= shown.get("high", "9"):
        example = shown.get("high") or shown["low"]
    limited = Listed(limits if shown else (), "")
    line = Phrase("填日期{limited}，例如{example}", limited=limited, example=example)
    if rule.required:
        line = Listed((Phrase("必填。"), line), "")
    return Listed(filter(None, (asked.prompt, line)), "\n")


def _columns(fields: Sequence[Field], periods: Sequence[str], subject: str) -> Columns:
    """Gather what the columns of one kind of table are called; a milestone column for each period."""
    found: dict[str, str] = {}
    for one in fields:
        if one.id == "milestones":
            caption = one.caption.replace("{current}", "")
            found |= {bare(caption.replace("{period}", p)): MILESTONE + p for p in periods}
            continue
        found |= {bare(name): one.id for name in (*one.aliases, one.caption)}
    return Columns(found, {one.id: one for one in fields if one.asked}, subject)


def bare(caption: str) -> str:
    """Return a caption folded, without bracketed remarks, stars and colons."""
    short = fold(caption)
    return _REMARK.sub("", short) or short


def is_own(cell: Cell, own: OwnTexts) -> bool:
    """Return whether a cell holds nothing but a text that the form came with."""
    if cell.note or cell.struck:
        return False
    text = cell.value if isinstance(cell.value, str) else ""
    if is_formula(cell.formula) or is_line(text):  # of an .xls we do not know the formula
        return True
    return bool(text) and not (cell.formula or cell.error) and own.has(text)


def is_heading(cell: Cell) -> bool:
    """Return whether a cell holds nothing but a heading between the task rows (一、牵头任务)."""
    if cell.note or cell.formula or cell.error or cell.struck:
        return False
    value = cell.value
    return isinstance(value, str) and len(value) <= LONGEST_CAPTION and fold(value) in _HEADINGS


def is_notice(texts: Iterable[object]) -> bool:
    """Return whether these texts of a row are the header of the sheet 退回说明, which is no form."""
    found = set(texts)
    return any(header <= found for header in _HEADERS)


def seal(text: str) -> str:
    """Return what shows that a text on the sheet 退回说明 is as we wrote it."""
    return short_hash(fold(text), 8)


def sealed(cells: Mapping[tuple[int, int], Cell]) -> frozenset[str]:
    """Return the seals on the sheet 退回说明, each beside the texts that it is for; none on one of earlier versions."""
    texts = (plain(cell.value) for (_, at), cell in cells.items() if at == NOTICE_SEALS)
    return frozenset(
        word for text in texts if _SEALS.fullmatch(text) for word in (text, *text.split())
    )


def is_sealed(text: str, seals: Container[str]) -> bool:
    """Return whether a text is one of ours, or one of the seals themselves."""
    return text in seals or seal(text) in seals


def their_note(note: str) -> str:
    """Return a note without the lines that a marked-up copy of ours put there."""
    if not is_marked(note):
        return note
    lines = note.split("\n")
    first = next(i for i, line in enumerate(lines) if is_marked(line))
    # What stands before our first line is the author's name that the program put there.
    return "\n".join(line for line in lines[first:] if not is_marked(line)).strip()


def is_marked(note: str) -> bool:
    """Return whether a note has a line that a marked-up copy of ours put there."""
    return any(mark in note for mark in _MARKS)


@lru_cache(maxsize=2)
def _notice_texts(language: str) -> tuple[tuple[str, ...], ...]:
    """What the sheet 退回说明 says in a language, folded, each sentence in pieces without its {words}.

    Few units send that sheet back, so this waits until one does.
    """
    lines = (
        *(worded(Phrase(line), language) for line in NOTICE_LINES),
        *sentences(_RETURN_FAMILIES, language),
    )
    return tuple(dict.fromkeys(_parted(t)[::2] for t in lines))


def _fits(text: str, pieces: Sequence[str]) -> bool:
    """Return whether a text is a sentence of ours, given the pieces around its {words}.

    Not by a regular expression: many gaps would make a hostile text slow.
    """
    if len("".join(pieces)) < 4 or not (text.startswith(pieces[0]) and text.endswith(pieces[-1])):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return len(pieces) > 1 or text == pieces[0]


def _parted(text: str) -> tuple[str, ...]:
    """Part a text into (folded text, {word}, folded text, …)."""
    parts = re.split(r"\{([^{}]*)\}", text)
    return tuple(part if i % 2 else fold(part) for i, part in enumerate(parts))


class Filled(NamedTuple):
    """Some of our texts with their {words} filled in: spelled out, or as regular expressions."""

    spelled: frozenset[str]
    looks: tuple[str, ...]


def _filled(texts: Iterable[Sequence[str]], known: Mapping[str, Sequence[str]]) -> Filled:
    """Fill the {words} of our texts; spelled out where there are few ways to do so."""
    spelled: set[str] = set()
    looks: dict[str, None] = {}
    alone = {word: fold(texts[0]) for word, texts in known.items() if len(texts) == 1}
    for parts in texts:
        names = parts[1::2]
        if all(name in alone for name in names):  # a form of ours tells what it was filled with
            spelled.add("".join([alone[p] if i % 2 else p for i, p in enumerate(parts)]))
            continue
        lone = not any(parts[::2])
        words = [known.get(word, ()) for word in names]
        ways = sum(map(len, words)) if lone else math.prod(map(len, words))
        if lone and ways <= _MANY_WAYS:
            spelled.update(fold(text) for texts in words for text in texts)
        elif 0 < ways <= _MANY_WAYS:
            for filled in itertools.product(*words):
                gaps = itertools.zip_longest(parts[::2], map(fold, filled), fillvalue="")
                spelled.add("".join(itertools.chain.from_iterable(gaps)))
        else:
            looks[_pattern(parts, known)] = None
    spelled.discard("")
    return Filled(frozenset(spelled), tuple(filter(None, looks)))


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern or "(?!)", re.DOTALL)


def _pattern(parts: Sequence[str], known: Mapping[str, Sequence[str]]) -> str:
    if not any(parts[::2]):
        return "|".join(
            re.escape(fold(k)) for w in parts[1::2] for k in known.get(w, ()) if fold(k)
        )
    shown = []
    for i, part in enumerate(parts):
        if i % 2 == 0:
            shown.append(re.escape(part))
        elif part == "form":
            shown.append(_FORM_NUMBER)
        elif part not in known:
            shown.append(".*")
        else:
            shown.append("(?:" + "|".join(re.escape(fold(k)) for k in known[part]) + ")")
    return "".join(shown)
