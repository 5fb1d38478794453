"""A mail server that a plan workbook names gets no password before a person has confirmed it, and none is ever shown."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
import stat
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from post_servers import (
    PASSWORD,
    SENDER,
    certificate,
    free_port,
    issue,
    run,
    small_plan,
    smtp_server,
)

import reconcile
from reconcile.mail.imap import Account, _word
from reconcile.mail.servers import Hiding
from reconcile.mail.smtp import Server

pytestmark = pytest.mark.slow

HOST = "127.0.0.1"
SECRET = 'pa"ss wo\\rd-密'[:-2] + "9"


@pytest.fixture(scope="module")
def cert(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture(autouse=True)
def machine(
    monkeypatch: pytest.MonkeyPatch, cert: tuple[Path, Path], tmp_path: Path
) -> Iterator[Path]:
    """A machine of a person who has confirmed nothing yet; returns where that would stand."""
    monkeypatch.setenv("SSL_CERT_FILE", str(cert[0]))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))
    for protocol in ("SMTP", "IMAP"):
        monkeypatch.setenv(f"RECONCILE_{protocol}_PASSWORD", PASSWORD)
        monkeypatch.delenv(f"RECONCILE_{protocol}_USER", raising=False)
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    yield tmp_path / "own" / "reconcile" / "servers.jsonl"


@contextlib.contextmanager
def imap_server(
    cert: tuple[Path, Path], reply: Callable[[str, str], str] = lambda tag, line: f"{tag} OK"
) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback that answers each line as ``reply`` says; yields (port, the lines it got)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*cert)
    got: list[str] = []
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:  # closed: the test is over
                return
            with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as peer:
                stream = peer.makefile("rwb")
                stream.write(b"* OK ready\r\n")
                stream.flush()
                for raw in stream:
                    line = raw.decode().rstrip("\r\n")
                    got.append(line)
                    tag = line.partition(" ")[0]
                    capable = "* CAPABILITY IMAP4rev1\r\n" if "CAPABILITY" in line else ""
                    said = f"{tag} OK" if capable else reply(tag, line)
                    said += " done" if said.endswith((" OK", " NO")) else ""
                    stream.write(f"{capable}{said}\r\n".encode())
                    stream.flush()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], got
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def sending(folder: Path, *more: str) -> tuple[int, str]:
    result = run(
        "mail", folder / "发出", "--plan", folder / "总台账.xlsx", "-o", folder / "邮件", "--send",
        "--pause", "0", *more,
    )  # fmt: skip
    return result.exit_code, result.output


# --- confirmed once on a machine


def test_a_strangers_server_is_named_and_not_spoken_to(
    tmp_path: Path, cert: tuple[Path, Path], machine: Path
) -> None:
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(2, 发件服务器=server.options[1]))
        code, out = sending(tmp_path)
        assert code == 1 and out.count("MAIL-055") == 1
        assert HOST in out and SENDER in out and f"--confirm-server {HOST}" in out
        assert server.box.letters == server.box.commands == [] and not machine.exists()


def test_it_is_confirmed_once(tmp_path: Path, cert: tuple[Path, Path], machine: Path) -> None:
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        assert sending(tmp_path, "--confirm-server", HOST)[0] == 0
        code, out = sending(tmp_path, "--resend", "模拟一局")
        assert code == 0 and "MAIL-055" not in out
        assert len(server.box.letters) == 2
    assert HOST in machine.read_text("utf-8") and PASSWORD not in machine.read_text("utf-8")


@pytest.mark.parametrize(
    "other",
    [{"发件服务器": "localhost:{port}"}, {"发件邮箱": "somebody@example.invalid"}],
    ids=["another server", "another sender"],
)
def test_what_was_confirmed_is_that_and_nothing_else(
    tmp_path: Path, cert: tuple[Path, Path], other: dict[str, str]
) -> None:
    with smtp_server(cert) as server:
        port = server.options[1].rpartition(":")[2]
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        assert sending(tmp_path, "--confirm-server", HOST)[0] == 0
        (tmp_path / "别的").mkdir()
        settings = {"发件服务器": server.options[1]} | {
            k: v.format(port=port) for k, v in other.items()
        }
        issue(tmp_path / "别的", small_plan(1, **settings))
        code, out = sending(tmp_path / "别的")
        assert code == 1 and "MAIL-055" in out
        assert len(server.box.letters) == 1


def test_another_host_than_the_one_in_the_plan_confirms_nothing(
    tmp_path: Path, cert: tuple[Path, Path], machine: Path
) -> None:
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        for named in ("smtp.example.invalid", "127.0.0", "::", f"{HOST}.example.invalid"):
            code, out = sending(tmp_path, "--confirm-server", named)
            assert code == 1 and "MAIL-055" in out, named
        assert server.box.commands == [] and not machine.exists()


def test_the_environment_confirms_for_programs(
    tmp_path: Path, cert: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_CONFIRM_SERVER", f"{HOST}:465")
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        assert sending(tmp_path)[0] == 0
        assert len(server.box.letters) == 1


def test_a_keyring_entry_that_names_the_host_is_a_confirmation(
    tmp_path: Path, cert: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, machine: Path
) -> None:
    monkeypatch.delenv("RECONCILE_SMTP_PASSWORD")
    kept: dict[tuple[str, str], str] = {("reconcile-smtp@smtp.example.invalid", SENDER): PASSWORD}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        assert "MAIL-055" in sending(tmp_path)[1], "that entry is for another host"
        kept["reconcile-smtp", SENDER] = PASSWORD
        assert "MAIL-055" in sending(tmp_path)[1], "that entry names no host"
        kept[f"reconcile-smtp@{HOST}", SENDER] = PASSWORD
        assert sending(tmp_path)[0] == 0
        assert len(server.box.letters) == 1 and not machine.exists()


def test_a_damaged_memory_confirms_nothing_and_one_that_cannot_be_written_is_told(
    tmp_path: Path, cert: tuple[Path, Path], machine: Path
) -> None:
    machine.parent.parent.mkdir(exist_ok=True)
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        machine.parent.mkdir()
        machine.write_text("{never\n", "utf-8")
        assert "MAIL-055" in sending(tmp_path)[1]
        machine.unlink()
        machine.parent.rmdir()
        machine.parent.write_text("a file where the folder should be", "utf-8")
        code, out = sending(tmp_path, "--confirm-server", HOST)
        assert code == 0 and "MAIL-057" in out and len(server.box.letters) == 1


def test_fetch_asks_as_well(tmp_path: Path, cert: tuple[Path, Path], machine: Path) -> None:
    def reply(tag: str, line: str) -> str:
        return f"* SEARCH\r\n{tag} OK" if "SEARCH" in line else f"{tag} OK"

    with imap_server(cert, reply) as (port, got):
        issue(tmp_path, small_plan(1, 收件服务器=f"{HOST}:{port}"))
        asked = (
            "fetch", tmp_path / "收回", "--plan", tmp_path / "总台账.xlsx", "--security", "ssl"
        )  # fmt: skip
        refused = run(*asked)
        assert refused.exit_code == 1 and "MAIL-055" in refused.output and got == []
        done = run(*asked, "--confirm-server", HOST)
        assert done.exit_code == 0 and "取回 0 封" in done.output, done.output
        assert run(*asked).exit_code == 0
        assert sum("LOGIN" in line for line in got) == 2
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        assert "MAIL-055" in sending(tmp_path)[1], (
            "to collect from a server is not to send through it"
        )


def test_what_a_person_types_is_not_asked_about(tmp_path: Path, cert: tuple[Path, Path]) -> None:
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器="smtp.evil.example"))
        assert sending(tmp_path, *server.options)[0] == 0
        assert len(server.box.letters) == 1


@pytest.mark.parametrize(("typed", "sent"), [("n", 0), ("", 0), ("y", 1)])
def test_at_a_terminal_a_person_is_asked_and_sees_the_host(
    tmp_path: Path, cert: tuple[Path, Path], typed: str, sent: int
) -> None:
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1, 发件服务器=server.options[1]))
        screen, theirs = pty.openpty()
        home = str(Path(reconcile.__file__).parents[1])
        program = subprocess.Popen(
            [sys.executable, "-m", "reconcile", "mail", "发出", "--plan", "总台账.xlsx", "-o", "邮件",
             "--send", "--pause", "0"],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": home, "PYTHONUTF8": "1", "NO_COLOR": "1",
                 "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        )  # fmt: skip
        os.close(theirs)
        shown = b""
        while select.select([screen], [], [], 60)[0]:
            try:
                piece = os.read(screen, 65536)
            except OSError:  # the other end is closed
                break
            shown += piece
            if b"[y/N]" in piece:
                os.write(screen, f"{typed}\n".encode())
        os.close(screen)
        assert program.wait() == (0 if sent else 1), shown.decode()
        assert len(server.box.letters) == sent
    assert HOST in shown.decode() and SENDER in shown.decode() and "[y/N]" in shown.decode()


# --- names and passwords that would end the line they stand in


@pytest.mark.parametrize("sign", ["\r\nA1 DELETE INBOX", "\0", "\x85", "\u2028", "\x1b]0;x\x07"])
@pytest.mark.parametrize("what", ["USER", "PASSWORD"])
def test_control_characters_go_to_no_server(
    tmp_path: Path, cert: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, what: str, sign: str
) -> None:
    value = f"zhb{sign}"
    kept = {"USER": "a@example.invalid", "PASSWORD": PASSWORD} | {what: value}
    for module in ("fetch", "send"):
        monkeypatch.setattr(
            f"reconcile.api.{module}.credentials", lambda *_: (kept["USER"], kept["PASSWORD"])
        )
    with imap_server(cert) as (port, got):
        told = run("fetch", tmp_path / "收回", "--imap", f"{HOST}:{port}", "--security", "ssl")
        assert told.exit_code == 1 and "MAIL-056" in told.output and got == []
        assert value not in told.output
    with smtp_server(cert) as server:
        issue(tmp_path, small_plan(1))
        code, out = sending(tmp_path, *server.options)
        assert code == 1 and "MAIL-056" in out and server.box.commands == []


def test_a_user_from_the_plan_cannot_add_a_command(tmp_path: Path, cert: tuple[Path, Path]) -> None:
    with imap_server(cert) as (port, got):
        spoilt = small_plan(1, 收件服务器=f"{HOST}:{port}", 发件邮箱="zhb\nA1 DELETE INBOX")
        issue(tmp_path, spoilt)
        told = run(
            "fetch", tmp_path / "收回", "--plan", tmp_path / "总台账.xlsx", "--security", "ssl",
            "--confirm-server", HOST,
        )  # fmt: skip
        assert told.exit_code == 1 and "MAIL-056" in told.output and got == []


@pytest.mark.parametrize(
    ("user", "sent"),
    [
        ("zhb@example.cn", "zhb@example.cn"),
        ('a b"(', r'"a b\"("'),
        ("DOMAIN\\zhb", r'"DOMAIN\\zhb"'),
    ],
)
def test_a_user_is_one_word_to_the_server(
    tmp_path: Path, cert: tuple[Path, Path], user: str, sent: str
) -> None:
    assert _word(user) == sent
    with imap_server(cert, lambda tag, line: f"{tag} NO") as (port, got):
        run("fetch", tmp_path / "收回", "--imap", f"{HOST}:{port}", "--security", "ssl",
            "--user", user)  # fmt: skip
    assert [line.partition(" ")[2] for line in got if "LOGIN" in line] == [
        f'LOGIN {sent} "{PASSWORD}"'
    ]


# --- a password is never shown


def echoes(secret: str) -> dict[str, str]:
    """What a server may say of a password it was given."""
    return {
        "as it is": secret,
        "quoted": secret.replace("\\", r"\\").replace('"', r"\""),
        "in capitals": secret.upper(),
        "coded": b64encode(secret.encode()).decode(),
        "coded with the user": b64encode(f"\0{SENDER}\0{secret}".encode()).decode(),
        "in two lines": f"{secret[:5]}\r\n{secret[5:]}",
    }


@pytest.mark.parametrize("secret", [PASSWORD, SECRET])
@pytest.mark.parametrize("how", list(echoes("")))
def test_what_a_server_echoes_is_hidden(secret: str, how: str) -> None:
    said = echoes(secret)[how]
    for raw in (
        f"535 {said} is wrong",
        f"535 {said} is wrong".encode(),
        f"错 {said}".encode("gbk"),
    ):
        shown = Hiding(SENDER, secret).text(raw)
        assert said.lower() not in shown.lower() and "（密码）" in shown
        assert secret[:5].lower() not in shown.lower()


def test_a_long_reply_is_cut_after_the_password_is_hidden() -> None:
    for before in range(185, 201):
        shown = Hiding(SENDER, PASSWORD).text("x" * before + PASSWORD)
        assert PASSWORD[:3] not in shown


def test_without_a_password_replies_stay_as_they_are() -> None:
    assert Hiding(SENDER, "").text("550 no such user") == "550 no such user"


@pytest.mark.parametrize("how", ["as it is", "coded", "coded with the user", "in capitals"])
def test_smtp_never_shows_it(tmp_path: Path, cert: tuple[Path, Path], how: str) -> None:
    said = echoes(PASSWORD)[how]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*cert)

    def refuse(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False, message=f"535 wrong: {said}")

    port = free_port()
    controller = Controller(
        object(), hostname=HOST, port=port, tls_context=context, require_starttls=True,
        authenticator=refuse, auth_required=True,
    )  # fmt: skip
    controller.start()
    try:
        issue(tmp_path, small_plan(1))
        code, out = sending(tmp_path, "--host", f"{HOST}:{port}", "--security", "starttls")
    finally:
        controller.stop()
    assert code == 1 and "MAIL-016" in out and "（密码）" in out
    assert said.lower() not in out.lower()


@pytest.mark.parametrize("how", ["as it is", "coded"])
def test_nor_after_the_login_nor_in_the_log(
    tmp_path: Path, cert: tuple[Path, Path], how: str
) -> None:
    said = echoes(PASSWORD)[how]
    issue(tmp_path, small_plan(3))
    with smtp_server(cert) as server:
        server.box.refuse = {
            "u1@example.invalid": f"550 {said}",
            "u2@example.invalid": f"450 {said}",
        }
        server.box.on_data = lambda _: f"250 taken {said}"
        code, out = sending(tmp_path, *server.options)
        assert code == 3 and "MAIL-017" in out and "MAIL-018" in out and said not in out
        server.box.sender_reply = f"550 {said}"
        code, out = sending(tmp_path, *server.options, "--resend", "模拟三局")
        assert code == 1 and "MAIL-020" in out and said not in out
    for path in (tmp_path / "发送记录.jsonl", *(tmp_path / "邮件").glob("*.eml")):
        assert said not in path.read_text("utf-8"), path.name


@pytest.mark.parametrize("at", ["LOGIN", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("answer", ["NO", "BAD", "BYE"])
def test_imap_never_shows_it(tmp_path: Path, cert: tuple[Path, Path], at: str, answer: str) -> None:
    def reply(tag: str, line: str) -> str:
        if at in line:
            told = f'what is "{PASSWORD}" ({b64encode(PASSWORD.encode()).decode()})'
            return f"* BYE {told}" if answer == "BYE" else f"{tag} {answer} {told}"
        return f"* SEARCH 1\r\n{tag} OK" if "SEARCH" in line else f"{tag} OK"

    with imap_server(cert, reply) as (port, got):
        told = run("fetch", tmp_path / "收回", "--imap", f"{HOST}:{port}", "--security", "ssl",
                   "--user", SENDER)  # fmt: skip
    assert any(at in line for line in got)
    assert told.exit_code == 1 and "MAIL-0" in told.output
    assert PASSWORD not in told.output and b64encode(PASSWORD.encode()).decode() not in told.output


def test_records_do_not_show_it_either() -> None:
    account = Account(HOST, 993, "ssl", SENDER, PASSWORD)
    server = Server(HOST, 465, "ssl", SENDER, SENDER, PASSWORD)
    assert PASSWORD not in repr(account) and PASSWORD not in repr(server)


def test_what_was_confirmed_holds_no_secret(machine: Path) -> None:
    from reconcile.mail.servers import Peer

    peer = Peer("smtp", "SMTP.Example.CN.", SENDER, SENDER)
    assert not peer.is_trusted()
    peer.trust()
    assert (
        peer.is_trusted() and Peer("smtp", "smtp.example.cn", SENDER.upper(), SENDER).is_trusted()
    )
    assert not Peer("imap", "smtp.example.cn", SENDER, SENDER).is_trusted()
    assert stat.S_ISREG(machine.stat().st_mode)
