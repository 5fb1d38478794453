"""The .bat files for a coordinator on Windows: their bytes, and that every command in them is one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from post_servers import run

from reconcile.api.windows import bat_files
from reconcile.cli import main
from reconcile.core.i18n import speaking

NAMES = {
    "一键提取": "extract", "一键生成": "generate", "一键查进度": "status", "一键汇总": "merge", "一键归档": "close", "生成邮件": "draft-mail",
    "生成催报": "reminders", "发送邮件": "send-mail", "取回邮件": "fetch-mail", "下发分解": "delegate", "一键答复": "answer",
}  # fmt: skip


class Bat(NamedTuple):
    """A .bat file as the verb writes it."""

    stem: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")


def written(language: str) -> list[Bat]:
    with speaking(language):
        return [Bat(name.removesuffix(".bat"), content) for name, content in bat_files().items()]


CHINESE, ENGLISH = written("zh"), written("en")
FILES = [*CHINESE, *ENGLISH]


def test_there_is_one_for_each_step() -> None:
    assert {p.stem for p in CHINESE} == set(NAMES)
    assert {p.stem for p in ENGLISH} == set(NAMES.values())


def test_the_english_ones_are_ascii_and_the_same_steps() -> None:
    english = {p.stem: p for p in ENGLISH}
    for path in CHINESE:
        other = english[NAMES[path.stem]]
        assert other.content.isascii(), [line for line in lines_of(other) if not line.isascii()]
        theirs, ours = (
            [re.sub(r"[\w.-]+\.xlsx|收回|inbox|答复_|Answer_", "#", line)
             for line in lines_of(one) if not line.startswith("echo ")]
            for one in (path, other)
        )  # fmt: skip
        changed = [(a, b) for a, b in zip(theirs, ours, strict=True) if a != b]
        assert {b for _, b in changed} <= {
            'if not defined RECONCILE_LANG set "RECONCILE_LANG=en"',
            r'"%SystemRoot%\System32\choice.exe" /c YN /n /m "Y = send, N = do not send: "',
        }
        assert 'if not defined RECONCILE_LANG set "RECONCILE_LANG=zh"' in lines_of(path)


HEAD = [
    "@echo off",
    "setlocal EnableExtensions DisableDelayedExpansion",
    'set "NoDefaultCurrentDirectoryInExePath=1"',
    'cd /d "%SystemRoot%"',
    r'"%SystemRoot%\System32\chcp.com" 65001 >nul',
    r'set "RUN=%~dp0reconcile\reconcile.exe"',
    'if not exist "%RUN%" for %%P in (reconcile.exe) do set "RUN=%%~$PATH:P"',
    "if not defined RUN goto missing",
]
"""What every file begins with: nothing is run that has no full name, and the full name of ours is
found before any folder of others is looked at."""
BUILT_IN = {"set", "if", "for", "goto", "echo", "echo.", "start", "pause", "exit"}
ABSOLUTE = re.compile(
    r"%~1|%(?:PLAN|INBOX)%|%~dp[01][^%]+|%HERE%[^%]+(?:%~n1\.xlsx)?|%SystemRoot%.*|%RUN%"
)


def lines_of(path: Bat) -> list[str]:
    return path.text.split("\r\n")


def bare(line: str) -> str:
    """A line without what stands in quotation marks."""
    return re.sub(r'"[^"]*"', '""', line)


def commands(line: str) -> Iterator[str]:
    """The commands of a line, without the conditions and loops that they stand behind."""
    while found := re.match(
        r'if (?:not )?(?:exist "[^"]*"|errorlevel \d|defined \w+|"[^"]*"=="[^"]*") |'
        r"for %%\w in \((?:\"[^\"]*\"|[\w.]+)\) do ",
        line,
    ):
        line = line[found.end() :]
    yield line


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_cmd_can_read_it(path: Bat) -> None:
    content = path.content
    assert not content.startswith(b"\xef\xbb\xbf"), "a mark in front would be taken for a command"
    content.decode("utf-8")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    lines = lines_of(path)
    assert lines[: len(HEAD)] == HEAD, "nothing Chinese before the code page is set"
    for line in lines:
        # Chinese stands in what is printed and in names, never in a command or a label.
        assert line.startswith("echo ") or bare(line).isascii(), line
        assert (
            not ("(" in bare(line) and not re.search(r"\bfor %%", line)) or line[:5] == "echo "
        ), "blocks break on ) in a name"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_what_follows_an_ampersand_in_a_dropped_name_is_never_run(path: Bat) -> None:
    """Explorer quotes no name without blanks: cmd runs what stands behind & once the file has ended."""
    lines = [line for line in lines_of(path) if line]
    assert lines[-2:] == ["pause", "exit"], "exit ends cmd itself, exit /b would not"
    assert not [line for line in lines[:-1] if re.search(r"\bexit\b", bare(line))]
    assert any("^& ^^ %%" in line for line in lines), "a person is told to rename"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_nothing_is_run_by_a_name_that_a_folder_could_answer_to(path: Bat) -> None:
    for line in lines_of(path)[1:]:
        if not line or line.startswith(":"):
            continue
        for command in commands(line):
            first = shlex.split(command.replace("\\", "/"))[0] if command[0] == '"' else ""
            if first:
                assert first == "%RUN%" or first.startswith("%SystemRoot%/System32/"), line
            else:
                word = command.split(" ")[0]
                assert word in BUILT_IN or line in HEAD, line
        assert "pushd" not in line and "call " not in line and "where " not in line
        assert line in HEAD or not re.match(r"(?:cd|chdir) ", line)
        assert "/f" not in bare(line), "for /f reads what it is given"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_path_that_is_handed_over_is_a_whole_one(path: Bat) -> None:
    for line in lines_of(path)[len(HEAD) :]:
        if line.startswith(('"%RUN%"', "start ", "set ")) or " exist " in line:
            for quoted in re.findall(r'"([^"]*)"', line):
                name = quoted.partition("=")[2] if line.startswith("set ") else quoted
                told = name in ("", "%%~dpF") or ABSOLUTE.fullmatch(name.removesuffix("\\"))
                assert told or "set " in line, line
                assert not quoted.endswith("\\") or " exist " in line, (
                    "a backslash before the closing mark hides it from the program"
                )
                assert quoted != "%HERE%", "it ends in a backslash"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_names_from_outside_stand_in_quotation_marks(path: Bat) -> None:
    """Between them & | < > ( ) ^ are signs like any other; ! is one since nothing expands it late."""
    for line in lines_of(path):
        assert line.count('"') % 2 == 0, line
        assert "!" not in line, line
        if line.startswith("echo "):
            told = re.sub(r"\^[&^]|%%", "", line)
            assert not re.search(r"[&|<>^%]", told), (
                "what is printed holds no name and no sign of cmd"
            )
            continue
        outside = bare(line).replace("%%P", "").replace("%%F", "")
        assert "%" not in outside, f"an & in a folder's name would start a command: {line}"
        assert not re.search(r"[&|^]", outside), line
        assert re.fullmatch(r'(?:.* )?set ""', bare(line)) or "set " not in bare(line), (
            "set X=… would take what follows"
        )


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_label_is_there_and_a_double_click_is_thought_of(path: Bat) -> None:
    text = path.text
    wanted = set(re.findall(r"\bgoto (\w+)", text))
    labels = set(re.findall(r"(?m)^:(\w+)", text))
    assert wanted <= labels and {"empty", "missing", "end"} <= labels
    assert 'if "%~1"==""' in text, "a double click drops nothing"
    for line in text.splitlines():
        if "%~1" in line and line.startswith('"%RUN%"'):
            assert 'if not exist "%~1" goto empty' in text.partition(line)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_command_parses(path: Bat, tmp_path: Path) -> None:
    there = tmp_path / "有 空格"
    for name in ("收回", "inbox"):
        (there / name).mkdir(parents=True)
    for name in ("总台账.xlsx", "我的总台账.xlsx", "plan.xlsx", "my-plan.xlsx"):
        (there / name).write_bytes(b"")
    lines = [li for li in path.text.splitlines() if li.startswith('"%RUN%" ')]
    assert lines
    for line in lines:
        line = re.sub(r"%~1|%(?:PLAN|INBOX)%", str(there / "总台账.xlsx"), line)
        line = re.sub(r"%HERE%|%~dp1", f"{there}/", line).replace("%RUN%", "reconcile")
        assert "%" not in line
        verb, *arguments = shlex.split(line)[1:]
        command = main.commands[verb]
        context = command.make_context(verb, arguments)
        assert isinstance(context, click.Context)


@pytest.mark.parametrize("files", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_nothing_is_sent_before_it_was_shown_and_allowed(files: list[Bat]) -> None:
    [path] = [p for p in files if "--send" in p.text]
    assert path.stem in ("发送邮件", "send-mail")
    lines = lines_of(path)
    sends = [i for i, line in enumerate(lines) if line.endswith(" --send")]
    assert len(sends) == 2, "what was dropped, and the forms of the period"
    for send in sends:
        dry = lines.index(lines[send].removesuffix(" --send"))
        ask = next(i for i in range(dry, send) if "choice.exe" in lines[i])
        allowed = {"if errorlevel 2 goto end", "if not errorlevel 1 goto end"}
        assert dry < ask and allowed <= set(lines[ask:send])
        assert not [line for line in lines[ask:send] if line.startswith(":")], "nobody jumps in"


@pytest.mark.parametrize(("language", "files"), [("zh", CHINESE), ("en", ENGLISH)])
def test_the_verb_writes_them_all(language: str, files: list[Bat], tmp_path: Path) -> None:
    result = run("windows", tmp_path / "work", "--lang", language)
    assert result.exit_code == 0 and f"{len(files)} " in result.output
    found = {p.name: p.read_bytes() for p in (tmp_path / "work").iterdir()}
    assert found == {f"{p.stem}.bat": p.content for p in files}
