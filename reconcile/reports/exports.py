"""Records -> a tidy table for pandas, a database or a BI tool."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from ..core.findings import _ENCODER, as_fields
from ..core.form import Form
from ..core.i18n import tr
from ..core.lights import Lag
from ..core.prefill import amount_value
from ..core.result import (
    Filed,
    MergeResult,
    Reached,
    Record,
    SetAside,
    Standing,
    UnitStatus,
    Verdict,
)
from ..core.text import OPENERS, json_printable, printable
from ..writers.atomic import write_beside, write_file
from ..writers.marks import REPORT, mark_of
from .counts import indicator_counts, light_counts, shown_value, state_counts

KINDS = (".csv", ".parquet", ".sqlite")
# Whoever opens the file chooses what parts its cells, and then one may begin in the middle of
# a text: after a usual separator, and what may stand before a formula's first character; or after any
# other character that is no letter, unless what follows is but a number (同比 -5%).
_NUMBER = r"[+＋－-]?\d[\d.,]*[%％]?(?![-+*/^&=<>(!:|'\"\d.%％])"
_BEGINS = re.compile(
    rf"""((?:^|[;,|\t\n])[\s"'“”?]*+)([{OPENERS}])|(?<![\w{OPENERS}])(?!{_NUMBER})([{OPENERS}])(?=\S)"""
)


_COLUMNS = (
    "period", "unit", "task", "role", "field", "value", "number", "day", "original", "how", "file",
    "sheet", "cell", "sha256",
)  # fmt: skip
_FOOTER = 1 << 16


def is_table(path: Path) -> bool:
    """Return whether a file is a table that :func:`export` wrote, of whatever kind."""
    content = path.read_bytes()
    if content.startswith(b"SQLite format 3"):
        return _kept_in(path) == [("records", name) for name in _COLUMNS]
    if content.startswith(b"PAR1"):  # its columns are named at its end
        return all(name.encode() in content[-_FOOTER:] for name in _COLUMNS)
    head = content.partition(b"\n")[0].decode("utf-8-sig", "replace").strip()
    return head.replace('"', "") == ",".join(_COLUMNS)


def _kept_in(path: Path) -> list[tuple[str, str]]:
    """The tables of a database with their columns; none where it cannot be read."""
    asked = "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute(asked).fetchall()
        except sqlite3.DatabaseError:
            return []


def table(merged: MergeResult, form: Form) -> pd.DataFrame:
    """Return one row per accepted value.

    Columns: period, unit, task (Int64, missing for head cells), role, field,
    value (text), number (float: a percent as a fraction), day (text, ISO), original,
    how, file, sheet, cell, sha256.
    """
    roles = {(a.unit, a.task.number): a.role for a in merged.assignments}
    rows = [
        {
            "period": merged.caption,
            "unit": r.unit,
            "task": r.task,
            "role": roles.get((r.unit, r.task), "") if r.task is not None else "",
            "field": form.caption(r.field),
            "value": shown_value(form.field(r.field), r.value)
            if isinstance(r.value, str)
            else None,
            "number": r.value if isinstance(r.value, float) else None,
            "day": r.value.isoformat() if isinstance(r.value, date) else None,
            "original": r.original,
            "how": r.how,
            "file": r.place.file,
            "sheet": str(r.place.sheet),
            "cell": r.place.cell,
            "sha256": r.sha256,
        }
        for r in merged.records
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.astype({"task": "Int64", "number": "float64"})


def export(merged: MergeResult, form: Form, out: Path) -> None:
    """Write the table to ``out``; its ending (.csv, .parquet, .sqlite) decides the format.

    In a CSV file every cell is quoted, and what a spreadsheet might run as a formula,
    whatever it takes for a separator, gets an apostrophe in front. ImportError when .parquet is asked for without pyarrow.
    """
    frame = table(merged, form)
    if out.suffix == ".csv":
        texts = frame.select_dtypes(exclude="number").columns
        safe = frame.copy()
        safe[list(texts)] = safe[list(texts)].map(inert)
        content = safe.to_csv(index=False, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        # The mark in front makes Excel read the file as UTF-8.
        write_file(out, content.encode("utf-8-sig"))
    elif out.suffix == ".parquet":
        write_beside(out, lambda path: frame.to_parquet(path, index=False))
    else:
        write_beside(out, lambda path: _to_sqlite(frame, path))


def inert(value: object) -> object:
    """Return a value as a CSV file may hold it; what may be taken for a formula gets an apostrophe."""
    if not isinstance(value, str):
        return value
    return _BEGINS.sub(_defused, printable(value, breaks=True))


def _defused(found: re.Match[str]) -> str:
    return f"{found[1] or ''}'{found[2] or found[3]}"


def _to_sqlite(frame: pd.DataFrame, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        frame.to_sql("records", connection, index=False)
        connection.commit()


VERSION = 1


_FLAT = json.JSONEncoder(ensure_ascii=False)  # several times as fast, for what has no parts


_FLAT_LINES = json.JSONEncoder(ensure_ascii=False, separators=(",\n   ", ": "))


_BETWEEN = "\n  },\n  {\n   "


_PARTED = frozenset((list, dict))


def report(merged: MergeResult, form: Form) -> dict[str, Any]:
    """Return the whole merge as plain lists and dictionaries, ready for JSON."""
    content = _content(merged, form)
    return {k: list(v) if isinstance(v, Iterator) else v for k, v in content.items()}


def report_texts(merged: MergeResult, form: Form) -> Iterator[str]:
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
        if all(_PARTED.isdisjoint(map(type, row.values())) for row in batch):
            # A line break stands between two values only: in a text it is escaped.
            text = json_printable(_FLAT_LINES.encode(batch)[2:-2])
            yield text.replace("},\n   {", _BETWEEN)
        else:
            yield _BETWEEN.join(map(_line, batch))


def _line(row: dict[str, object]) -> str:
    return ",\n   ".join(f'"{key}": {_indented(part, 3)}' for key, part in row.items())


def _indented(value: object, depth: int) -> str:
    """JSON as :func:`to_json` has it so deep inside; line breaks in texts are no line breaks there."""
    if isinstance(value, (list, dict)):
        return json_printable(_ENCODER.encode(value)).replace("\n", "\n" + " " * depth)
    return json_printable(_FLAT.encode(value))


def _content(merged: MergeResult, form: Form) -> dict[str, Any]:
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
        "findings": map(as_fields, merged.findings),
        "waived": map(as_fields, merged.waived),
        "units": map(status, merged.statuses),
        "tasks": map(_standing, merged.standings.values()),
        "indicators": (_reached(reached, merged.caption) for reached in merged.reached),
    }


def _counts(merged: MergeResult) -> dict[str, Any]:
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


def balance(merged: MergeResult) -> dict[str, int]:
    """Return the balance; received is always the sum of the other three."""
    b = merged.balance
    return {
        "received": b.received, "accepted": b.accepted, "normalised": b.normalised,
        "set_aside": b.set_aside,
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
    return {
        "task": s.task,
        "state": state,
        "light": light,
        "reasons": [str(reason) for reason in s.reasons],
    }


def _reached(reached: Reached, period: str) -> dict[str, Any]:
    """One indicator as measured; lags in percentage points, negative when behind, or null."""
    measured, target = reached.measured, reached.indicator.targets.get(period)
    return {
        "task": reached.indicator.number, "indicator": reached.indicator.name,
        "measure": reached.indicator.measure, "basis": reached.indicator.basis,
        "unit": str(reached.units),
        "target": amount_value(target) if target else None,
        "actual": float(reached.value), "lag_plan": _points(measured.plan),
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
        "file": r.place.file, "sheet": str(r.place.sheet), "cell": r.place.cell, "sha256": r.sha256,
    }  # fmt: skip


def _set_aside(s: SetAside, form: Form) -> dict[str, Any]:
    return {
        "unit": s.unit, "task": s.task, "field": form.caption(s.field),
        "field_id": s.field, "read": s.text, "code": s.code, "file": s.place.file,
        "sheet": s.place.sheet, "cell": s.place.cell,
    }  # fmt: skip
