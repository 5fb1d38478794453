"""Where the files are read makes no difference: this process, others, a cluster."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures import ThreadPoolExecutor as Threads
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench_forms import A, B, C, changed, filled, plan, put
from click.testing import CliRunner

from reconcile.api.status import take
from reconcile.cli import main
from reconcile.intake import reader
from reconcile.plan import plan_bytes

pytestmark = pytest.mark.slow

DAY = date(2022, 7, 8)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan and an inbox of good, bad and foreign files; chunks of two, so that there are several."""
    monkeypatch.setattr(reader, "_CHUNK", 2)
    (tmp_path / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    back = tmp_path / "收回"
    back.mkdir()
    (back / "1.xlsx").write_bytes(filled(A))
    (back / "2.xlsx").write_bytes(b"")
    (back / "3.xlsx").write_bytes(changed(put(H8="基本完成"), B))
    (back / "4.xlsx").write_bytes(b"%PDF-1.7")
    (back / "5.xlsx").write_bytes(filled(C))
    return tmp_path


def taken(office: Path, executor: Executor | None = None) -> Any:
    found = take(
        office / "总台账.xlsx", [office / "收回"], period="第二季度", as_of=DAY, executor=executor
    )
    assert found.merged is not None
    return found.merged


def test_processes_and_threads_read_the_same(office: Path) -> None:
    alone = taken(office)
    assert {f.code for f in alone.findings} >= {"FILE-001", "FILE-015", "CELL-002"}
    with ProcessPoolExecutor(2) as processes:
        assert taken(office, processes) == alone
    with Threads(2) as threads:
        assert taken(office, threads) == alone


def test_a_real_cluster_reads_the_same(office: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert taken(office, client.get_executor()) == taken(office)


class Dying(Executor):
    """Breaks at its third task, as a pool does when one of its processes is killed."""

    def __init__(self) -> None:
        self.count = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.count += 1
        if self.count > 2:
            raise BrokenExecutor("gone")
        future: Future[Any] = Future()
        if self.count == 2:
            future.set_exception(BrokenExecutor("gone"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_files_of_a_worker_that_died_are_read_all_the_same(office: Path) -> None:
    assert taken(office, Dying()) == taken(office)


def _die(*_: object) -> None:
    os._exit(9)


def test_a_pool_whose_worker_is_killed_loses_nothing(office: Path) -> None:
    with ProcessPoolExecutor(1) as pool:
        with pytest.raises(BrokenExecutor):
            pool.submit(_die).result()
        assert taken(office, pool) == taken(office)


def test_jobs_on_the_command_line_give_the_same_bytes(office: Path) -> None:
    for jobs in ("1", "2"):
        run = CliRunner().invoke(
            main,
            ["merge", str(office / "总台账.xlsx"), str(office / "收回"), "--period", "第二季度",
             "-o", str(office / f"{jobs}.xlsx"), "--as-of", "2022-07-08", "--jobs", jobs],
        )  # fmt: skip
        assert run.exit_code == 3, run.output
    assert (office / "1.xlsx").read_bytes() == (office / "2.xlsx").read_bytes()
