"""fetch: letters with forms in them, out of an IMAP mailbox into the inbox folder.

Each letter is kept whole, as an .eml file: ``merge`` and ``status`` open it
themselves, so that no attachment's name ever becomes a path, and sender and
message id stay with every form. A letter counts as fetched once it is on the
disk and the log says so; a run that breaks off in between fetches it again,
under the same name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ..core.findings import Finding, Place
from ..core.i18n import language_of, spoken, tr
from ..core.settings import Setting
from ..intake.eml import sender_and_subject
from ..intake.inbox import unpacked
from ..mail.imap import MOST, SSL, STARTTLS, Account, Envelope, Mailbox, Unclear, Unfetched, opened
from ..mail.journal import Journal, journal_at
from ..mail.servers import Hiding, credentials, host_and_port
from ..plan import read_plan, spoken_in
from ..writers.atomic import write_file
from .extract import Progress
from .send import unfit

_SSL_PORT, _STARTTLS_PORT = 993, 143

_MOST_UNCLEAR = 20
"""A server whose answers made no sense so often is asked no more."""
FETCHED, NOTHING = "fetched", "nothing"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Result of :func:`fetch`: the files written, how many letters held no form, and what is wrong.

    ``broken`` is whether the server could not be asked, or not to the end.
    """

    files: tuple[Path, ...] = ()
    without: int = 0
    known: int = 0
    findings: tuple[Finding, ...] = ()
    broken: bool = False


def log_of(folder: Path, language: str = "") -> Path:
    """Return where the log of an inbox folder lies: beside it, not in it."""
    whole = folder.resolve()
    name = "{inbox}_取信记录.jsonl"
    return journal_at(whole.parent, name, language or spoken(), inbox=whole.name)


def fetch(
    folder: Path,
    account: Account,
    *,
    everything: bool = False,
    since: date | None = None,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    language: str = "",
) -> Fetched:
    """Fetch unread letters (or ``everything``) that hold forms. OSError when the disk refuses.

    ``language`` is that of the log's name: the plan's, or without one that being spoken.
    """
    try:
        log = _Log(Journal(log_of(folder, language)), account, clock)
    except ValueError as error:
        return Fetched(findings=(Finding("MAIL-027", Place(str(error))),), broken=True)
    run = _Run(folder, log, account.hiding)
    try:
        with opened(account) as box:
            wanted = box.uids(unread=not everything, since=since)
            new = [uid for uid in wanted if not log.has(box, uid)]
            for i, uid in enumerate(new, 1):
                try:
                    run.take(box, uid)
                except Unclear as why:
                    run.unclear(why)
                if progress:
                    progress(i, len(new))
            if not everything:
                run.tell_of_read(box, since)
    except Unfetched as why:
        run.findings.append(why.finding)
        return run.result(0, broken=True)
    return run.result(len(wanted) - len(new))


def account_of(
    plan_path: Path | None, host: str, user: str, mailbox: str, security: str
) -> tuple[Account | None, str, tuple[Finding, ...]]:
    """Return where to fetch from, and the plan's language; None and findings when something lacks.

    What is not given comes from the environment and the plan's settings.
    """
    settings: Mapping[str, str] = {}
    if plan_path:
        plan, findings = read_plan(plan_path)
        if plan is None:
            return None, spoken_in(plan_path), findings
        settings = plan.settings
    language = language_of(settings) if plan_path else spoken()
    named = (host or settings.get(Setting.IMAP_SERVER, "")).strip()
    try:
        name, port = host_and_port(named)
    except ValueError:
        return (
            None,
            language,
            (Finding("MAIL-024", Place(cell=tr(Setting.IMAP_SERVER)), values={"value": named}),),
        )
    if not name:
        lacking = Finding(
            "MAIL-030", values={"caption": tr(Setting.IMAP_SERVER), "option": "--imap"}
        )
        return None, language, (lacking,)
    number = port or _SSL_PORT
    user, password = credentials("imap", user or settings.get(Setting.SENDER, "").strip(), name)
    if not user:
        lacking = Finding("MAIL-030", values={"caption": tr(Setting.SENDER), "option": "--user"})
        return None, language, (lacking,)
    if unsendable := unfit(user, password):
        return None, language, unsendable
    way = security or (STARTTLS if number == _STARTTLS_PORT else SSL)
    return Account(name, number, way, user, password, mailbox), language, ()


