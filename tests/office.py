"""LibreOffice for the tests: files saved again in another format, as many as may be in one call."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_CHINA = "zh_CN.UTF-8"


@functools.cache
def _profile() -> str:
    """The address of a profile that all calls of this process share, one after the other."""
    folder = tempfile.mkdtemp(prefix="office-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder).as_uri()


def convert(to: str, *paths: Path, into: Path, reading: str = "", language: str = "") -> list[Path]:
    """Have LibreOffice save files in the format ``to`` in a folder; return where they lie.

    ``to`` may name a filter behind a colon, ``reading`` the filter to open them with. A start
    costs more than the work: what is needed in one format goes in one call. With a
    ``language`` names must be plain ASCII: the system may not have it. Needs the fixture
    ``soffice``, which skips where there is none.
    """
    spoken = {"LANG": language} if language else {}
    more = [f"--infilter={reading}"] if reading else []
    subprocess.run(
        ["soffice", f"-env:UserInstallation={_profile()}", "--headless", *more,
         "--convert-to", to, "--outdir", str(into), *map(str, paths)],
        check=True, capture_output=True, timeout=240, env={**os.environ, **spoken},
    )  # fmt: skip
    ending = to.partition(":")[0]
    return [into / f"{path.stem}.{ending}" for path in paths]


@functools.cache
def saved_again(content: bytes, kind: str) -> bytes:
    """Return a workbook as LibreOffice saves it as xlsx, xls or ods; once for each."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.xlsx")
        source.write_bytes(content)
        [made] = convert(kind, source, into=Path(folder, "out"), language=_CHINA)
        return made.read_bytes()


def all_saved_again(contents: Mapping[str, bytes], kind: str) -> dict[str, bytes]:
    """Return workbooks by the same names, as LibreOffice saves them; one call for all."""
    with tempfile.TemporaryDirectory() as folder:
        sources = [Path(folder, f"{number}.xlsx") for number in range(len(contents))]
        for source, content in zip(sources, contents.values(), strict=True):
            source.write_bytes(content)
        made = convert(kind, *sources, into=Path(folder, "out"), language=_CHINA)
        return {name: path.read_bytes() for name, path in zip(contents, made, strict=True)}
