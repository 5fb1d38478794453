"""The manifest of an archived period: which files lie in it, how the summary was made, what happened to it since.

A JSON file that people can read. Its last line is the digest of all others, so that a changed
byte of the manifest itself is found like that of any file that it names.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Required, TypedDict

from .. import __version__
from ..core.keys import plan_code
from ..core.plan import Plan
from ..writers.atomic import Unfit, beside, read_regular

MANIFEST = "manifest.json"
VERSION = 1
_START = b'{\n "manifest": '
CLOSED, REOPENED, REPLACED, LATE = "closed", "reopened", "replaced", "late"
"""What may happen to an archive: the first word of an event."""
PLAN, INBOX, TEMPLATE, PREVIOUS, FORM, SENT = (
    "plan", "inbox", "template", "previous", "form", "sent log",
)  # fmt: skip
MADE, EDITED, OTHER = "made", "edited", "output"
"""Roles of files: what the summary was made of, what was made, and late returns (:data:`LATE`)."""


class Broken(ValueError):
    """A manifest that is not as it was written. The text gives the reason."""


class File(TypedDict, total=False):
    """One file of an archive: its way from the folder, size in bytes, SHA-256 in hex.

    A link of the inbox is kept as one: ``link`` is where it leads, and ``sha256`` that text's.
    """

    path: Required[str]
    role: Required[str]
    size: Required[int]
    sha256: Required[str]
    link: str


class Returned(TypedDict):
    """One form that came in, as the merge saw it: name, SHA-256 of its content, unit, accepted or not."""

    file: str
    sha256: str
    unit: str
    accepted: bool


class Proof(TypedDict):
    """One file of evidence: of which unit and task, its name as an arrival, size in bytes, SHA-256."""

    unit: str
    task: int
    file: str
    size: int
    sha256: str


class Event(TypedDict, total=False):
    """What happened to an archive: when (local time), by whom, and what it is about.

    ``files`` are the SHA-256 of what was replaced, or added, by its way from the folder.
    """

    what: Required[str]
    when: Required[str]
    who: Required[str]
    why: str
    as_of: str
    folder: str
    files: dict[str, str]


class Setup(TypedDict):
    """What the summary was made with, all by its way from the folder; "" and empty where nothing.

    ``closed`` are the periods that were archived then, with the SHA-256 of their returns;
    ``password``: the inbox was read with one, which is kept nowhere.
    """

    plan: str
    inbox: list[str]
    template: str
    previous: list[str]
    form: str
    contacts: bool
    password: bool
    closed: dict[str, list[str]]


class _Page(TypedDict, total=False):
    page: str


class Outputs(_Page):
    """What was made: the summary, the workbook of it that holds the records, folder of copies, report, circular.

    ``page`` is the web page, which earlier archives kept without naming it.
    """

    summary: str
    records: str
    copies: str
    report: str
    circular: str


class Manifest(TypedDict):
    """What an archive records about itself. Days are ISO dates; ``edition`` counts from 1 after each reopening."""

    manifest: int
    program: dict[str, str]
    plan: dict[str, str]
    period: str
    edition: int
    as_of: str
    balance: dict[str, int]
    setup: Setup
    outputs: Outputs
    events: list[Event]
    returns: list[Returned]
    evidence: list[Proof]
    files: list[File]


def program() -> dict[str, str]:
    """Return what the bytes of a summary depend on beside its inputs: versions of the program and its parts."""
    from importlib import metadata  # brings the mail parser, which most runs do without

    return {
        "reconcile": __version__,
        "python": platform.python_version(),
        "xlsxwriter": metadata.version("xlsxwriter"),
    }


def identity(plan: Plan) -> dict[str, str]:
    """Return what an archive records about its plan."""
    return {
        "title": plan.title, "document": plan.document, "year": str(plan.year), "code": plan_code(plan),
    }  # fmt: skip


def is_of(manifest: Manifest, plan: Plan) -> bool:
    """Return whether an archive is of this plan: same year, and same key or else title and document."""
    archived, current = manifest["plan"], identity(plan)
    same = archived["code"] == current["code"]
    same = same or (archived["title"], archived["document"]) == (plan.title, plan.document)
    return same and archived["year"] == current["year"]


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the manifest as it is written, with its digest."""
    whole = {**manifest, "digest": _digest(manifest)}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _digest(manifest: Mapping[str, object]) -> str:
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an archive. Broken where it was changed; OSError where it cannot be read."""
    content = read_regular(folder / MANIFEST)
    try:
        whole = json.loads(content)
        digest = whole.pop("digest")
        if digest != _digest(whole) or whole["manifest"] != VERSION:
            raise ValueError
        manifest: Manifest = whole
        if manifest_bytes(manifest) != content or not _is_whole(manifest):
            raise ValueError
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Broken(MANIFEST) from None
    return manifest


def _is_whole(manifest: Manifest) -> bool:
    """Return whether a manifest has all that is read of it; whoever can make a digest can leave things out.

    ValueError, LookupError, TypeError or AttributeError where it is not even put together as one.
    """
    date.fromisoformat(manifest["as_of"])
    setup, outputs, plan = manifest["setup"], manifest["outputs"], manifest["plan"]
    texts = [
        manifest["period"], setup["plan"], setup["template"], setup["form"], *setup["inbox"],
        *setup["previous"], *(outputs[name] for name in Outputs.__required_keys__),  # type: ignore[literal-required]
        outputs.get("page", ""),
        *(plan[name] for name in ("title", "document", "year", "code")), *manifest["program"].values(),
        *(text for f in manifest["files"] for text in (f["path"], f["role"], f["sha256"])),
        *(r["sha256"] for r in manifest["returns"]), *(e["what"] for e in manifest["events"]),
        *(text for known in setup["closed"].values() for text in known),
    ]  # fmt: skip
    flags = (setup["contacts"], setup["password"])
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(flag, bool) for flag in flags)
        and isinstance(manifest["edition"], int)
        and any(e["what"] != LATE for e in manifest["events"])
    )


def is_archived(path: Path) -> bool:
    """Return whether a path lies in an archive: in a folder with a manifest of ours, changed or not."""
    for folder in Path(os.path.realpath(path)).parents:
        try:
            with (folder / MANIFEST).open("rb") as stream:
                if stream.read(len(_START)) == _START:
                    return True
        except OSError:
            continue
    return False


def inside(folder: Path, named: str) -> Path:
    """Return the path of a file that a manifest names. Broken where it leads out of the folder."""
    try:
        return beside(folder, named)
    except Unfit:
        raise Broken(named) from None


def hashes(files: Iterable[File]) -> dict[str, str]:
    """Return the SHA-256 of files by their ways from the folder."""
    return {file["path"]: file["sha256"] for file in files}


def last_event(manifest: Manifest) -> str:
    """Return the last thing that happened to an archive, except late returns."""
    return next(e["what"] for e in reversed(manifest["events"]) if e["what"] != LATE)


def known_returns(manifest: Manifest) -> Sequence[str]:
    """Return the SHA-256 of all that came in for a period, late returns too, in order."""
    return sorted({r["sha256"] for r in manifest["returns"] if r["sha256"]})
