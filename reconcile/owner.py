"""Whose return is this? Pure.

Decided by the visible form number and the row keys, which survive even a
copied sheet; the hidden sheet and the document properties only confirm. Each
step down is told; a contradiction is a refusal.
"""

from __future__ import annotations

import itertools
from collections import Counter

from .findings import Finding, Place
from .frozen import frozen
from .identity import (
    FormNumber,
    form_number,
    issued_as,
    issued_to,
    key_fits,
    parse_form_number,
    parse_row_key,
    plan_code,
)
from .language import joined
from .model import Plan
from .return_model import Return, Row
from .rulings import Rulings
from .text import fold, short
from .units import register_of


@frozen
class Identified:
    """Result of :func:`identify`: the unit, or "" when the file is refused; findings say why.

    ``issued`` is the name that the unit had when the form went out.
    """

    unit: str
    findings: tuple[Finding, ...]
    issued: str = ""

    @property
    def refused(self) -> bool:
        """Whether the file may not be merged."""
        return not self.unit


def identify(plan: Plan, period: int, returned: Return, rulings: Rulings) -> Identified:
    """Say which unit a return speaks for, or refuse it."""
    numbers = dict(returned.numbers)
    where = Place(returned.file)
    if len(numbers) > 1:
        for text, at in numbers.items():  # one that was edited is not one of several forms
            number = parse_form_number(text)
            wrong = _judge_number(plan, period, number, at, returned.unit) if number else None
            if wrong and wrong.code == "FORM-012":
                return Identified("", (wrong,))
        return _refused("FORM-015", where, numbers=joined(numbers))
    if not numbers:
        return _without_number(plan, period, returned, rulings)
    text, where = next(iter(numbers.items()))
    number = parse_form_number(text)
    assert number is not None, "returned.py only hands on numbers that parse"
    told = _judge_number(plan, period, number, where, returned.unit)
    if told:
        return Identified("", (told,))
    unit = issued_to(plan, number) or ""
    return _confirmed(plan, period, returned, unit, text, where)


def _refused(code: str, place: Place, unit: str = "", /, **values: object) -> Identified:
    return Identified("", (Finding(code, place, unit, values=values),))


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
        return Finding("FORM-013", where, unit, values=values)
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
        return _refused("FORM-017", where)
    for text in returned.hidden_numbers:
        number = parse_form_number(text)
        if number is None:
            continue
        wrong = _judge_number(plan, period, number, where, returned.unit)
        if wrong:
            return Identified("", (wrong,))
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
    printed = parse_form_number(number)
    issued = issued_as(plan, printed) if printed else None
    if issued and issued[1] != unit:
        values = {"unit": unit, "old": issued[1]}
        findings.append(Finding("FORM-070", where, unit, values=values))
    keys = (k for row in _rows(returned) if (k := parse_row_key(row.key)))
    first = next(keys, None)
    if first and not any(key_fits(plan, period, unit, k) for k in itertools.chain([first], keys)):
        return _refused("FORM-017", where, unit)
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
    return Identified(unit, tuple(findings), issued[1] if issued else unit)


def _rows(returned: Return) -> list[Row]:
    return [row for table in returned.tables for row in table.rows]
