"""Rows of the indicator table -> records and numbers to measure. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from ..core.findings import Finding, Place
from ..core.form import Form, asks_number, asks_task, indicators_of
from ..core.i18n import Listed, Phrase
from ..core.keys import bears_key, key_fits, parse_row_key, short_hash
from ..core.plan import Assignment, Indicator, Plan
from ..core.prefill import indicator_text, indicator_texts
from ..core.result import Actual
from ..core.submission import Raw, Row, Submission, Table
from ..core.text import fold, is_blank, plain, short, task_number
from ..core.values.numbers import read_number
from ..core.values.shown import shown_as
from .conflicts import newest, of_former_units, settle
from .doubts import doubted
from .identify import Identified
from .match_rows import is_alike
from .state import MergeState, Source
from .versions import Delivery, Versions

Key = tuple[str, int, str]
"""A unit, a task, and the name of one of the task's indicators."""
Sources = dict[Key, list[Source]]


def take_indicators(
    ledger: MergeState,
    wanted: Sequence[Assignment],
    returned: Submission,
    identified: Identified,
    table: Table,
    delivery: Delivery,
    sources: Sources,
) -> Iterator[tuple[int | None, Row]]:
    """Put the rows of an indicator table to their indicators; yields every row with its task.

    Only those with a key of their own where the form was known by its keys.
    """
    asked, unit = [i for _, i in indicators_of(ledger.plan, wanted)], identified.unit
    roles = {a.task.number: a.role for a in wanted}
    for row in table.rows:
        indicator = _match(ledger, unit, asked, row)
        plan, period = ledger.plan, ledger.period
        if (
            identified.by_keys
            and indicator
            and not bears_key(plan, period, unit, indicator.number, row.key)
        ):
            yield None, row
            _unmatched(ledger, unit, row, "ROW-030")
            continue
        if indicator and names_another(plan, period, indicator, row):
            yield indicator.number, row
            _reused(ledger, unit, indicator, row)
            continue
        yield (indicator.number if indicator else None), row
        if indicator is None:
            _unmatched(ledger, unit, row)
            continue
        _restored(ledger, unit, indicator, row)
        if not asks_task(ledger.plan, roles[indicator.number]):
            values = {"number": indicator.number}
            finding = Finding("TASK-049", row.place, unit, indicator.number, values=values)
            ledger.aside_all(row.answers.values(), finding)
            continue
        records, mark = {}, len(ledger.set_aside)
        for name, raw in row.answers.items():
            field = next(f for f in ledger.form.indicators if f.id == name)
            own = Form.of_indicator(field, indicator.name)
            cell = raw._replace(field=own.id)
            doubt = None
            if name == "actual":
                cell = _in_stated_measure(indicator, row, cell)
                doubt = partial(doubted, indicator, ledger.plan.periods[ledger.period - 1].caption)
            record = ledger.judge(
                returned, unit, indicator.number, own, cell, indicator.measure, doubt=doubt
            )
            if record:
                records[own.id] = record
        key = (unit, indicator.number, indicator.name)
        source = Source(delivery, row.at, records, ledger.aside_since(mark), identified.issued)
        sources.setdefault(key, []).append(source)


def _match(ledger: MergeState, unit: str, asked: Sequence[Indicator], row: Row) -> Indicator | None:
    """By key with the indicator's name, by 序号 with it, by key; without a key by a name that is the only one."""
    key = parse_row_key(row.key)
    number, name = task_number(row.number), fold(row.goal)
    meant: list[Indicator] = []
    if key and key_fits(ledger.plan, ledger.period, unit, key):
        same = [i for i in asked if short_hash(indicator_text(i)) == key.text]
        meant = [i for i in same if i.number == key.task] or (same if len(same) == 1 else [])
        moved = [i for i in meant if i.number != key.task and fold(i.name) == name]
        if moved and number == key.task:  # its task has another number since the form went out
            return moved[0]
    named = [i for i in asked if fold(i.name) == name and i.number == number]
    if not named and not row.key:  # who deletes the column of keys may drag the numbers anew, too
        alike = [i for i in asked if fold(i.name) == name]
        named = alike if len(alike) == 1 else []
    return next(iter((*named, *meant)), None)


