"""Who a form speaks for: form numbers, row keys and their check codes.

Both are made with HMAC-SHA256 (RFC 2104) under the key of the plan workbook and
shortened to Crockford's base 32, whose 32 signs cannot be misread over the
phone (no I, L, O, U). 40 bits guard a form number, 30 bits a row key: enough
against a clerk's edit, and whoever wants to guess one has to send us each try.

    form number  PPPP-NN-UUUU-VVVV-CCCCCCCC   plan, period, unit, version, check
    row key      007.TTTTTT.CCCCCC            task, hash of its given text, check
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from functools import lru_cache

from .frozen import frozen
from .model import Plan, Task
from .patterns import late
from .text import fold

META = "_meta"
"""A form's very hidden sheet: words in its first column, what they stand for in the second."""
PRINTED = "printed"
"""The word there for the hash of an answer of last period that the form shows."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SIGN = "[0-9A-HJKMNP-TV-Z]"

FORM_NUMBER = late(
    rf"({_SIGN}{{4}})-(\d\d)-({_SIGN}{{4}})-({_SIGN}{{4}})-({_SIGN}{{8}})(?!{_SIGN})"
)
_CHINESE = late("[一-龥]")
ROW_KEY = late(rf"^(\d{{3,}})\.({_SIGN}{{6}})\.({_SIGN}{{6}})$")


@frozen
class FormNumber:
    """表单编号 taken apart. ``period`` counts from 1 in the plan's order."""

    plan: str
    period: int
    unit: str
    version: str
    check: str

    def __str__(self) -> str:
        return f"{self.plan}-{self.period:02d}-{self.unit}-{self.version}-{self.check}"


@frozen
class RowKey:
    """The hidden key of a task row taken apart; ``text`` is the hash of its given text."""

    task: int
    text: str
    check: str

    def __str__(self) -> str:
        return f"{self.task:03d}.{self.text}.{self.check}"


