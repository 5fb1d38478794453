"""fetch against a real IMAP server (Dovecot): what is fetched, what is left, what a crash costs."""

from __future__ import annotations

import getpass
import imaplib
import io
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from post_servers import (
    PASSWORD,
    PERIOD,
    certificate,
    free_port,
    issue,
    run,
    small_plan,
)

from reconcile.core.findings import Place
from reconcile.mail.message import Enclosure, Message
from reconcile.mail.mime import mail_bytes

pwd = pytest.importorskip("pwd", reason="Dovecot, the IMAP server to test against, is for Unix")
PATH = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        PATH is None,
        reason="no IMAP server to test against: dovecot (dovecot-imapd) is not installed",
    ),
]

COMMON = """
base_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
first_valid_uid = {uid}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""
# Without root's rights every service runs as whoever runs the test.
OWN = """
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Server:
    """The running server: its port, and a user whose mailbox is to be put letters into."""

    port: int
    home: Path
    user: str = "first@example.invalid"

    def imap(self) -> imaplib.IMAP4_SSL:
        box = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=ssl.create_default_context())
        box.login(self.user, PASSWORD)
        return box

    def put(self, content: bytes, flags: str = "", mailbox: str = "INBOX") -> None:
        with self.imap() as box:
            state, told = box.append(mailbox, flags, '"05-Jul-2022 09:30:00 +0800"', content)
            assert state == "OK", told

    def flags(self) -> list[str]:
        """The flags of every letter in the box, as the server keeps them."""
        with self.imap() as box:
            box.select("INBOX", readonly=True)
            _, lines = box.uid("FETCH", "1:*", "(FLAGS)")
        return [line.decode().partition("FLAGS (")[2].rstrip(")") for line in lines if line]


