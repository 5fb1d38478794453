"""What each column of the plan's table is: by its captions, by what its cells hold, and by choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from ...core.text import fold
from .evidence import Profile
from .period_captions import is_period, is_whole_year, two_languages
from .wording import (
    CONTENTS,
    DUE,
    ENGLISH_PARTS,
    EXTRA,
    FIRST,
    GOAL,
    KINDS,
    LEAD,
    LEADER,
    MEASURE,
    MILESTONE,
    NUMBER,
    PARENTS,
    PARTS,
    PERSON,
    SECTION,
    STEP,
    SUPPORT,
    TICK,
    TRADITIONAL,
    UNIT_PARENTS,
    WORDS,
)

# What a role is based on, surest first: a person's choice, a known caption, a part of one, the cells below.
CHOSEN, WORD, PART, CONTENT, NONE = "chosen", "word", "part", "content", "none"
# No caption is longer (characters); most texts of a plan are.
LONGEST = 30
_LONGEST_LATIN = 60
_RANKS = {
    role: {fold(word): rank for rank, word in enumerate(words)} for role, words in WORDS.items()
}
_KINDS = {fold(word): kind for kind, words in KINDS.items() for word in words}
_REMARK = re.compile(r"\([^()]*\)|[*:]|^[0-9一二三四五六七八九十]{1,2}[.、,]")
_LATIN = re.compile(r"[^a-z0-9&%#'/\- ]+")
_MOST_WORDS = 6
# After all captions that name a task, known by their words or parts.
_LAST_GOAL = 95
_ALSO: ContextVar[frozenset[str]] = ContextVar("captions", default=frozenset())
_CONTENT_ROWS, _LEAST_TICKS = 2, 3
# Texts that describe what is to be done are usually as long (a Chinese character counts twice).
_TEXT = 16


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is: its role and kind, its caption as printed, what that is based on, and what its cells hold.

    ``kind`` distinguishes columns that are carried along (when is it due, who is the person).
    ``sample`` is the first text under it.
    """

    role: str
    caption: str
    kind: str = ""
    basis: str = WORD
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """Which role and kind a caption alone indicates, on what basis, and its rank among captions of that role."""

    role: str = ""
    kind: str = ""
    basis: str = NONE
    rank: int = 99


def bare(caption: str) -> str:
    """Return a caption folded, in the usual writing, without bracketed remarks, stars and numbering."""
    short = fold(caption).translate(TRADITIONAL)
    return _REMARK.sub("", short) or short


@contextmanager
def knowing(captions: frozenset[str]) -> Iterator[None]:
    """Take these texts (folded), too, for captions as long as the block lasts."""
    token = _ALSO.set(captions)
    try:
        yield
    finally:
        _ALSO.reset(token)


def is_caption(text: str) -> bool:
    """Return whether a cell's text is one that heads a column or a group of columns."""
    also = _ALSO.get()
    return _is_caption(text) or (bool(also) and fold(text) in also)


@lru_cache(maxsize=4096)
def _is_caption(text: str) -> bool:
    if not fits_caption(text):
        return False
    word = bare(text)
    if word in PARENTS or word in UNIT_PARENTS or is_period(text) or is_whole_year(text):
        return True
    guess = guessed((text,))
    units = guess.role in (LEAD, SUPPORT) or guess.kind == DUE
    return guess.basis == WORD or (guess.basis == PART and units and len(word) <= 24)


def fits_caption(text: str) -> bool:
    """Return whether a text is short enough for a caption."""
    return len(text) <= (_LONGEST_LATIN if text.isascii() else LONGEST)


def spans_columns(text: str) -> bool:
    """Return whether a caption is one that stands over several columns: 序时进度, 责任单位."""
    return bare(text) in PARENTS | UNIT_PARENTS


