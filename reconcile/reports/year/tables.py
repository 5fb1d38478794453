"""History -> its tables, of which workbook, page and JSON are all drawn."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from ...core.i18n import joined, quantity, tr
from ...core.lights import Light
from ...core.plan import Amount
from ...core.result import UnitState
from ...merge.task_status import TURNS
from ...merge.year.history import (
    Account,
    History,
    Line,
    flags,
    light_totals,
    turn,
    unit_years,
)
from ..counts import light_name


def figures_text(account: Account, number: int) -> str:
    """Return what units gave for the indicators of a task, in words: 产业投资700亿元."""
    figures = []
    for indicator in account.indicators:
        if indicator.number == number:
            for _, value in account.figures(number, indicator.name):
                shown = quantity(str(Amount(value, value)), indicator.measure)
                figures.append(tr("{name}{told}", name=indicator.name, told=shown))
    return joined(figures, "；")


def period_frame(history: History) -> pd.DataFrame:
    """Return the periods as columns: tasks, how many of each light, what changed; as 总览 counts them."""
    columns: dict[str, dict[str, int]] = {}
    former = {now.caption: before for before, now in history.pairs}
    for account in history.accounts:
        lights = zip((Light.GREEN, Light.YELLOW, Light.RED, ""), light_totals(account), strict=True)
        column = {tr("任务"): len(account.standings)}
        column |= {tr(light_name(light)): count for light, count in lights}
        before = former.get(account.caption)
        turns = [turn(line, before, account) for line in history.lines] if before else []
        column |= {tr(words): turns.count(name) for name, words in TURNS.items() if before}
        column |= {
            tr("应报单位"): len(account.scores),
            tr("未报单位"): sum(s.state == UnitState.MISSING for s in account.scores.values()),
            tr("须改正"): sum(s.errors for s in account.scores.values()),
        }
        columns[account.caption] = column
    return pd.DataFrame(columns).reindex(_order(columns))


def _order(columns: dict[str, dict[str, int]]) -> list[str]:
    longest = max(columns.values(), key=len, default={})
    return list(longest)


def year_frame(history: History) -> pd.DataFrame:
    """Return one row a unit: rank, scores by period, the year's score, on-time record, rates."""
    rows = []
    for year in unit_years(history):
        rows.append(
            {
                "rank": year.rank, "unit": year.unit, "score": year.score if year.scores else None,
                **{a.caption: year.scores.get(a.caption) for a in history.accounts},
                "periods": year.periods, "returned": year.returned, "on_time": year.on_time, "late": year.late,
                "missing": year.missing, "asked": year.asked, "answered": year.answered,
                "rate": year.answered / year.asked if year.asked else None, "errors": year.errors,
                **{name: year.lights[light] for name, light in (("green", Light.GREEN), ("yellow", Light.YELLOW), ("red", Light.RED), ("none", ""))},
            }
        )  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def flag_lines(history: History) -> Iterator[tuple[Line, tuple[str, ...]]]:
    """Yield every task with its flags."""
    for line in history.lines:
        yield line, tuple(map(str, flags(history, line)))


def as_json(history: History) -> dict[str, object]:
    """Return the history as plain lists and dictionaries: periods, tasks, units."""
    tasks = [
        {
            "task": line.task.number, "goal": line.task.goal, "lead": list(line.task.lead),
            "present": line.present, "flags": list(flagged), "notes": [str(note) for note in line.notes],
            "periods": {
                account.caption: {
                    "number": task.number, "state": tr(account[task.number].state), "light": tr(account[task.number].light),
                    "percent": account.percent(task.number), "figures": figures_text(account, task.number),
                }
                for account in history.accounts
                if (task := line.tasks.get(account.caption))
            },
        }
        for line, flagged in flag_lines(history)
    ]  # fmt: skip
    counts = {
        str(caption): {str(k): int(v) for k, v in column.dropna().items()}
        for caption, column in period_frame(history).items()
    }
    units = [
        {str(k): float(v) if isinstance(v, Decimal) else v for k, v in row.items()}
        for row in year_frame(history).to_dict("records")
    ]
    return {"periods": counts, "tasks": tasks, "units": units}


def history_text(history: History) -> str:
    """Return the history as a few lines for the terminal: each period, and what is flagged."""
    lines = []
    for account in history.accounts:
        lights = zip((Light.GREEN, Light.YELLOW, Light.RED, ""), light_totals(account), strict=True)
        counted = joined(
            (tr("{word} {number}项", word=tr(light_name(x)), number=n) for x, n in lights), "，"
        )
        words = tr("{name}：{told}", name=account.caption, told=counted)
        lines.append(words)
    by_flag: dict[str, list[int]] = {}
    for line, flagged in flag_lines(history):
        for flag in flagged:
            by_flag.setdefault(flag, []).append(line.task.number)
    for flag, numbers in by_flag.items():
        shown = tr("第{numbers}项", numbers=joined(map(str, numbers[:20])))
        lines.append("  " + tr("{name}：{told}", name=flag, told=shown))
    return "\n".join(lines)
