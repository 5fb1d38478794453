"""windows: the .bat files that a coordinator on Windows double-clicks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.i18n import EN, ZH, spoken, tr
from ..writers.atomic import together
from .inputs import shipped
from .outputs import check_folder, check_places, refuse_other

_NAMES = ("我的总台账.xlsx", "总台账.xlsx", "收回")
"""Files and folders that the commands name, the longer first."""
_ANSWER, _QUESTION = "答复_{name}", "Y = 发送，N = 不发送: "
_LANGUAGE = "RECONCILE_LANG="


def bat_files() -> Mapping[str, bytes]:
    """Return the .bat files by name, in the language being spoken.

    They are kept in Chinese; in English what they print and the names of files are other words, and
    nothing else.
    """
    kept = shipped("templates") / "windows"
    texts = {
        entry.name: entry.read_bytes().decode("utf-8")
        for entry in sorted(kept.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".bat")
    }
    if spoken() == EN:
        texts = {tr(name): "\r\n".join(map(_line, t.split("\r\n"))) for name, t in texts.items()}
    return {name: text.encode() for name, text in texts.items()}


def _line(line: str) -> str:
    if line.startswith("echo "):
        return "echo " + tr(line.removeprefix("echo "))
    for name in _NAMES:
        line = line.replace(name, tr(name))
    line = line.replace(_QUESTION, tr(_QUESTION)).replace(_LANGUAGE + ZH, _LANGUAGE + EN)
    return line.replace(_ANSWER.format(name=""), tr(_ANSWER, name=""))


def write_bats(folder: Path, *, force: bool = False) -> tuple[str, ...]:
    """Write the .bat files into a folder, in the language being spoken; returns their names.

    Misused, unless ``force``, where one of such a name is there that says something else.
    OSError when they cannot be written.
    """
    files = bat_files()
    check_folder(folder)
    check_places([folder / name for name in files])
    with together() as batch:
        for name, content in files.items():
            path = folder / name
            if path.exists() and path.read_bytes() != content:
                refuse_other(path, "这一版的 .bat 文件", force=force)
            batch.write(path, content)
    return tuple(files)
