"""佐证材料: files that came beside a form, each put to the unit and the task that it is of. Pure.

They are known by their names alone, and never opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ...core.findings import Finding
from ...core.form import EVIDENCE, chosen
from ...core.i18n import Phrase
from ...core.plan import Plan, Role, State
from ...core.result import Entry, Evidence, Verdict
from ...core.settings import YES, Setting
from ...core.submission import Attachment
from ...core.text import is_nothing, several
from ...core.units import suspects

_SURE = re.compile(r"^\s*[(\[【〔]\s*(\d{1,4})\s*[)\]】〕]|^\s*第\s*(\d{1,4})\s*项")
"""(7)验收报告.pdf, 第7项.jpg; full-width signs are folded before."""
_LIKELY = re.compile(r"^\s*(\d{1,4})\s*(?:[、._\s]|[-—](?!\d))(?!\d)")
"""7、验收报告.pdf, 7_照片.jpg, but no date (6-30照片.jpg)."""
_FOLDER = re.compile(r"^\s*(?:第\s*)?(\d{1,4})\s*(?:项)?\s*$")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_SEPARATORS = re.compile(r"[;,、\n]+")


def asks_for_evidence(plan: Plan) -> bool:
    """Return whether the plan's forms ask for evidence (setting 佐证材料)."""
    return chosen(plan, Setting.EVIDENCE) == YES


def indexed(
    plan: Plan,
    attachments: Sequence[Attachment],
    verdicts: Iterable[Verdict],
    entries: Mapping[tuple[str, int], Entry],
    wanted: Mapping[str, Collection[int]],
) -> tuple[tuple[Evidence, ...], tuple[tuple[str, int, str], ...]]:
    """Return the evidence by unit and task, in the plan's order, and the (unit, task, name) that did not come.

    A file is a unit's where it lies in one folder, archive or mail with its form alone, was mailed
    from where its form was, or names it. It is a task's where the form's column names it, or
    its own name or that of a folder does; one that is no such thing is left to others. ``wanted``
    are the tasks of each unit, those that are signed off too: what proved them still lies there.
    """
    accepted = [v for v in verdicts if v.accepted]
    units = {a.file: _units(plan, a, accepted) for a in attachments}
    found: dict[tuple[str, int, str], Evidence] = {}
    missing = []

    def put(unit: str, number: int, a: Attachment) -> None:
        found.setdefault((unit, number, a.file), Evidence(unit, number, a.file, a.size, a.sha256))

    for (unit, number), entry in entries.items():
        for name in _names(str(entry.values.get(EVIDENCE, ""))):
            own = [a for a in attachments if name in (_bare(a.file), _stem(a.file))]
            mine = [a for a in own if unit in units[a.file]] or [
                a for a in own if not units[a.file]
            ]
            for a in mine:
                put(unit, number, a)
            if not mine:
                missing.append((unit, number, name))
    for a in attachments:
        if len(units[a.file]) == 1:
            [unit] = units[a.file]
            named = _task_of(a.file, wanted.get(unit, ()))
            if named is not None:
                put(unit, named, a)
    order = {t.number: i for i, t in enumerate(plan.tasks)}
    names = {u.name: i for i, u in enumerate(plan.units)}
    inside = sorted(
        found.values(), key=lambda e: (order[e.task], names.get(e.unit, len(names)), e.file)
    )
    return tuple(inside), tuple(missing)


def _units(plan: Plan, attachment: Attachment, accepted: Sequence[Verdict]) -> Collection[str]:
    """Whose a file may be: of the innermost folder, archive or mail that holds forms, or as its name says."""
    outer = attachment.file.split("/")[:-1]
    while len(outer) > 1:  # the inbox itself is everybody's
        start = "/".join(outer) + "/"
        beside = {v.unit for v in accepted if v.file.startswith(start)}
        if beside:
            return beside if len(beside) == 1 else ()
        outer.pop()
    mailed = {v.unit for v in accepted if v.sender and v.sender == attachment.sender}
    if len(mailed) == 1:
        return mailed
    return suspects(plan, attachment.file, attachment.sender)


def _task_of(file: str, tasks: Collection[int]) -> int | None:
    """The task that a file's name says, or that of a folder it lies in; none that is not its unit's."""
    *outer, name = (unicodedata.normalize("NFKC", part) for part in file.split("/")[1:])
    found = [_SURE.match(name), *(_FOLDER.match(p) or _SURE.match(p) for p in reversed(outer))]
    found.append(_LIKELY.match(_ENDING.sub("", name)))
    for match in found:
        number = int(next(filter(None, match.groups()))) if match else None
        if number in tasks:
            return number
    return None


def _names(text: str) -> Iterator[str]:
    """The names of files that a clerk lists in a cell."""
    if is_nothing(text):
        return
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        if name := part.strip(' 《》<>"“”.。').casefold():
            yield name


def _bare(file: str) -> str:
    """A file's own name as names are compared."""
    return unicodedata.normalize("NFKC", file.rpartition("/")[2]).strip().casefold()


def _stem(file: str) -> str:
    return _ENDING.sub("", _bare(file))


def lacking(
    evidence: Sequence[Evidence],
    missing: Sequence[tuple[str, int, str]],
    entries: Mapping[tuple[str, int], Entry],
) -> Iterator[Finding]:
    """Yield where a lead says 已完成 and shows nothing for it (TASK-053), and files that did not come (TASK-052)."""
    shown = {(e.unit, e.task) for e in evidence}
    lost: dict[tuple[str, int], list[str]] = {}
    for unit, number, name in missing:
        lost.setdefault((unit, number), []).append(name)
    for (unit, number), entry in entries.items():
        if names := lost.get((unit, number)):
            values = {"number": number, "names": several(names, "、", 120)}
            yield Finding("TASK-052", unit=unit, task=number, values=values)
        elif (
            entry.assignment.role == Role.LEAD
            and entry.values.get("state") == State.DONE
            and (unit, number) not in shown
        ):
            values = {"number": number, "state": Phrase(State.DONE)}
            yield Finding("TASK-053", unit=unit, task=number, values=values)
