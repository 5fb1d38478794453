"""Whose return is this? Pure.

Decided by the visible form number and the row keys, which survive even a
copied sheet; the hidden sheet and the document properties only confirm. Each
step down is told; a contradiction is a refusal. Who guesses learns nothing: what is
told of a key never says whose it is, and a file with many that are nobody's is refused.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..core.findings import Finding, Place
from ..core.i18n import Listed, Phrase
from ..core.keys import (
    FormNumber,
    RowKey,
    claimed_code,
    issued_as,
    issued_to,
    key_fits,
    key_fits_name,
    older_code,
    parse_form_number,
    parse_row_key,
    plan_code,
    stated_positions,
    whose_key,
    whose_number,
    whose_under,
)
from ..core.plan import Plan, Task
from ..core.result import OTHER_PERIOD
from ..core.submission import Row, Submission, Table
from ..core.text import fold, short
from ..core.units import register_of, roles
from .match_rows import task_of, task_seen
from .rulings import Rulings

_ENOUGH = 3
"""So many tasks must be shown by their keys, or all that the unit has, for a form without its number."""
FOREIGN_KEYS = "FORM-017"
"""A form with the number of one unit, and rows of another."""
_MOST_UNKNOWN = 20
"""A file with more keys, or form numbers, that are nobody's is a trial of guesses."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Result of :func:`identify`: the unit, or "" when the file is refused; findings say why.

    ``by_keys`` when the row keys alone decided: rows without one of their own are not taken.
    A file that is refused may have ``owners``: units whose form it is all the same. ``issued``
    is the name that the unit had when the form went out.
    """

    unit: str
    findings: tuple[Finding, ...]
    by_keys: bool = False
    owners: tuple[str, ...] = ()
    issued: str = ""

    @property
    def refused(self) -> bool:
        """Whether the file may not be merged."""
        return not self.unit


def identify(plan: Plan, period: int, returned: Submission, rulings: Rulings) -> Identified:
    """Return which unit a return speaks for, or refuse it."""
    numbers = dict(returned.numbers)
    where = Place(returned.file)
    if len(numbers) > 1:
        owners, unknown = _issued_for(plan, period, numbers)
        if unknown > _MOST_UNKNOWN:
            return _refused("FORM-081", where, *owners, most=_MOST_UNKNOWN)
        for text, at in numbers.items():  # one that was edited is not one of several forms
            number = parse_form_number(text)
            wrong = _judge_number(plan, period, number, at, returned) if number else None
            if wrong and wrong.code == "FORM-012":
                return Identified("", (wrong,), owners=owners)
        return _refused("FORM-015", where, *owners, numbers=Listed([*numbers][:_MOST_SHOWN]))
    if not numbers:
        return _without_number(plan, period, returned, rulings)
    text, where = next(iter(numbers.items()))
    number = parse_form_number(text)
    assert number is not None, "submission_reader.py only hands on numbers that parse"
    fault = _judge_number(plan, period, number, where, returned)
    if fault:
        return _wrong(fault)
    return _confirmed(plan, period, returned, issued_to(plan, number) or "", text, where)


_MOST_SHOWN = 5


def _wrong(finding: Finding) -> Identified:
    """A file refused for its number; it is still the form of the unit that the number names."""
    return Identified("", (finding,), owners=(finding.unit,) if finding.unit else ())


def owners_of_parts(plan: Plan, period: int, returned: Submission) -> tuple[str, ...]:
    """Return whose form each part of a file is; nothing where it is one form, or a number is wrong.

    A form of another period is its unit's, too.
    """
    owners = []
    for part in returned.parts:
        text, at = part.numbers[0]
        number = parse_form_number(text)
        assert number is not None, "submission_reader.py only hands on numbers that parse"
        wrong = _judge_number(plan, period, number, at, part)
        if wrong and wrong.code != OTHER_PERIOD:
            return ()
        owners.append(issued_to(plan, number) or "")
    return tuple(owners)


def parted_by_rows(plan: Plan, period: int, returned: Submission) -> tuple[Submission, ...]:
    """Return a form without the tables whose rows are all another unit's, and those as forms of theirs.

    Only a table on a sheet that bears no form number may be another unit's: where one is
    printed, it says whose the sheet is.
    """
    numbers = dict(returned.numbers)
    if len(returned.tables) < 2 or len(numbers) > 1:
        return (returned,)
    number = parse_form_number(next(iter(numbers), ""))
    main = issued_to(plan, number) if number else None
    numbered = {at.sheet for at in numbers.values()}
    theirs: dict[str, list[Table]] = {}
    for table in returned.tables:
        if table.place.sheet in numbered:
            continue
        keys = [k for row in table.rows if (k := parse_row_key(row.key))]
        if keys and not (main and key_fits(plan, period, main, keys[0])):
            issue = whose_key(plan, keys[0], period)
            if issue is None or not all(key_fits(plan, period, issue.unit, k) for k in keys):
                continue
            main = main or issue.unit
            if issue.unit != main:
                theirs.setdefault(issue.unit, []).append(table)
    apart = [table for tables in theirs.values() for table in tables]
    own = tuple(t for t in returned.tables if not any(t is other for other in apart))
    if not apart or not own:  # a number and rows that do not go together are told elsewhere
        return (returned,)
    bare = replace(
        returned, numbers=(), hidden_numbers=(), unit="", head={}, head_at={}, strays=(), findings=(),
    )  # fmt: skip
    return replace(returned, tables=own), *(replace(bare, tables=tuple(t)) for t in theirs.values())


def _issued_for(plan: Plan, period: int, numbers: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """The units that form numbers were issued to for this period, and how many are nobody's.

    Once those are too many, the rest is not looked at.
    """
    owners: dict[str, None] = {}
    unknown = 0
    for text in numbers:
        number = parse_form_number(text)
        issue = whose_number(plan, number) if number else None
        if issue and issue.period == period:
            owners[issue.unit] = None
        unknown += issue is None
        if unknown > _MOST_UNKNOWN:
            break
    return tuple(owners), unknown


def _refused(code: str, place: Place, *owners: str, **values: object) -> Identified:
    unit = owners[0] if len(owners) == 1 else ""
    return Identified("", (Finding(code, place, unit, values=values),), owners=owners)


def _judge_number(
    plan: Plan, period: int, number: FormNumber, where: Place, returned: Submission
) -> Finding | None:
    """Return why a form number is not good for this merge, or None.

    A number that is genuine for the unit's name as printed was issued to a unit
    that is no longer in the register.
    """
    values: dict[str, object] = {"number": str(number)}
    if number.plan != plan_code(plan):
        return Finding("FORM-011", where, values=values)
    issue = whose_number(plan, number)
    if issue is None:
        shown = returned.unit
        if shown and whose_number(plan, number, shown):
            return Finding("FORM-025", where, values=values | {"unit": short(shown)})
        renamed = _issued_otherwise(plan, number, where, returned.claims)
        return renamed or Finding("FORM-012", where, values=values)
    captions = [p.caption for p in plan.periods]
    if number.older and (theirs := _denied(plan, issue.period, number, returned.claims)):
        ours = captions[issue.period - 1] if issue.period else short(theirs)
        caption = _period_named(plan, theirs) or ours
        entry = f"{caption}={older_code(plan, number.period)}"
        values |= {"title": short(returned.claims.get("title", "")), "theirs": short(theirs)}
        return Finding("FORM-084", where, issue.unit, values=values | {"entry": entry})
    if issue.period != period:
        theirs = captions[issue.period - 1] if issue.period else "?"
        values |= {"theirs": theirs, "period": captions[period - 1]}
        return Finding(OTHER_PERIOD, where, issue.unit, values=values)
    return None


def _issued_otherwise(
    plan: Plan, number: FormNumber, where: Place, claims: Mapping[str, str]
) -> Finding | None:
    """Tell of a genuine number that was issued when plan or period was called otherwise, or None.

    The form says itself what it was issued for; its check code proves that it says so truly.
    """
    code = claimed_code(claims)
    unit = whose_under(plan, number, code)
    if not unit:
        return None
    theirs, year = claims["period"], claims["year"]
    values: dict[str, object] = {
        "number": str(number), "title": short(claims.get("title", "")), "year": year,
        "document": short(claims.get("document", "")), "theirs": short(theirs),
        "end": claims["end"],
    }  # fmt: skip
    if year != str(plan.year):
        return Finding("FORM-082", where, unit, values=values)
    values["entry"] = f"{_period_named(plan, theirs, claims['end']) or short(theirs)}={code}"
    return Finding("FORM-083", where, unit, values=values)


def _period_named(plan: Plan, caption: str, end: str = "") -> str:
    """Return the caption of the plan's period that is called so, else of the one that ends then, or "".

    Never the one that is merged: a line to be copied must not make a form one of another period.
    """
    same = (p.caption for p in plan.periods if fold(p.caption) == fold(caption))
    ends = (p.caption for p in plan.periods if p.end.isoformat() == fold(end))
    return next(itertools.chain(same, ends), "")


def _denied(plan: Plan, position: int, number: FormNumber, claims: Mapping[str, str]) -> str:
    """Return the period that a form of an older version says it is of, where it is not to be believed.

    Its check code knows only where the period stood in the plan. So it is taken
    for the period that stands there now, unless the form says that it is of
    another period or of another plan.
    """
    theirs = claims.get("period", "")
    if number.period in stated_positions(plan):  # a person, or extract --amended, has said so
        return ""
    ours = plan.periods[position - 1].caption if position else ""
    if theirs and fold(theirs) != fold(ours):
        return theirs
    title, document = (fold(claims.get(word, "")) for word in ("title", "document"))
    same = title == fold(plan.title) or (document and document == fold(plan.document))
    return "" if same or not title else theirs or "?"


def _without_number(plan: Plan, period: int, returned: Submission, rulings: Rulings) -> Identified:
    """Decide by row keys, then by the hidden number, then by a ruling; else refuse."""
    where = Place(returned.file)
    keys = _keys(returned)
    if _guesses(plan, period, "", keys):
        return _refused("FORM-081", where, most=_MOST_UNKNOWN)
    unit = _shown_by_keys(plan, period, returned)
    if unit:
        note = Finding("FORM-016", where, unit, values={"unit": unit})
        found = _confirmed(plan, period, returned, unit, "", where, note)
        return replace(found, by_keys=True)
    for text in returned.hidden_numbers:
        number = parse_form_number(text)
        if number is None:
            continue
        wrong = _judge_number(plan, period, number, where, returned)
        if wrong:
            return _wrong(wrong)
        owner = issued_to(plan, number) or ""
        note = Finding("FORM-018", where, owner, values={"unit": owner})
        return _confirmed(plan, period, returned, owner, str(number), where, note)
    adopted = rulings.adopts(returned.sha256)
    known = register_of(plan).get(fold(adopted)) if adopted else None
    if known is not None:
        note = Finding("FORM-019", where, known.name, values={"unit": known.name})
        return Identified(known.name, (note,), issued=known.name)
    if keys:
        return _other_period(plan, period, keys, where) or _refused("FORM-080", where)
    return _refused("FORM-010", where)


def _shown_by_keys(plan: Plan, period: int, returned: Submission) -> str:
    """Return the unit whose form this is by its row keys alone, or "".

    At least half of the task rows bear keys of that unit and period, of three
    tasks or of all that it has; a key of anybody else counts against it, wherever it stands.
    """
    rows, foreign = 0, 0
    fitting: dict[str, list[int]] = {}
    for table in returned.tables:
        for row in table.rows:
            key = parse_row_key(row.key)
            issue = whose_key(plan, key, period) if key else None
            own = key is not None and issue is not None and issue.period == period
            if table.of_indicators:
                foreign += key is not None and not own
                continue
            rows += bool(key or row.number or row.goal)
            if key and issue and own:
                fitting.setdefault(issue.unit, []).append(key.task)
    counted = Counter({unit: len(set(tasks)) for unit, tasks in fitting.items()})
    for unit, count in counted.most_common(1):
        if list(counted.values()).count(count) > 1:
            return ""  # half of it is one unit's, half another's
        enough = count >= _ENOUGH or set(fitting[unit]) >= _asked(plan).get(unit, set())
        return unit if enough and count * 2 >= rows + foreign else ""
    return ""


@lru_cache(maxsize=8)
def _asked(plan: Plan) -> Mapping[str, set[int]]:
    """The tasks of each unit."""
    found: dict[str, set[int]] = {}
    for assignment in roles(plan)[0]:
        found.setdefault(assignment.unit, set()).add(assignment.task.number)
    return found


def _guesses(plan: Plan, period: int, unit: str, keys: Iterable[RowKey]) -> bool:
    """Return whether more of these keys are nobody's than happens by mistake."""
    unknown = 0
    for key in keys:
        if not (unit and key_fits(plan, period, unit, key)) and not whose_key(plan, key, period):
            unknown += 1
            if unknown > _MOST_UNKNOWN:
                return True
    return False


