"""What a cell shows of a number or a date under its number format. Pure.

Rounding is left aside: 852.94 shown as 853 is 852.94. What counts is what a format adds
("1234万元"), scales (12,345 shown as 1.2万), or leaves out (the day of a month).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from ..text import plain

_LONGEST_CODE = 400
_TOKEN = re.compile(
    r'"([^"]*)"|(?:\\|!(?=\.))(.)|_.|\*.|\[([^\]]*)\]|general|g/通用格式|am/pm|上午/下午|e[+-]'
    r"|y+|m+|d+|h+|s+|a{3,}|.",
    re.I | re.S,
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?", re.S)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[0-9.]+)")
_UNSAID = re.compile(r"[\s()（）+\-]+")
_LARGEST = 1e16
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = "一二三四五六日"

Token = tuple[str, str]
"""A piece of a format code: its kind, "text" or "code", and what it says."""


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number as a cell shows it: what stands before it, the number unrounded, what stands after it.

    ``number`` is None where the format shows no figure at all. ``scaled`` when it shows
    thousands or millions.
    """

    before: str
    number: Decimal | None
    after: str
    scaled: bool = False

    @property
    def text(self) -> str:
        """The whole as one text."""
        figure = "" if self.number is None else plain(float(self.number))
        return f"{self.before}{figure}{self.after}".strip()

    @property
    def words(self) -> str:
        """What the format adds to the figure, but for blanks, brackets and characters."""
        return _UNSAID.sub("", self.before + self.after)


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date or time as a cell shows it; ``parts`` are those of "ymdhs" that can be seen."""

    text: str
    parts: frozenset[str]


@lru_cache(maxsize=1024)  # a number is looked at by its field, its target and its record
def shown_number(value: float, code: str) -> ShownNumber | None:
    """Return what a format shows of a number; None for General, and for what is not understood."""
    if not code or code == "@" or not abs(value) < _LARGEST:
        return None
    section = _section(value, code)
    if section is None:
        return None
    figure, before, after, inner = "", "", "", ""
    for kind, text in section:
        if kind == "code" and (text in "0#?.," or text.lower() in ("general", "g/通用格式")):
            figure, inner, after = figure + after + text, inner + after, ""
        elif kind == "code" and text[0].isascii() and text[0].isalpha():
            return None  # a date, or a power of ten, which is the same number
        elif figure:
            after += text
        else:
            before += text
    if not re.search("[0#?G]", figure, re.I):
        return ShownNumber(before, None, after)
    number = Decimal(f"{value:.15g}")
    if before and value < 0 and ";" in code:
        before = before.replace("-", "", 1)
    number = number.scaleb(2 * sum(token == ("code", "%") for token in section))
    whole, _, _ = figure.partition(".")
    thousands = len(figure) - len(figure.rstrip(",")) or len(whole) - len(whole.rstrip(","))
    number = number.scaleb(-3 * thousands)
    if inner == "." and figure.count(".") == 1:  # 0\.0, with a point as text: 12,345 is 1.2
        number = number.scaleb(-len(re.sub("[^0#?]", "", figure.rpartition(".")[2])))
    elif inner:
        return None
    return ShownNumber(before, number, after, bool(thousands))


def _section(value: float, code: str) -> list[Token] | None:
    """The part of a format code that a number is shown by."""
    sections: list[list[Token]] = [[]]
    conditions: list[bool | None] = [None]
    for kind, text in _tokens(code):
        if (kind, text) == ("code", ";"):
            sections.append([])
            conditions.append(None)
        elif kind == "condition":
            conditions[-1] = _holds(value, text)
        else:
            sections[-1].append((kind, text))
    if any(held is not None for held in conditions):
        numbers = [s for s, held in zip(sections, conditions, strict=True) if held is not False]
        return numbers[0] if numbers else None
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _holds(value: float, condition: str) -> bool | None:
    found = _CONDITION.fullmatch(condition.strip())
    if not found:
        return None
    try:
        bound = float(found[2])
    except ValueError:
        return None
    return {
        "<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound,
        "=": value == bound, "<>": value != bound,
    }[found[1]]  # fmt: skip


@lru_cache(maxsize=256)  # a form has some ten formats, each asked of hundreds of cells
def _tokens(code: str) -> tuple[Token, ...]:
    """The parts of a format code."""
    return tuple(_split(code))


def _split(code: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(code[:_LONGEST_CODE]):
        text, first = found[0], found[0][0]
        if first == '"' and len(text) > 1:
            yield "text", found[1] or ""
        elif found[2]:
            yield "text", found[2]
        elif first in "_*" and len(text) > 1:
            yield "text", " " if first == "_" else ""
        elif first == "[" and len(text) > 1:
            inside = found[3] or ""
            if money := _CURRENCY.fullmatch(inside):
                yield "text", money[1]
            elif inside[:1] in ("<", ">", "="):
                yield "condition", inside
            elif inside.strip("hms") == "" and inside:
                yield "elapsed", inside
        else:
            yield "code", text


@lru_cache(maxsize=1024)  # of a round's dates most are the same few
def shown_date(value: date | datetime | time, code: str) -> ShownDate | None:
    """Return what a format shows of a date or time; None for General, and for what is not understood."""
    pieces: list[Token] = []
    for kind, text in _tokens(code):
        if (kind, text) == ("code", ";"):
            break
        pieces.append((kind, text))
    texts, parts = [], set()
    for at, (kind, text) in enumerate(pieces):
        if kind in ("elapsed", "condition"):
            return None
        letter = text[0].lower() if kind == "code" and text else ""
        if letter and letter in "ymdheas" and text.lower() not in ("am/pm",):
            if letter == "m" and _is_minutes(pieces, at):
                letter = "n"
            part = _part(value, letter, len(text), any("/" in t and len(t) > 4 for _, t in pieces))
            if part is None:
                return None
            weekday = letter == "a" or (letter == "d" and len(text) > 2)
            parts.add("w" if weekday else {"e": "y", "n": "h"}.get(letter, letter))
            texts.append(part)
        elif letter and text.lower() in ("am/pm", "上午/下午"):
            early, late_ = text.split("/")
            texts.append(early if getattr(value, "hour", 0) < 12 else late_)
        elif letter and letter in "0#?@g":
            return None
        else:
            texts.append(text)
    shown = "".join(texts).strip()
    return ShownDate(shown, frozenset(parts)) if parts else None


def _is_minutes(pieces: list[Token], at: int) -> bool:
    """Return whether an "m" means minutes: after hours, or before seconds."""
    letters = [
        text[0].lower() if kind == "code" and text and text[0].lower() in "ymdhs" else ""
        for kind, text in pieces
    ]
    before = next((x for x in reversed(letters[:at]) if x), "")
    after = next((x for x in letters[at + 1 :] if x), "")
    return before == "h" or after == "s"


def _part(value: date | datetime | time, letter: str, length: int, half_days: bool) -> str | None:
    """One part of a date or time in the length that a format asks for; None where it has no such part."""
    if letter in "hns":
        if isinstance(value, date) and not isinstance(value, datetime):
            number = 0
        else:
            number = {"h": value.hour, "n": value.minute, "s": value.second}[letter]
        if letter == "h" and half_days:
            number = number % 12 or 12
        return f"{number:0{min(length, 2)}}"
    if not isinstance(value, date):
        return None
    if letter in "ye":
        return f"{value.year:04}" if length > 2 or letter == "e" else f"{value.year % 100:02}"
    if letter == "a":
        return ("星期" if length > 3 else "") + _WEEK[value.weekday()]
    if length < 3:
        return f"{value.month if letter == 'm' else value.day:0{length}}"
    name = _MONTHS[value.month - 1] if letter == "m" else _DAYS[value.weekday()]
    return name[:1] if length == 5 else name[:3] if length == 3 else name


def shown_as(value: object, code: str) -> str:
    """Return the text that a cell shows where its format says something of its own; else ""."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        seen = shown_number(value, code)
        return seen.text if seen and (seen.words or seen.scaled) else ""
    if isinstance(value, date | datetime | time):
        moment = shown_date(value, code)
        return moment.text if moment and moment.text != plain(value) else ""
    return ""


