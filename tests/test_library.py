"""``import reconcile``: the walk of docs/api.md as it is printed there, and what a library promises."""

from __future__ import annotations

import doctest
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from bench_forms import plan

import reconcile
from reconcile.plan import plan_bytes

API = Path(__file__).parents[1] / "docs" / "api.md"


@pytest.mark.slow
def test_the_walk_in_the_documents_gives_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(
        str(API), module_relative=False, encoding="utf-8", optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert tried > 20
    assert failed == 0


def test_every_name_is_documented_and_there_are_no_others() -> None:
    public = {name for name in dir(reconcile) if not name.startswith("_")}
    packages = {"library", "core", "annotations", "TYPE_CHECKING", "Any"}
    loaded = {n.split(".")[1] for n in sys.modules if n.startswith("reconcile.")}
    assert public - loaded - packages <= set(reconcile.__all__)
    for page in (API, API.with_name("api.zh.md")):
        text = page.read_text(encoding="utf-8")
        for name in reconcile.__all__:
            assert f"`reconcile.{name}" in text or f"`{name}`" in text, (page.name, name)


def test_the_import_loads_nothing_heavy() -> None:
    script = (
        "import sys, reconcile; heavy = {'pandas', 'openpyxl', 'numpy', 'xlsxwriter', 'click'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_package_of_the_same_name_does_not_hide_a_function() -> None:
    from reconcile.delegate import answer
    from reconcile.extract import published
    from reconcile.merge import run

    assert all((answer, published, run))
    for function in (reconcile.delegate, reconcile.extract, reconcile.merge):
        assert callable(function)


def test_a_refusal_holds_its_finding(tmp_path: Path) -> None:
    path = tmp_path / "总台账.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(reconcile.Refused) as refused:
        reconcile.merge(path, tmp_path)
    assert refused.value.finding in refused.value.findings
    assert refused.value.finding.place.file == "总台账.xlsx"
    assert refused.value.finding.message in str(refused.value)


def test_a_table_is_exported_in_known_formats_only(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"明细\.txt: must end in one of \.csv, \.parquet, \.sqlite"
    ):
        reconcile.export("总台账.xlsx", "收回", tmp_path / "明细.txt")


def test_an_output_that_would_destroy_something_says_so_as_a_finding(tmp_path: Path) -> None:
    from reconcile.api.outputs import Misused, check_new

    path = tmp_path / "总台账.xlsx"
    path.write_bytes(b"somebody's work")
    assert reconcile.Misused is Misused
    with pytest.raises(reconcile.Misused) as misused:
        check_new([path])
    assert misused.value.finding.code == "FILE-120"
    assert str(misused.value) in misused.value.finding.message


def test_a_period_that_ended_long_ago_is_merged_as_of_its_deadline(
    tmp_path: Path,
) -> None:
    path, inbox = tmp_path / "总台账.xlsx", tmp_path / "收回"
    path.write_bytes(plan_bytes(plan()))
    inbox.mkdir()
    judged = reconcile.status(path, inbox, period="第二季度")
    assert judged.merged.as_of == date(2022, 7, 5)
    given = reconcile.status(path, inbox, period="第二季度", as_of="2022-08-01")
    assert given.merged.as_of == date(2022, 8, 1)
