"""An inbox -> submissions, one after another; one bad file never stops the others."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.findings import Finding, Place, Severity
from ..core.form import Form
from ..core.plan import Plan
from ..core.result import Verdict
from ..core.submission import Attachment, Submission
from ..readers import Book, read_book
from ..readers.limits import LIMITS, Clock, Refused
from .inbox import Arrival, collect
from .submission_reader import Captions, read_submission

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future


@dataclass(slots=True)
class Intake:
    """What comes in: the returns, read one by one as they are asked for; files that were none, and why.

    ``unread``, ``findings`` and ``attachments`` are whole once all returns have been read.
    """

    returns: Iterable[Submission]
    unread: list[Verdict]
    findings: list[Finding]
    attachments: list[Attachment] = field(default_factory=list)


def take_in(
    inbox: Sequence[Path],
    plan: Plan,
    form: Form,
    password: str | None = None,
    executor: Executor | None = None,
) -> Intake:
    """Read every file of the inbox once; one bad file never stops the batch.

    ``executor`` may be any: the files are read where it says, and come out in
    the same order as without one.
    """
    intake = Intake((), [], [])
    read = _read_all(collect(inbox), Captions.of(form, plan), password, executor)
    intake.returns = _sorted_out(read, intake)
    return intake


def _sorted_out(read: Iterable[tuple[Arrival, Read]], intake: Intake) -> Iterator[Submission]:
    for arrival, (returned, findings) in read:
        intake.findings += (*arrival.findings, *findings)
        if arrival.attached and returned is None:
            intake.attachments.append(replace(arrival.attached, sender=arrival.sender))
        if returned is not None:
            yield _brought_by(returned, arrival)
        else:
            intake.unread.append(_verdict(arrival, findings or arrival.findings))


def _brought_by(returned: Submission, arrival: Arrival) -> Submission:
    """The return with what its mail says: no part of what was read, but not to be lost on the way."""
    if not (arrival.sender or arrival.message_id or arrival.mailed):
        return returned
    return replace(
        returned, message_id=arrival.message_id, sender=arrival.sender, mailed=arrival.mailed,
        parts=tuple(_brought_by(part, arrival) for part in returned.parts),
    )  # fmt: skip


Read = tuple[Submission | None, tuple[Finding, ...]]


_CHUNK, _CHUNK_BYTES, _AHEAD = 32, 8 << 20, 8


def _read_all(
    arrivals: Iterable[Arrival], captions: Captions, password: str | None, executor: Executor | None
) -> Iterator[tuple[Arrival, Read]]:
    """Read files in chunks, here or wherever the executor has them read."""
    if executor is None:
        for arrival in arrivals:
            yield arrival, read_arrival(arrival, captions, password)
        return
    from concurrent.futures import BrokenExecutor  # brings logging, which one process does without

    ahead: deque[tuple[list[Arrival], Future[list[Read]] | None]] = deque()
    for chunk in _chunks(arrivals):
        try:
            future = executor.submit(_read_chunk, chunk, captions, password)
        except BrokenExecutor:
            future = None
        ahead.append((chunk, future))
        if len(ahead) > _AHEAD:  # so that the contents of few files are in memory at a time
            yield from _answered(*ahead.popleft(), captions, password)
    while ahead:
        yield from _answered(*ahead.popleft(), captions, password)


def _chunks(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Yield the files in lists, short enough to be held in memory at once."""
    chunk: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        chunk.append(arrival)
        size += len(arrival.content or b"")
        if len(chunk) >= _CHUNK or size > _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _read_chunk(chunk: Sequence[Arrival], captions: Captions, password: str | None) -> list[Read]:
    return [read_arrival(arrival, captions, password) for arrival in chunk]


def _answered(
    chunk: Sequence[Arrival],
    future: Future[list[Read]] | None,
    captions: Captions,
    password: str | None,
) -> Iterator[tuple[Arrival, Read]]:
    read = None
    with contextlib.suppress(Exception):
        read = future.result() if future else None
    if read is None:  # a worker died, or failed over one of them: what it had is read here
        read = _read_chunk(chunk, captions, password)
    yield from zip(chunk, read, strict=True)


def read_again(
    arrival: Arrival, captions: Captions, password: str | None
) -> tuple[Book | None, Submission | None, tuple[Finding, ...]]:
    """Return a file as it stands and as it was read, None and findings when it cannot be read any more.

    Both have the time of one file.
    """
    book, findings, left = _opened(arrival, password)
    return book, *_taken_apart(arrival, book, findings, left, captions)


def read_arrival(arrival: Arrival, captions: Captions, password: str | None) -> Read:
    """Read one file; an unforeseen exception becomes FILE-999 and the batch goes on."""
    return _taken_apart(arrival, *_opened(arrival, password), captions)


Opened = tuple[Book | None, tuple[Finding, ...], float]


"""A workbook, the findings about it, and the seconds that are left for what is done with it."""


def _opened(arrival: Arrival, password: str | None) -> Opened:
    if arrival.content is None:
        return None, (), 0.0  # the arrival's own findings say why
    clock = Clock(LIMITS)
    book, findings = read_book(arrival.name, arrival.content, password=password, clock=clock)
    if book is not None:
        findings = (*_misnamed(arrival.name, book.kind), *findings)
    return book, findings, clock.left()


_KINDS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".xlsb": "xlsb", ".ods": "ods"}


def _misnamed(name: str, kind: str) -> Iterator[Finding]:
    """Tell a file that is of another kind than its name says."""
    ending = Path(name).suffix.lower()
    if _KINDS.get(ending, kind) != kind:
        yield Finding("FILE-109", Place(name), values={"named": ending, "kind": f".{kind}"})


def _taken_apart(
    arrival: Arrival,
    book: Book | None,
    findings: tuple[Finding, ...],
    left: float,
    captions: Captions,
) -> Read:
    if book is None:
        return None, findings
    clock = Clock(LIMITS, seconds=left)
    try:
        return read_submission(arrival.name, arrival.sha256, book, captions, clock), findings
    except Refused as refused:
        return None, (Finding(refused.code, Place(arrival.name), values=refused.values),)
    except Exception as error:
        return None, (Finding.unforeseen(arrival.name, error),)


def _verdict(arrival: Arrival, findings: Sequence[Finding]) -> Verdict:
    wrong = [f.code for f in findings if f.severity is Severity.ERROR] or [f.code for f in findings]
    return Verdict(
        arrival.name, arrival.sha256, False, "", tuple(wrong), arrival.message_id, arrival.sender
    )