def unlike(value: object, code: str) -> str:
    """Return the text that a cell shows where that means something else than what it stores; else "".

    A percentage is no other number than its fraction, and a whole date is the same in all forms.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        seen = shown_number(value, code)
        return seen.text if seen and (seen.words.strip("%") or seen.scaled) else ""
    if isinstance(value, date | datetime):
        moment = shown_date(value, code)
        return moment.text if moment and not moment.parts >= frozenset("ymd") else ""
    return ""


_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?$")
_FIGURES = re.compile(r"[0-9]+|[A-Za-z]{3,9}")


def date_code(text: str, day: date) -> str:
    """Return the number format by which a date shows as ``text``, "" where that cannot be told."""
    code, parts, end, clock = "", set(), 0, ""
    timed = _CLOCK.search(text)
    if timed and isinstance(day, datetime):
        if (int(timed[1]), int(timed[2])) != (day.hour, day.minute):
            return ""
        clock = f"{'h' * len(timed[1])}:mm{':ss' if timed[0].count(':') > 1 else ''}"
        text = text[: timed.start()]
        parts.add("h")
    for found in _FIGURES.finditer(text):
        written, number = found[0], int(found[0]) if found[0].isdigit() else -1
        name = _MONTHS[day.month - 1].lower()
        if len(written) > 2 and name.startswith(written.lower()):
            part = "mmmm" if len(written) > 3 else "mmm"
        elif number == day.year and len(written) == 4:
            part = "yyyy"
        elif number == day.month and "m" not in parts:
            part = "m"
        elif number == day.day and "d" not in parts:
            part = "d"
        elif number == day.year % 100 and "y" not in parts:
            part = "yy"
        else:
            return ""
        code += f'"{text[end : found.start()]}"{part}'
        parts.add(part[0])
        end = found.end()
    code += f'"{text[end:]}"'
    return code.replace('""', "") + clock if parts else ""


def number_code(text: str, value: float) -> str:
    """Return the number format by which a number shows as ``text``, with words or in thousands; else ""."""
    found = re.fullmatch(r'([^0-9"]*?)-?([0-9][0-9,]*(?:\.[0-9]+)?)([^0-9"]*)', text.strip())
    if not found:
        return ""
    shown = float(found[2].replace(",", ""))
    digits = len(found[2].partition(".")[2])
    fits = (n for n in range(3) if abs(shown - abs(value) / 1000**n) <= 0.51 * 10**-digits)
    thousands = next(fits, -1)
    worded = (found[1] + found[3]).strip(" -+()")
    if thousands < 0 or not (worded or thousands):
        return ""
    figure = f"0{'.' + '0' * digits if digits else ''}{',' * thousands}"
    return f'"{found[1]}"{figure}"{found[3]}"'.replace('""', "")
