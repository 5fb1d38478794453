"""bench.mutate notices the planted faults that a test notices, and names the others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
from bench import mutate  # noqa: E402

TOY = '''"""Ages."""

LIMIT = 18


def adult(age: int) -> bool:
    """Return whether somebody is of age."""
    return age >= LIMIT


def unseen(text: str) -> str:
    return text.strip()
'''
TESTS = """import pytest
from toy.ages import adult

@pytest.fixture(scope="module")
def old():
    return adult(30)

def test_old(old):
    assert old

def test_young():
    assert not adult(3)
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    root = tmp_path / "toys"
    (root / "toy" / "deep").mkdir(parents=True)
    (root / "toy" / "__init__.py").write_text("", encoding="utf-8")
    (root / "toy" / "ages.py").write_text(TOY, encoding="utf-8")
    (root / "toy" / "deep" / "other.py").write_text("A = 1\n", encoding="utf-8")
    (root / "tests").mkdir()
    (root / "tests" / "test_ages.py").write_text(TESTS, encoding="utf-8")
    return root


@pytest.mark.slow
def test_noticed_faults_and_survivors(toy: Path) -> None:
    found = [
        (t.fault.line, t.fault.before, t.fault.after, t.tests, t.noticed)
        for t in mutate.run(toy, "toy", ["ages"], count=50)
    ]
    assert sorted(found) == [
        # No test is of somebody of 18.
        (3, "18", "17", 2, False),
        (3, "18", "19", 2, False),
        (3, "LIMIT = 18", "pass", 2, True),
        (8, "age >= LIMIT", "(age < LIMIT)", 2, True),
        (8, "age >= LIMIT", "(age > LIMIT)", 2, False),
        (8, "return age >= LIMIT", "return None", 2, True),
        # No test calls it.
        (12, "return text.strip()", "return None", 0, False),
    ]
    assert (toy / "toy" / "ages.py").read_text(encoding="utf-8") == TOY


@pytest.mark.parametrize(
    ("line", "planted"),
    [
        ("x = a and b", ["pass", "(a or b)", "(b)", "(a)"]),
        ("x = [1, y]", ["pass", "([y])", "([1])", "2", "0"]),
        ("if not a: del x", ["(not not a)", "(a)"]),
        ("x = {'a': 1}", ["pass", "'XXa'", "2", "0"]),
        ("f(-1)", ["pass", "1", "2", "0"]),
        ("x: Mapping[str, int] = f'{1}'", []),
        ("'''Not a fault.'''", []),
        ("assert a == b, 'why'", []),
        ("x = True", ["pass", "False"]),
        ("for x in a:\n    continue", ["pass"]),
        ("x = '好'; y = (a if b else '坏')", ["pass", "'XX好'", "pass", "(not b)", "'XX坏'"]),
    ],
)
def test_the_faults_of_a_line(line: str, planted: list[str]) -> None:
    found = mutate.faults(line.encode())
    assert [f.after for f in found] == planted
    for fault in found:
        changed = fault.planted(line.encode())
        compile(changed, "planted", "exec")
        assert changed != line.encode()


def test_the_same_seed_plants_the_same_faults(toy: Path) -> None:
    paths = mutate.modules_of(toy / "toy", ["ages"])
    assert mutate.drawn(paths, 7, 4) == mutate.drawn(paths, 7, 4)
    assert len(mutate.drawn(paths, 7, 400)) == 7


def test_a_module_is_found_wherever_it_lies(toy: Path) -> None:
    deep = toy / "toy" / "deep" / "other.py"
    for name in ("deep.other", "deep/other.py", "toy/deep/other.py"):
        assert mutate.modules_of(toy / "toy", [name]) == [deep]
    with pytest.raises(SystemExit, match="nowhere: no such module"):
        mutate.modules_of(toy / "toy", ["nowhere"])


def test_every_module_of_judgement_is_there() -> None:
    found = mutate.modules_of(CHECKOUT / "reconcile", mutate.MODULES)
    assert len(set(found)) == len(mutate.MODULES)
