"""What was sent to whom: written before and after each message, so that no crash sends one twice.

"sending" is on the disk before the first byte of a message goes out, "sent"
after the server took it. A "sending" that nothing follows is in doubt: nobody
can know whether the server has it. Such a message is named, and sent again only
when a person says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .journal import Journal
from .message import ISSUE, Message

SENDING, SENT, REFUSED, LATER = "sending", "sent", "refused", "later"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a message stands: who has it, whether one sending of it is in doubt, and since when.

    ``before`` is when other words or files of the same kind went to this unit.
    """

    taken: tuple[str, ...] = ()
    doubtful: bool = False
    when: str = ""
    before: str = ""

    def pending(self, message: Message) -> tuple[str, ...]:
        """Return the addresses that have not got the message yet."""
        return tuple(a for a in message.to if a.casefold() not in self.taken)


class SentLog:
    """The log of one plan's mails, a file beside the plan workbook."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        self.path = path

    def alone(self) -> AbstractContextManager[None]:
        """Hold the log against other runs; raises journal.Taken, once entered, when one holds it."""
        return self._journal.alone()

    def standing(self, message: Message) -> Standing:
        """Return how a message stands. ValueError when the log cannot be read."""
        standing = Standing()
        for line in self._journal.lines():
            if line.get("about") != message.about:
                continue
            if line.get("key") != message.key:
                if line.get("what") == SENT:
                    standing = replace(standing, before=str(line.get("at", "")))
                continue
            standing = replace(
                standing, doubtful=line.get("what") == SENDING, when=str(line.get("at", ""))
            )
            if line.get("what") == SENT:
                taken = {*standing.taken, *(str(a).casefold() for a in line.get("to", ()))}
                standing = replace(standing, taken=tuple(sorted(taken)))
        return standing

    def issued(self, plan: str) -> dict[str, set[str]]:
        """Return the units whose form went out by mail, by period; nothing when the log cannot be read."""
        units: dict[str, set[str]] = {}
        with suppress(ValueError):
            for line in self._journal.lines():
                about = str(line.get("about", ""))
                if (
                    line.get("what") == SENT
                    and line.get("kind") == ISSUE
                    and about.startswith(f"{plan}|")
                ):
                    units.setdefault(str(line.get("period")), set()).add(str(line.get("unit")))
        return units

    def write(
        self, what: str, message: Message, to: Sequence[str], at: datetime, reply: str = ""
    ) -> None:
        """Write one line; when this returns it has reached the disk. OSError when it cannot."""
        self._journal.append(
            at=at.isoformat(timespec="seconds"),
            what=what,
            unit=message.unit,
            period=message.period,
            kind=message.kind,
            subject=message.subject,
            to=list(to),
            reply=reply,
            about=message.about,
            key=message.key,
        )
