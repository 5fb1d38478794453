"""The inbox: folders, zips and mails -> one file after another, in an order that never changes.

Names out of zips and mails are shown to people and never become paths:
nothing is written to disk here. Whether a file is a zip, a mail or a workbook
is known by its content.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.findings import Finding, Place
from ..core.i18n import Phrase
from ..core.submission import Attachment
from ..core.text import printable
from ..readers.limits import LIMITS, Clock, Limits, Refused
from ..readers.zip_archive import Archive
from ..writers.atomic import reason_of
from .eml import (
    Effort,
    Letter,
    Span,
    Unclear,
    letter_of,
    letters_in,
    looks_like_mail,
    with_line_ends,
)
from .mail_body import answer_in

if TYPE_CHECKING:
    from .outlook import Mail

_MAX_DEPTH = 3
# A batch of returns in one zip, or a mailbox, may be this many times the size of one return,
# and unpack to this many times what one return may unpack to.
_BATCH, _UNPACKED = 4, 2
_TOO_LONG = "FILE-080"
_SKIPPED = re.compile(
    r"(?:^|/)(?:~\$[^/]*|\.~[^/]*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX/.*)$", re.I
)
_DOCUMENT = re.compile(
    r"(?:\[content_types\]\.xml|content\.xml|xl/.*|word/.*|ppt/.*|index/.*\.iwa|buildversionhistory\.plist)",
    re.I,
)
# Numbers keeps a table as a folder, which a mail program packs.
_NUMBERS = re.compile(r"(.*?\.numbers)/", re.I)
_SHEET_NAME = re.compile(
    r"\.(?:xls[xmb]?|et[t]?|ods|fods|numbers|xlt[xm]?|csv|zip|rar|7z|emlx?|msg|dat)$", re.I
)
_OLE, _OUTLOOK = b"\xd0\xcf\x11\xe0", "__substg1.0_".encode("utf-16-le")
_MAIL_NAME = (".eml", ".emlx", ".mbox")
_PARTIAL = ".partial.emlx"
"""What Apple Mail calls a mail whose attachments it keeps elsewhere."""
_SHEET_START = (b"PK", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x78\x9f\x3e\x22")
_OTHER_NAME = re.compile(
    r"\.(?:docx?|wps|wpt|rtf|pptx?|dps|pdf|ofd|txt|html?|ics|vcf|p7[sm]|png|jpe?g|gif|bmp|tiff?|webp|heic)$",
    re.I,
)


def is_lock(name: str) -> bool:
    """Return whether a file is none of anybody's: what Office and systems put beside open files."""
    return bool(_SKIPPED.search(name))


_FILM_NAME = re.compile(r"\.(?:mp4|m4v|mov|avi|wmv)$", re.I)
_PACKED_NAME = re.compile(r"\.(?:docx?|wps|wpt|pptx?|dps|ofd)$", re.I)
"""Documents that begin as workbooks do."""


@dataclass(slots=True)
class Arrival:
    """One file that came in, or (``content`` None) something of which only findings remain.

    ``name`` is what people are shown: "收回/批次.zip/07_市住建局.xlsx".
    ``sha256`` is the hash of the content in hex, "" without one. ``source`` is
    the file on disk that it was found in. ``message_id``, ``sender`` and ``mailed``
    (the day) are those of the mail that brought it. ``attached`` is what is known of a file that
    may prove an answer, and is no form by its name.
    """

    name: str
    content: bytes | None
    sha256: str = ""
    source: Path = Path()
    message_id: str = ""
    sender: str = ""
    mailed: date | None = None
    findings: tuple[Finding, ...] = ()
    attached: Attachment | None = None


