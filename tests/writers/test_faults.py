"""What may happen to a run: killed, disk full, output locked, two at once, the inbox changing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench_forms import A, B, C, changed, plan, put, template
from click.testing import CliRunner
from killed import killed_at_each_step

from reconcile.api.merge import write_merge
from reconcile.api.status import take
from reconcile.cli import main
from reconcile.core.units import assignments
from reconcile.forms.form_writer import form_bytes
from reconcile.plan import plan_bytes
from reconcile.writers.atomic import STALE_SECONDS, together, write_file

pytestmark = pytest.mark.slow

AS_OF = "2022-07-08"
posix = pytest.mark.skipif(os.name != "posix", reason="kill -9 and limits of a process are POSIX")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan workbook and three forms that came back blank."""
    office = tmp_path_factory.mktemp("blank")
    office.joinpath("总台账.xlsx").write_bytes(plan_bytes(plan()))
    wanted, _ = assignments(plan())
    for unit in dict.fromkeys(a.unit for a in wanted):
        own = [a for a in wanted if a.unit == unit]
        write_file(office / "收回" / f"{unit}.xlsx", form_bytes(template(), plan(), 2, unit, own))
    return office


@pytest.fixture
def office(blank: Path, tmp_path: Path) -> Path:
    """The same, for one test alone."""
    return shutil.copytree(blank, tmp_path, dirs_exist_ok=True)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "reconcile", *arguments]


def merging(office: Path, out: str = "汇总.xlsx", as_of: str = AS_OF) -> list[str]:
    return command(
        "merge", str(office / "总台账.xlsx"), str(office / "收回"), "-o", str(office / out),
        "--as-of", as_of, "--period", "第二季度",
    )  # fmt: skip


