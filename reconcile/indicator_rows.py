"""Rows of the indicator table -> records and numbers to measure. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from .conflicts import newest, settle
from .findings import Finding, Place
from .given import indicator_text, indicator_texts, indicators_of
from .identity import bears_key, key_fits, parse_row_key, short_hash
from .language import tr
from .ledger import Ledger, Source
from .merged import Actual
from .model import Assignment, Form, Indicator
from .return_model import Raw, Return, Row, Table
from .text import fold, is_blank, plain, short, task_number
from .versions import Delivery, Versions

Key = tuple[str, int, str]
"""A unit, a task, and the name of one of the task's indicators."""
Sources = dict[Key, list[Source]]


def take_indicators(
    ledger: Ledger,
    wanted: Sequence[Assignment],
    returned: Return,
    unit: str,
    table: Table,
    delivery: Delivery,
    sources: Sources,
    *,
    by_keys: bool,
) -> Iterator[tuple[int | None, Row]]:
    """Put the rows of an indicator table to their indicators; yields every row with its task.

    ``by_keys`` only those with a key of their own.
    """
    asked = [i for _, i in indicators_of(ledger.plan, wanted)]
    for row in table.rows:
        indicator = _match(ledger, unit, asked, row)
        plan, period = ledger.plan, ledger.period
        if by_keys and indicator and not bears_key(plan, period, unit, indicator.number, row.key):
            yield None, row
            _unmatched(ledger, unit, row, "ROW-030")
            continue
        yield (indicator.number if indicator else None), row
        if indicator is None:
            _unmatched(ledger, unit, row)
            continue
        _restored(ledger, unit, indicator, row)
        records, mark = {}, len(ledger.set_aside)
        for name, raw in row.answers.items():
            field = next(f for f in ledger.form.indicators if f.id == name)
            own = Form.of_indicator(field, indicator.name)
            record = ledger.judge(
                returned, unit, indicator.number, own, replace(raw, field=own.id), indicator.measure
            )
            if record:
                records[own.id] = record
        key = (unit, indicator.number, indicator.name)
        source = Source(delivery, row.at, records, ledger.aside_since(mark))
        sources.setdefault(key, []).append(source)


def _match(ledger: Ledger, unit: str, asked: Sequence[Indicator], row: Row) -> Indicator | None:
    """By key, else by 序号 and the indicator's name."""
    key = parse_row_key(row.key)
    number, name = task_number(row.number), fold(row.goal)
    named = [i for i in asked if fold(i.name) == name and i.number == number]
    if named:
        return named[0]
    if key and key_fits(ledger.plan, ledger.period, unit, key):
        same_task = [i for i in asked if i.number == key.task]
        return next((i for i in same_task if short_hash(indicator_text(i)) == key.text), None)
    return None


def _unmatched(ledger: Ledger, unit: str, row: Row, code: str = "") -> None:
    """Set aside every cell of a row whose indicator is not known, or that is not taken for another reason."""
    key = parse_row_key(row.key)
    issued = key is not None and key_fits(ledger.plan, ledger.period, unit, key)
    given = [] if issued else [raw for raw in row.given.values() if not raw.merged]
    ledger.received += len(given)
    values = {"number": row.number, "name": short(row.goal, 30), "task": key.task if key else ""}
    # A genuine key without an indicator: the plan was amended after the form went out.
    code = code or ("IND-015" if issued else "IND-013")
    for raw in (*given, *row.answers.values()):
        ledger.aside(raw, Finding(code, raw.place, unit, None, raw.caption, values))


def _restored(ledger: Ledger, unit: str, indicator: Indicator, row: Row) -> None:
    """Given cells that came back changed: set aside, the plan workbook's own stand."""
    for name, ours in indicator_texts(ledger.plan, ledger.period, indicator).items():
        raw = row.given.get(name)
        if raw is not None and not raw.merged and not _same(ours, raw):
            _edited(ledger, unit, indicator, raw, plain(ours))
    for name, raw in row.given.items():
        if name == "before" or (
            name in ("rate", "gap") and not _computed(indicator, ledger, row, name)
        ):
            _edited(ledger, unit, indicator, raw, "")
        elif raw.note.strip() or raw.struck:
            values = {"caption": raw.caption, "text": short(raw.note or raw.struck)}
            ledger.received += 1
            finding = Finding("ROW-016", raw.place, unit, indicator.number, raw.caption, values)
            ledger.aside(replace(raw, value=None), finding)


