"""The pages of docs/ that are made from the program, and those that name its parts."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from pathlib import Path

import click
import openpyxl
import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.append(str(CHECKOUT))

from bench import reference  # noqa: E402
from reconcile.cli import main  # noqa: E402
from reconcile.core.findings import CATALOGUE  # noqa: E402
from reconcile.core.i18n import EN, holds_chinese, speaking, tr  # noqa: E402
from reconcile.core.settings import NOTES  # noqa: E402
from reconcile.forms.shipped_forms import read_form, shipped_form  # noqa: E402
from reconcile.forms.template import read_template  # noqa: E402
from reconcile.plan.sheets import CAPTIONS, DECISIONS, GUIDE  # noqa: E402

PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")])
THERE = {path.name for path in CHECKOUT.rglob("*.py") if "build" not in path.parts}
TWINS = [page for page in PAGES if page.name.endswith(".zh.md")]


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
    assert set(re.findall(r"\b[a-z]\w*\.py\b", text)) <= THERE
    for name in re.findall(r":(?:mod|func|class|data|meth):`~?(reconcile\.[\w.]+)`", text):
        package, _, last = name.rpartition(".")
        try:
            found = importlib.import_module(package)
        except ModuleNotFoundError:
            found = getattr(
                importlib.import_module(package.rpartition(".")[0]), package.rpartition(".")[2]
            )
        assert hasattr(found, last) or importlib.util.find_spec(name), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_each_page_for_people_has_a_twin_and_both_name_each_other() -> None:
    guides = {
        "clerk",
        "coordinator",
        "leader",
        "developer",
        "formats",
        "faq",
        "windows",
        "terminal",
    }
    assert {page.name.removesuffix(".zh.md") for page in TWINS} == {"README", "api", "cli", *guides}
    for page in TWINS:
        twin = page.with_name(page.name.replace(".zh.md", ".md"))
        if twin.name != "cli.md":  # made by the program
            assert f"({page.name})" in twin.read_text(encoding="utf-8")
            assert f"({twin.name})" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", TWINS, ids=lambda page: page.name)
def test_twins_have_the_same_parts_and_tell_of_the_same_findings(page: Path) -> None:
    """A page that grows in one language only would differ in one of these."""
    texts = [
        page.with_name(name).read_text(encoding="utf-8")
        for name in (page.name, page.name.replace(".zh.md", ".md"))
    ]
    chinese, english = ([len(h) for h in re.findall(r"^(#+) ", text, re.M)] for text in texts)
    assert chinese == english
    chinese_codes, english_codes = (
        set(re.findall(r"\b[A-Z]{3,4}-\d{3}\b", t.replace("SHA-256", ""))) for t in texts
    )
    assert chinese_codes == english_codes
    assert chinese_codes <= set(CATALOGUE)


@pytest.mark.parametrize("name", list(main.commands))
def test_every_command_and_option_is_documented_in_both_languages(name: str) -> None:
    options = [
        spelling
        for parameter in main.commands[name].params
        if isinstance(parameter, click.Option)
        for spelling in parameter.opts
    ]
    for page in ("cli.md", "cli.zh.md"):
        text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
        section = text.split(f"## reconcile {name}\n")[1].split("\n## ")[0]
        assert [o for o in options if not re.search(rf"(?<![\w-]){o}\b", section)] == []
        assert holds_chinese(section) == (page == "cli.zh.md")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_is_documented_in_both_languages(code: str) -> None:
    text = (CHECKOUT / "docs" / "findings.md").read_text(encoding="utf-8")
    lines = text.split(f"### {code}\n")[1].split("\n#")[0].splitlines()
    english, chinese = [line for line in lines if line.startswith("- ")][:2]
    assert holds_chinese(chinese)
    assert english != chinese


def test_every_setting_sheet_and_ruling_is_in_both_guides_for_the_coordinator() -> None:
    english = (CHECKOUT / "docs" / "coordinator.md").read_text(encoding="utf-8")
    chinese = (CHECKOUT / "docs" / "coordinator.zh.md").read_text(encoding="utf-8")
    words = [*NOTES, *DECISIONS]
    assert [word for word in words if word not in chinese] == []
    with speaking(EN):
        assert [tr(word) for word in words if tr(word) not in english] == []
        sheets = [GUIDE, *CAPTIONS]
        assert [s for s in sheets if f"| {s} |" not in chinese] == []
        assert [s for s in sheets if f"({s})" not in english] == []


def commands(page: str) -> list[str]:
    """The commands that a README asks to be typed in one line with an installation."""
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    return re.findall(r"^pip install \S+ && (.+)$", text, re.M)


def test_ci_tries_the_commands_of_both_readmes() -> None:
    assert commands("README.md") == ["reconcile demo --lang en", "pytest"]
    assert commands("README.zh.md") == ["reconcile demo --lang zh", "pytest"]
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    for command in {*commands("README.md"), *commands("README.zh.md")}:
        assert re.search(rf"&& .*{command}\b|fresh/bin/{command} ", script), command


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_a_readme_names_the_packages_that_ci_installs(page: str) -> None:
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    (wanted,) = re.findall(r"apt-get install (.+?) >/dev/null", script, re.S)
    packages = [word for word in wanted.split() if word[0] not in "-\\"]
    assert len(packages) > 6
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    assert [name for name in packages if f"`{name}`" not in text] == []
