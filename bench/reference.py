"""What is made from other files: pages of docs/, compiled findings, and the forms of the templates.

``python -m bench.reference`` writes them; tests hold that they are what it would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import click

from reconcile.cli import main
from reconcile.cli.terminal.language import terminal_speaking
from reconcile.core.findings import catalogue
from reconcile.core.i18n import EN, ZH
from reconcile.forms.shipped_forms import KEPT, kept_text
from reconcile.locale import COMPILED, written_findings

_ROOT = Path(__file__).resolve().parents[1]
DOCS = _ROOT / "docs"
TEMPLATES = [_ROOT / "templates" / name for name in ("form.xlsx", "form-en.xlsx")]
_FAMILIES = {
    "FILE": "the file as such",
    "FORM": "the form as a whole: whose it is, for which period",
    "HEAD": "the head of a form: who filled it in, when",
    "ROW": "rows: which task each is about",
    "CELL": "cells: one answer against its rule",
    "TASK": "tasks: answers against each other, the plan and the last period",
    "IND": "indicators: numbers against their targets",
    "UNIT": "units, names and contacts",
    "PLAN": "the plan: as published, and the plan workbook",
    "ARCH": "closed periods",
    "HIST": "closed periods side by side",
    "MAIL": "mail, out and in",
    "LETT": "letters about what is red",
}
_SEVERITY = {"错误": "error: set aside", "提醒": "warning: merged and marked", "说明": "note"}


def pages() -> Mapping[str, str]:
    """Return the pages by their file names."""
    return {"findings.md": findings_page(), "cli.md": cli_page(EN), "cli.zh.md": cli_page(ZH)}


def findings_page() -> str:
    """Return the page of all findings, by family, in both languages."""
    return "\n".join(_findings())


def _findings() -> Iterator[str]:
    yield "# Findings\n"
    yield "<!-- Made by python -m bench.reference; do not edit. -->\n"
    yield "Codes never change their meaning. `{words}` are filled in with what was found. The words stand in"
    yield "`reconcile/locale/findings.toml`.\n"
    written = catalogue(written_findings())
    for family, codes in groupby(written, lambda code: code.split("-")[0]):
        yield f"## {family}: {_FAMILIES.get(family, '')}\n".replace(": \n", "\n")
        for code in codes:
            entry = written[code]
            yield f"### {code}\n\n*{_SEVERITY[entry.severity.value]}*\n"
            yield f"- {_plain(entry.message['en'])}. **{_plain(entry.fix['en'])}.**"
            yield f"- {_plain(entry.message['zh'])}。**{_plain(entry.fix['zh'])}。**"
            if entry.fix_unit != entry.fix:
                yield f"- The unit is told: **{_plain(entry.fix_unit['en'])}.**"
                yield f"- 给单位的：**{_plain(entry.fix_unit['zh'])}。**"
            yield ""


def compiled() -> Mapping[Path, str]:
    """Return what the program reads in place of what people write, by its path."""
    entries = (
        f"{json.dumps(code)}: {json.dumps(entry, ensure_ascii=False)}"
        for code, entry in written_findings().items()
    )
    findings = "{\n" + ",\n".join(entries) + "\n}\n"  # a line each: two branches may add one
    package = _ROOT / "reconcile"
    return {package / "locale" / COMPILED: findings, package / "forms" / KEPT: kept_text(TEMPLATES)}


def _plain(text: str) -> str:
    """A text of the catalogue as Markdown shows it."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace("\n", " ")


def cli_page(language: str) -> str:
    """Return the page of all commands in one language, as ``--help`` shows them."""
    with terminal_speaking(language):
        return "\n".join(_commands({EN: "Commands", ZH: "命令"}[language]))


def _commands(heading: str) -> Iterator[str]:
    yield f"# {heading}\n"
    yield "<!-- Made by python -m bench.reference; do not edit. -->\n"
    for name, command in [("", main), *main.commands.items()]:
        title = f"reconcile {name}".strip()
        context = click.Context(command, info_name=title, terminal_width=90, max_content_width=90)
        yield f"## {title}\n\n```\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    made = {DOCS / name: text for name, text in pages().items()}
    for path, text in (made | compiled()).items():
        path.write_text(text, encoding="utf-8")
        print(path)