def guessed(path: tuple[str, ...]) -> Guess:
    """Return what the captions over a column, top to bottom, indicate; in two languages either may."""
    if not path or not any(path):
        return Guess()
    guess = _guessed(path)
    for part in two_languages(path[-1]) if guess.basis != WORD else ():
        other = _guessed((*path[:-1], part))
        if other.basis == WORD:
            return other
    return guess


def _guessed(path: tuple[str, ...]) -> Guess:
    leaf = bare(path[-1])
    above = {bare(caption) for caption in path[:-1]}
    under = bool(above & PARENTS) or any(map(is_period, path[:-1]))
    for role in (NUMBER, SECTION, EXTRA):
        if leaf in _RANKS[role]:
            return Guess(role, "", WORD, _RANKS[role][leaf])
    if leaf in _RANKS[LEADER] and not under:
        return Guess(LEADER, PERSON, WORD, _RANKS[LEADER][leaf])
    if leaf in _KINDS and not under and not (_KINDS[leaf] != PERSON and leaf in _RANKS[GOAL]):
        kind = _KINDS[leaf]
        # A person answers for the task where no office does.
        rank = 97 if leaf in _RANKS[LEAD] else 99
        return Guess(LEAD if kind == PERSON and rank < 99 else EXTRA, kind, WORD, rank)
    if leaf in CONTENTS and not under:
        return Guess(GOAL, "", WORD, _LAST_GOAL)
    if leaf in _RANKS[GOAL] and not under:
        return Guess(GOAL, "", WORD, _RANKS[GOAL][leaf])
    if is_period(path[-1]) or under or is_whole_year(path[-1]) or leaf in _RANKS[MILESTONE]:
        return Guess(MILESTONE, "", WORD)
    for role in (LEAD, SUPPORT):
        if leaf in _RANKS[role]:
            return Guess(role, "", WORD, _RANKS[role][leaf])
    if leaf in PARENTS:
        return Guess(MILESTONE, STEP, WORD)
    return _by_part(path[-1], leaf)


def _by_part(caption: str, leaf: str) -> Guess:
    spaced = " ".join(_LATIN.sub(" ", caption.casefold()).split())
    if caption.isascii() and len(spaced.split()) <= _MOST_WORDS:
        parts, text = ENGLISH_PARTS, spaced
    else:
        parts, text = PARTS, leaf
    for what, pattern in parts:
        if re.search(pattern, text):
            role = what if what in WORDS else EXTRA
            person = role == LEAD and re.search(
                r"\b(officer|person|manager|name|director|contact)\b", spaced
            )
            kind = PERSON if what == LEADER else "" if what in WORDS else what
            return Guess(role, kind, PART, 98 if person else 90)
    return Guess()


def columns_of(
    paths: Sequence[tuple[str, ...]],
    profiles: Sequence[Profile],
    choices: Mapping[str, str],
) -> tuple[tuple[Column, ...], frozenset[str]]:
    """Return what every column is, from its captions, top to bottom, and what is doubtful.

    Milestones are the columns that read like periods or stand under 序时进度
    or its like. ``profiles`` are what the cells below hold; ``choices`` roles by
    folded caption, which go before all else. Doubts: "guessed" (no such column;
    what has no other role was taken), "none" (nor that), "lead", "support",
    "number" (there is no such column), "goals" (more than one column reads like
    the goal), "category" (what reads like the goal is merged over rows that differ).
    """
    return _Roles(paths, profiles, choices).columns()


