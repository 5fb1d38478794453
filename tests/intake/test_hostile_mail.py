"""Hostile mails and mail servers: counted before they are parsed, told, and never a traceback."""

from __future__ import annotations

import email
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hostile_imap import LETTER, USUAL, Answer, Drip, Flood, odd_server
from hostile_mails import MAILBOXES, MAILS, coded, parts
from post_servers import PASSWORD, certificate, run

from reconcile.intake.eml import Effort, Span, letter_of, sender_and_subject
from reconcile.intake.inbox import unpacked
from reconcile.mail import imap
from reconcile.readers.limits import LIMITS, Clock, Limits

pytestmark = pytest.mark.slow

# Opens mails one after the other with as much memory as one file may cost, and tells what was found.
_OPEN = """
import json, resource, sys, time, types
from hostile_mails import MAILBOXES, MAILS
from reconcile.intake.inbox import unpacked
from reconcile.readers import limits
limits.time = types.SimpleNamespace(monotonic=time.process_time)  # as conftest.py has it
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]) << 20,) * 2)
told = {}
for name, (make, _) in {**MAILS, **MAILBOXES}.items():
    kind = "m.mbox" if name in MAILBOXES else "m.eml"
    told[name] = sorted({f.code for a in unpacked(kind, make()) for f in a.findings})
print(json.dumps(told))
"""
MEGABYTES = 512
TESTS = Path(__file__).parents[1]


def codes(content: bytes, limits: Limits = LIMITS) -> list[str]:
    """Return the findings about a mail."""
    return [f.code for a in unpacked("m.eml", content, limits=limits) for f in a.findings]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are of Unix")
