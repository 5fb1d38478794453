"""A workbook of ours -> PDF, printed by the LibreOffice that is installed, if one is.

It runs without a window, with a profile of its own (one that is open elsewhere would take the
order and do nothing), and for so long at most. The same workbook gives the same bytes with the
same LibreOffice and fonts: the time of printing is taken out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..writers.marks import pdf_marked

if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0

SECONDS = 300.0
"""So long may it take: 300 pages took 95 s on a busy machine."""
_NAMES = ("soffice", "libreoffice")
_FOLDERS: Mapping[str, Sequence[str]] = {
    "win32": (
        r"%ProgramFiles%\LibreOffice\program", r"%ProgramFiles(x86)%\LibreOffice\program",
        r"%LocalAppData%\Programs\LibreOffice\program",
    ),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS", "$HOME/Applications/LibreOffice.app/Contents/MacOS"),
    "linux": ("/usr/lib/libreoffice/program", "/opt/libreoffice/program", "/snap/bin", "/var/lib/flatpak/exports/bin"),
}  # fmt: skip
"""Where it usually lies when it is not on the PATH."""
_WHEN = re.compile(rb"(/(?:CreationDate|ModDate)\(D:)\d{14}")
_ID = re.compile(rb"(/ID\s*\[\s*<|(?<=>)\s*<|/DocChecksum\s*/)[0-9A-F]{32}")


def office() -> Path | None:
    """Return the LibreOffice that is installed here, None where none is found.

    The folder that we happen to work in is never looked at, as Windows would: it may hold a stranger's files.
    """
    endings = (".com", ".exe") if sys.platform == "win32" else ("",)
    usual = _FOLDERS.get(sys.platform, _FOLDERS["linux"])
    folders = [*os.get_exec_path(), *map(os.path.expandvars, usual)]
    for folder in map(Path, folders):
        for name in (n + e for n in _NAMES for e in endings):
            program = folder / name
            if folder.is_absolute() and program.is_file() and os.access(program, os.X_OK):
                return program
    return None


def printed(workbook: bytes, mark: str, at: Place, seconds: float = SECONDS) -> bytes | Finding:
    """Return all sheets of a workbook as one PDF that bears a mark and a seal, or why there is none (FORM-037)."""
    program = office()
    if program is None:
        return _not_made(at, Phrase("本机没有找到 LibreOffice"))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, "summary.xlsx")
        source.write_bytes(workbook)
        profile = Path(folder, "profile").as_uri()
        command = [
            str(program), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo",
            "--nodefault", "--nofirststartwizard", "--convert-to", "pdf:calc_pdf_Export",
            "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            in_time = _run(command, folder, seconds)
        except OSError as error:
            return _not_made(at, Phrase("LibreOffice 启动不了：{why}", why=error.strerror or error))
        if not in_time:
            return _not_made(at, Phrase("LibreOffice 用了 {n} 秒还没有转完", n=f"{seconds:g}"))
        try:
            content = source.with_suffix(".pdf").read_bytes()
        except OSError:
            content = b""
    if not content.startswith(b"%PDF-"):
        return _not_made(at, Phrase("LibreOffice 没有转出来"))
    return pdf_marked(_timeless(content), mark)


def _not_made(at: Place, reason: Phrase) -> Finding:
    return Finding("FORM-037", at, values={"reason": reason})


def _run(command: Sequence[str], folder: str, seconds: float) -> bool:
    """Return whether a program ended in time; it is ended, with all that it started, where it did not."""
    settings = {**os.environ, "TZ": "UTC", "SAL_USE_VCLPLUGIN": "svp"}
    child = subprocess.Popen(
        command, cwd=folder, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True, creationflags=_NO_WINDOW,
    )  # fmt: skip
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if child.poll() is None:
            _end(child)
    return True


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a program and what it started: LibreOffice's own starter only waits for another process."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(child.pid)], check=False,
                capture_output=True, creationflags=_NO_WINDOW,
            )  # fmt: skip
    else:
        import signal

        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()


def _timeless(content: bytes) -> bytes:
    """The same file without the time of its making, and with a number that its content gives it.

    Nothing changes its length: the file holds the places of its parts.
    """
    content = _WHEN.sub(rb"\g<1>20000101000000", content)
    trailer = content.rfind(b"trailer")
    if trailer < 0:
        return content
    head, tail = content[:trailer], content[trailer:]
    number = hashlib.sha256(head).hexdigest()[:32].upper().encode()
    return head + _ID.sub(rb"\g<1>" + number, tail)