def _keys(returned: Submission) -> Sequence[RowKey]:
    """The row keys of a return, each once."""
    found = (parse_row_key(text) for text in dict.fromkeys(row.key for row in _rows(returned)))
    return [key for key in found if key]


def _confirmed(
    plan: Plan,
    period: int,
    returned: Submission,
    unit: str,
    number: str,
    where: Place,
    *notes: Finding,
) -> Identified:
    """Hold a good form number against row keys, printed unit and hidden numbers."""
    findings = list(notes)
    printed = parse_form_number(number)
    issued = issued_as(plan, printed) if printed else None
    if issued and issued[1] != unit:
        values: dict[str, object] = {"unit": unit, "old": issued[1]}
        if not tasks_shown(plan, period, issued[1], returned):
            return _refused("FORM-087", where, unit, **values)
        findings.append(Finding("FORM-070", where, unit, values=values))
    keys = _keys(returned)
    if _guesses(plan, period, unit, keys):  # first: it stops where there are too many
        return _refused("FORM-081", where, unit, most=_MOST_UNKNOWN)
    own = {key for key in keys if key_fits(plan, period, unit, key)}
    if keys and not own:
        issue = whose_key(plan, keys[0], period)
        strangers = (issue.unit,) if issue and issue.period == period else ()
        return _refused(FOREIGN_KEYS, where, unit, *strangers)
    if pasted := _pasted_tasks(plan, unit, returned, own):
        seen: dict[str, object] = {
            "unit": unit, "count": len(pasted), "number": pasted[0].number,
            "goal": short(pasted[0].goal, 30), "other": _whose_tasks(plan, unit, pasted),
        }  # fmt: skip
        return _refused("FORM-090", where, unit, **seen)
    shown = register_of(plan).get(fold(returned.unit)) if returned.unit else None
    if shown is not None and shown.name != unit:
        return _refused("FORM-014", returned.unit_at, unit, unit=unit, shown=returned.unit)
    if returned.unit and shown is None:
        values = {"unit": unit, "shown": short(returned.unit)}
        findings.append(Finding("FORM-020", returned.unit_at, unit, values=values))
    others = [h for h in returned.hidden_numbers if number and h != number]
    if others:
        values = {"number": number, "hidden": Listed(others[:_MOST_SHOWN])}
        findings.append(Finding("FORM-021", where, unit, values=values))
    return Identified(unit, tuple(findings), issued=issued[1] if issued else unit)


