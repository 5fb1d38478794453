"""A pytest plugin for ``bench.mutate``: notes which functions each test calls, or runs chosen tests only.

With MUTATE_MAP the functions below MUTATE_HOME that each passed test calls are written to that
file, with its seconds. With MUTATE_CHOSEN only the tests named in that file run, in its order of files.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

Called = set[tuple[str, str]]


class _Watch:
    """Notes the functions that are called, by file and name, for each test and for each wider fixture."""

    def __init__(self, home: Path, out: Path) -> None:
        self.home, self.out = f"{home}{os.sep}", out
        self.open: list[Called] = []
        self.fixtures: dict[int, Called] = {}
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: set[str] = set()

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(self.home):
            name = code.co_qualname.split(".<locals>")[0]
            self.open[-1].add((code.co_filename[len(self.home) :], name))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.open.append(called := set())
        start = time.perf_counter()
        sys.setprofile(self._note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            self.open.pop()
            # A fixture of a module or session ran for the first test only, and serves them all.
            for found in getattr(item, "_fixtureinfo").name2fixturedefs.values():  # noqa: B009
                called |= self.fixtures.get(id(found[-1]), set())
            seconds = round(time.perf_counter() - start, 4)
            if item.nodeid not in self.failed:
                self.tests[item.nodeid] = {"seconds": seconds, "calls": sorted(called)}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        if fixturedef.scope == "function":
            return (yield)
        self.open.append(called := self.fixtures.setdefault(id(fixturedef), set()))
        try:
            return (yield)
        finally:
            self.open.pop()
            self.open[-1] |= called

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.out.write_text(json.dumps(self.tests), encoding="utf-8")


class _Choose:
    """Keeps only the chosen tests; a file's tests stay together, so that its fixtures are made once."""

    def __init__(self, chosen: list[str]) -> None:
        self.place = {name: at for at, name in enumerate(chosen)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.place),
            key=lambda item: self.place[item.nodeid],
        )


def pytest_configure(config: pytest.Config) -> None:
    """Register what the environment asks for."""
    if out := os.environ.get("MUTATE_MAP"):
        config.pluginmanager.register(_Watch(Path(os.environ["MUTATE_HOME"]), Path(out)))
    if chosen := os.environ.get("MUTATE_CHOSEN"):
        names = json.loads(Path(chosen).read_text(encoding="utf-8"))
        config.pluginmanager.register(_Choose(names))
