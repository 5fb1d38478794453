"""Who a form speaks for: form numbers, row keys and their check codes.

Both are made with HMAC-SHA256 (RFC 2104) under the key of the plan workbook and
shortened to Crockford's base 32, whose 32 characters cannot be misread over the
phone (no I, L, O, U). 60 bits guard a form number as well as a row key.

    form number  PPPP-NN-UUUU-VVVV-CCCC-CCCC-CCCC   plan, period, unit, version, check
    row key      007.TTTTTT.UUUUCCCCCCCCCCCC        task, hash of its given text, unit, check

The check covers what was issued: the plan's year, document number and title, the
period's caption and last day (together its *issue code*), unit and task. NN is
where the period stood then; which one it is now the check tells. Older versions
made shorter ones (...-CCCCCCCC and 007.TTTTTT.CCCCCC), which know of the period
only where it stood: these count under a key of that time alone, see
:func:`reconcile.core.secret_key.is_older`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .plan import Period, Plan, Task, Unit
from .secret_key import SIGNS, is_older
from .settings import Setting
from .text import fold

META = "_meta"
"""A form's very hidden sheet: words in its first column, what they stand for in the second."""
PRINTED = "printed"
"""The word there for the hash of an answer of last period that the form shows."""
CLAIMS = ("title", "document", "year", "period", "end")
"""The words there that say what a form was issued for; they prove nothing by themselves."""
_PAIRS = tuple(a + b for a in SIGNS for b in SIGNS)
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SIGN = f"[{SIGNS}]"
_CHECK, _OLD_FORM_CHECK, _OLD_ROW_CHECK, _UNIT = 12, 8, 6, 4

FORM_NUMBER = re.compile(
    rf"({_SIGN}{{4}})-(\d\d)-({_SIGN}{{4}})-({_SIGN}{{4}})"
    rf"-({_SIGN}{{4}}-{_SIGN}{{4}}-{_SIGN}{{4}}|{_SIGN}{{8}})(?!{_SIGN})"
)
_CHINESE = re.compile("[一-龥]")
ROW_KEY = re.compile(rf"^(\d{{3,}})\.({_SIGN}{{6}})\.({_SIGN}{{16}}|{_SIGN}{{6}})$")
_ISSUE_CODE = re.compile(rf"(\d{{4}})-({_SIGN}{{{_CHECK}}}|\d\d)")


@dataclass(frozen=True, slots=True)
class FormNumber:
    """表单编号 taken apart. ``period`` is where it stood in the plan's order then, from 1."""

    plan: str
    period: int
    unit: str
    version: str
    check: str

    @property
    def older(self) -> bool:
        """Whether it has the shorter check code of older versions."""
        return len(self.check) == _OLD_FORM_CHECK

    def __str__(self) -> str:
        check = self.check
        if not self.older:
            check = f"{check[:4]}-{check[4:8]}-{check[8:]}"
        return f"{self.plan}-{self.period:02d}-{self.unit}-{self.version}-{check}"


@dataclass(frozen=True, slots=True)
class RowKey:
    """The hidden key of a task row taken apart; ``text`` is the hash of its given text.

    ``check`` begins with the characters of the unit, but for keys of older versions.
    """

    task: int
    text: str
    check: str

    @property
    def older(self) -> bool:
        """Whether it has the shorter check code of older versions."""
        return len(self.check) == _OLD_ROW_CHECK

    def __str__(self) -> str:
        return f"{self.task:03d}.{self.text}.{self.check}"


@dataclass(frozen=True, slots=True)
class Issue:
    """To whom, and for which period (from 1), a form number or a row key was issued.

    ``period`` is 0 where the plan no longer has that period.
    """

    unit: str
    period: int


