"""Precision and recall of the target reader on the hand-labelled tasks.

    python -m bench.score_indicators [folder]

The folder holds truth.json and indicators_sample.json; by default
tests/data. A target counts as found when task, field, value (both ends of
a range) and unit of measure are exact and the passages overlap; an indicator over
the periods when its unit of measure, the year's value and every period's value are.
Rows that the labels call ambiguous count neither way.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from reconcile.core.plan import Indicator, Task
from reconcile.plan.indicators import Target, read_indicators, read_targets

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "data"

Label = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Counts of one comparison; ``wrong`` and ``missed`` describe each disagreement."""

    hits: int = 0
    basis_hits: int = 0
    basis_rows: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Found and labelled, of all found."""
        return self.hits / max(1, self.hits + len(self.wrong))

    @property
    def recall(self) -> float:
        """Found and labelled, of all labelled."""
        return self.hits / max(1, self.hits + len(self.missed))


def score(folder: Path = FOLDER) -> tuple[Score, Score]:
    """Return (score of single targets, score of indicators joined over the periods)."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    sample = json.loads((folder / "indicators_sample.json").read_text(encoding="utf-8"))
    targets, joined = Score(), Score()
    for row in truth["tasks"]:
        if row["number"] not in sample["tasks"]:
            continue
        mine = [r for r in sample["targets"] if r["number"] == row["number"]]
        for name, text in {"goal": row["goal"], **row["milestones"]}.items():
            labels = [r for r in mine if r["field"] == name]
            _compare_targets(targets, f"{row['number']} {name}", text, labels)
        task = Task(row["number"], (), row["goal"], row["milestones"], (), ())
        rows = [r for r in sample["joined"] if r["number"] == row["number"]]
        _compare_joined(joined, read_indicators(task, truth["periods"]), rows, truth["periods"])
    return targets, joined


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _compare_targets(result: Score, where: str, text: str, labels: Sequence[Label]) -> None:
    left = list(read_targets(text))
    for label in sorted(labels, key=lambda r: bool(r["ambiguous"])):
        found = next((t for t in left if _same(t, label, text)), None)
        if found:
            left.remove(found)
        if label["ambiguous"]:
            continue
        if found:
            result.hits += 1
        else:
            result.missed.append(f"{where} {label['text']}")
    result.wrong += [f"{where} {t.text}" for t in left]


def _same(target: Target, label: Label, text: str) -> bool:
    low = _number(label["value"])
    high = _number(label.get("value_max", label["value"]))
    exact = (target.amount.low, target.amount.high, target.measure) == (low, high, label["unit"])
    return exact and any(
        start < target.end and target.start < start + len(label["text"])
        for start in _places(label["text"], text)
    )


def _places(part: str, text: str) -> Iterator[int]:
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _compare_joined(
    result: Score, found: Sequence[Indicator], labels: Sequence[Label], periods: Sequence[str]
) -> None:
    left = list(found)
    for label in sorted(labels, key=lambda r: bool(r["ambiguous"])):
        wanted = (label["unit"], *(_number(label[c]) for c in ("annual", *periods)))
        match = next((i for i in left if _values(i, periods) == wanted), None)
        if match:
            left.remove(match)
        if label["ambiguous"]:
            continue
        if match is None:
            result.missed.append(f"{label['number']} {label['indicator']}")
            continue
        result.hits += 1
        if not label.get("basis_ambiguous"):
            result.basis_rows += 1
            result.basis_hits += match.basis == label["basis"]
    result.wrong += [f"{i.number} {i.name}" for i in left]


def _values(indicator: Indicator, periods: Sequence[str]) -> tuple[str | Decimal | None, ...]:
    amounts = (indicator.annual, *(indicator.targets.get(p) for p in periods))
    return (indicator.measure, *(a.low if a else None for a in amounts))


def main() -> None:
    """Print the scores and every disagreement."""
    targets, joined = score(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for title, result in (("targets", targets), ("joined over the periods", joined)):
        print(
            f"{title}: precision {result.precision:.1%}, recall {result.recall:.1%} "
            f"({result.hits} right, {len(result.wrong)} wrong, {len(result.missed)} missed)"
        )
        for kind, lines in (("wrong", result.wrong), ("missed", result.missed)):
            for line in lines:
                print(f"  {kind}: {line}")
    print(f"basis of joined rows: {joined.basis_hits} of {joined.basis_rows}")


if __name__ == "__main__":
    main()
