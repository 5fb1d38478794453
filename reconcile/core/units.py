"""Names, aliases and groups -> units, or why not. Pure; never matches by likeness.

A near miss is suggested to a person (difflib), never taken: on this plan's 96
names 市民政局 and 市财政局 look more alike than a unit and its own short name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from .findings import Finding, Place
from .form import asks_task
from .i18n import Listed, Phrase
from .plan import Assignment, Plan, Role, Task, Unit
from .published_plan import PublishedPlan
from .text import fold
from .unit_names import UNIT_END, is_group, may_be_short, shared, split_names, unsure_parts
from .values.addresses import read_addresses

# Functional zones end in 区 as districts do, but are not among 各县区.
_ZONE = re.compile(r"(新区|景区|开发区|园区|高新区|自贸区)$")


def split_units(
    text: str, known: Container[str], *, meant: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a raw units cell into unit names.

    A hard line break separates two units only where every part is a known name
    (``known`` holds folded names); otherwise it is a wrap. Where line breaks are
    ``meant`` (a spreadsheet has no wraps), parts that all end like units are
    units too, unless together they are a known name. Returns (names,
    doubtful): ``doubtful`` are names put together from a wrap that is not known
    whole, and names that had a stray bracket taken off.
    """
    names: list[str] = []
    doubtful: list[str] = []
    for piece in split_names(text):
        lines = [line.strip() for line in piece.split("\n") if line.strip()]
        parts = _segments(lines, known) or [_joined(lines)]
        if meant and len(parts) < len(lines) and fold(parts[0]) not in known:
            parts = lines if all(map(UNIT_END.search, lines)) else parts
        for part in parts:
            name = _balanced(part)
            if name != part or (len(lines) > 1 and fold(name) not in known):
                doubtful.append(name)
            if name:
                names.append(name)
    return tuple(dict.fromkeys(names)), tuple(doubtful)


def _joined(lines: Sequence[str]) -> str:
    """Lines of one name as one; Latin words keep a space between them."""
    whole = lines[0] if lines else ""
    for line in lines[1:]:
        # One letter alone is the end of a word that a narrow column tore.
        torn = len(line) == 1 and line.islower() and whole[-1:].isalpha()
        latin = whole[-1:].isascii() and line[:1].isascii() and not torn
        whole += (" " if latin else "") + line
    return whole


def _segments(lines: Sequence[str], known: Container[str]) -> list[str] | None:
    """The fewest known names that the lines make up, or None."""
    if not lines:
        return []
    for cut in range(len(lines), 0, -1):
        # A narrow column tears words, too.
        for head in dict.fromkeys((_joined(lines[:cut]), "".join(lines[:cut]))):
            if fold(head) in known:
                rest = _segments(lines[cut:], known)
                if rest is not None:
                    return [head, *rest]
    return None


def _balanced(name: str) -> str:
    """The name without a bracket that has no partner."""
    for opening, closing in ("（）", "()"):
        if name.count(opening) < name.count(closing):
            name = name.replace(closing, "", name.count(closing) - name.count(opening))
        elif name.count(opening) > name.count(closing):
            name = name.rsplit(opening, 1)[0]
    return name.strip()


def assign_units(
    notice: PublishedPlan, register: Sequence[Unit] = ()
) -> tuple[tuple[Task, ...], tuple[Unit, ...], tuple[Finding, ...]]:
    """Tell the units of a published plan apart.

    Returns (tasks with unit names as tuples, register, findings). Known names
    are those of ``register`` and those that the plan itself prints unbroken.
    New units are added to the register; groups get proposed members, marked by
    a finding that a person must confirm.
    """
    cells = [_sides(task) for task in notice.tasks]
    known = {fold(n) for u in register for n in (u.name, *u.aliases)}
    known |= {
        fold(p) for sides in cells for side in sides for p in split_names(side) if "\n" not in p
    }
    tasks: list[Task] = []
    findings: list[Finding] = []
    # Only the print of a PDF wraps lines by itself.
    meant = not any(notice.areas.values())
    for task, (lead_text, support_text) in zip(notice.tasks, cells, strict=True):
        names = []
        for text in (lead_text, support_text):
            found, doubtful = split_units(text, known, meant=meant)
            names.append(_sure_names(found, known, task, findings))
            findings += [
                Finding("UNIT-001", Place(cell=task.source), task=task.number, values={"unit": d})
                for d in doubtful
            ]
        lead, support = names
        if notice.first_leads:
            lead, support = lead[:1], (*lead[1:], *support)
        both = [name for name in dict.fromkeys(support) if name in lead]
        support = tuple(name for name in dict.fromkeys(support) if name not in lead)
        for name in both:
            place = Place(cell=task.source)
            findings.append(Finding("PLAN-095", place, task=task.number, values={"unit": name}))
        tasks.append(replace(task, lead=lead, support=support))
    first = {
        (f.code, f.values["unit"]): f for f in reversed(findings)
    }  # one look per name is enough
    units, proposed = _register(tasks, register)
    proposed = [*_asked_once(notice, tasks), *likely_same(tasks, register), *proposed]
    if register:
        proposed += _idle(tasks, register)
    return tuple(tasks), units, (*reversed(first.values()), *proposed)


