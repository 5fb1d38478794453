"""A plan in paragraphs -> stitched tasks: numbered texts that end in （牵头单位：…；完成时限：…）, or are followed by such lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import NamedTuple

from ..core.i18n import Phrase, holds_chinese
from ..core.published_plan import Area
from ..core.text import several
from ..core.unit_names import looks_like_unit, shared, split_names
from .columns.heads import Layout
from .columns.roles import Column
from .columns.wording import DUE, EXTRA, GOAL, LEAD, NUMBER, SUPPORT
from .drafts import Draft
from .front_matter import Line
from .headings import is_heading
from .task_rows import Stitcher

_UNITS = (
    r"牵\s*头|配\s*合|主\s*办|主\s*责|[协会承]\s*办|协\s*[同助作]|参\s*与|实\s*施\s*(?:单\s*位|主\s*体)|责\s*任\s*(?:单\s*位|部\s*门|主\s*体|科\s*室|人)|落\s*实\s*单\s*位|"
    r"按\s*照?\s*职\s*责|负\s*责|\b(?:lead|responsible|owner|support(?:ing|ed)?|partners?)\b"
)
_DUE_WORDS = (
    r"(?:完\s*成|办\s*结|整\s*改|推\s*进|办\s*理)\s*(?:时\s*[限间]|日\s*期)|截\s*止\s*(?:时\s*间|日\s*期)|时\s*间\s*要\s*求|完\s*成\s*期\s*限|时\s*限(?:\s*要\s*求)?|时\s*间\s*节\s*点"
    r"|\b(?:due(?:\s+date)?|deadline|target\s+date|by\s+when|timescale|timeline)\b"
)
_ASSIGNING = re.compile(rf"(?:{_UNITS}|{_DUE_WORDS})", re.I)
_LABEL_LINE = re.compile(
    rf"^[（(]?\s*(?:[\u3400-\u9fff]{{0,4}}(?:{_UNITS})[^：:，。]{{0,6}}|{_DUE_WORDS})\s*[:：]", re.I
)
_DUE = re.compile(rf"(?P<label>{_DUE_WORDS})\s*[:：]\s*(?P<due>[^；;\n）)]+)", re.I)
# A clause of its own that states by when: 10月底前完成, 持续推进, by June 2024.
_WHEN = re.compile(
    r"(?:^|(?<=[，,；;。\n]))\s*(?P<due>[^，,；;。\n]*?(?:(?:年|月|季度|旬|日)(?:底|末)?(?:之?前|以前)?|年底前|[上下]半年|全年)(?:完成|落实|前完成|底前)?"
    r"|持续推进|长期坚持|常态化推进|立行立改|by (?:end )?\w+ 20\d\d)\s*(?:$|(?=[，,；;。\n]))", re.I,
)  # fmt: skip
_NUMBERED = re.compile(
    r"^\s*(?:(?P<number>\d{1,4})\s*[.、．)）](?!\d)|[（(](?P<inner>\d{1,4})[）)]|第(?P<article>\d{1,3}|[一二三四五六七八九十]{1,3})[条项]"
    r"|(?:action|task|recommendation|commitment)\s+(?P<word>\d{1,3}(?:\.\d{1,3})?)\s*[:.\-]"
    r"|(?P<label>\d{1,3}(?:[.\-]\d{1,3}){1,2})[.、]?(?=[\s\u3400-\u9fff]))\s*", re.I,
)  # fmt: skip
_STYLED = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[）)])\s*"
)
# A last sentence without a bracket: 市发改委牵头，市财政局、市商务局等按职责分工负责。
_LAST_SENTENCE = re.compile(
    r"[。；;]\s*(?P<assigned>[^。；;]*(?:牵头|负责|配合)[^。；;]{0,4})[。；;]?\s*$"
)
# Labels at the end of the text itself: …显著提升。牵头单位：市发改委；配合单位：市财政局
_RUN_ON = re.compile(
    rf"(?<=[。；;.！!])\s*(?P<assigned>(?:[\u3400-\u9fff]{{0,4}}(?:{_UNITS})[^：:，。]{{0,6}}|{_DUE_WORDS})\s*[:：].+)$",
    re.I | re.S,
)
_LONGEST_NAME = 30
_BRACKETS = {"（": "）", "(": ")", "【": "】", "[": "]", "〔": "〕", "〖": "〗"}
# Fewer tasks than these are a remark in a letter, not a plan.
_LEAST = 2

COLUMNS = (
    Column(NUMBER, "序号"),
    Column(GOAL, "目标任务"),
    Column(LEAD, "牵头单位"),
    Column(SUPPORT, "配合单位"),
    Column(EXTRA, "完成时限", DUE),
)
_ENGLISH_COLUMNS = tuple(
    replace(column, caption=caption)
    for column, caption in zip(
        COLUMNS, ("No.", "Task", "Lead unit", "Supporting units", "Due"), strict=True
    )
)


class Paragraph(NamedTuple):
    """A paragraph, where it stands in words, its number there, and on a page its area."""

    text: str
    where: str | Phrase
    row: int
    area: Area | None = None


@dataclass(slots=True)
class _Item:
    """A task in the making."""

    text: str
    at: Paragraph
    label: str = ""
    assigned: str = ""
    areas: list[Area] = field(default_factory=list)


def read_prose(stitcher: Stitcher, paragraphs: Iterable[Paragraph]) -> bool:
    """Give the tasks of a plan in prose to a stitcher; return whether there are any.

    A paragraph is a task where it ends in a bracket that assigns it, or is numbered and
    followed by lines that do. Numbered paragraphs between tasks that nobody is assigned to
    are tasks, too; other text is noted.
    """
    items = [_parsed(entry) for entry in _entries(paragraphs)]
    tasks = [item for item in items if isinstance(item, _Item)]
    assigned = [item for item in tasks if item.assigned]
    if len(assigned) < _LEAST:
        return False
    chinese = any(holds_chinese(item.text) for item in assigned)
    columns = COLUMNS if chinese else _ENGLISH_COLUMNS
    stitcher.layout = Layout(
        columns, frozenset(), [float(i) for i in range(len(columns) + 1)],
        frozenset(), [(c.caption,) for c in columns], assigned[0].at.where,
    )  # fmt: skip
    stitcher.layouts.append(stitcher.layout)
    mostly = len(assigned) * 2 > sum(bool(item.label) for item in tasks)
    first, last = items.index(assigned[0]), len(items) - 1 - items[::-1].index(assigned[-1])
    other: list[str] = []
    for place, item in enumerate(items):
        if isinstance(item, str):
            stitcher.heading(item)
        elif item.assigned or (item.label and mostly and first < place < last):
            stitcher.add(_draft(item, columns, stitcher.bands))
        elif place > first:
            other.append(item.text)
    stitcher.note("PLAN-078", "", count=len(stitcher.drafts))
    if other:
        stitcher.note("PLAN-043", "", text=several(other))
    return True


def begins_paragraph(text: str) -> bool:
    """Return whether a line begins a paragraph by its number, heading or label."""
    return bool(
        _NUMBERED.match(text) or _LABEL_LINE.match(text) or is_heading(text) or _STYLED.match(text)
    )


def is_open(text: str) -> bool:
    """Return whether a text ends within a bracket that assigns a task: what follows belongs to it, whatever it looks like."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in _BRACKETS:
            opened.append(at)
        elif character in _BRACKETS.values() and opened:
            opened.pop()
    return bool(opened) and bool(_ASSIGNING.search(text, opened[0]))


