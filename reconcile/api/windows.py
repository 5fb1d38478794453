"""windows: the .bat files that a coordinator on Windows double-clicks."""

from __future__ import annotations

from pathlib import Path

from ..writers.atomic import together
from .inputs import shipped
from .outputs import check_folder, check_places, refuse_other


def write_bats(folder: Path, *, force: bool = False) -> tuple[str, ...]:
    """Write the .bat files into a folder; returns their names.

    Misused, unless ``force``, where one of such a name is there that says something else.
    OSError when they cannot be written.
    """
    kept = shipped("templates") / "windows"
    names = sorted(entry.name for entry in kept.iterdir() if entry.name.endswith(".bat"))
    check_folder(folder)
    check_places([folder / name for name in names])
    with together() as batch:
        for name in names:
            content, path = (kept / name).read_bytes(), folder / name
            if path.exists() and path.read_bytes() != content:
                refuse_other(path, "这一版的 .bat 文件", force=force)
            batch.write(path, content)
    return tuple(names)
