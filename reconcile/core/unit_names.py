"""Texts of cells that name units -> the names, and who of them leads. One splitter for all.

Separators inside brackets belong to the name: 各县（市、区） is one. A Latin text with
semicolons is split there only, since English names hold commas.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from .i18n import holds_chinese
from .text import fold

_GROUP = re.compile(
    r"各|县[（(]?市?、?区|县市区|^(所有|全体|有关|相关|其他)|"
    r"(成员单位|有关部门|有关单位|相关部门|相关单位|板块|监管企业|各部门|街道办事处和镇)$"
    r"|^(all|each|every|relevant|other|various|appropriate|respective|concerned|participating)\b"
    r"|\b(agencies|departments|ministries|councils|districts|municipalities|bodies) concerned$",
    re.I,
)  # fmt: skip
# How the names of offices end; 管委会 alone does so too, but rarely stands alone.
UNIT_END = re.compile(
    r"(局|厅|委|办|部|院|行|中心|公司|集团|社|联|科协|队|馆|站|署|县|市|区|政府|大学|学校|海关|(?<!^管委)(?<!^委员)(?<!^管理委员)会)$"
)
_ENGLISH_UNIT = re.compile(
    r"\b(department|dept|office|agency|ministry|council|board|authority|services?|bureau|commission"
    r"|committee|team|directorate|unit|division|secretariat|police|university|hospital)\b", re.I,
)  # fmt: skip
# A name that goes on over commas: Ministry of Housing, Communities and Local Government.
_LONG_NAME = re.compile(
    r"^(?:the )?(?:\w+ )?(?:ministry|department|dept\.?|office|secretariat|committee|commission|minister|directorate)"
    r" (?:of|for|on) [^,]+$", re.I,
)  # fmt: skip
# Each line of a list is a name.
_LIST_MARKS = "•▪➢"
# A title that says of what only after a comma: Assistant Director, Digital.
_BARE_TITLE = re.compile(
    r"(?:(?:assistant|associate|deputy|vice|executive|interim|acting|joint|senior|group|corporate|strategic|service|general|programme|program) )*"
    r"(?:director|head|manager|officer|chief|minister|secretary|commissioner|coordinator|lead|president|provost)",
    re.I,
)
# What parts two names, but may stand within one.
_UNSURE = re.compile(r"\s{2,}|(?<=[\u3400-\u9fff）])\s+(?=[\u3400-\u9fff])|[和与及]|/")


def is_group(name: str) -> bool:
    """Return whether a name is worded as one for several units: 各县区, 县（市、区）人民政府, all departments."""
    return bool(_GROUP.search(name))


def looks_like_unit(name: str) -> bool:
    """Return whether a name ends, or is worded, as those of offices are."""
    return bool(UNIT_END.search(name) or is_group(name) or _ENGLISH_UNIT.search(name))


def split_names(text: str) -> list[str]:
    """Split the text of a units cell at 、，； and their like, but not inside brackets.

    Line breaks stay in the pieces. Empty pieces are dropped.
    """
    latin = not holds_chinese(text)
    pieces = _cut(text, ";；" if latin and re.search("[;；]", text) else "、，,；;")
    return _whole_names(pieces) if latin else pieces


def _cut(text: str, signs: str) -> list[str]:
    pieces, depth, piece = [], 0, ""
    signs += _LIST_MARKS
    for sign in text:
        depth = max(depth + (sign in "（(") - (sign in "）)"), 0)
        if sign in signs and not depth:
            pieces.append(piece)
            piece = ""
        else:
            piece += sign
    return [p.strip() for p in (*pieces, piece) if p.strip()]


def _whole_names(pieces: list[str]) -> list[str]:
    """Join the pieces of English names that hold commas, and take a lone "and" before the last off."""
    found: list[str] = []
    for piece in pieces:
        name = re.sub(r"^(?:and|&)\s+", "", piece)
        begun = found and (_LONG_NAME.search(found[-1]) or found[-1].count(","))
        listed = begun and " and " in f" {piece}" and not _ENGLISH_UNIT.search(piece)
        titled = found and _BARE_TITLE.fullmatch(" ".join(found[-1].split()))
        if listed or (titled and not _BARE_TITLE.search(piece)):
            found[-1] += f", {piece}"
        else:
            found.append(name)
    return found


def reviewed_names(text: str) -> tuple[str, ...]:
    """Return the names in a cell that a person reviewed: here every line break parts names, too."""
    names = (name for line in text.split("\n") for name in split_names(line))
    return tuple(dict.fromkeys(names))


def unsure_parts(name: str, known: Container[str]) -> list[str]:
    """Return the names that a name may be two of, as 和, a blank or / stand between unit-like names; else none."""
    if not holds_chinese(name):
        latin = [part for part in re.split(r"\s+/\s+", name) if part]
        return latin if len(latin) > 1 else []
    if "（" in name or "(" in name:
        return []
    parts = [part.strip() for part in _UNSURE.split(name) if part.strip()]
    if len(parts) < 2 or any(not _stands_alone(part, known) for part in parts):
        return []
    return parts


def _stands_alone(name: str, known: Container[str]) -> bool:
    return fold(name) in known or (len(name) > 2 and bool(UNIT_END.search(name)))


def may_be_short(name: str, full: str) -> bool:
    """Return whether a name may be a shorter form of another: 市住建局 of 市住房和城乡建设局, Dept. of Department.

    All its characters stand in the other in this order, the first and the last at its ends.
    """
    short, long = (_plain_name(n) for n in (name, full))
    if short == long:
        return fold(name) != fold(full)
    if not holds_chinese(name) or not holds_chinese(full):
        return False
    government = re.sub(r"(人民政府|政府|管理委)$", "", long)  # 委员会 is 委 in a plain name
    if len(short) < 2 or len(short) > len(long):
        return False
    if short == government and government != long:
        return True
    if len(short) < 4 or short[:1] != long[:1] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)


def _plain_name(name: str) -> str:
    """A name as it is compared with others: without 和 and its like, articles, and with words spelled out."""
    if holds_chinese(name):
        return re.sub("[和与及]", "", fold(name)).replace("委员会", "委")
    words = re.sub(r"[^a-z0-9& ]", " ", name.casefold()).replace("&", " and ").split()
    spelled = {"dept": "department", "min": "ministry", "govt": "government", "comm": "commission"}
    kept = (spelled.get(w, w) for w in words if w not in ("the", "of", "and", "for"))
    return " ".join(w.removesuffix("s") for w in kept)


# --- who leads


def _loose(words: str) -> str:
    """A pattern for any of these words, whose characters may be wrapped apart."""
    spaced = (r"\s*".join(map(re.escape, word)) for word in words.split())
    return "|".join(spaced)


_LEAD_WORDS = _loose(
    "牵头责任单位 牵头单位 牵头部门 牵头科室 牵头处室 主办单位 主办部门 主责单位 主责部门 主要责任单位 责任单位 责任部门 责任主体 责任科室"
    " 主管单位 主管部门 承办单位 承办部门 落实单位 落实部门 实施单位 实施主体 承担单位 牵头 主办 主责"
)
_SUPPORT_WORDS = _loose(
    "共同责任单位 配合责任单位 其他责任单位 配合单位 配合部门 配合科室 协办单位 协办部门 协同单位 协同部门 协作单位 协作部门 协助单位 协助部门"
    " 参与单位 参与部门 参加单位 会办单位 支持单位 共同责任 配合 协办 协同 协助 参与 会办"
)
_LABEL = re.compile(
    rf"(?:(?P<support>{_SUPPORT_WORDS}|\b(?:support(?:ing|ed by)?|partners?|with|assist(?:ing|ed by)?)"
    r"(?:\s+(?:units?|agenc(?:y|ies)|departments?))?)"
    rf"|(?P<lead>{_LEAD_WORDS}|\b(?:lead|leading|responsible|owner)(?:\s+(?:unit|agency|department|body))?))\s*[:：]",
    re.I,
)
_PLAIN = re.compile(r"责\s*任\s*(单\s*位|部\s*门)$")
_SENTENCE = re.compile(
    r"^\s*由?(?P<lead>[^，,；;。]+?(?:、[^，,；;。]+?)*)\s*(?:牵\s*头|主\s*办)(?:\s*负\s*责|\s*实\s*施|\s*落\s*实)?\s*"
    r"(?:[，,；;、。\s]+(?P<support>.+?)\s*(?:等\s*)?(?:按\s*照?\s*(?:各\s*自\s*)?职\s*责\s*(?:分\s*工\s*)?)?(?:分\s*别\s*)?"
    r"(?:配\s*合|协\s*办|协\s*助|参\s*与|参\s*加|负\s*责)(?:\s*实\s*施|\s*落\s*实)?)?\s*[。；;]?\s*$",
    re.S,
)
_ALL_LEAD = re.compile(
    r"^\s*由?(?P<lead>.+?)\s*(?:等\s*)?(?:按\s*照?\s*(?:各\s*自\s*)?职\s*责\s*(?:分\s*工\s*)?)?(?:分\s*别\s*)?"
    r"负\s*责(?:\s*实\s*施|\s*落\s*实)?\s*[。；;]?\s*$", re.S,
)  # fmt: skip
_BRACKET = re.compile(
    r"\s*[（(]\s*(牵\s*头|主\s*办|主\s*责|牵\s*头\s*单\s*位|lead|配\s*合|协\s*办|support(?:ing)?)\s*[）)]",
    re.I,
)
_STARS = "★☆▲△*＊●◎"


@dataclass(frozen=True, slots=True)
class Shared:
    """The texts of who leads and who supports in one cell; ``mark`` is the first word or sign that tells them apart, "" for none."""

    lead: str
    support: str
    mark: str = ""


@lru_cache(maxsize=4096)
def shared(text: str) -> Shared:
    """Part a cell of units by the words and marks for who leads: 牵头单位：, X牵头，Y配合, （牵头）, ★, (lead)."""
    return _by_labels(text) or _by_sentence(text) or _by_marks(text) or Shared(text, "")


def _by_labels(text: str) -> Shared | None:
    labels = list(_LABEL.finditer(text))
    if not labels:
        return None
    ends = [*(label.start() for label in labels[1:]), len(text)]
    sides: dict[bool, list[str]] = {False: [], True: []}
    first = text[: labels[0].start()].strip("；;，,。 \n")
    if first:
        sides[False].append(first)
    lead_named = any(label["lead"] and not _PLAIN.match(label["lead"]) for label in labels)
    for label, end in zip(labels, ends, strict=True):
        # 责任单位 beside 牵头单位 are those who share the work.
        helps = bool(label["support"]) or bool(lead_named and _PLAIN.match(label["lead"] or ""))
        names = text[label.end() : end].strip("；;，,。.、 \n")
        if names and fold(names) not in ("无", "-", "/", "none", "n/a"):
            sides[helps].append(names)
    return Shared(
        "、".join(sides[False]), "、".join(sides[True]), text[labels[0].start() : labels[0].end()]
    )


def _by_sentence(text: str) -> Shared | None:
    found = _SENTENCE.match(text)
    if found is None:
        alone = _ALL_LEAD.match(text)
        return Shared(alone["lead"].strip(), "", "负责") if alone else None
    return Shared(found["lead"].strip(), (found["support"] or "").strip(), "牵头")


def _by_marks(text: str) -> Shared | None:
    """Part names of which some, not all, bear a mark."""
    names = split_names(text)
    lead: list[str] = []
    support: list[str] = []
    plain: list[str] = []
    mark = ""
    for name in names:
        bracket = _BRACKET.search(name)
        star = next((s for s in _STARS if name.startswith(s) or name.endswith(s)), "")
        bare = _BRACKET.sub("", name).strip(_STARS + " \n") if bracket or star else name
        helps = bracket is not None and bool(re.match("配|协|s", bracket[1], re.I))
        marked = bool(bracket or star)
        (lead if marked and not helps else support).append(bare)
        if not marked:
            plain.append(bare)
        mark = mark or (bracket[0].strip() if bracket else star)
    if not mark:
        return None
    if not lead:
        # Where only supporters are marked, the others lead; where that is everybody, marks tell nothing.
        lead = plain or support
        support = [bare for bare in support if bare not in lead]
    return Shared("、".join(lead), "、".join(support), mark)
