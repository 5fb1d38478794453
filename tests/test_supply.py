"""What is installed beside us: every package is bounded, pinned and hashed, and ours is not a stranger's."""

from __future__ import annotations

import builtins
import configparser
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from bench_forms import A, changed, plan
from post_servers import run

import reconcile
from reconcile.core.findings import CATALOGUE
from reconcile.plan import plan_bytes

CHECKOUT = Path(__file__).resolve().parents[1]
NAME = "xushi-reconcile"


def config() -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.read(CHECKOUT / "setup.cfg", encoding="utf-8")
    return read


def required(*extras: str) -> list[str]:
    parts = config()
    whole = [
        parts["options"]["install_requires"],
        *(parts["options.extras_require"][e] for e in extras),
    ]
    lines = [line.strip() for text in whole for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_every_package_is_installed() -> None:
    named = config()["options"]["packages"].split()
    there = [path.parent for path in (CHECKOUT / "reconcile").rglob("__init__.py")]
    names = [".".join(folder.relative_to(CHECKOUT).parts) for folder in there]
    assert sorted(named) == sorted([*names, "reconcile.samples", "reconcile.templates"])


def known(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str = "constraints.txt") -> dict[str, list[str]]:
    """The pinned packages, each with what stands behind its name."""
    found: dict[str, list[str]] = {}
    text = (CHECKOUT / ".ci" / file).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition("==")
            found.setdefault(known(name), []).append(rest)
    return found


def test_the_distribution_has_a_name_of_its_own() -> None:
    assert config()["metadata"]["name"] == NAME
    assert "xushi_reconcile-*.whl" in (CHECKOUT / ".ci" / "run").read_text("utf-8")


def texts() -> list[Path]:
    """All texts of ours that a person may read."""
    kinds = {".py", ".md", ".bat", ".cfg", ".toml", ".txt", ""}
    folders = ("reconcile", "templates", "docs", ".ci", "bench")
    inside = [p for f in folders for p in (CHECKOUT / f).rglob("*") if p.is_file()]
    top = [p for p in CHECKOUT.iterdir() if p.is_file()]
    return [p for p in (*inside, *top) if p.suffix in kinds and "__pycache__" not in p.parts]


def test_no_text_of_ours_sends_anybody_to_the_strangers_package() -> None:
    wrong = re.compile(r"reconcile\[|pip[3x]? install (?:-\S+ )*[\"']?(?:xushi-)?reconcile\b(?!-)")
    found = [p.name for p in texts() if wrong.search(p.read_text("utf-8", "replace"))]
    assert found == []


@pytest.mark.parametrize("code", ["PLAN-046", "FORM-030", "FILE-008", "FILE-090"])
def test_findings_say_how_to_install_from_what_a_person_has(code: str) -> None:
    for fix in CATALOGUE[code].fix.values():
        assert re.search(r'pip install "\.\[\w+\]"', fix) and ".whl[" in fix


def test_every_requirement_has_an_upper_bound() -> None:
    extras = list(config()["options.extras_require"])
    without = [line for line in required(*extras) if not re.search(r"<\d+$", line)]
    assert without == []
    built = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    assert re.search(r'requires = \["setuptools>=\d+,<\d+"\]', built)


def test_what_ci_installs_is_pinned_and_hashed() -> None:
    pinned = pins()
    for name, versions in pinned.items():
        for rest in versions:
            assert re.match(r"\d[\w.]* ", rest), name
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), name
    wanted = {known(re.split(r"[ <>=]", line)[0]) for line in required("test", "dev")}
    assert wanted - set(pinned) == set() and "setuptools" in pinned
    script = (CHECKOUT / ".ci" / "run").read_text("utf-8")
    assert "--require-hashes" in script and "PIP_NO_INDEX=1" in script


def test_no_pin_is_outside_its_bounds() -> None:
    packaging = pytest.importorskip("packaging.specifiers", reason="packaging comes with pytest")
    pinned = pins()
    for line in required("test", "dev"):
        name, bounds = re.fullmatch(r"([\w.-]+) ?(.*)", line).groups()  # type: ignore[union-attr]
        for rest in pinned[known(name)]:
            assert rest.split()[0] in packaging.SpecifierSet(bounds), line


def test_the_oldest_allowed_packages_are_those_that_ci_tries() -> None:
    packaging = pytest.importorskip("packaging.version", reason="packaging comes with pytest")
    oldest = pins("oldest.txt")
    for line in required("test"):
        name, lower = re.match(r"([\w.-]+) >=([\d.]+)", line).groups()  # type: ignore[union-attr]
        (rest,) = oldest[known(name)]
        assert "--hash=sha256:" in rest
        assert packaging.Version(rest.split()[0]) == packaging.Version(lower), line


def test_the_version_stands_in_one_place_and_is_told_where_people_look() -> None:
    assert config()["metadata"]["version"] == "attr: reconcile.__version__"
    newest = re.search(r"^## (\S+)", (CHECKOUT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest and newest[1] == reconcile.__version__
    for readme in ("README.md", "README.zh.md"):
        text = (CHECKOUT / readme).read_text("utf-8")
        assert set(re.findall(r"xushi_reconcile-([\d.]+\d)-", text)) == {reconcile.__version__}


def test_no_registry_is_named() -> None:
    for name in (".ci/constraints.txt", ".ci/oldest.txt", ".ci/run", "setup.cfg", "pyproject.toml"):
        text = (CHECKOUT / name).read_text("utf-8")
        text = text.replace("--no-emit-index-url", "").replace("https://reconcile.invalid/", "")
        assert not re.search(r"https?://|index-url", text), name


def test_parquet_without_its_package_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    (tmp_path / "收回").mkdir()
    (tmp_path / "收回" / "a.xlsx").write_bytes(changed(lambda _: None, A))
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] in ("pyarrow", "fastparquet"):
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    for name in ("pyarrow", "fastparquet"):
        monkeypatch.setitem(sys.modules, name, None)
    done = run(
        "export", tmp_path / "总台账.xlsx", tmp_path / "收回", "--period", "第二季度", "--to",
        tmp_path / "明细.parquet",
    )  # fmt: skip
    assert done.exit_code == 1 and "FILE-090 明细.parquet" in done.output, done.output
    assert not (tmp_path / "明细.parquet").exists()