class _Budget:
    """What one file on disk may still unpack to, its zips within zips included, and in what time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.unpacked_bytes * _UNPACKED
        self.clock = Clock(limits, _TOO_LONG)
        self.mail = Effort(limits, self.clock)

    def spend(self, size: int) -> None:
        """Take off what one file took. Raises Refused FILE-011, FILE-080."""
        self.clock.check()
        self.left -= size + 4096
        if self.left < 0:
            raise Refused("FILE-011", limit=self.limits.unpacked_bytes * _UNPACKED >> 20)


def collect(
    paths: Sequence[Path], *, limits: Limits = LIMITS, only: Iterable[str] | None = None
) -> Iterator[Arrival]:
    """Yield every file under the paths, one at a time, sorted by name; lock files are left out.

    With ``only`` files on disk are passed over that hold none of the arrivals of these names.

    Never raises for what it finds: what cannot be read is an Arrival without
    content whose findings say why (FILE-010, FILE-011, FILE-024, FILE-040 to
    FILE-049, FILE-080; FILE-999 where nobody foresaw it).
    """
    wanted = None if only is None else {start for name in only for start in _starts(name)}
    for path in paths:
        path = Path(path)
        root = path.name
        try:
            if path.is_dir():
                yield from _folder(path, root, path.resolve(), limits, wanted)
            elif wanted is not None and root not in wanted:
                continue
            elif path.exists():
                yield from _file(path, root, limits)
            else:
                yield _only(str(path), path, "FILE-047")
        except OSError as error:
            yield _only(root or str(path), path, "FILE-040", reason=_why(error))


def _only(name: str, source: Path, code: str, **values: object) -> Arrival:
    return Arrival(name, None, source=source, findings=(Finding(code, Place(name), values=values),))


def _why(error: OSError) -> str | Phrase:
    return Phrase("文件已不在原处") if isinstance(error, FileNotFoundError) else reason_of(error)


def _starts(name: str) -> Iterator[str]:
    """The name itself and those of all that it lies in: 收回, 收回/批次.zip, 收回/批次.zip/07.xlsx."""
    parts = name.split("/")
    return ("/".join(parts[:end]) for end in range(1, len(parts) + 1))


def _folder(
    folder: Path, shown: str, root: Path, limits: Limits, wanted: Container[str] | None
) -> Iterator[Arrival]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield _only(shown or str(folder), folder, "FILE-040", reason=_why(error))
        return
    for entry in entries:
        name = f"{shown}/{printable(entry.name)}" if shown else printable(entry.name)
        if _SKIPPED.search(entry.name) or entry.name == "__MACOSX":
            continue
        if wanted is not None and name not in wanted:
            continue
        path = folder / entry.name
        try:
            if entry.is_symlink() and not path.resolve().is_relative_to(root):
                yield _only(name, path, "FILE-041")
            elif entry.is_dir():
                # A linked folder inside the inbox is read at its own place.
                if not entry.is_symlink():
                    yield from _folder(path, name, root, limits, wanted)
            else:
                yield from _file(path, name, limits)
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
            reason = _why(error) if isinstance(error, OSError) else Phrase("链接指向自己")
            yield _only(name, path, "FILE-040", reason=reason)


def _file(path: Path, shown: str, limits: Limits) -> Iterator[Arrival]:
    most = limits.file_bytes * _BATCH
    # What waits for a writer, or never ends, is not opened.
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        yield _only(shown, path, "FILE-049")
        return
    content, size = b"", state.st_size
    if size <= most:
        with path.open("rb", buffering=0) as stream:
            content = _read(stream, size + 1)
            if len(content) > size:  # it grew meanwhile
                content += _read(stream, most + 1 - len(content))
        size = len(content)
    if size > most:
        yield _only(shown, path, "FILE-010", size=f"{size / 2**20:.1f}", limit=most >> 20)
        return
    for arrival in unpacked(shown, content, limits=limits):
        arrival.source = path
        yield arrival


def _read(stream: FileIO, most: int) -> bytes:
    """Return what is left of a file, up to so many bytes; it may come in pieces."""
    content = piece = stream.read(most)
    while piece and len(content) < most:
        piece = stream.read(most - len(content))
        content += piece
    return content


def unpacked(name: str, content: bytes, *, limits: Limits = LIMITS) -> Iterator[Arrival]:
    """Yield what one file holds, as :func:`collect` does for files on disk; never raises for it."""
    budget = _Budget(limits)
    try:
        for arrival in _opened(name, content, budget, 0):
            with budget.clock.stopped():  # whoever reads it has a time of his own
                yield arrival
    except Refused as refused:  # its time is up: what comes after is not looked at
        yield _only(name, Path(), refused.code, **refused.values)
    except Exception as error:  # what was yielded stands; the file's other parts cannot be had
        yield Arrival(name, None, findings=(Finding.unforeseen(name, error),))


def _opened(name: str, content: bytes, budget: _Budget, depth: int) -> Iterator[Arrival]:
    """Yield the file itself, or what is in it when it is a zip, a mail or a mailbox."""
    if content.startswith(b"PK"):
        archive = _batch(content, budget.limits)
        if archive:
            yield from _zip(name, archive, budget, depth)
            return
    elif content.startswith(_OLE) and _OUTLOOK in content and (mail := _outlook_mail(content)):
        yield from _outlook(name, mail, budget, depth)
        return
    elif _is_mail(name, content):
        yield from _mails(name, content, budget, depth)
        return
    found = hashlib.sha256(content).hexdigest()
    attached = Attachment(name, len(content), found) if _is_paper(name, content) else None
    yield Arrival(name, content, found, attached=attached)


def _batch(content: bytes, limits: Limits) -> Archive | None:
    """A zip of files; None for a document, and for what whoever reads it as one says is broken."""
    try:
        archive = Archive(content, limits)
    except Refused:
        return None
    names = (member.name.replace("\\", "/").lstrip("/") for member in archive.members)
    return None if any(map(_DOCUMENT.fullmatch, names)) else archive


def _zip(name: str, archive: Archive, budget: _Budget, depth: int) -> Iterator[Arrival]:
    if depth >= _MAX_DEPTH:
        yield _only(name, Path(), "FILE-042", depth=_MAX_DEPTH)
        return
    found, folders = False, set[str]()
    for member in sorted(archive.members, key=lambda m: m.name):
        original = member.name.replace("\\", "/")
        if original.endswith("/") or _SKIPPED.search(original):
            continue
        found = True
        if folder := _NUMBERS.match(original):
            if folder[1] not in folders:
                folders.add(folder[1])
                yield _only(f"{name}/{_harmless(folder[1])[0]}", Path(), "FILE-108")
            continue
        inner, changed = _harmless(original)
        shown = f"{name}/{inner}"
        notes: tuple[Finding, ...] = ()
        if changed:
            notes = (Finding("FILE-044", Place(shown), values={"original": printable(original)}),)
        try:
            # Less the deeper it lies: what it lies in is still in memory.
            archive.left = budget.limits.unpacked_bytes >> depth
            content = archive.read(member)
            budget.spend(len(content))
        except Refused as refused:
            if refused.code == _TOO_LONG:
                raise
            budget.left -= 4 << 20  # it cost something all the same
            finding = Finding(refused.code, Place(shown), values=refused.values)
            yield Arrival(shown, None, findings=(*notes, finding))
            if (
                budget.left < 0
            ):  # what comes after is not looked at, and that is reported of the whole zip
                limit = budget.limits.unpacked_bytes * _UNPACKED >> 20
                yield _only(name, Path(), "FILE-011", limit=limit)
                return
            continue
        for arrival in _opened(shown, content, budget, depth + 1):
            yield replace(arrival, findings=notes + arrival.findings)
            notes = ()
    if not found:
        yield _only(name, Path(), "FILE-043")


def _harmless(name: str) -> tuple[str, bool]:
    """Return a name from outside as one that can be shown as a path, and whether it was changed."""
    parts = [printable(part) for part in name.split("/")]
    kept = [
        part
        for part in parts
        if part not in ("", ".", "..") and not re.fullmatch(r"[A-Za-z]:", part)
    ]
    return "/".join(kept) or "未命名", len(kept) != len(parts)


def _is_mail(name: str, content: bytes) -> bool:
    if name.lower().endswith(_MAIL_NAME):
        return bool(content)
    other = name.lower().endswith((".mht", ".mhtml"))
    if other or _SHEET_NAME.search(name) or _OTHER_NAME.search(name):
        return False
    return looks_like_mail(content)


def _mails(name: str, content: bytes, budget: _Budget, depth: int) -> Iterator[Arrival]:
    if depth >= _MAX_DEPTH:
        yield _only(name, Path(), "FILE-042", depth=_MAX_DEPTH)
        return
    content = with_line_ends(content)
    try:
        letters, mailbox = letters_in(content, budget.limits)
    except Refused as refused:
        yield _only(name, Path(), refused.code, **refused.values)
        return
    for number, letter in enumerate(letters, 1):
        shown = f"{name}/第{number}封" if mailbox else name
        yield from _mail(shown, content, letter, budget, depth)


def _mail(name: str, content: bytes, span: Span, budget: _Budget, depth: int) -> Iterator[Arrival]:
    try:
        letter = letter_of(content, span, budget.mail)
    except Refused as refused:
        if refused.code == _TOO_LONG:
            raise
        yield _only(name, Path(), refused.code, **refused.values)
        return
    except Exception as error:  # the parser of strangers' headers fails in many ways
        reason = error.reason if isinstance(error, Unclear) else f"{error}"[:100]
        yield _only(name, Path(), "FILE-048", reason=reason)
        return
    yield from _brought(name, letter, budget, depth)


def _outlook_mail(content: bytes) -> Mail | None:
    from .outlook import mail_in  # most inboxes hold none

    return mail_in(content)


def _outlook(name: str, mail: Mail, budget: _Budget, depth: int) -> Iterator[Arrival]:
    """Yield what a mail brings that was saved by Outlook."""
    from .outlook import message_of

    if depth >= _MAX_DEPTH:
        yield _only(name, Path(), "FILE-042", depth=_MAX_DEPTH)
        return
    try:
        letter = Letter(*message_of(mail, budget.limits))
    except Refused as refused:
        yield _only(name, Path(), refused.code, **refused.values)
        return
    if not letter.attachments:
        yield _only(name, Path(), "FILE-107")
        return
    yield from _brought(name, letter, budget, depth)


def _brought(name: str, letter: Letter, budget: _Budget, depth: int) -> Iterator[Arrival]:
    """Yield the attachments of a letter, and the findings on the letter itself."""
    sheets = False
    findings: tuple[Finding, ...] = ()
    if answer := answer_in(letter.body):
        findings = (Finding("FILE-104", Place(name), values={"text": answer}),)
    seen: dict[str, int] = {}
    last = len(letter.attachments) - 1
    for number, (inner, payload) in enumerate(letter.attachments):
        inner, changed = _harmless(inner.replace("\\", "/"))
        if _SKIPPED.search(inner):
            continue
        seen[inner] = seen.get(inner, 0) + 1
        shown = f"{name}/{inner}" if seen[inner] == 1 else f"{name}/({seen[inner]}){inner}"
        notes, findings = findings, ()
        if changed:
            notes += (Finding("FILE-044", Place(shown), values={"original": printable(inner)}),)
        what = {"what": inner.rpartition("/")[2]}
        if not _may_be_sheet(inner, payload):
            notes += (Finding("FILE-045", Place(shown), values=what),)
            attached = Attachment(shown, len(payload), hashlib.sha256(payload).hexdigest())
            yield _sent_with(letter, Arrival(shown, None, findings=notes, attached=attached))
            continue
        sheets = True
        lost = "FILE-112" if not payload and name.lower().endswith(_PARTIAL) else ""
        if letter.cut and number == last and not _is_whole(payload):
            lost = "FILE-105"
        if lost:
            notes += (Finding(lost, Place(shown), values=what),)
            yield _sent_with(letter, Arrival(shown, None, findings=notes))
            continue
        for arrival in _opened(shown, payload, budget, depth + 1):
            yield _sent_with(letter, replace(arrival, findings=notes + arrival.findings))
            notes = ()
    if not sheets:
        arrival = _only(name, Path(), "FILE-106" if letter.cut else "FILE-046")
        yield _sent_with(letter, replace(arrival, findings=arrival.findings + findings))


def _is_paper(name: str, content: bytes) -> bool:
    """Return whether a file is no form by its name, and by its first bytes is not one under a false name."""
    if not (_OTHER_NAME.search(name) or _FILM_NAME.search(name)):
        return False
    return bool(_PACKED_NAME.search(name)) or not content.startswith(_SHEET_START)


def _sent_with(letter: Letter, arrival: Arrival) -> Arrival:
    return replace(arrival, message_id=letter.message_id, sender=letter.sender, mailed=letter.sent)


def _is_whole(content: bytes) -> bool:
    """Return whether an attachment ends as one of its kind does."""
    if content.startswith(b"PK"):
        return b"PK\x05\x06" in content[-(1 << 16) - 22 :]
    return bool(content) and not (content.startswith(_OLE) and len(content) % 512)


def _may_be_sheet(name: str, content: bytes) -> bool:
    if _OTHER_NAME.search(name):
        return False
    return bool(_SHEET_NAME.search(name)) or content.startswith(_SHEET_START)