def _pasted_tasks(
    plan: Plan, unit: str, returned: Submission, keys: Container[RowKey]
) -> Sequence[Task]:
    """Return the tasks of others that a table shows over the unit's own ``keys``; none where few rows do."""
    rows, own, pasted = 0, _asked(plan).get(unit, set()), []
    for row in _rows(returned, of_indicators=False):
        key = parse_row_key(row.key)
        if key is None or key not in keys:
            continue
        rows += 1
        seen = task_seen(plan, row, key)
        if seen and seen.number not in own:
            pasted.append(seen)
    return pasted if len(pasted) >= min(rows, _ENOUGH) and len(pasted) * 2 > rows > 1 else ()


def _whose_tasks(plan: Plan, unit: str, tasks: Iterable[Task]) -> Phrase:
    """The other units that have all these tasks."""
    numbers = {task.number for task in tasks}
    named = [name for name, own in _asked(plan).items() if name != unit and numbers <= own]
    return Listed(named[:_MOST_SHOWN]) if named else Phrase("别的单位")


def _other_period(
    plan: Plan, period: int, keys: Sequence[RowKey], where: Place
) -> Identified | None:
    """Tell row keys that were all issued to one unit for one other period."""
    issues = {whose_key(plan, key, period) for key in keys}
    issue = issues.pop() if len(issues) == 1 else None
    if issue is None or issue.period == period:
        return None
    captions = [p.caption for p in plan.periods]
    values = {
        "theirs": captions[issue.period - 1], "period": captions[period - 1],
        "number": Phrase("没有编号"),
    }  # fmt: skip
    return _wrong(Finding(OTHER_PERIOD, where, issue.unit, values=values))


def tasks_shown(plan: Plan, period: int, name: str, returned: Submission) -> set[int]:
    """Return the tasks that a form was issued with, by the keys for ``name`` in its rows or on its hidden sheet.

    A unit that took in others has tasks which their forms never asked about.
    """
    texts = dict.fromkeys((*(row.key for row in _rows(returned)), *returned.keys))
    keys = [k for k in map(parse_row_key, texts) if k and key_fits_name(plan, period, name, k)]
    printed = {key.text for key in keys}
    return {task.number for key in keys if (task := task_of(plan, key, printed))}


def _rows(returned: Submission, *, of_indicators: bool = True) -> list[Row]:
    tables = (t for t in returned.tables if of_indicators or not t.of_indicators)
    return [row for table in tables for row in table.rows]