@pytest.fixture(scope="module")
def cert(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture(scope="module")
def dovecot(cert: tuple[Path, Path]) -> Iterator[Server]:
    # Not below tmp_path: names of Unix sockets may not be long, and root's folders are closed to others.
    home = Path(tempfile.mkdtemp(prefix="imap", dir="/tmp"))
    (home / "mail").mkdir()
    root = os.getuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    if root:  # mail is never read as root
        home.chmod(0o755)
        os.chown(home / "mail", owner.pw_uid, owner.pw_gid)
    values = {
        "home": home, "cert": cert[0], "key": cert[1], "password": PASSWORD, "port": free_port(),
        "uid": owner.pw_uid, "gid": owner.pw_gid, "user": getpass.getuser(),
        "group": _group(owner.pw_gid),
    }  # fmt: skip
    config = home / "dovecot.conf"
    config.write_text((COMMON + ("" if root else OWN)).format(**values), "utf-8")
    # Its clock is eight hours ahead, as in China: the server tells dates by its own.
    process = subprocess.Popen([str(PATH), "-F", "-c", config], env={**os.environ, "TZ": "CST-8"})
    running = Server(int(str(values["port"])), home)
    try:
        with pytest.MonkeyPatch.context() as trusted:
            trusted.setenv("SSL_CERT_FILE", str(cert[0]))
            _wait(running)
        yield running
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def server(
    dovecot: Server, cert: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Server:
    """The server with an empty mailbox of the test's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(cert[0]))
    monkeypatch.setenv("RECONCILE_IMAP_PASSWORD", PASSWORD)
    monkeypatch.delenv("RECONCILE_IMAP_USER", raising=False)
    return replace(dovecot, user=f"{tmp_path.name}@example.invalid")


def _group(number: int) -> str:
    import grp

    return grp.getgrgid(number).gr_name


def _wait(server: Server) -> None:
    for _ in range(100):
        with suppress(OSError, imaplib.IMAP4.error), server.imap():
            return
        time.sleep(0.1)
    pytest.fail("dovecot did not come up: " + (server.home / "dovecot.log").read_text("utf-8"))


def letter(name: str, content: bytes, subject: str = "填报表") -> bytes:
    """A letter as our own mails are written, with one attachment."""
    enclosure = Enclosure(name, content, Place(), "")
    message = Message(
        "", "发表", "收件人", PERIOD, ("zhb@example.invalid",), subject, "见附件\n", (enclosure,)
    )
    return mail_bytes(message, "u1@example.invalid", "（模拟）填报员")


def plain_letter(subject: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "someone@example.invalid", subject
    message["Message-ID"] = f"<{subject}@example.invalid>"
    message.set_content("hello")
    return message.as_bytes()


def filled(folder: Path, count: int = 1) -> list[tuple[str, bytes]]:
    """The forms of a small plan, each with an answer: (name, content)."""
    issue(folder, small_plan(count))
    forms = []
    for path in sorted((folder / "发出").iterdir()):
        book = openpyxl.load_workbook(path)
        sheet = book["填报表"]
        captions = {sheet.cell(6, c).value: c for c in range(1, sheet.max_column + 1)}
        sheet.cell(7, captions["完成情况"]).value = "达序时"
        sheet.cell(7, captions["完成百分比"]).value = 0.5
        sheet.cell(7, captions["进展情况"]).value = f"（模拟）{path.stem}"
        content = io.BytesIO()
        book.save(content)
        forms.append((path.name, content.getvalue()))
    return forms


@pytest.fixture
def fetch(server: Server, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    def fetched(*more: str, folder: str = "收回") -> tuple[int, str]:
        result = run(
            "fetch", tmp_path / folder, "--imap", f"127.0.0.1:{server.port}", "--security", "ssl",
            "--user", server.user, *more,
        )  # fmt: skip
        return result.exit_code, result.output

    return fetched


Fetch = Callable[..., tuple[int, str]]


def test_a_form_comes_back_by_mail_and_its_letter_stays_known(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    name, content = filled(tmp_path)[0]
    server.put(letter(name, content))
    code, out = fetch()
    assert code == 0 and "取回 1 封" in out and "下一步：reconcile status" in out
    [path] = (tmp_path / "收回").iterdir()
    assert path.name.startswith("20220705-093000_00000001_") and path.suffix == ".eml"
    done = run(
        "merge", tmp_path / "总台账.xlsx", tmp_path / "收回", "-o", tmp_path / "汇总.xlsx",
        "--report", tmp_path / "report.json", "--as-of", "2022-07-08",
    )  # fmt: skip
    assert "已报 1" in done.output or "有错 1" in done.output, done.output
    [file] = json.loads((tmp_path / "report.json").read_text("utf-8"))["files"]
    assert file["file"] == f"收回/{path.name}/{name}"
    assert (file["accepted"], file["unit"]) == (True, "模拟一局")
    assert file["sender"] == "（模拟）填报员 <u1@example.invalid>"
    assert file["message_id"].endswith("@example.invalid>")
    rows = list(
        openpyxl.load_workbook(tmp_path / "汇总_明细.xlsx")["明细"].iter_rows(values_only=True)
    )
    at = rows[0].index("邮件编号")
    assert {row[at] for row in rows[1:]} == {file["message_id"]}


def test_nothing_on_the_server_is_changed(server: Server, fetch: Fetch) -> None:
    server.put(letter("a.xlsx", b"PK\x03\x04"))
    server.put(plain_letter("hello"), "\\Flagged")
    before = server.flags()
    assert fetch()[0] == 0
    after = server.flags()
    assert [f.replace("\\Recent", "").strip() for f in before] == ["", "\\Flagged"]
    assert [f.replace("\\Recent", "").strip() for f in after] == ["", "\\Flagged"]


def test_a_second_run_fetches_nothing(server: Server, fetch: Fetch, tmp_path: Path) -> None:
    server.put(letter("a.xlsx", b"PK\x03\x04"))
    fetch()
    [first] = (tmp_path / "收回").iterdir()
    first.unlink()  # sorted out by a person
    code, out = fetch()
    assert code == 0 and "取回 0 封" in out and "以前取过的 1 封" in out
    assert not list((tmp_path / "收回").iterdir())
    server.put(letter("b.xlsx", b"PK\x03\x04b"))
    assert "取回 1 封" in fetch()[1]


def test_a_fetched_letter_is_for_its_owner_only(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    ((name, content),) = filled(tmp_path)
    server.put(letter(name, content))
    assert fetch()[0] == 0
    assert [p.stat().st_mode & 0o777 for p in (tmp_path / "收回").glob("*.eml")] == [0o600]


def test_a_letter_without_a_form_is_told_once_and_left(server: Server, fetch: Fetch) -> None:
    server.put(plain_letter("lunch"))
    code, out = fetch()
    assert code == 0 and "someone@example.invalid 20220705-093000 的信“lunch”没有表格附件" in out
    code, out = fetch()
    assert code == 0 and "lunch" not in out, "MAIL-041 is told once"


def test_letters_read_before_are_counted_and_fetched_on_demand(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    server.put(letter("a.xlsx", b"PK\x03\x04"), "\\Seen")
    code, out = fetch()
    assert code == 0 and "取回 0 封" in out
    assert "另有 1 封已读的信没有取过" in out, "MAIL-044"
    assert "取回 0 封" in fetch("--all", "--since", "2022-07-09")[1]
    assert "取回 1 封" in fetch("--all", "--since", "2022-07-01")[1]
    assert "MAIL-044" not in fetch()[1] and "已读的信" not in fetch()[1]


def test_names_of_attachments_never_become_paths(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    server.put(letter("../../../evil.xlsx", b"PK\x03\x04"))
    server.put(letter("C:\\Windows\\evil.xlsx", b"PK\x03\x04x"))
    assert "取回 2 封" in fetch()[1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["收回", "收回_取信记录.jsonl"]
    assert all(
        p.suffix == ".eml" and p.name[:8] == "20220705" for p in (tmp_path / "收回").iterdir()
    )
    assert not list(tmp_path.parent.glob("evil*"))


def test_two_letters_with_the_same_name_are_both_kept(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    server.put(letter("填报表.xlsx", b"PK\x03\x041"))
    server.put(letter("填报表.xlsx", b"PK\x03\x042"))
    fetch()
    names = sorted(p.name for p in (tmp_path / "收回").iterdir())
    assert [n[16:24] for n in names] == ["00000001", "00000002"]


def test_a_crash_between_disk_and_log_fetches_again_under_the_same_name(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    server.put(letter("a.xlsx", b"PK\x03\x041"))
    server.put(letter("b.xlsx", b"PK\x03\x042"))
    fetch()
    before = {p.name: p.read_bytes() for p in (tmp_path / "收回").iterdir()}
    log = tmp_path / "收回_取信记录.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(lines[0] + lines[1][:30])  # the second was on the disk, its line was not
    assert "取回 1 封" in fetch()[1]
    assert {p.name: p.read_bytes() for p in (tmp_path / "收回").iterdir()} == before


def test_a_letter_that_a_person_changed_is_not_overwritten(
    server: Server, fetch: Fetch, tmp_path: Path
) -> None:
    server.put(letter("a.xlsx", b"PK\x03\x041"))
    fetch()
    [first] = (tmp_path / "收回").iterdir()
    first.write_bytes(b"changed by hand")
    (tmp_path / "收回_取信记录.jsonl").unlink()
    assert "取回 1 封" in fetch()[1]
    assert first.read_bytes() == b"changed by hand" and len(list(first.parent.iterdir())) == 2


def test_a_disk_that_refuses_loses_nothing(
    server: Server, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(letter("a.xlsx", b"PK\x03\x041"))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        code, out = fetch()
        assert code == 1 and "磁盘满了" in out
    assert "取回 1 封" in fetch()[1]


def test_a_letter_that_is_too_large_is_named_each_time(
    server: Server, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.api.fetch.MOST", 2000)
    server.put(letter("big.xlsx", b"PK\x03\x04" + bytes(3000)))
    server.put(letter("a.xlsx", b"PK\x03\x041"))
    for count in (1, 0):
        code, out = fetch()
        assert code == 3 and f"取回 {count} 封" in out and "MAIL-040 UID 1" in out


def test_another_mailbox_with_a_chinese_name(server: Server, fetch: Fetch) -> None:
    with server.imap() as box:
        box.create('"&WGtipQ-"')  # 填报
    server.put(letter("a.xlsx", b"PK\x03\x04"), mailbox='"&WGtipQ-"')
    assert "取回 1 封" in fetch("--mailbox", "填报")[1]
    code, out = fetch("--mailbox", "没有")
    assert code == 1 and "MAIL-043" in out and "没有" in out


def test_a_wrong_password(
    server: Server, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("not-it", "授权码"):
        monkeypatch.setenv("RECONCILE_IMAP_PASSWORD", wrong)
        code, out = fetch()
        assert (
            code == 1 and out.count("MAIL-016") == 1 and wrong not in out.replace("要用授权码", "")
        )
    assert not (tmp_path / "收回").exists()


def test_no_password_and_no_server(
    server: Server, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring

    monkeypatch.delenv("RECONCILE_IMAP_PASSWORD")
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    code, out = fetch()
    assert code == 1 and "MAIL-014" in out and "RECONCILE_IMAP_PASSWORD" in out
    gone = run(
        "fetch", tmp_path / "收回", "--imap", f"127.0.0.1:{free_port()}", "--user", server.user
    )
    assert gone.exit_code == 1 and "MAIL-015" in gone.output
    lacking = run("fetch", tmp_path / "收回")
    assert lacking.exit_code == 1 and "MAIL-030" in lacking.output and "--imap" in lacking.output


def test_the_plan_may_name_server_and_box(server: Server, tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(1, 收件服务器="127.0.0.1:ssl"))
    wrong = run("fetch", tmp_path / "收回", "--plan", plan)
    assert wrong.exit_code == 1 and "MAIL-024 收件服务器" in wrong.output
    plan = issue(tmp_path, small_plan(1, 收件服务器=f"127.0.0.1:{server.port}"))
    done = run(
        "fetch", tmp_path / "收回", "--plan", plan, "--security", "ssl",
        "--confirm-server", "127.0.0.1",
    )  # fmt: skip
    assert done.exit_code == 0 and "取回 0 封" in done.output


def test_a_server_that_hangs_up_in_the_middle_is_told_and_the_rest_comes_next_time(
    server: Server, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(3):
        server.put(letter(f"{i}.xlsx", b"PK\x03\x04%d" % i))
    asked = imaplib.IMAP4.uid

    def lost(self: imaplib.IMAP4, command: str, *words: str) -> object:
        if command == "FETCH" and words[0] == "2":
            self.shutdown()
        return asked(self, command, *words)

    with monkeypatch.context() as broken:
        broken.setattr(imaplib.IMAP4, "uid", lost)
        code, out = fetch()
        assert code == 1 and "MAIL-042" in out and "取回 1 封" in out
    assert "取回 2 封" in fetch()[1]
    assert len(list((tmp_path / "收回").iterdir())) == 3
