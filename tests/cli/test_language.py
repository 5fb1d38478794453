"""The language of the terminal: what decides it, and that everything follows, click's own strings too."""

from __future__ import annotations

import ast
import functools
import gettext
import inspect
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.cli.terminal.language import terminal_language, terminal_speaking
from reconcile.core.i18n import holds_chinese
from reconcile.locale import FOLDER

CLICKS = Path(inspect.getfile(click)).parent
CATALOGUE = FOLDER / "zh" / "LC_MESSAGES" / "click.po"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ("status a b", {}, "zh"),
        ("status a b", {"LANG": "C.UTF-8"}, "zh"),
        ("status a b", {"LANG": "zh_CN.GBK"}, "zh"),
        ("status a b", {"LANG": "en_US.UTF-8"}, "en"),
        ("status a b", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("status a b", {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ("status a b", {"LC_MESSAGES": "en_GB", "LC_ALL": "zh_TW"}, "zh"),
        ("status a b", {"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
        ("status a b", {"RECONCILE_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ("status a b", {"RECONCILE_LANG": "English"}, "en"),
        ("--lang en status a b", {"RECONCILE_LANG": "zh"}, "en"),
        ("status a b --lang=zh", {"RECONCILE_LANG": "en"}, "zh"),
        ("--lang en status --lang 中文", {}, "zh"),
        ("status -- --lang en", {}, "zh"),
    ],
)  # fmt: skip
def test_what_decides(arguments: str, environment: Mapping[str, str], language: str) -> None:
    assert terminal_language(arguments.split(), environment) == language


# --- every help text and many mistakes, in both languages

WRONG: Sequence[Sequence[str]] = (
    (), ("--bad",), ("statsu",), ("--lang", "xx"), ("--lang",), ("status",), ("status", "none.xlsx", "x"),
    ("status", "folder", "folder"), ("status", "a.xlsx", "folder", "--as-of", "yesterday"),
    ("status", "a.xlsx", "folder", "--jobs", "0"), ("status", "a.xlsx", "folder", "--jobs", "many"),
    ("status", "a.xlsx", "folder"), ("status", "a.xlsx", "folder", "--json=1"), ("merge", "a.xlsx", "folder", "-o"),
    ("mail", "--plan", "a.xlsx"), ("mail", "-o", "x", "--plan", "a.xlsx"),
    ("mail", "folder", "--plan", "a.xlsx", "-o", "x", "--kind", "letter"),
    ("mail", "folder", "--plan", "a.xlsx", "-o", "x", "--remind", "folder", "--kind", "form"),
    ("mail", "folder", "--plan", "a.xlsx", "-o", "x", "--security", "tls"),
    ("fetch", "a.xlsx"), ("fetch", "folder", "--since", "1/2/2025"), ("fetch", "folder"),
    ("extract", "a.xlsx", "-o", "b.xlsx"), ("extract", "a.xlsx", "-o", "b.xlsx", "--amended"),
    ("extract", "a.xlsx", "-o", "b.xlsx", "--column", "x"), ("extract", "a.xlsx", "-o", "a.xlsx", "--force"),
    ("extract", "a.xlsx", "-o", "folder"), ("extract", "a.xlsx", "-o", "a.xlsx/b.xlsx"),
    ("generate", "a.xlsx", "-o", "forms"), ("generate", "a.xlsx", "extra", "-o", "forms"),
    ("export", "a.xlsx", "folder", "--to", "x.txt"), ("diff", "a.xlsx", "a.xlsx"), ("diff", "a.xlsx"),
    ("rotate-key", "a.xlsx", "-o", "a.xlsx"), ("rotate-key", "a.xlsx", "-o", "b.xlsx"),
    ("delegate", "a.xlsx", "-o", "b.xlsx"), ("windows", "a.xlsx"), ("demo", "-o", "a.xlsx"), ("demo", "--seed", "x"),
)  # fmt: skip


def pages() -> Iterator[Sequence[str]]:
    yield ("--help",)
    yield ("--version",)
    yield from ((name, "--help") for name in main.commands)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("language")
    (folder / "folder").mkdir()
    (folder / "a.xlsx").write_bytes(b"no workbook")
    return folder


def said(arguments: Sequence[str], place: Path, environment: Mapping[str, str | None]) -> Result:
    own = {"RECONCILE_LANG": None, "LC_ALL": None, "LC_MESSAGES": None, "LANG": None} | dict(
        environment
    )
    here = Path.cwd()
    os.chdir(place)
    try:
        result = CliRunner(env=own).invoke(main, list(arguments), prog_name="reconcile")
    finally:
        os.chdir(here)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("arguments", [*pages(), *WRONG], ids=" ".join)
def test_an_english_terminal_shows_no_chinese(arguments: Sequence[str], place: Path) -> None:
    result = said(arguments, place, {"LANG": "en_US.UTF-8"})
    assert (
        result.output and [line for line in result.output.splitlines() if holds_chinese(line)] == []
    )
    if arguments:  # nothing at all is help, or wrong usage, as click's version has it
        assert (result.exit_code == 0) == (arguments[-1] in ("--help", "--version"))


@functools.cache
def click_s_own() -> frozenset[str]:
    """Every string that click hands to gettext, and the words that it does not."""
    found = {"[OPTIONS]", "COMMAND [ARGS]", "TEXT", "PATH", "FILE", "INTEGER", "FLOAT", "RANGE"}
    for path in CLICKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                texts = node.args[: 1 if getattr(node.func, "id", "") == "_" else 2]
                found |= {str(t.value) for t in texts if isinstance(t, ast.Constant)}
    return frozenset(found)


@functools.cache
def pieces() -> frozenset[str]:
    """The same as click has them, without what it fills in: "Missing option", "does not exist."."""
    return frozenset(
        piece.strip(" '.,:()").removeprefix("%(prog)s")
        for text in click_s_own()
        for piece in text.replace("%(version)s", "{").replace("}", "{").split("{")[::2]
    )


@pytest.mark.parametrize("arguments", [*pages(), *WRONG], ids=" ".join)
def test_a_chinese_terminal_shows_none_of_click_s_english(
    arguments: Sequence[str], place: Path
) -> None:
    shown = said(arguments, place, {}).output
    assert holds_chinese(shown) or arguments == ("--version",)
    assert [p for p in pieces() if len(p) > 5 and p in shown] == []


def test_click_s_strings_are_all_in_the_catalogue() -> None:
    catalogue = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh")
    known = {m.id[0] if isinstance(m.id, tuple) else str(m.id) for m in catalogue}
    ours = click_s_own()
    assert {t for t in ours if t not in known and " " in t} <= {
        "[OPTIONS]", "COMMAND [ARGS]", "(Did you mean one of: {possibilities}?)", "(Possible options: {possibilities})",
    } | {t for t in ours if t.endswith(("{nargs} arguments.", "{choices}.", "({args})", "{formats}.", "{len_value} were given.", "{len} were given."))}  # fmt: skip
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert compiled.getvalue() == CATALOGUE.with_suffix(".mo").read_bytes(), (
        "pybabel compile -D click"
    )


def test_what_was_set_for_gettext_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    before = gettext.textdomain()
    with terminal_speaking("zh"):
        assert gettext.gettext("Missing command.") == "没有写命令。"
    assert (gettext.textdomain(), os.environ.get("LANGUAGE")) == (before, None)


@pytest.mark.parametrize("kind", ["发表", "form", "FORM"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_choice_is_taken_in_both_languages(kind: str, language: str, place: Path) -> None:
    arguments = (
        "mail",
        "folder",
        "--plan",
        "a.xlsx",
        "-o",
        "x",
        "--kind",
        kind,
        "--lang",
        language,
    )
    assert said(arguments, place, {}).exit_code == 1, "no usage error: the plan cannot be read"