def above_prose(lines: Sequence[Line]) -> list[Line]:
    """Return the lines above the first numbered or assigning one: title and the like."""
    return list(takewhile(lambda line: not begins_paragraph(line.text), lines))


def _entries(paragraphs: Iterable[Paragraph]) -> Iterator[_Item | str]:
    """Yield headings as texts, and items with the lines that assign them."""
    item: _Item | None = None
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        if item is not None and _LABEL_LINE.match(text):
            item.assigned += f"{text.strip('（()） ')}\n"
            if paragraph.area:
                item.areas.append(paragraph.area)
            continue
        pieces = list(_assigned_pieces(text))
        if len(pieces) == 1 and not pieces[0][1] and is_heading(text) and not _NUMBERED.match(text):
            if item is not None:
                yield item
            item = None
            yield text
            continue
        for body, assigned in pieces:
            begun = _NUMBERED.match(body) or _STYLED.match(body) or assigned
            if item is not None and not begun and not item.assigned:
                item.text += f"\n{body}" if body else ""
                if paragraph.area:
                    item.areas.append(paragraph.area)
                continue
            if (
                item is not None
                and not _NUMBERED.match(body)
                and not _STYLED.match(body)
                and assigned
                and not item.assigned
            ):
                # The text began in an earlier paragraph; its bracket stands here.
                item.text += f"\n{body}" if body else ""
                item.assigned = assigned
            else:
                if item is not None:
                    yield item
                item = _Item(body, paragraph, assigned=assigned)
            if paragraph.area:
                item.areas.append(paragraph.area)
    if item is not None:
        yield item


