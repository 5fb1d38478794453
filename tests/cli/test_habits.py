"""Habits of the terminal: how much is said and to whom, colours, progress, and what is refused with a hint."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
from bench_forms import A, B, issued, plan
from click.testing import CliRunner, Result

from reconcile.cli import console, main
from reconcile.plan import plan_bytes

Q2 = plan().periods[1].caption
DAY = ("--as-of", "2022-07-08")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan, and an inbox with one empty form."""
    folder = tmp_path_factory.mktemp("habits")
    (folder / "总台账.xlsx").write_bytes(plan_bytes(plan()))
    (folder / "收回").mkdir()
    (folder / "收回" / "01.xlsx").write_bytes(issued(A))
    return folder


def run(place: Path, line: str, *more: str) -> Result:
    arguments = [
        str(place / word) if word in ("总台账.xlsx", "收回") else word for word in line.split()
    ]
    result = CliRunner().invoke(main, [*arguments, *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# --- how much is said


def test_quiet_says_nothing_and_means_the_same(place: Path) -> None:
    usual, quiet = (
        run(place, f"status {q} 总台账.xlsx 收回 --period Q2", *DAY) for q in ("", "-q")
    )
    assert usual.output and quiet.output == ""
    assert quiet.exit_code == usual.exit_code == 3
    assert (
        quiet.exit_code == run(place, "--quiet status 总台账.xlsx 收回 --period Q2", *DAY).exit_code
    )


def test_quiet_still_says_what_failed(place: Path) -> None:
    told = run(place, "status 总台账.xlsx 收回 --period 春 -q")
    assert (told.exit_code, told.stdout) == (1, "") and "PLAN-530" in told.stderr


def test_verbose_tells_sources_and_seconds_on_stderr(place: Path) -> None:
    told = run(place, "status -v 总台账.xlsx 收回 --period Q2", *DAY)
    assert told.stdout == run(place, "status 总台账.xlsx 收回 --period Q2", *DAY).stdout
    lines = told.stderr.splitlines()
    assert re.fullmatch(r"读取回表：\d+\.\d 秒", lines[0])
    assert lines[1:] == [
        f"总台账：{place / '总台账.xlsx'}、zh", "填报表模板：程序自带的",
        f"收到的回表：1 个文件、{place / '收回'}", f"时段：{Q2}、截至 2022-07-08",
    ]  # fmt: skip


# --- JSON


def test_generate_prints_json(place: Path, tmp_path: Path) -> None:
    told = run(place, f"generate 总台账.xlsx --period Q2 --json --unit {A} -o", str(tmp_path / "o"))
    said = json.loads(told.stdout)
    assert (said["done"], said["period"], list(said["forms"])) == (True, Q2, [A])
    assert Path(said["forms"][A]).is_file()


def test_mail_prints_json(place: Path, tmp_path: Path) -> None:
    run(place, "generate 总台账.xlsx --period Q2 -o", str(tmp_path / "o"))
    told = run(
        place, "mail --json --plan 总台账.xlsx", str(tmp_path / "o"), "-o", str(tmp_path / "m")
    )
    said = json.loads(told.stdout)
    assert said["mails"] == len(said["waiting"]) + len(said["held"]) + len(said["doubtful"]) == 3
    assert {f["code"] for f in said["findings"]} and said["folder"] == str(tmp_path / "m")


def test_delegate_prints_json(place: Path, tmp_path: Path) -> None:
    told = run(
        place, "delegate --json", str(place / "收回" / "01.xlsx"), "-o", str(tmp_path / "p.xlsx")
    )
    said = json.loads(told.stdout)
    assert (said["done"], said["unit"], said["period"]) == (True, A, Q2)


@pytest.mark.parametrize("verb", ["extract", "delegate", "fetch"])
def test_what_failed_is_json_too(place: Path, tmp_path: Path, verb: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    out = ("-o", str(tmp_path / "b.xlsx")) if verb != "fetch" else ()
    source = str(tmp_path / ("a.xlsx" if out else "inbox"))
    told = run(place, f"{verb} --json", source, *out)
    said = json.loads(told.stdout)
    assert told.exit_code == 1 and said["done"] is False
    assert [f["code"] for f in said["findings"]] == [re.findall(r"[A-Z]+-\d{3}", told.stderr)[0]]


@pytest.mark.parametrize(
    "verb", ["extract", "generate", "mail", "fetch", "delegate", "status", "diff"]
)
def test_who_can_speak_json(verb: str) -> None:
    assert "--json" in {name for p in main.commands[verb].params for name in p.opts}


# --- colours and progress


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_errors_are_red_where_colours_are_wanted(
    place: Path, environment: dict[str, str], coloured: bool
) -> None:
    own = {"NO_COLOR": None, "TERM": "xterm", **environment}
    for arguments in (
        ["status", "none", "none"],
        ["status", str(place / "总台账.xlsx"), str(place / "收回")],
    ):
        # As on a terminal: click strips colours from anything else.
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr("click._compat.isatty", lambda _: True)
            told = CliRunner(env=own).invoke(main, arguments, color=None if not coloured else True)
        assert ("\x1b[31m" in told.output) is coloured, told.output


@pytest.mark.parametrize(
    ("term", "quiet", "shown"), [("xterm", "", True), ("dumb", "", False), ("xterm", "-q", False)]
)
def test_progress_is_for_who_watches(
    term: str, quiet: str, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    @main.command("probe")
    def probe() -> None:
        with console.progress("x") as step:
            seen.append(step is not None)

    try:
        monkeypatch.setenv("TERM", term)
        monkeypatch.setattr(console, "_watched", lambda: True)
        CliRunner().invoke(main, [*quiet.split(), "probe"])
        monkeypatch.setattr(console, "_watched", lambda: False)
        CliRunner().invoke(main, ["probe"])
    finally:
        del main.commands["probe"]
    assert seen == [shown, False]


def test_work_without_steps_is_told_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(console, "_watched", lambda: True)
    monkeypatch.setattr(console, "_PATIENCE", 0.0)
    monkeypatch.setattr(click, "echo", lambda text, **_: said.append(text))
    with console.working("写汇总"):
        pass
    assert said in (["写汇总 …", "\r\x1b[K"], ["\r\x1b[K"])


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("reconcile gen", ["generate"]),
        ("reconcile mail --kind ", ["form", "returned", "reminder", "report", "demand"]),
        ("reconcile status --lang ", ["zh", "en"]),
        ("reconcile merge --circ", ["--circular"]),
    ],
)
def test_the_shell_completes(typed: str, wanted: list[str]) -> None:
    environment = {
        "_RECONCILE_COMPLETE": "bash_complete", "COMP_WORDS": typed.rstrip(), "RECONCILE_LANG": "en",
        "COMP_CWORD": str(len(typed.split(" ")) - 1),
    }  # fmt: skip
    told = CliRunner(env=environment).invoke(main, [], prog_name="reconcile")
    assert [line.partition(",")[2] for line in told.output.split()] == wanted


# --- names


@pytest.mark.parametrize("period", ["q2", "二季度", "Q2", "第 2 季度"])
def test_a_period_may_be_named_in_other_ways(place: Path, period: str) -> None:
    told = run(place, "status 总台账.xlsx 收回 --period", period, *DAY)
    assert told.output.startswith(f"{Q2}（截至 2022-07-08）")


def test_a_unit_that_is_near_is_named_and_never_taken(place: Path, tmp_path: Path) -> None:
    near = A[1:3]  # 发改委 itself is another name in the register
    told = run(place, f"generate 总台账.xlsx --period Q2 --unit {near} -o", str(tmp_path / "o"))
    assert told.exit_code == 3 and f"相近的有：{A}" in told.output
    assert not (tmp_path / "o").exists() or not list((tmp_path / "o").iterdir())


def test_mail_for_a_unit_that_is_near_goes_to_nobody(place: Path, tmp_path: Path) -> None:
    run(place, "generate 总台账.xlsx --period Q2 -o", str(tmp_path / "o"))
    line = f"mail --plan 总台账.xlsx --json --unit {B[1:3]} -o"
    said = json.loads(run(place, line, str(tmp_path / "m"), str(tmp_path / "o")).stdout)
    assert said["mails"] == 0 and B in said["findings"][0]["message"]


# --- endings, and files that are no plan


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("merge 总台账.xlsx 收回 -o x.xls", ".xlsx"),
        ("merge 总台账.xlsx 收回 -o x.docx", ".xlsx"),
        ("merge 总台账.xlsx 收回 --report x.xlsx", ".json"),
        ("merge 总台账.xlsx 收回 --circular x.doc", ".docx"),
        ("status 总台账.xlsx 收回 -o 进度", ".xlsx"),
        ("diff 总台账.xlsx 总台账.xlsx -o x.csv", ".xlsx"),
        ("extract 总台账.xlsx -o x.pdf", ".xlsx"),
        ("rotate-key 总台账.xlsx -o x.et", ".xlsx"),
    ],
)
def test_an_ending_that_we_do_not_write_is_refused(place: Path, line: str, ending: str) -> None:
    told = run(place, line)
    assert told.exit_code == 2 and f"文件名要以 {ending} 结尾" in told.output
    assert {p.name for p in place.iterdir()} - {"发送记录.lock"} == {"总台账.xlsx", "收回"}


def test_a_file_that_is_no_plan_is_called_what_it_is(place: Path, tmp_path: Path) -> None:
    out = ("-o", str(tmp_path / "汇总.xlsx"), "--report", str(tmp_path / "报告.json"))
    assert run(place, "merge 总台账.xlsx 收回 --period Q2", *DAY, *out).exit_code == 3
    run(place, "status 总台账.xlsx 收回 --period Q2 -o", str(tmp_path / "进度.xlsx"), *DAY)
    (tmp_path / "计划.pdf").write_bytes(b"%PDF-1.7\n")
    said = {
        path.name: run(place, "generate -o x", str(path)).stderr
        for path in (*tmp_path.glob("*.*"), place / "收回" / "01.xlsx")
    }
    wanted = {
        "汇总.xlsx": "这是汇总，", "报告.json": "这是报告，", "进度.xlsx": "这是进度表，", "计划.pdf": "这是PDF文件，",
        "01.xlsx": "这是填报表，", "汇总_明细.xlsx": "这是汇总明细，",
    }  # fmt: skip
    assert set(said) == set(wanted)
    assert all(wanted[name] in told and "PLAN-605" in told for name, told in said.items()), said