def names_another(plan: Plan, period: int, indicator: Indicator, row: Row) -> bool:
    """Return whether what can be seen of a row is another indicator than its key's.

    That takes another name, and one more part that is not this indicator's: number, unit of
    measure, basis, or a target.
    """
    if not fold(row.goal) or is_alike(indicator.name, row.goal):
        named = [i for i in plan.indicators if fold(i.name) == fold(row.goal)]
        if not named or indicator.name in (i.name for i in named):
            return False
    key = parse_row_key(row.key)
    if key is not None and key.text != short_hash(indicator_text(indicator)):
        return False  # its targets were changed since the form went out
    texts = indicator_texts(plan, period, indicator)
    shown = ((name, row.given.get(name)) for name in texts if name != "indicator")
    return any(
        raw is not None
        and not raw.merged
        and fold(plain(raw.cell.value)) != ""
        and not (_same(texts[name], raw) or task_number(plain(raw.cell.value)) == texts[name])
        for name, raw in shown
    )


def _reused(ledger: MergeState, unit: str, indicator: Indicator, row: Row) -> None:
    """Set aside a row that shows another indicator than its key, with both readings."""
    measure = row.given.get("measure")
    values = {
        "own": indicator.name, "measure": indicator.measure, "number": row.number,
        "name": short(row.goal, 30), "theirs": short(plain(measure.cell.value)) if measure else "",
    }  # fmt: skip
    given = [raw for raw in row.given.values() if not raw.merged]
    ledger.received += len(given)
    name = row.given.get("indicator")
    place = name.place if name else row.place
    # Set aside as answers on this indicator, so that nobody is told that its number is missing.
    answers = [raw._replace(field=f"{raw.field}:{indicator.name}") for raw in row.answers.values()]
    finding = Finding("IND-030", place, unit, indicator.number, indicator.name, values)
    ledger.aside_all((*given, *answers), finding)


def _in_stated_measure(indicator: Indicator, row: Row, raw: Raw) -> Raw:
    """A number with the unit of measure that the clerk wrote over ours behind it, as if typed there."""
    stated = row.given.get("measure")
    if (
        stated is None
        or stated.merged
        or is_blank(stated.cell.value)
        or raw.cell.error
        or raw.merged
    ):
        return raw
    measure, value = plain(stated.cell.value).strip(), raw.cell.value
    if fold(measure) == fold(indicator.measure) or isinstance(value, bool):
        return raw
    if isinstance(value, str):
        alone = read_number(value)
        return raw if alone is None or alone.unit else raw.with_value(f"{value}{measure}")
    if not isinstance(value, int | float) or shown_as(value, raw.cell.format):
        return raw
    return raw.with_value(f"{plain(value)}{measure}")


def _unmatched(ledger: MergeState, unit: str, row: Row, code: str = "") -> None:
    """Set aside every cell of a row whose indicator is not known, or that is not taken for another reason."""
    key = parse_row_key(row.key)
    issued = key is not None and key_fits(ledger.plan, ledger.period, unit, key)
    values = {"number": row.number, "name": short(row.goal, 30), "task": key.task if key else ""}
    if (
        issued and not code
    ):  # a genuine key without an indicator: the plan was amended after the form went out
        finding = Finding("IND-015", row.place, unit, None, "", values)
        ledger.aside_all(row.answers.values(), finding)
        return
    given = [] if issued else [raw for raw in row.given.values() if not raw.merged]
    ledger.received += len(given)
    for raw in (*given, *row.answers.values()):
        finding = Finding(code or "IND-013", raw.place, unit, None, raw.caption, values)
        ledger.aside(raw, finding)


def _is_changed(ledger: MergeState, unit: str, indicator: Indicator, row: Row) -> bool:
    """Return whether the row was issued to the unit with other targets than the plan has now."""
    key = parse_row_key(row.key)
    issued = key is not None and key_fits(ledger.plan, ledger.period, unit, key)
    return issued and key is not None and key.text != short_hash(indicator_text(indicator))


