"""A pytest plugin for ``bench.mutate``: notes which lines each test runs, or runs chosen tests only.

With MUTATE_MAP the lines of the files in MUTATE_FILES that each passed test runs are written to
that file, with its seconds. With MUTATE_CHOSEN only the tests named in that file run, in its order of files.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

Tracer = Callable[[FrameType, str, Any], Any]
Lines = set[tuple[str, int]]


class _Watch:
    """Notes the lines that run, for each test and for each wider fixture."""

    def __init__(self, files: list[str], out: Path) -> None:
        self.files, self.out = {str(Path.cwd() / file): file for file in files}, out
        self.open: list[Lines] = []
        self.fixtures: dict[int, Lines] = {}
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: set[str] = set()

    def _called(self, frame: FrameType, event: str, _: object) -> Tracer | None:
        return self._line if frame.f_code.co_filename in self.files else None

    def _line(self, frame: FrameType, event: str, _: object) -> Tracer:
        if event == "line":
            self.open[-1].add((self.files[frame.f_code.co_filename], frame.f_lineno))
        return self._line

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.open.append(ran := set())
        start = time.perf_counter()
        sys.settrace(self._called)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.open.pop()
            # A fixture of a module or session ran for the first test only, and serves them all.
            for found in getattr(item, "_fixtureinfo").name2fixturedefs.values():  # noqa: B009
                ran |= self.fixtures.get(id(found[-1]), set())
            seconds = round(time.perf_counter() - start, 4)
            if item.nodeid not in self.failed:
                lines: dict[str, list[int]] = {}
                for file, line in sorted(ran):
                    lines.setdefault(file, []).append(line)
                self.tests[item.nodeid] = {"seconds": seconds, "lines": lines}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        if fixturedef.scope == "function":
            return (yield)
        self.open.append(ran := self.fixtures.setdefault(id(fixturedef), set()))
        try:
            return (yield)
        finally:
            self.open.pop()
            self.open[-1] |= ran

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
        files = json.loads(os.environ["MUTATE_FILES"])
        config.pluginmanager.register(_Watch(files, Path(out)))
    if chosen := os.environ.get("MUTATE_CHOSEN"):
        names = json.loads(Path(chosen).read_text(encoding="utf-8"))
        config.pluginmanager.register(_Choose(names))