def finish(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", check=False)


def test_what_a_killed_run_left_behind_goes_with_a_later_one(tmp_path: Path) -> None:
    old, live = tmp_path / ".~reconcile-old.xlsx", tmp_path / ".~reconcile-live.xlsx"
    theirs = tmp_path / ".~lock.汇总.xlsx#"
    for path in (old, live, theirs):
        path.write_bytes(b"half")
    long_ago = time.time() - STALE_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    os.utime(theirs, (long_ago, long_ago))
    write_file(tmp_path / "汇总.xlsx", b"whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        [live.name, theirs.name, "汇总.xlsx"]
    )


WAITING = (
    "import sys, time; from reconcile.writers import atomic; from reconcile.cli import main\n"
    "def wait(self): print('ready', flush=True); time.sleep(120)\n"
    "atomic.Batch.put = wait; sys.argv = ['reconcile', *sys.argv[1:]]; main()"
)
"""A run that stands still when everything is written beside and nothing is moved yet."""


def all_of_it(office: Path, as_of: str = AS_OF) -> list[str]:
    """A merge that writes whatever a merge can write; one return is wrong, so there is a copy."""
    outputs = {"--report": "r.json", "--circular": "c.docx", "--html": "p.html"}
    more = (part for option, name in outputs.items() for part in (option, str(office / name)))
    return [*merging(office, as_of=as_of), *more]


def waiting(arguments: list[str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, *arguments[3:]], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def written(office: Path) -> dict[str, bytes]:
    names = ("汇总.xlsx", "汇总_明细.xlsx", "r.json", "c.docx", "p.html", f"退回/退回_{A}.xlsx")
    return {name: (office / name).read_bytes() for name in names}


@pytest.fixture(scope="module")
def after_a_merge(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with all that a merge of an earlier day wrote, and whose inbox changed since."""
    pytest.importorskip("docx")
    office = shutil.copytree(blank, tmp_path_factory.mktemp("merged") / "office")
    back = office / "收回" / f"{A}.xlsx"
    back.write_bytes(changed(put(H7="大概"), A))
    result = CliRunner().invoke(main, all_of_it(office, "2022-07-01")[3:])
    assert result.exit_code == 3, result.output
    back.write_bytes(changed(put(H8="大概"), A))
    return office


@pytest.fixture
def former(office: Path, after_a_merge: Path) -> dict[str, bytes]:
    """What a merge of an earlier day wrote in the office, whose inbox changed since."""
    shutil.copytree(after_a_merge, office, dirs_exist_ok=True)
    return written(office)


def ages(left: list[dict[str, str | None]], former: dict[str, bytes]) -> list[str]:
    """Return of which age the files were after each step: "former", "mixed", "new"."""
    old = {name: hashlib.sha256(content).hexdigest() for name, content in former.items()}
    new = left[-1]
    assert all(new[name] not in (None, old[name]) for name in old), "the last step is the whole run"
    for files in left:
        assert all(files[name] in (old[name], new[name]) for name in files), "each is whole"
    return ["former" if files == old else "new" if files == new else "mixed" for files in left]


@posix
def test_all_outputs_of_a_merge_are_of_one_age_whenever_it_is_killed(
    office: Path, former: dict[str, bytes]
) -> None:
    """But between the renames, which follow one another with nothing else on the disk between them."""
    with waiting(all_of_it(office)) as process:
        process.kill()
    assert written(office) == former, "all was written beside, nothing moved"
    assert list(office.rglob(".~*"))
    left = killed_at_each_step(office, list(former), all_of_it(office)[3:])
    seen = ages(left, former)
    assert seen == sorted(seen, key=["former", "mixed", "new"].index)
    assert seen.count("former") > 10 and seen.count("mixed") == len(former) - 1
    assert not list(office.rglob(".~*")), "what the killed runs left is swept"


@posix
def test_a_generate_that_is_killed_leaves_whole_forms_only(office: Path) -> None:
    names = [
        f"发出/{n:02d}_{unit}_2022年第二季度填报表.xlsx" for n, unit in enumerate((A, B, C), 1)
    ]
    plan_path, sent = str(office / "总台账.xlsx"), str(office / "发出")
    arguments = ["generate", plan_path, "--period", "第二季度", "-o", sent]
    left = killed_at_each_step(office, names, arguments)
    assert left[0] == dict.fromkeys(names) and None not in left[-1].values()
    for files in left:
        assert all(files[name] in (None, left[-1][name]) for name in names)


@posix
@pytest.mark.parametrize("end", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_run_that_is_told_to_end_tidies_up(
    office: Path, former: dict[str, bytes], end: str
) -> None:
    with waiting(all_of_it(office)) as process:
        assert list(office.glob(".~*"))
        process.send_signal(getattr(signal, end))
    assert process.returncode in (1, 128 + getattr(signal, end))
    assert not list(office.rglob(".~*")) and written(office) == former


@posix
def test_another_run_that_lives_is_not_swept_one_that_died_is(
    office: Path, former: dict[str, bytes]
) -> None:
    with waiting(all_of_it(office)) as living:
        held = set(office.rglob(".~*"))
        assert finish(all_of_it(office)).returncode == 3
        assert set(office.rglob(".~*")) == held and held
        living.kill()
    assert any(left.parent.name == "退回" for left in held)
    for back in (office / "收回").iterdir():
        back.unlink()
    assert finish(all_of_it(office)).returncode == 3
    assert not list(office.rglob(".~*")), "though nothing is to be sent back any more"
    assert not list((office / "退回").iterdir()) and former


def test_a_file_that_excel_holds_stops_the_merge_before_anything_moved(
    office: Path, former: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows; what Excel does there is played here."""
    held, opened = office / "c.docx", Path.open

    def by_excel(self: Path, mode: str = "r", *more: Any, **how: Any) -> Any:
        if self == held and "+" in mode:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, mode, *more, **how)

    monkeypatch.setattr("reconcile.writers.atomic.WINDOWS", True)
    monkeypatch.setattr(Path, "open", by_excel)
    result = CliRunner().invoke(main, all_of_it(office)[3:])
    assert result.exit_code == 1 and f"{held} 写不进去" in result.output
    assert written(office) == former and not list(office.rglob(".~*"))


def test_what_fails_half_way_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that refuses at the last moment, which nobody could know before."""
    (tmp_path / "1").write_bytes(b"former")
    put_there = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == "3":
            raise PermissionError(13, "Permission denied", str(self))
        return put_there(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError) as told, together() as batch:
        for name in ("1", "2", "3"):
            batch.write(tmp_path / name, b"new")
        batch.remove(tmp_path / "1")
    assert told.value.filename == str(tmp_path / "3"), "not where it waited"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"1": b"former"}


def test_nothing_is_written_when_the_block_ends_badly(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ours"), together() as batch:
        batch.write(tmp_path / "1", b"new")
        raise ValueError("ours")
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_full_disk_is_one_sentence_and_the_former_summary_stays(
    office: Path, former: dict[str, bytes]
) -> None:
    script = (
        "import resource, signal, sys; from reconcile.cli import main;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "sys.argv = ['reconcile', *sys.argv[1:]]; main()"
    )
    run = finish([sys.executable, "-c", script, *merging(office)[3:]])
    assert run.returncode == 1
    assert "没有做成" in run.stderr and "Traceback" not in run.stderr
    assert written(office) == former
    assert not list(office.glob(".~*"))


def test_a_place_that_takes_no_files_is_one_sentence(office: Path) -> None:
    run = finish(merging(office, "总台账.xlsx/汇总.xlsx"))  # a file is no folder
    assert run.returncode == 1
    assert "没有做成" in run.stderr and "Traceback" not in run.stderr


def test_two_merges_at_once_both_leave_a_whole_summary(office: Path) -> None:
    alone = finish(merging(office, "独自.xlsx"))
    assert alone.returncode in (0, 3)
    pair = [subprocess.Popen(merging(office), stdout=subprocess.DEVNULL) for _ in range(2)]
    assert all(process.wait() in (0, 3) for process in pair)
    assert (office / "汇总.xlsx").read_bytes() == (office / "独自.xlsx").read_bytes()
    assert not list(office.glob(".~*"))


def test_a_file_that_changed_after_it_was_read_is_not_marked_up(office: Path) -> None:
    back = office / "收回" / f"{A}.xlsx"
    back.write_bytes(changed(put(H7="基本完成"), A))
    taken = take(
        office / "总台账.xlsx", [office / "收回"], period="第二季度", as_of=date(2022, 7, 8)
    )
    assert taken.merged is not None and taken.form is not None
    back.write_bytes(changed(put(H8="基本完成"), A))
    out, folder = office / "汇总.xlsx", office / "退回"
    written = write_merge(
        taken.merged, taken.form, out, folder, [office / "收回"]
    )  # fmt: skip
    told = [(f.code, f.place.file, f.unit) for f in written.findings]
    assert told == [("FILE-050", f"收回/{A}.xlsx", A)]
    assert f"退回_{A}.xlsx" not in {p.name for p in written.copies}


def test_an_inbox_that_changes_underneath_never_stops_a_merge(office: Path) -> None:
    """Files come, go, are cut off and written again while they are read."""
    inbox, stop = office / "收回", threading.Event()
    contents = {p.name: p.read_bytes() for p in inbox.iterdir()}

    def meddle() -> None:
        chance = random.Random(10)
        while not stop.is_set():
            name = chance.choice(list(contents))
            with contextlib.suppress(OSError):
                match chance.randrange(4):
                    case 0:
                        (inbox / name).unlink()
                    case 1:
                        (inbox / name).write_bytes(contents[name][: chance.randrange(9000)])
                    case 2:
                        (inbox / name).replace(inbox / f"改名{name}")
                    case _:
                        (inbox / name).write_bytes(contents[name])
            time.sleep(0.001)

    meddler = threading.Thread(target=meddle)
    meddler.start()
    try:
        for i in range(15):
            taken = take(office / "总台账.xlsx", [inbox], period="第二季度", as_of=date(2022, 7, 8))
            assert taken.merged is not None and taken.form is not None
            assert "FILE-999" not in {f.code for f in taken.merged.findings}
            out = office / f"汇总{i}.xlsx"
            write_merge(taken.merged, taken.form, out, office / "退回", [inbox])
            with zipfile.ZipFile(out) as archive:
                assert archive.testzip() is None
    finally:
        stop.set()
        meddler.join()
