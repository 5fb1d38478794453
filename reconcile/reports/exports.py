"""Records -> a tidy table for pandas, a database or a BI tool."""

from __future__ import annotations

import contextlib
import csv
import re
import sqlite3
from datetime import date
from pathlib import Path

import pandas as pd

from ..core.form import Form
from ..core.prefill import shown_value
from ..core.result import Merged
from ..core.text import OPENERS, printable
from ..writers.atomic import write_beside, write_file

KINDS = (".csv", ".parquet", ".sqlite")
# Whoever opens the file chooses what parts its cells, and then one may begin in the middle of
# a text: after a usual separator, and what may stand before a formula's sign; or after any
# other sign that is no letter, unless what follows is but a number (同比 -5%).
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
    """Say whether a file is a table that :func:`export` wrote, of whatever kind."""
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


def table(merged: Merged, form: Form) -> pd.DataFrame:
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
            "sheet": r.place.sheet,
            "cell": r.place.cell,
            "sha256": r.sha256,
        }
        for r in merged.records
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.astype({"task": "Int64", "number": "float64"})


def export(merged: Merged, form: Form, out: Path) -> None:
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
