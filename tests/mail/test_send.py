"""mail --send against a real SMTP server: what goes out, what stops it, and what a crash leaves."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import keyring
import openpyxl
import pytest
from post_servers import (
    PASSWORD,
    SENDER,
    Running,
    certificate,
    free_port,
    issue,
    run,
    small_plan,
    smtp_server,
    unit_name,
)

from reconcile.api.mail import Asked, mail
from reconcile.mail.servers import host_and_port

pytestmark = pytest.mark.slow

LOG = "发送记录.jsonl"


@pytest.fixture(scope="module")
def cert(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, cert: tuple[Path, Path]) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(cert[0]))
    monkeypatch.setenv("RECONCILE_SMTP_PASSWORD", PASSWORD)
    monkeypatch.delenv("RECONCILE_SMTP_USER", raising=False)


@pytest.fixture
def server(cert: tuple[Path, Path]) -> Iterator[Running]:
    with smtp_server(cert) as running:
        yield running


def send(folder: Path, server: Running, *more: str) -> tuple[int, str]:
    """Send the forms of a folder; returns (exit status, what was printed)."""
    result = run(*sending(folder, server), *more)
    return result.exit_code, result.output


def sending(folder: Path, server: Running) -> list[str | Path]:
    """The arguments that send the forms of a folder."""
    return [
        "mail", folder / "发出", "--plan", folder / "总台账.xlsx", "-o", folder / "邮件",
        "--send", *server.options,
    ]  # fmt: skip


def states(folder: Path) -> list[str]:
    """The column 发送情况 of the list, without the times."""
    sheet = openpyxl.load_workbook(folder / "邮件" / "发送清单.xlsx").active
    assert sheet is not None
    return [str(row[8].value)[:2] for row in sheet.iter_rows(min_row=2)]


# --- what goes out


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_each_unit_gets_its_own_message(
    tmp_path: Path, cert: tuple[Path, Path], security: str
) -> None:
    issue(tmp_path, small_plan(3))
    with smtp_server(cert, security) as server:
        assert send(tmp_path, server)[0] == 0
        letters = server.box.letters
    assert [to for _, to, _ in letters] == [[f"u{i}@example.invalid"] for i in (1, 2, 3)]
    assert {sender for sender, _, _ in letters} == {SENDER}
    for i, (_, _, content) in enumerate(letters, 1):
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert message["To"] == f"{unit_name(i)} <u{i}@example.invalid>"
        assert message["Date"] and "X-Unsent" not in message
        assert [a.get_filename() for a in message.iter_attachments()] == [
            f"0{i}_{unit_name(i)}_2022年第二季度填报表.xlsx"
        ]
    assert states(tmp_path) == ["已发"] * 3


def test_what_is_sent_is_the_draft_but_for_the_date(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(1))
    send(tmp_path, server)
    draft = next((tmp_path / "邮件").glob("*.eml")).read_bytes()
    sent = server.box.letters[0][2]
    assert draft.startswith(b"X-Unsent: 1\r\n")
    without = [line for line in sent.split(b"\r\n") if not line.startswith(b"Date: ")]
    assert b"\r\n".join(without).strip() == draft.removeprefix(b"X-Unsent: 1\r\n").strip()


def test_without_send_nothing_goes_out(tmp_path: Path, server: Running) -> None:
    plan = issue(tmp_path, small_plan(2))
    result = run(
        "mail", tmp_path / "发出", "--plan", plan, "-o", tmp_path / "邮件", *server.options
    )
    assert result.exit_code == 0, result.output
    assert "可发 2" in result.output and "没有发送" in result.output
    assert server.box.letters == [] and not (tmp_path / LOG).exists()


def test_a_second_run_sends_nothing(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(2))
    assert send(tmp_path, server)[0] == 0
    code, out = send(tmp_path, server)
    assert code == 0 and "已发过 2" in out and "发出 0 封" in out
    assert len(server.box.letters) == 2


def test_the_same_mail_from_another_folder_is_still_known(tmp_path: Path, server: Running) -> None:
    plan = issue(tmp_path, small_plan(2))
    send(tmp_path, server)
    result = run(
        "mail",
        tmp_path / "发出",
        "--plan",
        plan,
        "-o",
        tmp_path / "别处",
        "--send",
        *server.options,
    )
    assert "已发过 2" in result.output and len(server.box.letters) == 2


def test_several_addresses_of_one_unit_share_one_message(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(2, emails={1: "a@example.invalid；张三 <b@example.invalid>"}))
    assert send(tmp_path, server)[0] == 0
    assert server.box.to == [["a@example.invalid", "b@example.invalid"], ["u2@example.invalid"]]


def test_other_words_go_out_again_and_that_is_told(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(1))
    send(tmp_path, server)
    plan = issue(tmp_path, small_plan(1, 联系方式="（模拟）0000-0000000"))
    day = date(2022, 7, 8)
    made = mail(Asked((tmp_path / "发出",), plan, tmp_path / "邮件", day))
    assert [(f.code, f.unit) for f in made.findings] == [("MAIL-029", "模拟一局")]
    code, out = send(tmp_path, server)
    assert code == 0 and "说明 1" in out
    assert len(server.box.letters) == 2
    dry = run(
        "mail", tmp_path / "发出", "--plan", tmp_path / "总台账.xlsx", "-o", tmp_path / "邮件"
    )
    assert "已发过 1" in dry.output


def test_a_reminder_goes_out_once_a_day(tmp_path: Path, server: Running) -> None:
    plan = issue(tmp_path, small_plan(2))
    (tmp_path / "收回").mkdir()
    arguments = (
        "mail", tmp_path / "发出", "--plan", plan, "-o", tmp_path / "催报", "--remind",
        tmp_path / "收回", "--send", *server.options,
    )  # fmt: skip
    for day, count in (("2022-07-06", 2), ("2022-07-06", 2), ("2022-07-08", 4)):
        run(*arguments, "--as-of", day)
        assert len(server.box.letters) == count, day


# --- what stops it


def test_a_wrong_password_stops_with_one_sentence(
    tmp_path: Path, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_SMTP_PASSWORD", "not-it")
    issue(tmp_path, small_plan(2))
    code, out = send(tmp_path, server)
    assert code == 1
    assert out.count("MAIL-016") == 1 and "授权码" in out
    assert server.box.commands == [] and not (tmp_path / LOG).exists()
    assert "not-it" not in out


def test_a_password_that_no_server_can_have_is_a_wrong_one(
    tmp_path: Path, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_SMTP_PASSWORD", "授权码")
    issue(tmp_path, small_plan(1))
    code, out = send(tmp_path, server)
    assert code == 1 and out.count("MAIL-016") == 1 and "密码里有汉字" in out


def test_without_a_password_it_says_where_one_is_looked_for(
    tmp_path: Path, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECONCILE_SMTP_PASSWORD")
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    issue(tmp_path, small_plan(1))
    code, out = send(tmp_path, server)
    assert code == 1 and "MAIL-014" in out and "RECONCILE_SMTP_PASSWORD" in out


def test_the_password_may_lie_in_the_keyring(
    tmp_path: Path, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECONCILE_SMTP_PASSWORD")
    kept = {("reconcile-smtp", SENDER): PASSWORD}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    issue(tmp_path, small_plan(1))
    assert send(tmp_path, server)[0] == 0
    assert len(server.box.letters) == 1


def test_a_server_that_is_not_there(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(1))
    options = ("--host", f"127.0.0.1:{free_port()}", "--security", "ssl")
    code, out = send(tmp_path, Running(server.box, options))
    assert code == 1 and out.count("MAIL-015") == 1


def test_a_certificate_that_is_not_trusted(
    tmp_path: Path, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    issue(tmp_path, small_plan(1))
    code, out = send(tmp_path, server)
    assert code == 1 and "MAIL-015" in out and "证书" in out
    assert server.box.commands == []


def test_a_server_without_encryption_is_not_told_the_password(
    tmp_path: Path, cert: tuple[Path, Path]
) -> None:
    issue(tmp_path, small_plan(1))
    with smtp_server(cert, "none") as server:
        code, out = send(tmp_path, server)
    assert code == 1 and out.count("MAIL-015") == 1 and "STARTTLS" in out
    assert server.box.letters == []


def test_a_relay_that_asks_for_no_password(
    tmp_path: Path, cert: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECONCILE_SMTP_PASSWORD")
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    issue(tmp_path, small_plan(1))
    with smtp_server(cert, "starttls", asks=False) as server:
        assert send(tmp_path, server)[0] == 0
    assert len(server.box.letters) == 1


def test_the_server_refuses_the_sender(tmp_path: Path, server: Running) -> None:
    server.box.sender_reply = "550 sender is not the user"
    issue(tmp_path, small_plan(3))
    code, out = send(tmp_path, server)
    assert code == 1 and out.count("MAIL-020") == 1 and "还有 3 封没有发" in out


def test_settings_that_lack_or_are_wrong(tmp_path: Path) -> None:
    plan = issue(tmp_path, small_plan(1))
    arguments = ("mail", tmp_path / "发出", "--plan", plan, "-o", tmp_path / "邮件", "--send")
    lacking = run(*arguments)
    assert (
        lacking.exit_code == 1 and "MAIL-030" in lacking.output and "发件服务器" in lacking.output
    )
    wrong = run(*arguments, "--host", "smtp.example.invalid:ssl")
    assert wrong.exit_code == 1 and "MAIL-024 发件服务器" in wrong.output
    # Looking such a host up raises what is no OSError.
    empty = run(*arguments, "--host", "smtp..example.invalid")
    assert empty.exit_code == 1 and "MAIL-024 发件服务器" in empty.output


# --- recipients


def test_a_refused_recipient_is_named_and_the_rest_go_out(tmp_path: Path, server: Running) -> None:
    server.box.refuse = {"u2@example.invalid": "550 no such user"}
    issue(tmp_path, small_plan(3))
    code, out = send(tmp_path, server)
    assert code == 3
    assert "MAIL-017 “模拟二局”的 u2@example.invalid 被服务器退回：550 no such user" in out
    assert server.box.to == [["u1@example.invalid"], ["u3@example.invalid"]]
    assert states(tmp_path) == ["已发", "待发", "已发"]


def test_only_the_address_that_was_refused_is_tried_again(tmp_path: Path, server: Running) -> None:
    server.box.refuse = {"b@example.invalid": "550 no such user"}
    issue(tmp_path, small_plan(1, emails={1: "a@example.invalid;b@example.invalid"}))
    assert send(tmp_path, server)[0] == 3
    issue(tmp_path, small_plan(1, emails={1: "a@example.invalid;c@example.invalid"}))
    assert send(tmp_path, server)[0] == 0
    assert server.box.to == [["a@example.invalid"], ["c@example.invalid"]]


def test_put_off_for_now_is_told_and_sent_by_the_next_run(tmp_path: Path, server: Running) -> None:
    server.box.refuse = {"u1@example.invalid": "451 try again later"}
    issue(tmp_path, small_plan(2))
    code, out = send(tmp_path, server)
    assert code == 3 and "MAIL-018" in out and "还有 1 封没有发" in out
    server.box.refuse = {}
    assert send(tmp_path, server)[0] == 0
    assert server.box.to == [["u2@example.invalid"], ["u1@example.invalid"]]


def test_after_three_put_off_in_a_row_the_rest_wait(tmp_path: Path, server: Running) -> None:
    server.box.on_data = lambda content: "451 too many messages"
    issue(tmp_path, small_plan(5))
    code, out = send(tmp_path, server)
    assert code == 1 and "MAIL-021" in out and out.count("MAIL-018") == 3
    assert len(server.box.commands) == 3
    server.box.on_data = None
    assert send(tmp_path, server)[0] == 0
    assert len(server.box.letters) == 5


def test_a_message_without_address_waits_and_the_rest_go_out(
    tmp_path: Path, server: Running
) -> None:
    issue(tmp_path, small_plan(2, emails={1: ""}))
    code, out = send(tmp_path, server)
    assert code == 3 and "MAIL-002" in out
    assert server.box.to == [["u2@example.invalid"]]
    assert states(tmp_path) == ["没有", "已发"]


# --- a crash in the middle


def killed(folder: Path, server: Running, at: str) -> None:
    """Send in a process of its own that is killed (-9) when the server sees the fifth message."""
    process: subprocess.Popen[bytes] | None = None

    def kill() -> None:
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def on_rcpt(address: str) -> None:
        if at == "rcpt" and address == "u5@example.invalid":
            kill()

    def on_data(content: bytes) -> str | None:
        if at == "data" and len(server.box.letters) == 4:
            kill()
        return None

    server.box.on_rcpt, server.box.on_data = on_rcpt, on_data
    command = [sys.executable, "-m", "reconcile", *sending(folder, server)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert process.wait(60) == -signal.SIGKILL
    server.box.on_rcpt = server.box.on_data = None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows knows no kill -9")
def test_killed_before_the_content_went_out_each_gets_exactly_one(
    tmp_path: Path, server: Running
) -> None:
    issue(tmp_path, small_plan(10))
    killed(tmp_path, server, "rcpt")
    assert len(server.box.letters) == 4
    code, out = send(tmp_path, server)
    assert code == 0, out
    assert Counter(to[0] for to in server.box.to) == {
        f"u{i}@example.invalid": 1 for i in range(1, 11)
    }


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows knows no kill -9")
def test_killed_while_the_content_went_out_the_one_in_doubt_is_named(
    tmp_path: Path, server: Running
) -> None:
    issue(tmp_path, small_plan(10))
    killed(tmp_path, server, "data")
    code, out = send(tmp_path, server)
    assert code == 3
    assert out.count("MAIL-019") == 1 and "MAIL-019 发给“模拟五局”（u5@example.invalid）" in out
    assert "--resend 模拟五局" in out
    # The server had taken the fifth; none was sent twice, and all others arrived.
    assert Counter(to[0] for to in server.box.to) == {
        f"u{i}@example.invalid": 1 for i in range(1, 11)
    }
    assert states(tmp_path)[4] == "上次"
    code, out = send(tmp_path, server, "--resend", "模拟五局")
    assert code == 0 and "发出 1 封" in out
    assert server.box.to[-1] == ["u5@example.invalid"]
    assert "已发过 10" in send(tmp_path, server)[1]


def test_a_connection_lost_while_the_content_went_out_leaves_it_in_doubt(
    tmp_path: Path, server: Running
) -> None:
    server.box.lose = "u2@example.invalid"
    issue(tmp_path, small_plan(3))
    code, out = send(tmp_path, server)
    assert code == 3 and "MAIL-019 发给“模拟二局”（u2@example.invalid）" in out
    assert "发出 2 封，还有 0 封没有发，拿不准发过没有 1 封" in out
    server.box.lose = ""
    assert "拿不准发过没有 1" in send(tmp_path, server)[1]
    assert Counter(to[0] for to in server.box.to) == {f"u{i}@example.invalid": 1 for i in (1, 2, 3)}


def test_a_server_that_hangs_up_says_that_it_did_not_take_it(
    tmp_path: Path, server: Running
) -> None:
    server.box.on_data = lambda content: "421 closing" if b"<u2@" in content else None
    issue(tmp_path, small_plan(3))
    code, out = send(tmp_path, server)
    assert code == 3 and "MAIL-018 “模拟二局”的 u2@example.invalid 这次没有收：421 closing" in out
    assert server.box.to == [["u1@example.invalid"], ["u3@example.invalid"]]


def test_a_run_sends_nothing_while_another_one_sends(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(3))
    seen: list[subprocess.CompletedProcess[str]] = []

    def meanwhile(content: bytes) -> None:
        if not seen:
            command = [sys.executable, "-m", "reconcile", *sending(tmp_path, server)]
            seen.append(subprocess.run(command, capture_output=True, text=True, check=False))

    server.box.on_data = meanwhile
    assert send(tmp_path, server)[0] == 0
    assert len(seen) == 1
    told = seen[0].stdout + seen[0].stderr
    assert seen[0].returncode == 1 and f"MAIL-032 {LOG}：" in told
    assert "MAIL-019" not in told  # the one that is just going out was not broken off
    assert [to[0] for to in server.box.to] == [f"u{i}@example.invalid" for i in (1, 2, 3)]
    assert "已发过 3" in send(tmp_path, server)[1]


def test_a_log_line_that_a_crash_cut_short_was_never_written(
    tmp_path: Path, server: Running
) -> None:
    issue(tmp_path, small_plan(2))
    send(tmp_path, server)
    log = tmp_path / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    assert send(tmp_path, server)[0] == 0
    assert server.box.to[2:] == [["u2@example.invalid"]]
    assert [json.loads(line)["what"] for line in log.read_text("utf-8").splitlines()] == [
        "sending", "sent", "sending", "sent",
    ]  # fmt: skip


def test_a_log_that_cannot_be_read_stops_it(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(1))
    (tmp_path / LOG).write_text("{\n{}\n", "utf-8")
    code, out = send(tmp_path, server)
    assert code == 1 and f"MAIL-027 {LOG} 第1行" in out
    assert server.box.letters == []


def test_the_log_holds_no_password(tmp_path: Path, server: Running) -> None:
    issue(tmp_path, small_plan(1))
    send(tmp_path, server)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("text", "read"),
    [("smtp.example.cn", ("smtp.example.cn", 0)), (" smtp.example.cn:587 ", ("smtp.example.cn", 587)),
     ("smtp.example.cn：５８７", ("smtp.example.cn", 587)), ("localhost:", ("localhost", 0)),
     ("", ("", 0)), (":25", ("", 25))],
)  # fmt: skip
def test_host_and_port(text: str, read: tuple[str, int]) -> None:
    assert host_and_port(text) == read


@pytest.mark.parametrize(
    "text", ["a.cn:0", "a.cn:65536", "a.cn:smtp", "::1", "a..cn", "邮局.cn", "a cn"]
)
def test_what_is_no_port(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        host_and_port(text)