def _encode(digest: bytes, signs: int) -> str:
    number = int.from_bytes(digest[:8], "big")
    return "".join([_PAIRS[number >> 54 - 10 * i & 1023] for i in range(signs // 2)])


def _mac(key: str, message: str) -> bytes:
    return hmac.digest(key.encode(), message.encode(), "sha256")


def _joined(*parts: str) -> str:
    # The lengths go in, so that ("ab", "c") and ("a", "bc") differ.
    return "".join([f"{len(p)}:{p}" for p in parts])


def short_hash(text: str, signs: int = 6) -> str:
    """Return a short public hash of ``text`` (no key), ``signs`` base-32 signs long."""
    return _encode(hashlib.sha256(text.encode()).digest(), signs)


@lru_cache(maxsize=8)
def plan_code(plan: Plan) -> str:
    """Return the plan's four signs. They follow from the key, so a copy of the plan keeps them."""
    return _encode(_mac(plan.key, _joined("plan")), 4)


def unit_code(unit: str) -> str:
    """Return a unit's four public signs, from its folded name."""
    return short_hash(fold(unit), 4)


@lru_cache(maxsize=4096)
def text_hash(task: Task) -> str:
    """Return the hash of a task's given text: goal and all milestones, folded."""
    return short_hash("\n".join(fold(t) for t in (task.goal, *task.milestones.values())))


def form_number(plan: Plan, period: int, unit: str, version: str) -> FormNumber:
    """Return the form number issued to ``unit`` for the plan's ``period`` (from 1)."""
    code, name = plan_code(plan), unit_code(unit)
    check = _mac(plan.key, _joined("form", code, str(period), fold(unit), version))
    return FormNumber(code, period, name, version, _encode(check, 8))


def row_key(plan: Plan, period: int, unit: str, task: int, text: str) -> RowKey:
    """Return the key of one task row in the form of ``unit`` for ``period`` (from 1)."""
    return RowKey(task, text, _row_check(plan, period, unit, task, text))


def _row_check(plan: Plan, period: int, unit: str, task: int, text: str) -> str:
    return _encode(_mac(plan.key, _of_unit(plan, period, unit) + _joined(str(task), text)), 6)


@lru_cache(maxsize=64)
def _of_unit(plan: Plan, period: int, unit: str) -> str:
    """What the keys of one form have in common."""
    return _joined("row", plan_code(plan), str(period), fold(unit))


def may_hold_number(text: str) -> bool:
    """Say whether a text is long enough to hold a form number, and has a dash as one has."""
    return len(text) >= SHORTEST_NUMBER and bool(_DASH.search(text))


SHORTEST_NUMBER = 26
_DASH = late("[-֊־᐀᠆‐-―⁻₋−─━⸗⸚⸺⸻⹀⹝〜〰゠︱︲﹘﹣－𐺭]")
"""All that fold to the dash of a form number."""


def parse_form_number(text: str) -> FormNumber | None:
    """Return the first form number in a text, however it was typed, or None."""
    return _form_number(text) if len(text) < _LONGEST_LINE else _find_number(text)


_LONGEST_LINE = 400


def _find_number(text: str) -> FormNumber | None:
    found = FORM_NUMBER.search(_canonical(text))
    if not found:
        return None
    plan, period, unit, version, check = found.groups()
    return FormNumber(plan, int(period), unit, version, check)


_form_number = lru_cache(maxsize=1024)(_find_number)  # the lines of a form come back in each file


def parse_row_key(text: str) -> RowKey | None:
    """Return the row key that ``text`` consists of, or None."""
    return _row_key(text) if len(text) < _LONGEST_KEY else None


_LONGEST_KEY = 100


@lru_cache(maxsize=1024)  # asked of each row by its sheet, by its owner and by its task
def _row_key(text: str) -> RowKey | None:
    found = ROW_KEY.match(text)
    if not found and not _CHINESE.search(text):  # which stay what they are, and no key has
        found = ROW_KEY.match(_canonical(text))
    return RowKey(int(found[1]), found[2], found[3]) if found else None


def _canonical(text: str) -> str:
    return fold(text).upper().translate(_MISREAD)


def issued_to(plan: Plan, number: FormNumber) -> str | None:
    """Return the register name of the unit that a form number was issued to.

    None when the check code does not fit any unit of the register: the number
    was mistyped, edited or made up.
    """
    found = issued_as(plan, number)
    return found[0] if found else None


@lru_cache(maxsize=64)  # asked of each form by its period and by its owner
def issued_as(plan: Plan, number: FormNumber) -> tuple[str, str] | None:
    """Return (the unit, the name it had then) that a form number was issued to, or None.

    A unit that was renamed, or that took in another one, has the old name among
    its other names. Compared in constant time.
    """
    found = None
    for unit, name in _names_by_code(plan).get(number.unit, ()):
        genuine = form_number(plan, number.period, name, number.version)
        if hmac.compare_digest(str(genuine), str(number)):
            found = unit, name
    return found


@lru_cache(maxsize=8)
def _names_by_code(plan: Plan) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The names of the register by their public signs, each with its unit; two may share them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for unit in plan.units:
        for name in (unit.name, *unit.aliases):
            found.setdefault(unit_code(name), []).append((unit.name, name))
    return found


@lru_cache(maxsize=8)
def _other_names(plan: Plan) -> Mapping[str, Sequence[str]]:
    """The other names of the units that have any."""
    return {unit.name: unit.aliases for unit in plan.units if unit.aliases}


def key_fits(plan: Plan, period: int, unit: str, key: RowKey) -> bool:
    """Say whether a row key was issued to this unit for this period, under any of its names. Constant time."""
    if _is_of(plan, period, unit, key):
        return True
    return any(_is_of(plan, period, name, key) for name in _other_names(plan).get(unit, ()))


def _is_of(plan: Plan, period: int, name: str, key: RowKey) -> bool:
    return hmac.compare_digest(_row_check(plan, period, name, key.task, key.text), key.check)
