"""Which caption means which field, and which texts the form itself brought along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .findings import CATALOGUE
from .given import MILESTONE
from .grid import Cell
from .model import Field, Form, Plan
from .text import fold, instruction, length

NOTICE = "退回说明"
"""The sheet that a marked-up copy begins with."""
NOTICE_COLUMNS = ("单元格", "任务", "栏目", "问题", "怎么改")
MARK = "【退回】"
"""Begins every line that we write into a note on a cell."""

_REMARK = re.compile(r"\([^()]*\)|[*:]")
_LONGEST_CAPTION = 40
_LONGEST_TEXT = 2_000
# In folded text, so in small letters; its check code is looked at elsewhere.
_FORM_NUMBER = r"[0-9a-z]{4}-\d\d-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{8}"
_TOLD_FAMILIES = ("FORM", "HEAD", "ROW", "CELL", "TASK", "UNIT")
_NOTICE_WORD = re.compile(r"[A-Za-z]{1,3}\d+(?::[A-Za-z]{1,3}\d+)?|\d+|" + "|".join(NOTICE_COLUMNS))
_NOTICE_LINES = (
    "{unit}：填报表退回说明",
    "共 {count} 处，其中 {grave} 处必须改（红色），其余请核对（黄色）。{how}",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of table: field ids by folded caption, and the asked ones.

    ``subject`` is the id of the column that names what a row is about.
    """

    fields: Mapping[str, str]
    asked: Mapping[str, Field]
    subject: str

    def field(self, value: object) -> str:
        """Return the field id that a caption stands for, or ""."""
        if not isinstance(value, str) or len(value) > _LONGEST_CAPTION:
            return ""
        return self.fields.get(fold(value)) or self.fields.get(bare(value), "")


@dataclass(frozen=True, slots=True)
class Captions:
    """Made once for a plan and its form; see :meth:`of`."""

    tasks: Columns
    indicators: Columns
    head: Mapping[str, str]
    texts: tuple[str, ...]
    known: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str]
    told: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, form: Form, plan: Plan) -> Captions:
        """Gather captions, aliases and the form's own texts; all folded."""
        periods = tuple(p.caption for p in plan.periods)
        known = {
            "title": (plan.title,), "document": (plan.document,), "office": (plan.office,),
            "year": (str(plan.year),), "period": periods, "current": ("", "（本期）"),
            "unit": tuple(u.name for u in plan.units),
            "deadline": (plan.settings.get("截止日期", ""), "见通知"),
            "contact": (plan.settings.get("联系方式", ""), plan.office),
        }  # fmt: skip
        asked = (*form.head, *form.asked, *(f for f in form.indicators if f.asked))
        own = [*(f.caption for f in asked), *(instruction(f) for f in asked)]
        texts = (*form.texts, *(t.replace("{", "").replace("}", "") for t in own))
        words = [e for code, e in CATALOGUE.items() if code.split("-")[0] in _TOLD_FAMILIES]
        lines = (*_NOTICE_LINES, *(w for e in words for w in (e.message, e.fix)))
        return cls(
            _columns(form.fields, periods, "goal"),
            _columns(form.indicators, periods, "indicator"),
            {bare(field.caption): field.id for field in form.head},
            texts,
            known,
            _patterns(texts, known),
            tuple(dict.fromkeys(tuple(fold(p) for p in re.split(r"\{[^{}]*\}", t)) for t in lines)),
        )

    def is_told(self, text: str) -> bool:
        """Say whether a text on the sheet 退回说明 is one that we wrote there."""
        short = fold(text)
        return bool(
            _NOTICE_WORD.fullmatch(text)
            or short in self.tasks.fields
            or short in self.indicators.fields
            or short in self.head
            or text in self.known["period"]
            or any(_fits(short, pieces) for pieces in self.told)
        )

    def own(self, issued: Mapping[str, str]) -> re.Pattern[str]:
        """Return what the form's own texts look like, ``issued`` being its values when sent out.

        Without them (a copied sheet) any unit's name passes, and today's deadline.
        """
        known = {word: (text,) for word, text in issued.items() if word in self.known}
        return _patterns(self.texts, {**self.known, **known}) if known else self.pattern


def _columns(fields: Sequence[Field], periods: Sequence[str], subject: str) -> Columns:
    """Gather what the columns of one kind of table are called; a milestone column for each period."""
    found: dict[str, str] = {}
    for field in fields:
        if field.id == "milestones":
            told = field.caption.replace("{current}", "")
            found |= {bare(told.replace("{period}", p)): MILESTONE + p for p in periods}
            continue
        found |= {bare(name): field.id for name in (*field.aliases, field.caption)}
    return Columns(found, {field.id: field for field in fields if field.asked}, subject)


def bare(caption: str) -> str:
    """Return a caption folded, without bracketed remarks, stars and colons."""
    short = fold(caption)
    return _REMARK.sub("", short) or short


def is_own(cell: Cell, pattern: re.Pattern[str]) -> bool:
    """Say whether a cell holds nothing but a text that the form came with."""
    if cell.note or cell.formula or cell.error or cell.struck:
        return False
    if isinstance(cell.value, str) and length(cell.value) <= _LONGEST_TEXT:
        return bool(pattern.fullmatch(fold(cell.value)))
    return False


def is_notice(texts: Iterable[object]) -> bool:
    """Say whether these texts of a row are the header of the sheet 退回说明, which is no form."""
    return set(NOTICE_COLUMNS) <= set(texts)


def their_note(note: str) -> str:
    """Return a note without the lines that a marked-up copy of ours put there."""
    if MARK not in note:
        return note
    lines = note.split("\n")
    first = next(i for i, line in enumerate(lines) if MARK in line)
    # What stands before our first line is the author's name that the program put there.
    return "\n".join(line for line in lines[first:] if MARK not in line).strip()


def _fits(text: str, pieces: Sequence[str]) -> bool:
    """Say whether a text is a sentence of ours, given the pieces around its {words}.

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


def _patterns(texts: Iterable[str], known: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One pattern for all texts with their {words} filled."""
    found = dict.fromkeys(p for t in texts if (p := _pattern(t, known)))
    return re.compile("|".join(found), re.DOTALL)


def _pattern(text: str, known: Mapping[str, Sequence[str]]) -> str:
    parts = re.split(r"\{([^{}]*)\}", text)
    if len(parts) > 1 and not "".join(parts[::2]).strip():
        return "|".join(
            re.escape(fold(k)) for w in parts[1::2] for k in known.get(w, ()) if fold(k)
        )
    shown = []
    for i, part in enumerate(parts):
        if i % 2 == 0:
            shown.append(re.escape(fold(part)))
        elif part == "form":
            shown.append(_FORM_NUMBER)
        elif part not in known:
            shown.append(".*")
        else:
            shown.append("(?:" + "|".join(re.escape(fold(k)) for k in known[part]) + ")")
    return "".join(shown)
