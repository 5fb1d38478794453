"""The house: which module may import which, and who owns which third-party package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import reconcile
from reconcile import cli
from reconcile.findings import CATALOGUE

HOME = Path(reconcile.__file__).parent
CHECKOUT = Path(__file__).resolve().parents[1]

FILES = frozenset(
    [
        "grid",
        "inbox",
        "attachments",
        "apart",
        "notice",
        "proof",
        "plan",
        "indicator_sheet",
        "template",
        "markup",
        "cell_looks",
        "drawn",
        "looks",
        "validations",
        "paint",
        "painting",
        "prototype",
        "forms",
        "listing",
        "cells",
        "rowbook",
        "rowsheet",
        "rowwriter",
        "captions",
        "header_rows",
        "rows",
        "returned",
        "received",
        "answer_cells",
        "summary",
        "summary_table",
        "summary_lists",
        "summary_overview",
        "summary_units",
        "letter",
        "status",
        "feedback",
        "files",
        "edits",
        "marks",
        "outputs",
        "report",
        "export",
        "amendment",
        "mail",
        "mail_list",
        "mail_template",
        "journal",
        "sent_log",
        "credentials",
        "trusted_servers",
        "post_office",
        "mailbox",
    ]
)
JUDGEMENT = frozenset(
    [
        "units",
        "indicators",
        "rules",
        "rulings",
        "matching",
        "conflicts",
        "checks",
        "merge",
        "progress",
        "standing",
        "circular",
        "circular_words",
        "scores",
        "difference",
        "indicator_rows",
        "ledger",
        "owner",
        "taking",
        "delegation",
        "dispatch",
        "answer",
        "voices",
        "doubts",
        "versions",
    ]
)
WORDS = frozenset(
    [
        "model",
        "names",
        "return_model",
        "merged",
        "catalogue",
        "findings",
        "frozen",
        "patterns",
        "text",
        "reading",
        "figures",
        "dates",
        "points",
        "drafts",
        "identity",
        "keys",
        "fingerprints",
        "given",
        "layout",
        "periods",
        "english",
        "language",
        "style",
        "synonyms",
        "changes",
        "replies",
        "chain",
        "addresses",
        "posting",
        "shown",
        "stand_ins",
    ]
)
TOP = {"cli", "commands", "verbs", "demo", "clerks", "__main__", "__init__"}
OWNERS = {
    "click": {"cli", "commands"},
    "openpyxl": {"clerks"},
    "xlsxwriter": {
        "proof",
        "paint",
        "painting",
        "prototype",
        "forms",
        "listing",
        "rowbook",
        "rowsheet",
        "rowwriter",
        "summary",
        "summary_overview",
        "feedback",
        "answer_cells",
    },
    "python_calamine": {"grid"},
    "xlrd": {"grid"},
    "pypdfium2": {"notice"},
    "pdfplumber": {"proof", "notice"},
    "msoffcrypto": {"grid"},
    "docx": {"notice", "letter"},
    "pandas": {"export"},
    "keyring": {"credentials"},
}


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports, by their first name."""
    found = set()
    inside = path.parent != HOME
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            if inside and node.level == 1:
                continue
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {name.split(".")[0] for name in names if name}
    return found


def third_party(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
    return found - set(sys.stdlib_module_names)


MODULES = {
    path: path.relative_to(HOME).parts[0].removesuffix(".py") for path in sorted(HOME.rglob("*.py"))
    if path.relative_to(HOME).parts[0] not in ("templates", "samples")
}  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_left_and_right_never_import_each_other(path: Path) -> None:
    name = MODULES[path]
    used = imports(path)
    assert name in FILES | JUDGEMENT | WORDS | TOP, "a new module must be given its place"
    if name in FILES:
        assert not used & (JUDGEMENT | TOP)
    elif name in JUDGEMENT:
        assert not used & (FILES | TOP)
    elif name in WORDS:
        assert not used & (FILES | JUDGEMENT | TOP)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_each_third_party_package_has_its_owners(path: Path) -> None:
    for package in third_party(path) - {"reconcile"}:
        assert MODULES[path] in OWNERS.get(package, set()), f"{package} is not for {MODULES[path]}"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from reconcile.cli import main;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0;"
        "heavy = {'openpyxl', 'numpy', 'pandas', 'xlsxwriter', 'pdfplumber', 'python_calamine'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("verb", ["merge", "status", "generate"])
def test_a_round_loads_nothing_that_only_other_verbs_need(
    sample_plan_path: Path, tmp_path: Path, verb: str
) -> None:
    """Each library costs as much as a hundred returns: what reads templates, plans and mails is ours."""
    script = (
        "import sys; from click.testing import CliRunner; from reconcile.cli import main;"
        "run = CliRunner().invoke(main, sys.argv[1:]); assert run.exit_code in (0, 3), run.output;"
        "heavy = {'openpyxl', 'numpy', 'pandas', 'PIL', 'lxml', 'pdfplumber', 'pypdfium2', 'docx',"
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
def test_every_verb_has_help_and_stands_in_the_readme(name: str) -> None:
    command = cli.main.commands[name]
    assert command.help and "例：" in command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts} has no help"
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert f"reconcile {name}" in readme


def test_every_finding_code_is_named_by_a_test() -> None:
    named = set()
    for path in Path(__file__).parent.glob("*.py"):
        named |= set(re.findall(r"\b[A-Z]{3,4}-\d{3}\b", path.read_text(encoding="utf-8")))
    assert sorted(set(CATALOGUE) - named) == []


def test_every_finding_code_is_used() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in MODULES if path.name != "catalogue.py"
    )
    assert [code for code in CATALOGUE if code not in source] == []


def test_no_code_stands_twice_in_the_catalogue() -> None:
    source = (HOME / "catalogue.py").read_text(encoding="utf-8")
    codes = re.findall(r'^    "([A-Z]+-\d{3})":', source, re.MULTILINE)
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_finding_says_what_is_wrong_and_how_to_mend_it(code: str) -> None:
    entry = CATALOGUE[code]
    assert entry.message and entry.fix
    assert not entry.message.endswith("。"), "the full stop is added where it is printed"
