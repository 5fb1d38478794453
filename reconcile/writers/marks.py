"""What a file of ours says of itself: which output it is, of which plan and period, and as we wrote it.

The mark stands in the file's properties, where Office keeps it when the file is saved again; the
seal beside it is a digest of all other parts, which no program saves twice alike. A file
without a mark is somebody else's, one whose seal is broken was edited since.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from ..core.keys import plan_code
from ..core.plan import Plan
from ..locale import english_sheet

SUMMARY, DETAILS, STATUS, CHANGES, REPORT, CIRCULAR, COPY, PAGE, PDF, PACK, HISTORY, LETTER = (
    "summary", "details", "status", "changes", "report", "circular", "copy", "page", "pdf", "pack",
    "history", "letter",
)  # fmt: skip
"""Kinds of output: the first word of a mark."""
OUTPUT, SEAL, MADE = "reconcile.output", "reconcile.seal", "reconcile.made"
"""Names of the properties of a workbook."""
_CUSTOM, _CORE, _SHEETS = "docProps/custom.xml", "docProps/core.xml", "xl/workbook.xml"
_MOST = 1 << 20
"""No part of ours with properties is larger."""
_HEAD = 4096
_SETTINGS = "设置"
_IN_REPORT = re.compile(rb'\{\n "version": \d+,\n "output": ("(?:[^"\\]|\\.)*")')
_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^<>]*?\bname="([^"]*)"')
_IN_PAGE = re.compile(
    rb'<!doctype html>\n<html lang="[\w-]+">\n<meta name="%b" content="([^"<>]*)">'
    % OUTPUT.encode()
)
_IN_PDF = re.compile(rb'%reconcile\.output ("(?:[^"\\]|\\.)*") ([0-9a-f]{32})\n\Z')
_IN_CORE = re.compile(r"<dc:identifier>([^<]*) ([0-9a-f]{32})</dc:identifier>")


@dataclass(frozen=True, slots=True)
class Marked:
    """What was found in a file: its mark, "" where there is none, and whether it is as we wrote it.

    ``sheets`` are those of a workbook. ``made`` says what a summary was made with beside its
    inputs (:func:`made_with`).
    """

    mark: str = ""
    sealed: bool = False
    sheets: tuple[str, ...] = ()
    made: str = ""

    @property
    def kind(self) -> str:
        """The kind of output, "" for a file that is not ours."""
        return self.mark.partition(" ")[0]

    @property
    def settings(self) -> bool:
        """Whether it holds the sheet of a plan workbook that may hold a key."""
        return self.has(_SETTINGS)

    def has(self, sheet: str) -> bool:
        """Return whether it has a sheet of this name, in either language."""
        return sheet in self.sheets or english_sheet(sheet) in self.sheets


def mark_of(kind: str, plan: Plan, period: int) -> str:
    """Return the mark of one kind of output of a plan and its ``period`` (from 1)."""
    return f"{kind} {plan_code(plan)} {plan.year} {plan.periods[period - 1].caption[:100]}"


def made_with(as_of: date, *, contacts: bool) -> str:
    """Return what a summary says of how it was made, so that it can be made again: "2022-07-08 contacts"."""
    return f"{as_of.isoformat()}{' contacts' if contacts else ''}"


def read_made(made: str) -> tuple[date, bool] | None:
    """Return the as-of date that a summary was made with, and whether it has contacts; None for any other text."""
    day, _, more = made.partition(" ")
    try:
        return date.fromisoformat(day), more == "contacts"
    except ValueError:
        return None


def seal(members: Iterable[zipfile.ZipInfo]) -> str:
    """Return the digest of an archive's members, but for those that hold marks and seals."""
    lines = sorted(
        f"{m.filename} {m.CRC:08x} {m.file_size}"
        for m in members
        if m.filename not in (_CUSTOM, _CORE)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def read_mark(path: Path) -> Marked:
    """Return what a file says of itself; a file that cannot be read says nothing.

    Only the properties are read: a summary may be very large.
    """
    try:
        with path.open("rb") as stream:
            return mark_in(stream)
    except OSError:
        return Marked()


def mark_in(stream: IO[bytes]) -> Marked:
    """Return what the file in a stream says of itself, as :func:`read_mark` does."""
    try:
        head = stream.read(_HEAD)
        if head.startswith(b"%PDF-"):
            return _in_pdf(head + stream.read())
        if not head.startswith(b"PK"):
            if mark := page_mark(head):
                return Marked(mark)
            found = _IN_REPORT.match(head)
            return Marked(json.loads(found[1]) if found else "")
        with zipfile.ZipFile(stream) as archive:
            return _in_archive(archive)
    except Exception:  # a broken archive fails in many ways
        return Marked()


def page_mark(content: bytes) -> str:
    """Return the mark of a web page, "" where it is none of ours."""
    found = _IN_PAGE.match(content)
    return _plain(found[1].decode("utf-8", "replace")) if found else ""


def pdf_marked(content: bytes, mark: str) -> bytes:
    """Return a PDF with a mark and a seal behind its end, as a comment that no reader shows."""
    sealed = hashlib.sha256(content).hexdigest()[:32]
    return content + f"%{OUTPUT} {json.dumps(mark)} {sealed}\n".encode()


def _in_pdf(content: bytes) -> Marked:
    found = _IN_PDF.search(content, max(len(content) - _HEAD, 0))
    if not found:
        return Marked()
    digest = hashlib.sha256(content[: found.start()]).hexdigest()[:32]
    return Marked(json.loads(found[1]), digest.encode() == found[2])


def _in_archive(archive: zipfile.ZipFile) -> Marked:
    members = {m.filename: m for m in archive.infolist()}
    texts = {
        name: archive.read(name).decode("utf-8", "replace")
        for name in (_CUSTOM, _CORE, _SHEETS)
        if name in members and members[name].file_size < _MOST
    }
    mark, sealed_as = (
        _property(texts.get(_CUSTOM, ""), OUTPUT),
        _property(texts.get(_CUSTOM, ""), SEAL),
    )
    if not mark and (found := _IN_CORE.search(texts.get(_CORE, ""))):
        mark, sealed_as = _plain(found[1]), found[2]
    sheets = tuple(map(_plain, _SHEET.findall(texts.get(_SHEETS, ""))))
    sealed = bool(sealed_as) and sealed_as == seal(members.values())
    return Marked(mark, sealed, sheets, _property(texts.get(_CUSTOM, ""), MADE))


def _property(custom: str, name: str) -> str:
    """The text of one property, as every Office program writes it."""
    text = r"<(?:\w+:)?lpwstr\b[^<>]*>([^<]*)</"
    found = re.search(
        rf'<(?:\w+:)?property\b[^<>]*\bname="{re.escape(name)}"[^<>]*>\s*{text}', custom
    )
    return _plain(found[1]) if found else ""


def _plain(xml: str) -> str:
    # As html.unescape does; that comes with the names of two thousand characters.
    for escape, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        xml = xml.replace(escape, character)
    return xml.replace("&amp;", "&")