def _sides(task: Task) -> tuple[str, str]:
    """Return the texts of those who lead a task and of those who support it, as printed."""
    found = shared("、".join(task.lead))
    return found.lead, "、".join(filter(None, (found.support, *task.support)))


def _sure_names(
    names: Sequence[str], known: Container[str], task: Task, findings: list[Finding]
) -> tuple[str, ...]:
    """Return the names, those parted that may be two; each of these gets a finding."""
    found: list[str] = []
    for name in names:
        parts = unsure_parts(name, known)
        found += parts or [name]
        if parts:
            findings.append(_parted(task, name, parts))
    return tuple(dict.fromkeys(found))


def _parted(task: Task, name: str, parts: Sequence[str]) -> Finding:
    """Tell that a text was taken for several names."""
    values = {"unit": " ".join(name.split()), "parts": Listed(parts)}
    return Finding("PLAN-086", Place(cell=task.source), task=task.number, values=values)


def _asked_once(notice: PublishedPlan, tasks: Sequence[Task]) -> Iterator[Finding]:
    """Note what shows who leads, where one column names all units of a task."""
    marks = Counter(
        shared("、".join(task.lead)).mark
        for task in notice.tasks
        if shared("、".join(task.lead)).mark
    )
    if marks:
        values = {"mark": next(iter(marks)), "count": sum(marks.values())}
        yield Finding("PLAN-075", values=values)
    alone = not any(column.role == "共同责任单位" for column in notice.printed)
    many = [task for task in tasks if len(task.lead) > 1]
    leads = [c.caption for c in notice.printed if c.role.startswith(("牵头单位", "责任单位"))]
    caption = next(iter(leads), "")
    if notice.first_leads:
        yield Finding("PLAN-087", values={"caption": caption})
    elif alone and many and not marks and not notice.all_lead:
        yield Finding("PLAN-074", values={"caption": caption, "count": len(many)})


def likely_same(tasks: Sequence[Task], register: Sequence[Unit]) -> Iterator[Finding]:
    """Ask about names that may be one unit's: 市住建局 and 市住房和城乡建设局. Nothing is matched by likeness."""
    aliases = {fold(n): u.name for u in register for n in (u.name, *u.aliases)}
    named = dict.fromkeys(n for t in tasks for n in (*t.lead, *t.support) if not is_group(n))
    groups: list[list[str]] = []
    for name in sorted(named, key=len, reverse=True):
        own = next((g for g in groups if any(may_be_short(name, other) for other in g)), None)
        if own is None:
            groups.append([name])
        elif (
            not {aliases.get(fold(name)), aliases.get(fold(own[0]))} - {None}
            or len({aliases.get(fold(n), n) for n in (name, own[0])}) > 1
        ):
            own.append(name)
    for group in groups:
        if len(group) > 1:
            yield Finding("PLAN-076", unit=group[-1], values={"names": Listed(group)})


def sure_names(
    tasks: Sequence[Task],
    units: Sequence[Unit],
    register: Sequence[Unit],
    findings: Iterable[Finding],
) -> frozenset[str]:
    """Return the units whose names are certain: they stand alone in a cell, or in a register, and nothing was asked about them."""
    known = {fold(n) for u in register for n in (u.name, *u.aliases)}
    alone = {fold(side[0]) for t in tasks for side in (t.lead, t.support) if len(side) == 1}
    asked = {
        fold(name)
        for f in findings
        if f.code in ("UNIT-001", "PLAN-076", "PLAN-086")
        for key in ("unit", "names", "parts")
        for name in _names_in(f.values.get(key, ""))
    }
    return frozenset(u.name for u in units if fold(u.name) in (known | alone) - asked)


def _names_in(value: object) -> Iterable[str]:
    """The names in a value of a finding: one, or several."""
    return map(str, value.parts) if isinstance(value, Listed) else split_names(str(value))