def _parsed(item: _Item | str) -> _Item | str:
    """Take the printed number off an item's text."""
    if isinstance(item, str):
        return item
    numbered = _NUMBERED.match(item.text)
    styled = None if numbered else _STYLED.match(item.text)
    if numbered:
        item.label = next(filter(None, numbered.groups()), "")
        item.text = item.text[numbered.end() :]
    elif styled:
        item.label = styled[0].strip()
        item.text = item.text[styled.end() :]
    return item


def _assigned_pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield (text, what the bracket after it assigns) over a paragraph; a text without such a bracket has ""."""
    start = 0
    for opening, closing in _bracket_pairs(text):
        inside = text[opening + 1 : closing]
        if opening >= start and _assigns(inside):
            yield text[start:opening].strip(), inside
            start = closing + 1
    rest = text[start:].strip("。；;.， \n")
    run_on = _RUN_ON.search(text, start)
    last = _LAST_SENTENCE.search(text[start:])
    if run_on:
        yield text[start : run_on.start()].strip(), run_on["assigned"].strip("。 ")
    elif last and _names_units(last["assigned"]):
        yield text[start : start + last.start("assigned")].strip(), last["assigned"]
    elif rest or start == 0:
        yield text[start:].strip() if start == 0 else rest, ""


def _names_units(sentence: str) -> bool:
    """Return whether a sentence names nothing but who leads, supports or answers for a task."""
    units = shared(sentence.strip("。；;. "))
    names = split_names(f"{units.lead}、{units.support}") if units.mark else []
    return bool(names) and all(
        looks_like_unit(name) and len(name) <= _LONGEST_NAME for name in names
    )


def _assigns(inside: str) -> bool:
    """Return whether a bracket's text assigns a task to units."""
    return bool(_ASSIGNING.search(inside)) and bool(
        re.search(r"[:：]|牵\s*头|配\s*合|负\s*责", inside)
    )


def _bracket_pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the outermost pairs of brackets."""
    depth, opened = 0, 0
    for at, character in enumerate(text):
        if character in _BRACKETS:
            opened = at if depth == 0 else opened
            depth += 1
        elif character in _BRACKETS.values() and depth:
            depth -= 1
            if depth == 0:
                yield opened, at


def _draft(item: _Item, columns: tuple[Column, ...], bands: tuple[str, ...]) -> Draft:
    due, rest = _due_of(item.assigned)
    units = shared(rest.strip("，,；;。 \n"))
    number = int(item.label) if item.label.isdigit() else None
    lines = {
        0: [item.label] if item.label else [],
        1: item.text.split("\n"),
        2: [units.lead] if units.lead else [],
        3: [units.support] if units.support else [],
        4: [due] if due else [],
    }
    draft = Draft(
        number, item.at.where, item.at.row, False, columns, bands, (), lines, item.areas,
    )  # fmt: skip
    draft.printed = "" if number is not None else item.label
    return draft


def _due_of(assigned: str) -> tuple[str, str]:
    """Return (by when, the rest) of what assigns a task."""
    found = _DUE.search(assigned)
    if found is None:
        found = next(
            (
                m
                for m in _WHEN.finditer(assigned)
                if not re.search(r"牵|配|责|局|委|厅|办", m["due"])
            ),
            None,
        )
    if found is None:
        return "", assigned
    due = found["due"].strip(" ，,。.；;")
    rest = assigned[: found.start()] + assigned[found.end() :]
    return re.sub(r"(?<=前)完成$", "", due), rest