def _edited(ledger: Ledger, unit: str, indicator: Indicator, raw: Raw, before: str) -> None:
    values = {
        "name": indicator.name, "caption": raw.caption, "before": before or tr("（空）"),
        "after": short(plain(raw.value)),
    }  # fmt: skip
    ledger.received += 1
    finding = Finding("IND-014", raw.place, unit, indicator.number, raw.caption, values)
    ledger.aside(raw, finding)


def _computed(indicator: Indicator, ledger: Ledger, row: Row, name: str) -> bool:
    """Say whether a computed cell still holds our formula, or the number that it came to."""
    raw = row.given[name]
    actual = row.answers.get("actual")
    if raw.formula or raw.error or is_blank(raw.value):
        return True
    texts = indicator_texts(ledger.plan, ledger.period, indicator)
    whole = texts["target" if indicator.basis == "period" else "annual"]
    other = whole if name == "rate" else texts["target"]
    if actual is None or not all(
        isinstance(v, float | int) for v in (raw.value, actual.value, other)
    ):
        return False
    assert isinstance(actual.value, float | int) and isinstance(other, float | int)
    assert isinstance(raw.value, float | int)
    due = actual.value / other if name == "rate" and other else actual.value - other
    return abs(due - raw.value) <= 1e-6 * max(1.0, abs(due))


def _same(ours: object, raw: Raw) -> bool:
    if fold(plain(ours)) == fold(plain(raw.value)):
        return True
    # A key or a number stored as text is still the same number.
    return plain(ours) == plain(raw.value).replace(",", "").strip()


def settle_indicators(
    ledger: Ledger, sources: Sources, versions: Versions
) -> tuple[dict[tuple[int, str], list[Actual]], set[Key]]:
    """Settle every indicator; returns the numbers by (task, indicator name), and who gave one."""
    actuals: dict[tuple[int, str], list[Actual]] = {}
    given: set[Key] = set()
    for (unit, number, name), found in sources.items():
        field = f"actual:{name}"
        values = settle(ledger, (unit, number), found, versions)
        value = values.get(field)
        if field in values:
            given.add((unit, number, name))
        if isinstance(value, (int, float)):
            remark = str(values.get(f"remark:{name}", ""))
            exact = Decimal(f"{value:.15g}")
            place = ledger.records[-1][field].place
            actuals.setdefault((number, name), []).append(Actual(unit, exact, remark, place))
    return actuals, given


def missing_numbers(
    ledger: Ledger, sources: Sources, wanted: Iterable[Key], known: Container[Key]
) -> Iterator[Finding]:
    """Yield a finding for each number with a target in this period that was left out, or whose row was.

    ``wanted`` are those that units who answered were asked for, ``known`` those that were
    given, or set aside and told already.
    """
    plan = ledger.plan
    caption = plan.periods[ledger.period - 1].caption
    named = {(i.number, i.name): i for i in plan.indicators}
    missing = (key for key in wanted if ledger.form.indicators)
    for unit, number, name in dict.fromkeys((*sources, *missing)):
        indicator = named[number, name]
        field = f"actual:{name}"
        target = indicator.targets.get(caption)
        if target is None or (unit, number, name) in known:
            continue
        values = {"name": name, "target": str(target), "measure": indicator.measure}
        found = sources.get((unit, number, name), ())
        place = newest(found).at.where("actual") if found else Place()
        asked = ledger.form.field(field)
        shown = asked.caption if asked else name
        yield Finding("IND-011", place, unit, number, shown, values)


def asked_units(
    plan_indicators: Sequence[Indicator], by_unit: Mapping[str, Mapping[int, Assignment]]
) -> dict[tuple[int, str], list[str]]:
    """Return the units asked for each indicator, by (task, indicator name)."""
    asked: dict[tuple[int, str], list[str]] = {}
    for unit, wanted in by_unit.items():
        for i in plan_indicators:
            a = wanted.get(i.number)
            if a is not None and (a.role == "lead" or i.asked == "all"):
                asked.setdefault((i.number, i.name), []).append(unit)
    return asked
