"""Two periods through the .bat files: what each of them would run on Windows is run here, on the same files."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest
from little_round import fill, little_plan
from post_servers import run

from reconcile.api.windows import bat_files
from reconcile.core.i18n import speaking
from reconcile.core.plan import Period, Unit
from reconcile.plan import plan_bytes

_CONDITION = re.compile(
    r'if (?P<no>not )?(?:(?P<what>exist|errorlevel|defined) (?P<it>"[^"]*"|\S+)|"(?P<a>[^"]*)"=="(?P<b>[^"]*)") (?P<then>.*)'
)


@dataclass
class Cmd:
    """As much of cmd.exe as the files use. ``ran`` are the arguments of each run of reconcile."""

    home: Path
    language: str = "zh"
    errorlevel: int = 0
    ran: list[list[str]] = field(default_factory=list)
    output: str = ""

    def drop(self, name: str, dropped: Path | None = None) -> list[list[str]]:
        """Play a file as if something was dropped on it; returns the commands that it ran."""
        with speaking(self.language):
            lines = bat_files()[f"{name}.bat"].decode("utf-8").split("\r\n")
        there = dropped or Path()
        words = {"~dp0": f"{self.home}/", "~1": str(there), "~dp1": f"{there.parent}/",
                 "~nx1": there.name, "~n1": there.stem} if dropped else {"~dp0": f"{self.home}/", "~1": ""}  # fmt: skip
        self.ran, self.output, at = [], "", 0
        labels = {line[1:]: i for i, line in enumerate(lines) if line.startswith(":")}
        while lines[at] != "exit":
            to = self._do(lines[at], words)
            at = labels[to] if to else at + 1
        return self.ran

    def _do(self, line: str, words: dict[str, str]) -> str:
        """Do one line; returns the label to go on at."""
        if line.startswith("echo "):
            self.output += line.removeprefix("echo ") + "\n"
            return ""
        if found := re.match(r"for %%\w in \(reconcile\.exe\) do ", line):
            words["RUN"] = "reconcile"
            return ""
        if found := re.match(r'for %%F in \("%(\w+)%"\) do set "(\w+)=%%~dpF"', line):
            words[found[2]] = f"{Path(words[found[1]]).parent}/"
            return ""
        line = re.sub(r"%(~\w*[01])|%(\w+)%", lambda m: words.get(m[1] or m[2], ""), line)
        if found := _CONDITION.fullmatch(line):
            if found["what"] == "exist":
                path = found["it"].strip('"')
                folder = path.removesuffix("\\")
                true = Path(folder).is_dir() if folder != path else Path(path).exists()
            elif found["what"] == "errorlevel":
                true = self.errorlevel >= int(found["it"])
            elif found["what"] == "defined":
                true = bool(words.get(found["it"]))
            else:
                true = found["a"] == found["b"]
            return self._do(found["then"], words) if true != bool(found["no"]) else ""
        if found := re.fullmatch(r'set "(\w+)=(.*)"', line):
            words[found[1]] = found[2]
        elif found := re.fullmatch(r"goto (\w+)", line):
            return found[1]
        elif "choice.exe" in line:
            self.errorlevel = 2  # N
        elif line.startswith('"reconcile" '):
            arguments = shlex.split(line)[1:]
            result = run(*arguments, "--lang", self.language)
            assert result.exception is None or isinstance(result.exception, SystemExit)
            self.errorlevel, self.output = result.exit_code, self.output + result.output
            self.ran.append(arguments)
        return ""


def written(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.suffix != ".lock")


def settle(plan: Path, period: str) -> None:
    """Write the current period, as the coordinator does in Excel."""
    book = openpyxl.load_workbook(plan)
    row = next(r for r in book["设置"].iter_rows() if r[0].value == "本期")
    row[1].value = period
    book.save(plan)


OPENED = (
    ("邮件", ""), ("催报", ""), ("进度", ".xlsx"), ("汇总", ".xlsx"), ("邮件", "")
)  # fmt: skip
"""What each file opens in the end, in order."""


@pytest.mark.slow
def test_two_periods_by_dropping_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", lambda path: opened.append(Path(path).name))
    home = tmp_path / "重点 工作(1)"
    inbox, plan = home / "收回", home / "总台账.xlsx"
    inbox.mkdir(parents=True)
    made = little_plan(
        {1: "修路：甲局", 2: "架桥：乙局"},
        units=[Unit(n, email=f"{i}@example.invalid") for i, n in enumerate(("甲局", "乙局"), 1)],
        settings={
            "本期": "第一季度",
            "发件邮箱": "zhb@example.invalid",
            "报送邮箱": "head@example.invalid",
        },
    )
    plan.write_bytes(plan_bytes(made))
    cmd = Cmd(home)
    days = {"第一季度": date(2022, 3, 30), "第二季度": date(2022, 6, 29)}
    for number, (period, day) in enumerate(days.items(), 1):
        settle(plan, period)
        before = set(written(home))
        assert cmd.drop("一键生成", plan) == [["generate", str(plan)]]
        [first, _] = sorted((home / f"发出_{period}").iterdir())
        assert len(cmd.drop("生成邮件", plan)) == 1 and cmd.errorlevel == 0, cmd.output
        assert len(list((home / f"邮件_{period}").glob("*_发表_*.eml"))) == 2
        assert len(cmd.drop("发送邮件")) == 1, "N was pressed"
        content = fill(first.read_bytes(), M4=day)
        (inbox / first.name).write_bytes(content)
        cmd.drop("生成催报", plan)
        [draft] = (home / f"催报_{period}").glob("*.eml")
        assert "乙局" in draft.name and first.name.encode() not in draft.read_bytes()
        cmd.drop("一键查进度", inbox)
        cmd.drop("一键汇总", inbox)
        assert ("上期的汇总取自归档" in cmd.output) == (number == 2)
        cmd.drop("生成邮件", home / f"汇总_{period}.xlsx")
        cmd.drop("一键归档", plan)
        assert cmd.errorlevel in (0, 3), cmd.output
        assert (home / "归档" / period / "manifest.json").is_file()
        assert opened == [f"{name}_{period}{end}" for name, end in OPENED]
        opened.clear()
        added = {name for name in set(written(home)) - before if period in name}
        assert added >= {f"{w}_{period}" for w in ("发出", "邮件", "催报")}
        assert added >= {f"{w}_{period}.xlsx" for w in ("进度", "汇总", "汇总_明细")}
        assert len(written(home / "归档")) == number
        shutil.rmtree(inbox)
        inbox.mkdir()


def test_in_english_the_names_are_english_and_tell_the_period(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(click, "launch", lambda path: None)
    periods = (Period("Q1", date(2022, 3, 31), 3), Period("Q2", date(2022, 6, 30), 6))
    made = replace(
        little_plan({1: "Road：Works"}, settings={"语言": "en", "本期": "Q2"}), periods=periods
    )
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(plan_bytes(made))
    (tmp_path / "inbox").mkdir()
    cmd = Cmd(tmp_path, "en")
    for name in ("generate", "draft-mail", "reminders", "status", "merge", "close"):
        cmd.drop(name)
        assert cmd.errorlevel in (0, 3), cmd.output
    assert written(tmp_path) == [
        "archive", "forms_Q2", "inbox", "mail_Q2", "plan.xlsx", "reminders_Q2", "status_Q2.xlsx",
        "summary_Q2.xlsx", "summary_details_Q2.xlsx",
    ]  # fmt: skip


def test_the_form_of_the_next_period_keeps_the_plan_of_the_year(tmp_path: Path) -> None:
    form, own = tmp_path / "第二季度填报表.xlsx", tmp_path / "我的总台账.xlsx"
    form.write_bytes(b"a form")
    own.write_bytes(b"the plan of the first period")
    cmd = Cmd(tmp_path)
    assert cmd.drop("下发分解", form) == [] and "已经有了" in cmd.output
    assert own.read_bytes() == b"the plan of the first period"