def _register(
    tasks: Sequence[Task], register: Sequence[Unit]
) -> tuple[tuple[Unit, ...], list[Finding]]:
    """The register with every unit of the tasks added in plan order."""
    units = list(register)
    seen = {fold(n) for u in units for n in (u.name, *u.aliases)}
    named = list(dict.fromkeys(n for t in tasks for n in (*t.lead, *t.support)))
    findings = []
    for name in named:
        if fold(name) in seen:
            continue
        near = suggest(name, register) or Phrase("（没有）")
        seen.add(fold(name))
        members = proposed_members(name, named) if is_group(name) else ()
        units.append(Unit(name, group=bool(is_group(name)), members=members))
        if register:
            findings.append(_at_first("UNIT-002", name, tasks, near=near))
        if members:
            findings.append(_at_first("UNIT-003", name, tasks, members=Listed(members)))
        elif is_group(name):
            findings.append(_at_first("UNIT-004", name, tasks))
    return tuple(units), findings


def _at_first(code: str, name: str, tasks: Iterable[Task], **more: str | Phrase) -> Finding:
    """Return a finding on a unit's name, at the first task that names it."""
    task = next(t for t in tasks if name in (*t.lead, *t.support))
    field, role = ("lead", "牵头单位") if name in task.lead else ("support", "共同责任单位")
    values = {"unit": name, "number": task.number, "role": Phrase(role), **more}
    return Finding(code, Place(cell=task.source), name, task.number, field, values)


def _idle(tasks: Sequence[Task], register: Sequence[Unit]) -> list[Finding]:
    """Tell of units of the register that no task names, nor a group that a task names."""
    index = register_index(register)
    waiting = [n for t in tasks for n in (*t.lead, *t.support)]
    busy: set[str] = set()
    while waiting:
        unit = index.get(fold(waiting.pop()))
        if unit is not None and unit.name not in busy:
            busy.add(unit.name)
            waiting += unit.members
    idle = [u.name for u in register if u.name not in busy]
    return [Finding("UNIT-011", values={"units": Listed(idle)})] if idle else []


def proposed_members(group: str, names: Iterable[str]) -> tuple[str, ...]:
    """Propose members of a group from the names that the plan shows, for a person to confirm."""
    short = re.sub(r"(人民)?政府$|管委会$|[（(）)、]|^各", "", group)
    wanted = short if short and set(short) <= set("县市区") else ""
    if wanted:
        return tuple(
            n for n in names if n[-1] in wanted and not is_group(n) and not _ZONE.search(n)
        )  # fmt: skip
    if group.endswith("板块"):
        return tuple(n for n in names if _ZONE.search(n) and not is_group(n))
    return ()


@lru_cache(maxsize=8)
def register_of(plan: Plan) -> Mapping[str, Unit]:
    """Return the units of a plan's register by folded name and alias."""
    return register_index(plan.units)


def register_index(units: Iterable[Unit]) -> Mapping[str, Unit]:
    """Return units by folded name and alias."""
    return {fold(n): u for u in units for n in (u.name, *u.aliases)}


def suggest(name: str, units: Iterable[Unit]) -> Listed | None:
    """Return the register names most like ``name``, for a person to choose from, or None."""
    import difflib  # what a wrong name could mean is rarely asked

    names = {fold(n): u.name for u in units for n in (u.name, *u.aliases)}
    close = difflib.get_close_matches(fold(name), names, n=3, cutoff=0.6)
    return Listed(dict.fromkeys(names[c] for c in close)) if close else None


def assignments(plan: Plan) -> tuple[tuple[Assignment, ...], tuple[Finding, ...]]:
    """Return who must answer what: one assignment per (unit, task), in plan order.

    Those of :func:`roles` that the setting 配合单位填报 asks for an answer; findings as there.
    """
    every, findings = roles(plan)
    return tuple(a for a in every if asks_task(plan, a.role)), findings


def roles(plan: Plan) -> tuple[tuple[Assignment, ...], tuple[Finding, ...]]:
    """Return who has a part in which task, asked about it or not, in plan order.

    Groups are replaced by their members; a unit that both leads and supports a
    task leads it. Findings name units that are not in the register, groups
    without members, and units of tasks that get no form.
    """
    index = register_of(plan)
    found: dict[tuple[str, int], Assignment] = {}
    findings: dict[tuple[str, str], Finding] = {}
    for task in plan.tasks:
        for role, names in ((Role.LEAD, task.lead), (Role.SUPPORT, task.support)):
            for name in names:
                for unit, via in _expanded(name, index, findings, plan.units, ()):
                    key = (unit.name, task.number)
                    found.setdefault(key, Assignment(unit.name, task, role, via))
    return tuple(found.values()), tuple(findings.values())


