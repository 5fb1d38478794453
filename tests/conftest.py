"""What several test files share: the sample plan, the published truth, LibreOffice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from books import keyed

from reconcile.core.plan import Plan
from reconcile.forms.template import Template, read_template
from reconcile.plan import read_plan

SHARED = Path(__file__).resolve().parents[2] / "shared" / "schedule"


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the person who runs the tests is read or written."""
    own = str(tmp_path_factory.mktemp("own"))
    with pytest.MonkeyPatch.context() as changed:
        for name in ("XDG_CONFIG_HOME", "APPDATA"):
            changed.setenv(name, own)
        yield


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """The true content of the sample plan."""
    path = SHARED / "truth.json"
    if not path.exists():
        pytest.skip("the true content of the plan is not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def shipped_plan_path() -> Path:
    """The reviewed plan workbook that ships with the program, its key known to everybody."""
    return Path(str(resources.files("reconcile.samples") / "plan.xlsx"))


@pytest.fixture(scope="session")
def sample_plan_path(shipped_plan_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a key that forms may be made with."""
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    path.write_bytes(keyed(shipped_plan_path))
    return path


@pytest.fixture(scope="session")
def sample_pdf() -> Path:
    """The plan PDF that ships with the program."""
    return Path(str(resources.files("reconcile.samples") / "plan.pdf"))


@pytest.fixture(scope="session")
def sample_plan(sample_plan_path: Path) -> Plan:
    """The reviewed plan."""
    plan, findings = read_plan(sample_plan_path)
    assert plan is not None, findings
    return plan


@pytest.fixture(scope="session")
def template() -> Template:
    """The built-in form template."""
    read, findings = read_template(Path(str(resources.files("reconcile.templates") / "form.xlsx")))
    assert read is not None, findings
    return read


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice's command."""
    found = shutil.which("soffice")
    if not found:
        pytest.skip("LibreOffice (soffice) is not installed")
    return found
