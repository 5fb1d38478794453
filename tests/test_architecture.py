"""The house: which package may import which, and who owns which third-party library."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sources import nodes

import reconcile

HOME = Path(reconcile.__file__).parent

# From the top down. A package imports from the rows below its own, never from its own row or above.
LAYERS = (
    {"cli", "library"},
    {"demo"},
    {"api"},
    {"mail"},
    {"reports", "delegate"},
    {"extract", "plan", "forms", "intake", "archive"},
    {"readers", "merge", "writers"},
    {"core"},
    {"locale"},
)
# Judgement touches no file, no network and no terminal.
PURE = {"core", "merge", "locale"}
IMPURE = {"zipfile", "smtplib", "imaplib", "socket", "subprocess", "tempfile"}
# What is judged and read means the same in every language: it is told in phrases, and put into words at the edge.
WORDLESS = (
    "merge", "core", "intake", "readers", "archive", "plan.reader", "plan.sheet_rows", "plan.diff",
    "plan.indicators",
)  # fmt: skip
# What says something in the language that happens to be spoken, by its name in core.i18n.
AMBIENT = {"tr", "spoken", "speaking", "joined", "day_text", "sheet_name", "quantity"}
SHORTHANDS = {"message", "fix", "fix_unit"}
"""What a finding says in that language."""
MAY_SPEAK = {
    "core.i18n": "defines them",
    "core.findings": "message and fix of a finding are shorthands for who shows it in the language being spoken",
}
# Who may import which library: a package, or a module of it.
OWNERS = {
    "click": {"cli"},
    "defusedxml": {"forms"},
    "openpyxl": {"demo", "forms"},
    "xlsxwriter": {"writers", "forms", "plan", "reports", "delegate.xlsx_patch"},
    "python_calamine": {"readers.calamine_process"},
    "xlrd": {"readers.xls"},
    "msoffcrypto": {"readers"},
    "olefile": {"readers", "intake.outlook"},
    "pypdfium2": {"extract.pdf"},
    "pdfplumber": {"extract.pdf.second_reader", "reports.pdf_proof"},
    "docx": {"extract", "reports.circular_docx"},
    "pandas": {"reports.exports", "reports.year", "library"},
    "keyring": {"mail.servers"},
}


def dotted(path: Path) -> str:
    """Return a module's name below ``reconcile``, e.g. "core.text"."""
    parts = path.relative_to(HOME).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    dotted(path): path
    for path in sorted(HOME.rglob("*.py"))
    if path.relative_to(HOME).parts[0] not in ("templates", "samples")
}


def imported(name: str) -> Iterator[tuple[str, ...]]:
    """Yield what a module imports, inside functions too: (".", "core", "text") for ours, ("click",) for others'."""
    path = MODULES[name]
    inside = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield tuple((node.module or "").split("."))
        elif isinstance(node, ast.ImportFrom):
            home = inside[: len(inside) - node.level + 1]
            for alias in node.names:
                yield (".", *home, *(node.module.split(".") if node.module else [alias.name]))


def row(package: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if package in layer)


def test_every_package_has_its_row() -> None:
    packages = {name.split(".")[0] for name in MODULES} - {"", "__main__"}
    assert packages == set().union(*LAYERS)


@pytest.mark.parametrize("name", [n for n in MODULES if n not in ("", "__main__")])
def test_imports_go_downward_only(name: str) -> None:
    package = name.split(".")[0]
    for target in imported(name):
        if (
            target[0] == "."
            and target[1] != package
            and target[1] in {n.split(".")[0] for n in MODULES}
        ):
            assert row(target[1]) > row(package), f"{name} imports {'.'.join(target[1:])}"
        elif target[0] == "." and package in PURE:
            assert target[1] in PURE | {"__version__"}, f"{name} imports {'.'.join(target[1:])}"


@pytest.mark.parametrize("name", [n for n in MODULES if n.split(".")[0] in PURE])
def test_judgement_touches_no_file(name: str) -> None:
    assert not IMPURE & {target[0] for target in imported(name)}


@pytest.mark.parametrize("name", MODULES)
def test_each_library_has_its_owner(name: str) -> None:
    for target in imported(name):
        library = target[0]
        if library in (".", "reconcile", "__future__") or library in sys.stdlib_module_names:
            continue
        owners = OWNERS.get(library, set())
        assert any(f"{name}.".startswith(f"{owner}.") for owner in owners), f"{name}: {library}"


@pytest.mark.parametrize("package", sorted(set().union(*LAYERS)))
def test_a_package_can_be_taken_in_at_a_glance(package: str) -> None:
    for folder in {path.parent for name, path in MODULES.items() if name.split(".")[0] == package}:
        files = [p.name for p in folder.glob("*.py") if p.name != "__init__.py"]
        # One file a command there: as many as there are commands, and what they share.
        most = 24 if package in ("cli", "api") else 15
        assert len(files) <= most, f"{folder.name}: {files}"


def named(path: Path) -> Iterator[str]:
    """Yield the names that a module takes from core.i18n, under whatever name it calls them."""
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] == "i18n":
            yield from (alias.name for alias in node.names)
        elif (isinstance(node, ast.ImportFrom) and any(a.name == "i18n" for a in node.names)) or (
            isinstance(node, ast.Import) and any("i18n" in a.name for a in node.names)
        ):
            yield "*"


@pytest.mark.parametrize(
    "name", [n for n in MODULES if f"{n}.".startswith(tuple(f"{w}." for w in WORDLESS))]
)
def test_judgement_speaks_no_language(name: str) -> None:
    path = MODULES[name]
    ambient = set(named(path)) & (AMBIENT | {"*"})
    ambient |= {n.attr for n in nodes(path) if isinstance(n, ast.Attribute)} & SHORTHANDS
    if name in MAY_SPEAK:
        assert ambient or name == "core.i18n", f"{name} needs no exception any more"
    else:
        assert not ambient, f"{name}: {sorted(ambient)}"
