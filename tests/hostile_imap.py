"""An IMAP server on loopback that answers as it is told to, however odd that is."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Union

Answer = Union[bytes, "Drip", "Flood"]


class Drip(bytes):
    """Bytes that are sent one by one, with a pause after each."""

    pause = 0.05


class Flood(bytes):
    """Bytes that are sent again and again, until nobody listens."""


LETTER = b"From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nnothing\r\n"
USUAL: Mapping[str, bytes] = {
    "": b"* OK ready\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%t OK done\r\n",
    "LOGIN": b"%t OK done\r\n",
    "ID": b"* ID NIL\r\n%t OK done\r\n",
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n%t OK [READ-ONLY] done\r\n",
    "UID SEARCH": b"* SEARCH 1\r\n%t OK done\r\n",
    "UID FETCH SIZE": b'* 1 FETCH (UID %u RFC822.SIZE 60 INTERNALDATE "07-Jul-2022 09:00:00 +0800")\r\n'
    b"%t OK done\r\n",
    "UID FETCH BODY": b"* 1 FETCH (UID %%u BODY[] {%d}\r\n%s)\r\n%%t OK done\r\n"
    % (len(LETTER), LETTER),
    "LOGOUT": b"* BYE\r\n%t OK done\r\n",
}


@contextmanager
def odd_server(cert: tuple[Path, Path], odd: Mapping[str, Answer]) -> Iterator[int]:
    """Run a server whose answers are the usual ones but for those given; yields its port.

    In an answer ``%t`` stands for the tag of the command, ``%u`` for the UID that was asked for.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*cert)
    listener = socket.create_server(("127.0.0.1", 0))
    answers: Mapping[str, Answer] = {**USUAL, **odd}

    def serve() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listener.accept()
                threading.Thread(target=talk, args=(plain,), daemon=True).start()

    def talk(plain: socket.socket) -> None:
        with suppress(OSError, ValueError), context.wrap_socket(plain, server_side=True) as line:
            send(line, answers[""])
            for command in line.makefile("rb"):
                tag, _, rest = command.strip().partition(b" ")
                words = rest.decode("latin-1").upper().split()
                name = " ".join(words[: 2 if words[0] == "UID" else 1])
                uid = b""
                if name == "UID FETCH":
                    name += " BODY" if "BODY" in words[-1] else " SIZE"
                    uid = words[2].encode()
                answer = answers.get(name, b"%t BAD unknown\r\n")
                kind = type(answer)
                send(line, kind(answer.replace(b"%t", tag).replace(b"%u", uid)))

    def send(line: ssl.SSLSocket, answer: Answer) -> None:
        if isinstance(answer, Drip):
            for at in range(len(answer)):
                line.sendall(answer[at : at + 1])
                time.sleep(Drip.pause)
        elif isinstance(answer, Flood):
            while True:
                line.sendall(answer * 100)
        else:
            line.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
