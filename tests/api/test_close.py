"""A period is closed once, whole, and can be made again from its folder alone; what comes later changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench_forms import A, B, changed, filled, plan, put
from click.testing import CliRunner, Result

from reconcile.api.year import close as api_close
from reconcile.api.year.verify import verify as api_verify
from reconcile.archive.folder import Archive, archive_at, differences
from reconcile.archive.manifest import MADE, MANIFEST, OTHER, manifest_bytes, read_manifest
from reconcile.cli import main
from reconcile.core.plan import Period
from reconcile.plan import plan_bytes

pytestmark = pytest.mark.slow  # whole rounds, command by command

Q1, Q2 = "第一季度", "第二季度"
ARCHIVE = f"归档/{Q1}"


def run(*arguments: object, status: int | None = None) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert status is None or result.exit_code == status, result.output
    return result


def merge(folder: Path, period: str, *more: object, status: int = 3) -> Result:
    day = {Q1: "2022-04-05", Q2: "2022-07-08"}[period]
    plan_path, inbox = folder / "总台账.xlsx", folder / "收回"
    return run("merge", plan_path, inbox, "--period", period, "--as-of", day, *more, status=status)


def close(folder: Path, *more: object, period: str = Q1, status: int | None = 0) -> Result:
    return run("close", folder / "总台账.xlsx", "--period", period, *more, status=status)


@pytest.fixture(scope="module")
def _closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office whose first period is closed: two returns, one with a fault, in a folder and beside it."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    (folder / "发送记录.jsonl").write_text('{"what": "sent"}\n', encoding="utf-8")
    (folder / "收回" / "补报").mkdir(parents=True)
    (folder / "收回" / "01.xlsx").write_bytes(filled(A, 1))
    wrong = changed(put(H7="不好说"), B, 1)
    (folder / "收回" / "补报" / "02.xlsx").write_bytes(wrong)
    (folder / "收回" / "~$01.xlsx").write_bytes(b"x")
    merge(folder, Q1, "--report", folder / "报告.json", "--contacts")
    told = close(folder, "--by", "甲某")
    assert "归档" in told.output
    return folder


@pytest.fixture
def office(_closed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(_closed, tmp_path / "office"))


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def archive(folder: Path) -> Archive:
    found = archive_at(folder)
    assert isinstance(found, Archive)
    return found


def rewritten(folder: Path, change: Callable[[Any], object]) -> None:
    """Change the manifest of an archive, and write it as the program would."""
    manifest = read_manifest(folder)
    change(manifest)
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))


def codes(path: Path) -> list[tuple[str, str]]:
    """Code and file of all that verify finds."""
    return [(f.code, f.place.file) for one in api_verify(path)[0] for f in one.findings]


def test_an_archive_holds_all_that_the_summary_was_made_of(office: Path) -> None:
    inside = office / ARCHIVE
    assert files_in(inside) == [
        "manifest.json", "发送记录.jsonl", "总台账.xlsx", "报告.json", "收回/01.xlsx", "收回/补报/02.xlsx",
        "汇总_明细_第一季度.xlsx", "汇总_第一季度.xlsx", "退回_第一季度/退回_02.xlsx",
    ]  # fmt: skip
    for name in files_in(inside):
        if name != MANIFEST:
            assert (inside / name).read_bytes() == (office / name).read_bytes()
    manifest = json.loads((inside / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["as_of"] == "2022-04-05" and manifest["setup"]["contacts"]
    assert [(e["what"], e["who"]) for e in manifest["events"]] == [("closed", "甲某")]
    assert [(r["unit"], r["accepted"]) for r in manifest["returns"]] == [(A, True), (B, True)]


def test_nothing_outside_the_folder_is_needed_to_verify_it(office: Path, tmp_path: Path) -> None:
    alone = tmp_path / "别处" / "存档"
    alone.parent.mkdir()
    (office / ARCHIVE).rename(alone)
    shutil.rmtree(office)
    told = run("verify", alone, status=0)
    assert f"“{Q1}”完好" in told.output


def test_one_changed_byte_anywhere_is_found_and_named(office: Path) -> None:
    inside = office / ARCHIVE
    for name in files_in(inside):
        path = inside / name
        before = path.read_bytes()
        for at in {0, len(before) // 2, len(before) - 1}:
            path.write_bytes(before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
            code = "ARCH-004" if name == MANIFEST else "ARCH-001"
            assert codes(inside) == [(code, f"{Q1}/{name}")], (name, at)
        path.write_bytes(before)
    assert codes(office / "总台账.xlsx") == []


def test_added_and_missing_files_are_named(office: Path) -> None:
    inside = office / ARCHIVE
    (inside / "收回" / "01.xlsx").rename(inside / "收回" / "新.xlsx")
    told = run("verify", office / "总台账.xlsx", status=1)
    assert "ARCH-003 第一季度/收回/新.xlsx" in told.output
    assert "ARCH-002 第一季度/收回/01.xlsx" in told.output


def test_a_summary_that_does_not_follow_from_the_archive_is_found(office: Path) -> None:
    """Though hashes and manifest were made to fit; another version of the program may write other bytes."""
    inside = office / ARCHIVE
    name = f"汇总_{Q1}.xlsx"
    book = openpyxl.load_workbook(inside / name)
    book.save(inside / name)

    def fit(manifest: Any) -> None:
        entry = next(f for f in manifest["files"] if f["path"] == name)
        entry["sha256"] = hashlib.sha256((inside / name).read_bytes()).hexdigest()

    rewritten(inside, fit)
    assert codes(inside) == [("ARCH-005", f"{Q1}/{name}")]
    rewritten(inside, lambda m: m["program"].update(reconcile="0.0.1"))
    assert codes(inside) == [("ARCH-006", f"{Q1}/{name}")]
    assert "reconcile 0.0.1" in run("verify", inside, status=3).output


def test_a_web_page_is_made_again_like_the_summary(office: Path) -> None:
    (office / "收回" / "03.xlsx").write_bytes(filled(A, 2))
    merge(office, Q2, "--html", office / "给领导.html")
    assert "ARCH-0" not in close(office, period=Q2).output
    inside = office / "归档" / Q2
    page = inside / "给领导.html"
    assert page.read_bytes() == (office / "给领导.html").read_bytes()
    [kept] = [f for f in read_manifest(inside)["files"] if f["path"] == page.name]
    assert kept["role"] == MADE and codes(inside) == []
    page.write_bytes(page.read_bytes().replace("市发改委".encode(), "市发改局".encode()))

    def fit(manifest: Any, **role: str) -> None:
        entry = next(f for f in manifest["files"] if f["path"] == page.name)
        entry.update(role, sha256=hashlib.sha256(page.read_bytes()).hexdigest())

    rewritten(inside, fit)
    assert codes(inside) == [("ARCH-005", f"{Q2}/{page.name}")]
    # Archives of earlier versions keep the page as a file that nobody makes again.
    rewritten(inside, lambda m: (fit(m, role=OTHER), m["outputs"].pop("page")))
    assert codes(inside) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m: m["setup"].update(template="发送记录.jsonl"), "ARCH-012"),
        (lambda m: m["setup"].update(plan="../../总台账.xlsx"), "ARCH-004"),
        (lambda m: m["setup"].update(password=True), "ARCH-012"),
        (lambda m: m.pop("setup"), "ARCH-004"),
        (lambda m: m.update(as_of="昨天"), "ARCH-004"),
        (lambda m: m["files"].append({"path": 3}), "ARCH-004"),
        (lambda m: m["outputs"].update(records=None), "ARCH-004"),
    ],
)
def test_a_manifest_that_cannot_be_followed_says_so(
    office: Path, change: Callable[[Any], object], code: str
) -> None:
    rewritten(office / ARCHIVE, change)
    assert [c for c, _ in codes(office / ARCHIVE)] == [code]


def test_the_next_period_finds_the_former_summary_by_itself(office: Path, tmp_path: Path) -> None:
    (office / "收回" / "03.xlsx").write_bytes(filled(A, 2))
    told = merge(office, Q2)
    assert f"上期的汇总取自归档：{Q1}/汇总_明细_{Q1}.xlsx" in told.output
    assert "ARCH-007" not in told.output, "what is archived is not late"
    named = tmp_path / "写明.xlsx"
    merge(office, Q2, "--previous", office / f"汇总_明细_{Q1}.xlsx", "-o", named)
    assert named.read_bytes() == (office / f"汇总_{Q2}.xlsx").read_bytes()
    made = run(
        "generate",
        office / "总台账.xlsx",
        "--period",
        Q2,
        "-o",
        office / "发出",
        "--as-of",
        "2022-07-01",
        status=0,
    )
    assert "上期的汇总取自归档" in made.output
    close(office, period=Q2)
    shutil.rmtree(office / ARCHIVE)
    run("verify", office / "归档" / Q2, status=0)


def test_a_late_return_is_told_kept_and_changes_nothing(office: Path) -> None:
    before = {n: (office / ARCHIVE / n).read_bytes() for n in files_in(office / ARCHIVE)}
    late = office / "收回" / "迟到的.xlsx"
    late.write_bytes(changed(put(J7="迟到的一份，已召开推进会。"), A, 1))
    (office / "收回" / "03.xlsx").write_bytes(filled(A, 2))
    told = merge(office, Q2)
    assert "ARCH-007 收回/迟到的.xlsx：市发改委：这是“第一季度”的表" in told.output
    assert {n: (office / ARCHIVE / n).read_bytes() for n in before} == before
    close(office, "--late", late)
    assert files_in(office / ARCHIVE / "迟到") == ["迟到的.xlsx"]
    assert "已经有了" in close(office, "--late", late).output
    late.write_bytes(changed(put(J7="迟到的另一份，已召开推进会。"), A, 1))
    close(office, "--late", late)
    assert files_in(office / ARCHIVE / "迟到") == ["2/迟到的.xlsx", "迟到的.xlsx"]
    assert "ARCH-007" not in merge(office, Q2).output
    events = read_manifest(office / ARCHIVE)["events"]
    assert [(e["what"], list(e.get("files", {}))) for e in events[1:]] == [
        ("late", ["迟到/迟到的.xlsx"]), ("late", ["迟到/2/迟到的.xlsx"]),
    ]  # fmt: skip
    run("verify", office / "总台账.xlsx", status=0)


def test_a_closed_period_is_made_again_only_when_it_is_opened(office: Path) -> None:
    summary, manifest = office / f"汇总_{Q1}.xlsx", office / ARCHIVE / MANIFEST
    before = summary.read_bytes()
    assert "已经归档" in merge(office, Q1, status=2).output
    assert "已经归档" in close(office, status=2).output
    assert summary.read_bytes() == before
    assert "没有归档" in merge(office, Q2, "--reopen", status=2).output
    (office / "收回" / "补报" / "02.xlsx").write_bytes(filled(B, 1))
    old = read_manifest(office / ARCHIVE)
    merge(office, Q1, "--reopen", "--why", "市财政局更正")
    opened = read_manifest(office / ARCHIVE)["events"][-1]
    assert (opened["what"], opened["why"]) == ("reopened", "市财政局更正") and opened["when"]
    run("verify", office / "总台账.xlsx", status=0)
    kept = manifest.read_bytes()
    close(office)
    assert manifest.read_bytes() == kept, "what was archived before stays as it was"
    again = read_manifest(office / "归档" / f"{Q1}_2")
    assert [e["what"] for e in again["events"]] == ["closed", "reopened", "replaced", "closed"]
    assert again["events"][2]["files"] == {f["path"]: f["sha256"] for f in old["files"]}
    told = merge(office, Q2).output
    assert f"上期的汇总取自归档：{Q1}_2/汇总_明细_{Q1}.xlsx" in told
    assert "已经归档" in merge(office, Q1, status=2).output
    assert run("verify", office / "总台账.xlsx", status=0).output.count("完好") == 2


def test_what_no_longer_follows_from_the_inbox_is_not_closed(office: Path) -> None:
    shutil.rmtree(office / "归档")
    (office / "收回" / "补报" / "02.xlsx").write_bytes(filled(B, 1))
    told = close(office, status=1)
    assert f"ARCH-008 汇总_{Q1}.xlsx" in told.output
    assert not (office / "归档").exists()


def test_an_edited_summary_is_archived_beside_the_one_that_was_made(office: Path) -> None:
    summary = office / f"汇总_{Q1}.xlsx"
    made = (office / ARCHIVE / summary.name).read_bytes()
    shutil.rmtree(office / "归档")
    book = openpyxl.load_workbook(summary)
    book.worksheets[0].column_dimensions["A"].width = 50
    book.save(summary)
    assert "ARCH-009" in close(office).output
    assert (office / ARCHIVE / summary.name).read_bytes() == made
    edited = office / ARCHIVE / f"汇总_{Q1}_改过.xlsx"
    assert edited.read_bytes() == summary.read_bytes()
    run("verify", office / "总台账.xlsx", status=0)


def test_nothing_is_closed_without_one_summary_and_an_inbox(office: Path) -> None:
    shutil.rmtree(office / "归档")
    assert "没有找到“第二季度”的汇总" in close(office, period=Q2, status=2).output
    second = office / "又一份.xlsx"
    shutil.copyfile(office / f"汇总_{Q1}.xlsx", second)
    (office / f"汇总_{Q1}.xlsx").rename(office / "改名.xlsx")
    assert "有几份" in close(office, status=2).output
    (office / "收回").rename(office / "别处")
    assert "没有找到收回" in close(office, "--summary", second, status=2).output
    assert not (office / "归档").exists()


def test_a_changed_archive_serves_no_later_period(office: Path) -> None:
    details = office / ARCHIVE / f"汇总_明细_{Q1}.xlsx"  # which later periods read
    details.write_bytes(details.read_bytes() + b"x")
    assert "ARCH-010" in merge(office, Q2, status=1).output
    manifest = office / ARCHIVE / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b"2022-04-05", b"2022-04-06"))
    assert "ARCH-004" in merge(office, Q2, status=1).output


@pytest.mark.parametrize(
    "command",
    [
        "merge {o}/总台账.xlsx {o}/收回 --period 第一季度 --reopen -o {a}/汇总_第一季度.xlsx",
        "merge {o}/总台账.xlsx {o}/收回 --period 第一季度 --reopen -o {o}/s.xlsx --returns {a}/退回_第一季度",
        "status {o}/总台账.xlsx {o}/收回 --period 第二季度 -o {a}/收回/补报/进度.xlsx",
        "export {o}/总台账.xlsx {o}/收回 --period 第二季度 --to {a}/明细.csv --force",
        "generate {o}/总台账.xlsx --period 第二季度 -o {a}",
        "mail {o}/退回_第一季度 --plan {o}/总台账.xlsx -o {a}/邮件",
    ],
)
def test_no_verb_writes_into_an_archive(office: Path, command: str) -> None:
    words = command.format(o=office, a=office / ARCHIVE).split(" ")
    assert "在归档里，不能写" in run(*words, status=2).output
    run("verify", office / ARCHIVE, status=0)


def test_templates_that_the_plan_names_are_kept_where_it_names_them(office: Path) -> None:
    shutil.rmtree(office / "归档")
    own = office / "模板" / "表.xlsx"
    own.parent.mkdir()
    own.write_bytes((resources.files("reconcile.templates") / "form.xlsx").read_bytes())
    ours = replace(plan(), settings={**plan().settings, "填报表模板": "模板\\表.xlsx"})
    (office / "总台账.xlsx").write_bytes(plan_bytes(ours))
    merge(office, Q1)
    close(office)
    assert (office / ARCHIVE / "模板" / "表.xlsx").read_bytes() == own.read_bytes()
    run("verify", office / ARCHIVE, status=0)


def test_an_archive_of_another_plan_is_none_of_ours(office: Path) -> None:
    theirs = {"title": "别的", "document": "", "year": "2022", "code": "XXXX"}
    rewritten(office / ARCHIVE, lambda m: m.update(plan=theirs))
    merge(office, Q1)


@pytest.mark.parametrize("count", [1, 3])
def test_a_run_that_fails_leaves_no_half_archive(
    office: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    shutil.rmtree(office / "归档")
    calls, keep = [], api_close.keep

    def full(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) > count:
            raise OSError(28, "No space left on device", "x")
        return keep(*arguments)

    monkeypatch.setattr(api_close, "keep", full)
    assert "磁盘满了" in close(office, status=1).output
    assert not (office / "归档").exists()


@pytest.mark.skipif(os.name != "posix", reason="killed as POSIX kills")
def test_a_killed_run_leaves_no_half_archive(office: Path) -> None:
    shutil.rmtree(office / "归档")
    script = (
        "import os, sys; from reconcile.api.year import close as c; from reconcile.cli import main;"
        "c.manifest_bytes = lambda m: os.kill(os.getpid(), 9); main(sys.argv[1:])"
    )
    plan_path = str(office / "总台账.xlsx")
    command = [sys.executable, "-c", script, "close", plan_path, "--period", Q1]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == -9
    assert files_in(office / "归档") != [] and not (office / ARCHIVE).exists()
    merge(office, Q1)  # the period is not closed
    close(office)
    assert [p.name for p in (office / "归档").iterdir()] == [Q1], "what waited is swept"


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_links_that_lead_out_of_the_inbox_are_kept_as_links(office: Path, tmp_path: Path) -> None:
    shutil.rmtree(office / "归档")
    outside = tmp_path / "外面.xlsx"
    outside.write_bytes(filled(B, 1))
    inbox = office / "收回"
    (inbox / "链接.xlsx").symlink_to(outside)
    inbox.rename(tmp_path / "共享")
    inbox.symlink_to(tmp_path / "共享")
    (inbox / "里面.xlsx").symlink_to(tmp_path / "共享" / "01.xlsx")
    (inbox / "补报二").symlink_to(tmp_path / "共享" / "补报")
    merge(office, Q1)
    close(office)
    assert files_in(office / ARCHIVE / "收回") == [
        "01.xlsx",
        "补报/02.xlsx",
        "里面.xlsx",
        "链接.xlsx",
    ]
    assert not (office / ARCHIVE / "收回" / "里面.xlsx").is_symlink()
    run("verify", office / ARCHIVE, status=0)
    link = office / ARCHIVE / "收回" / "链接.xlsx"
    assert link.is_symlink() and link.readlink() == outside
    assert list(differences(archive(office / ARCHIVE))) == []
    link.unlink()
    link.symlink_to(tmp_path / "别的.xlsx")
    assert [f.code for f in differences(archive(office / ARCHIVE))] == ["ARCH-001"]


def test_what_lies_two_periods_back_is_not_taken_for_the_last_one(office: Path) -> None:
    ours = plan()
    third = Period("第三季度", date(2022, 9, 30), 9)
    tasks = tuple(
        replace(t, milestones={**t.milestones, third.caption: "做完。"}) for t in ours.tasks
    )
    longer = replace(ours, periods=(*ours.periods, third), tasks=tasks)
    (office / "总台账.xlsx").write_bytes(plan_bytes(longer))
    inbox = office / "空"
    inbox.mkdir()
    told = run("merge", office / "总台账.xlsx", inbox, "--period", "第三季度", status=3).output
    assert "“第二季度”还没有归档，没有和上期比" in told and "取自归档" not in told


def test_every_output_of_the_period_is_taken_by_its_mark(office: Path) -> None:
    shutil.rmtree(office / "归档")
    day = ("--as-of", "2022-04-05")
    run(
        "status",
        office / "总台账.xlsx",
        office / "收回",
        "--period",
        Q1,
        *day,
        "-o",
        office / "进度.xlsx",
    )
    (office / "别的.xlsx").write_bytes(plan_bytes(replace(plan(), year=2021)))
    close(office)
    files = {f["path"]: f["role"] for f in read_manifest(office / ARCHIVE)["files"]}
    assert files["进度.xlsx"] == "output" and files["报告.json"] == "made"
    assert "别的.xlsx" not in files
