"""What several test files share: the sample plan, the published truth, LibreOffice; and what a skip is."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
import time
from collections.abc import Generator, Iterator
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from books import keyed
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from reconcile.api import inputs
from reconcile.cli import main
from reconcile.core.findings import Finding
from reconcile.core.i18n import EN, ZH, speaking
from reconcile.core.plan import Plan
from reconcile.forms.template import Template, read_template
from reconcile.plan import read_plan
from reconcile.readers import limits

DATA = Path(__file__).parent / "data"
# How long an example takes is the machine's affair: no test asserts times.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
# Where everything is installed, as in CI, nothing may be left out.
NO_SKIPS = bool(os.environ.get("RECONCILE_NO_SKIPS"))
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def without_skips(report: Report) -> Report:
    """Return the report, failed where it was a skip and none is allowed."""
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"RECONCILE_NO_SKIPS is set, and this was skipped. {why}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return without_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return without_skips((yield))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """The name of the argument for a whole file: the time in a zip would name it otherwise in each worker."""
    return argname if isinstance(val, bytes) and len(val) > 30 else None


def pytest_configure() -> None:
    """What is compiled is kept, whatever this machine is set to: every worker and process would compile it again."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever goes through LibreOffice is slow."""
    for item in items:
        if "soffice" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the person who runs the tests is read or written."""
    own = str(tmp_path_factory.mktemp("own"))
    with pytest.MonkeyPatch.context() as changed:
        for name in ("XDG_CONFIG_HOME", "APPDATA"):
            changed.setenv(name, own)
        changed.setenv("RECONCILE_LANG", "zh")  # whatever the locale of this machine is
        yield


@pytest.fixture(scope="session", autouse=True)
def _processor_time() -> Iterator[None]:
    """The time that a file may take is the processor's: what else a machine does costs a file nothing."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(limits, "time", SimpleNamespace(monotonic=time.process_time))
        yield


@pytest.fixture(scope="session", autouse=True)
def _shipped_templates_are_read_once() -> Iterator[None]:
    """Commands run in one process share the templates of the package: reading one takes half of a short command."""
    once, ours = functools.cache(read_template), Path(str(inputs.shipped("templates")))

    def read(path: Path) -> tuple[Template | None, tuple[Finding, ...]]:
        return once(path) if path.parent == ours else read_template(path)

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(inputs, "read_template", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def _findings_are_worded() -> Iterator[None]:
    """A finding that lacks a value of its message or fix, in either language, fails where it is made."""
    made = Finding.__init__

    def worded(self: Finding, *values: Any, **more: Any) -> None:
        made(self, *values, **more)
        for language in (ZH, EN):
            with speaking(language):
                assert self.message and self.fix

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Finding, "__init__", worded)
        yield


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """The true content of the sample plan."""
    content: dict[str, Any] = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))
    return content


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
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that the command ``demo`` made, to be read only, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "样例"
    result = CliRunner().invoke(main, ["demo", "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return folder, result.output


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice's command."""
    found = shutil.which("soffice")
    if not found:
        pytest.skip("LibreOffice (soffice) is not installed")
    return found
