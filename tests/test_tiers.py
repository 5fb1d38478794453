"""The tiers of the tests: what is slow, and that nothing is skipped where everything is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SKIPPED = """
import pytest

@pytest.mark.skipif(True, reason="no server here")
def test_one():
    pass

def test_two():
    pytest.skip("no font here")

@pytest.mark.parametrize("case", [])
def test_three(case):
    pass

@pytest.mark.xfail(reason="known")
def test_four():
    assert False

def test_five():
    pass
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "status", "counted"),
    [
        ("", 0, "1 passed, 3 skipped, 1 xfailed"),
        ("1", 1, "1 failed, 1 passed, 1 xfailed, 2 errors"),
    ],
)
def test_a_skip_is_a_failure_where_everything_is_installed(
    setting: str, status: int, counted: str, tmp_path: Path
) -> None:
    (tmp_path / "test_skipped.py").write_text(SKIPPED, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "-rs", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "RECONCILE_NO_SKIPS": setting, "PYTHONUTF8": "1",
             "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))},
    )  # fmt: skip
    assert run.returncode == status, run.stdout
    assert counted in run.stdout
    for why in ("no server here", "no font here"):
        assert why in run.stdout


def test_no_test_reads_what_lies_beside_the_checkout() -> None:
    outside = "parents[" + "2]"
    found = [
        path.name for path in TESTS.glob("*.py") if outside in path.read_text(encoding="utf-8")
    ]
    assert found == []
    assert sum(path.stat().st_size for path in (TESTS / "data").iterdir()) < 1_000_000