def _expanded(
    name: str,
    index: Mapping[str, Unit],
    findings: dict[tuple[str, str], Finding],
    units: Sequence[Unit],
    above: tuple[str, ...],
) -> list[tuple[Unit, str]]:
    """The correspondents behind a name, each with the group that brought it."""

    def report(code: str, **values: str | Phrase) -> list[tuple[Unit, str]]:
        findings.setdefault((code, name), Finding(code, unit=name, values={"unit": name, **values}))
        return []

    unit = index.get(fold(name))
    if unit is None:
        return report("UNIT-005", near=suggest(name, units) or Phrase("（没有相近的名称）"))
    if not unit.group:
        if not unit.gets_form:
            report("UNIT-007")
        return [(unit, above[0] if above else "")]
    if unit.name in above:
        return report("UNIT-008")
    if not unit.members:
        return report("UNIT-006")
    return [
        pair
        for member in unit.members
        for pair in _expanded(member, index, findings, units, (*above, unit.name))
    ]


def counts(tasks: Iterable[Task]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each name leads and supports a task."""
    tasks = list(tasks)
    return (
        Counter(n for t in tasks for n in t.lead),
        Counter(n for t in tasks for n in t.support),
    )


# --- whose a file may be that cannot tell


def suspects(plan: Plan, file: str, sender: str) -> tuple[str, ...]:
    """Return the units whose return a file may be that cannot be taken.

    By its name, or that of a folder, archive or letter that it lies in: the innermost that
    names a unit; and by the address it was mailed from.
    """
    found: list[str] = []
    *outer, name = file.split("/")
    for part in (name, *reversed(outer[1:])):
        found += units_named(plan, part)
        if found:
            break
    for address in read_addresses(sender).good if sender else ():
        found += _units_by_address(plan).get(address.casefold(), ())
    return tuple(dict.fromkeys(found))


def units_named(plan: Plan, name: str) -> tuple[str, ...]:
    """Return the units whose registered name or alias stands in the name of a file, sign by sign.

    Of names within names the longest counts. One of two characters or of Latin letters has to stand
    by itself: 海州 is not in 海州湾.
    """
    text = _with_gaps(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name))
    known, lengths = _names_of(plan)
    found: dict[str, None] = {}
    at = 0
    while at < len(text):
        for length in lengths.get(text[at : at + 2], ()):
            end = at + length
            name = text[at:end]
            if name in known and not (_needs_room(name) and text[at - 1] + text[end] != 2 * _GAP):
                found[known[name]] = None
                at = end - 1
                break
        at += 1
    return tuple(found)


def named_after_others(plan: Plan, file: str, unit: str) -> tuple[str, ...]:
    """Return the units that a file is named after where its own unit is not among them."""
    name = file.rpartition("/")[2]
    named = () if unit in name else units_named(plan, name)
    return () if unit in named else named


_GAP = "|"
_GAPS = re.compile(r"[\W_]+|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")


def _with_gaps(text: str) -> str:
    """A name folded, with a gap before and after it, and wherever characters, blanks or digits part it."""
    pieces = (fold(piece) for piece in _GAPS.split(text))
    return f"{_GAP}{_GAP.join(piece for piece in pieces if piece)}{_GAP}"


def _needs_room(known_as: str) -> bool:
    return len(known_as) < 3 or known_as.isascii()


@lru_cache(maxsize=8)
def _names_of(plan: Plan) -> tuple[Mapping[str, str], Mapping[str, Sequence[int]]]:
    """Units by their names and aliases, and how long those are that begin with two characters, longest first."""
    known: dict[str, str] = {}
    lengths: dict[str, set[int]] = {}
    for unit in plan.units:
        for name in () if unit.group else (unit.name, *unit.aliases):
            known_as = _with_gaps(name).strip(_GAP)
            if len(known_as) > 1:
                known[known_as] = unit.name
                lengths.setdefault(known_as[:2], set()).add(len(known_as))
    return known, {start: sorted(found, reverse=True) for start, found in lengths.items()}


@lru_cache(maxsize=8)
def _units_by_address(plan: Plan) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for unit in plan.units:
        for address in read_addresses(unit.email).good if unit.email else ():
            found.setdefault(address.casefold(), []).append(unit.name)
    return found
