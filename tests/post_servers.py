"""A small plan whose units have mailboxes, and a real SMTP server in this process to send to."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from click.testing import CliRunner, Result

from reconcile.api.generate import generate
from reconcile.cli import main
from reconcile.core.plan import Period, Plan, Task, Unit
from reconcile.plan import plan_bytes

PERIOD = "第二季度"
SENDER = "zhb@example.invalid"
PASSWORD = "simulated-code"


def small_plan(count: int = 3, *, emails: Mapping[int, str] | None = None, **settings: str) -> Plan:
    """A plan of ``count`` tasks, each led by a unit of its own: 模拟一局, u1@example.invalid …"""
    names = [unit_name(i) for i in range(1, count + 1)]
    address = {i: f"u{i}@example.invalid" for i in range(1, count + 1)} | dict(emails or {})
    return Plan(
        title="2022年重点任务（模拟）",
        document="测政办〔2022〕1号",
        office="（模拟）市政府办公室",
        year=2022,
        periods=(Period(PERIOD, date(2022, 6, 30), 6), Period("第三季度", date(2022, 9, 30), 9)),
        tasks=tuple(
            Task(i, ("一、测试",), f"目标{i}", {PERIOD: f"进度{i}", "第三季度": "续"}, (name,), ())
            for i, name in enumerate(names, 1)
        ),
        units=tuple(Unit(name, email=address[i]) for i, name in enumerate(names, 1)),
        key="9c41e7d0b85f2a3669d1c07e4fb3a852",
        settings={"截止日期": "2022年7月5日", "语言": "zh", "发件邮箱": SENDER, **settings},
    )


def unit_name(number: int) -> str:
    return f"模拟{'一二三四五六七八九十'[number - 1]}局"


def issue(folder: Path, plan: Plan, period: str = PERIOD) -> Path:
    """Write the plan workbook and its forms into a folder; returns the workbook's path."""
    path = folder / "总台账.xlsx"
    path.write_bytes(plan_bytes(plan))
    made = generate(path, folder / "发出", period)
    assert len(made.files) == len(plan.units), made.findings
    return path


def run(*arguments: object) -> Result:
    """Run a verb; a traceback would be an exception other than SystemExit."""
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl is not installed: no certificate for the test server")
    key, cert = folder / "server.key", folder / "server.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-keyout", key, "-out", cert, "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Postbox:
    """What the server took in, and how it answers: a reply for an address, a sender, a content.

    To ``lose`` names a recipient whose message is taken without a reply.
    """

    letters: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    sender_reply: str = ""
    lose: str = ""
    on_rcpt: Callable[[str], None] | None = None
    on_data: Callable[[bytes], str | None] | None = None

    @property
    def to(self) -> list[list[str]]:
        return [to for _, to, _ in self.letters]

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.commands.append(f"RCPT {address}")
        if self.on_rcpt:
            self.on_rcpt(address)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        reply = self.on_data(envelope.content) if self.on_data else None
        if reply:
            return reply
        self.letters.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if self.lose in envelope.rcpt_tos:
            server.transport.abort()  # taken, but nobody hears of it
        return "250 OK queued"


@dataclass
class Running:
    """A server that is up: its box, and the options that lead ``mail`` to it."""

    box: Postbox
    options: tuple[str, ...]


@contextmanager
def smtp_server(
    cert: tuple[Path, Path], security: str = "starttls", *, asks: bool = True
) -> Iterator[Running]:
    """A server on loopback: "starttls", "ssl" or "none"; user and password as above where it ``asks``."""
    box = Postbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*cert)

    def check(_server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and (
            given.login.decode(), given.password.decode()
        ) == (SENDER, PASSWORD)  # fmt: skip
        return AuthResult(success=good, handled=False)

    port = free_port()
    options: dict[str, Any] = {"authenticator": check, "auth_required": True}
    if not asks:
        options = {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
    if security == "ssl":
        # It cannot tell that this is TLS as well, and warns where it requires a password.
        options |= {"ssl_context": context, "auth_require_tls": False, "auth_required": False}
    elif security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    else:
        options = {}
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        way = "ssl" if security == "ssl" else "starttls"
        yield Running(box, ("--host", f"127.0.0.1:{port}", "--security", way, "--pause", "0"))
    finally:
        controller.stop()
