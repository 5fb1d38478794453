"""What commands load, what they say of themselves, and the catalogue of findings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import reconcile
from reconcile import cli
from reconcile.core.findings import CATALOGUE

HOME = Path(reconcile.__file__).parent
CHECKOUT = Path(__file__).resolve().parents[1]


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from reconcile.cli import main;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0;"
        "heavy = {'openpyxl', 'numpy', 'pandas', 'xlsxwriter', 'pdfplumber', 'python_calamine'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["merge", "status", "generate"])
def test_a_round_loads_nothing_that_only_other_verbs_need(
    sample_plan_path: Path, tmp_path: Path, verb: str
) -> None:
    """Each library costs as much as a hundred returns. openpyxl, which reads the template, brings three."""
    script = (
        "import sys; from click.testing import CliRunner; from reconcile.cli import main;"
        "run = CliRunner().invoke(main, sys.argv[1:]); assert run.exit_code in (0, 3), run.output;"
        "heavy = {'pandas', 'pdfplumber', 'pypdfium2', 'docx', 'olefile',"
        " 'xlrd', 'python_calamine', 'email', 'urllib.request', 'asyncio', 'logging'};"
        "heavy |= {'xlsxwriter'} if sys.argv[1] == 'status' else set();"
        "print(sorted(heavy & set(sys.modules)))"
    )
    plan = str(sample_plan_path)
    inbox, out = tmp_path / "收回", tmp_path / "汇总.xlsx"
    inbox.mkdir()
    arguments = [verb, plan, "--period", "第二季度"] + {
        "merge": [str(inbox), "-o", str(out)],
        "status": [str(inbox)],
        "generate": ["-o", str(tmp_path / "发出"), "--unit", "市住建局"],
    }[verb]
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("name", list(cli.main.commands))
def test_every_verb_has_help_and_stands_in_both_readmes(name: str) -> None:
    command = cli.main.commands[name]
    assert command.help and "例：" in command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts} has no help"
    for readme in ("README.md", "README.zh.md"):
        assert f"reconcile {name}" in (CHECKOUT / readme).read_text(encoding="utf-8")


def test_every_finding_code_is_named_by_a_test() -> None:
    named = set()
    for path in Path(__file__).parent.rglob("*.py"):
        named |= set(re.findall(r"\b[A-Z]{3,4}-\d{3}\b", path.read_text(encoding="utf-8")))
    assert sorted(set(CATALOGUE) - named) == []


def test_every_finding_code_is_used() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in HOME.rglob("*.py")
        if path.parent.name not in ("locale", "templates", "samples")
    )
    assert [code for code in CATALOGUE if code not in source] == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_finding_says_what_is_wrong_and_how_to_mend_it(code: str) -> None:
    entry = CATALOGUE[code]
    for texts in (entry.message, entry.fix, entry.fix_unit):
        assert set(texts) == {"zh", "en"} and all(texts.values())
        assert not texts["zh"].endswith("。"), "the full stop is added where it is printed"
