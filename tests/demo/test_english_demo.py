"""The demo in English: an invented plan, every line and every file without a Chinese character."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.core.i18n import holds_chinese
from reconcile.demo.walk_through import ENGLISH
from reconcile.plan import read_plan

sys.path.append(str(Path(__file__).resolve().parents[2]))

from transcripts import transcript

from bench.english_sample import NOTE, PLAN

pytestmark = pytest.mark.slow
ENVIRONMENT = {"RECONCILE_LANG": None, "LC_ALL": None, "LC_MESSAGES": None, "LANG": "en_US.UTF-8"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("demo") / "a round"
    result = CliRunner(env=ENVIRONMENT).invoke(main, ["demo", "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return folder, result.output.splitlines()


def test_no_line_and_no_name_is_chinese(demo: tuple[Path, list[str]]) -> None:
    folder, lines = demo
    assert len(lines) > 15 and [line for line in lines if holds_chinese(line)] == []
    names = [path.name for path in folder.rglob("*")]
    assert len(names) > 50 and [name for name in names if holds_chinese(name)] == []
    assert sum("simulated" in line for line in lines) == 3


def test_the_readme_shows_what_is_printed(demo: tuple[Path, list[str]]) -> None:
    assert transcript("README.md") <= set(demo[1])


def test_the_summary_is_english_throughout(demo: tuple[Path, list[str]]) -> None:
    folder, _ = demo
    book = openpyxl.load_workbook(folder / "summary_Q2.xlsx")
    cells = (c for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
    assert [c for c in cells if isinstance(c, str) and c and holds_chinese(c)] == []


def test_every_task_is_read_as_it_was_printed(demo: tuple[Path, list[str]]) -> None:
    plan, _ = read_plan(demo[0] / "plan-as-extracted.xlsx")
    assert plan is not None and [p.caption for p in plan.periods] == ["Q1", "Q2", "Q3", "Q4"]
    read = [
        (
            t.goal,
            *(t.milestones[p.caption] for p in plan.periods),
            ", ".join(t.lead),
            ", ".join(t.support),
        )
        for t in plan.tasks
    ]
    assert read == [row for row in PLAN if not isinstance(row, str)]
    assert "Invented" in NOTE


def test_the_reviewed_sample_is_the_same_plan(demo: tuple[Path, list[str]]) -> None:
    plan, findings = read_plan(demo[0] / "plan.xlsx")
    extracted, _ = read_plan(demo[0] / "plan-as-extracted.xlsx")
    assert plan is not None and extracted is not None and findings == ()
    assert [(t.goal, t.lead) for t in plan.tasks] == [(t.goal, t.lead) for t in extracted.tasks]
    assert {i.basis for i in plan.indicators} == {"growth", "cumulative", "level"}, (
        "all kinds of numbers"
    )
    assert ENGLISH.county in {u.name for u in plan.units}


def test_the_commands_in_the_last_lines_work_as_they_stand(demo: tuple[Path, list[str]]) -> None:
    _, lines = demo
    commands = [shlex.split(line) for line in lines[-3:]]
    assert [c[:2] for c in commands] == [
        ["reconcile", verb] for verb in ("status", "merge", "mail")
    ]
    for command in commands:
        result = CliRunner(env=ENVIRONMENT).invoke(main, command[1:])
        assert result.exit_code in (0, 3), result.output
        assert [line for line in result.output.splitlines() if holds_chinese(line)] == []
        told = re.search(r"Findings: (\d+) errors?, (\d+) warnings?", result.output)
        assert told is None or sum(map(int, told.groups())) < 20, "no flood"
        dated = "Q2 ended long ago: taken as of 2025-07-05" in result.stderr
        assert dated or command[1] == "mail"