class _Log:
    def __init__(self, journal: Journal, account: Account, clock: Callable[[], datetime]) -> None:
        self._journal, self._account, self._clock = journal, account, clock
        lines = [line for line in journal.lines() if line.get("mailbox") == account.name]
        self._uids = {(str(line.get("validity")), line.get("uid")) for line in lines}
        self.hashes = {str(line.get("sha256")) for line in lines}

    def has(self, box: Mailbox, uid: int) -> bool:
        return (box.validity, uid) in self._uids

    def write(self, what: str, box: Mailbox, uid: int, sha256: str, file: str) -> None:
        at = self._clock().isoformat(timespec="seconds")
        self._journal.append(
            at=at, what=what, mailbox=self._account.name, validity=box.validity, uid=uid,
            sha256=sha256, file=file,
        )  # fmt: skip
        self.hashes.add(sha256)


class _Run:
    def __init__(self, folder: Path, log: _Log, hiding: Hiding) -> None:
        self._folder, self._log, self._hiding = folder, log, hiding
        self._files: list[Path] = []
        self._without = 0
        self.findings: list[Finding] = []

    def take(self, box: Mailbox, uid: int) -> None:
        """Fetch one letter: on the disk first, then in the log."""
        envelope = box.envelope(uid)
        if envelope is None:
            return
        if envelope.size > MOST:
            values = {
                "size": f"{envelope.size / 2**20:.1f}",
                "limit": MOST >> 20,
                "when": _when(envelope),
            }
            self.findings.append(Finding("MAIL-040", Place(cell=f"UID {uid}"), values=values))
            return
        content = box.letter(uid)
        if content is None:
            return
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in self._log.hashes:  # the server counts again, or two copies of one letter
            self._log.write(FETCHED, box, uid, sha256, "")
            return
        name = f"{_when(envelope)}_{uid:08d}_{sha256[:8]}.eml"
        if any(f.code == "FILE-046" for a in unpacked(name, content) for f in a.findings):
            self._without += 1
            sender, subject = map(self._hiding.text, sender_and_subject(content))
            values = {"sender": sender, "subject": subject, "when": _when(envelope)}
            self.findings.append(Finding("MAIL-041", Place(cell=f"UID {uid}"), values=values))
            self._log.write(NOTHING, box, uid, sha256, "")
            return
        path = self._folder / name
        if (
            path.exists() and path.read_bytes() != content
        ):  # a person changed what a former run fetched
            path = path.with_name(f"{name.removesuffix('.eml')}_{sha256}.eml")
        write_file(path, content, private=True)  # it holds a form with number and keys
        self._log.write(FETCHED, box, uid, sha256, path.name)
        self._files.append(path)

    def unclear(self, why: Unclear) -> None:
        """Leave a letter, or everything when there are too many such."""
        self.findings.append(why.finding)
        if sum(f.code == why.finding.code for f in self.findings) > _MOST_UNCLEAR:
            raise Unfetched("MAIL-042", reason=tr("服务器的回答看不懂"))

    def tell_of_read(self, box: Mailbox, since: date | None) -> None:
        """Return how many letters somebody read before they could be fetched."""
        every = box.uids(unread=False, since=since)
        unread = set(box.uids(unread=True, since=since))
        count = sum(uid not in unread and not self._log.has(box, uid) for uid in every)
        if count:
            self.findings.append(Finding("MAIL-044", values={"count": count}))

    def result(self, known: int, *, broken: bool = False) -> Fetched:
        return Fetched(tuple(self._files), self._without, known, tuple(self.findings), broken)


def _when(envelope: Envelope) -> str:
    return f"{envelope.received:%Y%m%d-%H%M%S}" if envelope.received else "00000000-000000"