def _encode(digest: bytes, signs: int) -> str:
    number = int.from_bytes(digest[:8], "big")
    return "".join([_PAIRS[number >> 54 - 10 * i & 1023] for i in range(signs // 2)])


def _mac(key: str, message: str) -> bytes:
    return hmac.digest(key.encode(), message.encode(), "sha256")


def _joined(*parts: str) -> str:
    # The lengths go in, so that ("ab", "c") and ("a", "bc") differ.
    return "".join([f"{len(p)}:{p}" for p in parts])


def short_hash(text: str, signs: int = 6) -> str:
    """Return a short public hash of ``text`` (no key), ``signs`` base-32 characters long."""
    return _encode(hashlib.sha256(text.encode()).digest(), signs)


@lru_cache(maxsize=8)
def plan_code(plan: Plan) -> str:
    """Return the plan's four characters. They follow from the key, so a copy of the plan keeps them."""
    return _encode(_mac(plan.key, _joined("plan")), 4)


@lru_cache(maxsize=4096)
def unit_code(unit: str) -> str:
    """Return a unit's four public characters, from its folded name."""
    return short_hash(fold(unit), _UNIT)


@lru_cache(maxsize=4096)
def text_hash(task: Task) -> str:
    """Return the hash of a task's given text: goal and all milestones, folded."""
    return short_hash("\n".join(fold(t) for t in (task.goal, *task.milestones.values())))


# --- what forms are issued for


def issue_code(plan: Plan, period: Period) -> str:
    """Return the public code of what forms of a period are issued for: 2022-7K3M9QXW2B4D."""
    year, end = str(plan.year), period.end.isoformat()
    return _issue_code(plan.title, plan.document, year, period.caption, end)


def _is_older_code(code: str) -> bool:
    return len(code) == len("2022-02")


def claimed_code(claims: Mapping[str, str]) -> str:
    """Return the issue code of what a form says of itself; "" when it does not say enough."""
    complete = "year" in claims and "period" in claims and "end" in claims
    return _issue_code(*(claims.get(word, "") for word in CLAIMS)) if complete else ""


def _issue_code(title: str, document: str, year: str, period: str, end: str) -> str:
    parts = (fold(part) for part in (title, document, year, period, end))
    return f"{year}-{short_hash(_joined(*parts), _CHECK)}"


def older_code(plan: Plan, position: int) -> str:
    """Return what stands for numbers of older versions whose period was ``position``: 2022-02."""
    return f"{plan.year}-{position:02d}"


def honoured(plan: Plan) -> Iterator[tuple[str, int, str]]:
    """Yield (as written, period from 1, issue code) of what 沿用标识 names; 0 and "" where it is neither.

    Codes of another year are left out: they came along when the workbook was
    made into the next year's.
    """
    captions = {fold(p.caption): i for i, p in enumerate(plan.periods, 1)}
    honoured_codes = plan.settings.get(Setting.HONOURED, "")
    for written in honoured_codes.replace("；", ";").replace("\n", ";").split(";"):
        caption, _, code = written.replace("＝", "=").rpartition("=")
        found = _ISSUE_CODE.fullmatch(_canonical(code))
        period = captions.get(fold(caption), 0)
        if found and period:
            if int(found[1]) == plan.year:
                yield written, period, found[0]
        elif written.strip():
            yield written, 0, ""


def honoured_by(plan: Plan, former: Plan) -> str:
    """Return what 沿用标识 of an amended plan has to say, for the forms of the ``former`` one to stay valid."""
    if plan.year != former.year:
        return ""
    now = {fold(p.caption): issue_code(plan, p) for p in plan.periods}
    entries = []
    for position, period in enumerate(former.periods, 1):
        if fold(period.caption) not in now:
            continue
        codes = [c for c in _codes(former)[position - 1] if c != now[fold(period.caption)]]
        codes += [
            older_code(plan, n) for n, at in _older_positions(former).items() if at == position
        ]
        entries += [f"{period.caption}={code}" for code in codes]
    return "；".join(entries)


@lru_cache(maxsize=8)
def _codes(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """By period, the issue codes that count for it, today's first."""
    codes = [[issue_code(plan, period)] for period in plan.periods]
    for _, period, code in honoured(plan):
        if period and not _is_older_code(code):
            codes[period - 1].append(code)
    return tuple(map(tuple, codes))


@lru_cache(maxsize=8)
def _older_positions(plan: Plan) -> Mapping[int, int]:
    """Which period the position in a number of an older version means; nothing under a newer key.

    Where it stands now, unless 沿用标识 says otherwise.
    """
    if not is_older(plan.key):
        return {}
    return stated_positions(plan) or {i: i for i in range(1, len(plan.periods) + 1)}


def stated_positions(plan: Plan) -> dict[int, int]:
    """Return which period the position in a number of an older version means, as 沿用标识 says."""
    named = [(code, period) for _, period, code in honoured(plan) if period]
    return {int(code[-2:]): period for code, period in named if _is_older_code(code)}


def names_of(unit: Unit) -> tuple[str, ...]:
    """Return the names under which forms may have been issued to a unit of the register."""
    return (unit.name, *unit.aliases)


@lru_cache(maxsize=8)
def _names(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """The names of each unit under which forms may have been issued to it."""
    return {unit.name: names_of(unit) for unit in plan.units}


@lru_cache(maxsize=8)
def _bearers(plan: Plan) -> Mapping[str, Sequence[tuple[str, str]]]:
    """By a unit's public characters, names that have them with the unit of the register; several may."""
    found: dict[str, list[tuple[str, str]]] = {}
    for unit, names in _names(plan).items():
        for name in names:
            found.setdefault(unit_code(name), []).append((name, unit))
    return found


def _by_period(plan: Plan, first: int) -> Iterator[tuple[int, str]]:
    """The periods with the codes that count for them, the one that it most likely is before the others."""
    codes = _codes(plan)
    for period in sorted(range(1, len(codes) + 1), key=lambda p: p != first):
        for code in codes[period - 1]:
            yield period, code


# --- form numbers


def form_number(plan: Plan, period: int, unit: str, version: str) -> FormNumber:
    """Return the form number issued to ``unit`` for the plan's ``period`` (from 1)."""
    code, name = plan_code(plan), unit_code(unit)
    issued = issue_code(plan, plan.periods[period - 1])
    bare = FormNumber(code, period, name, version, "")
    return FormNumber(code, period, name, version, _form_check(plan, bare, unit, issued))


def _form_check(plan: Plan, number: FormNumber, unit: str, code: str) -> str:
    parts = (plan_code(plan), str(number.period), fold(unit), number.version)
    if number.older:
        return _encode(_mac(plan.key, _joined("form", *parts)), _OLD_FORM_CHECK)
    return _encode(_mac(plan.key, _joined("form 2", code, *parts)), _CHECK)


def whose_number(plan: Plan, number: FormNumber, other: str = "") -> Issue | None:
    """Return to whom a form number was issued, and for which of the plan's periods.

    ``other`` is a name that is not in the register, which it may have been issued to.
    None when the check code fits nobody: the number was mistyped, edited or made
    up, or plan and period are called otherwise now. Compared in constant time.
    """
    found = _issued(plan, number, other)
    return found[1] if found else None


def issued_as(plan: Plan, number: FormNumber) -> tuple[str, str] | None:
    """Return (the unit, the name it had then) that a form number was issued to, or None.

    A unit that was renamed, or that took in another one, has the old name among its other names.
    """
    found = _issued(plan, number)
    return (found[1].unit, found[0]) if found else None


@lru_cache(maxsize=64)  # asked of each form by its period and by its owner
def _issued(plan: Plan, number: FormNumber, other: str = "") -> tuple[str, Issue] | None:
    """The name that a form number was issued to, whose that is, and for which period."""
    bearers = [(other, other)] if other else _bearers(plan).get(number.unit, ())
    if number.older:
        for name, unit in bearers if is_older(plan.key) else ():
            if hmac.compare_digest(_form_check(plan, number, name, ""), number.check):
                return name, Issue(unit, _older_positions(plan).get(number.period, 0))
        return None
    for name, unit in bearers:
        for period, code in _by_period(plan, number.period):
            if hmac.compare_digest(_form_check(plan, number, name, code), number.check):
                return name, Issue(unit, period)
    return None


def issued_to(plan: Plan, number: FormNumber) -> str | None:
    """Return the register name of the unit that a form number was issued to, or None."""
    issue = whose_number(plan, number)
    return issue.unit if issue else None


def whose_under(plan: Plan, number: FormNumber, code: str) -> str:
    """Return the unit that a form number was issued to under an issue code that counts no more, or ""."""
    for name, unit in _bearers(plan).get(number.unit, ()) if code and not number.older else ():
        if hmac.compare_digest(_form_check(plan, number, name, code), number.check):
            return unit
    return ""


def may_hold_number(text: str) -> bool:
    """Return whether a text is long enough to hold a form number, and has a dash as one has."""
    return len(text) >= SHORTEST_NUMBER and bool(_DASH.search(text))


SHORTEST_NUMBER = 26
_DASH = re.compile("[-֊־᐀᠆‐-―⁻₋−─━⸗⸚⸺⸻⹀⹝〜〰゠︱︲﹘﹣－𐺭]")
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
    return FormNumber(plan, int(period), unit, version, check.replace("-", ""))


_form_number = lru_cache(maxsize=1024)(_find_number)  # the lines of a form come back in each file


# --- row keys


def row_key(plan: Plan, period: int, unit: str, task: int, text: str) -> RowKey:
    """Return the key of one task row in the form of ``unit`` for ``period`` (from 1)."""
    code = issue_code(plan, plan.periods[period - 1])
    return RowKey(task, text, _row_check(plan, code, unit, task, text))


@lru_cache(maxsize=4096)  # asked of each row by its file, by its owner and by its task
def _row_check(plan: Plan, code: str, unit: str, task: int, text: str) -> str:
    return unit_code(unit) + _encode(
        _mac(plan.key, _of_unit(plan, code, unit) + _joined(str(task), text)), _CHECK
    )


@lru_cache(maxsize=64)
def _of_unit(plan: Plan, code: str, unit: str) -> str:
    """What the keys of one form have in common."""
    return _joined("row 2", code, plan_code(plan), fold(unit))


@lru_cache(maxsize=4096)  # as above
def _older_row_check(plan: Plan, position: int, unit: str, key: RowKey) -> str:
    parts = ("row", plan_code(plan), str(position), fold(unit), str(key.task), key.text)
    return _encode(_mac(plan.key, _joined(*parts)), _OLD_ROW_CHECK)


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


def key_fits(plan: Plan, period: int, unit: str, key: RowKey) -> bool:
    """Return whether a row key was issued to this unit for this period. Constant time."""
    return any(key_fits_name(plan, period, name, key) for name in _names(plan).get(unit, (unit,)))


def bears_key(plan: Plan, period: int, unit: str, task: int, text: str) -> bool:
    """Return whether a text is a key that was issued to this unit for this period and this very task."""
    key = parse_row_key(text)
    return key is not None and key.task == task and key_fits(plan, period, unit, key)


def key_fits_name(plan: Plan, period: int, name: str, key: RowKey) -> bool:
    """Return whether a row key was issued under this very name for this period. Constant time."""
    if key.older:
        return any(
            hmac.compare_digest(_older_row_check(plan, position, name, key), key.check)
            for position, meant in _older_positions(plan).items()
            if meant == period
        )
    return any(
        hmac.compare_digest(_row_check(plan, code, name, key.task, key.text), key.check)
        for code in _codes(plan)[period - 1]
    )


@lru_cache(maxsize=4096)  # a key may stand in many rows
def whose_key(plan: Plan, key: RowKey, period: int) -> Issue | None:
    """Return to whom a row key was issued, and for which of the plan's periods, or None.

    ``period`` is the one it most likely is of. The key names its unit itself, so
    that one check will do; only keys of older versions are held against every unit.
    """
    bearers = _bearers(plan)
    named = bearers.get(key.check[:_UNIT], ()) if not key.older else ()
    for found in (*named, *(b for same in bearers.values() for b in same if key.older)):
        for position in sorted(range(1, len(plan.periods) + 1), key=lambda p: p != period):
            if key_fits_name(plan, position, found[0], key):
                return Issue(found[1], position)
    return None
