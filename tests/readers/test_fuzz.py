"""Some hundred spoilt forms of a fixed seed; ``python -m bench.fuzz`` tries them by the ten thousand."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest
from books import form

from reconcile.readers import read_book

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    path = Path(__file__).parents[2] / "bench" / "fuzz.py"
    spec = importlib.util.spec_from_file_location("bench_fuzz", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_fuzz"] = module  # its classes are looked up by this name
    spec.loader.exec_module(module)
    return module


def test_spoilt_forms_bring_findings_and_nothing_else(
    fuzz: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    place = fuzz.stage(office=False)
    counted = fuzz.tried(place, 1, range(400))
    assert capsys.readouterr().err == ""
    assert counted["WRONG"] == 0
    # Were everything refused, nothing would have been tried.
    assert min(counted["read"], counted["refused"]) > 100
    assert counted["records"] > 1000


def test_a_properly_filled_form_is_taken_without_a_word(fuzz: ModuleType) -> None:
    place = fuzz.stage(office=False)
    records, findings = fuzz.held(place, "openpyxl.xlsx", place.forms["openpyxl.xlsx"])
    assert records == 34  # 8 tasks of 5 answers, but no percentage of the 6 that others lead
    assert {f.code for f in findings} <= {"FORM-023", "IND-011"}  # head and numbers are left blank


def test_a_form_spelt_otherwise_is_the_same(fuzz: ModuleType) -> None:
    forms = {**fuzz.stage(office=False).forms, "looks.xlsx": form()}
    for name, content in forms.items():
        book, _ = read_book(name, content)
        for seed in range(60):
            other, findings = read_book(name, fuzz.respelt(random.Random(seed), content))
            assert other == book, (name, seed, findings)
