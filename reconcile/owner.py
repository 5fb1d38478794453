"""Whose return is this? Pure.

Decided by the visible form number and the row keys, which survive even a
copied sheet; the hidden sheet and the document properties only confirm. Each
step down is told; a contradiction is a refusal.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from .addresses import read_addresses
from .findings import Finding, Place
from .frozen import frozen
from .identity import (
    FormNumber,
    RowKey,
    form_number,
    issued_to,
    key_fits,
    parse_form_number,
    parse_row_key,
    plan_code,
)
from .language import joined, tr
from .merged import OTHER_PERIOD
from .model import Plan
from .return_model import Return, Row, Table
from .rulings import Rulings
from .text import fold, short
from .units import register_of


@frozen
class Identified:
    """Result of :func:`identify`: the unit, or "" when the file is refused; findings say why.

    A file that is refused may have ``owners``: units whose form it is all the same.
    """

    unit: str
    findings: tuple[Finding, ...]
    owners: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file may not be merged."""
        return not self.unit


def identify(plan: Plan, period: int, returned: Return, rulings: Rulings) -> Identified:
    """Say which unit a return speaks for, or refuse it."""
    numbers = dict(returned.numbers)
    where = Place(returned.file)
    if len(numbers) > 1:
        owners = tuple(dict.fromkeys(filter(None, (_issued_for(plan, n, period) for n in numbers))))
        for text, at in numbers.items():  # one that was edited is not one of several forms
            number = parse_form_number(text)
            wrong = _judge_number(plan, period, number, at, returned.unit) if number else None
            if wrong and wrong.code == "FORM-012":
                return Identified("", (wrong,), owners)
        return _refused("FORM-015", where, *owners, numbers=joined(numbers))
    if not numbers:
        return _without_number(plan, period, returned, rulings)
    text, where = next(iter(numbers.items()))
    number = parse_form_number(text)
    assert number is not None, "returned.py only hands on numbers that parse"
    told = _judge_number(plan, period, number, where, returned.unit)
    if told:
        return Identified("", (told,), (told.unit,) if told.unit else ())
    unit = issued_to(plan, number) or ""
    return _confirmed(plan, period, returned, unit, text, where)


def owners_of_parts(plan: Plan, period: int, returned: Return) -> tuple[str, ...]:
    """Return whose form each part of a file is; nothing where it is one form, or a number is wrong.

    A form of another period is its unit's, too.
    """
    owners = []
    for part in returned.parts:
        text, at = part.numbers[0]
        number = parse_form_number(text)
        assert number is not None, "returned.py only hands on numbers that parse"
        wrong = _judge_number(plan, period, number, at, part.unit)
        if wrong and wrong.code != OTHER_PERIOD:
            return ()
        owners.append(issued_to(plan, number) or "")
    return tuple(owners)


def parted_by_rows(plan: Plan, period: int, returned: Return) -> tuple[Return, ...]:
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
            found = [
                u.name for u in plan.units if all(key_fits(plan, period, u.name, k) for k in keys)
            ]
            main = main or next(iter(found), None)
            if found and found[0] != main:
                theirs.setdefault(found[0], []).append(table)
    apart = [table for tables in theirs.values() for table in tables]
    own = tuple(t for t in returned.tables if not any(t is other for other in apart))
    if not apart or not own:  # a number and rows that do not go together are told elsewhere
        return (returned,)
    bare = replace(
        returned, numbers=(), hidden_numbers=(), unit="", head={}, head_at={}, strays=(), findings=(),
    )  # fmt: skip
    return replace(returned, tables=own), *(replace(bare, tables=tuple(t)) for t in theirs.values())


def _issued_for(plan: Plan, text: str, period: int) -> str:
    """The unit that a form number was issued to for this period, or ""."""
    number = parse_form_number(text)
    return (issued_to(plan, number) or "") if number and number.period == period else ""


def _refused(code: str, place: Place, *owners: str, **values: object) -> Identified:
    unit = owners[0] if len(owners) == 1 else ""
    return Identified("", (Finding(code, place, unit, values=values),), owners)


def _judge_number(
    plan: Plan, period: int, number: FormNumber, where: Place, shown: str = ""
) -> Finding | None:
    """Return why a form number is not good for this merge, or None.

    ``shown`` is the unit's name as printed: a number that is genuine for it was
    issued to a unit that is no longer in the register.
    """
    values: dict[str, object] = {"number": str(number)}
    if number.plan != plan_code(plan):
        return Finding("FORM-011", where, values=values)
    unit = issued_to(plan, number)
    if unit is None:
        genuine = form_number(plan, number.period, shown, number.version)
        code = "FORM-025" if shown and genuine == number else "FORM-012"
        return Finding(code, where, values=values | {"unit": short(shown)})
    if number.period != period:
        captions = [p.caption for p in plan.periods]
        theirs = captions[number.period - 1] if number.period <= len(captions) else "?"
        values |= {"theirs": theirs, "period": captions[period - 1]}
        return Finding(OTHER_PERIOD, where, unit, values=values)
    return None


