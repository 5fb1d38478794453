"""Merged -> JSON for programs. The shape is documented in docs/report.md and stays stable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from ..core.findings import _ENCODER, Finding
from ..core.form import Form
from ..core.i18n import tr
from ..core.points import Lag
from ..core.prefill import amount_value, shown_value
from ..core.result import Filed, Merged, Reached, Record, SetAside, Standing, UnitStatus, Verdict
from ..core.text import json_printable
from ..writers.marks import REPORT, mark_of
from .drafts import indicator_counts, light_counts, state_counts

VERSION = 1
_FLAT = json.JSONEncoder(ensure_ascii=False)  # several times as fast, for what has no parts
_FLAT_LINES = json.JSONEncoder(ensure_ascii=False, separators=(",\n   ", ": "))
_BETWEEN = "\n  },\n  {\n   "
_PARTED = frozenset((list, dict))


def report(merged: Merged, form: Form) -> dict[str, Any]:
    """Return the whole merge as plain lists and dictionaries, ready for JSON."""
    content = _content(merged, form)
    return {k: list(v) if isinstance(v, Iterator) else v for k, v in content.items()}


def report_texts(merged: Merged, form: Form) -> Iterator[str]:
    """Yield the JSON of :func:`report` piece by piece: it is never whole in memory."""
    begin = "{"
    for name, value in _content(merged, form).items():
        yield f'{begin}\n "{name}": '
        begin = ","
        if not isinstance(value, Iterator):
            yield _indented(value, 1)
            continue
        open_ = "[\n  {\n   "
        for lines in _lines(value):
            yield open_ + lines
            open_ = _BETWEEN
        yield "\n  }\n ]" if open_ == _BETWEEN else "[]"
    yield "\n}\n"


def _lines(values: Iterator[dict[str, object]]) -> Iterator[str]:
    """Yield the lines of a list as :func:`to_json` has them there, without their outer braces.

    Those in which nothing has parts are encoded together: a twentieth of a merge's time.
    """
    while batch := list(islice(values, 100)):
        if all(_PARTED.isdisjoint(map(type, one.values())) for one in batch):
            # A line break stands between two values only: in a text it is escaped.
            text = json_printable(_FLAT_LINES.encode(batch)[2:-2])
            yield text.replace("},\n   {", _BETWEEN)
        else:
            yield _BETWEEN.join(map(_line, batch))


def _line(one: dict[str, object]) -> str:
    return ",\n   ".join(f'"{key}": {_indented(part, 3)}' for key, part in one.items())


def _indented(value: object, depth: int) -> str:
    """JSON as :func:`to_json` has it so deep inside; line breaks in texts are no line breaks there."""
    if isinstance(value, (list, dict)):
        return json_printable(_ENCODER.encode(value)).replace("\n", "\n" + " " * depth)
    return json_printable(_FLAT.encode(value))


def _content(merged: Merged, form: Form) -> dict[str, Any]:
    """The parts of the report, the long lists one line at a time."""
    return {
        "version": VERSION,
        "output": mark_of(REPORT, merged.plan, merged.period),
        "plan": {
            "title": merged.plan.title,
            "document": merged.plan.document,
            "year": merged.plan.year,
        },
        "period": merged.caption,
        "as_of": merged.as_of.isoformat(),
        "balance": balance(merged),
        "counts": _counts(merged),
        "files": map(_file, merged.verdicts),
        "records": (_record(r, form) for r in merged.records),
        "set_aside": (_set_aside(s, form) for s in merged.set_aside),
        "findings": map(finding, merged.findings),
        "waived": map(finding, merged.waived),
        "units": map(status, merged.statuses),
        "tasks": map(_standing, merged.standings.values()),
        "indicators": (_reached(one, merged.caption) for one in merged.reached),
    }


def _counts(merged: Merged) -> dict[str, Any]:
    """Return the tasks by state and by light, and how the indicators stand, as 总览 and 通报 count them."""
    indicators = indicator_counts(merged)
    return {
        "tasks": len(merged.standings),
        "states": {tr(c.word): c.number for c in state_counts(merged)},
        "lights": {tr(c.word): c.number for c in light_counts(merged)},
        "indicators": {
            "reported": indicators.reported, "on_schedule": indicators.reached,
            "behind": indicators.behind, "without_target": indicators.without_target,
            "unjudged": indicators.unjudged,
        },
    }  # fmt: skip


def _file(v: Verdict) -> dict[str, Any]:
    return {
        "file": v.file, "sha256": v.sha256, "accepted": v.accepted, "unit": v.unit,
        "why": list(v.why), "message_id": v.message_id, "sender": v.sender,
        "suspected": list(v.suspected), **_filed("", v.filed),
    }  # fmt: skip


def _filed(which: str, filed: Filed | None) -> dict[str, Any]:
    """The day typed on a return, that of its mail, and whether the former can be true."""
    typed, mailed = (filed.typed, filed.mailed) if filed else (None, None)
    return {
        f"{which}filed": typed.isoformat() if typed else None,
        f"{which}mailed": mailed.isoformat() if mailed else None,
        f"{which}sound": filed.sound if filed else True,
    }


def balance(merged: Merged) -> dict[str, int]:
    """Return the balance; received is always the sum of the other three."""
    b = merged.balance
    return {
        "received": b.received, "accepted": b.accepted, "normalised": b.normalised,
        "set_aside": b.set_aside,
    }  # fmt: skip


def finding(f: Finding) -> dict[str, Any]:
    """Return one finding with its code, severity, place, subject, message and fix."""
    return {
        "code": f.code, "severity": f.severity.name.lower(), "file": f.place.file,
        "sheet": f.place.sheet, "cell": f.place.cell, "unit": f.unit, "task": f.task,
        "field": f.field, "message": f.message, "fix": f.fix,
    }  # fmt: skip


def status(s: UnitStatus) -> dict[str, Any]:
    """Return how one unit stands."""
    return {
        "unit": s.unit, "state": s.state, "asked": s.asked, "answered": s.answered,
        "set_aside": s.set_aside, "errors": s.errors, "warnings": s.warnings, "files": list(s.files),
        **_filed("first_", s.first), **_filed("last_", s.last),
    }  # fmt: skip


def _standing(s: Standing) -> dict[str, Any]:
    """How one task stands; its words, as in messages, are in the language of the plan."""
    state, light = tr(s.state), tr(s.light)
    return {"task": s.task, "state": state, "light": light, "reasons": list(s.reasons)}


def _reached(one: Reached, period: str) -> dict[str, Any]:
    """One indicator as measured; lags in percentage points, negative when behind, or null."""
    measured, target = one.measured, one.indicator.targets.get(period)
    return {
        "task": one.indicator.number, "indicator": one.indicator.name,
        "measure": one.indicator.measure, "basis": one.indicator.basis, "unit": one.unit,
        "target": amount_value(target) if target else None,
        "actual": float(one.value), "lag_plan": _points(measured.plan),
        "lag_calendar": _points(measured.calendar), "light": tr(measured.light),
    }  # fmt: skip


def _points(lag: Lag) -> float | None:
    return None if lag.points is None else float(lag.points)


def _record(r: Record, form: Form) -> dict[str, Any]:
    shown = shown_value(form.field(r.field), r.value)
    value = shown.isoformat() if isinstance(shown, date) else shown
    return {
        "unit": r.unit, "task": r.task, "field": form.caption(r.field),
        "field_id": r.field, "read": r.original, "accepted": value, "how": r.how,
        "file": r.place.file, "sheet": r.place.sheet, "cell": r.place.cell, "sha256": r.sha256,
    }  # fmt: skip


def _set_aside(s: SetAside, form: Form) -> dict[str, Any]:
    return {
        "unit": s.unit, "task": s.task, "field": form.caption(s.field),
        "field_id": s.field, "read": s.text, "code": s.code, "file": s.place.file,
        "sheet": s.place.sheet, "cell": s.place.cell,
    }  # fmt: skip
