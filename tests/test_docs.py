"""The pages of docs/ that are made from the program, and those that name its parts."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT))

from bench import reference  # noqa: E402


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