def test_no_mail_costs_more_than_a_file_may() -> None:
    opened = subprocess.run(
        [sys.executable, "-c", _OPEN, str(MEGABYTES)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
    )  # fmt: skip
    assert opened.returncode == 0, opened.stderr[-2000:]
    cases = {**MAILS, **MAILBOXES}
    assert json.loads(opened.stdout) == {name: told.split() for name, (_, told) in cases.items()}


@pytest.mark.parametrize("name", MAILS)
def test_what_is_dear_is_counted_and_not_timed(name: str) -> None:
    """However slow a machine is, the same is told of the same mail."""
    make, expected = MAILS[name]
    shown = sorted({f.code for a in unpacked("m.eml", make()) for f in a.findings})
    assert shown == expected.split()


def test_the_time_of_one_file_covers_its_letters_and_is_told_once() -> None:
    letters = b"".join(b"From x\n" + LETTER.replace(b"\r\n", b"\n") + b"\n" for _ in range(3))
    assert codes(letters) == ["FILE-046"] * 3
    assert codes(letters, Limits(seconds=-1)) == ["FILE-080"]
    assert codes(parts(2, b"--x\r\n\r\nx\r\n"), Limits(seconds=-1)) == ["FILE-080"]


def test_time_that_others_take_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("reconcile.readers.limits.time.monotonic", lambda: now[0])
    letters = b"".join(b"From x\n" + LETTER.replace(b"\r\n", b"\n") + b"\n" for _ in range(9))
    told = []
    for arrival in unpacked("m.mbox", letters):
        told += [f.code for f in arrival.findings]
        now[0] += LIMITS.seconds / 2  # whoever reads it
    assert told == ["FILE-046"] * 9


def test_a_zip_has_a_time_too() -> None:
    from books import zipped

    content = zipped({f"{n}.xlsx": b"x" for n in range(3)})
    told = list(unpacked("a.zip", content, limits=Limits(seconds=-1)))
    assert [(a.name, f.code) for a in told for f in a.findings] == [("a.zip", "FILE-080")]


# --- parted as the standard library does it

_LINES = (
    b"--x", b"--x--", b"--yy", b"--yy--", b"--x  ", b"--xz", b"", b"", b"a", b"QUJD", b"QUI=", b"=41=", b"--",
    b"Content-Type: multipart/mixed; boundary=x", b'Content-Type: multipart/alternative; boundary="yy"',
    b"Content-Type: application/octet-stream; name=a.xlsx", b'Content-Disposition: attachment; filename="b.xlsx"',
    b"Content-Type: message/rfc822", b"Content-Type: multipart/digest; boundary=yy",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
    b"From: a@b", b"Content-Type: text/plain", b"\xff\xfe", b"x" * 50,
)  # fmt: skip


def _theirs(content: bytes) -> list[tuple[str, bytes]] | None:
    """The attachments as the library finds them; None for a multipart that has no part."""
    found = []
    for number, part in enumerate(email.message_from_bytes(content).walk()):
        if part.is_multipart():
            continue
        if part.get_content_maintype() == "multipart":
            return None
        name = part.get_filename("")
        if name or part.get_content_maintype() != "text":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found.append((name or f"附件{number}", content))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_mails_of_any_shape_hold_what_the_standard_library_finds(seed: int) -> None:
    chance = random.Random(seed)
    compared = 0
    for _ in range(1500):
        end = chance.choice([b"\n", b"\r\n"])
        lines = [b"From: a@b", *(chance.choice(_LINES) for _ in range(chance.randrange(1, 30)))]
        content = end.join(lines) + chance.choice([b"", end])
        theirs = _theirs(content)
        if theirs is not None:
            compared += 1
            effort = Effort(LIMITS, Clock(LIMITS))
            ours = letter_of(content, Span(0, len(content)), effort).attachments
            assert ours == theirs, content
    assert compared > 500


@pytest.mark.parametrize(
    ("code", "body", "content"),
    [
        (b"base64", b"QUJD\r\nRA==\r\n", b"ABCD"),
        (b"base64", b"QUJDRA", b"ABCD"),  # its end was lost
        (b"base64", b"QUJD*RA==", b"ABCD"),
        (b"BASE64 ", b"QUJD", b"ABC"),
        (b"base64", b"A", b"A"),  # no base64 at all: as it stands
        (b"quoted-printable", b"A=42=\r\nC=", b"ABC"),
        (b"x-uuencode", b"begin 644 a\r\n#04)#\r\n`\r\nend\r\n", b"ABC"),
        (b"7bit", b"ABC\r\n", b"ABC\r\n"),
        (b"x-unknown", b"ABC", b"ABC"),
    ],
)
def test_transfer_encodings(code: bytes, body: bytes, content: bytes) -> None:
    (arrival,) = unpacked("m.eml", coded(code, body))
    assert (arrival.name, arrival.content) == ("m.eml/a.xlsx", content)


def test_who_wrote_about_what_is_told_without_the_parser() -> None:
    head = "From: =?utf-8?B?5byg5LiJ?= <a@b>\r\nSubject: =?gb18030?B?ytA=?=\r\n =?gb18030?B?16E=?=\r\n\r\n"
    assert sender_and_subject(head.encode()) == ("张三 <a@b>", "市住")
    assert sender_and_subject("From: 张三 <a@b>\n\n".encode("gbk")) == ("张三 <a@b>", "")
    assert sender_and_subject(MAILS["millions of empty headers"][0]()) == ("?", "?")


# --- servers

pwd = pytest.importorskip("pwd", reason="a certificate of our own is trusted by SSL_CERT_FILE")
Fetch = Callable[[Mapping[str, Answer]], tuple[int, str]]
_DONE = b"%t OK done\r\n"


@pytest.fixture(scope="module")
def cert(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture
def fetch(cert: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fetch:
    monkeypatch.setenv("SSL_CERT_FILE", str(cert[0]))
    monkeypatch.setenv("RECONCILE_IMAP_PASSWORD", PASSWORD)

    def ask(odd: Mapping[str, Answer]) -> tuple[int, str]:
        with odd_server(cert, odd) as port:
            ended = run("fetch", tmp_path / "收回", "--imap", f"127.0.0.1:{port}", "--user", "u")
        return ended.exit_code, ended.output

    return ask


def of_size(told: bytes) -> Mapping[str, Answer]:
    """Answer the question for size and date with this."""
    return {"UID FETCH SIZE": b"* 1 FETCH (UID %u " + told + b")\r\n" + _DONE}


def of_body(told: bytes) -> Mapping[str, Answer]:
    """Answer the question for the letter with this."""
    return {"UID FETCH BODY": b"* 1 FETCH (" + told + b")\r\n" + _DONE}


def test_the_server_answers_as_usual(fetch: Fetch) -> None:
    code, out = fetch({})
    assert code == 0 and "没有表格的 1 封" in out


_MANY = b" ".join(b"%d" % n for n in range(1, 140_000))
ODD: Mapping[str, tuple[Mapping[str, Answer], str]] = {
    "words for numbers": ({"UID SEARCH": b"* SEARCH 1 x 2\r\n" + _DONE}, "MAIL-042"),
    "numbers below one": ({"UID SEARCH": b"* SEARCH -1 0\r\n" + _DONE}, "MAIL-042"),
    "a number of 5000 digits": ({"UID SEARCH": b"* SEARCH " + b"9" * 5000 + b"\r\n" + _DONE}, "MAIL-042"),
    "140000 letters of which nothing is told": (
        {"UID SEARCH": b"* SEARCH " + _MANY + b"\r\n" + _DONE, **of_size(b"")}, "MAIL-042",
    ),
    "an answer without end": ({"UID SEARCH": Flood(b"* SEARCH 1 2 3\r\n")}, "MAIL-051"),
    "go on, go on": ({"UID SEARCH": Flood(b"+ go on\r\n")}, "MAIL-051"),
    "a line without end": ({"UID SEARCH": Flood(b"a" * 1000)}, "MAIL-042"),
    "pieces without end": ({"UID FETCH SIZE": Flood(b"* 1 FETCH (X {3}\r\nabc)\r\n")}, "MAIL-051"),
    "a letter of 4 GB": (of_body(b"UID %u BODY[] {4294967296}\r\nx"), "MAIL-051"),
    "a letter larger than was told": (of_body(b"UID %u BODY[] {99000000}\r\nx"), "MAIL-051"),
    "a letter of 5000 digits": (of_body(b"UID %u BODY[] {" + b"9" * 5000 + b"}\r\nx"), "MAIL-042"),
    "no size": (of_size(b"INTERNALDATE NIL"), "MAIL-050"),
    "a size of 5000 digits": (of_size(b"RFC822.SIZE " + b"9" * 5000), "MAIL-050"),
    "the size of another letter": (
        {"UID FETCH SIZE": b"* 1 FETCH (UID 99 RFC822.SIZE 5)\r\n" + _DONE}, "MAIL-050",
    ),
    "another letter": (of_body(b"UID 99 BODY[] {3}\r\nabc"), "MAIL-050"),
    "a letter in quotation marks": (of_body(b'UID %u BODY[] "abc"'), "MAIL-050"),
    "no letter": (of_body(b"UID %u BODY[] NIL"), "MAIL-050"),
    "a refusal in no language": ({"UID FETCH BODY": b"%t NO \xff\xfe\x1b[31m\r\n"}, "MAIL-042"),
    "a farewell": ({"UID FETCH BODY": b"* BYE\r\n"}, "MAIL-042"),
    "the answer to another question": ({"UID FETCH BODY": b"XXXX1 OK\r\n"}, "MAIL-042"),
    "abilities in no language": ({"CAPABILITY": b"* CAPABILITY \xff\xfe\r\n" + _DONE}, "MAIL-015"),
    "no abilities": ({"CAPABILITY": _DONE}, "MAIL-015"),
    "a strange greeting": ({"": b"hello\r\n"}, "MAIL-015"),
    "no greeting but noise": ({"": Flood(b"a" * 1000)}, "MAIL-015"),
    "a closed door": ({"": b"* BYE no\r\n"}, "MAIL-015"),
    "nonsense to the password": ({"LOGIN": b"\xff\xff\r\n"}, "MAIL-015"),
    "a mailbox of nothing": ({"EXAMINE": b"* OK \0\r\n\r\n" + _DONE}, "MAIL-042"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_answers_are_findings(name: str, fetch: Fetch) -> None:
    odd, expected = ODD[name]
    code, out = fetch(odd)
    assert expected in out and code == (3 if expected == "MAIL-050" else 1), out
    assert "Traceback" not in out and PASSWORD not in out


HARMLESS: Mapping[str, Mapping[str, Answer]] = {
    "a date in 99999": of_size(b'RFC822.SIZE 60 INTERNALDATE "99-Xxx-99999 99:99:99 +9999"'),
    "the number after the letter": of_body(b"BODY[] {%d}\r\n%s UID %%u" % (len(LETTER), LETTER)),
    "a validity in no language": {"EXAMINE": b"* OK [UIDVALIDITY \xff\xfe] x\r\n" + _DONE},
    "a flood at the end": {"LOGOUT": Flood(b"* x\r\n")},
    "news of other letters": {
        "UID FETCH SIZE": b"* 9 FETCH (UID 99 RFC822.SIZE 99999999999)\r\n" + USUAL["UID FETCH SIZE"]
    },
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_answers_that_are_only_unusual_stop_nothing(name: str, fetch: Fetch) -> None:
    code, out = fetch(HARMLESS[name])
    assert code == 0 and "没有表格的 1 封" in out, out


def test_a_letter_that_makes_no_sense_does_not_stop_the_next(fetch: Fetch, tmp_path: Path) -> None:
    odd = {
        "UID SEARCH": b"* SEARCH 1 2\r\n" + _DONE,
        "UID FETCH BODY": b"* 1 FETCH (UID 2 BODY[] {%d}\r\n%s)\r\n" % (len(LETTER), LETTER) + _DONE,
    }  # fmt: skip
    code, out = fetch(odd)
    assert code == 3 and "MAIL-050 UID 1" in out and "没有表格的 1 封" in out


@pytest.mark.parametrize("name", ["UID SEARCH", "", "LOGIN"])
def test_a_server_that_drips_is_cut_off(
    name: str, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_ANSWER_SECONDS", 0.3)
    code, out = fetch({name: Drip(b"* OK " + b"a" * 2000)})
    assert code == 1 and "MAIL-051" in out and "太慢" in out


def test_a_run_has_an_end(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_RUN_SECONDS", 0.5)
    odd = {"UID SEARCH": b"* SEARCH " + _MANY + b"\r\n" + _DONE, "UID FETCH BODY": _DONE}
    code, out = fetch(odd)
    assert code == 1 and "MAIL-051" in out


def test_a_letter_of_empty_headers_is_kept_and_told_by_merge(fetch: Fetch, tmp_path: Path) -> None:
    letter = b"X:\r\n" * (1 << 20)
    code, out = fetch(of_body(b"UID %%u BODY[] {%d}\r\n%s" % (len(letter), letter)))
    assert code == 0 and "取回 1 封" in out
    (kept,) = (tmp_path / "收回").glob("*.eml")
    assert kept.read_bytes() == letter and codes(letter) == ["FILE-048"]