class _Roles:
    """One head's columns while their roles are being decided."""

    def __init__(
        self,
        paths: Sequence[tuple[str, ...]],
        profiles: Sequence[Profile],
        choices: Mapping[str, str],
    ) -> None:
        self.captions = _unique_captions(paths)
        self.profiles = profiles
        self.guesses = [
            self._chosen(i, path, choices) or guessed(path) for i, path in enumerate(paths)
        ]
        self.roles = [guess.role for guess in self.guesses]
        self.kinds = [guess.kind for guess in self.guesses]
        self.bases = [guess.basis for guess in self.guesses]
        self.doubts: set[str] = set()

    def _chosen(self, at: int, path: tuple[str, ...], choices: Mapping[str, str]) -> Guess | None:
        names = (fold(self.captions[at]), *(fold(caption) for caption in path[-1:]))
        role = next((choices[name] for name in names if name in choices), "")
        if role == FIRST:
            return Guess(LEAD, FIRST, CHOSEN, -1)
        return Guess(role, "", CHOSEN, -1) if role else None

    def columns(self) -> tuple[tuple[Column, ...], frozenset[str]]:
        self._find_ticks()
        self._correct_by_content()
        for role in (NUMBER, LEAD, SUPPORT, LEADER):
            self._keep_best(role)
        self._find_goal()
        self._find_by_content()
        self._find_milestones()
        for role, doubt in ((NUMBER, "number"), (LEAD, "lead"), (SUPPORT, "support")):
            if role not in self.roles and (role == NUMBER or TICK not in self.kinds):
                self.doubts.add(doubt)
        return tuple(
            Column(role or EXTRA, caption, kind, basis, next(iter(profile.texts), ""))
            for role, caption, kind, basis, profile in zip(
                self.roles, self.captions, self.kinds, self.bases, self.profiles, strict=True
            )
        ), frozenset(self.doubts)

    def _take(self, at: int, role: str, kind: str = "", basis: str = "") -> None:
        self.roles[at], self.kinds[at] = role, kind
        self.bases[at] = basis or self.bases[at]

    def _of(self, role: str) -> list[int]:
        """Return the columns of a role, best first."""
        columns = [i for i, r in enumerate(self.roles) if r == role]
        return sorted(columns, key=lambda i: self.guesses[i].rank)

    def _find_ticks(self) -> None:
        """Take columns of nothing but marks, named after no known role, as units that the marks assign."""
        marked = [
            i
            for i, profile in enumerate(self.profiles)
            if profile.marks and not self.roles[i] and self.bases[i] != CHOSEN
        ]
        for i in marked if len(marked) >= _LEAST_TICKS else ():
            self._take(i, EXTRA, TICK, CONTENT)

    def _correct_by_content(self) -> None:
        """Take a role back that the cells below speak against."""
        for i, profile in enumerate(self.profiles):
            if self.bases[i] == CHOSEN or len(profile.texts) < _CONTENT_ROWS:
                continue
            if (self.roles[i] in (LEAD, SUPPORT) and (profile.measures or profile.numbers)) or (
                self.roles[i] == SECTION and profile.grades
            ):
                self._take(i, EXTRA)
            elif (self.roles[i] == NUMBER and profile.length > 16) or (
                self.roles[i] == SECTION and self.bases[i] == PART and profile.length > 60
            ):
                self._take(i, "", basis=NONE)

    def _keep_best(self, role: str) -> None:
        """Leave a role to one column only: the one whose caption stands first in the word list."""
        for i in self._of(role)[1:]:
            if self.bases[i] == CHOSEN:
                continue
            # 责任单位 beside 牵头单位 are those who share the work.
            may_support = role == LEAD and bare(self.captions[i].split("·")[-1]) in _RANKS[SUPPORT]
            self._take(i, SUPPORT if may_support else EXTRA, self.kinds[i])

    def _find_goal(self) -> None:
        """Leave the goal to the column that distinguishes the tasks."""
        goals = self._of(GOAL)
        measures, steps = (
            [i for i, kind in enumerate(self.kinds) if kind == wanted] for wanted in (MEASURE, STEP)
        )
        others = goals[1:] + measures
        if not goals:
            lone = (
                self._lowest_sections()
                or measures
                or [i for i in steps if self.profiles[i].length >= _TEXT]
            )
            if lone:
                self._take(lone[0], GOAL)
            return
        best = goals[0]
        own = next((i for i in others if self._heads(best, i)), None)
        if own is not None and self.bases[best] != CHOSEN:
            self._take(best, SECTION)
            self._take(own, GOAL)
            self.doubts.add("category")
            best = own
        chosen = [i for i in goals if self.bases[i] == CHOSEN]
        for i in goals:
            if i == best or self.roles[i] != GOAL or i in chosen[1:]:
                continue
            if is_period(self.captions[i]):
                self._take(i, MILESTONE)
            elif self._heads(i, best):
                self._take(i, SECTION)
            else:
                self._take(i, EXTRA, self.kinds[i])
                self.doubts.add("goals")

    def _lowest_sections(self) -> list[int]:
        """Return the last of several columns of categories, where each row has another: 一级指标, 二级指标."""
        sections = [i for i, role in enumerate(self.roles) if role == SECTION]
        lowest = sections[-1:] if len(sections) > 1 else []
        return [i for i in lowest if self.profiles[i].texts and not self.profiles[i].repeats]

    def _heads(self, goal: int, other: int) -> bool:
        """Return whether a goal is merged over rows that another text, and a unit, person or date, distinguishes."""
        above, below = self.profiles[goal], self.profiles[other]
        if above.grouped and not below.repeats and len(above.texts) == len(below.texts):
            return True  # printed again in every row instead of merged
        if not above.over(below) or any(True for _ in below.spans()):
            return False
        return any(
            above.over(profile)
            for i, profile in enumerate(self.profiles)
            if self.roles[i] in (LEAD, NUMBER) or self.kinds[i] in (PERSON, DUE)
        )

    def _find_by_content(self) -> None:
        """Give columns without a known caption the roles that their cells indicate."""
        unknown = [i for i, role in enumerate(self.roles) if not role]
        seen = [i for i in unknown if len(self.profiles[i].texts) >= _CONTENT_ROWS]
        if GOAL not in self.roles:
            texts = [
                i for i in seen if self.profiles[i].length >= _TEXT and not self.profiles[i].dates
            ]
            if texts:
                self._take(max(texts, key=lambda i: self.profiles[i].length), GOAL, basis=CONTENT)
        if (
            NUMBER not in self.roles
            and 0 in seen
            and self.profiles[0].numbers
            and self.roles[0] == ""
        ):
            self._take(0, NUMBER, basis=CONTENT)
        if LEAD not in self.roles and TICK not in self.kinds:
            named = next((i for i in seen if not self.roles[i] and self.profiles[i].units), None)
            if named is not None:
                self._take(named, LEAD, basis=CONTENT)
        for i in seen:
            if not self.roles[i] and self.profiles[i].dates:
                self._take(i, EXTRA, DUE, CONTENT)

    def _find_milestones(self) -> None:
        due = DUE in self.kinds
        lone = [i for i, role in enumerate(self.roles) if role == MILESTONE]
        if due and all(self.kinds[i] == STEP for i in lone):
            # One column of milestones with a date in each row: no period.
            for i in lone:
                if self.bases[i] != CHOSEN:
                    self._take(i, EXTRA, STEP)
            return
        for i in lone:
            self.kinds[i] = ""
        if lone or due:
            return
        unknown = [i for i, role in enumerate(self.roles) if not role]
        texts = [i for i in unknown if not self.profiles[i].marks]
        self.doubts.add("guessed" if texts else "none")
        for i in texts:
            self._take(i, MILESTONE, basis=CONTENT)


def _unique_captions(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """Return a caption for every column, none twice: the lowest, with those above where needed."""
    captions: list[str] = []
    leaves = [path[-1] if path else "" for path in paths]
    for position, (path, leaf) in enumerate(zip(paths, leaves, strict=True), 1):
        caption = leaf or f"第{position}列"
        if leaves.count(leaf) > 1 and len(path) > 1:
            caption = "·".join(dict.fromkeys(path))
        while caption in captions:
            caption += f"（第{position}列）"
        captions.append(caption)
    return captions
