"""The pages of docs/ that are made from the program, and those that name its parts."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from pathlib import Path

import openpyxl
import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT))

from bench import reference  # noqa: E402
from reconcile.forms.shipped_forms import read_form, shipped_form  # noqa: E402
from reconcile.forms.template import read_template  # noqa: E402


@pytest.mark.parametrize("name", reference.pages())
def test_a_made_page_is_what_the_program_says(name: str) -> None:
    assert (CHECKOUT / "docs" / name).read_text(encoding="utf-8") == reference.pages()[name]


@pytest.mark.parametrize(
    "page",
    ["docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md", "SECURITY.md", "README.md"],
)
def test_a_page_names_only_files_that_are_there(page: str) -> None:
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:reconcile|tests|docs|bench|templates|samples)/[\w./-]+)`", text)
    if page == "docs/glossary.md":  # in a table, below the package
        cells = re.findall(
            r"`((?:core|plan|forms|intake|merge|reports|extract|delegate)/[\w./]*)`", text
        )
        named += [f"reconcile/{name}" for name in cells]
        assert len(named) > 30
    missing = [name for name in named if not (CHECKOUT / name).exists()]
    assert missing == []


@pytest.mark.parametrize("path", reference.TEMPLATES, ids=lambda path: path.name)
def test_the_forms_kept_are_those_of_the_templates(path: Path) -> None:
    template, findings = read_template(path)
    assert template is not None
    assert not findings
    assert shipped_form(path) == template.form


def test_a_template_that_was_changed_is_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(reference.TEMPLATES[0])
    book.save(tmp_path / "form.xlsx")
    assert shipped_form(tmp_path / "form.xlsx") is None
    assert read_form(tmp_path / "form.xlsx") == read_form(reference.TEMPLATES[0])


@pytest.mark.parametrize("path", reference.compiled(), ids=lambda path: path.name)
def test_what_is_compiled_says_what_people_wrote(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == reference.compiled()[path]


@pytest.mark.parametrize(
    "path", sorted((CHECKOUT / "reconcile").rglob("*.py")), ids=lambda p: p.stem
)
def test_what_a_module_names_is_there(path: Path) -> None:
    """Files and dotted names of ours in docstrings and messages: modules move, words stay behind."""
    text = path.read_text("utf-8")
    there = {p.name for p in CHECKOUT.rglob("*.py") if "build" not in p.parts}
    assert set(re.findall(r"\b[a-z]\w*\.py\b", text)) <= there
    for name in re.findall(r":(?:mod|func|class|data|meth):`~?(reconcile\.[\w.]+)`", text):
        package, _, last = name.rpartition(".")
        try:
            found = importlib.import_module(package)
        except ModuleNotFoundError:
            found = getattr(
                importlib.import_module(package.rpartition(".")[0]), package.rpartition(".")[2]
            )
        assert hasattr(found, last) or importlib.util.find_spec(name), name
