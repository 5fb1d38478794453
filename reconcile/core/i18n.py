"""The language that workbooks, documents and the terminal speak: Chinese, or English.

A text of ours is its own key, in Chinese, as in gettext; what is said in English
stands in :mod:`reconcile.locale`. What is written into files follows the plan's
setting 语言, set by ``api`` for the time of one call; what is printed follows the terminal
(``cli.terminal.language``). Judgement knows neither: what it tells are phrases, put into words
where they are shown; what it must know of a file's own texts it asks for by the file's language
(:func:`worded`). Words that are stored
(states, lights, roles, decisions) stay Chinese inside and are translated only
where they are shown and where they are read; what a clerk wrote never is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ..locale import english, english_in, english_sheet
from .settings import Setting

ZH, EN = "zh", "en"
_CURRENT: ContextVar[str] = ContextVar("language", default=ZH)
_NAMES: Mapping[str, str] = {
    "": ZH, "zh": ZH, "zh-cn": ZH, "中文": ZH, "汉语": ZH, "chinese": ZH,
    "en": EN, "en-gb": EN, "en-us": EN, "英文": EN, "英语": EN, "english": EN,
}  # fmt: skip
_CHINESE = re.compile("[\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e]")


def language_named(text: str) -> str | None:
    """Return the language that a setting names ("zh", "en", English, 英文 …), or None."""
    return _NAMES.get(text.strip().casefold())


def language_of(settings: Mapping[str, str]) -> str:
    """Return the language that a plan's settings ask for; Chinese where they name none that we speak."""
    return language_named(settings.get(Setting.LANGUAGE, "")) or ZH


def holds_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character or sign."""
    if text.isascii():
        return False
    # Nearly every Chinese text begins with a Chinese character.
    return "\u3400" <= text[0] <= "\u9fff" or bool(_CHINESE.search(text))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language ("zh" or "en") for as long as the block lasts."""
    token = _CURRENT.set(language)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def spoken() -> str:
    """Return the language that is being spoken."""
    return _CURRENT.get()


def tr(text: str, /, **values: object) -> str:
    """Return a text of ours in the language being spoken, its {words} filled with ``values``.

    A text without a translation stays as it is. In English ``{n:task|tasks}``
    picks the word that goes with the number.
    """
    if _CURRENT.get() == ZH:
        return text.format_map(values) if values else text
    return filled(english(text), values) if values else english(text)


def sheet_name(name: str) -> str:
    """Return the name of a sheet of ours in the language being spoken."""
    return sheet_name_in(name, spoken())


def sheet_name_in(name: str, language: str) -> str:
    """Return the name of a sheet of ours in a stated language, that of a file."""
    return name if language == ZH else english_sheet(name)


def filled(text: str, values: Mapping[str, object]) -> str:
    """Return an English text with its {words} filled; whole numbers know their plural."""
    counted = {k: _Number(v) if type(v) is int else v for k, v in values.items()}
    return text.format_map(counted)


class _Number(int):
    """A whole number that picks its word: format(_Number(2), "task|tasks") is "tasks"."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if self == 1 else many) if bar else super().__format__(spec)


@dataclass(frozen=True, slots=True, init=False)
class Phrase:
    """A text of ours with its values, put into words where it is shown, in the language spoken there.

    For what is found before that language is known, by whoever judges or reads, perhaps in another
    process: where something stands, why a file was refused. ``Phrase("第{n}页", n=2)`` reads "page 2"
    in English. Values may be phrases; any other is shown as it is.
    """

    text: str
    values: tuple[tuple[str, object], ...]

    def __init__(self, text: str, /, **values: object) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "values", tuple(values.items()))

    def __str__(self) -> str:
        return tr(self.text, **dict(self.values))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class Listed(Phrase):
    """Parts, phrases or not, with 、 (or another sign or word of ours) between them; see :func:`joined`."""

    __slots__ = ()

    def __init__(self, parts: Iterable[object], sign: str = "、") -> None:
        super().__init__(sign, **{str(at): part for at, part in enumerate(parts)})

    def __str__(self) -> str:
        return joined(self.parts, self.text)

    @property
    def parts(self) -> tuple[object, ...]:
        """The parts, in order."""
        return tuple(part for _, part in self.values)


class Day(Phrase):
    """A day as people write it; see :func:`day_text`."""

    __slots__ = ()

    def __init__(self, day: date) -> None:
        super().__init__("", day=day)

    def __str__(self) -> str:
        [(_, day)] = self.values
        assert isinstance(day, date)
        return day_text(day)


class Quantity(Phrase):
    """A number with its unit of measure; see :func:`quantity`."""

    __slots__ = ()

    def __init__(self, number: object, measure: str) -> None:
        super().__init__(measure, number=number)

    def __str__(self) -> str:
        return quantity(self.values[0][1], self.text)


def worded(text: object, language: str) -> str:
    """Return a phrase, or a text that is none of ours, in words of a stated language.

    For the texts of a file whose language is known: what a form printed, what a sheet is called.
    """
    with speaking(language):
        return str(text)


def entry_worded(texts: Mapping[str, str], values: Mapping[str, object], language: str) -> str:
    """Return the text of a language, its {words} filled with values that are put into its words, too."""
    text = texts[language]
    with speaking(language):
        return text.format_map(values) if language == ZH else filled(text, values)


def first_of(parts: Sequence[object], most: int = 20) -> Phrase:
    """Return the first parts of many as one phrase, and that there are more."""
    return Phrase("{parts}……", parts=Listed(parts[:most])) if len(parts) > most else Listed(parts)


def meant(text: str, words: Iterable[str]) -> str:
    """Return the one of ``words`` (of ours, Chinese) that a text says in either language, else the text."""
    return _meanings(tuple(words)).get(_bare(text), text)


FORMER_NAMES: Mapping[str, str] = {
    "State words": "状态词", "Value taken": "采用值", "How to mend it": "怎么改",
}  # fmt: skip
"""English names that earlier versions wrote into workbooks, which are still read."""
_ELSEWHERE = {english_in("period", Setting.DEADLINE): Setting.DEADLINE}


@lru_cache(maxsize=64)
def _meanings(known: Sequence[str]) -> Mapping[str, str]:
    """Our words by what is written for them in either language, bare."""
    translated = {_bare(english(word)): word for word in known if english(word) != word}
    others = {
        _bare(text): word for text, word in {**FORMER_NAMES, **_ELSEWHERE}.items() if word in known
    }
    return others | translated | {_bare(word): word for word in known}


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def joined(parts: Iterable[object], sign: str = "、") -> str:
    """Return parts as one text: with 、 (or ； or ，) between them, or as English has it."""
    return tr(sign).join(map(str, parts))


_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day_text(day: date) -> str:
    """Return a day as people write it: 2022年7月8日, 8 July 2022."""
    if spoken() == EN:
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def quantity(number: object, measure: str) -> str:
    """Return a number with its unit of measure: 45.2亿元, "45.2 km", "45.2%"."""
    close = spoken() == ZH or not measure[:1].isalpha() or holds_chinese(measure)
    return f"{number}{measure}" if close else f"{number} {measure}"