def _restored(ledger: MergeState, unit: str, indicator: Indicator, row: Row) -> None:
    """Given cells that came back changed: set aside, the plan workbook's own stand.

    Where the plan changed them since, or the number of the task, they are no edits of a clerk's.
    """
    changed = _is_changed(ledger, unit, indicator, row)
    key = parse_row_key(row.key)
    moved = key is not None and key.task != indicator.number
    if changed:
        values = {"name": indicator.name}
        changed_finding = Finding(
            "IND-020", row.place, unit, indicator.number, indicator.name, values
        )
        ledger.findings.append(changed_finding)
    for name, ours in indicator_texts(ledger.plan, ledger.period, indicator).items():
        raw = row.given.get(name)
        if changed or (moved and name == "number"):
            continue
        if raw is not None and not raw.merged and not _same(ours, raw):
            _edited(ledger, unit, indicator, raw, plain(ours))
    for name, raw in row.given.items():
        if name == "before" or (
            name in ("rate", "gap") and not changed and not _computed(indicator, ledger, row, name)
        ):
            _edited(ledger, unit, indicator, raw, "")
        elif raw.cell.note.strip() or raw.cell.struck:
            values = {"caption": raw.caption, "text": short(raw.cell.note or raw.cell.struck)}
            ledger.received += 1
            finding = Finding("ROW-016", raw.place, unit, indicator.number, raw.caption, values)
            ledger.aside(raw.with_value(None), finding)


def _edited(ledger: MergeState, unit: str, indicator: Indicator, raw: Raw, before: str) -> None:
    values = {
        "name": indicator.name, "caption": raw.caption, "before": before or Phrase("（空）"),
        "after": short(plain(raw.cell.value)),
    }  # fmt: skip
    ledger.received += 1
    finding = Finding("IND-014", raw.place, unit, indicator.number, raw.caption, values)
    ledger.aside(raw, finding)


def _computed(indicator: Indicator, ledger: MergeState, row: Row, name: str) -> bool:
    """Return whether a computed cell still holds our formula, or the number that it came to."""
    raw = row.given[name]
    actual = row.answers.get("actual")
    if raw.cell.formula or raw.cell.error or is_blank(raw.cell.value):
        return True
    texts = indicator_texts(ledger.plan, ledger.period, indicator)
    whole = texts["target" if indicator.basis == "period" else "annual"]
    other = whole if name == "rate" else texts["target"]
    if actual is None or not all(
        isinstance(v, float | int) for v in (raw.cell.value, actual.cell.value, other)
    ):
        return False
    assert isinstance(actual.cell.value, float | int) and isinstance(other, float | int)
    assert isinstance(raw.cell.value, float | int)
    due = actual.cell.value / other if name == "rate" and other else actual.cell.value - other
    return abs(due - raw.cell.value) <= 1e-6 * max(1.0, abs(due))


def _same(ours: object, raw: Raw) -> bool:
    if fold(plain(ours)) == fold(plain(raw.cell.value)):
        return True
    # A key or a number stored as text is still the same number.
    return plain(ours) == plain(raw.cell.value).replace(",", "").strip()


def settle_indicators(
    ledger: MergeState, sources: Sources, versions: Versions
) -> tuple[dict[tuple[int, str], list[Actual]], set[Key]]:
    """Settle every indicator; returns the numbers by (task, indicator name), and who gave one."""
    actuals: dict[tuple[int, str], list[Actual]] = {}
    given: set[Key] = set()
    for (unit, number, name), found in sources.items():
        field = f"actual:{name}"
        whole = of_former_units(ledger, (unit, number), found, keep=False)
        values = settle(ledger, (unit, number), whole, versions)
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
    ledger: MergeState, sources: Sources, wanted: Iterable[Key], known: Container[Key]
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
            if a is not None and asks_number(a.role, i):
                asked.setdefault((i.number, i.name), []).append(unit)
    return asked


def undecided(
    plan: Plan, asked: Mapping[tuple[int, str], Sequence[str]]
) -> Iterator[tuple[Indicator, Finding]]:
    """Yield the indicators asked of several units of which nobody has said whether they add up.

    With each what is to be told of it; ``asked`` are the units by (task, indicator name).
    """
    for i in plan.indicators:
        units = asked.get((i.number, i.name), ())
        if i.summed is None and len(units) > 1:
            task = plan.task(i.number)
            at = Place(cell=task.source if task else "")
            values = {"name": i.name, "units": Listed(units)}
            yield i, Finding("IND-021", at, task=i.number, field=i.name, values=values)
