"""The .bat files for a coordinator on Windows: their bytes, and that every command in them is one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from post_servers import run

from reconcile.cli import main

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "windows"
FILES = sorted(FOLDER.glob("*.bat"))


def test_there_is_one_for_each_step() -> None:
    assert {p.stem for p in FILES} == {
        "一键提取", "一键生成", "一键查进度", "一键汇总", "生成邮件", "生成催报", "发送邮件",
        "取回邮件", "下发分解", "一键答复",
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_cmd_can_read_it(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf"), "a mark in front would be taken for a command"
    content.decode("utf-8")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    lines = content.decode("utf-8").split("\r\n")
    assert lines[:2] == ["@echo off", "chcp 65001 >nul"], (
        "nothing Chinese before the code page is set"
    )
    assert [line for line in lines if line][-1] == "pause"
    for line in lines:
        # Chinese stands in what is printed and in names, never in a command or a label.
        bare = re.sub(r'"[^"]*"', "", line)
        assert line.startswith("echo ") or bare.isascii(), line
        assert not ("(" in bare and not bare.lstrip().startswith("for ")), (
            "blocks break on ) in a name"
        )


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_dropped_names_are_quoted_and_every_label_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    for match in re.finditer(r"%~?(?:dp)?1|%(?:PLAN|INBOX|FILES)%", text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : text.find("\n", match.end())]
        inside = line[: match.start() - text.rfind("\n", 0, match.start()) - 1].count('"') % 2
        assert inside, f"an & in a folder's name would start a command: {line}"
    wanted = set(re.findall(r"\bgoto (\w+)", text))
    labels = set(re.findall(r"(?m)^:(\w+)", text))
    assert wanted <= labels and {"empty", "missing", "end"} <= labels
    assert 'if "%~1"==""' in text or 'if "%~1"=="" set' in text, "a double click drops nothing"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_command_parses(path: Path, tmp_path: Path) -> None:
    there = tmp_path / "有 空格"
    there.mkdir()
    (there / "总台账.xlsx").write_bytes(b"")
    lines = [li for li in path.read_text("utf-8").splitlines() if li.startswith("reconcile ")]
    assert lines
    for line in lines:
        line = re.sub(r"%~1|%(?:PLAN|FILES|INBOX)%", str(there / "总台账.xlsx"), line)
        line = re.sub('"(?:发出|收回)"', f'"{there}"', line)
        line = line.replace('"我的总台账.xlsx" ', f'"{there / "总台账.xlsx"}" ')
        assert "%" not in line
        verb, *arguments = shlex.split(line)[1:]
        command = main.commands[verb]
        context = command.make_context(verb, arguments)
        assert isinstance(context, click.Context)


def test_nothing_is_sent_before_it_was_shown_and_allowed() -> None:
    lines = (FOLDER / "发送邮件.bat").read_text("utf-8").splitlines()
    dry, ask, send = (
        next(i for i, line in enumerate(lines) if line.startswith(start) and line.endswith(end))
        for start, end in (
            ("reconcile mail", '"邮件"'),
            ("choice", ""),
            ("reconcile mail", "--send"),
        )
    )
    assert dry < ask < send and "if errorlevel 2 goto end" in lines[ask:send]
    others = [p for p in FILES if p.stem != "发送邮件"]
    assert not any("--send" in p.read_text("utf-8") for p in others)


def test_the_verb_writes_them_all(tmp_path: Path) -> None:
    result = run("windows", tmp_path / "重点工作")
    assert result.exit_code == 0 and f"{len(FILES)} 个 .bat 文件" in result.output
    written = {p.name: p.read_bytes() for p in (tmp_path / "重点工作").iterdir()}
    assert written == {p.name: p.read_bytes() for p in FILES}