def _without_number(plan: Plan, period: int, returned: Return, rulings: Rulings) -> Identified:
    """Decide by row keys, then by the hidden number, then by a ruling; else refuse."""
    where = Place(returned.file)
    keys = [k for row in _rows(returned) if (k := parse_row_key(row.key))]
    fitting = Counter(u.name for k in keys for u in plan.units if key_fits(plan, period, u.name, k))
    for unit, count in fitting.most_common(1):
        # A row or two of another unit's are set aside later; half a form of them is no form.
        if count * 2 > fitting.total():
            told = Finding("FORM-016", where, unit, values={"unit": unit})
            return _confirmed(plan, period, returned, unit, "", where, told)
    if keys:
        return _other_period(plan, period, keys, where) or _refused("FORM-017", where, *fitting)
    for text in returned.hidden_numbers:
        number = parse_form_number(text)
        if number is None:
            continue
        wrong = _judge_number(plan, period, number, where, returned.unit)
        if wrong:
            return Identified("", (wrong,), (wrong.unit,) if wrong.unit else ())
        owner = issued_to(plan, number) or ""
        told = Finding("FORM-018", where, owner, values={"unit": owner})
        return _confirmed(plan, period, returned, owner, str(number), where, told)
    adopted = rulings.adopts("FORM-010", returned.file)
    known = register_of(plan).get(fold(adopted)) if adopted else None
    if known is not None:
        told = Finding("FORM-019", where, known.name, values={"unit": known.name})
        return Identified(known.name, (told,))
    return _refused("FORM-010", where)


def _confirmed(
    plan: Plan,
    period: int,
    returned: Return,
    unit: str,
    number: str,
    where: Place,
    *told: Finding,
) -> Identified:
    """Hold a good form number against row keys, printed unit and hidden numbers."""
    findings = list(told)
    keys = (k for row in _rows(returned) if (k := parse_row_key(row.key)))
    first = next(keys, None)
    if first and not any(key_fits(plan, period, unit, k) for k in itertools.chain([first], keys)):
        strangers = (u.name for u in plan.units if key_fits(plan, period, u.name, first))
        return _refused("FORM-017", where, unit, *strangers)
    shown = register_of(plan).get(fold(returned.unit)) if returned.unit else None
    if shown is not None and shown.name != unit:
        return _refused("FORM-014", returned.unit_at, unit, unit=unit, shown=returned.unit)
    if returned.unit and shown is None:
        values = {"unit": unit, "shown": short(returned.unit)}
        findings.append(Finding("FORM-020", returned.unit_at, unit, values=values))
    others = [h for h in returned.hidden_numbers if number and h != number]
    if others:
        values = {"number": number, "hidden": joined(others)}
        findings.append(Finding("FORM-021", where, unit, values=values))
    return Identified(unit, tuple(findings))


def _other_period(
    plan: Plan, period: int, keys: Sequence[RowKey], where: Place
) -> Identified | None:
    """Tell row keys that were all issued to one unit for one other period."""
    for number, other in enumerate(plan.periods, 1):
        if number == period:
            continue
        for unit in plan.units:
            if all(key_fits(plan, number, unit.name, key) for key in keys):
                values = {
                    "theirs": other.caption, "period": plan.periods[period - 1].caption,
                    "number": tr("没有编号"),
                }  # fmt: skip
                told = Finding(OTHER_PERIOD, where, unit.name, values=values)
                return Identified("", (told,), (unit.name,))
    return None


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

    Of names within names the longest counts. One of two signs or of Latin letters has to stand
    by itself: 海州 is not in 海州湾.
    """
    text = _parted(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name))
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


def _parted(text: str) -> str:
    """A name folded, with a gap before and after it, and wherever signs, blanks or digits part it."""
    pieces = (fold(piece) for piece in _GAPS.split(text))
    return f"{_GAP}{_GAP.join(piece for piece in pieces if piece)}{_GAP}"


def _needs_room(known_as: str) -> bool:
    return len(known_as) < 3 or known_as.isascii()


@lru_cache(maxsize=8)
def _names_of(plan: Plan) -> tuple[Mapping[str, str], Mapping[str, Sequence[int]]]:
    """Units by their names and aliases, and how long those are that begin with two signs, longest first."""
    known: dict[str, str] = {}
    lengths: dict[str, set[int]] = {}
    for unit in plan.units:
        for name in () if unit.group else (unit.name, *unit.aliases):
            known_as = _parted(name).strip(_GAP)
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


def _rows(returned: Return) -> list[Row]:
    return [row for table in returned.tables for row in table.rows]
